"""The patterns `met_if` may use. A new one is one file here and one line in PATTERNS.

Each has three faces side by side: `say` (English), `sql` (how the engine works it out) and
`explain` (how one case is read in plain Python, sharing nothing with the SQL).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from auditcheck.conditions import Reader
from auditcheck.patterns.case import CaseIs
from auditcheck.patterns.combined import AllOf, AnyOf
from auditcheck.patterns.each import Each
from auditcheck.patterns.gaps_between import GapsBetween
from auditcheck.patterns.judged import Judged
from auditcheck.patterns.none import NoneOf
from auditcheck.patterns.some import Some
from auditcheck.problems import did_you_mean, listed, one_of, quote
from auditcheck.written import validate

AnyPattern = Some | NoneOf | Each | GapsBetween | CaseIs | Judged | AllOf | AnyOf

#: The key that names a pattern, and the pattern.
PATTERNS: dict[str, type[Any]] = {
    "some": Some,
    "none": NoneOf,
    "each": Each,
    "gaps_between": GapsBetween,
    "case": CaseIs,
    "judged": Judged,
    "all_of": AllOf,
    "any_of": AnyOf,
}


def read_pattern(raw: Any, reader: Reader) -> AnyPattern | None:
    """The pattern that `raw` is, by the one key that names it; None after a problem."""
    if not isinstance(raw, dict):
        reader.problem(raw, f"a pattern is a mapping with one of: {one_of(list(PATTERNS))}; not {quote(raw)}.")
        return None
    named = [key for key in raw if key in PATTERNS]
    if len(named) != 1:
        there = f", and here are {listed(named)}" if named else ""
        hints = [did_you_mean(key, PATTERNS) for key in raw] if not named else []
        hint = next((hint for hint in hints if hint), "")
        reader.problem(raw, f"a pattern has exactly one of: {one_of(list(PATTERNS))}{there}.{hint}")
        return None
    context = {"reader": reader, "pattern": read_pattern}
    before = len(reader.problems)
    pattern: AnyPattern | None = validate(
        PATTERNS[named[0]], raw, reader.file, reader.problems, item=reader.item, context=context
    )
    if pattern is not None and len(reader.problems) == before:
        pattern.check(raw, reader)
    return pattern


def leaves_of(pattern: AnyPattern) -> Iterator[Some | NoneOf | Each | GapsBetween | CaseIs | Judged]:
    """The pattern's parts that are not themselves combinations."""
    if isinstance(pattern, AllOf):
        for part in pattern.all_of:
            yield from leaves_of(part)
    elif isinstance(pattern, AnyOf):
        for part in pattern.any_of:
            yield from leaves_of(part)
    else:
        yield pattern


def never_met(pattern: AnyPattern, absent: Callable[[str], bool]) -> tuple[str, ...]:
    """The events for want of which no case at all can meet the pattern, or be late; `absent` says of which there is
    none for anyone. Without any it is nothing."""
    if isinstance(pattern, AllOf):
        return tuple(dict.fromkeys(event for part in pattern.all_of for event in never_met(part, absent)))
    if isinstance(pattern, AnyOf):
        ways = [never_met(part, absent) for part in pattern.any_of]
        return tuple(dict.fromkeys(event for way in ways for event in way)) if all(ways) else ()
    match pattern:
        case Some(some=event) | Each(followed_by=event) | GapsBetween(gaps_between=event):
            return (event,) if absent(event) else ()
    return ()


def unread(pattern: AnyPattern) -> AnyPattern | None:
    """What the record alone must show, were every reader to answer yes; None where that is nothing."""
    if isinstance(pattern, Judged):
        return None
    if isinstance(pattern, AllOf):
        parts = tuple(part for part in map(unread, pattern.all_of) if part is not None)
        return pattern.model_copy(update={"all_of": parts}) if parts else None
    if isinstance(pattern, AnyOf):
        parts = tuple(part for part in map(unread, pattern.any_of) if part is not None)
        return pattern.model_copy(update={"any_of": parts}) if len(parts) == len(pattern.any_of) else None
    return pattern
