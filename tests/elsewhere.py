"""Puts extracts where another engine finds them, and asks it what our own database is asked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, seed, settings

from auditcheck.audit import Audit, audit
from auditcheck.dictionary import load_dictionary, resolve
from auditcheck.engine import Answer as Fetched
from auditcheck.engines import send_days
from auditcheck.engines.reading import Engine
from auditcheck.extract import Extract, find_adjustments, find_dictionary, read_extract
from auditcheck.extract.parquet_file import TEXT
from auditcheck.extract.values import heading
from auditcheck.names import Names, Type
from auditcheck.reports.text_result import as_text
from auditcheck.result import FaultRow, Result
from auditcheck.sql import quoted
from tests.agreement import QUIET, Databases, as_adjusted, loaded
from tests.both_readings import SQL_TYPES, Answer, Loaded, as_written, by_engine, by_explain, plain
from tests.random_audits import audits

EXAMPLES = Path(__file__).parents[1] / "examples"
ANSWERED = EXAMPLES / "first-sight" / "answered"

#: The shipped examples, and their dictionaries.
SHIPPED: dict[str, tuple[Path, Path | None]] = {
    "brighton": (EXAMPLES / "brighton-east-sussex", None),
    "caseload": (EXAMPLES / "first-sight" / "caseload.xlsx", ANSWERED / "caseload.dictionary.yaml"),
    "export": (EXAMPLES / "first-sight" / "ndelius-export.xlsx", ANSWERED / "ndelius-export.dictionary.yaml"),
    "team": (EXAMPLES / "team-workbook" / "team-june.xlsx", None),
    "june": (EXAMPLES / "three-months" / "2026-06", None),
}


def skip(engine: str, reason: str) -> None:
    """Skips, unless whoever runs the tests says in AUDITCHECK_ENGINES that the engine is there."""
    if engine in os.environ.get("AUDITCHECK_ENGINES", "").split(","):
        pytest.fail(f"AUDITCHECK_ENGINES names {engine}, and {reason}")
    pytest.skip(reason)


def adjustments_of(example: str) -> Path | None:
    return find_adjustments(SHIPPED[example][0])


def dictionary_of(example: str) -> Path | None:
    path, given_ = SHIPPED[example]
    return given_ or find_dictionary(path)


# ── tables as a database would have them ─────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Source:
    """A table: its columns with their types (of the dictionary), and its rows."""

    columns: list[tuple[str, Type]]
    rows: list[tuple[Any, ...]]


def text_rows(rows: Sequence[Sequence[str | None]]) -> Source:
    """A table of texts from headings and rows."""
    return Source([(str(name), Type.TEXT) for name in rows[0]], [tuple(row) for row in rows[1:]])


def tables_of(path: Path, names: Names, *, as_text: bool) -> dict[str, Source]:
    """The tables of an extract, under the names that the dictionary has. A column with a cell that cannot be read
    is text; with `as_text` all are."""
    found = {}
    with read_extract(path, names) as extract:
        for source in extract.sources:
            table = names.tables[source.table]
            columns, cells = [], []
            for column in table.raw_columns:
                if (table.name, column.name) in extract.missing_columns | extract.read_as_blank:
                    continue
                name = quoted(column.name)
                bad = (table.name, column.name) in extract.bad_columns
                columns.append((column.name, Type.TEXT if as_text or bad else column.type))
                text = (
                    "(select any_value(f.text) from faults f where f.row = t._row and "
                    f"f.source = '{source.shown}' and f.\"column\" = '{heading(column)}' and t.{quoted(column.name + '__bad')})"
                )
                cells.append(f"coalesce(cast({name} as varchar), {text})" if columns[-1][1] is Type.TEXT else name)
            rows = extract.con.execute(f"select {', '.join(cells)} from {quoted('t_' + table.name)} t").fetchall()
            found[table.name] = Source(columns, rows)
    return found


# ── agreement ────────────────────────────────────────────────────────────────────────────────────


def everything(finished: Audit) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Of every case, by its whole reference, and item: state, day, occurrences, met, reason, passed."""
    con, found = finished.extract.con, {}
    key = " || '/' || ".join(f"coalesce(c.{quoted(name)}, '')" for name in finished.names.key)
    rows = con.execute(
        f'SELECT {key}, s.* FROM {finished.plan.states()} s JOIN "t_cases" c ON c._case = s._case'
    ).fetchall()
    for ref, _, *cells in rows:
        for n, item in enumerate(finished.items):
            found[ref, item.id] = tuple(cells[6 * n : 6 * n + 6])
    return found


def counted(result: Result) -> dict[str, Any]:
    """What a result counts: all but where it was read."""
    about = result.about
    return {
        "rows": [(s.table, s.rows_read, s.kept, s.other_cases, s.refused) for s in about.sources],
        "faults": dict(about.faults),
        "newest": about.newest_entry,
        "warnings": tuple(text for text in about.warnings if "is called so" not in text),  # sheets beside the tables
        "cases": result.cases,
        "teams": result.teams,
        "people": result.practitioners,
        "overall": result.overall,
        "first": result.first,
        "reasons": result.reasons,
        "ended": (result.ended_gaps, result.ended_in_record, result.late_before),
        "accepted": result.accepted,
    }


@dataclass(frozen=True)
class Found:
    states: dict[tuple[str, str], tuple[Any, ...]]
    counts: dict[str, Any]
    summary: str


def found_by(path: Path | Engine, dictionary: Path | None, **more: Any) -> Found:
    with audit(path, dictionary=dictionary, passed=True, **more) as finished:
        result = finished.result()
        text = as_text(result, "EXTRACT").decode()
        # but for the header, and what to type next
        lines = [line for line in text[text.index("\n\n") :].splitlines() if "EXTRACT" not in line]
        return Found(everything(finished), counted(result), "\n".join(lines))


# ── random audits ────────────────────────────────────────────────────────────────────────────────


class There:
    """An engine as the tests' connection: the days of the calendar come from here."""

    def __init__(self, engine: Engine, closed_days: Iterable[date]) -> None:
        self.engine, self.closed_days = engine, closed_days

    def execute(self, query: str, parameters: Any = None) -> Fetched:
        if query.startswith("CREATE OR REPLACE TEMP TABLE due "):
            send_days(self.engine, self.closed_days, query)
            query = "SELECT 1"
        return self.engine.execute(query, parameters)


def sent(found: Loaded, engine: Engine) -> Loaded:
    """The same extract on another engine."""
    for table in found.names.tables.values():
        kinds = {"_row": "bigint"} | ({"_case": "bigint"} if table.name == "cases" else {})
        for column in table.raw_columns:
            kinds |= {column.name: SQL_TYPES.get(column.type, ""), column.name + "__bad": "boolean"}
        listed = ", ".join(quoted(name) for name in kinds)
        rows = found.con.execute(f"select {listed} from {quoted('t_' + table.name)}").fetchall()
        cells = [engine.quoted(f"c{n}") for n in range(len(kinds))]
        values = ", ".join(
            f"({', '.join('NULL' if v is None else engine.literal(str(v).lower() if isinstance(v, bool) else str(v)) for v in row)})"
            for row in rows or [(None,) * len(kinds)]
        )
        selected = ", ".join(
            f"{f'CAST({cell} AS {kind})' if kind else engine.as_text(cell, TEXT, '')} AS {engine.quoted(name)}"
            for cell, (name, kind) in zip(cells, kinds.items(), strict=True)
        )
        where = "" if rows else " WHERE 1 = 0"
        engine.make(f"t_{table.name}", f"SELECT {selected} FROM (VALUES {values}) v({', '.join(cells)}){where}")
    return Loaded(There(engine, found.names.closed_days), found.names, found.bad, found.unknown_tables, found.cases)  # type: ignore[arg-type]


def agreed(engine: Engine, databases: Databases, examples: int, number: int, *, cases: int = 60, items: int = 4) -> int:
    """How many pairs of case and item were asked of the engine, of DuckDB and of explain; they must agree."""
    pairs = 0

    @seed(number)
    @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=QUIET)
    @given(audits(items, cases, quickly=True))
    def agree(random: Any) -> None:
        nonlocal pairs
        names = resolve(as_written(random.dictionary), "dictionary.yaml")
        asked = as_adjusted(random, names)
        here = loaded(random, names, databases)
        there = sent(here, engine)
        ours: dict[tuple[int, str], Answer] = by_engine(here, asked, random.as_at)
        assert by_engine(there, asked, random.as_at) == ours
        explained = by_explain(there, asked, random.as_at)  # from the records that the engine gives
        assert {pair: plain(outcome) for pair, outcome in explained.items()} == ours
        pairs += len(ours)

    agree()
    return pairs


# ── what is wrong ────────────────────────────────────────────────────────────────────────────────


@dataclass
class Messy:
    """An extract with something of everything wrong, as text: by table its columns and rows."""

    tables: Mapping[str, Sequence[Sequence[str | None]]] = field(
        default_factory=lambda: {
            "cases": [
                ("crn", "event_number", "start_date", "end_date", "team_code", "order_type", "hours", "indicated"),
                ("X1", "1", "2025-01-06", None, "n54a", "CO", "40", "Y"),
                ("X2", "1", "06/01/2025", "31/02/2025", "n54b", "SSO", "many", "perhaps"),
                ("x3", "1", None, "2060-01-01", None, "lic", None, None),
                ("X4", "1", "2025-02-01", "2025-01-01", "n54a", "CO", "-1", "no"),
            ],
            "contacts": [
                ("crn", "event_number", "contact_date", "due_date", "type_code", "requirement"),
                ("X1", "1", "2025-01-07", None, "C1", "R1"),
                ("X1", None, "2025-01-08", None, "C1", "R9"),  # of the person; a requirement that is not there
                ("X3", "1", "2025-01-09", None, "C1", None),  # nearly ours
                ("0X1", None, "2025-01-09", None, "C1", None),  # nearly ours, of the person
                ("X1", "1.0", "2025-01-09", None, "C1", None),  # nearly ours
                ("X9", "1", "2025-01-10", None, "C2", None),  # of another case
                (None, "1", "2025-01-11", None, "C2", None),  # nobody's
                ("X2", "1", "11th", "soon", "C2", None),
            ],
            "requirements": [("id", "crn", "kind"), ("R1", "X1", "F"), ("R2", "X8", "F")],
        }
    )

    def csv(self) -> dict[str, str]:
        return {
            f"{name}.csv": "".join(",".join(cell or "" for cell in row) + "\n" for row in rows)
            for name, rows in self.tables.items()
        }


def told(extract: Extract) -> dict[str, Any]:
    """What the reading of an extract tells, without file names and rows."""
    faults: list[FaultRow] = extract.fault_rows()
    return {
        "sources": [(s.table, s.rows_read, s.kept, s.other_cases, s.refused) for s in extract.sources],
        "not supplied": extract.not_supplied,
        "missing": extract.missing_columns,
        "blank": extract.read_as_blank,
        "bad": extract.bad_columns,
        "unknown": extract.unknown_tables,
        "columns": extract.columns_read,
        "faults": sorted((f.kind, f.source.removesuffix(".csv"), f.column, f.rule.replace(".csv", "")) for f in faults),
        "kinds": dict(extract.faults),
    }


def every_column(names: Names) -> dict[str, set[str]]:
    return {table.name: {column.name for column in table.raw_columns} for table in names.tables.values()}


def names_of(dictionary: Path | None) -> Names:
    return load_dictionary(dictionary)
