"""Conditions: yes, no, or cannot tell (`?`), asked by a question, by a reason, and by a `where`.

A question (`relevant_if`, `case`) cannot be told from a blank. A reason and a `where` take a blank
for no, inside a `not` too; there only `recorded: no` finds it. What could not be read is never told.
"""

from __future__ import annotations

import pytest

from tests.tables import conditions, states

BLANK_IS_NO = ("reason", "where")


def test_yes_and_no_asked_by_a_question() -> None:
    conditions(asked_by="question", table="""
        condition                         | risk=yes | risk=no | risk=blank | risk=?
        {risk: yes}                       | yes      | no      | ?          | ?
        {risk: no}                        | no       | yes     | ?          | ?
        {not: {risk: yes}}                | no       | yes     | ?          | ?
        {not: {not: {risk: yes}}}         | yes      | no      | ?          | ?
        {risk: [yes, no]}                 | yes      | yes     | ?          | ?
        {risk: {recorded: yes}}           | yes      | yes     | no         | ?
        {risk: {recorded: no}}            | no       | no      | yes        | ?
        {not: {risk: {recorded: no}}}     | yes      | yes     | no         | ?
        """)  # fmt: skip


@pytest.mark.parametrize("asked_by", BLANK_IS_NO)
def test_yes_and_no_where_a_blank_is_no(asked_by: str) -> None:
    conditions(asked_by=asked_by, table="""
        condition                         | risk=yes | risk=no | risk=blank | risk=?
        {risk: yes}                       | yes      | no      | no         | ?
        {risk: no}                        | no       | yes     | no         | ?
        {not: {risk: yes}}                | no       | yes     | no         | ?
        {not: {risk: no}}                 | yes      | no      | no         | ?
        {not: {not: {risk: yes}}}         | yes      | no      | no         | ?
        {risk: [yes, no]}                 | yes      | yes     | no         | ?
        {risk: {recorded: yes}}           | yes      | yes     | no         | ?
        {risk: {recorded: no}}            | no       | no      | yes        | ?
        {not: {risk: {recorded: yes}}}    | no       | no      | yes        | ?
        """)  # fmt: skip


@pytest.mark.parametrize("asked_by", ["question", *BLANK_IS_NO])
def test_a_blank_that_its_column_gives_a_meaning(asked_by: str) -> None:
    # consent: a blank is no; the value counts, and yet nothing is recorded
    conditions(asked_by=asked_by, table="""
        condition                         | consent=yes | consent=no | consent=blank | consent=?
        {consent: yes}                    | yes         | no         | no            | ?
        {consent: no}                     | no          | yes        | yes           | ?
        {not: {consent: yes}}             | no          | yes        | yes           | ?
        {consent: {recorded: yes}}        | yes         | yes        | no            | ?
        {consent: {recorded: no}}         | no          | no         | yes           | ?
        """)  # fmt: skip


def test_codes_and_text() -> None:
    conditions(asked_by="question", table="""
        condition                         | tier=high | tier=low | tier=blank | tier=?
        {tier: high}                      | yes       | no       | ?          | ?
        {tier: [high, low]}               | yes       | yes      | ?          | ?
        {tier: {differs_from: high}}      | no        | yes      | ?          | ?
        {tier: {same_as: high}}           | yes       | no       | ?          | ?
        {not: {tier: high}}               | no        | yes      | ?          | ?
        """)  # fmt: skip
    conditions(asked_by="question", table="""
        condition                         | officer=N01 | officer=N02 | officer=n01 | officer=blank
        {officer: N01}                    | yes         | no          | no          | ?
        {officer: [N01, N02]}             | yes         | yes         | no          | ?
        """)  # fmt: skip


def test_numbers() -> None:
    conditions(asked_by="question", table="""
        condition                         | score=1 | score=2 | score=3 | score=blank | score=?
        {score: 2}                        | no      | yes     | no      | ?           | ?
        {score: {at_least: 2}}            | no      | yes     | yes     | ?           | ?
        {score: {at_most: 2}}             | yes     | yes     | no      | ?           | ?
        {score: {at_least: 2, at_most: 2}} | no     | yes     | no      | ?           | ?
        """)  # fmt: skip
    for asked_by in BLANK_IS_NO:
        conditions(asked_by=asked_by, table="""
        condition                         | score=1 | score=2 | score=3 | score=blank | score=?
        {score: {at_least: 2}}            | no      | yes     | yes     | no          | ?
        {not: {score: {at_least: 2}}}     | yes     | no      | no      | no          | ?
        """)  # fmt: skip


@pytest.mark.parametrize("asked_by", ["question", *BLANK_IS_NO])
def test_a_date_that_has_not_happened_is_neither_before_nor_after(asked_by: str) -> None:
    table = """
        condition                         | D=2023-05-09 | D=2023-05-10 | D=2023-05-11 | D=blank | D=?
        {D: {before: 2023-05-10}}         | yes          | no           | no           | no      | ?
        {D: {on_or_before: 2023-05-10}}   | yes          | yes          | no           | no      | ?
        {D: {after: 2023-05-10}}          | no           | no           | yes          | no      | ?
        {D: {on_or_after: 2023-05-10}}    | no           | yes          | yes          | no      | ?
        {D: 2023-05-10}                   | no           | yes          | no           | no      | ?
        {D: {same_as: 2023-05-10}}        | no           | yes          | no           | no      | ?
        {D: {differs_from: 2023-05-10}}   | yes          | no           | yes          | yes     | ?
        {not: {D: {before: 2023-05-10}}}  | no           | yes          | yes          | yes     | ?
        {D: {recorded: no}}               | no           | no           | no           | yes     | ?
        """
    conditions(table.replace("D=", "release_date=").replace("D:", "release_date:"), asked_by=asked_by)


def test_a_blank_date_without_a_meaning() -> None:
    table = """
        condition                         | D=2023-05-09 | D=2023-05-10 | D=blank | D=?
        {D: {before: 2023-05-10}}         | yes          | no           | BLANK   | ?
        {D: {on_or_after: 2023-05-10}}    | no           | yes          | BLANK   | ?
        {not: {D: {before: 2023-05-10}}}  | no           | yes          | BLANK   | ?
        {D: {differs_from: 2023-05-10}}   | yes          | no           | BLANK   | ?
        {D: {recorded: no}}               | no           | no           | yes     | ?
        """.replace("D=", "review_due=").replace("D:", "review_due:")
    conditions(table.replace("BLANK", "?"), asked_by="question")
    for asked_by in BLANK_IS_NO:
        conditions(table.replace("BLANK", "no"), asked_by=asked_by)


@pytest.mark.parametrize("asked_by", ["question", *BLANK_IS_NO])
def test_dates_counted_from_others(asked_by: str) -> None:
    # six weeks after 3 April is 15 May; five working days before as at (Saturday 20 May) is 15 May too
    case = "case." if asked_by == "where" else ""
    table = f"""
        condition                                              | D=2023-05-14 | D=2023-05-15 | D=2023-05-16
        {{D: {{before: 6 weeks after {case}start_date}}}}      | yes          | no           | no
        {{D: {{on_or_after: 5 working days before as_at}}}}    | no           | yes          | yes
        {{D: {{after: 1 week before as_at}}}}                  | yes          | yes          | yes
        {{D: {{before: as_at}}}}                               | yes          | yes          | yes
        """
    conditions(table.replace("D=", "release_date=").replace("D:", "release_date:"), asked_by=asked_by)


def test_two_dates() -> None:
    conditions(asked_by="question", table="""
        condition                                | release_date=2023-05-10 end_date=2023-05-11 | release_date=2023-05-10 end_date=2023-05-10 | release_date=2023-05-10 end_date=blank | release_date=? end_date=blank
        {release_date: {before: end_date}}       | yes | no  | no  | no
        {end_date: {after: release_date}}        | yes | no  | no  | no
        {release_date: {on_or_before: end_date}} | yes | yes | no  | no
        {release_date: {same_as: end_date}}      | no  | yes | no  | ?
        {release_date: {differs_from: end_date}} | yes | no  | yes | ?
        """)  # fmt: skip


def test_two_officers() -> None:
    both = "officer=N01 old_officer=N01 | officer=N01 old_officer=N02 | officer=N01 old_officer=blank | officer=? old_officer=N01"
    table = f"""
        condition                                  | {both}
        {{officer: {{same_as: old_officer}}}}      | yes | no  | BLANK | ?
        {{officer: {{differs_from: old_officer}}}} | no  | yes | BLANK | ?
        """
    conditions(table.replace("BLANK", "?"), asked_by="question")
    for asked_by in BLANK_IS_NO:
        conditions(table.replace("BLANK", "no"), asked_by=asked_by)


def test_any_of_and_all_of_decide_where_they_can() -> None:
    # one yes is enough for any_of, one no for all_of, whatever cannot be told beside it
    cases = "risk=yes tier=? | risk=no tier=? | risk=blank tier=low | risk=blank tier=high | risk=? tier=blank"
    conditions(asked_by="question", table=f"""
        condition                                        | {cases}
        {{any_of: [{{risk: yes}}, {{tier: high}}]}}      | yes | ?  | ?  | yes | ?
        {{all_of: [{{risk: yes}}, {{tier: high}}]}}      | ?   | no | no | ?   | ?
        {{risk: yes, tier: high}}                        | ?   | no | no | ?   | ?
        {{not: {{any_of: [{{risk: yes}}, {{tier: high}}]}}}} | no | ? | ? | no | ?
        {{not: {{all_of: [{{risk: yes}}, {{tier: high}}]}}}} | ? | yes | yes | ? | ?
        {{any_of: [{{risk: yes}}, {{not: {{risk: yes}}}}]}} | yes | yes | ? | ?   | ?
        """)  # fmt: skip
    conditions(asked_by="reason", table=f"""
        condition                                        | {cases}
        {{any_of: [{{risk: yes}}, {{tier: high}}]}}      | yes | ?  | no | yes | ?
        {{all_of: [{{risk: yes}}, {{tier: high}}]}}      | ?   | no | no | no  | no
        {{not: {{any_of: [{{risk: yes}}, {{tier: high}}]}}}} | no | ? | no | no | no
        {{not: {{all_of: [{{risk: yes}}, {{tier: high}}]}}}} | ? | yes | yes | no | ?
        """)  # fmt: skip


def test_relevant_if_reads_like_a_question() -> None:
    states("{relevant_if: {not: {risk: yes}}, met_if: {none: complaint}}", as_at="2023-05-20", table="""
        risk | complaint | state
        no   |           | met
        yes  |           | not relevant
             |           | cannot tell
        ?    |           | cannot tell
        """)  # fmt: skip


def test_a_where_may_name_the_case() -> None:
    events = """
events:
  visit: {from: contacts, date: contact_date, where: {type: VISIT, case.tier: high}}
  after_release: {from: contacts, date: contact_date, where: {type: VISIT, contact_date: {after: case.release_date}}}
"""
    states("{case: {has: visit}}", as_at="2023-05-20", dictionary=events, table="""
        tier | visit      | state
        high | 2023-04-05 | met
        low  | 2023-04-05 | gap
             | 2023-04-05 | gap          # a blank is not high
        ?    | 2023-04-05 | cannot tell
        ?    |            | gap
        """)  # fmt: skip
    states("{case: {has: after_release}}", as_at="2023-05-20", dictionary=events, table="""
        release_date | visit      | state
        2023-04-04   | 2023-04-05 | met
        2023-04-05   | 2023-04-05 | gap
                     | 2023-04-05 | gap          # not released: neither before nor after
        ?            | 2023-04-05 | cannot tell
        """)  # fmt: skip


def test_a_where_looks_at_several_cells() -> None:
    events = """
events:
  talk: {from: contacts, date: contact_date, where: {any_of: [{type: TALK}, {about: plan, attended: yes}]}}
  quiet: {from: contacts, date: contact_date, where: {type: TALK, not: {attended: yes}}}
  early: {from: contacts, date: contact_date, where: {due: {before: contact_date}}}
"""
    states("{case: {has: talk}}", as_at="2023-05-20", dictionary=events, table="""
        talk                  | visit                             | state
        2023-04-05            |                                   | met
        2023-04-05 attended=? |                                   | met   # a talk either way
                              | 2023-04-05 about=plan attended=yes | met
                              | 2023-04-05 about=plan attended=?  | cannot tell
                              | 2023-04-05 about=plan             | gap
                              | 2023-04-05 about=rent attended=?  | gap
        """)  # fmt: skip
    states("{case: {has: quiet}}", as_at="2023-05-20", dictionary=events, table="""
        talk                    | state
        2023-04-05 attended=no  | met
        2023-04-05 attended=yes | gap
        2023-04-05              | gap          # a blank matches nothing but recorded: no, inside a not too
        2023-04-05 attended=?   | cannot tell
        """)  # fmt: skip
    states("{case: {has: early}}", as_at="2023-05-20", dictionary=events, table="""
        talk                      | state
        2023-04-05 due=2023-04-04 | met
        2023-04-05 due=2023-04-05 | gap
        2023-04-05 due=2023-06-05 | gap
        2023-04-05                | gap
        2023-04-05 due=?          | cannot tell
        """)  # fmt: skip


def test_a_blank_in_a_where_matches_nothing_on_either_side() -> None:
    for test in ("{due: {before: contact_date}}", "{contact_date: {after: due}}"):
        events = f"events: {{early: {{from: contacts, date: contact_date, where: {test}}}}}"
        states("{case: {has: early}}", as_at="2023-05-20", dictionary=events, table="""
            talk                      | state
            2023-04-05 due=2023-04-04 | met
            2023-04-05                | gap
            """)  # fmt: skip


def test_facts_that_were_not_supplied() -> None:
    states("{case: {any_of: [{risk: yes}, {tier: high}]}}", as_at="2023-05-20", missing=["cases.risk"], table="""
        risk | tier | state
             | high | met          # whatever the other says
             | low  | cannot tell
        """)  # fmt: skip
    states("{case: {risk: {recorded: no}}}", as_at="2023-05-20", missing=["cases.risk"], table="""
        risk | state
             | cannot tell
        """)  # fmt: skip
