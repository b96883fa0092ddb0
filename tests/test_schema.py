"""The JSON Schemas of the files that people write: they take every file that ships, and refuse what is wrong.

A schema knows the shape of a file, and not the names in a dictionary: those are told by the models.
"""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from auditcheck.adjustments import adjust
from auditcheck.calendar import read_duration
from auditcheck.checklist import load_checklists
from auditcheck.checklist_tests import load_tests
from auditcheck.dictionary import load_dictionary
from auditcheck.problems import ChecklistStop, Problem
from auditcheck.schema import SCHEMAS, schema_text
from auditcheck.shipped import shipped, shipped_folder

TOP = Path(__file__).parents[1]
KEPT = shipped_folder() / "schema"
#: Where the schema of each kind of file stands.
KEPT_AS = {name: KEPT / f"{name}.schema.json" for name in SCHEMAS} | {
    "result": TOP / "src" / "auditcheck" / "data" / "results.schema.json"
}
FILES = sorted((*(TOP / "checklists").glob("*.yaml"), *(TOP / "examples").rglob("*.yaml")))


class DatesAsText(SafeConstructor):
    pass


DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


def as_an_editor_reads_it(text: str) -> Any:
    """YAML 1.2 with its own readings of numbers and true; a date stays the text that it is in JSON."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): plain(part) for key, part in value.items()}
        if isinstance(value, list):
            return [plain(part) for part in value]
        return value

    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = DatesAsText
    return plain(yaml.load(text))


def kind_of(text: str) -> str:
    first = next(line for line in text.splitlines() if line and not line.startswith("#"))
    return {"tests_of": "tests"}.get(first.split(":")[0], first.split(":")[0])


def fits(kind: str, raw: Any) -> bool:
    return bool(Draft202012Validator(SCHEMAS[kind]()).is_valid(raw))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_and_its_file_is_up_to_date(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name]())
    file = KEPT_AS[name]
    if name != "result" and os.environ.get("AUDITCHECK_GOLDEN") == "write":
        file.write_text(schema_text(name), encoding="utf-8", newline="\n")
    assert file.read_text(encoding="utf-8") == schema_text(name)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_file_that_ships_fits_and_names_its_schema(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    kind = kind_of(text)
    assert fits(kind, as_an_editor_reads_it(text))
    named = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert (file.parent / named).resolve() == (TOP / "checklists" / "schema" / f"{kind}.schema.json").resolve()


def test_the_adjustments_of_the_readme_fit_and_name_their_schema() -> None:
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    [text] = re.findall(r"```yaml\n(# yaml-language-server.*\nadjustments:.*?)```", readme, re.DOTALL)
    assert text.splitlines()[0] == "# yaml-language-server: $schema=checklists/schema/adjustments.schema.json"
    assert fits("adjustments", as_an_editor_reads_it(text))


ITEM = """
checklist: c
title: C
version: "1"
settings:
  limit: {value: 10 days, source: local default}
items:
  - id: A1
    title: A
    severity: high
    source: none
    to_fix: Do it.
    met_if: {some: police_enquiry_sent, by: limit after start_date}
"""

#: What is wrong, what stands in ITEM, and what stands there instead.
BROKEN_CHECKLISTS = [
    ("an unknown key", "title: C\n", "title: C\ntitel: C\n"),
    ("an unknown key of an item", "    to_fix: Do it.", "    to_fix: Do it.\n    too_fix: Do it."),
    ("a key is missing", "    source: none\n", ""),
    ("no items", ITEM[ITEM.index("items:") :], "items: []"),
    ("a severity that there is not", "severity: high", "severity: urgent"),
    ("two patterns", "{some: police_enquiry_sent,", "{some: police_enquiry_sent, none: absence,"),
    ("no pattern", "{some: police_enquiry_sent, by: limit after start_date}", "{by: start_date}"),
    ("no deadline", ", by: limit after start_date", ""),
    ("a key of another pattern", ", by:", ", older_than: 1 week, by:"),
    ("a deadline without a unit", "limit after start_date", "10 after start_date"),
    ("a deadline of working weeks", "limit after start_date", "2 working weeks after start_date"),
    ("a length of time without a unit", "    met_if:", "    fix_within: 10\n    met_if:"),
    ("no whole number", "some: police_enquiry_sent,", "some: police_enquiry_sent, at_least: 1.5,"),
    ("nought of something", "some: police_enquiry_sent,", "some: police_enquiry_sent, at_least: 0,"),
    ("a setting without a source", ", source: local default", ""),
    ("neither within nor by", "{some: police_enquiry_sent, by: limit after start_date}", "{each: absence, followed_by: warning_letter}"),
    ("a key left empty", "severity: high", "severity:"),
    ("a condition that is text", "    met_if:", "    relevant_if: rosh is high\n    met_if:"),
    ("a comparison that there is not", "    met_if:", "    relevant_if: {start_date: {beyond: end_date}}\n    met_if:"),
    ("a reason without words", "    met_if:", "    left_out_if: [{when: {rosh: low}}]\n    met_if:"),
    ("perhaps", "    met_if:", "    mendable: perhaps\n    met_if:"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "old", "new"), BROKEN_CHECKLISTS, ids=[row[0] for row in BROKEN_CHECKLISTS])
def test_a_broken_checklist_is_refused_by_the_schema_and_by_the_reader(
    what: str, old: str, new: str, tmp_path: Path
) -> None:
    assert fits("checklist", as_an_editor_reads_it(ITEM))
    assert ITEM.count(old) == 1
    text = ITEM.replace(old, new)
    assert not fits("checklist", as_an_editor_reads_it(text))
    file = tmp_path / "c.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ChecklistStop):
        load_checklists([file], load_dictionary())


DICTIONARY = """
dictionary: d
cases:
  key: crn
  start: start_date
  group_by: {team: {code: crn}}
  columns:
    crn: {type: text}
    start_date: {type: date}
tables:
  contacts: {link: crn, columns: {crn: {type: text}, day: {type: date}}}
facts:
  seen: {count: contacts, date: day}
events:
  contact: {from: contacts, date: day, once_a_day: yes}
"""
BROKEN_DICTIONARIES = [
    ("an unknown key", "dictionary: d", "dictionary: d\nowner: me"),
    ("a type that there is not", "crn: {type: text}\n    start", "crn: {type: string}\n    start"),
    ("an unknown key of a column", "start_date: {type: date}", "start_date: {type: date, blanc: not happened}"),
    ("no cases", DICTIONARY[DICTIONARY.index("cases:") : DICTIONARY.index("tables:")], ""),
    ("cases without a start", "  start: start_date\n", ""),
    ("a group without a code", "{code: crn}", "{label: crn}"),
    ("a table without columns", ", columns: {crn: {type: text}, day: {type: date}}", ""),
    ("a fact of two forms", "{count: contacts,", "{count: contacts, some: contacts,"),
    ("a fact with a key of another form", "{count: contacts, date: day}", "{count: contacts, date: day, until: day}"),
    ("an event without a date", "{from: contacts, date: day,", "{from: contacts,"),
    ("an event with from and any", "{from: contacts, date: day,", "{any: [contact], from: contacts, date: day,"),
    ("a day that is none", "dictionary: d", "dictionary: d\nas_at: 8 December 2023"),
    ("closed days of elsewhere", "dictionary: d", "dictionary: d\nclosed_days: scotland"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "old", "new"), BROKEN_DICTIONARIES, ids=[row[0] for row in BROKEN_DICTIONARIES])
def test_a_broken_dictionary_is_refused_by_the_schema_and_by_the_reader(
    what: str, old: str, new: str, tmp_path: Path
) -> None:
    assert fits("dictionary", as_an_editor_reads_it(DICTIONARY))
    assert DICTIONARY.count(old) == 1
    text = DICTIONARY.replace(old, new)
    assert not fits("dictionary", as_an_editor_reads_it(text))
    file = tmp_path / "d.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ChecklistStop):
        load_dictionary(file)


TESTS = """
tests_of: rar
as_at: 2023-12-08
note: Made up.
defaults:
  cases: {order_type: CO, start_date: 2023-04-04}
  requirements: {requirement_id: R1, main_code: F}
tests:
  - name: first day on the last day
    as_at: 2023-12-01
    not_supplied: [allocations, contacts.complied]
    requirements: {main_code: F}
    contacts: [{contact_date: 2023-05-30, rar_activity: "Y", attended: "Y", requirement_id: R1}]
    expect: {RA1: met, RA2: met}
"""
BROKEN_TESTS = [
    ("an unknown key", "note: Made up.", "notes: Made up."),
    ("no name of the checklist", "tests_of: rar\n", ""),
    ("no date to look from", "as_at: 2023-12-08\n", ""),
    ("a date that is none", "as_at: 2023-12-08", "as_at: 8 December 2023"),
    ("a date of one test that is none", "as_at: 2023-12-01", "as_at: yesterday"),
    ("a state that there is not", "RA1: met", "RA1: done"),
    ("nothing is expected", "    expect: {RA1: met, RA2: met}\n", ""),
    ("no item is expected", "{RA1: met, RA2: met}", "{}"),
    ("a test without a name", "  - name: first day on the last day\n    as_at", "  - as_at"),
    ("a blank name", "name: first day on the last day", 'name: " "'),
    ("no tests", TESTS[TESTS.index("tests:\n") :], "tests: []\n"),
    ("a test that is text", TESTS[TESTS.index("  - name") :], "  - first day on the last day\n"),
    ("rows that are text", "requirements: {main_code: F}\n", "requirements: F\n"),
    ("a row that is text", "[{contact_date: 2023-05-30, rar_activity: \"Y\", attended: \"Y\", requirement_id: R1}]", "[2023-05-30]"),
    ("a cell that is a list", "contact_date: 2023-05-30", "contact_date: [2023-05-30]"),
    ("a cell with nothing in it", "{order_type: CO,", "{order_type: ,"),
    ("defaults that are a list of rows", "{requirement_id: R1, main_code: F}", "[{requirement_id: R1, main_code: F}]"),
]  # fmt: skip


def read_tests(text: str, folder: Path) -> None:
    """As `auditcheck test` reads the tests of RAR. Raises ChecklistStop."""
    file = folder / "rar.tests.yaml"
    file.write_text(text, encoding="utf-8")
    names = load_dictionary()
    problems: list[Problem] = []
    load_tests([(load_checklists([shipped("rar.yaml")], names)[0], file)], names, problems)
    if problems:
        raise ChecklistStop.of(problems)


@pytest.mark.parametrize(("what", "old", "new"), BROKEN_TESTS, ids=[row[0] for row in BROKEN_TESTS])
def test_broken_tests_are_refused_by_the_schema_and_by_the_reader(
    what: str, old: str, new: str, tmp_path: Path
) -> None:
    assert fits("tests", as_an_editor_reads_it(TESTS))
    read_tests(TESTS, tmp_path)
    assert TESTS.count(old) == 1
    text = TESTS.replace(old, new)
    assert not fits("tests", as_an_editor_reads_it(text))
    with pytest.raises(ChecklistStop):
        read_tests(text, tmp_path)


ADJUSTMENTS = """
adjustments: kent
version: "1"
note: Made up.
settings:
  rar.first_day_within: {value: 6 weeks, reason: Ours, review: 2026-10-01, from: 2026-01-01, until: 2026-12-31, agreed_by: Us}
severity:
  RA1: {value: low, reason: Seen by others, review: 2026-10-02}
switched_off:
  RA2: {reason: Nobody to do it, review: 2026-10-03}
"""
BROKEN_ADJUSTMENTS = [
    ("an unknown key", "note: Made up.", "notes: Made up."),
    ("no name", "adjustments: kent\n", "region: kent\n"),
    ("no version", 'version: "1"\n', ""),
    ("an unknown key of a change", "agreed_by: Us", "agreed: Us"),
    ("no reason", "reason: Nobody to do it, ", ""),
    ("no day for the review", ", review: 2026-10-02", ""),
    ("a review that is no day", "review: 2026-10-03", "review: autumn"),
    ("a first day that is none", "from: 2026-01-01", "from: January"),
    ("a last day that is none", "until: 2026-12-31", "until: 31/12/2026"),
    ("a setting without a value", "{value: 6 weeks, ", "{"),
    ("a value that is a list", "value: 6 weeks", "value: [6 weeks]"),
    ("a severity that there is not", "value: low", "value: urgent"),
    ("a severity alone", "{value: low, reason: Seen by others, review: 2026-10-02}", "low"),
    ("an item switched off to something", "RA2: {reason", "RA2: {value: low, reason"),
    ("a setting without its checklist", "rar.first_day_within", "first_day_within"),
    ("a list of items", "  RA2: {", "  - {"),
    ("nothing is changed", ADJUSTMENTS[ADJUSTMENTS.index("settings:") :], ""),
    ("nothing stands in a part", ADJUSTMENTS[ADJUSTMENTS.index("settings:") :], "settings: {}\n"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "old", "new"), BROKEN_ADJUSTMENTS, ids=[row[0] for row in BROKEN_ADJUSTMENTS])
def test_broken_adjustments_are_refused_by_the_schema_and_by_the_reader(
    what: str, old: str, new: str, tmp_path: Path
) -> None:
    names = load_dictionary()
    checklists = load_checklists([shipped("rar.yaml")], names)
    file = tmp_path / "adjustments.yaml"
    file.write_text(ADJUSTMENTS, encoding="utf-8")
    assert fits("adjustments", as_an_editor_reads_it(ADJUSTMENTS))
    assert len(adjust(file, checklists, names, datetime.date(2026, 6, 1), ()).adjustments.changes) == 3
    assert ADJUSTMENTS.count(old) == 1
    text = ADJUSTMENTS.replace(old, new)
    assert not fits("adjustments", as_an_editor_reads_it(text))
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ChecklistStop):
        adjust(file, checklists, names, datetime.date(2026, 6, 1), ())


def test_a_dictionary_that_extends_gives_only_what_differs() -> None:
    given = (
        "dictionary: d\nextends: ndelius\ncases: {columns: {rosh: {headings: Risk}}, group_by: {team: {label: team}}}\n"
    )
    assert fits("dictionary", as_an_editor_reads_it(given))
    assert not fits("dictionary", as_an_editor_reads_it(given.replace("extends: ndelius\n", "")))
    assert not fits("dictionary", as_an_editor_reads_it(given.replace("headings", "heading")))


@pytest.mark.parametrize(
    "text", ["10 working days", "1 working day", "6 weeks", "1 month", "15 days", "3 calendar days", "  2 weeks", "10",
             "10 dais", "2 working weeks", "-1 days", "10 days ago", "days", "10days", "12345 days", "1.5 weeks"]
)  # fmt: skip
def test_a_schema_takes_the_lengths_of_time_that_the_calendar_reads(text: str) -> None:
    item = as_an_editor_reads_it(ITEM)
    item["items"][0]["fix_within"] = text
    a_name = text.isidentifier()
    assert fits("checklist", item) == (read_duration(text) is not None or a_name)


def unexplained(node: Any, at: str = "") -> list[str]:
    """The keys of a schema that do not say what they mean."""
    if isinstance(node, list):
        return [key for part in node for key in unexplained(part, at)]
    if not isinstance(node, dict):
        return []
    keys = node.get("properties", {})
    own = [f"{at}.{key}" for key, shape in keys.items() if not shape.get("description")]
    return own + [key for name, part in node.items() for key in unexplained(part, f"{at}.{name}")]


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name != "result"])  # that one: test_results
def test_every_key_says_what_it_means(name: str) -> None:
    assert unexplained(SCHEMAS[name]()) == []


def test_the_command() -> None:
    command = [sys.executable, "-m", "auditcheck", "schema"]
    done = subprocess.run([*command, "checklist"], capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (0, schema_text("checklist"))
    done = subprocess.run([*command, "checklists"], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert "Did you mean “checklist”?" in done.stderr
