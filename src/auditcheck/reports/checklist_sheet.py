"""A checklist in English on a screen, and the list of those that ship."""

from __future__ import annotations

from collections.abc import Sequence

from auditcheck.problems import in_words
from auditcheck.reports.explanation import labelled
from auditcheck.reports.frame import commands
from auditcheck.reports.terminal import BLANK, HEADING, Cell, Line, Screen, cells, row
from auditcheck.reports.words import counted
from auditcheck.result import ItemSheet, Sheet, Sheets, Step

#: Sentences are read best in lines that are not too long, however wide the terminal.
_READABLE = 100

_INDENT = 3

#: What stands over how standards are rated.
RATINGS = "Indicative ratings of standards"


def sheets_screen(found: Sheets, screen: Screen) -> list[Line]:
    """Checklists in English: settings, then item by item, then what the words mean."""
    edge = min(screen.width, _READABLE) - 1
    lines: list[Line] = []
    for sheet in found.sheets:
        lines += [*([BLANK, BLANK] if lines else []), *_sheet(sheet, screen, edge)]
    dictionary = f"dictionary {found.dictionary} {found.dictionary_version}".rstrip()
    lines += [BLANK, BLANK, *_between("What the words mean", dictionary, screen, edge)]
    for heading, words in (("Facts", found.facts), ("Events", found.events), ("Counting", found.rules)):
        if words:
            lines += [BLANK, *row(Cell(1, heading, HEADING))]
            lines += _words([(f"{word}:", meaning) for word, meaning in words], screen, edge)
    return lines


def _sheet(sheet: Sheet, screen: Screen, edge: int) -> list[Line]:
    name = f"{sheet.name}, version {sheet.version}"
    lines = _between(sheet.title, name, screen, edge)
    facts = counted(len(sheet.items), "item")
    lines += row(Cell(1, screen.say(f"{facts} · {sheet.note}" if sheet.note else facts), width=edge - 1))
    if sheet.settings:
        lines += [BLANK, *row(Cell(1, "Settings: limits that a region may change", HEADING, edge - 1))]
        told = [
            (setting.name, f"{setting.value}, in {in_words(setting.items)}. Source: {setting.source}")
            if setting.items
            else (setting.name, f"{setting.value}. Source: {setting.source}")
            for setting in sheet.settings
        ]
        lines += _words(told, screen, edge)
    if sheet.ratings:
        lines += [BLANK, *row(Cell(1, RATINGS, HEADING, edge - 1)), *_steps(sheet.ratings, screen, edge)]
    for item in sheet.items:
        lines += [BLANK, *_item(item, screen, edge)]
    return lines


def _item(sheet: ItemSheet, screen: Screen, edge: int) -> list[Line]:
    item = sheet.item
    rank = f"{item.severity} severity{f', standard {item.standard}' if item.standard else ''}"
    return [*_between(f"{item.id} {item.title}", rank, screen, edge), *_steps(sheet.steps, screen, edge)]


def _steps(steps: Sequence[Step], screen: Screen, edge: int) -> list[Line]:
    wide = max(cells(screen.say(step.label)) for step in steps)
    at = min(_INDENT + wide + 2, edge // 3)
    return [line for step in steps for line in labelled(step, screen, at, edge, _INDENT)]


def _between(left: str, right: str, screen: Screen, edge: int) -> list[Line]:
    """A heading, and on its right what identifies it; below it where both do not fit."""
    left, right = screen.say(left), screen.say(right)
    if 1 + cells(left) + 2 + cells(right) <= edge:
        return row(Cell(1, left, HEADING), Cell(edge, right, right=True))
    return [*row(Cell(1, left, HEADING, edge - 1)), *row(Cell(1, right, width=edge - 1))]


def _words(words: Sequence[tuple[str, str]], screen: Screen, edge: int) -> list[Line]:
    """Words and what they mean, side by side while that leaves room to read."""
    said = [(screen.say(word), screen.say(meaning)) for word, meaning in words]
    at = _INDENT + max(cells(word) for word, _ in said) + 2
    lines: list[Line] = []
    for word, meaning in said:
        if at <= edge * 2 // 5:
            lines += row(Cell(_INDENT, word), Cell(at, meaning, width=edge - at))
        else:
            under = _INDENT + 2
            lines += [*row(Cell(_INDENT, word, width=edge - _INDENT)), *row(Cell(under, meaning, width=edge - under))]
    return lines


def shipped_screen(found: Sequence[tuple[str, str, int]], screen: Screen) -> list[Line]:
    """The checklists that ship: name, title and number of items."""
    edge = min(screen.width, _READABLE) - 1
    items = sum(number for _, _, number in found)
    heading = f"{counted(len(found), 'checklist')}, {counted(items, 'item')}"
    lines = [*row(Cell(1, heading, HEADING)), BLANK]
    title_at = _INDENT + max(cells(name) for name, _, _ in found) + 3
    numbers = [counted(number, "item") for _, _, number in found]
    longest = max(cells(screen.say(title)) for _, title, _ in found)
    edge = min(edge, title_at + longest + 3 + max(map(cells, numbers)))
    wide = edge - title_at - max(map(cells, numbers)) - 2
    for (name, title, _), number in zip(found, numbers, strict=True):
        lines += row(Cell(_INDENT, name), Cell(title_at, screen.say(title), width=wide), Cell(edge, number, right=True))
    entries = [
        (f"auditcheck show {found[0][0]}", "one of them in English"),
        (f"auditcheck show {found[0][0]} -o page.md", "the same as a page to print"),
    ]
    return lines + commands(screen, entries)
