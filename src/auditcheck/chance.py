"""What chance alone does: whether a rate stands out from another, from a mean, or from its own past.

Every test is by the exact tails of the binomial distribution. The usual limits from the normal curve raise
many times too many alarms where cases are few (Spiegelhalter 2005); exact ones never raise more than they say.
Counts are whole numbers of cases, rates and tails are between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import exp, lgamma, log, log1p, sqrt

from auditcheck.statistics import wilson

#: One side's tail beyond which a count is an alert (95 % in both tails together) and an alarm (99.8 %).
ALERT, ALARM = 0.025, 0.001

#: The share of what is starred that may be there by chance.
FALSE_DISCOVERIES = 0.05

#: From so many cases on, whole counts lie so close together that nothing is gained by going through them.
MANY = 2000

#: Points a series needs for limits at all, and for limits that then stay; how long a run is no chance.
FEWEST_POINTS, ENOUGH_POINTS = 6, 12
LONG_RUN = 7


class Verdict(StrEnum):
    """Where a count stands against a rate."""

    TOO_FEW = "too few to tell"  # no count that it could have would be an alert
    LIKE = "like the others"
    ALERT_LOW = "alert: low"
    ALERT_HIGH = "alert: high"
    ALARM_LOW = "alarm: low"
    ALARM_HIGH = "alarm: high"

    @property
    def flagged(self) -> bool:
        """Is it more than chance explains?"""
        return self not in (Verdict.TOO_FEW, Verdict.LIKE)

    @property
    def low(self) -> bool:
        return self in (Verdict.ALERT_LOW, Verdict.ALARM_LOW)

    @property
    def alarm(self) -> bool:
        return self in (Verdict.ALARM_LOW, Verdict.ALARM_HIGH)


# Exact tails


def at_most(count: int, of: int, rate: float) -> float:
    """The chance of `count` or fewer in `of`, where each comes true with probability `rate`."""
    if count < 0 or count >= of or rate in (0, 1):
        return float(count >= of or (rate == 0 and count >= 0))
    if count > of * rate:  # the shorter side is summed: its terms only shrink
        return 1 - at_most(of - count - 1, of, 1 - rate)
    term = exp(
        lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1) + count * log(rate) + (of - count) * log1p(-rate)
    )
    total = 0.0
    for k in range(count, -1, -1):
        total += term
        term *= k / (of - k + 1) * (1 - rate) / rate
        if term <= total * 1e-18:
            break
    return min(1.0, total)


def at_least(count: int, of: int, rate: float) -> float:
    """The chance of `count` or more in `of`, where each comes true with probability `rate`."""
    return at_most(of - count, of, 1 - rate)


def both_tails(count: int, of: int, rate: float) -> float:
    """Twice the smaller tail, at most 1: the p-value of a count against a rate."""
    return min(1.0, 2 * min(at_most(count, of, rate), at_least(count, of, rate)))


# Where a count stands


def verdict(met: int, of: int, rate: float) -> Verdict:
    """Where `met` in `of` stands against a rate that was fixed beforehand."""
    _check(met, of)
    if not _unlikely(min(at_most(0, of, rate), at_least(of, of, rate)), ALERT):
        return Verdict.TOO_FEW
    return _beyond(met, of, rate)


def verdict_in_pool(met: int, of: int, all_met: int, all_of: int) -> Verdict:
    """Where `met` in `of` stands against the rate of all together, `all_met` in `all_of`, itself among them.

    Whatever it had met, the pool would have had it too: that is reckoned with for "too few to tell".
    """
    _check(met, of)
    _check(all_met - met, all_of - of)
    least, most = all_met - met, all_met - met + of
    if not of or not _unlikely(min(at_most(0, of, least / all_of), at_least(of, of, most / all_of)), ALERT):
        return Verdict.TOO_FEW
    return _beyond(met, of, all_met / all_of)


def _beyond(met: int, of: int, rate: float) -> Verdict:
    low, high = at_most(met, of, rate), at_least(met, of, rate)
    if _unlikely(low, ALERT):
        return Verdict.ALARM_LOW if _unlikely(low, ALARM) else Verdict.ALERT_LOW
    if _unlikely(high, ALERT):
        return Verdict.ALARM_HIGH if _unlikely(high, ALARM) else Verdict.ALERT_HIGH
    return Verdict.LIKE


def _unlikely(chance: float, tail: float) -> bool:
    """Exactly at the tail is beyond it: floating point may miss that by a hair."""
    return chance <= tail * (1 + 1e-9)


def _check(met: int, of: int) -> None:
    if not 0 <= met <= of:
        raise ValueError("no fewer than none are met, and no more than there are")


# Many tests


def false_chance(of: int, rate: float, tail: float = ALERT) -> float:
    """How likely a count of `of` is beyond `tail` on either side, though its true rate is `rate`.

    Counts are whole, so that it is less than twice `tail`, and often much less.
    """
    return _within(of, rate, tail) + _within(of, 1 - rate, tail)


def _within(of: int, rate: float, tail: float) -> float:
    """The largest lower tail that is no more than `tail`; 0 where none is."""
    past = _first(0, of + 1, lambda count: not _unlikely(at_most(count, of, rate), tail))
    return at_most(past - 1, of, rate)


def _first(low: int, high: int, true: Callable[[int], bool]) -> int:
    """The first number from `low` for which it is true, as it is for all after it; `high` where for none."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if true(middle) else (middle + 1, high)
    return low


def expected_alerts(tests: Iterable[tuple[int, float]]) -> float:
    """How many of the tests, each (of, rate), are alerts though nobody differs from anybody."""
    return sum(false_chance(of, rate) for of, rate in tests)


def discoveries(p_values: Sequence[float], share: float = FALSE_DISCOVERIES) -> tuple[bool, ...]:
    """Which of many tests stand, so that at most a `share` of those is expected to be chance.

    Benjamini and Hochberg 1995: the largest k with p(k) <= k share / m, and every p up to p(k).
    """
    m = len(p_values)
    passing = [p for k, p in enumerate(sorted(p_values), start=1) if p <= k * share / m]
    return tuple(bool(passing) and p <= passing[-1] for p in p_values)


# Two rates


@dataclass(frozen=True)
class Difference:
    """The first rate less the second, and the two ends that chance leaves for it; between -1 and 1."""

    value: float
    low: float
    high: float

    @property
    def more_than_chance(self) -> bool:
        return self.low > 0 or self.high < 0


def difference(met: int, of: int, other_met: int, other_of: int, confidence: float = 0.95) -> Difference:
    """The difference of two independent rates: Newcombe's hybrid of two Wilson intervals (1998, method 10).

    Raises ValueError where there is nobody on one side.
    """
    one, other = wilson(met, of, confidence), wilson(other_met, other_of, confidence)
    p, q = met / of, other_met / other_of
    value = p - q
    return Difference(
        value,
        max(-1.0, value - sqrt((p - one.low) ** 2 + (other.high - q) ** 2)),
        min(1.0, value + sqrt((one.high - p) ** 2 + (q - other.low) ** 2)),
    )


def chance_of_difference(met: int, of: int, other_met: int, other_of: int) -> float:
    """The p-value of a difference: 1 less the confidence at which its interval just holds no difference at all."""
    if met * other_of == other_met * of:
        return 1.0
    low, high = -15.0, 0.0  # as a power of ten; no smaller p-value is of any use
    for _ in range(40):
        middle = (low + high) / 2
        if difference(met, of, other_met, other_of, 1 - 10**middle).more_than_chance:
            high = middle
        else:
            low = middle
    return float(10**high)


def false_difference_chance(of: int, other_of: int, rate: float) -> float:
    """How likely the 95 % interval of a difference leaves out none, though both true rates are `rate`: over all
    that the two counts can be,
    as far as 8 standard deviations. Of thousands on both sides it is what is meant, 5 %.
    """
    if min(of, other_of) > MANY:
        return 2 * ALERT

    def both_ways(met: int) -> float:
        highest = _first(0, other_of + 1, lambda other: difference(met, of, other, other_of).low <= 0) - 1
        lowest = _first(0, other_of + 1, lambda other: difference(met, of, other, other_of).high < 0)
        above = at_least(lowest, other_of, rate) if lowest <= other_of else 0
        return at_most(highest, other_of, rate) + above

    reach = 8 * sqrt(of * rate * (1 - rate)) + 8
    likely = range(max(0, int(of * rate - reach)), min(of, int(of * rate + reach)) + 1)
    return sum((at_most(met, of, rate) - at_most(met - 1, of, rate)) * both_ways(met) for met in likely)


# Drawing a funnel


def limits(of: int, rate: float, tail: float = ALERT) -> tuple[float, float]:
    """The lower and the upper limit of a rate of `of` cases, to be drawn as lines.

    Between whole counts as in Spiegelhalter 2005 (appendix A.1.1): with r the smallest count of which the lower
    tail F(r) reaches `tail`, the limit is (r - a) / of, where a = (F(r) - tail) / (F(r) - F(r - 1)). The upper
    limit is that of what was not met; so a count is outside the lines, or on them, if, and only if, its test says so.
    """
    return _lower_limit(of, rate, tail), 1 - _lower_limit(of, 1 - rate, tail)


def _lower_limit(of: int, rate: float, tail: float) -> float:
    r = _first(0, of, lambda count: at_most(count, of, rate) >= tail)
    reached, before = at_most(r, of, rate), at_most(r - 1, of, rate)
    return max(0.0, (r - (reached - tail) / (reached - before)) / of)


# A series in time


class Basis(StrEnum):
    """What the limits of a series rest on."""

    NONE = "too few points"  # under six
    TRIAL = "trial limits"  # six to eleven: all of them
    FIRST = "the first twelve points"


@dataclass(frozen=True)
class Centre:
    """The mean of a series: `met` in `of` over the first `points` of it that have a case at all."""

    basis: Basis
    met: int
    of: int
    points: int

    @property
    def rate(self) -> Fraction:
        """The mean, exact. Raises ZeroDivisionError where there is no case."""
        return Fraction(self.met, self.of)

    @property
    def expected(self) -> float:
        """The rate that points are tested against. Where none were met, or all, it is as if there had been one more of
        each: that it never happened yet is no proof that it cannot, and else a single case would be beyond chance."""
        return self.met / self.of if 0 < self.met < self.of else (self.met + 1) / (self.of + 2)


def centre(series: Sequence[tuple[int, int]]) -> Centre:
    """The mean that the points of a series, each (met, of), are held against, and what it rests on.

    Points of nobody are none. With twelve points the first twelve fix it, and later ones no longer move it.
    """
    points = [(met, of) for met, of in series if of][:ENOUGH_POINTS]
    basis = Basis.FIRST if len(points) == ENOUGH_POINTS else Basis.TRIAL
    if len(points) < FEWEST_POINTS:
        basis = Basis.NONE
    return Centre(basis, sum(met for met, _ in points), sum(of for _, of in points), len(points))


def long_on_one_side(rates: Sequence[Fraction], mean: Fraction) -> tuple[bool, ...]:
    """At each point: is it the seventh, or a later one, in a row on one side of the mean? On it is on no side."""
    return _long_runs([_sign(rate - mean) for rate in rates], LONG_RUN)


def long_rise_or_fall(rates: Sequence[Fraction]) -> tuple[bool, ...]:
    """At each point: do seven in a row, or more, rise or fall up to it? Two alike break it."""
    steps = [0, *(_sign(after - before) for before, after in pairwise(rates))]
    return _long_runs(steps[: len(rates)], LONG_RUN - 1)  # seven points are six steps


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _long_runs(signs: Sequence[int], length: int) -> tuple[bool, ...]:
    found = []
    run = last = 0
    for sign in signs:
        run = run + 1 if sign and sign == last else abs(sign)
        last = sign
        found.append(run >= length)
    return tuple(found)
