"""What is kept of audits: the list of runs, and one run."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from auditcheck.calendar import weekday_date
from auditcheck.recorded import Level, RecordedRun, RunLine
from auditcheck.reports.figures import fraction_words, rate_or_range
from auditcheck.reports.frame import right_edge
from auditcheck.reports.terminal import BLANK, DIM, HEADING, Cell, Line, Screen, row
from auditcheck.reports.words import counted, number
from auditcheck.states import IN_ORDER, State

SHORT = 8  # letters of a run's name that are shown


def runs_screen(runs: Sequence[RunLine], where: str, screen: Screen) -> list[Line]:
    """Every run that is kept, by unit and day."""
    edge = right_edge(screen)
    lines = row(Cell(1, screen.say(f"{counted(len(runs), 'run')} in {where}"), HEADING, edge - 1))
    for unit, members in groupby(runs, key=lambda run: run.unit):
        lines += [BLANK, *row(Cell(1, screen.say(unit), HEADING, edge - 1))]
        heads = (Cell(3, "as at"), Cell(27, "run"), Cell(43, "cases", right=True), Cell(50, "items", right=True))
        lines += row(*heads, Cell(52, "extract"))
        for run in members:
            again = f", revision {run.revision}" if run.revision > 1 else ""
            note = f"{run.extract}{again}{', superseded' if run.superseded else ''}"
            lines += row(
                Cell(3, weekday_date(run.as_at)),
                Cell(27, run.run[:SHORT]),
                Cell(43, number(run.cases), right=True),
                Cell(50, number(run.items), right=True),
                Cell(52, screen.say(note), DIM if run.superseded else "", edge - 52),
            )
    return lines


def run_screen(run: RecordedRun, screen: Screen) -> list[Line]:
    """What is kept of one run: what was audited and with what, and the counts of all cases."""
    edge = right_edge(screen)
    lines = row(Cell(1, screen.say(f"{run.unit}, as at {weekday_date(run.as_at)}"), HEADING, edge - 1))
    revision = f", revision {run.revision}" if run.revision > 1 else ""
    facts = (
        ("run", f"{run.run}{revision}, recorded {run.recorded.replace('T', ' ').rstrip('Z')} UTC"),
        (
            "extract",
            f"{run.extract}: {counted(run.audited, 'case')}, {counted(run.rows_read, 'row')} read, "
            f"{number(run.rows_refused)} refused, {counted(run.faults, 'fault')}",
        ),
        ("with", f"auditcheck {run.version}, dictionary {run.dictionary} {run.dictionary_version}"),
        ("checklists", ", ".join(f"{name} {version}" for name, version, _ in run.checklists)),
        ("kept", f"{counted(len(run.counts), 'count')}, {counted(len(run.cases), 'pseudonym')}"),
    )
    for label, text in facts:
        lines += row(Cell(1, label), Cell(13, screen.say(text), width=edge - 13))
    lines += [BLANK, *screen.paragraph("Counts as run gives them; trend counts only what had fallen due.", width=edge)]
    lines += row(*_heads(screen, edge))
    definitions = {item.id: item.definition for item in run.items}
    counts = {
        row_.item: row_.counts
        for row_ in run.counts
        if row_.level is Level.ALL and row_.definition == definitions.get(row_.item)
    }
    for item in run.items:
        of = counts[item.id]
        numbers = [
            Cell(column, number(of.of(state)), right=True)
            for state, column in zip(IN_ORDER, _columns(edge), strict=True)
            if of.of(state)
        ]
        wide = _columns(edge)[0] - 4 - 6 - 18
        figures = [
            Cell(_columns(edge)[0] - 16, rate_or_range(of), right=True),
            Cell(_columns(edge)[0] - 5, fraction_words(of), right=True),
        ]
        lines += row(Cell(1, item.id), Cell(6, screen.say(item.title), width=wide), *figures, *numbers)
    return lines


def _columns(edge: int) -> list[int]:
    return [edge - 4 * (len(IN_ORDER) - 1 - place) for place in range(len(IN_ORDER))]


def _heads(screen: Screen, edge: int) -> list[Cell]:
    return [
        Cell(column, screen.sign(State(state)), right=True)
        for state, column in zip(IN_ORDER, _columns(edge), strict=True)
    ]
