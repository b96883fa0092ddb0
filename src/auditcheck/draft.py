"""A draft of the dictionary of an extract: everything that is certain, and a question for the rest.

A line whose key ends in “?” is a question. The reader of dictionaries refuses a file that has one, so
nothing that was only likely is ever used unless somebody has taken the “?” out.
"""

from __future__ import annotations

import copy
import difflib
import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from textwrap import wrap

from auditcheck.checklist import load_chosen
from auditcheck.conditions import RESERVED, plain
from auditcheck.dictionary import SHIPPED, folded, load_dictionary
from auditcheck.names import Column, Fact, Names, PickDate, Type
from auditcheck.patterns import leaves_of
from auditcheck.patterns.gaps_between import GapsBetween
from auditcheck.problems import ChecklistStop, ExtractStop, listed, one_of
from auditcheck.result import ColumnSeen, Holds, Inspection, TableSeen, unfit
from auditcheck.suggest import fits, is_start, one_of_many, starts

#: Facts that a team's sheet need not have: a case without them has not ended, sees people as usual, is in no prison.
_MAY_BE_MISSING = {
    "end_date": "Do ended cases come off this sheet?",
    "contact_suspended_from": "Is nobody's contact suspended (Probation Reset)?",
    "recalled_on": "Is nobody recalled to custody?",
}
#: What is to stand in a column, where a heading alone may mislead.
_TO_BE = {
    "start_date": "An order counts from the day of sentence, a licence from the latest release.",
    "recalled_on": "From that day on the person is in custody again.",
}
#: Who has one of these orders is on no licence, and cannot be recalled.
_NO_LICENCE = frozenset({"community_order", "suspended_sentence_order"})
#: What follows from a column of a sheet: from when days count. It is the start, where the sheet does not say since when
#: it has been so.
_FROM_THE_START = {
    "rosh": ("high_risk_start", "medium_risk_start"),
    "domestic_abuse_indicated": ("police_enquiry_needed",),
    "child_safeguarding_indicated": ("safeguarding_enquiry_needed",),
    "rar_ordered": ("rar_start",),
}
#: Of an event that is any of several the one that is enough, where the others only show that it was there.
_ENOUGH = {
    "police_enquiry_made": "police_enquiry_sent",
    "safeguarding_enquiry_made": "safeguarding_enquiry_sent",
}
#: Days that checklists look at beside failures to comply: the event that is one, what else is, and what is asked where
#: a sheet has not that event.
_OF_A_BREACH = {
    "breach_requested_on": (("breach_requested", "recall_requested"), "Is nobody in breach?"),
    "breach_ended_on": (("breach_proceedings_ended", "recalled_on"), "Has no breach ended?"),
}
#: What a sheet has a column for where the base's event is more: a recall ends a breach too, and stands elsewhere.
_PART_OF = {"breach_ended": "breach_proceedings_ended"}
_NONE_HAS_IT = "no column is known to have it"
_GOES_WITH = "goes with its column"
_RESTS = "not read until an event or a fact rests on it"
_OF_TYPE = {Holds.DATES: Type.DATE, Holds.YES_NO: Type.YES_NO, Holds.NUMBERS: Type.NUMBER, Holds.CODES: Type.CODE}


@dataclass
class Question:
    """What a line asks: `about` what in the extract, whether it is `name`, or perhaps one of the `others`."""

    about: str
    name: str
    others: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()  # every name that it can be; none: yes or no only
    headings: tuple[str, ...] = ()  # of columns that may have it: one of them is an answer too
    asks: str = ""  # where it is not whether it is `name`
    means: str = ""  # what is to stand there, or what can be asked with it
    if_not: str = ""  # what follows from no, and when it is yes all the same
    must: bool = False  # yes is no answer: nothing can do without it
    without: tuple[str, str] = ("", "")  # the fact or event that a no takes away, and a heading that it could have


@dataclass
class Node:
    """A line of the draft, with the lines under it. `value` is YAML; a node without one has `below`. `codes`
    are those of a value of a coded column, of them `doubtful` the ones that its question is about. `headed` is
    the value with another heading in place of its braces. `rests_on` is the column without which the line goes;
    its name stands in the braces of the value. A line that follows from others stands where all that it `needs` does,
    with those of its `parts` that are there, by their names or `by_days`. An event that has rows of its own, and not
    one day for each case, has its `table`, and `day`, the fact with the last of them. `first_only` are the events of
    which a column with one day for each case has the first."""

    key: str
    value: str = ""
    comment: str = ""
    below: list[Node] = field(default_factory=list)
    question: Question | None = None
    codes: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    headed: str = ""
    rests_on: Node | None = None
    needs: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    by_days: bool = False
    table: str = ""
    day: str = ""
    first_only: frozenset[str] = frozenset()

    @property
    def follows(self) -> bool:
        """Does it follow from other lines, and not where another says what it is?"""
        return bool(self.needs or self.parts)

    @property
    def last_day(self) -> str:
        """What has the last day of it: a column of the cases, or a fact; "" where nothing has."""
        if self.table or self.follows:
            return self.day
        return self.rests_on.key if self.rests_on else self.key

    def called(self, name: str) -> str:
        """What it is called where it is `name`: of an event of which a sheet has a part, that part."""
        return _PART_OF.get(name, name) if self.rests_on else name


@dataclass
class Draft:
    """A dictionary to be: `text()` is the file."""

    heading: tuple[str, ...]
    nodes: list[Node]
    ending: tuple[str, ...] = ()

    def questions(self) -> list[Node]:
        """The lines that are still questions, from top to bottom."""
        return [node for node in _every(self.nodes) if node.question]

    def answer(self, node: Node, name: str) -> None:
        """The line is what `name` says; "" that it is not what was asked, so that it goes. A code that is
        none of the value asked about leaves the value as it was."""
        siblings = _siblings(self.nodes, node)
        question, node.question = node.question, None
        if node.codes:
            node.codes = tuple(code for code in node.codes if name == node.key or code not in node.doubtful)
            node.comment = ""
            other = next((one for one in siblings if one.key == _scalar(name) and one is not node), None)
            if other is not None:
                other.codes = (*other.codes, *node.doubtful)
            if not node.codes:
                siblings.remove(node)
        elif question is not None and name in question.headings:
            node.value = node.headed.format(_list([name]))
            node.comment = ""
        elif name:
            node.key = name = node.called(name)
            siblings[:] = [one for one in siblings if one is node or one.key != name or not one.follows]
        else:
            siblings.remove(node)
            for line in [line for line in _every(self.nodes) if line.rests_on is node]:
                _siblings(self.nodes, line).remove(line)

    def taken(self, node: Node, name: str) -> bool:
        """Does another line say already what is `name`?"""
        beside, name = _siblings(self.nodes, node), node.called(name)
        return not node.codes and any(one.key == name and one is not node and not one.follows for one in beside)

    def likely(self) -> Draft:
        """The same with every question answered by what is thought likely."""
        draft = copy.deepcopy(self)
        for node in draft.questions():
            if node.question and node.question.must:
                node.value = node.headed.format(_list([f"the column of {node.key}"]))  # until it is told
            draft.answer(node, node.key if node.question and node.question.name else "")
        return draft

    def text(self) -> str:
        asked = len(self.questions())
        lines = [f"# {line}" for line in self.heading]
        ends = [f"# {line}" for line in self.ending]
        if asked:
            lines += [
                f"# {'A line is a question' if asked == 1 else f'{asked} lines are questions'}: their names end in “?”."
                " If one is right, take the “?” out. If not,",
                "# put the right name in its place, or delete the line with all that is under it, and all others that "
                "name it.",
            ]
        return "\n".join([*lines, *_written(self.nodes, 0, self.names()), *ends]) + "\n"

    def names(self) -> dict[str, Node]:
        """By name, the lines of the cases' columns, of facts and of events that stand in the file, in this order."""
        top = {node.key: node.below for node in self.nodes}
        columns = [one for node in top.get("cases", ()) if node.key == "columns" for one in node.below]
        there = {node.key: node for node in columns}
        lines = [*top.get("facts", ()), *top.get("events", ())]
        there |= {node.key: node for node in lines if not node.follows}
        for node in lines:
            enough = any(part in there for part in node.parts) and all(name in there for name in node.needs)
            if node.follows and node.key not in there and enough:
                there[node.key] = node
        return there


def draft(found: Inspection, names: Names, name: str, extends: str, today: date) -> Draft:
    """The dictionary called `name` of what was `found`, with questions for what is not certain.

    An extract with tables of its base is described by what differs from it: `extends` is what the base is
    called in a dictionary. A team's own sheets are described whole. Raises ExtractStop where two columns of one
    of them are headed as the same.
    """
    heading = (
        f"What the columns of {_on_one_line(found.about.extract)} hold: drafted by auditcheck inspect on {today}.",
        "A column that is not named here is not read. Without “as_at: YYYY-MM-DD” an audit looks from today.",
    )
    # what ships describes nDelius; a dictionary of one's own is gone on with, whatever it describes
    if found.flat and extends == SHIPPED:
        for seen in found.tables:
            _no_column_twice(seen)
        whole = _Whole(names, found.tables)
        drafted = Draft(heading, [*_begin(name, ""), *whole.nodes()])
        drafted.ending = whole.not_found(drafted.names())
        try:
            asks_of = load_dictionary(Path("draft.yaml"), drafted.likely().text().encode())
        except ChecklistStop:
            asks_of = names  # it will be told where the draft is to be written
        else:
            _with_gains(drafted, names, asks_of)
        return _with_costs(drafted, asks_of, "asked")
    return _with_costs(Draft(heading, [*_begin(name, extends), *_differing(names, found.tables)]), names, "told")


def _no_column_twice(seen: TableSeen) -> None:
    """Raises ExtractStop where two columns of a sheet are the same: which of them counts is not for a draft to say."""
    first: dict[str, str] = {}
    for column in seen.columns:
        if column.name and (other := first.setdefault(column.name, column.heading)) != column.heading:
            raise ExtractStop(
                f"{seen.shown}: columns {_shown(other)} and {_shown(column.heading)} are both “{column.name}”."
                " Keep one of them, or give one another heading; then draft again."
            )


def _with_costs(drafted: Draft, names: Names, becomes: str) -> Draft:
    """The draft, with what follows from a no beside the questions that take something away. `names` are those that
    it brings, and only what can be asked with them is lost."""
    for node in drafted.questions():
        question = node.question
        if question and question.without[0]:
            name, heading = question.without
            lost = _lost(names, name, becomes)
            added = f"if a column “{heading}” will be added for it"
            question.if_not = f"If not, {lost}; {added}, yes is right."
            node.comment = f"{node.comment} If so, or {added}, take the “?” out. If not, delete the line: {lost}."
    return drafted


def _with_gains(drafted: Draft, names: Names, asks: Names) -> None:
    """Says beside the questions of which a yes adds nothing what else is wanting. `names` are the base's, and `asks`
    what the draft brings."""
    structure = {names.start, names.end, names.label, *names.key}
    structure |= {word for group in names.groups.values() for word in (group.code, group.label)}
    asked, following = _ids(asks), [node for node in drafted.names().values() if node.follows]
    for node in drafted.questions():
        question, name = node.question, node.key
        if question is None or question.must or question.without[0] or name in structure:
            continue
        if _is_part(names, name) or _is_part(asks, name):
            continue  # what is made of a part is another matter: it moves a day, or is one way of several
        rest = {name, *(line.key for line in following if name in line.needs)}
        if name not in {*names.facts, *names.events} or asked != _ids(_less(asks, rest)):
            continue
        item, wanting = _wanting(asks, name)
        adds = f"By itself it adds nothing: {f'{item} needs {listed(wanting)} too' if item else 'no item needs it'}."
        question.means = f"{question.means} {adds}".strip()
        node.comment = _then(node.comment, adds)


def _ids(names: Names) -> set[str]:
    """The items that ship and can be asked with these names."""
    return {item.id for checklist in load_chosen((), names) for item in checklist.items}


def _less(names: Names, less: Container[str]) -> Names:
    """The same without these facts and events."""
    facts = {name: fact for name, fact in names.facts.items() if name not in less}
    events = {name: event for name, event in names.events.items() if name not in less}
    return replace(names, facts=facts, events=events)


def _is_part(names: Names, name: str) -> bool:
    """Does the dictionary make another fact or event of it?"""
    made = (fact.definition for fact in names.facts.values())
    sources = set(names.events[name].sources) if name in names.events else set()
    return any(isinstance(of, PickDate) and name in of.facts for of in made) or any(
        sources and sources < set(event.sources) for event in names.events.values()
    )


def _wanting(names: Names, name: str) -> tuple[str, list[str]]:
    """The item that looks for `name` and lacks least beside it, and what that is; nothing for no such item."""
    less = {an_id: lacking for of in load_chosen((), _less(names, {name})) for an_id, lacking in of.not_asked}
    found = [
        (len(lacking), an_id, [word.partition(" (")[0] for word in lacking])
        for of in load_chosen((), names)
        for an_id, lacking in of.not_asked
        if any(word.partition(" (")[0] == name for word in less[an_id])
    ]
    return min(found)[1:] if found else ("", [])


def _begin(name: str, extends: str) -> list[Node]:
    base = [Node("extends", _scalar(extends))] if extends else []
    return [Node("dictionary", _slug(name, "-") or "extract"), Node("version", '"1"'), *base]


# ── an export: what differs from the base ────────────────────────────────────────────────────────


def _differing(names: Names, tables: Sequence[TableSeen]) -> list[Node]:
    nodes: list[Node] = []
    others: list[Node] = []
    for seen in tables:
        table = seen.table or seen.may_be
        if not table:
            continue
        columns = [node for column in seen.columns if (node := _differs(names, table, seen, column))]
        if table == "cases":
            there = {column.name or "".join(column.may_be[:1]) for column in seen.columns}
            asked = {name: asks for name, asks in _MAY_BE_MISSING.items() if name in names.cases.columns}
            columns += _may_be_missing(names, seen, there, asked)
        suggested = {name for column in seen.columns for name in column.may_be[:1]}
        keyless = _keyless(names, table, seen)
        columns += [Node(name, "{required: no}") for name in keyless]
        columns += [_which(names, table, seen, name) for name in seen.needs if name not in {*suggested, *keyless}]
        below = [Node("columns", below=columns)] if columns else []
        if keyless:
            why = f"{listed([plain(name) for name in keyless])} is not there: a row that stands twice counts twice"
            below.insert(0, Node("key", "[]", why))
        words = (table, *names.tables[table].headings)
        if len(tables) > 1 and folded(seen.name) not in map(folded, words):
            below = [Node("headings", _list([*words[1:], seen.name])), *below]
        if not below:
            continue
        node = Node(table, comment=f"{seen.shown}", below=below)
        if not seen.table:
            node.question = Question(f"{seen.shown}, {seen.rows:,} rows", table, allowed=tuple(names.tables))
        (nodes if table == "cases" else others).append(node)
    if others:
        nodes.append(Node("tables", below=others))
    return nodes


def _keyless(names: Names, table: str, seen: TableSeen) -> tuple[str, ...]:
    """The columns that tell the rows of a table apart, where the sheet has them not and no column that may be one.
    Without a key rows that stand twice are not found, and nothing else is lost: but not where others refer to it."""
    of = names.tables[table]
    lacking = tuple(name for name in of.key if name in seen.needs and name not in of.link)
    others = (column.look_up for each in names.tables.values() for column in each.columns.values())
    referred = table == "cases" or any(way is not None and way.table == table for way in others)
    may_be = any(not (c.name or c.personal) and c.filled and c.different == c.filled for c in seen.columns)
    return () if referred or may_be else lacking


def _which(names: Names, table: str, seen: TableSeen, name: str) -> Node:
    """The question which column has what nothing is audited without."""
    known = names.tables[table].columns[name]
    perhaps = tuple(
        column.heading
        for column in seen.columns
        if fits(known.type, column.holds) and not (column.name or column.may_be or column.personal)
    )
    means = _TO_BE.get(name, "") if table == "cases" else ""
    spec = f"{{headings: {_list(['?', *known.headings])}}}"
    return _wanted(seen, name, spec, "{{headings: {}}}", perhaps, means)


def _wanted(seen: TableSeen, name: str, spec: str, headed: str, perhaps: tuple[str, ...], means: str) -> Node:
    """The line of a column that nothing can do without, and the question which it is."""
    which = f" Perhaps {one_of(list(map(_shown, perhaps)))}." if perhaps else ""
    comment = f"which column is it? Put its heading in place of the “?” in quotes.{which} {means}".rstrip()
    question = Question(f"{seen.shown}: which column has {name}?", name, headings=perhaps, means=means, must=True)
    return Node(name, spec, comment, question=question, headed=headed)


def _may_be_missing(names: Names, seen: TableSeen, there: Container[str], asked: Mapping[str, str]) -> list[Node]:
    """Questions for the facts that items rest on, and that a sheet may have no column for."""
    nodes = []
    for name, asks in asked.items():
        known = names.cases.columns.get(name)
        headings = known.headings if known else (plain(name).capitalize(),)
        if name not in there and name in names.facts and not (known and known.may_be_missing):
            perhaps = _no_start(_of_kind(seen, Holds.DATES))
            nodes.append(_no_column(seen, name, headings, asks, perhaps, takes=name))
    return nodes


def _no_column(
    seen: TableSeen, name: str, headings: Sequence[str], asks: str, perhaps: tuple[str, ...], takes: str
) -> Node:
    """The line of a day that no column is known to have, and the question whether there is nothing of it. A no takes
    away the fact or event that it `takes`."""
    spec = f"{{type: date, blank: not happened, may_be_missing: yes, headings: {_list(headings)}}}"
    put = f" If it is {one_of(list(map(_shown, perhaps)))}, put that in." if perhaps else ""
    about = f"{seen.shown}: no column is known to have {name}"
    question = Question(about, name, headings=perhaps, asks=asks, without=(takes, headings[0]))
    headed = "{{type: date, blank: not happened, headings: {}}}"
    return Node(name, spec, f"{_NONE_HAS_IT}: {asks}{put}", question=question, headed=headed)


def _may_have_licences(names: Names, seen: TableSeen) -> bool:
    """May one of the cases be a licence? Not where each is known to be something else."""
    orders = next((column for column in seen.columns if "order_type" in (column.name, *column.may_be[:1])), None)
    values = names.cases.columns["order_type"].values or {}
    known = {word.upper(): value for value, codes in values.items() for word in (value, *codes)}
    if orders is None or orders.blank or not orders.codes:
        return True
    return any((known.get(code.upper()) or _likely(code, values)) not in _NO_LICENCE for code, _ in orders.codes)


def _lost(names: Names, name: str, becomes: str) -> str:
    """What follows where a fact or event is in no column: how much of what ships, and can be asked with these names,
    cannot any more; or be told, where the base goes on to know the column."""
    asked = {of.name: [item.id for item in of.items] for of in load_chosen((), names)}
    left = _ids(_less(names, {name}))
    lost = [item for items in asked.values() for item in items if item not in left]
    whole = sum(bool(items) and left.isdisjoint(items) for items in asked.values())
    among = f", all of {whole} checklist{'' if whole == 1 else 's'} among them," if whole else ""
    what = lost[0] if len(lost) == 1 else f"{len(lost)} items{among}"
    return f"{what} cannot be {becomes}" if lost else "no item is lost by that"


def _of_kind(seen: TableSeen, holds: Holds) -> tuple[str, ...]:
    """The headings of the columns of that kind of which nothing is known."""
    return tuple(
        column.heading
        for column in seen.columns
        if column.holds is holds and not (column.name or column.may_be or column.personal)
    )


def _no_start(headings: Iterable[str]) -> tuple[str, ...]:
    """Those that may be a day on which something stopped: no start, release or sentence, and no last one of several."""
    return tuple(
        heading for heading in headings if not (starts(heading) or is_start(heading)) and one_of_many(heading) != "last"
    )


def _differs(names: Names, table: str, seen: TableSeen, column: ColumnSeen) -> Node | None:
    """The line of a column that the base does not know so; None where it knows all of it."""
    where = f"{seen.shown}, column {_shown(column.heading)} ({_holds(column)})"
    if column.name:
        known = names.tables[table].columns.get(column.name)
        is_start = table == "cases" and column.name == names.start
        if known is not None and is_start and (others := _other_start(seen, column)):
            node = Node(known.name, f"{{headings: {_list(known.headings)}}}", headed="{{headings: {}}}")
            return _of_a_start(node, where, column, others, licences=_may_have_licences(names, seen))
        if known is None or known.values is None or not _unknown(column, known):
            return None
        return Node(column.name, below=[_values(column, known, where)])
    if not column.may_be:
        return None
    known = names.tables[table].columns.get(column.may_be[0])
    if known is None:
        return None  # a fact or an event, which the base has already
    # the extract's own comes first: messages call the column by it
    spec = f"{{headings: {_list([column.heading, *known.headings])}}}"
    asks = Question(where, known.name, column.may_be[1:], _names_of(names.tables[table].columns, column.holds))
    node = Node(known.name, spec, _holds(column), question=asks)
    if known.values is not None and _unknown(column, known):
        node.value = ""
        node.below = [Node("headings", _list([column.heading, *known.headings])), _values(column, known, where)]
    return node


def _other_start(seen: TableSeen, column: ColumnSeen) -> tuple[str, ...]:
    """The headings of the columns with what `column`, the start of the cases, does not hold by its heading: the days of
    release beside a day of sentence, or the other way round."""
    said = starts(column.heading)
    wanted = {"release"} if "release" not in said else {"sentence"} if said == {"release"} else set[str]()
    return tuple(
        other.heading
        for other in seen.columns
        if other is not column and other.holds is Holds.DATES and not other.personal and wanted & starts(other.heading)
    )


def _of_a_start(node: Node, where: str, column: ColumnSeen, others: tuple[str, ...], *, licences: bool) -> Node:
    """The line of the start with what is to stand there; a question where it stands in two columns. Of a day of
    sentence beside one of release neither is right for all where there may be `licences`: no mere yes will do, for each
    of them would be overdue from its first day."""
    means = _TO_BE["start_date"]
    said = starts(column.heading)
    if others:
        by = "order" if said == {"release"} else "licence"
        means += (
            f" {one_of(list(map(_shown, others)))} stands beside it: with {_shown(column.heading)} alone every {by} may"
            " count from the wrong day. Where there are orders and licences, add a column with the right day of each,"
            " and put its heading here."
        )
    if node.question is None and others:
        node.question = Question(where, node.key, asks=f"Is {_shown(column.heading)} right for every case?")
    if node.question is not None:
        node.question.means, node.question.headings = means, others
        if others and said and licences:
            both = (column.heading, *others)
            node.value = node.headed.format(_list(["?"]))
            node.comment = "which column is it? Put its heading in place of the “?” in quotes."
            node.comment += f" Perhaps {one_of(list(map(_shown, both)))}."
            node.question.headings, node.question.must, node.question.asks = both, True, ""
        node.comment = _then(node.comment, means)
    return node


def _names_of(columns: Mapping[str, Column | Fact], holds: Holds) -> tuple[str, ...]:
    """The names that a column with such cells can have."""
    return tuple(name for name, column in columns.items() if fits(column.type, holds))


# ── a team's own sheets: the whole of it ─────────────────────────────────────────────────────────


class _Whole:
    """Every table, with the facts and events that its columns bring."""

    def __init__(self, names: Names, tables: Sequence[TableSeen]) -> None:
        self.names = names
        self.tables = tables
        self.facts: list[Node] = []
        self.events: list[Node] = []
        self.taken: dict[str, set[str]] = {}  # names of a team's own columns, by table
        self.there: dict[str, set[str]] = {}  # names of the base's, by table
        self.whose: list[str] = []  # the columns that say whose a row is
        self.words = _every_code(names)
        leaves = [leaf for of in load_chosen((), names) for item in of.items for leaf in leaves_of(item.met_if)]
        again = {leaf.gaps_between for leaf in leaves if isinstance(leaf, GapsBetween)}
        sources = [set(event.sources) for name, event in names.events.items() if name in again]
        # and what one of them is made of
        self.again_and_again = frozenset(
            name for name, event in names.events.items() if any(set(event.sources) <= of for of in sources)
        )

    def nodes(self) -> list[Node]:
        cases = next((seen for seen in self.tables if "cases" in (seen.table, seen.may_be)), None)
        if cases is None:
            return []
        nodes = [self._cases(cases)]
        apart = [seen for seen in self.tables if seen.headed_like]
        others = [node for seen in self.tables if seen not in (cases, *apart) and (node := self._table(seen))]
        if others:
            nodes.append(Node("tables", below=others))
        self._follow()
        if self.facts:
            hint = "since when it has been so is only there where a column says it: else the days count from the start"
            nodes.append(Node("facts", below=self.facts, comment=hint))
        if self.events:
            hint = "more, and facts that count rows: see the language of checklists"
            nodes.append(Node("events", below=self.events, comment=hint))
        return nodes

    def _follow(self) -> None:
        """Adds the facts and events that the base makes of others, of as many of them as the sheets have."""
        for column, facts in _FROM_THE_START.items():
            for name in facts:
                of = self.names.facts[name].definition
                if isinstance(of, PickDate):
                    self.facts.append(Node(name, "{{latest: [{}]}}", needs=(column,), parts=of.facts))
        if "failure_to_comply" in {event.key for event in self.events}:
            for name, (parts, _) in _OF_A_BREACH.items():
                self.facts += [self._last(event) for event in self.events if event.table and event.key in parts]
                self.facts.append(Node(name, "{{latest: [{}]}}", needs=parts[:1], parts=parts, by_days=True))
        for name, part in _PART_OF.items():
            self.events.append(Node("recalled", "{{from: cases, date: {}}}", needs=(part,), parts=("recalled_on",)))
            self.events.append(Node(name, "{{any: [{}]}}", needs=(part,), parts=(part, "recalled")))
        events = self.names.events
        for name, event in events.items():
            inside = {one: of.sources for one, of in events.items() if set(of.sources) < set(event.sources)}
            whole = tuple(one for one in inside if not any(set(inside[one]) < set(of) for of in inside.values()))
            if whole and name not in {one.key for one in self.events}:
                once = ", once_a_day: yes" if event.once_a_day else ""
                needs = (_ENOUGH[name],) if name in _ENOUGH else whole
                self.events.append(Node(name, f"{{{{any: [{{}}]{once}}}}}", needs=needs, parts=whole))

    def _last(self, event: Node) -> Node:
        """The fact with the last day of an event that has rows of its own, by which other facts name it."""
        assert event.rests_on is not None
        day, event.day = event.rests_on.key, f"last_{event.key}"
        of_case = f"where: {{{{{day}: {{{{on_or_after: case.{self.names.start}}}}}}}}}"
        return Node(event.day, f"{{{{last: {day}, from: {event.table}, by: {day}, {of_case}}}}}", parts=(event.key,))

    def _cases(self, seen: TableSeen) -> Node:
        base = self.names
        columns: list[Node] = []
        there: set[str] = set()
        for column in seen.columns:
            if node := self._column("cases", seen, column):
                columns.append(node)
                there.add(node.key)
        certain = {column.name for column in seen.columns}
        self.whose = [name for name in base.key if name in certain] or [base.key[0]]
        missing = [name for name in (self.whose[0], base.start) if name not in there]
        for name in missing:
            of = base.cases.columns[name]
            perhaps = _of_kind(seen, Holds.DATES if of.type is Type.DATE else Holds.TEXT)
            spec = self._spec(of, "?")
            columns.append(_wanted(seen, name, spec, _template(spec), perhaps, _TO_BE.get(name, "")))
        events = {node.key for node in self.events}
        if "police_enquiry_sent" in events and "police_liaison" in base.events and "police_liaison" not in events:
            columns.append(self._chased(seen))
        asked = dict(_MAY_BE_MISSING)
        if not _may_have_licences(base, seen):
            del asked["recalled_on"]
        if "failure_to_comply" in events:
            asked |= {name: asks for name, (parts, asks) in _OF_A_BREACH.items() if parts[0] not in events}
        columns += _may_be_missing(base, seen, there, asked)
        if "recalled_on" not in asked:
            for line in _may_be_missing(base, seen, there, {"recalled_on": ""}):
                line.question = None
                line.comment = "nobody here is on licence: when somebody is, add a column headed so"
                columns.append(line)
        parts = [Node("headings", _list([seen.name]))]
        key = Node("key", _list(self.whose))
        whose = next((column for column in seen.columns if column.name == self.whose[0]), None)
        if len(self.whose) == 1 and whose is not None and whose.different < whose.filled:
            key.comment = "some rows repeat it: name also the column that tells a person's orders apart"
            key.question = Question(f"{seen.shown}: {key.comment}", "key", asks=f"Is {self.whose[0]} alone the key?")
        parts += [key, Node("start", base.start)]
        by_name = {node.key: node for node in columns}
        for word, resting in (("end", base.end), ("label", base.label)):
            if resting in by_name:
                parts.append(Node(word, resting, _GOES_WITH, needs=(resting,)))
        if base.end in by_name:  # a case that ended before it began would be left out without a word
            parts.append(Node("in_order", f"[[{base.start}, {base.end}]]", _GOES_WITH, needs=(base.end,)))
        groups = [
            Node(name, "{{code: {}}}", rests_on=by_name[of.code])
            for name, of in base.groups.items()
            if of.code in by_name
        ]
        parts += [Node("group_by", below=groups)] if groups else []
        parts.append(Node("columns", below=columns))
        node = Node("cases", below=parts, comment=self._unread(seen))
        apart = [one for one in self.tables if one.headed_like]
        if apart:
            beside = f"left out, headed like it: {', '.join(one.shown for one in apart)} (see --sheet)"
            node.comment = f"{node.comment}; {beside}" if node.comment else beside
        if not seen.table:
            node.question = Question(f"{seen.shown}, {seen.rows:,} rows", "cases", asks="Does it hold the cases?")
            if apart:
                node.question.if_not = (
                    f"--sheet {_typed(apart[0].name)} takes {apart[0].shown} in its place, which is headed like it."
                )
        return node

    def _chased(self, seen: TableSeen) -> Node:
        """The question whether it is noted that the police were chased: without an answer to it “enquiry
        returned” cannot be asked, because a gap may be excused by it."""
        asks, perhaps = "Is it noted nowhere that the police were chased?", _of_kind(seen, Holds.DATES)
        column = _no_column(seen, "police_chased", ("Police chased",), asks, perhaps, takes="police_liaison")
        self.events.append(Node("police_liaison", "{{from: cases, date: {}}}", _GOES_WITH, rests_on=column))
        return column

    def not_found(self, there: Container[str]) -> tuple[str, ...]:
        """What the checklists ask for and no column is known to be, to be written in by hand; `there` is what is."""
        of_tables = {column for taken in self.there.values() for column in taken}
        events = [name for name in self.names.events if name not in there]
        facts = [n for n, fact in self.names.facts.items() if fact.definition and n not in there and n not in of_tables]
        return (
            "Of what the checklists rest on, nothing here is known to be the following. If a column is one of them,",
            "write it as above: an event from a column of dates, a fact from a column of its own or counted from rows.",
            "A column with the first day alone needs “first_only: yes”; one with the last day alone is no event.",
            *wrap(f"events: {', '.join(events)}", 116, subsequent_indent="  "),
            *wrap(f"facts: {', '.join(facts)}", 116, subsequent_indent="  "),
        )

    def _table(self, seen: TableSeen) -> Node | None:
        """A sheet with rows of cases; None for one that says not whose they are, or nothing else."""
        own = seen.table or seen.may_be
        name = own or _slug(seen.name, "_") or "sheet"
        columns = [node for column in seen.columns if (node := self._column(own or name, seen, column))]
        whose = [word for word in self.whose if any(node.key == word for node in columns)]
        if not whose or len(columns) < 2:
            return None
        parts = [Node("headings", _list([seen.name]))] if not seen.table else []
        parts.append(Node("link", _list(whose)))
        if own and self.names.tables[own].may_be_empty:
            parts.append(Node("may_be_empty", "yes"))
        parts.append(Node("columns", below=columns))
        node = Node(name, below=parts, comment=self._unread(seen))
        if own and not seen.table:
            node.question = Question(f"{seen.shown}, {seen.rows:,} rows", name, allowed=tuple(self.names.tables))
        return node

    def _column(self, table: str, seen: TableSeen, column: ColumnSeen) -> Node | None:
        """The line of a column, and of the event that it brings; None where it is not read."""
        if column.personal:
            return None
        where = f"{seen.shown}, column {_shown(column.heading)} ({_holds(column)})"
        of = self.names.tables[table].columns if table in self.names.tables else self.names.cases.columns
        name = column.name or (column.may_be[0] if column.may_be else "")
        facts = _names_of(self.names.facts if table == "cases" else of, column.holds)
        question = None if column.name else Question(where, name, column.may_be[1:], facts)
        if name in of or name in self.names.facts:
            self.there.setdefault(table, set()).add(name)
        if name in of:
            node = self._known(of[name], column, where, question)
            if (table, name) == ("cases", self.names.start):
                node.headed = _template(self._spec(of[name], "?"))
                licences = _may_have_licences(self.names, seen)
                _of_a_start(node, where, column, _other_start(seen, column), licences=licences)
            return node
        if name in self.names.events:
            slug, name = self._named(table, column.heading), _PART_OF.get(name, name)
            says = f"{where}; a blank is: it has not happened"
            asks = Question(says, name, column.may_be[1:], tuple(self.names.events))
            codes = [_slug(c.heading, "_") for c in seen.columns if self._is_own(seen, c) and c.holds is Holds.CODES]
            left = [c for c in seen.columns if c.holds is Holds.CODES and not (c.name or c.personal)]
            some = f"where: {{{codes[0]}: [CODE]}}" if codes else "the column that tells them apart, and a where of it"
            only = f"every row of it; for some of them add: {some}" if codes or (left and table != "cases") else ""
            line = self._of_dates(slug, column, always=table != "cases")
            event = f"{{{{from: {table}, date: {{}}{{}}}}}}"
            node = Node(name, event, only, question=asks, rests_on=line, table="" if table == "cases" else table)
            if table == "cases":
                self._of_one_day(node, column.heading)
            self.events.append(node)
            return line
        if name in self.names.facts:
            fact = self.names.facts[name]
            blank = ", blank: not happened" if fact.type is Type.DATE else ""
            spec = f"{{type: {fact.type}{blank}, headings: {_list([column.heading])}}}"
            node = Node(name, spec, _holds(column), question=question)
            if question is not None and (means := _TO_BE.get(name, "")):
                question.means, node.comment = means, _then(node.comment, means)
            return node
        return self._own(table, column) if table != "cases" and self._is_own(seen, column) else None

    def _of_one_day(self, node: Node, heading: str) -> None:
        """Says of which events a column with one day for each case holds the first alone: every one where it is headed
        so, else those that must come again and again, of which one day would be taken for a gap."""
        if one_of_many(heading) == "first":
            # the first of what is a first one by itself is all of it
            every = {*self.names.events, *_PART_OF.values()}
            node.first_only = frozenset(name for name in every if one_of_many(name) != "first")
            means = "Later ones are not there: items that look for every one are not asked."
        else:
            node.first_only = self.again_and_again
            means = "One day of each case is there: yes if it is the first, no if it is the last."
        if node.question is not None and node.key in node.first_only:
            node.question.means, node.comment = means, means

    @staticmethod
    def _of_dates(name: str, column: ColumnSeen, *, always: bool) -> Node:
        """A column of dates of a team's own. `always`: where none is blank, every row must have one."""
        blank = "required: yes" if always and not column.blank else "blank: not happened"
        return Node(name, f"{{type: date, {blank}, headings: {_list([column.heading])}}}", _fits(column))

    def _named(self, table: str, heading: str) -> str:
        """A name for a column of a team's own, of no other column, event or word of the language."""
        slug = _slug(heading, "_") or "column"
        if slug in RESERVED or slug in self.names.events or (table == "cases" and slug in self.names.facts):
            slug = f"{slug}_on_sheet"
        taken = self.taken.setdefault(table, set())
        name, number = slug, 1
        while name in taken:
            number += 1
            name = f"{slug}_{number}"
        taken.add(name)
        return name

    def _known(self, known: Column, column: ColumnSeen, where: str, question: Question | None) -> Node:
        comment = "" if question is None else _holds(column)
        if known.values is None:
            return Node(known.name, self._spec(known, column.heading), comment, question=question)
        below = [Node("type", "code"), Node("headings", _list([column.heading])), _values(column, known, where)]
        return Node(known.name, below=below, comment=comment, question=question)

    def _is_own(self, seen: TableSeen, column: ColumnSeen) -> bool:
        """Is it a column of a team's own sheet, of dates or of codes? Texts that the dictionary has nowhere may be
        anything, names too: they stay where they are."""
        if "cases" in (seen.table, seen.may_be) or column.name or column.personal:
            return False
        codes = [code.casefold() for code, _ in column.codes]
        return column.holds is Holds.DATES or (
            column.holds is Holds.CODES and bool(codes) and self.words.issuperset(codes)
        )

    def _unread(self, seen: TableSeen) -> str:
        """Which columns of a sheet are left where they are."""
        left = [
            _shown(column.heading) + (f" ({why})" if (why := column.personal or _unfit(column)) else "")
            for column in seen.columns
            if column.personal or not (column.name or column.may_be or self._is_own(seen, column))
        ]
        return f"not read: {', '.join(left)}" if left else ""

    def _own(self, table: str, column: ColumnSeen) -> Node:
        """A column of a team's own sheet: dates, or codes that stand for themselves."""
        headings = f"headings: {_list([column.heading])}"
        slug = self._named(table, column.heading)
        if column.holds is Holds.DATES:
            line = self._of_dates(slug, column, always=True)
            line.comment = f"{line.comment}; {_RESTS}" if line.comment else _RESTS
            return line
        codes = [code for code, _ in column.codes]
        return Node(slug, f"{{type: code, values: {_list(codes)}, {headings}}}", _RESTS)

    @staticmethod
    def _spec(known: Column, heading: str) -> str:
        parts = [f"type: {known.type}"]
        parts += ["required: yes"] if known.required else []
        parts += ["planned: yes"] if known.planned else []
        if known.blank is not None:
            said = {True: "yes", False: "no"}
            parts.append(f"blank: {said[known.blank] if isinstance(known.blank, bool) else known.blank}")
        parts += [f"pattern: {json.dumps(known.rules.pattern)}"] if known.rules.pattern else []
        return f"{{{', '.join([*parts, f'headings: {_list([heading])}'])}}}"


def _template(spec: str) -> str:
    """The value of a line whose heading is asked for, with braces for `format` where the headings are to stand."""
    return spec.replace("{", "{{").replace("}", "}}").replace('["?"]', "{}")


def _every_code(names: Names) -> frozenset[str]:
    """Every code of the dictionary, and every value."""
    coded = [c.values for table in names.tables.values() for c in table.columns.values() if c.values]
    return frozenset(w.casefold() for values in coded for value, codes in values.items() for w in (value, *codes))


# ── codes ────────────────────────────────────────────────────────────────────────────────────────


def _values(column: ColumnSeen, known: Column, where: str) -> Node:
    """The codes of a column: the base's, with those beside them that the extract has."""
    assert known.values is not None
    more: dict[str, list[tuple[str, int]]] = {}
    for code, times in _unknown(column, known):
        more.setdefault(_likely(code, known.values), []).append((code, times))
    nodes = []
    unlike = more.pop("", [])
    asked = [(code, times) for code, times in unlike if _is_code(code)] if _is_of_codes(column, known) else []
    unnamed = sum(times for _, times in unlike) - sum(times for _, times in asked)
    for value, codes in known.values.items():
        likely = more.get(value, [])
        found = tuple(code for code, _ in likely)
        node = Node(_scalar(value), codes=(*codes, *found), doubtful=found)
        if likely:
            node.comment = ", ".join(f"{_cells(times)} with {_shown(code)}" for code, times in likely)
            node.question = Question(f"{where}: {node.comment}", value, (), tuple(known.values))
        nodes.append(node)
    for code, times in asked:
        comment = f"{_cells(times)}: which of the values above is it?"
        asks = Question(f"{where}: {_cells(times)} with {_shown(code)}", "", (), tuple(known.values))
        nodes.append(Node(_scalar(code), "", comment, question=asks, codes=(code,), doubtful=(code,)))
    hint = f"{_cells(unnamed)} with texts that are not written here, as they may be anything" if unnamed else ""
    return Node("values", below=nodes, comment=hint)


def _unknown(column: ColumnSeen, known: Column) -> list[tuple[str, int]]:
    """The codes of an extract that the base does not know, and how often each stands there."""
    values = known.values or {}
    words = {word.upper() for value, codes in values.items() for word in (value, *codes)}
    found: dict[str, tuple[str, int]] = {}
    for code, times in column.codes:
        if code.upper() not in words:
            found[code.upper()] = (code, times + found.get(code.upper(), (code, 0))[1])
    return list(found.values())


def _is_of_codes(column: ColumnSeen, known: Column) -> bool:
    """Is it certain that codes stand in a column? Whatever its heading, it may hold anything, names too, unless the
    base knows half of it or has values that are like it."""
    assert known.values is not None
    unlike = sum(times for code, times in _unknown(column, known) if not _likely(code, known.values))
    return 2 * unlike <= column.filled


def _is_code(text: str) -> bool:
    """Is it written as codes are, and names hardly: short, in capitals and digits, without a blank?"""
    return bool(re.fullmatch(r"[A-Z0-9][A-Z0-9/&.+-]{,5}", text))


def _cut_short(cut: Sequence[str], words: Sequence[str]) -> bool:
    """Are these several words, each cut short or whole?"""
    return len(cut) == len(words) > 1 and all(map(str.startswith, words, cut))


#: Words that a system writes beside a value, and that say nothing of it: “High RoSH”, “ORA Community Order”.
_BESIDE = frozenset({"ora", "rosh", "risk"})


def _likely(code: str, values: Mapping[str, tuple[str, ...]]) -> str:
    """The value that a code probably means: its initials, its beginning, its words cut short, or nearly its name and
    no other's; "" for none."""
    said = re.findall(r"[a-z0-9]+", code.casefold())
    cut = [word for word in said if word not in _BESIDE] or said
    text = "".join(cut)
    tests: tuple[Callable[[str], bool], ...] = (
        lambda value: _cut_short(cut, value.split("_")),
        lambda value: text == "".join(word[:1] for word in value.split("_")),
        lambda value: len(text) > 1 and value.replace("_", "").startswith(text),
        lambda value: len(text) == 1 and value.startswith(text),
    )
    for test in tests:
        like = [value for value in values if text and test(value)]
        if len(like) == 1:
            return like[0]
    near = difflib.get_close_matches(text, [value.replace("_", "") for value in values], n=2, cutoff=0.7)
    one = len(near) == 1 and near[0][:1] == text[:1]
    return next((value for value in values if one and value.replace("_", "") == near[0]), "")


# ── words ────────────────────────────────────────────────────────────────────────────────────────


def _holds(column: ColumnSeen) -> str:
    """'62 dates', '61 of 62 yes or no, 3 blank'."""
    if column.holds is Holds.NOTHING:
        return "nothing in it"
    what = column.holds.value if column.holds in _OF_TYPE and column.holds is not Holds.CODES else "filled"
    what = what.removesuffix("s") if column.fits == column.filled == 1 else what
    whole = f"of {column.filled:,} " if column.fits < column.filled else ""
    blank = f", {column.blank:,} blank" if column.blank else ""
    return f"{column.fits:,} {whole}{what}{blank}"


def _unfit(column: ColumnSeen) -> str:
    """Why a column that may look like something is not it."""
    if column.headed_like:
        return unfit(column)
    last = column.holds is Holds.DATES and one_of_many(column.heading) == "last"
    return "the last of several days, which is no event: the first may have been in time" if last else ""


def _fits(column: ColumnSeen) -> str:
    return _holds(column) if column.fits < column.filled else ""


def _cells(times: int) -> str:
    return f"{times:,} cell{'' if times == 1 else 's'}"


def _then(comment: str, more: str) -> str:
    """A comment and a sentence more."""
    return f"{comment}{'' if comment.endswith('.') else '.'} {more}" if comment else more


def _shown(text: str) -> str:
    return f"“{_on_one_line(text)}”"


def _typed(text: str) -> str:
    """A name of a sheet as it is typed after an option."""
    text = _on_one_line(text)
    return text if re.fullmatch(r"[\w.-]+", text) else f'"{text}"'


def _on_one_line(text: str) -> str:
    """A text without what would end a comment, or that the reader of dictionaries refuses."""
    return "".join(c for c in text if c.isprintable())


def _slug(text: str, between: str) -> str:
    """A name of a dictionary made of a heading: small letters, digits and single signs between."""
    words = re.findall("[a-z0-9]+", re.sub("^1st", "first", text.casefold()))
    slug = between.join(words)
    return slug if re.match("[a-z]", slug) else f"c{between}{slug}" if slug else ""


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(map(_scalar, dict.fromkeys(words)))}]"


def _scalar(text: str) -> str:
    """A text as YAML: in quotes where it could be read otherwise."""
    text = _on_one_line(text)
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9 _./()-]*", text) and not text.endswith(" ")
    return text if plain else json.dumps(text, ensure_ascii=False)


def _every(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _every(node.below)


def _siblings(nodes: list[Node], node: Node) -> list[Node]:
    """The list that a line stands in."""
    if any(one is node for one in nodes):
        return nodes
    return next((found for one in nodes if (found := _siblings(one.below, node))), [])


def _written(nodes: Iterable[Node], depth: int, there: Mapping[str, Node]) -> Iterator[str]:
    for node in nodes:
        key = node.key
        if node.question:
            key = f'{key[:-1]}?"' if key.endswith('"') else f"{key}?"
        value = _list(node.codes) if node.codes else node.value
        below = list(_written(node.below, depth + 1, there))
        if not (value or below):  # all that was under it went with the answers
            continue
        if node.parts:
            if there.get(node.key) is not node:
                continue
            found = [there[part] for part in node.parts if part in there]
            named = [day for of in found if (day := of.last_day if node.by_days else of.key)]
            if not named:
                continue
            value = value.format(", ".join(named))
        elif not all(name in there for name in node.needs):
            continue
        if node.rests_on is not None:
            first = ", first_only: yes" if node.key in node.first_only else ""
            value = value.format(node.rests_on.key, first)
        line = f"{'  ' * depth}{key}:{f' {value}' if value else ''}"
        yield f"{line}   # {node.comment}" if node.comment else line
        yield from below
