"""What the keys of a pattern take: events, dates, lengths of time, conditions, and other patterns.

Each is read by the `conditions.Reader` of the checklist at hand (the validation context), which
knows the dictionary's names and the checklist's settings and collects every mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, ValidationInfo

from auditcheck import conditions
from auditcheck.calendar import Duration
from auditcheck.conditions import Moment, Reader
from auditcheck.written import PartRead, Written, wrong


def _reader(info: ValidationInfo) -> conditions.Reader:
    assert info.context is not None
    reader = info.context["reader"]
    assert isinstance(reader, conditions.Reader)
    return reader


def _moments(raw: Any, info: ValidationInfo) -> tuple[Moment, ...]:
    listed = raw if isinstance(raw, list) else [raw]
    if not listed:
        raise wrong("needs at least one date")
    return tuple(_reader(info).moment(part) for part in listed)


def _number(raw: Any, info: ValidationInfo) -> int:
    number = _reader(info).number(raw)
    if number == 0:
        raise wrong("must be at least 1")
    return number or 1


def _pattern(raw: Any, info: ValidationInfo) -> Any:
    assert info.context is not None
    return info.context["pattern"](raw, _reader(info))


def _patterns(raw: Any, info: ValidationInfo) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise wrong("takes a list of patterns")
    if not raw:
        raise wrong("needs at least one pattern")
    return tuple(found for part in raw if (found := _pattern(part, info)) is not None)


EventName = Annotated[str, PartRead("event", lambda raw, info: _reader(info).event(raw))]
Length = Annotated[Duration, PartRead("duration", lambda raw, info: _reader(info).duration(raw))]
Day = Annotated[Moment, PartRead("moment", lambda raw, info: _reader(info).moment(raw))]
Days = Annotated[tuple[Moment, ...], PartRead("moments", _moments)]
Number = Annotated[int, PartRead("number", _number)]
Test = Annotated[conditions.Condition, PartRead("condition", lambda raw, info: _reader(info).condition(raw))]
ReasonTest = Annotated[
    conditions.Condition, PartRead("condition", lambda raw, info: _reader(info).condition(raw, deadline=True))
]
Pattern = Annotated[Any, PartRead("pattern", _pattern)]
Patterns = Annotated[tuple[Any, ...], PartRead("patterns", _patterns)]


class Bounded(Written):
    """A pattern over events. `from` and `until` say when events count; without them the item's
    apply, else the case's start and end. The earliest of several `until` counts."""

    from_: Day | None = Field(None, alias="from")
    until: Days | None = None

    meanings: ClassVar[Mapping[str, str]] = {
        "from": "The day from which events count, instead of the item's.",
        "until": "The last day on which events count, instead of the item's. Of several the earliest.",
    }

    def needs_every(self, raw: Any, reader: Reader, *events: str) -> None:
        """Tells those of the events of which the dictionary has a case's first alone."""
        for name in events:
            if reader.names is not None and reader.names.events[name].first_only:
                reader.problem(raw, f"“{name}” is a case's first alone (first_only), and every one is looked for.")

    def needs_several(self, raw: Any, reader: Reader, event: str, times: int) -> None:
        """Tells an event that cannot come so many times: each of its columns of cases has one day for each case."""
        sources = reader.names.events[event].sources if reader.names is not None else ()
        if 0 < len(sources) < times and all(rows.table == "cases" for rows in sources):
            days = "one day" if len(sources) == 1 else f"{len(sources)} days"
            reader.problem(raw, f"“{event}” has {days} of each case here (from: cases), and {times} are looked for.")
