"""From the first sight of an extract to an audit: what `inspect` says of its columns, the draft of a dictionary with its
questions, the answers, the run. The two workbooks of examples/first-sight are audited as they are shipped."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from auditcheck.audit import audit
from auditcheck.checklist import load_chosen
from auditcheck.dictionary import load_dictionary
from auditcheck.draft import Draft, Node, draft
from auditcheck.inspecting import inspect
from auditcheck.names import Type
from auditcheck.personal import why_personal
from auditcheck.problems import ChecklistStop
from auditcheck.result import ColumnSeen, Holds, Inspection, Matched, TableSeen
from auditcheck.suggest import suggestions
from tests import first_sight
from tests.small_histories import typed

TOP = Path(__file__).parents[1]
FOLDER = TOP / "examples" / "first-sight"
NDELIUS = load_dictionary()


# What looks personal

PERSONAL = [
    # heading                     type        why it is not to be read
    ("Name", Type.TEXT, "a name"),
    ("Full name", Type.TEXT, "a name"),
    ("Surname", Type.TEXT, "a name"),
    ("first_name", Type.TEXT, "a name"),
    ("Offender name", Type.TEXT, "a name"),
    ("Initials", Type.TEXT, "a name"),
    # whose the row is, and nothing else
    ("Service user", Type.TEXT, "a name"),
    ("Client", Type.CODE, "a name"),
    ("Person on probation", Type.TEXT, "a name"),
    ("People on probation", Type.TEXT, "a name"),
    ("PoP", Type.TEXT, "a name"),
    ("Offender", Type.TEXT, "a name"),
    # a reference is no name
    ("Client ID", Type.TEXT, ""),
    ("Client reference", Type.TEXT, ""),
    ("Offender number", Type.TEXT, ""),
    ("Offender/CRN", Type.TEXT, ""),
    ("Offender manager", Type.TEXT, ""),
    ("Service user start date", Type.DATE, ""),
    ("Clients", Type.NUMBER, ""),
    ("DOB", Type.DATE, "a birth date"),
    ("dateOfBirth", Type.DATE, "a birth date"),
    ("Home address", Type.TEXT, "an address"),
    ("Post code", Type.TEXT, "an address"),
    ("Postcode", Type.TEXT, "an address"),
    ("Mobile", Type.TEXT, "a way to reach somebody"),
    ("E-mail", Type.TEXT, "a way to reach somebody"),
    ("NI number", Type.TEXT, "another service's number"),
    ("PNC", Type.TEXT, "another service's number"),
    ("NOMS no", Type.TEXT, "another service's number"),
    ("Ethnicity", Type.CODE, "a special category of data"),
    ("Victim contact", Type.YES_NO, "data about a victim"),
    ("Notes", Type.TEXT, "free text"),
    ("Contact notes", Type.TEXT, "free text"),
    ("Comments", Type.TEXT, "free text"),
    # staff's labels are needed, and say nothing of anybody's life
    ("Practitioner name", Type.TEXT, ""),
    ("Offender Manager Name", Type.TEXT, ""),
    ("Team name", Type.TEXT, ""),
    ("Officer name", Type.TEXT, ""),
    # a date or a yes about a note is no note
    ("Notes entered", Type.DATE, ""),
    ("Comments read", Type.YES_NO, ""),
    # words that hold such words
    ("Unnamed", Type.TEXT, ""),
    ("Telling", Type.TEXT, ""),
    ("Contact date", Type.DATE, ""),
]


@pytest.mark.parametrize(("heading", "kind", "why"), PERSONAL)
def test_what_looks_personal(heading: str, kind: Type, why: str) -> None:
    assert why_personal([heading], kind) == why


def dictionary_of(tmp_path: Path, columns: str) -> str:
    """What is said of a dictionary with these columns of cases: "" where it can be used."""
    path = tmp_path / "d.yaml"
    path.write_text(
        "dictionary: d\ncases: {key: [crn], start: began, columns: {crn: {type: text}, began: {type: date}, "
        + columns
        + "}}\n",
        encoding="utf-8",
    )
    try:
        load_dictionary(path)
    except ChecklistStop as stop:
        return "\n".join(stop.lines)
    return ""


REFUSED = "looks like {}. Leave it out, or say why it must be read: “reason: …”."


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("dob: {type: date}", "d.yaml:2: cases.dob: " + REFUSED.format("a birth date")),
        ("word: {type: text, headings: [Surname]}", "d.yaml:2: cases.word: " + REFUSED.format("a name")),
        ("word: {type: text, headings: [Notes]}", "d.yaml:2: cases.word: " + REFUSED.format("free text")),
        ("dob: {type: date, reason: Age decides which team has the case}", ""),
        ("practitioner_name: {type: text}", ""),
    ],
)
def test_a_dictionary_needs_a_reason_for_what_looks_personal(tmp_path: Path, columns: str, said: str) -> None:
    assert dictionary_of(tmp_path, columns) == said


# What a column may be

MAY_BE = [
    # heading                  holds          first suggestion from a flat sheet of cases
    ("DA check sent", Holds.DATES, "police_enquiry_sent"),
    ("DV check back", Holds.DATES, "police_enquiry_returned"),
    ("SG check sent", Holds.DATES, "safeguarding_enquiry_sent"),
    ("Safeguarding reply", Holds.DATES, "safeguarding_enquiry_returned"),
    ("1st RAR", Holds.DATES, "rar_delivered"),
    ("DA flag", Holds.YES_NO, "domestic_abuse_indicated"),
    ("RAR ordered (Y/N)", Holds.YES_NO, "rar_ordered"),
    ("Date of order / release", Holds.DATES, "start_date"),
    ("Type", Holds.CODES, "order_type"),
    ("Reset from", Holds.DATES, "contact_suspended_from"),
    ("Closed", Holds.DATES, "end_date"),
    ("Recall date", Holds.DATES, "recalled_on"),
    ("Recalled", Holds.DATES, "recalled_on"),
    ("Date recalled to custody", Holds.DATES, "recalled_on"),
    ("Recall requested", Holds.DATES, "recall_requested"),
    # what it holds must fit
    ("DA check sent", Holds.YES_NO, ""),
    ("DA flag", Holds.DATES, ""),
    ("RAR ordered", Holds.FREE_TEXT, ""),
    # an opposite is never meant
    ("RAR days ordered", Holds.NUMBERS, ""),
    # a date that is not of each time it happened
    ("First HV", Holds.DATES, "home_visit"),
    ("Last HV", Holds.DATES, ""),
    ("Last oversight", Holds.DATES, ""),
    ("Latest RAR", Holds.DATES, ""),
    ("Oversight due", Holds.DATES, ""),
    ("Police check due", Holds.DATES, ""),
    # the end of something, or when it is to end, is neither the thing nor the case's end
    ("Terminated", Holds.DATES, "end_date"),
    ("Case closed", Holds.DATES, "end_date"),
    ("Expiry", Holds.DATES, "expected_end_date"),
    ("Sentence expiry date", Holds.DATES, "expected_end_date"),
    ("Breach ended", Holds.DATES, "breach_ended"),
    ("RAR end", Holds.DATES, ""),
    ("Suspended until", Holds.DATES, ""),
    ("Supervision start", Holds.DATES, "start_date"),
    ("Supervision", Holds.DATES, ""),
    ("Programme start", Holds.DATES, ""),
    ("Reset started", Holds.DATES, "contact_suspended_from"),
    # a word that many things share says nothing alone
    ("Event no", Holds.NUMBERS, "event_number"),
    ("No.", Holds.NUMBERS, ""),
    ("Last contact", Holds.DATES, ""),
    ("Appointment", Holds.DATES, ""),
    # another risk
    ("Risk", Holds.CODES, "rosh"),
    ("MAPPA level", Holds.CODES, ""),
    ("Risk of reoffending", Holds.CODES, ""),
    # nothing like it
    ("OASys done", Holds.DATES, "assessment_completed"),
    ("OASys due", Holds.DATES, ""),
    ("Shoe size", Holds.NUMBERS, ""),
    ("Date", Holds.DATES, ""),
    ("", Holds.DATES, ""),
]


@pytest.mark.parametrize(("heading", "holds", "first"), MAY_BE)
def test_what_a_column_of_a_flat_sheet_may_be(heading: str, holds: Holds, first: str) -> None:
    (found,) = suggestions(NDELIUS, "cases", [(heading, holds)], {"crn"}, "Caseload", flat=True)
    assert (found or ("",))[0] == first


def test_no_two_columns_are_first_thought_to_be_the_same() -> None:
    found = suggestions(
        NDELIUS, "cases", [("Order start", Holds.DATES), ("Start of order", Holds.DATES)], (), "Caseload", flat=True
    )
    firsts = [some[0] for some in found if some]
    assert "start_date" in firsts and len(set(firsts)) == len(firsts)


#: Two columns of dates of a table, the second of which is called as the dictionary has it, in whatever order.
BY_ITS_OWN_NAME = [
    ("cases", "Date sentenced", "Start", ("", "start_date")),
    ("cases", "Release date", "Start", ("", "start_date")),
    ("cases", "Release date", "Date sentenced", ("start_date", "")),
    ("allocations", "Date to", "Date from", ("to_date", "from_date")),
    ("registrations", "Date deregistered", "Date registered", ("end_date", "start_date")),
]


@pytest.mark.parametrize(("table", "one", "other", "expected"), BY_ITS_OWN_NAME)
def test_a_column_called_as_the_dictionary_has_it_comes_before_those_that_mean_the_same(
    table: str, one: str, other: str, expected: tuple[str, str]
) -> None:
    columns, defined = [(one, Holds.DATES), (other, Holds.DATES)], {"release", "order_begun"}
    found = suggestions(NDELIUS, table, columns, defined, table, flat=table == "cases")
    assert tuple("".join(names[:1]) for names in found) == expected


def test_what_is_taken_is_not_suggested_again() -> None:
    (found,) = suggestions(NDELIUS, "cases", [("Closed", Holds.DATES)], {"end_date"}, "Caseload", flat=True)
    assert found == ()  # nor what else ends: a breach, or the order in its time


def test_a_sheet_says_what_its_dates_are() -> None:
    (found,) = suggestions(NDELIUS, "", [("Date", Holds.DATES)], (), "Oversight", flat=True)
    assert found[0] == "management_oversight"


def test_an_exports_columns_are_its_tables_alone() -> None:
    (found,) = suggestions(NDELIUS, "contacts", [("DA check sent", Holds.DATES)], (), "Contacts", flat=False)
    assert found == ()


# Looking


def columns(found: Inspection, sheet: str) -> dict[str, ColumnSeen]:
    table = next(table for table in found.tables if table.name == sheet)
    return {column.heading: column for column in table.columns}


@pytest.fixture(scope="module")
def caseload() -> Inspection:
    return inspect(FOLDER / "caseload.xlsx")


@pytest.fixture(scope="module")
def export() -> Inspection:
    return inspect(FOLDER / "ndelius-export.xlsx")


SEEN = [
    # heading                    the dictionary's   holds          filled blank fits  first       last
    ("Case ref", "crn", Holds.TEXT, 8, 0, 8, None, None),
    ("OM", "practitioner_code", Holds.CODES, 8, 0, 8, None, None),
    ("Sentence / release date", "", Holds.DATES, 8, 0, 8, "2026-01-12", "2026-06-24"),
    ("Police check sent", "", Holds.DATES, 5, 3, 5, "2026-01-13", "2026-05-06"),
    ("Police check back", "", Holds.DATES, 4, 4, 3, "2026-03-03", "2026-05-20"),  # one cell says “chased”
    ("DA (Y/N)", "", Holds.YES_NO, 8, 0, 8, None, None),
    ("RoSH", "rosh", Holds.CODES, 8, 0, 8, None, None),
]


@pytest.mark.parametrize(("heading", "name", "holds", "filled", "blank", "fits", "first", "last"), SEEN)
def test_what_is_seen_of_a_column(
    caseload: Inspection,
    heading: str,
    name: str,
    holds: Holds,
    filled: int,
    blank: int,
    fits: int,
    first: str | None,
    last: str | None,
) -> None:
    column = columns(caseload, "Northside")[heading]
    days = tuple(date.fromisoformat(day) if day else None for day in (first, last))
    assert (column.name, column.holds, column.filled, column.blank, column.fits) == (name, holds, filled, blank, fits)
    assert (column.first, column.last) == days


#: The cells of a column “Police check sent”, what it holds, how many fit, and what it may be.
PARTLY_DATES = [
    (["2026-01-05", "2026-02-30", "chased", "12/03/2026"], Holds.DATES, 2, "police_enquiry_sent"),
    (["2026-01-05", "awaited", "tbc"], Holds.DATES, 1, "police_enquiry_sent"),
    (["2026-01-05", "yes", "no", "yes"], Holds.YES_NO, 3, ""),
    (["sent", "chased", "awaited", "tbc"], Holds.TEXT, 4, ""),
]


@pytest.mark.parametrize(("cells", "holds", "fits", "may_be"), PARTLY_DATES)
def test_a_column_of_which_some_dates_cannot_be_read_is_a_question(
    tmp_path: Path, cells: list[str], holds: Holds, fits: int, may_be: str
) -> None:
    rows = (f"X{n},{cell}" for n, cell in enumerate(cells))
    (tmp_path / "cases.csv").write_text("\n".join(["CRN,Police check sent", *rows]), encoding="utf-8")
    column = columns(inspect(tmp_path / "cases.csv"), "cases")["Police check sent"]
    assert (column.holds, column.fits, "".join(column.may_be[:1])) == (holds, fits, may_be)


# The cells of “Police check back”; what it is taken for, and what is said where its heading fits and they do not.
FORMS = [
    (["20/03/2026", "2026-04-02", "tbc"], "police_enquiry_returned?", "2 of 3 dates"),
    (["20.03.2026", "2 Apr 2026", "tbc"], "police_enquiry_returned?", "2 of 3 dates"),
    (["20.03.26", "2nd Apr 2026", "tbc"], "not read", "headed like police_enquiry_returned, but 0 of 3 cells are dates such as 31/12/2026 or 2026-12-31"),
    (["20/03/2026", "2nd Apr 2026", "tbc", "N/A"], "not read", "headed like police_enquiry_returned, but 1 of 4 cells is a date such as 31/12/2026 or 2026-12-31"),
    (["Y", "N", "Y", "N"], "not read", "headed like police_enquiry_returned, but 0 of 4 cells are dates such as 31/12/2026 or 2026-12-31"),
    ([], "police_enquiry_returned?", "nothing in it"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "called", "said"), FORMS)
def test_a_heading_that_fits_over_cells_that_do_not(tmp_path: Path, cells: list[str], called: str, said: str) -> None:
    from auditcheck.reports.inspection import inspection
    from tests.screen_examples import screen, text

    book = openpyxl.load_workbook(FOLDER / "caseload.xlsx")
    for row, cell in enumerate([*cells, *[None] * (8 - len(cells))], start=4):
        book.active.cell(row, 10).value = cell
    book.save(tmp_path / "caseload.xlsx")
    found = inspect(tmp_path / "caseload.xlsx")
    shown = " ".join(text(inspection(found, screen(120))).split())
    assert f"Police check back {called} {said}" in shown
    unread = f"“Police check back” ({said}" in drafted(found, "x").text()
    assert unread == (called == "not read")


def test_what_is_wrong_at_first_sight(caseload: Inspection, export: Inspection) -> None:
    (sheet,) = caseload.tables
    assert (sheet.rows, sheet.singles, sheet.needs) == (8, 4, ("event_number", "start_date"))
    assert caseload.stopped and not caseload.faults and not caseload.events
    rosh = columns(export, "Caseload")["RoSH"]
    assert (rosh.unreadable, rosh.unknown_codes) == (1, (("RNOT", 1),))
    assert not export.stopped
    assert {event.event: (event.times, event.cases) for event in export.events if event.times} == {
        "police_enquiry_sent": (2, 2),
        "police_enquiry_made": (2, 2),
        "safeguarding_enquiry_sent": (2, 2),
        "safeguarding_enquiry_made": (2, 2),
        "release": (2, 2),
        "order_begun": (3, 3),
        "appointment_attended": (1, 1),
        "initial_appointment": (1, 1),
        "initial_arranged": (1, 1),
        "requirement_imposed": (1, 1),
    }
    lacking = {item: one.wanting for one in export.unanswered for item in one.items}
    assert lacking["AS1"] == ("no table assessments", "no column cases.contact_suspended_from")


def test_a_sheet_that_no_audit_reads_may_be_anything(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(FOLDER / "ndelius-export.xlsx")
    book.create_sheet("Empty")
    book.create_sheet("Codes").append(["L low, M medium", "H high"])
    book.save(tmp_path / "more.xlsx")
    found = inspect(tmp_path / "more.xlsx")
    assert not found.stopped
    empty, codes = found.tables[-2:]
    assert (empty.problem, empty.columns) == ("sheet Empty: empty. Give a sheet with headings and rows.", ())
    assert (codes.table, codes.rows) == ("", 0)


def test_personal_columns_are_named_and_never_read(caseload: Inspection, export: Inspection) -> None:
    personal = {
        c.heading: c.personal for table in (*caseload.tables, *export.tables) for c in table.columns if c.personal
    }
    assert personal == {
        "Name": "a name",
        "Comments": "free text",
        "Surname": "a name",
        "Date of birth": "a birth date",
        "Contact notes": "free text",
    }


# The draft


def drafted(found: Inspection, name: str) -> Draft:
    return draft(found, NDELIUS, name, "ndelius", date(2026, 6, 30))


def answered(plan: Draft, noes: Sequence[str] = ()) -> str:
    for node in plan.questions():
        plan.answer(node, "" if node.key in noes else node.key)
    return plan.text()


ANSWERED = {"caseload": (), "ndelius-export": ("RNOT",)}


@pytest.mark.parametrize("name", ANSWERED)
def test_the_answered_dictionaries_are_the_drafts(name: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue("caseload" if name == "caseload" else "export")
    text = answered(drafted(found, name), ANSWERED[name])
    by_hand = text.replace('version: "1"\n', 'version: "1"\nas_at: 2026-06-30\n')
    for_editors = "# yaml-language-server: $schema=../../../checklists/schema/dictionary.schema.json\n"
    assert for_editors + by_hand == (FOLDER / "answered" / f"{name}.dictionary.yaml").read_text(encoding="utf-8")


def test_a_draft_asks_only_what_is_doubtful(export: Inspection) -> None:
    asked = {node.key: node.question.about for node in drafted(export, "x").questions() if node.question}
    assert set(asked) == {"practitioner_name", "RNOT", "outcome_code", "allocations", "contact_suspended_from"}
    assert asked["RNOT"] == "sheet Caseload, column “RoSH” (5 filled): 1 cell with “RNOT”"


def test_a_draft_is_refused_until_it_is_answered(tmp_path: Path, export: Inspection) -> None:
    path = tmp_path / "draft.yaml"
    plan = drafted(export, "x")
    path.write_text(plan.text(), encoding="utf-8")
    asked = [n for n, line in enumerate(plan.text().splitlines(), start=1) if re.match(r" *[\w]+\?:", line)]
    with pytest.raises(ChecklistStop) as stop:
        load_dictionary(path)
    assert stop.value.lines == (
        f"draft.yaml:{asked[0]}: still 5 questions, on lines {', '.join(map(str, asked[:-1]))} and {asked[-1]}: the name"
        " ends in “?”. If it is right, take the “?” out; if not, correct or delete the line.",
    )
    path.write_text(answered(plan, ["RNOT"]), encoding="utf-8")
    assert load_dictionary(path).name == "x"


CODES = [
    # code      the value it probably is
    ("VH", "very_high"),
    ("Very High", "very_high"),
    ("Very High RoSH", "very_high"),
    ("High RoSH", "high"),
    ("Low Risk", "low"),
    ("Not high", ""),
    ("RoSH", ""),
    ("V High", "very_high"),
    ("v. high", "very_high"),
    ("VHigh", ""),  # not high, though near it
    ("Hgh", "high"),
    ("Thigh", ""),  # begins otherwise
    ("H", "high"),
    ("Med", "medium"),
    ("RNOT", ""),
    ("?", ""),
]


@pytest.mark.parametrize(("code", "value"), CODES)
def test_which_value_a_code_may_be(code: str, value: str) -> None:
    from auditcheck.draft import _likely

    values = NDELIUS.cases.columns["rosh"].values
    assert values is not None
    assert _likely(code, values) == value


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("ORA Community Order", "community_order"),
        ("ORA Suspended Sentence Order", "suspended_sentence_order"),
        ("Adult Custody", ""),
    ],
)
def test_which_order_a_description_may_be(code: str, value: str) -> None:
    from auditcheck.draft import _likely

    values = NDELIUS.cases.columns["order_type"].values
    assert values is not None
    assert _likely(code, values) == value


#: Which line of the caseload's draft; where it is no, the items that are not asked though they could be were it yes,
#: and the checklists of which nothing is asked any more; and what is said of that beforehand, when asked and in the file.
IF_NOT = [
    (
        "police_chased",
        ["DA2"],
        0,
        "If not, DA2 cannot be asked; if a column “Police chased” will be added for it, yes is right.",
        "If so, or if a column “Police chased” will be added for it, take the “?” out. If not, delete the line: DA2 cannot "
        "be asked.",
    ),
    (
        "contact_suspended_from",
        11,
        5,
        "If not, 11 items, all of 5 checklists among them, cannot be asked; if a column “Contact suspended from” will "
        "be added for it, yes is right.",
        "If so, or if a column “Contact suspended from” will be added for it, take the “?” out. If not, delete the line: "
        "11 items, all of 5 checklists among them, cannot be asked.",
    ),
]


@pytest.mark.parametrize(("line", "items", "checklists", "said", "written"), IF_NOT)
def test_what_follows_from_a_no_is_said_before_it_is_typed(
    tmp_path: Path, caseload: Inspection, line: str, items: list[str] | int, checklists: int, said: str, written: str
) -> None:
    asked = {}
    for noes in ((), (line,)):
        plan = drafted(caseload, "x")
        (node,) = [node for node in plan.questions() if node.key == line]
        assert node.question and node.question.if_not == said and written in node.comment
        path = tmp_path / "d.yaml"
        path.write_text(answered(plan, noes), encoding="utf-8")
        asked[noes] = {of.name: [item.id for item in of.items] for of in load_chosen((), load_dictionary(path))}
    before, after = asked.values()
    lost = [item for name in before for item in before[name] if item not in after[name]]
    assert items in (lost, len(lost))
    assert sum(bool(before[name] and not after[name]) for name in before) == checklists


def test_a_draft_of_which_every_event_was_no(tmp_path: Path, caseload: Inspection) -> None:
    plan = drafted(caseload, "x")
    path = tmp_path / "d.yaml"
    path.write_text(answered(plan, [*NDELIUS.events, "police_chased"]), encoding="utf-8")
    assert not load_dictionary(path).events


@pytest.mark.parametrize("line", ["police_chased", "end_date", "practitioner_code", "first_rar_appt"])
def test_a_line_can_be_deleted_as_the_draft_says(tmp_path: Path, caseload: Inspection, line: str) -> None:
    plan = drafted(caseload, "x")
    assert "delete the line with all that is under it, and all others that name it." in plan.text()
    path = tmp_path / "d.yaml"
    path.write_text("\n".join(one for one in answered(plan).split("\n") if line not in one), encoding="utf-8")
    assert line not in load_dictionary(path).cases.columns


def test_two_values_with_the_same_initials_are_a_question() -> None:
    from auditcheck.draft import _likely

    values = NDELIUS.tables["judgements"].columns["answer"].values
    assert values is not None
    assert _likely("NA", values) == ""  # not applicable, or not assessed


def test_answers() -> None:
    """Yes keeps a line, a name changes it, no takes it out; a code goes to the value that is named."""
    low = Node("low", codes=("L",))
    high = Node("high", codes=("H", "HGH"), doubtful=("HGH",))
    other = Node("X", codes=("X",), doubtful=("X",))
    values = Node("values", below=[low, high, other])
    column, gone = Node("start_date", "{type: date}"), Node("end_date", "{type: date}")
    plan = Draft((), [Node("columns", below=[column, gone]), values])
    plan.answer(column, "sentence_date")
    plan.answer(gone, "")
    plan.answer(high, "")  # HGH is not high
    plan.answer(other, "low")
    assert plan.text() == "columns:\n  sentence_date: {type: date}\nvalues:\n  low: [L, X]\n  high: [H]\n"


def column(
    heading: str, holds: Holds, *, blank: int = 0, may_be: str = "", name: str = "", codes: Sequence[str] = ()
) -> ColumnSeen:
    matched = Matched.HEADING if name else Matched.NOT
    counted = tuple((code, 2) for code in codes)
    return ColumnSeen(heading, name, matched, holds, 9, blank, 9, 9, codes=counted, may_be=(may_be,) if may_be else ())


def flat(*sheets: TableSeen) -> Draft:
    return drafted(Inspection(inspect(FOLDER / "caseload.xlsx").about, (), sheets), "x")


CASES_SEEN = TableSeen(
    "sheet A", "A", "", Matched.NOT, 9,
    (
        column("CRN", Holds.TEXT, name="crn"), column("Start", Holds.DATES, may_be="start_date"),
        column("DA check sent", Holds.DATES, may_be="police_enquiry_sent"),
    ),
    may_be="cases",
)  # fmt: skip
LOG_SEEN = TableSeen(
    "sheet Log", "Log", "", Matched.NOT, 9,
    (column("CRN", Holds.TEXT, name="crn"), column("Date", Holds.DATES, may_be="management_oversight")),
)  # fmt: skip
READ_SEEN = TableSeen(
    "sheet Read", "Read", "judgements", Matched.HEADING, 9,
    (column("CRN", Holds.TEXT, name="crn"), column("Read on", Holds.DATES, may_be="date")),
)  # fmt: skip


def line_of(plan: Draft, key: str, about: str) -> Node:
    (node,) = [node for node in plan.questions() if node.key == key and node.question and about in node.question.about]
    return node


def test_a_line_that_goes_takes_only_what_rests_on_it() -> None:
    """The column “date” of one sheet is not the column “date” of another."""
    plan = flat(CASES_SEEN, LOG_SEEN, READ_SEEN)
    plan.answer(line_of(plan, "date", "Read on"), "")
    assert "  management_oversight?: {from: log, date: date}\n" in plan.text()
    plan.answer(line_of(plan, "police_chased", "sheet A"), "")
    assert "police_liaison" not in plan.text().split("# Of what")[0]
    plan.answer(line_of(plan, "start_date", "sheet A"), "sentence_date")
    plan.answer(line_of(plan, "end_date", "sheet A"), "")
    assert "\n  end: " not in plan.text()


def test_an_event_that_every_case_has_today_may_be_blank_tomorrow() -> None:
    text = flat(CASES_SEEN).text()
    assert "    da_check_sent: {type: date, blank: not happened, headings: [DA check sent]}\n" in text


def test_nothing_in_a_cell_or_a_name_becomes_a_line_of_the_draft(tmp_path: Path) -> None:
    odd = TableSeen(
        "sheet X\ny: z",
        "X\ny: z",
        "",
        Matched.NOT,
        9,
        (*LOG_SEEN.columns, column("Kind\n- a", Holds.DATES)),
    )
    path = tmp_path / "odd.yaml"
    path.write_text(answered(flat(CASES_SEEN, odd)), encoding="utf-8")
    names = load_dictionary(path)
    assert set(names.tables) == {"cases", "x_y_z", "accepted"}
    assert set(names.tables["x_y_z"].columns) == {"crn", "date", "kind_a"}


#: A column of a log and its cells; what the draft has of it besides its heading, and the texts that stand there.
LOG_COLUMNS = [
    # heading         cells                           its line                                      texts
    ("Client", ["Yan Hidden", "Zed Secret"], None, []),
    ("Person", ["Ulf Quiet", "Wanda Private"], None, []),
    ("Officer", ["Jo Marsh", "Sam Field"], None, []),
    ("Seen by", ["Marsh", "Field"], None, []),
    ("Result", ["Done", "No reply"], None, []),
    ("Risk then", ["RHRH", "RMRH"], "risk_then: {type: code, values: [", ["RHRH", "RMRH"]),
    ("Risk then", ["RHRH", "Marsh"], None, []),
    ("Filed on", [date(2026, 5, 1), date(2026, 5, 2)], "filed_on: {type: date, required: yes, ", []),
]


@pytest.mark.parametrize(("heading", "cells", "line", "texts"), LOG_COLUMNS)
def test_no_text_that_may_be_a_name_gets_into_a_draft(
    tmp_path: Path, heading: str, cells: list[object], line: str | None, texts: list[str]
) -> None:
    book = openpyxl.load_workbook(FOLDER / "caseload.xlsx")
    log = book.create_sheet("Calls")
    log.append(["Case ref", "Police check sent", heading])
    for n in range(8):
        log.append([f"X80010{n % 2 + 1}", date(2026, 3, 5 + n), cells[n % 2]])
    book.save(tmp_path / "caseload.xlsx")
    text = drafted(inspect(tmp_path / "caseload.xlsx"), "caseload").text()
    calls = text[text.index("  calls:") : text.index("\nfacts:")]
    found = [said.strip() for said in calls.splitlines() if f"[{heading}]" in said]
    assert [said[: len(line or "")] for said in found] == ([line] if line else [])
    if found:
        assert "not read until an event or a fact rests on it" in found[0]
    else:
        assert f"not read: “{heading}”" in calls
    assert [str(cell) for cell in cells if str(cell) in calls] == texts


#: A column of the cases' own sheet that may be a coded one by its heading, and which of its texts the draft asks about.
MAY_BE_CODED = [
    # heading           cells                                       asked about
    ("Sentence type", ["CO", "LIC", "Licen", "ABC"], ["Licen", "ABC"]),
    ("Sentence type", ["CO", "LIC", "CO", "Ann Other"], []),
    ("Sentence type", ["CO", "LIC", "CO", "Marsh"], []),
    ("Order type", ["CO", "LIC", "CO", "Marsh"], []),  # a heading that the dictionary knows
    ("Order type", ["WREN", "TEAL", "FINCH", "CO"], []),
    ("Order", ["Jo Marsh", "Sam Field", "Kim Brook", "CO"], []),
]


@pytest.mark.parametrize(("heading", "cells", "asked"), MAY_BE_CODED)
def test_a_column_of_names_that_is_headed_like_codes(
    tmp_path: Path, heading: str, cells: list[str], asked: list[str]
) -> None:
    book = openpyxl.load_workbook(FOLDER / "caseload.xlsx")
    sheet = book.active
    sheet["E3"] = heading
    for row in range(4, 12):
        sheet.cell(row, 5, cells[row % 4])
    book.save(tmp_path / "caseload.xlsx")
    plan = drafted(inspect(tmp_path / "caseload.xlsx"), "caseload")
    text, there = plan.text(), {"CO", "LIC"}
    assert [cell for cell in cells if cell not in there and cell in text] == asked
    assert ("with texts that are not written here, as they may be anything" in text) == (not asked)


def test_a_code_with_a_line_end_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    rows = "".join(f"X{n},2026-03-02,{code}\n" for n, code in enumerate(['"A\nB"', "M", "M", "M", '"A\nB"']))
    path.write_text(f"CRN,Start date,Kind\n{rows}", encoding="utf-8")
    (seen,) = inspect(path).tables
    assert [code for c in seen.columns for code, _ in c.codes] == ["M"]


def test_a_dictionary_of_ones_own_is_gone_on_with(tmp_path: Path) -> None:
    """What it has already is no question; a heading that changed is, and a code that is new."""
    import openpyxl

    shutil.copy(FOLDER / "answered" / "caseload.dictionary.yaml", tmp_path)
    book = openpyxl.load_workbook(FOLDER / "caseload.xlsx")
    sheet = book.active
    sheet["G3"] = "RoSH level"
    sheet["P3"] = "Last SPO oversight"
    for row in range(4, 12):
        sheet.cell(row, 16, date(2026, 5, 5))
    book.save(tmp_path / "caseload.xlsx")
    done = command("inspect", "caseload.xlsx", "--write-dictionary", "july.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "july.yaml").read_text(encoding="utf-8")
    assert "\nextends: caseload.dictionary.yaml\n" in text
    assert re.findall(r"^ *(\w+)\?:", text, re.M) == ["rosh"]
    elsewhere = command("inspect", "caseload.xlsx", "--write-dictionary", "../july.yaml", cwd=tmp_path)
    assert (elsewhere.returncode, elsewhere.stdout) == (2, "")


def test_headings_that_yaml_would_read_otherwise(tmp_path: Path) -> None:
    found = TableSeen(
        "cases.csv", "cases", "cases", Matched.HEADING, 3,
        (
            ColumnSeen("CRN", "crn", Matched.HEADING, Holds.TEXT, 3, 0, 3, 3),
            ColumnSeen("", "", Matched.HEADING, Holds.DATES, 3, 0, 3, 3)._replace(
                    heading='Start: "of" [order], #1 — é', may_be=("start_date",)),
        ),
    )  # fmt: skip
    about = inspect(FOLDER / "caseload.xlsx").about
    path = tmp_path / "odd.yaml"
    path.write_text(answered(drafted(Inspection(about, (), (found,)), "odd name: yes")), encoding="utf-8")
    names = load_dictionary(path)
    assert names.cases.columns["start_date"].headings == ('Start: "of" [order], #1 — é',)
    assert names.name == "odd-name-yes"


# The run

STATES = {
    # worked out by hand from the rows of tests/first_sight.py, as at Tuesday 30 June 2026
    "caseload": {
        "X800101": "DA1 met, DA2 met, SG1 gap, RA1 met",
        "X800102": "DA1 met, DA2 gap, SG1 met, RA1 not relevant",
        "X800103": "DA1 not relevant, DA2 not relevant, SG1 not relevant, RA1 gap",
        "X800104": "DA1 gap, DA2 not relevant, SG1 not relevant, RA1 not yet due",
        "X800105": "DA1 not yet due, DA2 not relevant, SG1 not yet due, RA1 not relevant",
        "X800106": "DA1 cannot tell, DA2 cannot tell, SG1 met, RA1 not relevant",  # a reply of a day that cannot be read
        "X800107": "DA1 met, DA2 met, SG1 met, RA1 met",
        "X800108": "DA1 met, DA2 late, SG1 not relevant, RA1 late",
    },
    "ndelius-export": {
        "X900201": "DA1 met, DA2 gap, SG1 late, RA1 gap",
        "X900202": "DA1 gap, DA2 not relevant, SG1 met, RA1 not relevant",
        "X900203": "DA1 not relevant, DA2 not relevant, SG1 not relevant, RA1 not relevant",
        "X900204": "DA1 cannot tell, DA2 gap, SG1 not relevant, RA1 not relevant",
        "X900205": "DA1 not yet due, DA2 not relevant, SG1 not relevant, RA1 not relevant",
    },
}


@pytest.mark.parametrize("name", STATES)
def test_the_states_of_the_two_workbooks(name: str) -> None:
    with audit(FOLDER / f"{name}.xlsx", dictionary=FOLDER / "answered" / f"{name}.dictionary.yaml") as finished:
        found: dict[str, dict[str, str]] = {}
        for case, item, state, _ in finished.states():
            found.setdefault(case, {})[item] = state.value
    told = {
        case: ", ".join(f"{item} {of[item]}" for item in ("DA1", "DA2", "SG1", "RA1")) for case, of in found.items()
    }
    assert told == STATES[name]


def test_the_shipped_workbooks_are_those_of_the_script(tmp_path: Path) -> None:
    import openpyxl

    for name, book in (("caseload", first_sight.caseload()), ("ndelius-export", first_sight.export())):
        book.save(tmp_path / "again.xlsx")
        cells = [
            [[cell.value for cell in row] for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows()]
            for path in (tmp_path / "again.xlsx", FOLDER / f"{name}.xlsx")
        ]
        assert cells[0] == cells[1]


# The command


def command(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "auditcheck", *words]
    return subprocess.run(line, cwd=cwd, capture_output=True, encoding="utf-8", timeout=60, stdin=subprocess.DEVNULL)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    shutil.copy(FOLDER / "caseload.xlsx", tmp_path)
    return tmp_path


def test_the_story_by_the_command(here: Path) -> None:
    first = command("run", "caseload.xlsx", cwd=here)
    assert first.returncode == 3
    assert first.stderr.endswith("What fits, and how to say the rest: auditcheck inspect caseload.xlsx\n")
    seen = command("inspect", "caseload.xlsx", cwd=here)
    assert seen.returncode == 3 and "sheet Northside row 3: no column for event_number" in seen.stderr
    for cell in ("Ash Wren", "housing", "chased", "Amber"):
        assert cell not in seen.stdout + seen.stderr
    wrote = command("inspect", "caseload.xlsx", "--write-dictionary", "caseload.dictionary.yaml", cwd=here)
    assert wrote.returncode == 0
    assert wrote.stderr == (
        "Written: caseload.dictionary.yaml, with 15 questions in it, marked “?”. Answer them there, then: auditcheck run"
        " caseload.xlsx\n"
    )
    refused = command("run", "caseload.xlsx", cwd=here)
    assert refused.returncode == 4 and "still 15 questions" in refused.stderr
    path = here / "caseload.dictionary.yaml"
    path.write_text(re.sub(r"(?m)^( *\w+)\?:", r"\1:", path.read_text(encoding="utf-8")), encoding="utf-8")
    ran = command("run", "caseload.xlsx", "--as-at", "2026-06-30", cwd=here)
    assert ran.returncode == 0
    assert " ✘ 6 gaps in 4 of 8 cases  … 6 not yet due  ? 4 cannot tell" in ran.stdout
    assert "2 columns not needed and not read" in ran.stdout


def test_a_draft_says_why_an_audit_would_stop(here: Path) -> None:
    """Without a draft the reason stands last, beside the exit code; after a draft nothing else would say it."""
    seen = command("inspect", "caseload.xlsx", cwd=here)
    wrote = command("inspect", "caseload.xlsx", "--write-dictionary", "d.yaml", cwd=here)
    assert " An audit of it would stop. The reason stands last.\n" in seen.stdout
    said = " ".join(wrote.stdout.split())
    assert "An audit of it would stop: sheet Northside row 3: no column for event_number" in said
    assert "auditcheck run" not in said  # not without the dictionary that is being drafted
    assert wrote.stderr.endswith("then: auditcheck run caseload.xlsx --dictionary d.yaml\n")


def test_a_start_is_an_entry_too() -> None:
    """X800105 started on 24 June; the newest day of any event is 12 June."""
    with audit(FOLDER / "caseload.xlsx", dictionary=FOLDER / "answered" / "caseload.dictionary.yaml") as finished:
        assert finished.about().newest_entry == date(2026, 6, 24)


def test_a_cell_that_could_not_be_read_is_told_by_its_heading(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(FOLDER / "caseload.xlsx")
    book.active["F5"] = "16 March"
    book.save(tmp_path / "caseload.xlsx")
    with audit(tmp_path / "caseload.xlsx", dictionary=FOLDER / "answered" / "caseload.dictionary.yaml") as finished:
        (why,) = [one for one in finished.explain("X800102") if one.item.id == "DA1"]
    said = " ".join(" ".join(step.lines) for step in why.steps)
    assert "start date: a cell under “Sentence / release date” could not be read (cases row 5)" in said


REFUSALS = [
    (["--write-dictionary", "there.yaml"], 5, "there.yaml: exists. Give another name, or --force to overwrite it.\n"),
    (["--write-dictionary", "caseload.xlsx"], 2, "--write-dictionary takes the name of a file that ends in .yaml.\n"),
    (["--ask"], 2, "--ask asks in a terminal. Without one, --write-dictionary leaves the questions in its file.\n"),
    (["--fail-on", "gap"], 2, "--fail-on takes fault.\n"),
]


@pytest.mark.parametrize(("words", "code", "said"), REFUSALS)
def test_refused_before_anything_is_read(here: Path, words: list[str], code: int, said: str) -> None:
    (here / "there.yaml").write_text("mine\n", encoding="utf-8")
    done = command("inspect", "caseload.xlsx", *words, cwd=here)
    assert (done.returncode, done.stderr, done.stdout) == (code, said, "")
    assert (here / "there.yaml").read_text(encoding="utf-8") == "mine\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_questions_are_asked_in_a_terminal(here: Path) -> None:
    """Every answer there is: yes, no, another name, a name that leaves no start, a wrong word, Enter, q for the rest."""
    import pty

    answers = ["y", "sentence_date", "y", "nonsense", "y", "", "mappa_registered", "n", "q"]
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(here)
        os.execv(
            sys.executable, [sys.executable, "-m", "auditcheck", "inspect", "caseload.xlsx", "--ask", "--no-color"]
        )
    shown = b""
    given = 0
    while select.select([terminal], [], [], 60)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        while shown.count(b"   > ") > given < len(answers):
            os.write(terminal, answers[given].encode() + b"\n")
            given += 1
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert given == len(answers)
    said = " ".join(shown.decode().split())
    assert "y, n, or the name of what it is." in said
    assert "Is it very high?" in said and "very_high?" not in said
    assert "An order counts from the day of sentence, a licence from the latest release." in said
    text = (here / "caseload.dictionary.yaml").read_text(encoding="utf-8")
    assert "\n    order_type:   # 8 filled\n" in text  # yes
    assert "With that no audit could use it: " in shown.decode()
    assert "\n    start_date: {type: date, required: yes, headings: [Sentence / release date]}" in text
    assert "\n        very_high: [RVHR, V, VH]\n" in text  # yes, after a word that is none
    assert "\n    domestic_abuse_indicated?: " in text  # Enter
    assert "\n    mappa_registered: {type: yes_no, headings: [SG (Y/N)]}" in text  # a name
    assert "\n    rar_ordered" not in text  # no
    assert "\n    police_check_sent: " in text and "\n  police_enquiry_sent?: " in text  # q


@pytest.fixture
def two_tabs(tmp_path: Path) -> Path:
    """Two teams' sheets with the same headings, of which the first has few dates, and a third of something else."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, cases in (("East", first_sight.CASELOAD[:3]), ("West", first_sight.CASELOAD[3:])):
        sheet = book.create_sheet(name)
        for row in (first_sight.HEADINGS, *cases):
            sheet.append(row)
    book.create_sheet("Oversight").append(["Case ref", "Date"])
    book["Oversight"].append(["X800101", date(2026, 5, 5)])
    book.save(tmp_path / "teams.xlsx")
    return tmp_path


# What is typed beside, which sheet is drafted, and which is left out; and what the screen and the draft say of that.
TABS = [
    ([], "East", "West"),
    (["--sheet", "East"], "East", "West"),
    (["--sheet", "West"], "West", "East"),
]


@pytest.mark.parametrize(("typed", "drafted_sheet", "left_out"), TABS)
def test_of_two_sheets_that_are_headed_alike_one_is_drafted(
    two_tabs: Path, typed: list[str], drafted_sheet: str, left_out: str
) -> None:
    done = command("inspect", "teams.xlsx", *typed, "--write-dictionary", "d.yaml", cwd=two_tabs)
    assert done.returncode == 0, done.stderr
    seen = " ".join(done.stdout.split())
    assert f"sheet {left_out}: headed like sheet {drafted_sheet}" in seen
    assert f"More cases, not read with the others. --sheet {left_out} takes this sheet in their place;" in seen
    text = (two_tabs / "d.yaml").read_text(encoding="utf-8")
    assert f"\n  headings: [{drafted_sheet}]\n" in text
    assert f"left out, headed like it: sheet {left_out} (see --sheet)" in text
    assert re.findall(r"^  (\w+):.*\n    headings:", text, re.M) == ["oversight"]  # another sheet is read as it was
    assert f"[{left_out}]" not in text and "DA check sent" not in text
    (two_tabs / "d.yaml").write_text(re.sub(r"(?m)^( *\w+)\?:", r"\1:", text), encoding="utf-8")
    ran = command("run", "teams.xlsx", "--dictionary", "d.yaml", "--as-at", "2026-06-30", *typed, cwd=two_tabs)
    assert ran.returncode == 0, ran.stderr
    assert f"{3 if drafted_sheet == 'East' else 5} cases" in ran.stdout


def test_a_draft_that_could_not_be_used_is_not_written(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditcheck.cli import _write_draft

    found = inspect(here / "caseload.xlsx")
    monkeypatch.setattr(Draft, "text", lambda draft: "dictionary: x\ncases: {key: [crn]}\n")
    with pytest.raises(ChecklistStop) as stop:
        _write_draft(found, None, here / "caseload.xlsx", here / "d.yaml", False, False, "caseload.xlsx")
    assert stop.value.lines[0] == "Not written, since no audit could use it:"
    assert stop.value.lines[1] == "cases: needs “start” and “columns”."  # no line of a file that is not there
    assert not (here / "d.yaml").exists()


def test_what_follows_from_a_column_gives_way_to_a_column_that_says_it() -> None:
    sheet = CASES_SEEN._replace(
        columns=(*CASES_SEEN.columns, column("DA check", Holds.DATES, may_be="police_enquiry_made"))
    )
    assert flat(sheet).text().count("police_enquiry_made") == 1
    plan = flat(CASES_SEEN)
    assert plan.taken(line_of(plan, "start_date", "sheet A"), "crn")
    assert not plan.taken(line_of(plan, "start_date", "sheet A"), "sentence_date")
    line = line_of(plan, "police_enquiry_sent", "sheet A")
    assert not plan.taken(line, "police_enquiry_made")
    plan.answer(line, "police_enquiry_made")
    assert plan.text().count("police_enquiry_made") == 1


def test_answers_that_the_dictionary_has_no_table_for_are_not_lost_in_silence(tmp_path: Path) -> None:
    """They stand in a sheet of the right name; the dictionary was written before there were any."""
    book = openpyxl.load_workbook(TOP / "examples" / "first-sight" / "caseload.xlsx")
    for row in (["CRN", "Item", "Answer"], ["X1", "AS4", "yes"]):
        (book["Judgements"] if "Judgements" in book.sheetnames else book.create_sheet("Judgements")).append(row)
    book.save(tmp_path / "caseload.xlsx")
    with audit(
        tmp_path / "caseload.xlsx",
        dictionary=TOP / "examples" / "first-sight" / "answered" / "caseload.dictionary.yaml",
    ) as finished:
        words = "sheet Judgements is not read: the dictionary has no table “judgements”, so its answers do not count"
        assert words in finished.about().warnings


#: Sheets beside that of the cases, and what a run says of those that it does not read.
OTHERS = [
    (["Notes"], ["sheet Notes is not read: no table of the dictionary is called so"]),
    (
        ["Notes", "July", "Judgements"],
        [
            "sheet Judgements is not read: the dictionary has no table “judgements”, so its answers do not count",
            "sheet Notes and sheet July are not read: no table of the dictionary is called so",
        ],
    ),
    (["Accepted"], []),
    (["How to fill this in"], []),
]


@pytest.mark.parametrize(("sheets", "said"), OTHERS)
def test_sheets_that_are_no_table_are_named(tmp_path: Path, sheets: list[str], said: list[str]) -> None:
    book = openpyxl.load_workbook(FOLDER / "caseload.xlsx")
    for name in sheets:
        sheet = book.create_sheet(name)
        sheet.append(["Case ref", "Item", "Occurrence date", "Reason", "Accepted by", "Until"])
    book.save(tmp_path / "caseload.xlsx")
    with audit(tmp_path / "caseload.xlsx", dictionary=FOLDER / "answered" / "caseload.dictionary.yaml") as finished:
        assert [words for words in finished.about().warnings if "is called so" in words or "answers" in words] == said


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("F F F", "3 filled, 1 different"),  # a code, and not the false of every row
        ("F T F", "3 yes or no"),
        ("Y Y Y", "3 yes or no"),
        ("N N N", "3 yes or no"),
    ],
)
def test_one_letter_alone_is_a_code(cells: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"X90000{n},2023-04-03,{cell}\n" for n, cell in enumerate(cells.split()))
    (tmp_path / "cases.csv").write_text(f"CRN,Start date,Whatnot\n{rows}", encoding="utf-8")
    typed("inspect", str(tmp_path), "--as-at", "2023-06-30")
    (line,) = (line for line in capsys.readouterr().out.splitlines() if "Whatnot" in line)
    assert said in line
