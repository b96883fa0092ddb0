"""Reads .xlsx workbooks: a streaming look at the XML first, then calamine.

Two things calamine does must not reach an audit. A cell far outside the table makes it end the
process; an error cell (#N/A) or a formula without a stored result comes back as '', which would
pass for a blank. Both are seen in the XML before calamine opens the file, and so is how many rows
there are: what calamine then reads must agree.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from pathlib import Path
from posixpath import join, normpath
from typing import Any
from xml.parsers import expat

import duckdb

from auditcheck.extract.sheets import HEADINGS_WITHIN, MOST_COLUMNS, Given, Rows, folded, only_titles_above, printable
from auditcheck.names import Column, Type
from auditcheck.problems import ExtractStop, shown
from auditcheck.sql import quoted

CHUNK = 20_000  # rows handed to the database at a time

_SAVE_AGAIN = "Open it in Excel and save it as .xlsx."
_ERROR = "an error value, such as #N/A"
_NO_RESULT = "a formula without a stored result"
_MERGED = "merged with a cell above or beside it, which alone has the value"


def sheets(path: Path, given: Given) -> list[WorkbookSheet]:
    """The visible sheets. Raises ExtractStop when it is no workbook, or not one that is safe to open."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError:
        raise ExtractStop(f"{shown(path)}: cannot be read. Check that you may open it.") from None
    if not start:
        raise ExtractStop(f"{shown(path)}: empty. Give a file with headings and rows.")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise ExtractStop(f"{shown(path)}: password-protected, or an old .xls. Save it as .xlsx without a password.")
    if not start.startswith(b"PK"):
        raise ExtractStop(f"{shown(path)}: not a workbook, whatever its name says. {_SAVE_AGAIN}")
    workbook = _Workbook(path, given)
    return [WorkbookSheet(workbook, name, part) for name, part in workbook.visible_sheets()]


class WorkbookSheet:
    files: tuple[Path, ...] = ()

    def __init__(self, workbook: _Workbook, name: str, part: str) -> None:
        self.workbook = workbook
        self.name = name
        self.part = part
        self.shown = f"sheet {printable(name)}"
        self._seen: _Seen | None = None
        self._head = 0  # row of the headings

    def headings(self, con: duckdb.DuckDBPyConnection, known: Collection[str]) -> tuple[tuple[str, ...], str]:
        self._seen = self.workbook.look(self.part, self.shown)
        first = {row: tuple(map(_text, cells)) for row, cells in self._cells(HEADINGS_WITHIN)}
        first = {row: texts for row, texts in first.items() if any(text.strip() for text in texts)}
        if not first:
            raise ExtractStop(f"{self.shown}: empty. Give a sheet with headings and rows.")
        self._head = max(first, key=lambda row: (sum(folded(text) in known for text in first[row]), -row))
        headings, where = first[self._head], f"row {self._head}"
        above = ((f"row {row}", texts) for row, texts in first.items() if row < self._head)
        only_titles_above(headings, where, above, known, self.shown)
        return headings, where

    def rows(self, con: duckdb.DuckDBPyConnection, columns_in_use: Mapping[int, Column], zone: str) -> Rows:
        assert self._seen is not None
        wanted = sorted(columns_in_use)
        broken = {at: rules for at, rules in self._seen.broken.items() if at in wanted}
        merged = self._merged(wanted)
        broken |= {at: {} for at in merged.keys() - broken.keys()}
        broken_rows = {row for rules in self._seen.broken.values() for row in rules if row > self._head}
        columns = [f"c{at}" for at in wanted] + [f"c{at}__rule" for at in broken]
        table = "workbook_rows"
        con.execute(
            f"create or replace table {table} ({', '.join(f'{quoted(c)} varchar' for c in columns)})"
        ).fetchall()
        insert = f"insert into {table} select {', '.join(f'unnest(${n + 1}::varchar[])' for n in range(len(columns)))}"
        lists: list[list[str | None]] = [[] for _ in columns]
        skipped: list[int] = []
        filled = records = hidden = 0
        for row, cells in self._cells():
            if row <= self._head:
                filled += row in self._seen.filled
                continue
            texts = [_text(cell) for cell in cells]
            blank = not any(text.strip() for text in texts)
            if not blank and row not in self._seen.may_be_filled:
                raise self.workbook.damaged()
            filled += row in self._seen.filled and not blank
            if blank and row not in broken_rows:
                skipped.append(records)
                continue
            records += 1
            hidden += row in self._seen.hidden
            cell_lists = iter(lists)
            for at in wanted:
                next(cell_lists).append(texts[at] if at < len(texts) else None)
            for at, rules in broken.items():
                covered = not blank and row in merged.get(at, ())
                next(cell_lists).append(rules.get(row) or (_MERGED if covered else None))
            if len(lists[0]) == CHUNK:
                con.execute(insert, lists).fetchall()
                for column in lists:
                    column.clear()
        if filled != len(self._seen.filled):
            raise self.workbook.damaged()
        if lists[0]:
            con.execute(insert, lists).fetchall()
        while skipped and skipped[-1] == records:  # nothing follows: no row number depends on it
            skipped.pop()
        return Rows(table, first=self._head + 1, skipped=skipped, broken=frozenset(broken), hidden=hidden)

    def _merged(self, wanted: Collection[int]) -> Mapping[int, set[int]]:
        """By column the rows below the headings whose cell is merged with another that has the value of all. Whether
        it is meant for all of them, or stands there for looks, cannot be told."""
        assert self._seen is not None
        found: dict[int, set[int]] = defaultdict(set)
        last, size = self._seen.last_row, 0
        for left, top, right, bottom in self._seen.merged:
            for at in wanted if top > self._head else ():
                if left <= at <= right:
                    rows = range(top + (at == left), min(bottom, last) + 1)
                    size += len(rows)
                    if size > len(wanted) * last:  # they overlap, as no workbook's do
                        raise self.workbook.damaged()
                    found[at].update(rows)
        return found

    def readable_as(self, at: int) -> Type:
        return Type.TEXT

    def refused(self) -> ExtractStop:
        return self.workbook.damaged()

    def _cells(self, at_most: int | None = None) -> Iterator[tuple[int, list[Any]]]:
        """Every row of the sheet with its number, 1 first, and its cells from column A on."""
        for row, cells in self.workbook.cells(self.name):
            if at_most is not None and row > at_most:
                return
            yield row, cells


@dataclass
class _Seen:
    """What the XML of a sheet says, before anything is made of it.

    `filled` are the rows that surely hold something; `may_be_filled` also those whose only cells are
    shared texts, which can be empty. `broken` has, by column and row, why a cell cannot be read.
    `hidden` are rows that Excel does not show: filtered away, or hidden by hand. `merged` are ranges of cells shown
    as one: first column and row, last column and row. `last_row` is the last that holds something.
    """

    filled: set[int] = field(default_factory=set)
    may_be_filled: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    broken: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    last_row: int = 0


class _Workbook:
    def __init__(self, path: Path, given: Given) -> None:
        self.path = path
        self.shown = shown(path)
        try:
            with zipfile.ZipFile(path) as archive:
                self.parts = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise self.damaged() from None
        size = sum(info.file_size for info in self.parts)
        packed = sum(info.compress_size for info in self.parts) or 1
        given.not_too_large(size, self.shown)
        given.not_puffed_up(size, packed, self.shown)
        self._opened: Any = None
        self._sheet: tuple[str, Any] = ("", None)  # the last one made: its head is looked at before its rows
        self._check()

    def damaged(self) -> ExtractStop:
        return ExtractStop(f"{self.shown}: cut off or damaged. {_SAVE_AGAIN}")

    def _check(self) -> None:
        """Unpacks every XML part once: its size is as declared, its sum is right, and no part declares a
        document type, which no workbook does. calamine finds parts whatever their capitals, does not
        read `&amp;` as we do, and makes room for as many shared texts as are announced: it would end
        the process where there is none."""
        names = [info.filename.replace("\\", "/").casefold() for info in self.parts]
        if len(set(names)) < len(names) or any("&" in name for name in names):
            raise self.damaged()
        for info, known in zip(self.parts, names, strict=True):
            if not known.endswith((".xml", ".rels")) or "/worksheets/" in known:
                continue
            for name, attributes in self._elements(info.filename):
                announced = attributes.get("uniqueCount", "").strip().lstrip("+")
                if name == "sst" and announced.isdecimal() and int(announced[:20]) > info.file_size:
                    raise self.damaged()

    def _elements(self, part: str) -> Iterator[tuple[str, dict[str, str]]]:
        """The elements of a part, without namespaces, as they begin."""
        found: list[tuple[str, dict[str, str]]] = []
        parser = expat.ParserCreate()
        parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(":")[2], attributes))
        parser.StartDoctypeDeclHandler = self._doctype
        for _ in self._fed(parser, part):
            yield from found
            found.clear()

    def _doctype(self, *_: object) -> None:
        raise ExtractStop(f"{self.shown}: holds a document type, which no workbook needs. {_SAVE_AGAIN}")

    def _fed(self, parser: expat.XMLParserType, part: str) -> Iterator[None]:
        """Feeds a part to a parser piece by piece; yields after every piece."""
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(part) as stream:
                while piece := stream.read(1 << 18):
                    parser.Parse(piece)
                    yield
                parser.Parse(b"", True)
                yield
        except (
            LookupError,  # a part that is not there, an encoding that nobody knows
            zipfile.BadZipFile,
            zlib.error,
            expat.ExpatError,
            EOFError,
            OSError,
            ValueError,
            NotImplementedError,
        ):
            raise self.damaged() from None
        except RuntimeError:  # an encrypted part
            raise ExtractStop(f"{self.shown}: password-protected. Save it without a password.") from None

    def visible_sheets(self) -> list[tuple[str, str]]:
        """Names and parts of the visible sheets, in their order. What could be read in two ways is
        refused: calamine is to open the very parts that were looked at, and never a hidden sheet."""
        for name, attributes in self._elements("_rels/.rels"):
            workbook = name == "Relationship" and attributes.get("Type", "").endswith("/officeDocument")
            if workbook and normpath(join("/", attributes.get("Target", ""))) != "/xl/workbook.xml":
                raise self.damaged()
        parts: dict[str, str] = {}
        for name, attributes in self._elements("xl/_rels/workbook.xml.rels"):
            if name == "Relationship" and "Id" in attributes:
                if attributes["Id"] in parts:
                    raise self.damaged()
                parts[attributes["Id"]] = normpath(join("/xl", attributes.get("Target", ""))).lstrip("/")
        found = []
        names: set[str] = set()
        for name, attributes in self._elements("xl/workbook.xml"):
            if name == "sheet":
                called = attributes.get("name", "")
                identifiers = [value for key, value in attributes.items() if key.rpartition(":")[2] == "id"]
                if called in names or len(identifiers) != 1:
                    raise self.damaged()
                names.add(called)
                part = parts.get(identifiers[0], "")
                if attributes.get("state", "visible") == "visible" and "/worksheets/" in part:
                    found.append((called, part))
        return found

    def look(self, part: str, sheet: str) -> _Seen:
        """Streams through a sheet's XML. Raises ExtractStop for a value far outside the table."""
        scan = _Scan(sheet)
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = scan.start
        parser.EndElementHandler = scan.end
        parser.CharacterDataHandler = scan.text
        parser.StartDoctypeDeclHandler = self._doctype
        for _ in self._fed(parser, part):
            pass
        scan.check_extent()
        return scan.seen

    def cells(self, name: str) -> Iterator[tuple[int, list[Any]]]:
        """Every row of a sheet, number and cells; only after `look` has passed it."""
        try:
            if self._opened is None:
                from python_calamine import CalamineWorkbook

                self._opened = CalamineWorkbook.from_path(str(self.path))
            if self._sheet[0] != name or self._sheet[1] is None:
                self._sheet = (name, self._opened.get_sheet_by_name(name))
            sheet = self._sheet[1]
            if sheet.start is None:
                return
            left = [""] * sheet.start[1]
            yield from ((row, left + cells) for row, cells in zip(count(1), sheet.iter_rows(), strict=False))
        except ExtractStop:
            raise
        except Exception:  # calamine's own words may quote the file
            raise self.damaged() from None


class _Scan:
    """Handles the parser's events of one sheet."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.seen = _Seen()
        self.row = self.column = 0  # 1 is the first
        self.kind = ""
        self.formula = self.value = self.inside = False
        self.characters: list[str] = []
        self.cells = 0
        self.last_row = self.last_column = (0, "")  # number, and the cell that reaches so far

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            reference = attributes.get("r")
            self.column = _column(reference) if reference else self.column + 1
            self.kind = attributes.get("t", "n")
            self.formula = self.value = self.inside = False
            self.characters = []
        elif name in ("v", "t"):
            self.value = self.inside = True
        elif name == "f":
            self.formula = True
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            if last:
                self.seen.merged.append((_column(first) - 1, _row(first), _column(last) - 1, _row(last)))
        elif name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
            if attributes.get("hidden") in ("1", "true"):
                self.seen.hidden.add(self.row)

    def text(self, text: str) -> None:
        if self.inside:
            self.characters.append(text)

    def end(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name in ("v", "t"):
            self.inside = False
        elif name == "c" and (self.value or self.formula):
            self._cell()

    def _cell(self) -> None:
        empty = not "".join(self.characters).strip()
        if self.kind == "e":
            self.seen.broken[self.column - 1][self.row] = _ERROR
        elif self.formula and empty and self.kind != "str":
            self.seen.broken[self.column - 1][self.row] = _NO_RESULT
        elif empty:
            return
        elif self.kind == "s":
            self.seen.may_be_filled.add(self.row)
        else:
            self.seen.filled.add(self.row)
            self.seen.may_be_filled.add(self.row)
        self.cells += 1
        if self.column > self.last_column[0]:
            self.last_column = (self.column, f"{_letters(self.column)}{self.row}")
            if self.column > MOST_COLUMNS:
                raise self._far(self.last_column[1])
        if self.row > self.last_row[0]:
            self.last_row = (self.row, f"{_letters(self.column)}{self.row}")

    def check_extent(self) -> None:
        """What is made of a sheet has the size of the rectangle round its cells, so a lone cell far
        away costs as much memory as a full sheet would."""
        self.seen.last_row = self.last_row[0]
        rows = len(self.seen.may_be_filled | {row for rules in self.seen.broken.values() for row in rules})
        if self.last_row[0] > 20 * rows + 1000:
            raise self._far(self.last_row[1])
        if self.last_row[0] * self.last_column[0] > 50 * self.cells + 5_000_000:
            raise self._far(self.last_column[1])

    def _far(self, cell: str) -> ExtractStop:
        return ExtractStop(f"{self.sheet}: a value far outside the table, at {cell}. Delete it, or its row and column.")


def _column(reference: str) -> int:
    number = 0
    for letter in reference:
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter.upper()) - 64
    return number


def _row(reference: str) -> int:
    return int("".join(filter(str.isdigit, reference)) or 0)


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _text(cell: Any) -> str:
    """A cell as the text that a CSV of the same table would hold."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):  # ids typed as numbers come as 2.0
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
