"""The screens themselves, against files read by eye and sentences written by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from auditcheck.reports.explanation import explanation, explanations
from auditcheck.reports.first_steps import first_steps
from auditcheck.reports.gap_list import by_item, gap_list
from auditcheck.reports.groups import team_matrix
from auditcheck.reports.inspection import inspection
from auditcheck.reports.summary import summary
from auditcheck.result import Counts, Explanation, Finding, GapList, GroupRow, Inspection, Result, Step, without
from auditcheck.states import State
from tests.screen_examples import (
    ABOUT,
    AS_AT,
    FIRST,
    GAPS,
    ITEM,
    ONE_TEAM,
    OVERALL,
    PRACTITIONERS,
    RESULT,
    TEAMS,
    WHY,
    WHYS,
    X491,
    X498,
    case,
    gap,
    golden,
    screen,
    text,
    twelve_teams,
)


@dataclass(frozen=True)
class Fault:
    kind: str
    source: str
    row: int | None
    column: str
    rule: str


FAULTS = [
    *(Fault("unreadable cell", "sheet Contacts", at, "contact_date", "a date") for at in (1203, 12, 45, 46, 47, 99)),
    Fault("unknown code", "sheet Cases", 7, "rosh", "one of low, medium, high or very_high"),
]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_whole_screens(width: int) -> None:
    on = screen(width)
    golden(f"summary-{width}", summary(RESULT, on, "team-june.xlsx"))
    golden(f"matrix-{width}", team_matrix(twelve_teams(), on))
    golden(f"by-order-type-{width}", summary(replace(RESULT, by="order type", groups=TEAMS), on))
    golden(f"gaps-{width}", gap_list(GAPS, on, "team-june.xlsx"))
    golden(f"explain-{width}", explanation(WHY, on))
    golden(f"explain-all-{width}", explanations(WHYS, on, "team-june.xlsx"))
    golden(f"first-steps-{width}", first_steps(on))
    golden(f"inspection-{width}", inspection(Inspection(ABOUT, tuple(FAULTS)), on))


def test_the_plain_set() -> None:
    on = screen(80, plain=True)
    golden("summary-80-plain", summary(RESULT, on, "team-june.xlsx"))
    golden("gaps-80-plain", gap_list(GAPS, on, "team-june.xlsx"))
    golden("explain-80-plain", explanation(WHY, on))


def shown(result: Result, width: int = 80) -> str:
    return text(summary(result, screen(width)))


def of(states: tuple[int, ...], **changes: object) -> Result:
    """A result of one item with these states."""
    counts = Counts(states)
    overall = GroupRow("", "all", "", counts.total, min(counts.total, states[2]), {"DA1": counts})
    whole = replace(RESULT, items=(ITEM["DA1"],), cases=counts.total, overall=overall, teams=(), practitioners=())
    return replace(whole, first=(), reasons={}, **changes)  # type: ignore[arg-type]


def test_under_ten_there_is_no_percentage() -> None:
    nine, ten = shown(of((6, 0, 3, 0, 0, 2, 0, 0, 1))), shown(of((6, 0, 4, 0, 0, 0, 0, 0, 1)))
    assert "6 of 9" in nine and "under ten" in nine and "%" not in nine
    assert "6 of 10" in ten and "60 %" in ten
    for width in (60, 120):
        assert "67 %" not in shown(of((6, 0, 3, 0, 0, 2, 0, 0, 1)), width)


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ((0, 0, 0, 0, 0, 0, 0, 0, 12), "nobody relevant"),
        ((0, 0, 0, 5, 0, 0, 0, 0, 12), "none due yet"),
        ((0, 0, 0, 0, 0, 12, 0, 0, 0), "cannot tell"),
        ((0, 0, 0, 0, 0, 0, 12, 0, 0), "none read yet"),
        ((0, 0, 0, 0, 0, 0, 12, 3, 1), "none read yet"),
        ((0, 0, 0, 0, 0, 0, 0, 3, 1), "all left out"),
        ((0, 0, 0, 1, 0, 1, 0, 0, 0), "none to rate"),
    ],
)
def test_nobody_in_the_rate_is_words_not_a_percentage(states: tuple[int, ...], words: str) -> None:
    for width in (60, 80, 120):
        screenful = shown(of(states), width)
        assert words in screenful
        assert "%" not in screenful.replace("95 %", "")
        assert "0 of 0" not in screenful


def test_all_and_almost_all() -> None:
    assert "100 % 12 of 12" in shown(of((12, 0, 0, 0, 0, 0, 0, 0, 0)))
    assert ">99 % 999 of 1,000" in shown(of((999, 0, 1, 0, 0, 0, 0, 0, 0)))
    assert "<1 % 1 of 1,000" in shown(of((1, 0, 999, 0, 0, 0, 0, 0, 0)))


def test_singular_and_plural() -> None:
    one = shown(replace(of((0, 0, 1, 0, 0, 0, 0, 0, 0)), not_started=1, ended_gaps=1))
    assert "1 case · 1 checklist · 1 item" in one
    assert "✘ 1 gap in 1 case\n" in one
    assert "1 case starts after 30 June 2026: not audited" in one
    assert "Of ended cases: 1 answered no by a reader." in one
    assert "2 cases start after 30 June 2026: not audited" in shown(RESULT)
    of_both = replace(RESULT, ended_gaps=3, ended_in_record=2)
    assert "Of ended cases: 2 gaps in the record, 1 answered no by a reader. The command\n gaps lists them" in shown(
        of_both
    )
    assert "50–58 % if the 1 was known\n" in shown(of((6, 0, 5, 0, 0, 1, 0, 0, 0)))
    assert "still 20 % if the 1 was known\n" in shown(of((60, 0, 240, 0, 0, 1, 0, 0, 0)))  # 60 or 61 of 301
    both = shown(of((6, 0, 5, 0, 0, 1, 7, 0, 0)))
    assert "32–74 % if the 1 was known and the 7 were read" in " ".join(both.split())


def test_no_gaps_and_no_cases() -> None:
    assert " No gaps found in 12 cases\n" in shown(of((12, 0, 0, 0, 0, 0, 0, 0, 0)))
    nobody = shown(of((0, 0, 0, 0, 0, 0, 0, 0, 0)))
    assert "No case was audited." in nobody
    assert "rate" not in nobody
    assert "auditcheck inspect team-june.xlsx" in nobody


def test_inspect_is_told_the_day_and_the_dictionary_and_nothing_of_the_audit() -> None:
    typed = (
        "june.xlsx --as-at 2026-06-30 --checklist 'my own.yaml' --checklist rar --dictionary d.yaml --adjustments a.yaml "
        "--team 'N 1' --item DA1 --due-within 5"
    )
    for result in (RESULT, of((0, 0, 0, 0, 0, 0, 0, 0, 0))):
        lines = [line.text.strip() for line in summary(result, screen(120), typed)]
        (told,) = (line for line in lines if line.startswith("auditcheck inspect"))
        assert told.split("  ")[0] == "auditcheck inspect june.xlsx --as-at 2026-06-30 --dictionary d.yaml"


def test_how_fresh_the_extract_is() -> None:
    week = replace(RESULT, about=replace(ABOUT, newest_entry=date(2026, 6, 23)))
    older = replace(RESULT, about=replace(ABOUT, newest_entry=date(2026, 6, 22)))
    assert "newest entry Tuesday 23 June" in shown(week)
    assert "unseen" not in shown(week)
    words = "! the newest entry in the columns in use is of Monday 22 June 2026, 8 days before 30 June 2026: is the extract whole?"
    assert words in " ".join(shown(older).split())
    last_year = replace(RESULT, about=replace(ABOUT, newest_entry=date(2025, 12, 29)))
    assert "newest entry Monday 29 December 2025" in shown(last_year)


def test_what_else_the_header_says() -> None:
    about = replace(
        ABOUT,
        title="",
        not_supplied=("registrations", "judgements"),
        selection=("team HARB01", "high severity"),
        warnings=("the dictionary has no closed days",),
        as_at_from="today",
        faults={},
    )
    screenful = shown(replace(RESULT, about=about), 120)
    assert screenful.startswith(" Audit of team-june.xlsx  ")
    assert " Only team HARB01, high severity\n" in screenful
    assert " dictionary ndelius 2026.1 · as at is today\n" in screenful
    assert " Not supplied: registrations and judgements. What rests on registrations is “cannot tell”; " in screenful
    assert " ! the dictionary has no closed days\n" in screenful
    assert "fault" not in screenful


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (("contacts",), "contacts. What rests on it is “cannot tell”"),
        (("contacts", "referrals"), "contacts and referrals. What rests on them is “cannot tell”"),
        (("judgements",), "judgements. What a reader answers is “to judge”"),
        (
            ("contacts", "judgements"),
            "contacts and judgements. What rests on contacts is “cannot tell”; what a reader answers is “to judge”",
        ),
    ],
)
def test_what_comes_of_tables_that_were_not_supplied(tables: tuple[str, ...], said: str) -> None:
    assert without(tables) == said


def test_teams_without_a_rate_or_with_codes_too_long_for_a_matrix_are_counted() -> None:
    unsettled = {ident: Counts((0, 0, 0, 0, 0, 64, 0, 0, 0)) for ident in OVERALL.counts}
    nothing = replace(RESULT, overall=replace(OVERALL, counts=unsettled))
    long = replace(RESULT, teams=(replace(TEAMS[0], code="T" * 25), TEAMS[1]))
    for result in (nothing, long):
        for width in (60, 80, 120):
            told = shown(result, width)
            assert "Teams, by code. Counts" in told and "rate in %" not in told and "Item by item" not in told
            assert "14/35" in told  # MO1 of HARB01, by item all the same
    assert "rate in %" in shown(replace(long, teams=(replace(TEAMS[0], code="T" * 24), TEAMS[1])))


def test_one_team_has_no_matrix() -> None:
    assert "rate in %" in shown(RESULT)
    assert "rate in %" not in shown(ONE_TEAM)


def many_items(**changes: object) -> Result:
    """Thirty-one items: the ten, and RA1 again under other ids."""
    items = (*RESULT.items, *(replace(ITEM["RA1"], id=f"XX{number:02}") for number in range(21)))
    return replace(RESULT, items=items, **changes)  # type: ignore[arg-type]


def test_more_than_thirty_items_are_shown_for_each_team_only_when_asked_for() -> None:
    """Gaps, reader's and in the record, by hand from PEOPLE: 39 and 49, of which 1 and 3 are of SG3."""
    table = [
        "                   cases   ✘ in the   ✘ by a   oldest ✘    due by",
        "          cases   with ✘     record   reader    in days   14 July    ?    ✎",
        " DOWN02      28       21         38        1         74         8    3   13",
        " HARB01      36       28         46        3         97         8    3   13",
        " all         64       49         84        4         97        16    6   26",
        " Item by item: add --by team, or --checklist domestic-abuse.",
    ]
    short = shown(many_items())
    assert "\n".join(table) in short
    assert "rate in %" not in short
    asked = shown(many_items(by="team", groups=TEAMS))
    assert "\n".join(table[:-1]) in asked
    assert "2 teams × 31 items: rate in %" in asked
    assert "Item by item" not in asked and "By team." not in asked
    assert "rate in %" in shown(replace(RESULT, items=many_items().items[:30]))
    assert "✘ gap of" not in shown(many_items(), 120)
    assert "✘ gap of" in shown(many_items(by="practitioner", groups=PRACTITIONERS), 120)
    one = shown(replace(ONE_TEAM, by="team", groups=TEAMS[1:]))
    assert "By team." in one and "rate in %" not in one


def test_headings_side_by_side_do_not_run_together() -> None:
    """Codes of nineteen letters: one too many for the long headings, which end before column 80."""
    long = replace(
        many_items(), teams=tuple(replace(team, code=f"{team.code}-MENDIPS-EAST", label="") for team in TEAMS)
    )
    table = [
        "                              cases    ✘ in  ✘ by a   oldest  due by",
        "                      cases  with ✘  record  reader  ✘, days  14 Jul   ?   ✎",
        " DOWN02-MENDIPS-EAST     28      21      38       1       74       8   3  13",
        " HARB01-MENDIPS-EAST     36      28      46       3       97       8   3  13",
    ]
    assert [line for line in shown(long).splitlines() if line in table] == table


def test_an_id_stays_with_its_number() -> None:
    """Of “RA1 15” the id would just have had room in the first line."""
    reasons = {ident: {"left out: Moved away": 10 + n} for n, ident in enumerate(ITEM)}
    lines = shown(replace(RESULT, reasons=reasons), 60).splitlines()
    first = lines.index(" Excused and left out, by reason") + 1
    assert lines[first : first + 3] == [
        "   – Moved away: DA1 10, DA2 11, SG1 12, SG2 13, SG3 14,",
        "     RA1 15, EN1 16, EN2 17, MO1 18, MO2 19",
        "",
    ]


def test_a_case_that_takes_two_lines_is_indented() -> None:
    """The whole heading is 78 columns wide, beside one free at the left and one at the right."""
    long = replace(X491, label="suspended sentence order from 19 January 2026", practitioner="N54A014-LONG")
    listed = replace(GAPS, whose="", gaps=(gap(long, "DA2", date(2026, 3, 25), "Sent."),))
    for width, heading in {
        80: [" X100491   suspended sentence order from 19 January 2026 · N54A014-LONG, HARB01"],
        79: [" X100491   suspended sentence order from 19 January 2026 · N54A014-LONG,", "     HARB01"],
    }.items():
        told = text(gap_list(listed, screen(width))).splitlines()
        at = told.index(heading[0])
        assert told[at : at + len(heading)] == heading
        assert told[at + len(heading)].startswith("   ✘")


def test_of_many_items_those_that_nobody_has_read_are_one_line_a_checklist() -> None:
    """XX00 to XX03 wait for 5, 6, 7 and 8 readings; one of XX03's cases cannot be told, so it stands in full."""
    many = many_items()
    states = {f"XX{n:02}": (0, 0, 0, 0, 0, int(n == 3), 5 + n, 2, 57 - n - int(n == 3)) for n in range(4)}
    counts = OVERALL.counts | {ident: Counts(numbers) for ident, numbers in states.items()}
    some = replace(many, overall=replace(OVERALL, counts=counts))
    for width in (60, 80, 120):
        told = shown(some, width)
        assert " ✎ none read yet: XX00 5, XX01 6, XX02 7\n" in told
        assert "\n XX00" not in told and "\n XX03" in told
        few = shown(
            replace(some, items=tuple(item for item in many.items if item.id in ("DA1", "XX00", "XX01"))), width
        )
        assert "\n XX00" in few and "✎ none" not in few


def test_a_reader_s_no_is_not_called_a_gap_in_the_record() -> None:
    """(all gaps, with a gap, answered no, with nothing but) and what is said of 12 cases."""
    for figures, words in {
        (5, 4, 0, 0): "✘ 5 gaps in 4 of 12 cases",
        (5, 4, 2, 1): "✘ 3 gaps in the record in 3 of 12 cases  ✘ 2 answered no by a reader",
        (3, 2, 2, 1): "✘ 1 gap in the record in 1 of 12 cases  ✘ 2 answered no by a reader",
        (2, 2, 2, 2): "No gaps found in the record of 12 cases  ✘ 2 answered no by a reader",
    }.items():
        gaps, with_gap, no, only = figures
        result = of((12 - gaps, 0, gaps, 0, 0, 0, 0, 0, 0))
        overall = replace(result.overall, cases_with_gap=with_gap, answered_no=no, cases_only_answered_no=only)
        assert f" {words}\n" in shown(replace(result, overall=overall))


def test_what_the_first_to_look_at_says() -> None:
    """Whose, which team's where nobody holds it, by when, and that a reader's no comes from a reader."""
    nobody = gap(replace(case("X1"), practitioner=""), "DA1", date(2026, 6, 29), "Not recorded: police enquiry sent.")
    by = replace(FIRST[0], fix_by=date(2026, 7, 3))
    first = shown(replace(RESULT, first=(nobody, by)), 120)
    assert "   ✘    1 day  X1       DA1  unallocated, HARB01  Not recorded: police enquiry sent.\n" in first
    assert "1 of 2 back. To fix by Fri 3 July." in " ".join(first.split())
    assert "First to look at: gaps in the record, by severity, longest overdue first\n" in first
    read = shown(replace(RESULT, first=(replace(FIRST[0], answered_no=True),)))
    assert "First to look at: answered no by a reader, by severity, longest overdue first\n" in read
    assert "unallocated  Not" in shown(replace(ONE_TEAM, first=(nobody,)), 120)


def people(count: int) -> tuple[GroupRow, ...]:
    return tuple(replace(PRACTITIONERS[0], code=f"N54C{number:03}") for number in range(count))


def test_more_than_eight_practitioners_are_shown_only_when_asked_for() -> None:
    forty = replace(RESULT, practitioners=(*people(40), PRACTITIONERS[-1]))
    assert "N54C000" not in shown(forty).split("Next")[0]
    assert "40 practitioners: to see their counts, add --by practitioner" in shown(forty)
    assert "2 cases are unallocated." in " ".join(shown(forty).split())
    asked = shown(replace(forty, by="practitioner"))
    assert all(f"N54C{number:03}" in asked for number in range(40))
    assert "N54C007" in shown(replace(RESULT, practitioners=people(8)))


def test_without_teams_practitioners_stand_under_no_heading() -> None:
    nowhere = tuple(replace(person, parent="") for person in people(3))
    one_somewhere = (*people(1), *nowhere[1:])
    for groups, headed in ((nowhere, False), (one_somewhere, True)):
        said = shown(replace(RESULT, practitioners=groups))
        assert ("\n not recorded\n" in said) == headed
        assert (f"\n {groups[0].code} " in said) == (not headed)


def test_practitioners_have_no_percentage_no_colour_and_no_order_but_their_codes() -> None:
    backwards = replace(RESULT, practitioners=PRACTITIONERS[::-1])
    for width in (80, 120):
        assert shown(backwards, width) == shown(RESULT, width)
        lines = summary(RESULT, screen(width))
        start = next(place for place, line in enumerate(lines) if line.text.startswith(" Practitioners"))
        end = next(place for place, line in enumerate(lines) if place > start and line.text.startswith(" all"))
        for line in lines[start + 1 : end + 1]:
            assert "%" not in line.text
            assert all(not style for _, style in line.pieces)


def test_thirteen_teams_fold_into_blocks_of_whole_teams() -> None:
    twelve = twelve_teams()
    teams = (*twelve.teams, replace(twelve.teams[0], code="QUAY13"))
    lines = text(team_matrix(replace(twelve, teams=teams), screen(80))).splitlines()
    heads = [line.split() for line in lines if line.endswith("all")]
    assert [code for head in heads for code in head[:-1]] == [team.code for team in teams]
    assert [len(head) - 1 for head in heads] == [4, 4, 5]
    assert sum(line.startswith(" DA1 Enquiry sent to") for line in lines) == 3


def test_numbers_of_a_large_extract() -> None:
    items = {ident: Counts(tuple(count * 193 for count in counts.numbers)) for ident, counts in OVERALL.counts.items()}
    large = replace(RESULT, cases=12_345, overall=replace(OVERALL, cases=12_345, cases_with_gap=9_457, counts=items))
    for width in (72, 80, 100, 120, 160):
        lines = summary(large, screen(width))
        assert all(line.width <= width for line in lines)
        assert "16,980 gaps in the record in 9,456 of 12,345 cases" in text(lines)  # 88 times 193, without the 4 read
        assert "5,983 of 12,159" in text(lines)  # MO1: 31 and 63 times 193


def test_long_words_fold_and_lose_nothing() -> None:
    title = "Enquiry about " + "domesticabuse" * 6 + " sent to the police and to the children's services"
    items = (replace(ITEM["DA1"], title=title, checklist_title=title), *RESULT.items[1:])
    long_code = "TEAM-OF-THE-NORTHERN-DOWNS-01"
    teams = (replace(TEAMS[0], code=long_code), TEAMS[1])
    members = tuple(replace(person, parent=long_code, code=f"{person.code}-{'x' * 30}") for person in PRACTITIONERS[:3])
    result = replace(RESULT, items=items, teams=teams, practitioners=members, about=replace(ABOUT, title=title))
    refs = tuple(case(f"{ident}-{'9' * 45}", whose=person.code) for ident, person in zip("AB", members, strict=False))
    long_first = replace(result, first=tuple(gap(ref, "DA2", AS_AT, "Sent Wed 25 February.") for ref in refs))
    unsettled = tuple(Finding(ref, ITEM["DA1"], State.CANNOT_TELL, None, None, "The date is blank.") for ref in refs)
    long_gaps = replace(GAPS, whose="", gaps=long_first.first, coming_up=(), to_judge=(), cannot_tell=unsettled)
    for width in (60, 80, 100, 120, 200):
        for lines in (summary(long_first, screen(width), "x"), gap_list(long_gaps, screen(width), "x")):
            assert all(ref.ref in text(lines) and ref.practitioner in text(lines) for ref in refs)
            assert "Sent Wed 25 February." in text(lines)
            assert all(line.width <= width or "auditcheck" in line.text for line in lines)
        assert "The date is blank." in text(lines)
        lines = summary(result, screen(width), "x")
        squeezed = "".join(text(lines).split())
        assert long_code in text(lines)
        assert "".join(title.split())[:30] in squeezed
        for person in members:
            assert person.code in text(lines)
        for line in lines:
            assert line.width <= width or line.text.strip().startswith("auditcheck"), line.text


def test_titles_alone_grow_above_120() -> None:
    wide, wider = shown(RESULT, 160), shown(RESULT, 200)
    assert wide == wider
    assert "SG3 Information used in the assessment (read) ████████░░░░░░" in wide


def test_commands_are_offered_only_with_what_can_be_typed() -> None:
    hostile = replace(RESULT, first=(gap(case("X\x1b1", whose="N\u202e2"), "DA2", AS_AT, "Sent."),))
    assert "--practitioner N54B003 " in shown(hostile)
    assert "auditcheck explain" not in shown(hostile)
    assert "auditcheck gaps 'my team.xlsx' --as-at 2026-06-30 --practitioner N54A014" in text(
        summary(RESULT, screen(120), "'my team.xlsx' --as-at 2026-06-30")
    )


# The gap list


def test_a_gap_list_without_gaps() -> None:
    none = GapList(replace(ABOUT, faults={}), "team HARB01", 3, (), (), (), (), (), GAPS.horizon)
    assert text(gap_list(none, screen())) == (
        " What to do: team HARB01                             as at Tuesday 30 June 2026\n No gaps found in 3 cases.\n"
    )
    doubt, judge = (Finding(X498, ITEM["EN1"], state, None, None) for state in (State.CANNOT_TELL, State.TO_JUDGE))
    open_ = replace(none, cannot_tell=(doubt, doubt), to_judge=(judge,))
    assert " No gaps found in 3 cases: 2 cannot tell, 1 to judge.\n" in text(gap_list(open_, screen()))
    assert " What to do: all cases " in text(gap_list(replace(none, whose=""), screen()))
    assert "No case was audited." in text(gap_list(replace(none, cases=0), screen()))


#: Of which case which items cannot be told, and why; and what the list says.
ONE_WHY = [
    ("two cases: each with its reason",
     [("A", "DA1", "No column."), ("B", "DA1", "No column.")],
     [("A", "No column.", ["DA1"]), ("B", "No column.", ["DA1"])]),
    ("three cases: the reason once",
     [("A", "DA1", "No column."), ("B", "DA1", "No column."), ("C", "DA1", "No column.")],
     [("DA1", "No column.", ["A", "B", "C"])]),
    ("two items of each, and one more",
     [("A", "DA1", "No column."), ("A", "EN1", "No column."), ("A", "EN2", "Row 3."), ("B", "DA1", "No column."),
      ("B", "EN1", "No column."), ("C", "DA1", "No column."), ("C", "EN1", "No column.")],
     [("DA1, EN1", "No column.", ["A", "B", "C"]), ("A", "Row 3.", ["EN2"])]),
    ("the third lacks it for another item",
     [("A", "DA1", "No column."), ("B", "DA1", "No column."), ("C", "EN1", "No column.")],
     [("A", "No column.", ["DA1"]), ("B", "No column.", ["DA1"]), ("C", "No column.", ["EN1"])]),
    ("without a reason: by item",
     [("A", "DA1", ""), ("B", "DA1", ""), ("C", "DA1", "")],
     [("DA1", "", ["A", "B", "C"])]),
    ("without a reason: items of the same cases together",
     [("A", "DA1", ""), ("A", "EN1", ""), ("A", "EN2", ""), ("B", "DA1", ""), ("B", "EN2", "")],
     [("DA1, EN2", "", ["A", "B"]), ("EN1", "", ["A"])]),
]  # fmt: skip


@pytest.mark.parametrize(("untold", "listed"), [line[1:] for line in ONE_WHY], ids=[line[0] for line in ONE_WHY])
def test_what_many_cases_lack_is_said_once(
    untold: list[tuple[str, str, str]], listed: list[tuple[str, str, list[str]]]
) -> None:
    findings = [Finding(case(ref), ITEM[item], State.CANNOT_TELL, None, None, why) for ref, item, why in untold]
    assert by_item(findings) == listed


def test_what_a_gap_may_lack() -> None:
    bare = Finding(X498, ITEM["EN1"], State.GAP, None, None)
    never = Finding(X498, replace(ITEM["EN2"], mendable=False, to_fix="Tell the SPO."), State.GAP, None, None, "Two.")
    by = Finding(X498, replace(ITEM["DA1"], to_fix="Send it."), State.GAP, AS_AT, 1, "", fix_by=date(2026, 7, 3))
    for width in (80, 120):
        shown = text(gap_list(replace(GAPS, gaps=(bare, never, by)), screen(width)))
        assert "Cannot be put right. Tell the SPO." in shown
        assert "To fix by Fri 3 July: Send it." in shown
        assert "None" not in shown
    assert "1 day " in text(gap_list(replace(GAPS, gaps=(by,), ended=()), screen(80)))


def test_many_answers_of_no_to_a_case_are_one_line() -> None:
    """In the record two gaps of two cases; three answers of no to one case in full, four to the other together."""
    read = {
        info: tuple(
            Finding(info, ITEM[i], State.GAP, None, None, "A reader answered no.", answered_no=True) for i in ids
        )
        for info, ids in ((X491, ("SG3", "DA1", "EN1")), (X498, ("SG3", "DA1", "EN1", "EN2")))
    }
    record = [Finding(info, ITEM["MO1"], State.GAP, AS_AT, 1, "No entry.") for info in read]
    both = replace(GAPS, gaps=(record[0], *read[X491], record[1], *read[X498]), ended=())
    together = "4 answered no by a reader: SG3, DA1, EN1, EN2"
    for width in (60, 80, 120):
        told = text(gap_list(both, screen(width)))
        assert "2 gaps in the record in 2 of 8 cases · 7 answered no by a reader" in " ".join(told.split())
        assert told.count("A reader answered no.") == 3
        assert told.count(together) == 1 and told.index("X100498") < told.index(together)
        alone = text(gap_list(replace(both, gaps=read[X498]), screen(width)))
        assert "No gaps in the record of 8 cases · 4 answered no by a reader" in " ".join(alone.split())
        assert alone.index("X100498") < alone.index(together)


def test_cannot_tell_and_for_a_reader_name_every_case() -> None:
    refs = [f"X1{number:05}" for number in range(200)]
    many = tuple(Finding(case(ref), ITEM["SG3"], State.TO_JUDGE, None, None) for ref in refs)
    told = text(gap_list(replace(GAPS, to_judge=many), screen(80)))
    assert all(ref in told for ref in refs)
    assert "   X100498  DA1\n            The date of sentence is blank.\n" in told


def test_items_of_the_same_cases_stand_together_whatever_the_room() -> None:
    """Of as many items as do not fit beside their cases, these stand below; of few they stand beside."""
    read = [Finding(case(ref), ITEM[item], State.TO_JUDGE, None, None) for ref in ("A", "B") for item in sorted(ITEM)]
    one = Finding(case("C"), ITEM["DA1"], State.CANNOT_TELL, None, None)
    told = text(gap_list(replace(GAPS, to_judge=tuple(read), cannot_tell=(one,)), screen(40)))
    ids = ", ".join(sorted(ITEM))
    assert ids in " ".join(told.split()) and told.count("A, B") == 1
    assert "   DA1  C\n" in told
    assert all(len(line) <= 40 for line in told.splitlines())


# Explanations and faults


def test_an_explanation_keeps_to_80_columns() -> None:
    assert text(explanation(WHY, screen(200))) == text(explanation(WHY, screen(80)))


def test_occurrences_without_room_stand_one_under_the_other() -> None:
    heads = ("sent", "due", "back")
    step = Step("Each", heads=heads, rows=((State.GAP, ("a" * 30, "b" * 30, "not recorded")),))
    shown = text(explanation(WHY._replace(steps=(step,)), screen(60)))
    assert f" Each   ✘  sent {'a' * 30}\n           due {'b' * 30}\n           back not recorded\n" in shown


def test_a_bare_explanation() -> None:
    bare = Explanation(case("X1", "", ""), ITEM["DA1"], AS_AT, State.CANNOT_TELL, "the date is blank", "", ())
    assert text(explanation(bare, screen())) == (
        " X1 · DA1 Enquiry sent to the police                 as at Tuesday 30 June 2026\n"
        " unallocated, DOWN02\n"
        "\n"
        " ? cannot tell  the date is blank\n"
    )
    assert "No item was asked for." in text(explanations((), screen(), ""))


def test_faults_are_places_and_rules() -> None:
    assert "No faults." in text(inspection(Inspection(ABOUT, ()), screen()))
    many = [Fault("unknown code", "contacts.csv", at, "type_code", "a code") for at in range(1, 100, 2)]
    told = " ".join(text(inspection(Inspection(ABOUT, tuple(many)), screen())).split())
    assert "type_code: 50 unknown codes rule: a code rows 1, 3, 5," in told
    assert "47 and 26 more" in told
    whole = [Fault("table that is empty", "contacts.csv", None, "", "")]
    assert "   1 table that is empty\n" in text(
        inspection(Inspection(replace(ABOUT, sources=()), tuple(whole)), screen())
    )
