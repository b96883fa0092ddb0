"""How a YAML file is read: every scalar as typed, and nothing that hides what a reader would see."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditcheck.problems import ChecklistStop, Problem
from auditcheck.shipped import shipped_folder
from auditcheck.yamlfile import LARGEST_FILE, _Reader, file_of, is_missing, line_of, parse_yaml, read_yaml

ANCHOR = "anchors and aliases (& and *) are not allowed. Write the value out."
TAG = "tags (!) are not allowed. Write the plain value."
BROKEN = (
    "not readable as YAML here. Check the indentation and the brackets, and put quotes round text that holds “: ” or "
    "“ #” or begins with a sign."
)
NO_KEYS = (
    "f.yaml:1: holds no keys. A file begins with “checklist: NAME”, “dictionary: NAME”, “adjustments: NAME” or"
    " “tests_of: NAME”."
)
BOMB = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))


def told(data: bytes | str) -> list[str]:
    data = data.encode() if isinstance(data, str) else data
    started = time.perf_counter()
    with pytest.raises(ChecklistStop) as stop:
        parse_yaml(data, "f.yaml")
    assert time.perf_counter() - started < 5
    assert stop.value.exit_code == 4
    return list(stop.value.lines)


@pytest.mark.parametrize(
    "typed",
    ["no", "yes", "on", "Off", "true", "null", "0123", "0o17", "12:30", "1e3", "1_000", "2023-01-01", "2023-02-30", ".5", "=", "+1"],
)  # fmt: skip
def test_scalars_stay_as_typed(typed: str) -> None:
    found = parse_yaml(f"a: {typed}\nb: '{typed}'\nc: \"{typed}\"\nd: [{typed}]\n{typed}: key\n".encode(), "f.yaml")
    assert found == {"a": typed, "b": typed, "c": typed, "d": [typed], typed: "key"}
    assert type(found["a"]).__mro__[1] is str


def test_every_value_knows_its_place() -> None:
    found = parse_yaml(b"# first\na: 1\n\nb:\n  - x: 2\n  - [y,\n     z]\nc: |\n  two\n  lines\n", "f.yaml")
    assert [line_of(key) for key in found] == [2, 4, 8]
    assert [line_of(part) for part in found["b"]] == [5, 6]
    assert [line_of(part) for part in found["b"][1]] == [6, 7]
    assert found["c"] == "two\nlines\n"
    assert {file_of(value, "other") for value in (found, found["a"], found["b"], *found)} == {"f.yaml"}
    assert (line_of("made in code", 7), file_of("made in code", "other")) == (7, "other")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [NO_KEYS], id="empty"),
        pytest.param("# only this\n", [NO_KEYS], id="only a comment"),
        pytest.param("---\n...\n", [NO_KEYS], id="empty document"),
        pytest.param("text", [NO_KEYS], id="text"),
        pytest.param("- a\n- b\n", [NO_KEYS], id="list"),
        pytest.param("a:\nb: 1\nc:\n", [
            "f.yaml:1: “a” has no value. Write one, or delete the key.",
            "f.yaml:3: “c” has no value. Write one, or delete the key.",
        ], id="keys without values"),
        pytest.param("a:\n  -\n  - x\n", [
            "f.yaml:2: a dash with nothing behind it. Write a value, or delete the line.",
        ], id="dash without a value"),
        pytest.param("a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\n", [
            "f.yaml:3: “a” stands here a second time; first on line 1.",
            "f.yaml:4: “d” stands here a second time; first on line 4.",
        ], id="keys twice"),
        pytest.param("a: &x 1\nb: *x\n", [f"f.yaml:1: {ANCHOR}", f"f.yaml:2: {ANCHOR}"], id="anchor and alias"),
        pytest.param(BOMB, [f"f.yaml:{line}: {ANCHOR}" for line in range(1, 10)], id="alias bomb"),
        pytest.param("a: &x [*x]\n", [f"f.yaml:1: {ANCHOR}"], id="alias of itself"),
        pytest.param("a: {<<: {b: c}}\n", [
            "f.yaml:1: merge keys (<<) are not allowed. Write the keys out.",
        ], id="merge key"),
        pytest.param("a: !!python/object/apply:os.system [ls]\nb: !x y\nc: ! z\n", [
            f"f.yaml:1: {TAG}", f"f.yaml:2: {TAG}", f"f.yaml:3: {TAG}",
        ], id="tags"),
        pytest.param("%YAML 1.1\n---\na: no\n", ["f.yaml:2: directives (%) are not allowed. Delete the line."], id="directive"),
        pytest.param("%YAML 9.9\n---\na: no\n", [f"f.yaml:1: {BROKEN}"], id="directive of another version"),
        pytest.param("a: 1\n---\nb: 2\n", ["f.yaml:2: a second document (---) is not allowed. One file holds one."], id="second document"),
        pytest.param("? [a, b]\n: c\n? {d: e}\n: f\n: g\n", [
            "f.yaml:1: a key must be a plain word.",
            "f.yaml:3: a key must be a plain word.",
            "f.yaml:5: a key must be a plain word.",
        ], id="keys that are no words"),
        pytest.param("a:\n\tb: 1\n", ["f.yaml:2: begins with a tab. Indent with spaces."], id="tab"),
        pytest.param("a: 1\n  b: 2\n", [f"f.yaml:2: {BROKEN}"], id="indentation"),
        pytest.param("a: one: two\n", [f"f.yaml:1: {BROKEN}"], id="colon"),
        pytest.param("a: [1, 2\nb: 3\n", [f"f.yaml:2: {BROKEN}"], id="bracket"),
        pytest.param("a: 'x\n", [f"f.yaml:2: {BROKEN}"], id="quote"),
        pytest.param("a: @x\n", [f"f.yaml:1: {BROKEN}"], id="sign"),
        pytest.param("a: x\x1b[2J\nb: \u202ey\n", [
            "f.yaml:1: holds a character that cannot be seen (U+001B). Delete it.",
            "f.yaml:2: holds a character that cannot be seen (U+202E). Delete it.",
        ], id="control characters"),
        pytest.param('a: "\\e]8;;x"\nb: "\\ud800"\n', [
            "f.yaml:1: stands for a character that cannot be seen (U+001B). Delete it.",
            "f.yaml:2: stands for a character that cannot be seen (U+D800). Delete it.",
        ], id="control characters as escapes"),
        pytest.param("\ufeff\ufeffa: 1\n", ["f.yaml:1: holds a character that cannot be seen (U+FEFF). Delete it."], id="two BOMs"),
        pytest.param("a: 1\n".encode("utf-16"), ["f.yaml: not UTF-8 text. Save it as UTF-8."], id="UTF-16"),
        pytest.param("a: 1\n".encode("utf-16-le"), ["f.yaml: not UTF-8 text. Save it as UTF-8."], id="UTF-16 without BOM"),
        pytest.param("a: é\n".encode("cp1252"), ["f.yaml: not UTF-8 text. Save it as UTF-8."], id="cp1252"),
        pytest.param("[" * 3000, ["f.yaml:1: nested more than 20 deep, which no checklist needs."], id="deep lists"),
        pytest.param("".join(f"{' ' * n}a:\n" for n in range(500)), [
            "f.yaml:21: nested more than 20 deep, which no checklist needs.",
        ], id="deep keys"),
        pytest.param("a: " + "x" * 2001 + "\n", ["f.yaml:1: longer than 2,000 characters, which no checklist needs."], id="long text"),
        pytest.param("a:\n" + "- x\n" * 20_000, [
            "f.yaml:19999: more than 20,000 values, which no checklist needs.",
        ], id="many values"),
        pytest.param("a: x\n" * 250_000, ["f.yaml: larger than 256 KB, which no checklist needs."], id="1 MB"),
        pytest.param("# " + "x" * (LARGEST_FILE - 3) + "\n", [NO_KEYS], id="a long comment"),
    ],
)  # fmt: skip
def test_what_is_refused(text: str | bytes, expected: list[str]) -> None:
    assert told(text) == expected


def test_a_bom_is_no_mistake() -> None:
    assert parse_yaml(b"\xef\xbb\xbfa: 1\r\nb: \xc3\xa9\r\n", "f.yaml") == {"a": "1", "b": "é"}


def test_given_a_list_it_reads_on() -> None:
    """Mistakes that leave the rest readable are added; what makes it unreadable still stops."""
    problems: list[Problem] = []
    assert parse_yaml(b"a:\nb: 1\nb: 2\n", "f.yaml", problems) == {"a": "", "b": "1"}
    assert [problem.line for problem in problems] == [1, 3]
    with pytest.raises(ChecklistStop) as stop:
        parse_yaml(b"a:\nb: [", "f.yaml", problems)
    assert len(stop.value.lines) == 2


def test_files_that_are_none(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    for path, text in (
        (tmp_path / "absent.yaml", "absent.yaml: cannot be read. Check the path and that you may open it."),
        (tmp_path, f"{tmp_path.name}: is not a file. Give the path of a YAML file."),
        (tmp_path / "pipe.yaml", "pipe.yaml: is not a file. Give the path of a YAML file."),
        (Path("/dev/zero"), "zero: is not a file. Give the path of a YAML file."),
        (tmp_path / ("x" * 300), "x" * 300 + ": cannot be read. Check the path and that you may open it."),
    ):
        with pytest.raises(ChecklistStop) as stop:
            read_yaml(path)
        assert stop.value.lines == (text,)


@settings(max_examples=400, database=None)
@given(st.text(alphabet=st.sampled_from("ab:-?[]{},&*!|>'\"%@`#<\n \t~\\e0\ufeff\x07"), max_size=40))
def test_nothing_crashes_it(text: str) -> None:
    try:
        parse_yaml(text.encode(), "f.yaml")
    except ChecklistStop as stop:
        assert stop.lines
        assert all("\n" not in line and line.isprintable() for line in stop.lines)


# ── two parsers: the one in C for files without mistakes, and ruamel.yaml ────────────────────────

SHIPPED = [file.read_text(encoding="utf-8") for file in sorted(shipped_folder().glob("*.yaml"))]


def every_place(value: object) -> object:
    """A value with the line of every part of it."""
    if isinstance(value, dict):
        return {(key, line_of(key)): every_place(part) for key, part in value.items()}, line_of(value)
    if isinstance(value, list):
        return [every_place(part) for part in value], line_of(value)
    return value, line_of(value), is_missing(value)


def in_c(text: str) -> object | None:
    """What the parser in C makes of a file; None where it leaves it to ruamel.yaml."""
    reader = _Reader("f.yaml")
    typed = reader._text(text.encode())
    return every_place(reader.root) if typed is not None and reader._quickly(typed) else None


def in_python(text: str) -> object | None:
    """What ruamel.yaml makes of a file; None where it finds a mistake in it."""
    reader = _Reader("f.yaml")
    typed = reader._text(text.encode())
    if typed is not None:
        reader._events(typed)
    return None if reader.problems or not reader.sound else every_place(reader.root)


@pytest.mark.parametrize("text", SHIPPED, ids=lambda text: text.splitlines()[1][:40])
def test_both_parsers_read_the_files_that_ship_alike(text: str) -> None:
    assert in_c(text) == in_python(text) is not None


#: What ruamel.yaml refuses and the parser in C would take.
ONLY_IN_C = ["a: |#\n  b\n", "a: >-# note\n  b\n", "a: |-\n \n  x\n#y\n", "a: b\t\n", "a: |\t\n  b\n"]


@pytest.mark.parametrize("text", ONLY_IN_C)
def test_what_the_two_would_read_differently_is_left_to_ruamel(text: str) -> None:
    assert in_c(text) is None


PIECES = ["a", "b", "é", "0", ": ", ":", "- ", "-", "? ", "[", "]", "{", "}", ", ", "&x ", "*x", "!t ", "|", ">-", "'", '"', "%", "@", "#", " # c"]  # fmt: skip
PIECES += ["\n", "\n", "\r\n", "\n  ", "\n    ", "\n- ", "\na: ", "\nb: ", " ", "  ", "\\", "~", "---\n", "...", "\t", "\r", "\u00a0", "😀"]  # fmt: skip


@settings(max_examples=1000, database=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_the_parser_in_c_takes_no_more_and_reads_nothing_else(text: str) -> None:
    for whole in (text, f"a: {text}"):
        found = in_c(whole)
        assert found is None or found == in_python(whole)


@settings(max_examples=100, database=None)
@given(st.data())
def test_nor_of_a_checklist_with_a_slip_in_it(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(SHIPPED)).splitlines(keepends=True)
    first = data.draw(st.integers(0, len(lines) - 1))
    text = "".join(lines[first : first + data.draw(st.integers(1, 12))])
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from(["", *PIECES])) + text[at + data.draw(st.integers(0, 2)) :]
    found = in_c(text)
    assert found is None or found == in_python(text)
