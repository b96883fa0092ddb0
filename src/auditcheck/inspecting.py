"""What is in an extract: every sheet and column, everything wrong, and what cannot be answered from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from auditcheck import accepted
from auditcheck.audit import (
    Progress,
    as_at_of,
    below_cases,
    called,
    hidden_rows,
    lacking_columns,
    not_asked_of,
    plan_of,
    still_to_come,
    turned_round,
)
from auditcheck.checklist import Item, load_chosen
from auditcheck.dictionary import load_dictionary, open_questions
from auditcheck.engine import build_calendar, private_folder
from auditcheck.extract import (
    STANDARD_INPUT,
    Extract,
    draft_beside,
    find_dictionary,
    keep_standard_input,
    read_extract,
)
from auditcheck.extract.loading import within_memory
from auditcheck.extract.looking import look
from auditcheck.extract.sheets import Given
from auditcheck.names import Names
from auditcheck.plan import said
from auditcheck.problems import Stop, shown
from auditcheck.result import About, EventSeen, Inspection, Unanswered
from auditcheck.states import State


def inspect(
    path: Path,
    *,
    as_at: date | None = None,
    dictionary: Path | None = None,
    progress: Progress | None = None,
    memory_limit: str = "2GB",
    given: Given | None = None,
) -> Inspection:
    """Everything there is to know of an extract before it is audited.

    Where an audit would stop, because the dictionary does not fit or rows are wrong, the sheets and
    columns are still told, and why it stops. Raises a `problems.Stop` where nothing can be read at all,
    or where the dictionary itself is wrong.
    """
    beside, asked = (dictionary, 0) if dictionary else settled_dictionary(path)
    names = load_dictionary(beside)
    when, when_from = as_at_of(as_at, names)
    checklists = load_chosen((), names)
    about = About(
        title=names.title,
        as_at=when,
        extract=called(path),
        sources=(),
        not_supplied=(),
        newest_entry=None,
        faults={},
        dictionary=names.name,
        dictionary_version=names.version,
        checklists=(),
        as_at_from=when_from,
        not_asked=not_asked_of(checklists),
    )
    open_ = (open_draft(draft_beside(path), asked),) if asked else ()
    given = given or Given()
    with private_folder() as folder:
        if path == STANDARD_INPUT:  # it can be read only once, and is looked at twice
            given = replace(given, piped=keep_standard_input(Path(folder)))
        try:
            extract = read_extract(path, names, progress=progress, memory_limit=memory_limit, given=given)
        except Stop as stop:
            try:
                seen = look(path, names, given=given, progress=progress, memory_limit=memory_limit)
            except Stop as unseen:
                if unseen.lines[0] not in stop.lines:  # it has to be mended first: until then no column can be told
                    stop.lines = (stop.lines[0], unseen.lines[0])
                raise stop from None
            found = Inspection(replace(about, warnings=open_), (), seen, stopped=stop.lines, open_draft=bool(asked))
            return found if beside else _sparing(found, names)
        with extract:
            seen = ()
            beware = [*still_to_come(extract, names, when), *open_, *_warnings(extract)]
            try:
                seen = look(path, names, given=given, progress=progress, memory_limit=memory_limit)
            except Stop as stop:  # of what an audit leaves unread
                beware.append(f"the columns were not looked at: {' '.join(stop.lines)}".removesuffix("."))
            faults = tuple(extract.fault_rows())
            (progress or (lambda _: None))("Counting events")
            items = [item for checklist in checklists for item in checklist.items]
            with within_memory(path):
                events, cases, unanswered = _evaluated(extract, names, when, items)
            about = replace(
                about,
                sources=extract.sources,
                not_supplied=extract.not_supplied,
                newest_entry=extract.newest_entry(when),
                faults=extract.faults,
                warnings=tuple(beware),
            )
    return Inspection(about, faults, seen, events, cases, unanswered, open_draft=bool(asked))


def _sparing(found: Inspection, names: Names) -> Inspection:
    """The same, saying what of the cases' key a sheet of a team's own need not have: one column of it is enough, where
    a person has one case."""
    tables = []
    for seen in found.tables:
        there = [name for name in names.key if name not in seen.needs] or names.key[:1]
        spare = tuple(name for name in seen.needs if name in names.key and name not in there)
        cases = "cases" in (seen.table, seen.may_be)
        tables.append(seen._replace(spare=spare) if found.flat and cases else seen)
    return found._replace(tables=tuple(tables))


def settled_dictionary(path: Path) -> tuple[Path | None, int]:
    """The dictionary that an extract is looked at with, None for the one that ships: the one beside it, or what that
    extends while it is a draft; and how many questions are open there."""
    found = find_dictionary(path)
    asked, base = open_questions(found) if found else (0, None)
    return (base if asked else found), asked


def open_draft(path: Path, asked: int) -> str:
    """What is said of a draft beside an extract with questions in it."""
    s, it = ("", "it") if asked == 1 else ("s", "them")
    there = f"beside it stands a draft with {asked} open question{s}, {shown(path)}, which is not used yet"
    return f"{there}: answer {it} there"


def _warnings(extract: Extract) -> Iterable[str]:
    yield from (f"{words}: read as blank, as the dictionary says" for words in lacking_columns(extract.read_as_blank))
    yield from extract.warnings
    yield from below_cases(extract)
    yield from turned_round(extract)
    yield from hidden_rows(extract.sources)


def _evaluated(
    extract: Extract, names: Names, when: date, items: Sequence[Item]
) -> tuple[tuple[EventSeen, ...], int, tuple[Unanswered, ...]]:
    """How often every event is recorded, how many cases there are, and the items that cannot be told for
    any case that they concern."""
    if not items:
        return (), 0, ()
    plan = plan_of(names, when, items, "", extract)
    unknown = extract.unknown_tables
    counted = [name for name, event in names.events.items() if not {s.table for s in event.sources} <= unknown]
    for name in counted:
        plan.count_event(name)
    build_calendar(extract.con, names.closed_days)
    for statement in plan.statements():
        extract.con.execute(statement).fetchall()
    times = {}
    if counted:
        times = {name: (n, of) for name, n, of in extract.con.execute("select * from event_counts").fetchall()}
    cases = extract.con.execute(f"select count(*) from {plan.states([0])}").fetchall()[0][0]
    events = tuple(
        EventSeen(
            name,
            *times.get(name, (0, 0) if name in counted else (None, None)),
            wanting=_wanting(extract, _resting(names, when, name)) if name in counted else (),
        )
        for name in names.events
    )
    open_ = ", ".join(said(state) for state in (State.NOT_RELEVANT, State.LEFT_OUT))
    wanting: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for n, item in enumerate(items):
        untold, concerned = extract.con.execute(
            f"select count(*) filter (s{n} = {said(State.CANNOT_TELL)}), count(*) filter (s{n} not in ({open_}))"
            f" from {plan.states([n])}"
        ).fetchall()[0]
        if concerned and untold == concerned:
            rests_on = plan_of(names, when, [item], "", None).wanted
            wanting.setdefault((item.checklist, _wanting(extract, rests_on)), []).append(item.id)
    titles = {item.checklist: item.checklist_title for item in items}
    return (
        events,
        int(cases),
        tuple(Unanswered(titles[of], tuple(ids), lacks) for (of, lacks), ids in wanting.items()),
    )


def _resting(names: Names, when: date, event: str) -> Mapping[str, set[str]]:
    """The columns that an event rests on, by table."""
    plan = plan_of(names, when, [], "", None)
    before = {table: set(columns) for table, columns in plan.wanted.items()}
    plan.count_event(event)
    return {table: columns - before.get(table, set()) for table, columns in plan.wanted.items()}


def _wanting(extract: Extract, rests_on: Mapping[str, set[str]]) -> tuple[str, ...]:
    """What something rests on and the extract lacks, in words; nothing where only cells are at fault."""
    lacks = []
    for table, columns in sorted(rests_on.items()):
        if table == accepted.TABLE:
            continue
        if table in extract.not_supplied:
            lacks.append(f"no table {table}")
        elif table in extract.unknown_tables:
            lacks.append(f"{table} has no rows of these cases")
        else:
            lacks += [
                f"no column {table}.{name}" for name in sorted(columns) if (table, name) in extract.missing_columns
            ]
    return tuple(lacks)
