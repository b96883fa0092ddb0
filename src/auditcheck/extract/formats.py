"""Which kinds of file an extract may be made of. A new one is a file here and a line below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from auditcheck.extract import csv_file, parquet_file, workbook
from auditcheck.extract.sheets import Given, Sheet

#: By suffix: gives the sheets of a file, or raises ExtractStop.
READERS: dict[str, Callable[[Path, Given], Sequence[Sheet]]] = {
    ".csv": csv_file.sheets,
    ".parquet": parquet_file.sheets,
    ".xlsx": workbook.sheets,
}

#: Of these a folder holds one file per table; any other file is an extract by itself.
ONE_TABLE = (".csv", ".parquet")


def is_of_extract(file: Path, extract: Path) -> bool:
    """Is `file` one of those that the extract is read from, or would it be once it is written?"""
    if not extract.is_dir():
        return file.exists() and extract.exists() and file.samefile(extract)
    if file.suffix.lower() in ONE_TABLE and file.parent.exists() and file.parent.samefile(extract):
        return True
    return file.exists() and any(
        file.samefile(own) for own in extract.iterdir() if own.suffix.lower() in READERS and own.exists()
    )
