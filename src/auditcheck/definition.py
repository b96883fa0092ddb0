"""What an item's states rest on, as one short text: two runs can be compared when theirs are the same.

It changes with what is asked (patterns, conditions, limits as a region set them, reasons) and with what the
dictionary means by the facts and events in it (tables, codes, blanks). It does not change with words that
change no state: titles, sources, severities, headings of columns, what to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from auditcheck.calendar import bank_holidays
from auditcheck.describe import named
from auditcheck.plan import Plan
from auditcheck.written import Written

if TYPE_CHECKING:
    from auditcheck.checklist import Item, Reason
    from auditcheck.names import Column, Names, Table

#: Changes when this text is made otherwise: then no definition is like one of before.
_MADE = 1

#: What is said only where it is so: all else is what it was before it could be said, and months are counted on.
_SAID_WHERE_SO = {"first_only"}


def definitions(items: Iterable[Item], names: Names) -> dict[str, str]:
    """By id, the definition of each item: 64 hexadecimal digits."""
    return {item.id: definition(item, names) for item in items}


def definition(item: Item, names: Names) -> str:
    """SHA-256 of what an item asks and of what the data mean by it."""
    facts, events = named([item], names)
    plan = Plan(names, date(2000, 1, 1), set(), set())
    plan.add_item(item)
    asks = {
        "relevant_if": item.relevant_if,
        "left_out_if": [_reason(reason) for reason in item.left_out_if],
        "met_if": item.met_if,
        "excused_if": [_reason(reason) for reason in item.excused_if],
        "from": item.from_,
        "until": item.until,
    }
    data = {
        "facts": {name: names.facts[name].definition for name in facts},
        "events": {name: names.events[name] for name in events},
        "tables": {name: _table(names.tables[name], plan.wanted[name]) for name in plan.wanted},
        "case": [names.key, names.start, names.end],
        "zone": names.zone,
        "closed_days": "england-and-wales" if names.closed_days == frozenset(bank_holidays()) else names.closed_days,
    }
    text = json.dumps(_plainly([_MADE, asks, data]), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _reason(reason: Reason) -> list[Any]:
    return [reason.when, reason.lasts]


def _table(table: Table, used: Set[str]) -> list[Any]:
    columns = {name: _column(table.columns[name]) for name in used}
    return [table.link, table.link_if_blank, table.as_if_blank, table.may_be_empty, columns]


def _column(column: Column) -> list[Any]:
    return [column.type, column.values, column.blank, column.may_be_missing, column.planned, column.look_up]


def _plainly(value: Any) -> Any:
    """The same in lists, mappings with text as keys, and plain values; what has no order in order."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case date():
            return value.isoformat()
        case Written():
            return [type(value).__name__, {name: _plainly(getattr(value, name)) for name in type(value).model_fields}]
        case Mapping():
            return {str(key): _plainly(part) for key, part in value.items()}
        case set() | frozenset():
            return sorted(map(_plainly, value))
        case list() | tuple():
            return [_plainly(part) for part in value]
    if is_dataclass(value):
        names = [one.name for one in fields(value) if one.compare]
        parts = [name for name in names if name not in _SAID_WHERE_SO or getattr(value, name)]
        return [type(value).__name__, {name: _plainly(getattr(value, name)) for name in parts}]
    raise TypeError(type(value).__name__)
