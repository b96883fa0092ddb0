"""What `auditcheck inspect` shows: the tables of an extract, and everything wrong with their rows.

A fault is shown by its place and the rule it breaks, never by the value of a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from auditcheck.problems import named_rows
from auditcheck.reports.frame import joined, newest_entry, not_supplied, right_edge, title
from auditcheck.reports.terminal import BLANK, HEADING, WARNING, Cell, Line, Screen, cells, row
from auditcheck.reports.words import counted, number
from auditcheck.result import About, FaultRow


def fault_list(about: About, faults: Sequence[FaultRow], screen: Screen) -> list[Line]:
    """Tables and rows read, then the faults by file, kind and column with the rows they stand in."""
    lines = title(f"What is in {about.extract}", about, screen)
    lines += joined(screen, [f"dictionary {about.dictionary} {about.dictionary_version}".rstrip(), newest_entry(about)])
    lines += [BLANK, *_tables(about, screen)]
    missing = not_supplied(about, screen)
    for warning in about.warnings:
        missing += screen.paragraph(f"{warning[:1].upper()}{warning[1:]}.")
    lines += [BLANK, *missing] if missing else []
    return [*lines, BLANK, *_faults(faults, screen), *_not_asked(about, screen)]


def _not_asked(about: About, screen: Screen) -> list[Line]:
    """The items of the shipped checklists that cannot be asked, and what the dictionary lacks for them."""
    if not about.not_asked:
        return []
    edge = right_edge(screen)
    lines = [BLANK, *row(Cell(1, "Not asked: items for which the dictionary does not define", HEADING, edge - 1))]
    for checklist in about.not_asked:
        lines += row(Cell(3, screen.say(checklist.title), width=edge - 3))
        by_lacking: dict[tuple[str, ...], list[str]] = {}
        for item, lacking in checklist.items:
            by_lacking.setdefault(lacking, []).append(item)
        for lacking, items in by_lacking.items():
            lines += row(Cell(5, screen.say(f"{', '.join(items)}: {', '.join(lacking)}"), width=edge - 5))
    return lines


def _tables(about: About, screen: Screen) -> list[Line]:
    sources = about.sources
    if not sources:
        return screen.paragraph("No table was read.")
    edge = right_edge(screen)
    heads = ["rows read", "used", "of other cases", "refused", "columns not read"]
    figures = [
        [source.rows_read, source.kept, source.other_cases, source.refused, source.columns_unread] for source in sources
    ]
    totals = [sum(column) for column in zip(*figures, strict=True)]
    # Nought everywhere needs no column; what was read and used always has one.
    kept = [place for place in range(len(heads)) if place < 2 or totals[place]]
    body = [[number(f[place]) if f[place] or place < 2 else "" for place in kept] for f in figures]
    body.append([number(totals[place]) for place in kept])
    names = [(screen.say(source.table), screen.say(source.shown)) for source in sources]
    wide = max(cells(table) for table, _ in [*names, ("all", "")])
    shown = max(cells(place) for _, place in names)
    start = 1 + wide + 3 + shown
    columns = [max(len(heads[place]), *(len(texts[c]) for texts in body)) for c, place in enumerate(kept)]
    ends = [start + sum(columns[: c + 1]) + 3 * (c + 1) for c in range(len(columns))]
    if ends[-1] > edge:
        return _tables_stacked(names, figures, heads, kept, screen, edge)
    lines = row(*(Cell(end, heads[place], right=True) for end, place in zip(ends, kept, strict=True)))
    for (table, place), texts in zip([*names, ("all", "")], body, strict=True):
        parts = [Cell(end, text, right=True) for end, text in zip(ends, texts, strict=True)]
        lines += row(Cell(1, table), Cell(1 + wide + 3, place), *parts)
    return lines


def _tables_stacked(
    names: Sequence[tuple[str, str]],
    figures: Sequence[Sequence[int]],
    heads: Sequence[str],
    kept: Sequence[int],
    screen: Screen,
    edge: int,
) -> list[Line]:
    lines: list[Line] = []
    for (table, place), numbers in zip(names, figures, strict=True):
        facts = [f"{heads[column]} {number(numbers[column])}" for column in kept if numbers[column] or column < 2]
        lines += row(Cell(1, f"{table}   {place}", width=edge - 1))
        lines += row(Cell(3, screen.say(" · ".join(facts)), width=edge - 3))
    return lines


def _faults(faults: Sequence[FaultRow], screen: Screen) -> list[Line]:
    if not faults:
        return screen.paragraph("No faults.", HEADING)
    edge = right_edge(screen)
    lines = row(Cell(1, "!", WARNING), Cell(3, counted(len(faults), "fault"), WARNING))

    def place(fault: FaultRow) -> tuple[str, str, str, str]:
        return fault.source, fault.column, fault.kind, fault.rule

    ordered = sorted(faults, key=lambda fault: (*place(fault), fault.row or 0))
    for source, in_source in groupby(ordered, key=lambda fault: fault.source):
        lines += [BLANK, *row(Cell(1, screen.say(source), HEADING, edge - 1))]
        for (_, column, kind, rule), group in groupby(in_source, key=place):
            members = list(group)
            where = f"{column}: " if column else ""
            lines += row(Cell(3, screen.say(f"{where}{counted(len(members), kind)}"), width=edge - 3))
            lines += row(Cell(5, screen.say(f"rule: {rule}"), width=edge - 5)) if rule else []
            rows = named_rows([fault.row for fault in members if fault.row is not None])
            lines += row(Cell(5, screen.say(rows), width=edge - 5)) if rows else []
    return lines
