"""Words that the patterns share when they speak: events, sources, and how far off a day is."""

from __future__ import annotations

from datetime import date

from auditcheck.conditions import All, Any_, Condition, Is, plain, say_value
from auditcheck.names import Names


def event_words(event: str) -> str:
    """An event's name as words."""
    return plain(event)


def days_after(day: date, deadline: date) -> str:
    """'3 days after its deadline', in calendar days."""
    days = (day - deadline).days
    return f"{days} day{'' if days == 1 else 's'} after its deadline"


def source_words(names: Names, event: str) -> str:
    """Where an event was looked for: 'contacts C515', 'contacts C204 or allocations (…)', '“DA check
    back” of cases'."""
    parts = []
    for rows in names.events[event].sources:
        if rows.table == "cases" and rows.date:
            column = names.cases.columns[rows.date]
            parts.append(f"“{column.headings[0] if column.headings else plain(column.name)}” of cases")
            continue
        codes = [say_value(value) for test in _tests(rows.where) for value in test.values if isinstance(value, str)]
        between = ", " if any(" " in code for code in codes) else " "
        shown = between.join(codes[:5]) + (f" and {len(codes) - 5} more" if len(codes) > 5 else "")
        parts.append(f"{rows.table} {shown or f'({plain(event)})'}")
    return " or ".join(dict.fromkeys(parts))


def _tests(condition: Condition | None) -> list[Is]:
    if isinstance(condition, Is):
        return [condition]
    if isinstance(condition, All | Any_):
        return [test for part in condition.parts for test in _tests(part)]
    return []


def events_of(pattern: object) -> list[str]:
    """The events a pattern looks for."""
    run = getattr(pattern, "run", None)
    found = [getattr(pattern, word, None) for word in ("some", "none", "gaps_between", "event", "followed_by")]
    found.append(run.ended_by if run is not None else None)
    return [event for event in found if isinstance(event, str)]
