"""`gaps_between`: an event again and again, never longer apart than a length of time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from auditcheck.calendar import weekday_date
from auditcheck.conditions import Reader
from auditcheck.patterns.keys import Bounded, EventName, Length
from auditcheck.patterns.some import looked_for
from auditcheck.patterns.words import Term, begins, ends, event_words
from auditcheck.reading import BAD, CaseReading, Kind, Looked, Part, there
from auditcheck.sql import NULL, DateSql, and_, case, least, not_, or_
from auditcheck.states import State

if TYPE_CHECKING:
    from auditcheck.checklist import Item
    from auditcheck.names import Names
    from auditcheck.plan import Node, Plan


class GapsBetween(Bounded):
    """From the day the window begins, and after each event, never longer than `at_most` to the
    next, up to the earliest `until` or as at.

    Gap: the gap that is still open is too long. Late: a closed gap was, the open one is not. Not
    yet due: nothing yet, and the first deadline has not passed. Met keeps its next due date.
    `deadline` in reasons is the first deadline. A case that ended before anything fell due is not
    relevant, unless a reason leaves it out.
    """

    gaps_between: EventName
    at_most: Length

    meanings: ClassVar[Mapping[str, str]] = {
        "gaps_between": "The event that must come again and again.",
        "at_most": "How long it may be from one to the next: a length of time or a setting.",
    }
    example: ClassVar[str] = """\
gaps_between: management_oversight
at_most: 13 weeks
until: [end_date, contact_suspended_from]
"""

    def check(self, raw: Any, reader: Reader) -> None:
        if self.at_most.count <= 0:
            reader.problem(raw, "“at_most” must be longer than nothing.")
        self.needs_every(raw, reader, self.gaps_between)

    def say(self) -> str:
        return f"{event_words(self.gaps_between)} is recorded at least every {self.at_most}"

    def terms(self, item: Item, names: Names) -> list[Term]:
        words, length = event_words(self.gaps_between), self.at_most
        from_, until = self.from_ or item.from_, self.until if self.until is not None else item.until
        upto = "as at"
        if end := ends(until, names):
            upto = f"{end}, or as at where that is earlier"
        return [
            (
                "Deadline",
                f"The first is {length} after {begins(from_, names)}; then {length} after each {words}. That day itself is in time.",
            ),
            ("Counts", f"The time from each to the next, and from the last up to {upto}."),
            ("Late", f"One came more than {length} after the one before, and the time since the last is not too long."),
            ("Gap", f"The time since the last is longer than {length}, or since the beginning where there is none."),
            ("Not yet due", "There is none yet, and the first deadline has not passed."),
            ("Coming up", "A case that is met is listed with the day by which the next is due."),
            ("Not relevant", "The last day that counts came before the first was overdue."),
        ]

    def sql(self, plan: Plan, item: Item) -> Node:
        from auditcheck.plan import Leaf, Lookups, said

        from_, until = self.from_ or item.from_, self.until if self.until is not None else item.until
        window = plan.window(from_, until)
        rows = plan.event_rows(self.gaps_between, from_, until)
        lookups = Lookups(plan)
        after = lookups.shift(DateSql("s.before"), self.at_most).value
        key = ("gaps", rows, window.from_day, self.at_most)
        in_period = ""
        if plan.period:
            in_period = "".join(
                f",\n  coalesce(bool_or(s.day {sign} {after} AND {plan.in_period(after)}), FALSE) AS {name}"
                for sign, name in (("<=", "kept"), (">", "missed"))
            )
        closed = plan.sequence(
            key,
            f"""
SELECT s._case, max(s.day) AS last, min(CASE WHEN s.day > {after} THEN {after} END) AS broken{in_period}
FROM (SELECT b._case, d.day, coalesce(lag(d.day) OVER (PARTITION BY b._case ORDER BY d.day), {window.from_day}) AS before
  FROM b4 b JOIN (SELECT DISTINCT _case, day FROM {rows} WHERE sure) d ON d._case = b._case) s{lookups.text}
GROUP BY s._case""",
        )
        doubt = plan.sequence(("doubt", rows), f"\nSELECT DISTINCT _case, TRUE AS doubt FROM {rows} WHERE NOT sure")
        lookups = Lookups(plan)
        open_due = lookups.shift(DateSql("g.last"), self.at_most).value
        first_due = lookups.shift(DateSql("g.begins"), self.at_most).value
        whole = plan.sequence(
            ("open", closed, doubt),
            f"""
SELECT g._case, g.count_of, g.broken, g.doubt{", g.kept, g.missed" if plan.period else ""}, {open_due} AS open_due,
  {first_due} AS first_due
FROM (SELECT b._case, c.last IS NOT NULL AS count_of, c.broken{", c.kept, c.missed" if plan.period else ""}, coalesce(u.doubt, FALSE) AS doubt,
    coalesce(c.last, {window.from_day}) AS last, {window.from_day} AS begins
  FROM b4 b LEFT JOIN {closed} c ON c._case = b._case LEFT JOIN {doubt} u ON u._case = b._case) g{lookups.text}""",
        )
        plan.join_wide(whole)
        bound = least(window.until_day, plan.as_at)
        ended = "FALSE" if window.until_day == NULL else f"coalesce({window.until_day} < {plan.as_at}, FALSE)"
        # more events only ever shorten gaps: a case that is met without the possible ones stays met
        fine = and_(f"{whole}.count_of", f"({whole}.broken IS NULL)", f"({whole}.open_due >= {bound})")
        state = case(
            (window.from_nothing, said(State.NOT_YET_DUE)),
            (window.from_unknown, said(State.CANNOT_TELL)),
            (window.until_unknown, said(State.CANNOT_TELL)),
            (f"({whole}.open_due IS NULL)", said(State.CANNOT_TELL)),
            (fine, said(State.MET)),
            (f"{whole}.doubt", said(State.CANNOT_TELL)),
            (f"({whole}.open_due < {bound})", said(State.GAP)),
            (f"({whole}.broken IS NOT NULL)", said(State.LATE)),
            (ended, said(State.NOT_RELEVANT)),
            otherwise=said(State.NOT_YET_DUE),
        )
        next_due = f"{whole}.open_due"
        due = {
            State.LATE: f"{whole}.broken",
            State.GAP: next_due,
            State.NOT_YET_DUE: next_due,
            State.MET: case((ended, NULL), otherwise=next_due),
        }
        begins_known = and_(not_(window.from_nothing), not_(window.from_unknown))
        outside = and_(begins_known, f"({whole}.first_due IS NULL)")
        deadline = DateSql(f"{whole}.first_due", or_(window.from_unknown, outside))
        passed = f"coalesce({whole}.first_due < {plan.as_at}, FALSE)"
        within = NULL
        if plan.period:
            opened, missed = plan.in_period(f"{whole}.open_due"), f"coalesce({whole}.missed, FALSE)"
            over = f"coalesce({whole}.open_due < {bound}, FALSE)"
            still = and_(opened, not_(ended))
            within = case(
                (f"(({state}) = {said(State.CANNOT_TELL)})", said(State.CANNOT_TELL)),
                (f"(({state}) = {said(State.NOT_RELEVANT)})", NULL),
                (window.from_nothing, NULL),
                (and_(opened, over), said(State.GAP)),
                (missed, said(State.LATE)),
                (still, said(State.NOT_YET_DUE)),
                (f"coalesce({whole}.kept, FALSE)", said(State.MET)),
            )
        return plan.leaf(Leaf(state, due, deadline, reasons_first=True, passed=passed, within=within), item)

    def explain(self, case_: CaseReading, item: Item) -> Looked:
        from_, until = self.from_ or item.from_, self.until if self.until is not None else item.until
        begin, end = case_.window(from_, until)
        happenings = case_.events(self.gaps_between, from_, until)
        days = sorted({h.day for h in happenings if h.sure and h.day})
        doubt = any(not h.sure for h in happenings)
        words = event_words(self.gaps_between)
        lines = [looked_for(case_, self.gaps_between, len(days), happenings)]
        rows = tuple(h.row for h in happenings if h.sure and h.row)
        if begin.kind is Kind.NOTHING:
            return Looked([Part(State.NOT_YET_DUE, found="Waiting to start.")], lines=lines, intervals=[])
        if begin.day is None:
            part = Part(State.CANNOT_TELL, deadline=BAD, found="When it begins cannot be told.")
            return Looked([part], lines=lines, intervals=[State.CANNOT_TELL])
        first_due = case_.calendar.add(begin.day, self.at_most)
        deadline = there(first_due) if first_due else BAD
        if not end.known:
            part = Part(State.CANNOT_TELL, deadline=deadline, found="Its end cannot be told.")
            return Looked([part], lines=lines, intervals=[State.CANNOT_TELL])
        broken = []
        intervals = []
        for before, day in zip([begin.day, *days], days, strict=False):
            allowed = case_.calendar.add(before, self.at_most)
            if allowed is not None and day > allowed:
                broken.append(allowed)
            if case_.period and allowed is not None and allowed in case_.period:
                intervals.append(State.LATE if day > allowed else State.MET)
        last = days[-1] if days else begin.day
        open_due = case_.calendar.add(last, self.at_most)
        bound = min(case_.as_at, end.day) if end.day else case_.as_at
        ended = end.day is not None and end.day < case_.as_at
        due = None
        if open_due is None:
            state = State.CANNOT_TELL
        elif open_due < bound:
            state, due = State.GAP, open_due
        elif broken:
            state, due = State.LATE, broken[0]
        elif days:
            state, due = State.MET, None if ended else open_due
        elif ended:
            state = State.NOT_RELEVANT
        else:
            state, due = State.NOT_YET_DUE, open_due
        if doubt and state is not State.MET:
            state, due = State.CANNOT_TELL, None
        if case_.period and open_due is not None and open_due in case_.period and (open_due < bound or not ended):
            intervals.append(State.GAP if open_due < bound else State.NOT_YET_DUE)
        if state is State.CANNOT_TELL:
            intervals = [state]
        elif state is State.NOT_RELEVANT:
            intervals = []
        upper = words[:1].upper() + words[1:]
        found = (
            f"Last {words} {weekday_date(days[-1], case_.as_at)}."
            if days
            else f"{upper}: none recorded from {weekday_date(begin.day, case_.as_at)} on."
        )
        if state is State.LATE:
            found += f" {len(broken)} of {len(days)} came more than {self.at_most} after the one before."
        if state is State.NOT_RELEVANT and end.day:
            found += f" It is looked for until {weekday_date(end.day, case_.as_at)}: the first was not overdue by then."
        part = Part(state, due, deadline, found=found, rows=rows, reasons_first=True, counted=(last, self.at_most))
        return Looked([part], lines=lines, timed=True, intervals=intervals)
