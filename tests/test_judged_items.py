"""The shipped items that rest on a reader's answer, and the record items beside them: one row is one case.

Both readings are asked, with the shipped dictionary and checklists. An `answers` cell holds rows of `judgements` for
the items under test, with commas between them: `yes`, `yes auditor=bob`, `yes audit=pilot`, `yes item=XX9`.
Other tables are written the same way, from the cell in FIRST. `blank` is an empty cell, `?` one that cannot be read.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditcheck.audit import Selection, audit
from auditcheck.checklist import Item, load_checklists
from auditcheck.conditions import Reader
from auditcheck.dictionary import load_dictionary
from auditcheck.names import Column, Type
from auditcheck.patterns import AnyPattern, read_pattern, unread
from auditcheck.problems import Problem
from auditcheck.shipped import shipped
from auditcheck.yamlfile import parse_yaml
from tests.both_readings import UNREADABLE, by_engine, by_explain, load, plain
from tests.tables import read_table

NAMES = replace(load_dictionary(), audit="autumn")
CHECKLISTS = ("assessment", "planning", "outcomes", "diversity", "key-questions")
ITEMS: dict[str, Item] = {
    item.id: item
    for checklist in load_checklists([shipped(f"{name}.yaml") for name in CHECKLISTS], NAMES)
    for item in checklist.items
}
JUDGED = [item.id for item in ITEMS.values() if item.judged]

#: The cell that a row of each table begins with, and what its other cells are unless the row says.
FIRST = {"answers": "answer", "assessments": "completed_date", "contacts": "contact_date"}
BESIDES = {
    "answers": {"audit": "autumn", "auditor": "ann", "date": "2023-06-29"},
    "assessments": {"status": "complete"},
    "contacts": {"type_code": "COAP", "outcome_code": "UAAB", "national_standard": "yes", "complied": "no"},
}


def states(items: Sequence[str], table: str, **everywhere: str) -> None:
    """Both readings give every row its `state` for all of `items` (or each item its own, where it heads a column)."""
    rows = [everywhere | row for row in read_table(table)]
    missing = everywhere.get("missing", "").split()
    wrong = []
    for as_at in dict.fromkeys(row["as at"] for row in rows):
        of_day = [row for row in rows if row["as at"] == as_at]
        extract = load(NAMES, tables_of(of_day, items), missing_tables=missing)
        asked, day = [ITEMS[item] for item in items], datetime.date.fromisoformat(as_at)
        engine, explained = by_engine(extract, asked, day), by_explain(extract, asked, day)
        for (number, item), answer in engine.items():
            row = of_day[number]
            assert answer == plain(explained[number, item]), f"{item}, {row}: the two readings differ"
            expected = (row.get(item, row.get("state")), row.get("due", ""), row.get("reason", answer.reason))
            given = (answer.state.value, str(answer.due or "") if "due" in row else "", answer.reason)
            if given != expected:
                wrong.append(f"{item} | {' | '.join(row.values())}\n    both readings give {given}")
        assert len(engine) == len(of_day) * len(items)
    assert not wrong, "\n" + "\n".join(wrong)


def tables_of(rows: Sequence[dict[str, str]], items: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {"cases": [], "judgements": [], "assessments": [], "contacts": []}
    # somebody else's rows: a table without any row would be cannot tell for everyone
    others = {"assessments": "completed_date", "contacts": "contact_date"}
    for table, head in others.items():
        tables[table].append({"crn": "OTHER", "event_number": "1", head: datetime.date(2023, 5, 2)})
    for number, row in enumerate(rows, 1):
        case = {"crn": f"P{number}", "event_number": "1", "start_date": row["start"]}
        case |= {head: cell for head, cell in row.items() if head in NAMES.cases.columns}
        tables["cases"].append(cells(case, NAMES.cases.columns))
        for head, first in FIRST.items():
            table = "judgements" if head == "answers" else head
            for entry in filter(None, (part.strip() for part in row.get(head, "").split(","))):
                value, *words = entry.split()
                given = {"crn": case["crn"], "event_number": "1"} | BESIDES[head] | {first: value}
                given |= dict(word.split("=") for word in words)
                for item in items if head == "answers" and "item" not in given else ("",):
                    tables[table].append(cells({"item": item} | given if item else given, NAMES.tables[table].columns))
    return tables


def cells(row: dict[str, str], columns: Any) -> dict[str, Any]:
    return {head: cell(text, columns[head]) for head, text in row.items()}


def cell(text: str, column: Column) -> Any:
    if text in ("?", "", "blank"):
        return UNREADABLE if text == "?" else None
    match column.type:
        case Type.DATE:
            return datetime.date.fromisoformat(text)
        case Type.YES_NO:
            return {"yes": True, "no": False}[text]
    return text


# Every item that rests on a reader's answer

ORDER_TYPE = {"AS2": "licence", "AS3": "community_order"}


@pytest.mark.parametrize("item", JUDGED)
def test_answers(item: str) -> None:
    everywhere = {"start": "2023-01-09", "as at": "2023-06-30", "order_type": ORDER_TYPE.get(item, "licence")}
    states([item], """
        answers                                                | state
                                                               | to judge       # nobody has read it
        yes                                                    | met
        no                                                     | gap
        not_applicable                                         | not relevant
        not_assessed                                           | to judge
        blank                                                  | to judge
        ?                                                      | cannot tell
        yes date=2023-09-01                                    | met            # answers are not cut by as at
        yes, yes auditor=bob                                   | met
        no, no auditor=bob                                     | gap
        yes, no auditor=bob                                    | to judge
        yes, not_applicable auditor=bob                        | to judge
        yes, not_assessed auditor=bob                          | met
        yes, no auditor=bob, yes auditor=agreed                | met
        yes, no auditor=bob, no auditor=agreed                 | gap
        no, yes auditor=bob, not_applicable auditor=agreed     | not relevant
        yes, no auditor=bob, not_assessed auditor=agreed       | to judge
        yes audit=pilot                                        | to judge       # of another audit
        no audit=pilot, yes                                    | met
        yes item=XX9                                           | to judge       # of another item
        yes crn=OTHER                                          | to judge       # of another case
        yes event_number=2                                     | to judge       # of the person's other order
        """, **everywhere)  # fmt: skip
    assert ITEMS[item].met_if.say().endswith("?”")


def test_which_items_are_judged() -> None:
    assert [item for item in ITEMS if item not in JUDGED] == ["AS1", "OU4"]


def test_engaged_in_the_assessment_is_asked_by_order_type() -> None:
    states(["AS2", "AS3"], """
        order_type                | answers      | AS2          | AS3
        licence                   |              | to judge     | not relevant
        post_sentence_supervision |              | to judge     | not relevant
        community_order           |              | not relevant | to judge
        suspended_sentence_order  |              | not relevant | to judge
        other                     |              | not relevant | to judge
        licence                   | yes          | met          | not relevant
        licence                   | yes item=AS3 | to judge     | not relevant   # written under the wrong item
        community_order           | no           | not relevant | gap
                                  | yes          | cannot tell  | cannot tell
        ?                         | no           | cannot tell  | cannot tell
        """, **{"start": "2023-01-09", "as at": "2023-06-30"})  # fmt: skip


# Not asked too early

AFTER_20_WORKING_DAYS = [
    item for item in JUDGED if ITEMS[item].checklist in ("assessment", "planning", "diversity") and item != "AS2"
]
AFTER_12_WEEKS = [item for item in ITEMS if ITEMS[item].checklist in ("outcomes", "key-questions")]


def test_asked_after_twenty_working_days() -> None:
    # twenty working days after Thursday 1 June 2023 are over on Thursday 29 June; after Friday 2 June and Saturday
    # 3 June on Friday 30 June; after Monday 5 June on Monday 3 July; after Wednesday 10 May (29 May is a bank
    # holiday) on Thursday 8 June, after Thursday 11 May on Friday 9 June, after Friday 12 May on Monday 12 June
    states(AFTER_20_WORKING_DAYS, """
        as at      | start      | answers        | state    | reason
        2023-06-30 | 2023-06-01 |                | to judge |
        2023-06-30 | 2023-06-01 | no             | gap      |
        2023-06-30 | 2023-06-02 | no             | left out | Too early to ask   # the last day
        2023-06-30 | 2023-06-03 |                | left out | Too early to ask
        2023-06-30 | 2023-06-05 | no             | left out | Too early to ask   # whatever was answered
        2023-06-30 | 2023-06-30 | yes            | left out | Too early to ask
        2023-06-09 | 2023-05-10 |                | to judge |
        2023-06-09 | 2023-05-11 |                | left out | Too early to ask
        2023-06-11 | 2023-05-11 |                | to judge |                    # a Sunday, and it was over on Friday
        2023-06-11 | 2023-05-12 |                | left out | Too early to ask   # it is over on Monday
        """, order_type="community_order")  # fmt: skip


def test_asked_after_twelve_weeks() -> None:
    # twelve weeks before Friday 30 June 2023 is Friday 7 April; nobody here has a failure to comply
    states(AFTER_12_WEEKS, """
        as at      | start      | answers | state    | OU4      | reason
        2023-06-30 | 2023-04-06 |         | to judge | met      |
        2023-06-30 | 2023-04-06 | no      | gap      | met      |
        2023-06-30 | 2023-04-07 |         | left out | left out | Too early to ask
        2023-06-30 | 2023-04-07 | no      | left out | left out | Too early to ask
        """)  # fmt: skip


def test_ended_and_suspended_cases_are_read_too() -> None:
    asked = [item for item in JUDGED if item != "AS2"]
    states(asked, """
        end_date   | contact_suspended_from | answers | state
        2023-01-14 |                        | no      | gap
        2023-01-14 |                        |         | to judge
                   | 2023-01-14             | yes     | met
        """, **{"start": "2023-01-09", "as at": "2023-06-30", "order_type": "community_order"})  # fmt: skip


# AS1, OASys completed: twenty working days from Monday 3 April 2023 (Easter and 1 May lie between) end on Thursday
# 4 May; from Saturday 8 April (10 April, 1 and 8 May lie between) on Wednesday 10 May


def test_oasys_completed() -> None:
    states(["AS1"], """
        as at      | start      | assessments                                   | state       | due
        2023-06-30 | 2023-04-03 | 2023-05-04                                    | met         |
        2023-06-30 | 2023-04-03 | 2023-05-05                                    | late        | 2023-05-04
        2023-06-30 | 2023-04-03 |                                               | gap         | 2023-05-04
        2023-05-04 | 2023-04-03 |                                               | not yet due | 2023-05-04
        2023-05-05 | 2023-04-03 |                                               | gap         | 2023-05-04
        2023-05-03 | 2023-04-03 | 2023-05-04                                    | not yet due | 2023-05-04   # not seen yet
        2023-06-30 | 2023-04-08 | 2023-05-10                                    | met         |
        2023-06-30 | 2023-04-08 | 2023-05-11                                    | late        | 2023-05-10
        2023-06-30 | 2023-04-03 | 2023-01-09                                    | met         |              # twelve weeks before
        2023-06-30 | 2023-04-03 | 2023-01-08                                    | gap         | 2023-05-04
        2023-06-30 | 2023-04-03 | 2023-05-04 event_number=blank                 | met         |              # of the person
        2023-06-30 | 2023-04-03 | 2023-05-04 event_number=2                     | met         |              # of the person too
        2023-06-30 | 2023-04-03 | 2023-04-20 status=locked_incomplete           | gap         | 2023-05-04
        2023-06-30 | 2023-04-03 | 2023-04-20 status=open                        | gap         | 2023-05-04
        2023-06-30 | 2023-04-03 | 2023-04-20 status=blank                       | gap         | 2023-05-04
        2023-06-30 | 2023-04-03 | 2023-04-20 status=?                           | cannot tell |
        2023-06-30 | 2023-04-03 | 2023-06-20 status=?                           | cannot tell |              # late or never
        2023-06-30 | 2023-04-03 | blank                                         | gap         | 2023-05-04
        2023-06-30 | 2023-04-03 | blank status=?                                | gap         | 2023-05-04   # not completed, whatever its status
        2023-06-30 | 2023-04-03 | ?                                             | cannot tell |
        2023-06-30 | 2023-04-03 | ?, 2023-05-04                                 | met         |
        2023-06-30 | 2023-04-03 | 2023-04-20 status=locked_incomplete, 2023-05-05 | late      | 2023-05-04
        2023-06-30 | ?          | 2023-04-20                                    | cannot tell |
        """)  # fmt: skip


def test_oasys_of_a_case_that_ended_or_was_suspended() -> None:
    states(["AS1"], """
        end_date   | contact_suspended_from | assessments | state       | reason
        2023-05-03 |                        |             | left out    | Ended before it was due
        2023-05-03 |                        | 2023-04-20  | left out    | Ended before it was due
        2023-05-04 |                        |             | gap         |
        2023-05-04 |                        | 2023-05-04  | met         |
        2023-05-20 |                        | 2023-05-19  | late        |
        2023-05-20 |                        | 2023-05-22  | gap         |                          # after the order
                   | 2023-05-03             |             | left out    | Contact suspended before it was due
                   | 2023-05-04             |             | gap         |
                   | ?                      |             | cannot tell |
        """, **{"start": "2023-04-03", "as at": "2023-06-30"})  # fmt: skip


def test_no_assessments_supplied() -> None:
    states(["AS1"], """
        assessments | state
        2023-04-20  | cannot tell
        """, **{"start": "2023-04-03", "as at": "2023-06-30", "missing": "assessments"})  # fmt: skip


# OU4, failures within limit: one day with failures is allowed


def test_failures_within_limit() -> None:
    states(["OU4"], """
        contacts                                                  | state
                                                                  | met
        2023-04-11                                                | met
        2023-04-11, 2023-04-11                                    | met           # one day
        2023-04-11, 2023-04-12                                    | gap
        2023-04-03, 2023-06-30                                    | gap           # the first day and the last
        2023-04-02, 2023-06-30                                    | met           # before the start
        2023-04-03, 2023-07-01                                    | met           # not seen yet
        2023-04-11, 2023-04-12 outcome_code=AFTA                  | met           # not settled
        2023-04-11, 2023-04-12 outcome_code=blank                 | gap
        2023-04-11, 2023-04-12 complied=yes                       | met
        2023-04-11, 2023-04-12 complied=blank                     | gap          # the outcome says that it was unacceptable
        2023-04-11, 2023-04-12 complied=blank outcome_code=blank  | met
        2023-04-11, 2023-04-12 national_standard=no               | met
        2023-04-11, 2023-04-12 national_standard=blank            | met
        2023-04-11, 2023-04-12 event_number=2                     | met
        2023-04-11, 2023-04-12 event_number=blank                 | gap           # of the person
        2023-04-11, 2023-04-12 complied=?                         | cannot tell
        2023-04-11, 2023-04-12 outcome_code=?                     | cannot tell
        2023-04-11, 2023-04-12 national_standard=?                | cannot tell
        2023-04-11, ?                                             | cannot tell
        2023-04-12 complied=?                                     | met           # one at the most
        2023-04-11, 2023-04-12, ?                                 | gap
        """, **{"start": "2023-04-03", "as at": "2023-06-30"})  # fmt: skip


def test_no_contacts_supplied() -> None:
    states(["OU4"], """
        contacts   | state
        2023-04-11 | cannot tell
        """, **{"start": "2023-04-03", "as at": "2023-06-30", "missing": "contacts"})  # fmt: skip


# What of an item the record alone decides

JUDGED_PART, RECORDED, FACT = "{judged: Is it?}", "{some: police_enquiry_sent, by: as_at}", "{case: {rosh: high}}"


@pytest.mark.parametrize(
    ("pattern", "alone"),
    [
        (JUDGED_PART, None),
        (RECORDED, RECORDED),
        (f"{{all_of: [{RECORDED}, {JUDGED_PART}]}}", f"{{all_of: [{RECORDED}]}}"),
        (f"{{all_of: [{JUDGED_PART}, {JUDGED_PART}]}}", None),
        (f"{{any_of: [{RECORDED}, {JUDGED_PART}]}}", None),  # a yes is enough
        (f"{{any_of: [{RECORDED}, {FACT}]}}", f"{{any_of: [{RECORDED}, {FACT}]}}"),
        (f"{{all_of: [{FACT}, {{any_of: [{RECORDED}, {JUDGED_PART}]}}]}}", f"{{all_of: [{FACT}]}}"),
        (
            f"{{any_of: [{RECORDED}, {{all_of: [{FACT}, {JUDGED_PART}]}}]}}",
            f"{{any_of: [{RECORDED}, {{all_of: [{FACT}]}}]}}",
        ),
    ],
)
def test_what_the_record_must_show_were_every_answer_yes(pattern: str, alone: str | None) -> None:
    def read(text: str) -> AnyPattern:
        problems: list[Problem] = []
        found = read_pattern(
            parse_yaml(text.encode(), "pattern"), Reader("pattern", NAMES.facts, NAMES.events, {}, problems)
        )
        assert found is not None and not problems
        return found

    left = unread(read(pattern))
    assert left == (read(alone) if alone else None)


# What explain says of an answer

EXAMPLE = Path(__file__).parents[1] / "examples" / "brighton-east-sussex"


def test_explain_tells_an_agreed_answer_from_a_readers_own() -> None:
    with audit(EXAMPLE, selection=Selection(items=("AS4", "AS5"))) as finished:
        found = {one.item.id: one for one in finished.explain("X574021")}
        others = {one.item.id: one for one in finished.explain("X524739")}
    assert found["AS4"].short == "The agreed answer is not applicable."  # one reader said no
    assert found["AS5"].short == "A reader answered not applicable."
    assert others["AS4"].short == "A reader answered no."
    assert others["AS5"].short == "The agreed answer is no."  # one reader said yes


def test_explain_shows_when_an_answer_is_not_applicable() -> None:
    with audit(EXAMPLE, selection=Selection(items=("AS4", "PL1"))) as finished:
        steps = {one.item.id: {step.label: step.lines for step in one.steps} for one in finished.explain("X410382")}
    assert steps["AS4"]["Note"] == (ITEMS["AS4"].note,)
    assert "nothing in the case points to a risk of harm" in ITEMS["AS4"].note
    assert "Note" not in steps["PL1"]
