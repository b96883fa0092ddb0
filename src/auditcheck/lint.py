"""What may be wrong with a checklist although it can be read: doubts, each with its place.

What is certainly wrong stops the reading itself (`checklist.load_checklists`). A doubt is told and the
audit goes on: a condition that no case can fulfil, a limit that no region can change, a value that a
column never has, and, against an extract, an item that cannot be told, that nobody is relevant to, or
that everybody fulfils.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditcheck.calendar import FIRST_DAY, LAST_DAY, read_date, read_duration
from auditcheck.checklist import Checklist, Item, Reason, find_checklist, load_checklists
from auditcheck.conditions import (
    DEADLINE,
    SAME_OPS,
    All,
    Any_,
    Compare,
    Condition,
    Has,
    Is,
    Moment,
    Not,
    Recorded,
    parts_of,
    plain,
    read_yes_no,
    say_value,
)
from auditcheck.dictionary import load_dictionary
from auditcheck.names import Column, Names, PickRow, RowsOf, Type, Value, one_spelling
from auditcheck.patterns import leaves_of
from auditcheck.patterns.case import CaseIs
from auditcheck.patterns.each import Each
from auditcheck.patterns.gaps_between import GapsBetween
from auditcheck.patterns.judged import Judged
from auditcheck.patterns.none import NoneOf
from auditcheck.patterns.some import Some
from auditcheck.patterns.words import events_of
from auditcheck.problems import Problem, quote
from auditcheck.result import Linted
from auditcheck.shipped import shipped_checklists
from auditcheck.yamlfile import Text, file_of, line_of, read_yaml

if TYPE_CHECKING:
    from auditcheck.audit import Audit
    from auditcheck.reading import CaseReading

#: So many cases of an item that cannot be told are asked for the cause.
MOST_ASKED = 500

#: Of fewer cases there is no percentage, and nothing to wonder at.
FEW = 10

NO_SOURCE = "the limit {} has no source, and no region can change it. Make it a setting."

#: A condition with more ways to be true than this is taken to have one that is possible.
MOST_WAYS = 2_000


def lint(
    wanted: Sequence[str],
    dictionary: Path | None = None,
    extract: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Linted:
    """The doubts about these checklists (names of shipped ones, or paths); none means all that ship.

    With an extract, also what shows only against records; its own dictionary is then used unless
    another is given. Raises ChecklistStop with every mistake of the checklists and the dictionary.
    """
    if extract is not None and dictionary is None:
        from auditcheck.extract import find_dictionary

        dictionary = find_dictionary(extract)
    names = load_dictionary(dictionary)
    known = shipped_checklists()
    paths = [find_checklist(name, known) for name in wanted] or list(known.values())
    checklists = load_checklists(paths, names)
    found = [doubt for checklist in checklists for doubt in doubts(checklist, names)]
    found += _ids_of_shipped(checklists, paths, known)
    if extract is not None:
        found += _against(extract, dictionary, [str(path) for path in paths], checklists, progress)
    order = {_file(checklist): place for place, checklist in enumerate(checklists)}
    return Linted(
        checklists=tuple(checklist.name for checklist in checklists),
        items=sum(len(checklist.items) for checklist in checklists),
        settings=sum(len(checklist.settings) for checklist in checklists),
        doubts=tuple(sorted(dict.fromkeys(found), key=lambda doubt: (order.get(doubt.file, 0), doubt.line))),
        extract=_called(extract) if extract is not None else "",
    )


def doubts(checklist: Checklist, names: Names) -> Iterator[Problem]:
    """What may be wrong with one checklist, as far as its file and the dictionary show."""
    file, raw = _file(checklist), checklist.written
    general = _general_reasons(checklist)
    for limit in _literal_limits({key: value for key, value in raw.items() if key != "items"}):
        yield Problem(file, line_of(limit), NO_SOURCE.format(quote(limit)))
    for reason in general:
        if not any(can_apply(reason, item) for item in checklist.items):
            text = f"the reason {quote(reason.words)} can never apply: no item has a deadline."
            yield Problem(file, _line_of_reason(raw, "left_out_if", reason), text)
    for item, raw_item in zip(checklist.items, raw["items"], strict=True):
        for limit in _literal_limits(raw_item):
            yield Problem(file, line_of(limit), NO_SOURCE.format(quote(limit)), item.id)
        for line, text in _doubts_of(item, raw_item, len(general), names):
            yield Problem(file, line or line_of(raw_item), text, item.id)


def _file(checklist: Checklist) -> str:
    return file_of(checklist.written, checklist.name)


def _doubts_of(item: Item, raw: Mapping[Any, Any], general: int, names: Names) -> Iterator[tuple[int, str]]:
    if item.relevant_if is not None and not possible([item.relevant_if], names):
        yield _line(raw, "relevant_if"), "nobody can be relevant: no case can fulfil “relevant_if”."
    for leaf in leaves_of(item.met_if):
        if isinstance(leaf, CaseIs) and not possible([leaf.case], names):
            yield _line(raw, "met_if"), "nobody can be met: no case can fulfil “case”."
        if isinstance(leaf, Judged) and leaf.judged.relevant_if and not possible([leaf.judged.relevant_if], names):
            yield _line(raw, "met_if"), "there is never anything to read: no case can fulfil “relevant_if” of “judged”."
    earlier: dict[Condition, Reason] = {}
    for word, reasons in (("left_out_if", item.left_out_if), ("excused_if", item.excused_if)):
        for place, reason in enumerate(reasons):
            first = earlier.setdefault(reason.when, reason)
            if word == "left_out_if" and place < general:
                continue  # told once for the whole checklist
            at = _line_of_reason(raw, word, reason)
            if first is not reason and can_apply(first, item):
                yield (
                    at,
                    f"the reason {quote(reason.words)} can never apply: {quote(first.words)} asks the same before it.",
                )
            elif not can_apply(reason, item):
                yield at, f"the reason {quote(reason.words)} can never apply: nothing in the item has a deadline."
            elif not possible([reason.when, *([item.relevant_if] if item.relevant_if else [])], names):
                yield at, f"the reason {quote(reason.words)} can never apply: no relevant case can fulfil it."
    if item.mendable and item.fix_within is None:
        yield 0, "no “fix_within”, so the gap list has no “by when”."
    if not item.mendable and item.fix_within is not None:
        yield _line(raw, "fix_within"), "“fix_within” of what cannot be mended."
    for text in dict.fromkeys(_never(item, names)):
        yield 0, text


def _general_reasons(checklist: Checklist) -> tuple[Reason, ...]:
    """The checklist's own reasons, which stand first in every item."""
    written = checklist.written.get("left_out_if", [])
    return checklist.items[0].left_out_if[: len(written) if isinstance(written, list) else 1]


def _line(raw: Mapping[Any, Any], word: str) -> int:
    return next((line_of(key) for key in raw if key == word), 0)


def _line_of_reason(raw: Mapping[Any, Any], word: str, reason: Reason) -> int:
    written = raw.get(word, [])
    for one in written if isinstance(written, list) else [written]:
        if str(one.get("reason")).strip() == reason.words:
            return line_of(one)
    return _line(raw, word)


# ── limits, and names that others use ────────────────────────────────────────────────────────────


def _literal_limits(raw: Any) -> Iterator[Text]:
    """The lengths of time that stand in a rule itself. How soon a gap is to be mended is no limit."""
    if isinstance(raw, Mapping):
        for key, value in raw.items():
            if key not in ("settings", "fix_within"):
                yield from _literal_limits(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from _literal_limits(value)
    elif isinstance(raw, Text):
        length = raw.replace(" before ", " after ").split(" after ")[0]
        if read_duration(length) is not None:
            yield raw


def _ids_of_shipped(
    checklists: Iterable[Checklist], paths: Iterable[Path], known: Mapping[str, Path]
) -> Iterator[Problem]:
    """Names and ids of checklists of one's own that a shipped one has: the two cannot be run together."""
    asked = list(dict.fromkeys(path.absolute() for path in paths))
    shipped = [path.absolute() for path in known.values()]
    mine = [checklist for checklist, path in zip(checklists, asked, strict=True) if path not in shipped]
    others = [path for path in shipped if path not in asked] if mine else []
    used: dict[str, str] = {}
    for path in others:
        raw = read_yaml(path)
        used.setdefault(str(raw["checklist"]).strip().upper(), path.name)
        used |= {str(item["id"]).strip().upper(): path.name for item in raw["items"]}
    for checklist in mine:
        at = checklist.written["checklist"]
        ids = [(line_of(raw["id"]), str(raw["id"]).strip()) for raw in checklist.written["items"]]
        for line, name in [(line_of(at), checklist.name), *ids]:
            if name.upper() in used:
                text = (
                    f"{quote(name)} is also used in the shipped {used[name.upper()]}: the two cannot be run together."
                )
                yield Problem(_file(checklist), line, text, "" if name == checklist.name else name)


# ── values that a column never has ───────────────────────────────────────────────────────────────


def _never(item: Item, names: Names) -> Iterator[str]:
    """Values that are looked for, and that the dictionary's own rules rule out."""
    conditions = [item.relevant_if, *(reason.when for reason in (*item.left_out_if, *item.excused_if))]
    events: dict[str, None] = {}
    for leaf in leaves_of(item.met_if):
        conditions += [leaf.case] if isinstance(leaf, CaseIs) else []
        conditions += [leaf.judged.relevant_if] if isinstance(leaf, Judged) else []
        events |= dict.fromkeys(events_of(leaf))
    for condition in conditions:
        for part in parts_of(condition) if condition is not None else ():
            if isinstance(part, Has):
                events[part.event] = None
            elif isinstance(part, Is | Compare | Recorded) and part.fact in names.facts:
                yield from _never_of(part, part.fact, names.facts[part.fact].column or _picked(part.fact, names))
                definition = names.facts[part.fact].definition
                rows = getattr(definition, "rows", None)
                yield from _never_in(rows, names) if isinstance(rows, RowsOf) else ()
    for event in events:
        for rows in names.events[event].sources:
            yield from _never_in(rows, names)


def _picked(fact: str, names: Names) -> Column | None:
    definition = names.facts[fact].definition
    return names.tables[definition.rows.table].columns[definition.column] if isinstance(definition, PickRow) else None


def _never_in(rows: RowsOf, names: Names) -> Iterator[str]:
    for part in parts_of(rows.where) if rows.where is not None else ():
        if isinstance(part, Is | Compare):
            table, _, name = part.fact.rpartition("case.")
            column = names.tables["cases" if part.fact.startswith("case.") else rows.table].columns[name or table]
            yield from _never_of(part, f"{rows.table}.{part.fact}", column)


def _never_of(part: Condition, where: str, column: Column | None) -> Iterator[str]:
    if column is None:
        return
    values: tuple[Value, ...] = part.values if isinstance(part, Is) else ()
    if isinstance(part, Compare) and isinstance(part.other, int):
        least, most = column.rules.at_least, column.rules.at_most
        over = part.op == "at_least" and isinstance(most, int) and part.other > most
        under = part.op == "at_most" and isinstance(least, int) and part.other < least
        values = (part.other,) if over or under else ()
        if values:
            yield f"{where} is never {plain(part.op)} {part.other}, by the dictionary."
        return
    for value in values:
        if not _allowed(value, column):
            yield f"{where} is never {quote(say_value(value))}, by the dictionary."


def _allowed(value: Value, column: Column) -> bool:
    """Do the rules of the dictionary allow a column this value?"""
    import re

    rules = column.rules
    if isinstance(value, str):
        spelt = value.upper() if column.type is Type.CODE else value
        listed = {one_spelling(text).upper() if column.type is Type.CODE else text for text in rules.allowed}
        if rules.allowed and spelt not in listed:
            return False
        return rules.pattern is None or column.values is not None or re.fullmatch(rules.pattern, spelt) is not None
    least, most = rules.at_least, rules.at_most
    if isinstance(value, bool):
        return not rules.allowed or value in {read_yes_no(text) for text in rules.allowed}
    if isinstance(value, date):
        fits = not (isinstance(least, date) and value < least) and not (isinstance(most, date) and value > most)
        return fits and (not rules.allowed or value in {read_date(text) for text in rules.allowed})
    fits = not (isinstance(least, int) and value < least) and not (isinstance(most, int) and value > most)
    return fits and (not rules.allowed or str(value) in rules.allowed)


# ── conditions that cannot be true ───────────────────────────────────────────────────────────────


def can_apply(reason: Reason, item: Item) -> bool:
    """Not a reason that in every way compares with a deadline, where nothing of the item has one."""
    ways = _ways(reason.when, True)
    return (
        ways is None
        or any(has_deadline(leaf) for leaf in leaves_of(item.met_if))
        or any(not any(wanted and _with_deadline(test) for test, wanted in way) for way in ways)
    )


def _with_deadline(test: Condition) -> bool:
    return isinstance(test, Compare) and isinstance(test.other, Moment) and test.other.anchor == DEADLINE


def has_deadline(leaf: Any) -> bool:
    return isinstance(leaf, Some | Each | GapsBetween) or (isinstance(leaf, NoneOf) and leaf.older_than is not None)


Atom = tuple[Condition, bool]  # a comparison, and whether it is to be true


def possible(conditions: Iterable[Condition], names: Names) -> bool:
    """Can one case fulfil all of these? Only what contradicts itself by its own words is told: two
    values of one fact, a number both below and above, a date both before and after the same day."""
    ways = _ways(All(tuple(conditions)), True)
    return ways is None or any(_consistent(way, names) for way in ways)


def _ways(condition: Condition, wanted: bool) -> list[tuple[Atom, ...]] | None:
    """The ways in which a condition is true (or false), each a set of comparisons; None for too many."""
    if isinstance(condition, Not):
        return _ways(condition.part, not wanted)
    if not isinstance(condition, All | Any_):
        return [((condition, wanted),)]
    parts = [_ways(part, wanted) for part in condition.parts]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if isinstance(condition, All) is not wanted:  # one of them is enough
        return [way for part in known for way in part]
    number = 1
    for part in known:
        number *= len(part)
    if number > MOST_WAYS:
        return None
    return [tuple(atom for way in combination for atom in way) for combination in product(*known)]


def _consistent(way: Sequence[Atom], names: Names) -> bool:
    events: dict[str, bool] = {}
    facts: dict[str, list[Atom]] = {}
    for test, wanted in way:
        if isinstance(test, Has):
            if events.setdefault(test.event, wanted) is not wanted:
                return False
        elif isinstance(test, Is | Recorded | Compare):
            facts.setdefault(test.fact, []).append((test, wanted))
    return all(_has_value(fact, atoms, names) for fact, atoms in facts.items())


def _has_value(name: str, atoms: Sequence[Atom], names: Names) -> bool:
    """Can a fact be so that all these comparisons of it come out as wanted?"""
    fact = names.facts[name]
    among: set[Value] | None = None
    never: set[Value] = set()
    if fact.type is Type.YES_NO:
        among = {True, False}
    elif fact.values is not None:
        among = set(fact.values)
    low: int = FIRST_DAY.toordinal() if fact.type is Type.DATE else -(10**15)
    high: int = LAST_DAY.toordinal() if fact.type is Type.DATE else 10**15
    recorded: set[bool] = set()
    beside: dict[Moment | str, set[str]] = {}
    needs_value = False
    for test, wanted in atoms:
        if isinstance(test, Recorded):
            recorded.add(test.yes is wanted)
        elif isinstance(test, Is):
            if wanted:
                needs_value = True
                among = set(test.values) if among is None else among & set(test.values)
            else:
                never |= set(test.values)
        elif isinstance(test, Compare):
            if not wanted:
                continue  # also false where nothing is recorded
            needs_value = needs_value or test.op not in SAME_OPS  # of two that have not happened neither differs
            other = test.other
            literal = other.anchor if isinstance(other, Moment) and other.shift is None else other
            number = literal.toordinal() if isinstance(literal, date) else literal
            if isinstance(number, int):
                if test.op in ("at_least", "on_or_after", "after", "same_as"):
                    low = max(low, number + (test.op == "after"))
                if test.op in ("at_most", "on_or_before", "before", "same_as"):
                    high = min(high, number - (test.op == "before"))
            elif isinstance(other, Moment | str):
                signs = beside.setdefault(other, {"<", "=", ">"})
                signs &= _SIGNS[test.op]
    if any(not signs for signs in beside.values()) or low > high:
        return False
    if len(recorded) > 1:
        return False
    # not happened: neither of a value nor of another; a date after as at has not happened either
    if not needs_value and recorded != {True} and (fact.column is None or fact.column.blank_is_nothing):
        return True
    if not needs_value and recorded != {True} and fact.type is Type.DATE:
        return True
    blank_is_value = fact.column is not None and fact.column.blank_value is not None
    if recorded == {False} and needs_value and not blank_is_value:
        return False
    if among is None:
        return True
    left = among - never
    if fact.type in (Type.NUMBER, Type.DATE):
        ordinals = [v.toordinal() if isinstance(v, date) else v for v in left if isinstance(v, date | int)]
        return any(low <= n <= high for n in ordinals)
    return bool(left)


_SIGNS = {
    "before": {"<"},
    "after": {">"},
    "on_or_before": {"<", "="},
    "on_or_after": {">", "="},
    "same_as": {"="},
    "differs_from": {"<", ">"},
}


def _called(extract: Path) -> str:
    from auditcheck.audit import called
    from auditcheck.engines import address_of

    address = address_of(extract)
    return address.shown if address else called(extract)


# ── against an extract ───────────────────────────────────────────────────────────────────────────


def _against(
    extract: Path,
    dictionary: Path | None,
    paths: Sequence[str],
    checklists: Sequence[Checklist],
    progress: Callable[[str], None] | None,
) -> Iterator[Problem]:
    """What an extract shows of each item. No record and no cell is shown, only counts and columns."""
    from auditcheck.audit import audit
    from auditcheck.states import State
    from auditcheck.statistics import percent

    lines = {
        (checklist.name, str(raw["id"]).strip()): (_file(checklist), line_of(raw))
        for checklist in checklists
        for raw in checklist.written["items"]
    }
    with audit(extract, dictionary=dictionary, checklists=paths, progress=progress) as finished:
        counts = finished.result().overall.counts
        for item in finished.items:
            file, line = lines[item.checklist, item.id]
            of = counts[item.id]
            relevant = of.total - of.of(State.NOT_RELEVANT)
            unknown = of.of(State.CANNOT_TELL)
            texts = []
            if not relevant:
                texts.append(f"nobody is relevant, of {of.total} cases.")
            elif of.met == relevant >= FEW:
                texts.append(f"everybody is met ({relevant} of {relevant}). Is it asked of the right cases?")
            if unknown:
                share = f"{percent(unknown, relevant)} % cannot tell" if relevant >= FEW else "cannot tell"
                because = _causes_of(item, finished)
                texts.append(f"{share} ({unknown} of {relevant}){f', because {because}' if because else ''}.")
            for text in texts:
                yield Problem(file, line, text, item.id)


def _causes_of(item: Item, finished: Audit) -> str:
    """Why an item cannot be told, the commonest cause first, with how many cases it concerns."""
    cases = finished.unknown(item, MOST_ASKED)
    counted = Counter(cause for case in cases for cause in causes(item, case))
    most = counted.most_common(3)
    if len(most) == 1 and most[0][1] == len(cases):
        return most[0][0]
    return " and ".join(f"{cause} ({number} of {len(cases)})" for cause, number in most)


def causes(item: Item, case: CaseReading) -> list[str]:
    """The columns and tables that keep one case from being told: 'contacts.complied is unreadable'."""
    from auditcheck.evaluate import evaluate
    from auditcheck.explain import events_asked, rests_on
    from auditcheck.reading import Kind

    found: dict[str, None] = {}
    facts, events = rests_on(item, case)
    for name in facts:
        kind = case.fact(name).kind
        if kind is Kind.BLANK:
            found[f"cases.{name} is blank"] = None
        elif kind is Kind.BAD:
            found |= dict.fromkeys(_of_fact(name, case))
    for name in events:
        event = case.names.events[name]
        for rows in event.sources:
            found |= dict.fromkeys(_of_rows(rows, case, [event.changes] if event.changes else ()))
    for name, _, early in events_asked(item, evaluate(item, case), case):
        if early:
            found[f"“{name}” says first_only, and the first came too early to count"] = None
    for leaf in leaves_of(item.met_if):
        if isinstance(leaf, Judged):
            asked = (leaf.judged.item or item.id).upper()
            for row in case.record.rows.get("judgements", ()):
                if row.cells["answer"][1] and row.cells["item"][0] == asked:
                    found["judgements.answer is unreadable"] = None
        elif isinstance(leaf, Each) and (leaf.by or leaf.same):
            columns = [column for column in (leaf.by, leaf.same) if column]
            for name in (leaf.event, *([leaf.followed_by] if leaf.same else [])):
                for rows in case.names.events[name].sources:
                    found |= dict.fromkeys(_of_rows(rows, case, columns))
    return list(found)


def _of_fact(name: str, case: CaseReading) -> Iterator[str]:
    definition = case.names.facts[name].definition
    if definition is None:
        yield from _of_cell("cases", name, case.record.case, case)
    inside = [*getattr(definition, "facts", ()), *filter(None, [getattr(definition, "since", None)])]
    for inner in inside:
        yield from _of_fact(inner, case) if not case.fact(inner).known else ()
    rows = getattr(definition, "rows", None)
    if isinstance(rows, RowsOf):
        columns = [getattr(definition, word, None) for word in ("until", "distinct", "column")]
        yield from _of_rows(rows, case, [column for column in columns if column])


def _of_rows(rows: RowsOf, case: CaseReading, columns: Sequence[str] = ()) -> Iterator[str]:
    from auditcheck.conditions import columns_in

    table = case.names.tables[rows.table]
    if rows.table in case.unknown_tables:
        yield f"{rows.table} was not supplied or is empty"
        return
    looked_at = [*sorted(columns_in(rows.where)), *([rows.date] if rows.date else [])]
    of_case = (case.record.case,) if rows.table == "cases" else case.record.rows.get(rows.table, ())
    for row in of_case:
        if case.matches(rows, row) is False:
            continue
        for column in looked_at:
            if column.startswith("case."):
                yield from _of_cell("cases", column.removeprefix("case."), case.record.case, case)
            else:
                yield from _of_cell(rows.table, column, row, case)
        for column in columns:
            yield from _of_cell(rows.table, column, row, case, blank=True)
    if table.covers is not None:
        yield f"{rows.table} covers only a part of the time"


def _of_cell(table: str, column: str, row: Any, case: CaseReading, blank: bool = False) -> Iterator[str]:
    from auditcheck.reading import Kind

    if column not in case.names.tables[table].columns:
        return
    kind = case.cell(row, column).kind
    if kind is Kind.BLANK and (blank or table == "cases"):
        yield f"{table}.{column} is blank"
    if kind is not Kind.BAD:
        return
    way = case.names.tables[table].columns[column].look_up
    if (table, column) in case.missing_columns:
        yield f"{table} has no column {column}"
    elif way is not None:
        yield f"{table}.{way.by} leads to nothing readable in {way.table}"
    else:
        yield f"{table}.{column} is unreadable"
