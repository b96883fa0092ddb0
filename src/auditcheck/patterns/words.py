"""Words that the patterns share when they speak: events, sources, and how far off a day is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from auditcheck.conditions import AS_AT, DEADLINE, All, Any_, Condition, Is, Moment, plain, say_value
from auditcheck.names import Names
from auditcheck.problems import listed

#: A labelled sentence of what a pattern asks: the state it tells of, or “Deadline”, “Counts” …
Term = tuple[str, str]

#: What a pattern without a deadline says of it.
NO_DEADLINE = "There is none: the record counts as it stands."


def event_words(event: str) -> str:
    """An event's name as words."""
    return plain(event)


def days_after(day: date, deadline: date) -> str:
    """'3 days after its deadline', in calendar days."""
    days = (day - deadline).days
    return f"{days} day{'' if days == 1 else 's'} after its deadline"


def nth(number: int) -> str:
    """'2nd'."""
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def source_words(names: Names, event: str) -> str:
    """Where an event was looked for: 'contacts C515', 'contacts C204 or allocations (…)', '“DA check
    back” of cases'."""
    parts = []
    for rows in names.events[event].sources:
        if rows.table == "cases" and rows.date:
            column = names.cases.columns[rows.date]
            parts.append(f"“{column.headings[0] if column.headings else plain(column.name)}” of cases")
            continue
        for codes in _codes(rows.where) or [[]]:
            between = ", " if any(" " in code for code in codes) else " "
            shown = between.join(codes[:5]) + (f" and {len(codes) - 5} more" if len(codes) > 5 else "")
            parts.append(f"{rows.table} {shown or f'({plain(event)})'}")
    return " or ".join(dict.fromkeys(parts))


def unseen_words(names: Names, event: str, unknown_tables: Collection[str]) -> str:
    """Why there may be more of an event than rows of it."""
    tables = sorted({rows.table for rows in names.events[event].sources} & set(unknown_tables))
    if not tables:
        return "the record does not cover it"
    was, has = ("was", "has") if len(tables) == 1 else ("were", "have")
    return f"{listed(tables)} {was} not supplied, or {has} no rows of these cases"


def _codes(where: Condition | None) -> list[list[str]]:
    """The codes that say what a row is; where it may be one of one column or one of another, those of each. None where
    rows may do without."""
    found: dict[str, dict[str, None]] = {}
    for one in where.parts if isinstance(where, Any_) else (where,):
        columns = code_columns(one)
        if len(columns) != 1:
            return []
        for column, codes in columns.items():
            found.setdefault(column, {}).update(codes)
    return [list(codes) for codes in found.values()]


def code_columns(condition: Condition | None) -> dict[str, dict[str, None]]:
    """By column, the codes one of which a row must have there."""
    match condition:
        case Is(column, values) if values and all(isinstance(value, str) for value in values):
            return {column: {say_value(value): None for value in values}}
        case All(parts):
            return {column: codes for part in parts for column, codes in code_columns(part).items()}
        case Any_(parts) if parts:
            first, *others = map(code_columns, parts)
            for other in others:
                first = {column: codes | other[column] for column, codes in first.items() if column in other}
            return first
    return {}


def may_not_happen(moment: Moment, names: Names) -> str:
    """The date fact that a moment rests on, in words, where it may not have happened; else nothing.
    A case whose start lies ahead is not audited."""
    if not isinstance(moment.anchor, str) or moment.anchor in (AS_AT, DEADLINE, names.start):
        return ""
    column = names.facts[moment.anchor].column
    return plain(moment.anchor) if column is None or column.blank_is_nothing else ""


def window_words(from_: Moment | None, until: tuple[Moment, ...] | None, names: Names) -> str:
    """When events count: 'from 12 weeks before start date to end date, both days included'."""
    end = ends(until, names)
    return f"from {begins(from_, names)} {f'to {end}, both days' if end else 'on, that day'} included"


def begins(from_: Moment | None, names: Names) -> str:
    """The day from which events count."""
    return (from_ or Moment(names.start)).say()


def ends(until: tuple[Moment, ...] | None, names: Names) -> str:
    """The day up to which events count, or nothing."""
    said = [end.say() for end in (until if until is not None else (Moment(names.end),) if names.end else ())]
    return said[0] if len(said) == 1 else f"the earliest of {', '.join(said[:-1])} and {said[-1]}" if said else ""


def events_of(pattern: object) -> list[str]:
    """The events a pattern looks for."""
    run = getattr(pattern, "run", None)
    found = [getattr(pattern, word, None) for word in ("some", "none", "gaps_between", "event", "followed_by")]
    found.append(run.ended_by if run is not None else None)
    return [event for event in found if isinstance(event, str)]
