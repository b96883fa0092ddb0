"""Teams, practitioners and other groups side by side.

Teams are compared by rate. People are not: their rows are counts, in the order of their codes,
without colour, bar or percentage. Nor are other groupings, for a grouping may be by person too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from auditcheck.reports.figures import beside_others, undecided_words
from auditcheck.reports.frame import right_edge, title
from auditcheck.reports.terminal import BLANK, DIM, HEADING, SIGNS, Cell, Line, Screen, cells, row
from auditcheck.reports.words import counted, day, number
from auditcheck.result import Counts, GroupRow, ItemInfo, Result
from auditcheck.states import State
from auditcheck.statistics import half_up

NOT_RECORDED = "not recorded"
UNALLOCATED = "unallocated"

#: The longest code that stands beside its numbers; a longer one has a line to itself.
LONGEST_BESIDE = 24

#: From this width on practitioners are shown item by item as well.
_WIDE = 110


TEAMS = "Teams, by code. Counts, not a ranking: caseloads differ."
PRACTITIONERS = "Practitioners, by code. Counts, not a ranking: caseloads differ."


def under_the_matrix(result: Result) -> str:
    """How to read its cells."""
    words = "Under ten cases: met/cases, no rate. Blank: none to rate."
    more = undecided_words(
        group.counts.get(item.id, Counts()) for group in (*result.teams, result.overall) for item in result.items
    )
    return f"{words}{f' {more}' if more else ''} Teams differ in caseload, and by chance."


def by_heading(result: Result) -> str:
    return f"By {result.by}. Counts, not a ranking: caseloads differ."


def matrix_heading(result: Result) -> str:
    return f"{counted(len(result.teams), 'team')} × {counted(len(result.items), 'item')}: rate in %"


def team_matrix(result: Result, screen: Screen) -> list[Line]:
    """The rate of every team for every item, in blocks of whole teams."""
    teams = result.teams
    items = result.items
    heads = [screen.say(team.code or NOT_RECORDED) for team in teams]
    names = [screen.say(name_of(item)) for item in items]
    wide = max(5, *(cells(head) for head in heads), *(cells(in_matrix(g, i)[0]) for g in teams for i in items))
    wide_all = max(5, *(cells(in_matrix(result.overall, item)[0]) for item in items)) + 3
    edge = right_edge(screen)
    longest = max(cells(name) for name in names)
    least = min(22, longest)
    room = edge - 1 - wide_all
    gap = 2 if room - len(teams) * (wide + 2) >= least else 1
    if room - len(teams) * (wide + gap) < least:
        gap = 2
    blocks = _in_blocks(len(teams), max(1, (room - least) // (wide + gap)))
    name = max(12, min(longest, room - max(len(block) for block in blocks) * (wide + gap)))

    lines = title(matrix_heading(result), result.about, screen)
    for block in blocks:
        ends = [1 + name + (place + 1) * (wide + gap) for place in range(len(block))]
        end_all = ends[-1] + wide_all
        tops = [Cell(end, heads[team], right=True) for end, team in zip(ends, block, strict=True)]
        lines += [BLANK, *row(*tops, Cell(end_all, "all", right=True))]
        for words, item in zip(names, items, strict=True):
            ident = screen.say(item.id)
            title_at = 1 + cells(ident) + 1
            rest = words.removeprefix(f"{ident} ")
            parts = [Cell(1, ident), Cell(title_at, rest, width=max(8, 1 + name - title_at))]
            for end, group in zip([*ends, end_all], [*(teams[team] for team in block), result.overall], strict=True):
                text, level = in_matrix(group, item)
                few = DIM if "/" in text else ""
                shown = f"{screen.signs.levels[level]} {text}" if level >= 0 and screen.signs.levels else text
                parts.append(Cell(end, screen.say(shown), few, right=True))
            lines += row(*parts)
    lines.append(BLANK)
    lines += screen.paragraph(under_the_matrix(result))
    return lines


def name_of(item: ItemInfo) -> str:
    """An item's id and title, and whether its rate is of those read or of a sample."""
    more = ", ".join(word for word, true in (("read", item.judged), ("sample", item.sample)) if true)
    return f"{item.id} {item.title}{f' ({more})' if more and not item.title.endswith(f'({more})') else ''}"


def in_matrix(group: GroupRow, item: ItemInfo) -> tuple[str, int]:
    """The text of a cell, and how high its rate stands in eighths (-1: there is no rate)."""
    counts = group.counts.get(item.id, Counts())
    level = min(7, half_up(counts.met, counts.base) * 8 // 100) if counts.rated else -1
    return beside_others(counts).removesuffix(" %"), level


def _in_blocks(count: int, most: int) -> list[range]:
    """`count` columns in as few blocks of at most `most` as will do, none much wider than another."""
    blocks = -(-count // most)
    starts = [count * block // blocks for block in range(blocks + 1)]
    return [range(a, b) for a, b in pairwise(starts)]


def fits_matrix(result: Result, screen: Screen) -> bool:
    """Is there a rate to show of any team, and room for their codes above it?"""
    return bool(result.overall.total.base) and all(
        cells(screen.say(team.code)) <= LONGEST_BESIDE for team in result.teams
    )


def teams(result: Result, screen: Screen, *, by_item: bool) -> list[Line]:
    """Counts for each team, by code; by item too if so wanted."""
    table = _Table(result, screen, result.teams, NOT_RECORDED, apart=True)
    return table.lines(TEAMS, by_item=by_item)


def practitioners(result: Result, screen: Screen, *, by_item: bool) -> list[Line]:
    """Counts for each practitioner, by code, under their team; by item too if so wanted and there is room."""
    table = _Table(result, screen, under_teams(result), UNALLOCATED, nested=True)
    lines = table.lines(PRACTITIONERS, by_item=by_item and screen.width >= _WIDE)
    return lines + [line for words in notes(result, screen.sign(State.GAP)) for line in screen.paragraph(words)]


def under_teams(result: Result) -> list[GroupRow]:
    """The practitioners by code under their teams, by code; what has no code comes last."""
    return sorted(result.practitioners, key=lambda g: (not g.parent, g.parent, not g.code, g.code))


def notes(result: Result, gap: str) -> list[str]:
    """What is to be known of the practitioners' counts. `gap` is the sign of a gap."""
    words = []
    if result.late_before:
        before = f"{number(result.late_before)} under an earlier holder"
        words += [f"Late is under who held the case on the deadline ({before}), all else under who holds it now."]
    if result.overall.answered_no:
        verb = "was" if result.overall.answered_no == 1 else "were"
        words += [f"Of the {gap}, {number(result.overall.answered_no)} {verb} answered no by a reader."]
    if result.ended_gaps:
        verb, of = ("is", "an ended case") if result.ended_gaps == 1 else ("are", "ended cases")
        words += [f"Of the {gap}, {number(result.ended_gaps)} {verb} of {of}: listed apart, nothing to act on now."]
    return words


def grouped(result: Result, screen: Screen) -> list[Line]:
    """Counts for each group of the grouping asked for, and for each of its items."""
    return _Table(result, screen, result.groups, NOT_RECORDED).lines(by_heading(result), by_item=True)


def counts_across(result: Result, kind: str) -> list[tuple[str, list[str]]]:
    """What a page tells of groups of a `kind`, "team", "practitioner" or another: a heading, and the counts
    of each group and of all; blank is none. The same counts as on the screen."""
    rows = [*{"team": result.teams, "practitioner": tuple(under_teams(result))}.get(kind, result.groups)]
    rows.append(result.overall)
    gap, late, unknown, unread = (SIGNS.states[s] for s in (State.GAP, State.LATE, State.CANNOT_TELL, State.TO_JUDGE))
    columns: list[tuple[str, Iterable[int]]] = [
        ("cases", (group.cases for group in rows)),
        (f"cases with {gap}", (group.cases_with_gap for group in rows)),
    ]
    if kind == "team" and result.overall.answered_no:
        columns.append((f"{gap} in the record", (group.gaps_in_record for group in rows)))
        columns.append((f"{gap} answered no by a reader", (group.answered_no for group in rows)))
    else:
        columns.append((f"{gap} gap", (group.total.of(State.GAP) for group in rows)))
    if kind == "practitioner" and result.late_before:
        columns.append((f"{late} late", (group.total.of(State.LATE) for group in rows)))
    columns += [
        (f"oldest {gap} in days", (group.oldest_gap or 0 for group in rows)),
        (f"due by {day(result.horizon, result.about.as_at)}", (group.due_soon for group in rows)),
        (f"{unknown} cannot tell", (group.total.of(State.CANNOT_TELL) for group in rows)),
        (f"{unread} to judge", (group.total.of(State.TO_JUDGE) for group in rows)),
    ]
    return [(head, list(_shown(counts))) for head, counts in columns]


@dataclass(frozen=True)
class _Column:
    """A column of a table of groups: two lines of heading, and a text for each group."""

    above: str
    head: str
    values: tuple[str, ...]

    @property
    def width(self) -> int:
        return max(map(cells, (self.above, self.head, *self.values)))


#: Short headings or not, the room between columns, and how wide a column is at least.
_ARRANGEMENTS = ((False, 3, 2), (False, 2, 2), (True, 2, 2))

#: So near one another headings all but run together; better so than items in a table of their own.
_TIGHT = ((True, 1, 4), (True, 1, 2))


class _Table:
    """Groups down, counts across: how many and how urgent, then gaps by item."""

    def __init__(
        self,
        result: Result,
        screen: Screen,
        rows: Sequence[GroupRow],
        nobody: str,
        *,
        nested: bool = False,
        apart: bool = False,
    ) -> None:
        self.screen = screen
        self.apart = apart
        self.items = result.items
        self.late_before = result.late_before
        self.rows = [*rows, result.overall]
        self.nested = nested
        said = [screen.say(group_label(group, nobody, nested=nested)) for group in rows]
        self.labels = [*said, "all"]
        self.edge = right_edge(screen)
        self.under = nested and any(group.parent for group in rows)  # teams: without any there is no heading
        self.indent = 3 if self.under else 1
        short = [cells(label) for label in self.labels if cells(label) <= LONGEST_BESIDE]
        self.name_end = max(self.indent + max(short), 1 + len("all"))
        self.horizon = day(result.horizon, result.about.as_at)
        self.horizon_short = self.horizon.replace(f"{result.horizon:%B}", f"{result.horizon:%b}")
        every = [
            _Column("", screen.say(item.id), tuple(gap_of(group, item) for group in self.rows)) for item in self.items
        ]
        self.by_item = [column for column in every if any(column.values)]
        self.unrated = len(every) - len(self.by_item)  # nothing but blanks, and the list of items says why

    def _counts(self, *, short: bool) -> list[_Column]:
        """The columns of counts, with headings as `short` as they can be where there is little room."""
        gap = self.screen.sign(State.GAP)
        totals = [group.total for group in self.rows]
        oldest = ("oldest", f"{gap}, days") if short else (f"oldest {gap}", "in days")
        due_by = ("due by", self.horizon_short if short else self.horizon)
        return [
            _Column("", "cases", _shown(group.cases for group in self.rows)),
            _Column("cases", f"with {gap}", _shown(group.cases_with_gap for group in self.rows)),
            *self._gaps(gap, short=short),
            *self._late(),
            _Column(*oldest, _shown(group.oldest_gap or 0 for group in self.rows)),
            _Column(*due_by, _shown(group.due_soon for group in self.rows)),
            _Column("", self.screen.sign(State.CANNOT_TELL), _shown(t.of(State.CANNOT_TELL) for t in totals)),
            _Column("", self.screen.sign(State.TO_JUDGE), _shown(t.of(State.TO_JUDGE) for t in totals)),
        ]

    def _gaps(self, gap: str, *, short: bool) -> list[_Column]:
        """In one column, or in two where what readers answered no is to stand apart."""
        if not self.apart or not any(group.answered_no for group in self.rows):
            return [_Column("", gap, _shown(group.total.of(State.GAP) for group in self.rows))]
        return [
            _Column(
                f"{gap} in" if short else f"{gap} in the", "record", _shown(group.gaps_in_record for group in self.rows)
            ),
            _Column(f"{gap} by a", "reader", _shown(group.answered_no for group in self.rows)),
        ]

    def _late(self) -> list[_Column]:
        """Where some is counted under who held the case then: nothing else may be counted under them."""
        if not (self.nested and self.late_before):
            return []
        return [_Column("", self.screen.sign(State.LATE), _shown(group.total.of(State.LATE) for group in self.rows))]

    def lines(self, heading: str, *, by_item: bool) -> list[Line]:
        lines = row(Cell(1, self.screen.say(heading), HEADING, self.edge - 1))
        lines.append(BLANK)
        by_item = by_item and bool(self.by_item)
        unrated = f"Items of which there is nothing to rate are not shown: {number(self.unrated)} of {len(self.items)}."
        left_out = self.screen.paragraph(unrated, DIM) if by_item and self.unrated else []
        if by_item:
            for short, gap, least in (*_ARRANGEMENTS, *_TIGHT):
                counts = self._counts(short=short)
                ends = self._ends(counts, self.name_end, gap, least)
                with_items = self._ends(self.by_item, ends[-1] + 2, 1, least=5)
                begins = with_items[0] - max(5, self.by_item[0].width)
                if max(with_items[-1], begins + cells(self._over_items())) <= self.edge:
                    with_counts = self._block([*counts, *self.by_item], [*ends, *with_items], len(counts))
                    return [*lines, *with_counts, *left_out]
        for short, gap, _ in _ARRANGEMENTS:
            counts = self._counts(short=short)
            ends = self._ends(counts, self.name_end, gap)
            if ends[-1] <= self.edge:
                lines += self._block(counts, ends)
                break
        else:
            lines += self._stacked()
        if by_item:
            least = max(5, *(column.width for column in self.by_item)) + 1
            for block in _in_blocks(len(self.by_item), max(1, (self.edge - self.name_end) // least)):
                columns = [self.by_item[place] for place in block]
                lines += [BLANK, *self._block(columns, self._ends(columns, self.name_end, 1, least=5), 0)]
        return [*lines, *left_out]

    def _over_items(self) -> str:
        return f"{self.screen.sign(State.GAP)} gap of (met + late + gap)"

    @staticmethod
    def _ends(columns: Sequence[_Column], start: int, gap: int, least: int = 2) -> list[int]:
        ends = []
        for column in columns:
            start += gap + max(least, column.width)
            ends.append(start)
        return ends

    def _block(self, columns: Sequence[_Column], ends: Sequence[int], items_from: int = -1) -> list[Line]:
        above = [Cell(end, c.above, right=True) for end, c in zip(ends, columns, strict=True) if c.above]
        if items_from >= 0:
            first = ends[items_from] - max(5, columns[items_from].width)
            above.append(Cell(first, self._over_items()))
        lines = row(*above) if above else []
        lines += row(*(Cell(end, c.head, right=True) for end, c in zip(ends, columns, strict=True)))
        team: str | None = None
        for place, (group, label) in enumerate(zip(self.rows, self.labels, strict=True)):
            last = place == len(self.rows) - 1
            if self.under and not last and group.parent != team:
                team = group.parent
                lines += row(Cell(1, self.screen.say(team or NOT_RECORDED)))
            at = 1 if last else self.indent
            numbers = [
                Cell(end, column.values[place], right=True)
                for end, column in zip(ends, columns, strict=True)
                if column.values[place]
            ]
            if cells(label) > LONGEST_BESIDE:
                lines += [*row(self._whole(at, label)), *row(*numbers)]
            else:
                lines += row(Cell(at, label), *numbers)
        return lines

    def _whole(self, at: int, label: str) -> Cell:
        """A label on a line of its own; a code by itself never folds."""
        return Cell(at, label, width=self.edge - at if " " in label else 0)

    def _stacked(self) -> list[Line]:
        """One group after another, for a narrow screen."""
        lines: list[Line] = []
        team: str | None = None
        for place, (group, label) in enumerate(zip(self.rows, self.labels, strict=True)):
            last = place == len(self.rows) - 1
            if self.under and not last and group.parent != team:
                team = group.parent
                lines += row(Cell(1, self.screen.say(team or NOT_RECORDED)))
            at = 1 if last else self.indent
            lines += row(self._whole(at, label))
            for column in self._counts(short=False):
                if column.values[place]:
                    words = f"{column.above} {column.head}".strip()
                    lines += row(Cell(at + 9, column.values[place], right=True), Cell(at + 11, words))
        return lines


def label_of(kind: str, group: GroupRow) -> str | None:
    """What a group is called beside its code. People go by their codes alone."""
    if kind == "practitioner":
        return None if group.code else UNALLOCATED
    return (group.label or None) if group.code else NOT_RECORDED


def group_label(group: GroupRow, nobody: str, *, nested: bool) -> str:
    code = group.code or nobody
    return code if nested or not group.code or group.label in ("", group.code) else f"{code} {group.label}"


def _shown(counts: Iterable[int]) -> tuple[str, ...]:
    return tuple(number(count) if count else "" for count in counts)


def gap_of(group: GroupRow, item: ItemInfo) -> str:
    counts = group.counts.get(item.id, Counts())
    return f"{counts.of(State.GAP)}/{counts.base}" if counts.base else ""
