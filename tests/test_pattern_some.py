"""`some`: at least so many of an event by a deadline.

April and May 2023 have five bank holidays: Good Friday 7 April, Easter Monday 10 April, and the
Mondays 1, 8 (the coronation) and 29 May. Ten working days after Monday 3 April are 4, 5, 6, 11,
12, 13, 14, 17, 18 and 19 April.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_extracts import small
from tests.tables import states

TEN_DAYS = "{some: reply, by: 10 working days after start_date}"


def test_by_a_deadline_in_working_days() -> None:
    states(
        TEN_DAYS,
        as_at="2023-05-20",
        table="""
        start_date | reply                  | state       | due
        2023-04-03 | 2023-04-19             | met         |             # the last day: Easter does not count
        2023-04-03 | 2023-04-20             | late        | 2023-04-19  # the day after
        2023-04-03 | 2023-04-03             | met         |             # on the first day
        2023-04-03 | 2023-04-02             | gap         | 2023-04-19  # before the case started
        2023-04-03 |                        | gap         | 2023-04-19
        2023-04-03 | 2023-05-20             | late        | 2023-04-19  # on the day we look
        2023-04-03 | 2023-05-21             | gap         | 2023-04-19  # after it: not seen
        2023-04-03 | 2023-04-20, 2023-04-05 | met         |             # the earliest counts
        2023-05-08 |                        | not yet due | 2023-05-22  # from a bank holiday: 9 to 12, 15 to 19, 22
        2023-05-20 |                        | not yet due | 2023-06-05  # from a Saturday: 29 May does not count
        2023-05-21 |                        | not audited |             # starts after the day we look
        """,
    )


def test_deadlines_over_weekends_and_bank_holidays() -> None:
    table = """
        start_date | reply      | state | due
        2023-04-20 | 2023-04-21 | met   |             # Thursday to Friday
        2023-04-21 | 2023-04-24 | met   |             # Friday to Monday
        2023-04-22 | 2023-04-24 | met   |             # Saturday to Monday
        2023-04-21 | 2023-04-25 | late  | 2023-04-24
        2023-04-06 | 2023-04-11 | met   |             # Thursday, over Easter, to Tuesday
        2023-04-06 | 2023-04-12 | late  | 2023-04-11
        2023-04-28 | 2023-05-02 | met   |             # over Monday 1 May
        2023-04-28 | 2023-05-03 | late  | 2023-05-02
        2023-05-05 | 2023-05-09 | met   |             # over the coronation holiday
        2023-05-05 | 2023-05-10 | late  | 2023-05-09
        2023-05-26 | 2023-05-30 | met   |             # over Monday 29 May
        2023-05-26 | 2023-05-31 | late  | 2023-05-30
        """
    states("{some: reply, by: 1 working day after start_date}", table, "2023-06-30")


def test_other_closed_days() -> None:
    item = "{some: reply, by: 1 working day after start_date}"
    states(item, dictionary="closed_days: none", as_at="2023-04-20", table="""
        start_date | reply      | state | due
        2023-04-06 | 2023-04-07 | met   |
        2023-04-06 | 2023-04-11 | late  | 2023-04-07
        """)  # fmt: skip
    states(item, dictionary="closed_days: [2023-04-07, 2023-04-11]", as_at="2023-04-20", table="""
        start_date | reply      | state | due
        2023-04-06 | 2023-04-10 | met   |
        2023-04-10 | 2023-04-12 | met   |
        2023-04-10 | 2023-04-13 | late  | 2023-04-12
        """)  # fmt: skip


def test_the_day_we_look() -> None:
    # the deadline day itself is in time; a gap begins the day after
    states(TEN_DAYS, """
        as at      | start_date | reply      | state       | due
        2023-04-18 | 2023-04-03 |            | not yet due | 2023-04-19
        2023-04-19 | 2023-04-03 |            | not yet due | 2023-04-19
        2023-04-20 | 2023-04-03 |            | gap         | 2023-04-19
        2023-04-19 | 2023-04-03 | 2023-04-19 | met         |
        2023-04-19 | 2023-04-03 | 2023-04-20 | not yet due | 2023-04-19  # not seen yet
        2023-04-20 | 2023-04-03 | 2023-04-20 | late        | 2023-04-19
        2023-04-03 | 2023-04-03 |            | not yet due | 2023-04-19  # the case starts on the day we look
        2023-04-02 | 2023-04-03 |            | not audited |
        """)  # fmt: skip


def test_weeks_days_and_months_do_not_skip_closed_days() -> None:
    states("{some: reply, by: 6 weeks after start_date}", as_at="2023-06-30", table="""
        start_date | reply      | state | due
        2023-04-03 | 2023-05-15 | met   |
        2023-04-03 | 2023-05-16 | late  | 2023-05-15
        2023-04-17 | 2023-05-29 | met   |             # a deadline on a bank holiday stays there
        2023-04-17 | 2023-05-30 | late  | 2023-05-29
        """)  # fmt: skip
    states("{some: reply, by: 5 days after start_date}", as_at="2023-06-30", table="""
        start_date | reply      | state | due
        2023-04-03 | 2023-04-08 | met   |             # a Saturday
        2023-04-03 | 2023-04-09 | late  | 2023-04-08
        """)  # fmt: skip
    states("{some: reply, by: 1 month after start_date}", as_at="2024-06-30", table="""
        start_date | reply      | state | due
        2023-04-03 | 2023-05-03 | met   |
        2023-01-31 | 2023-02-28 | met   |             # the month's last day
        2023-01-31 | 2023-03-01 | late  | 2023-02-28
        2024-01-31 | 2024-02-29 | met   |             # a leap year
        2024-01-31 | 2024-03-01 | late  | 2024-02-29
        2024-02-29 | 2024-03-29 | met   |             # the same day number, not the last day
        2024-02-29 | 2024-03-30 | late  | 2024-03-29
        """)  # fmt: skip
    states("{some: reply, by: 12 months after start_date}", as_at="2026-06-30", table="""
        start_date | reply      | state | due
        2024-02-29 | 2025-02-28 | met   |
        2024-02-29 | 2025-03-01 | late  | 2025-02-28
        """)  # fmt: skip


def test_a_deadline_before_a_day() -> None:
    # five working days before Wednesday 10 May: 9, 5, 4, 3 and 2 May
    states("{some: reply, by: 5 working days before review_due}", as_at="2023-05-20", table="""
        review_due | reply      | state | due
        2023-05-10 | 2023-05-02 | met   |
        2023-05-10 | 2023-05-03 | late  | 2023-05-02
        """)  # fmt: skip


def test_a_deadline_that_is_a_setting_or_a_day() -> None:
    settings = "{settings: {answer_within: {value: 2 weeks, source: local default}}}"
    table = """
        start_date | reply      | state | due
        2023-04-03 | 2023-04-17 | met   |
        2023-04-03 | 2023-04-18 | late  | 2023-04-17
        """
    states("{some: reply, by: answer_within after start_date}", table, "2023-05-20", checklist=settings)
    states("{some: reply, by: 2023-04-17}", table, "2023-05-20")
    states("{some: reply, by: as_at}", as_at="2023-05-20", table="""
        reply      | state       | due
        2023-05-20 | met         |
                   | not yet due | 2023-05-20
        """)  # fmt: skip


def test_a_deadline_that_cannot_be_told_or_has_not_come() -> None:
    # a blank review date says nothing; a blank release date says that it has not happened
    states("{some: reply, by: review_due}", as_at="2023-05-20", table="""
        review_due | reply      | state       | due
        2023-05-10 | 2023-05-10 | met         |
        2023-05-10 |            | gap         | 2023-05-10
                   |            | cannot tell |
                   | 2023-05-10 | cannot tell |             # in time or late?
        ?          |            | cannot tell |
        ?          | 2023-05-10 | cannot tell |
        """)  # fmt: skip
    states("{some: reply, by: 10 working days after release_date}", as_at="2023-05-20", table="""
        release_date | reply      | state       | due
        2023-04-03   | 2023-04-20 | late        | 2023-04-19
                     |            | not yet due |             # waiting to start
                     | 2023-04-20 | met         |             # done before it was asked for
                     | ?          | cannot tell |
        ?            |            | cannot tell |
        """)  # fmt: skip


def test_a_deadline_beyond_the_calendar() -> None:
    states("{some: reply, by: 6 weeks after start_date}", as_at="2050-12-20", table="""
        start_date | reply      | state       | due
        2050-11-19 |            | not yet due | 2050-12-31  # its last day
        2050-11-20 |            | cannot tell |             # the day after cannot be told
        2050-11-20 | 2050-12-01 | cannot tell |
        """)  # fmt: skip
    states("{some: reply, by: 5 working days after start_date}", as_at="2050-12-30", table="""
        start_date | reply | state       | due
        2050-12-21 |       | not yet due | 2050-12-30  # 22, 23, 28, 29 and 30: Christmas Day is a Sunday
        2050-12-22 |       | cannot tell |             # 23, 28, 29 and 30, and no fifth
        """)  # fmt: skip


def test_at_least_three() -> None:
    # six weeks after Monday 3 April is Monday 15 May
    states("{some: visit, at_least: 3, by: 6 weeks after start_date}", as_at="2023-05-20", table="""
        visit                                      | state       | due
        2023-04-05, 2023-04-12, 2023-05-15         | met         |
        2023-04-05, 2023-04-12, 2023-05-16         | late        | 2023-05-15  # the third came after
        2023-05-16, 2023-05-17, 2023-05-18         | late        | 2023-05-15
        2023-04-05, 2023-04-12                     | gap         | 2023-05-15
        2023-04-05, 2023-04-05, 2023-04-05         | met         |             # three on one day are three
        2023-04-02, 2023-04-05, 2023-04-12         | gap         | 2023-05-15  # one before the case started
        2023-04-05, 2023-04-12, blank              | gap         | 2023-05-15  # a blank date: not happened
        2023-04-05, 2023-04-12, ?                  | cannot tell |
        2023-04-05, ?                              | gap         | 2023-05-15  # two at most, whatever it says
        2023-04-05, ?, ?                           | cannot tell |
        2023-04-05, 2023-04-12, 2023-05-15, ?      | met         |
        2023-04-05, 2023-04-12, 2023-05-16, ?      | cannot tell |             # met or late
        """)  # fmt: skip
    states("{some: visit, at_least: 3, by: 6 weeks after start_date}", """
        as at      | visit                              | state       | due
        2023-05-15 | 2023-04-05, 2023-04-12             | not yet due | 2023-05-15
        2023-05-16 | 2023-04-05, 2023-04-12             | gap         | 2023-05-15
        2023-05-15 | 2023-04-05, 2023-04-12, 2023-05-15 | met         |
        """)  # fmt: skip


def test_at_least_three_days() -> None:
    # delivered on a day counts once, and only where attendance says yes
    events = """
events:
  session: {from: contacts, date: contact_date, once_a_day: yes, where: {type: SESSION, attended: yes}}
"""
    table = """
        session                                                                         | state
        2023-04-05 attended=yes, 2023-04-06 attended=yes, 2023-05-15 attended=yes       | met
        2023-04-05 attended=yes, 2023-04-06 attended=yes, 2023-05-16 attended=yes       | late
        2023-04-05 attended=yes, 2023-04-05 attended=yes, 2023-05-15 attended=yes       | gap
        2023-04-05 attended=yes, 2023-04-06 attended=yes, 2023-05-15 attended=no        | gap
        2023-04-05 attended=yes, 2023-04-06 attended=yes, 2023-05-15                    | gap   # blank: not yes
        2023-04-05 attended=yes, 2023-04-06 attended=yes, 2023-05-15 attended=?         | cannot tell
        2023-04-05 attended=yes, 2023-04-06 attended=yes, 2023-04-06 attended=?         | gap   # it counts already
        2023-04-05 attended=yes, 2023-04-06 attended=yes, ? attended=yes                | cannot tell
        2023-04-05 attended=yes, 2023-04-06 attended=yes, ? attended=no                 | gap
        """
    item = "{some: session, at_least: 3, by: 6 weeks after start_date}"
    states(item, table, "2023-05-20", dictionary=events)


def test_unreadable_and_blank_dates() -> None:
    # an unreadable date may be any day from the case's start to the day we look
    states(TEN_DAYS, as_at="2023-05-20", table="""
        start_date | reply         | state       | due
        2023-04-03 | ?             | cannot tell |
        2023-04-03 | 2023-04-19, ? | met         |             # whatever it says
        2023-04-03 | 2023-04-20, ? | cannot tell |             # met or late
        2023-04-03 | 2023-04-02, ? | cannot tell |
        2023-05-15 | ?             | cannot tell |             # met or not yet due
        2023-04-03 | blank         | gap         | 2023-04-19  # a blank date has not happened
        2023-05-15 | blank         | not yet due | 2023-05-30
                   |               | cannot tell |             # no start: no deadline
        ?          |               | cannot tell |
        ?          | 2023-04-19    | cannot tell |
        """)  # fmt: skip


def test_a_date_of_the_case_is_an_event() -> None:
    # a blank means what the column says: release_date has not happened, of review_due it cannot be told
    events = """
events: {released: {from: cases, date: release_date}, reviewed: {from: cases, date: review_due}}
"""
    states("{some: released, by: 10 working days after start_date}", as_at="2023-05-20", dictionary=events, table="""
        start_date | release_date | state       | due
        2023-04-03 | 2023-04-19   | met         |
        2023-04-03 | 2023-04-20   | late        | 2023-04-19
        2023-04-03 | 2023-04-02   | gap         | 2023-04-19  # before the start
        2023-04-03 | 2023-05-21   | gap         | 2023-04-19  # after as at: not seen
        2023-04-03 |              | gap         | 2023-04-19
        2023-05-15 |              | not yet due | 2023-05-30
        2023-04-03 | ?            | cannot tell |
        """)  # fmt: skip
    states("{some: reviewed, by: 10 working days after start_date}", as_at="2023-05-20", dictionary=events, table="""
        start_date | review_due | state       | due
        2023-04-03 | 2023-04-19 | met         |
        2023-04-03 | 2023-05-21 | gap         | 2023-04-19
        2023-04-03 |            | cannot tell |
        2023-05-15 |            | cannot tell |             # met or not yet due
        2023-04-03 | ?          | cannot tell |
        """)  # fmt: skip
    states("{none: reviewed}", as_at="2023-05-20", dictionary=events, table="""
        start_date | review_due | state
        2023-04-03 | 2023-05-21 | met
        2023-04-03 |            | cannot tell
        """)  # fmt: skip


def test_unreadable_and_blank_cells_that_a_row_is_chosen_by() -> None:
    events = "events: {session: {from: contacts, date: contact_date, where: {type: SESSION, attended: yes}}}"
    states("{some: session, by: 10 working days after start_date}", as_at="2023-05-20", dictionary=events, table="""
        session                                          | other                   | state
        2023-04-05 attended=yes                          |                         | met
        2023-04-05 attended=no                           |                         | gap
        2023-04-05                                       |                         | gap          # blank: not yes
        2023-04-05 attended=?                            |                         | cannot tell
        2023-04-20 attended=?                            |                         | cannot tell  # late or gap
        2023-04-20 attended=yes, 2023-04-21 attended=?   |                         | late         # late either way
        2023-04-20 attended=yes, 2023-04-05 attended=?   |                         | cannot tell  # met or late
        2023-04-05 attended=yes, 2023-04-04 attended=?   |                         | met
        2023-04-02 attended=?                            |                         | gap          # before the start
        2023-05-21 attended=?                            |                         | gap          # not seen
        ? attended=no                                    |                         | gap
        ? attended=?                                     |                         | cannot tell
        blank attended=?                                 |                         | gap
                                                         | 2023-04-05 attended=?   | gap          # another kind
                                                         | 2023-04-05 attended=yes | gap
                                                         | ?                       | gap
        """)  # fmt: skip


@pytest.mark.parametrize("as_at", ["2023-05-20", "2023-05-21"], ids=["of few rows", "of many"])
def test_a_code_that_is_or_is_not_one_of_several(as_at: str) -> None:
    """Contacts count as a table of many rows on every other day that these tests are tried: see `by_engine`."""
    events = """
      events:
        among: {from: contacts, date: contact_date, where: {type: AMONG, about: [A, B]}}
        apart: {from: contacts, date: contact_date, where: {type: APART, not: {about: [A, B]}}}
    """
    for event, table in (
        ("among", """
        among                                       | state
        2023-04-05 about=A                          | met
        2023-04-05 about=B                          | met
        2023-04-05 about=C                          | gap
        2023-04-05 about=AB                         | gap          # no code begins with another
        2023-04-05                                  | gap          # blank: none of them
        2023-04-05 about=?                          | cannot tell
        2023-04-05, 2023-04-06 about=B              | met
        """),
        ("apart", """
        apart                                       | state
        2023-04-05 about=A                          | gap
        2023-04-05 about=B                          | gap
        2023-04-05 about=C                          | met
        2023-04-05                                  | gap          # blank: not known to be another
        2023-04-05 about=?                          | cannot tell
        2023-04-05 about=A, 2023-04-06 about=C      | met
        """),
    ):  # fmt: skip
        states(f"{{some: {event}, by: 10 working days after start_date}}", table, as_at, dictionary=events)


def test_when_the_case_has_ended() -> None:
    states(TEN_DAYS, as_at="2023-05-20", table="""
        start_date | end_date   | reply      | state       | due
        2023-04-03 | 2023-04-12 | 2023-04-12 | met         |             # on its last day
        2023-04-03 | 2023-04-12 | 2023-04-13 | gap         | 2023-04-19  # after the end nothing counts
        2023-04-03 | 2023-05-10 | 2023-05-10 | late        | 2023-04-19
        2023-04-03 | 2023-05-10 | 2023-05-11 | gap         | 2023-04-19
        2023-04-03 | ?          | 2023-04-12 | cannot tell |             # before or after the end?
        2023-04-03 | ?          |            | gap         | 2023-04-19  # nothing, whenever it ended
        2023-04-03 | 2023-05-30 | 2023-04-12 | met         |             # an end to come
        """)  # fmt: skip


def test_from_and_until_of_the_item() -> None:
    # twelve weeks before 3 April is 9 January; enquiries made for court count
    states("{some: reply, by: 2023-04-19, from: 12 weeks before start_date}", as_at="2023-05-20", table="""
        reply      | state
        2023-01-09 | met
        2023-01-08 | gap
        """)  # fmt: skip
    whole = "{met_if: {some: reply, by: 2023-05-01}, from: release_date, until: [suspended_from, 2023-05-10]}"
    states(whole, as_at="2023-05-20", table="""
        release_date | suspended_from | reply      | state       | due
        2023-04-11   |                | 2023-04-11 | met         |
        2023-04-11   |                | 2023-04-10 | gap         | 2023-05-01
        2023-04-11   |                | 2023-05-10 | late        | 2023-05-01
        2023-04-11   |                | 2023-05-11 | gap         | 2023-05-01  # after the earliest until
        2023-04-11   | 2023-04-20     | 2023-04-20 | met         |
        2023-04-11   | 2023-04-20     | 2023-04-21 | gap         | 2023-05-01
        2023-04-11   | ?              | 2023-04-21 | cannot tell |
        2023-04-11   | ?              |            | gap         | 2023-05-01
        ?            |                | 2023-04-21 | cannot tell |             # before or after the release?
        ?            |                |            | cannot tell |
        """)  # fmt: skip
    # a pattern's own bounds go before the item's
    both = "{met_if: {some: reply, by: 2023-05-01, until: 2023-04-12}, until: 2023-04-11}"
    states(both, as_at="2023-05-20", table="""
        reply      | state
        2023-04-12 | met
        2023-04-13 | gap
        """)  # fmt: skip


def test_a_beginning_that_has_not_happened() -> None:
    item = "{some: reply, from: release_date, by: 10 working days after release_date}"
    states(item, as_at="2023-05-20", table="""
        release_date | reply      | state       | due
                     |            | not yet due |             # waiting to start
                     | 2023-04-05 | not yet due |             # nothing counts before it begins
                     | ?          | not yet due |
        2023-04-03   |            | gap         | 2023-04-19
        ?            |            | cannot tell |
        """)  # fmt: skip


def test_waiting_to_start_has_no_due_date() -> None:
    states("{some: reply, from: release_date, by: 10 working days after start_date}", as_at="2023-05-20", table="""
        release_date | reply | state       | due
                     |       | not yet due |
        """)  # fmt: skip


def test_tables_and_columns_that_were_not_supplied() -> None:
    table = """
        start_date | reply      | state
        2023-04-03 | 2023-04-05 | cannot tell
        2023-04-03 |            | cannot tell
        2023-05-19 |            | cannot tell
        """
    states(TEN_DAYS, table, "2023-05-20", missing=["contacts"])
    states(TEN_DAYS, as_at="2023-05-20", missing=["contacts.contact_date"], table="""
        reply      | other      | state
        2023-04-05 |            | cannot tell
        2023-04-20 | 2023-04-05 | cannot tell
        """)  # fmt: skip
    states(TEN_DAYS, as_at="2023-05-20", missing=["contacts.type"], table="""
        reply      | other      | state
        2023-04-05 |            | cannot tell
                   | 2023-04-05 | cannot tell  # it might be a reply
                   | 2023-04-02 | gap          # before the start, whatever it is
        """)  # fmt: skip
    states("{some: reply, by: review_due}", as_at="2023-05-20", missing=["cases.review_due"], table="""
        review_due | reply      | state
        2023-04-05 | 2023-04-05 | cannot tell
                   |            | cannot tell
        """)  # fmt: skip


def test_an_empty_table() -> None:
    for may_be_empty, state in (("yes", "gap"), ("no", "cannot tell")):
        states(
            TEN_DAYS,
            f"reply | state\n | {state}\n | {state}",
            "2023-05-20",
            dictionary=f"tables: {{contacts: {{may_be_empty: {may_be_empty}}}}}",
        )


def test_what_a_table_covers() -> None:
    states(TEN_DAYS, as_at="2023-05-20", dictionary="tables: {contacts: {covers: [2023-04-17, 2023-05-31]}}", table="""
        start_date | reply      | state       | due
        2023-04-03 | 2023-04-18 | met         |
        2023-04-03 |            | cannot tell |             # perhaps before 17 April
        2023-04-03 | 2023-04-20 | cannot tell |             # late, or met before 17 April
        2023-04-17 |            | gap         | 2023-05-02
        2023-04-16 |            | cannot tell |             # one day is not covered
        2023-05-15 |            | not yet due | 2023-05-30
        """)  # fmt: skip
    states(TEN_DAYS, as_at="2023-05-20", dictionary="tables: {contacts: {covers: [2023-01-01, 2023-04-15]}}", table="""
        start_date | reply      | state       | due
        2023-04-03 | 2023-04-05 | met         |
        2023-04-03 |            | cannot tell |             # perhaps on 16 April
        2023-01-30 |            | cannot tell |             # late or gap
        2023-01-30 | 2023-02-13 | met         |
        2023-01-30 | 2023-02-14 | late        | 2023-02-13  # all days up to the deadline are covered
        """)  # fmt: skip
    states(TEN_DAYS, as_at="2023-04-15", dictionary="tables: {contacts: {covers: [2023-01-01, 2023-04-15]}}", table="""
        start_date | reply | state       | due
        2023-03-20 |       | gap         | 2023-04-03  # covered up to the day we look
        2023-04-03 |       | not yet due | 2023-04-19
        """)  # fmt: skip


def test_planned_days_are_seen_before_they_come() -> None:
    events = "events: {planned: {from: appointments, date: planned_date}}"
    states("{some: planned, by: 6 weeks after start_date}", dictionary=events, table="""
        as at      | appointments | state       | due
        2023-05-01 | 2023-05-10   | met         |
        2023-05-01 | 2023-05-15   | met         |
        2023-05-01 | 2023-05-16   | not yet due | 2023-05-15
        2023-05-01 |              | not yet due | 2023-05-15
        2023-05-16 |              | gap         | 2023-05-15
        2023-05-01 | ?            | cannot tell |
        """)  # fmt: skip


def test_rows_of_a_person_with_two_orders() -> None:
    states(TEN_DAYS, as_at="2023-05-20", table="""
        crn | event_number | start_date | end_date   | reply             | state
        A   | 1            | 2023-04-03 |            | 2023-04-05 person | met
        A   | 2            | 2023-04-03 |            |                   | met   # the person's row counts for both
        A   | 3            | 2023-04-06 |            |                   | gap   # it was before this order
        A   | 4            | 2023-03-20 | 2023-04-04 |                   | gap   # and after the end of this one
        B   | 1            | 2023-04-03 |            | 2023-04-05        | met
        B   | 2            | 2023-04-03 |            |                   | gap   # the other order's row
        """)  # fmt: skip


@pytest.mark.parametrize("number", [1, 2])
def test_one_unreadable_row_spoils_only_its_own_case(number: int) -> None:
    states(f"{{some: reply, at_least: {number}, by: 10 working days after start_date}}", as_at="2023-05-20", table="""
        reply                     | state
        ?, ?                      | cannot tell
        2023-04-05, 2023-04-06    | met
                                  | gap
        """)  # fmt: skip


# When enquiries were sent that were due on Wednesday 12 April, and what is said of them.
FOUND = [
    (["13"], "Police enquiry sent Thu 13 April, 1 day after its deadline."),
    (["13", "24"], "Police enquiry sent Thu 13 April, Mon 24 April; Thu 13 April is 1 day after its deadline."),
    (["14", "17", "18", "19"], "Police enquiry sent Fri 14 April, Mon 17 April, Tue 18 April and 1 more; Fri 14 April is 2 days after its deadline."),
    (["12", "24"], "Police enquiry sent Wed 12 April, Mon 24 April."),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "said"), FOUND)
def test_which_is_late_is_said(sent: list[str], said: str, tmp_path: Path) -> None:
    contacts = [f"X1,1,2023-04-{day},C369" for day in sent]
    with small(tmp_path, cases="X1,1,2023-04-03,,N2,TA,CO", contacts=contacts) as finished:
        steps = [step for why in finished.explain("X1") if why.item.id == "T2" for step in why.steps]
    assert [" ".join(step.lines) for step in steps if step.label == "Found"] == [said]
