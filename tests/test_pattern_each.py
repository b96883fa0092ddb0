"""`each`: every one of an event is followed by another in time.

Five working days after Monday 3 April 2023 are 4, 5, 6, 11 and 12 April (Easter does not count);
after Tuesday 11 April 12, 13, 14, 17 and 18; after Monday 17 April 18 to 21 and 24; after Monday 24
April 25 to 28 April and 2 May; after Monday 15 May 16 to 19 and 22.
"""

from __future__ import annotations

from tests.tables import states

FIVE_DAYS = "{each: sent, followed_by: reply, within: 5 working days}"


def test_one_request() -> None:
    states(FIVE_DAYS, as_at="2023-05-20", table="""
        start_date | sent       | reply                  | state        | due        | of
        2023-04-03 | 2023-04-03 | 2023-04-12             | met          |            | 1 of 1  # the last day
        2023-04-03 | 2023-04-03 | 2023-04-13             | late         | 2023-04-12 | 0 of 1  # the day after
        2023-04-03 | 2023-04-03 | 2023-04-03             | met          |            | 1 of 1  # on the same day
        2023-04-03 | 2023-04-04 | 2023-04-03             | gap          | 2023-04-13 | 0 of 1  # before its request
        2023-04-03 | 2023-04-04 | 2023-04-03, 2023-04-14 | late         | 2023-04-13 | 0 of 1
        2023-04-03 | 2023-04-03 |                        | gap          | 2023-04-12 | 0 of 1
        2023-04-03 | 2023-05-15 |                        | not yet due  | 2023-05-22 | 0 of 1
        2023-04-03 | 2023-05-15 | 2023-05-21             | not yet due  | 2023-05-22 | 0 of 1  # not seen
        2023-04-03 |            |                        | not relevant |            |         # nothing was sent
        2023-04-03 |            | 2023-04-12             | not relevant |            |
        2023-04-03 | 2023-04-02 | 2023-04-03             | not relevant |            |         # before the start
        2023-04-03 | 2023-05-21 |                        | not relevant |            |         # not seen
        """)  # fmt: skip


def test_over_weekends_and_bank_holidays() -> None:
    states(FIVE_DAYS, as_at="2023-06-30", table="""
        sent       | reply      | state | due
        2023-04-07 | 2023-04-17 | met   |             # sent on Good Friday: 11, 12, 13, 14, 17
        2023-04-07 | 2023-04-18 | late  | 2023-04-17
        2023-04-22 | 2023-04-28 | met   |             # sent on a Saturday: 24 to 28
        2023-04-22 | 2023-04-29 | late  | 2023-04-28
        2023-04-28 | 2023-05-09 | met   |             # 2, 3, 4, 5 and 9: without 1 and 8 May
        2023-04-28 | 2023-05-10 | late  | 2023-05-09
        2023-05-24 | 2023-06-01 | met   |             # 25, 26, 30, 31 May and 1 June: without 29 May
        2023-05-24 | 2023-06-02 | late  | 2023-06-01
        """)  # fmt: skip


def test_the_day_we_look() -> None:
    states(FIVE_DAYS, """
        as at      | sent       | reply      | state       | due
        2023-04-12 | 2023-04-03 |            | not yet due | 2023-04-12
        2023-04-13 | 2023-04-03 |            | gap         | 2023-04-12
        2023-04-12 | 2023-04-03 | 2023-04-12 | met         |
        2023-04-12 | 2023-04-03 | 2023-04-13 | not yet due | 2023-04-12
        2023-04-13 | 2023-04-03 | 2023-04-13 | late        | 2023-04-12
        """)  # fmt: skip
    states("{each: sent, followed_by: reply, within: 0 working days}", """
        as at      | sent       | reply      | state       | due
        2023-04-08 | 2023-04-08 |            | not yet due | 2023-04-08  # a Saturday: the same day all the same
        2023-04-09 | 2023-04-08 |            | gap         | 2023-04-08
        2023-04-20 | 2023-04-08 | 2023-04-08 | met         |
        """)  # fmt: skip


def test_month_ends() -> None:
    states("{each: sent, followed_by: reply, within: 1 month}", as_at="2024-06-30", table="""
        start_date | sent       | reply      | state | due
        2023-01-01 | 2023-01-31 | 2023-02-28 | met   |
        2023-01-01 | 2023-01-31 | 2023-03-01 | late  | 2023-02-28
        2024-01-01 | 2024-01-31 | 2024-02-29 | met   |
        2024-01-01 | 2024-02-29 | 2024-03-30 | late  | 2024-03-29
        """)  # fmt: skip


def test_several_requests_roll_up() -> None:
    # gap, else late, else cannot tell, else not yet due, else met; the due date is the earliest of such
    states(FIVE_DAYS, as_at="2023-05-20", table="""
        sent                               | reply                  | state       | due        | of
        2023-04-03, 2023-04-11             | 2023-04-12             | met         |            | 2 of 2
        2023-04-03, 2023-04-17             | 2023-04-12             | gap         | 2023-04-24 | 1 of 2
        2023-04-03, 2023-04-17             |                        | gap         | 2023-04-12 | 0 of 2
        2023-04-03, 2023-04-24             | 2023-04-13             | gap         | 2023-05-02 | 0 of 2
        2023-04-03, 2023-04-17             | 2023-04-13, 2023-04-25 | late        | 2023-04-12 | 0 of 2
        2023-04-03, 2023-05-15             | 2023-04-13             | late        | 2023-04-12 | 0 of 2
        2023-04-03, 2023-05-15             | 2023-04-12             | not yet due | 2023-05-22 | 1 of 2
        2023-04-03, 2023-04-17, 2023-05-15 | 2023-04-12             | gap         | 2023-04-24 | 1 of 3
        2023-04-03, 2023-04-03             | 2023-04-12             | met         |            | 2 of 2
        2023-04-03, 2023-04-03             |                        | gap         | 2023-04-12 | 0 of 2
        """)  # fmt: skip


def test_unreadable_and_blank_dates() -> None:
    states(FIVE_DAYS, as_at="2023-05-20", table="""
        sent          | reply         | state        | due
        2023-04-03    | ?             | cannot tell  |
        2023-04-03    | 2023-04-12, ? | met          |
        2023-04-03    | 2023-04-13, ? | cannot tell  |             # met or late
        2023-05-15    | ?             | cannot tell  |             # met or not yet due
        2023-04-03    | blank         | gap          | 2023-04-12
        ?             |               | cannot tell  |
        ?             | 2023-05-20    | cannot tell  |
        blank         |               | not relevant |             # has not happened
        2023-04-03, ? |               | gap          | 2023-04-12  # whatever the other is
        2023-04-03, ? | 2023-04-13    | late         | 2023-04-12
        2023-04-03, ? | 2023-04-12    | cannot tell  |
        2023-05-15, ? |               | cannot tell  |
        """)  # fmt: skip


def test_rows_that_may_not_count() -> None:
    events = "events: {sent: {from: contacts, date: contact_date, where: {type: SENT, attended: yes}}}"
    states(FIVE_DAYS, as_at="2023-05-20", dictionary=events, table="""
        sent                                        | reply      | state
        2023-04-03 attended=yes                     |            | gap
        2023-04-03 attended=no                      |            | not relevant
        2023-04-03                                  |            | not relevant  # a blank is not yes
        2023-04-03 attended=?                       |            | cannot tell
        2023-04-03 attended=yes, 2023-04-04 attended=? | 2023-04-12 | cannot tell
        2023-04-03 attended=yes, 2023-04-04 attended=? |            | gap
        """)  # fmt: skip
    events = "events: {reply: {from: contacts, date: contact_date, where: {type: REPLY, attended: yes}}}"
    states(FIVE_DAYS, as_at="2023-05-20", dictionary=events, table="""
        sent       | reply                                       | state
        2023-04-03 | 2023-04-12 attended=yes                     | met
        2023-04-03 | 2023-04-12 attended=no                      | gap
        2023-04-03 | 2023-04-12                                  | gap
        2023-04-03 | 2023-04-12 attended=?                       | cannot tell
        2023-04-04 | 2023-04-03 attended=?                       | gap          # before its request either way
        2023-04-03 | 2023-04-13 attended=yes, 2023-04-14 attended=? | late      # late either way
        2023-04-03 | 2023-04-13 attended=yes, 2023-04-12 attended=? | cannot tell
        """)  # fmt: skip


def test_when_the_case_has_ended() -> None:
    states(FIVE_DAYS, as_at="2023-05-20", table="""
        end_date   | sent       | reply      | state        | due
        2023-04-12 | 2023-04-03 | 2023-04-12 | met          |
        2023-04-11 | 2023-04-03 | 2023-04-12 | gap          | 2023-04-12  # after the end nothing counts
        2023-04-11 | 2023-04-12 |            | not relevant |
        ?          | 2023-04-03 |            | cannot tell  |             # perhaps sent after the end
        """)  # fmt: skip
    states("{each: sent, followed_by: reply, within: 5 working days, until: as_at}", as_at="2023-05-20", table="""
        end_date   | sent       | reply      | state
        2023-04-11 | 2023-04-03 | 2023-04-12 | met
        """)  # fmt: skip


def test_from() -> None:
    item = "{each: sent, followed_by: reply, within: 5 working days, from: release_date}"
    states(item, as_at="2023-05-20", table="""
        release_date | sent                   | reply      | state        | due        | of
        2023-04-11   | 2023-04-03, 2023-04-11 |            | gap          | 2023-04-18 | 0 of 1
        2023-04-11   | 2023-04-03             |            | not relevant |            |
                     | 2023-04-03             |            | not relevant |            |         # waiting to start
        ?            | 2023-04-03             |            | cannot tell  |            | 0 of 1
        """)  # fmt: skip
    item = "{each: sent, followed_by: reply, within: 5 working days, from: 2 weeks before start_date}"
    states(item, as_at="2023-05-20", table="""
        sent       | reply      | state        | due
        2023-03-20 | 2023-03-27 | met          |
        2023-03-20 | 2023-03-28 | late         | 2023-03-27
        2023-03-19 |            | not relevant |
        """)  # fmt: skip


def test_the_rows_own_due_date() -> None:
    item = "{each: sent, followed_by: reply, by: due}"
    states(item, as_at="2023-05-20", table="""
        sent                                             | reply      | state       | due
        2023-04-03 due=2023-04-06                        | 2023-04-06 | met         |
        2023-04-03 due=2023-04-06                        | 2023-04-07 | late        | 2023-04-06
        2023-04-03 due=2023-04-06                        |            | gap         | 2023-04-06
        2023-04-03 due=2023-05-20                        |            | not yet due | 2023-05-20
        2023-04-03 due=2023-05-19                        |            | gap         | 2023-05-19
        2023-04-03 due=2023-06-30                        |            | not yet due | 2023-06-30  # a planned day
        2023-04-03                                       | 2023-04-06 | cannot tell |             # due when?
        2023-04-03 due=?                                 | 2023-04-06 | cannot tell |
        2023-04-03 due=2023-04-06, 2023-04-03            |            | gap         | 2023-04-06
        2023-04-03 due=2023-04-06, 2023-04-03            | 2023-04-06 | cannot tell |
        2023-04-03 due=2023-04-06, 2023-04-03 due=2023-04-05 | 2023-04-06 | late    | 2023-04-05
        2023-04-05 due=2023-04-03                        | 2023-04-05 | late        | 2023-04-03  # due before it
        """)  # fmt: skip
    nothing = "tables: {contacts: {columns: {due: {blank: not happened}}}}"
    states(item, as_at="2023-05-20", dictionary=nothing, table="""
        sent             | reply      | state       | due
        2023-04-03       |            | not yet due |      # not due at all yet
        2023-04-03       | 2023-05-06 | met         |
        2023-04-03 due=? |            | cannot tell |
        """)  # fmt: skip


def test_pairs_that_share_a_column() -> None:
    item = "{each: sent, followed_by: reply, same: about, within: 5 working days}"
    states(item, as_at="2023-05-20", table="""
        sent                                   | reply                               | state       | due        | of
        2023-04-03 about=A                     | 2023-04-12 about=A                  | met         |            | 1 of 1
        2023-04-03 about=A                     | 2023-04-12 about=B                  | gap         | 2023-04-12 | 0 of 1
        2023-04-03 about=A                     | 2023-04-04 about=B, 2023-04-13 about=A | late     | 2023-04-12 | 0 of 1
        2023-04-03 about=A, 2023-04-11 about=B | 2023-04-12 about=A                  | gap         | 2023-04-18 | 1 of 2
        2023-04-03 about=A, 2023-04-11 about=B | 2023-04-12 about=B                  | gap         | 2023-04-12 | 1 of 2
        2023-04-03 about=A, 2023-04-11 about=A | 2023-04-12 about=A                  | met         |            | 2 of 2
        2023-04-03 about=A                     | 2023-04-12                          | cannot tell |            | 0 of 1
        2023-04-03                             | 2023-04-12 about=A                  | cannot tell |            | 0 of 1
        2023-04-03                             |                                     | gap         | 2023-04-12 | 0 of 1
        2023-04-03 about=?                     | 2023-04-12 about=A                  | cannot tell |            | 0 of 1
        2023-04-03 about=A                     | 2023-04-12 about=?                  | cannot tell |            | 0 of 1
        2023-04-03 about=A                     | 2023-04-12 about=?, 2023-04-12 about=A | met      |            | 1 of 1
        2023-04-04 about=A                     | 2023-04-03 about=?                  | gap         | 2023-04-13 | 0 of 1
        """)  # fmt: skip
    # where a blank says that it is about nothing, it is not the same as another nothing
    nothing = "tables: {contacts: {columns: {about: {blank: not happened}}}}"
    states(item, as_at="2023-05-20", dictionary=nothing, table="""
        sent       | reply      | state | due
        2023-04-03 | 2023-04-12 | gap   | 2023-04-12
        """)  # fmt: skip


def test_one_answer_for_one_request() -> None:
    table = """
        sent                               | reply                  | state       | due        | of
        2023-04-03, 2023-04-11             | 2023-04-12, 2023-04-13 | met         |            | 2 of 2
        2023-04-03, 2023-04-11             | 2023-04-12             | gap         | 2023-04-18 | 1 of 2
        2023-04-03, 2023-04-03             | 2023-04-05             | gap         | 2023-04-12 | 1 of 2
        2023-04-03, 2023-04-03             | 2023-04-05, 2023-04-05 | met         |            | 2 of 2
        2023-04-04                         | 2023-04-03             | gap         | 2023-04-13 | 0 of 1
        2023-04-04, 2023-04-05             | 2023-04-03, 2023-04-06 | gap         | 2023-04-14 | 1 of 2
        2023-04-03, 2023-05-15             | 2023-04-12             | not yet due | 2023-05-22 | 1 of 2
        """
    states("{each: sent, followed_by: reply, one_to_one: yes, within: 5 working days}", table, "2023-05-20")
    # earliest with earliest: the only answer goes to the first request, though late for it
    contrast = """
        sent                   | reply      | state | due        | of
        2023-04-03, 2023-04-17 | 2023-04-18 | {}    | {}         | {}
        """
    one_to_one = "{each: sent, followed_by: reply, one_to_one: yes, within: 5 working days}"
    states(one_to_one, contrast.format("gap", "2023-04-24", "0 of 2"), "2023-05-20")
    states(FIVE_DAYS, contrast.format("late", "2023-04-12", "1 of 2"), "2023-05-20")


def test_one_answer_for_one_request_with_the_same_column() -> None:
    item = "{each: sent, followed_by: reply, one_to_one: yes, same: about, within: 5 working days}"
    states(item, as_at="2023-05-20", table="""
        sent                                   | reply                                  | state | due        | of
        2023-04-03 about=A, 2023-04-04 about=B | 2023-04-05 about=B, 2023-04-06 about=A | met   |            | 2 of 2
        2023-04-03 about=A, 2023-04-04 about=B | 2023-04-05 about=B, 2023-04-06 about=B | gap   | 2023-04-12 | 1 of 2
        2023-04-03 about=A, 2023-04-04 about=A | 2023-04-05 about=A                     | gap   | 2023-04-13 | 1 of 2
        """)  # fmt: skip


def test_one_to_one_with_what_cannot_be_told() -> None:
    item = "{each: sent, followed_by: reply, one_to_one: yes, within: 5 working days}"
    states(item, as_at="2023-05-20", table="""
        sent          | reply      | state
        2023-04-03    | ?          | cannot tell
        ?             | 2023-04-12 | cannot tell
        2023-04-03    | blank      | gap
        """)  # fmt: skip


def test_one_a_day() -> None:
    events = "events: {sent: {from: contacts, date: contact_date, once_a_day: yes, where: {type: SENT}}}"
    states(FIVE_DAYS, as_at="2023-05-20", dictionary=events, table="""
        sent                               | reply      | state | due        | of
        2023-04-03, 2023-04-03             | 2023-04-12 | met   |            | 1 of 1
        2023-04-03, 2023-04-03, 2023-04-17 | 2023-04-12 | gap   | 2023-04-24 | 1 of 2
        """)  # fmt: skip


def test_tables_that_do_not_show_everything() -> None:
    table = """
        sent       | reply      | state
        2023-04-03 | 2023-04-12 | cannot tell
                   |            | cannot tell
        """
    states(FIVE_DAYS, table, "2023-05-20", missing=["contacts"])
    states(FIVE_DAYS, "sent | reply | state\n | | cannot tell", "2023-05-20",
           dictionary="tables: {contacts: {may_be_empty: no}}")  # fmt: skip
    states("{each: sent, followed_by: reply, by: due}", as_at="2023-05-20", missing=["contacts.due"], table="""
        sent                      | reply      | state
        2023-04-03 due=2023-04-12 | 2023-04-12 | cannot tell
        """)  # fmt: skip
    covers = "tables: {contacts: {covers: [2023-04-10, 2023-05-05]}}"
    states(FIVE_DAYS, as_at="2023-05-05", dictionary=covers, table="""
        start_date | sent       | reply      | state        | due
        2023-04-10 | 2023-04-11 | 2023-04-18 | met          |
        2023-04-09 | 2023-04-11 | 2023-04-18 | cannot tell  |             # perhaps one was sent on the 9th
        2023-04-09 | 2023-04-11 |            | gap          | 2023-04-18
        2023-04-09 | 2023-04-11 | 2023-04-19 | late         | 2023-04-18
        2023-04-10 |            |            | not relevant |
        2023-04-09 |            |            | cannot tell  |
        """)  # fmt: skip
    states(FIVE_DAYS, as_at="2023-05-06", dictionary=covers, table="""
        start_date | end_date   | sent       | reply      | state       | due
        2023-04-10 |            | 2023-04-11 | 2023-04-18 | cannot tell |             # perhaps one on 6 May
        2023-04-10 |            | 2023-04-11 |            | cannot tell |             # late or gap
        2023-04-10 | 2023-05-05 | 2023-04-11 |            | gap         | 2023-04-18
        """)  # fmt: skip


def test_answers_from_another_table() -> None:
    events = "events: {allocated: {from: allocations, date: from_date}}"
    item = "{each: sent, followed_by: allocated, within: 5 working days}"
    table = """
        sent       | allocations | state
        2023-04-03 | 2023-04-12  | met
        2023-04-03 | 2023-04-13  | late
        2023-04-03 |             | gap
        """
    states(item, table, "2023-05-20", dictionary=events)
    unknown = table.replace("late", "cannot tell").replace("met", "cannot tell").replace("gap", "cannot tell")
    states(item, unknown, "2023-05-20", dictionary=events, missing=["allocations"])


def test_rows_of_a_person_with_two_orders() -> None:
    states(FIVE_DAYS, as_at="2023-05-20", table="""
        crn | event_number | start_date | sent              | reply             | state        | of
        A   | 1            | 2023-04-03 | 2023-04-03        | 2023-04-12 person | met          | 1 of 1
        A   | 2            | 2023-04-03 | 2023-04-11        |                   | met          | 1 of 1
        A   | 3            | 2023-04-17 | 2023-04-17        |                   | gap          | 0 of 1
        B   | 1            | 2023-04-03 | 2023-04-03 person |                   | gap          | 0 of 1
        B   | 2            | 2023-04-03 |                   | 2023-04-12        | met          | 1 of 1
        B   | 3            | 2023-04-04 |                   |                   | not relevant |
        """)  # fmt: skip


def test_a_deadline_beyond_the_calendar() -> None:
    states("{each: sent, followed_by: reply, within: 2 weeks}", as_at="2050-12-20", table="""
        start_date | sent       | reply      | state       | due
        2050-12-01 | 2050-12-17 |            | not yet due | 2050-12-31
        2050-12-01 | 2050-12-18 |            | cannot tell |
        2050-12-01 | 2050-12-18 | 2050-12-19 | cannot tell |
        """)  # fmt: skip
