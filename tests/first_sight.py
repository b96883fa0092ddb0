"""The two workbooks of examples/first-sight, as a team has them: `python -m tests.first_sight` writes them.

Nobody in them exists. `caseload.xlsx` is one sheet with a title, headings of its own, dates as dates and as text, and a
legend below the cases. `ndelius-export.xlsx` is five sheets, nearly as nDelius calls things.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Font, PatternFill

FOLDER = Path(__file__).parents[1] / "examples" / "first-sight"


def day(text: str) -> date:
    return date.fromisoformat(text)


TITLE = "Northside team caseload, updated every Friday"
HEADINGS = [
    "Case ref", "Name", "OM", "Team", "Order", "Sentence / release date", "RoSH", "DA (Y/N)", "Police check sent",
    "Police check back", "SG (Y/N)", "SG check sent", "SG check back", "RAR (Y/N)", "First RAR appt", "Comments",
]  # fmt: skip
CASELOAD: list[list[Any]] = [
    ["X800101", "Ash Wren", "N60A001", "NRTH01", "CO", day("2026-03-02"), "M", "Y", day("2026-03-04"), day("2026-03-20"), "N", None, None, "Y", day("2026-04-10"), "Moving to the coast in May, new address to come from housing"],
    ["X800102", "Bryony Teal", "N60A001", "NRTH01", "LIC", day("2026-02-16"), "H", "Y", "17/02/2026", None, "Y", "18/02/2026", "02/03/2026", "N", None, None],
    ["X800103", "Clay Finch", "N60A002", "NRTH01", "CO", day("2026-04-07"), "L", "N", None, None, "N", None, None, "Y", None, "Works nights"],
    ["X800104", "Dell Martin", "N60A002", "NRTH01", "SSO", day("2026-06-22"), "M", "N", None, None, "N", None, None, "Y", None, None],
    ["X800105", "Elm Swift", "N60A003", "NRTH01", "CO", day("2026-06-24"), "VH", "Y", None, None, "Y", None, None, "N", None, None],
    ["X800106", "Fern Crane", "N60A003", "NRTH01", "LIC", day("2026-03-16"), "M", "Y", day("2026-04-01"), "chased", "Y", "17/03/2026", day("2026-03-30"), "N", None, None],
    ["X800107", "Gale Heron", "N60A001", "NRTH01", "CO", day("2026-05-05"), "L", "Y", "06/05/2026", "20/05/2026", "N", "07/05/2026", "21/05/2026", "Y", day("2026-06-12"), None],
    ["X800108", "Heath Robin", "N60A002", "NRTH01", "CO", day("2026-01-12"), "M", "N", day("2026-01-13"), day("2026-03-03"), "N", None, None, "Y", day("2026-04-20"), None],
]  # fmt: skip
LEGEND = ["Key", "Green: done", "Amber: chase this week", "Red: overdue"]

EXPORT: dict[str, list[list[Any]]] = {
    "Caseload": [
        ["CRN", "Surname", "Date of birth", "Event number", "Sentence type", "Start date", "Termination date", "Officer code", "Officer name", "Team code", "RoSH"],
        ["X900201", "Wren", day("1991-02-03"), "1", "CO", day("2026-03-02"), None, "N61A001", "Officer One", "SOTH01", "RMRH"],
        ["X900202", "Teal", day("1985-07-19"), "1", "LIC", day("2026-04-20"), None, "N61A001", "Officer One", "SOTH01", "RHRH"],
        ["X900203", "Finch", day("1999-11-30"), "2", "SSO", day("2026-06-25"), None, "N61A002", "Officer Two", "SOTH01", "RLRH"],
        ["X900204", "Swift", day("1978-05-08"), "1", "CO", day("2026-05-11"), None, "N61A002", "Officer Two", "SOTH01", "RNOT"],
        ["X900205", "Crane", day("2001-09-14"), "1", "LIC", day("2026-06-24"), None, "N61A002", "Officer Two", "SOTH01", "RVHR"],
    ],
    "Contacts": [
        ["Contact id", "CRN", "Event number", "Contact date", "Contact type", "Contact outcome", "Attended", "Complied", "RAR activity", "NS contact", "Contact notes"],
        ["7001", "X900201", "1", day("2026-03-05"), "C369", None, None, None, None, "N", "Sent to the police unit by secure mail"],
        ["7002", "X900201", "1", day("2026-03-20"), "SFGC", None, None, None, None, "N", None],
        ["7003", "X900202", "1", day("2026-04-21"), "SFGC", None, None, None, None, "N", None],
        ["7004", "X900202", "1", day("2026-04-22"), "COAI", "ATTC", "Y", "Y", "N", "Y", None],
        ["7005", "X900204", "1", day("2026-05-12"), "C369", None, None, None, None, "N", None],
        ["7006", "X900999", "1", day("2026-05-12"), "C369", None, None, None, None, "N", None],
    ],
    "Requirements": [
        ["Requirement id", "CRN", "Event number", "Main code", "Imposed date", "Commencement date", "End date"],
        ["R1", "X900201", "1", "F", day("2026-03-02"), None, None],
    ],
    "Registrations": [
        ["CRN", "Register type", "Registration date", "Deregistration date"],
        ["X900201", "REG30", day("2025-01-10"), None],
        ["X900202", "RCPR", day("2026-04-01"), None],
    ],
    "OM history": [
        ["CRN", "Event number", "Staff code", "Grade", "From date", "To date"],
        ["X900201", "1", "N61A001", "PO", day("2026-03-02"), None],
        ["X900202", "1", "N61A001", "PO", day("2026-04-20"), None],
        ["X900203", "2", "N61A002", "PSO", day("2026-06-25"), None],
        ["X900204", "1", "N61A002", "PSO", day("2026-05-11"), None],
        ["X900205", "1", "N61A002", "PSO", day("2026-06-24"), None],
    ],
}  # fmt: skip


def caseload() -> Any:
    """The team's own sheet: a title, headings in row 3, cases in rows 4 to 11, a legend from row 13."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Northside"
    sheet["A1"] = TITLE
    sheet["A1"].font = Font(bold=True, size=14)
    for at, heading in enumerate(HEADINGS, start=1):
        sheet.cell(3, at, heading).font = Font(bold=True)
    for row, cells in enumerate(CASELOAD, start=4):
        _fill(sheet, row, cells)
    for row, (text, colour) in enumerate(zip(LEGEND, ["FFFFFF", "C6E0B4", "FFE699", "F8CBAD"], strict=True), start=13):
        sheet.cell(row, 1, text).fill = PatternFill("solid", fgColor=colour)
    sheet.freeze_panes = "B4"
    return _dated(book)


def export() -> Any:
    """Five sheets with headings in their first row."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in EXPORT.items():
        sheet = book.create_sheet(name)
        for row, cells in enumerate(rows, start=1):
            _fill(sheet, row, cells)
    return _dated(book)


def _fill(sheet: Any, row: int, cells: list[Any]) -> None:
    for at, value in enumerate(cells, start=1):
        cell = sheet.cell(row, at, value)
        if isinstance(value, date):
            cell.number_format = "dd/mm/yyyy"


def _dated(book: Any) -> Any:
    book.properties.created = book.properties.modified = datetime(2026, 6, 30)
    return book


if __name__ == "__main__":
    caseload().save(FOLDER / "caseload.xlsx")
    export().save(FOLDER / "ndelius-export.xlsx")
