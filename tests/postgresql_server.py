"""A PostgreSQL server of the tests' own: on loopback, as an ordinary user, in a temporary folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditcheck.names import Type
from auditcheck.sql import quoted
from tests.elsewhere import Source

#: Who may read the tables, and no more; and the password of all.
READER, PASSWORD = "reader", "gorse-and-heather"

NOBODY = 65534

TYPES = {Type.DATE: "date", Type.YES_NO: "boolean", Type.NUMBER: "bigint"}


def programs() -> Path | None:
    """The folder with the server's programs, the newest where there are several."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    every = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return every[-1].parent if every else None


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(frozen=True)
class Server:
    port: int
    admin: Any  # a connection of the server's owner

    def address(self, schema: str, database: str = "postgres") -> Path:
        return Path(f"postgresql://127.0.0.1:{self.port}/{database}?schema={schema}")

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.admin.execute(statement)

    def put(self, schema: str, tables: Mapping[str, Source]) -> Path:
        """Makes a schema of these tables that READER may read; its address."""
        self.run(f"DROP SCHEMA IF EXISTS {quoted(schema)} CASCADE", f"CREATE SCHEMA {quoted(schema)}")
        for name, source in tables.items():
            table = f"{quoted(schema)}.{quoted(name)}"
            columns = ", ".join(f"{quoted(column)} {TYPES.get(kind, 'text')}" for column, kind in source.columns)
            self.run(f"CREATE TABLE {table} ({columns})")
            with self.admin.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in source.rows:
                    copy.write_row(row)
        self.run(
            f"GRANT USAGE ON SCHEMA {quoted(schema)} TO {READER}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {quoted(schema)} TO {READER}",
        )
        return self.address(schema)


@contextmanager
def server() -> Iterator[Server]:
    """Starts one, and stops it in the end. `programs` must have found it."""
    import psycopg

    found = programs()
    assert found is not None
    as_root = os.getuid() == 0
    folder = Path(tempfile.mkdtemp(prefix="auditcheck-pg-"))
    try:
        password = folder / "password"
        password.write_text(PASSWORD)
        if as_root:  # the server refuses root
            for path in (folder, password):
                os.chown(path, NOBODY, NOBODY)
        user: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if as_root else {}

        def program(name: str, *arguments: str) -> None:
            subprocess.run(
                [found / name, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                cwd=folder, timeout=120, **user,
            )  # fmt: skip

        data, port = str(folder / "data"), free_port()
        program(
            "initdb",
            "-D",
            data,
            "-U",
            "owner",
            "-A",
            "scram-sha-256",
            f"--pwfile={password}",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        program("pg_ctl", "-D", data, "-o", options, "-w", "start", "-l", str(folder / "log"))
        try:
            place = f"host=127.0.0.1 port={port} dbname=postgres user=owner password={PASSWORD}"
            with psycopg.connect(place, autocommit=True) as admin:
                admin.execute(f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'")
                yield Server(port, admin)
        finally:
            program("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
