"""Says why a case has its state for an item: which events, which deadline, which clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from auditcheck.accepted import Acceptance
from auditcheck.calendar import Calendar, Duration, Unit, bank_holidays, weekday_date
from auditcheck.checklist import Item, Reason
from auditcheck.conditions import Moment, columns_in, events_in, plain, say_condition
from auditcheck.evaluate import Outcome, Settled, evaluate, why_not
from auditcheck.names import CountRows, Names, PickDate, PickRow, SomeRow
from auditcheck.nearly import MOST, NearMiss, near_misses
from auditcheck.patterns import leaves_of
from auditcheck.patterns.each import Each
from auditcheck.patterns.judged import Judged
from auditcheck.patterns.some import too_early
from auditcheck.patterns.words import event_words, events_of, unseen_words
from auditcheck.problems import in_words, one_of
from auditcheck.reading import CaseReading, Happening, Kind, Row, Tri
from auditcheck.result import CaseInfo, Explanation, ItemInfo, Step
from auditcheck.states import State
from auditcheck.whose import whose_words

#: So many rows are named for one doubt.
MOST_ROWS = 5


def item_info(item: Item) -> ItemInfo:
    """What reports say of an item."""
    return ItemInfo(
        id=item.id,
        title=item.title,
        checklist=item.checklist,
        checklist_title=item.checklist_title,
        severity=item.severity,
        standard=item.standard,
        source=item.source,
        to_fix=item.to_fix,
        fix_within=str(item.fix_within) if item.fix_within else "",
        judged=item.judged,
        sample=item.sampled,
        mendable=item.mendable,
    )


def explain(item: Item, case: CaseReading, info: CaseInfo, sources: Mapping[str, str]) -> Explanation:
    """The explanation of one item for one case. `sources` names, by table, where its rows came from."""
    outcome = evaluate(item, case)
    return Explanation(
        case=info,
        item=item_info(item),
        as_at=case.as_at,
        state=outcome.state,
        headline=_headline(outcome, case),
        short=_short(outcome, case, item),
        steps=tuple(_steps(item, outcome, case, sources, info)),
    )


def doubt_words(item: Item, outcome: Outcome, case: CaseReading) -> str:
    """Why it cannot be told, for a line of a list, where many may have the same."""
    text = "; ".join(_doubts(item, outcome, case)[:2])
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def found_words(outcome: Outcome) -> str:
    """What the record shows, for a line of the gap list."""
    deciding = [
        settled
        for leaf in outcome.leaves
        if leaf.state is outcome.before
        for settled in leaf.settled
        if settled.state is outcome.before
    ]
    deciding.sort(key=lambda s: (s.part.due or date.max, s.part.day or date.max))
    words = list(dict.fromkeys(s.part.found for s in deciding if s.part.found))
    text = " ".join(words[:2])
    if len(words) > 2:
        text += f" And {len(words) - 2} more."
    if counted := _in_time(outcome):
        text += f" {counted}."
    if outcome.reason:
        text += f" {outcome.reason}."
    return text.strip()


def _in_time(outcome: Outcome) -> str:
    """'2 of 3 in time, 1 excused': of several occurrences, with those that the count leaves out."""
    apart: Counter[State] = Counter()
    for leaf in outcome.leaves:
        for settled in leaf.settled if leaf.looked.has_occurrences else ():
            if settled.state in (State.EXCUSED, State.LEFT_OUT):
                apart[settled.state] += settled.part.number
    if not outcome.occurrences or outcome.occurrences + apart.total() < 2:
        return ""
    return ", ".join(
        [f"{outcome.met} of {outcome.occurrences} in time", *(f"{n} {state}" for state, n in apart.items())]
    )


def _headline(outcome: Outcome, case: CaseReading) -> str:
    parts = []
    if outcome.due:
        days = (case.as_at - outcome.due).days
        if outcome.state is State.GAP:
            parts.append(f"{days} day{'' if days == 1 else 's'} after its deadline")
        elif outcome.state is State.LATE:
            parts.append(f"was due {weekday_date(outcome.due, case.as_at)}")
        elif outcome.state is State.NOT_YET_DUE:
            parts.append(f"due {weekday_date(outcome.due, case.as_at)}")
        elif outcome.state is State.MET:
            parts.append(f"next due {weekday_date(outcome.due, case.as_at)}")
    elif outcome.state is State.NOT_YET_DUE:
        parts.append("waiting to start")
    if counted := _in_time(outcome):
        parts.append(counted)
    if outcome.reason:
        parts.append(outcome.reason)
    return "; ".join(parts)


def _short(outcome: Outcome, case: CaseReading, item: Item) -> str:
    if outcome.relevant is False and item.relevant_if is not None:
        facts = case.say_facts(item.relevant_if)
        here = f" Here {'; '.join(facts)}." if facts else ""
        return f"Only where {say_condition(item.relevant_if)}.{here}"
    if outcome.state is State.CANNOT_TELL:
        doubts = doubt_words(item, outcome, case)
        if doubts:
            return doubts
    text = found_words(outcome)
    if outcome.state is State.NOT_RELEVANT and not text:
        return "Nothing here that it asks about."
    if outcome.due and outcome.state is State.GAP:
        text += f" Was due {weekday_date(outcome.due, case.as_at)}."
    return text.strip()


def _steps(
    item: Item, outcome: Outcome, case: CaseReading, sources: Mapping[str, str], info: CaseInfo
) -> Iterable[Step]:
    asked = item.met_if.say()
    yield Step("Asked", (f"{asked[:1].upper()}{asked[1:]}.",))
    if item.relevant_if is not None:
        word: dict[Tri, str] = {True: "yes", False: "no, it is not so that", None: "cannot tell whether"}
        joiner = ": " if outcome.relevant else " "
        yield Step("Relevant", (f"{word[outcome.relevant]}{joiner}{say_condition(item.relevant_if)}",))
    if outcome.relevant is False:
        yield from _references(item)
        return
    rows: dict[tuple[str, int], Row] = {}
    for leaf in outcome.leaves:
        if isinstance(leaf.pattern, Each) and leaf.looked.parts:
            yield _each_table(leaf.pattern, leaf.settled, case)
        elif leaf.settled:
            yield Step("Found", tuple(s.part.found for s in leaf.settled if s.part.found))
        deciding = next((s for s in leaf.settled if s.state is leaf.state and s.part.due), None)
        deciding = deciding or next((s for s in leaf.settled if s.part.counted), None)
        if deciding is not None and deciding.part.counted and deciding.part.deadline.day:
            start, length = deciding.part.counted
            yield Step("Deadline", (*counting(start, length, case.calendar, case.as_at), *_whence(start, item, case)))
        if leaf.looked.lines:
            yield Step("Looked", tuple(leaf.looked.lines))
        for settled in leaf.settled:
            rows |= {(row.table, row.number): row for row in settled.part.rows}
    if outcome.state is State.GAP and (near := near_misses(item, outcome, case)):
        yield Step("Nearly", tuple(_near_lines(near, case.as_at)))
    yield from _reasons(item, outcome, case)
    if outcome.accepted:
        yield Step("Accepted", tuple(accepted_words(row, outcome, case.as_at) for row in outcome.accepted))
    if outcome.state is State.CANNOT_TELL and (doubts := _doubts(item, outcome, case, at_length=True)):
        yield Step("Unknown", tuple(doubts))
    if whose := whose_words(case, info, outcome.state, outcome.due):
        yield Step("Whose", (whose,))
    if outcome.state is State.GAP:
        ended = info.ended
        over = f"the case ended on {weekday_date(ended, case.as_at)}: nothing to do now" if ended else ""
        mend = item.to_fix if item.mendable else f"Cannot be put right. {item.to_fix}"
        yield Step("To fix", (over or mend, *([] if over else _fix_by(item, case))))
    yield from _references(item)
    if rows:
        yield Step("Records", tuple(_record_lines(rows.values(), sources)))


def _near_lines(near: Sequence[NearMiss], as_at: date) -> Iterable[str]:
    """'contacts row 12 of Mon 3 April: before Tue 16 May, from when it counts', of the latest."""
    if len(near) > MOST:
        yield f"{len(near)} entries do not count; the latest:"
    for one in near[-MOST:]:
        yield f"{_row_list([one.row])} of {weekday_date(one.day, as_at)}: {one.why}"


def _fix_by(item: Item, case: CaseReading) -> Iterable[str]:
    """By when a gap is to be fixed, and how that day is counted."""
    if item.fix_within and (day := case.calendar.add(case.as_at, item.fix_within)):
        yield f"by {weekday_date(day, case.as_at)}: {item.fix_within} after as at"


def _references(item: Item) -> Iterable[Step]:
    limits = [f"{plain(s.name)} {s.value}: {s.source}" for s in item.settings if s.adjusted or _uses(item, s.value)]
    if item.note:
        yield Step("Note", (item.note,))
    yield Step("Source", (item.source, *limits, *item.adjusted))


def _uses(item: Item, value: object) -> bool:
    """Is a setting's value one of the lengths of time that this item's patterns hold?"""
    return isinstance(value, Duration) and any(str(value) in leaf.say() for leaf in leaves_of(item.met_if))


def _each_table(pattern: Each, settled: list[Settled], case: CaseReading) -> Step:
    rows = []
    for one in settled:
        part = one.part
        if part.day is None:
            rows.append((one.state, ("cannot be told", "", "")))
            continue
        due = weekday_date(part.deadline.day, case.as_at) if part.deadline.day else "none set"
        due = due if part.deadline.known else "cannot be told"
        answered = weekday_date(part.answered, case.as_at) if part.answered else "not recorded"
        if one.state is State.CANNOT_TELL and part.answered is None:
            answered = "cannot be told"
        rows.append((one.state, (weekday_date(part.day, case.as_at), due, answered)))
    heads = (_last_word(pattern.event), "due", _last_word(pattern.followed_by))
    return Step("Each", heads=heads, rows=tuple(rows))


def _last_word(event: str) -> str:
    """The heading of an event's column: its last word, when that says what happened."""
    words = event_words(event).split()
    return words[-1] if words[-1].endswith(("ed", "sent", "back")) else " ".join(words)


def counting(start: date, length: Duration, calendar: Calendar, as_at: date) -> list[str]:
    """How a deadline was counted: the sum, and for working days what was passed over."""
    end = calendar.add(start, length)
    if end is None:
        return [f"{weekday_date(start, as_at)} + {length}: outside the calendar's years"]
    sign = "+" if length.count >= 0 else "–"
    lines = [f"{weekday_date(start, as_at)} {sign} {length} = {weekday_date(end)}"]
    if length.unit is Unit.WORKING_DAYS and length.count > 0:
        first = calendar.add(start, Duration(1, Unit.WORKING_DAYS))
        names = bank_holidays()
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        closed = [day for day in days if day.weekday() < 5 and day in calendar.closed]
        listed = ", ".join(f"{day:%a} {day.day} {day:%B} {names.get(day, 'closed')}" for day in closed)
        noted = f"not counted: weekends and {listed}" if closed else "weekends not counted; no bank holiday between"
        assert first is not None
        lines.append(f"({first:%a} {first.day} {first:%B} is day 1; {noted})")
    return lines


def _whence(start: date, item: Item, case: CaseReading) -> Iterable[str]:
    """Where the day that a deadline counts from comes from, when it is picked of several and not the case's start."""
    if case.fact(case.names.start).day == start:
        return
    for name in rests_on(item, case)[0]:
        definition = case.names.facts[name].definition
        if isinstance(definition, PickDate) and case.fact(name).day == start:
            said = "; ".join(case.say_fact(part) for part in definition.facts if case.fact(part).day)
            yield f"({plain(name)}: the {'latest' if definition.latest else 'earliest'} of {said})"


def _reasons(item: Item, outcome: Outcome, case: CaseReading) -> Iterable[Step]:
    """Which reasons were tried and what each gave, once for all parts."""
    for label, reasons in (("Left out", item.left_out_if), ("Excused", item.excused_if)):
        lines = []
        for reason in dict.fromkeys(r.words for r in reasons):
            verdicts = {
                verdict
                for leaf in outcome.leaves
                for settled in leaf.settled
                for words, verdict in settled.reason_tests
                if words == reason
            }
            if not verdicts:
                continue
            word = "yes" if True in verdicts else "cannot tell" if None in verdicts else "no"
            because = f" ({_because(reasons, reason, item, case)})" if True in verdicts else ""
            lasts = next((r.lasts for r in reasons if r.words == reason and r.lasts), None)
            because = because or (f" (in the last {lasts})" if lasts else "")  # it may have held, and have run out
            lines.append(f"{word}: {reason[:1].lower()}{reason[1:]}{because}")
        if lines:
            yield Step(label, tuple(lines))


def accepted_words(row: Acceptance, outcome: Outcome, as_at: date) -> str:
    """'yes: by N54S001 until Fri 3 July: family moved away', or why the row excuses nothing."""
    which = f", the one of {weekday_date(row.day, as_at)}" if row.day else ""
    if wrong := row.wrong(as_at):
        return f"{wrong}{which}"
    if why := why_not(row, outcome, as_at):
        return f"no{which}: {why}"
    assert row.until is not None
    return f"yes{which}: by {row.by} until {weekday_date(row.until, as_at)}: {row.reason}"


def _because(reasons: Iterable[Reason], words: str, item: Item, case: CaseReading) -> str:
    """The facts and the events that a reason rests on: 'contact suspended from: Fri 5 May 2023'."""
    found: dict[str, None] = {}
    for reason in reasons:
        if reason.words != words:
            continue
        found |= dict.fromkeys(case.say_facts(reason.when))
        for event in sorted(events_in(reason.when)):
            happened = [h for h in case.events(event, item.from_, item.until) if h.sure and h.day]
            days = ", ".join(weekday_date(h.day, case.as_at) for h in happened[-3:] if h.day)
            rows = _row_list(h.row for h in happened[-3:] if h.row)
            found |= {f"{event_words(event)} {days}, {rows}": None} if happened else {}
    return "; ".join(found)


def rests_on(item: Item, case: CaseReading) -> tuple[list[str], list[str]]:
    """The facts and the events that an item's state rests on."""
    facts: dict[str, None] = {}
    events: dict[str, None] = {}
    conditions = [item.relevant_if, *(r.when for r in (*item.left_out_if, *item.excused_if))]
    for leaf in leaves_of(item.met_if):
        conditions.append(getattr(leaf, "case", None))
        if isinstance(leaf, Judged):
            conditions.append(leaf.judged.relevant_if)
        events.update(dict.fromkeys(events_of(leaf)))
        until = getattr(leaf, "until", None)
        until = until if until is not None else item.until
        for moment in (getattr(leaf, "by", None), getattr(leaf, "from_", None) or item.from_, *(until or ())):
            anchor = getattr(moment, "anchor", None)
            if isinstance(anchor, str) and anchor in case.names.facts:
                facts[anchor] = None
    for condition in conditions:
        facts.update(dict.fromkeys(sorted(columns_in(condition))))
        events.update(dict.fromkeys(sorted(events_in(condition))))
    facts[case.names.start] = None
    if case.names.end:
        facts[case.names.end] = None
    return list(facts), list(events)


def events_asked(
    item: Item, outcome: Outcome, case: CaseReading
) -> Iterator[tuple[str, Sequence[Happening], Sequence[Happening]]]:
    """The events that an item's state rests on: what there is of each in the time in which it is looked for, and the
    firsts that came too early to count, so that others may have come since."""

    def within(
        event: str, from_: Moment | None, until: tuple[Moment, ...] | None, after: date | None = None
    ) -> tuple[str, Sequence[Happening], list[Happening]]:
        happenings = case.events(event, from_, until)
        # a reason of an occurrence counts from that on: the first may have been before it
        overtaken = [h for h in happenings if after and h.sure and h.day and h.day < min(h.hi, after)]
        return event, happenings, [h for h in happenings if h.before] + overtaken

    reasons = [event for reason in (*item.left_out_if, *item.excused_if) for event in sorted(events_in(reason.when))]
    conditions = [item.relevant_if]
    for leaf in outcome.leaves:
        from_, until = getattr(leaf.pattern, "from_", None), getattr(leaf.pattern, "until", None)
        own = (from_ or item.from_, item.until if until is None else until)
        yield from (within(event, *own) for event in events_of(leaf.pattern))
        if isinstance(leaf.pattern, Each):
            doubted = [s.part.day for s in leaf.settled if s.state is State.CANNOT_TELL and s.part.day]
            yield from (within(event, *own, after=max(doubted, default=None)) for event in reasons)
        else:
            yield from (within(event, item.from_, item.until) for event in reasons)
        conditions.append(getattr(leaf.pattern, "case", None))
        if isinstance(leaf.pattern, Judged):
            conditions.append(leaf.pattern.judged.relevant_if)
    yield from (within(event, item.from_, item.until) for event in sorted(set().union(*map(events_in, conditions))))


def _doubts(item: Item, outcome: Outcome, case: CaseReading, *, at_length: bool = False) -> list[str]:
    """What could not be told: facts that are blank or unreadable, events that only perhaps happened, and those of
    which only the first is on record. Only `at_length` with the day of that: many cases may have the same doubt."""
    lines: dict[str, str] = {}
    for name in rests_on(item, case)[0]:
        reading = case.fact(name)
        if reading.kind is Kind.BLANK:
            lines[name] = f"{plain(name)} is blank"
        elif reading.kind is Kind.BAD:
            lines[name] = f"{plain(name)}: {_why_bad(name, case)}"
    for event, happenings, early in events_asked(item, outcome, case):
        if perhaps := [h for h in happenings if not h.sure and not h.before]:
            one_more = "one more " if len(perhaps) < len(happenings) else ""
            why = _why_perhaps(event, perhaps, case)
            lines.setdefault(f"perhaps {event}", f"perhaps {one_more}{event_words(event)}: {why}")
        if early:
            day = too_early(case, early) if at_length else "and it is too early to count"
            words = f"perhaps a later {event_words(event)}: only the first is on record, {day}"
            lines.setdefault(f"later {event}", words)
    return list(lines.values())


def _why_perhaps(event: str, perhaps: Sequence[Happening], case: CaseReading) -> str:
    """Where it stands that an event cannot be told: a column or a table that was not supplied, or rows."""
    lacking = sorted(
        f"{rows.table} has no column {column}"
        for rows in case.names.events[event].sources
        for column in (*columns_in(rows.where), rows.date, case.names.events[event].changes)
        if (rows.table, column) in case.missing_columns
    )
    rows = list({(h.row.table, h.row.number): h.row for h in perhaps if h.row is not None}.values())
    blank = [
        f"{plain(rows_of.date)} is blank"
        for rows_of in case.names.events[event].sources
        if rows_of.table == "cases" and rows_of.date and case.fact(rows_of.date).kind is Kind.BLANK
    ]
    if lacking:
        return ", ".join(dict.fromkeys(lacking))
    if blank and all(row.table == "cases" for row in rows):
        return ", ".join(dict.fromkeys(blank))
    if rows:
        more = f" and {len(rows) - MOST_ROWS} more" if len(rows) > MOST_ROWS else ""
        cells = _unread_cells(case, event, rows)
        why = f"{cells} could not be read" if cells else "whether it counts cannot be told"
        return f"{why} ({_row_list(rows[:MOST_ROWS])}{more})"
    return unseen_words(case.names, event, case.unknown_tables)


def _unread_cells(case: CaseReading, event: str, rows: Iterable[Row]) -> str:
    """'“DA enquiry sent”': the columns whose cells in these rows leave it open whether they are such an event; "" where
    it is the case's own that do."""
    columns = {
        name: case.names.tables[row.table].columns[name]
        for row in rows
        for rows_of in case.names.events[event].sources
        if rows_of.table == row.table
        for name in (rows_of.date, *columns_in(rows_of.where), case.names.events[event].changes)
        if name and not name.startswith("case.") and case.cell(row, name).kind is Kind.BAD
    }
    headed = [f"“{column.headings[0] if column.headings else plain(name)}”" for name, column in columns.items()]
    return one_of(headed) if headed else ""


def _why_bad(name: str, case: CaseReading) -> str:
    """Where it stands that a fact cannot be told: the column or the table that was not supplied, or the rows
    with the cell that could not be read."""
    fact = case.names.facts[name]
    rows: Sequence[Row]
    match fact.definition:
        case None:
            table, columns, rows = "cases", [name], [case.record.case]
        case PickDate():
            why = [
                f"{plain(of)} is blank" if kind is Kind.BLANK else _why_bad(of, case)
                for of in fact.definition.facts
                if (kind := case.fact(of).kind) in (Kind.BLANK, Kind.BAD)
            ]
            return "; ".join(dict.fromkeys(why))
        case SomeRow() | CountRows() | PickRow():
            of = fact.definition.rows
            more = [getattr(fact.definition, word, None) for word in ("until", "distinct", "column")]
            table, rows = of.table, case.record.rows.get(of.table, ())
            columns = [column for column in (*columns_in(of.where), of.date, *more) if column]
    if table in case.unknown_tables:
        return f"{table} was not supplied, or has no rows of these cases"
    if missing := [column for column in columns if (table, column) in case.missing_columns]:
        return f"{table} has no column {' or '.join(dict.fromkeys(missing))}"
    unread = [row for row in rows if any(case.cell(row, column).kind is Kind.BAD for column in columns)]
    if unread:
        more_rows = f" and {len(unread) - MOST_ROWS} more" if len(unread) > MOST_ROWS else ""
        bad = [column for column in columns if any(case.cell(row, column).kind is Kind.BAD for row in unread)]
        return f"a cell{_under(case.names, table, bad)} could not be read ({_row_list(unread[:MOST_ROWS])}{more_rows})"
    return "the record does not cover it"


def _under(names: Names, table: str, columns: Iterable[str]) -> str:
    """' under “Commencement”': where a column is headed otherwise than it is called here."""
    known = [names.tables[table].columns[column] for column in columns]
    headed = dict.fromkeys(column.headings[0] for column in known if column.headings)
    called = {plain(column.name).casefold() for column in known}
    others = [f"“{heading}”" for heading in headed if heading.casefold() not in called]
    return f" under {one_of(others)}" if others else ""


def _row_list(rows: Iterable[Row]) -> str:
    by_table: dict[str, list[int]] = {}
    for row in rows:
        by_table.setdefault(row.table, []).append(row.number)
    return "; ".join(_named(table, numbers) for table, numbers in by_table.items())


def _record_lines(rows: Iterable[Row], sources: Mapping[str, str]) -> Iterable[str]:
    by_table: dict[str, list[int]] = {}
    for row in rows:
        by_table.setdefault(row.table, []).append(row.number)
    for table, numbers in by_table.items():
        where = sources.get(table, table)
        yield f"{_named(table, sorted(numbers))} of {where}" if min(numbers) > 0 else _named(where, numbers)


def _named(table: str, numbers: list[int]) -> str:
    """'contacts rows 3 and 12'; where rows have no numbers, how many they are."""
    if min(numbers) <= 0:
        return f"{len(numbers)} row{'' if len(numbers) == 1 else 's'} of {table}"
    return f"{table} row{'' if len(numbers) == 1 else 's'} {in_words([str(number) for number in numbers])}"
