"""A small extract of four made-up cases that is recorded, and what must be kept of it, counted by hand.

T1 asks that each police enquiry is answered within 20 working days, T2 that one is sent within 5 working days of
the start: for Monday 3 April 2023 that is Wednesday 12 April (Easter lies between). Seen from 30 June 2023:

    case     whose            sent      returned   T1            T2
    X900001  HARB01 N54A001   5 April   20 April   met           met
    X900002  HARB01 N54A001   5 April   -          gap           met
    X900003  DOWN02 N54B002   -         -          not relevant  gap
    X900004  DOWN02 nobody    28 June   -          not yet due   late
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import typer

from auditcheck import cli
from auditcheck.history import History
from auditcheck.problems import Stop
from tests.small_extracts import CHECKLIST

CASES = """\
CRN,Event number,Start date,End date,Practitioner code,Team code,Order type,Surname
X900001,1,2023-04-03,,N54A001,HARB01,CO,Canaryname
X900002,1,2023-04-03,,N54A001,HARB01,CO,Canaryname
X900003,1,2023-04-03,,N54B002,DOWN02,CO,Canaryname
X900004,1,2023-04-03,,,DOWN02,CO,Canaryname
"""
CONTACTS = """\
CRN,Event number,Contact date,Type code,Contact id
X900001,1,2023-04-05,C369,K1
X900001,1,2023-04-20,C515,K2
X900002,1,2023-04-05,C369,K3
X900004,1,2023-06-28,C369,K4
"""
CORRECTED = CONTACTS + "X900002,1,2023-04-28,C515,K5\n"  # X900002 was answered in time after all
UNIT = "Harbour and Downs PDU"
AS_AT = date(2023, 6, 30)
CANARIES = ("X90000", "Canaryname", "K1,", "2023-04-05", "2023-04-20", "2023-06-28")

#: Item and team ("" is all): met, late, gap, not yet due, not relevant. By hand, from the table above.
BY_HAND = {
    ("T1", ""): (1, 0, 1, 1, 1),
    ("T1", "HARB01"): (1, 0, 1, 0, 0),
    ("T1", "DOWN02"): (0, 0, 0, 1, 1),
    ("T2", ""): (2, 1, 1, 0, 0),
    ("T2", "HARB01"): (2, 0, 0, 0, 0),
    ("T2", "DOWN02"): (0, 1, 1, 0, 0),
}


def extract(folder: Path, contacts: str = CONTACTS, cases: str = CASES, checklist: str = CHECKLIST) -> Path:
    """The folder with the extract; its checklist stands beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cases.csv").write_text(cases, encoding="utf-8")
    (folder / "contacts.csv").write_text(contacts, encoding="utf-8")
    (folder.parent / "small.yaml").write_text(checklist, encoding="utf-8")
    return folder


def words_of_run(folder: Path, *more: str, as_at: date = AS_AT) -> list[str]:
    """What is typed to record an extract."""
    small = str(folder.parent / "small.yaml")
    return ["run", str(folder), "--checklist", small, "--as-at", str(as_at), "--record", "--unit", UNIT, *more]


def typed(*words: str) -> tuple[int, str]:
    """What is typed, in this process: the exit code, and what stopped it."""
    try:
        code = cli.app(list(words), standalone_mode=False)
    except Stop as stop:
        return stop.exit_code, "\n".join(stop.lines)
    except typer.Exit as end:
        return end.exit_code, ""
    return int(code or 0), ""


def record(folder: Path, *more: str, as_at: date = AS_AT) -> None:
    done = typed(*words_of_run(folder, *more, as_at=as_at))
    assert done == (0, ""), done


def process(words: Sequence[str], own: Path, *before: str, **more: object) -> subprocess.Popen[str]:
    """What is typed, in a process of its own with folders of its own."""
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    return subprocess.Popen(
        [*before, sys.executable, "-m", "auditcheck", *words], env=environment(own), **streams | more
    )  # type: ignore[call-overload,no-any-return]


def environment(own: Path) -> Mapping[str, str]:
    keep = ("PATH", "HOME", "SYSTEMROOT", "PYTHONPATH", "VIRTUAL_ENV")
    env = {name: os.environ[name] for name in keep if name in os.environ}
    folders = {f"XDG_{name}_HOME": str(own / name.lower()) for name in ("DATA", "CONFIG")}
    # on a disk that is full Python leaves half of a compiled module behind, which nobody could import
    return env | folders | {"COLUMNS": "80", "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}


def whole(path: Path) -> list[str]:
    """The names of the runs in a history of which nothing is wrong."""
    with History.to_read(path) as kept:
        assert kept.verify() == []
        return [line.run for line in kept.lines()]


def tampered(path: Path, *statements: str) -> None:
    """Changes a history as whoever takes its triggers away could."""
    con = sqlite3.connect(path)
    for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        con.execute(f"DROP TRIGGER {name}")
    changed = 0
    for statement in statements:
        changed += con.execute(statement).rowcount
    con.commit()
    con.close()
    assert changed, statements
