"""Which differences are more than chance: made-up teams, counted by hand."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from auditcheck.audit import Selection, audit
from auditcheck.chance import Verdict
from auditcheck.compare import Comparison, Kind, Place, compare
from auditcheck.problems import ExtractStop, UsageStop
from auditcheck.reports.compare_result import (
    change_words,
    comparison,
    comparison_csv,
    comparison_json,
    comparison_page,
    verdict_words,
)
from auditcheck.reports.json_result import as_json
from auditcheck.result import About, Counts, GroupRow, ItemInfo, Result
from auditcheck.result_file import read_result
from auditcheck.states import IN_ORDER, State
from tests.screen_examples import ABOUT, AS_AT, ITEM, screen, text
from tests.test_cli import auditcheck

EXAMPLE = Path(__file__).parents[1] / "examples" / "brighton-east-sussex"

DA1 = replace(ITEM["DA1"], definition="as asked")
DA2 = replace(ITEM["DA2"], definition="as asked too")


def counts(figures: str) -> Counts:
    """'8/10' is 8 met and 2 gaps; '8/10 ?3 ✎2' with 3 that cannot be told and 2 to judge."""
    fraction, *more = figures.split()
    met, of = map(int, fraction.split("/"))
    numbers = {State.MET: met, State.GAP: of - met}
    numbers |= {State.CANNOT_TELL if word[0] == "?" else State.TO_JUDGE: int(word[1:]) for word in more}
    return Counts(tuple(numbers.get(state, 0) for state in IN_ORDER))


def group(code: str, passed: dict[str, Counts], parent: str = "") -> GroupRow:
    cases = max((found.total for found in passed.values()), default=0) or 1
    others = {ident: (*found.numbers[:-1], found.numbers[-1] + cases - found.total) for ident, found in passed.items()}
    counted = {ident: Counts(numbers) for ident, numbers in others.items()}  # nobody else is relevant
    return GroupRow(code, code, parent, cases, 0, counted, passed=passed)


def result(
    teams: dict[str, list[str]], items: tuple[ItemInfo, ...] = (DA1,), about: About = ABOUT, **more: object
) -> Result:
    """Teams, each with its figures for the items in turn."""
    rows = tuple(
        group(code, {item.id: counts(words) for item, words in zip(items, figures, strict=True)})
        for code, figures in teams.items()
    )
    whole = {item.id: sum((row.passed[item.id] for row in rows), Counts()) for item in items}
    made = Result(
        about=about,
        items=items,
        cases=sum(row.cases for row in rows),
        not_started=0,
        teams=rows,
        practitioners=(),
        overall=group("", whole),
        first=(),
        reasons={},
        horizon=AS_AT,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def of_teams(*figures: str) -> Comparison:
    return compare([result({f"TEAM{n}": [words] for n, words in enumerate(figures, start=1)})])


def said(place: Place) -> str:
    return verdict_words(place)


# ── each against all ─────────────────────────────────────────────────────────────────────────────────

ALIKE = ["20/40"] * 4


@pytest.mark.parametrize(
    ("own", "words"),
    [
        # beside four teams with 20 of 40 each; pooled with them the tails below are by scipy.stats.binom
        ("20/40", "like the others"),
        ("14/40", "like the others"),  # pool 94/200, P(X <= 14) = 0.086
        ("12/40", "like the others"),  # pool 92/200, P(X <= 12) = 0.029
        ("11/40", "alert: lower than chance explains (95 %)"),  # pool 91/200, P(X <= 11) = 0.015
        ("6/40", "alarm: lower than chance explains (99.8 %) *"),  # pool 86/200, P(X <= 6) = 0.00016
        ("34/40", "alarm: higher than chance explains (99.8 %) *"),  # as many above
        ("1/3", "too few to tell"),
        ("0/0", "nobody relevant"),
    ],
)
def test_a_team_against_all_teams(own: str, words: str) -> None:
    found = of_teams(*ALIKE, own)
    assert found.kind is Kind.AMONG
    assert said(found.items[0].places[4]) == words


@pytest.mark.parametrize(
    ("own", "others", "words"),
    [
        ("4/40", "20/40", "alarm: lower than chance explains (99.8 %) *"),
        # two that cannot be told change little
        ("4/40 ?2", "20/40", "alarm: lower than chance explains (99.8 %) *"),
        # were all twenty met, it would be 24 of 60 in 104 of 220: P(X <= 24) = 0.16
        ("4/40 ?20", "20/40", "could be lower than chance explains (99.8 %): depends on 20 that cannot be told"),
        ("4/40 ✎20", "20/40", "could be lower than chance explains (99.8 %): depends on 20 to judge"),
        # its own are known, but all could be 84 of 360: P(X <= 4) = 0.028
        ("4/40", "20/40 ✎40", "could be lower than chance explains (99.8 %): depends on 160 to judge"),
        # nothing could be flagged, so nothing depends on anything
        ("20/40 ?20", "20/40", "like the others"),
    ],
)
def test_a_flag_holds_however_what_is_not_known_goes(own: str, others: str, words: str) -> None:
    assert said(of_teams(*[others] * 4, own).items[0].places[4]) == words


def test_known_late_and_unknown_are_kept_apart() -> None:
    """F59: 14 met, 3 not, 5 that cannot be told, beside teams at 50 %: the flag does not outlast the bounds."""
    known, unknown = of_teams(*ALIKE, "14/17"), of_teams(*ALIKE, "14/17 ?5")
    assert known.items[0].places[4].verdict is Verdict.ALERT_HIGH
    assert not known.items[0].places[4].depends_on.unsettled
    place = unknown.items[0].places[4]
    assert not place.flagged
    assert said(place) == "could be higher than chance explains (95 %): depends on 5 that cannot be told"
    shown = text(comparison(unknown, screen(80)))
    assert "None of the 5 comparisons" in shown
    assert "82 %, 14 of 17" in shown


@pytest.mark.parametrize(
    ("own", "shown"),
    [("0/0", "none to compare: TEAM5"), ("3/4", "too few to tell: TEAM5 3 of 4"), ("9/9", "TEAM5 9 of 9")],
)
def test_small_numbers_have_no_percentage(own: str, shown: str) -> None:
    """F58: nobody is "none"; under ten are counts."""
    lines = text(comparison(of_teams(*ALIKE, own), screen(120)))
    assert shown in re.sub(r"\s+", " ", lines)
    assert not re.search(r"TEAM5 \d+ %", lines)


def test_everybody_alike_at_all_or_none_is_no_alarm() -> None:
    for figures in ("0/20", "20/20"):
        places = of_teams(figures, figures, figures).items[0].places
        assert {place.verdict for place in places} == {Verdict.LIKE}


def test_a_star_is_for_what_stands_among_all_tests() -> None:
    """One alert among forty is what chance gives; an alarm like this it does not."""
    items = tuple(replace(DA1, id=f"DA{n}") for n in range(1, 21))
    teams = {f"TEAM{n}": ["20/40"] * 20 for n in range(1, 5)}
    teams["TEAM5"] = ["11/40", "2/40", *["20/40"] * 18]
    found = compare([result(teams, items)])
    first, second = found.items[0].places[4], found.items[1].places[4]
    assert (first.verdict, first.starred) == (Verdict.ALERT_LOW, False)
    assert (second.verdict, second.starred) == (Verdict.ALARM_LOW, True)
    assert found.tests == 100
    assert 2 < found.expected < 5  # below 5 % of 100: counts are whole


def test_only_what_had_fallen_due_counts() -> None:
    made = result({"A": ["5/20"], "B": ["5/20"], "C": ["5/20"]})
    every = tuple(replace(team, counts={"DA1": counts("20/20")}) for team in made.teams)
    assert compare([replace(made, teams=every)]).items[0].pool.met == 15


def test_units_stand_by_code_and_never_by_rate() -> None:
    found = compare([result({"A": ["5/40"], "B": ["39/40"], "C": ["20/40"]})])
    assert [unit.code for unit in found.units] == ["A", "B", "C"]


# ── two against each other ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        # Newcombe 1998, table II, method 10; starred, for it is the only one
        ("48/80", "56/70", "20 points higher, 5 to 33: more than chance *"),
        ("56/70", "48/80", "20 points lower, 5 to 33: more than chance *"),
        ("3/10", "9/10", "60 points higher, 17 to 81: more than chance *"),
        ("0/29", "5/56", "9 points higher, -4 to 19: may be chance"),
        ("0/20", "0/10", "level, -16 to 28: may be chance"),
        ("2/7", "6/7", "counts only: under ten"),
        ("0/0", "6/17", "nobody on one side"),
        ("48/80 ?9", "56/70 ?9", "20 points higher, 5 to 33: could be more than chance: depends on 18 that cannot be told"),
        ("48/80 ?1", "56/70 ✎1", "20 points higher, 5 to 33: more than chance *"),
    ],
)  # fmt: skip
def test_the_difference_of_two_teams_in_words(first: str, second: str, words: str) -> None:
    found = (
        of_teams(first, second)
        if "0/0" not in first
        else compare([result({"A": [first, "1/2"], "B": [second, "1/2"]}, (DA1, DA2))])
    )
    assert found.kind is Kind.TWO
    assert change_words(found.items[0].changes[0]) == words


def test_a_range_that_just_misses_nothing_does_not_say_nothing() -> None:
    # statsmodels: 0.0035 to 0.2879; with a nought it would read as if it held no difference at all
    change = of_teams("21/80", "33/80").items[0].changes[0]
    assert change_words(change) == "15 points higher, <1 to 29: more than chance *"


def at(when: date, **more: object) -> About:
    return replace(ABOUT, as_at=when, **more)  # type: ignore[arg-type]


MAY, JUNE = date(2026, 5, 31), date(2026, 6, 30)


def test_two_extracts_of_one_date_are_two_units() -> None:
    one = result({"A": ["10/40"]}, about=at(JUNE, title="Kent"))
    other = result({"B": ["30/40"]}, about=at(JUNE, title="Surrey"))
    found = compare([one, other])
    assert (found.kind, found.sides) == (Kind.TWO, ("Kent", "Surrey"))
    assert change_words(found.items[0].changes[0]).startswith("50 points higher")


def test_three_extracts_of_one_date_stand_against_all() -> None:
    results = [result({"A": ["10/40"]}, about=at(JUNE, title=name)) for name in ("Kent", "Surrey", "Sussex")]
    found = compare(results)
    assert found.kind is Kind.AMONG
    assert [unit.code for unit in found.units] == ["Kent", "Surrey", "Sussex"]


def test_teams_of_several_extracts_are_compared_together() -> None:
    one = result({"A": ["10/40"], "B": ["10/40"]}, about=at(JUNE, title="Kent"))
    other = result({"C": ["10/40"]}, about=at(JUNE, title="Surrey"))
    assert [unit.code for unit in compare([one, other], "team").units] == ["A", "B", "C"]


def test_two_dates_of_one_unit_are_before_and_after_whatever_order_they_are_given_in() -> None:
    may, june = result({"A": ["10/40"]}, about=at(MAY)), result({"A": ["30/40"]}, about=at(JUNE))
    for given in ([may, june], [june, may]):
        found = compare(given)
        assert (found.kind, found.sides) == (Kind.DATES, ("31 May 2026", "30 June 2026"))
        assert change_words(found.items[0].changes[0]).startswith("50 points higher")


def test_teams_at_two_dates_are_each_held_against_themselves() -> None:
    may = result({"A": ["10/40"], "B": ["10/40"], "GONE": ["1/2"]}, about=at(MAY))
    june = result({"A": ["30/40"], "B": ["11/40"], "NEW": ["1/2"]}, about=at(JUNE))
    found = compare([may, june], "team")
    assert [change.unit.code for change in found.items[0].changes] == ["A", "B"]
    assert found.warnings == ("at one of the two dates only, and so not compared: GONE and NEW",)


@pytest.mark.parametrize("by", ["", "team"])
def test_an_item_spelled_in_other_capitals_is_the_same_item(by: str) -> None:
    """DA1 in the one and da1 in the other: 10 and 30 of 40, and nothing is lost of either."""
    one = result({"A": ["10/40"]}, about=at(JUNE, title="Kent"))
    other = result({"B": ["30/40"]}, (replace(DA1, id="da1"),), about=at(JUNE, title="Surrey"))
    found = compare([one, other], by)
    (row,) = found.items
    (change,) = row.changes
    assert (row.item.id, change.first.base, change.second.base) == ("DA1", 40, 40)
    assert change_words(change).startswith("50 points higher") and not found.warnings


KENT, SURREY = at(JUNE, title="Kent"), at(JUNE, title="Surrey")


@pytest.mark.parametrize(
    ("results", "by", "words"),
    [
        ([result({"A": ["1/2"]})], "", "there is one team only, A"),
        ([result({})], "", "no case has a team"),
        ([result({"A": ["1/2"]}, about=at(MAY, title="Kent")), result({"B": ["1/2"]}, about=SURREY)], "", "not the same cases"),
        (
            [result({"A": ["1/2"]}, about=at(MAY)), result({"A": ["1/2"]}, about=at(JUNE, selection=("team A",)))],
            "", "not the same cases",
        ),
        ([result({"A": ["1/2"]}, about=at(day)) for day in (MAY, JUNE, date(2026, 7, 31))], "", "different dates"),
        (
            [result({"A": ["1/2"]}, about=KENT), result({"A": ["1/2"]}, (replace(DA1, definition="other"),), SURREY)],
            "", "not defined alike everywhere, and so not to be compared: DA1",
        ),
        ([result({"A": ["1/2"]}, about=KENT), result({"A": ["1/2"]}, (DA2,), SURREY)], "", "no item is asked in all"),
        ([result({"A": ["1/2"]}, about=KENT), result({"B": ["1/2"]}, about=KENT)], "", "their cases would be counted twice"),
        ([result({"A": ["1/2"]}, about=KENT), result({"A": ["1/2"]}, about=SURREY)], "team", "in more than one of the extracts: team A"),
        ([result({"A": ["1/2"]})], "pdu", "not counted by pdu"),
        ([result({"A": ["1/2"]})] * 2, "practitioner", "people are not compared"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_not_compared(results: list[Result], by: str, words: str) -> None:
    with pytest.raises(UsageStop) as stop:
        compare(results, by)
    assert words in " ".join(stop.value.lines)


def test_items_of_the_same_definition_can_be_compared_alone() -> None:
    one = result({"A": ["10/40", "10/40"]}, (DA1, DA2), KENT)
    other = result({"B": ["10/40", "10/40"]}, (replace(DA1, definition="20 days instead of 10"), DA2), SURREY)
    differs = "what is asked, a limit that a region changed, or what the data mean differs"
    found = compare([one, other])
    assert [row.item.id for row in found.items] == ["DA2"]
    assert found.warnings == (f"not defined alike, and so not compared: DA1 ({differs})",)
    with pytest.raises(UsageStop):
        compare([one, other], wanted=["da1"])
    assert [row.item.id for row in compare([one, other], wanted=["da2"]).items] == ["DA2"]


def test_an_item_that_is_not_asked_everywhere_is_named() -> None:
    one = result({"A": ["10/40", "10/40"]}, (DA1, DA2), KENT)
    found = compare([one, result({"B": ["10/40"]}, (DA1,), SURREY)])
    assert [row.item.id for row in found.items] == ["DA1"]
    assert found.warnings == ("not asked in all of them, and so not compared: DA2",)


# ── people ───────────────────────────────────────────────────────────────────────────────────────────


def people() -> Comparison:
    made = result({"HARB01": ["40/80"]})
    own = {"N54A014": "0/40", "N54A022": "40/40"}
    rows = tuple(group(code, {"DA1": counts(words)}, "HARB01") for code, words in own.items())
    return compare([replace(made, practitioners=rows)], "practitioner")


def test_of_people_there_are_counts_and_no_verdict_in_any_output() -> None:
    """F60: whatever their figures, no rate, flag, star or order by rate; and why, in a sentence."""
    found = people()
    assert {place.verdict for place in found.items[0].places} == {None}
    shown = text(comparison(found, screen(80)))
    page = comparison_page(found).decode()
    for written in (shown, page):
        assert "34 points" in written
        assert "0 of 40" in written
        assert "40 of 80" in written
        for word in ("alert", "alarm", "chance explains", "like the others", "0 %,", "100 %"):
            assert word not in written
    document = json.loads(comparison_json(found))
    assert {unit["verdict"] for unit in document["items"][0]["units"]} == {None}
    assert [unit["code"] for unit in document["items"][0]["units"]] == ["N54A014", "N54A022"]
    assert "%" not in shown.replace("80 %", "")
    assert b"alarm" not in comparison_csv(found)


# ── screens ──────────────────────────────────────────────────────────────────────────────────────────


def odd() -> Comparison:
    return of_teams(*ALIKE, "4/40", "1/3", "40/60 ✎2")


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("plain", [False, True])
def test_a_screen_keeps_within_its_width_and_its_signs(width: int, plain: bool) -> None:
    for found in (odd(), of_teams("48/80", "56/70"), people()):
        shown = text(comparison(found, screen(width, plain=plain)))
        assert all(len(line) <= width for line in shown.splitlines())
        assert shown.isascii() or not plain


def test_a_funnel_is_drawn_of_one_item_with_each_unit_lettered() -> None:
    shown = text(comparison(odd(), screen(80)))
    drawn = shown.partition("rate by number of cases")[2].partition("Item by item")[0]
    assert "e TEAM5 10 %, 4 of 40" in drawn
    assert "f TEAM7 67 %, 40 of 60" in drawn
    assert "+" in drawn  # four teams at one place
    assert "Under ten cases, and so not drawn: TEAM6" in drawn
    lines = drawn.splitlines()
    bottom = next(place for place, line in enumerate(lines) if line.startswith("   0 %"))
    assert "e" in lines[bottom - 2][7:]  # 10 %, two lines of five points above nothing


def test_colour_is_never_a_sign_of_a_verdict() -> None:
    lines = comparison(odd(), screen(80))
    styles = {style for line in lines for _, style in line.pieces}
    assert styles <= {"", "bold", "dim", "bold yellow"}


def test_a_page_has_a_funnel_that_is_told_in_words_and_no_script() -> None:
    page = comparison_page(odd()).decode()
    assert "<svg" in page
    assert "TEAM5 4 of 40, alarm: lower than chance explains (99.8 %) *" in page
    assert "<script" not in page
    assert " style=" not in page
    assert comparison_page(odd()) == comparison_page(odd())


def test_a_name_that_would_act_is_shown_as_text() -> None:
    found = compare([result({"<b>": ["10/40"], "=1+1": ["20/40"], "\x1b[31m": ["20/40"]})])
    assert "<b>" not in comparison_page(found).decode()
    assert "\x1b" not in text(comparison(found, screen(80)))
    assert b'"\'=1+1"' in comparison_csv(found)
    assert b"\x1b" not in comparison_json(found)


# ── results in files ─────────────────────────────────────────────────────────────────────────────────


def test_a_result_comes_back_out_of_its_file_with_all_that_is_compared(tmp_path: Path) -> None:
    made = result({"A": ["10/40 ?1", "3/4"], "": ["1/2", "0/0"]}, (DA1, DA2), at(JUNE, title="Kent"))
    file = tmp_path / "june.json"
    file.write_bytes(as_json(made))
    back = read_result(file)
    assert [(i.id, i.definition) for i in back.items] == [("DA1", "as asked"), ("DA2", "as asked too")]
    assert {team.code: dict(team.passed) for team in back.teams} == {t.code: dict(t.passed) for t in made.teams}
    assert dict(back.overall.passed) == dict(made.overall.passed)
    assert compare([back]).items[0].places == compare([made]).items[0].places


def test_a_file_of_an_extract_compares_as_the_extract_does(tmp_path: Path) -> None:
    with audit(EXAMPLE, checklists=["rar", "oversight"], passed=True) as finished:
        made = finished.result(whole=True)
    file = tmp_path / "whole.json"
    file.write_bytes(as_json(made))
    one, other = compare([made]), compare([read_result(file)])
    assert [row.places for row in one.items] == [row.places for row in other.items]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "holds no result of auditcheck run"),
        (b'{"auditcheck": {"layout": "gaps", "layout_version": 1}}', "holds no result of auditcheck run"),
        (b'{"auditcheck": {"layout": "run", "layout_version": 2}}', "a later auditcheck"),
        (b'{"auditcheck": {"layout": "run", "layout_version": 1}}', "is damaged"),
    ],
)
def test_what_is_no_file_of_results(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "june.json"
    file.write_bytes(content)
    with pytest.raises(ExtractStop) as stop:
        read_result(file)
    assert words in " ".join(stop.value.lines)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("definition", None, "an earlier auditcheck wrote it"),
        ("passed", None, "an earlier auditcheck wrote it"),
        ("passed", {"met": -1}, "is damaged"),
        ("passed", {"met": 1.5}, "is damaged"),
        ("passed", {"met": True}, "is damaged"),
        ("item", 7, "is damaged"),
    ],
)
def test_a_file_that_was_changed(tmp_path: Path, field: str, value: object, words: str) -> None:
    document = json.loads(as_json(result({"A": ["10/40"]})))
    place = document["items"][0]
    place[field] = {**place[field], **value} if isinstance(value, dict) else value
    file = tmp_path / "june.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ExtractStop) as stop:
        read_result(file)
    assert words in " ".join(stop.value.lines)


# ── one kind of case alone ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("fact", "value", "cases"), [("rosh", "high", 12), ("mappa_registered", "yes", 3)])
def test_only_cases_with_one_value_of_a_fact(fact: str, value: str, cases: int) -> None:
    with audit(EXAMPLE, checklists=["rar"], selection=Selection(only=(fact, value))) as finished:
        found = finished.result()
    with audit(EXAMPLE, checklists=["rar"], selection=Selection(by=fact)) as finished:
        groups = finished.result().groups
    assert found.cases == cases
    words = {"yes": "true"}.get(value, value)
    assert sum(one.cases for one in groups if one.code == words) == cases


@pytest.mark.parametrize(
    ("only", "words"),
    [
        (("rosh", "hig"), "--only rosh= takes"),
        (("roshh", "high"), "Did you mean"),
        (("start_date", "x"), "fixed values"),
    ],
)
def test_only_a_value_that_a_fact_can_have(only: tuple[str, str], words: str) -> None:
    with pytest.raises(UsageStop) as stop, audit(EXAMPLE, checklists=["rar"], selection=Selection(only=only)):
        pass
    assert words in " ".join(stop.value.lines)


# ── the command ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of two teams of the example at one date, and of the whole of it at two."""
    folder = tmp_path_factory.mktemp("results")
    wanted = {"bt": ["--team", "ZKSBT1"], "hs": ["--team", "ZKSHS1"], "dec": [], "sep": ["--as-at", "2023-09-29"]}
    for name, options in wanted.items():
        typed = ["run", str(EXAMPLE), "--checklist", "oversight", *options, "--board", "-o", f"{name}.json"]
        assert auditcheck(*typed, cwd=folder).returncode == 0
    return folder


def test_a_file_of_a_board_holds_nobody(files: Path) -> None:
    written = (files / "dec.json").read_text(encoding="utf-8")
    assert "ZKSA" not in written and "X44" not in written
    assert json.loads(written)["practitioners"] == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("compare dec.json", "3 teams compared"),
        ("compare dec.json --by team --item MO1", "rate by number of cases"),
        ("compare bt.json hs.json", "team ZKSHS1 against team ZKSBT1"),
        ("compare dec.json sep.json --by team", "Before and after: 29 September 2023 and 8 December 2023"),
        (f"compare {EXAMPLE} --checklist oversight --by rosh", "5 groups compared, by RoSH"),
        (f"compare {EXAMPLE} --checklist oversight --only rosh=high", "Only RoSH high"),
        (f"compare {EXAMPLE} --checklist oversight --by practitioner --item MO1", "34 points"),
    ],
)
def test_what_can_be_compared(files: Path, typed: str, said: str) -> None:
    done = auditcheck(*typed.split(), cwd=files)
    assert (done.returncode, done.stderr) == (0, "")
    assert said in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert "auditcheck inspect dec.json" not in done.stdout  # of a file of results nothing more can be seen


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("compare", 2, "auditcheck compare needs EXTRACT"),
        ("compare dec.json dec.json", 2, "compare names the same extract twice."),
        ("compare dec.json --only rosh=high", 2, "--only is for extracts; a file of results has been counted already."),
        ("compare dec.json --as-at 2023-10-01", 2, "--as-at is for extracts"),
        ("compare dec.json --by pdu", 2, "--by takes team only where a file of results is compared"),
        ("compare dec.json --item XX9", 2, "no item is called “XX9”. There are MO1, MO2, MO3"),
        ("compare nowhere.json", 3, "nowhere.json: cannot be read."),
        ("compare sep.json bt.json", 2, "not the same cases"),
        ("compare bt.json --item MO1", 2, "there is one team only, ZKSBT1"),
        ("compare dec.json -o dec.json", 5, "is, or would be, part of the extract"),
        (f"compare {EXAMPLE} --by first_practitioner", 2, "could stand for a person"),
        (f"compare {EXAMPLE} --only rosh", 2, "--only takes a fact and its value"),
    ],
)
def test_what_is_refused(files: Path, typed: str, code: int, said: str) -> None:
    done = auditcheck(*typed.split(), cwd=files)
    assert said in done.stderr
    assert (done.returncode, done.stdout) == (code, "")
    assert len(done.stderr.splitlines()) <= 3


def test_every_form_of_a_comparison_is_written(files: Path, tmp_path: Path) -> None:
    outputs = [word for form in ("json", "csv", "txt", "html") for word in ("-o", str(tmp_path / f"teams.{form}"))]
    done = auditcheck("compare", "dec.json", *outputs, cwd=files)
    assert done.returncode == 0
    assert "3 teams compared" in (tmp_path / "teams.txt").read_text(encoding="utf-8")
    assert len((tmp_path / "teams.csv").read_text(encoding="utf-8").splitlines()) == 1 + 4 * 3
    assert json.loads((tmp_path / "teams.json").read_bytes())["tests"] > 0
    assert (tmp_path / "teams.html").read_text(encoding="utf-8").startswith("<!doctype html>")
