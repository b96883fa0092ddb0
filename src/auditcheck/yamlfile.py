"""Reads a YAML file as text: every scalar stays as it was typed, every value knows its line.

YAML's own readings (`no` as false, `0123` as 83, `12:30` as 750) change what a checklist says, so
none is applied: the models turn text into what a key needs. Anchors, aliases, tags and repeated
keys are refused, because they hide what a reader of the file would see.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from auditcheck.problems import ChecklistStop, Problem

LARGEST_FILE = 256 * 1024  # bytes
DEEPEST = 20


class Text(str):
    """A scalar, as typed."""

    line: int = 0


class Mapping(dict[str, Any]):
    """A mapping; its keys are `Text` with lines of their own."""

    line: int = 0


class Sequence(list[Any]):
    line: int = 0


def line_of(value: object, default: int = 0) -> int:
    """The line a value was read from (1 is the first), or `default` for one made in code."""
    return getattr(value, "line", 0) or default


def read_yaml(path: Path) -> Mapping:
    """The mapping a YAML file holds.

    Raises ChecklistStop with every mistake found: unreadable, not YAML, anchors, aliases, tags,
    repeated keys, too large or too deep.
    """
    name = path.name
    try:
        data = path.read_bytes()
    except OSError:
        raise ChecklistStop(f"{name}: cannot be read. Check the path and that you may open it.") from None
    return parse_yaml(data, name)


def parse_yaml(data: bytes, name: str) -> Mapping:
    """As `read_yaml`, from the bytes of a file called `name`."""
    if len(data) > LARGEST_FILE:
        raise ChecklistStop(f"{name}: larger than {LARGEST_FILE // 1024} KB, which no checklist needs.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ChecklistStop(f"{name}: not UTF-8 text. Save it as UTF-8.") from None
    return _Reader(name).read(text)


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def problem(self, line: int, text: str) -> None:
        self.problems.append(Problem(self.name, line, text))

    def read(self, text: str) -> Mapping:
        self._check_events(text)
        self._stop_if_wrong()
        from ruamel.yaml import YAML

        node = YAML(typ="safe", pure=True).compose(text)
        value = self._value(node) if node is not None else None
        if not isinstance(value, Mapping):
            self.problem(1, "holds no keys. A file begins with “checklist: NAME” or “dictionary: NAME”.")
        self._stop_if_wrong()
        assert isinstance(value, Mapping)
        return value

    def _check_events(self, text: str) -> None:
        """Walks the parser's events before anything is built, so that no bomb can go off."""
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
        from ruamel.yaml.events import (
            AliasEvent,
            DocumentStartEvent,
            MappingEndEvent,
            MappingStartEvent,
            NodeEvent,
            ScalarEvent,
            SequenceEndEvent,
            SequenceStartEvent,
        )

        depth = documents = 0
        try:
            for event in YAML(typ="safe", pure=True).parse(text):
                line = event.start_mark.line + 1
                if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
                    self.problem(line, "anchors and aliases (& and *) are not allowed. Write the value out.")
                if getattr(event, "tag", None) and not (isinstance(event, ScalarEvent) and event.implicit[0]):
                    self.problem(line, "tags (!) are not allowed. Write the plain value.")
                if isinstance(event, DocumentStartEvent):
                    documents += 1
                    if documents == 2:
                        self.problem(line, "a second document (---) is not allowed. One file holds one.")
                if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                    depth += 1
                    if depth > DEEPEST:
                        self.problem(line, f"nested more than {DEEPEST} deep, which no checklist needs.")
                        return
                if isinstance(event, (MappingEndEvent, SequenceEndEvent)):
                    depth -= 1
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.problem(mark.line + 1 if mark else 1, "not readable as YAML here. Check indentation, quotes and colons.")
        except (YAMLError, ValueError, RecursionError):
            self.problem(1, "not readable as YAML. Check for control characters, indentation, quotes and colons.")

    def _value(self, node: Any) -> Any:
        from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

        line = node.start_mark.line + 1
        if isinstance(node, ScalarNode):
            text = Text(node.value)
            text.line = line
            return text
        if isinstance(node, SequenceNode):
            items = Sequence(self._value(child) for child in node.value)
            items.line = line
            return items
        assert isinstance(node, MappingNode)
        mapping = Mapping()
        mapping.line = line
        for key_node, value_node in node.value:
            key = self._value(key_node)
            if not isinstance(key, Text):
                self.problem(line, "a key must be a plain word.")
                continue
            if key in mapping:
                first = next(line_of(known) for known in mapping if known == key)
                self.problem(key.line, f"“{key}” stands here a second time; first on line {first}.")
                continue
            mapping[key] = self._value(value_node)
        return mapping

    def _stop_if_wrong(self) -> None:
        if self.problems:
            raise ChecklistStop.of(self.problems)
