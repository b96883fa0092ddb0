"""`all_of` and `any_of`: patterns together.

The reply is due on 12 April (five working days after 3 April), the visit on 15 May (six weeks).
"""

from __future__ import annotations

from tests.tables import states

REPLY = "{some: reply, by: 5 working days after start_date}"
VISIT = "{some: visit, by: 6 weeks after start_date}"


def test_all_of() -> None:
    # gap, else late, else cannot tell, else to judge, else not yet due, else met
    states(f"{{all_of: [{REPLY}, {VISIT}]}}", """
        as at      | reply      | visit      | state       | due
        2023-05-20 | 2023-04-12 | 2023-05-15 | met         |
        2023-05-20 | 2023-04-13 | 2023-05-15 | late        | 2023-04-12
        2023-05-20 | 2023-04-13 | 2023-05-16 | late        | 2023-04-12  # the earlier of the two
        2023-05-20 | 2023-04-13 |            | gap         | 2023-05-15
        2023-05-20 |            | 2023-05-16 | gap         | 2023-04-12
        2023-05-20 |            |            | gap         | 2023-04-12
        2023-05-20 | ?          | 2023-05-15 | cannot tell |
        2023-05-20 | ?          |            | gap         | 2023-05-15
        2023-05-20 | ?          | 2023-05-16 | late        | 2023-05-15
        2023-05-10 | 2023-04-12 |            | not yet due | 2023-05-15
        2023-05-10 | 2023-04-13 |            | late        | 2023-04-12
        2023-05-10 | ?          |            | cannot tell |
        2023-04-12 |            |            | not yet due | 2023-04-12
        """)  # fmt: skip


def test_any_of() -> None:
    # the other way round: met, else not yet due, else to judge, else cannot tell, else late, else gap
    states(f"{{any_of: [{REPLY}, {VISIT}]}}", """
        as at      | reply      | visit      | state       | due
        2023-05-20 | 2023-04-12 |            | met         |
        2023-05-20 |            | 2023-05-15 | met         |
        2023-05-20 | 2023-04-13 |            | late        | 2023-04-12
        2023-05-20 | 2023-04-13 | 2023-05-16 | late        | 2023-04-12
        2023-05-20 |            |            | gap         | 2023-04-12
        2023-05-20 | ?          |            | cannot tell |
        2023-05-20 | ?          | 2023-05-16 | cannot tell |
        2023-05-10 | 2023-04-13 |            | not yet due | 2023-05-15
        2023-05-10 | ?          |            | not yet due | 2023-05-15
        """)  # fmt: skip


def test_with_what_is_judged() -> None:
    states(f"{{all_of: [{REPLY}, {{judged: Was it enough?}}]}}", as_at="2023-05-20", table="""
        reply      | judgements     | state
        2023-04-12 | yes            | met
        2023-04-12 | no             | gap
        2023-04-12 |                | to judge
        2023-04-12 | not_applicable | met          # drops out
        2023-04-13 | yes            | late
        2023-04-13 |                | late
        ?          |                | cannot tell
        ?          | no             | gap
        """)  # fmt: skip
    states(f"{{any_of: [{REPLY}, {{judged: Was it enough?}}]}}", as_at="2023-05-20", table="""
        reply      | judgements     | state
        2023-04-13 | yes            | met
        2023-04-13 |                | to judge
        2023-04-13 | no             | late
                   | not_applicable | gap
        ?          |                | to judge
        """)  # fmt: skip


def test_parts_that_are_not_relevant_drop_out() -> None:
    each = "{each: sent, followed_by: answer, within: 5 working days}"
    states(f"{{all_of: [{each}, {REPLY}]}}", as_at="2023-05-20", table="""
        sent       | answer     | reply      | state        | of
                   |            | 2023-04-12 | met          |
        2023-04-03 |            | 2023-04-12 | gap          | 0 of 1
        2023-04-03 | 2023-04-12 |            | gap          | 1 of 1
        """)  # fmt: skip
    other = "{each: asked, followed_by: answer, within: 5 working days}"
    for word in ("all_of", "any_of"):
        states(f"{{{word}: [{each}, {other}]}}", as_at="2023-05-20", table="""
            sent       | asked                  | answer     | state        | of
                       |                        |            | not relevant |
            2023-04-03 | 2023-04-04, 2023-04-05 | 2023-04-12 | met          | 3 of 3
            """)  # fmt: skip


def test_nesting() -> None:
    # a reply, and either a visit or a call
    call = "{some: call, by: 6 weeks after start_date}"
    states(f"{{all_of: [{REPLY}, {{any_of: [{VISIT}, {call}]}}]}}", as_at="2023-05-20", table="""
        reply      | visit      | call       | state | due
        2023-04-12 | 2023-05-15 |            | met   |
        2023-04-12 |            | 2023-05-15 | met   |
        2023-04-12 |            | 2023-05-16 | late  | 2023-05-15
        2023-04-12 |            |            | gap   | 2023-05-15
                   | 2023-05-15 |            | gap   | 2023-04-12
        """)  # fmt: skip
    states(f"{{any_of: [{{all_of: [{REPLY}, {VISIT}]}}, {{none: complaint}}]}}", as_at="2023-05-20", table="""
        reply      | visit      | complaint  | state
                   |            |            | met
                   |            | 2023-04-05 | gap
        2023-04-12 | 2023-05-15 | 2023-04-05 | met
        2023-04-12 |            | 2023-04-05 | gap
        2023-04-12 | 2023-05-16 | 2023-04-05 | late
        """)  # fmt: skip


def test_reasons_are_tried_for_every_part() -> None:
    # ended on 20 April: after the reply was due, before the visit was
    item = f"""
met_if: {{all_of: [{REPLY}, {VISIT}]}}
left_out_if: [{{reason: Ended, when: {{end_date: {{before: deadline}}}}}}]
excused_if: [{{reason: Agreed, when: {{consent: yes}}}}]
"""
    states(item, as_at="2023-05-20", table="""
        end_date   | consent | reply      | visit      | state    | due        | reason
        2023-04-20 |         | 2023-04-12 |            | met      |            |
        2023-04-20 |         |            |            | gap      | 2023-04-12 |
        2023-04-11 |         |            |            | left out |            | Ended
                   | yes     | 2023-04-12 |            | met      |            |
                   | yes     |            |            | excused  |            | Agreed
                   | yes     | 2023-04-13 |            | late     | 2023-04-12 |
        2023-04-20 | yes     |            |            | excused  |            | Agreed
        """)  # fmt: skip
    states(item.replace("all_of", "any_of"), as_at="2023-05-20", table="""
        end_date   | consent | reply      | visit      | state    | reason
        2023-04-20 |         |            |            | gap      |
        2023-04-20 |         | 2023-04-12 |            | met      |
        2023-04-11 |         |            |            | left out | Ended
                   | yes     |            | 2023-05-16 | late     |
                   | yes     |            |            | excused  | Agreed
        """)  # fmt: skip


def test_thirty_days_beside_a_month() -> None:
    # a month after 31 January is 28 February, thirty days after it 2 March
    month, days = "{some: reply, by: 1 month after start_date}", "{some: call, by: 30 days after start_date}"
    states(f"{{all_of: [{month}, {days}]}}", start="2023-01-31", as_at="2023-05-20", table="""
        reply      | call       | state | due
        2023-02-28 | 2023-03-02 | met   |
        2023-03-01 | 2023-03-02 | late  | 2023-02-28
        2023-02-28 | 2023-03-03 | late  | 2023-03-02
        """)  # fmt: skip
