"""Where an audit can run besides the database of its own: on the server that holds the tables.

The same plan runs there, in the server's spelling; the tables stay there, and only counts, and the
records of cases that somebody asks for, come back. An engine is one file here and one line in ENGINES.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

from auditcheck.engine import build_calendar, open_database
from auditcheck.extract.sheets import printable
from auditcheck.problems import UsageStop, one_of, unknown

if TYPE_CHECKING:
    from auditcheck.engines.reading import Engine


@dataclass(frozen=True)
class _Kind:
    module: str
    extra: str  # what to install with auditcheck; "" where it is the user's own
    parameters: tuple[str, ...]  # what may stand after "?"
    password: str  # where a password belongs


#: By the scheme of an address. Each module has `connect(Address) -> Engine`.
ENGINES: dict[str, _Kind] = {
    "postgresql": _Kind(
        "postgresql", "postgresql", ("schema", "service", "sslmode"), "~/.pgpass, a service file or PGPASSWORD"
    ),
    "spark": _Kind("spark", "spark", ("folder",), "Spark's own settings"),
}


@dataclass(frozen=True)
class Address:
    """`scheme://user@host:port/database?name=value`, taken apart. It never holds a password."""

    scheme: str
    host: str  # with its port, as it was written; "" for the client's usual one
    database: str
    user: str = field(default="", repr=False)
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self) -> str:
        """'host/database': what headers and messages call it."""
        return printable("/".join(part for part in (self.host, self.database) if part), 80) or self.scheme

    @property
    def again(self) -> str:
        """What to type for the same tables, but for the user."""
        asked = "&".join(f"{name}={quote(value, safe='/:')}" for name, value in self.parameters)
        there = "/".join(quote(part, safe="[]:*,.-_") for part in (self.host, self.database) if part or not self.host)
        return f"{self.scheme}://{there}{'?' if asked else ''}{asked}"

    def parameter(self, name: str) -> str:
        return dict(self.parameters).get(name, "")


#: A path has one slash where two were typed.
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(?:/+(.*))?", re.DOTALL)


def scheme_of(path: Path) -> str:
    """'postgresql', or 'https', where an address was typed where an extract's path may stand; "" for a path."""
    found = _ADDRESS.fullmatch(path.as_posix())
    scheme = found[1].lower() if found else ""
    scheme = {"postgres": "postgresql"}.get(scheme, scheme)  # libpq takes both
    return scheme if found and (scheme in ENGINES or found[2] is not None) else ""


def address_of(path: Path) -> Address | None:
    """The address that was typed where an extract's path may stand; None for a path. Raises UsageStop for
    one that is not understood, or that has a password, without repeating it."""
    scheme, found = scheme_of(path), _ADDRESS.fullmatch(path.as_posix())
    if not scheme or not found:
        return None
    if scheme not in ENGINES:
        begins = one_of([f"{name}://" for name in ENGINES])
        raise UsageStop(f"An extract is a folder or a file on this computer, or an address that begins with {begins}.")
    rest = found[2] or ""
    kind = ENGINES[scheme]
    place, _, asked = rest.partition("?")
    given = parse_qsl(asked, keep_blank_values=True)
    before, at, _ = rest.rpartition("@")
    if (at and ":" in before) or any(re.search("pass|pwd|secret|token", name.lower()) for name, _ in given):
        raise UsageStop(f"An address takes no password: others could see it. It belongs in {kind.password}.")
    for name, _ in given:
        if name not in kind.parameters:
            raise UsageStop(f"{scheme}://: {unknown('setting of an address', name, kind.parameters)}")
    user, _, place = place.rpartition("@")
    parts = [unquote(part) for part in place.split("/") if part]
    if len(parts) > 2:
        asked = one_of([f"?{name}=…" for name in kind.parameters])
        raise UsageStop(f"An address is {scheme}://HOST/DATABASE, with nothing after it but {asked}.")
    host, database = parts if len(parts) == 2 else _alone(scheme, parts)
    return Address(scheme, host, database, unquote(user), tuple((name, _slashes(value)) for name, value in given))


def _alone(scheme: str, parts: list[str]) -> tuple[str, str]:
    """Host and database, where one of them was typed: to PostgreSQL the database, but for one with a port; to Spark
    the master."""
    word = parts[0] if parts else ""
    return ("", word) if scheme == "postgresql" and ":" not in word else (word, "")


def _slashes(value: str) -> str:
    """The two slashes of an address inside an address, of which a path kept one."""
    return re.sub(r"^([a-z0-9]{2,}):/(?=[^/])", r"\1://", value)


def connect(address: Address) -> Engine:
    """Raises ExtractStop where the server cannot be reached, and UsageStop where the libraries are missing."""
    kind = ENGINES[address.scheme]
    try:
        module = importlib.import_module(f"auditcheck.engines.{kind.module}")
    except ImportError:
        raise UsageStop(
            f"{address.scheme}:// needs libraries that are not installed: pip install 'auditcheck[{kind.extra}]'."
        ) from None
    found: Engine = module.connect(address)
    return found


def send_days(engine: Engine, closed_days: Iterable[date], statement: str) -> None:
    """Makes the table `due` there. `statement` makes it from the calendar; it is carried out here, where it was
    tried on every day, and its rows, one for each day of the calendar, are sent."""
    here = open_database(threads=1)
    try:
        build_calendar(here, closed_days)
        here.execute(statement).fetchall()
        columns = [name for name, *_ in here.execute("select * from due limit 0").description or ()]
        engine.receive("due", columns, here.execute("select * from due order by day").fetchall())
    finally:
        here.close()
