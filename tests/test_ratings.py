"""Indicative ratings: the band of a standard by its lowest key question, the points, and the overall rating."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from openpyxl import load_workbook

from auditcheck.audit import Audit, Selection, audit
from auditcheck.checklist import load_checklists, read_checklist
from auditcheck.dictionary import load_dictionary
from auditcheck.problems import ChecklistStop, Problem, UsageStop
from auditcheck.ratings import given_ratings, rated_on
from auditcheck.reports.formats import FORMATS
from auditcheck.reports.indicative import indicative, notes, rows
from auditcheck.reports.workbook_result import parts
from auditcheck.result import Counts, Ratings, Result, StandardRating
from auditcheck.scale import Band, Scale
from auditcheck.shipped import shipped_checklists
from auditcheck.yamlfile import parse_yaml
from tests.screen_examples import screen
from tests.test_adjustments import HEAD, adjusted

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

EXAMPLE = Path(__file__).parents[1] / "examples" / "brighton-east-sussex"
QUESTIONS = shipped_checklists()["key-questions"]
GIVEN = ("1.1=good", "1.2=requires improvement", "1.3=requires improvement")


@cache
def scale() -> Scale:
    (checklist,) = load_checklists([QUESTIONS], load_dictionary(None))
    assert checklist.scale is not None
    return checklist.scale


def counts(text: str) -> Counts:
    """'16/34', or with what is not settled: '16/34 ✎6', '16/34 ?2 ✎4'."""
    first, *unsettled = text.split()
    met, base = map(int, first.split("/"))
    more = {part[0]: int(part[1:]) for part in unsettled}
    return Counts((met, 0, base - met, 0, 0, more.get("?", 0), more.get("✎", 0), 0, 0))


def standard(*questions: str) -> StandardRating:
    """Assessment, of which KA1, KA2 and KA3 are so; "" is not asked."""
    asked = {f"KA{n}": counts(text) for n, text in enumerate(questions, start=1) if text}
    return next(one for one in rated_on(scale(), asked, {}).standards if one.standard == "2.1")


# ── the band of a standard ───────────────────────────────────────────────────────────────────────

I, R, G, O = "Inadequate", "Requires improvement", "Good", "Outstanding"  # noqa: E741

#: Yes of those answered, the band, its points, and the band of the rounded percentage where that is another.
BANDS = [
    ("0/40", I, 0, ""),
    ("494/1000", I, 0, ""),  # 49.4
    ("499/1000", I, 0, R),  # 49.9 rounds to 50
    ("500/1000", R, 1, ""),
    ("20/40", R, 1, ""),
    ("644/1000", R, 1, ""),  # 64.4
    ("649/1000", R, 1, G),  # 64.9 rounds to 65
    ("129/200", R, 1, G),  # 64.5 rounds to 65
    ("128/200", R, 1, ""),  # 64.0
    ("13/20", G, 2, ""),  # 65.0
    ("26/40", G, 2, ""),  # 65.0
    ("650/1000", G, 2, ""),
    ("31/40", G, 2, ""),  # 77.5
    ("799/1000", G, 2, O),  # 79.9 rounds to 80
    ("32/40", O, 3, ""),  # 80.0
    ("800/1000", O, 3, ""),
    ("40/40", O, 3, ""),
]


@pytest.mark.parametrize(("answers", "rating", "points", "rounded"), BANDS)
def test_the_band_is_of_the_share_itself(answers: str, rating: str, points: int, rounded: str) -> None:
    found = standard(answers, "1000/1000", "1000/1000")
    assert (found.rating, found.points, found.rounded) == (rating, points, rounded)
    (line,) = (one for one in rows(Ratings(standards=(found,))) if one.standard == "2.1")
    assert bool(line.beware) == bool(rounded)


def test_what_only_rounds_to_a_cut_point_is_told() -> None:
    (line,) = rows(Ratings(standards=(standard("129/200", "200/200", "200/200"),)))
    assert line.because == "KA1 65 %, 129 of 200"
    assert line.beware == (
        "KA1: 129 of 200 is less than 65 %, and only rounds to it. By the rounded percentage 2.1 would be Good."
    )


#: The three key questions of assessment, its rating, the lowest, and what stands beside it.
LOWEST = [
    (("23/40", "26/40", "9/40"), I, ("KA3",), "KA3 23 %, 9 of 40"),  # the report's
    (("9/40", "26/40", "23/40"), I, ("KA1",), "KA1 23 %, 9 of 40"),  # whichever it is
    (("32/40", "40/40", "36/40"), O, ("KA1",), "KA1 80 %, 32 of 40"),
    (("20/40", "20/40", "30/40"), R, ("KA1", "KA2"), "KA1 and KA2 50 %, 20 of 40"),
    (("20/40", "15/30", "30/40"), R, ("KA1", "KA2"), "KA1 50 % (20 of 40), KA2 50 % (15 of 30)"),
    (("20/40", "21/41", "30/40"), R, ("KA1",), "KA1 50 %, 20 of 40"),  # 51.2 is not the same
    # no rating: too few, or not asked
    (("3/4", "26/40", "30/40"), "", (), "too few: KA1 3 of 4"),
    (("3/4", "2/4", "3/4"), "", (), "too few: KA1 and KA3 3 of 4, KA2 2 of 4"),
    (("9/9", "40/40", "40/40"), "", (), "too few: KA1 9 of 9"),
    (("8/10", "40/40", "40/40"), O, ("KA1",), "KA1 80 %, 8 of 10"),
    (("0/0 ✎40", "40/40", "40/40"), "", (), "too few: KA1 none read yet"),
    (("0/0", "40/40", "40/40"), "", (), "too few: KA1 nobody relevant"),
    (("", "26/40", "30/40"), "", (), "KA1 not asked"),
    (("", "3/4", ""), "", (), "KA1 and KA3 not asked; too few: KA2 3 of 4"),
]  # fmt: skip


@pytest.mark.parametrize(("questions", "rating", "lowest", "because"), LOWEST)
def test_a_standard_is_as_its_lowest_key_question(
    questions: tuple[str, ...], rating: str, lowest: tuple[str, ...], because: str
) -> None:
    found = standard(*questions)
    assert (found.rating, found.lowest) == (rating, lowest)
    (line,) = rows(Ratings(standards=(found,)))
    assert (line.rating, line.because) == (rating or "none", because)


#: The key questions with what is not settled; the rating of what is; and what else it could be.
UNREAD = [
    # 16 of 34 is 47.1 %; 16 of 40 is 40 %, 22 of 40 is 55 %
    (("16/34 ✎6", "40/40", "40/40"), I, "Could be Requires improvement: KA1 6 of 40 not read."),
    # 18 of 34 is 52.9 %; 18 of 40 is 45 %, 24 of 40 is 60 %
    (("18/34 ✎6", "40/40", "40/40"), R, "Could be Inadequate: KA1 6 of 40 not read."),
    # 20 of 39 is 51.3 %; 20 of 40 is 50 %, 21 of 40 is 52.5 %: nothing changes
    (("20/39 ✎1", "40/40", "40/40"), R, ""),
    # 20 of 30 is 66.7 %; 20 of 40 is 50 %, 30 of 40 is 75 %
    (("20/30 ?10", "40/40", "40/40"), G, "Could be Requires improvement: KA1 10 of 40 not known."),
    # 12 of 20 is 60 %; 12 of 40 is 30 %, 32 of 40 is 80 %
    (("12/20 ?8 ✎12", "40/40", "40/40"), R, "Could be Inadequate, Good or Outstanding: KA1 20 of 40 not known or not read."),
    # the other could be lower: 10 of 10, and 10 of 40 is 25 %; the lowest stays 80 % at best
    (("32/40", "10/10 ✎30", "40/40"), O, "Could be Inadequate, Requires improvement or Good: KA2 30 of 40 not read."),
    # the lowest could be better, and a second one holds it: 19 of 40 is 47.5 % whatever is read
    (("16/34 ✎6", "19/40", "40/40"), I, ""),
    # one answered of too few has no rating, whatever the others are
    (("4/9 ✎31", "19/40", "40/40"), "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("questions", "rating", "could_be"), UNREAD)
def test_what_the_unread_could_change(questions: tuple[str, ...], rating: str, could_be: str) -> None:
    found = standard(*questions)
    assert found.rating == rating
    (line,) = rows(Ratings(standards=(found,)))
    assert " ".join(line.below) == could_be


# ── the points, and all together ─────────────────────────────────────────────────────────────────

ANSWERED = {"I": "10/40", "R": "20/40", "G": "26/40", "O": "32/40"}
CALLED = {"I": I, "R": R, "G": G, "O": O}


def rated(letters: str, *unread: str, on: Scale | None = None) -> Ratings:
    """Seven standards by the first letters of their ratings, 1.1 to 2.4; "-" is not given, or not answered.
    `unread` takes the place of the answers to the first key question of 2.1."""
    given = {f"1.{n}": CALLED[letter] for n, letter in enumerate(letters[:3], start=1) if letter != "-"}
    asked = {}
    for kind, letter in zip("APDR", letters.split()[-1], strict=True):
        asked |= {f"K{kind}{n}": counts(ANSWERED.get(letter, "1/2")) for n in (1, 2, 3)}
    if unread:
        asked["KA1"] = counts(unread[0])
    return rated_on(on or scale(), asked, given)


#: The ratings, the score, the overall rating, and the points of the case standards. Points are 0, 1, 2 and 3.
SCORES = [
    ("III IIII", 0, I, 0),
    ("RRR IIII", 3, I, 0),
    ("GRR IIII", 4, R, 0),  # the report's: 4 of 21, Requires improvement
    ("OOO RIII", 10, R, 1),
    ("OOO RRII", 11, G, 2),
    ("OOO OOGI", 17, G, 8),
    ("OOO OOOI", 18, O, 9),
    ("OOO OOOO", 21, O, 12),
    ("--- IIII", None, "", 0),
    ("GR- GRIO", None, "", 6),
    ("GRR -III", None, "", None),
    ("--- ----", None, "", None),
]


@pytest.mark.parametrize(("letters", "score", "rating", "of_cases"), SCORES)
def test_the_score(letters: str, score: int | None, rating: str, of_cases: int | None) -> None:
    found = rated(letters)
    assert (found.score, found.rating, found.points_of_cases) == (score, rating, of_cases)
    assert (found.most, found.most_of_cases) == (21, 12)
    last = rows(found)[-1] if score is not None or of_cases is not None else None
    if score is not None:
        assert last and (last.title, last.rating, last.points) == ("overall", rating, f"{score} of 21")
    elif of_cases is not None:
        assert last and (last.title, last.rating, last.points) == ("case standards", "", f"{of_cases} of 12")


#: What is missing, in the first note.
MISSING = [
    ("--- IIII", "No overall indicative rating: 1.1 Leadership, 1.2 Staff and 1.3 Services are not given (--rated STANDARD=RATING)."),
    ("GR- IIII", "No overall indicative rating: 1.3 Services is not given (--rated STANDARD=RATING)."),
    ("GRR -III", "No overall indicative rating: 2.1 Assessment has none."),
    ("GR- -II-", "No overall indicative rating: 2.1 Assessment and 2.4 Reviewing have none; 1.3 Services is not given (--rated STANDARD=RATING)."),
]  # fmt: skip


@pytest.mark.parametrize(("letters", "said"), MISSING)
def test_what_is_missing_is_said(letters: str, said: str) -> None:
    assert notes(rated(letters))[0] == said
    assert not any(note.startswith("No overall") for note in notes(rated("GRR IIII")))


def test_the_unread_of_one_standard_can_change_the_overall_rating() -> None:
    # 2.1 is Inadequate on 16 of 34, and could be Requires improvement (22 of 40): 3 points could be 4
    found = rated("RRR RIII", "16/34 ✎6")
    assert (found.score, found.rating, found.could_be) == (3, I, (R,))
    assert rows(found)[-1].below == ("Could be Requires improvement, with the above.",)


def noticed(band: Band) -> set[str]:
    """What of a band the tables above rest on."""
    return {word for word in ("points", "percent", "score") if getattr(band, word) or word == "points"}


@pytest.mark.parametrize("by", [1, -1])
@pytest.mark.parametrize(
    ("place", "word"), [(n, word) for n, b in enumerate(scale().bands) for word in sorted(noticed(b))]
)
def test_no_number_of_the_scale_can_change_unnoticed(place: int, word: str, by: int) -> None:
    """Each moved by one: some row of the tables comes out otherwise."""
    bands = list(scale().bands)
    bands[place] = replace(bands[place], **{word: getattr(bands[place], word) + by})
    other = replace(scale(), bands=tuple(bands))
    shares = [rated_on(other, {f"KA{n}": counts(row[0]) for n in (1, 2, 3)}, {}).standards[3] for row in BANDS]
    asked = [rated(row[0], on=other) for row in SCORES]
    assert [(one.rating, one.points) for one in shares] != [(row[1], row[2]) for row in BANDS] or [
        (one.score, one.rating, one.points_of_cases) for one in asked
    ] != [row[1:] for row in SCORES]


# ── ratings that are given ───────────────────────────────────────────────────────────────────────

#: What is typed after --rated, and what is said of it.
TYPED = [
    (("1.1",), '--rated takes a standard and its rating, such as --rated 1.1="requires improvement".'),
    (("=good",), '--rated takes a standard and its rating, such as --rated 1.1="requires improvement".'),
    (("1.1=",), '--rated takes a standard and its rating, such as --rated 1.1="requires improvement".'),
    (("1.4=good",), "--rated: no standard is called “1.4”. Did you mean “1.3”?"),
    (("2.1=good",), "--rated: 2.1 Assessment is rated by KA1, KA2 and KA3. Without items are 1.1, 1.2 and 1.3."),
    (("1.1=goood",), "--rated 1.1 takes Inadequate, Requires improvement, Good or Outstanding. Did you mean “Good”?"),
    (("1.1=good", "1.1=good"), "--rated gives 1.1 twice."),
]


@pytest.mark.parametrize(("typed", "said"), TYPED)
def test_what_is_no_rating(typed: tuple[str, ...], said: str) -> None:
    (checklist,) = load_checklists([QUESTIONS], load_dictionary(None))
    with pytest.raises(UsageStop) as stop:
        given_ratings(typed, [checklist])
    assert stop.value.lines == (said,)


@pytest.mark.parametrize(
    "typed", ["1.2=Requires improvement", "1.2 = requires  improvement", "1.2=REQUIRES-IMPROVEMENT"]
)
def test_a_rating_however_it_is_spelt(typed: str) -> None:
    (checklist,) = load_checklists([QUESTIONS], load_dictionary(None))
    assert given_ratings([typed], [checklist]) == {"1.2": R}


#: To what a run is narrowed, and why it takes no rating.
NOT_WITH = [
    (Selection(rated=GIVEN, practitioners=("ZKSB201",)), ["key-questions"], "--rated does not go with --practitioner: no practitioner is rated."),
    (Selection(rated=GIVEN), ["rar"], "--rated: no checklist of this run rates standards. One that ships does: key-questions."),
    (Selection(rated=GIVEN, items=("RA1",)), ["rar", "key-questions"], "--rated: no checklist of this run rates standards. One that ships does: key-questions."),
]  # fmt: skip


@pytest.mark.parametrize(("selection", "checklists", "said"), NOT_WITH)
def test_where_no_rating_is_taken(selection: Selection, checklists: list[str], said: str) -> None:
    with pytest.raises(UsageStop) as stop:
        audit(EXAMPLE, checklists=checklists, selection=selection)
    assert stop.value.lines == (said,)


# ── the example: the inspection's own ────────────────────────────────────────────────────────────

#: As the report prints them: the standard, its rating, and the percentage that drives it (2.1 to 2.4).
REPORT = [
    ("1.1", G, ""),
    ("1.2", R, ""),
    ("1.3", R, ""),
    ("2.1", I, "23 %"),
    ("2.2", I, "40 %"),
    ("2.3", I, "25 %"),
    ("2.4", I, "30 %"),
]


@pytest.fixture(scope="module")
def finished() -> Iterator[Audit]:
    with audit(EXAMPLE, checklists=["key-questions"], selection=Selection(rated=GIVEN)) as found:
        yield found


@pytest.fixture(scope="module")
def result(finished: Audit) -> Result:
    return finished.result(whole=True)


def test_the_example_has_the_ratings_of_the_report(result: Result) -> None:
    (found,) = result.ratings
    *lines, overall = rows(found)
    assert [(one.standard, one.rating) for one in lines] == [(name, rating) for name, rating, _ in REPORT]
    assert all(percent in one.because for one, (_, _, percent) in zip(lines, REPORT, strict=True))
    assert (overall.points, overall.rating) == ("4 of 21", R)


#: To what the run is narrowed, and what is rated: by standard, or why nothing is.
NARROWED: list[tuple[Selection, dict[str, str] | str | None]] = [
    # 12 cases of Eastbourne, by hand: KA3 3, KP3 4, KD2 and KD3 3, KR3 3
    (Selection(teams=("ZKSEB1",)), {"2.1": I, "2.2": I, "2.3": I, "2.4": I}),
    (Selection(practitioners=("ZKSB201",)), "these are the cases of single practitioners, and no practitioner is rated"),
    (Selection(practitioners=("ZKSB201", "ZKSA101")), "these are the cases of single practitioners, and no practitioner is rated"),
    (Selection(items=("KA1", "KA2", "KA3")), {"2.1": I, "2.2": "", "2.3": "", "2.4": ""}),
    (Selection(items=("KA1",)), {"2.1": "", "2.2": "", "2.3": "", "2.4": ""}),
    (Selection(severities=("low",)), {"2.1": "", "2.2": "", "2.3": "", "2.4": ""}),
    (Selection(items=("RA1",)), None),
]  # fmt: skip


@pytest.mark.parametrize(("selection", "expected"), NARROWED)
def test_a_narrowed_run(selection: Selection, expected: dict[str, str] | str | None) -> None:
    with audit(EXAMPLE, checklists=["key-questions", "rar"], selection=selection) as narrowed:
        found = narrowed.result().ratings
    if expected is None:
        assert found == ()
    elif isinstance(expected, str):
        assert (found[0].standards, found[0].refused) == ((), expected)
        assert notes(found[0]) == [f"None: {expected}."]
    else:
        assert {one.standard: one.rating for one in found[0].standards if one.questions} == expected
        assert found[0].rating == ""


def test_a_team_of_one_is_a_person(result: Result) -> None:
    """However the run was narrowed: cases that one practitioner holds are theirs."""
    from auditcheck.ratings import ratings

    (checklist,) = load_checklists([QUESTIONS], load_dictionary(None))
    alone = replace(result, practitioners=tuple(p for p in result.practitioners if p.code in ("ZKSB201", "")))
    assert [found.refused != "" for found in ratings(alone, [checklist], {})] == [True]
    unknown = replace(result, practitioners=())  # the extract does not say whose they are
    assert [found.refused for found in ratings(unknown, [checklist], {})] == [""]


def test_nothing_answered_is_no_section_and_a_sample_is_said(result: Result) -> None:
    from auditcheck.ratings import ratings

    (checklist,) = load_checklists([QUESTIONS], load_dictionary(None))
    unread = {item.id: Counts((0, 0, 0, 0, 0, 0, 40, 0, 0)) for item in result.items}
    nobody = replace(result, overall=replace(result.overall, counts=unread))
    assert ratings(nobody, [checklist], {}) == ()
    assert [one.rating for one in ratings(nobody, [checklist], {"1.1": G})[0].standards] == [G, *[""] * 6]
    sampled = replace(result, items=tuple(replace(item, sample=True) for item in result.items))
    assert "Of a sample of the cases." in notes(ratings(sampled, [checklist], {})[0])
    assert "Of a sample of the cases." not in notes(ratings(result, [checklist], {})[0])


# ── every report says the same ───────────────────────────────────────────────────────────────────


def written(name: str, result: Result) -> str:
    (form,) = (form for form in FORMATS if form.suffix == name and "run" in form.commands)
    content = form.written(result, "")
    if name != ".xlsx":
        return content.decode()
    cells = (str(cell.value) for row in load_workbook(io.BytesIO(content))["Summary"] for cell in row if cell.value)
    return "\n".join(cells)


@pytest.mark.parametrize("name", [".txt", ".md", ".html", ".xlsx", ".json"])
def test_every_report_has_them(name: str, result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    text = written(name, result)
    assert text.count("Leadership") >= 1
    for words in ("Implementation and delivery", "Requires improvement", "Inadequate"):
        assert words in text
    assert "indicative" in text.lower()
    assert "HMIP rating" not in text
    none = written(name, replace(result, ratings=()))
    assert "Leadership" not in none.split("What each item asks")[0]
    if name == ".json":
        (found,) = json.loads(text)["indicative_ratings"]
        assert (found["score"], found["most_points"], found["rating"]) == (4, 21, R)
        assert [one["lowest"] for one in found["standards"]] == [[], [], [], ["KA3"], ["KP1"], ["KD3"], ["KR3"]]
        assert json.loads(none)["indicative_ratings"] == []
    else:
        assert "4 of 21" in text
        assert "KP1 40 %, 16 of 40" in text


def test_a_practitioners_workbook_rates_nobody(result: Result) -> None:
    for by in ("practitioner", "team"):
        content = next(iter(parts(result, by).values()))()
        sheets = load_workbook(io.BytesIO(content))
        said = [str(cell.value) for sheet in sheets for row in sheet for cell in row if cell.value]
        assert not any("Leadership" in words or "Indicative" in words for words in said)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_screen_keeps_its_width(width: int, result: Result) -> None:
    unsure = replace(result, ratings=(rated("GRR RIII", "129/200"), rated("RRR RIII", "16/34 ✎6")))
    lines = [line.text for line in indicative(unsure, screen(width))]
    assert max(map(len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    assert "! KA1: 129 of 200 is less" not in text  # it is not the lowest there
    assert "Could be Requires improvement: KA1 6 of 40 not read." in text
    assert "Could be Requires improvement, with the above." in text


# ── the checklist's own words ────────────────────────────────────────────────────────────────────

#: What stands in key-questions.yaml, what stands there instead, and what is said.
MISTAKES = [
    ("percent: good_percent,", "percent: god_percent,", "“god_percent” is no setting that is a whole number: give it a name under settings. Did you mean “good_percent”?"),
    ("percent: good_percent,", "percent: 65,", "“65” is no setting that is a whole number: give it a name under settings."),
    ("percent: good_percent,", "percent: ask_after,", "“ask_after” is no setting that is a whole number: give it a name under settings."),
    ("percent: good_percent,", "percnt: good_percent,", "unknown key “percnt”; allowed: band, percent, points or score. Did you mean “percent”?"),
    ("percent: good_percent, ", "", "the band “Good” needs “percent”."),
    ("  bands:\n", "  band:\n", "unknown key “band”; allowed: bands or standards. Did you mean “bands”?"),
    ("{band: Inadequate, points: inadequate_points}", "{band: Inadequate, points: inadequate_points, score: good_score}", "“score” of the lowest band, which begins at 0. Delete it."),
    ("{band: Good,", "{band: inadequate,", "the band “inadequate” stands here a second time."),
    ("good_percent: {value: 65,", "good_percent: {value: 50,", "“percent” must rise: “Good” has 50, “Requires improvement” before it 50."),
    ("good_points: {value: 2,", "good_points: {value: 1,", "“points” must rise: “Good” has 1, “Requires improvement” before it 1."),
    ("good_score: {value: 11,", "good_score: {value: 4,", "“score” must rise: “Good” has 4, “Requires improvement” before it 4."),
    ("outstanding_percent: {value: 80,", "outstanding_percent: {value: 101,", "“percent” is from 1 to 100, not 101."),
    ("outstanding_score: {value: 18,", "outstanding_score: {value: 22,", "“score” is 22, and all standards together have 21 at most."),
    ('    standard: "2.4"\n    severity: medium', '    standard: "2.5"\n    severity: medium', "KR3: no standard of the ratings is called “2.5”. Did you mean “2.4”?"),
    ('    standard: "2.4"\n    severity: medium', "    severity: medium", "KR3: needs “standard”: the checklist has ratings, and each item counts towards one."),
]  # fmt: skip


def told(text: str) -> list[str]:
    problems: list[Problem] = []
    raw = parse_yaml(text.encode(), "c.yaml", problems)
    read_checklist(raw, "c.yaml", load_dictionary(None), problems)
    return list(ChecklistStop.of(problems).lines) if problems else []


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES, ids=[row[2][:40] for row in MISTAKES])
def test_mistakes_are_told_with_their_line(old: str, new: str, said: str) -> None:
    text = QUESTIONS.read_text(encoding="utf-8")
    assert old in text
    lines = told(text.replace(old, new))
    assert [line.split(": ", 1)[1] for line in lines if "never used" not in line] == [said]
    assert all(line.split(":")[1].isdigit() for line in lines)


def region(**values: int) -> str:
    settings = "".join(
        f"  key-questions.{name}: {{value: {value}, reason: Ours, review: 2030-01-01}}\n"
        for name, value in values.items()
    )
    return f"{HEAD}settings:\n{settings}"


def test_a_region_changes_cut_points() -> None:
    changed = adjusted(region(improvement_percent=20), "key-questions")
    (checklist,) = changed.checklists
    assert checklist.scale is not None
    nine = {f"KA{n}": counts("9/40") for n in (1, 2, 3)}  # 22.5 %
    assert rated_on(checklist.scale, nine, {}).standards[3].rating == R
    assert rated_on(scale(), nine, {}).standards[3].rating == I
    about = changed.concerning(checklist.items)
    assert [change.target for change in about.changes] == ["key-questions.improvement_percent"]
    setting = next(s for s in checklist.settings if s.name == "improvement_percent")
    assert setting.adjusted and setting.source.startswith("kent-surrey-sussex (50 in the checklist; Ours)")


def test_values_that_are_right_only_together() -> None:
    both = adjusted(region(improvement_percent=66, good_percent=70), "key-questions")
    found = both.checklists[0].scale
    assert found is not None
    assert [band.percent for band in found.bands] == [0, 66, 70, 80]
    with pytest.raises(ChecklistStop) as stop:
        adjusted(region(improvement_percent=66), "key-questions")
    assert "“percent” must rise: “Good” has 65, “Requires improvement” before it 66." in stop.value.lines[0]
