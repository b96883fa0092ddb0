"""Reads back what practitioners answered in workbooks that were handed out, and lays it beside their gaps.

A row is about the gap that its hidden columns name: case, item, and the day it was due. Nothing that is read here
changes a state, and no message shows what a cell holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from auditcheck.extract.cells import typed_day
from auditcheck.extract.sheets import HEADINGS_WITHIN, Given
from auditcheck.extract.workbook import sheets
from auditcheck.problems import ExtractStop, named_rows, shown
from auditcheck.result import ANSWERS, REPLY_HEADINGS, REPLY_KEY, Finding, GapList, Reply

#: The case, the item, and the day it was due as YYYY-MM-DD ("" where it had none).
Key = tuple[str, str, str]

LONGEST_NOTE = 2_000


@dataclass(frozen=True)
class Replies:
    """By gap what was replied, in the workbook of the latest audit that says anything of it; how many workbooks
    there were; and lines about what could not be taken as a reply."""

    of: Mapping[Key, Reply]
    files: int
    beware: tuple[str, ...] = ()


def read_replies(paths: Sequence[Path]) -> Replies:
    """The replies in these workbooks, and in those of these folders. Raises ExtractStop for what is none."""
    found: dict[Key, tuple[str, Reply]] = {}
    differ: set[Key] = set()
    beware: list[str] = []
    files = [file for path in paths for file in _files(path)]
    for file in files:
        for key, as_at, reply in _of_file(file, beware):
            before, other = found.get(key, ("", reply))
            if as_at >= before:
                found[key] = as_at, reply
                if as_at > before:
                    differ.discard(key)
                elif reply != other:
                    differ.add(key)
    if differ:
        one = "1 gap has" if len(differ) == 1 else f"{len(differ):,} gaps have"
        beware.append(f"{one} different replies in workbooks of one day: that of the last is shown.")
    return Replies({key: reply for key, (_, reply) in found.items()}, len(files), tuple(beware))


def hold_replies(path: Path) -> bool:
    """Has anybody replied in that workbook, in whatever words? Not in what is none of ours."""
    try:
        found = read_replies([path])
        return bool(found.of or found.beware)
    except ExtractStop:
        return False


def beside(gaps: GapList, replies: Replies) -> tuple[GapList, int]:
    """The gap list with each reply beside its gap, and how many replies have no gap there."""
    keys = {_key(finding) for finding in gaps.gaps}
    return replace(gaps, gaps=answered(gaps.gaps, replies)), len(replies.of.keys() - keys)


def answered(findings: Sequence[Finding], replies: Replies) -> tuple[Finding, ...]:
    """Each finding with its reply, if there is one."""
    return tuple(replace(finding, reply=replies.of.get(_key(finding))) for finding in findings)


def _key(finding: Finding) -> Key:
    return finding.case.ref, finding.item.id, finding.due.isoformat() if finding.due else ""


def _files(path: Path) -> list[Path]:
    """A file, or the workbooks of a folder; not those that Excel keeps beside one that is open."""
    if not path.is_dir():
        return [path]
    try:
        inside = sorted(file for file in path.iterdir() if file.suffix.lower() == ".xlsx")
    except OSError:
        raise ExtractStop(f"{shown(path)}: cannot be read. Check that you may open it.") from None
    found = [file for file in inside if not file.name.startswith(("~$", "."))]
    if not found:
        raise ExtractStop(f"{shown(path)}: holds no workbook (.xlsx) with replies.")
    return found


def _of_file(path: Path, beware: list[str]) -> Iterator[tuple[Key, str, Reply]]:
    """Of each row that was replied to: its gap, as at which day it was one, and the reply."""
    name = shown(path)
    if not path.is_file():
        raise ExtractStop(f"{name}: not found. Give a workbook that run -o wrote, or a folder of them.")
    ours = False
    for sheet in sheets(path, Given()):
        seen = sheet.workbook.look(sheet.part, f"{name}, {sheet.shown}")
        places: dict[str, int] | None = None
        wrong: list[int] = []
        astray: list[int] = []
        for row, cells in sheet.workbook.cells(sheet.name):
            texts = [_text(cell) for cell in cells]
            if places is None:
                if row > HEADINGS_WITHIN:
                    break
                wanted = (*REPLY_HEADINGS, *REPLY_KEY)
                if set(wanted) <= set(texts):
                    places = {heading: texts.index(heading) for heading in wanted}
                    ours = True
                continue
            held = {heading: texts[at] if at < len(texts) else "" for heading, at in places.items()}
            answer, done_on, note = (held[heading] for heading in REPLY_HEADINGS)
            key = [held[heading] for heading in REPLY_KEY]
            broken = any(row in seen.broken.get(places[heading], ()) for heading in REPLY_HEADINGS)
            if not (answer or done_on or note or broken):
                continue
            day = typed_day(done_on)
            if not (key[0] and key[1]):
                astray.append(row)
            elif broken or (answer and answer.casefold() not in ANSWERS) or (done_on and day is None):
                wrong.append(row)
            else:
                said = " ".join(note.split())
                said = said if len(said) <= LONGEST_NOTE else f"{said[:LONGEST_NOTE]} (cut)"
                yield (key[0], key[1], key[2]), key[3], Reply(answer.casefold(), day, said)
        if wrong:
            what = "a reply that is not of the list, a day that is no date, or a formula"
            beware.append(f"{name}, {sheet.shown}: {named_rows(wrong)}: {what}. Not shown.")
        if astray:
            beware.append(f"{name}, {sheet.shown}: {named_rows(astray)}: a reply beside no gap. Not shown.")
    if not ours:
        raise ExtractStop(
            f"{name}: no workbook to reply in that auditcheck wrote. Leave it out, or give the right one."
        )


def _text(cell: object) -> str:
    """A cell as text, without blanks round it; a date or a time of one as YYYY-MM-DD."""
    if isinstance(cell, date):  # a datetime is one too
        return cell.isoformat()[:10]
    return str(cell).strip() if isinstance(cell, str | int | float) else ""
