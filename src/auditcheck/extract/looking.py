"""Looks at an extract without auditing it: every sheet, every column, what is in it and what the dictionary
makes of it. What stops an audit for the dictionary's sake (a column that is missing, a heading that it does
not know) stops nothing here; a file that cannot be read at all does."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import duckdb

from auditcheck import accepted, answers
from auditcheck.engine import database, private_folder
from auditcheck.extract.cells import NO, YES, converted, trimmed
from auditcheck.extract.loading import TOTAL_WORDS, matched_by_name, sheets_of, told_by
from auditcheck.extract.sheets import Given, Rows, Sheet, folded, is_of_the_file, like_cells, printable
from auditcheck.names import Column, Names, PickDate, Table, Type
from auditcheck.personal import why_personal
from auditcheck.problems import ExtractStop
from auditcheck.result import ColumnSeen, Holds, Matched, TableSeen
from auditcheck.sql import literal
from auditcheck.suggest import like_a_table, suggestions

#: Tables that auditcheck has of its own: an export has none of them.
OWN = (accepted.TABLE, answers.TABLE)

MOST_CODES = 8  # unknown ones that are named
LONGEST_CODE = 12  # characters: longer ones may be no codes at all, and are counted only
MOST_DIFFERENT = 20  # short texts, for them to be codes
FEWEST_CELLS = 3  # among headings, for a row to stand there
FEWEST_COLUMNS = 4  # for a row with a single cell to be no row of the table
HEADED_ALIKE = 0.8  # of the headings of two sheets, for both to be sheets of cases
LONG_TEXT = 30  # characters on average, for text to be sentences


_TEXT = Column("text", Type.TEXT)
_ROWS = "looked_at"  # the rows of the sheet at hand


class _Anything(Collection[str]):
    """Every word that is not a number: where the dictionary knows no heading, the fullest row has them."""

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and bool(word) and not word.isdigit()

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def look(
    path: Path,
    names: Names,
    *,
    given: Given | None = None,
    progress: Callable[[str], None] | None = None,
    memory_limit: str = "2GB",
) -> tuple[TableSeen, ...]:
    """Every file or sheet of the extract at `path`. Raises ExtractStop or UsageStop where one cannot be read."""
    with ExitStack() as closing:
        scratch = closing.enter_context(private_folder())
        given = replace(given or Given(), scratch=Path(scratch))
        closing.enter_context(told_by(path))
        sheets = sheets_of(path, names, given)
        tables = matched_by_name(path, sheets, names, given)
        files = [file for sheet in sheets for file in sheet.files]
        con = closing.enter_context(database(files=files, memory_limit=memory_limit))
        seen = []
        # a sheet of one row per case brings facts and events itself; an export has tables of them
        flat = {table for table, _ in tables if table} <= {"cases", *OWN}
        for sheet, (table, matched) in zip(sheets, tables, strict=True):
            (progress or (lambda _: None))(f"Looking at {sheet.shown}")
            try:
                seen.append(_look_at(con, sheet, names, table, matched, names.zone))
            except ExtractStop as stop:
                if table:
                    raise
                # an audit does not read it, so that it can be empty, or anything
                seen.append(TableSeen(sheet.shown, sheet.name, "", Matched.NOT, 0, (), problem=stop.lines[0]))
        _settle(seen)
        _set_apart(seen)
        flat = flat and {one.may_be for one in seen if one.may_be} <= {"cases", *OWN}
        taken = {name for one in seen for name in _known(one) if one.table == "cases"}
        taken |= _defined(names, {one.table for one in seen if one.table})
        # a sheet with a row for each event says more than a column with the last one
        for at in sorted(range(len(seen)), key=lambda at: "cases" in (seen[at].table, seen[at].may_be)):
            if seen[at].headed_like:
                continue
            seen[at] = _with_suggestions(seen[at], names, taken, flat=flat)
            taken |= {column.may_be[0] for column in seen[at].columns if column.may_be} if flat else set()
    return tuple(seen)


def _settle(seen: list[TableSeen]) -> None:
    """No two sheets may be one table. Where none is the cases, the one that may be is what is called so, else
    the one with a row for each case and most columns."""
    taken = {one.table for one in seen if one.table}
    for at, one in enumerate(seen):
        if one.may_be in taken:
            seen[at] = one._replace(may_be="")
        elif one.may_be:
            taken.add(one.may_be)
    if "cases" in taken:
        return
    whose = [at for at, one in enumerate(seen) if not one.table and _known(one)]
    once = [at for at in whose if any(c.name and c.different == c.filled for c in seen[at].columns)]
    if whose:
        best = max(once or whose, key=lambda at: len(seen[at].columns))
        seen[best] = seen[best]._replace(may_be="cases")


def _set_apart(seen: list[TableSeen]) -> None:
    """A sheet that is headed like that of the cases holds more cases, of another team or month, and nothing about
    those that are read."""
    cases = next((one for one in seen if "cases" in (one.table, one.may_be)), None)
    if cases is None:
        return
    of_cases = {folded(column.heading) for column in cases.columns}
    for at, one in enumerate(seen):
        headings = {folded(column.heading) for column in one.columns}
        alike = 2 * len(headings & of_cases) / max(len(headings) + len(of_cases), 1)
        if one is not cases and not one.table and len(headings) >= FEWEST_COLUMNS and alike >= HEADED_ALIKE:
            seen[at] = one._replace(may_be="", headed_like=cases.shown)


def _defined(names: Names, supplied: Collection[str]) -> set[str]:
    """The facts and events that the dictionary has of these tables: no other column is one of them."""
    events = {name for name, event in names.events.items() if all(s.table in supplied for s in event.sources)}
    counted = {name: fact.definition for name, fact in names.facts.items()}
    return events | {
        name for name, of in counted.items() if of and not isinstance(of, PickDate) and of.rows.table in supplied
    }


def _known(seen: TableSeen) -> list[str]:
    return [column.name for column in seen.columns if column.name]


def _look_at(
    con: duckdb.DuckDBPyConnection, sheet: Sheet, names: Names, table: str, matched: Matched, zone: str
) -> TableSeen:
    of = names.tables.get(table)
    words = _accepted(of) if of else {word: "" for each in names.tables.values() for word in _accepted(each)}
    headings, place = sheet.headings(con, words)
    if not any(folded(text) in words for text in headings):
        headings, place = sheet.headings(con, _Anything())
        if any(re.fullmatch(r"[\d\s.,:/-]+", text) for text in headings if text.strip()):
            # cells may stand here, and those are not shown
            raise ExtractStop(f"{sheet.shown} {place}: no headings. They must stand above the rows.")
    may_be = ""
    if folded(sheet.name) in OWN:  # it says itself what it is, whatever else has the same headings
        may_be = folded(sheet.name) if not of and folded(sheet.name) in names.tables else ""
    elif not of:
        may_be = _best_table(headings, names) or like_a_table(names, sheet.name)
    whose = {word: name for word, name in _accepted(names.cases).items() if name in names.key}
    of = of or names.tables.get(may_be)
    accepted = whose if of is None else {w: name for w, name in whose.items() if name in of.columns} | _accepted(of)
    positions = [at for at, text in enumerate(headings) if text.strip()]
    unknown = [headings[at] for at in positions if folded(headings[at]) not in words]
    hidden = set(like_cells(unknown))
    if len(hidden) >= FEWEST_CELLS or (hidden and len(positions) - len(unknown) < FEWEST_CELLS):
        hidden = set(unknown)  # most of a row stands there
    kinds = {at: kind for at in positions if (kind := sheet.readable_as(at)) is not None}
    rows = sheet.rows(con, {at: Column(f"c{at}", kind) for at, kind in kinds.items()}, zone)
    cases = of is None or of.name == "cases"
    of_case = [at for at in kinds if cases and accepted.get(folded(headings[at])) == names.key[0]]
    every, totals = _kept(con, sheet, rows, kinds, of_case)
    columns: list[ColumnSeen] = []
    for at in positions:
        name = accepted.get(folded(headings[at]), "")
        known = (of or names.cases).columns.get(name) if name else None
        heading = " ".join("".join(c for c in headings[at] if c.isprintable() or c.isspace()).split())
        seen = _column(con, at, heading, known, at in kinds, zone)
        if not known and headings[at] in hidden:
            seen = seen._replace(heading=f"column {at + 1}", personal="cells, and not a heading", codes=())
        columns.append(seen)
    total = con.execute(f"select count(*) from {_ROWS}").fetchall()[0][0]
    lacks = [column for column in of.raw_columns if column.name not in {c.name for c in columns}] if of else []
    return TableSeen(
        shown=sheet.shown,
        name=sheet.name,
        table=table,
        matched=matched,
        rows=int(total),
        singles=int(every - totals - total),
        totals=totals,
        columns=tuple(columns),
        lacks=tuple(column.name for column in lacks),
        needs=tuple(column.name for column in lacks if of and of.needs(column.name)),
        may_be=may_be,
    )


def _kept(
    con: duckdb.DuckDBPyConnection, sheet: Sheet, rows: Rows, positions: Collection[int], of_case: Collection[int]
) -> tuple[int, int]:
    """Reads a sheet once: makes the table of its rows with the texts of these columns, c0, c1, … and what is wrong
    with each, w0, w1, … Gives how many rows hold something, and in how many a total stands in the columns `of_case`,
    of references; those, and those with a single cell, are not in the table."""
    cells = [
        f"c{at}::varchar as c{at}, {f'c{at}__rule' if at in rows.broken else 'null::varchar'} as w{at}"
        for at in positions
    ]
    select = f"select {', '.join([f'{rows.blank} as _blank', *cells])} from {rows.relation}"
    try:
        con.execute(f"create or replace table {_ROWS} as select * exclude (_blank) from ({select}) where not _blank")
    except duckdb.Error as error:
        if is_of_the_file(error):
            raise sheet.refused() from None
        raise
    every = int(con.execute(f"select count(*) from {_ROWS}").fetchall()[0][0])
    totals = 0
    for at in of_case:
        says_total = f"coalesce(regexp_full_match(lower(trim(c{at})), {literal(TOTAL_WORDS)}), false)"
        totals += int(con.execute(f"delete from {_ROWS} where {says_total}").fetchall()[0][0])
    if len(positions) >= FEWEST_COLUMNS:
        # a legend or a note below the data: it would count as a blank in every other column
        filled = " + ".join(f"({trimmed(f'c{at}', _TEXT)} is not null)::integer" for at in positions)
        con.execute(f"delete from {_ROWS} where {filled} < 2")
    return every, totals


def _accepted(table: Table) -> dict[str, str]:
    return {folded(word): column.name for column in table.raw_columns for word in (column.name, *column.headings)}


def _best_table(headings: Sequence[str], names: Names) -> str:
    """The table whose columns a sheet of another name has most of; "" where it has few of any."""
    words = {folded(text) for text in headings if text.strip()}
    whose = {word: name for word, name in _accepted(names.cases).items() if name in names.key}

    def fit(table: Table) -> tuple[float, int]:
        known = {name for word, name in (whose | _accepted(table)).items() if word in words} & table.columns.keys()
        # whose a row is, and some date, stand on any sheet
        telling = {name for name in known if table.columns[name].type is not Type.DATE} - {*table.key, *table.link}
        return (len(known) / max(len(words), 1), len(known)) if telling else (0.0, 0)

    best = max(names.tables.values(), key=fit)
    share, known = fit(best)
    return best.name if share >= 0.5 and known >= 2 else ""


def _column(
    con: duckdb.DuckDBPyConnection, at: int, heading: str, known: Column | None, readable: bool, zone: str
) -> ColumnSeen:
    """One column. Its cells are counted, and of a code that the dictionary does not know the text is told."""
    matched = Matched.NOT if known is None else Matched.NAME if known.name == heading.strip() else Matched.HEADING
    name = known.name if known else ""
    if not readable:
        return ColumnSeen(heading, name, matched, Holds.NOTHING, 0, 0, 0, 0)
    day, answer, whole = (converted(Column("c", kind), "t", zone) for kind in (Type.DATE, Type.YES_NO, Type.NUMBER))
    value = "t" if known is None else "day" if known.type is Type.DATE else converted(known, "t", zone)
    texts = f"select {trimmed(f'c{at}', known or _TEXT)} as t, w{at} as wrong from {_ROWS}"
    found = con.execute(
        f"""
        select count(t), count(*), count(distinct t), count(day), count({answer}), count({whole}),
            min(day), max(day), avg(length(t)), max(length(t)),
            count(*) filter ((t is not null and ({value}) is null) or wrong is not null),
            count(*) filter (wrong is not null), count(*) filter (upper(t) in ('F', 'T'))
        from (select *, {day} as day from ({texts}))
        """
    ).fetchall()[0]
    filled, every, different, days, answers, wholes, first, last, usual, longest, unreadable, broken, letters = found
    if different == 1 and letters:  # one letter alone, F or T, is rather a code than false or true of every row
        answers = 0
    holds, fits = _holds(filled, different, days, answers, wholes, usual or 0, longest or 0)
    if known is not None:
        holds, fits = _holds_as(known.type, filled, different, days, answers or letters, wholes)
    unknown: list[tuple[str, int]] = []
    if known is not None and known.type is Type.CODE and known.values is not None and unreadable:
        grouped = f"select upper(t), count(*) from ({texts}) where t is not null and ({value}) is null group by 1"
        listed = con.execute(f"{grouped} order by 2 desc, 1").fetchall()
        unknown = [(printable(code), int(times)) for code, times in listed if len(code) <= LONGEST_CODE][:MOST_CODES]
    kind = Type.DATE if holds in (Holds.DATES, Holds.YES_NO, Holds.NUMBERS) else None
    personal = "" if known else why_personal([heading], kind) or ("free text" if holds is Holds.FREE_TEXT else "")
    codes: list[tuple[str, int]] = []
    short = filled and different <= MOST_DIFFERENT and (longest or 0) <= LONG_TEXT
    coded = known is not None and known.values is not None
    if not personal and short and (coded or (known is None and holds in (Holds.CODES, Holds.TEXT))):
        grouped = f"select t, count(*) from ({texts}) where t is not null group by 1"
        listed = con.execute(f"{grouped} order by 2 desc, 1").fetchall()
        codes = [(code, int(times)) for code, times in listed if code.isprintable()]
    return ColumnSeen(
        heading=heading,
        name=name,
        matched=matched,
        holds=holds,
        filled=filled + broken,
        blank=every - filled - broken,
        fits=fits,
        different=different,
        unreadable=unreadable,
        unknown_codes=tuple(unknown),
        codes=tuple(codes),
        first=first if holds is Holds.DATES else None,
        last=last if holds is Holds.DATES else None,
        personal=personal,
        dates=days,
    )


def _holds(
    filled: int, different: int, days: int, answers: int, wholes: int, usual: float, longest: int
) -> tuple[Holds, int]:
    """What most of the filled cells are, and how many of them. A third are dates by no accident: the others are
    words like “chased”, or dates that cannot be read, and the question must be put."""
    if not filled:
        return Holds.NOTHING, 0
    if 3 * days >= filled:
        return Holds.DATES, days
    if 2 * answers > filled and (wholes < answers or different <= 2):
        return Holds.YES_NO, answers
    if 2 * wholes > filled:
        return Holds.NUMBERS, wholes
    if usual > LONG_TEXT:
        return Holds.FREE_TEXT, filled
    if different <= MOST_DIFFERENT and longest <= LONG_TEXT and (2 * different <= filled or different <= 3):
        return Holds.CODES, filled
    return Holds.TEXT, filled


def _holds_as(kind: Type, filled: int, different: int, days: int, answers: int, wholes: int) -> tuple[Holds, int]:
    """The same of a column of which the dictionary says what it is to hold."""
    of_type = {
        Type.DATE: (Holds.DATES, days),
        Type.YES_NO: (Holds.YES_NO, answers),
        Type.NUMBER: (Holds.NUMBERS, wholes),
    }
    if not filled:
        return Holds.NOTHING, 0
    few = Holds.CODES if different <= MOST_DIFFERENT and 2 * different <= filled else Holds.TEXT
    return of_type.get(kind, (few, filled))


def _kind(column: ColumnSeen) -> Holds:
    """What a column holds, for what it may be: codes of which none is yes or no are no answers."""
    answers = any(code.casefold() in (*YES, *NO) for code, _ in column.codes)
    return Holds.TEXT if column.holds is Holds.CODES and not answers else column.holds


def _with_suggestions(seen: TableSeen, names: Names, taken: Collection[str], *, flat: bool) -> TableSeen:
    def first(open_: Sequence[tuple[int, ColumnSeen]], *more: str, as_dates: bool = False) -> list[tuple[str, ...]]:
        return suggestions(
            names,
            table,
            [(column.heading, Holds.DATES if as_dates else _kind(column)) for _, column in open_],
            {*_known(seen), *(taken if flat else ()), *more},
            seen.name,
            flat=flat,
        )

    table = seen.table or seen.may_be
    open_ = [(at, column) for at, column in enumerate(seen.columns) if not column.name and not column.personal]
    columns = list(seen.columns)
    for (at, column), some in zip(open_, first(open_), strict=True):
        columns[at] = column._replace(may_be=some)
    # a column of which too few cells are dates is no question, but it is there
    found = {name for column in columns for name in column.may_be[:1]}
    left = [(at, column) for at, column in open_ if column.filled and not columns[at].may_be]
    for (at, column), some in zip(left, first(left, *found, as_dates=True), strict=True):
        columns[at] = column._replace(headed_like=some[0] if some else "")
    return seen._replace(columns=tuple(columns))
