"""What reaches the terminal: nothing that acts on it, nothing it cannot show, nothing cut off."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from auditcheck.problems import in_words
from auditcheck.reports.explanation import explanation, explanations
from auditcheck.reports.first_steps import first_steps
from auditcheck.reports.frame import commands
from auditcheck.reports.gap_list import gap_list
from auditcheck.reports.summary import summary
from auditcheck.reports.terminal import Cell, Line, Screen, cells, flow, fold, row, safe_text
from auditcheck.reports.words import counted, plural, quoted
from auditcheck.states import State
from tests.screen_examples import GAPS, RESULT, WHY, WHYS, Stream, screen, text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Smith", "Smith"),
        ("Zoë “quoted” – née", "Zoë “quoted” – née"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x1b]8;;http://e\x1b\\x", "\\x1b]8;;http://e\\x1b\\x"),
        ("\x9b31m", "\\x9b31m"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("abc\u202edef", "abc\\u202edef"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("line\u2028end\u2029", "line\\u2028end\\u2029"),
        ("half \ud800", "half \\ud800"),
        ("tag \U000e0041", "tag \\U000e0041"),
        ("[/b] :smile: [link=http://e]x[/link]", "[/b] :smile: [link=http://e]x[/link]"),
    ],
)
def test_safe_text_shows_what_would_act_on_a_terminal(raw: str, shown: str) -> None:
    assert safe_text(raw) == shown
    assert safe_text(shown) == shown


def test_text_folds_at_spaces_and_is_never_cut() -> None:
    assert fold("Enquiry sent to the police", 23) == ["Enquiry sent to the", "police"]
    assert fold("a bcdefghij k", 4) == ["a", "bcde", "fghi", "j k"]
    assert fold("", 5) == [""]
    assert fold("日本語の題", 4) == ["日本", "語の", "題"]  # two columns each


def test_rows_stand_where_they_are_put() -> None:
    lines = row(Cell(1, "AB"), Cell(4, "one two", width=4), Cell(12, "7", right=True), Cell(9, "under", down=1))
    assert [line.text for line in lines] == [" AB one    7", "    two  under"]
    assert row() == []


def test_parts_flow_onto_new_lines_whole() -> None:
    parts = [[("one", "")], [("two three", "")], [("a part longer than a line", "")], [("end", "")]]
    assert [line.text for line in flow(parts, " · ", 16)] == [
        " one · two three",
        " a part longer",
        " than a line",
        " end",
    ]


def test_words() -> None:
    assert [counted(0, "gap"), counted(1, "gap"), counted(1912, "gap")] == ["0 gaps", "1 gap", "1,912 gaps"]
    assert plural("enquiry") == "enquiries"
    assert plural("working day") == "working days"
    assert plural("date outside the calendar") == "dates outside the calendar"
    assert [in_words(["a"]), in_words(["a", "b"]), in_words(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


@pytest.mark.skipif(os.name == "nt", reason="quoting for a POSIX shell")
def test_arguments_are_quoted_for_the_shell() -> None:
    assert quoted("team-june.xlsx") == "team-june.xlsx"
    assert quoted("my team.xlsx") == "'my team.xlsx'"
    assert quoted("") == "''"
    assert quoted("$(x)") == "'$(x)'"


# A command, and how it stands on a screen of 60 columns.
COMMANDS = [
    ("auditcheck gaps june.xlsx --practitioner N54A014", ["   auditcheck gaps june.xlsx --practitioner N54A014"]),
    ("auditcheck gaps examples/xxxx --practitioner ZKSA101xxxx", ["   auditcheck gaps examples/xxxx --practitioner ZKSA101xxxx"]),
    ("auditcheck gaps examples/xxxx --practitioner ZKSA101xxxxx", [
        "   auditcheck gaps examples/xxxx \\",
        "       --practitioner ZKSA101xxxxx",
    ]),
    ("auditcheck explain 'my own extract' --as-at 2026-06-30 --dictionary 'its own.yaml' 'it'\"'\"'s this'", [
        "   auditcheck explain 'my own extract' --as-at 2026-06-30 \\",
        "       --dictionary 'its own.yaml' 'it'\"'\"'s this'",
    ]),
    (f"auditcheck gaps {'a' * 70}.xlsx --sheet A", [
        "   auditcheck gaps \\",
        f"       {'a' * 70}.xlsx \\",
        "       --sheet A",
    ]),
]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="a POSIX shell goes on after a backslash")
@pytest.mark.parametrize(("command", "shown"), COMMANDS)
def test_a_command_too_long_for_a_line_can_still_be_copied(command: str, shown: list[str]) -> None:
    told = text(commands(screen(60), [(command, "a list to hand on")]))
    _, _, *lines = told.splitlines()
    assert lines == [*shown, "     a list to hand on"]
    typed = told.removesuffix("     a list to hand on\n").removeprefix("\n Next\n")
    assert shlex.split(typed.replace("\\\n", "")) == shlex.split(command)


# What a screen finds out for itself


def made(stream: Stream, **environment: str) -> Screen:
    return Screen(stream, environment=environment)


def test_width() -> None:
    assert made(Stream()).width == 120
    assert made(Stream(), COLUMNS="95").width == 95
    assert made(Stream(), COLUMNS="rubbish").width == 120
    assert made(Stream(), COLUMNS="0").width == 120
    assert made(Stream(), COLUMNS="7").width == 40
    assert made(Stream(terminal=True), COLUMNS="200").width == 200
    assert Screen(Stream(), width=72, environment={"COLUMNS": "95"}).width == 72


def test_colour_only_on_a_terminal_that_wants_it() -> None:
    assert made(Stream()).colour is False
    assert made(Stream(terminal=True)).colour is True
    assert made(Stream(terminal=True), NO_COLOR="1").colour is False
    assert made(Stream(terminal=True), NO_COLOR="").colour is True
    assert made(Stream(terminal=True), TERM="dumb").colour is False
    assert Screen(Stream(terminal=True), colour=False, environment={}).colour is False


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp850", "cp437", "latin-1"])
def test_all_signs_change_together(encoding: str) -> None:
    assert made(Stream(encoding)).plain is True
    assert made(Stream("utf-8")).plain is False
    assert made(Stream("utf-16-le")).plain is False


# Every screen

HOSTILE = "\x1b[31m\x1b]8;;http://e\x07x\x9b2J\u202eevil\n[/b][link=http://e]y[/link]:smile:\ud800ë"


def poisoned(thing: Any, poison: str) -> Any:
    """A copy of a result with `poison` added to every text in it."""
    if isinstance(thing, State):
        return thing
    if isinstance(thing, str):
        return thing + poison if thing else thing
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{f.name: poisoned(getattr(thing, f.name), poison) for f in fields(thing)})
    if isinstance(thing, tuple):
        members = [poisoned(member, poison) for member in thing]
        return type(thing)(*members) if hasattr(thing, "_fields") else tuple(members)
    if isinstance(thing, dict):
        return {poisoned(key, poison): poisoned(value, poison) for key, value in thing.items()}
    return thing


def every_screen(on: Screen, poison: str = "") -> list[list[Line]]:
    result, gaps, why, whys = (poisoned(thing, poison) for thing in (RESULT, GAPS, WHY, WHYS))
    grouped = replace(result, by="order_type", groups=result.teams)
    command = result.about.extract
    return [
        summary(result, on, command),
        summary(grouped, on, command),
        gap_list(gaps, on, command),
        explanation(why, on),
        explanations(whys, on, command),
        first_steps(on),
    ]


ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [40, 60, 71, 72, 80, 95, 108, 120, 200])
def test_no_line_is_wider_than_the_screen_or_cut(width: int) -> None:
    for plain in (False, True):
        on = screen(width, plain=plain)
        for lines in every_screen(on):
            for line in lines:
                command = "auditcheck " in line.text  # there to be copied: never folded
                assert line.width <= width or (command and width < 60), line.text
                assert line.text == line.text.rstrip(), line.text
                assert not line.text.endswith(("…", "...")), line.text
                if plain:
                    assert line.text.isascii()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_text_is_the_same_with_and_without_colour(width: int) -> None:
    for poison in ("", HOSTILE):
        coloured, grey = Stream(terminal=True), Stream()
        with_colour = Screen(coloured, width=width, environment={})
        without = Screen(grey, width=width, environment={})
        for lines in every_screen(with_colour, poison):
            with_colour.show(lines)
        for lines in every_screen(without, poison):
            without.show(lines)
        assert "\x1b[" in coloured.written()
        assert ESCAPES.sub("", coloured.written()) == grey.written()


def test_only_the_sixteen_colours_of_the_theme() -> None:
    coloured = Stream(terminal=True)
    on = Screen(coloured, width=120, environment={})
    for lines in every_screen(on):
        on.show(lines)
    codes = {code for found in ESCAPES.findall(coloured.written()) for code in found[2:-1].split(";")}
    assert codes <= {"0", "1", "2", *map(str, range(30, 38)), *map(str, range(90, 98))}
    assert {"31", "32", "33", "34", "35", "36"} <= codes


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252", "cp850"])
@pytest.mark.parametrize("terminal", [True, False])
def test_hostile_text_never_reaches_the_output_raw(encoding: str, terminal: bool) -> None:
    stream = Stream(encoding, terminal=terminal)
    on = Screen(stream, width=120, environment={})
    for lines in every_screen(on, HOSTILE):
        on.show(lines)
    written = ESCAPES.sub("", stream.written()) if terminal else stream.written()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", written)
    assert "[/b][link=http://e]y[/link]:smile:" in written
    assert ("ë" in written) == (encoding != "ascii")
    assert "\\x1b]8;;http://e" in written


def test_an_encoding_that_lacks_a_letter_escapes_it() -> None:
    stream = Stream("cp1252")
    on = Screen(stream, environment={})
    on.show(on.paragraph("Zoë – Łukasz “x” … 64 · 2 × 3"))
    assert stream.written() == ' Zoë - \\u0141ukasz "x" ... 64 | 2 x 3\n'


def test_every_width_is_of_what_is_printed() -> None:
    for lines in every_screen(screen(80), " 日本"):
        for line in lines:
            assert line.width == cells(line.text)
    assert text([Line((("a", "bold"), ("b", "")))]) == "ab\n"
