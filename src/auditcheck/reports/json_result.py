"""Results as JSON, in the layouts that `data/results.schema.json` describes.

Any change to a layout that could break a reader raises LAYOUT_VERSION; a field may be added without.
The same result gives the same bytes, and no path of this computer is in them.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from datetime import date
from io import BytesIO
from itertools import islice
from typing import Any

from auditcheck import __version__
from auditcheck.reports.figures import COMPARED_BY_RATE, STATE_FIELDS, rate, relevant
from auditcheck.reports.groups import label_of
from auditcheck.reports.terminal import UNSAFE
from auditcheck.result import (
    About,
    Adjustments,
    ColumnSeen,
    Counts,
    Explained,
    Explanation,
    FaultRow,
    Finding,
    Finished,
    GapList,
    GroupRow,
    Inspection,
    ItemInfo,
    Ratings,
    Reply,
    Result,
    Standing,
)
from auditcheck.states import State

LAYOUT_VERSION = 1

Fields = dict[str, Any]


def as_json(finished: Finished, again: str = "") -> bytes:
    """What a command found, as UTF-8 JSON with a line end at its end."""
    match finished:
        case Result():
            layout, fields = "run", _run(finished)
        case GapList():
            layout, fields = "gaps", _gaps(finished)
        case Explained():
            layout, fields = "explain", _explain(finished)
        case Inspection():
            layout, fields = "inspect", _inspect(finished)
    return written(layout, {"about": _about(finished.about), **fields})


def written(layout: str, fields: Fields) -> bytes:
    """A layout's fields under its head."""
    whole = {"auditcheck": {"layout": layout, "layout_version": LAYOUT_VERSION, "version": __version__}, **fields}
    content = BytesIO()
    # a few pieces at a time: a million findings are more text than there may be memory for in one
    pieces = json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(whole)
    while some := "".join(islice(pieces, 10_000)):
        content.write(_harmless(some).encode())
    content.write(b"\n")
    return content.getvalue()


def _harmless(text: str) -> str:
    """The same JSON with every character that could act on a terminal written as \\uXXXX."""
    unsafe = [c for c in set(text) if c >= "\x7f" and unicodedata.category(c) in UNSAFE]
    return text.translate({ord(c): _escaped(c) for c in unsafe}) if unsafe else text


def _escaped(character: str) -> str:
    halves = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{halves[at : at + 4]}" for at in range(0, len(halves), 4))


def _about(about: About) -> Fields:
    return {
        "title": about.title or None,
        "as_at": about.as_at.isoformat(),
        "as_at_from": about.as_at_from or None,
        "extract": about.extract,
        "tables": [
            {
                "table": source.table,
                "read_from": source.shown,
                "rows_read": source.rows_read,
                "kept": source.kept,
                "of_other_cases": source.other_cases,
                "refused": source.refused,
                "columns_not_read": source.columns_unread,
            }
            for source in about.sources
        ],
        "not_supplied": list(about.not_supplied),
        "newest_entry": _day(about.newest_entry),
        "faults": [{"kind": kind, "count": count} for kind, count in sorted(about.faults.items())],
        "dictionary": {"name": about.dictionary, "version": about.dictionary_version},
        "checklists": [{"name": name, "version": version} for name, version in about.checklists],
        "selection": list(about.selection),
        "warnings": list(about.warnings),
        "adjustments": _adjustments(about.adjustments, about.as_at) if about.adjustments else None,
        "not_asked": [
            {
                "checklist": one.checklist,
                "title": one.title,
                "items_in_it": one.of,
                "items": [{"item": item, "lacking": list(lacking)} for item, lacking in one.items],
            }
            for one in about.not_asked
        ],
        **({"extracts": [_extract(part) for part in about.parts]} if about.parts else {}),
    }


def _extract(part: About) -> Fields:
    """One of several extracts that are counted together."""
    return {
        "extract": part.extract,
        "title": part.title or None,
        "rows_read": sum(source.rows_read for source in part.sources),
        "newest_entry": _day(part.newest_entry),
        "dictionary": {"name": part.dictionary, "version": part.dictionary_version},
    }


def _adjustments(adjustments: Adjustments, as_at: date) -> Fields:
    return {
        "name": adjustments.name,
        "version": adjustments.version,
        "changes": [
            {
                "change": change.kind,
                "checklist": change.checklist,
                "name": change.name,
                "title": change.title or None,
                "from": change.instead_of or None,
                "to": change.value or None,
                "reason": change.reason,
                "agreed_by": change.agreed_by or None,
                "first_day": _day(change.first_day),
                "last_day": _day(change.last_day),
                "review": change.review.isoformat(),
                "review_overdue": change.in_force and change.review < as_at,
                "in_force": change.in_force,
            }
            for change in adjustments.changes
        ],
    }


def _run(result: Result) -> Fields:
    return {
        "cases": result.cases,
        "cases_not_started": result.not_started,
        "gaps_of_ended_cases": result.ended_gaps,
        "due_soon_until": result.horizon.isoformat(),
        "items": [
            {
                **_item(item),
                "checklist_title": item.checklist_title,
                "standard": item.standard or None,
                "source": item.source or None,
                "to_fix": item.to_fix or None,
                "judged": item.judged,
                "sample": item.sample,
                "mendable": item.mendable,
                "definition": item.definition or None,
                **_figures(result.overall.counts.get(item.id, Counts()), "overall"),
                "passed": _passed("overall", result.overall, item),
            }
            for item in result.items
        ],
        "indicative_ratings": [_ratings(ratings) for ratings in result.ratings],
        "overall": _totals(result.overall),
        "teams": [_group("team", group, result.items) for group in result.teams],
        "practitioners": [
            {"team": group.parent or None, **_group("practitioner", group, result.items)}
            for group in result.practitioners
        ],
        "grouped_by": result.by or None,
        "groups": [_group(result.by, group, result.items) for group in result.groups],
        "reasons": [
            {"item": item.id, "state": state, "reason": reason, "cases": cases}
            for item in result.items
            for words, cases in result.reasons.get(item.id, {}).items()
            for state, _, reason in [words.partition(": ")]
        ],
        "first": [_finding(finding) for finding in result.first],
        "late_of_earlier_holders": result.late_before,
        "accepted": {_field(standing): result.accepted.get(standing, 0) for standing in Standing},
        "gap_list": _gaps(result.listed) if result.listed else None,
        "faults": _faults(result.faults) if result.listed else None,
    }


def _ratings(ratings: Ratings) -> Fields:
    return {
        "checklist": ratings.checklist,
        "title": ratings.title,
        "none_because": ratings.refused or None,
        "of_sample": ratings.sample,
        "standards": [
            {
                "standard": one.standard,
                "title": one.title,
                "given": bool(one.rating) and not one.questions,
                "rating": one.rating or None,
                "points": one.points,
                "lowest": list(one.lowest),
                "by_rounded_percentage": one.rounded or None,
                "could_be": list(one.could_be),
                "key_questions": [
                    {"item": item, "asked": counts is not None, **_answered(counts or Counts())}
                    for item, counts in one.questions
                ],
            }
            for one in ratings.standards
        ],
        "points_of_case_standards": ratings.points_of_cases,
        "most_points_of_case_standards": ratings.most_of_cases or None,
        "score": ratings.score,
        "most_points": ratings.most or None,
        "rating": ratings.rating or None,
        "could_be": list(ratings.could_be),
    }


def _answered(counts: Counts) -> Fields:
    return {
        "met": counts.met,
        "of": counts.base,
        "cannot_tell": counts.of(State.CANNOT_TELL),
        "to_judge": counts.of(State.TO_JUDGE),
    }


def _gaps(gaps: GapList) -> Fields:
    return {
        "whose": gaps.whose or None,
        "cases": gaps.cases,
        "coming_up_until": gaps.horizon.isoformat(),
        "gaps": _findings(gaps.gaps),
        "gaps_of_ended_cases": _findings(gaps.ended),
        "coming_up": _findings(gaps.coming_up),
        "to_judge": _findings(gaps.to_judge),
        "cannot_tell": _findings(gaps.cannot_tell),
        "accepted": [
            {
                "case": row.case,
                "item": row.item or None,
                "occurrence": _day(row.occurrence),
                "reason": row.reason or None,
                "accepted_by": row.by or None,
                "until": _day(row.until),
                "standing": row.standing.value,
                "why": row.why or None,
            }
            for row in gaps.accepted
        ],
    }


def _explain(explained: Explained) -> Fields:
    return {"explanations": [_explanation(why) for why in explained.explanations]}


def _inspect(inspection: Inspection) -> Fields:
    return {
        "faults": _faults(inspection.faults),
        "tables": [
            {
                "file": table.shown,
                "table": table.table or None,
                "matched_by": table.matched.value or None,
                "may_be": table.may_be or None,
                "rows": table.rows,
                "rows_of_one_cell": table.singles,
                "headed_like": table.headed_like or None,
                "problem": table.problem or None,
                "not_there": list(table.lacks),
                "needed": list(table.needs),
                "columns": [_column_seen(column) for column in table.columns],
            }
            for table in inspection.tables
        ],
        "events": [
            {"event": event.event, "times": event.times, "cases": event.cases, "wanting": list(event.wanting)}
            for event in inspection.events
        ],
        "cases": inspection.cases,
        "unanswered": [
            {"checklist": one.checklist, "items": list(one.items), "for_want_of": list(one.wanting)}
            for one in inspection.unanswered
        ],
        "stopped": list(inspection.stopped),
    }


def _faults(faults: Iterable[FaultRow]) -> list[Fields]:
    return [
        {"file": fault.source, "row": fault.row, "column": fault.column, "kind": fault.kind, "rule": fault.rule}
        for fault in faults
    ]


def _column_seen(column: ColumnSeen) -> Fields:
    return {
        "heading": column.heading,
        "column": column.name or None,
        "matched_by": column.matched.value or None,
        "may_be": list(column.may_be),
        "looks_like": column.personal or None,
        "holds": column.holds.value,
        "filled": column.filled,
        "blank": column.blank,
        "different": column.different,
        "unreadable": column.unreadable,
        "unknown_codes": [{"code": code, "cells": times} for code, times in column.unknown_codes],
        "first_day": _day(column.first),
        "last_day": _day(column.last),
    }


# Parts


def _item(item: ItemInfo) -> Fields:
    return {
        "item": item.id,
        "title": item.title,
        "checklist": item.checklist,
        "severity": item.severity,
    }


def _passed(kind: str, group: GroupRow, item: ItemInfo) -> Fields | None:
    """What had fallen due alone, for comparisons: of all cases and of teams, never of what may be a person."""
    if not item.definition or kind not in COMPARED_BY_RATE:
        return None
    return _states(group.passed.get(item.id, Counts()))


def _states(counts: Counts) -> Fields:
    return {name: counts.of(state) for state, name in STATE_FIELDS.items()}


def _figures(counts: Counts, kind: str) -> Fields:
    said = rate(counts, kind)
    return {
        "states": _states(counts),
        "relevant": relevant(counts),
        "rate": {
            "met": said.met,
            "of": said.base,
            "percent": said.percent,
            "low": said.low,
            "high": said.high,
            "interval_95": list(said.interval) if said.interval else None,
        },
    }


def _totals(group: GroupRow) -> Fields:
    return {
        "cases": group.cases,
        "cases_with_gap": group.cases_with_gap,
        "gaps_answered_no": group.answered_no,
        "cases_only_answered_no": group.cases_only_answered_no,
        "oldest_gap_days": group.oldest_gap,
        "due_soon": group.due_soon,
        "states": _states(group.total),
    }


def _group(kind: str, group: GroupRow, items: Iterable[ItemInfo]) -> Fields:
    return {
        "code": group.code or None,
        "label": label_of(kind, group),
        **_totals(group),
        "items": [
            {
                "item": item.id,
                **_figures(group.counts.get(item.id, Counts()), kind),
                "passed": _passed(kind, group, item),
            }
            for item in items
        ],
    }


def _findings(findings: Iterable[Finding]) -> list[Fields]:
    return [_finding(finding) for finding in findings]


def _finding(finding: Finding) -> Fields:
    case = finding.case
    return {
        "case": case.ref,
        **({"extract": case.extract} if case.extract else {}),
        "case_label": case.label,
        "practitioner": case.practitioner or None,
        "team": case.team or None,
        "ended": _day(case.ended),
        **_item(finding.item),
        "state": finding.state.value,
        "due": _day(finding.due),
        "days": finding.days,
        "found": finding.found or None,
        "reason": finding.reason or None,
        "to_fix": finding.item.to_fix or None,
        "fix_by": _day(finding.fix_by),
        "answered_no": finding.answered_no,
        "reply": _reply(finding.reply) if finding.reply else None,
    }


def _reply(reply: Reply) -> Fields:
    return {"answer": reply.answer or None, "done_on": _day(reply.done_on), "note": reply.note or None}


def _explanation(why: Explanation) -> Fields:
    return {
        "case": why.case.ref,
        "case_label": why.case.label,
        "practitioner": why.case.practitioner or None,
        "team": why.case.team or None,
        "ended": _day(why.case.ended),
        **_item(why.item),
        "state": why.state.value,
        "headline": why.headline or None,
        "short": why.short,
        "steps": [
            {
                "label": step.label,
                "lines": list(step.lines),
                "heads": list(step.heads),
                "rows": [{"state": state.value, "cells": list(cells)} for state, cells in step.rows],
            }
            for step in why.steps
        ],
    }


def _field(standing: Standing) -> str:
    return standing.value.replace(" ", "_")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
