"""What a workbook must hold that is filled in by hand: the tables and columns that an audit of the items
would read, no more and no fewer, and what has to be entered in them.

Nothing here is a list of its own: which columns there are is what the plan of the audit reads, and what
counts as what stands in the dictionary. Only names of people are not asked for, though an audit reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from auditcheck import accepted, answers
from auditcheck.audit import Selection, chosen_items, plan_of, wanted_of
from auditcheck.calendar import FIRST_DAY, LAST_DAY, long_date
from auditcheck.checklist import Item, load_chosen
from auditcheck.conditions import (
    All,
    Any_,
    Compare,
    Condition,
    Is,
    Moment,
    Not,
    Recorded,
    columns_in,
    parts_of,
    plain,
    say_value,
)
from auditcheck.describe import conditions_of, event_meaning, fact_words, named
from auditcheck.dictionary import load_dictionary
from auditcheck.extract import in_use
from auditcheck.extract.cells import spellings
from auditcheck.extract.sheets import GUIDE, folded
from auditcheck.names import (
    Column,
    CountRows,
    Definition,
    Event,
    Names,
    PickDate,
    PickRow,
    RowsOf,
    SomeRow,
    Table,
    Type,
    one_spelling,
)
from auditcheck.patterns import leaves_of
from auditcheck.patterns.judged import AGREED, Judged
from auditcheck.problems import ChecklistStop, in_words, listed, one_of, quote
from auditcheck.result import Template, TemplateColumn, TemplateItem, TemplateSheet, TemplateWord
from auditcheck.whose import PRACTITIONER

#: The longest name that a sheet of a workbook can have, and the longest heading worth giving a column.
LONGEST_NAME, LONGEST_HEADING = 31, 60

#: So many codes are named where a column is explained; all of them stand in its list.
FEW = 6

NOT_KNOWN = "Not known: “cannot tell” where it is needed."

#: What the columns hold that auditcheck reads by their names, whatever dictionary defines them.
_OWN = {
    accepted.TABLE: {
        accepted.ITEM: "the item whose gap is accepted, such as {item}",
        accepted.DAY: "where one gap of several is accepted, the day it is about (of the enquiry, not of its deadline)",
        accepted.REASON: "why, in a few words, with no name and nothing else about anybody",
        accepted.BY: "the code of who answers for it (no name)",
        accepted.UNTIL: "the last day on which it holds",
    },
    answers.TABLE: {
        "item": "the item whose question is answered, such as {item}",
        "answer": "what the reader found: yes is met, no is a gap",
        "auditor": f"the code of the reader (no name), or “{AGREED}” in a row that settles answers that differ",
        "audit": "the name of the audit that the answer belongs to",
    },
}


def template(checklists: Sequence[str] = (), items: Sequence[str] = (), dictionary: Path | None = None) -> Template:
    """What is to be filled in for an audit with these checklists (all that ship, as far as the dictionary
    allows), narrowed to these items. Raises a `Stop` when there is no such checklist or item."""
    names = load_dictionary(dictionary)
    loaded = load_chosen(checklists, names)
    return _Workbook(names, chosen_items(loaded, Selection(items=tuple(items)), names)).template()


class _Workbook:
    """Works out the sheets of a workbook for some items. What is called a table and a column in the dictionary
    is called a sheet and a heading here."""

    def __init__(self, names: Names, items: Sequence[Item]) -> None:
        words = (word for table in names.tables.values() for word in (table.name, *table.headings))
        if folded(GUIDE) in map(folded, words):
            raise ChecklistStop(f"a table is called “{GUIDE}”, as the sheet is that explains the others. Rename it.")
        self.names = names
        self.items = items
        self.ids = tuple(item.id for item in items)
        self.holder = names.groups.get(PRACTITIONER)
        # which columns are read is the same on every day
        self.asked = {item.id: plan_of(names, FIRST_DAY, [item], "", None).wanted for item in items}
        read = wanted_of(plan_of(names, FIRST_DAY, items, "", None), names)
        self.columns = {name: self._columns(table, read[name]) for name, table in names.tables.items() if name in read}
        self.sheets = {name: _sheet_name(names.tables[name]) for name in self.columns}
        asked_for = {item.id: named([item], names) for item in items}
        self.facts = {an_id: set(facts) for an_id, (facts, _) in asked_for.items()}
        self.sources = {
            an_id: [rows for event in events for rows in names.events[event].sources]
            for an_id, (_, events) in asked_for.items()
        }
        self.rows_used = list(self._rows_used())
        self.tested = self._tested()
        self.counted = set(self._counted())

    def template(self) -> Template:
        titles = list(dict.fromkeys(item.checklist_title for item in self.items))
        of = f"{len(titles)} checklists" if len(titles) > 3 else "; ".join(titles)
        names = self.names
        return Template(
            guide=GUIDE,
            title=f"{len(self.items)} item{'' if len(self.items) == 1 else 's'} of {of}",
            dictionary=f"{names.name} {names.version}",
            key=tuple(heading(names.cases.columns[name]) for name in names.key),
            sheets=tuple(self._sheet(names.tables[name]) for name in self.columns),
            words=tuple(self._words()),
            items=tuple(TemplateItem(item.id, item.title, _question(item)) for item in self.items),
            beware=tuple(self._beware()),
            checklists=tuple(dict.fromkeys(item.checklist for item in self.items)),
        )

    def _beware(self) -> Iterator[str]:
        """What the dictionary says of another extract than the one that is to be filled in."""
        taken, as_at = self.names.taken_on, self.names.as_at
        if taken:
            yield (
                f"The dictionary says that all was known on {long_date(taken)}: nothing of a later day is seen. "
                "Put a later day there (taken_on, as_at), or take both out."
            )
        elif as_at:
            yield f"The dictionary says that audits look from {long_date(as_at)}. For another day: --as-at DATE."
        judged = [item.id for item in self.items if item.judged]
        if judged and answers.TABLE not in self.names.tables:
            yield (
                f"The dictionary has no table “{answers.TABLE}”, so there is no sheet for a reader's answers to "
                f"{listed(judged)}. Copy its lines from the shipped dictionary (checklists/dictionary.yaml)."
            )

    # ── sheets ───────────────────────────────────────────────────────────────────────────────────

    def _columns(self, table: Table, wanted: set[str]) -> tuple[Column, ...]:
        """The columns of a sheet: whose row it is, then the others as the dictionary has them."""
        read = {column.name for column in in_use(self.names, table, wanted)}
        read -= columns_in(table.as_if_blank) - wanted  # whoever fills it in leaves out of whose case it is instead
        read |= {column.name for column in table.raw_columns if table.needs(column.name)}
        name = self.holder.label if self.holder is not None and table.name == "cases" else None
        if name is not None and name not in wanted and not table.needs(name):
            read.discard(name)  # somebody's name, and the code says as much
        first = self.names.key if table.name == "cases" else table.link
        rest = (column.name for column in table.raw_columns if column.name not in first)
        return tuple(table.columns[name] for name in (*first, *rest) if name in read)

    def _sheet(self, table: Table) -> TemplateSheet:
        return TemplateSheet(
            name=self.sheets[table.name],
            a_row=self._a_row(table),
            whose=_whose(table),
            empty=self._empty(table),
            items=self._items(table),
            columns=tuple(self._column(table, column) for column in self.columns[table.name]),
        )

    def _items(self, table: Table, column: str = "") -> tuple[str, ...]:
        """The items that rest on a table, or on one of its columns."""
        if table.name == "cases" and (not column or table.needs(column)):
            return self.ids
        if (table.name, column) == (answers.TABLE, "audit") and self.names.audit is None:
            return ()
        of_table = tuple(an_id for an_id in self.ids if table.name in self.asked[an_id])
        if not column or table.needs(column):
            return of_table
        return tuple(an_id for an_id in of_table if column in self.asked[an_id][table.name])

    def _a_row(self, table: Table) -> str:
        if table.name == "cases":
            return "Each case: one order or licence. No other case is audited."
        if table.name == accepted.TABLE:
            return "Each gap that is known and accepted for the time being."
        if table.name == answers.TABLE:
            return "Each answer that a reader of a case gave to a question of “What is asked”."
        if any(rows.table == table.name for rows in self.rows_used):
            return "Each entry of a case that counts as something in “What counts as what”. Others need no row."
        if not self._items(table):
            return "Each time that somebody came to hold a case."
        others = [self.sheets[name] for name in self.columns if _leads(self.names.tables[name], table)]
        return f"Each one that a row of {one_of(others)} is about. Others need no row."

    def _empty(self, table: Table) -> str:
        """What it means if a sheet has no row."""
        if table.name == "cases":
            return "Nothing can be audited."
        if table.name == accepted.TABLE:
            return "No gap is accepted."
        if table.name == answers.TABLE:
            return "Nothing has been read yet: the questions wait for an answer."
        if not self._items(table):
            return "No item needs it. What was done late then counts under who holds the case now."
        if table.may_be_empty:
            return "Nobody has any: leave it so, if that is right."
        return "“Cannot tell” for every case, wherever an item turns on it."

    # ── columns ──────────────────────────────────────────────────────────────────────────────────

    def _column(self, table: Table, column: Column) -> TemplateColumn:
        must = self._must(table, column)
        choices, others = self._choices(table, column)
        least, most = column.rules.at_least, column.rules.at_most
        if column.type is Type.DATE:
            least, most = least or FIRST_DAY, most or LAST_DAY
        return TemplateColumn(
            heading=heading(column),
            kind=str(column.type),
            holds=self._holds(table, column, choices, others),
            blank="" if must else self._blank(table, column),
            must=must,
            items=self._items(table, column.name),
            choices=choices,
            others=others,
            least=least,
            most=most,
            found_on=self._found_on(table, column),
        )

    def _must(self, table: Table, column: Column) -> bool:
        """Is a row without it refused, a fault, or one that counts for nothing?"""
        if column.name in (table.key if table.name == "cases" else _must_link(table)):
            return True
        if table.name == accepted.TABLE:
            return column.name in accepted.NEEDED
        if table.name == answers.TABLE and (column.name in answers.NEEDED or self._names_audit(table, column)):
            return True
        return column.required

    def _names_audit(self, table: Table, column: Column) -> bool:
        """Do only the answers of one audit count, and is this the column that says which it is?"""
        return (table.name, column.name) == (answers.TABLE, "audit") and self.names.audit is not None

    def _found_on(self, table: Table, column: Column) -> tuple[str, str] | None:
        """Where the values stand that a reference may have: the sheet and the heading."""
        if table.name != "cases" and column.name in table.link and column.name == self.names.key[0]:
            return self.sheets["cases"], heading(self.names.cases.columns[column.name])
        other = self._refers_to(table, column)
        return (self.sheets[other.name], heading(other.columns[other.key[0]])) if other else None

    def _refers_to(self, table: Table, column: Column) -> Table | None:
        """The table whose rows this column names, where a look-up goes by it."""
        ways = (other.look_up for other in table.columns.values())
        found = (way.table for way in ways if way is not None and way.by == column.name and way.table in self.columns)
        return next((self.names.tables[name] for name in found), None)

    def _choices(self, table: Table, column: Column) -> tuple[tuple[str, ...], bool]:
        """What a column offers, and whether anything else may be entered."""
        allowed = column.rules.allowed
        if self._names_audit(table, column):
            return (str(self.names.audit),), False
        if (table.name, column.name) == (accepted.TABLE, accepted.ITEM):
            return tuple(an_id.upper() for an_id in self.ids), True
        if (table.name, column.name) == (answers.TABLE, "item"):
            return tuple(dict.fromkeys(an_id for item in self.items for an_id in _answered(item))), True
        if column.type is Type.YES_NO:
            return ("Yes", "No"), False
        if column.values is not None:
            return tuple(spelt(column, value) for value in column.values if not allowed or value in allowed), False
        if allowed and column.type is not Type.DATE:
            return allowed, False
        return self.tested.get((table.name, column.name), ()), True

    # what a column is, in words

    def _holds(self, table: Table, column: Column, choices: tuple[str, ...], others: bool) -> str:
        """What a column holds, in plain English."""
        own = _OWN.get(table.name, {}).get(column.name, "").format(item=choices[0] if choices else "DA1")
        role = own or self._role(table, column)
        if choices and not others and column.type is not Type.YES_NO:
            said = (_coded(column, choice) if column.values is not None else choice for choice in choices)
            return f"{_capital(role)}{'. ' if role else ''}One of: {', '.join(said)}."
        kind = _kind(column)
        if column.type not in (Type.CODE, Type.TEXT):
            return f"{kind}: {role}." if role else f"{kind}."
        if choices and not own:
            more = f" and {len(choices) - FEW} more of the list" if len(choices) > FEW else ""
            kind = f"{kind}, such as {', '.join(choices[:FEW])}{more}: see “What counts as what”"
            return f"{_capital(role)}. {kind}." if role else f"{kind}."
        return f"{_capital(role) or kind}."

    def _role(self, table: Table, column: Column) -> str:
        """What a column is for, beyond its heading; "" where the heading says it."""
        names, name = self.names, column.name
        if table.name == "cases":
            if name in names.key:
                return f"which case it is; {_together(table, names.key, name)}different on every row"
            if name in (names.start, names.end):
                return f"the {'first' if name == names.start else 'last'} day of the case"
            for group in names.groups.values():
                who = "who holds the case (no name)" if group is self.holder else f"its {plain(group.name)}"
                if name in (group.code, group.label):
                    return f"the code of {who}" if name == group.code else f"what {who} is called"
        elif name in table.link:
            return f"as on the sheet {self.sheets['cases']}"
        held = self.holder.held if self.holder is not None else None
        if held is not None and held.table == table.name and name in (held.code, held.by):
            return "the code of who held the case (no name)" if name == held.code else "the day from which they held it"
        if other := self._refers_to(table, column):
            return (
                f"the {heading(other.columns[other.key[0]])} of the row of {self.sheets[other.name]} that it is about"
            )
        if name in table.key:
            return f"a number of your own; {_together(table, table.key, name)}different on every row"
        every = RowsOf(table.name, name)
        dated = [plain(event.name) for event in names.events.values() if event.sources == (every,)]
        if dated and every in self.rows_used:
            return one_of(dated)
        return "" if folded(heading(column)) == folded(name) else plain(name)

    def _blank(self, table: Table, column: Column) -> str:
        """What a blank means where there may be one."""
        name = column.name
        if (table.name, name) == (accepted.TABLE, accepted.DAY):
            return "The gap of the item as a whole."
        if name in table.link:
            must = [heading(table.columns[other]) for other in _must_link(table)]
            return f"It belongs to every case with the same {in_words(must)}."
        if column.blank_is_nothing:
            return "It has not happened." if column.type is Type.DATE else "There is none."
        if column.blank_value is not None:
            return f"{_capital(say_value(column.blank_value))}."
        if table.name == answers.TABLE:
            return "Nothing is lost."
        if table.name == "cases":
            return NOT_KNOWN if self._items(table, name) else self._blank_of_case(name)
        if self._refers_to(table, column):
            return "It is about none."
        if name in table.key:
            return "Nothing else can refer to the row."
        if (table.name, name) in self.counted:
            return NOT_KNOWN
        if column.type is Type.DATE:
            return "It has not happened."
        return "Not recorded: no match where it is asked about." if self._items(table, name) else "Not known."

    def _blank_of_case(self, column: str) -> str:
        """What a blank of a case means that no item asks about."""
        if self.holder is not None and column == self.holder.code:
            return "Nobody holds the case: it is unallocated."
        if column in (group.label for group in self.names.groups.values()):
            return "The code alone is shown."
        return "Lists call it a case." if column == self.names.label else "It is in no such group."

    # ── facts and events ─────────────────────────────────────────────────────────────────────────

    def _rows_used(self) -> Iterator[RowsOf]:
        """What the facts and events of the items rest on, in the dictionary's order, facts first."""
        facts = {fact for facts in self.facts.values() for fact in facts}
        for name, fact in self.names.facts.items():
            if name in facts and fact.definition is not None and not isinstance(fact.definition, PickDate):
                yield fact.definition.rows
        used = [rows for sources in self.sources.values() for rows in sources]
        for event in self.names.events.values():
            yield from (rows for rows in event.sources if rows in used)

    def _counted(self) -> Iterator[tuple[str, str]]:
        """The columns of which a fact takes the value itself, as table and column."""
        for fact in {fact for facts in self.facts.values() for fact in facts}:
            match self.names.facts[fact].definition:
                case CountRows(rows, distinct) if distinct is not None:
                    yield end_of(self.names, rows.table, distinct)
                case PickRow(rows, column):
                    yield end_of(self.names, rows.table, column)

    def _tested(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """By table and column, the codes that facts, events and items look for, in the order in which they are
        explained."""
        tests = [
            (end_of(self.names, rows.table, part.fact), part.values)
            for rows in self.rows_used
            for part in (parts_of(rows.where) if rows.where is not None else ())
            if isinstance(part, Is)
        ]
        for item in self.items:
            for part in (part for condition in conditions_of(item) for part in parts_of(condition)):
                definition = self.names.facts[part.fact].definition if isinstance(part, Is) else None
                if isinstance(part, Is) and definition is None:
                    tests.append((("cases", part.fact), part.values))
                elif isinstance(part, Is) and isinstance(definition, PickRow):
                    tests.append((end_of(self.names, definition.rows.table, definition.column), part.values))
        found: dict[tuple[str, str], dict[str, None]] = {}
        for (table, name), values in tests:
            column = self.names.tables[table].columns[name]
            if column.type in (Type.CODE, Type.TEXT) and column.values is None:
                found.setdefault((table, name), {}).update(dict.fromkeys(map(str, values)))
        return {at: tuple(values) for at, values in found.items()}

    def _words(self) -> Iterator[TemplateWord]:
        """What has to be entered for every fact and event that the items ask for. An event that is any of several
        is said by their names, and each of them by itself."""
        names = self.names
        said = _InHeadings(names, self.sheets).names_said()
        for name, fact in names.facts.items():
            ids = tuple(an_id for an_id in self.ids if name in self.facts[an_id])
            if ids and fact.definition is not None:
                yield TemplateWord(plain(name), _capital(fact_words(said.facts[name], said)), ids)
        alone: dict[RowsOf, str] = {}
        for event in names.events.values():
            if len(event.sources) == 1:
                alone.setdefault(event.sources[0], plain(event.name))
        meanings: dict[str, list[Event]] = {}
        for event in names.events.values():
            parts = list(dict.fromkeys(alone.get(rows, "") for rows in event.sources))
            if len(event.sources) == 1 or not all(parts):
                meaning = event_meaning(event.name, said)
            else:
                meaning = f"{one_of(parts)}.{' Several on one day are one.' if event.once_a_day else ''}"
            meanings.setdefault(_capital(meaning), []).append(event)
        for meaning, events in meanings.items():
            ids = tuple(an_id for an_id in self.ids if any(self._asks(an_id, event) for event in events))
            if ids:
                yield TemplateWord("; ".join(plain(event.name) for event in events), meaning, ids)

    def _asks(self, an_id: str, event: Event) -> bool:
        """Does an item look for all that this event is?"""
        return all(rows in self.sources[an_id] for rows in event.sources)


class _InHeadings:
    """Puts facts and events in the words of the sheets: what they say of columns, with the headings."""

    def __init__(self, names: Names, sheets: Mapping[str, str]) -> None:
        self.names = names
        self.sheets = sheets

    def names_said(self) -> Names:
        """The dictionary to make sentences from."""
        names = self.names
        facts = {
            name: replace(fact, definition=self._definition(fact.definition)) if fact.definition else fact
            for name, fact in names.facts.items()
        }
        events = {
            name: replace(
                event,
                sources=tuple(self._rows(rows) for rows in event.sources),
                first_only=tuple(self._rows(rows) for rows in event.first_only),
            )
            for name, event in names.events.items()
        }
        return replace(names, facts=facts, events=events, start=self._fact(names.start))

    def _definition(self, definition: Definition) -> Definition:
        match definition:
            case SomeRow(rows, until, when):
                return SomeRow(self._rows(rows), until and self._column(rows.table, until), when)
            case CountRows(rows, distinct, since):
                counted = distinct and self._column(rows.table, distinct)
                return CountRows(self._rows(rows), counted, since and self._fact(since))
            case PickRow(rows, column, last, may_be_missing):
                return PickRow(self._rows(rows), self._column(rows.table, column), last, may_be_missing)
            case PickDate(facts, latest):
                return PickDate(tuple(self._fact(fact) for fact in facts), latest)

    def _rows(self, rows: RowsOf) -> RowsOf:
        where = None if rows.where is None else self._condition(rows.table, rows.where)
        return RowsOf(self._sheet(rows.table), rows.date and self._column(rows.table, rows.date), where)

    def _condition(self, table: str, condition: Condition) -> Condition:
        match condition:
            case All(parts):
                return All(tuple(self._condition(table, part) for part in parts))
            case Any_(parts):
                return Any_(tuple(self._condition(table, part) for part in parts))
            case Not(part):
                return Not(self._condition(table, part))
            case Is(column, values):
                return Is(self._column(table, column), values)
            case Recorded(column, yes):
                return Recorded(self._column(table, column), yes)
            case Compare(column, op, other):
                if isinstance(other, str):
                    other = self._column(table, other)
                elif isinstance(other, Moment) and isinstance(other.anchor, str):
                    other = Moment(self._column(table, other.anchor), other.shift)
                return Compare(self._column(table, column), op, other)
        return condition

    def _column(self, table: str, column: str) -> str:
        """A column's heading; with its sheet, where that is another."""
        known = self.names.tables[table].columns
        if column.startswith("case."):
            return self._fact(column.removeprefix("case."))
        if column not in known:
            return column  # as at, which is no column
        way = known[column].look_up
        if way is None:
            return heading(known[column])
        at, name = end_of(self.names, table, column)
        return f"{heading(self.names.tables[at].columns[name])} (on {self._sheet(at)}, by {heading(known[way.by])})"

    def _fact(self, fact: str) -> str:
        """A fact's name; of a column of cases, its heading."""
        column = self.names.cases.columns.get(fact)
        return f"{heading(column)} (on {self._sheet('cases')})" if column is not None else plain(fact)

    def _sheet(self, table: str) -> str:
        return self.sheets.get(table, plain(table))


# ── tables and columns ───────────────────────────────────────────────────────────────────────────


def end_of(names: Names, table: str, column: str) -> tuple[str, str]:
    """The table and the column of the extract that a column of a `where` is, perhaps looked up."""
    if column.startswith("case."):
        return "cases", column.removeprefix("case.")
    way = names.tables[table].columns[column].look_up
    return (table, column) if way is None else end_of(names, way.table, way.column)


def _leads(table: Table, other: Table) -> bool:
    return any(column.look_up and column.look_up.table == other.name for column in table.columns.values())


def _must_link(table: Table) -> tuple[str, ...]:
    """The columns without which nobody can tell whose a row is."""
    return table.link_if_blank or table.link


def _whose(table: Table) -> str:
    """Which case a row belongs to."""
    if not table.link:
        return ""
    must = [heading(table.columns[name]) for name in _must_link(table)]
    may = [heading(table.columns[name]) for name in table.link if name not in _must_link(table)]
    whose = f"It belongs to the case with the same {in_words([*must, *may])}"
    return (
        f"{whose}; where {in_words(may)} is blank, to every case with the same {in_words(must)}."
        if may
        else f"{whose}."
    )


def _together(table: Table, key: Sequence[str], column: str) -> str:
    others = [heading(table.columns[name]) for name in key if name != column]
    return f"together with {in_words(others)} " if others else ""


def _sheet_name(table: Table) -> str:
    """A name that the reader of an extract knows the table by, and that a sheet can have."""
    for name in (_capital(plain(table.name)), *table.headings):
        fits = name.isprintable() and len(name) <= LONGEST_NAME and not any(sign in name for sign in "[]:*?/\\'")
        if fits and name.casefold() != "history":  # Excel keeps that one for itself
            return name
    raise ChecklistStop(
        f"the table {quote(table.name)} has no name that a sheet can have: at most {LONGEST_NAME} characters, and not "
        "“history”. Give it one under “headings”."
    )


def heading(column: Column) -> str:
    """What stands above a column: the first heading that the dictionary gives it, else its name as words."""
    fit = (text for text in column.headings if text.isprintable() and len(text) <= LONGEST_HEADING)
    return next(fit, _capital(plain(column.name)))


# ── values ───────────────────────────────────────────────────────────────────────────────────────


def spelt(column: Column, value: str) -> str:
    """A value of a closed code as people write it and the reader of an extract takes it: 'Very high'."""
    read = _read(column)
    ways = (_capital(say_value(value)), _capital(value), *(column.values or {})[value])
    return next(way for way in ways if read.get(one_spelling(way).upper()) == value)


def _coded(column: Column, choice: str) -> str:
    """A choice, with the codes that mean the same: 'Very high (RVHR or V)'."""
    codes = (column.values or {})[_read(column)[one_spelling(choice).upper()]]
    others = [code for code in codes if folded(code) != folded(choice)]
    return f"{choice} ({one_of(others)})" if others else choice


def _read(column: Column) -> Mapping[str, str]:
    """By what a cell says, in capitals, the value that is read."""
    found: dict[str, str] = {}
    for text, value in spellings(column):
        found.setdefault(one_spelling(text).upper(), value)
    return found


def _kind(column: Column) -> str:
    if column.type is Type.DATE:
        return "Date, which may lie ahead" if column.planned else "Date"
    if column.type is Type.NUMBER:
        least, most = column.rules.at_least, column.rules.at_most
        limits = [f"{word} {limit}" for word, limit in (("from", least), ("to", most)) if limit is not None]
        return " ".join(["Whole number", *limits])
    return {Type.YES_NO: "Yes or no", Type.CODE: "Code"}.get(column.type, "Text")


# ── items ────────────────────────────────────────────────────────────────────────────────────────


def _answered(item: Item) -> Iterator[str]:
    """The items under which the answers stand that an item rests on."""
    for leaf in leaves_of(item.met_if):
        if isinstance(leaf, Judged):
            yield (leaf.judged.item or item.id).upper()


def _question(item: Item) -> str:
    """What a reader is asked under an item's own id, and what else its answer rests on."""
    asked, others = [], []
    for leaf in leaves_of(item.met_if):
        if isinstance(leaf, Judged) and (leaf.judged.item or item.id).upper() == item.id.upper():
            asked.append(leaf.judged.question)
        elif isinstance(leaf, Judged):
            others.append(f"(The answer to {leaf.judged.item} counts here too.)")
    sampled = ["(Of a sample: a case without an answer is left out.)"] if item.sampled else []
    return " ".join(dict.fromkeys((*asked, *others, *sampled)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
