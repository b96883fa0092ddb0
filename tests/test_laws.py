"""What must hold of every audit, whatever it asks: laws, tried on random audits."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from auditcheck.states import ALL_OF, State
from tests.agreement import QUIET, Databases, engine_says, open_databases
from tests.both_readings import UNREADABLE
from tests.random_audits import LENGTHS, Audit, audits, patterns
from tests.small_extracts import AS_AT, small


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    made = open_databases()
    yield made
    for con in made.values():
        con.close()


def on_random(
    number: int,
    examples: int,
    law: Callable[[Any], None],
    drawn: st.SearchStrategy[Any],
    enough: Callable[[], bool] = lambda: True,
) -> None:
    """Tries a law on so many random audits, and on more until it has come to `enough`, eight times so many at most.
    They are drawn from a seed, but what is drawn also depends on the modules that are imported; what fails does not
    shrink."""
    for more in range(8):
        for audit in drawn_from(number + 100 * more, examples, drawn):
            law(audit)
        if enough():
            return


def drawn_from(number: int, examples: int, drawn: st.SearchStrategy[Any]) -> list[Any]:
    found = []

    @seed(number)
    @settings(max_examples=examples, database=None, phases=[Phase.generate], suppress_health_check=QUIET)
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        found.append(data.draw(drawn))

    draw()
    return found


def without(value: Any, *words: str) -> bool:
    return not any(word in repr(value) for word in words)


# ── every case and item has exactly one state ────────────────────────────────────────────────────


def test_every_audited_case_has_exactly_one_of_nine_states_for_every_item(databases: Databases) -> None:
    seen: Counter[State] = Counter()
    not_audited = 0

    def law(audit: Audit) -> None:
        nonlocal not_audited
        answers = engine_says(replace(audit, adjustments={}), databases)
        starts = [row["start_date"] for row in audit.tables["cases"]]
        later = {n for n, day in enumerate(starts) if isinstance(day, date) and day > audit.as_at}
        cases = set(range(len(starts))) - later
        assert set(answers) == {(case, item["id"]) for case in cases for item in audit.checklist["items"]}
        for item in audit.checklist["items"]:
            counts = Counter(answer.state for (_, asked), answer in answers.items() if asked == item["id"])
            assert counts.total() == len(cases)
            seen.update(counts)
        not_audited += len(later)

    on_random(1, 15, law, audits(5, 60, quickly=True), lambda: not_audited > 0 and set(seen) == set(State))
    assert not_audited > 0
    assert set(seen) == set(State)


# ── what makes no difference ─────────────────────────────────────────────────────────────────────


def in_another_order(audit: Audit, random: Random) -> Audit:
    """The rows of every table but the cases, whose places are what they are asked by."""
    tables = {name: list(rows) for name, rows in audit.tables.items()}
    for name, rows in tables.items():
        if name != "cases":
            random.shuffle(rows)
    return replace(audit, tables=tables)


def the_other_way_round(audit: Audit, random: Random) -> Audit:
    """The cases from the last to the first."""
    return replace(audit, tables=audit.tables | {"cases": audit.tables["cases"][::-1]})


def with_another_column(audit: Audit, random: Random) -> Audit:
    dictionary, tables = copy.deepcopy(audit.dictionary), {}
    for name, rows in audit.tables.items():
        of = dictionary["cases"] if name == "cases" else dictionary["tables"][name]
        of["columns"] |= {"spare_day": {"type": "date"}, "a_spare": {"type": "text"}}
        spare = [audit.as_at, None, UNREADABLE]
        tables[name] = [{"a_spare": "A1"} | row | {"spare_day": random.choice(spare)} for row in rows]
    return replace(audit, dictionary=dictionary, tables=tables)


def with_unrelated_rows(audit: Audit, random: Random) -> Audit:
    """Rows of a table that nothing asks for, of people without a case, of an order that nobody has, and
    of items that no checklist has; and events that no item names."""
    dictionary = copy.deepcopy(audit.dictionary)
    dictionary["tables"]["calls"] = {
        "link": ["person"],
        "columns": {"person": {"type": "text"}, "on": {"type": "date"}},
    }
    dictionary["events"] |= {
        "call": {"from": "calls", "date": "on"},
        "spare": {"from": "contacts", "date": "on", "where": {"code": "B2"}},
    }
    people = [row["person"] for row in audit.tables["cases"]]
    tables = audit.tables | {"calls": [{"person": person, "on": audit.as_at} for person in people]}
    for name, rows in audit.tables.items():
        others = [row | {"person": f"not {row['person']}"} for row in rows]
        if "as_if_blank" not in dictionary["tables"].get(name, {}):  # there they may be the person's
            others += [row | {"order": "three"} for row in rows if "order" in row]
        others += [row | {"item": "Q99"} for row in rows if "item" in row]
        if name == "things":
            others = [row | {"thing": "t9"} for row in rows[:1]]
        if name != "cases" and rows:  # an empty table is another matter
            tables[name] = [*others, *rows, *others]
    return replace(audit, dictionary=dictionary, tables=tables)


CHANGES = (in_another_order, the_other_way_round, with_another_column, with_unrelated_rows)


def test_what_makes_no_difference(databases: Databases) -> None:
    def law(drawn: tuple[Audit, Random]) -> None:
        audit, random = drawn
        answers = engine_says(audit, databases)
        for change in CHANGES:
            other = engine_says(change(audit, random), databases)
            if change is the_other_way_round:
                last = len(audit.tables["cases"]) - 1
                other = {(last - case, item): answer for (case, item), answer in other.items()}
            assert other == answers, change.__name__

    on_random(2, 12, law, st.tuples(audits(4, 40, quickly=True), st.randoms(use_true_random=True)))


# ── as time goes by and nothing happens ──────────────────────────────────────────────────────────

#: What a state may become when as at moves on and nothing more happens. Cannot tell is not asked about,
#: and may always come: a table may not cover the days that were added.
AFTER = {
    "some": {"met": "met", "late": "late", "gap": "gap", "not yet due": "not yet due, gap"},
    "each": {"met": "met", "late": "late, gap", "gap": "gap", "not yet due": "not yet due, gap"},
    "none": {"met": "met", "gap": "gap", "not yet due": "not yet due, gap, met"},
    "gaps_between": {
        "met": "met, gap",
        "late": "late, gap",
        "gap": "gap",
        "not yet due": "not yet due, gap, not relevant",
    },
}


@st.composite
def plain_audits(draw: st.DrawFn) -> Audit:
    """Audits of single patterns without relevance or reasons, whose days do not move with as at."""
    audit = draw(audits(1, 60, quickly=True).filter(lambda audit: not audit.missing_tables))
    items = []
    for n in range(1, 6):
        pattern = draw(patterns(2).filter(lambda p: without(p, "as_at", "'case'", "judged", "short_", "long_", "how_")))
        items.append(audit.checklist["items"][0] | {"id": f"Q{n}", "met_if": pattern})
    for item in items:
        for word in ("relevant_if", "left_out_if", "excused_if", "from", "until"):
            item.pop(word, None)
    checklist = {"checklist": "random", "title": "Random", "version": "1", "items": items}
    return replace(audit, checklist=checklist, adjustments={})


def happened_by(audit: Audit, last: date) -> Audit:
    """The audit without any day after `last` but those on which a row says that something is due."""

    def cut(row: dict[str, Any]) -> dict[str, Any]:
        gone = [key for key, cell in row.items() if key != "due" and isinstance(cell, date) and cell > last]
        return row | dict.fromkeys(gone)

    tables = {name: [cut(row) for row in rows] for name, rows in audit.tables.items()}
    cases = [
        row for row in audit.tables["cases"] if not (isinstance(row["start_date"], date) and row["start_date"] > last)
    ]
    return replace(audit, tables=tables | {"cases": [cut(row) for row in cases]})


def test_time_alone_mends_nothing(databases: Databases) -> None:
    seen: Counter[tuple[str, str, str]] = Counter()

    def law(drawn: tuple[Audit, int]) -> None:
        audit, days = drawn
        if "as_at" in str(audit.dictionary["events"]):
            return  # an event of which the day is to be so long past comes about as time goes by
        audit = happened_by(audit, audit.as_at - timedelta(days=10))
        kinds = {item["id"]: next(k for k in AFTER if k in item["met_if"]) for item in audit.checklist["items"]}
        before = engine_says(replace(audit, as_at=audit.as_at - timedelta(days=10)), databases)
        after = engine_says(replace(audit, as_at=audit.as_at - timedelta(days=10) + timedelta(days=days)), databases)
        for pair, answer in before.items():
            was, now, kind = answer.state.value, after[pair].state.value, kinds[pair[1]]
            if was not in AFTER[kind]:
                continue
            assert now in (*AFTER[kind][was].split(", "), "cannot tell"), (kind, was, now, pair, audit.checklist)
            seen[kind, was, now] += 1

    def enough() -> bool:
        """Met is met often, and time makes gaps of what was not yet due, of each kind."""
        return all(seen[kind, "met", "met"] >= 10 and seen[kind, "not yet due", "gap"] for kind in AFTER)

    on_random(3, 25, law, st.tuples(plain_audits(), st.sampled_from([1, 1, 7, 40])), enough)
    assert enough(), seen


# ── an answer taken away ─────────────────────────────────────────────────────────────────────────

#: From the worst to the best: in this order a case's occurrences are rolled up.
BETTER = [ALL_OF.index(state) for state in (State.GAP, State.LATE, State.NOT_YET_DUE, State.MET)]


@st.composite
def answered_audits(draw: st.DrawFn) -> tuple[Audit, Random]:
    """Audits in which everything is certain, of contacts that meetings answer."""
    audit = draw(audits(1, 60, quickly=True))
    dictionary = copy.deepcopy(audit.dictionary)
    for table in dictionary["tables"].values():
        table.pop("covers", None)
        table["may_be_empty"] = "yes"
    for name, table, day in (("e", "contacts", "on"), ("g", "meetings", "on")):
        dictionary["events"][name] = {"from": table, "date": day}
    if draw(st.booleans()):
        dictionary["events"]["g"]["once_a_day"] = "yes"
    dictionary["events"]["both"] = {"any": ["e", "f"]}
    length, items = st.sampled_from(LENGTHS), []
    for n in range(1, 6):
        if n < 3:
            pattern: dict[str, Any] = {
                "some": "g",
                "by": f"{draw(length)} after {draw(st.sampled_from(['start_date', 'open_date']))}",
                "at_least": draw(st.sampled_from(["1", "2", "3"])),
            }
        else:
            first = {"run_of": "e", "reaching": "2"} if n == 3 else "e"
            pattern = {"each": first, "followed_by": "g", "within": draw(length)}
            if n == 5:
                pattern["one_to_one"] = "yes"
        items.append(audit.checklist["items"][0] | {"id": f"Q{n}", "met_if": pattern})
    for item in items:
        for word in ("relevant_if", "left_out_if", "excused_if", "from", "until"):
            item.pop(word, None)

    def certain(row: dict[str, Any]) -> dict[str, Any]:
        row = {key: None if cell == UNREADABLE else cell for key, cell in row.items()}
        if "start_date" in row:
            row["start_date"] = row["start_date"] or audit.as_at - timedelta(days=30)
        return row

    tables = {name: [certain(row) for row in rows] for name, rows in audit.tables.items()}
    tables["accepted"] = []  # they make excused of a gap
    checklist = {"checklist": "random", "title": "Random", "version": "1", "items": items}
    return Audit(dictionary, checklist, tables, [], [], audit.as_at), draw(st.randoms(use_true_random=True))


def test_an_answer_taken_away_improves_nothing(databases: Databases) -> None:
    changed: Counter[str] = Counter()

    def law(drawn: tuple[Audit, Random]) -> None:
        audit, random = drawn
        kept = [row for row in audit.tables["meetings"] if random.randint(0, 3)]
        before = engine_says(audit, databases)
        after = engine_says(replace(audit, tables=audit.tables | {"meetings": kept}), databases)
        assert set(before) == set(after)
        for pair, answer in before.items():
            was, now = (ALL_OF.index(a.state) if a.state in ALL_OF else None for a in (answer, after[pair]))
            if was is None:  # no occurrence, and none is made by an answer
                assert after[pair] == answer
                continue
            assert was in BETTER and now in BETTER
            assert now <= was, (pair, answer, after[pair])
            assert after[pair].met <= answer.met and after[pair].occurrences == answer.occurrences
            changed[pair[1]] += now < was

    on_random(4, 20, law, answered_audits())
    assert min(changed[f"Q{n}"] for n in range(1, 6)) >= 5, changed  # it often matters


# ── a team is its practitioners together ─────────────────────────────────────────────────────────

TEAMS = {"N1": "TA", "N2": "TA", "N3": "TB", "TBU": "TB", "N5": "TC"}


@pytest.mark.parametrize("number", range(4))
def test_a_team_counts_what_its_practitioners_count_together(number: int, tmp_path: Path) -> None:
    """Without allocations, so that late belongs to who holds a case now, as everything else does."""
    random = Random(number)
    cases, contacts = [], []
    held: Counter[tuple[str, str]] = Counter()
    for n in range(60):
        start = AS_AT - timedelta(days=random.randint(-5, 90))
        end = random.choice([None, None, start + timedelta(days=random.randint(0, 90))])
        person = random.choice(list(TEAMS))
        cases.append(f"X{n},1,{start},{end or ''},{person},{TEAMS[person]},CO")
        held[TEAMS[person], person] += start <= AS_AT
        for code in random.choices(["C369", "C515", "CPPL"], k=random.randint(0, 5)):
            contacts.append(f"X{n},1,{start + timedelta(days=random.randint(0, 40))},{code}")
    with small(tmp_path, cases=cases, contacts=contacts) as finished:
        result = finished.result()
        lists = finished.gap_list()
    assert result.cases + result.not_started == 60
    assert result.cases == held.total()
    assert {row.code: row.cases for row in result.teams} == {
        team: sum(many for (of, _), many in held.items() if of == team) for team in set(TEAMS.values())
    }
    for item in result.items:
        for team in result.teams:
            own = [row.counts[item.id].numbers for row in result.practitioners if row.parent == team.code]
            assert team.counts[item.id].numbers == tuple(map(sum, zip(*own, strict=True)))
            assert team.counts[item.id].total == team.cases
        every = [row.counts[item.id].numbers for row in result.teams]
        assert result.overall.counts[item.id].numbers == tuple(map(sum, zip(*every, strict=True)))
    for team in result.teams:
        own_rows = [row for row in result.practitioners if row.parent == team.code]
        assert team.cases == sum(row.cases for row in own_rows)
        assert team.cases_with_gap == sum(row.cases_with_gap for row in own_rows)
    # every gap is on one of two lists
    gaps = result.overall.total.of(State.GAP)
    assert gaps == len(lists.gaps) + len(lists.ended) > 0


def test_the_order_of_states_is_the_one_of_the_language() -> None:
    """So that “improve” above means what the language says: gap is worst and met is best."""
    assert [ALL_OF[n].value for n in BETTER] == ["gap", "late", "not yet due", "met"]
    assert sorted(BETTER) == BETTER
