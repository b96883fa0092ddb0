"""Reads Parquet: the database reads it, and every cell but a date becomes the text that a CSV of it would hold.

So a code or a number means the same whichever file it came from, and is converted and
checked in one place. A column of a type that cannot be what the dictionary says, such as a decimal
number for a reference, is refused: it would have lost something already.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb

from auditcheck.extract.sheets import Given, Rows, is_of_the_file, no_glob, printable
from auditcheck.names import Column, Type
from auditcheck.problems import ExtractStop, shown
from auditcheck.sql import literal

_SMALLEST = 12  # bytes: the mark at either end, and the length of the footer
_EXPORT_AGAIN = "Export it again, or as CSV."

TEXT, WHOLE, DECIMAL, TRUTH = "text", "whole numbers", "decimal numbers", "true and false"
DATES, LOCAL, INSTANTS, NOTHING = "dates", "timestamps", "timestamps with a zone", "nothing"

#: Types of the database (matched whole) and what a column of that type holds.
_HOLDS = (
    (r"VARCHAR|ENUM\(.*\)|UUID", TEXT),
    (r"U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL\(\d+,0\)", WHOLE),
    (r"FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)", DECIMAL),
    (r"BOOLEAN", TRUTH),
    (r"DATE", DATES),
    (r"TIMESTAMP WITH TIME ZONE|TIMESTAMPTZ_NS", INSTANTS),
    (r"TIMESTAMP(_S|_MS|_NS)?", LOCAL),
    (r"\"NULL\"", NOTHING),
    (r".*\[\d*\]|STRUCT\(.*\)|MAP\(.*\)", "lists or groups of values"),
    (r"BLOB", "bytes"),
    (r"TIME.*", "times of day"),
)

_DAYS = (DATES, LOCAL, INSTANTS)

#: What a column of each of the dictionary's types may hold, and what to do when it does not.
MAY_HOLD = {
    Type.TEXT: ((TEXT, WHOLE), "Write it as text."),
    Type.CODE: ((TEXT, WHOLE), "Write it as text."),
    Type.DATE: ((TEXT, DATES, LOCAL, INSTANTS), "Write it as dates, or as text (YYYY-MM-DD)."),
    Type.YES_NO: ((TEXT, TRUTH, WHOLE, DECIMAL), "Write it as true and false, or as text."),
    Type.NUMBER: ((TEXT, WHOLE, DECIMAL), "Write it as whole numbers."),
}


def sheets(path: Path, given: Given) -> list[ParquetFile]:
    """A Parquet file is one sheet."""
    return [ParquetFile(path, given)]


class ParquetFile:
    def __init__(self, path: Path, given: Given) -> None:
        self.path = path
        self._given = given
        self.name = path.stem
        self.shown = shown(path)
        pattern = no_glob(path.absolute())
        self.files = (path.absolute(), Path(pattern))
        self._pattern = literal(pattern)
        # Nothing is made of the names of folders.
        self._scan = f"read_parquet({self._pattern}, hive_partitioning = false, union_by_name = false)"
        self._headings: tuple[str, ...] = ()
        self._types: tuple[str, ...] = ()
        self._rows = 0

    def headings(self, con: duckdb.DuckDBPyConnection, known: Collection[str]) -> tuple[tuple[str, ...], str]:
        self._look_at_ends()
        try:
            tree = con.execute(f"select name, num_children from parquet_schema({self._pattern})").fetchall()
            types = con.execute(f"select column_type from (describe from {self._scan})").fetchall()
            promised = con.execute(f"select num_rows from parquet_file_metadata({self._pattern})").fetchall()
            there = con.execute(
                "select coalesce(sum(rows), 0) from (select distinct row_group_id, row_group_num_rows as rows"
                f" from parquet_metadata({self._pattern}))"
            ).fetchall()
        except duckdb.Error as error:
            raise self._damaged_or(error) from None
        # The database renames a column that has the name of another: the file's own names count.
        self._headings = _top(tree)
        self._types = tuple(of_column for (of_column,) in types)
        if len(self._headings) != len(self._types) or (tree[0][1] and promised != there):
            raise self.refused()
        self._rows = sum(rows for (rows,) in promised)
        self._given.not_too_many(self._rows, self.shown)
        return self._headings, "schema"

    def rows(self, con: duckdb.DuckDBPyConnection, columns: Mapping[int, Column], zone: str) -> Rows:
        every, source = [f"p{at}" for at in range(len(self._types))], self._scan
        numbered = "file_row_number" not in map(str.lower, self._headings)  # else the database refuses to number them
        if numbered:
            every, source = [*every, "_at"], f"{self._scan[:-1]}, file_row_number = true)"
        source = f"{source} as t({', '.join(every)})"
        wrong, cells, dates = [], [], set()
        for at, column in sorted(columns.items()):
            holds = self._holds(at)
            allowed, instead = MAY_HOLD[column.type]
            if column.type is Type.DATE and holds in _DAYS:
                dates.add(at)
                cells.append(f"{_day(f'p{at}', holds, zone)} as c{at}")
            elif holds in allowed:
                cells.append(f"{_as_text(f'p{at}', holds)} as c{at}")
            elif holds == NOTHING or self._is_empty(con, f"p{at}", holds, source):
                cells.append(f"null::varchar as c{at}")  # a column without a value has whatever type
            else:
                what = column.type.value.replace("_", " or ")
                wrong.append(
                    f"{self.shown}: column “{printable(self._headings[at])}” holds {holds}, and the dictionary says"
                    f" {what}. {instead}"
                )
        if wrong:
            raise ExtractStop(*wrong)
        size = self.path.stat().st_size
        if self._rows > size:  # less than a byte a row: one text many times, which is packed well, and read in no time
            texts = [f"coalesce(sum(strlen(p{at})), 0)" for at in sorted(columns) if self._types[at] == "VARCHAR"]
            unpacked = self._counted(con, f"select {' + '.join(texts) or 0} from {source}")
            self._given.not_puffed_up(unpacked, size, self.shown)
        # Every record counts, also one with nothing in it: to see that it is empty, all would have to be read.
        relation = f"(select {', '.join([*cells, *(['_at'] if numbered else [])])} from {source})"
        repeated = columns.keys() & self._repeated(con)
        return Rows(relation, first=1, dates=dates, repeated=repeated, again=self._rows if numbered else 0)

    def _repeated(self, con: duckdb.DuckDBPyConnection) -> set[int]:
        """The columns whose texts stand in a dictionary of the file, in every group of rows: where it can be told.
        Only how fast they are read rests on it."""
        found = con.execute(
            f"select column_id from parquet_metadata({self._pattern}) group by column_id"
            " having bool_and(encodings like '%DICTIONARY%')"
        ).fetchall()
        return {at for (at,) in found}

    def readable_as(self, at: int) -> Type | None:
        holds = self._holds(at)
        return next((kind for kind, (allowed, _) in MAY_HOLD.items() if holds in allowed or holds == NOTHING), None)

    def refused(self) -> ExtractStop:
        return ExtractStop(f"{self.shown}: cut off or damaged. {_EXPORT_AGAIN}")

    def _damaged_or(self, error: duckdb.Error) -> Exception:
        return self.refused() if is_of_the_file(error) else error

    def _look_at_ends(self) -> None:
        try:
            with self.path.open("rb") as file:
                start = file.read(4)
                size = file.seek(0, 2)
                file.seek(max(0, size - 4))
                end = file.read(4)
        except OSError:
            raise ExtractStop(f"{self.shown}: cannot be read. Check that you may open it.") from None
        if not size:
            raise ExtractStop(f"{self.shown}: empty. Give a file with headings and rows.")
        self._given.not_too_large(size, self.shown)
        if b"PARE" in (start, end):
            raise ExtractStop(f"{self.shown}: encrypted. Export it without encryption.")
        if start != b"PAR1":
            raise ExtractStop(f"{self.shown}: not Parquet, whatever its name says. {_EXPORT_AGAIN}")
        if end != b"PAR1" or size < _SMALLEST:
            raise self.refused()

    def _holds(self, at: int) -> str:
        return next((holds for kind, holds in _HOLDS if re.fullmatch(kind, self._types[at], re.DOTALL)), "other things")

    def _is_empty(self, con: duckdb.DuckDBPyConnection, cell: str, holds: str, source: str) -> bool:
        filled = f"{cell} is not null" + (f" and not isnan({cell}::double)" if holds == DECIMAL else "")
        return self._counted(con, f"select count(*) from {source} where {filled}") == 0

    def _counted(self, con: duckdb.DuckDBPyConnection, select: str) -> int:
        try:
            return int(con.execute(select).fetchall()[0][0])
        except duckdb.Error as error:
            raise self._damaged_or(error) from None


def _top(tree: list[tuple[str, int | None]]) -> tuple[str, ...]:
    """The names of the columns themselves, of a schema that lists what is in them as well."""
    names, at = [], 1

    def end(at: int) -> int:
        """Where the element after the one at `at`, and all in it, stands."""
        children, at = tree[at][1] or 0, at + 1
        for _ in range(children):
            at = end(at)
        return at

    try:
        for _ in range(tree[0][1] or 0):
            names.append(tree[at][0])
            at = end(at)
    except (IndexError, RecursionError):
        return ()
    return tuple(names)


def _as_text(cell: str, holds: str) -> str:
    """SQL: the text that a CSV would hold."""
    if holds == DECIMAL:  # a whole number that was written as a decimal one is that number
        whole = f"{cell} = trunc({cell}) and abs({cell}) < 1e15"
        return f"case when {whole} then {cell}::bigint::varchar else {cell}::varchar end"
    return f"{cell}::varchar"


def _day(cell: str, holds: str, zone: str) -> str:
    """SQL: the day of a date, or that of a timestamp by the clock of the zone."""
    return f"timezone({literal(zone)}, {cell}::timestamptz)::date" if holds == INSTANTS else f"{cell}::date"
