"""What a checklist may name: facts and events, as a dictionary defines them over its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from auditcheck.conditions import Condition


class Type(StrEnum):
    TEXT = "text"
    CODE = "code"
    DATE = "date"
    YES_NO = "yes_no"
    NUMBER = "number"


#: What a cell or a fact holds once read. Codes and text are both text.
Value = str | date | bool | int

NOT_HAPPENED = "not happened"


def one_spelling(code: str) -> str:
    """A code with one blank wherever it has any; capitals are the reader's affair."""
    return " ".join(code.split())


@dataclass(frozen=True)
class LookUp:
    """A column brought from another table: the row whose key equals this table's `by` column."""

    column: str
    table: str
    by: str


@dataclass(frozen=True)
class Rules:
    """What pandera checks of a column's values, and nothing else does."""

    allowed: tuple[str, ...] = ()
    pattern: str | None = None
    at_least: int | date | None = None
    at_most: int | date | None = None


@dataclass(frozen=True)
class Column:
    """One column of a table of the extract.

    `blank` says what a blank cell means: None (cannot tell), NOT_HAPPENED (nothing there), or a
    value that stands for it; an extract without the column is read as if every cell were blank where
    it `may_be_missing`, and cannot tell elsewhere. `values` maps a closed code's values to the raw codes meaning them;
    None is an open code list, matched in upper case.
    """

    name: str
    type: Type
    required: bool = False
    headings: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] | None = None
    blank: Value | None = None
    may_be_missing: bool = False
    planned: bool = False
    rules: Rules = Rules()
    look_up: LookUp | None = None

    @property
    def blank_is_nothing(self) -> bool:
        return self.blank == NOT_HAPPENED and isinstance(self.blank, str)

    @property
    def blank_value(self) -> Value | None:
        """The value a blank cell stands for, if one was declared."""
        return None if self.blank_is_nothing else self.blank


@dataclass(frozen=True)
class Table:
    """One table of the extract. `link` names the columns that say whose row it is (they have the
    same names in `cases`); when one not in `link_if_blank` is blank the row counts for every case
    that agrees on `link_if_blank`. Rows for which `as_if_blank` holds count so too, whatever stands there."""

    name: str
    columns: Mapping[str, Column]
    headings: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    link_if_blank: tuple[str, ...] = ()
    as_if_blank: Condition | None = None  # of what columns of its own hold, and nothing else
    may_be_empty: bool = False
    covers: tuple[date, date] | None = None
    in_order: tuple[tuple[str, str], ...] = ()

    @property
    def raw_columns(self) -> tuple[Column, ...]:
        """The columns that stand in the extract itself (not looked up)."""
        return tuple(column for column in self.columns.values() if column.look_up is None)

    def needs(self, column: str) -> bool:
        """Is an extract that has the table refused without this column?"""
        return self.columns[column].required or column in (*self.key, *self.link)


@dataclass(frozen=True)
class RowsOf:
    """Rows of one table that a fact or an event rests on; `date` may be None for undated facts."""

    table: str
    date: str | None
    where: Condition | None = None


@dataclass(frozen=True)
class SomeRow:
    """Is there a row: in force at the case's start or at as at (until `until`), or ever?"""

    rows: RowsOf
    until: str | None
    when: Literal["as_at", "at_start", "ever"]


@dataclass(frozen=True)
class CountRows:
    """How many rows, or with `distinct` how many different values of that column."""

    rows: RowsOf
    distinct: str | None
    since: str | None = None  # a date fact; only rows dated on or after it


@dataclass(frozen=True)
class PickRow:
    """The value of `column` in the first or last row by `rows.date`. An extract without the table is read as
    if it had no such row where that `may_be_missing`, and cannot tell elsewhere."""

    rows: RowsOf
    column: str
    last: bool
    may_be_missing: bool = False


@dataclass(frozen=True)
class PickDate:
    """The latest or earliest of several date facts; those not happened are passed over."""

    facts: tuple[str, ...]
    latest: bool


Definition = SomeRow | CountRows | PickRow | PickDate


@dataclass(frozen=True)
class Fact:
    """Something true of a case: a column of `cases` (no definition), or computed from rows."""

    name: str
    type: Type
    column: Column | None = None
    definition: Definition | None = None
    values: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Event:
    """Something that happened to a case on a date. Each source's `date` is set. A row that two
    sources of the same table and date column match is one event. With `once_a_day`, all rows of a
    day are one event. With `changes`, a column, a row counts only where no row of the last day before
    has the same value there; such an event has one source. Of the sources that are `first_only` a case's rows hold
    the first and none that came later: whether there was one after a first that does not count cannot be told."""

    name: str
    sources: tuple[RowsOf, ...]
    once_a_day: bool = False
    changes: str | None = None
    first_only: tuple[RowsOf, ...] = ()


@dataclass(frozen=True)
class Held:
    """Where it stands who held a case from when on: a table, its columns with the code and the day."""

    table: str
    code: str
    by: str


@dataclass(frozen=True)
class Group:
    """How cases are grouped for counting: the column with the code and, perhaps, one with a label."""

    name: str
    code: str
    label: str | None = None
    unallocated: str | None = None  # a template such as "{team_code}U"
    held: Held | None = None  # of practitioners: who held a case before


@dataclass(frozen=True)
class Names:
    """The resolved dictionary: tables, facts, events, and how the extract is to be looked at."""

    name: str
    version: str
    tables: Mapping[str, Table]
    facts: Mapping[str, Fact]
    events: Mapping[str, Event]
    groups: Mapping[str, Group]
    key: tuple[str, ...]
    start: str
    end: str | None
    closed_days: frozenset[date]
    title: str = ""
    as_at: date | None = None
    taken_on: date | None = None
    zone: str = "Europe/London"
    audit: str | None = None
    label: str | None = None

    @property
    def cases(self) -> Table:
        return self.tables["cases"]
