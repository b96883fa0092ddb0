"""The finished, frozen result of an audit. Reports are functions of it; every number is a count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from auditcheck.answers import TABLE as JUDGEMENTS
from auditcheck.problems import Problem, in_words, listed
from auditcheck.states import IN_ORDER, IN_THE_RATE, State
from auditcheck.statistics import FEWEST_FOR_A_RATE

_PLACE = {state: place for place, state in enumerate(IN_ORDER)}


@dataclass(frozen=True)
class Counts:
    """How many cases have each state, in the order of IN_ORDER."""

    numbers: tuple[int, ...] = (0,) * len(IN_ORDER)

    def of(self, state: State) -> int:
        return self.numbers[_PLACE[state]]

    def __add__(self, other: Counts) -> Counts:
        return Counts(tuple(a + b for a, b in zip(self.numbers, other.numbers, strict=True)))

    @property
    def met(self) -> int:
        return self.of(State.MET)

    @property
    def base(self) -> int:
        """met + late + gap: what the rate is of."""
        return sum(self.of(state) for state in IN_THE_RATE)

    @property
    def unsettled(self) -> int:
        """cannot tell + to judge: what would move the rate if it were known."""
        return self.of(State.CANNOT_TELL) + self.of(State.TO_JUDGE)

    @property
    def undecided(self) -> bool:
        """Is none met, and at least as many unsettled as are in the rate? Then 0 % would claim what nobody knows: where
        only a reader's yes makes it so, none is met before anybody has read. With fewer it stands, beside its range:
        one unreadable cell must not take a team or a month where nothing was done out of what is compared."""
        return 0 < self.base <= self.unsettled and not self.met

    @property
    def decided(self) -> bool:
        """Is there something to hold against a mean?"""
        return self.base > 0 and not self.undecided

    @property
    def rated(self) -> bool:
        """Is there a rate to tell?"""
        return self.base >= FEWEST_FOR_A_RATE and self.decided

    @property
    def total(self) -> int:
        return sum(self.numbers)


@dataclass(frozen=True)
class ItemInfo:
    """What reports say of an item. `judged`: its rate rests on a reader's answers ("read")."""

    id: str
    title: str
    checklist: str
    checklist_title: str
    severity: str  # high, medium or low
    standard: str = ""
    source: str = ""
    to_fix: str = ""
    fix_within: str = ""
    judged: bool = False
    sample: bool = False
    mendable: bool = True
    definition: str = ""  # changes with whatever can change a state: what is asked, its limits, what the data mean


#: In the place of a practitioner's code: the cell could not be read, so that somebody may hold the case.
UNTOLD = "cannot be told"


@dataclass(frozen=True)
class CaseInfo:
    """How reports name a case. `label` is such as "community order from 19 January 2026"."""

    ref: str
    label: str
    practitioner: str  # code; "" is unallocated, and UNTOLD one that could not be read
    team: str
    ended: date | None = None
    extract: str = ""  # the one that holds it, where there are several


#: What can be answered to a gap in a workbook that is handed out.
ANSWERS = ("done", "recorded elsewhere", "not needed", "not mine")

#: The headings under which replies stand in it, and the hidden ones that say which gap a row is about.
REPLY_HEADINGS = ("Reply", "Done on", "Note")
REPLY_KEY = ("key: case", "key: item", "key: due", "key: as at")


class Reply(NamedTuple):
    """What was written beside a gap in a workbook that was handed out. It is shown, and changes no state.
    `answer` is one of ANSWERS, or "" where there is only a day or a note."""

    answer: str
    done_on: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Finding:
    """One case and one item on a list: a gap, or something coming up, or to judge.

    `due` is the deadline (None: none, or waiting to start); `days` how many calendar days after it
    as at is; `found` one or two sentences from the record ("Sent Wed 25 February; no reply
    recorded. 1 of 2 back."). `answered_no`: the gap is one only because a reader answered no.
    """

    case: CaseInfo
    item: ItemInfo
    state: State
    due: date | None
    days: int | None
    found: str = ""
    reason: str = ""
    fix_by: date | None = None
    answered_no: bool = False
    reply: Reply | None = None


class Standing(StrEnum):
    """Where a row of the table of accepted gaps stands."""

    IN_FORCE = "in force"
    EXPIRED = "expired"
    NOT_COUNTED = "not counted"
    NOTHING = "match nothing"


class AcceptedRow(NamedTuple):
    """A row of the table of accepted gaps: what it is for, and why it excuses nothing ("" when it
    excuses a gap). `case` and `item` are as the row gives them where the extract has no such case."""

    case: str
    item: str
    standing: Standing
    why: str
    until: date | None
    occurrence: date | None = None
    reason: str = ""
    by: str = ""  # who accepted it


@dataclass(frozen=True)
class GroupRow:
    """A team, a practitioner or any other group: counts per item, and what is most urgent.

    `parent` is the team of a practitioner. `oldest_gap` and `due_soon` count days overdue of the
    oldest gap and the cases x items falling due within the horizon of the result. `answered_no` are
    the gaps that would be none had readers answered yes; so many cases have only such gaps.
    """

    code: str  # "" is unallocated, or "not recorded" for any other grouping
    label: str
    parent: str
    cases: int
    cases_with_gap: int
    counts: Mapping[str, Counts]  # by item id
    oldest_gap: int | None = None
    due_soon: int = 0
    answered_no: int = 0
    cases_only_answered_no: int = 0
    passed: Mapping[str, Counts] = field(default_factory=dict)  # by item id

    @property
    def total(self) -> Counts:
        return sum(self.counts.values(), Counts())

    @property
    def gaps_in_record(self) -> int:
        """Gaps whatever a reader answers."""
        return self.total.of(State.GAP) - self.answered_no

    @property
    def cases_with_gap_in_record(self) -> int:
        return self.cases_with_gap - self.cases_only_answered_no


class Source(NamedTuple):
    """One table of the extract: the file or sheet it came from, and where its rows went."""

    table: str
    shown: str  # "contacts.csv", "sheet Contacts"
    rows_read: int
    kept: int
    other_cases: int
    refused: int
    columns_unread: int = 0
    rows_hidden: int = 0  # of the rows read: a spreadsheet does not show them


class Adjustment(NamedTuple):
    """One change of a region to a checklist: a setting's value, an item's severity, or an item
    switched off. In force from `first_day` to `last_day`, both included; None is no limit."""

    kind: str  # SETTING, SEVERITY or SWITCHED_OFF
    checklist: str
    name: str  # "return_within", "DA1"
    title: str  # of the item
    value: str  # "15 working days", "medium"; "" for an item switched off
    instead_of: str  # what the checklist says
    reason: str
    agreed_by: str
    first_day: date | None
    last_day: date | None
    review: date
    in_force: bool

    @property
    def target(self) -> str:
        """As the file names it: 'domestic-abuse.return_within', 'DA1'."""
        return f"{self.checklist}.{self.name}" if self.kind == SETTING else self.name

    @property
    def period(self) -> str:
        """'from 1 January 2026 to 31 March 2026', or either end alone; "" without limits."""
        first, last = (f"{day.day} {day:%B} {day.year}" if day else "" for day in (self.first_day, self.last_day))
        if first:
            return f"from {first} to {last}" if last else f"from {first}"
        return f"until {last}" if last else ""


SETTING, SEVERITY, SWITCHED_OFF = "setting", "severity", "switched off"


class Adjustments(NamedTuple):
    """A region's changes to the checklists and items of a run. `overdue` warns of reviews that were due; `idle` are
    items that the region changes and that are not asked of the extract."""

    name: str
    version: str
    changes: tuple[Adjustment, ...]
    overdue: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()


class NotAsked(NamedTuple):
    """A shipped checklist of which the dictionary does not allow every item to be asked.

    `items` are those not asked, of `of` that it has: the id, and what the dictionary lacks for it.
    """

    checklist: str
    title: str
    of: int
    items: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class About:
    """What was checked, on what, and how fresh it is."""

    title: str  # of the unit, "" when the dictionary states none
    as_at: date
    extract: str  # name of the folder or file
    sources: tuple[Source, ...]
    not_supplied: tuple[str, ...]  # tables that the dictionary knows and the extract lacks
    newest_entry: date | None
    faults: Mapping[str, int]  # kind of fault ("unreadable cell", "unknown code") to how many
    dictionary: str
    dictionary_version: str
    checklists: tuple[tuple[str, str], ...]  # name, version
    selection: tuple[str, ...] = ()  # "team HARB01", "high severity": what the run was narrowed to
    warnings: tuple[str, ...] = ()
    as_at_from: str = ""  # "--as-at", "the dictionary", "today"
    adjustments: Adjustments | None = None
    not_asked: tuple[NotAsked, ...] = ()  # of the shipped checklists, where none was asked for by name
    parts: tuple[About, ...] = ()  # of several extracts counted together: each as it was read
    again: str = ""  # of a part: what to type after a command to look at it alone
    of_files: bool = True  # else of tables on a server: inspect does not read those


def without(tables: Sequence[str]) -> str:
    """'contacts. What rests on it is “cannot tell”': tables not supplied, and what comes of it.
    A reader's answer that nobody could give is still to judge."""
    others = [table for table in tables if table != JUDGEMENTS]
    rests = "it" if len(tables) == 1 else in_words(others) if len(others) < len(tables) else "them"
    said = [f"what rests on {rests} is “cannot tell”"] if others else []
    said += ["what a reader answers is “to judge”"] if JUDGEMENTS in tables else []
    return f"{listed(tables)}. W{'; '.join(said)[1:]}"


class FaultRow(NamedTuple):
    """One fault, without the text of its cell. `row` as a spreadsheet numbers it: headings are 1.
    In a Parquet file, which has no row of headings, the first record is row 1; 0 in a database, where rows
    have no numbers."""

    kind: str
    source: str
    row: int
    column: str
    rule: str


@dataclass(frozen=True)
class GapList:
    """What to do, case by case: most urgent case first, urgent item first within it."""

    about: About
    whose: str  # "N54A014, HARB01", "team HARB01", "" for everybody
    cases: int  # how many cases were looked at
    gaps: tuple[Finding, ...]
    ended: tuple[Finding, ...]  # gaps of ended cases: never "act now"
    coming_up: tuple[Finding, ...]
    to_judge: tuple[Finding, ...]
    cannot_tell: tuple[Finding, ...]
    horizon: date
    accepted: tuple[AcceptedRow, ...] = ()  # the rows of the table of accepted gaps


class StandardRating(NamedTuple):
    """A standard's indicative rating, "" where it has none. `questions` are the items that rate it, each with its
    counts, or None where the run does not ask it; without any, the rating was given by who ran the audit.

    `lowest` are the items that decided. `rounded` is the rating by rounded percentages, where that is another;
    `could_be` are the others were all that is unsettled one way or the other, with `least` to `most` points.
    """

    standard: str
    title: str
    rating: str
    points: int | None
    questions: tuple[tuple[str, Counts | None], ...] = ()
    lowest: tuple[str, ...] = ()
    rounded: str = ""
    could_be: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None


class Ratings(NamedTuple):
    """Indicative ratings of standards by a checklist's key questions; no inspection's. `score`, of `most` points,
    and the overall `rating` are there once every standard is rated, `points_of_cases` once all that rest on
    cases are. `refused` says why nothing is rated."""

    checklist: str = ""
    title: str = ""
    standards: tuple[StandardRating, ...] = ()
    points_of_cases: int | None = None
    most_of_cases: int = 0
    score: int | None = None
    most: int = 0
    rating: str = ""
    could_be: tuple[str, ...] = ()
    sample: bool = False
    refused: str = ""


@dataclass(frozen=True)
class Result:
    """One audit. `cases` were audited; `not_started` begin after as at and were only counted."""

    about: About
    items: tuple[ItemInfo, ...]
    cases: int
    not_started: int
    teams: tuple[GroupRow, ...]
    practitioners: tuple[GroupRow, ...]
    overall: GroupRow
    first: tuple[Finding, ...]  # the cases to look at first, each with its most urgent gap
    reasons: Mapping[str, Mapping[str, int]]  # item id to "left out: REASON" / "excused: REASON" counts
    horizon: date  # until when "due soon" looks
    by: str = ""  # a grouping asked for with --by
    groups: tuple[GroupRow, ...] = ()
    order: tuple[str, ...] = ()  # the codes of the groups, where these are the values of a fact and have an order
    ended_gaps: int = 0  # gaps of ended cases, listed apart
    ended_in_record: int = 0  # of these, the gaps in the record; the others a reader answered no
    accepted: Mapping[Standing, int] = field(default_factory=dict)  # rows of the table of accepted gaps
    late_before: int = 0  # late counted under who held the case on its deadline and no longer does
    listed: GapList | None = None  # what to do, case by case, for a report that is handed on
    faults: tuple[FaultRow, ...] = ()  # and everything wrong with the data in use
    sheets: Sheets | None = None  # and what each of its items asks
    ratings: tuple[Ratings, ...] = ()  # indicative, by each checklist that rates standards

    def without_people(self) -> Result:
        """The same counts without practitioners and without anything of a single case. A grouping may be by
        person: only teams remain."""
        groups = self.groups if self.by == "team" else ()
        return replace(
            self,
            practitioners=(),
            first=(),
            by=self.by if groups else "",
            groups=groups,
            late_before=0,
            listed=None,
            faults=(),
        )


class Step(NamedTuple):
    """One labelled part of an explanation: plain lines, or a table of occurrences."""

    label: str
    lines: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[State, tuple[str, ...]], ...] = ()


class SettingInfo(NamedTuple):
    """A limit that a region may change: its name, its value, where that comes from, and what uses it: items, or
    "ratings"."""

    name: str
    value: str
    source: str
    items: tuple[str, ...]


class ItemSheet(NamedTuple):
    """What one item asks, in labelled sentences."""

    item: ItemInfo
    steps: tuple[Step, ...]


class Sheet(NamedTuple):
    """One checklist in English."""

    name: str
    title: str
    version: str
    note: str
    settings: tuple[SettingInfo, ...]
    items: tuple[ItemSheet, ...]
    ratings: tuple[Step, ...] = ()  # how standards are rated from the items, in labelled sentences


class Sheets(NamedTuple):
    """Checklists in English, and what their words are in the data: (word, meaning), in order."""

    dictionary: str
    dictionary_version: str
    sheets: tuple[Sheet, ...]
    facts: tuple[tuple[str, str], ...]
    events: tuple[tuple[str, str], ...]
    rules: tuple[tuple[str, str], ...]


class Explanation(NamedTuple):
    """Why one case has its state for one item. `short` is the one-line reading for a list of all
    items; `headline` follows the state's word ("97 days after its deadline; 1 of 2 back")."""

    case: CaseInfo
    item: ItemInfo
    as_at: date
    state: State
    headline: str
    short: str
    steps: tuple[Step, ...]


class Explained(NamedTuple):
    """Why one case has its states. `in_full`: step by step, rather than a line for each item."""

    about: About
    explanations: tuple[Explanation, ...]
    in_full: bool


class Holds(StrEnum):
    """What most of a column's cells are; for dates a third is enough."""

    DATES = "dates"
    YES_NO = "yes or no"
    NUMBERS = "whole numbers"
    CODES = "codes"  # few different short texts
    FREE_TEXT = "free text"  # sentences
    TEXT = "text"
    NOTHING = "nothing"


class Matched(StrEnum):
    """How a column, or a table, was found to be the dictionary's."""

    NAME = "name"  # it is called what the dictionary calls it
    HEADING = "heading"  # the dictionary lists this heading
    NOT = ""  # the dictionary does not know it


class ColumnSeen(NamedTuple):
    """A column of an extract, as it stands there, and what the dictionary makes of it.

    `name` is the dictionary's column, "" where it knows none; `may_be` are the columns, facts or events that
    it may be, best first: they are questions, and nothing rests on them. `personal` says why it is not to be
    read: "looks like a name". `fits` of its `filled` cells are what `holds` says; `unreadable` are such as
    the dictionary's column cannot hold, of them those with a code that it does not know are counted in
    `unknown_codes` (the commonest, where they look like codes at all). `codes` are all that there are, for a
    draft of a dictionary: they are cells, and no screen shows them. `first` and `last` are dates. `headed_like` is
    what a column would be by its heading, were more of its cells dates than the `dates` there are.
    """

    heading: str
    name: str
    matched: Matched
    holds: Holds
    filled: int
    blank: int
    fits: int
    different: int
    unreadable: int = 0
    unknown_codes: tuple[tuple[str, int], ...] = ()
    codes: tuple[tuple[str, int], ...] = ()
    first: date | None = None
    last: date | None = None
    may_be: tuple[str, ...] = ()
    personal: str = ""
    dates: int = 0
    headed_like: str = ""


def unfit(column: ColumnSeen) -> str:
    """Why a column that is headed like something is not it."""
    blank = f", {column.blank:,} blank" if column.blank else ""
    few = f"{column.dates:,} of {column.filled:,} cells {'is a date' if column.dates == 1 else 'are dates'}"
    return f"headed like {column.headed_like}, but {few} such as 31/12/2026 or 2026-12-31{blank}"


class TableSeen(NamedTuple):
    """A file or a sheet of an extract. `table` is the dictionary's, "" where it knows none; `lacks` are the
    columns that the dictionary knows and it has not, of them `needs` those without which nothing is audited; a
    dictionary of its own can do without those of them that it may `spare`."""

    shown: str
    name: str  # of the file or the sheet
    table: str
    matched: Matched
    rows: int
    columns: tuple[ColumnSeen, ...]
    lacks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()
    may_be: str = ""
    singles: int = 0  # more rows, with a single cell each: a legend, a note
    totals: int = 0  # more rows, of totals
    problem: str = ""  # why a sheet that no table is cannot be looked at
    headed_like: str = ""  # the sheet of cases whose headings it has: more cases, which are not read with those


class EventSeen(NamedTuple):
    """How often an event is recorded for certain, and in how many cases; None where its table was not supplied.
    `wanting` are the columns that it rests on and the extract lacks: without them less may be certain."""

    event: str
    times: int | None
    cases: int | None
    wanting: tuple[str, ...] = ()


class Unanswered(NamedTuple):
    """Items that cannot be told for any case that they concern, and what is wanting for them."""

    checklist: str
    items: tuple[str, ...]
    wanting: tuple[str, ...]


class Inspection(NamedTuple):
    """What is in an extract, and everything wrong with it. `stopped` are the lines with which an audit of
    it stops; then nothing is known of faults and events. `draft` is where a draft of a dictionary would
    be found by itself, as it can be typed."""

    about: About
    faults: tuple[FaultRow, ...]
    tables: tuple[TableSeen, ...] = ()
    events: tuple[EventSeen, ...] = ()
    cases: int = 0  # how many there are to look at
    unanswered: tuple[Unanswered, ...] = ()
    stopped: tuple[str, ...] = ()
    draft: str = ""
    open_draft: bool = False  # the dictionary beside it is a draft with questions in it, and not used

    @property
    def questions(self) -> int:
        """Columns and sheets that may be something the dictionary knows."""
        return sum(bool(table.may_be) + sum(bool(column.may_be) for column in table.columns) for table in self.tables)

    @property
    def flat(self) -> bool:
        """Is it a team's own: a row for each case with facts and dates beside it, and no table of an export?"""
        return {table.table or table.may_be for table in self.tables} <= {"", "cases", "judgements", "accepted"}


#: What a command ends with, and a report begins with.
Finished = Result | GapList | Explained | Inspection


class Tried(NamedTuple):
    """One state that a checklist's test expects, and what came out. `got` is the engine's answer and
    `explained` the plain-Python one; `differ` names what they do not agree on (state, day, count,
    reason), which is a bug in auditcheck. `why` is the short explanation."""

    checklist: str
    file: str
    line: int
    test: str
    item: str
    expected: State
    got: State
    explained: State
    differ: tuple[str, ...]
    why: str

    @property
    def as_expected(self) -> bool:
        return self.got is self.expected and not self.differ


class Point(NamedTuple):
    """Something of an item that a checklist's tests are to try: a state, a side of a clause, a day
    beside a deadline; and how many tests do. `part` is the part of the item it belongs to."""

    item: ItemInfo
    part: str  # "state", "within 20 working days", "left out: Ended before it was due"
    name: str  # "met", "on the last day", "it holds"
    tests: int


class Linted(NamedTuple):
    """What was looked at in checklists that can be read, and what may be wrong with them. `extract` is
    the name of the one they were tried on, if any."""

    checklists: tuple[str, ...]
    items: int
    settings: int
    doubts: tuple[Problem, ...]
    extract: str = ""


class TemplateColumn(NamedTuple):
    """A column of a workbook to fill in. `must`: no row may leave it blank; `blank` says what a blank means
    elsewhere. `items` rest on it: none, where it only says whose a case is and how cases are counted."""

    heading: str
    kind: str  # text, code, date, yes_no or number
    holds: str
    blank: str
    must: bool
    items: tuple[str, ...]
    choices: tuple[str, ...] = ()  # what is offered
    others: bool = True  # may anything else be entered?
    least: int | date | None = None
    most: int | date | None = None
    found_on: tuple[str, str] | None = None  # the sheet and the heading under which its values stand


class TemplateSheet(NamedTuple):
    """A sheet to fill in: what has a row, whose the rows are, and what it means when there is none."""

    name: str
    a_row: str
    whose: str
    empty: str
    items: tuple[str, ...]
    columns: tuple[TemplateColumn, ...]


class TemplateWord(NamedTuple):
    """A fact or an event: what must stand on the sheets for it, and the items that ask for it."""

    word: str
    means: str
    items: tuple[str, ...]


class TemplateItem(NamedTuple):
    """An item that is asked, and the question that it puts to a reader, if any."""

    id: str
    title: str
    question: str


class Template(NamedTuple):
    """A workbook to fill in: exactly what an audit of some items reads. `key` are the headings that say which
    case a row is about."""

    guide: str  # the name of the sheet that says how to fill it in
    title: str
    dictionary: str
    key: tuple[str, ...]
    sheets: tuple[TemplateSheet, ...]
    words: tuple[TemplateWord, ...]
    items: tuple[TemplateItem, ...]
    beware: tuple[str, ...]
    checklists: tuple[str, ...]
