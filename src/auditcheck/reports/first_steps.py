"""What `auditcheck` alone says: how to begin."""

from __future__ import annotations

from collections.abc import Sequence

from auditcheck.reports.frame import right_edge
from auditcheck.reports.terminal import BLANK, HEADING, Cell, Line, Screen, cells, row

#: Extracts to try, in a copy of the project: coded tables, and a team's own spreadsheet.
EXAMPLES = ("examples/brighton-east-sussex", "examples/team-workbook/team-june.xlsx")

_STEPS = (
    ("Your file", "auditcheck inspect YOUR-FILE.xlsx", "what is in it"),
    ("", "auditcheck run YOUR-FILE.xlsx", "the audit"),
    ("One case", "auditcheck explain YOUR-FILE.xlsx CASE", "why, step by step"),
    ("No file yet", "auditcheck template", "a workbook to fill in"),
)


def first_steps(screen: Screen, examples: Sequence[str] = EXAMPLES) -> list[Line]:
    """The first screen anybody sees. `examples` are extracts to try: those that there are."""
    edge = right_edge(screen)
    lines = screen.paragraph("auditcheck checks case records against checklists and lists what is missing.")
    lines.append(BLANK)
    tries = (("" if place else "Try it", f"auditcheck run {example}", "") for place, example in enumerate(examples))
    steps = [(label, screen.say(command), gives) for label, command, gives in (*tries, *_STEPS)]
    command_at = 3 + max(len(label) for label, _, _ in steps) + 2
    gives_at = command_at + max(cells(command) for _, command, gives in steps if gives) + 3
    beside = all(gives_at + len(gives) <= edge for _, _, gives in steps)
    longest = max(len(gives) for _, _, gives in steps)
    under = command_at + 2 if command_at + 2 + longest <= edge else 5
    for label, command, gives in steps:
        parts = [Cell(3, label, HEADING), Cell(command_at, command)]
        if command_at + cells(command) > edge:  # never folded: it is there to be copied
            lines += [*(row(Cell(3, label, HEADING)) if label else []), *row(Cell(5, command))]
        elif beside:
            lines += row(*parts, Cell(gives_at, gives))
        else:
            lines += [*row(*parts), *(row(Cell(under, gives)) if gives else [])]
    lines.append(BLANK)
    return lines + screen.paragraph("Nothing leaves this computer, and no file is changed.")
