"""Gaps that somebody answerable has accepted: the rows of the table `accepted`.

A row excuses the gap of one case and item, or with an occurrence date the gap of that one occurrence
of an `each`, while its `until` has not passed. It is tried after the item's own excuses and changes
nothing but a gap. A row that lacks its item, its reason, who accepts it or until when never counts.
Rows are not cut by as at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from auditcheck.calendar import weekday_date
from auditcheck.names import Type, Value
from auditcheck.sql import and_, literal, not_, quoted

if TYPE_CHECKING:
    from auditcheck.names import Table
    from auditcheck.reading import CaseReading

TABLE = "accepted"

#: Where the reader of an extract puts the rows of cases that are not in it.
OF_OTHERS = "accepted_of_others"

#: The reason that counts and lists name, apart from the item's own.
WORDS = "Accepted"

ITEM, DAY, REASON, BY, UNTIL = "item", "occurrence_date", "reason", "accepted_by", "until"

#: What a row must give to count; the occurrence date alone may be blank.
NEEDED = (ITEM, REASON, BY, UNTIL)

_TEXTS = (Type.TEXT, Type.CODE)

#: The columns of the table, and the types they may have.
COLUMNS: Mapping[str, tuple[Type, ...]] = {
    ITEM: _TEXTS,
    DAY: (Type.DATE,),
    REASON: _TEXTS,
    BY: _TEXTS,
    UNTIL: (Type.DATE,),
}


def used(table: Table) -> set[str]:
    """The columns that count; a dictionary may do without occurrence dates."""
    return set(COLUMNS) & set(table.columns)


def excuses(table: Table, item: str, as_at: date, unreadable: str, *, dated: bool) -> str:
    """SQL: is a row `t` complete, in force and for this item; and is it for the whole, or (`dated`) for
    one occurrence? `unreadable` tells whether its occurrence date is."""
    tests = [f"upper(t.{quoted(ITEM)}) = {literal(item.upper())}"]
    tests += [f"t.{quoted(name)} IS NOT NULL" for name in NEEDED]  # an unreadable cell is NULL too
    tests.append(f"t.{quoted(UNTIL)} >= {literal(as_at)}")
    if DAY in table.columns:
        tests.append(f"t.{quoted(DAY)} IS {'NOT ' if dated else ''}NULL")
        tests.append(not_(unreadable))
    return and_(*tests)


@dataclass(frozen=True)
class Acceptance:
    """One row. `lacks` says what it does not give; such a row never counts."""

    item: str  # in capitals, "" when blank
    day: date | None  # the occurrence it is for; None: the item's gap as a whole
    reason: str
    by: str
    until: date | None
    lacks: tuple[str, ...] = ()

    @classmethod
    def of(cls, cells: Mapping[str, tuple[Value | None, bool]]) -> Acceptance:
        """The row with these cells: by column the value, and whether it could not be read."""
        lacks = []
        for name in COLUMNS:
            value, bad = cells.get(name, (None, False))
            heading = name.replace("_", " ").capitalize()
            if bad:
                lacks.append(f"“{heading}” is unreadable or not supplied")
            elif value is None and name in NEEDED:
                lacks.append(f"“{heading}” is blank")

        def text(name: str) -> str:
            return str(cells.get(name, (None, False))[0] or "")

        def day(name: str) -> date | None:
            value = cells.get(name, (None, False))[0]
            return value if isinstance(value, date) else None

        return cls(text(ITEM).upper(), day(DAY), text(REASON), text(BY), day(UNTIL), tuple(lacks))

    def in_force(self, as_at: date) -> bool:
        """Does it count? Its last day, `until`, is in force."""
        return not self.lacks and self.until is not None and self.until >= as_at

    def wrong(self, as_at: date) -> str:
        """Why it does not count, whatever there is to excuse: what it lacks, or that it has expired."""
        if self.lacks:
            return f"not counted: {', '.join(self.lacks)}"
        return "" if self.in_force(as_at) or self.until is None else f"expired on {weekday_date(self.until, as_at)}"


def acceptances(case: CaseReading, item: str) -> list[Acceptance]:
    """Every row for a case and item, whether it counts or not."""
    rows = [Acceptance.of(row.cells) for row in case.record.rows.get(TABLE, ())]
    return [row for row in rows if row.item == item.upper()]
