"""Months beside each other on a screen, and what became of the gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from auditcheck.calendar import weekday_date
from auditcheck.chance import ENOUGH_POINTS
from auditcheck.problems import command_for, listed
from auditcheck.recorded import Became, Changes, Trend, TrendLine
from auditcheck.reports.figures import beside_others, fraction_words, rate_or_range, undecided_words
from auditcheck.reports.frame import can_be_typed, commands, right_edge
from auditcheck.reports.terminal import BLANK, DIM, HEADING, WARNING, Cell, Line, Screen, row
from auditcheck.reports.words import counted, number, quoted
from auditcheck.result import Counts
from auditcheck.statistics import FEWEST_FOR_A_RATE, half_up, rounded

#: What became of gaps, in the order of the columns, with their headings.
BECAME = (
    (Became.STILL_OPEN, "still open"),
    (Became.NEW, "new"),
    (Became.CAME_IN, "came in"),
    (Became.FIXED, "fixed"),
    (Became.EXCUSED, "excused"),
    (Became.LEFT_OUT, "left out"),
    (Became.NO_LONGER_TELL, "can no longer tell"),
    (Became.OTHERWISE, "otherwise closed"),
    (Became.NOT_KNOWN, "not known"),
    (Became.LEFT, "left"),
)
HOW_TO_READ = (
    "Only what had fallen due by each day: met of (met + late + gap), so that young cases do not flatter. "
    "What was met before it was due is in the rates of run, and not in these until then."
)
FEW = "From six months on the range that chance leaves is told, and runs of seven."

_MONTH = 8  # columns that a month takes
_TITLE = 20  # columns that a title is left at least


def explained(found: Trend) -> Iterator[str]:
    """What the words above what became of the gaps mean."""
    where = "of that team" if found.team else "in the extract"
    yield f"new: open now and not then. came in, left: of cases that were not, or are no longer, {where}."
    yield "fixed: met or late now. Under the definition that the item had before."
    if several := [one.item for one in found.changes if one.several]:
        yield f"Some case has several open of {listed(several)}: here each counts, in the ✘ of run the case once."
    if any(one.of(Became.NOT_KNOWN) for one in found.changes):
        before, last = (f"{day:%B}" for day in found.days[-2:])
        yield f"not known: {last} was recorded before {before} was. Record the extract of {last} again, to know."


def told_lines(found: Trend) -> list[TrendLine]:
    """The lines that tell anything: some month had something fallen due."""
    return [line for line in found.lines if any(point.passed.base for point in line.points)]


def trend_screen(found: Trend, screen: Screen, again: str = "") -> list[Line]:
    """The months of a unit or a team, the latest on the right; then what became of the gaps. `again` is what to type
    after the command to see the same items of the same unit."""
    edge = right_edge(screen)
    lines = [
        *row(Cell(1, screen.say(heading(found)), HEADING, edge - 1)),
        *screen.paragraph(HOW_TO_READ, width=edge),
    ]
    told = told_lines(found)
    lines += _months(told, found.days, screen, edge)
    if silent := len(found.lines) - len(told):
        lines += [BLANK, *screen.paragraph(silent_words(silent), width=edge)]
    for text in notes(found):
        lines += row(Cell(1, "!", WARNING), Cell(3, screen.say(text), WARNING, edge - 3))
    lines += _changes(found, screen, edge)
    return lines + _next(found, screen, again) if found.lines else lines


def _next(found: Trend, screen: Screen, again: str) -> list[Line]:
    entries = []
    team = next((code for code in found.teams if can_be_typed(code, screen)), None)
    if found.team:
        entries.append((command_for("trend", again), "all teams"))
    elif team is not None:
        entries.append((f"{command_for('trend', again)} --team {quoted(team)}", "one team"))
    entries.append((command_for("history list", again, "unit item"), "what is kept"))
    return commands(screen, entries)


def heading(found: Trend) -> str:
    """'Harbour and Downs PDU, team MARS10: 3 months, April to June 2026'."""
    team = f", team {found.team}" if found.team else ""
    days = found.days
    if not days:
        return f"{found.unit}{team}: no month yet"
    last = f"{days[-1]:%B} {days[-1].year}"
    first = f"{days[0]:%B}" if days[0].year == days[-1].year else f"{days[0]:%B} {days[0].year}"
    span = last if len(days) == 1 else f"{first} to {last}"
    return f"{found.unit}{team}: {counted(len(days), 'month')}, {span}"


def silent_words(items: int) -> str:
    return f"{counted(items, 'item')} more {'has' if items == 1 else 'have'} nothing that had fallen due and was known."


def notes(found: Trend) -> Iterator[str]:
    """Corrected runs, and too few months."""
    for day in found.revised:
        yield f"{weekday_date(day)}: recorded more than once; the latest counts"
    yield from found.notes
    if words := undecided_words(point.passed for line in found.lines for point in line.points):
        yield words.removesuffix(".")


def _months(lines: Sequence[TrendLine], days: Sequence[date], screen: Screen, edge: int) -> list[Line]:
    fits = max(1, (edge - 46) // _MONTH)
    shown = list(days)[-fits:]
    needed = 6 + max((len(line.title) + 7 for line in lines), default=0) + len(days) + 8 + _MONTH * len(shown)
    edge = max(min(edge, needed), 60)
    at = {day: edge - _MONTH * (len(shown) - 1 - place) for place, day in enumerate(shown)}
    spark_at = edge - _MONTH * len(shown) - 2
    sparks: dict[str, str] = {}
    if screen.signs.levels and len(days) > 1:  # as many months as leave room for the titles
        most = max(0, spark_at - 8 - _TITLE)
        sparks = {line.item: sparkline(line, days, screen.signs.levels)[-most:] if most else "" for line in lines}
    wide = spark_at - max((len(spark) + 2 for spark in sparks.values()), default=0) - 6
    heads = [Cell(at[day], month_label(day, shown), right=True) for day in shown]
    found: list[Line] = [BLANK]
    if len(shown) < len(days):
        found += screen.paragraph(f"The last {counted(len(shown), 'month')} of {len(days)}.", width=edge)
    found += row(*heads)
    for checklist, members in groupby(lines, key=lambda line: line.checklist):
        found += row(Cell(1, screen.say(checklist), HEADING, wide + 4))
        for line in members:
            points = {point.as_at: point for point in line.points}
            parts = [
                Cell(1, line.item),
                Cell(6, screen.say(line.title + (" (read)" if line.judged else "")), width=wide),
            ]
            if sparks:
                parts.append(Cell(spark_at, sparks[line.item], right=True))
            parts += [
                Cell(
                    at[day], screen.say(beside_others(points[day].passed) or "-") if day in points else "-", right=True
                )
                for day in shown
            ]
            fractions = [
                Cell(at[day], fraction(points[day].passed), DIM, right=True)
                for day in shown
                if day in points and points[day].passed.base >= FEWEST_FOR_A_RATE
            ]
            rows = row(*parts)
            found += [*rows, *(row(*fractions) if fractions else [])]
            for text in said_of(line):
                found += row(Cell(6, screen.say(text), WARNING, edge - 6))
    return found


def month_label(day: date, shown: Sequence[date]) -> str:
    """'Jun', with the year where it changes."""
    place = shown.index(day)
    changes = place and shown[place - 1].year != day.year
    return f"{day:%b} {day:%y}" if changes else f"{day:%b}"


def fraction(counts: Counts) -> str:
    return f"{number(counts.met)}/{number(counts.base)}"


def sparkline(line: TrendLine, days: Iterable[date], levels: str) -> str:
    """A level for every month that has a rate, a break between stretches; a blank for a month without."""
    points = {point.as_at: point for point in line.points}
    text = ""
    for day in days:
        point = points.get(day)
        if point is None or not point.passed.rated:
            text += " "
            continue
        height = half_up(point.passed.met, point.passed.base) * (len(levels) - 1)
        text += ("|" if point.broken else "") + levels[(height + 50) // 100]
    return text


def said_of(line: TrendLine) -> Iterator[str]:
    """Why a line breaks, and what may be said of its months."""
    for point in line.points:
        if not point.broken:
            continue
        text = f"{point.as_at:%B} {point.as_at.year}: {point.broken}, so the line breaks here"
        if point.again is not None:
            text += f"; as it was before it would be {_in_words(point.again)}, now it is {_in_words(point.passed)}"
        else:
            text += "; how much of the change that makes cannot be told"
        yield f"{text}."
    for stretch in line.stretches:
        if stretch.centre is not None:
            known = sum(1 for point in stretch.points if point.passed.decided)
            first = "" if stretch.trial or known == ENOUGH_POINTS else f"the first {ENOUGH_POINTS} of "
            trial = ", trial limits until there are twelve" if stretch.trial else ""
            beyond = "" if stretch.signals else "; nothing beyond what chance leaves"
            yield f"Mean {rounded(stretch.centre)} % over {first}{counted(known, 'month')}{trial}{beyond}."
        yield from stretch.signals


def _in_words(counts: Counts) -> str:
    rate = rate_or_range(counts)
    return f"{fraction_words(counts) or 'none'}{f' ({rate})' if rate else ''}"


def changes_heading(found: Trend) -> str:
    """'What became of the gaps, Fri 29 May to Tue 30 June'."""
    before, after = found.days[-2:]
    return f"What became of the gaps, {weekday_date(before, after)} to {weekday_date(after, before)}"


def told_changes(found: Trend) -> list[Changes]:
    return [one for one in found.changes if any(one.became.values()) or one.by_definition != 0]


def _changes(found: Trend, screen: Screen, edge: int) -> list[Line]:
    if len(found.days) < 2:
        return []
    lines = [BLANK, *row(Cell(1, changes_heading(found), HEADING, edge - 1))]
    if found.not_told:
        return [*lines, *screen.paragraph(f"It cannot be told: {found.not_told}.", width=edge)]
    told = told_changes(found)
    if not told:
        return [*lines, *screen.paragraph("There were none, and there are none.", width=edge)]
    edge = max(min(edge, 6 + max(len(one.title) for one in told) + 9 * len(BECAME)), 60)
    used = [(became, head) for became, head in BECAME if any(one.of(became) for one in told)]
    wide = 9
    at = [edge - wide * (len(used) - 1 - place) for place in range(len(used))]
    folded = [head.split(" ") for _, head in used]
    deep = max(map(len, folded))
    for depth in range(deep):
        cells_of = [
            Cell(column, words[depth - (deep - len(words))], right=True)
            for column, words in zip(at, folded, strict=True)
            if depth >= deep - len(words)
        ]
        lines += row(*cells_of)
    title = (at[0] if at else edge) - wide - 6
    for one in told:
        numbers = [
            Cell(column, number(one.of(became)), right=True)
            for column, (became, _) in zip(at, used, strict=True)
            if one.of(became)
        ]
        lines += row(Cell(1, one.item), Cell(6, screen.say(one.title), width=max(title, 12)), *numbers)
        if text := by_definition(one):
            lines += row(Cell(6, text, WARNING, edge - 6))
    for text in explained(found):
        lines += screen.paragraph(text, DIM, width=edge)
    return lines


def by_definition(one: Changes) -> str:
    """What the change of an item alone made of its gaps."""
    if one.by_definition is None:
        return "The item was changed: what became of its gaps cannot be told."
    if not one.by_definition:
        return ""
    more = "more" if one.by_definition > 0 else "fewer"
    return f"{counted(abs(one.by_definition), 'gap')} {more} only because the item was changed."
