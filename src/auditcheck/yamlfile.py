"""Reads a YAML file as text: every scalar stays as it was typed, every value knows its file and line.

YAML's own readings (`no` as false, `0123` as 83, `12:30` as 750) change what a checklist says, so
none is applied: the models turn text into what a key needs. Anchors, aliases, tags, merge keys and
repeated keys are refused, because they hide what a reader of the file would see.

The file is built from the parser's events, with a stack of its own: no nesting can exhaust Python's,
and nothing is expanded. PyYAML's parser in C reads a file without mistakes some 25 times faster than
ruamel.yaml's in Python; whatever it does not take goes to ruamel.yaml, which says what is wrong and
where. It is never the C parser that refuses a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditcheck.problems import ChecklistStop, Problem, quote, shown

LARGEST_FILE = 256 * 1024  # bytes
DEEPEST = 20
MOST_VALUES = 20_000
LONGEST_TEXT = 2_000  # characters

_BEGINNINGS = "“checklist: NAME”, “dictionary: NAME”, “adjustments: NAME” or “tests_of: NAME”"

# Control characters, line ends that editors do not count, marks that turn the direction of text,
# invisible spaces, and halves of characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)

# What the two parsers do not read alike: tabs, line ends of old Macs, and a block text with a comment
# glued to its sign (`a: |#`) or with a blank first line.
_READ_DIFFERENTLY = re.compile(r"\t|\r(?!\n)|[|>][-+0-9]*(#| *\r?\n *[\r\n])")


class Text(str):
    """A scalar, as typed. `missing` where the file has a key, or a dash, with nothing behind it: that
    has been told, and whoever meets it says no more."""

    file: str = ""
    line: int = 0
    missing: bool = False


class Mapping(dict[str, Any]):
    """A mapping; its keys are `Text` with places of their own."""

    file: str = ""
    line: int = 0


class Sequence(list[Any]):
    file: str = ""
    line: int = 0


def line_of(value: object, default: int = 0) -> int:
    """The line a value was read from (1 is the first), or `default` for one made in code."""
    return getattr(value, "line", 0) or default


def file_of(value: object, default: str) -> str:
    """The file a value was read from: not the file at hand where that one extends another."""
    return getattr(value, "file", "") or default


def is_missing(value: object) -> bool:
    """Is it a key, or a dash, with nothing behind it?"""
    return getattr(value, "missing", False)


def read_yaml(path: Path, problems: list[Problem] | None = None, *, name: str = "") -> Mapping:
    """The mapping a YAML file holds. Messages call it `name`, by default its own name.

    Raises ChecklistStop with every mistake found: unreadable, not YAML, anchors, aliases, tags,
    repeated keys, keys without a value, too large or too deep. Given `problems`, it only raises what
    makes the rest unreadable, adds the other mistakes to them and reads on.
    """
    name = name or shown(path)
    try:
        # never a pipe or a device: reading one might not end
        if path.exists() and not path.is_file():
            raise ChecklistStop.of([Problem(name, 0, "is not a file. Give the path of a YAML file.")])
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError):
        raise ChecklistStop.of([Problem(name, 0, "cannot be read. Check the path and that you may open it.")]) from None
    return parse_yaml(data, name, problems)


def parse_yaml(data: bytes, name: str, problems: list[Problem] | None = None) -> Mapping:
    """As `read_yaml`, from the bytes of a file called `name`."""
    reader = _Reader(name)
    value = reader.read(data)
    if problems is None or not isinstance(value, Mapping):
        if reader.problems:
            raise ChecklistStop.of(reader.problems)
    else:
        problems += reader.problems
    assert isinstance(value, Mapping)
    return value


@dataclass
class _Open:
    """A mapping or a list that is being read; `key` waits for its value."""

    node: Mapping | Sequence
    key: Text | None = None


class _Reader:
    """Builds the values of one file. `read` gives None after a mistake that leaves the rest in doubt."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.open: list[_Open] = []
        self.root: Any = None
        self.values = 0
        self.sound = True

    def problem(self, line: int, text: str) -> None:
        self.problems.append(Problem(self.name, line, text))

    def in_doubt(self, line: int, text: str) -> None:
        self.problem(line, text)
        self.sound = False

    def read(self, data: bytes) -> Mapping | None:
        text = self._text(data)
        if text is not None and not self._quickly(text):
            self._events(text)
        if self.sound and not isinstance(self.root, Mapping):
            self.in_doubt(1, f"holds no keys. A file begins with {_BEGINNINGS}.")
        return self.root if self.sound else None

    def _text(self, data: bytes) -> str | None:
        if len(data) > LARGEST_FILE:
            self.in_doubt(0, f"larger than {LARGEST_FILE // 1024} KB, which no checklist needs.")
            return None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            self.in_doubt(0, "not UTF-8 text. Save it as UTF-8.")
            return None
        for number, line in enumerate(re.split("\r\n|\n|\r", text), start=1):
            if unseen := _UNSEEN.search(line):
                self.in_doubt(number, f"holds a character that cannot be seen (U+{ord(unseen[0]):04X}). Delete it.")
        return text if self.sound else None

    def _quickly(self, text: str) -> bool:
        """Reads a file without mistakes; False, and nothing is kept, where there may be one."""
        try:
            from yaml.cyaml import CParser
            from yaml.error import YAMLError
        except ImportError:  # PyYAML was built without it
            return False
        if _READ_DIFFERENTLY.search(text):
            return False
        quick = _Reader(self.name)
        try:
            parser = CParser(text)
            while parser.check_event():
                if not quick._event(parser.get_event()):
                    return False
        except (YAMLError, ValueError):
            return False
        if quick.problems or not isinstance(quick.root, Mapping):
            return False
        self.root = quick.root
        return True

    def _events(self, text: str) -> None:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        try:
            for event in YAML(typ="safe", pure=True).parse(text):
                if not self._event(event):
                    return
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            lines = text.splitlines()
            typed = lines[line - 1] if line <= len(lines) else ""
            if "\t" in typed[: len(typed) - len(typed.lstrip())]:
                self.in_doubt(line, "begins with a tab. Indent with spaces.")
            else:
                self.in_doubt(
                    line,
                    "not readable as YAML here. Check the indentation and the brackets, and put quotes round text "
                    "that holds “: ” or “ #” or begins with a sign.",
                )
        except (YAMLError, ValueError, RecursionError):
            self.in_doubt(1, "not readable as YAML. Check indentation, quotes and colons.")

    def _event(self, event: Any) -> bool:
        """Takes in one event of either parser, which give them the same names and attributes; False
        when no more are to be read."""
        kind = type(event).__name__
        line = event.start_mark.line + 1
        if kind == "DocumentStartEvent":
            if self.root is not None:
                self.in_doubt(line, "a second document (---) is not allowed. One file holds one.")
                return False
            if event.version or event.tags:
                self.in_doubt(line, "directives (%) are not allowed. Delete the line.")
        elif kind in ("AliasEvent", "ScalarEvent", "MappingStartEvent", "SequenceStartEvent"):
            if kind == "AliasEvent" or event.anchor:
                self.in_doubt(line, "anchors and aliases (& and *) are not allowed. Write the value out.")
            if kind == "AliasEvent":
                self._add(self._new_text("", line))
            elif event.tag:
                self.in_doubt(line, "tags (!) are not allowed. Write the plain value.")
            if kind == "ScalarEvent":
                scalar = self._new_text(event.value, line)
                scalar.missing = event.value == "" and event.implicit[0]
                self._add(scalar)
            elif kind != "AliasEvent":
                node = Mapping() if kind == "MappingStartEvent" else Sequence()
                node.file, node.line = self.name, line
                self._add(node)
                self.open.append(_Open(node))
                if len(self.open) > DEEPEST:
                    self.in_doubt(line, f"nested more than {DEEPEST} deep, which no checklist needs.")
                    return False
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.open.pop()
        if self.values > MOST_VALUES:
            self.in_doubt(line, f"more than {MOST_VALUES:,} values, which no checklist needs.")
            return False
        return True

    def _new_text(self, value: str, line: int) -> Text:
        text = Text(value)
        text.file, text.line = self.name, line
        if len(value) > LONGEST_TEXT:
            self.in_doubt(line, f"longer than {LONGEST_TEXT:,} characters, which no checklist needs.")
        elif unseen := _UNSEEN.search(value):  # written as an escape
            self.in_doubt(line, f"stands for a character that cannot be seen (U+{ord(unseen[0]):04X}). Delete it.")
        return text

    def _add(self, value: Any) -> None:
        """Puts a value where it belongs: the next key, the value of the last key, or a list's next."""
        self.values += 1
        if not self.open:
            self.root = value
            return
        parent = self.open[-1]
        if isinstance(parent.node, Sequence):
            if is_missing(value):
                self.problem(value.line, "a dash with nothing behind it. Write a value, or delete the line.")
            parent.node.append(value)
        elif parent.key is None:
            parent.key = self._key(value, parent.node)
        else:
            if is_missing(value) and parent.key:
                value.line = parent.key.line
                self.problem(value.line, f"{quote(parent.key)} has no value. Write one, or delete the key.")
            parent.node.setdefault(parent.key, value)
            parent.key = None

    def _key(self, key: Any, mapping: Mapping) -> Text:
        """The key, if it is one; each mistake is told, and the value then goes where it does no harm."""
        if not isinstance(key, Text) or key == "":
            self.in_doubt(key.line, "a key must be a plain word.")
            return self._new_text("", key.line)
        if key == "<<":
            self.in_doubt(key.line, "merge keys (<<) are not allowed. Write the keys out.")
        elif key in mapping:
            first = next(line_of(known) for known in mapping if known == key)
            self.problem(key.line, f"{quote(key)} stands here a second time; first on line {first}.")
        return key
