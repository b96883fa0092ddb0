"""Tries mutants of files on the real command, many in one process.

    python -m tests.fuzz csv 0 500     # mutants 0 to 499: how they ended, and what is wrong
    python -m tests.fuzz csv 123       # that one alone, with what it says; its files stay in a folder

What is replaced to be quick: the end of the process, one database for many mutants (every 25th opens its own, as a
run does), and the checklists that ship, which no mutant needs. Time and memory of each are bounded; a number is
written before its mutant is tried, so when the process dies one knows which it was.
"""

from __future__ import annotations

import csv
import faulthandler
import io
import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import typer

from tests.mutants import HEADS, MARK, ROWS, Mutant, mutant

SECONDS, MEGABYTES = 30, 700  # for one mutant; for the process
OWN_DATABASE = 25  # every so many

#: How a mutant may end, by its kind: read, a wrong command line, no extract, no checklist or dictionary.
ENDS = {"csv": {0, 3}, "xlsx": {0, 2, 3}, "parquet": {0, 3}, "yaml": {0, 2, 3, 4}}

#: An extract without mistakes, for mutants of what is laid over it. The mark stands in cells that nothing shows.
GOOD = {
    "good/cases.csv": "\n".join(
        [",".join(HEADS), *(",".join([f"C{n}", *(c.replace(",", "") for c in row[1:])]) for n, row in enumerate(ROWS, 1))]
    ),
    "good/contacts.csv": f"CRN,Contact date,Type,Note\nC1,2025-01-09,C1,{MARK}\nC1,2025-02-09,Q1,{MARK}\nC2,soon,C2,{MARK}\n",
}  # fmt: skip

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


#: What the dictionary knows of the columns of the two tables.
_HEADINGS = {heading.casefold() for heading in (*HEADS[:7], "Contact date", "Type")}


class _Left(BaseException):
    """Where the process would end."""


class Trial:
    """Runs the command line in this process as if it were one of its own."""

    def __init__(self, folder: Path) -> None:
        from auditcheck import audit, cli
        from auditcheck.extract import loading

        self.folder, self.loading, self.cli = folder, loading, cli
        self.own, self.real = False, loading.database
        self.con: Any = None
        self.made = 0
        for file, text in GOOD.items():
            self._write(file, text.encode())
        for file, data in Mutant.around.items():
            self._write(file, data)

        def leave(code: int) -> None:
            raise _Left(code)

        cli._leave = leave  # type: ignore[assignment]
        cli.app = typer.main.get_command(cli.app)  # type: ignore[assignment]
        audit.shipped_checklists = dict  # type: ignore[assignment]
        loading.database = self._database  # type: ignore[assignment]
        self.load, self.load_once, self.audit = audit.load_dictionary, lru_cache(audit.load_dictionary), audit

    @contextmanager
    def _database(self, **given: Any) -> Iterator[duckdb.DuckDBPyConnection]:
        if self.own:
            with self.real(**given) as con:
                yield con
            return
        if self.con is None:
            self.con = duckdb.connect(":memory:", config={"threads": "1", "temp_directory": ""})
            places = ", ".join(f"'{place}'" for place in (self.folder, tempfile.gettempdir()))
            self.con.execute(f"set allowed_directories = [{places}]")
            self.con.execute("set enable_external_access = false")
        self.made += 1
        self.con.execute(f"attach ':memory:' as m{self.made}")
        self.con.execute(f"use m{self.made}")
        try:
            yield self.con
        finally:
            try:
                self.con.execute("use memory")
                self.con.execute(f"detach m{self.made}")
            except duckdb.Error:  # a fault of the database itself, after which it answers no more
                self.con = None

    def _write(self, file: str, data: bytes) -> None:
        (self.folder / file).parent.mkdir(exist_ok=True)
        (self.folder / file).write_bytes(data)

    def run(self, one: Mutant, *, own: bool) -> tuple[int, str, str]:
        """The exit code, and what is written on standard output and error."""
        for file, data in one.files.items():
            self._write(file, data)
        self.own = own
        self.audit.load_dictionary = self.load if "{}/m.yaml" in one.typed else self.load_once
        sys.argv = ["auditcheck", *(word.format(self.folder) for word in one.typed)]
        kept = sys.stdout, sys.stderr
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape") for _ in range(2))
        sys.stdout, sys.stderr = out, err
        code = 70
        try:
            self.cli.main()
        except _Left as left:
            code = left.args[0]
        finally:
            sys.stdout, sys.stderr = kept
            for stream in (out, err):
                with suppress(ValueError):
                    stream.flush()
        for file in one.files:
            (self.folder / file).unlink()
        return code, *(stream.buffer.getvalue().decode("utf-8", "replace") for stream in (out, err))  # type: ignore[attr-defined]


def wrong(kind: str, one: Mutant, code: int, out: str, err: str) -> str:
    """What is wrong with how a mutant ended; "" when nothing is."""
    said = out + err
    if code not in ENDS[kind]:
        return f"exit code {code}: {err.strip()[:300]}"
    shown = said if one.typed[0] == "inspect" else err + re.sub(f"{MARK}A[0-9]+", "", out)  # a case by its reference
    if (
        one.typed[0] == "inspect"
    ):  # what stands where headings are is shown as one: a damaged file may have a cell there
        shown = "\n".join(line for line in shown.splitlines() if not re.match(r' *"heading": |   [✔?–·] ', line))
    if MARK in shown or MARK in re.sub(r"\s", "", shown):
        return f"a cell is shown: {next(line for line in said.splitlines() if MARK[:4] in line)[:300]}"
    if unseen := _UNSEEN.search(said):
        return f"a control character, {unseen[0]!a}: {said[max(0, unseen.start() - 100) : unseen.end()]!a}"
    if "Traceback" in said:
        return "a traceback"
    lines = err.splitlines()
    seen = code == 3 and one.typed[0] == "inspect"  # it tells what it could see before it says why an audit stops
    if code and ((out and not seen) or not lines or any(not line.strip() for line in lines)):
        return f"exit code {code}, and {len(lines)} lines on standard error, {len(out)} characters on standard output"
    if code == 3 and len(lines) > 2 + lines[-1].startswith("What fits"):
        return f"{len(lines)} lines: {err[:300]}"
    if code and max(map(len, lines)) > 700:
        return f"a line of {max(map(len, lines))} characters: {err[:300]}"
    if code == 0 and not out.strip():
        return "nothing on standard output"
    if code == 0 and "json" in one.typed:
        return _counts(kind, one, json.loads(out))
    if code == 0 and err:
        return f"read, and yet: {err[:200]}"
    return ""


def _counts(kind: str, one: Mutant, told: dict[str, Any]) -> str:
    """Is every row that another reader finds counted?"""
    for source in told["about"]["tables"]:
        if source["rows_read"] != source["kept"] + source["of_other_cases"] + source["refused"]:
            return f"rows of {source['table']} do not add up"
        file, data = next(((f, d) for f, d in one.files.items() if f.endswith(source["read_from"])), ("", b""))
        expected = _rows(kind, data) if file else None
        if expected is not None and expected != source["rows_read"]:
            return f"{source['rows_read']} rows of {file} are read, and it has {expected}"
    return ""


def _rows(kind: str, data: bytes) -> int | None:
    """How many rows below the headings hold something, by Python's own reader or by polars; None where neither tells."""
    if kind == "parquet":
        import polars

        try:
            return int(polars.scan_parquet(io.BytesIO(data)).select(polars.len()).collect().item())
        except BaseException:  # polars panics where the database reads, and the other way round
            return None
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        return None
    if kind != "csv" or text.lower().startswith(("sep=", '"sep=')):
        return None
    csv.field_size_limit(4_000_000)
    best: tuple[int, int] | None = None
    for delimiter in ",;\t":
        with suppress(csv.Error):
            rows = list(
                csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
            )
            known = [sum(cell.strip().casefold() in _HEADINGS for cell in row) for row in rows[:30]]
            if known and max(known) > 1:
                below = rows[known.index(max(known)) + 1 :]
                filled = sum(any(cell.strip(" \t\r\n\u00a0") for cell in row) for row in below)
                best = max(best or (0, 0), (max(known), filled))
    return best[1] if best else None


def main(kind: str, first: int, count: int) -> int:
    """Tries so many mutants from a number on, and prints how they ended. The last number printed is of the one at work."""
    found, codes = [], Counter[int]()
    with tempfile.TemporaryDirectory() as at, _past_python() as heard:
        trial = Trial(Path(at))
        for number in range(first, first + count):
            print(number, flush=True)  # noqa: T201
            faulthandler.dump_traceback_later(SECONDS, exit=True)
            one = mutant(kind, number)
            code, out, err = trial.run(one, own=one.typed[0] != "inspect" or number % OWN_DATABASE == 0)
            codes[code] += 1
            why = wrong(kind, one, code, out, err)
            if said := heard():
                why = why or f"{said} bytes written past Python"
            if (used := _megabytes()) > MEGABYTES:
                why = why or f"{used} MB of memory"
            if why:
                found.append((number, one.done, why))
        faulthandler.cancel_dump_traceback_later()
    print(json.dumps({"ends": codes, "wrong": found}))  # noqa: T201
    return 0


@contextmanager
def _past_python() -> Iterator[Callable[[], int]]:
    """Standard error of the process itself goes to a file: gives how many bytes came since it was last asked."""
    with tempfile.TemporaryFile() as file:
        terminal, heard = os.dup(2), 0

        def since() -> int:
            nonlocal heard
            now = os.fstat(file.fileno()).st_size
            heard, more = now, now - heard
            return more

        os.dup2(file.fileno(), 2)
        try:
            yield since
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)


def alone(kind: str, number: int) -> int:
    """Tries one mutant and shows everything; its files stay."""
    one = mutant(kind, number)
    kept = Path(tempfile.mkdtemp(prefix=f"mutant-{kind}-"))
    for file, data in {**{name: text.encode() for name, text in GOOD.items()}, **Mutant.around, **one.files}.items():
        (kept / file).parent.mkdir(exist_ok=True)
        (kept / file).write_bytes(data)
    with tempfile.TemporaryDirectory() as at:
        code, out, err = Trial(Path(at)).run(one, own=True)
    print(f"{one.done}\nauditcheck {' '.join(word.format(kept) for word in one.typed)}\n{out}{err}exit code {code}")  # noqa: T201
    print(wrong(kind, one, code, out, err) or "nothing is wrong")  # noqa: T201
    return 0


def _megabytes() -> int:
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    os.environ["COLUMNS"] = "160"
    what, *numbers = sys.argv[1:]
    sys.exit(main(what, *map(int, numbers)) if len(numbers) > 1 else alone(what, int(numbers[0])))
