"""The shipped example against its hand list: every state of every case, and the report's figures.

`expected_states.csv` was worked out from the tables by the checklists' words, never by running auditcheck. `alterations.csv`
shows that the list bites: change one deciding record, and the state changes with it.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pytest

from auditcheck.audit import Selection, audit
from auditcheck.checklist import load_checklists
from auditcheck.dictionary import load_dictionary
from auditcheck.shipped import shipped_checklists
from auditcheck.states import IN_THE_RATE, State

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "examples" / "brighton-east-sussex"

#: Case and item to state and due date.
States = dict[tuple[str, str], tuple[State, date | None]]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


EXPECTED = read(HERE / "expected_states.csv")
FIGURES = read(HERE / "figures.csv")
ALTERATIONS = read(HERE / "alterations.csv")
SHIPPED = load_checklists(shipped_checklists().values(), load_dictionary())


def states_of(folder: Path, *items: str) -> States:
    """Every state; with `items`, only those of these items."""
    with audit(folder, selection=Selection(items=items)) as finished:
        listed = finished.states()
    states: States = {(case, item): (state, due) for case, item, state, due in listed}
    assert len(states) == len(listed), "a case has two states for one item"
    return states


def counts(states: Iterable[State]) -> tuple[int, int, int]:
    """Relevant, met, and gap or late, as the report counts."""
    in_rate = [state for state in states if state in IN_THE_RATE]
    met = in_rate.count(State.MET)
    return len(in_rate), met, len(in_rate) - met


def figures_of(states: Mapping[tuple[str, str], State]) -> dict[str, tuple[int, int, int]]:
    return {row["id"]: counts(s for (_, item), s in states.items() if item == row["item"]) for row in FIGURES}


ITEM_OF = {row["id"]: row["item"] for row in FIGURES}
PUBLISHED = {row["id"]: (int(row["relevant"]), int(row["met"]), int(row["gap"])) for row in FIGURES}
BY_HAND = {(row["case"], row["item"]): State(row["state"]) for row in EXPECTED}

#: Where the hand list gives the day that stands beside the state. A state that a reader's answer
#: decides has none; that of a state out of the rate is for the reader of the list only.
DUE = {
    (row["case"], row["item"]): date.fromisoformat(row["due"]) if row["due"] else None
    for row in EXPECTED
    if row["state"] in ("late", "gap", "not yet due") or (row["state"] == "met" and row["due"])
}


@pytest.fixture(scope="module")
def found() -> States:
    return states_of(EXAMPLE)


def test_hand_list_is_whole() -> None:
    cases = {f"{row['CRN']}/{row['Event number']}" for row in read(EXAMPLE / "cases.csv")}
    items = {item for _, item in BY_HAND}
    assert len(cases) == 40
    assert items == {item.id for checklist in SHIPPED for item in checklist.items}
    assert len(EXPECTED) == len(BY_HAND) == len(cases) * len(items)
    assert set(BY_HAND.values()) == set(State)
    assert all(row["reason"] for row in EXPECTED)


def test_hand_list_gives_the_reports_figures() -> None:
    assert figures_of(BY_HAND) == PUBLISHED


def test_every_state_is_the_one_worked_out_by_hand(found: States) -> None:
    assert found.keys() == BY_HAND.keys()
    reasons = {(row["case"], row["item"]): row["reason"] for row in EXPECTED}
    wrong = [
        f"{case} {item}: by hand {state} ({reasons[case, item]}), found {found[case, item][0]}"
        for (case, item), state in BY_HAND.items()
        if found[case, item][0] is not state
    ]
    assert not wrong, "\n".join(wrong)


def test_every_due_date_is_the_one_worked_out_by_hand(found: States) -> None:
    wrong = [
        f"{case} {item}: by hand {due}, found {found[case, item][1]}"
        for (case, item), due in DUE.items()
        if found[case, item][1] != due
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row['id']}-{row['item']}")
def test_the_reports_figure(found: States, row: dict[str, str]) -> None:
    states = {key: state for key, (state, _) in found.items()}
    assert figures_of(states)[row["id"]] == PUBLISHED[row["id"]]


def test_alterations_reach_everything() -> None:
    assert {row["case"] for row in ALTERATIONS} == {case for case, _ in BY_HAND}
    assert {row["figure"] for row in ALTERATIONS} - {""} == set(PUBLISHED)
    assert {State(row["before"]) for row in ALTERATIONS} == set(State)
    assert {State(row["after"]) for row in ALTERATIONS} == set(State)


def alter(folder: Path, row: Mapping[str, str]) -> None:
    """Deletes the row that `find` names, or sets one cell of it."""
    path = folder / f"{row['table']}.csv"
    rows = read(path)
    cells = dict(pair.split("=", 1) for pair in row["find"].split(";"))
    hits = [r for r in rows if all(r[column] == value for column, value in cells.items())]
    assert len(hits) == 1, f"“{row['find']}” names {len(hits)} rows of {row['table']}"
    columns = list(rows[0])
    if row["change"] == "delete":
        rows.remove(hits[0])
    else:
        assert hits[0][row["column"]] != row["value"]
        hits[0][row["column"]] = row["value"]
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("row", ALTERATIONS, ids=lambda row: f"{row['case']}-{row['item']}-{row['after']}")
def test_altering_a_deciding_record_changes_the_state(tmp_path: Path, row: dict[str, str]) -> None:
    key = row["case"], row["item"]
    before, after = State(row["before"]), State(row["after"])
    assert BY_HAND[key] is before is not after

    folder = tmp_path / EXAMPLE.name
    shutil.copytree(EXAMPLE, folder)
    alter(folder, row)
    asked = dict.fromkeys(filter(None, (row["item"], ITEM_OF.get(row["figure"]))))
    states = {k: state for k, (state, _) in states_of(folder, *asked).items()}

    assert states[key] is after
    if row["figure"]:
        assert figures_of(states)[row["figure"]] != PUBLISHED[row["figure"]]


def test_gaps_of_the_record_and_readers_no_are_told_apart_as_by_hand() -> None:
    """A gap is a reader's where the hand list names the answer no and nothing that the record lacks besides."""
    gaps = [row for row in EXPECTED if row["state"] == "gap"]
    by_reader = [row for row in gaps if "judged: reader" in row["reason"] and "no action after it" not in row["reason"]]
    in_record = [row for row in gaps if row not in by_reader]
    with audit(EXAMPLE) as finished:
        result, listed = finished.result(), finished.gap_list()
    with audit(EXAMPLE, selection=Selection(items=("OU1", "OU2"))) as finished:
        only_read = finished.result()
    assert (len(in_record), len(by_reader)) == (248, 679)
    assert (result.overall.gaps_in_record, result.overall.answered_no) == (248, 679)
    assert {(f.case.ref, f.item.id) for f in (*listed.gaps, *listed.ended) if f.answered_no} == {
        (row["case"], row["item"]) for row in by_reader
    }
    assert result.overall.cases_with_gap_in_record == len({row["case"] for row in in_record}) == 37
    for groups in (result.teams, result.practitioners):
        assert sum(group.answered_no for group in groups) == 679
        assert sum(group.cases_with_gap_in_record for group in groups) == 37
    ended = {f"{row['CRN']}/{row['Event number']}" for row in read(EXAMPLE / "cases.csv") if row["End date"]}
    high = {item.id for checklist in SHIPPED for item in checklist.items if item.severity == "high"}
    urgent = sorted(
        (row["due"], row["case"], row["item"])
        for row in in_record
        if row["item"] in high and row["due"] and not {row["case"], f"{row['case']}/1"} & ended
    )
    by_case = {case: (due, case, item) for due, case, item in reversed(urgent)}
    first = [(str(finding.due), finding.case.ref, finding.item.id) for finding in result.first]
    assert first == sorted(by_case.values())[:3]
    assert not any(finding.answered_no for finding in result.first)
    assert (only_read.overall.gaps_in_record, only_read.overall.answered_no) == (0, 33 + 34)
    assert [finding.answered_no for finding in only_read.first] == [True, True, True]


def test_explain_names_the_rows_that_a_count_rests_on() -> None:
    """Failed to attend on 9 and 30 June (contacts.csv rows 433 and 595, by hand); it can no longer be put right."""
    with audit(EXAMPLE, selection=Selection(items=("OU4",))) as finished:
        (why,) = finished.explain("X441960")
    steps = {step.label: step.lines for step in why.steps}
    assert steps["Found"] == ("Failures since start: 2.",)
    assert steps["Looked"] == ("contacts (failures since start): 2",)
    assert steps["Records"] == ("contacts rows 433 and 595 of contacts.csv",)
    assert steps["To fix"][0].startswith("Cannot be put right. ")


def test_explain_says_how_the_day_to_fix_by_is_counted() -> None:
    with audit(EXAMPLE, selection=Selection(items=("DA1",))) as finished:
        (why,) = finished.explain("X441960")
    steps = {step.label: step.lines for step in why.steps}
    assert steps["To fix"][1] == "by Mon 11 December: 1 working day after as at"


LETTER = {"table": "contacts", "find": "Contact id=K4102752", "change": "delete"}
CODE = {"table": "contacts", "find": "Contact id=K4102461", "change": "set", "column": "Enforcement date"}


def test_a_letter_and_its_code_on_the_failures_row_are_one_act() -> None:
    """The warning of 31 August stands in row 919, and as EA02 on row 822, which is the second failure."""
    with audit(EXAMPLE, selection=Selection(items=("EN1",))) as finished:
        (why,) = finished.explain("X563470")
    steps = {step.label: step.lines for step in why.steps}
    codes = (
        "contacts AWLS AWLI AWL2 AWLF LCL or contacts WLS EA02 EA03 LCL or contacts ABRQ AIBR CLBR"
        " or contacts BRE IBR IMB EA08 or contacts C041 ERCL or contacts EA11"
    )
    looked = [line for step in why.steps if step.label == "Looked" for line in step.lines]
    assert looked == ["contacts (failure to comply): 2", f"{codes}: 1"]
    assert steps["Records"] == ("contacts rows 822 and 919 of contacts.csv",)


@pytest.mark.parametrize(
    ("code", "letter", "state", "due"),
    [
        ("2023-08-31", True, State.LATE, date(2023, 8, 23)),
        ("2023-08-31", False, State.LATE, date(2023, 8, 23)),
        ("2023-08-23", False, State.MET, None),
        ("2023-08-23", True, State.MET, None),
        ("", False, State.MET, None),
        ("soon", False, State.CANNOT_TELL, None),
        ("soon", True, State.CANNOT_TELL, None),  # perhaps in time
    ],
)
def test_a_warning_is_found_as_a_letter_and_as_a_code(
    tmp_path: Path, code: str, letter: bool, state: State, due: date | None
) -> None:
    """The second failure of X563470, on 9 August, was to be answered by 23 August."""
    folder = tmp_path / EXAMPLE.name
    shutil.copytree(EXAMPLE, folder)
    if code != "2023-08-31":
        alter(folder, CODE | {"value": code})
    if not letter:
        alter(folder, LETTER)
    assert states_of(folder, "EN1")["X563470", "EN1"] == (state, due)


def test_a_row_that_cannot_be_told_is_named_once(tmp_path: Path) -> None:
    folder = tmp_path / EXAMPLE.name
    shutil.copytree(EXAMPLE, folder)
    alter(folder, CODE | {"value": "soon"})
    alter(folder, LETTER)
    with audit(folder, selection=Selection(items=("EN1",))) as finished:
        (why,) = finished.explain("X563470")
    steps = {step.label: step.lines for step in why.steps}
    assert steps["Unknown"] == ("perhaps enforcement action: “Enforcement date” could not be read (contacts row 822)",)
    assert steps["Looked"][1].endswith(": none, and 1 that cannot be told")


def test_without_enforcement_codes_the_letters_answer_as_before(tmp_path: Path) -> None:
    folder = tmp_path / EXAMPLE.name
    shutil.copytree(EXAMPLE, folder)
    rows = read(folder / "contacts.csv")
    kept = [name for name in rows[0] if not name.startswith("Enforcement")]
    with (folder / "contacts.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, kept, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    items = ("EN1", "EN2", "EN3", "EN4", "EN5")
    by_hand = {key: state for key, state in BY_HAND.items() if key[1] in items}
    assert {key: state for key, (state, _) in states_of(folder, *items).items()} == by_hand


def test_a_count_in_time_says_what_it_leaves_out(tmp_path: Path) -> None:
    """X452117 failed on 14 and 21 August; breach was requested on 5 September, late for the first. A third failure, on
    19 October, is excused while it is under way."""
    folder = tmp_path / EXAMPLE.name
    shutil.copytree(EXAMPLE, folder)
    with audit(folder, selection=Selection(items=("EN5",))) as finished:
        (before,) = finished.explain("X452117")
    failed = {"table": "contacts", "find": "Contact id=K4103340", "change": "set", "column": "Complied", "value": "N"}
    alter(folder, failed)
    with audit(folder, selection=Selection(items=("EN5",))) as finished:
        (why,) = finished.explain("X452117")
    assert before.headline == "was due Tue 29 August; 1 of 2 in time"
    assert (why.state, why.headline) == (State.LATE, "was due Tue 29 August; 1 of 2 in time, 1 excused")


# What cannot be told, and the row that is why: the first by hand from the file, as the others.
WHY = [
    ("X607145", "OU4", "Failures since start: a cell could not be read (contacts row 1014)."),
    ("X607145", "HV1", "RoSH is blank."),
    ("X552198", "MO3", "Oversight entries: a cell could not be read (contacts row 312)."),
]


@pytest.mark.parametrize(("case", "item", "words"), WHY)
def test_what_cannot_be_told_names_the_row(case: str, item: str, words: str) -> None:
    with audit(EXAMPLE, selection=Selection(items=(item,))) as finished:
        found = [f for f in finished.gap_list().cannot_tell if f.case.ref == case]
    assert [f.found for f in found] == [words]
