"""Engines broken on purpose: the suite must notice every one of them.

Each break changes what the engine does in one way that a slip could bring about: most by a change of
the text of its SQL, some by a function of the plan. It is noticed when any pair of case and item of
random audits no longer agrees. The audits are those of the agreement tests, and explain's answers to
them are worked out once. Breaks that so few audits seldom come to are shown to a table written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from auditcheck import plan
from auditcheck.dictionary import resolve
from auditcheck.plan import Plan
from tests import tables, test_pattern_each, test_pattern_run_of, test_pattern_some
from tests.agreement import QUIET, Both, Databases, as_adjusted, loaded, open_databases
from tests.both_readings import Loaded, as_written, by_engine, by_explain
from tests.random_audits import Audit, audits

AUDITS = 60

WEEKDAYS = "isodow(day) <= 5"
CALENDAR = (
    "(SELECT day, {open} AS is_open, CAST(sum(CASE WHEN {open} THEN 1 ELSE 0 END) OVER (ORDER BY day "
    "ROWS UNBOUNDED PRECEDING) AS INTEGER) AS open_before_or_on FROM calendar)"
)
MONTHS_OVERFLOWING = r"CAST(date_trunc('month', c.day) + INTERVAL (\1) MONTH + INTERVAL (day(c.day) - 1) DAY AS DATE)"

#: What is broken: what is looked for in the SQL, and what is put in its place.
IN_THE_SQL = {
    "an answer on the deadline is late": (r"\(x\.answer <= (x\.|k\d)", r"(x.answer < \1"),
    "an event on the deadline is late": (r"<= (b\._m\d+)\) THEN 'met'", r"< \1) THEN 'met'"),
    "on its deadline day a gap is a gap": (r">= (DATE '[0-9-]+'\) THEN 'not yet due')", r"> \1"),
    "bank holidays are working days": (r"\bFROM calendar\b", f"FROM {CALENDAR.format(open=WEEKDAYS)} calendar"),
    "weekends are working days": (r"\bFROM calendar\b", f"FROM {CALENDAR.format(open='TRUE')} calendar"),
    "a month after the 31st is in the month after next": (
        r"CAST\(c\.day \+ INTERVAL \((-?\d+)\) MONTH AS DATE\)",
        MONTHS_OVERFLOWING,
    ),
    "an answer before its request counts": (r"f\.hi >= o\.day", "TRUE"),
    "same is ignored": (r'coalesce\(o\.shared = f\."shared", FALSE\)', "TRUE"),
    "one_to_one is ignored": (r"s\.served >= a\.asked", "s.day >= a.day"),
    "late comes before gap": (
        r"WHEN ('gap'|0) THEN (0|'gap') WHEN ('late'|1) THEN (1|'late')",
        r"WHEN \1 THEN \4 WHEN \3 THEN \2",
    ),
    "an event on the first day does not count": (
        r'\((t\."\w+") BETWEEN (b\.(?:\w+|"\w+")) AND',
        r"(\1 > \2 AND \1 BETWEEN \2 AND",
    ),
    "a row of the person is nobody's": (r'\(t\."order" IS NULL OR (t\."order" = b\."order")\)', r"\1"),
    "on its last day an acceptance is over": (r't\."until" >= DATE', 't."until" > DATE'),
}  # fmt: skip

#: The same, with the tests written by hand that come to such cases.
BY_HAND = {
    "a run is not ended": (
        r"count\(DISTINCT g\.day\) AS segment",
        "0 AS segment",
        test_pattern_run_of.test_a_run_counts_once_until_it_is_ended,
    ),
    "several on one day are several": (
        r"count\(DISTINCT r\.day\)",
        "count(r.day)",
        test_pattern_some.test_at_least_three_days,
    ),
    "a month after the 31st is in the month after next": (
        *IN_THE_SQL["a month after the 31st is in the month after next"],
        test_pattern_each.test_month_ends,
    ),
    "late comes before gap": (*IN_THE_SQL["late comes before gap"], test_pattern_each.test_several_requests_roll_up),
}  # fmt: skip


def excuses_first(*given: Any, **more: Any) -> tuple[str, str]:
    state, _, excused, *others = given
    first, _ = WITH_REASONS(state, [], excused, *others, **more)
    finished, why = WITH_REASONS(*given, **more)
    return f"CASE WHEN {first} = 'excused' THEN 'excused' ELSE {finished} END", why


WITH_REASONS = plan.with_reasons
CONDITION_SQL = plan.condition_sql


def blank_is_no(*given: Any, **more: Any) -> str:
    return CONDITION_SQL(*given, **more | {"blank_is_no": True})


#: The same by a function of the plan.
IN_THE_PLAN: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "as at is ignored": (Plan, "is_planned", lambda *_: True),
    "planned is ignored": (Plan, "is_planned", lambda *_: False),
    "a blank is no": (plan, "condition_sql", blank_is_no),
    "excuses are tried before what is left out": (plan, "with_reasons", excuses_first),
}


class Between:
    """A connection that notes what it is asked, and may change it on the way."""

    def __init__(self, con: Any, pattern: str = "", instead: Any = "") -> None:
        self.con, self.pattern, self.instead = con, pattern, instead
        self.asked: list[str] = []

    def execute(self, sql: str, *more: Any) -> Any:
        if self.pattern:
            sql = re.sub(self.pattern, self.instead, sql)
        self.asked.append(sql)
        return self.con.execute(sql, *more)


@dataclass
class Tried:
    """An audit, what explain says of it, and what the engine asks of the database."""

    audit: Audit
    databases: Databases

    @cached_property
    def intact(self) -> tuple[Both, list[str]]:
        names = resolve(as_written(self.audit.dictionary), "dictionary.yaml")
        extract, items = loaded(self.audit, names, self.databases), as_adjusted(self.audit, names)
        between = Between(extract.con)
        found = Both(
            names,
            items,
            extract,
            self.engine(replace(extract, con=between), items),
            by_explain(extract, items, self.audit.as_at),
        )
        assert not found.disagreements()
        return found, between.asked

    def engine(self, extract: Loaded, items: Any) -> Any:
        return by_engine(extract, items, self.audit.as_at)

    def broken(self, pattern: str = "", instead: Any = "") -> tuple[list[str], bool]:
        """What no longer agrees, and whether the SQL is another."""
        found, asked = self.intact
        if pattern and not any(re.search(pattern, sql) for sql in asked):
            return [], False
        between = Between(loaded(self.audit, found.names, self.databases).con, pattern, instead)
        engine = self.engine(replace(found.extract, con=between), found.items)  # type: ignore[arg-type]
        return replace(found, engine=engine).disagreements(), between.asked != asked


class ManyTried:
    """Random audits, the first of them drawn once for all breaks. What is drawn also depends on the modules that are
    imported, so more are drawn where a break seldom tells: four times so many at most."""

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self.found: list[Tried] = []

    def __iter__(self) -> Iterator[Tried]:
        at = 0
        for number in range(4):
            if at == len(self.found):
                self._draw(number + 1)
            yield from self.found[at : at + AUDITS]
            at += AUDITS

    def _draw(self, number: int) -> None:
        drawn: list[Tried] = []

        @seed(number)
        @settings(max_examples=AUDITS, database=None, phases=[Phase.generate], suppress_health_check=QUIET)
        @given(st.data())
        def draw(data: st.DataObject) -> None:
            drawn.append(Tried(data.draw(audits(most_items=5, most_cases=50, quickly=True)), self.databases))

        draw()
        assert len(drawn) == AUDITS
        self.found += drawn[::-1]  # the first that are drawn are the smallest


@pytest.fixture(scope="module")
def tried() -> Iterator[ManyTried]:
    databases = open_databases()
    yield ManyTried(databases)
    for con in databases.values():
        con.close()


def noticed(tried: Iterable[Tried], pattern: str = "", instead: Any = "") -> bool:
    """Is the break noticed, on audits that it can concern?"""
    changed = 0
    for audit in tried:
        wrong, other = audit.broken(pattern, instead)
        if wrong:
            assert other
            return True
        changed += other
    assert changed, "the break changes nothing: is the SQL as it was?"
    return False


@pytest.mark.parametrize("name", IN_THE_SQL)
def test_broken_in_the_sql(name: str, tried: ManyTried) -> None:
    found = noticed(tried, *IN_THE_SQL[name])
    assert found


@pytest.mark.parametrize("name", BY_HAND)
def test_tables_written_by_hand_notice(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pattern, instead, table = BY_HAND[name]
    table()

    def broken(extract: Loaded, items: Any, as_at: date) -> Any:
        between: Any = Between(extract.con, pattern, instead)
        return by_engine(replace(extract, con=between), items, as_at)

    monkeypatch.setattr(tables, "by_engine", broken)
    with pytest.raises(AssertionError, match="engine:"):
        table()


@pytest.mark.parametrize("name", IN_THE_PLAN)
def test_broken_in_the_plan(name: str, tried: ManyTried, monkeypatch: pytest.MonkeyPatch) -> None:
    for audit in tried:
        assert audit.intact  # before anything is broken
    monkeypatch.setattr(*IN_THE_PLAN[name])
    found = noticed(tried)
    assert found


def test_an_engine_that_is_not_broken_is_not_noticed(tried: ManyTried) -> None:
    """So that noticing means something: a change of the text that changes no meaning."""
    assert not noticed(islice(tried, 5), "SELECT b._case", "SELECT b._case ")
