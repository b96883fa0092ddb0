"""Writes a small extract that the shipped dictionary describes, and audits it with a checklist of two items.

T1 asks that each police enquiry is answered within 20 working days; T2 that one is sent within 5 working
days of the start, which for a start of Monday 3 April 2023 is Wednesday 12 April (Easter lies between).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from auditcheck.audit import Audit, Selection, audit
from tests import extract_files

AS_AT = date(2023, 6, 30)  # a Friday

CHECKLIST = """
checklist: small
title: Small
version: "1"
items:
  - id: T1
    title: Enquiry returned
    severity: high
    source: none
    to_fix: Chase it.
    met_if: {each: police_enquiry_sent, followed_by: police_enquiry_returned, within: 20 working days}
  - id: T2
    title: Enquiry sent
    severity: high
    source: none
    to_fix: Send it.
    met_if: {some: police_enquiry_sent, by: 5 working days after start_date}
    excused_if: [{reason: Not needed, when: {has: police_liaison}}]
"""

HEADINGS = {
    "cases": "CRN,Event number,Start date,End date,Practitioner code,Team code,Order type",
    "contacts": "CRN,Event number,Contact date,Type code,Contact id",
    "allocations": "CRN,Event number,Staff code,Team code,From date",
    "accepted": "CRN,Event number,Item,Occurrence date,Reason,Accepted by,Until",
}

#: A team's own sheet, of which nothing but the start and T2's enquiry is known.
OF_A_TEAM = """\
dictionary: team
version: "1"
cases:
  headings: [team]
  key: [crn]
  start: start_date
  columns:
    crn: {type: text, required: yes, headings: [CRN]}
    start_date: {type: date, required: yes, headings: [Start]}
    sent: {type: date, blank: not happened, headings: [Sent]}
events:
  police_enquiry_sent: {from: cases, date: sent}
"""
ENQUIRY_SENT = """\
checklist: small
title: Small
version: "1"
items:
  - id: T2
    title: Enquiry sent
    severity: high
    source: none
    to_fix: Send it.
    met_if: {some: police_enquiry_sent, by: 5 working days after start_date}
"""


def of_a_team(folder: Path, file: str, dictionary: str, rows: Sequence[str]) -> Path:
    """A team's own sheet with its dictionary and `small.yaml`, the checklist of it, beside it."""
    folder.mkdir(exist_ok=True)
    (folder / dictionary).write_text(OF_A_TEAM, encoding="utf-8")
    (folder / "small.yaml").write_text(ENQUIRY_SENT, encoding="utf-8")
    lines = ["CRN,Start,Sent", *rows]
    if file.endswith(".xlsx"):
        return extract_files.workbook(folder / file, {"cases": [line.split(",") for line in lines]})
    (folder / file).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder / file


def small(
    folder: Path, *, selection: Selection | None = None, passed: bool = False, **tables: str | Sequence[str]
) -> Audit:
    """The audit of these tables: each its rows as they stand in a CSV file, without headings."""
    folder.mkdir(exist_ok=True)
    (folder / "small.yaml").write_text(CHECKLIST, encoding="utf-8")
    for name, rows in tables.items():
        lines = rows.split() if isinstance(rows, str) else list(rows)
        if name == "contacts":
            lines = [f"{line},K{number}" for number, line in enumerate(lines)]
        (folder / f"{name}.csv").write_text("\n".join([HEADINGS[name], *lines, ""]), encoding="utf-8")
    return audit(folder, as_at=AS_AT, checklists=[str(folder / "small.yaml")], selection=selection, passed=passed)
