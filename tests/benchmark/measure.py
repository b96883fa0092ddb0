"""Programs as whole processes: how long they take and how much memory they need, taken in turn.

Linux counts what its parent held as a process's own when it began, so this one imports little.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.benchmark.items import TOP, checklist, chosen, written

HERE = Path(__file__).parent
STATES = ("met", "late", "gap", "not_yet_due", "excused", "cannot_tell", "to_judge", "left_out", "not_relevant")

#: States by item; what programs must agree on.
Told = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Size:
    cases: int
    contacts: int
    suffix: str
    items: int


@dataclass(frozen=True)
class Task:
    """What is measured: an extract, the items asked of it, and where programs may write."""

    size: Size
    extract: Path
    folder: Path

    @property
    def checklist(self) -> Path:
        return self.folder / "benchmark.yaml"

    @property
    def items(self) -> Path:
        return self.folder / "items.json"

    @property
    def answer(self) -> Path:
        return self.folder / "answer"


def task(size: Size, work: Path) -> Task:
    """Writes the extract, unless it is there, and the items. Every cell can be read: a program by hand would take
    an unreadable cell for a blank, and tell of a gap where nothing can be told."""
    extract = work / f"{size.cases}-{size.contacts}-{size.suffix}"
    if not (extract / "dictionary.yaml").exists():  # it is written last
        how = [
            "--cases",
            str(size.cases),
            "--contacts",
            str(size.contacts),
            "--format",
            size.suffix,
            "--unreadable",
            "0",
        ]
        subprocess.run([sys.executable, "-m", "tests.national", str(extract), *how], cwd=TOP, check=True)
    folder = work / f"items-{size.items}"
    folder.mkdir(exist_ok=True)
    found = Task(size, extract, folder)
    items = chosen(size.items)
    found.checklist.write_text(checklist(items), encoding="utf-8")
    found.items.write_text(json.dumps(written(items)), encoding="utf-8")
    return found


@dataclass(frozen=True)
class Program:
    """A way to do it: its name, its Python, and its arguments, in which words in capitals stand for files."""

    name: str
    python: str
    arguments: tuple[str, ...]
    module: str = ""  # without it the program is left out
    suffix: str = "json"

    def command(self, task: Task) -> list[str]:
        known = {
            "FOLDER": task.extract,
            "FORMAT": task.size.suffix,
            "CHECKLIST": task.checklist,
            "ITEMS": task.items,
            "ANSWER": task.answer.with_suffix(f".{self.suffix}"),
        }
        return [self.python, *(str(known.get(word, word)) for word in self.arguments)]

    def there(self) -> bool:
        return not self.module or not subprocess.run(
            [self.python, "-c", f"import {self.module}"], stderr=subprocess.DEVNULL, check=False
        ).returncode  # fmt: skip


_RUN = ("-m", "auditcheck", "run", "FOLDER", "--checklist", "CHECKLIST", "--force", "--max-size", "99GB", "--max-rows", "999,999,999")  # fmt: skip

RUN, GAPS, SQL = "auditcheck run", "auditcheck run, with the gap list", "SQL by hand (DuckDB)"


def programs(auditcheck: str = sys.executable, others: str = sys.executable) -> list[Program]:
    by_hand = ("FOLDER", "FORMAT", "ITEMS", "ANSWER")
    return [
        Program(RUN, auditcheck, (*_RUN, "-o", "ANSWER"), suffix="csv"),
        Program(GAPS, auditcheck, (*_RUN, "-o", "ANSWER")),
        Program(SQL, auditcheck, (str(HERE / "by_sql.py"), *by_hand)),
        Program("polars by hand", auditcheck, (str(HERE / "by_polars.py"), *by_hand)),
        Program("pandas by hand", others, (str(HERE / "by_pandas.py"), *by_hand), "pandas"),
        Program(
            "pandera, values only",
            auditcheck,
            (str(HERE / "values_pandera.py"), "FOLDER", "FORMAT", "ANSWER"),
            "pandera.polars",
        ),
        Program(
            "pointblank, values only",
            others,
            (str(HERE / "values_pointblank.py"), "FOLDER", "FORMAT", "ANSWER"),
            "pointblank",
        ),
    ]


class Disagree(Exception):
    """Two programs counted differently, or one did not end well."""


def counts_in(answer: Path) -> Told | None:
    """What a program found: the cases in each state, by item; None where it asks no items."""
    found: dict[str, Counter[str]] = {}
    if answer.suffix == ".csv":
        with answer.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["grouping"] == "overall" and row["item"]:
                    found[row["item"]] = Counter({state: int(row[state]) for state in STATES})
    else:
        told = json.loads(answer.read_text(encoding="utf-8"))
        if isinstance(told, int):
            return None
        if isinstance(told, dict):
            found = {item["item"]: Counter(item["states"]) for item in told["items"]}
        else:
            for _, _, item, state, number in told:
                found.setdefault(item, Counter())[state.replace(" ", "_")] += number
    return {item: {state: n for state, n in counts.items() if n} for item, counts in found.items()}


@dataclass
class Taken:
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    @property
    def time(self) -> float:
        return median(self.seconds)

    @property
    def memory(self) -> float:
        return median(self.megabytes)


def once(program: Program, task: Task) -> tuple[float, float, Told | None]:
    """Seconds, megabytes at most, and what was found. Raises Disagree where it did not end well."""
    answer = task.answer.with_suffix(f".{program.suffix}")
    answer.unlink(missing_ok=True)
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    said = task.folder / "said"
    with Path(os.devnull).open("w") as nowhere, said.open("w") as errors:
        started = time.perf_counter()
        child = subprocess.Popen(program.command(task), stdout=nowhere, stderr=errors, env=surroundings, cwd=TOP)
        _, status, used = os.wait4(child.pid, 0)
        took = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        last = said.read_text(encoding="utf-8").strip().rpartition("\n")[2]
        raise Disagree(f"{program.name} ended with {child.returncode}: {last}")
    return took, used.ru_maxrss / 1024, counts_in(answer)


def measured(chosen: list[Program], task: Task, rounds: int) -> Iterator[tuple[Program, Taken]]:
    """Every program in turn, `rounds` times. Raises Disagree where their counts differ."""
    for file in task.extract.iterdir():  # from the disk into memory, once for all
        with file.open("rb") as opened:
            while opened.read(1 << 20):
                pass
    taken = {program.name: Taken() for program in chosen}
    told: dict[str, Told] = {}
    for _ in range(rounds):
        for program in chosen:
            seconds, megabytes, found = once(program, task)
            taken[program.name].seconds.append(seconds)
            taken[program.name].megabytes.append(megabytes)
            if found is not None:
                told[program.name] = found
                check_same(told)
    for program in chosen:
        yield program, taken[program.name]


def check_same(told: dict[str, Told]) -> None:
    """Raises Disagree, with the first item and state on which two programs differ."""
    (name, first), *others = told.items()
    for other, found in others:
        for item in sorted({*first, *found}):
            if first.get(item) != found.get(item):
                raise Disagree(f"{item}: {name} counts {first.get(item)}, {other} {found.get(item)}.")
