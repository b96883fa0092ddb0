"""`judged`: a reader's recorded answer decides."""

from __future__ import annotations

from tests.tables import states

QUESTION = "{judged: Is the plan good enough?}"


def test_answers() -> None:
    states(QUESTION, as_at="2023-05-20", table="""
        judgements                                | state
        yes                                       | met
        no                                        | gap
        not_applicable                            | not relevant
        not_assessed                              | to judge
                                                  | to judge
        blank                                     | to judge
        ?                                         | cannot tell
        yes date=2023-06-01                       | met          # answers are not cut by the day we look
        yes date=2022-01-01                       | met          # nor by the case's start
        yes auditor=blank                         | met
        """)  # fmt: skip


def test_readers_who_differ() -> None:
    states(QUESTION, as_at="2023-05-20", table="""
        judgements                                                | state
        yes, yes auditor=bob                                      | met
        yes, no auditor=bob                                       | to judge
        yes, not_applicable auditor=bob                           | to judge
        no, not_applicable auditor=bob                            | to judge
        yes, no auditor=bob, yes auditor=agreed                   | met
        yes, no auditor=bob, no auditor=agreed                    | gap
        yes, no auditor=bob, not_applicable auditor=Agreed        | not relevant
        yes, no auditor=bob, not_assessed auditor=agreed          | to judge      # not agreed on an answer
        yes auditor=agreed, no auditor=agreed                     | to judge
        ?, yes auditor=bob                                        | cannot tell   # it may differ
        ?, yes auditor=agreed                                     | met
        """)  # fmt: skip


def test_whose_answers() -> None:
    states(QUESTION, as_at="2023-05-20", table="""
        crn | event_number | judgements      | state
        A   | 1            | yes             | met
        A   | 2            |                 | to judge
        B   | 1            | yes item=Q2     | to judge  # another question
        C   | 1            | yes item=q1     | met
        """)  # fmt: skip
    other = "items: [{id: Q7, met_if: {judged: Is the plan good enough?}}]"
    item = "{judged: {question: Is the plan good enough?, item: Q7}}"
    states(item, as_at="2023-05-20", checklist=other, table="""
        judgements          | state
        yes item=Q7         | met
        yes                 | to judge
        no, yes item=Q7     | met
        """)  # fmt: skip


def test_of_one_audit() -> None:
    audits = "{audit: spring, tables: {judgements: {columns: {audit: {type: text}}}}}"
    states(QUESTION, as_at="2023-05-20", dictionary=audits, table="""
        judgements                          | state
        yes audit=spring                    | met
        yes audit=autumn                    | to judge
        no audit=autumn, yes audit=spring   | met
        """)  # fmt: skip


def test_a_sample() -> None:
    item = "{judged: {question: Is the plan good enough?, of: sample}}"
    states(item, as_at="2023-05-20", table="""
        judgements      | state        | reason
                        | left out     | Not in the sample
        yes item=Q2     | left out     | Not in the sample
        not_assessed    | to judge     |                    # sampled, and waits to be read
        blank           | to judge     |
        yes             | met          |
        no              | gap          |
        not_applicable  | not relevant |
        """)  # fmt: skip


def test_nothing_to_read_yet() -> None:
    item = "{judged: {question: Is the plan good enough?, relevant_if: {has: plan}}}"
    states(item, as_at="2023-05-20", table="""
        plan       | judgements   | state
                   |              | not relevant
                   | not_assessed | not relevant
                   | yes          | met          # an answer stands
                   | no           | gap
        2023-04-05 |              | to judge
        2023-04-05 | yes          | met
        ?          |              | cannot tell
        ?          | yes          | met
        """)  # fmt: skip


def test_reasons() -> None:
    item = """
met_if: {judged: Is the plan good enough?}
left_out_if: [{reason: Suspended, when: {suspended_from: {on_or_before: as_at}}}]
excused_if: [{reason: Agreed, when: {consent: yes}}]
"""
    states(item, as_at="2023-05-20", table="""
        suspended_from | consent | judgements     | state        | reason
                       |         | no             | gap          |
                       | yes     | no             | excused      | Agreed
                       | yes     |                | to judge     |
                       | yes     | yes            | met          |
        2023-05-20     |         |                | left out     | Suspended
        2023-05-20     |         | not_applicable | not relevant |
        """)  # fmt: skip


def test_without_any_answers() -> None:
    states(QUESTION, "judgements | state\n | to judge\n | to judge", "2023-05-20")
