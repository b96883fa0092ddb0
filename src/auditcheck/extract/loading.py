"""Reads an extract into typed tables, counts every row, and lists everything wrong as faults."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import duckdb

from auditcheck import accepted
from auditcheck.calendar import FIRST_DAY, LAST_DAY
from auditcheck.conditions import columns_in
from auditcheck.engine import Connection, database, leave_unoptimized, private_folder
from auditcheck.extract.cells import (
    SQL_TYPES,
    TURNED_ROUND,
    always_readable,
    converted,
    fault_of,
    is_plain,
    trimmed,
)
from auditcheck.extract.csv_file import CsvFile
from auditcheck.extract.formats import ONE_TABLE, READERS
from auditcheck.extract.sheets import (
    GUIDE,
    Given,
    Rows,
    Sheet,
    folded,
    is_of_the_disk,
    is_of_the_file,
    like_cells,
    printable,
)
from auditcheck.extract.values import check_values, has_rules, heading
from auditcheck.names import Column, Names, Table, Type
from auditcheck.problems import ChecklistStop, ExtractStop, HeadingsStop, UsageStop, named_rows, one_of, shown
from auditcheck.result import FaultRow, Matched, Source
from auditcheck.sql import literal, quoted, row_holds

NO_REFERENCE = "no case reference"
BELOW = "row below the cases"
BETWEEN = "row of totals"
WITHOUT_REFERENCE = "below the last case, without a case reference; not read"
REFERENCE_ALONE = "below the last case, with neither a date nor whose it is; not read"
TOTAL = "below the last case, with a total in the place of a reference; not read"
SUBTOTAL = "between cases, with a total in the place of a reference; not read"
#: What stands where references stand in a row of totals, besides a number. No system gives such references.
TOTAL_WORDS = "((grand |sub-?)?totals?|count|sum)( cases)?:?( [0-9]+)?|[0-9]+ (cases|in total)"
_BITS = 1_000_000_000  # as many as the database sets in one text of bits
NOBODYS = "blank or unreadable, so nobody can tell whose row it is"
NOT_FOUND = "reference not found"
NEARLY_OURS = "case reference in another spelling"
NEARLY_RULE = "a case's, but for capitals, spaces, leading zeros or “.0” at its end; counted as another case's"


@dataclass
class Extract:
    """The tables of an extract in a database of their own: `t_NAME` for every table of the
    dictionary, and `faults`. Close it, or use it in a `with`.

    `bad_columns` are the columns, as (table, column), that have an unreadable cell or were not
    supplied; `missing_columns` those that were not supplied though their table was, and
    `read_as_blank` such columns as the dictionary lets be missing. `unknown_tables`
    tell nothing: not supplied, supplied without a row (unless the dictionary says `may_be_empty`),
    or not read because nothing in use needs them. `large` are tables of many rows. `not_read` are files or sheets
    that match no table.
    `called` is what headers say of an extract that is no path; `warnings` are what every result is to say.
    """

    con: Connection
    names: Names
    path: Path
    sources: tuple[Source, ...] = ()
    not_supplied: tuple[str, ...] = ()
    not_read: tuple[str, ...] = ()
    missing_columns: set[tuple[str, str]] = field(default_factory=set)
    read_as_blank: set[tuple[str, str]] = field(default_factory=set)
    bad_columns: set[tuple[str, str]] = field(default_factory=set)
    unknown_tables: set[str] = field(default_factory=set)
    faults: Mapping[str, int] = field(default_factory=dict)
    columns_read: Mapping[str, frozenset[str]] = field(default_factory=dict)
    large: set[str] = field(default_factory=set)
    called: str = ""
    warnings: list[str] = field(default_factory=list)
    unchecked: list[tuple[Table, frozenset[str], str, str]] = field(default_factory=list, repr=False)
    as_read: Mapping[Path, tuple[int, int]] = field(default_factory=dict, repr=False)
    _closing: ExitStack = field(default_factory=ExitStack, repr=False)

    @property
    def every_start(self) -> bool:
        """Does every case have a start that could be read?"""
        start = quoted(self.names.start)
        return self.con.execute(f"select count(*) from {typed_name('cases')} where {start} is null").fetchall() == [
            (0,)
        ]

    def check_values(self, progress: Callable[[str], None] | None = None) -> None:
        """Checks the values against the dictionary's rules, which completes the faults. States do
        not rest on it, so an audit works them out first, while pandera is still being imported."""
        while self.unchecked:
            table, read, source, rows = self.unchecked.pop()
            assert isinstance(self.con, duckdb.DuckDBPyConnection)  # others have checked theirs
            (progress or (lambda _: None))(f"Looking for faults in {source}")
            check_values(self.con, table, read, source, rows)
        counted = self.con.execute("select kind, count(*) from faults group by kind order by kind").fetchall()
        self.faults = dict(counted)

    def check_unchanged(self) -> None:
        """Raises ExtractStop where something has written to a file since reading began: large ones are read more than
        once."""
        after = _as_they_are(self.path) if self.as_read else {}
        if changed := [file for file, state in self.as_read.items() if after.get(file) != state]:
            raise ExtractStop(f"{shown(changed[0])}: changed while it was read. Run again when nothing writes to it.")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """What the database has no room for, and what it makes of a file that something writes to meanwhile, in our
        words."""
        try:
            with within_memory(self.path):
                yield
        except duckdb.Error:
            self.check_unchanged()
            raise

    def fault_rows(self, limit: int | None = None) -> list[FaultRow]:
        """The faults by source, row and column, without the text of the cells; at most `limit`."""
        select = 'select kind, source, row, "column", rule from faults order by source, row, "column", kind, rule'
        if limit is not None:
            select = f"{select} limit {limit}"
        return [FaultRow(*row) for row in self.con.execute(select).fetchall()]

    def rows_below(self) -> dict[str, list[int]]:
        """The rows that were not read as cases because they stand below them, or are totals of some, by the rule."""
        found: dict[str, list[int]] = {}
        select = f"select rule, row from faults where kind in ({literal(BELOW)}, {literal(BETWEEN)}) order by rule, row"
        for rule, row in self.con.execute(select).fetchall():
            found.setdefault(rule, []).append(row)
        return found

    def turned_round(self) -> list[tuple[str, str, int]]:
        """The columns in which days stand with the month first: source, heading, and how many are seen to."""
        select = f'select source, "column", count(*) from faults where rule = {literal(TURNED_ROUND)}'
        found = self.con.execute(f'{select} group by source, "column" order by source, "column"').fetchall()
        return [(source, column, int(many)) for source, column, many in found]

    def newest_entry(self, as_at: date) -> date | None:
        """The newest date on or before `as_at` on which a case started or that any event rests on; planned dates do
        not count."""
        dated = {(rows.table, rows.date) for event in self.names.events.values() for rows in event.sources if rows.date}
        dated.add(("cases", self.names.start))
        newest = []
        for table, column in sorted(dated):
            read = column in self.columns_read.get(table, ())
            if read and not self.names.tables[table].columns[column].planned:
                name = quoted(column)
                newest.append(f"select max({name}) as day from {typed_name(table)} where {name} <= {literal(as_at)}")
        if not newest:
            return None
        with self.at_work():
            found = self.con.execute(f"select max(day) from ({' union all '.join(newest)}) days").fetchall()
        day = found[0][0]
        assert day is None or isinstance(day, date)
        return day

    def close(self) -> None:
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


#: What the system says where nothing more can be written: no space, no more for this user, too long a file.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

#: The path that means standard input.
STANDARD_INPUT = Path("-")

#: Bytes below which neither a second thread nor the database's optimizer is worth its time: for a team's
#: extract one thread takes a fifth less than two, and reading takes a seventh less unoptimized.
SMALL = 1_000_000

#: Rows from which on the optimizer may be worth its time to what follows. The plan is shaped by hand: at 350,000
#: rows it still gained nothing, and at 3,000 it took four times as long as all the rest of the evaluation. A table
#: of so many rows is not copied, where all are kept, and those that items need are joined to their cases once: of a
#: whole country's contacts either took longer than all that was then asked of them.
LARGE = 500_000


def typed_name(table: str) -> str:
    """The typed table of a table of the dictionary, as SQL."""
    return quoted(f"t_{table}")


def in_use(names: Names, table: Table, wanted: Collection[str]) -> tuple[Column, ...]:
    """The columns of a table that are read where those `wanted` are: with them what tells its rows apart, and
    says whose they are."""
    used = {*wanted, *table.key, *table.link, *columns_in(table.as_if_blank)}
    if table.name == "cases":
        used |= of_every_case(names).union(*(other.link for other in names.tables.values()))
    return tuple(column for column in table.raw_columns if column.name in used)


def of_every_case(names: Names) -> set[str]:
    """The columns that say when a case began and ended and whose it is: whatever is asked, they are in use."""
    groups = names.groups.values()
    found = (names.start, names.end, *(name for group in groups for name in (group.code, group.label)))
    return {name for name in found if name}


def find_dictionary(path: Path) -> Path | None:
    """The dictionary that comes with an extract: `dictionary.yaml` in its folder, or
    `NAME.dictionary.yaml` beside the file NAME. None: the one that ships with auditcheck."""
    return _find_beside(path, "dictionary")


def draft_beside(path: Path) -> Path:
    """Where a dictionary of that extract is found by itself, once it is there."""
    if path == STANDARD_INPUT:
        return Path("dictionary.yaml")
    return path / "dictionary.yaml" if path.is_dir() else path.with_name(f"{path.stem}.dictionary.yaml")


def find_adjustments(path: Path) -> Path | None:
    """A region's adjustments that come with an extract: `adjustments.yaml` in its folder, or
    `NAME.adjustments.yaml` beside the file NAME."""
    return _find_beside(path, "adjustments")


def _find_beside(path: Path, kind: str) -> Path | None:
    try:
        found = path / f"{kind}.yaml" if path.is_dir() else path.with_name(f"{path.stem}.{kind}.yaml")
        if found.is_file():
            return found
        for other in (found, found.with_suffix(".yml")):  # never pass by what was meant to be used
            if os.path.lexists(other):
                raise ChecklistStop(f"{shown(other)}: must be a file called {found.name}, to be used.")
    except OSError:
        return None  # the extract itself will say what is wrong with its path
    return None


def read_extract(
    path: Path,
    names: Names,
    *,
    wanted: Mapping[str, Collection[str]] | None = None,
    progress: Callable[[str], None] | None = None,
    memory_limit: str = "2GB",
    threads: int | None = None,
    check_values: bool = True,
    given: Given | None = None,
) -> Extract:
    """Reads the extract at `path`: a folder of CSV or Parquet files, one such file of cases, a workbook, or
    `-`, the CSV of cases on standard input. `given` is what the user says of its files.

    `wanted` names, by table, the raw columns in use: only these are read, besides what says whose
    rows they are; a table that it leaves out is not read at all. None means every column.
    `progress` is told what is being read. Without `check_values` the caller is to call that method of
    the extract later, and `faults` is empty until then. Raises ExtractStop or UsageStop, never with a cell's text.
    """
    closing = ExitStack()
    with closing, told_by(path):
        scratch = closing.enter_context(private_folder())
        given = replace(given or Given(), scratch=Path(scratch))
        as_read = _as_they_are(path)
        supplied, not_read = _matched(path, names, given)
        found = {
            table: sheet for table, sheet in supplied.items() if wanted is None or table == "cases" or table in wanted
        }
        files = [file for sheet in found.values() for file in sheet.files]
        small = sum(file.stat().st_size for file in {*files, path} if file.is_file()) < SMALL
        if small and threads is None:
            threads = 1
        con = closing.enter_context(database(files=files, memory_limit=memory_limit, threads=threads))
        columns = ("kind varchar", "source varchar", "row bigint", '"column" varchar', "rule varchar", "text varchar")
        con.execute(f"create table faults ({', '.join(columns)})").fetchall()
        absent = (table for table in names.tables if table not in supplied)
        not_supplied = tuple(table for table in absent if table != accepted.TABLE)  # nothing rests on it
        extract = Extract(con, names, path, not_supplied=not_supplied, not_read=not_read, as_read=as_read)
        if small:
            leave_unoptimized(con)
        _Reading(extract, con, wanted, progress, given).read(found)
        if not small and sum(source.kept for source in extract.sources) <= LARGE:
            leave_unoptimized(con)
        if check_values:
            extract.check_values(progress)
        extract.check_unchanged()
        extract._closing = closing.pop_all()
    return extract


@contextmanager
def told_by(path: Path) -> Iterator[None]:
    """What the computer refuses while the extract at `path` is read, in our words."""
    try:
        with within_memory(path):
            yield
    except OSError as error:
        if error.errno in _NO_ROOM:  # copies are all that is written
            raise ExtractStop(
                f"{shown(path)[:80]}: no room for a copy of it among the temporary files. Free some space there."
            ) from None
        raise ExtractStop(f"{shown(path)[:80]}: cannot be read. Check the path and that you may open it.") from None


@contextmanager
def within_memory(path: Path) -> Iterator[None]:
    """What the database has no room for, in our words: memory, or the disk that takes what memory does not hold."""
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        full = "offload" in str(error) or is_of_the_disk(error)
        if not full and isinstance(error, duckdb.IOException):
            raise
        what = (
            "there is no room for its temporary files. Free some space there, raise --memory-limit"
            if full
            else "the memory that it may use is too little for it. Raise --memory-limit"
        )
        raise ExtractStop(f"{shown(path)}: {what}, or audit a part of it.") from None


def _as_they_are(path: Path) -> dict[Path, tuple[int, int]]:
    """The size of every file of an extract, and when it was last written to."""
    files = [file for file in path.iterdir() if file.suffix.lower() in ONE_TABLE] if path.is_dir() else [path]
    stats = {file: file.stat() for file in files if file.is_file()}
    return {file: (stat.st_size, stat.st_mtime_ns) for file, stat in stats.items()}


def sheets_of(path: Path, names: Names, given: Given) -> list[Sheet]:
    """Every sheet that may be a table, unread: not that of a workbook to fill in which says how. Raises
    ExtractStop or UsageStop when `path` is no extract."""
    sheets = _every_sheet(path, given)
    words = {folded(word) for table in names.tables.values() for word in (table.name, *table.headings)}
    if path.suffix.lower() != ".xlsx" or folded(GUIDE) in words:
        return sheets
    return [sheet for sheet in sheets if folded(sheet.name) != folded(GUIDE)] or sheets


def _every_sheet(path: Path, given: Given) -> list[Sheet]:
    if path == STANDARD_INPUT:
        return [_standard_input(given)]
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/|\\\\[^?.]", str(path)):  # https:/…, \\host\share
        raise UsageStop("An extract is a folder or a file on this computer: local files only, no addresses.")
    kinds = f"a folder of {one_of(ONE_TABLE)} files, or {one_of(['a ' + suffix for suffix in READERS])} file"
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in ONE_TABLE)
        for file in files:
            if not file.is_file():
                raise ExtractStop(f"{shown(path)}: {shown(file)} is not a file. Remove it, or put the table there.")
        if not files:
            others = [shown(file) for file in sorted(path.iterdir()) if file.suffix.lower() in READERS]
            hint = f" It holds {others[0]}: give that file." if others else f" An extract is {kinds}."
            raise ExtractStop(f"{shown(path)}: a folder without a {one_of(ONE_TABLE)} file.{hint}")
        return [sheet for file in files for sheet in READERS[file.suffix.lower()](file, given)]
    if not path.exists():
        raise ExtractStop(f"{printable(str(path), 200)}: not found. Check the path.")
    reader = READERS.get(path.suffix.lower())
    if not path.is_file() or reader is None:
        old = " Save it as .xlsx." if path.suffix.lower() in (".xls", ".xlsm", ".xlsb", ".ods") else ""
        raise ExtractStop(f"{shown(path)}: not an extract.{old} An extract is {kinds}.")
    return list(reader(path, given))


def _standard_input(given: Given) -> Sheet:
    return CsvFile(given.piped or keep_standard_input(given.scratch), given, called="standard input")


def keep_standard_input(folder: Path) -> Path:
    """A copy of what is piped in, in that folder. Raises UsageStop where nothing is."""
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageStop("“-” reads the CSV of cases from standard input, and nothing is piped into it.")
    copy = folder / "standard input.csv"
    with copy.open("xb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return copy


def _matched(path: Path, names: Names, given: Given) -> tuple[dict[str, Sheet], tuple[str, ...]]:
    """The sheet of every table that was supplied, in the dictionary's order, and what matched none."""
    sheets = sheets_of(path, names, given)
    tables = matched_by_name(path, sheets, names, given)
    found = {table: sheet for sheet, (table, _) in zip(sheets, tables, strict=True) if table}
    unmatched = [sheet.shown for sheet, (table, _) in zip(sheets, tables, strict=True) if not table]
    if "cases" not in found:
        accepted = one_of([f"“{word}”" for word in ("cases", *names.cases.headings)])
        there = f" There is {', '.join(unmatched[:8])}." if unmatched else ""
        if path.is_file():
            raise UsageStop(
                f"{shown(path)}: which sheet holds the cases? Give --sheet NAME, or call it {accepted}.{there}"
            )
        raise ExtractStop(f"{shown(path)}: no file for the cases. It must be called {accepted}.{there}")
    return {name: found[name] for name in names.tables if name in found}, tuple(unmatched)


def matched_by_name(path: Path, sheets: Sequence[Sheet], names: Names, given: Given) -> list[tuple[str, Matched]]:
    """For every sheet the table of the dictionary that it is by its name, "" where it is none; a single
    file that is no folder holds the cases, and so does the sheet that the user names. Raises ExtractStop
    where two sheets are one table, and UsageStop where none is called as the user says."""
    if given.sheet:
        chosen: Sheet | None = _chosen_sheet(path, sheets, given.sheet)
    else:
        chosen = sheets[0] if len(sheets) == 1 and not path.is_dir() else None
    tables = {folded(word): table.name for table in names.tables.values() for word in (table.name, *table.headings)}
    matched: list[tuple[str, Matched]] = []
    first: dict[str, Sheet] = {"cases": chosen} if chosen else {}
    for sheet in sheets:
        name = "cases" if sheet is chosen else tables.get(folded(sheet.name), "")
        if name and first.setdefault(name, sheet) is not sheet:
            if chosen and name == "cases":
                name = ""
            else:
                both = f"{first[name].shown} and {sheet.shown} are both the table “{name}”"
                raise ExtractStop(f"{shown(path)}: {both}. Keep one of them.")
        matched.append((name, Matched.NOT if not name else Matched.NAME if sheet.name == name else Matched.HEADING))
    return matched


def _chosen_sheet(path: Path, sheets: Sequence[Sheet], name: str) -> Sheet:
    if path.suffix.lower() != ".xlsx":
        raise UsageStop(f"--sheet names a sheet of a workbook (.xlsx), and {shown(path)} is none.")
    alike = [sheet for sheet in sheets if sheet.name == name] or [s for s in sheets if folded(s.name) == folded(name)]
    if len(alike) != 1:
        there = ", ".join(f"“{printable(sheet.name)}”" for sheet in sheets[:8])
        raise UsageStop(f"{shown(path)}: no visible sheet is called “{printable(name)}”. There is {there}.")
    return alike[0]


@dataclass(frozen=True)
class _Plan:
    """What is read of one sheet: the columns in use, and where those that were supplied stand."""

    table: Table
    sheet: Sheet
    columns: tuple[Column, ...]
    positions: Mapping[str, int]
    headings: int  # how many columns have one


class _Staged(NamedTuple):
    """How many records there are, how many of them hold something, the columns of which some cell cannot be read,
    whether all texts of a file that is read where it lies are plain, and the first and last key by the alphabet."""

    every: int
    read: int
    doubtful: list[Column]
    plain: bool
    keys: tuple[str | None, str | None]


class _Reading:
    def __init__(
        self,
        extract: Extract,
        con: duckdb.DuckDBPyConnection,
        wanted: Mapping[str, Collection[str]] | None,
        progress: Callable[[str], None] | None,
        given: Given,
    ) -> None:
        self.extract = extract
        self.given = given
        self.con = con
        self.names = extract.names
        self.wanted = wanted
        self.progress = progress or (lambda _: None)
        self.sources: list[Source] = []
        self.numbered = ""
        self.views: dict[str, str] = {}  # of tables whose rows are not copied: the rows, with their places `_at`

    def read(self, sheets: Mapping[str, Sheet]) -> None:
        # Headings of every sheet before the records of any: a missing column shows at once.
        plans = {name: self._plan(self.names.tables[name], sheet) for name, sheet in sheets.items()}
        columns_read = {}
        for name in ("cases", *(name for name in self.names.tables if name != "cases")):
            table = self.names.tables[name]
            plan = plans.get(name)
            if plan is None:
                self._empty(table)
                continue
            self.progress(f"Reading {plan.sheet.shown}")
            self._read(plan)
            columns_read[name] = frozenset(plan.positions)
        for plan in plans.values():
            self._references(plan, plans)
            if has_rules(plan.table, plan.positions):
                table = plan.table
                rows = self.views.get(table.name, f"(select rowid as _at, * from {typed_name(table.name)})")
                self.extract.unchecked.append((table, frozenset(plan.positions), plan.sheet.shown, rows))
        self.extract.sources = tuple(self.sources)
        self.extract.columns_read = columns_read

    # headings

    def _in_use(self, table: Table) -> tuple[Column, ...]:
        if self.wanted is None:
            return table.raw_columns
        return in_use(self.names, table, self.wanted.get(table.name, ()))

    def _plan(self, table: Table, sheet: Sheet) -> _Plan:
        accepted = {
            folded(word): column.name for column in table.raw_columns for word in (column.name, *column.headings)
        }
        headings, where = sheet.headings(self.con, accepted)
        place = f"{sheet.shown} {where}"
        known = [text if folded(text) in accepted else "" for text in headings]
        # where nothing is recognised cells may stand here
        _no_heading_twice(headings if any(known) else known, known, place)
        positions: dict[str, int] = {}
        unknown = []
        for at, text in enumerate(headings):
            name = accepted.get(folded(text))
            if name is None:
                if text.strip():
                    unknown.append(text)
            elif name in positions:
                raise ExtractStop(
                    f"{place}: columns {positions[name] + 1} and {at + 1} are both “{name}”"
                    f" (“{printable(headings[positions[name]])}”, “{printable(text)}”). Keep one of them."
                )
            else:
                positions[name] = at
        needed = [column for column in table.raw_columns if column.name not in positions and table.needs(column.name)]
        if needed:
            raise _columns_missing(needed, unknown, place, recognised=bool(positions))
        for column in table.raw_columns:
            if column.name not in positions:
                absent = self.extract.read_as_blank if column.may_be_missing else self.extract.missing_columns
                absent.add((table.name, column.name))
        columns = self._in_use(table)
        used = {column.name: positions[column.name] for column in columns if column.name in positions}
        return _Plan(table, sheet, columns, used, sum(bool(text.strip()) for text in headings))

    # records

    def _empty(self, table: Table) -> None:
        columns = ["_row bigint", *(["_case bigint"] if table.name == "cases" else [])]
        for column in self._in_use(table):
            columns += [f"{quoted(column.name)} {SQL_TYPES[column.type]}", f"{quoted(column.name + '__bad')} boolean"]
        self.con.execute(f"create table {typed_name(table.name)} ({', '.join(columns)})").fetchall()
        self.extract.unknown_tables.add(table.name)

    def _read(self, plan: _Plan) -> None:
        table, sheet = plan.table, plan.sheet
        in_use = {plan.positions[column.name]: column for column in plan.columns if column.name in plan.positions}
        rows = sheet.rows(self.con, in_use, self.names.zone)
        in_place = self._may_be_in_place(plan, rows)
        self._stage(plan, rows, in_place)
        staged = self._staged(plan, rows, in_place)
        if in_place and not staged.plain:
            in_place = False
            self.con.execute("drop view staged").fetchall()
            self._stage(plan, rows, in_place)
            staged = self._staged(plan, rows, in_place)
        every, read, doubtful = staged.every, staged.read, staged.doubtful
        self.given.not_too_many(read, sheet.shown)
        if read == 0 and table.name == "cases":
            raise ExtractStop(f"{sheet.shown}: No cases to audit: it holds headings and no rows.")
        cells = ", ".join(self._cells(plan, rows, doubtful))
        place = "_at" if in_place else "rowid"
        self._number(rows, cells, place)
        stay = every == read > LARGE and not rows.skipped and self._may_stay(table, read)
        kept, refused, other = (read, 0, 0) if stay else self._keep(plan, rows, read, doubtful)
        if kept > LARGE:
            self.extract.large |= {table.name} - {"cases"}
        if kept == 0 and not table.may_be_empty and table.name != "cases":
            self.extract.unknown_tables.add(table.name)  # no row of these cases tells nothing of them
        if read != kept + other + refused:
            raise RuntimeError(f"{table.name}: rows read are not rows kept, of other cases and refused")
        self._unreadable(plan, rows, doubtful, self.numbered if stay else typed_name(table.name))
        only = [name for column in doubtful for name in _only_for_faults(plan, rows, column)]
        if stay:
            stored = quoted(f"s_{table.name}")
            self.con.execute(f"alter {'view' if in_place else 'table'} staged rename to {stored}").fetchall()
            self.views[table.name] = f"(select {place} as _at, {place} + {rows.first} as _row, {cells} from {stored})"
            every_row = f"select * exclude ({', '.join(('_at', *only))}) from {self.views[table.name]}"
            self.con.execute(f"create view {typed_name(table.name)} as {every_row}").fetchall()
        else:
            for name in only:
                self.con.execute(f"alter table {typed_name(table.name)} drop column {name}").fetchall()
            self.con.execute(f"drop {'view' if in_place else 'table'} staged").fetchall()
        self._no_key_twice(plan, staged)
        unread = plan.headings - len(plan.positions)
        self.sources.append(Source(table.name, sheet.shown, read, kept, other, refused, unread, rows.hidden))

    def _count(self, what: str) -> int:
        found = self.con.execute(f"select count(*) from {what}").fetchall()
        return int(found[0][0])

    def _changed(self, statement: str, given: Mapping[str, object] | None = None) -> int:
        """Carries out a statement that makes or fills a table. Gives how many rows it put there."""
        found = self.con.execute(statement, given).fetchall()
        return int(found[0][0])

    def _may_be_in_place(self, plan: _Plan, rows: Rows) -> bool:
        """Is a file read where it lies, whenever its rows are asked for, if all its texts are plain? A large one that
        can be read again is, if hardly anything has to be done to its cells: a copy of a whole country's contacts takes
        longer to write than all that is then asked of it, and most of the memory."""
        if rows.again <= LARGE or plan.table.name in ("cases", accepted.TABLE):
            return False
        cells = [(plan.positions[column.name], column) for column in plan.columns if column.name in plan.positions]
        return all(
            at in rows.dates or always_readable(column) or (column.type is Type.YES_NO and at in rows.repeated)
            for at, column in cells
        )  # anything else takes a CASE for every row, each time

    def _first(self, plan: _Plan, select: str) -> Sequence[Any]:
        """The first row of what is asked of a sheet's relation."""
        try:
            return self.con.execute(select).fetchall()[0]
        except duckdb.Error as error:
            if is_of_the_file(error):
                raise plan.sheet.refused() from None
            raise

    def _stage(self, plan: _Plan, rows: Rows, in_place: bool) -> None:
        """Makes `staged` of every record, converted, in the order of the sheet: a table, or a view of a file that is
        read where it lies, which says whether all texts of a row that are taken as they are may be, `_plain`. This
        statement is the one that reads the file; it has no row numbers, so that all cores can work at it. What rows
        with an unreadable cell said stands in the list `_texts`, in the order of `_doubtable`."""
        doubtable = _doubtable(plan, rows)
        texts, values, tested, cells = [f"{rows.blank} as _blank"], ["_blank"], ["_blank"], ["_blank"]
        plain = []
        if in_place:
            for columns in (texts, values, tested, cells):
                columns.append("_at")
        for column in (column for column in plan.columns if column.name in plan.positions):
            name, bad, text, rule = _cell_names(column)
            at = plan.positions[column.name]
            if at in rows.dates:
                texts.append(f"c{at} as {text}")
                values.append(
                    f"case when {text} between {literal(FIRST_DAY)} and {literal(LAST_DAY)} then {text} end as {name}"
                )
            else:
                as_it_is = in_place and at not in rows.repeated
                if as_it_is:
                    plain.append(is_plain(f"c{at}", column))
                texts.append(f"{f'c{at}' if as_it_is else trimmed(f'c{at}', column, at in rows.repeated)} as {text}")
                values.append(f"{converted(column, text, self.names.zone)} as {name}")
            tested.append(name)
            cells.append(name)
            if column not in doubtable:
                continue
            wrong = []
            values.append(text)
            tested.append(text)
            if at in rows.broken:
                texts.append(f"c{at}__rule as {rule}")
                values.append(rule)
                tested.append(rule)
                cells.append(rule)
                wrong.append(f"{rule} is not null")
            if not always_readable(column):
                blank = may_not_be_blank(plan.table, column)
                wrong.append(f"{name} is null" if blank else f"({name} is null and {text} is not null)")
            tested.append(f"{' or '.join(wrong)} as {bad}")
            cells.append(bad)
        if doubtable:
            names = [_cell_names(column) for column in doubtable]
            some_bad = " or ".join(cell.bad for cell in names)
            said = ", ".join(f"case when {cell.value} is null then {cell.text}::varchar end" for cell in names)
            cells.append(f"case when {some_bad} then [{said}] end as _texts")
        if in_place:
            texts.append(f"{' and '.join(plain) or 'true'} as _plain")
            for columns in (values, tested, cells):
                columns.append("_plain")
        try:
            self.con.execute(
                f"""
                create or replace {"view" if in_place else "table"} staged as
                with texts as (select {", ".join(texts)} from {rows.relation}),
                typed as (select {", ".join(values)} from texts),
                tested as (select {", ".join(tested)} from typed)
                select {", ".join(cells)} from tested
                """
            ).fetchall()
        except duckdb.Error as error:
            if is_of_the_file(error):
                raise plan.sheet.refused() from None
            raise

    def _staged(self, plan: _Plan, rows: Rows, in_place: bool) -> _Staged:
        """What there is. A file that is read where it lies is read through here, so that what is damaged shows."""
        doubtable = _doubtable(plan, rows)
        key = f"{quoted(plan.table.key[0])}::varchar" if _single_key(plan) else "null"
        plain = "coalesce(bool_and(_plain), true)" if in_place else "false"
        asked = [plain, f"min({key})", f"max({key})", "count(*)", "count(*) filter (not _blank)"]
        asked += [f"count(*) filter ({_cell_names(column).bad})" for column in doubtable]
        if in_place:
            asked += [f"count({quoted(name)})" for name in plan.positions]
        all_plain, first, last, every, read, *bad = self._first(plan, f"select {', '.join(asked)} from staged")
        doubtful = [column for column, count in zip(doubtable, bad, strict=False) if count]
        return _Staged(every, read, doubtful, all_plain, (first, last))

    def _keep(self, plan: _Plan, rows: Rows, read: int, doubtful: Sequence[Column]) -> tuple[int, int, int]:
        """Fills the typed table with the rows that belong to a case. Gives how many those are, of the rows read;
        how many were refused because they do not say whose they are; and how many belong to other cases."""
        table, typed = plan.table, typed_name(plan.table.name)
        create = f"create table {typed} as select *"
        if table.name == "cases":
            below = self._below(plan, rows, doubtful)
            which = "where _row not in (select row from faults)" if below else ""
            kept = self._changed(
                f"{create}, row_number() over (order by _row) - 1 as _case from {self.numbered} {which} order by _row"
            )
            return kept, below, 0
        if not table.link:
            return self._changed(f"{create} from {self.numbered}"), 0, 0
        may_be_blank, must = _link(table)
        of_cases, of_others = self._joined_to_cases(table, "semi"), self._joined_to_cases(table, "anti")
        kept = self._changed(f"create table {typed} as {' union all '.join(f'select n.* {rows}' for rows in of_cases)}")
        if table.name == accepted.TABLE:  # these are listed too: somebody meant a case that is not here
            rest = " union all ".join(f"select n.* {rows}" for rows in of_others)
            self.con.execute(f"create table {quoted(accepted.OF_OTHERS)} as {rest}").fetchall()
        if kept == read:
            return kept, 0, 0
        other = sum(self._count(f"(select 1 {rows})") for rows in of_others)
        if other:
            self._nearly_ours(plan, [link for _, link in _kinds(table)], of_others)
        which = " ".join(f"when {quoted(name)} is null then {literal(heading(table.columns[name]))}" for name in must)
        refused = self._changed(
            f"""
            insert into faults
            select $kind, $source, _row, case {which} else $otherwise end, $rule, null
            from {self.numbered} where {_nobodys(table)}
            """,
            {
                "kind": NO_REFERENCE,
                "source": plan.sheet.shown,
                "otherwise": heading(table.columns[(may_be_blank or must)[0]]),
                "rule": NOBODYS,
            },
        )
        return kept, refused, other

    def _joined_to_cases(self, table: Table, join: str) -> list[str]:
        """After SELECT: the rows that say whose they are and belong to a case, for a `semi` join, or for an `anti`
        join to none. Rows of a case and rows of a person apart: two plain joins are far faster than one that
        chooses."""
        return [
            f"from {self.numbered} as n {join} join t_cases as c on {_same(link)}"
            f" where not ({_nobodys(table)}) and {which}"
            for which, link in _kinds(table)
        ]

    def _may_stay(self, table: Table, read: int) -> bool:
        """May the rows be left where they are: does every one of them belong to a case?"""
        if table.name in ("cases", accepted.TABLE):
            return False  # cases are given numbers, and what is accepted of others is kept apart
        if not table.link:
            return True
        # mostly rows about the person name an order that is there, and what they are need not be looked at
        tries = [replace(table, as_if_blank=None), table] if table.as_if_blank else [table]
        return any(
            read == sum(self._count(f"(select 1 {rows})") for rows in self._joined_to_cases(as_is, "semi"))
            for as_is in tries
        )

    def _below(self, plan: _Plan, rows: Rows, doubtful: Sequence[Column]) -> int:
        """Lists the rows of cases that stand below them: a legend, notes. Gives how many there are.

        Such a row comes after the last case and after a row with nothing in it; and it has no complete
        reference and no start, or nothing but a reference of what says when a case began and ended and
        whose it is. A row with a start is somebody's case, and one without a blank row above it may be:
        those stop the run, or are cases. What decides is in use whatever is asked, so every command has
        the same cases.

        A total needs no blank row above it. It is one where it says so, or where nothing but how many rows
        stand above (or 0, the sum of texts) stands in the place of references, none of which is a number.
        Another number may be one: it is a case, and that is said. One that says so may stand between cases too.
        """

        def blank(column: Column) -> str:
            more = _only_for_faults(plan, rows, column) if column in doubtful else []
            return " and ".join(f"{text} is null" for text in (quoted(column.name), *more))

        table, start = plan.table, self.names.start
        names = sorted(of_every_case(self.names) & plan.positions.keys() - {*table.key})
        no_reference = " or ".join(f"{quoted(name)} is null" for name in table.key)
        nothing_else = " and ".join(blank(table.columns[name]) for name in names) if start in names else "false"
        reference, *others = (f"trim(cast({quoted(name)} as varchar))" for name in table.key)
        is_number = f"coalesce(regexp_full_match({reference}, '[0-9]+'), false)"
        says_total = f"coalesce(regexp_full_match(lower({reference}), {literal(TOTAL_WORDS)}), false)"
        alone = " and ".join([nothing_else, *(f"coalesce(regexp_full_match({of}, '[0-9]+'), true)" for of in others)])
        if not rows.skipped and not self._count("staged where _blank"):
            last = f"select {alone} and ({is_number} or {says_total}) from {self.numbered} order by _row desc limit 1"
            if self.con.execute(last).fetchall() != [(True,)] and not self._count(
                f"{self.numbered} where {alone} and {says_total}"
            ):
                return 0  # nothing can stand below, nor a total between
        looked_at = f"""
            with each_row as (
                select _row, {no_reference} as no_reference, {reference} as reference, {alone} as alone,
                    {is_number} as is_number, {says_total} as says_total,
                    row_number() over (order by _row) - 1 as above,
                    case when {no_reference} then {quoted(start)} is null else {nothing_else} end as may_be_none
                from {self.numbered}
            ), numbers as (
                select coalesce(bool_or(is_number and not alone), false) as are_references from each_row
            ), looked_at as (
                select *, alone and is_number and above > 0 and not are_references as number_alone,
                    (alone and says_total) or (number_alone and reference in ('0', cast(above as varchar))) as total
                from each_row cross join numbers
            ), last_case as (select max(_row) as _row from looked_at where not may_be_none and not total)
        """
        self.con.execute(
            f"""
            insert into faults {looked_at}
            select case when l._row < c._row then $between else $kind end, $source, l._row, $heading,
                case when l._row < c._row then $subtotal when total then $total when no_reference then $without
                    else $alone end, null
            from looked_at as l join last_case as c on l._row > c._row or (c._row is not null and alone and says_total)
            qualify total or l._row - c._row > count(*) filter (l._row > c._row) over (order by l._row)
            """,
            {
                "kind": BELOW,
                "between": BETWEEN,
                "source": plan.sheet.shown,
                "heading": heading(table.columns[table.key[0]]),
                "total": TOTAL,
                "subtotal": SUBTOTAL,
                "without": WITHOUT_REFERENCE,
                "alone": REFERENCE_ALONE,
            },
        ).fetchall()
        doubtful_rows = self.con.execute(
            f"{looked_at} select _row from looked_at where number_alone and not no_reference"
            " and _row not in (select row from faults) order by _row"
        ).fetchall()
        if doubtful_rows:
            which = named_rows([row for (row,) in doubtful_rows])
            self.extract.warnings.append(
                f"{plan.sheet.shown}: {which} with nothing but a number where references stand, read as a case: if it "
                "is a total, leave a blank row above it"
            )
        return self._count("faults")

    def _nearly_ours(self, plan: _Plan, links: Sequence[Sequence[str]], of_others: Sequence[str]) -> None:
        """Lists the rows of other cases whose reference is that of a case but for capitals, spaces, leading
        zeros or a “.0” at its end. They are not merged: that would be a guess. But a gap may rest on them."""
        for link, rows in zip(links, of_others, strict=True):
            bare = "ltrim(regexp_replace(upper(replace({}, ' ', '')), '[.]0$', ''), '0')"
            same = " and ".join(f"{bare.format(f'o.{quoted(c)}')} = {bare.format(f'k.{quoted(c)}')}" for c in link)
            self.con.execute(
                f"""
                insert into faults
                select $kind, $source, o._row, $heading, $rule, null
                from (select n.* {rows}) as o semi join t_cases as k on {same}
                """,
                {
                    "kind": NEARLY_OURS,
                    "source": plan.sheet.shown,
                    "heading": heading(plan.table.columns[link[0]]),
                    "rule": NEARLY_RULE,
                },
            ).fetchall()

    def _cells(self, plan: _Plan, rows: Rows, doubtful: Sequence[Column]) -> list[str]:
        """What a typed table has, of a staged row. What some cells of the `doubtful` columns said is with it."""
        place = {column.name: at for at, column in enumerate(_doubtable(plan, rows), start=1)}
        cells = []
        for column in plan.columns:
            name, bad, text, rule = _cell_names(column)
            if column.name not in plan.positions:
                unknown = "false" if column.may_be_missing else "true"
                cells += [f"null::{SQL_TYPES[column.type]} as {name}", f"{unknown} as {bad}"]
            elif column in doubtful:
                broken = [rule] if plan.positions[column.name] in rows.broken else []
                cells += [name, bad, f"_texts[{place[column.name]}] as {text}", *broken]
            else:
                cells += [name, f"false as {bad}"]
        return cells

    def _number(self, rows: Rows, cells: str, place: str) -> None:
        """Says what `numbered` is, after FROM: these cells of the staged rows that hold something, with their row
        numbers, which `place` counts from 0."""
        numbered = f"select {place} + {rows.first} as _row, * from staged"
        if rows.skipped:
            # One entry for every place where rows were left out: how many, up to there.
            self.con.execute(
                """
                create or replace table skipped as
                select records, sum(count(*)) over (order by records) as left_out
                from (select unnest($skipped::bigint[]) as records) group by records
                """,
                {"skipped": list(rows.skipped)},
            ).fetchall()
            numbered = f"""
                select _row + coalesce(left_out, 0)::bigint as _row, n.* exclude (_row)
                from ({numbered}) as n asof left join skipped as s on n._row - {rows.first} >= s.records
            """
        self.numbered = f"(select _row, {cells} from ({numbered}) where not _blank)"

    def _unreadable(self, plan: _Plan, rows: Rows, doubtful: Sequence[Column], kept: str) -> None:
        """Lists the unreadable cells of the rows that were kept."""
        table = plan.table
        missing = self.extract.missing_columns
        self.extract.bad_columns |= {pair for c in plan.columns if (pair := (table.name, c.name)) in missing}
        for column in doubtful:
            cell = _cell_names(column)
            broken = plan.positions[column.name] in rows.broken
            kind, rule = fault_of(column, cell.text, self.names.zone)
            kind = literal(kind)
            if may_not_be_blank(table, column):
                rule = f"case when {cell.text} is null then 'blank, and every row must have it' else {rule} end"
            if broken:  # the sheet itself could say why
                kind = f"case when {cell.rule} is null then {kind} else 'unreadable cell' end"
                rule = f"coalesce({cell.rule}, {rule})"
            listed = self.con.execute(
                f"insert into faults select {kind}, $source, _row, $heading, {rule}, {cell.text}"
                f" from {kept} where {cell.bad}",
                {"source": plan.sheet.shown, "heading": heading(column)},
            ).fetchall()
            if listed[0][0]:
                self.extract.bad_columns.add((table.name, column.name))

    # rows against rows

    def _no_key_twice(self, plan: _Plan, staged: _Staged) -> None:
        table, typed = plan.table, typed_name(plan.table.name)
        if not table.key:
            return
        key = ", ".join(map(quoted, table.key))
        headings = ", ".join(f"“{heading(table.columns[name])}”" for name in table.key)
        blank = " or ".join(f"{quoted(name)} is null" for name in table.key)
        if table.name == "cases":
            found = self.con.execute(f"select _row from {typed} where {blank} order by _row").fetchall()
            if found:
                raise ExtractStop(
                    f"{plan.sheet.shown}: {_rows_are(found, 'has', 'have')} no case reference ({headings})."
                    " Fill it in, or take the row out."
                )
        if table.name in self.extract.large and _single_key(plan) and self._all_numbered(typed, key, staged):
            return
        found = self.con.execute(
            f"""
            with repeated as (select {key} from {typed} where not ({blank}) group by all having count(*) > 1)
            select t._row from {typed} as t semi join repeated using ({key})
            qualify row_number() over (partition by {key} order by t._row) > 1
            order by t._row
            """
        ).fetchall()
        if found:
            one = table.name == "cases" and len(table.key) == 1
            raise ExtractStop(
                f"{plan.sheet.shown}: {_rows_are(found, 'repeats', 'repeat')} the {headings} of an earlier row."
                " It must be different on every row."
                + (" Has somebody two orders? Name in the dictionary's “key” what tells them apart." if one else "")
            )

    def _all_numbered(self, rows: str, key: str, staged: _Staged) -> bool:
        """Do numbers, all different, stand in that column behind what all of its texts begin with, as the first and the
        last by the alphabet do? Texts that are alike have the same number, so then no text stands twice. Seeing it
        takes a third of the time of bringing together those that are alike, of which mostly there are none."""
        low, high = (end or "" for end in staged.keys)
        begin = next((at for at, (one, other) in enumerate(zip(low, high, strict=False)) if one != other), 0)
        first, last = (int(end[begin:]) if re.fullmatch("[0-9]{1,15}", end[begin:]) else 0 for end in (low, high))
        if not 0 < last - first < min(_BITS, 16 * staged.read):
            return False
        number = f"try_cast(substr({key}::varchar, {begin + 1}) as bigint)"
        bits = f"bitstring_agg(number, {first}, {last}) filter (number between {first} and {last})"
        different = self.con.execute(
            f"select count({key}) = bit_count({bits}) from (select {key}, {number} as number from {rows})"
        ).fetchall()
        return different == [(True,)]

    def _references(self, plan: _Plan, plans: Mapping[str, _Plan]) -> None:
        # two columns looked up by the same reference are one fault
        ways = dict.fromkeys((way.by, way.table) for c in plan.table.columns.values() if (way := c.look_up))
        for reference, called in ways:
            if reference not in plan.positions:
                continue
            other = plans.get(called)
            if other is None or len(other.table.key) != 1 or other.table.key[0] not in other.positions:
                continue
            by = plan.table.columns[reference]
            name, key = quoted(by.name), quoted(other.table.key[0])
            rule = f"not found in {other.sheet.shown}"
            self.con.execute(
                f"""
                insert into faults
                select $kind, $source, t._row, $heading, $rule, cast(t.{name} as varchar)
                from {typed_name(plan.table.name)} as t
                where t.{name} is not null
                and not exists (from {typed_name(called)} as o where o.{key} = t.{name})
                """,
                {"kind": NOT_FOUND, "source": plan.sheet.shown, "heading": heading(by), "rule": rule},
            ).fetchall()


def may_not_be_blank(table: Table, column: Column) -> bool:
    """A required date: without one nobody can tell when a thing happened, and not that it never did. (An
    accepted gap without an occurrence date is one of the whole item.)"""
    return column.required and column.type is Type.DATE and table.name != accepted.TABLE


class _CellNames(NamedTuple):
    """The columns that a cell has while it is read, as SQL."""

    value: str
    bad: str
    text: str
    rule: str


def _single_key(plan: _Plan) -> bool:
    return len(plan.table.key) == 1 and plan.table.key[0] in plan.positions


def _cell_names(column: Column) -> _CellNames:
    return _CellNames(*(quoted(column.name + ending) for ending in ("", "__bad", "__text", "__rule")))


def _doubtable(plan: _Plan, rows: Rows) -> list[Column]:
    """The columns of which a cell may be unreadable."""
    supplied = [column for column in plan.columns if column.name in plan.positions]
    return [column for column in supplied if not always_readable(column) or plan.positions[column.name] in rows.broken]


def _only_for_faults(plan: _Plan, rows: Rows, column: Column) -> list[str]:
    """What tells what is wrong with the cells of a column of which some cannot be read."""
    cell = _cell_names(column)
    return [cell.text, *([cell.rule] if plan.positions[column.name] in rows.broken else [])]


def _link(table: Table) -> tuple[list[str], list[str]]:
    """The columns of a table's link that may be blank, and those that may not."""
    may_be_blank = [name for name in table.link if table.link_if_blank and name not in table.link_if_blank]
    return may_be_blank, [name for name in table.link if name not in may_be_blank]


def _kinds(table: Table) -> list[tuple[str, Sequence[str]]]:
    """Which rows of a table are a case's and which a person's, and by what columns they are joined."""
    may_be_blank, must = _link(table)
    tests = [f"{quoted(name)} is null" for name in may_be_blank]
    if table.as_if_blank:
        tests.append(f"coalesce({row_holds(table.as_if_blank, quoted)}, false)")
    persons = " or ".join(tests)
    return [(f"not ({persons})", table.link), (f"({persons})", must)] if persons else [("true", table.link)]


def _nobodys(table: Table) -> str:
    """SQL: does a row not say whose it is?"""
    may_be_blank, must = _link(table)
    return " or ".join(
        [f"{quoted(name)} is null" for name in must] + [f"{quoted(name + '__bad')}" for name in may_be_blank]
    )


def _same(columns: Sequence[str]) -> str:
    return " and ".join(f"c.{quoted(name)} = n.{quoted(name)}" for name in columns)


def _rows_are(found: Sequence[tuple[int]], one: str, several: str) -> str:
    """'row 5 repeats', '12 rows (5, 6, 9, …) repeat': the first three, and never what is in them."""
    numbers = [str(row) for (row,) in found]
    if len(numbers) == 1:
        return f"row {numbers[0]} {one}"
    if len(numbers) <= 3:
        return f"rows {', '.join(numbers[:-1])} and {numbers[-1]} {several}"
    return f"{len(numbers)} rows ({', '.join(numbers[:3])}, …) {several}"


def _no_heading_twice(headings: Sequence[str], known: Sequence[str], place: str) -> None:
    """Raises ExtractStop for two alike. What the dictionary does not know is not shown: damage can put cells there."""
    seen: dict[str, int] = {}
    for at, text in enumerate(headings):
        same = unicodedata.normalize("NFC", text).strip().casefold()
        if same and same in seen:
            called = f", “{printable(text)}”" if known[at] else ""
            raise ExtractStop(
                f"{place}: columns {seen[same] + 1} and {at + 1} have the same heading{called}."
                " Rename one of them, or take it out."
            )
        seen[same] = at


def _columns_missing(needed: Sequence[Column], unknown: Sequence[str], place: str, *, recognised: bool) -> HeadingsStop:
    if not recognised:  # what stands there may be cells, so it is not shown
        return HeadingsStop(f"{place}: no heading that the dictionary knows. The headings must stand above the rows.")
    wanting = "; ".join(
        f"{column.name} (headed {one_of([f'“{word}”' for word in dict.fromkeys((*column.headings, column.name))])})"
        for column in needed
    )
    lines = [f"{place}: no column for {wanting}."]
    if unknown and not like_cells(unknown):
        more = f" and {len(unknown) - 8} more" if len(unknown) > 8 else ""
        lines.append(f"Headings not recognised: {', '.join(f'“{printable(text)}”' for text in unknown[:8])}{more}.")
    return HeadingsStop(*lines)
