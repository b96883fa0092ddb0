"""The two readings of the language agree, case by case, on random audits.

The engine's SQL and explain's Python share no evaluation code. Every pair of case and item must get
the same state, due date, occurrence counts and reason from both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, given, seed, settings

from auditcheck.checklist import read_checklist
from auditcheck.dictionary import resolve
from auditcheck.engine import build_calendar, open_database
from auditcheck.problems import Problem
from auditcheck.states import State
from tests.both_readings import as_written, by_engine, by_explain, load, plain
from tests.random_audits import Audit, audits

PAIRS: Counter[str] = Counter()


@pytest.fixture(scope="module")
def databases() -> Iterator[dict[str, duckdb.DuckDBPyConnection]]:
    """A database for each choice of closed days, its calendar made once."""
    from auditcheck.calendar import bank_holidays

    made = {}
    for name, closed in (("england-and-wales", bank_holidays()), ("none", ())):
        made[name] = open_database()
        build_calendar(made[name], closed)
    yield made
    for con in made.values():
        con.close()


def disagreements(audit: Audit, databases: dict[str, duckdb.DuckDBPyConnection]) -> list[str]:
    names = resolve(as_written(audit.dictionary), "dictionary.yaml")
    problems: list[Problem] = []
    checklist = read_checklist(as_written(audit.checklist), "checklist.yaml", names, problems)
    assert checklist is not None, "\n".join(str(problem) for problem in problems)
    loaded = load(
        names,
        audit.tables,
        missing_tables=audit.missing_tables,
        missing_columns=audit.missing_columns,
        con=databases[audit.dictionary["closed_days"]],
    )
    engine = by_engine(loaded, checklist.items, audit.as_at)
    explained = by_explain(loaded, checklist.items, audit.as_at)
    assert set(engine) == set(explained)
    PAIRS.update(answer.state.value for answer in engine.values())
    return [
        f"case {case} {item}: engine {engine[case, item]}, explain {plain(explained[case, item])}"
        for case, item in engine
        if engine[case, item] != plain(explained[case, item])
    ]


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]


def agreed(examples: int, number: int, databases: dict[str, duckdb.DuckDBPyConnection]) -> Counter[str]:
    """Tries so many random audits of 16 cases and 5 items each; gives the states that occurred."""
    PAIRS.clear()

    @seed(number)
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=QUIET)
    @given(audits(most_items=5, most_cases=16))
    def agree(audit: Audit) -> None:
        assert not disagreements(audit, databases)

    agree()
    return PAIRS


# Four runs with seeds of their own, so that both cores share the work: more than 20,000 pairs together.
@pytest.mark.parametrize("number", range(4))
def test_engine_and_explain_agree(number: int, databases: dict[str, duckdb.DuckDBPyConnection]) -> None:
    states = agreed(70, number, databases)
    assert states.total() >= 5_000
    # no state may be so rare that agreement on it means little
    assert min(states[state.value] for state in State) >= 10, states


@pytest.mark.long
@pytest.mark.parametrize("number", range(10, 20))
def test_engine_and_explain_agree_at_length(number: int, databases: dict[str, duckdb.DuckDBPyConnection]) -> None:
    assert agreed(1_000, number, databases).total() >= 70_000
