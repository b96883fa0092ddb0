"""Checks values against the dictionary's rules, with pandera and nowhere else.

A value that breaks a rule stays in use: it can be read, it only looks wrong. It is listed as a fault.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb

from auditcheck.calendar import read_date
from auditcheck.names import Column, Table, Type, one_spelling
from auditcheck.problems import ChecklistStop
from auditcheck.sql import quoted

if TYPE_CHECKING:
    import polars

CHUNK = 250_000  # rows checked at a time

BROKEN = "value outside the rules"
NOT_IN_ORDER = "date out of order"


@dataclass(frozen=True)
class _Rule:
    """A rule of the dictionary about one column, and the words for what breaks it."""

    kind: str
    column: Column
    words: str
    check: Any  # a pandera check


class _Stream:
    """Hands rows to polars without pyarrow. polars keeps the class of what it is given for good;
    given the database's own class, it would keep the database from closing down in peace."""

    def __init__(self, relation: duckdb.DuckDBPyRelation) -> None:
        self._relation = relation

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._relation.__arrow_c_stream__(requested_schema)


def heading(column: Column) -> str:
    """What messages call a column: the first heading that the dictionary gives it, or its name."""
    return column.headings[0] if column.headings else column.name


def has_rules(table: Table, read: Collection[str]) -> bool:
    """Whether any rule of the dictionary is about columns that were read."""
    return any(_ruled(column) for column in table.raw_columns if column.name in read) or bool(_in_order(table, read))


def check_values(con: duckdb.DuckDBPyConnection, table: Table, read: Collection[str], source: str, rows: str) -> None:
    """Puts a fault into the table `faults` for every value of the typed table that breaks a rule.

    `read` are the columns that the typed table has, and `rows`, which stands after FROM, are its rows with their
    places `_at`, counted from 0. Raises ChecklistStop for a pattern that is no
    regular expression.
    """
    import pandera.polars as pandera
    import polars

    rules = _rules(table, read)
    by_column: dict[str, list[_Rule]] = {}
    for rule in rules:
        by_column.setdefault(rule.column.name, []).append(rule)
    types = {
        Type.TEXT: polars.String,
        Type.CODE: polars.String,
        Type.DATE: polars.Date,
        Type.YES_NO: polars.Boolean,
        Type.NUMBER: polars.Int64,
    }
    needed = {*by_column, *(name for pair in _in_order(table, read) for name in pair)}
    schema = pandera.DataFrameSchema(
        {
            name: pandera.Column(
                types[table.columns[name].type],
                [rule.check for rule in by_column.get(name, ())],
                nullable=True,
            )
            for name in sorted(needed)
        },
        coerce=False,
    )
    typed = quoted(f"t_{table.name}")
    columns = ", ".join(map(quoted, sorted(needed)))
    (every,) = con.execute(f"select count(*) from {typed}").fetchall()[0]
    for start in range(0, every, CHUNK):
        relation = con.sql(f"select _row, {columns} from {rows} where _at >= {start} and _at < {start + CHUNK}")
        chunk = polars.DataFrame(_Stream(relation))
        try:
            schema.validate(chunk, lazy=True)
        except pandera.errors.SchemaErrors as found:
            failures = found.failure_cases
        else:
            continue
        _note(con, typed, chunk, failures, by_column, source)


def _note(
    con: duckdb.DuckDBPyConnection,
    typed: str,
    chunk: polars.DataFrame,
    failures: polars.DataFrame,
    by_column: dict[str, list[_Rule]],
    source: str,
) -> None:
    """Turns pandera's report on one chunk into faults; its own words are left where they are."""
    rows: dict[tuple[str, int], list[int]] = {}
    numbers = chunk["_row"].to_list()
    for name, check, at in failures.select("column", "check_number", "index").rows():
        if name not in by_column or check is None or at is None:
            raise RuntimeError("pandera reports something that is not a rule of the dictionary")
        rows.setdefault((name, check), []).append(numbers[at])
    for (name, check), listed in rows.items():
        rule = by_column[name][check]
        con.execute(
            f"""
            insert into faults
            select $kind, $source, _row, $heading, $rule, cast({quoted(name)} as varchar)
            from {typed} where _row in (select unnest($rows::bigint[]))
            """,
            {"kind": rule.kind, "source": source, "heading": heading(rule.column), "rule": rule.words, "rows": listed},
        ).fetchall()


def _ruled(column: Column) -> bool:
    rules = column.rules
    return bool(rules.allowed or rules.pattern) or rules.at_least is not None or rules.at_most is not None


def _in_order(table: Table, read: Collection[str]) -> list[tuple[str, str]]:
    return [pair for pair in table.in_order if all(name in read and not table.columns[name].look_up for name in pair)]


def _rules(table: Table, read: Collection[str]) -> list[_Rule]:
    import pandera.polars as pandera

    rules = []
    for column in table.raw_columns:
        if column.name not in read:
            continue
        allowed, pattern, least, most = (
            column.rules.allowed,
            column.rules.pattern,
            column.rules.at_least,
            column.rules.at_most,
        )
        before, after = ("before", "after") if column.type is Type.DATE else ("below", "above")
        if allowed:
            values = [value_of(column, text) for text in allowed]
            check = pandera.Check.isin([value for value in values if value is not None])
            rules.append(_Rule(BROKEN, column, "not one of the allowed values", check))
        if pattern:
            rules.append(_Rule(BROKEN, column, "not of the expected form", _matches(table, column, pattern)))
        if least is not None:
            rules.append(_Rule(BROKEN, column, f"{before} {least}", pandera.Check.ge(least)))
        if most is not None:
            rules.append(_Rule(BROKEN, column, f"{after} {most}", pandera.Check.le(most)))
    for first, second in _in_order(table, read):
        words = f"later than “{heading(table.columns[second])}”"
        rules.append(_Rule(NOT_IN_ORDER, table.columns[first], words, _not_later(first, second)))
    return rules


def _not_later(first: str, second: str) -> Any:
    import pandera.polars as pandera
    import polars

    def in_order(data: Any) -> Any:
        return data.lazyframe.select(polars.col(first) <= polars.col(second))

    return pandera.Check(in_order)


def _matches(table: Table, column: Column, pattern: str) -> Any:
    """A check that the whole of a text matches. `\\d` and `\\w` mean ASCII where the pattern allows it."""
    import pandera.polars as pandera
    import polars

    for whole in (f"^(?-u:{pattern})$", f"^(?:{pattern})$"):
        try:
            polars.select(polars.lit("").str.contains(whole))
        except polars.exceptions.PolarsError:
            continue
        break
    else:
        raise ChecklistStop(f"dictionary: the pattern of “{column.name}” in {table.name} is not a regular expression.")

    def matches(data: Any) -> Any:
        return data.lazyframe.select(polars.col(data.key).str.contains(whole))

    return pandera.Check(matches)


def value_of(column: Column, text: str) -> str | int | bool | date | None:
    """An allowed value in the column's own type; None for one that no cell can have."""
    if column.type is Type.NUMBER:
        return int(text) if text.lstrip("+-").isdecimal() else None
    if column.type is Type.DATE:
        return read_date(text)
    if column.type is Type.YES_NO:
        return {"yes": True, "no": False}.get(text.casefold())
    if column.type is Type.CODE and column.values is None:
        return one_spelling(text).upper()
    return text
