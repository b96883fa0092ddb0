"""The workbook for supervision: its numbers are those of the other formats, nothing in it can do harm, and replies
come back from it without changing anything."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from stat import S_IMODE
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from auditcheck import output
from auditcheck.audit import audit
from auditcheck.problems import ExtractStop, OutputStop, UsageStop
from auditcheck.replies import beside, hold_replies, read_replies
from auditcheck.reports import workbook_sheet
from auditcheck.reports.gap_list import gap_list
from auditcheck.reports.json_result import as_json
from auditcheck.reports.terminal import Screen
from auditcheck.reports.workbook_result import as_workbook, parts
from auditcheck.reports.workbook_sheet import Book
from auditcheck.result import ANSWERS, REPLY_HEADINGS, REPLY_KEY, CaseInfo, FaultRow, Finding, GapList, Reply, Result
from auditcheck.states import State
from tests.screen_examples import GAPS, ITEM, PRACTITIONERS, RESULT, TEAMS, case, gap
from tests.test_cli import EXAMPLE, TOP, auditcheck

# openpyxl, which only reads here, does not know the bars of 2010
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

TEAM = "examples/team-workbook/team-june.xlsx"

# ── the numbers ──────────────────────────────────────────────────────────────────────────────────


class Made:
    """An audit of an example, its workbook, and what JSON says of it."""

    def __init__(self, extract: str) -> None:
        with audit(TOP / extract) as finished:
            self.result = finished.result(whole=True)
        assert self.result.listed is not None
        self.content = as_workbook(self.result)
        self.book = openpyxl.load_workbook(io.BytesIO(self.content))
        self.run = json.loads(as_json(self.result))
        self.gaps = json.loads(as_json(self.result.listed))


made_of = cache(Made)


@pytest.fixture(params=[EXAMPLE, TEAM], ids=["brighton", "team workbook"])
def made(request: pytest.FixtureRequest) -> Made:
    return made_of(request.param)


@pytest.fixture
def brighton() -> Made:
    return made_of(EXAMPLE)


def head_of(sheet: Worksheet) -> int:
    """The row of the headings: that of the filter."""
    return int(re.findall("[0-9]+", sheet.auto_filter.ref)[0])


def rows(sheet: Worksheet) -> Iterator[list[Any]]:
    """The rows below the headings, to the end of the filter; a blank number is nought."""
    first, last = map(int, re.findall("[0-9]+", sheet.auto_filter.ref))
    for row in sheet.iter_rows(min_row=first + 1, max_row=last, values_only=True):
        yield list(row)


def people(made: Made) -> dict[str, Worksheet]:
    return {sheet.title: sheet for sheet in made.book.worksheets if str(sheet["A1"].value).startswith("What to do")}


STATES = ("met", "late", "gap", "not_yet_due", "excused", "cannot_tell", "to_judge", "left_out", "not_relevant")


def test_the_summary_says_what_json_says(made: Made) -> None:
    found = {row[0]: row for row in rows(made.book["Summary"]) if row[1]}
    assert list(found) == [item["item"] for item in made.run["items"]]
    for item in made.run["items"]:
        _, title, rate, bar, met_of, interval, range_, *states = found[item["item"]]
        assert title.startswith(item["title"])
        assert [count or 0 for count in states] == [item["states"][name] for name in STATES]
        said = item["rate"]
        assert met_of == (f"{said['met']} of {said['of']}" if said["of"] else None)
        if said["percent"] is None:
            assert rate is interval is range_ is None
            assert isinstance(bar, str)  # why there is no rate
            continue
        assert rate == bar == said["percent"] / 100
        ends = re.findall("[0-9]+", interval)
        assert [int(end) for end in ends] == said["interval_95"]
        low_high = [said["low"], said["high"]] if item["states"]["cannot_tell"] + item["states"]["to_judge"] else []
        assert [int(end) for end in re.findall("[0-9]+", range_ or "")] == low_high


def test_items_stand_under_their_checklists(made: Made) -> None:
    titles = {item.checklist_title for item in made.result.items}
    assert {row[0] for row in rows(made.book["Summary"]) if not row[1]} == titles


def test_the_first_numbers_to_be_seen(made: Made) -> None:
    sheet = made.book["Summary"]
    shown = [cell.value for row in sheet.iter_rows(max_row=head_of(sheet)) for cell in row if isinstance(cell.value, int)]  # fmt: skip
    overall = made.run["overall"]
    answered_no = overall["gaps_answered_no"]
    waiting = [overall["states"][name] for name in ("not_yet_due", "cannot_tell", "to_judge")]
    assert shown == [overall["states"]["gap"] - answered_no, answered_no, *waiting]


def test_hand_counted_numbers(brighton: Made) -> None:
    """Of the README and of the report that the example was made from: 20 of 35 missing, 12 of 26 delivered."""
    found = {row[0]: row for row in rows(brighton.book["Summary"])}
    assert found["DA4"][4] == "15 of 35"
    assert (found["RA2"][2], found["RA2"][4]) == (0.46, "12 of 26")
    assert found["CS1"][2:5] == [None, "under ten", "7 of 9"]


def test_teams_say_what_json_says(made: Made) -> None:
    found = list(rows(made.book["Teams"]))
    groups = [*made.run["teams"], {**made.run["overall"], "items": made.run["items"]}]
    by_item = {row[0]: row for row in found}
    for place, group in enumerate(groups):
        for item in group["items"]:
            rate, met_of = by_item[item["item"]][2 + 2 * place : 4 + 2 * place]
            said = item["rate"]
            assert met_of == (f"{said['met']} of {said['of']}" if said["of"] else None)
            assert rate == (None if said["percent"] is None else said["percent"] / 100)
        counts = {row[1]: row[3 + 2 * place] or 0 for row in found if not row[0]}
        states = group["states"]
        assert [count for words, count in counts.items() if words[2:] in {name.replace("_", " ") for name in STATES}] == list(states.values())  # fmt: skip
        assert counts["cases"] == group["cases"]
        assert counts["cases with ✘"] == group["cases_with_gap"]
        assert counts["✘ answered no by a reader"] == group["gaps_answered_no"]
        assert counts["✘ in the record"] == states["gap"] - group["gaps_answered_no"]
        assert counts["oldest ✘, in days"] == (group["oldest_gap_days"] or 0)
        assert counts[next(words for words in counts if words.startswith("due by"))] == group["due_soon"]


def test_practitioners_say_what_json_says(made: Made) -> None:
    sheet = made.book["Practitioners"]
    heads = [str(cell.value).replace("\n", " ") for cell in sheet[head_of(sheet)]]
    found = [dict(zip(heads, row, strict=True)) for row in rows(sheet)]
    assert found[-1]["team"] == "all"
    said = {(one["team"], one["code"] or "unallocated"): one for one in made.run["practitioners"]}
    assert {(row["team"], row["practitioner"]) for row in found[:-1]} == set(said)
    for row in found[:-1]:
        one = said[row["team"], row["practitioner"]]
        wanted = {"cases": one["cases"], "cases with ✘": one["cases_with_gap"], "✘": one["states"]["gap"]}
        wanted |= {"?": one["states"]["cannot_tell"], "✎": one["states"]["to_judge"]}
        wanted |= {"oldest ✘ in days": one["oldest_gap_days"] or 0}
        assert {name: row[name] or 0 for name in wanted} == wanted


def test_every_gap_stands_on_one_sheet(made: Made) -> None:
    found = []
    folded = 0
    for sheet in people(made).values():
        if not sheet.auto_filter.ref:
            continue
        heads = [cell.value for cell in sheet[head_of(sheet)]]
        for row in rows(sheet):
            cells = dict(zip(heads, row, strict=True))
            if cells[REPLY_KEY[0]]:
                due = cells["was due"].date().isoformat() if cells["was due"] else None
                assert (cells[REPLY_KEY[2]] or None) == due
                found.append((cells["case"], cells[REPLY_KEY[1]], due, cells["days\nover"], cells["what is missing"]))
            else:
                folded += int(cells["item"].split(" answered no")[0])
                assert len(cells["what is missing"].split(", ")) == int(cells["item"].split(" ")[0])
    said = [(one["case"], one["item"], one["due"], one["days"], one["found"]) for one in made.gaps["gaps"]]
    assert len(found) + folded == len(said)
    assert set(found) <= set(said)
    assert len(set(found)) == len(found)


def test_the_other_lists_are_whole(made: Made) -> None:
    book = made.book

    def listed(name: str) -> list[list[Any]]:
        return list(rows(book[name])) if name in book.sheetnames and book[name].auto_filter.ref else []

    assert len(listed("Coming up")) == len(made.gaps["coming_up"])
    assert len(listed("Ended cases")) == len(made.gaps["gaps_of_ended_cases"])
    assert sum(row[4] for row in listed("To judge")) == len(made.gaps["to_judge"])
    assert sum(row[3] for row in listed("Cannot tell")) == len(made.gaps["cannot_tell"])
    assert [tuple(row) for row in listed("Data faults")] == [
        (fault.source, fault.row, fault.column, fault.kind, fault.rule) for fault in made.result.faults
    ]
    assert len(made.result.faults) == sum(fault["count"] for fault in made.run["about"]["faults"])


def test_only_a_gap_of_a_running_case_has_a_day_to_put_it_right_by(made: Made) -> None:
    """What comes up is due on its own day, which may be before that."""
    assert any(one["fix_by"] for one in made.gaps["gaps"])
    others = ("gaps_of_ended_cases", "coming_up", "to_judge", "cannot_tell")
    assert {one["fix_by"] for name in others for one in made.gaps[name]} <= {None}


def test_about_says_what_was_checked(brighton: Made) -> None:
    told = {row[0]: row[1] for row in brighton.book["About"].iter_rows(values_only=True) if row[0]}
    assert told["As at"].startswith("Friday 8 December 2023: as at stated by the dictionary")
    assert told["Dictionary"] == "brighton-east-sussex 2026.1"
    assert "domestic-abuse 2026.1, safeguarding 2026.1" in told["Checklists"]
    assert told["domestic-abuse.return_within"] == "20 working days: local default"
    assert told["✘  gap"] == "Not recorded, and the deadline has passed. In the rate: bottom."


# ── what it looks like and takes ─────────────────────────────────────────────────────────────────


def test_no_percentage_and_no_bar_of_a_person(made: Made) -> None:
    for sheet in (*people(made).values(), made.book["Practitioners"]):
        assert not sheet.conditional_formatting
        for row in sheet.iter_rows():
            for cell in row:
                assert "%" not in str(cell.number_format)
                assert "%" not in str(cell.value)


def test_people_are_in_the_order_of_their_codes(made: Made) -> None:
    names = list(people(made))
    assert names == sorted(names, key=lambda name: (name == "unallocated", name))
    links = [row[1].hyperlink for row in made.book["Practitioners"].iter_rows() if row[1].hyperlink]
    assert {link.location for link in links} == {f"'{name}'!A1" for name in names}


def test_paper_and_panes(made: Made) -> None:
    for sheet in made.book.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter.right.text == "&P / &N"
        assert str(sheet.HeaderFooter.oddFooter.left.text).strip().startswith(f"{sheet.title} · as at ")
        if sheet.auto_filter.ref:
            head = head_of(sheet)
            assert sheet.freeze_panes.endswith(str(head + 1)), sheet.title
            assert str(head) in sheet.print_title_rows.replace("$", "").split(":"), sheet.title


def test_what_a_reply_takes(made: Made) -> None:
    for sheet in people(made).values():
        if not sheet.auto_filter.ref:
            continue
        heads = {cell.value: cell.column_letter for cell in sheet[head_of(sheet)]}
        checks = {str(check.sqref)[0]: check for check in sheet.data_validations.dataValidation}
        choice, day = checks[heads["Reply"]], checks[heads["Done on"]]
        assert (choice.type, choice.formula1) == ("list", '"done,recorded elsewhere,not needed,not mine"')
        assert (day.type, day.operator or "between") == ("date", "between")
        assert sheet.column_dimensions[heads[REPLY_KEY[0]]].hidden
        asked = [row for row in range(head_of(sheet) + 1, sheet.max_row + 1) if sheet[f"{heads[REPLY_KEY[0]]}{row}"].value]  # fmt: skip
        assert {sheet[f"{heads['Done on']}{row}"].number_format for row in asked} <= {"dd/mm/yyyy"}


def test_the_same_bytes(brighton: Made) -> None:
    assert as_workbook(brighton.result) == brighton.content


# ── nothing in it can do harm (F38) ──────────────────────────────────────────────────────────────

HOSTILE = [
    "=1+1",
    "+A1",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example","x")',
    "mailto:a@b.example",
    "http://x.example",
    "internal:Sheet!A1",
    "<script>alert(1)</script>",
    "]]></t><f>1</f>",
    "a\x00b\x1b[31m\x9b\u202e",
    "_x0041_",
    "\ufffe\uffff\ud800",
    "00123",
    "1E5",
    "12345678901234567890",
]


def hostile(text: str) -> Result:
    info = CaseInfo(text, text, text, text)
    item = replace(ITEM["DA2"], id="DA2", title=text, to_fix=text, checklist_title=text)
    found = Finding(info, item, State.GAP, date(2026, 3, 25), 97, text, text, date(2026, 7, 2), reply=Reply("done", None, text))  # fmt: skip
    listed = GapList(
        about=GAPS.about,
        whose=text,
        cases=1,
        gaps=(found,),
        ended=(replace(found, case=replace(info, ended=date(2026, 5, 1))),),
        coming_up=(replace(found, state=State.NOT_YET_DUE),),
        to_judge=(replace(found, state=State.TO_JUDGE),),
        cannot_tell=(replace(found, state=State.CANNOT_TELL),),
        horizon=GAPS.horizon,
    )
    return replace(
        RESULT,
        about=replace(RESULT.about, title=text, extract=text, warnings=(text,), dictionary=text),
        items=(item, *RESULT.items[:1]),
        teams=tuple(replace(team, code=text if not place else "A", label=text) for place, team in enumerate(TEAMS)),
        practitioners=(replace(PRACTITIONERS[0], code=text, parent=text),),
        reasons={"DA2": {f"left out: {text}": 1}},
        listed=listed,
        faults=(FaultRow("unknown code", text, 7, text, text),),
    )


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text.encode("unicode_escape").decode())
def test_texts_are_texts(text: str) -> None:
    content = as_workbook(hostile(text))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        inside = {name: archive.read(name).decode() for name in names if name.endswith((".xml", ".rels"))}
    assert not [name for name in names if "external" in name.lower() or "worksheets/_rels" in name]
    for name, xml in inside.items():
        if "worksheets/" in name:
            assert "<f>" not in xml and "<f " not in xml, name
            assert not re.search(r"<hyperlink [^>]*r:id", xml)
        if name.endswith(".rels"):
            assert "TargetMode" not in xml
    book = openpyxl.load_workbook(io.BytesIO(content))  # which is well-formed XML
    if text.isprintable() and text.isascii():
        sheet = book[next(name for name in book.sheetnames if str(book[name]["A1"].value).startswith("What to do"))]
        first = sheet[head_of(sheet) + 1]
        assert (first[0].value, first[0].data_type) == (text, "s")
    elif "\x1b" in text:
        assert "\\x1b" in str(book["Summary"]["A1"].value)
        assert "\x1b" not in str(book["Summary"]["A1"].value)


def test_what_is_too_long_for_a_cell_says_so() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(hostile("x" * 40_000))))
    shown = str(book["Data faults"]["A5"].value)
    assert len(shown) < 32_767
    assert shown.endswith("(cut: too long for a cell)")
    assert max(row.height or 0 for sheet in book.worksheets for row in sheet.row_dimensions.values()) <= 409


def test_more_rows_than_a_sheet_holds_are_not_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_sheet, "MOST_ROWS", 20)
    with pytest.raises(OutputStop, match="more rows than a sheet can hold"):
        as_workbook(replace(RESULT, listed=GAPS))


# wanted in this order, and what the sheets are called
NAMES = [
    ("N54A014", "N54A014"),
    ("n54a014", "n54a014 (2)"),
    ("Summary", "Summary (2)"),
    ("History", "History (2)"),
    ("a/b:c", "a-b-c"),
    ("a\\b?c", "a-b-c (2)"),
    ("[x]*", "-x--"),
    ("'quoted'", "’quoted’"),
    ("x" * 30 + "'y", "x" * 30 + "’"),
    ("", "-"),
    ("y" * 300, "y" * 31),
    ("y" * 299, "y" * 27 + " (2)"),
    ("\x1b[2J", "-x1b-2J"),
    ("😀" * 20, "😀" * 15),
]


def test_names_of_sheets() -> None:
    book = Book("names")
    book.keep("Summary", "History")
    for wanted, called in NAMES:
        assert book.name(wanted) == called
        book.book.add_worksheet(called)  # refuses what Excel would
    assert openpyxl.load_workbook(io.BytesIO(book.close())).sheetnames == [called for _, called in NAMES]


def test_a_result_without_people_has_counts_alone() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(RESULT.without_people())))
    assert book.sheetnames == ["Summary", "Teams", "About"]
    told = {str(cell) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row}
    assert not any(code in text for text in told for code in ("N54", "X100", "sheet Data faults", "sheet Ended cases"))
    with pytest.raises(UsageStop, match="--split-by hands on cases, which this leaves out"):
        parts(RESULT.without_people(), "team")


def test_nothing_to_tell() -> None:
    nothing = replace(GAPS, gaps=(), ended=(), coming_up=(), to_judge=(), cannot_tell=(), cases=0)
    none = replace(RESULT, cases=0, items=(), teams=(), practitioners=(), reasons={}, listed=nothing)
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(none)))
    said = {str(sheet["A3"].value) for sheet in book.worksheets if not sheet.auto_filter.ref}
    assert {"Nothing is due by Tuesday 14 July.", "Nothing waits for a reader.", "No case was audited."} <= said
    assert "No case was audited." in {str(row[0].value) for row in book["Summary"].iter_rows()}
    no_items = as_workbook(replace(RESULT, items=(), listed=nothing))
    assert list(rows(openpyxl.load_workbook(io.BytesIO(no_items))["Summary"])) == []


def test_a_gap_that_is_accepted_until_soon_is_no_deadline() -> None:
    due = GAPS.coming_up[0]
    ends = replace(due, state=State.EXCUSED, found="Accepted until then.")
    for coming, said in (
        ((due, due), "2 deadlines until Tuesday 14 July, nearest first."),
        ((due, ends), "1 deadline until Tuesday 14 July, nearest first. ○ is accepted until that day."),
        ((ends,), "Nothing is due by Tuesday 14 July. ○ is accepted until that day."),
    ):
        content = as_workbook(replace(RESULT, listed=replace(GAPS, coming_up=coming)))
        assert openpyxl.load_workbook(io.BytesIO(content))["Coming up"]["A3"].value == said


def test_a_great_many_practitioners_have_one_sheet() -> None:
    many = tuple(replace(PRACTITIONERS[0], code=f"P{number:03}") for number in range(61))
    gaps = tuple(gap(case(f"X{one.code}", whose=one.code), "DA2", date(2026, 3, 25), "Sent.") for one in many)
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(replace(RESULT, practitioners=many, listed=replace(GAPS, gaps=gaps)))))  # fmt: skip
    assert "P001" not in book.sheetnames
    assert [row[1] for row in rows(book["What to do"])] == [f"P{number:03}, DOWN02" for number in range(61)]


# ── a workbook for each ──────────────────────────────────────────────────────────────────────────

# The codes, and the files beside june.xlsx; # stands for eight letters and figures
FILES: list[tuple[str, list[str], list[str]]] = [
    ("as they are", ["N54A014", "N54A-22_b"], ["june-N54A014.xlsx", "june-N54A-22_b.xlsx"]),
    ("nobody's", ["A", ""], ["june-A.xlsx", "june-unallocated.xlsx"]),
    ("nobody's, and somebody called so", ["unallocated", ""], ["june-unallocated-#.xlsx", "june-unallocated-#.xlsx"]),
    ("a way out", ["../../x", "..", "/etc/passwd"], ["june-x-#.xlsx", "june-#.xlsx", "june-etc-passwd-#.xlsx"]),
    ("names of devices", ["CON", "NUL", "com1"], ["june-CON.xlsx", "june-NUL.xlsx", "june-com1.xlsx"]),
    ("what no name can hold", ["a/b:c", "x.", "a\x00b", "é"], ["june-a-b-c-#.xlsx", "june-x-#.xlsx", "june-a-b-#.xlsx", "june-#.xlsx"]),
    ("two alike", ["a b", "a/b", "A-B"], ["june-a-b-#.xlsx", "june-a-b-#.xlsx", "june-A-B-#.xlsx"]),
    ("capitals alone", ["abc", "ABC"], ["june-abc-#.xlsx", "june-ABC-#.xlsx"]),
    ("300 characters", ["z" * 300, "z" * 299], [f"june-{'z' * 40}-#.xlsx"] * 2),
]  # fmt: skip


@pytest.mark.parametrize(("codes", "files"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_names_of_files(tmp_path: Path, codes: list[str], files: list[str]) -> None:
    made = output.beside(tmp_path / "june.xlsx", codes)
    assert all(re.fullmatch(name.replace(".", r"\.").replace("#", "[0-9a-f]{8}"), path.name) for name, path in zip(files, made, strict=True))  # fmt: skip
    assert len({path.name.casefold() for path in made}) == len(codes)
    assert {path.resolve().parent for path in made} == {tmp_path.resolve()}
    assert output.beside(tmp_path / "june.xlsx", codes) == made


@pytest.mark.parametrize("by", ["practitioner", "team"])
def test_each_has_its_own_and_nobody_elses(made: Made, by: str) -> None:
    split = parts(made.result, by)
    assert set(split) == {one["code"] or "" for one in made.run[f"{by}s"] if one["cases"]}
    found = 0
    for code, content in split.items():
        book = openpyxl.load_workbook(io.BytesIO(content()))
        text = {str(cell) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row}
        others = {f["case"] for f in made.gaps["gaps"] if (f[by] or "") != code} - {f["case"] for f in made.gaps["gaps"] if (f[by] or "") == code}  # fmt: skip
        assert not text & others
        assert not text & {str(other) for other in split if other != code}
        assert "Data faults" not in book.sheetnames
        for sheet in book.worksheets:
            if str(sheet["A1"].value).startswith("What to do") and sheet.auto_filter.ref:
                heads = [cell.value for cell in sheet[head_of(sheet)]]
                at, item = heads.index(REPLY_KEY[0]), heads.index("item")
                found += sum(1 if row[at] else int(row[item].split(" ")[0]) for row in rows(sheet))
        if by == "practitioner":
            assert "Summary" not in book.sheetnames
            assert not any("%" in str(cell.number_format) for row in book.worksheets[0].iter_rows() for cell in row)
    assert found == len(made.gaps["gaps"])


def test_a_teams_summary_is_the_teams(made: Made) -> None:
    split = parts(made.result, "team")
    for team in made.run["teams"]:
        book = openpyxl.load_workbook(io.BytesIO(split[team["code"]]()))
        found = {row[0]: row for row in rows(book["Summary"]) if row[1]}
        for item in team["items"]:
            assert [count or 0 for count in found[item["item"]][7:]] == list(item["states"].values())
            percent = item["rate"]["percent"]
            assert found[item["item"]][2] == (None if percent is None else percent / 100)


def test_nothing_to_split_by() -> None:
    with pytest.raises(UsageStop, match="the extract does not say which practitioner a case has"):
        parts(replace(RESULT, practitioners=(), listed=GAPS), "practitioner")


DA = f"run {TOP / EXAMPLE} --checklist domestic-abuse"
REFUSED = [
    (f"{DA} --split-by team", 2, "--split-by needs a workbook to split: add -o FILE.xlsx.\n"),
    (f"{DA} -o june.json --split-by team", 2, "--split-by needs a workbook to split: add -o FILE.xlsx.\n"),
    (f"{DA} -o june.xlsx --split-by teams", 2, "--split-by takes practitioner or team. Did you mean “team”?\n"),
    (f"{DA} -o june.xlsx --split-by team", 5, "june-ZKSHS1.xlsx: exists. Give another name, or --force to overwrite it.\n"),
    (f"{DA} -o june.xlsx -o june-ZKSBT1.xlsx --split-by team", 2, "-o names a file that --split-by writes too.\n"),
    (f"{DA} --replies june-ZKSHS1.xlsx -o june-ZKSHS1.xlsx --force", 5, "june-ZKSHS1.xlsx: is, or would be, part of the extract. Write it elsewhere.\n"),
    (f"{DA} --replies none.xlsx", 3, "none.xlsx: not found. Give a workbook that run -o wrote, or a folder of them.\n"),
    (f"{DA} --replies empty", 3, "empty: holds no workbook (.xlsx) with replies.\n"),
    (f"{DA} --replies june-ZKSHS1.xlsx", 3, "june-ZKSHS1.xlsx: not a workbook, whatever its name says. Open it in Excel and save it as .xlsx.\n"),
    (f"{DA} --replies {TOP / TEAM}", 3, "team-june.xlsx: no workbook to reply in that auditcheck wrote. Leave it out, or give the right one.\n"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "code", "said"), REFUSED, ids=[typed.replace(str(TOP), "") for typed, _, _ in REFUSED])  # fmt: skip
def test_refused_before_anything_is_written(tmp_path: Path, typed: str, code: int, said: str) -> None:
    (tmp_path / "june-ZKSHS1.xlsx").write_bytes(b"somebody's work")
    (tmp_path / "empty").mkdir()
    done = auditcheck(*typed.split(), cwd=tmp_path, PYTHONPATH=str(TOP / "src"))
    assert (done.returncode, done.stderr, done.stdout) == (code, said, "")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["empty", "june-ZKSHS1.xlsx"]
    assert (tmp_path / "june-ZKSHS1.xlsx").read_bytes() == b"somebody's work"


def test_a_workbook_for_each_team(tmp_path: Path) -> None:
    done = auditcheck(*DA.split(), "-o", str(tmp_path / "june.xlsx"), "--split-by", "team")
    assert (done.returncode, done.stderr) == (0, "Written: june.xlsx, and 3 files, one for each team: june-ZKSBT1.xlsx …\n")  # fmt: skip
    names = ["june-ZKSBT1.xlsx", "june-ZKSEB1.xlsx", "june-ZKSHS1.xlsx", "june.xlsx"]
    assert sorted(file.name for file in tmp_path.iterdir()) == names
    assert {S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


# ── replies ──────────────────────────────────────────────────────────────────────────────────────


def filled(at: Path, result: Result, *replies: tuple[int, str, object]) -> Path:
    """The workbook of a result, in whose first sheet to act on these are entered: row below the headings,
    heading, and what."""
    at.write_bytes(as_workbook(result))
    book = openpyxl.load_workbook(at)
    sheet = next(sheet for sheet in book.worksheets if str(sheet["A1"].value).startswith("What to do"))
    columns = {cell.value: cell.column for cell in sheet[head_of(sheet)]}
    for row, heading, what in replies:
        sheet.cell(head_of(sheet) + row, columns[heading]).value = what
    book.save(at)
    return at


ASKED = replace(RESULT, practitioners=(), listed=GAPS)  # X100491 DA2, X100491 SG2, …
DA2, SG2 = ("X100491", "DA2", "2026-03-25"), ("X100491", "SG2", "2026-05-26")

# what is entered, the replies, and what is told
READ: list[tuple[str, list[tuple[int, str, object]], dict[tuple[str, str, str], Reply], str]] = [
    ("nothing", [], {}, ""),
    ("an answer", [(1, "Reply", "done")], {DA2: Reply("done")}, ""),
    ("a day and a note", [(2, "Reply", "done"), (2, "Done on", date(2026, 7, 3)), (2, "Note", "by\ntelephone ")], {SG2: Reply("done", date(2026, 7, 3), "by telephone")}, ""),
    ("a day as text", [(2, "Reply", "done"), (2, "Done on", "03/07/2026")], {SG2: Reply("done", date(2026, 7, 3))}, ""),
    ("a day as text that there is not", [(1, "Reply", "done"), (1, "Done on", "31/06/2026")], {}, "row 6"),
    ("a note alone", [(1, "Note", "asked again")], {DA2: Reply("", None, "asked again")}, ""),
    ("capitals", [(1, "Reply", " Not Mine ")], {DA2: Reply("not mine")}, ""),
    ("not of the list", [(1, "Reply", "JOHN SECRET"), (2, "Reply", "done")], {SG2: Reply("done")}, "row 6"),
    ("no date", [(1, "Done on", "JOHN SECRET")], {}, "row 6"),
    ("a number for a date", [(1, "Done on", 99999999)], {}, "row 6"),
    ("a formula", [(1, "Note", "=JOHN()")], {}, "row 6"),
    ("a key that is gone", [(1, "Reply", "done"), (1, REPLY_KEY[0], None)], {}, "row 6"),
    ("another gap", [(1, "Reply", "done"), (1, REPLY_KEY[2], "2025-01-01")], {("X100491", "DA2", "2025-01-01"): Reply("done")}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("entered", "replies", "told"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_what_is_read(
    tmp_path: Path, entered: list[tuple[int, str, object]], replies: dict[Any, Reply], told: str
) -> None:
    found = read_replies([filled(tmp_path / "back.xlsx", ASKED, *entered)])
    assert found.of == replies
    assert (found.files, len(found.beware)) == (1, 1 if told else 0)
    for text in found.beware:
        assert text.startswith(f"back.xlsx, sheet What to do: {told}: a reply ")
        assert "SECRET" not in text and "JOHN" not in text
    assert hold_replies(tmp_path / "back.xlsx") is bool(entered)  # and so it is not written over


def test_a_reply_stands_beside_its_gap_and_changes_nothing(tmp_path: Path) -> None:
    back = filled(tmp_path / "back.xlsx", ASKED, (1, "Reply", "done"), (1, "Done on", date(2026, 7, 3)), (2, "Note", "=1+1"), (3, "Reply", "not needed"), (3, REPLY_KEY[1], "XX9"))  # fmt: skip
    replies = read_replies([back])
    listed, without = beside(GAPS, replies)
    assert without == 1
    assert [finding.reply for finding in listed.gaps if finding.reply] == [Reply("done", date(2026, 7, 3))]
    said = json.loads(as_json(listed))
    assert said["gaps"][0].pop("reply") == {"answer": "done", "done_on": "2026-07-03", "note": None}
    without_replies = json.loads(as_json(GAPS))
    assert without_replies["gaps"][0].pop("reply") is None
    assert said == without_replies
    again = openpyxl.load_workbook(io.BytesIO(as_workbook(replace(ASKED, listed=listed))))["What to do"]
    first = {heading.value: cell for heading, cell in zip(again[head_of(again)], again[head_of(again) + 1], strict=True)}  # fmt: skip
    assert first["Reply"].value == "done"
    assert first["Done on"].value.date() == date(2026, 7, 3)
    shown = "\n".join(line.text for line in gap_list(listed, Screen(width=80, colour=False)))
    assert "Reply: done, Fri 3 July" in shown


def test_the_latest_audit_counts_and_else_the_last_file(tmp_path: Path) -> None:
    july = replace(GAPS, about=replace(GAPS.about, as_at=date(2026, 7, 31)))
    of_july = filled(tmp_path / "a-july.xlsx", replace(ASKED, listed=july), (1, "Reply", "not mine"))
    of_june = filled(tmp_path / "b-june.xlsx", ASKED, (1, "Reply", "done"))
    assert read_replies([of_june, of_july]).of[DA2] == Reply("not mine")
    assert read_replies([tmp_path]).of[DA2] == Reply("not mine")
    other = filled(tmp_path / "c-june.xlsx", ASKED, (1, "Reply", "not needed"))
    found = read_replies([of_june, other])
    assert found.of[DA2] == Reply("not needed")
    assert found.beware == ("1 gap has different replies in workbooks of one day: that of the last is shown.",)
    assert read_replies([of_june, other, of_july]).beware == ()


def test_a_damaged_workbook_is_told_in_a_line(tmp_path: Path) -> None:
    whole = as_workbook(ASKED)
    (tmp_path / "cut.xlsx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ExtractStop, match=r"cut.xlsx: cut off or damaged. Open it in Excel and save it as .xlsx."):
        read_replies([tmp_path])


def test_sorted_filtered_and_with_a_column_more(tmp_path: Path) -> None:
    """People sort, and insert what they like: the keys go along."""
    back = filled(tmp_path / "back.xlsx", ASKED, (1, "Reply", "done"), (2, "Reply", "not mine"))
    book = openpyxl.load_workbook(back)
    sheet = book["What to do"]
    head = head_of(sheet)
    first, second = ([cell.value for cell in sheet[head + place]] for place in (1, 2))
    for place, values in ((1, second), (2, first)):
        for cell, value in zip(sheet[head + place], values, strict=True):
            cell.value = value
    sheet.insert_cols(2)
    sheet.insert_rows(2)
    book.save(back)
    assert read_replies([back]).of == {DA2: Reply("done"), SG2: Reply("not mine")}


def answered(path: Path, case: str, item: str) -> None:
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        if not str(sheet["A1"].value).startswith("What to do") or not sheet.auto_filter.ref:
            continue
        columns = {cell.value: cell.column for cell in sheet[head_of(sheet)]}
        for row in range(head_of(sheet) + 1, sheet.max_row + 1):
            if [sheet.cell(row, columns[key]).value for key in REPLY_KEY[:2]] == [case, item]:
                sheet.cell(row, columns[REPLY_HEADINGS[0]]).value = ANSWERS[0]
    book.save(path)


def test_there_and_back(tmp_path: Path) -> None:
    """As the README tells it: written, filled in, read back; the numbers are the same."""
    typed = ["run", EXAMPLE, "--checklist", "domestic-abuse", "-o", str(tmp_path / "june.xlsx")]
    assert auditcheck(*typed, "--split-by", "practitioner").returncode == 0
    answered(tmp_path / "june-ZKSB201.xlsx", "X441960", "DA1")
    back = tmp_path / "back"
    back.mkdir()
    shutil.move(tmp_path / "june-ZKSB201.xlsx", back)
    (back / "~$june.xlsx").write_bytes(b"left by Excel")
    done = auditcheck("run", EXAMPLE, "--checklist", "domestic-abuse", "--replies", str(back), "--format", "json")
    before = auditcheck("run", EXAMPLE, "--checklist", "domestic-abuse", "--format", "json")
    said = json.loads(done.stdout)
    replies = {(finding["case"], finding["item"]): finding.pop("reply") for finding in said["gap_list"]["gaps"]}
    assert replies.pop(("X441960", "DA1")) == {"answer": "done", "done_on": None, "note": None}
    assert set(replies.values()) == {None}
    assert [one["reply"]["answer"] for one in said["first"] if one.pop("case") == "X441960"] == ["done"]
    as_it_was = json.loads(before.stdout)
    for finding in as_it_was["gap_list"]["gaps"]:
        assert finding.pop("reply") is None
    for whole in (said, as_it_was):
        whole.pop("first")
    assert said == as_it_was
    assert done.stderr == f"1 reply in 1 workbook: 1 beside its gap\n{before.stderr}"
    gone = auditcheck("gaps", EXAMPLE, "--item", "DA2", "--replies", str(back))
    assert gone.stderr == "1 reply in 1 workbook: 0 beside their gaps, 1 has no gap among these\n"


def test_files_that_cannot_be_written_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditcheck import cli

    wanted = cli._wanted("run", [tmp_path / "june.xlsx"], "", False, [tmp_path], split_by="practitioner")
    real: Callable[..., None] = output.write

    def full(path: Path, content: bytes, *, force: bool) -> None:
        if path.name == "june-N54A022.xlsx":
            raise OutputStop(f"{path.name}: not written, the disk is full. Free some space, or give another folder.")
        real(path, content, force=force)

    monkeypatch.setattr(output, "write", full)
    with pytest.raises(OutputStop) as stop:
        cli._give(replace(RESULT, listed=GAPS), wanted, True, "x")
    assert stop.value.lines == (
        "june-N54A022.xlsx: not written, the disk is full. Free some space, or give another folder.",
        "2 of 8 files for each practitioner were written.",
    )
    assert sorted(file.name for file in tmp_path.iterdir()) == ["june-N54A011.xlsx", "june-N54A014.xlsx", "june.xlsx"]
