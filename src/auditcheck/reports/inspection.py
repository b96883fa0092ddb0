"""What `auditcheck inspect` shows: the tables and columns of an extract, what can be answered from it,
and everything wrong with its rows.

A fault is shown by its place and the rule it breaks, never by the value of a cell; of what a cell holds
only short codes that the dictionary does not know are shown, to be added to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from auditcheck.problems import in_words, named_rows
from auditcheck.reports.frame import commands, joined, newest_entry, not_supplied, right_edge, title
from auditcheck.reports.terminal import (
    BLANK,
    DIM,
    HEADING,
    STATE_STYLES,
    WARNING,
    Cell,
    Line,
    Screen,
    cells,
    row,
)
from auditcheck.reports.words import counted, number, quoted, some_of
from auditcheck.result import About, ColumnSeen, FaultRow, Holds, Inspection, Matched, TableSeen, unfit
from auditcheck.states import State


def inspection(found: Inspection, screen: Screen, again: str = "") -> list[Line]:
    """Tables and rows read, every column, how often events are recorded, what cannot be answered, then the
    faults by file, kind and column with the rows they stand in, and what to type next."""
    about = found.about
    lines = title(f"What is in {about.extract}", about, screen)
    lines += joined(screen, [f"dictionary {about.dictionary} {about.dictionary_version}".rstrip(), newest_entry(about)])
    if not found.stopped:
        lines += [BLANK, *_tables(about, screen)]
    missing = not_supplied(about, screen)
    files = (about.extract, *(source.shown for source in about.sources if not source.shown.startswith("sheet ")))
    for warning in about.warnings:
        first = warning[:1] if warning.startswith(files) else warning[:1].upper()  # a file is called as it is
        missing += screen.paragraph(f"{first}{warning[1:]}.")
    lines += [BLANK, *missing] if missing else []
    for table in found.tables:
        lines += _columns(table, screen)
    lines += _legend(found.tables, screen)
    lines += _events(found, screen)
    lines += _unanswered(found, screen)
    if not found.stopped:
        lines += [*_not_asked(about, screen), BLANK, *_faults(found.faults, screen)]
    else:
        # of a draft the reason stands here: it is written all the same, and nothing comes after
        why = " The reason stands last." if again else f" {' '.join(found.stopped)}"
        lines += [BLANK, *screen.paragraph(f"An audit of it would stop{'.' if again else ':'}{why}", WARNING)]
    return [*lines, *_next(found, screen, again)]


LEAST_HEADING = 20  # columns of a screen for a heading, and for what a column holds

# ── columns ──────────────────────────────────────────────────────────────────────────────────────


def _columns(table: TableSeen, screen: Screen) -> list[Line]:
    """A table: every column of it, what it was matched with, and what is in it."""
    edge = right_edge(screen)
    if table.problem:
        return [BLANK, *row(Cell(1, screen.say(f"Not read: {table.problem}"), width=edge - 1))]
    what = (
        f"headed like {table.headed_like}"
        if table.headed_like
        else f"table {table.table}"
        if table.table
        else f"table {table.may_be}?"
        if table.may_be
        else "no table of the dictionary"
    )
    heading = f"{table.shown}: {what}, {counted(table.rows, 'row')}"
    heading += f", {counted(table.totals, 'row')} of totals" if table.totals else ""
    heading += f", and {counted(table.singles, 'row')} with a single cell" if table.singles else ""
    lines = [BLANK, *row(Cell(1, screen.say(heading), HEADING, edge - 1))]
    if not table.table and not any(column.name for column in table.columns):
        # what stands there may be anything, and its headings may be cells
        return [*lines, *row(Cell(3, "It has no column with the case reference, and is not read.", width=edge - 3))]
    if table.headed_like:
        # the workbook that is looked at now: the other sheet by itself, or both as files
        text = (
            f"More cases, not read with the others. --sheet {quoted(table.name)} takes this sheet in their place; to "
        )
        text += "count both together, save each as a file of its own and give both to “run”."
        return [*lines, *row(Cell(3, screen.say(text), width=edge - 3))]
    called = [_called(column) for column in table.columns]
    wide = min(max(cells(screen.say(column.heading)) for column in table.columns), max(LEAST_HEADING, edge - 61))
    longest = max(cells(name) for name in called)
    start = 5 + wide + 2 + longest + 2
    for column, name in zip(table.columns, called, strict=True):
        state = _state(column)
        quiet = DIM if state in (State.LEFT_OUT, State.NOT_RELEVANT) else ""
        first = [
            Cell(3, screen.sign(state), STATE_STYLES[state]),
            Cell(5, screen.say(column.heading), width=wide),
            Cell(5 + wide + 2, name, quiet, edge - 7 - wide),
        ]
        if edge - start >= LEAST_HEADING:
            lines += row(*first, Cell(start, screen.say(_holds(column)), width=edge - start))
        else:
            lines += [*row(*first), *row(Cell(7, screen.say(_holds(column)), width=edge - 7))]
    if needs := [name for name in table.needs if name not in table.spare]:
        text = f"Not there, and nothing is audited without: {in_words(needs)}."
        lines += row(Cell(3, "!", WARNING), Cell(5, screen.say(text), WARNING, edge - 5))
    if table.spare:
        text = f"Not there: {in_words(table.spare)}. A draft does without, where a person has one case."
        lines += row(Cell(5, screen.say(text), width=edge - 5))
    if lacks := [name for name in table.lacks if name not in table.needs]:
        lines += row(Cell(5, screen.say(f"Not there: {in_words(lacks)}."), width=edge - 5))
    return lines


def _state(column: ColumnSeen) -> State:
    """The sign that goes with a column: known, perhaps known, not to be read, unknown."""
    if column.matched is not Matched.NOT:
        return State.MET
    if column.may_be:
        return State.CANNOT_TELL
    return State.LEFT_OUT if column.personal else State.NOT_RELEVANT


def _called(column: ColumnSeen) -> str:
    return column.name or (f"{column.may_be[0]}?" if column.may_be else "not read")


def _holds(column: ColumnSeen) -> str:
    """'58 dates, 3 January 2026 to 28 June 2026, 6 blank', '60 filled, 3 unknown: VH 2, HGH 1'."""
    if column.personal:
        return column.personal if column.personal == "free text" else f"looks like {column.personal}"
    if column.headed_like:
        return unfit(column)
    if column.holds is Holds.NOTHING:
        return "nothing in it" if not column.filled else counted(column.filled, "cell of another kind")
    parts = []
    if column.holds in (Holds.DATES, Holds.YES_NO, Holds.NUMBERS):
        whole = f"of {number(column.filled)} " if column.fits < column.filled and not column.unreadable else ""
        what = column.holds.value.removesuffix("s") if column.fits == 1 and not whole else column.holds.value
        parts.append(f"{number(column.fits)} {whole}{what}")
    else:
        parts.append(f"{number(column.filled)} filled")
        if column.holds is Holds.CODES:
            parts.append(f"{number(column.different)} different")
    if column.first and column.last:
        parts.append(f"{column.first:%d/%m/%Y} to {column.last:%d/%m/%Y}")
    if column.blank:
        parts.append(f"{number(column.blank)} blank")
    if column.unreadable:
        parts.append(_unreadable(column))
    return ", ".join(parts)


def _unreadable(column: ColumnSeen) -> str:
    if not column.unknown_codes:
        return f"{number(column.unreadable)} unreadable"
    shown = ", ".join(f"{code} {number(times)}" for code, times in column.unknown_codes)
    more = column.unreadable - sum(times for _, times in column.unknown_codes)
    return f"{number(column.unreadable)} with an unknown code: {shown}{f' and {number(more)} others' if more else ''}"


def _legend(tables: Sequence[TableSeen], screen: Screen) -> list[Line]:
    there = {_state(column) for table in tables for column in table.columns}
    says = {
        State.MET: "the dictionary knows the heading",
        State.CANNOT_TELL: "a question: nothing is guessed",
        State.LEFT_OUT: "personal, never read",
        State.NOT_RELEVANT: "not known, not read",
    }
    parts = [f"{screen.sign(state)} {words}" for state, words in says.items() if state in there]
    return [BLANK, *joined(screen, parts)] if parts else []


# ── what can be answered ─────────────────────────────────────────────────────────────────────────


def _events(found: Inspection, screen: Screen) -> list[Line]:
    """How often every event is recorded: one that never is may have another code."""
    if not found.events:
        return []
    edge = right_edge(screen)
    wide = max(cells(event.event) for event in found.events)
    lines = [BLANK, *row(Cell(1, f"Events, in {counted(found.cases, 'case')}", HEADING))]
    for event in found.events:
        if event.times is None or event.cases is None:
            words, style = "its table was not supplied", DIM
        elif not event.times and event.wanting:
            words, style = f"cannot be told: {', '.join(event.wanting)}", WARNING
        elif not event.times:
            words, style = "never recorded", WARNING
        else:
            words, style = f"{number(event.times)} times, in {some_of(event.cases, found.cases, 'case')}", ""
            words = words.replace("1 times,", "once,") if event.times == 1 else words
        lines += row(Cell(3, event.event), Cell(3 + wide + 2, screen.say(words), style, edge - 5 - wide))
    if any(event.times == 0 and not event.wanting for event in found.events):
        lines += row(
            Cell(3, "What is never recorded may have another code here than in the dictionary.", width=edge - 3)
        )
    return lines


def _unanswered(found: Inspection, screen: Screen) -> list[Line]:
    """The items that cannot be told for any case, and what is wanting."""
    if not found.unanswered:
        return []
    edge = right_edge(screen)
    lines = [BLANK, *row(Cell(1, "Cannot be told for any case, for want of", HEADING, edge - 1))]
    for checklist, group in groupby(found.unanswered, key=lambda one: one.checklist):
        lines += row(Cell(3, screen.say(checklist), width=edge - 3))
        for one in group:
            why = ", ".join(one.wanting) or "cells that can be read"
            lines += row(Cell(5, screen.say(f"{', '.join(one.items)}: {why}"), width=edge - 5))
    return lines


def _next(found: Inspection, screen: Screen, again: str) -> list[Line]:
    entries = []
    if found.open_draft:  # no audit runs until it is answered, and it is there already
        entries.append((f"auditcheck run {again}", "the audit, when the draft is answered"))
        return commands(screen, entries) if again else []
    if found.draft and (found.questions or any(table.needs for table in found.tables)):
        draft = f"auditcheck inspect {again} --write-dictionary {found.draft}"
        entries = [
            (draft, "a draft of a dictionary, its questions marked ?"),
            (f"{draft} --ask", "the same, asked here"),
        ]
    if not found.stopped:
        entries.append((f"auditcheck run {again}", "the audit"))
    return commands(screen, entries) if again and entries else []


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
