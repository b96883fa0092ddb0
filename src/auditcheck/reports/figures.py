"""The figures that files give of a set of cases: the same rules as on the screen, as whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

from auditcheck.reports.groups import NOT_RECORDED, UNALLOCATED
from auditcheck.result import Counts, GroupRow
from auditcheck.states import IN_ORDER, State
from auditcheck.statistics import FEWEST_FOR_A_RATE, half_up, wilson

#: The states as names of fields, in the order of IN_ORDER.
STATE_FIELDS: dict[State, str] = {state: state.value.replace(" ", "_") for state in IN_ORDER}


#: People are not compared by rate, nor is any other grouping, for it may be by person too.
COMPARED_BY_RATE = ("overall", "team")


@dataclass(frozen=True)
class Rate:
    """`met` of `base` (met + late + gap), and what may be said of it in whole percent.

    `low` and `high` are the rate were every unsettled case to go against it, and for it; `interval`
    is what chance alone leaves (Wilson, 95 %). Under ten cases there is none of these.
    """

    met: int
    base: int
    percent: int | None = None
    low: int | None = None
    high: int | None = None
    interval: tuple[int, int] | None = None


def rate(counts: Counts, kind: str) -> Rate:
    """The rate of the cases of a group. Of what `kind` the group is decides what may be said."""
    met, base, unsettled = counts.met, counts.base, counts.unsettled
    if base < FEWEST_FOR_A_RATE or kind not in COMPARED_BY_RATE:
        return Rate(met, base)
    chance = wilson(met, base)
    return Rate(
        met,
        base,
        half_up(met, base),
        half_up(met, base + unsettled),
        half_up(met + unsettled, base + unsettled),
        (floor(chance.low * 100 + 0.5), floor(chance.high * 100 + 0.5)),
    )


def label_of(kind: str, group: GroupRow) -> str | None:
    """What a group is called beside its code. People go by their codes alone."""
    if kind == "practitioner":
        return None if group.code else UNALLOCATED
    return (group.label or None) if group.code else NOT_RECORDED


def relevant(counts: Counts) -> int:
    """How many cases an item is about, whatever became of them."""
    return counts.total - counts.of(State.NOT_RELEVANT)
