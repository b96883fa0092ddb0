"""Results as CSV: RFC 4180, so lines end in CR LF and a quote in a text is doubled; UTF-8.

Numbers and dates stand plain; texts always stand in quotes. What a spreadsheet would run as a
formula has an apostrophe before it, so that it is a text there too, and a character that could act
on a terminal is written as a visible escape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from auditcheck.reports.figures import STATE_FIELDS, rate, relevant
from auditcheck.reports.groups import label_of
from auditcheck.reports.terminal import safe_text
from auditcheck.result import Counts, Finding, GapList, Inspection, Result

Cell = str | int | date | None

#: What begins a formula in one spreadsheet or another (OWASP, CSV injection), with the full-width forms.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_RUN = (
    *("as_at", "grouping", "code", "label", "team", "item", "title", "checklist", "severity"),
    *STATE_FIELDS.values(),
    *("relevant", "of", "percent", "low", "high"),
)
_GAPS = (
    *("as_at", "list", "case", "case_label", "practitioner", "team", "ended", "item", "title", "checklist", "severity"),
    *("state", "due", "days", "found", "reason", "to_fix", "fix_by"),
    *("reply", "reply_done_on", "reply_note"),
)
_INSPECT = ("as_at", "file", "row", "column", "kind", "rule")


def as_csv(finished: Result | GapList | Inspection, again: str = "") -> bytes:
    """What a command found, one row for each figure, finding or fault."""
    match finished:
        case Result():
            heads, rows = _RUN, _run(finished)
        case GapList():
            heads, rows = _GAPS, _gaps(finished)
        case Inspection():
            heads, rows = _INSPECT, _inspect(finished)
    return rows_of(heads, ((finished.about.as_at, *row) for row in rows))


def rows_of(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table as CSV."""
    texts = _Texts()
    lines = [",".join(heads), *(",".join([texts[cell] for cell in row]) for row in rows)]
    return "".join([f"{line}\r\n" for line in lines]).encode()


class _Texts(dict[Cell, str]):
    """What is written for a cell: most texts stand in many rows."""

    def __missing__(self, cell: Cell) -> str:
        written = self[cell] = _written(cell)
        return written


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int | date):
        return str(cell)
    text = safe_text(cell).replace('"', '""')
    return f'''"{"'" if cell.startswith(_FORMULA) else ""}{text}"'''


def _run(result: Result) -> Iterator[Sequence[Cell]]:
    kinds = (
        ("overall", (result.overall,)),
        ("team", result.teams),
        ("practitioner", result.practitioners),
        (result.by, result.groups),
    )
    for kind, groups in kinds:
        for group in groups:
            label = "all cases" if kind == "overall" else label_of(kind, group)
            whose = (kind, group.code or None, label, group.parent or None)
            for item in result.items:
                counts = group.counts.get(item.id, Counts())
                said = rate(counts, kind)
                yield (
                    *(*whose, item.id, item.title, item.checklist, item.severity),
                    *counts.numbers,
                    *(relevant(counts), said.base, said.percent, said.low, said.high),
                )


def lists_of(gaps: GapList) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
    """The findings of a gap list by what they are, as CSV and logs name it."""
    return (
        ("gap", gaps.gaps),
        ("gap of ended case", gaps.ended),
        ("coming up", gaps.coming_up),
        ("to judge", gaps.to_judge),
        ("cannot tell", gaps.cannot_tell),
    )


def _gaps(gaps: GapList) -> Iterator[Sequence[Cell]]:
    for name, findings in lists_of(gaps):
        for f in findings:
            case, item = f.case, f.item
            yield (
                *(name, case.ref, case.label, case.practitioner or None, case.team or None, case.ended),
                *(item.id, item.title, item.checklist, item.severity),
                *(f.state.value, f.due, f.days, f.found or None, f.reason or None, item.to_fix or None, f.fix_by),
                *((f.reply.answer or None, f.reply.done_on, f.reply.note or None) if f.reply else (None, None, None)),
            )
    for row in gaps.accepted:  # `due` is its last day, and `found` how it stands
        yield (
            *("accepted", row.case, None, None, None, None, row.item or None, None, None, None),
            *(None, row.until, None, row.why or row.standing.value, row.reason or None, None, None),
            *(None, None, None),
        )


def _inspect(inspection: Inspection) -> Iterator[Sequence[Cell]]:
    for fault in inspection.faults:
        yield fault.source, fault.row, fault.column, fault.kind, fault.rule
