"""One audit: an extract, a dictionary and checklists in; a finished result out.

    with audit(Path("team-june.xlsx")) as finished:
        finished.result()

The whole run is `audit` below: dictionary, checklists, extract, plan, states. What reports need is
counted from the table of states; nothing is printed here.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from auditcheck import accepted, answers
from auditcheck.accepted import Acceptance
from auditcheck.calendar import Calendar, Duration, Period, Unit, long_date, today, weekday_date
from auditcheck.checklist import Checklist, Item, find_checklist, lacks, load_chosen
from auditcheck.conditions import plain
from auditcheck.dictionary import load_dictionary
from auditcheck.engine import build_calendar
from auditcheck.engines import Address, address_of, connect, send_days
from auditcheck.evaluate import Outcome, evaluate, why_not
from auditcheck.explain import doubt_words, explain, found_words, item_info
from auditcheck.extract import (
    BELOW,
    BETWEEN,
    NEARLY_OURS,
    STANDARD_INPUT,
    SUBTOTAL,
    TOTAL,
    WITHOUT_REFERENCE,
    Extract,
    find_adjustments,
    find_dictionary,
    read_extract,
)
from auditcheck.extract.sheets import Given
from auditcheck.names import Names, RowsOf, Type
from auditcheck.patterns import leaves_of, never_met, unread
from auditcheck.patterns.each import Each
from auditcheck.patterns.judged import NOT_SAMPLED
from auditcheck.patterns.words import event_words
from auditcheck.plan import TOGETHER, Plan, said
from auditcheck.problems import (
    MOST_LISTED,
    ChecklistStop,
    ExtractStop,
    UsageStop,
    did_you_mean,
    listed,
    named_rows,
    nearest,
    offered,
    one_of,
)
from auditcheck.reading import CaseReading
from auditcheck.records import records
from auditcheck.result import (
    SWITCHED_OFF,
    UNTOLD,
    About,
    AcceptedRow,
    Adjustments,
    CaseInfo,
    Counts,
    Explanation,
    Finding,
    GapList,
    GroupRow,
    ItemInfo,
    NotAsked,
    Result,
    Sheets,
    Source,
    Standing,
)
from auditcheck.shipped import CHECKLISTS, shipped_checklists
from auditcheck.sql import literal, quoted, same_case
from auditcheck.states import IN_ORDER, State, roll_up
from auditcheck.whose import NOT_SUPPLIED, PRACTITIONER, UNALLOCATED, holders, nobody, reads_as_nobody
from auditcheck.whose import wanted as wanted_for_whose

if TYPE_CHECKING:
    from auditcheck.adjustments import Adjusted
    from auditcheck.engines.reading import Engine

Progress = Callable[[str], None]

SEVERITIES = ("high", "medium", "low")

#: One state: case, number of the item, state, the day beside it, which of the item's reasons.
_Row = tuple[int, int, State, date | None, int | None]

#: Records are fetched for a few cases at a time when they are put into words: for so many at first, then for as
#: many as have about so many rows together, so that cases with long records take no more memory than others.
FIRST_BATCH, MOST_IN_BATCH, ROWS_OF_BATCH = 50, 500, 50_000

#: From so many gaps on, and nobody met or late, it is looked whether what is asked for is recorded at all.
MANY_GAPS = 10

#: So many cases are to be looked at first.
MOST_FIRST = 3


@dataclass(frozen=True)
class Selection:
    """What a run is narrowed to. Empty means all."""

    teams: tuple[str, ...] = ()
    practitioners: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    by: str = ""
    due_within: int = 10  # working days: how far ahead "coming up" looks
    only: tuple[str, str] = ("", "")  # a fact and the one value of it that a case must have
    due_in: Period | None = None  # counts are of what was due in it alone
    rated: tuple[str, ...] = ()  # ratings of standards that no item rates: "1.1=good"


def audit(
    path: Path | Engine,
    *,
    as_at: date | None = None,
    dictionary: Path | None = None,
    adjustments: Path | None = None,
    checklists: Sequence[str] = (),
    selection: Selection | None = None,
    progress: Progress | None = None,
    memory_limit: str = "2GB",
    given: Given | None = None,
    passed: bool = False,
    as_written: bool = False,
    one_of_several: bool = False,
    most_listed: int | None = None,
) -> Audit:
    """Reads, checks and works out everything; close the result, or use it in a `with`.

    `path` is an extract of files, or the address of a server that holds its tables, or such a server, opened
    (`engines`): there the audit runs, and the tables stay.

    `checklists` are names of shipped ones, asked as far as the dictionary defines what they rest on, or
    paths; none means all that ship. `adjustments` is a region's file, by default the one that
    comes with the extract, if any. `given` is what the user says of the extract's files. With `passed` the
    result also counts what had fallen due alone, and has the items' definitions: for whatever is compared.
    With `as_written` the checklists count as they stand in their files, whatever a region says.
    Of `one_of_several` extracts, a team or practitioner that is not here may be in another: see `Audit.absent`.
    A list of findings has at most `most_listed`: of more there is none.
    Raises a `problems.Stop` with lines for the user.
    """
    selection = selection or Selection()
    passed = passed and not selection.due_in  # of a period nothing is compared
    tell = progress or (lambda _: None)
    there = address_of(path) if isinstance(path, Path) else path
    if there and given and given != Given():
        raise UsageStop("--encoding, --sheet and the --max options are for files, and this is an address.")
    beside = path if isinstance(path, Path) and not there else None
    names = load_dictionary(dictionary or (find_dictionary(beside) if beside else None))
    loaded = load_chosen(checklists, names)
    when, when_from = as_at_of(as_at, names)
    adjusted = None
    if not as_written and (region := adjustments or (find_adjustments(beside) if beside else None)):
        from auditcheck.adjustments import adjust

        known = shipped_checklists()
        asked = [find_checklist(name, known) for name in checklists or known]
        adjusted = adjust(region, loaded, names, when, [other for other in known.values() if other not in asked])
        loaded = adjusted.checklists
    items = chosen_items(loaded, selection, names, adjusted)
    _check_by(selection.by, names)
    only = _checked_only(*selection.only, names)
    rated = _given_ratings(loaded, items, selection) if selection.rated else {}
    # a first plan, against nothing, says which columns will be read
    sketch = plan_of(names, when, items, selection.by, None, only=only)
    wanted = wanted_of(sketch, names)
    engine = connect(there) if isinstance(there, Address) else there
    if engine:
        from auditcheck.engines.reading import read_tables

        extract = read_tables(engine, names, wanted=wanted, progress=progress)
    else:
        assert beside
        extract = read_extract(
            beside,
            names,
            wanted=wanted,
            progress=progress,
            memory_limit=memory_limit,
            check_values=False,
            given=given,
        )
    try:
        plan = plan_of(names, when, items, selection.by, extract, passed, only, selection.due_in)
        with extract.at_work():
            days, *statements = plan.statements()
            if engine:
                send_days(engine, names.closed_days, days)
            else:
                build_calendar(extract.con, names.closed_days)
                extract.con.execute(days).fetchall()
            if extract.unchecked:
                _import_early("pandera.polars")
            for number, statement in enumerate(statements):
                tell(f"evaluating: {100 * number // len(statements)} % done")
                extract.con.execute(statement).fetchall()
            extract.check_values(progress)
        finished = Audit(
            extract,
            names,
            loaded,
            items,
            when,
            when_from,
            selection,
            tell,
            plan,
            sketch.wanted,
            _concerned(adjusted, items, selection),
            passed,
            rated,
            one_of_several,
            most_listed,
        )
        finished.prepare()
        extract.check_unchanged()
    except BaseException:
        extract.close()
        raise
    return finished


def _import_early(module: str) -> None:
    """Imports a slow module beside the work of the database, which leaves Python free."""
    interval = sys.getswitchinterval()

    def load() -> None:
        # Python's usual 5 ms are long for who has just come back from one of the database's many short calls
        sys.setswitchinterval(0.0001)
        with suppress(Exception):  # whoever needs it imports it again, and hears what is wrong
            importlib.import_module(module)
        sys.setswitchinterval(interval)

    threading.Thread(target=load, daemon=True).start()


def plan_of(
    names: Names,
    as_at: date,
    items: Iterable[Item],
    by: str,
    extract: Extract | None,
    passed: bool = False,
    only: str = "",
    due_in: Period | None = None,
) -> Plan:
    plan = Plan(names, as_at, set(), set())
    if extract:
        bad, unknown = extract.bad_columns, extract.unknown_tables
        start, large = extract.every_start, extract.large
        plan = Plan(names, as_at, bad, unknown, start, large=large, passed=passed, period=due_in)
    items = tuple(items)
    for item in (*items, *_unread(items).values()):
        plan.add_item(item)
    if by and by not in names.groups:
        plan.add_fact(by, "_by")
    if only:
        plan.add_fact(only, "_only")
    return plan


def _unread(items: Sequence[Item]) -> dict[int, Item]:
    """By number, the items that the record and readers decide together, as the record alone decides them."""
    parts = ((n, unread(item.met_if)) for n, item in enumerate(items) if item.judged)
    return {n: replace(items[n], met_if=part) for n, part in parts if part is not None}


def wanted_of(plan: Plan, names: Names) -> dict[str, set[str]]:
    """The columns that a plan reads, by table, and those that say what a case is and whose it is and was."""
    wanted = {table: set(columns) for table, columns in plan.wanted.items()}
    cases = wanted.setdefault("cases", set())
    cases.update(names.key, {names.start}, {names.end} if names.end else ())
    if names.label:
        cases.add(names.label)
    for table, columns in wanted_for_whose(names).items():
        wanted.setdefault(table, set()).update(columns)
    return wanted


def as_at_of(given: date | None, names: Names) -> tuple[date, str]:
    """The date the audit looks from, and where it comes from.

    Given, else stated by the dictionary, else today in the dictionary's zone; never later than the
    day the extract was taken.
    """
    if given is not None:
        when, source = given, "--as-at"
    elif names.as_at is not None:
        when, source = names.as_at, "the dictionary"
    elif names.taken_on is not None:
        when, source = names.taken_on, "the dictionary"
    else:
        when, source = today(names.zone), "today"
    if names.taken_on is not None and when > names.taken_on:
        raise UsageStop(
            f"--as-at is later than {weekday_date(names.taken_on)}, when the extract was taken: "
            "later work cannot be in it. Give an earlier date."
        )
    return when, source


def chosen_items(
    checklists: Sequence[Checklist], selection: Selection, names: Names, adjusted: Adjusted | None = None
) -> tuple[Item, ...]:
    """The items of checklists that a run narrowed so asks. Raises a `Stop` when there are none."""
    every = [item for checklist in checklists for item in checklist.items]
    off = adjusted.switched_off if adjusted else ()
    ids = {item.id.upper() for item in (*every, *off)}
    not_asked = {an_id.upper(): lacking for checklist in checklists for an_id, lacking in checklist.not_asked}
    if not every and not off:
        raise ChecklistStop(
            f"the dictionary “{names.name}” defines too little for any item of the shipped checklists.",
            "What they rest on: auditcheck inspect EXTRACT. Or name a checklist of your own: --checklist FILE.",
        )
    for wanted in selection.items:
        if lacking := not_asked.get(wanted.upper()):
            raise ChecklistStop(f"{wanted.upper()} cannot be asked: {lacks(names, lacking)}")
        if wanted.upper() not in ids:
            known = {item.id: item.checklist for item in every}
            of = known[nearest(wanted, known) or every[0].id]
            # a file of one's own is not found by the name in it
            own = of not in CHECKLISTS
            see = f"There are {listed(list(known))}." if own else f"To see what there are: auditcheck show {of}"
            there = offered(wanted, list(known), see)
            raise UsageStop(f"no item is called “{wanted}”.{there}")
    for severity in selection.severities:
        if severity not in SEVERITIES:
            raise UsageStop(f"--severity takes high, medium or low.{did_you_mean(severity, SEVERITIES)}")
    chosen = _selected(every, selection)
    if not chosen and adjusted and (also := _selected(off, selection)):
        raise UsageStop(*_switched_off(adjusted.concerning(also)))
    if not chosen and not selection.items:
        raise UsageStop(f"no item has severity {' or '.join(selection.severities)}.")
    if not chosen:
        raise UsageStop("no item is left: --item and --severity rule each other out.")
    return chosen


def _selected(items: Iterable[Item], selection: Selection) -> tuple[Item, ...]:
    wanted = {item.upper() for item in selection.items}
    return tuple(
        item
        for item in items
        if (not wanted or item.id.upper() in wanted)
        and (not selection.severities or item.severity in selection.severities)
    )


def _switched_off(region: Adjustments) -> Iterable[str]:
    for change in region.changes:
        if change.kind == SWITCHED_OFF and change.in_force:
            when = f" {change.period}" if change.period else ""
            by = f"{region.name} {region.version}"
            yield f"{change.name} {change.title}: switched off{when} by {by}: {change.reason}."


def _given_ratings(checklists: Iterable[Checklist], items: Iterable[Item], selection: Selection) -> dict[str, str]:
    """The ratings typed, by standard. Raises UsageStop, also where none are shown that they could stand beside."""
    from auditcheck.ratings import given_ratings

    if selection.practitioners:
        raise UsageStop("--rated does not go with --practitioner: no practitioner is rated.")
    used = {item.checklist for item in items}
    return given_ratings(selection.rated, [checklist for checklist in checklists if checklist.name in used])


def _concerned(adjusted: Adjusted | None, items: Iterable[Item], selection: Selection) -> Adjustments | None:
    """The adjustments of the items that a run shows, and of those it would show were they not switched off."""
    return adjusted.concerning((*items, *_selected(adjusted.switched_off, selection))) if adjusted else None


def hidden_rows(sources: Iterable[Source]) -> Iterator[str]:
    """What is read although nobody sees it: somebody may have meant it to be left out."""
    for source in sources:
        if source.rows_hidden:
            rows = f"{source.rows_hidden:,} hidden row{'' if source.rows_hidden == 1 else 's'}"
            yield f"{source.shown}: {rows} (filtered or hidden by hand), read like the others"


def still_to_come(extract: Extract, names: Names, as_at: date) -> Iterator[str]:
    """An as at after today: by then more will have been recorded. Where entries are newer than today, it is this
    computer's day that is wrong."""
    now = today(names.zone)
    if as_at > now and (extract.newest_entry(as_at) or now) <= now:
        yield (
            f"as at {long_date(as_at)} is still to come: what falls due from today, {long_date(now)}, until then counts"
            " as missing already"
        )


def beside_a_file(path: Path) -> Iterator[str]:
    """What lies beside an extract of one file, and is none of it: of which file it would be nobody could say."""
    beside: list[str] = []
    with suppress(OSError):
        if path.is_file():
            beside += sorted(
                one.name
                for one in path.parent.iterdir()
                if one != path
                and one.suffix.lower() in (".csv", ".parquet")
                and one.stem.casefold() in (accepted.TABLE, answers.TABLE)
            )
    if beside:
        are = "is" if len(beside) == 1 else "are"
        how = f"put all into a folder, {called(path)} as cases{path.suffix} and its dictionary as dictionary.yaml"
        how = "make it a sheet of the workbook" if path.suffix.lower() == ".xlsx" else f"{how}, and name the folder"
        yield f"{listed(beside)} beside {called(path)} {are} not read, as a file is an extract by itself: {how}"


def below_cases(extract: Extract) -> Iterator[str]:
    """What was not read as cases. A legend is none; but somebody's case may stand there."""
    if not extract.faults.keys() & {BELOW, BETWEEN}:
        return
    where = next(source.shown for source in extract.sources if source.table == "cases")
    if extract.path.suffix.lower() == ".xlsx":
        where = f"{called(extract.path)}, {where}"
    for rule, rows in extract.rows_below().items():
        one = len(rows) == 1
        stands, they_were, cases = ("stands", "it was", "a case") if one else ("stand", "they were", "cases")
        lack = f"hold{'s' if one else ''} no case reference"
        if rule in (TOTAL, SUBTOTAL):
            lack = f"hold{'s' if one else ''} a total where references stand"
        elif rule != WITHOUT_REFERENCE:
            lack = f"say{'s' if one else ''} neither a date nor whose {'it is' if one else 'they are'}"
        place = "between cases" if rule == SUBTOTAL else "below the last case"
        yield f"{where}: {named_rows(rows)} {stands} {place} and {lack}; {they_were} not read as {cases}"


def turned_round(extract: Extract) -> Iterator[str]:
    """Days that can only have the month first. What else stands in that column was read with the day first."""
    for source, column, many in extract.turned_round() if extract.faults else ():
        cells, have = ("cell", "has") if many == 1 else ("cells", "have")
        yield (
            f"{source}: {many:,} {cells} of “{column}” {have} the month first. If the whole column has, the others were"
            " read with day and month changed round, and what rests on them is wrong"
        )


def called(extract: Path) -> str:
    return "standard input" if extract == STANDARD_INPUT else extract.name or str(extract)


def not_asked_of(checklists: Iterable[Checklist]) -> tuple[NotAsked, ...]:
    return tuple(
        NotAsked(checklist.name, checklist.title, len(checklist.items) + len(checklist.not_asked), checklist.not_asked)
        for checklist in checklists
        if checklist.not_asked
    )


def _check_by(by: str, names: Names) -> None:
    if by and by not in names.groups and by not in names.facts:
        known = [*names.groups, *names.facts]
        raise UsageStop(f"--by takes a grouping ({', '.join(names.groups)}) or a fact.{did_you_mean(by, known)}")


def _checked_only(fact: str, value: str, names: Names) -> str:
    """The fact that cases must have a value of, "" for none. Raises UsageStop where it has no such value."""
    if not fact:
        return ""
    closed = closed_facts(names)
    if fact not in closed:
        raise UsageStop(
            f"--only takes a fact with fixed values.{offered(fact, list(closed), 'See: auditcheck inspect')}"
        )
    if value not in closed[fact]:
        raise UsageStop(f"--only {fact}= takes {one_of(closed[fact])}.{did_you_mean(value, closed[fact])}")
    return fact


def closed_facts(names: Names) -> dict[str, tuple[str, ...]]:
    """The facts that can only have a few values, and these."""
    found: dict[str, tuple[str, ...]] = {}
    for name, fact in names.facts.items():
        if fact.type is Type.YES_NO:
            found[name] = ("yes", "no")
        elif fact.values:
            found[name] = fact.values
    return found


@dataclass(frozen=True)
class Absent:
    """A team or practitioner that was asked for and holds no case of an extract: which there are instead, and
    whether who was asked for held one before."""

    known: tuple[str, ...]
    held_before: bool


def no_such(word: str, typed: str, absent: Absent) -> UsageStop:
    """What to say of a team or practitioner, `word`, that is nowhere."""
    if absent.held_before:
        return UsageStop(
            f"“{typed}” holds no case now, but did: --practitioner takes who holds a case now. "
            "What was late then is in: auditcheck run EXTRACT --by practitioner"
        )
    there = offered(typed, absent.known, "The summary has their codes.")
    return UsageStop(f"no case has the {word} “{typed}”.{there}")


@dataclass
class Audit:
    """A finished audit: the states of every case and item, and the words for them on demand."""

    extract: Extract
    names: Names
    checklists: tuple[Checklist, ...]
    items: tuple[Item, ...]
    as_at: date
    as_at_from: str
    selection: Selection
    tell: Progress
    plan: Plan
    used_columns: dict[str, set[str]]
    adjustments: Adjustments | None = None
    passed: bool = False
    rated: Mapping[str, str] = field(default_factory=dict)  # by standard
    one_of_several: bool = False
    most_listed: int | None = None
    absent: dict[tuple[str, str], Absent] = field(default_factory=dict)  # by "team" or "practitioner", and as typed
    calendar: Calendar = field(init=False)
    narrowed: str = field(init=False, default="TRUE")  # SQL over `everybody`: is the case selected?

    def __post_init__(self) -> None:
        self.calendar = Calendar.of(self.names.closed_days)
        self._alone = {n: len(self.items) + place for place, n in enumerate(_unread(self.items))}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.extract.close()

    # ── which cases ──────────────────────────────────────────────────────────────────────────────

    def prepare(self) -> None:
        """Makes the tables `chosen`: the cases selected, what they are called and whose they are; and
        `outcomes`: their states, a row for each case and item. A gap is `in_record` if it is one
        whatever a reader answers."""
        names = self.names
        key = [f"c.{quoted(column)}" for column in names.key]
        several = f"count(*) OVER (PARTITION BY {key[0]}) > 1"
        whole = " || '/' || ".join(f"coalesce({column}, '')" for column in key)
        ref = f"CASE WHEN {several} THEN {whole} ELSE {key[0]} END" if len(key) > 1 else key[0]
        team, team_label = self._group_sql("team")
        practitioner, practitioner_label = self._group_sql("practitioner")
        by, by_label = "''", "''"
        join, last = "", self.plan.states([len(self.plan.items) - 1])
        if self.selection.by in names.groups:
            by, by_label = self._group_sql(self.selection.by)
        elif self.selection.by:
            by, join = "coalesce(s.\"_by\", '')", f"JOIN {last} s ON s._case = c._case"
            if names.facts[self.selection.by].values:
                by = f"replace({by}, '_', ' ')"  # the dictionary's own words for codes
        end = f"c.{quoted(names.end)}" if names.end else "CAST(NULL AS DATE)"
        label = f"CAST(c.{quoted(names.label)} AS VARCHAR)" if names.label else "CAST(NULL AS VARCHAR)"
        self._run(
            f"CREATE TEMP TABLE everybody AS SELECT c._case, {ref} AS ref, {team} AS team, {team_label} AS team_label, "
            f"{practitioner} AS practitioner, {practitioner_label} AS practitioner_label, {label} AS label, "
            f"c.{quoted(names.start)} AS start_day, CASE WHEN {end} < {literal(self.as_at)} THEN {end} END AS ended "
            'FROM "t_cases" c'
        )
        self._check_references()
        tests = ["TRUE"]
        for word, column, wanted in (
            ("team", "team", self.selection.teams),
            ("practitioner", "practitioner", self.selection.practitioners),
        ):
            if wanted:
                codes = ", ".join(literal(code) for code in self._codes(word, column, wanted))
                tests.append(f"e.{column} IN ({codes})" if codes else "FALSE")
        if self.selection.only[0]:
            fact, value = self.selection.only
            yes_no = names.facts[fact].type is Type.YES_NO
            kept = literal({"yes": "true", "no": "false"}[value] if yes_no else value)
            tests.append(f'e._case IN (SELECT _case FROM {last} WHERE "_only" = {kept})')
        self.narrowed = " AND ".join(tests)
        self._run(
            "CREATE TEMP TABLE chosen AS "
            "SELECT e.*, dense_rank() OVER (ORDER BY team, practitioner, by_code) AS who FROM ("
            f"SELECT e.*, {by} AS by_code, {by_label} AS by_label FROM everybody e "
            f'JOIN "t_cases" c ON c._case = e._case {join} '
            f"WHERE e._case IN (SELECT _case FROM {last}) AND {self.narrowed}) e"
        )
        every = range(len(self.items))
        selects = [self._long(every[n : n + TOGETHER]) for n in range(0, len(every), TOGETHER)]
        self._run(f"CREATE TABLE outcomes AS {' UNION ALL '.join(selects)}")

    def _long(self, numbers: Sequence[int]) -> str:
        """The states of these items, a row for each chosen case and item."""
        columns = {
            "item": map(str, numbers),
            "state": map(self._counted, numbers),
            "due": (f"s.d{n}" for n in numbers),
            "reason": (f"s.r{n}" for n in numbers),
            "in_record": map(self._in_record, numbers),
            "passed": (f"s.p{n}" if self.passed else "TRUE" for n in numbers),
        }
        if self.selection.due_in:
            columns["whole"] = (f"s.s{n}" for n in numbers)
        lists = ", ".join(f"unnest([{', '.join(texts)}]) AS {name}" for name, texts in columns.items())
        there = self.plan.states([*numbers, *(self._alone[n] for n in numbers if n in self._alone)])
        return f"SELECT c._case, {lists} FROM {there} s JOIN chosen c ON c._case = s._case"

    def _counted(self, n: int) -> str:
        """SQL over the states: which one is counted? Where nothing was due in the period, nobody is relevant."""
        return f"coalesce(s.w{n}, {said(State.NOT_RELEVANT)})" if self.selection.due_in else f"s.s{n}"

    @property
    def _whole(self) -> str:
        """SQL over `outcomes o`: the state whenever it was due. Lists of what to do have everything that is open."""
        return "o.whole" if self.selection.due_in else "o.state"

    def _in_period(self) -> str:
        """SQL over `outcomes o`: is the day beside the state the counted state's own?"""
        due_in = self.selection.due_in
        if not due_in:
            return "TRUE"
        return f"(o.whole = o.state AND o.due BETWEEN {literal(due_in.first)} AND {literal(due_in.last)})"

    def _check_references(self) -> None:
        """A reference with a slash can be what another's becomes with its order behind it: two people under one head
        in every list, and answers to the one might be taken for the other's. Raises ExtractStop."""
        rows = self._run(
            'SELECT t._row FROM everybody e JOIN "t_cases" t ON t._case = e._case '
            "WHERE e.ref IN (SELECT ref FROM everybody GROUP BY ref HAVING count(*) > 1) ORDER BY 1"
        )
        if rows:
            where = next(source.shown for source in self.extract.sources if source.table == "cases")
            which = f", {named_rows([row for (row,) in rows])}" if rows[0][0] > 0 else f", {len(rows):,} cases"
            raise ExtractStop(
                f"{where}{which}: lists could not tell these cases apart, since a reference has a “/” in it. Write it"
                " without, in every table."
            )

    def _in_record(self, n: int) -> str:
        """SQL over the states: has the item a gap whatever a reader answers?"""
        gap = f"s.s{n} = {said(State.GAP)}"
        if not self.items[n].judged:
            return gap
        return f"({gap} AND s.s{self._alone[n]} = {said(State.GAP)})" if n in self._alone else "FALSE"

    def _codes(self, word: str, column: str, wanted: Iterable[str]) -> list[str]:
        """The codes as the extract has them, whatever the capitals they were typed in. Raises UsageStop."""
        known = [code for (code,) in self._run(f"SELECT DISTINCT {column} FROM everybody")]
        found = []
        for typed in wanted:
            alike = [code for code in known if code.casefold() == typed.casefold()]
            if typed in known:
                found.append(typed)
            elif len(alike) == 1:
                found.append(alike[0])
            elif alike:
                raise UsageStop(f"{len(alike)} {word}s are called “{typed}” but for capitals: type it exactly.")
            elif typed.casefold() == UNALLOCATED and "" in known:
                found.append("")
            elif named := self._named(column, typed):
                if len(named) > 1:
                    raise UsageStop(f"{len(named)} {word}s are called “{typed}”. Give a code: {one_of(named)}.")
                found += named
            else:
                who = holders(self.names) if word == PRACTITIONER else ""
                earlier = self._run(f"SELECT DISTINCT code FROM ({who}) held WHERE code <> ''") if who else []
                held_before = typed.casefold() in (code.casefold() for (code,) in earlier)
                absent = Absent(
                    tuple(sorted(code for code in known if code not in ("", UNTOLD, NOT_SUPPLIED))), held_before
                )
                if not self.one_of_several:
                    raise no_such(word, typed, absent)
                self.absent[word, typed] = absent
        return found

    def _named(self, column: str, typed: str) -> list[str]:
        """The codes of the teams, or practitioners, that are shown with this name."""
        rows = self._run(f"SELECT DISTINCT {column}, {column}_label FROM everybody WHERE {column} <> '' ORDER BY 1")
        return [code for code, label in rows if label.casefold() == typed.casefold()]

    def _group_sql(self, name: str) -> tuple[str, str]:
        """A grouping's code and label as SQL over `c`; '' where a case is unallocated."""
        group = self.names.groups.get(name)
        if group is None or not self._supplied(name):
            # nobody's name is not the same as nobody
            return literal(NOT_SUPPLIED if name == "practitioner" else ""), "''"
        code = f"coalesce(CAST(c.{quoted(group.code)} AS VARCHAR), '')"
        if name == PRACTITIONER:
            code = f"CASE WHEN {reads_as_nobody(code)} THEN '' ELSE {code} END"
        if group.unallocated:
            none = nobody(group, lambda column: f"c.{quoted(column)}")
            code = f"CASE WHEN {code} = {none} THEN '' ELSE {code} END"
        label = f"coalesce(CAST(c.{quoted(group.label)} AS VARCHAR), '')" if group.label else "''"
        if name == PRACTITIONER:
            unread = f"c.{quoted(group.code + '__bad')}"
            code = f"CASE WHEN {unread} THEN {literal(UNTOLD)} ELSE {code} END"
            label = f"CASE WHEN {unread} THEN '' ELSE {label} END"
        return code, label

    def _supplied(self, name: str) -> bool:
        """Does the extract say which group of this grouping a case is in?"""
        group = self.names.groups.get(name)
        return group is not None and ("cases", group.code) not in self.extract.missing_columns

    # ── counts ───────────────────────────────────────────────────────────────────────────────────

    def states(self) -> list[tuple[str, str, State, date | None]]:
        """Every chosen case and item: reference, item id, state, and the day beside it."""
        rows = self._run(
            "SELECT c.ref, o.item, o.state, o.due FROM outcomes o JOIN chosen c ON c._case = o._case "
            "ORDER BY o._case, o.item"
        )
        return [(ref, self.items[n].id, State(state), due) for ref, n, state, due in rows]

    def fingerprint(self) -> str:
        """What stands for the rows that were audited, whatever their order and the kind of file they came in."""
        digest = sha256()
        for table in sorted(source.table for source in self.extract.sources):
            name = quoted("t_" + table)
            without = "_row, _case" if table == "cases" else "_row"
            parts = ", ".join(f"sum(CAST('0x' || m[{at}:{at + 13}] AS BIGINT))" for at in (1, 15))
            digest.update(
                repr(
                    (
                        table,
                        self._run(
                            f"SELECT count(*), {parts} FROM (SELECT md5(CAST(r AS VARCHAR)) AS m "
                            f"FROM (SELECT * EXCLUDE ({without}) FROM {name}) r)"
                        ),
                    )
                ).encode()
            )
        return digest.hexdigest()

    def whole_keys(self) -> dict[int, tuple[tuple[str, ...], str]]:
        """By number, every chosen case's whole key, as the extract has it, and its team."""
        key = ", ".join(f"coalesce(CAST(t.{quoted(column)} AS VARCHAR), '')" for column in self.names.key)
        rows = self._run(
            f'SELECT c._case, c.team, {key} FROM chosen c JOIN "t_cases" t ON t._case = c._case ORDER BY 1'
        )
        return {case: (tuple(parts), team) for case, team, *parts in rows}

    def case_rows(self) -> list[tuple[str, tuple[str, ...], int]]:
        """Every chosen case: its reference as lists show it, its whole key, and its row in the table of cases."""
        key = ", ".join(f"coalesce(CAST(t.{quoted(column)} AS VARCHAR), '')" for column in self.names.key)
        rows = self._run(
            f'SELECT c.ref, t._row, {key} FROM chosen c JOIN "t_cases" t ON t._case = c._case ORDER BY t._case'
        )
        return [(ref, tuple(parts), at) for ref, at, *parts in rows]

    def audits_read(self) -> frozenset[str]:
        """Of which audits the readers' answers are that count here, where that is known."""
        table = self.names.tables.get(answers.TABLE)
        supplied = any(source.table == answers.TABLE for source in self.extract.sources)
        if not supplied or not table or "audit" not in table.columns or not any(item.judged for item in self.items):
            return frozenset()
        if self.names.audit is not None:
            return frozenset({self.names.audit})
        rows = self._run(f"SELECT DISTINCT audit FROM {quoted('t_' + table.name)} WHERE audit IS NOT NULL")
        return frozenset(audit for (audit,) in rows)

    def open_gaps(self) -> Iterator[tuple[int, str, str]]:
        """Every gap of a chosen case: its number, the item, and of an `each` the day of each occurrence that is one."""
        is_gap = f"{self._whole} = {said(State.GAP)}"
        rows = self._run(f"SELECT o._case, o.item FROM outcomes o WHERE {is_gap} ORDER BY 1, 2")
        for case, item, days, _ in self._occurrences([(case, self.items[n]) for case, n in rows]):
            gaps = sorted(day for day, state in days.items() if state is State.GAP)
            yield from ((case, item.id, day) for day in gaps or [""])

    def fates(self, wanted: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str, str, State]]:
        """Of chosen cases, by number, and items: the state, and of an `each` that of each occurrence by its day."""
        known = {item.id: item for item in self.items}
        for case, item, days, whole in self._occurrences([(case, known[an_id]) for case, an_id in wanted]):
            yield from ((case, item.id, day, state) for day, state in days.items())
            yield case, item.id, "", whole

    def _occurrences(self, wanted: Sequence[tuple[int, Item]]) -> Iterator[tuple[int, Item, dict[str, State], State]]:
        """For cases and items: of an `each` the state of the occurrences of each day, worst first, and the whole."""
        eaches = {item.id for item in self.items if any(isinstance(leaf, Each) for leaf in leaves_of(item.met_if))}
        outcomes = dict(self._outcomes(pair for pair in wanted if pair[1].id in eaches))
        number = {item.id: n for n, item in enumerate(self.items)}
        cases = ", ".join(map(str, sorted({case for case, _ in wanted}))) or "-1"
        found = self._run(f"SELECT o._case, o.item, {self._whole} FROM outcomes o WHERE o._case IN ({cases})")
        states = {(case, n): State(word) for case, n, word in found}
        for case, item in wanted:
            days: dict[str, list[State]] = {}
            if outcome := outcomes.get((case, item.id.upper())):
                accepted_whole = outcome.state is State.EXCUSED and outcome.before is State.GAP
                for leaf in outcome.leaves:
                    for settled in leaf.settled if isinstance(leaf.pattern, Each) else ():
                        state = settled.state if outcome.relevant else outcome.state
                        state = State.EXCUSED if accepted_whole and state is State.GAP else state
                        if settled.part.day:
                            days.setdefault(settled.part.day.isoformat(), []).append(state)
            yield case, item, {day: roll_up(of) for day, of in days.items()}, states[case, number[item.id]]

    def result(self, *, whole: bool = False) -> Result:
        """The counts that the summary shows; `whole` with the gap list and the faults, for what is handed on."""
        self.tell("counting")
        horizon = self._horizon()
        rows = self._grouped(horizon)
        overall = _rolled(rows, lambda row: ("", "", ""))
        teams = _rolled(rows, lambda row: (row.team, row.team_label, "")) if self._supplied("team") else ()
        people = (
            _rolled(rows, lambda row: (row.practitioner, row.practitioner_label, row.team))
            if self._supplied("practitioner")
            else ()
        )
        by = self.selection.by
        groups = _rolled(rows, lambda row: (row.by, row.by_label, "")) if by else ()
        values = self.names.facts[by].values if by in self.names.facts else ()
        order = tuple(value.replace("_", " ") for value in values or ())
        groups = in_order(groups, order)
        none = GroupRow("", "", "", 0, 0, {item.id: Counts() for item in self.items})
        yet_to_start = f"e.start_day > {literal(self.as_at)} AND {self.narrowed}"
        not_started = self._run(f"SELECT count(*) FROM everybody e WHERE {yet_to_start}")[0][0]
        overall_row = overall[0] if overall else none
        about = self.about()
        about = replace(about, warnings=(*about.warnings, *self._never_recorded(overall_row)))
        if not self.one_of_several:
            alike = (*spelt_alike("team", teams), *spelt_alike("practitioner", people))
            about = replace(about, warnings=(*about.warnings, *alike))
        found = Result(
            about=about,
            items=self._item_infos(),
            cases=overall_row.cases,
            not_started=not_started,
            teams=teams,
            practitioners=people,
            overall=overall_row,
            first=self._first(),
            reasons=self._reasons(),
            horizon=horizon,
            by=by if by == "practitioner" else plain(by),
            groups=groups,
            order=order,
            ended_gaps=sum(row.ended_gaps for row in rows),
            ended_in_record=sum(row.ended_in_record for row in rows),
            late_before=sum(row.late_before for row in rows),
            accepted=Counter(row.standing for row, *_ in self._accepted()),
            listed=self.gap_list() if whole else None,
            faults=tuple(self.extract.fault_rows()) if whole else (),
            sheets=self._sheets() if whole else None,
        )
        if not any(checklist.scale for checklist in self.checklists):
            return found
        from auditcheck.ratings import ratings

        return replace(found, ratings=ratings(found, self.checklists, self.rated))

    def _item_infos(self) -> tuple[ItemInfo, ...]:
        infos = [item_info(item) for item in self.items]
        if self.passed:
            from auditcheck.definition import definitions

            known = definitions(self.items, self.names)
            infos = [replace(info, definition=known[info.id]) for info in infos]
        return tuple(infos)

    def _sheets(self) -> Sheets:
        """What the items asked are, in English."""
        from auditcheck.describe import describe

        asked = [
            replace(checklist, items=tuple(item for item in checklist.items if item in self.items))
            for checklist in self.checklists
        ]
        return describe([checklist for checklist in asked if checklist.items], self.names)

    def _grouped(self, horizon: date) -> list[_Counted]:
        """The states counted for each team, practitioner and group asked for; all else is added up."""
        gap = said(State.GAP)
        cases = self._run(
            "SELECT c.team, c.practitioner, c.by_code, "
            "min(nullif(c.team_label, '')), min(nullif(c.practitioner_label, '')), min(nullif(c.by_label, '')), "
            "count(*), count(*) FILTER (WHERE o.gap), sum(o.answered_no), "
            "count(*) FILTER (WHERE o.gap AND NOT o.in_record), min(c.who) FROM chosen c JOIN ("
            f"SELECT _case, bool_or(state = {gap}) AS gap, bool_or(in_record AND state = {gap}) AS in_record, "
            f"count(*) FILTER (WHERE state = {gap} AND NOT in_record) AS answered_no FROM outcomes GROUP BY _case"
            ") o ON o._case = c._case GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        )
        rows = {row[:3]: _Counted(*row[:3], *(label or "" for label in row[3:6]), *row[6:-1]) for row in cases}
        named = {row[-1]: row[:3] for row in cases}
        place = {state: number for number, state in enumerate(IN_ORDER)}
        met_at, waiting_at, late_at = place[State.MET], place[State.NOT_YET_DUE], place[State.LATE]
        tables: dict[tuple[str, str, str], dict[int, list[int]]] = {}
        passed: dict[tuple[str, str, str], dict[int, list[int]]] = {}
        for group, item, oldest, ended, ended_in_record, due_soon, *numbers in self._tallies(horizon):
            who = named[group]
            row = rows[who]
            tables.setdefault(who, {})[item] = numbers[: len(place)]
            if self.passed:
                passed.setdefault(who, {})[item] = fell_due = numbers[len(place) :]
                # what waits for one answer has been met as far as anything had fallen due
                fell_due[met_at] += fell_due[waiting_at]
                fell_due[waiting_at] = 0
            row.due_soon += due_soon
            row.ended_gaps += ended
            row.ended_in_record += ended_in_record
            if oldest is not None:
                row.oldest = max(row.oldest or 0, (self.as_at - oldest).days)
        for team, now, by, then, label, number, count in self._late_before():
            by_then = then if self.selection.by == PRACTITIONER else by
            by_label = label if self.selection.by == PRACTITIONER else ""
            former = rows.setdefault((team, then, by_then), _Counted(team, then, by_then, "", label, by_label, 0, 0))
            former.late_before += count
            for of in (tables, passed) if self.passed else (tables,):
                _numbers(of, (team, now, by), number)[late_at] -= count
                _numbers(of, (team, then, by_then), number)[late_at] += count
        for of in (tables, passed) if self.passed else (tables,):
            for who, items in of.items():
                counts = rows[who].counts if of is tables else rows[who].passed
                for number, numbers in items.items():
                    counts[self.items[number].id] = Counts(tuple(numbers))
        return list(rows.values())

    def _tallies(self, horizon: date) -> Iterator[tuple[Any, ...]]:
        """For each group, by its number, and item: the first day of its gaps, how many of them are of ended cases, and
        how many of those in the record alone; how many fall due soon; and how many cases have each state, in the order
        of IN_ORDER, and, if those are asked for, of what had fallen due alone. Of a whole country there are millions,
        so they come a few items at a time."""
        running, gap = "c.ended IS NULL", f"o.state = {said(State.GAP)}"
        states = [f"count(*) FILTER (WHERE o.state = {said(state)})" for state in IN_ORDER]
        if self.passed:
            states += [f"count(*) FILTER (WHERE o.passed AND o.state = {said(state)})" for state in IN_ORDER]
        step = TOGETHER if self.extract.large else len(self.items)
        for first in range(0, len(self.items), step):
            yield from self._run(
                f"SELECT c.who, o.item, min(o.due) FILTER (WHERE {gap} AND {running} AND {self._in_period()}), "
                f"count(*) FILTER (WHERE {gap} AND NOT {running}), "
                f"count(*) FILTER (WHERE {gap} AND NOT {running} AND o.in_record), "
                f"count(*) FILTER (WHERE {self._comes_up(horizon)}), {', '.join(states)} "
                "FROM outcomes o JOIN chosen c ON c._case = o._case "
                f"WHERE o.item BETWEEN {first} AND {first + step - 1} GROUP BY 1, 2"
            )

    def _comes_up(self, horizon: date) -> str:
        """SQL over `outcomes o` and `chosen c`: does something of a running case fall due by then?"""
        open_states = f"({said(State.NOT_YET_DUE)}, {said(State.MET)})"
        due = f"o.due BETWEEN {literal(self.as_at)} AND {literal(horizon)}"
        return f"{self._whole} IN {open_states} AND {due} AND c.ended IS NULL"

    def _late_before(self) -> list[tuple[str, str, str, str, str, int, int]]:
        """Late of chosen cases that somebody else held on the deadline: the case's team, practitioner
        and group, who held it then (code and label), the item's number, and how many."""
        who = holders(self.names)
        if not who or not self._supplied(PRACTITIONER):
            return []
        self._run(f"CREATE OR REPLACE TEMP TABLE holders AS {who}")
        self._run(
            "CREATE OR REPLACE TEMP TABLE moved AS SELECT DISTINCT c._case, c.team, c.practitioner, c.by_code "
            "FROM chosen c JOIN holders h ON h._case = c._case AND h.code <> c.practitioner"
        )
        late = (
            "SELECT m.*, o.item, h.code, "
            "row_number() OVER (PARTITION BY o._case, o.item ORDER BY h.since DESC) AS place FROM outcomes o "
            "JOIN moved m ON m._case = o._case JOIN holders h ON h._case = o._case AND h.since <= o.due "
            f"WHERE o.state = {said(State.LATE)} AND {self._in_period()}"
        )
        return self._run(
            "SELECT x.team, x.practitioner, x.by_code, x.code, coalesce(min(l.label), ''), x.item, count(*) "
            f"FROM ({late}) x "
            "LEFT JOIN (SELECT practitioner AS code, min(nullif(practitioner_label, '')) AS label FROM everybody "
            "GROUP BY 1) l ON l.code = x.code WHERE x.place = 1 AND x.code <> x.practitioner "
            "GROUP BY 1, 2, 3, 4, 6 ORDER BY 1, 2, 3, 4, 6"
        )

    def _reasons(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        counted = self._run(
            "SELECT o.item, o.state, o.reason, count(*) FROM outcomes o WHERE o.reason IS NOT NULL "
            f"AND {self._whole} = o.state "
            f"AND o.state IN ({said(State.LEFT_OUT)}, {said(State.EXCUSED)}) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        )
        for n, state, reason, count in counted:
            item = self.items[n]
            words = f"{state}: {self._reason(item, State(state), reason)}"
            of_item = found.setdefault(item.id, {})
            of_item[words] = of_item.get(words, 0) + count
        return found

    @staticmethod
    def _reason(item: Item, state: State, number: int | None) -> str:
        if number is None:
            return ""
        reasons = item.excused_if if state is State.EXCUSED else item.left_out_if
        if number < len(reasons):
            return reasons[number].words
        return accepted.WORDS if state is State.EXCUSED else NOT_SAMPLED

    def _horizon(self) -> date:
        ahead = Duration(self.selection.due_within, Unit.WORKING_DAYS)
        return self.calendar.add(self.as_at, ahead) or self.as_at

    def about(self) -> About:
        """What was checked, on what, and how fresh it is."""
        extract, names, chosen = self.extract, self.names, self.selection
        narrowed = [
            *(f"team {code}" for code in chosen.teams),
            *(f"practitioner {code}" for code in chosen.practitioners),
            *(f"item {code.upper()}" for code in chosen.items),
            *(f"{severity} severity" for severity in chosen.severities),
            *([f"what was due in {chosen.due_in}"] if chosen.due_in else []),
            *(f"{plain(fact)} {plain(value)}" for fact, value in [chosen.only] if fact),
        ]
        used = {item.checklist for item in self.items}
        return About(
            title=names.title,
            as_at=self.as_at,
            extract=extract.called or called(extract.path),
            sources=extract.sources,
            not_supplied=tuple(table for table in extract.not_supplied if table in self.used_columns),
            newest_entry=extract.newest_entry(self.as_at),
            faults=extract.faults,
            dictionary=names.name,
            dictionary_version=names.version,
            checklists=tuple((c.name, c.version) for c in self.checklists if c.name in used),
            selection=tuple(narrowed),
            warnings=tuple(self._warnings()),
            as_at_from=self.as_at_from,
            adjustments=self.adjustments,
            of_files=not extract.called,
            not_asked=() if chosen.items else not_asked_of(self.checklists),
        )

    def _warnings(self) -> Iterable[str]:
        """Columns and rows the extract lacks: whatever depends on them cannot be told."""
        extract = self.extract
        yield from still_to_come(extract, self.names, self.as_at)
        yield from self.adjustments.overdue if self.adjustments else ()
        narrowed = self.selection.items or self.selection.severities
        if idle := self.adjustments.idle if self.adjustments and not narrowed else ():
            yield f"{listed(idle)}: adjusted, and not asked of this extract, so that it changes nothing here"
        if due_in := self.selection.due_in:
            yield f"only what was due in {due_in} is counted: who had nothing due then is “not relevant” here"
            gap = said(State.GAP)
            (besides,) = self._run(f"SELECT count(*) FROM outcomes o WHERE o.whole = {gap} AND o.state <> {gap}")[0]
            if besides:
                gaps, are = ("1 gap that was", "is") if besides == 1 else (f"{besides:,} gaps that were", "are")
                yield f"besides, {gaps} not due in {due_in} {are} open: lists have all of them"
        if nearly := extract.faults.get(NEARLY_OURS):
            yield (
                f"{nearly:,} row{'' if nearly == 1 else 's'} of other cases would be of these but for capitals, "
                "spaces, leading zeros or “.0” at the end of the reference: gaps may be false until that is put right"
            )
        yield from extract.warnings
        if untold := self._run(f"SELECT count(*) FROM chosen WHERE practitioner = {literal(UNTOLD)}")[0][0]:
            whose = "1 case: whose it is" if untold == 1 else f"{untold:,} cases: whose they are"
            yield f"{whose} cannot be told, as the cell could not be read"
        yield from below_cases(extract)
        yield from turned_round(extract)
        yield from hidden_rows(extract.sources)
        in_use = ((t, c) for t, c in extract.missing_columns if c in self.used_columns.get(t, ()))
        for words in lacking_columns(in_use):
            yield f"{words}: what depends on it cannot be told"
        yield from beside_a_file(extract.path)
        of_answers = [
            source
            for source in extract.not_read
            if answers.TABLE not in self.names.tables
            and source.removeprefix("sheet ").split(".")[0].casefold() == answers.TABLE
        ]
        for source in of_answers:
            lacks = f"the dictionary has no table “{answers.TABLE}”"
            yield f"{source} is not read: {lacks}, so its answers do not count"
        if others := [source for source in extract.not_read if source not in of_answers]:
            are = "is" if len(others) == 1 else "are"
            yield f"{listed(others)} {are} not read: no table of the dictionary is called so"
        for table in sorted(self.used_columns.keys() & extract.unknown_tables):
            if table not in extract.not_supplied and table != accepted.TABLE:
                yield f"{table} has no rows of these cases: what depends on it cannot be told"

    def _never_recorded(self, overall: GroupRow) -> Iterable[str]:
        """Items of which many are gaps and nobody is met or late, where what they look for is nowhere in the extract:
        rather than that nobody did it, it may have another code here. A blank column of the cases says what it is."""
        absent: dict[str, bool] = {}

        def is_absent(event: str) -> bool:
            if event not in absent:
                rows = {source.table: source.kept for source in self.extract.sources}
                sources = self.names.events[event].sources
                supplied = all(rows.get(one.table) and (one.where or one.table != "cases") for one in sources)
                absent[event] = supplied and not any(map(self._may_occur, sources))
            return absent[event]

        found = []
        for item in self.items:
            counts = overall.counts.get(item.id, Counts())
            if counts.of(State.GAP) == counts.base >= MANY_GAPS and (events := never_met(item.met_if, is_absent)):
                found.append(f"{item.id} ({counts.base:,} gaps: {listed([event_words(event) for event in events])})")
        if found:
            its, is_ = ("its code", "is") if len(found) == 1 else ("their codes", "are")
            yield (
                f"{listed(found)}: nobody is met or late, and nothing in the extract is recorded as that. Perhaps {its}"
                f" {is_} not as in the dictionary: inspect counts every event"
            )

    def _may_occur(self, rows: RowsOf) -> bool:
        """May any row of a table, of whichever case and day, be one of these?"""
        where = self.plan.needed_by(rows.table, [self.plan.needed(rows)])
        return bool(self._run(f"SELECT 1 FROM {self.plan.relation(rows.table, where=where)} t LIMIT 1"))

    # ── findings ─────────────────────────────────────────────────────────────────────────────────

    def _first(self, most: int = MOST_FIRST) -> tuple[Finding, ...]:
        """The most urgent gap of the running cases that have the most urgent ones: by severity, longest
        overdue first, those without a date after the others. Gaps that readers' answers alone make are
        not put right by looking at the case: they come only where the record has none."""
        if rows := self._urgent("o.in_record", most):
            return tuple(self._findings(rows))
        rows = self._urgent(f"{self._whole} = {said(State.GAP)}", most)
        return tuple(replace(finding, answered_no=True) for finding in self._findings(rows))

    def _urgent(self, test: str, most: int) -> list[_Row]:
        """For at most so many running cases, one state that fits the test: the most urgent."""
        arms = "".join(
            f" WHEN o.item IN ({', '.join(of)}) THEN {place}"
            for place, severity in enumerate(SEVERITIES)
            if (of := [str(n) for n, item in enumerate(self.items) if item.severity == severity])
        )
        rows = self._run(
            "SELECT _case, item, state, due, reason FROM (SELECT u.*, "
            "row_number() OVER (PARTITION BY _case ORDER BY severity, due NULLS LAST, item) AS place "
            f"FROM (SELECT o._case, o.item, {self._whole} AS state, o.due, o.reason, c.ref, CASE{arms} END AS severity "
            f"FROM outcomes o JOIN chosen c ON c._case = o._case WHERE {test} AND c.ended IS NULL) u) v "
            f"WHERE place = 1 ORDER BY severity, due NULLS LAST, ref LIMIT {most}"
        )
        return [(case, n, State(state), due, reason) for case, n, state, due, reason in rows]

    def gap_list(self) -> GapList:
        """What to do, case by case, and what is coming up. Raises ExtractStop where that is more than `most_listed`."""
        horizon = self._horizon()
        rows = self._accepted()
        # at once: each case's record is fetched for all of its states together
        in_words = f"({self._whole} IN ({said(State.GAP)}, {said(State.CANNOT_TELL)}) OR ({self._comes_up(horizon)}))"
        self._check_length(f"{in_words} OR {self._whole} = {said(State.TO_JUDGE)}")
        found = list(self._worded(in_words))
        gaps = [finding for finding in found if finding.state is State.GAP]
        unknown = [finding for finding in found if finding.state is State.CANNOT_TELL]
        coming = [finding for finding in found if finding.state not in (State.GAP, State.CANNOT_TELL)]
        coming += self._expiring(rows, horizon)
        judge = self._findings(self._rows(f"{self._whole} = {said(State.TO_JUDGE)}"), words=False)
        return GapList(
            about=self.about(),
            whose=self._whose(),
            cases=self._run("SELECT count(*) FROM chosen")[0][0],
            gaps=tuple(most_urgent(f for f in gaps if f.case.ended is None)),
            ended=tuple(most_urgent(f for f in gaps if f.case.ended is not None)),
            coming_up=tuple(soonest(coming)),
            to_judge=tuple(judge),
            cannot_tell=tuple(unknown),
            horizon=horizon,
            accepted=tuple(row for row, *_ in rows),
        )

    def _check_length(self, where: str) -> None:
        """Raises ExtractStop where a list of the states that fit `where` has more lines than it may."""
        if self.most_listed is None:
            return
        lines = self._run(f"SELECT count(*) FROM outcomes o JOIN chosen c ON c._case = o._case WHERE {where}")[0][0]
        if lines > self.most_listed:
            about = self.about()
            more = " or raise --memory-limit," if about.of_files else ""
            raise ExtractStop(
                f"{about.extract}: a list of {lines:,} findings is too long for the memory that it may use. Ask for "
                f"less, with --team, --item or --checklist,{more} or leave lists out, with run --board."
            )

    def _worded(self, where: str) -> Iterator[Finding]:
        """The states that fit `where`, in words; and of every gap whether it is one only because a reader answered
        no."""
        rows = self._rows(where)
        answered = {
            (case, n)
            for case, n in self._run(
                f"SELECT o._case, o.item FROM outcomes o WHERE {self._whole} = {said(State.GAP)} AND NOT o.in_record"
            )
        }
        for (case, n, *_), finding in zip(rows, self._findings(rows), strict=True):
            yield replace(finding, answered_no=(case, n) in answered)

    def _whose(self) -> str:
        chosen = self.selection
        if chosen.practitioners:
            teams = [team for (team,) in self._run("SELECT DISTINCT team FROM chosen ORDER BY 1") if team]
            return ", ".join((*chosen.practitioners, *teams))
        return ", ".join(f"team {code}" for code in chosen.teams)

    def _rows(self, where: str, order: str = "o._case, o.item") -> list[_Row]:
        """The chosen cases' states that fit `where`, over `outcomes o` and `chosen c`."""
        rows = self._run(
            f"SELECT o._case, o.item, {self._whole}, o.due, o.reason FROM outcomes o "
            f"JOIN chosen c ON c._case = o._case WHERE {where} ORDER BY {order}"
        )
        return [(case, n, State(state), due, reason) for case, n, state, due, reason in rows]

    def _findings(self, rows: Sequence[_Row], words: bool = True) -> list[Finding]:
        found = []
        infos = self._case_infos({row[0] for row in rows})
        readings: dict[int, CaseReading] = {}
        batches = self._batches(list(dict.fromkeys(row[0] for row in rows)), "putting into words")
        for case, n, state, due, reason in rows:
            item = self.items[n]
            text = ""
            to_mend = state is State.GAP and infos[case].ended is None  # what is still to come has its own day
            if words:
                if case not in readings:
                    readings = next(batches)
                outcome = evaluate(item, readings[case])
                doubtful = state is State.CANNOT_TELL
                text = doubt_words(item, outcome, readings[case]) if doubtful else found_words(outcome)
            found.append(
                Finding(
                    case=infos[case],
                    item=item_info(item),
                    state=state,
                    due=due,
                    days=(self.as_at - due).days if due else None,
                    found=text,
                    reason=self._reason(item, state, reason),
                    fix_by=self.calendar.add(self.as_at, item.fix_within) if item.fix_within and to_mend else None,
                )
            )
        return found

    def unknown(self, item: Item, most: int) -> list[CaseReading]:
        """The records of cases for which an item cannot be told, at most so many."""
        number = self.items.index(item)
        cases = [
            row[0] for row in self._rows(f"o.item = {number} AND {self._whole} = {said(State.CANNOT_TELL)}")[:most]
        ]
        return list(self._readings(cases).values())

    # ── accepted gaps ────────────────────────────────────────────────────────────────────────────

    def _accepted(self) -> list[tuple[AcceptedRow, Acceptance, int | None]]:
        """The rows of accepted gaps that concern this run, how each stands, and its case's number."""
        table = self.names.tables.get(accepted.TABLE)
        if table is None or all(source.table != accepted.TABLE for source in self.extract.sources):
            return []
        columns = sorted(accepted.used(table))
        cells = ", ".join(f"t.{quoted(name)}, t.{quoted(name + '__bad')}" for name in columns)
        audited = f"e._case IN (SELECT _case FROM {self.plan.states([0])})"
        rows = self._run(
            f"SELECT e._case, e.ref, {audited}, {cells} FROM {quoted('t_' + table.name)} t "
            f'JOIN "t_cases" c ON {same_case(self.names, table)} JOIN everybody e ON e._case = c._case '
            f"WHERE {self.narrowed} ORDER BY e._case, t._row"
        )
        if self.narrowed == "TRUE":  # nobody can tell whose the others would be
            ref = " || '/' || ".join(f"coalesce(CAST(t.{quoted(column)} AS VARCHAR), '')" for column in table.link)
            others = f"SELECT NULL, {ref}, FALSE, {cells} FROM {quoted(accepted.OF_OTHERS)} t ORDER BY 2, t._row"
            rows += self._run(others)
        known = {item.id.upper() for checklist in self.checklists for item in checklist.items}
        asked = {item.id.upper(): item for item in self.items}
        read = []
        for case, ref, audited, *values in rows:
            row = Acceptance.of({name: (values[2 * n], values[2 * n + 1]) for n, name in enumerate(columns)})
            if row.item not in known - asked.keys():
                read.append((row, case, ref, audited))
        wanted = dict.fromkeys(
            (case, row.item)
            for row, case, _, audited in read
            if audited and row.item in asked and row.in_force(self.as_at)
        )
        outcomes = dict(self._outcomes((case, asked[item]) for case, item in wanted))
        found = []
        for row, case, ref, audited in read:
            why = row.wrong(self.as_at)
            standing = Standing.NOT_COUNTED if row.lacks else Standing.EXPIRED if why else Standing.NOTHING
            if not why:
                if row.item not in asked:
                    why = "no item of these checklists is called so"
                elif case is None:
                    why = "no such case in this extract"
                elif not audited:
                    why = f"the case starts after {weekday_date(self.as_at)}: not audited"
                else:
                    why = why_not(row, outcomes[case, row.item], self.as_at)
                    standing = standing if why else Standing.IN_FORCE
            shown_row = AcceptedRow(ref, row.item, standing, why, row.until, row.day, row.reason, row.by)
            found.append((shown_row, row, case))
        return found

    def _outcomes(self, wanted: Iterable[tuple[int, Item]]) -> Iterator[tuple[tuple[int, str], Outcome]]:
        """What the plain reading finds, by case and item's id in capitals."""
        asked: dict[int, list[Item]] = {}
        for case, item in wanted:
            asked.setdefault(case, []).append(item)
        for readings in self._batches(list(asked), "looking at occurrences"):
            for case, reading in readings.items():
                for item in asked[case]:
                    yield (case, item.id.upper()), evaluate(item, reading)

    def _expiring(self, rows: Iterable[tuple[AcceptedRow, Acceptance, int | None]], horizon: date) -> Iterator[Finding]:
        """Gaps of running cases that are accepted until soon, and by no other row for longer."""
        last: dict[tuple[int, str, date | None], Acceptance] = {}
        for shown_row, row, case in rows:
            if case is not None and shown_row.standing is Standing.IN_FORCE:
                key = (case, row.item, row.day)
                last[key] = max(last.get(key, row), row, key=lambda one: one.until or self.as_at)
        items = {item.id.upper(): item for item in self.items}
        infos = self._case_infos({case for case, *_ in last})
        for (case, ident, day), row in last.items():
            if row.until is None or row.until > horizon or infos[case].ended is not None:
                continue
            which = f" ({weekday_date(day, self.as_at)})" if day else ""
            words = (
                f"Accepted until {weekday_date(row.until, self.as_at)}{which}, by {row.by}: {row.reason.rstrip('.')}."
            )
            yield Finding(infos[case], item_info(items[ident]), State.EXCUSED, row.until, None, words)

    def _batches(self, cases: Sequence[int], doing: str) -> Iterator[dict[int, CaseReading]]:
        """The records of cases, in their order, a few cases at a time."""
        begin, size = 0, FIRST_BATCH
        while begin < len(cases):
            self.tell(f"{doing}: case {begin + 1:,} of {len(cases):,}")
            readings = self._readings(cases[begin : begin + size])
            yield readings
            begin += size
            rows = sum(len(of) for reading in readings.values() for of in reading.record.rows.values())
            size = max(1, min(MOST_IN_BATCH, size * ROWS_OF_BATCH // max(rows, 1)))

    def _readings(self, cases: Sequence[int]) -> dict[int, CaseReading]:
        with self.extract.at_work():
            found = records(self.extract.con, self.names, cases)
        self.extract.check_unchanged()
        return {
            case: CaseReading(
                self.names,
                self.as_at,
                self.calendar,
                self.extract.unknown_tables,
                record,
                self.extract.missing_columns,
            )
            for case, record in found.items()
        }

    def _case_infos(self, cases: Iterable[int]) -> dict[int, CaseInfo]:
        listed = ", ".join(str(case) for case in sorted(cases)) or "-1"
        rows = self._run(
            f"SELECT _case, ref, label, start_day, practitioner, team, ended FROM everybody WHERE _case IN ({listed})"
        )
        return {
            case: CaseInfo(ref, _case_label(label, start, ended), practitioner, team, ended)
            for case, ref, label, start, practitioner, team, ended in rows
        }

    def explain(self, reference: str) -> list[Explanation]:
        """Why a case has its state, for every item of the run.

        Raises UsageStop when no case, or more than one, is called so.
        """
        name = reference.strip()
        rows = self._run("SELECT _case, ref FROM everybody ORDER BY _case")
        exact = [(case, ref) for case, ref in rows if ref == name]
        alike = [(case, ref) for case, ref in rows if ref.casefold() == name.casefold()]
        of_person = [(case, ref) for case, ref in rows if ref.casefold().split("/")[0] == name.casefold()]
        of_person = exact or alike or of_person
        if not of_person:
            raise UsageStop(f"no case is called “{reference}”. Give its reference as the lists show it.")
        if len(of_person) > 1:
            count = len(of_person)
            few = f": {listed([ref for _, ref in of_person])}" if count <= MOST_LISTED else ""
            raise UsageStop(f"{count} cases are called “{reference}”{few}. Give the whole reference.")
        case = of_person[0][0]
        if not self._run(f"SELECT 1 FROM {self.plan.states([0])} s WHERE _case = {case}"):
            raise UsageStop(f"“{reference}” starts after {weekday_date(self.as_at)}, so it was not audited.")
        info = self._case_infos([case])[case]
        reading = self._readings([case])[case]
        sources = {source.table: source.shown for source in self.extract.sources}
        return [explain(item, reading, info, sources) for item in self.items]

    def _run(self, query: str) -> list[tuple]:  # type: ignore[type-arg]
        with self.extract.at_work():
            return self.extract.con.execute(query).fetchall()


@dataclass
class _Counted:
    """The counts of the cases of one practitioner in one team (and one group asked for)."""

    team: str
    practitioner: str
    by: str
    team_label: str
    practitioner_label: str
    by_label: str
    cases: int
    with_gap: int
    answered_no: int = 0
    only_answered_no: int = 0
    ended_gaps: int = 0
    ended_in_record: int = 0
    due_soon: int = 0
    late_before: int = 0
    oldest: int | None = None
    counts: dict[str, Counts] = field(default_factory=dict)
    passed: dict[str, Counts] = field(default_factory=dict)


def _numbers(
    tables: dict[tuple[str, str, str], dict[int, list[int]]], who: tuple[str, str, str], item: int
) -> list[int]:
    """How many cases of an item have each state, in the order of IN_ORDER, to count on."""
    items = tables.setdefault(who, {})
    if item not in items:
        items[item] = [0] * len(IN_ORDER)
    return items[item]


def _rolled(rows: Iterable[_Counted], key: Callable[[_Counted], tuple[str, str, str]]) -> tuple[GroupRow, ...]:
    """Counts added up to groups: every group's figures are sums of the same counts."""
    members: dict[tuple[str, str], list[_Counted]] = {}
    labels: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        code, label, parent = key(row)
        members.setdefault((parent, code), []).append(row)
        labels.setdefault((parent, code), set()).add(label)
    found = []
    for (parent, code), group in sorted(members.items()):
        found.append(
            GroupRow(
                code=code,
                label=one_label(labels[parent, code]),
                parent=parent,
                cases=sum(row.cases for row in group),
                cases_with_gap=sum(row.with_gap for row in group),
                counts=added(row.counts for row in group),
                oldest_gap=max((row.oldest for row in group if row.oldest is not None), default=None),
                due_soon=sum(row.due_soon for row in group),
                answered_no=sum(row.answered_no for row in group),
                cases_only_answered_no=sum(row.only_answered_no for row in group),
                passed=added(row.passed for row in group),
            )
        )
    return tuple(found)


def one_label(labels: Iterable[str]) -> str:
    """Of the names that rows give one code, the first by the alphabet."""
    return min((label for label in labels if label), default="")


def spelt_alike(word: str, groups: Iterable[GroupRow]) -> Iterator[str]:
    """A warning where codes of groups, each a `word`, may be two spellings of one. None is named: it may be a
    person's."""
    spellings: dict[str, set[str]] = {}
    for group in groups:
        spellings.setdefault("".join(group.code.split()).casefold(), set()).add(group.code)
    if any(len(codes) > 1 for codes in spellings.values()):
        yield f"some {word} codes differ in capitals or spaces alone: each counts as a {word} of its own"


def in_order(groups: Sequence[GroupRow], order: Sequence[str]) -> tuple[GroupRow, ...]:
    """Groups in the order of these codes; others after them, as they stand."""
    places = {code: place for place, code in enumerate(order)}
    return tuple(sorted(groups, key=lambda group: places.get(group.code, len(places))))


def added(several: Iterable[Mapping[str, Counts]]) -> dict[str, Counts]:
    """By item, the sum of counts."""
    numbers: dict[str, list[tuple[int, ...]]] = {}
    for counts in several:
        for item, count in counts.items():
            numbers.setdefault(item, []).append(count.numbers)
    return {item: Counts(tuple(map(sum, zip(*lists, strict=True)))) for item, lists in numbers.items()}


def _case_label(label: str | None, start: date | None, ended: date | None) -> str:
    """'community order from 19 January 2026', and when it ended."""
    kind = label.replace("_", " ") if label else "case"
    words = f"{kind} from {start.day} {start:%B} {start.year}" if start else f"{kind}, start not known"
    return f"{words}, ended {ended.day} {ended:%B} {ended.year}" if ended else words


def most_urgent(findings: Iterable[Finding]) -> list[Finding]:
    """Case by case, because a practitioner opens one record at a time: the case with the most urgent
    gap first (those in the record, severity, then days overdue), and within it the most urgent item."""

    def urgency(finding: Finding) -> tuple[bool, int, int]:
        return finding.answered_no, SEVERITIES.index(finding.item.severity), -(finding.days or 0)

    by_case: dict[str, list[Finding]] = {}
    for finding in findings:
        by_case.setdefault(finding.case.ref, []).append(finding)
    for of_case in by_case.values():
        of_case.sort(key=lambda f: (urgency(f), f.item.id))
    ordered = sorted(by_case.values(), key=lambda of_case: (urgency(of_case[0]), of_case[0].case.ref))
    return [finding for of_case in ordered for finding in of_case]


def soonest(findings: Iterable[Finding]) -> list[Finding]:
    """What comes up: what is due first, first."""
    return sorted(findings, key=lambda f: (f.due or date.max, f.case.ref, f.item.id))


def lacking_columns(columns_missing: Iterable[tuple[str, str]]) -> Iterable[str]:
    """The columns of the dictionary that supplied tables lack, a table at a time."""
    lacking: dict[str, list[str]] = {}
    for table, column in sorted(columns_missing):
        lacking.setdefault(table, []).append(column)
    for table, columns in lacking.items():
        yield f"{table} has no column for {', '.join(columns)}"
