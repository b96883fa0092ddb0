"""“But I did it”: what is recorded and does not count, with the one thing that it lacks.

One case, an order from Monday 3 April 2023 until its end date if it has one, as at Friday 30 June 2023. It has one
requirement (F, which is an activity) and one other (W). A day of activity is to be delivered by Monday 29 May; a
meeting follows each change within 10 working days.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from auditcheck.audit import audit
from tests.extract_files import folder

DICTIONARY = """
dictionary: nearly
cases:
  key: [crn]
  start: start_date
  end: end_date
  columns:
    crn: {type: text, required: yes, headings: [CRN]}
    start_date: {type: date, required: yes}
    end_date: {type: date, blank: not happened}
    visited: {type: date, blank: not happened}
tables:
  contacts:
    link: [crn]
    columns:
      crn: {type: text, headings: [CRN]}
      day: {type: date}
      kind: {type: code}
      attended: {type: yes_no}
      decided: {type: code}
      decided_on: {type: date, planned: yes}
      activity: {type: yes_no, blank: no}
      requirement_id: {type: text}
      requirement: {look_up: kind, from: requirements, by: requirement_id}
  requirements:
    key: [requirement_id]
    link: [crn]
    columns:
      requirement_id: {type: text}
      crn: {type: text, headings: [CRN]}
      kind: {type: code}
facts:
  days_delivered: {count: contacts, date: day, where: {activity: yes, attended: yes, requirement: F}}
events:
  day_delivered: {from: contacts, date: day, where: {activity: yes, attended: yes, requirement: F}}
  change: {from: contacts, date: day, where: {kind: CHANGE}}
  decision_noted: {from: contacts, date: day, where: {decided: YES, decided_on: {recorded: no}}}
  decision_dated: {from: contacts, date: decided_on, where: {decided: YES, decided_on: {on_or_after: day}}}
  decision: {any: [decision_noted, decision_dated]}
  visit: {from: cases, date: visited}
  meeting: {from: contacts, date: day, where: {any_of: [{kind: MEET, attended: yes}, {kind: NOTED}]}}
"""

CHECKLIST = """
checklist: nearly
title: Nearly
version: "1"
items:
  - {id: D1, title: Delivered in time, severity: high, source: none, to_fix: Book it.,
     met_if: {some: day_delivered, by: 8 weeks after start_date}}
  - {id: D2, title: Delivered, severity: high, source: none, to_fix: Book it.,
     met_if: {case: {days_delivered: {at_least: 1}}}}
  - {id: D3, title: Not too many, severity: high, source: none, to_fix: Talk.,
     met_if: {case: {days_delivered: {at_most: 0}}}}
  - {id: E1, title: Decided, severity: high, source: none, to_fix: Decide.,
     met_if: {some: decision, by: 8 weeks after start_date}}
  - {id: M1, title: Met after a change, severity: high, source: none, to_fix: Meet.,
     met_if: {each: change, followed_by: meeting, within: 10 working days}}
  - {id: V1, title: Visited, severity: high, source: none, to_fix: Visit.,
     met_if: {some: visit, by: 8 weeks after start_date}}
  - {id: V2, title: Visited or met, severity: high, source: none, to_fix: Visit.,
     met_if: {some: visit, by: 8 weeks after start_date},
     excused_if: [{reason: Met instead, when: {has: meeting}, lasts: 4 weeks}]}
  - {id: G1, title: Meetings, severity: high, source: none, to_fix: Meet.,
     met_if: {gaps_between: meeting, at_most: 8 weeks}}
"""

CONTACTS = "CRN,day,kind,attended,activity,requirement_id,decided,decided_on\n"
LACKS_F = "it is not so that requirement is F"
SEEN = "it is not so that attended is yes"

#: What is recorded (day, kind, attended, activity, requirement), the item, and what is said to be near.
NEAR = {
    "on another requirement": ("2023-05-09,SEEN,Y,Y,W", "D1", [f"contacts row 2 of Tue 9 May: {LACKS_F}"]),
    "the same, counted": ("2023-05-09,SEEN,Y,Y,W", "D2", [f"contacts row 2 of Tue 9 May: {LACKS_F}"]),
    "on no requirement": ("2023-05-09,SEEN,Y,Y,", "D1", ["contacts row 2 of Tue 9 May: requirement is blank"]),
    "not marked as activity": ("2023-05-09,SEEN,Y,,F", "D1", ["contacts row 2 of Tue 9 May: it is not so that activity is yes"]),
    "not attended": ("2023-05-09,SEEN,N,Y,F", "D1", [f"contacts row 2 of Tue 9 May: {SEEN}"]),
    "a blank for attended": ("2023-05-09,SEEN,,Y,F", "D1", ["contacts row 2 of Tue 9 May: attended is blank"]),
    "decided before the contact": (
        "2023-05-09,SEEN,Y,,,YES,2023-05-08",
        "E1",
        ["contacts row 2 of Mon 8 May: it is not so that decided on is on or after day"],
    ),
    "nothing decided": ("2023-05-09,SEEN,Y,,,NO,", "E1", []),
    "two things lacking": ("2023-05-09,SEEN,N,Y,W", "D1", []),
    "the day before the order": ("2023-04-02,SEEN,Y,Y,F", "D1", ["contacts row 2 of Sun 2 April: before Mon 3 April, from when it counts"]),
    "before the order, and not attended": ("2023-04-02,SEEN,N,Y,F", "D1", []),
    "after as at": ("2023-07-01,SEEN,Y,Y,F", "D1", ["contacts row 2 of Sat 1 July: after as at, so that it is not seen"]),
    "after as at, and on another requirement": ("2023-07-01,SEEN,Y,Y,W", "D1", []),
    "a requirement that is not there": ("2023-05-09,SEEN,Y,Y,Z", "D1", []),
    "an unreadable day": ("soon,SEEN,Y,Y,W", "D1", []),
    "too many are not wanted": ("2023-05-09,SEEN,Y,Y,F 2023-05-10,SEEN,Y,Y,W", "D3", []),
    "another kind of contact": ("2023-05-02,CHANGE,,, 2023-05-09,SEEN,Y,,", "M1", []),
    "a meeting that was not attended": ("2023-05-02,CHANGE,,, 2023-05-09,MEET,N,,", "M1", [f"contacts row 3 of Tue 9 May: {SEEN}"]),
    "one before the change": ("2023-05-02,CHANGE,,, 2023-05-01,MEET,N,,", "M1", []),
    "four": (
        "2023-05-09,SEEN,Y,Y,W 2023-05-10,SEEN,Y,Y,W 2023-05-11,SEEN,N,Y,F 2023-05-12,SEEN,Y,Y,",
        "D1",
        [
            "4 entries do not count; the latest:",
            f"contacts row 3 of Wed 10 May: {LACKS_F}",
            f"contacts row 4 of Thu 11 May: {SEEN}",
            "contacts row 5 of Fri 12 May: requirement is blank",
        ],
    ),
}  # fmt: skip


def near(
    tmp_path: Path, contacts: str, item: str, end: str = "", visited: str = "", label: str = "Nearly"
) -> list[str]:
    files = {
        "dictionary.yaml": DICTIONARY,
        "nearly.yaml": CHECKLIST,
        "cases.csv": f"CRN,start_date,end_date,visited\nX1,2023-04-03,{end},{visited}\n",
        "requirements.csv": "requirement_id,CRN,kind\nF,X1,F\nW,X1,W\n",
        "contacts.csv": CONTACTS + "".join(f"X1,{row}{',' * (6 - row.count(','))}\n" for row in contacts.split()),
    }
    path = folder(tmp_path, files)
    with audit(path, as_at=date(2023, 6, 30), checklists=[str(path / "nearly.yaml")]) as finished:
        why = next(why for why in finished.explain("X1") if why.item.id == item)
        return [line for step in why.steps if step.label == label for line in step.lines]


#: A day in the row of the case itself, as a team's sheet has it.
IN_THE_SHEET = [
    ("2023-04-02", ["cases row 2 of Sun 2 April: before Mon 3 April, from when it counts"]),
    ("2024-04-05", ["cases row 2 of Fri 5 April 2024: after as at, so that it is not seen"]),  # a wrong year
    ("", []),
]


@pytest.mark.parametrize(("visited", "said"), IN_THE_SHEET)
def test_what_nearly_counts_of_a_sheet(tmp_path: Path, visited: str, said: list[str]) -> None:
    assert near(tmp_path, "", "V1", visited=visited) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2023-06-02", "yes: met instead (meeting Fri 2 June, contacts row 2)"),  # four weeks to Friday 30 June
        ("2023-06-01", "no: met instead (in the last 4 weeks)"),
    ],
)
def test_an_excuse_that_has_run_out(tmp_path: Path, day: str, said: str) -> None:
    assert near(tmp_path, f"{day},NOTED,,,", "V2", label="Excused") == [said]


@pytest.mark.parametrize("case", NEAR)
def test_what_nearly_counts(tmp_path: Path, case: str) -> None:
    contacts, item, said = NEAR[case]
    assert near(tmp_path, contacts, item) == said


def test_a_case_that_ended_on_the_day_the_first_of_many_was_due(tmp_path: Path) -> None:
    nothing = "Meeting: none recorded from Mon 3 April on."
    until = "It is looked for until Mon 29 May: the first was not overdue by then."
    assert near(tmp_path, "2023-04-04,SEEN,Y,,", "G1", end="2023-05-29", label="Found") == [f"{nothing} {until}"]
    assert near(tmp_path, "2023-04-04,SEEN,Y,,", "G1", end="2023-05-30", label="Found") == [nothing]  # a gap


def test_the_day_after_the_case_ended(tmp_path: Path) -> None:
    after = "contacts row 2 of Fri 16 June: after Thu 15 June, until when it counts"
    assert near(tmp_path, "2023-06-16,SEEN,Y,Y,F", "D1", end="2023-06-15") == [after]


def test_nothing_is_near_to_what_is_met(tmp_path: Path) -> None:
    assert near(tmp_path, "2023-05-09,SEEN,Y,Y,F 2023-05-10,SEEN,Y,Y,W", "D1") == []
