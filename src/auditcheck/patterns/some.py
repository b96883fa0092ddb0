"""`some`: at least so many of an event by a deadline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from auditcheck.calendar import weekday_date
from auditcheck.conditions import Reader
from auditcheck.patterns.keys import Bounded, Day, EventName, Number
from auditcheck.patterns.words import Term, days_after, event_words, may_not_happen, nth
from auditcheck.problems import in_words
from auditcheck.reading import BAD, CaseReading, Happening, Kind, Looked, Part
from auditcheck.sql import FALSE, NULL, case, or_
from auditcheck.states import State

if TYPE_CHECKING:
    from auditcheck.checklist import Item
    from auditcheck.names import Names
    from auditcheck.plan import Node, Plan


class Some(Bounded):
    """At least `at_least` (one) of the event by the deadline `by`.

    Met: enough by the deadline day. Late: enough, the last of them after it. Gap: not enough, and
    the deadline has passed. Not yet due: not enough, and it has not; or what the deadline counts
    from has not happened.
    """

    some: EventName
    by: Day
    at_least: Number = 1

    meanings: ClassVar[Mapping[str, str]] = {
        "some": "The event that must be recorded.",
        "by": "The deadline: a date, a date fact, as_at, or a length of time after or before one. That day itself is in time.",
        "at_least": "How many of it, 1 where it is not said: a whole number or a setting.",
    }
    example: ClassVar[str] = """\
some: police_enquiry_sent
by: 5 working days after start_date
"""

    def check(self, raw: Any, reader: Reader) -> None:
        if self.at_least > 1:
            self.needs_every(raw, reader, self.some)
            self.needs_several(raw, reader, self.some, self.at_least)

    def say(self) -> str:
        many = "" if self.at_least == 1 else f"at least {self.at_least} times "
        return f"{event_words(self.some)} is recorded {many}no later than {self.by.say()}"

    def terms(self, item: Item, names: Names) -> list[Term]:
        enough = "recorded" if self.at_least == 1 else f"recorded {self.at_least} times"
        last = "" if self.at_least == 1 else f"the {nth(self.at_least)} of them "
        day = self.by.say()
        found = [("Deadline", f"{day[:1].upper()}{day[1:]}. That day itself is in time.")]
        if self.at_least > 1 and names.events[self.some].once_a_day:
            found.append(("Counts", "Several on one day are one."))
        if self.by.passed is not False:
            found += [
                ("Late", f"It is {enough}, but {last}after the deadline."),
                ("Gap", f"It is not {enough}, and the deadline has passed."),
            ]
        open_ = [] if self.by.passed else [f"It is not {enough}, and the deadline has not passed."]
        from_ = self.from_ or item.from_
        for waiting in dict.fromkeys(may_not_happen(moment, names) for moment in (from_, self.by) if moment):
            if waiting:
                where = f"{'Also where' if open_ else 'Where'} {waiting} has not happened"
                open_.append(f"{where}: it waits to start, and has no deadline yet.")
        return found + [("" if place else "Not yet due", line) for place, line in enumerate(open_)]

    def sql(self, plan: Plan, item: Item) -> Node:
        from auditcheck.plan import Leaf, said

        from_, until = self.from_ or item.from_, self.until if self.until is not None else item.until
        window = plan.window(from_, until)
        by = plan.moment(self.by)
        if self.at_least == 1:
            found = plan.first(self.some, from_, until)
            maybe = "FALSE" if found.maybe == NULL else f"({found.maybe} IS NOT NULL)"
            maybe_by = "FALSE" if found.maybe == NULL else f"({found.maybe} <= {by.value})"
            enough, enough_by = f"({found.sure} IS NOT NULL)", f"({found.sure} <= {by.value})"
            could, could_by = maybe, maybe_by  # where there is none for certain
            done = f"({found.sure} <= {plan.as_at})"
            could_be_done = "FALSE" if found.maybe == NULL else f"({found.maybe} <= {plan.as_at})"
        else:
            tally = plan.tally(self.some, from_, until, by)
            enough, enough_by = f"({tally.sure} >= {self.at_least})", f"({tally.sure_by} >= {self.at_least})"
            could, could_by = f"({tally.all} >= {self.at_least})", f"({tally.all_by} >= {self.at_least})"
            done, could_be_done = f"({tally.sure_now} >= {self.at_least})", f"({tally.all_now} >= {self.at_least})"
        state = case(
            (window.from_nothing, said(State.NOT_YET_DUE)),
            (by.unknown, said(State.CANNOT_TELL)),
            (
                by.nothing,
                case((enough, said(State.MET)), (could, said(State.CANNOT_TELL)), otherwise=said(State.NOT_YET_DUE)),
            ),
            (enough_by, said(State.MET)),
            (could_by, said(State.CANNOT_TELL)),
            (f"({by.value} >= {plan.as_at})", said(State.NOT_YET_DUE)),
            (done, said(State.LATE)),
            (or_(could_be_done, window.from_unknown), said(State.CANNOT_TELL)),  # it may not have begun
            otherwise=said(State.GAP),
        )
        shown = case((or_(by.unknown, window.from_nothing), NULL), otherwise=by.value)
        due = dict.fromkeys((State.GAP, State.LATE, State.NOT_YET_DUE), shown)
        passed = FALSE if by.value == NULL else f"coalesce({by.value} < {plan.as_at}, FALSE)"
        within = NULL
        if plan.period and by.value != NULL:
            within = case((or_(by.unknown, plan.in_period(by.value)), state))
        return plan.leaf(Leaf(state, due, by, passed=passed, within=within), item)

    def explain(self, case_: CaseReading, item: Item) -> Looked:
        from_, until = self.from_ or item.from_, self.until if self.until is not None else item.until
        by = case_.moment(self.by)
        happenings = case_.events(self.some, from_, until)
        once = case_.names.events[self.some].once_a_day

        def certain(limit: date | None = None) -> int:
            days = [h.day for h in happenings if h.sure and h.day and (limit is None or h.day <= limit)]
            return len(set(days)) if once else len(days)

        def possible(limit: date | None = None) -> int:
            fitting = [h for h in happenings if limit is None or h.lo <= limit]
            dated = [h.day for h in fitting if h.day]
            return (len(set(dated)) if once else len(dated)) + sum(h.n for h in fitting if h.day is None)

        begin, _ = case_.window(from_, until)
        n = self.at_least
        if begin.kind is Kind.NOTHING:
            state = State.NOT_YET_DUE
        elif not by.known:
            state = State.CANNOT_TELL
        elif by.day is None:
            state = State.MET if certain() >= n else State.CANNOT_TELL if possible() >= n else State.NOT_YET_DUE
        elif certain(by.day) >= n:
            state = State.MET
        elif possible(by.day) >= n:
            state = State.CANNOT_TELL
        elif by.day >= case_.as_at:
            state = State.NOT_YET_DUE
        elif certain(case_.as_at) >= n:
            state = State.LATE
        elif possible(case_.as_at) >= n or not begin.known:  # it may not have begun
            state = State.CANNOT_TELL
        else:
            state = State.GAP
        due = by.day if state in (State.GAP, State.LATE, State.NOT_YET_DUE) and begin.kind is not Kind.NOTHING else None
        sure = [h for h in happenings if h.sure]
        days = sorted({h.day for h in sure if h.day})
        words = event_words(self.some)
        if days:
            listed = ", ".join(weekday_date(day, case_.as_at) for day in days[:3])
            more = f" and {len(days) - 3} more" if len(days) > 3 else ""
            found = f"{words[:1].upper()}{words[1:]} {listed}{more}."
            if state is State.LATE and by.day:
                nth = days[n - 1] if once else sorted(h.day for h in sure if h.day)[n - 1]
                which = f"; {weekday_date(nth, case_.as_at)} is" if len(days) > 1 else ","
                found = f"{found[:-1]}{which} {days_after(nth, by.day)}."
        else:
            in_time = " in the time that counts" if any(h.before for h in happenings) else ""
            found = f"Not recorded{in_time}: {words}."
        rows = tuple(h.row for h in sure if h.row)
        part = Part(state, due, by if by.known else BAD, found=found, rows=rows, counted=case_.counted(self.by))
        lines = [looked_for(case_, self.some, len(sure), happenings)]
        return Looked([part], lines=lines, timed=True)


def too_early(case_: CaseReading, firsts: Sequence[Happening]) -> str:
    """'and Fri 5 May is too early to count': of firsts that leave open whether there were others."""
    days = sorted({day for happening in firsts if (day := happening.before or happening.day)})
    said = in_words([weekday_date(day, case_.as_at) for day in days])
    return f"and {said} {'is' if len(days) == 1 else 'are'} too early to count"


def looked_for(case_: CaseReading, event: str, sure: int, happenings: Sequence[Happening]) -> str:
    """'contacts C369: 2' and whether more could not be read, or may stand where the record does not go."""
    from auditcheck.patterns.words import source_words, unseen_words

    early = [happening for happening in happenings if happening.before]
    doubtful = [happening for happening in happenings if not happening.sure and not happening.before]
    unread = len({(happening.row.table, happening.row.number) for happening in doubtful if happening.row is not None})
    unseen = any(happening.row is None for happening in doubtful)
    found = str(sure or ("cannot be told" if unseen and not unread else "none"))
    found += f", and {unread} that cannot be told" if unread else ""
    found += f"; {unseen_words(case_.names, event, case_.unknown_tables)}" if unseen else ""
    found += f"; only the first is on record, {too_early(case_, early)}" if early else ""
    return f"{source_words(case_.names, event)}: {found}"
