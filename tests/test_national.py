"""Made-up national extracts, and the programs by hand that the benchmark holds auditcheck against."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from auditcheck.audit import audit
from auditcheck.shipped import shipped_checklists
from auditcheck.states import State
from tests.benchmark.items import chosen
from tests.benchmark.measure import Disagree, Size, check_same, measured, programs, task
from tests.growth import Panel, chart, sizes
from tests.national import write

TOP = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("country")
    write(folder, 2_000, 60_000, "csv")
    return folder


def rows_of(folder: Path, table: str) -> list[tuple[object, ...]]:
    file = next(folder.glob(f"{table}.*"))
    source = f"read_csv('{file}', all_varchar=true, header=true)" if file.suffix == ".csv" else f"'{file}'"
    return duckdb.sql(f"SELECT COLUMNS(*)::VARCHAR FROM {source}").fetchall()


def test_the_same_arguments_give_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        for suffix in ("csv", "parquet"):
            write(tmp_path / name / suffix, 300, 40_000, suffix, seed)
    for file in sorted((tmp_path / "one").rglob("*.*")):
        below = file.relative_to(tmp_path / "one")
        assert file.read_bytes() == (tmp_path / "again" / below).read_bytes(), below
        if file.name != "dictionary.yaml":
            assert file.read_bytes() != (tmp_path / "other" / below).read_bytes(), below


def test_both_formats_hold_the_same_cells(country: Path, tmp_path: Path) -> None:
    write(tmp_path, 2_000, 60_000, "parquet")
    tables = sorted(file.stem for file in country.glob("*.csv"))
    assert tables == sorted(file.stem for file in tmp_path.glob("*.parquet"))
    for table in tables:
        assert rows_of(country, table) == rows_of(tmp_path, table), table


def test_it_has_as_many_rows_as_asked_and_is_uneven(country: Path) -> None:
    contacts = f"read_csv('{country}/contacts.csv', all_varchar=true)"
    assert len(rows_of(country, "cases")) == 2_000
    assert len(rows_of(country, "contacts")) == 60_000
    of_person = Counter(dict(duckdb.sql(f'SELECT "CRN", count(*) FROM {contacts} GROUP BY 1').fetchall()))
    people = {row[0] for row in rows_of(country, "cases")}
    assert len(people) == 1_875, "one case in sixteen is a second of the same person"
    assert max(of_person.values()) > 600, "twenty times as many as the mean"
    assert 20 < len(people - set(of_person)) < 80, "some have none"
    late = f'SELECT count(*) FROM {contacts} WHERE "Recorded date"::DATE > "Contact date"::DATE + 28'
    (entered_late,) = duckdb.sql(late).fetchall()[0]
    assert 300 < entered_late < 1_800, "one or two in a hundred are entered weeks later"


def test_its_unreadable_cells_are_as_many_as_asked(tmp_path: Path) -> None:
    write(tmp_path, 300, 30_000, "csv", unreadable=100)
    where = """"Contact date" < '1980' OR "Attended" = 'perhaps' OR "Complied" = 'x'"""
    (bad,) = duckdb.sql(
        f"SELECT count(*) FROM read_csv('{tmp_path}/contacts.csv', all_varchar=true) WHERE {where}"
    ).fetchall()[0]
    assert 60 < bad < 120, "of three kinds, a thousandth of 30,000 each"
    write(tmp_path, 300, 30_000, "csv", unreadable=0)
    (bad,) = duckdb.sql(
        f"SELECT count(*) FROM read_csv('{tmp_path}/contacts.csv', all_varchar=true) WHERE {where}"
    ).fetchall()[0]
    assert bad == 0


def test_every_shipped_item_has_met_and_gap_on_it(country: Path) -> None:
    with audit(country) as finished:
        result = finished.result()
    assert len({item.checklist for item in result.items}) == len(shipped_checklists()), "none lacks anything"
    assert str(result.about.as_at) == "2026-06-30"
    for item in result.items:
        counts = result.overall.counts[item.id]
        assert counts.of(State.MET) and counts.of(State.GAP), item.id
        assert counts.total == 2_000, item.id
    there = {state for counts in result.overall.counts.values() for state in State if counts.of(state)}
    assert there == set(State), "every state occurs"


@pytest.mark.parametrize(("asked", "code"), [((), 0), (("--fail-on", "gap"), 1), (("--fail-on", "fault"), 1)])
def test_the_whole_command_takes_its_exit_code(country: Path, asked: tuple[str, ...], code: int) -> None:
    command = [sys.executable, "-m", "auditcheck", "run", str(country), "--item", "DA1", "--item", "RA1", *asked]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == code, ended.stderr


# ── the benchmark ────────────────────────────────────────────────────────────────────────────────


def test_the_twelve_items_ask_what_the_shipped_ones_ask(country: Path, tmp_path: Path) -> None:
    """The benchmark's own words for them, and the shipped checklists, give the same counts, but for those that ask
    otherwise: from another day where a reason came after the start, and for another appointment."""
    known = task(Size(300, 9_000, "csv", 12), tmp_path)
    with audit(known.extract, checklists=[str(known.checklist)]) as finished:
        ours = finished.result().overall.counts
    with audit(known.extract) as finished:
        shipped = finished.result().overall.counts
    for asked in chosen(12):
        if asked.kind.item in ("DA1", "SG1", "HV2", "MO2", "SP1"):
            continue
        counts, accepted = ours[asked.id], shipped[asked.kind.item]
        for state in State:
            if state not in (State.GAP, State.EXCUSED):  # what is accepted is accepted of the shipped item alone
                assert counts.of(state) == accepted.of(state), (asked.kind.item, state)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_programs_by_hand_count_as_auditcheck_does(suffix: str, tmp_path: Path) -> None:
    wanted = [p for p in programs() if p.there() and "gap list" not in p.name and "values" not in p.name]
    assert len(wanted) >= 3, "auditcheck, SQL and polars"
    known = task(Size(400, 30_000, suffix, 36), tmp_path)
    for program, taken in measured(wanted, known, 1):  # it stops where they differ
        assert taken.time > 0 and taken.memory > 10, program.name


def test_programs_that_count_differently_are_told() -> None:
    one, other = {"B001": {"met": 3, "gap": 1}}, {"B001": {"met": 2, "gap": 2}}
    with pytest.raises(Disagree, match=r"B001: auditcheck counts .*'met': 3.*, SQL .*'met': 2"):
        check_same({"auditcheck": one, "SQL": other})
    with pytest.raises(Disagree, match="B002"):
        check_same({"auditcheck": one, "SQL": one | {"B002": {"met": 4}}})
    check_same({"auditcheck": one, "SQL": json.loads(json.dumps(one))})


def test_fifty_and_a_hundred_and_fifty_items_are_the_twelve_with_other_limits() -> None:
    for count in (50, 150):
        items = chosen(count)
        assert len({(asked.kind.item, asked.limit) for asked in items}) == len({asked.id for asked in items}) == count
    assert [(asked.id, asked.kind.item, asked.limit) for asked in chosen(13)[::12]] == [
        ("B001", "DA1", 5),
        ("B013", "DA1", 6),
    ]


def test_growth_has_five_sizes_of_each_and_its_chart_tells_them_in_words() -> None:
    several = sizes(50_000, 5_000_000)
    assert [[getattr(size, grows) for size in found] for grows, _, found in several] == [
        [10_000, 20_000, 30_000, 40_000, 50_000],
        [1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000],
        [12, 36, 72, 108, 144],
    ]
    names = ("auditcheck run", "SQL by hand (DuckDB)")
    panel = Panel(
        "cases",
        "100 contacts each",
        [(10, dict(zip(names, (1.0, 0.5), strict=True))), (20, dict(zip(names, (2.0, 1.0), strict=True)))],
    )
    drawn = chart([panel], "a note")
    assert "auditcheck run, by cases (100 contacts each): 10: 1.0 s, 20: 2.0 s." in drawn
    # the axis ends at 2 s and at 20: the last point stands in the corner, the other half way
    assert 'cx="246.0" cy="48.0"' in drawn and 'cx="146.0" cy="118.0"' in drawn
