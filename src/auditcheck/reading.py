"""The second reading of the language: plain Python over one case's rows.

It answers the same questions as the plan, shares none of its code, and says why. A value is read as
one of four kinds: there, nothing there (known), blank (cannot tell), or bad (not readable or not
supplied: cannot tell).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from auditcheck.calendar import FIRST_DAY, LAST_DAY, Calendar, Duration, Period
from auditcheck.conditions import (
    AS_AT,
    DEADLINE,
    All,
    Any_,
    Compare,
    Condition,
    Has,
    Is,
    Moment,
    Not,
    Recorded,
    columns_in,
    parts_of,
    plain,
    say_value,
)
from auditcheck.names import CountRows, Names, PickDate, PickRow, RowsOf, SomeRow, Value
from auditcheck.states import State

if TYPE_CHECKING:
    from auditcheck.checklist import Item

LONG_AGO, FAR_OFF = date(1, 1, 1), date(9999, 12, 30)
ANY_NUMBER = 1_000_000


class Kind(Enum):
    THERE = "there"
    NOTHING = "nothing there"
    BLANK = "blank"
    BAD = "not readable"


class Reading(NamedTuple):
    """What a fact or a cell says. `recorded` is None where that cannot be told."""

    kind: Kind
    value: Value | None = None
    recorded: bool | None = None
    at_least: int | None = None  # of a count that cannot be told: so many are certain,
    at_most: int | None = None  # and there cannot be more than so many

    @property
    def known(self) -> bool:
        return self.kind in (Kind.THERE, Kind.NOTHING)

    @property
    def day(self) -> date | None:
        return self.value if isinstance(self.value, date) else None


BAD = Reading(Kind.BAD)
NOTHING = Reading(Kind.NOTHING, recorded=False)


def there(value: Value) -> Reading:
    return Reading(Kind.THERE, value, recorded=True)


@dataclass(frozen=True)
class Row:
    """One row of a table: its number in the file (below nought where rows have none), and per column the value
    and whether it is bad."""

    table: str
    number: int
    cells: Mapping[str, tuple[Value | None, bool]]


@dataclass(frozen=True)
class Record:
    """Everything the extract holds on one case. `others` are the rows look-ups can reach, by table
    and key."""

    case: Row
    rows: Mapping[str, Sequence[Row]]
    others: Mapping[str, Mapping[str, Row]] = field(default_factory=dict)


@dataclass(frozen=True)
class Happening:
    """An event of a case: certain (`sure`, on `day`), or possible, from `lo` to `hi`, `n` of them. After a case's
    first, of which the others are not on record, there may be more up to `hi`. Where it was `before` the time that
    counts, it is these that are possible."""

    day: date | None
    lo: date
    hi: date
    sure: bool
    n: int
    row: Row | None
    before: date | None = None


@dataclass
class Part:
    """One occurrence, or the whole of a pattern that has none: its state before reasons.

    `due` is shown beside the state, `deadline` is what reasons compare with, `day` the occurrence's
    own day. A possible occurrence (`sure` false) is cannot tell whatever the reasons.
    """

    state: State
    due: date | None = None
    deadline: Reading = NOTHING
    day: date | None = None
    answered: date | None = None
    sure: bool = True
    own_reason: str = ""
    reasons_first: bool = False  # are reasons tried even where the pattern says not relevant?
    number: int = 1
    found: str = ""
    rows: tuple[Row, ...] = ()
    counted: tuple[date, Duration] | None = None  # what the deadline was counted from, and how far


@dataclass
class Looked:
    """What a pattern found for a case: its parts, and what it looked for and saw, in words. `timed`: what is
    met was to be met by a deadline. `intervals`: of one part that has many deadlines, the states of those in the
    case's period."""

    parts: list[Part]
    has_occurrences: bool = False
    lines: list[str] = field(default_factory=list)
    timed: bool = False
    intervals: list[State] | None = None


Tri = bool | None


def all_true(tests: Iterable[Tri]) -> Tri:
    """Looks no further than the first that is false: most rows are of another kind."""
    found: Tri = True
    for test in tests:
        if test is False:
            return False
        if test is None:
            found = None
    return found


def any_true(tests: Iterable[Tri]) -> Tri:
    found: Tri = False
    for test in tests:
        if test is True:
            return True
        if test is None:
            found = None
    return found


class CaseReading:
    """Reads one case as at a date. What several items ask of it, it works out once."""

    def __init__(
        self,
        names: Names,
        as_at: date,
        calendar: Calendar,
        unknown_tables: Iterable[str],
        record: Record,
        missing_columns: Iterable[tuple[str, str]] = (),
        period: Period | None = None,
    ) -> None:
        self.names = names
        self.period = period
        self.as_at = as_at
        self.calendar = calendar
        self.unknown_tables = frozenset(unknown_tables)
        self.record = record
        self.missing_columns = frozenset(missing_columns)  # only words rest on it: their cells are bad
        self._facts: dict[str, Reading] = {}
        self._events: dict[tuple[object, ...], Sequence[Happening]] = {}
        self._of_event: dict[str, Sequence[tuple[str, str, list[tuple[Row, Tri, Reading]]]]] = {}
        self._counted_rows: dict[str, list[Row]] = {}

    # cells and rows

    def cell(self, row: Row, column: str) -> Reading:
        """A cell of a row, a look-up followed, a blank given the meaning its column declares."""
        if column.startswith("case."):
            return self.cell(self.record.case, column.removeprefix("case."))
        spec = self.names.tables[row.table].columns[column]
        if spec.look_up is None:
            value, bad = row.cells[column]
            if bad:
                return BAD
            if isinstance(value, date) and value > self.as_at and not spec.planned:
                return NOTHING  # nothing after as at is seen
            if value is not None:
                return there(value)
            if spec.blank_value is not None:
                return Reading(Kind.THERE, spec.blank_value, recorded=False)
            return Reading(Kind.NOTHING if spec.blank_is_nothing else Kind.BLANK, recorded=False)
        key = self.cell(row, spec.look_up.by)
        if key.kind is Kind.BAD:
            return BAD
        if key.value is None:
            return Reading(Kind.NOTHING if spec.blank_is_nothing else Kind.BLANK, recorded=False)
        other = self.record.others.get(spec.look_up.table, {}).get(str(key.value))
        if other is None:
            return BAD
        found = self.cell(other, spec.look_up.column)
        return Reading(found.kind, found.value, recorded=None if found.kind is Kind.BAD else found.value is not None)

    def matches(self, rows: RowsOf, row: Row) -> Tri:
        """Does a row match a `where`?"""
        if rows.where is None:
            return True
        return self.test(
            rows.where, lambda name: self.cell(row, name), lambda m: self._row_moment(row, m), None, blank_is_no=True
        )

    def _row_moment(self, row: Row, m: Moment) -> Reading:
        if isinstance(m.anchor, date):
            day = there(m.anchor)
        elif m.anchor == AS_AT:
            day = there(self.as_at)
        else:
            day = self.cell(row, m.anchor)
        return self.shifted(day, m.shift)

    def shifted(self, day: Reading, duration: Duration | None) -> Reading:
        if duration is None or day.day is None:
            return day
        moved = self.calendar.add(day.day, duration)
        return there(moved) if moved is not None else BAD

    # conditions

    def test(
        self,
        condition: Condition,
        value_of: Callable[[str], Reading],
        moment: Callable[[Moment], Reading],
        has: Callable[[str], Tri] | None,
        *,
        blank_is_no: bool,
        inside_not: bool = False,
    ) -> Tri:
        """A condition: true, false, or None where it cannot be told."""

        def again(part: Condition, turned: bool = False) -> Tri:
            return self.test(part, value_of, moment, has, blank_is_no=blank_is_no, inside_not=inside_not ^ turned)

        for_blank: Tri = inside_not if blank_is_no else None
        match condition:
            case All(parts):
                return all_true(again(part) for part in parts)
            case Any_(parts):
                return any_true(again(part) for part in parts)
            case Not(part):
                answer = again(part, turned=True)
                return None if answer is None else not answer
            case Has(event):
                assert has is not None
                return has(event)
            case Recorded(fact, yes):
                recorded = value_of(fact).recorded
                return None if recorded is None else recorded is yes
            case Is(fact, values):
                reading = value_of(fact)
                if reading.kind is Kind.THERE:
                    return reading.value in values
                return False if reading.kind is Kind.NOTHING else for_blank if reading.kind is Kind.BLANK else None
            case Compare(fact, op, other):
                right = (
                    there(other)
                    if isinstance(other, int)
                    else moment(other)
                    if isinstance(other, Moment)
                    else value_of(other)
                )
                return self._compare(value_of(fact), op, right, for_blank)
        raise AssertionError(condition)

    @staticmethod
    def _compare(left: Reading, op: str, right: Reading, for_blank: Tri) -> Tri:
        kinds = (left.kind, right.kind)
        if op in ("same_as", "differs_from"):
            same: Tri
            if Kind.BAD in kinds:
                return None
            if kinds == (Kind.NOTHING, Kind.NOTHING):
                same = True
            elif Kind.BLANK in kinds:
                return for_blank
            elif Kind.NOTHING in kinds:
                same = False
            else:
                same = left.value == right.value
            return same if op == "same_as" else not same
        if Kind.NOTHING in kinds:
            return False
        if left.at_least is not None and isinstance(right.value, int):
            if op == "at_least" and left.at_least >= right.value:
                return True
            if op == "at_most" and left.at_least > right.value:
                return False
        if left.at_most is not None and isinstance(right.value, int):
            if op == "at_least" and left.at_most < right.value:
                return False
            if op == "at_most" and left.at_most <= right.value:
                return True
        if Kind.BAD in kinds:
            return None
        if Kind.BLANK in kinds:
            return for_blank
        a, b = left.value, right.value
        if op == "before":
            return a < b  # type: ignore[operator]
        if op == "after":
            return a > b  # type: ignore[operator]
        if op in ("on_or_before", "at_most"):
            return a <= b  # type: ignore[operator]
        return a >= b  # type: ignore[operator]

    def condition(
        self,
        condition: Condition | None,
        item: Item,
        *,
        blank_is_no: bool = False,
        deadline: Reading = NOTHING,
        has: Callable[[str], Tri] | None = None,
    ) -> Tri:
        """A condition on the case. `has` looks in the item's window unless another is given."""
        if condition is None:
            return True
        return self.test(
            condition,
            self.fact,
            lambda m: self.moment(m, deadline),
            has or (lambda event: self.has(event, item.from_, item.until)),
            blank_is_no=blank_is_no,
        )

    # facts and dates

    def fact(self, name: str) -> Reading:
        if name not in self._facts:
            self._facts[name] = self._fact(name)
        return self._facts[name]

    def _fact(self, name: str) -> Reading:
        fact = self.names.facts[name]
        if fact.definition is None:
            return self.cell(self.record.case, name)
        match fact.definition:
            case SomeRow():
                return self._some_row(fact.definition)
            case CountRows():
                return self._count_rows(fact.definition)
            case PickRow():
                return self._pick_row(fact.definition)
            case PickDate():
                return self._pick_date(fact.definition)
        raise AssertionError(fact)

    def _rows(self, table: str) -> Sequence[Row]:
        return (self.record.case,) if table == "cases" else self.record.rows.get(table, ())

    @staticmethod
    def _is_undated(row: Row, day: Reading) -> bool:
        """May the row have happened on some day that its date does not tell? A row of an event's own
        table with a blank date has not happened yet; a case's blank date is as unknown as any fact."""
        return day.kind is Kind.BAD or (day.kind is Kind.BLANK and row.table == "cases")

    def _seen(self, rows: RowsOf, row: Row) -> Tri:
        """Has a row's date happened by as at?"""
        if rows.date is None:
            return True
        day = self.cell(row, rows.date)
        if self._is_undated(row, day):
            return None
        if day.day is None:
            return False
        return self.names.tables[rows.table].columns[rows.date].planned or day.day <= self.as_at

    def _missing(self, rows: RowsOf) -> bool:
        covers = self.names.tables[rows.table].covers
        return rows.table in self.unknown_tables or (covers is not None and rows.date is not None)

    @staticmethod
    def _by(first: Reading, second: Reading) -> Tri:
        """Is the first date on or before the second?"""
        if Kind.NOTHING in (first.kind, second.kind):
            return False
        if first.day is None or second.day is None:
            return None
        return first.day <= second.day

    def rows_of_fact(self, name: str) -> list[Row]:
        """The rows that a fact counts for certain; none of a fact that counts no rows."""
        definition = self.names.facts[name].definition
        if not isinstance(definition, SomeRow | CountRows) or definition.rows.table in self.unknown_tables:
            return []
        if name not in self._counted_rows:
            self._counted_rows[name] = [row for row, verdict in self._verdicts(definition) if verdict]
        return self._counted_rows[name]

    def _verdicts(self, definition: SomeRow | CountRows) -> Iterator[tuple[Row, Tri]]:
        """Every row of a fact's table, and whether it counts."""
        rows = definition.rows
        since = self.fact(definition.since) if isinstance(definition, CountRows) and definition.since else None
        for row in self._rows(rows.table):
            tests = [self.matches(rows, row), self._seen(rows, row)]
            if since is not None and rows.date is not None:
                tests.append(self._by(since, self.cell(row, rows.date)))
            if isinstance(definition, SomeRow) and definition.when != "ever" and rows.date is not None:
                at = there(self.as_at) if definition.when == "as_at" else self.fact(self.names.start)
                tests.append(self._by(self.cell(row, rows.date), at))
                if definition.until:
                    until = self.cell(row, definition.until)
                    tests.append(True if until.kind is Kind.NOTHING else self._by(at, until))
            yield row, all_true(tests)

    def _some_row(self, definition: SomeRow) -> Reading:
        verdicts = {verdict for _, verdict in self._verdicts(definition)}
        if True in verdicts:
            return there(True)
        return BAD if None in verdicts or self._missing(definition.rows) else there(False)

    def _count_rows(self, definition: CountRows) -> Reading:
        rows = definition.rows
        if rows.table in self.unknown_tables:
            return Reading(Kind.BAD, at_least=0)
        covers = self.names.tables[rows.table].covers
        covered = True
        if covers and rows.date:
            since = self.fact(definition.since) if definition.since else None
            covered = since is not None and since.day is not None and since.day >= covers[0] and self.as_at <= covers[1]
        verdicts = list(self._verdicts(definition))
        certain = [row for row, verdict in verdicts if verdict]
        doubts = sum(verdict is None for _, verdict in verdicts)
        number = len(certain)
        if definition.distinct is not None:
            values = [self.cell(row, definition.distinct) for row in certain]
            doubts += sum(not value.known for value in values)
            number = len({value.value for value in values if value.kind is Kind.THERE})
        if not covered:
            return Reading(Kind.BAD, at_least=number)
        if doubts:
            return Reading(Kind.BAD, at_least=number, at_most=number + doubts)
        return there(number)

    def _pick_row(self, definition: PickRow) -> Reading:
        rows = definition.rows
        if self._missing(rows) and not definition.may_be_missing:
            return BAD
        dated: list[tuple[date, Reading]] = []
        doubts: list[date | None] = []
        for row in self._rows(rows.table):
            verdict = all_true([self.matches(rows, row), self._seen(rows, row)])
            day = self.cell(row, rows.date or "").day
            if verdict is None:
                doubts.append(day)
            elif verdict:
                assert day is not None
                dated.append((day, self.cell(row, definition.column)))
        if not dated:
            return BAD if doubts else NOTHING
        best = (max if definition.last else min)(day for day, _ in dated)
        # a row that may count is of no account where it is not the first or last in any case
        if any(day is None or (day >= best if definition.last else day <= best) for day in doubts):
            return BAD
        picked = {(value.kind, value.value) for day, value in dated if day == best}
        if len(picked) > 1:
            return BAD
        kind, value = picked.pop()
        if kind is Kind.THERE and value is not None:
            return there(value)
        return NOTHING if kind is Kind.NOTHING else BAD

    def _pick_date(self, definition: PickDate) -> Reading:
        readings = [self.fact(name) for name in definition.facts]
        if not all(reading.known for reading in readings):
            return BAD
        days = [reading.day for reading in readings if reading.day is not None]
        return there((max if definition.latest else min)(days)) if days else NOTHING

    def moment(self, m: Moment, deadline: Reading = NOTHING) -> Reading:
        """A date of the case."""
        if isinstance(m.anchor, date):
            day = there(m.anchor)
        elif m.anchor == AS_AT:
            day = there(self.as_at)
        elif m.anchor == DEADLINE:
            day = deadline
        else:
            day = self.fact(m.anchor)
        return self.shifted(day, m.shift)

    def say_facts(self, condition: Condition) -> list[str]:
        """What the facts are that a condition tests; a day that has not happened is said only where nothing else is."""
        said: set[str] = set()
        for part in parts_of(condition):
            if isinstance(part, Is | Recorded):
                said.add(part.fact)
            elif isinstance(part, Compare) and self.fact(part.fact).kind is not Kind.NOTHING:
                said |= columns_in(part)
        return [self.say_fact(name) for name in sorted(said or columns_in(condition))]

    def say_fact(self, name: str) -> str:
        """'RAR days delivered: 0', 'RoSH: blank'."""
        reading = self.fact(name)
        words = {Kind.NOTHING: "not recorded", Kind.BLANK: "blank", Kind.BAD: "cannot be read, or not supplied"}
        said = say_value(reading.value) if reading.value is not None else words[reading.kind]
        return f"{plain(name)}: {said}"

    def counted(self, m: Moment) -> tuple[date, Duration] | None:
        """What a date was counted from, and how far; None for one that is not counted."""
        anchor = self.moment(Moment(m.anchor)).day if m.shift and m.anchor != DEADLINE else None
        return (anchor, m.shift) if anchor and m.shift else None

    # events

    def window(self, from_: Moment | None, until: tuple[Moment, ...] | None) -> tuple[Reading, Reading]:
        """When events count: from (the case's start), until the earliest of several (the case's
        end); an `until` that has not happened is no end."""
        begin = self.moment(from_ or Moment(self.names.start))
        ends = until if until is not None else (Moment(self.names.end),) if self.names.end else ()
        readings = [self.moment(end) for end in ends]
        if not all(reading.known for reading in readings):
            return begin, BAD
        days = [reading.day for reading in readings if reading.day is not None]
        return begin, there(min(days)) if days else NOTHING

    def events(self, name: str, from_: Moment | None, until: tuple[Moment, ...] | None) -> Sequence[Happening]:
        """The certain and the possible occurrences of an event in a window, earliest first."""
        key = (name, from_, until)
        if key not in self._events:
            self._events[key] = self._happenings(name, from_, until)
        return self._events[key]

    def _rows_of_event(self, name: str) -> Sequence[tuple[str, str, list[tuple[Row, Tri, Reading]]]]:
        """By table and date column: the rows that are, or may be, the event, whenever; does it match, and its day."""
        if name not in self._of_event:
            sources: dict[tuple[str, str], list[RowsOf]] = {}
            for rows in self.names.events[name].sources:
                sources.setdefault((rows.table, rows.date or ""), []).append(rows)
            self._of_event[name] = [
                (
                    table,
                    column,
                    [
                        (row, match, self.cell(row, column))
                        for row in (self._rows(table) if table not in self.unknown_tables else ())
                        if (match := any_true(self.matches(rows, row) for rows in alternatives)) is not False
                    ],
                )
                for (table, column), alternatives in sources.items()
            ]
            if changes := self.names.events[name].changes:
                ((table, column, _),) = self._of_event[name]
                self._of_event[name] = [(table, column, self._changing(self.names.events[name].sources[0], changes))]
        return self._of_event[name]

    def _changing(self, rows: RowsOf, changes: str) -> list[tuple[Row, Tri, Reading]]:
        """The rows in which a column is other than in those of the last day before. Where there is a doubt about
        any, or on several days about what it holds, every one of them only may be."""
        seen = [
            (row, verdict, self.cell(row, rows.date or ""), self.cell(row, changes))
            for row in (self._rows(rows.table) if rows.table not in self.unknown_tables else ())
            if (verdict := all_true([self.matches(rows, row), self._seen(rows, row)])) is not False
        ]
        several = len({day.day for _, _, day, _ in seen}) > 1
        if any(verdict is None or (several and not value.known) for _, verdict, _, value in seen):
            return [(row, None, day) for row, _, day, _ in seen]
        held: dict[date, set[Value | None]] = {}
        for _, _, day, value in seen:
            held.setdefault(day.day or LONG_AGO, set()).add(value.value)
        before = dict(zip(sorted(held)[1:], sorted(held), strict=False))
        return [
            (row, True, day)
            for row, _, day, value in seen
            if day.day not in before or value.value not in held[before[day.day]]
        ]

    def _happenings(self, name: str, from_: Moment | None, until: tuple[Moment, ...] | None) -> list[Happening]:
        begin, end = self.window(from_, until)
        found: list[Happening] = []
        if begin.kind is Kind.NOTHING:
            return []
        first = begin.day or LONG_AGO
        for table, column, rows in self._rows_of_event(name):
            planned = self.names.tables[table].columns[column].planned
            last = FAR_OFF if planned else self.as_at
            if end.day is not None:
                last = min(last, end.day)
            alone = [of for of in self.names.events[name].first_only if (of.table, of.date) == (table, column)]
            for row, match, day in rows:
                is_first = any(self.matches(of, row) is not False for of in alone)
                if self._is_undated(row, day):
                    if first <= last:
                        found.append(Happening(None, first, last, False, 1, row))
                elif day.day is not None:
                    verdict = all_true(
                        [
                            match,
                            planned or day.day <= self.as_at,
                            None if begin.day is None else day.day >= begin.day,
                            True if end.kind is Kind.NOTHING else None if end.day is None else day.day <= end.day,
                        ]
                    )
                    if verdict is not False:
                        hi = last if is_first else day.day
                        found.append(Happening(day.day, day.day, hi, verdict is True, 1, row))
                    elif is_first and day.day < first <= last:
                        found.append(Happening(None, first, last, False, 1, row, before=day.day))
            found += self._perhaps_missing(table, first, last)
        return sorted(found, key=lambda h: (h.lo, h.row.number if h.row else 0))

    def _perhaps_missing(self, table: str, first: date, last: date) -> list[Happening]:
        """Stand-ins for events that a table cannot show: not supplied, or outside what it covers."""
        if first > last:
            return []
        if table in self.unknown_tables:
            return [Happening(None, first, last, False, ANY_NUMBER, None)]
        covers = self.names.tables[table].covers
        found: list[Happening] = []
        if covers:
            one = timedelta(days=1)
            if first < covers[0]:
                found.append(Happening(None, first, min(last, covers[0] - one), False, ANY_NUMBER, None))
            if last > covers[1]:
                found.append(Happening(None, max(first, covers[1] + one), last, False, ANY_NUMBER, None))
        return found

    def has(
        self,
        event: str,
        from_: Moment | None,
        until: tuple[Moment, ...] | None,
        not_before: date | None = None,
        not_after: date | None = None,
    ) -> Tri:
        """Is there such an event in the window, between two days if given?"""
        verdict: Tri = False
        for happening in self.events(event, from_, until):
            if not_before and happening.hi < not_before:
                continue
            if not_after and happening.lo > not_after:
                continue
            if happening.sure and (not_before is None or (happening.day is not None and happening.day >= not_before)):
                return True
            verdict = None
        return verdict

    def holds_from(self, duration: Duration) -> date:
        """The first day from which `duration`, which does not reach back, reaches as at. Whatever ends after the
        calendar reaches it."""

        def end(days: int) -> date:
            return self.calendar.add(FIRST_DAY + timedelta(days), duration) or LAST_DAY

        return FIRST_DAY + timedelta(bisect_left(range((self.as_at - FIRST_DAY).days), self.as_at, key=end))
