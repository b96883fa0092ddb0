"""An as at after today is said: what falls due until then counts as missing already."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.small_extracts import small

CASES = ["XA,1,2023-04-03,,N01A001,N01A,CO"]
SAID = (
    "as at Friday 30 June 2023 is still to come: what falls due from today, Wednesday 14 June 2023, until then counts "
    "as missing already"
)


@pytest.mark.parametrize(
    ("now", "newest", "said"),
    [
        (date(2023, 7, 1), "2023-04-05", []),
        (date(2023, 6, 30), "2023-04-05", []),  # today itself
        (date(2023, 6, 14), "2023-04-05", [SAID]),
        (date(2023, 6, 14), "2023-06-14", [SAID]),  # an entry of today
        (date(2023, 6, 14), "2023-06-15", []),  # one of tomorrow: this computer's day is wrong
    ],
)
def test_an_as_at_in_the_future(
    now: date, newest: str, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditcheck.audit.today", lambda zone: now)  # as at is 30 June 2023
    with small(tmp_path / "june", cases=CASES, contacts=[f"XA,1,{newest},C369"]) as audit:
        for warnings in (audit.result().about.warnings, audit.gap_list().about.warnings):
            assert [text for text in warnings if "still to come" in text] == said
