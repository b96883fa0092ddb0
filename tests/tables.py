"""Lets a test read like a table: one row is one case, and both readings must give what it says.

A table's heads are, in any order:

- columns of `cases` (`start_date`, `risk` …): a value, nothing (blank), or `?` (not readable);
- kinds of contact, by any other name (`reply`): the days of such contacts, with commas between them.
  Each is an event of that name. A day may be `blank` or `?`, and other cells of its row may follow
  (`2023-04-19 about=A attended=?`); `person` makes it a row of the person, not of one order;
- other tables (`judgements`, `allocations` …): their rows, written the same way, beginning with the
  cell in FIRST;
- what must come out: `state`, `due`, `of` ("1 of 2": met of all occurrences), `reason`;
- `as at`, where rows look from different days.

Without a `start_date` column every case starts on Monday 3 April 2023, or on `start`. All cases of one day are one
extract, worked out once by the engine and once by explain.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import duckdb

from auditcheck.adjustments import Adjusted, read_adjustments
from auditcheck.checklist import Checklist, read_checklist
from auditcheck.dictionary import resolve
from auditcheck.engine import build_calendar, open_database
from auditcheck.names import Column, Names, Type
from auditcheck.problems import Problem
from auditcheck.yamlfile import parse_yaml
from tests.both_readings import UNREADABLE, Answer, as_written, by_engine, by_explain, load, plain

DICTIONARY = """
dictionary: tables
cases:
  key: [crn, event_number]
  start: start_date
  end: end_date
  columns:
    crn: {type: text}
    event_number: {type: text}
    start_date: {type: date}
    end_date: {type: date, blank: not happened}
    release_date: {type: date, blank: not happened}
    suspended_from: {type: date, blank: not happened}
    review_due: {type: date}                  # a blank means nothing: cannot tell
    risk: {type: yes_no}
    consent: {type: yes_no, blank: no}
    tier: {type: code, values: [high, low]}
    score: {type: number}
    officer: {type: text}
    old_officer: {type: text}
tables:
  contacts:
    link: [crn, event_number]
    link_if_blank: [crn]
    may_be_empty: yes
    columns:
      crn: {type: text}
      event_number: {type: text}
      contact_date: {type: date}
      type: {type: code}
      attended: {type: yes_no}
      about: {type: text}
      due: {type: date, planned: yes}
      requirement: {type: text}
      category: {look_up: category, from: requirements, by: requirement}
  appointments:
    link: [crn, event_number]
    may_be_empty: yes
    columns:
      crn: {type: text}
      event_number: {type: text}
      planned_date: {type: date, planned: yes}
  allocations:
    link: [crn, event_number]
    may_be_empty: yes
    columns:
      crn: {type: text}
      event_number: {type: text}
      from_date: {type: date}
      to_date: {type: date, blank: not happened}
      staff: {type: text}
  requirements:
    key: [requirement]
    link: [crn]
    may_be_empty: yes
    columns:
      crn: {type: text}
      requirement: {type: text}
      category: {type: code}
  judgements:
    link: [crn, event_number]
    may_be_empty: yes
    columns:
      crn: {type: text}
      event_number: {type: text}
      item: {type: code}
      answer: {type: code, values: [yes, no, not_applicable, not_assessed]}
      auditor: {type: text}
      date: {type: date}
  accepted:
    link: [crn, event_number]
    may_be_empty: yes
    columns:
      crn: {type: text}
      event_number: {type: text}
      item: {type: code}
      occurrence_date: {type: date}
      reason: {type: text}
      accepted_by: {type: text}
      until: {type: date, planned: yes}
"""

#: The cell that a row of each table begins with.
FIRST = {
    "contacts": "contact_date",
    "appointments": "planned_date",
    "allocations": "from_date",
    "requirements": "requirement",
    "judgements": "answer",
    "accepted": "until",
}
DEFAULT_START = "2023-04-03"
EXPECTED = ("state", "due", "of", "reason")
NOT_AUDITED = "not audited"  # a case that starts after as at has no state


def states(
    item: str,
    table: str,
    as_at: str = "",
    *,
    start: str = DEFAULT_START,
    dictionary: str = "",
    checklist: str = "",
    adjustments: str = "",
    missing: Sequence[str] = (),
) -> None:
    """Both readings give every row its state.

    `item` is a pattern, or a whole item where it says `met_if`; `dictionary` is laid over DICTIONARY;
    `checklist` holds its settings, reasons for every item and other items; `adjustments` are a region's,
    to the checklist `tables`; `missing` are the tables and `table.column`s that were not supplied.
    """
    rows = read_table(table)
    days = dict.fromkeys(row.get("as at", as_at) for row in rows)
    wrong = []
    for day in days:
        of_day = [{"start_date": start} | row for row in rows if row.get("as at", as_at) == day]
        answers = both_readings([item], of_day, day, dictionary, checklist, missing, adjustments)
        for row, answer in zip(of_day, answers, strict=True):
            shown = _shown(answer.get("Q1"))
            asked = [head for head in EXPECTED if head in row]
            differs = [f"{head} {shown[head] or 'none'}" for head in asked if row[head] != shown[head]]
            if differs:
                wrong.append(f"{' | '.join(row.values())}\n    both readings give: {', '.join(differs)}")
    assert not wrong, "\n" + "\n".join(wrong)


def _shown(answer: Answer | None) -> dict[str, str]:
    if answer is None:
        return {"state": NOT_AUDITED, "due": "", "of": "", "reason": ""}
    return {
        "state": answer.state.value,
        "due": str(answer.due or ""),
        "of": f"{answer.met} of {answer.occurrences}" if answer.occurrences else "",
        "reason": answer.reason,
    }


def conditions(table: str, as_at: str = "2023-05-20", *, asked_by: str, dictionary: str = "") -> None:
    """A table with a condition in each row and a case in each column (`risk=yes score=2`).

    `asked_by`: a `question` (relevant_if, case), a `reason` (left_out_if, excused_if) or a `where`.
    Answers are yes, no, and `?` for cannot tell.
    """
    rows = read_table(table)
    cases = [head for head in rows[0] if head != "condition"]
    written = [dict(part.split("=") for part in head.split()) for head in cases]
    heads = dict.fromkeys(key for case in written for key in case)
    texts = list(dict.fromkeys(row["condition"] for row in rows))
    if asked_by == "where":
        events = [f"e{n}: {{from: cases, date: start_date, where: {text}}}" for n, text in enumerate(texts)]
        dictionary = "\n".join((dictionary, "events:", *(f"  {event}" for event in events)))
        items = [f"case: {{has: e{n}}}" for n in range(len(texts))]
        answers = {"met": "yes", "gap": "no", "cannot tell": "?"}
    elif asked_by == "reason":
        items = [
            f"{{met_if: {{case: {{start_date: {{recorded: yes}}}}}}, left_out_if: [{{reason: R, when: {text}}}]}}"
            for text in texts
        ]
        answers = {"left out": "yes", "met": "no", "cannot tell": "?"}
    else:
        items = [f"case: {text}" for text in texts]
        answers = {"met": "yes", "gap": "no", "cannot tell": "?"}
    extract = [{head: case.get(head, "") for head in heads} for case in written]
    found = both_readings(items, extract, as_at, dictionary)
    wrong = [
        f"{row['condition']} of {head}: {row[head]}, both readings give {given}"
        for row in rows
        for head, case in zip(cases, found, strict=True)
        if (given := answers[case[f"Q{texts.index(row['condition']) + 1}"].state.value]) != row[head]
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def facts(
    definition: str, table: str, as_at: str = "2023-05-20", *, dictionary: str = "", missing: Sequence[str] = ()
) -> None:
    """Both readings give the fact so defined its `value` in every row.

    `none` is nothing there, `?` is cannot tell, `2 to 3` a count of which two are certain and a third is
    possible, `2 or more` one that knows no upper end because rows may be missing.
    """
    rows = read_table(table)
    tests = {"none": "case: {it: {recorded: no}}"}
    for value in dict.fromkeys(row["value"] for row in rows):
        if number := re.match("([0-9]{1,2})(?: or more| to ([0-9]{1,2}))?$", value):
            count, most = int(number[1]), int(number[2] or number[1])
            tests[number[1]] = f"case: {{it: {count}}}"
            tests |= {f"{n} or more": f"case: {{it: {{at_least: {n}}}}}" for n in (count, count + 1, most + 1)}
        elif value not in ("none", "?"):
            tests[value] = f"case: {{it: {value}}}"
    dictionary = f"{dictionary}\nfacts: {{it: {definition}}}"
    found = both_readings(list(tests.values()), rows, as_at, dictionary, missing=missing)
    wrong = []
    for row, answers in zip(rows, found, strict=True):
        given = {name: answers[f"Q{n}"].state.value for n, name in enumerate(tests, 1)}
        for name, state in given.items():
            if state != _fact_state(row["value"], name):
                wrong.append(f"{' | '.join(row.values())}\n    is it {name}? both readings give {state}")
    assert not wrong, "\n" + "\n".join(wrong)


def _fact_state(value: str, asked: str) -> str:
    """Is a fact of this value what is asked for?"""
    if value == "?":
        return "cannot tell"
    doubtful = " " in value
    if "none" in (value, asked) or not asked.endswith(" or more"):
        return "cannot tell" if doubtful else "met" if value == asked else "gap"
    wanted, certain = int(asked.split()[0]), int(value.split()[0])
    possible = 99 if value.endswith(" or more") else int(value.split()[-1])
    return "met" if certain >= wanted else "cannot tell" if possible >= wanted else "gap"


def read_table(text: str) -> list[dict[str, str]]:
    lines = [line for line in (raw.split("#")[0].strip() for raw in text.splitlines()) if line]
    heads, *rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    for row in rows:
        assert len(row) == len(heads), f"{len(heads)} heads, but: {' | '.join(row)}"
    return [dict(zip(heads, row, strict=True)) for row in rows]


@lru_cache
def _database(closed: frozenset[datetime.date]) -> duckdb.DuckDBPyConnection:
    con = open_database(threads=1)
    build_calendar(con, closed)
    return con


def both_readings(
    items: Sequence[str],
    rows: Sequence[dict[str, str]],
    as_at: str,
    dictionary: str = "",
    checklist: str = "",
    missing: Sequence[str] = (),
    adjustments: str = "",
) -> list[dict[str, Answer]]:
    """What both readings say of each row, by item (Q1, Q2 …): they must not differ in anything."""
    raw = _laid_over(_yaml(DICTIONARY), _yaml(dictionary))
    known = {"cases", *raw["tables"], *raw["cases"]["columns"], *EXPECTED, "as at", "value"}
    kinds = list(dict.fromkeys(head for row in rows for head in row if head not in known))
    events = raw.setdefault("events", {})
    for kind in kinds:
        events.setdefault(kind, {"from": "contacts", "date": "contact_date", "where": {"type": kind.upper()}})
    names = resolve(as_written(raw), "dictionary.yaml")
    around = {"checklist": "tables", "title": "Tables", "version": "1"} | _yaml(checklist)
    written = [_yaml(text) for text in items]
    written = [{"id": f"Q{n}"} | (item if "met_if" in item else {"met_if": item}) for n, item in enumerate(written, 1)]
    besides = {"title": "T", "severity": "high", "source": "none", "to_fix": "Mend it."}
    around["items"] = [besides | item for item in (*written, *around.get("items", ()))]
    asked = checklist_of(around, names)
    loaded = load(
        names,
        _extract(rows, kinds, names),
        missing_tables=[name for name in missing if "." not in name],
        missing_columns=[(table, column) for table, _, column in (name.partition(".") for name in missing) if column],
        con=_database(names.closed_days),
    )
    day = datetime.date.fromisoformat(as_at)
    if adjustments:
        asked = adjusted(asked, adjustments, names, day).checklists[0]
    engine = by_engine(loaded, asked.items, day)
    explained = {key: plain(outcome) for key, outcome in by_explain(loaded, asked.items, day).items()}
    for number, row in enumerate(rows):
        for item in asked.items:
            one, other = engine.get((number, item.id)), explained.get((number, item.id))
            assert one == other, f"\n{' | '.join(row.values())}\n{item.met_if}\nengine:  {one}\nexplain: {other}"
    return [{item: a for (n, item), a in engine.items() if n == number} for number in range(len(rows))]


def checklist_of(raw: dict[str, Any], names: Names) -> Checklist:
    problems: list[Problem] = []
    found = read_checklist(as_written(raw), "checklist.yaml", names, problems)
    assert found is not None, "\n".join(str(problem) for problem in problems)
    return found


def adjusted(asked: Checklist, adjustments: str, names: Names, as_at: datetime.date) -> Adjusted:
    problems: list[Problem] = []
    found = read_adjustments(_yaml(adjustments), "region.yaml", [asked], [], names, as_at, problems)
    assert found is not None, "\n".join(str(problem) for problem in problems)
    return found


def _yaml(text: str) -> dict[str, Any]:
    return parse_yaml(text.encode(), "table") if text.strip() else {}


def _laid_over(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _laid_over(merged[key], value) if both else value
    return merged


def _extract(rows: Sequence[dict[str, str]], kinds: Sequence[str], names: Names) -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in names.tables}
    for number, row in enumerate(rows, 1):
        case = {"crn": f"P{number}", "event_number": "1", "start_date": DEFAULT_START}
        case |= {head: cell for head, cell in row.items() if head in names.cases.columns}
        tables["cases"].append({head: _cell(cell, names.cases.columns[head]) for head, cell in case.items()})
        whose = {"crn": case["crn"], "event_number": case["event_number"]}
        for head, cell in row.items():
            table = "contacts" if head in kinds else head
            if table not in FIRST:
                continue
            for entry in filter(None, (part.strip() for part in cell.split(","))):
                first, *words = entry.split()
                cells = whose | {FIRST[table]: first}
                if head in kinds:
                    cells["type"] = head
                if table == "judgements":
                    cells |= {"item": "Q1", "auditor": "ann"}
                if table == "accepted":
                    cells |= {"item": "Q1", "reason": "agreed", "accepted_by": "head"}
                for word in words:
                    key, _, value = word.partition("=")
                    cells |= {"event_number": "blank"} if word == "person" else {key: value}
                columns = names.tables[table].columns
                tables[table].append({k: _cell(v, columns[k]) for k, v in cells.items() if k in columns})
    return tables


def _cell(text: str, column: Column) -> Any:
    if text == "?":
        return UNREADABLE
    if text in ("", "blank"):
        return None
    match column.type:
        case Type.DATE:
            return datetime.date.fromisoformat(text)
        case Type.YES_NO:
            return {"yes": True, "no": False}[text]
        case Type.NUMBER:
            return int(text)
        case Type.CODE if column.values is None:
            return text.upper()
    return text
