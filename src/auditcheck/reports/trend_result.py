"""The months of a unit as a page, as CSV, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from auditcheck.recorded import Changes, Point, Stretch, Trend, TrendLine
from auditcheck.reports.charts import month_rates
from auditcheck.reports.figures import beside_others, rate
from auditcheck.reports.html_result import NOTHING, Section, whole_page
from auditcheck.reports.markup import Markup, tag
from auditcheck.reports.trend_screen import (
    BECAME,
    FEW,
    HOW_TO_READ,
    by_definition,
    changes_heading,
    explained,
    fraction,
    heading,
    notes,
    said_of,
    silent_words,
    told_changes,
    told_lines,
)
from auditcheck.reports.words import number
from auditcheck.result import Counts
from auditcheck.states import State
from auditcheck.statistics import FEWEST_FOR_A_RATE


def trend_page(found: Trend, again: str = "") -> bytes:
    """A chart of every item with its numbers, then what became of the gaps."""
    told = told_lines(found)
    silent = len(found.lines) - len(told)
    header = tag(
        "header",
        tag("h1", heading(found)),
        tag("p", HOW_TO_READ, class_="read"),
        *(tag("p", text, class_="read") for text in notes(found)),
    )
    months = [*_charts(told, found), *([tag("p", silent_words(silent))] if silent else [])]
    sections = [Section("months", "Month by month", "Month by month", *months)]
    if len(found.days) > 1:
        sections.append(Section("gaps", "The gaps", changes_heading(found), *_gaps(found)))
    held = any(stretch.centre is not None for line in told for stretch in line.stretches)
    sections.append(Section("reading", "How to read this", "How to read this page", *_reading(held)))
    return whole_page(heading(found), header, sections, tag("footer", tag("p", "Made by auditcheck from its history.")))


def _charts(lines: Sequence[TrendLine], found: Trend) -> Iterator[Markup]:
    place = 0
    for checklist, members in groupby(lines, key=lambda line: line.checklist):
        yield tag("h3", checklist)
        figures = []
        for line in members:
            place += 1
            read = " (read)" if line.judged else ""
            caption = tag("figcaption", tag("strong", line.item), f" {line.title}{read}")
            enough = any(point.passed.rated for point in line.points)
            chart = month_rates(line, found.days, f"m{place}") if enough else NOTHING
            said = [tag("p", text, class_="note") for text in said_of(line)]
            figures.append(tag("figure", caption, chart, _numbers(line), *said))
        yield tag("div", *figures, class_="charts")


def _numbers(line: TrendLine) -> Markup:
    """The same in words, for who cannot see the chart or wants the numbers."""
    cells = (
        tag("li", f"{point.as_at:%b}: ", tag("strong", beside_others(point.passed) or "-"), f" {_whole(point.passed)}")
        for point in line.points
    )
    return tag("ul", *cells, class_="by-month")


def _key(name: str) -> Markup:
    return tag("span", class_=f"key k-{name}", aria_hidden="true")


def _whole(counts: Counts) -> str:
    return fraction(counts) if counts.base >= FEWEST_FOR_A_RATE else ""


def _gaps(found: Trend) -> Iterator[Markup]:
    if found.not_told:
        yield tag("p", f"It cannot be told: {found.not_told}.")
        return
    told = told_changes(found)
    if not told:
        yield tag("p", "There were none, and there are none.")
        return
    used = [(became, head) for became, head in BECAME if any(one.of(became) for one in told)]
    heads = [tag("th", "Item", scope="col"), *(tag("th", head, scope="col") for _, head in used)]
    rows = []
    for one in told:
        said = by_definition(one)
        name = tag("th", f"{one.item} {one.title}", *([tag("br"), tag("small", said)] if said else []), scope="row")
        numbers = (tag("td", number(one.of(became)) if one.of(became) else "") for became, _ in used)
        rows.append(tag("tr", name, *numbers))
    table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="numbers")
    yield tag("div", table, class_="wide", tabindex="0", role="region", aria_label="What became of the gaps")
    for text in explained(found):
        yield tag("p", text, class_="note")


def _reading(held: bool) -> Iterator[Markup]:
    """What the charts mean; `held`: are any months held against their mean?"""
    yield tag("p", "A dot is a month's rate, the line through it what chance alone leaves (95 %).")
    if held:
        keys = (
            ("mean", "dashed: the mean that the months are held against, from six months on"),
            ("band-95", "the inner band: 95 of 100 months lie in it by chance alone, were nothing to change"),
            ("band-998", "the outer band: 998 of 1,000 do. A dot outside both is told in words below its chart"),
        )
        yield tag("ul", *(tag("li", _key(name), words) for name, words in keys), class_="legend")
        yield tag("p", "A band is narrower where a month has more cases; it is that of the mean, and not of the month.")
    yield tag("p", "Where an item was changed the line stops; the ring is that month as the item was before.")
    yield tag("p", FEW)


def trend_csv(found: Trend, again: str = "") -> bytes:
    """A row for each item and month: what had fallen due, its rate, and why a line breaks."""
    from auditcheck.reports.csv_result import rows_of

    heads = (
        *("unit", "team", "item", "title", "checklist", "as_at", "met", "of", "percent", "low", "high"),
        *("cannot_tell", "to_judge", "broken", "met_as_before", "of_as_before"),
    )
    rows: list[tuple[Any, ...]] = []
    for line in found.lines:
        for point in line.points:
            figures = rate(point.passed, "overall")
            interval = figures.interval or (None, None)
            unsettled = (point.passed.of(State.CANNOT_TELL), point.passed.of(State.TO_JUDGE))
            before = (point.again.met, point.again.base) if point.again else (None, None)
            whose = (found.unit, found.team, line.item, line.title, line.checklist, point.as_at)
            counts = (figures.met, figures.base, figures.percent, *interval, *unsettled)
            rows.append((*whose, *counts, point.broken, *before))
    return rows_of(heads, rows)


def trend_json(found: Trend, again: str = "") -> bytes:
    """The same with what became of the gaps, in the layout `trend` of `data/results.schema.json`."""
    from auditcheck.reports.json_result import written

    return written(
        "trend",
        {
            "unit": found.unit,
            "team": found.team or None,
            "months": [day.isoformat() for day in found.days],
            "recorded_again": [day.isoformat() for day in found.revised],
            "items": [
                {
                    "item": line.item,
                    "title": line.title,
                    "checklist": line.checklist,
                    "read": line.judged,
                    "stretches": [_stretch(stretch) for stretch in line.stretches],
                }
                for line in found.lines
            ],
            "gaps": {
                "not_told": found.not_told or None,
                "items": [_change(one) for one in found.changes],
            },
        },
    )


def _stretch(stretch: Stretch) -> dict[str, Any]:
    return {
        "mean_percent": None if stretch.centre is None else round(stretch.centre * 100, 4),
        "trial": stretch.trial,
        "signals": list(stretch.signals),
        "months": [_point(point) for point in stretch.points],
    }


def _point(point: Point) -> dict[str, Any]:
    return {
        "as_at": point.as_at.isoformat(),
        **_figures(point.passed),
        "broken": point.broken or None,
        "as_before": _figures(point.again) if point.again is not None else None,
    }


def _figures(counts: Counts) -> dict[str, Any]:
    figures = rate(counts, "overall")
    return {
        "met": figures.met,
        "of": figures.base,
        "percent": figures.percent,
        "interval": list(figures.interval) if figures.interval else None,
        "unsettled": counts.unsettled,
    }


def _change(one: Changes) -> dict[str, Any]:
    became = {kind.value.replace(" ", "_"): one.of(kind) for kind, _ in BECAME}
    return {"item": one.item, "title": one.title, **became, "by_definition": one.by_definition}
