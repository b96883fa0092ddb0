"""Corners that a hostile tester found, one test each: a doubt must stay a doubt in both readings.

After Monday 3 April 2023, five working days end on Wednesday 12 April (Good Friday and Easter Monday between).
"""

from __future__ import annotations

import pytest

from auditcheck.problems import ChecklistStop
from tests.both_readings import dictionary
from tests.tables import DICTIONARY, states


def test_what_may_not_have_begun_is_neither_missing_nor_met() -> None:
    table = """
        suspended_from | reply | state
                       |       | not yet due
        ?              |       | {unknown}
        2023-04-10     |       | {known}
        """
    some = "{from: suspended_from, met_if: {some: reply, by: 2023-05-01}}"
    none = "{from: suspended_from, met_if: {none: reply}}"
    states(some, table.format(unknown="cannot tell", known="gap"), as_at="2023-05-20")
    states(none, table.format(unknown="cannot tell", known="met"), as_at="2023-05-20")
    missing = ["cases.suspended_from"]
    for item in (some, none):
        states(item, "start_date | reply | state\n 2023-04-03 | | cannot tell", as_at="2023-05-20", missing=missing)


def test_before_its_deadline_it_makes_no_difference_whether_it_has_begun() -> None:
    states("{from: suspended_from, met_if: {some: reply, by: 2023-06-01}}", as_at="2023-05-20", table="""
        suspended_from | reply | state
        ?              |       | not yet due
        """)  # fmt: skip


def test_two_on_one_day_and_only_one_deadline_known() -> None:
    """Waived later: before no deadline of the one without, but perhaps after that of the other."""
    item = "{left_out_if: [{reason: Waived, when: {has: waived}}], met_if: {each: letter, followed_by: reply, by: due}}"
    states(item, as_at="2023-05-20", dictionary="""
tables: {contacts: {columns: {due: {type: date, planned: yes, blank: not happened}}}}
""", table="""
        letter                           | waived     | reply | state
        2023-04-03 due=?, 2023-04-03     | 2023-04-20 |       | cannot tell
        2023-04-03                       | 2023-04-20 |       | left out
        """)  # fmt: skip


def test_a_blank_day_that_stands_for_one() -> None:
    blank = "cases: {columns: {release_date: {type: date, blank: 2023-04-10}}}"
    event = f"{blank}\nevents: {{released: {{from: cases, date: release_date}}}}"
    states("{some: released, by: 2023-04-12}", as_at="2023-05-20", dictionary=event, table="""
        release_date | state       | due
                     | met         |
        2023-04-13   | late        | 2023-04-12
        ?            | cannot tell |
        """)  # fmt: skip
    row = "tables: {contacts: {columns: {contact_date: {type: date, blank: 2023-04-10}}}}"
    states("{some: reply, by: 2023-04-12}", as_at="2023-05-20", dictionary=row, table="""
        reply | state       | due
        blank | met         |
        ?     | cannot tell |
              | gap         | 2023-04-12
        """)  # fmt: skip


def test_a_planned_day_is_planned_when_it_is_looked_up_too() -> None:
    """As at 20 May the day in June has not come, and is there all the same."""
    more = """
tables:
  requirements: {columns: {expected: {type: date, planned: yes}}}
  contacts: {columns: {expected: {look_up: expected, from: requirements, by: requirement}}}
events: {expecting: {from: contacts, date: contact_date, where: {type: SENT, expected: {recorded: yes}}}}
"""
    states("{some: expecting, by: 2023-04-12}", as_at="2023-05-20", dictionary=more, table="""
        sent                      | requirements           | state
        2023-04-04 requirement=R1 | R1 expected=2023-06-01 | met
        2023-04-04 requirement=R2 | R2                     | gap
        """)  # fmt: skip


def test_a_value_that_looks_like_a_column() -> None:
    item = "{left_out_if: [{reason: North, when: {officer: b.north}}], met_if: {some: reply, by: 2023-04-12}}"
    states(item, as_at="2023-05-20", table="""
        officer | reply | state
        b.north |       | left out
        south   |       | gap
        """)  # fmt: skip


def test_answers_that_may_be_of_another_audit_or_that_nobody_can_read() -> None:
    audit = "audit: spring\ntables: {judgements: {columns: {audit: {type: text}}}}"
    question = "{judged: Is it?}"
    states(question, as_at="2023-05-20", dictionary=audit, table="""
        judgements                                                 | state
        yes audit=spring                                           | met
        yes audit=autumn                                           | to judge
        yes                                                        | to judge
        yes audit=?                                                | cannot tell
        yes audit=?, no audit=spring auditor=agreed                | gap
        yes audit=spring auditor=agreed, ? audit=spring auditor=agreed | cannot tell
        """)  # fmt: skip
    states(question, as_at="2023-05-20", dictionary=audit, missing=["judgements.audit"], table="""
        judgements | state
        yes        | cannot tell
        no         | cannot tell
        """)  # fmt: skip


def test_the_item_of_an_answer_is_read_whatever_its_capitals() -> None:
    text = "tables: {judgements: {columns: {item: {type: text}}}}"
    states("{judged: Is it?}", as_at="2023-05-20", dictionary=text, table="""
        judgements  | state
        yes item=q1 | met
        no item=Q1  | gap
        """)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("      item: {type: code}\n      answer:", "      answer:"), "needs the columns item and answer. There is no “item”."),
        (("      answer: {type: code, values: [yes, no, not_applicable, not_assessed]}", "      answer: {type: yes_no}"), "“answer” of readers' answers takes type code or text."),
    ],
)  # fmt: skip
def test_a_table_of_answers_that_cannot_be_read_is_refused(changed: tuple[str, str], said: str) -> None:
    at = DICTIONARY.index("judgements:")
    text = DICTIONARY[:at] + DICTIONARY[at:].replace(*changed, 1)
    assert text != DICTIONARY
    with pytest.raises(ChecklistStop, match=said.replace(".", r"\.")):
        dictionary(text)
