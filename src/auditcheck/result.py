"""The finished, frozen result of an audit. Reports are functions of it; every number is a count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from auditcheck.states import IN_ORDER, IN_THE_RATE, State


@dataclass(frozen=True)
class Counts:
    """How many cases have each state, in the order of IN_ORDER."""

    numbers: tuple[int, ...] = (0,) * len(IN_ORDER)

    def of(self, state: State) -> int:
        return self.numbers[IN_ORDER.index(state)]

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


@dataclass(frozen=True)
class CaseInfo:
    """How reports name a case. `label` is such as "community order from 19 January 2026"."""

    ref: str
    label: str
    practitioner: str  # code; "" is unallocated
    team: str
    ended: date | None = None


@dataclass(frozen=True)
class Finding:
    """One case and one item on a list: a gap, or something coming up, or to judge.

    `due` is the deadline (None: none, or waiting to start); `days` how many calendar days after it
    as at is; `found` one or two sentences from the record ("Sent Wed 25 February; no reply
    recorded. 1 of 2 back.").
    """

    case: CaseInfo
    item: ItemInfo
    state: State
    due: date | None
    days: int | None
    found: str = ""
    reason: str = ""
    fix_by: date | None = None


@dataclass(frozen=True)
class GroupRow:
    """A team, a practitioner or any other group: counts per item, and what is most urgent.

    `parent` is the team of a practitioner. `oldest_gap` and `due_soon` count days overdue of the
    oldest gap and the cases x items falling due within the horizon of the result.
    """

    code: str  # "" is unallocated, or "not recorded" for any other grouping
    label: str
    parent: str
    cases: int
    cases_with_gap: int
    counts: Mapping[str, Counts]  # by item id
    oldest_gap: int | None = None
    due_soon: int = 0

    @property
    def total(self) -> Counts:
        return sum(self.counts.values(), Counts())


@dataclass(frozen=True)
class Source:
    """One table of the extract: the file or sheet it came from, and where its rows went."""

    table: str
    shown: str  # "contacts.csv", "sheet Contacts"
    rows_read: int
    kept: int
    other_cases: int
    refused: int
    columns_unread: int = 0


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
    first: tuple[Finding, ...]  # first to look at: high severity, longest overdue
    reasons: Mapping[str, Mapping[str, int]]  # item id to "left out: REASON" / "excused: REASON" counts
    horizon: date  # until when "due soon" looks
    by: str = ""  # a grouping asked for with --by
    groups: tuple[GroupRow, ...] = ()
    ended_gaps: int = 0  # gaps of ended cases, listed apart


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


@dataclass(frozen=True)
class Step:
    """One labelled part of an explanation: plain lines, or a table of occurrences."""

    label: str
    lines: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[State, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class SettingInfo:
    """A limit that a region may change: its name, its value, where that comes from, and which items use it."""

    name: str
    value: str
    source: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class ItemSheet:
    """What one item asks, in labelled sentences."""

    item: ItemInfo
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Sheet:
    """One checklist in English."""

    name: str
    title: str
    version: str
    note: str
    settings: tuple[SettingInfo, ...]
    items: tuple[ItemSheet, ...]


@dataclass(frozen=True)
class Sheets:
    """Checklists in English, and what their words are in the data: (word, meaning), in order."""

    dictionary: str
    dictionary_version: str
    sheets: tuple[Sheet, ...]
    facts: tuple[tuple[str, str], ...]
    events: tuple[tuple[str, str], ...]
    rules: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Explanation:
    """Why one case has its state for one item. `short` is the one-line reading for a list of all
    items; `headline` follows the state's word ("97 days after its deadline; 1 of 2 back")."""

    case: CaseInfo
    item: ItemInfo
    as_at: date
    state: State
    headline: str
    short: str
    steps: tuple[Step, ...]
