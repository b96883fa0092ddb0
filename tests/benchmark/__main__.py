"""auditcheck against the same items written by hand, as whole processes on one machine.

    python -m tests.benchmark                                     # 40 and 5,000 cases: a few minutes
    python -m tests.benchmark --sizes 250000:30000000 --rounds 3 --auditcheck /tmp/clean/bin/python -o national.md

Every program reads the extract from its files, works out the state of every case for every item, and writes how many
cases of each team and practitioner are in which state. All must count the same, else nothing is told. The programs
by hand know only these items; auditcheck besides reads a dictionary and a checklist, looks at every cell, finds what is
wrong in the extract, and says what is missing and whose it is. Times and memory are medians, taken in turn.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmark.measure import SQL, Disagree, Program, Size, Taken, measured, programs, task


def row(size: Size, name: str, taken: Taken, base: Taken | None) -> str:
    ratios = ("", "")
    if base:
        ratios = (f"{taken.time / base.time:.2f}", f"{taken.memory / base.memory:.2f}")
    cells = [
        f"{size.cases:,}", f"{size.contacts:,}", size.suffix, str(size.items), name,
        f"{taken.time:.2f}", ratios[0], f"{taken.memory:,.0f}", ratios[1],
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


HEAD = """\
| cases | contacts | format | items | program | seconds | to SQL | MB at most | to SQL |
|---|---|---|---|---|---|---|---|---|"""


VERSIONS = "import duckdb, platform, polars as p; print('Python', platform.python_version() + ', DuckDB', duckdb.__version__ + ', polars', p.__version__)"  # fmt: skip


def machine(python: str, rounds: int) -> str:
    what = subprocess.run([python, "-c", VERSIONS], capture_output=True, text=True, check=True).stdout.strip()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    line = f"{platform.machine()}, {os.cpu_count()} processors, {memory:.0f} GB; {what}; medians of {rounds}, in turn."
    return f"{line}\n`python -m tests.benchmark {shlex.join(sys.argv[1:])}`\n"


def sizes(given: str, suffixes: str, items: str) -> Iterable[Size]:
    for pair in given.split(","):
        cases, _, contacts = pair.partition(":")
        for suffix in suffixes.split(","):
            for count in items.split(","):
                yield Size(int(cases), int(contacts or int(cases) * 100), suffix, int(count))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description="auditcheck against SQL by hand.")
    parser.add_argument("--sizes", default="40:4000,5000:500000", help="CASES:CONTACTS, with commas between")
    parser.add_argument("--formats", default="parquet,csv")
    parser.add_argument("--items", default="12", help="how many; 12,50,150 for all three")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--auditcheck", default=sys.executable, help="a Python in which auditcheck is installed")
    parser.add_argument("--with", dest="others", default=sys.executable, help="a Python with pandas and pointblank")
    parser.add_argument("--without", default="", help="names, or parts of names, of programs to leave out")
    parser.add_argument("--work", type=Path, help="where extracts are kept; otherwise they are gone afterwards")
    parser.add_argument("-o", "--output", type=Path)
    given = parser.parse_args()
    unwanted = [name for name in given.without.split(",") if name]
    wanted: list[Program] = []
    for program in programs(given.auditcheck, given.others):
        if any(name in program.name for name in unwanted):
            continue
        if program.there():
            wanted.append(program)
        else:
            print(f"left out: {program.name}, because {program.python} has no {program.module}", file=sys.stderr)  # noqa: T201
    lines = [machine(given.auditcheck, given.rounds), HEAD]
    print("\n".join(lines), flush=True)  # noqa: T201
    with TemporaryDirectory(prefix="benchmark-") as temporary:
        work = given.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        try:
            for size in sizes(given.sizes, given.formats, given.items):
                found = {program.name: taken for program, taken in measured(wanted, task(size, work), given.rounds)}
                for name, taken in found.items():
                    lines.append(row(size, name, taken, found.get(SQL)))
                    print(lines[-1], flush=True)  # noqa: T201
        except Disagree as stop:
            print(stop, file=sys.stderr)  # noqa: T201
            return 1
    if given.output:
        given.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
