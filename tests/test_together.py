"""Several extracts as one audit: the example cut in two is the example, and what cannot be summed is refused."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from auditcheck.audit import Selection, audit
from auditcheck.calendar import Period
from auditcheck.problems import Stop
from auditcheck.ratings import ratings
from auditcheck.reports.html_result import as_html
from auditcheck.reports.json_result import as_json
from auditcheck.reports.markdown_result import as_note
from auditcheck.reports.summary import summary
from auditcheck.result import Finding, GapList, Result
from auditcheck.states import State
from auditcheck.together import Part, lists_together, names_apart, part, results_together
from tests.screen_examples import screen, text
from tests.small_extracts import AS_AT, CHECKLIST, HEADINGS
from tests.test_cli import auditcheck
from tests.test_results import SCHEMA, Draft202012Validator

EXAMPLE = Path(__file__).parents[1] / "examples" / "brighton-east-sussex"
FIRST_SIGHT = EXAMPLE.parent / "first-sight"

#: What each folder is given: Brighton's 14 cases; Eastbourne's 12 and Hastings's 14.
SIDES = {"west": {"ZKSBT1"}, "east": {"ZKSEB1", "ZKSHS1"}}


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example in two folders, each with the rows of its own teams' cases; rows of nobody here go west."""
    folder = tmp_path_factory.mktemp("cut")
    with (EXAMPLE / "cases.csv").open(encoding="utf-8", newline="") as file:
        team_of = {row["CRN"]: row["Team code"] for row in csv.DictReader(file)}
    for side, teams in SIDES.items():
        (folder / side).mkdir()
        shutil.copy(EXAMPLE / "dictionary.yaml", folder / side)
        for source in sorted(EXAMPLE.glob("*.csv")):
            with source.open(encoding="utf-8", newline="") as file:
                heads, *rows = csv.reader(file)
            at = heads.index("CRN")
            rows = [row for row in rows if team_of.get(row[at], "ZKSBT1") in teams]
            with (folder / side / source.name).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([heads, *rows])
    return folder


def parts_of(paths: Iterable[Path], find: Callable[..., Result | GapList], **asked: object) -> list[Part]:  # type: ignore[type-arg]
    found = []
    for path in paths:
        with audit(path, one_of_several=True, **asked) as finished:  # type: ignore[arg-type]
            found.append(part(finished, find(finished), path.name, str(path.name)))
            scales = finished.checklists, finished.rated
    parts_of.scales = scales  # type: ignore[attr-defined]
    return found


def together(paths: Iterable[Path], **asked: object) -> Result:
    result = results_together(parts_of(paths, lambda finished: finished.result(whole=True), **asked))
    return replace(result, ratings=ratings(result, *parts_of.scales))  # type: ignore[attr-defined]


def nowhere(findings: Iterable[Finding]) -> list[Finding]:
    """Findings without the extract that they are in."""
    return [replace(finding, case=replace(finding.case, extract="")) for finding in findings]


def places(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(finding.case.ref, finding.item.id) for finding in findings}


#: How a run is narrowed or counted; the cut example must be the whole one each time.
SELECTIONS = {
    "all": Selection(),
    "a team of one side": Selection(teams=("zkseb1",)),
    "teams of both sides": Selection(teams=("ZKSBT1", "ZKSEB1")),
    "a practitioner of one side": Selection(practitioners=("ZKSA101",)),
    "nobody's": Selection(practitioners=("unallocated",)),
    "one item": Selection(items=("DA2",)),
    "high severity, by RoSH": Selection(severities=("high",), by="rosh"),
    "by practitioner": Selection(by="practitioner"),
    "by PDU, rated": Selection(by="pdu", rated=("1.1=good",)),
    "due in a month": Selection(due_in=Period.month("2023-07")),
}


@pytest.mark.parametrize("selection", SELECTIONS.values(), ids=list(SELECTIONS))
def test_the_example_cut_in_two_is_the_example(cut: Path, selection: Selection) -> None:
    # what is counted by every checklist need not be narrowed in every way by all of them
    some = (
        () if selection == Selection() else ("domestic-abuse", "oversight", *["key-questions"] * bool(selection.rated))
    )
    with audit(EXAMPLE, selection=selection, checklists=some) as finished:
        whole = finished.result(whole=True)
    both = together([cut / "west", cut / "east"], selection=selection, checklists=some)
    for name in ("items", "cases", "not_started", "overall", "teams", "practitioners", "by", "groups", "order", "horizon",
                 "ended_gaps", "ended_in_record", "late_before", "reasons", "ratings", "sheets"):  # fmt: skip
        assert getattr(both, name) == getattr(whole, name), name
    assert {s: n for s, n in both.accepted.items() if n} == {s: n for s, n in whole.accepted.items() if n}
    assert nowhere(both.first) == list(whole.first)
    assert both.listed and whole.listed
    assert both.listed.cases == whole.listed.cases and set(both.listed.whose.split(", ")) == set(
        whole.listed.whose.split(", ")
    )
    for name in ("gaps", "ended", "coming_up"):
        assert nowhere(getattr(both.listed, name)) == list(getattr(whole.listed, name)), name
    for name in ("to_judge", "cannot_tell"):
        assert places(getattr(both.listed, name)) == places(getattr(whole.listed, name)), name
    assert both.about.faults == whole.about.faults
    assert sorted((f.kind, f.column, f.rule) for f in both.faults) == sorted(
        (f.kind, f.column, f.rule) for f in whole.faults
    )
    assert sum(source.rows_read for source in both.about.sources) == sum(
        source.rows_read for source in whole.about.sources
    )


def test_whatever_the_order_of_the_extracts_the_result_is_the_same(cut: Path) -> None:
    asked = {"checklists": ["domestic-abuse", "enforcement", "commissioned-services"]}
    one, other = (together([cut / name for name in names], **asked) for names in (["east", "west"], ["west", "east"]))
    assert one.reasons and {finding.case.extract for finding in one.listed.to_judge} == {"east", "west"}  # type: ignore[union-attr]
    assert as_json(one) == as_json(other)


def test_by_hand(cut: Path) -> None:
    """cases.csv has 14 lines of ZKSBT1, 12 of ZKSEB1 and 14 of ZKSHS1; the report found an enquiry sent in 28 + 4
    of 37 cases."""
    both = together([cut / "west", cut / "east"], checklists=["domestic-abuse"])
    assert [(team.code, team.cases) for team in both.teams] == [("ZKSBT1", 14), ("ZKSEB1", 12), ("ZKSHS1", 14)]
    counts = both.overall.counts["DA1"]
    assert (counts.met, counts.of(State.LATE), counts.of(State.GAP), counts.base) == (29, 4, 4, 37)
    assert {source.shown for source in both.about.sources} >= {"west/cases.csv", "east/contacts.csv"}
    assert {fault.source.split("/")[0] for fault in both.faults} == {"west", "east"}


SMALL = {
    "north": {
        "cases": ["XA,1,2023-04-03,,N01A001,N01A,CO", "XB,1,2023-04-03,,N01A001,N01A,CO"],
        "contacts": ["XA,1,2023-04-03,C369,K1"],  # XA: sent in time, no answer; XB: nothing sent
    },
    "south": {
        "cases": ["XC,1,2023-04-03,,N02B001,N02B,CO", "XD,1,2023-04-03,,,N02B,CO", "XE,1,2023-04-03,,N02B002,N02B,CO"],
        "contacts": ["XC,1,2023-04-03,C369,K1", "XC,1,2023-04-12,C515,K2", "XD,1,2023-04-13,C369,K3"],
    },
}  # XC: sent in time, answered; XD: sent a day late, no answer; XE: nothing sent
#: T1 is asked of who had an enquiry sent (XA, XC, XD), T2 of all.
BY_HAND = {
    "north": {"T1": "0 met, 0 late, 1 gap", "T2": "1 met, 0 late, 1 gap"},
    "south": {"T1": "1 met, 0 late, 1 gap", "T2": "1 met, 1 late, 1 gap"},
    "north, south": {"T1": "1 met, 0 late, 2 gap", "T2": "2 met, 1 late, 2 gap"},
}


def folders(top: Path, **sides: dict[str, list[str]]) -> list[Path]:
    for name, tables in sides.items():
        (top / name).mkdir(parents=True)
        for table, rows in tables.items():
            (top / name / f"{table}.csv").write_text("\n".join([HEADINGS[table], *rows, ""]), encoding="utf-8")
    (top / "small.yaml").write_text(CHECKLIST, encoding="utf-8")
    return [top / name for name in sides]


@pytest.mark.parametrize("names", BY_HAND)
def test_a_count_is_the_sum_of_the_parts(tmp_path: Path, names: str) -> None:
    paths = folders(tmp_path, **{name: SMALL[name] for name in names.split(", ")})
    found = together(paths, as_at=AS_AT, checklists=[str(tmp_path / "small.yaml")])
    counts = found.overall.counts
    said = {ident: f"{of.met} met, {of.of(State.LATE)} late, {of.of(State.GAP)} gap" for ident, of in counts.items()}
    assert said == BY_HAND[names]


def of_small(paths: Iterable[Path], **asked: object) -> Result:
    paths = list(paths)
    return together(paths, as_at=AS_AT, checklists=[str(paths[0].parent / "small.yaml")], **asked)


def test_the_head_says_what_was_read_and_how_fresh_each_is(tmp_path: Path) -> None:
    found = of_small(folders(tmp_path, **SMALL))
    shown = text(summary(found, screen(100), "north south"))
    assert "Audit of 2 extracts" in shown and "5 cases · 2 teams · 3 practitioners" in shown
    assert "north: 2 tables, 3 rows read, all used · newest entry Monday 3 April" in shown
    assert "south: 2 tables, 6 rows read, all used · newest entry Thursday 13 April" in shown
    said = " ".join(shown.split())
    assert (
        "! north: the newest entry in the columns in use is of Monday 3 April 2023, 88 days before 30 June 2023: is the extract whole?"
        in said
    )
    assert (
        "! south: the newest entry in the columns in use is of Thursday 13 April 2023, 78 days before 30 June 2023:"
        in said
    )
    assert found.about.newest_entry and found.about.newest_entry.isoformat() == "2023-04-03"


def test_what_is_typed_next_names_the_extract_that_holds_the_case(tmp_path: Path) -> None:
    """XE and XB have nothing sent since 12 April; XA's answer was due on 4 May. Of two alike, XB comes first."""
    found = of_small(folders(tmp_path, **SMALL))
    assert [(finding.case.ref, finding.case.extract) for finding in found.first] == [
        ("XB", "north"), ("XE", "south"), ("XA", "north"),
    ]  # fmt: skip
    shown = text(summary(found, screen(100), "north south"))
    assert "auditcheck gaps north south --practitioner N01A001" in shown and "auditcheck explain north XB" in shown


def test_reports_of_several(tmp_path: Path) -> None:
    found = of_small(folders(tmp_path, **SMALL))
    document = json.loads(as_json(found))
    Draft202012Validator(SCHEMA).validate(document)
    assert [(one["extract"], one["rows_read"], one["newest_entry"]) for one in document["about"]["extracts"]] == [
        ("north", 3, "2023-04-03"), ("south", 6, "2023-04-13"),
    ]  # fmt: skip
    assert {gap["extract"] for gap in document["gap_list"]["gaps"]} == {"north", "south"}
    assert b"north: 2 tables, 3 rows read" in as_html(found)
    assert "- south: 2 tables, 6 rows read" in as_note(found).decode()
    board = json.loads(as_json(found.without_people()))
    assert not board["practitioners"] and not board["first"] and board["gap_list"] is None


def test_a_gap_list_of_several_says_in_which_the_rows_are(tmp_path: Path) -> None:
    unread = {**SMALL["south"], "contacts": ["XC,1,whenever,C369,K1", *SMALL["south"]["contacts"][1:]]}
    paths = folders(tmp_path, north=SMALL["north"], south=unread)
    asked = {"as_at": AS_AT, "checklists": [str(tmp_path / "small.yaml")]}
    listed = lists_together(parts_of(paths, lambda finished: finished.gap_list(), **asked))
    assert listed.cases == 5 and {finding.case.ref for finding in listed.gaps} == {"XA", "XB", "XD", "XE"}
    assert listed.cannot_tell and all(finding.found.startswith("In south: ") for finding in listed.cannot_tell)


@pytest.mark.parametrize("names", [["north", "south"], ["south", "north"]])
def test_whatever_the_order_of_the_extracts_the_list_is_the_same(tmp_path: Path, names: list[str]) -> None:
    sides = {
        side: {**SMALL[side], "contacts": [f"X{case},1,whenever,C369,K1"]}
        for side, case in (("north", "B"), ("south", "C"))
    }
    folders(tmp_path, **sides)
    asked = {"as_at": AS_AT, "checklists": [str(tmp_path / "small.yaml")]}
    listed = lists_together(
        parts_of([tmp_path / name for name in names], lambda finished: finished.gap_list(), **asked)
    )
    assert listed.about.extract == "north and south"
    assert [finding.case.ref for finding in listed.cannot_tell] == ["XB", "XB", "XC", "XC"]


def test_each_warning_says_of_which_extract_it_is(tmp_path: Path) -> None:
    """North has no contacts at all, and one of its gaps is not told because of it."""
    paths = folders(tmp_path, north={"cases": SMALL["north"]["cases"]}, south=SMALL["south"])
    found = of_small(paths)
    assert "north: not supplied: contacts. What rests on it is “cannot tell”" in found.about.warnings
    assert not found.about.not_supplied
    assert found.overall.counts["T2"].of(State.CANNOT_TELL) == 2


#: What is beside a.csv (a.csv of another folder, with the same or other cases), and what is said of one of them.
NAMED_ONCE = [
    ("north/a.csv", "X9,1,2026-01-05\nTotal,,\n", "! north/a.csv: row 3 stands below the last case and holds a total"),
    ("b.csv", "X9,1,2026-01-05\nTotal,,\n", "! b.csv: row 3 stands below the last case and holds a total"),
    ("b.csv", "X9,1,2026-01-05\nX8,José,2026-01-05\n", "b.csv line 3: not UTF-8 text. Give --encoding cp1252"),
]


@pytest.mark.parametrize(("other", "rows", "said"), NAMED_ONCE)
def test_a_file_is_named_once_in_what_is_said_of_it(tmp_path: Path, other: str, rows: str, said: str) -> None:
    heads = "CRN,Event number,Start date\n"
    (tmp_path / other).parent.mkdir(exist_ok=True)
    (tmp_path / "a.csv").write_bytes(f"{heads}X1,1,2026-01-05\n".encode())
    (tmp_path / other).write_bytes(f"{heads}{rows}".encode("cp1252"))
    done = auditcheck("run", "a.csv", other, "--item", "PL1", "--as-at", "2026-01-06", cwd=tmp_path, columns=200)
    told = [line.strip() for line in (done.stdout + done.stderr).splitlines() if "row 3" in line or "line 3" in line]
    assert len(told) == 1 and told[0].startswith(said)
    assert "one of 2 extracts" not in done.stderr


def test_what_one_extract_alone_has_no_column_for(tmp_path: Path) -> None:
    """South says neither whose a case is nor which team's: its three cases are in the sum, and under no team."""
    paths = folders(tmp_path, north=SMALL["north"], south=SMALL["south"])
    rows = ["CRN,Event number,Start date,End date,Order type", *(f"X{c},1,2023-04-03,,CO" for c in "CDE")]
    (paths[1] / "cases.csv").write_text("\n".join([*rows, ""]), encoding="utf-8")
    found = of_small(paths)
    assert [(team.code, team.cases) for team in found.teams] == [("", 3), ("N01A", 2)]
    assert sum(group.cases for group in found.practitioners) == 2 and found.cases == 5
    assert "south: does not say who holds a case; its cases are in no practitioner's row" in found.about.warnings


EXTENDS = "dictionary: own\nversion: '1'\nextends: ndelius\n"
ASKED = """
checklist: asked
title: Asked
version: "1"
items:
  - {id: J1, title: Read, severity: high, source: none, to_fix: Mend it., met_if: {judged: Is it?}}
"""
OF_AUDIT = EXTENDS + "audit: {}\n"
DIFFERENT = "north and south: readers' answers are of different audits, and counted together"

#: Of which audit the answer in north is, and that in south; the audit that each dictionary says, "" where it has no
#: such line; and is it said that they differ?
AUDITS = [
    ("spring", "spring", "", "", False),
    ("spring", "autumn", "", "", True),
    ("spring", "", "", "", False),  # of which it is is not known
    ("spring", "spring", "spring", "spring", False),
    ("spring", "autumn", "spring", "autumn", True),
    ("spring", "autumn", "spring", "spring", False),  # that of autumn does not count
    ("spring", "spring", "spring", "", False),
    ("spring", "autumn", "spring", "", True),
]


@pytest.mark.parametrize(("north", "south", "says_north", "says_south", "told"), AUDITS)
def test_answers_of_different_audits_are_told(
    tmp_path: Path, north: str, south: str, says_north: str, says_south: str, told: bool
) -> None:
    for side, case, audit_, says in (("north", "XA", north, says_north), ("south", "XC", south, says_south)):
        (tmp_path / side).mkdir()
        (tmp_path / side / "cases.csv").write_text(f"{HEADINGS['cases']}\n{case},1,2023-04-03,,N1,T1,CO\n", "utf-8")
        answers = f"Audit,CRN,Event number,Item,Answer\n{audit_},{case},1,J1,yes\n"
        (tmp_path / side / "judgements.csv").write_text(answers, "utf-8")
        if says:
            (tmp_path / side / "dictionary.yaml").write_text(OF_AUDIT.format(says), "utf-8")
    (tmp_path / "asked.yaml").write_text(ASKED, "utf-8")
    asked = {"as_at": AS_AT, "checklists": [str(tmp_path / "asked.yaml")]}
    paths = [tmp_path / "north", tmp_path / "south"]
    found = together(paths, **asked)
    listed = lists_together(parts_of(paths, lambda finished: finished.gap_list(), **asked))
    assert found.overall.counts["J1"].met == (1 if (says_south, south) == ("spring", "autumn") else 2)
    assert [(DIFFERENT in one.about.warnings) for one in (found, listed)] == [told, told]


def test_where_no_answers_are_asked_for_their_audits_do_not_matter(tmp_path: Path) -> None:
    paths = folders(tmp_path, **SMALL)
    for path, case, of in zip(paths, ("XA", "XC"), ("spring", "autumn"), strict=True):
        answers = f"Audit,CRN,Event number,Item,Answer\n{of},{case},1,T1,yes\n"
        (path / "judgements.csv").write_text(answers, "utf-8")
    assert DIFFERENT not in of_small(paths).about.warnings


TWO_SPELLINGS = "some {0} codes differ in capitals or spaces alone: each counts as a {0} of its own"
WHOSE = "CRN,Event number,Start date,Practitioner code,Team code,Team name,Order type"

#: Whose each case is (code, team, its name), in north and in south; the rows of teams and of practitioners, and what
#: is to beware of. In one extract it is the same.
SPELLINGS = [
    (["N01A001,N01A,North"], ["N01A002,N01A,North"], ["N01A North"], ["N01A001", "N01A002"], []),
    (["N01A001,N01A,North"], ["n01a001,N01A,North"], ["N01A North"], ["N01A001", "n01a001"], ["practitioner"]),
    (["N01 A001,N01A,North"], [" N01A001 ,N01A,North"], ["N01A North"], ["N01 A001", "N01A001"], ["practitioner"]),
    (["N01A001 ,N01A,North"], [" N01A001,N01A,North"], ["N01A North"], ["N01A001"], []),
    (["N01A001,N01A,North"], ["N01A002,n01a,North"], ["N01A North", "n01a North"], ["N01A001", "N01A002"], ["team"]),
    (["N01A001,N01A,North"], ["N01A001,n01a,North"], ["N01A North", "n01a North"], ["N01A001", "N01A001"], ["team"]),
    (["N01A001,N01A,Northern"], ["N01A002,N01A,North"], ["N01A North"], ["N01A001", "N01A002"], []),
    (["N01A001,N01A,"], ["N01A001,N01A,Northern"], ["N01A Northern"], ["N01A001"], []),
]  # fmt: skip


@pytest.mark.parametrize("many", [1, 2])
@pytest.mark.parametrize(("north", "south", "teams", "practitioners", "beware"), SPELLINGS)
def test_two_spellings_are_two_codes_and_two_names_one(
    tmp_path: Path, north: list[str], south: list[str], teams: list[str], practitioners: list[str], beware: list[str], many: int
) -> None:  # fmt: skip
    rows = [f"X{case},1,2023-04-03,{whose},CO" for case, whose in zip("ABCD", [*north, *south], strict=False)]
    of = {"all": rows} if many == 1 else {"north": rows[: len(north)], "south": rows[len(north) :]}
    for name, cases in of.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "cases.csv").write_text("\n".join([WHOSE, *cases, ""]), encoding="utf-8")
    (tmp_path / "small.yaml").write_text(CHECKLIST, encoding="utf-8")
    if many == 1:
        with audit(tmp_path / "all", as_at=AS_AT, checklists=[str(tmp_path / "small.yaml")]) as finished:
            found = finished.result()
    else:
        found = of_small([tmp_path / "south", tmp_path / "north"])
    assert [f"{team.code} {team.label}" for team in found.teams] == teams
    assert [practitioner.code for practitioner in found.practitioners] == practitioners
    said = [text for text in found.about.warnings if "capitals or spaces" in text]
    assert said == [TWO_SPELLINGS.format(word) for word in beware]


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["team-a.xlsx", "team-b.xlsx"], ["team-a.xlsx", "team-b.xlsx"]),
        (["north/june", "south/june"], ["north/june", "south/june"]),
        (["x/north/june.xlsx", "y/north/june.xlsx", "z/may.xlsx"],
         ["x/north/june.xlsx", "y/north/june.xlsx", "z/may.xlsx"]),
        (["june", "../june"], ["june", "../june"]),
    ],
)  # fmt: skip
def test_extracts_are_told_apart_by_name(paths: list[str], names: list[str]) -> None:
    assert names_apart([Path(path) for path in paths]) == names


# What cannot be counted together

OTHER_CODE = (
    EXTENDS + "events:\n  police_enquiry_sent: {from: contacts, date: contact_date, where: {type_code: X999}}\n"
)


def changed(side: str, **tables: list[str]) -> dict[str, list[str]]:
    return {**SMALL[side], **tables}


#: What is in the two folders besides, and what is said: of the case references themselves, nothing.
UNEQUAL: dict[str, tuple[dict[str, dict[str, list[str]]], dict[str, str], int, str]] = {
    "a case in both": (
        {"south": changed("south", cases=[*SMALL["south"]["cases"], "XA,1,2023-04-03,,N02B001,N02B,CO"])},
        {},
        3,
        "1 case is in both north and south, and would be counted twice: south/cases.csv, row 5.",
    ),
    "two cases in both, in another spelling": (
        {"south": changed("south", cases=["xa,1.0,2023-04-03,,N02B001,N02B,CO", "X B,1,2023-04-03,,N02B001,N02B,CO"])},
        {},
        3,
        "2 cases are, but for capitals, spaces, leading zeros or “.0” at the end, in both north and south, and would be"
        " counted twice: south/cases.csv, rows 2, 3.",
    ),
    "a person in both, with another case": (
        {"south": changed("south", cases=["XA,2,2023-04-03,,N02B001,N02B,CO"])},
        {},
        3,
        "1 person has cases in both north and south, which the lists could not tell apart: south/cases.csv, row 2.",
    ),
    "another date": (
        {},
        {"north/dictionary.yaml": EXTENDS + "as_at: 2023-06-30\n", "south/dictionary.yaml": EXTENDS + "as_at: 2023-05-31\n"},
        2,
        "the extracts are as at different dates: north as at Fri 30 June 2023 and south as at Wed 31 May 2023.",
    ),
    "a severity that a region changed": (
        {},
        {
            "south/adjustments.yaml": "adjustments: own\nversion: '1'\nseverity:\n"
            "  T1: {value: low, reason: Agreed, review: 2024-01-31}\n"
        },
        2,
        "not defined alike in north and south, and so not to be counted together: T1.",
    ),
}  # fmt: skip


def refusal(paths: list[Path], **asked: object) -> Stop:
    asked = {"as_at": AS_AT, "checklists": [str(paths[0].parent / "small.yaml")], **asked}
    with pytest.raises(Stop) as stopped:
        together(paths, **asked)
    return stopped.value


@pytest.mark.parametrize("case", UNEQUAL)
def test_what_cannot_be_summed_is_refused(tmp_path: Path, case: str) -> None:
    tables, files, code, says = UNEQUAL[case]
    paths = folders(tmp_path, **{**SMALL, **tables})
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    stop = refusal(paths, **({"as_at": None} if case == "another date" else {}))
    assert (stop.exit_code, stop.lines[0]) == (code, says)
    assert len(stop.lines) == 2


def test_items_that_mean_something_else_are_refused(tmp_path: Path) -> None:
    paths = folders(tmp_path, **SMALL)
    (paths[1] / "dictionary.yaml").write_text(OTHER_CODE, encoding="utf-8")
    stop = refusal(paths)
    assert stop.exit_code == 2
    assert stop.lines == (
        "not defined alike in north and south, and so not to be counted together: T1 and T2.",
        "The first difference: police_enquiry_sent is “contacts where type code is C369, dated by contact date” in north"
        " and “contacts where type code is X999, dated by contact date” in south. Say the same in"
        " both dictionaries (a column by one name, however it is headed), or give one for all with --dictionary FILE;"
        " or ask the others with --item.",
    )


def test_what_one_dictionary_cannot_ask_is_refused(tmp_path: Path) -> None:
    """The caseload's dictionary defines what many items rest on; one with a start and nothing else, far fewer."""
    shutil.copy(FIRST_SIGHT / "caseload.xlsx", tmp_path / "a.xlsx")
    shutil.copy(FIRST_SIGHT / "answered" / "caseload.dictionary.yaml", tmp_path / "a.dictionary.yaml")
    shutil.copy(FIRST_SIGHT / "caseload.xlsx", tmp_path / "b.xlsx")
    whole = (FIRST_SIGHT / "answered" / "caseload.dictionary.yaml").read_text(encoding="utf-8")
    less = "".join(line for line in whole.splitlines(keepends=True) if "police_enquiry" not in line)
    assert less != whole
    (tmp_path / "b.dictionary.yaml").write_text(less, encoding="utf-8")
    with pytest.raises(Stop) as stopped:
        together([tmp_path / "a.xlsx", tmp_path / "b.xlsx"])
    said = stopped.value
    assert said.exit_code == 2
    assert said.lines[0].startswith("not asked of b.xlsx, but of another: DA")
    assert said.lines[1].endswith("auditcheck inspect b.xlsx")
    way = said.lines[1].removeprefix("Ask what all of them can answer: ").split(", or audit each by itself.")[0]
    items = tuple(way.removeprefix("--item ").split(" --item "))
    assert "SG1" in items and "DA1" not in items
    with pytest.raises(Stop) as stopped:  # now for another reason: both hold the same cases
        together([tmp_path / "a.xlsx", tmp_path / "b.xlsx"], selection=Selection(items=items))
    assert "would be counted twice" in stopped.value.lines[0]


def test_who_is_in_one_extract_is_enough_and_who_is_in_none_is_refused(tmp_path: Path) -> None:
    paths = folders(tmp_path, **SMALL)
    assert of_small(paths, selection=Selection(teams=("n02b",))).cases == 3
    stop = refusal(paths, selection=Selection(teams=("N03C",)))
    assert (stop.exit_code, stop.lines) == (2, ("no case has the team “N03C”. There are N01A and N02B.",))


#: What is typed after the two folders, the exit code, and the first line of standard error.
TYPED = [
    ("run north north", 2, "run names the same extract twice."),
    ("run north south/../north", 2, "run names the same extract twice."),
    ("gaps north ./north", 2, "gaps names the same extract twice."),
    ("run - -", 2, "- is standard input, which can be read once only: name it once."),
    ("gaps - north -", 2, "- is standard input, which can be read once only: name it once."),
    ("compare - -", 2, "- is standard input, which can be read once only: name it once."),
    ("compare north north/", 2, "compare names the same extract twice."),
    ("run north -", 2, "- is CSV from a pipe, and an extract by itself: save it in a file to count it with others."),
    ("run north south --record --unit X", 2, "--record keeps the months of one extract: record each by itself, under a --unit of its own."),
    ("run north south -o south/more.csv", 5, "more.csv: is, or would be, part of the extract. Write it elsewhere."),
    ("run north nothing", 3, "nothing: not found. Check the path; a name with a blank in it needs quotes."),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "code", "says"), TYPED)
def test_what_is_refused_as_it_is_typed(tmp_path: Path, typed: str, code: int, says: str) -> None:
    folders(tmp_path, **SMALL)
    done = auditcheck(*typed.split(), cwd=tmp_path)
    assert (done.returncode, done.stderr.splitlines()[0], done.stdout) == (code, says, "")


def test_run_and_gaps_of_several_as_typed(tmp_path: Path) -> None:
    """T1 and T2 have 2 gaps each, by hand, and T2 one late."""
    folders(tmp_path, **SMALL)
    common = ["north", "south", "--checklist", "small.yaml", "--as-at", "2023-06-30"]
    done = auditcheck(
        "run", *common, "--fail-on", "gap", "-o", "all.xlsx", "--split-by", "team", cwd=tmp_path, columns=200
    )
    assert done.returncode == 1 and "4 gaps in 4 of 5 cases" in done.stdout
    assert "auditcheck gaps north south --as-at 2023-06-30 --checklist small.yaml --practitioner" in done.stdout
    assert sorted(path.name for path in tmp_path.glob("*.xlsx")) == ["all-N01A.xlsx", "all-N02B.xlsx", "all.xlsx"]
    done = auditcheck("gaps", *common, "--fail-on", "late", cwd=tmp_path, columns=200)
    assert done.returncode == 1 and "In north and south" in done.stdout
    assert "auditcheck explain north --as-at 2023-06-30 --checklist small.yaml XB" in done.stdout
    explained = auditcheck(*["explain", "north", *common[2:], "XB"], cwd=tmp_path)
    assert explained.returncode == 0
