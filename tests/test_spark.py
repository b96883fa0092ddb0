"""Audits that run in Spark, in local mode: they must say what the same audits say of files.

Without Spark or Java 17 they are skipped, unless AUDITCHECK_ENGINES names it, as where everything that is handed in is
tried. Spark starts slowly and takes each step slowly: what tries it at length is marked `long`.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from auditcheck.audit import Selection, audit
from auditcheck.engines import address_of, connect
from auditcheck.engines.reading import read_tables
from auditcheck.extract import read_extract
from auditcheck.names import Type
from auditcheck.problems import ExtractStop, UsageStop
from auditcheck.sql import literal, quoted
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
from tests.test_extract_cells import BAD, CELLS
from tests.test_extract_dates import SPELLINGS

if TYPE_CHECKING:
    from auditcheck.engines.spark import Spark

#: pyspark leaves its sockets to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """What pyspark leaves is found here, and not in the middle of another test."""
    yield
    gc.collect()


TYPES = {Type.DATE: "date", Type.YES_NO: "boolean", Type.NUMBER: "bigint"}


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    try:
        import pyspark  # noqa: F401
        import sqlglot  # noqa: F401
    except ImportError:
        skip("spark", "the extra “spark” or pyspark is not installed")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        skip("spark", "Java is not installed")
    from pyspark.sql import SparkSession

    warehouse = tmp_path_factory.mktemp("warehouse")
    builder = SparkSession.builder.master("local[2]").appName("tests").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.warehouse.dir", str(warehouse)).config("spark.sql.shuffle.partitions", "2")
    builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    started = builder.config("spark.log.level", "OFF").getOrCreate()
    yield started
    started.stop()


def put(at: Path, tables: Mapping[str, Source]) -> Path:
    """Writes a Parquet file for each table."""
    at.mkdir(parents=True)
    for name, source in tables.items():
        columns = ", ".join(f"{quoted(column)} {TYPES.get(kind, 'varchar')}" for column, kind in source.columns)
        with duckdb.connect() as con:
            con.execute(f"create table t ({columns})")
            if source.rows:
                con.executemany(f"insert into t values ({', '.join('?' * len(source.columns))})", source.rows)
            con.execute(f"copy t to {literal(str(at / f'{name}.parquet'))} (format parquet)").fetchall()
    return at


def opened(session: Any, at: Path) -> Spark:
    from auditcheck.engines.spark import Spark

    return Spark(session, folder=str(at))


# ── the same as of files ─────────────────────────────────────────────────────────────────────────

LONG = pytest.mark.long
AGREEMENT = [
    pytest.param("team", "typed"),
    pytest.param("brighton", "typed", marks=LONG),
    pytest.param("caseload", "text", marks=LONG),
    pytest.param("export", "text", marks=LONG),
    pytest.param("june", "text", marks=LONG),
]


@pytest.mark.parametrize(("example", "how"), AGREEMENT)
def test_every_state_and_count_is_that_of_the_files(session: Any, tmp_path: Path, example: str, how: str) -> None:
    path, dictionary = SHIPPED[example][0], dictionary_of(example)
    at = put(tmp_path / example, tables_of(path, names_of(dictionary), as_text=how == "text"))
    region = adjustments_of(example)
    here, there = (found_by(extract, dictionary, adjustments=region) for extract in (path, opened(session, at)))
    assert len(here.states) > 60
    assert there.states == here.states
    for found in (here, there):  # the rows of other cases, and those below the cases, were left behind
        found.counts["rows"] = [(table, kept) for table, _, kept, *_ in found.counts["rows"]]
        for kind in ("row below the cases", "case reference in another spelling"):
            found.counts["faults"].pop(kind, None)
        found.counts["warnings"] = [text for text in found.counts["warnings"] if "below the last" not in text]
    assert there.counts == here.counts


def test_the_gap_list_and_why_are_those_of_the_files(session: Any, tmp_path: Path) -> None:
    """From tables of a database, in a session that somebody else had opened."""
    from auditcheck.engines.spark import Spark

    path, dictionary = SHIPPED["brighton"][0], dictionary_of("brighton")
    at = put(tmp_path / "listed", tables_of(path, names_of(dictionary), as_text=True))
    session.sql("CREATE DATABASE IF NOT EXISTS listed")
    for file in at.glob("*.parquet"):
        session.read.parquet(str(file)).write.mode("overwrite").saveAsTable(f"listed.{file.stem}")
    settings = session.conf.getAll
    selection, found = Selection(items=("DA2", "MO2", "EN1"), by="rosh"), []
    for extract in (path, Spark(session, database="listed")):
        with audit(
            extract,
            dictionary=dictionary,
            selection=selection,
            checklists=["domestic-abuse", "oversight", "enforcement"],
        ) as finished:
            listed = finished.gap_list()
            words = [f.found for f in (*listed.gaps, *listed.coming_up, *listed.to_judge, *listed.ended)]
            why = [(one.item.id, one.state, one.headline) for one in finished.explain("X480941")]
            found.append((words, why, finished.result().groups))
    assert len(found[0][0]) > 15
    assert found[0] == found[1]
    assert session.conf.getAll == settings  # as it was
    assert not [table.name for table in session.catalog.listTables() if table.isTemporary]


def test_random_audits_agree(session: Any, tmp_path: Path) -> None:
    databases = open_databases()
    assert agreed(opened(session, put(tmp_path / "none", {})), databases, 2, 1, cases=300, items=3) >= 1_000


@pytest.mark.long
def test_five_thousand_cases_agree(session: Any, tmp_path: Path) -> None:
    """With 500,000 contacts, and all that is shipped asked of them."""
    write(tmp_path / "many", 5_000, 500_000)
    dictionary = tmp_path / "many" / "dictionary.yaml"
    here, there = (found_by(extract, dictionary) for extract in (tmp_path / "many", opened(session, tmp_path / "many")))
    assert len(here.states) > 300_000
    assert there.states == here.states
    assert there.counts == here.counts


@pytest.mark.long
@pytest.mark.parametrize("number", range(30, 32))
def test_random_audits_agree_at_length(session: Any, tmp_path: Path, number: int) -> None:
    databases = open_databases()
    assert agreed(opened(session, put(tmp_path / "none", {})), databases, 20, number, cases=300, items=6) >= 20_000


# ── reading ──────────────────────────────────────────────────────────────────────────────────────

#: Of the spellings that a file can have, those that Spark reads otherwise: it knows no normal form of letters.
COMPOSED = {"Zoe\u0308  North": "ZOE\u0308 NORTH", "Zoe\u0308": "Zoe\u0308"}


def test_every_spelling_is_read_as_in_a_file(session: Any, tmp_path: Path) -> None:
    columns = ["end_date", "indicated", "hours", "order_type", "team_code", "team_name"]
    rows = [
        (f"X{number:03}", "1", "2025-01-06", *(cell if column == name else None for name in columns))
        for number, (column, cell, _) in enumerate(CELLS)
    ]
    cases = Source([(n, Type.TEXT) for n in ("crn", "event_number", "start_date", *columns)], rows)
    engine = opened(session, put(tmp_path / "cells", {"cases": cases}))
    with read_tables(engine, names(), wanted=every_column(names())) as extract:
        cells = ", ".join(f'"{column}", "{column}__bad"' for column in columns)
        found = extract.con.execute(f"SELECT {cells} FROM t_cases ORDER BY crn").fetchall()
        for row, (column, cell, expected) in zip(found, CELLS, strict=True):
            at = 2 * columns.index(column)
            right = COMPOSED.get(cell, expected)
            assert tuple(row[at : at + 2]) == ((None, True) if right == BAD else (right, False)), (column, cell)
        rules = [f.rule for f in extract.fault_rows()]
        assert len(rules) == sum(expected == BAD for _, _, expected in CELLS)
        assert Counter(rule for rule in rules if "date" in rule) == Counter(
            said for _, said in SPELLINGS if not said[:1].isdigit()
        )


TYPED = [
    # type in the file, value as SQL, column of the dictionary, what it is read as
    ("date", "'2025-03-09'", "end_date", date(2025, 3, 9)),
    ("date", "'1979-12-31'", "end_date", BAD),
    ("timestamp", "'2025-03-09 23:59:59.999'", "end_date", date(2025, 3, 9)),
    ("timestamptz", "'2025-06-30 23:30:00+00'", "end_date", date(2025, 7, 1)),  # half past midnight in London
    ("timestamptz", "'2025-01-30 23:30:00+00'", "end_date", date(2025, 1, 30)),
    ("boolean", "true", "indicated", True),
    ("integer", "0", "indicated", False),
    ("integer", "2", "indicated", BAD),
    ("decimal(10,0)", "-7", "hours", -7),
    ("decimal(10,2)", "40.00", "hours", 40),
    ("decimal(10,2)", "40.50", "hours", BAD),
    ("double", "1e3", "hours", 1000),
    ("double", "'NaN'", "hours", BAD),
    ("bigint", "1", "order_type", "community_order"),
    ("blob", "null", "team_name", None),  # a column without a value has whatever type
]


def test_every_type_is_read_as_the_dictionary_has_it(session: Any, tmp_path: Path) -> None:
    lines = list(TYPED)
    while lines:  # one line of each column to a file
        of = {line[2]: line for line in reversed(lines)}
        lines = [line for line in lines if line not in of.values()]
        at = tmp_path / str(len(lines))
        at.mkdir()
        cells = ", ".join(f"cast({value} as {kind}) as {column}" for kind, value, column, _ in of.values())
        cells = f"'X1' as crn, '1' as event_number, date '2025-01-06' as start_date, {cells}"
        duckdb.sql(f"copy (select {cells}) to {literal(str(at / 'cases.parquet'))} (format parquet)")
        with read_tables(opened(session, at), names(), wanted=every_column(names())) as extract:
            asked = ", ".join(f"{column}, {column}__bad" for column in of)
            found = extract.con.execute(f"SELECT {asked} FROM t_cases").fetchall()[0]
        for place, (kind, value, column, expected) in enumerate(of.values()):
            read = tuple(found[2 * place : 2 * place + 2])
            assert read == ((None, True) if expected == BAD else (expected, False)), (kind, value, column)


def test_what_is_wrong_is_counted_as_in_files(session: Any, tmp_path: Path) -> None:
    messy = Messy()
    with read_extract(folder(tmp_path / "messy", messy.csv()), names()) as extract:
        here = told(extract)
    at = put(tmp_path / "there", {name: text_rows(rows) for name, rows in messy.tables.items()})
    with read_tables(opened(session, at), names(), wanted=every_column(names())) as extract:
        there = told(extract)
    here.pop("kinds"), there.pop("kinds")
    assert len(here["faults"]) >= 12
    assert there == here


# ── what is refused ──────────────────────────────────────────────────────────────────────────────

ONE_CASE = [("crn", "event_number", "start_date"), ("X1", "1", "2025-01-06")]

REFUSED = {
    # tables, what is said
    "no table of cases": (
        {"people": text_rows(ONE_CASE)},
        "there: no table for the cases in the folder “there”. It must be called “cases” or “Caseload”. There is “people”.",
    ),
    "a required column is missing": (
        {"cases": text_rows([("crn", "event_number", "begins"), ("X1", "1", "2025-01-06")])},
        "cases: no column for start_date (called “Start date” or “start_date”).",
    ),
    "no rows": ({"cases": text_rows(ONE_CASE[:1])}, "cases: No cases to audit: it has no rows."),
    "the same case twice": (
        {"cases": text_rows([*ONE_CASE, ("X1 ", "1", None)])},
        "cases: 1 row repeats the “CRN”, “Event number” of another row. It must be different on every row.",
    ),
    "a type that cannot be": (
        {"cases": Source([("crn", Type.TEXT), ("event_number", Type.TEXT), ("start_date", Type.YES_NO)], [("X1", "1", True)])},
        "cases: column “start_date” holds true and false, and the dictionary says date. Write it as dates, or as text"
        " (YYYY-MM-DD).",
    ),
    "damaged": ({"cases": text_rows(ONE_CASE)}, "there: a file cannot be read: cut off, damaged, or no Parquet."),
    "no such folder": ({}, "there: no such folder."),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_stops_a_run_is_one_line(session: Any, tmp_path: Path, name: str) -> None:
    tables, words = REFUSED[name]
    at = put(tmp_path / "there", tables)
    if name == "damaged":
        (at / "cases.parquet").write_bytes((at / "cases.parquet").read_bytes()[:-20])
    if name == "no such folder":
        at.rmdir()
    with pytest.raises(ExtractStop) as stop:
        read_tables(opened(session, at), names(), wanted=every_column(names()))
    assert stop.value.lines == (words,)


def test_no_such_database_is_one_line(session: Any) -> None:
    from auditcheck.engines.spark import Spark

    with pytest.raises(ExtractStop) as stop:
        read_tables(Spark(session, database="moor"), names(), wanted=every_column(names()))
    assert stop.value.lines == ("moor: no database “moor”.",)


def test_rows_lost_with_a_machine_are_one_line(session: Any, tmp_path: Path) -> None:
    engine = opened(session, put(tmp_path / "there", {"cases": text_rows(ONE_CASE)}))
    engine.make("kept", "SELECT 1 AS one")
    for kept in list(session._jsc.getPersistentRDDs().values()):
        kept.unpersist(True)
    with pytest.raises(ExtractStop) as stop:
        engine.run("SELECT * FROM kept")
    assert stop.value.lines == (
        "there: Spark lost rows of the audit with a machine that it gave back or that failed. Run again, with"
        " spark.dynamicAllocation.enabled=false.",
    )


# ── addresses ────────────────────────────────────────────────────────────────────────────────────

ADDRESSES = [
    # typed, master's host, database, folder, again
    ("spark://local[2]?folder=/data/june", "local[2]", "", "/data/june", "spark://local[2]?folder=/data/june"),
    ("spark://local[2]/caseload", "local[2]", "caseload", "", "spark://local[2]/caseload"),
    ("spark://master:7077/caseload", "master:7077", "caseload", "", "spark://master:7077/caseload"),
    ("spark://master:7077?folder=s3a://bucket/june", "master:7077", "", "s3a://bucket/june", "spark://master:7077?folder=s3a://bucket/june"),
]  # fmt: skip


@pytest.mark.parametrize("line", ADDRESSES, ids=[line[0] for line in ADDRESSES])
def test_an_address(line: tuple[str, ...]) -> None:
    typed, host, database, at, again = line
    found = address_of(Path(typed))
    assert found is not None
    assert (found.host, found.database, found.parameter("folder"), found.again) == (host, database, at, again)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageStop) as stop:
        address_of(Path("spark://me:heather@master:7077/caseload"))
    assert stop.value.lines == (
        "An address takes no password: others could see it. It belongs in Spark's own settings.",
    )


def test_an_address_opens_a_session_of_its_own(session: Any, tmp_path: Path) -> None:
    at = put(tmp_path / "there", {"cases": text_rows(ONE_CASE)})
    found = address_of(Path(f"spark://local[2]?folder={at}"))
    assert found is not None
    engine = connect(found)
    assert engine.shown == "local[2], there"
    assert engine.tables() == ["cases"]
    assert engine.columns("cases") == [(name, "text") for name in ONE_CASE[0]]
