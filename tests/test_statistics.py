"""Percentages, Wilson's interval and bars, against published values and figures worked by hand."""

from __future__ import annotations

import pytest

from auditcheck.statistics import Interval, bounds, half_up, percent, shares, wilson


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (9, 40, "23"),  # 22.5
        (23, 40, "58"),  # 57.5, which floating point rounds down
        (1, 200, "1"),  # 0.5
        (1, 201, "<1"),
        (0, 201, "0"),
        (199, 200, ">99"),  # 99.5 would round to 100
        (200, 200, "100"),
        (99, 100, "99"),
        (5, 10, "50"),
        (12_344, 12_345, ">99"),
    ],
)
def test_percentages_round_half_up_and_never_claim_none_or_all(part: int, whole: int, shown: str) -> None:
    assert percent(part, whole) == shown


def test_half_up_is_exact_on_large_numbers() -> None:
    assert half_up(145 * 10**30, 10**34) == 1  # 1.45 %
    assert half_up(15 * 10**31, 10**34) == 2  # 1.5 %


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # Newcombe 1998, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # the worked examples of UKHSA's PHEindicatormethods, to four places
        (65, 100, 0.5525, 0.7364),
        (1045, 5000, 0.1980, 0.2205),
        (1, 100, 0.0018, 0.0545),
        (9856, 12345, 0.7912, 0.8054),
    ],
)
def test_wilson_against_published_values(part: int, whole: int, low: float, high: float) -> None:
    interval = wilson(part, whole)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_wilson_at_another_confidence() -> None:
    interval = wilson(65, 100, 0.998)
    assert (round(interval.low, 6), round(interval.high, 6)) == (0.495495, 0.778354)


def test_wilson_against_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for whole in (1, 2, 5, 10, 19, 63, 250, 12_345):
        for part in sorted({0, 1, whole // 3, whole // 2, whole - 1, whole}):
            oracle = stats.binomtest(part, whole).proportion_ci(method="wilson")
            ours = wilson(part, whole)
            assert ours.low == pytest.approx(oracle.low, abs=1e-12)
            assert ours.high == pytest.approx(oracle.high, abs=1e-12)


def test_an_interval_never_leaves_nought_to_one_and_has_a_width() -> None:
    for whole in range(1, 60):
        for part in range(whole + 1):
            interval = wilson(part, whole)
            assert 0 <= interval.low <= part / whole <= interval.high <= 1
            assert interval.low < interval.high
            assert (interval.low == 0) == (part == 0)
            assert (interval.high == 1) == (part == whole)


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (-1, 5), (6, 5)])
def test_no_interval_for_what_is_no_rate(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="at least one case"):
        wilson(part, whole)


def test_the_ends_of_an_interval_as_percentages() -> None:
    assert wilson(24, 45).percents() == ("39", "67")
    assert wilson(0, 20).percents() == ("0", "16")
    assert wilson(20, 20).percents() == ("84", "100")
    assert Interval(0.002, 0.998).percents() == ("<1", ">99")


def test_bounds_were_every_unsettled_case_to_go_one_way_or_the_other() -> None:
    assert bounds(24, 45, 2) == ("51", "55")  # 24/47 and 26/47
    assert bounds(6, 10, 26) == ("17", "89")  # 6/36 and 32/36
    assert bounds(31, 63, 1) == ("48", "50")  # 31/64 and 32/64
    assert bounds(14, 17, 5) == ("64", "86")


@pytest.mark.parametrize(
    ("parts", "cells", "filled"),
    [
        ((49, 4, 3), 9, (7, 1, 1)),
        ((24, 7, 14), 9, (5, 1, 3)),
        ((17, 6, 11), 14, (7, 2, 5)),
        ((8, 4, 3), 14, (7, 4, 3)),
        ((0, 0, 10), 9, (0, 0, 9)),
        ((10_000, 1, 1), 9, (7, 1, 1)),
        ((1, 10_000, 0), 14, (1, 13, 0)),
        ((31, 8, 24), 9, (5, 1, 3)),
        ((0, 0, 0), 9, (0, 0, 0)),
    ],
)
def test_bars_fill_by_largest_remainders_and_hide_nothing(
    parts: tuple[int, ...], cells: int, filled: tuple[int, ...]
) -> None:
    assert shares(parts, cells) == filled


def test_every_bar_is_full() -> None:
    for met in range(12):
        for late in range(12):
            for gap in range(1, 12):
                filled = shares((met, late, gap), 9)
                assert sum(filled) == 9
                assert all((size > 0) == (part > 0) for size, part in zip(filled, (met, late, gap), strict=True))
