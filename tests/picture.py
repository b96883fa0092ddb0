"""Draws what `auditcheck run` says of the example as a picture for the README.

    python -m tests.picture

It shows the summary's beginning and its end at 80 columns, in the colours of a dark terminal on a ground of
its own, so that it reads on light and dark pages. Nothing in it is fetched from anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from auditcheck.audit import audit
from auditcheck.reports.summary import summary
from auditcheck.reports.terminal import Line, cells
from tests.screen_examples import screen

TOP = Path(__file__).parents[1]
EXAMPLE = "examples/brighton-east-sussex"
PICTURE = TOP / f"{EXAMPLE}.svg"
COMMAND = f"$ auditcheck run {EXAMPLE}"
LEFT_OUT = "⋮"

#: What the first of the paragraphs after the left-out ones, and those shown besides it, begin with.
END = (" ✔ met", " First to look at")

COLUMNS, WIDE, HIGH, MARGIN = 80, 8.4, 19, 16
GROUND, PLAIN = "#16191d", "#d8dce2"
COLOURS = {
    "red": "#ff7b72",
    "green": "#7ee787",
    "yellow": "#e3b341",
    "blue": "#79b8ff",
    "magenta": "#d2a8ff",
    "cyan": "#76d9e6",
}
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"

Row = TypeVar("Row")


def crop(lines: Sequence[Row], text_of: Callable[[Row], str]) -> list[list[Row]]:
    """The paragraphs shown: header, answer, two checklists; then the legend and what to look at first."""
    paragraphs = [list(own) for filled, own in groupby(lines, lambda line: bool(text_of(line))) if filled]
    return [*paragraphs[:4], *(own for own in paragraphs[4:] if text_of(own[0]).startswith(END))]


def picture() -> str:
    """The SVG, drawn from a run."""
    os.chdir(TOP)
    with audit(Path(EXAMPLE)) as finished:
        lines = summary(finished.result(), screen(COLUMNS), EXAMPLE)
    shown = [Line(((COMMAND, "bold"),)), Line()]
    for place, paragraph in enumerate(crop(lines, lambda line: line.text)):
        if place == 4:
            shown += [Line(((f" {LEFT_OUT}", "dim"),)), Line()]
        shown += [*paragraph, Line()]
    width, height = COLUMNS * WIDE + 2 * MARGIN, len(shown) * HIGH + 2 * MARGIN
    texts = [text for row, line in enumerate(shown) for text in _texts(line, MARGIN + HIGH * row + 14)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" role="img">',
            "<title>The summary of the example in a terminal: its beginning and its end</title>",
            f'<rect width="{width:g}" height="{height:g}" rx="8" fill="{GROUND}"/>',
            f'<g font-family="{FONTS}" font-size="14" fill="{PLAIN}" xml:space="preserve">',
            *texts,
            "</g>",
            "</svg>",
            "",
        ]
    )


def _texts(line: Line, y: float) -> list[str]:
    """A line's pieces, each held to its own columns whatever the font."""
    found, column = [], 0
    for piece, style in line.pieces:
        begins = column + cells(piece) - cells(piece.lstrip(" "))
        column += cells(piece)
        if not piece.strip():
            continue
        words = piece.strip(" ")
        held = f'x="{MARGIN + begins * WIDE:g}" y="{y:g}" textLength="{cells(words) * WIDE:g}"'
        found.append(f'<text {held} lengthAdjust="spacingAndGlyphs"{_style(style)}>{escape(words)}</text>')
    return found


def _style(style: str) -> str:
    words = style.split()
    colour = next((f' fill="{COLOURS[word]}"' for word in words if word in COLOURS), "")
    return colour + ' font-weight="bold"' * ("bold" in words) + ' opacity="0.6"' * ("dim" in words)


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8", newline="\n")
