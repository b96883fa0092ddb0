"""How a cell's text becomes a value: explicit SQL for every type, and the words when it cannot."""

from __future__ import annotations

import re
from datetime import date

from auditcheck.calendar import FIRST_DAY, FIRST_YEAR, LAST_DAY, LAST_YEAR
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

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

#: The name of a month, whole or its first three letters, or “Sept”, in whatever capitals: spelt out, because a
#: pattern that ignores them takes letters for these that are none.
_MONTH = "".join(
    f"[{letter.upper()}{letter}]" if letter.isalpha() else letter
    for letter in "|".join((*MONTHS, *(name[:3] for name in MONTHS if len(name) > 3), "sept"))
)
_MINUTES = ":[0-5][0-9](?::[0-5][0-9](?:[.][0-9]+)?)?"
_TIME = f"(?:[01]?[0-9]|2[0-3]){_MINUTES}"

#: The calendar's years as a pattern, by decades: it is read once for every column.
_YEARS = "|".join(
    f"{decade}[{max(FIRST_YEAR - 10 * decade, 0)}-{min(LAST_YEAR - 10 * decade, 9)}]"
    for decade in range(FIRST_YEAR // 10, LAST_YEAR // 10 + 1)
)

#: The spellings of a day, each the whole of a text, as patterns that every engine reads alike: YYYY-MM-DD;
#: DD/MM/YYYY; the first with the time of a local clock; with a time and how far its clock is from Greenwich; and
#: what people write besides, always the day first, with or without a time. A year of two digits tells nothing beside
#: two other numbers, but beside a month's name it does: the calendar has fewer than a hundred years.
YEAR_FIRST = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
DAY_FIRST = "[0-9]{2}/[0-9]{2}/[0-9]{4}"
TIMED = f"{YEAR_FIRST}(?:T| +){_TIME}"
FAR_TIMED = (
    f"{YEAR_FIRST}[T ](?:[01][0-9]|2[0-3]){_MINUTES}"  # every part in its place
    "(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"
)
BY_HAND = (
    "(?:[0-9]{1,2}(?:/[0-9]{1,2}/|-[0-9]{1,2}-|[.][0-9]{1,2}[.])[0-9]{4}"
    f"|[0-9]{{1,2}}[ /.-](?:{_MONTH})[ /.-](?:[0-9]{{2}}|[0-9]{{4}}))(?: +{_TIME})?"
)

#: A day of which nobody can tell the year.
SHORT_YEAR = (
    "(?:0?[1-9]|[12][0-9]|3[01])(?:/(?:0?[1-9]|1[0-2])/|-(?:0?[1-9]|1[0-2])-|[.](?:0?[1-9]|1[0-2])[.])"
    f"[0-9]{{2}}(?: +{_TIME})?"
)

#: No day with the day first, and one with the month first: others of its column may be either.
MONTH_FIRST = (
    "(?:"
    + "|".join(
        f"(?:(?:0?[13578]|1[02]){gap}(?:1[3-9]|2[0-9]|3[01])|(?:0?[469]|11){gap}(?:1[3-9]|2[0-9]|30)"
        f"|0?2{gap}(?:1[3-9]|2[0-8])){gap}[0-9]{{4}}"
        for gap in ("/", "-", "[.]")
    )
    + f")(?: +{_TIME})?"
)
NOT_A_DATE = "not a date (YYYY-MM-DD or DD/MM/YYYY)"
OUTSIDE = f"a date outside {FIRST_YEAR} to {LAST_YEAR}"
NO_CENTURY = "a date with a two-digit year: write the year with four digits"

TURNED_ROUND = "a date with the month first: the day goes first (DD/MM/YYYY)"


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


def converted(column: Column, text: str, zone: str) -> str:
    """SQL: the value that trimmed `text` stands for; NULL when it is blank or cannot be read. An instant is a day by
    the clock of the zone."""
    if column.type is Type.DATE:
        return _date(text, zone, _YEARS)
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


def fault_of(column: Column, text: str, zone: str) -> tuple[str, str]:
    """The kind of fault an unreadable cell of `column` is, and SQL for the rule it breaks."""
    if column.type is Type.DATE:
        far = f"regexp_full_match({text}, {literal(FAR_OFF)})"
        return (
            "unreadable cell",
            f"case when regexp_full_match({text}, {literal(SHORT_YEAR)}) then {literal(NO_CENTURY)}"
            f" when regexp_full_match({text}, {literal(MONTH_FIRST)}) then {literal(TURNED_ROUND)}"
            f" when {_date(text, zone)} is null and not {far} then {literal(NOT_A_DATE)} else {literal(OUTSIDE)} end",
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


def _date(text: str, zone: str, years: str = "[0-9]{4}") -> str:
    """SQL: a real date of such years in one of the spellings. Only ASCII digits count. Nearly every cell is in one of
    the first two: the others are looked at only where it is not. Each function takes time in every statement, even
    where no row needs it, so there are few."""
    turned = f"concat({text}[7:10], '-', {text}[4:5], '-', {text}[1:2])"
    # “Sept” in three letters; `~` stands in no cell that gets here
    bare = rf"regexp_replace({text}, '^([0-9]+).([0-9]+|...)[A-Za-z]*.([0-9]+).*$', '\1~\2~\3')"
    by_hand = f"try_strptime({bare}, ['%d~%m~%Y', '%d~%b~%y', '%d~%b~%Y'])::date::varchar"
    to_the_minute = rf"regexp_replace({text}, '^(.{{16}})[:.0-9]*', '\1:00')"
    far_timed = f"timezone({literal(zone)}, try_cast({to_the_minute} as timestamptz))::date::varchar"
    others = (
        f"case when regexp_full_match({text}, {literal(TIMED)}) then {text}"
        f" when regexp_full_match({text}, {literal(BY_HAND)}) then {by_hand}"
        f" when regexp_full_match({text}, {literal(FAR_TIMED)}) then {far_timed} end"
    )
    return (
        f"try_cast(case when regexp_full_match({text}, '({years})-[0-9]{{2}}-[0-9]{{2}}') then {text}"
        f" when regexp_full_match({text}, '[0-9]{{2}}/[0-9]{{2}}/({years})') then {turned}"
        f" else regexp_extract({others}, '^({years})-[0-9]+-[0-9]+') end as date)"
    )


def typed_day(text: str) -> date | None:
    """The day that a person typed, in the spellings that a cell may have but `FAR_TIMED`; None where it is none."""
    if re.fullmatch(f"{YEAR_FIRST}|{TIMED}", text):
        year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    elif re.fullmatch(BY_HAND, text):
        first, second, third = re.split("[/. -]", text)[:3]
        month = int(second) if second.isdigit() else [name[:3] for name in MONTHS].index(second[:3].lower()) + 1
        day, year = int(first), int(third)
        if len(third) == 2:
            year = FIRST_YEAR + (year - FIRST_YEAR) % 100
    else:
        return None
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None
