"""What the two readings of the language say of a random audit, and where they differ.

The engine's SQL and explain's Python share no evaluation code. Every pair of case and item must get
the same state, due date, occurrence counts and reason from both.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
from hypothesis import HealthCheck

from auditcheck.adjustments import read_adjustments
from auditcheck.calendar import bank_holidays
from auditcheck.checklist import Item, read_checklist
from auditcheck.dictionary import resolve
from auditcheck.engine import build_calendar, open_database
from auditcheck.evaluate import Outcome
from auditcheck.names import Names
from auditcheck.problems import Problem
from tests.both_readings import Answer, Loaded, as_written, by_engine, by_explain, load, plain
from tests.random_audits import Audit

#: A database for each choice of closed days, its calendar made once.
Databases = Mapping[str, duckdb.DuckDBPyConnection]

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]


def open_databases() -> Databases:
    made = {}
    for name, closed in (("england-and-wales", bank_holidays()), ("none", ())):
        made[name] = open_database(threads=1)
        build_calendar(made[name], closed)
    return made


def read(raw: dict[str, Any], names: Names) -> tuple[Item, ...]:
    """The items of a checklist."""
    problems: list[Problem] = []
    checklist = read_checklist(as_written(raw), "checklist.yaml", names, problems)
    assert checklist is not None, "\n".join(str(problem) for problem in problems)
    return checklist.items


def as_adjusted(audit: Audit, names: Names) -> tuple[Item, ...]:
    """The items of an audit, with its region's adjustments laid over them."""
    problems: list[Problem] = []
    checklist = read_checklist(as_written(audit.checklist), "checklist.yaml", names, problems)
    assert checklist is not None, "\n".join(str(problem) for problem in problems)
    if not audit.adjustments:
        return checklist.items
    raw = as_written(audit.adjustments)
    found = read_adjustments(raw, "region.yaml", [checklist], [], names, audit.as_at, problems)
    assert found is not None, "\n".join(str(problem) for problem in problems)
    return found.checklists[0].items


def written_by_hand(audit: Audit, names: Names) -> tuple[Item, ...]:
    """The same from a checklist that says what the region says, as if there were no adjustments: what
    is in force as at is written into it, and the items switched off are taken away."""
    raw = copy.deepcopy(audit.checklist)
    today = audit.as_at.isoformat()

    def in_force(part: str) -> dict[str, Any]:
        changes = audit.adjustments.get(part, {}).items()
        return {name: c for name, c in changes if c.get("from", "") <= today <= c.get("until", "9999")}

    for name, change in in_force("settings").items():
        raw["settings"][name.removeprefix("random.")]["value"] = change["value"]
    for item in raw["items"]:
        if change := in_force("severity").get(item["id"]):
            item["severity"] = change["value"]
    return tuple(item for item in read(raw, names) if item.id not in in_force("switched_off"))


def loaded(audit: Audit, names: Names, databases: Databases) -> Loaded:
    return load(
        names,
        audit.tables,
        missing_tables=audit.missing_tables,
        missing_columns=audit.missing_columns,
        con=databases[audit.dictionary["closed_days"]],
    )


@dataclass(frozen=True)
class Both:
    """What both readings say of every case and item."""

    names: Names
    items: tuple[Item, ...]
    extract: Loaded
    engine: dict[tuple[int, str], Answer]
    outcomes: dict[tuple[int, str], Outcome]

    @property
    def explain(self) -> dict[tuple[int, str], Answer]:
        return {pair: plain(outcome) for pair, outcome in self.outcomes.items()}

    def disagreements(self) -> list[str]:
        explained = self.explain
        assert set(self.engine) == set(explained)
        return [
            f"case {case} {item}: engine {answer}, explain {explained[case, item]}"
            for (case, item), answer in self.engine.items()
            if answer != explained[case, item]
        ]


def both(audit: Audit, databases: Databases) -> Both:
    names = resolve(as_written(audit.dictionary), "dictionary.yaml")
    items = as_adjusted(audit, names)
    extract = loaded(audit, names, databases)
    engine = by_engine(extract, items, audit.as_at)
    return Both(names, items, extract, engine, by_explain(extract, items, audit.as_at))


def engine_says(audit: Audit, databases: Databases) -> dict[tuple[int, str], Answer]:
    names = resolve(as_written(audit.dictionary), "dictionary.yaml")
    return by_engine(loaded(audit, names, databases), as_adjusted(audit, names), audit.as_at)


def of_items(items: Sequence[Item], found: Both, as_at: date) -> dict[tuple[int, str], Answer]:
    """What explain says of other items on the same extract."""
    return {pair: plain(outcome) for pair, outcome in by_explain(found.extract, items, as_at).items()}
