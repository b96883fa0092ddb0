"""What is offered to be typed: it works as it stands, and looks at what was looked at."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from auditcheck import problems
from tests.test_cli import auditcheck

# What was typed, what there is, what else to say, and the hint behind the sentence.
OFFERED = [
    ("DA22", ["DA2", "MO1"], "", " Did you mean “DA2”? There are DA2 and MO1."),
    ("DA22", ["DA2", *(f"MO{n}" for n in range(20))], "", " Did you mean “DA2”?"),
    ("nothing", [], "", ""),
    ("nothing", [], "See: there", " See: there"),
]


@pytest.mark.parametrize(("typed", "known", "otherwise", "hint"), OFFERED)
def test_what_is_offered_has_no_blank_behind_it(typed: str, known: list[str], otherwise: str, hint: str) -> None:
    assert problems.offered(typed, known, otherwise) == hint


EXAMPLE = "examples/brighton-east-sussex"
TEAM = "examples/team-workbook/team-june.xlsx"


def offered(screen: str) -> list[str]:
    """The commands at the end of a screen, those on several lines as one."""
    lines = screen.replace(" \\\n       ", " ").splitlines()
    return [line.strip().split("   ")[0] for line in lines if line.startswith("   auditcheck ")]


#: What is typed, and every command that its screen offers.
NEXT = [
    (
        f"run {EXAMPLE} --as-at 2023-12-01 --item DA1 --severity high",
        [
            f"auditcheck gaps {EXAMPLE} --as-at 2023-12-01 --item DA1 --severity high --practitioner ZKSB201",
            f"auditcheck explain {EXAMPLE} --as-at 2023-12-01 --item DA1 --severity high X513057",
            f"auditcheck inspect {EXAMPLE} --as-at 2023-12-01",
        ],
    ),
    (
        f"run {EXAMPLE} --team ZKSEB1 --checklist domestic-abuse --due-within 5",
        [
            f"auditcheck gaps {EXAMPLE} --checklist domestic-abuse --team ZKSEB1 --due-within 5 --practitioner ZKSB201",
            f"auditcheck explain {EXAMPLE} --checklist domestic-abuse X513057",
            f"auditcheck inspect {EXAMPLE}",
        ],
    ),
    (
        f"run {EXAMPLE} --practitioner ZKSB202 --practitioner ZKSB201 --item DA1",
        [
            f"auditcheck gaps {EXAMPLE} --item DA1 --practitioner ZKSB201",
            f"auditcheck explain {EXAMPLE} --item DA1 X441960",
            f"auditcheck inspect {EXAMPLE}",
        ],
    ),
    (
        f"gaps {EXAMPLE} --team ZKSEB1 --item DA1",
        [f"auditcheck explain {EXAMPLE} --item DA1 X513057", f"auditcheck inspect {EXAMPLE}"],
    ),
    (
        f"explain {EXAMPLE} X441960 --severity high",
        [f"auditcheck explain {EXAMPLE} --severity high X441960 --item DA1"],
    ),
    (
        f"compare {EXAMPLE} --item DA1 --item KA1 --as-at 2023-12-01",
        [f"auditcheck compare {EXAMPLE} --as-at 2023-12-01 --item DA1"],
    ),
]


@pytest.mark.parametrize(("command", "expected"), NEXT, ids=[command for command, _ in NEXT])
def test_what_is_offered_looks_at_the_same(command: str, expected: list[str]) -> None:
    assert offered(auditcheck(*command.split(), columns=100).stdout) == expected
    for one in expected:
        done = auditcheck(*shlex.split(one)[1:])
        assert (done.returncode, done.stderr) == (0, ""), one


def test_what_shows_the_faults_can_be_typed_beside_only() -> None:
    shown = " ".join(auditcheck("compare", EXAMPLE, "--only", "rosh=high", columns=100).stdout.split())
    command = shown.partition("(see: ")[2].partition(")")[0]
    assert command == f"auditcheck inspect {EXAMPLE}"


def test_the_months_offer_a_team_that_there_is(tmp_path: Path) -> None:
    kept, own = tmp_path / "kept.db", {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    record = ("--record", "--unit", "Harbour", "--history", str(kept))
    for month in ("2026-04", "2026-05"):
        assert auditcheck("run", f"examples/three-months/{month}", *record, **own).returncode == 0
    where = f"--history {kept}"
    of = f"--unit Harbour {where}"
    for command, expected in (
        (
            f"trend --item DA2 {of}",
            [f"auditcheck trend --item DA2 {of} --team DOWN02", f"auditcheck history list {where}"],
        ),
        (f"trend --team MARS10 {where}", [f"auditcheck trend {where}", f"auditcheck history list {where}"]),
    ):
        found = offered(auditcheck(*command.split(), columns=300).stdout)
        assert [shlex.split(one) for one in found] == [shlex.split(one) for one in expected]
        assert all(auditcheck(*shlex.split(one)[1:]).returncode == 0 for one in found)


#: What is typed, and the last line of what is said.
SAID = [
    (f"run {TEAM} --item XX1", "no item is called “XX1”. To see what there are: auditcheck show domestic-abuse"),
    (
        f"run {EXAMPLE} --team ZKSEB1 --record",
        "What ZKSEB1 did month by month is in: auditcheck trend --team ZKSEB1",
    ),
    (
        f"run {EXAMPLE} --team ZKSEB1 --record --history my.db --unit East",
        "What ZKSEB1 did month by month is in: auditcheck trend --team ZKSEB1 --history my.db --unit East",
    ),
    (
        "run examples/first-sight/caseload.xlsx --checklist rar --as-at 2026-06-30",
        "What fits, and how to say the rest: auditcheck inspect examples/first-sight/caseload.xlsx --as-at 2026-06-30",
    ),
    (  # --only is of compare alone
        "compare examples/first-sight/caseload.xlsx --only rosh=high --as-at 2026-06-30",
        "What fits, and how to say the rest: auditcheck inspect examples/first-sight/caseload.xlsx --as-at 2026-06-30",
    ),
    ("show -o page.md", "show needs the checklists to write, such as: auditcheck show rar -o rar.md"),
]


@pytest.mark.parametrize(("command", "said"), SAID, ids=[command for command, _ in SAID])
def test_what_is_said_can_be_typed(command: str, said: str) -> None:
    assert auditcheck(*command.split()).stderr.splitlines()[-1] == said


def test_a_draft_offers_a_run_that_reads_the_same_file(tmp_path: Path) -> None:
    """The encoding, the sheet and the day go along; another dictionary takes the place of the one in use."""
    rows = "Case ref,Event,Date of order,Zoë\nX1,1,2026-01-05,José\n"
    (tmp_path / "a b.csv").write_bytes(rows.encode("cp1252"))
    typed = ["a b.csv", "--encoding", "cp1252", "--as-at", "2026-06-30"]
    said = auditcheck("inspect", *typed, "--write-dictionary", "new.yaml", cwd=tmp_path).stderr
    run = said.split(": ", 1)[1].rpartition("auditcheck ")[2].strip()
    assert shlex.split(run) == [
        "run",
        "a b.csv",
        "--as-at",
        "2026-06-30",
        "--encoding",
        "cp1252",
        "--dictionary",
        "new.yaml",
    ]
