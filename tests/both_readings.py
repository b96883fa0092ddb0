"""Builds small extracts from Python rows and works them out both ways: the engine and explain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import duckdb

from auditcheck.calendar import Calendar, Period
from auditcheck.checklist import Checklist, Item, read_checklist
from auditcheck.dictionary import resolve
from auditcheck.engine import build_calendar, open_database
from auditcheck.evaluate import Outcome, evaluate
from auditcheck.names import Names, Type
from auditcheck.plan import TOGETHER, Plan
from auditcheck.problems import Problem
from auditcheck.reading import CaseReading
from auditcheck.records import records
from auditcheck.sql import quoted
from auditcheck.states import State
from auditcheck.yamlfile import Mapping as Mapping_
from auditcheck.yamlfile import Sequence as Sequence_
from auditcheck.yamlfile import Text, parse_yaml

UNREADABLE = "<unreadable>"
FIELD, LINE, NOTHING = "\x1f", "\x1e", "\x1dnothing"

SQL_TYPES = {Type.DATE: "DATE", Type.YES_NO: "BOOLEAN", Type.NUMBER: "BIGINT"}


def as_written(data: Any) -> Any:
    """Plain dicts, lists and text in the form the YAML reader gives."""
    if isinstance(data, dict):
        mapping = Mapping_()
        mapping.update({Text(key): as_written(value) for key, value in data.items()})
        return mapping
    if isinstance(data, list | tuple):
        return Sequence_(as_written(part) for part in data)
    return Text("yes" if data is True else "no" if data is False else str(data))


def dictionary(text: str) -> Names:
    return resolve(parse_yaml(text.encode(), "dictionary.yaml"), "dictionary.yaml")


def checklist(text: str, names: Names) -> Checklist:
    problems: list[Problem] = []
    found = read_checklist(parse_yaml(text.encode(), "checklist.yaml"), "checklist.yaml", names, problems)
    assert found is not None, "\n".join(str(problem) for problem in problems)
    return found


@dataclass
class Loaded:
    """An extract in the form the reader leaves it in. Cells: a value, None (blank) or UNREADABLE."""

    con: duckdb.DuckDBPyConnection
    names: Names
    bad: set[tuple[str, str]]
    unknown_tables: set[str]
    cases: int


def load(
    names: Names,
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    missing_tables: Sequence[str] = (),
    missing_columns: Sequence[tuple[str, str]] = (),
    con: duckdb.DuckDBPyConnection | None = None,
) -> Loaded:
    if con is None:
        con = open_database()
        build_calendar(con, names.closed_days)
    bad: set[tuple[str, str]] = set(missing_columns)
    unknown = set(missing_tables)
    for table in names.tables.values():
        rows = [] if table.name in missing_tables else tables.get(table.name, ())
        if not rows and not table.may_be_empty and table.name != "cases":
            unknown.add(table.name)
        columns = table.raw_columns
        listed = ", ".join(
            f"{quoted(c.name)} {SQL_TYPES.get(c.type, 'VARCHAR')}, {quoted(c.name + '__bad')} BOOLEAN" for c in columns
        )
        lead = "_case BIGINT, _row BIGINT" if table.name == "cases" else "_row BIGINT"
        con.execute(f"CREATE OR REPLACE TABLE {quoted('t_' + table.name)} ({lead}, {listed})")
        lines = []
        for number, row in enumerate(rows):
            values: list[Any] = [number, number + 2] if table.name == "cases" else [number + 2]
            for column in columns:
                value = row.get(column.name)
                is_bad = value == UNREADABLE or (table.name, column.name) in missing_columns
                if value == UNREADABLE:
                    bad.add((table.name, column.name))
                values += [None if is_bad else value, is_bad]
            lines.append(FIELD.join(NOTHING if value is None else str(value) for value in values))
        if lines:
            # one text that the database takes apart: much faster than as many literals
            width = range(1, 2 * len(columns) + (3 if table.name == "cases" else 2))
            cells = ", ".join(f"nullif(cells[{n}], '{NOTHING}')" for n in width)
            con.execute(
                f"INSERT INTO {quoted('t_' + table.name)} SELECT {cells} FROM "
                f"(SELECT string_split(line, '{FIELD}') AS cells FROM unnest(string_split($1, '{LINE}')) AS l(line))",
                [LINE.join(lines)],
            )
    return Loaded(con, names, bad, unknown, len(tables.get("cases", ())))


@dataclass(frozen=True)
class Answer:
    """What one reading says of one case and item."""

    state: State
    due: date | None
    occurrences: int
    met: int
    reason: str
    passed: bool
    within: State | None


def the_period(as_at: date) -> Period:
    """Days around as at in which things may be due: not the same for every as at."""
    first = as_at - timedelta(days=10 + as_at.day * 3)
    return Period(first, first + timedelta(days=9 + 5 * as_at.month))


def by_engine(loaded: Loaded, items: Sequence[Item], as_at: date) -> dict[tuple[int, str], Answer]:
    start = quoted(loaded.names.start)
    every_start = loaded.con.execute(f"SELECT count(*) FROM t_cases WHERE {start} IS NULL").fetchall() == [(0,)]
    # of large tables the rows in use are joined to their cases once; they are small here, and half the days it is tried
    large = {name for name in loaded.names.tables if name != "cases"} if as_at.toordinal() % 2 else set()
    plan = Plan(
        loaded.names,
        as_at,
        loaded.bad,
        loaded.unknown_tables,
        every_start,
        large=large,
        passed=True,
        period=the_period(as_at),
    )
    for item in items:
        plan.add_item(item)
    con = loaded.con
    # so few items would stand in one table
    with patch("auditcheck.plan.TOGETHER", 2 if as_at.toordinal() % 3 else TOGETHER):
        for statement in plan.statements():
            con.execute(statement)
        rows = con.execute(f"SELECT * FROM {plan.states()} s").fetchall()
    answers = {}
    assert len(rows) == len({case for case, *_ in rows})  # no case twice
    for row in rows:
        for n, item in enumerate(items):
            word, due, of, met, reason, passed, within = row[1 + 7 * n : 8 + 7 * n]
            state = State(word)
            answers[row[0], item.id] = Answer(
                state,
                due,
                of,
                met,
                reason_words(item, state, reason),
                _counts(state, passed),
                State(within) if within else None,
            )
    return answers


def reason_words(item: Item, state: State, number: int | None) -> str:
    if number is None:
        return ""
    listed = item.excused_if if state is State.EXCUSED else item.left_out_if
    if number < len(listed):
        return listed[number].words
    return "Accepted" if state is State.EXCUSED else "Not in the sample"


def by_explain(loaded: Loaded, items: Sequence[Item], as_at: date) -> dict[tuple[int, str], Outcome]:
    calendar = Calendar.of(loaded.names.closed_days)
    found = records(loaded.con, loaded.names, range(loaded.cases))
    outcomes = {}
    for number, record in found.items():
        case = CaseReading(loaded.names, as_at, calendar, loaded.unknown_tables, record, period=the_period(as_at))
        start, _ = record.case.cells[loaded.names.start]
        if isinstance(start, date) and start > as_at:
            continue  # counted, not audited
        for item in items:
            outcomes[number, item.id] = evaluate(item, case)
    return outcomes


def _counts(state: State, passed: bool) -> bool:
    """Whether a state rests on what had fallen due, of those that are counted so."""
    return passed if state in (State.MET, State.NOT_YET_DUE, State.GAP, State.LATE) else True


def plain(outcome: Outcome) -> Answer:
    passed = _counts(outcome.state, outcome.passed)
    return Answer(outcome.state, outcome.due, outcome.occurrences, outcome.met, outcome.reason, passed, outcome.within)
