"""The figures of a set of cases: as whole numbers for files, and as every screen, page and note says them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from math import floor

from auditcheck.reports.words import number
from auditcheck.result import Counts, ItemInfo
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
    is what chance alone leaves (Wilson, 95 %). Under ten cases there is none of these, and of what is undecided
    no more than `low` and `high`.
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
    low, high = half_up(met, base + unsettled), half_up(met + unsettled, base + unsettled)
    if counts.undecided:
        return Rate(met, base, None, low, high)
    chance = wilson(met, base)
    interval = floor(chance.low * 100 + 0.5), floor(chance.high * 100 + 0.5)
    return Rate(met, base, half_up(met, base), low, high, interval)


def relevant(counts: Counts) -> int:
    """How many cases an item is about, whatever became of them."""
    return counts.total - counts.of(State.NOT_RELEVANT)


# As screens and pages say them


def without_rate(counts: Counts) -> str:
    """What stands where bar and rate would, where there is none."""
    if counts.base:
        return "under ten" if counts.base < FEWEST_FOR_A_RATE else "undecided"
    if counts.total == counts.of(State.NOT_RELEVANT):
        return "nobody relevant"
    kinds = {state for state in IN_ORDER if counts.of(state)} - {State.NOT_RELEVANT}
    if kinds & {State.NOT_YET_DUE, State.TO_JUDGE}:
        kinds -= {State.LEFT_OUT}  # of the others it is said
    alone = {State.NOT_YET_DUE: "none due yet", State.TO_JUDGE: "none read yet", State.CANNOT_TELL: "cannot tell"}
    alone |= {State.LEFT_OUT: "all left out", State.EXCUSED: "all excused"}
    return alone[kinds.pop()] if len(kinds) == 1 else "none to rate"


def rate_words(counts: Counts) -> str:
    """'76 %'; "" under ten cases, as with those below, and of what is undecided."""
    return f"{percent(counts.met, counts.base)} %" if counts.rated else ""


def rate_or_range(counts: Counts) -> str:
    """The rate; of what is undecided its range, '0–56 %', for where no other column has that."""
    return rate_words(counts) or (f"{range_words(counts)} %" if range_words(counts) else "")


def beside_others(counts: Counts) -> str:
    """What a month or a group has where rates stand beside each other: '47 %', the range '0–56 %' of what is
    undecided, '3/4' under ten and '0/4?' where that is undecided; "" where nobody counts."""
    few = f"{number(counts.met)}/{number(counts.base)}{'?' if counts.undecided else ''}" if counts.base else ""
    return rate_or_range(counts) or few


UNDECIDED = "none is met yet, and as many or more are not known or not read"


def undecided_words(several: Iterable[Counts]) -> str:
    """What a range in the place of a rate means, and “?” after a count; "" where there is none of them."""
    bases = [counts.base for counts in several if counts.undecided]
    words = ["a range"] if any(base >= FEWEST_FOR_A_RATE for base in bases) else []
    words += ["“?”"] if any(base < FEWEST_FOR_A_RATE for base in bases) else []
    return f"{' or '.join(words).capitalize()}: {UNDECIDED}." if words else ""


def fraction_words(counts: Counts) -> str:
    """'28 of 37': met of (met + late + gap)."""
    return f"{number(counts.met)} of {number(counts.base)}" if counts.base else ""


def interval_words(counts: Counts) -> str:
    """'60–87': what chance alone leaves; "" without a rate."""
    if not counts.rated:
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
