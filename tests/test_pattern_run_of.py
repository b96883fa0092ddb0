"""`each: {run_of: …}`: the day the nth of an event is reached, once until it is ended.

A second failure to comply within twelve months has to be acted on within five working days. After
Monday 3 April 2023 these are 4, 5, 6, 11 and 12 April; after Monday 13 February 14 to 17 and 20.
"""

from __future__ import annotations

from tests.tables import states

SECOND_FAILURE = """
each: {run_of: failure, reaching: 2, within: 12 months, ended_by: breach_ended}
followed_by: warning
within: 5 working days
"""


def test_the_second_failure() -> None:
    states(SECOND_FAILURE, as_at="2023-05-20", start="2023-01-01", table="""
        failure                            | breach_ended | warning    | state        | due        | of
        2023-03-27, 2023-04-03             |              | 2023-04-12 | met          |            | 1 of 1
        2023-03-27, 2023-04-03             |              | 2023-04-13 | late         | 2023-04-12 | 0 of 1
        2023-03-27, 2023-04-03             |              | 2023-04-03 | met          |            | 1 of 1
        2023-03-27, 2023-04-03             |              | 2023-03-28 | gap          | 2023-04-12 | 0 of 1  # too early
        2023-04-03, 2023-03-27             |              |            | gap          | 2023-04-12 | 0 of 1  # in any order
        2023-04-03                         |              |            | not relevant |            |          # only one
        2023-04-03, 2023-04-03             |              |            | not relevant |            |          # one day is one
        2023-03-27, 2023-03-27, 2023-04-03 |              |            | gap          | 2023-04-12 | 0 of 1
        2022-12-31, 2023-04-03             |              |            | not relevant |            |          # before the start
        2023-04-03, blank                  |              |            | not relevant |            |          # not happened
        2023-04-03, 2023-05-21             |              |            | not relevant |            |          # not seen
                                           |              | 2023-04-12 | not relevant |            |
        """)  # fmt: skip


def test_the_day_we_look() -> None:
    states(SECOND_FAILURE, start="2023-01-01", table="""
        as at      | failure                | breach_ended | warning | state        | due
        2023-04-02 | 2023-03-27, 2023-04-03 |              |         | not relevant |
        2023-04-03 | 2023-03-27, 2023-04-03 |              |         | not yet due  | 2023-04-12
        2023-04-12 | 2023-03-27, 2023-04-03 |              |         | not yet due  | 2023-04-12
        2023-04-13 | 2023-03-27, 2023-04-03 |              |         | gap          | 2023-04-12
        """)  # fmt: skip


def test_within_twelve_months() -> None:
    states(SECOND_FAILURE, as_at="2024-06-30", table="""
        start_date | failure                            | breach_ended | warning | state        | due
        2022-01-01 | 2022-04-03, 2023-04-03             |              |         | gap          | 2023-04-12
        2022-01-01 | 2022-04-02, 2023-04-03             |              |         | not relevant |
        2022-01-01 | 2022-01-10, 2023-03-27, 2023-04-03 |              |         | gap          | 2023-04-12
        2022-01-01 | 2023-02-28, 2024-02-29             |              |         | not relevant |
        2022-01-01 | 2023-02-28, 2024-02-28             |              |         | gap          | 2024-03-06
        """)  # fmt: skip


def test_three_in_a_fortnight() -> None:
    item = "{each: {run_of: failure, reaching: 3, within: 2 weeks}, followed_by: warning, within: 0 days}"
    states(item, as_at="2023-05-20", table="""
        start_date | failure                                        | warning    | state        | due
        2023-03-01 | 2023-03-01, 2023-03-10, 2023-03-15             | 2023-03-15 | met          |
        2023-03-01 | 2023-03-01, 2023-03-10, 2023-03-16             |            | not relevant |
        2023-03-01 | 2023-03-01, 2023-03-10, 2023-03-16, 2023-03-20 |            | gap          | 2023-03-20
        2023-03-01 | 2023-03-01, 2023-03-10, 2023-03-10, 2023-03-15 |            | gap          | 2023-03-15
        """)  # fmt: skip


def test_without_a_length_it_reaches_back_to_the_start() -> None:
    item = "{each: {run_of: failure, reaching: 2}, followed_by: warning, within: 5 working days}"
    states(item, as_at="2023-05-20", table="""
        start_date | failure                            | warning    | state | due        | of
        2020-01-01 | 2020-01-10, 2023-04-03             |            | gap   | 2023-04-12 | 0 of 1
        2020-01-01 | 2023-03-27, 2023-04-03, 2023-05-09 | 2023-04-05 | met   |            | 1 of 1  # once
        """)  # fmt: skip


def test_a_run_counts_once_until_it_is_ended() -> None:
    states(SECOND_FAILURE, as_at="2023-05-20", start="2023-01-01", table="""
        failure                                        | breach_ended | warning    | state        | due        | of
        2023-02-06, 2023-02-13, 2023-03-27             |              | 2023-02-20 | met          |            | 1 of 1
        2023-02-06, 2023-02-13, 2023-03-27, 2023-04-03 |              | 2023-02-20 | met          |            | 1 of 1
        2023-02-06, 2023-02-13, 2023-03-27, 2023-04-03 | 2023-03-01   | 2023-02-20 | gap          | 2023-04-12 | 1 of 2
        2023-02-06, 2023-02-13, 2023-03-27             | 2023-03-01   | 2023-02-20 | met          |            | 1 of 1
        2023-02-06, 2023-02-13                         | 2023-02-10   |            | not relevant |            |
        2023-02-06, 2023-03-27, 2023-04-03             | 2023-02-10   |            | gap          | 2023-04-12 | 0 of 1
        """)  # fmt: skip


def test_on_one_day_the_failure_comes_before_the_end() -> None:
    states(SECOND_FAILURE, as_at="2023-05-20", start="2023-01-01", table="""
        failure                            | breach_ended           | warning | state        | due        | of
        2023-02-06, 2023-02-13             | 2023-02-13             |         | gap          | 2023-02-20 | 0 of 1
        2023-02-13, 2023-02-20             | 2023-02-13             |         | not relevant |            |
        2023-02-06, 2023-02-13, 2023-04-03 | 2023-02-13             |         | gap          | 2023-02-20 | 0 of 1
        2023-02-06, 2023-02-13, 2023-04-03 | 2023-02-13, 2023-03-01 |         | gap          | 2023-02-20 | 0 of 1
        """)  # fmt: skip


def test_what_cannot_be_told() -> None:
    states(SECOND_FAILURE, as_at="2023-05-20", start="2023-01-01", table="""
        failure                   | breach_ended | warning    | state        | due
        ?                         |              |            | not relevant |             # one at most
        2023-04-03, ?             |              |            | cannot tell  |
        ?, ?                      |              |            | cannot tell  |
        2023-03-27, 2023-04-03    | ?            |            | cannot tell  |             # ended between them?
        2023-04-03                | ?            |            | not relevant |
        2023-03-27, 2023-04-03    |              | ?          | cannot tell  |
        2023-03-27, 2023-04-03    |              | 2023-04-12, ? | met       |
        """)  # fmt: skip
    empty = """
        failure | breach_ended | warning | state
                |              |         | cannot tell
        """
    states(SECOND_FAILURE, empty, "2023-05-20", start="2023-01-01", missing=["contacts"])


def test_the_number_may_be_a_setting() -> None:
    item = SECOND_FAILURE.replace("reaching: 2", "reaching: limit").replace("within: 12 months", "within: span")
    settings = "settings: {limit: {value: 3, source: local default}, span: {value: 12 months, source: the Act}}"
    states(item, as_at="2023-05-20", start="2023-01-01", checklist=settings, table="""
        failure                            | breach_ended | warning | state        | due
        2023-03-27, 2023-04-03             |              |         | not relevant |
        2023-03-20, 2023-03-27, 2023-04-03 |              |         | gap          | 2023-04-12
        """)  # fmt: skip


def test_two_kinds_of_failure() -> None:
    events = "events: {any_failure: {any: [failure, arrest]}}"
    item = "{each: {run_of: any_failure, reaching: 2}, followed_by: warning, within: 5 working days}"
    states(item, as_at="2023-05-20", start="2023-01-01", dictionary=events, table="""
        failure    | arrest     | warning | state        | due
        2023-03-27 | 2023-04-03 |         | gap          | 2023-04-12
        2023-04-03 | 2023-04-03 |         | not relevant |             # one day
        """)  # fmt: skip


def test_excuses_and_exclusions_of_a_run() -> None:
    item = f"""
met_if: {{{", ".join(line for line in SECOND_FAILURE.strip().splitlines())}}}
left_out_if: [{{reason: Ended, when: {{end_date: {{before: deadline}}}}}}]
excused_if: [{{reason: Decided, when: {{has: decision}}}}]
"""
    states(item, as_at="2023-05-20", start="2023-01-01", table="""
        end_date   | failure                | breach_ended | warning | decision   | state    | reason
                   | 2023-03-27, 2023-04-03 |              |         |            | gap      |
                   | 2023-03-27, 2023-04-03 |              |         | 2023-04-03 | excused  | Decided
                   | 2023-03-27, 2023-04-03 |              |         | 2023-04-02 | gap      |
        2023-04-11 | 2023-03-27, 2023-04-03 |              |         |            | left out | Ended
        2023-04-12 | 2023-03-27, 2023-04-03 |              |         |            | gap      |
        """)  # fmt: skip
