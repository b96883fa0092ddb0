"""Month by month, from what is kept of audits: rates of what had fallen due, and what became of the gaps."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby, pairwise

from auditcheck.chance import Basis, Verdict, centre, limits, long_on_one_side, long_rise_or_fall, verdict
from auditcheck.problems import listed
from auditcheck.recorded import (
    Became,
    Changes,
    Level,
    Open,
    Point,
    RecordedItem,
    RecordedRun,
    Stretch,
    Trend,
    TrendLine,
)
from auditcheck.result import Counts
from auditcheck.states import State
from auditcheck.statistics import percent


def by_month(runs: Iterable[RecordedRun]) -> list[RecordedRun]:
    """The last day of each month that was recorded."""
    return list({run.month: run for run in sorted(runs, key=lambda run: run.as_at)}.values())


def trend(unit: str, runs: Sequence[RecordedRun], team: str = "", items: Sequence[str] = ()) -> Trend:
    """The months of a unit or of one team, of all items or some. `runs` are those that no other corrects."""
    months = by_month(runs)
    asked = {item.id: item for run in months for item in run.items if not items or item.id in items}
    last = months[-1].items if months else ()
    order = [item.id for item in last if item.id in asked]
    order += [an_id for an_id in asked if an_id not in order]
    changed, not_told = changes(months, team, order)
    apart = _apart(months)
    return Trend(
        unit=unit,
        team=team,
        days=tuple(run.as_at for run in months),
        lines=tuple(_line(asked[an_id], months, team, apart) for an_id in order),
        changes=changed,
        not_told=not_told,
        revised=tuple(run.as_at for run in months if run.revision > 1),
        notes=() if team else tuple(_teams(months)),
        teams=tuple(sorted({row.team for run in months[-1:] for row in run.counts if row.team})),
    )


def _teams(months: Sequence[RecordedRun]) -> Iterator[str]:
    """Months that do not have the same teams are not of the same cases."""
    before: set[str] = set()
    for number, run in enumerate(months):
        teams = {row.team for row in run.counts if row.level is Level.TEAM}
        for words, some in (("has no cases of", before - teams), ("is the first with", teams - before)):
            if number and some:
                yield f"{run.as_at:%B} {run.as_at.year} {words} {listed(sorted(name or 'no team' for name in some))}"
        before = teams


def counts_of(run: RecordedRun, item: str, definition: str, team: str) -> Counts | None:
    """What had fallen due of an item, in all or in one team; None where it was not counted so."""
    level = Level.TEAM if team else Level.ALL
    for row in run.counts:
        if (row.item, row.definition, row.level, row.team) == (item, definition, level, team):
            return row.passed
    return None


def _apart(months: Sequence[RecordedRun]) -> bool:
    """Are most cases of each month others than those of the month before? Only then do seven months in a row say
    more than that the same cases were counted seven times."""
    pairs = list(pairwise(months))
    return bool(pairs) and all(
        before.cases and after.cases and 2 * len(before.cases.keys() & after.cases.keys()) <= len(after.cases)
        for before, after in pairs
    )


def _line(item: RecordedItem, months: Sequence[RecordedRun], team: str, apart: bool) -> TrendLine:
    stretches: list[list[Point]] = []
    former: RecordedItem | None = None
    former_run: RecordedRun | None = None
    missing: list[date] = []
    for run in months:
        asked = next((one for one in run.items if one.id == item.id), None)
        passed = counts_of(run, item.id, asked.definition, team) if asked else None
        if asked is None or passed is None:
            missing.append(run.as_at)
            continue
        broken, again = "", None
        if former is not None and former_run is not None:
            if asked.definition != former.definition:
                limits_changed = ", ".join(_limits(item.id, former_run, run))
                broken = f"the item was changed{f' ({limits_changed})' if limits_changed else ''}"
                again = counts_of(run, item.id, former.definition, team)
            elif asked.sample != former.sample:
                broken = "from now on a sample" if asked.sample else "from now on every case"
        point = Point(run.as_at, passed, again, broken)
        if broken or not stretches:
            stretches.append([])
        stretches[-1].append(point)
        former, former_run = asked, run
    return TrendLine(
        item.id, item.title, item.checklist, team, tuple(_told(points, apart) for points in stretches), item.judged
    )


def _limits(item: str, before: RecordedRun, after: RecordedRun) -> Iterator[str]:
    """What became of the limits that an item names: 'interval 13 weeks, now 10 weeks'."""
    was = {(checklist, name): value for checklist, name, value, _ in before.settings}
    for name, _, body in after.checklists:
        asked = next((one for one in json.loads(body)["items"] if one["id"].strip() == item), None)
        words = set(re.findall(r"\w+", json.dumps(asked))) if asked else set()
        for checklist, setting, value, _ in after.settings:
            former = was.get((checklist, setting), value)
            if checklist == name and setting in words and former != value:
                yield f"{setting.replace('_', ' ')} {former}, now {value}"


def _told(points: Sequence[Point], apart: bool) -> Stretch:
    """What may be said of months without a break between them: nothing under six. `apart`: are they of other
    cases, so that a run of seven is more than chance?"""
    known = [point for point in points if point.passed.decided]
    series = [(point.passed.met, point.passed.base) for point in known]
    mean = centre(series)
    if mean.basis is Basis.NONE:
        return Stretch(tuple(points))
    exactly = mean.rate
    rates = [Fraction(point.passed.met, point.passed.base) for point in known]
    beyond = [verdict(point.passed.met, point.passed.base, mean.expected) for point in known]
    one_side: list[bool] = []
    steady: list[bool] = []
    for decided, several in groupby(
        (point for point in points if point.passed.base), lambda point: point.passed.decided
    ):
        row = [Fraction(point.passed.met, point.passed.base) for point in several]
        if decided:  # an undecided month ends what was in a row
            one_side += long_on_one_side(row, exactly)
            steady += long_rise_or_fall(row)
    rows = zip(known, rates, beyond, one_side, steady, strict=True)
    signals = []
    for point, value, found, long_one_side, long_steady in rows:
        month = f"{point.as_at:%B} {point.as_at.year}"
        if found in (Verdict.ALARM_LOW, Verdict.ALARM_HIGH):
            lower = "lower" if found is Verdict.ALARM_LOW else "higher"
            signals.append(f"{month}: {lower} than chance explains, against {percent(mean.met, mean.of)} % (99.8 %).")
        if long_one_side and apart:
            side = "above" if value > exactly else "below"
            signals.append(
                f"{month}: the seventh month or more in a row {side} the mean, {percent(mean.met, mean.of)} %."
            )
        if long_steady and apart:
            signals.append(f"{month}: seven months or more in a row, each better or each worse than the one before.")
    ends = tuple(limits(point.passed.base, mean.expected) if point.passed.base else (0.0, 1.0) for point in points)
    return Stretch(tuple(points), float(exactly), ends, mean.basis is Basis.TRIAL, tuple(signals))


def changes(months: Sequence[RecordedRun], team: str, items: Sequence[str]) -> tuple[tuple[Changes, ...], str]:
    """What became of the gaps from the last month but one to the last, by item; or why that cannot be told."""
    if len(months) < 2:
        return (), "there is one month only"
    before, after = months[-2:]
    if not before.cases or not after.cases:
        return (), "what stood for the cases has been purged"
    if before.key != after.key:
        return (), "the two months were recorded with different keys"
    found: list[Changes] = []
    was = {item.id: item for item in before.items}
    now = {item.id: item for item in after.items}
    for an_id in items:
        if an_id in was and an_id in now:
            found += _became(was[an_id], now[an_id], before, after, team)
    return tuple(found), ""


def untold(before: RecordedRun, after: RecordedRun) -> bool:
    """Is anything not known of what became of the gaps, only because `after` was recorded without knowing `before`?"""
    found, _ = changes([before, after], "", [item.id for item in after.items])
    return any(one.of(Became.NOT_KNOWN) or one.by_definition is None for one in found)


def _became(
    was: RecordedItem, now: RecordedItem, before: RecordedRun, after: RecordedRun, team: str
) -> Iterator[Changes]:
    """What became of the gaps of one item, under its former definition."""
    cases_before, cases_after = _cases(before, team), _cases(after, team)
    same = was.definition == now.definition
    if not same and counts_of(after, was.id, was.definition, "") is None:
        yield Changes(was.id, now.title, {}, None)
        return
    rows = _open(after, was.id, was.definition, cases_after)
    former = {one.gap: one for one in _open(before, was.id, was.definition, cases_before) if one.state is State.GAP}
    later = {one.gap: one for one in rows if one.state is State.GAP}
    fates = {one.gap: one.state for one in rows if one.state is not State.GAP}
    became: Counter[Became] = Counter()
    for gap, one in former.items():
        if gap in later:
            became[Became.STILL_OPEN] += 1
        elif one.case not in cases_after:
            became[Became.LEFT] += 1
        elif gap in fates:
            became[_ENDED.get(fates[gap], Became.OTHERWISE)] += 1
        else:  # nobody looked: the months were not recorded in their order
            became[Became.NOT_KNOWN] += 1
    for gap, one in later.items():
        if gap not in former:
            became[Became.NEW if one.case in cases_before else Became.CAME_IN] += 1
    by_definition = 0
    if not same:
        current = [one for one in _open(after, now.id, now.definition, cases_after) if one.state is State.GAP]
        by_definition = len(current) - len(later)
    several = any(len({one.case for one in gaps.values()}) < len(gaps) for gaps in (former, later))
    yield Changes(was.id, now.title, dict(became), by_definition, several)


#: A gap that is none any more, by what it is now. Only what is known to be done is called fixed.
_ENDED = {
    State.MET: Became.FIXED,
    State.LATE: Became.FIXED,
    State.CANNOT_TELL: Became.NO_LONGER_TELL,
    State.EXCUSED: Became.EXCUSED,
    State.LEFT_OUT: Became.LEFT_OUT,
}


def _cases(run: RecordedRun, team: str) -> set[str]:
    return {token for token, of in run.cases.items() if not team or of == team}


def _open(run: RecordedRun, item: str, definition: str, cases: set[str]) -> list[Open]:
    return [one for one in run.open if one.item == item and one.definition == definition and one.case in cases]
