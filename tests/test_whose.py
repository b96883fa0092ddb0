"""Whose: a gap belongs to who holds the case now, late to who held it on the deadline.

As at is Friday 30 June 2023. Every case starts on Monday 3 April, so its enquiry (T2) was due on Wednesday
12 April. It was sent on the 13th, which is late, unless the test says otherwise; N2 of team TA holds it now.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from auditcheck.audit import Audit, Selection, audit
from auditcheck.problems import ChecklistStop, ExtractStop, UsageStop
from auditcheck.reports.gap_list import gap_list
from auditcheck.reports.groups import practitioners, under_teams
from auditcheck.reports.summary import summary
from auditcheck.result import Counts, GroupRow
from auditcheck.states import IN_ORDER, State
from tests.extract_files import folder, message, names
from tests.screen_examples import screen, text
from tests.small_extracts import AS_AT, CHECKLIST, small

ONE_CASE = "X1,1,2023-04-03,,N2,TA,CO"
LATE = "X1,1,2023-04-13,C369"

# Allocations of the case (staff code, team, from date); whose the late is; and what explain says.
NOW = "N2, who holds it now; who held it on Wed 12 April cannot be told"
HOLDERS = [
    ("moved on the deadline",       ["N1,TA,2023-04-03", "N2,TA,2023-04-12"], "N2", "N2, who held it on Wed 12 April and holds it now"),
    ("moved the day after",         ["N1,TA,2023-04-03", "N2,TA,2023-04-13"], "N1", "N1, who held it on Wed 12 April; N2 holds it now"),
    ("in any order",                ["N2,TA,2023-04-13", "N1,TA,2023-04-03"], "N1", "N1, who held it on Wed 12 April; N2 holds it now"),
    ("moved twice",                 ["N1,TA,2023-04-03", "N3,TA,2023-04-11", "N2,TA,2023-04-20"], "N3", "N3, who held it on Wed 12 April; N2 holds it now"),
    ("always the same",             ["N2,TA,2023-04-03"], "N2", "N2, who held it on Wed 12 April and holds it now"),
    ("allocated after the deadline", ["N1,TA,2023-04-13"], "N2", NOW),
    ("a blank code",                ["N1,TA,2023-04-03", ",TA,2023-04-12"], "N2", NOW),
    ("a blank code the day after",  ["N1,TA,2023-04-03", ",TA,2023-04-13"], "N1", "N1, who held it on Wed 12 April; N2 holds it now"),
    ("two of one day that differ",  ["N1,TA,2023-04-12", "N3,TA,2023-04-12"], "N2", NOW),
    ("two of one day, one blank",   ["N1,TA,2023-04-12", ",TA,2023-04-12"], "N2", NOW),
    ("two of one day alike",        ["N1,TA,2023-04-12", "N1,TA,2023-04-12"], "N1", "N1, who held it on Wed 12 April; N2 holds it now"),
    ("two that differ, before",     ["N1,TA,2023-04-03", "N3,TA,2023-04-03", "N1,TA,2023-04-12"], "N1", "N1, who held it on Wed 12 April; N2 holds it now"),
    ("nobody",                      ["TAU,TA,2023-04-03", "N2,TA,2023-04-13"], "", "unallocated: nobody held it on Wed 12 April; N2 holds it now"),
    ("nobody, by the word",         ["UNALLOCATED,TA,2023-04-03", "N2,TA,2023-04-13"], "", "unallocated: nobody held it on Wed 12 April; N2 holds it now"),
    ("nobody, by a dash",           ["-,TA,2023-04-03", "N2,TA,2023-04-13"], "", "unallocated: nobody held it on Wed 12 April; N2 holds it now"),
    ("a code that may be somebody", ["TBC,TA,2023-04-03", "N2,TA,2023-04-13"], "TBC", "TBC, who held it on Wed 12 April; N2 holds it now"),
    ("nobody of another team",      ["TBU,TB,2023-04-03", "N2,TA,2023-04-13"], "", "unallocated: nobody held it on Wed 12 April; N2 holds it now"),
    ("another team",                ["N9,TB,2023-04-03", "N2,TA,2023-04-13"], "N9", "N9, who held it on Wed 12 April; N2 holds it now"),
    ("a blank day",                 ["N1,TA,2023-04-03", "N3,TA,"], "N2", NOW),
    ("an unreadable day",           ["N1,TA,2023-04-03", "N3,TA,soon"], "N2", NOW),
    ("no rows",                     [], "N2", NOW),
]  # fmt: skip


def late_by(finished: Audit) -> dict[tuple[str, str], int]:
    """How many late each practitioner of each team has, leaving out those with none."""
    people = finished.result().practitioners
    return {(p.parent, p.code): p.total.of(State.LATE) for p in people if p.total.of(State.LATE)}


def whose_step(finished: Audit, case: str, item: str = "T2") -> str:
    why = next(why for why in finished.explain(case) if why.item.id == item)
    return next((" ".join(step.lines) for step in why.steps if step.label == "Whose"), "")


@pytest.mark.parametrize(("rows", "holder", "said"), [row[1:] for row in HOLDERS], ids=[row[0] for row in HOLDERS])
def test_who_held_it_on_the_deadline(rows: list[str], holder: str, said: str, tmp_path: Path) -> None:
    allocations = [f"X1,1,{row}" for row in rows]
    with small(tmp_path, cases=ONE_CASE, contacts=LATE, allocations=allocations) as finished:
        assert late_by(finished) == {("TA", holder): 1}
        assert finished.result().late_before == (holder != "N2")
        assert whose_step(finished, "X1") == said


def test_rows_of_the_person_count_for_each_case(tmp_path: Path) -> None:
    allocations = "X1,,N1,TA,2023-04-03 X1,1,N2,TA,2023-04-13 X9,1,N7,TA,2023-04-03"
    with small(tmp_path, cases=ONE_CASE, contacts=LATE, allocations=allocations) as finished:
        assert late_by(finished) == {("TA", "N1"): 1}
        assert whose_step(finished, "X1").startswith("N1, who held it")


def test_without_allocations_it_is_who_holds_it_now(tmp_path: Path) -> None:
    with small(tmp_path, cases=ONE_CASE, contacts=LATE) as finished:
        assert late_by(finished) == {("TA", "N2"): 1}
        assert whose_step(finished, "X1") == NOW
        assert "earlier holder" not in text(summary(finished.result(), screen(80), "x"))


def test_a_case_that_nobody_holds_now(tmp_path: Path) -> None:
    cases = "X1,1,2023-04-03,,TAU,TA,CO X2,1,2023-04-03,,,TA,CO X3,1,2023-04-03,,Unallocated,TA,CO"
    contacts = "X1,1,2023-04-13,C369 X2,1,2023-04-13,C369 X3,1,2023-04-13,C369"
    allocations = "X1,1,N1,TA,2023-04-03 X2,1,N1,TA,2023-04-03 X3,1,N1,TA,2023-04-03"
    with small(tmp_path, cases=cases, contacts=contacts, allocations=allocations) as finished:
        assert late_by(finished) == {("TA", "N1"): 3}
        assert [(p.code, p.cases) for p in finished.result().practitioners if p.cases] == [("", 3)]
        for case in ("X1", "X2", "X3"):
            assert whose_step(finished, case) == "N1, who held it on Wed 12 April; nobody holds it now"


# What stands for a practitioner, and whose the case is.
HOLDS_IT = [
    ("N2", "N2"), ("", ""), ("Unallocated", ""), ("Not allocated", ""), ("Unassigned", ""), ("VACANT", ""), ("Vacancy", ""),
    ("Nobody", ""), ("None", ""), ("N/A", ""), ("-", ""), ("–", ""), ("—", ""),
    ("TBC", "TBC"), ("NA", "NA"), ("?", "?"), ("Vacant 1", "Vacant 1"), ("Noone", "Noone"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "holder"), HOLDS_IT)
def test_a_word_for_nobody_is_nobody(cell: str, holder: str, tmp_path: Path) -> None:
    with small(tmp_path, cases=[f"X1,1,2023-04-03,,{cell},TA,CO"], contacts=LATE) as finished:
        assert [p.code for p in finished.result().practitioners if p.cases] == [holder]
        whose = f"{holder}, who holds it now" if holder else "unallocated: nobody holds it now"
        assert whose_step(finished, "X1") == f"{whose}; who held it on Wed 12 April cannot be told"


# Of a case that nobody holds: its end, its allocations, when the enquiry was sent, and what explain says.
NOBODY = [
    ("",           [],                       "",           "unallocated: nobody holds it now"),
    ("2023-06-01", [],                       "",           "unallocated: nobody held it last"),
    ("",           ["X1,1,TAU,TA,2023-04-03"], "2023-04-13", "unallocated: nobody holds it now, nor did on Wed 12 April"),
    ("",           [],                       "2023-04-13", "unallocated: nobody holds it now; who held it on Wed 12 April cannot be told"),
]  # fmt: skip


@pytest.mark.parametrize(("end", "allocations", "sent", "said"), NOBODY)
def test_what_is_said_of_nobody(end: str, allocations: list[str], sent: str, said: str, tmp_path: Path) -> None:
    cases = [f"X1,1,2023-04-03,{end},,TA,CO", "X2,1,2023-04-03,,N2,TA,CO"]
    contacts = ["X2,1,2023-04-13,C369", *([f"X1,1,{sent},C369"] if sent else [])]
    tables = {"allocations": allocations} if allocations else {}
    with small(tmp_path, cases=cases, contacts=contacts, **tables) as finished:
        assert whose_step(finished, "X1") == said


# Of a case whose practitioner's cell could not be read: its allocations, when the enquiry was sent, and what explain says.
UNREAD = [
    ([],                                "",           "who holds it now cannot be told: the cell could not be read"),
    (["X1,1,N1,TA,2023-04-03"],         "2023-04-13", "N1, who held it on Wed 12 April; who holds it now cannot be told: the cell could not be read"),
    (["X1,1,TAU,TA,2023-04-03"],        "2023-04-13", "unallocated: nobody held it on Wed 12 April; who holds it now cannot be told: the cell could not be read"),
    ([],                                "2023-04-13", "who holds it now cannot be told: the cell could not be read; who held it on Wed 12 April cannot be told"),
]  # fmt: skip


@pytest.mark.parametrize(("allocations", "sent", "said"), UNREAD)
def test_a_practitioner_that_could_not_be_read(allocations: list[str], sent: str, said: str, tmp_path: Path) -> None:
    """N2's cell is merged over the row below, so that what stood there is gone: that is not a case of nobody's."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    sheet = book.create_sheet("cases")
    for cells in (
        ["CRN", "Event number", "Start date", "Practitioner code", "Team code", "End date"],
        ["X2", 1, "2023-04-03", "N2", "TA"],
        ["X1", 1, "2023-04-03", None, "TA"],
        ["X3", 1, "2023-04-03", None, "TA"],
    ):
        sheet.append(cells)
    sheet.merge_cells("D2:D3")
    contacts = book.create_sheet("contacts")
    contacts.append(["CRN", "Event number", "Contact date", "Contact type", "Contact id"])
    contacts.append(["X2", 1, "2023-04-10", "C369", "K1"])
    if sent:
        contacts.append(["X1", 1, sent, "C369", "K2"])
    if allocations:
        held = book.create_sheet("allocations")
        held.append(["CRN", "Event number", "Staff code", "Team code", "From date"])
        for row in allocations:
            held.append(row.split(","))
    book.save(tmp_path / "team.xlsx")
    (tmp_path / "small.yaml").write_text(CHECKLIST, encoding="utf-8")
    with audit(tmp_path / "team.xlsx", as_at=AS_AT, checklists=[str(tmp_path / "small.yaml")]) as finished:
        result = finished.result()
        people = [(p.code, p.cases) for p in under_teams(result) if p.cases]
        assert people == [("N2", 1), ("cannot be told", 1), ("", 1)]
        assert whose_step(finished, "X1") == said
        summed = " ".join(text(summary(result, screen(100), "x")).split())
        assert summed.count("1 case: whose it is cannot be told, as the cell could not be read") == 1
        assert "· 1 practitioner ·" in summed
        assert "--practitioner 'cannot" not in summed


def test_who_holds_cases_was_not_supplied(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("CRN,Event number,Start date,Team code\nX1,1,2023-04-03,TA\n", encoding="utf-8")
    with small(tmp_path, contacts=LATE, allocations="X1,1,N1,TA,2023-04-03") as finished:
        assert finished.result().practitioners == ()
        assert whose_step(finished, "X1") == ""


# Seven cases of two teams. X1 to X4 are late; X5 is a gap, X6 met, X7 a gap of an ended case.
SEVEN = {
    "cases": """
        X1,1,2023-04-03,,N2,TA,CO
        X2,1,2023-04-03,,N2,TA,CO
        X3,1,2023-04-03,,N3,TB,LIC
        X4,1,2023-04-03,,N4,TB,LIC
        X5,1,2023-04-03,,N2,TA,CO
        X6,1,2023-04-03,,N3,TB,CO
        X7,1,2023-04-03,2023-06-01,N2,TA,CO
    """,
    "contacts": """
        X1,1,2023-04-13,C369
        X2,1,2023-04-13,C369
        X3,1,2023-04-13,C369
        X4,1,2023-04-13,C369
        X6,1,2023-04-12,C369
    """,
    "allocations": """
        X1,1,N1,TA,2023-04-03
        X1,1,N2,TA,2023-05-02
        X2,1,N2,TA,2023-04-03
        X3,1,N2,TA,2023-04-03
        X3,1,N3,TB,2023-05-02
        X4,1,N3,TB,2023-04-03
        X4,1,N4,TB,2023-05-02
        X5,1,N1,TA,2023-04-03
        X5,1,N2,TA,2023-05-02
        X6,1,N1,TA,2023-04-03
        X6,1,N3,TB,2023-05-02
        X7,1,N1,TA,2023-04-03
        X7,1,N2,TA,2023-05-02
    """,
}


def row_of(group: GroupRow) -> tuple[str, str, int, int, int, int]:
    """Team, practitioner, cases, and of item T2: met, late and gap."""
    counts = group.counts.get("T2", Counts())
    return (
        group.parent, group.code, group.cases, counts.met, counts.of(State.LATE), counts.of(State.GAP),
    )  # fmt: skip


def test_practitioners_of_two_teams(tmp_path: Path) -> None:
    with small(tmp_path, **SEVEN) as finished:
        result = finished.result()
    assert [row_of(group) for group in result.practitioners] == [
        # team, who, cases, met, late, gap
        ("TA", "N1", 0, 0, 1, 0),  # X1, which N2 holds now
        ("TA", "N2", 4, 0, 1, 2),  # X2; the gaps of X5 and X7 are of who holds them now
        ("TB", "N2", 0, 0, 1, 0),  # X3 is a case of TB now, and is counted there
        ("TB", "N3", 2, 1, 1, 0),  # X4
        ("TB", "N4", 1, 0, 0, 0),
    ]
    assert result.late_before == 3


@pytest.mark.parametrize("by", ["", "practitioner", "team", "order_type"])
def test_sums(by: str, tmp_path: Path) -> None:
    """Teams, groups and all are sums of the same counts, and what everybody has does not change."""
    chosen = Selection(by=by)
    with small(tmp_path, **SEVEN, selection=chosen) as finished:
        result = finished.result()
    with small(tmp_path / "without", **SEVEN | {"allocations": []}, selection=chosen) as finished:
        without = finished.result()
    states = [sum(group.total.of(state) for group in result.practitioners) for state in IN_ORDER]
    assert states == list(result.overall.total.numbers)
    assert sum(group.cases for group in result.practitioners) == result.cases == 7
    for team in result.teams:
        members = [group for group in result.practitioners if group.parent == team.code]
        for item in ("T1", "T2"):
            assert sum((m.counts.get(item, Counts()) for m in members), Counts()) == team.counts[item]
    assert (result.teams, result.overall) == (without.teams, without.overall)
    if by == "practitioner":
        late = {group.code: group.total.of(State.LATE) for group in result.groups}
        assert late == {"N1": 1, "N2": 2, "N3": 1, "N4": 0}
    else:
        assert result.groups == without.groups


def test_the_selection_means_cases_held_now(tmp_path: Path) -> None:
    with small(tmp_path, **SEVEN, selection=Selection(practitioners=("N2",), items=("T2",))) as finished:
        result, gaps = finished.result(), finished.gap_list()
    assert gaps.cases == result.cases == 4
    assert [(f.case.ref, f.item.id) for f in gaps.gaps] == [("X5", "T2")]
    assert [row_of(group)[1:5] for group in result.practitioners] == [("N1", 0, 0, 1), ("N2", 4, 0, 1)]


TWELVE = [f"N{number:02}" for number in range(12)]

# Who holds the cases now, who is asked for, and what is said.
ASKED_FOR = [
    (["N2"], "n1", "“n1” holds no case now, but did: --practitioner takes who holds a case now. "
                   "What was late then is in: auditcheck run EXTRACT --by practitioner"),
    (["N2"], "TAU", "no case has the practitioner “TAU”. There is N2."),
    (["N2", "", "N4"], "N5", "no case has the practitioner “N5”. There are N2 and N4."),
    (TWELVE, "Smith", f"no case has the practitioner “Smith”. There are {', '.join(TWELVE[:11])} and N11."),
    ([*TWELVE, "N12"], "Smith", "no case has the practitioner “Smith”. The summary has their codes."),
    ([*TWELVE, "N12"], "N99", "no case has the practitioner “N99”. Did you mean “N09”? The summary has their codes."),
    ([""], "N9", "no case has the practitioner “N9”. The summary has their codes."),
]  # fmt: skip


@pytest.mark.parametrize(("holding", "asked", "said"), ASKED_FOR)
def test_a_practitioner_who_holds_no_case(holding: list[str], asked: str, said: str, tmp_path: Path) -> None:
    cases = [f"X{number},1,2023-04-03,,{code},TA,CO" for number, code in enumerate(holding)]
    allocations = ["X0,1,N1,TA,2023-04-03", "X0,1,TAU,TA,2023-04-10", "X0,1,N2,TA,2023-04-12"]
    with pytest.raises(UsageStop) as stop:
        small(tmp_path, cases=cases, allocations=allocations, selection=Selection(practitioners=(asked,)))
    assert stop.value.lines == (said,)


def test_a_gap_is_whose_who_holds_the_case_now(tmp_path: Path) -> None:
    with small(tmp_path, **SEVEN) as finished:
        assert whose_step(finished, "X5") == "N2, who holds it now"
        assert whose_step(finished, "X6") == ""  # met
        assert whose_step(finished, "X7") == "N2, who held it last"


def test_items_of_which_nobody_has_anything_to_rate_are_not_shown_person_by_person(tmp_path: Path) -> None:
    with small(tmp_path, **SEVEN) as finished:
        result = finished.result()
    every = text(practitioners(result, screen(120), by_item=True))
    assert "T2" in every and "not shown" not in every
    read = tuple(replace(result.items[0], id=name) for name in ("R1", "R2"))
    both = text(practitioners(replace(result, items=(*result.items, *read)), screen(120), by_item=True))
    note = f" Items of which there is nothing to rate are not shown: 2 of {len(result.items) + 2}.\n"
    assert both == every.replace(" Late is under", f"{note} Late is under")
    alone = text(practitioners(replace(result, items=read), screen(120), by_item=True))
    assert "gap of" not in alone and "not shown" not in alone and "N2" in alone


def test_it_is_said_beside_the_counts(tmp_path: Path) -> None:
    with small(tmp_path, **SEVEN) as finished:
        result = finished.result()
    for width in (60, 80, 120):
        shown = " ".join(text(practitioners(result, screen(width), by_item=True)).split())
        assert (
            "Late is under who held the case on the deadline (3 under an earlier holder), "
            "all else under who holds it now." in shown
        )
        assert "Of the ✘, 1 is of an ended case: listed apart, nothing to act on now." in shown
        assert "Of the ✘, 2 are of ended cases" in " ".join(
            text(practitioners(replace(result, ended_gaps=2), screen(width), by_item=True)).split()
        )
        quiet = text(practitioners(replace(result, ended_gaps=0, late_before=0), screen(width), by_item=True))
        assert "deadline" not in quiet and "ended" not in quiet
    # who holds no case is not counted among the practitioners
    assert "7 cases · 2 teams · 3 practitioners" in text(summary(result, screen(80), "x"))


def test_gaps_of_ended_cases_are_never_act_now(tmp_path: Path) -> None:
    with small(tmp_path, **SEVEN, selection=Selection(items=("T2",))) as finished:
        result, gaps, whys = finished.result(), finished.gap_list(), finished.explain("X7")
    assert [finding.case.ref for finding in result.first] == ["X5"]
    assert result.ended_gaps == 1
    assert [finding.case.ref for finding in gaps.gaps] == ["X5"]
    assert [finding.case.ref for finding in gaps.ended] == ["X7"]
    apart = text(gap_list(gaps, screen(80), "x")).split("Ended cases: 1 gap; nothing to act on now")[1]
    assert "Send it." not in apart
    why = next(why for why in whys if why.item.id == "T2")
    assert ("To fix", ("the case ended on Thu 1 June: nothing to do now",)) in {(s.label, s.lines) for s in why.steps}


# ── the dictionary ───────────────────────────────────────────────────────────────────────────────

GROUPS = "group_by: {team: {code: team_code, label: team_name}}"
WRONG = [
    ("practitioner: {code: crn, held: {from: contacts, code: type_code}}", "“by”"),
    ("practitioner: {code: crn, held: {from: contact, code: type_code, by: contact_date}}", "Did you mean “contacts”?"),
    ("practitioner: {code: crn, held: {from: contacts, code: type_cod, by: contact_date}}", "Did you mean “type_code”?"),
    ("practitioner: {code: crn, held: {from: contacts, code: type_code, by: requirement}}", "“requirement” is not a date"),
    ("practitioner: {code: crn, held: {from: staff, code: code, by: grade}}", "no “link”"),
    ("practitioner: {code: team_code, held: {from: contacts, code: type_code, by: contact_date}}", "“type_code” is text and “team_code” of cases is code: never the same."),
    ("team: {code: crn, held: {from: contacts, code: type_code, by: contact_date}}", "“held” belongs to “practitioner”"),
]  # fmt: skip


@pytest.mark.parametrize(("group", "said"), WRONG)
def test_what_a_dictionary_may_not_say(group: str, said: str) -> None:
    from tests.extract_files import DICTIONARY

    assert GROUPS in DICTIONARY
    with pytest.raises(ChecklistStop) as stop:
        names(DICTIONARY.replace(GROUPS, f"group_by: {{{group}}}"))
    assert said in message(stop.value)


def test_two_people_that_lists_could_not_tell_apart(tmp_path: Path) -> None:
    """X1 has two orders, which lists call X1/1 and X1/2; and somebody else's reference is X1/2."""
    cases = ["X1,1,2023-04-03,,N1,TA,CO", "X1,2,2023-04-03,,N1,TA,CO", "X1/2,1,2023-04-03,,N2,TA,CO"]
    with pytest.raises(ExtractStop) as stop, small(tmp_path, cases=cases, contacts=""):
        pass
    words = "cases.csv, rows 3, 4: lists could not tell these cases apart, since a reference has a “/” in it. Write it without, in every table."  # fmt: skip
    assert message(stop.value) == words


UNIT = {
    "dictionary.yaml": "dictionary: unit\nextends: ndelius\nas_at: 2026-02-20\ntitle: Unit\n",
    "cases.csv": "CRN,Event number,Order type,Sentence date,Start date,End date,Contact suspended from,Practitioner code,"
    "Practitioner name,Team code,Team name,PDU code,RoSH\n"
    "X1,1,CO,2026-01-05,2026-01-05,,,P1,Zed One,T1,Team One,PD1,RHRH\n"
    "X2,1,CO,2026-01-05,2026-01-05,,,P2,Anna Two,T1,Team One,PD2,RLRH\n"
    "X3,1,CO,2026-01-05,2026-01-05,,,P3,Mo Three,T2,Team Two,PD1,RHRH\n",
    "contacts.csv": "Contact id,CRN,Event number,Contact date,Type code,Attended,National standard\n"
    "K1,X1,1,2026-01-20,C369,,\nK2,X3,1,2026-01-20,C369,,\nK3,X1,1,2026-02-02,COAI,Y,Y\n",
    "allocations.csv": "CRN,Event number,Staff code,Grade,Team code,From date,To date\n"
    "X1,1,P2,PSO,T1,2026-01-05,2026-02-01\nX1,1,P1,PSO,T1,2026-02-01,\nX2,1,P2,PSO,T1,2026-01-05,\n"
    "X3,1,P2,PSO,T1,2026-01-05,2026-02-01\nX3,1,P3,PSO,T2,2026-02-01,\n",
    "requirements.csv": "Requirement id,CRN,Event number,Main code,Imposed date,Commenced date,End date\n"
    "R1,X1,1,W,2026-01-05,2026-01-20,\n",
}


@pytest.mark.parametrize("by", ["pdu", "team", "rosh"])
def test_the_name_of_who_held_it_is_no_other_groups(tmp_path: Path, by: str) -> None:
    """Anna Two held X1 and X3 on the deadline of their enquiry, which was sent late."""
    path = folder(tmp_path, UNIT)
    with audit(path, checklists=["domestic-abuse"], selection=Selection(by=by)) as finished:
        result = finished.result()
        assert result.late_before == 2
        labels = {group.label for group in (*result.groups, *result.teams)}
        assert labels <= {"", "Team One", "Team Two"}
        assert "Anna Two" in {person.label for person in result.practitioners}


def test_late_of_several_parts_had_fallen_due(tmp_path: Path) -> None:
    """PS1 of X1: the requirement was started before its day, which is yet to come, and the first appointment was late,
    while P2 held the case; X2 and X3 were not seen at all."""
    path = folder(tmp_path, UNIT)
    with audit(path, checklists=["prompt-start"], passed=True) as finished:
        people = {person.code: person for person in finished.result().practitioners}
        for code, late, gap in (("P1", 0, 0), ("P2", 1, 1), ("P3", 0, 1)):
            for counts in (people[code].counts, people[code].passed):
                states = counts["PS1"]
                assert (states.of(State.LATE), states.of(State.GAP)) == (late, gap), code
                assert min(states.numbers) >= 0


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (Selection(), (2, 2)),
        (Selection(teams=("TA",)), (1, 1)),
        (Selection(teams=("TB",)), (1, 1)),
        (Selection(practitioners=("N2",)), (1, 0)),
    ],
)
def test_cases_that_are_yet_to_start_are_of_who_is_asked_about(
    selection: Selection, said: tuple[int, int], tmp_path: Path
) -> None:
    cases = ["X1,1,2023-04-03,,N1,TA,CO", "X2,1,2023-04-03,,N2,TB,CO"]
    cases += ["X3,1,2023-07-03,,N1,TA,CO", "X4,1,2023-07-03,,N3,TB,CO"]  # after Friday 30 June
    with small(tmp_path, cases=cases, contacts="X1,1,2023-04-04,C369", selection=selection) as finished:
        result = finished.result()
    assert (result.cases, result.not_started) == said
