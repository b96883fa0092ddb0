"""How an audit's time grows with cases, contacts and items: five sizes each, and a chart of it.

    python -m tests.growth --auditcheck /tmp/clean/bin/python -o examples/growth.svg

Whole processes, from Parquet, medians, taken in turn with the same items in SQL by hand, which must count the same.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmark.measure import RUN, SQL, Size, measured, programs, task

FORMAT, FEWEST_ITEMS = "parquet", 12
#: How each program's points are drawn, so that no colour has to tell them apart.
SIGNS = {RUN: "ours", SQL: "sql"}


@dataclass(frozen=True)
class Panel:
    """What grows, what stays as it is, and for each size the seconds of every program."""

    grows: str
    stays: str
    points: Sequence[tuple[int, dict[str, float]]]


def sizes(cases: int, contacts: int) -> list[tuple[str, str, list[Size]]]:
    """What grows, what stays, and the five sizes: up to so many cases and contacts."""
    fifths = range(1, 6)
    each = contacts // cases
    fewer = cases // 5
    return [
        ("cases", f"{each:,} contacts each, {FEWEST_ITEMS} items",
         [Size(fewer * n, fewer * n * each, FORMAT, FEWEST_ITEMS) for n in fifths]),
        ("contacts", f"{cases:,} cases, {FEWEST_ITEMS} items",
         [Size(cases, contacts // 5 * n, FORMAT, FEWEST_ITEMS) for n in fifths]),
        ("items", f"{fewer:,} cases, {fewer * each:,} contacts",
         [Size(fewer, fewer * each, FORMAT, count) for count in (12, 36, 72, 108, 144)]),
    ]  # fmt: skip


WIDE, HIGH, LEFT, TOP, APART = 200, 140, 46, 48, 270

STYLE = """\
text{font:12px system-ui,sans-serif;fill:#24292f}.small{font-size:10px;fill:#57606a}.title{font-weight:600}
.grid{stroke:#d0d7de;fill:none}.ours{stroke:#0b5cad;fill:none;stroke-width:2}.sql{stroke:#8a4b08;fill:none;stroke-width:2;stroke-dasharray:5 3}
.ours-dot{fill:#0b5cad}.sql-dot{fill:#8a4b08}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#9198a1}.grid{stroke:#3d444d}
.ours{stroke:#79b8ff}.sql{stroke:#f0a860}.ours-dot{fill:#79b8ff}.sql-dot{fill:#f0a860}}"""


def upper(most: float) -> float:
    """The end of an axis: the next of 1, 2, 5, 10, 20, ..."""
    power = 10.0 ** math.floor(math.log10(most))
    return next(power * step for step in (1, 2, 5, 10) if power * step >= most)


def short(value: float) -> str:
    if value >= 1_000_000:
        return f"{value / 1_000_000:g} million"
    return f"{value:,.0f}" if value >= 10 else f"{value:g}"


def chart(panels: Sequence[Panel], note: str) -> str:
    """Three panels as SVG, each from nought, seconds upwards; the numbers are told to who cannot see them."""
    from auditcheck.reports.markup import tag

    parts, said = [], []
    for place, panel in enumerate(panels):
        x0, y0 = LEFT + place * APART, TOP + HIGH
        widest = max(size for size, _ in panel.points)
        highest = upper(max(seconds for _, told in panel.points for seconds in told.values()))
        parts.append(tag("text", f"Time against {panel.grows}", x=x0, y=TOP - 26, class_="title"))
        parts.append(tag("text", panel.stays, x=x0, y=TOP - 12, class_="small"))
        for fraction in (0, 0.5, 1):
            y = round(y0 - HIGH * fraction, 1)
            parts.append(tag("path", d=f"M{x0} {y}H{x0 + WIDE}", class_="grid"))
            words = f"{short(highest * fraction)} s" if fraction else "0"
            parts.append(tag("text", words, x=x0 - 5, y=y + 4, class_="small", text_anchor="end"))
        for size in (0, widest):
            x = x0 + WIDE * size // widest
            parts.append(tag("text", short(size), x=x, y=y0 + 15, class_="small", text_anchor="middle"))
        for name, sign in SIGNS.items():
            at = [(x0 + WIDE * size / widest, y0 - HIGH * told[name] / highest) for size, told in panel.points]
            parts.append(tag("path", d="M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in at), class_=sign))
            for x, y in at:
                if sign == "ours":
                    parts.append(tag("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=3.5, class_="ours-dot"))
                else:
                    parts.append(tag("rect", x=f"{x - 3:.1f}", y=f"{y - 3:.1f}", width=6, height=6, class_="sql-dot"))
            told_words = ", ".join(f"{size:,}: {told[name]:.1f} s" for size, told in panel.points)
            said.append(f"{name}, by {panel.grows} ({panel.stays}): {told_words}.")
    below = TOP + HIGH + 40
    for x, sign, name in ((LEFT, "ours", RUN), (LEFT + 150, "sql", SQL)):
        parts.append(tag("path", d=f"M{x} {below - 4}H{x + 26}", class_=sign))
        if sign == "ours":
            parts.append(tag("circle", cx=x + 13, cy=below - 4, r=3.5, class_="ours-dot"))
        else:
            parts.append(tag("rect", x=x + 10, y=below - 7, width=6, height=6, class_="sql-dot"))
        parts.append(tag("text", name, x=x + 32, y=below))
    parts.append(tag("text", note, x=LEFT + 340, y=below, class_="small"))
    wide, high = LEFT + len(panels) * APART, below + 12
    title, told = tag("title", "How the time of an audit grows", id="title"), tag("desc", " ".join(said), id="desc")
    found = tag(
        "svg", title, told, tag("style", STYLE.replace("\n", "")), *parts, xmlns="http://www.w3.org/2000/svg", width=wide, height=high,
        viewBox=f"0 0 {wide} {high}", role="img", aria_labelledby="title desc",
    )  # fmt: skip
    return f"{found}\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.growth", description="Time against cases, contacts, items.")
    parser.add_argument("--cases", type=int, default=50_000, help="the largest size")
    parser.add_argument("--contacts", type=int, default=5_000_000, help="of the largest size")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--auditcheck", default=sys.executable, help="a Python in which auditcheck is installed")
    parser.add_argument("--work", type=Path, help="where extracts are kept; otherwise they are gone afterwards")
    parser.add_argument("-o", "--output", type=Path)
    given = parser.parse_args()
    wanted = [program for program in programs(given.auditcheck) if program.name in SIGNS]
    panels = []
    with TemporaryDirectory(prefix="growth-") as temporary:
        work = given.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        for grows, stays, several in sizes(given.cases, given.contacts):
            points = []
            for size in several:
                found = measured(wanted, task(size, work), given.rounds)
                told = {program.name: taken.time for program, taken in found}
                points.append((getattr(size, grows), told))
                words = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in told.items())
                print(f"{points[-1][0]:>12,} {grows}: {words}", flush=True)  # noqa: T201
            panels.append(Panel(grows, stays, points))
    if given.output:
        taken = f"medians of {given.rounds}" if given.rounds > 1 else "one run each"
        note = f"Whole commands, from Parquet, {taken}."
        given.output.write_text(chart(panels, note), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
