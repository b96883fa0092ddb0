"""What an item looks for occurs nowhere in the extract: a run says so, for the code may be another here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_extracts import of_a_team, small
from tests.small_histories import typed

SAID = (
    "T2 (10 gaps: police enquiry sent): nobody is met or late, and nothing in the extract is recorded as that. "
    "Perhaps its code is not as in the dictionary: inspect counts every event"
)


def cases(many: int) -> list[str]:
    return [f"XA{n:03},1,2023-04-03,,N01A001,N01A,CO" for n in range(many)]


def contacts(many: int, code: str) -> list[str]:
    return [f"XA{n:03},1,2023-04-05,{code}" for n in range(many)]


@pytest.mark.parametrize(
    ("audited", "rows", "said"),
    [
        (10, contacts(10, "C999"), [SAID]),  # sent, and under another code
        (9, contacts(9, "C999"), []),  # so few may be chance
        (10, [], []),  # no contact at all: they cannot be told
        (11, [*contacts(10, "C999"), "XA010,1,2023-04-05,C369"], []),  # one was sent in time
        (11, [*contacts(10, "C999"), "XA010,1,2023-06-05,C369"], []),  # and one late
        (10, [*contacts(10, "C999"), "XA000,1,2023-07-05,C369"], []),  # the code is known, if only of later
    ],
)
def test_an_event_that_is_nowhere(audited: int, rows: list[str], said: list[str], tmp_path: Path) -> None:
    with small(tmp_path / "june", cases=cases(audited), contacts=rows) as audit:
        warnings = audit.result().about.warnings
    assert [text for text in warnings if "nobody is met or late" in text] == said


def test_answers_of_which_there_is_none_are_said_with_what_they_answer(tmp_path: Path) -> None:
    with small(tmp_path / "june", cases=cases(12), contacts=contacts(12, "C369")) as audit:
        (said,) = (text for text in audit.result().about.warnings if "nobody is met or late" in text)
    assert said.startswith("T1 (12 gaps: police enquiry returned): ")


def test_a_column_of_a_sheet_that_is_blank_for_all_is_no_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"XA{n:03},2023-04-03," for n in range(20)]
    sheet = of_a_team(tmp_path, "team.csv", "team.dictionary.yaml", rows)
    words = ["run", str(sheet), "--checklist", str(tmp_path / "small.yaml"), "--as-at", "2023-06-30"]
    assert typed(*words) == (0, "")
    out = capsys.readouterr().out
    assert "20 gaps in 20 of 20 cases" in out
    assert "nobody is met or late" not in out


def test_of_several_extracts_it_is_said_of_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small(tmp_path / "a", cases=cases(10), contacts=contacts(10, "C999")).close()
    others = [line.replace("XA", "XB") for line in (*cases(10), "|", *contacts(10, "C369"))]
    small(tmp_path / "b", cases=others[:10], contacts=others[11:]).close()
    folders = [str(tmp_path / name) for name in "ab"]
    assert typed("run", *folders, "--checklist", str(tmp_path / "a" / "small.yaml"), "--as-at", "2023-06-30") == (0, "")
    assert f"! a: {SAID[:60]}" in " ".join(capsys.readouterr().out.split())


#: The headings of contacts and of allocations, and what `inspect` says of two events: two oversights (MO1) and an
#: allocation are there, and whether they count is told by a grade.
GRADES = [
    ("Staff grade", "Grade", "management_oversight 2 times, in 2 of 2 cases", "practitioner_allocated once, in 1 of 2 cases"),
    ("Other", "Grade", "management_oversight cannot be told: no column contacts.staff_grade", "practitioner_allocated once, in 1 of 2 cases"),
    ("Staff grade", "Other", "management_oversight 2 times, in 2 of 2 cases", "practitioner_allocated cannot be told: no column allocations.grade"),
]  # fmt: skip


@pytest.mark.parametrize(("of_contacts", "of_allocations", "oversight", "allocated"), GRADES)
def test_what_rests_on_a_column_that_is_not_there_is_not_never(
    of_contacts: str,
    of_allocations: str,
    oversight: str,
    allocated: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "cases.csv").write_text(
        "CRN,Event number,Order type,Start date,End date\nE1,1,CO,29/01/2026,\nE2,1,CO,29/01/2026,\n"
    )
    (tmp_path / "contacts.csv").write_text(
        f"Contact id,CRN,Event number,Contact date,Type code,{of_contacts}\n"
        "1,E1,1,02/02/2026,MO1,SPO\n2,E2,1,02/02/2026,MO1,SPO\n"
    )
    (tmp_path / "allocations.csv").write_text(
        f"CRN,Event number,Staff code,From date,To date,{of_allocations}\nE1,1,N01A001,29/01/2026,,PO\n"
    )
    assert typed("inspect", str(tmp_path), "--as-at", "2026-06-30") == (0, "")
    said = " ".join(capsys.readouterr().out.split())
    assert oversight in said and allocated in said
    assert "police_liaison never recorded" in said
