"""Small pieces of SQL text: quoting, three-valued logic folded where it is certain, conditions.

Everything that enters SQL as text goes through `quoted` or `literal`. A three-valued expression is
NULL where it is unknown. The text is plain enough for other engines to take after transpiling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from auditcheck.conditions import All, Any_, Compare, Condition, Has, Is, Moment, Not, Recorded
from auditcheck.names import Names, Table, Value


class Sure(str):
    """SQL text of a truth that is never NULL, so that nothing need be said for the case that it is."""

    __slots__ = ()


TRUE: str = Sure("TRUE")
FALSE: str = Sure("FALSE")
NULL = "NULL"

#: Days that stand for "no bound": before and after every date an extract can hold.
FAR_BACK, FAR_AHEAD = "DATE '0001-01-01'", "DATE '9999-12-30'"
#: Later than FAR_AHEAD: a window that begins here never begins.
NEVER = "DATE '9999-12-31'"


def quoted(name: str) -> str:
    """An identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Value) -> str:
    """A value as SQL text."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return "'" + value.replace("'", "''") + "'"


def and_(*parts: str) -> str:
    kept = [part for part in dict.fromkeys(parts) if part != TRUE]
    if FALSE in kept:
        return FALSE
    return TRUE if not kept else kept[0] if len(kept) == 1 else _as_sure_as(kept, f"({' AND '.join(kept)})")


def or_(*parts: str) -> str:
    kept = [part for part in dict.fromkeys(parts) if part != FALSE]
    if TRUE in kept:
        return TRUE
    return FALSE if not kept else kept[0] if len(kept) == 1 else _as_sure_as(kept, f"({' OR '.join(kept)})")


def not_(part: str) -> str:
    return {TRUE: FALSE, FALSE: TRUE, NULL: NULL}.get(part) or _as_sure_as([part], f"(NOT {part})")


def _as_sure_as(parts: Iterable[str], text: str) -> str:
    return Sure(text) if all(isinstance(part, Sure) for part in parts) else text


def case(*arms: tuple[str, str], otherwise: str = NULL) -> str:
    """CASE WHEN … END, without the arms that can never be taken or change nothing."""
    kept: list[tuple[str, str]] = []
    for test, value in arms:
        if test in (FALSE, NULL):
            continue
        if test == TRUE:
            otherwise = value
            break
        if kept and kept[-1][1] == value:
            kept[-1] = (or_(kept[-1][0], test), value)
        else:
            kept.append((test, value))
    while kept and kept[-1][1] == otherwise:
        kept.pop()
    if not kept:
        return otherwise
    text = "CASE " + " ".join(f"WHEN {test} THEN {value}" for test, value in kept) + f" ELSE {otherwise} END"
    return _as_sure_as([otherwise, *(value for _, value in kept)], text)


def known_true(part: str) -> str:
    """Two-valued: is this certainly so?"""
    return part if isinstance(part, Sure) else FALSE if part == NULL else Sure(f"coalesce({part}, FALSE)")


def perhaps_true(part: str) -> str:
    """Two-valued: can this be so?"""
    return part if isinstance(part, Sure) else TRUE if part == NULL else Sure(f"coalesce({part}, TRUE)")


def unknown(part: str) -> str:
    """Two-valued: is it not known whether this is so?"""
    return FALSE if isinstance(part, Sure) else TRUE if part == NULL else is_null(part)


def is_null(value: str) -> str:
    return Sure(f"({value} IS NULL)")


def least(*parts: str) -> str:
    """The least of those that are not NULL."""
    return _extreme("least", parts)


def greatest(*parts: str) -> str:
    """The greatest of those that are not NULL."""
    return _extreme("greatest", parts)


def _extreme(function: str, parts: Iterable[str]) -> str:
    # Engines differ on NULL in least() and greatest(); given each other as a stand-in they agree.
    result = NULL
    for part in parts:
        if NULL in (part, result):
            result = part if result == NULL else result
        else:
            result = f"{function}(coalesce({result}, {part}), coalesce({part}, {result}))"
    return result


@dataclass(frozen=True)
class Cell:
    """A fact or a cell in SQL. `value` is NULL where nothing is known or nothing is there; `bad` is
    true where it could not be read or was not supplied; a NULL that is not bad is a blank, which
    means nothing there when `blank_is_nothing`, else unknown. `raw` is the value before a blank
    was given one."""

    value: str
    bad: str = FALSE
    blank_is_nothing: bool = False
    raw: str = ""
    never_blank: bool = False
    later: str = FALSE  # dated after as at, so not seen: `value` is NULL and nothing is there
    at_least: str = ""  # of a count that cannot be told: so many are certain,
    at_most: str = ""  # and there cannot be more than so many

    @property
    def is_null(self) -> str:
        return FALSE if self.never_blank else is_null(self.value)

    @property
    def unknown(self) -> str:
        """Bad, or blank without a meaning."""
        return or_(self.bad, self.blank)

    @property
    def blank(self) -> str:
        """Blank without a meaning (or bad)."""
        return FALSE if self.blank_is_nothing else and_(self.is_null, not_(self.later))

    @property
    def nothing(self) -> str:
        """Known, and nothing there."""
        return and_(not_(self.bad), self.is_null) if self.blank_is_nothing else self.later


@dataclass(frozen=True)
class DateSql:
    """A date in SQL: NULL and not unknown means it has not happened (or is not set)."""

    value: str
    unknown: str = FALSE
    blank: str = FALSE  # of what is unknown, what rests on a blank and not on something bad
    there: bool = False  # is it there for every case?

    @property
    def nothing(self) -> str:
        if self.value == NULL:
            return not_(self.unknown)
        return FALSE if self.there or self.value.startswith("DATE '") else and_(not_(self.unknown), is_null(self.value))


_SIGNS = {"before": "<", "after": ">", "on_or_before": "<=", "on_or_after": ">=", "at_least": ">=", "at_most": "<="}


def condition_sql(
    condition: Condition | None,
    cell: Callable[[str], Cell],
    moment: Callable[[Moment], DateSql],
    has: Callable[[str], str],
    *,
    blank_is_no: bool,
    negated: bool = False,
) -> str:
    """A condition as a three-valued expression.

    `blank_is_no` is the reading of a `where` and of reasons: a test of a blank fails, inside a
    `not` too, and only `recorded: no` finds it. Otherwise a blank makes the test unknown.
    """

    def inner(part: Condition, flip: bool = False) -> str:
        return condition_sql(part, cell, moment, has, blank_is_no=blank_is_no, negated=negated ^ flip)

    on_blank = (TRUE if negated else FALSE) if blank_is_no else NULL
    match condition:
        case None:
            return TRUE
        case All(parts):
            return and_(*(inner(part) for part in parts))
        case Any_(parts):
            return or_(*(inner(part) for part in parts))
        case Not(part):
            return not_(inner(part, flip=True))
        case Has(event):
            return has(event)
        case Recorded(fact, yes):
            value = cell(fact)
            there = not_(is_null(value.raw or value.value))
            return case((value.bad, NULL), otherwise=there if yes else not_(there))
        case Is(fact, values):
            value = cell(fact)
            test = one_of(value.value, values)  # NULL where the value is, and a bad value is NULL
            of_blank = FALSE if value.blank_is_nothing else on_blank
            if of_blank == NULL:
                return case((value.later, FALSE), otherwise=test)
            if not value.never_blank:
                test = known_true(test) if of_blank == FALSE else perhaps_true(test)
            return case((value.bad, NULL), (value.later, FALSE), otherwise=test)
        case Compare(fact, op, other):
            return _compare(cell(fact), op, other, cell, moment, on_blank)
    raise AssertionError(condition)


def same_case(names: Names, table: Table, case: str = "c") -> str:
    """SQL: is a row `t` of a table one of the `case`? True, or FALSE or NULL."""
    start = f"{case}.{quoted(names.start)}"
    tests = []
    for column in table.link:
        same = f"t.{quoted(column)} = {case}.{quoted(column)}"
        if table.link_if_blank and column not in table.link_if_blank:
            whole = [row_holds(table.as_if_blank, lambda name: f"t.{quoted(name)}", start)] if table.as_if_blank else []
            same = or_(f"t.{quoted(column)} IS NULL", same, *whole)
        tests.append(same)
    return " AND ".join(tests)


def row_holds(condition: Condition, cell: Callable[[str], str], start: str = "") -> str:
    """What `as_if_blank` says, of cells as they are; NULL where one is blank or cannot be read that decides.
    `start` is that of the case; without it rows count whose day may be on or after it."""
    match condition:
        case Is(column, values):
            return one_of(cell(column), values)
        case Compare(column):
            return f"({cell(column)} >= {start})" if start else TRUE
        case All(parts):
            return and_(*(row_holds(part, cell, start) for part in parts))
        case Any_(parts):
            return or_(*(row_holds(part, cell, start) for part in parts))
    raise AssertionError(condition)


def one_of(value: str, values: tuple[Value, ...]) -> str:
    """Is a value, NULL where there is none, one of these?"""
    if not values:
        return FALSE
    if len(values) == 1:
        return f"({value} = {literal(values[0])})"
    return f"({value} IN ({', '.join(literal(v) for v in values)}))"


def _compare(
    left: Cell,
    op: str,
    other: Moment | int | str,
    cell: Callable[[str], Cell],
    moment: Callable[[Moment], DateSql],
    on_blank: str,
) -> str:
    if isinstance(other, int):
        right = Cell(str(other), never_blank=True)
        right_blank = right_nothing = FALSE
    elif isinstance(other, str):
        right = cell(other)
        right_blank, right_nothing = right.blank, right.nothing
    else:
        day = moment(other)
        is_literal = day.value.startswith("DATE '")
        bad = and_(day.unknown, not_(day.blank))
        right = Cell(day.value, bad=bad, blank_is_nothing=True, never_blank=is_literal)
        right_blank, right_nothing = day.blank, and_(right.nothing, not_(day.blank))
    if op in ("same_as", "differs_from"):
        same, differs = (TRUE, FALSE) if op == "same_as" else (FALSE, TRUE)
        sign = "=" if op == "same_as" else "<>"
        return case(
            (or_(left.bad, right.bad), NULL),
            (and_(left.nothing, right_nothing), same),
            (or_(left.blank, right_blank), on_blank),
            (or_(left.nothing, right_nothing), differs),
            otherwise=f"({left.value} {sign} {right.value})",
        )
    certain = excluded = FALSE
    if left.at_least and isinstance(other, int):
        certain = f"({left.at_least} {'>=' if op == 'at_least' else '>'} {other})"
        excluded = f"({left.at_most} {'<' if op == 'at_least' else '<='} {other})"
    return case(
        (or_(left.nothing, right_nothing), FALSE),
        (certain, TRUE if op == "at_least" else FALSE),
        (excluded, FALSE if op == "at_least" else TRUE),
        (or_(left.bad, right.bad), NULL),
        (or_(left.blank, right_blank), on_blank),
        otherwise=f"({left.value} {_SIGNS[op]} {right.value})",
    )
