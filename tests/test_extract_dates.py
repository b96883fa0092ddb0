"""How a day may be written in a text cell: one line a spelling, the same in every kind of extract.

The days are worked out by hand. tests/test_postgresql.py and tests/test_spark.py read the same table.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import polars
import pytest

from auditcheck.audit import audit
from auditcheck.calendar import FIRST_YEAR, LAST_YEAR
from auditcheck.extract import read_extract
from auditcheck.extract.cells import typed_day
from auditcheck.extract.sheets import like_cells
from auditcheck.inspecting import inspect
from tests.extract_files import DICTIONARY, folder, names, workbook

NO_DATE = "not a date (YYYY-MM-DD or DD/MM/YYYY)"
OUTSIDE = "a date outside 1980 to 2050"
WHICH_CENTURY = "a date with a two-digit year: write the year with four digits"
MONTH_FIRST = "a date with the month first: the day goes first (DD/MM/YYYY)"
NBSP = "\u00a0"

#: The cell, and the day that it is, or what is said of it.
DAYS = [
    # as systems and the forms of this program write it
    ("2025-03-09", "2025-03-09"),
    ("09/03/2025", "2025-03-09"),
    (" 2025-03-09\t", "2025-03-09"),
    (f"{NBSP}09/03/2025{NBSP}", "2025-03-09"),
    ("29/02/2024", "2024-02-29"),
    ("1980-01-01", "1980-01-01"),
    ("2050-12-31", "2050-12-31"),
    # day, month, year: never the month first
    ("2/3/2026", "2026-03-02"),
    ("02/3/2026", "2026-03-02"),
    ("2/03/2026", "2026-03-02"),
    ("12/11/2025", "2025-11-12"),
    ("2-3-2026", "2026-03-02"),
    ("02-03-2026", "2026-03-02"),
    ("2.3.2026", "2026-03-02"),
    ("02.03.2026", "2026-03-02"),
    ("31.12.2050", "2050-12-31"),
    ("1-1-1980", "1980-01-01"),
    (" 29-2-2024 ", "2024-02-29"),
    # the month in words
    ("2 March 2026", "2026-03-02"),
    ("02 Mar 2026", "2026-03-02"),
    ("2-Mar-2026", "2026-03-02"),
    ("02-MAR-2026", "2026-03-02"),
    ("2 march 2026", "2026-03-02"),
    ("2/Mar/2026", "2026-03-02"),
    ("2.Mar.2026", "2026-03-02"),
    ("02-Mar-26", "2026-03-02"),
    ("2 Mar 26", "2026-03-02"),
    ("02-MAR-26", "2026-03-02"),
    ("1 January 2026", "2026-01-01"),
    ("1 Jan 2026", "2026-01-01"),
    ("1 February 2026", "2026-02-01"),
    ("28 feb 26", "2026-02-28"),
    ("1 April 2026", "2026-04-01"),
    ("1-Apr-26", "2026-04-01"),
    ("1 May 2026", "2026-05-01"),
    ("31-mAy-26", "2026-05-31"),
    ("1 June 2026", "2026-06-01"),
    ("1 Jun 26", "2026-06-01"),
    ("1 July 2026", "2026-07-01"),
    ("1 JUL 26", "2026-07-01"),
    ("1 August 2026", "2026-08-01"),
    ("1 Aug 26", "2026-08-01"),
    ("1 September 2026", "2026-09-01"),
    ("1 Sept 2026", "2026-09-01"),
    ("1-SEPT-26", "2026-09-01"),
    ("1 Sep 26", "2026-09-01"),
    ("1 October 2026", "2026-10-01"),
    ("31 Oct 26", "2026-10-31"),
    ("1 November 2026", "2026-11-01"),
    ("30 Nov 26", "2026-11-30"),
    ("1 December 2026", "2026-12-01"),
    ("31 Dec 26", "2026-12-31"),
    ("29 Feb 2024", "2024-02-29"),
    # beside a word, a year of two digits is the one of 1980 to 2050 that ends so
    ("1 Jan 80", "1980-01-01"),
    ("31 Dec 99", "1999-12-31"),
    ("1 Jan 00", "2000-01-01"),
    ("29 Feb 00", "2000-02-29"),
    ("31 Dec 50", "2050-12-31"),
    ("1 Jan 51", OUTSIDE),
    ("1 Jan 68", OUTSIDE),
    ("1 Jan 69", OUTSIDE),
    ("31 Dec 79", OUTSIDE),
    # with a time of day: the date counts
    ("2026-02-01 00:00:00", "2026-02-01"),
    ("2026-02-01T00:00:00", "2026-02-01"),
    ("2026-02-01 23:59:59.999", "2026-02-01"),
    ("2026-02-01T23:59:59.9999999", "2026-02-01"),
    ("2026-02-01 10:30", "2026-02-01"),
    ("2026-02-01T10:30", "2026-02-01"),
    ("2026-02-01  00:00:00", "2026-02-01"),
    ("01/02/2026 00:00", "2026-02-01"),
    ("01/02/2026 00:00:00", "2026-02-01"),
    ("01/02/2026 0:00", "2026-02-01"),
    ("01/02/2026  23:59:59", "2026-02-01"),
    ("1/2/2026 9:05", "2026-02-01"),
    ("1 Feb 2026 00:00:00", "2026-02-01"),
    ("01-FEB-26 10:30:00", "2026-02-01"),
    # which year, nobody can tell
    ("01/02/26", WHICH_CENTURY),
    ("1/2/26", WHICH_CENTURY),
    ("01-02-26", WHICH_CENTURY),
    ("01.02.26", WHICH_CENTURY),
    ("01/02/26 00:00", WHICH_CENTURY),
    ("09/03/99", WHICH_CENTURY),
    # no such day
    ("31/02/2026", NO_DATE),
    ("29/02/2025", NO_DATE),
    ("31/04/2025", NO_DATE),
    ("31/9/2026", NO_DATE),
    ("2025-02-30", NO_DATE),
    ("29 Feb 2026", NO_DATE),
    ("29-Feb-26", NO_DATE),
    ("29 Feb 1900", NO_DATE),
    ("31 June 2026", NO_DATE),
    ("0/1/2026", NO_DATE),
    ("1/0/2026", NO_DATE),
    ("0 Jan 2026", NO_DATE),
    ("32/1/2026", NO_DATE),
    ("31/02/2026 10:00", NO_DATE),
    ("2026-02-30 00:00:00", NO_DATE),
    ("0000-00-00", NO_DATE),
    ("00/00/0000", NO_DATE),
    ("1900-01-00", NO_DATE),
    # month first
    ("03/13/2025", MONTH_FIRST),
    ("3/13/2025", MONTH_FIRST),
    ("12/31/2025", MONTH_FIRST),
    ("09-30-2025", MONTH_FIRST),
    ("2.28.2025", MONTH_FIRST),
    ("11/13/2025 10:30", MONTH_FIRST),
    ("02/30/2025", NO_DATE),
    ("06/31/2025", NO_DATE),
    ("03/32/2025", NO_DATE),
    ("03/13-2025", NO_DATE),
    ("03/13/25", NO_DATE),  # none of such a column can be read
    ("March 2 2026", NO_DATE),
    ("Mar 2, 2026", NO_DATE),
    # outside the calendar
    ("1979-12-31", OUTSIDE),
    ("2051-01-01", OUTSIDE),
    ("31/12/9999", OUTSIDE),
    ("01/01/1900", OUTSIDE),
    ("1/1/1900", OUTSIDE),
    ("31-12-9999", OUTSIDE),
    ("31 Dec 1979", OUTSIDE),
    ("1979-12-31 23:59:59", OUTSIDE),
    ("12025-01-06", OUTSIDE),
    ("0044-03-15 (BC)", OUTSIDE),
    # no time of day
    ("2026-02-01 24:00:00", NO_DATE),
    ("2026-02-01 24:00:01", NO_DATE),
    ("2026-02-01T25:00", NO_DATE),
    ("2026-02-01 10:60", NO_DATE),
    ("2026-02-01 23:59:60", NO_DATE),
    ("2026-02-01 10", NO_DATE),
    ("2026-02-01T", NO_DATE),
    ("2026-02-01 10:30:", NO_DATE),
    ("2026-02-01T10:30 BST", NO_DATE),
    ("2026-02-01Z", NO_DATE),
    ("01/02/2026T00:00", NO_DATE),
    ("01/02/2026 24:00", NO_DATE),
    ("01/02/2026 12:00 AM", NO_DATE),
    # anything else
    ("2026/13/01", NO_DATE),
    ("2025/03/09", NO_DATE),
    ("2025-3-9", NO_DATE),
    ("20260201", NO_DATE),
    ("46054", NO_DATE),
    ("2/3-2026", NO_DATE),
    ("2.3/2026", NO_DATE),
    ("2 3 2026", NO_DATE),
    ("2~3~2026", NO_DATE),
    ("2/3/026", NO_DATE),
    ("2/3/12026", NO_DATE),
    ("002/3/2026", NO_DATE),
    ("2 Mar 026", NO_DATE),
    ("2 Marc 2026", NO_DATE),
    ("2 Mär 2026", NO_DATE),
    ("2 Marz 2026", NO_DATE),
    ("2 \u017fep 2026", NO_DATE),  # a long s, which is an s whatever the capitals
    ("2 Apr\u0130l 2026", NO_DATE),  # a capital i with its dot
    ("2Mar2026", NO_DATE),
    ("2nd March 2026", NO_DATE),
    ("March 2026", NO_DATE),
    ("6 January", NO_DATE),
    ("2 Mar", NO_DATE),
    ("02/2026", NO_DATE),
    ("٠٩/٠٣/2025", NO_DATE),
    ("２０２５-03-09", NO_DATE),
    ("٢ March 2026", NO_DATE),
    ("2026-02-01 ١٠:00", NO_DATE),
    ("-2/3/2026", NO_DATE),
    ("2/3/2026?", NO_DATE),
    ("2/3/2026 to 4/3/2026", NO_DATE),
    ("chased 2/3/2026", NO_DATE),
    ("infinity", NO_DATE),
    ("today", NO_DATE),
    ("now", NO_DATE),
    # whether these say “never happened” or “nobody knows” cannot be told
    ("N/A", NO_DATE),
    ("n/a", NO_DATE),
    ("tbc", NO_DATE),
    ("none", NO_DATE),
    ("unknown", NO_DATE),
    ("-", NO_DATE),
]

#: The same of days with a time and its distance from Greenwich: it is the day that London's clocks showed.
INSTANTS = [
    ("2026-02-01T00:00:00Z", "2026-02-01"),
    ("2026-02-01 23:59:59.123456789Z", "2026-02-01"),
    ("2026-06-30T22:59Z", "2026-06-30"),
    ("2026-06-30T23:00Z", "2026-07-01"),
    ("2026-01-30T23:30:00+00:00", "2026-01-30"),
    ("2026-06-30 23:30:00+00", "2026-07-01"),
    ("2026-07-01T00:30:00+01:00", "2026-07-01"),
    ("2026-07-01T00:30:00+0100", "2026-07-01"),
    ("2026-02-01T00:30:00+01:00", "2026-01-31"),
    ("2026-02-01T00:30:00.5+01", "2026-01-31"),
    ("2026-02-01T20:00-05:00", "2026-02-02"),
    ("2026-03-01T05:29:00+05:30", "2026-02-28"),
    ("2026-03-01T05:30:00+05:30", "2026-03-01"),
    ("1979-12-31T23:59:00-01:00", "1980-01-01"),
    ("1980-01-01T00:00:00+01:00", OUTSIDE),
    ("2050-12-31T23:30:00Z", "2050-12-31"),
    ("2050-12-31T23:30:00-01:00", OUTSIDE),
    ("2051-01-01T00:30:00+01:00", "2050-12-31"),
    ("1979-06-01T00:00:00Z", OUTSIDE),
    ("0000-06-01T00:00:00Z", OUTSIDE),
    ("9999-06-01T00:00:00Z", OUTSIDE),
    ("2026-02-30T00:00:00Z", NO_DATE),
    ("2026-00-01T00:00:00Z", NO_DATE),
    ("2026-02-01T10:30+15:00", NO_DATE),
    ("2026-02-01T10:30+01:60", NO_DATE),
    ("2026-02-01T24:00:00Z", NO_DATE),
    ("01/02/2026 10:30Z", NO_DATE),
]

SPELLINGS = DAYS + INSTANTS

HEADS = ("CRN", "Event number", "Start date", "End date")


def lines(cells: Sequence[str]) -> list[tuple[str, ...]]:
    return [HEADS, *((f"X{number}", "1", "2025-01-06", cell) for number, cell in enumerate(cells))]


def as_csv(at: Path, cells: Sequence[str]) -> Path:
    return folder(at, {"cases.csv": "".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in lines(cells))})


def as_workbook(at: Path, cells: Sequence[str]) -> Path:
    at.mkdir()
    return workbook(at / "cases.xlsx", {"Cases": lines(cells)})


def as_parquet(at: Path, cells: Sequence[str]) -> Path:
    at.mkdir()
    rows = lines(cells)[1:]
    polars.DataFrame({head: [row[n] for row in rows] for n, head in enumerate(HEADS)}).write_parquet(
        at / "cases.parquet"
    )
    return at


def read(path: Path, zone: str = "Europe/London") -> list[str]:
    """Of every cell the day that it is read as, or what is said of it."""
    with read_extract(path, names(f"{DICTIONARY}\nzone: {zone}\n")) as extract:
        days = extract.con.execute("select end_date, end_date__bad from t_cases order by _case").fetchall()
        rules = iter([fault.rule for fault in extract.fault_rows() if fault.column == "End date"])
    assert all(bad == (day is None) for day, bad in days)
    said = [str(day) if day else next(rules) for day, _ in days]
    assert list(rules) == []
    return said


@pytest.mark.parametrize("written", [as_csv, as_workbook, as_parquet])
def test_every_spelling_is_read_alike_from_every_file(
    tmp_path: Path, written: Callable[[Path, Sequence[str]], Path]
) -> None:
    cells = [cell for cell, _ in SPELLINGS]
    assert list(zip(cells, read(written(tmp_path / "there", cells)), strict=True)) == SPELLINGS


#: What stands in a column, and what a run warns of: the first cell of these was read as 4 March.
WARNED = [
    (["04/03/2026", "03/25/2026"], "1 cell of “End date” has the month first. If the whole column has"),
    (["04/03/2026", "03/25/2026", "12-13-2025"], "2 cells of “End date” have the month first. If the whole column has"),
    (["04/03/2026", "25/03/2026", "31/02/2026", "03/25/26"], ""),
]


@pytest.mark.parametrize(("cells", "warned"), WARNED)
def test_a_column_that_may_have_the_month_first_is_said(tmp_path: Path, cells: Sequence[str], warned: str) -> None:
    """Of its days up to the twelfth nobody sees that they were read the other way round."""
    path = as_csv(tmp_path / "there", cells)
    (path / "dictionary.yaml").write_text(DICTIONARY)
    (path / "c.yaml").write_text(
        'checklist: c\ntitle: C\nversion: "1"\nitems:\n  - {id: X1, title: X, severity: high, source: made up,'
        " to_fix: Do it., met_if: {some: seen, by: 5 days after start_date}}\n"
    )
    with audit(path, as_at=date(2026, 4, 1), checklists=[str(path / "c.yaml")]) as finished:
        said = [words for words in finished.result().about.warnings if "month first" in words]
    assert [words.partition(", the others")[0] for words in said] == ([f"cases.csv: {warned}"] if warned else [])
    there = [words for words in inspect(path, as_at=date(2026, 4, 1)).about.warnings if "month first" in words]
    assert there == said


# In a zone that is 14 hours ahead.
THERE = [
    ("2026-02-01T10:00:00Z", "2026-02-02"),
    ("2026-02-01T09:59:59Z", "2026-02-01"),
    ("2026-02-01T23:59:59", "2026-02-01"),
    ("2026-02-01T23:59:59+14:00", "2026-02-01"),
    ("01/02/2026 23:59", "2026-02-01"),
]


def test_an_instant_counts_as_the_day_in_the_dictionarys_zone(tmp_path: Path) -> None:
    found = read(as_csv(tmp_path / "there", [cell for cell, _ in THERE]), "Pacific/Kiritimati")
    assert found == [day for _, day in THERE]


def test_the_calendar_has_no_two_years_that_end_alike() -> None:
    """Else a year of two digits would be a guess."""
    assert LAST_YEAR - FIRST_YEAR < 100


@pytest.mark.parametrize(("cell", "expected"), DAYS)
def test_a_day_typed_in_a_reply_is_read_as_in_a_cell(cell: str, expected: str) -> None:
    assert typed_day(cell.strip()) == (date.fromisoformat(expected) if expected[:1].isdigit() else None)


@pytest.mark.parametrize("cell", [cell for cell, _ in INSTANTS])
def test_nobody_types_an_instant_in_a_reply(cell: str) -> None:
    assert typed_day(cell) is None


def test_cells_made_at_random_are_read_alike_by_both_readings(tmp_path: Path) -> None:
    """Nearly right days, of the pieces that days are written with."""
    chance = random.Random(2026)
    numbers = ["0", "00", "1", "2", "02", "12", "13", "29", "30", "31", "32", "٣"]
    months = ["Feb", "FEBRUARY", "sept", "Septem", "June", "Jui", "may"]
    years = ["2024", "2026", "1979", "24", "51", "99", "026", "12026"]
    gaps = ["/", "-", ".", " ", "", "  ", ","]
    times = ["", "", "", " 0:00", " 10:30:00", "T10:30", " 24:00", " 10:30:00.5", " noon"]

    def made() -> str:
        gap = chance.choice(gaps)
        other = gap if chance.random() < 0.8 else chance.choice(gaps)
        day, month = chance.choice(numbers), chance.choice(numbers + months)
        parts = (day, gap, month, other, chance.choice(years))
        return "".join(parts if chance.random() < 0.7 else parts[::-1]) + chance.choice(times)

    cells = list(dict.fromkeys(made() for _ in range(20_000)))
    found = read(as_csv(tmp_path / "there", cells))
    days = [day if day[:1].isdigit() else None for day in found]
    by_python = [typed_day(cell) for cell in cells]
    assert [str(day) if day else None for day in by_python] == days
    assert sum(day is not None for day in days) > 400


def test_a_heading_that_is_a_day_is_no_heading() -> None:
    headings = ["Start date", "2 Mar 26", "02-Mar-26", "2 March 2026", "March", "2 reviews"]
    assert like_cells(headings) == ["2 Mar 26", "02-Mar-26", "2 March 2026"]
