"""How a cell's text becomes a value: explicit SQL for every type, and the words when it cannot."""

from __future__ import annotations

from auditcheck.calendar import FIRST_YEAR, LAST_YEAR
from auditcheck.names import Column, Type, one_spelling
from auditcheck.sql import literal

SQL_TYPES = {
    Type.TEXT: "VARCHAR",
    Type.CODE: "VARCHAR",
    Type.DATE: "DATE",
    Type.YES_NO: "BOOLEAN",
    Type.NUMBER: "BIGINT",
}

YES = ("y", "yes", "true", "t", "1")
NO = ("n", "no", "false", "f", "0")

# Spaces, tabs, line ends and the no-break space that web pages leave in spreadsheets.
EDGES = "' \t\n\r\u00a0'"


def trimmed(cell: str, column: Column, repeated: bool = False) -> str:
    """SQL: the cell's text without what surrounds it, in NFC; NULL when nothing is left. Within a code
    one blank is as good as two. Of `repeated` cells the database has, most likely, every text once."""
    text = f"nfc_normalize(trim({cell}, {EDGES}))"
    if column.type is Type.CODE:
        text = f"regexp_replace({text}, '[ \t\r\n\u00a0]+', ' ', 'g')"
    text = f"nullif({text}, '')"
    if repeated:  # functions are worked out once for every text, a CASE for every row
        return text
    # Nearly every cell is plain: seeing that is twice as fast as trimming.
    return f"case when {is_plain(cell, column)} then {cell} else {text} end"


def is_plain(cell: str, column: Column) -> str:
    """SQL: is a cell ASCII with nothing round it, and so its own trimmed text? NULL for one without a text."""
    if column.type is Type.CODE:
        return f"regexp_full_match({cell}, '[!-~]+( [!-~]+)*')"
    return f"strlen({cell}) = length({cell}) and {cell} >= '!' and {cell}[-1] >= '!'"  # '!' is the first after a blank


def always_readable(column: Column) -> bool:
    """Whether every text is a value of `column`."""
    return column.type is Type.TEXT or (column.type is Type.CODE and column.values is None)


def converted(column: Column, text: str) -> str:
    """SQL: the value that trimmed `text` stands for; NULL when it is blank or cannot be read."""
    if column.type is Type.DATE:
        return _date(text, "|".join(map(str, range(FIRST_YEAR, LAST_YEAR + 1))))
    if column.type is Type.YES_NO:
        return f"list_position([{', '.join(map(literal, (*NO, *YES)))}], lower({text})) > {len(NO)}"
    if column.type is Type.NUMBER:
        return f"case when regexp_full_match({text}, '[+-]?[0-9]+') then try_cast(ltrim({text}, '+') as bigint) end"
    if column.type is Type.CODE:
        if column.values is None:
            return f"upper({text})"
        spelt: dict[str, str] = {}
        for spelling, value in spellings(column):
            spelt.setdefault(_capitals(one_spelling(spelling)), value)
        whens = " ".join(f"when {spelling} then {literal(value)}" for spelling, value in spelt.items())
        return f"case upper({text}) {whens} end"
    return text


def spellings(column: Column) -> list[tuple[str, str]]:
    """What a closed code's cells may say, whatever the capitals, each with the value that it stands for. The
    first that fits counts."""
    values = column.values or {}
    # Raw codes first: where a code spells another value's name, the code is what was exported.
    pairs = [(code, value) for value, codes in values.items() for code in codes]
    pairs += [(value, value) for value in values]
    # As screens show it, and as a person writes it who has no export.
    return [*pairs, *((value.replace("_", " "), value) for value in values if "_" in value)]


#: A day of a year of more than four digits, or before Christ, as the database writes what Parquet files may hold.
FAR_OFF = r"[0-9]{5,7}-[0-9]{2}-[0-9]{2}|[0-9]{4,7}-[0-9]{2}-[0-9]{2} \(BC\)"


def fault_of(column: Column, text: str) -> tuple[str, str]:
    """The kind of fault an unreadable cell of `column` is, and SQL for the rule it breaks."""
    if column.type is Type.DATE:
        outside, wrong = f"a date outside {FIRST_YEAR} to {LAST_YEAR}", "not a date (YYYY-MM-DD or DD/MM/YYYY)"
        far = f"regexp_full_match({text}, {literal(FAR_OFF)})"
        return (
            "unreadable cell",
            f"case when {_date(text)} is null and not {far} then {literal(wrong)} else {literal(outside)} end",
        )
    if column.type is Type.YES_NO:
        return "unreadable cell", literal("not yes or no (Y or N)")
    if column.type is Type.NUMBER:
        return "unreadable cell", literal("not a whole number")
    if column.type is Type.CODE:
        return "unknown code", literal("not a code the dictionary knows")
    return "unreadable cell", literal("cannot be read")


def _capitals(text: str) -> str:
    """SQL: a text in capitals, as the database makes them."""
    return literal(text.upper()) if text.isascii() else f"upper({literal(text)})"


def _date(text: str, years: str = "[0-9]{4}") -> str:
    """SQL: a real date of such years in one of the two spellings. Only ASCII digits count."""
    turned = f"concat({text}[7:10], '-', {text}[4:5], '-', {text}[1:2])"
    return (
        f"try_cast(case when regexp_full_match({text}, '({years})-[0-9]{{2}}-[0-9]{{2}}') then {text}"
        f" when regexp_full_match({text}, '[0-9]{{2}}/[0-9]{{2}}/({years})') then {turned} end as date)"
    )
