"""What chance alone does: against published values, exact enumeration and scipy, never against itself."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from itertools import product, repeat
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditcheck.chance import (
    ALARM,
    ALERT,
    Basis,
    Verdict,
    at_least,
    at_most,
    both_tails,
    centre,
    chance_of_difference,
    difference,
    discoveries,
    expected_alerts,
    false_chance,
    false_difference_chance,
    limits,
    long_on_one_side,
    long_rise_or_fall,
    verdict,
    verdict_in_pool,
)

RATES = (0.05, 0.3, 0.5, 0.8, 0.9, 0.95)


def exact(count: int, of: int, rate: Fraction) -> Fraction:
    """The chance of exactly so many, in whole numbers."""
    return comb(of, count) * rate**count * (1 - rate) ** (of - count)


# ── tails ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("count", "of", "rate", "tail"),
    [
        # computed with scipy when the design was made
        (6, 10, 0.9, 0.0127951984),
        (12, 20, 0.9, 0.0004156350),
        # by hand
        (0, 3, 0.5, 1 / 8),
        (1, 3, 0.5, 4 / 8),
        (3, 3, 0.5, 1.0),
        (0, 5, 0.8, 0.2**5),
        (4, 5, 0.8, 1 - 0.8**5),
        (-1, 5, 0.8, 0.0),
        (0, 5, 0.0, 1.0),
        (4, 5, 1.0, 0.0),
        (5, 5, 1.0, 1.0),
    ],
)
def test_the_chance_of_so_few(count: int, of: int, rate: float, tail: float) -> None:
    assert at_most(count, of, rate) == pytest.approx(tail, abs=5e-11)


@pytest.mark.parametrize(
    ("of", "rate", "alert", "its_tail", "alarm", "its_lower_tail"),
    [(10, 0.8, 4, 0.00637, 3, 0.00086), (100, 0.8, 71, 0.02002, 66, 0.00074)],
)
def test_the_highest_counts_that_are_an_alert_and_an_alarm(
    of: int, rate: float, alert: int, its_tail: float, alarm: int, its_lower_tail: float
) -> None:
    assert round(at_most(alert, of, rate), 5) == its_tail
    assert round(at_most(alarm, of, rate), 5) == its_lower_tail
    assert [verdict(met, of, rate) for met in (alarm, alarm + 1, alert, alert + 1)] == [
        Verdict.ALARM_LOW,
        Verdict.ALERT_LOW,
        Verdict.ALERT_LOW,
        Verdict.LIKE,
    ]


def test_tails_against_scipy() -> None:
    binom = pytest.importorskip("scipy.stats").binom
    for of in (1, 2, 7, 10, 31, 100, 999, 250_000):
        for rate in RATES:
            middle = int(of * rate)
            for count in {0, middle // 2, int(middle * 0.99), middle, middle + 1, (middle + of) // 2, of}:
                assert at_most(count, of, rate) == pytest.approx(binom.cdf(count, of, rate), rel=1e-7, abs=1e-300)
                assert at_least(count, of, rate) == pytest.approx(binom.sf(count - 1, of, rate), rel=1e-7, abs=1e-300)


@given(st.integers(1, 400), st.data())
def test_two_tails_that_meet_make_one(of: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(-1, of))
    rate = data.draw(st.floats(0, 1))
    assert at_most(count, of, rate) + at_least(count + 1, of, rate) == pytest.approx(1, abs=1e-9)
    assert 0 <= at_most(count, of, rate) <= 1
    assert at_most(count, of, rate) <= at_most(count + 1, of, rate) + 1e-12


# ── where a count stands ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rate", "fewest_low", "fewest_high"), [(0.6, 8, 14), (0.7, 6, 20), (0.8, 5, 31), (0.9, 3, 66)]
)
def test_how_many_cases_an_alarm_needs(rate: float, fewest_low: int, fewest_high: int) -> None:
    lows = [verdict(0, of, rate) is Verdict.ALARM_LOW for of in range(1, 70)]
    highs = [verdict(of, of, rate) is Verdict.ALARM_HIGH for of in range(1, 70)]
    assert lows.index(True) + 1 == fewest_low
    assert highs.index(True) + 1 == fewest_high


@pytest.mark.parametrize(
    ("met", "of", "rate", "stands"),
    [
        # one half: 1/32 is no alert, 1/64 is
        (0, 5, 0.5, Verdict.TOO_FEW),
        (5, 5, 0.5, Verdict.TOO_FEW),
        (0, 6, 0.5, Verdict.ALERT_LOW),
        (6, 6, 0.5, Verdict.ALERT_HIGH),
        (1, 6, 0.5, Verdict.LIKE),
        (0, 9, 0.5, Verdict.ALERT_LOW),  # 1/512
        (0, 10, 0.5, Verdict.ALARM_LOW),  # 1/1024
        (10, 10, 0.5, Verdict.ALARM_HIGH),
        (0, 0, 0.5, Verdict.TOO_FEW),
        (0, 1, 0.975, Verdict.ALERT_LOW),  # exactly on the line is beyond it
        (1, 1, 0.9, Verdict.TOO_FEW),
        (2, 2, 0.9, Verdict.LIKE),  # none of two would be an alert
    ],
)
def test_where_a_count_stands(met: int, of: int, rate: float, stands: Verdict) -> None:
    assert verdict(met, of, rate) is stands


@pytest.mark.parametrize(
    ("met", "of", "all_met", "all_of", "stands"),
    [
        # two teams of ten that are alike: with none met the pool would be 5 of 20, and 0.75 ** 10 is 0.056
        (5, 10, 10, 20, Verdict.TOO_FEW),
        # twenty each: with none met the pool would be 10 of 40, and 0.75 ** 20 is 0.003
        (10, 20, 20, 40, Verdict.LIKE),
        # all of ten and none of ten: 1/1024 each
        (10, 10, 10, 20, Verdict.ALARM_HIGH),
        (0, 10, 10, 20, Verdict.ALARM_LOW),
        # everybody met everything: a single case tells nothing, even if it had not been met
        (1, 1, 40, 40, Verdict.LIKE),  # but one of forty, 0.025, would be an alert
        (1, 1, 20, 20, Verdict.TOO_FEW),
        # a team by itself is its own pool
        (3, 30, 3, 30, Verdict.TOO_FEW),
        (0, 0, 10, 20, Verdict.TOO_FEW),
    ],
)
def test_where_a_count_stands_among_all(met: int, of: int, all_met: int, all_of: int, stands: Verdict) -> None:
    assert verdict_in_pool(met, of, all_met, all_of) is stands


@pytest.mark.parametrize(("others_met", "others_of"), [(0, 1), (5, 10), (3, 4), (30, 40), (90, 100)])
def test_too_few_to_tell_is_when_no_count_at_all_could_be_flagged(others_met: int, others_of: int) -> None:
    for of in range(1, 25):
        verdicts = {verdict_in_pool(met, of, others_met + met, others_of + of) for met in range(of + 1)}
        tails = [
            sum(exact(k, of, Fraction(others_met + met, others_of + of)) for k in side)
            for met in range(of + 1)
            for side in (range(met + 1), range(met, of + 1))
        ]
        if min(tails) > Fraction(ALERT):
            assert verdicts == {Verdict.TOO_FEW}
        else:
            assert Verdict.TOO_FEW not in verdicts
            assert any(each.flagged for each in verdicts)


@pytest.mark.parametrize(("met", "of"), [(-1, 3), (4, 3)])
def test_no_count_that_cannot_be(met: int, of: int) -> None:
    with pytest.raises(ValueError, match="no more than there are"):
        verdict(met, of, 0.5)


def test_the_p_value_is_twice_the_smaller_tail() -> None:
    assert both_tails(0, 6, 0.5) == pytest.approx(2 / 64)
    assert both_tails(6, 6, 0.5) == pytest.approx(2 / 64)
    assert both_tails(3, 6, 0.5) == 1


# ── false alarms ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rate", "by_cases"),
    [
        # the real chance of a false low alarm, where 0.001 is meant: computed with scipy when the design was made,
        # but for 10 cases at 0.90, which it rounded wrongly: 734,513 / 5,000,000,000
        (0.80, {5: 0.0003, 10: 0.0009, 20: 0.0006, 30: 0.0009, 50: 0.0009, 100: 0.0007}),
        (0.90, {5: 0.0005, 10: 0.0001, 20: 0.0004, 30: 0.0005, 50: 0.0003, 100: 0.0008}),
        (0.95, {5: 0.0000, 10: 0.0001, 20: 0.0003, 30: 0.0006, 50: 0.0008, 100: 0.0005}),
    ],
)
def test_the_real_chance_of_a_false_low_alarm(rate: float, by_cases: dict[int, float]) -> None:
    share = Fraction(rate).limit_denominator(100)
    for of, chance in by_cases.items():
        low = [met for met in range(of + 1) if verdict(met, of, rate) is Verdict.ALARM_LOW]
        assert round(float(sum(exact(met, of, share) for met in low)), 4) == chance


@pytest.mark.parametrize("rate", [Fraction(1, 20), Fraction(1, 3), Fraction(1, 2), Fraction(4, 5), Fraction(19, 20)])
def test_false_flags_never_come_more_often_than_said(rate: Fraction) -> None:
    """Exact: every outcome there can be, each with its probability."""
    for of in range(1, 81):
        said = [verdict(met, of, float(rate)) for met in range(of + 1)]
        flagged = sum(exact(met, of, rate) for met, each in enumerate(said) if each.flagged)
        alarmed = sum(exact(met, of, rate) for met, each in enumerate(said) if each.alarm)
        assert flagged <= 2 * ALERT
        assert alarmed <= 2 * ALARM
        if Verdict.TOO_FEW not in said:
            assert false_chance(of, float(rate)) == pytest.approx(float(flagged), abs=1e-9)
        assert false_chance(of, float(rate), ALARM) == pytest.approx(float(alarmed), abs=1e-9)


@pytest.mark.parametrize("rate", [Fraction(1, 2), Fraction(4, 5), Fraction(19, 20)])
@pytest.mark.parametrize("sizes", [(6, 6, 6), (4, 12), (20, 20), (3, 9, 15)])
def test_false_flags_among_teams_of_one_true_rate(sizes: tuple[int, ...], rate: Fraction) -> None:
    """Exact, over every outcome of all the teams: the pool moves with them."""
    flagged = alarmed = Fraction()
    for counts in product(*(range(of + 1) for of in sizes)):
        said = [verdict_in_pool(met, of, sum(counts), sum(sizes)) for met, of in zip(counts, sizes, strict=True)]
        if any(each.flagged for each in said):
            likely = Fraction(1)
            for met, of in zip(counts, sizes, strict=True):
                likely *= exact(met, of, rate)
            flagged += likely * sum(each.flagged for each in said)
            alarmed += likely * sum(each.alarm for each in said)
    assert flagged / len(sizes) <= 2 * ALERT
    assert alarmed / len(sizes) <= 2 * ALARM


#: How many cases forty teams have: four teams of each size.
FORTY = tuple(of for of in (8, 12, 16, 20, 25, 30, 36, 42, 50, 60) for _ in range(4))


def test_five_thousand_months_of_forty_teams_and_twenty_items_of_the_same_true_rates() -> None:
    """F60, with a fixed seed: 4,000,000 comparisons in which nobody differs from anybody. Alarms stay under 2 in
    1,000 and alerts under 5 in 100; not so far under that nothing could ever be one."""
    dice = random.Random(60)
    months, flagged, alarmed = 5000, 0, 0
    seen: Counter[tuple[int, int, int]] = Counter()
    for item in range(20):
        rate = RATES[item % len(RATES)]
        likely = {of: [comb(of, k) * rate**k * (1 - rate) ** (of - k) for k in range(of + 1)] for of in set(FORTY)}
        drawn = [dice.choices(range(of + 1), likely[of], k=months) for of in FORTY]
        pools = [sum(counts) for counts in zip(*drawn, strict=True)]
        for of, counts in zip(FORTY, drawn, strict=True):
            seen.update(zip(counts, repeat(of), pools))
    for (met, of, pool), times in seen.items():
        said = verdict_in_pool(met, of, pool, sum(FORTY))
        flagged += times * said.flagged
        alarmed += times * said.alarm
    every = months * 20 * 40
    assert sum(seen.values()) == every == 4_000_000
    assert 0.0004 * every < alarmed <= 0.002 * every
    assert 0.01 * every < flagged <= 0.05 * every


def test_forty_teams_and_twenty_items_of_the_same_true_rates() -> None:
    """A sample, with a fixed seed: false flags are about as many as announced, and hardly one is starred."""
    dice = random.Random(2026)
    months, alerts, alarms, stars, announced = 12, 0, 0, 0, 0.0
    for _ in range(months):
        tests = []
        for item in range(20):
            rate = RATES[item % len(RATES)]
            sizes = [dice.randint(8, 60) for _ in range(40)]
            counts = [sum(dice.random() < rate for _ in range(of)) for of in sizes]
            tests += [(met, of, sum(counts), sum(sizes)) for met, of in zip(counts, sizes, strict=True)]
        said = [verdict_in_pool(*test) for test in tests]
        alerts += sum(each.flagged for each in said)
        alarms += sum(each.alarm for each in said)
        stars += sum(discoveries([both_tails(met, of, all_met / all_of) for met, of, all_met, all_of in tests]))
        announced += expected_alerts((of, all_met / all_of) for _, of, all_met, all_of in tests)
    every = months * 800
    assert alerts <= 0.05 * every  # 480
    assert alarms <= 0.002 * every  # 19
    assert stars <= 3
    assert announced == pytest.approx(alerts, rel=0.2)
    assert announced < 0.04 * every  # whole counts: well below 5 %


def test_false_alerts_announced_are_those_of_whole_counts() -> None:
    # six of one half: none or all, 1/64 each; five: never
    assert expected_alerts([(6, 0.5), (6, 0.5), (5, 0.5)]) == pytest.approx(4 / 64)


# ── many tests ───────────────────────────────────────────────────────────────────────────────────────

#: Benjamini and Hochberg 1995, section 3.2
OF_1995 = (
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
)


def test_discoveries_of_the_published_example() -> None:
    assert discoveries(OF_1995) == (True,) * 4 + (False,) * 11
    assert discoveries(OF_1995[::-1]) == (False,) * 11 + (True,) * 4


@pytest.mark.parametrize(
    ("p_values", "stand"),
    [
        ((), ()),
        ((0.05,), (True,)),
        ((0.051,), (False,)),
        ((0.04, 0.05), (True, True)),  # the second stands, so the first does too
        ((0.03, 0.06), (False, False)),
        ((0.025, 0.06), (True, False)),
    ],
)
def test_which_of_several_tests_stand(p_values: tuple[float, ...], stand: tuple[bool, ...]) -> None:
    assert discoveries(p_values) == stand


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_discoveries_against_scipy(p_values: list[float]) -> None:
    adjusted = pytest.importorskip("scipy.stats").false_discovery_control(p_values)
    for stands, p in zip(discoveries(p_values), adjusted, strict=True):
        if abs(p - 0.05) > 1e-12:
            assert stands == (p <= 0.05)


# ── two rates ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("met", "of", "other_met", "other_of", "low", "high"),
    [
        # Newcombe 1998, Interval estimation for the difference, table II, method 10
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ],
)
def test_the_difference_of_two_rates(met: int, of: int, other_met: int, other_of: int, low: float, high: float) -> None:
    found = difference(met, of, other_met, other_of)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert found.more_than_chance == (low > 0 or high < 0)


def test_the_difference_against_the_wilson_intervals_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for met, of, other_met, other_of in [(56, 70, 48, 80), (1, 13, 13, 13), (400, 1000, 39, 100), (0, 5, 2, 9)]:
        one, other = (
            stats.binomtest(*pair).proportion_ci(method="wilson") for pair in ((met, of), (other_met, other_of))
        )
        p, q = met / of, other_met / other_of
        found = difference(met, of, other_met, other_of)
        assert found.low == pytest.approx(p - q - ((p - one.low) ** 2 + (other.high - q) ** 2) ** 0.5, abs=1e-12)
        assert found.high == pytest.approx(p - q + ((one.high - p) ** 2 + (q - other.low) ** 2) ** 0.5, abs=1e-12)


COUNTS = st.integers(1, 300).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(COUNTS, COUNTS)
def test_a_difference_lies_in_its_interval_and_turns_with_its_sides(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    found, turned = difference(*one, *other), difference(*other, *one)
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low), abs=1e-12)


@pytest.mark.parametrize("sides", [(0, 0, 3, 5), (3, 5, 0, 0), (6, 5, 3, 5)])
def test_no_difference_from_nobody(sides: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="at least one case"):
        difference(*sides)


@pytest.mark.parametrize(
    ("of", "other_of", "rate"), [(10, 10, "1/2"), (12, 30, "4/5"), (40, 25, "1/20"), (20, 20, "1")]
)
def test_how_often_equal_rates_are_taken_to_differ(of: int, other_of: int, rate: str) -> None:
    """Exact: every outcome of both, each with its probability."""
    share = Fraction(rate)
    taken = sum(
        exact(met, of, share) * exact(other, other_of, share)
        for met in range(of + 1)
        for other in range(other_of + 1)
        if difference(met, of, other, other_of).more_than_chance
    )
    assert false_difference_chance(of, other_of, float(share)) == pytest.approx(float(taken), abs=1e-9)


@pytest.mark.parametrize("sides", [(56, 70, 48, 80), (9, 10, 3, 10), (5, 56, 0, 29), (48, 80, 56, 70), (0, 10, 9, 10)])
def test_the_p_value_of_a_difference_is_where_its_interval_meets_nothing(sides: tuple[int, int, int, int]) -> None:
    p = chance_of_difference(*sides)
    assert difference(*sides, confidence=1 - p * 1.001).more_than_chance
    assert not difference(*sides, confidence=1 - p * 0.999).more_than_chance
    assert (p < 0.05) == difference(*sides).more_than_chance


def test_no_difference_has_no_small_p_value() -> None:
    assert chance_of_difference(5, 10, 10, 20) == 1


# ── a funnel ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_limit_between_whole_counts_by_hand() -> None:
    # six of one half: F(0) = 1/64, F(1) = 7/64, so r = 1 and a = (7/64 - 1.6/64) / (6/64) = 0.9
    assert limits(6, 0.5) == pytest.approx((0.1 / 6, 1 - 0.1 / 6))
    # of five none is low enough: r = 0, and the limit is no less than nothing
    assert limits(5, 0.5) == (0, 1)


@pytest.mark.parametrize("tail", [ALERT, ALARM])
@pytest.mark.parametrize("rate", RATES)
def test_a_count_is_outside_the_lines_if_and_only_if_it_is_flagged(rate: float, tail: float) -> None:
    for of in range(1, 120):
        low, high = limits(of, rate, tail)
        assert 0 <= low <= rate <= high <= 1
        for met in range(of + 1):
            below, above = at_most(met, of, rate), at_least(met, of, rate)
            # exactly at the tail is on the line
            assert abs(below - tail) < 1e-12 or (met / of < low) == (below < tail)
            assert abs(above - tail) < 1e-12 or (met / of > high) == (above < tail)


# ── a series in time ─────────────────────────────────────────────────────────────────────────────────

TEN = [(8, 10)] * 20


@pytest.mark.parametrize(
    ("series", "basis", "met", "of", "points"),
    [
        ([], Basis.NONE, 0, 0, 0),
        (TEN[:5], Basis.NONE, 40, 50, 5),
        (TEN[:6], Basis.TRIAL, 48, 60, 6),
        (TEN[:11], Basis.TRIAL, 88, 110, 11),
        (TEN[:12], Basis.FIRST, 96, 120, 12),
        ([*TEN[:12], (0, 500)], Basis.FIRST, 96, 120, 12),  # later points no longer move the mean
        ([(0, 0), *TEN[:5]], Basis.NONE, 40, 50, 5),  # a month of nobody is no point
        ([(1, 2), (9, 10), (0, 0), (5, 5), (3, 9), (2, 4), (1, 1)], Basis.TRIAL, 21, 31, 6),
    ],
)
def test_the_mean_of_a_series(series: list[tuple[int, int]], basis: Basis, met: int, of: int, points: int) -> None:
    found = centre(series)
    assert (found.basis, found.met, found.of, found.points) == (basis, met, of, points)
    if of:
        assert found.rate == Fraction(met, of)


def places(found: tuple[bool, ...]) -> list[int]:
    return [place for place, fires in enumerate(found, start=1) if fires]


@pytest.mark.parametrize(
    ("points", "fires_at"),
    [
        # the cases that NHSRplotthedots tests
        ((1, 2, 3, 4, 5, 6, 7), [7]),
        ((1, 2, 3, 4, 5, 6), []),
        ((1, 2, 3, 3, 4, 5, 6), []),
        # and our own, by hand
        ((7, 6, 5, 4, 3, 2, 1, 0), [7, 8]),
        ((9, 1, 2, 3, 4, 5, 6, 7, 0), [8]),
        ((1, 2, 3, 4, 3, 2, 1, 0), []),
        ((), []),
        ((5,), []),
    ],
)
def test_seven_rising_or_falling(points: tuple[int, ...], fires_at: list[int]) -> None:
    assert places(long_rise_or_fall([Fraction(point) for point in points])) == fires_at
    assert len(long_rise_or_fall([Fraction(point) for point in points])) == len(points)


@pytest.mark.parametrize(
    ("points", "fires_at"),
    [
        ((6, 7, 6, 8, 9, 6, 7, 8, 1), [7, 8]),  # as NHSRplotthedots tests it: eight on one side, then a change
        ((6, 6, 6, 6, 6, 6), []),
        ((1, 1, 1, 1, 1, 1, 1), [7]),
        ((6, 6, 6, 5, 6, 6, 6, 6), []),  # on the mean is on no side
        ((6, 6, 6, 1, 6, 6, 6, 6), []),
        ((5, 5, 5, 5, 5, 5, 5, 5), []),
    ],
)
def test_seven_on_one_side_of_the_mean(points: tuple[int, ...], fires_at: list[int]) -> None:
    assert places(long_on_one_side([Fraction(point) for point in points], Fraction(5))) == fires_at
