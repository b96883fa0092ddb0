"""What every input format gives: sheets of text cells under headings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb

from auditcheck.extract.cells import BY_HAND, FAR_TIMED, SHORT_YEAR, TIMED, YEAR_FIRST
from auditcheck.names import Column, Type
from auditcheck.problems import ExtractStop

MOST_COLUMNS = 500
HEADINGS_WITHIN = 30  # rows: a title may stand above them
SMALL = 50_000_000  # bytes, unpacked: below this any ratio will do


_DAY = "|".join((YEAR_FIRST, TIMED, FAR_TIMED, BY_HAND, SHORT_YEAR))

#: The sheet of a workbook to fill in that says how: no table, and nobody need be told that it is not read.
GUIDE = "How to fill this in"


@dataclass(frozen=True)
class Rows:
    """The records of a sheet, ready for the database.

    `relation` stands after FROM and has a text column `c0`, `c1`, ... for every position asked for,
    in the order of the file. For the positions in `broken` it also has `c0__rule`, ...: why a cell
    cannot be read, NULL where it can. `blank` is SQL that is true of a record with nothing in it.
    The first record is row `first`; `skipped` has, for every row that the relation leaves out, the
    number of records before it. `hidden` records are such as a spreadsheet does not show. The columns at
    the positions in `dates` are dates already and not texts; of those in `repeated` the file has, most likely, every
    text once. Where `again` is not 0 the file can be read any number of times, and fast: so many records it has, and
    the relation has their places `_at` too, counted from 0.
    """

    relation: str
    first: int
    skipped: Sequence[int] = ()
    broken: Collection[int] = ()
    blank: str = "false"
    hidden: int = 0
    dates: Collection[int] = ()
    repeated: Collection[int] = ()
    again: int = 0


@dataclass(frozen=True)
class Given:
    """What the command line says of an extract's files."""

    encoding: str = ""  # of text that is not UTF-8
    sheet: str = ""  # the one with the cases, whatever it is called
    most_bytes: int = 500_000_000  # of one file, unpacked if it is packed
    most_rows: int = 5_000_000  # of one table
    longest_line: int = 2_000_000  # bytes of a record of CSV
    largest_ratio: int = 100  # of what a packed file unpacks to, to its size
    piped: Path | None = None  # a copy of standard input, where it is read more than once
    scratch: Path = Path()  # a private folder for readable copies; the reader of the extract makes it

    def not_too_large(self, size: int, shown: str) -> None:
        """Raises ExtractStop for a file of more bytes than may be read."""
        if size > self.most_bytes:
            unit, name = (1_000_000, "MB") if self.most_bytes >= 1_000_000 else (1_000, "KB")
            raise ExtractStop(  # rounded up: what is over the limit must not look as if it were on it
                f"{shown}: {-(-size // unit):,} {name}, more than {self.most_bytes // unit:,}."
                " If that is right, give --max-size."
            )

    def not_puffed_up(self, size: int, packed: int, shown: str) -> None:
        """Raises ExtractStop for what unpacks to so many times its size as no extract does."""
        if size > SMALL and size > self.largest_ratio * packed:
            raise ExtractStop(
                f"{shown}: unpacks to {size // 1_000_000:,} MB, far more than its size promises."
                " Export it again as CSV, or, if that is right, give --max-ratio."
            )

    def not_too_many(self, rows: int, shown: str) -> None:
        """Raises ExtractStop for a table of more rows than may be read."""
        if rows > self.most_rows:
            raise ExtractStop(
                f"{shown}: {rows:,} rows, more than {self.most_rows:,}. If that is right, give --max-rows."
            )


class Sheet(Protocol):
    """One table's worth of records: a CSV or Parquet file, or a sheet of a workbook."""

    @property
    def name(self) -> str:
        """What is matched with the names of tables."""

    @property
    def shown(self) -> str:
        """What messages call it: `contacts.csv`, `sheet Contacts`."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that the database reads itself."""

    def headings(self, con: duckdb.DuckDBPyConnection, known: Collection[str]) -> tuple[tuple[str, ...], str]:
        """The headings, and where they stand ("line 1", "row 3"). `known` are folded headings that
        the dictionary accepts, for a sheet with something above its headings. Raises ExtractStop."""

    def rows(self, con: duckdb.DuckDBPyConnection, columns_in_use: Mapping[int, Column], zone: str) -> Rows:
        """The records; only the cells in use, by position (0 is the first column), each with the
        column of the dictionary that it is to be. `zone` is where an instant becomes a date. Raises
        ExtractStop."""

    def readable_as(self, at: int) -> Type | None:
        """A type as which the column at that position can be read whatever it holds; None if there is none."""

    def refused(self) -> ExtractStop:
        """Why the database would not read the relation: file, line, what is wrong, what to do."""


def folded(text: str) -> str:
    """A heading or a name as it is compared: without case, spaces and punctuation."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def only_titles_above(
    headings: Sequence[str], where: str, above: Iterable[tuple[str, Sequence[str]]], known: Collection[str], shown: str
) -> None:
    """Raises ExtractStop where a row above the headings is no title, and would be lost: it has cells under three that
    the dictionary knows, the first two among them, and one is a day. Somebody may have sorted the headings in among
    the rows."""
    columns = [at for at, text in enumerate(headings) if folded(text) in known]
    for place, cells in above:
        filled = [text for at in columns if at < len(cells) and (text := cells[at].strip())]
        begun = all(at < len(cells) and cells[at].strip() for at in columns[:2])
        if begun and len(filled) >= min(3, max(2, len(columns))) and any(re.fullmatch(_DAY, text) for text in filled):
            raise ExtractStop(
                f"{shown} {where}: the headings stand here, and {place} above them is more than a title."
                " Put the headings above all rows, or take out what stands above them."
            )


def like_cells(headings: Sequence[str]) -> list[str]:
    """Those of the headings that are rather cells: a damaged line can join headings and a row, and then a day, a
    number or a reference stands among them."""
    cell = rf"\d{{4}}|\d[.:/-]\d|^[\d\s.,:/-]*\d[\d\s.,:/-]*$|^(?:{_DAY})$"
    return [text for text in headings if re.search(cell, text)]


def printable(text: str, longest: int = 40) -> str:
    """A heading or a sheet's name as messages show it: on one line, without control characters."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text.strip())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def no_glob(path: Path) -> str:
    """The path with `*`, `?` and `[` meaning themselves."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


#: Not the file's: ours, the computer's or the user's.
_NOT_THE_FILES = (
    duckdb.OutOfMemoryException,
    duckdb.InterruptException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
)


def is_of_the_file(error: duckdb.Error) -> bool:
    """Is it what the file holds that the database complains of? It says so in many ways."""
    return not isinstance(error, _NOT_THE_FILES) and not is_of_the_disk(error)


def is_of_the_disk(error: duckdb.Error) -> bool:
    """Is it that nothing more can be written to the temporary files, which are all that the database writes: a full
    disk, a user's share of it, a longest length of files?"""
    return isinstance(error, duckdb.IOException) and "Could not write file" in str(error)
