"""What `auditcheck` alone says: how to begin."""

from __future__ import annotations

from auditcheck.reports.frame import right_edge
from auditcheck.reports.terminal import BLANK, HEADING, Cell, Line, Screen, cells, row

_STEPS = (
    ("Try it", "auditcheck run {example}", ""),
    ("Your file", "auditcheck inspect YOUR-FILE.xlsx", "what is in it, what fits"),
    ("", "auditcheck run YOUR-FILE.xlsx", "the audit"),
    ("One case", "auditcheck explain YOUR-FILE.xlsx CASE", "why, step by step"),
)


def first_steps(screen: Screen, example: str = "examples/brighton-east-sussex") -> list[Line]:
    """The first screen anybody sees. `example` is an extract to try."""
    edge = right_edge(screen)
    lines = screen.paragraph("auditcheck checks case records against checklists and lists what is missing.")
    lines.append(BLANK)
    steps = [(label, screen.say(command.format(example=example)), gives) for label, command, gives in _STEPS]
    command_at = 3 + max(len(label) for label, _, _ in steps) + 2
    gives_at = command_at + max(cells(command) for _, command, gives in steps if gives) + 3
    beside = all(gives_at + len(gives) <= edge for _, _, gives in steps)
    longest = max(len(gives) for _, _, gives in steps)
    under = command_at + 2 if command_at + 2 + longest <= edge else 5
    for label, command, gives in steps:
        parts = [Cell(3, label, HEADING), Cell(command_at, command)]
        if beside:
            lines += row(*parts, Cell(gives_at, gives))
        else:
            lines += [*row(*parts), *(row(Cell(under, gives)) if gives else [])]
    lines.append(BLANK)
    return lines + screen.paragraph("Nothing leaves this computer, and no file is changed.")
