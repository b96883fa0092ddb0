"""How a checklist's own tests came out, and what they leave untried."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from auditcheck.problems import in_words
from auditcheck.reports.frame import right_edge
from auditcheck.reports.terminal import BLANK, HEADING, STATE_STYLES, WARNING, Cell, Line, Screen, cells, flow, row
from auditcheck.reports.words import counted
from auditcheck.result import Point, Tried

_LABEL = 10


def outcomes(tried: Sequence[Tried], without: Sequence[str], screen: Screen) -> list[Line]:
    """The states that did not come out as expected, checklists that have no tests, and the closing line."""
    failed = [one for one in tried if not one.as_expected]
    lines: list[Line] = []
    for (_, test), group in groupby(failed, key=lambda one: (one.file, one.test)):
        of_it = list(group)
        head = f"{of_it[0].file}:{of_it[0].line}"
        lines += row(Cell(1, screen.say(f"{head}: {test}"), HEADING, right_edge(screen) - 1))
        for one in of_it:
            lines += _failed(one, screen)
        lines.append(BLANK)
    if without:
        lines += screen.paragraph(f"No tests yet: {in_words(without)}.")
    tests = len({(one.file, one.test) for one in tried})
    counts = f"{counted(tests, 'test')}, {counted(len(tried), 'state')}"
    if not failed:
        return [*lines, *row(Cell(1, screen.say(f"{counts}: all as expected"), "green"))]
    wrong = len({(one.file, one.test) for one in failed})
    words = f"{counts}: {counted(len(failed), 'state')} of {counted(wrong, 'test')} not as expected"
    return [*lines, *row(Cell(1, screen.say(words), WARNING, right_edge(screen) - 1))]


def _failed(one: Tried, screen: Screen) -> list[Line]:
    edge = right_edge(screen)
    item = screen.say(one.item)
    at = max(3 + cells(item) + 2, 8)
    lines = row(
        Cell(3, item),
        Cell(at, "expected"),
        Cell(at + _LABEL, f"{screen.sign(one.expected)} {one.expected.value}", STATE_STYLES[one.expected]),
    )
    lines += row(
        Cell(at, "got"),
        Cell(at + _LABEL, f"{screen.sign(one.got)} {one.got.value}", STATE_STYLES[one.got]),
    )
    if one.differ:
        words = f"The two readings differ in {in_words(one.differ)}: a bug in auditcheck. The plain one says: "
        lines += row(Cell(at, screen.say(words + one.explained.value), WARNING, edge - at))
    lines += row(Cell(at, screen.say(one.why), width=edge - at)) if one.why else []
    return lines


def boundaries_screen(points: Sequence[Point], screen: Screen) -> list[Line]:
    """Item by item, how many tests try each state, each side of a clause and each day beside a
    deadline; and everything without a test."""
    edge = right_edge(screen)
    lines: list[Line] = []
    for info, of_item in groupby(points, key=lambda point: point.item):
        lines += row(Cell(1, screen.say(f"{info.id} {info.title}"), HEADING, edge - 1))
        for part, group in groupby(of_item, key=lambda point: point.part):
            lines += row(Cell(3, screen.say(part), width=edge - 3))
            tried = [
                [(screen.say(f"{point.name}: {point.tests or 'none'}"), "" if point.tests else WARNING)]
                for point in group
            ]
            lines += flow(tried, screen.say(" · "), edge, indent=5)
        lines.append(BLANK)
    missing = [point for point in points if not point.tests]
    every = counted(len(points), "point")
    if not missing:
        return [*lines, *row(Cell(1, screen.say(f"{every}: all have a test"), "green"))]
    words = f"{every}: {len(missing)} {'has' if len(missing) == 1 else 'have'} no test"
    lines += row(Cell(1, screen.say(words), WARNING))
    for point in missing:
        text = f"{point.item.id}  {point.part}: {point.name}"
        lines += row(Cell(3, screen.say(text), width=edge - 3))
    return lines
