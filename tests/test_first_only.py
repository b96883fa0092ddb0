"""Of an event of which only a case's first is on record (`first_only`): where that came before the time in which it
counts, nobody can tell whether there was another in that time. Later ones are not on the sheet.

Cases start on Monday 3 April 2023; 15 days later is Tuesday 18 April, and twelve weeks earlier Monday 9 January.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from auditcheck.audit import audit
from auditcheck.dictionary import load_dictionary
from auditcheck.lint import causes
from auditcheck.problems import ChecklistStop, UsageStop
from tests.tables import states
from tests.test_together import together

#: A sheet's own column, a column of which a blank says nothing, and rows of a table, of each the first alone.
FIRSTS = """
cases: {columns: {first_visit: {type: date, blank: not happened}, first_call: {type: date}}}
events:
  visit: {from: cases, date: first_visit, first_only: yes}
  call: {from: cases, date: first_call, first_only: yes}
  reply: {from: contacts, date: contact_date, where: {type: REPLY, attended: yes}, first_only: yes}
  reply_once_a_day: {from: contacts, date: contact_date, where: {type: REPLY}, first_only: yes, once_a_day: yes}
  letter: {from: contacts, date: contact_date, where: {type: LETTER}}
  visit_or_letter: {any: [visit, letter]}
  reply_or_letter: {any: [letter, reply]}
  visit_or_call: {any: [visit, call]}
"""
AS_AT = "2023-05-20"


def asked(item: str, table: str, as_at: str = AS_AT) -> None:
    states(item, table, as_at, dictionary=FIRSTS)


def test_from_the_start_of_the_case() -> None:
    asked("{some: visit, by: 15 days after start_date}", """
        first_visit | state       | due
                    | gap         | 2023-04-18  # never
        2022-01-01  | cannot tell |
        2023-04-02  | cannot tell |             # the day before the start
        2023-04-03  | met         |
        2023-04-18  | met         |             # the last day
        2023-04-19  | late        | 2023-04-18  # the first of all: none was before
        2023-05-20  | late        | 2023-04-18  # as at
        2023-05-21  | gap         | 2023-04-18  # not seen yet, and it is the first
        ?           | cannot tell |
        """)  # fmt: skip


def test_a_blank_that_means_nothing() -> None:
    asked("{some: call, by: 15 days after start_date}", """
        first_call | state       | due
                   | cannot tell |
        2023-04-02 | cannot tell |
        2023-04-03 | met         |
        2023-04-19 | late        | 2023-04-18
        """)  # fmt: skip


@pytest.mark.parametrize("from_", ["{pattern}", "{item}"])
def test_from_twelve_weeks_before_the_start(from_: str) -> None:
    own = "some: visit, by: 15 days after start_date"
    weeks = "from: 12 weeks before start_date"
    asked(f"{{{own}, {weeks}}}" if from_ == "{pattern}" else f"{{{weeks}, met_if: {{{own}}}}}", """
        first_visit | state       | due
                    | gap         | 2023-04-18
        2023-01-08  | cannot tell |
        2023-01-09  | met         |
        2023-04-02  | met         |
        2023-04-18  | met         |
        2023-04-19  | late        | 2023-04-18
        """)  # fmt: skip


@pytest.mark.parametrize("event", ["reply", "reply_once_a_day", "reply_or_letter"])
def test_in_rows_of_a_table(event: str) -> None:
    asked(f"{{some: {event}, by: 15 days after start_date}}", """
        reply                                             | state       | due
                                                          | gap         | 2023-04-18
        2023-04-02 attended=yes                           | cannot tell |
        2023-04-03 attended=yes                           | met         |
        2023-04-19 attended=yes                           | late        | 2023-04-18
        blank attended=yes                                | gap         | 2023-04-18  # it has not happened yet
        ? attended=yes                                    | cannot tell |
        2023-04-02 attended=yes, 2023-04-10 attended=yes  | met         |             # here there is a later one
        2023-04-02 attended=yes, 2023-04-20 attended=yes  | cannot tell |             # perhaps one between
        2023-04-02 attended=yes person                    | cannot tell |
        """)  # fmt: skip


def test_where_it_may_not_be_one() -> None:
    asked("{some: reply, by: 15 days after start_date}", """
        reply                   | state       | due
        2023-04-02 attended=no  | gap         | 2023-04-18  # none
        2023-04-02 attended=?   | cannot tell |
        2023-04-10 attended=?   | cannot tell |
        2023-04-19 attended=?   | cannot tell |
        """)  # fmt: skip


def test_of_several_events_one_of_which_is_a_first() -> None:
    """Every letter is on record: one that came too early says nothing of others."""
    asked("{some: visit_or_letter, by: 15 days after start_date}", """
        first_visit | letter                 | state       | due
                    | 2023-04-02             | gap         | 2023-04-18
        2023-04-02  |                        | cannot tell |
        2023-04-02  | 2023-04-02             | cannot tell |
        2023-04-02  | 2023-04-10             | met         |
        2023-04-02  | 2023-04-19             | cannot tell |            # perhaps a visit in time
        2023-04-19  | 2023-04-02             | late        | 2023-04-18
        """)  # fmt: skip
    asked("{some: reply_or_letter, by: 15 days after start_date}", """
        reply                   | letter     | state       | due
                                | 2023-04-02 | gap         | 2023-04-18
        2023-04-02 attended=yes |            | cannot tell |
        2023-04-02 attended=no  | 2023-04-02 | gap         | 2023-04-18
        2023-04-02 attended=yes | 2023-04-10 | met         |
        """)  # fmt: skip
    asked("{some: visit_or_call, by: 15 days after start_date}", """
        first_visit | first_call | state       | due
        2023-04-02  | 2023-04-19 | cannot tell |
        2023-04-19  | 2023-04-02 | cannot tell |
        2023-04-19  | 2023-04-20 | late        | 2023-04-18
        2023-04-02  | 2023-04-18 | met         |
        """)  # fmt: skip


def test_up_to_the_end_and_before_it_is_due() -> None:
    asked("{some: visit, by: 15 days after start_date}", """
        as at      | end_date   | first_visit | state       | due
        2023-04-10 |            |             | not yet due | 2023-04-18
        2023-04-10 |            | 2023-04-02  | cannot tell |             # it may be done
        2023-05-20 | 2023-04-10 | 2023-04-02  | cannot tell |
        2023-05-20 | 2023-04-10 | 2023-04-11  | gap         | 2023-04-18  # after the end, and none was before
        2023-05-20 | 2023-04-02 | 2023-04-01  | gap         | 2023-04-18  # no day counts
        2023-05-20 | ?          | 2023-04-02  | cannot tell |
        """)  # fmt: skip


@pytest.mark.parametrize(
    ("item", "none", "early", "in_time"),
    [
        ("{case: {has: visit}}", "gap", "cannot tell", "met"),
        ("{case: {not: {has: visit}}}", "met", "cannot tell", "gap"),
        ("{relevant_if: {has: visit}, met_if: {some: letter, by: as_at}}", "not relevant", "cannot tell", "not yet due"),
        ("{relevant_if: {not: {has: visit}}, met_if: {some: letter, by: as_at}}", "not yet due", "cannot tell", "not relevant"),
        ("{left_out_if: [{reason: R, when: {has: visit}}], met_if: {some: letter, by: start_date}}", "gap", "cannot tell", "left out"),
        ("{excused_if: [{reason: R, when: {has: visit}}], met_if: {some: letter, by: start_date}}", "gap", "cannot tell", "excused"),
        # forgiven is only a gap
        ("{excused_if: [{reason: R, when: {has: visit}}], met_if: {some: letter, by: as_at}}", "not yet due", "not yet due", "not yet due"),
        ("{any_of: [{some: visit, by: start_date}, {case: {start_date: {recorded: yes}}}]}", "met", "met", "met"),
    ],
)  # fmt: skip
def test_in_a_condition(item: str, none: str, early: str, in_time: str) -> None:
    asked(item, f"""
        first_visit | letter | state
                    |        | {none}
        2023-04-02  |        | {early}
        2023-04-03  |        | {in_time}
        2023-05-20  |        | {in_time if "some: visit" not in item else "met"}
        2023-05-21  |        | {none}
        """)  # fmt: skip


def test_a_reason_of_one_occurrence() -> None:
    """It counts from the occurrence on, up to its deadline of ten days: the letter's is Thursday 20 April."""
    item = "{{{word}: [{{reason: R, when: {{has: visit}}}}], met_if: {{each: letter, followed_by: answer, within: 10 days}}}}"
    table = """
        letter                 | answer     | first_visit | state
        2023-04-10             |            |             | gap
        2023-04-10             |            | 2023-04-02  | cannot tell  # before the start
        2023-04-10             |            | 2023-04-09  | cannot tell  # since the start, before the letter
        2023-04-10             |            | 2023-04-10  | {done}
        2023-04-10             |            | 2023-04-20  | {done}
        2023-04-10             |            | 2023-04-21  | {after}
        2023-04-10             | 2023-04-12 | 2023-04-09  | {met}
        2023-04-10, 2023-04-17 |            | 2023-04-12  | cannot tell  # of the second letter
        """
    asked(item.format(word="left_out_if"), table.format(done="left out", after="gap", met="cannot tell"))
    asked(item.format(word="excused_if"), table.format(done="excused", after="excused", met="met"))


# what is said of it

SHEET = """\
dictionary: team
version: "1"
cases:
  headings: [team]
  key: [crn]
  start: start_date
  columns:
    crn: {type: text, required: yes, headings: [CRN]}
    start_date: {type: date, required: yes, headings: [Start]}
    first_visit: {type: date, blank: not happened, headings: [First home visit]}
    letter: {type: date, blank: not happened, headings: [Letter]}
    answer: {type: date, blank: not happened, headings: [Answer]}
events:
  home_visit: {from: cases, date: first_visit, first_only: yes}
  letter: {from: cases, date: letter}
  answer: {from: cases, date: answer}
"""
ASKED = """\
checklist: small
title: Small
version: "1"
items:
  - {id: V1, title: Visited, severity: high, source: none, to_fix: Visit.,
     met_if: {some: home_visit, by: 15 days after start_date}}
  - {id: V2, title: Visited before, severity: high, source: none, to_fix: Visit.,
     met_if: {some: home_visit, from: 12 weeks before start_date, by: 15 days after start_date}}
  - {id: V3, title: Written to, severity: high, source: none, to_fix: Write.,
     relevant_if: {has: home_visit}, met_if: {some: letter, by: 15 days after start_date}}
  - {id: V4, title: Answered, severity: high, source: none, to_fix: Answer.,
     left_out_if: [{reason: Visited since, when: {has: home_visit}}],
     met_if: {each: letter, followed_by: answer, within: 5 days}}
"""
PERHAPS = "perhaps a later home visit: only the first is on record, and"


def team(folder: Path, *rows: str) -> Path:
    """A team's sheet with its dictionary and its checklist beside it."""
    (folder / "team.csv").write_text("".join(f"{row}\n" for row in ("CRN,Start,First home visit,Letter,Answer", *rows)))
    (folder / "team.dictionary.yaml").write_text(SHEET)
    (folder / "small.yaml").write_text(ASKED)
    return folder / "team.csv"


@pytest.mark.parametrize(
    ("row", "item", "state", "unknown"),
    [  # start, first visit, letter, answer
        ("2023-04-03,2023-04-02,,", "V1", "cannot tell", [f"{PERHAPS} Sun 2 April is too early to count"]),
        ("2023-04-03,2023-04-02,,", "V2", "met", []),
        ("2023-04-03,2022-12-20,,", "V2", "cannot tell", [f"{PERHAPS} Tue 20 December 2022 is too early to count"]),
        ("2023-04-03,2023-04-02,,", "V3", "cannot tell", [f"{PERHAPS} Sun 2 April is too early to count"]),
        ("2023-04-03,2023-04-09,2023-04-10,", "V4", "cannot tell", [f"{PERHAPS} Sun 9 April is too early to count"]),
        ("2023-04-03,2023-04-16,2023-04-10,", "V4", "gap", []),
    ],
)
def test_explain_says_why(tmp_path: Path, row: str, item: str, state: str, unknown: list[str]) -> None:
    sheet = team(tmp_path, f"XA,{row}")
    with audit(sheet, as_at=date(2023, 6, 30), checklists=[str(tmp_path / "small.yaml")]) as audited:
        (found,) = (one for one in audited.explain("XA") if one.item.id == item)
    assert found.state.value == state
    assert [line for step in found.steps if step.label == "Unknown" for line in step.lines] == unknown
    said = [line for step in found.steps if step.label == "Found" for line in step.lines]
    assert ("Not recorded in the time that counts: home visit." in said) == (
        state == "cannot tell" and item in ("V1", "V2")
    )
    looked = [line for step in found.steps if step.label == "Looked" for line in step.lines]
    assert ("only the first is on record" in looked[0]) == (state == "cannot tell" and item in ("V1", "V2"))


def test_a_list_says_it_once_for_all(tmp_path: Path) -> None:
    sheet = team(tmp_path, *(f"X{n},2023-04-03,2023-04-0{n},," for n in (1, 2)), "X3,2023-04-03,,,")
    with audit(sheet, as_at=date(2023, 6, 30), checklists=[str(tmp_path / "small.yaml")]) as audited:
        listed = audited.gap_list()
        (v1,) = (item for item in audited.items if item.id == "V1")
        tried = [causes(v1, case) for case in audited.unknown(v1, 9)]
    of_v1 = {one.case.ref: one.found for one in listed.cannot_tell if one.item.id == "V1"}
    assert of_v1 == dict.fromkeys(("X1", "X2"), f"{PERHAPS.capitalize()} it is too early to count.")
    assert [one.case.ref for one in listed.gaps if one.item.id == "V1"] == ["X3"]
    assert tried == [["“home_visit” says first_only, and the first came too early to count"]] * 2  # as lint says it


def test_sheets_that_differ_in_it_are_not_counted_together(tmp_path: Path) -> None:
    two = []
    for name, more in (("a", ""), ("b", ", first_only: yes")):
        (tmp_path / name).mkdir()
        two.append(team(tmp_path / name, f"X{name},2023-04-03,2023-04-02,,"))
        (tmp_path / name / "team.dictionary.yaml").write_text(SHEET.replace(", first_only: yes", more))
    with pytest.raises(UsageStop) as stop:
        together(two, as_at=date(2023, 6, 30), checklists=[str(tmp_path / "a" / "small.yaml")])
    assert "not defined alike" in stop.value.lines[0]
    assert ", of each case the first alone” in team.csv" in stop.value.lines[1]


def test_what_is_a_first_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(
        "dictionary: d\nextends: ndelius\nevents:\n"
        "  taken_over: {from: allocations, date: from_date, changes: staff_code, first_only: yes}\n"
    )
    with pytest.raises(ChecklistStop) as stop:
        load_dictionary(path)
    assert len(stop.value.lines) == 1
    assert "“changes” does not go with “first_only”" in stop.value.lines[0]
