"""What was due in a month: counted alone, beside what else is open.

Deadlines by hand. 20 working days after Monday 3 April 2023 are Thursday 4 May (closed: 7 and 10 April, 1 May);
after Friday 28 April, Wednesday 31 May (1, 8 and 29 May); after Tuesday 2 May, Thursday 1 June (8 and 29 May).
Every case starts on 3 April, so T2 was due on Wednesday 12 April.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from auditcheck.audit import Audit, Selection
from auditcheck.calendar import Period
from auditcheck.reports.summary import first_heading
from auditcheck.states import State
from tests.small_extracts import small
from tests.test_cli import auditcheck

CASES = [f"{crn},1,2023-04-03,,N01A001,N01A,CO" for crn in ("XA", "XB", "XC", "XD", "XE")]
SENT, BACK = "C369", "C515"
CONTACTS = [
    f"XA,1,2023-04-03,{SENT}",  # due 4 May, never answered
    f"XB,1,2023-04-28,{SENT}", f"XB,1,2023-05-31,{BACK}",  # due 31 May, answered that day
    f"XC,1,2023-05-02,{SENT}",  # due 1 June, never answered
    f"XD,1,2023-04-03,{SENT}", f"XD,1,2023-05-02,{SENT}",  # due 4 May and 1 June, never answered
    f"XE,1,2023-04-28,{SENT}", f"XE,1,2023-06-01,{BACK}",  # due 31 May, answered the day after
]  # fmt: skip
#: Month, item, and whose state is what; everybody else had nothing due then.
MONTHS = [
    ("2023-04", "T1", {}),
    ("2023-04", "T2", {"XA": "met", "XB": "late", "XC": "late", "XD": "met", "XE": "late"}),
    ("2023-05", "T1", {"XA": "gap", "XB": "met", "XD": "gap", "XE": "late"}),
    ("2023-05", "T2", {}),
    ("2023-06", "T1", {"XC": "gap", "XD": "gap"}),
    ("2023-07", "T1", {}),
]


def in_month(folder: Path, month: str) -> Audit:
    selection = Selection(due_in=Period.month(month))
    return small(folder, selection=selection, cases=CASES, contacts=CONTACTS)


@pytest.mark.parametrize(("month", "item", "expected"), MONTHS)
def test_only_what_was_due_in_the_month_is_counted(
    tmp_path: Path, month: str, item: str, expected: dict[str, str]
) -> None:
    with in_month(tmp_path / "x", month) as finished:
        said = {ref: state.value for ref, an_id, state, _ in finished.states() if an_id == item}
        counts = finished.result().overall.counts[item]
    assert {ref: state for ref, state in said.items() if state != "not relevant"} == expected
    assert counts.total == 5 and counts.of(State.NOT_RELEVANT) == 5 - len(expected)


def test_everything_open_is_listed_whenever_it_was_due(tmp_path: Path) -> None:
    """XA, XC and XD are open: in June two of them were due; the list has all three."""
    with in_month(tmp_path / "x", "2023-06") as finished:
        result = finished.result(whole=True)
    assert result.overall.counts["T1"].of(State.GAP) == 2 and result.listed
    assert sorted(finding.case.ref for finding in result.listed.gaps) == ["XA", "XC", "XD"]
    assert "besides, 1 gap that was not due in June 2023 is open: lists have all of them" in result.about.warnings
    assert result.about.selection == ("what was due in June 2023",)
    assert first_heading(result) == "First to look at, whenever it was due: by severity, longest overdue first"


@pytest.mark.parametrize("typed", ["2023-13", "2023-6", "june", "2023-06-01", "1066-10"])
def test_no_month(typed: str) -> None:
    done = auditcheck("run", "examples/brighton-east-sussex", "--due-in", typed)
    assert (done.returncode, done.stderr) == (2, "--due-in takes a month, YYYY-MM.\n")


def test_a_part_is_not_recorded() -> None:
    done = auditcheck("run", "examples/brighton-east-sussex", "--due-in", "2023-06", "--record")
    assert done.returncode == 2 and "--record keeps whole audits" in done.stderr
