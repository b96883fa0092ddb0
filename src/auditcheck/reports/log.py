"""Results as lines for a log, to be searched by word: whatever is found is one whole line that begins with what it is
and says whose, and the last line sums up. Dates are YYYY-MM-DD, and a state is its word."""

from __future__ import annotations

from collections.abc import Iterator

from auditcheck.reports.csv_result import lists_of
from auditcheck.reports.figures import fraction_words, rate_or_range, without_rate
from auditcheck.reports.frame import adjusted_words, not_asked_words, not_supplied_words, selection_words, warnings
from auditcheck.reports.gap_list import UNALLOCATED, WAITING, how_many_found, idle_accepted
from auditcheck.reports.groups import label_of, name_of
from auditcheck.reports.terminal import Line, Screen
from auditcheck.reports.words import counted, some_of
from auditcheck.result import About, Counts, Explained, Finding, Finished, GapList, GroupRow, Inspection, Result
from auditcheck.states import IN_ORDER, State


def log_lines(finished: Finished, screen: Screen) -> list[Line]:
    """What `run` or `gaps` found, line by line; none is folded, however wide the screen."""
    assert not isinstance(finished, Explained | Inspection)
    found = _run(finished) if isinstance(finished, Result) else _gaps(finished)
    every = (*_about(finished.about, finished.cases), *found)
    return [Line(((screen.say(" | ".join(part for part in parts if part)), ""),)) for parts in every]


def _about(about: About, cases: int) -> Iterator[tuple[str, ...]]:
    audited = counted(cases, "case")
    yield "audit", about.title, about.extract, f"as at {about.as_at}", audited, selection_words(about)
    region = about.adjustments
    for text in (adjusted_words(region) if region else "", not_supplied_words(about), not_asked_words(about)):
        if text:
            yield "note", text
    for text in (*warnings(about), *(region.overdue if region else ())):
        yield "warning", text


def _run(result: Result) -> Iterator[tuple[str, ...]]:
    for item in result.items:
        counts = result.overall.counts.get(item.id, Counts())
        said = " ".join(part for part in (rate_or_range(counts), fraction_words(counts)) if part)
        yield "item", name_of(item), f"{item.severity} severity", said or without_rate(counts), _states(counts)
    kinds = (("team", result.teams), ("practitioner", result.practitioners), (result.by, result.groups))
    for kind, groups in kinds:
        for group in groups:
            label = label_of(kind, group) or ""
            whose = (group.code, label) if group.code else (label,)
            yield (kind, *whose, group.parent, *_totals(group))
    for finding in result.first:
        yield _finding("look first", finding)
    if result.ended_gaps:
        yield "ended cases", counted(result.ended_gaps, "gap")
    yield ("total", *_totals(result.overall))


def _totals(group: GroupRow) -> tuple[str, ...]:
    if not group.cases:  # only late under who held a case on its deadline
        return "no case now", _states(group.total)
    oldest = "" if group.oldest_gap is None else f"oldest gap {counted(group.oldest_gap, 'day')}"
    return f"{some_of(group.cases_with_gap, group.cases, 'case')} with a gap", oldest, _states(group.total)


def _states(counts: Counts) -> str:
    """'met 49, late 4, gap 3', without states that nobody has."""
    return ", ".join(f"{state.value} {counts.of(state)}" for state in IN_ORDER if counts.of(state))


def _gaps(gaps: GapList) -> Iterator[tuple[str, ...]]:
    for name, findings in lists_of(gaps):
        for finding in findings:
            yield _finding(name, finding)
    for case, item, why in idle_accepted(gaps):
        yield "accepted", case, item, why
    with_gap = len({finding.case for finding in gaps.gaps})
    yield "total", f"{some_of(with_gap, gaps.cases, 'case')} with a gap", how_many_found(gaps.gaps)


def _finding(name: str, finding: Finding) -> tuple[str, ...]:
    case, item, reply = finding.case, finding.item, finding.reply
    gap = finding.state is State.GAP
    waits = WAITING if name == "coming up" and not finding.due else ""
    to_fix = (item.to_fix if item.mendable else f"cannot be put right: {item.to_fix}") if gap and not case.ended else ""
    return (
        name,
        case.ref,
        case.practitioner or UNALLOCATED,
        case.team,
        name_of(item),
        f"{item.severity} severity",
        f"due {finding.due}" if finding.due else waits,
        counted(finding.days, "day") if gap and finding.days is not None else "",
        "answered no by a reader" if finding.answered_no else "",
        finding.found or finding.reason,
        f"fix by {finding.fix_by}" if to_fix and finding.fix_by else "",
        to_fix,
        f"reply {', '.join(filter(None, (reply.answer, str(reply.done_on or ''), reply.note)))}" if reply else "",
    )
