"""A checklist's own tests: those that ship, what their file may not say, and what is left untried."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from auditcheck import boundaries
from auditcheck import checklist_tests as own_tests
from auditcheck import evaluate as evaluating
from auditcheck.calendar import Calendar
from auditcheck.checklist import load_checklists, read_checklist
from auditcheck.dictionary import resolve
from auditcheck.evaluate import evaluate
from auditcheck.problems import ChecklistStop
from auditcheck.reading import CaseReading
from auditcheck.records import records
from auditcheck.reports.checklist_tests import boundaries_screen, outcomes
from auditcheck.reports.terminal import Screen
from auditcheck.shipped import shipped_checklists
from auditcheck.states import State
from auditcheck.yamlfile import line_of, read_yaml
from tests.both_readings import as_written, load
from tests.random_audits import Audit, audits
from tests.test_cli import auditcheck

SHIPPED = shipped_checklists()


# ── the shipped checklists ───────────────────────────────────────────────────────────────────────


def test_every_shipped_checklist_passes_its_own_tests_and_leaves_nothing_untried() -> None:
    tested = own_tests.run_tests(list(SHIPPED))  # by name, so that one without tests is a mistake
    assert [f"{one.file}:{one.line} {one.item}: {one.got}" for one in tested.tried if not one.as_expected] == []
    untried = [point for point in tested.points() if not point.tests]
    assert [f"{point.item.id} {point.part}: {point.name}" for point in untried] == []


def changes() -> list[object]:
    """Every limit, one longer and one shorter, and every reason: one that compares with a day then takes
    that day too, or no longer does, another never holds. The checklist, the line that changes, and what it becomes. Limits of
    ratings change no state: those are held by test_ratings."""
    found = []
    for name, path in SHIPPED.items():
        raw = read_yaml(path)
        words = {word for band in raw.get("ratings", {}).get("bands", ()) for word in band.values()}
        of_ratings = {line_of(given["value"]) for word, given in raw.get("settings", {}).items() if word in words}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            changed = []
            if number + 1 in of_ratings:
                continue
            if limit := re.search(r"value: ([0-9]+)", line):
                changed = [line.replace(limit[0], f"value: {int(limit[1]) + by}") for by in (1, -1)]
            elif "{reason:" in line:
                with_the_day = re.sub(r"\{(before|after): ", r"{on_or_\1: ", line)
                without_it = re.sub(r"\{on_or_(before|after): ", r"{\1: ", line)
                never = re.sub(r"when: .*\}$", "when: {order_type: other}}", line)
                changed = [one for one in (with_the_day, without_it) if one != line] or [never]
            found += [pytest.param(name, number, text, id=f"{name} {text.strip()}") for text in changed]
    return found


@cache
def of_shipped(name: str) -> own_tests.Tested:
    return own_tests.run_tests([name])


@pytest.mark.parametrize(("name", "number", "changed"), changes())
def test_no_limit_and_no_reason_can_change_unnoticed(name: str, number: int, changed: str, tmp_path: Path) -> None:
    lines = SHIPPED[name].read_text(encoding="utf-8").splitlines()
    assert lines[number] != changed
    lines[number] = changed
    text = "\n".join(lines)
    if "lasts" in SHIPPED[name].read_text(encoding="utf-8") and "lasts" not in text:
        text = re.sub(r"\n  chased_holds:.*", "", text)  # a setting that nothing uses is a mistake
    (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    tested = of_shipped(name)
    (other,) = load_checklists([tmp_path / f"{name}.yaml"], tested.names)
    items = {item.id: item for item in other.items}
    # both readings have been asked of the tests' records; of the changed checklist one is enough
    states = [evaluate(items[answer.item.id], answer.reading).state for answer in tested.answers]
    assert states != [answer.expected for answer in tested.answers]


# A test of rar, enforcement or oversight that is taken away, or two that try the same, and what then has no test.
UNTRIED = [
    ("rar", "first day on the last day", ["RA1 by 8 weeks after RAR start: done on the last day"]),
    ("rar", "first day the day after", ["RA1 states: late", "RA1 by 8 weeks after RAR start: done the day after"]),
    (
        "rar",
        "no day, and today is the last day; RAR imposed in October, and today is the last day",
        [
            "RA1 by 8 weeks after RAR start: not done, as at the last day",
            "RA2 left out: Too early to ask, RAR start is on or after 8 weeks before as at: on the day",
        ],
    ),
    (
        "rar",
        "no day, and yesterday was the last day; RAR imposed in October, and yesterday was the last day",
        [
            "RA1 by 8 weeks after RAR start: not done, as at the day after",
            "RA2 left out: Too early to ask, RAR start is on or after 8 weeks before as at: the day before",
        ],
    ),
    (
        "rar",
        "no day, and today is the last day; RAR imposed in October, and today is the last day; "
        "no day, and tomorrow is the last day; RAR imposed in October, and tomorrow is the last day",
        [
            "RA1 states: not yet due",
            "RA1 by 8 weeks after RAR start: not done, as at the last day",
            "RA2 left out: Too early to ask: holds",
            "RA2 left out: Too early to ask, RAR start is on or after 8 weeks before as at: on the day",
        ],
    ),
    (
        "rar",
        "ended on the day before it was due",
        [
            "RA1 left out: Ended before it was due: holds",
            "RA1 left out: Ended before it was due, end date is before the deadline: the day before",
            "RA2 left out: Ended before it was due: holds",
            "RA2 left out: Ended before it was due, end date is before 8 weeks after RAR start: the day before",
        ],
    ),
    (
        "enforcement",
        "no further action decided; no further action, as a code",
        ["EN1 excused: No further action decided: holds"],
    ),
    ("enforcement", "never absent", ["EN2 states: not relevant", "EN2 relevant_if: does not hold"]),
    (
        "enforcement",
        "the second failure twelve months later to the day",
        [
            "EN1 reached within 12 months: reached on the last day",
            "EN4 reached within 12 months: reached on the last day",
        ],
    ),
    (
        "enforcement",
        "provisional, and yesterday was the last day",
        ["EN2 older than 6 working days: standing, as at the day after"],
    ),
    (
        "oversight",
        "none since, and today is the last day; high risk since 8 September, and today is the last day",
        ["MO2 at most 13 weeks apart: none since, as at the last day"],
    ),
    (
        "oversight",
        "the first the day after",
        ["MO2 states: late", "MO2 at most 13 weeks apart: the next the day after"],
    ),
    (
        "oversight",
        "allocated on the day before the first that counts",
        ["MO1 from 12 weeks before start date: the day before it"],
    ),
]


@pytest.mark.parametrize(("name", "left", "missing"), UNTRIED, ids=[f"{name}: {left}" for name, left, _ in UNTRIED])
def test_what_is_left_untried_is_listed(name: str, left: str, missing: list[str]) -> None:
    tested = of_shipped(name)
    away = set(left.split("; "))
    assert away <= {answer.test.name for answer in tested.answers}
    fewer = replace(tested, answers=tuple(answer for answer in tested.answers if answer.test.name not in away))
    assert [f"{p.item.id} {p.part}: {p.name}" for p in fewer.points() if not p.tests] == missing


# ── a small checklist of one's own ───────────────────────────────────────────────────────────────

CHECKLIST = """\
checklist: mine
title: Mine
version: "1"
settings: {limit: {value: 5 working days, source: local default}}
items:
  - id: X1
    title: Sent
    severity: high
    source: made up
    to_fix: Send it.
    met_if: {some: police_enquiry_sent, by: limit after start_date}
"""

# Tue 4 April 2023 + 5 working days: 5, 6, 11, 12, 13 April (Good Friday 7, Easter Monday 10).
TESTS = """\
tests_of: mine
as_at: 2023-12-08
defaults:
  cases: {start_date: 2023-04-04}
  contacts: {type_code: C369}
tests:
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(CHECKLIST, encoding="utf-8")
    return path


def tried(mine: Path, tests: str) -> own_tests.Tested:
    mine.with_name("mine.tests.yaml").write_text(tests, encoding="utf-8")
    return own_tests.run_tests([str(mine)])


def states(mine: Path, test: str) -> list[str]:
    """The states that a test's case has for X1; every line of `test` stands under its name."""
    lines = "\n".join(f"    {line}" for line in test.splitlines())
    found = tried(mine, f"{TESTS}  - name: one\n{lines}\n    expect: {{X1: met}}\n")
    return [one.got.value for one in found.tried]


def test_the_example_of_the_readme(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(tests_of: rar\n.*?)```", readme, re.DOTALL)
    assert example
    shutil.copy(SHIPPED["rar"], tmp_path)
    (tmp_path / "rar.tests.yaml").write_text(example[1], encoding="utf-8")
    found = own_tests.run_tests([str(tmp_path / "rar.yaml")])
    assert [one.as_expected for one in found.tried] == [True, True, True]


# What a test says, and the state of X1.
READ_AS_REAL = [
    ("contacts: [{contact_date: 2023-04-13}]", "met"),
    ("contacts: {contact_date: 2023-04-13}", "met"),
    ("contacts: [{contact_date: 13/04/2023}]", "met"),
    ("contacts: [{contact_date: 2023-04-14}]", "late"),
    ("contacts: [{contact_date: 2023-04-13, type_code: c369}]", "met"),
    ('contacts: [{contact_date: 2023-04-13, type_code: ""}]', "gap"),
    ("as_at: 2023-04-13", "not yet due"),
    ("as_at: 2023-04-14", "gap"),
    ("not_supplied: [contacts]", "cannot tell"),
    ("not_supplied: [contacts.complied]", "gap"),
    ('faults: [cases.start_date]\ncases: {start_date: ""}', "cannot tell"),
    ('faults: [contacts.contact_date]\ncontacts: [{contact_date: ""}]', "cannot tell"),  # on some day, nobody knows which
    ("faults: [cases.start_date]\ncases: {start_date: soon}", "cannot tell"),
    ("faults: [contacts.contact_date]\ncontacts: [{contact_date: 2023-02-29}]", "cannot tell"),
    ('contacts: [{contact_date: 2023-04-13, event_number: ""}]', "met"),  # about the person
    ('contacts: [{contact_date: 2023-04-13, event_number: "2"}]', "met"),  # about the person, entered on another order
    ("contacts: [{contact_date: 2023-04-13, crn: X9}]", "gap"),  # about somebody else
    ('faults: [contacts.crn]\ncontacts: [{contact_date: 2023-04-13, crn: ""}]', "gap"),  # nobody's
    ("cases: {crn: X9}\ncontacts: [{contact_date: 2023-04-13, crn: X9}]", "met"),
    ("faults: [contacts.crn]\ncases: {crn: X9}\ncontacts: [{contact_date: 2023-04-13, crn: x9}]", "gap"),
    ("contacts: [{contact_date: 2023-04-13, contact_id: A}, {contact_date: 2023-04-20, contact_id: B}]", "met"),
]  # fmt: skip


@pytest.mark.parametrize(("test", "state"), READ_AS_REAL, ids=[test for test, _ in READ_AS_REAL])
def test_records_are_read_as_a_real_extract_is(mine: Path, test: str, state: str) -> None:
    assert states(mine, test) == [state]


def test_another_dictionary_and_a_table_that_nobody_owns(tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text(
        """\
dictionary: other
cases: {key: [id], start: start_date, columns: {id: {type: code}, start_date: {type: date}}}
tables:
  visits: {key: [no], link: [id], columns: {no: {type: text}, id: {type: code}, day: {type: date}, kind: {look_up: label, from: kinds, by: kind_id}, kind_id: {type: text}}}
  kinds: {key: [kind_id], columns: {kind_id: {type: text}, label: {type: code}}}
events: {police_enquiry_sent: {from: visits, date: day, where: {kind: P}}}
""",
        encoding="utf-8",
    )
    (tmp_path / "mine.yaml").write_text(CHECKLIST, encoding="utf-8")
    tests = "tests_of: mine\nas_at: 2023-12-08\ntests:\n"
    for number in range(120):
        day, state = ("2023-04-13", "met") if number % 2 else ("2023-04-14", "late")
        tests += f"  - {{name: a{number}, cases: {{start_date: 2023-04-04}}, kinds: {{kind_id: K, label: P}}, visits: {{day: {day}, kind_id: K}}, expect: {{X1: {state}}}}}\n"
    (tmp_path / "mine.tests.yaml").write_text(tests, encoding="utf-8")
    found = own_tests.run_tests([str(tmp_path / "mine.yaml")], tmp_path / "d.yaml")
    assert len(found.tried) == 120
    assert all(one.as_expected for one in found.tried)


def test_the_same_references_in_two_tests_are_two_things(mine: Path) -> None:
    one = "  - {name: a, contacts: [{contact_id: K, contact_date: 2023-04-13}], expect: {X1: met}}\n"
    found = tried(
        mine, TESTS + one + one.replace("name: a", "name: b").replace("04-13", "04-14").replace("met", "late")
    )
    assert [(answer.test.name, answer.engine) for answer in found.answers] == [("a", State.MET), ("b", State.LATE)]
    assert all(one.as_expected for one in found.tried)


MISTAKES = [
    (
        TESTS.replace("mine", "mien") + "  - {name: a, expect: {X1: met}}\n",
        ["mine.tests.yaml:1: stands beside the checklist “mine”, not “mien”."],
    ),
    (
        TESTS.replace("  cases: {start_date", "  cases: {start_dat") + "  - {name: a, expect: {X1: met}}\n",
        ["mine.tests.yaml:4: no column of cases is called “start_dat”. Did you mean “start_date”?"],
    ),
    (
        TESTS.replace("as_at: 2023-12-08", "as_at: 8/12/2023") + "  - {name: a, expect: {X1: met}}\n",
        ["mine.tests.yaml:2: “as_at” takes a date written YYYY-MM-DD, not “8/12/2023”."],
    ),
    (TESTS.replace("tests:\n", "tests: []\n"), ["mine.tests.yaml:6: “tests” needs at least one test."]),
    (TESTS + "  - {name: a}\n", ["mine.tests.yaml:7: a: needs “expect”."]),
    (TESTS + "  - {name: a, expect: {}}\n", ["mine.tests.yaml:7: a: “expect” names no item."]),
    (
        TESTS + "  - {name: a, expect: {X1: mett, X2: met}}\n",
        [
            "mine.tests.yaml:7: a: no item of this checklist is called “X2”; there is X1.",
            "mine.tests.yaml:7: a: “X1” takes met, late, gap, not yet due, excused, cannot tell, to judge, left out or not relevant, not “mett”. Did you mean “met”?",
        ],
    ),
    (
        TESTS + "  - {name: a, expct: {X1: met}}\n",
        [
            "mine.tests.yaml:7: a: no table is called “expct”; there are cases, contacts, requirements, registrations, assessments, allocations, referrals, judgements and accepted. Did you mean “expect”?",
        ],
    ),
    (
        TESTS + "  - {name: a, contact: [{contact_date: 2023-04-13}], expect: {X1: met}}\n",
        [
            "mine.tests.yaml:7: a: no table is called “contact”; there are cases, contacts, requirements, registrations, assessments, allocations, referrals, judgements and accepted. Did you mean “contacts”?",
        ],
    ),
    (
        TESTS + "  - {name: a, contacts: [{contact_dat: 2023-04-13}], expect: {X1: met}}\n",
        ["mine.tests.yaml:7: a: no column of contacts is called “contact_dat”. Did you mean “contact_date”?"],
    ),
    (
        TESTS + "  - {name: a, cases: [{}, {}], expect: {X1: met}}\n",
        ["mine.tests.yaml:7: a: a test is of one case; write its cells as one mapping."],
    ),
    (
        TESTS + '  - {name: a, cases: {crn: ""}, expect: {X1: met}}\n',
        ["mine.tests.yaml:7: a: “crn” is the key of cases and cannot be blank."],
    ),
    (
        TESTS + "  - {name: a, expect: {X1: met}}\n  - {name: a, expect: {X1: met}}\n",
        ["mine.tests.yaml:8: a: the name stands here a second time; first on line 7."],
    ),
    (
        TESTS + "  - {name: a, not_supplied: [cases, contact, contacts.contact_date, contacts.x], expect: {X1: met}}\n",
        [
            "mine.tests.yaml:7: a: “not_supplied”: no column of contacts is called “x”; there are contact_id, crn, event_number, contact_date, type_code, outcome_code, attended, complied, rar_activity, national_standard, requirement_id, nsi_id and 6 more.",
            "mine.tests.yaml:7: a: “not_supplied”: no table is called “contact”. Did you mean “contacts”?",
            "mine.tests.yaml:7: a: “not_supplied”: without cases there is no extract.",
            "mine.tests.yaml:7: a: “not_supplied”: without “contact_date” an extract is refused.",
        ],
    ),
    (
        TESTS + "  - {name: a, not_supplied: contacts, contacts: [{}], expect: {X1: met}}\n",
        ["mine.tests.yaml:7: a: “contacts” is not supplied, and has rows."],
    ),
    (
        TESTS + "  - {name: a, faults: [contacts], expect: {X1: met}}\n",
        ["mine.tests.yaml:7: a: “faults” takes a column, as contacts.COLUMN."],
    ),
    (
        TESTS
        + "  - {name: a, faults: [contacts.complied], contacts: [{contact_date: 2023-04-13, complied: N}], expect: {X1: met}}\n",
        ["mine.tests.yaml:7: a: “faults”: no cell of contacts.complied is wrong."],
    ),
    (
        TESTS
        + "  - name: a\n    contacts:\n      - {contact_date: 2023-04-13}\n      - {contact_date: soon}\n    expect: {X1: met}\n",
        [
            "mine.tests.yaml:10: a: contacts.contact_date: not a date (YYYY-MM-DD or DD/MM/YYYY). If that is meant: “faults: [contacts.contact_date]”.",
        ],
    ),
    (
        TESTS + "  - {name: a, cases: {end_date: 2023-04-03}, expect: {X1: met}}\n",
        [
            "mine.tests.yaml:7: a: cases.start_date: later than “End date”. If that is meant: “faults: [cases.start_date]”.",
        ],
    ),
    (
        TESTS + "  - {name: a, contacts: [{contact_id: K}, {contact_id: K}], expect: {X1: met}}\n",
        ["mine.tests.yaml:7: a: has the key of the row on line 7: contact_id."],
    ),
    (
        TESTS + "  - {name: a, cases: {start_date: 2023-12-09}, expect: {X1: met}}\n",
        ["mine.tests.yaml:7: a: the case starts after as at, so nothing is asked of it."],
    ),
    (
        TESTS + "  - {name: a, contacts: [{contact_date: [1]}], cases: 7, expect: met}\n",
        [
            "mine.tests.yaml:7: a: “cases” takes a list, not “7”.",
            "mine.tests.yaml:7: a: “contact_date” takes the plain text of a cell, not a list.",
            "mine.tests.yaml:7: a: “expect” takes a mapping of keys to values, not “met”.",
        ],
    ),
]


@pytest.mark.parametrize(("tests", "said"), MISTAKES, ids=[said[0][:70] for _, said in MISTAKES])
def test_mistakes_are_told_with_their_place(mine: Path, tests: str, said: list[str]) -> None:
    with pytest.raises(ChecklistStop) as stopped:
        tried(mine, tests)
    assert list(stopped.value.lines) == said


def test_mistakes_of_the_file_and_of_its_records_are_told_together(mine: Path) -> None:
    with pytest.raises(ChecklistStop) as stopped:
        tried(
            mine, TESTS + "  - {name: a, expect: {X2: met}}\n  - {name: b, cases: {start_date: x}, expect: {X1: met}}\n"
        )
    assert [problem.line for problem in stopped.value.problems] == [7, 8]


def test_a_checklist_without_tests(mine: Path) -> None:
    with pytest.raises(ChecklistStop) as stopped:
        own_tests.run_tests([str(mine)])
    assert stopped.value.lines == (
        "mine.tests.yaml: not found. The tests of the checklist “mine” stand in a file of this name.",
    )


def lines(screen_lines: list[object]) -> list[str]:
    return [line.text for line in screen_lines]  # type: ignore[attr-defined]


WRONG = TESTS + "  - name: sent too late\n    contacts: [{contact_date: 2023-04-14}]\n    expect: {X1: met}\n"


def test_what_a_failure_shows(mine: Path) -> None:
    found = tried(mine, WRONG)
    assert lines(outcomes(found.tried, (), Screen(width=80, colour=False, plain=False))) == [
        " mine.tests.yaml:9: sent too late",
        "   X1   expected  ✔ met",
        "        got       ◐ late",
        "        Police enquiry sent Fri 14 April, 1 day after its deadline.",
        "",
        " 1 test, 1 state: 1 state of 1 test not as expected",
    ]


def test_a_failure_shows_what_a_record_of_the_test_forgot(tmp_path: Path) -> None:
    """A RAR day of which it is not said that it was attended, where the test's author had it counted: the first day is due on 30 May."""
    (tmp_path / "rar.yaml").write_bytes(SHIPPED["rar"].read_bytes())
    (tmp_path / "rar.tests.yaml").write_text(
        """\
tests_of: rar
as_at: 2023-12-08
tests:
  - name: a first day
    cases: {start_date: 2023-04-04}
    requirements: {requirement_id: R1, main_code: F}
    contacts: [{contact_date: 2023-05-12, rar_activity: "Y", complied: "Y", requirement_id: R1}]
    expect: {RA1: met}
""",
        encoding="utf-8",
    )
    (found,) = own_tests.run_tests([str(tmp_path / "rar.yaml")]).tried
    assert found.got is State.GAP
    assert found.why.endswith(" Nearly: contacts of Fri 12 May: attended is blank.")


def test_two_readings_that_differ_are_a_failure(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    true = evaluating.evaluate
    monkeypatch.setattr(evaluating, "evaluate", lambda item, case: replace(true(item, case), state=State.GAP))
    found = tried(mine, WRONG.replace("met}", "late}"))
    assert [(one.got, one.explained, one.differ, one.as_expected) for one in found.tried] == [
        (State.LATE, State.GAP, ("state",), False)
    ]
    shown = lines(outcomes(found.tried, (), Screen(width=80, colour=False, plain=False)))
    assert shown[3:5] == [
        "        The two readings differ in state: a bug in auditcheck. The plain one",
        "        says: gap",
    ]


def test_what_boundaries_show(mine: Path) -> None:
    found = tried(mine, WRONG.replace("met}", "late}"))
    assert lines(boundaries_screen(found.points(), Screen(width=80, colour=False, plain=False))) == [
        " X1 Sent",
        "   states",
        "     met: none · late: 1 · gap: none · not yet due: none · cannot tell: none",
        "   by 5 working days after start date",
        "     done on the last day: none · done the day after: 1",
        "     not done, as at the last day: none · not done, as at the day after: none",
        "     a weekend between: 1 · a bank holiday between: 1",
        "",
        " 11 points: 7 have no test",
        "   X1  states: met",
        "   X1  states: gap",
        "   X1  states: not yet due",
        "   X1  states: cannot tell",
        "   X1  by 5 working days after start date: done on the last day",
        "   X1  by 5 working days after start date: not done, as at the last day",
        "   X1  by 5 working days after start date: not done, as at the day after",
    ]


# What X1 asks, and what its tests are to try. A deadline that goes with as at is passed on any day, or on none.
TO_TRY = [
    (
        "{some: police_enquiry_sent, by: limit before as_at}",
        "met, late, gap, cannot tell, done on the last day, done the day after, a weekend between, a bank holiday between",
    ),
    (
        "{some: police_enquiry_sent, by: limit before as_at, from: end_date}",
        "met, late, gap, not yet due, cannot tell, "
        "done on the last day, done the day after, a weekend between, a bank holiday between",
    ),
    ("{some: police_enquiry_sent, by: limit after as_at}", "met, not yet due, cannot tell"),
]


@pytest.mark.parametrize(("asked", "to_try"), TO_TRY, ids=[asked for asked, _ in TO_TRY])
def test_what_no_case_can_come_to_is_not_to_be_tried(mine: Path, asked: str, to_try: str) -> None:
    mine.write_text(CHECKLIST.replace("{some: police_enquiry_sent, by: limit after start_date}", asked), "utf-8")
    found = tried(mine, WRONG)
    assert [point.name for point in found.points()] == to_try.split(", ")


# ── on random checklists and extracts ────────────────────────────────────────────────────────────


@seed(2)
@settings(max_examples=60, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
@given(audit=audits())
def test_every_state_that_occurs_is_one_to_try(audit: Audit) -> None:
    names = resolve(as_written(audit.dictionary), "d.yaml")
    checklist = read_checklist(as_written(audit.checklist), "c.yaml", names, [])
    assert checklist is not None
    tables = audit.tables | {"accepted": []}  # whoever accepts a gap does so of any item: no part of a checklist
    loaded = load(names, tables, missing_tables=audit.missing_tables, missing_columns=audit.missing_columns)
    try:
        calendar = Calendar.of(names.closed_days)
        found = records(loaded.con, names, range(loaded.cases))
        answers = []
        for number, record in found.items():
            case = CaseReading(names, audit.as_at, calendar, loaded.unknown_tables, record, audit.missing_columns)
            expect = {item.id: (State.MET, 1) for item in checklist.items}
            one = own_tests.CaseTest(str(number), "c", 1, checklist.name, audit.as_at, frozenset(), (), {}, expect)
            for item in checklist.items:
                outcome = evaluating.evaluate(item, case)
                answers.append(own_tests.Answer(one, item, outcome.state, outcome, case, (), ""))
    finally:
        loaded.con.close()
    points = boundaries.points(checklist.items, answers, names)
    for item in checklist.items:
        to_try = {point.name for point in points if point.item.id == item.id and point.part == "states"}
        assert {answer.engine.value for answer in answers if answer.item is item} <= to_try, item.met_if


# ── the command ──────────────────────────────────────────────────────────────────────────────────


def test_the_command(mine: Path) -> None:
    def typed(*words: str) -> tuple[int, str]:
        done = auditcheck("test", *words)
        return done.returncode, (done.stdout.splitlines() or done.stderr.splitlines())[-1].strip()

    assert typed("rar") == (0, "33 tests, 66 states: all as expected")
    assert typed("rar", "--boundaries") == (0, "33 tests, 66 states: all as expected")
    mine.with_name("mine.tests.yaml").write_text(WRONG.replace("met}", "late}"), encoding="utf-8")
    assert typed(str(mine)) == (0, "1 test, 1 state: all as expected")
    assert typed(str(mine.with_name("mine.tests.yaml"))) == (0, "1 test, 1 state: all as expected")
    assert typed(str(mine), "--boundaries") == (1, "1 test, 1 state: all as expected")
    mine.with_name("mine.tests.yaml").write_text(WRONG, encoding="utf-8")
    assert typed(str(mine)) == (1, "1 test, 1 state: 1 state of 1 test not as expected")
    mine.with_name("mine.tests.yaml").write_text("tests_of: mine\n", encoding="utf-8")
    assert typed(str(mine)) == (4, "mine.tests.yaml:1: needs “as_at” and “tests”.")
    assert typed("nix")[0] == 2


def test_reading_tests_imports_no_database() -> None:
    line = "import auditcheck.checklist_tests, sys; print(sorted({'duckdb', 'polars', 'pandera'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
