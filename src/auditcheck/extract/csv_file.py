"""Reads CSV: Python looks at the headings, the database at the records, in one strict pass.

The database is told everything (delimiter, quotes, columns) and guesses nothing. When it refuses a
file, a slow pass in Python finds the line and the reason, because the database's own message quotes
the record.
"""

from __future__ import annotations

import csv
import mmap
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from auditcheck.extract.sheets import Rows, folded, no_glob
from auditcheck.names import Column
from auditcheck.problems import ExtractStop, shown
from auditcheck.sql import literal

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = (",", ";", "\t")
LONGEST_RECORD = 2_000_000  # bytes; the database reads no longer one
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_SAVE_AGAIN = "Save it again as “CSV UTF-8”, or as a workbook (.xlsx)."


def sheets(path: Path) -> list[CsvFile]:
    """A CSV file is one sheet."""
    return [CsvFile(path)]


class CsvFile:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.stem
        self.shown = shown(path)
        self._pattern = no_glob(path.absolute())
        self.files = (path.absolute(), Path(self._pattern))
        self._delimiter = ","
        self._columns = 0

    def headings(self, con: duckdb.DuckDBPyConnection, known: Collection[str]) -> tuple[tuple[str, ...], str]:
        start = self._start()
        if not start.removeprefix(b"\xef\xbb\xbf").strip():
            raise ExtractStop(f"{self.shown}: empty. Give a file with headings and rows.")
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise ExtractStop(f"{self.shown}: UTF-16, not UTF-8 text. {_SAVE_AGAIN}")
        if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise ExtractStop(
                f"{self.shown}: a workbook with the name of a CSV file. Rename it to .xlsx, or save it as CSV."
            )
        best: list[str] = []
        most = (-1, 0)
        for delimiter in DELIMITERS:
            try:
                with self._open() as file:
                    record = next(csv.reader(file, delimiter=delimiter, strict=True))
            except (csv.Error, StopIteration):
                continue
            found = (sum(folded(heading) in known for heading in record), len(record))
            if found > most:
                most, best, self._delimiter = found, record, delimiter
        if not best or not any(heading.strip() for heading in best):
            if self._quote_is_open():
                raise ExtractStop(
                    f"{self.shown} line 1: a quote opens here and does not close. Close it, or take it out."
                )
            raise ExtractStop(f"{self.shown} line 1: blank. The headings must stand on the first line.")
        self._columns = len(best)
        if any(_NOT_UTF8.search(heading) for heading in best):
            raise self._not_utf8(1)
        return tuple(best), "line 1"

    def rows(self, con: duckdb.DuckDBPyConnection, columns_in_use: Mapping[int, Column], zone: str) -> Rows:
        every = [f"c{position}" for position in range(self._columns)]
        columns = ", ".join(f"'{column}': 'VARCHAR'" for column in every)
        relation = (
            f"read_csv({literal(self._pattern)}, auto_detect = false, header = false, skip = 1,"
            f" delim = {literal(self._delimiter)}, quote = '\"', escape = '\"', comment = '', all_varchar = true,"
            f" strict_mode = true, null_padding = false, ignore_errors = false, columns = {{{columns}}})"
        )
        # Of a single column the database keeps blank lines, as records with nothing in them.
        skipped = self._blank_lines() if self._columns > 1 else ()
        return Rows(relation, first=2, skipped=skipped, blank=f"coalesce({', '.join(every)}) is null")

    def refused(self) -> ExtractStop:
        end = 0  # the last line of the record before
        line = 1
        with self._open() as file, _long_fields():
            reader = self._records(file, strict=True)
            try:
                for record in reader:
                    line, end = end + 1, reader.line_num
                    if any(_NOT_UTF8.search(cell) for cell in record):
                        return self._not_utf8(line)
                    if record and len(record) != self._columns:
                        fields = f"{len(record)} field{'' if len(record) == 1 else 's'}, expected {self._columns}"
                        where = f"{self.shown} line {line}: {fields}."
                        if end > line:
                            return ExtractStop(f"{where} The record runs on to line {end}: a quote may be missing.")
                        return ExtractStop(f"{where} A field that holds the delimiter needs quotes round it.")
                    if sum(map(len, record)) > LONGEST_RECORD // 4 and (
                        len(self._delimiter.join(record).encode(errors="surrogateescape")) > LONGEST_RECORD
                    ):
                        return ExtractStop(
                            f"{self.shown} line {line}: longer than {LONGEST_RECORD:,} bytes. A quote may be missing."
                        )
            except csv.Error:
                return ExtractStop(
                    f"{self.shown} line {end + 1}: a quote opens here and does not close properly."
                    " Close it, or double a quote that is part of the text."
                )
            if not isinstance(file.newlines, str):
                return ExtractStop(f"{self.shown}: its lines do not all end in the same way. {_SAVE_AGAIN}")
        return ExtractStop(f"{self.shown}: cannot be read as CSV. {_SAVE_AGAIN}")

    def _not_utf8(self, line: int) -> ExtractStop:
        return ExtractStop(f"{self.shown} line {line}: not UTF-8 text. {_SAVE_AGAIN}")

    def _records(self, file: TextIOWrapper, *, strict: bool) -> Reader:
        # A space before a quote is passed over, as the database does.
        return csv.reader(file, delimiter=self._delimiter, strict=strict, skipinitialspace=True)

    def _open(self) -> TextIOWrapper:
        return self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")

    def _start(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                return file.read(4096)
        except OSError:
            raise ExtractStop(f"{self.shown}: cannot be read. Check that you may open it.") from None

    def _quote_is_open(self) -> bool:
        return self._start().removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b'"')

    def _blank_lines(self) -> list[int]:
        """For every blank line before the last record: the number of records before it. The
        database leaves such lines out, and row numbers must stay true."""
        with self.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            ends = [at for at in (data.find(b"\n"), data.find(b"\r")) if at >= 0]
            if not ends:
                return []
            end = data[min(ends) : min(ends) + 2]
            end = end if end == b"\r\n" else end[:1]
            if data.find(end + end) < 0:
                return []
        records = -1  # without the headings
        found: list[int] = []
        waiting: list[int] = []
        with self._open() as lines, _long_fields():
            try:
                for record in self._records(lines, strict=False):
                    if record:
                        records += 1
                        found += waiting
                        waiting.clear()
                    else:
                        waiting.append(records)
            except csv.Error:
                pass  # the database judges the file; only numbering would be at stake
        return found


@contextmanager
def _long_fields() -> Iterator[None]:
    """Lets the csv module read fields as long as the database does."""
    before = csv.field_size_limit(2 * LONGEST_RECORD)
    try:
        yield
    finally:
        csv.field_size_limit(before)
