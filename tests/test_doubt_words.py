"""Why it cannot be told: how many it may be, and the column and row of the cell that could not be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditcheck.audit import audit
from tests.small_extracts import AS_AT, small

CASES = ["XA,1,2023-04-03,,N01A001,N01A,CO"]


@pytest.mark.parametrize(
    ("contacts", "item", "said"),
    [
        (["XA,1,31/31/2023,C369"], "T2", "perhaps police enquiry sent: “Contact date” could not be read (contacts row 2)"),
        (
            ["XA,1,2023-04-05,C369", "XA,1,2023-04-20,C515", "XA,1,31/31/2023,C369"],
            "T1",
            "perhaps one more police enquiry sent: “Contact date” could not be read (contacts row 4)",
        ),
    ],
)  # fmt: skip
def test_what_could_not_be_read(contacts: list[str], item: str, said: str, tmp_path: Path) -> None:
    with small(tmp_path / "june", cases=CASES, contacts=contacts) as audit:
        (found,) = (one for one in audit.explain("XA") if one.item.id == item)
    (lines,) = (step.lines for step in found.steps if step.label == "Unknown")
    assert lines == (said,)


def test_a_column_whose_changes_are_the_event_is_named_where_it_is_not_there(tmp_path: Path) -> None:
    small(tmp_path / "june", cases=CASES).close()
    (tmp_path / "june" / "allocations.csv").write_text(
        "CRN,Event number,From date,Grade\nXA,1,2023-04-04,PO\nXA,1,2023-05-04,PO\n", encoding="utf-8"
    )
    with audit(tmp_path / "june", as_at=AS_AT, checklists=["oversight"]) as audited:
        (found,) = (one for one in audited.explain("XA") if one.item.id == "MO1")
    (lines,) = (step.lines for step in found.steps if step.label == "Unknown")
    assert [text for text in lines if "allocated" in text] == [
        "perhaps practitioner allocated: allocations has no column staff_code"
    ]
