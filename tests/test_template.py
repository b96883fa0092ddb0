"""The workbook to fill in: exactly what the audit reads, what its cells take, and that it runs when filled in."""

from __future__ import annotations

import csv
import os
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from stat import S_IMODE
from typing import Any

import openpyxl
import pytest

from auditcheck.audit import Selection, audit, plan_of, wanted_of
from auditcheck.checklist import load_chosen
from auditcheck.dictionary import load_dictionary
from auditcheck.extract import read_extract
from auditcheck.extract.sheets import GUIDE
from auditcheck.problems import ChecklistStop, ExtractStop
from auditcheck.reports.template_workbook import LISTS, template_workbook
from auditcheck.template import spelt, template
from tests.example.test_example import EXAMPLE, EXPECTED
from tests.extract_files import DICTIONARY, names
from tests.team_workbook.test_team_workbook import BY_HAND, WORKBOOK
from tests.team_workbook.test_team_workbook import DICTIONARY as TEAM
from tests.test_cli import auditcheck


def made(at: Path, checklists: Sequence[str] = (), items: Sequence[str] = (), dictionary: Path | None = None) -> Path:
    """The workbook for these, at a path."""
    at.write_bytes(template_workbook(template(checklists, items, dictionary), f"auditcheck run {at.name}"))
    return at


def headings(sheet: Any) -> list[str]:
    return [cell.value for cell in sheet[1]]


def columns(sheet: Any) -> list[Any]:
    """What holds for whole columns, from A on; openpyxl reads columns that are alike as one."""
    found = {at: one for one in sheet.column_dimensions.values() for at in range(one.min, one.max + 1)}
    return [found[at] for at in range(1, sheet.max_column + 1)]


def filled(path: Path, sheets: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """The workbook with rows entered on its sheets, each a cell for a heading, as a person would."""
    book = openpyxl.load_workbook(path)
    for name, rows in sheets.items():
        columns = {heading: at for at, heading in enumerate(headings(book[name]), start=1)}
        for number, row in enumerate(rows, start=2):
            for heading, value in row.items():
                book[name].cell(number, columns[heading], value)
    book.save(path)
    return path


# ── which sheets and columns ─────────────────────────────────────────────────────────────────────

CASES = "CRN*, Event number*, Order type, Start date*, End date, Practitioner code, Team code, Team name, PDU code, Region code"
CONTACTS = "CRN*, Event number, Contact id*, Contact date*, Type code*"
HELD = "CRN*, Event number, Staff code, Team code, From date*"
READ = "CRN*, Event number*, Audit, Item*, Answer*, Auditor"
ACCEPTED = "CRN*, Event number*, Item*, Occurrence date, Reason*, Accepted by*, Until*"

#: What is asked, and every sheet with its columns in their order, by hand from the checklists and the shipped
#: dictionary. A star: it must be filled in.
SHAPES: list[tuple[str, dict[str, str]]] = [
    (
        "domestic-abuse",
        {
            "Cases": f"{CASES}, RoSH, Contact suspended from",
            "Contacts": CONTACTS,
            "Registrations": "CRN*, Type code*, Start date*, End date",
            "Allocations": HELD,
            "Judgements": READ,
            "Accepted": ACCEPTED,
        },
    ),
    (
        "domestic-abuse DA2",  # neither relevant_if, nor an answer
        {
            "Cases": f"{CASES}, Contact suspended from",
            "Contacts": CONTACTS,
            "Allocations": HELD,
            "Accepted": ACCEPTED,
        },
    ),
    (
        "safeguarding",
        {
            "Cases": f"{CASES}, Contact suspended from",
            "Contacts": CONTACTS,
            "Registrations": "CRN*, Type code*, Start date*",
            "Allocations": HELD,
            "Judgements": READ,
            "Accepted": ACCEPTED,
        },
    ),
    (
        "rar",  # contacts look their requirement up, and through their referral the referral's
        {
            "Cases": f"{CASES}, Contact suspended from",
            "Contacts": f"{CONTACTS}, Attended, Complied, RAR activity, Requirement id, NSI id",
            "Requirements": "CRN*, Event number*, Requirement id*, Main code*, Imposed date, End date",
            "Allocations": HELD,
            "Referrals": "CRN*, Event number, NSI id*, Requirement id, Type code*",
            "Accepted": ACCEPTED,
        },
    ),
    (
        "enforcement EN2",
        {
            "Cases": f"{CASES}, Contact suspended from",
            "Contacts": f"{CONTACTS}, Outcome code",
            "Allocations": HELD,
            "Accepted": ACCEPTED,
        },
    ),
    (
        "oversight",
        {
            "Cases": f"{CASES}, RoSH, Contact suspended from",
            "Contacts": f"{CONTACTS}, Staff grade",
            "Registrations": "CRN*, Type code*, Start date*, End date",  # since when the risk is high
            "Allocations": "CRN*, Event number, Staff code, Grade, Team code, From date*",
            "Judgements": READ,
            "Accepted": ACCEPTED,
        },
    ),
    ("key-questions", {"Cases": CASES, "Allocations": HELD, "Judgements": READ, "Accepted": ACCEPTED}),
    (
        "multi-agency MA1",  # RoSH or MAPPA level as at: a registration has an end
        {
            "Cases": f"{CASES}, RoSH, Contact suspended from",
            "Contacts": CONTACTS,
            "Registrations": "CRN*, Type code*, Start date*, End date",
            "Allocations": HELD,
            "Accepted": ACCEPTED,
        },
    ),
]


def shape(path: Path) -> dict[str, str]:
    """The visible sheets but the first, with their headings; those that are shown dark and with a star have one."""
    book = openpyxl.load_workbook(path)
    found = {}
    for sheet in book.worksheets[1:]:
        if sheet.sheet_state == "visible":
            dark = [cell.fill.start_color.rgb == "FF1F3864" for cell in sheet[1]]
            assert dark == [cell.number_format == '@" *"' for cell in sheet[1]]
            found[sheet.title] = ", ".join(h + "*" * is_dark for h, is_dark in zip(headings(sheet), dark, strict=True))
    return found


@pytest.mark.parametrize(("asked", "expected"), SHAPES, ids=[asked for asked, _ in SHAPES])
def test_exactly_what_is_needed(tmp_path: Path, asked: str, expected: dict[str, str]) -> None:
    checklist, *items = asked.split()
    assert shape(made(tmp_path / "t.xlsx", [checklist], items)) == expected


def test_a_team_has_its_own_headings(tmp_path: Path) -> None:
    assert shape(made(tmp_path / "t.xlsx", ["enforcement"], ["EN1"], TEAM)) == {
        "Cases": "Case ref*, OM, Team, Type, Date of order / release*, Ended, Reset from, Breach ended",
        "Absences": "Case ref*, Date missed*, Outcome, Action, Action date",
        "Accepted": "Case ref*, Item*, Occurrence date, Reason*, Accepted by*, Until*",
    }


def test_nobody_is_named() -> None:
    asked = {column.heading for sheet in template().sheets for column in sheet.columns}
    assert "Practitioner code" in asked
    assert not asked & {"Practitioner name", "Initials", "Name", "Date of birth"}


@pytest.mark.parametrize("dictionary", [None, TEAM], ids=["shipped", "team"])
def test_nothing_that_an_audit_reads_is_missing(tmp_path: Path, dictionary: Path | None) -> None:
    known = load_dictionary(dictionary)
    loaded = load_chosen((), known)
    items = [item for checklist in loaded for item in checklist.items]
    wanted = wanted_of(plan_of(known, date(2026, 6, 30), items, "", None), known)
    path = filled_in_all(made(tmp_path / "t.xlsx", dictionary=dictionary), template(dictionary=dictionary))
    with read_extract(path, known, wanted=wanted) as extract:
        assert not {(table, column) for table, column in extract.missing_columns if column in wanted.get(table, ())}
        assert not set(extract.not_supplied) & wanted.keys()


# ── filled in, it runs ───────────────────────────────────────────────────────────────────────────


def day(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y")


#: Five cases as the first sheet says. As at 30 June 2026, all of them beginning on Monday 2 March 2026: an enquiry is
#: due on 9 March (5 working days), information on 15 April (30, with Good Friday and Easter Monday between).
FIVE: dict[str, list[dict[str, Any]]] = {
    "Cases": [
        {"CRN": "X000001", "Event number": "1", "Start date": day("02/03/2026"), "RoSH": "High", "Order type": "Community order"},
        {"CRN": "X000002", "Event number": "1", "Start date": day("02/03/2026"), "RoSH": "Low", "Order type": "Licence"},
        {"CRN": "X000003", "Event number": "1", "Start date": day("02/03/2026"), "RoSH": "Very high", "Practitioner code": "P2"},
        {"CRN": "X000004", "Event number": "2", "Start date": day("02/03/2026")},
        {"CRN": "0000005", "Event number": "1", "Start date": day("02/03/2026"), "RoSH": "Medium"},
    ],
    "Contacts": [
        {"CRN": "X000001", "Event number": "1", "Contact id": "1", "Contact date": day("03/03/2026"), "Type code": "C369"},
        {"CRN": "X000001", "Event number": "1", "Contact id": "2", "Contact date": day("20/03/2026"), "Type code": "C515"},
        {"CRN": "X000003", "Contact id": "3", "Contact date": day("20/03/2026"), "Type code": "C369"},
        {"CRN": "X000004", "Event number": "2", "Contact id": "4", "Contact date": day("04/03/2026"), "Type code": "SFGC"},
        {"CRN": "0000005", "Event number": "1", "Contact id": "5", "Contact date": day("04/03/2026"), "Type code": "C369"},
    ],
    "Registrations": [{"CRN": "X000004", "Type code": "RCPR", "Start date": day("01/02/2026")}],
    "Judgements": [{"CRN": "X000001", "Event number": "1", "Item": "DA3", "Answer": "No"}],
    "Accepted": [
        {"CRN": "0000005", "Event number": "1", "Item": "DA2", "Reason": "Nothing held, by telephone", "Accepted by": "S1", "Until": day("31/12/2026")}
    ],
}  # fmt: skip

#: Sent and back in time, answered no · low and nothing registered · sent late, no reply · RoSH left blank, a child
#: protection registration, no reply · sent, no reply, which is accepted.
OF_FIVE = """
          DA1           DA2           DA3           DA4           SG1           SG2           SG3           SG4
X000001   met           met           gap           gap           not relevant  not relevant  not relevant  not relevant
X000002   not relevant  not relevant  not relevant  not relevant  not relevant  not relevant  not relevant  not relevant
X000003   late          gap           not relevant  gap           not relevant  not relevant  not relevant  not relevant
X000004   cannot tell   not relevant  not relevant  cannot tell   met           gap           not relevant  gap
0000005   met           excused       not relevant  gap           not relevant  not relevant  not relevant  not relevant
"""


def table(text: str) -> dict[tuple[str, str], str]:
    head, *rows = (re.split(r"  +", line.strip()) for line in text.strip().splitlines())
    return {(case, item): state for case, *states in rows for item, state in zip(head, states, strict=True)}


def states_of(path: Path, **given: Any) -> dict[tuple[str, str], str]:
    with audit(path, **given) as finished:
        return {(case, item): str(state) for case, item, state, _ in finished.states()}


def test_five_cases(tmp_path: Path) -> None:
    asked = ["domestic-abuse", "safeguarding"]
    path = filled(made(tmp_path / "t.xlsx", asked), FIVE)
    with audit(path, as_at=date(2026, 6, 30), checklists=asked) as finished:
        assert {(case, item): str(state) for case, item, state, _ in finished.states()} == table(OF_FIVE)
        about = finished.about()
        assert not about.faults and not about.warnings and not about.not_supplied
        assert [source.columns_unread for source in about.sources] == [0] * 6


def test_sheets_left_empty(tmp_path: Path) -> None:
    """What the first sheet says: no registrations is none, no contacts cannot be told, no allocations nothing."""
    path = filled(made(tmp_path / "t.xlsx", ["domestic-abuse"]), {"Cases": FIVE["Cases"][:2]})
    found = states_of(path, as_at=date(2026, 6, 30), checklists=["domestic-abuse"])
    assert found["X000001", "DA1"] == "cannot tell"
    assert found["X000002", "DA1"] == "not relevant"
    empty = {sheet.name: sheet.empty for sheet in template(["domestic-abuse"]).sheets}
    assert empty["Contacts"].startswith("“Cannot tell” for every case")
    assert empty["Registrations"].startswith("Nobody has any")
    assert empty["Allocations"].startswith("No item needs it")


def poured(book: Any, sheet: str, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of these rows, the cells for which the sheet has a column."""
    columns = headings(book[sheet])
    return [{heading: row[heading] for heading in columns if row[heading] not in (None, "")} for row in rows]


def test_the_example_comes_out_as_by_hand(tmp_path: Path) -> None:
    """All that the shipped example's template has no column for is not needed for any of its states."""
    path = made(tmp_path / "t.xlsx", dictionary=EXAMPLE / "dictionary.yaml")
    book = openpyxl.load_workbook(path)
    sheets = {}
    for name in book.sheetnames[1:]:
        file = EXAMPLE / f"{name.lower()}.csv"
        if file.is_file():
            with file.open(encoding="utf-8", newline="") as lines:
                sheets[name] = poured(book, name, list(csv.DictReader(lines)))
    assert len(sheets) == 8
    found = states_of(filled(path, sheets), dictionary=EXAMPLE / "dictionary.yaml")
    assert found == {(row["case"], row["item"]): row["state"] for row in EXPECTED}


def test_the_team_comes_out_as_by_hand(tmp_path: Path) -> None:
    items = sorted({item for _, item in BY_HAND})
    path = made(tmp_path / "t.xlsx", (), items, TEAM)
    book = openpyxl.load_workbook(path)
    sheets = {}
    for sheet in openpyxl.load_workbook(WORKBOOK).worksheets[:4]:
        name = {"Caseload": "Cases", "Dip sample": "Judgements"}.get(sheet.title, sheet.title)
        head, *rows = sheet.iter_rows(min_row=2 if name == "Cases" else 1, values_only=True)
        no_end = dict.fromkeys(headings(book[name]))  # the caseload has no column for the end of a case
        sheets[name] = poured(book, name, [no_end | dict(zip(head, row, strict=True)) for row in rows])
    found = states_of(filled(path, sheets), dictionary=TEAM, selection=Selection(items=tuple(items)))
    assert found == {key: str(state) for key, (state, _) in BY_HAND.items()}


# ── what cells take ──────────────────────────────────────────────────────────────────────────────


def checks(path: Path, sheet: str) -> dict[str, Any]:
    """By heading, what is checked in its column; every column has one check, on every row but the first."""
    book = openpyxl.load_workbook(path)
    found = {}
    for check in book[sheet].data_validations.dataValidation:
        (place,) = check.sqref.ranges
        assert (place.min_row, place.max_row) == (2, 1_048_576) and place.min_col == place.max_col
        found[headings(book[sheet])[place.min_col - 1]] = check
    assert list(found) == headings(book[sheet])
    return found


def offered(path: Path, check: Any) -> list[str]:
    """What a drop-down offers, in the check or on the hidden sheet."""
    if check.formula1.startswith('"'):
        return check.formula1.strip('"').split(",")
    sheet, _, place = check.formula1.partition("!")
    assert sheet.strip("'") == LISTS
    return [cell.value for (cell,) in openpyxl.load_workbook(path)[LISTS][place.replace("$", "")]]


#: Sheet, heading, what its cells may be, and what they offer. A list that warns lets other codes in; one that stops
#: does not.
TAKES = [
    ("Cases", "CRN", "any", []),
    ("Cases", "Start date", "date", []),
    ("Cases", "RoSH", "stop", ["Very high", "High", "Medium", "Low"]),
    ("Cases", "Order type", "stop", ["Community order", "Suspended sentence order", "Licence", "Post sentence supervision", "Other"]),
    ("Contacts", "Attended", "stop", ["Yes", "No"]),
    ("Contacts", "Outcome code", "warning", ["AFTA", "UAAB", "AFTC", "AACL", "AAEM", "AAFC", "AAHO", "AAME", "AARE", "AARC", "AAAA", "AASD", "AAM11", "CO05", "CO10"]),
    ("Requirements", "Main code", "warning", ["F", "7"]),
    ("Registrations", "Type code", "warning", ["ADVP", "REG30", "RLRH", "RCPR", "RCCO", "RCHD", "RHRH", "RVHR", "RMRH", "MAPP"]),
    ("Allocations", "Grade", "any", []),
    ("Assessments", "Status", "stop", ["Complete", "Locked incomplete", "Open"]),
    ("Judgements", "Answer", "stop", ["Yes", "No", "Not applicable", "Not assessed"]),
    ("Accepted", "Until", "date", []),
    ("Accepted", "Reason", "any", []),
]  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("whole") / "t.xlsx")


@pytest.mark.parametrize(("sheet", "heading", "kind", "choices"), TAKES)
def test_what_cells_take(whole: Path, sheet: str, heading: str, kind: str, choices: list[str]) -> None:
    check = checks(whole, sheet)[heading]
    assert (check.type or "any") == ("list" if kind in ("stop", "warning") else kind)
    assert check.promptTitle == heading and check.prompt
    assert offered(whole, check) == choices if choices else kind in ("any", "date")
    if kind != "any":
        assert (check.errorStyle or "stop") == ("warning" if kind == "warning" else "stop")
        assert check.showErrorMessage and check.error


def test_a_date_is_one_that_an_audit_reads(whole: Path) -> None:
    check = checks(whole, "Contacts")["Contact date"]
    first, last = (date(1899, 12, 30).toordinal() + int(text) for text in (check.formula1, check.formula2))
    assert (date.fromordinal(first), date.fromordinal(last)) == (date(1980, 1, 1), date(2050, 12, 31))
    sheet = openpyxl.load_workbook(whole)["Contacts"]
    formats = dict(zip(headings(sheet), columns(sheet), strict=True))
    assert formats["Contact date"].number_format == "dd/mm/yyyy"
    assert {formats[name].number_format for name in ("CRN", "Event number", "Contact id", "Type code")} == {"@"}


def test_long_lists_stand_on_a_hidden_sheet(whole: Path) -> None:
    book = openpyxl.load_workbook(whole)
    assert book[LISTS].sheet_state == "hidden"
    codes = offered(whole, checks(whole, "Contacts")["Type code"])
    assert len(",".join(codes)) > 255 and {"C369", "C515", "SFGC", "AB NP", "CRSAPT"} <= set(codes)


def test_references_offer_what_is_entered(whole: Path) -> None:
    crn, requirement = (checks(whole, "Contacts")[heading] for heading in ("CRN", "Requirement id"))
    assert crn.formula1 == "OFFSET('Cases'!$A$2,0,0,MAX(1,COUNTA('Cases'!$A$2:$A$10001)),1)"
    assert requirement.formula1 == "OFFSET('Requirements'!$C$2,0,0,MAX(1,COUNTA('Requirements'!$C$2:$C$10001)),1)"
    assert crn.errorStyle == requirement.errorStyle == "warning"


def filled_in_all(path: Path, found: Any) -> Path:
    """Every sheet with so many rows that each choice of each drop-down stands in one."""
    key = found.key[0]
    sheets = {}
    for sheet in found.sheets:
        rows = []
        for number in range(max(1, *(len(column.choices) for column in sheet.columns))):
            row: dict[str, Any] = {}
            for column in sheet.columns:
                if column.choices:
                    row[column.heading] = column.choices[number % len(column.choices)]
                elif column.kind == "date":
                    row[column.heading] = datetime(2026, 1, 1)
                elif column.kind == "number":
                    row[column.heading] = 5
                elif column.heading == key and sheet.name != "Cases":
                    row[column.heading] = "r0"
                elif column.found_on is None:
                    row[column.heading] = "r0" if column.heading in found.key[1:] else f"r{number}"
            rows.append(row)
        sheets[sheet.name] = rows
    return filled(path, sheets)


ODD = """
dictionary: odd
audit: spring
cases:
  key: [crn]
  start: start_date
  columns:
    crn: {type: text}
    start_date: {type: date, at_least: 2020-01-01}
    risk: {type: code, values: {high: [low], low: [high], not_known: ["Not, known"]}}    # crosswise, on purpose
    hours: {type: number, at_least: 0, at_most: 300}
    kind: {type: text, allowed: [A, "B, or C"]}
    band: {type: code}
tables:
  answers_of_readers_with_a_very_long_name:
    headings: [Answers]
    link: [crn]
    columns: {crn: {type: text}, given: {type: date}}
  judgements:
    link: [crn]
    columns: {crn: {type: text}, item: {type: code}, answer: {type: code, values: ["yes", "no"]}, audit: {type: text}}
events:
  given: {from: answers_of_readers_with_a_very_long_name, date: given}
"""

OF_ODD = """
checklist: odd
title: Odd
version: "1"
items:
  - id: O1
    title: Odd
    severity: low
    source: none
    to_fix: Nothing.
    relevant_if: {any_of: [{risk: high}, {hours: {at_least: 5}}, {kind: A}, {band: [x1, X2]}, {has: given}]}
    met_if: {judged: Is it odd?}
"""


@pytest.fixture
def odd(tmp_path: Path) -> tuple[Path, Path]:
    """A dictionary and a checklist that have whatever the shipped ones have not."""
    (tmp_path / "d.yaml").write_text(ODD, encoding="utf-8")
    (tmp_path / "odd.yaml").write_text(OF_ODD, encoding="utf-8")
    return tmp_path / "d.yaml", tmp_path / "odd.yaml"


def test_an_odd_dictionary(tmp_path: Path, odd: tuple[Path, Path]) -> None:
    path = made(tmp_path / "t.xlsx", [str(odd[1])], (), odd[0])
    assert shape(path) == {
        "Cases": "CRN*, Start date, Risk, Hours, Kind, Band",
        "Answers": "CRN*, Given",
        "Judgements": "CRN*, Item*, Answer*, Audit*",
        "Accepted": "CRN*, Item*, Occurrence date, Reason*, Accepted by*, Until*",
    }
    cases = checks(path, "Cases")
    assert offered(path, cases["Risk"]) == ["low", "high", "Not known"]  # what is read as high, low and not known
    assert offered(path, cases["Kind"]) == ["A", "B, or C"]
    assert offered(path, cases["Band"]) == ["X1", "X2"] and cases["Band"].errorStyle == "warning"
    assert (cases["Hours"].type, cases["Hours"].formula1, cases["Hours"].formula2) == ("whole", "0", "300")
    assert cases["Start date"].formula1 == str((date(2020, 1, 1) - date(1899, 12, 30)).days)
    assert offered(path, checks(path, "Judgements")["Audit"]) == ["spring"]


@pytest.mark.parametrize("whose", ["shipped", "team", "odd"])
def test_whatever_is_offered_is_read(tmp_path: Path, odd: tuple[Path, Path], whose: str) -> None:
    asked = [str(odd[1])] if whose == "odd" else []
    dictionary = {"shipped": None, "team": TEAM, "odd": odd[0]}[whose]
    known = load_dictionary(dictionary)
    path = filled_in_all(made(tmp_path / "t.xlsx", asked, (), dictionary), template(asked, (), dictionary))
    with read_extract(path, known) as extract:
        assert extract.fault_rows() == []
        for name, columns in extract.columns_read.items():
            for column in (known.tables[name].columns[column] for column in columns):
                read = {value for (value,) in extract.con.execute(f'select "{column.name}" from "t_{name}"').fetchall()}
                assert column.values is None or read == set(column.values)


def test_a_value_is_spelt_as_it_is_read() -> None:
    column = load_dictionary().cases.columns["rosh"]
    assert [spelt(column, value) for value in column.values or ()] == ["Very high", "High", "Medium", "Low"]


# ── the first sheet ──────────────────────────────────────────────────────────────────────────────


def guide(path: Path) -> list[list[str]]:
    """The rows of the first sheet: their texts."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.title == GUIDE
    rows = ([str(cell) for cell in row if cell] for row in sheet.iter_rows(values_only=True))
    return [row for row in rows if row]


def between(rows: list[list[str]], first: str, last: str) -> list[list[str]]:
    starts = [row[0] for row in rows]
    begin = starts.index(first)
    return rows[begin + 1 : starts.index(last, begin) if last else None]


def test_every_column_is_explained(whole: Path) -> None:
    rows = between(guide(whole), "The columns", "What counts as what")
    told: dict[str, list[str]] = {}
    for row in rows:
        if len(row) == 1:
            told[row[0]] = []
        elif row[0] != "Heading":
            told[list(told)[-1]].append(row[0])
            assert len(row) == 5, row  # what it holds, a blank, whether it must be filled in, and the items
    assert told == {name: text.replace("*", "").split(", ") for name, text in shape(whole).items()}


def test_every_sheet_and_item_is_explained(whole: Path) -> None:
    rows = guide(whole)
    assert [row[0] for row in between(rows, "The sheets", "The columns")] == ["Sheet", *shape(whole)]
    questions = {row[0]: row[1:] for row in between(rows, "What is asked", "")[2:]}
    assert len(questions) == 69
    assert questions["DA1"] == ["Enquiry sent to the police"]
    assert questions["DA3"][1] == "Is the domestic abuse information received sufficient to assess the risk?"
    assert questions["DA4"][1] == "(The answer to DA3 counts here too.)"


def test_every_code_is_explained(whole: Path) -> None:
    told = " ".join(row[1] for row in between(guide(whole), "What counts as what", "What is asked") if len(row) > 1)
    said = set(re.findall("[A-Z0-9]+", told))
    for sheet in template().sheets:
        for column in sheet.columns:
            if column.others and column.heading != "Item":
                assert {code for code in column.choices if " " not in code} <= said, column.heading
    assert "AB NP" in told


#: What the first sheet says of a column: what it holds, what a blank means, whether it must be filled in, which items.
SAID = [
    ("Cases", "CRN", "Which case it is; together with Event number different on every row.", "–", "in every row", "all"),
    ("Cases", "End date", "Date: the last day of the case.", "It has not happened.", "where known", "all"),
    ("Cases", "RoSH", "One of: Very high (RVHR or V), High (RHRH or H), Medium (RMRH or M), Low (RLRH or L).", "Not known: “cannot tell” where it is needed.", "where known", "DA1, DA3–4"),
    ("Cases", "Practitioner code", "The code of who holds the case (no name).", "Nobody holds the case: it is unallocated.", "if you like", "none"),
    ("Contacts", "Event number", "As on the sheet Cases.", "It belongs to every case with the same CRN.", "where known", "all"),
    ("Contacts", "Type code", "Code, such as C369, C515, C204, SFGC, SFRR: see “What counts as what”.", "–", "in every row", "all"),
    ("Registrations", "Start date", "Date.", "–", "in every row", "all but DA2, SG2"),
    ("Judgements", "Answer", "What the reader found: yes is met, no is a gap. One of: Yes, No, Not applicable, Not assessed.", "–", "in every row", "DA3–4, SG3–4"),
    ("Accepted", "Occurrence date", "Date, which may lie ahead: where one gap of several is accepted, the day it is about (of the enquiry, not of its deadline).", "The gap of the item as a whole.", "where known", "all"),
]  # fmt: skip


@pytest.mark.parametrize("said", SAID, ids=[f"{sheet} {heading}" for sheet, heading, *_ in SAID])
def test_what_is_said_of_a_column(tmp_path: Path, said: tuple[str, ...]) -> None:
    sheet, heading, *_ = said
    row = list(said[1:])
    rows = between(guide(made(tmp_path / "t.xlsx", ["domestic-abuse", "safeguarding"])), "The columns", "")
    assert next(other for other in between(rows, sheet, "") if other[0] == heading) == row


#: What has to stand in a row so that it counts.
COUNTS = [
    ("Police enquiry sent", "Contacts where Type code is C369, dated by Contact date.", "DA1–2"),
    ("Domestic abuse indicated", "Yes where there is a row of Registrations where Type code is ADVP or REG30, and Start date is not after as at; else no.", "DA1, DA3–4, SG1, SG3–4"),
    ("Enforcement action", "Warning letter entered, warning letter coded, breach requested entered, breach requested coded, recall requested entered or recall requested coded. Several on one day are one.", "EN1, EN3–5"),
    ("Warning letter", "Warning letter entered or warning letter coded. Several on one day are one.", "EN1, EN3–5"),
    ("Warning letter entered", "Contacts where Type code is AWLS, AWLI, AWL2, AWLF or LCL, or (Enforcement code is WLS, EA02, EA03 or LCL, and Enforcement date is not recorded), dated by Contact date.", "EN1, EN3–5"),
    ("Warning letter coded", "Contacts where Enforcement code is WLS, EA02, EA03 or LCL, and Enforcement date is on or after Contact date and Enforcement date is on or before as at, dated by Enforcement date. Several on one day are one.", "EN1, EN3–5"),
    ("RAR delivered", "Contacts where RAR activity is yes and Attended is yes and (Complied is yes or Complied is not recorded) and (Main code (on Requirements, by Requirement id) is F or Main code (on Requirements, by NSI id) is F), dated by Contact date. Several on one day are one.", "RA1"),
    ("Held from", "The latest of Start date (on Cases) and first allocated on that has happened.", "CT2"),
]  # fmt: skip


@pytest.mark.parametrize("row", COUNTS, ids=[word for word, *_ in COUNTS])
def test_what_counts_as_what(whole: Path, row: tuple[str, ...]) -> None:
    assert list(row) in guide(whole)


def test_the_team_reads_its_own_words(tmp_path: Path) -> None:
    rows = guide(made(tmp_path / "t.xlsx", dictionary=TEAM))
    assert ["Police enquiry sent", "Every row of Cases, dated by DA check sent.", "DA1–2"] in rows
    assert ["DA check sent", "Date: police enquiry sent.", "It has not happened.", "where known", "DA1–2"] in rows
    assert rows[2][0] == "Beware" and "Tuesday 30 June 2026" in rows[2][1]


def test_the_first_sheet_is_no_nuisance(tmp_path: Path, whole: Path) -> None:
    book = openpyxl.load_workbook(filled(made(tmp_path / "t.xlsx", ["domestic-abuse"]), FIVE | {"Registrations": []}))
    book.create_sheet("Notes")["A1"] = "a sheet of one's own"
    book.save(tmp_path / "t.xlsx")
    done = auditcheck("inspect", "t.xlsx", cwd=tmp_path)
    assert done.returncode == 0
    assert "sheet Notes: no table of the dictionary" in " ".join(done.stdout.split())
    assert "fill this in" not in done.stdout


# ── the command ──────────────────────────────────────────────────────────────────────────────────


def test_what_is_said_and_written(tmp_path: Path) -> None:
    done = auditcheck("template", "--checklist", "rar", "--item", "ra2", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        " Written: auditcheck-template.xlsx, a workbook to fill in for 1 item of RAR\n started\n\n"
        "   How to fill this in   read this first\n"
        "   Cases                 11 columns, 3 of them in every row\n"
        "   Contacts              10 columns, 4 of them in every row\n"
        "   Requirements          6 columns, 4 of them in every row\n"
        "   Allocations           5 columns, 2 of them in every row\n"
        "   Referrals             5 columns, 3 of them in every row\n"
        "   Accepted              7 columns, 6 of them in every row\n\n"
        " Next\n"
        "   auditcheck run auditcheck-template.xlsx --checklist rar --item ra2\n"
        "     the audit, once it is filled in\n"
    )
    path = tmp_path / "auditcheck-template.xlsx"
    assert os.name == "nt" or S_IMODE(path.stat().st_mode) == 0o600
    assert ["auditcheck run auditcheck-template.xlsx --checklist rar --item ra2"] in guide(path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    done = auditcheck("run", path.name, "--checklist", "rar", "--item", "ra2", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "sheet Cases: No cases to audit: it holds headings and no rows.\n"


def test_a_dictionary_without_a_table_for_answers_is_told(tmp_path: Path) -> None:
    flat = TEAM.parents[1] / "first-sight" / "answered" / "caseload.dictionary.yaml"
    for item, warned in (("DA1", False), ("DA3", True)):
        found = template(["domestic-abuse"], [item], flat)
        assert any("no sheet for a reader's answers to DA3." in words for words in found.beware) is warned
        assert "judgements" not in [sheet.name.casefold() for sheet in found.sheets]


def test_the_next_command_has_the_dictionary(tmp_path: Path) -> None:
    done = auditcheck("template", "-o", str(tmp_path / "our june.xlsx"), "--dictionary", str(TEAM))
    said = " ".join(done.stdout.replace("\\\n", "").split())
    assert f" auditcheck run '{tmp_path}/our june.xlsx' --dictionary {TEAM} the audit" in said
    assert " ! The dictionary says that all was known on Tuesday 30 June 2026" in said
    typed = [row[0] for row in guide(tmp_path / "our june.xlsx") if row[0].startswith("auditcheck run")]
    assert typed == ["auditcheck run 'our june.xlsx' --dictionary team-june.dictionary.yaml"]  # and no folder of mine


# What is typed in a folder with old.xlsx, the exit code, and how standard error begins.
REFUSED = [
    ("-o old.xlsx", 5, "old.xlsx: exists. Give another name, or --force to overwrite it.\n"),
    ("-o link.xlsx --force", 5, "link.xlsx: is a link. Give the file itself, or another name.\n"),
    ("-o folder.xlsx --force", 5, "folder.xlsx: exists and is not a file. Give another name.\n"),
    ("-o none/new.xlsx", 5, "new.xlsx: its folder does not exist. Make it first, or give another.\n"),
    ("-o new.csv", 2, "-o “new.csv”: template writes .xlsx.\n"),
    ("--dictionary d.xlsx -o d.xlsx --force", 5, "d.xlsx: is, or would be, part of the extract. Write it elsewhere.\n"),
    ("--checklist rars", 2, "no checklist is called “rars”, and no such file exists. Did you mean “rar”?"),
    ("--checklist rar --item RA9", 2, "no item is called “RA9”. Did you mean “RA2”? There are RA1 and RA2.\n"),
    ("--dictionary none.yaml", 4, "none.yaml: cannot be read. Check the path and that you may open it.\n"),
    ("rar", 2, "auditcheck template takes"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "code", "said"), REFUSED, ids=[typed for typed, _, _ in REFUSED])
def test_refusals(tmp_path: Path, typed: str, code: int, said: str) -> None:
    (tmp_path / "old.xlsx").write_text("old", encoding="utf-8")
    (tmp_path / "d.xlsx").write_text("dictionary: d\n", encoding="utf-8")
    (tmp_path / "link.xlsx").symlink_to("old.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    done = auditcheck("template", *typed.split(), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(said)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()} == before


def test_force_overwrites(tmp_path: Path) -> None:
    (tmp_path / "old.xlsx").write_text("old", encoding="utf-8")
    assert auditcheck("template", "-o", "old.xlsx", "--checklist", "rar", "--force", cwd=tmp_path).returncode == 0
    assert shape(tmp_path / "old.xlsx")


def test_the_same_bytes(tmp_path: Path, whole: Path) -> None:
    again = made(tmp_path / "t.xlsx")
    assert again.read_bytes() == whole.read_bytes()
    with zipfile.ZipFile(again) as archive:  # no clock is in it
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2026-01-01T00:00:00Z") == 2


def test_paper_and_panes(whole: Path) -> None:
    for sheet in openpyxl.load_workbook(whole).worksheets:
        if sheet.sheet_state == "visible":
            assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
            assert sheet.sheet_properties.pageSetUpPr.fitToPage  # one page wide, and as many as it takes
            assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        if sheet.title not in (GUIDE, LISTS):
            assert sheet.freeze_panes == "B2"
            assert sheet.auto_filter.ref.startswith("A1:")
            for heading, column in zip(headings(sheet), columns(sheet), strict=True):
                assert max(map(len, heading.split())) + 4 < column.width < 50


def test_no_formula_and_no_link_to_anywhere(whole: Path) -> None:
    for sheet in openpyxl.load_workbook(whole).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n") and (cell.data_type == "s" or cell.value is None)
                assert cell.hyperlink is None or cell.hyperlink.target is None


# A dictionary with a table that no sheet can be named after, and what is said.
UNNAMED = [
    ("history", "the table “history” has no name that a sheet can have"),
    ("a_table_of_which_the_name_is_far_too_long", "the table “a_table_of_which_the_name_is_far_too_long” has no name"),
    ("how_to_fill_this_in", f"a table is called “{GUIDE}”"),
]


@pytest.mark.parametrize(("name", "said"), UNNAMED)
def test_tables_that_no_sheet_can_be_named_after(tmp_path: Path, odd: tuple[Path, Path], name: str, said: str) -> None:
    text = ODD.replace("answers_of_readers_with_a_very_long_name", name).replace("    headings: [Answers]\n", "")
    odd[0].write_text(text, encoding="utf-8")
    with pytest.raises(ChecklistStop) as stop:
        template([str(odd[1])], (), odd[0])
    assert stop.value.lines[0].startswith(said)


def test_a_dictionary_of_another_shape(tmp_path: Path) -> None:
    """Two keys, a person's rows, a table found by a look-up alone: the empty workbook is read to its end."""
    (tmp_path / "d.yaml").write_text(DICTIONARY, encoding="utf-8")
    item = OF_ODD[: OF_ODD.index("    relevant_if")] + "    met_if: {some: seen, by: 4 weeks after start_date}\n"
    (tmp_path / "c.yaml").write_text(item, encoding="utf-8")
    path = made(tmp_path / "t.xlsx", [str(tmp_path / "c.yaml")], (), tmp_path / "d.yaml")
    assert shape(path) == {
        "Cases": "CRN*, Event number*, Start date*, End date, Team, Team name",
        "Contacts": "CRN*, Event number, Contact date, Type",
        "Accepted": "CRN*, Event number*, Item*, Occurrence date, Reason*, Accepted by*, Until*",
    }
    with pytest.raises(ExtractStop, match="No cases to audit"):
        read_extract(path, names())
