"""Reads checklists: YAML files of audit questions, checked against a dictionary's names.

Every mistake of every file is found at once, with file, line and item.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from auditcheck.calendar import Duration, read_date, read_duration
from auditcheck.conditions import RESERVED, Condition, Moment, Reader, events_in
from auditcheck.names import Names, PickDate, Value
from auditcheck.patterns import AnyPattern, leaves_of, read_pattern
from auditcheck.patterns.case import CaseIs
from auditcheck.patterns.judged import Judged
from auditcheck.patterns.keys import Day, Days, Length, Pattern, ReasonTest, Test
from auditcheck.patterns.some import Some
from auditcheck.problems import ChecklistStop, Problem, UsageStop, did_you_mean, listed, nearest, quote, unknown
from auditcheck.scale import Scale, WrittenRatings, read_scale
from auditcheck.shipped import shipped_checklists
from auditcheck.written import Plain, Shape, Written, YesNo, validate, wrong
from auditcheck.yamlfile import Mapping, Text, file_of, is_missing, line_of, read_yaml

Severity = Literal["high", "medium", "low"]

#: How like a name that is not there another must be, to be named beside it: a slip of the finger, not
#: police_enquiry_sent for safeguarding_enquiry_sent.
SURELY_MEANT = 0.85


class WrittenReason(Written):
    """Why a case is left out, or a gap excused: words, the condition, and how long it holds."""

    reason: Plain
    when: ReasonTest
    lasts: Length | None = None

    meanings: ClassVar[AnyMapping[str, str]] = {
        "reason": "The words for it, as lists and counts show them.",
        "when": "The condition. It may compare with the deadline of what is looked at.",
        "lasts": "For an excuse that is an event's alone: how long it holds from that event. Then the gap is back.",
    }


class WrittenSetting(Written):
    """A named limit that a region may change, and where its value comes from."""

    value: Plain
    source: Plain

    meanings: ClassVar[AnyMapping[str, str]] = {
        "value": "A length of time, a whole number or a date.",
        "source": "Where the value comes from, or: local default.",
    }


def _items(raw: Any) -> Any:
    if not isinstance(raw, list):
        raise wrong("takes a list of items")
    if not raw:
        raise wrong("needs at least one item")
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

    meanings: ClassVar[AnyMapping[str, str]] = {
        "id": "A short name, such as DA1, that no other item has.",
        "title": "What is asked, in a few words.",
        "severity": "high, medium or low: the order of the gap list.",
        "source": "Where the question comes from.",
        "to_fix": "What to do about a gap, said to whoever holds the case.",
        "standard": "The standard that it belongs to.",
        "note": "What a reader of the checklist should know.",
        "relevant_if": "Who is asked about; every case, where it is not said. Never rests on what met_if looks for.",
        "left_out_if": "Why a relevant case is taken out, whatever was done. The checklist's reasons are tried first.",
        "met_if": "What meets the item: a pattern.",
        "excused_if": "Why a gap, and only a gap, is accepted.",
        "from": "The day from which events count: the case's start, where nothing is said.",
        "until": "The last day on which events count: the case's end, where nothing is said. Of several the earliest.",
        "mendable": "no: what was missed cannot be put right any more.",
        "fix_within": "By when a gap is to be put right, counted from as at.",
    }


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
    ratings: Annotated[Any, Shape(WrittenRatings)] = None
    items: Annotated[tuple[Any, ...], BeforeValidator(_items), Shape(Annotated[list[WrittenItem], Field(min_length=1)])]

    meanings: ClassVar[AnyMapping[str, str]] = {
        "checklist": "The checklist's name, as commands take it.",
        "title": "Its title, as screens show it.",
        "version": "Its version. In quotes, so that it stays as written.",
        "note": "What a reader of the checklist should know.",
        "settings": "Named limits that a region may change.",
        "from": "The day from which events count, for items that do not say.",
        "until": "The last day on which events count, for items that do not say.",
        "left_out_if": "Reasons that take a case out of every item.",
        "ratings": "How standards are rated from the items, if they are.",
        "items": "The questions.",
    }


@dataclass(frozen=True)
class Reason:
    """Why a case is left out or a gap excused: where `when` holds; with `lasts` for so long from the event
    that it names."""

    words: str
    when: Condition
    lasts: Duration | None = None


@dataclass(frozen=True)
class Setting:
    """A value that an item takes by name, and where it comes from: a source, or "local default"."""

    name: str
    value: Value | Duration
    source: str
    adjusted: bool = False  # a region's value, and the source says whose


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
    settings: tuple[Setting, ...] = ()  # those that it uses
    adjusted: tuple[str, ...] = ()  # what else a region changed of it, in words

    @property
    def judged(self) -> bool:
        """Does its rate rest on a reader's answers?"""
        return any(isinstance(leaf, Judged) for leaf in leaves_of(self.met_if))

    @property
    def sampled(self) -> bool:
        return any(isinstance(leaf, Judged) and leaf.judged.of == "sample" for leaf in leaves_of(self.met_if))


@dataclass(frozen=True)
class Checklist:
    """The items of one file, in order, and what the file says of itself."""

    name: str
    title: str
    version: str
    items: tuple[Item, ...]
    settings: tuple[Setting, ...]
    fingerprint: str
    note: str = ""
    written: Mapping = field(default_factory=Mapping, repr=False, compare=False)  # what its file says
    #: Items that this dictionary does not allow to be asked: the id, and what the dictionary lacks.
    not_asked: tuple[tuple[str, tuple[str, ...]], ...] = ()
    scale: Scale | None = None  # how standards are rated from its items


def load_chosen(chosen: Sequence[str], names: Names) -> tuple[Checklist, ...]:
    """The checklists that a run was given, by name or path; where it was given none, all that ship.

    A shipped one is asked as far as the dictionary goes; of a file of one's own every item must be right.
    Raises ChecklistStop also for a checklist that was given and of which nothing can be asked.
    """
    known = shipped_checklists()
    paths = [find_checklist(name, known) for name in chosen] or list(known.values())
    loaded = load_checklists(paths, names, partly=[known[name] for name in chosen or known if name in known])
    stopped = []
    for checklist in loaded:
        if chosen and not checklist.items:
            lacking = [word for _, why in checklist.not_asked for word in why]
            stopped.append(f"nothing of “{checklist.name}” can be asked: {lacks(names, lacking)}")
    if stopped:
        raise ChecklistStop(*stopped)
    return loaded


def lacks(names: Names, lacking: Sequence[str]) -> str:
    """Why items are not asked, as a sentence; a word that ends in a full stop is one already."""
    lacking = list(dict.fromkeys(lacking))
    if any(word.endswith(".") for word in lacking):
        return f"in the dictionary “{names.name}” {' '.join(lacking)}"
    return f"the dictionary “{names.name}” does not define {listed(lacking)}."


def load_checklists(paths: Iterable[Path], names: Names, *, partly: Collection[Path] = ()) -> tuple[Checklist, ...]:
    """The checklists in the files at `paths`, in that order, against a dictionary.

    In those of `partly`, an item for which the dictionary lacks something is `not_asked`, and no mistake:
    they ship, and are known to be right against a full dictionary.
    Raises ChecklistStop with every mistake of every file: also a name or an item's id that two share.
    """
    left_out = {path.absolute() for path in partly}
    problems: list[Problem] = []
    found: list[Checklist] = []
    shared: dict[tuple[str, str], Text] = {}
    for path in dict.fromkeys(path.absolute() for path in paths):
        try:
            raw = read_yaml(path, problems)
        except ChecklistStop as stop:
            problems += stop.problems
            continue
        file = file_of(raw, path.name)
        checklist = read_checklist(raw, file, names, problems, partly=path in left_out)
        if checklist is not None:
            found.append(checklist)
        here: dict[tuple[str, str], Text] = {}
        for what, name in (("name", raw.get("checklist")), *(("id", an_id) for an_id in _ids(raw))):
            if isinstance(name, Text) and not is_missing(name):
                here.setdefault((what, name.strip().upper()), name)
        for (what, key), name in here.items():
            other = shared.setdefault((what, key), name)
            if other is not name:
                item = str(name) if what == "id" else ""
                text = f"the {what} {quote(name)} is already used in {file_of(other, '')}, line {line_of(other)}."
                problems.append(Problem(file, line_of(name), text, item))
    if problems:
        raise ChecklistStop.of(problems)
    return tuple(found)


def read_checklist(
    raw: Mapping, file: str, names: Names, problems: list[Problem], *, partly: bool = False
) -> Checklist | None:
    """One checklist from what its file holds; None with what is wrong added to `problems`. With
    `partly`, the items that are wrong are left to `not_asked`."""
    before = len(problems)
    if "checklist" not in raw:
        for kind, called in (("dictionary", "a dictionary"), ("adjustments", "a file of adjustments")):
            if kind in raw:
                text = f"this is {called}; a checklist begins with “checklist: NAME”."
                problems.append(Problem(file, line_of(raw), text))
                return None
        if "tests_of" in raw:
            text = "these are the tests of a checklist; give the checklist itself."
            problems.append(Problem(file, line_of(raw), text))
            return None
    settings = _settings(raw, file, names, problems)
    given = raw.get("settings")
    reader = Reader(
        file,
        names.facts,
        names.events,
        {setting.name: setting.value for setting in settings},
        problems,
        names=names,
        set_at={str(name): name for name in given} if isinstance(given, dict) else {},
        broken={str(name) for name in given} - {s.name for s in settings} if isinstance(given, dict) else frozenset(),
    )
    context = {"reader": reader, "pattern": read_pattern}
    written = validate(WrittenChecklist, raw, file, problems, context=context)
    _check_reasons(raw, reader)
    shared = _lacking(reader, before)  # by what holds for every item
    not_asked: list[tuple[str, tuple[str, ...]]] = []
    raw_items = raw.get("items")
    items: list[Item] = []
    ids: dict[str, Text] = {}
    for_every_item = frozenset(reader.used_settings)
    for raw_item in raw_items if isinstance(raw_items, list) else ():
        raw_id = raw_item.get("id") if isinstance(raw_item, dict) else None
        item_id = raw_id.strip() if isinstance(raw_id, Text) else ""
        reader.item = item_id
        others, reader.used_settings = reader.used_settings, set()
        so_far = len(problems)
        reader.unknown_names.clear()
        item = validate(WrittenItem, raw_item, file, problems, item=item_id, context=context)
        if isinstance(raw_item, dict):
            _check_reasons(raw_item, reader)
        if item is not None and written is not None and len(problems) == so_far:
            _check_first_alone(_item(item, written, ()), raw_item, reader)
        if isinstance(raw_id, Text) and item_id:
            first = ids.setdefault(item_id.upper(), raw_id)
            if first is not raw_id:
                reader.problem(raw_id, f"the id stands here a second time; first on line {line_of(first)}.")
        if lacking := tuple(dict.fromkeys((*shared, *_lacking(reader, so_far)))):
            not_asked.append((item_id, lacking))
        elif item is not None and written is not None:
            used = reader.used_settings | (for_every_item - _replaced(raw, raw_item))
            items.append(_item(item, written, [setting for setting in settings if setting.name in used]))
        reader.used_settings |= others
    reader.item = ""
    scale = None
    if "ratings" in raw and not is_missing(raw["ratings"]):
        others, reader.used_settings = reader.used_settings, set()
        scale = read_scale(raw["ratings"], raw_items if isinstance(raw_items, list) else (), reader)
        reader.used_settings |= others
    if partly and written is not None:
        del problems[before:]
    for checked in items:
        for leaf in leaves_of(checked.met_if) if len(problems) == before else ():
            other = leaf.judged.item if isinstance(leaf, Judged) else None
            if other is not None and other.upper() not in ids:
                reader.item = checked.id
                reader.problem(ids[checked.id.upper()], f"“judged”: {unknown('item of this checklist', other, ids)}")
    for setting in settings:
        whole = len(problems) == before and not not_asked
        if setting.name not in reader.used_settings and (whole or not _names(raw, setting.name)):
            at = next(key for key in raw["settings"] if key == setting.name)
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
        written=raw,
        not_asked=tuple(not_asked),
        scale=scale,
    )


def _replaced(raw: Mapping, raw_item: Mapping) -> set[str]:
    """The words of a checklist's bounds that an item replaces by its own."""
    parts = [raw[key] for key in ("from", "until") if key in raw and key in raw_item]
    bounds = [bound for part in parts for bound in (part if isinstance(part, list) else [part])]
    words = {word for bound in bounds for word in str(bound).split()}
    return {word for word in words if not _names(raw.get("left_out_if"), word)}


def _lacking(reader: Reader, before: int) -> tuple[str, ...]:
    """What the dictionary lacks, going by the problems found since there were `before`: the names of
    facts and events, with what may be meant by them, or else the problems' own words."""
    found = reader.problems[before:]
    lacking = []
    for name, known in reader.unknown_names.items() if found else ():
        near = nearest(name, known, cutoff=SURELY_MEANT)
        lacking.append(f"{name} (there is “{near}”)" if near else name)
    return tuple(lacking) or tuple(problem.text for problem in found)


def _ids(raw: Mapping) -> list[Any]:
    items = raw.get("items")
    return [item.get("id") for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _names(raw: Any, setting: str) -> bool:
    """Does any text of the checklist name the setting? Where a mistake kept a part from being read,
    the settings in it are not called unused."""
    if isinstance(raw, dict):
        return any(_names(value, setting) for key, value in raw.items() if key != "settings")
    if isinstance(raw, list):
        return any(_names(value, setting) for value in raw)
    return setting in str(raw).split()


def _check_reasons(raw: dict[str, Any], reader: Reader) -> None:
    """`lasts` counts from an event: it belongs to an excuse, and to one that is an event's alone."""
    for word in ("left_out_if", "excused_if"):
        reasons = raw.get(word)
        for reason in reasons if isinstance(reasons, list) else ():
            if not isinstance(reason, dict) or "lasts" not in reason:
                continue
            at = next(key for key in reason if key == "lasts")
            when = reason.get("when")
            if word == "left_out_if":
                reader.problem(at, "“lasts” belongs to excused_if.")
            elif not isinstance(when, dict) or list(when) != ["has"]:
                reader.problem(at, "“lasts” counts from an event, so “when” must be “{has: EVENT}”.")


def _check_first_alone(item: Item, raw: Any, reader: Reader) -> None:
    """An event of which a case's first alone is there says little of a time that begins after the start: of too many
    cases it could not be told whether there was a later one."""
    names = reader.names
    alone = {name for name, event in names.events.items() if event.first_only} if names else set()
    if names is None or not alone:
        return
    looked: list[tuple[str, Moment | None]] = []
    conditions = [item.relevant_if, *(reason.when for reason in (*item.left_out_if, *item.excused_if))]
    for leaf in leaves_of(item.met_if):
        if isinstance(leaf, Some):
            looked.append((leaf.some, leaf.from_ or item.from_))
        conditions += [leaf.case] if isinstance(leaf, CaseIs) else []
        conditions += [leaf.judged.relevant_if] if isinstance(leaf, Judged) else []
    looked += [(event, item.from_) for condition in conditions for event in sorted(events_in(condition))]
    for event, from_ in dict.fromkeys(looked):
        if event in alone and from_ is not None and not _no_later_than_start(from_, names):
            reader.problem(
                raw, f"“{event}” is a case's first alone (first_only), and one from {from_.say()} on is looked for."
            )
    for reason in item.excused_if:
        for event in sorted(events_in(reason.when) & alone) if reason.lasts else ():
            reader.problem(raw, f"“{event}” is a case's first alone (first_only), and the last of them excuses.")


def _no_later_than_start(day: Moment, names: Names) -> bool:
    """Is a day, whatever the case, its start or earlier?"""
    fact = names.facts.get(day.anchor) if isinstance(day.anchor, str) else None
    start = day.anchor == names.start
    if fact is not None and isinstance(fact.definition, PickDate):
        start = set(fact.definition.facts) == {names.start}
    return start and (day.shift is None or day.shift.count <= 0)


def fingerprint(raw: object) -> str:
    """SHA-256 of what a file says, whatever its comments and line breaks."""
    return hashlib.sha256(repr(bare(raw)).encode()).hexdigest()


def bare(raw: object) -> object:
    """What a file says in plain mappings, lists and texts."""
    if isinstance(raw, dict):
        return {str(key): bare(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [bare(part) for part in raw]
    return str(raw)


def _settings(raw: Mapping, file: str, names: Names, problems: list[Problem]) -> tuple[Setting, ...]:
    """The settings that can be used; one whose value is wrong is told when the checklist is checked."""
    found = []
    written = raw.get("settings")
    for name, given in written.items() if isinstance(written, dict) else ():
        if name in RESERVED or not (name.isascii() and name.isidentifier() and name == name.lower()):
            text = f"{quote(name)} cannot be the name of a setting; allowed: small letters, digits and _."
            problems.append(Problem(file, line_of(name), text))
            continue
        if name in names.facts:
            text = f"the setting {quote(name)} has the name of a fact. Give it another."
            problems.append(Problem(file, line_of(name), text))
            continue
        value, source = (given.get("value"), given.get("source")) if isinstance(given, dict) else (None, None)
        if isinstance(value, str) and value.strip():
            found.append(Setting(str(name), setting_value(value), str(source)))
    return tuple(found)


def setting_value(text: str) -> Value | Duration:
    """A length of time, a whole number, a date, or text."""
    text = text.strip()
    duration = read_duration(text)
    if duration is not None:
        return duration
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    day: date | None = read_date(text)
    return day if day is not None else text


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

    Raises UsageStop when it is neither.
    """
    if name in known:
        return known[name]
    if "://" in name:  # not to be repeated: there may be a password in it
        raise UsageStop("A checklist is one that ships, or a file on this computer: an address is none.")
    path = Path(name)
    hint = did_you_mean(name, known)
    try:
        if path.is_file():
            return path
        if path.with_name(f"{path.name}.yaml").is_file():
            hint = f" Did you mean “{name}.yaml”?"
    except (OSError, ValueError):  # a name that no file can have
        pass
    raise UsageStop(f"no checklist is called “{name}”, and no such file exists.{hint} Shipped: {', '.join(known)}.")
