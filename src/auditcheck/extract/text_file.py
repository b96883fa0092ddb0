"""Makes a text file ready to be read: UTF-8, and no character in it that is not text.

A file that is UTF-8 already is read where it stands. Any other is copied into the private folder of
the run, which is gone after it.
"""

from __future__ import annotations

import codecs
import itertools
import shutil
from pathlib import Path

from auditcheck.extract.sheets import Given
from auditcheck.problems import ExtractStop, UsageStop

SAVE_AGAIN = "Save it again as “CSV UTF-8”, or as a workbook (.xlsx)."
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_NUMBERS = itertools.count()
_PIECE = 1 << 20  # bytes at a time

#: Control characters that no text holds; tab and the ends of lines are text.
_CONTROL = bytes(number for number in range(32) if number not in b"\t\r\n")


def known_encoding(name: str) -> str:
    """The encoding of that name. Raises UsageStop where Python has no such one, or none of text."""
    try:
        "CRN".encode(name)  # which encodings of bytes, such as base64, refuse
    except (LookupError, ValueError):
        raise UsageStop("--encoding takes the name of an encoding, such as cp1252 (Windows) or utf-16.") from None
    return name


def readable(path: Path, given: Given, shown: str) -> Path:
    """A file with the same text as `path`, in UTF-8. `given.encoding` is that of files which are not UTF-8
    and do not say what they are. Raises ExtractStop with the line of what is no text."""
    start = beginning(path, shown)
    if start.startswith(_UTF32):
        raise ExtractStop(f"{shown}: UTF-32, which no spreadsheet writes. {SAVE_AGAIN}")
    encoding = "utf-16" if start.startswith(_UTF16) else given.encoding
    if encoding and (encoding == "utf-16" or not _is_utf8(path)):
        path = _copied(path, new_name(given.scratch, path), encoding, shown)
    _refuse_control(path, shown)
    return path


def new_name(folder: Path, path: Path) -> Path:
    """Where a copy of a file may be put: two files of one name do not meet there."""
    return folder / f"{next(_NUMBERS)}-{path.name}"


def beginning(path: Path, shown: str, size: int = 4096) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        raise ExtractStop(f"{shown}: cannot be read. Check that you may open it.") from None


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _copied(source: Path, target: Path, encoding: str, shown: str) -> Path:
    try:
        with source.open(encoding=encoding, newline="") as read, target.open("x", encoding="utf-8", newline="") as copy:
            shutil.copyfileobj(read, copy, _PIECE)
    except UnicodeError:
        raise ExtractStop(f"{shown}: not {encoding} text. Give another --encoding. {SAVE_AGAIN}") from None
    return target


def _refuse_control(path: Path, shown: str) -> None:
    with path.open("rb") as file:
        line = 1
        while piece := file.read(_PIECE):
            if len(piece.translate(None, _CONTROL)) != len(piece):
                at = next(at for at, byte in enumerate(piece) if byte in _CONTROL)
                line += piece.count(b"\n", 0, at)
                what = f"\\x{piece[at]:02x}"
                raise ExtractStop(f"{shown} line {line}: a control character ({what}), which is no text. Take it out.")
            line += piece.count(b"\n")


def without_first_lines(path: Path, lines: int, target: Path) -> Path:
    """A copy of a UTF-8 text without so many lines at its beginning."""
    with (
        path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as read,
        target.open("x", encoding="utf-8", errors="surrogateescape", newline="") as copy,
    ):
        for _ in range(lines):
            read.readline()
        shutil.copyfileobj(read, copy, _PIECE)
    return target
