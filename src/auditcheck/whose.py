"""Whose: a gap belongs to who holds the case now, late to who held it on the deadline.

Who held a case stands in the rows that the dictionary names with `held` (allocations). The holder on
a day is that of the latest row from that day or before. Where that cannot be told (no such row, its
code blank or unreadable, rows of one day that differ, a row whose own date is unreadable), late
belongs to who holds the case now, as it does where no such rows were supplied. A case whose own practitioner's
cell cannot be read is nobody's and not unallocated either: it is counted by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from auditcheck.calendar import weekday_date
from auditcheck.names import Group, Names, Value
from auditcheck.result import UNTOLD
from auditcheck.sql import literal, one_of, or_, quoted, same_case
from auditcheck.states import State

if TYPE_CHECKING:
    from auditcheck.reading import CaseReading, Row
    from auditcheck.result import CaseInfo

#: The grouping that says who holds a case.
PRACTITIONER = "practitioner"

#: The word for a case without a practitioner.
UNALLOCATED = "unallocated"

#: What a team writes where nobody holds a case; in capitals too. “TBC” and “?” are not among them: somebody may.
_FOR_NOBODY = (UNALLOCATED, "not allocated", "unassigned", "vacant", "vacancy", "nobody", "none", "n/a", "-", "–", "—")

#: The words where the extract has no column that says who holds a case.
NOT_SUPPLIED = "not supplied"

_COLUMN = r"(\{[a-z0-9_]+\})"


def _named(group: Group) -> list[str]:
    """The columns that the code for nobody is made of."""
    return [part[1:-1] for part in re.split(_COLUMN, group.unallocated or "") if part.startswith("{")]


def wanted(names: Names) -> dict[str, set[str]]:
    """The columns that must be read, by table, to say whose a case is and was."""
    columns = {"cases": {column for group in names.groups.values() for column in _named(group)}}
    group = names.groups.get(PRACTITIONER)
    if group is not None and group.held is not None:
        held = names.tables[group.held.table]
        known = {column.name for column in held.raw_columns}
        columns[held.name] = {group.held.code, group.held.by, *(known & set(_named(group)))}
    return columns


def reads_as_nobody(code: str) -> str:
    """SQL: is a practitioner's code a word that stands for nobody?"""
    return one_of(f"lower({code})", _FOR_NOBODY)


def nobody(group: Group, cell: Callable[[str], str]) -> str:
    """SQL: the code that stands for nobody, '{team_code}U' with its columns filled in."""
    parts = [
        f"coalesce({cell(part[1:-1])}, '')" if part.startswith("{") else literal(part)
        for part in re.split(_COLUMN, group.unallocated or "")
        if part
    ]
    return " || ".join(parts)


def holders(names: Names) -> str:
    """SQL for the rows (_case, since, code): who held a case from a day on; code NULL where that cannot
    be told, '' for nobody. "" where the dictionary does not say where holders stand."""
    group = names.groups.get(PRACTITIONER)
    if group is None or group.held is None:
        return ""
    table = names.tables[group.held.table]
    own = {column.name for column in table.raw_columns}
    code, since = f"t.{quoted(group.held.code)}", f"t.{quoted(group.held.by)}"
    tests = [reads_as_nobody(code)]
    if group.unallocated:
        of_row = nobody(group, lambda column: f"{'t' if column in own else 'c'}.{quoted(column)}")
        of_case = nobody(group, lambda column: f"c.{quoted(column)}")
        tests += [f"({code} = {of_row})", f"({code} = {of_case})"]
    code = f"CASE WHEN {or_(*tests)} THEN '' ELSE {code} END"
    return (
        "SELECT _case, since, CASE WHEN min(code) = max(code) AND count(code) = count(*) THEN min(code) END AS code\n"
        f"FROM (SELECT c._case, {since} AS since, {code} AS code,\n"
        f"    bool_or(t.{quoted(group.held.by + '__bad')}) OVER (PARTITION BY c._case) AS doubt\n"
        f'  FROM {quoted("t_" + table.name)} t JOIN "t_cases" c ON {same_case(names, table)}) r\n'
        "WHERE NOT doubt AND since IS NOT NULL GROUP BY _case, since"
    )


# ── one case, in Python ──────────────────────────────────────────────────────────────────────────


def held_on(case: CaseReading, day: date) -> str | None:
    """Who held a case on a day, '' for nobody; None where that cannot be told."""
    group = case.names.groups.get(PRACTITIONER)
    if group is None or group.held is None:
        return None
    by = group.held.by
    rows = case.record.rows.get(group.held.table, ())
    if any(row.cells[by][1] for row in rows):
        return None
    since = [(row.cells[by][0], row) for row in rows]
    before = [(first, row) for first, row in since if isinstance(first, date) and first <= day]
    if not before:
        return None
    latest = max(first for first, _ in before)
    codes = {_code(case, group, row) for first, row in before if first == latest}
    return codes.pop() if len(codes) == 1 else None


def _code(case: CaseReading, group: Group, row: Row) -> str | None:
    assert group.held is not None
    value, _ = row.cells[group.held.code]
    if value is None:
        return None
    of_case = case.record.case.cells
    for_nobody = {_filled(group, of_case), _filled(group, {**of_case, **row.cells})}
    return "" if value in for_nobody or str(value).lower() in _FOR_NOBODY else str(value)


def _filled(group: Group, cells: Mapping[str, tuple[Value | None, bool]]) -> str:
    return re.sub(_COLUMN, lambda found: str(cells[found[0][1:-1]][0] or ""), group.unallocated or "")


def whose_words(case: CaseReading, info: CaseInfo, state: State, due: date | None) -> str:
    """'N54A011, who held it on Wed 25 March; N54A014 holds it now', 'unallocated: nobody holds it now';
    "" where there is nothing to answer for."""
    if state not in (State.GAP, State.LATE) or info.practitioner == NOT_SUPPLIED:
        return ""
    now = info.practitioner
    holds = "held it last" if info.ended else "holds it now"
    whose = f"{now}, who {holds}" if now else f"{UNALLOCATED}: nobody {holds}"
    if now == UNTOLD:
        whose = f"who {holds} cannot be told: the cell could not be read"
    if state is State.GAP or due is None:
        return whose
    on = weekday_date(due, case.as_at)
    then = held_on(case, due)
    if then is None:
        return f"{whose}; who held it on {on} cannot be told"
    if then == now:
        return f"{now}, who held it on {on} and {holds}" if now else f"{whose}, nor did on {on}"
    if now == UNTOLD:
        return f"{f'{then}, who' if then else f'{UNALLOCATED}: nobody'} held it on {on}; {whose}"
    held = f"{then}, who held it on {on}" if then else f"{UNALLOCATED}: nobody held it on {on}"
    return f"{held}; {now or 'nobody'} {holds}"
