"""Our SQL in another engine's spelling, by sqlglot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlglot
from sqlglot import exp


@dataclass(frozen=True)
class Spelt:
    """A statement: the table that it makes, "" where it is a query, and the query itself."""

    makes: str
    query: str


def spelt(sql: str, dialect: str, rewritten: Callable[[exp.Expr], exp.Expr] = lambda tree: tree) -> Spelt:
    """A statement of the plan or of an audit for another engine. Every name is quoted; whatever cannot be said
    there is an error, never left out. `rewritten` changes what the engine has no word for."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    makes = ""
    if isinstance(tree, exp.Create):
        makes = tree.this.name
        tree = tree.expression
    tree = rewritten(tree)
    return Spelt(
        makes, tree.sql(dialect=dialect, identify=True, copy=False, unsupported_level=sqlglot.ErrorLevel.RAISE)
    )
