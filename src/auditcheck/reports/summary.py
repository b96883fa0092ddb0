"""The summary that `auditcheck run` shows: what was checked, the answer, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import NamedTuple

from auditcheck.problems import command_for
from auditcheck.reports.figures import (
    UNDECIDED,
    by_checklist,
    fraction_words,
    interval_words,
    range_in_words,
    range_words,
    rate_words,
    without_rate,
)
from auditcheck.reports.frame import (
    adjusted,
    adjustments,
    again_for,
    beware,
    can_be_typed,
    commands,
    fault_commands,
    inspect_command,
    joined,
    newest_entry,
    not_asked,
    not_supplied,
    right_edge,
    selection,
    title,
)
from auditcheck.reports.groups import UNALLOCATED, fits_matrix, grouped, name_of, practitioners, team_matrix, teams
from auditcheck.reports.indicative import indicative
from auditcheck.reports.terminal import (
    BLANK,
    DIM,
    HEADING,
    PIPED_WIDTH,
    STATE_STYLES,
    Cell,
    Line,
    Screen,
    cells,
    flow,
    fold,
    row,
)
from auditcheck.reports.words import counted, number, quoted, short_day, some_of
from auditcheck.result import UNTOLD, About, Counts, Finding, ItemInfo, Result, Standing
from auditcheck.shipped import CHECKLISTS
from auditcheck.states import IN_ORDER, IN_THE_RATE, State
from auditcheck.statistics import shares

#: More practitioners than this are not shown unless asked for.
MOST_PRACTITIONERS = 8

#: More items than this are not shown for each team, or for each practitioner, unless asked for.
MOST_ITEMS = 30

#: Narrower than this, bars and columns give way to one state per line.
NARROW = 72

#: A title has this much room before any column gives way to it.
_TITLE = 33

#: With less room than this beside it, or where two lines will not do, what was found stands under the case.
_BESIDE = 36


def summary(result: Result, screen: Screen, command: str = "") -> list[Line]:
    """The lines of the summary.

    `command` is what follows `auditcheck gaps` to look at the same extract again: the extract as it
    was typed, quoted for the shell, with any options.
    """
    command = command or quoted(result.about.extract)
    layout = _Layout.of(result, screen)
    lines = _header(result, screen, layout, command)
    lines += [BLANK, *_answer(result, screen)]
    if result.cases and result.items:
        lines += [BLANK, *(_columns(result, screen, layout) if layout else _stacked(result, screen))]
        lines += [BLANK, *_legend(result, screen, layout)]
        lines += indicative(result, screen)
        lines += _reasons(result, screen)
        lines += _accepted(result, screen, command)
        lines += adjustments(result.about.adjustments, screen)
        lines += _groups(result, screen, command)
        lines += _first(result, screen)
    return lines + _next(result, screen, command)


# What was checked, and on what


def _header(result: Result, screen: Screen, layout: _Layout | None, command: str) -> list[Line]:
    about = result.about
    lines = title(title_of(about), about, screen, layout.edge if layout else 0)
    lines += joined(screen, how_much(result))
    lines += selection(about, screen)
    lines += [line for parts in what_was_read(about, right_edge(screen)) for line in joined(screen, parts)]
    lines += joined(screen, [dictionary_words(about), as_at_from(about)])
    lines += adjusted(about.adjustments, screen)
    lines += screen.paragraph(not_started(result)) if result.not_started else []
    lines += not_supplied(about, screen)
    lines += not_asked(about, screen, command)
    return lines + beware(about, screen)


def title_of(about: About) -> str:
    return about.title or f"Audit of {counted(len(about.parts), 'extract') if about.parts else about.extract}"


def how_much(result: Result) -> list[str]:
    """'40 cases', '3 teams', …: what was looked at; "" for what is not known."""
    people = len({group.code for group in result.practitioners if group.code not in ("", UNTOLD) and group.cases})
    teams = len({group.code for group in result.teams if group.code})
    return [
        counted(result.cases, "case"),
        counted(teams, "team") if teams else "",
        counted(people, "practitioner") if people else "",
        counted(len({item.checklist for item in result.items}), "checklist"),
        counted(len(result.items), "item"),
    ]


def what_was_read(about: About, edge: int) -> list[list[str]]:
    """Of each extract its rows, the columns left and how fresh it is; its dictionary where they have different ones."""
    return [
        [
            *rows_read(read, edge),
            columns_left(read),
            newest_entry(read),
            dictionary_words(read) if about.parts and not about.dictionary else "",
        ]
        for read in about.parts or (about,)
    ]


def columns_left(about: About) -> str:
    unread = sum(source.columns_unread for source in about.sources)
    return f"{counted(unread, 'column')} not needed and not read" if unread else ""


def not_started(result: Result) -> str:
    """'2 cases start after 30 June 2026: not audited'."""
    as_at = result.about.as_at
    verb = "starts" if result.not_started == 1 else "start"
    return f"{counted(result.not_started, 'case')} {verb} after {as_at.day} {as_at:%B} {as_at.year}: not audited"


def rows_read(about: About, edge: int) -> list[str]:
    """'team-june.xlsx: 5 sheets, 1,912 rows read = 1,894 used + 18 of other cases'; in two parts where
    that is too long for a line."""
    sources = about.sources
    if not sources:
        return [about.extract]
    places = {source.shown for source in sources}
    noun = "sheet" if all(place.startswith("sheet ") for place in places) else "table"
    read = sum(source.rows_read for source in sources)
    parts = [f"{number(sum(source.kept for source in sources))} used"]
    if other := sum(source.other_cases for source in sources):
        parts.append(f"{number(other)} of other cases")
    if refused := sum(source.refused for source in sources):
        parts.append(f"{number(refused)} refused")
    whole = f" = {' + '.join(parts)}" if len(parts) > 1 else ", all used"
    where, rows = (
        f"{about.extract}: {counted(len(places), noun)}{_kinds(places)}",
        f"{counted(read, 'row')} read{whole}",
    )
    return [f"{where}, {rows}"] if 1 + cells(where) + 2 + cells(rows) <= edge else [where, rows]


def _kinds(places: Iterable[str]) -> str:
    """' (5 .csv, 2 .parquet)' where an extract is made of files of more than one kind."""
    kinds = Counter(PurePath(place).suffix.lower() for place in places if not place.startswith("sheet "))
    return f" ({', '.join(f'{number(n)} {kind}' for kind, n in sorted(kinds.items()))})" if len(kinds) > 1 else ""


def dictionary_words(about: About) -> str:
    return f"dictionary {about.dictionary} {about.dictionary_version}".rstrip() if about.dictionary else ""


def as_at_from(about: About) -> str:
    if not about.as_at_from:
        return ""
    known = {
        "--as-at": "as at given with --as-at",
        "the dictionary": "as at stated by the dictionary",
        "today": "as at is today",
    }
    return known.get(about.as_at_from, f"as at from {about.as_at_from}")


# The answer


class Told(NamedTuple):
    """A part of the answer: '249', 'gaps', 'in 37 of 40 cases'. `state` is that of its sign."""

    state: State | None
    number: str
    word: str
    where: str = ""

    @property
    def text(self) -> str:
        return " ".join(part for part in (self.number, self.word, self.where) if part)


def answer(result: Result) -> list[Told]:
    """What was found, the gaps first: those of the record, and what only a reader's no makes one."""
    overall = result.overall
    total = overall.total
    gaps, answered_no = overall.gaps_in_record, overall.answered_no
    if not result.cases:
        return [Told(None, "", "No case was audited.")]
    whole = counted(result.cases, "case")
    if gaps:
        where = f"{'in the record ' if answered_no else ''}in "
        where += some_of(overall.cases_with_gap_in_record, result.cases, "case")
        told = [Told(State.GAP, number(gaps), "gap" if gaps == 1 else "gaps", where)]
    elif answered_no:
        told = [Told(None, "", f"No gaps found in the record of {whole}")]
    else:
        told = [Told(None, "", f"{'No gaps found' if total.base else 'Nothing could be rated'} in {whole}")]
    if answered_no:  # a gap too, but not one of the record
        told.append(Told(State.GAP, number(answered_no), "", "answered no by a reader"))
    for state in (State.NOT_YET_DUE, State.CANNOT_TELL, State.TO_JUDGE):
        if count := total.of(state):
            told.append(Told(state, number(count), state.value))
    return told


def _answer(result: Result, screen: Screen) -> list[Line]:
    edge = right_edge(screen)
    told = answer(result)
    if not result.cases:
        return screen.paragraph(told[0].text, HEADING)
    parts = [_told(one, screen) for one in told]
    two = 2 if result.overall.answered_no else 0  # these have a line to themselves
    lines = (flow(parts[:two], "  ", edge) if two else []) + flow(parts[two:], "  ", edge)
    if result.ended_gaps:
        lines += screen.paragraph(f"{of_ended(result)} The command gaps lists them apart, at its end.")
    return lines


def _told(one: Told, screen: Screen) -> list[tuple[str, str]]:
    if one.state is None:
        return [(one.text, HEADING)]
    style = STATE_STYLES[one.state]
    pieces = [(screen.sign(one.state), style), (f" {one.number} ", "")]
    pieces += [(one.word, style)] if one.word else []
    return [*pieces, (f"{' ' if one.word else ''}{one.where}", "")] if one.where else pieces


def of_ended(result: Result) -> str:
    return f"Of ended cases: {ended_gaps(result)}."


def ended_gaps(result: Result) -> str:
    """The gaps of ended cases: those in the record, and what a reader answered no."""
    answered_no = result.ended_gaps - result.ended_in_record
    in_record = f"{counted(result.ended_in_record, 'gap')}{' in the record' if result.overall.answered_no else ''}"
    read = f"{number(answered_no)} answered no by a reader"
    return ", ".join(([in_record] if result.ended_in_record else []) + ([read] if answered_no else []))


# Items by checklist


def _counts(result: Result, item: ItemInfo) -> Counts:
    return result.overall.counts.get(item.id, Counts())


@dataclass(frozen=True)
class _Layout:
    """Where the columns of the items stand: the first arrangement, of ever fewer columns, that
    leaves room for the titles."""

    title_at: int
    title: int
    bar: int
    bar_at: int
    rate: int
    fraction: int
    interval: int | None
    range: int | None
    states: tuple[tuple[State, int], ...]
    edge: int

    @classmethod
    def of(cls, result: Result, screen: Screen) -> _Layout | None:
        """None where a narrow screen leaves room for no arrangement."""
        if screen.width < NARROW or not result.items:
            return None
        title_at = 1 + max(cells(screen.say(item.id)) for item in result.items) + 1
        longest = max(cells(_title(item, screen)) for item in result.items)
        counts = [_counts(result, item) for item in result.items]
        fraction = max(8, *(len(fraction_words(c)) for c in counts))
        arrangements = [
            # bar, 95 %, range, met, room between states, the least room for titles
            (14, True, True, True, 4, _TITLE),
            (14, False, True, True, 4, _TITLE),
            (14, False, False, True, 4, _TITLE),
            (14, False, False, False, 4, _TITLE),
            (9, False, False, False, 4, _TITLE),
            (9, False, False, False, 3, 16),
            (0, False, False, False, 3, 16),
        ]
        for bar, with_interval, with_range, with_met, gap, least in arrangements:
            states = [state for state in IN_ORDER if with_met or state is not State.MET]
            wide = {state: max(gap, *(len(number(c.of(state))) + 1 for c in counts)) for state in states}
            after = (1 + bar if bar else 0) + 6 + 1 + fraction + 7 * with_interval + 7 * with_range
            after += sum(wide.values()) + (1 if with_met else 2)
            room = screen.width - 1 - title_at - after
            if room < min(least, longest):
                continue
            title = max(min(longest, room), 15)
            bar_at = title_at + title + 1
            rate = bar_at + (bar or -1) + 6
            fraction_end = rate + 1 + fraction
            interval = fraction_end + 7 if with_interval else None
            range_end = (interval or fraction_end) + 7 if with_range else None
            at = (range_end or interval or fraction_end) + (1 if with_met else 2)
            places = []
            for state in states:
                at += wide[state]
                places.append((state, at))
            edge = max(at, min(screen.width, PIPED_WIDTH) - 1)
            return cls(title_at, title, bar, bar_at, rate, fraction_end, interval, range_end, tuple(places), edge)
        return None


def _title(item: ItemInfo, screen: Screen) -> str:
    return screen.say(name_of(item)[len(item.id) + 1 :])


def _columns(result: Result, screen: Screen, at: _Layout) -> list[Line]:
    heads = [Cell(at.rate, "rate", right=True), Cell(at.fraction, "met of", right=True)]
    if at.interval:
        heads.append(Cell(at.interval, "95 %", right=True))
    if at.range:
        heads.append(Cell(at.range, "range", right=True))
    heads += [Cell(end, screen.sign(state), STATE_STYLES[state], right=True) for state, end in at.states]
    lines = row(*heads)
    for place, (checklist, items) in enumerate(by_checklist(result.items)):
        if place:
            lines.append(BLANK)
        lines += row(Cell(1, screen.say(checklist), HEADING, screen.width - 2))
        unread = _unread(result, items)
        for item in items:
            if item not in unread:
                lines += _item(item, _counts(result, item), screen, at)
        lines += _none_read_yet(result, unread, screen)
    return lines


def _unread(result: Result, items: Sequence[ItemInfo]) -> list[ItemInfo]:
    """Of many items those of which a table would show nothing but how many wait for a reader."""
    if len(result.items) <= MOST_ITEMS:
        return []
    shown = (State.TO_JUDGE, State.LEFT_OUT, State.NOT_RELEVANT)
    counts = {item: _counts(result, item) for item in items}
    unread = [
        item
        for item in items
        if counts[item].of(State.TO_JUDGE) and counts[item].total == sum(map(counts[item].of, shown))
    ]
    return unread if len(unread) > 1 else []


def _none_read_yet(result: Result, items: Sequence[ItemInfo], screen: Screen) -> list[Line]:
    """'✎ none read yet: KA1 37, KA2 37'."""
    if not items:
        return []
    waiting = [f"{item.id} {number(_counts(result, item).of(State.TO_JUDGE))}" for item in items]
    return _by_id(State.TO_JUDGE, "none read yet", waiting, screen, 1)


def _by_id(state: State, words: str, numbers: Sequence[str], screen: Screen, at: int) -> list[Line]:
    """'○ Moved away: DA1 2, DA2 1', where no id is parted from its number."""
    parts = [*f"{words}:".split(" "), *(f"{each}," for each in numbers[:-1]), numbers[-1]]
    first, *more = flow([[(screen.say(part), "")] for part in parts], " ", right_edge(screen), indent=at + 2)
    sign = row(Cell(at, screen.sign(state), STATE_STYLES[state]))[0].pieces
    return [Line((*sign, (" ", ""), *first.pieces[1:])), *more]


def _item(item: ItemInfo, counts: Counts, screen: Screen, at: _Layout) -> list[Line]:
    parts = [Cell(1, screen.say(item.id)), Cell(at.title_at, _title(item, screen), width=at.title)]
    if not at.range and range_words(counts):  # its column gave way: under the bar
        under = screen.say(range_in_words(counts))
        parts.append(Cell(at.bar_at, under, "", at.edge - at.bar_at, down=1))
    if not counts.base:
        parts.append(Cell(at.bar_at if at.bar else at.rate - 5, without_rate(counts), DIM))
        if not at.bar:
            parts[-1] = Cell(at.fraction, without_rate(counts), DIM, right=True)
    elif not counts.rated:
        if at.bar:
            parts.append(Cell(at.bar_at, without_rate(counts), DIM))
    elif at.bar:
        parts += _bar(counts, screen, at.bar_at, at.bar)
    parts += [Cell(at.rate, rate_words(counts), right=True), Cell(at.fraction, fraction_words(counts), right=True)]
    if at.interval:
        parts.append(Cell(at.interval, screen.say(interval_words(counts)), right=True))
    if at.range:
        parts.append(Cell(at.range, screen.say(range_words(counts)), right=True))
    parts += [Cell(end, number(counts.of(state)), right=True) for state, end in at.states if counts.of(state)]
    return row(*parts)


def _bar(counts: Counts, screen: Screen, at: int, width: int) -> list[Cell]:
    parts = []
    sizes = shares(tuple(counts.of(state) for state in IN_THE_RATE), width)
    for state, size, fill in zip(IN_THE_RATE, sizes, screen.signs.bar, strict=True):
        if size:
            parts.append(Cell(at, fill * size, STATE_STYLES[state]))
            at += size
    return parts


def _stacked(result: Result, screen: Screen) -> list[Line]:
    """One state per line, for a narrow screen."""
    lines: list[Line] = []
    edge = right_edge(screen)
    for place, (checklist, items) in enumerate(by_checklist(result.items)):
        if place:
            lines.append(BLANK)
        lines += row(Cell(1, screen.say(checklist), HEADING, edge - 1))
        unread = _unread(result, items)
        for item in items:
            if item in unread:
                continue
            counts = _counts(result, item)
            at = 1 + cells(screen.say(item.id)) + 1
            lines += row(Cell(1, screen.say(item.id)), Cell(at, _title(item, screen), width=edge - at))
            rate = "  ".join(text for text in (rate_words(counts), fraction_words(counts)) if text)
            rate = rate if counts.rated or not range_words(counts) else f"{without_rate(counts)}, {rate}"
            rate = rate or without_rate(counts)
            lines += row(Cell(at, rate, width=edge - at))
            lines += row(Cell(at, screen.say(range_in_words(counts)), "", edge - at)) if range_words(counts) else []
            wide = max(len(number(count)) for count in counts.numbers)
            for state in IN_ORDER:
                if count := counts.of(state):
                    style = STATE_STYLES[state]
                    lines += row(
                        Cell(at, screen.sign(state), style),
                        Cell(at + 2 + wide, number(count), right=True),
                        Cell(at + 3 + wide, state.value, style),
                    )
        lines += _none_read_yet(result, unread, screen)
    return lines


def _legend(result: Result, screen: Screen, layout: _Layout | None) -> list[Line]:
    edge = right_edge(screen)
    parts = [((screen.sign(state), STATE_STYLES[state]), (f" {state.value}", "")) for state in IN_ORDER]
    lines = flow(parts, "  ", edge) if layout else []
    words = ["Rate = met of (met + late + gap)."]
    if layout and layout.interval:
        words.append("95 %: chance alone.")
    if layout and layout.range:
        unknown, unread = screen.sign(State.CANNOT_TELL), screen.sign(State.TO_JUDGE)
        words.append(f"Range: were every {unknown} and {unread} one way or the other.")
    if any(_counts(result, item).undecided and range_words(_counts(result, item)) for item in result.items):
        words.append(f"Undecided: {UNDECIDED}.")
    if layout:
        words.append("Blank is none.")
    rate = row(Cell(1, screen.say(" ".join(words)), width=edge - 1))
    if layout and layout.bar:
        bars: list[tuple[str, str]] = []
        for state, fill in zip(IN_THE_RATE, screen.signs.bar, strict=True):
            bars += [(" " * (2 if bars else 8), ""), (fill, STATE_STYLES[state]), (f" {state.value}", "")]
        whole = Line((*lines[-1].pieces, *bars))
        lines = [*lines[:-1], whole] if whole.width <= edge else [*lines, Line(((" ", ""), *bars[1:]))]
    return lines + rate


def by_reason(result: Result) -> dict[tuple[State, str], list[str]]:
    """Why cases were left out or excused: for each reason the items with how many, such as 'DA1 2'."""
    found: dict[tuple[State, str], list[str]] = {}
    for item in result.items:
        for words, count in result.reasons.get(item.id, {}).items():
            kind, _, reason = words.partition(": ")
            if count:
                state = State.EXCUSED if kind == State.EXCUSED else State.LEFT_OUT
                found.setdefault((state, reason), []).append(f"{item.id} {number(count)}")
    return found


BY_REASON = "Excused and left out, by reason"


def _reasons(result: Result, screen: Screen) -> list[Line]:
    reasons = by_reason(result)
    lines = [BLANK, *row(Cell(1, BY_REASON, HEADING))] if reasons else []
    for (state, reason), items in reasons.items():
        lines += _by_id(state, reason, items, screen, 3)
    return lines


def _accepted(result: Result, screen: Screen, command: str) -> list[Line]:
    """How the rows of accepted gaps stand, in one line."""
    words = accepted_words(result)
    idle = any(count for standing, count in result.accepted.items() if standing is not Standing.IN_FORCE)
    see = f" (see: auditcheck gaps {command})" if idle else ""
    return [BLANK, *screen.paragraph(f"{words}{see}")] if words else []


def accepted_words(result: Result) -> str:
    """'Accepted gaps: 3 in force, 1 expired'; "" where the extract has no row of them."""
    counts = [(count, standing) for standing in Standing if (count := result.accepted.get(standing, 0))]
    words = ", ".join(f"{number(count)} {_standing(standing, count)}" for count, standing in counts)
    return f"Accepted gaps: {words}" if words else ""


def _standing(standing: Standing, count: int) -> str:
    return "matches nothing" if standing is Standing.NOTHING and count == 1 else standing.value


# Teams, practitioners and other groups


def _groups(result: Result, screen: Screen, command: str) -> list[Line]:
    lines: list[Line] = []
    several, by_team = len(result.teams) > 1, result.by == "team"
    by_item = by_team or len(result.items) <= MOST_ITEMS
    matrix = several and by_item and fits_matrix(result, screen)
    if several and (by_team or not matrix):
        lines += [BLANK, *teams(result, screen, by_item=by_item and not matrix)]
        if not by_item:
            shipped = next(
                (f", or --checklist {name}" for name, _ in result.about.checklists if name in CHECKLISTS), ""
            )
            lines += screen.paragraph(f"Item by item: add --by team{shipped}.")
    if matrix:
        lines += [BLANK, *team_matrix(result, screen)]
    people = {group.code for group in result.practitioners if group.code not in ("", UNTOLD) and group.cases}
    asked = result.by == "practitioner"
    if asked or 0 < len(people) <= MOST_PRACTITIONERS:
        lines += [BLANK, *practitioners(result, screen, by_item=asked or len(result.items) <= MOST_ITEMS)]
    elif people:
        alone = sum(group.cases for group in result.practitioners if not group.code)
        team = next((group.code for group in result.teams if group.cases and can_be_typed(group.code, screen)), "")
        or_team = f", or --team {quoted(team)}" if team and several else ""
        words = f"{counted(len(people), 'practitioner')}: to see their counts, add --by practitioner{or_team}."
        if alone:
            words += f" {counted(alone, 'case')} {'is' if alone == 1 else 'are'} {UNALLOCATED}."
        lines += [BLANK, *screen.paragraph(words)]
    if result.groups and result.by != "practitioner" and not (several and by_team):
        lines += [BLANK, *grouped(result, screen)]
    return lines


# What to do


def _first(result: Result, screen: Screen) -> list[Line]:
    if not result.first:
        return []
    edge = right_edge(screen)
    lines = [BLANK, *row(Cell(1, first_heading(result), HEADING, edge - 1))]
    several = len(result.teams) > 1
    rows = [
        [days_words(finding), finding.case.ref, finding.item.id, holder(finding, several), found_words(result, finding)]
        for finding in result.first
    ]
    rows = [[screen.say(text) for text in texts] for texts in rows]
    wide = [max(cells(texts[column]) for texts in rows) for column in range(4)]
    case_at = 6 + wide[0] + 2 if wide[0] else 5
    item_at = case_at + wide[1] + 2
    whose_at = item_at + wide[2] + 2
    found_at = whose_at + wide[3] + 2
    beside = edge - found_at >= _BESIDE and all(len(fold(texts[4], edge - found_at)) <= 2 for texts in rows)
    for finding, (days, ref, item, whose, found) in zip(result.first, rows, strict=True):
        parts = [
            Cell(3, screen.sign(finding.state), STATE_STYLES[finding.state]),
            Cell(6 + wide[0], days, right=True),
            Cell(case_at, ref),
            Cell(item_at, item),
            Cell(whose_at, whose),
        ]
        if beside:
            lines += row(*parts, Cell(found_at, found, width=edge - found_at))
        elif found_at - 2 > edge:  # a code by itself never folds, and so much does not fit
            lines += row(parts[0], Cell(5, ref))
            for words in ("  ".join(part for part in (days, item) if part), whose, found):
                lines += row(Cell(5, words, width=edge - 5 if " " in words else 0)) if words else []
        else:
            lines += row(*parts)
            lines += row(Cell(5, found, width=edge - 5)) if found else []
    return lines


def first_heading(result: Result) -> str:
    rests = "answered no by a reader, " if any(finding.answered_no for finding in result.first) else ""
    if not rests and result.overall.answered_no:
        rests = "gaps in the record, "
    of_a_month = any(words.startswith("what was due in ") for words in result.about.selection)
    whenever = ", whenever it was due" if of_a_month else ""  # as on the lists, beside counts of a month
    return f"First to look at{whenever}: {rests}by severity, longest overdue first"


def holder(finding: Finding, several_teams: bool) -> str:
    """Whose it is; of a case that nobody holds, which team's."""
    case = finding.case
    team = f", {case.team}" if several_teams and case.team else ""
    return case.practitioner or f"{UNALLOCATED}{team}"


def found_words(result: Result, finding: Finding) -> str:
    by = f"To fix by {short_day(finding.fix_by, result.about.as_at)}." if finding.fix_by else ""
    return " ".join(part for part in (finding.found, by) if part)


def days_words(finding: Finding) -> str:
    return "" if finding.days is None else counted(finding.days, "day")


def _next(result: Result, screen: Screen, command: str) -> list[Line]:
    """Commands that work as they stand: no code is offered that cannot be typed."""
    people = [finding.case.practitioner for finding in result.first]
    people += [group.code for group in result.practitioners if group.cases_with_gap]
    refs = [finding.case.ref for finding in result.first]
    whose = next((code for code in people if code != UNTOLD and can_be_typed(code, screen)), None)
    ref = next((code for code in refs if can_be_typed(code, screen)), None)
    about = result.about

    entries = []
    if not result.cases:
        entries += [
            (inspect_command(of, command), "what is in the extract, and what fits")
            for of in about.parts or (about,)
            if of.of_files
        ]
    elif whose is not None:
        # only theirs, also where the run was of several
        theirs = command_for("gaps", command, "practitioner")
        entries.append((f"{theirs} --practitioner {quoted(whose)}", "a list to hand on"))
    else:
        entries.append((command_for("gaps", command), "the gap list, and what is coming up"))
    if ref is not None:
        again = next(again_for(about, one.case.extract, command) for one in result.first if one.case.ref == ref)
        entries.append((f"{command_for('explain', again)} {quoted(ref)}", "why, step by step"))
    if result.cases:
        entries += fault_commands(about, command)
    return commands(screen, entries)
