"""A comparison as a screen and as a page: what is more than chance, in words, and how to read it.

Nothing says good or bad, nobody is ranked, and of people there are counts only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from math import floor

from auditcheck import __version__
from auditcheck.calendar import long_date
from auditcheck.chance import ALARM, ALERT, Difference, Verdict, limits
from auditcheck.compare import Change, Comparison, ItemCompared, Kind, Place, Unit, team_counts
from auditcheck.problems import command_for, in_words
from auditcheck.reports.charts import Dot, funnel
from auditcheck.reports.csv_result import Cell as CsvCell
from auditcheck.reports.csv_result import rows_of
from auditcheck.reports.figures import fraction_words, rate_or_range, without_rate
from auditcheck.reports.frame import beware, commands, joined, right_edge, selection_words, title, warnings
from auditcheck.reports.groups import NOT_RECORDED, UNALLOCATED, name_of
from auditcheck.reports.html_result import Section, whole_page
from auditcheck.reports.json_result import Fields, written
from auditcheck.reports.markup import Markup, tag
from auditcheck.reports.terminal import BLANK, DIM, HEADING, WARNING, Cell, Line, Screen, cells, flow, row
from auditcheck.reports.words import counted, number, plural, quoted
from auditcheck.result import Counts, ItemInfo
from auditcheck.states import State
from auditcheck.statistics import FEWEST_FOR_A_RATE, half_up

#: Why nothing is said of a person. The figure: trust page of the design, ten people with 12 cases each.
OF_PEOPLE = (
    "Counts, not a comparison. Ten people with the same true rate of 80 % and 12 cases each are 34 points apart, from "
    "the best to the worst, by chance alone: so a person's figures have no rate, no order and no verdict here."
)
NOT_ADJUSTED = "Caseloads differ between them, and this is not adjusted"

#: A name of a side that stands beside its figures.
_LONGEST_SIDE = 18

_WORDS = {
    Verdict.ALERT_LOW: "alert: lower than chance explains (95 %)",
    Verdict.ALERT_HIGH: "alert: higher than chance explains (95 %)",
    Verdict.ALARM_LOW: "alarm: lower than chance explains (99.8 %)",
    Verdict.ALARM_HIGH: "alarm: higher than chance explains (99.8 %)",
}


# Words, the same on a screen and on a page


def heading(comparison: Comparison) -> str:
    """'3 teams compared', 'HARB01 against DOWN02', 'Before and after'."""
    match comparison.kind:
        case Kind.TWO:
            return f"{comparison.sides[1]} against {comparison.sides[0]}"
        case Kind.DATES:
            return f"Before and after: {in_words(comparison.sides)}"
        case Kind.PEOPLE:
            return "Practitioners beside their teams, by code"
    by = f", by {comparison.by_words}" if comparison.noun == "group" else ""
    return f"{counted(len(comparison.units), comparison.noun)} compared{by}"


def what(comparison: Comparison) -> list[str]:
    """What is compared: the extract, how many cases, how many items."""
    names = list(dict.fromkeys(about.title or about.extract for about in comparison.abouts))
    if len(comparison.abouts) > 1:
        names = list(dict.fromkeys(about.extract for about in comparison.abouts))
    items = counted(len(comparison.items), "item")
    cases = sum(unit.cases for unit in comparison.units)
    return [in_words(names), counted(cases, "case") if comparison.kind is not Kind.DATES else "", items]


def answers(comparison: Comparison) -> list[str]:
    """How many differences are more than chance, and how many would be if nobody differed."""
    if comparison.kind is Kind.PEOPLE:
        return [OF_PEOPLE]
    if not comparison.tests:
        return ["Too few cases to tell any difference from chance."]
    found = sum(place.flagged for row in comparison.items for place in row.places)
    found += sum(change.flagged for row in comparison.items for change in row.changes)
    of = "comparison" if comparison.kind is Kind.AMONG else "difference"
    share, verb = ("None", "is") if not found else (number(found), "is" if found == 1 else "are")
    lines = [
        f"{share} of the {number(comparison.tests)} {plural(of)} that could be told {verb} more than chance explains."
    ]
    if comparison.tests == 1:
        lines = [f"The one {of} that could be told {'is more than' if found else 'may be'} chance."]
    flags = "alerts" if comparison.kind is Kind.AMONG else "taken for more than chance"
    lines.append(f"Were all alike, {about(comparison.expected)} of them would still be {flags}, by chance alone.")
    return lines


def about(expected: float) -> str:
    """'about 3.1', 'fewer than 0.1'."""
    return f"about {expected:.1f}" if expected >= 0.1 else "fewer than 0.1"


def reading(comparison: Comparison) -> list[str]:
    """How to read it, in sentences."""
    only = "Only what had fallen due by as at counts."
    adjusted = (
        f"{NOT_ADJUSTED}; --only rosh=high, say, takes the cases of one kind alone, without those of which "
        "it is not known."
    )
    star = "* stands also among all of these many: of all that have it, about 5 % are chance."
    unknown = "“Could be”: it would be, but for cases that cannot be told or were not read."
    if comparison.kind is Kind.AMONG:
        return [
            f"Each {comparison.noun} is held against the rate of all of them together, itself among them, by the exact "
            "chance of so few or so many. Alert: beyond 95 % of what chance does; alarm: beyond 99.8 %. "
            "Too few to tell: no count that it could have would be an alert.",
            f"{star} {unknown}",
            f"{only} {adjusted}",
        ]
    if comparison.kind is Kind.PEOPLE:
        return [f"met of (met + late + gap), beside the same of the team. {only}"]
    sides = f"First {comparison.sides[0]}, second {comparison.sides[1]}. " if not _short(comparison) else ""
    between = [
        f"{sides}The second less the first, in percentage points, and the 95 % interval that chance leaves for it "
        "(Newcombe): where that holds no difference at all, it may be chance. Under ten on a side: counts only.",
        f"{star} {unknown}",
    ]
    if comparison.kind is Kind.DATES:
        return [*between, f"Cases that are in both make the true interval narrower, if anything. {only}"]
    return [*between, f"{only} {adjusted}"]


def _short(found: Comparison) -> bool:
    """Can the sides be named wherever they stand?"""
    return all(len(side) <= _LONGEST_SIDE for side in found.sides)


def called(unit: Unit, by: str) -> str:
    return unit.code or (UNALLOCATED if by == "practitioner" else NOT_RECORDED)


def share_words(counts: Counts) -> str:
    """'59 %, 17 of 29'; '3 of 4' under ten."""
    return ", ".join(part for part in (rate_or_range(counts), fraction_words(counts)) if part)


def verdict_words(place: Place) -> str:
    """'alert: lower than chance explains (95 %) *', 'could be lower …: depends on 5 that cannot be told'."""
    if place.verdict is None or not place.verdict.flagged:
        return place.verdict.value if place.verdict else without_rate(place.counts)
    words = _WORDS[place.verdict]
    if place.depends_on.unsettled:
        return f"could be {words.partition(': ')[2]}: depends on {unsettled_words(place.depends_on)}"
    return f"{words} *" if place.starred else words


def unsettled_words(counts: Counts) -> str:
    """'2 that cannot be told and 3 to judge'."""
    told, read = counts.of(State.CANNOT_TELL), counts.of(State.TO_JUDGE)
    return in_words([words for n, words in ((told, f"{told} that cannot be told"), (read, f"{read} to judge")) if n])


def change_words(change: Change) -> str:
    """'12 points lower, 3 to 21: more than chance', '5 points higher, -8 to 18: may be chance'."""
    found = change.difference
    if found is None:
        sides = min(change.first.base, change.second.base)
        return "counts only: under ten" if sides else "nobody on one side"
    words = f"{points_words(change)}, {interval_words(found)}"
    if not found.more_than_chance:
        return f"{words}: may be chance"
    if change.depends_on.unsettled:
        return f"{words}: could be more than chance: depends on {unsettled_words(change.depends_on)}"
    return f"{words}: more than chance{' *' if change.starred else ''}"


def points_words(change: Change) -> str:
    """'12 points lower'; worked out on whole numbers, halves up."""
    one, other = change.second, change.first
    apart = one.met * other.base - other.met * one.base
    if not apart:
        return "level"
    points = half_up(abs(apart), one.base * other.base)
    many = "under 1 point" if not points else "1 point" if points == 1 else f"{points} points"
    return f"{many} {'higher' if apart > 0 else 'lower'}"


def interval_words(found: Difference) -> str:
    """Both ends in the direction of the difference. No end claims nothing, or all, that is not."""
    low, high = (found.low, found.high) if found.value >= 0 else (-found.high, -found.low)
    shown = floor(low * 100 + 0.5)
    least = "<1" if found.more_than_chance and shown == 0 else str(shown)
    return f"{least} to {floor(high * 100 + 0.5)}"


# The screen


def comparison(found: Comparison, screen: Screen, again: str = "") -> list[Line]:
    """The whole screen. `again` is what to type after a command to look at the same extract again."""
    if found.kind is Kind.DATES:
        lines = row(Cell(1, screen.say(heading(found)), HEADING, right_edge(screen) - 1))
    else:
        lines = title(heading(found), found.about, screen)
    lines += joined(screen, what(found))
    lines += [line for words in _selections(found) for line in screen.paragraph(words)]
    lines += _beware(found, screen, again)
    lines.append(BLANK)
    for words in answers(found):
        lines += screen.paragraph(words, HEADING if found.kind is not Kind.PEOPLE else "")
    for words in reading(found):
        lines += [BLANK, *screen.paragraph(words)]
    if found.kind is Kind.PEOPLE:
        return lines + _people(found, screen)
    lines += _standing_out(found, screen)
    if len(found.items) == 1 and found.kind is Kind.AMONG:
        lines += _drawn(found, screen)
    lines += [BLANK, *row(Cell(1, "Item by item", HEADING))]
    for checklist, rows in groupby(found.items, key=lambda one: one.item.checklist_title):
        lines += [BLANK, *row(Cell(1, screen.say(checklist), HEADING, right_edge(screen) - 1))]
        for one in rows:
            lines += _item(found, one, screen)
    return lines + _next(found, screen, again)


def _selections(found: Comparison) -> list[str]:
    said = list(dict.fromkeys(selection_words(about) for about in found.abouts))
    return [words for words in said if words] if len(said) == 1 else []


def _beware(found: Comparison, screen: Screen, again: str) -> list[Line]:
    if len(found.abouts) == 1 and not found.warnings:
        read = bool(found.about.sources)  # else it is a result of earlier, of which nothing more can be looked at
        return beware(found.about, screen, again if read else "")
    wide = right_edge(screen) - 3
    return [
        line
        for text in _warnings(found)
        for line in row(Cell(1, "!", WARNING), Cell(3, screen.say(text), WARNING, wide))
    ]


def _warnings(found: Comparison) -> list[str]:
    several = len(found.abouts) > 1
    texts = [f"{one.extract}: {text}" if several else text for one in found.abouts for text in warnings(one)]
    return list(dict.fromkeys([*texts, *found.warnings]))


def _standing_out(found: Comparison, screen: Screen) -> list[Line]:
    """What is more than chance, and what could be."""
    entries = list(standing_out(found))
    if not entries:
        return []
    lines = [BLANK, *row(Cell(1, "More than chance, or could be", HEADING))]
    for item, texts in groupby(entries, key=lambda entry: entry[0].item):
        lines += row(Cell(3, screen.say(item.id)), Cell(4 + cells(item.id), screen.say(_title(item)), "", 0))
        for _, name, share, words in texts:
            lines += _entry(screen, name, share, words)
    return lines


def standing_out(found: Comparison) -> Iterator[tuple[ItemCompared, str, str, str]]:
    """Item, whose, how many, and what is said: of whatever is more than chance or could be."""
    for one in found.items:
        for unit, place in zip(found.units, one.places, strict=bool(one.places)):
            if _stands_out(place):
                yield one, called(unit, found.by), share_words(place.counts), verdict_words(place)
        for change in one.changes:
            if change.difference and change.difference.more_than_chance:
                yield one, _whose(found, change), _sides(found, change), change_words(change)


def _stands_out(place: Place) -> bool:
    """Is it more than chance, or could it be?"""
    return place.verdict is not None and place.verdict.flagged


def _whose(found: Comparison, change: Change) -> str:
    return called(change.unit, found.by) if found.kind is Kind.DATES and found.by != "extract" else ""


def _sides(found: Comparison, change: Change) -> str:
    """'DOWN02 (76 %, 28 of 37), HARB01 (67 %, 20 of 30)'."""
    names = found.sides if _short(found) else ("first", "second")
    shares = (share_words(counts) or "none" for counts in (change.first, change.second))
    return ", ".join(f"{name} ({share})" for name, share in zip(names, shares, strict=True))


def _entry(screen: Screen, name: str, share: str, words: str) -> list[Line]:
    text = ": ".join(part for part in ("  ".join(part for part in (name, share) if part), words) if part)
    edge = right_edge(screen)
    return row(Cell(5, screen.say(text), width=edge - 5))


def _title(item: ItemInfo) -> str:
    return name_of(item).partition(" ")[2]


def _item(found: Comparison, one: ItemCompared, screen: Screen) -> list[Line]:
    edge = right_edge(screen)
    pool = f"all {share_words(one.pool)}" if one.pool.base else "none to compare"
    if found.kind is Kind.DATES and one.pool.base:
        pool = ""  # most of its cases would be counted twice
    name = screen.say(name_of(one.item))
    right = screen.say(pool)
    if 1 + cells(name) + 3 + cells(right) <= edge:
        lines = row(Cell(1, name), Cell(edge, right, right=True))
    else:
        lines = [*row(Cell(1, name, width=edge - 1)), *row(Cell(edge, right, right=True))]
    if not one.pool.base:
        return lines
    for words, names in together(found, one).items():
        ends = [","] * (len(names) - 1) + [""]
        parts = [f"{words}:", *(f"{name}{end}" for name, end in zip(names, ends, strict=True))]
        lines += flow([[(screen.say(part), "")] for part in parts], " ", edge, indent=5)
    for change in one.changes:
        lines += _entry(screen, _whose(found, change), _sides(found, change), change_words(change))
    return lines


def together(found: Comparison, one: ItemCompared) -> dict[str, list[str]]:
    """Units of which the same is said, in their own order: the words, and each with its rate or counts."""
    said: dict[str, list[str]] = {}
    for unit, place in zip(found.units, one.places, strict=bool(one.places)):
        few = place.counts.base < FEWEST_FOR_A_RATE
        share = fraction_words(place.counts) if few else f"{rate_or_range(place.counts)} of {number(place.counts.base)}"
        words = verdict_words(place) if place.verdict else "none to compare"
        said.setdefault(words, []).append(f"{called(unit, found.by)} {share}".rstrip())
    order = {Verdict.LIKE.value: 1, Verdict.TOO_FEW.value: 2, "none to compare": 3}
    return dict(sorted(said.items(), key=lambda entry: order.get(entry[0], 0)))


def _next(found: Comparison, screen: Screen, again: str) -> list[Line]:
    entries = []
    if found.kind is Kind.AMONG and len(found.items) > 1 and again:
        ident = next((one.item.id for one, *_ in standing_out(found)), found.items[0].item.id)
        by = f" --by {quoted(found.by)}" if found.by not in ("team", "extract") else ""
        alone = command_for("compare", again, "item")
        entries.append((f"{alone}{by} --item {quoted(ident)}", "drawn as a funnel"))
    return commands(screen, entries)


# People


def _people(found: Comparison, screen: Screen) -> list[Line]:
    lines: list[Line] = []
    edge = right_edge(screen)
    for place, unit in enumerate(found.units):
        team = unit.parent or NOT_RECORDED
        said = f"{called(unit, found.by)}, {team} · {counted(unit.cases, 'case')}"
        lines += [BLANK, *row(Cell(1, screen.say(said), HEADING, edge - 1))]
        lines += row(Cell(edge - 16, "own", right=True), Cell(edge, "team", right=True))
        for one in found.items:
            own = one.places[place].counts
            if not own.base:
                continue
            of_team = team_counts(found, one, unit.parent)
            lines += row(
                Cell(3, screen.say(name_of(one.item)), width=edge - 32),
                Cell(edge - 16, fraction_words(own), right=True),
                Cell(edge, fraction_words(of_team), right=True),
            )
    return lines


# A funnel

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ROWS = 20  # five points each


def drawn_units(found: Comparison, one: ItemCompared) -> list[tuple[str, Place]]:
    """The units that have a rate, each with its letter."""
    places = [place for place in one.places if place.counts.rated]
    return list(zip(_LETTERS, places, strict=False)) if len(places) <= len(_LETTERS) else []


def _drawn(found: Comparison, screen: Screen) -> list[Line]:
    """The rate of each unit against how many cases it has, and how far chance reaches."""
    one = found.items[0]
    points = drawn_units(found, one)
    if not points or not one.pool.rated:
        return []
    rate = one.pool.met / one.pool.base
    wide = right_edge(screen) - 8
    most = max(place.counts.base for _, place in points) * 1.08
    grid = [[" "] * wide for _ in range(_ROWS + 1)]
    for column in range(wide):
        of = max(1, round((column + 1) / wide * most))
        marks = ((ALARM, ":"), (ALERT, "."))
        for end, mark in ((rate, "-"), *((end, mark) for tail, mark in marks for end in limits(of, rate, tail))):
            grid[_line(end)][column] = mark
    taken: dict[tuple[int, int], str] = {}
    for letter, place in points:
        at = (_line(place.counts.met / place.counts.base), min(wide - 1, round(place.counts.base / most * wide) - 1))
        taken[at] = "+" if at in taken else letter
    for (down, across), letter in taken.items():
        grid[down][across] = letter
    lines = [BLANK, *row(Cell(1, screen.say(f"{name_of(one.item)}: rate by number of cases"), HEADING, wide + 7))]
    for down, line in enumerate(grid):
        label = f"{100 - down * 5:3d} %" if down % 4 == 0 else ""
        lines += row(Cell(1, label), Cell(7, "".join(line).rstrip()))
    lines += row(Cell(7, "1"), Cell(7 + wide, f"{floor(most)} cases", right=True))
    lines += screen.paragraph(
        f"- all {share_words(one.pool)}   . 95 %   : 99.8 %: beyond these is more than chance explains"
        f"{'   + more than one' if '+' in taken.values() else ''}"
    )
    letters = {id(place): letter for letter, place in points}
    key = [
        f"{letters[id(place)]} {called(unit, found.by)} {share_words(place.counts)}"
        for unit, place in zip(found.units, one.places, strict=True)
        if id(place) in letters
    ]
    few = [called(unit, found.by) for unit, p in zip(found.units, one.places, strict=True) if id(p) not in letters]
    lines += joined(screen, key)
    if few:
        lines += screen.paragraph(f"Under ten cases, and so not drawn: {in_words(few)}", DIM)
    return lines


def _line(rate: float) -> int:
    return _ROWS - floor(rate * _ROWS + 0.5)


# Files for other programs


def comparison_json(found: Comparison, again: str = "") -> bytes:
    """The comparison as JSON."""
    return written("compare", _fields(found))


def comparison_csv(found: Comparison, again: str = "") -> bytes:
    """The comparison as CSV, a row for each unit and item."""
    return rows_of(_HEADS, _rows(found))


_HEADS = (
    *("as_at", "compared", "grouping", "code", "team", "item", "title", "checklist", "severity"),
    *("met", "of", "unsettled", "all_met", "all_of", "verdict", "depends_on", "starred"),
    *("first", "second", "first_met", "first_of", "points_lower_end", "points", "points_upper_end"),
)


def _rows(comparison: Comparison) -> Iterator[Sequence[CsvCell]]:
    """A row for each unit and item; of two sides the second stands under as_at, met, of and unsettled.
    Points are whole, halves up."""
    kind, as_at = comparison.kind.value, comparison.about.as_at
    for one in comparison.items:
        item = (one.item.id, one.item.title, one.item.checklist, one.item.severity)
        pool = (one.pool.met, one.pool.base)
        for unit, place in zip(comparison.units, one.places, strict=bool(one.places)):
            own = (place.counts.met, place.counts.base, place.counts.unsettled)
            said = (place.verdict.value if place.verdict else None, place.depends_on.unsettled, int(place.starred))
            yield (
                *(as_at, kind, comparison.by, unit.code or None, unit.parent or None),
                *(*item, *own, *pool, *said, *(None,) * 7),
            )
        for change in one.changes:
            own = (change.second.met, change.second.base, change.second.unsettled)
            found = change.difference
            verdict = None if not found else "more than chance" if change.flagged else "may be chance"
            points = (floor(end * 100 + 0.5) for end in (found.low, found.value, found.high)) if found else (None,) * 3
            yield (
                *(comparison.abouts[-1].as_at, kind, comparison.by, change.unit.code or None, None, *item, *own, *pool),
                *(verdict, change.depends_on.unsettled, int(change.starred), *comparison.sides),
                *(change.first.met, change.first.base),
                *points,
            )


def _fields(comparison: Comparison) -> Fields:
    return {
        "extracts": [
            {
                "title": about.title or None,
                "as_at": about.as_at.isoformat(),
                "extract": about.extract,
                "newest_entry": about.newest_entry.isoformat() if about.newest_entry else None,
                "selection": list(about.selection),
                "warnings": list(about.warnings),
            }
            for about in comparison.abouts
        ],
        "compared": comparison.kind.value,
        "grouped_by": comparison.by,
        "sides": list(comparison.sides),
        "tests": comparison.tests,
        "expected_by_chance": round(comparison.expected, 2),
        "warnings": list(comparison.warnings),
        "items": [
            {
                "item": one.item.id,
                "title": one.item.title,
                "checklist": one.item.checklist,
                "severity": one.item.severity,
                "definition": one.item.definition or None,
                "met": one.pool.met,
                "of": one.pool.base,
                "units": [
                    {
                        "code": unit.code or None,
                        "team": unit.parent or None,
                        "cases": unit.cases,
                        "met": place.counts.met,
                        "of": place.counts.base,
                        "unsettled": place.counts.unsettled,
                        "verdict": place.verdict.value if place.verdict else None,
                        "depends_on": place.depends_on.unsettled,
                        "starred": place.starred,
                    }
                    for unit, place in zip(comparison.units, one.places, strict=bool(one.places))
                ],
                "differences": [
                    {
                        "code": change.unit.code or None,
                        "first": {"met": change.first.met, "of": change.first.base},
                        "second": {"met": change.second.met, "of": change.second.base},
                        "points": _points(change.difference.value) if change.difference else None,
                        "interval_95": [_points(change.difference.low), _points(change.difference.high)]
                        if change.difference
                        else None,
                        "more_than_chance": change.flagged if change.difference else None,
                        "depends_on": change.depends_on.unsettled,
                        "starred": change.starred,
                    }
                    for change in one.changes
                ],
            }
            for one in comparison.items
        ],
    }


def _points(value: float) -> float:
    """A difference in percentage points, with one place: whole ones could hide on which side of nothing it is."""
    return round(value * 100, 1)


# The page


def comparison_page(found: Comparison, again: str = "") -> bytes:
    """The comparison as a page for a browser, in UTF-8."""
    one_date = found.kind is not Kind.DATES
    head = tag(
        "header",
        *([tag("p", "as at ", tag("strong", long_date(found.about.as_at)), class_="as-at")] if one_date else []),
        tag("h1", heading(found)),
        tag("p", " · ".join(part for part in what(found) if part), class_="how-much"),
        *(tag("p", words, class_="narrowed") for words in _selections(found)),
    )
    signed = [tag("li", tag("span", "!", class_="sign", aria_hidden="true"), " ", words) for words in _warnings(found)]
    answer = [
        *(tag("p", tag("strong", words)) for words in answers(found)),
        *([tag("ul", *signed, class_="beware", aria_label="Beware")] if signed else []),
        *(tag("p", words, class_="note") for words in reading(found)),
    ]
    sections = [Section("answer", "The answer", "The answer", *answer)]
    if found.kind is Kind.PEOPLE:
        sections.append(Section("people", "Practitioners", "Practitioners beside their teams", _people_table(found)))
    else:
        if entries := list(standing_out(found)):
            rows = [[name_of(one.item), *([name] if name else []), share, words] for one, name, share, words in entries]
            heads = ["item", *([found.noun] if len(rows[0]) == 4 else []), "met of", "says"]
            sections.append(Section("out", "More than chance", "More than chance, or could be", _table(heads, rows)))
        sections.append(Section("items", "Item by item", "Item by item", _items_table(found)))
        if figures := list(_figures(found)):
            words = (
                "The rate of each against how many cases it has: beyond the dotted lines is an alert, beyond the whole "
                "ones an alarm. Of many only those that stand out are named; under ten cases none is drawn."
            )
            drawn = [tag("p", words, class_="note"), tag("div", *figures, class_="charts")]
            sections.append(Section("drawn", "Drawn", "Drawn", *drawn))
    foot = tag("footer", tag("p", f"Made by auditcheck {__version__}"))
    titled = f"{heading(found)}, as at {long_date(found.about.as_at)}" if one_date else heading(found)
    return whole_page(titled, head, sections, foot)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "compared items-compared") -> Markup:
    top = tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads)))
    body = tag(
        "tbody",
        *(tag("tr", tag("th", line[0], scope="row"), *(tag("td", cell) for cell in line[1:])) for line in rows),
    )
    table = tag("table", top, body, class_=kind)
    return tag("div", table, class_="wide", role="region", aria_label=heads[0], tabindex=0)


def _items_table(found: Comparison) -> Markup:
    rows = []
    for one in found.items:
        said = [f"{words}: {', '.join(names)}" for words, names in together(found, one).items()]
        for change in one.changes:
            whose = _whose(found, change)
            said.append(f"{whose + '  ' if whose else ''}{_sides(found, change)}: {change_words(change)}")
        lines = tag("ul", *(tag("li", words) for words in said), class_="said") if one.pool.base else Markup("")
        pool = share_words(one.pool) or "none to compare"
        rows.append([name_of(one.item), *([pool] if found.kind is not Kind.DATES else []), lines])
    alls = ["all"] if found.kind is not Kind.DATES else []
    return _table(["item", *alls, plural(found.noun) if found.kind is Kind.AMONG else "both sides"], rows)


def _people_table(found: Comparison) -> Markup:
    rows = [
        [
            f"{called(unit, found.by)}, {unit.parent or NOT_RECORDED}",
            name_of(one.item),
            fraction_words(one.places[place].counts),
            fraction_words(team_counts(found, one, unit.parent)),
        ]
        for place, unit in enumerate(found.units)
        for one in found.items
        if one.places[place].counts.base
    ]
    return _table(["practitioner", "item", "own", "team"], rows, "compared")


#: So few units are all named in a funnel; of more, only what stands out.
_ALL_NAMED = 4


def _figures(found: Comparison) -> Iterator[Markup]:
    if found.kind is not Kind.AMONG:
        return
    for place, one in enumerate(found.items):
        drawn = [(called(unit, found.by), p) for unit, p in zip(found.units, one.places, strict=True) if p.counts.rated]
        if drawn and one.pool.rated:
            dots = [
                Dot(code, p.counts.met, p.counts.base, verdict_words(p), len(drawn) <= _ALL_NAMED or _stands_out(p))
                for code, p in drawn
            ]
            chart = funnel(name_of(one.item), dots, one.pool, f"funnel-{place}")
            yield tag("figure", tag("figcaption", name_of(one.item)), chart)
