"""The plan: every item of every checklist in SQL.

It is few statements, not one: the time that DuckDB takes to plan a statement grows faster than the
statement. Each event table is still grouped once, and what several items share is worked out once.

The shape, from the bottom up. `b0`: cases with the facts worked out from rows (one GROUP BY per
table). `b1`, `b2`: dates picked from dates, and counts since such dates. `b3`: deadlines, looked up
in the table `due`, which holds for every day the day that is each length of time later. `b4`: the
windows in which events count. Then one GROUP BY per event table with the aggregates that items
share, sequences as CTEs of their own over filtered events, all joined wide (`w0`), and at the top
one state per leaf pattern (`w1`, `w2`) and per item.

How a possible event is treated. An event row whose date could not be read, or whose `where` cannot
be decided, or that would lie outside what its table covers, is a *possible* event with the first
and last day it could have (`lo`, `hi`). So is one that may have come after a case's first, where only
the first is on record. States are bounds: met if the certain events suffice, cannot tell if the
possible ones could change the answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from auditcheck import accepted
from auditcheck.calendar import FIRST_DAY, LAST_DAY, Duration, Period, Unit
from auditcheck.conditions import AS_AT, DEADLINE, All, Any_, Condition, Is, Moment, Not, Recorded
from auditcheck.names import (
    CountRows,
    Event,
    Fact,
    Names,
    PickDate,
    PickRow,
    RowsOf,
    SomeRow,
    Type,
    Value,
)
from auditcheck.sql import (
    FALSE,
    FAR_AHEAD,
    FAR_BACK,
    NEVER,
    NULL,
    TRUE,
    Cell,
    DateSql,
    Sure,
    and_,
    case,
    condition_sql,
    greatest,
    known_true,
    least,
    literal,
    not_,
    one_of,
    or_,
    perhaps_true,
    quoted,
    same_case,
    unknown,
)
from auditcheck.states import NOTHING_LEFT, State

if TYPE_CHECKING:
    from auditcheck.checklist import Item

#: So many items share the layers over the wide row: planning more at once takes the database more than it saves.
TOGETHER = 8

#: The condition that no row fails.
ANY_ROW = All(())

#: A possible event that may be any number of events, such as those before a table's first day.
MANY = 1_000_000


def said(state: State) -> str:
    """A state as SQL text."""
    return literal(state.value)


@dataclass(frozen=True)
class Window:
    """The days in which events count for a case, as columns of `b4`. An event counts for certain
    from `from_sure` to `until_sure`, and possibly from `from_maybe` to `until_maybe`."""

    from_sure: str
    from_maybe: str
    until_sure: str
    until_maybe: str
    from_nothing: str  # has the day it begins not happened?
    from_unknown: str
    from_day: str  # NULL when unknown or not happened
    until_unknown: str
    until_day: str  # NULL when there is no end
    until_given: bool


@dataclass(frozen=True)
class First:
    """An event in a window, per case: its first certain day and the first day of a possible one."""

    sure: str
    maybe: str

    @property
    def exists(self) -> str:
        """Three-valued: is there one?"""
        maybe_one = FALSE if self.maybe == NULL else f"({self.maybe} IS NOT NULL)"
        return case((f"({self.sure} IS NOT NULL)", TRUE), (maybe_one, NULL), otherwise=FALSE)


@dataclass(frozen=True)
class RowTests:
    """For a row of an event in a window: its day; two-valued, is it certain, is it certain or possible, may
    it be of some day that its date does not tell; the first and last day that it, or one after a case's first,
    may have."""

    day: str
    sure: str
    perhaps: str
    some_day: str
    lo: str
    hi: str
    doubted: bool  # can a row be possible and not certain?

    @property
    def maybe(self) -> str:
        """Possible and not certain."""
        return and_(self.perhaps, not_(self.sure)) if self.doubted else FALSE


@dataclass(frozen=True)
class Tally:
    """How many certain, and how many certain or possible events: by the deadline, by as at, in all."""

    sure_by: str
    all_by: str
    sure_now: str
    all_now: str
    sure: str
    all: str


#: A date that is not set: known, and nothing there.
NO_DATE = DateSql(NULL)


@dataclass(frozen=True)
class Leaf:
    """What a pattern gives per case before reasons are tried: SQL over `w0`.

    `due` is, by state, the day to show beside it; `deadline` the one that reasons compare with. A
    pattern that has tried reasons itself, occurrence by occurrence, is `finished`.
    """

    state: str
    due: Mapping[State, str] = field(default_factory=dict)
    deadline: DateSql = NO_DATE
    occurrences: str = "0"
    met: str = "0"
    reason: str = NULL
    finished: bool = False
    reasons_first: bool = False  # are reasons tried even where the pattern says not relevant?
    passed: str = TRUE  # two-valued: where it is met, has the deadline passed that it was met by?
    within: str = NULL  # the state of what was due in the period asked for, NULL where nothing was


@dataclass(frozen=True)
class Node:
    """A leaf or a combination, finished: columns of layer `depth` and those above it."""

    depth: int

    state: str
    due: str
    occurrences: str
    met: str
    reason: str
    passed: str
    within: str


@dataclass
class Lookups:
    """The joins to `due` that one SELECT needs, one for each day it counts from."""

    plan: Plan
    joins: dict[str, str] = field(default_factory=dict)

    def shift(self, day: DateSql, duration: Duration | None) -> DateSql:
        """The day `duration` after `day`; outside the calendar it is unknown."""
        if duration is None or day.value == NULL:
            return day
        there = TRUE if day.there else f"({day.value} IS NOT NULL)"
        alias = self.joins.setdefault(day.value, f"k{len(self.joins)}")
        value = f"{alias}.{self.plan.due_column(duration)}"
        outside = and_(there, f"({value} IS NULL)")
        return DateSql(value, or_(day.unknown, outside), day.blank)

    @property
    def text(self) -> str:
        return self.joined(None)

    def joined(self, named: Set[str] | None) -> str:
        """The joins; if `named` is given, only those."""
        return "".join(
            f"\n  LEFT JOIN due {alias} ON {alias}.day = {day}"
            for day, alias in self.joins.items()
            if named is None or alias in named
        )


class Plan:
    """Builds the statement. `bad_columns` are (table, column) pairs in which some cell could not be
    read or that were not supplied; `unknown_tables` were not supplied or are empty without leave.
    `every_start` says that no case lacks its start. What is certain so is folded away. Of tables that are `large`
    the rows that any item needs are joined to their cases once, and all else is asked of those. With `passed` the
    result has a column p for each item too: does its state rest on what had fallen due by as at? With a
    `period` it has a column w: the state of what was due in it, NULL where nothing was."""

    def __init__(
        self,
        names: Names,
        as_at: date,
        bad_columns: Set[tuple[str, str]],
        unknown_tables: Set[str],
        every_start: bool = False,
        *,
        large: Set[str] = frozenset(),
        passed: bool = False,
        period: Period | None = None,
    ) -> None:
        self.names = names
        self.as_at_day = as_at
        self.as_at = literal(as_at)
        self.bad_columns = bad_columns
        self.unknown_tables = unknown_tables
        self.every_start = every_start
        self.large = large
        self.large_needed: dict[str, dict[Condition, None]] = {}  # by table that is large: which rows anything needs
        self.passed = passed
        self.period = period
        self.wanted: dict[str, set[str]] = {}  # raw columns by table that the statement reads
        self.durations: dict[Duration, str] = {}
        links = (column for table in names.tables.values() for column in table.link)
        self.case_columns: dict[str, None] = dict.fromkeys((*names.key, *links, names.start))
        if names.end:
            self.case_columns[names.end] = None
        self.row_facts: dict[str, Cell] = {}
        self.picked: dict[str, Cell] = {}
        self.since_facts: dict[str, Cell] = {}
        self.moments: dict[Moment, DateSql] = {}
        self.moment_columns: list[str] = []
        self.moment_lookups = Lookups(self)
        self.windows: dict[tuple[object, ...], Window] = {}
        self.window_columns: dict[str, str] = {}  # what they are, to their names
        self.b0_joins: list[str] = []
        self.ctes: dict[str, str] = {}  # those under b0
        self.late_ctes: dict[str, str] = {}  # those over b4
        self.fact_aggregates: dict[tuple[str, bool], dict[str, str]] = {}
        self.fact_rows: dict[tuple[str, bool], dict[str, str]] = {}  # what is asked of each row, to its columns
        self.fact_needs: dict[tuple[str, bool], list[Condition]] = {}  # which rows any of them needs
        self.fact_used: dict[tuple[str, bool], set[str]] = {}
        self.aggregates: dict[str, dict[str, str]] = {}  # by table: expression to column
        self.event_needs: dict[str, list[Condition]] = {}
        self.event_used: dict[str, set[str]] = {}
        self.wide_joins: dict[str, None] = {}
        self.wide_lookups = Lookups(self)
        self.sequences: dict[object, str] = {}
        self.leaves: list[Leaf] = []
        self.layers: dict[int, dict[str, str]] = {0: {}, 1: {}}
        self.layered: dict[tuple[int, str], str] = {}  # by layer and expression: the column
        self.last_layer = 1
        self.combinations = 0
        self.has_columns: dict[str, str] = {}
        self.reason_lookups = Lookups(self)
        self.items: list[str] = []
        self.extra_columns: list[str] = []
        self.event_counts: list[str] = []

    # ── lengths of time ──────────────────────────────────────────────────────────────────────────

    def in_period(self, day: str) -> str:
        """Two-valued: is a day in the period asked for?"""
        assert self.period is not None
        return f"coalesce({day} BETWEEN {literal(self.period.first)} AND {literal(self.period.last)}, FALSE)"

    def due_column(self, duration: Duration) -> str:
        """The column of `due` with the day that is `duration` later."""
        sign = "p" if duration.count >= 0 else "m"
        return self.durations.setdefault(duration, f"{sign}{abs(duration.count)}_{duration.unit.replace(' ', '_')}")

    @staticmethod
    def _shifted(day: str, duration: Duration) -> str:
        """The day `duration`, which is not of working days, after `day`, NULL outside the calendar."""
        if duration.unit is Unit.MONTHS:
            shifted = f"CAST({day} + INTERVAL ({duration.count}) MONTH AS DATE)"
        else:
            # days as whole numbers: DuckDB takes an interval of 30 days and one of a month for equal,
            # and may put the result of one in the other's place
            shifted = f"({day} + ({duration.count * (7 if duration.unit is Unit.WEEKS else 1)}))"
        return f"CASE WHEN {shifted} BETWEEN {literal(FIRST_DAY)} AND {literal(LAST_DAY)} THEN {shifted} END"

    def earliest_within(self, duration: Duration) -> str:
        """The first day from which `duration`, which does not reach back, reaches as at. Whatever ends after the
        calendar reaches it."""
        ends = f"coalesce({self.due_column(duration)}, {literal(LAST_DAY)})"
        return f"(SELECT min(day) FROM due WHERE {ends} >= {self.as_at})"

    def due_table(self) -> str:
        """SQL that makes the table `due` from `calendar`."""
        columns = []
        for duration, column in self.durations.items():
            if duration.unit is Unit.WORKING_DAYS:
                number = f"c.upto + {duration.count}"  # of an open day, the first being 1
                if duration.count < 0:
                    number = f"c.upto - CASE WHEN c.is_open THEN 1 ELSE 0 END + 1 + ({duration.count})"
                # a number below 1 would count from the list's end, one beyond it gives NULL
                day = "c.day" if duration.count == 0 else f"CASE WHEN {number} >= 1 THEN c.open_days[{number}] END"
            else:
                day = self._shifted("c.day", duration)
            columns.append(f", {day} AS {column}")
        return (
            f"CREATE OR REPLACE TEMP TABLE due AS SELECT c.day{''.join(columns)}\n"
            "FROM (SELECT day, is_open, open_before_or_on AS upto, open_days FROM calendar,\n"
            "  (SELECT list(day ORDER BY day) AS open_days FROM calendar WHERE is_open) o) c"
        )

    # ── tables, rows, cells ──────────────────────────────────────────────────────────────────────

    def is_bad(self, table: str, column: str) -> bool:
        """Can any cell of this column be unreadable or missing?"""
        way = self.names.tables[table].columns[column].look_up
        if way is not None:
            return True
        return (table, column) in self.bad_columns

    def bad(self, table: str, column: str, alias: str) -> str:
        """SQL: can this cell of a row not be read?"""
        return f"{alias}.{quoted(column + '__bad')}" if self.is_bad(table, column) else FALSE

    def relation(self, table: str, used: Set[str] = frozenset(), where: str = TRUE, kept: str = "") -> str:
        """The rows of a table, or of what was `kept` of it, for which `where`, on columns of their own, holds; with
        the looked-up columns among `used`."""
        kept = kept or quoted(f"t_{table}")
        spec = self.names.tables[table]
        ways = [(name, spec.columns[name].look_up) for name in sorted(used) if spec.columns[name].look_up]
        rows = kept if where == TRUE else f"(SELECT * FROM {kept} t WHERE {where})"
        if not ways:
            return rows
        columns, joins = ["t.*"], []
        for number, (name, way) in enumerate(ways):
            assert way is not None
            other = self.names.tables[way.table]
            target = other.columns[way.column]
            inner = self.relation(way.table, {way.column})
            by = f"t.{quoted(way.by)}"
            if spec.columns[way.by].look_up:
                raise AssertionError("a look-up goes by a column of its own table")
            alias = f"l{number}"
            joins.append(f"LEFT JOIN {inner} {alias} ON {alias}.{quoted(other.key[0])} = {by}")
            value = f"{alias}.{quoted(way.column)}"
            bad, by_bad = self.bad(way.table, way.column, alias), self.bad(table, way.by, "t")
            if target.blank_value is not None and target.look_up is None:  # through others: there it was given
                found = and_(f"{alias}.{quoted(other.key[0])} IS NOT NULL", not_(bad), f"{value} IS NULL")
                value = f"CASE WHEN {found} THEN {literal(target.blank_value)} ELSE {value} END"
            missing = f"({by} IS NOT NULL AND {alias}.{quoted(other.key[0])} IS NULL)"
            columns.append(f"{value} AS {quoted(name)}")
            doubt = or_(by_bad, missing, FALSE if bad == FALSE else f"coalesce({bad}, FALSE)")
            columns.append(f"{doubt} AS {quoted(name + '__bad')}")
        return f"(SELECT {', '.join(columns)} FROM {rows} t {' '.join(joins)})"

    def row_cell(self, table: str, column: str, alias: str) -> Cell:
        """A cell of a row, or of its case for `case.COLUMN`."""
        if column.startswith("case."):
            return self._cell("cases", column.removeprefix("case."), "b")
        return self._cell(table, column, alias)

    def _cell(self, table: str, column: str, alias: str) -> Cell:
        spec = self.names.tables[table].columns[column]
        self._want(table, column)
        if table == "cases":
            self.case_columns[column] = None
        raw = f"{alias}.{quoted(column)}"
        bad = self.bad(table, column, alias)
        if spec.look_up is None and spec.blank_value is not None:
            # bad cells are NULL too: without the test they would be given the blank's value
            value = f"coalesce({raw}, {literal(spec.blank_value)})"
            later = FALSE
            if spec.type is Type.DATE and not spec.planned:
                later = f"coalesce({raw} > {self.as_at}, FALSE)"
                raw = f"CASE WHEN {raw} <= {self.as_at} THEN {raw} END"  # what is not seen is not recorded
            doubt = or_(bad, later)
            return Cell(
                value if doubt == FALSE else f"CASE WHEN NOT {doubt} THEN {value} END",
                bad,
                raw=raw,
                later=later,
                never_blank=doubt == FALSE,
            )
        if table == "cases" and column == self.names.start and self.every_start:
            return Cell(raw, raw=raw, never_blank=True)  # nor later: such a case is not audited
        if table == "cases" and self._cut(column):
            later = FALSE if spec.blank_is_nothing else f"{alias}.{quoted(column + '__later')}"
            return Cell(raw, bad, spec.blank_is_nothing, raw=raw, later=later)
        if spec.type is Type.DATE and not spec.planned:
            later = f"coalesce({raw} > {self.as_at}, FALSE)"
            seen = f"CASE WHEN {raw} <= {self.as_at} THEN {raw} END"
            return Cell(seen, bad, spec.blank_is_nothing, raw=seen, later=FALSE if spec.blank_is_nothing else later)
        return Cell(raw, bad, blank_is_nothing=spec.blank_is_nothing, raw=raw)

    def _cut(self, column: str) -> bool:
        """Is a column of cases a date that is not seen when it lies after as at?"""
        spec = self.names.cases.columns[column]
        return spec.type is Type.DATE and not spec.planned and spec.look_up is None and spec.blank_value is None

    def _want(self, table: str, column: str) -> None:
        """Notes a column that must be read, and those a look-up goes through."""
        way = self.names.tables[table].columns[column].look_up
        if way is None:
            self.wanted.setdefault(table, set()).add(column)
        else:
            self._want(table, way.by)
            self._want(way.table, way.column)
            self._want(way.table, self.names.tables[way.table].key[0])

    def row_condition(self, rows: RowsOf, alias: str = "t") -> str:
        """The `where` of rows, three-valued."""

        def moment(m: Moment) -> DateSql:
            return self._row_moment(rows.table, m, alias)

        return condition_sql(
            rows.where, lambda name: self.row_cell(rows.table, name, alias), moment, _no_event, blank_is_no=True
        )

    def needed(self, *sources: RowsOf) -> Condition:
        """A condition on a table's own columns that fails only for rows which every one of these certainly leaves
        out. Of a whole country's contacts few are left then to be joined to their cases."""

        def own(part: Condition) -> bool:
            match part:
                case All(parts) | Any_(parts):
                    return all(map(own, parts))
                case Not(inner):
                    return own(inner)
                case Is(column) | Recorded(column):
                    return not column.startswith("case.") and spec.columns[column].look_up is None
            return False

        def weakened(part: Condition) -> Condition:
            match part:
                case All(parts):
                    return All(tuple(map(weakened, parts)))
                case Any_(parts):
                    return Any_(tuple(map(weakened, parts)))
            return part if own(part) else ANY_ROW

        spec = self.names.tables[sources[0].table]
        return Any_(tuple(weakened(rows.where) if rows.where else ANY_ROW for rows in sources))

    def needed_by(self, table: str, needs: Iterable[Condition]) -> str:
        """As SQL for WHERE: may any of these take a row `t` of a table? Codes that several ask for of one column are
        looked for once; what is NULL is false there, so most tests need no `coalesce`."""

        def some(part: Condition) -> Iterator[Condition]:
            match part:
                case Any_(parts):
                    for inner in parts:
                        yield from some(inner)
                case _:
                    yield part

        def text(part: Condition) -> str:
            match part:
                case All(parts):
                    return and_(*map(text, parts))
                case Any_():
                    return together(some(part))
                case Is(column, values):
                    cell = self.row_cell(table, column, "t")
                    return or_(cell.bad, one_of(cell.value, values))
            cells = partial(self.row_cell, table, alias="t")
            return perhaps_true(condition_sql(part, cells, self.moment, _no_event, blank_is_no=True))

        def together(parts: Iterable[Condition]) -> str:
            values: dict[str, dict[Value, None]] = {}
            others: dict[Condition, None] = {}
            for part in parts:
                if isinstance(part, Is):
                    values.setdefault(part.fact, {}).update(dict.fromkeys(part.values))
                else:
                    others[part] = None
            codes = [Is(column, tuple(some_of)) for column, some_of in values.items()]
            return or_(*map(text, codes), *map(text, others))

        return together(found for need in needs for found in some(need))

    def _row_moment(self, table: str, m: Moment, alias: str) -> DateSql:
        """A date in a `where`. One that is working days away is looked up by a subquery: `where`s rarely have one."""
        if isinstance(m.anchor, date):
            day = DateSql(literal(m.anchor))
        elif m.anchor == AS_AT:
            day = DateSql(self.as_at)
        else:
            cell = self.row_cell(table, m.anchor, alias)
            day = DateSql(cell.value, cell.unknown, and_(cell.blank, not_(cell.bad)))
        if m.shift is None:
            return day
        value = self._shifted(day.value, m.shift)
        if m.shift.unit is Unit.WORKING_DAYS:
            value = f"(SELECT {self.due_column(m.shift)} FROM due WHERE due.day = {day.value})"
        outside = and_(f"({day.value} IS NOT NULL)", f"({value} IS NULL)")
        return DateSql(value, or_(day.unknown, outside), day.blank)

    def linked(self, table: str, base: str, used: Set[str], *needs: Condition) -> str:
        """FROM … JOIN … of a table's rows `t`, those that any of `needs` may take, and their cases `b`. Of cases
        themselves all are there."""
        for column in used:
            self._want(table, column)
        if table == "cases":
            self.case_columns.update(dict.fromkeys(used))
            return f"FROM {base} b JOIN c0 t ON t._case = b._case"
        spec, needs = self.names.tables[table], needs or (ANY_ROW,)
        where = self.needed_by(table, needs)
        if table not in self.large:
            return f"FROM {self.relation(table, used, where)} t JOIN {base} b ON {same_case(self.names, spec, 'b')}"
        self.large_needed.setdefault(table, {}).update(dict.fromkeys(needs))
        rows = self.relation(table, used, where, quoted(f"m_{table}"))
        return f"FROM {rows} t JOIN {base} b ON t._case = b._case"

    def _mattering(self) -> dict[str, str]:
        """Of every large table the rows that anything needs, each with its case, as parts of the whole."""
        found = {}
        for table, needs in self.large_needed.items():
            raw = [name for name in self.names.tables[table].columns if name in self.wanted[table]]
            bad = [f"{name}__bad" for name in raw if self.is_bad(table, name)]
            columns = "".join(f", t.{quoted(name)}" for name in (*raw, *bad))
            rows = self.relation(table, where=self.needed_by(table, needs))
            ours = same_case(self.names, self.names.tables[table], "b")
            found[quoted(f"m_{table}")] = f"SELECT b._case{columns}\nFROM {rows} t JOIN c0 b ON {ours}"
        return found

    def used_columns(self, rows: RowsOf, *more: str | None) -> set[str]:
        """The columns of its table that a fact or event needs."""
        from auditcheck.conditions import columns_in

        used = {column for column in columns_in(rows.where) if not column.startswith("case.")}
        used |= {column for column in (rows.date, *more) if column}
        return {column for column in used if column in self.names.tables[rows.table].columns}

    # ── facts ────────────────────────────────────────────────────────────────────────────────────

    def fact(self, name: str, alias: str = "b") -> Cell:
        """A fact of a case, as columns of the base."""
        fact = self.names.facts[name]
        if fact.definition is None:
            return self._cell("cases", name, alias)
        value, bad = f"{alias}.{quoted('_f_' + name)}", f"{alias}.{quoted('_f_' + name + '__bad')}"
        match fact.definition:
            case PickDate():
                if name not in self.picked:
                    self.picked[name] = self._picked_date(fact.definition)
            case CountRows(since=since) if since is not None:
                if name not in self.since_facts:
                    self.fact(since)
                    self.since_facts[name] = self._row_fact(fact)
            case _:
                if name not in self.row_facts:
                    self.row_facts[name] = self._row_fact(fact)
        counts = isinstance(fact.definition, CountRows)
        low = f"{alias}.{quoted('_f_' + name + '__low')}" if counts else ""
        high = f"{alias}.{quoted('_f_' + name + '__high')}" if counts else ""
        return Cell(value, bad, blank_is_nothing=True, at_least=low, at_most=high)

    def _picked_date(self, definition: PickDate) -> Cell:
        cells = []
        for name in definition.facts:
            inner = self.names.facts[name].definition
            if isinstance(inner, PickDate):  # in the same SELECT, which cannot look at its own columns
                cells.append(replace(self._picked_date(inner), blank_is_nothing=True))
            else:
                cells.append(self.fact(name))
        pick = greatest if definition.latest else least
        value = pick(*(cell.value for cell in cells))
        unknown = or_(*(cell.unknown for cell in cells))
        return Cell(case((unknown, NULL), otherwise=value) if unknown != FALSE else value, unknown)

    def _aggregate(self, rows: RowsOf, expression: str, late: bool, used: Set[str]) -> str:
        """A column of the one GROUP BY per case of a table (those counting since a date come later)."""
        table = rows.table
        self.fact_needs.setdefault((table, late), []).append(self.needed(rows))
        self.wanted.setdefault(table, set())  # a row may count whatever its columns hold
        group = self.fact_aggregates.setdefault((table, late), {})
        self.fact_used.setdefault((table, late), set()).update(used)
        column = group.setdefault(expression, f"a{len(group)}")
        return f"{self._fact_alias(table, late)}.{column}"

    def _of_row(self, table: str, late: bool, text: str) -> str:
        """A column of the rows that these aggregates are of: what several of them ask of a row is worked out once."""
        if text in (TRUE, FALSE, NULL):
            return text
        columns = self.fact_rows.setdefault((table, late), {})
        column = f"r.{columns.setdefault(text, f'x{len(columns)}')}"
        return Sure(column) if isinstance(text, Sure) else column

    @staticmethod
    def _fact_alias(table: str, late: bool) -> str:
        return quoted(f"{'g' if late else 'f'}_{table}")

    def _row_fact(self, fact: Fact) -> Cell:
        match fact.definition:
            case SomeRow():
                return self._some_row(fact.definition)
            case CountRows():
                return self._count_rows(fact.definition)
            case PickRow():
                return self._pick_row(fact.name, fact.definition)
        raise AssertionError(fact)

    def _is_unknown(self, rows: RowsOf) -> bool:
        """Might rows be missing whatever the case: table not supplied, or dated and partly covered?"""
        covers = self.names.tables[rows.table].covers
        return rows.table in self.unknown_tables or (covers is not None and rows.date is not None)

    def _day(self, rows: RowsOf, column: str) -> tuple[Cell, bool]:
        spec = self.names.tables[rows.table].columns[column]
        return self._uncut(rows.table, column), spec.planned

    def _uncut(self, table: str, column: str) -> Cell:
        """The cell of a row's own date. Windows and as at bound it already, so it is not cut twice."""
        cell = self.row_cell(table, column, "t")
        if table == "cases" or (cell.later == FALSE and cell.raw == f"t.{quoted(column)}"):
            return cell
        spec, raw = self.names.tables[table].columns[column], f"t.{quoted(column)}"
        if spec.look_up:
            return cell
        value = raw
        if spec.blank_value is not None:
            value = case((cell.bad, NULL), otherwise=f"coalesce({raw}, {literal(spec.blank_value)})")
        return replace(cell, value=value, raw=raw, later=FALSE)

    def _seen(self, rows: RowsOf) -> str:
        """Three-valued: has the row's date happened by as at? TRUE for undated rows."""
        if rows.date is None:
            return TRUE
        day, planned = self._day(rows, rows.date)
        return case(
            (undated(rows.table, day), NULL),
            (day.is_null, FALSE),
            otherwise=TRUE if planned else f"({day.value} <= {self.as_at})",
        )

    def _some_row(self, definition: SomeRow) -> Cell:
        rows = definition.rows
        tests = [self.row_condition(rows), self._seen(rows)]
        if definition.when != "ever" and rows.date is not None:
            at = (
                Cell(self.as_at, never_blank=True)
                if definition.when == "as_at"
                else self._cell("cases", self.names.start, "b")
            )
            day, _ = self._day(rows, rows.date)
            tests.append(_in_order(day, at))
            if definition.until:
                until, _ = self._day(rows, definition.until)
                tests.append(case((until.nothing, TRUE), otherwise=_in_order(at, until)))
        test = self._of_row(rows.table, False, and_(*tests))
        used = self.used_columns(rows, definition.until)
        sure = self._aggregate(rows, f"bool_or({known_true(test)})", False, used)
        maybe = self._aggregate(rows, f"bool_or({perhaps_true(test)})", False, used)
        is_sure = f"coalesce({sure}, FALSE)"
        bad = TRUE if self._is_unknown(rows) else f"coalesce({maybe}, FALSE)"
        return Cell(case((is_sure, TRUE), (bad, NULL), otherwise=FALSE), and_(not_(is_sure), bad))

    def _count_rows(self, definition: CountRows) -> Cell:
        rows, late = definition.rows, definition.since is not None
        tests = [self.row_condition(rows), self._seen(rows)]
        missing = TRUE if rows.table in self.unknown_tables else FALSE
        covers = self.names.tables[rows.table].covers
        if definition.since is not None and rows.date is not None:
            since = self.fact(definition.since)
            day, _ = self._day(rows, rows.date)
            tests.append(_in_order(since, day))
            if covers:
                inside = and_(not_(since.unknown), f"({since.value} >= {literal(covers[0])})")
                missing = or_(missing, not_(known_true(inside)), TRUE if covers[1] < self.as_at_day else FALSE)
        elif covers and rows.date is not None:
            missing = TRUE
        test = self._of_row(rows.table, late, and_(*tests))
        sure = known_true(test)
        unsure = unknown(test)
        used = self.used_columns(rows, definition.distinct)
        if definition.distinct is None:
            count = f"count(*) FILTER (WHERE {sure})"
        else:
            cell = self.row_cell(rows.table, definition.distinct, "t")
            count = f"count(DISTINCT {self._of_row(rows.table, late, cell.value)}) FILTER (WHERE {sure})"
            unsure = or_(unsure, and_(sure, self._of_row(rows.table, late, cell.unknown)))
        number = f"coalesce({self._aggregate(rows, count, late, used)}, 0)"
        doubts = "0"
        if unsure != FALSE:
            doubts = f"coalesce({self._aggregate(rows, f'count(*) FILTER (WHERE {unsure})', late, used)}, 0)"
        bad = missing if doubts == "0" else or_(missing, f"({doubts} > 0)")
        most = case((missing, str(MANY)), otherwise=f"({number} + {doubts})")
        return Cell(case((bad, NULL), otherwise=number), bad, at_least=number, at_most=most)

    def _pick_row(self, name: str, definition: PickRow) -> Cell:
        rows = definition.rows
        assert rows.date is not None
        unknown_table = rows.table in self.unknown_tables
        if unknown_table or (self._is_unknown(rows) and not definition.may_be_missing):
            return Cell(f"CAST(NULL AS {self._sql_type(name)})", FALSE if definition.may_be_missing else TRUE)
        test = and_(self.row_condition(rows), self._seen(rows))
        day, _ = self._day(rows, rows.date)
        best = "max" if definition.last else "min"
        if definition.column == rows.date:
            return self._pick_day(rows, day, test, best)
        sure = known_true(test)
        unsure = unknown(test)
        cell = self.row_cell(rows.table, definition.column, "t")
        # not every engine has the least of truths
        low, high = ("bool_and", "bool_or") if self.names.facts[name].type is Type.YES_NO else ("min", "max")
        used = self.used_columns(rows, definition.column)
        cte = f"p_{name}"
        # a row that may count is of no account where it is not the first or last in any case
        beyond = f"coalesce(day {'<' if definition.last else '>'} best, FALSE)"
        self.ctes[quoted(cte)] = f"""
SELECT _case, bool_or(unsure AND NOT {beyond}) AS unsure, {low}(v) FILTER (WHERE sure AND day = best) AS lowest,
  {high}(v) FILTER (WHERE sure AND day = best) AS highest,
  coalesce(bool_or(u) FILTER (WHERE sure AND day = best), FALSE) AS unknown,
  coalesce(bool_or(v IS NULL) FILTER (WHERE sure AND day = best), FALSE) AS nothing
FROM (SELECT b._case, {day.value} AS day, {cell.value} AS v, {cell.unknown} AS u, {sure} AS sure, {unsure} AS unsure,
    {best}(CASE WHEN {sure} THEN {day.value} END) OVER (PARTITION BY b._case) AS best
  {self.linked(rows.table, "c0", used, self.needed(rows))}) r
GROUP BY _case"""
        self.b0_joins.append(f"LEFT JOIN {quoted(cte)} ON {quoted(cte)}._case = b._case")
        p = quoted(cte)
        differ = f"({p}.lowest <> {p}.highest OR ({p}.nothing AND {p}.lowest IS NOT NULL))"
        # lowest <> highest is NULL when all are nothing there: then there is no doubt
        bad = f"(coalesce({p}.unsure, FALSE) OR coalesce({p}.unknown, FALSE) OR coalesce({differ}, FALSE))"
        return Cell(case((bad, NULL), otherwise=f"{p}.lowest"), bad)

    def _pick_day(self, rows: RowsOf, day: Cell, test: str, best: str) -> Cell:
        """The first (`min`) or last (`max`) day itself, which takes no look at the row that has it: in doubt
        where a row that may count is not beyond it."""
        used, test = self.used_columns(rows), self._of_row(rows.table, False, test)
        of_row = self._of_row(rows.table, False, day.value)
        value = self._aggregate(rows, f"{best}({of_row}) FILTER (WHERE {known_true(test)})", False, used)
        if unknown(test) == FALSE:
            return Cell(value, FALSE)
        some_day = f"coalesce({of_row}, {FAR_BACK if best == 'min' else FAR_AHEAD})"
        doubt = self._aggregate(rows, f"{best}({some_day}) FILTER (WHERE {unknown(test)})", False, used)
        reaches = f"({doubt} {'<=' if best == 'min' else '>='} {value})"
        bad = f"({doubt} IS NOT NULL AND coalesce({reaches}, TRUE))"
        return Cell(case((bad, NULL), otherwise=value), bad)

    def _sql_type(self, name: str) -> str:
        kinds = {Type.DATE: "DATE", Type.YES_NO: "BOOLEAN", Type.NUMBER: "BIGINT"}
        return kinds.get(self.names.facts[name].type, "VARCHAR")

    # ── dates and windows ────────────────────────────────────────────────────────────────────────

    def moment(self, m: Moment, deadline: DateSql | None = None, lookups: Lookups | None = None) -> DateSql:
        """A date of a case, as columns of `b3`; one counted from `deadline` is worked out in place."""
        if m.anchor == DEADLINE:
            assert deadline is not None and lookups is not None
            return lookups.shift(deadline, m.shift)
        if m.shift is None and not isinstance(m.anchor, str):
            return DateSql(literal(m.anchor))
        if m == Moment(AS_AT):
            return DateSql(self.as_at)
        if m not in self.moments:
            anchor = self._anchor(m.anchor)
            shifted = self.moment_lookups.shift(anchor, m.shift)
            name = f"_m{len(self.moments)}"

            def column(tag: str, text: str) -> str:
                if text in (TRUE, FALSE):
                    return text
                self.moment_columns.append(f"{text} AS {name}{tag}")
                return f"b.{name}{tag}"

            self.moments[m] = DateSql(
                column("", shifted.value), column("u", shifted.unknown), column("b", shifted.blank), shifted.there
            )
        return self.moments[m]

    def _anchor(self, anchor: date | str) -> DateSql:
        if isinstance(anchor, date):
            return DateSql(literal(anchor))
        if anchor == AS_AT:
            return DateSql(self.as_at)
        cell = self.fact(anchor)
        return DateSql(cell.value, cell.unknown, and_(cell.blank, not_(cell.bad)), cell.never_blank)

    def window(self, from_: Moment | None, until: tuple[Moment, ...] | None, planned: bool = False) -> Window:
        """Where events count: from `from_` (the case's start) until the earliest of `until` (the
        case's end) and, unless the date is a planned one, as at."""
        key = (from_, until, planned)
        if key not in self.windows:
            self.windows[key] = self._window(from_, until, planned)
        return self.windows[key]

    def _window(self, from_: Moment | None, until: tuple[Moment, ...] | None, planned: bool) -> Window:
        start = self.moment(from_ or Moment(self.names.start))
        ends = until if until is not None else (Moment(self.names.end),) if self.names.end else ()
        days = [self.moment(end) for end in ends]
        until_unknown = or_(*(day.unknown for day in days))
        until_day = least(*(day.value for day in days))
        cut = FAR_AHEAD if planned else self.as_at
        number = len(self.windows)

        def column(tag: str, value: str) -> str:
            if value.startswith("DATE '") or value in (TRUE, FALSE, NULL) or re.fullmatch(r"b\._\w+", value):
                return value
            # equal days share a column: where nothing is in doubt, what is possible is seen to be certain
            return f"b.{self.window_columns.setdefault(value, f'_w{number}{tag}')}"

        begins = start.value if start.there else f"coalesce({start.value}, {NEVER})"
        from_sure = case((start.unknown, NEVER), otherwise=begins)
        from_maybe = case((start.unknown, FAR_BACK), otherwise=begins)
        end = NULL if until_day == NULL else until_day
        until_sure = case((until_unknown, FAR_BACK), otherwise=least(end, cut))
        until_maybe = case((until_unknown, cut), otherwise=least(end, cut))
        return Window(
            from_sure=column("fs", from_sure),
            from_maybe=column("fm", from_maybe),
            until_sure=column("us", until_sure),
            until_maybe=column("um", until_maybe),
            from_nothing=column("fn", start.nothing),
            from_unknown=column("fu", start.unknown),
            from_day=column("fd", case((start.unknown, NULL), otherwise=start.value)),
            until_unknown=column("uu", until_unknown),
            until_day=column("ud", case((until_unknown, NULL), otherwise=end)),
            until_given=until is not None,
        )

    # ── events ───────────────────────────────────────────────────────────────────────────────────

    def merged_sources(self, event: Event) -> list[tuple[str, str, list[RowsOf]]]:
        """(table, date column, the sources there): rows that several of them match are one event."""
        merged: dict[tuple[str, str], list[RowsOf]] = {}
        for rows in event.sources:
            assert rows.date is not None
            merged.setdefault((rows.table, rows.date), []).append(rows)
        return [(table, day, sources) for (table, day), sources in merged.items()]

    def _row_tests(self, event: Event, table: str, day: str, sources: list[RowsOf], window: Window) -> RowTests:
        cell = self._uncut(table, day)
        where = or_(*(self.row_condition(rows) for rows in sources))
        in_sure = f"({cell.value} BETWEEN {window.from_sure} AND {window.until_sure})"
        in_maybe = f"({cell.value} BETWEEN {window.from_maybe} AND {window.until_maybe})"
        some_day = undated(table, cell)  # then its value is NULL
        opens = f"({window.from_maybe} <= {window.until_maybe})"
        lo, hi = cell.value, cell.value
        if some_day != FALSE:
            lo, hi = f"coalesce({cell.value}, {window.from_maybe})", f"coalesce({cell.value}, {window.until_maybe})"
        # what is certain is also possible: the one window lies within the other
        perhaps = and_(perhaps_true(where), known_true(or_(and_(some_day, opens), in_maybe)))
        firsts = [perhaps_true(self.row_condition(rows)) for rows in sources if rows in event.first_only]
        if firsts:  # after it there may be others; where it lies before the window, some may be in it
            is_first = or_(*firsts)
            early = and_(is_first, known_true(and_(f"({cell.value} < {window.from_maybe})", opens)))
            perhaps, some_day = or_(perhaps, early), or_(some_day, early)
            lo = case((early, window.from_maybe), otherwise=lo)
            hi = case((is_first, window.until_maybe), otherwise=hi)
        return RowTests(
            cell.value,
            known_true(and_(known_true(where), in_sure)),
            perhaps,
            some_day,
            lo,
            hi,
            doubted=some_day != FALSE or in_sure != in_maybe or not isinstance(where, Sure),
        )

    def _event_aggregate(self, table: str, expression: str, used: Set[str], needs: Condition) -> str:
        self.event_needs.setdefault(table, []).append(needs)
        self.wide_joins[table] = None
        group = self.aggregates.setdefault(table, {})
        self.event_used.setdefault(table, set()).update(used)
        return f"{quoted('e_' + table)}.{group.setdefault(expression, f'a{len(group)}')}"

    def _uncovered(self, table: str, window: Window) -> list[tuple[str, str, str]]:
        """(does this case have such days, first, last) of a window that its table does not cover."""
        from_, until = window.from_maybe, window.until_maybe
        if table in self.unknown_tables:
            return [(f"({from_} <= {until})", from_, until)]
        covers = self.names.tables[table].covers
        if covers is None:
            return []
        first, last = literal(covers[0]), literal(covers[1])
        before = (
            f"({from_} < {first} AND {from_} <= {until})",
            from_,
            least(f"CAST({first} - INTERVAL 1 DAY AS DATE)", until),
        )
        after = (
            f"({until} > {last} AND {from_} <= {until})",
            greatest(f"CAST({last} + INTERVAL 1 DAY AS DATE)", from_),
            until,
        )
        return [before, after]

    def is_planned(self, table: str, day: str) -> bool:
        return self.names.tables[table].columns[day].planned

    def first(self, name: str, from_: Moment | None, until: tuple[Moment, ...] | None, not_before: str = "") -> First:
        """The first certain and first possible day of an event in a window (on or after the day
        `not_before`, if given)."""
        event = self.names.events[name]
        if event.changes:
            return self._first_of(self.event_rows(name, from_, until), not_before)
        sures, maybes = [], []
        for table, day, sources in self.merged_sources(event):
            window = self.window(from_, until, self.is_planned(table, day))
            if table not in self.unknown_tables:
                row = self._row_tests(event, table, day, sources, window)
                sure, maybe, lo = row.sure, row.maybe, row.lo
                needs = self.needed(*sources)
                used = self.used_columns(sources[0], day).union(*(self.used_columns(rows) for rows in sources))
                if not_before:
                    sure, maybe = and_(sure, f"({row.day} >= {not_before})"), and_(maybe, f"({row.hi} >= {not_before})")
                    lo = greatest(lo, not_before)
                sures.append(self._event_aggregate(table, f"min({row.day}) FILTER (WHERE {sure})", used, needs))
                if maybe != FALSE:
                    maybes.append(self._event_aggregate(table, f"min({lo}) FILTER (WHERE {maybe})", used, needs))
            for there, lo, hi in self._uncovered(table, window):
                if not_before:
                    there, lo = and_(there, f"({hi} >= {not_before})"), greatest(lo, not_before)
                maybes.append(case((there, lo), otherwise="CAST(NULL AS DATE)"))
        return First(least(*sures) if sures else "CAST(NULL AS DATE)", least(*maybes))

    def _first_of(self, rows: str, not_before: str) -> First:
        """The first certain and first possible day among an event's rows."""
        lo, sure, maybe = "r.lo", "r.sure", TRUE
        if not_before:
            lo, sure, maybe = greatest(lo, not_before), f"(r.sure AND r.day >= {not_before})", f"(r.hi >= {not_before})"
        cte = self.sequence(
            ("first", rows, not_before),
            f"""
SELECT r._case, min(r.day) FILTER (WHERE {sure}) AS sure, min({lo}) FILTER (WHERE {maybe}) AS maybe
FROM {rows} r GROUP BY r._case""",
            "n",
        )
        self.join_wide(cte)
        return First(f"{cte}.sure", f"{cte}.maybe")

    def _changing(self, rows: RowsOf, changes: str, columns: tuple[str, ...]) -> str:
        """A CTE with the rows in which a column is other than in those of the last day before: _case, day, is it
        in doubt, and the columns. Where there is a doubt about any, or on several days about what it holds, all are."""
        assert rows.date is not None
        test = and_(self.row_condition(rows), self._seen(rows))
        day, value = self._uncut(rows.table, rows.date), self.row_cell(rows.table, changes, "t")
        extra = [self.row_cell(rows.table, column, "t") for column in columns]
        cells = "".join(f", {cell.value} AS c{n}, {cell.unknown} AS u{n}" for n, cell in enumerate(extra))
        used = self.used_columns(rows, changes, *columns)
        return self.sequence(
            ("changing", rows, changes, columns),
            f"""
SELECT * FROM (
  SELECT *, max(k) OVER (PARTITION BY _case, v ORDER BY k RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS same
  FROM (
    SELECT *, dense_rank() OVER (PARTITION BY _case ORDER BY day) AS k,
      bool_or(unsure) OVER (PARTITION BY _case) OR (bool_or(blurred) OVER (PARTITION BY _case)
        AND min(day) OVER (PARTITION BY _case) < max(day) OVER (PARTITION BY _case)) AS doubt
    FROM (
      SELECT b._case, {day.value} AS day, {value.value} AS v, {unknown(test)} AS unsure, {value.unknown} AS blurred{cells}
      {self.linked(rows.table, "b4", used, self.needed(rows))}
      WHERE {perhaps_true(test)}
    ) r
  ) r
) r WHERE doubt OR same IS NULL OR same < k - 1""",
        )

    def tally(self, name: str, from_: Moment | None, until: tuple[Moment, ...] | None, deadline: DateSql) -> Tally:
        """How many events in a window, by a deadline and in all."""
        event = self.names.events[name]
        rows = self.event_rows(name, from_, until)
        key = ("tally", rows, event.once_a_day, deadline.value)
        if key not in self.sequences:
            cte = f"n{len(self.sequences)}"
            by = deadline.value
            if event.once_a_day:
                sure = "count(DISTINCT r.day) FILTER (WHERE r.sure{})"
                # a possible event without a known day may fall on a day of its own
                some = "count(DISTINCT r.day) FILTER (WHERE r.dated{0}) + coalesce(sum(r.n) FILTER (WHERE NOT r.dated{0}), 0)"
            else:
                sure = "count(*) FILTER (WHERE r.sure{})"
                some = "coalesce(sum(r.n) FILTER (WHERE TRUE{}), 0)"
            self.late_ctes[cte] = f"""
SELECT r._case, {sure.format(f" AND r.day <= {by}")} AS sure_by, {some.format(f" AND r.lo <= {by}")} AS all_by,
  {sure.format(f" AND r.day <= {self.as_at}")} AS sure_now, {some.format(f" AND r.lo <= {self.as_at}")} AS all_now,
  {sure.format("")} AS sure, {some.format("")} AS many
FROM {rows} r JOIN b4 b ON b._case = r._case GROUP BY r._case"""
            self.sequences[key] = cte
        cte = self.sequences[key]
        self.wide_joins[cte] = None
        columns = ("sure_by", "all_by", "sure_now", "all_now", "sure", "many")
        return Tally(*(f"coalesce({cte}.{column}, 0)" for column in columns))

    def event_rows(
        self,
        name: str,
        from_: Moment | None,
        until: tuple[Moment, ...] | None,
        columns: tuple[str, ...] = (),
    ) -> str:
        """A CTE with an event's certain and possible rows in a window: _case, day (NULL if not
        known), lo, hi, sure, dated, n, and for each of `columns` its value and `__u`, is it unknown
        (a blank that means nothing there is NULL and not unknown)."""
        event = self.names.events[name]
        key = ("rows", name, from_, until, columns)
        if key in self.sequences:
            return self.sequences[key]
        selects = []
        for table, day, sources in self.merged_sources(event):
            window = self.window(from_, until, self.is_planned(table, day))
            if event.changes and table not in self.unknown_tables:
                changing = self._changing(sources[0], event.changes, columns)
                first, last = window.from_maybe, window.until_maybe
                extra = "".join(
                    f", t.c{n} AS {quoted(c)}, t.u{n} AS {quoted(c + '__u')}" for n, c in enumerate(columns)
                )
                in_sure = f"(t.day BETWEEN {window.from_sure} AND {window.until_sure})"
                selects.append(
                    f"SELECT b._case, t.day, coalesce(t.day, {first}) AS lo, coalesce(t.day, {last}) AS hi, "
                    f"{known_true(and_('(NOT t.doubt)', in_sure))} AS sure, (t.day IS NOT NULL) AS dated, 1 AS n{extra}\n  "
                    f"FROM {changing} t JOIN b4 b ON b._case = t._case\n  "
                    f"WHERE {known_true(or_(and_('(t.day IS NULL)', f'({first} <= {last})'), f'(t.day BETWEEN {first} AND {last})'))}"
                )
            elif table not in self.unknown_tables:
                row = self._row_tests(event, table, day, sources, window)
                used = self.used_columns(sources[0], day, *columns).union(
                    *(self.used_columns(rows) for rows in sources)
                )
                extra = ""
                for column in columns:
                    value = self.row_cell(table, column, "t")
                    extra += f", {value.value} AS {quoted(column)}, {value.unknown} AS {quoted(column + '__u')}"
                selects.append(
                    f"SELECT b._case, {row.day} AS day, {row.lo} AS lo, {row.hi} AS hi, {row.sure} AS sure, "
                    f"{not_(row.some_day)} AS dated, 1 AS n{extra}\n  "
                    f"{self.linked(table, 'b4', used, self.needed(*sources))}\n  WHERE {row.perhaps}"
                )
            for there, lo, hi in self._uncovered(table, window):
                extra = "".join(
                    f", CAST(NULL AS {self._column_type(table, column)}) AS {quoted(column)}, TRUE AS {quoted(column + '__u')}"
                    for column in columns
                )
                selects.append(
                    f"SELECT b._case, CAST(NULL AS DATE) AS day, {lo} AS lo, {hi} AS hi, FALSE AS sure, FALSE AS dated, "
                    f"{MANY} AS n{extra}\n  FROM b4 b WHERE {there}"
                )
        cte = f"r{len(self.sequences)}"
        self.late_ctes[cte] = "\n" + "\nUNION ALL\n".join(selects)
        self.sequences[key] = cte
        return cte

    def _column_type(self, table: str, column: str) -> str:
        kinds = {Type.DATE: "DATE", Type.YES_NO: "BOOLEAN", Type.NUMBER: "BIGINT"}
        return kinds.get(self.names.tables[table].columns[column].type, "VARCHAR")

    def sequence(self, key: object, text: str, prefix: str = "q") -> str:
        """A CTE over b4 under a name of its own; the same `key` is built once."""
        if key not in self.sequences:
            cte = f"{prefix}{len(self.sequences)}"
            self.late_ctes[cte] = text
            self.sequences[key] = cte
        return self.sequences[key]

    def join_wide(self, cte: str) -> None:
        """Joins a CTE that has at most one row per case to the wide row."""
        self.wide_joins[cte] = None

    # ── items ────────────────────────────────────────────────────────────────────────────────────

    def condition(
        self,
        condition: Condition | None,
        item: Item,
        *,
        blank_is_no: bool,
        deadline: DateSql | None = None,
        lookups: Lookups | None = None,
        lasts: Duration | None = None,
    ) -> str:
        """A condition on a case, three-valued, over `b4` and the event aggregates."""

        def has(event: str) -> str:
            not_before = self.earliest_within(lasts) if lasts else ""
            exists = self.first(event, item.from_, item.until, not_before).exists
            if deadline is None:
                return exists
            # reasons are tried above the wide join, where only its columns are left
            column = self.has_columns.setdefault(exists, f"_h{len(self.has_columns)}")
            return f"b.{column}"

        return condition_sql(
            condition, self.fact, lambda m: self.moment(m, deadline, lookups), has, blank_is_no=blank_is_no
        )

    def leaf(self, leaf: Leaf, item: Item) -> Node:
        """A finished leaf: reasons tried, as columns of `w2`."""
        number = len(self.leaves)
        self.leaves.append(leaf)

        def column(layer: int, word: str, text: str) -> str:
            return self.column(layer, f"_{word}{number}", text)

        state = column(0, "state", leaf.state)
        of, met = column(0, "of", leaf.occurrences), column(0, "met", leaf.met)
        own_reason = column(0, "own", f"CAST({leaf.reason} AS INTEGER)") if leaf.reason != NULL else NULL
        days = {
            day: column(0, f"day{place}_", f"CAST({day} AS DATE)")
            for place, day in enumerate(dict.fromkeys(leaf.due.values()))
        }
        due = case(
            *((f"{state} = {said(s)}", days[day]) for s, day in leaf.due.items()), otherwise="CAST(NULL AS DATE)"
        )
        passed = column(0, "ripe", leaf.passed) if self.passed else TRUE
        within = column(0, "within", leaf.within) if self.period else NULL
        if leaf.finished:
            return Node(2, state, column(2, "due", due), of, met, own_reason, had_passed(state, passed, leaf), within)
        unknown = leaf.deadline.unknown
        if unknown not in (TRUE, FALSE):
            unknown = column(0, "unsure", unknown)
        deadline = leaf.deadline
        if deadline.value != NULL:
            deadline = DateSql(column(0, "deadline", f"CAST({deadline.value} AS DATE)"), unknown)
        left_out, excused = (
            [
                column(
                    1,
                    f"{word}{place}_",
                    self.condition(
                        r.when, item, blank_is_no=True, deadline=deadline, lookups=self.reason_lookups, lasts=r.lasts
                    ),
                )
                for place, r in enumerate(reasons)
            ]
            for word, reasons in (("out", item.left_out_if), ("excuse", item.excused_if))
        )
        finished, why = with_reasons(state, left_out, excused, leaf.reasons_first)
        done = column(2, "done", finished)
        why = column(2, "why", f"CAST({why} AS INTEGER)") if why != NULL else NULL
        if own_reason != NULL:  # the pattern's own, unless a reason of the item made it another state
            own_reason = f"CASE WHEN {done} = {state} THEN {own_reason} END"
            why = column(3, "reason", own_reason if why == NULL else f"coalesce({why}, {own_reason})")
        if done != state:
            due = f"CASE WHEN {done} = {state} THEN {due} END"
        due = column(3, "due", due)
        if within != NULL:  # a reason that changed the whole changed what was due in the period
            within = column(
                3, "due_in", case((f"({within} IS NULL)", NULL), (f"({done} = {state})", within), otherwise=done)
            )
        return Node(4, done, due, of, met, why, had_passed(done, passed, leaf), within)

    def column(self, layer: int, name: str, text: str) -> str:
        """Puts an expression into a layer over the wide row, once; what to call it in those above."""
        if text in (TRUE, FALSE, NULL) or text.isdigit() or re.fullmatch(r"b\.\w+", text):
            return text
        if (layer, text) not in self.layered:
            self.layers.setdefault(layer, {})[name] = text
            self.layered[layer, text] = f"b.{name}"
        return self.layered[layer, text]

    def combine(self, nodes: list[Node], order: tuple[State, ...]) -> Node:
        """One node from several: the first state in `order` that any of them has."""
        depth = max(node.depth for node in nodes) + 1
        number = self.combinations = self.combinations + 1
        states = [node.state for node in nodes]
        state = self.column(
            depth,
            f"_all{number}",
            case(
                *((f"({said(wanted)} IN ({', '.join(states)}))", said(wanted)) for wanted in (*order, *NOTHING_LEFT)),
                otherwise=said(State.NOT_RELEVANT),
            ),
        )
        dues = least(*(f"CASE WHEN {node.state} = {state} THEN {node.due} END" for node in nodes))
        reasons = [case((f"({node.state} = {state})", node.reason)) for node in nodes if node.reason != NULL]
        return Node(
            depth + 1,
            state,
            self.column(depth + 1, f"_alldue{number}", dues),
            self.column(depth, f"_allof{number}", " + ".join(node.occurrences for node in nodes)),
            self.column(depth, f"_allmet{number}", " + ".join(node.met for node in nodes)),
            self.column(depth + 1, f"_allwhy{number}", f"coalesce({', '.join(reasons)}, NULL)" if reasons else NULL),
            # young parts would flatter a whole that is met: it counts when all of it had fallen due
            self.column(
                depth + 1,
                f"_allpassed{number}",
                case(
                    (f"({state} IN ({said(State.MET)}, {said(State.NOT_YET_DUE)}))", and_(*(n.passed for n in nodes))),
                    otherwise=TRUE,
                ),
            ),
            self._within_of(nodes, order, depth, number),
        )

    def _within_of(self, nodes: list[Node], order: tuple[State, ...], depth: int, number: int) -> str:
        """What was due of several in the period: those that had nothing due in it drop out."""
        states = [node.within for node in nodes if node.within != NULL]
        if not states:
            return NULL
        arms = (
            (or_(*(f"coalesce({s} = {said(wanted)}, FALSE)" for s in states)), said(wanted))
            for wanted in (*order, *NOTHING_LEFT, State.NOT_RELEVANT)
        )
        return self.column(depth, f"_allwithin{number}", case(*arms))

    def _accepted_columns(self) -> set[str]:
        """What is used of the table of accepted gaps; nothing when it holds nothing."""
        table = self.names.tables.get(accepted.TABLE)
        if table is None or accepted.TABLE in self.unknown_tables:
            return set()
        used = accepted.used(table)
        for column in used:
            self._want(accepted.TABLE, column)
        return used

    def accepted(self, item: Item) -> str:
        """Two-valued, over the wide row: is the item's gap of the case accepted as a whole?"""
        used = self._accepted_columns()
        if not used:
            return FALSE
        test = self._excuses(item, dated=False)
        return known_true(self._event_aggregate(accepted.TABLE, f"bool_or({test})", used, ANY_ROW))

    def accepted_days(self, item: Item) -> str:
        """A CTE of the occurrences accepted by their date: _case, day. "" where there can be none."""
        used = self._accepted_columns()
        if accepted.DAY not in used:
            return ""
        test = self._excuses(item, dated=True)
        return self.sequence(
            ("accepted", item.id),
            f"\nSELECT DISTINCT b._case, t.{quoted(accepted.DAY)} AS day\n"
            f"{self.linked(accepted.TABLE, 'b4', used)}\nWHERE {test}",
        )

    def _excuses(self, item: Item, *, dated: bool) -> str:
        table = self.names.tables[accepted.TABLE]
        unreadable = self.bad(table.name, accepted.DAY, "t") if accepted.DAY in table.columns else FALSE
        return accepted.excuses(table, item.id, self.as_at_day, unreadable, dated=dated)

    def add_item(self, item: Item) -> None:
        """Adds an item: columns s, d, o, m, r (and p, w) with its number in what `states` names."""
        node = item.met_if.sql(self, item)
        whole = self.accepted(item)
        if whole != FALSE:
            whole = self.column(0, f"_accepted{len(self.items)}", whole)
        relevant = self.condition(item.relevant_if, item, blank_is_no=False)
        if relevant not in (TRUE, FALSE):
            relevant = self.column(0, f"_relevant{len(self.items)}", relevant)
        doubted = unknown(relevant)
        is_left_out = f"({node.state} = {said(State.LEFT_OUT)})"
        excused = and_(whole, f"({node.state} = {said(State.GAP)})")
        state = case(
            (and_(doubted, not_(is_left_out)), said(State.CANNOT_TELL)),
            (not_(relevant), said(State.NOT_RELEVANT)),
            (excused, said(State.EXCUSED)),
            otherwise=node.state,
        )
        number = len(self.items)
        state = self.column(node.depth, f"_item{number}", state)
        self.last_layer = max(self.last_layer, node.depth)
        # where relevance is unknown only a case left out keeps what its pattern found
        same = case((doubted, is_left_out), otherwise=relevant)
        why = case((excused, str(len(item.excused_if))), otherwise=node.reason)
        columns = {
            "s": state,
            "d": case((and_(same, not_(excused)), node.due), otherwise="CAST(NULL AS DATE)"),
            "o": case((same, node.occurrences), otherwise="0"),
            "m": case((same, node.met), otherwise="0"),
            "r": f"CAST({case((same, why))} AS INTEGER)",
        }
        if self.passed:
            columns["p"] = node.passed
        if self.period:
            within = case(
                (f"({state} = {said(State.NOT_RELEVANT)})", NULL),
                (and_(doubted, not_(is_left_out)), said(State.CANNOT_TELL)),
                (and_(whole, f"({node.within} = {said(State.GAP)})"), said(State.EXCUSED)),
                otherwise=node.within,
            )
            columns["w"] = f"CAST({within} AS VARCHAR)"
        self.items.append(", ".join(f"{text} AS {name}{number}" for name, text in columns.items()))

    def add_fact(self, name: str, column: str) -> None:
        """Puts a fact's value beside the states of the last item, as text: NULL where it is blank, unreadable or
        nothing."""
        self.extra_columns.append(f"CAST({self.fact(name).value} AS VARCHAR) AS {quoted(column)}")

    def count_event(self, name: str) -> None:
        """Puts into the table `event_counts(event, times, cases)` how often an event is recorded for certain,
        whenever, and in how many cases."""
        rows = self.event_rows(name, None, None)
        times = "DISTINCT (r._case, r.day)" if self.names.events[name].once_a_day else "*"
        self.event_counts.append(
            f"SELECT {literal(name)} AS event, count({times}) AS times, count(DISTINCT r._case) AS cases"
            f" FROM {rows} r WHERE r.sure"
        )

    # ── the statements ───────────────────────────────────────────────────────────────────────────

    def states(self, numbers: Iterable[int] | None = None) -> str:
        """After FROM: what has the states of the items of these numbers, by default of all, a row for each case.
        Items stand in several tables, because one of them all could be wider than a database takes."""
        numbers = range(len(self.items)) if numbers is None else numbers
        first, *others = (f"z{group}" for group in sorted({n // TOGETHER for n in numbers}))
        joins = "".join(f" JOIN {other} USING (_case)" for other in others)
        return f"(SELECT * FROM {first}{joins})" if others else first

    def statements(self) -> list[str]:
        """The whole, in order: each makes a temporary table. Needs the table `calendar`."""
        parts: dict[str, str] = {}
        for (table, late), group in self.fact_aggregates.items():
            if not late:
                parts[self._fact_alias(table, late)] = self._grouped_facts(table, "c0", late, group)
        parts |= self.ctes
        columns, cut = [], []
        for name in self.case_columns:
            if self._cut(name):
                seen = f"CASE WHEN {quoted(name)} <= {self.as_at} THEN {quoted(name)} END AS {quoted(name)}"
                later = f"coalesce({quoted(name)} > {self.as_at}, FALSE) AS {quoted(name + '__later')}"
                cut.append(f"{seen}, {quoted(name + '__bad')}, {later}")
                columns.append(f"c.{quoted(name)}, c.{quoted(name + '__bad')}, c.{quoted(name + '__later')}")
            else:
                cut.append(f"{quoted(name)}, {quoted(name + '__bad')}")
                columns.append(f"c.{quoted(name)}, c.{quoted(name + '__bad')}")
        start = quoted(self.names.start)
        # a case that starts after as at is counted, not audited; of the others nothing later is seen
        parts = {
            "c0": f"SELECT _case, _row, {', '.join(cut)} FROM {quoted('t_cases')}\n"
            f"WHERE {start} IS NULL OR {start} <= {self.as_at}",
            **parts,
        }
        b0 = f"SELECT c._case, {', '.join(columns)}{self._facts(self.row_facts)}\nFROM c0 c"
        b0 += self._fact_joins(late=False).replace(" b._case", " c._case")
        b0 += "".join("\n  " + join.replace(" b._case", " c._case") for join in self.b0_joins)
        parts["b0"] = b0
        parts["b1"] = f"SELECT b.*{self._facts(self.picked)} FROM b0 b"
        for (table, late), group in self.fact_aggregates.items():
            if late:
                parts[self._fact_alias(table, late)] = self._grouped_facts(table, "b1", late, group)
        parts["b2"] = f"SELECT b.*{self._facts(self.since_facts)} FROM b1 b{self._fact_joins(late=True)}"
        moments = "".join(f", {column}" for column in self.moment_columns)
        parts["b3"] = f"SELECT b.*{moments} FROM b2 b{self.moment_lookups.text}"
        windows = "".join(f", {value} AS {column}" for value, column in self.window_columns.items())
        parts["b4"] = f"SELECT b.*{windows} FROM b3 b"
        for table, group in self.aggregates.items():
            parts[quoted("e_" + table)] = self._grouped(
                table, "b4", group, self.event_used[table], self.event_needs[table]
            )
        parts |= self.late_ctes
        self.layers[0] |= {column: expression for expression, column in self.has_columns.items()}
        groups = [self.items[n : n + TOGETHER] for n in range(0, len(self.items), TOGETHER)]
        groups[-1] = [*groups[-1], *self.extra_columns]
        for number, some in enumerate(groups):
            parts |= self._layered(some, f"z{number}")
        tables = {f"z{number}" for number in range(len(groups))}
        if self.event_counts:
            parts["event_counts"] = "\nUNION ALL\n".join(self.event_counts)
            tables.add("event_counts")
        parts = {"c0": parts["c0"], **self._mattering(), **parts}
        return [self.due_table(), *_statements(parts, tables)]

    def _layered(self, wanted: Sequence[str], into: str) -> dict[str, str]:
        """The layers over the wide row that these columns of the result need, and the table of them. Each
        layer has just the columns that those above it use: what is carried along unused costs more than all
        that is worked out."""
        top = ",\n  ".join(("b._case", *wanted))
        needed = _columns_of(top)
        layers: list[tuple[str, str, str]] = []  # from the top down: its name, what it selects, what it joins
        for layer in range(self.last_layer, -1, -1):
            own = {name: text for name, text in self.layers.get(layer, {}).items() if name in needed}
            if layer and not own:
                continue
            carried = [f"b.{name}" for name in sorted(needed - own.keys() - {"_case"})]
            selected = ",\n  ".join(("b._case", *carried, *(f"{text} AS {name}" for name, text in own.items())))
            joins = self._layer_joins(layer, _relations_of(selected))
            layers.append((f"{into}_{layer}", selected, joins))
            needed = _columns_of(joins).union(_columns_of(", ".join(carried)), *map(_columns_of, own.values()))
        texts: dict[str, str] = {}
        below = "b4"
        for name, selected, joins in reversed(layers):
            texts[name] = f"SELECT {selected}\nFROM {below} b{joins}"
            below = name
        return texts | {into: f"SELECT {top}\nFROM {below} b"}

    def _layer_joins(self, layer: int, named: Set[str]) -> str:
        """What a layer joins to the row below it, as far as it is named there."""
        if layer == 1:
            return self.reason_lookups.joined(named)
        if layer:
            return ""
        lookups = self.wide_lookups.joined(named)
        named = named | _relations_of(lookups)
        aliases = (quoted("e_" + name) if name in self.aggregates else name for name in self.wide_joins)
        wide = (f"\n  LEFT JOIN {alias} ON {alias}._case = b._case" for alias in aliases if alias in named)
        return "".join(wide) + lookups

    def _facts(self, cells: Mapping[str, Cell]) -> str:
        return "".join(
            f",\n  {self._typed(name, cell)} AS {quoted('_f_' + name)}, {cell.bad} AS {quoted('_f_' + name + '__bad')}"
            + (
                f", {cell.at_least} AS {quoted('_f_' + name + '__low')}, {cell.at_most} AS {quoted('_f_' + name + '__high')}"
                if cell.at_least
                else ""
            )
            for name, cell in cells.items()
        )

    def _typed(self, name: str, cell: Cell) -> str:
        """A fact's value; one that cannot be told for anybody is of a type all the same."""
        return f"CAST(NULL AS {self._sql_type(name)})" if cell.value == NULL else cell.value

    def _fact_joins(self, late: bool) -> str:
        return "".join(
            f"\n  LEFT JOIN {self._fact_alias(table, late)} ON {self._fact_alias(table, late)}._case = b._case"
            for table, is_late in self.fact_aggregates
            if is_late == late
        )

    def _grouped_facts(self, table: str, base: str, late: bool, group: Mapping[str, str]) -> str:
        asked = "".join(f", {text} AS {column}" for text, column in self.fact_rows.get((table, late), {}).items())
        rows = self.linked(table, base, self.fact_used[table, late], *self.fact_needs[table, late])
        columns = ",\n  ".join(f"{expression} AS {column}" for expression, column in group.items())
        return f"SELECT r._case, {columns}\nFROM (SELECT b._case{asked}\n{rows}) r\nGROUP BY r._case"

    def _grouped(
        self, table: str, base: str, group: Mapping[str, str], used: Set[str], needs: Sequence[Condition]
    ) -> str:
        columns = ",\n  ".join(f"{expression} AS {column}" for expression, column in group.items())
        return f"SELECT b._case, {columns}\n{self.linked(table, base, used, *needs)}\nGROUP BY b._case"


def _statements(parts: Mapping[str, str], tables: Set[str]) -> list[str]:
    """Parts, each looking only at those before it, as statements. `tables`, and what several parts look
    at, are tables of their own; what only one looks at is a CTE of that one's statement."""
    looks_at = {
        name: Counter(
            other for other in re.findall(r'\b(?:FROM|JOIN) (\w+|"[^"]+")', _without_literals(text)) if other in parts
        )
        for name, text in parts.items()
    }
    users = Counter(other for others in looks_at.values() for other in others)
    made = {name for name in parts if name in tables or users[name] > 1}

    def ctes(of: str) -> Iterator[str]:
        for other, times in looks_at[of].items():
            if other not in made:
                yield from ctes(other)
                yield f"{other} AS {'MATERIALIZED ' if times > 1 else ''}({parts[other]})"

    found = []
    for name, text in parts.items():
        if name in made:
            inner = ",\n".join(ctes(name))
            found.append(f"CREATE OR REPLACE TEMP TABLE {name} AS {f'WITH {inner}' if inner else ''}\n{text}")
    return found


def had_passed(state: str, passed: str, leaf: Leaf) -> str:
    """Two-valued: does a state rest on what had fallen due? Where an `each` waits for one answer, others may
    have had to be there by now."""
    waiting = passed if leaf.finished else FALSE
    return case(
        (f"({state} = {said(State.MET)})", passed), (f"({state} = {said(State.NOT_YET_DUE)})", waiting), otherwise=TRUE
    )


def undated(table: str, day: Cell) -> str:
    """May a row have happened on some day that its date does not tell? A row of an event's own table with
    a blank date has not happened yet; a blank date of a case means what its column says, else cannot tell."""
    return day.unknown if table == "cases" else day.bad


def _columns_of(text: str) -> set[str]:
    """The columns of the row below that SQL text uses, as it names them."""
    return set(re.findall(r'\bb\.(_?[a-z]\w*|"[^"]+")', _without_literals(text)))


def _relations_of(text: str) -> set[str]:
    """The relations whose columns SQL text names."""
    return set(re.findall(r'("[^"]+"|\w+)\.', _without_literals(text)))


def _without_literals(text: str) -> str:
    """SQL without the texts in it, which may hold what looks like a name."""
    return re.sub(r"'(?:[^']|'')*'", "''", text)


def with_reasons(
    state: str,
    left_out: list[str],
    excused: list[str],
    reasons_first: bool = False,
    accepted: str = FALSE,
    sure: str = TRUE,
) -> tuple[str, str]:
    """The state after reasons, and which reason it was (its place in its list, or NULL). `accepted`,
    two-valued, is tried after all others and comes after them in the list of excuses. What is not `sure`,
    two-valued, stays as it is unless it is certainly left out."""
    nothing = FALSE if reasons_first or not left_out else f"({state} = {said(State.NOT_RELEVANT)})"
    is_out, out, excuse = f"({state} = {said(State.LEFT_OUT)})", or_(*left_out), or_(*excused)
    other = f"({state} <> {said(State.GAP)})" if excused or accepted != FALSE else TRUE
    finished = case(
        (nothing, state),
        (out, said(State.LEFT_OUT)),
        (or_(is_out if unknown(out) != FALSE else FALSE, not_(sure)), state),
        (unknown(out), said(State.CANNOT_TELL)),
        (other, state),
        (excuse, said(State.EXCUSED)),
        (unknown(excuse), said(State.CANNOT_TELL)),
        (accepted, said(State.EXCUSED)),
        otherwise=state,
    )
    why = case(
        (nothing, NULL),
        *((test, str(n)) for n, test in enumerate(left_out)),
        (or_(unknown(out), not_(sure), other), NULL),
        *((test, str(n)) for n, test in enumerate(excused)),
        (unknown(excuse), NULL),
        (accepted, str(len(excused))),
    )
    return finished, why


def _in_order(first: Cell, second: Cell) -> str:
    """Three-valued: is the first date on or before the second? Not happened is neither; a blank
    without a meaning cannot be told."""
    return case(
        (or_(first.nothing, second.nothing), FALSE),
        (or_(first.unknown, second.unknown), NULL),
        otherwise=f"({first.value} <= {second.value})",
    )


def _no_event(_: str) -> str:
    raise AssertionError("a `where` has no events")
