"""A workbook for supervision: the summary, teams, a sheet to act on for every practitioner, and what it all rests on.

People are listed by code, with counts: no percentage, no order but their codes, no colour. How sheets and cells are
made stands in `workbook_sheet`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from auditcheck import __version__
from auditcheck.calendar import long_date
from auditcheck.problems import UsageStop
from auditcheck.reports.figures import (
    by_checklist,
    fraction_words,
    interval_words,
    range_words,
    rate,
    rate_or_range,
    undecided_words,
    without_rate,
)
from auditcheck.reports.frame import (
    adjusted_words,
    change_words,
    changed,
    newest_entry,
    not_asked_words,
    not_supplied_words,
    warnings,
)
from auditcheck.reports.gap_list import UNALLOCATED, WAITING, apart, by_case, how_many, whose_words
from auditcheck.reports.groups import NOT_RECORDED, label_of, name_of, notes, under_teams
from auditcheck.reports.indicative import heading
from auditcheck.reports.indicative import notes as rated_notes
from auditcheck.reports.indicative import rows as rated_rows
from auditcheck.reports.summary import (
    accepted_words,
    as_at_from,
    by_reason,
    columns_left,
    dictionary_words,
    ended_gaps,
    how_much,
    not_started,
    rows_read,
    title_of,
)
from auditcheck.reports.terminal import SIGNS
from auditcheck.reports.words import counted, day, long_day, number, short_day, show_command, some_of
from auditcheck.reports.workbook_sheet import Book, Column, Sheet, Value
from auditcheck.result import (
    ANSWERS,
    REPLY_HEADINGS,
    REPLY_KEY,
    About,
    CaseInfo,
    Counts,
    Finding,
    GapList,
    GroupRow,
    ItemInfo,
    Result,
)
from auditcheck.states import IN_ORDER, State
from auditcheck.statistics import FEWEST_FOR_A_RATE

#: More practitioners than this have one sheet together: nobody finds their way among more.
MOST_SHEETS = 60

#: What each state means, and whether it counts in the rate.
MEANS = {
    State.MET: "Done, in time. In the rate: top and bottom.",
    State.LATE: "Done, after the deadline. In the rate: bottom.",
    State.GAP: "Not recorded, and the deadline has passed. In the rate: bottom.",
    State.NOT_YET_DUE: "Not recorded, still in time. Not in the rate.",
    State.EXCUSED: "A gap for which a recorded reason is accepted. Not in the rate.",
    State.CANNOT_TELL: "Something it needs is blank, unreadable or not supplied. Not in the rate; shown as a range.",
    State.TO_JUDGE: "Waits for a reader's answer. Not in the rate; shown as a range.",
    State.LEFT_OUT: "Relevant, but taken out for a stated reason. Not in the rate.",
    State.NOT_RELEVANT: "Not this item's business. Not in the rate.",
}


def as_workbook(result: Result, again: str = "") -> bytes:
    """The workbook of a whole audit, as a file holds it."""
    return _written(result, "overall")


def parts(result: Result, by: str) -> dict[str, Callable[[], bytes]]:
    """The same for every team, or every practitioner, by code ("" is nobody's): what gives the workbook that
    holds only theirs. Raises UsageStop where the extract does not say whose its cases are."""
    if result.listed is None:
        raise UsageStop("--split-by hands on cases, which this leaves out.")
    groups = result.teams if by == "team" else result.practitioners
    codes = sorted({group.code for group in groups if group.cases}, key=lambda code: (not code, code))
    if not codes:
        raise UsageStop(f"--split-by {by}: the extract does not say which {by} a case has.")

    def part(code: str) -> Callable[[], bytes]:
        return lambda: _written(_part(result, by, code), by)

    return {code: part(code) for code in codes}


def _part(result: Result, by: str, code: str) -> Result:
    """What of a result is about one team's cases, or one practitioner's."""
    assert result.listed is not None
    own = [group for group in (result.teams if by == "team" else result.practitioners) if group.code == code]
    if by == "team":
        people = tuple(group for group in result.practitioners if group.parent == code)
        whose = f"team {code or NOT_RECORDED}"
        listed = _only(result.listed, lambda case: case.team == code)
    else:
        people = tuple(own)
        whose = ", ".join([code or UNALLOCATED, *dict.fromkeys(group.parent for group in own if group.parent)])
        listed = _only(result.listed, lambda case: case.practitioner == code)
    cases = sum(group.cases for group in own)
    return replace(
        result,
        cases=cases,
        not_started=0,
        teams=(),
        practitioners=people,
        overall=own[0],  # of a practitioner nothing of it is shown
        first=(),
        reasons={},
        ratings=(),  # of all cases
        by="",
        groups=(),
        ended_gaps=len(listed.ended),
        ended_in_record=sum(not finding.answered_no for finding in listed.ended),
        accepted={},
        late_before=0,
        listed=replace(listed, whose=whose, cases=cases, accepted=()),
        faults=(),
    )


def _only(listed: GapList, ours: Callable[[CaseInfo], bool]) -> GapList:
    def kept(findings: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(finding for finding in findings if ours(finding.case))

    return replace(
        listed,
        gaps=kept(listed.gaps),
        ended=kept(listed.ended),
        coming_up=kept(listed.coming_up),
        to_judge=kept(listed.to_judge),
        cannot_tell=kept(listed.cannot_tell),
    )


def _written(result: Result, kind: str) -> bytes:
    """The workbook of a result that is about all cases ("overall"), a team's or a practitioner's. Of a result
    that tells nothing of single cases it has counts alone."""
    book = Book(title_of(result.about))
    book.keep(*_FIXED)
    listed = result.listed
    if kind != "practitioner":
        _summary(book, result, kind)
        if len(result.teams) > 1:
            _teams(book, result)
    if listed is None:
        _about(book, result, kind)
        return book.close()
    codes = sorted({group.code for group in result.practitioners if group.cases}, key=lambda code: (not code, code))
    sheets = {code: book.name(code or UNALLOCATED) for code in codes} if len(codes) <= MOST_SHEETS else {}
    if kind == "practitioner":
        _to_do(book, listed, sheets[codes[0]])
    elif codes:
        _practitioners(book, result, sheets)
    _coming_up(book, result.about, listed)
    _to_judge(book, listed)
    _cannot_tell(book, listed)
    _ended(book, result, listed)
    _accepted(book, listed)
    if kind == "overall":
        _faults(book, result)
    _about(book, result, kind)
    if kind != "practitioner":
        if not sheets:
            _to_do(book, listed, "What to do")
        for code, name in sheets.items():
            _to_do(book, _of(result, listed, code), name)
    return book.close()


def _see(result: Result, kind: str) -> str:
    """Where faults stand row by row, if anywhere in the workbook."""
    return "sheet Data faults" if kind == "overall" and result.listed else ""


#: The names of sheets that are always called so.
_FIXED = (
    *("Summary", "Teams", "Practitioners", "Coming up", "To judge", "Cannot tell", "Ended cases", "Accepted gaps"),
    *("Data faults", "About", "What to do", "History"),  # Excel keeps the last for itself
)


def _of(result: Result, listed: GapList, code: str) -> GapList:
    """The gap list of one practitioner's cases."""
    own = [group for group in result.practitioners if group.code == code]
    teams = dict.fromkeys(group.parent for group in own if group.parent and group.cases)
    whose = ", ".join([code or UNALLOCATED, *teams])
    cases = sum(group.cases for group in own)
    return replace(_only(listed, lambda case: case.practitioner == code), whose=whose, cases=cases)


# ── the sheets ───────────────────────────────────────────────────────────────────────────────────


def _summary(book: Book, result: Result, kind: str) -> None:
    counts = {item: result.overall.counts.get(item.id, Counts()) for item in result.items}
    heads = [
        "item",
        "what it asks for",
        "rate",
        "",
        "met of",
        "95 %",
        "range",
        *(SIGNS.states[state] for state in IN_ORDER),
    ]
    sheet = Sheet(book, "Summary", [7, 41, 8, 14, 11, 9, 9, *[7.6] * len(IN_ORDER)])
    about = result.about
    whose = f": {result.listed.whose}" if kind != "overall" and result.listed else ""
    sheet.title(f"{title_of(about)}{whose}", about.as_at)
    sheet.note(" · ".join(part for part in (*how_much(result), newest_entry(about)) if part))
    for text in warnings(about, _see(result, kind)):
        sheet.note(text, book.beware)
    if not result.cases:
        sheet.note("No case was audited.", book.strong)
        return
    sheet.tiles(_tiles(book, result))
    sheet.heads(heads, right_from=2, lines=3)
    sheet.state_heads(7)
    first = sheet.at
    for title, items in by_checklist(result.items):
        sheet.band(title)
        for item in items:
            sheet.row(*_item(book, item, counts[item], kind))
    sheet.bars(3, first, alone=True)
    sheet.close_table()
    sheet.gap()
    unknown, unread = SIGNS.states[State.CANNOT_TELL], SIGNS.states[State.TO_JUDGE]
    sheet.note(
        f"Rate = met of (met + late + gap); none under ten cases. 95 %: chance alone. Range: were every {unknown} and "
        f"{unread} one way or the other. Blank is none. What the signs mean, and what was checked: sheet About."
    )
    if result.ended_gaps:
        sheet.note(f"Of ended cases: {ended_gaps(result)}{': sheet Ended cases' if result.listed else ''}.")
    _ratings(book, sheet, result)
    _reasons(book, sheet, result)


def _tiles(book: Book, result: Result) -> list[tuple[int, int, State, int, str]]:
    """First and last column, state, number and words of what is to be seen first."""
    overall, total = result.overall, result.overall.total
    cases = some_of(overall.cases_with_gap_in_record, result.cases, "case")
    in_record = f"{'gap' if overall.gaps_in_record == 1 else 'gaps'} in the record, in {cases}"
    return [
        (0, 1, State.GAP, overall.gaps_in_record, in_record),
        (2, 4, State.GAP, overall.answered_no, "answered no by a reader"),
        *(
            (at, at + 2, state, total.of(state), state.value)
            for at, state in zip((5, 8, 11), (State.NOT_YET_DUE, State.CANNOT_TELL, State.TO_JUDGE), strict=True)
        ),
    ]


def _item(book: Book, item: ItemInfo, counts: Counts, kind: str) -> tuple[list[Value], list[Any]]:
    figures = rate(counts, kind)
    name = name_of(item)[len(item.id) + 1 :]
    numbers = [counts.of(state) or None for state in IN_ORDER]
    values: list[Value] = [item.id, name]
    looks = [book.strong, book.text]
    if figures.percent is None:
        values += ["", without_rate(counts), fraction_words(counts), "", range_words(counts)]
        looks += [book.right, book.dim, book.right, book.right, book.right]
    else:
        whole = figures.percent / 100
        values += [whole, whole, fraction_words(counts), interval_words(counts), range_words(counts)]
        looks += [book.percent(counts), book.text, book.right, book.right, book.right]
    return [*values, *numbers], [*looks, *(book.count_of(state) for state in IN_ORDER)]


def _ratings(book: Book, sheet: Sheet, result: Result) -> None:
    """Indicative ratings, a line for each: they are no rates, and have no columns among them."""
    for ratings in result.ratings:
        sheet.gap()
        sheet.note(heading(ratings, result), book.strong_note)
        for one in rated_rows(ratings):
            points = f"{one.points} point{'' if one.points == '1' else 's'}" if one.points else ""
            words = ", ".join(part for part in (one.rating, points) if part)
            sheet.note(f"{one.name}: {words}{f' ({one.because})' if one.because else ''}")
            for below in one.below:
                sheet.note(f"    {below}")
            sheet.note(f"    ! {one.beware}" if one.beware else "", book.beware)
        for words in rated_notes(ratings):
            sheet.note(words)


def _reasons(book: Book, sheet: Sheet, result: Result) -> None:
    reasons = by_reason(result)
    if reasons:
        sheet.gap()
        sheet.note("Excused and left out, by reason", book.strong_note)
    for (state, reason), items in reasons.items():
        sheet.note(f"{SIGNS.states[state]} {reason}: {', '.join(items)}")


def _teams(book: Book, result: Result) -> None:
    groups = [*result.teams, result.overall]
    names = [f"{g.code or NOT_RECORDED}\n{label_of('team', g) or ''}".strip() for g in result.teams] + ["all cases"]
    each = [9.0, 11.0] * len(groups)
    sheet = Sheet(book, "Teams", [7, max(40, 125 - sum(each)), *each], repeat_columns=2)
    sheet.title(f"{counted(len(result.teams), 'team')} × {counted(len(result.items), 'item')}", result.about.as_at)
    sheet.note(
        "Under ten cases: met of, no rate. Blank: none to rate. By code, not a ranking: teams differ in caseload, and "
        "by chance."
    )
    sheet.note(
        undecided_words(
            counts
            for group in groups
            for item in result.items
            if (counts := group.counts.get(item.id, Counts())).base >= FEWEST_FOR_A_RATE
        )
    )
    sheet.over([(2 + 2 * place, 3 + 2 * place, name) for place, name in enumerate(names)])
    sheet.heads(["item", "what it asks for", *["rate", "met of"] * len(groups)], panes=2, right_from=2)
    first = sheet.at
    for title, items in by_checklist(result.items):
        sheet.band(title)
        for item in items:
            values: list[Value] = [item.id, name_of(item)[len(item.id) + 1 :]]
            looks = [book.strong, book.text]
            for group in groups:
                counts = group.counts.get(item.id, Counts())
                whole = rate(counts, "team").percent
                told = rate_or_range(counts) if whole is None else whole / 100
                values += [None if told == "" else told, fraction_words(counts)]
                looks += [book.right if whole is None else book.percent(counts), book.right]
            sheet.row(values, looks)
    for place in range(len(groups)):
        sheet.bars(2 + 2 * place, first)
    sheet.band("All items together, in cases and in gaps")
    for label, value in _measures(book, result):
        values = ["", label]
        looks = [book.text, book.text]
        for group in groups:
            values += [None, value(group) or None]
            looks += [book.number, book.number]
        sheet.row(values, looks)
    sheet.close_table()


def _measures(book: Book, result: Result) -> list[tuple[str, Callable[[GroupRow], int]]]:
    gap, due_by = SIGNS.states[State.GAP], day(result.horizon, result.about.as_at)
    found: list[tuple[str, Callable[[GroupRow], int]]] = [
        ("cases", lambda group: group.cases),
        (f"cases with {gap}", lambda group: group.cases_with_gap),
        (f"{gap} in the record", lambda group: group.gaps_in_record),
        (f"{gap} answered no by a reader", lambda group: group.answered_no),
        (f"oldest {gap}, in days", lambda group: group.oldest_gap or 0),
        (f"due by {due_by}", lambda group: group.due_soon),
    ]
    return found + [(f"{SIGNS.states[state]} {state.value}", _total(state)) for state in IN_ORDER]


def _total(state: State) -> Callable[[GroupRow], int]:
    return lambda group: group.total.of(state)


def _practitioners(book: Book, result: Result, sheets: dict[str, str]) -> None:
    signs = {state: SIGNS.states[state] for state in IN_ORDER}
    gap = signs[State.GAP]
    heads = ["team", "practitioner", "cases", f"cases\nwith {gap}", gap, f"oldest {gap}\nin days"]
    heads += [f"due by\n{day(result.horizon, result.about.as_at)}", signs[State.CANNOT_TELL], signs[State.TO_JUDGE]]
    late = bool(result.late_before)
    if late:
        heads.insert(5, signs[State.LATE])
    sheet = Sheet(book, "Practitioners", [18, 24, *[12] * (7 + late)])
    sheet.title("Practitioners, by code", result.about.as_at)
    sheet.note("Counts, not a ranking: caseloads differ. A code leads to its sheet.")
    sheet.heads(heads, lines=2, right_from=2)
    rows = under_teams(result)
    no_team = NOT_RECORDED if any(group.parent for group in rows) else ""
    for group in (*rows, result.overall):
        total = group.total
        numbers = [group.cases, group.cases_with_gap, total.of(State.GAP)]
        numbers += [total.of(State.LATE)] if late else []
        numbers += [group.oldest_gap or 0, group.due_soon, total.of(State.CANNOT_TELL), total.of(State.TO_JUDGE)]
        last = group is result.overall
        names = ["all", ""] if last else [group.parent or no_team, group.code or UNALLOCATED]
        look = book.strong if last else book.text
        look_number = book.strong_number if last else book.number
        sheet.row([*names, *(count or None for count in numbers)], [look, look, *[look_number] * len(numbers)])
        if not last and group.code in sheets and group.cases:
            sheet.link(1, sheets[group.code], names[1])
    sheet.close_table()
    sheet.gap()
    for text in notes(result, gap):
        sheet.note(text)


def _to_do(book: Book, listed: GapList, name: str) -> None:
    """What one practitioner is to do, case by case, with room for replies; or everybody, on one sheet."""
    gap = SIGNS.states[State.GAP]
    alone = len({finding.case.practitioner for finding in listed.gaps}) <= 1
    columns = [
        Column("case", 11, lambda f: f.case.ref, book.strong),
        *([] if alone else [Column("whose", 13, lambda f: whose_words(f.case), book.text)]),
        Column(f"{gap} gap,\nseverity", 9, lambda f: f"{gap} {f.item.severity}", book.gap),
        Column("item", 21, lambda f: name_of(f.item), book.text),
        Column("days\nover", 6, lambda f: f.days, book.centred),
        Column("was due", 13, lambda f: f.due, book.day),
        Column("what is missing", 32, lambda f: f.found, book.text),
        Column("what to do", 28, _what_to_do, book.text),
        Column("fix by", 13, lambda f: f.fix_by if f.item.mendable else None, book.day),
        Column(REPLY_HEADINGS[0], 16, lambda f: f.reply.answer if f.reply else None, book.fill_in),
        Column(REPLY_HEADINGS[1], 11, lambda f: f.reply.done_on if f.reply else None, book.fill_in_day),
        Column(REPLY_HEADINGS[2], 21, lambda f: f.reply.note if f.reply else None, book.fill_in),
    ]
    keys = [
        Column(REPLY_KEY[0], 10, lambda f: f.case.ref, book.text),
        Column(REPLY_KEY[1], 10, lambda f: f.item.id, book.text),
        Column(REPLY_KEY[2], 10, lambda f: f.due.isoformat() if f.due else "", book.text),
        Column(REPLY_KEY[3], 10, lambda _: listed.about.as_at.isoformat(), book.text),
    ]  # fmt: skip
    sheet = Sheet(book, name, [column.width for column in columns])
    sheet.title(f"What to do: {listed.whose or 'all cases'}", listed.about.as_at)
    elsewhere = " · of ended cases: sheet Ended cases" if listed.ended else ""
    sheet.note(f"{' · '.join(how_many(replace(listed, ended=())))}{elsewhere}")
    if not listed.gaps:
        return
    sheet.note(
        "Choose a Reply from the list, with the day if it is done, and send this workbook back. A reply changes no "
        "state: what is done must stand in the case record, where the next audit finds it."
    )
    sheet.heads([column.head for column in (*columns, *keys)], lines=2, hidden=len(keys))
    fill_in = len(columns) - len(REPLY_HEADINGS)
    first = sheet.at
    for case, own in by_case(listed.gaps).items():
        each, together = apart(own)
        top = True
        for finding in each:
            values = [column.value(finding) for column in (*columns, *keys)]
            sheet.row(values, [column.look for column in (*columns, *keys)], begins=top)
            top = False
        if together:
            ids = ", ".join(finding.item.id for finding in together)
            said = {
                "case": case.ref,
                "whose": whose_words(case),
                columns[1 + (not alone)].head: gap,
                "item": f"{number(len(together))} answered no by a reader",
                "what is missing": ids,
            }
            looks = [column.look for column in columns[:fill_in]]
            blank = [book.text] * (len(REPLY_HEADINGS) + len(keys))
            sheet.row([*(said.get(c.head) for c in columns), *[None] * len(keys)], [*looks, *blank], begins=top)
    sheet.choices(fill_in, first, ANSWERS)
    sheet.days(fill_in + 1, first, listed.about.as_at)
    sheet.close_table()


def _what_to_do(finding: Finding) -> str:
    return finding.item.to_fix if finding.item.mendable else f"Cannot be put right. {finding.item.to_fix}".rstrip()


def _coming_up(book: Book, about: About, listed: GapList) -> None:
    found = listed.coming_up
    accepted = "Accepted until then."
    columns = [
        Column("due", 17, lambda f: f.due or WAITING, book.day),
        Column("state", 15, lambda f: f"{SIGNS.states[f.state]} {f.state.value}", book.text),
        Column("case", 14, lambda f: f.case.ref, book.strong),
        Column("practitioner", 14, lambda f: f.case.practitioner or UNALLOCATED, book.text),
        Column("team", 12, lambda f: f.case.team, book.text),
        Column("item", 32, lambda f: name_of(f.item), book.text),
        Column("so far", 40, lambda f: f.found or (accepted if f.state is State.EXCUSED else ""), book.text),
        Column("what to do", 36, lambda f: f.item.to_fix, book.text),
    ]
    until = long_day(listed.horizon, about.as_at)
    sheet = Sheet(book, "Coming up", [column.width for column in columns])
    sheet.title("Coming up", about.as_at)
    due = sum(finding.state is not State.EXCUSED for finding in found)
    said = f"{counted(due, 'deadline')} until {until}, nearest first." if due else f"Nothing is due by {until}."
    sheet.note(said if due == len(found) else f"{said} {SIGNS.states[State.EXCUSED]} is accepted until that day.")
    sheet.findings(columns, found)


def _to_judge(book: Book, listed: GapList) -> None:
    found = listed.to_judge
    cases = by_case(found).items()
    sheet = Sheet(book, "To judge", [16, 36, 16, 14, 8, 70])
    sheet.title("To judge: for a reader", listed.about.as_at)
    if not found:
        sheet.note("Nothing waits for a reader.")
        return
    sheet.note(
        f"{counted(len(found), 'question')} in {counted(len(cases), 'case')}: a record cannot answer them, somebody "
        "has to read the case. What each item asks: "
        f"{show_command(finding.item.checklist for finding in found)}"
    )
    sheet.heads(["case", "since", "practitioner", "team", "how\nmany", "items"])
    looks = [book.strong, book.small, book.text, book.text, book.centred, book.text]
    for case, own in cases:
        ids = ", ".join(finding.item.id for finding in own)
        sheet.row([case.ref, case.label, case.practitioner or UNALLOCATED, case.team, len(own), ids], looks)
    sheet.close_table()


def _cannot_tell(book: Book, listed: GapList) -> None:
    found = listed.cannot_tell
    sheet = Sheet(book, "Cannot tell", [16, 16, 14, 8, 34, 72])
    sheet.title("Cannot tell", listed.about.as_at)
    if not found:
        sheet.note("Everything that was asked could be told.")
        return
    sheet.note(
        f"{counted(len(found), 'answer')} cannot be told. It is no gap: put the blank or the cell right where the "
        "extract comes from, and run again."
    )
    sheet.heads(["case", "practitioner", "team", "how\nmany", "items", "why"])
    looks = [book.strong, book.text, book.text, book.centred, book.text, book.text]
    groups: dict[tuple[CaseInfo, str], list[str]] = {}
    for finding in found:
        groups.setdefault((finding.case, finding.found or finding.reason), []).append(finding.item.id)
    for (case, why), ids in groups.items():
        whose = [case.practitioner or UNALLOCATED, case.team]
        sheet.row([case.ref, *whose, len(ids), ", ".join(ids), why], looks)
    sheet.close_table()


def _ended(book: Book, result: Result, listed: GapList) -> None:
    if not listed.ended:
        return
    columns = [
        Column("case", 14, lambda f: f.case.ref, book.strong),
        Column("ended", 17, lambda f: f.case.ended, book.day),
        Column("practitioner", 14, lambda f: f.case.practitioner or UNALLOCATED, book.text),
        Column("team", 12, lambda f: f.case.team, book.text),
        Column("severity", 11, lambda f: f"{SIGNS.states[f.state]} {f.item.severity}", book.gap),
        Column("item", 34, lambda f: name_of(f.item), book.text),
        Column("was due", 17, lambda f: f.due, book.day),
        Column("what is missing", 56, _found_of_ended, book.text),
    ]
    sheet = Sheet(book, "Ended cases", [column.width for column in columns])
    sheet.title("Gaps of ended cases", result.about.as_at)
    sheet.note(f"{ended_gaps(result)}. Nothing to act on now.")
    sheet.findings(columns, listed.ended)


def _found_of_ended(finding: Finding) -> str:
    return finding.found or ("Answered no by a reader." if finding.answered_no else "")


def _accepted(book: Book, listed: GapList) -> None:
    if not listed.accepted:
        return
    sheet = Sheet(book, "Accepted gaps", [16, 10, 17, 44, 16, 17, 14, 36])
    sheet.title("Accepted gaps", listed.about.as_at)
    sheet.note("The rows of the table of accepted gaps, and how each stands.")
    sheet.heads(["case", "item", "occurrence", "reason", "accepted by", "until", "standing", "why it excuses nothing"])
    text, a_day = book.text, book.day
    for one in listed.accepted:
        sheet.row(
            [one.case, one.item, one.occurrence, one.reason, one.by, one.until, one.standing.value, one.why],
            [book.strong, text, a_day, text, text, a_day, text, text],
        )
    sheet.close_table()


def _faults(book: Book, result: Result) -> None:
    sheet = Sheet(book, "Data faults", [44, 10, 30, 28, 60])
    sheet.title("Data faults", result.about.as_at)
    if not result.faults:
        sheet.note("No fault in the columns in use.")
        return
    kinds = ", ".join(counted(count, kind) for kind, count in result.about.faults.items() if count)
    sheet.note(
        f"{counted(len(result.faults), 'fault')} in the columns in use: {kinds}. What a cell holds is not shown."
    )
    sheet.heads(["file or sheet", "row", "column", "kind", "rule"])
    for fault in result.faults:
        values: list[Value] = [fault.source, fault.row, fault.column, fault.kind, fault.rule]
        sheet.row(values, [book.text, book.centred, *[book.text] * 3])
    sheet.close_table()


def _about(book: Book, result: Result, kind: str) -> None:
    about, as_at = result.about, result.about.as_at
    sheet = Sheet(book, "About", [36, 104])
    sheet.title("About this workbook", as_at)
    sheet.section("What was checked")
    sheet.pair("Unit", title_of(about))
    if kind != "overall" and result.listed:
        sheet.pair("Only", result.listed.whose)
    sheet.pair("As at", f"{long_date(as_at)}: {as_at_from(about) or 'as at'}. Nothing dated later is seen.")
    sheet.pair("Narrowed to", ", ".join(about.selection))
    sheet.pair("Audited", " · ".join(part for part in how_much(result) if part))
    sheet.pair("Not audited", not_started(result) if result.not_started else "")
    for extract in about.parts or (about,):
        fresh = [newest_entry(extract)] if about.parts else []
        sheet.pair("Extract", "; ".join(part for part in (*rows_read(extract, 10_000), *fresh) if part))
    for source in about.sources:
        read = f"{counted(source.rows_read, 'row')} read, {number(source.kept)} used"
        other = f", {number(source.other_cases)} of other cases" if source.other_cases else ""
        refused = f", {number(source.refused)} refused" if source.refused else ""
        sheet.pair("", f"{source.table}: {source.shown}, {read}{other}{refused}")
    sheet.pair("Not read", columns_left(about))
    sheet.pair("Freshness", f"the stalest: {newest_entry(about)}" if len(about.parts) > 1 else newest_entry(about))
    sheet.pair("Dictionary", dictionary_words(about).removeprefix("dictionary "))
    sheet.pair("Checklists", ", ".join(f"{name} {version}" for name, version in about.checklists))
    sheet.pair("Made by", f"auditcheck {__version__}")
    for text in warnings(about, _see(result, kind)):
        sheet.pair("Beware", text)
    sheet.pair("Not supplied", not_supplied_words(about))
    sheet.pair("Not asked", not_asked_words(about))
    if about.adjustments:
        sheet.pair("Adjustments", adjusted_words(about.adjustments))
        for change in about.adjustments.changes:
            agreed = f" Agreed by {change.agreed_by}." if change.agreed_by else ""
            review = f" Review {short_day(change.review, as_at)}."
            sheet.pair("", f"{changed(change)}: {change_words(change)}.{agreed}{review}")
    sheet.pair("Accepted gaps", accepted_words(result).removeprefix("Accepted gaps: "))
    if result.sheets:
        sheet.section("The limits in use, and where each comes from")
        for checklist in result.sheets.sheets:
            for setting in checklist.settings:
                sheet.pair(f"{checklist.name}.{setting.name}", f"{setting.value}: {setting.source}")
    sheet.section("What the signs mean")
    for state in IN_ORDER:
        sheet.pair(f"{SIGNS.states[state]}  {state.value}", MEANS[state], book.sign_look(state))
    sheet.section("How to read it")
    for label, text in _READING if kind != "practitioner" else _READING[3:]:
        sheet.pair(label, text)


#: How to read the sheets; the first three are about rates.
_READING = (
    (
        "Rate",
        "Met of (met + late + gap), halves rounded upwards; the bar is as long. "
        f"Under {FEWEST_FOR_A_RATE} cases there are counts only.",
    ),
    (
        "95 %",
        "What chance alone leaves for such a rate with so few cases (Wilson's interval). Two rates whose intervals "
        "overlap may differ by chance.",
    ),
    ("Range", "The rate if everything that cannot be told or waits for a reader went one way or the other."),
    ("Not recorded", "The record is all that was seen: what is not recorded may have been done. Then record it."),
    ("People", "Practitioners are listed by code, with counts: no percentage, no ranking, no colour."),
    ("Replies", "A reply is shown beside its gap when it is read back with --replies. It changes no state."),
    (
        "Why?",
        "auditcheck explain EXTRACT CASE --item ITEM shows which records were looked for and how a deadline was "
        "counted. auditcheck show lists the checklists, and with the name of one says what its items ask.",
    ),
    ("No inspection", "These figures are no inspection rating."),
)
