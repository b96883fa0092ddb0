"""Several extracts as one audit: each team's own spreadsheet, counted together.

A pure function of finished results. Every number is a count of states, so the whole is the sum of its parts. What
would make a sum say something else is refused: dates or items that differ, and a case that two extracts hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from auditcheck.audit import (
    MOST_FIRST,
    SEVERITIES,
    Absent,
    Audit,
    added,
    called,
    in_order,
    most_urgent,
    no_such,
    one_label,
    soonest,
    spelt_alike,
)
from auditcheck.calendar import weekday_date
from auditcheck.definition import definitions
from auditcheck.describe import event_meaning, fact_words, named
from auditcheck.problems import ExtractStop, UsageStop, command_for, listed, named_rows
from auditcheck.result import SWITCHED_OFF, About, FaultRow, Finding, GapList, GroupRow, Result, Source, without

if TYPE_CHECKING:
    from auditcheck.checklist import Item
    from auditcheck.names import Names

#: What a command finds in an extract.
Found = TypeVar("Found", Result, GapList)


@dataclass(frozen=True)
class Held:
    """A case of a part: its reference as lists show it, its whole key, and its row in the table of cases."""

    ref: str
    key: tuple[str, ...]
    row: int


@dataclass(frozen=True)
class Part(Generic[Found]):
    """What was found in one of several extracts. `definitions` and `severities` are those of its items, by id, and
    `audits` those whose answers count in it."""

    found: Found
    cases: tuple[Held, ...]
    definitions: Mapping[str, str]
    severities: Mapping[str, str]
    absent: Mapping[tuple[str, str], Absent]
    audits: frozenset[str]
    meanings: Callable[[str], Mapping[str, str]]  # of an item: what its facts and events are in the data, in words


_Part = Part[Result] | Part[GapList]


def part(finished: Audit, found: Found, name: str, again: str) -> Part[Found]:
    """A finished audit as a part, so that it can be closed. `name` tells the extract from the others, and `again` is
    what to type after a command to look at it alone."""
    return Part(
        _of_extract(found, name, replace(found.about, extract=name, again=again)),
        tuple(Held(*row) for row in finished.case_rows()),
        definitions(finished.items, finished.names),
        {item.id: item.severity for item in finished.items},
        finished.absent,
        finished.audits_read(),
        partial(_meanings, {item.id: item for item in finished.items}, finished.names),
    )


def _meanings(items: Mapping[str, Item], names: Names, ident: str) -> Mapping[str, str]:
    facts, events = named([items[ident]], names)
    meant = {name: event_meaning(name, names) for name in events}
    return meant | {name: fact_words(names.facts[name], names) for name in facts if name in names.facts}


def names_apart(paths: Sequence[Path]) -> list[str]:
    """A name for each extract: that of its file or folder and, where two would be alike, of the folders above."""
    names = [called(path) for path in paths]
    for many in range(2, max(len(path.parts) for path in paths) + 1):
        if len(set(names)) == len(names):
            break
        names = [Path(*path.parts[-many:]).as_posix() for path in paths]
    return names


def results_together(parts: Sequence[Part[Result]]) -> Result:
    """One result of several, without ratings: the same one in whatever order they come. Raises UsageStop or
    ExtractStop where they cannot be one."""
    parts = _in_order(parts)
    _check(parts)
    results = [one.found for one in parts]
    first = results[0]
    about = _about([result.about for result in results], (*_of_audits(parts), *_warnings(results)))
    overall = _groups((result.overall,) for result in results)[0]
    lists = [result.listed for result in results if result.listed]
    return replace(
        first,
        about=about,
        cases=sum(result.cases for result in results),
        not_started=sum(result.not_started for result in results),
        teams=_groups(_teams(results)),
        practitioners=_groups(result.practitioners for result in results),
        overall=overall,
        first=_first(finding for result in results for finding in result.first),
        reasons=_reasons(results),
        groups=in_order(_groups(result.groups for result in results), first.order),
        ended_gaps=sum(result.ended_gaps for result in results),
        ended_in_record=sum(result.ended_in_record for result in results),
        accepted=sum((Counter(result.accepted) for result in results), Counter()),
        late_before=sum(result.late_before for result in results),
        listed=_listed(lists, about) if lists else None,
        faults=tuple(fault for result in results for fault in result.faults),
    )


def lists_together(parts: Sequence[Part[GapList]]) -> GapList:
    """One gap list of several: the same one in whatever order they come. Raises UsageStop or ExtractStop where they
    cannot be one."""
    parts = _in_order(parts)
    _check(parts)
    lists = [one.found for one in parts]
    return _listed(lists, _about([one.about for one in lists], _of_audits(parts)))


def _in_order(parts: Sequence[Part[Found]]) -> list[Part[Found]]:
    return sorted(parts, key=lambda one: one.found.about.extract)


# What cannot be counted together


def _check(parts: Sequence[_Part]) -> None:
    names = [one.found.about.extract for one in parts]
    for word, typed in parts[0].absent:
        if all((word, typed) in one.absent for one in parts):
            nowhere = [one.absent[word, typed] for one in parts]
            known = sorted({code for absent in nowhere for code in absent.known})
            raise no_such(word, typed, Absent(tuple(known), any(absent.held_before for absent in nowhere)))
    days = [one.found.about.as_at for one in parts]
    if len(set(days)) > 1:
        of = [f"{name} as at {weekday_date(day)}" for name, day in zip(names, days, strict=True)]
        raise UsageStop(
            f"the extracts are as at different dates: {listed(of)}.", "Counted together they need one: give --as-at."
        )
    _check_items(parts, names)
    if len({one.found.about.adjustments for one in parts}) > 1:
        raise UsageStop(
            f"{listed(names)} are not adjusted alike.", "Give the adjustments of all of them with --adjustments FILE."
        )
    for one, other in combinations(parts, 2):
        _check_cases(one, other)


def _switched_off(one: _Part) -> set[str]:
    """The items that a region's adjustments switch off there."""
    region = one.found.about.adjustments
    return {change.name for change in region.changes if change.kind == SWITCHED_OFF} if region else set()


def _check_items(parts: Sequence[_Part], names: Sequence[str]) -> None:
    every = list(dict.fromkeys(ident for one in parts for ident in one.definitions))
    for name, one in zip(names, parts, strict=True):
        if lacking := [ident for ident in every if ident not in one.definitions]:
            if _switched_off(one).issuperset(lacking):
                raise UsageStop(
                    f"not asked of {name}, but of another: {listed(lacking)}. Its adjustments switch that off.",
                    "Give --adjustments for all, ask what all of them ask with --item, or audit each by itself.",
                )
            common = [ident for ident in every if all(ident in other.definitions for other in parts)]
            what = (
                f"Ask what all of them can answer: {' '.join(f'--item {ident}' for ident in common)}" if common else ""
            )
            raise UsageStop(
                f"not asked of {name}, but of another: {listed(lacking)}. The cases of {name} would have no state.",
                f"{what}{', or a' if what else 'A'}udit each by itself. What is wanting: "
                f"{command_for('inspect', one.found.about.again)}",
            )
    unequal = [ident for ident in every if len({(d.definitions[ident], d.severities[ident]) for d in parts}) > 1]
    if unequal:
        raise UsageStop(
            f"not defined alike in {listed(names)}, and so not to be counted together: {listed(unequal)}.",
            _difference(parts, names, unequal),
        )


def _difference(parts: Sequence[_Part], names: Sequence[str], unequal: Iterable[str]) -> str:
    """The first that is defined otherwise in two of the parts, and what to do."""
    for ident in unequal:
        meant = [one.meanings(ident) for one in parts]
        for word in meant[0]:
            for place, other in enumerate(meant):
                if word in other and other[word] != meant[0][word]:
                    return (
                        f"The first difference: {word} is “{meant[0][word].rstrip('.')}” in {names[0]} and"
                        f" “{other[word].rstrip('.')}” in {names[place]}. Say the same in"
                        " both dictionaries (a column by one name, however it is headed), or give one for all with"
                        " --dictionary FILE; or ask the others with --item."
                    )
    return (
        "What is asked, a limit or severity that a region changed, or what the data mean differs."
        " Ask the others with --item, or audit each by itself."
    )


def _check_cases(one: _Part, other: _Part) -> None:
    """Raises ExtractStop where both hold a case, or two that the lists could not tell apart."""
    first, second = one.found.about.extract, other.found.about.extract
    known = {_bare(case.key): case for case in one.cases}
    twice = [(known[key], case) for case in other.cases if (key := _bare(case.key)) in known]
    where = next((source.shown for source in other.found.about.sources if source.table == "cases"), second)
    if twice:
        cases = "1 case is" if len(twice) == 1 else f"{len(twice):,} cases are"
        but_for = ", but for capitals, spaces, leading zeros or “.0” at the end,"
        spelling = "" if all(a.key == b.key for a, b in twice) else but_for
        raise ExtractStop(
            f"{cases}{spelling} in both {first} and {second}, and would be counted twice:"
            f" {_place(second, where)}, {named_rows([case.row for _, case in twice])}.",
            "Take them out of one of the two, or audit each by itself.",
        )
    refs = {case.ref for case in one.cases}
    if alike := [case.row for case in other.cases if case.ref in refs]:
        cases = "1 person has cases" if len(alike) == 1 else f"{len(alike):,} people have cases"
        raise ExtractStop(
            f"{cases} in both {first} and {second}, which the lists could not tell apart:"
            f" {_place(second, where)}, {named_rows(alike)}.",
            "Put them into one of the two, or audit each by itself.",
        )


def _bare(key: Iterable[str]) -> tuple[str, ...]:
    """A case's key as two spellings of it have it in common."""
    return tuple(word.replace(" ", "").upper().removesuffix(".0").lstrip("0") for word in key)


# What was read


def _about(abouts: Sequence[About], also: Iterable[str]) -> About:
    first = abouts[0]
    titles = list(dict.fromkeys(about.title for about in abouts))
    versions = {(about.dictionary, about.dictionary_version) for about in abouts}
    dictionary, version = (first.dictionary, first.dictionary_version) if len(versions) == 1 else ("", "")
    newest = [about.newest_entry for about in abouts if about.newest_entry]
    nowhere = [table for table in first.not_supplied if all(table in about.not_supplied for about in abouts)]
    faults: Counter[str] = Counter()
    for about in abouts:
        faults.update(about.faults)
    return replace(
        first,
        title=listed(titles) if all(titles) else "",
        extract=listed([about.extract for about in abouts]),
        sources=tuple(_source(about, source) for about in abouts for source in about.sources),
        not_supplied=tuple(nowhere),
        newest_entry=min(newest, default=None),  # the stalest is what to beware of
        faults=dict(sorted(faults.items())),
        dictionary=dictionary,
        dictionary_version=version,
        warnings=tuple(dict.fromkeys((*_told(abouts), *_lacking(abouts, nowhere), *also))),
        as_at_from=first.as_at_from if len({about.as_at_from for about in abouts}) == 1 else "",
        parts=tuple(abouts),
        again="",
    )


def _told(abouts: Sequence[About]) -> Iterator[str]:
    """What is to beware of in each. A number in it is of that extract alone."""
    region = abouts[0].adjustments.overdue if abouts[0].adjustments else ()
    for text in dict.fromkeys(text for about in abouts for text in about.warnings):
        of = [about.extract for about in abouts if text in about.warnings]
        if text in region:
            yield text
        else:
            yield f"in each extract: {text}" if len(of) == len(abouts) else _of(listed(of), text)


def _of(name: str, text: str) -> str:
    """What is said of an extract, with its name before it once: a file's own warnings begin with it."""
    own = name.rsplit("/", 1)[-1]
    return f"{name}{text.removeprefix(own)}" if text.startswith((f"{own}: ", f"{own}, ")) else f"{name}: {text}"


def _lacking(abouts: Iterable[About], nowhere: Iterable[str]) -> Iterator[str]:
    for about in abouts:
        if tables := [table for table in about.not_supplied if table not in nowhere]:
            yield f"{about.extract}: not supplied: {without(tables)}"


def _of_audits(parts: Sequence[_Part]) -> Iterator[str]:
    """Where readers answered in different audits. What these are called is in cells, and not said."""
    read = [one for one in parts if one.audits]
    if len({one.audits for one in read}) > 1:
        names = listed([one.found.about.extract for one in read])
        yield f"{names}: readers' answers are of different audits, and counted together"


def _warnings(results: Sequence[Result]) -> Iterator[str]:
    """Whose cases are in no practitioner's row, because their extract does not say who holds them; and codes that may
    be two spellings of one."""
    yield from spelt_alike("team", (row for result in results for row in result.teams))
    yield from spelt_alike("practitioner", (row for result in results for row in result.practitioners))
    if any(result.practitioners for result in results):
        for result in results:
            if result.cases and not result.practitioners:
                yield f"{result.about.extract}: does not say who holds a case; its cases are in no practitioner's row"


def _source(about: About, source: Source) -> Source:
    return source._replace(shown=_place(about.extract, source.shown))


def _place(name: str, shown: str) -> str:
    """Where a table stands, and in which extract: 'team-a.xlsx, sheet Cases', 'north/cases.csv'."""
    if name == shown or name.endswith(f"/{shown}"):
        return name
    return f"{name}, {shown}" if shown.startswith("sheet ") else f"{name}/{shown}"


# Sums


def _groups(several: Iterable[Iterable[GroupRow]]) -> tuple[GroupRow, ...]:
    """The rows of several extracts, those of one code added up, by code."""
    members: dict[tuple[str, str], list[GroupRow]] = {}
    for rows in several:
        for row in rows:
            members.setdefault((row.parent, row.code), []).append(row)
    return tuple(_sum(rows) for _, rows in sorted(members.items()))


def _sum(rows: Sequence[GroupRow]) -> GroupRow:
    return replace(
        rows[0],
        label=one_label(row.label for row in rows),
        cases=sum(row.cases for row in rows),
        cases_with_gap=sum(row.cases_with_gap for row in rows),
        counts=added(row.counts for row in rows),
        oldest_gap=max((row.oldest_gap for row in rows if row.oldest_gap is not None), default=None),
        due_soon=sum(row.due_soon for row in rows),
        answered_no=sum(row.answered_no for row in rows),
        cases_only_answered_no=sum(row.cases_only_answered_no for row in rows),
        passed=added(row.passed for row in rows),
    )


def _teams(results: Sequence[Result]) -> Iterator[tuple[GroupRow, ...]]:
    """The teams of each; the cases of an extract that does not say whose they are stand under no team."""
    some = any(result.teams for result in results)
    for result in results:
        unsaid = some and result.cases and not result.teams
        yield (replace(result.overall, code="", label="", parent=""),) if unsaid else result.teams


def _reasons(results: Iterable[Result]) -> dict[str, dict[str, int]]:
    total: dict[str, dict[str, int]] = {}
    for result in results:
        for ident, reasons in result.reasons.items():
            of_item = total.setdefault(ident, {})
            for words, count in reasons.items():
                of_item[words] = of_item.get(words, 0) + count
    return total


# Cases


def _of_extract(found: Found, name: str, about: About) -> Found:
    """The same with the extract's name at every case and fault."""

    def named(findings: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(replace(finding, case=replace(finding.case, extract=name)) for finding in findings)

    def of_list(gaps: GapList) -> GapList:
        return replace(
            gaps,
            about=about,
            gaps=named(gaps.gaps),
            ended=named(gaps.ended),
            coming_up=named(gaps.coming_up),
            to_judge=named(gaps.to_judge),
            cannot_tell=tuple(map(_in_which, named(gaps.cannot_tell))),
        )

    if isinstance(found, GapList):
        return of_list(found)
    faults = (FaultRow(one.kind, _place(name, one.source), one.row, one.column, one.rule) for one in found.faults)
    gaps = of_list(found.listed) if found.listed else None
    return replace(found, about=about, first=named(found.first), listed=gaps, faults=tuple(faults))


def _in_which(finding: Finding) -> Finding:
    """The same, for rows that are named in it: of which extract they are."""
    return replace(finding, found=f"In {finding.case.extract}: {finding.found}") if finding.found else finding


def _first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The most urgent; gaps that a reader's answers alone make come only where the record has none."""
    found = list(findings)
    found = [finding for finding in found if not finding.answered_no] or found
    found.sort(key=lambda f: (SEVERITIES.index(f.item.severity), f.due or date.max, f.case.ref))
    return tuple(found[:MOST_FIRST])


def _listed(lists: Sequence[GapList], about: About) -> GapList:
    def every(of: Callable[[GapList], Iterable[Finding]]) -> list[Finding]:
        return [finding for gaps in lists for finding in of(gaps)]

    return replace(
        lists[0],
        about=about,
        whose=", ".join(dict.fromkeys(word for gaps in lists for word in gaps.whose.split(", ") if word)),
        cases=sum(gaps.cases for gaps in lists),
        gaps=tuple(most_urgent(every(lambda gaps: gaps.gaps))),
        ended=tuple(most_urgent(every(lambda gaps: gaps.ended))),
        coming_up=tuple(soonest(every(lambda gaps: gaps.coming_up))),
        to_judge=tuple(every(lambda gaps: gaps.to_judge)),
        cannot_tell=tuple(every(lambda gaps: gaps.cannot_tell)),
        accepted=tuple(row for gaps in lists for row in gaps.accepted),
    )
