"""What a draft of a dictionary must not take for granted of a team's sheet: each of these once led to a gap that was none.

Days were counted by hand: 15 days after 1 June 2026 is 16 June; 5 working days after Tuesday 3 March 2026 is 10 March.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from auditcheck.audit import audit
from auditcheck.checklist import load_chosen
from auditcheck.dictionary import load_dictionary
from auditcheck.draft import Draft
from auditcheck.inspecting import inspect
from auditcheck.problems import ChecklistStop
from tests.test_first_sight import FOLDER, answered, command, drafted

LIC = {"CRN": "F1", "OM": "AB1", "Order": "Licence", "Start date": "01/06/2026", "End date": "", "Suspended from": ""}
#: Columns of a sheet that is certain of all but what is tried.
CERTAIN = {**LIC, "RoSH": "High", "DA": "Yes"}


def sheet(folder: Path, cells: dict[str, str], *more: dict[str, str], lacks: Sequence[str] = ()) -> Path:
    """A sheet with these cells under these headings, beside those of a certain one."""
    rows = [{**CERTAIN, "CRN": f"F{n}", **row} for n, row in enumerate((cells, *({**cells, **one} for one in more)), 1)]
    heads = [head for head in rows[0] if head not in lacks]
    path = folder / "team.csv"
    path.write_text(
        "\n".join(",".join(line) for line in [heads, *([row[head] for head in heads] for row in rows)]) + "\n"
    )
    return path


def plan_of(path: Path) -> Draft:
    return drafted(inspect(path), "team")


def line(text: str, name: str) -> str:
    """The line of a name in a draft, or of the question whether it is that; "" for none."""
    return next((one.strip() for one in text.splitlines() if re.match(rf" *{name}\??:", one)), "")


def states(path: Path, text: str, *items: str) -> list[str]:
    """The states of these items of every case, with that dictionary, as at 30 June 2026; "not asked" for what is not."""
    at = path.with_name("d.yaml")
    at.write_text(text.replace('version: "1"\n', 'version: "1"\nas_at: 2026-06-30\n'), encoding="utf-8")
    with audit(path, dictionary=at) as finished:
        found = {(case, item): state.value for case, item, state, _ in finished.states()}
    cases = sorted({case for case, _ in found})
    return [", ".join(found.get((case, item), "not asked") for item in items) for case in cases]


# Recalls

#: Orders of the sheet, and a column of it besides; what the draft has for a recall.
RECALLS = [
    (["Licence"], "Recall date", "recalled_on?: {type: date, blank: not happened, headings: [Recall date]}"),
    (["CO"], "Recall date", "recalled_on?: {type: date, blank: not happened, headings: [Recall date]}"),
    (["Licence"], "Recalled on", "recalled_on?: {type: date, blank: not happened, headings: [Recalled on]}"),
    (["Licence"], "", "recalled_on?: {type: date, blank: not happened, may_be_missing: yes, headings: [Recalled on]}"),
    (["CO", "PSS"], "", "recalled_on?: {type: date, blank: not happened, may_be_missing: yes, headings: [Recalled on]}"),
    (["CO", ""], "", "recalled_on?: {type: date, blank: not happened, may_be_missing: yes, headings: [Recalled on]}"),
    (["CO", "Youth"], "", "recalled_on?: {type: date, blank: not happened, may_be_missing: yes, headings: [Recalled on]}"),
    (["CO", "SSO"], "", "recalled_on: {type: date, blank: not happened, may_be_missing: yes, headings: [Recalled on]}"),
]  # fmt: skip


@pytest.mark.parametrize("heading", ["Order", "Sentence type"])  # one that is a question, and one that is certain
@pytest.mark.parametrize(("orders", "column", "says"), RECALLS)
def test_nobody_is_taken_as_never_recalled_unasked(
    tmp_path: Path, orders: list[str], column: str, says: str, heading: str
) -> None:
    first, *more = ({heading: order, **({column: "03/06/2026"} if column else {})} for order in orders)
    lacks = [] if heading == "Order" else ["Order"]
    text = plan_of(sheet(tmp_path, first, *more, lacks=lacks)).text()
    assert line(text, "recalled_on").partition("   #")[0] == says


def test_where_no_order_is_told_a_recall_is_asked_about(tmp_path: Path) -> None:
    assert line(plan_of(sheet(tmp_path, {}, lacks=["Order"])).text(), "recalled_on").startswith("recalled_on?: ")


def test_who_was_recalled_before_the_visit_was_due_has_no_gap(tmp_path: Path) -> None:
    """Three licences from 1 June, nobody visited by 16 June; one recalled before that day, one after it."""
    path = sheet(
        tmp_path,
        {"Recall date": "03/06/2026", "First home visit": ""},
        {"Recall date": "17/06/2026"},
        {"Recall date": "", "First home visit": "18/06/2026"},
    )
    assert states(path, answered(plan_of(path)), "HV1") == ["left out", "gap", "late"]


# Events that are any of several


def test_a_reply_shows_that_an_enquiry_was_made(tmp_path: Path) -> None:
    """Start on 3 March, due by 10 March: the sending is not noted, and the reply is of 6 March, of 11 March, or none."""
    path = sheet(
        tmp_path,
        {"Start date": "03/03/2026", "Police check sent": "", "Police check back": "06/03/2026"},
        {"Police check back": "11/03/2026"},
        {"Police check back": ""},
        {"Police check back": "", "Police check sent": "10/03/2026"},
    )
    assert states(path, answered(plan_of(path)), "DA1") == ["met", "late", "gap", "met"]


#: Dates that a sheet has, which of the questions are answered by another name; and what the draft makes of them.
MADE = [
    (["Police check sent", "Police check back"], {}, "police_enquiry_made", "{any: [police_enquiry_sent, police_enquiry_returned]}"),
    (["Police check sent"], {}, "police_enquiry_made", "{any: [police_enquiry_sent]}"),
    (["Police check back"], {}, "police_enquiry_made", ""),  # of one that is under way nothing would be known
    (["SG check sent", "SG check back"], {}, "safeguarding_enquiry_made", "{any: [safeguarding_enquiry_sent, safeguarding_enquiry_returned]}"),
    (["Police check sent", "Police check back"], {"police_enquiry_returned": "handover"}, "police_enquiry_made", "{any: [police_enquiry_sent]}"),
    (["Police check sent", "Police check back"], {"police_enquiry_sent": "handover"}, "police_enquiry_made", ""),
    (["Police check sent", "Police check back"], {"police_enquiry_sent": ""}, "police_enquiry_made", ""),
    (["Police check sent", "Police check back"], {"police_enquiry_returned": ""}, "police_enquiry_made", "{any: [police_enquiry_sent]}"),
    (["High risk on"], {}, "high_risk_start", "{latest: [start_date, high_risk_on]}"),
    (["High risk on"], {"high_risk_on": ""}, "high_risk_start", "{latest: [start_date]}"),
    (["Warning letter", "Breach requested"], {}, "enforcement_action", ""),  # of a recall nothing would be known
    (["Warning letter", "Breach requested", "Recall requested"], {}, "enforcement_action", "{any: [warning_letter, breach_requested, recall_requested], once_a_day: yes}"),
    (["Warning letter", "Breach requested", "Recall requested", "No further action"], {}, "enforcement_decision", "{any: [no_further_action, enforcement_action], once_a_day: yes}"),
    (["Failure to comply", "Breach requested"], {}, "breach_requested_on", "{latest: [breach_requested_on_sheet]}"),
]  # fmt: skip


@pytest.mark.parametrize(("dates", "answers", "name", "says"), MADE)
def test_what_is_made_of_others_has_all_that_the_sheet_has(
    tmp_path: Path, dates: list[str], answers: dict[str, str], name: str, says: str
) -> None:
    path = sheet(tmp_path, dict.fromkeys(dates, "05/06/2026"))
    plan = plan_of(path)
    for node in plan.questions():
        plan.answer(node, answers.get(node.key, node.key))
    found = line(plan.text(), name)
    assert found.partition("   #")[0].partition(": ")[2] == says
    (tmp_path / "d.yaml").write_text(plan.text(), encoding="utf-8")
    load_dictionary(tmp_path / "d.yaml")


def test_a_breach_that_may_be_under_way_is_asked_about(tmp_path: Path) -> None:
    text = plan_of(sheet(tmp_path, {"Failure to comply": "05/06/2026", "Breach ended": "", "Recall date": ""})).text()
    assert line(text, "breach_requested_on").startswith("breach_requested_on?: ")
    assert line(text, "breach_ended_on") == "breach_ended_on: {latest: [breach_ended_on_sheet, recalled_on]}"


#: Of a failure on Monday 8 June, due on 22 June: when breach was requested, how it ended, and the state of EN5.
BREACHES = [
    ("03/06/2026", "", "", "excused"),  # under way
    ("03/06/2026", "10/06/2026", "", "excused"),  # under way when he failed, and over since
    ("03/06/2026", "", "10/06/2026", "excused"),  # the same, by recall
    ("03/06/2026", "05/06/2026", "", "gap"),  # over before
    ("03/06/2026", "", "05/06/2026", "gap"),
    ("", "", "10/06/2026", "gap"),
]
BEFORE = ("29/05/2026", "", "", "gap")  # in rows by themselves: of an order before this one
LOG = [
    "Failure to comply",
    "Warning letter",
    "Breach requested",
    "Recall requested",
    "No further action",
    "Breach ended",
]


@pytest.mark.parametrize(
    ("apart", "requested", "ended", "recalled", "state"),
    [*((apart, *breach) for apart in (False, True) for breach in BREACHES), (True, *BEFORE)],
)
def test_a_recall_ends_a_breach_of_a_draft_too(
    tmp_path: Path, apart: bool, requested: str, ended: str, recalled: str, state: str
) -> None:
    log = dict(zip(LOG, ["08/06/2026", "", requested, "", "", ended], strict=True))
    path = sheet(tmp_path, {"Recall date": recalled, **({} if apart else log)})
    if apart:
        book = openpyxl.Workbook()
        for row in (line.split(",") for line in path.read_text().splitlines()):
            book.active.append(row)
        book.create_sheet("Enforcement log").append(["CRN", *log])
        book["Enforcement log"].append(["F1", *log.values()])
        path = tmp_path / "team.xlsx"
        book.save(path)
    assert states(path, plan_of(path).likely().text(), "EN5") == [state]


def test_who_calls_that_part_as_the_whole_has_the_recalls_too(tmp_path: Path) -> None:
    log = dict(zip(LOG, ["08/06/2026", "", "03/06/2026", "", "", ""], strict=True))
    path = sheet(tmp_path, {"Recall date": "10/06/2026", **log})
    plan = plan_of(path)
    for node in plan.questions():
        plan.answer(node, "breach_ended" if node.key == "breach_proceedings_ended" else node.key)
    assert line(plan.text(), "breach_ended") == "breach_ended: {any: [breach_proceedings_ended, recalled]}"
    assert states(path, plan.text(), "EN5") == ["excused"]


def test_an_event_that_another_column_is_said_to_be_counts_with_the_others(tmp_path: Path) -> None:
    path = sheet(tmp_path, {"Failure to comply": "05/06/2026", "Warning letter": "", "Breach ended": ""})
    plan = plan_of(path)
    for node in plan.questions():
        plan.answer(node, {"warning_letter": "breach_requested", "breach_requested_on": ""}.get(node.key, node.key))
    assert line(plan.text(), "breach_requested_on") == "breach_requested_on: {latest: [warning_letter_on_sheet]}"


# From when a case counts

MEANS = "An order counts from the day of sentence, a licence from the latest release."
#: Headings of dates; the one of which the line of the start is (“?”: one must be typed), whether it is a question, and
#: what stands beside it.
STARTS = [
    (["Sentence start", "Release date"], '"?"', True, ["Release date"]),
    (["Start date", "Release date"], "Start date", True, ["Release date"]),
    (["Start date", "Licence started"], "Start date", True, ["Licence started"]),
    (["Start date", "Licence expiry"], "Start date", False, []),
    (["Start date", "Planned release"], "Start date", False, []),
    (["Start date"], "Start date", False, []),
    (["Release date", "Sentence date"], '"?"', True, ["Sentence date"]),
    (["Sentence / release date"], "Sentence / release date", True, []),
    (["Sentence start"], "Sentence start", True, []),
    (["Date sentenced", "Start"], "Start", True, []),
    (["Release date", "Start"], "Start", True, ["Release date"]),
]


@pytest.mark.parametrize(("dates", "is_start", "asked", "beside"), STARTS)
def test_a_draft_says_from_when_a_case_counts(
    tmp_path: Path, dates: list[str], is_start: str, asked: bool, beside: list[str]
) -> None:
    path = sheet(tmp_path, dict.fromkeys(dates, "03/03/2026"), lacks=[] if "Start date" in dates else ["Start date"])
    plan = plan_of(path)
    found = line(plan.text(), "start_date")
    assert f"headings: [{is_start}]" in found
    assert found.startswith("start_date?: ") == asked
    assert (MEANS in found) == asked
    (question,) = [node.question for node in plan.questions() if node.key == "start_date"] or [None]
    offered = [*([] if f"[{is_start}]" != '["?"]' else dates[:1]), *beside]
    assert list(question.headings if question else ()) == offered
    assert bool(question and question.must) == (offered != beside)
    assert all(f"“{other}” stands beside it" in found for other in beside)
    assert not question or (
        question.means.startswith(MEANS) and ("may count from the wrong day" in found) == bool(beside)
    )


@pytest.mark.parametrize(("orders", "written"), [(["CO", "SSO"], "[Sentence start]"), (["CO", "Licence"], '["?"]')])
def test_no_mere_yes_counts_a_licence_from_its_sentence(tmp_path: Path, orders: list[str], written: str) -> None:
    """Of a team that has orders alone the day of sentence is right, and a yes is enough."""
    rows = [{"Order": order, "Sentence start": "03/03/2025", "Release date": "04/03/2026"} for order in orders]
    path = sheet(tmp_path, *rows, lacks=["Start date"])
    text = plan_of(path).text()
    assert f"headings: {written}}}" in line(text, "start_date")
    (tmp_path / "team.dictionary.yaml").write_text(
        re.sub(r'(?m)^( *"?[\w/ ]+)\?("?):', r"\1\2:", text), encoding="utf-8"
    )
    done = command("run", path.name, cwd=tmp_path)
    refused = "cases.start_date: the heading “?” has no letter or digit." in " ".join(done.stderr.split())
    assert (done.returncode, refused) == ((4, True) if "?" in written else (0, False)), done.stderr


def test_the_other_day_can_be_given_in_its_place(tmp_path: Path) -> None:
    plan = plan_of(
        sheet(tmp_path, {"Sentence start": "03/03/2024", "Release date": "22/06/2026"}, lacks=["Start date"])
    )
    (node,) = [node for node in plan.questions() if node.key == "start_date"]
    plan.answer(node, "Release date")
    assert line(plan.text(), "start_date") == "start_date: {type: date, required: yes, headings: [Release date]}"


def test_an_export_that_has_both_is_asked_too(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(
        "CRN,Event number,Order type,Start date,Release date\nF1,1,LIC,03/03/2024,22/06/2026\n"
    )
    (tmp_path / "requirements.csv").write_text(
        "Requirement id,CRN,Event number,Main code,Imposed date\nR1,F1,1,F,03/03/2024\n"
    )
    text = drafted(inspect(tmp_path), "x").text()
    assert line(text, "start_date").startswith("start_date?: ") and "“Release date” stands beside it" in text


# One day of several

#: The heading of a column of dates, the line that it gives, and what is said of it.
ONE_DAY = [
    ("First home visit", "home_visit?: {from: cases, date: first_home_visit, first_only: yes}", "Later ones are not there"),
    ("Home visit", "home_visit?: {from: cases, date: home_visit_on_sheet, first_only: yes}", "yes if it is the first, no if it is the last"),
    ("Last home visit", "", ""),
    ("Most recent home visit", "", ""),
    ("First RAR appt", "rar_delivered?: {from: cases, date: first_rar_appt, first_only: yes}", "Later ones are not there"),
    ("RAR appointment", "rar_delivered?: {from: cases, date: rar_appointment}", ""),  # nothing asks for it again and again
    ("OASys done", "assessment_completed?: {from: cases, date: oasys_done, first_only: yes}", "yes if it is the first, no if it is the last"),  # reviews are OASys too
    ("Initial appointment", "initial_appointment?: {from: cases, date: initial_appointment_on_sheet}", ""),  # there is one
]  # fmt: skip


@pytest.mark.parametrize(("heading", "says", "told"), ONE_DAY)
def test_one_day_of_several_is_not_every_one(tmp_path: Path, heading: str, says: str, told: str) -> None:
    text = plan_of(sheet(tmp_path, {heading: "05/06/2026"})).text()
    found = line(text, says.partition("?")[0] or "home_visit")
    assert found.partition("   #")[0] == says and told in found
    if not says:
        assert f"“{heading}” (the last of several days, which is no event: the first may have been in time)" in text


def test_a_first_visit_answers_only_what_a_first_one_can(tmp_path: Path) -> None:
    """High risk from 5 January, 13 weeks ago and more: the first visit was in time, and nothing is known of others."""
    path = sheet(tmp_path, {"Start date": "05/01/2026", "First home visit": "14/01/2026"})
    assert states(path, answered(plan_of(path)), "HV1", "HV4") == ["met, not asked"]


#: Of a log with a row for each day nothing is said: every one stands there.
def test_a_log_has_every_day(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(FOLDER / "caseload.xlsx")
    log = book.create_sheet("Home visits")
    for row in (["Case ref", "Date"], ["X800101", "05/06/2026"]):
        log.append(row)
    book.save(tmp_path / "caseload.xlsx")
    assert (
        line(plan_of(tmp_path / "caseload.xlsx").text(), "home_visit") == "home_visit?: {from: home_visits, date: date}"
    )


def test_no_start_is_taken_for_a_day_on_which_something_stopped(tmp_path: Path) -> None:
    text = plan_of(sheet(tmp_path, {"Start": "05/06/2026", "Moved": "05/06/2026"}, lacks=["Suspended from"])).text()
    assert "If it is “Moved”, put that in." in line(text, "contact_suspended_from")


# Yes or no


@pytest.mark.parametrize(
    ("cells", "asked"),
    [(["15", "N/A", "20", "N/A", "15", "N/A"], False), (["Y", "N/A", "tbc", "N/A", "tbc", "Y"], True)],
)
def test_codes_of_which_none_is_yes_or_no_are_no_answers(tmp_path: Path, cells: list[str], asked: bool) -> None:
    text = plan_of(sheet(tmp_path, *({"RAR days": cell} for cell in cells))).text()
    assert bool(line(text, "rar_ordered")) == asked


# What a yes adds


def test_a_yes_that_adds_nothing_is_told(tmp_path: Path) -> None:
    text = plan_of(sheet(tmp_path, {"RAR days done": "3"}, {"RAR days done": "0"}, {"RAR days done": "5"})).text()
    assert line(text, "rar_days_delivered").endswith(
        "By itself it adds nothing: RA2 needs rar_ordered and rar_start too."
    )
    text = plan_of(
        sheet(tmp_path, {"RAR days done": "3", "RAR ordered": "Y"}, {"RAR days done": "0"}, {"RAR days done": "5"})
    ).text()
    assert "adds nothing" not in line(text, "rar_days_delivered")


def test_what_moves_a_day_adds_something(tmp_path: Path) -> None:
    text = plan_of(sheet(tmp_path, {"High risk on": "05/06/2026", "First home visit": "05/06/2026"})).text()
    assert "adds nothing" not in line(text, "high_risk_on")


# Contacts without an id

CASES = "CRN,Event number,Order type,Start date,RoSH\nE1,1,CO,29/01/2026,RHRH\n"


def test_rows_that_have_no_id_are_drafted_without_a_key(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(CASES)
    (tmp_path / "contacts.csv").write_text(
        "CRN,Event number,Contact date,Type code,Attended\nE1,1,01/02/2026,C369,\nE1,1,02/02/2026,C369,\n"
    )
    done = command("inspect", ".", "--write-dictionary", "dictionary.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "dictionary.yaml").read_text(encoding="utf-8")
    assert "    key: []   # contact id is not there: a row that stands twice counts twice\n" in text
    (tmp_path / "dictionary.yaml").write_text(re.sub(r"(?m)^( *\w+)\?:", r"\1:", text), encoding="utf-8")
    with audit(tmp_path) as finished:
        assert [s.value for _, item, s, _ in finished.states() if item == "DA1"] == ["met"]


def test_what_may_be_an_id_is_a_question(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(CASES)
    rows = "".join(f"E1,1,0{n}/02/2026,C369,K{n}\n" for n in range(1, 5))
    (tmp_path / "contacts.csv").write_text(f"CRN,Event number,Contact date,Type code,Our ref\n{rows}")
    done = command("inspect", ".", "--write-dictionary", "dictionary.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Perhaps “Our ref”" in line((tmp_path / "dictionary.yaml").read_text(encoding="utf-8"), "contact_id")


def test_what_others_refer_to_needs_its_key(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(CASES)
    (tmp_path / "requirements.csv").write_text("CRN,Event number,Main code,Imposed date\nE1,1,F,29/01/2026\n")
    text = drafted(inspect(tmp_path), "x").text()
    assert line(text, "requirement_id").startswith('requirement_id?: {headings: ["?", Requirement id]}')


def test_two_columns_headed_as_the_same_are_not_drafted(tmp_path: Path) -> None:
    path = sheet(tmp_path, {"Start date": "30/03/2026", "Commencement date": "31/03/2026"})
    done = command("inspect", path.name, "--write-dictionary", "team.dictionary.yaml", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr == (
        "team.csv: columns “Start date” and “Commencement date” are both “start_date”. Keep one of them, or give one"
        " another heading; then draft again.\n"
    )
    assert not (tmp_path / "team.dictionary.yaml").exists()


def test_a_case_that_ended_before_it_began_is_a_fault(tmp_path: Path) -> None:
    path = sheet(tmp_path, {"Start date": "30/03/2026", "End date": "01/02/2026"}, {"End date": "30/03/2026"})
    (tmp_path / "d.yaml").write_text(answered(plan_of(path)), encoding="utf-8")
    with audit(path, dictionary=tmp_path / "d.yaml") as finished:
        faults = [(fault.kind, fault.row, fault.column) for fault in finished.extract.fault_rows()]
    assert faults == [("date out of order", 2, "Start date")]


def test_no_order_of_days_without_an_end(tmp_path: Path) -> None:
    plan = plan_of(sheet(tmp_path, {}, lacks=["End date"]))
    for node in plan.questions():
        plan.answer(node, "" if node.key == "end_date" else node.key)
    assert "in_order" not in plan.text()


# What a column is called


def test_a_column_goes_by_its_own_heading(tmp_path: Path) -> None:
    """A message has to name what stands in the file, and not what the column is called elsewhere."""
    (tmp_path / "cases.csv").write_text(
        "CRN,Event number,Order type,Supervision start,RoSH\nE1,1,CO,29/01/2026,RHRH\nE2,1,CO,tbc,RHRH\n"
    )
    (tmp_path / "contacts.csv").write_text(
        "Contact id,CRN,Event number,Date of contact,Type code\n1,E1,1,tbc,C369\n2,E1,1,02/02/2026,C515\n"
    )
    plan = drafted(inspect(tmp_path), "x")
    (tmp_path / "dictionary.yaml").write_text(plan.likely().text(), encoding="utf-8")
    with audit(tmp_path) as finished:
        assert {fault.column for fault in finished.extract.fault_rows()} == {"Supervision start", "Date of contact"}


# Between the draft and its answers


def test_an_open_draft_blocks_no_look(tmp_path: Path) -> None:
    path = sheet(tmp_path, {"Police check sent": "05/06/2026"})
    first = command("inspect", path.name, cwd=tmp_path)
    command("inspect", path.name, "--write-dictionary", "team.dictionary.yaml", cwd=tmp_path)
    again = command("inspect", path.name, cwd=tmp_path)
    assert again.returncode == first.returncode
    said = " ".join(again.stdout.split())
    assert (
        "Beside it stands a draft with 5 open questions, team.dictionary.yaml, which is not used yet: answer them there."
        in said
    )
    assert "? Police check sent police_enquiry_sent?" in said and "--write-dictionary" not in said
    other = command("inspect", path.name, "--write-dictionary", "other.yaml", cwd=tmp_path)
    assert other.returncode == 0 and "Written: other.yaml, with 5 questions" in other.stderr
    assert "extends" not in (tmp_path / "other.yaml").read_text(encoding="utf-8")
    there = command("inspect", path.name, "--write-dictionary", "team.dictionary.yaml", cwd=tmp_path)
    assert (there.returncode, there.stderr) == (
        5,
        "team.dictionary.yaml: exists. Give another name, or --force to overwrite it.\n",
    )
    ran = command("run", path.name, cwd=tmp_path)
    assert ran.returncode == 4 and "still 5 questions" in ran.stderr


def test_no_draft_is_offered_over_the_dictionary_in_use(tmp_path: Path) -> None:
    path = sheet(tmp_path, {"Police check sent": "05/06/2026"})
    assert "--write-dictionary team.dictionary.yaml" in command("inspect", path.name, cwd=tmp_path).stdout
    (tmp_path / "team.dictionary.yaml").write_text(answered(plan_of(path)), encoding="utf-8")
    sheet(tmp_path, {"Police check sent": "05/06/2026", "Case closed": ""}, lacks=["End date"])  # under a new heading
    said = command("inspect", path.name, cwd=tmp_path).stdout
    assert "end_date?" in said
    assert "--write-dictionary" not in said and "auditcheck run team.csv" in said


def test_a_row_of_totals_is_none_of_the_cases(tmp_path: Path) -> None:
    path = sheet(tmp_path, {}, {})
    path.write_text(path.read_text() + "Total,2,,,,,,\n")
    (seen,) = inspect(path).tables
    assert (seen.rows, seen.totals, seen.singles) == (2, 1, 0)
    assert {(column.heading, column.filled + column.blank) for column in seen.columns} >= {("CRN", 2), ("OM", 2)}
    assert "2 rows, 1 row of totals" in command("inspect", path.name, cwd=tmp_path).stdout


def test_what_a_draft_does_without_is_not_called_needed(tmp_path: Path) -> None:
    said = " ".join(command("inspect", sheet(tmp_path, {}).name, cwd=tmp_path).stdout.split())
    assert "Not there: event_number. A draft does without, where a person has one case." in said
    assert "nothing is audited without" not in said


# first_only in a dictionary

EVERY = "and every one is looked for."

#: What is asked of an event of which a case's first alone is there, and why it cannot be; "" where it can.
ASKED = [
    ("{some: home_visit, by: 15 days after start_date}", ""),
    ("{some: home_visit, from: start_date, by: 15 days after high_risk_start}", ""),
    ("{some: home_visit, from: 4 weeks before start_date, by: 15 days after start_date}", ""),
    ("{case: {has: home_visit}}", ""),
    ("{some: home_visit, at_least: 2, by: 15 days after start_date}", EVERY),
    ("{gaps_between: home_visit, at_most: 4 weeks}", EVERY),
    ("{none: home_visit}", EVERY),
    ("{each: home_visit, followed_by: handover, within: 5 days}", EVERY),
    ("{each: handover, followed_by: home_visit, within: 5 days}", EVERY),
    ("{each: handover, followed_by: visit_or_handover, within: 5 days}", EVERY),
    ("{each: {run_of: home_visit, reaching: 2}, followed_by: handover, within: 5 days}", EVERY),
    # the first may have been before, and a later one is not there
    ("{some: home_visit, from: 1 day after start_date, by: as_at}", "and one from 1 day after start date on is looked for."),
    ("{some: visit_or_handover, by: as_at}, from: end_date", "and one from end date on is looked for."),
    ("{any_of: [{some: handover, by: as_at}, {case: {has: home_visit}}]}, from: 2026-01-01", "and one from Thu 1 January 2026 on is looked for."),
    ("{some: handover, by: as_at}, relevant_if: {has: home_visit}, from: end_date", "and one from end date on is looked for."),
    ("{some: handover, by: as_at}, excused_if: [{reason: R, when: {has: home_visit}, lasts: 4 weeks}]", "and the last of them excuses."),
]  # fmt: skip


@pytest.mark.parametrize(("met_if", "why_not"), ASKED)
def test_of_a_first_one_only_that_can_be_asked(tmp_path: Path, met_if: str, why_not: str) -> None:
    (tmp_path / "d.yaml").write_text(
        "dictionary: d\nextends: ndelius\nevents:\n"
        "  home_visit: {from: contacts, date: contact_date, where: {type_code: CHVS}, first_only: yes}\n"
        "  visit_or_handover: {any: [handover, home_visit]}\n"
    )
    (tmp_path / "c.yaml").write_text(
        'checklist: c\ntitle: C\nversion: "1"\nitems:\n'
        "  - {id: X1, title: X, severity: high, source: made up, to_fix: Do it.,\n"
        f"     met_if: {met_if}}}\n"
    )
    names = load_dictionary(tmp_path / "d.yaml")
    try:
        told = [item.id for of in load_chosen([str(tmp_path / "c.yaml")], names) for item in of.items]
    except Exception as stop:
        told = [str(stop)]
    event = "visit_or_handover" if "or_handover" in met_if else "home_visit"
    assert (told == ["X1"]) == (not why_not)
    assert not why_not or f"“{event}” is a case's first alone (first_only), {why_not}" in told[0]


def test_a_fact_that_is_the_start_is_no_later(tmp_path: Path) -> None:
    """As a draft says it, where no column tells since when the risk has been high."""
    asked = {}
    for since in ("start_date", "sentence_date"):
        (tmp_path / "d.yaml").write_text(
            f"dictionary: d\nextends: ndelius\nfacts: {{high_risk_start: {{latest: [{since}]}}}}\nevents:\n"
            "  home_visit: {from: contacts, date: contact_date, where: {type_code: CHVS}, first_only: yes}\n"
        )
        (tmp_path / "c.yaml").write_text(
            'checklist: c\ntitle: C\nversion: "1"\nitems:\n'
            "  - {id: X1, title: X, severity: high, source: made up, to_fix: Do it., from: high_risk_start,\n"
            "     met_if: {some: home_visit, by: 15 days after high_risk_start}}\n"
        )
        try:
            asked[since] = len(load_chosen([str(tmp_path / "c.yaml")], load_dictionary(tmp_path / "d.yaml")))
        except ChecklistStop:
            asked[since] = 0
    assert asked == {"start_date": 1, "sentence_date": 0}


#: What is asked of an event that stands in columns of the cases, one day of each, and whether it can be.
SEVERAL = [
    ("{some: missed, by: 15 days after start_date}", True),
    ("{each: missed, followed_by: handover, within: 5 days}", True),
    ("{each: {run_of: missed, reaching: 1}, followed_by: handover, within: 5 days}", True),
    ("{each: {run_of: missed, reaching: 2}, followed_by: handover, within: 5 days}", False),
    ("{some: missed, at_least: 2, by: 15 days after start_date}", False),
    ("{some: missed_either, at_least: 2, by: 15 days after start_date}", True),  # in two columns, two days
    ("{some: missed_either, at_least: 3, by: 15 days after start_date}", False),
    ("{some: missed_or_handed_over, at_least: 3, by: 15 days after start_date}", True),  # of which there may be more
]


@pytest.mark.parametrize(("met_if", "can"), SEVERAL)
def test_one_day_of_each_case_never_comes_to_several(tmp_path: Path, met_if: str, can: bool) -> None:
    """Else nobody would be relevant, and nobody told that it was never looked for."""
    (tmp_path / "d.yaml").write_text(
        "dictionary: d\nextends: ndelius\nevents:\n"
        "  missed: {from: cases, date: sentence_date}\n"
        "  missed_again: {from: cases, date: expected_end_date}\n"
        "  missed_either: {any: [missed, missed_again]}\n"
        "  missed_or_handed_over: {any: [missed, handover]}\n"
    )
    (tmp_path / "c.yaml").write_text(
        'checklist: c\ntitle: C\nversion: "1"\nitems:\n'
        "  - {id: X1, title: X, severity: high, source: made up, to_fix: Do it.,\n"
        f"     met_if: {met_if}}}\n"
    )
    names = load_dictionary(tmp_path / "d.yaml")
    if can:
        assert [item.id for of in load_chosen([str(tmp_path / "c.yaml")], names) for item in of.items] == ["X1"]
        return
    with pytest.raises(ChecklistStop) as stop:
        load_chosen([str(tmp_path / "c.yaml")], names)
    assert "of each case here (from: cases), and" in stop.value.lines[0]


def test_a_sheet_with_one_failure_of_each_case_is_not_asked_about_repeated_ones(tmp_path: Path) -> None:
    log = dict(zip(LOG, ["08/06/2026", "", "", "", "", ""], strict=True))
    path = sheet(tmp_path, {"Recall date": "", **log})
    assert states(path, plan_of(path).likely().text(), "EN1", "EN5") == ["not asked, gap"]


def test_months_with_firsts_and_with_all_are_not_alike(tmp_path: Path) -> None:
    """A visit before the time that counts is a gap where all are there, and cannot be told where the first is."""
    from auditcheck.definition import definitions

    found = []
    for more in ("", ", first_only: no", ", first_only: yes"):
        (tmp_path / "d.yaml").write_text(
            "dictionary: d\nextends: ndelius\nevents:\n"
            f"  home_visit: {{from: contacts, date: contact_date, where: {{type_code: CHVS}}{more}}}\n"
        )
        names = load_dictionary(tmp_path / "d.yaml")
        items = [item for of in load_chosen((), names) for item in of.items if item.id in ("HV1", "DA1")]
        found.append(definitions(items, names))
    assert found[0] == found[1]
    assert found[1]["DA1"] == found[2]["DA1"]  # which looks for no visit
    assert found[1]["HV1"] != found[2]["HV1"]
