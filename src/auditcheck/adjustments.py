"""Reads a region's adjustments and lays them over the checklists: values of settings, severities, and
items switched off, each with its reason, its days and when it is to be reviewed.

A checklist is never copied to be changed. What an adjustment makes of it passes every check of a
checklist, as if its file said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from auditcheck.calendar import Duration, weekday_date
from auditcheck.checklist import Checklist, Item, Severity, fingerprint, read_checklist, setting_value
from auditcheck.conditions import plain
from auditcheck.dictionary import Date
from auditcheck.names import Names
from auditcheck.problems import ChecklistStop, Problem, did_you_mean, quote, unknown
from auditcheck.result import SETTING, SEVERITY, SWITCHED_OFF, Adjustment, Adjustments
from auditcheck.written import Plain, Shape, Written, told, validate, wrong
from auditcheck.yamlfile import Mapping, Text, file_of, is_missing, line_of, read_yaml


def _names_to_changes(raw: Any) -> Any:
    if not isinstance(raw, dict):
        raise told() if is_missing(raw) else wrong("takes a mapping of names to changes")
    return raw


class WrittenChange(Written):
    """Why something is changed, for which days (both included), and when that is looked at again."""

    reason: Plain
    review: Date
    agreed_by: Plain | None = None
    from_: Date | None = Field(None, alias="from")
    until: Date | None = None

    meanings: ClassVar[AnyMapping[str, str]] = {
        "reason": "Why it is changed, as reports show it.",
        "review": "The day by which the change is to be looked at again. After it, runs warn.",
        "agreed_by": "Who agreed to it.",
        "from": "The first day as at which it holds.",
        "until": "The last day as at which it holds.",
    }


class WrittenSetting(WrittenChange):
    value: Plain

    meanings: ClassVar[AnyMapping[str, str]] = {
        "value": "What the setting is instead: of the same kind as in the checklist.",
    }


class WrittenSeverity(WrittenChange):
    value: Severity

    meanings: ClassVar[AnyMapping[str, str]] = {
        "value": "What the item's severity is instead: high, medium or low.",
    }


class WrittenAdjustments(Written):
    """A region's changes to the checklists: why, for how long, and when they are looked at again."""

    adjustments: Plain
    version: Plain
    note: Plain | None = None
    settings: Annotated[dict[str, Any], BeforeValidator(_names_to_changes), Shape(dict[str, WrittenSetting])] = Field(
        default_factory=dict
    )
    severity: Annotated[dict[str, Any], BeforeValidator(_names_to_changes), Shape(dict[str, WrittenSeverity])] = Field(
        default_factory=dict
    )
    switched_off: Annotated[dict[str, Any], BeforeValidator(_names_to_changes), Shape(dict[str, WrittenChange])] = (
        Field(default_factory=dict)
    )

    meanings: ClassVar[AnyMapping[str, str]] = {
        "adjustments": "The name of the region, or of what these changes are for.",
        "version": "Their version. In quotes, so that it stays as written.",
        "note": "What a reader of the changes should know.",
        "settings": "Values of settings, each by CHECKLIST.SETTING.",
        "severity": "Severities of items, each by the item's id.",
        "switched_off": "Items that are not asked, each by its id.",
    }


#: What stands in each part of the file, and what its changes are called.
PARTS: dict[str, tuple[str, type[WrittenChange]]] = {
    "settings": (SETTING, WrittenSetting),
    "severity": (SEVERITY, WrittenSeverity),
    "switched_off": (SWITCHED_OFF, WrittenChange),
}


@dataclass(frozen=True)
class Adjusted:
    """The checklists as a region has them, the items that it switched off, and every change."""

    checklists: tuple[Checklist, ...]
    switched_off: tuple[Item, ...]
    adjustments: Adjustments
    as_at: date

    def concerning(self, items: Iterable[Item]) -> Adjustments:
        """The adjustments that concern these items, and warnings of reviews that were due."""
        items = tuple(items)
        ids = {item.id for item in items}
        used = {(item.checklist, setting.name) for item in items for setting in item.settings}
        asked = {item.checklist for item in items}
        used |= {(c.name, name) for c in self.checklists if c.scale and c.name in asked for name in c.scale.settings}
        changes = tuple(
            change
            for change in self.adjustments.changes
            if ((change.checklist, change.name) in used if change.kind == SETTING else change.name in ids)
        )
        return self.adjustments._replace(changes=changes, overdue=_overdue(changes, self.as_at))


def adjust(path: Path, checklists: Sequence[Checklist], names: Names, as_at: date, unused: Iterable[Path]) -> Adjusted:
    """The checklists with the adjustments of the file at `path` that are in force as at.

    Adjustments of checklists that are `unused` in this run, or of items that are not asked of the extract, are no
    mistakes and change nothing.
    Raises ChecklistStop with every mistake of the file.
    """
    problems: list[Problem] = []
    raw = read_yaml(path, problems)
    file = file_of(raw, path.name)
    found = read_adjustments(raw, file, checklists, [read_yaml(other, []) for other in unused], names, as_at, problems)
    if found is None or problems:
        raise ChecklistStop.of(problems)
    return found


def read_adjustments(
    raw: Mapping,
    file: str,
    checklists: Sequence[Checklist],
    unused: Sequence[Mapping],
    names: Names,
    as_at: date,
    problems: list[Problem],
) -> Adjusted | None:
    """The same from what the file holds; None with what is wrong added to `problems`."""
    if "adjustments" not in raw and ("checklist" in raw or "dictionary" in raw):
        kind = "checklist" if "checklist" in raw else "dictionary"
        text = f"this is a {kind}; a file of adjustments begins with “adjustments: NAME”."
        problems.append(Problem(file, line_of(raw), text))
        return None
    before = len(problems)
    written = validate(WrittenAdjustments, raw, file, problems)
    reading = _Reading(file, checklists, unused, names, as_at, problems)
    parts = {key: part for key in PARTS if isinstance(part := raw.get(key), dict)}
    reading.together(parts.get("settings", {}))
    for key, part in parts.items():
        for name, change in part.items():
            reading.change(key, name, change)
    if not any(parts.values()) and not problems:
        text = "adjusts nothing: it needs “settings”, “severity” or “switched_off” with something in it."
        problems.append(Problem(file, line_of(raw), text))
    adjusted = tuple(reading.adjusted(checklist) for checklist in checklists)
    if written is None or len(problems) > before:
        return None
    changes = tuple(reading.changes)
    off = {change.name for change in changes if change.kind == SWITCHED_OFF and change.in_force}
    named = tuple(_named(checklist, written.adjustments, changes) for checklist in adjusted)
    return Adjusted(
        checklists=tuple(replace(c, items=tuple(item for item in c.items if item.id not in off)) for c in named),
        switched_off=tuple(item for checklist in named for item in checklist.items if item.id in off),
        adjustments=Adjustments(
            written.adjustments, written.version, changes, _overdue(changes, as_at), tuple(reading.idle)
        ),
        as_at=as_at,
    )


@dataclass(frozen=True)
class _Change:
    """What a change is of: `value` instead of what the checklist says."""

    checklist: str
    name: str
    title: str = ""
    value: str = ""
    instead_of: str = ""


class _Reading:
    """Reads the changes one by one, and then what they make of each checklist."""

    def __init__(
        self,
        file: str,
        checklists: Sequence[Checklist],
        unused: Sequence[Mapping],
        names: Names,
        as_at: date,
        problems: list[Problem],
    ) -> None:
        self.file, self.names, self.as_at, self.problems = file, names, as_at, problems
        self.checklists = {checklist.name: checklist for checklist in checklists}
        self.items = {item.id: item for checklist in checklists for item in checklist.items}
        #: Every setting by checklist, and every item's id, also of checklists that are not in use.
        self.settings: dict[str, list[str]] = {}
        self.not_asked = {item: checklist.name for checklist in checklists for item, _ in checklist.not_asked}
        self.idle: list[str] = []  # of the items changed those that are not asked of this extract
        self.ids = [*self.items, *self.not_asked]
        for checklist in checklists:
            self.settings[checklist.name] = [setting.name for setting in checklist.settings]
        for other in unused:
            if (name := str(other.get("checklist"))) not in self.checklists:
                self.settings[name] = [str(setting) for setting in other.get("settings", ())]
                self.ids += [str(item.get("id")) for item in other.get("items", ())]
        self.changes: list[Adjustment] = []
        self.values: dict[tuple[str, str], Text] = {}
        self.beside: dict[str, dict[str, Text]] = {}

    def together(self, settings: AnyMapping[str, Any]) -> None:
        """Every value that the file gives to settings of a checklist in use, by checklist: some, such as cut
        points that follow on one another, are right only beside others."""
        for name, change in settings.items():
            checklist, _, setting = name.rpartition(".")
            value = change.get("value") if isinstance(change, dict) else None
            if isinstance(value, Text) and setting in self.settings.get(checklist, ()):
                self.beside.setdefault(checklist, {})[setting] = value

    def problem(self, at: object, text: str, item: str = "") -> None:
        self.problems.append(Problem(file_of(at, self.file), line_of(at), text, item))

    def change(self, key: str, name: str, raw: Any) -> None:
        """One change of the part `key`. What is wrong is told; a change of what is not in use is passed over."""
        kind, model = PARTS[key]
        before = len(self.problems)
        written = validate(model, raw, self.file, self.problems, item=str(name), at=name)
        if written is not None and written.from_ and written.until and written.from_ > written.until:
            at = next((known for known in raw if known == "until"), name)
            self.problem(at, "“until” is before “from”.", str(name))
        if kind == SETTING:
            value = raw.get("value") if isinstance(raw, dict) else None
            found = self._setting(name, value)
        else:
            found = self._item(name, written)
        if found is None or written is None or len(self.problems) > before:
            return
        self.changes.append(
            Adjustment(
                kind=kind,
                checklist=found.checklist,
                name=found.name,
                title=found.title,
                value=found.value,
                instead_of=found.instead_of,
                reason=written.reason,
                agreed_by=written.agreed_by or "",
                first_day=written.from_,
                last_day=written.until,
                review=written.review,
                in_force=(written.from_ or date.min) <= self.as_at <= (written.until or date.max),
            )
        )

    def _setting(self, name: str, value: Any) -> _Change | None:
        """None: wrong, and told, or of a checklist that is not in use."""
        checklist, _, setting = name.rpartition(".")
        every = [f"{known}.{own}" for known, owns in self.settings.items() for own in owns]
        if not checklist:
            alike = [full for full in every if full.endswith(f".{name}")]
            hint = f" Did you mean “{alike[0]}”?" if alike else did_you_mean(name, every)
            self.problem(name, f"{quote(name)} names no checklist: a setting is written CHECKLIST.SETTING.{hint}")
        elif checklist not in self.settings:
            self.problem(name, unknown("checklist", checklist, self.settings))
        elif setting not in self.settings[checklist]:
            self.problem(name, unknown(f"setting of {checklist}", setting, self.settings[checklist]))
        elif checklist in self.checklists and isinstance(value, Text) and value.strip():
            return self._value(self.checklists[checklist], setting, value)
        return None

    def _value(self, checklist: Checklist, setting: str, value: Text) -> _Change | None:
        own = next(known.value for known in checklist.settings if known.name == setting)
        new = setting_value(value)
        full = f"{checklist.name}.{setting}"
        if type(new) is not type(own):
            kinds = {Duration: "a length of time", int: "a whole number", date: "a date written YYYY-MM-DD"}
            wanted = f"{kinds.get(type(own), 'text')}, such as {own}"
            self.problem(value, f"“value” takes {wanted}, not {quote(value)}.", full)
        elif new == own:
            self.problem(value, f"changes nothing: the checklist says {own} too. Delete it.", full)
        elif (says := self._refused(checklist, {setting: value})) is not None and (
            self._refused(checklist, self.beside[checklist.name]) is not None
        ):
            self.problem(value, f"“value” cannot be {quote(value)}: {says}", full)
        else:
            self.values[checklist.name, setting] = value
            return _Change(checklist.name, setting, value=str(new), instead_of=str(own))
        return None

    def _item(self, name: str, written: WrittenChange | None) -> _Change | None:
        if name not in self.ids:
            self.problem(name, unknown("item", name, self.ids))
        item = self.items.get(name)
        if item is None:
            self.idle += [name] if name in self.not_asked and name not in self.idle else []
            return None
        if not isinstance(written, WrittenSeverity):
            return _Change(item.checklist, item.id, item.title)
        if written.value == item.severity:
            self.problem(name, f"changes nothing: the checklist says {item.severity} too. Delete it.", str(name))
        return _Change(item.checklist, item.id, item.title, written.value, item.severity)

    def _refused(self, checklist: Checklist, values: AnyMapping[str, Text]) -> str | None:
        """What the checks of a checklist say against these values of its settings."""
        problems: list[Problem] = []
        if self._read(checklist, values, problems) is not None:
            return None
        first = ChecklistStop.of(problems).problems[0]
        return str(first)

    def _read(self, checklist: Checklist, values: AnyMapping[str, Text], problems: list[Problem]) -> Checklist | None:
        raw = _with_values(checklist.written, values)
        return read_checklist(raw, file_of(raw, checklist.name), self.names, problems, partly=bool(checklist.not_asked))

    def adjusted(self, checklist: Checklist) -> Checklist:
        """The checklist with the changes in force, as its file would say them."""
        mine = [change for change in self.changes if change.checklist == checklist.name and change.in_force]
        if not mine:
            return checklist
        of_kind = {kind: [change for change in mine if change.kind == kind] for kind, _ in PARTS.values()}
        values = {change.name: self.values[checklist.name, change.name] for change in of_kind[SETTING]}
        problems: list[Problem] = []
        found = self._read(checklist, values, problems) if values else checklist
        if found is None:
            first = ChecklistStop.of(problems).problems[0]
            text = f"{checklist.name}: these values do not go together: {first}"
            self.problems.append(Problem(self.file, line_of(next(iter(values.values()))), text))
            return checklist
        severities = {change.name: change.value for change in of_kind[SEVERITY]}
        off = [change.name for change in of_kind[SWITCHED_OFF]]
        items = (replace(item, severity=severities.get(item.id, item.severity)) for item in found.items)
        # the order in which a file has them makes no difference
        told_apart = fingerprint([found.fingerprint, dict(sorted(severities.items())), sorted(off)])
        return replace(found, items=tuple(items), fingerprint=told_apart)


def _with_values(raw: Mapping, values: AnyMapping[str, Text]) -> Mapping:
    """What a checklist's file holds, with other values of its settings."""

    def copy(of: Mapping) -> Mapping:
        new = Mapping(of)
        new.file, new.line = of.file, of.line
        return new

    changed = copy(raw)
    changed["settings"] = copy(raw["settings"])
    for name, value in values.items():
        setting = copy(changed["settings"][name])
        setting["value"] = value
        changed["settings"][name] = setting
    return changed


def _named(checklist: Checklist, region: str, changes: Iterable[Adjustment]) -> Checklist:
    """The checklist whose items say which of their limits a region changed, and what else of them."""
    mine = [change for change in changes if change.checklist == checklist.name]
    sources = {change.name: _source(change, region) for change in mine if change.kind == SETTING and change.in_force}
    settings = {
        setting.name: replace(setting, source=sources[setting.name], adjusted=True)
        if setting.name in sources
        else setting
        for setting in checklist.settings
    }
    items = []
    for item in checklist.items:
        used = tuple(settings[setting.name] for setting in item.settings)
        lines = []
        for change in mine:
            if change.kind == SETTING and change.name not in {setting.name for setting in used}:
                continue
            if change.kind != SETTING and change.name != item.id:
                continue
            if not change.in_force:
                lines.append(_not_in_force(change, region))
            elif change.kind == SEVERITY:
                lines.append(f"{change.value} severity: {_source(change, region)}")
        items.append(replace(item, settings=used, adjusted=tuple(lines)))
    return replace(checklist, items=tuple(items), settings=tuple(settings.values()))


def _source(change: Adjustment, region: str) -> str:
    """'kent-surrey-sussex, from 1 January 2026 (20 working days in the checklist; Agreed with the police unit)'."""
    whose = ", ".join(part for part in (region, change.period) if part)
    agreed = f"agreed by {change.agreed_by}" if change.agreed_by else ""
    why = "; ".join(part for part in (f"{change.instead_of} in the checklist", change.reason, agreed) if part)
    return f"{whose} ({why})"


def _not_in_force(change: Adjustment, region: str) -> str:
    what = {
        SETTING: f"{plain(change.name)} {change.value}",
        SEVERITY: f"{change.value} severity",
        SWITCHED_OFF: "switched off",
    }[change.kind]
    return f"not in force: {what} ({region}, {change.period})"


def _overdue(changes: Iterable[Adjustment], as_at: date) -> tuple[str, ...]:
    """A warning for each day on which a review was due of what is still in force."""
    due: dict[date, list[str]] = {}
    for change in changes:
        if change.in_force and change.review < as_at:
            due.setdefault(change.review, []).append(change.target)
    return tuple(f"review was due {weekday_date(day)}: {', '.join(due[day])}" for day in sorted(due))
