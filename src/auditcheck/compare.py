"""Which differences are more than chance: units against all of them together, or two against each other.

A pure function of finished results. Only what had fallen due by as at is compared (`GroupRow.passed`), and only
items of which every result has the same definition. People are never compared: beside their team's counts
stand their own, and nothing is said of either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from auditcheck import chance
from auditcheck.chance import Difference, Verdict
from auditcheck.problems import UsageStop, listed, one_of
from auditcheck.result import About, Counts, GroupRow, ItemInfo, Result
from auditcheck.statistics import FEWEST_FOR_A_RATE

TEAM, PRACTITIONER = "team", "practitioner"
NOTHING = Counts()


class Kind(StrEnum):
    """What is held against what."""

    AMONG = "units"  # three or more at one date: each against all together
    TWO = "two units"  # two at one date: the second against the first
    DATES = "two dates"  # the same units at two dates: the later against the earlier
    PEOPLE = "practitioners"  # their own counts beside their team's


@dataclass(frozen=True)
class Unit:
    """What is compared: a team, another group, or a whole extract. `code` is "" where none is recorded."""

    code: str
    label: str = ""
    cases: int = 0
    parent: str = ""  # the team of a practitioner


@dataclass(frozen=True)
class Place:
    """Where a unit stands for an item. `depends_on` is what cannot be told or was not read, of which the verdict
    would be another if it went the other way: then the verdict is only what it could be."""

    counts: Counts
    verdict: Verdict | None = None  # None: nothing fell due, or it is not for judging
    depends_on: Counts = NOTHING
    starred: bool = False  # it stands among all the tests made, by Benjamini and Hochberg

    @property
    def flagged(self) -> bool:
        return self.verdict is not None and self.verdict.flagged and not self.depends_on.unsettled


@dataclass(frozen=True)
class Change:
    """Two sides of an item, and the second rate less the first. None: too few on a side for a rate."""

    unit: Unit
    first: Counts
    second: Counts
    difference: Difference | None = None
    depends_on: Counts = NOTHING
    starred: bool = False

    @property
    def flagged(self) -> bool:
        return bool(self.difference and self.difference.more_than_chance and not self.depends_on.unsettled)


@dataclass(frozen=True)
class ItemCompared:
    """One item over all units, in their order; `pool` is all of them together. `changes` where there are two sides,
    `places` otherwise."""

    item: ItemInfo
    pool: Counts
    places: tuple[Place, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """What was compared. `sides` are the names of the two sides, where there are two; `tests` is how many could
    have shown more than chance, and `expected` how many of these would by chance if nobody differed from anybody.
    """

    kind: Kind
    abouts: tuple[About, ...]
    by: str  # "team", another grouping, or "extract", as --by takes it
    units: tuple[Unit, ...]
    items: tuple[ItemCompared, ...]
    sides: tuple[str, ...] = ()
    tests: int = 0
    expected: float = 0.0
    warnings: tuple[str, ...] = ()
    by_words: str = ""  # the grouping in words: "RoSH"

    @property
    def noun(self) -> str:
        """What a unit is."""
        return self.by if self.by in (TEAM, "extract", PRACTITIONER) else "group"

    @property
    def about(self) -> About:
        """Of the first extract."""
        return self.abouts[0]


def compare(results: Sequence[Result], by: str = "", wanted: Iterable[str] = ()) -> Comparison:
    """Compares the groups of one result, or several results.

    `by` is the grouping ("team" where nothing is said and there is one result, whole extracts where there are
    several); `wanted` are ids of items, all that every result has if none. Results of one date are compared with
    each other; two dates of the same unit are a before and an after. Raises UsageStop, in the words of the command.
    """
    results = _spelled_alike(results)
    items, warnings = _items(results, {ident.upper() for ident in wanted})
    abouts = tuple(result.about for result in results)
    if by == PRACTITIONER:
        return _people(results, items)
    if len({about.as_at for about in abouts}) == 1:
        _check_apart(results)
        units = _units(results, by)
        if len(units) < 2:
            raise UsageStop(*_alone(results, by, units))
        kind = Kind.TWO if len(units) == 2 else Kind.AMONG
        rows = _two([units], items) if kind is Kind.TWO else _among(units, items)
        sides = tuple(_called(unit) for unit, _ in units) if kind is Kind.TWO else ()
    else:
        results = _before_and_after(results)
        kind, sides = Kind.DATES, tuple(_day(result.about.as_at) for result in results)
        pairs, only = _paired(results, by)
        if only:
            warnings += (f"at one of the two dates only, and so not compared: {listed(only)}",)
        if not pairs:
            raise UsageStop(f"no {by or 'unit'} is there at both dates.")
        units = [pair[1] for pair in pairs]
        rows = _two(pairs, items)
    compared, tests, expected = rows
    by = by or (TEAM if len(results) == 1 else "extract")
    return Comparison(
        kind,
        tuple(result.about for result in results),
        by,
        tuple(unit for unit, _ in units),
        compared,
        sides,
        tests,
        expected,
        warnings,
        results[0].by or by,
    )


# What is compared with what

_Grouped = tuple[Unit, GroupRow]


def _spelled_alike(results: Sequence[Result]) -> list[Result]:
    """The results with each item's id as the first of them spells it: capitals make no other item."""
    spelled: dict[str, str] = {}
    for result in results:
        for item in result.items:
            spelled.setdefault(item.id.upper(), item.id)

    def of_row(row: GroupRow) -> GroupRow:
        return replace(row, passed={spelled.get(ident.upper(), ident): found for ident, found in row.passed.items()})

    def alike(result: Result) -> Result:
        if all(spelled[item.id.upper()] == item.id for item in result.items):
            return result
        return replace(
            result,
            items=tuple(replace(item, id=spelled[item.id.upper()]) for item in result.items),
            overall=of_row(result.overall),
            teams=tuple(map(of_row, result.teams)),
            practitioners=tuple(map(of_row, result.practitioners)),
            groups=tuple(map(of_row, result.groups)),
        )

    return [alike(result) for result in results]


def _items(results: Sequence[Result], wanted: set[str]) -> tuple[tuple[ItemInfo, ...], tuple[str, ...]]:
    """The items that all results have, and what is to be said of the others."""
    known = [{item.id.upper(): item for item in result.items} for result in results]
    for ident in sorted(wanted):
        if not any(ident in items for items in known):
            raise UsageStop(f"no item is called “{ident}”. There are {listed(list(known[0]))}.")
    every = [item for item in results[0].items if not wanted or item.id.upper() in wanted]
    shared = [item for item in every if all(item.id.upper() in items for items in known)]
    asked = {ident for items in known for ident in items if not wanted or ident in wanted}
    lacking = sorted(asked - {item.id.upper() for item in shared})
    if not shared:
        raise UsageStop("no item is asked in all of them: there is nothing to compare.")
    unequal = [item.id for item in shared if len({items[item.id.upper()].definition for items in known}) > 1]
    shared = [item for item in shared if item.id not in unequal]
    differs = "what is asked, a limit that a region changed, or what the data mean differs"
    if unequal and (wanted or not shared):
        raise UsageStop(
            f"not defined alike everywhere, and so not to be compared: {listed(unequal)}.",
            f"{differs[:1].upper()}{differs[1:]}.",
            *(["Compare the others alone: leave out --item."] if not shared and len(known[0]) > len(unequal) else []),
        )
    beware = [f"not defined alike, and so not compared: {listed(unequal)} ({differs})"] if unequal else []
    beware += [f"not asked in all of them, and so not compared: {listed(lacking)}"] if lacking else []
    return tuple(shared), tuple(beware)


def _check_apart(results: Sequence[Result]) -> None:
    """Raises UsageStop where results of one date may have the same cases: these would be counted twice."""
    for place, one in enumerate(results):
        for other in results[:place]:
            parts = {one.about.selection, other.about.selection}
            teams = len(parts) == 2 and all(len(part) == 1 and part[0].startswith("team ") for part in parts)
            same = one.about.title == other.about.title if one.about.title else one.about.extract == other.about.extract
            if same and not teams:
                whose = one.about.title or one.about.extract
                raise UsageStop(
                    f"two of them are of “{whose}” at one date: their cases would be counted twice.",
                    "To compare teams of one unit: auditcheck compare EXTRACT --by team",
                )


def _groups(result: Result, by: str) -> tuple[GroupRow, ...]:
    if by == TEAM:
        return result.teams
    if result.by != by and result.by.casefold() != by.replace("_", " ").casefold():
        raise UsageStop(
            f"{_name(result.about)}: its cases are not counted by {by}.",
            f"Write it again with: auditcheck run EXTRACT --by {by} -o FILE.json",
        )
    return result.groups


def _units(results: Sequence[Result], by: str) -> list[_Grouped]:
    """The units of one date, by code or in the order given."""
    if len(results) > 1 and not by:
        return list(zip(_extracts(results), (result.overall for result in results), strict=True))
    found = [group for result in results for group in _groups(result, by or TEAM)]
    codes = [group.code for group in found]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise UsageStop(
            f"in more than one of the extracts: {by or TEAM} {listed([code or 'not recorded' for code in twice])}.",
            "They may be the same cases twice. Compare whole extracts, without --by, or give one of them.",
        )
    # as the result has them: by code, or in the order of a fact's values
    return [(Unit(group.code, group.label, group.cases), group) for group in found if group.cases]


def _extracts(results: Sequence[Result]) -> list[Unit]:
    """A name for each: its title, unless two have the same; then also its file's."""
    names = [_name(result.about) for result in results]
    if len(set(names)) < len(names):
        names = [result.about.extract for result in results]
    if len(set(names)) == 1 and all(result.about.selection for result in results):
        names = [", ".join(result.about.selection) for result in results]
    elif len({result.about.selection for result in results}) > 1:
        names = [", ".join((name, *result.about.selection)) for name, result in zip(names, results, strict=True)]
    if len(set(names)) < len(names):
        names = [f"{place} {name}" for place, name in enumerate(names, start=1)]
    return [Unit(name, "", result.cases) for name, result in zip(names, results, strict=True)]


def _name(about: About) -> str:
    return about.title or about.extract


def _called(unit: Unit) -> str:
    return unit.code or "not recorded"


def _alone(results: Sequence[Result], by: str, units: Sequence[_Grouped]) -> Iterable[str]:
    what = by or TEAM
    if not units:
        yield f"no case has a {what}: there is nothing to compare."
    else:
        yield f"there is one {what} only, {_called(units[0][0])}: nothing to compare it with."
    if len(results) == 1:
        yield "Give another extract as well, or count by something else with --by."


def _before_and_after(results: Sequence[Result]) -> list[Result]:
    """Two results of the same unit, the earlier first; any others of different dates are refused."""
    shown = listed([_day(result.about.as_at) for result in results])
    if len(results) != 2:
        raise UsageStop(
            f"the extracts are as at different dates: {shown}.",
            "Units are compared at one date: give --as-at. Or give two dates of the same unit: before and after.",
        )
    one, other = results
    same_name = bool(one.about.title) and one.about.title == other.about.title
    teams = [{group.code for group in result.teams} for result in results]
    same = same_name or (teams[0] == teams[1] and bool(teams[0]))
    if not same or set(one.about.selection) != set(other.about.selection):
        raise UsageStop(
            f"as at {shown}, and not the same cases: neither of one title, or teams, nor narrowed alike.",
            "Take both at one date with --as-at; of a file of results, write it again with that date.",
        )
    return sorted(results, key=lambda result: result.about.as_at)


def _day(when: date) -> str:
    return f"{when.day} {when:%B} {when.year}"


def _paired(results: Sequence[Result], by: str) -> tuple[list[list[_Grouped]], list[str]]:
    """Each unit at both dates, and the units that are there at one only."""
    if not by:
        name = _name(results[1].about)
        return [[(Unit(name, "", result.cases), result.overall) for result in results]], []
    sides = [{group.code: group for group in _groups(result, by) if group.cases} for result in results]
    both = [code for code in sides[1] if code in sides[0]]
    only = sorted(code or "not recorded" for code in sides[0].keys() ^ sides[1].keys())
    return [[(Unit(code, side[code].label, side[code].cases), side[code]) for side in sides] for code in both], only


# Each against all


def _among(units: Sequence[_Grouped], items: Iterable[ItemInfo]) -> tuple[tuple[ItemCompared, ...], int, float]:
    rows, tests, p_values = [], [], []
    for item in items:
        counts = [group.passed.get(item.id, Counts()) for _, group in units]
        pool = sum(counts, Counts())
        places = []
        for own in counts:
            place, p = _place(own, pool)
            if place.verdict not in (None, Verdict.TOO_FEW):
                tests.append((own.base, pool.met / pool.base))
                p_values.append(p)
            places.append(place)
        rows.append(ItemCompared(item, pool, tuple(places)))
    stand = iter(chance.discoveries(p_values))
    starred = [
        replace(
            row,
            places=tuple(
                replace(place, starred=next(stand) and place.flagged)
                if place.verdict not in (None, Verdict.TOO_FEW)
                else place
                for place in row.places
            ),
        )
        for row in rows
    ]
    return tuple(starred), len(tests), chance.expected_alerts(tests)


def _place(own: Counts, pool: Counts) -> tuple[Place, float]:
    """Where a unit stands, as far as that holds however what is not known goes; and its p-value, the worst."""
    if not own.base:
        return Place(own), 1.0
    verdict = chance.verdict_in_pool(own.met, own.base, pool.met, pool.base)
    p = chance.both_tails(own.met, own.base, pool.met / pool.base)
    if not verdict.flagged or not pool.unsettled:
        return Place(own, verdict), p
    # what speaks against a low flag most: its own unknown ones were met, and nobody else's
    gained = own.unsettled if verdict.low else 0
    others = pool.unsettled - own.unsettled if not verdict.low else 0
    met, of = own.met + gained, own.base + own.unsettled
    all_met, all_of = pool.met + gained + others, pool.base + pool.unsettled
    at_worst = chance.verdict_in_pool(met, of, all_met, all_of)
    p = max(p, chance.both_tails(met, of, all_met / all_of))
    if at_worst.flagged and at_worst.low == verdict.low:
        return Place(own, at_worst if verdict.alarm else verdict), p
    rest = Counts(tuple(a - b for a, b in zip(pool.numbers, own.numbers, strict=True)))
    by_itself = chance.verdict_in_pool(met, of, pool.met + gained, pool.base + own.unsettled)
    alone = own.unsettled and not (by_itself.flagged and by_itself.low == verdict.low)
    return Place(own, verdict, depends_on=own if alone else own + rest), p


# Two against each other


def _two(pairs: Sequence[Sequence[_Grouped]], items: Iterable[ItemInfo]) -> tuple[tuple[ItemCompared, ...], int, float]:
    rows, tests, p_values = [], [], []
    for item in items:
        changes, pool = [], Counts()
        for pair in pairs:
            first, second = (group.passed.get(item.id, Counts()) for _, group in pair)
            change, p = _change(pair[1][0], first, second)
            if change.difference is not None:
                tests.append((first.base, second.base, (first.met + second.met) / (first.base + second.base)))
                p_values.append(p)
            changes.append(change)
            pool += first + second
        rows.append(ItemCompared(item, pool, changes=tuple(changes)))
    stand = iter(chance.discoveries(p_values))
    starred = [
        replace(
            row,
            changes=tuple(
                replace(change, starred=next(stand) and change.flagged) if change.difference else change
                for change in row.changes
            ),
        )
        for row in rows
    ]
    return tuple(starred), len(tests), sum(chance.false_difference_chance(*test) for test in tests)


def _change(unit: Unit, first: Counts, second: Counts) -> tuple[Change, float]:
    """The second rate less the first, and its p-value, the worst that what is not known allows."""
    if min(first.base, second.base) < FEWEST_FOR_A_RATE:
        return Change(unit, first, second), 1.0
    found = chance.difference(second.met, second.base, first.met, first.base)
    p = chance.chance_of_difference(second.met, second.base, first.met, first.base)
    both = first + second
    if not found.more_than_chance or not both.unsettled:
        return Change(unit, first, second, found), p
    higher = found.value > 0
    more_first, more_second = (first.unsettled, 0) if higher else (0, second.unsettled)
    worst = (
        *(second.met + more_second, second.base + second.unsettled),
        *(first.met + more_first, first.base + first.unsettled),
    )
    at_worst = chance.difference(*worst)
    holds = at_worst.more_than_chance and (at_worst.value > 0) == higher
    p = max(p, chance.chance_of_difference(*worst)) if holds else 1.0
    return Change(unit, first, second, found, NOTHING if holds else both), p


# People


def _people(results: Sequence[Result], items: tuple[ItemInfo, ...]) -> Comparison:
    if len(results) > 1:
        raise UsageStop("--by practitioner takes one extract: people are not compared, not with themselves either.")
    result = results[0]
    if not result.practitioners:
        raise UsageStop(f"{_name(result.about)}: nothing is counted by practitioner in it.")
    people = sorted(result.practitioners, key=lambda g: (not g.parent, g.parent, not g.code, g.code))
    rows = tuple(
        ItemCompared(
            item,
            result.overall.passed.get(item.id, Counts()),
            tuple(Place(person.passed.get(item.id, Counts())) for person in people),
        )
        for item in items
    )
    units = tuple(Unit(person.code, "", person.cases, person.parent) for person in people)
    return Comparison(Kind.PEOPLE, (result.about,), PRACTITIONER, units, rows)


def team_counts(comparison: Comparison, row: ItemCompared, team: str) -> Counts:
    """The counts of a practitioner's team for an item: the sum over its practitioners."""
    pairs = zip(comparison.units, row.places, strict=True)
    return sum((place.counts for unit, place in pairs if unit.parent == team), Counts())


def takes(by: str, groupings: Iterable[str], closed_facts: Iterable[str]) -> None:
    """Raises UsageStop where `by` may be by person without saying so: only teams and other groupings, facts with
    fixed values, and practitioners, of whom nothing is said, can be told apart."""
    known = [*groupings, *closed_facts]
    if by and by not in known:
        raise UsageStop(f"compare --by takes {one_of(known[:12])}: a fact with any values could stand for a person.")
