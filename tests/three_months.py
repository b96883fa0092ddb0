"""The three folders of examples/three-months: `python -m tests.three_months` writes them from the plan.

`three_months/plan.csv` has a row for each case: whose it is, when it began, and what was done when. An extract holds the
cases that were there in its month, and of what was done what had been recorded by its day. Nobody in it exists. What an
audit of each month must find stands beside the plan in `counts.csv`, `expected_states.csv` and `changes.csv`.

In the plan a semicolon parts several, an entry made late says `2026-04-21 recorded 2026-05-06`, and a RAR day that was
`missed` or of which nobody could say until a day whether it was attended (`? until 2026-06-08`) says so too.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

HERE = Path(__file__).parent / "three_months"
FOLDER = Path(__file__).parents[1] / "examples" / "three-months"

#: Each month's extract: its folder, and the day on which it was taken.
EXTRACTS = {
    "april": ("2026-04", date(2026, 4, 30)),
    "may": ("2026-05", date(2026, 5, 29)),
    "june": ("2026-06", date(2026, 6, 30)),
}
MONTHS = tuple(EXTRACTS)

#: The contact type of each kind of entry in the plan.
TYPES = {"enquiry_sent": "C369", "reply": "C515", "chased": "C204", "oversight": "C002", "rar_days": "COAP"}

CASES = (
    "CRN", "Event number", "Order type", "Start date", "End date", "Practitioner code", "Team code", "RoSH",
    "Contact suspended from",
)  # fmt: skip
CONTACTS = (
    "Contact id", "CRN", "Event number", "Contact date", "Type code", "RAR activity", "Attended", "Requirement id",
    "Recorded date",
)  # fmt: skip
REQUIREMENTS = ("Requirement id", "CRN", "Event number", "Main code")
ALLOCATIONS = ("CRN", "Event number", "Staff code", "Grade", "From date")
ACCEPTED = ("CRN", "Event number", "Item", "Occurrence date", "Reason", "Accepted by", "Until")

DICTIONARY = """\
# yaml-language-server: $schema=../../../checklists/schema/dictionary.schema.json
# What the tables beside this file hold, in nDelius codes. Everybody in them is made up.
dictionary: three-months
version: "1"
title: Harbour and Downs PDU (made-up cases)
as_at: {day}
taken_on: {day}

cases:                                    # one row per order or licence
  key: [crn, event_number]
  start: start_date
  end: end_date
  label: order_type
  group_by:
    practitioner: {{code: practitioner_code, held: {{from: allocations, code: staff_code, by: from_date}}}}
    team: {{code: team_code}}
  columns:
    crn: {{type: text, required: yes, headings: [CRN]}}
    event_number: {{type: text, required: yes, headings: [Event number]}}
    order_type:
      type: code
      headings: [Order type]
      values: {{community_order: [CO], suspended_sentence_order: [SSO], licence: [LIC], post_sentence_supervision: [PSS]}}
    start_date: {{type: date, required: yes, headings: [Start date]}}
    end_date: {{type: date, blank: not happened, headings: [End date]}}
    practitioner_code: {{type: text, headings: [Practitioner code]}}
    team_code: {{type: text, headings: [Team code]}}
    rosh: {{type: code, headings: [RoSH], values: {{very_high: [RVHR], high: [RHRH], medium: [RMRH], low: [RLRH]}}}}
    contact_suspended_from: {{type: date, blank: not happened, headings: [Contact suspended from]}}

tables:
  contacts:
    key: [contact_id]
    link: [crn, event_number]
    columns:
      contact_id: {{type: text, required: yes, headings: [Contact id]}}
      crn: {{type: text, required: yes, headings: [CRN]}}
      event_number: {{type: text, required: yes, headings: [Event number]}}
      contact_date: {{type: date, required: yes, headings: [Contact date]}}
      type_code: {{type: code, required: yes, headings: [Type code]}}
      rar_activity: {{type: yes_no, blank: no, headings: [RAR activity]}}
      attended: {{type: yes_no, headings: [Attended]}}
      requirement_id: {{type: text, headings: [Requirement id]}}
      requirement_main_code: {{look_up: main_code, from: requirements, by: requirement_id}}
  requirements:
    key: [requirement_id]
    link: [crn, event_number]
    columns:
      requirement_id: {{type: text, required: yes, headings: [Requirement id]}}
      crn: {{type: text, required: yes, headings: [CRN]}}
      event_number: {{type: text, required: yes, headings: [Event number]}}
      main_code: {{type: code, required: yes, headings: [Main code]}}
  allocations:
    link: [crn, event_number]
    columns:
      crn: {{type: text, required: yes, headings: [CRN]}}
      event_number: {{type: text, required: yes, headings: [Event number]}}
      staff_code: {{type: text, headings: [Staff code]}}
      grade: {{type: code, headings: [Grade]}}
      from_date: {{type: date, required: yes, headings: [From date]}}
  accepted:                               # gaps that are none: kept by who answers for them
    link: [crn, event_number]
    may_be_empty: yes
    columns:
      crn: {{type: text, required: yes, headings: [CRN]}}
      event_number: {{type: text, required: yes, headings: [Event number]}}
      item: {{type: code, required: yes, headings: [Item]}}
      occurrence_date: {{type: date, required: yes, planned: yes, headings: [Occurrence date]}}
      reason: {{type: text, required: yes, headings: [Reason]}}
      accepted_by: {{type: text, required: yes, headings: [Accepted by]}}
      until: {{type: date, required: yes, planned: yes, headings: [Until]}}

facts:
  rar_ordered: {{some: requirements, where: {{main_code: F}}}}
  rar_start: {{latest: [start_date]}}      # since when it has been so is not in the tables: from the start
  high_risk_start: {{latest: [start_date]}}
  recalled_on: {{last: contact_date, from: contacts, by: contact_date, where: {{type_code: ERCL}}}}

events:
  police_enquiry_sent: {{from: contacts, date: contact_date, where: {{type_code: C369}}}}
  police_enquiry_returned: {{from: contacts, date: contact_date, where: {{type_code: C515}}}}
  police_liaison: {{from: contacts, date: contact_date, where: {{type_code: C204}}}}
  management_oversight: {{from: contacts, date: contact_date, where: {{type_code: [MO1, MO2, C002, C416]}}}}
  practitioner_allocated: {{from: allocations, date: from_date, where: {{grade: {{recorded: yes}}}}}}
  rar_delivered:
    from: contacts
    date: contact_date
    once_a_day: yes
    where: {{rar_activity: yes, attended: yes, requirement_main_code: F}}
"""

ADJUSTMENTS = """\
# yaml-language-server: $schema=../../../checklists/schema/adjustments.schema.json
adjustments: harbour-and-downs
version: "2026.2"
settings:
  oversight.interval:
    value: 10 weeks
    reason: Agreed after a serious further offence review
    agreed_by: Head of PDU
    from: 2026-06-01
    review: 2026-12-01
"""


@dataclass(frozen=True)
class Entry:
    """One contact of the plan. `shown` is what its date cell holds."""

    kind: str
    shown: str
    recorded: date
    attended: str = ""
    attended_from: date = date.min  # until this day the cell said “?”


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def several(cell: str) -> list[str]:
    return cell.split("; ") if cell else []


def entries(row: dict[str, str]) -> Iterator[Entry]:
    """What the plan says was entered for a case, kind by kind."""
    for kind in TYPES:
        for text in several(row[kind]):
            shown, _, more = text.partition(" ")
            word, _, day = more.rpartition(" ")
            recorded = date.fromisoformat(day if word == "recorded" else shown)
            if kind != "rar_days":
                yield Entry(kind, shown, recorded)
            else:
                doubtful = date.fromisoformat(day) if word == "? until" else date.min
                yield Entry(kind, shown, recorded, "N" if more == "missed" else "Y", doubtful)


def held(row: dict[str, str]) -> list[tuple[str, date]]:
    """Who has held the case, and from when."""
    found = [text.split(" from ") for text in several(row["held_by"])]
    return [(code, date.fromisoformat(day)) for code, day in found]


def there(row: dict[str, str], month: str) -> bool:
    """Is the case in this month's extract?"""
    first, last = MONTHS.index(row["first_extract"]), MONTHS.index(row["last_extract"])
    return first <= MONTHS.index(month) <= last


def by(day: date, cell: str) -> str:
    """A date of the plan, if it had come by this day."""
    return cell if cell and date.fromisoformat(cell) <= day else ""


def tables(month: str) -> dict[str, list[list[str]]]:
    """The tables of one month's extract, headings first."""
    _, today = EXTRACTS[month]
    plan = read("plan.csv")
    cases, contacts = [list(CASES)], [list(CONTACTS)]
    requirements, allocations = [list(REQUIREMENTS)], [list(ALLOCATIONS)]
    # a contact keeps its number from month to month
    numbered = sorted(((entry, row) for row in plan for entry in entries(row)), key=lambda pair: pair[0].recorded)
    for row in plan:
        if not there(row, month):
            continue
        case, number = row["case"], "1"
        holders = [(code, day) for code, day in held(row) if day <= today]
        rosh, _, blank = row["rosh"].partition(" blank in ")
        cases.append(
            [case, number, row["order"], row["started"], by(today, row["ended"]), holders[-1][0] if holders else "",
             row["team"], "" if blank == month else rosh, by(today, row["suspended"])]
        )  # fmt: skip
        allocations += [[case, number, code, "PO", day.isoformat()] for code, day in holders]
        if row["rar"]:
            requirements.append([f"R{case[1:]}", case, number, "F"])
    for place, (entry, row) in enumerate(numbered, start=1):
        if there(row, month) and entry.recorded <= today:
            rar = entry.kind == "rar_days"
            attended = "?" if today < entry.attended_from else entry.attended
            contacts.append(
                [f"K54{place:05}", row["case"], "1", entry.shown, TYPES[entry.kind], "Y" if rar else "", attended,
                 f"R{row['case'][1:]}" if rar else "", entry.recorded.isoformat()]
            )  # fmt: skip
    found = {"cases": cases, "contacts": contacts, "requirements": requirements, "allocations": allocations}
    if accepted := [row for row in read("accepted.csv") if MONTHS.index(row["first_extract"]) <= MONTHS.index(month)]:
        cells = [[row["case"], "1", *(row[name] for name in ("item", "occurrence", "reason", "by", "until"))] for row in accepted]  # fmt: skip
        found["accepted"] = [list(ACCEPTED), *cells]
    return found


def files() -> dict[str, str]:
    """Every file of the three folders by its path below examples/three-months, and what it holds."""
    found: dict[str, str] = {}
    for month, (folder, day) in EXTRACTS.items():
        for name, rows in tables(month).items():
            text = StringIO()
            csv.writer(text, lineterminator="\n").writerows(rows)
            found[f"{folder}/{name}.csv"] = text.getvalue()
        found[f"{folder}/dictionary.yaml"] = DICTIONARY.format(day=day)
    found[f"{EXTRACTS['june'][0]}/adjustments.yaml"] = ADJUSTMENTS
    return found


if __name__ == "__main__":
    for path, text in files().items():
        file = FOLDER / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
