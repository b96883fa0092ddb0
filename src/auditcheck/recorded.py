"""What is kept of audits, and what it tells month by month: counts and pseudonyms, never a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from auditcheck.result import Counts
from auditcheck.states import State


class Level(StrEnum):
    """Whose counts a row of a recorded run has."""

    ALL = "all"
    TEAM = "team"
    PRACTITIONER = "practitioner"


@dataclass(frozen=True)
class RecordedCounts:
    """The states of one item for all cases, a team or a practitioner: every state, and of what had fallen due
    alone. `definition` is what the item was when they were counted."""

    item: str
    definition: str
    level: Level
    team: str
    practitioner: str
    counts: Counts
    passed: Counts


@dataclass(frozen=True)
class RecordedItem:
    """An item as it was asked in a run; `checklist` is the title of its checklist."""

    id: str
    title: str
    checklist: str
    definition: str
    judged: bool
    sample: bool


@dataclass(frozen=True)
class Open:
    """A gap of a case, under pseudonyms; or, in a later run, what became of one. `gap` stands for the case, the
    item and the occurrence."""

    case: str
    item: str
    definition: str
    state: State
    gap: str = ""


@dataclass(frozen=True)
class RecordedRun:
    """One audit as it is kept. `unit` is whose it is (the dictionary's title); `fingerprint` stands for the
    extract, the day and every definition; `key` names the key of the pseudonyms, "" where there are none.
    `cases` are the pseudonyms of those audited, with their teams. `checklists` are (name, version, text):
    what was asked, limits as they were in force."""

    run: str
    unit: str
    as_at: date
    revision: int
    supersedes: str  # "" for a first one
    recorded: str  # UTC, to the second
    version: str  # of auditcheck
    fingerprint: str
    extract: str
    dictionary: str
    dictionary_version: str
    audited: int
    rows_read: int
    rows_refused: int
    faults: int
    key: str
    checklists: tuple[tuple[str, str, str], ...]
    settings: tuple[tuple[str, str, str, str], ...]  # checklist, name, value, source
    items: tuple[RecordedItem, ...]
    counts: tuple[RecordedCounts, ...]
    cases: Mapping[str, str] = field(default_factory=dict)
    open: tuple[Open, ...] = ()

    @property
    def month(self) -> str:
        """'2026-06'."""
        return f"{self.as_at:%Y-%m}"


@dataclass(frozen=True)
class RunLine:
    """A run on the list of a history; `superseded` by a corrected one."""

    run: str
    unit: str
    as_at: date
    revision: int
    superseded: bool
    recorded: str
    extract: str
    cases: int
    items: int


class Became(StrEnum):
    """What came of a gap from one month to the next."""

    STILL_OPEN = "still open"
    FIXED = "fixed"
    NEW = "new"
    EXCUSED = "excused"
    LEFT_OUT = "left out"
    NO_LONGER_TELL = "can no longer tell"
    OTHERWISE = "otherwise no gap"
    NOT_KNOWN = "not known"
    LEFT = "left the caseload"
    CAME_IN = "came in"


@dataclass(frozen=True)
class Changes:
    """What became of the gaps of one item between two runs, under the definition of the former. `by_definition`
    is how many gaps the later one has more (or, below nought, fewer) only because the item was changed; None
    where that cannot be told. Of an item that asks about each of something a case may have `several` gaps at
    once: here each counts, and in the counts of a run the case does."""

    item: str
    title: str
    became: Mapping[Became, int]
    by_definition: int | None = 0
    several: bool = False

    def of(self, became: Became) -> int:
        return self.became.get(became, 0)


@dataclass(frozen=True)
class Point:
    """One month of a line: what had fallen due by as at. `again` is the same month counted under the former
    definition, where the item was changed since the month before."""

    as_at: date
    passed: Counts
    again: Counts | None = None
    broken: str = ""  # why the line breaks before this point


@dataclass(frozen=True)
class Stretch:
    """Points of a line without a break, and what may be said of them. `centre`, `low` and `high` are rates, None
    where there are too few months; `signals` are said in words."""

    points: tuple[Point, ...]
    centre: float | None = None
    limits: tuple[tuple[float, float], ...] = ()  # by point
    trial: bool = False
    signals: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrendLine:
    """One item, for all cases or for one team, month by month."""

    item: str
    title: str
    checklist: str
    team: str  # "" is all
    stretches: tuple[Stretch, ...]
    judged: bool = False

    @property
    def points(self) -> tuple[Point, ...]:
        return tuple(point for stretch in self.stretches for point in stretch.points)


@dataclass(frozen=True)
class Trend:
    """The months of one unit. `changes` are from the last month but one to the last; `not_told` says why there
    are none. `revised` are days recorded more than once, of which the latest counts."""

    unit: str
    team: str
    days: tuple[date, ...]
    lines: tuple[TrendLine, ...]
    changes: tuple[Changes, ...]
    not_told: str = ""
    revised: tuple[date, ...] = ()
    notes: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()  # those of the last month
