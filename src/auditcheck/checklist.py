"""Reads checklists: YAML files of audit questions, checked against a dictionary's names.

Every mistake of every file is found at once, with file, line and item.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from auditcheck.calendar import Duration, read_date, read_duration
from auditcheck.conditions import RESERVED, Condition, Moment, Reader
from auditcheck.names import Names, Value
from auditcheck.patterns import PATTERNS, AnyPattern, leaves_of, read_pattern
from auditcheck.patterns.judged import Judged
from auditcheck.patterns.keys import Day, Days, Length, Pattern, ReasonTest, Test
from auditcheck.problems import ChecklistStop, Problem, did_you_mean
from auditcheck.written import Plain, Written, YesNo, validate, wrong
from auditcheck.yamlfile import Mapping, line_of, read_yaml

Severity = Literal["high", "medium", "low"]


class WrittenReason(Written):
    """Why a case is left out, or a gap excused: words, the condition, and how long it holds."""

    reason: Plain
    when: ReasonTest
    lasts: Length | None = None


class WrittenSetting(Written):
    """A named limit that a region may change, and where its value comes from."""

    value: Plain
    source: Plain


def _items(raw: Any) -> Any:
    if not isinstance(raw, list) or not raw:
        raise wrong("takes a list of items")
    return raw


class WrittenItem(Written):
    """One audit question."""

    id: Plain
    title: Plain
    severity: Severity
    source: Plain
    to_fix: Plain
    standard: Plain | None = None
    note: Plain | None = None
    relevant_if: Test | None = None
    left_out_if: tuple[WrittenReason, ...] = ()
    met_if: Pattern
    excused_if: tuple[WrittenReason, ...] = ()
    from_: Day | None = Field(None, alias="from")
    until: Days | None = None
    mendable: YesNo = True
    fix_within: Length | None = None


class WrittenChecklist(Written):
    """A checklist: its settings, what holds for every item, and its items."""

    checklist: Plain
    title: Plain
    version: Plain
    note: Plain | None = None
    settings: dict[str, WrittenSetting] = Field(default_factory=dict)
    from_: Day | None = Field(None, alias="from")
    until: Days | None = None
    left_out_if: tuple[WrittenReason, ...] = ()
    items: Annotated[tuple[Any, ...], BeforeValidator(_items)]


@dataclass(frozen=True)
class Reason:
    words: str
    when: Condition
    lasts: Duration | None = None


@dataclass(frozen=True)
class Setting:
    name: str
    value: Value | Duration
    source: str


@dataclass(frozen=True)
class Item:
    """An audit question, ready to be worked out: all names resolved, settings filled in, the
    checklist's own reasons and bounds laid under the item's."""

    id: str
    title: str
    severity: str
    source: str
    to_fix: str
    standard: str
    note: str
    checklist: str
    checklist_title: str
    relevant_if: Condition | None
    left_out_if: tuple[Reason, ...]
    met_if: AnyPattern
    excused_if: tuple[Reason, ...]
    from_: Moment | None
    until: tuple[Moment, ...] | None
    mendable: bool
    fix_within: Duration | None
    settings: tuple[Setting, ...] = ()

    @property
    def judged(self) -> bool:
        """Does its rate rest on a reader's answers?"""
        return any(isinstance(leaf, Judged) for leaf in leaves_of(self.met_if))

    @property
    def sampled(self) -> bool:
        return any(isinstance(leaf, Judged) and leaf.judged.of == "sample" for leaf in leaves_of(self.met_if))


@dataclass(frozen=True)
class Checklist:
    name: str
    title: str
    version: str
    items: tuple[Item, ...]
    settings: tuple[Setting, ...]
    fingerprint: str
    note: str = ""


def load_checklists(paths: Iterable[Path], names: Names) -> tuple[Checklist, ...]:
    """The checklists in the files at `paths`, in that order, against a dictionary.

    Raises ChecklistStop with every mistake of every file: also an item id that two of them share.
    """
    problems: list[Problem] = []
    lines: list[str] = []
    found: list[Checklist] = []
    ids: dict[str, str] = {}
    for path in paths:
        try:
            raw = read_yaml(path)
        except ChecklistStop as stop:
            lines += stop.lines
            continue
        checklist = read_checklist(raw, path.name, names, problems)
        if checklist is None:
            continue
        for item in checklist.items:
            other = ids.setdefault(item.id.upper(), path.name)
            if other != path.name:
                problems.append(Problem(path.name, 1, f"the id is already used in {other}.", item.id))
        found.append(checklist)
    if problems or lines:
        raise ChecklistStop(*lines, *ChecklistStop.of(problems).lines)
    return tuple(found)


def read_checklist(raw: Mapping, file: str, names: Names, problems: list[Problem]) -> Checklist | None:
    """One checklist from what its file holds; None with what is wrong added to `problems`."""
    before = len(problems)
    settings = _settings(raw, file, problems)
    reader = Reader(
        file,
        names.facts,
        names.events,
        {setting.name: setting.value for setting in settings},
        problems,
        names=names,
    )
    context = {"reader": reader, "pattern": read_pattern}
    written = validate(WrittenChecklist, raw, file, problems, context=context)
    raw_items = raw.get("items")
    items: list[Item] = []
    lines: dict[str, int] = {}
    for raw_item in raw_items if isinstance(raw_items, list) else ():
        item_id = str(raw_item.get("id", "")) if isinstance(raw_item, dict) else ""
        reader.item = item_id
        item = validate(WrittenItem, raw_item, file, problems, item=item_id, context=context)
        if item_id.upper() in lines:
            first = lines[item_id.upper()]
            problems.append(Problem(file, line_of(raw_item), f"the id stands here a second time; first on line {first}.", item_id))
        elif item_id:
            lines[item_id.upper()] = line_of(raw_item)
        if item is not None:
            _check_item(item, raw_item, reader)
        if item is not None and written is not None:
            items.append(_item(item, written, settings))
    for setting in settings:
        if setting.name not in reader.used_settings and written is not None:
            at = next((key for key in raw.get("settings", {}) if key == setting.name), None)
            problems.append(Problem(file, line_of(at), f"the setting “{setting.name}” is never used."))
    if written is None or len(problems) > before:
        return None
    return Checklist(
        name=written.checklist,
        title=written.title,
        version=written.version,
        items=tuple(items),
        settings=settings,
        fingerprint=fingerprint(raw),
        note=written.note or "",
    )


def fingerprint(raw: object) -> str:
    """SHA-256 of what a file says, whatever its comments and line breaks."""
    return hashlib.sha256(repr(_bare(raw)).encode()).hexdigest()


def _bare(raw: object) -> object:
    if isinstance(raw, dict):
        return {str(key): _bare(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_bare(part) for part in raw]
    return str(raw)


def _settings(raw: Mapping, file: str, problems: list[Problem]) -> tuple[Setting, ...]:
    found = []
    written = raw.get("settings")
    for name, given in written.items() if isinstance(written, dict) else ():
        if name in RESERVED or not (name.isascii() and name.isidentifier() and name == name.lower()):
            problems.append(Problem(file, line_of(name), f"“{name}” cannot be the name of a setting."))
        if isinstance(given, dict) and isinstance(given.get("value"), str) and isinstance(given.get("source"), str):
            found.append(Setting(str(name), _setting_value(given["value"]), str(given["source"])))
    return tuple(found)


def _setting_value(text: str) -> Value | Duration:
    """A length of time, a whole number, a date, or text."""
    text = text.strip()
    duration = read_duration(text)
    if duration is not None:
        return duration
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    day: date | None = read_date(text)
    return day if day is not None else text


def _check_item(item: WrittenItem, raw: Any, reader: Reader) -> None:
    """What a single key cannot see: `lasts` without an event to count from, clashing columns."""
    from auditcheck.conditions import Has

    for reason in item.left_out_if:
        if reason.lasts is not None:
            reader.problem(raw.get("left_out_if"), "“lasts” belongs to excused_if.")
    for reason in item.excused_if:
        if reason.lasts is not None and not isinstance(reason.when, Has):
            reader.problem(raw.get("excused_if"), "“lasts” counts from an event, so “when” must be “{has: EVENT}”.")


def _item(item: WrittenItem, written: WrittenChecklist, settings: Sequence[Setting]) -> Item:
    def reasons(listed: Iterable[WrittenReason]) -> tuple[Reason, ...]:
        return tuple(Reason(r.reason, r.when, r.lasts) for r in listed)

    return Item(
        id=item.id,
        title=item.title,
        severity=item.severity,
        source=item.source,
        to_fix=item.to_fix,
        standard=item.standard or "",
        note=item.note or "",
        checklist=written.checklist,
        checklist_title=written.title,
        relevant_if=item.relevant_if,
        left_out_if=reasons(written.left_out_if) + reasons(item.left_out_if),
        met_if=item.met_if,
        excused_if=reasons(item.excused_if),
        from_=item.from_ or written.from_,
        until=item.until if item.until is not None else written.until,
        mendable=item.mendable,
        fix_within=item.fix_within,
        settings=tuple(settings),
    )


def find_checklist(name: str, known: dict[str, Path]) -> Path:
    """A checklist by the name of a shipped one, or by its path.

    Raises ChecklistStop when it is neither.
    """
    if name in known:
        return known[name]
    path = Path(name)
    if path.is_file():
        return path
    hint = did_you_mean(name, known)
    raise ChecklistStop(f"no checklist is called “{name}”, and no such file exists.{hint} Shipped: {', '.join(known)}.")


__all__ = ["PATTERNS", "Checklist", "Item", "Reason", "Setting", "find_checklist", "load_checklists", "read_checklist"]
_ = field
