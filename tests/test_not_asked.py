"""Which shipped items a small dictionary allows to be asked, and how the rest is told."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from auditcheck.audit import Selection, audit
from auditcheck.checklist import load_checklists, load_chosen
from auditcheck.dictionary import load_dictionary, resolve
from auditcheck.inspecting import inspect
from auditcheck.names import Names
from auditcheck.problems import ChecklistStop
from auditcheck.reports.inspection import inspection
from auditcheck.reports.summary import summary
from auditcheck.reports.terminal import Screen
from auditcheck.shipped import shipped_checklists
from auditcheck.yamlfile import parse_yaml

WORKBOOK = Path(__file__).parents[1] / "examples" / "team-workbook" / "team-june.xlsx"
DICTIONARY = WORKBOOK.with_name("team-june.dictionary.yaml")
FIVE = ("domestic-abuse", "safeguarding", "rar", "enforcement", "oversight")


def without(*words: str) -> str:
    """The team's dictionary without the facts, events and columns of these names."""
    text = DICTIONARY.read_text(encoding="utf-8")
    for word in words:
        # an entry on one line, or with a deeper line below it
        text, found = re.subn(rf"(?m)^( +){word}:[^\n]*\n(\1 +[^\n]*\n)*", "", text, count=1)
        assert found == 1, word
    return text


def read(text: str) -> Names:
    return resolve(parse_yaml(text.encode(), "d.yaml"), "d.yaml")


def not_asked(names: Names) -> dict[str, tuple[str, ...]]:
    """Items of the five checklists that are not asked, and what they lack."""
    paths = [shipped_checklists()[name] for name in FIVE]
    return {item: why for checklist in load_checklists(paths, names, partly=paths) for item, why in checklist.not_asked}


def beside(folder: Path, text: str) -> Path:
    """A copy of the workbook with another dictionary beside it."""
    (folder / DICTIONARY.name).write_text(text, encoding="utf-8")
    return Path(shutil.copy(WORKBOOK, folder))


#: What is taken out of the team's dictionary, and which of the five checklists' items go, for want of what.
LACKING = [
    ((), {"RA2": ("rar_days_delivered",)}),
    (
        ("breach_ended",),
        {"RA2": ("rar_days_delivered",)} | dict.fromkeys(("EN1", "EN4", "EN5"), ("breach_ended",)),
    ),
    (
        ("failures_since_start",),
        {"RA2": ("rar_days_delivered",), "EN3": ("failures_since_start",), "EN4": ("failures_since_start",)},
    ),
    (("police_liaison",), {"RA2": ("rar_days_delivered",), "DA2": ("police_liaison",)}),  # an excuse cannot be tried
    (
        ("rosh",),
        {"RA2": ("rar_days_delivered",)} | dict.fromkeys(("DA1", "DA3", "DA4", "MO2", "MO3", "MO4"), ("rosh",)),
    ),
]


@pytest.mark.parametrize(("words", "expected"), LACKING, ids=[" ".join(words) or "nothing" for words, _ in LACKING])
def test_an_item_goes_with_what_it_names(words: tuple[str, ...], expected: dict[str, tuple[str, ...]]) -> None:
    assert not_asked(read(without(*words))) == expected


def test_what_holds_for_every_item_takes_the_whole_checklist() -> None:
    found = not_asked(read(without("contact_suspended_from")))
    assert len(found) == 19
    assert found["RA2"] == ("contact_suspended_from", "rar_days_delivered")
    assert {why for item, why in found.items() if item != "RA2"} == {("contact_suspended_from",)}


def test_the_shipped_dictionary_allows_everything() -> None:
    partly = load_chosen((), load_dictionary())
    assert partly == load_checklists(shipped_checklists().values(), load_dictionary())
    assert not any(checklist.not_asked for checklist in partly)


def test_what_may_be_meant_stands_beside_it() -> None:
    text = DICTIONARY.read_text(encoding="utf-8").replace("police_enquiry_returned", "police_enquiry_retuned")
    lacking = "police_enquiry_returned (there is “police_enquiry_retuned”)"
    assert not_asked(read(text))["DA2"] == (lacking,)


def test_a_value_that_the_dictionary_lacks() -> None:
    text = DICTIONARY.read_text(encoding="utf-8").replace("very_high: [VH], high: [H]", "high: [H, VH]")
    assert not_asked(read(text))["MO2"] == ("“rosh” takes high, medium or low, not “very_high”. Did you mean “high”?",)


#: What is taken out of the team's dictionary, the checklists that are named, and the items that are asked, or what
#: is said instead of an audit.
NAMED: list[tuple[tuple[str, ...], list[str], str]] = [
    ((), ["rar"], "RA1"),
    (("breach_ended",), ["enforcement"], "EN2 EN3"),
    (("breach_ended",), ["enforcement", "rar"], "EN2 EN3 RA1"),
    (
        ("contact_suspended_from",),
        ["rar", "oversight"],
        "nothing of “rar” can be asked: the dictionary “team-june” does not define contact_suspended_from and "
        "rar_days_delivered. nothing of “oversight” can be asked: the dictionary “team-june” does not define "
        "contact_suspended_from.",
    ),
]


@pytest.mark.parametrize(("words", "checklists", "expected"), NAMED)
def test_a_shipped_checklist_that_is_named_is_asked_as_far_as_the_dictionary_goes(
    tmp_path: Path, words: tuple[str, ...], checklists: list[str], expected: str
) -> None:
    path = beside(tmp_path, without(*words))
    try:
        with audit(path, checklists=checklists) as finished:
            found = " ".join(item.id for item in finished.items)
    except ChecklistStop as stop:
        assert stop.exit_code == 4
        found = " ".join(stop.lines)
    assert found == expected


def test_a_file_of_ones_own_is_asked_whole_or_not_at_all(tmp_path: Path) -> None:
    path = beside(tmp_path, without("breach_ended"))
    mine = Path(shutil.copy(shipped_checklists()["enforcement"], tmp_path / "mine.yaml"))
    with pytest.raises(ChecklistStop) as stop:
        audit(path, checklists=[str(mine)])
    assert {re.sub(r":\d+:", ":", line).split(".", 2)[1] for line in stop.value.lines} == {
        f"yaml: {item}: no event is called “breach_ended”" for item in ("EN1", "EN4", "EN5")
    }


def test_a_slip_in_a_dictionary_is_told_where_a_checklist_is_named(tmp_path: Path) -> None:
    text = DICTIONARY.read_text(encoding="utf-8").replace("police_enquiry_returned", "police_enquiry_retuned")
    with audit(beside(tmp_path, text), checklists=["domestic-abuse"]) as finished:
        told = " ".join(
            "".join(text for text, _ in line.pieces) for line in summary(finished.result(), Screen(width=120))
        )
    assert (
        "rest on: DA2, DA3 and DA4 of Domestic abuse enquiries (police_enquiry_returned (there is "
        "“police_enquiry_retuned”))" in " ".join(told.split())
    )


def test_an_item_that_is_named_says_why_it_is_not_asked() -> None:
    with pytest.raises(ChecklistStop) as stop:
        audit(WORKBOOK, selection=Selection(items=("ra2",)))
    assert stop.value.lines == ("RA2 cannot be asked: the dictionary “team-june” does not define rar_days_delivered.",)


def test_a_dictionary_that_defines_nothing_leaves_a_readers_questions(tmp_path: Path) -> None:
    text = """
dictionary: bare
cases: {headings: [Caseload], key: [crn], start: start_date, columns: {
  crn: {type: text, headings: [Case ref]}, start_date: {type: date, headings: [Date of order / release]}}}
"""
    path = beside(tmp_path, text)
    with audit(path) as finished:
        assert finished.items
        assert all(item.judged for item in finished.items)
    assert {"Domestic abuse enquiries", "Enforcement taken"} <= {one.title for one in inspect(path).about.not_asked}
    # a case without an end simply has none: a checklist of one's own is asked of all of it
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "checklist: mine\ntitle: Mine\nversion: '1'\nitems: [{id: M1, title: T, severity: low, source: S, to_fix: F, "
        "met_if: {case: {start_date: {before: 2026-06-01}}}}]\n",
        encoding="utf-8",
    )
    with audit(path, checklists=[str(mine)]) as finished:
        result = finished.result()
        assert result.overall.total.base == result.cases == 62
        assert not result.about.not_asked


def test_the_screens_say_so(tmp_path: Path) -> None:
    path = beside(tmp_path, without("breach_ended", "management_oversight"))
    screen = Screen(width=120, colour=False)
    with audit(path) as finished:
        result = finished.result()
    assert {item.id for item in result.items} >= {"DA1", "EN2", "EN3", "MO3", "MO4"}
    assert not {item.id for item in result.items} & {"EN1", "EN4", "MO1", "MO2", "RA2"}
    told = " ".join("".join(text for text, _ in line.pieces) for line in summary(result, screen))
    told = " ".join(told.split())
    assert "Not asked, because the dictionary does not define what they rest on: " in told
    assert "RA2 of RAR started; EN1, EN4 and EN5 of Enforcement taken" in told
    assert "MO1 and MO2 of Management oversight" in told
    lines = ["".join(text for text, _ in line.pieces) for line in inspection(inspect(path), screen)]
    at = lines.index("   Enforcement taken")
    assert lines[at + 1] == "     EN1, EN4, EN5: breach_ended"


def test_a_run_of_one_item_does_not_speak_of_others() -> None:
    with audit(WORKBOOK, selection=Selection(items=("DA1",))) as finished:
        assert not finished.about().not_asked


#: A table that is taken away, the case and item that are explained, and what was looked for and is unknown.
NOT_SUPPLIED = [
    (
        "contacts",
        "RA1",
        "contacts F: cannot be told; contacts was not supplied, or has no rows of these cases",
        "recalled on: contacts was not supplied, or has no rows of these cases | "
        "perhaps RAR delivered: contacts was not supplied, or has no rows of these cases",
    ),
    ("allocations", "RA1", "contacts F: 1", ""),
]


@pytest.mark.parametrize(("table", "item", "looked", "unknown"), NOT_SUPPLIED)
def test_of_a_table_that_was_not_supplied_nothing_is_said_to_be_none(
    tmp_path: Path, table: str, item: str, looked: str, unknown: str
) -> None:
    path = tmp_path / "2026-06"
    shutil.copytree(WORKBOOK.parents[1] / "three-months" / "2026-06", path)
    (path / f"{table}.csv").unlink()
    with audit(path, selection=Selection(items=(item,))) as finished:
        (why,) = finished.explain("X710204")
    steps = {step.label: step.lines for step in why.steps}
    assert (steps["Looked"], " | ".join(steps.get("Unknown", ()))) == ((looked,), unknown)
