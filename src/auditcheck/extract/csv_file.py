"""Reads CSV: Python looks for the headings, the database at the records, in one strict pass.

The database is told everything (delimiter, quotes, columns) and guesses nothing. When it refuses a
file, a slow pass in Python finds the line and the reason, because the database's own message quotes
the record.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from auditcheck.extract.cells import EDGES
from auditcheck.extract.sheets import (
    HEADINGS_WITHIN,
    MOST_COLUMNS,
    Given,
    Rows,
    folded,
    no_glob,
    only_titles_above,
)
from auditcheck.extract.text_file import SAVE_AGAIN, beginning, new_name, readable, without_first_lines
from auditcheck.names import Column, Type
from auditcheck.problems import ExtractStop, shown
from auditcheck.sql import literal

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = (",", ";", "\t")

#: Bytes of a file that are looked through at once.
AT_ONCE = 16_000_000

_BOM = b"\xef\xbb\xbf"
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
#: What Excel writes above the rows to say what is between cells: no row of the table.
_SAYS_DELIMITER = re.compile('"?sep=(.)"?\r?\n?', re.IGNORECASE)


def sheets(path: Path, given: Given) -> list[CsvFile]:
    """A CSV file is one sheet."""
    return [CsvFile(path, given)]


class _Head(NamedTuple):
    """A record that may be the headings; the greatest is."""

    known: int  # how many of its cells are headings that the dictionary knows
    early: int  # the row, negative
    columns: int
    lines: int  # of the file, up to its end
    delimiter: str
    cells: tuple[str, ...]


class CsvFile:
    def __init__(self, path: Path, given: Given, called: str = "") -> None:
        self.name = path.stem
        self.shown = called or shown(path)
        start = beginning(path, self.shown)
        if not start.removeprefix(_BOM).strip():
            raise ExtractStop(f"{self.shown}: empty. Give a file with headings and rows.")
        if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise ExtractStop(
                f"{self.shown}: a workbook with the name of a CSV file. Rename it to .xlsx, or save it as CSV."
            )
        given.not_too_large(path.stat().st_size, self.shown)
        self._longest = given.longest_line
        self._text = readable(path, given, self.shown).absolute()
        self._rest = new_name(given.scratch, path)  # the rows alone, should more than one line stand above them
        self.files = tuple(file for text in (self._text, self._rest) for file in (text, Path(no_glob(text))))
        self._read = self._text
        self._above = 1  # lines above the rows in what is read
        self._cut = 0  # lines of the file above what is read
        self._row = 1  # of the headings
        self._delimiter = ","
        self._columns = 0

    def headings(self, con: duckdb.DuckDBPyConnection, known: Collection[str]) -> tuple[tuple[str, ...], str]:
        heads = list(self._heads(known))
        head = max(heads, default=None)
        if head is None:
            if beginning(self._text, self.shown).removeprefix(_BOM).lstrip().startswith(b'"'):
                raise ExtractStop(
                    f"{self.shown} line 1: a quote opens here and does not close. Close it, or take it out."
                )
            raise ExtractStop(
                f"{self.shown}: nothing on its first {HEADINGS_WITHIN} lines. The headings must stand above the rows."
            )
        self._delimiter, self._row, self._columns = head.delimiter, -head.early, head.columns
        if head.columns > MOST_COLUMNS:
            raise ExtractStop(
                f"{self.shown} line {head.lines}: {head.columns:,} columns, more than {MOST_COLUMNS}."
                " Take out those that are not needed."
            )
        if any(_NOT_UTF8.search(heading) for heading in head.cells):
            raise self._not_utf8(head.lines)
        same = [other for other in heads if other.delimiter == head.delimiter and other.early > head.early]
        above = ((f"line {other.lines}", other.cells) for other in same)
        only_titles_above(head.cells, f"line {head.lines}", above, known, self.shown)
        if head.lines > 1:
            self._read = without_first_lines(self._text, head.lines, self._rest)
            self._above, self._cut = 0, head.lines
        return head.cells, f"line {head.lines}"

    def _heads(self, known: Collection[str]) -> Iterator[_Head]:
        """The first records that hold something, read with each delimiter."""
        with self._open(self._text) as file:
            says = _SAYS_DELIMITER.fullmatch(file.readline())
        for delimiter in [says[1]] if says else DELIMITERS:
            with self._open(self._text) as file, suppress(csv.Error):
                before = 1 if says and file.readline() else 0
                reader = csv.reader(file, delimiter=delimiter, strict=True)
                for row, cells in enumerate(islice(reader, HEADINGS_WITHIN), start=1):
                    if any(cell.strip() for cell in cells):
                        found = sum(folded(cell) in known for cell in cells)
                        yield _Head(found, -row, len(cells), before + reader.line_num, delimiter, tuple(cells))
                        if 1 < found == len(cells):  # nothing below, or read otherwise, fits better
                            return

    def rows(self, con: duckdb.DuckDBPyConnection, columns_in_use: Mapping[int, Column], zone: str) -> Rows:
        every = [f"c{position}" for position in range(self._columns)]
        columns = ", ".join(f"'{column}': 'VARCHAR'" for column in every)
        relation = (
            f"read_csv({literal(no_glob(self._read))}, auto_detect = false, header = false, skip = {self._above},"
            f" delim = {literal(self._delimiter)}, quote = '\"', escape = '\"', comment = '', all_varchar = true,"
            f" max_line_size = {self._longest},"
            f" strict_mode = true, null_padding = false, ignore_errors = false, columns = {{{columns}}})"
        )
        # Of a single column the database keeps blank lines, as records with nothing in them.
        skipped = self._blank_lines() if self._columns > 1 else ()
        # most rows begin with a text, and few with a no-break space
        blank = (
            f"case when c0 >= '!' and c0 < '\u0080' then false else trim(concat({', '.join(every)}), {EDGES}) = '' end"
        )
        return Rows(relation, first=self._row + 1, skipped=skipped, blank=blank)

    def readable_as(self, at: int) -> Type:
        return Type.TEXT

    def refused(self) -> ExtractStop:
        end = self._cut  # the last line of the record before
        line = 1 + self._cut
        with self._open(self._read) as file, _long_fields(self._longest):
            reader = self._records(file, strict=True)
            try:
                for record in reader:
                    line, end = end + 1, self._cut + reader.line_num
                    if any(_NOT_UTF8.search(cell) for cell in record):
                        return self._not_utf8(line)
                    if record and len(record) != self._columns:
                        fields = f"{len(record)} field{'' if len(record) == 1 else 's'}, expected {self._columns}"
                        where = f"{self.shown} line {line}: {fields}."
                        if end > line:
                            return ExtractStop(f"{where} The record runs on to line {end}: a quote may be missing.")
                        return ExtractStop(f"{where} A field that holds the delimiter needs quotes round it.")
                    if sum(map(len, record)) > self._longest // 4 and (
                        len(self._delimiter.join(record).encode(errors="surrogateescape")) > self._longest
                    ):
                        return ExtractStop(
                            f"{self.shown} line {line}: longer than {self._longest:,} bytes. A quote may be missing;"
                            " if none is, give --max-line."
                        )
            except csv.Error:
                return ExtractStop(
                    f"{self.shown} line {end + 1}: a quote opens here and does not close properly."
                    " Close it, or double a quote that is part of the text."
                )
            if not isinstance(file.newlines, str):
                return ExtractStop(f"{self.shown}: its lines do not all end in the same way. {SAVE_AGAIN}")
        return ExtractStop(f"{self.shown}: cannot be read as CSV. {SAVE_AGAIN}")

    def _not_utf8(self, line: int) -> ExtractStop:
        return ExtractStop(
            f"{self.shown} line {line}: not UTF-8 text. Give --encoding cp1252 if it comes from Windows, or save it"
            " again as “CSV UTF-8”."
        )

    def _records(self, file: TextIOWrapper, *, strict: bool) -> Reader:
        # A space before a quote is passed over, as the database does.
        return csv.reader(file, delimiter=self._delimiter, strict=strict, skipinitialspace=True)

    @staticmethod
    def _open(path: Path) -> TextIOWrapper:
        return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")

    def _blank_lines(self) -> list[int]:
        """For every blank line before the last record: the number of records before it. The
        database leaves such lines out, and row numbers must stay true."""
        if not _has_blank_line(self._read):
            return []
        records = -self._above
        found: list[int] = []
        waiting: list[int] = []
        with self._open(self._read) as lines, _long_fields(self._longest):
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


def _has_blank_line(path: Path) -> bool:
    """Do two line ends stand together? It takes no more memory for a large file than for a small one."""
    end, before = b"", b""
    with path.open("rb") as file:
        while more := file.read(AT_ONCE):
            data = before + more + (file.read(1) if more.endswith(b"\r") else b"")  # no line end is cut in two
            if not end and (found := re.search(rb"\r\n|\n|\r", data)):
                end = found[0]
            if end and end + end in data:
                return True
            before = data[-3:]
    return False


@contextmanager
def _long_fields(longest: int) -> Iterator[None]:
    """Lets the csv module read fields as long as the database does."""
    before = csv.field_size_limit(2 * longest)
    try:
        yield
    finally:
        csv.field_size_limit(before)
