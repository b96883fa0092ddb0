"""PostgreSQL: the tables of one schema, read in one moment, and worked out in tables of this session alone.

Nothing is written but temporary tables. Texts are compared byte by byte, whatever the database's own order.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from typing import Any, NoReturn

import psycopg
from psycopg.adapt import Buffer, Loader
from sqlglot import exp

from auditcheck.engines import Address
from auditcheck.engines.spelling import Spelt, spelt
from auditcheck.extract.parquet_file import DATES, DECIMAL, INSTANTS, LOCAL, TEXT, TRUTH, WHOLE
from auditcheck.extract.sheets import printable
from auditcheck.names import Column, Type
from auditcheck.problems import ExtractStop, UsageStop, unknown
from auditcheck.sql import literal, quoted

#: Seconds after which a server that does not answer is given up, where PGCONNECT_TIMEOUT does not say.
PATIENCE = 15

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")

#: What a column holds, by the name of its type.
_HOLDS = {
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "citext", "uuid"), TEXT),
    **dict.fromkeys(("int2", "int4", "int8"), WHOLE),
    **dict.fromkeys(("numeric", "float4", "float8"), DECIMAL),
    "bool": TRUTH,
    "date": DATES,
    "timestamp": LOCAL,
    "timestamptz": INSTANTS,
    "bytea": "bytes",
    "time": "times of day",
    "timetz": "times of day",
}

#: What holds for the session. The plan is shaped by hand; compiling its long expressions takes longer than
#: carrying them out, and what a policy hides must be an error, not a case that is not there.
_SESSION = {
    "search_path": "",
    "row_security": "off",
    "jit": "off",
    "DateStyle": "ISO, YMD",
    "standard_conforming_strings": "on",
    "work_mem": "64MB",
    "default_statistics_target": "10",
    "extra_float_digits": "1",
}

#: By the beginning of the server's code for what went wrong; the longest that fits.
_FAULTS = {
    "08": "the connection was lost, half-way. Nothing was changed there. Run again.",
    "25006": (
        "only reading is allowed there, to this user or to all, and temporary tables are needed. Use the server that it"
        " follows, or a user with default_transaction_read_only off."
    ),
    "40P01": "a table is locked. Run again later.",
    "42501": "not permitted. This user needs SELECT on every row of the tables, and TEMPORARY on the database.",
    "42P01": "a table that was there is gone, or was changed. Run again.",
    "53": "the server has no room left for this: memory, disk or connections.",
    "54": "too many items at once for one table of the server. Ask fewer: --checklist, --item.",
    "55P03": "a table is locked. Run again later.",
    "57014": "the server stopped it: it took longer than the server allows.",
    "57P": "the connection was lost, half-way. Nothing was changed there. Run again.",
}


_PASSWORDS = "A password belongs in ~/.pgpass, a service file or PGPASSWORD."

#: What PostgreSQL's client says where it cannot connect, by English words of its own: there is no code for it. In
#: another language the last words are said. Its text is not shown: a service file or the address may stand in it.
_NOT_CONNECTED = {
    "no password supplied": f"the server asks for a password, and none was found. {_PASSWORDS}",
    "authentication failed": f"user and password do not fit. {_PASSWORDS}",
    'database ".*" does not exist': "that server has no such database.",
    'role ".*" does not exist': "that server has no such user.",
    "no pg_hba.conf entry": "the server does not let this user in from here. Ask who runs it.",
    "permission denied for database": "not permitted. This user needs CONNECT on the database.",
    "not currently accepting connections": "the database takes no connections. Ask who runs it.",
    "invalid response to SSL": "what answers there is no PostgreSQL. Look at the port.",
    "definition of service|service file": "no service is called so in the service file.",
    "(resolve|translate) host": "no server is called so. Look at the host.",
    "too many (clients|connections)|connection slots": "the server has no connection free. Run again later.",
    "SSL": "the server and this computer do not agree on sslmode or on a certificate.",
    "refused|timeout|timed out|unreachable|No route|No such file": (
        "no server answers there. Look at host and port, and whether it runs."
    ),
    "": f"cannot connect. Look at host, port, database and user. {_PASSWORDS}",
}


class _Number(Loader):
    """Sums and counts are whole numbers, whatever the server made of them."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data).decode()
        return int(text) if text.lstrip("-").isdigit() else float(text)


@dataclass(frozen=True)
class _Answer:
    rows: list[Any]
    description: Any

    def fetchall(self) -> list[Any]:
        return self.rows


def connect(address: Address) -> PostgreSQL:
    """Opens a session. Credentials are those that PostgreSQL's own programs find. Raises UsageStop where the address
    itself is wrong, and ExtractStop where nobody answers to it."""
    host, port = _host_and_port(address.host)
    mode = address.parameter("sslmode")
    if mode and mode not in SSL_MODES:
        raise UsageStop(f"postgresql://: {unknown('sslmode', mode, SSL_MODES)}")
    given = {
        "host": host,
        "port": port,
        "dbname": address.database,
        "user": address.user,
        "service": address.parameter("service"),
        "sslmode": mode,
    }
    if "PGCONNECT_TIMEOUT" not in os.environ:
        given["connect_timeout"] = str(PATIENCE)
    try:
        connection = psycopg.connect(
            "",
            autocommit=True,
            cursor_factory=psycopg.RawCursor,
            client_encoding="UTF8",
            fallback_application_name="auditcheck",
            **{name: value for name, value in given.items() if value},  # type: ignore[arg-type]
        )
    except (psycopg.Error, UnicodeError) as error:
        words = next(words for said, words in _NOT_CONNECTED.items() if re.search(said, str(error), re.DOTALL))
        raise ExtractStop(f"{address.shown}: {words}") from None
    try:
        return PostgreSQL(connection, address)
    except BaseException:
        connection.close()
        raise


def _host_and_port(place: str) -> tuple[str, str]:
    """Raises UsageStop where what stands after the colon is no port. It is not repeated: it may be a password."""
    with suppress(ValueError):
        return str(ip_address(place)), ""  # an IPv6 address without brackets
    within, _, rest = place.rpartition("]")
    host, colon, port = rest.partition(":")
    if colon and not (re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) < 65_536):
        raise UsageStop("postgresql://HOST:PORT/DATABASE: the port is not a number from 1 to 65535.")
    return within.removeprefix("[") + host, port


class PostgreSQL:
    """The engine; see `reading.Engine` for what its methods do."""

    types: Mapping[Type, str] = {
        Type.TEXT: "text",
        Type.CODE: "text",
        Type.DATE: "date",
        Type.YES_NO: "boolean",
        Type.NUMBER: "bigint",
    }
    row = "row_number() OVER ()"

    def __init__(self, connection: psycopg.Connection[Any], address: Address) -> None:
        self._connection = connection
        self._spelt: dict[str, Spelt] = {}
        connection.adapters.register_loader("numeric", _Number)
        info = connection.info
        self.shown = address.shown if address.database else printable(f"{address.shown}/{info.dbname}", 80)
        encoding = info.parameter_status("server_encoding")
        self._unicode = encoding == "UTF8"
        if encoding == "SQL_ASCII":
            raise ExtractStop(f"{self.shown}: the database does not say how its texts are encoded (SQL_ASCII).")
        asked = address.parameter("schema")
        found = self.run(
            "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname = "
            + (literal(asked) if asked else "current_schema()")
        )
        if not found:
            which = f"no schema “{printable(asked)}”" if asked else "no schema is its own"
            raise ExtractStop(f"{self.shown}: {which}. Give ?schema=NAME after the address.")
        self._schema = found[0][0]
        named = f"the schema “{printable(self._schema)}”"
        self.searched = named if asked else f"{named} (for another: ?schema=NAME after the address)"
        if self.run(f"SELECT has_schema_privilege({literal(self._schema)}, 'USAGE')") != [(True,)]:
            raise ExtractStop(f"{self.shown}: not permitted. This user needs USAGE on {named}.")
        allowed = self.run("SELECT has_database_privilege(current_database(), 'TEMPORARY')")
        if allowed != [(True,)]:
            raise ExtractStop(f"{self.shown}: not permitted. This user needs TEMPORARY on the database.")
        for name, value in _SESSION.items():
            self.run(f"SELECT set_config({literal(name)}, {literal(value)}, false)")
        # not all servers know every language's capitals by their default order
        known = self.run("SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu' AND collencoding IN (-1, 6)")
        self._letters = ' COLLATE "und-x-icu"' if known and self._unicode else ' COLLATE "default"'

    # carrying out

    def execute(self, query: str, parameters: Any = None) -> _Answer:
        if query not in self._spelt:
            self._spelt[query] = spelt(query, "postgres", _rewritten)
        found = self._spelt[query]
        if found.makes:
            self.make(found.makes, found.query)
            return _Answer([], None)
        return self._carried_out(found.query, parameters)

    def run(self, query: str) -> list[tuple[Any, ...]]:
        return self._carried_out(query).rows

    def _carried_out(self, query: str, parameters: Any = None) -> _Answer:
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(query.encode(), parameters)
                return _Answer(cursor.fetchall() if cursor.description else [], cursor.description)
        except (psycopg.Error, UnicodeError) as error:
            self._refuse(error)

    def _refuse(self, error: Exception) -> NoReturn:
        """Our words for what the server says: its own may hold what is in a cell."""
        code = getattr(error, "sqlstate", None) or ("08" if isinstance(error, psycopg.OperationalError) else "")
        words = next((_FAULTS[code[:length]] for length in (5, 3, 2) if code[:length] in _FAULTS), "")
        if words:
            raise ExtractStop(f"{self.shown}: {words}") from None
        raise ExtractStop(
            f"{self.shown}: the server refuses a step of the audit ({code or type(error).__name__}). This may be a"
            " mistake in auditcheck: please report it; this line holds no case data."
        ) from None

    def make(self, name: str, select: str) -> None:
        table = f"pg_temp.{quoted(name)}"
        self.run(f"DROP TABLE IF EXISTS {table}")
        self.run(f"CREATE TEMPORARY TABLE {quoted(name)} AS {select}")
        self.run(f"ANALYZE {table}")

    def drop(self, name: str) -> None:
        self.run(f"DROP TABLE pg_temp.{quoted(name)}")

    def receive(self, name: str, columns: Sequence[str], rows: Sequence[tuple[date | None, ...]]) -> None:
        listed = ", ".join(f"{quoted(column)} date" for column in columns)
        self.run(f"DROP TABLE IF EXISTS pg_temp.{quoted(name)}")
        self.run(f"CREATE TEMPORARY TABLE {quoted(name)} ({listed})")
        try:
            with (
                self._connection.cursor() as cursor,
                cursor.copy(f"COPY pg_temp.{quoted(name)} FROM STDIN".encode()) as copy,
            ):
                copy.write("".join("\t".join("\\N" if day is None else str(day) for day in row) + "\n" for row in rows))
        except psycopg.Error as error:
            self._refuse(error)
        self.run(f"CREATE INDEX ON pg_temp.{quoted(name)} ({quoted(columns[0])})")
        self.run(f"ANALYZE pg_temp.{quoted(name)}")

    @contextmanager
    def at_one_time(self) -> Iterator[None]:
        listed = self.run(
            "SELECT c.relname::text, c.relkind = 'v' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            f" WHERE n.nspname = {literal(self._schema)} AND c.relkind IN ('r', 'p', 'v')"
            " AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1"
        )
        self.run("BEGIN ISOLATION LEVEL REPEATABLE READ")
        # the moment is that of the first query. A table emptied and filled again by then, but not yet for good, would
        # be read as empty: whoever does so is waited for, and nobody begins
        if plain := [self.source(name) for name, view in listed if not view]:
            self.run(f"LOCK TABLE {', '.join(plain)} IN ACCESS SHARE MODE")
        for view in (self.source(name) for name, is_view in listed if is_view):
            self.run("SAVEPOINT one")
            try:
                self.run(f"LOCK TABLE {view} IN ACCESS SHARE MODE")  # and what it rests on
            except ExtractStop as stop:
                if not isinstance(stop.__context__, psycopg.errors.InsufficientPrivilege):
                    raise  # waited for in vain: what is read now might be empty
                self.run("ROLLBACK TO SAVEPOINT one")  # its owner may read single columns only
        yield
        self.run("COMMIT")

    def close(self) -> None:
        with suppress(psycopg.Error):
            self._connection.close()

    # what is there

    def tables(self) -> list[str]:
        found = self.run(
            "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            f" WHERE n.nspname = {literal(self._schema)} AND c.relkind IN ('r', 'v', 'm', 'p', 'f') ORDER BY 1"
        )
        return [name for (name,) in found]

    def columns(self, table: str) -> list[tuple[str, str]]:
        self._check_permitted(table)
        found = self.run(
            "SELECT a.attname::text, t.typname::text, t.typtype::text, a.atttypmod, b.typname::text"
            " FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = t.typbasetype"
            f" WHERE a.attrelid = {literal(self.source(table))}::regclass AND a.attnum > 0 AND NOT a.attisdropped"
            " ORDER BY a.attnum"
        )
        return [(name, _holds(base or kind, what, modifier)) for name, kind, what, modifier, base in found]

    def _check_permitted(self, table: str) -> None:
        """Here the table can be named; what a view rests on, or single columns, the server refuses in its turn."""
        there = f"{literal(self.source(table))}::regclass"
        every = f"has_table_privilege({there}, 'SELECT')"
        [(may, hidden)] = self.run(
            f"SELECT {every} OR has_any_column_privilege({there}, 'SELECT'), row_security_active({there})"
        )
        if not may:
            raise ExtractStop(f"{self.shown}: not permitted. This user needs SELECT on the table “{printable(table)}”.")
        if hidden:
            raise ExtractStop(
                f"{self.shown}: a policy may hide rows of “{printable(table)}” from this user. Use one that sees"
                " every row (BYPASSRLS)."
            )

    def source(self, table: str) -> str:
        return f"{quoted(self._schema)}.{quoted(table)}"

    # how it spells

    def quoted(self, name: str) -> str:
        return quoted(name)

    def literal(self, text: str) -> str:
        return literal(text)

    def matches(self, text: str, pattern: str) -> str:
        return f"({text} ~ {literal(f'^(?:{pattern})$')})"

    def trimmed(self, cell: str, column: Column) -> str:
        left, plain = f"btrim({cell}, ' ' || chr(9) || chr(10) || chr(13) || chr(160))", "[!-~](?:[ -~]*[!-~])?"
        if self._unicode:
            left = f"normalize({left}, NFC)"
        if column.type is Type.CODE:
            blanks = "'[' || ' ' || chr(9) || chr(10) || chr(13) || chr(160) || ']+'"
            left, plain = f"regexp_replace({left}, {blanks}, ' ', 'g')", "[!-~](?: ?[!-~])*"
        return f"CASE WHEN {self.matches(cell, plain)} THEN {cell} ELSE nullif({left}, '') END"

    def upper(self, text: str) -> str:
        return f'(upper({text}{self._letters}) COLLATE "C")'

    def lower(self, text: str) -> str:
        return f'(lower({text}{self._letters}) COLLATE "C")'

    def number(self, text: str) -> str:
        fits = f"{text}::numeric BETWEEN -9223372036854775808 AND 9223372036854775807"
        return f"CASE WHEN length({text}) <= 1000 THEN CASE WHEN {fits} THEN {text}::numeric::bigint END END"

    def as_text(self, cell: str, holds: str, zone: str) -> str:
        if holds == DECIMAL:
            whole = f"{cell} = trunc({cell}) AND abs({cell}) < 1e15"
            text = f"CASE WHEN {whole} THEN {cell}::bigint::text ELSE {cell}::text END"
        elif holds in (DATES, LOCAL, INSTANTS):
            text = f"{self.day(cell, holds, zone)}::text"
        else:
            text = f"{cell}::text"
        return f'({text} COLLATE "C")'

    def day(self, cell: str, holds: str, zone: str) -> str:
        if holds == INSTANTS:
            return f"({cell} AT TIME ZONE {literal(zone)})::date"
        return f"{cell}::date"

    def day_of_instant(self, local: str, offset: str, zone: str) -> str:
        return self.day(f"(({local} || {offset})::timestamptz)", INSTANTS, zone)


def _rewritten(tree: exp.Expr) -> exp.Expr:
    """With `$1`, `$2`, … for every `?`; and each layer of a statement worked out by itself. PostgreSQL would write
    the one into the other, everywhere that it is named, and so on up: text without end."""
    for number, placeholder in enumerate(list(tree.find_all(exp.Placeholder)), start=1):
        placeholder.replace(exp.Parameter(this=exp.Literal.number(number)))
    for cte in tree.find_all(exp.CTE):
        cte.set("materialized", True)
    return tree


def _holds(kind: str, what: str, modifier: int) -> str:
    if what == "e":
        return TEXT
    if kind == "numeric" and modifier >= 4 and (modifier - 4) & 0x7FF == 0:  # no digits after the point
        return WHOLE
    if kind.startswith("_"):
        return "lists or groups of values"
    return _HOLDS.get(kind, "other things")
