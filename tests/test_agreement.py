"""The two readings of the language agree, case by case, on random audits.

The engine's SQL and explain's Python share no evaluation code. Every pair of case and item must get
the same state, due date, occurrence counts and reason from both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import find, given, seed, settings

from auditcheck.states import State
from tests.agreement import QUIET, Databases, both, of_items, open_databases, written_by_hand
from tests.random_audits import Audit, audits, dictionaries

PAIRS: Counter[str] = Counter()
ACCEPTED: Counter[str] = Counter()  # gaps accepted as a whole, and of one occurrence


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    made = open_databases()
    yield made
    for con in made.values():
        con.close()


def disagreements(audit: Audit, databases: Databases) -> list[str]:
    found = both(audit, databases)
    PAIRS.update(answer.state.value for answer in found.engine.values())
    for outcome in found.outcomes.values():
        ACCEPTED["whole"] += outcome.before is State.GAP and outcome.state is State.EXCUSED
        ACCEPTED["occurrence"] += any(part.accepted for leaf in outcome.leaves for part in leaf.settled)
    return found.disagreements()


# What random audits once found. Each stays, with what was right.
COUNTEREXAMPLES = {
    # The engine named “Not in the sample” beside cannot tell, explain did not. Both were wrong: a case
    # that is not in the sample is left out, whatever another reason would have said.
    "not sampled, and a reason that cannot be told": (
        {"judged": {"question": "Is it?", "of": "sample"}},
        {"left_out_if": [{"reason": "early", "when": {"flag": "yes"}}]},
        [("cases", "flag")],
        State.LEFT_OUT,
        "Not in the sample",
    ),
}


@pytest.mark.parametrize("name", COUNTEREXAMPLES)
def test_counterexamples(name: str, databases: Databases) -> None:
    pattern, more, missing_columns, state, reason = COUNTEREXAMPLES[name]
    item = {"id": "Q1", "title": "A question", "severity": "high", "source": "none", "to_fix": "Mend it."}
    case = {"person": "P0", "order": "one", "start_date": date(2023, 4, 3)}
    audit = Audit(
        dictionary=find(dictionaries(date(2023, 3, 27)), lambda d: d["closed_days"] == "none"),
        checklist={"checklist": "c", "title": "C", "version": "1", "items": [item | {"met_if": pattern} | more]},
        tables={"cases": [case], "contacts": [], "meetings": [], "things": [], "judgements": [], "accepted": []},
        missing_tables=[],
        missing_columns=missing_columns,
        as_at=date(2023, 6, 1),
    )
    assert not disagreements(audit, databases)
    answers = both(audit, databases).engine
    assert [(answer.state, answer.reason) for answer in answers.values()] == [(state, reason)]


def agreed(examples: int, number: int, databases: Databases, *, accepting: bool = False) -> Counter[str]:
    """Tries so many random audits of 16 cases and 5 items each; gives the states that occurred."""
    PAIRS.clear()
    ACCEPTED.clear()

    @seed(number)
    @settings(max_examples=examples, database=None, suppress_health_check=QUIET)
    @given(audits(most_items=5, most_cases=16, accepting=accepting))
    def agree(audit: Audit) -> None:
        assert not disagreements(audit, databases)

    agree()
    return PAIRS


# Four runs with seeds of their own, so that both cores share the work: more than 20,000 pairs together.
@pytest.mark.parametrize("number", range(4))
def test_engine_and_explain_agree(number: int, databases: Databases) -> None:
    states = agreed(80, number, databases)
    assert states.total() >= 5_000
    # no state may be so rare that agreement on it means little (what is drawn is hypothesis's choice: not too near)
    assert min(states[state.value] for state in State) >= 5, states
    assert ACCEPTED["whole"] >= 1


def test_engine_and_explain_agree_on_accepted_occurrences(databases: Databases) -> None:
    agreed(30, 4, databases, accepting=True)
    assert ACCEPTED["occurrence"] >= 10, ACCEPTED


def test_adjustments_do_what_the_checklist_would_say_with_them_written_in(databases: Databases) -> None:
    """The engine's reading of an adjusted checklist against explain's of the same checklist written by hand."""
    seen: Counter[str] = Counter()

    @seed(5)
    @settings(max_examples=40, database=None, suppress_health_check=QUIET)
    @given(audits(most_items=5, most_cases=16).filter(lambda audit: bool(audit.adjustments)))
    def agree(audit: Audit) -> None:
        found = both(audit, databases)
        by_hand = written_by_hand(audit, found.names)
        assert [(item.id, item.severity) for item in found.items] == [(item.id, item.severity) for item in by_hand]
        explained = of_items(by_hand, found, audit.as_at)
        assert found.engine == explained == found.explain
        seen["switched off"] += len(found.items) < len(audit.checklist["items"])
        as_it_was = of_items(written_by_hand(replace(audit, adjustments={}), found.names), found, audit.as_at)
        left = {pair: answer for pair, answer in as_it_was.items() if pair in explained}
        seen["other states"] += left != explained

    agree()
    # the draw must reach all of it, and the changes must matter
    assert min(seen[what] for what in ("switched off", "other states")) >= 2, seen


def test_adjustments_that_are_not_in_force_change_nothing(databases: Databases) -> None:
    @seed(6)
    @settings(max_examples=15, database=None, suppress_health_check=QUIET)
    @given(audits(most_items=5, most_cases=8).filter(lambda audit: bool(audit.adjustments)))
    def same(audit: Audit) -> None:
        day = timedelta(days=1)
        for bound in ({"until": str(audit.as_at - day)}, {"from": str(audit.as_at + day)}):
            changes = {
                part: {
                    name: {k: v for k, v in c.items() if k not in ("from", "until")} | bound for name, c in of.items()
                }
                for part, of in audit.adjustments.items()
                if isinstance(of, dict)
            }
            over = both(replace(audit, adjustments=audit.adjustments | changes), databases)
            assert over.engine == both(replace(audit, adjustments={}), databases).engine

    same()


@pytest.mark.long
@pytest.mark.parametrize("number", range(10, 20))
def test_engine_and_explain_agree_at_length(number: int, databases: Databases) -> None:
    assert agreed(1_000, number, databases).total() >= 70_000
