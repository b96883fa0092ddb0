"""The three months of examples/three-months against what the plan says must be found.

`plan.csv` says what was done when. Beside it stands what that makes, worked out from the plan's dates in a way of its own,
never by running auditcheck: the state of every case each month and why (`expected_states.csv`), how many of each state
(`counts.csv`), and what became of every gap (`changes.csv`). In changes.csv a row is one occurrence that is a gap in some
month: its day (none for RA1 and MO2, which ask once of a case), its state each month ("not here": the case is not in that
extract; blank: not asked yet), and in by_may and by_june what became of it since the month before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from math import comb
from pathlib import Path

import pytest

from auditcheck.audit import Audit, Selection, audit
from auditcheck.calendar import Calendar, bank_holidays, read_duration
from auditcheck.states import IN_ORDER, IN_THE_RATE, State
from tests.three_months import ADJUSTMENTS, EXTRACTS, FOLDER, MONTHS, files, read, several, there

ITEMS = ("DA2", "RA1", "MO1", "MO2")
TEAMS = ("HARB01", "DOWN02", "MARS10")
PLAN = {row["case"]: row for row in read("plan.csv")}
STATES = read("expected_states.csv")
COUNTS = read("counts.csv")
CHANGES = read("changes.csv")
PAIRS = [("april", "may", "by_may"), ("may", "june", "by_june")]


@pytest.fixture(scope="module")
def audits() -> Iterator[dict[str, Audit]]:
    found = {month: audit(FOLDER / folder, selection=Selection(items=ITEMS)) for month, (folder, _) in EXTRACTS.items()}
    yield found
    for finished in found.values():
        finished.close()


# The folders


def test_the_script_writes_what_is_there() -> None:
    there_now = {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in FOLDER.glob("2026-*/*")
    }
    assert there_now == files()


def test_it_is_a_unit_of_three_teams_of_about_forty() -> None:
    assert {
        month: [sum(row["team"] == team and there(row, month) for row in PLAN.values()) for team in TEAMS]
        for month in MONTHS
    } == {"april": [40, 40, 40], "may": [40, 40, 41], "june": [40, 41, 41]}


#: What is wrong with the data of each month, on purpose: the file, and the column.
FAULTS = {
    "april": [],
    "may": [("contacts.csv", "Attended"), ("contacts.csv", "Contact date")],
    "june": [("contacts.csv", "Contact date")],
}


def test_what_is_wrong_stands_there_on_purpose(audits: dict[str, Audit]) -> None:
    for month, finished in audits.items():
        faults = finished.result(whole=True).faults
        assert sorted((fault.source, fault.column) for fault in faults) == FAULTS[month]
        assert finished.about().newest_entry is not None
        assert not finished.about().warnings


def test_the_region_changes_one_limit_in_june(audits: dict[str, Audit]) -> None:
    changed = {
        month: [(one.target, one.value, one.instead_of) for one in region.changes]
        for month, finished in audits.items()
        if (region := finished.about().adjustments)
    }
    assert changed == {"june": [("oversight.interval", "10 weeks", "13 weeks")]}


# The states


def test_the_hand_list_is_whole() -> None:
    assert [(row["case"], row["item"]) for row in STATES] == [(case, item) for case in PLAN for item in ITEMS]
    for row in STATES:
        for month in MONTHS:
            assert bool(row[month]) == there(PLAN[row["case"]], month), row


@pytest.mark.parametrize("month", MONTHS)
def test_every_state_is_the_one_worked_out_by_hand(audits: dict[str, Audit], month: str) -> None:
    found = {(case, item): state for case, item, state, _ in audits[month].states()}
    by_hand = {(row["case"], row["item"]): (State(row[month]), row["reason"]) for row in STATES if row[month]}
    assert found.keys() == by_hand.keys()
    wrong = [
        f"{case} {item}: by hand {state} ({why}), found {found[case, item]}"
        for (case, item), (state, why) in by_hand.items()
        if found[case, item] is not state
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("month", MONTHS)
def test_every_count_is_the_one_counted_by_hand(audits: dict[str, Audit], month: str) -> None:
    rows = {(row["item"], row["team"]): row for row in COUNTS if row["month"] == month}
    assert rows.keys() == {(item, team) for item in ITEMS for team in TEAMS}
    result = audits[month].result()
    for group in result.teams:
        for item, counts in group.counts.items():
            listed = Counter(
                row[month] for row in STATES if row["item"] == item and PLAN[row["case"]]["team"] == group.code
            )
            for state in IN_ORDER:
                by_hand = int(rows[item, group.code][state.value])
                assert (counts.of(state), listed[state.value]) == (by_hand, by_hand), (item, group.code, state)


# What became of the gaps

#: What became of a gap, by its state a month later; and how there is one, by what there was a month before.
WAS_A_GAP = {
    "gap": "still open",
    "late": "fixed",
    "met": "fixed",
    "excused": "excused",
    "cannot tell": "can no longer tell",
    "not here": "left the caseload",
}
IS_A_GAP = {"not here": "came in", "met": "new", "late": "new", "excused": "new", "not yet due": "new", "": "new"}


def test_what_became_of_each_gap_follows_from_its_states() -> None:
    for row in CHANGES:
        assert "gap" in (row["april"], row["may"], row["june"]), row
        for before, after, by in PAIRS:
            expected = ""
            if row[before] == "gap":
                expected = WAS_A_GAP[row[after]]
            elif row[after] == "gap":
                expected = IS_A_GAP[row[before]]
            assert row[by] == expected, row


def test_every_gap_is_among_the_changes() -> None:
    for month in MONTHS:
        of_cases = {(row["case"], row["item"]) for row in STATES if row[month] == "gap"}
        assert {(row["case"], row["item"]) for row in CHANGES if row[month] == "gap"} == of_cases
        for row in CHANGES:
            assert (row[month] == "not here") != there(PLAN[row["case"]], month), row


#: How many occurrences became what: April's gaps by May, and May's by June.
BECAME = [
    # by        item   still  fixed  excused  can't tell  left    new  came in
    ("by_may", "DA2", 9, 10, 1, 1, 3, 13, 1),
    ("by_may", "RA1", 13, 4, 1, 1, 4, 1, 0),
    ("by_may", "MO1", 18, 9, 0, 0, 2, 2, 1),
    ("by_may", "MO2", 7, 5, 0, 0, 1, 3, 0),
    ("by_june", "DA2", 14, 5, 0, 0, 4, 13, 0),
    ("by_june", "RA1", 10, 2, 0, 0, 2, 1, 1),
    ("by_june", "MO1", 16, 3, 0, 0, 2, 1, 1),
    ("by_june", "MO2", 9, 0, 0, 0, 1, 4, 0),
]
WORDS = ("still open", "fixed", "excused", "can no longer tell", "left the caseload", "new", "came in")


@pytest.mark.parametrize(("by", "item", "numbers"), [(by, item, numbers) for by, item, *numbers in BECAME])
def test_how_many_gaps_became_what(by: str, item: str, numbers: list[int]) -> None:
    found = Counter(row[by] for row in CHANGES if row["item"] == item and row[by])
    assert [found.pop(word, 0) for word in WORDS] == numbers
    assert not found
    before, after = ("april", "may") if by == "by_may" else ("may", "june")
    in_changes = {
        month: sum(row[month] == "gap" for row in CHANGES if row["item"] == item) for month in (before, after)
    }
    assert in_changes == {before: sum(numbers[:5]), after: numbers[0] + sum(numbers[5:])}


@pytest.mark.parametrize("month", MONTHS)
def test_every_occurrence_has_the_state_worked_out_by_hand(audits: dict[str, Audit], month: str) -> None:
    looked = 0
    for row in CHANGES:
        if not row["occurrence"] or row[month] in ("", "not here"):
            continue
        day = date.fromisoformat(row["occurrence"])
        (found,) = (one for one in audits[month].explain(row["case"]) if one.item.id == row["item"])
        (each,) = (step.rows for step in found.steps if step.label == "Each")
        states = [state.value for state, texts in each if f" {day.day} {day:%B}" in texts[0]]
        assert states == [row[month]], row
        looked += 1
    assert looked >= 50


def test_one_gap_is_closed_and_another_opens_in_the_same_case_and_month() -> None:
    two = [row for row in CHANGES if row["case"] == "X721180" and row["item"] == "DA2"]
    assert [(row["occurrence"], row["april"], row["may"], row["by_may"]) for row in two] == [
        ("2026-02-12", "gap", "late", "fixed"),
        ("2026-04-27", "not yet due", "gap", "new"),
    ]
    (case,) = (row for row in STATES if row["case"] == "X721180" and row["item"] == "DA2")
    assert (case["april"], case["may"]) == ("gap", "gap")


def test_eight_cases_have_another_state_only_because_of_the_shorter_limit(tmp_path: Path) -> None:
    later = tmp_path / "adjustments.yaml"  # the same change, not yet in force
    later.write_text(ADJUSTMENTS.replace("from: 2026-06-01", "from: 2026-07-01"), encoding="utf-8")
    with audit(FOLDER / "2026-06", selection=Selection(items=("MO2",)), adjustments=later) as finished:
        at_13_weeks = {case: state.value for case, _, state, _ in finished.states()}
    at_10_weeks = {row["case"]: row["june"] for row in STATES if row["item"] == "MO2" and row["june"]}
    changed = {case: (at_13_weeks[case], at_10_weeks[case]) for case in at_10_weeks if at_13_weeks[case] != at_10_weeks[case]}  # fmt: skip
    assert Counter(changed.values()) == {("met", "gap"): 4, ("met", "late"): 4}
    listed = {row["case"] for row in STATES if row["item"] == "MO2" and row["reason"].endswith("; met at 13 weeks")}
    assert listed == changed.keys()


# The story


def fallen_due(month: str, team: str) -> tuple[int, int]:
    """Met, and all, of DA2: only cases of which every enquiry had fallen due before the day of the extract."""
    calendar, limit = Calendar.of(bank_holidays()), read_duration("20 working days")
    assert limit is not None
    _, today = EXTRACTS[month]
    found = Counter(
        row[month]
        for row in STATES
        if row["item"] == "DA2" and row[month] in set(IN_THE_RATE) and PLAN[row["case"]]["team"] == team
        if row[month] != "met"
        or all(
            (calendar.add(date.fromisoformat(sent), limit) or today) < today
            for sent in several(PLAN[row["case"]]["enquiry_sent"])
        )
    )
    return found["met"], found.total()


#: Enquiries returned of those that had fallen due. The tail is how likely so few, or so many, are by chance.
STORY = [
    # month    HARB01    DOWN02    MARS10    all        MARS10 is
    ("april", (3, 14), (4, 14), (3, 14), (10, 42), "like the others"),
    ("may", (16, 26), (14, 25), (5, 24), (35, 75), "beyond 95 %"),
    ("june", (24, 35), (23, 34), (7, 35), (54, 104), "beyond 99.8 %"),
]


def tails(x: int, n: int, p: float) -> tuple[float, float]:
    """P(X <= x) and P(X >= x) of a binomial."""
    chances = [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    return sum(chances[: x + 1]), sum(chances[x:])


def standing(met: int, of: int, rate: float) -> str:
    tail = min(tails(met, of, rate))
    return "beyond 99.8 %" if tail <= 0.001 else "beyond 95 %" if tail <= 0.025 else "like the others"


@pytest.mark.parametrize(("month", "harb", "down", "mars", "everybody", "verdict"), STORY)
def test_one_team_is_left_behind(
    month: str, harb: tuple[int, int], down: tuple[int, int], mars: tuple[int, int], everybody: tuple[int, int], verdict: str
) -> None:  # fmt: skip
    assert [fallen_due(month, team) for team in TEAMS] == [harb, down, mars]
    assert everybody == (harb[0] + down[0] + mars[0], harb[1] + down[1] + mars[1])
    rate = everybody[0] / everybody[1]
    assert [standing(*counts, rate) for counts in (harb, down, mars)] == ["like the others", "like the others", verdict]


@pytest.mark.parametrize("item", ["RA1", "MO1", "MO2"])
@pytest.mark.parametrize("month", MONTHS)
def test_elsewhere_the_teams_are_alike(month: str, item: str) -> None:
    rows = [row for row in COUNTS if (row["month"], row["item"]) == (month, item)]
    pairs = [(int(row["met"]), sum(int(row[state.value]) for state in IN_THE_RATE)) for row in rows]
    rate = sum(met for met, _ in pairs) / sum(of for _, of in pairs)
    assert [standing(*pair, rate) for pair in pairs] == ["like the others"] * 3


def test_the_readme_has_these_numbers() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    told = {cells[0]: cells[1:] for cells in lines[2:]}
    assert told.keys() == {*(f"DA2 {team}" for team in TEAMS), "RA1", "MO1", "MO2"}
    for called, numbers in told.items():
        item, _, team = called.partition(" ")
        rows = [row for row in COUNTS if row["item"] == item and team in ("", row["team"])]
        for month, shown in zip(MONTHS, numbers, strict=True):
            of_month = [row for row in rows if row["month"] == month]
            met = sum(int(row["met"]) for row in of_month)
            assert shown == f"{met} of {sum(int(row[state.value]) for row in of_month for state in IN_THE_RATE)}"
