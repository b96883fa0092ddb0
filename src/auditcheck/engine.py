"""Opens the one database an audit runs in: in memory, shut off from everything but the extract."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from shutil import rmtree
from stat import S_ISDIR
from tempfile import TemporaryDirectory, gettempdir
from typing import Any, Protocol

import duckdb

from auditcheck.calendar import FIRST_DAY, LAST_DAY
from auditcheck.sql import literal

#: No name that anybody would give a folder: what is called so may be removed.
_PREFIX = "auditcheck-private-"

#: A private folder in which nothing was begun for so many seconds, a day, was left by a process that was killed.
_LEFT_BEHIND = 86_400


class Answer(Protocol):
    """What a statement gives."""

    @property
    def description(self) -> Any:
        """For every column a tuple that begins with its name."""

    def fetchall(self) -> list[Any]: ...


class Connection(Protocol):
    """What an audit asks of the database that it runs in: DuckDB's own connection, or `engines.Engine`."""

    def execute(self, query: str, parameters: Any = None) -> Answer: ...


def open_database(
    *,
    files: Iterable[Path] = (),
    memory_limit: str = "2GB",
    threads: int | None = None,
    spill: Path | None = None,
) -> duckdb.DuckDBPyConnection:
    """A new database in memory that can read `files` and nothing else.

    What does not fit in `memory_limit` is written to the folder `spill`; without one the work fails
    instead. It installs and loads no extension, opens no network connection, looks at no Python
    variable, and none of this can be changed on the connection afterwards.
    """
    con = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
            "memory_limit": memory_limit,
            "threads": str(threads or os.cpu_count() or 1),
            "temp_directory": str(spill) if spill else "",
            # compressed once it is large: for less it takes longer than it saves
            "checkpoint_threshold": "256MB",
        },
    )
    try:
        # A database in memory is not compressed unless attached so; national extracts need it.
        con.execute("attach ':memory:' as audit (compress)")
        con.execute("use audit")
        allowed = ", ".join(literal(str(file.absolute())) for file in files)
        con.execute(f"set allowed_paths = [{allowed}]")
        con.execute("set enable_external_access = false")
        con.execute("set enable_progress_bar = false")  # it would draw on standard output, where results go
        con.execute("set allowed_configs = ['disabled_optimizers']")
        con.execute("set lock_configuration = true")
    except BaseException:
        con.close()
        raise
    return con


def leave_unoptimized(con: duckdb.DuckDBPyConnection) -> None:
    """Statements are carried out as they are written from now on. It changes no result, only times."""
    names = [name for (name,) in con.execute("select name from duckdb_optimizers()").fetchall()]
    con.execute(f"set disabled_optimizers = '{','.join(names)}'")


@contextmanager
def private_folder() -> Iterator[str]:
    """A folder that nobody else may look into, for as long as it is needed. A signal while it is being removed
    ends the run, and the folder goes all the same; one that a killed process left goes with the first run a day
    later."""
    _sweep()
    folder = TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True)  # mode 0700
    try:
        yield folder.name
    finally:
        try:
            folder.cleanup()
        except BaseException:
            rmtree(folder.name, ignore_errors=True)
            raise


def _sweep() -> None:
    """Removes what killed processes of this user left, a memory or a battery being at its end: it holds case data."""
    user = os.getuid() if hasattr(os, "getuid") else 0  # on Windows every user has a temporary folder of their own
    with suppress(OSError):
        for left in Path(gettempdir()).glob(f"{_PREFIX}*"):
            with suppress(OSError):
                found = left.lstat()
                if S_ISDIR(found.st_mode) and found.st_uid == user and time.time() - found.st_mtime > _LEFT_BEHIND:
                    rmtree(left, ignore_errors=True)


@contextmanager
def database(
    *, files: Iterable[Path] = (), memory_limit: str = "2GB", threads: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """As `open_database`, with a private folder for what does not fit in memory; both are gone after."""
    with private_folder() as spill:
        con = open_database(files=files, memory_limit=memory_limit, threads=threads, spill=Path(spill))
        try:
            yield con
        finally:
            con.close()


def build_calendar(con: Connection, closed_days: Iterable[date]) -> None:
    """Creates the table `calendar(day, is_open, open_before_or_on)` for the calendar's years.

    `open_before_or_on` counts the open days from the first day up to and including `day`. It is
    worked out in SQL from the closed days, not with `calendar.Calendar`: the two must agree.
    """
    con.execute(
        """
        create table calendar as
        select day, is_open, cast(
            sum(case when is_open then 1 else 0 end) over (order by day rows unbounded preceding) as integer
        ) as open_before_or_on
        from (
            select s.day::date as day,
                isodow(s.day) <= 5 and s.day::date not in
                    (select t.day::date from unnest(string_split($closed, ' ')) as t(day) where t.day <> '') as is_open
            from generate_series($first::timestamp, $last::timestamp, interval 1 day) as s(day)
        )
        order by day
        """,
        # one text, not a list: to bind a list, DuckDB 1.5 first looks for numpy and pandas
        {"closed": " ".join(map(str, sorted(closed_days))), "first": FIRST_DAY, "last": LAST_DAY},
    ).fetchall()
