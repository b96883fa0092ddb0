"""What the keys of a pattern take: events, dates, lengths of time, conditions, and other patterns.

Each is read by the `conditions.Reader` of the checklist at hand (the validation context), which
knows the dictionary's names and the checklist's settings and collects every mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, PlainValidator, ValidationInfo

from auditcheck import conditions
from auditcheck.calendar import Duration
from auditcheck.conditions import Moment
from auditcheck.written import Written, part_of_language, wrong


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


EventName = Annotated[str, BeforeValidator(lambda raw, info: _reader(info).event(raw)), part_of_language("event")]
Length = Annotated[
    Duration, PlainValidator(lambda raw, info: _reader(info).duration(raw)), part_of_language("duration")
]
Day = Annotated[Moment, PlainValidator(lambda raw, info: _reader(info).moment(raw)), part_of_language("moment")]
Days = Annotated[tuple[Moment, ...], PlainValidator(_moments), part_of_language("moments")]
Number = Annotated[int, PlainValidator(_number), part_of_language("number")]
Test = Annotated[
    conditions.Condition,
    PlainValidator(lambda raw, info: _reader(info).condition(raw)),
    part_of_language("condition"),
]
ReasonTest = Annotated[
    conditions.Condition,
    PlainValidator(lambda raw, info: _reader(info).condition(raw, deadline=True)),
    part_of_language("condition"),
]
Pattern = Annotated[Any, PlainValidator(_pattern), part_of_language("pattern")]
Patterns = Annotated[tuple[Any, ...], PlainValidator(_patterns), part_of_language("patterns")]


class Bounded(Written):
    """A pattern over events. `from` and `until` say when events count; without them the item's
    apply, else the case's start and end. The earliest of several `until` counts."""

    from_: Day | None = Field(None, alias="from")
    until: Days | None = None

    meanings: ClassVar[Mapping[str, str]] = {
        "from": "The day from which events count, instead of the item's.",
        "until": "The last day on which events count, instead of the item's. Of several the earliest.",
    }
