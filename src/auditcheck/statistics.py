"""What may be said of a rate: a percentage, what chance alone could make of it, and its bounds.

Percentages are worked out on whole numbers and round half up; floating point would turn 23 of 40
into 57 % on one line and 58 % on another. The interval is Wilson's (1927), method 3 of Newcombe
(1998): it never leaves 0 to 1 and is never of no width.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import floor, sqrt

#: Below this many cases there is no percentage, only counts.
FEWEST_FOR_A_RATE = 10


def half_up(part: int, whole: int) -> int:
    """`part` of `whole` as a whole percentage, halves upwards."""
    return (200 * part + whole) // (2 * whole)


def percent(part: int, whole: int) -> str:
    """'58', or '<1' and '>99' where 0 and 100 would claim none or all."""
    value = half_up(part, whole)
    if value == 0 and part:
        return "<1"
    if value == 100 and part < whole:
        return ">99"
    return str(value)


@lru_cache(maxsize=4)
def _z(confidence: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(1 - (1 - confidence) / 2)


@dataclass(frozen=True)
class Interval:
    """Two ends between 0 and 1."""

    low: float
    high: float

    def percents(self) -> tuple[str, str]:
        """Both ends as whole percentages; only an end that is exactly 0 or 1 says 0 or 100."""
        return rounded(self.low), rounded(self.high)


def rounded(value: float) -> str:
    """A rate as a whole percentage; only one that is exactly 0 or 1 says 0 or 100."""
    shown = floor(value * 100 + 0.5)
    if shown == 0 and value > 0:
        return "<1"
    if shown == 100 and value < 1:
        return ">99"
    return str(shown)


def wilson(part: int, whole: int, confidence: float = 0.95) -> Interval:
    """The interval that chance alone leaves for a rate of `part` in `whole`."""
    if not 0 <= part <= whole or whole < 1:
        raise ValueError("a rate needs at least one case, and no more met than cases")
    z = _z(confidence)
    rate = part / whole
    middle = rate + z * z / (2 * whole)
    reach = z * sqrt(rate * (1 - rate) / whole + z * z / (4 * whole * whole))
    below = 1 + z * z / whole
    # The ends of none and all are exact; floating point would miss them by a hair.
    low = 0.0 if part == 0 else max(0.0, (middle - reach) / below)
    high = 1.0 if part == whole else min(1.0, (middle + reach) / below)
    return Interval(low, high)


def bounds(part: int, whole: int, unsettled: int) -> tuple[str, str]:
    """The rate as a percentage were every unsettled case to go against it, and for it."""
    everything = whole + unsettled
    return percent(part, everything), percent(part + unsettled, everything)


def shares(parts: tuple[int, ...], cells: int) -> tuple[int, ...]:
    """`cells` shared out in proportion by largest remainders; what is not nought has at least one."""
    whole = sum(parts)
    if not whole:
        return (0,) * len(parts)
    out = [part * cells // whole for part in parts]
    order = sorted(range(len(parts)), key=lambda i: parts[i] * cells % whole, reverse=True)
    for index in order[: cells - sum(out)]:
        out[index] += 1
    for index, part in enumerate(parts):
        if part and not out[index]:
            out[out.index(max(out))] -= 1
            out[index] = 1
    return tuple(out)
