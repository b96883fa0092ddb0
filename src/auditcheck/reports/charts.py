"""Charts as SVG. Their colours are classes of the page's style sheet, so that they follow it from light to dark
and to paper; nothing is told by colour alone, for the numbers always stand beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from auditcheck.chance import ALARM, ALERT, limits
from auditcheck.recorded import TrendLine
from auditcheck.reports.figures import fraction_words, interval_words, rate_or_range, rate_words
from auditcheck.reports.groups import NOT_RECORDED, name_of
from auditcheck.reports.markup import Markup, tag
from auditcheck.reports.words import number
from auditcheck.result import Counts, GroupRow, ItemInfo
from auditcheck.states import IN_ORDER, IN_THE_RATE, State
from auditcheck.statistics import wilson

#: The states that are parts of a bar; the rest of it stays empty.
_PARTS = tuple(state for state in IN_ORDER if state is not State.NOT_RELEVANT)


class _Told(NamedTuple):
    """What is said of a chart to who cannot see it."""

    title: str
    description: str
    ident: str  # by which the chart finds both


def _svg(parts: Iterable[Markup], told: _Told | None = None, **attributes: str | int) -> Markup:
    """A chart; without anything told a screen reader passes over it."""
    if told is None:
        return tag("svg", *parts, **attributes, aria_hidden="true", focusable="false")
    title, description = f"{told.ident}-title", f"{told.ident}-desc"
    said = tag("title", told.title, id=title), tag("desc", told.description, id=description)
    return tag("svg", *said, *parts, **attributes, role="img", aria_labelledby=f"{title} {description}")


def css_class(state: State) -> str:
    return state.value.replace(" ", "-")


def patterns() -> Markup:
    """What is hatched and dotted, so that bars can be read in grey; once in a page."""
    late = tag("rect", width=6, height=6, class_="late-ground"), tag("path", d="M-1 7 7 -1", class_="late-line")
    unknown = (
        tag("rect", width=5, height=5, class_="cannot-tell-ground"),
        tag("circle", cx=2.5, cy=2.5, r=1.1, class_="cannot-tell-dot"),
    )
    made = (
        tag("pattern", *inner, id=name, width=size, height=size, patternUnits="userSpaceOnUse")
        for name, size, inner in (("hatched", 6, late), ("dotted", 5, unknown))
    )
    return _svg([tag("defs", *made)], width=0, height=0, class_="defs")


def states_bar(counts: Counts, height: int = 14) -> Markup:
    """The states of all cases as parts of one bar; those not relevant leave it empty. The numbers stand
    beside it, so a screen reader passes over it."""
    return _bar(counts, _PARTS, counts.total, height)


def rate_bar(counts: Counts, height: int = 6) -> Markup:
    """Met, late and gap as parts of one bar, for a cell of a matrix."""
    return _bar(counts, IN_THE_RATE, counts.base, height)


def _bar(counts: Counts, states: Iterable[State], whole: int, height: int, told: _Told | None = None) -> Markup:
    parts, at = [tag("rect", class_="track", width="100%", height="100%")], 0
    for state in states:
        if count := counts.of(state):
            words = tag("title", f"{number(count)} {state.value}")
            begins, wide = (f"{_round(100 * cases / whole, 2)}%" for cases in (at, count))
            parts.append(tag("rect", words, class_=css_class(state), x=begins, width=wide, height="100%"))
            at += count
    return _svg(parts, told, class_="bar", width="100%", height=height)


def named_bar(counts: Counts, title: str, ident: str) -> Markup:
    """The same on its own, with a title and its numbers in words for who cannot see it."""
    said = ", ".join(f"{number(counts.of(state))} {state.value}" for state in IN_ORDER if counts.of(state))
    return _bar(counts, _PARTS, counts.total, 28, _Told(title, f"{said}.", ident))


def rate_plot(counts: Counts) -> Markup:
    """Where a rate stands between 0 and 100 %, and what chance alone leaves; the numbers stand beside it."""
    if not counts.rated:
        return Markup("")
    low, middle, high = _interval(counts)
    parts = [
        tag("path", d="M0.5 1V15M60 4V12M119.5 1V15", class_="grid"),
        tag("path", d="M0 8H120", class_="axis"),
        tag("path", d=f"M{_round(low * 1.2)} 8H{_round(high * 1.2)}", class_="interval"),
        tag("circle", cx=_round(middle * 1.2), cy=8, r=4, class_="dot"),
    ]
    return _svg(parts, class_="plot", viewBox="-5 0 130 16", width=130, height=16)


def _interval(counts: Counts) -> tuple[float, float, float]:
    """Both ends of the interval and the rate, in percent."""
    ends = wilson(counts.met, counts.base)
    return ends.low * 100, counts.met / counts.base * 100, ends.high * 100


#: A letter takes about so much of a chart's width.
_LETTER = 7.4
_AXIS, _ROW, _TOP = 190, 22, 24


def has_rates(item: ItemInfo, teams: Iterable[GroupRow]) -> bool:
    return any(team.counts.get(item.id, Counts()).rated for team in teams)


def team_rates(item: ItemInfo, teams: Sequence[GroupRow], overall: Counts, ident: str) -> Markup:
    """Each team's rate for an item with its interval, by code, against the rate of all."""
    codes = [team.code or NOT_RECORDED for team in teams]
    left = min(170.0, max(map(len, codes)) * _LETTER + 12)
    width, bottom = left + _AXIS + 72, _TOP + _ROW * len(teams)
    parts = [tag("path", d=f"M{_round(left + at)} {_TOP - 4}V{bottom}", class_="grid") for at in (0, _AXIS / 2, _AXIS)]
    parts += [
        tag("text", words, x=_round(left + at), y=bottom + 14, class_="tick", text_anchor=anchor)
        for words, at, anchor in (("0", 0, "middle"), ("50", _AXIS / 2, "middle"), ("100 %", _AXIS, "middle"))
    ]
    said = []
    if overall.rated:
        at = left + _AXIS * overall.met / overall.base
        parts.append(tag("path", d=f"M{_round(at)} {_TOP - 6}V{bottom}", class_="overall"))
        anchor = "start" if at < left + 40 else "end" if at > left + _AXIS - 20 else "middle"
        words = f"all {rate_words(overall)}"
        parts.append(tag("text", words, x=_round(at), y=_TOP - 10, class_="overall-words", text_anchor=anchor))
        said.append(f"All {rate_words(overall)}, {fraction_words(overall)}.")
    for place, (team, code) in enumerate(zip(teams, codes, strict=True)):
        counts, y = team.counts.get(item.id, Counts()), _TOP + _ROW * place + _ROW / 2
        squeezed = left - 10 if len(code) * _LETTER > left - 10 else None
        parts.append(
            tag(
                "text",
                code,
                x=0,
                y=_round(y + 4),
                class_="code",
                textLength=squeezed,
                lengthAdjust="spacingAndGlyphs" if squeezed else None,
            )
        )
        if counts.rated:
            low, middle, high = (left + _AXIS * end / 100 for end in _interval(counts))
            parts.append(tag("path", d=f"M{_round(low)} {_round(y)}H{_round(high)}", class_="interval"))
            parts.append(tag("circle", cx=_round(middle), cy=_round(y), r=4.5, class_="dot"))
            words = rate_words(counts)
            said.append(f"{code} {words}, {fraction_words(counts)}, interval {interval_words(counts)}.")
        else:
            words = fraction_words(counts) or "none"
            said.append(f"{code} {words}, {'undecided' if counts.undecided else 'no rate'}.")
        parts.append(tag("text", words, x=_round(width), y=_round(y + 4), class_="figure", text_anchor="end"))
    told = _Told(f"{name_of(item)}: the rate of each team", " ".join(said), ident)
    return _svg(parts, told, class_="rates", viewBox=f"0 0 {_round(width)} {bottom + 20}")


#: So many places along a funnel are worked out, and lines drawn between.
_STEPS = 40


class Dot(NamedTuple):
    """A unit in a funnel: `said` is its verdict in words, and `named` whether its code stands beside it."""

    code: str
    met: int
    of: int
    said: str
    named: bool


def funnel(name: str, dots: Sequence[Dot], pool: Counts, ident: str) -> Markup:
    """The rate of each unit against how many cases it has, around the rate of all; the lines are as far as chance
    reaches, 95 % and 99.8 %."""
    left, top, wide, high = 44.0, 12.0, 300.0, 170.0
    most = max(dot.of for dot in dots) * 1.08
    rate = pool.met / pool.base

    def at(of: float, share: float) -> str:
        return f"{_round(left + wide * of / most)} {_round(top + high * (1 - share))}"

    steps = sorted({max(1, round(most * step / _STEPS)) for step in range(1, _STEPS + 1)})
    parts = [tag("path", d=f"M{at(0, share)}H{_round(left + wide)}", class_="grid") for share in (0, 0.5, 1)]
    parts += [
        tag("text", words, x=_round(left - 5), y=_round(top + high * (1 - share) + 4), class_="tick", text_anchor="end")
        for words, share in (("0", 0), ("50", 0.5), ("100 %", 1))
    ]
    parts.append(
        tag(
            "text",
            f"{number(int(most))} cases",
            x=_round(left + wide),
            y=_round(top + high + 15),
            class_="tick",
            text_anchor="end",
        )
    )
    parts.append(tag("path", d=f"M{at(0, rate)}H{_round(left + wide)}", class_="overall"))
    for tail, kind in ((ALERT, "limit-95"), (ALARM, "limit-998")):
        ends = [(of, limits(of, rate, tail)) for of in steps]
        for side in (0, 1):
            drawn = " L".join(at(of, both[side]) for of, both in ends)
            parts.append(tag("path", d=f"M{drawn}", class_=kind))
    said = [f"All {rate_or_range(pool)}, {fraction_words(pool)}."]
    said += [f"{dot.code} {number(dot.met)} of {number(dot.of)}, {dot.said}." for dot in dots]
    labels: list[tuple[float, float]] = []
    places = [tuple(map(float, at(dot.of, dot.met / dot.of).split())) for dot in dots]
    # from the top down, so that names stand in the order of their dots
    for code, met, of, words, named in sorted(dots, key=lambda dot: -dot.met / dot.of):
        across, down = at(of, met / of).split()
        told = tag("title", f"{code}: {number(met)} of {number(of)}, {words}")
        parts.append(tag("circle", told, cx=across, cy=down, r=4, class_="dot"))
        beside, anchor = (6, "start") if of < most * 0.8 else (-6, "end")
        x = _round(float(across) + beside)
        if named:
            y = float(down) - 5
            begin = float(x) - (0 if anchor == "start" else 6.5 * len(code))

            def taken(y: float, x: str = x, begin: float = begin, end: float = begin + 6.5 * len(code)) -> bool:
                """Does a dot stand there, or a name that belongs above?"""
                return any(abs(float(x) - other) < 70 and y < above + 12 for other, above in labels) or any(
                    begin - 4 < across < end + 4 and y - 12 < down < y + 5 for across, down in places
                )

            while taken(y):
                y += 4
            labels.append((float(x), y))
            parts.append(tag("text", code, x=x, y=_round(y), class_="code", text_anchor=anchor))
    told_of = _Told(f"{name}: rates against numbers of cases", " ".join(said), ident)
    return _svg(
        parts, told_of, class_="rates funnel", viewBox=f"0 0 {_round(left + wide + 20)} {_round(top + high + 22)}"
    )


#: A month of a line takes so much of its width; a rate of one percent so much of its height.
_MONTH, _PERCENT = 44, 1.1


def month_rates(line: TrendLine, days: Sequence[date], ident: str) -> Markup:
    """An item's rate month by month with its intervals; the line stops where the item was changed, and what it
    would have been without stands beside as a ring."""
    left, top, height = 30, 12, 100 * _PERCENT
    width = left + _MONTH * max(len(days), 6) + 8
    at = {day: left + _MONTH * place + _MONTH / 2 for place, day in enumerate(days)}

    def y(rate: float) -> float:
        return top + height * (1 - rate)

    parts = [tag("path", d=f"M{left} {_round(y(rate))}H{_round(width)}", class_="grid") for rate in (0, 0.5, 1)]
    parts += [
        tag("text", words, x=left - 5, y=_round(y(rate) + 4), class_="tick", text_anchor="end")
        for words, rate in (("0", 0), ("50", 0.5), ("100", 1))
    ]
    shown = days if len(days) <= 12 else days[:: -(-len(days) // 12)]
    parts += [
        tag("text", f"{day:%b}", x=_round(at[day]), y=_round(top + height + 15), class_="tick", text_anchor="middle")
        for day in shown
    ]
    said = []
    for stretch in line.stretches:
        points = [point for point in stretch.points if point.passed.rated]
        if stretch.centre is not None and points:
            for tail, kind in ((ALARM, "band-998"), (ALERT, "band-95")):
                reach = [(at[one.as_at], limits(one.passed.base, stretch.centre, tail)) for one in points]
                months = [(x, y(least), y(most)) for x, (least, most) in reach]
                parts.append(tag("path", d=" ".join(_band(months)), class_=kind))
            least, most = limits(points[-1].passed.base, stretch.centre, ALARM)
            said.append(
                f"The mean is {_in_percent(stretch.centre)} %; in {points[-1].as_at:%B} chance leaves"
                f" {_in_percent(least)} to {_in_percent(most)} % (99.8 %)."
            )
            middle = _round(y(stretch.centre))
            ends = _round(at[points[0].as_at]), _round(at[points[-1].as_at])
            parts.append(tag("path", d=f"M{ends[0]} {middle}H{ends[1]}", class_="overall"))
        places = [(at[point.as_at], y(point.passed.met / point.passed.base)) for point in points]
        if len(places) > 1:
            route = "L".join(f"{_round(x)} {_round(place)}" for x, place in places)
            parts.append(tag("path", d=f"M{route}", class_="months"))
        for point, (x, place) in zip(points, places, strict=True):
            low, _, high = (y(end / 100) for end in _interval(point.passed))
            parts.append(tag("path", d=f"M{_round(x)} {_round(low)}V{_round(high)}", class_="interval"))
            if point.again is not None and point.again.rated:
                ring = y(point.again.met / point.again.base)
                parts.append(tag("circle", cx=_round(x - 9), cy=_round(ring), r=4, class_="ring"))
            parts.append(tag("circle", cx=_round(x), cy=_round(place), r=4.5, class_="dot"))
    for point in line.points:
        rate = f"{rate_or_range(point.passed)}, " if rate_or_range(point.passed) else ""
        fraction = fraction_words(point.passed) or "none"
        broken = f" {point.broken}:" if point.broken else ""
        said.append(f"{point.as_at:%B}:{broken} {rate}{fraction}.")
    told = _Told(f"{line.item} {line.title}: rate by month", " ".join(said), ident)
    return _svg(parts, told, class_="rates", viewBox=f"0 0 {_round(width)} {_round(top + height + 22)}")


def _band(months: Sequence[tuple[float, float, float]]) -> Iterator[str]:
    """The outlines of a band: each month by its middle, as wide as it is, between its own lower and upper end. A month
    without a dot has none, and the band stops before it."""
    runs: list[list[tuple[float, float, float]]] = []
    for month in months:
        if runs and month[0] - runs[-1][-1][0] == _MONTH:
            runs[-1].append(month)
        else:
            runs.append([month])
    for run in runs:
        edge = [(x + side, high) for x, _, high in run for side in (-_MONTH / 2, _MONTH / 2)]
        edge += [(x + side, low) for x, low, _ in reversed(run) for side in (_MONTH / 2, -_MONTH / 2)]
        yield f"M{'L'.join(f'{_round(across)} {_round(down)}' for across, down in edge)}Z"


def _in_percent(share: float) -> int:
    """A share in whole percent, halves upwards."""
    return int(100 * share + 0.5)


def _round(value: float, digits: int = 1) -> str:
    """A place in a drawing; the same everywhere."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")
