"""The order in which a state is found: not relevant; then left out; then relevance unknown is cannot
tell; then the pattern; then excuses.
"""

from __future__ import annotations

from tests.tables import states

ITEM = """
relevant_if: {risk: yes}
left_out_if: [{reason: Suspended, when: {suspended_from: {before: deadline}}}]
met_if: {some: reply, by: 10 working days after start_date}
excused_if: [{reason: Agreed, when: {consent: yes}}]
"""


def test_the_order() -> None:
    states(ITEM, as_at="2023-05-20", table="""
        risk | suspended_from | reply      | consent | state        | due        | reason
        yes  |                | 2023-04-19 |         | met          |            |
        yes  |                | 2023-04-20 | yes     | late         | 2023-04-19 |
        yes  |                |            |         | gap          | 2023-04-19 |
        yes  |                |            | yes     | excused      |            | Agreed
        yes  | 2023-04-05     |            | yes     | left out     |            | Suspended
        yes  | 2023-04-05     | 2023-04-19 |         | left out     |            | Suspended
        no   |                |            |         | not relevant |            |
        no   | 2023-04-05     |            | yes     | not relevant |            |
        no   | ?              | ?          | ?       | not relevant |            |
             |                | 2023-04-19 |         | cannot tell  |            |
             |                |            |         | cannot tell  |            |
             |                |            | yes     | cannot tell  |            |
             | 2023-04-05     |            |         | left out     |            | Suspended
        ?    | 2023-04-05     |            |         | left out     |            | Suspended
        ?    |                | 2023-04-19 |         | cannot tell  |            |
        ?    | ?              |            |         | cannot tell  |            |
        yes  | ?              | 2023-04-19 |         | cannot tell  |            |
        yes  |                |            | ?       | cannot tell  |            |
        """)  # fmt: skip


def test_nobody_is_relevant() -> None:
    states(ITEM, as_at="2023-05-20", table="""
        risk | suspended_from | reply | consent | state
        no   |                |       |         | not relevant
        no   | 2023-04-05     |       |         | not relevant
        """)  # fmt: skip
    states(ITEM, as_at="2023-05-20", missing=["cases.risk"], table="""
        risk | suspended_from | reply      | consent | state
             |                | 2023-04-19 |         | cannot tell
             | 2023-04-05     |            |         | left out
        """)  # fmt: skip


def test_relevance_may_rest_on_an_event() -> None:
    item = "{relevant_if: {has: sent}, met_if: {some: reply, by: 10 working days after start_date}}"
    states(item, as_at="2023-05-20", table="""
        start_date | sent       | reply      | state        | due
        2023-04-03 | 2023-04-05 |            | gap          | 2023-04-19
        2023-04-03 |            |            | not relevant |
        2023-04-03 | 2023-04-02 |            | not relevant |             # before the start
        2023-04-03 | 2023-05-21 |            | not relevant |             # not seen
        2023-04-03 | blank      |            | not relevant |
        2023-04-03 | ?          | 2023-04-05 | cannot tell  |
        """)  # fmt: skip
    states(item, "sent | reply | state\n | | cannot tell", "2023-05-20", missing=["contacts"])


def test_nothing_to_look_at_is_not_relevant_before_it_is_left_out() -> None:
    item = """
met_if: {each: sent, followed_by: reply, within: 5 working days}
left_out_if: [{reason: Low tier, when: {tier: low}}]
"""
    states(item, as_at="2023-05-20", table="""
        tier | sent       | reply      | state        | reason
        low  |            |            | not relevant |
        low  | 2023-04-03 | 2023-04-05 | left out     | Low tier
        high | 2023-04-03 | 2023-04-05 | met          |
        ?    | 2023-04-03 | 2023-04-05 | cannot tell  |
             | 2023-04-03 | 2023-04-05 | met          |           # a blank reason is no reason
        """)  # fmt: skip


def test_a_case_that_starts_later_is_counted_and_not_audited() -> None:
    states(ITEM, """
        as at      | start_date | risk | suspended_from | reply | consent | state
        2023-05-20 | 2023-05-21 | yes  |                |       |         | not audited
        2023-05-20 | 2023-05-20 | yes  |                |       |         | not yet due
        2023-05-20 |            | yes  |                |       |         | cannot tell  # it may have started
        """)  # fmt: skip
