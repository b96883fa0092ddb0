"""What is recorded and does not count: the rows that a gap's item nearly takes, and the one thing each lacks.

Somebody who did the work looks for it here: an entry on the wrong requirement, without a flag, or a day too early.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from auditcheck.calendar import weekday_date
from auditcheck.checklist import Item
from auditcheck.conditions import All, Any_, Compare, Condition, Is, Moment, Recorded, columns_in, plain, say_condition
from auditcheck.evaluate import Outcome
from auditcheck.names import CountRows, RowsOf, SomeRow
from auditcheck.patterns.words import code_columns
from auditcheck.reading import CaseReading, Kind, Row
from auditcheck.states import State

MOST = 3  # rows that are named


@dataclass(frozen=True)
class NearMiss:
    """A row that does not count, its day, and why not."""

    row: Row
    day: date
    why: str


def near_misses(item: Item, outcome: Outcome, case: CaseReading) -> list[NearMiss]:
    """The rows, the latest last, that would count for a part of the item which is a gap if one thing about them were
    another: one part of the `where`, or a day in the time that counts. A row of another kind, by the code that says
    what it is, is not near."""
    found: dict[tuple[str, int], NearMiss] = {}
    for leaf in outcome.leaves:
        if leaf.state is not State.GAP:
            continue
        for name in ("some", "gaps_between", "followed_by"):
            if isinstance(event := getattr(leaf.pattern, name, None), str):
                until = getattr(leaf.pattern, "until", None)
                begins = getattr(leaf.pattern, "from_", None) or item.from_
                near = _of_event(event, begins, item.until if until is None else until, case)
                # what was dated before all that it could answer is not near
                first = min((s.part.day for s in leaf.settled if s.state is State.GAP and s.part.day), default=None)
                found |= {key: one for key, one in near.items() if first is None or one.day >= first}
        for fact in _wanted(getattr(leaf.pattern, "case", None)):
            found |= _of_fact(fact, case)
    return sorted(found.values(), key=lambda near: (near.day, near.row.number))


def _of_event(
    event: str, from_: Moment | None, until: tuple[Moment, ...] | None, case: CaseReading
) -> dict[tuple[str, int], NearMiss]:
    begin, end = case.window(from_, until)
    counted = {(h.row.table, h.row.number) for h in case.events(event, from_, until) if h.row}
    found = {}
    for rows in case.names.events[event].sources:
        for row, day in _dated(rows, case):
            key = (row.table, row.number)
            if key in counted or key in found:
                continue
            early = begin.day is not None and day < begin.day
            after = end.day is not None and day > end.day
            if case.matches(rows, row):
                if early and begin.day:
                    why = f"before {weekday_date(begin.day, case.as_at)}, from when it counts"
                    found[key] = NearMiss(row, day, why)
                elif after and end.day:
                    why = f"after {weekday_date(end.day, case.as_at)}, until when it counts"
                    found[key] = NearMiss(row, day, why)
                elif day > case.as_at:
                    found[key] = NearMiss(row, day, "after as at, so that it is not seen")
            elif (
                rows.table != "cases" and not (early or after or day > case.as_at) and (why := _lacks(rows, row, case))
            ):
                found[key] = NearMiss(row, day, why)
    return found


def _wanted(condition: Condition | None) -> Iterator[str]:
    """The facts of which a condition asks for more, or that there be one."""
    match condition:
        case All(parts) | Any_(parts):
            for part in parts:
                yield from _wanted(part)
        case Compare(fact, "at_least") | Is(fact, (True,)):
            yield fact


def _of_fact(fact: str, case: CaseReading) -> dict[tuple[str, int], NearMiss]:
    definition = case.names.facts[fact].definition
    if not isinstance(definition, CountRows | SomeRow):
        return {}
    counted = {(row.table, row.number) for row in case.rows_of_fact(fact)}
    start, rows = case.fact(case.names.start).day, definition.rows
    return {
        (row.table, row.number): NearMiss(row, day, why)
        for row, day in _dated(rows, case)
        if (row.table, row.number) not in counted and (start is None or day >= start) and day <= case.as_at
        if (why := _lacks(rows, row, case))
    }


def _dated(rows: RowsOf, case: CaseReading) -> Iterator[tuple[Row, date]]:
    """The rows of a table that happened on a known day, also on one after as at, which nothing else sees."""
    if rows.date is None:
        return
    for row in (case.record.case,) if rows.table == "cases" else case.record.rows.get(rows.table, ()):
        day, (to_come, bad) = case.cell(row, rows.date), row.cells.get(rows.date, (None, False))
        if day.kind is Kind.THERE and day.day is not None:
            yield row, day.day
        elif isinstance(to_come, date) and not bad and to_come > case.as_at:
            yield row, to_come


def _lacks(rows: RowsOf, row: Row, case: CaseReading) -> str:
    """The one part of a `where` that is false of a row, in words; nothing where more are, where it is that which
    says what the row is, or where it is that something is not recorded: to blank that would be no work."""
    columns = case.names.tables[rows.table].columns
    for alternative in _alternatives(rows.where):
        parts = list(_parts(alternative))
        false = [part for part in parts if case.matches(RowsOf(rows.table, rows.date, part), row) is False]
        if len(parts) == 1 or len(false) != 1 or isinstance(false[0], Recorded):
            continue
        if any(name in columns and not columns[name].look_up for name in code_columns(false[0])):
            continue
        asked = sorted(columns_in(false[0]))
        if all(case.cell(row, name).kind is Kind.BLANK for name in asked):
            return f"{' and '.join(map(plain, asked))} {'is' if len(asked) == 1 else 'are'} blank"
        return f"it is not so that {say_condition(false[0])}"
    return ""


def _alternatives(where: Condition | None) -> Iterable[Condition]:
    return () if where is None else where.parts if isinstance(where, Any_) else (where,)


def _parts(condition: Condition) -> Iterator[Condition]:
    """What must all hold."""
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _parts(part)
    else:
        yield condition
