"""The history of audits: what is kept, what is not, and what is found when somebody changes it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from auditcheck.checklist import read_checklist
from auditcheck.definition import definition
from auditcheck.history import History
from auditcheck.problems import HistoryStop, Problem
from auditcheck.pseudonyms import Key, folder, the_key
from auditcheck.recorded import Level
from auditcheck.states import State
from auditcheck.yamlfile import parse_yaml
from tests import extract_files
from tests.small_histories import (
    AS_AT,
    BY_HAND,
    CANARIES,
    CASES,
    CHECKLIST,
    CONTACTS,
    CORRECTED,
    UNIT,
    extract,
    record,
    tampered,
    typed,
    whole,
    words_of_run,
)

STATES = (State.MET, State.LATE, State.GAP, State.NOT_YET_DUE, State.NOT_RELEVANT)


@pytest.fixture
def kept(tmp_path: Path, own_folders: Path) -> Path:
    """A history with one run of the small extract."""
    record(extract(tmp_path / "june"))
    return own_folders / "data" / "auditcheck" / "history.db"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history with June, July, and July corrected."""
    tmp_path = tmp_path_factory.mktemp("three")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATA", "CONFIG"):
            patch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
        record(extract(tmp_path / "june"))
        record(tmp_path / "june", as_at=date(2023, 7, 31))
        record(extract(tmp_path / "corrected", CORRECTED), as_at=date(2023, 7, 31))
    return tmp_path / "DATA" / "auditcheck" / "history.db"


@pytest.fixture
def copy(three: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(three, tmp_path / "history.db"))


def days(path: Path) -> list[tuple[date, int, bool]]:
    with History.to_read(path) as history:
        assert history.verify() == []
        return [(line.as_at, line.revision, line.superseded) for line in history.lines()]


# What is a run, and what is the same again


def test_a_run_is_kept_with_the_counts_made_by_hand(kept: Path) -> None:
    with History.to_read(kept) as history:
        (run,) = history.runs(UNIT)
    found = {
        (row.item, row.team): tuple(row.counts.of(state) for state in STATES)
        for row in run.counts
        if row.level is not Level.PRACTITIONER
    }
    assert found == BY_HAND
    assert (run.as_at, run.audited, run.revision, run.extract) == (AS_AT, 4, 1, "june")
    people = {(row.team, row.practitioner) for row in run.counts if row.level is Level.PRACTITIONER}
    assert people == {("HARB01", "N54A001"), ("DOWN02", "N54B002"), ("DOWN02", "")}
    # of what had fallen due, the enquiry of 28 June is not one
    (t1,) = (row.passed for row in run.counts if row.item == "T1" and row.level is Level.ALL)
    assert (t1.met, t1.base, t1.of(State.NOT_YET_DUE)) == (1, 2, 0)
    opened = {(one.item, one.state) for one in run.open}
    assert opened == {("T1", State.GAP), ("T2", State.GAP)}


def test_the_counts_kept_are_those_of_the_run_in_json(tmp_path: Path, own_folders: Path) -> None:
    record(extract(tmp_path / "june"), "-o", str(tmp_path / "june.json"))
    told = json.loads((tmp_path / "june.json").read_bytes())
    with History.to_read(own_folders / "data" / "auditcheck" / "history.db") as history:
        (run,) = history.runs(UNIT)
    listed = {item["item"]: item["states"] for item in told["items"]}
    found = {row.item: {state.value.replace(" ", "_"): row.counts.of(state) for state in State} for row in run.counts if row.level is Level.ALL}  # fmt: skip
    assert found == listed


def in_another_order(folder: Path) -> Path:
    turned = {
        text: "".join([text.splitlines(True)[0], *reversed(text.splitlines(True)[1:])]) for text in (CASES, CONTACTS)
    }
    return extract(folder, turned[CONTACTS], turned[CASES])


def as_a_workbook(folder: Path) -> Path:
    extract(folder)
    sheets = {
        name: [line.split(",") for line in text.splitlines()]
        for name, text in (("cases", CASES), ("contacts", CONTACTS))
    }
    return extract_files.workbook(folder.parent / f"{folder.name}.xlsx", sheets)


def as_numbers_and_dates(folder: Path) -> Path:
    extract(folder)
    sheets = {
        name: [line.split(",") for line in text.splitlines()]
        for name, text in (("cases", CASES), ("contacts", CONTACTS))
    }
    for rows, column in ((sheets["cases"], 2), (sheets["contacts"], 2)):
        for row in rows[1:]:
            row[1] = int(row[1])  # type: ignore[call-overload]
            row[column] = date.fromisoformat(row[column])  # type: ignore[call-overload]
    return extract_files.workbook(folder.parent / f"{folder.name}.xlsx", sheets)


def with_another_title(folder: Path) -> Path:
    new = CHECKLIST.replace("title: Enquiry sent", "title: Sent").replace("to_fix: Send it.", "to_fix: Send it now.")
    return extract(folder, checklist=new.replace("severity: high", "severity: low"))


def with_a_comment(folder: Path) -> Path:
    return extract(folder, checklist="# another day\n" + CHECKLIST)


#: What is recorded after the small extract of 30 June: how many runs there are then, and how many of them count.
AGAIN: list[tuple[str, Callable[[Path], Path], date, int, int]] = [
    ("the very same", extract, AS_AT, 1, 1),
    ("rows in another order", in_another_order, AS_AT, 1, 1),
    ("the same as a workbook", as_a_workbook, AS_AT, 1, 1),
    ("a workbook with numbers and dates", as_numbers_and_dates, AS_AT, 1, 1),
    ("titles, severity and what to do changed", with_another_title, AS_AT, 1, 1),
    ("a comment in the checklist", with_a_comment, AS_AT, 1, 1),
    ("a corrected extract", lambda folder: extract(folder, CORRECTED), AS_AT, 2, 1),
    ("a case more", lambda folder: extract(folder, cases=CASES + "X900005,1,2023-04-03,,,DOWN02,CO,\n"), AS_AT, 2, 1),
    ("another limit", lambda folder: extract(folder, checklist=CHECKLIST.replace("20 working days", "15 working days")), AS_AT, 2, 1),
    ("another day", extract, date(2023, 6, 29), 2, 2),
    ("another month", extract, date(2023, 7, 31), 2, 2),
]  # fmt: skip


@pytest.mark.parametrize(("made", "as_at", "runs", "count"), [row[1:] for row in AGAIN], ids=[row[0] for row in AGAIN])
def test_what_is_recorded_again(
    made: Callable[[Path], Path], as_at: date, runs: int, count: int, kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    record(made(tmp_path / "again"), as_at=as_at)
    said = capsys.readouterr().err
    found = days(kept)
    assert (len(found), sum(not superseded for *_, superseded in found)) == (runs, count)
    assert ("Already recorded in history.db" in said) == (runs == 1)
    assert ("revision 2: it supersedes the one before" in said) == (runs == 2 and count == 1)


def test_what_was_superseded_is_not_recorded_again_and_that_is_said(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(extract(tmp_path / "corrected", CORRECTED))
    record(tmp_path / "june")
    assert "It has been superseded since, and the later one counts." in capsys.readouterr().err
    assert days(kept) == [(AS_AT, 1, True), (AS_AT, 2, False)]


def test_a_revision_that_asks_less_says_what_is_lost(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(extract(tmp_path / "less", checklist=CHECKLIST[: CHECKLIST.index("  - id: T2")]))
    said = capsys.readouterr().err.splitlines()
    assert said[-1] == " ! Not asked any more that day: T2. Trend has no figures for that month there now."
    assert days(kept) == [(AS_AT, 1, True), (AS_AT, 2, False)]


def test_a_day_of_other_cases_is_no_revision(kept: Path, tmp_path: Path) -> None:
    others = {text: text.replace("X9000", "X8000") for text in (CASES, CONTACTS)}
    code, said = typed(*words_of_run(extract(tmp_path / "others", others[CONTACTS], others[CASES])))
    assert code == 6
    assert said.splitlines() == [
        f"history.db: has runs of “{UNIT}”, and the nearest in time has none of these cases.",
        "If this is another unit, record it under a title of its own: --unit TITLE.",
        "The audit itself is whole; it was not recorded.",
    ]
    assert days(kept) == [(AS_AT, 1, False)]


def test_a_new_history_is_called_one(tmp_path: Path, own_folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(extract(tmp_path / "june"))
    record(tmp_path / "june", as_at=date(2023, 7, 31))
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("Recorded in history.db, a new history, as ")
    assert second.startswith("Recorded in history.db as ")


#: Refused before any work: nothing stands where the extract should be, and nobody looks.
REFUSED = [
    (
        "--record --team HARB01",
        "--record keeps whole audits: leave out --team, --practitioner, --item, --severity and --due-in.",
    ),
    ("--record --practitioner N54A001", "--record keeps whole audits"),
    ("--record --item T1", "--record keeps whole audits"),
    ("--record --due-in 2023-06", "--record keeps whole audits"),
    ("--record --severity high", "--record keeps whole audits"),
    ("--unit Somewhere", "--unit says where a run is kept: it goes with --record."),
    ("--history other.db", "--history says where a run is kept: it goes with --record."),
]


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_a_part_of_an_extract_is_not_kept(words: str, said: str, tmp_path: Path, own_folders: Path) -> None:
    code, stopped = typed("run", str(tmp_path / "nowhere"), *words.split())
    assert code == 2
    assert stopped.startswith(said)
    assert not own_folders.exists()


# Definitions: what makes two months' items the same

ITEM = """
checklist: one
title: One
version: "1"
settings: {limit: {value: 4 weeks, source: local default}}
items:
  - id: A1
    title: Seen
    severity: high
    source: a report
    to_fix: See them.
    relevant_if: {order_type: community_order}
    met_if: {some: seen, by: limit after start_date}
    excused_if: [{reason: Planned, when: {has: planned}}]
"""

#: What is written otherwise, where, and whether it is another item then.
DEFINED = [
    # (file, what stands there, what stands there instead, is it another item?)
    ("checklist", "value: 4 weeks", "value: 5 weeks", True),
    ("checklist", "community_order", "licence", True),
    ("checklist", "limit after start_date", "limit after end_date", True),
    ("checklist", "some: seen,", "some: seen, at_least: 2,", True),
    ("checklist", "{has: planned}", "{has: seen}", True),
    ("checklist", "excused_if: [{reason: Planned, when: {has: planned}}]", "", True),
    ("checklist", "excused_if: [{reason: Planned, ", "excused_if: [{reason: Planned, lasts: 4 weeks, ", True),
    ("dictionary", "where: {type_code: C1}", "where: {type_code: C3}", True),
    ("dictionary", "seen: {from: contacts, date: contact_date", "seen: {from: contacts, date: due_date", True),
    ("dictionary", 'values: {community_order: [CO, "1"]', "values: {community_order: [CO]", True),
    ("dictionary", "end_date: {type: date, blank: not happened", "end_date: {type: date", True),  # the case's end
    ("dictionary", "link_if_blank: [crn]", "", True),
    ("dictionary", "dictionary: test", "dictionary: test\nclosed_days: none", True),
    ("dictionary", "dictionary: test", "dictionary: test\nzone: Europe/Paris", True),
    ("checklist", "title: Seen", "title: Was seen", False),
    ("checklist", "title: One", "title: Another", False),
    ("checklist", 'version: "1"', 'version: "2"', False),
    ("checklist", "severity: high", "severity: low", False),
    ("checklist", "source: a report", "source: another report", False),
    ("checklist", "source: local default", "source: a policy", False),
    ("checklist", "to_fix: See them.", "to_fix: See them soon.\n    fix_within: 5 working days", False),
    ("checklist", "reason: Planned", "reason: Is planned", False),
    ("checklist", "items:", "# a comment\nitems:", False),
    ("checklist", "limit", "other_limit", False),
    ("dictionary", "headings: [CRN, Case reference]", "headings: [Reference]", False),
    ("dictionary", "headings: [Contact log]", "headings: [Log]", False),
    ("dictionary", "dictionary: test", "dictionary: renamed\ntitle: Some unit\ntaken_on: 2023-06-30", False),
    ("dictionary", "hours: {type: number", "hours: {type: text", False),
    ("dictionary", "where: {type_code: C2}", "where: {type_code: [C2, C4]}", True),
    ("dictionary", "type_code: {type: text", "type_code: {type: code", True),
]  # fmt: skip


def defined(checklist: str = ITEM, dictionary: str = extract_files.DICTIONARY) -> str:
    names = extract_files.names(dictionary)
    problems: list[Problem] = []
    found = read_checklist(parse_yaml(checklist.encode(), "one.yaml"), "one.yaml", names, problems)
    assert found is not None, problems
    return definition(found.items[0], names)


@pytest.mark.parametrize(
    ("file", "there", "instead", "another"), DEFINED, ids=[f"{row[1]} -> {row[2]}"[:70] for row in DEFINED]
)
def test_what_makes_an_item_another_one(file: str, there: str, instead: str, another: bool) -> None:
    text = ITEM if file == "checklist" else extract_files.DICTIONARY
    assert there in text
    assert (defined(**{file: text.replace(there, instead)}) != defined()) == another


def test_a_region_s_limit_makes_another_item_and_its_severity_does_not(tmp_path: Path, own_folders: Path) -> None:
    limit = CHECKLIST.replace("items:", "settings: {reply: {value: 20 working days, source: local default}}\nitems:").replace("within: 20 working days", "within: reply")  # fmt: skip
    region = """
adjustments: here
version: "1"
{what}: {{{key}: {{value: {value}, reason: Agreed, agreed_by: Head of PDU, from: 2023-06-01, review: 2023-12-01}}}}
"""
    made = []
    for what, key, value in (("", "", ""), ("settings", "small.reply", "15 working days"), ("severity", "T1", "low")):
        folder = extract(tmp_path / str(len(made)), checklist=limit)
        if what:
            (folder / "adjustments.yaml").write_text(region.format(what=what, key=key, value=value), encoding="utf-8")
        history = tmp_path / f"{len(made)}.db"
        record(folder, "--history", str(history))
        with History.to_read(history) as kept:
            made.append({item.id: item.definition for item in kept.runs(UNIT)[0].items})
    as_it_is, shorter, less_severe = made
    assert (as_it_is["T1"] == shorter["T1"], as_it_is["T2"] == shorter["T2"]) == (False, True)
    assert as_it_is == less_severe


# What is never kept


def test_no_case_no_cell_no_key_and_no_path_is_kept(three: Path, tmp_path: Path) -> None:
    with History.to_read(three) as history:
        exported = history.exported()
    config = three.parents[2] / "CONFIG" / "auditcheck" / "history.key"
    for content in (three.read_bytes(), exported):
        for canary in (*CANARIES, str(tmp_path.parent), "june/", "cases.csv"):
            assert canary.encode() not in content
        assert config.read_bytes() not in content
        assert config.read_bytes().hex().encode() not in content.lower()
    assert b"N54A001" in exported  # whose counts they are is kept, and so a canary that is there is found


def test_what_is_purged_or_forgotten_is_no_longer_in_the_bytes(copy: Path) -> None:
    with History.to_read(copy) as history:
        tokens = set(history.runs(UNIT)[0].cases)
    there = [name.encode() for name in (*tokens, "N54A001")]
    assert all(name in copy.read_bytes() for name in there)
    assert typed("history", "forget", "--practitioner", "N54A001", "--history", str(copy)) == (0, "")
    assert b"N54A001" not in copy.read_bytes()
    assert b"N54B002" in copy.read_bytes()
    assert typed("history", "purge", "--before", "2023-01", "--people-before", "2023-08", "--apply", "--history", str(copy)) == (0, "")  # fmt: skip
    assert not any(name in copy.read_bytes() for name in there)
    assert b"N54B002" not in copy.read_bytes()
    assert len(whole(copy)) == 3


def test_who_has_no_code_cannot_be_forgotten(copy: Path) -> None:
    before = copy.read_bytes()
    for code in ("", "n54a001", "nobody"):
        assert typed("history", "forget", "--practitioner", code, "--history", str(copy))[0] == 2
    assert copy.read_bytes() == before


def test_a_forgotten_practitioner_s_team_keeps_its_counts(copy: Path) -> None:
    def teams() -> list[object]:
        with History.to_read(copy) as history:
            runs = history.runs(UNIT)
        return [row for run in runs for row in run.counts if row.level is not Level.PRACTITIONER]

    before = teams()
    assert typed("history", "forget", "--practitioner", "N54A001", "--history", str(copy)) == (0, "")
    assert teams() == before
    with History.to_read(copy) as history:
        words = {row.practitioner for run in history.runs(UNIT) for row in run.counts if row.team == "HARB01"}
    (word,) = words - {""}
    assert word.startswith("forgotten-")


# Pseudonyms

SECRET, OTHER = Key(bytes(32)), Key(bytes([1]) * 32)


def test_a_pseudonym_is_twelve_letters_of_one_key() -> None:
    name = SECRET.of("case", ["X900001", "1"])
    assert len(name) == 12
    assert not set(name) - set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    # worked out once with: openssl dgst -sha256 -mac HMAC, its first 15 hexadecimal digits in base 32
    assert name == "QDY7PGX9H6XG"
    assert name == Key(bytes(32)).of("case", ("X900001", "1"))
    others = [
        OTHER.of("case", ["X900001", "1"]),
        SECRET.of("gap", ["X900001", "1"]),
        SECRET.of("case", ["X9000011", ""]),
    ]
    assert len({name, *others}) == 4
    assert SECRET.name != OTHER.name
    assert str(SECRET.secret) not in repr(SECRET)


def test_the_key_is_a_file_of_this_user_alone(own_folders: Path) -> None:
    first = the_key()
    path = folder("config") / "history.key"
    assert path.parent == own_folders / "config" / "auditcheck"
    assert [stat.S_IMODE(one.stat().st_mode) for one in (path, path.parent)] == [0o600, 0o700]
    assert (len(path.read_bytes()), the_key()) == (32, first)
    assert [one.name for one in path.parent.iterdir()] == ["history.key"]


@pytest.mark.parametrize("content", [b"", b"short", bytes(33), b"0" * 64])
def test_what_is_no_key_is_refused(content: bytes, own_folders: Path, tmp_path: Path) -> None:
    (own_folders / "config" / "auditcheck").mkdir(parents=True)
    path = own_folders / "config" / "auditcheck" / "history.key"
    path.write_bytes(content)
    code, said = typed(*words_of_run(extract(tmp_path / "june"), "-o", str(tmp_path / "june.json")))
    assert code == 6
    assert said.startswith("history.key: is not a key of the history.")
    assert said.endswith("The audit itself is whole; it was not recorded.")
    assert (tmp_path / "june.json").exists()
    assert path.read_bytes() == content
    assert not (own_folders / "data").exists()


def test_the_history_is_this_user_s_alone(kept: Path) -> None:
    assert [stat.S_IMODE(one.stat().st_mode) for one in (kept, kept.parent)] == [0o600, 0o700]
    assert [one.name for one in kept.parent.iterdir()] == ["history.db"]


# Names that mean something to a database

TEAMS = ['x"; DROP TABLE run; --', "' OR 1=1 --", "Ω – team", "a'b", "%s{0}"]


@pytest.mark.parametrize("team", TEAMS)
def test_a_team_is_a_word_like_any_other(team: str, tmp_path: Path, own_folders: Path) -> None:
    quoted = '"' + team.replace('"', '""') + '"'
    record(extract(tmp_path / "june", cases=CASES.replace("HARB01", quoted)))
    path = own_folders / "data" / "auditcheck" / "history.db"
    assert len(whole(path)) == 1
    with History.to_read(path) as history:
        (run,) = history.runs(UNIT)
    by_hand = {(item, team if of == "HARB01" else of): counts for (item, of), counts in BY_HAND.items()}
    found = {(row.item, row.team): tuple(row.counts.of(state) for state in STATES) for row in run.counts if row.level is not Level.PRACTITIONER}  # fmt: skip
    teams = {name for _, name in found} - {"", "DOWN02"}
    assert len(teams) == 1
    assert found == {(item, teams.copy().pop() if of == team else of): counts for (item, of), counts in by_hand.items()}
    for words in (
        ["trend", "--team", teams.pop()],
        ["history", "show", run.run],
        ["history", "forget", "--practitioner", "N54A001"],
    ):
        assert typed(*words) == (0, "")
    assert len(whole(path)) == 1


# Export and import


def test_an_exported_history_comes_back_byte_for_byte(three: Path, tmp_path: Path) -> None:
    first, back, second = tmp_path / "first.json", tmp_path / "back.db", tmp_path / "second.json"
    assert typed("history", "export", "-o", str(first), "--history", str(three)) == (0, "")
    assert typed("history", "import", str(first), "--history", str(back)) == (0, "")
    assert typed("history", "export", "-o", str(second), "--history", str(back)) == (0, "")
    assert second.read_bytes() == first.read_bytes()
    assert whole(back) == whole(three)
    assert stat.S_IMODE(back.stat().st_mode) == 0o600
    with History.to_read(back) as imported_again, History.to_read(three) as original:
        assert imported_again.runs(UNIT) == original.runs(UNIT)


def test_what_is_kept_of_one_person_can_be_asked_for(three: Path, tmp_path: Path) -> None:
    out = tmp_path / "own.json"
    assert typed("history", "export", "-o", str(out), "--practitioner", "N54A001", "--history", str(three)) == (0, "")
    rows = json.loads(out.read_bytes())["counts"]
    assert {row["practitioner"] for row in rows} == {"N54A001"}
    june = {row["item"]: (row["met"], row["gap"]) for row in rows if row["as_at"] == "2023-06-30"}
    assert june == {"T1": (1, 1), "T2": (2, 0)}
    assert len(rows) == 6
    said = (2, "no run has a practitioner of that code. Codes are compared exactly.")
    other = tmp_path / "other.json"
    assert typed("history", "export", "-o", str(other), "--practitioner", "N54A00", "--history", str(three)) == said
    assert not other.exists()


def _row(tables: dict[str, dict[str, list[object]]], table: str) -> list[object]:
    return tables[table]["rows"][0]  # type: ignore[return-value]


def _change(table: str, column: str, value: object) -> Callable[[dict[str, dict[str, list[object]]]], None]:
    def change(tables: dict[str, dict[str, list[object]]]) -> None:
        _row(tables, table)[tables[table]["columns"].index(column)] = value

    return change


def _drop(table: str) -> Callable[[dict[str, dict[str, list[object]]]], None]:
    return lambda tables: tables[table]["rows"].pop(0) and None


IS_CHANGED = "export.json: is not as it was exported"
NOT_WHOLE = "export.json: is not a whole exported history. Export it again"

EDITED = [
    ("a count", _change("result", "met", 7), IS_CHANGED),
    ("a count and its sum", lambda t: (_change("result", "met", 7)(t), _change("result", "cases", 10)(t)), IS_CHANGED),
    ("the rows read", _change("run", "rows_read", 1), IS_CHANGED),
    ("a missing count", _drop("result"), IS_CHANGED),
    ("a missing pseudonym", _drop("audited"), IS_CHANGED),
    ("a missing run", _drop("run"), IS_CHANGED),
    ("a missing entry of the log", _drop("event"), IS_CHANGED),
    ("a changed entry of the log", _change("event", "at", "2020-01-01T00:00:00Z"), IS_CHANGED),
    ("a checklist's text", _change("checklist", "body", "{}"), IS_CHANGED),
    ("a checklist's version", _change("checklist", "version", "9"), IS_CHANGED),
    ("a word for a count", _change("result", "met", "many"), IS_CHANGED),
    ("a list for a count", _change("result", "met", [1]), NOT_WHOLE),
    ("a fraction for a count", _change("result", "met", 0.5), NOT_WHOLE),
    ("a number beyond SQLite's", _change("run", "rows_read", 10**30), NOT_WHOLE),
    ("half a character", _change("run", "unit", "\ud800"), NOT_WHOLE),
    ("a row too long", lambda t: _row(t, "result").append(1), NOT_WHOLE),
    ("a row that is none", lambda t: t["result"]["rows"].append("abc"), NOT_WHOLE),
    ("a table less", lambda t: t.pop("open") and None, NOT_WHOLE),
    ("columns in another order", lambda t: t["run"]["columns"].reverse(), NOT_WHOLE),
    ("rows that are none", lambda t: t["run"].update(rows=None), NOT_WHOLE),  # type: ignore[call-overload]
]


@pytest.mark.parametrize(("change", "said"), [row[1:] for row in EDITED], ids=[row[0] for row in EDITED])
def test_an_edited_export_is_not_imported(
    change: Callable[[object], object], said: str, three: Path, tmp_path: Path
) -> None:
    with History.to_read(three) as history:
        raw = json.loads(history.exported())
    change(raw["tables"])
    _refused(json.dumps(raw).encode(), said, tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", NOT_WHOLE),
        (b"[]", NOT_WHOLE),
        (b"\xff\xfe", NOT_WHOLE),
        (b"[" * 100_000, NOT_WHOLE),
        (b'{"auditcheck": {"layout": "run", "layout_version": 1}, "tables": {}}', NOT_WHOLE),
        (b'{"auditcheck": {"layout": "history", "layout_version": 2}, "tables": {}}', "export.json: was exported by another version"),
    ],
    ids=["nothing", "a list", "no text", "deep", "another layout", "a later layout"],
)  # fmt: skip
def test_what_is_no_export_is_not_imported(content: bytes, said: str, tmp_path: Path) -> None:
    _refused(content, said, tmp_path)


def test_an_export_cut_off_is_not_imported(three: Path, tmp_path: Path) -> None:
    with History.to_read(three) as history:
        content = history.exported()
    for part in range(1, 10):
        _refused(content[: len(content) * part // 10], NOT_WHOLE, tmp_path)


def _refused(content: bytes, said: str, tmp_path: Path) -> None:
    export, made = tmp_path / "export.json", tmp_path / "made"
    export.write_bytes(content)
    made.mkdir(exist_ok=True)
    code, stopped = typed("history", "import", str(export), "--history", str(made / "history.db"))
    assert code == 6
    assert stopped.startswith(said)
    assert list(made.iterdir()) == []


def test_nothing_is_imported_over_a_file_that_is_there(three: Path, copy: Path, tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    assert typed("history", "export", "-o", str(export), "--history", str(three)) == (0, "")
    before = copy.read_bytes()
    code, said = typed("history", "import", str(export), "--history", str(copy))
    assert (code, said) == (6, "history.db: exists. A history is imported into a new file: give --history FILE.")
    assert copy.read_bytes() == before


def test_an_export_is_never_written_over_the_history(copy: Path) -> None:
    before = copy.read_bytes()
    assert typed("history", "export", "-o", str(copy), "--force", "--history", str(copy))[0] != 0
    assert copy.read_bytes() == before


# What somebody changed

FIRST = "(SELECT rowid FROM {0} LIMIT 1)"
TAMPERED = [
    # (what, how, what verify says)
    ("a count", "UPDATE result SET met = met + 1, cases = cases + 1 WHERE level = 'all' AND item = 'T1'", "is not as it was recorded"),
    ("what had fallen due", "UPDATE result SET passed_met = 0 WHERE level = 'all' AND item = 'T1'", "is not as it was recorded"),
    ("a missing count", "DELETE FROM result WHERE rowid = (SELECT rowid FROM result LIMIT 1)", "is not as it was recorded"),
    ("a missing pseudonym", "DELETE FROM audited WHERE rowid = (SELECT rowid FROM audited LIMIT 1)", "is not as it was recorded"),
    ("a gap that is none", "DELETE FROM open WHERE rowid = (SELECT rowid FROM open LIMIT 1)", "is not as it was recorded"),
    ("the day", "UPDATE run SET as_at = '2023-05-31' WHERE as_at = '2023-06-30'", "is not as it was recorded"),
    ("a day that is none", "UPDATE run SET as_at = '2023-13-45' WHERE as_at = '2023-06-30'", "is not as it was recorded"),
    ("a limit", "UPDATE asked SET place = place + 5", "is not as it was recorded"),
    ("a definition", "UPDATE item SET definition = 'x' WHERE id = 'T1'", "is not as it was recorded"),
    ("a checklist's text", "UPDATE checklist SET body = replace(body, '20 working days', '15 working days')", "the text of checklist"),
    ("a checklist's version", "UPDATE checklist SET version = '9'", "is not as it was recorded"),
    ("a missing checklist", "DELETE FROM checklist", "rows refer to"),
    ("an entry of the log", "UPDATE event SET at = '2020-01-01T00:00:00Z' WHERE seq = 2", "the log is broken at entry 2"),
    ("a missing entry of the log", "DELETE FROM event WHERE seq = 2", "the log is broken at entry 2"),
    ("the last entry of the log", "DELETE FROM event WHERE seq = 3", "is not as it was recorded"),
    ("an entry more", "INSERT INTO event VALUES (4, '', 'purge', '', '', '', '')", "the log is broken at entry 4"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "said"), [row[1:] for row in TAMPERED], ids=[row[0] for row in TAMPERED])
def test_what_was_changed_is_found_and_nothing_is_added_to_it(
    statement: str, said: str, three: Path, copy: Path, tmp_path: Path
) -> None:
    with History.to_read(three) as history:
        (_, july) = history.runs(UNIT)
    tampered(copy, statement)
    before = copy.read_bytes()
    code, found = typed("history", "verify", "--history", str(copy))
    assert (code, said in found) == (6, True), found
    assert typed("history", "export", "-o", str(tmp_path / "export.json"), "--history", str(copy))[0] == 6
    with History.to_write(copy) as history, pytest.raises(HistoryStop, match="Nothing was changed in it"):
        history.record(replace(july, as_at=date(2023, 8, 31)))
    assert copy.read_bytes() == before
    assert not (tmp_path / "export.json").exists()


def test_a_whole_run_that_is_gone_is_missed(copy: Path) -> None:
    first = whole(copy)[0]
    tables = ("result", "audited", "open", "item", "setting", "asked", "run")
    tampered(copy, *(f"DELETE FROM {table} WHERE run = '{first}'" for table in tables))
    code, found = typed("history", "verify", "--history", str(copy))
    assert (code, f"run {first} is gone" in found) == (6, True)


def test_a_changed_run_is_no_month_of_a_trend(copy: Path) -> None:
    tampered(copy, "UPDATE result SET met = met + 1, cases = cases + 1 WHERE level = 'all' AND item = 'T1'")
    code, said = typed("trend", "--history", str(copy))
    assert code == 6
    assert "is not as it was recorded" in said


@pytest.mark.parametrize(
    "command", ["forget --practitioner N54A001", "purge --before 2020-01 --people-before 2024-01 --apply"]
)
def test_a_changed_run_is_not_sealed_anew(command: str, copy: Path) -> None:
    tampered(copy, "UPDATE result SET met = met + 1, cases = cases + 1 WHERE level = 'all' AND item = 'T1'")
    before = copy.read_bytes()
    assert typed("history", *command.split(), "--history", str(copy))[0] == 6
    assert copy.read_bytes() == before


@pytest.mark.parametrize("table", ["run", "checklist", "asked", "item", "result", "audited", "open", "event"])
@pytest.mark.parametrize("verb", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_nobody_changes_a_row_by_mistake(table: str, verb: str, copy: Path) -> None:
    con = sqlite3.connect(copy)
    column = con.execute(f"SELECT * FROM {table}").description[0][0]
    with pytest.raises(sqlite3.IntegrityError, match=r"kept as it was recorded|only added to"):
        con.execute(verb.format(table, column))
    con.close()


# What goes


def test_a_purge_only_says_first_what_would_go(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = copy.read_bytes()
    words = ("history", "purge", "--before", "2023-07", "--people-before", "2023-08", "--history", str(copy))
    assert typed(*words) == (0, "")
    assert capsys.readouterr().err.splitlines() == [
        "Would go: 1 run of before July 2023.",
        "Would be taken out: practitioners and pseudonyms of 2 runs of before August 2023.",
        "To do it: --apply. It cannot be undone.",
    ]
    assert copy.read_bytes() == before
    assert typed(*words, "--apply") == (0, "")
    assert capsys.readouterr().err.splitlines() == [
        "Taken away: 1 run of before July 2023.",
        "Taken out: practitioners and pseudonyms of 2 runs of before August 2023.",
    ]
    july = date(2023, 7, 31)
    assert days(copy) == [(july, 1, True), (july, 2, False)]
    with History.to_read(copy) as history:
        (run,) = history.runs(UNIT)
    assert {row.level for row in run.counts} == {Level.ALL, Level.TEAM}
    assert (dict(run.cases), run.open) == ({}, ())
    assert typed("trend", "--history", str(copy)) == (0, "")


def test_a_purge_takes_a_corrected_run_with_the_one_before_it(copy: Path) -> None:
    assert typed("history", "purge", "--before", "2024-01", "--apply", "--history", str(copy)) == (0, "")
    assert days(copy) == []
    con = sqlite3.connect(copy)
    left = {
        table: con.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("run", "result", "checklist", "event")
    }
    con.close()
    assert left == {"run": 0, "result": 0, "checklist": 0, "event": 6}  # the log says what went
    assert typed("trend", "--history", str(copy)) == (
        6,
        "Nothing has been recorded yet. Begin with: auditcheck run EXTRACT --record",
    )


def test_a_second_purge_finds_nothing(copy: Path) -> None:
    words = ("history", "purge", "--before", "2023-07", "--people-before", "2023-08", "--apply", "--history", str(copy))
    assert typed(*words) == (0, "")
    before = copy.read_bytes()
    assert typed(*words) == (0, "")
    assert copy.read_bytes() == before


@pytest.mark.parametrize("month", ["2023", "2023-13", "2023-00", "06/2023", "2023-6", "1823-06"])
def test_what_is_no_month(month: str, copy: Path) -> None:
    for option in ("--before", "--people-before"):
        assert typed("history", "purge", option, month, "--history", str(copy)) == (
            2,
            f"{option} takes a month, YYYY-MM.",
        )


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("", "RUN needs a value, and was given an empty one."),
        ("zz", "no run's name begins with “zz”. See: auditcheck history list"),
    ],
)
def test_a_run_is_named_by_how_it_begins(word: str, said: str, copy: Path) -> None:
    assert typed("history", "show", word, "--history", str(copy)) == (2, said)
    assert typed("history", "show", whole(copy)[0][:6].upper(), "--history", str(copy)) == (0, "")
