"""What the report prints only as percentages: the counts behind them, and the screen."""

from __future__ import annotations

import io
import re
from decimal import ROUND_HALF_UP, Decimal

import pytest

from auditcheck.audit import Selection, audit
from auditcheck.reports.summary import summary
from auditcheck.reports.terminal import Screen
from tests.example.test_example import BY_HAND, EXAMPLE, HERE, ITEM_OF, PUBLISHED, read

PERCENT = {row["id"]: int(row["percent"]) for row in read(HERE / "percentages.csv")}


def test_every_percentage_is_its_counts_rounded_half_up() -> None:
    for row, percent in PERCENT.items():
        relevant, met, _ = PUBLISHED[row]
        exact = Decimal(100 * met) / relevant
        assert (row, int(exact.quantize(Decimal(1), ROUND_HALF_UP))) == (row, percent)
        # and no other count of the 40 gives it
        others = [n for n in range(41) if int((Decimal(100 * n) / 40).quantize(Decimal(1), ROUND_HALF_UP)) == percent]
        assert (row, relevant, others) == (row, 40, [met])


@pytest.fixture(scope="module")
def screen() -> list[str]:
    with audit(EXAMPLE, selection=Selection(items=tuple(ITEM_OF[row] for row in PERCENT))) as finished:
        return [
            line.text
            for line in summary(finished.result(), Screen(io.StringIO(), width=120, colour=False, plain=False))
        ]


@pytest.mark.parametrize("row", PERCENT)
def test_the_screen_prints_the_reports_percentage(screen: list[str], row: str) -> None:
    (line,) = [line for line in screen if re.match(rf" *{ITEM_OF[row]} .* %", line)]
    relevant, met, _ = PUBLISHED[row]
    assert re.search(rf" {PERCENT[row]} % +{met} of {relevant} ", line)


def test_planning_for_desistance_is_one_answer_in_both_places() -> None:
    """The report says it twice, as 27 of 40 and as 68 %: no case is judged two ways."""
    cases = {case for case, _ in BY_HAND}
    assert {case: BY_HAND[case, "PL2"] for case in cases} == {case: BY_HAND[case, "KP2"] for case in cases}
