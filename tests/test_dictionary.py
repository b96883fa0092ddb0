"""What a dictionary may not say, and what is said of it: one row for each mistake. Then what `extends` does."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import pytest

from auditcheck import dictionary, names
from auditcheck.dictionary import load_dictionary, resolve
from auditcheck.problems import ChecklistStop
from auditcheck.yamlfile import parse_yaml

DICTIONARY = """\
dictionary: test
cases:
  key: [crn]
  start: start_date
  columns:
    crn: {type: text}
    start_date: {type: date}
    order: {type: code, values: {community: [CO], licence: [LIC]}}
tables:
  contacts:
    link: [crn]
    columns:
      crn: {type: text}
      day: {type: date}
      due: {type: date}
      code: {type: code}
      ok: {type: yes_no}
facts:
  ordered: {some: contacts}
events:
  seen: {from: contacts, date: day}
"""


def told(text: str) -> list[str]:
    """What is said of a dictionary."""
    problems: list[dictionary.Problem] = []
    try:
        resolve(parse_yaml(text.encode(), "d.yaml", problems), "d.yaml", problems)
    except ChecklistStop as stop:
        assert stop.exit_code == 4
        return list(stop.lines)
    return []


# The line of DICTIONARY that is replaced, by what, and what is said.
MISTAKES = [
    pytest.param(
        1,
        "title: no name",
        [
            "d.yaml:1: needs “dictionary”.",
        ],
        id="no name",
    ),
    pytest.param(
        1,
        "checklist: mine",
        [
            "d.yaml:1: this is a checklist; a dictionary begins with “dictionary: NAME”.",
        ],
        id="a checklist",
    ),
    pytest.param(
        1,
        "dictionary: test\ntaken: 2026-01-01",
        [
            "d.yaml:2: unknown key “taken”; allowed: as_at, audit, cases, closed_days, dictionary, events, extends, facts, tables, taken_on, title, version or zone. Did you mean “taken_on”?",
        ],
        id="no such key",
    ),
    pytest.param(
        1,
        "dictionry: test",
        [
            "d.yaml:1: unknown key “dictionry”; allowed: as_at, audit, cases, closed_days, dictionary, events, extends, facts, tables, taken_on, title, version or zone. Did you mean “dictionary”?",
        ],
        id="key misspelt",
    ),
    pytest.param(
        1,
        "dictionary: test\ntaken_on: soon",
        [
            "d.yaml:2: “taken_on” takes a date written YYYY-MM-DD, not “soon”.",
        ],
        id="taken on no date",
    ),
    pytest.param(
        1,
        "dictionary: test\ntaken_on: 2026-01-01\nas_at: 2026-02-01",
        [
            "d.yaml:3: “as_at” is later than “taken_on”: the extract cannot know that day.",
        ],
        id="looks past the extract",
    ),
    pytest.param(
        1,
        "dictionary: test\nzone: Europe/Lundon",
        [
            "d.yaml:2: “zone” takes the name of a time zone, such as Europe/London, not “Europe/Lundon”.",
        ],
        id="zone",
    ),
    pytest.param(
        1,
        "dictionary: test\nzone: Europe",
        [
            "d.yaml:2: “zone” takes the name of a time zone, such as Europe/London, not “Europe”.",
        ],
        id="zone is a folder",
    ),
    pytest.param(
        1,
        "dictionary: test\nclosed_days: scotland",
        [
            "d.yaml:2: “closed_days” takes england-and-wales, none, or a list of dates written YYYY-MM-DD, not “scotland”.",
        ],
        id="closed days",
    ),
    pytest.param(
        1,
        "dictionary: test\nclosed_days: [2026-13-01]",
        [
            "d.yaml:2: “closed_days” holds “2026-13-01”, which is no date written YYYY-MM-DD.",
        ],
        id="a closed day",
    ),
    pytest.param(
        1,
        "dictionary: test\ntitle:",
        [
            "d.yaml:2: “title” has no value. Write one, or delete the key.",
        ],
        id="nothing behind a key",
    ),
    pytest.param(
        1,
        "dictionary: test\ntitle: [a, b]",
        [
            "d.yaml:2: “title” takes plain text, not a list.",
        ],
        id="a list for text",
    ),
    pytest.param(
        1,
        "dictionary: test\nversion: ''",
        [
            "d.yaml:2: “version” is blank.",
        ],
        id="blank text",
    ),
    pytest.param(
        2,
        "cases: here\nother:",
        [
            "d.yaml:2: cases: takes a mapping of keys to values, not “here”.",
            "d.yaml:3: unknown key “other”; allowed: as_at, audit, cases, closed_days, dictionary, events, extends, facts, tables, taken_on, title, version or zone.",
        ],
        id="no cases",
    ),
    pytest.param(
        3,
        "  key: []",
        [
            "d.yaml:3: cases: “key” needs at least one column.",
        ],
        id="no key",
    ),
    pytest.param(
        3,
        "  key: [crn, evnt]",
        [
            "d.yaml:3: cases: no column of cases is called “evnt”; there are crn, start_date and order.",
        ],
        id="key is no column",
    ),
    pytest.param(
        3,
        "  key: [crn, crn]",
        [
            "d.yaml:3: cases: “key” names a column twice.",
        ],
        id="key twice",
    ),
    pytest.param(
        3,
        "  key: [start_date]",
        [
            "d.yaml:7: cases.start_date: “start_date” identifies rows; allowed: type text, or type code without “values”.",
        ],
        id="key is a date",
    ),
    pytest.param(
        3,
        "  key: [order]",
        [
            "d.yaml:8: cases.order: “order” identifies rows; allowed: type text, or type code without “values”.",
        ],
        id="key is a closed code",
    ),
    pytest.param(
        4,
        "  end: start_date",
        [
            "d.yaml:3: cases: needs “start”.",
        ],
        id="no start",
    ),
    pytest.param(
        4,
        "  start: order",
        [
            "d.yaml:4: cases: “order” is not a date; the dates of cases are start_date.",
        ],
        id="start is no date",
    ),
    pytest.param(
        4,
        "  start: strat_date",
        [
            "d.yaml:4: cases: no column of cases is called “strat_date”. Did you mean “start_date”?",
        ],
        id="start misspelt",
    ),
    pytest.param(
        4,
        "  start: start_date\n  label: ordr",
        [
            "d.yaml:5: cases: no column of cases is called “ordr”. Did you mean “order”?",
        ],
        id="label",
    ),
    pytest.param(
        4,
        "  start: start_date\n  group_by: {team: {code: crm, labl: crn}}",
        [
            "d.yaml:5: cases.team: no column of cases is called “crm”. Did you mean “crn”?",
            "d.yaml:5: cases.team: unknown key “labl”; allowed: code, held, label or unallocated. Did you mean “label”?",
        ],
        id="group misspelt",
    ),
    pytest.param(
        4,
        "  start: start_date\n  group_by: {team: crn}",
        [
            "d.yaml:5: cases.team: takes a mapping of keys to values, not “crn”.",
        ],
        id="group of text",
    ),
    pytest.param(
        4,
        '  start: start_date\n  group_by: {team: {code: crn, unallocated: "{team}U"}}',
        [
            "d.yaml:5: cases.team: no column of cases is called “team”; there are crn, start_date and order.",
        ],
        id="template of no column",
    ),
    pytest.param(
        4,
        '  start: start_date\n  group_by: {team: {code: crn, unallocated: "{crn"}}',
        [
            "d.yaml:5: cases.team: “unallocated” takes text with columns of cases in braces, such as “{team_code}U”.",
        ],
        id="template broken",
    ),
    pytest.param(
        4,
        "  start: start_date\n  in_order: [[start_date]]",
        [
            "d.yaml:5: cases: “in_order” takes a list of two, not a list.",
        ],
        id="order of one",
    ),
    pytest.param(
        4,
        "  start: start_date\n  in_order: [[start_date, crn], [start_date, ended]]",
        [
            "d.yaml:5: cases: no column of cases is called “ended”; there are crn, start_date and order.",
            "d.yaml:5: cases: “crn” is not a date; the dates of cases are start_date.",
        ],
        id="order of others",
    ),
    pytest.param(
        6,
        "    crn: text",
        [
            "d.yaml:6: cases.crn: takes a mapping of keys to values, not “text”.",
        ],
        id="column of text",
    ),
    pytest.param(
        6,
        "    crn:",
        [
            "d.yaml:6: “crn” has no value. Write one, or delete the key.",
        ],
        id="column of nothing",
    ),
    pytest.param(
        6,
        "    crn: {headings: [CRN]}",
        [
            "d.yaml:6: cases.crn: needs “type”: text, code, date, yes_no or number.",
        ],
        id="no type",
    ),
    pytest.param(
        6,
        "    crn: {type: txt}",
        [
            "d.yaml:6: cases.crn: “type” takes text, code, date, yes_no or number, not “txt”. Did you mean “text”?",
        ],
        id="type misspelt",
    ),
    pytest.param(
        6,
        "    crn: {type: [text]}",
        [
            "d.yaml:6: cases.crn: “type” takes text, code, date, yes_no or number, not a list.",
        ],
        id="type is a list",
    ),
    pytest.param(
        6,
        "    crn: {type: text, heading: CRN}",
        [
            "d.yaml:6: cases.crn: unknown key “heading”; allowed: allowed, at_least, at_most, blank, by, from, headings, look_up, may_be_missing, pattern, planned, reason, required, type or values. Did you mean “headings”?",
        ],
        id="column key",
    ),
    pytest.param(
        6,
        "    crn: {typ: text}",
        [
            "d.yaml:6: cases.crn: unknown key “typ”; allowed: allowed, at_least, at_most, blank, by, from, headings, look_up, may_be_missing, pattern, planned, reason, required, type or values. Did you mean “type”?",
        ],
        id="key of column misspelt",
    ),
    pytest.param(
        6,
        "    crn: {type: text, required: maybe}",
        [
            "d.yaml:6: cases.crn: “required” takes yes or no, not “maybe”.",
        ],
        id="not yes or no",
    ),
    pytest.param(
        6,
        "    crn: {type: text}\n    Order type: {type: text}\n    not: {type: text}\n    a__bad: {type: text}",
        [
            "d.yaml:7: cases.Order type: “Order type” cannot be a name; allowed: small letters, digits and single _ between.",
            "d.yaml:8: cases.not: “not” is a word of the language itself. Choose another name.",
            "d.yaml:9: cases.a__bad: “a__bad” cannot be a name; allowed: small letters, digits and single _ between.",
        ],
        id="name",
    ),
    pytest.param(
        6,
        '    crn: {type: text, headings: [Case ref]}\n    ref: {type: text, headings: ["CASE-REF"]}',
        [
            "d.yaml:7: cases.ref: the heading “CASE-REF” already belongs to the column “crn”.",
        ],
        id="two of one heading",
    ),
    pytest.param(
        6,
        '    crn: {type: text, headings: ["--"]}',
        [
            "d.yaml:6: cases.crn: the heading “--” has no letter or digit.",
        ],
        id="heading of nothing",
    ),
    pytest.param(
        6,
        "    crn: {type: text}\n    crn: {type: code}",
        [
            "d.yaml:7: “crn” stands here a second time; first on line 6.",
        ],
        id="column twice",
    ),
    pytest.param(
        6,
        "    crn: {type: text}\n    up: {look_up: code, from: contacts, by: crn}",
        [
            "d.yaml:7: cases.up: “look_up” belongs to the other tables; cases have their own columns.",
        ],
        id="look-up in cases",
    ),
    pytest.param(
        8,
        "    order: {type: date, values: [a]}",
        [
            "d.yaml:8: cases.order: “values” belongs to type code.",
        ],
        id="values of a date",
    ),
    pytest.param(
        8,
        "    order: {type: code, values: {}}",
        [
            "d.yaml:8: cases.order: “values” is empty.",
        ],
        id="values of nothing",
    ),
    pytest.param(
        8,
        "    order: {type: code, values: {a: {b: c}}}",
        [
            "d.yaml:8: cases.order: “a” takes plain text, not a mapping.",
        ],
        id="values nested",
    ),
    pytest.param(
        8,
        "    order: {type: code, values: {community: [CO, x], licence: [co]}}",
        [
            "d.yaml:8: cases.order: the code “co” already means “community”.",
        ],
        id="one code, two values",
    ),
    pytest.param(
        8,
        "    order: {type: text, planned: yes}",
        [
            "d.yaml:8: cases.order: “planned” belongs to type date.",
        ],
        id="planned text",
    ),
    pytest.param(
        8,
        "    order: {type: date, pattern: a}",
        [
            "d.yaml:8: cases.order: “pattern” belongs to type text or code.",
        ],
        id="pattern of a date",
    ),
    pytest.param(
        8,
        '    order: {type: text, pattern: "X("}',
        [
            "d.yaml:8: cases.order: “pattern” is not a regular expression.",
        ],
        id="pattern broken",
    ),
    pytest.param(
        8,
        '    order: {type: text, pattern: "(?=X)"}',
        [
            "d.yaml:8: cases.order: “pattern” looks ahead or behind with (?= (?! (?<= or (?<!, which cannot be used here.",
        ],
        id="pattern looks ahead",
    ),
    pytest.param(
        8,
        "    order: {type: text, pattern: '(a)\\1'}",
        [
            "d.yaml:8: cases.order: “pattern” refers back to a group, which cannot be used here.",
        ],
        id="pattern refers back",
    ),
    pytest.param(
        8,
        '    order: {type: text, pattern: "a{1000}{1000}"}',
        [
            "d.yaml:8: cases.order: “pattern” repeats too much to be used here.",
        ],
        id="pattern repeats",
    ),
    pytest.param(
        8,
        "    order: {type: text, pattern: 'a++'}",
        [
            "d.yaml:8: cases.order: “pattern” is not a regular expression that can be used here.",
        ],
        id="pattern with words of Python",
    ),
    pytest.param(
        8,
        "    order: {type: text, at_least: 1}",
        [
            "d.yaml:8: cases.order: “at_least” belongs to type number or date.",
        ],
        id="limit of text",
    ),
    pytest.param(
        8,
        "    order: {type: number, at_least: ²}",
        [
            "d.yaml:8: cases.order: “at_least” takes a whole number, not “²”.",
        ],
        id="limit of number",
    ),
    pytest.param(
        8,
        "    order: {type: date, at_most: 5}",
        [
            "d.yaml:8: cases.order: “at_most” takes a date written YYYY-MM-DD, not “5”.",
        ],
        id="limit of date",
    ),
    pytest.param(
        8,
        "    order: {type: number, at_least: 5, at_most: 4}",
        [
            "d.yaml:8: cases.order: “at_most” is less than “at_least”.",
        ],
        id="limits crossed",
    ),
    pytest.param(
        8,
        "    order: {type: number, allowed: [1, two]}",
        [
            "d.yaml:8: cases.order: “allowed” takes a whole number, not “two”.",
        ],
        id="allowed",
    ),
    pytest.param(
        8,
        "    order: {type: code, values: [community], allowed: [comunity]}",
        [
            "d.yaml:8: cases.order: “allowed” takes community, not “comunity”. Did you mean “community”?",
        ],
        id="allowed value",
    ),
    pytest.param(
        8,
        "    order: {type: date, blank: not hapened}",
        [
            "d.yaml:8: cases.order: “blank” takes not happened, cannot tell or a date written YYYY-MM-DD, not “not hapened”. Did you mean “not happened”?",
        ],
        id="blank",
    ),
    pytest.param(
        8,
        "    order: {type: date, may_be_missing: yes}",
        [
            "d.yaml:8: cases.order: a column that may be missing is read as blank cells, so say what one means: “blank: not happened”.",
        ],
        id="may be missing, and what then",
    ),
    pytest.param(
        8,
        "    order: {type: date, blank: not happened, may_be_missing: yes, required: yes}",
        [
            "d.yaml:8: cases.order: a column that may be missing is read as blank cells, and it is required.",
        ],
        id="may be missing and required",
    ),
    pytest.param(
        8,
        "    order: {type: yes_no, blank: perhaps}",
        [
            "d.yaml:8: cases.order: “blank” takes not happened, cannot tell, yes or no, not “perhaps”.",
        ],
        id="blank yes or no",
    ),
    pytest.param(
        8,
        "    order: {type: code, values: [community], blank: CO}",
        [
            "d.yaml:8: cases.order: “blank” takes not happened, cannot tell or community, not “CO”.",
        ],
        id="blank of values",
    ),
    pytest.param(
        9,
        "tables: none\nothers:",
        [
            "d.yaml:9: “tables” takes a mapping of keys to values, not “none”.",
            "d.yaml:10: unknown key “others”; allowed: as_at, audit, cases, closed_days, dictionary, events, extends, facts, tables, taken_on, title, version or zone.",
        ],
        id="tables of text",
    ),
    pytest.param(
        9,
        "tables:\n  notes: text",
        [
            "d.yaml:10: notes: takes a mapping of keys to values, not “text”.",
        ],
        id="table of text",
    ),
    pytest.param(
        9,
        "tables:\n  notes:",
        [
            "d.yaml:10: “notes” has no value. Write one, or delete the key.",
        ],
        id="table of nothing",
    ),
    pytest.param(
        9,
        "tables:\n  notes: {link: [crn], columns: {}}",
        [
            "d.yaml:10: notes: no column of notes is called “crn”.",
            "d.yaml:10: notes: “columns” needs at least one column.",
        ],
        id="table without columns",
    ),
    pytest.param(
        9,
        "tables:\n  cases: {columns: {a: {type: text}}}",
        [
            "d.yaml:10: cases: “cases” stands at the top level, not under “tables”.",
        ],
        id="cases again",
    ),
    pytest.param(
        9,
        "tables:\n  notes: {headings: [Cases], link: [crn], columns: {crn: {type: text}}}",
        [
            "d.yaml:10: notes: the heading “Cases” already belongs to the table “cases”.",
        ],
        id="table of cases' heading",
    ),
    pytest.param(
        11,
        "    may_be_empty: yes",
        [
            "d.yaml:19: ordered: the table “contacts” has no “link” that says whose rows they are.",
            "d.yaml:21: seen: the table “contacts” has no “link” that says whose rows they are.",
        ],
        id="no link",
    ),
    pytest.param(
        11,
        "    lnk: [crn]",
        [
            "d.yaml:11: contacts: unknown key “lnk”; allowed: as_if_blank, columns, covers, headings, in_order, key, link, link_if_blank or may_be_empty. Did you mean “link”?",
        ],
        id="link misspelt",
    ),
    pytest.param(
        11,
        "    link: [crm]",
        [
            "d.yaml:11: contacts: no column of cases is called “crm”. Did you mean “crn”?",
            "d.yaml:11: contacts: no column of contacts is called “crm”. Did you mean “crn”?",
        ],
        id="link is no column",
    ),
    pytest.param(
        11,
        "    link: [code]",
        [
            "d.yaml:11: contacts: no column of cases is called “code”. Did you mean “order”?",
        ],
        id="link is no column of cases",
    ),
    pytest.param(
        11,
        "    link: [crn]\n    link_if_blank: [crn]",
        [
            "d.yaml:12: contacts: “link_if_blank” must leave out a column of “link”.",
        ],
        id="link of everything",
    ),
    pytest.param(
        11,
        "    link: [crn]\n    link_if_blank: [code]",
        [
            "d.yaml:12: contacts: no column of “link” is called “code”; there is crn.",
        ],
        id="link if blank of another",
    ),
    pytest.param(
        11,
        "    link: [crn]\n    as_if_blank: {code: A}",
        [
            "d.yaml:12: contacts: “as_if_blank” goes with “link_if_blank”.",
        ],
        id="as if blank of nothing",
    ),
    pytest.param(
        11,
        "    link: [crn]\n    as_if_blank: {code: {recorded: yes}}",
        [
            "d.yaml:12: contacts: “as_if_blank” goes with “link_if_blank”.",
            "d.yaml:12: contacts: “as_if_blank” takes what columns of contacts hold, {COLUMN: values}, and from when on, {COLUMN: {on_or_after: case.start_date}}; also any_of and all_of. No column of which a blank is a value.",
        ],
        id="as if blank of what is recorded",
    ),
    pytest.param(
        11,
        "    link: [crn]\n    as_if_blank: {cod: A, day: {after: case.start_date}}",
        [
            "d.yaml:12: contacts: no column of contacts is called “cod”. Did you mean “code”?",
            "d.yaml:12: contacts: “as_if_blank” goes with “link_if_blank”.",
            "d.yaml:12: contacts: “as_if_blank” takes what columns of contacts hold, {COLUMN: values}, and from when on, {COLUMN: {on_or_after: case.start_date}}; also any_of and all_of. No column of which a blank is a value.",
        ],
        id="as if blank after another day",
    ),
    pytest.param(
        11,
        "    link: [crn]\n    covers: [2026-02-01, 2026-01-01]",
        [
            "d.yaml:12: contacts: “covers” ends before it begins.",
        ],
        id="covers backwards",
    ),
    pytest.param(
        11,
        "    link: [crn]\n    covers: 2026-02-01",
        [
            "d.yaml:12: contacts: “covers” takes a list of two, not “2026-02-01”.",
        ],
        id="covers one",
    ),
    pytest.param(
        11,
        "    link: [crn]\n    covers: [soon, later]",
        [
            "d.yaml:12: contacts: “covers” takes a date written YYYY-MM-DD, not “later”.",
            "d.yaml:12: contacts: “covers” takes a date written YYYY-MM-DD, not “soon”.",
        ],
        id="covers text",
    ),
    pytest.param(
        13,
        "      crn: {type: code}",
        [
            "d.yaml:13: contacts.crn: “crn” is code here and text in cases, and can never be the same.",
        ],
        id="link of another type",
    ),
    pytest.param(
        13,
        "      crn: {type: code, values: [a]}",
        [
            "d.yaml:13: contacts.crn: “crn” identifies rows; allowed: type text, or type code without “values”.",
            "d.yaml:13: contacts.crn: “crn” is code here and text in cases, and can never be the same.",
        ],
        id="link of closed code",
    ),
    pytest.param(
        14,
        "      day: {type: dat}",
        [
            "d.yaml:14: contacts.day: “type” takes text, code, date, yes_no or number, not “dat”. Did you mean “date”?",
        ],
        id="what rests on a broken column",
    ),
    pytest.param(
        14,
        "      day: {type: date}\n      up: {look_up: code}",
        [
            "d.yaml:15: contacts.up: “look_up” needs “from” (a table) and “by” (a column of this one).",
        ],
        id="look-up of nothing",
    ),
    pytest.param(
        14,
        "      day: {type: date}\n      up: {look_up: code, from: contacts, by: crn, type: text}",
        [
            "d.yaml:15: contacts.up: “look_up” needs a table with one key column, and “contacts” has none.",
            "d.yaml:15: contacts.up: “type” does not go with “look_up”, which takes “from” and “by”.",
        ],
        id="look-up with more",
    ),
    pytest.param(
        14,
        "      day: {type: date}\n      up: {look_up: code, from: contact, by: crm}",
        [
            "d.yaml:15: contacts.up: no column of contacts is called “crm”. Did you mean “crn”?",
            "d.yaml:15: contacts.up: no table is called “contact”. Did you mean “contacts”?",
        ],
        id="look-up elsewhere",
    ),
    pytest.param(
        14,
        "      day: {type: date}\n      up: {look_up: code, from: contacts, by: crn}",
        [
            "d.yaml:15: contacts.up: “look_up” needs a table with one key column, and “contacts” has none.",
        ],
        id="look-up without a key",
    ),
    pytest.param(
        14,
        "      day: {type: date, from: contacts}",
        [
            "d.yaml:14: contacts.day: “from” and “by” belong to “look_up”.",
        ],
        id="from without look-up",
    ),
    pytest.param(
        19,
        "  ordered: {from: contacts}",
        [
            "d.yaml:19: ordered: needs exactly one of: some, count, distinct, first, last, latest or earliest.",
        ],
        id="no form",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, count: contacts}",
        [
            "d.yaml:19: ordered: needs exactly one of: some, count, distinct, first, last, latest or earliest, and has some and count.",
        ],
        id="two forms",
    ),
    pytest.param(
        19,
        "  ordered: contacts",
        [
            "d.yaml:19: ordered: takes a mapping of keys to values, not “contacts”.",
        ],
        id="fact of text",
    ),
    pytest.param(
        19,
        "  ordered:",
        [
            "d.yaml:19: “ordered” has no value. Write one, or delete the key.",
        ],
        id="fact of nothing",
    ),
    pytest.param(
        19,
        "  order: {some: contacts}",
        [
            "d.yaml:19: order: “order” is already a column of cases.",
        ],
        id="fact in a column's name",
    ),
    pytest.param(
        19,
        "  ordered: {some: contact}",
        [
            "d.yaml:19: ordered: no table is called “contact”. Did you mean “contacts”?",
        ],
        id="no such table",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, since: start_date}",
        [
            "d.yaml:19: ordered: “since” does not go with “some”, which takes date, until, when or where.",
        ],
        id="what does not go with it",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, date: day, until: due}",
        [
            "d.yaml:19: ordered: “until” counts only with “when: as_at” or “when: at_start”.",
        ],
        id="until without when",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, when: as_at}",
        [
            "d.yaml:19: ordered: “when: as_at” needs “date”.",
        ],
        id="when without date",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, date: day, when: now}",
        [
            "d.yaml:19: ordered: “when” takes as_at, at_start or ever, not “now”.",
        ],
        id="when misspelt",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, date: day, until: code, when: as_at}",
        [
            "d.yaml:19: ordered: “code” is not a date; the dates of contacts are day and due.",
        ],
        id="until is no date",
    ),
    pytest.param(
        19,
        "  ordered: {first: code, from: contacts}",
        [
            "d.yaml:19: ordered: “first” needs “by”: the date column that orders the rows.",
        ],
        id="first without by",
    ),
    pytest.param(
        19,
        "  ordered: {first: cod, from: contacts, by: ok}",
        [
            "d.yaml:19: ordered: no column of contacts is called “cod”. Did you mean “code”?",
            "d.yaml:19: ordered: “ok” is not a date; the dates of contacts are day and due.",
        ],
        id="first of no column",
    ),
    pytest.param(
        19,
        "  ordered: {distinct: code}",
        [
            "d.yaml:19: ordered: needs “from”: the table to look in.",
        ],
        id="distinct without from",
    ),
    pytest.param(
        19,
        "  ordered: {distinct: codes, from: contacts}",
        [
            "d.yaml:19: ordered: no column of contacts is called “codes”. Did you mean “code”?",
        ],
        id="distinct of no column",
    ),
    pytest.param(
        19,
        "  ordered: {count: contacts, since: start_date}",
        [
            "d.yaml:19: ordered: “since” needs “date”.",
        ],
        id="since without date",
    ),
    pytest.param(
        19,
        "  ordered: {count: contacts, date: day, since: order}",
        [
            "d.yaml:19: ordered: “order” is not a date; the dates of a case are start_date.",
        ],
        id="since is no date",
    ),
    pytest.param(
        19,
        "  ordered: {count: contacts, date: day, since: began}",
        [
            "d.yaml:19: ordered: no fact is called “began”; there are crn, start_date, order and ordered.",
        ],
        id="since is no fact",
    ),
    pytest.param(
        19,
        "  ordered: {count: contacts, date: day, since: ordered}",
        [
            "d.yaml:19: ordered: “ordered” is not a date; the dates of a case are start_date.",
        ],
        id="since is a count",
    ),
    pytest.param(
        19,
        "  ordered: {latest: [start_date, order]}",
        [
            "d.yaml:19: ordered: “order” is not a date; the dates of a case are start_date.",
        ],
        id="latest of no date",
    ),
    pytest.param(
        19,
        "  ordered: {latest: []}",
        [
            "d.yaml:19: ordered: “latest” needs at least one date.",
        ],
        id="latest of nothing",
    ),
    pytest.param(
        19,
        "  ordered: {latest: [b]}\n  b: {earliest: [ordered, start_date]}\n  leads_there: {latest: [b]}",
        [
            "d.yaml:19: ordered: picks from itself: it goes round in a circle.",
            "d.yaml:20: b: picks from itself: it goes round in a circle.",
        ],
        id="latest in a circle",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, where: {cod: a}}",
        [
            "d.yaml:19: ordered: no column of contacts is called “cod”. Did you mean “code”?",
        ],
        id="where of no column",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, where: {case.ordr: licence}}",
        [
            "d.yaml:19: ordered: no column of contacts is called “case.ordr”. Did you mean “case.order”?",
        ],
        id="where of no column of the case",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, where: [code]}",
        [
            "d.yaml:19: ordered: a condition is a mapping such as “{fact: value}”.",
        ],
        id="where of a list",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, where: }",
        [
            "d.yaml:19: “where” has no value. Write one, or delete the key.",
        ],
        id="where of nothing",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, where: {has: seen}}",
        [
            "d.yaml:19: ordered: “has” cannot be used in a “where”.",
        ],
        id="where with has",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, where: {case.order: [LIC, licens]}}",
        [
            "d.yaml:19: ordered: “case.order” takes community or licence, not “LIC”. Did you mean “licence”?",
            "d.yaml:19: ordered: “case.order” takes community or licence, not “licens”. Did you mean “licence”?",
        ],
        id="wrong code",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, where: {ok: {a: b}}}",
        [
            "d.yaml:19: ordered: “a” is no comparison; allowed: before, after, on_or_before, on_or_after, at_least, at_most, same_as, differs_from or recorded.",
        ],
        id="wrong yes or no",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, where: {day: {befor: as_at}}}",
        [
            "d.yaml:19: ordered: “befor” is no comparison; allowed: before, after, on_or_before, on_or_after, at_least, at_most, same_as, differs_from or recorded. Did you mean “before”?",
        ],
        id="comparison misspelt",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, where: {code: {before: as_at}, day: {at_least: 3}}}",
        [
            "d.yaml:19: ordered: “at_least” compares numbers, and “day” is not a number.",
            "d.yaml:19: ordered: “before” compares dates, and “code” is not a date.",
        ],
        id="comparison of another type",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, where: {day: {before: [a]}, ok: {same_as: {a: b}}}}",
        [
            "d.yaml:19: ordered: a date is written on one line, such as “6 weeks after start_date”.",
            "d.yaml:19: ordered: “ok” takes a plain value here.",
        ],
        id="compared with a list",
    ),
    pytest.param(
        19,
        "  ordered: {some: contacts, where: {day: {before: deadline}}}",
        [
            "d.yaml:19: ordered: “deadline” is known only in left_out_if and excused_if.",
        ],
        id="deadline of a row",
    ),
    pytest.param(
        19,
        "  ordered: {some: notes}\n  b: {first: a, from: notes, by: a}",
        [
            "d.yaml:19: ordered: no table is called “notes”; there are cases and contacts.",
            "d.yaml:20: b: no table is called “notes”; there are cases and contacts.",
        ],
        id="table without link",
    ),
    pytest.param(
        21,
        "  seen: {from: contacts}",
        [
            "d.yaml:21: seen: needs “date”: the column with the day of the event.",
        ],
        id="event without date",
    ),
    pytest.param(
        21,
        "  seen: contacts",
        [
            "d.yaml:21: seen: takes a mapping of keys to values, not “contacts”.",
        ],
        id="event of text",
    ),
    pytest.param(
        21,
        "  seen: {once_a_day: yes}",
        [
            "d.yaml:21: seen: needs either “from” and “date”, or “any”.",
        ],
        id="event of neither",
    ),
    pytest.param(
        21,
        "  seen: {from: contacts, date: day, any: [seen]}",
        [
            "d.yaml:21: seen: stands for itself: it goes round in a circle.",
            "d.yaml:21: seen: “date” does not go with “any”: it belongs to the events inside.",
            "d.yaml:21: seen: “from” does not go with “any”: it belongs to the events inside.",
        ],
        id="event of both",
    ),
    pytest.param(
        21,
        "  seen: {from: contacts, date: code}",
        [
            "d.yaml:21: seen: “code” is not a date; the dates of contacts are day and due.",
        ],
        id="event by no date",
    ),
    pytest.param(
        21,
        "  seen: {from: [contacts], date: day}",
        [
            "d.yaml:21: seen: “from” takes plain text, not a list.",
        ],
        id="event of no table",
    ),
    pytest.param(
        21,
        "  seen: {any: []}",
        [
            "d.yaml:21: seen: “any” needs at least one event.",
        ],
        id="any of nothing",
    ),
    pytest.param(
        21,
        "  seen: {any: [sent]}",
        [
            "d.yaml:21: seen: no event is called “sent”.",
        ],
        id="any of no event",
    ),
    pytest.param(
        21,
        "  seen: {any: [both]}\n  both: {any: [seen]}\n  wide: {any: [both]}",
        [
            "d.yaml:21: seen: stands for itself: it goes round in a circle.",
            "d.yaml:22: both: stands for itself: it goes round in a circle.",
        ],
        id="any in a circle",
    ),
    pytest.param(
        21,
        "  seen: {from: contacts, date: day, changes: cod}\n  turned: {from: contacts, date: day, changes: code}\n  both: {any: [turned]}",
        [
            "d.yaml:21: seen: no column of contacts is called “cod”. Did you mean “code”?",
            "d.yaml:23: both: “turned” says changes, and cannot stand inside “any”.",
        ],
        id="changes of no column, and inside any",
    ),
    pytest.param(
        21,
        "  seen: {from: cases, date: start_date, changes: order}\n  both: {any: [seen], changes: code}",
        [
            "d.yaml:21: seen: a case has one row in cases, and nothing in it changes.",
            "d.yaml:22: both: “changes” does not go with “any”: it belongs to the events inside.",
        ],
        id="changes of a case, and of any",
    ),
    pytest.param(
        21,
        "  seen: {from: contacts, date: dy}\n  both: {any: [seen]}",
        [
            "d.yaml:21: seen: no column of contacts is called “dy”. Did you mean “day”?",
        ],
        id="what rests on a broken event",
    ),
    pytest.param(
        21,
        "  seen: {from: contact, date: day}\nextends_: x\nversion: []",
        [
            "d.yaml:21: seen: no table is called “contact”. Did you mean “contacts”?",
            "d.yaml:22: unknown key “extends_”; allowed: as_at, audit, cases, closed_days, dictionary, events, extends, facts, tables, taken_on, title, version or zone. Did you mean “extends”?",
            "d.yaml:23: “version” takes plain text, not a list.",
        ],
        id="several at once",
    ),
]


@pytest.mark.parametrize(("line", "text", "expected"), MISTAKES)
def test_mistakes(line: int, text: str, expected: list[str]) -> None:
    lines = DICTIONARY.splitlines()
    lines[line - 1] = text
    assert told("\n".join(lines)) == expected


def test_no_mistake() -> None:
    assert told(DICTIONARY) == []


def test_mistakes_of_every_part_come_at_once() -> None:
    text = DICTIONARY.replace("dictionary: test", "dictionary: test\nzone: here")
    text = text.replace("start: start_date", "start: strt_date").replace("code: {type: code}", "code: {type: cod}")
    text = text.replace("{some: contacts}", "{some: contact}").replace("date: day}", "date: dya}")
    assert [line.split(":")[1] for line in told(text)] == ["2", "5", "17", "20", "22"]


@pytest.mark.parametrize("way", ["yes", "'yes'", "Yes", "true", "True", '"TRUE"', "y"])
def test_yes_however_it_is_typed(way: str) -> None:
    text = DICTIONARY.replace("crn: {type: text}", f"crn: {{type: text, required: {way}}}", 1)
    found = resolve(parse_yaml(text.replace("ok: {type", f"ok: {{blank: {way}, type").encode(), "d"), "d")
    assert found.cases.columns["crn"].required
    assert found.tables["contacts"].columns["ok"].blank is True


def test_a_look_up_that_goes_round() -> None:
    look_up = "a: {look_up: b, from: others, by: crn}"
    other = "\n  others:\n    key: [crn]\n    link: [crn]\n    columns: {crn: {type: text}, b: {look_up: a, from: contacts, by: crn}}"
    text = DICTIONARY.replace("link: [crn]", "key: [crn]\n    link: [crn]").replace(
        "ok: {type: yes_no}", look_up + other
    )
    assert told(text) == [
        "d.yaml:18: contacts.a: “look_up” goes round in a circle.",
        "d.yaml:22: others.b: “look_up” goes round in a circle.",
    ]


# ── extends ──────────────────────────────────────────────────────────────────────────────────────


def extending(folder: Path, text: str, **others: str) -> Path:
    for name, other in others.items():
        (folder / f"{name}.yaml").write_text(other, encoding="utf-8")
    path = folder / "dictionary.yaml"
    path.write_text("dictionary: ours\n" + text, encoding="utf-8")
    return path


def stopped(path: Path) -> list[str]:
    with pytest.raises(ChecklistStop) as stop:
        load_dictionary(path)
    assert stop.value.exit_code == 4
    return list(stop.value.lines)


OURS = """\
extends: ndelius
as_at: 2026-03-31
closed_days: [2026-04-03]
cases:
  columns:
    crn: {headings: [Person]}
    end_date: {blank: cannot tell}
    order_type: {values: {community_order: [C], licence: [L]}}
    tier: {type: number}
    mark: {type: text}
facts:
  rar_ordered: {some: requirements}
events:
  absence: {from: contacts, date: recorded_date}
  visited: {from: contacts, date: contact_date, where: {type_code: VISIT}}
"""


def test_extends_lays_over_key_by_key_and_replaces_what_is_one_thing(tmp_path: Path) -> None:
    found, base = load_dictionary(extending(tmp_path, OURS)), load_dictionary()
    columns, old = found.cases.columns, base.cases.columns
    assert (found.name, found.version, str(found.as_at)) == ("ours", base.version, "2026-03-31")
    assert {str(day) for day in found.closed_days} == {"2026-04-03"}
    assert columns["crn"] == names.Column("crn", names.Type.TEXT, required=True, headings=("Person",))
    assert (old["end_date"].blank, columns["end_date"].blank) == ("not happened", None)
    assert columns["end_date"].headings == old["end_date"].headings
    assert columns["order_type"].values == {"community_order": ("C",), "licence": ("L",)}
    assert columns["tier"] == names.Column("tier", names.Type.NUMBER)  # another type: nothing of the old one holds
    assert columns["mark"].type is names.Type.TEXT
    assert found.facts["rar_ordered"].definition == names.SomeRow(names.RowsOf("requirements", None), None, "ever")
    assert found.events["absence"].sources == (names.RowsOf("contacts", "recorded_date"),)
    assert set(found.events) == {*base.events, "visited"}
    # what says whose a row is has the headings that it has in cases
    crn = replace(base.tables["contacts"].columns["crn"], headings=("CRN", "Person"))
    contacts = base.tables["contacts"]
    assert found.tables["contacts"] == replace(contacts, columns={**contacts.columns, "crn": crn})


def test_a_mistake_is_told_where_it_stands(tmp_path: Path) -> None:
    """The base's line where a change breaks the base; this file's where the mistake is here."""
    text = "extends: ndelius\ntables:\n  contacts:\n    columns:\n      rar_activity: {type: date, blank: no}\n"
    lines = stopped(extending(tmp_path, text))
    assert lines[0] == (
        "dictionary.yaml:6: contacts.rar_activity: “blank” takes not happened, cannot tell or a date written "
        "YYYY-MM-DD, not “no”."
    )
    assert [line.split(":")[0] for line in lines[1:]] == ["ndelius"] * (len(lines) - 1)
    assert lines[1].endswith("rar_days_delivered: “rar_activity” takes a date written YYYY-MM-DD, not “yes”.")


@pytest.mark.parametrize(
    ("text", "others", "expected"),
    [
        ("extends: ndelus", {}, ["“extends” takes “ndelius” or the name of a file beside this one, not “ndelus”. Did you mean “ndelius”?"]),
        ("extends: ../base.yaml", {}, ["“extends” takes “ndelius” or the name of a file beside this one, not “../base.yaml”."]),
        ("extends: [ndelius]", {}, ["“extends” takes “ndelius” or the name of a file beside this one, not a list."]),
        ("extends: ''", {}, ["“extends” takes “ndelius” or the name of a file beside this one, not “”."]),
        ("extends: dictionary.yaml", {}, ["“extends” goes round in a circle."]),
        ("extends: " + "x" * 300, {}, ["“extends” takes “ndelius” or the name of a file beside this one, not “" + "x" * 59 + "…”."]),
    ],
    ids=["misspelt", "elsewhere", "list", "empty", "itself", "a name no file can have"],
)  # fmt: skip
def test_bad_bases(tmp_path: Path, text: str, others: dict[str, str], expected: list[str]) -> None:
    assert stopped(extending(tmp_path, text + "\n", **others)) == [f"dictionary.yaml:2: {line}" for line in expected]


def test_bases_in_a_circle(tmp_path: Path) -> None:
    path = extending(tmp_path, "extends: a.yaml\n", a="extends: b.yaml\n", b="extends: a.yaml\n")
    assert stopped(path) == ["b.yaml:1: “extends” goes round in a circle."]


def test_a_chain_of_bases_and_the_mistakes_of_each(tmp_path: Path) -> None:
    path = extending(tmp_path, "extends: a.yaml\ntitle:\n", a="extends: ndelius\ntitel: A\ntitel: B\n")
    assert stopped(path) == [
        "a.yaml:2: unknown key “titel”; allowed: as_at, audit, cases, closed_days, dictionary, events, extends, facts, "
        "tables, taken_on, title, version or zone. Did you mean “title”?",
        "a.yaml:3: “titel” stands here a second time; first on line 2.",
        "dictionary.yaml:3: “title” has no value. Write one, or delete the key.",
    ]


# ── what else must hold ──────────────────────────────────────────────────────────────────────────


def test_the_shipped_dictionary() -> None:
    found = load_dictionary()
    assert (found.name, found.label, found.key) == ("ndelius", "order_type", ("crn", "event_number"))
    assert found.groups["practitioner"].unallocated == "{team_code}U"


def test_headings_are_compared_as_the_extract_compares_them() -> None:
    from auditcheck.extract.sheets import folded

    for heading in ("CRN", "Case ref.", "Équipe (PDU)", "ﬁrst_name", "№"):
        assert dictionary.folded(heading) == folded(heading)


PATTERNS = [
    "X[0-9]{6}", r"X\d{6}|Y1", "[A-D][0-3]S?|[A-G]", "^(a+)+$", "(?:a|b)*?", "(?i)po", r"\w+\.\w{2,}", r"[\d-]+",
    "a**", "a++", "X(", "[", "a{,3}", "a{", r"\p{L}", r"\Z", "(?P<n>a)", "(?x)a #", "[[a]", "[a&&b]", r"[\b]", "a{1001}",
    r"\é", r"\<", "(?i:a)", r"\x41", r"\0", "[]a]", "[^a]{2000}", r"[^a]\w{999}", "(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b",
    r"(a)\1", "(?P<a>b)(?P=a)", "(a)?(?(1)b|c)", "(?>a)", "a{1000}{1000}", "(" * 900 + ")" * 900, "\\", "*",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS, ids=range(len(PATTERNS)))
def test_a_pattern_that_is_let_through_can_be_used(pattern: str) -> None:
    import polars

    if not dictionary._why_no_pattern(pattern):
        polars.select(polars.lit("a").str.contains(f"^(?:{pattern})$"))


def test_the_patterns_that_people_write_are_let_through() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [dictionary._why_no_pattern(pattern) for pattern in PATTERNS[:8]] == [""] * 8
    assert all(dictionary._why_no_pattern(pattern) for pattern in PATTERNS[-12:])
