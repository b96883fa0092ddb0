"""`gaps_between`: an event again and again, never longer apart than a length of time.

Four weeks after Monday 3 April 2023 is Monday 1 May, after Wednesday 5 April Wednesday 3 May, after
Wednesday 10 May Wednesday 7 June.
"""

from __future__ import annotations

from tests.tables import states

FOUR_WEEKS = "{gaps_between: session, at_most: 4 weeks}"


def test_never_longer_than_four_weeks() -> None:
    states(FOUR_WEEKS, as_at="2023-05-20", table="""
        session                            | state | due
        2023-04-05, 2023-04-20, 2023-05-10 | met   | 2023-06-07  # with the day the next is due
        2023-05-01                         | met   | 2023-05-29  # the last day for the first
        2023-05-02                         | late  | 2023-05-01  # the day after: late, and nothing open too long
        2023-04-03, 2023-05-01             | met   | 2023-05-29  # on the first day, then 28 days later
        2023-04-03, 2023-05-02             | late  | 2023-05-01
        2023-04-05, 2023-05-04             | late  | 2023-05-03
        2023-05-04, 2023-04-05             | late  | 2023-05-03  # in any order
        2023-04-05                         | gap   | 2023-05-03  # open too long
        """)  # fmt: skip
    states(FOUR_WEEKS, as_at="2023-05-20", table="""
        session                            | state | due
                                           | gap   | 2023-05-01
        2023-04-02                         | gap   | 2023-05-01  # before the case started
        2023-05-21                         | gap   | 2023-05-01  # not seen
        blank                              | gap   | 2023-05-01  # has not happened
        2023-05-20                         | late  | 2023-05-01
        """)  # fmt: skip
    states(FOUR_WEEKS, as_at="2023-07-20", table="""
        session                                        | state | due
        2023-05-02, 2023-06-05, 2023-07-03             | late  | 2023-05-01  # two too long: the first is named
        2023-05-02, 2023-06-05                         | gap   | 2023-07-03  # the open one counts first
        2023-05-01, 2023-05-29, 2023-06-26             | met   | 2023-07-24
        2023-05-01, 2023-05-29, 2023-05-29, 2023-06-26 | met   | 2023-07-24  # twice on a day is nothing special
        """)  # fmt: skip


def test_the_day_we_look() -> None:
    states(FOUR_WEEKS, """
        as at      | session    | state       | due
        2023-05-01 |            | not yet due | 2023-05-01
        2023-05-02 |            | gap         | 2023-05-01
        2023-05-01 | 2023-05-01 | met         | 2023-05-29
        2023-05-01 | 2023-05-02 | not yet due | 2023-05-01  # not seen
        2023-05-03 | 2023-04-05 | met         | 2023-05-03
        2023-05-04 | 2023-04-05 | gap         | 2023-05-03
        2023-05-04 | 2023-05-04 | late        | 2023-05-01
        """)  # fmt: skip


def test_until_the_case_ended() -> None:
    states(FOUR_WEEKS, as_at="2023-07-20", table="""
        end_date   | session                | state        | due
        2023-05-03 | 2023-04-05             | met          |             # over: no next day
        2023-05-04 | 2023-04-05             | gap          | 2023-05-03  # one day too long before the end
        2023-05-04 | 2023-04-05, 2023-05-04 | late         | 2023-05-03
        2023-05-04 | 2023-04-05, 2023-05-05 | gap          | 2023-05-03  # after the end nothing counts
        2023-05-01 |                        | not relevant |             # ended before anything fell due
        2023-05-02 |                        | gap          | 2023-05-01
        2023-06-01 | 2023-05-02             | gap          | 2023-05-30
        2023-05-30 | 2023-05-02             | late         | 2023-05-01
        ?          |                        | cannot tell  |
        """)  # fmt: skip


def test_the_earliest_of_several_untils() -> None:
    item = "{gaps_between: session, at_most: 4 weeks, until: [end_date, suspended_from, 2023-06-30]}"
    states(item, as_at="2023-07-20", table="""
        end_date   | suspended_from | session    | state        | due
                   |                | 2023-06-05 | late         | 2023-05-01  # 3 July is after the last until
                   | 2023-04-20     |            | not relevant |
                   | 2023-05-02     |            | gap          | 2023-05-01
        2023-05-01 | 2023-06-20     |            | not relevant |
        2023-06-20 | 2023-05-03     | 2023-04-05 | met          |
        2023-06-20 | 2023-05-04     | 2023-04-05 | gap          | 2023-05-03
                   | ?              | 2023-04-05 | cannot tell  |
        """)  # fmt: skip


def test_from() -> None:
    states("{gaps_between: session, at_most: 4 weeks, from: release_date}", as_at="2023-05-20", table="""
        release_date | session                | state       | due
        2023-04-05   |                        | gap         | 2023-05-03
        2023-04-05   | 2023-04-04, 2023-05-03 | met         | 2023-05-31
        2023-04-05   | 2023-04-04, 2023-05-04 | late        | 2023-05-03
        2023-05-01   |                        | not yet due | 2023-05-29
                     | 2023-04-05             | not yet due |             # waiting to start
        ?            | 2023-04-05             | cannot tell |
        """)  # fmt: skip
    states(FOUR_WEEKS, as_at="2023-05-20", table="""
        start_date | session    | state
                   | 2023-05-10 | cannot tell
        ?          | 2023-05-10 | cannot tell
        2023-05-20 |            | not yet due
        2023-05-21 |            | not audited
        """)  # fmt: skip


def test_working_days_and_months() -> None:
    # five working days after Tuesday 4 April: 5, 6, 11, 12 and 13 April
    states("{gaps_between: session, at_most: 5 working days}", as_at="2023-04-17", table="""
        session                | state | due
        2023-04-04, 2023-04-13 | met   | 2023-04-20
        2023-04-04, 2023-04-14 | late  | 2023-04-13
        2023-04-04             | gap   | 2023-04-13
        """)  # fmt: skip
    states("{gaps_between: session, at_most: 1 month}", as_at="2023-03-20", table="""
        start_date | session    | state | due
        2023-01-31 | 2023-02-28 | met   | 2023-03-28  # 31 January, a month on; then the same day number
        2023-01-31 | 2023-03-01 | late  | 2023-02-28
        2023-01-31 |            | gap   | 2023-02-28
        """)  # fmt: skip
    states("{gaps_between: session, at_most: 1 month}", as_at="2024-03-20", table="""
        start_date | session    | state | due
        2024-01-31 | 2024-02-29 | met   | 2024-03-29
        2024-01-31 | 2024-03-01 | late  | 2024-02-29
        """)  # fmt: skip


def test_unreadable_dates() -> None:
    states(FOUR_WEEKS, as_at="2023-05-20", table="""
        session                   | state       | due
        2023-04-20, 2023-05-10, ? | met         | 2023-06-07  # more can only shorten the gaps
        2023-04-05, ?             | cannot tell |
        2023-05-02, ?             | cannot tell |             # late, unless it came before
        ?                         | cannot tell |
        """)  # fmt: skip
    events = "events: {session: {from: contacts, date: contact_date, where: {type: SESSION, attended: yes}}}"
    states(FOUR_WEEKS, as_at="2023-05-20", dictionary=events, table="""
        session                                        | state
        2023-04-20 attended=yes, 2023-05-10 attended=? | cannot tell
        2023-04-25 attended=yes, 2023-05-10 attended=? | met
        2023-04-25 attended=yes, 2023-05-10            | met
        2023-04-20 attended=yes, 2023-05-10            | gap  # a blank is not yes
        2023-04-20 attended=yes, 2023-05-10 attended=no | gap
        """)  # fmt: skip


def test_tables_that_do_not_show_everything() -> None:
    table = """
        session    | state
        2023-05-10 | cannot tell
                   | cannot tell
        """
    states(FOUR_WEEKS, table, "2023-05-20", missing=["contacts"])
    states(FOUR_WEEKS, "session | state\n | cannot tell", "2023-05-20",
           dictionary="tables: {contacts: {may_be_empty: no}}")  # fmt: skip
    covers = "tables: {contacts: {covers: [2023-04-17, 2023-06-30]}}"
    states(FOUR_WEEKS, as_at="2023-05-20", dictionary=covers, table="""
        start_date | session                | state       | due
        2023-04-03 | 2023-04-20, 2023-05-10 | met         | 2023-06-07
        2023-04-03 | 2023-05-10             | cannot tell |             # perhaps one before 17 April
        2023-04-17 | 2023-05-16             | late        | 2023-05-15
        2023-04-17 |                        | gap         | 2023-05-15
        """)  # fmt: skip


def test_beyond_the_calendar() -> None:
    states(FOUR_WEEKS, as_at="2050-12-20", table="""
        start_date | session    | state       | due
        2050-12-01 | 2050-12-03 | met         | 2050-12-31
        2050-12-01 | 2050-12-04 | cannot tell |
        2050-12-04 |            | cannot tell |
        """)  # fmt: skip
