"""Workbooks: what is in a cell, which sheets are read, and what calamine must not decide."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from auditcheck.extract import read_extract, workbook
from auditcheck.problems import ExtractStop
from auditcheck.result import Source
from tests.extract_files import changed, faults, folder, message, names, rows
from tests.extract_files import workbook as book

HEADS = ["CRN", "Event number", "Start date", "End date", "Team", "Order", "Hours", "Indicated", "team_name"]
BAD = "unreadable"
DAY = date(2025, 1, 6)

CELLS: list[tuple[str, Any, Any]] = [
    # column, what is in the cell, what it is read as
    ("end_date", date(2025, 3, 9), date(2025, 3, 9)),
    ("end_date", datetime(2025, 3, 9, 23, 59), date(2025, 3, 9)),
    ("end_date", "09/03/2025", date(2025, 3, 9)),
    ("end_date", "2025-03-09 00:00:00", date(2025, 3, 9)),
    ("end_date", "09/03/25", BAD),
    ("end_date", 45725, BAD),  # a date whose format was lost
    ("end_date", time(10, 30), BAD),
    ("end_date", date(1979, 12, 31), BAD),
    ("end_date", True, BAD),
    ("end_date", None, None),
    ("end_date", "  ", None),
    ("hours", 40, 40),
    ("hours", 40.0, 40),
    ("hours", 40.5, BAD),
    ("hours", "40", 40),
    ("hours", -3, -3),
    ("indicated", True, True),
    ("indicated", False, False),
    ("indicated", 1, True),
    ("indicated", "No", False),
    ("order_type", "co", "community_order"),
    ("order_type", 1, "community_order"),
    ("order_type", "SSO", BAD),
    ("team_name", "00123", "00123"),
    ("team_name", 123, "123"),
    ("team_name", 2.0, "2"),
    ("team_name", 2.5, "2.5"),
    ("team_name", 123456789012345, "123456789012345"),
    ("team_name", " Zoe\u0308 ", "Zo\u00eb"),
    ("team_name", "NA", "NA"),
    ("team_name", date(2025, 3, 9), "2025-03-09"),
    ("team_name", "#N/A", BAD),
    ("team_name", "#REF!", BAD),
    ("end_date", "#VALUE!", BAD),
    ("end_date", "=A1", BAD),  # openpyxl stores no results
    ("team_name", "=A1", BAD),
]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    at = {"end_date": 3, "hours": 6, "indicated": 7, "order_type": 5, "team_name": 8}
    lines = [HEADS]
    for number, (column, cell, _) in enumerate(CELLS):
        line: list[Any] = [f"X{number}", 1, DAY, None, None, None, None, None, None]
        line[at[column]] = cell
        lines.append(line)
    path = book(tmp_path_factory.mktemp("cells") / "x.xlsx", {"Cases": lines})
    with read_extract(path, names()) as extract:
        assert rows(extract, "cases", "event_number") == [("1",)] * len(CELLS)
        assert [row for _, _, row, *_ in faults(extract)] == [
            number for number, (_, _, expected) in enumerate(CELLS, start=2) if expected == BAD
        ]
        return [
            extract.con.execute(f'select "{column}", "{column}__bad" from t_cases where _case = {number}').fetchall()
            for number, (column, _, _) in enumerate(CELLS)
        ]


@pytest.mark.parametrize(
    ("number", "expected"),
    [(number, expected) for number, (_, _, expected) in enumerate(CELLS)],
    ids=[f"{column}: {cell!r}" for column, cell, _ in CELLS],
)
def test_a_cell(read: list[Any], number: int, expected: Any) -> None:
    assert read[number] == [(None, True) if expected == BAD else (expected, False)]


def test_errors_and_formulas_are_faults_and_never_blanks(tmp_path: Path) -> None:
    path = book(
        tmp_path / "x.xlsx",
        {
            "Cases": [HEADS, ["X1", 1, DAY, "#N/A", "A", "=B2", None, "Y", None]],
            "Contacts": [
                ["CRN", "Event number", "Contact date", "Type", "Note"],
                ["X1", "#N/A", date(2025, 4, 1), "C1", None],  # not a person's row: whose it is cannot be read
                ["X1", None, date(2025, 4, 2), "C1", "#REF!"],  # a column that nobody uses
            ],
        },
    )
    with read_extract(path, names()) as extract:
        assert faults(extract) == [
            ("unreadable cell", "sheet Cases", 2, "End date", "an error value, such as #N/A", None),
            ("unreadable cell", "sheet Cases", 2, "Order", "a formula without a stored result", None),
            (
                "no case reference",
                "sheet Contacts",
                2,
                "Event number",
                "blank or unreadable, so nobody can tell whose row it is",
                None,
            ),
        ]
        assert extract.bad_columns >= {("cases", "end_date"), ("cases", "order_type")}
        assert rows(extract, "cases", "end_date", "end_date__bad") == [(None, True)]
        assert extract.sources[1] == Source("contacts", "sheet Contacts", 2, 1, 0, 1, columns_unread=1)


MERGED = "merged with a cell above or beside it, which alone has the value"


def test_of_merged_cells_only_the_first_can_be_told(tmp_path: Path) -> None:
    """Titles, headings and notes may be merged as anybody likes. A person's cells may not: is it of both?"""
    blank = [None] * 9
    people = [["X1", 1, DAY, DAY, None, None, 40, "Y"], ["X2", 1, DAY, None, None, None, None, "Y"], ["X3", 1, DAY]]
    path = book(
        tmp_path / "x.xlsx",
        {"Cases": [["June"], blank, HEADS, *people, blank, ["A legend over many rows"], blank]},
    )
    workbook = openpyxl.load_workbook(path)
    for cells in ("A1:I1", "A2:I2", "D4:D5", "G4:H4", "A8:I12"):
        workbook["Cases"].merge_cells(cells)
    workbook.save(path)
    with read_extract(path, names()) as extract:
        assert [fault for fault in faults(extract) if fault[2] < 8] == [
            ("unreadable cell", "sheet Cases", 4, "Indicated", MERGED, None),
            ("unreadable cell", "sheet Cases", 5, "End date", MERGED, None),
        ]
        asked = ("_row", "end_date", "end_date__bad", "hours", "indicated", "indicated__bad")
        assert rows(extract, "cases", *asked)[:3] == [
            (4, DAY, False, 40, None, True),
            (5, None, True, None, True, False),
            (6, None, False, None, None, False),
        ]


def test_merged_cells_that_overlap_are_of_no_workbook(tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx", {"Cases": [HEADS, ["X1", 1, DAY], ["X2", 1, DAY]]})
    ranges = '<mergeCell ref="A2:I1048576" />' * 9
    part = {"</sheetData>": f"</sheetData><mergeCells>{ranges}</mergeCells>"}
    changed(path, "xl/worksheets/sheet1.xml", part)
    with pytest.raises(ExtractStop) as stop:
        read_extract(path, names())
    assert message(stop.value).startswith("x.xlsx: cut off or damaged.")


def test_a_formula_that_gives_nothing_is_blank(tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx", {"Cases": [HEADS, ["X1", 1, DAY, "=A1"], ["=A1"]]})
    for cell in ("D2", "A3"):
        changed(
            path,
            "xl/worksheets/sheet1.xml",
            {f'<c r="{cell}"><f>A1</f><v />': f'<c r="{cell}" t="str"><f>A1</f><v></v>'},
        )
    with read_extract(path, names()) as extract:
        assert rows(extract, "cases", "_row", "crn", "end_date", "end_date__bad") == [(2, "X1", None, False)]
        assert extract.sources[0].rows_read == 1


def test_a_formula_with_its_result_is_a_value(tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx", {"Cases": [HEADS, ["X1", 1, DAY, None, None, None, "=6*7"]]})
    changed(path, "xl/worksheets/sheet1.xml", {"<f>6*7</f><v />": "<f>6*7</f><v>42</v>"})
    with read_extract(path, names()) as extract:
        assert rows(extract, "cases", "hours", "hours__bad") == [(42, False)]


def test_headings_may_stand_lower_down_and_rows_may_be_blank(tmp_path: Path) -> None:
    lines = [
        [None, "Cases of team A, start date to end date"],
        [],
        [None, *HEADS],
        [None, "X1", 1, DAY],
        [],
        [],
        [None, "X2", 1, DAY],
        [],
    ]
    with read_extract(book(tmp_path / "x.xlsx", {"Cases": lines}), names()) as extract:
        assert rows(extract, "cases", "_row", "_case", "crn") == [(4, 0, "X1"), (7, 1, "X2")]
        assert extract.sources == (Source("cases", "sheet Cases", 2, 2, 0, 0, columns_unread=0),)


def test_sheets_are_matched_by_name_and_hidden_ones_are_never_read(tmp_path: Path) -> None:
    case = [HEADS, ["X1", 1, DAY]]
    contact = [["CRN", "Event number", "Contact date", "Type"], ["X1", 1, DAY, "C1"]]
    sheets = {"Notes": [["x"]], "CASE LOAD": case, "Contact-log": contact, "requirements": [["Id"], ["R1"]]}
    path = book(tmp_path / "x.xlsx", sheets, hidden=["requirements"])
    with read_extract(path, names()) as extract:
        assert [source.shown for source in extract.sources] == ["sheet CASE LOAD", "sheet Contact-log"]
        assert extract.not_read == ("sheet Notes",)
        assert extract.not_supplied == ("requirements", "staff")


def test_the_only_visible_sheet_is_the_cases(tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx", {"Cases": [["x"]], "Sheet1": [HEADS, ["X1", 1, DAY]]}, hidden=["Cases"])
    with read_extract(path, names()) as extract:
        assert rows(extract, "cases", "crn") == [("X1",)]
        assert extract.sources[0].shown == "sheet Sheet1"


def test_a_stale_dimension_loses_no_row(tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx", {"Cases": [HEADS, *([f"X{n}", 1, DAY] for n in range(5))]})
    changed(path, "xl/worksheets/sheet1.xml", {'<dimension ref="A1:I6" />': '<dimension ref="A1:B2" />'})
    with read_extract(path, names()) as extract:
        assert extract.sources[0].rows_read == 5


def test_rows_are_read_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "CHUNK", 7)
    path = book(tmp_path / "x.xlsx", {"Cases": [HEADS, *([f"X{n}", 1, DAY] for n in range(23))]})
    with read_extract(path, names()) as extract:
        assert rows(extract, "cases", "_case", "_row", "crn") == [(n, n + 2, f"X{n}") for n in range(23)]


@pytest.mark.parametrize("lost", [3, 5], ids=["in the middle", "at the end"])
def test_a_row_that_calamine_would_lose_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: int) -> None:
    path = book(tmp_path / "x.xlsx", {"Cases": [HEADS, *([f"X{n}", 1, DAY] for n in range(4))]})
    cells = workbook._Workbook.cells
    monkeypatch.setattr(
        workbook._Workbook, "cells", lambda self, name: ((r, c if r != lost else []) for r, c in cells(self, name))
    )
    with pytest.raises(ExtractStop) as stopped:
        read_extract(path, names())
    assert message(stopped.value) == "x.xlsx: cut off or damaged. Open it in Excel and save it as .xlsx."


def test_a_workbook_says_what_its_csv_says(tmp_path: Path) -> None:
    lines = [["X1", "1", "2025-01-06", "", "A", "CO", "40", "Y"], ["X2", "1", "x", "2025-02-01", "", "ZZ", "4.5", ""]]
    text = "\n".join(",".join(line) for line in [HEADS[:8], *lines]) + "\n"
    columns = (
        "_row",
        "crn",
        "start_date",
        "start_date__bad",
        "end_date",
        "team_code",
        "order_type",
        "hours",
        "indicated",
    )
    with (
        read_extract(folder(tmp_path / "csv", {"cases.csv": text}), names()) as csv,
        read_extract(book(tmp_path / "x.xlsx", {"Cases": [HEADS[:8], *lines]}), names()) as xlsx,
    ):
        assert rows(csv, "cases", *columns) == rows(xlsx, "cases", *columns)
        assert [f[2:] for f in faults(csv)] == [f[2:] for f in faults(xlsx)]
