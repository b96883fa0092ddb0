"""Every item of the shipped checklists at its limits: what is recorded, and the state it gives.

One row is one case, worked out with the shipped dictionary and the shipped checklist by both readings.
The heads are columns of `cases`, kinds of record (KINDS: their days, with commas between them, perhaps
`blank` or `?`, perhaps with other cells of the row), and `DA3 read`: a reader's answers.

Unless a row says otherwise the case is a community order of medium risk that began on Monday 5 June 2023,
looked at as at Friday 8 December. From 5 June on, working days are: the 1st 6 June, 2nd 7 June, 5th 12 June,
10th 19 June, 15th 26 June, 20th 3 July, 30th 17 July; weeks: 6 are 17 July, 8 are 31 July, 12 are 28 August,
13 are 4 September, 26 are 4 December. Twelve weeks before is 13 March.
"""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any

import duckdb
import pytest

from auditcheck.checklist import Item, load_checklists
from auditcheck.dictionary import load_dictionary
from auditcheck.engine import build_calendar, open_database
from auditcheck.names import Column, Type
from auditcheck.patterns import leaves_of
from auditcheck.patterns.judged import Judged
from auditcheck.shipped import shipped_checklists
from tests.both_readings import UNREADABLE, Answer, by_engine, by_explain, load, plain
from tests.tables import read_table

NAMES = load_dictionary()
ITEMS = {item.id: item for listed in load_checklists(shipped_checklists().values(), NAMES) for item in listed.items}

AS_AT = "2023-12-08"
CASE = {"event_number": "1", "start_date": "2023-06-05", "order_type": "community_order", "rosh": "medium"}
SEEN = {"national_standard": "yes", "attended": "yes", "complied": "yes", "outcome_code": "ATTC"}
FAILED = {"national_standard": "yes", "attended": "no", "complied": "no"}

#: A kind of record: its table, the column of its day, and the cells it has unless a row says otherwise.
KINDS: dict[str, tuple[str, str, dict[str, str]]] = {
    "police enquiry": ("contacts", "contact_date", {"type_code": "C369"}),
    "police reply": ("contacts", "contact_date", {"type_code": "C515"}),
    "police chased": ("contacts", "contact_date", {"type_code": "C204"}),
    "children enquiry": ("contacts", "contact_date", {"type_code": "SFGC"}),
    "children reply": ("contacts", "contact_date", {"type_code": "SFRR"}),
    "abuse flag": ("registrations", "start_date", {"type_code": "ADVP"}),
    "child flag": ("registrations", "start_date", {"type_code": "RCPR"}),
    "high since": ("registrations", "start_date", {"type_code": "RHRH"}),
    "recalled": ("contacts", "contact_date", {"type_code": "ERCL"}),
    "medium since": ("registrations", "start_date", {"type_code": "RMRH"}),
    "MAPPA": ("registrations", "start_date", {"type_code": "MAPP"}),
    "RAR": ("requirements", "imposed_date", {"requirement_id": "F", "main_code": "F"}),
    "unpaid work": ("requirements", "imposed_date", {"requirement_id": "W", "main_code": "W"}),
    "programme": ("requirements", "imposed_date", {"requirement_id": "7", "main_code": "7"}),
    "RAR day": (
        "contacts",
        "contact_date",
        {"type_code": "COAP", "rar_activity": "yes", "requirement_id": "F", "attended": "yes", "complied": "yes"},
    ),
    "failure": ("contacts", "contact_date", {"type_code": "COAP", "outcome_code": "UAAB"} | FAILED),
    "unsettled": ("contacts", "contact_date", {"type_code": "COAP", "outcome_code": "AFTA"} | FAILED),
    "warning": ("contacts", "contact_date", {"type_code": "AWLI"}),
    "no further action": ("contacts", "contact_date", {"type_code": "ANFA"}),
    "breach requested": ("contacts", "contact_date", {"type_code": "ABRQ"}),
    "breach ended": ("contacts", "contact_date", {"type_code": "ABPC"}),
    "allocated": ("allocations", "from_date", {"staff_code": "A", "grade": "PO"}),
    "oversight": ("contacts", "contact_date", {"type_code": "MO1"}),
    "appointment": ("contacts", "contact_date", {"type_code": "COAP"} | SEEN),
    "no outcome": ("contacts", "contact_date", {"type_code": "COAP", "national_standard": "yes"}),
    "first appointment": ("contacts", "contact_date", {"type_code": "COAI"} | SEEN),
    "plan": ("contacts", "contact_date", {"type_code": "CSPI"}),
    "OASys": ("assessments", "completed_date", {"status": "complete"}),
    "three-way": ("contacts", "contact_date", {"type_code": "C084"} | SEEN),
    "referral": ("referrals", "referral_date", {"type_code": "CRS01", "nsi_id": "N"}),
    "provider": ("contacts", "contact_date", {"type_code": "CRSAPT", "nsi_id": "N"}),
    "other agency": ("contacts", "contact_date", {"type_code": "C078"}),
    "home visit": ("contacts", "contact_date", {"type_code": "CHVS"} | SEEN),
    "review": ("contacts", "contact_date", {"type_code": "CSPR"}),
}
EXPECTED = ("state", "due", "reason")
#: Tables that are never empty in an extract: a row of somebody who is not audited.
OTHERS = {
    "contacts": {"type_code": "ZZZZ", "contact_date": "2023-06-05"},
    "requirements": {"requirement_id": "other", "main_code": "ZZ"},
    "assessments": {"assessment_id": "other"},
    "allocations": {"staff_code": "B", "grade": "PO", "from_date": "2023-06-05"},
}


def states(item: str, table: str, as_at: str = AS_AT, *, missing: tuple[str, ...] = ()) -> None:
    """Both readings give every row its state, and its due date and reason where a head asks."""
    rows = read_table(table)
    wrong = []
    for day in dict.fromkeys(row.get("as at", as_at) for row in rows):
        of_day = [row for row in rows if row.get("as at", as_at) == day]
        for row, answer in zip(of_day, _answers(ITEMS[item], of_day, day, missing), strict=True):
            shown = {"state": answer.state.value, "due": str(answer.due or ""), "reason": answer.reason}
            differs = [
                f"{head} {shown[head] or 'none'}" for head in EXPECTED if row.get(head, shown[head]) != shown[head]
            ]
            if differs:
                wrong.append(f"{' | '.join(row.values())}\n    both readings give: {', '.join(differs)}")
    assert not wrong, "\n" + "\n".join(wrong)


@lru_cache
def _database() -> duckdb.DuckDBPyConnection:
    con = open_database(threads=1)
    build_calendar(con, NAMES.closed_days)
    return con


def _answers(item: Item, rows: list[dict[str, str]], as_at: str, missing: tuple[str, ...]) -> list[Answer]:
    loaded = load(NAMES, _extract(rows), missing_tables=missing, con=_database())
    day = datetime.date.fromisoformat(as_at)
    engine = by_engine(loaded, [item], day)
    explained = {key: plain(outcome) for key, outcome in by_explain(loaded, [item], day).items()}
    assert engine == explained
    return [engine[number, item.id] for number in range(len(rows))]


def _extract(rows: list[dict[str, str]]) -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in NAMES.tables}
    for table, cells in OTHERS.items():
        tables[table].append(_cells(table, {"crn": "other", "event_number": "1"} | cells))
    for number, row in enumerate(rows):
        whose = {"crn": f"P{number}", "event_number": "1"}
        of_case = {head: cell for head, cell in row.items() if head in NAMES.cases.columns}
        tables["cases"].append(_cells("cases", CASE | whose | of_case))
        for head, cell in row.items():
            if head in of_case or head in (*EXPECTED, "as at"):
                continue
            for entry in filter(None, (part.strip() for part in cell.split(","))):
                first, *words = entry.split()
                if head.endswith(" read"):
                    table, cells = "judgements", {"item": head.removesuffix(" read"), "answer": first, "auditor": entry}
                else:
                    table, date, usual = KINDS[head]
                    cells = usual | {date: first} | dict(word.split("=") for word in words)
                for own in {"requirement_id", "nsi_id"} & cells.keys():
                    cells[own] += whose["crn"]
                tables[table].append(_cells(table, whose | cells))
    return tables


def _cells(table: str, cells: dict[str, str]) -> dict[str, Any]:
    columns = NAMES.tables[table].columns
    if "event_number" not in columns:  # rows of the person, whatever the order
        del cells["event_number"]
    return {name: _cell(text, columns[name]) for name, text in cells.items()}


def _cell(text: str, column: Column) -> Any:
    if text == "?":
        return UNREADABLE
    if text in ("", "blank"):
        return None
    match column.type:
        case Type.DATE:
            return datetime.date.fromisoformat(text)
        case Type.YES_NO:
            return {"yes": True, "no": False}[text]
    return text


# ── domestic abuse ───────────────────────────────────────────────────────────────────────────────


def test_da1_enquiry_sent_to_the_police() -> None:
    states("DA1", """
        rosh   | abuse flag | police enquiry | end_date   | contact_suspended_from | state        | due
        medium |            | 2023-06-12     |            |                        | met          |             # the last day
        medium |            | 2023-06-13     |            |                        | late         | 2023-06-12  # the day after
        medium |            |                |            |                        | gap          | 2023-06-12
        medium |            | blank          |            |                        | gap          | 2023-06-12
        medium |            | ?              |            |                        | cannot tell  |
        medium |            | 2023-03-13     |            |                        | met          |             # for court
        medium |            | 2023-03-12     |            |                        | gap          | 2023-06-12  # too long before
        medium |            |                | 2023-06-11 |                        | left out     |
        medium |            | 2023-06-06     | 2023-06-11 |                        | left out     |             # whatever was done
        medium |            |                | 2023-06-12 |                        | gap          | 2023-06-12
        medium |            |                |            | 2023-06-11             | left out     |
        medium |            |                |            | 2023-06-12             | gap          | 2023-06-12
        low    |            |                |            |                        | not relevant |
        low    | 2021-01-04 |                |            |                        | gap          | 2023-06-12
               |            |                |            |                        | cannot tell  |             # RoSH blank
               | 2021-01-04 |                |            |                        | gap          | 2023-06-12
        """)  # fmt: skip


def test_da2_enquiry_returned() -> None:
    states("DA2", """
        police enquiry         | police reply | police chased | end_date   | contact_suspended_from | state        | due
        2023-06-05             | 2023-07-03   |               |            |                        | met          |
        2023-06-05             | 2023-07-04   |               |            |                        | late         | 2023-07-03
        2023-06-05             |              |               |            |                        | gap          | 2023-07-03
        2023-06-05             | blank        |               |            |                        | gap          | 2023-07-03
        2023-06-05             | 2023-06-04   |               |            |                        | gap          | 2023-07-03  # before it was asked
        2023-06-05, 2023-07-04 | 2023-07-03   |               |            |                        | gap          | 2023-08-01  # the second is open
        2023-06-05             |              | 2023-11-10    |            |                        | excused      |             # four weeks ago
        2023-06-05             |              | 2023-11-09    |            |                        | gap          | 2023-07-03
        2023-06-05             |              |               | 2023-07-02 |                        | left out     |
        2023-06-05             |              |               | 2023-07-03 |                        | gap          | 2023-07-03
        2023-06-05             |              |               |            | 2023-07-02             | left out     |
        2023-11-10             |              |               |            |                        | not yet due  | 2023-12-08
        2023-11-09             |              |               |            |                        | gap          | 2023-12-07
                               | 2023-07-03   |               |            |                        | not relevant |
        """)  # fmt: skip


def test_da3_information_sufficient() -> None:
    states("DA3", """
        rosh   | police reply | DA3 read       | state
        medium | 2023-07-03   | yes            | met
        medium | 2023-07-03   | no             | gap
        medium | 2023-07-03   |                | to judge
        medium | 2023-07-03   | not_assessed   | to judge
        medium | 2023-07-03   | yes, no        | to judge      # two readers differ
        medium | 2023-07-03   | not_applicable | not relevant
        medium |              | yes            | not relevant  # nothing to read
        medium | blank        |                | not relevant
        low    | 2023-07-03   | yes            | not relevant
               | 2023-07-03   | yes            | cannot tell   # RoSH blank
        """)  # fmt: skip


def test_da4_information_received_and_sufficient() -> None:
    states("DA4", """
        rosh   | police reply | DA3 read       | end_date   | contact_suspended_from | state        | due
        medium | 2023-07-17   | yes            |            |                        | met          |
        medium | 2023-07-18   | yes            |            |                        | late         | 2023-07-17
        medium | 2023-07-17   | no             |            |                        | gap          |
        medium | 2023-07-18   | no             |            |                        | gap          |
        medium | 2023-07-17   |                |            |                        | to judge     |
        medium | 2023-07-18   |                |            |                        | late         | 2023-07-17
        medium |              |                |            |                        | gap          | 2023-07-17
        medium | blank        |                |            |                        | gap          | 2023-07-17
        medium | 2023-07-17   | not_applicable |            |                        | met          |
        medium |              |                | 2023-07-16 |                        | left out     |
        medium |              |                |            | 2023-07-16             | left out     |
        medium |              |                | 2023-07-17 |                        | gap          | 2023-07-17
        low    |              |                |            |                        | not relevant |
               |              |                |            |                        | cannot tell  |
        """)  # fmt: skip


# ── safeguarding ─────────────────────────────────────────────────────────────────────────────────


def test_sg1_enquiry_sent() -> None:
    states("SG1", """
        child flag | abuse flag | children enquiry | end_date   | contact_suspended_from | state        | due
        2023-01-09 |            | 2023-06-12       |            |                        | met          |
        2023-01-09 |            | 2023-06-13       |            |                        | late         | 2023-06-12
        2023-01-09 |            |                  |            |                        | gap          | 2023-06-12
                   | 2023-01-09 |                  |            |                        | gap          | 2023-06-12
        2023-01-09 |            | blank            |            |                        | gap          | 2023-06-12
        2023-01-09 |            | 2023-03-13       |            |                        | met          |
        2023-01-09 |            | 2023-03-12       |            |                        | gap          | 2023-06-12
        2023-01-09 |            |                  | 2023-06-11 |                        | left out     |
        2023-01-09 |            |                  |            | 2023-06-11             | left out     |
                   |            |                  |            |                        | not relevant |
        """)  # fmt: skip


def test_sg2_enquiry_returned() -> None:
    states("SG2", """
        children enquiry | children reply | end_date   | contact_suspended_from | state        | due
        2023-06-05       | 2023-07-03     |            |                        | met          |
        2023-06-05       | 2023-07-04     |            |                        | late         | 2023-07-03
        2023-06-05       |                |            |                        | gap          | 2023-07-03
        2023-06-05       | blank          |            |                        | gap          | 2023-07-03
        2023-06-05       | 2023-06-04     |            |                        | gap          | 2023-07-03
        2023-06-05       |                | 2023-07-02 |                        | left out     |
        2023-06-05       |                |            | 2023-07-02             | left out     |
        2023-11-10       |                |            |                        | not yet due  | 2023-12-08
                         | 2023-07-03     |            |                        | not relevant |
        """)  # fmt: skip


def test_sg3_information_used() -> None:
    states("SG3", """
        child flag | children reply | SG3 read       | state
        2023-01-09 | 2023-07-03     | yes            | met
        2023-01-09 | 2023-07-03     | no             | gap
        2023-01-09 | 2023-07-03     |                | to judge
        2023-01-09 | 2023-07-03     | not_applicable | not relevant
        2023-01-09 |                | yes            | not relevant
        2023-01-09 | blank          |                | not relevant
                   | 2023-07-03     | yes            | not relevant
        """)  # fmt: skip


def test_sg4_information_received_and_used() -> None:
    states("SG4", """
        child flag | children reply | SG3 read | end_date   | contact_suspended_from | state        | due
        2023-01-09 | 2023-07-17     | yes      |            |                        | met          |
        2023-01-09 | 2023-07-18     | yes      |            |                        | late         | 2023-07-17
        2023-01-09 | 2023-07-17     | no       |            |                        | gap          |
        2023-01-09 | 2023-07-17     |          |            |                        | to judge     |
        2023-01-09 |                |          |            |                        | gap          | 2023-07-17
        2023-01-09 | blank          |          |            |                        | gap          | 2023-07-17
        2023-01-09 |                |          | 2023-07-16 |                        | left out     |
        2023-01-09 |                |          |            | 2023-07-16             | left out     |
                   |                |          |            |                        | not relevant |
        """)  # fmt: skip


# ── rehabilitation activity ──────────────────────────────────────────────────────────────────────


def test_ra1_first_rar_day_in_time() -> None:
    states("RA1", """
        RAR        | RAR day                | end_date   | contact_suspended_from | state        | due
        2023-06-05 | 2023-07-31             |            |                        | met          |
        2023-06-05 | 2023-08-01             |            |                        | late         | 2023-07-31
        2023-06-05 |                        |            |                        | gap          | 2023-07-31
        2023-06-05 | blank                  |            |                        | gap          | 2023-07-31
        2023-06-05 | 2023-07-31 attended=no |            |                        | gap          | 2023-07-31
        2023-06-05 | 2023-07-31 attended=   |            |                        | gap          | 2023-07-31  # blank: not yes
        2023-06-05 | 2023-07-31 attended=?  |            |                        | cannot tell  |
        2023-06-05 |                        | 2023-07-30 |                        | left out     |
        2023-06-05 |                        |            | 2023-07-30             | left out     |
                   |                        |            |                        | not relevant |
        """)  # fmt: skip


def test_ra2_any_rar_day() -> None:
    states("RA2", """
        as at      | RAR        | RAR day    | end_date   | contact_suspended_from | state        | reason
        2023-12-08 | 2023-06-05 | 2023-12-08 |            |                        | met          |
        2023-12-08 | 2023-06-05 | 2023-12-09 |            |                        | gap          |                      # after the day we look
        2023-12-08 | 2023-06-05 |            |            |                        | gap          |
        2023-12-08 | 2023-06-05 | blank      |            |                        | gap          |
        2023-08-01 | 2023-06-05 |            |            |                        | gap          |
        2023-07-31 | 2023-06-05 |            |            |                        | left out     | Too early to ask  # RA1: the last day
        2023-12-08 | 2023-06-05 |            | 2023-07-30 |                        | left out     | Ended before it was due
        2023-12-08 | 2023-06-05 |            | 2023-07-31 |                        | gap          |
        2023-12-08 | 2023-06-05 |            |            | 2023-07-30             | left out     | Contact suspended before it was due
        2023-12-08 |            |            |            |                        | not relevant |
        """)  # fmt: skip


# ── enforcement ──────────────────────────────────────────────────────────────────────────────────


def test_en1_repeated_failures_acted_on() -> None:
    # ten working days after Monday 19 June is 3 July
    states("EN1", """
        start_date | failure                | warning    | no further action | breach ended | end_date   | contact_suspended_from | state        | due
        2023-06-05 | 2023-06-12, 2023-06-19 | 2023-07-03 |                   |              |            |                        | met          |
        2023-06-05 | 2023-06-12, 2023-06-19 | 2023-07-04 |                   |              |            |                        | late         | 2023-07-03
        2023-06-05 | 2023-06-12, 2023-06-19 |            |                   |              |            |                        | gap          | 2023-07-03
        2023-06-05 | 2023-06-12, 2023-06-19 | blank      |                   |              |            |                        | gap          | 2023-07-03
        2023-06-05 | 2023-06-12, 2023-06-19 | 2023-06-18 |                   |              |            |                        | gap          | 2023-07-03  # before the second
        2023-06-05 | 2023-06-12, 2023-06-19 |            | 2023-06-19        |              |            |                        | excused      |
        2023-06-05 | 2023-06-12, 2023-06-19 |            |                   |              | 2023-07-02 |                        | left out     |
        2023-06-05 | 2023-06-12, 2023-06-19 |            |                   |              |            | 2023-07-02             | left out     |
        2023-06-05 | 2023-06-12             |            |                   |              |            |                        | not relevant |
        2023-06-05 | 2023-06-12, 2023-06-12 |            |                   |              |            |                        | not relevant |             # one day
        2023-06-05 | 2023-06-12, blank      |            |                   |              |            |                        | not relevant |
        2023-06-05 | 2023-06-12, 2023-06-19 |            |                   | 2023-06-14   |            |                        | not relevant |             # counted anew
        2022-06-06 | 2022-06-13, 2023-06-12 |            |                   |              |            |                        | gap          | 2023-06-26
        2022-06-06 | 2022-06-13, 2023-06-14 |            |                   |              |            |                        | not relevant |             # over a year apart
        2023-06-05 | 2023-06-12, 2023-11-24 |            |                   |              |            |                        | not yet due  | 2023-12-08
        """)  # fmt: skip


def test_en2_outcome_settled() -> None:
    # six working days after Thursday 30 November is 8 December
    states("EN2", """
        unsettled  | failure    | end_date   | contact_suspended_from | state        | due
        2023-11-30 |            |            |                        | not yet due  | 2023-12-08
        2023-11-29 |            |            |                        | gap          | 2023-12-07
                   | 2023-11-29 |            |                        | met          |
        2023-06-12 |            | 2023-06-19 |                        | left out     |
        2023-06-12 |            | 2023-06-20 |                        | gap          | 2023-06-20
        2023-06-12 |            |            | 2023-06-19             | left out     |
        ?          | 2023-06-12 |            |                        | cannot tell  |
                   |            |            |                        | not relevant |
        blank      |            |            |                        | not relevant |
        """)  # fmt: skip


def test_en3_action_appropriate() -> None:
    states("EN3", """
        failure                | warning    | EN3 read       | state
        2023-06-12, 2023-06-19 | 2023-07-03 | yes            | met
        2023-06-12, 2023-06-19 | 2023-07-03 | no             | gap
        2023-06-12, 2023-06-19 | 2023-07-03 |                | to judge
        2023-06-12, 2023-06-19 | 2023-07-03 | not_applicable | not relevant
        2023-06-12, 2023-06-19 |            | yes            | not relevant
        2023-06-12             | 2023-07-03 | yes            | not relevant
        """)  # fmt: skip


def test_en4_appropriate_action_taken() -> None:
    states("EN4", """
        failure                | warning    | no further action | EN3 read | end_date   | state        | due
        2023-06-12, 2023-06-19 | 2023-07-03 |                   | yes      |            | met          |
        2023-06-12, 2023-06-19 |            | 2023-07-03        | yes      |            | met          |             # a decision counts
        2023-06-12, 2023-06-19 | 2023-07-04 |                   | yes      |            | late         | 2023-07-03
        2023-06-12, 2023-06-19 | 2023-07-03 |                   | no       |            | gap          |
        2023-06-12, 2023-06-19 | 2023-07-03 |                   |          |            | to judge     |
        2023-06-12, 2023-06-19 |            |                   |          |            | gap          | 2023-07-03
        2023-06-12, 2023-06-19 | blank      |                   |          |            | gap          | 2023-07-03
        2023-06-12, 2023-06-19 |            |                   |          | 2023-07-02 | left out     |
        2023-06-12             |            |                   |          |            | not relevant |
        2023-06-12, ?          |            |                   |          |            | cannot tell  |
        """)  # fmt: skip


def test_a_breach_under_way_answers_later_failures() -> None:
    # the second failure is to be answered by 3 July; what is requested on 16 June is requested before it
    table = """
        failure                | breach requested       | breach ended | EN3 read | EN1      | EN4
        2023-06-12, 2023-06-19 | 2023-06-16             |              | yes      | excused  | met
        2023-06-12, 2023-06-19 | 2023-06-16             |              | no       | excused  | gap       # the reader's
        2023-06-12, 2023-06-19 | 2023-06-09             |              | yes      | excused  | met       # 26 weeks ago
        2023-06-12, 2023-06-19 | 2023-06-08             |              | yes      | gap      | gap       # and a day
        2023-06-12, 2023-06-19 | 2023-06-02             |              | yes      | gap      | gap       # of before the start
        2023-06-12, 2023-06-19 | 2023-06-16             | 2023-07-20   | yes      | excused  | met       # it ended after both
        2023-06-12, 2023-06-19 | 2023-06-02             | 2023-06-09   | yes      | gap      | gap       # it was over
        2023-06-12, 2023-06-19 | 2023-06-02             | 2023-06-02   | yes      | gap      | gap
        2023-06-12, 2023-06-19 | 2023-07-04             |              | yes      | late     | late
        """
    rows = [line.partition("#")[0].rsplit("|", 2) for line in table.strip().splitlines()]
    states("EN1", "\n".join(f"{row}| {'state' if en1.strip() == 'EN1' else en1}" for row, en1, _ in rows))
    states("EN4", "\n".join(f"{row}| {'state' if en4.strip() == 'EN4' else en4}" for row, _, en4 in rows))


def test_en5_every_failure_decided() -> None:
    # ten working days after Monday 12 June are 26 June, after 24 November 8 December
    states("EN5", """
        failure                           | warning                | no further action | breach requested | end_date   | state        | due
        2023-06-12                        | 2023-06-26             |                   |                  |            | met          |
        2023-06-12                        |                        | 2023-06-26        |                  |            | met          |
        2023-06-12                        | 2023-06-27             |                   |                  |            | late         | 2023-06-26
        2023-06-12                        |                        |                   |                  |            | gap          | 2023-06-26  # the first too
        2023-06-12                        | 2023-06-11             |                   |                  |            | gap          | 2023-06-26
        2023-06-12                        | blank                  |                   |                  |            | gap          | 2023-06-26
        2023-06-12, 2023-06-19, 2023-07-17 | 2023-06-20            |                   |                  |            | gap          | 2023-07-31  # a letter answers no later one
        2023-06-12, 2023-07-17            |                        |                   | 2023-06-20       |            | met          |             # a breach under way does
        2023-06-12                        |                        |                   | 2023-06-09       |            | excused      |
        2023-11-24                        |                        |                   |                  |            | not yet due  | 2023-12-08
        2023-06-12                        |                        |                   |                  | 2023-06-25 | left out     |
        2023-06-12 complied=blank         |                        |                   |                  |            | gap          | 2023-06-26  # the outcome says so
        2023-06-12 complied=?             |                        |                   |                  |            | cannot tell  |
        ?                                 |                        |                   |                  |            | cannot tell  |
                                          | 2023-06-26             |                   |                  |            | not relevant |
        """)  # fmt: skip


def test_what_was_decided_as_a_code_on_the_failures_row() -> None:
    # ten working days after Monday 12 June are 26 June, after Monday 19 June 3 July
    states("EN5", """
        failure                                                        | warning    | state       | due
        2023-06-12 enforcement_code=EA02 enforcement_date=2023-06-26   |            | met         |
        2023-06-12 enforcement_code=EA02 enforcement_date=2023-06-27   |            | late        | 2023-06-26
        2023-06-12 enforcement_code=EA02 enforcement_date=2023-12-08   |            | late        | 2023-06-26
        2023-06-12 enforcement_code=EA02 enforcement_date=2023-12-09   |            | gap         | 2023-06-26  # after the day we look from
        2023-06-12 enforcement_code=EA02 enforcement_date=2023-06-11   |            | gap         | 2023-06-26  # before it failed
        2023-06-12 enforcement_code=EA02                               |            | met         |             # on the day of the row
        2023-06-12 enforcement_code=EA02 enforcement_date=?            |            | cannot tell |
        2023-06-12 enforcement_code=EA02 enforcement_date=?            | 2023-06-26 | met         |
        2023-06-12 enforcement_code=? enforcement_date=2023-06-26      |            | cannot tell |
        2023-06-12 enforcement_code=EA12 enforcement_date=?            |            | gap         | 2023-06-26  # pending, whenever
        2023-06-12 enforcement_date=2023-06-26                         |            | gap         | 2023-06-26
        2023-06-12 enforcement_code=ROM enforcement_date=2023-06-26    |            | gap         | 2023-06-26
        2023-06-12 enforcement_code=ROM enforcement_date=2023-06-20    | 2023-06-26 | met         |
        2023-06-12 enforcement_code=NFA enforcement_date=2023-06-26    |            | met         |
        2023-06-12 enforcement_code=EA02 enforcement_date=2023-06-27   | 2023-06-26 | met         |             # both: the first
        2023-06-12 enforcement_code=EA02 enforcement_date=2023-06-26   | 2023-06-27 | met         |
        2023-06-12, 2023-06-19 enforcement_code=EA02 enforcement_date=2023-06-26 | | met         |             # it may answer both
        2023-06-12, 2023-06-19 enforcement_code=EA02 enforcement_date=2023-06-14 | | gap         | 2023-06-26  # a day that cannot be
        2023-06-12 enforcement_code=BRE enforcement_date=2023-06-20, 2023-07-17  | | met         |             # a breach under way
        2023-11-24 enforcement_code=EA12 enforcement_date=2023-11-24   |            | not yet due | 2023-12-08
        """)  # fmt: skip
    states("EN1", """
        failure                                                                    | breach ended | state
        2023-06-12, 2023-06-19 enforcement_code=EA03 enforcement_date=2023-07-03   |              | met
        2023-06-12, 2023-06-19 enforcement_code=EA03 enforcement_date=2023-07-04   |              | late
        2023-06-12, 2023-06-19 enforcement_code=EA11                               |              | met
        2023-06-12 enforcement_code=EA02, 2023-06-19                               |              | gap       # before the second
        2023-06-12, 2023-06-19 enforcement_code=NFA enforcement_date=2023-06-26    |              | excused
        2023-06-12, 2023-06-19 enforcement_code=NFA enforcement_date=?             |              | cannot tell
        2023-06-12 enforcement_code=IBR enforcement_date=2023-06-16, 2023-06-19    |              | excused   # under way
        2023-06-12 enforcement_code=IBR enforcement_date=2023-06-16, 2023-06-19    | 2023-06-17   | not relevant
        2023-06-12, 2023-06-19, 2023-06-20 enforcement_code=BRE enforcement_date=2023-06-16 | | gap     # a day that cannot be
        """)  # fmt: skip
    states("EN4", """
        failure                                                                    | EN3 read | state
        2023-06-12, 2023-06-19 enforcement_code=LCL enforcement_date=2023-07-03    | yes      | met
        2023-06-12, 2023-06-19 enforcement_code=LCL enforcement_date=2023-07-03    | no       | gap
        2023-06-12, 2023-06-19 enforcement_code=LCL enforcement_date=2023-07-03    |          | to judge
        2023-06-12, 2023-06-19 enforcement_code=LCL enforcement_date=2023-07-04    | yes      | late
        2023-06-12, 2023-06-19 enforcement_code=EA05 enforcement_date=2023-07-03   | yes      | gap      # another letter
        """)  # fmt: skip
    states("EN3", """
        failure                                                                    | EN3 read | state
        2023-06-12, 2023-06-19 enforcement_code=NFA enforcement_date=2023-07-03    | yes      | met
        2023-06-12, 2023-06-19 enforcement_code=ROM enforcement_date=2023-07-03    | yes      | not relevant
        """)  # fmt: skip


# ── management oversight ─────────────────────────────────────────────────────────────────────────


def test_mo1_oversight_at_allocation() -> None:
    states("MO1", """
        allocated              | oversight  | end_date   | contact_suspended_from | state        | due
        2023-06-05             | 2023-06-19 |            |                        | met          |
        2023-06-05             | 2023-06-20 |            |                        | late         | 2023-06-19
        2023-06-05             |            |            |                        | gap          | 2023-06-19
        2023-06-05             | blank      |            |                        | gap          | 2023-06-19
        2023-06-05, 2023-11-24 staff_code=B | 2023-06-19 |  |                        | not yet due  | 2023-12-08
        2023-06-05, 2023-11-24 | 2023-06-19 |            |                        | met          |             # the same practitioner
        2023-03-13             |            |            |                        | gap          | 2023-03-27
        2023-03-12             |            |            |                        | not relevant |             # too long before
        2023-06-05             |            | 2023-06-18 |                        | left out     |
        2023-06-05             |            |            | 2023-06-18             | left out     |
                               | 2023-06-19 |            |                        | not relevant |
        """)  # fmt: skip


def test_mo2_oversight_at_the_interval() -> None:
    states("MO2", """
        as at      | rosh   | oversight              | end_date   | contact_suspended_from | state        | due
        2023-12-08 | high   | 2023-09-04, 2023-12-04 |            |                        | met          | 2024-03-04
        2023-12-08 | high   | 2023-09-05, 2023-12-04 |            |                        | late         | 2023-09-04
        2023-12-04 | high   | 2023-09-04             |            |                        | met          | 2023-12-04
        2023-12-05 | high   | 2023-09-04             |            |                        | gap          | 2023-12-04
        2023-09-04 | high   |                        |            |                        | not yet due  | 2023-09-04
        2023-09-05 | high   |                        |            |                        | gap          | 2023-09-04
        2023-09-05 | high   | blank                  |            |                        | gap          | 2023-09-04
        2023-12-08 | high   |                        | 2023-09-03 |                        | left out     |
        2023-12-08 | high   |                        |            | 2023-09-03             | left out     |
        2023-12-08 | medium |                        |            |                        | not relevant |
        2023-12-08 |        |                        |            |                        | cannot tell  |
        """)  # fmt: skip


def test_mo3_oversight_sufficient() -> None:
    states("MO3", """
        rosh   | oversight  | MO3 read       | state
        medium | 2023-06-05 | yes            | met
        medium | 2023-06-05 | no             | gap
        medium | 2023-06-05 |                | to judge
        medium | 2023-06-05 | not_applicable | not relevant
        medium |            | yes            | not relevant
        medium | 2023-03-13 | yes            | met           # twelve weeks before
        medium | 2023-03-12 | yes            | not relevant
        low    | 2023-06-05 | yes            | not relevant
               | 2023-06-05 | yes            | cannot tell
        """)  # fmt: skip


def test_mo4_oversight_recorded_and_sufficient() -> None:
    states("MO4", """
        as at      | rosh   | oversight  | MO3 read | state
        2023-12-08 | medium | 2023-06-05 | yes      | met
        2023-12-08 | medium | 2023-06-05 | no       | gap
        2023-12-08 | medium | 2023-06-05 |          | to judge
        2023-12-08 | medium |            |          | gap
        2023-12-08 | medium | blank      |          | gap
        2023-06-20 | medium |            |          | gap
        2023-06-19 | medium |            |          | left out      # too early to ask: MO1 is in time to the end of today
        2023-12-08 | low    |            |          | not relevant
        2023-12-08 |        |            |          | cannot tell
        """)  # fmt: skip


# ── sentence plan ────────────────────────────────────────────────────────────────────────────────


def test_sp1_first_appointment_order() -> None:
    states("SP1", """
        order_type      | first appointment      | appointment | end_date   | contact_suspended_from | state        | due
        community_order | 2023-06-12             |             |            |                        | met          |
        community_order | 2023-06-12 attended=no |             |            |                        | met          |             # arranged is enough
        community_order | 2023-06-13             |             |            |                        | late         | 2023-06-12
        community_order |                        |             |            |                        | gap          | 2023-06-12
        community_order | blank                  |             |            |                        | gap          | 2023-06-12
        community_order |                        | 2023-06-06  |            |                        | met          |             # seen under another code
        community_order |                        | 2023-06-06 attended=no |  |                       | gap          | 2023-06-12
        community_order |                        |             | 2023-06-11 |                        | left out     |
        community_order |                        |             |            | 2023-06-11             | left out     |
        licence         |                        |             |            |                        | not relevant |
                        |                        |             |            |                        | cannot tell  |
        """)  # fmt: skip


def test_sp2_first_appointment_release() -> None:
    states("SP2", """
        order_type      | start_date | first appointment | end_date   | contact_suspended_from | state        | due
        licence         | 2023-06-05 | 2023-06-06        |            |                        | met          |
        licence         | 2023-06-05 | 2023-06-07        |            |                        | late         | 2023-06-06
        licence         | 2023-06-09 | 2023-06-12        |            |                        | met          |             # Friday to Monday
        licence         | 2023-05-26 | 2023-05-30        |            |                        | met          |             # over a bank holiday
        licence         | 2023-06-05 |                   |            |                        | gap          | 2023-06-06
        licence         | 2023-06-05 | blank             |            |                        | gap          | 2023-06-06
        licence         | 2023-06-05 |                   | 2023-06-05 |                        | left out     |
        licence         | 2023-06-05 |                   |            | 2023-06-05             | left out     |
        licence         | 2023-06-05 |                   | 2023-06-06 |                        | gap          | 2023-06-06
        community_order | 2023-06-05 |                   |            |                        | not relevant |
                        | 2023-06-05 |                   |            |                        | cannot tell  |
        """)  # fmt: skip


def test_sp3_sentence_plan_in_time() -> None:
    # fifteen working days after Tuesday 6 June is 27 June
    states("SP3", """
        as at      | first appointment      | plan       | OASys                                               | end_date   | contact_suspended_from | state       | due
        2023-12-08 | 2023-06-06             | 2023-06-27 |                                                     |            |                        | met         |
        2023-12-08 | 2023-06-06             | 2023-06-28 |                                                     |            |                        | late        | 2023-06-27
        2023-12-08 | 2023-06-06             | 2023-06-28 | 2023-06-20 sentence_plan_date=2023-06-27             |            |                        | met         |
        2023-12-08 | 2023-06-06             |            | 2023-06-20 sentence_plan_date=2023-06-28             |            |                        | late        | 2023-06-27
        2023-12-08 | 2023-06-06             |            | 2023-06-20 sentence_plan_date=2023-06-27 status=open |            |                        | gap         | 2023-06-27  # not completed
        2023-12-08 | 2023-06-06             |            |                                                     |            |                        | gap         | 2023-06-27
        2023-12-08 | 2023-06-06             | blank      |                                                     |            |                        | gap         | 2023-06-27
        2023-12-08 | 2023-06-06             | 2023-03-13 |                                                     |            |                        | met         |             # before release
        2023-12-08 | 2023-06-06             | 2023-03-12 |                                                     |            |                        | gap         | 2023-06-27
        2023-06-27 | 2023-06-06             |            |                                                     |            |                        | not yet due | 2023-06-27
        2023-12-08 |                        |            |                                                     |            |                        | not yet due |             # never seen: no clock
        2023-12-08 | 2023-06-06 attended=no |            |                                                     |            |                        | not yet due |
        2023-12-08 | 2023-06-06             |            |                                                     | 2023-06-26 |                        | left out    |
        2023-12-08 | 2023-06-06             |            |                                                     |            | 2023-06-26             | left out    |
        """)  # fmt: skip


# ── prompt start ─────────────────────────────────────────────────────────────────────────────────


def test_ps1_requirements_started_promptly() -> None:
    states("PS1", """
        order_type      | appointment            | RAR                                  | unpaid work                          | end_date   | contact_suspended_from | state       | due
        community_order | 2023-06-12             |                                      |                                      |            |                        | met         |
        community_order | 2023-06-13             |                                      |                                      |            |                        | late        | 2023-06-12
        community_order | 2023-06-12 attended=no |                                      |                                      |            |                        | gap         | 2023-06-12
        community_order |                        |                                      |                                      |            |                        | gap         | 2023-06-12
        community_order | blank                  |                                      |                                      |            |                        | gap         | 2023-06-12
        community_order | ?                      |                                      |                                      |            |                        | cannot tell |
        licence         | 2023-06-07             |                                      |                                      |            |                        | met         |
        licence         | 2023-06-08             |                                      |                                      |            |                        | late        | 2023-06-07
        licence         |                        |                                      |                                      |            |                        | gap         | 2023-06-07
                        |                        |                                      |                                      |            |                        | gap         | 2023-06-12  # type blank
        licence         |                        |                                      |                                      | 2023-06-06 |                        | left out    |
        licence         |                        |                                      |                                      |            | 2023-06-06             | left out    |
        community_order | 2023-06-12             | 2023-06-05 commenced_date=2023-07-31 |                                      |            |                        | met         |
        community_order | 2023-06-12             | 2023-06-05 commenced_date=2023-08-01 |                                      |            |                        | late        | 2023-07-31
        community_order | 2023-06-12             | 2023-06-05                           |                                      |            |                        | gap         | 2023-07-31
        community_order | 2023-06-12             | 2023-06-05 commenced_date=2023-07-31 | 2023-06-05                           |            |                        | gap         | 2023-07-31  # each of them
        community_order | 2023-06-12             | 2023-06-05 commenced_date=2023-07-31 | 2023-06-05 commenced_date=2023-07-31 |            |                        | met         |
        community_order | 2023-06-12             | blank                                |                                      |            |                        | met         |             # not imposed yet
        community_order | 2023-06-12             | 2023-06-05                           |                                      | 2023-07-30 |                        | met         |             # ended before the RAR was due
        community_order | 2023-06-12             | 2023-11-27                           |                                      |            |                        | not yet due | 2024-01-22  # imposed in breach
        """)  # fmt: skip
    states("PS1", """
        appointment | programme                            | state
        2023-06-12  | 2023-06-05                           | met  # a programme has a limit of its own
        """)  # fmt: skip


# ── continuity ───────────────────────────────────────────────────────────────────────────────────


def test_ct1_one_practitioner_since_the_start() -> None:
    states("CT1", """
        allocated                                                                       | end_date   | state
        2023-06-05                                                                      |            | met
        2023-06-05 to_date=2023-08-31, 2023-09-01 staff_code=B                          |            | gap
        2023-06-05 to_date=2023-08-31, 2023-09-01                                       |            | met           # the same, in another team
        2023-03-06 to_date=2023-06-05, 2023-06-05 staff_code=B                          |            | met           # handed over on the first day
        2023-03-06 to_date=2023-06-06, 2023-06-06 staff_code=B                          |            | gap           # the day after
        2023-03-06 to_date=2023-06-04, 2023-06-05 staff_code=B                          |            | met           # before it began
        2023-06-05 staff_code=TEAMU grade=blank to_date=2023-06-08, 2023-06-09          |            | met           # first with nobody
        2023-06-05 to_date=2023-08-31, 2023-09-01 staff_code=TEAMU grade=blank          |            | met           # nobody is no second one
        2023-06-05 to_date=2023-08-31, 2023-12-09 staff_code=B                          |            | met           # after the day we look
        2023-06-05, 2023-09-01 staff_code=B                                             | 2023-09-01 | gap           # on the last day
        2023-06-05, 2023-09-02 staff_code=B                                             | 2023-09-01 | met           # after the end
        2023-06-05, blank staff_code=B                                                  |            | met           # a blank day: not happened
        2023-06-05, ? staff_code=B                                                      |            | cannot tell
                                                                                        |            | not relevant  # nobody recorded
        """)  # fmt: skip


def test_ct2_handover_after_a_change() -> None:
    # ten working days after Friday 1 September is 15 September
    states("CT2", """
        allocated                                         | three-way              | end_date   | contact_suspended_from | state        | due
        2023-06-05, 2023-09-01 staff_code=B               | 2023-09-15             |            |                        | met          |
        2023-06-05, 2023-09-01 staff_code=B               | 2023-09-01             |            |                        | met          |
        2023-06-05, 2023-09-01 staff_code=B               | 2023-09-18             |            |                        | late         | 2023-09-15
        2023-06-05, 2023-09-01 staff_code=B               | 2023-08-31             |            |                        | gap          | 2023-09-15  # before the change
        2023-06-05, 2023-09-01 staff_code=B               |                        |            |                        | gap          | 2023-09-15
        2023-06-05, 2023-09-01 staff_code=B               | blank                  |            |                        | gap          | 2023-09-15
        2023-06-05, 2023-09-01 staff_code=B               | 2023-09-15 attended=no |            |                        | gap          | 2023-09-15
        2023-06-05, 2023-11-24 staff_code=B               |                        |            |                        | not yet due  | 2023-12-08
        2023-06-05, 2023-09-01 staff_code=B               |                        | 2023-09-14 |                        | left out     |
        2023-06-05, 2023-09-01 staff_code=B               |                        |            | 2023-09-14             | left out     |
        2023-06-05, 2023-09-01 staff_code=TEAMU grade=blank |                      |            |                        | not relevant |             # left unallocated
        2023-06-05, 2023-09-01                            |                        |            |                        | not relevant |             # the same, in another team
        2023-06-07                                        |                        |            |                        | not relevant |             # the first is no change
        2023-06-07, 2023-09-01 staff_code=B               |                        |            |                        | gap          | 2023-09-15
        2023-03-06, 2023-05-01 staff_code=B               |                        |            |                        | not relevant |             # before it began
                                                          |                        |            |                        | not relevant |
        """)  # fmt: skip


# ── accredited programmes ────────────────────────────────────────────────────────────────────────


def test_ap1_programme_started_in_time() -> None:
    states("AP1", """
        programme                            | RAR        | end_date   | contact_suspended_from | state        | due
        2023-06-05 commenced_date=2023-12-04 |            |            |                        | met          |
        2023-06-05 commenced_date=2023-12-05 |            |            |                        | late         | 2023-12-04
        2023-06-05                           |            |            |                        | gap          | 2023-12-04
        2023-06-09                           |            |            |                        | not yet due  | 2023-12-08
        2023-06-05                           |            | 2023-12-03 |                        | left out     |
        2023-06-05                           |            |            | 2023-12-03             | left out     |
        blank                                |            |            |                        | not relevant |
                                             | 2023-06-05 |            |                        | not relevant |
        """)  # fmt: skip


def test_ap2_joint_work() -> None:
    states("AP2", """
        programme  | AP2 read       | state
        2023-06-05 | yes            | met
        2023-06-05 | no             | gap
        2023-06-05 |                | to judge
        2023-06-05 | not_assessed   | to judge
        2023-06-05 | not_applicable | not relevant
                   | yes            | not relevant
        """)  # fmt: skip


# ── commissioned services ────────────────────────────────────────────────────────────────────────


def test_cs1_referral_taken_up() -> None:
    states("CS1", """
        referral                                     | provider   | end_date   | contact_suspended_from | state        | due
        2023-06-05 start_date=2023-07-03             |            |            |                        | met          |
        2023-06-05 start_date=2023-07-04             |            |            |                        | late         | 2023-07-03
        2023-06-05                                   | 2023-07-03 |            |                        | met          |             # seen by the provider
        2023-06-05                                   |            |            |                        | gap          | 2023-07-03
        2023-06-05                                   | 2023-07-03 nsi_id=M |   |                        | gap          | 2023-07-03  # of another referral
        2023-06-05                                   | blank      |            |                        | gap          | 2023-07-03
        2023-11-10                                   |            |            |                        | not yet due  | 2023-12-08
        2023-06-05                                   |            | 2023-07-02 |                        | left out     |
        2023-06-05                                   |            |            | 2023-07-02             | left out     |
        2023-06-05 type_code=BRE                     |            |            |                        | not relevant |
        blank                                        |            |            |                        | not relevant |
                                                     |            |            |                        | not relevant |
        """)  # fmt: skip


def test_cs2_considered_or_referred() -> None:
    states("CS2", """
        as at      | CS2 read       | end_date   | contact_suspended_from | state
        2023-12-08 | yes            |            |                        | met
        2023-12-08 | no             |            |                        | gap
        2023-12-08 |                |            |                        | to judge
        2023-12-08 | not_applicable |            |                        | not relevant
        2023-08-01 |                |            |                        | to judge
        2023-07-31 | no             |            |                        | left out  # too early to ask
        2023-12-08 | no             | 2023-07-30 |                        | left out
        2023-12-08 | no             | 2023-07-31 |                        | gap
        2023-12-08 | no             |            | 2023-07-30             | left out
        """)  # fmt: skip


def test_cs3_taken_up_or_considered() -> None:
    states("CS3", """
        referral                         | CS2 read       | end_date   | contact_suspended_from | state        | due
        2023-06-05 start_date=2023-07-03 |                |            |                        | met          |
        2023-06-05 start_date=2023-07-03 | no             |            |                        | met          |             # the record is enough
        2023-06-05 start_date=2023-07-04 |                |            |                        | to judge     |
        2023-06-05 start_date=2023-07-04 | no             |            |                        | late         | 2023-07-03
        2023-06-05 start_date=2023-07-04 | yes            |            |                        | met          |
        2023-06-05                       | no             |            |                        | gap          | 2023-07-03
                                         | yes            |            |                        | met          |
                                         | no             |            |                        | gap          |
                                         |                |            |                        | to judge     |
                                         | not_applicable |            |                        | not relevant |
                                         | no             | 2023-07-30 |                        | left out     |
                                         | no             |            | 2023-07-30             | left out     |
        """)  # fmt: skip


# ── multi-agency work ────────────────────────────────────────────────────────────────────────────


def test_ma1_contact_with_other_agencies() -> None:
    states("MA1", """
        rosh   | MAPPA                          | child flag | other agency | end_date   | contact_suspended_from | state        | due
        high   |                                |            | 2023-07-31   |            |                        | met          |
        high   |                                |            | 2023-08-01   |            |                        | late         | 2023-07-31
        high   |                                |            |              |            |                        | gap          | 2023-07-31
        high   |                                |            | blank        |            |                        | gap          | 2023-07-31
        high   |                                |            | 2023-03-13   |            |                        | met          |             # twelve weeks before
        high   |                                |            | 2023-03-12   |            |                        | gap          | 2023-07-31
        medium | 2023-06-05                     |            |              |            |                        | gap          | 2023-07-31
        medium | 2023-06-05 end_date=2023-10-02 |            |              |            |                        | not relevant |             # no longer MAPPA
        low    |                                | 2023-01-09 |              |            |                        | gap          | 2023-07-31
        high   |                                |            |              | 2023-07-30 |                        | left out     |
        high   |                                |            |              |            | 2023-07-30             | left out     |
        medium |                                |            |              |            |                        | not relevant |
               |                                |            |              |            |                        | cannot tell  |
        """)  # fmt: skip


def test_ma2_agencies_co_ordinated() -> None:
    states("MA2", """
        rosh   | other agency | MA2 read       | state
        medium | 2023-06-05   | yes            | met
        medium | 2023-06-05   | no             | gap
        medium | 2023-06-05   |                | to judge
        medium | 2023-06-05   | not_applicable | not relevant
        medium |              | yes            | met            # whether one had to be is for the reader
        medium |              | not_applicable | not relevant
        high   |              | yes            | not relevant
        high   | 2023-03-13   | yes            | met            # twelve weeks before
        high   | 2023-03-12   | yes            | not relevant
        low    | 2023-06-05   | yes            | not relevant
               | 2023-06-05   | yes            | cannot tell
        """)  # fmt: skip


def test_ma3_involved_and_co_ordinated() -> None:
    states("MA3", """
        as at      | rosh   | other agency | MA2 read | state
        2023-12-08 | medium | 2023-06-05   | yes      | met
        2023-12-08 | medium | 2023-06-05   | no       | gap
        2023-12-08 | medium | 2023-06-05   |          | to judge
        2023-12-08 | high   |              |          | gap
        2023-12-08 | high   | blank        |          | gap
        2023-12-08 | high   | ?            |          | cannot tell
        2023-08-01 | high   |              |          | gap
        2023-07-31 | high   |              |          | left out      # too early to ask: MA1 is in time to the end of today
        2023-12-08 | medium |              |          | to judge      # whether one had to be is for the reader
        2023-12-08 | medium | blank        | no       | gap
        2023-12-08 | medium | ?            | yes      | met
        2023-12-08 | low    |              |          | not relevant
        2023-12-08 |        |              |          | cannot tell
        """)  # fmt: skip


# ── home visits ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("item", "rosh", "last_day", "day_after", "day_before", "other"),
    [
        ("HV1", "high", "2023-06-20", "2023-06-21", "2023-06-19", "medium"),
        ("HV1", "very_high", "2023-06-20", "2023-06-21", "2023-06-19", "low"),
        ("HV2", "medium", "2023-07-17", "2023-07-18", "2023-07-16", "high"),
        ("HV3", "low", "2023-08-28", "2023-08-29", "2023-08-27", "medium"),
    ],
)
def test_first_home_visit(item: str, rosh: str, last_day: str, day_after: str, day_before: str, other: str) -> None:
    states(item, f"""
        as at       | rosh    | home visit             | end_date     | contact_suspended_from | state        | due
        2023-12-08  | {rosh}  | {last_day}             |              |                        | met          |
        2023-12-08  | {rosh}  | {day_after}            |              |                        | late         | {last_day}
        2023-12-08  | {rosh}  | {last_day} attended=no |              |                        | gap          | {last_day}
        2023-12-08  | {rosh}  |                        |              |                        | gap          | {last_day}
        2023-12-08  | {rosh}  | blank                  |              |                        | gap          | {last_day}
        {last_day}  | {rosh}  |                        |              |                        | not yet due  | {last_day}
        {day_after} | {rosh}  |                        |              |                        | gap          | {last_day}
        2023-12-08  | {rosh}  |                        | {day_before} |                        | left out     |
        2023-12-08  | {rosh}  |                        |              | {day_before}           | left out     |
        2023-12-08  | {other} |                        |              |                        | not relevant |
        2023-12-08  |         |                        |              |                        | cannot tell  |
        """)  # fmt: skip


def test_hv4_home_visits_at_the_interval() -> None:
    states("HV4", """
        as at      | rosh   | home visit             | end_date   | contact_suspended_from | state        | due
        2023-12-08 | high   | 2023-09-04, 2023-12-04 |            |                        | met          | 2024-03-04
        2023-12-08 | high   | 2023-09-05, 2023-12-04 |            |                        | late         | 2023-09-04
        2023-12-04 | high   | 2023-09-04             |            |                        | met          | 2023-12-04
        2023-12-05 | high   | 2023-09-04             |            |                        | gap          | 2023-12-04
        2023-09-04 | high   |                        |            |                        | not yet due  | 2023-09-04
        2023-09-05 | high   |                        |            |                        | gap          | 2023-09-04
        2023-12-08 | high   | blank                  |            |                        | gap          | 2023-09-04
        2023-12-08 | high   | 2023-09-04             | 2023-12-04 |                        | met          |             # ended on the day
        2023-12-08 | high   |                        | 2023-09-03 |                        | left out     |
        2023-12-08 | high   |                        |            | 2023-09-03             | left out     |
        2023-12-08 | medium |                        |            |                        | not relevant |
        2023-12-08 |        |                        |            |                        | cannot tell  |
        """)  # fmt: skip


# From 8 September 13 weeks are 8 December, from 23 June 15 days are 8 July.


def test_days_count_from_when_the_risk_became_high() -> None:
    states("HV1", """
        rosh | high since                                          | medium since                   | home visit | state       | due
        high | 2023-06-23                                          |                                | 2023-07-08 | met         |
        high | 2023-06-23                                          |                                | 2023-07-09 | late        | 2023-07-08
        high | 2023-06-23                                          |                                | 2023-06-12 | met         |             # seen before
        high | 2023-06-04                                          |                                |            | gap         | 2023-06-20  # high at the start
        high | 2023-04-01 end_date=2023-09-01, 2023-09-01          |                                |            | gap         | 2023-06-20  # registered again
        high | 2023-04-01 end_date=2023-06-10, 2023-06-23          | 2023-06-10 end_date=2023-06-23 |            | gap         | 2023-07-08  # medium between
        high | 2021-04-01 end_date=2022-06-10, 2023-06-23          | 2022-06-10 end_date=2023-06-23 |            | gap         | 2023-07-08  # high long ago
        very_high | 2023-06-05 end_date=2023-07-03, 2023-07-03 type_code=RVHR |                     |            | gap         | 2023-06-20  # high throughout
        high | 2023-12-01                                          |                                |            | not yet due | 2023-12-16
        high | ?                                                   |                                |            | cannot tell |
        """)  # fmt: skip
    for item, event in (("HV4", "home visit"), ("MO2", "oversight")):
        states(item, f"""
            rosh | high since | {event}     | recalled   | state       | due
            high | 2023-09-08 |             |            | not yet due | 2023-12-08
            high | 2023-09-07 |             |            | gap         | 2023-12-07
            high | 2023-09-08 | 2023-06-12  |            | not yet due | 2023-12-08  # what was before does not count
            high | 2023-06-05 | 2023-08-01  | 2023-09-10 | met         |             # in custody since
            high | 2023-06-05 | 2023-08-01  | 2023-06-02 | gap         | 2023-10-31  # recalled before this release
            """)  # fmt: skip


def test_hv5_first_home_visit_of_a_sexual_offender() -> None:
    states("HV5", """
        rosh   | MAPPA                                            | home visit | end_date   | state        | due
        medium | 2022-06-01 category_code=M1                      | 2023-06-20 |            | met          |
        low    | 2022-06-01 category_code=M1                      | 2023-06-21 |            | late         | 2023-06-20
        medium | 2022-06-01 category_code=M1                      |            |            | gap          | 2023-06-20
        medium | 2023-06-23 category_code=M1                      | 2023-07-08 |            | met          |
        medium | 2022-06-01 category_code=M1                      |            | 2023-06-19 | left out     |
        medium | 2022-06-01 category_code=M1 end_date=2023-12-07  |            |            | not relevant |
        medium | 2022-06-01 category_code=M2                      |            |            | not relevant |
        medium | 2022-06-01 category_code=?                       |            |            | cannot tell  |
        medium |                                                  |            |            | not relevant |
        high   | 2022-06-01 category_code=M1                      |            |            | gap          | 2023-06-20  # HV1 asks too
               | 2022-06-01 category_code=M1                      |            |            | gap          | 2023-06-20
        """)  # fmt: skip


# ── reviewing ────────────────────────────────────────────────────────────────────────────────────


def test_rv1_written_review_at_the_interval() -> None:
    # 26 weeks after Monday 12 June is 11 December
    states("RV1", """
        as at      | review     | OASys                              | end_date   | contact_suspended_from | state       | due
        2023-12-08 |            | 2023-06-12                         |            |                        | met         | 2023-12-11
        2023-12-12 |            | 2023-06-12                         |            |                        | gap         | 2023-12-11
        2023-12-12 | 2023-12-11 | 2023-06-12                         |            |                        | met         | 2024-06-10
        2023-12-12 | 2023-12-12 | 2023-06-12                         |            |                        | late        | 2023-12-11
        2023-12-08 | 2023-12-04 |                                    |            |                        | met         | 2024-06-03
        2023-12-04 |            |                                    |            |                        | not yet due | 2023-12-04
        2023-12-05 |            |                                    |            |                        | gap         | 2023-12-04
        2023-12-05 | blank      |                                    |            |                        | gap         | 2023-12-04
        2023-12-05 |            | 2023-06-12 status=locked_incomplete |           |                        | gap         | 2023-12-04
        2023-12-05 |            | 2023-06-12 status=?                |            |                        | cannot tell |
        2023-12-08 |            |                                    | 2023-12-03 |                        | left out    |
        2023-12-08 |            |                                    |            | 2023-12-03             | left out    |
        """)  # fmt: skip


def test_rv2_changes_in_risk_reviewed() -> None:
    states("RV2", """
        as at      | RV2 read       | end_date   | contact_suspended_from | state
        2023-12-08 | yes            |            |                        | met
        2023-12-08 | no             |            |                        | gap
        2023-12-08 |                |            |                        | to judge
        2023-12-08 | not_applicable |            |                        | not relevant
        2023-12-05 |                |            |                        | to judge
        2023-12-04 | no             |            |                        | left out  # too early to ask: RV1 is not yet due
        2023-12-08 | no             | 2023-12-03 |                        | left out
        2023-12-08 | no             | 2023-12-04 |                        | gap
        2023-12-08 | no             |            | 2023-12-03             | left out
        """)  # fmt: skip


def test_rv3_reviewed_before_the_run_up() -> None:
    # eight weeks before 8 December is 13 October, 34 weeks before it 14 April; 13 weeks after that is 14 July
    states("RV3", """
        start_date | review                 | OASys      | end_date   | contact_suspended_from | state    | due
        2023-04-14 | 2023-10-13             |            |            |                        | met      |
        2023-04-14 | 2023-10-14             |            |            |                        | late     | 2023-10-13  # only in the run-up
        2023-04-14 | 2023-08-01, 2023-11-20 |            |            |                        | met      |
        2023-04-14 |                        | 2023-11-20 |            |                        | late     | 2023-10-13
        2023-04-14 |                        | 2023-05-05 |            |                        | gap      | 2023-10-13  # the first assessment is no review
        2023-04-14 |                        | 2023-07-13 |            |                        | gap      | 2023-10-13
        2023-04-14 |                        | 2023-07-14 |            |                        | met      |
        2023-04-14 |                        |            |            |                        | gap      | 2023-10-13
        2023-04-14 | blank                  |            |            |                        | gap      | 2023-10-13
        2023-04-15 | 2023-10-14             |            |            |                        | left out |             # not due before the run-up
        2023-04-14 |                        |            | 2023-10-12 |                        | left out |
        2023-04-14 |                        |            |            | 2023-10-12             | left out |
        2023-04-14 |                        |            | 2023-10-13 |                        | gap      | 2023-10-13
        """)  # fmt: skip


# ── appointments ─────────────────────────────────────────────────────────────────────────────────


def test_ao1_outcomes_recorded() -> None:
    # five working days after Friday 1 December is 8 December
    states("AO1", """
        no outcome             | appointment | end_date   | contact_suspended_from | state       | due
        2023-12-01             |             |            |                        | not yet due | 2023-12-08
        2023-11-30             |             |            |                        | gap         | 2023-12-07
        2023-12-09             |             |            |                        | met         |             # still ahead
                               | 2023-06-12  |            |                        | met         |
        2023-06-12 outcome_code=? |          |            |                        | cannot tell |
        blank                  |             |            |                        | met         |
        2023-06-12             |             | 2023-06-18 |                        | left out    |
        2023-06-12             |             | 2023-06-19 |                        | gap         | 2023-06-19
        2023-06-12             |             |            | 2023-06-18             | left out    |
        """)  # fmt: skip


# ── all of them ──────────────────────────────────────────────────────────────────────────────────

TABLES = tuple(name for name in NAMES.tables if name not in ("cases", "judgements"))
FROM_RECORDS = [name for name, item in ITEMS.items() if not all(isinstance(p, Judged) for p in leaves_of(item.met_if))]
RELEVANT_BY_RECORDS = ["DA3", "SG3", "EN3", "MO3", "AP2", "MA2"]  # read, where there is something to read


@pytest.mark.parametrize("item", [*FROM_RECORDS, *RELEVANT_BY_RECORDS])
def test_tables_that_were_not_supplied(item: str) -> None:
    order = "licence" if item == "SP2" else "community_order"
    rosh = {"HV2": "medium", "HV3": "low", "HV5": "low"}.get(item, "high")
    state = "to judge" if item == "CS3" else "cannot tell"  # a reader may still say
    table = f"start_date | order_type | rosh | state\n2023-04-03 | {order} | {rosh} | {state}"
    states(item, table, missing=TABLES)


# A case begun on Thursday 6 April 2023, before Good Friday, of which nothing is done or a reader answers no. From then
# on working days are: the 1st Tue 11 April (7 and 10 April are closed), 5th 17 April, 10th 24 April, 20th Wed 10 May (1
# and 8 May are closed), 30th 24 May; 15 days are 21 April; weeks: 6 are 18 May, 8 are 1 June, 12 are 29 June, 13 are
# 6 July, 26 are 5 October. The working days after Saturday 8 April are the same.
LAST_DAYS = """
    item                    | last day   | on that day | what is recorded
    DA1                     | 2023-04-17 | not yet due |
    DA4                     | 2023-05-24 | not yet due |
    SG1                     | 2023-04-17 | not yet due | child flag=2022-01-10
    SG4                     | 2023-05-24 | not yet due | child flag=2022-01-10
    AS1                     | 2023-05-10 | not yet due |
    AS2                     | 2023-05-10 | left out    | order_type=licence
    AS3 AS4 AS5             | 2023-05-10 | left out    |
    PL1 PL2 DI1 DI2 DI3 DI4 | 2023-05-10 | left out    |
    SP1 PS1                 | 2023-04-17 | not yet due |
    SP2                     | 2023-04-11 | not yet due | order_type=licence
    MO1                     | 2023-04-24 | not yet due | allocated=the start
    MO4                     | 2023-04-24 | left out    | allocated=the start
    HV1                     | 2023-04-21 | not yet due |
    HV2                     | 2023-05-18 | not yet due | rosh=medium
    HV3                     | 2023-06-29 | not yet due | rosh=low
    HV5                     | 2023-04-21 | not yet due | rosh=low, MAPPA=2022-01-10 category_code=M1
    HV4 MO2                 | 2023-07-06 | not yet due |
    RA1                     | 2023-06-01 | not yet due | RAR=the start
    RA2                     | 2023-06-01 | left out    | RAR=the start
    MA1                     | 2023-06-01 | not yet due |
    MA3                     | 2023-06-01 | left out    |
    CS2                     | 2023-06-01 | left out    |
    RV1                     | 2023-10-05 | not yet due |
    RV2                     | 2023-10-05 | left out    |
    OU1 OU2 OU3             | 2023-06-29 | left out    |
    KA1 KA2 KA3 KP1 KP2 KP3 | 2023-06-29 | left out    |
    KD1 KD2 KD3 KR1 KR2 KR3 | 2023-06-29 | left out    |
    """
IN_WORKING_DAYS = ("2023-04-17", "2023-05-24", "2023-05-10", "2023-04-11", "2023-04-24")


@pytest.mark.parametrize("line", read_table(LAST_DAYS), ids=lambda line: line["item"])
def test_the_last_day_is_no_gap_and_the_day_after_is(line: dict[str, str]) -> None:
    last = datetime.date.fromisoformat(line["last day"])
    for item in line["item"].split():
        for start in ("2023-04-06", "2023-04-08") if line["last day"] in IN_WORKING_DAYS else ("2023-04-06",):
            cells = {"start_date": start, "rosh": "high", "order_type": "community_order", f"{item} read": "no"}
            for cell in filter(None, line["what is recorded"].replace("the start", start).split(", ")):
                head, _, value = cell.partition("=")
                cells[head] = value
            days = [(last, line["on that day"]), (last + datetime.timedelta(days=1), "gap")]
            rows = [" | ".join([str(day), *cells.values(), state]) for day, state in days]
            states(item, "\n".join([" | ".join(["as at", *cells, "state"]), *rows]))
