"""The gap list that `auditcheck gaps` shows: what to do, case by case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from auditcheck.problems import command_for
from auditcheck.reports.frame import (
    adjusted,
    adjustments,
    again_for,
    beware,
    can_be_typed,
    commands,
    fault_commands,
    not_supplied,
    right_edge,
    selection,
    title,
)
from auditcheck.reports.groups import LONGEST_BESIDE, name_of
from auditcheck.reports.terminal import (
    BLANK,
    DIM,
    HEADING,
    STATE_STYLES,
    Cell,
    Line,
    Screen,
    cells,
    fold,
    row,
)
from auditcheck.reports.words import counted, long_day, number, quoted, short_day, some_of
from auditcheck.result import CaseInfo, Finding, GapList, Reply, Standing
from auditcheck.states import State

#: From this width on a gap is one row of a table; below it, a few lines under its case.
_TABLE = 108

#: More answers of no to one case than this are named in one line: to mend them is to read the case again.
MOST_ANSWERED_NO = 3

#: So many cases of which the same cannot be told for the same reason are named together.
MANY_ALIKE = 3

WAITING = "waiting to start"
UNALLOCATED = "unallocated"


def gap_list(gaps: GapList, screen: Screen, command: str = "") -> list[Line]:
    """The lines of the gap list, in the order given: most urgent case first.

    `command` is what follows `auditcheck explain` to look at the same extract again.
    """
    command = command or quoted(gaps.about.extract)
    lines = title(f"What to do: {gaps.whose or 'all cases'}", gaps.about, screen)
    lines += selection(gaps.about, screen)
    lines += screen.paragraph(f"In {gaps.about.extract}") if gaps.about.parts else []
    lines += [line for words in how_many(gaps) for line in screen.paragraph(words)]
    lines += adjusted(gaps.about.adjustments, screen)
    lines += not_supplied(gaps.about, screen)
    lines += beware(gaps.about, screen)
    show = _Rows(gaps, screen)
    if gaps.gaps:
        lines += [BLANK, *show.cases(gaps.gaps)]
    if gaps.coming_up:
        heading = f"Coming up, by {long_day(gaps.horizon, gaps.about.as_at)}"
        lines += [BLANK, *row(Cell(1, heading, HEADING)), *show.coming_up(gaps.coming_up)]
    if gaps.ended:
        heading = f"Ended cases: {how_many_found(gaps.ended)}; nothing to act on now"
        lines += [BLANK, *row(Cell(1, screen.say(heading), HEADING, screen.width - 1))]
        lines += show.cases(gaps.ended, ended=True)
    lines += _by_item("For a reader", gaps.to_judge, screen)
    lines += _by_item("Cannot tell", gaps.cannot_tell, screen)
    lines += _accepted(gaps, screen)
    lines += adjustments(gaps.about.adjustments, screen, only_off=True)
    cases = (finding.case for finding in (*gaps.gaps, *gaps.cannot_tell, *gaps.coming_up))
    case = next((case for case in cases if can_be_typed(case.ref, screen)), None)
    entries = []
    if case is not None:
        again = again_for(gaps.about, case.extract, command)
        entries.append((f"{command_for('explain', again)} {quoted(case.ref)}", "which record was looked for"))
    entries += fault_commands(gaps.about, command)
    return lines + commands(screen, entries, "Done but not counted?" if case else "Next")


def how_many(gaps: GapList) -> list[str]:
    """How many gaps there are and, where there are any in the record, in what order they stand."""
    if not gaps.cases:
        return ["No case was audited."]
    cases = counted(gaps.cases, "case")
    if not gaps.gaps:
        return [f"No gaps found in {cases}{open_words(gaps)}."]
    in_record = len({finding.case for finding in gaps.gaps if not finding.answered_no})
    apart = " (ended cases apart, below)" if gaps.ended else ""
    words = how_many_found(gaps.gaps, f" in {some_of(in_record, gaps.cases, 'case')}{apart}")
    if not in_record:
        return [f"No gaps in the record of {cases}{apart} · {words}"]
    return [words, "most urgent case first: severity, then days overdue (calendar days)"]


def open_words(gaps: GapList) -> str:
    """': 42 cannot tell, 23 to judge': there may be gaps among them."""
    counts = ((len(gaps.cannot_tell), State.CANNOT_TELL), (len(gaps.to_judge), State.TO_JUDGE))
    words = [f"{number(count)} {state.value}" for count, state in counts if count]
    return f": {', '.join(words)}" if words else ""


def how_many_found(findings: Sequence[Finding], where: str = "") -> str:
    """How many gaps in the record, and where; and how many that only a reader's no makes."""
    answered_no = sum(finding.answered_no for finding in findings)
    in_record = len(findings) - answered_no
    read = f"{number(answered_no)} answered no by a reader"
    if not answered_no:
        return f"{counted(in_record, 'gap')}{where}"
    return f"{counted(in_record, 'gap')} in the record{where} · {read}" if in_record else read


def by_case(findings: Iterable[Finding]) -> dict[CaseInfo, list[Finding]]:
    """The findings of each case, cases in the order in which they first come."""
    cases: dict[CaseInfo, list[Finding]] = {}
    for finding in findings:
        cases.setdefault(finding.case, []).append(finding)
    return cases


def by_item(findings: Iterable[Finding]) -> list[tuple[str, str, list[str]]]:
    """Which cases, by the items that all of them share; where it is known why, the case, the reason and its items, or
    the items and their cases where many cases have the same reason: a column that is not there is said once."""
    groups: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        why = finding.found or finding.reason
        key = (finding.case.ref, why) if why else (finding.item.id, "")
        groups.setdefault(key, []).append(finding.item.id if why else finding.case.ref)
    alike: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for (first, why), others in groups.items():
        alike.setdefault((tuple(others), why), []).append(first)
    entries: dict[tuple[str, str], list[str]] = {}
    for (first, why), others in groups.items():
        firsts = alike[tuple(others), why]
        if not why:
            entries[", ".join(firsts), ""] = others
        elif len(firsts) >= MANY_ALIKE:
            entries[", ".join(others), why] = firsts
        else:
            entries[first, why] = others
    return [(first, why, others) for (first, why), others in entries.items()]


def _by_item(heading: str, findings: Sequence[Finding], screen: Screen) -> list[Line]:
    """Which cases, item by item; where it is known why, case by case with the reason."""
    if not findings:
        return []
    state = findings[0].state
    edge = right_edge(screen)
    entries = [
        (screen.say(first), screen.say(why), [screen.say(other) for other in others])
        for first, why, others in by_item(findings)
    ]
    wide = [cells(first) for first, _, _ in entries if cells(first) <= edge // 4]
    at = 3 + max(wide, default=0) + 2  # of what is longer the rest stands below
    lines = [BLANK, *row(Cell(1, screen.sign(state), STATE_STYLES[state]), Cell(3, heading, HEADING))]
    for first, why, others in entries:
        named = Cell(at, ", ".join(others), width=edge - at)
        beside = 3 + cells(first) + 2 <= at
        lines += row(Cell(3, first), named) if beside else [*row(Cell(3, first, width=edge - 3)), *row(named)]
        lines += row(Cell(at, why, width=edge - at)) if why else []
    return lines


def idle_accepted(gaps: GapList) -> list[tuple[str, str, str]]:
    """Rows of accepted gaps that excuse nothing: the case, the item, and why not."""
    as_at = gaps.about.as_at
    entries = []
    for one in gaps.accepted:
        if one.why:
            until = f"until {short_day(one.until, as_at)}" if one.until and one.standing is not Standing.EXPIRED else ""
            of = f"{one.item} of {short_day(one.occurrence, as_at)}" if one.occurrence else one.item
            entries.append((one.case, of, f"{one.why}; {until}" if until else one.why))
    return entries


def idle_heading(rows: int) -> str:
    return f"Accepted, but excuses nothing: {counted(rows, 'row')}"


def _accepted(gaps: GapList, screen: Screen) -> list[Line]:
    edge = right_edge(screen)
    entries = [(screen.say(case), screen.say(of), screen.say(why)) for case, of, why in idle_accepted(gaps)]
    if not entries:
        return []
    item_at = 3 + max(cells(ref) for ref, _, _ in entries) + 2
    why_at = item_at + max(cells(item) for _, item, _ in entries) + 2
    heading = idle_heading(len(entries))
    lines = [BLANK, *row(Cell(1, heading, HEADING))]
    for ref, item, why in entries:
        if edge - why_at >= 24:
            lines += row(Cell(3, ref), Cell(item_at, item), Cell(why_at, why, width=edge - why_at))
        else:
            lines += [*row(Cell(3, ref), Cell(item_at, item)), *row(Cell(5, why, width=edge - 5))]
    return lines


def what_to_do(finding: Finding, as_at: date, *, ended: bool = False) -> list[str]:
    """What was found, and what to do by when; of an ended case, for which there is nothing to do, its end."""
    texts = [finding.found] if finding.found else []
    if ended:
        when = f"Ended {short_day(finding.case.ended, as_at)}." if finding.case.ended else ""
        return [" ".join(part for part in (*texts, when) if part)]
    to_fix = finding.item.to_fix
    if not finding.item.mendable:
        texts.append(f"Cannot be put right. {to_fix}".rstrip())
    elif to_fix:
        by = f" by {short_day(finding.fix_by, as_at)}" if finding.fix_by else ""
        texts.append(f"To fix{by}: {to_fix}")
    if finding.reply:
        texts.append(f"Reply: {reply_words(finding.reply, as_at)}")
    return texts


def reply_words(reply: Reply, as_at: date) -> str:
    """'done, Fri 3 July: by telephone'."""
    said = ", ".join(part for part in (reply.answer, short_day(reply.done_on, as_at) if reply.done_on else "") if part)
    return ": ".join(part for part in (said, reply.note) if part)


def answered_no_words(findings: Sequence[Finding]) -> str:
    """'9 answered no by a reader: KA1, KA2, …'"""
    return f"{number(len(findings))} answered no by a reader: {', '.join(f.item.id for f in findings)}"


def apart(own: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """The gaps of a case to be listed one by one, and those answered no by a reader where they are many."""
    answered_no = [finding for finding in own if finding.answered_no]
    together = answered_no if len(answered_no) > MOST_ANSWERED_NO else []
    return [finding for finding in own if finding not in together], together


def whose_words(case: CaseInfo) -> str:
    """'N54A014, HARB01', 'unallocated, HARB01'."""
    return ", ".join(part for part in (case.practitioner or UNALLOCATED, case.team) if part)


class _Rows:
    """Findings as rows of a table where there is room, else as a few lines each."""

    def __init__(self, gaps: GapList, screen: Screen) -> None:
        self.screen = screen
        self.as_at = gaps.about.as_at
        self.edge = right_edge(screen)
        everything = (*gaps.gaps, *gaps.ended, *gaps.coming_up)
        self.one_person = len({finding.case.practitioner for finding in everything}) <= 1 and bool(gaps.whose)
        self.ref_wide = self._widest(everything, lambda finding: finding.case.ref)
        self.table = screen.width >= _TABLE and self.ref_wide <= LONGEST_BESIDE
        self.due_wide = max(len("was due"), self._widest(everything, self._due))
        days = [finding.days for finding in (*gaps.gaps, *gaps.ended) if finding.days is not None]
        self.digits = max((len(number(count)) for count in days), default=0)
        self.days_wide = max((len(counted(count, "day")) for count in days), default=0)
        self._name_at = 6 + self.days_wide + 3 if self.days_wide else 6  # below its case
        # table: case, sign, days, was due, item, found
        self.sign_at = 1 + max(len("case"), self.ref_wide) + 2
        self.days_end = self.sign_at + 2 + max(len("days"), self.digits)
        self.due_at = self.days_end + 2
        self.item_at = self.due_at + self.due_wide + 2
        names = self._widest(everything, lambda finding: name_of(finding.item))
        self.item_wide = min(names, max(20, (self.edge - self.item_at) // 3))
        self.found_at = self.item_at + self.item_wide + 2

    def _widest(self, findings: Iterable[Finding], text: Callable[[Finding], str]) -> int:
        return max((cells(self.screen.say(text(finding))) for finding in findings), default=0)

    def _due(self, finding: Finding) -> str:
        return short_day(finding.due, self.as_at) if finding.due else ""

    def cases(self, findings: Sequence[Finding], *, ended: bool = False) -> list[Line]:
        lines = []
        if self.table and not ended:
            lines = row(
                Cell(1, "case"),
                Cell(self.days_end, "days", right=True),
                Cell(self.due_at, "was due"),
                Cell(self.item_at, "item"),
                Cell(self.found_at, "found, and what to do"),
            )
        for place, (case, own) in enumerate(by_case(findings).items()):
            if place and not ended:
                lines.append(BLANK)
            whose = "" if self.one_person else whose_words(case)
            about = " · ".join(part for part in (case.label, whose) if part)
            own, together = apart(own)
            lines += self._heading(f"{case.ref}   {about}".rstrip())
            for place, finding in enumerate(own):
                texts = what_to_do(finding, self.as_at, ended=ended)
                lines += self._severity(own, place)
                lines += self._in_table(finding, texts) if self.table else self._under_case(finding, texts)
            if together:
                lines += self._together(together)
        return lines

    def _severity(self, own: Sequence[Finding], place: int) -> list[Line]:
        """Where the gaps of another severity begin, in a case that has several: they are in that order."""
        severity = own[place].item.severity
        if len({finding.item.severity for finding in own}) == 1 or (place and own[place - 1].item.severity == severity):
            return []
        return row(Cell(self.sign_at if self.table else 3, self.screen.say(f"{severity} severity"), DIM))

    def _heading(self, text: str) -> list[Line]:
        """A case; where it takes more lines than one, they are indented."""
        text = self.screen.say(text)
        first, *more = fold(text, self.edge - (1 if 1 + cells(text) <= self.edge else 5))
        return row(Cell(1, first), *(Cell(5, words, down=place) for place, words in enumerate(more, 1)))

    def _together(self, findings: Sequence[Finding]) -> list[Line]:
        """What readers answered no to in one case."""
        state, words = findings[0].state, answered_no_words(findings)
        sign_at, at = (self.sign_at, self.item_at) if self.table else (3, self._name_at)
        return row(
            Cell(sign_at, self.screen.sign(state), STATE_STYLES[state]),
            Cell(at, self.screen.say(words), width=self.edge - at),
        )

    def coming_up(self, findings: Sequence[Finding]) -> list[Line]:
        if self.table:
            lines = []
            for finding in findings:
                texts = [finding.found] if finding.found else []
                lines += self._in_table(finding, texts, waits=True)
            return lines
        lines = []
        due_wide = max(self._widest([finding], lambda f: self._due(f) or WAITING) for finding in findings)
        ref_at = 6 + due_wide + 3
        name_at = ref_at + self.ref_wide + 3
        for finding in findings:
            sign = Cell(3, self.screen.sign(finding.state), STATE_STYLES[finding.state])
            when = Cell(6, self._due(finding) or WAITING)
            accepted = " (accepted until then)" if finding.state is State.EXCUSED else ""
            ref, name = self.screen.say(finding.case.ref), self.screen.say(f"{name_of(finding.item)}{accepted}")
            if self.edge - name_at >= 20:
                lines += row(sign, when, Cell(ref_at, ref), Cell(name_at, name, width=self.edge - name_at))
            else:
                lines += [*row(sign, when, Cell(ref_at, ref)), *row(Cell(6, name, width=self.edge - 6))]
        return lines

    def _in_table(self, finding: Finding, texts: Sequence[str], *, waits: bool = False) -> list[Line]:
        """A finding as a row; one that is coming up, and waits, has its case in it."""
        screen = self.screen
        due = self._due(finding)
        days = number(finding.days) if finding.days is not None and finding.state is State.GAP else ""
        parts = [
            Cell(1, screen.say(finding.case.ref) if waits else ""),  # else it stands above
            Cell(self.sign_at, screen.sign(finding.state), STATE_STYLES[finding.state]),
            Cell(self.days_end, days, right=True),
            Cell(self.due_at, due, width=self.due_wide),
            Cell(self.item_at, screen.say(name_of(finding.item)), width=self.item_wide),
        ]
        if not due and waits:  # beginning under "days", which it leaves empty
            parts[2:4] = [Cell(self.sign_at + 3, WAITING)]
        lines = [line for words in texts for line in row(Cell(0, screen.say(words), width=self.edge - self.found_at))]
        found = [Cell(self.found_at, line.text, down=place) for place, line in enumerate(lines)]
        return row(*parts, *found)

    def _under_case(self, finding: Finding, texts: Sequence[str]) -> list[Line]:
        screen = self.screen
        at = self._name_at
        days = counted(finding.days, "day") if finding.days is not None else ""
        sign = Cell(3, screen.sign(finding.state), STATE_STYLES[finding.state])
        due = f"was due {self._due(finding)}" if finding.due else ""
        name = screen.say(name_of(finding.item))
        due_at = self.edge - len("was due ") - self.due_wide
        room = due_at - 2 - at if due else self.edge - at
        days_cell = Cell(6 + self.days_wide, days, right=True)
        if room >= min(24, cells(name)):
            lines = row(sign, days_cell, Cell(at, name, width=room), Cell(due_at, due))
        else:
            lines = row(sign, days_cell, Cell(at, name, width=self.edge - at))
            lines += row(Cell(at, due)) if due else []
        for words in texts:
            lines += row(Cell(at, screen.say(words), width=self.edge - at))
        return lines
