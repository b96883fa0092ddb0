"""Facts worked out from rows or from other dates, look-ups, and the forms of events.

As at is Saturday 20 May 2023; cases start on Monday 3 April 2023 unless a table says otherwise.
`none` is nothing there, `?` cannot be told, `2 to 3` a count of which two are certain, `2 or more` one without an upper end.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from auditcheck.audit import audit
from tests.tables import facts, states

# ── whose rows ────────────────────────────────────────────────────────────────────────────────────


def test_rows_of_another_order_that_are_about_the_person() -> None:
    # rows of order 2 count for order 1 too where the dictionary says so, here from its start on Monday 3 April
    about_her = """
tables: {contacts: {as_if_blank: {contact_date: {on_or_after: case.start_date}, any_of: [{type: FLAG}, {type: VISIT, attended: yes}]}}}
"""
    counted = "{count: contacts, date: contact_date}"
    for extra, flag, visit, early in (("", "0", "0", "0"), (about_her, "1", "1", "0")):
        facts(counted, f"""
            flag                                   | visit                                  | other                     | value
            2023-04-05 event_number=2              |                                        |                           | {flag}
            2023-04-03 event_number=2              |                                        |                           | {flag}
            2023-04-02 event_number=2              |                                        |                           | {early}
                                                   | 2023-04-05 event_number=2 attended=yes |                           | {visit}
                                                   | 2023-04-05 event_number=2 attended=no  |                           | 0
                                                   | 2023-04-05 event_number=2              |                           | 0
                                                   |                                        | 2023-04-05 event_number=2 | 0
            2023-04-02                             |                                        |                           | 1
            2023-04-05 crn=X event_number=2        |                                        |                           | 0
            """, dictionary=extra)  # fmt: skip


# ── some ─────────────────────────────────────────────────────────────────────────────────────────


def test_some_ever() -> None:
    facts("{some: contacts, date: contact_date, where: {type: FLAG}}", """
        flag                | other      | value
        2023-04-05          |            | yes
        2020-01-01          |            | yes    # facts do not begin with the case
        2023-05-20          |            | yes
        2023-05-21          |            | no     # not seen
        blank               |            | no     # not happened
        ?                   |            | ?
        ?, 2023-04-05       |            | yes
                            | 2023-04-05 | no
                            | ?          | no
                            |            | no
        2023-04-05 person   |            | yes
        """)  # fmt: skip
    facts("{some: contacts, where: {type: FLAG}}", """
        flag       | value
        2023-05-21 | yes        # without a date the row itself counts
        blank      | yes
        ?          | yes
                   | no
        """)  # fmt: skip
    facts("{some: contacts, date: contact_date, where: {type: FLAG, attended: yes}}", """
        flag                    | value
        2023-04-05 attended=yes | yes
        2023-04-05              | no
        2023-04-05 attended=?   | ?
        2023-05-21 attended=?   | no
        """)  # fmt: skip


def test_a_date_of_the_case_that_is_blank() -> None:
    # a row with a blank date has not happened; a case's blank date means what its column says
    for column, blank, other in (("release_date", "no", "0"), ("review_due", "?", "0 to 1")):
        facts(f"{{some: cases, date: {column}}}", f"""
            {column}   | value
            2023-05-20 | yes
            2023-05-21 | no
                       | {blank}
            ?          | ?
            """)  # fmt: skip
        facts(f"{{count: cases, date: {column}}}", f"""
            {column}   | value
            2023-05-20 | 1
            2023-05-21 | 0
                       | {other}
            """)  # fmt: skip


def test_some_now() -> None:
    # from 5 April, until its last day
    facts("{some: allocations, date: from_date, until: to_date, when: as_at}", """
        allocations                                         | value
        2023-04-05                                          | yes   # no end
        2023-05-20                                          | yes
        2023-05-21                                          | no
        2023-04-05 to_date=2023-05-20                       | yes   # its last day
        2023-04-05 to_date=2023-05-19                       | no
        2023-04-05 to_date=2023-05-19, 2023-05-19           | yes
        2023-04-05 to_date=?                                | ?
        2023-05-21 to_date=?                                | no
        ? to_date=2023-05-19                                | no    # over, whenever it began
        ?                                                   | ?
        blank                                               | no
                                                            | no
        """)  # fmt: skip


def test_some_at_the_start() -> None:
    facts("{some: allocations, date: from_date, until: to_date, when: at_start}", """
        start_date | allocations                    | value
        2023-04-03 | 2023-04-03                     | yes
        2023-04-03 | 2023-04-04                     | no
        2023-04-03 | 2023-01-01 to_date=2023-04-03  | yes
        2023-04-03 | 2023-01-01 to_date=2023-04-02  | no
        2023-04-03 | 2023-01-01 to_date=?           | ?
        ?          | 2023-01-01                     | ?
                   | 2023-01-01                     | ?
                   |                                | no
        """)  # fmt: skip


def test_some_of_a_table_that_does_not_show_everything() -> None:
    definition = "{some: contacts, date: contact_date, where: {type: FLAG}}"
    facts(definition, "flag | value\n 2023-04-05 | ?\n | ?", missing=["contacts"])
    facts(definition, "flag | value\n | ?", dictionary="tables: {contacts: {may_be_empty: no}}")
    covers = "tables: {contacts: {covers: [2023-04-01, 2023-12-31]}}"
    facts(definition, "flag | value\n 2023-04-05 | yes\n | ?", dictionary=covers)
    facts(definition, "flag | value\n 2023-04-05 | ?", missing=["contacts.contact_date"])


# ── count and distinct ───────────────────────────────────────────────────────────────────────────


def test_count() -> None:
    facts("{count: contacts, date: contact_date, where: {type: VISIT}}", """
        visit                              | other      | value
                                           |            | 0
        2023-04-05                         | 2023-04-05 | 1
        2023-04-05, 2023-04-05, 2022-01-01 |            | 3
        2023-04-05, 2023-05-21, blank      |            | 1
        2023-04-05, 2023-04-06, ?          |            | 2 to 3
        ?                                  |            | 0 to 1
        2023-04-05 person                  |            | 1
        """)  # fmt: skip
    facts("{count: contacts, date: contact_date, where: {type: VISIT, attended: yes}}", """
        visit                                                             | value
        2023-04-05 attended=yes, 2023-04-06 attended=no, 2023-04-07       | 1
        2023-04-05 attended=yes, 2023-04-06 attended=?                    | 1 to 2
        """)  # fmt: skip
    facts("{count: contacts, date: contact_date}", "visit | value\n 2023-04-05 | 0 or more\n | 0 or more",
          missing=["contacts"])  # fmt: skip


def test_a_count_that_is_certain_to_be_enough() -> None:
    dictionary = "facts: {visits: {count: contacts, date: contact_date, where: {type: VISIT}}}"
    table = """
        visit                     | at_least_2   | at_most_1
        2023-04-05, 2023-04-06, ? | met          | gap
        2023-04-05, ?             | cannot tell  | cannot tell
        2023-04-05                | gap          | met
        """
    for column, test in (("at_least_2", "{at_least: 2}"), ("at_most_1", "{at_most: 1}")):
        chosen = table.replace(column, "state")
        other = "at_most_1" if column == "at_least_2" else "at_least_2"
        lines = [line.split("|") for line in chosen.strip().splitlines()]
        drop = [head.strip() for head in lines[0]].index(other)
        kept = "\n".join("|".join(cell for n, cell in enumerate(line) if n != drop) for line in lines)
        states(f"{{case: {{visits: {test}}}}}", kept, "2023-05-20", dictionary=dictionary)


def test_distinct() -> None:
    facts("{distinct: staff, from: allocations, date: from_date}", """
        allocations                                                            | value
                                                                               | 0
        2023-04-05 staff=A, 2023-04-06 staff=B, 2023-04-07 staff=A             | 2
        2023-04-05 staff=A, 2023-05-21 staff=B                                 | 1
        2023-04-05 staff=A, 2023-04-06 staff=B, 2023-04-07 staff=?             | 2 to 3
        2023-04-05 staff=A, ? staff=B                                          | 1 to 2
        """)  # fmt: skip
    facts("{distinct: contact_date, from: contacts, date: contact_date, where: {type: VISIT}}", """
        visit                              | value
        2023-04-05, 2023-04-05, 2023-04-06 | 2
        2023-04-05, ?                      | 1 to 2
        """)  # fmt: skip


def test_since() -> None:
    facts("{count: contacts, date: contact_date, where: {type: VISIT}, since: release_date}", """
        release_date | visit                  | value
        2023-04-10   | 2023-04-09, 2023-04-10 | 1
                     | 2023-04-09             | 0          # since something that has not happened
        ?            | 2023-04-09             | 0 to 1
        ?            |                        | 0
        2023-04-10   | 2023-04-11, ?          | 1 to 2
        """)  # fmt: skip
    definition = "{count: contacts, date: contact_date, where: {type: VISIT}, since: start_date}"
    facts(definition, dictionary="tables: {contacts: {covers: [2023-04-03, 2023-05-20]}}", table="""
        start_date | visit      | value
        2023-04-03 | 2023-04-05 | 1           # everything since then is covered
        2023-04-02 | 2023-04-05 | 1 or more
        """)  # fmt: skip
    facts(definition, dictionary="tables: {contacts: {covers: [2023-04-03, 2023-05-19]}}", table="""
        start_date | visit      | value
        2023-04-03 | 2023-04-05 | 1 or more   # the last day is not
        """)  # fmt: skip
    latest = "facts: {counted_from: {latest: [start_date, release_date]}}"
    dictionary = latest.replace("}}", "}, it: {count: contacts, date: contact_date, since: counted_from}}")
    states("{case: {it: {at_least: 1}}}", as_at="2023-05-20", dictionary=dictionary, table="""
        release_date | visit      | state
                     | 2023-04-03 | met
        2023-04-10   | 2023-04-09 | gap
        2023-04-10   | 2023-04-10 | met
        ?            | 2023-04-10 | cannot tell
        """)  # fmt: skip


# ── first and last, latest and earliest ──────────────────────────────────────────────────────────


def test_first_and_last() -> None:
    table = """
        allocations                                                 | first | last
        2023-04-05 staff=A                                          | A     | A
        2023-04-05 staff=A, 2023-04-06 staff=B                      | A     | B
        2023-04-06 staff=B, 2023-04-05 staff=A                      | A     | B
        2023-04-05 staff=A, 2023-04-06 staff=B, 2023-05-21 staff=C  | A     | B      # not seen
        2023-04-05 staff=A, 2023-04-06 staff=B, blank staff=C       | A     | B
        2023-04-05 staff=A, 2023-04-06 staff=B, 2023-04-06 staff=C  | A     | ?      # which of two on one day?
        2023-04-05 staff=A, 2023-04-06 staff=B, 2023-04-06 staff=B  | A     | B
        2023-04-05 staff=A, 2023-04-05 staff=B, 2023-04-06 staff=C  | ?     | C
        2023-04-05 staff=A, ? staff=B                               | ?     | ?
        2023-04-05 staff=?, 2023-04-06 staff=B                      | ?     | B
                                                                    | none  | none
        2023-05-21 staff=C                                          | none  | none
        """
    lines = [line.split("#")[0].split("|") for line in table.strip().splitlines()]
    for place, form in ((1, "first"), (2, "last")):
        chosen = "\n".join(f"{line[0]}|{line[place]}".replace(form, "value") for line in lines)
        facts(f"{{{form}: staff, from: allocations, by: from_date}}", chosen)
    facts("{last: staff, from: allocations, by: from_date}", "allocations | value\n 2023-04-05 staff=A | ?\n | ?",
          missing=["allocations"])  # fmt: skip


def test_first_and_last_without_the_table() -> None:
    for form in ("first", "last"):
        pick = f"{form}: staff, from: allocations, by: from_date"
        for key, without, with_one in (("", "?", "?"), (", may_be_missing: yes", "none", "none")):
            table = f"allocations | value\n 2023-04-05 staff=A | {with_one}\n | {without}"
            facts(f"{{{pick}{key}}}", table, missing=["allocations"])
        facts(
            f"{{{pick}, may_be_missing: yes}}", "allocations | value\n 2023-04-05 staff=A | A\n ? staff=A | ?\n | none"
        )


def test_a_doubt_that_comes_too_late_is_none() -> None:
    # whether a row counts matters only where it would be the first, or the last
    table = """
        visit                                                | first      | last
        2023-04-05, 2023-04-06 attended=?                    | 2023-04-05 | ?
        2023-04-04 attended=?, 2023-04-05                    | ?          | 2023-04-05
        2023-04-05, 2023-04-05 attended=?                    | ?          | ?
        2023-04-05, 2023-04-06 attended=?, 2023-04-07        | 2023-04-05 | 2023-04-07
        2023-04-06 attended=?                                | ?          | ?
        2023-04-05, ? attended=?                             | ?          | ?
        """
    lines = [line.split("|") for line in table.strip().splitlines()]
    for place, form in ((1, "first"), (2, "last")):
        chosen = "\n".join(f"{line[0]}|{line[place]}".replace(form, "value") for line in lines)
        where = "where: {type: VISIT, any_of: [{attended: yes}, {attended: {recorded: no}}]}"
        facts(f"{{{form}: contact_date, from: contacts, by: contact_date, {where}}}", chosen)


def test_first_and_last_of_a_date() -> None:
    facts("{last: contact_date, from: contacts, by: contact_date, where: {type: VISIT}}", """
        visit                  | other      | value
        2023-04-05, 2023-04-06 | 2023-04-07 | 2023-04-06
        2023-04-06, 2023-04-06 |            | 2023-04-06
        2023-04-06, 2023-05-21 |            | 2023-04-06
                               | 2023-04-07 | none
        2023-04-06, ?          |            | ?
        2023-04-06             | ?          | 2023-04-06
        """)  # fmt: skip


def test_latest_and_earliest() -> None:
    # those that have not happened are passed over; a blank that means nothing cannot be told
    facts("{latest: [start_date, release_date]}", """
        start_date | release_date | value
        2023-04-03 | 2023-04-05   | 2023-04-05
        2023-04-03 | 2023-04-01   | 2023-04-03
        2023-04-03 |              | 2023-04-03
        2023-04-03 | ?            | ?
                   | 2023-04-05   | ?
        """)  # fmt: skip
    facts("{earliest: [end_date, release_date, suspended_from]}", """
        end_date   | release_date | suspended_from | value
        2023-05-01 | 2023-04-05   |                | 2023-04-05
        2023-05-01 |              | 2023-05-02     | 2023-05-01
                   |              |                | none
        2023-05-01 | ?            |                | ?
        """)  # fmt: skip
    facts("{latest: [review_due, start_date]}", """
        review_due | value
        2023-05-01 | 2023-05-01
                   | ?
        """)  # fmt: skip


def test_one_may_pick_from_others_that_pick() -> None:
    dictionary = """
facts:
  sooner: {earliest: [end_date, release_date]}
  soonest: {earliest: [sooner, suspended_from]}
  counts_from: {latest: [start_date, soonest]}
"""
    states("{some: visit, by: 7 days after counts_from, until: as_at}", as_at="2023-06-20", dictionary=dictionary, table="""
        end_date   | release_date | suspended_from | visit | state       | due
        2023-05-01 | 2023-04-05   |                |       | gap         | 2023-04-12
        2023-05-01 | 2023-04-05   | 2023-04-04     |       | gap         | 2023-04-11
        2023-04-01 |              |                |       | gap         | 2023-04-10
                   |              |                |       | gap         | 2023-04-10
        2023-05-01 | ?            |                |       | cannot tell |
        """)  # fmt: skip


def test_a_deadline_may_count_from_such_a_fact() -> None:
    dictionary = "facts: {last_visit: {last: contact_date, from: contacts, by: contact_date, where: {type: VISIT}}}"
    # ten working days after Monday 17 April: 18 to 21, 24 to 28 April and 2 May
    states("{some: reply, by: 10 working days after last_visit}", as_at="2023-05-20", dictionary=dictionary, table="""
        visit                  | reply      | state       | due
        2023-04-03, 2023-04-17 | 2023-05-02 | met         |
        2023-04-03, 2023-04-17 | 2023-05-03 | late        | 2023-05-02
                               |            | not yet due |
        ?                      |            | cannot tell |
        """)  # fmt: skip


# ── look-ups ─────────────────────────────────────────────────────────────────────────────────────

RAR = "events: {session: {from: contacts, date: contact_date, where: {type: SESSION, category: F}}}"


def test_a_look_up() -> None:
    states("{case: {has: session}}", as_at="2023-05-20", dictionary=RAR, table="""
        requirements           | session                              | state
        R1 category=F          | 2023-04-05 requirement=R1            | met
        R2 category=G          | 2023-04-05 requirement=R2            | gap
        R3 category=F          | 2023-04-05                           | gap          # a blank key: a blank
        R4 category=F          | 2023-04-05 requirement=?             | cannot tell
        R5 category=F          | 2023-04-05 requirement=R99           | cannot tell  # there is no such row
        R6                     | 2023-04-05 requirement=R6            | gap          # a blank matches nothing
        R7 category=?          | 2023-04-05 requirement=R7            | cannot tell
                               | 2023-04-05 requirement=R1            | met          # whoever's row it is
        R8 category=F          | 2023-04-02 requirement=R99           | gap          # before the start
        """)  # fmt: skip
    states("{case: {has: session}}", as_at="2023-05-20", dictionary=RAR, missing=["requirements"], table="""
        requirements  | session                   | state
        R1 category=F | 2023-04-05 requirement=R1 | cannot tell
        R2 category=F | 2023-04-05                | gap
                      |                           | gap
        """)  # fmt: skip
    states("{case: {has: session}}", as_at="2023-05-20", dictionary=RAR, missing=["requirements.category"], table="""
        requirements  | session                   | state
        R1 category=F | 2023-04-05 requirement=R1 | cannot tell
        R2 category=F | 2023-04-05                | gap
        """)  # fmt: skip


def test_a_look_up_that_finds_nothing_recorded() -> None:
    dictionary = RAR.replace("category: F", "category: {recorded: no}")
    states("{case: {has: session}}", as_at="2023-05-20", dictionary=dictionary, table="""
        requirements  | session                    | state
        R1 category=F | 2023-04-05 requirement=R1  | gap
        R2            | 2023-04-05 requirement=R2  | met
        R3 category=F | 2023-04-05                 | met
        R4 category=F | 2023-04-05 requirement=R99 | cannot tell
        """)  # fmt: skip
    # a blank that means a value means it here too
    dictionary = RAR + "\ntables: {requirements: {columns: {category: {blank: F}}}}"
    states("{case: {has: session}}", as_at="2023-05-20", dictionary=dictionary, table="""
        requirements  | session                    | state
        R1            | 2023-04-05 requirement=R1  | met
        R2 category=G | 2023-04-05 requirement=R2  | gap
        R3 category=? | 2023-04-05 requirement=R3  | cannot tell
        """)  # fmt: skip


def test_a_look_up_in_a_fact() -> None:
    facts("{distinct: category, from: contacts, date: contact_date, where: {type: SESSION}}", """
        requirements                 | session                                              | value
        R1 category=F, R2 category=G | 2023-04-05 requirement=R1, 2023-04-06 requirement=R2 | 2
        R3 category=F, R4 category=F | 2023-04-05 requirement=R3, 2023-04-06 requirement=R4 | 1
        R5 category=F                | 2023-04-05 requirement=R5, 2023-04-06 requirement=R9 | 1 to 2
        """)  # fmt: skip


# ── events ───────────────────────────────────────────────────────────────────────────────────────


def test_any_of_several_events() -> None:
    events = """
events:
  action: {any: [warning, breach, moved]}
  moved: {from: allocations, date: from_date}
"""
    states("{some: action, by: 10 working days after start_date}", as_at="2023-05-20", dictionary=events, table="""
        warning    | breach     | allocations | state
        2023-04-19 |            |             | met
                   | 2023-04-19 |             | met
                   |            | 2023-04-19  | met
        2023-04-20 | 2023-04-19 |             | met
        2023-04-20 | 2023-04-21 |             | late
        2023-04-20 | ?          |             | cannot tell
        2023-04-19 | ?          |             | met
                   |            |             | gap
        """)  # fmt: skip
    # one of the two tables was not supplied
    item = "{some: action, by: 10 working days after start_date}"
    states(item, as_at="2023-05-20", dictionary=events, missing=["allocations"], table="""
        warning    | breach     | state
        2023-04-19 |            | met
        2023-04-20 |            | cannot tell
                   |            | cannot tell
        """)  # fmt: skip


def test_a_row_that_two_events_match_is_one_event() -> None:
    events = """
events:
  visit: {from: contacts, date: contact_date, where: {type: VISIT}}
  attended: {from: contacts, date: contact_date, where: {attended: yes}}
  either: {any: [visit, attended]}
"""
    states("{some: either, at_least: 2, by: 10 working days after start_date}", as_at="2023-05-20", dictionary=events, table="""
        visit                               | call                    | state
        2023-04-05 attended=yes             |                         | gap
        2023-04-05 attended=yes, 2023-04-05 |                         | met
        2023-04-05 attended=?               |                         | gap   # a visit either way: one
        2023-04-05                          | 2023-04-05 attended=yes | met
        2023-04-05                          | 2023-04-05              | gap
        """)  # fmt: skip


def test_only_where_something_changes() -> None:
    events = "events: {taken_over: {from: allocations, date: from_date, changes: staff}}"
    item = "{each: taken_over, followed_by: visit, within: 10 working days}"
    states(item, as_at="2023-05-20", dictionary=events, table="""
        allocations                                                | visit      | of     | state
        2023-04-03 staff=A                                         | 2023-04-05 | 1 of 1 | met          # the first is one
        2023-04-03 staff=A, 2023-04-17 staff=A                     | 2023-04-05 | 1 of 1 | met          # the same again
        2023-04-03 staff=A, 2023-04-17 staff=B                     | 2023-04-05 | 1 of 2 | gap
        2023-04-03 staff=A, 2023-04-17 staff=B, 2023-04-19 staff=A | 2023-04-19 | 3 of 3 | met          # and back
        2023-03-01 staff=A, 2023-04-17 staff=A                     |            |        | not relevant # held from before
        2023-03-01 staff=B, 2023-04-17 staff=A                     |            | 0 of 1 | gap
        2023-04-03 staff=A, 2023-04-03 staff=B, 2023-04-17 staff=B | 2023-04-05 | 2 of 2 | met          # either on one day
        2023-04-03 staff=A, 2023-04-17 staff=A, 2023-05-22 staff=B | 2023-04-05 | 1 of 1 | met          # not seen yet
        2023-04-03 staff=A, blank staff=B, 2023-04-17 staff=A      | 2023-04-05 | 1 of 1 | met          # not happened
        2023-04-03 staff=?                                         | 2023-04-05 | 1 of 1 | met          # there is no other day
        2023-04-03 staff=?, 2023-04-17 staff=A                     |            | 0 of 2 | cannot tell
        2023-04-03 staff=A, ? staff=A                              | 2023-04-05 | 0 of 2 | cannot tell
                                                                   |            |        | not relevant
        """)  # fmt: skip


def test_any_of_several_events_once_a_day() -> None:
    events = "events: {action: {any: [warning, breach], once_a_day: yes}}"
    item = "{some: action, at_least: 2, by: 10 working days after start_date}"
    states(item, as_at="2023-05-20", dictionary=events, table="""
        warning    | breach     | state
        2023-04-05 | 2023-04-05 | gap
        2023-04-05 | 2023-04-06 | met
        2023-04-05 | ?          | cannot tell
        """)  # fmt: skip


def test_any_of_an_event_that_is_once_a_day_is_so_too() -> None:
    events = "events: {action: {any: [warning, breach], once_a_day: yes}, answer: {any: [action, reply]}}"
    item = "{some: answer, at_least: 2, by: 10 working days after start_date}"
    states(item, as_at="2023-05-20", dictionary=events, table="""
        warning    | breach     | reply      | state
        2023-04-05 | 2023-04-05 |            | gap
        2023-04-05 |            | 2023-04-05 | gap
        2023-04-05 |            | 2023-04-06 | met
        """)  # fmt: skip


def test_any_of_a_planned_event_and_one_that_is_not() -> None:
    events = """
events:
  planned: {from: appointments, date: planned_date}
  either: {any: [reply, planned]}
"""
    states("{case: {has: either}}", as_at="2023-05-20", dictionary=events, table="""
        reply      | appointments | state
        2023-05-20 |              | met
                   | 2023-05-21   | met
        2023-05-21 |              | gap    # not seen
        """)  # fmt: skip


def test_an_event_of_the_case_itself() -> None:
    events = "events: {released: {from: cases, date: release_date, where: {tier: high}}}"
    states("{some: released, by: 10 working days after start_date}", as_at="2023-05-20", dictionary=events, table="""
        tier | release_date | state
        high | 2023-04-19   | met
        high | 2023-04-20   | late
        low  | 2023-04-19   | gap
             | 2023-04-19   | gap
        ?    | 2023-04-19   | cannot tell
        high |              | gap
        high | ?            | cannot tell
        high | 2023-05-21   | gap
        """)  # fmt: skip


def test_codes_of_an_open_list_match_in_upper_case() -> None:
    events = "events: {visit: {from: contacts, date: contact_date, where: {type: [visit, Call]}}}"
    states("{case: {has: visit}}", as_at="2023-05-20", dictionary=events, table="""
        call       | other      | state
        2023-04-05 |            | met
                   | 2023-04-05 | gap
        """)  # fmt: skip


# ── in a whole audit, which reads only the tables and columns in use ─────────────────────────────


@pytest.mark.parametrize("fact", ["{some: custody}", "{count: custody}"])
def test_a_table_of_which_only_the_rows_count_is_read_too(fact: str, tmp_path: Path) -> None:
    (tmp_path / "dictionary.yaml").write_text(
        "dictionary: d\n"
        "cases: {key: [crn], start: start_date, columns: {crn: {type: text}, start_date: {type: date}}}\n"
        "tables: {custody: {link: [crn], columns: {crn: {type: text}, prison: {type: text}}}}\n"
        f"facts: {{in_custody: {fact}}}\n",
        encoding="utf-8",
    )
    (tmp_path / "mine.yaml").write_text(
        "checklist: mine\ntitle: Mine\nversion: '1'\nitems: [{id: M1, title: T, severity: low, source: S, to_fix: F, "
        f"met_if: {{case: {{in_custody: {'yes' if 'some' in fact else '1'}}}}}}}]\n",
        encoding="utf-8",
    )
    (tmp_path / "cases.csv").write_text("crn,start_date\nX1,2023-04-03\nX2,2023-04-03\n", encoding="utf-8")

    def audited() -> tuple[list[str], list[str], tuple[str, ...]]:
        with audit(tmp_path, as_at=date(2023, 5, 20), checklists=[str(tmp_path / "mine.yaml")]) as finished:
            engine = [state.value for _, _, state, _ in finished.states()]
            plain = [finished.explain(ref)[0].state.value for ref in ("X1", "X2")]
            return engine, plain, finished.about().not_supplied

    assert audited() == (["cannot tell", "cannot tell"], ["cannot tell", "cannot tell"], ("custody",))
    (tmp_path / "custody.csv").write_text("crn,prison\nX1,\n", encoding="utf-8")
    assert audited() == (["met", "gap"], ["met", "gap"], ())
