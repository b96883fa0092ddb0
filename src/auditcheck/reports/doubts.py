"""The doubts about checklists: each with file, line and item, and a closing line that says what was
looked at."""

from __future__ import annotations

from auditcheck.reports.frame import right_edge
from auditcheck.reports.terminal import BLANK, HEADING, WARNING, Cell, Line, Screen, row
from auditcheck.reports.words import counted
from auditcheck.result import Linted


def doubts_screen(linted: Linted, screen: Screen) -> list[Line]:
    """Doubts in the order of the files, then the counts."""
    edge = right_edge(screen)
    lines: list[Line] = []
    file = ""
    for doubt in linted.doubts:
        if doubt.file != file:
            lines += [*([BLANK] if lines else []), *row(Cell(1, screen.say(doubt.file), HEADING, edge - 1))]
            file = doubt.file
        item = f"{doubt.item}: " if doubt.item else ""
        place = str(doubt.line) if doubt.line else ""
        lines += row(Cell(7, place, right=True), Cell(9, screen.say(item + doubt.text), width=edge - 9))
    counts = [counted(len(linted.checklists), "checklist"), counted(linted.items, "item")]
    counts.append(counted(linted.settings, "setting"))
    tried = f", tried on {linted.extract}" if linted.extract else ""
    found = f"no mistake, {counted(len(linted.doubts), 'doubt') if linted.doubts else 'no doubt'}"
    style = WARNING if linted.doubts else "green"
    closing = f"{', '.join(counts)}{tried}: {found}"
    return [*lines, *([BLANK] if lines else []), *row(Cell(1, screen.say(closing), style, edge - 1))]
