"""What stands below the cases of a sheet: a legend, notes, a case that nobody finished writing.

Team spreadsheets explain their colours there. Such rows are no cases; but a case that is lost is worse than a
legend that is counted, so a run says in its own header which rows it did not read, and stops where it is a case's.
"""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditcheck.extract import read_extract
from auditcheck.problems import ExtractStop
from tests.extract_files import message, names, workbook

HEADS = "CRN,Event number,Start date,End date,Team,Hours"
CASES = "X1,1,2025-01-06,,A,40\nX2,1,2025-01-07,,A,\nX3,1,2025-01-08,,B,"  # rows 2 to 4
TWO_KEYS = """
dictionary: team
cases:
  headings: [Caseload]
  key: [crn, event_number]
  start: start_date
  end: end_date
  group_by: {team: {code: team}}
  columns:
    crn: {type: text, required: yes, headings: [CRN]}
    event_number: {type: text, headings: [Event number]}
    start_date: {type: date, required: yes}
    end_date: {type: date, blank: not happened}
    team: {type: code}
    hours: {type: number}
"""
ONE_KEY = TWO_KEYS.replace("[crn, event_number]", "[crn]")

BLANK = "-"  # a row with nothing in it
NO_REFERENCE, ALONE = (
    "below the last case, without a case reference; not read",
    "below the last case, with neither a date nor whose it is; not read",
)
TOTAL = "below the last case, with a total in the place of a reference; not read"
SUBTOTAL = "between cases, with a total in the place of a reference; not read"
STOP = "has no case reference"

# What stands there, in rows 5 and on: one cell for each of HEADS (fewer: the others are blank). Then how many
# cases there are, and which rows were not read, by the rule; or, where the run stops, which row it names.
UNDER_TWO_KEYS: list[tuple[str, list[str], int, dict[str, list[int]] | int]] = [
    ("a legend", [BLANK, "Red,,,,", "Amber,,,,"], 3, {NO_REFERENCE: [6, 7]}),
    ("a legend in the second column", [BLANK, ",Red = overdue"], 3, {NO_REFERENCE: [6]}),
    ("a legend of two cells", [BLANK, "Red,overdue", "Green,done"], 3, {ALONE: [6, 7]}),
    ("a legend with a title", [BLANK, "Colours", "Red,overdue"], 3, {NO_REFERENCE: [6], ALONE: [7]}),
    ("a legend under another column", [BLANK, ",,,,,Red = overdue"], 3, {NO_REFERENCE: [6]}),
    ("notes where dates and teams stand", [BLANK, ",,see the duty list,,A note"], 3, {NO_REFERENCE: [6]}),
    ("two blank rows, and one between", [BLANK, BLANK, "Red", BLANK, "Amber"], 3, {NO_REFERENCE: [7, 9]}),
    ("blank rows alone", [BLANK, BLANK], 3, {}),
    ("a case below a blank row", [BLANK, "X4,1,2025-01-09,,B"], 4, {}),
    ("a case, then a legend", [BLANK, "X4,1,2025-01-09,,B", BLANK, "Red"], 4, {NO_REFERENCE: [8]}),
    ("a case whose start cannot be read", [BLANK, "X4,1,soon,,"], 4, {}),
    ("a case of which only the team is known", [BLANK, "X4,1,,,B"], 4, {}),
    ("a case that has ended", [BLANK, "X4,1,,2025-02-01,"], 4, {}),
    ("a case with nothing but its reference", [BLANK, "X4,1"], 3, {ALONE: [6]}),
    ("the same without a blank row", ["X4,1"], 4, {}),
    ("no blank row", ["Red"], 3, 5),
    ("a legend begun too early", ["Red", BLANK, "Amber"], 3, 5),
    ("a legend between cases", [BLANK, "Red", BLANK, "X4,1,2025-01-09,,B"], 3, 6),
    ("a start and no reference", [BLANK, ",,2025-01-09,,B"], 3, 6),
    ("half a reference and a start", [BLANK, "X4,,2025-01-09,,B"], 3, 6),
    ("a total", ["Total,,,,,40"], 3, {TOTAL: [5]}),
    ("a count of the references", ["3,,,,,40"], 3, {TOTAL: [5]}),
    ("a count under both", ["3,3"], 3, {TOTAL: [5]}),
    ("a total, then a legend", ["Total,,,,,40", BLANK, "Red"], 3, {TOTAL: [5], NO_REFERENCE: [7]}),
    ("a total with a start", ["Total,1,2025-01-09"], 4, {}),
    ("a subtotal between cases", ["Subtotal,,,,,40", "X4,1,2025-01-09,,B"], 4, {SUBTOTAL: [5]}),
    ("a subtotal that counts", ["Subtotal,3", "X4,1,2025-01-09,,B"], 4, {SUBTOTAL: [5]}),
    ("a subtotal with an event of its own", ["Subtotal,1a", "X4,1,2025-01-09,,B"], 5, {}),
    ("a number that is no count", ["4,,,,,40"], 3, 5),
]  # fmt: skip

# The same where CRN alone is the reference.
UNDER_ONE_KEY: list[tuple[str, list[str], int, dict[str, list[int]] | int]] = [
    ("a legend where references stand", [BLANK, "Red = overdue", "Amber = due soon"], 3, {ALONE: [6, 7]}),
    ("a legend of two cells, one of no column in use", [BLANK, "Red,overdue"], 3, {ALONE: [6]}),
    ("a legend beside them", [BLANK, ",Red = overdue"], 3, {NO_REFERENCE: [6]}),
    ("a legend under hours", [BLANK, "Red,,,,,7"], 3, {ALONE: [6]}),
    ("a legend under teams", [BLANK, "Red,,,,overdue"], 4, {}),  # cannot be told from a case: its start is a fault
    ("a legend without a blank row", ["Red = overdue"], 4, {}),
    ("a case", [BLANK, "X4,,2025-01-09"], 4, {}),
    ("a total in words", ["Total,,,,,40"], 3, {TOTAL: [5]}),
    ("a grand total", ["Grand total:"], 3, {TOTAL: [5]}),
    ("a total with its number", ["Total: 3"], 3, {TOTAL: [5]}),
    ("cases counted", ["3 cases"], 3, {TOTAL: [5]}),
    ("a count of the references", ["3,,,,,40"], 3, {TOTAL: [5]}),
    ("the sum of references that are texts", ["0,,,,,40"], 3, {TOTAL: [5]}),
    ("a count and a sum", ["3,,,,,40", "0"], 3, {TOTAL: [5, 6]}),
    ("a count below a blank row", [BLANK, "3"], 3, {TOTAL: [6]}),
    ("a number that is no count", ["4,,,,,40"], 4, {}),
    ("a count in a team", ["3,,,,B"], 4, {}),
    ("a count with a start", ["3,,2025-01-09"], 4, {}),
    ("a total between cases", ["Total", "X4,,2025-01-09"], 4, {SUBTOTAL: [5]}),
    ("a subtotal between cases", ["Subtotal,,,,,40", BLANK, "X4,,2025-01-09"], 4, {SUBTOTAL: [5]}),
    ("subtotals and a total", ["Sub-total", "X4,,2025-01-09", "Subtotal", "Total"], 4, {SUBTOTAL: [5], TOTAL: [7, 8]}),
    ("a subtotal, then a legend", ["Subtotal", "X4,,2025-01-09", BLANK, "Red"], 4, {SUBTOTAL: [5], ALONE: [8]}),
    ("a subtotal of somebody's", ["Subtotal,,,,B", "X4,,2025-01-09"], 5, {}),
    ("a subtotal with a start", ["Subtotal,,2025-01-08", "X4,,2025-01-09"], 5, {}),
    ("a subtotal whose start cannot be read", ["Subtotal,,soon", "X4,,2025-01-09"], 5, {}),
    ("a number between cases", ["3", "X4,,2025-01-09"], 5, {}),
    ("a reference between cases", ["X9", "X4,,2025-01-09"], 5, {}),
    ("a count among references that are numbers", ["7,,2025-01-09", "4"], 5, {}),
]


def write(path: Path, below: list[str]) -> Path:
    lines = [",".join((row if row != BLANK else "").split(",")[:6]) for row in below]
    rows = list(csv.reader([HEADS, *CASES.split("\n"), *lines]))
    rows = [(row + [""] * 6)[:6] for row in rows]
    if path.suffix == ".xlsx":
        return workbook(path, {"Caseload": [[cell or None for cell in row] for row in rows]})
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("file", ["team.csv", "team.xlsx"])
@pytest.mark.parametrize(
    ("dictionary", "below", "cases", "expected"),
    [(TWO_KEYS, *row[1:]) for row in UNDER_TWO_KEYS] + [(ONE_KEY, *row[1:]) for row in UNDER_ONE_KEY],
    ids=[row[0] for row in UNDER_TWO_KEYS] + [f"CRN alone: {row[0]}" for row in UNDER_ONE_KEY],
)
def test_what_is_no_case(
    dictionary: str, below: list[str], cases: int, expected: dict[str, list[int]] | int, file: str, tmp_path: Path
) -> None:
    path = write(tmp_path / file, below)
    in_use = {"cases": ["start_date"]}  # whatever is asked, the cases are the same
    for wanted in (None, in_use):
        if isinstance(expected, int):
            with pytest.raises(ExtractStop) as stopped:
                read_extract(path, names(dictionary), wanted=wanted)
            assert f"row {expected} {STOP}" in message(stopped.value)
            continue
        with read_extract(path, names(dictionary), wanted=wanted) as extract:
            (source,) = extract.sources
            told = sum(map(len, expected.values()))
            assert (source.kept, source.refused) == (cases, told)
            assert source.rows_read == cases + told
            assert extract.rows_below() == expected
            assert extract.faults.get("row of totals", 0) == len(expected.get(SUBTOTAL, []))
            assert sum(extract.faults.get(kind, 0) for kind in ("row below the cases", "row of totals")) == told


def test_a_number_that_may_be_a_total_is_a_case_and_that_is_said(tmp_path: Path) -> None:
    said = (
        "team.csv: row 5 with nothing but a number where references stand, read as a case: if it is a total, leave a "
        "blank row above it"
    )
    for below, expected in (
        (["4,,,,,40"], [said]),
        (["3"], []),
        (["X4"], []),
        (["4,,2025-01-09"], []),
        ([BLANK, "9"], []),
    ):
        with read_extract(write(tmp_path / "team.csv", below), names(ONE_KEY)) as extract:
            assert extract.warnings == expected, below


def test_a_row_of_commas_or_spaces_is_blank(tmp_path: Path) -> None:
    for number, line in enumerate(("", ",,,,,", '"","","","","",""', " , ,,\t,,", "\u00a0,\u00a0 ,,,,")):
        path = tmp_path / f"{number}.csv"
        path.write_text(f"{HEADS}\n{CASES}\n{line}\nRed,,,,,\n", encoding="utf-8")
        with read_extract(path, names(TWO_KEYS)) as extract:
            assert extract.rows_below() == {NO_REFERENCE: [6]}, repr(line)


def test_an_error_value_is_something_there(tmp_path: Path) -> None:
    """The formula of a start, dragged down too far, leaves no case; where the reference is whole it does."""
    path = workbook(
        tmp_path / "team.xlsx",
        {
            "Caseload": [
                HEADS.split(","),
                ["X1", "1", "2025-01-06"],
                [None],
                ["X2", "1", "#N/A"],
                [None],
                ["Red", None, "#N/A"],
            ]
        },
    )
    with read_extract(path, names(TWO_KEYS)) as extract:
        assert (extract.sources[0].kept, extract.rows_below()) == (2, {NO_REFERENCE: [6]})
        assert [(fault.kind, fault.row) for fault in extract.fault_rows()] == [
            ("unreadable cell", 4),
            ("row below the cases", 6),
        ]


def test_where_no_start_was_supplied_a_reference_is_a_case(tmp_path: Path) -> None:
    dictionary = ONE_KEY.replace("start_date: {type: date, required: yes}", "start_date: {type: date}")
    path = tmp_path / "team.csv"
    path.write_text("CRN,End date\nX1,2025-02-01\n\nX2,\nX3,\n", encoding="utf-8")
    with read_extract(path, names(dictionary)) as extract:
        assert (extract.sources[0].kept, extract.rows_below()) == (3, {})


# ── through the real command ─────────────────────────────────────────────────────────────────────

CHECKLIST = """
checklist: team
title: Team
version: "1"
items:
  - {id: T1, title: Hours known, severity: high, source: none, to_fix: Ask., met_if: {case: {hours: {recorded: yes}}}}
"""


def auditcheck(command: str, path: Path, below: list[str], *more: str, one_key: bool = False) -> tuple[int, str, str]:
    write(path, below)
    (path.parent / "team.dictionary.yaml").write_text(ONE_KEY if one_key else TWO_KEYS, encoding="utf-8")
    (path.parent / "team.yaml").write_text(CHECKLIST, encoding="utf-8")
    typed = [sys.executable, "-m", "auditcheck", command, str(path), *more]
    done = subprocess.run(
        typed, capture_output=True, encoding="utf-8", timeout=60, env={**os.environ, "COLUMNS": "200"}
    )
    return done.returncode, " ".join(done.stdout.split()), done.stderr


LEGEND = [BLANK, "Colours", "Red,,,,", "Amber", "Green,,,,,", ",,done"]
# The file, what stands below, is CRN alone the reference, and what the header says of it.
TOLD = [
    ("team.csv", LEGEND, False, "team.csv: rows 6–10 stand below the last case and hold no case reference; they were not read as cases"),
    ("team.xlsx", LEGEND, False, "team.xlsx, sheet Caseload: rows 6–10 stand below the last case and hold no case reference; they were not read as cases"),
    ("team.csv", [BLANK, "Red"], False, "team.csv: row 6 stands below the last case and holds no case reference; it was not read as a case"),
    ("team.csv", [BLANK, "Red", "Amber"], True, "team.csv: rows 6, 7 stand below the last case and say neither a date nor whose they are; they were not read as cases"),
    ("team.csv", ["Total,,,,,40"], True, "team.csv: row 5 stands below the last case and holds a total where references stand; it was not read as a case"),
    ("team.csv", ["Subtotal,,,,,40", "X4,1,2025-01-09,,B"], True, "team.csv: row 5 stands between cases and holds a total where references stand; it was not read as a case"),
    ("team.xlsx", [BLANK, "X4"], True, "team.xlsx, sheet Caseload: row 6 stands below the last case and says neither a date nor whose it is; it was not read as a case"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "below", "one_key", "said"), TOLD)
def test_a_run_says_so_in_its_header(file: str, below: list[str], one_key: bool, said: str, tmp_path: Path) -> None:
    code, out, err = auditcheck(
        "run", tmp_path / file, below, "--checklist", str(tmp_path / "team.yaml"), one_key=one_key
    )
    header, _, rest = out.partition("Hours known")
    cases = [row for row in below if "2025" in row]
    read, used = len(below) - below.count(BLANK) - len(cases), 3 + len(cases)
    assert (code, err) == (0, "")
    assert f"{used + read} rows read = {used} used + {read} refused" in header
    what = "of totals" if cases else "below the cases"
    assert f"{read} {'row' if read == 1 else 'rows'} {what}" in header
    assert f"! {said}" in header
    assert f"1 of {used}" in rest  # X1's hours alone are known


@pytest.mark.parametrize("file", ["team.csv", "team.xlsx"])
def test_inspect_lists_the_rows(file: str, tmp_path: Path) -> None:
    code, out, err = auditcheck("inspect", tmp_path / file, LEGEND, "--fail-on", "fault")
    assert (code, err) == (1, "")
    assert f"CRN: 5 rows below the cases rule: {NO_REFERENCE} rows 6–10" in out
    assert (
        f" {file}{', sheet Caseload' if file == 'team.xlsx' else ''}: rows 6–10 stand below" in out
    )  # as it is called
    assert "Red" not in out and "Colours" not in out
    assert "rows read used refused" in out and " 8 3 5" in out


def test_a_row_that_may_be_a_case_stops_the_run(tmp_path: Path) -> None:
    checklist = ["--checklist", str(tmp_path / "team.yaml")]
    code, out, err = auditcheck("run", tmp_path / "team.xlsx", [BLANK, ",,2025-01-09,,B"], *checklist)
    said = "sheet Caseload: row 6 has no case reference (“CRN”, “Event number”). Fill it in, or take the row out.\n"
    assert (code, out, err) == (3, "", said)
