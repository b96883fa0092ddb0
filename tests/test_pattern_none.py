"""`none`: no such event, or none left standing for longer than a length of time."""

from __future__ import annotations

from tests.tables import states


def test_no_such_event() -> None:
    states("{none: complaint}", as_at="2023-05-20", table="""
        start_date | end_date   | complaint     | state
        2023-04-03 |            |               | met
        2023-04-03 |            | 2023-04-03    | gap          # on the first day
        2023-04-03 |            | 2023-05-20    | gap          # on the day we look
        2023-04-03 |            | 2023-04-02    | met          # before the case started
        2023-04-03 |            | 2023-05-21    | met          # not seen
        2023-04-03 | 2023-04-12 | 2023-04-12    | gap          # on the last day
        2023-04-03 | 2023-04-12 | 2023-04-13    | met          # after the end
        2023-04-03 | ?          | 2023-04-12    | cannot tell  # before or after the end?
        2023-04-03 | ?          |               | met
        2023-04-03 |            | blank         | met          # has not happened
        2023-04-03 |            | ?             | cannot tell
        2023-04-03 |            | 2023-04-05, ? | gap          # whatever it says
        ?          |            |               | cannot tell   # it may not have begun
                   |            | 2023-04-05    | cannot tell  # before or after the start?
        """)  # fmt: skip


def test_a_row_that_may_not_be_one() -> None:
    events = "events: {missed: {from: contacts, date: contact_date, where: {type: VISIT, attended: no}}}"
    states("{none: missed}", as_at="2023-05-20", dictionary=events, table="""
        visit                                      | state
        2023-04-05 attended=no                     | gap
        2023-04-05 attended=yes                    | met
        2023-04-05                                 | met          # a blank is not no
        2023-04-05 attended=?                      | cannot tell
        2023-04-02 attended=?                      | met          # before the start
        2023-04-05 attended=?, 2023-04-06 attended=no | gap
        ? attended=yes                             | met
        """)  # fmt: skip


def test_until() -> None:
    # six weeks after Monday 3 April is Monday 15 May
    states("{none: complaint, until: 6 weeks after start_date}", """
        as at      | complaint  | state       | due
        2023-05-01 |            | not yet due | 2023-05-15
        2023-05-15 |            | not yet due | 2023-05-15  # the last day has not passed
        2023-05-16 |            | met         |
        2023-05-20 | 2023-05-15 | gap         | 2023-05-15
        2023-05-20 | 2023-05-16 | met         |             # after it
        2023-05-01 | 2023-04-05 | gap         | 2023-04-05  # there is one already
        2023-05-01 | ?          | cannot tell |
        2023-05-20 | ?          | cannot tell |
        """)  # fmt: skip
    states("{none: complaint, until: [release_date, 6 weeks after start_date]}", as_at="2023-05-20", table="""
        start_date | release_date | complaint  | state       | due
        2023-04-03 | 2023-04-20   | 2023-04-21 | met         |             # the earliest until counts
        2023-04-03 | 2023-04-20   | 2023-04-20 | gap         | 2023-04-20
        2023-04-03 |              | 2023-04-21 | gap         | 2023-04-21
        2023-04-17 |              |            | not yet due | 2023-05-29
        2023-04-17 | 2023-05-19   |            | met         |
        2023-04-17 | 2023-05-20   |            | not yet due | 2023-05-20
        """)  # fmt: skip
    states("{none: complaint, until: release_date}", as_at="2023-05-20", table="""
        release_date | complaint  | state       | due
                     |            | not yet due |             # no end to it yet
                     | 2023-05-10 | gap         | 2023-05-10
        ?            |            | cannot tell |
        ?            | 2023-05-10 | cannot tell |
        """)  # fmt: skip


def test_from() -> None:
    states("{none: complaint, from: release_date}", as_at="2023-05-20", table="""
        release_date | complaint  | state       | due
        2023-04-12   | 2023-04-11 | met         |
        2023-04-12   | 2023-04-12 | gap         | 2023-04-12
                     | 2023-04-12 | not yet due |             # waiting to start
                     | ?          | not yet due |
        ?            | 2023-04-12 | cannot tell |
        ?            |            | cannot tell |             # it may not have begun
        """)  # fmt: skip


AWAITED = "events: {awaited: {from: contacts, date: contact_date, where: {type: ABSENCE, attended: {recorded: no}}}}"
#: A provisional absence (no outcome yet) may stand for six working days.
SETTLED = "{none: awaited, older_than: 6 working days}"


def test_a_provisional_absence_may_stand_for_a_while() -> None:
    # six working days after Monday 3 April: 4, 5, 6, 11, 12 and 13 April
    states(SETTLED, dictionary=AWAITED, table="""
        as at      | absence                           | state       | due
        2023-04-12 | 2023-04-03                        | not yet due | 2023-04-13
        2023-04-13 | 2023-04-03                        | not yet due | 2023-04-13  # the last day
        2023-04-14 | 2023-04-03                        | gap         | 2023-04-13
        2023-04-14 | 2023-04-03 attended=no            | met         |             # settled
        2023-04-14 | 2023-04-04                        | not yet due | 2023-04-14
        2023-04-14 | 2023-04-03, 2023-04-12            | gap         | 2023-04-13
        2023-04-14 | 2023-04-12, 2023-04-13            | not yet due | 2023-04-20  # the oldest that stands
        2023-04-14 |                                   | met         |
        2023-04-14 | 2023-04-03 attended=?             | cannot tell |
        2023-04-14 | 2023-04-12 attended=?             | cannot tell |             # not yet due, or met
        2023-04-14 | 2023-04-12, 2023-04-03 attended=? | cannot tell |             # an older one, perhaps
        2023-04-14 | 2023-04-03, 2023-04-12 attended=? | gap         | 2023-04-13
        2023-04-14 | 2023-04-11, 2023-04-12 attended=? | not yet due | 2023-04-19
        2023-04-14 | ?                                 | cannot tell |
        2023-04-14 | 2023-04-12, ?                     | cannot tell |             # it may be older
        """)  # fmt: skip
    states(SETTLED, as_at="2023-04-14", dictionary=AWAITED, table="""
        start_date | absence       | state       | due
        2023-04-11 | 2023-04-12, ? | not yet due | 2023-04-20  # since the start none can be too old
        """)  # fmt: skip


def test_how_long_it_may_stand_over_a_month_end() -> None:
    states("{none: complaint, older_than: 1 month}", """
        as at      | start_date | complaint  | state       | due
        2023-02-28 | 2023-01-01 | 2023-01-31 | not yet due | 2023-02-28
        2023-03-01 | 2023-01-01 | 2023-01-31 | gap         | 2023-02-28
        2023-03-01 | 2023-01-01 | 2023-01-28 | gap         | 2023-02-28
        2024-02-29 | 2024-01-01 | 2024-01-30 | not yet due | 2024-02-29
        2024-02-29 | 2024-01-01 | 2024-01-28 | gap         | 2024-02-28
        """)  # fmt: skip


def test_older_than_with_until() -> None:
    states("{none: complaint, older_than: 2 weeks, until: 6 weeks after start_date}", """
        as at      | complaint  | state       | due
        2023-05-15 |            | not yet due | 2023-05-15
        2023-05-16 |            | met         |
        2023-04-19 | 2023-04-05 | not yet due | 2023-04-19
        2023-04-20 | 2023-04-05 | gap         | 2023-04-19
        2023-05-16 | 2023-05-15 | not yet due | 2023-05-29  # too young to count against, too early to say
        """)  # fmt: skip


def test_tables_that_do_not_show_everything() -> None:
    table = """
        complaint  | state
        2023-04-05 | cannot tell
                   | cannot tell
        """
    states("{none: complaint}", table, "2023-05-20", missing=["contacts"])
    states(SETTLED, table.replace("complaint", "absence"), "2023-05-20", dictionary=AWAITED, missing=["contacts"])
    states("{none: complaint}", as_at="2023-05-20", missing=["contacts.contact_date"], table="""
        complaint  | state
        2023-04-05 | cannot tell
        """)  # fmt: skip
    states("{none: complaint}", "complaint | state\n | cannot tell", "2023-05-20",
           dictionary="tables: {contacts: {may_be_empty: no}}")  # fmt: skip
    covers = "tables: {contacts: {covers: [2023-04-17, 2023-05-31]}}"
    states("{none: complaint}", as_at="2023-05-20", dictionary=covers, table="""
        start_date | end_date   | complaint  | state
        2023-04-03 |            |            | cannot tell  # perhaps before 17 April
        2023-04-17 |            |            | met
        2023-04-03 |            | 2023-04-18 | gap
        2023-04-03 | 2023-04-16 |            | cannot tell
        """)  # fmt: skip
    states("{none: complaint}", as_at="2023-06-30", dictionary=covers, table="""
        start_date | end_date   | complaint | state
        2023-04-17 |            |           | cannot tell  # perhaps in June
        2023-04-17 | 2023-05-31 |           | met
        2023-04-17 | 2023-06-01 |           | cannot tell
        """)  # fmt: skip


def test_the_end_of_the_calendar() -> None:
    # the last day of the calendar is Saturday 31 December 2050
    states("{none: complaint, older_than: 2 weeks}", as_at="2050-12-20", table="""
        start_date | complaint  | state       | due
        2050-10-03 | 2050-12-17 | not yet due | 2050-12-31
        2050-10-03 | 2050-12-18 | not yet due |             # a day that the calendar does not hold
        2050-10-03 | 2050-12-05 | gap         | 2050-12-19
        """)  # fmt: skip
    # on that day nothing reaches as at; the 26th and 27th are closed, Christmas Day being a Sunday
    states("{none: complaint, older_than: 6 working days}", as_at="2050-12-31", table="""
        start_date | complaint  | state       | due
        2050-10-03 | 2050-12-20 | gap         | 2050-12-30
        2050-10-03 | 2050-12-21 | not yet due |             # the sixth is after the calendar's end
        2050-10-03 |            | met         |
        """)  # fmt: skip


def test_the_beginning_of_the_calendar() -> None:
    # 1 January 1980 is a Tuesday and closed; six working days after it is Wednesday the 9th
    states("{none: complaint, older_than: 6 working days}", start="1980-01-01", table="""
        as at      | complaint  | state       | due
        1980-01-01 | 1980-01-01 | not yet due | 1980-01-09
        1980-01-09 | 1980-01-01 | not yet due | 1980-01-09
        1980-01-10 | 1980-01-01 | gap         | 1980-01-09
        """)  # fmt: skip
