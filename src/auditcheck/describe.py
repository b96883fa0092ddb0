"""Says what a checklist asks, in English made from its structure: who is in, what counts as met, by
when, what excuses, what to do, where it comes from; and what its words are in the data.

The sentences of a pattern stand with the pattern; here is what holds for every item.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from auditcheck.answers import TABLE
from auditcheck.checklist import Checklist, Item, Reason
from auditcheck.conditions import (
    DEADLINE,
    Compare,
    Condition,
    Moment,
    Not,
    columns_in,
    events_in,
    parts_of,
    plain,
    say_condition,
    say_value,
)
from auditcheck.explain import item_info
from auditcheck.names import Column, CountRows, Fact, Names, PickDate, PickRow, RowsOf, SomeRow, Table
from auditcheck.patterns import AnyPattern, leaves_of
from auditcheck.patterns.case import CaseIs
from auditcheck.patterns.combined import AllOf, AnyOf
from auditcheck.patterns.each import Each
from auditcheck.patterns.judged import Judged
from auditcheck.patterns.keys import Bounded
from auditcheck.patterns.none import NoneOf
from auditcheck.patterns.words import event_words, events_of, nth, window_words
from auditcheck.problems import in_words, one_of
from auditcheck.result import ItemSheet, SettingInfo, Sheet, Sheets, Step
from auditcheck.scale import Scale


def describe(checklists: Iterable[Checklist], names: Names) -> Sheets:
    """The checklists in English, with the meaning of every fact and event that they name."""
    checklists = tuple(checklists)
    items = [item for checklist in checklists for item in checklist.items]
    facts, events = named(items, names)
    return Sheets(
        dictionary=names.name,
        dictionary_version=names.version,
        sheets=tuple(_sheet(checklist, names) for checklist in checklists),
        facts=tuple((plain(name), fact_words(names.facts[name], names)) for name in facts),
        events=tuple((plain(name), event_meaning(name, names)) for name in events),
        rules=tuple(_rules(items, facts, events, names)),
    )


def _sheet(checklist: Checklist, names: Names) -> Sheet:
    settings = tuple(
        SettingInfo(
            setting.name,
            _said(setting.value),
            setting.source,
            (
                *(item.id for item in checklist.items if setting.name in [used.name for used in item.settings]),
                *(["ratings"] if checklist.scale and setting.name in checklist.scale.settings else []),
            ),
        )
        for setting in checklist.settings
    )
    sheets = tuple(ItemSheet(item_info(item), tuple(_steps(item, names))) for item in checklist.items)
    ratings = tuple(_ratings(checklist.scale)) if checklist.scale else ()
    return Sheet(checklist.name, checklist.title, checklist.version, checklist.note, settings, sheets, ratings)


def _ratings(scale: Scale) -> Iterable[Step]:
    """How standards are rated, and all of them together."""
    given = [f"{standard.name} {standard.title}" for standard in scale.standards if not standard.items]
    lines = [
        f"{standard.name} {standard.title}: its lowest of {in_words(standard.items)}."
        for standard in scale.standards
        if standard.items
    ]
    if given:
        lines.append(f"{in_words(given)}: no case decides, so the rating is given with --rated.")
    yield Step("Standards", tuple(lines))
    shares = [f"from {band.percent} %" for band in scale.bands[1:]]
    scores = [band.score for band in scale.bands]
    yield Step(
        "Bands",
        tuple(
            f"{band.name}: {share}; {band.points} point{'' if band.points == 1 else 's'}."
            for band, share in zip(scale.bands, [f"under {scale.bands[1].percent} %", *shares], strict=True)
        ),
    )
    ends = [*(score - 1 for score in scores[1:]), scale.most]
    overall = (
        f"{band.name} {first}" if first == last else f"{band.name} {first} to {last}"
        for band, first, last in zip(scale.bands, scores, ends, strict=True)
    )
    yield Step(
        "Overall", (f"The points of all {len(scale.standards)} standards, {scale.most} at most: {', '.join(overall)}.",)
    )
    yield Step(
        "Counting",
        (
            "The share of met in those answered, not rounded: one that only rounds to a cut point is told. A standard "
            "with an item that is not asked, or is answered of fewer than ten cases, has no rating. No practitioner "
            "is rated. All of it is indicative: no inspection's rating.",
        ),
    )


def _sentence(text: str) -> str:
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!', '.”')) else '.'}"


# ── one item ─────────────────────────────────────────────────────────────────────────────────────


def _steps(item: Item, names: Names) -> Iterable[Step]:
    if item.note:
        yield Step("Note", (_sentence(item.note),))
    yield Step("Who", tuple(_who(item)))
    yield Step("Left out", _reasons(item.left_out_if, item) or ("Nobody.",))
    yield from _pattern(item.met_if, item, names)
    yield from _window(item, names)
    yield Step("Excused", _reasons(item.excused_if, item) or ("Nothing excuses a gap.",))
    fix = f" At the latest {item.fix_within} after as at." if item.fix_within else ""
    yield Step("To fix", (_sentence(item.to_fix) + fix,))
    if not item.mendable:
        yield Step("", ("Cannot be put right once missed: it is listed so that it is known.",))
    yield Step("Source", (_sentence(item.source),))
    if item.settings:
        yield Step("Settings", (", ".join(f"{s.name} ({_said(s.value)})" for s in item.settings) + ".",))


def _said(value: object) -> str:
    return say_value(value) if isinstance(value, date) else str(value)


def _who(item: Item) -> Iterable[str]:
    if item.relevant_if is not None:
        yield f"Cases where {say_condition(item.relevant_if)}."
        yield "Other cases are not relevant."
    elif isinstance(item.met_if, Each):
        run = item.met_if.run
        looked = f"a {nth(run.reaching)} {event_words(run.run_of)}" if run else event_words(item.met_if.event)
        yield f"Every case with {looked} to look at."
    else:
        yield "Every case."
    if item.sampled:
        yield "Of these a sample is read."


def _pattern(pattern: AnyPattern, item: Item, names: Names, place: str = "") -> Iterable[Step]:
    """What meets the item, what is late and what is a gap; part by part where it has several."""
    if isinstance(pattern, AllOf | AnyOf):
        parts = pattern.all_of if isinstance(pattern, AllOf) else pattern.any_of
        word = "All" if isinstance(pattern, AllOf) else "Any"
        where = [f"{place}{number}" for number in range(1, len(parts) + 1)]
        yield Step("Met" if not place else f"Part {place}", (f"{word} of parts {in_words(where)}:",))
        for number, part in zip(where, parts, strict=True):
            yield from _pattern(part, item, names, f"{number}." if isinstance(part, AllOf | AnyOf) else number)
        yield from _labelled(pattern.terms(item, names))
        return
    yield Step(f"Part {place}" if place else "Met", (_sentence(pattern.say()),))
    yield from _labelled(pattern.terms(item, names))
    if isinstance(pattern, Bounded) and (pattern.from_ is not None or pattern.until is not None):
        until = pattern.until if pattern.until is not None else item.until
        yield Step(
            "Window", (_sentence(f"here records count {window_words(pattern.from_ or item.from_, until, names)}"),)
        )


def _labelled(terms: Iterable[tuple[str, str]]) -> Iterable[Step]:
    """Terms with no label of their own belong to the one before."""
    label = ""
    lines: list[str] = []
    for name, text in terms:
        if name and lines:
            yield Step(label, tuple(lines))
            lines = []
        label = name or label
        lines.append(text)
    if lines:
        yield Step(label, tuple(lines))


def _window(item: Item, names: Names) -> Iterable[Step]:
    """When events count, where the item asks for any outside a pattern with bounds of its own."""
    leaves = list(leaves_of(item.met_if))
    own = [leaf for leaf in leaves if isinstance(leaf, Bounded) and leaf.from_ is None and leaf.until is None]
    if own or any(events_in(condition) for condition in conditions_of(item)):
        yield Step("Window", (_sentence(f"records count {window_words(item.from_, item.until, names)}"),))


def _reasons(reasons: Sequence[Reason], item: Item) -> tuple[str, ...]:
    if not reasons:
        return ()
    leaves = list(leaves_of(item.met_if))
    without = [leaf for leaf in leaves if not _has_deadline(leaf)]
    lines = []
    for reason in reasons:
        words = f"{reason.words.rstrip('.')}: {say_condition(reason.when)}."
        if _asks_deadline(reason.when) and without:
            every = len(without) == len(leaves)
            words += " There is none here, so it never holds." if every else " Never for a part without one."
        if reason.lasts:
            words += f" It holds for {reason.lasts} from that day; then the gap is back."
        lines.append(words)
    if any(isinstance(leaf, Each) for leaf in leaves):
        events = any(events_in(reason.when) for reason in reasons)
        last = "as at" if reasons is item.excused_if else "its deadline"
        looks = f": recorded on that day or later, up to {last}" if events else ""
        lines.append(f"(Tried for each one looked at{looks}.)")
    return tuple(lines)


def _has_deadline(leaf: AnyPattern) -> bool:
    return not isinstance(leaf, CaseIs | Judged) and not (isinstance(leaf, NoneOf) and leaf.older_than is None)


def _asks_deadline(condition: Condition) -> bool:
    """Does it compare with a deadline, outright? In a “not” a deadline that is not there would matter otherwise."""
    return not any(isinstance(part, Not) for part in parts_of(condition)) and any(
        isinstance(part, Compare) and isinstance(part.other, Moment) and part.other.anchor == DEADLINE
        for part in parts_of(condition)
    )


# ── what the words mean ──────────────────────────────────────────────────────────────────────────


def conditions_of(item: Item) -> list[Condition]:
    """Every condition that an item asks of a case."""
    conditions = [item.relevant_if, *(reason.when for reason in (*item.left_out_if, *item.excused_if))]
    for leaf in leaves_of(item.met_if):
        conditions.append(leaf.case if isinstance(leaf, CaseIs) else None)
        conditions.append(leaf.judged.relevant_if if isinstance(leaf, Judged) else None)
    return [condition for condition in conditions if condition is not None]


def named(items: Iterable[Item], names: Names) -> tuple[list[str], list[str]]:
    """The facts and the events that items name, and the facts that those rest on, by name."""
    facts: set[str] = {names.start, *([names.end] if names.end else [])}
    events: set[str] = set()
    for item in items:
        moments = [item.from_, *(item.until or ())]
        for leaf in leaves_of(item.met_if):
            events.update(events_of(leaf))
            if isinstance(leaf, Bounded):
                by = getattr(leaf, "by", None)
                moments += [leaf.from_, *(leaf.until or ()), *([by] if isinstance(by, Moment) else [])]
        for condition in conditions_of(item):
            facts |= columns_in(condition)
            events |= events_in(condition)
        facts |= {moment.anchor for moment in moments if moment is not None and isinstance(moment.anchor, str)}
    wheres = [rows.where for event in events for rows in names.events[event].sources]
    waiting = sorted(facts)
    while waiting:
        fact = names.facts.get(waiting.pop())
        definition = fact.definition if fact is not None else None
        rests: set[str] = set()
        if isinstance(definition, PickDate):
            rests |= set(definition.facts)
        elif definition is not None:
            wheres.append(definition.rows.where)
            rests |= {definition.since} - {None} if isinstance(definition, CountRows) else set()  # type: ignore[arg-type]
        waiting += sorted(rests - facts)
        facts |= rests
    facts |= {name.removeprefix("case.") for where in wheres for name in columns_in(where) if name.startswith("case.")}
    return sorted(facts & set(names.facts)), sorted(events)


def event_meaning(name: str, names: Names) -> str:
    """What an event is in the data: 'contacts where type code is C369, dated by contact date.'"""
    event = names.events[name]
    said = dict.fromkeys(
        f"{'' if rows.where else 'every row of '}{rows_words(rows)}, dated by {plain(rows.date or '')}"
        f"{', of each case the first alone' if rows in event.first_only else ''}"
        for rows in event.sources
    )
    text = "; or ".join(said)
    if event.changes:
        text += f", of which the {plain(event.changes)} is other than in those of the last day before"
    return f"{text}.{' Several on one day are one.' if event.once_a_day else ''}"


def rows_words(rows: RowsOf) -> str:
    """'contacts where type code is C369'."""
    return f"{plain(rows.table)} where {say_condition(rows.where)}" if rows.where else plain(rows.table)


def fact_words(fact: Fact, names: Names) -> str:
    """What a fact is in the data: a column of cases, or how it is worked out from rows."""
    match fact.definition:
        case SomeRow(rows, until, when):
            text = f"yes where there is a row of {rows_words(rows)}"
            dated = plain(rows.date) if rows.date else ""
            at = {"as_at": "as at", "at_start": plain(names.start)}.get(when, "")
            if at and dated:
                end = f", and {plain(until)} is not before it" if until else ""
                text += f", and {dated} is on or before {at}{end}"
            elif dated:
                text += f", and {dated} is not after as at"
            return f"{text}; else no."
        case CountRows(rows, distinct, since):
            what = "how many rows there are of"
            if distinct:
                what = f"how many different values of {plain(distinct)} there are in"
            after = f", and {plain(rows.date or '')} is on or after {plain(since)}" if since else ""
            return f"{what} {rows_words(rows)}{after}."
        case PickRow(rows, column, last, may_be_missing):
            which = "last" if last else "first"
            without = f" Without {plain(rows.table)} in the extract it has not happened." if may_be_missing else ""
            return f"{plain(column)} of the {which} row of {rows_words(rows)}, by {plain(rows.date or '')}.{without}"
        case PickDate(facts, latest):
            return (
                f"the {'latest' if latest else 'earliest'} of {in_words([plain(f) for f in facts])} that has happened."
            )
    assert fact.column is not None
    return f"the column {fact.name} of cases.{_codes(fact.column)}{_blank(fact.column)}"


def _codes(column: Column) -> str:
    coded = [f"{say_value(value)} is {one_of(list(codes))}" for value, codes in (column.values or {}).items()]
    coded = [] if all(codes == (value,) for value, codes in (column.values or {}).items()) else coded
    return f" Codes: {'; '.join(coded)}." if coded else ""


def _blank(column: Column) -> str:
    if column.required:
        return ""
    if column.blank_is_nothing:
        return " A blank: not happened." if column.type == "date" else " A blank: nothing there."
    if column.blank_value is not None:
        return f" A blank: {say_value(column.blank_value)}."
    return " A blank: cannot tell."


def _rules(
    items: Iterable[Item], facts: Iterable[str], events: Iterable[str], names: Names
) -> Iterable[tuple[str, str]]:
    """What holds for every item: how states, days and rows are counted."""
    yield "rate", "met, of met + late + gap. All other states are counted apart, and are in neither."
    yield "cannot tell", "something that the item needs is blank, could not be read, or was not supplied."
    yield (
        "gap",
        "what to act on now. Put right later it becomes late, or met where only the record as it stands counts.",
    )
    yield "left out", "whatever was done: looked at before anything else of a relevant case."
    yield "excused", "a gap, and only a gap, for which a reason is accepted."
    yield "blanks", "no match in a reason, or among the rows of a fact or an event; cannot tell in “Who” and in “Met”."
    yield "windows", "an end that has not happened is no end. Of several, the earliest counts."
    yield "as at", "the day the audit looks from. Nothing dated later is seen; a case that starts later is not audited."
    yield "days", "calendar days. A week is 7 days; a month later is the same day number, or the month's last day."
    closed = ", but not the dictionary's closed days (bank holidays)" if names.closed_days else ""
    yield "working days", f"Monday to Friday{closed}. The day after is day 1."
    leaves = [leaf for item in items for leaf in leaves_of(item.met_if)]
    wheres = [rows for event in events for rows in names.events[event].sources]
    definitions = [names.facts[name].definition for name in facts]
    wheres += [d.rows for d in definitions if d is not None and not isinstance(d, PickDate)]
    tables = {rows.table for rows in wheres}
    tables |= {TABLE} if any(isinstance(leaf, Judged) for leaf in leaves) and TABLE in names.tables else set()
    for name in sorted(tables - {"cases"}):
        table = names.tables[name]
        used = {column for rows in wheres if rows.table == name for column in columns_in(rows.where)}
        columns = [column for column in table.columns.values() if column.name in used]
        yield plain(name), _link(table) + "".join(_blank_cells(column) for column in columns)
        for column in columns:
            if way := column.look_up:
                found = f"the {plain(way.column)} in {plain(way.table)}, found by {plain(way.by)}."
                yield plain(column.name), f"of {plain(name)}: {found}"
    if TABLE in tables:
        audit = f" of the audit {names.audit}" if names.audit else ""
        yield "answers", f"rows of {TABLE}{audit}; a row whose auditor is “agreed” settles answers that differ."


def _blank_cells(column: Column) -> str:
    if column.blank_value is None or column.look_up:
        return ""
    return f" A blank {plain(column.name)} is {say_value(column.blank_value)}."


def _link(table: Table) -> str:
    text = f"a row belongs to the case with the same {in_words([plain(column) for column in table.link])}"
    if table.link_if_blank:
        blank = [plain(column) for column in table.link if column not in table.link_if_blank]
        whose = in_words([plain(column) for column in table.link_if_blank])
        text += f"; where {in_words(blank)} is blank, to every case with the same {whose}"
        if table.as_if_blank:
            text += f". So does a row with {say_condition(table.as_if_blank)}, whichever {in_words(blank)} it has"
    return text + "."
