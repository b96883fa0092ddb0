"""Conditions and dates of the checklist language: what they are, how they are read and said.

A condition is three-valued (Kleene): true, false or unknown. How it is worked out stands in two
places on purpose: `sql` for the engine, `reading` for explain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from auditcheck.calendar import Duration, Unit, read_date, read_duration, weekday_date
from auditcheck.names import Event, Fact, Names, Type, Value, one_spelling
from auditcheck.problems import Problem, did_you_mean, one_of, quote, unknown
from auditcheck.yamlfile import Text, file_of, is_missing, line_of

YES = frozenset({"yes", "y", "true"})
NO = frozenset({"no", "n", "false"})


def read_yes_no(text: object) -> bool | None:
    """True or False for the usual spellings, None for anything else."""
    if isinstance(text, bool):
        return text
    word = str(text).strip().casefold()
    return True if word in YES else False if word in NO else None


# ── dates ────────────────────────────────────────────────────────────────────────────────────────

AS_AT = "as_at"
DEADLINE = "deadline"


@dataclass(frozen=True)
class Moment:
    """A date: a literal day, a date fact (or column), `as_at` or `deadline`, moved by `shift`."""

    anchor: date | str
    shift: Duration | None = None

    @property
    def passed(self) -> bool | None:
        """Has it passed, whatever day the audit looks from? None where that depends on the case."""
        return None if self.anchor != AS_AT else self.shift is not None and self.shift.count < 0

    def say(self) -> str:
        """The date in words: '6 weeks after start date'."""
        anchor = weekday_date(self.anchor) if isinstance(self.anchor, date) else plain(self.anchor)
        anchor = "the deadline" if self.anchor == DEADLINE else anchor
        if self.shift is None:
            return anchor
        return f"{self.shift} {'after' if self.shift.count >= 0 else 'before'} {anchor}"


# ── conditions ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class All:
    """All parts are so."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Any_:
    """At least one part is so."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The part is not so."""

    part: Condition


@dataclass(frozen=True)
class Has:
    """The event happened in the item's window."""

    event: str


@dataclass(frozen=True)
class Is:
    """The fact has one of these values."""

    fact: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Recorded:
    """The fact has a value, or has none."""

    fact: str
    yes: bool


@dataclass(frozen=True)
class Compare:
    """`op`: before, after, on_or_before, on_or_after (dates), at_least, at_most (numbers),
    same_as, differs_from (any type). `other` is a Moment, a number, or the name of a fact."""

    fact: str
    op: str
    other: Moment | int | str


Condition = All | Any_ | Not | Has | Is | Recorded | Compare

DATE_OPS = ("before", "after", "on_or_before", "on_or_after")
NUMBER_OPS = ("at_least", "at_most")
SAME_OPS = ("same_as", "differs_from")
OPS = (*DATE_OPS, *NUMBER_OPS, *SAME_OPS, "recorded")
RESERVED = ("has", "any_of", "all_of", "not", AS_AT, DEADLINE)


def parts_of(condition: Condition) -> Iterator[Condition]:
    """The condition and everything inside it."""
    yield condition
    if isinstance(condition, All | Any_):
        for part in condition.parts:
            yield from parts_of(part)
    elif isinstance(condition, Not):
        yield from parts_of(condition.part)


@dataclass
class Reader:
    """Reads conditions and dates against the names they may use, collecting every mistake.

    `facts` are what may be tested (columns of a row in a `where`), `events` what `has` may name.
    `broken` are names that stand in their file and are wrong there: told once, they are no mistake
    where they are used. A mistake adds a Problem and gives a harmless stand-in, so that reading goes on.
    """

    file: str
    facts: Mapping[str, Fact]
    events: Mapping[str, Event] = field(default_factory=dict)
    settings: Mapping[str, Value | Duration] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    used_settings: set[str] = field(default_factory=set)
    item: str = ""
    noun: str = "fact"
    names: Names | None = None
    broken: Set[str] = frozenset()
    set_at: Mapping[str, Any] = field(default_factory=dict)  # where each setting stands in its file
    unknown_names: dict[str, Set[str]] = field(default_factory=dict)  # what there is none of, and what there is

    def problem(self, at: object, text: str, line: int = 0) -> None:
        if not is_missing(at):
            self.problems.append(Problem(file_of(at, self.file), line_of(at, line), text, self.item))

    # conditions

    def condition(self, raw: Any, *, deadline: bool = False) -> Condition:
        """Reads `{fact: value}`, `has`, `any_of`, `all_of`, `not`; several keys mean all of them."""
        if not isinstance(raw, dict) or not raw:
            self.problem(raw, "a condition is a mapping such as “{fact: value}”.")
            return All(())
        parts = [self._part(key, value, deadline) for key, value in raw.items()]
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _part(self, key: str, value: Any, deadline: bool) -> Condition:
        if key in ("any_of", "all_of"):
            if not isinstance(value, list) or not value:
                self.problem(key, f"“{key}” takes a list of conditions.")
                return All(())
            inner = tuple(self.condition(part, deadline=deadline) for part in value)
            return Any_(inner) if key == "any_of" else All(inner)
        if key == "not":
            return Not(self.condition(value, deadline=deadline))
        if key == "has":
            return Has(self.event(value, key))
        if key in self.broken:
            return All(())
        fact = self.facts.get(key)
        if fact is None:
            self.unknown_names[str(key)] = self.facts.keys()
            hint = did_you_mean(key, [*self.facts, *(word for word in RESERVED[:4] if word != "has" or self.events)])
            what = f"no {self.noun} is called {quote(key)}.{hint}" if hint else unknown(self.noun, key, self.facts)
            self.problem(key, what)
            return All(())
        if isinstance(value, dict):
            tests = [self._test(fact, op, operand, deadline) for op, operand in value.items()]
            if not tests:
                self.problem(key, f"“{key}” needs a value or one of: {one_of(OPS)}.")
                return All(())
            return tests[0] if len(tests) == 1 else All(tuple(tests))
        raws = value if isinstance(value, list) else [value]
        if not raws:
            self.problem(key, f"“{key}” needs at least one value.")
        values = [self.literal(fact, raw) for raw in raws]
        return Is(fact.name, tuple(value for value in values if value is not None))

    def _test(self, fact: Fact, op: str, operand: Any, deadline: bool) -> Condition:
        if op == "recorded":
            answer = read_yes_no(operand)
            if answer is None:
                self.problem(operand, "“recorded” takes yes or no.")
            return Recorded(fact.name, bool(answer))
        if op in DATE_OPS:
            if fact.type is not Type.DATE:
                self.problem(op, f"“{op}” compares dates, and “{fact.name}” is not a date.")
                return All(())
            return Compare(fact.name, op, self.moment(operand, deadline=deadline))
        if op in NUMBER_OPS:
            if fact.type is not Type.NUMBER:
                self.problem(op, f"“{op}” compares numbers, and “{fact.name}” is not a number.")
                return All(())
            number = self.number(operand)
            return Compare(fact.name, op, number if number is not None else 0)
        if op in SAME_OPS:
            if isinstance(operand, str) and operand in self.broken:
                return All(())
            other = self.facts.get(operand) if isinstance(operand, str) else None
            if other is not None:
                if other.type is not fact.type and {other.type, fact.type} != {Type.TEXT, Type.CODE}:
                    self.problem(operand, f"“{fact.name}” and “{other.name}” are of different types.")
                return Compare(fact.name, op, other.name)
            if fact.type is Type.DATE:
                return Compare(fact.name, op, self.moment(operand, deadline=deadline))
            value = self.literal(fact, operand)
            is_value = Is(fact.name, () if value is None else (value,))
            return is_value if op == "same_as" else Not(is_value)
        self.problem(op, f"{quote(op)} is no comparison; allowed: {one_of(OPS)}.{did_you_mean(op, OPS)}")
        return All(())

    # names and values

    def event(self, raw: Any, at: object = None) -> str:
        """The name of an event; what is none is told."""
        if isinstance(raw, dict | list):
            self.problem(raw, f"the name of one event is wanted here, not {quote(raw)}.", line_of(at))
        elif raw in self.events:
            return str(raw)
        elif self.noun.startswith("column"):
            self.problem(raw, "“has” cannot be used in a “where”.", line_of(at))
        else:
            self.unknown_names[str(raw)] = self.events.keys()
            self.problem(raw, unknown("event", raw, self.events), line_of(at))
        return ""

    def literal(self, fact: Fact, raw: Any) -> Value | None:
        """The value of this fact's type that `raw` names; None after a problem."""
        if isinstance(raw, dict | list):
            self.problem(raw, f"“{fact.name}” takes a plain value here.")
            return None
        text = str(raw).strip()
        value: Value | None
        match fact.type:
            case Type.YES_NO:
                value, wanted = read_yes_no(text), "yes or no"
            case Type.NUMBER:
                return self.number(raw)
            case Type.DATE:
                value, wanted = read_date(text), "a date written YYYY-MM-DD"
            case Type.CODE if fact.values is not None:
                value = text if text in fact.values else None
                wanted = one_of(fact.values)
            case Type.CODE:
                value, wanted = one_spelling(text).upper() or None, "a code"
            case Type.TEXT:
                value, wanted = text or None, "text"
        if value is None:
            hint = did_you_mean(text, fact.values) if fact.type is Type.CODE and fact.values else ""
            self.problem(raw, f"“{fact.name}” takes {wanted}, not {quote(text)}.{hint}")
        return value

    def number(self, raw: Any) -> int | None:
        """A whole number, or the setting of that name."""
        text = "" if isinstance(raw, dict | list) else str(raw).strip()
        if text in self.broken:
            return None
        setting = self.setting(text)
        if isinstance(setting, int) and not isinstance(setting, bool):
            return setting
        if setting is None and text.isascii() and text.isdigit() and len(text) <= 9:
            return int(text)
        if setting is not None:
            self._set_wrong(text, setting, "is no whole number.")
            return None
        numbers = [name for name, value in self.settings.items() if isinstance(value, int)]
        self.problem(
            raw, f"{quote(raw)} is neither a whole number nor a setting that is one.{did_you_mean(text, numbers)}"
        )
        return None

    def _set_wrong(self, name: str, setting: Value | Duration, text: str) -> None:
        """A setting that is used as what it is not: told once, where it is set."""
        at = self.set_at.get(name, name)
        told = Problem(file_of(at, self.file), line_of(at), f"the setting {quote(name)}: {quote(str(setting))} {text}")
        if told not in self.problems:
            self.problems.append(told)

    def setting(self, name: str) -> Value | Duration | None:
        if name in self.settings:
            self.used_settings.add(name)
            return self.settings[name]
        return None

    def duration(self, raw: Any) -> Duration:
        """`10 working days`, or the setting of that name."""
        text = "" if isinstance(raw, dict | list) else " ".join(str(raw).split())
        setting = self.setting(text)
        if isinstance(setting, Duration):
            return setting
        duration = read_duration(text) if setting is None else None
        if duration is None:
            if setting is not None:
                self._set_wrong(
                    text,
                    setting,
                    "is no length of time; allowed: such as 10 working days, 6 weeks, 1 month or 15 days.",
                )
            elif text not in self.broken:
                durations = [name for name, value in self.settings.items() if isinstance(value, Duration)]
                self.problem(
                    raw,
                    f"{quote(raw)} is no length of time; allowed: such as 10 working days, 6 weeks, 1 month, 15 days, "
                    f"or a setting that is one.{did_you_mean(text, durations)}",
                )
            return Duration(1, Unit.DAYS)
        return duration

    def moment(self, raw: Any, *, deadline: bool = False) -> Moment:
        """`DATE`, `FACT`, `as_at`, `deadline`, or `LENGTH after|before` one of them."""
        if isinstance(raw, dict | list):
            self.problem(raw, "a date is written on one line, such as “6 weeks after start_date”.")
            return Moment(AS_AT)
        text = " ".join(str(raw).split())
        for word, forward in ((" after ", True), (" before ", False)):
            if word in text:
                length, _, anchor = text.partition(word)
                duration = self.duration(_at(length, raw))
                return Moment(self._anchor(anchor, raw, deadline), duration if forward else duration.back())
        return Moment(self._anchor(text, raw, deadline, alone=True))

    def _anchor(self, text: str, at: object, deadline: bool, alone: bool = False) -> date | str:
        day = read_date(text)
        if day is not None:
            return day
        if text == AS_AT or (text == DEADLINE and deadline):
            return text
        if text == DEADLINE:
            self.problem(at, "“deadline” is known only in left_out_if and excused_if.")
            return AS_AT
        setting = self.setting(text)
        if isinstance(setting, date):
            return setting
        if setting is not None:
            self._set_wrong(text, setting, "is no date; allowed: such as 2026-06-30.")
            return AS_AT
        if text in self.broken:
            return AS_AT
        fact = self.facts.get(text)
        if fact is not None and fact.type is Type.DATE:
            return text
        if fact is None:
            self.unknown_names[text] = self.facts.keys()
        dates = [name for name, known in self.facts.items() if known.type is Type.DATE]
        what = f"{quote(text)} is not a date" if fact is not None else f"no date {self.noun} is called {quote(text)}"
        last = "as_at, or a length of time after or before one of them" if alone else "or as_at"
        allowed = f"allowed: a date written YYYY-MM-DD, a date {self.noun}, {last}"
        self.problem(at, f"{what}; {allowed}.{did_you_mean(text, dates)}")
        return AS_AT


def _at(text: str, like: object) -> Text:
    result = Text(text)
    result.file, result.line = file_of(like, ""), line_of(like)
    return result


def columns_in(condition: Condition | None) -> set[str]:
    """The names of every fact or column a condition looks at."""
    if condition is None:
        return set()
    found: set[str] = set()
    for part in parts_of(condition):
        match part:
            case Is(fact) | Recorded(fact):
                found.add(fact)
            case Compare(fact, _, other):
                found.add(fact)
                if isinstance(other, str):
                    found.add(other)
                elif isinstance(other, Moment) and isinstance(other.anchor, str):
                    found.add(other.anchor)
    return found - {AS_AT, DEADLINE}


def events_in(condition: Condition | None) -> set[str]:
    """The events a condition asks for with `has`."""
    return set() if condition is None else {part.event for part in parts_of(condition) if isinstance(part, Has)}


# ── in words ─────────────────────────────────────────────────────────────────────────────────────

_SAID = {
    "before": "is before",
    "after": "is after",
    "on_or_before": "is on or before",
    "on_or_after": "is on or after",
    "at_least": "is at least",
    "at_most": "is at most",
    "same_as": "is the same as",
    "differs_from": "differs from",
}


#: Words of the field that are not written in small letters.
SPELT = {
    "crn": "CRN",
    "crs": "CRS",
    "lau": "LAU",
    "mappa": "MAPPA",
    "marac": "MARAC",
    "nsi": "NSI",
    "oasys": "OASys",
    "pdu": "PDU",
    "rar": "RAR",
    "rosh": "RoSH",
    "spo": "SPO",
}


def plain(name: str) -> str:
    """The name of a fact or an event as words; beside the columns of a row those of its case are called so."""
    bare = name.removeprefix("case.")
    return ("" if bare == name else "the case's ") + " ".join(SPELT.get(word, word) for word in bare.split("_"))


def say_value(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return weekday_date(value)
    return str(value).replace("_", " ")


def say_condition(condition: Condition) -> str:
    """A condition in English, generated from its structure."""
    match condition:
        case All(parts):
            return _together(parts, "and", Any_) or "always"
        case Any_(parts):
            return _together(parts, "or", All) or "never"
        case Not(Has(event)):
            return f"no {plain(event)} is recorded"
        case Not(Is(fact, values)) if values:
            return f"{plain(fact)} is not {_values(values)}"
        case Not(part):
            return f"it is not so that {_inside(part, (All, Any_))}"
        case Has(event):
            return f"{plain(event)} is recorded"
        case Recorded(fact, yes):
            return f"{plain(fact)} is {'' if yes else 'not '}recorded"
        case Is(fact, values):
            return f"{plain(fact)} is {_values(values)}"
        case Compare(fact, op, other):
            right = other.say() if isinstance(other, Moment) else plain(other) if isinstance(other, str) else str(other)
            return f"{plain(fact)} {_SAID[op]} {right}"
    raise AssertionError(condition)


def _values(values: tuple[Value, ...]) -> str:
    return one_of([say_value(value) for value in values]) if values else "nothing"


def _together(parts: tuple[Condition, ...], word: str, bracketed: type) -> str:
    """Parts with “and” or “or” between them; a comma before it where a part holds an “or” of its own."""
    said = [_inside(part, (bracketed,)) for part in parts]
    lists = any(isinstance(p, Is | Not) and len(getattr(getattr(p, "part", p), "values", ())) > 1 for p in parts)
    return f"{', ' if lists else ' '}{word} ".join(said)


def _inside(part: Condition, bracketed: tuple[type, ...]) -> str:
    text = say_condition(part)
    return f"({text})" if isinstance(part, bracketed) and len(part.parts) > 1 else text  # type: ignore[union-attr]
