"""What the tests of a checklist try, and what they leave untried.

For every length of time: the last allowed day, the day after, and a weekend or bank holiday between
where working days are counted. For every clause: a case for which it holds, and one for which it does
not. And every state that an item can have. It looks at the records, not at how a test is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from itertools import product

from auditcheck.calendar import FIRST_DAY, Calendar, Duration, Unit
from auditcheck.checklist import Item, Reason
from auditcheck.checklist_tests import Answer
from auditcheck.conditions import (
    AS_AT,
    DEADLINE,
    Compare,
    Condition,
    Has,
    Moment,
    events_in,
    parts_of,
    plain,
    say_condition,
)
from auditcheck.evaluate import Settled
from auditcheck.explain import item_info
from auditcheck.lint import can_apply
from auditcheck.names import Names
from auditcheck.patterns import AnyPattern, leaves_of
from auditcheck.patterns.case import CaseIs
from auditcheck.patterns.combined import AllOf, AnyOf
from auditcheck.patterns.each import Each
from auditcheck.patterns.gaps_between import GapsBetween
from auditcheck.patterns.judged import Judged
from auditcheck.patterns.none import NoneOf
from auditcheck.patterns.some import Some
from auditcheck.patterns.words import events_of
from auditcheck.reading import CaseReading
from auditcheck.result import Point
from auditcheck.states import ALL_OF, ANY_OF, IN_ORDER, State, roll_up

ONE_DAY = timedelta(days=1)

LAST_DAY, DAY_AFTER = "done on the last day", "done the day after"
OPEN, OVER = "not done, as at the last day", "not done, as at the day after"
STANDING, TOO_LONG = "standing, as at the last day", "standing, as at the day after"
ON_THE_LAST, AFTER_IT = "on the last day", "the day after"
WEEKEND, BANK_HOLIDAY = "a weekend between", "a bank holiday between"
HOLDS, DOES_NOT = "holds", "does not hold"


@dataclass(frozen=True)
class _Watch:
    """Points of one part of an item, and which of them a test of it touches."""

    part: str
    names: tuple[str, ...]
    touched: Callable[[Answer], Iterable[str]]


def points(items: Iterable[Item], answers: Sequence[Answer], names: Names) -> list[Point]:
    """Everything that the tests of these items are to try, and how many do, in the order of the items."""
    found = []
    calendar = Calendar.of(names.closed_days)
    for item in items:
        mine = [answer for answer in answers if answer.item is item]
        tests: dict[tuple[str, str], set[str]] = {}
        for watch in _watches(item, names, calendar):
            for name in watch.names:
                tests.setdefault((watch.part, name), set())
            for answer in mine:
                for name in watch.touched(answer):
                    if name in watch.names:
                        tests[watch.part, name].add(answer.test.name)
        found += [Point(item_info(item), part, name, len(touching)) for (part, name), touching in tests.items()]
    return found


def _watches(item: Item, names: Names, calendar: Calendar) -> Iterator[_Watch]:
    yield _Watch("states", tuple(state.value for state in _states(item, names)), lambda answer: [answer.engine.value])
    if item.relevant_if is not None:
        yield _Watch("relevant_if", (HOLDS, DOES_NOT), _relevant)
        yield from _compared("relevant_if", item.relevant_if, item, calendar)
    for place, leaf in enumerate(leaves_of(item.met_if)):
        yield from _limits(leaf, place, item, calendar)
    for label, reasons in (("left out", item.left_out_if), ("excused", item.excused_if)):
        for reason in reasons:
            if can_apply(reason, item):
                yield from _reason(label, reason, item, calendar)


def _states(item: Item, names: Names) -> list[State]:
    """The states that an item can have."""
    found = _states_of(item.met_if, item, names) | {State.CANNOT_TELL}
    found |= {State.NOT_RELEVANT} if item.relevant_if is not None else set()
    return [state for state in IN_ORDER if state in found]


def _states_of(pattern: AnyPattern, item: Item, names: Names) -> set[State]:
    if isinstance(pattern, AllOf | AnyOf):
        order = ALL_OF if isinstance(pattern, AllOf) else ANY_OF
        inner = pattern.all_of if isinstance(pattern, AllOf) else pattern.any_of
        parts = [_states_of(part, item, names) for part in inner]
        return reduce(lambda some, more: {roll_up(pair, order) for pair in product(some, more)}, parts)
    found = {State.CANNOT_TELL, State.MET, State.GAP}
    if isinstance(pattern, Some | Each | GapsBetween):
        found |= {State.LATE, State.NOT_YET_DUE}
    if isinstance(pattern, Some) and pattern.by.passed is False:
        found -= {State.LATE, State.GAP}
    if isinstance(pattern, Some) and pattern.by.passed and not _may_wait(pattern, item, names):
        found.remove(State.NOT_YET_DUE)
    if isinstance(pattern, NoneOf) and (pattern.older_than or _bounded(pattern, item)):
        found.add(State.NOT_YET_DUE)
    if isinstance(pattern, Each | GapsBetween | Judged):
        found.add(State.NOT_RELEVANT)
    if isinstance(pattern, Judged):
        found.add(State.TO_JUDGE)
    sampled = isinstance(pattern, Judged) and pattern.judged.of == "sample"
    if sampled or any(can_apply(reason, item) for reason in item.left_out_if):
        found.add(State.LEFT_OUT)
    if State.GAP in found and any(can_apply(reason, item) for reason in item.excused_if):
        found.add(State.EXCUSED)
    return found


def _may_wait(pattern: Some, item: Item, names: Names) -> bool:
    """Do events count from a day that may not have happened yet?"""
    from_ = pattern.from_ or item.from_
    return from_ is not None and isinstance(from_.anchor, str) and from_.anchor not in (AS_AT, names.start)


def _bounded(pattern: NoneOf, item: Item) -> bool:
    """Does the time in which nothing may happen begin, or end, on a day that may be still to come?"""
    return any(bound is not None for bound in (pattern.from_, pattern.until, item.from_, item.until))


def _relevant(answer: Answer) -> list[str]:
    return {True: [HOLDS], False: [DOES_NOT], None: []}[answer.outcome.relevant]


def _settled(answer: Answer, place: int | None = None) -> Iterator[Settled]:
    """What a test's case came to, part by part, where the item is relevant."""
    if answer.outcome.relevant is False:
        return
    for at, leaf in enumerate(answer.outcome.leaves):
        if place is None or at == place:
            yield from leaf.settled


def _between(start: date, length: Duration | None, calendar: Calendar) -> list[str]:
    """The closed days that a count of working days passes over."""
    end = calendar.add(start, length) if length is not None and length.unit is Unit.WORKING_DAYS else None
    if end is None:
        return []
    first, last = min(start, end), max(start, end)
    days = [first + timedelta(days=n) for n in range(1, (last - first).days)]
    names = [WEEKEND] if any(day.weekday() >= 5 for day in days) else []
    return names + ([BANK_HOLIDAY] if any(day.weekday() < 5 and day in calendar.closed for day in days) else [])


def _closed(length: Duration | None, calendar: Calendar) -> tuple[str, ...]:
    if length is None or length.unit is not Unit.WORKING_DAYS:
        return ()
    return (WEEKEND, BANK_HOLIDAY) if calendar.closed else (WEEKEND,)


# ── the lengths of time of a pattern ─────────────────────────────────────────────────────────────


def _limits(leaf: AnyPattern, place: int, item: Item, calendar: Calendar) -> Iterator[_Watch]:
    if isinstance(leaf, Some):
        if leaf.by.passed is not False:
            yield _timed(f"by {leaf.by.say()}", leaf.by.shift, leaf, place, item, calendar)
    elif isinstance(leaf, Each):
        part = f"within {leaf.within}" if leaf.within else f"by its {plain(str(leaf.by))}"
        yield _timed(part, leaf.within, leaf, place, item, calendar)
        if leaf.run and leaf.run.within:
            yield _run(leaf, leaf.run.within, item, calendar)
    elif isinstance(leaf, NoneOf) and leaf.older_than:
        yield _timed(f"older than {leaf.older_than}", leaf.older_than, leaf, place, item, calendar)
    elif isinstance(leaf, GapsBetween):
        yield _gaps(leaf, item, calendar)
    elif isinstance(leaf, CaseIs):
        yield from _compared("case", leaf.case, item, calendar)
    elif isinstance(leaf, Judged) and leaf.judged.relevant_if is not None:
        yield from _compared("judged, relevant_if", leaf.judged.relevant_if, item, calendar)
    yield from _windows(leaf, item)


def _timed(part: str, length: Duration | None, leaf: AnyPattern, place: int, item: Item, calendar: Calendar) -> _Watch:
    """A deadline: what is done on it, and the day after; what is not, seen on it, and the day after."""
    standing = isinstance(leaf, NoneOf)

    def touched(answer: Answer) -> Iterator[str]:
        as_at = answer.test.as_at
        for settled in _settled(answer, place):
            found = settled.part
            deadline = found.deadline.day
            if deadline is None or settled.state is State.LEFT_OUT:
                continue
            done = _done(leaf, found.answered, item, answer.reading)
            hit = {
                State.MET: LAST_DAY if done == deadline else "",
                State.LATE: DAY_AFTER if done == deadline + ONE_DAY else "",
                State.NOT_YET_DUE: (STANDING if standing else OPEN) if as_at == deadline else "",
                State.GAP: (TOO_LONG if standing else OVER) if as_at == deadline + ONE_DAY else "",
            }.get(found.state, "")
            if hit:
                yield hit
                yield from _between(found.counted[0], length, calendar) if found.counted else ()

    names = (STANDING, TOO_LONG) if standing else (LAST_DAY, DAY_AFTER, OPEN, OVER)
    if isinstance(leaf, Some) and leaf.by.passed:
        names = (LAST_DAY, DAY_AFTER)  # the deadline goes with as at, and is never beside it
    return _Watch(part, names + _closed(length, calendar), touched)


def _done(leaf: AnyPattern, answered: date | None, item: Item, case: CaseReading) -> date | None:
    """The day on which what was asked for was done: of `some`, the one that made it enough."""
    if not isinstance(leaf, Some):
        return answered
    days = _days(leaf.some, leaf, item, case)
    days = sorted(set(days)) if case.names.events[leaf.some].once_a_day else days
    return days[leaf.at_least - 1] if len(days) >= leaf.at_least else None


def _days(event: str, leaf: AnyPattern, item: Item, case: CaseReading, from_: Moment | None = None) -> list[date]:
    """The days of an event that is certain, in the pattern's window."""
    begin = from_ or getattr(leaf, "from_", None) or item.from_
    until = getattr(leaf, "until", None)
    happened = case.events(event, begin, until if until is not None else item.until)
    return sorted(h.day for h in happened if h.sure and h.day)


def _run(leaf: Each, within: Duration, item: Item, calendar: Calendar) -> _Watch:
    run = leaf.run
    assert run is not None

    def touched(answer: Answer) -> Iterator[str]:
        days = sorted(set(_days(run.run_of, leaf, item, answer.reading)))
        for first, last in zip(days, days[run.reaching - 1 :], strict=False):
            limit = calendar.add(first, within)
            if limit is not None and last in (limit, limit + ONE_DAY):
                yield "reached on the last day" if last == limit else "reached the day after"
                yield from _between(first, within, calendar)

    names = ("reached on the last day", "reached the day after", *_closed(within, calendar))
    return _Watch(f"reached within {within}", names, touched)


def _gaps(leaf: GapsBetween, item: Item, calendar: Calendar) -> _Watch:
    names = (
        "the next on the last day",
        "the next the day after",
        "none since, as at the last day",
        "none since, as at the day after",
        *_closed(leaf.at_most, calendar),
    )

    def touched(answer: Answer) -> Iterator[str]:
        if any(s.state is State.LEFT_OUT for s in _settled(answer)) or answer.outcome.relevant is False:
            return
        until = leaf.until if leaf.until is not None else item.until
        begin, end = answer.reading.window(leaf.from_ or item.from_, until)
        if begin.day is None:
            return
        days = [begin.day, *_days(leaf.gaps_between, leaf, item, answer.reading)]
        last_looked = [answer.test.as_at] if end.day is None or end.day >= answer.test.as_at else []
        for before, after in zip(days, [*days[1:], *last_looked], strict=False):
            limit = calendar.add(before, leaf.at_most)
            if limit is not None and after in (limit, limit + ONE_DAY):
                last = before == days[-1]
                yield names[(2 if last else 0) + (after != limit)]
                yield from _between(before, leaf.at_most, calendar)

    return _Watch(f"at most {leaf.at_most} apart", names, touched)


def _windows(leaf: AnyPattern, item: Item) -> Iterator[_Watch]:
    """The first and the last day on which events count, where these are so long before or after a date."""
    conditions = [item.relevant_if, *(reason.when for reason in (*item.left_out_if, *item.excused_if))]
    if isinstance(leaf, Judged):
        conditions.append(leaf.judged.relevant_if)
    events = {*events_of(leaf), *(event for condition in conditions for event in events_in(condition))}
    from_ = getattr(leaf, "from_", None) or item.from_
    until = getattr(leaf, "until", None)
    until = until if until is not None else item.until

    def watch(part: str, names: tuple[str, str], bound: Moment, step: timedelta) -> _Watch:
        def touched(answer: Answer) -> Iterator[str]:
            day, case = answer.reading.moment(bound).day, answer.reading
            ever = (Moment(FIRST_DAY), (Moment(answer.test.as_at),))
            days = {h.day for event in events for h in case.events(event, *ever) if h.sure}
            yield from (name for name, at in zip(names, (day, day + step if day else None), strict=True) if at in days)

        return _Watch(part, names, touched)

    if events and from_ is not None and from_.shift is not None:
        names = ("on the first day that counts", "the day before it")
        yield watch(f"from {from_.say()}", names, from_, -ONE_DAY)
    for end in until or ():
        if events and end.shift is not None:
            names = ("on the last day that counts", "the day after it")
            yield watch(f"until {end.say()}", names, end, ONE_DAY)


# ── clauses ──────────────────────────────────────────────────────────────────────────────────────


def _reason(label: str, reason: Reason, item: Item, calendar: Calendar) -> Iterator[_Watch]:
    part = f"{label}: {reason.words}"

    def held(answer: Answer) -> Iterator[str]:
        for settled in _settled(answer):
            if settled.reason == reason.words and settled.state in (State.LEFT_OUT, State.EXCUSED):
                yield HOLDS
            elif (reason.words, False) in settled.reason_tests and settled.state is not State.LEFT_OUT:
                yield DOES_NOT

    yield _Watch(part, (HOLDS, DOES_NOT), held)
    yield from _compared(part, reason.when, item, calendar)
    if reason.lasts is not None and isinstance(reason.when, Has):
        yield _lasting(f"{part}, for {reason.lasts}", reason.when.event, reason.lasts, item, calendar)


def _lasting(part: str, event: str, lasts: Duration, item: Item, calendar: Calendar) -> _Watch:
    def touched(answer: Answer) -> Iterator[str]:
        states = {settled.state for settled in _settled(answer)}
        for leaf in leaves_of(item.met_if):
            for day in _days(event, leaf, item, answer.reading):
                end = calendar.add(day, lasts)
                if end == answer.test.as_at and State.EXCUSED in states:
                    yield ON_THE_LAST
                    yield from _between(day, lasts, calendar)
                elif end is not None and end + ONE_DAY == answer.test.as_at and State.GAP in states:
                    yield AFTER_IT

    return _Watch(part, (ON_THE_LAST, AFTER_IT, *_closed(lasts, calendar)), touched)


#: What a comparison turns at: the day or the number itself, and the one beside it.
_BESIDE = {"before": -1, "after": 1, "on_or_before": 1, "on_or_after": -1, "at_least": -1, "at_most": 1}


def _compared(part: str, condition: Condition, item: Item, calendar: Calendar) -> Iterator[_Watch]:
    """Where a condition compares dates or numbers: the value it turns at, and the one beside it."""
    for test in parts_of(condition):
        if not isinstance(test, Compare) or test.op not in _BESIDE:
            continue
        if isinstance(test.other, Moment):
            yield _compared_days(f"{part}, {say_condition(test)}", test, test.other, part == "relevant_if", calendar)
        elif isinstance(test.other, int):
            yield _compared_numbers(f"{part}, {say_condition(test)}", test.fact, test.other, _BESIDE[test.op])


def _compared_days(part: str, test: Compare, moment: Moment, relevance: bool, calendar: Calendar) -> _Watch:
    beside = _BESIDE[test.op] * ONE_DAY
    names = ("on the day", "the day before" if beside < timedelta(0) else "the day after")

    def touched(answer: Answer) -> Iterator[str]:
        case = answer.reading
        day = case.fact(test.fact).day
        if day is None or (answer.outcome.relevant is False and not relevance):
            return
        deadlines = [settled.part.deadline for settled in _settled(answer)]
        limits = {case.moment(moment, d).day for d in deadlines} if moment.anchor == DEADLINE else set()
        limits = limits or {case.moment(moment).day}
        for limit in limits - {None}:
            assert limit is not None
            if day in (limit, limit + beside):
                yield names[day != limit]
                anchor = case.moment(Moment(moment.anchor)).day if moment.anchor != DEADLINE else None
                yield from _between(anchor, moment.shift, calendar) if anchor else ()

    return _Watch(part, (*names, *_closed(moment.shift, calendar)), touched)


def _compared_numbers(part: str, fact: str, number: int, beside: int) -> _Watch:
    names = (f"exactly {number}", f"exactly {number + beside}")

    def touched(answer: Answer) -> Iterator[str]:
        value = answer.reading.fact(fact).value
        yield from (f"exactly {value}",) if isinstance(value, int) else ()

    return _Watch(part, names, touched)
