"""The README: its picture is of today's run, its commands work, and what it quotes is what they say."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.main import get_command

from auditcheck.cli import app
from tests.picture import COMMAND, LEFT_OUT, PICTURE, WIDE, crop
from tests.test_cli import GOLDEN, TOP, auditcheck

CLI = get_command(app).commands  # type: ignore[attr-defined]
TEXT = (TOP / "README.md").read_text(encoding="utf-8")


def blocks(text: str) -> list[tuple[str, list[str]]]:
    """The fenced blocks: their kind and their lines."""
    return [(kind, body.splitlines()) for kind, body in re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S)]


def typed(lines: list[str]) -> Iterator[str]:
    return (line.split(" > ")[0] for line in lines if line.startswith("auditcheck "))


COMMANDS = [command for kind, lines in blocks(TEXT) if kind == "sh" for command in typed(lines)]


# What the README says takes what, and the commands meant.
EVERY = {"run", "gaps", "compare", "explain", "inspect", "template", "lint", "test", "show", "schema"}
EVERY |= {"trend", "history"}
ASKED = {"run", "gaps", "compare", "explain", "template"}
TAKEN = [
    ("`run`, `gaps`, `compare`, `explain` and `inspect` take `--as-at DATE`", ASKED - {"template"} | {"inspect"}),
    ("all commands but `schema`, `trend` and `history` take `--dictionary FILE`", EVERY - {"schema", "trend", "history"}),
    ("`run`, `gaps`, `compare`, `explain` and `template` take `--checklist`", ASKED),
    ("they and `trend` take `--item`", ASKED | {"trend"}),
    ("and the first four of them `--adjustments` and `--severity`", ASKED - {"template"}),
    ("`run` and `gaps` take `--practitioner` and `--due-within`", {"run", "gaps"}),
    ("they, `compare` and `trend` take `--team`", {"run", "gaps", "compare", "trend"}),
    ("`run --by NAME` (and `compare --by`) counts", {"run", "compare"}),
    ("`run` takes `--rated STANDARD=RATING`", {"run"}),
    ("`run` and `gaps` also take `--replies FILE`", {"run", "gaps"}),
    ("`run` takes `--split-by`", {"run"}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "commands"), TAKEN)
def test_what_takes_an_option(words: str, commands: set[str]) -> None:
    assert words in " ".join(TEXT.split())
    takes = {name: {option for one in command.params for option in one.opts} for name, command in CLI.items()}
    assert set(takes) == EVERY
    for option in re.findall(r"--[a-z-]+", words):
        assert {name for name, options in takes.items() if option in options} == commands


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("readme")
    shutil.copytree(TOP / "examples", there / "examples")
    return there


@cache
def said(command: str, folder: Path) -> str:
    for earlier in COMMANDS:  # what it reads was recorded or written by others
        _, _, written = earlier.rpartition(" -o ")
        recorded = command.startswith("auditcheck trend") and earlier.endswith("--record")
        if recorded or (written in shlex.split(command)[2:] and f"-o {written}" not in command):
            said(earlier, folder)
    writes = " -o " in command or "--write-dictionary" in command
    mine = {f"XDG_{kind}_HOME": str(folder / "mine") for kind in ("DATA", "CONFIG")}
    done = auditcheck(*shlex.split(command)[1:], "--force" if writes else "--no-color", cwd=folder, **mine)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("command", dict.fromkeys(COMMANDS))
def test_every_command_works(command: str, folder: Path) -> None:
    assert said(command, folder)


@pytest.mark.parametrize(
    ("begins", "ends", "least"),
    [
        ("## An SPO's first hour", "## Your own spreadsheet", 12),
        ("## Your own spreadsheet", "## Month by month", 15),
        ("## Month by month", "## Commands", 15),
        ("### Indicative ratings", "### A page and a note", 4),
    ],
)
def test_the_quoted_screens_are_what_is_said(folder: Path, begins: str, ends: str, least: int) -> None:
    hour = TEXT[TEXT.index(f"{begins}\n") : TEXT.index(f"{ends}\n")]
    output: list[str] = []
    quoted = 0
    for kind, lines in blocks(hour):
        if kind == "sh":
            output = [line for command in typed(lines) for line in said(command, folder).splitlines()]
            continue
        if kind != "text":
            continue
        places = [output.index(line) for line in lines]  # every line, in the order in which it is said
        assert places == sorted(places)
        quoted += len(lines)
    assert quoted > least


def test_the_picture_is_of_what_the_run_says() -> None:
    """Its pieces, put back into lines by where they stand, against the screen held by test_cli."""
    rows: dict[float, str] = {}
    for text in ElementTree.fromstring(PICTURE.read_text(encoding="utf-8")).iter("{http://www.w3.org/2000/svg}text"):
        place, line = float(text.attrib["y"]), rows.get(float(text.attrib["y"]), "")
        column = round((float(text.attrib["x"]) - 16) / WIDE)
        rows[place] = line.ljust(column) + (text.text or "")
    screen = (GOLDEN / "example-run-80.txt").read_text(encoding="utf-8").splitlines()
    first, *shown = [row for _, row in sorted(rows.items())]
    assert first == COMMAND
    shown.remove(f" {LEFT_OUT}")
    assert shown == [line for paragraph in crop(screen, str) for line in paragraph]
    assert " ✘ 248 gaps in the record in 37 of 40 cases  ✘ 679 answered no by a reader" in shown


def test_the_picture_asks_for_nothing_from_outside() -> None:
    source = PICTURE.read_text(encoding="utf-8")
    assert re.findall(r"https?:[^\"]*", source) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"<(?:script|style|image|use|foreignObject)|@import|url\(|href", source)
    assert f"]({PICTURE.relative_to(TOP).as_posix()})" in TEXT
