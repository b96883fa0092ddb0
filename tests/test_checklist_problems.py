"""What a checklist may not say, and what is said of it: one row for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditcheck.checklist import find_checklist, load_checklists, read_checklist
from auditcheck.dictionary import load_dictionary, resolve
from auditcheck.problems import ChecklistStop, Problem, UsageStop
from auditcheck.shipped import shipped_checklists
from auditcheck.yamlfile import parse_yaml

NAMES = resolve(
    parse_yaml(
        b"""\
dictionary: test
cases:
  key: [crn]
  start: start_date
  columns:
    crn: {type: text}
    start_date: {type: date}
    order: {type: code, values: {community: [CO], licence: [LIC]}}
tables:
  contacts: {link: [crn], columns: {crn: {type: text}, day: {type: date}}}
events:
  seen: {from: contacts, date: day}
""",
        "d.yaml",
    ),
    "d.yaml",
)

CHECKLIST = """\
checklist: test
title: A checklist
version: "1"
settings:
  limit: {value: 5 days, source: local default}
items:
  - id: DA1
    title: Seen in time
    severity: high
    source: made up
    to_fix: See them.
    met_if: {some: seen, by: limit after start_date}
"""


def told(text: str) -> list[str]:
    """What is said of a checklist."""
    problems: list[Problem] = []
    try:
        read_checklist(parse_yaml(text.encode(), "c.yaml", problems), "c.yaml", NAMES, problems)
    except ChecklistStop as stop:
        problems += stop.problems
    return list(ChecklistStop.of(problems).lines)


# The line of CHECKLIST that is replaced, by what, and what is said.
MISTAKES = [
    pytest.param(
        1,
        "note: no name",
        [
            "c.yaml:1: needs “checklist”.",
        ],
        id="no name",
    ),
    pytest.param(
        1,
        "dictionary: mine",
        [
            "c.yaml:1: this is a dictionary; a checklist begins with “checklist: NAME”.",
        ],
        id="a dictionary",
    ),
    pytest.param(
        1,
        "checklist:",
        [
            "c.yaml:1: “checklist” has no value. Write one, or delete the key.",
        ],
        id="nothing behind it",
    ),
    pytest.param(
        1,
        "checklist: test\nsetings: {}",
        [
            "c.yaml:2: unknown key “setings”; allowed: checklist, from, items, left_out_if, note, ratings, settings, title, until or version. Did you mean “settings”?",
        ],
        id="unknown key",
    ),
    pytest.param(
        1,
        "checklist: test\nfrom: 2 weeks after strt_date\nuntil: []",
        [
            "c.yaml:2: no date fact is called “strt_date”; allowed: a date written YYYY-MM-DD, a date fact, or as_at. Did you mean “start_date”?",
            "c.yaml:3: “until” needs at least one date.",
        ],
        id="kept for every item",
    ),
    pytest.param(
        1,
        "checklist: test\nleft_out_if: [{reason: a, when: {has: seen}, lasts: 2 weeks}]",
        [
            "c.yaml:2: “lasts” belongs to excused_if.",
        ],
        id="reasons for every item",
    ),
    pytest.param(
        1,
        "checklist: test\nleft_out_if: {reason: a, when: {has: seen}}",
        [
            "c.yaml:2: “left_out_if” takes a list, not a mapping.",
        ],
        id="reasons not a list",
    ),
    pytest.param(
        1,
        "checklist: test\nleft_out_if: [ended]",
        [
            "c.yaml:2: “left_out_if” takes a mapping of keys to values, not “ended”.",
        ],
        id="a reason of text",
    ),
    pytest.param(
        3,
        "version: ''",
        [
            "c.yaml:3: “version” is blank.",
        ],
        id="version of nothing",
    ),
    pytest.param(
        5,
        "  limit: 5 days",
        [
            "c.yaml:5: “limit” takes a mapping of keys to values, not “5 days”.",
        ],
        id="setting of text",
    ),
    pytest.param(
        5,
        "  limit: {value: 5 days}",
        [
            "c.yaml:5: “limit” needs “source”.",
        ],
        id="setting without source",
    ),
    pytest.param(
        5,
        "  limit: {value: [5 days], source: local default}",
        [
            "c.yaml:5: “value” takes plain text, not a list.",
        ],
        id="setting of a list",
    ),
    pytest.param(
        5,
        "  limit:",
        [
            "c.yaml:5: “limit” has no value. Write one, or delete the key.",
        ],
        id="setting of nothing",
    ),
    pytest.param(
        5,
        "  limit: {value: 5 days, source: x}\n  start_date: {value: 2026-01-01, source: x}",
        [
            "c.yaml:6: the setting “start_date” has the name of a fact. Give it another.",
        ],
        id="setting named as a fact",
    ),
    pytest.param(
        5,
        "  limit: {value: 5 days, source: x}\n  Day limit: {value: 1 day, source: x}",
        [
            "c.yaml:6: “Day limit” cannot be the name of a setting; allowed: small letters, digits and _.",
        ],
        id="setting named badly",
    ),
    pytest.param(
        5,
        "  limit: {value: 5 days, source: x}\n  as_at: {value: 1 day, source: x}",
        [
            "c.yaml:6: “as_at” cannot be the name of a setting; allowed: small letters, digits and _.",
        ],
        id="setting named as a word",
    ),
    pytest.param(
        5,
        "  limit: {value: 5 days, source: x}\n  other: {value: 1 day, source: x}",
        [
            "c.yaml:6: the setting “other” is never used.",
        ],
        id="setting never used",
    ),
    pytest.param(
        5,
        "  limit: {value: soon, source: x}",
        [
            "c.yaml:5: the setting “limit”: “soon” is no length of time; allowed: such as 10 working days, 6 weeks, 1 month or 15 days.",
        ],
        id="setting of another kind",
    ),
    pytest.param(
        6,
        "items: none\nstandards:",
        [
            "c.yaml:6: “items” takes a list of items, not “none”.",
            "c.yaml:7: unknown key “standards”; allowed: checklist, from, items, left_out_if, note, ratings, settings, title, until or version.",
        ],
        id="items of text",
    ),
    pytest.param(
        6,
        "items: []\nstandards:",
        [
            "c.yaml:6: “items” needs at least one item.",
            "c.yaml:7: unknown key “standards”; allowed: checklist, from, items, left_out_if, note, ratings, settings, title, until or version.",
        ],
        id="no items",
    ),
    pytest.param(
        7,
        "  - DA1\n  - id: DA2",
        [
            "c.yaml:7: takes a mapping of keys to values, not “DA1”.",
        ],
        id="item of text",
    ),
    pytest.param(
        7,
        "  - {id: da1, title: x, severity: low, source: x, to_fix: x, met_if: {none: seen}}\n  - id: DA1",
        [
            "c.yaml:8: DA1: the id stands here a second time; first on line 7.",
        ],
        id="id twice",
    ),
    pytest.param(
        7,
        "  - note: x",
        [
            "c.yaml:7: needs “id”.",
        ],
        id="no id",
    ),
    pytest.param(
        7,
        "  - id: ' '",
        [
            "c.yaml:7: “id” is blank.",
        ],
        id="blank id",
    ),
    pytest.param(
        8,
        "    titel: Seen",
        [
            "c.yaml:8: DA1: unknown key “titel”; allowed: excused_if, fix_within, from, id, left_out_if, mendable, met_if, note, relevant_if, severity, source, standard, title, to_fix or until. Did you mean “title”?",
        ],
        id="title misspelt",
    ),
    pytest.param(
        8,
        "    title: [Seen]",
        [
            "c.yaml:8: DA1: “title” takes plain text, not a list.",
        ],
        id="title of a list",
    ),
    pytest.param(
        9,
        "    severity: hihg",
        [
            "c.yaml:9: DA1: “severity” takes high, medium or low, not “hihg”. Did you mean “high”?",
        ],
        id="severity",
    ),
    pytest.param(
        9,
        "    severity: {high: yes}",
        [
            "c.yaml:9: DA1: “severity” takes high, medium or low, not a mapping.",
        ],
        id="severity of a mapping",
    ),
    pytest.param(
        12,
        "    met_if: {some: sen, by: limit after start_date}",
        [
            "c.yaml:12: DA1: no event is called “sen”. Did you mean “seen”?",
        ],
        id="no such event",
    ),
    pytest.param(
        12,
        "    met_if: {some: [seen], by: limit after start_date}",
        [
            "c.yaml:12: DA1: the name of one event is wanted here, not a list.",
        ],
        id="event of a list",
    ),
    pytest.param(
        12,
        "    met_if: {some: seen, by: limit after strt_date}",
        [
            "c.yaml:12: DA1: no date fact is called “strt_date”; allowed: a date written YYYY-MM-DD, a date fact, or as_at. Did you mean “start_date”?",
        ],
        id="no such date",
    ),
    pytest.param(
        12,
        "    met_if: {some: seen, by: limit of start_date}",
        [
            "c.yaml:12: DA1: no date fact is called “limit of start_date”; allowed: a date written YYYY-MM-DD, a date fact, as_at, or a length of time after or before one of them. Did you mean “start_date”?",
        ],
        id="a word that is none",
    ),
    pytest.param(
        12,
        "    met_if: {some: seen, by: limt after start_date}",
        [
            "c.yaml:5: the setting “limit” is never used.",
            "c.yaml:12: DA1: “limt” is no length of time; allowed: such as 10 working days, 6 weeks, 1 month, 15 days, or a setting that is one. Did you mean “limit”?",
        ],
        id="no such length",
    ),
    pytest.param(
        12,
        "    met_if: {some: seen, by: 2 fortnights after start_date}\n    fix_within: limit",
        [
            "c.yaml:12: DA1: “2 fortnights” is no length of time; allowed: such as 10 working days, 6 weeks, 1 month, 15 days, or a setting that is one.",
        ],
        id="a length that is none",
    ),
    pytest.param(
        12,
        "    met_if: {some: seen, by: limit after order}",
        [
            "c.yaml:12: DA1: “order” is not a date; allowed: a date written YYYY-MM-DD, a date fact, or as_at.",
        ],
        id="a fact that is no date",
    ),
    pytest.param(
        12,
        "    met_if: {some: seen, by: limit after deadline}",
        [
            "c.yaml:12: DA1: “deadline” is known only in left_out_if and excused_if.",
        ],
        id="deadline",
    ),
    pytest.param(
        12,
        "    met_if: {some: seen, by: {limit: start_date}}",
        [
            "c.yaml:5: the setting “limit” is never used.",
            "c.yaml:12: DA1: a date is written on one line, such as “6 weeks after start_date”.",
        ],
        id="a date of a mapping",
    ),
    pytest.param(
        12,
        "    met_if: seen",
        [
            "c.yaml:5: the setting “limit” is never used.",
            "c.yaml:12: DA1: a pattern is a mapping with one of: some, none, each, gaps_between, case, judged, all_of or any_of; not “seen”.",
        ],
        id="pattern of text",
    ),
    pytest.param(
        12,
        "    met_if:",
        [
            "c.yaml:5: the setting “limit” is never used.",
            "c.yaml:12: “met_if” has no value. Write one, or delete the key.",
        ],
        id="pattern of nothing",
    ),
    pytest.param(
        12,
        "    met_if: {sum: seen, by: limit after start_date}",
        [
            "c.yaml:12: DA1: a pattern has exactly one of: some, none, each, gaps_between, case, judged, all_of or any_of.",
        ],
        id="no pattern",
    ),
    pytest.param(
        12,
        "    met_if: {some: seen, none: seen, by: limit after start_date}",
        [
            "c.yaml:12: DA1: a pattern has exactly one of: some, none, each, gaps_between, case, judged, all_of or any_of, and here are some and none.",
        ],
        id="two patterns",
    ),
    pytest.param(
        12,
        "    met_if: {some: seen, bye: limit after start_date}",
        [
            "c.yaml:12: DA1: unknown key “bye”; allowed: at_least, by, from, some or until. Did you mean “by”?",
        ],
        id="key of a pattern",
    ),
    pytest.param(
        12,
        "    met_if: {some: seen}\n    fix_within: limit",
        [
            "c.yaml:12: DA1: needs “by”.",
        ],
        id="pattern without its keys",
    ),
    pytest.param(
        12,
        "    met_if: {some: seen, by: limit after start_date, at_least: two}",
        [
            "c.yaml:12: DA1: “two” is neither a whole number nor a setting that is one.",
        ],
        id="number",
    ),
    pytest.param(
        12,
        "    met_if: {some: seen, by: limit after start_date, at_least: 0}",
        [
            "c.yaml:12: DA1: “at_least” must be at least 1.",
        ],
        id="number 0",
    ),
    pytest.param(
        12,
        "    met_if: {all_of: {none: seen}}\n    fix_within: limit",
        [
            "c.yaml:12: DA1: “all_of” takes a list of patterns, not a mapping.",
        ],
        id="patterns not a list",
    ),
    pytest.param(
        12,
        "    met_if: {all_of: [{some: sent, by: limit after start_date}, seen, {any_of: []}]}",
        [
            "c.yaml:12: DA1: a pattern is a mapping with one of: some, none, each, gaps_between, case, judged, all_of or any_of; not “seen”.",
            "c.yaml:12: DA1: no event is called “sent”. Did you mean “seen”?",
            "c.yaml:12: DA1: “any_of” needs at least one pattern.",
        ],
        id="patterns inside",
    ),
    pytest.param(
        12,
        "    met_if: {case: order}\n    fix_within: limit",
        [
            "c.yaml:12: DA1: a condition is a mapping such as “{fact: value}”.",
        ],
        id="condition of text",
    ),
    pytest.param(
        12,
        "    met_if: {case: {}}\n    fix_within: limit",
        [
            "c.yaml:12: DA1: a condition is a mapping such as “{fact: value}”.",
        ],
        id="condition empty",
    ),
    pytest.param(
        12,
        "    met_if: {case: {ordr: licence}}\n    fix_within: limit",
        [
            "c.yaml:12: DA1: no fact is called “ordr”. Did you mean “order”?",
        ],
        id="no such fact",
    ),
    pytest.param(
        12,
        "    met_if: {case: {order: [licence, communty]}}\n    fix_within: limit",
        [
            "c.yaml:12: DA1: “order” takes community or licence, not “communty”. Did you mean “community”?",
        ],
        id="wrong code",
    ),
    pytest.param(
        12,
        "    met_if: {case: {order: []}}\n    fix_within: limit",
        [
            "c.yaml:12: DA1: “order” needs at least one value.",
        ],
        id="no value",
    ),
    pytest.param(
        12,
        "    met_if: {case: {order: {befor: as_at}, start_date: {at_least: 2}}}\n    fix_within: limit",
        [
            "c.yaml:12: DA1: “at_least” compares numbers, and “start_date” is not a number.",
            "c.yaml:12: DA1: “befor” is no comparison; allowed: before, after, on_or_before, on_or_after, at_least, at_most, same_as, differs_from or recorded. Did you mean “before”?",
        ],
        id="wrong comparison",
    ),
    pytest.param(
        12,
        "    met_if: {case: {any_of: {order: licence}, not: [order]}}\n    fix_within: limit",
        [
            "c.yaml:12: DA1: a condition is a mapping such as “{fact: value}”.",
            "c.yaml:12: DA1: “any_of” takes a list of conditions.",
        ],
        id="conditions not a list",
    ),
    pytest.param(
        12,
        "    met_if: {case: {order: {recorded: often}}}\n    fix_within: limit",
        [
            "c.yaml:12: DA1: “recorded” takes yes or no.",
        ],
        id="recorded",
    ),
    pytest.param(
        12,
        "    met_if: {case: {order: {same_as: start_date}}}\n    fix_within: limit",
        [
            "c.yaml:12: DA1: “order” and “start_date” are of different types.",
        ],
        id="of different kinds",
    ),
    pytest.param(
        12,
        "    met_if: {judged: {question: Good enough?, off: sample}}\n    fix_within: limit",
        [
            "c.yaml:12: DA1: unknown key “off”; allowed: item, of, question or relevant_if. Did you mean “of”?",
        ],
        id="question",
    ),
    pytest.param(
        12,
        "    met_if: {judged: {question: Good enough?, of: samples}}\n    fix_within: limit",
        [
            "c.yaml:12: DA1: “of” takes every case or sample, not “samples”. Did you mean “sample”?",
        ],
        id="question of a sample",
    ),
    pytest.param(
        12,
        "    met_if: {judged: {question: Good enough?, item: DA9}}\n    fix_within: limit",
        [
            "c.yaml:7: DA1: “judged”: no item of this checklist is called “DA9”. Did you mean “DA1”?",
        ],
        id="question of another item",
    ),
    pytest.param(
        12,
        "    met_if: {none: seen}\n    mendable: perhaps\n    fix_within: limit",
        [
            "c.yaml:13: DA1: “mendable” takes yes or no, not “perhaps”.",
        ],
        id="mendable",
    ),
    pytest.param(
        12,
        "    met_if: {none: seen}\n    left_out_if: [{reason: x, when: {has: seen}, lasts: limit}]",
        [
            "c.yaml:13: DA1: “lasts” belongs to excused_if.",
        ],
        id="lasts of a reason to leave out",
    ),
    pytest.param(
        12,
        "    met_if: {none: seen}\n    excused_if: [{reason: x, when: {order: licence}, lasts: limit}]",
        [
            "c.yaml:13: DA1: “lasts” counts from an event, so “when” must be “{has: EVENT}”.",
        ],
        id="lasts without an event",
    ),
    pytest.param(
        12,
        "    met_if: {none: seen}\n    excused_if: [{when: {has: seen}, lasts: limit}]",
        [
            "c.yaml:13: DA1: “excused_if” needs “reason”.",
        ],
        id="reason without words",
    ),
    pytest.param(
        12,
        "    met_if: {some: sen, by: limit after strt_date, bye: x}\n    relevant_if: {ordr: x}\n    severty: low",
        [
            "c.yaml:12: DA1: no date fact is called “strt_date”; allowed: a date written YYYY-MM-DD, a date fact, or as_at. Did you mean “start_date”?",
            "c.yaml:12: DA1: no event is called “sen”. Did you mean “seen”?",
            "c.yaml:12: DA1: unknown key “bye”; allowed: at_least, by, from, some or until. Did you mean “by”?",
            "c.yaml:13: DA1: no fact is called “ordr”. Did you mean “order”?",
            "c.yaml:14: DA1: unknown key “severty”; allowed: excused_if, fix_within, from, id, left_out_if, mendable, met_if, note, relevant_if, severity, source, standard, title, to_fix or until. Did you mean “severity”?",
        ],
        id="several at once",
    ),
]


@pytest.mark.parametrize(("line", "text", "expected"), MISTAKES)
def test_mistakes(line: int, text: str, expected: list[str]) -> None:
    lines = CHECKLIST.splitlines()
    lines[line - 1] = text
    assert told("\n".join(lines)) == expected


def test_no_mistake() -> None:
    assert told(CHECKLIST) == []


def load(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ChecklistStop) as stop:
        load_checklists([folder / f"{name}.yaml" for name in files], NAMES)
    assert stop.value.exit_code == 4
    return list(stop.value.lines)


def test_every_mistake_of_every_file_comes_at_once(tmp_path: Path) -> None:
    wrong = CHECKLIST.replace("high", "higher").replace("checklist: test", "checklist: other").replace("DA1", "DB1")
    unreadable = "checklist: [\n"
    twice = (
        CHECKLIST.replace("checklist: test", "checklist: third").replace("DA1", "da1") + "    title: Again\n    note:\n"
    )
    assert load(tmp_path, c=CHECKLIST, b=wrong, d=unreadable, a=twice) == [
        "a.yaml:7: da1: the id “da1” is already used in c.yaml, line 7.",
        "a.yaml:13: “title” stands here a second time; first on line 8.",
        "a.yaml:14: “note” has no value. Write one, or delete the key.",
        "b.yaml:9: DB1: “severity” takes high, medium or low, not “higher”. Did you mean “high”?",
        "d.yaml:2: not readable as YAML here. Check the indentation and the brackets, and put quotes round text that "
        "holds “: ” or “ #” or begins with a sign.",
    ]


def test_two_checklists_of_one_name(tmp_path: Path) -> None:
    assert load(tmp_path, a=CHECKLIST, b=CHECKLIST.replace("DA1", "DB1")) == [
        "b.yaml:1: the name “test” is already used in a.yaml, line 1."
    ]


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(CHECKLIST, encoding="utf-8")
    assert len(load_checklists([tmp_path / "a.yaml", tmp_path / "." / "a.yaml"], NAMES)) == 1


@pytest.mark.parametrize("name", ["domestic-abus", "x" * 300, "a\0b", "tests"])
def test_no_such_checklist(name: str) -> None:
    with pytest.raises(UsageStop) as stop:
        find_checklist(name, shipped_checklists())
    (line,) = stop.value.lines
    assert line.startswith("no checklist is called “")
    assert ("Did you mean “domestic-abuse”?" in line) == (name == "domestic-abus")


def test_a_file_of_that_name_is_offered(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(CHECKLIST, encoding="utf-8")
    with pytest.raises(UsageStop, match=r"Did you mean “.*ours\.yaml”"):
        find_checklist(str(tmp_path / "ours"), shipped_checklists())


def test_the_shipped_checklists() -> None:
    found = load_checklists(shipped_checklists().values(), load_dictionary())
    assert [checklist.name for checklist in found] == [
        "domestic-abuse",
        "safeguarding",
        "assessment",
        "planning",
        "rar",
        "enforcement",
        "oversight",
        "sentence-plan",
        "prompt-start",
        "continuity",
        "accredited-programmes",
        "commissioned-services",
        "multi-agency",
        "home-visits",
        "reviewing",
        "appointments",
        "outcomes",
        "diversity",
        "key-questions",
    ]
