"""`left_out_if` and `excused_if`: reasons that take a case out, or forgive a gap.

The reply is due on Wednesday 19 April 2023, ten working days after Monday 3 April; in an `each` with
five working days, a request of 3 April is due on the 12th, of 17 April on the 24th, of 24 April on 2 May.
"""

from __future__ import annotations

from tests.tables import states

REPLY = "met_if: {some: reply, by: 10 working days after start_date}"
EACH = "met_if: {each: sent, followed_by: reply, within: 5 working days}"
ENDED = "left_out_if: [{reason: Ended before it was due, when: {end_date: {before: deadline}}}]"


def test_left_out_whatever_was_done() -> None:
    states(f"{{{REPLY}, {ENDED}}}", as_at="2023-05-20", table="""
        end_date   | reply      | state       | due        | reason
        2023-04-18 |            | left out    |            | Ended before it was due
        2023-04-18 | 2023-04-05 | left out    |            | Ended before it was due
        2023-04-19 |            | gap         | 2023-04-19 |  # not before it
        2023-04-19 | 2023-04-19 | met         |            |
        2023-05-10 | 2023-04-20 | late        | 2023-04-19 |
                   |            | gap         | 2023-04-19 |  # it has not ended
        ?          |            | cannot tell |            |
        ?          | 2023-04-05 | cannot tell |            |
        """)  # fmt: skip


def test_left_out_before_anything_is_due() -> None:
    states(f"{{{REPLY}, {ENDED}}}", """
        as at      | end_date   | reply | state       | reason
        2023-04-12 | 2023-04-12 |       | left out    | Ended before it was due
        2023-04-19 | 2023-04-18 |       | left out    | Ended before it was due
        2023-04-12 |            |       | not yet due |
        """)  # fmt: skip


def test_an_end_after_the_day_we_look_is_not_seen() -> None:
    states(f"{{{REPLY}, {ENDED}}}", """
        as at      | end_date   | reply | state       | reason
        2023-04-12 | 2023-04-12 |       | left out    | Ended before it was due
        2023-04-12 | 2023-04-13 |       | not yet due |
        """)  # fmt: skip


def test_a_deadline_that_has_not_come_leaves_nobody_out() -> None:
    item = "met_if: {some: reply, by: release_date}\n" + ENDED
    states(item, as_at="2023-05-20", table="""
        release_date | end_date   | reply | state       | due
        2023-05-10   | 2023-05-09 |       | left out    |
        2023-05-10   | 2023-05-10 |       | gap         | 2023-05-10
                     | 2023-05-09 |       | not yet due |             # neither before nor after
        ?            | 2023-05-09 |       | cannot tell |
        """)  # fmt: skip


def test_suspended_and_other_reasons() -> None:
    item = f"""
{REPLY}
left_out_if:
  - {{reason: Ended, when: {{end_date: {{before: deadline}}}}}}
  - {{reason: Suspended, when: {{suspended_from: {{on_or_before: 2 weeks after deadline}}}}}}
"""
    states(item, as_at="2023-05-20", table="""
        end_date   | suspended_from | reply | state       | reason
                   | 2023-05-03     |       | left out    | Suspended
                   | 2023-05-04     |       | gap         |
        2023-04-18 | 2023-05-03     |       | left out    | Ended      # the first that holds is named
        ?          | 2023-05-03     |       | left out    | Suspended  # one is enough
        ?          | 2023-05-04     |       | cannot tell |
        """)  # fmt: skip
    states(item, as_at="2023-05-20", missing=["cases.suspended_from"], table="""
        end_date   | suspended_from | reply      | state       | reason
                   |                |            | cannot tell |
                   |                | 2023-04-05 | cannot tell |
        2023-04-18 |                |            | left out    | Ended
        """)  # fmt: skip


def test_a_checklist_has_reasons_for_every_item() -> None:
    item = REPLY + "\nleft_out_if: [{reason: Of the item, when: {consent: yes}}]"
    every = "left_out_if: [{reason: Of the checklist, when: {tier: low}}]"
    states(item, as_at="2023-05-20", checklist=every, table="""
        tier | consent | reply | state    | reason
        low  |         |       | left out | Of the checklist
             | yes     |       | left out | Of the item
        low  | yes     |       | left out | Of the checklist  # it comes first
        high |         |       | gap      |
        """)  # fmt: skip


def test_an_excuse_forgives_only_a_gap() -> None:
    item = REPLY + "\nexcused_if: [{reason: No reply expected, when: {risk: no}}]"
    states(item, as_at="2023-05-20", table="""
        start_date | risk | reply      | state       | due        | reason
        2023-04-03 | no   |            | excused     |            | No reply expected
        2023-04-03 | no   | 2023-04-19 | met         |            |
        2023-04-03 | no   | 2023-04-20 | late        | 2023-04-19 |
        2023-05-15 | no   |            | not yet due | 2023-05-30 |
        2023-04-03 | no   | ?          | cannot tell |            |
        2023-04-03 | yes  |            | gap         | 2023-04-19 |
        2023-04-03 |      |            | gap         | 2023-04-19 |  # a blank reason is no reason
        2023-04-03 | ?    |            | cannot tell |            |
        2023-04-03 | ?    | 2023-04-20 | late        | 2023-04-19 |
        """)  # fmt: skip
    states(item, as_at="2023-05-20", missing=["cases.risk"], table="""
        risk | reply      | state
             |            | cannot tell
             | 2023-04-19 | met
        """)  # fmt: skip


def test_a_blank_is_no_reason_inside_a_not_either() -> None:
    states(REPLY + "\nexcused_if: [{reason: R, when: {not: {risk: yes}}}]", as_at="2023-05-20", table="""
        risk | reply | state
        no   |       | excused
        yes  |       | gap
             |       | gap
        ?    |       | cannot tell
        """)  # fmt: skip
    states(REPLY + "\nexcused_if: [{reason: R, when: {risk: {recorded: no}}}]", as_at="2023-05-20", table="""
        risk | reply | state
        no   |       | gap
             |       | excused      # unless it is asked for
        ?    |       | cannot tell
        """)  # fmt: skip


def test_left_out_and_excused() -> None:
    item = f"{{{REPLY}, {ENDED}, excused_if: [{{reason: Agreed, when: {{consent: yes}}}}]}}"
    states(item, as_at="2023-05-20", table="""
        end_date   | consent | reply | state       | reason
        2023-04-18 | yes     |       | left out    | Ended before it was due
        2023-05-10 | yes     |       | excused     | Agreed
        ?          | yes     |       | cannot tell |
        2023-04-18 | ?       |       | left out    | Ended before it was due
        """)  # fmt: skip


def test_an_event_excuses_while_it_lasts() -> None:
    item = REPLY + "\nexcused_if: [{reason: Chased, when: {has: chased}, lasts: 4 weeks}]"
    states(item, """
        as at      | chased                 | reply | state       | due        | reason
        2023-05-22 | 2023-04-24             |       | excused     |            | Chased  # the last of four weeks
        2023-05-23 | 2023-04-24             |       | gap         | 2023-04-19 |         # the gap returns
        2023-05-23 | 2023-04-24, 2023-04-25 |       | excused     |            | Chased
        2023-05-23 | 2023-05-24             |       | gap         | 2023-04-19 |         # not seen
        2023-05-23 | 2023-04-02             |       | gap         | 2023-04-19 |
        2023-05-23 | ?                      |       | cannot tell |            |
        2023-05-23 | 2023-04-25, ?          |       | excused     |            | Chased
        2023-05-23 | blank                  |       | gap         | 2023-04-19 |
        2023-04-19 | 2023-04-05             |       | not yet due | 2023-04-19 |         # no gap to forgive
        """)  # fmt: skip
    item = REPLY + "\nexcused_if: [{reason: Chased, when: {has: chased}, lasts: 10 working days}]"
    states(item, """
        as at      | chased     | reply | state
        2023-04-25 | 2023-04-11 |       | excused  # 12, 13, 14, 17 to 21, 24 and 25 April
        2023-04-26 | 2023-04-11 |       | gap
        """)  # fmt: skip
    item = REPLY + "\nexcused_if: [{reason: Chased, when: {has: chased}, lasts: 1 month}]"
    states(item, """
        as at      | start_date | chased     | reply | state
        2023-02-28 | 2023-01-02 | 2023-01-31 |       | excused
        2023-03-01 | 2023-01-02 | 2023-01-31 |       | gap
        """)  # fmt: skip
    states(REPLY + "\nexcused_if: [{reason: Chased, when: {has: chased}}]", "chased | reply | state\n | | cannot tell",
           "2023-05-20", missing=["contacts"])  # fmt: skip


def test_an_event_of_another_table_that_was_not_supplied() -> None:
    moved = "events: {moved: {from: allocations, date: from_date}}"
    for word, state in (("left_out_if", "left out"), ("excused_if", "excused")):
        item = REPLY + f"\n{word}: [{{reason: Moved, when: {{has: moved}}}}]"
        states(item, f"allocations | reply | state\n 2023-04-05 | | {state}\n | | gap", "2023-05-20", dictionary=moved)
        unknown = "allocations | reply | state\n 2023-04-05 | | cannot tell\n | | cannot tell"
        states(item, unknown, "2023-05-20", dictionary=moved, missing=["allocations"])


def test_in_an_each_an_excuse_counts_from_the_request_to_the_day_we_look() -> None:
    item = f"{{{EACH}, excused_if: [{{reason: Chased, when: {{has: chased}}}}]}}"
    states(item, as_at="2023-05-20", table="""
        sent                   | reply      | chased     | state       | due        | of     | reason
        2023-04-04             |            | 2023-04-03 | gap         | 2023-04-13 | 0 of 1 |
        2023-04-04             |            | 2023-04-04 | excused     |            |        | Chased
        2023-04-04             |            | 2023-05-20 | excused     |            |        | Chased
        2023-04-04             |            | 2023-05-21 | gap         | 2023-04-13 | 0 of 1 |
        2023-04-04             | 2023-04-14 | 2023-04-05 | late        | 2023-04-13 | 0 of 1 |
        2023-04-04             |            | ?          | cannot tell |            | 0 of 1 |
        2023-04-03, 2023-04-24 |            | 2023-04-05 | gap         | 2023-05-02 | 0 of 1 |
        2023-04-03, 2023-04-24 |            | 2023-04-25 | excused     |            |        | Chased
        2023-04-03, 2023-04-24 | 2023-04-12 | 2023-04-25 | met         |            | 1 of 1 |
        2023-04-03, 2023-05-15 |            | 2023-04-05 | not yet due | 2023-05-22 | 0 of 1 |
        """)  # fmt: skip
    item = f"{{{EACH}, excused_if: [{{reason: Chased, when: {{has: chased}}, lasts: 4 weeks}}]}}"
    states(item, """
        as at      | sent                   | reply | chased     | state   | of
        2023-05-22 | 2023-04-03             |       | 2023-04-24 | excused |
        2023-05-23 | 2023-04-03             |       | 2023-04-24 | gap     | 0 of 1
        2023-05-22 | 2023-04-03, 2023-04-25 |       | 2023-04-24 | gap     | 0 of 1
        """)  # fmt: skip


def test_in_an_each_an_exclusion_counts_from_the_request_to_its_deadline() -> None:
    item = f"{{{EACH}, left_out_if: [{{reason: Withdrawn, when: {{has: withdrawn}}}}]}}"
    states(item, as_at="2023-05-20", table="""
        sent                   | reply      | withdrawn  | state       | due        | of     | reason
        2023-04-04             |            | 2023-04-03 | gap         | 2023-04-13 | 0 of 1 |
        2023-04-04             |            | 2023-04-04 | left out    |            |        | Withdrawn
        2023-04-04             |            | 2023-04-13 | left out    |            |        | Withdrawn
        2023-04-04             |            | 2023-04-14 | gap         | 2023-04-13 | 0 of 1 |
        2023-04-04             | 2023-04-05 | 2023-04-13 | left out    |            |        | Withdrawn
        2023-04-04             |            | ?          | cannot tell |            | 0 of 1 |
        2023-04-04             | 2023-04-05 | ?          | cannot tell |            | 0 of 1 |
        2023-04-03, 2023-04-17 | 2023-04-24 | 2023-04-05 | met         |            | 1 of 1 |
        """)  # fmt: skip


def test_in_an_each_the_deadline_is_the_occurrences_own() -> None:
    states(f"{{{EACH}, {ENDED}}}", as_at="2023-05-20", table="""
        end_date   | sent                   | reply      | state       | due        | of     | reason
        2023-04-20 | 2023-04-03, 2023-04-17 | 2023-04-05 | met         |            | 1 of 1 |
        2023-04-20 | 2023-04-03, 2023-04-17 |            | gap         | 2023-04-12 | 0 of 1 |
        2023-04-20 | 2023-04-17             |            | left out    |            |        | Ended before it was due
        2023-04-24 | 2023-04-17             |            | gap         | 2023-04-24 | 0 of 1 |
        2023-04-20 |                        |            | not relevant |           |        |
        """)  # fmt: skip
    item = "met_if: {each: sent, followed_by: reply, by: due}\n" + ENDED
    states(item, as_at="2023-05-20", table="""
        end_date   | sent                      | reply | state       | reason
        2023-04-20 | 2023-04-03 due=2023-04-21 |       | left out    | Ended before it was due
        2023-04-20 | 2023-04-03 due=2023-04-20 |       | gap         |
        2023-04-20 | 2023-04-03 due=?          |       | cannot tell |
        """)  # fmt: skip


def test_occurrences_left_out_and_excused() -> None:
    # what is left decides; if nothing is left the case is excused if any was, else left out
    item = f"""{{{EACH},
left_out_if: [{{reason: Withdrawn, when: {{has: withdrawn}}}}],
excused_if: [{{reason: Chased, when: {{has: chased}}}}]}}"""
    states(item, as_at="2023-05-20", table="""
        sent                   | reply      | withdrawn              | chased     | state    | of     | reason
        2023-04-03, 2023-04-24 |            | 2023-04-05             | 2023-04-25 | excused  |        | Chased
        2023-04-03, 2023-04-24 |            | 2023-04-05, 2023-04-25 | 2023-04-25 | left out |        | Withdrawn
        2023-04-03, 2023-04-24 | 2023-04-25 | 2023-04-05             |            | met      | 1 of 1 |
        2023-04-03, 2023-04-24 |            | 2023-04-05             |            | gap      | 0 of 1 |
        """)  # fmt: skip


def test_reasons_with_gaps_between_use_the_first_deadline() -> None:
    # four weeks after 3 April is 1 May
    item = "met_if: {gaps_between: session, at_most: 4 weeks}\n" + ENDED
    states(item, as_at="2023-05-20", table="""
        end_date   | session    | state    | reason
        2023-04-30 |            | left out | Ended before it was due
        2023-04-30 | 2023-04-05 | left out | Ended before it was due
        2023-05-01 | 2023-04-05 | met      |
        2023-05-01 |            | not relevant |
        """)  # fmt: skip
    item = "met_if: {gaps_between: session, at_most: 4 weeks}\nexcused_if: [{reason: Agreed, when: {consent: yes}}]"
    states(item, as_at="2023-05-20", table="""
        consent | session    | state       | due
        yes     |            | excused     |
        yes     | 2023-05-02 | late        | 2023-05-01
        """)  # fmt: skip


def test_reasons_with_none() -> None:
    item = "met_if: {none: complaint, older_than: 2 weeks}\n" + ENDED
    states(item, as_at="2023-05-20", table="""
        end_date   | complaint  | state    | reason
        2023-04-18 | 2023-04-05 | left out | Ended before it was due
        2023-04-19 | 2023-04-05 | gap      |
        2023-04-18 |            | met      |  # nothing is due
        """)  # fmt: skip
    item = "met_if: {none: complaint}\nexcused_if: [{reason: Agreed, when: {consent: yes}}]"
    states(item, as_at="2023-05-20", table="""
        consent | complaint  | state
        yes     | 2023-04-05 | excused
                | 2023-04-05 | gap
        """)  # fmt: skip


def test_a_blank_date_is_no_reason_on_either_side() -> None:
    for when in ("{review_due: {after: 2023-04-05}}", "{end_date: {before: review_due}}"):
        states(f"{REPLY}\nexcused_if: [{{reason: Waits, when: {when}}}]", as_at="2023-05-20", table="""
            end_date   | review_due | reply | state
            2023-05-10 | 2023-05-15 |       | excused
            2023-05-10 |            |       | gap      # a blank reason is no reason
            """)  # fmt: skip
