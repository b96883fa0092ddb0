"""Draws random dictionaries, checklists and extracts for the agreement tests.

Everything stays small and close together: days lie around weekends, the bank holidays of spring 2023
and the end of February 2024, and half of them on a deadline that the checklist counts from another day
of the case or up to as at, or a day beside it, so that boundaries are hit often rather than by luck. In
every other audit almost everything is certain and asked of everyone, so that nothing hides them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from auditcheck.calendar import Calendar, Duration, bank_holidays, read_duration
from tests.both_readings import UNREADABLE

DAYS = {
    "spring 2023": date(2023, 3, 27),  # Easter, two May bank holidays, the coronation
    "leap 2024": date(2024, 1, 22),  # 29 February, Easter
    "year end": date(2026, 12, 7),
}
SPAN = 75
LENGTHS = [
    "0 working days", "1 working day", "3 working days", "5 working days", "10 working days",
    "1 day", "6 days", "30 days", "2 weeks", "3 weeks", "1 month", "2 months",
]  # fmt: skip
SETTINGS = {  # what a checklist may use as limits, and the values that they may have
    "short_limit": LENGTHS[1:],
    "long_limit": LENGTHS[1:],
    "how_many": ["1", "2", "3"],
}
LIMITS = [*LENGTHS, *["short_limit", "long_limit"] * 5]
NUMBERS = ["1", "2", "3", "how_many", "how_many"]
CODES = ["A1", "B2", "C3"]
ORDERS = ["one", "two"]
DATE_FACTS = ["start_date", "end_date", "open_date", "blank_date", "picked_date", "latest_date", "earliest_date"]
OTHER_FACTS = {
    "flag": "yes_no", "flag_no": "yes_no", "kind": "code", "number": "number",
    "some_ever": "yes_no", "some_now": "yes_no", "some_start": "yes_no", "counted": "number",
    "days_counted": "number", "since_counted": "number", "last_code": "code",
}  # fmt: skip
EVENTS = ["e", "f", "g", "both", "of_case", "planned_event", "turned"]
FIRSTS = ["first_e", "first_g", "first_of_case", "first_planned", "first_or_not"]  # of each case the first alone
ROW_EVENTS = ["e", "f", "turned"]  # single rows of the table with `due` and `shared`


@dataclass
class Audit:
    dictionary: dict[str, Any]
    checklist: dict[str, Any]
    tables: dict[str, list[dict[str, Any]]]
    missing_tables: list[str]
    missing_columns: list[tuple[str, str]]
    as_at: date
    adjustments: dict[str, Any] = field(default_factory=dict)


def one_in(draw: st.DrawFn, n: int) -> bool:
    return draw(st.integers(0, n - 1)) == n - 1


@st.composite
def dictionaries(draw: st.DrawFn, base: date) -> dict[str, Any]:
    day = st.integers(0, SPAN).map(lambda n: (base + timedelta(days=n)).isoformat())

    def table(extra: dict[str, Any], **more: Any) -> dict[str, Any]:
        spec: dict[str, Any] = {"link": ["person", "order"], "columns": {
            "person": {"type": "text"}, "order": {"type": "text"}, **extra}, **more}  # fmt: skip
        if draw(st.booleans()):
            spec["link_if_blank"] = ["person"]
            if "on" in extra and draw(st.booleans()):
                spec["as_if_blank"] = draw(as_if_blank("code" in extra and "blank" not in extra["code"]))
        if draw(st.booleans()):
            spec["may_be_empty"] = "yes"
        if one_in(draw, 6):
            spec["covers"] = sorted([draw(day), draw(day)])
        return spec

    def maybe_blank(column: dict[str, Any], *meanings: str) -> dict[str, Any]:
        if draw(st.booleans()):
            column["blank"] = draw(st.sampled_from(meanings))
        return column

    def may_be_missing() -> dict[str, Any]:
        return {"may_be_missing": "yes"} if one_in(draw, 3) else {}

    def where(*, of_case: bool = False) -> dict[str, Any]:
        return draw(row_conditions(of_case))

    def source(table_name: str, column: str) -> dict[str, Any]:
        event: dict[str, Any] = {"from": table_name, "date": column}
        if table_name == "meetings":
            if draw(st.booleans()):
                event["where"] = draw(
                    st.sampled_from(
                        [{"case.kind": "red"}, {"ends": {"recorded": "yes"}}, {"not": {"ends": {"before": "on"}}}]
                    )
                )
        elif not one_in(draw, 4):
            event["where"] = where(of_case=table_name == "cases")
        return event

    events: dict[str, Any] = {
        "e": source("contacts", "on"),
        "f": source("contacts", "on"),
        "g": source("meetings", "on"),
        "of_case": {"from": "cases", "date": draw(st.sampled_from(["open_date", "blank_date"]))},
        "planned_event": source("contacts", "planned_on"),
    }
    changes = st.sampled_from(["code", "ok", "shared", "looked_up", "due"])
    events["turned"] = source("contacts", draw(st.sampled_from(["on", "planned_on"]))) | {"changes": draw(changes)}
    events["both"] = {"any": draw(st.sampled_from([["e", "f"], ["e", "g"], ["f", "of_case"], ["f", "planned_event"]]))}
    for name in ("g", "both"):
        if draw(st.booleans()):
            events[name]["once_a_day"] = "yes"
    if one_in(draw, 5):
        events["both"]["any"] = ["e", "g"]
    events |= {
        "first_e": source("contacts", "on"),
        "first_g": source("meetings", "on"),
        "first_of_case": {"from": "cases", "date": draw(st.sampled_from(["open_date", "blank_date"]))},
        "first_planned": source("contacts", "planned_on"),
    }
    for name in ("first_e", "first_g", "first_of_case", "first_planned"):
        events[name]["first_only"] = "yes"
        if draw(st.booleans()):
            events[name]["once_a_day"] = "yes"
    some_of = [["first_e", "f"], ["first_of_case", "first_g"], ["first_planned", "of_case"], ["both", "first_e"]]
    events["first_or_not"] = {"any": draw(st.sampled_from(some_of))}
    facts: dict[str, Any] = {
        "some_ever": {"some": "contacts", "date": "on", "where": where()},
        "some_now": {"some": "contacts", "date": "on", "until": "due", "when": "as_at"},
        "some_start": {"some": "meetings", "date": "on", "until": "ends", "when": "at_start"},
        "counted": {"count": "meetings"} | ({"date": "on"} if draw(st.booleans()) else {}),
        "days_counted": {"distinct": "on", "from": "contacts", "date": "on", "where": where()},
        "since_counted": {"distinct": "code", "from": "contacts", "date": "on", "since": draw(
            st.sampled_from(["start_date", "latest_date", "open_date", "blank_date"]))},
        "last_code": {draw(st.sampled_from(["first", "last"])): "code", "from": "contacts", "by": "on"} | may_be_missing(),
        "picked_date": {draw(st.sampled_from(["first", "last"])): "on", "from": "meetings", "by": "on"} | may_be_missing(),
        "latest_date": {"latest": ["start_date", draw(st.sampled_from(["open_date", "picked_date", "earliest_date"]))]},
        "earliest_date": {"earliest": ["end_date", "open_date"]},
    }  # fmt: skip
    return {
        "dictionary": "random",
        "closed_days": draw(st.sampled_from(["england-and-wales", "none"])),
        "cases": {
            "key": ["person", "order"],
            "start": "start_date",
            "end": "end_date",
            "columns": {
                "person": {"type": "text"},
                "order": {"type": "text"},
                "start_date": {"type": "date"},
                "end_date": maybe_blank({"type": "date", "blank": "not happened"}, "not happened"),
                "open_date": {"type": "date", "blank": "not happened"},
                "blank_date": maybe_blank({"type": "date"}, draw(day)),
                "flag": {"type": "yes_no"},
                "flag_no": {"type": "yes_no", "blank": "no"},
                "kind": maybe_blank({"type": "code", "values": {"red": ["R"], "blue": ["B"]}}, "red", "not happened"),
                "number": maybe_blank({"type": "number"}, "2"),
            },
        },
        "tables": {
            "contacts": table(
                {
                    "on": {"type": "date"},
                    "planned_on": {"type": "date", "planned": "yes"},
                    "due": maybe_blank({"type": "date", "planned": "yes"}, "not happened"),
                    "code": maybe_blank({"type": "code"}, "A1", "not happened"),
                    "ok": maybe_blank({"type": "yes_no"}, "yes", "no", "not happened"),
                    "shared": maybe_blank({"type": "text"}, "not happened"),
                    "item_id": {"type": "text"},
                    "looked_up": {"look_up": "sort", "from": "things", "by": "item_id"},
                }
            ),
            "meetings": table({"on": {"type": "date"}, "ends": maybe_blank({"type": "date"}, "not happened")}),
            "things": {
                "key": ["thing"],
                "link": ["person"],
                "may_be_empty": "yes",
                "columns": {
                    "thing": {"type": "text"},
                    "person": {"type": "text"},
                    "sort": maybe_blank({"type": "code"}, "A1", "not happened"),
                },
            },
            "judgements": {
                "link": ["person", "order"],
                "may_be_empty": "yes",
                "columns": {
                    "person": {"type": "text"},
                    "order": {"type": "text"},
                    "item": {"type": "code"},
                    "answer": {"type": "code", "values": ["yes", "no", "not_applicable", "not_assessed"]},
                    "auditor": {"type": "text"},
                },
            },
            "accepted": table(
                {
                    "item": {"type": "code"},
                    "occurrence_date": {"type": "date"},
                    "reason": {"type": "text"},
                    "accepted_by": {"type": "text"},
                    "until": {"type": "date", "planned": "yes"},
                }
            ),
        },
        "facts": facts,
        "events": events,
    }


@st.composite
def as_if_blank(draw: st.DrawFn, coded: bool) -> dict[str, Any]:
    """Which rows are the person's, whichever order they are entered on."""
    since: dict[str, Any] = {"on": {"on_or_after": "case.start_date"}}
    if not coded:
        return since
    code: dict[str, Any] = {"code": draw(st.sampled_from(["A1", ["A1", "C3"]]))}
    return draw(st.sampled_from([code, since, since | code, {"any_of": [code, since]}, {"all_of": [since, code]}]))


@st.composite
def row_conditions(draw: st.DrawFn, of_case: bool, depth: int = 0) -> dict[str, Any]:
    if depth < 2 and one_in(draw, 4):
        word = draw(st.sampled_from(["any_of", "all_of", "not"]))
        if word == "not":
            return {"not": draw(row_conditions(of_case, depth + 1))}
        return {word: [draw(row_conditions(of_case, depth + 1)) for _ in range(2)]}
    if of_case:
        return draw(st.sampled_from([{"flag": "yes"}, {"kind": ["red"]}, {"number": {"at_least": 2}}]))
    return draw(
        st.sampled_from(
            [
                {"code": "A1"},
                {"code": ["A1", "B2"]},
                {"ok": "yes"},
                {"ok": {"recorded": "no"}},
                {"code": {"recorded": "yes"}},
                {"looked_up": "A1"},
                {"looked_up": {"recorded": "no"}},
                {"case.kind": "red"},
                {"on": {"on_or_after": "case.open_date"}},
                {"on": {"after": "3 working days after case.start_date"}},
                {"due": {"on_or_before": "on"}},
                {"due": {"differs_from": "on"}},
                {"on": {"same_as": "planned_on"}},
                {"on": {"before": "1 week before as_at"}},
            ]
        )
        if not of_case
        else st.nothing()
    )


@st.composite
def conditions(draw: st.DrawFn, *, deadline: bool, depth: int = 0) -> dict[str, Any]:
    if depth < 2 and one_in(draw, 4):
        word = draw(st.sampled_from(["any_of", "all_of", "not"]))
        if word == "not":
            return {"not": draw(conditions(deadline=deadline, depth=depth + 1))}
        return {word: [draw(conditions(deadline=deadline, depth=depth + 1)) for _ in range(2)]}
    sort = draw(st.integers(0, 4))
    if sort == 0:
        return {"has": draw(st.sampled_from([*EVENTS, *FIRSTS]))}
    if sort == 1:
        fact = draw(st.sampled_from(DATE_FACTS))
        op = draw(st.sampled_from(["before", "after", "on_or_before", "on_or_after", "same_as", "differs_from"]))
        return {fact: {op: draw(moments(deadline))}}
    fact = draw(st.sampled_from([*OTHER_FACTS, *DATE_FACTS]))
    if sort == 2 or fact in DATE_FACTS:
        return {fact: {"recorded": draw(st.sampled_from(["yes", "no"]))}}
    match OTHER_FACTS[fact]:
        case "yes_no":
            other = draw(st.sampled_from(["yes", "no", {"same_as": "flag_no"}, {"differs_from": "some_ever"}]))
            return {fact: other}
        case "number":
            return {fact: {draw(st.sampled_from(["at_least", "at_most"])): draw(st.integers(0, 3))}}
        case _:
            return (
                {fact: draw(st.sampled_from(["red", ["red", "blue"]]))}
                if fact == "kind"
                else {fact: draw(st.sampled_from(CODES))}
            )


@st.composite
def moments(draw: st.DrawFn, deadline: bool) -> str:
    anchors = [*DATE_FACTS, "as_at", *(["deadline"] * 4 if deadline else [])]
    anchor = draw(st.sampled_from(anchors))
    if draw(st.booleans()):
        return anchor
    return f"{draw(st.sampled_from(LIMITS))} {draw(st.sampled_from(['after', 'before']))} {anchor}"


@st.composite
def starts(draw: st.DrawFn) -> str:
    """A day that no case begins before: from a later one on nobody looks for a first."""
    return draw(st.sampled_from(["start_date", *(f"{length} before start_date" for length in LENGTHS)]))


def looks_for_a_first(written: Any) -> bool:
    return re.search("first_", repr(written)) is not None


@st.composite
def patterns(draw: st.DrawFn, depth: int = 0) -> dict[str, Any]:
    if depth < 2 and one_in(draw, 4):
        word = draw(st.sampled_from(["all_of", "any_of"]))
        return {word: [draw(patterns(depth + 1)) for _ in range(draw(st.integers(1, 3)))]}
    sort = draw(
        st.sampled_from(
            ["some", "none", "each", "each", "each", "run", "gaps_between", "gaps_between", "case", "judged"]
        )
    )
    event, other = draw(st.sampled_from(EVENTS)), draw(st.sampled_from(EVENTS))
    length = st.sampled_from(LIMITS)
    pattern: dict[str, Any]
    match sort:
        case "some":
            if one_in(draw, 3):
                event = draw(st.sampled_from(FIRSTS))
            pattern = {"some": event, "by": draw(moments(False))}
            if event not in FIRSTS and draw(st.booleans()):
                pattern["at_least"] = draw(st.sampled_from(NUMBERS)) if event != "of_case" else 1  # there is one
        case "none":
            pattern = {"none": event}
            if draw(st.booleans()):
                pattern["older_than"] = draw(length)
        case "each":
            pattern = {"each": event, "followed_by": other}
            own = draw(st.integers(0, 3))
            if own == 0:
                pattern |= {"each": draw(st.sampled_from(ROW_EVENTS)), "by": "due"}
            else:
                pattern["within"] = draw(length)
            if own == 1:
                pattern |= {"each": draw(st.sampled_from(ROW_EVENTS)), "same": "shared", "followed_by": draw(
                    st.sampled_from(ROW_EVENTS))}  # fmt: skip
            if one_in(draw, 3):
                pattern["one_to_one"] = "yes"
        case "run":
            reaching = draw(st.sampled_from(NUMBERS))
            run = {"run_of": event, "reaching": reaching if event != "of_case" else 1}
            if draw(st.booleans()):
                run["within"] = draw(st.sampled_from(["1 week", "3 weeks", "1 month", "short_limit"]))
            if draw(st.booleans()):
                run["ended_by"] = draw(st.sampled_from(EVENTS))
            pattern = {"each": run, "followed_by": other, "within": draw(length)}
        case "gaps_between":
            pattern = {"gaps_between": event, "at_most": draw(st.sampled_from(LIMITS[1:]))}
        case "case":
            return {"case": draw(conditions(deadline=False))}
        case _:
            question: dict[str, Any] = {"question": "Is it?"}
            if draw(st.booleans()):
                question["item"] = "Q1"
            if one_in(draw, 4):
                question["of"] = "sample"
            if one_in(draw, 4):
                question["relevant_if"] = draw(conditions(deadline=False))
            return {"judged": question}
    if one_in(draw, 3):
        pattern["from"] = draw(starts() if pattern.get("some") in FIRSTS else moments(False))
    if one_in(draw, 3):
        pattern["until"] = draw(st.one_of(moments(False), st.lists(moments(False), min_size=1, max_size=2)))
    return pattern


@st.composite
def patterns_of_occurrences(draw: st.DrawFn, depth: int = 0) -> dict[str, Any]:
    if depth < 1 and one_in(draw, 3):
        word = draw(st.sampled_from(["all_of", "any_of"]))
        return {word: [draw(patterns_of_occurrences(depth + 1)) for _ in range(2)]}
    event = draw(st.sampled_from(EVENTS))
    most = 1 if event == "of_case" else 2  # of that one there is one
    first = {"run_of": event, "reaching": min(most, draw(st.integers(1, 2)))} if one_in(draw, 4) else event
    each = {"each": first, "followed_by": draw(st.sampled_from(EVENTS)), "within": draw(st.sampled_from(LIMITS))}
    return each | ({"one_to_one": "yes"} if first == event and one_in(draw, 3) else {})


@st.composite
def items(draw: st.DrawFn, number: int, accepting: bool = False) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": f"Q{number}",
        "title": "A question",
        "severity": "high",
        "source": "none",
        "to_fix": "Mend it.",
        "met_if": draw(patterns_of_occurrences() if accepting else patterns()),
    }
    if not accepting and one_in(draw, 2):
        item["relevant_if"] = draw(conditions(deadline=False))
    for word in ("left_out_if", "excused_if"):
        if not (accepting and word == "left_out_if") and one_in(draw, 3):
            reasons = []
            for n in range(draw(st.integers(1, 2))):
                reason: dict[str, Any] = {"reason": f"{word} {n}", "when": draw(conditions(deadline=True))}
                alone = list(reason["when"]) == ["has"] and reason["when"]["has"] not in FIRSTS
                if word == "excused_if" and alone and draw(st.booleans()):
                    reason["lasts"] = draw(st.sampled_from(LIMITS[1:]))
                reasons.append(reason)
            item[word] = reasons
    if not accepting and one_in(draw, 5):
        item["from"] = draw(starts() if looks_for_a_first(item) else moments(False))
    if not accepting and one_in(draw, 5):
        item["until"] = draw(moments(False))
    return item


def used_settings(checklist: dict[str, Any]) -> list[str]:
    return [name for name in SETTINGS if re.search(rf"\b{name}\b", repr(checklist["items"]))]


@st.composite
def adjustments(draw: st.DrawFn, checklist: dict[str, Any], as_at: date) -> dict[str, Any]:
    """A region's changes of a checklist: in force, over, or still to come, often by a day."""
    day = st.integers(-2, 2).map(lambda n: (as_at + timedelta(days=n)).isoformat())

    def change(**value: str) -> dict[str, str]:
        bounds = [bound for bound in ("from", "until") if one_in(draw, 3)]
        days = sorted(draw(day) for _ in bounds)
        return {"reason": "agreed", "review": draw(day)} | value | dict(zip(bounds, days, strict=True))

    found: dict[str, dict[str, Any]] = {"settings": {}, "severity": {}, "switched_off": {}}
    for name, setting in checklist.get("settings", {}).items():
        if not one_in(draw, 4):
            others = [value for value in SETTINGS[name] if value != setting["value"]]
            found["settings"][f"random.{name}"] = change(value=draw(st.sampled_from(others)))
    for item in checklist["items"][1:]:  # the first stays, so that there is something to ask
        if one_in(draw, 4):
            found["switched_off"][item["id"]] = change()
        if one_in(draw, 4):
            found["severity"][item["id"]] = change(value=draw(st.sampled_from(["medium", "low"])))
    if not any(found.values()):
        return {}
    return {"adjustments": "region", "version": "1"} | {part: changes for part, changes in found.items() if changes}


class CaseDays:
    """The days of one case: about half of them by themselves, the others a length of time after one of
    those before, or before as at, or a day beside that."""

    def __init__(self, random: Random, base: date, as_at: date, calendar: Calendar, lengths: list[Duration]) -> None:
        self.random, self.base, self.as_at, self.calendar, self.lengths = random, base, as_at, calendar, lengths
        self.seen: list[date] = []

    def draw(self, span: int = SPAN, counts: bool = True) -> date:
        """A day; deadlines are counted from it later if it `counts`."""
        day = self.base + timedelta(days=self.random.randint(0, span))
        if self.lengths and self.random.randint(0, 1):
            length = self.random.choice(self.lengths)
            before = self.random.choice([*self.seen[-6:], None])
            reached = self.calendar.add(before, length) if before else self.calendar.add(self.as_at, length.back())
            assert reached is not None
            reached += timedelta(days=self.random.choice([0, 0, 0, 1, -1]))
            if self.base <= reached <= self.base + timedelta(days=SPAN):
                day = reached
        if counts:
            self.seen.append(day)
        return day


@st.composite
def audits(
    draw: st.DrawFn, most_items: int = 5, most_cases: int = 8, *, accepting: bool = False, quickly: bool = False
) -> Audit:
    """With `accepting`, items look at occurrences, and of most of their days there is a row of accepted gaps.
    With `quickly`, the extract is drawn from a seed: fast, but what is found does not shrink."""
    base = draw(st.sampled_from(list(DAYS.values())))
    as_at = base + timedelta(days=draw(st.integers(30, SPAN)))
    dictionary = draw(dictionaries(base))
    clear = accepting or draw(st.booleans())
    if clear:
        for table in dictionary["tables"].values():
            table.pop("covers", None)
        for name in ("e", "g") if not accepting else ():
            dictionary["events"][name].pop("where", None)
    numbers = range(1, most_items + 1)
    checklist: dict[str, Any] = {
        "checklist": "random",
        "title": "Random",
        "version": "1",
        "items": [draw(items(n, accepting)) for n in numbers],
    }
    for item in checklist["items"] if clear else ():
        item.pop("relevant_if", None)
    if not accepting and one_in(draw, 3):
        without_settings = conditions(deadline=True).filter(lambda c: not re.search("|".join(SETTINGS), repr(c)))
        checklist["left_out_if"] = [{"reason": "for all", "when": draw(without_settings)}]
        for item in checklist["items"] if looks_for_a_first(checklist["left_out_if"]) else ():
            item |= {"from": draw(starts())} if "from" in item else {}
    if used := used_settings(checklist):
        checklist["settings"] = {
            name: {"value": draw(st.sampled_from(SETTINGS[name])), "source": "local default"} for name in used
        }
    adjusted = draw(adjustments(checklist, as_at)) if draw(st.booleans()) else {}
    written = re.findall("[0-9]+ (?:working )?(?:day|week|month)s?", f"{checklist} {adjusted}")
    lengths = [length for text in dict.fromkeys(written) if (length := read_duration(text))]
    calendar = Calendar.of(() if dictionary["closed_days"] == "none" else bank_holidays())
    random = draw(st.randoms(use_true_random=quickly))
    spoil = not clear and random.randint(0, 2) > 0
    some_blank_starts = random.randint(0, 1) == 1
    tables: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("cases", "contacts", "meetings", "things", "judgements", "accepted")
    }

    def is_bad(text: bool = False) -> bool:
        return spoil and not text and random.randint(0, 29) == 0

    def cell(values: list[Any], blanks: int = 6, text: bool = False) -> Any:
        if is_bad(text):
            return UNREADABLE
        return None if random.randint(0, 29) < blanks else random.choice(values)

    yes_no = [True, False]
    for n in range(most_cases):
        person, order = f"P{n // 2}", ORDERS[n % 2]
        days = CaseDays(random, base, as_at, calendar, lengths)

        def day(blanks: int = 6, span: int = SPAN, days: CaseDays = days, counts: bool = False) -> Any:
            if is_bad():
                return UNREADABLE
            return None if random.randint(0, 29) < blanks else days.draw(span, counts)

        def of_case(person: str = person, order: str = order) -> dict[str, Any]:
            return {"person": person, "order": random.choice([order, order, order, None])}

        tables["cases"].append(
            {
                "person": person,
                "order": order,
                "start_date": day(1, 12, counts=True) if some_blank_starts else days.draw(12),
                "end_date": day(20),
                "open_date": day(10, counts=True),
                "blank_date": day(),
                "flag": cell(yes_no),
                "flag_no": cell(yes_no),
                "kind": cell(["red", "blue"]),
                "number": cell([0, 1, 2, 3]),
            }
        )
        own = []
        for _ in range(random.randint(0, 6)):
            contact = {
                "on": day(2, counts=True),
                "planned_on": day(15),
                "due": day(),
                "code": cell(CODES, 3),
                "ok": cell(yes_no),
                "shared": cell(["x", "y"], text=True),
                "item_id": cell(["t1", "t2", "t3"], 10, text=True),
            }
            tables["contacts"].append(of_case() | contact)
            own.append(contact["on"])
        for _ in range(random.randint(0, 3)):
            meeting = {"on": day(2, counts=True), "ends": day()}
            tables["meetings"].append(of_case() | meeting)
            own.append(meeting["on"])
        days_accepted = [(day(25), {random.choice(numbers)}) for _ in range(random.randint(0, 3))]
        if accepting:
            dated = sorted({on for on in own if isinstance(on, date)})
            days_accepted += [(on, set(numbers) - {random.choice(numbers)}) for on in dated]
        for on, accepted in days_accepted:
            given = of_case() | {
                "occurrence_date": on,
                "reason": cell(["agreed"], 2, text=True),
                "accepted_by": cell(["the head of the unit"], 2, text=True),
                "until": cell([as_at + timedelta(days=n) for n in range(-2, 7)], 2),
            }
            tables["accepted"] += [given | {"item": f"Q{number}"} for number in sorted(accepted)]
        for number in numbers if random.randint(0, 1) else ():
            if random.randint(0, 1):
                judged = {
                    "item": f"Q{number}",
                    "answer": cell(["yes", "no", "not_applicable", "not_assessed"], 1),
                    "auditor": random.choice(["ann", "bob", "agreed", None]),
                }
                whose = of_case()
                tables["judgements"] += [whose | judged] if whose["order"] else []
    for thing in ("t1", "t2"):
        if random.randint(0, 1):
            tables["things"].append({"thing": thing, "person": "P0", "sort": cell(CODES)})
    missing_tables, missing_columns = [], []
    if not clear:
        missing_tables = [t for t in ("contacts", "meetings", "judgements", "things", "accepted") if one_in(draw, 12)]
        missing_columns = [
            pair
            for pair in (
                ("cases", "flag"),
                ("cases", "end_date"),
                ("contacts", "ok"),
                ("contacts", "due"),
                ("meetings", "on"),
                ("accepted", "occurrence_date"),
                ("accepted", "reason"),
            )
            if one_in(draw, 15)
        ]
    return Audit(dictionary, checklist, tables, missing_tables, missing_columns, as_at, adjusted)
