"""Spark: the tables of a database, or the Parquet files of a folder, worked out where they are.

What is made for the audit are views and cached rows of this session; nothing is written.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from sqlglot import exp

from auditcheck.engines import Address
from auditcheck.engines.spelling import Spelt, spelt
from auditcheck.extract.parquet_file import DATES, DECIMAL, INSTANTS, LOCAL, TEXT, TRUTH, WHOLE
from auditcheck.extract.sheets import printable
from auditcheck.names import Column, Type
from auditcheck.problems import ExtractStop

#: What a column holds, by its type (matched whole).
_HOLDS = (
    (r"string|varchar\(\d+\)|char\(\d+\)", TEXT),
    (r"tinyint|smallint|int|bigint|decimal\(\d+,0\)", WHOLE),
    (r"float|double|decimal\(\d+,\d+\)", DECIMAL),
    ("boolean", TRUTH),
    ("date", DATES),
    ("timestamp", INSTANTS),
    ("timestamp_ntz", LOCAL),
    ("array<.*|struct<.*|map<.*", "lists or groups of values"),
    ("binary", "bytes"),
)

#: What holds for the session while an audit runs: as the standard has it, whatever the site's own choice. Texts
#: of dates are real dates or none; few rows are no reason for two hundred parts.
_SESSION = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.ansi.doubleQuotedIdentifiers": "false",
    # to compile the plan's long expressions, or to conclude from them, takes longer than to read them as they are
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}

#: For a session of our own.
_OWN = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.session.timeZone": "UTC",
}


def connect(address: Address) -> Spark:
    """A session of the master that the address names (`local[2]`, `host:7077`), and the tables of its database
    or of `?folder=`. A session of the user's own is `Spark(session, …)`."""
    master = address.host if address.host.startswith("local") else f"spark://{address.host}"
    builder = SparkSession.builder.appName("auditcheck").master(master if address.host else "local[*]")
    for name, value in _OWN.items():
        builder = builder.config(name, value)
    with _quietly():
        try:
            session = builder.getOrCreate()
        except Exception:  # Java's are of many kinds, and none is to be shown
            raise ExtractStop(
                f"{address.shown}: cannot connect. Look at the master, and at JAVA_HOME: Spark needs Java 17."
            ) from None
    folder = address.parameter("folder")
    shown = (
        address.shown if address.database or not folder else f"{address.shown}, {folder.rstrip('/').rpartition('/')[2]}"
    )
    try:
        return Spark(session, database=address.database, folder=folder, shown=printable(shown, 80), own=True)
    except BaseException:
        session.stop()
        raise


@contextmanager
def _quietly() -> Iterator[None]:
    """What Java says while it starts would stand among the lines of a screen."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@dataclass(frozen=True)
class _Answer:
    rows: list[Any]
    description: Any

    def fetchall(self) -> list[Any]:
        return self.rows


class Spark:
    """The engine; see `reading.Engine` for what its methods do.

    `database` is that of the tables, the session's current one if it is not given; or `folder` has a Parquet
    file or folder for each table. A session that is not our `own` stays open and as it was.
    """

    types: Mapping[Type, str] = {
        Type.TEXT: "string",
        Type.CODE: "string",
        Type.DATE: "date",
        Type.YES_NO: "boolean",
        Type.NUMBER: "bigint",
    }
    row = "(monotonically_increasing_id() + 1)"

    def __init__(
        self, session: SparkSession, *, database: str = "", folder: str = "", shown: str = "", own: bool = False
    ) -> None:
        self.shown = shown or (folder.rstrip("/").rpartition("/")[2] if folder else database) or "spark"
        # pyspark itself would write what Spark says among the lines of a screen
        logging.getLogger("SQLQueryContextLogger").disabled = True
        # with settings and views of its own: those of the user stay as they are, and are not seen
        self._session = session.newSession()
        self._own = own
        self._folder = folder.rstrip("/")
        self._database = database or (session.catalog.currentDatabase() if not folder else "")
        self.searched = f"the database “{printable(self._database)}”"
        if folder:
            self.searched = f"the folder “{printable(self._folder.rpartition('/')[2])}”"
        elif not database:
            self.searched += " (for another: its name at the end of the address, or ?folder=FOLDER)"
        self._spelt: dict[str, Spelt] = {}
        self._files: dict[str, str] = {}
        for name, value in _SESSION.items():
            self._session.conf.set(name, value)
        self._zone = session.conf.get("spark.sql.session.timeZone") or "UTC"

    # carrying out

    def execute(self, query: str, parameters: Any = None) -> _Answer:
        if query not in self._spelt:
            self._spelt[query] = spelt(query, "spark", _rewritten)
        found = self._spelt[query]
        if found.makes:
            self.make(found.makes, found.query)
            return _Answer([], None)
        return self._carried_out(found.query, list(parameters) if parameters else None)

    def run(self, query: str) -> list[tuple[Any, ...]]:
        return self._carried_out(query).rows

    def _carried_out(self, query: str, parameters: list[Any] | None = None) -> _Answer:
        try:
            frame = self._session.sql(query, args=parameters)
            return _Answer([tuple(row) for row in frame.collect()], [(name,) for name in frame.columns])
        except Exception as error:
            self._refuse(error)

    def _refuse(self, error: Exception) -> NoReturn:
        """Our words for what Spark says: its own may hold what is in a cell."""
        kind = (error.getCondition() or "") if isinstance(error, PySparkException) else ""
        text = str(error)
        if kind.startswith(("TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND", "PATH_NOT_FOUND")):
            raise ExtractStop(
                f"{self.shown}: a table that was there is gone, or never was. Look at the address."
            ) from None
        if kind.startswith(("FAILED_READ_FILE", "UNABLE_TO_INFER_SCHEMA", "CANNOT_READ")) or "is not a Parquet" in text:
            raise ExtractStop(f"{self.shown}: a file cannot be read: cut off, damaged, or no Parquet.") from None
        if re.search("AccessControlException|Permission denied|INSUFFICIENT_PERMISSIONS", text):
            raise ExtractStop(f"{self.shown}: not permitted. This user needs to read the tables.") from None
        if re.search("OutOfMemoryError|No space left", text):
            raise ExtractStop(f"{self.shown}: Spark has no room left for this: memory or disk.") from None
        if re.search("CHECKPOINT_RDD_BLOCK_ID_NOT_FOUND|Checkpoint block", f"{kind} {text}"):
            raise ExtractStop(
                f"{self.shown}: Spark lost rows of the audit with a machine that it gave back or that failed. Run"
                " again, with spark.dynamicAllocation.enabled=false."
            ) from None
        if isinstance(error, (OSError, EOFError)) or re.search(
            "ConnectionRefused|SparkContext.*(stopp|shut)|Py4JNetwork", text
        ):
            raise ExtractStop(f"{self.shown}: the connection to Spark was lost, half-way. Run again.") from None
        raise ExtractStop(
            f"{self.shown}: Spark refuses a step of the audit ({kind or type(error).__name__}). This may be a mistake"
            " in auditcheck: please report it; this line holds no case data."
        ) from None

    def make(self, name: str, select: str) -> None:
        try:
            # Carried out here and now, and its rows kept: else every step would be that of all before it too.
            self._session.sql(select).localCheckpoint(eager=True).createOrReplaceTempView(name)
        except Exception as error:
            self._refuse(error)

    def drop(self, name: str) -> None:
        self._session.catalog.dropTempView(name)

    def receive(self, name: str, columns: Sequence[str], rows: Sequence[tuple[date | None, ...]]) -> None:
        # one text that Spark takes apart: much faster than as many values
        text = "\n".join(" ".join("-" if day is None else str(day) for day in row) for row in rows)
        days = ", ".join(f"CAST(nullif(c[{n}], '-') AS date) AS {self.quoted(name)}" for n, name in enumerate(columns))
        lines = "SELECT explode(split(?, '\\n')) AS line"
        try:
            frame = self._session.sql(f"SELECT {days} FROM (SELECT split(line, ' ') AS c FROM ({lines}))", args=[text])
            frame.localCheckpoint(eager=True).createOrReplaceTempView(name)
        except Exception as error:
            self._refuse(error)

    @contextmanager
    def at_one_time(self) -> Iterator[None]:
        """Spark knows no moment; files and tables must rest while they are read."""
        yield

    def close(self) -> None:
        if self._own:
            with suppress(Exception), _quietly():
                self._session.stop()

    # what is there

    def tables(self) -> list[str]:
        try:
            if self._folder:
                self._files = self._in_folder()
                return sorted(self._files)
            if not self._session.catalog.databaseExists(self._database):
                raise ExtractStop(f"{self.shown}: no database “{printable(self._database)}”.")
            found = self._session.catalog.listTables(self._database)
            return sorted(table.name for table in found if not table.isTemporary)
        except ExtractStop:
            raise
        except Exception as error:
            self._refuse(error)

    def _in_folder(self) -> dict[str, str]:
        """By name, without `.parquet`, the files and folders of the folder, wherever it is."""
        java = self._session._jvm
        assert java is not None
        path = java.org.apache.hadoop.fs.Path(self._folder)
        files = path.getFileSystem(self._session._jsc.hadoopConfiguration())
        if not files.exists(path):
            raise ExtractStop(f"{self.shown}: no such folder.")
        names = [status.getPath().getName() for status in files.listStatus(path)]
        shown = [name for name in names if not name.startswith((".", "_"))]
        return {re.sub(r"\.parquet$", "", name, flags=re.IGNORECASE): f"{self._folder}/{name}" for name in shown}

    def columns(self, table: str) -> list[tuple[str, str]]:
        try:
            if self._folder:
                self._session.read.parquet(self._files[table]).createOrReplaceTempView(f"f_{table}")
            kinds = self._session.sql(f"SELECT * FROM {self.source(table)}").dtypes
        except Exception as error:
            self._refuse(error)
        return [
            (name, next((holds for of, holds in _HOLDS if re.fullmatch(of, kind)), "other things"))
            for name, kind in kinds
        ]

    def source(self, table: str) -> str:
        if self._folder:
            return self.quoted(f"f_{table}")
        return f"{self.quoted(self._database)}.{self.quoted(table)}"

    # how it spells

    def quoted(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def literal(self, text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def matches(self, text: str, pattern: str) -> str:
        return f"({text} RLIKE {self.literal(f'^(?:{pattern})' + chr(92) + 'z')})"

    def trimmed(self, cell: str, column: Column) -> str:
        """Spark knows no normal form of composed letters: they stay as they are written."""
        edges = "concat(' ', char(9), char(10), char(13), char(160))"
        left = f"trim(BOTH {edges} FROM {cell})"
        if column.type is Type.CODE:
            left = f"regexp_replace({left}, '[ \\\\t\\\\r\\\\n\\\\u00a0]+', ' ')"
        return f"nullif({left}, '')"

    def upper(self, text: str) -> str:
        return f"upper({text})"

    def lower(self, text: str) -> str:
        return f"lower({text})"

    def number(self, text: str) -> str:
        return f"try_cast({text} AS bigint)"

    def as_text(self, cell: str, holds: str, zone: str) -> str:
        if holds == DECIMAL:
            whole = f"{cell} = floor({cell}) AND abs({cell}) < 1e15"
            return f"CASE WHEN {whole} THEN CAST(CAST({cell} AS bigint) AS string) ELSE CAST({cell} AS string) END"
        if holds in (DATES, LOCAL, INSTANTS):
            return f"CAST({self.day(cell, holds, zone)} AS string)"
        return f"CAST({cell} AS string)"

    def day(self, cell: str, holds: str, zone: str) -> str:
        if holds == INSTANTS:
            # as the session shows it, and so as it is in the zone
            cell = f"convert_timezone({self.literal(self._zone)}, {self.literal(zone)}, CAST({cell} AS timestamp_ntz))"
        return f"CAST({cell} AS date)"

    def day_of_instant(self, local: str, offset: str, zone: str) -> str:
        return f"CAST(convert_timezone({offset}, {self.literal(zone)}, CAST({local} AS timestamp_ntz)) AS date)"


def _rewritten(tree: exp.Expr) -> exp.Expr:
    """What Spark has other words for: several lists side by side become rows by `stack`."""
    for select in list(tree.find_all(exp.Select)):
        lists = [
            part
            for part in select.expressions
            if isinstance(part, exp.Alias) and isinstance(part.this, (exp.Unnest, exp.Explode))
        ]
        if not lists:
            continue
        names = [part.alias for part in lists]
        arrays = [part.find(exp.Array) for part in lists]
        cells = [array.expressions for array in arrays if array is not None]
        rows = zip(*cells, strict=True)
        values: list[exp.Expr] = [exp.Literal.number(len(cells[0])), *(cell for row in rows for cell in row)]
        stack = exp.Aliases(
            this=exp.Anonymous(this="stack", expressions=values), expressions=[exp.to_identifier(n) for n in names]
        )
        kept = [part for part in select.expressions if part not in lists]
        select.set("expressions", [*kept, stack])
    for cte in tree.find_all(exp.CTE):
        cte.set("materialized", None)
    for null in list(tree.find_all(exp.Is)):
        # an operand that is itself a test needs brackets there
        if isinstance(null.this, (exp.In, exp.Is, exp.Between, exp.Not, exp.Binary)) and not isinstance(
            null.this, exp.Paren
        ):
            null.set("this", exp.Paren(this=null.this))
    return tree
