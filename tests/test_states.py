"""The nine states: how several become one, and laws that hold for every audit."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from auditcheck.checklist import Item
from auditcheck.dictionary import resolve
from auditcheck.engine import build_calendar, open_database
from auditcheck.states import ALL_OF, ANY_OF, IN_ORDER, IN_THE_RATE, State, roll_up
from tests.both_readings import Answer, as_written, by_explain, load, plain
from tests.random_audits import Audit, audits
from tests.tables import checklist_of, read_table

WORDS = {state.value: state for state in State}

#: Worst first, as the design writes it down; `any_of` reads the same list from its other end.
ALL_OF_WRITTEN_OUT = ["gap", "late", "cannot tell", "to judge", "not yet due", "met"]


def test_there_are_nine_states_in_the_order_they_are_shown() -> None:
    assert [state.value for state in IN_ORDER] == [
        "met", "late", "gap", "not yet due", "excused", "cannot tell", "to judge", "left out", "not relevant",
    ]  # fmt: skip


def test_the_rate_is_met_of_met_late_and_gap() -> None:
    assert {state.value for state in IN_THE_RATE} == {"met", "late", "gap"}


def test_several_become_one() -> None:
    table = """
        parts                                          | all of       | any of
                                                       | not relevant | not relevant
        met                                            | met          | met
        met, met                                       | met          | met
        met, late                                      | late         | met
        met, gap                                       | gap          | met
        met, not yet due                               | not yet due  | met
        met, to judge                                  | to judge     | met
        met, cannot tell                               | cannot tell  | met
        not yet due, to judge                          | to judge     | not yet due
        not yet due, cannot tell                       | cannot tell  | not yet due
        not yet due, late                              | late         | not yet due
        not yet due, gap                               | gap          | not yet due
        to judge, cannot tell                          | cannot tell  | to judge
        to judge, late                                 | late         | to judge
        to judge, gap                                  | gap          | to judge
        cannot tell, late                              | late         | cannot tell
        cannot tell, gap                               | gap          | cannot tell
        late, gap                                      | gap          | late
        met, late, gap, cannot tell                    | gap          | met
        met, excused                                   | met          | met
        gap, excused                                   | gap          | gap
        late, left out                                 | late         | late
        not yet due, not relevant                      | not yet due  | not yet due
        excused                                        | excused      | excused
        excused, left out                              | excused      | excused
        excused, not relevant                          | excused      | excused
        left out                                       | left out     | left out
        left out, not relevant                         | left out     | left out
        not relevant, not relevant                     | not relevant | not relevant
        """
    for row in read_table(table):
        parts = [WORDS[word.strip()] for word in row["parts"].split(",") if word.strip()]
        assert roll_up(parts) is roll_up(reversed(parts)) is WORDS[row["all of"]], row
        assert roll_up(parts, ANY_OF) is WORDS[row["any of"]], row


@pytest.mark.parametrize("one", State)
@pytest.mark.parametrize("other", State)
def test_every_pair(one: State, other: State) -> None:
    counted = [state for state in (one.value, other.value) if state in ALL_OF_WRITTEN_OUT]
    if counted:
        worst, best = min(counted, key=ALL_OF_WRITTEN_OUT.index), max(counted, key=ALL_OF_WRITTEN_OUT.index)
    else:
        worst = best = next(s for s in ("excused", "left out", "not relevant") if s in (one.value, other.value))
    assert roll_up([one, other], ALL_OF).value == worst
    assert roll_up([one, other], ANY_OF).value == best


# ── laws of every audit ──────────────────────────────────────────────────────────────────────────

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]
Answers = dict[tuple[Any, ...], Answer]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    con = open_database(threads=1)
    build_calendar(con, ())  # explain counts days by itself
    yield con
    con.close()


def _answers(audit: Audit, con: duckdb.DuckDBPyConnection) -> tuple[Answers, tuple[Item, ...]]:
    """What explain says of every case (by its key) and item."""
    names = resolve(as_written(audit.dictionary), "dictionary.yaml")
    items = checklist_of(audit.checklist, names).items
    loaded = load(
        names, audit.tables, missing_tables=audit.missing_tables, missing_columns=audit.missing_columns, con=con
    )
    keys = [tuple(row[column] for column in names.key) for row in audit.tables["cases"]]
    outcomes = by_explain(loaded, items, audit.as_at)
    return {(*keys[case], item): plain(outcome) for (case, item), outcome in outcomes.items()}, items


def _shuffled(audit: Audit) -> Audit:
    chance = random.Random(1)
    return replace(audit, tables={name: chance.sample(rows, len(rows)) for name, rows in audit.tables.items()})


def _with_more(audit: Audit) -> Audit:
    """A table and columns that no fact or event looks at, full of unreadable cells."""
    dictionary = audit.dictionary
    cases = dictionary["cases"]
    more = {"extra_text": {"type": "text"}, "extra_date": {"type": "date", "planned": "yes"}}
    spare = {"link": ["person"], "columns": {"person": {"type": "text"}, "on": {"type": "date"}}}
    tables = {
        name: table | {"columns": table["columns"] | (more if name != "judgements" else {})}
        for name, table in dictionary["tables"].items()
    }
    dictionary = dictionary | {
        "cases": cases | {"columns": cases["columns"] | more},
        "tables": tables | {"spare": spare},
    }
    rows = {
        name: [row | {"extra_text": "x", "extra_date": "<unreadable>"} for row in found]
        for name, found in audit.tables.items()
    }
    return replace(audit, dictionary=dictionary, tables=rows | {"spare": [{"person": "P0", "on": "<unreadable>"}]})


def test_laws_of_every_audit(con: duckdb.DuckDBPyConnection) -> None:
    seen: set[State] = set()

    @seed(2023)
    @settings(max_examples=120, database=None, suppress_health_check=QUIET, phases=[Phase.generate])
    @given(audits(most_items=3, most_cases=4), st.booleans())
    def laws(audit: Audit, shuffle: bool) -> None:
        answers, items = _answers(audit, con)
        started = [
            (row["person"], row["order"])
            for row in audit.tables["cases"]
            if row["start_date"] in (None, "<unreadable>") or row["start_date"] <= audit.as_at
        ]
        # every case that has started has one state for every item
        assert sorted(answers) == sorted((*case, item.id) for case in started for item in items)
        for answer in answers.values():
            seen.add(answer.state)
            assert 0 <= answer.met <= answer.occurrences
            # a reason is given for what was left out or excused, and for nothing else
            assert bool(answer.reason) == (answer.state in (State.LEFT_OUT, State.EXCUSED))
            # the day of what went wrong lies behind us, the next day of what is met before us
            if answer.due is not None and answer.state in (State.GAP, State.LATE):
                assert answer.due <= audit.as_at
            if answer.due is not None and answer.state is State.MET:
                assert answer.due >= audit.as_at
        # neither the order of rows nor what nobody asks for changes anything
        other, _ = _answers(_shuffled(audit) if shuffle else _with_more(audit), con)
        assert other == answers

    laws()
    assert seen == set(State)
