"""Why one case has its states: one item step by step, or all items at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from auditcheck.calendar import long_date
from auditcheck.problems import command_for
from auditcheck.reports.frame import adjusted, adjustments, beware_of_reviews, commands, right_edge
from auditcheck.reports.groups import UNALLOCATED, name_of
from auditcheck.reports.terminal import BLANK, HEADING, STATE_STYLES, Cell, Line, Screen, cells, row
from auditcheck.reports.words import counted, quoted
from auditcheck.result import Adjustments, CaseInfo, Explanation, Step
from auditcheck.states import State

#: Running text is read best in short lines, however wide the terminal.
_READABLE = 80

_TEXT_AT = 11

#: With this step the answer ends and where it comes from begins.
_PROVENANCE = "Source"


def explanation(why: Explanation, screen: Screen, region: Adjustments | None = None) -> list[Line]:
    """One case and one item in full. `region`: the adjustments with which it was looked at."""
    edge = min(screen.width, _READABLE) - 1
    lines = _title(f"{why.case.ref} · {name_of(why.item)}", why, screen, edge)
    lines += _whose(why.case, screen, edge)
    lines += [*adjusted(region, screen), *beware_of_reviews(region, screen)]
    labels = [screen.say(step.label) for step in why.steps]
    at = max(_TEXT_AT, *(1 + cells(label) + 2 for label in labels)) if labels else _TEXT_AT
    at = min(at, edge // 3)
    lines += [BLANK, *_headline(why, screen, at, edge)]
    if why.steps:
        lines.append(BLANK)
    for place, step in enumerate(why.steps):
        if place and step.label == _PROVENANCE:
            lines.append(BLANK)
        lines += labelled(step, screen, at, edge)
    return lines


def in_full(whys: Sequence[Explanation], screen: Screen, region: Adjustments | None = None) -> list[Line]:
    """Some items of one case in full, and which of those asked for are switched off."""
    lines = [line for why in whys for line in explanation(why, screen, region)]
    return lines + adjustments(region, screen, min(screen.width, _READABLE) - 1, only_off=True)


def _title(text: str, why: Explanation, screen: Screen, edge: int) -> list[Line]:
    left, right = screen.say(text), f"as at {long_date(why.as_at)}"
    if 1 + cells(left) + 2 + cells(right) <= edge:
        return row(Cell(1, left, HEADING), Cell(edge, right, right=True))
    return [*row(Cell(1, left, HEADING, edge - 1)), *row(Cell(1, right))]


def _whose(case: CaseInfo, screen: Screen, edge: int) -> list[Line]:
    held = ", ".join(word for word in (case.practitioner or UNALLOCATED, case.team) if word)
    words = " · ".join(word for word in (case.label, held) if word)
    return row(Cell(1, screen.say(words), width=edge - 1))


def _headline(why: Explanation, screen: Screen, at: int, edge: int) -> list[Line]:
    style = STATE_STYLES[why.state]
    start = max(at, 3 + len(why.state.value) + 2)
    return row(
        Cell(1, screen.sign(why.state), style),
        Cell(3, why.state.value, style),
        Cell(start, screen.say(why.headline), width=edge - start),
    )


def labelled(step: Step, screen: Screen, at: int, edge: int, label_at: int = 1) -> list[Line]:
    """A step with its label on the left, and its text from column `at` on."""
    lines: list[Line] = []
    if step.heads or step.rows:
        lines += _occurrences(step, screen, at, edge)
    for text in step.lines:
        lines += row(Cell(at, screen.say(text), width=edge - at))
    label = screen.say(step.label)
    if not label:
        return lines
    indent = cells(lines[0].pieces[0][0]) if lines else 0
    if indent < label_at + cells(label) + 1:
        return [*row(Cell(label_at, label, HEADING, edge - label_at)), *lines]
    # The label takes the place of the spaces before the first line.
    first, *others = lines
    beside = ((" " * label_at, ""), (label, HEADING), (" " * (indent - label_at - cells(label)), ""), *first.pieces[1:])
    return [Line(beside), *others]


def _occurrences(step: Step, screen: Screen, at: int, edge: int) -> list[Line]:
    """A table of what an `each` looked at; the sign of each stands before it."""
    heads = [screen.say(head) for head in step.heads]
    body = [(state, [screen.say(text) for text in texts]) for state, texts in step.rows]
    count = max([len(heads), *(len(texts) for _, texts in body)])
    heads += [""] * (count - len(heads))
    columns = [[heads[c], *(texts[c] if c < len(texts) else "" for _, texts in body)] for c in range(count)]
    wide = [max(cells(text) for text in column) for column in columns]
    between = next((gap for gap in (4, 3, 2) if sum(wide) + gap * (count - 1) <= edge - at), 0)
    if not between:
        # No room side by side: one under the other, each with its head.
        lines = []
        for state, texts in body:
            for place, (head, text) in enumerate(zip(heads, texts, strict=False)):
                words = f"{head} {text}".strip()
                mark = screen.sign(state) if not place else ""
                lines += row(Cell(at - 3, mark, STATE_STYLES[state]), Cell(at, words, width=edge - at))
        return lines
    starts = [at + sum(wide[:c]) + between * c for c in range(count)]
    lines = row(*(Cell(start, head) for start, head in zip(starts, heads, strict=True)))
    for state, texts in body:
        sign = Cell(at - 3, screen.sign(state), STATE_STYLES[state])
        lines += row(sign, *(Cell(start, text) for start, text in zip(starts, texts, strict=False)))
    return lines


def explanations(
    whys: Sequence[Explanation], screen: Screen, command: str, region: Adjustments | None = None
) -> list[Line]:
    """Every item of one case, a line or two each. `command` is what follows `auditcheck explain`
    to look at the same extract again."""
    if not whys:
        return screen.paragraph("No item was asked for.")
    edge = right_edge(screen)
    first = whys[0]
    lines = _title(f"{first.case.ref} · {counted(len(whys), 'item')}", first, screen, edge)
    lines += _whose(first.case, screen, edge)
    lines += [*adjusted(region, screen), *beware_of_reviews(region, screen), BLANK]
    state_at = 1 + max(cells(screen.say(why.item.id)) for why in whys) + 2
    title_at = state_at + 2 + max(len(why.state.value) for why in whys) + 2
    titles = [screen.say(name_of(why.item)[len(why.item.id) + 1 :]) for why in whys]
    title_wide = min(max(map(cells, titles)), (edge - title_at) * 2 // 5)
    short_at = title_at + title_wide + 2
    for why, words in zip(whys, titles, strict=True):
        style = STATE_STYLES[why.state]
        parts = [
            Cell(1, screen.say(why.item.id)),
            Cell(state_at, screen.sign(why.state), style),
            Cell(state_at + 2, why.state.value, style),
        ]
        short = screen.say(why.short)
        if edge - short_at >= 30:
            at_side = Cell(short_at, short, width=edge - short_at)
            lines += row(*parts, Cell(title_at, words, width=title_wide), at_side)
        else:
            lines += row(*parts, Cell(title_at, words, width=edge - title_at))
            lines += row(Cell(state_at, short, width=edge - state_at)) if short else []
    lines += adjustments(region, screen, edge, only_off=True)
    asked = next((why for why in whys if why.state is State.GAP), first)
    one = f"{command_for('explain', command, 'item')} {quoted(asked.case.ref)} --item {quoted(asked.item.id)}"
    return lines + commands(screen, [(one, "")], "One item in full")
