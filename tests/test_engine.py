"""The database is shut off, and its calendar agrees with days counted by hand and with Python."""

from __future__ import annotations

import os
import time
from datetime import date, timedelta
from pathlib import Path
from stat import S_IMODE
from tempfile import TemporaryDirectory

import duckdb
import pytest

from auditcheck.calendar import FIRST_DAY, LAST_DAY, Calendar, bank_holidays
from auditcheck.engine import build_calendar, database, leave_unoptimized, open_database, private_folder


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_text('/etc/passwd')",
        "select * from '/etc/hostname'",
        "select * from read_csv('https://example.org/cases.csv')",
        "select * from glob('/etc/*')",
        "copy (select 1) to '{folder}/out.csv'",
        "attach '{folder}/other.db'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set allowed_paths = ['/etc/passwd']",
        "set threads = 1",
        "set allowed_configs = ['threads']",
        "set temp_directory = '{folder}'",
        "select * from python_variable",
    ],
)
def test_the_database_reaches_nothing(statement: str, tmp_path: Path) -> None:
    python_variable = [1]  # noqa: F841
    with database() as con, pytest.raises(duckdb.Error):
        con.execute(statement.format(folder=tmp_path)).fetchall()
    assert list(tmp_path.iterdir()) == []


def test_a_private_folder_goes_when_its_removal_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(folder: TemporaryDirectory[str]) -> None:
        folder._finalizer.detach()  # type: ignore[attr-defined]  # as far as it had come
        raise KeyboardInterrupt

    monkeypatch.setattr(TemporaryDirectory, "cleanup", interrupted)
    with pytest.raises(KeyboardInterrupt), private_folder() as folder:
        assert S_IMODE(Path(folder).stat().st_mode) == 0o700
        (Path(folder) / "spilled").write_text("of the extract", encoding="utf-8")
    assert not Path(folder).exists()


def test_what_a_killed_process_left_is_swept_away_a_day_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = 24 * 60 * 60
    left, young, kept = "auditcheck-private-old", "auditcheck-private-today", ("auditcheck-june", "others-old")
    for name, age in ((left, day + 60), (young, day - 60), *((name, 2 * day) for name in kept)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "spilled").write_text("of the extract", encoding="utf-8")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    (tmp_path / "auditcheck-private-june.csv").write_text("a file of somebody's", encoding="utf-8")
    (tmp_path / "auditcheck-private-link").symlink_to(tmp_path / "others-old")
    for name in ("auditcheck-private-june.csv", "auditcheck-private-link"):
        os.utime(tmp_path / name, (time.time() - 2 * day,) * 2, follow_symlinks=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with private_folder() as folder:
        pass
    assert sorted(path.name for path in tmp_path.iterdir() if path != Path(folder)) == [
        "auditcheck-june",
        "auditcheck-private-june.csv",
        "auditcheck-private-link",
        "auditcheck-private-today",
        "others-old",
    ]
    assert (tmp_path / "others-old" / "spilled").exists()


def test_only_the_named_file_can_be_read(tmp_path: Path) -> None:
    for name in ("cases.csv", "cases2.csv"):
        (tmp_path / name).write_text("a\n1\n")
    with database(files=[tmp_path / "cases.csv"]) as con:
        assert con.execute(f"select count(*) from read_csv('{tmp_path}/cases.csv')").fetchall() == [(1,)]
        with pytest.raises(duckdb.Error):
            con.execute(f"select * from read_csv('{tmp_path}/cases2.csv')").fetchall()


def test_what_does_not_fit_goes_to_a_private_folder_that_is_gone_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with database(memory_limit="60MB", threads=1) as con:
        con.execute("create table numbers as select i, md5(i::varchar) as t from range(2000000) as r(i)").fetchall()
        assert con.execute("select count(*), sum(i) from numbers").fetchall() == [(2000000, 1999999000000)]
        (spill,) = tmp_path.iterdir()
        assert S_IMODE(spill.stat().st_mode) == 0o700
        assert any(spill.iterdir())
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_nothing_is_spilled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    con = open_database(memory_limit="60MB", threads=1)
    with pytest.raises(duckdb.OutOfMemoryException):
        con.execute("create table numbers as select i, md5(i::varchar) as t from range(2000000) as r(i)").fetchall()
    con.close()
    assert list(tmp_path.iterdir()) == []


def test_the_calendar_counts_open_days() -> None:
    # Easter 2026: Good Friday is 3 April, Easter Monday 6 April.
    closed = [date(2026, 4, 3), date(2026, 4, 6), date(2026, 4, 4), date(2026, 4, 6)]
    con = open_database()
    build_calendar(con, closed)
    found = con.execute(
        "select day, is_open, open_before_or_on - (select open_before_or_on from calendar where day = '2026-04-01')"
        " from calendar where day between '2026-04-01' and '2026-04-08' order by day"
    ).fetchall()
    con.close()
    assert found == [
        (date(2026, 4, 1), True, 0),
        (date(2026, 4, 2), True, 1),
        (date(2026, 4, 3), False, 1),
        (date(2026, 4, 4), False, 1),
        (date(2026, 4, 5), False, 1),
        (date(2026, 4, 6), False, 1),
        (date(2026, 4, 7), True, 2),
        (date(2026, 4, 8), True, 3),
    ]


@pytest.mark.parametrize("closed", [frozenset(), frozenset(bank_holidays())], ids=["none", "england-and-wales"])
def test_the_calendar_agrees_with_the_other_reading(closed: frozenset[date]) -> None:
    con = open_database()
    build_calendar(con, closed)
    found = con.execute("select * from calendar order by day").fetchall()
    types = con.execute("select column_name, column_type from (describe calendar)").fetchall()
    con.close()
    assert types == [("day", "DATE"), ("is_open", "BOOLEAN"), ("open_before_or_on", "INTEGER")]
    assert [day for day, _, _ in found] == [
        FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)
    ]
    calendar, opened = Calendar.of(closed), 0
    for day, is_open, before_or_on in found:
        opened += calendar.is_open(day)
        assert (is_open, before_or_on) == (calendar.is_open(day), opened), day


def test_unoptimized_a_statement_gives_the_same_and_is_planned_as_written() -> None:
    query = "select i from (select i, i * 2 as j from range(100) as r(i)) where i < 3 order by i"
    with database() as con:
        before = con.execute(query).fetchall(), con.execute(f"explain {query}").fetchall()
        leave_unoptimized(con)
        after = con.execute(query).fetchall(), con.execute(f"explain {query}").fetchall()
    assert after[0] == before[0] == [(0,), (1,), (2,)]
    assert after[1] != before[1]
