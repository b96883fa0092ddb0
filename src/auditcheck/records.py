"""Fetches what the extract holds on single cases, for the plain-Python reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from auditcheck.engine import Connection
from auditcheck.names import Names, Table
from auditcheck.reading import Record, Row
from auditcheck.sql import quoted, same_case

FEW = 20  # cases whose rows are looked for by their reference


def records(con: Connection, names: Names, cases: Iterable[int]) -> dict[int, Record]:
    """The record of each case, by its `_case` number."""
    wanted = list(dict.fromkeys(cases))
    case_rows = dict(_rows(con, names.cases, f"t._case IN ({_numbers(wanted)})", "t._case", ""))
    linked: dict[int, dict[str, list[Row]]] = {number: {} for number in case_rows}
    for table in names.tables.values():
        if table.name == "cases" or not table.link:
            continue
        join = f"JOIN t_cases c ON {same_case(names, table)}"
        where, given = f"c._case IN ({_numbers(wanted)})", None
        if len(case_rows) <= FEW:
            # every row of a case has its reference: told so, a database need not look through the rest of a large file
            column = (table.link_if_blank or table.link)[0]
            given = sorted({row.cells[column][0] for row in case_rows.values()} - {None}, key=str)
            where += f" AND t.{quoted(column)} IN ({', '.join('?' * len(given)) or 'NULL'})"
        for number, row in _rows(con, table, where, "c._case", join, given):
            linked[number].setdefault(table.name, []).append(row)
    others = _reachable(con, names, [row for tables in linked.values() for rows in tables.values() for row in rows])
    others_of_cases = _reachable(con, names, list(case_rows.values()))
    for table_name, rows in others_of_cases.items():
        others.setdefault(table_name, {}).update(rows)
    return {number: Record(row, linked[number], others) for number, row in case_rows.items()}


def _numbers(cases: Sequence[int]) -> str:
    return ", ".join(str(int(case)) for case in cases) or "-1"


def _rows(
    con: Connection, table: Table, where: str, number: str, join: str, given: Any = None
) -> list[tuple[int, Row]]:
    empty = con.execute(f"SELECT * FROM {quoted('t_' + table.name)} LIMIT 0")
    known = {name for name, *_ in empty.description}
    empty.fetchall()
    columns = [column.name for column in table.raw_columns if column.name in known]
    listed = ", ".join(f"t.{quoted(c)}, t.{quoted(c + '__bad')}" for c in columns)
    query = f"SELECT {number}, t._row, {listed} FROM {quoted('t_' + table.name)} t {join} WHERE {where} ORDER BY t._row"
    found = []
    for case, row, *cells in con.execute(query, given).fetchall():
        values = zip(cells[::2], map(bool, cells[1::2]), strict=True)
        found.append((case, Row(table.name, row, dict(zip(columns, values, strict=True)))))
    return found


def _reachable(con: Connection, names: Names, rows: list[Row]) -> dict[str, dict[str, Row]]:
    """The rows that look-ups lead to from `rows`, and from those on."""
    found: dict[str, dict[str, Row]] = {}
    while rows:
        keys: dict[str, set[str]] = {}
        for row in rows:
            for column in names.tables[row.table].columns.values():
                way = column.look_up
                if way is None or way.by not in row.cells:
                    continue
                key, bad = row.cells[way.by]
                if key is not None and not bad and str(key) not in found.get(way.table, {}):
                    keys.setdefault(way.table, set()).add(str(key))
        rows = []
        for table_name, wanted in keys.items():
            table = names.tables[table_name]
            where = f"t.{quoted(table.key[0])} IN ({', '.join('?' * len(wanted))})"
            for _, row in _rows(con, table, where, "0", "", sorted(wanted)):
                key = str(row.cells[table.key[0]][0])
                if key not in found.setdefault(table_name, {}):
                    found[table_name][key] = row
                    rows.append(row)
    return found
