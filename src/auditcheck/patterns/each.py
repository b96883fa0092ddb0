"""`each`: every one of an event is followed by another in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BeforeValidator, ValidationInfo

from auditcheck.calendar import weekday_date
from auditcheck.conditions import Reader, plain
from auditcheck.names import Type
from auditcheck.patterns.combined import rolled_up
from auditcheck.patterns.keys import Bounded, EventName, Length, Number, _reader
from auditcheck.patterns.some import looked_for
from auditcheck.patterns.words import Term, days_after, event_words, nth
from auditcheck.problems import did_you_mean
from auditcheck.reading import (
    BAD,
    CaseReading,
    Happening,
    Kind,
    Looked,
    Part,
    Reading,
    Row,
    Tri,
    all_true,
    there,
)
from auditcheck.sql import FALSE, NULL, TRUE, DateSql, and_, case, literal, or_, quoted
from auditcheck.states import ALL_OF, NOTHING_LEFT, State
from auditcheck.written import Plain, Shape, Written, YesNo, told, validate

if TYPE_CHECKING:
    from auditcheck.checklist import Item, Reason
    from auditcheck.names import Names
    from auditcheck.plan import Node, Plan


class RunOf(Written):
    """The day on which the nth of an event is reached, within a length of time, once until it is
    ended. On one day the event comes before what ends it. Counted on distinct dates."""

    run_of: EventName
    reaching: Number
    within: Length | None = None
    ended_by: EventName | None = None

    meanings: ClassVar[Mapping[str, str]] = {
        "run_of": "The event that is counted, on distinct dates.",
        "reaching": "How many of it: a whole number or a setting.",
        "within": "How close together all of them must be: a length of time or a setting.",
        "ended_by": "The event after which counting begins again. On one day it comes last.",
    }

    def say(self) -> str:
        within = f" within {self.within}" if self.within else ""
        ended = f" (once until {event_words(self.ended_by)})" if self.ended_by else ""
        return f"time that {event_words(self.run_of)} reaches {self.reaching}{within}{ended}"


def _event_or_run(raw: Any, info: ValidationInfo) -> Any:
    if isinstance(raw, RunOf):
        return raw
    reader = _reader(info)
    if isinstance(raw, dict):
        run = validate(RunOf, raw, reader.file, reader.problems, item=reader.item, context=info.context)
        if run is None:
            raise told()
        return run
    return reader.event(raw)


class Each(Bounded):
    """Every `each` event is followed, on the day or later, by a `followed_by` event within a length
    of time, or by the row's own due date (`by: COLUMN`).

    An answer dated before its request does not count. `same: COLUMN` pairs by a shared column.
    `one_to_one` pairs earliest with earliest; without it one answer may serve every earlier
    request. Reasons, `deadline` and `has` in them are tried for every occurrence: `has` is then an
    event on or after the occurrence and by its deadline (for excuses, by as at).
    """

    each: Annotated[Any, BeforeValidator(_event_or_run), Shape(EventName | RunOf)]
    followed_by: EventName
    within: Length | None = None
    by: Plain | None = None
    same: Plain | None = None
    one_to_one: YesNo = False

    meanings: ClassVar[Mapping[str, str]] = {
        "each": "The event that asks for an answer, or a run of events.",
        "followed_by": "The event that answers it, on the same day or later.",
        "within": "How long after the event the answer is in time: a length of time or a setting. Either this or “by”.",
        "by": "The date column of the event's own row by which the answer is due. Either this or “within”.",
        "same": "A column that the event's row and the answer's row must share.",
        "one_to_one": "yes: one answer answers one event, the earliest that still waits. Otherwise it may answer every earlier one.",
    }
    example: ClassVar[str] = """\
each: police_enquiry_sent
followed_by: police_enquiry_returned
within: 20 working days
"""

    __hash__ = Bounded.__hash__

    @property
    def run(self) -> RunOf | None:
        return self.each if isinstance(self.each, RunOf) else None

    @property
    def event(self) -> str:
        return self.run.run_of if self.run else str(self.each)

    def check(self, raw: Any, reader: Reader) -> None:
        names = reader.names
        if (self.within is None) == (self.by is None):
            reader.problem(raw, "“each” needs either “within” or “by”.")
        if self.run and (self.by or self.same or self.one_to_one):
            reader.problem(raw, "“by”, “same” and “one_to_one” do not go with “run_of”.")
            return
        self.needs_every(raw, reader, *dict.fromkeys((self.event, self.followed_by)))
        if self.run:
            self.needs_several(raw, reader, self.event, self.run.reaching)
        if names is None:
            return
        for word, column, events in (
            ("by", self.by, (self.event,)),
            ("same", self.same, (self.event, self.followed_by)),
        ):
            if column is None:
                continue
            for name in events:
                event = names.events[name]
                if event.once_a_day:
                    reader.problem(raw, f"“{word}” needs single rows, and “{name}” says once_a_day.")
                for rows in event.sources:
                    columns = names.tables[rows.table].columns
                    if column not in columns:
                        hint = did_you_mean(column, columns)
                        reader.problem(raw, f"“{word}”: “{column}” is no column of {rows.table}.{hint}")
                    elif word == "by" and columns[column].type is not Type.DATE:
                        reader.problem(raw, f"“by”: “{column}” is not a date.")
        if self.same:
            kinds = {
                names.tables[rows.table].columns[self.same].type in (Type.TEXT, Type.CODE)
                or names.tables[rows.table].columns[self.same].type
                for name in (self.event, self.followed_by)
                for rows in names.events[name].sources
                if self.same in names.tables[rows.table].columns
            }
            if len(kinds) > 1:
                reader.problem(raw, f"“same”: “{self.same}” is of different types in the two tables.")

    def say(self) -> str:
        first = self.run.say() if self.run else event_words(self.event)
        limit = f"within {self.within}" if self.within else f"by its {plain(str(self.by))}"
        pairing = (
            ", each by one of its own"
            if self.one_to_one
            else ""
            if self.run
            else f" (one {event_words(self.followed_by)} may answer several)"
        )
        shared = f" with the same {plain(self.same)}" if self.same else ""
        return f"each {first} is followed by {event_words(self.followed_by)}{shared} {limit}{pairing}"

    def terms(self, item: Item, names: Names) -> list[Term]:
        asks, answers = event_words(self.event), event_words(self.followed_by)
        found: list[Term] = []
        if self.run:
            near = f" within {self.run.within}" if self.run.within else ""
            asks = f"{nth(self.run.reaching)} {asks}"
            found.append(("Looked at", f"The day of the {asks}{near}; several on one day count once."))
            if ended := self.run.ended_by and event_words(self.run.ended_by):
                found.append(("", f"Then none more until {ended}; after it, counting begins again."))
                found.append(("", f"On one day {event_words(self.event)} comes before {ended}."))
            else:
                found.append(("", "Only once: more of them add nothing."))
        elif names.events[self.event].once_a_day:
            found.append(("Looked at", f"Each day with {asks}; several on one day are one."))
        else:
            found.append(("Looked at", f"Each {asks}, by itself."))
        if self.within:
            found.append(("Deadline", f"{self.within} after each {asks}. That day itself is in time."))
        else:
            found.append(("Deadline", f"The {plain(str(self.by))} of each {asks}. That day itself is in time."))
        found.append(
            ("Answered by", f"The first {answers} on the day of the {asks} or later. An earlier one does not count.")
        )
        if self.same:
            found.append(("", f"Both must have the same {plain(self.same)}."))
        if self.one_to_one:
            found.append(("", f"One {answers} answers one {asks}: the earliest that still waits."))
        else:
            found.append(
                (
                    "",
                    f"One {answers} may answer every earlier {asks}{' with the same ' + plain(self.same) if self.same else ''}.",
                )
            )
        found += [
            ("Late", "It is answered, but after its deadline."),
            ("Gap", "It is not answered, and its deadline has passed."),
            ("Not yet due", "It is not answered, and its deadline has not passed."),
        ]
        if self.by and any(
            names.tables[rows.table].columns[self.by].blank_is_nothing for rows in names.events[self.event].sources
        ):
            found.append(("", f"Also where its {plain(self.by)} is blank: it has no deadline yet."))
        order = [state for state in ALL_OF if state is not State.TO_JUDGE]
        found.append(("The case", f"{rolled_up(order, 'one')} Shown as “3 of 4” beside the state."))
        found.append(("Not relevant", f"There is no {asks}."))
        return found

    # ── the engine ───────────────────────────────────────────────────────────────────────────────

    def sql(self, plan: Plan, item: Item) -> Node:
        from auditcheck.plan import Leaf

        from_, until = self.from_ or item.from_, self.until if self.until is not None else item.until
        occurrences = self._occurrences(plan, from_, until)
        answered = self._answered(plan, occurrences, from_, until)
        whole = self._with_reasons(plan, item, answered, from_, until)
        plan.join_wide(whole)
        return plan.leaf(
            Leaf(
                state=f"coalesce({whole}.state, {literal(State.NOT_RELEVANT.value)})",
                due=dict.fromkeys((State.GAP, State.LATE, State.NOT_YET_DUE), f"{whole}.due"),
                occurrences=f"coalesce({whole}.of, 0)",
                met=f"coalesce({whole}.met, 0)",
                reason=f"{whole}.reason",
                finished=True,
                passed=f"coalesce({whole}.passed, FALSE)" if plan.passed else TRUE,
                within=f"{whole}.within" if plan.period else NULL,
            ),
            item,
        )

    def _occurrences(self, plan: Plan, from_: Any, until: Any) -> str:
        """A CTE of occurrences: _case, day, sure, n, lo, due (its own), due_unknown, shared, shared_unknown."""
        if self.run:
            return self._run_occurrences(plan, self.run, from_, until)
        columns = tuple(dict.fromkeys(c for c in (self.by, self.same) if c))
        rows = plan.event_rows(self.event, from_, until, columns)
        due = f"{quoted(self.by)} AS due, {quoted(self.by + '__u')} AS due_unknown" if self.by else ""
        due = due or "CAST(NULL AS DATE) AS due, FALSE AS due_unknown"
        shared = f"{quoted(self.same)} AS shared, {quoted(self.same + '__u')} AS shared_unknown" if self.same else ""
        shared = shared or "'' AS shared, FALSE AS shared_unknown"
        if plan.names.events[self.event].once_a_day:
            text = f"""
SELECT _case, day, TRUE AS sure, 1 AS n, {due}, {shared} FROM (SELECT DISTINCT _case, day FROM {rows} WHERE sure) d
UNION ALL
SELECT p._case, p.day, FALSE, 1, CAST(NULL AS DATE), FALSE, '', FALSE
FROM (SELECT DISTINCT _case, day FROM {rows} WHERE NOT sure AND dated) p
LEFT JOIN (SELECT DISTINCT _case, day FROM {rows} WHERE sure) d ON d._case = p._case AND d.day = p.day
WHERE d.day IS NULL
UNION ALL
SELECT _case, day, FALSE, count(*), CAST(NULL AS DATE), FALSE, '', FALSE FROM {rows} WHERE NOT sure AND NOT dated
GROUP BY _case, day"""
        elif self.one_to_one:
            text = f"\nSELECT _case, day, sure, 1 AS n, {due}, {shared} FROM {rows}"
        else:
            # rows that ask alike are answered alike: one row, counted
            own = "".join(f", {quoted(column)}, {quoted(column + '__u')}" for column in columns)
            text = (
                f"\nSELECT _case, day, sure, count(*) AS n, {due}, {shared} FROM {rows}\nGROUP BY _case, day, sure{own}"
            )
        return plan.sequence(("each", rows, self.by, self.same, self.one_to_one), text, "o")

    def _run_occurrences(self, plan: Plan, run: RunOf, from_: Any, until: Any) -> str:
        from auditcheck.plan import Lookups

        rows = plan.event_rows(run.run_of, from_, until)
        ends = plan.event_rows(run.ended_by, from_, until) if run.ended_by else None
        lookups = Lookups(plan)
        near = TRUE
        if run.within:
            reach = lookups.shift(DateSql("m.first_day"), run.within).value
            near = f"m.day <= {reach}"
        segment, end_join = "0", ""
        doubts = f"SELECT _case, 0 AS n FROM {rows} WHERE NOT sure"
        if ends:
            segment = "count(DISTINCT g.day)"
            end_join = f" LEFT JOIN (SELECT _case, day FROM {ends} WHERE sure) g ON g._case = d._case AND g.day < d.day"
            doubts += f" UNION ALL SELECT _case, 0 FROM {ends} WHERE NOT sure"
        count = plan.sequence(
            ("run doubt", rows, ends),
            f"""
SELECT d._case, max(c.days) AS days FROM ({doubts}) d
LEFT JOIN (SELECT _case, count(DISTINCT day) FILTER (WHERE sure) + coalesce(sum(n) FILTER (WHERE NOT sure), 0) AS days
  FROM {rows} GROUP BY _case) c ON c._case = d._case
GROUP BY d._case""",
        )
        text = f"""
SELECT o._case, o.day, TRUE AS sure, 1 AS n, CAST(NULL AS DATE) AS due, FALSE AS due_unknown, '' AS shared,
  FALSE AS shared_unknown
FROM (SELECT m._case, m.segment, min(m.day) AS day
  FROM (SELECT s._case, s.segment, s.day,
      lag(s.day, {run.reaching - 1}) OVER (PARTITION BY s._case, s.segment ORDER BY s.day) AS first_day
    FROM (SELECT d._case, d.day, {segment} AS segment
      FROM (SELECT DISTINCT _case, day FROM {rows} WHERE sure) d{end_join}
      GROUP BY d._case, d.day) s) m{lookups.text}
  WHERE m.first_day IS NOT NULL AND {near}
  GROUP BY m._case, m.segment) o
LEFT JOIN {count} u ON u._case = o._case WHERE u._case IS NULL OR coalesce(u.days, 0) < {run.reaching}
UNION ALL
SELECT _case, CAST(NULL AS DATE), FALSE, 1, CAST(NULL AS DATE), FALSE, '', FALSE FROM {count}
WHERE days >= {run.reaching}"""
        return plan.sequence(("run", rows, ends, run.reaching, run.within), text, "o")

    def _answered(self, plan: Plan, occurrences: str, from_: Any, until: Any) -> str:
        """A CTE of occurrences with their deadline and state before reasons."""
        from auditcheck.plan import Lookups, said

        columns = (self.same,) if self.same else ()
        rows = plan.event_rows(self.followed_by, from_, until, columns)
        if self.one_to_one:
            pairs, doubt_join = self._paired(plan, occurrences, rows)
            source = f"{pairs} x{doubt_join}"
        else:
            f_sure, f_maybe = "f.sure", "NOT f.sure"
            if self.same:
                unsure = f"(o.shared_unknown OR f.{quoted(self.same + '__u')})"
                equal = f"coalesce(o.shared = f.{quoted(self.same)}, FALSE)"
                f_sure = f"f.sure AND NOT {unsure} AND {equal}"
                f_maybe = f"({unsure} OR {equal}) AND NOT (f.sure AND NOT {unsure})"
            first = "CASE WHEN f.lo < o.day THEN o.day ELSE f.lo END"
            pairs = plan.sequence(
                ("pairs", occurrences, rows, self.same),
                f"""
SELECT o._case, o.day, o.sure, o.n, o.due, o.due_unknown, o.shared, o.shared_unknown, FALSE AS doubt,
  min(f.day) FILTER (WHERE {f_sure}) AS answer, min({first}) FILTER (WHERE {f_maybe}) AS maybe
FROM {occurrences} o LEFT JOIN {rows} f ON f._case = o._case AND f.hi >= o.day
GROUP BY o._case, o.day, o.sure, o.n, o.due, o.due_unknown, o.shared, o.shared_unknown""",
            )
            source = f"{pairs} x"
        lookups = Lookups(plan)
        if self.within:
            limit = lookups.shift(DateSql("x.day"), self.within)
            deadline, unknown = limit.value, limit.unknown
        else:
            deadline, unknown = "x.due", "x.due_unknown"
        state = case(
            (or_("(NOT x.sure)", "x.doubt", f"coalesce({unknown}, FALSE)"), said(State.CANNOT_TELL)),
            (
                f"({deadline} IS NULL)",
                case(
                    ("(x.answer IS NOT NULL)", said(State.MET)),
                    ("(x.maybe IS NOT NULL)", said(State.CANNOT_TELL)),
                    otherwise=said(State.NOT_YET_DUE),
                ),
            ),
            (f"(x.answer <= {deadline})", said(State.MET)),
            (f"(x.maybe <= {deadline})", said(State.CANNOT_TELL)),
            (f"({deadline} >= {plan.as_at})", said(State.NOT_YET_DUE)),
            (f"(x.answer <= {plan.as_at})", said(State.LATE)),
            (f"(x.maybe <= {plan.as_at})", said(State.CANNOT_TELL)),
            otherwise=said(State.GAP),
        )
        return plan.sequence(
            ("answered", source, self.within, self.by),
            f"\nSELECT x._case, x.day, x.sure, x.n, {state} AS state, CASE WHEN x.sure THEN {deadline} END AS deadline, "
            f"(NOT x.sure OR coalesce({unknown}, FALSE)) AS deadline_unknown\nFROM {source}{lookups.text}",
        )

    def _paired(self, plan: Plan, occurrences: str, rows: str) -> tuple[str, str]:
        """Earliest with earliest: a queue. Requests join it, each answer serves the one that has
        waited longest; an answer that finds nobody waiting is lost. With S the requests less the
        answers so far and L the lowest S has been, answers lost so far are -L (when below nought),
        so the answer that serves the kth request is the first with (answers - lost) = k."""
        shared = f"f.{quoted(self.same)}" if self.same else "''"
        doubt = [f"SELECT _case FROM {occurrences} WHERE NOT sure", f"SELECT _case FROM {rows} WHERE NOT sure"]
        if self.same:
            doubt.append(f"SELECT _case FROM {occurrences} WHERE shared_unknown OR shared IS NULL")
            same = quoted(self.same)
            doubt.append(f"SELECT _case FROM {rows} WHERE {quoted(self.same + '__u')} OR {same} IS NULL")
        doubtful = plan.sequence(
            ("doubtful", occurrences, rows), "\nSELECT DISTINCT _case FROM (" + " UNION ALL ".join(doubt) + ") d"
        )
        queue = plan.sequence(
            ("queue", occurrences, rows),
            f"""
SELECT q.*, q.answers + CASE WHEN q.lowest < 0 THEN q.lowest ELSE 0 END AS served FROM (
  SELECT p.*, min(p.waiting) OVER (PARTITION BY _case, shared ORDER BY place ROWS UNBOUNDED PRECEDING) AS lowest FROM (
    SELECT e.*, sum(CASE WHEN asks THEN 1 ELSE -1 END) OVER w AS waiting, sum(CASE WHEN asks THEN 1 ELSE 0 END) OVER w AS asked,
      sum(CASE WHEN asks THEN 0 ELSE 1 END) OVER w AS answers
    FROM (SELECT u.*, row_number() OVER (PARTITION BY _case, shared ORDER BY day, rank_of_kind, due NULLS LAST) AS place
      FROM (SELECT o._case, o.day, TRUE AS asks, 0 AS rank_of_kind, o.due, o.due_unknown, o.shared FROM {occurrences} o
          WHERE o.sure
        UNION ALL SELECT f._case, f.day, FALSE, 1, CAST(NULL AS DATE), FALSE, {shared} FROM {rows} f WHERE f.sure) u) e
    WINDOW w AS (PARTITION BY _case, shared ORDER BY place ROWS UNBOUNDED PRECEDING)) p) q""",
        )
        pairs = plan.sequence(
            ("one to one", occurrences, rows),
            f"""
SELECT a._case, a.day, TRUE AS sure, 1 AS n, a.due, a.due_unknown, min(s.day) AS answer, CAST(NULL AS DATE) AS maybe
FROM {queue} a LEFT JOIN {queue} s ON NOT s.asks AND s._case = a._case AND s.shared IS NOT DISTINCT FROM a.shared
  AND s.served >= a.asked
WHERE a.asks GROUP BY a._case, a.shared, a.place, a.day, a.due, a.due_unknown
UNION ALL
SELECT _case, day, FALSE, n, due, due_unknown, CAST(NULL AS DATE), CAST(NULL AS DATE) FROM {occurrences} WHERE NOT sure""",
        )
        whole = plan.sequence(
            ("one to one whole", occurrences, rows),
            f"\nSELECT p.*, d._case IS NOT NULL AS doubt FROM {pairs} p LEFT JOIN {doubtful} d ON d._case = p._case",
        )
        return whole, ""

    def _with_reasons(self, plan: Plan, item: Item, answered: str, from_: Any, until: Any) -> str:
        """A CTE per case: reasons tried for every occurrence, then rolled up."""
        from auditcheck.plan import Lookups, said, with_reasons
        from auditcheck.sql import condition_sql

        lookups = Lookups(plan)
        joins: list[str] = []
        deadline = DateSql("x.deadline", "x.deadline_unknown")

        def test(reason: Reason, limit: str) -> str:
            def has(event: str) -> str:
                return self._has(plan, answered, event, from_, until, reason, limit, joins)

            return condition_sql(
                reason.when,
                plan.fact,
                lambda m: plan.moment(m, deadline, lookups),
                has,
                blank_is_no=True,
            )

        left_out = [test(reason, "deadline") for reason in item.left_out_if]
        excused = [test(reason, "as at") for reason in item.excused_if]
        names = [[f"{word}{n}" for n in range(len(tests))] for word, tests in (("out", left_out), ("excuse", excused))]
        columns = "".join(
            f", {test} AS {name}" for name, test in zip(names[0] + names[1], left_out + excused, strict=True)
        )
        accepted, whose = FALSE, ""
        if days := plan.accepted_days(item):
            joins.append(f" LEFT JOIN {days} ok ON ok._case = x._case AND ok.day = x.day")
            columns += ", (ok.day IS NOT NULL) AS accepted"
            accepted, whose = "accepted", item.id
        finished, why = with_reasons("before", names[0], names[1], accepted=accepted, sure="sure")
        counted = f"state NOT IN ({said(State.EXCUSED)}, {said(State.LEFT_OUT)}, {said(State.NOT_RELEVANT)})"
        # the first of the states in this order that any occurrence has is that of all
        order = (*ALL_OF, *NOTHING_LEFT, State.NOT_RELEVANT)
        place = _mapped("state", {said(s): n for n, s in enumerate(order)})
        states = {n: said(s) for n, s in enumerate(order)}
        shown = (State.GAP, State.LATE, State.NOT_YET_DUE)
        dues = "".join(f", min(deadline) FILTER (WHERE state = {said(s)}) AS due_{order.index(s)}" for s in shown)
        reasons = "".join(
            f", min(reason) FILTER (WHERE state = {said(s)}) AS reason_{order.index(s)}" for s in NOTHING_LEFT
        )
        passed = ""
        if plan.passed:
            passed = f", bool_or(state = {said(State.MET)} AND coalesce(deadline < {plan.as_at}, FALSE)) AS passed"
        within = ""
        if plan.period:
            within = f", min({place}) FILTER (WHERE deadline_unknown OR {plan.in_period('deadline')}) AS within"
        columns_of_all = [
            f"{_mapped('place', states)} AS state",
            "of, met",
            f"{_mapped('place', {order.index(s): f'due_{order.index(s)}' for s in shown})} AS due",
            f"{_mapped('place', {order.index(s): f'reason_{order.index(s)}' for s in NOTHING_LEFT})} AS reason",
            *(["passed"] if plan.passed else []),
            *([f"{_mapped('within', states)} AS within"] if plan.period else []),
        ]
        return plan.sequence(
            ("rolled", answered, item.left_out_if, item.excused_if, whose),
            f"""
SELECT _case, {", ".join(columns_of_all)} FROM (
  SELECT _case, min({place}) AS place, coalesce(sum(n) FILTER (WHERE {counted}), 0) AS of,
    coalesce(sum(n) FILTER (WHERE state = {said(State.MET)}), 0) AS met{dues}{reasons}{passed}{within}
  FROM (SELECT _case, n, deadline, deadline_unknown, {finished} AS state, CAST({why} AS INTEGER) AS reason
    FROM (SELECT x._case, x.n, x.sure, x.deadline, x.deadline_unknown, x.state AS before{columns}
      FROM {answered} x JOIN b4 b ON b._case = x._case{"".join(joins)}{lookups.text}) v) y
  GROUP BY _case) z""",
        )

    def _has(
        self,
        plan: Plan,
        answered: str,
        event: str,
        from_: Any,
        until: Any,
        reason: Reason,
        limit: str,
        joins: list[str],
    ) -> str:
        """Three-valued: an event on or after the occurrence, by its deadline or by as at."""
        rows = plan.event_rows(event, from_, until)
        by_deadline = limit == "deadline"
        in_time_sure = in_time_maybe = TRUE
        if by_deadline:
            in_time_sure = "(NOT a.deadline_unknown AND (a.deadline IS NULL OR r.day <= a.deadline))"
            in_time_maybe = "(a.deadline_unknown OR a.deadline IS NULL OR r.lo <= a.deadline)"
        fresh_sure = fresh_maybe = TRUE
        if reason.lasts:
            fresh = plan.earliest_within(reason.lasts)
            fresh_sure, fresh_maybe = f"r.day >= {fresh}", f"r.hi >= {fresh}"
        seen = f"r.lo <= {plan.as_at}"
        # a first before the occurrence stands for those that may have come after it
        since_sure = "r.day >= a.day" if plan.names.events[event].first_only else TRUE
        sure = and_("r.sure", f"r.day <= {plan.as_at}", since_sure, in_time_sure, fresh_sure)
        maybe = and_(in_time_maybe, fresh_maybe, seen)
        cte = plan.sequence(
            ("has", answered, rows, by_deadline, reason.lasts),
            f"""
SELECT a._case, a.day, a.deadline, a.deadline_unknown, bool_or({sure}) AS sure, bool_or({maybe}) AS maybe
FROM (SELECT DISTINCT _case, day, deadline, deadline_unknown FROM {answered} WHERE sure) a
JOIN {rows} r ON r._case = a._case AND r.hi >= a.day
GROUP BY a._case, a.day, a.deadline, a.deadline_unknown""",
        )
        alias = f"h{len(joins)}"
        joins.append(
            f" LEFT JOIN {cte} {alias} ON {alias}._case = x._case AND {alias}.day = x.day"
            f" AND {alias}.deadline IS NOT DISTINCT FROM x.deadline AND {alias}.deadline_unknown = x.deadline_unknown"
        )
        return case(
            ("(NOT x.sure)", NULL),
            (f"coalesce({alias}.sure, FALSE)", TRUE),
            (f"coalesce({alias}.maybe, FALSE)", NULL),
            otherwise=FALSE,
        )

    # ── one case, in Python ──────────────────────────────────────────────────────────────────────

    def explain(self, case_: CaseReading, item: Item) -> Looked:
        from_, until = self.from_ or item.from_, self.until if self.until is not None else item.until
        answers = case_.events(self.followed_by, from_, until)
        requests, possible, lines = self._requests(case_, from_, until)
        if self.one_to_one:
            served = self._serve(case_, requests, possible, answers)
        else:
            served = [self._first_answer(case_, request, answers) for request in requests]
        parts = [self._part(case_, request, *found) for request, found in zip(requests, served, strict=True)]
        parts += [
            Part(State.CANNOT_TELL, sure=False, number=number, found="Perhaps one more, that cannot be told.")
            for number in possible
        ]
        early = [
            h.day for h in answers if h.sure and h.day and requests and all(r.day and h.day < r.day for r in requests)
        ]
        shown = ", ".join(weekday_date(day, case_.as_at) for day in list(dict.fromkeys(early))[:3])
        if early:
            lines.append(f"not counted, dated before what it would answer: {event_words(self.followed_by)} {shown}")
        lines.append(looked_for(case_, self.followed_by, _times(case_, self.followed_by, answers), answers))
        return Looked(parts, has_occurrences=True, lines=lines, timed=True)

    def _requests(self, case_: CaseReading, from_: Any, until: Any) -> tuple[list[Happening], list[int], list[str]]:
        """The certain requests, how many possible ones there are, and what was looked for."""
        happenings = case_.events(self.event, from_, until)
        lines = [looked_for(case_, self.event, _times(case_, self.event, happenings), happenings)]
        if self.run:
            return *self._runs(case_, self.run, happenings, from_, until), lines
        sure = [h for h in happenings if h.sure]
        if not case_.names.events[self.event].once_a_day:
            return sure, [1 for h in happenings if not h.sure], lines
        days: dict[date, Happening] = {}
        for h in sure:
            assert h.day is not None
            days.setdefault(h.day, h)
        doubtful_days = {h.day for h in happenings if not h.sure and h.day and h.day not in days}
        undated = [h for h in happenings if not h.sure and h.day is None]
        return [days[day] for day in sorted(days)], [1] * (len(doubtful_days) + len(undated)), lines

    def _runs(
        self, case_: CaseReading, run: RunOf, happenings: Sequence[Happening], from_: Any, until: Any
    ) -> tuple[list[Happening], list[int]]:
        ends = case_.events(run.ended_by, from_, until) if run.ended_by else []
        days: dict[date, Happening] = {}
        for h in happenings:
            if h.sure and h.day:
                days.setdefault(h.day, h)
        doubts = [h for h in happenings if not h.sure]
        in_doubt = bool(doubts) or any(not h.sure for h in ends)
        if in_doubt and len(days) + sum(h.n for h in doubts) >= run.reaching:
            return [], [1]
        end_days = sorted({h.day for h in ends if h.sure and h.day})
        reached: list[Happening] = []
        current: list[date] = []
        open_run = False
        for day in sorted(days):
            while end_days and end_days[0] < day:
                end_days.pop(0)
                current, open_run = [], False
            current.append(day)
            if open_run or len(current) < run.reaching:
                continue
            first = current[-run.reaching]
            limit = case_.calendar.add(first, run.within) if run.within else date.max
            if limit is not None and day <= limit:
                open_run = True
                reached.append(days[day])
        return reached, []

    def _shares(self, case_: CaseReading, request: Happening, answer: Happening) -> Tri:
        """Do a request and an answer agree on the shared column?"""
        if not self.same:
            return True
        if request.row is None or answer.row is None:
            return None
        one, other = case_.cell(request.row, self.same), case_.cell(answer.row, self.same)
        if not (one.known and other.known):
            return None
        return one.kind is Kind.THERE and other.kind is Kind.THERE and one.value == other.value

    def _first_answer(
        self, case_: CaseReading, request: Happening, answers: Sequence[Happening]
    ) -> tuple[date | None, date | None, bool, Row | None]:
        """The first certain answer, the first day of a possible one, whether the pairing is in
        doubt, and the answer's row: of several of that day one that is not the request's own, which is named anyway."""
        assert request.day is not None
        certain: list[tuple[date, bool, int, Row | None]] = []
        perhaps: list[date] = []
        for answer in answers:
            if answer.hi < request.day:
                continue
            shares = self._shares(case_, request, answer)
            verdict = all_true([answer.sure or None, shares])
            if verdict is True and answer.day:
                number = answer.row.number if answer.row else 0
                certain.append((answer.day, answer.row is request.row, number, answer.row))
            elif verdict is None:
                perhaps.append(max(answer.lo, request.day))
        first = min(certain, key=lambda c: c[:3]) if certain else None
        return (first[0] if first else None), (min(perhaps) if perhaps else None), False, first[3] if first else None

    def _serve(
        self, case_: CaseReading, requests: Sequence[Happening], possible: list[int], answers: Sequence[Happening]
    ) -> list[tuple[date | None, date | None, bool, Row | None]]:
        """Earliest with earliest, within those that share the column."""
        doubt = bool(possible) or any(not answer.sure for answer in answers)
        if self.same:
            for h in (*requests, *answers):
                if h.row is not None and case_.cell(h.row, self.same).kind is not Kind.THERE:
                    doubt = True
        free = [a for a in answers if a.sure]
        result: dict[int, tuple[date | None, date | None, bool, Row | None]] = {}

        def order(index: int) -> tuple[date, bool, date]:
            request = requests[index]
            own = case_.cell(request.row, self.by).day if self.by and request.row else None
            return request.lo, own is None, own or date.max

        for index in sorted(range(len(requests)), key=order):
            request = requests[index]
            fitting = [
                a for a in free if a.day and request.day and a.day >= request.day and self._shares(case_, request, a)
            ]
            answer = min(fitting, key=lambda a: a.lo) if fitting else None
            if answer is not None:
                free.remove(answer)
            result[index] = (answer.day if answer else None, None, doubt, answer.row if answer else None)
        return [result[index] for index in range(len(requests))]

    def _deadline(self, case_: CaseReading, request: Happening) -> Reading:
        assert request.day is not None
        if self.within:
            limit = case_.calendar.add(request.day, self.within)
            return there(limit) if limit is not None else BAD
        assert self.by is not None and request.row is not None
        due = case_.cell(request.row, self.by)
        return due if due.known else BAD

    def _part(
        self,
        case_: CaseReading,
        request: Happening,
        answer: date | None,
        perhaps: date | None,
        doubt: bool,
        answer_row: Row | None,
    ) -> Part:
        deadline = self._deadline(case_, request)
        due = deadline.day
        if doubt or not deadline.known:
            state = State.CANNOT_TELL
        elif due is None:
            state = State.MET if answer else State.CANNOT_TELL if perhaps else State.NOT_YET_DUE
        elif answer and answer <= due:
            state = State.MET
        elif perhaps and perhaps <= due:
            state = State.CANNOT_TELL
        elif due >= case_.as_at:
            state = State.NOT_YET_DUE
        elif answer and answer <= case_.as_at:
            state = State.LATE
        elif perhaps and perhaps <= case_.as_at:
            state = State.CANNOT_TELL
        else:
            state = State.GAP
        assert request.day is not None
        words = event_words(self.event)
        opening = f"{words[:1].upper()}{words[1:]} {weekday_date(request.day, case_.as_at)}"
        if self.run:
            opening = f"{words[:1].upper()}{words[1:]} for the {nth(self.run.reaching)} time {weekday_date(request.day, case_.as_at)}"
        if answer is None:
            found = f"{opening}; not recorded since: {event_words(self.followed_by)}."
        else:
            found = f"{opening}; {event_words(self.followed_by)} {weekday_date(answer, case_.as_at)}"
            found += f", {days_after(answer, due)}." if state is State.LATE and due else "."
        shown = due if state in (State.GAP, State.LATE, State.NOT_YET_DUE) else None
        rows = tuple(row for row in (request.row, answer_row) if row is not None)
        counted = (request.day, self.within) if self.within else None
        return Part(state, shown, deadline, request.day, answer, found=found, rows=rows, counted=counted)


def _times(case_: CaseReading, event: str, happenings: Sequence[Happening]) -> int:
    """How often an event certainly happened."""
    days = [h.day for h in happenings if h.sure]
    return len(set(days)) if case_.names.events[event].once_a_day else len(days)


def _mapped(column: str, values: Mapping[Any, Any]) -> str:
    """SQL: what stands for the value of a column."""
    return f"CASE {column} {' '.join(f'WHEN {one} THEN {other}' for one, other in values.items())} END"
