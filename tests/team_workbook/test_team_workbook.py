"""The team's own workbook against its hand list: every state of every case on the five checklists it is for.

`expected_states.csv` was worked out from the cells of the sheets in a way of its own, never by running auditcheck, and
names for each state the cell that decides. `alterations.csv` shows that the list bites.
"""

from __future__ import annotations

import csv
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from auditcheck.audit import Selection, audit
from auditcheck.inspecting import inspect
from auditcheck.states import State

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "examples" / "team-workbook"
WORKBOOK = FOLDER / "team-june.xlsx"
DICTIONARY = FOLDER / "team-june.dictionary.yaml"
CHECKLISTS = ("domestic-abuse", "safeguarding", "rar", "enforcement", "oversight")

#: Case and item to state and the day beside it.
States = dict[tuple[str, str], tuple[State, date | None]]


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


EXPECTED = read("expected_states.csv")
ALTERATIONS = read("alterations.csv")
BY_HAND: States = {
    (row["case"], row["item"]): (State(row["state"]), date.fromisoformat(row["due"]) if row["due"] else None)
    for row in EXPECTED
}


def states_of(path: Path) -> States:
    """The states of the items that the hand list is for."""
    with audit(path) as finished:
        wanted = {item.id for item in finished.items if item.checklist in CHECKLISTS}
        return {(case, item): (state, due) for case, item, state, due in finished.states() if item in wanted}


def opened() -> Any:
    return openpyxl.load_workbook(WORKBOOK)


def saved(workbook: Any, folder: Path) -> Path:
    """A copy of the workbook with its dictionary beside it."""
    shutil.copy(DICTIONARY, folder)
    workbook.save(folder / WORKBOOK.name)
    return folder / WORKBOOK.name


@pytest.fixture(scope="module")
def found() -> States:
    return states_of(WORKBOOK)


def test_hand_list_is_whole() -> None:
    workbook = opened()
    cases = {workbook["Caseload"].cell(row, 1).value for row in range(3, workbook["Caseload"].max_row + 1)}
    items = {item for _, item in BY_HAND}
    assert len(cases) == 62
    assert len(items) == 18
    assert len(EXPECTED) == len(BY_HAND) == len(cases) * len(items)
    assert {state for state, _ in BY_HAND.values()} == set(State)
    for row in EXPECTED:  # the cell that decides is one of this case
        sheet, _, cell = row["cell"].partition("!")
        assert workbook[sheet][f"A{workbook[sheet][cell].row}"].value == row["case"], row


def test_every_state_is_the_one_worked_out_by_hand(found: States) -> None:
    assert found.keys() == BY_HAND.keys()
    cells = {(row["case"], row["item"]): f"{row['cell']}: {row['reason']}" for row in EXPECTED}
    wrong = [
        f"{case} {item}: by hand {state} ({cells[case, item]}), found {found[case, item][0]}"
        for (case, item), (state, _) in BY_HAND.items()
        if found[case, item][0] is not state
    ]
    assert not wrong, "\n".join(wrong)


def test_every_due_date_is_the_one_worked_out_by_hand(found: States) -> None:
    dated = (State.GAP, State.LATE, State.NOT_YET_DUE, State.MET)
    wrong = [
        f"{case} {item}: by hand {due}, found {found[case, item][1]}"
        for (case, item), (state, due) in BY_HAND.items()
        if state in dated and found[case, item][1] != due
    ]
    assert not wrong, "\n".join(wrong)


def rounds() -> list[list[dict[str, str]]]:
    """The alterations in as few workbooks as may be: cases do not touch one another."""
    found: list[list[dict[str, str]]] = []
    for row in ALTERATIONS:
        for together in found:
            if row["case"] not in {other["case"] for other in together}:
                together.append(row)
                break
        else:
            found.append([row])
    return found


@pytest.mark.parametrize("together", rounds(), ids=lambda rows: f"{len(rows)} cells")
def test_altering_a_deciding_cell_changes_the_state(
    tmp_path: Path, found: States, together: list[dict[str, str]]
) -> None:
    workbook = opened()
    for row in together:
        value = row["value"]
        cell = workbook[row["sheet"]][row["cell"]]
        new = None if value == "" else datetime.fromisoformat(value) if value[:2] == "20" else value
        assert cell.value != new
        cell.value = new
    states = states_of(saved(workbook, tmp_path))
    for row in together:
        assert BY_HAND[row["case"], row["item"]][0] is State(row["before"])
        assert states[row["case"], row["item"]][0] is State(row["after"]), row
    altered = {row["case"] for row in together}
    assert all(states[key] == found[key] for key in found if key[0] not in altered)


def test_a_date_typed_as_text_is_the_same_day(tmp_path: Path, found: States) -> None:
    workbook, typed = opened(), 0
    for sheet in workbook:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str) and len(cell.value) == 10 and cell.value[2] + cell.value[5] == "//":
                    day, month, year = map(int, cell.value.split("/"))
                    if (day, month) != (31, 6):
                        cell.value, typed = datetime(year, month, day), typed + 1
    assert typed == 11
    assert states_of(saved(workbook, tmp_path)) == found


def test_hidden_and_filtered_rows_are_cases_too(tmp_path: Path, found: States) -> None:
    workbook = opened()
    for row in range(5, 40):
        workbook["Caseload"].row_dimensions[row].hidden = True
    assert states_of(saved(workbook, tmp_path)) == found


def test_an_end_column_that_comes_later_is_read(tmp_path: Path) -> None:
    # X100421 has a gap of 2025; had it ended before that was due, it would be left out
    workbook = opened()
    sheet = workbook["Caseload"]
    sheet.cell(2, sheet.max_column + 1).value = "Ended"
    row = next(row for row in range(3, sheet.max_row + 1) if sheet.cell(row, 1).value == "X100421")
    sheet.cell(row, sheet.max_column).value = datetime(2025, 9, 15)
    assert BY_HAND["X100421", "DA2"][0] is State.GAP
    assert states_of(saved(workbook, tmp_path))["X100421", "DA2"][0] is State.LEFT_OUT


def test_what_is_wrong_stands_there_on_purpose() -> None:
    found = inspect(WORKBOOK)
    assert {(fault.source, fault.row, fault.column) for fault in found.faults} == {
        ("sheet Caseload", 7, "DA check back"),
        ("sheet Caseload", 12, "RoSH"),
        ("sheet Caseload", 34, "RAR ordered (Y/N)"),
        ("sheet Oversight", 76, "Date"),
    }
    assert sum(source.other_cases for source in found.about.sources) == 4
    assert found.about.warnings == ("cases has no column for end_date: read as blank, as the dictionary says",)
    assert [table.shown for table in found.tables if not table.table] == ["sheet Key"]


def looked(case: str, item: str) -> tuple[str, ...]:
    with audit(WORKBOOK, selection=Selection(items=(item,))) as finished:
        (found,) = finished.explain(case)
    return next(step.lines for step in found.steps if step.label == "Looked")


def test_explain_names_the_column_that_was_looked_at() -> None:
    assert looked("X100421", "DA2") == ("“DA check sent” of cases: 1", "“DA check back” of cases: none")
    assert looked("X100610", "MO1") == (
        "“Date allocated” of cases: 1",
        "oversight oversight, high risk review: none, and 1 that cannot be told",
    )


def test_what_cannot_be_asked_is_said() -> None:
    # the sheet keeps the date of the first RAR day, not how many there were
    with audit(WORKBOOK) as finished:
        about = finished.about()
    assert [one.items for one in about.not_asked if one.title == "RAR started"] == [(("RA2", ("rar_days_delivered",)),)]
    assert not {one.title for one in about.not_asked} & {"Domestic abuse enquiries", "Enforcement taken"}


def test_it_looks_like_a_sheet_that_is_in_use() -> None:
    workbook = opened()
    sheet = workbook["Caseload"]
    assert sheet.freeze_panes == "D3"
    assert sheet.auto_filter.ref == f"A2:W{sheet.max_row}"
    assert sheet.column_dimensions["B"].hidden
    assert isinstance(sheet["G3"].value, datetime)
    assert workbook.sheetnames == ["Caseload", "Absences", "Oversight", "Dip sample", "Key"]
