"""Results for machines: every JSON fits its schema, and its numbers are those of the screen and the hand list."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from auditcheck.audit import Audit, Selection, audit
from auditcheck.compare import Comparison, compare
from auditcheck.inspecting import inspect
from auditcheck.reports.compare_result import comparison_json
from auditcheck.reports.csv_result import as_csv
from auditcheck.reports.figures import rate
from auditcheck.reports.formats import FORMATS
from auditcheck.reports.json_result import as_json
from auditcheck.reports.text_result import as_text
from auditcheck.result import (
    SETTING,
    AcceptedRow,
    Adjustment,
    Adjustments,
    CaseInfo,
    ColumnSeen,
    Counts,
    EventSeen,
    Explained,
    FaultRow,
    Finding,
    Finished,
    Holds,
    Inspection,
    Matched,
    NotAsked,
    Ratings,
    Reply,
    StandardRating,
    Standing,
    TableSeen,
    Unanswered,
)
from auditcheck.states import IN_ORDER
from tests.screen_examples import ABOUT, GAPS, RESULT, WHY, WHYS, twelve_teams

EXAMPLE = Path(__file__).parents[1] / "examples" / "brighton-east-sussex"
SCHEMA = json.loads((files("auditcheck") / "data" / "results.schema.json").read_text(encoding="utf-8"))

with (Path(__file__).parent / "example" / "expected_states.csv").open(encoding="utf-8", newline="") as by_hand:
    BY_HAND = list(csv.DictReader(by_hand))
with (Path(__file__).parent / "example" / "figures.csv").open(encoding="utf-8", newline="") as figures:
    PUBLISHED = list(csv.DictReader(figures))


def problems(document: Any) -> list[str]:
    """What the schema says against a document, by the layout that it claims to have."""
    assert Draft202012Validator(SCHEMA).is_valid(document) == (not _problems(document))
    return _problems(document)


def _problems(document: Any) -> list[str]:
    one = {"$ref": f"#/$defs/{document['auditcheck']['layout']}", "$defs": SCHEMA["$defs"]}
    checker = Draft202012Validator(one, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message[:200]}" for error in checker.iter_errors(document)]


def rows(written: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written.decode("utf-8"), newline="")))


@pytest.fixture(scope="module")
def example() -> Iterator[Audit]:
    with audit(EXAMPLE) as finished:
        yield finished


@pytest.fixture(scope="module")
def by_command(example: Audit) -> dict[str, Finished]:
    return {
        "run": example.result(whole=True),
        "gaps": example.gap_list(),
        "explain": Explained(example.about(), tuple(example.explain("X441960")), in_full=False),
        "inspect": inspect(EXAMPLE),
    }


@pytest.fixture(scope="module")
def compared() -> Comparison:
    with audit(EXAMPLE, checklists=["rar", "oversight"], passed=True) as finished:
        return compare([finished.result()])


def test_a_comparison_is_as_the_schema_says(compared: Comparison) -> None:
    assert problems(json.loads(comparison_json(compared))) == []
    two = replace(compared.abouts[0], title="The same")
    with audit(EXAMPLE, checklists=["rar"], passed=True) as finished:
        result = replace(finished.result(), about=two)
    with_changes = compare([result, replace(result, about=replace(two, extract="other", title="Other"))])
    assert with_changes.items[0].changes
    assert problems(json.loads(comparison_json(with_changes))) == []


# The schema


def test_every_layout_of_the_example_is_as_the_schema_says(by_command: dict[str, Finished]) -> None:
    for command, finished in by_command.items():
        document = json.loads(as_json(finished))
        assert document["auditcheck"]["layout"] == command
        assert problems(document) == []


@pytest.mark.parametrize("by", ["rosh", "practitioner", "team"])
def test_a_grouping_is_as_the_schema_says(by: str) -> None:
    with audit(EXAMPLE, checklists=["rar"], selection=Selection(by=by)) as finished:
        document = json.loads(as_json(finished.result()))
    assert problems(document) == []
    assert document["grouped_by"] == {"rosh": "RoSH"}.get(by, by)
    assert sum(group["cases"] for group in document["groups"]) == 40


@pytest.mark.parametrize(
    "finished",
    [
        RESULT,
        twelve_teams(),
        GAPS,
        Explained(ABOUT, (WHY,), in_full=True),
        Explained(ABOUT, WHYS, in_full=False),
        Inspection(ABOUT, ()),
        replace(RESULT, cases=0, items=(), teams=(), practitioners=(), first=(), reasons={}),
    ],
    ids=["run", "teams", "gaps", "one item", "all items", "no faults", "nobody"],
)
def test_made_up_results_are_as_the_schema_says(finished: Finished) -> None:
    assert problems(json.loads(as_json(finished))) == []


def parts(schema: Any, at: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        yield at, schema
        for name, part in schema.items():
            yield from parts(part, f"{at}.{name}")


def of_several(name: str, fields: Iterable[str]) -> bool:
    """Is it a field that only a result of several extracts has?"""
    return (name == "extracts" and "dictionary" in fields) or (name == "extract" and "case" in fields)


def test_the_schema_is_closed_and_every_field_is_described() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for at, part in parts(SCHEMA):
        if part.get("type") in ("object", ["object", "null"]):
            assert part["additionalProperties"] is False, at
            fields = part["properties"]
            assert part["required"] == [name for name in fields if not of_several(name, fields)], at
            for name, field in part["properties"].items():
                whole = SCHEMA["$defs"][field["$ref"].rpartition("/")[2]] if "$ref" in field else field
                assert whole.get("description") or "const" in whole, f"{at}.{name}"


#: One of everything that a layout has.
FULL_ABOUT = replace(
    ABOUT,
    parts=(ABOUT,),
    not_supplied=("requirements",),
    selection=("team HARB01",),
    warnings=("The newest entry is 9 days older than as at.",),
    adjustments=Adjustments("kent", "1", (Adjustment(
        SETTING, "rar", "first_day_within", "", "6 weeks", "8 weeks", "Ours", "", None, None, date(2026, 10, 1), True,
    ),)),
    not_asked=(NotAsked("rar", "RAR started", 2, (("RA2", ("rar_days_delivered",)),)),),
)  # fmt: skip


def replied(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    reply = Reply("done", date(2026, 7, 3), "by telephone")
    return tuple(replace(one, case=replace(one.case, extract="june.xlsx"), reply=reply) for one in findings)


FULL_GAPS = replace(
    GAPS, gaps=replied(GAPS.gaps), ended=replied(GAPS.ended), coming_up=replied(GAPS.coming_up),
    to_judge=replied(GAPS.to_judge), cannot_tell=replied(GAPS.cannot_tell),
    accepted=(AcceptedRow("X1", "DA2", Standing.EXPIRED, "expired", date(2026, 6, 1)),),
)  # fmt: skip
TWO_ITEMS = RESULT.items[1:3]
FULL: dict[str, Finished] = {
    "run": replace(
        RESULT, about=FULL_ABOUT, items=TWO_ITEMS, teams=RESULT.teams[:1], practitioners=RESULT.practitioners[:1],
        first=replied(RESULT.first[:1]), by="rosh", groups=RESULT.teams[:1],
        ratings=(Ratings("rar", "RAR", (StandardRating("2.3", "Delivery", "", None, (("RA1", Counts()),)),)),),
        listed=FULL_GAPS,
        faults=(FaultRow("unknown code", "cases.csv", 7, "RoSH", "a code"),),
    ),
    "gaps": replace(
        FULL_GAPS, about=FULL_ABOUT, gaps=FULL_GAPS.gaps[:1], to_judge=FULL_GAPS.to_judge[:1],
        coming_up=FULL_GAPS.coming_up[:1],
    ),
    "explain": Explained(FULL_ABOUT, (WHY,), in_full=True),
    "inspect": Inspection(
        FULL_ABOUT,
        (FaultRow("unknown code", "cases.csv", 7, "RoSH", "a code"),),
        tables=(
            TableSeen(
                "cases.csv", "cases", "cases", Matched.NAME, 3,
                (
                    ColumnSeen("RoSH", "rosh", Matched.HEADING, Holds.CODES, 3, 0, 3, 2, 1, (("X", 1),)),
                    ColumnSeen("Seen on", "", Matched.NOT, Holds.DATES, 2, 1, 2, 2, first=date(2023, 5, 1),
                               last=date(2023, 5, 2), may_be=("appointment_attended",)),
                ),
                lacks=("crn",), needs=("crn",),
            ),
            TableSeen("notes.csv", "notes", "", Matched.NOT, 1, (), may_be="contacts"),
        ),
        events=(EventSeen("absence", 3, 2, ("no column contacts.attended",)), EventSeen("release", None, None)),
        cases=3,
        unanswered=(Unanswered("Enforcement taken", ("EN1",), ("no table contacts",)),),
        stopped=("cases.csv line 1: no column for crn.",),
    ),
}  # fmt: skip


def places_of(part: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects in a document, the first of each place in the layout."""
    if isinstance(part, dict):
        yield at, part
    for name, inner in part.items() if isinstance(part, dict) else [("[]", p) for p in part]:
        if isinstance(inner, dict | list):
            yield from places_of(inner, f"{at}.{name}")


def layout_places(schema: dict[str, Any], at: str = "") -> Iterator[str]:
    """The places of a layout where an object stands, as the schema has them."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if "properties" in schema:
        yield at
    for name, part in schema.get("properties", {}).items():
        yield from layout_places(part, f"{at}.{name}")
    if "items" in schema:
        yield from layout_places(schema["items"], f"{at}.[]")


@pytest.mark.parametrize("command", FULL)
def test_a_field_more_or_less_does_not_pass(command: str) -> None:
    """At every place of the layout, or drift would go unseen."""
    document = json.loads(as_json(FULL[command]))
    assert problems(document) == []
    fits = Draft202012Validator({"$ref": f"#/$defs/{command}", "$defs": SCHEMA["$defs"]}).is_valid
    seen = dict(reversed(list(places_of(document))))
    assert seen.keys() == set(layout_places(SCHEMA["$defs"][command]))
    for at, place in seen.items():
        place["extra"] = 1
        assert not fits(document), f"an extra field in {at}"
        del place["extra"]
        for name, value in list(place.items()):
            del place[name]
            assert fits(document) == of_several(name, (*place, name)), f"no field {at}.{name}"
            place[name] = value
    assert fits(document)


# What a region changed, what was accepted, and what could not be asked

REGION = """
adjustments: kent
version: "3"
settings:
  rar.first_day_within: {value: 6 weeks, reason: Agreed with providers, agreed_by: Head of PDU, from: 2023-07-01, until: 2023-12-31, review: 2023-12-01}
severity:
  EN1: {value: medium, reason: Ours, from: 2024-01-01, review: 2024-06-01}
switched_off:
  RA2: {reason: Nobody to do it, review: 2024-02-01}
"""  # fmt: skip
FIRST_DAY = {
    "change": "setting", "checklist": "rar", "name": "first_day_within", "title": None, "from": "8 weeks", "to": "6 weeks",
    "reason": "Agreed with providers", "agreed_by": "Head of PDU", "first_day": "2023-07-01", "last_day": "2023-12-31",
    "review": "2023-12-01", "review_overdue": True, "in_force": True,
}  # fmt: skip
LATER = {
    "change": "severity", "checklist": "enforcement", "name": "EN1", "from": "high", "to": "medium", "reason": "Ours",
    "agreed_by": None, "first_day": "2024-01-01", "last_day": None, "review": "2024-06-01", "review_overdue": False,
    "in_force": False,
}  # fmt: skip
OFF = {
    "change": "switched off", "checklist": "rar", "name": "RA2", "from": None, "to": None, "reason": "Nobody to do it",
    "agreed_by": None, "first_day": None, "last_day": None, "review": "2024-02-01", "review_overdue": False,
    "in_force": True,
}  # fmt: skip


def test_adjustments_in_force_and_not(tmp_path: Path) -> None:
    file = tmp_path / "region.yaml"
    file.write_text(REGION, encoding="utf-8")
    with audit(EXAMPLE, checklists=["rar", "enforcement"], adjustments=file) as finished:
        why = Explained(finished.about(), tuple(finished.explain("X441960")), in_full=False)
        documents = [json.loads(as_json(one)) for one in (finished.result(), finished.gap_list(), why)]
    for document in documents:
        assert problems(document) == []
        said = document["about"]["adjustments"]
        assert (said["name"], said["version"]) == ("kent", "3")
        first, later, off = said["changes"]
        assert first == FIRST_DAY
        assert LATER.items() <= later.items()
        assert OFF.items() <= off.items()


def test_without_adjustments_there_is_null(by_command: dict[str, Finished]) -> None:
    for finished in by_command.values():
        about = json.loads(as_json(finished))["about"]
        assert (about["adjustments"], about["not_asked"]) == (None, [])


def test_what_the_dictionary_lacks() -> None:
    with audit(EXAMPLE.parent / "team-workbook" / "team-june.xlsx") as finished:
        document = json.loads(as_json(finished.result()))
    [rar] = [one for one in document["about"]["not_asked"] if one["checklist"] == "rar"]
    assert rar == {
        "checklist": "rar", "title": "RAR started", "items_in_it": 2,
        "items": [{"item": "RA2", "lacking": ["rar_days_delivered"]}],
    }  # fmt: skip
    assert problems(document) == []


ACCEPTED = {
    "case": "X1", "item": "T1", "occurrence": "2023-04-12", "reason": "seen", "accepted_by": "head", "until": "2023-12-31",
    "standing": "in force", "why": None,
}  # fmt: skip


def test_how_accepted_rows_stand() -> None:
    row = AcceptedRow("X1", "T1", Standing.IN_FORCE, "", date(2023, 12, 31), date(2023, 4, 12), "seen", "head")
    lacking = AcceptedRow("X2", "", Standing.NOT_COUNTED, "not counted: no item", None)
    listed = replace(GAPS, accepted=(row, lacking))
    document = json.loads(as_json(listed))
    assert problems(document) == []
    assert document["accepted"][0] == ACCEPTED
    assert [document["accepted"][1][name] for name in ("item", "standing", "why")] == [
        None,
        "not counted",
        "not counted: no item",
    ]
    said = [
        tuple(line[name] for name in ("case", "item", "state", "due", "found", "reason"))
        for line in rows(as_csv(listed))
        if line["list"] == "accepted"
    ]
    assert said == [
        ("X1", "T1", "", "2023-12-31", "in force", "seen"),
        ("X2", "", "", "", "not counted: no item", ""),
    ]
    counted = json.loads(as_json(replace(RESULT, accepted={Standing.IN_FORCE: 2, Standing.NOTHING: 9})))
    assert counted["accepted"] == {"in_force": 2, "expired": 0, "not_counted": 0, "match_nothing": 9}


# The numbers


def test_the_counts_are_those_of_the_hand_list(by_command: dict[str, Finished]) -> None:
    expected = Counter((row["item"], row["state"]) for row in BY_HAND)
    document = json.loads(as_json(by_command["run"]))
    assert sorted(item["item"] for item in document["items"]) == sorted({row["item"] for row in BY_HAND})
    for item in document["items"]:
        assert list(item["states"].values()) == [expected[item["item"], state.value] for state in IN_ORDER]
        assert item["relevant"] == 40 - expected[item["item"], "not relevant"]
    rates = {item["item"]: (item["rate"]["met"], item["rate"]["of"]) for item in document["items"]}
    for row in PUBLISHED:
        assert rates[row["item"]] == (int(row["met"]), int(row["relevant"]))


def test_findings_are_those_of_the_hand_list(by_command: dict[str, Finished]) -> None:
    expected = Counter((row["item"], row["state"]) for row in BY_HAND)
    document = json.loads(as_json(by_command["gaps"]))
    found = Counter(
        (finding["item"], finding["state"])
        for name in ("gaps", "gaps_of_ended_cases", "to_judge", "cannot_tell")
        for finding in document[name]
    )
    assert found == {key: n for key, n in expected.items() if key[1] in ("gap", "to judge", "cannot tell")}
    assert all(finding["ended"] is None for finding in document["gaps"])
    assert all(finding["ended"] for finding in document["gaps_of_ended_cases"])
    for finding in document["gaps"]:
        if finding["due"]:
            assert finding["days"] == (date(2023, 12, 8) - date.fromisoformat(finding["due"])).days > 0


def test_json_csv_and_screen_say_the_same(by_command: dict[str, Finished], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    finished = by_command["run"]
    document, table, screen = json.loads(as_json(finished)), rows(as_csv(finished)), as_text(finished).decode()
    overall = {row["item"]: row for row in table if row["grouping"] == "overall"}
    for item in document["items"]:
        row, said = overall[item["item"]], item["rate"]
        assert {name: int(row[name]) for name in item["states"]} == item["states"]
        assert (row["relevant"], row["met"], row["of"]) == (str(item["relevant"]), str(said["met"]), str(said["of"]))
        assert [row[name] or None for name in ("percent", "low", "high")] == [
            None if said[name] is None else str(said[name]) for name in ("percent", "low", "high")
        ]
        if item["states"]["not_relevant"] == 40:
            assert re.search(rf"^ {item['item']} .* nobody relevant +40$", screen, re.M)
            continue
        # on the screen: DA2 Enquiry returned  bar  59 % 17 of 29  41–74  57–60 ...
        #            AP1 Programme started in time  under ten   2 of 4
        line = rf"^ {item['item']} .*?(?:(\d+) %|under ten) +(\d+) of (\d+) +(?:(\d+)–(\d+))? *(?:(\d+)–(\d+))?"
        shown = re.search(line, screen, re.M)
        assert shown, item["item"]
        if said["of"] < 10:
            assert (shown.groups(), said["percent"]) == ((None, row["met"], row["of"], None, None, None, None), None)
            continue
        percent, met, of, least, most, low, high = shown.groups()
        assert [int(percent), int(met), int(of)] == [said["percent"], said["met"], said["of"]]
        assert [int(least), int(most)] == said["interval_95"]
        unsettled = item["states"]["cannot_tell"] + item["states"]["to_judge"]
        expected = [int(low), int(high)] if unsettled else [int(percent), int(percent)]
        assert [said["low"], said["high"]] == expected
    gaps, overall = sum(item["states"]["gap"] for item in document["items"]), document["overall"]
    in_record = gaps - overall["gaps_answered_no"]
    cases = overall["cases_with_gap"] - overall["cases_only_answered_no"]
    assert f"✘ {in_record} gaps in the record in {cases} of 40 cases" in screen
    assert f"✘ {overall['gaps_answered_no']} answered no by a reader" in screen
    never = {item["item"]: item["states"]["gap"] for item in document["items"] if not item["judged"]}
    assert sum(never.values()) <= in_record


def test_groups_add_up(by_command: dict[str, Finished]) -> None:
    finished = by_command["run"]
    document, table = json.loads(as_json(finished)), rows(as_csv(finished))
    for kind in ("teams", "practitioners"):
        for name in document["overall"]["states"]:
            assert sum(group["states"][name] for group in document[kind]) == document["overall"]["states"][name]
        for name in ("gaps_answered_no", "cases_only_answered_no"):
            assert sum(group[name] for group in document[kind]) == document["overall"][name]
    groups = 1 + len(document["teams"]) + len(document["practitioners"])
    assert len(table) == groups * len(document["items"])
    for row in table:
        states = [int(row[state.value.replace(" ", "_")]) for state in IN_ORDER]
        assert int(row["relevant"]) == sum(states) - int(row["not_relevant"])
        assert int(row["of"]) == sum(states[:3])


# met, late, gap, cannot tell; then what is said of it, of all cases and of a practitioner's.
@pytest.mark.parametrize(
    ("states", "percent", "low", "high", "interval"),
    [
        ((9, 0, 0, 0), None, None, None, None),  # nine is too few
        ((0, 0, 0, 5), None, None, None, None),  # nobody in the rate
        ((10, 0, 0, 0), 100, 100, 100, (72, 100)),
        ((0, 5, 5, 0), 0, 0, 0, (0, 28)),
        ((23, 10, 7, 0), 58, 58, 58, (42, 71)),  # 57.5 rounds up
        ((9, 0, 31, 0), 23, 23, 23, (12, 38)),  # so does 22.5
        ((14, 1, 2, 5), 82, 64, 86, (59, 94)),  # trust.md 4.4: 63.6 to 86.4
    ],
)
def test_what_is_said_of_a_rate(
    states: tuple[int, ...], percent: int, low: int, high: int, interval: tuple[int, int]
) -> None:
    met, late, gap, unknown = states
    counts = Counts((met, late, gap, 0, 0, unknown, 0, 0, 0))
    said = rate(counts, "overall")
    assert (said.percent, said.low, said.high, said.interval) == (percent, low, high, interval)
    people = rate(counts, "practitioner")
    assert (people.met, people.base, people.percent, people.interval) == (met, met + late + gap, None, None)


def test_people_have_no_percentage_and_no_name() -> None:
    person = replace(RESULT.practitioners[0], label="Ann Example", counts={"DA1": Counts((50, 0, 0, 0, 0, 0, 0, 0, 0))})
    asked = replace(RESULT, practitioners=(person,), by="practitioner", groups=(person,))
    document = json.loads(as_json(asked))
    for group in (*document["practitioners"], *document["groups"]):
        assert group["items"][0]["rate"] == {
            "met": 50, "of": 50, "percent": None, "low": None, "high": None, "interval_95": None,
        }  # fmt: skip
    for written in (as_json(asked), as_csv(asked), as_text(asked)):
        assert b"Ann Example" not in written


def test_unallocated_has_no_code() -> None:
    document = json.loads(as_json(RESULT))
    (nobody,) = (group for group in document["practitioners"] if group["code"] is None)
    assert (nobody["label"], nobody["team"], nobody["cases"]) == ("unallocated", "HARB01", 2)
    (row,) = (r for r in rows(as_csv(RESULT)) if r["label"] == "unallocated" and r["item"] == "DA1")
    assert (row["code"], row["team"], row["grouping"]) == ("", "HARB01", "practitioner")


def test_every_list_of_findings_is_in_the_table() -> None:
    table = rows(as_csv(GAPS))
    assert Counter(row["list"] for row in table) == {
        "gap": 8, "gap of ended case": 1, "coming up": 2, "to judge": 3, "cannot tell": 1,
    }  # fmt: skip
    assert table[0] | {"found": "", "to_fix": ""} == {
        "as_at": "2026-06-30", "list": "gap", "case": "X100491", "case_label": "community order from 19 January 2026",
        "practitioner": "N54A014", "team": "HARB01", "ended": "", "item": "DA2", "title": "Enquiry returned",
        "checklist": "domestic", "severity": "high", "state": "gap", "due": "2026-03-25", "days": "97", "found": "",
        "reason": "", "to_fix": "", "fix_by": "", "reply": "", "reply_done_on": "", "reply_note": "",
    }  # fmt: skip


# What a reader, a spreadsheet and a terminal make of it


FORMULAS = [
    # a code, and the cell it becomes
    ("N54A014", '"N54A014"'),
    ("=1+1", '"\'=1+1"'),
    ("+44 20", '"\'+44 20"'),
    ("-2", '"\'-2"'),
    ("@SUM(A1)", '"\'@SUM(A1)"'),
    ("\t=1", '"\'\\t=1"'),
    ("\r=1", '"\'\\r=1"'),
    ("\n=1", '"\'\\n=1"'),
    ("＝1+1", '"\'＝1+1"'),
    ("＋1", '"\'＋1"'),
    ("－1", '"\'－1"'),
    ("＠A1", '"\'＠A1"'),
    ('=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'),
    ('5" pipe, red', '"5"" pipe, red"'),
    ("a\nb", '"a\\nb"'),
    ("Zoë", '"Zoë"'),
    ("\x1b]8;;http://e\x07", '"\\x1b]8;;http://e\\x07"'),
    ("a\u202eb", '"a\\u202eb"'),
    ("mailto:x", '"mailto:x"'),
    ("00123", '"00123"'),
]


@pytest.mark.parametrize(("code", "cell"), FORMULAS)
def test_no_text_is_a_formula(code: str, cell: str) -> None:
    finding = replace(GAPS.gaps[0], case=CaseInfo(code, "a case", "P", "T"), days=-3)
    written = as_csv(replace(GAPS, gaps=(finding,), ended=(), coming_up=(), to_judge=(), cannot_tell=()))
    lines = written.decode().split("\r\n")
    assert len(lines) == 3
    assert lines[-1] == ""
    assert lines[1].startswith(f'2026-06-30,"gap",{cell},"a case","P","T",,"DA2"')
    assert ",2026-03-25,-3," in lines[1]  # numbers and dates stand plain
    assert rows(written)[0]["case"] == next(csv.reader([cell]))[0]


# What was replied, and how it stands in CSV.
REPLIED = [
    (Reply("done", date(2026, 7, 3), "by telephone"), '"done",2026-07-03,"by telephone"'),
    (Reply("", None, "=1+1"), ',,"\'=1+1"'),
    (Reply("not mine"), '"not mine",,'),
    (None, ",,"),
]


@pytest.mark.parametrize(("reply", "cells"), REPLIED)
def test_a_reply_stands_at_the_end_of_its_gap(reply: Reply | None, cells: str) -> None:
    head, line, *_ = as_csv(replace(GAPS, gaps=(replace(GAPS.gaps[0], reply=reply),))).decode().split("\r\n")
    assert head.endswith(",fix_by,reply,reply_done_on,reply_note")
    assert line.endswith(f'",,{cells}')  # what to do, then no day to have done it by


@pytest.mark.parametrize("code", [code for code, _ in FORMULAS] + ["\x7f", "\x9b31m", "\U000e0041", "a\u2028b"])
def test_json_keeps_every_text_and_no_raw_control_character(code: str) -> None:
    finding = replace(GAPS.gaps[0], case=CaseInfo(code, "a case", "P", "T"))
    written = as_json(replace(GAPS, gaps=(finding,))).decode()
    assert json.loads(written)["gaps"][0]["case"] == code
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\U000e0000-\U000e007f]", written)


def test_a_file_name_that_is_not_utf_8() -> None:
    odd = replace(GAPS, about=replace(ABOUT, extract="june\udcff.csv"))
    assert b'"june\\udcff.csv"' in as_json(odd)
    assert b"june" in as_text(odd)


@pytest.mark.parametrize("finished", [RESULT, GAPS, Inspection(ABOUT, ())], ids=["run", "gaps", "inspect"])
def test_csv_is_as_the_rfc_says(finished: Finished) -> None:
    written = as_csv(finished)
    assert written.endswith(b"\r\n")
    assert not re.search(rb"[^\r]\n|\r[^\n]", written)
    fields = [len(record) for record in csv.reader(io.StringIO(written.decode(), newline=""), strict=True)]
    assert len(set(fields)) == 1


def test_no_path_and_no_cell_is_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret folder").mkdir()
    folder = tmp_path / "secret folder" / "june"
    folder.mkdir()
    for file in EXAMPLE.iterdir():
        text = file.read_text(encoding="utf-8")
        if file.name == "contacts.csv":
            text = text.replace("2023-01-09", "JOHN SECRET", 1)
        (folder / file.name).write_text(text, encoding="utf-8")
    found: list[Finished] = [inspect(folder)]
    with audit(folder, checklists=["domestic-abuse"]) as finished:
        found += [finished.result(whole=True), finished.gap_list()]
    assert any(row["column"] == "Contact date" and row["row"] == "2" for row in rows(as_csv(found[0])))
    for one in found:
        for written in (as_json(one), as_csv(one)):
            assert b"SECRET" not in written
            assert b"secret folder" not in written
            assert str(tmp_path).encode() not in written


def test_the_order_of_the_rows_does_not_show(tmp_path: Path, by_command: dict[str, Finished]) -> None:
    folder = tmp_path / EXAMPLE.name
    folder.mkdir()
    for file in EXAMPLE.iterdir():
        text = file.read_text(encoding="utf-8")
        if file.name in ("cases.csv", "registrations.csv", "allocations.csv"):
            heads, *body = text.splitlines(keepends=True)
            text = "".join([heads, *reversed(body)])
        (folder / file.name).write_text(text, encoding="utf-8")
    with audit(folder) as finished:
        assert as_json(finished.result()) == as_json(replace(by_command["run"], listed=None, faults=()))
        assert as_csv(finished.result()) == as_csv(by_command["run"])
        again = json.loads(as_json(finished.gap_list()))
    before = json.loads(as_json(by_command["gaps"]))
    for document in (before, again):
        for name in ("to_judge", "cannot_tell"):
            document[name].sort(key=lambda finding: (finding["case"], finding["item"]))
    assert again == before


# The table of formats


@pytest.mark.parametrize("form", [form for form in FORMATS if form.name != "xlsx"], ids=lambda form: form.name)
def test_every_format_serves_the_commands_it_says(
    form: Any, by_command: dict[str, Finished], compared: Comparison
) -> None:
    served = {**by_command, "compare": compared}
    for command in set(form.commands) & served.keys():
        assert form.written(served[command], "x").endswith(b"\n")


WRITERS: list[Callable[[Any], bytes]] = [as_json, as_csv, as_text]


@pytest.mark.parametrize("writer", WRITERS)
def test_the_same_result_gives_the_same_bytes(writer: Callable[[Any], bytes]) -> None:
    for finished in (RESULT, GAPS, Inspection(ABOUT, (FaultRow("unknown code", "cases.csv", 7, "RoSH", "a code"),))):
        assert writer(finished) == writer(finished)
