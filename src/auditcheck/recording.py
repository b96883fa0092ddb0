"""Makes of an audit what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from auditcheck import __version__
from auditcheck.checklist import bare
from auditcheck.problems import ChecklistStop
from auditcheck.recorded import Level, Open, RecordedCounts, RecordedItem, RecordedRun
from auditcheck.result import Counts, GroupRow, Result
from auditcheck.states import State

if TYPE_CHECKING:
    from auditcheck.audit import Audit
    from auditcheck.checklist import Checklist, Item
    from auditcheck.pseudonyms import Key

#: Audits the same extract against the checklists in these files, as they are written there.
Again = Callable[[Sequence[Path]], "Audit"]


def recorded(audit: Audit, key: Key, unit: str = "") -> RecordedRun:
    """What is kept of a whole audit with `passed`; its run has no name yet. `unit` is whose it is, by default the
    dictionary's title."""
    result = audit.result()
    about = result.about
    items = tuple(
        RecordedItem(item.id, item.title, item.checklist_title, item.definition, item.judged, item.sample)
        for item in result.items
    )
    checklists = tuple(_asked(audit))
    cases, opened = _pseudonymous(audit, key, result)
    counts = tuple(_counts(result))
    told = [[c.item, c.level.value, c.team, c.practitioner, *c.counts.numbers] for c in counts]
    parts = [audit.fingerprint(), about.as_at.isoformat(), [item.definition for item in items], sorted(told)]
    return RecordedRun(
        run="",
        unit=unit or about.title,
        as_at=about.as_at,
        revision=0,
        supersedes="",
        recorded="",
        version=__version__,
        fingerprint=sha256(json.dumps(parts).encode()).hexdigest(),
        extract=about.extract,
        dictionary=about.dictionary,
        dictionary_version=about.dictionary_version,
        audited=result.cases,
        rows_read=sum(source.rows_read for source in about.sources),
        rows_refused=sum(source.refused for source in about.sources),
        faults=sum(about.faults.values()),
        key=key.name,
        checklists=checklists,
        settings=tuple(
            dict.fromkeys(
                (item.checklist, setting.name, str(setting.value), setting.source)
                for item in audit.items
                for setting in item.settings
            )
        ),
        items=items,
        counts=counts,
        cases=cases,
        open=opened,
    )


def with_former(
    run: RecordedRun, former: RecordedRun | None, audit: Audit, again: Again | None, key: Key
) -> RecordedRun:
    """The same run with what tells it from a former one: what became of the gaps that it had; and the counts of
    the items that were changed since, as they were then, so that what practice changed can be told from what the
    checklist did. Where they cannot be worked out as they were (the dictionary means something else by them now,
    or there is nothing to read `again`), these are left out."""
    if former is None:
        return run
    was = {item.id: item.definition for item in former.items}
    same = {item.id for item in run.items if was.get(item.id) == item.definition}
    run = replace(run, open=(*run.open, *_fates(audit, former, key, same)))
    changed = {item.id for item in run.items if item.id in was} - same
    if not changed or again is None:
        return run
    with TemporaryDirectory(prefix="auditcheck-") as folder, suppress(ChecklistStop):
        paths: list[Path] = []
        for name, _, body in former.checklists:
            raw = json.loads(body)
            if any(item["id"].strip() in changed for item in raw["items"]):
                path = Path(folder) / f"{len(paths)}-{name}.yaml"
                path.write_text(body, encoding="utf-8")  # JSON is YAML too
                paths.append(path)
        with again(paths) as as_it_was:
            result = as_it_was.result()
            as_then = {item.id for item in result.items if item.id in changed and item.definition == was[item.id]}
            counts = [c for c in _counts(result) if c.item in as_then and c.level is not Level.PRACTITIONER]
            _, opened = _pseudonymous(as_it_was, key, result)
            fates = _fates(as_it_was, former, key, as_then)
        kept = tuple(one for one in opened if one.item in as_then)
        return replace(run, counts=(*run.counts, *counts), open=(*run.open, *kept, *fates))
    return run


def _fates(audit: Audit, former: RecordedRun, key: Key, items: set[str]) -> tuple[Open, ...]:
    """What the gaps that a former run had of these items are now, and what else is of the same cases; those that are
    gaps still stand with the gaps. One whose record is gone or was changed is not relevant any more."""
    if former.key != key.name:
        return ()
    made = {item.id: item.definition for item in former.items}
    cases = {key.of("case", parts): (number, parts) for number, (parts, _) in audit.whole_keys().items()}
    had = {
        one.gap: one
        for one in former.open
        if one.state is State.GAP and one.definition == made.get(one.item) and one.case in cases and one.item in items
    }
    wanted = {(cases[one.case][0], one.item): one.case for one in had.values()}
    found = []
    for number, item, day, state in audit.fates(sorted(wanted)):
        token = wanted[number, item]
        gap = key.of("gap", (*cases[token][1], item, day))
        had.pop(gap, None)
        if state is not State.GAP:
            found.append(Open(token, item, made[item], state, gap))
    found += [replace(one, state=State.NOT_RELEVANT) for one in had.values()]
    return tuple(sorted(found, key=lambda one: (one.item, one.case, one.gap)))


def _asked(audit: Audit) -> Iterator[tuple[str, str, str]]:
    """Every checklist's name, version and text: as its file says it, with the limits in force, of the items that
    were asked alone."""
    for checklist in audit.checklists:
        if items := [item for item in audit.items if item.checklist == checklist.name]:
            yield checklist.name, checklist.version, _text(checklist, items)


def _text(checklist: Checklist, items: Sequence[Item]) -> str:
    said = bare(checklist.written)
    assert isinstance(said, dict)
    ids = {item.id for item in items}
    used = {setting.name for item in items for setting in item.settings}
    said["items"] = [item for item in said["items"] if item["id"].strip() in ids]
    said["settings"] = {name: setting for name, setting in said.get("settings", {}).items() if name in used}
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _counts(result: Result) -> Iterator[RecordedCounts]:
    made = {item.id: item.definition for item in result.items}

    def of(row: GroupRow, level: Level, team: str, practitioner: str) -> Iterator[RecordedCounts]:
        for item, counts in row.counts.items():
            yield RecordedCounts(item, made[item], level, team, practitioner, counts, row.passed.get(item, Counts()))

    yield from of(result.overall, Level.ALL, "", "")
    for row in result.teams:
        yield from of(row, Level.TEAM, row.code, "")
    for row in result.practitioners:
        yield from of(row, Level.PRACTITIONER, row.parent, row.code)


def _pseudonymous(audit: Audit, key: Key, result: Result) -> tuple[dict[str, str], tuple[Open, ...]]:
    """The cases audited with their teams, and what is open of them, under pseudonyms."""
    made = {item.id: item.definition for item in result.items}
    cases = {number: (key.of("case", parts), parts, team) for number, (parts, team) in audit.whole_keys().items()}
    opened = []
    for number, item, day in audit.open_gaps():
        token, parts, _ = cases[number]
        opened.append(Open(token, item, made[item], State.GAP, key.of("gap", (*parts, item, day))))
    # in an order that says nothing of the extract's
    opened.sort(key=lambda one: (one.item, one.case, one.gap))
    return dict(sorted((token, team) for token, _, team in cases.values())), tuple(opened)
