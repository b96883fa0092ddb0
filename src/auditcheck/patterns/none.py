"""`none`: no such event, or none left standing for longer than a length of time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from auditcheck.calendar import weekday_date
from auditcheck.conditions import Reader
from auditcheck.patterns.keys import Bounded, EventName, Length
from auditcheck.patterns.some import looked_for
from auditcheck.patterns.words import NO_DEADLINE, Term, event_words
from auditcheck.reading import BAD, NOTHING, CaseReading, Kind, Looked, Part, there
from auditcheck.sql import FALSE, NULL, DateSql, case, or_
from auditcheck.states import State

if TYPE_CHECKING:
    from auditcheck.checklist import Item
    from auditcheck.names import Names
    from auditcheck.plan import Node, Plan


class NoneOf(Bounded):
    """No such event. With `older_than`, only one that has stood for longer counts against.

    Gap: there is one (older than that). Not yet due: there is a younger one; or there is none, an
    `until` was given and has not passed. Met: none.
    """

    none: EventName
    older_than: Length | None = None

    meanings: ClassVar[Mapping[str, str]] = {
        "none": "The event that must not be recorded.",
        "older_than": "How long one may stand before it counts against: a length of time or a setting. Its last day is in time.",
    }
    example: ClassVar[str] = """\
none: provisional_absence
older_than: 6 working days
"""

    def check(self, raw: Any, reader: Reader) -> None:
        if self.older_than is not None and self.older_than.count < 0:
            reader.problem(raw, "“older_than” reaches back in time.")
        self.needs_every(raw, reader, self.none)

    def say(self) -> str:
        older = f" that is older than {self.older_than}" if self.older_than else ""
        return f"no {event_words(self.none)}{older} is recorded"

    def terms(self, item: Item, names: Names) -> list[Term]:
        words, length = event_words(self.none), self.older_than
        until = self.until if self.until is not None else item.until
        end = " or ".join(moment.say() for moment in until or ())
        open_end = f"There is none, and {end} has not passed." if end else ""
        if length is None:
            found = [("Deadline", NO_DEADLINE), ("Gap", f"There is one: {words} is recorded.")]
            return [*found, ("Not yet due", open_end)] if end else found
        return [
            ("Deadline", f"{length} after each {words}. That day itself is in time."),
            ("Gap", "There is one, and its deadline has passed."),
            ("Not yet due", "There is one, and its deadline has not passed."),
            *([("", open_end)] if end else []),
        ]

    def sql(self, plan: Plan, item: Item) -> Node:
        from auditcheck.plan import Leaf, said

        from_, until = self.from_ or item.from_, self.until if self.until is not None else item.until
        window = plan.window(from_, until)
        found = plan.first(self.none, from_, until)
        sure = f"({found.sure} IS NOT NULL)"
        maybe = FALSE if found.maybe == NULL else f"({found.maybe} IS NOT NULL)"
        deadline = DateSql(NULL)
        if self.older_than:
            # standing too long: younger days reach as at, older ones do not
            reaches = plan.earliest_within(self.older_than)
            old = f"({found.sure} < {reaches})"
            maybe_old = FALSE if found.maybe == NULL else f"({found.maybe} < {reaches})"
            deadline = plan.wide_lookups.shift(DateSql(found.sure), self.older_than)
            shown = deadline.value
        else:
            old, maybe_old, shown = sure, maybe, found.sure
        if window.until_given:
            passed = f"({window.until_day} < {plan.as_at})" if window.until_day != NULL else FALSE
            at_the_end = case(
                (window.until_unknown, said(State.CANNOT_TELL)),
                (FALSE if passed == FALSE else f"coalesce({passed}, FALSE)", said(State.MET)),
                otherwise=said(State.NOT_YET_DUE),
            )
        else:
            at_the_end = said(State.MET)
        state = case(
            (window.from_nothing, said(State.NOT_YET_DUE)),
            (old, said(State.GAP)),
            (maybe_old, said(State.CANNOT_TELL)),
            (sure if self.older_than else FALSE, said(State.NOT_YET_DUE)),
            (or_(maybe, window.from_unknown), said(State.CANNOT_TELL)),  # it may not have begun
            otherwise=at_the_end,
        )
        end = window.until_day if window.until_given else NULL
        coming = f"coalesce({shown}, {end})" if self.older_than and end != NULL else shown if self.older_than else end
        due = {State.GAP: shown, State.NOT_YET_DUE: case((window.from_nothing, NULL), otherwise=coming)}
        within = NULL
        if plan.period:
            within = case(*((f"(({state}) = {said(s)} AND {plan.in_period(day)})", said(s)) for s, day in due.items()))
        return plan.leaf(Leaf(state, due, deadline, within=within), item)

    def explain(self, case_: CaseReading, item: Item) -> Looked:
        from_, until = self.from_ or item.from_, self.until if self.until is not None else item.until
        begin, end = case_.window(from_, until)
        happenings = case_.events(self.none, from_, until)
        sure = sorted(h.day for h in happenings if h.sure and h.day)
        possible = [h for h in happenings if not h.sure]
        limit = case_.holds_from(self.older_than) if self.older_than else None
        deadline, due = NOTHING, None
        first_due = sure[0] if sure else None
        if self.older_than and sure:
            reached = case_.calendar.add(sure[0], self.older_than)
            deadline, first_due = (there(reached) if reached else BAD), reached
        if begin.kind is Kind.NOTHING:
            state = State.NOT_YET_DUE
        elif sure and (limit is None or sure[0] < limit):
            state, due = State.GAP, first_due
        elif any(limit is None or h.lo < limit for h in possible):
            state = State.CANNOT_TELL
        elif sure:
            state, due = State.NOT_YET_DUE, first_due
        elif possible or not begin.known:  # it may not have begun
            state = State.CANNOT_TELL
        elif until is None:
            state = State.MET
        elif not end.known:
            state = State.CANNOT_TELL
        elif end.day is not None and end.day < case_.as_at:
            state = State.MET
        else:
            state, due = State.NOT_YET_DUE, end.day
        words = event_words(self.none)
        if sure:
            listed = ", ".join(weekday_date(day, case_.as_at) for day in sure[:3])
            found = f"{words[:1].upper()}{words[1:]} {listed}{f' and {len(sure) - 3} more' if len(sure) > 3 else ''}."
        else:
            found = f"No {words} recorded."
        rows = tuple(h.row for h in happenings if h.sure and h.row)
        counted = (sure[0], self.older_than) if sure and self.older_than else None
        part = Part(state, due, deadline, found=found, rows=rows, counted=counted)
        return Looked([part], lines=[looked_for(case_, self.none, len(sure), happenings)])
