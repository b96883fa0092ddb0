"""Reads a dictionary: the YAML file that says what an extract's tables and columns hold.

A dictionary may say `extends: NAME` and then holds only what differs: mappings are laid over the
base key by key, anything else replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from auditcheck import names
from auditcheck.calendar import bank_holidays, read_date
from auditcheck.conditions import RESERVED, Condition, Reader, read_yes_no
from auditcheck.names import (
    NOT_HAPPENED,
    Column,
    CountRows,
    Event,
    Fact,
    Group,
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
)
from auditcheck.problems import ChecklistStop, Problem, did_you_mean, one_of
from auditcheck.written import Plain, Plains, Written, YesNo, validate, wrong
from auditcheck.yamlfile import Mapping, Text, line_of, read_yaml

SHIPPED = "ndelius"


def _date(raw: Any) -> date:
    day = raw if isinstance(raw, date) else read_date(str(raw).strip())
    if day is None:
        raise wrong("takes a date written YYYY-MM-DD")
    return day


Date = Annotated[date, BeforeValidator(_date)]


def _codes(raw: Any) -> Any:
    """`values:` as a mapping of value to raw codes; a list means every value is its own code."""
    if isinstance(raw, list):
        return {str(value): [str(value)] for value in raw}
    if isinstance(raw, dict):
        return {key: codes if isinstance(codes, list) else [codes] for key, codes in raw.items()}
    raise wrong("takes a mapping of values to codes, or a list of values")


class WrittenColumn(Written):
    """A column: its type, the headings it may have, what a blank means, and rules for its values."""

    type: Literal["text", "code", "date", "yes_no", "number"] | None = None
    required: YesNo = False
    headings: Plains = ()
    values: Annotated[dict[str, tuple[Plain, ...]], BeforeValidator(_codes)] | None = None
    blank: Plain | None = None
    planned: YesNo = False
    allowed: Plains = ()
    pattern: Plain | None = None
    at_least: Plain | None = None
    at_most: Plain | None = None
    look_up: Plain | None = None
    from_: Plain | None = Field(None, alias="from")
    by: Plain | None = None


class WrittenTable(Written):
    """A table of the extract: whose its rows are, and its columns."""

    headings: Plains = ()
    key: Plains = ()
    link: Plains = ()
    link_if_blank: Plains = ()
    may_be_empty: YesNo = False
    covers: tuple[Date, Date] | None = None
    in_order: tuple[tuple[Plain, Plain], ...] = ()
    columns: dict[str, WrittenColumn]


class WrittenGroup(Written):
    """A way to group cases: the column with the code, and one with a label to show."""

    code: Plain
    label: Plain | None = None
    unallocated: Plain | None = None


class WrittenCases(Written):
    """The table of cases: its key, the dates that bound a case, and how cases are grouped."""

    headings: Plains = ()
    key: Plains
    start: Plain
    end: Plain | None = None
    group_by: dict[str, WrittenGroup] = Field(default_factory=dict)
    in_order: tuple[tuple[Plain, Plain], ...] = ()
    columns: dict[str, WrittenColumn]


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
    where: Any = None
    date: Plain | None = None
    until: Plain | None = None
    when: Literal["as_at", "at_start", "ever"] | None = None
    since: Plain | None = None
    by: Plain | None = None


class WrittenEvent(Written):
    """An event: the dated rows of a table that match `where`, or any of several events."""

    from_: Plain | None = Field(None, alias="from")
    date: Plain | None = None
    where: Any = None
    any: Plains | None = None
    once_a_day: YesNo = False


def _closed(raw: Any) -> Any:
    if isinstance(raw, list):
        return tuple(_date(day) for day in raw)
    if str(raw) in ("england-and-wales", "none"):
        return str(raw)
    raise wrong("takes england-and-wales, none, or a list of dates")


class WrittenDictionary(Written):
    """What an extract's tables and columns hold, and the facts and events in them."""

    dictionary: Plain
    version: Plain = "1"
    title: Plain | None = None
    extends: Plain | None = None
    as_at: Date | None = None
    taken_on: Date | None = None
    zone: Plain = "Europe/London"
    audit: Plain | None = None
    closed_days: Annotated[tuple[date, ...] | str, BeforeValidator(_closed)] = "england-and-wales"
    cases: WrittenCases
    tables: dict[str, WrittenTable] = Field(default_factory=dict)
    facts: dict[str, WrittenFact] = Field(default_factory=dict)
    events: dict[str, WrittenEvent] = Field(default_factory=dict)


def shipped_dictionary() -> Path:
    """The dictionary of the nDelius-coded extract that ships with auditcheck."""
    from auditcheck.shipped import shipped

    return shipped("dictionary.yaml")


def load_dictionary(path: Path | None = None) -> Names:
    """The dictionary in the file at `path` (the shipped one by default), resolved.

    Raises ChecklistStop with every mistake in it.
    """
    path = path or shipped_dictionary()
    return resolve(_extended(read_yaml(path), path, seen=()), path.name)


def _extended(raw: Mapping, path: Path, seen: tuple[Path, ...]) -> Mapping:
    base_name = raw.get("extends")
    if base_name is None:
        return raw
    if base_name == SHIPPED and path != shipped_dictionary():
        base = shipped_dictionary()
    else:
        base = path.parent / str(base_name)
        if not base.is_file():
            text = f"“extends” names neither “{SHIPPED}” nor a file beside this one."
            raise ChecklistStop.of([Problem(path.name, line_of(base_name), text)])
    if base.resolve() in seen or base.resolve() == path.resolve():
        raise ChecklistStop.of([Problem(path.name, line_of(base_name), "“extends” goes round in a circle.")])
    return _laid_over(_extended(read_yaml(base), base, (*seen, path.resolve())), raw)


#: Keys whose value is one choice: laid over whole, never merged.
_WHOLE = frozenset({"facts", "events"})


def _laid_over(base: Mapping, over: AnyMapping[str, Any], depth: int = 0, whole: bool = False) -> Mapping:
    merged = Mapping(base)
    merged.line = line_of(over, base.line)
    for key, value in over.items():
        old = merged.pop(key, None)
        if isinstance(old, Mapping) and isinstance(value, Mapping) and not whole:
            merged[key] = _laid_over(old, value, depth + 1, whole=depth == 0 and key in _WHOLE)
        else:
            merged[key] = value
    return merged


def resolve(raw: Mapping, file: str) -> Names:
    """The dictionary `raw`, checked and resolved. Raises ChecklistStop with every mistake."""
    problems: list[Problem] = []
    written = validate(WrittenDictionary, raw, file, problems)
    if written is None:
        raise ChecklistStop.of(problems)
    resolved = _Resolver(written, raw, file, problems).resolve()
    if problems:
        raise ChecklistStop.of(problems)
    return resolved


class _Resolver:
    def __init__(self, written: WrittenDictionary, raw: Mapping, file: str, problems: list[Problem]) -> None:
        self.written = written
        self.raw = raw
        self.file = file
        self.problems = problems
        self.tables: dict[str, Table] = {}
        self.facts: dict[str, Fact] = {}
        self.events: dict[str, Event] = {}

    def problem(self, at: tuple[str, ...], text: str) -> None:
        """A problem at the key that the steps of `at` lead to."""
        line, node = line_of(self.raw), self.raw
        for step in at:
            if not isinstance(node, dict) or step not in node:
                break
            line = line_of(next(key for key in node if key == step), line)
            node = node[step]
        self.problems.append(Problem(self.file, line, text, at[1] if len(at) > 1 else ""))

    def known(self, word: str | None, known: AnyMapping[str, Any], at: tuple[str, ...], what: str) -> bool:
        if word is None:
            return True
        if word in known:
            return True
        self.problem(at, f"no {what} is called “{word}”.{did_you_mean(word, known)}")
        return False

    def resolve(self) -> Names:
        written = self.written
        self._tables()
        self._facts()
        self._events()
        cases = written.cases
        groups = {}
        for name, group in cases.group_by.items():
            for column in (group.code, group.label):
                self.known(column, self.tables["cases"].columns, ("cases", "group_by", name), "column of cases")
            groups[name] = Group(name, group.code, group.label, group.unallocated)
        for key in cases.key:
            self.known(key, self.tables["cases"].columns, ("cases", "key"), "column of cases")
        for word, column in (("start", cases.start), ("end", cases.end)):
            if self.known(column, self.tables["cases"].columns, ("cases", word), "column of cases") and column:
                if self.tables["cases"].columns[column].type is not Type.DATE:
                    self.problem(("cases", word), f"“{column}” is not a date.")
        if written.as_at and written.taken_on and written.as_at > written.taken_on:
            self.problem(("as_at",), "“as_at” is later than “taken_on”: the extract cannot know that day.")
        closed = written.closed_days
        return Names(
            name=written.dictionary,
            version=written.version,
            title=written.title or "",
            tables=self.tables,
            facts=self.facts,
            events=self.events,
            groups=groups,
            key=cases.key,
            start=cases.start,
            end=cases.end,
            closed_days=frozenset(bank_holidays())
            if closed == "england-and-wales"
            else frozenset()
            if closed == "none"
            else frozenset(day for day in closed if isinstance(day, date)),
            as_at=written.as_at,
            taken_on=written.taken_on,
            zone=written.zone,
            audit=written.audit,
        )

    # tables

    def _tables(self) -> None:
        cases = self.written.cases
        self.tables["cases"] = Table(
            name="cases",
            headings=cases.headings,
            key=cases.key,
            in_order=cases.in_order,
            columns=self._columns(("cases",), cases.columns),
        )
        case_columns = self.tables["cases"].columns
        for name, table in self.written.tables.items():
            at = ("tables", name)
            if name == "cases":
                self.problem(at, "“cases” stands at the top level, not under “tables”.")
                continue
            columns = self._columns(at, table.columns)
            for word, listed in (("key", table.key), ("link", table.link), ("link_if_blank", table.link_if_blank)):
                for column in listed:
                    self.known(column, columns, (*at, word), f"column of {name}")
            for column in table.link:
                self.known(column, case_columns, (*at, "link"), "column of cases")
            for column in table.link_if_blank:
                self.known(column, dict.fromkeys(table.link), (*at, "link_if_blank"), "link column")
            if table.link_if_blank and len(table.link_if_blank) == len(table.link):
                self.problem((*at, "link_if_blank"), "“link_if_blank” must leave out a column of “link”.")
            if table.covers and table.covers[0] > table.covers[1]:
                self.problem((*at, "covers"), "“covers” ends before it begins.")
            self.tables[name] = Table(
                name=name,
                headings=table.headings,
                key=table.key,
                link=table.link,
                link_if_blank=table.link_if_blank,
                may_be_empty=table.may_be_empty,
                covers=table.covers,
                in_order=table.in_order,
                columns=columns,
            )
        for name in self.tables:
            self._look_ups(name)
        for name, table in self.tables.items():
            at = ("cases",) if name == "cases" else ("tables", name)
            for pair in table.in_order:
                for word in pair:
                    if self.known(word, table.columns, (*at, "in_order"), f"column of {name}"):
                        if table.columns[word].type is not Type.DATE:
                            self.problem((*at, "in_order"), f"“{word}” is not a date.")
            for word in (*table.key, *table.link):
                found = table.columns.get(word)
                if found and (found.type not in (Type.TEXT, Type.CODE) or found.look_up):
                    self.problem((*at, "columns", word), f"“{word}” identifies rows, so its type must be text or code.")

    def _columns(self, at: tuple[str, ...], written: AnyMapping[str, WrittenColumn]) -> dict[str, Column]:
        columns: dict[str, Column] = {}
        for name, column in written.items():
            where = (*at, "columns", name)
            if not _is_word(name) or name in RESERVED:
                self.problem(where, f"“{name}” cannot be a name. Use small letters, digits and _, beginning with a letter.")
            if column.look_up is not None:
                columns[name] = self._look_up_column(name, column, where)
                continue
            if column.from_ or column.by:
                self.problem(where, "“from” and “by” belong to “look_up”.")
            if column.type is None:
                self.problem(where, "needs “type”: text, code, date, yes_no or number.")
                continue
            kind = Type(column.type)
            if column.values is not None and kind is not Type.CODE:
                self.problem((*where, "values"), "“values” belongs to type code.")
            if column.planned and kind is not Type.DATE:
                self.problem((*where, "planned"), "“planned” belongs to type date.")
            if column.pattern and kind not in (Type.TEXT, Type.CODE):
                self.problem((*where, "pattern"), "“pattern” belongs to type text or code.")
            values = {key: tuple(codes) for key, codes in column.values.items()} if column.values else None
            self._no_code_twice(values, where)
            columns[name] = Column(
                name=name,
                type=kind,
                required=column.required,
                headings=column.headings,
                values=values,
                planned=column.planned,
                blank=self._blank(column.blank, name, kind, values, where),
                rules=Rules(
                    allowed=column.allowed,
                    pattern=column.pattern,
                    at_least=self._limit(column.at_least, kind, (*where, "at_least")),
                    at_most=self._limit(column.at_most, kind, (*where, "at_most")),
                ),
            )
        return columns

    def _no_code_twice(self, values: AnyMapping[str, tuple[str, ...]] | None, where: tuple[str, ...]) -> None:
        seen: dict[str, str] = {}
        for value, codes in (values or {}).items():
            for code in codes:
                other = seen.setdefault(code.upper(), value)
                if other != value:
                    self.problem((*where, "values", value), f"the code “{code}” already means “{other}”.")

    def _limit(self, text: str | None, kind: Type, at: tuple[str, ...]) -> int | date | None:
        if text is None:
            return None
        if kind is Type.DATE:
            limit: int | date | None = read_date(text)
        else:
            limit = int(text) if kind is Type.NUMBER and text.lstrip("-").isdigit() else None
        if limit is None:
            self.problem(at, f"“{at[-1]}” takes a number for a number column, a date for a date column.")
        return limit

    def _blank(
        self, text: str | None, name: str, kind: Type, values: AnyMapping[str, Any] | None, where: tuple[str, ...]
    ) -> Value | None:
        if text is None:
            return None
        if text == NOT_HAPPENED:
            return NOT_HAPPENED
        reader = Reader(self.file, {name: Fact(name, kind, values=tuple(values) if values else None)})
        value = reader.literal(reader.facts[name], text)
        if value is None:
            self.problem((*where, "blank"), f"“blank” takes “{NOT_HAPPENED}” or a value that fits “{name}”.")
        return value

    def _look_up_column(self, name: str, column: WrittenColumn, where: tuple[str, ...]) -> Column:
        if column.from_ is None or column.by is None:
            self.problem(where, "“look_up” needs “from” (a table) and “by” (a column of this one).")
        return Column(name, Type.TEXT, look_up=LookUp(str(column.look_up), str(column.from_), str(column.by)))

    def _look_ups(self, table_name: str) -> None:
        """Gives looked-up columns the type of what they bring; checks the way there."""
        table = self.tables[table_name]
        at: tuple[str, ...] = ("cases",) if table_name == "cases" else ("tables", table_name)
        columns = dict(table.columns)
        for name, column in table.columns.items():
            if column.look_up is None:
                continue
            where = (*at, "columns", name)
            target = self._looked_up(table_name, name, where, ())
            if target is not None:
                columns[name] = Column(name, target.type, values=target.values, blank=target.blank, look_up=column.look_up)
        self.tables[table_name] = _with_columns(table, columns)

    def _looked_up(
        self, table_name: str, name: str, where: tuple[str, ...], seen: tuple[tuple[str, str], ...]
    ) -> Column | None:
        """The real column at the end of a look-up, perhaps through others."""
        if (table_name, name) in seen:
            self.problem(where, "“look_up” goes round in a circle.")
            return None
        column = self.tables[table_name].columns[name]
        if column.look_up is None:
            return column
        way = column.look_up
        if not self.known(way.table, self.tables, where, "table"):
            return None
        other = self.tables[way.table]
        if len(other.key) != 1:
            self.problem(where, f"“look_up” needs a table with one key column, and “{way.table}” has {len(other.key)}.")
            return None
        if not self.known(way.by, self.tables[table_name].columns, where, f"column of {table_name}"):
            return None
        if not self.known(way.column, other.columns, where, f"column of {way.table}"):
            return None
        return self._looked_up(way.table, way.column, where, (*seen, (table_name, name)))

    # facts

    def _rows(
        self, name: str, kind: str, table: str | None, date_column: str | None, where: Any, needs_date: bool
    ) -> RowsOf | None:
        at = (kind, name)
        if table is None:
            self.problem(at, "needs “from”: the table to look in.")
            return None
        if not self.known(table, self.tables, at, "table"):
            return None
        columns = self.tables[table].columns
        if date_column is None and needs_date:
            self.problem(at, "needs “date”: the column with the event's date.")
        if date_column is not None and self.known(date_column, columns, at, f"column of {table}"):
            if columns[date_column].type is not Type.DATE:
                self.problem(at, f"“{date_column}” is not a date.")
        return RowsOf(table, date_column, self._where(name, table, where))

    def _where(self, name: str, table: str, raw: Any) -> Condition | None:
        if raw is None:
            return None
        scope = row_scope(self.tables, table)
        reader = Reader(self.file, scope, item=name, noun=f"column of {table}", problems=self.problems)
        return reader.condition(raw)

    def _facts(self) -> None:
        for name, column in self.tables["cases"].columns.items():
            self.facts[name] = Fact(name, column.type, column=column, values=tuple(column.values) if column.values else None)
        waiting: list[tuple[str, WrittenFact]] = []
        for name, written in self.written.facts.items():
            at = ("facts", name)
            if not _is_word(name) or name in RESERVED:
                self.problem(at, f"“{name}” cannot be a name. Use small letters, digits and _, beginning with a letter.")
            if name in self.facts:
                self.problem(at, f"“{name}” is already a column of cases.")
                continue
            forms = [form for form in FACT_FORMS if getattr(written, form) is not None]
            if len(forms) != 1:
                self.problem(at, f"needs exactly one of: {one_of(FACT_FORMS)}.")
                continue
            self._only(written, at, forms[0])
            if forms[0] in ("latest", "earliest"):
                waiting.append((name, written))
            else:
                self._row_fact(name, written, forms[0])
        while waiting:
            ready = [(n, w) for n, w in waiting if all(f in self.facts for f in (w.latest or w.earliest or ()))]
            if not ready:
                for name, written in waiting:
                    for word in written.latest or written.earliest or ():
                        if word not in dict(waiting):
                            self.known(word, self.facts, ("facts", name), "fact")
                        elif word == name or len(waiting) > 0 and all(w in dict(waiting) or w in self.facts for w in (written.latest or written.earliest or ())):
                            self.problem(("facts", name), "goes round in a circle.")
                            break
                return
            for name, written in ready:
                listed = tuple(written.latest or written.earliest or ())
                for word in listed:
                    if self.facts[word].type is not Type.DATE:
                        self.problem(("facts", name), f"“{word}” is not a date.")
                self.facts[name] = Fact(name, Type.DATE, definition=PickDate(listed, written.latest is not None))
            waiting = [pair for pair in waiting if pair not in ready]

    def _only(self, written: WrittenFact, at: tuple[str, ...], form: str) -> None:
        given = {f.alias or n for n, f in WrittenFact.model_fields.items() if n in written.model_fields_set}
        for extra in sorted(given - FACT_KEYS[form] - {form}):
            self.problem(at, f"“{extra}” does not go with “{form}”, which takes {one_of(sorted(FACT_KEYS[form])) or 'nothing else'}.")

    def _row_fact(self, name: str, written: WrittenFact, form: str) -> None:
        at = ("facts", name)
        if form in ("some", "count"):
            table = written.some or written.count
        else:
            table = written.from_
        date_column = written.by if form in ("first", "last") else written.date
        rows = self._rows(name, "facts", table, date_column, written.where, needs_date=False)
        if rows is None:
            return
        columns = self.tables[rows.table].columns
        if form == "some":
            when = written.when or "ever"
            if when != "ever" and written.date is None:
                self.problem(at, f"“when: {when}” needs “date”.")
            if written.until and self.known(written.until, columns, at, f"column of {rows.table}"):
                if columns[written.until].type is not Type.DATE:
                    self.problem(at, f"“{written.until}” is not a date.")
            self.facts[name] = Fact(name, Type.YES_NO, definition=SomeRow(rows, written.until, when))
        elif form in ("count", "distinct"):
            if form == "distinct" and not self.known(written.distinct, columns, at, f"column of {rows.table}"):
                return
            if written.since is not None:
                if written.date is None:
                    self.problem(at, "“since” needs “date”.")
                fact = self.tables["cases"].columns.get(written.since) or self.facts.get(written.since) or self.written.facts.get(written.since)
                if fact is None:
                    self.known(written.since, {**self.facts, **self.written.facts}, at, "fact")
                self.since = True
            self.facts[name] = Fact(name, Type.NUMBER, definition=CountRows(rows, written.distinct, written.since))
        else:
            column = written.first or written.last or ""
            if written.by is None:
                self.problem(at, f"“{form}” needs “by”: the date column that orders the rows.")
            if self.known(column, columns, at, f"column of {rows.table}"):
                found = columns[column]
                values = tuple(found.values) if found.values else None
                self.facts[name] = Fact(name, found.type, definition=PickRow(rows, column, form == "last"), values=values)

    # events

    def _events(self) -> None:
        for name, written in self.written.events.items():
            at = ("events", name)
            if not _is_word(name) or name in RESERVED:
                self.problem(at, f"“{name}” cannot be a name. Use small letters, digits and _, beginning with a letter.")
            if (written.any is None) == (written.from_ is None):
                self.problem(at, "needs either “from” and “date”, or “any”.")
            elif written.from_ is not None:
                rows = self._rows(name, "events", written.from_, written.date, written.where, needs_date=True)
                if rows is not None:
                    self.events[name] = Event(name, (rows,), written.once_a_day)
        pending = {name: w for name, w in self.written.events.items() if w.any is not None and w.from_ is None}
        while pending:
            ready = [name for name, w in pending.items() if all(part not in pending for part in w.any or ())]
            if not ready:
                for name in pending:
                    self.problem(("events", name), "“any” goes round in a circle.")
                return
            for name in ready:
                written = pending.pop(name)
                sources: list[RowsOf] = []
                for part in written.any or ():
                    if not self.known(part, self.events, ("events", name), "event"):
                        continue
                    if self.events[part].once_a_day:
                        self.problem(("events", name), f"“{part}” says once_a_day; inside “any” say it here instead.")
                    sources.extend(self.events[part].sources)
                if (written.date or written.where) is not None:
                    self.problem(("events", name), "“date” and “where” belong to the events inside “any”.")
                if sources:
                    self.events[name] = Event(name, tuple(sources), written.once_a_day)


FACT_KEYS: dict[str, frozenset[str]] = {
    "some": frozenset({"where", "date", "until", "when"}),
    "count": frozenset({"where", "date", "since"}),
    "distinct": frozenset({"from", "where", "date", "since"}),
    "first": frozenset({"from", "where", "by"}),
    "last": frozenset({"from", "where", "by"}),
    "latest": frozenset(),
    "earliest": frozenset(),
}
FACT_FORMS = tuple(FACT_KEYS)


def row_scope(tables: AnyMapping[str, Table], table: str) -> dict[str, Fact]:
    """What a `where` over a table's rows may test: its columns, and `case.COLUMN`."""
    scope = {n: _as_fact(n, c) for n, c in tables[table].columns.items()}
    scope |= {f"case.{n}": _as_fact(f"case.{n}", c) for n, c in tables["cases"].columns.items()}
    return scope


def _as_fact(name: str, column: Column) -> Fact:
    return Fact(name, column.type, column=column, values=tuple(column.values) if column.values else None)


def _with_columns(table: Table, columns: AnyMapping[str, Column]) -> Table:
    from dataclasses import replace

    return replace(table, columns=columns)


def _is_word(text: str) -> bool:
    return text.isascii() and text.isidentifier() and text == text.lower() and not text.startswith("_")
