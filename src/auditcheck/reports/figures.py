"""The figures of a set of cases: as whole numbers for files, and as every screen, page and note says them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from math import floor

from auditcheck.reports.groups import NOT_RECORDED, UNALLOCATED
from auditcheck.reports.words import number
from auditcheck.result import Counts, GroupRow, ItemInfo
from auditcheck.states import IN_ORDER, State
from auditcheck.statistics import FEWEST_FOR_A_RATE, bounds, half_up, percent, wilson

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


# As screens and pages say them


def without_rate(counts: Counts) -> str:
    """What stands where bar and rate would, when nothing counts towards the rate."""
    if counts.total == counts.of(State.NOT_RELEVANT):
        return "nobody relevant"
    kinds = {state for state in IN_ORDER if counts.of(state)} - {State.NOT_RELEVANT}
    if kinds & {State.NOT_YET_DUE, State.TO_JUDGE}:
        kinds -= {State.LEFT_OUT}  # of the others it is said
    alone = {State.NOT_YET_DUE: "none due yet", State.TO_JUDGE: "none read yet", State.CANNOT_TELL: "cannot tell"}
    alone |= {State.LEFT_OUT: "all left out", State.EXCUSED: "all excused"}
    return alone[kinds.pop()] if len(kinds) == 1 else "none to rate"


def rate_words(counts: Counts) -> str:
    """'76 %'; "" under ten cases, as with those below."""
    return f"{percent(counts.met, counts.base)} %" if counts.base >= FEWEST_FOR_A_RATE else ""


def fraction_words(counts: Counts) -> str:
    """'28 of 37': met of (met + late + gap)."""
    return f"{number(counts.met)} of {number(counts.base)}" if counts.base else ""


def interval_words(counts: Counts) -> str:
    """'60–87': what chance alone leaves."""
    if counts.base < FEWEST_FOR_A_RATE:
        return ""
    return "–".join(wilson(counts.met, counts.base).percents())


def range_words(counts: Counts) -> str:
    """'74–76': the rate were all that is unsettled one way or the other; '21' where that moves it by less than one."""
    if counts.base < FEWEST_FOR_A_RATE or not counts.unsettled:
        return ""
    return "–".join(dict.fromkeys(bounds(counts.met, counts.base, counts.unsettled)))


def range_in_words(counts: Counts) -> str:
    """'51–55 % if the 2 were known', 'still 21 % if the 1 was known'."""
    parts = []
    for state, word in ((State.CANNOT_TELL, "known"), (State.TO_JUDGE, "read")):
        if count := counts.of(state):
            verb = "was" if count == 1 else "were"
            parts.append(f"the {number(count)} {verb} {word}")
    found = range_words(counts)
    still = "" if "–" in found else "still "
    return f"{still}{found} % if {' and '.join(parts)}" if found else ""


def by_checklist(items: Iterable[ItemInfo]) -> Iterable[tuple[str, list[ItemInfo]]]:
    """The title of each checklist with its items, in order."""
    for _, group in groupby(items, key=lambda item: item.checklist):
        members = list(group)
        yield members[0].checklist_title, members
