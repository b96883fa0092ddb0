"""Doubts about a checklist that can be read: one row for each, and rows that must stay silent."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from auditcheck.calendar import Calendar
from auditcheck.checklist import read_checklist
from auditcheck.dictionary import resolve
from auditcheck.evaluate import evaluate
from auditcheck.lint import can_apply, causes, doubts, lint, possible
from auditcheck.names import Names
from auditcheck.problems import Problem
from auditcheck.reading import CaseReading
from auditcheck.records import records
from auditcheck.reports.doubts import doubts_screen
from auditcheck.reports.terminal import Screen
from auditcheck.states import State
from auditcheck.yamlfile import parse_yaml
from tests.both_readings import as_written, load
from tests.random_audits import Audit, audits
from tests.test_cli import auditcheck

TOP = Path(__file__).parents[1]

DICTIONARY = """\
dictionary: test
cases:
  key: [crn]
  start: start_date
  end: end_date
  columns:
    crn: {type: text}
    start_date: {type: date}
    end_date: {type: date, blank: not happened}
    order: {type: code, values: {community: [CO], licence: [LIC]}}
    tier: {type: code, pattern: "[A-D][0-3]"}
    grade: {type: text, allowed: [po, pso]}
    hours: {type: number, at_least: 0, at_most: 300}
    indicated: {type: yes_no}
    reset: {type: yes_no, blank: no}
tables:
  contacts:
    link: [crn]
    columns:
      crn: {type: text}
      day: {type: date}
      type_code: {type: code, pattern: "[A-Z]+[0-9]*"}
facts:
  visits: {count: contacts, date: day, where: {type_code: V1}}
events:
  seen: {from: contacts, date: day, where: {type_code: V1}}
  odd: {from: contacts, date: day, where: {type_code: V-1}}
"""

CHECKLIST = """\
checklist: test
title: A checklist
version: "1"
settings: {limit: {value: 5 days, source: local default}}
items:
  - id: T1
    title: Seen in time
    severity: high
    source: made up
    to_fix: See them.
    fix_within: 2 working days
    relevant_if: RELEVANT
    left_out_if: LEFT_OUT
    met_if: {some: seen, by: limit after start_date}
"""


@pytest.fixture(scope="module")
def names() -> Names:
    return resolve(parse_yaml(DICTIONARY.encode(), "d.yaml"), "d.yaml")


def told(text: str, names: Names) -> list[str]:
    problems: list[Problem] = []
    checklist = read_checklist(parse_yaml(text.encode(), "c.yaml"), "c.yaml", names, problems)
    assert checklist is not None, problems
    return [str(doubt) for doubt in doubts(checklist, names)]


NOBODY = "c.yaml:12: T1: nobody can be relevant: no case can fulfil “relevant_if”."

# A condition of who is relevant, and whether any case can fulfil it.
RELEVANT = [
    ("{order: licence}", True),
    ("{order: licence, all_of: [{order: community}]}", False),
    ("{order: licence, any_of: [{order: community}, {indicated: yes}]}", True),
    ("{order: licence, any_of: [{order: community}, {not: {order: licence}}]}", False),
    ("{not: {order: [community, licence]}}", False),
    ("{not: {order: community}}", True),
    ("{indicated: yes, not: {indicated: yes}}", False),
    ("{not: {any_of: [{indicated: yes}, {indicated: no}]}}", False),
    ("{indicated: yes, all_of: [{indicated: {recorded: no}}]}", False),
    ("{reset: no, all_of: [{reset: {recorded: no}}]}", True),  # a blank means no
    ("{indicated: {recorded: yes}, all_of: [{indicated: {recorded: no}}]}", False),
    ("{has: seen, not: {has: seen}}", False),
    ("{has: seen, not: {has: odd}}", True),
    ("{hours: {at_least: 10, at_most: 10}}", True),
    ("{hours: {at_least: 10, at_most: 9}}", False),
    ("{hours: 5, all_of: [{hours: {at_least: 6}}]}", False),
    ("{hours: 6, all_of: [{hours: {at_least: 6}}]}", True),
    ("{start_date: {after: 2023-01-01, before: 2023-01-03}}", True),
    ("{start_date: {after: 2023-01-01, before: 2023-01-02}}", False),
    ("{start_date: {on_or_after: 2023-01-02, on_or_before: 2023-01-02}}", True),
    ("{start_date: {after: 6 weeks before as_at, before: 6 weeks before as_at}}", False),
    ("{start_date: {on_or_after: 6 weeks before as_at, on_or_before: 6 weeks before as_at}}", True),
    ("{start_date: {after: end_date, before: 6 weeks before as_at}}", True),
]


@pytest.mark.parametrize(("condition", "some"), RELEVANT, ids=[condition for condition, _ in RELEVANT])
def test_a_condition_that_nobody_can_fulfil(condition: str, some: bool, names: Names) -> None:
    text = CHECKLIST.replace("RELEVANT", condition).replace("LEFT_OUT", "[]")
    assert (NOBODY in told(text, names)) is not some


# Reasons, and what is said of them.
REASONS = [
    ("[{reason: Ended, when: {end_date: {before: deadline}}}]", []),
    (
        "[{reason: On licence, when: {order: licence}}]",
        ["c.yaml:13: T1: the reason “On licence” can never apply: no relevant case can fulfil it."],
    ),
    (
        "[{reason: Ended, when: {end_date: {before: deadline}}}, {reason: Over, when: {end_date: {before: deadline}}}]",
        ["c.yaml:13: T1: the reason “Over” can never apply: “Ended” asks the same before it."],
    ),
]


@pytest.mark.parametrize(("reasons", "said"), REASONS, ids=[reasons for reasons, _ in REASONS])
def test_a_reason_that_can_never_apply(reasons: str, said: list[str], names: Names) -> None:
    assert told(CHECKLIST.replace("RELEVANT", "{order: community}").replace("LEFT_OUT", reasons), names) == said


PLAIN = CHECKLIST.replace("    relevant_if: RELEVANT\n    left_out_if: LEFT_OUT\n", "")

# What of PLAIN is replaced, by what, and what is said.
DOUBTS = [
    ("", "", []),
    ("    fix_within: 2 working days\n", "", ["c.yaml:6: T1: no “fix_within”, so the gap list has no “by when”."]),
    ("    fix_within: 2 working days\n", "    mendable: no\n", []),
    (
        "    fix_within: 2 working days\n",
        "    fix_within: 2 days\n    mendable: no\n",
        ["c.yaml:11: T1: “fix_within” of what cannot be mended."],
    ),
    (
        "by: limit after start_date",
        "by: limit after start_date, from: 12 weeks before start_date",
        [
            "c.yaml:12: T1: the limit “12 weeks before start_date” has no source, and no region can change it. Make it a setting."
        ],
    ),
    (
        "items:\n",
        "from: 12 weeks before start_date\nitems:\n",
        [
            "c.yaml:5: the limit “12 weeks before start_date” has no source, and no region can change it. Make it a setting."
        ],
    ),
    ("some: seen", "some: odd", ["c.yaml:6: T1: contacts.type_code is never “V-1”, by the dictionary."]),
]


@pytest.mark.parametrize(("part", "by", "said"), DOUBTS)
def test_other_doubts(part: str, by: str, said: list[str], names: Names) -> None:
    assert part in PLAIN
    assert told(PLAIN.replace(part, by), names) == said


# What a fact is to be, and what the dictionary's rules say of it.
NEVER = [
    ("{tier: [A1, a2]}", []),
    ("{tier: [A1, E1]}", ["c.yaml:5: T1: tier is never “E1”, by the dictionary."]),
    ("{grade: [po, pso]}", []),
    ("{grade: [po, spo]}", ["c.yaml:5: T1: grade is never “spo”, by the dictionary."]),
    ("{hours: {at_least: 300}}", []),
    ("{hours: {at_least: 301}}", ["c.yaml:5: T1: hours is never at least 301, by the dictionary."]),
    ("{hours: 301}", ["c.yaml:5: T1: hours is never “301”, by the dictionary."]),
    ("{visits: {at_least: 301}}", []),
]


@pytest.mark.parametrize(("condition", "said"), NEVER, ids=[condition for condition, _ in NEVER])
def test_values_that_a_column_never_has(condition: str, said: list[str], names: Names) -> None:
    text = PLAIN.replace("settings: {limit: {value: 5 days, source: local default}}\n", "")
    text = text.replace("{some: seen, by: limit after start_date}", f"{{case: {condition}}}")
    assert told(text, names) == said


def test_a_deadline_that_nothing_has(names: Names) -> None:
    text = PLAIN.replace("settings: {limit: {value: 5 days, source: local default}}\n", "")
    text = text.replace("{some: seen, by: limit after start_date}", "{case: {indicated: yes}}")
    reason = "[{reason: Ended, when: {end_date: {before: deadline}}}]"
    assert told(text.replace("items:\n", f"left_out_if: {reason}\nitems:\n"), names) == [
        "c.yaml:4: the reason “Ended” can never apply: no item has a deadline."
    ]
    assert told(text.replace("    met_if:", f"    left_out_if: {reason}\n    met_if:"), names) == [
        "c.yaml:11: T1: the reason “Ended” can never apply: nothing in the item has a deadline."
    ]


@pytest.mark.parametrize(
    "when",
    [
        "{any_of: [{end_date: {before: deadline}}, {indicated: no}]}",  # the other can be
        "{not: {end_date: {before: deadline}}}",  # it is never before what there is not
    ],
)
def test_without_a_deadline_what_else_is_in_a_reason_can_apply(when: str, names: Names) -> None:
    text = PLAIN.replace("settings: {limit: {value: 5 days, source: local default}}\n", "")
    text = text.replace("{some: seen, by: limit after start_date}", "{case: {indicated: yes}}")
    assert told(text.replace("items:\n", f"left_out_if: [{{reason: Ended, when: {when}}}]\nitems:\n"), names) == []


def test_the_shipped_checklists_leave_no_doubt() -> None:
    assert [(doubt.item, doubt.text) for doubt in lint(()).doubts] == []


def test_names_and_ids_of_shipped_checklists(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = PLAIN.replace("some: seen", "some: police_liaison").replace("checklist: test", "checklist: Rar")
    path.write_text(text.replace("T1", "da2"), encoding="utf-8")
    assert [str(doubt) for doubt in lint([str(path)]).doubts] == [
        "mine.yaml:1: “Rar” is also used in the shipped rar.yaml: the two cannot be run together.",
        "mine.yaml:6: da2: “da2” is also used in the shipped domestic-abuse.yaml: the two cannot be run together.",
    ]


# ── against an extract ───────────────────────────────────────────────────────────────────────────


def extract(folder: Path, cases: int, *, order: str = "CO", unreadable: int = 0, blank: int = 0) -> Path:
    """So many cases seen a day after the start; of some the day of the contact cannot be read, of
    others the order is blank. The text SECRET stands in every unreadable cell."""
    folder.mkdir()
    (folder / "dictionary.yaml").write_text(DICTIONARY, encoding="utf-8")
    lines = ["crn,start_date,end_date,order,tier,grade,hours,indicated,reset"]
    contacts = ["crn,day,type_code"]
    for number in range(cases):
        lines.append(f"X{number},2023-01-03,,{'' if number < blank else order},A1,po,10,Y,N")
        contacts.append(f"X{number},{'SECRET' if number < unreadable else '2023-01-04'},V1")
    (folder / "cases.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "contacts.csv").write_text("\n".join(contacts) + "\n", encoding="utf-8")
    return folder


# The extract, who is relevant, and what is said.
AGAINST = [
    (
        {"cases": 12, "unreadable": 10},
        "{order: community}",
        ["83 % cannot tell (10 of 12), because contacts.day is unreadable."],
    ),
    (
        {"cases": 6, "unreadable": 5},
        "{order: community}",
        ["cannot tell (5 of 6), because contacts.day is unreadable."],
    ),
    ({"cases": 12, "blank": 3}, "{order: community}", ["25 % cannot tell (3 of 12), because cases.order is blank."]),
    (
        {"cases": 12, "blank": 3, "unreadable": 4},
        "{order: community}",
        ["33 % cannot tell (4 of 12), because contacts.day is unreadable (4 of 4) and cases.order is blank (3 of 4)."],
    ),
    ({"cases": 12}, "{order: licence}", ["nobody is relevant, of 12 cases."]),
    ({"cases": 12}, "{order: community}", ["everybody is met (12 of 12). Is it asked of the right cases?"]),
]


@pytest.mark.parametrize(("what", "relevant", "said"), AGAINST, ids=[said[0] for _, _, said in AGAINST])
def test_against_an_extract(what: dict[str, int], relevant: str, said: list[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(CHECKLIST.replace("RELEVANT", relevant).replace("LEFT_OUT", "[]"), encoding="utf-8")
    found = lint([str(path)], extract=extract(tmp_path / "extract", **what))
    assert [str(doubt) for doubt in found.doubts] == [f"mine.yaml:6: T1: {text}" for text in said]


def test_a_table_that_was_not_supplied(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(PLAIN, encoding="utf-8")
    folder = extract(tmp_path / "extract", 10)
    (folder / "contacts.csv").unlink()
    assert [str(doubt) for doubt in lint([str(path)], extract=folder).doubts] == [
        "mine.yaml:6: T1: 100 % cannot tell (10 of 10), because contacts was not supplied or is empty."
    ]


# ── on random checklists and extracts ────────────────────────────────────────────────────────────


#: How many doubts have a cause that could be named, and how many have none.
CAUSES: Counter[bool] = Counter()


@seed(1)
@settings(max_examples=60, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
@given(audit=audits())
def look_at_random_audits(audit: Audit) -> None:
    names = resolve(as_written(audit.dictionary), "d.yaml")
    checklist = read_checklist(as_written(audit.checklist), "c.yaml", names, [])
    assert checklist is not None
    list(doubts(checklist, names))  # whatever it says, it can say it
    loaded = load(names, audit.tables, missing_tables=audit.missing_tables, missing_columns=audit.missing_columns)
    try:
        calendar = Calendar.of(names.closed_days)
        for record in records(loaded.con, names, range(loaded.cases)).values():
            case = CaseReading(names, audit.as_at, calendar, loaded.unknown_tables, record, audit.missing_columns)
            for item in checklist.items:
                outcome = evaluate(item, case)
                relevant = [item.relevant_if] if item.relevant_if is not None else []
                assert outcome.relevant is not True or possible(relevant, names), item
                held = {
                    words for leaf in outcome.leaves for s in leaf.settled for words, held in s.reason_tests if held
                }
                for reason in (*item.left_out_if, *item.excused_if):
                    if reason.words in held:
                        same = [r for r in (*item.left_out_if, *item.excused_if) if r.words == reason.words]
                        both = relevant if outcome.relevant else []
                        assert any(can_apply(r, item) and possible([r.when, *both], names) for r in same), reason
                if outcome.state is State.CANNOT_TELL:
                    CAUSES[bool(causes(item, case))] += 1
    finally:
        loaded.con.close()


def test_what_a_case_fulfils_is_never_called_impossible_and_nearly_every_doubt_has_a_cause() -> None:
    CAUSES.clear()
    look_at_random_audits()
    assert CAUSES[True] > 200
    assert CAUSES[False] <= 0.02 * CAUSES[True], CAUSES


# ── the command, and the hook ────────────────────────────────────────────────────────────────────


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    folder = extract(tmp_path / "extract", 12, unreadable=10)
    path.write_text(PLAIN, encoding="utf-8")
    plain = ["lint", str(path), "--dictionary", str(folder / "dictionary.yaml")]
    done = auditcheck(*plain, "--strict")
    assert (done.returncode, done.stdout) == (0, " 1 checklist, 1 item, 1 setting: no mistake, no doubt\n")
    tried = [*plain, "--extract", str(folder)]
    for words, code in ((tried, 0), ([*tried, "--strict"], 4)):
        done = auditcheck(*words)
        assert (done.returncode, done.stderr) == (code, "")
        assert done.stdout.splitlines()[-1] == " 1 checklist, 1 item, 1 setting, tried on extract: no mistake, 1 doubt"
        assert "SECRET" not in done.stdout
    path.write_text(PLAIN.replace("severity: high", "severty: high"), encoding="utf-8")
    done = auditcheck(*plain)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("mine.yaml:8: T1: unknown key “severty”")


def test_the_screen() -> None:
    found = lint((), extract=TOP / "examples/brighton-east-sussex")
    shown = [line.text for line in doubts_screen(found, Screen(width=80, colour=False, plain=False))]
    assert all(len(line) <= 80 for line in shown)
    assert shown[0] == " domestic-abuse.yaml"


def test_it_starts_without_a_database() -> None:
    line = (
        "import auditcheck.lint, sys; auditcheck.lint.lint(());"
        "print(sorted({'duckdb', 'polars', 'pandera'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("file", "looked_at"),
    [
        ("checklists/rar.yaml", True),
        ("audit/checklists/mine.yaml", True),
        ("checklists/dictionary.yaml", False),
        ("checklists/rar.tests.yaml", False),
        ("checklists/team.dictionary.yaml", False),
        ("other/rar.yaml", False),
    ],
)
def test_the_hook_looks_at_checklists(file: str, looked_at: bool) -> None:
    text = (TOP / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    hook = dict(re.findall(r"^[- ] (\w+): (.*)$", text, re.MULTILINE))
    assert hook["entry"] == "auditcheck lint"
    assert bool(re.search(hook["files"], file) and not re.search(hook["exclude"], file)) is looked_at
