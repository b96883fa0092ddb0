"""`case`: a fact of the case decides."""

from __future__ import annotations

from tests.tables import states


def test_a_fact() -> None:
    states("{case: {tier: high}}", as_at="2023-05-20", table="""
        tier | state       | due
        high | met         |
        low  | gap         |
             | cannot tell |      # a blank fact
        ?    | cannot tell |
        """)  # fmt: skip
    states("{case: {consent: yes}}", as_at="2023-05-20", table="""
        consent | state
        yes     | met
        no      | gap
                | gap          # the column says that a blank is no
        ?       | cannot tell
        """)  # fmt: skip
    states("{case: {tier: high}}", as_at="2023-05-20", missing=["cases.tier"], table="""
        tier | state
        high | cannot tell
             | cannot tell
        """)  # fmt: skip


def test_an_event() -> None:
    states("{case: {has: reply}}", as_at="2023-05-20", table="""
        end_date   | reply      | state
                   | 2023-04-03 | met
                   | 2023-05-20 | met
                   | 2023-04-02 | gap          # before the start
                   | 2023-05-21 | gap          # not seen
        2023-04-12 | 2023-04-13 | gap          # after the end
        ?          | 2023-04-13 | cannot tell
                   | blank      | gap
                   | ?          | cannot tell
                   | ?, 2023-04-05 | met
                   |            | gap
        """)  # fmt: skip
    states("{case: {not: {has: reply}}}", as_at="2023-05-20", table="""
        reply      | state
        2023-04-03 | gap
        ?          | cannot tell
                   | met
        """)  # fmt: skip
    states("{case: {has: reply}}", "reply | state\n | cannot tell", "2023-05-20", missing=["contacts"])
    item = "{met_if: {case: {has: reply}}, from: 1 week before start_date, until: 2023-04-20}"
    states(item, as_at="2023-05-20", table="""
        reply      | state
        2023-03-27 | met
        2023-03-26 | gap
        2023-04-20 | met
        2023-04-21 | gap
        """)  # fmt: skip


def test_reasons_change_it() -> None:
    item = """
met_if: {case: {tier: high}}
left_out_if: [{reason: Suspended, when: {suspended_from: {on_or_before: as_at}}}]
excused_if: [{reason: Agreed, when: {consent: yes}}]
"""
    states(item, as_at="2023-05-20", table="""
        tier | suspended_from | consent | state       | reason
        low  |                |         | gap         |
        low  |                | yes     | excused     | Agreed
        high |                | yes     | met         |
        high | 2023-05-20     | yes     | left out    | Suspended
        low  | 2023-05-21     | yes     | excused     | Agreed
             |                | yes     | cannot tell |
        """)  # fmt: skip
