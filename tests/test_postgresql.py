"""Audits that run in PostgreSQL: they must say what the same audits say of files.

The tests start a server of their own (`postgresql_server`); without its programs they are skipped, unless
AUDITCHECK_ENGINES names it, as where everything that is handed in is tried.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from auditcheck.audit import Selection, audit
from auditcheck.calendar import Period
from auditcheck.engines import Address, address_of, connect
from auditcheck.engines.reading import read_tables
from auditcheck.extract import read_extract
from auditcheck.names import Type
from auditcheck.problems import ExtractStop, UsageStop
from tests.agreement import open_databases
from tests.elsewhere import (
    SHIPPED,
    Messy,
    Source,
    adjustments_of,
    agreed,
    dictionary_of,
    every_column,
    found_by,
    names_of,
    skip,
    tables_of,
    text_rows,
    told,
)
from tests.extract_files import folder, names
from tests.national import write
from tests.postgresql_server import PASSWORD, READER, Server, programs, server
from tests.small_extracts import AS_AT, small
from tests.test_extract_cells import BAD, CELLS
from tests.test_extract_dates import SPELLINGS


@pytest.fixture(scope="session")
def running() -> Iterator[Server]:
    try:
        import psycopg  # noqa: F401
        import sqlglot  # noqa: F401
    except ImportError:
        skip("postgresql", "the extra “postgresql” is not installed")
    if programs() is None:
        skip("postgresql", "PostgreSQL is not installed")
    with server() as started:
        yield started


@pytest.fixture
def pg(running: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server, and credentials where PostgreSQL's own programs look for them."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PGUSER", READER)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("PGSSLMODE", "disable")
    return running


def raw(path: Path) -> dict[str, Source]:
    """The CSV files of a folder as they are, under their own headings; nothing is NULL."""
    return {
        file.stem: text_rows(list(csv.reader(file.read_text("utf-8-sig").splitlines()))) for file in path.glob("*.csv")
    }


# ── the same as of files ─────────────────────────────────────────────────────────────────────────

AGREEMENT = [
    # example, how its tables stand in the database
    ("brighton", "raw"),
    ("brighton", "typed"),
    ("caseload", "text"),
    ("export", "text"),
    ("team", "typed"),
    ("june", "raw"),
]


@pytest.mark.parametrize(("example", "how"), AGREEMENT, ids=[" ".join(line) for line in AGREEMENT])
def test_every_state_and_count_is_that_of_the_files(pg: Server, example: str, how: str) -> None:
    path, dictionary = SHIPPED[example][0], dictionary_of(example)
    tables = raw(path) if how == "raw" else tables_of(path, names_of(dictionary), as_text=how == "text")
    address = pg.put(f"{example} {how}", tables)
    region = adjustments_of(example)
    here, there = (found_by(extract, dictionary, adjustments=region) for extract in (path, address))
    assert len(here.states) > 60
    assert there.states == here.states
    if how == "raw":
        assert there.summary == here.summary
    else:  # the rows of other cases, and those below the cases, were left behind
        for found in (here, there):
            found.counts["rows"] = [(table, kept) for table, _, kept, *_ in found.counts["rows"]]
            for kind in ("row below the cases", "case reference in another spelling"):
                found.counts["faults"].pop(kind, None)
            found.counts["warnings"] = [text for text in found.counts["warnings"] if "below the last" not in text]
    assert there.counts == here.counts


def test_what_is_nowhere_in_the_tables_is_said_as_of_files(pg: Server, tmp_path: Path) -> None:
    """Ten cases whose enquiries have a code that the dictionary does not know."""
    cases = [f"XA{n:03},1,2023-04-03,,N01A001,N01A,CO" for n in range(10)]
    small(tmp_path / "june", cases=cases, contacts=[f"XA{n:03},1,2023-04-05,C999" for n in range(10)]).close()
    address = pg.put("nowhere", raw(tmp_path / "june"))
    said = []
    for extract in (tmp_path / "june", address):
        with audit(Path(extract), as_at=AS_AT, checklists=[str(tmp_path / "june" / "small.yaml")]) as finished:
            said.append([text for text in finished.result().about.warnings if "nobody is met" in text])
    assert said[0][0].startswith("T2 (10 gaps: police enquiry sent)")
    assert said[1] == said[0]


NARROWED = {
    "a team, by a fact": {"selection": Selection(teams=("ZKSEB1",), by="rosh")},
    "one practitioner": {"selection": Selection(practitioners=("zksb201",))},
    "due in a month": {"selection": Selection(due_in=Period.month("2023-06"))},
    "by practitioner": {"selection": Selection(by="practitioner", severities=("high",))},
    "of one kind": {"selection": Selection(only=("rosh", "high"))},
}


@pytest.mark.parametrize("name", NARROWED)
def test_a_narrowed_run_is_that_of_the_files(pg: Server, name: str) -> None:
    path, dictionary = SHIPPED["brighton"][0], dictionary_of("brighton")
    address = pg.put("narrowed", raw(path))
    more = {"checklists": ["domestic-abuse", "oversight", "enforcement"]} | NARROWED[name]
    found = []
    for extract in (path, address):
        with audit(extract, dictionary=dictionary, passed=True, **more) as finished:
            result = finished.result()
            found.append(
                (
                    finished.states(),
                    result.overall,
                    result.groups,
                    result.practitioners,
                    result.first,
                    result.late_before,
                )
            )
    assert found[0][0]
    assert found[0] == found[1]


def test_the_gap_list_and_why_are_those_of_the_files(pg: Server) -> None:
    path, dictionary = SHIPPED["brighton"][0], dictionary_of("brighton")
    address = pg.put("listed", raw(path))
    found = []
    for extract in (path, address):
        with audit(extract, dictionary=dictionary) as finished:
            listed = finished.gap_list()
            why = finished.explain("X480941")
            words = [f.found for f in (*listed.gaps, *listed.coming_up, *listed.to_judge, *listed.ended)]
            doubts = sorted((f.case.ref, f.item.id) for f in listed.cannot_tell)
            found.append((words, doubts, [(one.item.id, one.state, one.headline) for one in why]))
            if extract is address:  # rows have no numbers there, and none are named
                texts = [f.found for f in listed.cannot_tell] + [str(one) for one in why]
                assert any("a cell could not be read (1 row of contacts)" in text for text in texts)
                assert not [text for text in texts if re.search(r"rows? -?\d", text)]
    assert len(found[0][0]) > 500
    assert found[0] == found[1]


def test_random_audits_agree(pg: Server) -> None:
    databases = open_databases()
    pg.run("CREATE SCHEMA IF NOT EXISTS empty")
    address = address_of(pg.address("pg_catalog"))
    assert address is not None
    engine = connect(address)
    try:
        assert agreed(engine, databases, 14, 1) >= 2_500
    finally:
        engine.close()
        for con in databases.values():
            con.close()


@pytest.mark.long
def test_five_thousand_cases_agree(pg: Server, tmp_path: Path) -> None:
    """With 500,000 contacts, and all that is shipped asked of them."""
    write(tmp_path / "many", 5_000, 500_000, "csv")
    dictionary = tmp_path / "many" / "dictionary.yaml"
    address = pg.put("many", raw(tmp_path / "many"))
    here, there = (found_by(extract, dictionary) for extract in (tmp_path / "many", address))
    assert len(here.states) > 300_000
    assert there.states == here.states
    assert there.counts == here.counts
    assert there.summary == here.summary


@pytest.mark.long
@pytest.mark.parametrize("number", range(20, 24))
def test_random_audits_agree_at_length(pg: Server, number: int) -> None:
    databases = open_databases()
    address = address_of(pg.address("pg_catalog"))
    assert address is not None
    engine = connect(address)
    try:
        assert agreed(engine, databases, 60, number, cases=150, items=6) >= 30_000
    finally:
        engine.close()


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def read(pg: Server, schema: str, tables: dict[str, Source]) -> Any:
    address = address_of(pg.put(schema, tables))
    assert address is not None
    return read_tables(connect(address), names(), wanted=every_column(names()))


def test_every_spelling_is_read_as_in_a_file(pg: Server) -> None:
    columns = ["end_date", "indicated", "hours", "order_type", "team_code", "team_name"]
    rows = [
        (f"X{number:03}", "1", "2025-01-06", *(cell if column == name else None for name in columns))
        for number, (column, cell, _) in enumerate(CELLS)
    ]
    cases = Source([(n, Type.TEXT) for n in ("crn", "event_number", "start_date", *columns)], rows)
    with read(pg, "cells", {"cases": cases}) as extract:
        for number, (column, cell, expected) in enumerate(CELLS):
            found = extract.con.execute(f'SELECT "{column}", "{column}__bad" FROM t_cases WHERE crn = \'X{number:03}\'')
            assert found.fetchall() == [(None, True) if expected == BAD else (expected, False)], (column, cell)
        rules = [f.rule for f in extract.fault_rows()]
        assert len(rows) == len({row[0] for row in rows})
        assert len(rules) == sum(expected == BAD for _, _, expected in CELLS)
        assert Counter(rule for rule in rules if "date" in rule) == Counter(
            said for _, said in SPELLINGS if not said[:1].isdigit()
        )


TYPED = [
    # type in the database, value as SQL, column of the dictionary, what it is read as
    ("date", "'2025-03-09'", "end_date", date(2025, 3, 9)),
    ("date", "'1979-12-31'", "end_date", BAD),
    ("date", "'infinity'", "end_date", BAD),
    ("timestamp", "'2025-03-09 23:59:59.999'", "end_date", date(2025, 3, 9)),
    ("timestamptz", "'2025-06-30 23:30:00+00'", "end_date", date(2025, 7, 1)),  # half past midnight in London
    ("timestamptz", "'2025-01-30 23:30:00+00'", "end_date", date(2025, 1, 30)),
    ("char(12)", "'09/03/2025'", "end_date", date(2025, 3, 9)),
    ("boolean", "true", "indicated", True),
    ("boolean", "null", "indicated", None),
    ("smallint", "0", "indicated", False),
    ("integer", "2", "indicated", BAD),
    ("numeric", "1.0", "indicated", True),
    ("integer", "40", "hours", 40),
    ("numeric(10,0)", "-7", "hours", -7),
    ("numeric(10,2)", "40.00", "hours", 40),
    ("numeric(10,2)", "40.50", "hours", BAD),
    ("double precision", "1e3", "hours", 1000),
    ("double precision", "'NaN'", "hours", BAD),
    ("bigint", "1", "order_type", "community_order"),
    ("varchar(20)", "' lic '", "order_type", "licence"),
    ("numeric(5,0)", "54", "team_code", "54"),
    ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "team_name", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    ("bytea", "null", "team_name", None),  # a column without a value has whatever type
]


def test_every_type_is_read_as_the_dictionary_has_it(pg: Server) -> None:
    for number, (kind, value, column, expected) in enumerate(TYPED):
        schema = f"typed {number}"
        pg.put(schema, {})
        pg.run(
            f'CREATE TABLE "{schema}".cases (crn text, event_number text, start_date date, {column} {kind})',
            f"INSERT INTO \"{schema}\".cases VALUES ('X1', '1', '2025-01-06', {value})",
            f'GRANT SELECT ON "{schema}".cases TO {READER}',
        )
        address = address_of(pg.address(schema))
        assert address is not None
        with read_tables(connect(address), names(), wanted=every_column(names())) as extract:
            found = extract.con.execute(f"SELECT {column}, {column}__bad FROM t_cases").fetchall()
        assert found == [(None, True) if expected == BAD else (expected, False)], (kind, value, column)


def test_what_is_wrong_is_counted_as_in_files(pg: Server, tmp_path: Path) -> None:
    messy = Messy()
    with read_extract(folder(tmp_path / "messy", messy.csv()), names()) as extract:
        here = told(extract)
    with read(pg, "messy", {name: text_rows(rows) for name, rows in messy.tables.items()}) as extract:
        there = told(extract)
    assert len(here["faults"]) >= 12
    assert ("contacts", 8, 3, 4, 1) in here["sources"]
    assert there["kinds"] == {}  # counted when somebody asks
    here.pop("kinds"), there.pop("kinds")
    assert there == here


RULES = """
dictionary: rules
cases:
  key: [crn]
  start: start_date
  in_order: [[start_date, end_date]]
  columns:
    crn: {type: text, required: yes, pattern: "[A-Z]\\\\d{3}"}
    start_date: {type: date, required: yes, at_least: 2020-01-01}
    end_date: {type: date, blank: not happened, at_most: 2030-12-31}
    hours: {type: number, at_least: 0, at_most: 300}
    grade: {type: code, allowed: [PO, PSO]}
    odd: {type: text, pattern: "(?i)a+"}
"""


def test_values_are_held_against_the_dictionarys_rules(pg: Server, tmp_path: Path) -> None:
    rows = [
        ("crn", "start_date", "end_date", "hours", "grade", "odd"),
        ("X001", "2025-01-01", "2025-02-01", "40", "po", "A"),
        ("Y1", "2019-12-31", "2031-01-01", "-1", "SPO", "b"),
        ("X003", "2025-01-01", "2024-12-31", "301", None, None),
    ]
    text = "".join(",".join(cell or "" for cell in row) + "\n" for row in rows)
    known = names(RULES)
    with read_extract(folder(tmp_path / "rules", {"cases.csv": text}), known) as extract:
        here = told(extract)["faults"]
    address = address_of(pg.put("rules", {"cases": text_rows(rows)}))
    assert address is not None
    with read_tables(connect(address), known, wanted=every_column(known)) as extract:
        there = told(extract)["faults"]
        assert extract.warnings == [
            "cases: the form of “odd” was not checked: its pattern is not one that every database reads alike"
        ]
    unchecked = ("value outside the rules", "cases", "odd", "not of the expected form")
    assert len(here) == 8
    assert there == [fault for fault in here if fault != unchecked]


# ── what is refused ──────────────────────────────────────────────────────────────────────────────

ONE_CASE = [("crn", "event_number", "start_date"), ("X1", "1", "2025-01-06")]


def one(*rows: Sequence[str | None]) -> dict[str, Source]:
    return {"cases": text_rows(rows)}


REFUSED: dict[str, tuple[dict[str, Source], list[str], str]] = {
    # tables, what is done to them, what is said
    "no table of cases": (
        {"people": text_rows(ONE_CASE)},
        [],
        "{place}: no table for the cases in the schema “refused”. It must be called “cases” or “Caseload”. There is"
        " “people”.",
    ),
    "two tables are one": (
        {"cases": text_rows(ONE_CASE), "Caseload": text_rows(ONE_CASE)},
        [],
        "{place}: “Caseload” and “cases” are both the table “cases”. Keep one of them, or make views in a schema of"
        " their own.",
    ),
    "a required column is missing": (
        one(("crn", "event_number", "begins"), ("X1", "1", "2025-01-06")),
        [],
        "cases: no column for start_date (called “Start date” or “start_date”).",
    ),
    "two columns are one": (
        one(("crn", "CRN", "event_number", "start_date"), ("X1", "X1", "1", "2025-01-06")),
        [],
        "cases: “crn” and “CRN” are both “crn”. Keep one of them.",
    ),
    "no rows": (one(ONE_CASE[0]), [], "cases: No cases to audit: it has no rows."),
    "a blank reference": (
        one(ONE_CASE[0], (" ", "1", "2025-01-06"), ONE_CASE[1]),
        [],
        "cases: 1 row has no case reference (“CRN”, “Event number”). Fill it in, or leave the row out.",
    ),
    "the same case twice": (
        one(*ONE_CASE, ONE_CASE[1], ("X1 ", "1", None)),
        [],
        "cases: 2 rows repeat the “CRN”, “Event number” of another row. It must be different on every row.",
    ),
    "a type that cannot be": (
        one(*ONE_CASE),
        ["ALTER TABLE {schema}.cases ALTER COLUMN start_date TYPE integer USING 20250106"],
        "cases: column “start_date” holds whole numbers, and the dictionary says date. Write it as dates, or as text"
        " (YYYY-MM-DD).",
    ),
    "not permitted to read": (
        one(*ONE_CASE),
        [f"REVOKE SELECT ON {{schema}}.cases FROM {READER}"],
        "{place}: not permitted. This user needs SELECT on the table “cases”.",
    ),
    "not permitted to read one column": (
        one(*ONE_CASE),
        [
            f"REVOKE SELECT ON {{schema}}.cases FROM {READER}",
            f"GRANT SELECT (crn, event_number) ON {{schema}}.cases TO {READER}",
        ],
        "{place}: not permitted. This user needs SELECT on every row of the tables, and TEMPORARY on the database.",
    ),
    "not permitted to use the schema": (
        one(*ONE_CASE),
        [f"REVOKE USAGE ON SCHEMA {{schema}} FROM {READER}"],
        "{place}: not permitted. This user needs USAGE on the schema “refused”.",
    ),
    "rows that a policy hides": (
        one(*ONE_CASE),
        ["ALTER TABLE {schema}.cases ENABLE ROW LEVEL SECURITY"],
        "{place}: a policy may hide rows of “cases” from this user. Use one that sees every row (BYPASSRLS).",
    ),
    "rows that a policy hides beneath a view": (
        {"people": text_rows(ONE_CASE)},
        [
            "ALTER TABLE {schema}.people ENABLE ROW LEVEL SECURITY",
            "CREATE VIEW {schema}.cases WITH (security_invoker) AS SELECT * FROM {schema}.people",
            f"GRANT SELECT ON {{schema}}.cases TO {READER}",
        ],
        "{place}: not permitted. This user needs SELECT on every row of the tables, and TEMPORARY on the database.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_stops_a_run_is_one_line(pg: Server, name: str) -> None:
    tables, done, words = REFUSED[name]
    address = pg.put("refused", tables)
    pg.run(*(statement.format(schema="refused") for statement in done))
    with pytest.raises(ExtractStop) as stop:
        read_it(address)
    assert stop.value.lines == (words.format(place=f"127.0.0.1:{pg.port}/postgres"),)


def read_it(path: Path, progress: Callable[[str], None] | None = None) -> None:
    address = address_of(path)
    assert address is not None
    read_tables(connect(address), names(), wanted=every_column(names()), progress=progress).close()


PASSWORDS = "A password belongs in ~/.pgpass, a service file or PGPASSWORD."
NOBODY = "no server answers there. Look at host and port, and whether it runs."
CANNOT_CONNECT = f"cannot connect. Look at host, port, database and user. {PASSWORDS}"

SERVERS: dict[str, tuple[dict[str, str], str, str]] = {
    # environment, address, what is said
    "wrong password": (
        {"PGPASSWORD": "bracken"},
        "127.0.0.1:{port}/postgres",
        "{place}: user and password do not fit. " + PASSWORDS,
    ),
    "no password": (
        {"PGPASSWORD": "", "PGPASSFILE": "/nowhere"},
        "127.0.0.1:{port}/postgres",
        "{place}: the server asks for a password, and none was found. " + PASSWORDS,
    ),
    "nobody there": ({}, "127.0.0.1:1/postgres", "127.0.0.1:1/postgres: " + NOBODY),
    "no such host": ({}, "bracken.invalid/moor", "bracken.invalid/moor: no server is called so. Look at the host."),
    "no such database": (
        {},
        "127.0.0.1:{port}/moor",
        "127.0.0.1:{port}/moor: that server has no such database.",
    ),
    "no right to connect": (
        {},
        "127.0.0.1:{port}/closed",
        "127.0.0.1:{port}/closed: not permitted. This user needs CONNECT on the database.",
    ),
    "no such service": (
        {},
        "127.0.0.1:{port}/postgres?service=moor",
        "{place}: no service is called so in the service file.",
    ),
    "a setting of the client that is wrong": (
        {"PGTARGETSESSIONATTRS": "bracken"},
        "127.0.0.1:{port}/postgres",
        "{place}: " + CANNOT_CONNECT,
    ),
    "no such schema": (
        {},
        "127.0.0.1:{port}/postgres?schema=moor",
        "{place}: no schema “moor”. Give ?schema=NAME after the address.",
    ),
    "a server that only lets itself be read": (
        {"PGOPTIONS": "-c default_transaction_read_only=on"},
        "127.0.0.1:{port}/postgres?schema=one",
        "{place}: only reading is allowed there, to this user or to all, and temporary tables are needed. Use the server"
        " that it follows, or a user with default_transaction_read_only off.",
    ),
    "no temporary tables": (
        {},
        "127.0.0.1:{port}/sealed?schema=public",
        "127.0.0.1:{port}/sealed: not permitted. This user needs TEMPORARY on the database.",
    ),
    "longer than the server allows": (
        {"PGOPTIONS": "-c statement_timeout=1"},
        "127.0.0.1:{port}/postgres?schema=slow",
        "{place}: the server stopped it: it took longer than the server allows.",
    ),
}


@pytest.mark.parametrize("name", SERVERS)
def test_what_a_server_says_is_one_line(pg: Server, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment, address, words = SERVERS[name]
    pg.put("one", one(*ONE_CASE))
    pg.put("slow", {})
    pg.run(
        "CREATE VIEW slow.cases AS SELECT n::text AS crn, '1' AS event_number, '2025-01-06' AS start_date"
        " FROM generate_series(1, 300000) n",
        f"GRANT SELECT ON slow.cases TO {READER}",
    )
    if pg.admin.execute("SELECT 1 FROM pg_database WHERE datname = 'sealed'").fetchone() is None:
        pg.run("CREATE DATABASE sealed", "REVOKE TEMPORARY ON DATABASE sealed FROM public")
        pg.run("CREATE DATABASE closed", "REVOKE CONNECT ON DATABASE closed FROM public")
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(ExtractStop) as stop:
        read_it(Path("postgresql://" + address.format(port=pg.port)))
    assert stop.value.lines == (words.format(port=pg.port, place=f"127.0.0.1:{pg.port}/postgres"),)


@pytest.mark.parametrize("step", ["Reading cases", "Reading contacts"])
def test_a_connection_lost_half_way_is_one_line(pg: Server, step: str) -> None:
    address = pg.put("lost", {name: text_rows(rows) for name, rows in Messy().tables.items()})

    def lose(text: str) -> None:
        if text == step:
            pg.run(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{READER}'"
                " AND pid <> pg_backend_pid()"
            )

    with pytest.raises(ExtractStop) as stop:
        read_it(address, lose)
    lost = "the connection was lost, half-way. Nothing was changed there. Run again."
    assert stop.value.lines == (f"127.0.0.1:{pg.port}/postgres: {lost}",)


@pytest.mark.parametrize("through", ["a table", "a view"])
def test_a_table_that_is_being_filled_again_is_waited_for(pg: Server, through: str) -> None:
    """As a refresh by night does it: the rows are the same before and after, and gone between."""
    address = pg.put("filled", one(*ONE_CASE))
    if through == "a view":
        pg.run(
            "ALTER TABLE filled.cases RENAME TO people",
            "CREATE VIEW filled.cases AS SELECT * FROM filled.people",
            f"GRANT SELECT ON filled.cases TO {READER}",
        )
    table = "filled.people" if through == "a view" else "filled.cases"
    other = type(pg.admin).connect(pg.admin.info.dsn)
    other.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table}")
    other.execute(f"TRUNCATE {table}")
    other.execute(f"INSERT INTO {table} SELECT * FROM kept")
    later = threading.Timer(1, other.commit)
    later.start()
    try:
        read_it(address)  # it stops where there are no rows
    finally:
        later.join()
        other.close()


def test_nothing_is_changed_there(pg: Server) -> None:
    path = SHIPPED["june"][0]
    address = pg.put("unchanged", raw(path))
    tables = "SELECT relname FROM pg_class WHERE relpersistence <> 't' AND relkind IN ('r', 'v') ORDER BY 1"
    before = pg.admin.execute(tables).fetchall()
    found_by(address, dictionary_of("june"), selection=Selection(items=("DA2",)))
    assert pg.admin.execute(tables).fetchall() == before


# ── addresses ────────────────────────────────────────────────────────────────────────────────────

ADDRESSES = [
    # typed, host, database, user, shown, again
    ("postgresql://db.example/audit", "db.example", "audit", "", "db.example/audit", "postgresql://db.example/audit"),
    (
        "postgresql://heath@db:5433/audit?schema=june",
        "db:5433",
        "audit",
        "heath",
        "db:5433/audit",
        "postgresql://db:5433/audit?schema=june",
    ),
    ("postgresql:///audit", "", "audit", "", "audit", "postgresql:///audit"),
    ("postgresql://?service=caseload", "", "", "", "postgresql", "postgresql:///?service=caseload"),
    ("postgresql://[::1]:5432/a%20b", "[::1]:5432", "a b", "", "[::1]:5432/a b", "postgresql://[::1]:5432/a%20b"),
    ("postgres://db/audit", "db", "audit", "", "db/audit", "postgresql://db/audit"),
    ("postgresql://", "", "", "", "postgresql", "postgresql:///"),
    ("postgresql://db:5433", "db:5433", "", "", "db:5433", "postgresql://db:5433"),
    ("POSTGRESQL://db/audit", "db", "audit", "", "db/audit", "postgresql://db/audit"),
]


@pytest.mark.parametrize("line", ADDRESSES, ids=[line[0] for line in ADDRESSES])
def test_an_address(line: tuple[str, ...]) -> None:
    typed, host, database, user, shown, again = line
    found = address_of(Path(typed))
    assert found is not None
    assert (found.host, found.database, found.user, found.shown, found.again) == (host, database, user, shown, again)
    assert address_of(Path(again)) is not None
    assert not user or user not in repr(found)


@pytest.mark.parametrize("typed", ["june", "june.xlsx", "-", "/data/postgresql", "june:", "C:/x"])
def test_no_address(typed: str) -> None:
    assert address_of(Path(typed)) is None


@pytest.mark.parametrize("typed", ["https://example.org/x.csv", "mysql://me:heather@db/audit", "S3://bucket"])
def test_an_address_of_what_is_no_engine(typed: str) -> None:
    with pytest.raises(UsageStop) as stop:
        address_of(Path(typed))
    assert stop.value.lines == (
        "An extract is a folder or a file on this computer, or an address that begins with postgresql:// or spark://.",
    )


def test_checklists_are_tried_on_an_address(pg: Server) -> None:
    """They are without a doubt on the files too; whose address it is is not shown."""
    address = pg.put("tried", raw(SHIPPED["brighton"][0]))
    typed = str(address).replace("postgresql:/", f"postgresql://{READER}@")
    done = command("lint", "rar", "--extract", typed, "--dictionary", str(dictionary_of("brighton")))
    assert (done.returncode, done.stderr) == (0, "")
    place = f"127.0.0.1:{pg.port}/postgres"
    said = " ".join(done.stdout.split())  # the line is long, and may be broken
    assert said == f"1 checklist, 2 items, 1 setting, tried on {place}: no mistake, no doubt"


@pytest.mark.parametrize(
    "typed",
    [
        "postgresql://me:heather@db/audit",
        "postgresql://me:hea/ther@db/audit",
        "postgresql://me:hea?ther@db/audit",
        "postgresql://me:hea@ther@db/audit",
        "postgresql://:heather@/audit",
        "postgresql://db/audit?password=heather",
        "postgresql://db/audit?passfile=heather",
        "postgresql://db/audit?PassWord=heather",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(UsageStop) as stop:
        address_of(Path(typed))
    assert stop.value.lines == (
        "An address takes no password: others could see it. It belongs in ~/.pgpass, a service file or PGPASSWORD.",
    )


BAD_PORT = "postgresql://HOST:PORT/DATABASE: the port is not a number from 1 to 65535."
NO_SUCH_MODE = (
    "postgresql://: no sslmode is called “{}”; there are disable, allow, prefer, require, verify-ca and verify-full."
)

WRONG_PARTS = [
    # address, what is said: of the port not even itself, for it may be the password of who forgot the @
    ("postgresql://db:x/audit", BAD_PORT),
    ("postgresql://me:heather/audit", BAD_PORT),
    ("postgresql://me:hea:ther/audit", BAD_PORT),
    ("postgresql://me:heather", BAD_PORT),
    ("postgresql://db:/audit", BAD_PORT),
    ("postgresql://db:0/audit", BAD_PORT),
    ("postgresql://db:65536/audit", BAD_PORT),
    ("postgresql://db:٥٤٣٢/audit", BAD_PORT),
    ("postgresql://[::1]:x/audit", BAD_PORT),
    ("postgresql://db/audit?sslmode=on", NO_SUCH_MODE.format("on")),
    ("postgresql://db/audit?sslmode=requires", "postgresql://: no sslmode is called “requires”. Did you mean “require”?"),
    ("postgresql://?service=x&sslmode=Disable", "postgresql://: no sslmode is called “Disable”. Did you mean “disable”?"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "said"), WRONG_PARTS, ids=[typed for typed, _ in WRONG_PARTS])
def test_which_part_of_an_address_is_wrong(typed: str, said: str) -> None:
    pytest.importorskip("psycopg", reason="the extra “postgresql” is not installed")
    address = address_of(Path(typed))
    assert address is not None
    with pytest.raises(UsageStop) as stop:
        connect(address)
    assert stop.value.lines == (said,)


#: A host as it is typed, and what is asked of PostgreSQL's client.
HOSTS = [
    ("db", "db", ""), ("db:5433", "db", "5433"), ("[::1]:5432", "::1", "5432"), ("[::1]", "::1", ""), ("::1", "::1", ""),
    ("fe80::1:2", "fe80::1:2", ""), ("", "", ""), ("/run/postgresql", "/run/postgresql", ""),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "host", "port"), HOSTS)
def test_host_and_port(monkeypatch: pytest.MonkeyPatch, typed: str, host: str, port: str) -> None:
    psycopg = pytest.importorskip("psycopg", reason="the extra “postgresql” is not installed")
    asked: dict[str, str] = {}

    def connecting(_: str, **given: str) -> None:
        asked.update(given)
        raise psycopg.OperationalError

    monkeypatch.setattr(psycopg, "connect", connecting)
    with pytest.raises(ExtractStop):
        connect(Address("postgresql", typed, "audit"))
    assert (asked.get("host", ""), asked.get("port", "")) == (host, port)


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "auditcheck", *words],
        capture_output=True, text=True, timeout=120, env=os.environ | environment,
    )  # fmt: skip


COMMANDS = [
    # command, exit code, what it says on the error stream
    (("run", "postgresql://me:heather@db/audit"), 2, "An address takes no password: others could see it. It belongs in ~/.pgpass, a service file or PGPASSWORD."),
    (("run", "{address}", "--sheet", "Cases"), 2, "--encoding, --sheet and the --max options are for files, and this is an address."),
    (("run", "{address}", "--memory-limit", "1GB"), 2, "--memory-limit is for files: with an address the server does the work."),
    (("run", "{address}", "--record", "--unit", "Moor"), 2, "--record is for files: what stands for an extract in the history is made of its rows."),
    (("inspect", "{address}"), 2, "inspect looks at files on this computer: an address is for run, gaps, explain, compare and lint --extract."),
    (("gaps", "postgresql://db/audit?search_path=x"), 2, "postgresql://: no setting of an address is called “x”"),
    (("run", "postgresql://127.0.0.1:1/audit"), 3, f"127.0.0.1:1/audit: {NOBODY}"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "code", "said"), COMMANDS, ids=[" ".join(line[0]) for line in COMMANDS])
def test_what_a_command_says_of_an_address(pg: Server, words: tuple[str, ...], code: int, said: str) -> None:
    done = command(*(word.format(address=pg.address("one")) for word in words))
    if "search_path" in words[1]:
        said = "postgresql://: no setting of an address is called “search_path”; there are schema, service and sslmode."
    assert (done.returncode, done.stdout, done.stderr) == (code, "", said + "\n")


def test_credentials_come_from_the_usual_files_and_are_never_shown(pg: Server, tmp_path: Path) -> None:
    address = pg.put("shown", raw(SHIPPED["june"][0]))
    dictionary = str(dictionary_of("june"))
    service = tmp_path / "services.conf"
    service.write_text(f"[caseload]\nhost=127.0.0.1\nport={pg.port}\ndbname=postgres\nuser={READER}\n")
    passwords = tmp_path / "passwords"
    passwords.write_text(f"127.0.0.1:{pg.port}:postgres:{READER}:{PASSWORD}\n")
    passwords.chmod(0o600)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PGPASSWORD")
        patch.delenv("PGUSER")
        patch.setenv("PGPASSFILE", str(passwords))
        patch.setenv("PGSERVICEFILE", str(service))
        by_service = command(
            "run", "postgresql://?service=caseload&schema=shown", "--dictionary", dictionary, "--item", "DA2"
        )
        typed = str(address).replace("postgresql:/", f"postgresql://{READER}@")
        by_user = command("run", typed, "--dictionary", dictionary, "--item", "DA2")
    assert (by_service.returncode, by_service.stderr) == (0, "")
    assert (by_user.returncode, by_user.stderr) == (0, "")
    assert f" 127.0.0.1:{pg.port}/postgres: " in by_user.stdout
    assert f"auditcheck gaps 'postgresql://127.0.0.1:{pg.port}/postgres?schema=shown'" in by_user.stdout
    for out in (by_service.stdout, by_user.stdout):
        assert READER not in out
        assert PASSWORD not in out


# ── engines that are not run ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dialect", ["trino", "athena"])
def test_the_shipped_plan_can_be_said_to_others(dialect: str) -> None:
    """It is transpiled and parsed; no such server was ever asked."""
    sqlglot = pytest.importorskip("sqlglot", reason="the extra “postgresql” is not installed")
    from auditcheck.audit import chosen_items, plan_of, wanted_of
    from auditcheck.checklist import load_checklists
    from auditcheck.engines.spelling import spelt
    from auditcheck.shipped import shipped_checklists

    known = names_of(None)
    items = chosen_items(load_checklists(list(shipped_checklists().values()), known), Selection(), known)
    plan = plan_of(known, date(2023, 12, 8), items, "", None)
    wanted_of(plan, known)
    statements = plan.statements()[1:]
    assert len(statements) > 20
    for statement in statements:
        found = spelt(statement, dialect)
        assert found.makes
        assert sqlglot.parse_one(found.query, read=dialect)
