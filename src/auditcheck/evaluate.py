"""One case and one item in plain Python: relevance, parts, reasons, roll-up. Explain speaks from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from auditcheck.accepted import WORDS as ACCEPTED
from auditcheck.accepted import Acceptance, acceptances
from auditcheck.calendar import Period, weekday_date
from auditcheck.patterns import AnyPattern
from auditcheck.patterns.combined import AllOf, AnyOf
from auditcheck.patterns.each import Each
from auditcheck.reading import BAD, CaseReading, Looked, Part, Tri
from auditcheck.states import ALL_OF, ANY_OF, State, roll_up

if TYPE_CHECKING:
    from auditcheck.checklist import Item, Reason


@dataclass
class Settled:
    """A part after reasons: its state, and the words of the reason that changed it."""

    part: Part
    state: State
    reason: str = ""
    reason_tests: tuple[tuple[str, Tri], ...] = ()
    accepted: bool = False  # by a row of the table of accepted gaps


@dataclass
class LeafFinding:
    """What one pattern of an item found of a case."""

    pattern: AnyPattern
    looked: Looked
    settled: list[Settled]
    state: State


@dataclass
class Outcome:
    """What one case's record says for one item. `accepted` are the rows that accept its gap, whether
    they count or not; `before` is the state before its gap was accepted as a whole. `passed`: does the
    state rest on what had fallen due by as at? `within`: that of what was due in the case's period, or None."""

    state: State
    relevant: Tri
    due: date | None
    occurrences: int
    met: int
    reason: str
    leaves: list[LeafFinding]
    accepted: list[Acceptance]
    before: State
    passed: bool
    within: State | None


@dataclass
class _Branch:
    """What a pattern, or several together, come to."""

    state: State
    due: date | None
    occurrences: int
    met: int
    reason: str
    passed: bool
    within: State | None


def evaluate(item: Item, case: CaseReading) -> Outcome:
    """The state of `case` for `item`, with everything it rests on."""
    leaves: list[LeafFinding] = []
    rows = acceptances(case, item.id)
    accepted = [row.day for row in rows if row.in_force(case.as_at)]
    branch = _branch(item.met_if, item, case, leaves, {day for day in accepted if day is not None})
    relevant = case.condition(item.relevant_if, item)

    def outcome(state: State, due: date | None, occurrences: int, met: int, reason: str) -> Outcome:
        before = branch.state if relevant else state
        within = branch.within
        if state is State.NOT_RELEVANT:
            within = None
        elif relevant is None and state is State.CANNOT_TELL:
            within = state
        elif within is State.GAP and None in accepted:
            within = State.EXCUSED
        return Outcome(state, relevant, due, occurrences, met, reason, leaves, rows, before, branch.passed, within)

    if relevant is False:
        return outcome(State.NOT_RELEVANT, None, 0, 0, "")
    if relevant is None and branch.state is not State.LEFT_OUT:
        return outcome(State.CANNOT_TELL, None, 0, 0, "")
    if branch.state is State.GAP and None in accepted:
        return outcome(State.EXCUSED, None, branch.occurrences, branch.met, ACCEPTED)
    return outcome(branch.state, branch.due, branch.occurrences, branch.met, branch.reason)


def why_not(row: Acceptance, outcome: Outcome, as_at: date) -> str:
    """Why a row in force excuses nothing; "" where it does excuse a gap."""
    nothing = "nothing to excuse: "
    if not outcome.relevant and outcome.state is not State.LEFT_OUT:
        return f"{nothing}{outcome.state}"
    if row.day is None:
        if outcome.before is State.GAP:
            return ""
        return f"{nothing}{'already ' if outcome.state is State.EXCUSED else ''}{outcome.state}"
    eaches = [leaf for leaf in outcome.leaves if isinstance(leaf.pattern, Each)]
    if not eaches:
        return "the item has no occurrences: leave the occurrence date blank"
    on_the_day = [s for leaf in eaches for s in leaf.settled if s.part.sure and s.part.day == row.day]
    if any(s.accepted for s in on_the_day):
        return ""
    if not on_the_day:
        return f"no occurrence on {weekday_date(row.day, as_at)}"
    states = list(dict.fromkeys(s.state.value for s in on_the_day))
    return f"{nothing}the occurrence is {' and '.join(states)}"


def _branch(
    pattern: AnyPattern, item: Item, case: CaseReading, leaves: list[LeafFinding], accepted: set[date]
) -> _Branch:
    if isinstance(pattern, AllOf | AnyOf):
        parts = pattern.all_of if isinstance(pattern, AllOf) else pattern.any_of
        branches = [_branch(part, item, case, leaves, accepted) for part in parts]
        state = roll_up((b.state for b in branches), ALL_OF if isinstance(pattern, AllOf) else ANY_OF)
        chosen = [b for b in branches if b.state is state]
        return _Branch(
            state,
            min((b.due for b in chosen if b.due), default=None),
            sum(b.occurrences for b in branches),
            sum(b.met for b in branches),
            next((b.reason for b in chosen if b.reason), ""),
            state not in (State.MET, State.NOT_YET_DUE) or all(b.passed for b in branches),
            _rolled((b.within for b in branches), ALL_OF if isinstance(pattern, AllOf) else ANY_OF),
        )
    looked = pattern.explain(case, item)
    settled = [_settle(part, pattern, item, case, accepted) for part in looked.parts]
    state = roll_up(s.state for s in settled)
    leaves.append(LeafFinding(pattern, looked, settled, state))
    due = min((s.part.due for s in settled if s.state is s.part.state is state and s.part.due), default=None)
    dropped = (State.EXCUSED, State.LEFT_OUT, State.NOT_RELEVANT)
    counted = [s for s in settled if s.state not in dropped] if looked.has_occurrences else []
    # of several reasons the one that stands first in the checklist is named
    words = [reason.words for reason in (item.excused_if if state is State.EXCUSED else item.left_out_if)]
    given = [s.reason for s in settled if s.state is state and s.reason]
    given.sort(key=lambda reason: words.index(reason) if reason in words else len(words))
    return _Branch(
        state,
        due,
        sum(s.part.number for s in counted),
        sum(s.part.number for s in counted if s.state is State.MET),
        given[0] if given else "",
        state not in (State.MET, State.NOT_YET_DUE) or any(_had_passed(s, looked, case.as_at) for s in settled),
        _within(looked, settled, case.period) if case.period else None,
    )


def _had_passed(settled: Settled, looked: Looked, as_at: date) -> bool:
    """Is it met, and has the day passed by which it had to be?"""
    due = settled.part.deadline.day
    return settled.state is State.MET and (not looked.timed or (due is not None and due < as_at))


def _within(looked: Looked, settled: list[Settled], period: Period) -> State | None:
    """The state of what was due in a period; None where nothing was."""
    if looked.intervals is not None:  # of one part that has many deadlines
        state = _rolled(looked.intervals)
        return state if state is None or settled[0].state is settled[0].part.state else settled[0].state
    return _rolled(s.state for s in settled if _was_due(s.part, looked, period))


def _was_due(part: Part, looked: Looked, period: Period) -> bool:
    """Did it have to be done in the period, or cannot that be told?"""
    if not looked.timed:
        return part.due is not None and part.due in period
    if not part.sure or not part.deadline.known:
        return True
    return part.deadline.day is not None and part.deadline.day in period


def _rolled(states: Iterable[State | None], order: tuple[State, ...] = ALL_OF) -> State | None:
    """One state from several, without those that are None; None where no other is left."""
    found = [state for state in states if state is not None]
    return roll_up(found, order) if found else None


def _settle(part: Part, pattern: AnyPattern, item: Item, case: CaseReading, accepted: set[date]) -> Settled:
    """Left out first, whatever was done; then excuses, which change only a gap; then whether the gap
    of this very occurrence is accepted."""
    if part.state is State.NOT_RELEVANT and not part.reasons_first:
        return Settled(part, part.state)
    out = [(r, _holds(r, part, pattern, item, case, excuse=False)) for r in item.left_out_if]
    tests = tuple((reason.words, verdict) for reason, verdict in out)
    for reason, verdict in out:
        if verdict:
            return Settled(part, State.LEFT_OUT, reason.words, tests)
    if not part.sure:
        return Settled(part, State.CANNOT_TELL, "", tests)
    if None in (verdict for _, verdict in out) and part.state is not State.LEFT_OUT:
        return Settled(part, State.CANNOT_TELL, "", tests)
    if part.state is not State.GAP:
        return Settled(part, part.state, part.own_reason, tests)
    excuses = [(r, _holds(r, part, pattern, item, case, excuse=True)) for r in item.excused_if]
    tests += tuple((reason.words, verdict) for reason, verdict in excuses)
    for reason, verdict in excuses:
        if verdict:
            return Settled(part, State.EXCUSED, reason.words, tests)
    if None in (verdict for _, verdict in excuses):
        return Settled(part, State.CANNOT_TELL, "", tests)
    if isinstance(pattern, Each) and part.day in accepted:
        return Settled(part, State.EXCUSED, ACCEPTED, tests, accepted=True)
    return Settled(part, State.GAP, part.own_reason, tests)


def _holds(reason: Reason, part: Part, pattern: AnyPattern, item: Item, case: CaseReading, *, excuse: bool) -> Tri:
    """Does a reason hold for a part? In an `each`, `has` looks from the occurrence to its deadline,
    for excuses to as at; elsewhere in the item's window."""
    if not part.sure:  # a possible occurrence: nobody knows its day, nor its deadline
        return case.condition(reason.when, item, blank_is_no=True, deadline=BAD, has=lambda _: None)
    fresh = case.holds_from(reason.lasts) if reason.lasts else None
    in_each = isinstance(pattern, Each)

    def has(event: str) -> Tri:
        if not in_each:
            return case.has(event, item.from_, item.until, not_before=fresh)
        assert isinstance(pattern, Each)
        from_ = pattern.from_ or item.from_
        until = pattern.until if pattern.until is not None else item.until
        first = max(day for day in (part.day, fresh) if day is not None)
        last = case.as_at
        if not excuse and not part.deadline.known:
            return None if case.has(event, from_, until, first, last) is not False else False
        if not excuse and part.deadline.day is not None:
            last = min(last, part.deadline.day)
        return case.has(event, from_, until, first, last)

    return case.condition(reason.when, item, blank_is_no=True, deadline=part.deadline, has=has)
