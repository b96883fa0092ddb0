"""Reads a dictionary: the YAML file that says what an extract's tables and columns hold.

A dictionary may say `extends: NAME` and then holds only what differs. Its mappings are laid over the
base's key by key; but what is one thing is replaced whole: a list, a fact, an event, a column's
`values`, and a column that is given another `type` (nothing the old type meant holds for the new).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BeforeValidator, Field

from auditcheck import accepted, answers
from auditcheck.calendar import bank_holidays, read_date
from auditcheck.conditions import RESERVED, All, Any_, Compare, Condition, Is, Moment, Reader, parts_of, read_yes_no
from auditcheck.names import (
    NOT_HAPPENED,
    Column,
    CountRows,
    Event,
    Fact,
    Group,
    Held,
    LookUp,
    Names,
    PickDate,
    PickRow,
    RowsOf,
    Rules,
    SomeRow,
    Table,
    Type,
    Value,
    one_spelling,
)
from auditcheck.personal import why_personal
from auditcheck.problems import ChecklistStop, Problem, did_you_mean, listed, one_of, quote, shown, unknown
from auditcheck.written import Plain, Plains, Shape, Written, YesNo, part_of_language, parts, told, validate, wrong
from auditcheck.yamlfile import Mapping, file_of, is_missing, line_of, parse_yaml, read_yaml

SHIPPED = "ndelius"
CANNOT_TELL = "cannot tell"  # what a blank means unless its column says otherwise

Part = TypeVar("Part")


# ── what a file may say ──────────────────────────────────────────────────────────────────────────


def _date(raw: Any) -> date:
    day = raw if isinstance(raw, date) else read_date(str(raw).strip())
    if day is None:
        raise wrong("takes a date written YYYY-MM-DD")
    return day


def _pair(raw: Any) -> Any:
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        raise wrong("takes a list of two")
    return raw


def _pairs(raw: Any) -> Any:
    """A list of pairs; one pair may stand alone."""
    if isinstance(raw, list) and len(raw) == 2 and all(isinstance(part, str) for part in raw):
        return [raw]
    if not isinstance(raw, list):
        raise wrong("takes a list of pairs")
    return raw


Date = Annotated[date, BeforeValidator(_date), part_of_language("date")]
Period = Annotated[tuple[Date, Date], BeforeValidator(_pair)]
Pairs = Annotated[
    tuple[Annotated[tuple[Plain, Plain], BeforeValidator(_pair)], ...],
    BeforeValidator(_pairs),
    part_of_language("pairs"),
]


def _codes(raw: Any) -> Any:
    """`values:` as a mapping of value to raw codes; a list means every value is its own code."""
    if isinstance(raw, list | dict) and not raw:
        raise wrong("is empty")
    if not isinstance(raw, list | dict):
        raise told() if is_missing(raw) else wrong("takes a mapping of values to codes, or a list of values")
    if isinstance(raw, list):
        if any(isinstance(value, list | dict) for value in raw):
            raise wrong("takes a mapping of values to codes, or a list of plain values")
        return {str(value): [value] for value in raw}
    return {key: codes if isinstance(codes, list) else [codes] for key, codes in raw.items()}


def _closed(raw: Any) -> Any:
    if isinstance(raw, list):
        wrongly = [day for day in raw if read_date(str(day)) is None]
        if wrongly:
            raise wrong(f"holds {quote(wrongly[0])}, which is no date written YYYY-MM-DD")
        return tuple(_date(day) for day in raw)
    if isinstance(raw, str) and raw in ("england-and-wales", "none"):
        return frozenset(bank_holidays()) if raw == "england-and-wales" else ()
    raise wrong("takes england-and-wales, none, or a list of dates written YYYY-MM-DD")


def _zone(raw: Any) -> str:
    """The name of a time zone. The usual one is not looked up: Windows may have none."""
    name = raw if isinstance(raw, str) else ""
    if name != "Europe/London":
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise wrong("takes the name of a time zone, such as Europe/London") from None
    return name


class WrittenColumn(Written):
    """A column: its type, the headings it may have, what a blank means, and rules for its values."""

    type: Literal["text", "code", "date", "yes_no", "number"] | None = None
    required: YesNo = False
    headings: Plains = ()
    values: (
        Annotated[dict[str, tuple[Plain, ...]], BeforeValidator(_codes), Shape(list[Plain] | dict[str, Plains])] | None
    ) = None
    blank: Plain | None = None
    may_be_missing: YesNo = False
    planned: YesNo = False
    allowed: Plains = ()
    pattern: Plain | None = None
    at_least: Plain | None = None
    at_most: Plain | None = None
    look_up: Plain | None = None
    from_: Plain | None = Field(None, alias="from")
    by: Plain | None = None
    reason: Plain | None = None

    meanings: ClassVar[AnyMapping[str, str]] = {
        "type": "What its cells hold.",
        "required": "yes: without the column nothing is audited, and every row must have it filled in.",
        "headings": "What it may be called in an extract besides its name, whatever its capitals, spaces and signs.",
        "values": "For a code: each value and the raw codes that mean it. Otherwise a code stands for itself.",
        "blank": "What a blank means: not happened (nothing there), a value, or, where nothing is said, cannot tell.",
        "may_be_missing": "yes: without the column every cell of it is blank; `blank` must then say what that means.",
        "planned": "yes: a date after as at counts, because it says what is to be.",
        "allowed": "The only values it may hold. Others are faults.",
        "pattern": "A regular expression that all of each cell must match. Other cells are faults.",
        "at_least": "The least number or the first day it may hold.",
        "at_most": "The greatest number or the last day it may hold.",
        "look_up": "The column to bring from another table.",
        "from": "The table to bring it from, which has one key column.",
        "by": "The column of this table that holds the other's key.",
        "reason": "Why it is read although it looks like a name, a birth date, an address or free text.",
    }


Columns = Annotated[dict[str, WrittenColumn | None], BeforeValidator(parts(WrittenColumn))]


class WrittenTable(Written):
    """A table of the extract: whose its rows are, and its columns."""

    headings: Plains = ()
    key: Plains = ()
    link: Plains = ()
    link_if_blank: Plains = ()
    as_if_blank: Annotated[Any, part_of_language("condition")] = None
    may_be_empty: YesNo = False
    covers: Period | None = None
    in_order: Pairs = ()
    columns: Columns

    meanings: ClassVar[AnyMapping[str, str]] = {
        "headings": "What the file or the sheet may be called, besides its own name.",
        "key": "The columns that tell its rows apart.",
        "link": "The columns that say whose row it is. They have the same names in cases.",
        "link_if_blank": "Those of them that decide where the others are blank: the row is each such case's.",
        "as_if_blank": "The condition for rows that are every such case's too, whatever stands in the others.",
        "may_be_empty": "yes: without rows nothing happened. Otherwise an empty table is cannot tell for everyone.",
        "covers": "The first and the last day that it covers. What falls outside is cannot tell.",
        "in_order": "Pairs of date columns of which the first must not be after the second.",
        "columns": "The columns, by name.",
    }


class WrittenHeld(Written):
    """Who held a case before: the table that says so, its column with the code, and with the day from
    which it holds."""

    from_: Plain = Field(alias="from")
    code: Plain
    by: Plain

    meanings: ClassVar[AnyMapping[str, str]] = {
        "from": "The table of allocations.",
        "code": "Its column with the code of who holds the case.",
        "by": "Its column with the day from which they hold it.",
    }


class WrittenGroup(Written):
    """A way to group cases: the column with the code, one with a label to show, what those with
    neither are called (a template such as "{team_code}U"), and for practitioners who held a case
    before: late belongs to who held it on the deadline."""

    code: Plain
    label: Plain | None = None
    unallocated: Plain | None = None
    held: WrittenHeld | None = None

    meanings: ClassVar[AnyMapping[str, str]] = {
        "code": "The column of cases with the code.",
        "label": "The column with words to show beside it.",
        "unallocated": "How a code that stands for nobody is made up, with columns in braces.",
        "held": "Where it stands who held a case before: late belongs to who held it on the deadline.",
    }


class WrittenCases(Written):
    """The table of cases: its key, the dates that bound a case, the column that says what a case is,
    and how cases are grouped."""

    headings: Plains = ()
    key: Plains
    start: Plain
    end: Plain | None = None
    label: Plain | None = None
    group_by: Annotated[dict[str, WrittenGroup | None], BeforeValidator(parts(WrittenGroup))] = Field(
        default_factory=dict
    )
    in_order: Pairs = ()
    columns: Columns

    meanings: ClassVar[AnyMapping[str, str]] = {
        "headings": "What the file or the sheet may be called, besides cases.",
        "key": "The columns that tell cases apart.",
        "start": "The date column with the first day of a case.",
        "end": "The date column with its last day.",
        "label": "The column that says what a case is.",
        "group_by": "How cases are counted: practitioner, team and any other.",
        "in_order": "Pairs of date columns of which the first must not be after the second.",
        "columns": "The columns, by name. Each is a fact.",
    }


class WrittenFact(Written):
    """A fact worked out from rows, or from other date facts. Exactly one of some, count, distinct,
    first, last, latest and earliest."""

    some: Plain | None = None
    count: Plain | None = None
    distinct: Plain | None = None
    first: Plain | None = None
    last: Plain | None = None
    latest: Plains | None = None
    earliest: Plains | None = None
    from_: Plain | None = Field(None, alias="from")
    where: Annotated[Any, part_of_language("condition")] = None
    date: Plain | None = None
    until: Plain | None = None
    when: Literal["as_at", "at_start", "ever"] | None = None
    since: Plain | None = None
    by: Plain | None = None
    may_be_missing: YesNo = False

    meanings: ClassVar[AnyMapping[str, str]] = {
        "some": "A table: yes where it has a row that matches, else no.",
        "count": "A table: how many of its rows match.",
        "distinct": "A column: how many different values matching rows have.",
        "first": "A column: its value in the first matching row.",
        "last": "A column: its value in the last matching row.",
        "latest": "Date facts: the latest of those that have happened.",
        "earliest": "Date facts: the earliest of those that have happened.",
        "from": "The table, for distinct, first and last.",
        "where": "The condition that rows must meet. It names columns, and case.COLUMN for those of the case.",
        "date": "The date column of the rows. What is dated after as at is not seen.",
        "until": "The date column with the day on which a row ends.",
        "when": "Whether a row must stand as at, at the case's start, or at any time (ever, where it is not said).",
        "since": "A date fact: only rows on or after it.",
        "by": "The date column that puts the rows in order.",
        "may_be_missing": "yes: an extract without the table is read as if it had no such row.",
    }


class WrittenEvent(Written):
    """An event: the dated rows of a table that match `where`, or any of several events."""

    from_: Plain | None = Field(None, alias="from")
    date: Plain | None = None
    where: Annotated[Any, part_of_language("condition")] = None
    any: Plains | None = None
    once_a_day: YesNo = False
    changes: Plain | None = None
    first_only: YesNo = False

    meanings: ClassVar[AnyMapping[str, str]] = {
        "from": "The table to look in.",
        "date": "The column with the day on which it happened.",
        "where": "The condition that rows must meet. It names columns, and case.COLUMN for those of the case.",
        "any": "Other events, any of which is this one.",
        "once_a_day": "yes: several on one day are one. So they are of “any” of which one says it.",
        "changes": "A column: only the first row, and those in which it is other than on the last day before.",
        "first_only": "yes: of each case only the first is there. Items that look for every one are not asked.",
    }


class WrittenDictionary(Written):
    """What an extract's tables and columns hold, and the facts and events in them. `cases` and each
    table are read one by one, so that a mistake in one does not hide those in another."""

    dictionary: Plain
    version: Plain = "1"
    title: Plain | None = None
    extends: Plain | None = None
    as_at: Date | None = None
    taken_on: Date | None = None
    zone: Annotated[str, BeforeValidator(_zone)] = "Europe/London"
    audit: Plain | None = None
    closed_days: Annotated[
        frozenset[date], BeforeValidator(_closed), Shape(Literal["england-and-wales", "none"] | list[Date])
    ] = Field(default_factory=lambda: frozenset(bank_holidays()))
    cases: Annotated[Any, Shape(WrittenCases)]
    tables: Annotated[dict[str, Any], Shape(dict[str, WrittenTable])] = Field(default_factory=dict)
    facts: Annotated[dict[str, WrittenFact | None], BeforeValidator(parts(WrittenFact))] = Field(default_factory=dict)
    events: Annotated[dict[str, WrittenEvent | None], BeforeValidator(parts(WrittenEvent))] = Field(
        default_factory=dict
    )

    meanings: ClassVar[AnyMapping[str, str]] = {
        "dictionary": "The dictionary's name.",
        "version": "Its version. In quotes, so that it stays as written.",
        "title": "Whose cases the extract holds, as screens show it.",
        "extends": "ndelius, or a file beside this one: what is not said here is as there.",
        "as_at": "The day that audits of this extract look from.",
        "taken_on": "The day on which the extract was taken. It knows no later one.",
        "zone": "The time zone of cells that hold a time of day too.",
        "audit": "The audit whose readers' answers count.",
        "closed_days": "england-and-wales (its bank holidays), none, or a list of dates: no working days.",
        "cases": "The table of cases.",
        "tables": "The other tables, by name.",
        "facts": "Facts besides the columns of cases, by name.",
        "events": "Events, by name.",
    }


#: What goes with each form of a fact, and what of it must be there.
FACT_KEYS: dict[str, frozenset[str]] = {
    "some": frozenset({"where", "date", "until", "when"}),
    "count": frozenset({"where", "date", "since"}),
    "distinct": frozenset({"from", "where", "date", "since"}),
    "first": frozenset({"from", "where", "by", "may_be_missing"}),
    "last": frozenset({"from", "where", "by", "may_be_missing"}),
    "latest": frozenset(),
    "earliest": frozenset(),
}
FACT_FORMS = tuple(FACT_KEYS)


# ── files ────────────────────────────────────────────────────────────────────────────────────────


def shipped_dictionary() -> Path:
    """The dictionary of the nDelius-coded extract that ships with auditcheck."""
    from auditcheck.shipped import shipped

    return shipped("dictionary.yaml")


def load_dictionary(path: Path | None = None, data: bytes | None = None) -> Names:
    """The dictionary in the file at `path` (the shipped one by default), resolved; or of `data`, which the file is
    to hold.

    Raises ChecklistStop with every mistake in it and in the dictionaries it extends.
    """
    path = path or shipped_dictionary()
    problems: list[Problem] = []
    try:
        raw = read_yaml(path, problems) if data is None else parse_yaml(data, shown(path), problems)
        return resolve(_extended(raw, path, (), problems), file_of(raw, path.name), problems)
    except ChecklistStop as stop:
        raise ChecklistStop.of([*problems, *stop.problems]) from None


def open_questions(path: Path) -> tuple[int, Path | None]:
    """How many lines of the dictionary at `path` are still questions, and the file that it extends, None for the one
    that ships. Raises ChecklistStop where it cannot be read at all."""
    raw = read_yaml(path, [])
    base = _base(raw["extends"], path) if raw.get("extends") else None
    return sum(key.endswith("?") for key in _keys(raw)), None if base == shipped_dictionary() else base


def _extended(raw: Mapping, path: Path, seen: tuple[Path, ...], problems: list[Problem]) -> Mapping:
    """`raw`, which the file at `path` holds, laid over what it extends."""
    if "extends" not in raw or is_missing(raw["extends"]):
        return raw
    wanted = raw["extends"]
    base = _base(wanted, path)
    at = next(key for key in raw if key == "extends")
    text = ""
    if base is None:
        text = f"“extends” takes “{SHIPPED}” or the name of a file beside this one, not {quote(wanted)}."
        text += did_you_mean(wanted, [SHIPPED]) if isinstance(wanted, str) else ""
    elif base.resolve() in (path.resolve(), *seen):
        text = "“extends” goes round in a circle."
    if base is None or text:
        raise ChecklistStop.of([Problem(file_of(at, path.name), line_of(at), text)])
    # the shipped file and one in an extract's folder may have the same name
    name = SHIPPED if base == shipped_dictionary() else ""
    below = _extended(read_yaml(base, problems, name=name), base, (*seen, path.resolve()), problems)
    return _laid_over(below, raw, ())


def _base(wanted: object, path: Path) -> Path | None:
    if not isinstance(wanted, str) or Path(wanted).name != wanted:
        return None
    if wanted == SHIPPED:
        return shipped_dictionary()
    base = path.parent / wanted
    try:
        return base if base.is_file() else None
    except (OSError, ValueError):  # a name that no file can have
        return None


def _laid_over(base: Mapping, over: Mapping, at: tuple[str, ...]) -> Mapping:
    merged = Mapping(base)
    merged.file, merged.line = over.file, over.line
    for key, value in over.items():
        old = merged.pop(key, None)
        if isinstance(old, Mapping) and isinstance(value, Mapping) and not _is_whole(old, value, (*at, key)):
            value = _laid_over(old, value, (*at, key))
        merged[key] = value
    return merged


def _is_whole(old: Mapping, new: Mapping, at: tuple[str, ...]) -> bool:
    """Is what stands at `at` one thing, which is replaced and never merged?"""
    if (len(at) == 2 and at[0] in ("facts", "events")) or (len(at) == 3 and at[2] == "as_if_blank"):
        return True
    if at[-2:-1] == ("columns",):
        return ("look_up" in new and "look_up" not in old) or new.get("type", old.get("type")) != old.get("type")
    return at[-3:-2] == ("columns",) and at[-1] == "values"


def resolve(raw: Mapping, file: str, problems: list[Problem] | None = None) -> Names:
    """The dictionary `raw`, checked and resolved. Raises ChecklistStop with every mistake, those
    already in `problems` included."""
    problems = [] if problems is None else problems
    names = _Resolver(raw, file, problems).resolve()
    if names is None or problems:
        raise ChecklistStop.of(problems)
    return names


# ── meaning ──────────────────────────────────────────────────────────────────────────────────────


class _Resolver:
    """Works out what a dictionary means. What is wrong in itself is left out of `tables`, `facts` and
    `events` and noted in `broken`; nothing is said of what rests on it."""

    def __init__(self, raw: Mapping, file: str, problems: list[Problem]) -> None:
        self.raw = raw
        self.file = file
        self.problems = problems
        self.tables: dict[str, Table] = {}
        self.facts: dict[str, Fact] = {}
        self.events: dict[str, Event] = {}
        self.broken: set[tuple[str, ...]] = set()

    def problem(self, at: tuple[str, ...], text: str) -> None:
        """A problem at the key that the steps of `at` lead to."""
        place: object = self.raw
        node: object = self.raw
        for step in at:
            if not isinstance(node, dict) or step not in node:
                break
            place = next(key for key in node if key == step)
            node = node[step]
        if not is_missing(node):
            self.problems.append(Problem(file_of(place, self.file), line_of(place), text, _item(at)))

    def known(self, word: str, known: AnyMapping[str, Any], at: tuple[str, ...], what: str, *of: str) -> bool:
        """Is there one? `of` says where it would be broken."""
        if word in known:
            return True
        if not self.is_broken(*of, word):
            self.problem(at, unknown(what, word, known))
        return False

    def is_broken(self, *at: str) -> bool:
        return any(at[:n] in self.broken for n in range(1, len(at) + 1))

    def is_name(self, name: str, at: tuple[str, ...]) -> None:
        if name in RESERVED:
            self.problem(at, f"{quote(name)} is a word of the language itself. Choose another name.")
        elif not re.fullmatch("[a-z](_?[a-z0-9])*", name):
            self.problem(at, f"{quote(name)} cannot be a name; allowed: small letters, digits and single _ between.")

    def resolve(self) -> Names | None:
        if "dictionary" not in self.raw and "checklist" in self.raw:
            self.problem(("checklist",), "this is a checklist; a dictionary begins with “dictionary: NAME”.")
            return None
        if self._tell_questions():
            return None
        kinds = ("tables", "facts", "events")
        self.broken |= {(kind,) for kind in kinds if not isinstance(self.raw.get(kind, {}), dict)}
        written = validate(WrittenDictionary, self.raw, self.file, self.problems, keep=True)
        if written is None:
            return None
        cases = self._tables(written)
        if cases is None:
            return None
        self._facts(written.facts)
        self._events(written.events)
        if accepted.TABLE not in self.tables:  # only now: no fact or event rests on it
            self._add_accepted(cases.key)
        if written.as_at and written.taken_on and written.as_at > written.taken_on:
            self.problem(("as_at",), "“as_at” is later than “taken_on”: the extract cannot know that day.")
        return Names(
            name=written.dictionary,
            version=written.version,
            title=written.title or "",
            tables=self.tables,
            facts=self.facts,
            events=self.events,
            groups=self._groups(cases.group_by),
            key=cases.key,
            start=cases.start,
            end=cases.end,
            label=cases.label,
            closed_days=written.closed_days,
            as_at=written.as_at,
            taken_on=written.taken_on,
            zone=written.zone,
            audit=written.audit,
        )

    def _tell_questions(self) -> bool:
        """Tells which lines of a draft are still questions: keys that end in “?”. While there is one, nothing
        else is judged, because something else may rest on it."""
        lines: dict[str, list[int]] = {}
        for key in _keys(self.raw):
            if key.endswith("?"):
                lines.setdefault(file_of(key, self.file), []).append(line_of(key))
        for file, found in lines.items():
            one = len(found) == 1
            which = listed([str(line) for line in sorted(found)])
            text = "still a question" if one else f"still {len(found)} questions, on lines {which}"
            text += ": the name ends in “?”. If it is right, take the “?” out; if not, correct or delete the line."
            self.problems.append(Problem(file, min(found), text))
        return bool(lines)

    # tables

    def _tables(self, written: WrittenDictionary) -> WrittenCases | None:
        """All tables, `cases` first; None when so little is known of cases that nothing can rest on it."""
        at = next((key for key in self.raw if key == "cases"), None)
        cases = validate(WrittenCases, written.cases, self.file, self.problems, item="cases", at=at, keep=True)
        others: dict[str, WrittenTable] = {}
        for name, table in written.tables.items():
            if name == "cases":
                self.problem(("tables", name), "“cases” stands at the top level, not under “tables”.")
                continue
            self.is_name(name, ("tables", name))
            found = validate(WrittenTable, table, self.file, self.problems, item=name, at=name, keep=True)
            if found is None:
                self.broken.add(("tables", name))
            else:
                others[name] = found
        if cases is None:
            return None
        self.tables["cases"] = Table(
            name="cases",
            headings=cases.headings,
            key=cases.key,
            in_order=cases.in_order,
            columns=self._columns("cases", cases.columns),
        )
        for name, other in others.items():
            self.tables[name] = Table(
                name=name,
                headings=other.headings,
                key=other.key,
                link=other.link,
                link_if_blank=other.link_if_blank,
                may_be_empty=other.may_be_empty,
                covers=other.covers,
                in_order=other.in_order,
                columns=self._columns(name, other.columns),
            )
        self._look_ups()
        for name, other in others.items():
            self._as_if_blank(name, other.as_if_blank, cases.start)
        for table in list(self.tables.values()):
            self._check_table(table)
        self._share_headings()
        if accepted.TABLE in self.tables:
            self._check_own(accepted.TABLE, "accepted gaps", accepted.NEEDED, accepted.COLUMNS, coded=False)
        if answers.TABLE in self.tables:
            self._check_own(answers.TABLE, "readers' answers", answers.NEEDED, answers.COLUMNS, coded=True)
        self._check_cases(cases)
        words = {name: (name, *table.headings) for name, table in self.tables.items()}
        self._no_heading_twice(words, lambda name: _at_table(name), "table")
        return cases

    def _as_if_blank(self, name: str, raw: Any, start: str) -> None:
        """Which rows of a table belong to every case that agrees on `link_if_blank`."""
        table, at = self.tables[name], ("tables", name, "as_if_blank")
        condition = self._where(("tables", name), name, raw)
        if condition is None:
            return
        if not table.link_if_blank:
            self.problem(at, "“as_if_blank” goes with “link_if_blank”.")
        own = {column.name for column in table.raw_columns if column.blank_value is None}
        since_start = ("on_or_after", Moment(f"case.{start}"))

        def fits(test: Condition) -> bool:
            match test:
                case All() | Any_():
                    return True
                case Is(column):
                    return column in own
                case Compare(column, op, other):
                    return column in own and (op, other) == since_start
            return False

        if all(map(fits, parts_of(condition))):
            self.tables[name] = replace(table, as_if_blank=condition)
        else:
            of_day = f"{{COLUMN: {{on_or_after: case.{start}}}}}"
            text = f"“as_if_blank” takes what columns of {name} hold, {{COLUMN: values}}, and from when on, {of_day}"
            self.problem(at, f"{text}; also any_of and all_of. No column of which a blank is a value.")

    def _check_table(self, table: Table) -> None:
        at, columns = _at_table(table.name), table.columns
        for word, names in (("key", table.key), ("link", table.link), ("link_if_blank", table.link_if_blank)):
            if len(set(names)) < len(names):
                self.problem((*at, word), f"“{word}” names a column twice.")
            for name in names:
                if self.known(name, columns, (*at, word), f"column of {table.name}", "tables", table.name):
                    self._identifies(columns[name], (*at, "columns", name))
        for name in table.link:
            mine, theirs = columns.get(name), self.tables["cases"].columns.get(name)
            self.known(name, self.tables["cases"].columns, (*at, "link"), "column of cases", "tables", "cases")
            if mine and theirs and mine.type is not theirs.type:
                text = f"{quote(name)} is {mine.type} here and {theirs.type} in cases, and can never be the same."
                self.problem((*at, "columns", name), text)
        for name in table.link_if_blank:
            if name in columns:
                self.known(name, dict.fromkeys(table.link), (*at, "link_if_blank"), "column of “link”")
        if table.link_if_blank and set(table.link) <= set(table.link_if_blank):
            self.problem((*at, "link_if_blank"), "“link_if_blank” must leave out a column of “link”.")
        if table.covers and table.covers[0] > table.covers[1]:
            self.problem((*at, "covers"), "“covers” ends before it begins.")
        for pair in table.in_order:
            for name in pair:
                self._is_date(name, table.name, (*at, "in_order"))
        words = {name: (name, *column.headings) for name, column in columns.items() if column.look_up is None}
        self._no_heading_twice(words, lambda name: (*at, "columns", name), "column")

    def _share_headings(self) -> None:
        """What says whose a row is may be headed in every table as in cases, unless another column is."""
        cases = self.tables["cases"].columns
        for table in list(self.tables.values()):
            columns = dict(table.columns)
            others = {folded(word) for name, c in columns.items() for word in (name, *c.headings)}
            for name in table.link:
                if name in columns and name in cases:
                    more = [word for word in cases[name].headings if folded(word) not in others]
                    columns[name] = replace(columns[name], headings=(*columns[name].headings, *more))
            self.tables[table.name] = replace(table, columns=columns)

    def _add_accepted(self, key: tuple[str, ...]) -> None:
        """The table of accepted gaps is auditcheck's own, so an extract may hold it whatever its dictionary
        defines: whose gap it is stands in columns headed as those of the cases."""
        cases = self.tables["cases"].columns
        taken = {folded(word) for table in self.tables.values() for word in (table.name, *table.headings)}
        if accepted.TABLE in taken or self.is_broken("tables", accepted.TABLE) or not set(key) <= cases.keys():
            return
        whose = {name: Column(name, cases[name].type, required=True, headings=cases[name].headings) for name in key}
        own = {
            name: Column(name, kinds[0], required=True, planned=kinds[0] is Type.DATE)
            for name, kinds in accepted.COLUMNS.items()
            if name not in whose
        }
        self.tables[accepted.TABLE] = Table(accepted.TABLE, whose | own, link=key, may_be_empty=True)

    def _check_own(
        self, name: str, what: str, needed: tuple[str, ...], kinds_of: AnyMapping[str, tuple[Type, ...]], *, coded: bool
    ) -> None:
        """A table that auditcheck reads by its columns' names; `coded`, their codes may be given."""
        table, at = self.tables[name], ("tables", name)
        if not table.link and "link" not in self.raw["tables"][name]:
            self.problem(at, f"the table “{name}” has no “link” that says whose rows they are.")
        for column in needed:
            if column not in table.columns and not self.is_broken("tables", name, column):
                text = f"“{name}” holds {what} and needs the columns {listed(needed)}."
                self.problem((*at, "columns"), f"{text} There is no “{column}”.")
        for column, kinds in kinds_of.items():
            found = table.columns.get(column)
            if found and (found.look_up or found.type not in kinds or (found.values is not None and not coded)):
                self.problem((*at, "columns", column), f"“{column}” of {what} takes type {one_of(kinds)}.")

    def _identifies(self, column: Column, at: tuple[str, ...]) -> None:
        """Rows are told apart, and joined, by text that is the same on both sides."""
        if column.look_up or column.type not in (Type.TEXT, Type.CODE) or column.values is not None:
            self.problem(at, f"“{column.name}” identifies rows; allowed: type text, or type code without “values”.")

    def _is_date(self, name: str, table: str, at: tuple[str, ...]) -> None:
        columns = self.tables[table].columns
        if self.known(name, columns, at, f"column of {table}", "tables", table) and columns[name].type is not Type.DATE:
            dates = [other for other, column in columns.items() if column.type is Type.DATE]
            allowed = f"; the dates of {table} are {listed(dates)}" if dates else ""
            self.problem(at, f"{quote(name)} is not a date{allowed}.{did_you_mean(name, dates)}")

    def _no_heading_twice(
        self, words: AnyMapping[str, Iterable[str]], at: Callable[[str], tuple[str, ...]], what: str
    ) -> None:
        """Headings are matched without case, spaces and punctuation; each must lead to one thing."""
        seen: dict[str, str] = {}
        for name, headings in words.items():
            for heading in headings:
                alike = folded(heading)
                if not alike:
                    self.problem(at(name), f"the heading {quote(heading)} has no letter or digit.")
                elif seen.setdefault(alike, name) != name:
                    text = f"the heading {quote(heading)} already belongs to the {what} “{seen[alike]}”."
                    self.problem(at(name), text)

    def _check_cases(self, cases: WrittenCases) -> None:
        columns = self.tables["cases"].columns
        if not cases.key:
            self.problem(("cases", "key"), "“key” needs at least one column.")
        self._is_date(cases.start, "cases", ("cases", "start"))
        if cases.end is not None:
            self._is_date(cases.end, "cases", ("cases", "end"))
        if cases.label is not None:
            self.known(cases.label, columns, ("cases", "label"), "column of cases", "tables", "cases")

    def _groups(self, written: AnyMapping[str, WrittenGroup | None]) -> dict[str, Group]:
        columns = self.tables["cases"].columns
        groups: dict[str, Group] = {}
        for name, group in written.items():
            at = ("cases", "group_by", name)
            self.is_name(name, at)
            if group is None:
                continue
            template = group.unallocated or ""
            named = re.findall(r"\{(\w*)\}", template)
            if re.search("[{}]", re.sub(r"\{\w+\}", "", template)):
                text = "“unallocated” takes text with columns of cases in braces, such as “{team_code}U”."
                self.problem((*at, "unallocated"), text)
                named = []
            for word, column in (("code", group.code), ("label", group.label), *(("unallocated", n) for n in named)):
                if column is not None:
                    self.known(column, columns, (*at, word), "column of cases", "tables", "cases")
            held = self._held(name, group, (*at, "held"))
            groups[name] = Group(name, group.code, group.label, group.unallocated, held)
        return groups

    def _held(self, name: str, group: WrittenGroup, at: tuple[str, ...]) -> Held | None:
        """Who held cases before; None where it is not said, or after a problem."""
        held = group.held
        if held is None:
            return None
        if name != "practitioner":
            self.problem(at, "“held” belongs to “practitioner”: who held a case before.")
            return None
        if not self.known(held.from_, self.tables, (*at, "from"), "table", "tables"):
            return None
        if not self.tables[held.from_].link:
            self.problem((*at, "from"), f"the table “{held.from_}” has no “link” that says whose rows they are.")
            return None
        before = len(self.problems)
        columns = {column.name: column for column in self.tables[held.from_].raw_columns}
        now = self.tables["cases"].columns.get(group.code)
        self._is_date(held.by, held.from_, (*at, "by"))
        if self.known(held.code, columns, (*at, "code"), f"column of {held.from_}", "tables", held.from_):
            mine = columns[held.code].type
            if now is not None and mine is not now.type:
                text = f"{quote(held.code)} is {mine} and “{group.code}” of cases is {now.type}: never the same."
                self.problem((*at, "code"), text)
        return Held(held.from_, held.code, held.by) if len(self.problems) == before else None

    # columns

    def _columns(self, table: str, written: AnyMapping[str, WrittenColumn | None]) -> dict[str, Column]:
        at = (*_at_table(table), "columns")
        if not written:
            self.problem(at, "“columns” needs at least one column.")
        columns: dict[str, Column] = {}
        for name, column in written.items():
            self.is_name(name, (*at, name))
            found = self._column(name, column, (*at, name)) if column is not None else None
            if found is None:
                self.broken.add(("tables", table, name))
            else:
                columns[name] = found
        return columns

    def _column(self, name: str, column: WrittenColumn, at: tuple[str, ...]) -> Column | None:
        given = _given(column)
        if column.look_up is not None:
            return self._look_up(name, column, given, at)
        if given & {"from", "by"}:
            self.problem(at, "“from” and “by” belong to “look_up”.")
        if column.type is None:
            self.problem(at, "needs “type”: text, code, date, yes_no or number.")
            return None
        kind = Type(column.type)
        if not column.reason and (what := why_personal((name, *column.headings), kind)):
            text = f"looks like {what}. Leave it out, or say why it must be read: “reason: …”."
            self.problem(at, text)
        for word, kinds in _ONLY_FOR.items():
            if word in given and kind not in kinds:
                self.problem((*at, word), f"“{word}” belongs to type {one_of(kinds)}.")
        values = column.values if kind is Type.CODE else None
        self._no_code_twice(values or {}, at)
        least = self._limit(column.at_least, kind, (*at, "at_least"))
        most = self._limit(column.at_most, kind, (*at, "at_most"))
        if least is not None and most is not None and least > most:  # type: ignore[operator]  # of one kind
            self.problem((*at, "at_most"), "“at_most” is less than “at_least”.")
        if column.pattern and kind in _ONLY_FOR["pattern"] and (why := _why_no_pattern(column.pattern)):
            self.problem((*at, "pattern"), f"“pattern” {why}.")
        if column.may_be_missing and (column.required or column.blank in (None, CANNOT_TELL)):
            why = "and it is required" if column.required else f"so say what one means: “blank: {NOT_HAPPENED}”"
            self.problem((*at, "may_be_missing"), f"a column that may be missing is read as blank cells, {why}.")
        bare = Column(name, kind, values=values)
        for text in column.allowed:
            self._value(bare, text, (*at, "allowed"))
        return replace(
            bare,
            required=column.required,
            headings=column.headings,
            planned=column.planned,
            may_be_missing=column.may_be_missing,
            blank=self._blank(bare, column.blank, (*at, "blank")),
            rules=Rules(allowed=column.allowed, pattern=column.pattern, at_least=least, at_most=most),
        )

    def _no_code_twice(self, values: AnyMapping[str, tuple[str, ...]], at: tuple[str, ...]) -> None:
        seen: dict[str, str] = {}
        for value, codes in values.items():
            for code in codes:
                other = seen.setdefault(one_spelling(code).upper(), value)
                if other != value:
                    self.problem((*at, "values", value), f"the code {quote(code)} already means {quote(other)}.")

    def _limit(self, text: str | None, kind: Type, at: tuple[str, ...]) -> int | date | None:
        if text is None or kind not in _ONLY_FOR["at_least"]:
            return None
        limit = read_date(text) if kind is Type.DATE else _whole_number(text)
        if limit is None:
            wanted = "a date written YYYY-MM-DD" if kind is Type.DATE else "a whole number"
            self.problem(at, f"“{at[-1]}” takes {wanted}, not {quote(text)}.")
        return limit

    def _blank(self, column: Column, text: str | None, at: tuple[str, ...]) -> Value | None:
        if text is None or text == CANNOT_TELL:
            return None
        if text == NOT_HAPPENED:
            return NOT_HAPPENED
        return self._value(column, text, at, [NOT_HAPPENED, CANNOT_TELL])

    def _value(self, column: Column, text: str, at: tuple[str, ...], others: Iterable[str] = ()) -> Value | None:
        """The value of the column's type that `text` is; None after a problem."""
        if column.type is Type.NUMBER:
            value: Value | None = _whole_number(text)
        elif column.type is Type.DATE:
            value = read_date(text)
        elif column.type is Type.YES_NO:
            value = read_yes_no(text)
        elif column.values is not None:
            value = text if text in column.values else None
        else:
            value = one_spelling(text).upper() if column.type is Type.CODE else text
        if value is None:
            words = list(column.values or ("yes", "no")) if column.type in (Type.CODE, Type.YES_NO) else []
            kind = {Type.NUMBER: ["a whole number"], Type.DATE: ["a date written YYYY-MM-DD"]}.get(column.type, words)
            hint = did_you_mean(text, [*others, *words])
            self.problem(at, f"“{at[-1]}” takes {one_of([*others, *kind])}, not {quote(text)}.{hint}")
        return value

    # look-ups

    def _look_up(self, name: str, column: WrittenColumn, given: set[str], at: tuple[str, ...]) -> Column | None:
        for extra in sorted(given - {"look_up", "from", "by"}):
            self.problem((*at, extra), f"“{extra}” does not go with “look_up”, which takes “from” and “by”.")
        if at[0] == "cases":
            self.problem(at, "“look_up” belongs to the other tables; cases have their own columns.")
            return None
        if column.look_up is None or column.from_ is None or column.by is None:
            self.problem(at, "“look_up” needs “from” (a table) and “by” (a column of this one).")
            return None
        return Column(name, Type.TEXT, look_up=LookUp(column.look_up, column.from_, column.by))

    def _look_ups(self) -> None:
        """Gives looked-up columns the type of what they bring; checks the way there."""
        found: dict[str, dict[str, Column]] = {}
        for table in self.tables.values():
            columns = dict(table.columns)
            for name, column in table.columns.items():
                if column.look_up is None:
                    continue
                target = self._end_of(table.name, name)
                if target is None:
                    self.broken.add(("tables", table.name, name))
                    del columns[name]
                else:
                    columns[name] = replace(
                        column, type=target.type, values=target.values, blank=target.blank, planned=target.planned
                    )
            found[table.name] = columns
        for name, columns in found.items():
            self.tables[name] = replace(self.tables[name], columns=columns)

    def _end_of(self, table: str, name: str) -> Column | None:
        """The real column at the end of a look-up, perhaps through others. Each step is judged where
        it stands: here only the first, and whether the way comes to an end."""
        at = (*_at_table(table), "columns", name)
        column = self.tables[table].columns[name]
        before = len(self.problems)
        if not self._is_way(table, column, at) or len(self.problems) > before:
            return None
        seen = {(table, name)}
        while column.look_up is not None:
            table, name = column.look_up.table, column.look_up.column
            if (table, name) in seen:
                self.problem(at, "“look_up” goes round in a circle.")
                return None
            seen.add((table, name))
            if table not in self.tables or name not in self.tables[table].columns:
                return None
            column = self.tables[table].columns[name]
        return column

    def _is_way(self, table: str, column: Column, at: tuple[str, ...]) -> bool:
        way, mine = column.look_up, self.tables[table].columns
        assert way is not None
        by = self.known(way.by, mine, (*at, "by"), f"column of {table}", "tables", table)
        if by and mine[way.by].look_up is not None:
            self.problem((*at, "by"), f"{quote(way.by)} is looked up itself; “by” takes a column of the extract.")
        if not self.known(way.table, self.tables, (*at, "from"), "table", "tables"):
            return False
        other = self.tables[way.table]
        found = self.known(way.column, other.columns, (*at, "look_up"), f"column of {way.table}", "tables", way.table)
        if len(other.key) != 1:
            text = f"“look_up” needs a table with one key column, and “{way.table}” has {len(other.key) or 'none'}."
            self.problem((*at, "from"), text)
            return False
        key = other.columns.get(other.key[0])
        if by and key is not None and key.type is not mine[way.by].type:
            text = f"{quote(way.by)} is {mine[way.by].type} and the key of {way.table} is {key.type}: never the same."
            self.problem((*at, "by"), text)
        return by and found

    # rows

    def _rows(
        self, at: tuple[str, ...], table_key: str, table: str | None, day_key: str, day: str | None, where: Any
    ) -> RowsOf | None:
        """The rows that a fact or an event rests on; None when its table is unknown or broken."""
        if table is None:
            self.problem(at, "needs “from”: the table to look in.")
            return None
        if not self.known(table, self.tables, (*at, table_key), "table", "tables"):
            return None
        if table != "cases" and not self.tables[table].link and "link" not in self.raw["tables"][table]:
            self.problem((*at, table_key), f"the table “{table}” has no “link” that says whose rows they are.")
        if day is not None:
            self._is_date(day, table, (*at, day_key))
        return RowsOf(table, day, self._where(at, table, where))

    def _where(self, at: tuple[str, ...], table: str, raw: Any) -> Condition | None:
        if raw is None:
            return None
        broken = {at[2] for at in self.broken if at[:2] == ("tables", table)}
        broken |= {f"case.{at[2]}" for at in self.broken if at[:2] == ("tables", "cases")}
        reader = Reader(
            self.file,
            row_scope(self.tables, table),
            item=at[-1],
            noun=f"column of {table}",
            problems=self.problems,
            broken=broken,
        )
        return reader.condition(raw)

    # facts

    def _facts(self, written: AnyMapping[str, WrittenFact | None]) -> None:
        for name, column in self.tables["cases"].columns.items():
            self.facts[name] = _as_fact(name, column)
        picks: dict[str, PickDate] = {}
        since: dict[str, str] = {}
        for name, fact in written.items():
            at = ("facts", name)
            self.is_name(name, at)
            if name in self.facts:
                self.problem(at, f"{quote(name)} is already a column of cases.")
                continue
            before = len(self.problems)
            form = self._form(fact, at) if fact is not None else None
            if fact is None or form is None:
                self.broken.add(at)
            elif form in ("latest", "earliest"):
                picks[name] = PickDate(fact.latest or fact.earliest or (), form == "latest")
            else:
                found = self._row_fact(name, fact, form)
                if found is None or len(self.problems) > before:
                    self.broken.add(at)
                else:
                    self.facts[name] = found
                if fact.since is not None:
                    since[name] = fact.since
        self._picks(picks)
        for name, word in since.items():
            self._is_date_fact(word, ("facts", name, "since"))

    def _form(self, fact: WrittenFact, at: tuple[str, ...]) -> str | None:
        """The one form that the fact has; None after a problem."""
        given = _given(fact)
        forms = [form for form in FACT_FORMS if form in given]
        if len(forms) != 1:
            there = f", and has {listed(forms)}" if forms else ""
            self.problem(at, f"needs exactly one of: {one_of(FACT_FORMS)}{there}.")
            return None
        form = forms[0]
        takes = sorted(FACT_KEYS[form])
        for extra in sorted(given - FACT_KEYS[form] - {form}):
            text = f"“{extra}” does not go with “{form}”, which takes {one_of(takes) if takes else 'nothing else'}."
            self.problem((*at, extra), text)
        return form

    def _row_fact(self, name: str, fact: WrittenFact, form: str) -> Fact | None:
        at = ("facts", name)
        table = fact.some or fact.count or fact.from_
        table_key, day_key = {"some": ("some", "date"), "count": ("count", "date"), "distinct": ("from", "date")}.get(
            form, ("from", "by")
        )
        rows = self._rows(at, table_key, table, day_key, fact.by or fact.date, fact.where)
        if rows is None:
            return None
        if form == "some":
            when = fact.when or "ever"
            if when != "ever" and fact.date is None:
                self.problem((*at, "when"), f"“when: {when}” needs “date”.")
            if fact.until is not None:
                self._is_date(fact.until, rows.table, (*at, "until"))
                if when == "ever":
                    self.problem((*at, "until"), "“until” counts only with “when: as_at” or “when: at_start”.")
            return Fact(name, Type.YES_NO, definition=SomeRow(rows, fact.until, when))
        if form in ("count", "distinct"):
            if fact.distinct is not None:
                columns = self.tables[rows.table].columns
                self.known(fact.distinct, columns, (*at, form), f"column of {rows.table}", "tables", rows.table)
            if fact.since is not None and fact.date is None:
                self.problem((*at, "since"), "“since” needs “date”.")
            return Fact(name, Type.NUMBER, definition=CountRows(rows, fact.distinct, fact.since))
        if fact.by is None:
            self.problem(at, f"“{form}” needs “by”: the date column that orders the rows.")
        picked = fact.first or fact.last or ""
        columns = self.tables[rows.table].columns
        if not self.known(picked, columns, (*at, form), f"column of {rows.table}", "tables", rows.table):
            return None
        row = PickRow(rows, picked, form == "last", fact.may_be_missing)
        return replace(_as_fact(name, columns[picked]), column=None, definition=row)

    def _picks(self, picks: dict[str, PickDate]) -> None:
        """Facts that pick from other date facts, each after those it picks from."""
        while ready := [name for name in picks if not any(part in picks for part in picks[name].facts)]:
            for name in ready:
                pick = picks.pop(name)
                at = ("facts", name, "latest" if pick.latest else "earliest")
                if not pick.facts:
                    self.problem(at, f"“{at[-1]}” needs at least one date.")
                dates = [part for part in pick.facts if self._is_date_fact(part, at)]
                if dates and len(dates) == len(pick.facts):
                    self.facts[name] = Fact(name, Type.DATE, definition=pick)
                else:
                    self.broken.add(("facts", name))
        self._circles({name: pick.facts for name, pick in picks.items()}, "facts", "picks from itself")

    def _is_date_fact(self, word: str, at: tuple[str, ...]) -> bool:
        if self.is_broken("tables", "cases", word) or not self.known(word, self.facts, at, "fact", "facts"):
            return False
        if self.facts[word].type is Type.DATE:
            return True
        dates = [name for name, fact in self.facts.items() if fact.type is Type.DATE]
        hint = did_you_mean(word, dates)
        there = "" if hint or not dates else f"; the dates of a case are {listed(dates)}"
        self.problem(at, f"{quote(word)} is not a date{there}.{hint}")
        return False

    def _circles(self, left: AnyMapping[str, tuple[str, ...]], kind: str, text: str) -> None:
        """Tells those of `left` that lead back to themselves; what only leads to one is not at fault."""
        for name in left:
            reached: set[str] = set()
            ahead = set(left[name])
            while ahead:
                reached |= ahead
                ahead = {part for word in ahead for part in left.get(word, ())} - reached
            if name in reached:
                self.problem((kind, name), f"{text}: it goes round in a circle.")
            self.broken.add((kind, name))

    # events

    def _events(self, written: AnyMapping[str, WrittenEvent | None]) -> None:
        joined: dict[str, WrittenEvent] = {}
        for name, event in written.items():
            at = ("events", name)
            self.is_name(name, at)
            if event is None:
                self.broken.add(at)
            elif event.any is not None:
                joined[name] = event
                for word in sorted(_given(event) & {"from", "date", "where", "changes", "first_only"}):
                    self.problem((*at, word), f"“{word}” does not go with “any”: it belongs to the events inside.")
            elif event.from_ is None:
                self.problem(at, "needs either “from” and “date”, or “any”.")
                self.broken.add(at)
            else:
                before = len(self.problems)
                if event.date is None:
                    self.problem(at, "needs “date”: the column with the day of the event.")
                rows = self._rows(at, "from", event.from_, "date", event.date, event.where)
                if event.changes is not None and rows is not None:
                    columns = self.tables[rows.table].columns
                    self.known(
                        event.changes, columns, (*at, "changes"), f"column of {rows.table}", "tables", rows.table
                    )
                    if rows.table == "cases":
                        self.problem((*at, "changes"), "a case has one row in cases, and nothing in it changes.")
                    if event.first_only:
                        self.problem(
                            (*at, "changes"), "“changes” does not go with “first_only”: a first changes nothing."
                        )
                if rows is None or len(self.problems) > before:
                    self.broken.add(at)
                else:
                    first_only = (rows,) if event.first_only else ()
                    self.events[name] = Event(name, (rows,), event.once_a_day, event.changes, first_only)
        while ready := [name for name in joined if not any(part in joined for part in joined[name].any or ())]:
            for name in ready:
                self._any(name, joined.pop(name))
        self._circles({name: event.any or () for name, event in joined.items()}, "events", "stands for itself")

    def _any(self, name: str, written: WrittenEvent) -> None:
        at = ("events", name, "any")
        sources: list[RowsOf] = []
        first_only: list[RowsOf] = []
        once_a_day = written.once_a_day
        if not written.any:
            self.problem(at, "“any” needs at least one event.")
        for part in written.any or ():
            # an event of this name that is left out is wrong in itself, and that has been told
            if not self.known(part, self.events, at, "event", "events"):
                continue
            if self.events[part].changes:
                self.problem(at, f"{quote(part)} says changes, and cannot stand inside “any”.")
            sources.extend(self.events[part].sources)
            once_a_day = once_a_day or self.events[part].once_a_day  # what is one there is not several here
            first_only.extend(self.events[part].first_only)  # of these alone the later ones are wanting
        if sources:
            self.events[name] = Event(name, tuple(sources), once_a_day, first_only=tuple(first_only))
        else:
            self.broken.add(("events", name))


_TEXTS = (Type.TEXT, Type.CODE)
#: The types that a key of a column belongs to, where it is not all of them.
_ONLY_FOR: dict[str, tuple[Type, ...]] = {
    "values": (Type.CODE,),
    "planned": (Type.DATE,),
    "pattern": _TEXTS,
    "at_least": (Type.NUMBER, Type.DATE),
    "at_most": (Type.NUMBER, Type.DATE),
}

LARGEST_PATTERN = 2_000  # characters, with what is repeated written out


def _why_no_pattern(pattern: str) -> str:
    """Why `pattern` cannot be used, or nothing.

    Values are matched by polars, whose regular expressions never go back: no look-around and no
    back-references, so that no pattern can take for ever. Importing polars for this would slow every
    start, so Python's own reading decides, and what only one of the two understands is refused.
    """
    import warnings

    bare = re.sub(r"\\[!-/:;=?@[-`{-~]", "_", pattern)  # escaped signs mean themselves
    outside = re.sub(r"\[\^?\]?[^]]*\]", "_", bare)
    if re.search(r"\(\?(<?[=!])", outside):
        return "looks ahead or behind with (?= (?! (?<= or (?<!, which cannot be used here"
    if re.search(r"\\[1-9]|\(\?P=|\(\?\(", bare):
        return "refers back to a group, which cannot be used here"
    size = len(pattern)
    repeats = [int(most or least) for least, most in re.findall(r"\{([0-9]+)(?:,([0-9]*))?\}", outside)]
    for number in repeats:
        size *= max(number, 1)
    if repeats and size > LARGEST_PATTERN:
        return "repeats too much to be used here"
    odd = (
        r"\\[^1-9ABDSWabdfnrstvw]|\(\?(?!:|[is]+[:)])|[*+?}]\+|\{(?![0-9]+(,[0-9]*)?\})"
        r"|\[[^]]*(\[|\\b)|&&|--|~~|\[\^?\]"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            re.compile(pattern)
        except (re.error, Warning, OverflowError, RecursionError):
            return "is not a regular expression"
    return "is not a regular expression that can be used here" if re.search(odd, bare) else ""


def _keys(node: object) -> Iterator[str]:
    """Every key of a mapping and of what is in it."""
    if isinstance(node, dict):
        yield from node
        for value in node.values():
            yield from _keys(value)


def _whole_number(text: str) -> int | None:
    return int(text) if re.fullmatch("-?[0-9]{1,15}", text) else None


def folded(heading: str) -> str:
    """A heading or a name as the reader of extracts compares it: without case, spaces and punctuation."""
    import unicodedata

    return "".join(c for c in unicodedata.normalize("NFKC", heading).casefold() if c.isalnum())


def row_scope(tables: AnyMapping[str, Table], table: str) -> dict[str, Fact]:
    """What a `where` over a table's rows may test: its columns, and `case.COLUMN`."""
    scope = {name: _as_fact(name, column) for name, column in tables[table].columns.items()}
    of_case = {f"case.{name}": column for name, column in tables["cases"].columns.items()}
    return scope | {name: _as_fact(name, column) for name, column in of_case.items()}


def _as_fact(name: str, column: Column) -> Fact:
    return Fact(name, column.type, column=column, values=tuple(column.values) if column.values else None)


def _given(written: Written) -> set[str]:
    """The keys that stand in the file."""
    fields = type(written).model_fields
    return {fields[name].alias or name for name in written.model_fields_set}


def _at_table(name: str) -> tuple[str, ...]:
    return ("cases",) if name == "cases" else ("tables", name)


def _item(at: tuple[str, ...]) -> str:
    """What a message calls the thing at `at`: `contacts.contact_date`, or the name of a fact."""
    if at[0] not in ("cases", "tables", "facts", "events"):
        return ""
    if at[0] == "cases":
        at = ("tables", *at)
    inside = at[3:4] if at[2:3] in (("columns",), ("group_by",)) else ()
    return ".".join((*at[1:2], *inside))
