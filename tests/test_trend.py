"""Month by month: against what was worked out by hand for examples/three-months, and on months made up here."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from auditcheck.history import History
from auditcheck.pseudonyms import Key
from auditcheck.recorded import (
    Became,
    Level,
    Open,
    Point,
    RecordedCounts,
    RecordedItem,
    RecordedRun,
    Stretch,
    Trend,
    TrendLine,
)
from auditcheck.recording import recorded, with_former
from auditcheck.reports.trend_result import trend_page
from auditcheck.reports.trend_screen import explained, said_of
from auditcheck.result import Counts
from auditcheck.states import IN_ORDER, IN_THE_RATE, State
from auditcheck.trend import trend
from tests.small_extracts import small
from tests.small_histories import CONTACTS, extract, record, typed, words_of_run
from tests.three_months import EXTRACTS, FOLDER, MONTHS, read, several

ITEMS = ("DA2", "RA1", "MO1", "MO2")
TEAMS = ("HARB01", "DOWN02", "MARS10")
UNIT = "Harbour and Downs PDU (made-up cases)"
PLAN = {row["case"]: row for row in read("plan.csv")}
STATES = read("expected_states.csv")
CHANGES = read("changes.csv")
RATE = {state.value for state in IN_THE_RATE}


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three months as a user records them."""
    own = tmp_path_factory.mktemp("three")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATA", "CONFIG"):
            patch.setenv(f"XDG_{name}_HOME", str(own / name.lower()))
        for folder, _ in EXTRACTS.values():
            done = typed("run", str(FOLDER / folder), "--record")
            assert done == (0, ""), done
    return own / "data" / "auditcheck" / "history.db"


@pytest.fixture(scope="module")
def months(three: Path) -> list[RecordedRun]:
    with History.to_read(three) as history:
        return history.runs(UNIT)


# What had fallen due, by hand: from the plan's dates and the reasons beside it


def reason_in(row: dict[str, str], month: str) -> str:
    """What stands of a state in a month: a text for all of them, or from a month on."""
    found = ""
    for part in row["reason"].split(" | "):
        begins = re.match(r"(april|may|june): (.*)", part)
        if begins is None or MONTHS.index(begins[1]) <= MONTHS.index(month):
            found = part if begins is None else begins[2]
    return found


def a_day(text: str) -> date:
    return datetime.strptime(text if re.search(r"\d{4}$", text) else f"{text} 2026", "%d %b %Y").date()


def fell_due(row: dict[str, str], month: str, oversight_weeks: int) -> bool:
    """Had anything of a case that is met fallen due before the day of the extract?"""
    _, today = EXTRACTS[month]
    plan = PLAN[row["case"]]
    if row["item"] == "MO2":
        return date.fromisoformat(plan["started"]) + timedelta(weeks=oversight_weeks) < today
    due = [a_day(text) for text in re.findall(r"due (\d+ \w+(?: \d{4})?)", reason_in(row, month))]
    assert due, row
    if row["item"] == "DA2":
        assert len(due) == len(several(plan["enquiry_sent"])) or len(due) == 1
    return any(day < today for day in due)


def by_hand(item: str, team: str, month: str, *, as_in_may: bool = False) -> tuple[int, int]:
    """Met, and met + late + gap, of what had fallen due; in June MO2 is asked every 10 weeks, in May every 13."""
    weeks = 10 if month == "june" and not as_in_may else 13
    met = of = 0
    for row in STATES:
        if row["item"] != item or team not in ("", PLAN[row["case"]]["team"]):
            continue
        state = "met" if as_in_may and row["reason"].endswith("; met at 13 weeks") else row[month]
        if state in RATE and (state != "met" or fell_due(row, month, weeks)):
            met += state == "met"
            of += 1
    return met, of


def points(found: Trend, item: str) -> list[tuple[int, int]]:
    return [(point.passed.met, point.passed.base) for point in line_of(found, item).points]


def line_of(found: Trend, item: str) -> TrendLine:
    (line,) = (line for line in found.lines if line.item == item)
    return line


#: As a person reads them on the screen: April, May, June.
READ_OFF = [
    ("DA2", "", [(10, 42), (35, 75), (54, 104)]),
    ("RA1", "", [(28, 60), (28, 54), (28, 54)]),
    ("MO1", "", [(73, 114), (73, 114), (75, 115)]),
    ("MO2", "", [(21, 34), (19, 34), (12, 34)]),
    ("DA2", "HARB01", [(3, 14), (16, 26), (24, 35)]),
    ("DA2", "DOWN02", [(4, 14), (14, 25), (23, 34)]),
    ("DA2", "MARS10", [(3, 14), (5, 24), (7, 35)]),
    ("MO2", "MARS10", [(7, 12), (6, 11), (4, 12)]),
]


@pytest.mark.parametrize(("item", "team", "numbers"), READ_OFF)
def test_the_rates_are_those_read_off(
    item: str, team: str, numbers: list[tuple[int, int]], months: list[RecordedRun]
) -> None:
    assert points(trend(UNIT, months, team), item) == numbers


@pytest.mark.parametrize("team", ["", *TEAMS])
@pytest.mark.parametrize("item", ITEMS)
def test_the_rates_are_those_worked_out_by_hand(item: str, team: str, months: list[RecordedRun]) -> None:
    assert points(trend(UNIT, months, team), item) == [by_hand(item, team, month) for month in MONTHS]


# The line that breaks


@pytest.mark.parametrize(("team", "met", "of"), [("", 17, 31), ("HARB01", 5, 10), ("DOWN02", 5, 10), ("MARS10", 7, 11)])
def test_the_shorter_interval_breaks_the_line_and_june_is_counted_as_may_was(
    team: str, met: int, of: int, months: list[RecordedRun]
) -> None:
    line = line_of(trend(UNIT, months, team), "MO2")
    assert [len(stretch.points) for stretch in line.stretches] == [2, 1]
    last = line.points[-1]
    assert last.broken == "the item was changed (interval 13 weeks, now 10 weeks)"
    assert last.again is not None
    assert (last.again.met, last.again.base) == (met, of) == by_hand("MO2", team, "june", as_in_may=True)


def test_of_all_states_25_of_39_were_met_had_the_interval_not_changed(months: list[RecordedRun]) -> None:
    former = {item.id: item.definition for item in months[1].items}["MO2"]
    (row,) = (row for row in months[2].counts if (row.item, row.definition, row.level) == ("MO2", former, Level.ALL))
    assert (row.counts.met, row.counts.base) == (25, 39)


@pytest.mark.parametrize("item", ["DA2", "RA1", "MO1"])
def test_no_other_line_breaks(item: str, months: list[RecordedRun]) -> None:
    line = line_of(trend(UNIT, months), item)
    assert [point.broken for stretch in line.stretches for point in stretch.points] == ["", "", ""]


# What became of the gaps


def changes_by_hand(item: str, team: str, by: str) -> Counter[str]:
    """What became of every gap; those that are there only because of the shorter interval are none of them."""
    rows = [row for row in CHANGES if row["item"] == item and team in ("", row["team"])]
    shorter = {row["case"] for row in STATES if row["item"] == item and row["reason"].endswith("; met at 13 weeks")}
    return Counter(
        row[by] for row in rows if row[by] and not (by == "by_june" and row["case"] in shorter and row["june"] == "gap")
    )


@pytest.mark.parametrize(("until", "by"), [(2, "by_may"), (3, "by_june")])
@pytest.mark.parametrize("team", ["", *TEAMS])
@pytest.mark.parametrize("item", ITEMS)
def test_what_became_of_the_gaps(item: str, team: str, until: int, by: str, months: list[RecordedRun]) -> None:
    found = {one.item: one for one in trend(UNIT, months[:until], team).changes}[item]
    expected = changes_by_hand(item, team, by)
    assert {became.value: count for became, count in found.became.items()} == dict(expected)
    if not team:
        assert sum(expected.values()) >= 10


@pytest.mark.parametrize(("team", "more"), [("", 4), ("HARB01", 1), ("DOWN02", 0), ("MARS10", 3)])
def test_gaps_that_are_there_only_because_the_item_was_changed(team: str, more: int, months: list[RecordedRun]) -> None:
    listed = [
        row
        for row in STATES
        if row["item"] == "MO2" and row["june"] == "gap" and row["reason"].endswith("; met at 13 weeks")
    ]
    assert sum(team in ("", PLAN[row["case"]]["team"]) for row in listed) == more
    found = {one.item: one.by_definition for one in trend(UNIT, months, team).changes}
    assert found == {"MO2": more} | {an_id: 0 for an_id in found if an_id != "MO2"}


def test_the_screen_says_so(three: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("trend", "--history", str(three)) == (0, "")
    text = " ".join(capsys.readouterr().out.split())
    assert (
        "June 2026: the item was changed (interval 13 weeks, now 10 weeks), so the line breaks here; as it was before it would be 17 of 31 (55 %), now it is 12 of 34 (35 %)."
        in text
    )
    assert "4 gaps more only because the item was changed." in text
    assert text.count("only because the item was changed") == 1
    assert "lower than chance" not in text
    assert "of cases that were not, or are no longer, in the extract." in text
    assert typed("trend", "--team", "MARS10", "--history", str(three)) == (0, "")
    assert "of cases that were not, or are no longer, of that team." in " ".join(capsys.readouterr().out.split())


def test_purging_the_people_leaves_the_rates_and_says_what_cannot_be_told(
    three: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    path = Path(shutil.copy(three, tmp_path / "history.db"))
    assert typed(
        "history", "purge", "--before", "2026-01", "--people-before", "2026-06", "--apply", "--history", str(path)
    ) == (0, "")
    assert typed("trend", "--history", str(path)) == (0, "")
    text = " ".join(capsys.readouterr().out.split())
    assert "It cannot be told: what stood for the cases has been purged." in text
    assert "10/42 35/75 54/104" in text


# Months made up here


def counts(met: int, of: int, unknown: int = 0) -> Counts:
    there = {State.MET: met, State.GAP: of - met, State.CANNOT_TELL: unknown}
    return Counts(tuple(there.get(state, 0) for state in IN_ORDER))


def month(
    number: int,
    met: int,
    of: int,
    *,
    item: str = "A1",
    definition: str = "d1",
    day: int = 28,
    cases: Sequence[str] = ("c1",),
    opened: Sequence[tuple[str, ...]] = (),
    key: str = "k1",
    sample: bool = False,
    unknown: int = 0,
) -> RecordedRun:
    """The run of a month, counted from January 2025, of one item. `opened` are (case, gap), or (case, gap, what it is now)."""
    as_at = date(2025 + (number - 1) // 12, (number - 1) % 12 + 1, day)
    return RecordedRun(
        run=f"{as_at}",
        unit="Unit",
        as_at=as_at,
        revision=1,
        supersedes="",
        recorded="2025-01-01T00:00:00Z",
        version="0",
        fingerprint=f"{as_at}",
        extract="x",
        dictionary="d",
        dictionary_version="1",
        audited=of,
        rows_read=0,
        rows_refused=0,
        faults=0,
        key=key,
        checklists=(),
        settings=(),
        items=(RecordedItem(item, "Title", "List", definition, False, sample),),
        counts=(RecordedCounts(item, definition, Level.ALL, "", "", *2 * (counts(met, of, unknown),)),),
        cases=dict.fromkeys(cases, ""),
        open=tuple(Open(case, item, definition, State(*(is_now or ["gap"])), gap) for case, gap, *is_now in opened),
    )


def stretch_of(*runs: RecordedRun) -> Stretch:
    (line,) = trend("Unit", runs).lines
    (stretch,) = line.stretches
    return stretch


def test_one_month_alone_says_that_nothing_can_have_become_of_its_gaps() -> None:
    found = trend("Unit", [month(1, 5, 20)])
    assert (found.changes, found.not_told) == ((), "there is one month only")


def test_no_month_at_all() -> None:
    assert trend("Unit", []) == Trend("Unit", "", (), (), (), "there is one month only")


def test_another_key_is_said_and_nothing_is_guessed() -> None:
    found = trend("Unit", [month(1, 5, 20), month(2, 6, 20, key="k2")])
    assert (found.changes, found.not_told) == ((), "the two months were recorded with different keys")
    assert points(found, "A1") == [(5, 20), (6, 20)]


def test_of_two_days_in_a_month_the_last_counts() -> None:
    runs = [month(1, 1, 20, day=31), month(2, 2, 20, day=3), month(2, 3, 20, day=27), month(2, 4, 20, day=9)]
    found = trend("Unit", runs)
    assert found.days == (date(2025, 1, 31), date(2025, 2, 27))
    assert points(found, "A1") == [(1, 20), (3, 20)]


#: What a case's gap was and is: gaps are g1, g2 of cases c1, c2; "g1=met" is a gap of before that is met now.
CHANGED = [
    # (cases then, gaps then, cases now, gaps now, what became)
    ("c1", "c1:g1", "c1", "c1:g1", {Became.STILL_OPEN: 1}),
    ("c1", "c1:g1", "c1", "c1:g1=met", {Became.FIXED: 1}),
    ("c1", "c1:g1", "c1", "c1:g1=late", {Became.FIXED: 1}),
    ("c1", "c1:g1", "c1", "c1:g1=excused", {Became.EXCUSED: 1}),
    ("c1", "c1:g1", "c1", "c1:g1=left_out", {Became.LEFT_OUT: 1}),
    ("c1", "c1:g1", "c1", "c1:g1=cannot_tell", {Became.NO_LONGER_TELL: 1}),
    ("c1", "c1:g1", "c1", "c1:g1=not_relevant", {Became.OTHERWISE: 1}),
    ("c1", "c1:g1", "c1", "c1:g1=not_yet_due", {Became.OTHERWISE: 1}),
    ("c1", "c1:g1", "c1", "c1:g1=to_judge", {Became.OTHERWISE: 1}),
    ("c1", "c1:g1", "c1", "", {Became.NOT_KNOWN: 1}),
    ("c1", "", "c1", "c1:g1", {Became.NEW: 1}),
    ("c1 c2", "c1:g1", "c2", "", {Became.LEFT: 1}),
    ("c2", "", "c1 c2", "c1:g1", {Became.CAME_IN: 1}),
    ("c1", "c1:g1", "c1", "c1:g1=met c1:g2", {Became.FIXED: 1, Became.NEW: 1}),
    ("c1", "c1:g1", "c1", "c1:g1=not_relevant c1:g2", {Became.OTHERWISE: 1, Became.NEW: 1}),  # its day was corrected
    ("c1", "c1:g1", "c1", "c1:g2", {Became.NOT_KNOWN: 1, Became.NEW: 1}),  # now was recorded before then
    ("c1", "c1:g1 c1:g2", "c1", "c1:g1=met c1:g2", {Became.FIXED: 1, Became.STILL_OPEN: 1}),
    ("c1", "c1:g1", "c2", "c2:g2", {Became.LEFT: 1, Became.CAME_IN: 1}),
]  # fmt: skip


def gaps(text: str) -> list[tuple[str, ...]]:
    words = (word.replace("=", ":").split(":") for word in text.split())
    return [(case, gap, *(one.replace("_", " ") for one in is_now)) for case, gap, *is_now in words]


@pytest.mark.parametrize(("cases_then", "then", "cases_now", "now", "became"), CHANGED)
def test_what_becomes_of_a_gap(cases_then: str, then: str, cases_now: str, now: str, became: dict[Became, int]) -> None:
    runs = [
        month(1, 5, 20, cases=cases_then.split(), opened=gaps(then)),
        month(2, 5, 20, cases=cases_now.split(), opened=gaps(now)),
    ]
    (found,) = trend("Unit", runs).changes
    assert (dict(found.became), found.by_definition) == (became, 0)


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        ("c1:g1", "c1:g1 c2:g2", False),  # one of each case
        ("c1:g1 c1:g2", "c1:g1=met c1:g2", True),
        ("", "c1:g1 c1:g2", True),
        ("c1:g1", "c1:g1=met c1:g2", False),  # two, and never both at once
    ],
)
def test_that_a_case_has_several_gaps_of_an_item_is_said(then: str, now: str, said: bool) -> None:
    cases = ("c1", "c2")
    runs = [month(1, 5, 20, cases=cases, opened=gaps(then)), month(2, 5, 20, cases=cases, opened=gaps(now))]
    line = "Some case has several open of A1: here each counts, in the ✘ of run the case once."
    assert (line in explained(trend("Unit", runs))) is said


@pytest.mark.parametrize(
    ("state", "became"),
    [(State.EXCUSED, Became.EXCUSED), (State.LEFT_OUT, Became.LEFT_OUT), (State.CANNOT_TELL, Became.NO_LONGER_TELL)],
)
def test_a_gap_that_is_none_any_more_is_not_called_fixed_unless_it_is(state: State, became: Became) -> None:
    after = replace(month(2, 5, 20), open=(Open("c1", "A1", "d1", state, "g1"),))
    (found,) = trend("Unit", [month(1, 5, 20, opened=[("c1", "g1")]), after]).changes
    assert dict(found.became) == {became: 1}


def test_an_item_that_was_changed_and_not_counted_again_cannot_be_told() -> None:
    found = trend("Unit", [month(1, 5, 20, opened=[("c1", "g1")]), month(2, 5, 20, definition="d2")])
    (one,) = found.changes
    assert (dict(one.became), one.by_definition) == ({}, None)
    (line,) = found.lines
    assert [(point.broken, point.again) for point in line.points] == [("", None), ("the item was changed", None)]


@pytest.mark.parametrize(
    ("was", "is_now", "said"), [(False, True, "from now on a sample"), (True, False, "from now on every case")]
)
def test_a_sample_beside_every_case_breaks_the_line(was: bool, is_now: bool, said: str) -> None:
    (line,) = trend("Unit", [month(1, 5, 20, sample=was), month(2, 5, 20, sample=is_now)]).lines
    assert [point.broken for point in line.points] == ["", said]


def test_an_item_asked_only_in_some_months_has_only_those() -> None:
    runs = [month(1, 5, 20), month(2, 9, 30, item="B2"), month(3, 6, 20)]
    found = trend("Unit", runs)
    assert [line.item for line in found.lines] == ["A1", "B2"]
    assert [point.as_at.month for point in line_of(found, "A1").points] == [1, 3]
    assert [point.as_at.month for point in line_of(found, "B2").points] == [2]
    assert found.changes == ()
    assert line_of(trend("Unit", runs, items=["B2"]), "B2").points[0].passed.base == 30


# What may be said of a line


def test_under_six_months_nothing_is_claimed() -> None:
    for number in range(1, 6):
        stretch = stretch_of(*(month(one, 0 if one == number else 19, 20) for one in range(1, number + 1)))
        assert (stretch.centre, stretch.limits, stretch.signals) == (None, (), ())


def test_a_month_of_nobody_is_no_month_of_the_six() -> None:
    stretch = stretch_of(*(month(one, 10 if one != 3 else 0, 20 if one != 3 else 0) for one in range(1, 7)))
    assert stretch.centre is None
    stretch = stretch_of(*(month(one, 10 if one != 3 else 0, 20 if one != 3 else 0) for one in range(1, 8)))
    assert (stretch.centre, stretch.trial, stretch.signals) == (0.5, True, ())


def test_six_months_alike_have_a_mean_and_no_signal() -> None:
    stretch = stretch_of(*(month(one, 10, 40) for one in range(1, 7)))
    assert (stretch.centre, stretch.trial, stretch.signals) == (0.25, True, ())
    assert len(stretch.limits) == 6
    # of 40 cases at 25 %, scipy: at most 4 in 1.6 %, 5 in 4.3 %; at least 16 in 2.6 %, 17 in 1.2 %: 2.5 % lies between
    low, high = stretch.limits[0]
    assert 4 / 40 <= low <= 5 / 40
    assert 16 / 40 <= high <= 17 / 40


def test_one_month_far_below_is_said_with_its_month() -> None:
    stretch = stretch_of(*(month(one, 20 if one != 6 else 3, 40) for one in range(1, 7)))
    # 103 of 240 is 43 %; 3 or fewer of 40 at that rate: below 1 in 100,000
    assert stretch.signals == ("June 2025: lower than chance explains, against 43 % (99.8 %).",)


def test_seven_months_below_the_mean_are_said_and_six_are_not() -> None:
    # twelve points fix the mean: 240 of 480, 50 %
    first = [month(one, 22 if one % 2 else 18, 40, cases=[f"c{one}"]) for one in range(1, 13)]
    below = [month(one, 19 if one % 2 else 18, 40, cases=[f"c{one}"]) for one in range(13, 20)]
    assert stretch_of(*first, *below[:5]).signals == ()  # with December six
    assert stretch_of(*first, *below[:6]).signals == (
        "June 2026: the seventh month or more in a row below the mean, 50 %.",
    )


def test_a_mean_of_twelve_months_stays_where_it_is() -> None:
    first = [month(one, 22 if one % 2 else 18, 40) for one in range(1, 13)]
    later = [month(one, 30 if one % 2 else 10, 40) for one in range(13, 19)]
    twelve, eighteen = stretch_of(*first), stretch_of(*first, *later)
    assert (twelve.centre, twelve.trial) == (eighteen.centre, eighteen.trial) == (0.5, False)
    assert eighteen.limits[:12] == twelve.limits
    eleven = stretch_of(*first[:11])
    assert (eleven.trial, eleven.centre) == (True, 222 / 440)


def test_a_line_that_breaks_begins_anew() -> None:
    runs = [month(one, 10, 40) for one in range(1, 7)] + [month(one, 30, 40, definition="d2") for one in range(7, 10)]
    (line,) = trend("Unit", runs).lines
    assert [(len(one.points), one.centre, one.signals) for one in line.stretches] == [(6, 0.25, ()), (3, None, ())]
    assert isinstance(line.points[6], Point)


def test_seven_months_each_worse_than_the_one_before_are_said() -> None:
    stretch = stretch_of(*(month(one, 27 - one, 40, cases=[f"c{one}"]) for one in range(1, 8)))
    assert stretch.signals == (
        "July 2025: seven months or more in a row, each better or each worse than the one before.",
    )


def test_an_undecided_month_ends_what_was_in_a_row() -> None:
    """July has none met of four, and thirty that cannot be told."""

    def of_each(*months: tuple[int, int, int]) -> tuple[str, ...]:
        runs = [month(n, met, of, unknown=some, cases=[f"c{n}"]) for n, (met, of, some) in enumerate(months, start=1)]
        return stretch_of(*runs).signals

    steady = [(27 - n, 40, 0) for n in range(1, 8)]
    assert of_each(*steady[:6], (0, 4, 30), steady[6]) == ()
    assert len(of_each(*steady)) == 1
    low, first = (18, 40, 0), [(22, 40, 0)] * 6 + [(18, 40, 0)] * 6
    assert of_each(*first, (0, 4, 30), low) == ()
    assert of_each(*first, low) == ("January 2026: the seventh month or more in a row below the mean, 50 %.",)


#: After a year in which all 240 were met, or none: how many of twenty are otherwise in January, and is it said?
#: By scipy, Fisher's exact test of 1, 2 and 3 of 20 against none of 240: 7.7 %, 0.56 % and 0.04 %; 0.1 % is said.
OTHERWISE = [(0, False), (1, False), (2, False), (3, True)]


@pytest.mark.parametrize(("otherwise", "said"), OTHERWISE)
@pytest.mark.parametrize("all_met", [True, False])
def test_that_it_never_happened_is_no_proof_that_it_cannot(otherwise: int, said: bool, all_met: bool) -> None:
    year = [month(one, 20 if all_met else 0, 20) for one in range(1, 13)]
    stretch = stretch_of(*year, month(13, 20 - otherwise if all_met else otherwise, 20))
    words = "lower than chance explains, against 100 %" if all_met else "higher than chance explains, against 0 %"
    assert stretch.signals == ((f"January 2026: {words} (99.8 %).",) if said else ())
    low, high = stretch.limits[-1]  # those of 95 %: three are outside, one is not
    assert 17 / 20 < low <= 19 / 20 if all_met else 1 / 20 <= high < 3 / 20


#: What each month had met of forty, and what is said of the mean.
MEANS = [
    ([10] * 6, "Mean 25 % over 6 months, trial limits until there are twelve"),
    ([10] * 12, "Mean 25 % over 12 months"),
    ([10] * 12 + [12], "Mean 25 % over the first 12 of 13 months"),
    ([40] * 12, "Mean 100 % over 12 months"),
    ([40] * 11 + [39], "Mean >99 % over 12 months"),
    ([0] * 11 + [1], "Mean <1 % over 12 months"),
]


@pytest.mark.parametrize(("met", "said"), MEANS)
def test_what_is_said_of_the_mean(met: Sequence[int], said: str) -> None:
    (line,) = trend("Unit", [month(n, some, 40) for n, some in enumerate(met, start=1)]).lines
    assert list(said_of(line)) == [f"{said}; nothing beyond what chance leaves."]


def test_of_the_same_cases_month_after_month_runs_of_seven_say_nothing() -> None:
    """Cases that keep their answer make such runs by chance alone: nothing is claimed of them."""
    stretch = stretch_of(*(month(one, 27 - one, 40, cases=["c1", "c2", f"d{one}"]) for one in range(1, 8)))
    assert stretch.signals == ()


# Several units, and months recorded in parts


def test_two_units_are_never_one_line(tmp_path: Path, own_folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = extract(tmp_path / "june")
    record(folder)
    record(folder, "--unit", "Another PDU")  # the last one said counts
    capsys.readouterr()
    code, said = typed("trend")
    assert code == 2
    assert said == "the history has 2 units: add --unit TITLE. There are Another PDU and Harbour and Downs PDU."
    assert typed("trend", "--unit", "Another PD")[1] == "nothing is kept of “Another PD”. Did you mean “Another PDU”? There are Another PDU and Harbour and Downs PDU."  # fmt: skip
    assert typed("trend", "--unit", "Another PDU") == (0, "")
    assert capsys.readouterr().out.startswith(" Another PDU: 1 month, June 2023\n")


def test_a_day_in_between_does_not_hide_what_the_item_was_the_month_before(
    tmp_path: Path, own_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shorter = (
        (extract(tmp_path / "may").parent / "small.yaml")
        .read_text(encoding="utf-8")
        .replace("20 working days", "5 working days")
    )
    record(tmp_path / "may", as_at=date(2023, 5, 31))
    extract(tmp_path / "june", checklist=shorter)
    record(tmp_path / "june", as_at=date(2023, 6, 15))
    record(tmp_path / "june", as_at=date(2023, 6, 30))
    with History.to_read(own_folders / "data" / "auditcheck" / "history.db") as history:
        found = trend("Harbour and Downs PDU", history.runs("Harbour and Downs PDU"))
    last = line_of(found, "T1").points[-1]
    # within 20 working days X900001 was answered, X900002 not; within 5 neither was in time
    assert last.broken == "the item was changed"
    assert last.again is not None
    assert [(of.met, of.base) for of in (last.again, last.passed)] == [(1, 2), (0, 2)]
    (t1,) = (one for one in found.changes if one.item == "T1")
    assert (dict(t1.became), t1.by_definition) == ({Became.STILL_OPEN: 1}, 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--team HARB02", "no team kept is called “HARB02”. Did you mean “HARB01”? There are DOWN02 and HARB01."),
        ("--item T9", "no item kept is called “T9”."),
    ],
)
def test_what_is_not_kept_cannot_be_asked_for(words: str, said: str, tmp_path: Path, own_folders: Path) -> None:
    assert typed(*words_of_run(extract(tmp_path / "june"))) == (0, "")
    code, stopped = typed("trend", *words.split())
    assert (code, stopped.startswith(said)) == (2, True), stopped


@pytest.mark.parametrize("columns", [80, 100, 120])
@pytest.mark.parametrize("number", [3, 12, 24, 63])
def test_a_long_history_fits_the_screen(number: int, columns: int) -> None:
    from auditcheck.reports.terminal import Screen
    from auditcheck.reports.trend_screen import trend_screen

    runs = [month(one, 10 + one % 3, 40, definition="d1" if one % 5 else "d2") for one in range(1, number + 1)]
    screen = Screen(stream=io.StringIO(), colour=False, width=columns)
    lines = [line.text for line in trend_screen(trend("Unit", runs), screen)]
    assert max(map(len, lines)) <= columns
    (row,) = (line for line in lines if line.startswith(" A1"))
    assert row.startswith(" A1   Title ")
    # the months' figures stand apart, the latest last
    figures = re.findall(r"(\d+ %)", row)
    assert len(figures) == min(number, (columns - 1 - 46) // 8)
    assert "  ".join(figures[-2:]) in re.sub(r" {2,}", "  ", row)


def test_a_gap_is_called_fixed_only_where_it_is_known_to_be_done(tmp_path: Path) -> None:
    """Of three enquiries without an answer one is answered, late; the row of one is deleted; the day of one is
    corrected, which makes it a gap of another day."""
    key = Key(b"k" * 32)
    cases = [f"{crn},1,2023-04-03,,N01A001,N01A,CO" for crn in ("XA", "XB", "XC")]
    before = ["XA,1,2023-04-03,C369", "XB,1,2023-04-03,C369", "XC,1,2023-04-03,C369"]
    after = ["XA,1,2023-04-03,C369", "XA,1,2023-06-01,C515", "XC,1,2023-04-04,C369"]
    with small(tmp_path / "june", passed=True, cases=cases, contacts=before) as audit:
        june = recorded(audit, key, "Unit")
    with small(tmp_path / "july", passed=True, cases=cases, contacts=after) as audit:
        july = with_former(recorded(audit, key, "Unit"), june, audit, None, key)
    found = {
        one.item: dict(one.became) for one in trend("Unit", [june, replace(july, as_at=date(2023, 7, 31))]).changes
    }
    assert found == {
        "T1": {Became.FIXED: 1, Became.OTHERWISE: 2, Became.NEW: 1},
        "T2": {Became.NEW: 1},  # of XB no enquiry is recorded any more
    }


DAYS = {"may": date(2023, 5, 31), "june": date(2023, 6, 30), "july": date(2023, 7, 31)}
SMALL_UNIT = "Harbour and Downs PDU"

#: By 31 July X900002 was answered, late; of X900003 an enquiry in time is recorded; two others are not answered in time.
BY_JULY = CONTACTS + "X900002,1,2023-07-03,C515,K5\nX900003,1,2023-04-04,C369,K6\n"


@pytest.mark.parametrize(
    "order",  # "!": it is said that a later month was recorded without this one, and to record that again
    ["may june july", "june july may!", "june may! july", "july june! july", "july june! may! june! july", "july may! june! july"],
)  # fmt: skip
def test_a_trend_is_the_same_in_whatever_order_months_were_recorded(
    order: str, tmp_path: Path, own_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in DAYS:
        extract(tmp_path / name, BY_JULY if name == "july" else CONTACTS)
    for step in order.split():
        name = step.rstrip("!")
        record(tmp_path / name, as_at=DAYS[name])
        said = "was recorded without this: record its extract again" in capsys.readouterr().err
        assert said == step.endswith("!"), step
    with History.to_read(own_folders / "data" / "auditcheck" / "history.db") as history:
        assert history.verify() == []
        found = trend(SMALL_UNIT, history.runs(SMALL_UNIT))
    assert {one.item: dict(one.became) for one in found.changes} == {
        "T1": {Became.FIXED: 1, Became.NEW: 2},
        "T2": {Became.FIXED: 1},
    }
    assert typed(*words_of_run(tmp_path / "july", as_at=DAYS["july"])) == (0, "")
    assert "Already recorded" in capsys.readouterr().err


def test_what_is_not_known_is_explained(tmp_path: Path, own_folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(extract(tmp_path / "july", BY_JULY), as_at=DAYS["july"])
    record(extract(tmp_path / "june"), as_at=DAYS["june"])
    assert capsys.readouterr().err.splitlines()[-1] == (
        " ! Mon 31 July 2023 was recorded without this: record its extract again, so that trend knows what became of"
        " these gaps."
    )
    assert typed("trend") == (0, "")
    legend = "not known: July was recorded before June was. Record the extract of July again, to know."
    assert legend in " ".join(capsys.readouterr().out.split())
    record(tmp_path / "july", as_at=DAYS["july"])
    said = capsys.readouterr().err
    assert "revision 2: the same, and what became of the gaps of the month before it." in said
    assert typed("trend") == (0, "")
    assert "not known" not in capsys.readouterr().out


def test_what_was_forgotten_or_purged_does_not_come_back_with_what_became_of_gaps(
    tmp_path: Path, own_folders: Path
) -> None:
    record(extract(tmp_path / "july", BY_JULY), as_at=DAYS["july"])
    path = own_folders / "data" / "auditcheck" / "history.db"
    record(extract(tmp_path / "june"), as_at=DAYS["june"])
    with History.to_write(path) as history:
        history.forget("N54A001")
    record(tmp_path / "july", as_at=DAYS["july"])
    with History.to_read(path) as history:
        assert len(history.lines()) == 3
        assert not {row.practitioner for run in history.runs(SMALL_UNIT) for row in run.counts} & {"N54A001"}


# The limits, drawn


def bands(runs: Sequence[RecordedRun]) -> dict[str, list[list[float]]]:
    """The corners of the bands in the chart of a page, as rates in percent, by class: a list for each of their parts."""
    page = trend_page(trend("Unit", runs)).decode()
    drawn = re.findall(r'<path d="([^"]*)" class="(band-[0-9]+)"', page)
    return {
        kind: [[100 - (float(y) - 12) / 1.1 for y in re.findall(r" ([0-9.]+)", part)] for part in path.split("Z")[:-1]]
        for path, kind in drawn
    }


def test_the_limits_are_drawn_around_the_mean_from_six_months_on() -> None:
    """Of 40 cases at 25 %, scipy: at most 4 in 1.6 %, 5 in 4.3 %; 16 or more in 2.6 %, 17 in 1.2 %; at most 1 in 0.01 %,
    2 in 0.102 %; 19 or more in 0.17 %, 20 in 0.06 %. So 2.5 % lies at 10 to 12.5 % and at 40 to 42.5 %, and 0.1 % at
    2.5 to 5 % and at 47.5 to 50 %."""
    assert bands([month(one, 10, 40) for one in range(1, 6)]) == {}
    found = bands([month(one, 10, 40) for one in range(1, 7)])
    for kind, low, high in (("band-95", (10, 12.5), (40, 42.5)), ("band-998", (2.5, 5), (47.5, 50))):
        (part,) = found[kind]
        assert len(part) == 24  # six months, two corners above and two below each
        assert all(high[0] - 0.1 <= rate <= high[1] + 0.1 for rate in part[:12])
        assert all(low[0] - 0.1 <= rate <= low[1] + 0.1 for rate in part[12:])


def test_a_month_with_more_cases_has_a_narrower_band_and_one_without_a_dot_none() -> None:
    runs = [month(one, *((20, 80) if one == 2 else (1, 4) if one == 5 else (10, 40))) for one in range(1, 9)]
    first, second = bands(runs)["band-95"]
    assert (len(first), len(second)) == (16, 12)  # January to April, and June to August
    january, february = first[0] - first[-1], first[2] - first[-3]
    assert february < january


def test_the_bands_are_told_in_words_where_they_are_drawn() -> None:
    six = trend_page(trend("Unit", [month(one, 10, 40) for one in range(1, 7)])).decode()
    five = trend_page(trend("Unit", [month(one, 10, 40) for one in range(1, 6)])).decode()
    assert "the inner band: 95 of 100 months lie in it by chance alone" in six and "inner band" not in five
    assert "The mean is 25 %; in June chance leaves 5 to 49 % (99.8 %)." in six and "The mean is" not in five
