"""Makes the typed tables of an audit from tables that stay where they are, by SQL alone.

What an engine gives is `Engine`; what is made with it is what `extract.loading` makes of files: `t_NAME`
for every table of the dictionary, and `faults`. A table in a database has no row numbers: its rows are
numbered below nought, and no message names such a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from auditcheck import accepted
from auditcheck.calendar import FIRST_DAY, FIRST_YEAR, LAST_DAY, LAST_YEAR
from auditcheck.engine import Answer
from auditcheck.extract.cells import (
    BY_HAND,
    DAY_FIRST,
    FAR_OFF,
    FAR_TIMED,
    MONTH_FIRST,
    MONTHS,
    NO,
    NO_CENTURY,
    NOT_A_DATE,
    OUTSIDE,
    SHORT_YEAR,
    TIMED,
    TURNED_ROUND,
    YEAR_FIRST,
    YES,
    always_readable,
    spellings,
)
from auditcheck.extract.loading import (
    NEARLY_OURS,
    NEARLY_RULE,
    NO_REFERENCE,
    NOBODYS,
    NOT_FOUND,
    Extract,
    in_use,
    may_not_be_blank,
)
from auditcheck.extract.parquet_file import DATES, INSTANTS, LOCAL, MAY_HOLD, NOTHING
from auditcheck.extract.sheets import folded, printable
from auditcheck.extract.values import BROKEN, NOT_IN_ORDER, heading, value_of
from auditcheck.names import Column, Names, Table, Type, one_spelling
from auditcheck.problems import ExtractStop, one_of
from auditcheck.result import Source
from auditcheck.sql import literal, row_holds

#: Patterns that every engine reads alike: characters, classes, counts, groups and alternatives.
_PLAIN = re.compile(
    r"(?:[A-Za-z0-9 _/-]|\\d|\[(?:[A-Za-z0-9 _]|[A-Za-z0-9]-[A-Za-z0-9])+\]|\{\d+(?:,\d*)?\}|[()|?+*])+"
)

#: Of these what they do not read alike: marks of a group, and a count of a count.
_LESS_PLAIN = re.compile(r"\(\?|[?*+}][?*+{]|(?:^|[(|])[?*+{]")


class Engine(Protocol):
    """A server that holds tables. SQL is in its own spelling but for `execute`, which takes ours. Whatever
    the server refuses is an ExtractStop, without its words."""

    shown: str  # 'host/database'
    searched: str  # where its tables are looked for: 'the schema “audit”'
    types: Mapping[Type, str]
    row: str  # SQL that numbers rows from 1, in whatever order

    def execute(self, query: str, parameters: Any = None) -> Answer:
        """Carries out a statement written for DuckDB. `?` stands for a parameter."""

    def run(self, query: str) -> list[tuple[Any, ...]]:
        """Carries out one of its own."""

    def make(self, name: str, select: str) -> None:
        """Makes a table of this session alone, in the place of one that is called so."""

    def drop(self, name: str) -> None:
        """Takes such a table away."""

    def receive(self, name: str, columns: Sequence[str], rows: Sequence[tuple[date | None, ...]]) -> None:
        """Makes such a table of these rows of dates."""

    def at_one_time(self) -> AbstractContextManager[None]:
        """What is read within is all of one moment."""

    def tables(self) -> list[str]:
        """The names of the tables that may be tables of an extract."""

    def columns(self, table: str) -> list[tuple[str, str]]:
        """The names of the columns of a table, and what each holds (`parquet_file.TEXT` and the others)."""

    def source(self, table: str) -> str:
        """A table, as it stands after FROM."""

    def quoted(self, name: str) -> str: ...

    def literal(self, text: str) -> str: ...

    def matches(self, text: str, pattern: str) -> str:
        """Is the whole of a text of this form?"""

    def trimmed(self, cell: str, column: Column) -> str:
        """As `cells.trimmed`."""

    def upper(self, text: str) -> str: ...

    def lower(self, text: str) -> str: ...

    def number(self, text: str) -> str:
        """The whole number that a text of digits, perhaps with a sign, stands for; NULL where it is too large."""

    def as_text(self, cell: str, holds: str, zone: str) -> str:
        """The text that a CSV would hold, as `parquet_file` has it."""

    def day(self, cell: str, holds: str, zone: str) -> str:
        """The date of a date or a timestamp; of an instant the one in the zone."""

    def day_of_instant(self, local: str, offset: str, zone: str) -> str:
        """The date in the zone when a clock showed this text (YYYY-MM-DD HH:MM:SS). The offset is how far that clock is
        from Greenwich: Z, or a text such as +01:00, +0100 or +01."""

    def close(self) -> None: ...


def read_tables(
    engine: Engine,
    names: Names,
    *,
    wanted: Mapping[str, Collection[str]],
    progress: Callable[[str], None] | None = None,
) -> Extract:
    """The extract that the engine's tables are. `wanted` names the raw columns in use by table, as for
    `read_extract`. The engine is closed with the extract, or where this fails.

    Raises ExtractStop for what stops the reading of files too, never with a cell's text.
    """
    extract = Extract(engine, names, Path(engine.shown), called=engine.shown)
    extract._closing.callback(engine.close)
    try:
        with engine.at_one_time():
            _Reading(extract, engine, wanted, progress or (lambda _: None)).read()
    except BaseException:
        extract.close()
        raise
    return extract


@dataclass(frozen=True)
class _Plan:
    """What is read of one table: the columns in use and, of those that are there, name and what it holds."""

    table: Table
    source: str
    columns: tuple[Column, ...]
    found: Mapping[str, tuple[str, str]]
    there: int  # how many columns the table has


class _Reading:
    def __init__(
        self,
        extract: Extract,
        engine: Engine,
        wanted: Mapping[str, Collection[str]],
        progress: Callable[[str], None],
    ) -> None:
        self.extract = extract
        self.engine = engine
        self.names = extract.names
        self.wanted = wanted
        self.progress = progress
        self.faults: list[str] = []
        self.staged: list[str] = []

    def read(self) -> None:
        tables = self._matched()
        self.extract.not_supplied = tuple(
            name for name in self.names.tables if name not in tables and name != accepted.TABLE
        )
        used = {name: source for name, source in tables.items() if name == "cases" or name in self.wanted}
        # the columns of every table before the rows of any: a missing one shows at once
        plans = {name: self._plan(self.names.tables[name], source) for name, source in used.items()}
        sources = []
        for name in ("cases", *(name for name in self.names.tables if name != "cases")):
            plan = plans.get(name)
            if plan is None:
                self._empty(self.names.tables[name])
                continue
            self.progress(f"Reading {plan.source}")
            sources.append(self._read(plan))
        for plan in plans.values():
            self._references(plan, plans)
            self._values(plan)
        self.extract.sources = tuple(sources)
        self.extract.columns_read = {name: frozenset(plan.found) for name, plan in plans.items()}
        none = "SELECT '' AS kind, '' AS source, '' AS what, '' AS rule WHERE 1 = 0"
        faults = "\nUNION ALL\n".join(self.faults) or none
        columns = ", ".join(map(self.engine.quoted, ("kind", "source")))
        row, what = self.engine.quoted("row"), self.engine.quoted("column")
        self.engine.make("faults", f"SELECT {columns}, 0 AS {row}, what AS {what}, rule FROM ({faults}) f")
        for name in self.staged:
            self.engine.drop(name)

    # tables and columns

    def _matched(self) -> dict[str, str]:
        """By table of the dictionary, the table there."""
        known = {
            folded(word): table.name for table in self.names.tables.values() for word in (table.name, *table.headings)
        }
        found: dict[str, str] = {}
        others = []
        for there in self.engine.tables():
            name = known.get(folded(there))
            if name is None:
                others.append(there)
            elif name in found:
                both = f"“{printable(found[name])}” and “{printable(there)}” are both the table “{name}”"
                raise ExtractStop(
                    f"{self.engine.shown}: {both}. Keep one of them, or make views in a schema of their own."
                )
            else:
                found[name] = there
        if "cases" not in found:
            called = one_of([f"“{word}”" for word in ("cases", *self.names.cases.headings)])
            there = f" There is {', '.join(f'“{printable(name)}”' for name in others[:8])}." if others else ""
            searched = self.engine.searched
            raise ExtractStop(
                f"{self.engine.shown}: no table for the cases in {searched}. It must be called {called}.{there}"
            )
        return {name: found[name] for name in self.names.tables if name in found}

    def _plan(self, table: Table, source: str) -> _Plan:
        known = {folded(word): column.name for column in table.raw_columns for word in (column.name, *column.headings)}
        there = self.engine.columns(source)
        found: dict[str, tuple[str, str]] = {}
        for name, holds in there:
            ours = known.get(folded(name))
            if ours in found:
                both = f"“{printable(found[ours][0])}” and “{printable(name)}” are both “{ours}”"
                raise ExtractStop(f"{printable(source)}: {both}. Keep one of them.")
            if ours is not None:
                found[ours] = (name, holds)
        needed = [column for column in table.raw_columns if column.name not in found and table.needs(column.name)]
        if needed:
            words = [[f"“{word}”" for word in dict.fromkeys((*c.headings, c.name))] for c in needed]
            lacking = [f"{c.name} (called {one_of(of)})" for c, of in zip(needed, words, strict=True)]
            raise ExtractStop(f"{printable(source)}: no column for {'; '.join(lacking)}.")
        for column in table.raw_columns:
            if column.name not in found:
                absent = self.extract.read_as_blank if column.may_be_missing else self.extract.missing_columns
                absent.add((table.name, column.name))
        columns = in_use(self.names, table, self.wanted.get(table.name, ()))
        used = {column.name: found[column.name] for column in columns if column.name in found}
        wrong = []
        for column in columns:
            if column.name not in used:
                continue
            name, holds = used[column.name]
            allowed, instead = MAY_HOLD[column.type]
            if holds in allowed or holds == NOTHING:
                continue
            if self._count(f"{self.engine.source(source)} WHERE {self.engine.quoted(name)} IS NOT NULL") == 0:
                used[column.name] = (name, NOTHING)  # a column without a value has whatever type
                continue
            what = column.type.value.replace("_", " or ")
            wrong.append(
                f"{printable(source)}: column “{printable(name)}” holds {holds}, and the dictionary says {what}."
                f" {instead}"
            )
        if wrong:
            raise ExtractStop(*wrong)
        return _Plan(table, source, columns, used, len(there))

    # rows

    def _name(self, column: str, ending: str = "") -> str:
        return self.engine.quoted(column + ending)

    def _typed(self, table: str) -> str:
        return self.engine.quoted(f"t_{table}")

    def _count(self, what: str) -> int:
        return int(self.engine.run(f"SELECT count(*) FROM {what}")[0][0])

    def _empty(self, table: Table) -> None:
        cells = ["0 AS _row", *(["0 AS _case"] if table.name == "cases" else [])]
        for column in in_use(self.names, table, self.wanted.get(table.name, ())):
            cells.append(f"CAST(NULL AS {self.engine.types[column.type]}) AS {self._name(column.name)}")
            cells.append(f"CAST(NULL AS boolean) AS {self._name(column.name, '__bad')}")
        self.engine.make(f"t_{table.name}", f"SELECT {', '.join(cells)} WHERE 1 = 0")
        self.extract.unknown_tables.add(table.name)

    def _read(self, plan: _Plan) -> Source:
        table, engine = plan.table, self.engine
        staged = f"s_{table.name}"
        engine.make(staged, self._staged(plan))
        self.staged.append(staged)
        there = [column for column in plan.columns if column.name in plan.found]
        bad = "".join(f", sum(CASE WHEN {self._name(c.name, '__bad')} THEN 1 ELSE 0 END)" for c in there)
        read, *counts = engine.run(f"SELECT count(*){bad} FROM {engine.quoted(staged)}")[0]
        if read == 0 and table.name == "cases":
            raise ExtractStop(f"{printable(plan.source)}: No cases to audit: it has no rows.")
        doubtful = [column for column, count in zip(there, counts, strict=True) if count]
        refused, other = self._keep(plan, staged, doubtful)
        kept = self._count(self._typed(table.name))
        if kept == 0 and not table.may_be_empty and table.name != "cases":
            self.extract.unknown_tables.add(table.name)
        if read != kept + other + refused:
            raise RuntimeError(f"{table.name}: rows read are not rows kept, of other cases and refused")
        self._unreadable(plan, doubtful)
        self._no_key_twice(plan)
        return Source(table.name, printable(plan.source), read, kept, other, refused, plan.there - len(plan.found))

    def _staged(self, plan: _Plan) -> str:
        """Every row, converted, with the text of the cells that cannot be read."""
        engine, zone = self.engine, self.names.zone
        texts, values, cells = [f"-{engine.row} AS _row"], ["_row"], ["_row"]
        for column in plan.columns:
            name, bad, text = (self._name(column.name, ending) for ending in ("", "__bad", "__text"))
            kind = engine.types[column.type]
            if column.name not in plan.found:
                cells += [f"CAST(NULL AS {kind}) AS {name}", f"{'FALSE' if column.may_be_missing else 'TRUE'} AS {bad}"]
                continue
            there, holds = plan.found[column.name]
            cell = f"r.{engine.quoted(there)}"
            if holds == NOTHING:
                texts.append(f"CAST(NULL AS {engine.types[Type.TEXT]}) AS {text}")
                values += [f"CAST(NULL AS {kind}) AS {name}", text]
            elif column.type is Type.DATE and holds in (DATES, LOCAL, INSTANTS):
                texts.append(f"{engine.day(cell, holds, zone)} AS {text}")
                inside = f"{text} BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}'"
                values += [f"CASE WHEN {inside} THEN {text} END AS {name}", text]
            else:
                texts.append(f"{engine.trimmed(engine.as_text(cell, holds, zone), column)} AS {text}")
                values += [f"{self._converted(column, text)} AS {name}", text]
            cells.append(name)
            if always_readable(column):
                cells.append(f"FALSE AS {bad}")
                continue
            cells.append(f"CASE WHEN {name} IS NULL THEN {text} END AS {text}")
            blank = may_not_be_blank(plan.table, column)
            cells.append(f"({name} IS NULL{'' if blank else f' AND {text} IS NOT NULL'}) AS {bad}")
        return (
            f"SELECT {', '.join(cells)} FROM (SELECT {', '.join(values)} FROM"
            f" (SELECT {', '.join(texts)} FROM {engine.source(plan.source)} r) t) v"
        )

    def _converted(self, column: Column, text: str) -> str:
        """The value that trimmed `text` stands for, as `cells.converted` has it."""
        engine = self.engine
        if column.type is Type.DATE:
            inside = f"{{y}} BETWEEN {FIRST_YEAR} AND {LAST_YEAR} AND {_REAL}"
            # within a day of the calendar's years: what may be in them, and what every engine has as an instant
            about = f"{{y}} BETWEEN {FIRST_YEAR - 1} AND {LAST_YEAR + 1} AND {_REAL}"
            local = f"concat(substring({text}, 1, 10), ' ', substring({text}, 12, 5), ':00')"
            offset = f"trim(LEADING ':.0123456789' FROM substring({text}, 17))"
            day = f"CASE WHEN {about} THEN {engine.day_of_instant(local, offset, self.names.zone)} END"
            there = f"CASE WHEN {day} BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}' THEN {day} END"
            return self._by_spelling(text, f"CASE WHEN {inside} THEN make_date({{y}}, {{m}}, {{d}}) END", there, "NULL")
        if column.type is Type.YES_NO:
            yes, no = (", ".join(map(engine.literal, words)) for words in (YES, NO))
            low = engine.lower(text)
            return f"CASE WHEN {low} IN ({yes}) THEN TRUE WHEN {low} IN ({no}) THEN FALSE END"
        if column.type is Type.NUMBER:
            return f"CASE WHEN {engine.matches(text, '[+-]?[0-9]+')} THEN {engine.number(text)} END"
        if column.type is Type.CODE:
            if column.values is None:
                return engine.upper(text)
            spelt = {one_spelling(code).upper(): value for code, value in reversed(spellings(column))}
            whens = " ".join(
                f"WHEN {engine.literal(code)} THEN {engine.literal(value)}" for code, value in spelt.items()
            )
            return f"CASE {engine.upper(text)} {whens} END"
        return text

    def _by_spelling(self, text: str, of_day: str, of_instant: str, otherwise: str) -> str:
        """SQL over year, month and day of a text that is a date in one of the spellings of `cells`."""
        day, month, year = (f"split_part(translate({text}, '-. ', '///'), '/', {n})" for n in (1, 2, 3))
        letters, numbers = "".join(name[:3] for name in MONTHS), " ".join(f"{n:02}" for n in range(1, 13))
        # in both texts a month has three places
        named = f"substring('{numbers}', position(lower(substring({month}, 1, 3)) IN '{letters}'), 2)"
        short = f"{FIRST_YEAR} + (CAST({year} AS integer) + {100 - FIRST_YEAR % 100}) % 100"

        def at(place: int, length: int = 2) -> str:
            return f"CAST(substring({text}, {place}, {length}) AS integer)"

        by_hand = {
            "y": f"(CASE WHEN length({year}) = 2 THEN {short} ELSE CAST({year} AS integer) END)",
            "m": f"CAST(CASE WHEN length({month}) < 3 THEN {month} ELSE {named} END AS integer)",
            "d": f"CAST({day} AS integer)",
        }
        year_first = {"y": at(1, 4), "m": at(6), "d": at(9)}
        arms = (
            (YEAR_FIRST, of_day, year_first),
            (DAY_FIRST, of_day, {"y": at(7, 4), "m": at(4), "d": at(1)}),
            (TIMED, of_day, year_first),
            (BY_HAND, of_day, by_hand),
            (FAR_TIMED, of_instant, year_first),
        )
        whens = (f"WHEN {self.engine.matches(text, pattern)} THEN {of.format(**parts)}" for pattern, of, parts in arms)
        return f"CASE {' '.join(whens)} ELSE {otherwise} END"

    def _keep(self, plan: _Plan, staged: str, doubtful: Sequence[Column]) -> tuple[int, int]:
        """Makes the typed table of the rows that belong to a case. Gives how many rows were refused because
        they do not say whose they are, and how many belong to other cases."""
        table, engine = plan.table, self.engine
        typed, stage = f"t_{table.name}", engine.quoted(staged)
        cells = [(column.name, ending) for column in plan.columns for ending in ("", "__bad")]
        cells += [(column.name, "__text") for column in doubtful]
        columns = ", ".join(["n._row", *(f"n.{self._name(*cell)}" for cell in cells)])
        if table.name == "cases":
            order = ", ".join(f"n.{self._name(name)}" for name in table.key)
            engine.make(typed, f"SELECT {columns}, row_number() OVER (ORDER BY {order}) - 1 AS _case FROM {stage} n")
            return 0, 0
        if not table.link:
            engine.make(typed, f"SELECT {columns} FROM {stage} n")
            return 0, 0
        may_be_blank = [name for name in table.link if table.link_if_blank and name not in table.link_if_blank]
        must = [name for name in table.link if name not in may_be_blank]
        nobodys = " OR ".join(
            [f"n.{self._name(name)} IS NULL" for name in must]
            + [f"n.{self._name(name, '__bad')}" for name in may_be_blank]
        )
        tests = [f"n.{self._name(name)} IS NULL" for name in may_be_blank]
        if table.as_if_blank:
            tests.append(f"coalesce({row_holds(table.as_if_blank, lambda name: f'n.{self._name(name)}')}, FALSE)")
        persons = " OR ".join(tests)
        kinds = [(f"NOT ({persons})", table.link), (persons, must)] if persons else [("1 = 1", table.link)]

        def rows(which: str, link: Sequence[str], there: str) -> str:
            same = " AND ".join(f"c.{self._name(name)} = n.{self._name(name)}" for name in link)
            of_case = f"{there}EXISTS (SELECT 1 FROM {self._typed('cases')} c WHERE {same})"
            return f"FROM {stage} n WHERE NOT ({nobodys}) AND ({which}) AND {of_case}"

        of_others = [rows(which, link, "NOT ") for which, link in kinds]
        engine.make(typed, "\nUNION ALL\n".join(f"SELECT {columns} {rows(which, link, '')}" for which, link in kinds))
        other = sum(self._count(f"(SELECT 1 AS one {of}) o") for of in of_others)
        if table.name == accepted.TABLE:  # these are listed too: somebody meant a case that is not here
            engine.make(accepted.OF_OTHERS, "\nUNION ALL\n".join(f"SELECT n.* {of}" for of in of_others))
        if other:
            for (_, link), of in zip(kinds, of_others, strict=True):
                rule = engine.literal(NEARLY_RULE)
                self._fault(NEARLY_OURS, plan, table.columns[link[0]], rule, self._nearly(link, of))
        first = "".join(
            f" WHEN n.{self._name(name)} IS NULL THEN {engine.literal(heading(table.columns[name]))}" for name in must
        )
        otherwise = engine.literal(heading(table.columns[(may_be_blank or must)[0]]))
        refused = self._count(f"{stage} n WHERE {nobodys}")
        if refused:
            what = f"CASE{first} ELSE {otherwise} END" if first else otherwise
            self._fault(NO_REFERENCE, plan, what, engine.literal(NOBODYS), f"FROM {stage} n WHERE {nobodys}")
        return refused, other

    def _nearly(self, link: Sequence[str], of_others: str) -> str:
        """Rows of other cases whose reference is a case's but for what the rule says."""

        def bare(cell: str) -> str:
            said = f"replace({cell}, ' ', '')"
            whole = f"CASE WHEN {said} LIKE '%.0' THEN substr({said}, 1, length({said}) - 2) ELSE {said} END"
            return f"trim(LEADING '0' FROM {self.engine.upper(whole)})"

        same = " AND ".join(f"{bare('o.' + self._name(c))} = {bare('k.' + self._name(c))}" for c in link)
        return f"FROM (SELECT n.* {of_others}) o WHERE EXISTS (SELECT 1 FROM {self._typed('cases')} k WHERE {same})"

    # what is wrong

    def _fault(self, kind: str, plan: _Plan, column: Column | str, rule: str, rows: str) -> None:
        """A fault for each of the rows: `rows` stands after the columns. A text for `column` is SQL."""
        engine = self.engine
        what = engine.literal(heading(column)) if isinstance(column, Column) else column
        said = (engine.literal(kind), engine.literal(printable(plan.source)), what, rule)
        columns = ", ".join(
            f"{text} AS {name}" for text, name in zip(said, ("kind", "source", "what", "rule"), strict=True)
        )
        self.faults.append(f"SELECT {columns} {rows}")

    def _unreadable(self, plan: _Plan, doubtful: Sequence[Column]) -> None:
        table, engine, typed = plan.table, self.engine, self._typed(plan.table.name)
        missing = self.extract.missing_columns
        self.extract.bad_columns |= {pair for c in plan.columns if (pair := (table.name, c.name)) in missing}
        for column in doubtful:
            bad, text = self._name(column.name, "__bad"), self._name(column.name, "__text")
            if not self._count(f"{typed} WHERE {bad}"):
                continue
            self.extract.bad_columns.add((table.name, column.name))
            kind, rule = self._rule(plan, column, text)
            if may_not_be_blank(table, column):
                blank = engine.literal("blank, and every row must have it")
                rule = f"CASE WHEN {text} IS NULL THEN {blank} ELSE {rule} END"
            self._fault(kind, plan, column, rule, f"FROM {typed} WHERE {bad}")

    def _rule(self, plan: _Plan, column: Column, text: str) -> tuple[str, str]:
        """As `cells.fault_of`."""
        said = self.engine.literal
        if column.type is Type.DATE:
            outside = said(OUTSIDE)
            if plan.found[column.name][1] in (DATES, LOCAL, INSTANTS):
                return "unreadable cell", outside
            wrong = said(NOT_A_DATE)
            of_real = f"CASE WHEN {_REAL} THEN {outside} ELSE {wrong} END"
            rule = self._by_spelling(text, of_real, of_real, wrong)
            spelt = (SHORT_YEAR, MONTH_FIRST, FAR_OFF)
            short, turned, far = (self.engine.matches(text, pattern) for pattern in spelt)
            return (
                "unreadable cell",
                f"CASE WHEN {short} THEN {said(NO_CENTURY)} WHEN {turned} THEN {said(TURNED_ROUND)}"
                f" WHEN {far} THEN {outside} ELSE {rule} END",
            )
        if column.type is Type.CODE:
            return "unknown code", said("not a code the dictionary knows")
        words = {Type.YES_NO: "not yes or no (Y or N)", Type.NUMBER: "not a whole number"}
        return "unreadable cell", said(words.get(column.type, "cannot be read"))

    def _no_key_twice(self, plan: _Plan) -> None:
        table, typed = plan.table, self._typed(plan.table.name)
        if not table.key:
            return
        headings = ", ".join(f"“{heading(table.columns[name])}”" for name in table.key)
        blank = " OR ".join(f"{self._name(name)} IS NULL" for name in table.key)
        source = printable(plan.source)
        if table.name == "cases" and (many := self._count(f"{typed} WHERE {blank}")):
            rows = "1 row has" if many == 1 else f"{many:,} rows have"
            raise ExtractStop(f"{source}: {rows} no case reference ({headings}). Fill it in, or leave the row out.")
        key = ", ".join(self._name(name) for name in table.key)
        repeated = (
            f"(SELECT count(*) - 1 AS more FROM {typed} WHERE NOT ({blank}) GROUP BY {key} HAVING count(*) > 1) k"
        )
        many = int(self.engine.run(f"SELECT coalesce(sum(more), 0) FROM {repeated}")[0][0])
        if many:
            rows = "1 row repeats" if many == 1 else f"{many:,} rows repeat"
            one = table.name == "cases" and len(table.key) == 1
            raise ExtractStop(
                f"{source}: {rows} the {headings} of another row. It must be different on every row."
                + (" Has somebody two orders? Name in the dictionary's “key” what tells them apart." if one else "")
            )

    def _references(self, plan: _Plan, plans: Mapping[str, _Plan]) -> None:
        seen = set()
        for column in plan.table.columns.values():
            look_up = column.look_up
            if look_up is None or look_up.by not in plan.found or (look_up.by, look_up.table) in seen:
                continue
            seen.add((look_up.by, look_up.table))
            other = plans.get(look_up.table)
            if other is None or len(other.table.key) != 1 or other.table.key[0] not in other.found:
                continue
            by, key = self._name(look_up.by), self._name(other.table.key[0])
            there = f"SELECT 1 FROM {self._typed(look_up.table)} o WHERE o.{key} = t.{by}"
            rows = f"FROM {self._typed(plan.table.name)} t WHERE t.{by} IS NOT NULL AND NOT EXISTS ({there})"
            rule = self.engine.literal(f"not found in {printable(other.source)}")
            self._fault(NOT_FOUND, plan, plan.table.columns[look_up.by], rule, rows)

    def _values(self, plan: _Plan) -> None:
        """The dictionary's rules of values, which pandera checks of files."""
        typed = self._typed(plan.table.name)
        for column in plan.columns:
            if column.name not in plan.found:
                continue
            for words, wrong in self._rules(plan, column):
                self._fault(BROKEN, plan, column, self.engine.literal(words), f"FROM {typed} WHERE {wrong}")
        for first, second in plan.table.in_order:
            if first in plan.found and second in plan.found:
                words = self.engine.literal(f"later than “{heading(plan.table.columns[second])}”")
                rows = f"FROM {typed} WHERE {self._name(first)} > {self._name(second)}"
                self._fault(NOT_IN_ORDER, plan, plan.table.columns[first], words, rows)

    def _rules(self, plan: _Plan, column: Column) -> Iterator[tuple[str, str]]:
        """Of a column, the words and the SQL of what breaks a rule."""
        name, rules = self._name(column.name), column.rules
        before, after = ("before", "after") if column.type is Type.DATE else ("below", "above")
        if rules.allowed:
            values = [value for text in rules.allowed if (value := value_of(column, text)) is not None]
            allowed = ", ".join(map(self._literal, values))
            yield "not one of the allowed values", f"{name} NOT IN ({allowed})" if values else f"{name} IS NOT NULL"
        if rules.pattern and _PLAIN.fullmatch(rules.pattern) and not _LESS_PLAIN.search(rules.pattern):
            yield "not of the expected form", f"NOT {self.engine.matches(name, rules.pattern)}"
        elif rules.pattern:
            self.extract.warnings.append(
                f"{printable(plan.source)}: the form of “{heading(column)}” was not checked: its pattern is not one"
                " that every database reads alike"
            )
        if rules.at_least is not None:
            yield f"{before} {rules.at_least}", f"{name} < {self._literal(rules.at_least)}"
        if rules.at_most is not None:
            yield f"{after} {rules.at_most}", f"{name} > {self._literal(rules.at_most)}"

    def _literal(self, value: Any) -> str:
        return self.engine.literal(value) if isinstance(value, str) else literal(value)


#: SQL over {y}, {m} and {d}: is there such a day?
_REAL = (
    "{m} BETWEEN 1 AND 12 AND {d} BETWEEN 1 AND CASE WHEN {m} IN (4, 6, 9, 11) THEN 30 WHEN {m} <> 2 THEN 31"
    " WHEN ({y} % 4 = 0 AND {y} % 100 <> 0) OR {y} % 400 = 0 THEN 29 ELSE 28 END"
)
