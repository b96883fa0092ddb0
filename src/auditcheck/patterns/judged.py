"""`judged`: a reader's recorded answer decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator

from auditcheck.answers import TABLE
from auditcheck.conditions import Reader, say_condition
from auditcheck.patterns.keys import Test
from auditcheck.patterns.words import Term
from auditcheck.reading import BAD, CaseReading, Kind, Looked, Part, Reading
from auditcheck.sql import FALSE, case, is_null, literal, not_, or_, unknown
from auditcheck.states import State
from auditcheck.written import Plain, Shape, Written

if TYPE_CHECKING:
    from auditcheck.checklist import Item
    from auditcheck.names import Names
    from auditcheck.plan import Node, Plan

#: The auditor of an answer that readers have agreed on.
AGREED = "agreed"
NOT_SAMPLED = "Not in the sample"
#: What an answer makes of the item. Not assessed is no answer.
GIVEN = {"yes": State.MET, "no": State.GAP, "not_applicable": State.NOT_RELEVANT}


class Question(Written):
    """The question; whose answers count (this item's own, or another's); when there is anything to
    read; and whether it is asked of every case or of a sample."""

    question: Plain
    item: Plain | None = None
    relevant_if: Test | None = None
    of: Literal["every case", "sample"] = "every case"

    meanings: ClassVar[Mapping[str, str]] = {
        "question": "What a reader of the record is asked. Yes is met.",
        "item": "The item whose answers count, where the question is asked there: it is not asked twice.",
        "relevant_if": "When there is anything to read. Without an answer, other cases are not relevant.",
        "of": "every case (where it is not said), or sample: cases without a row among the answers are left out.",
    }


def _question(raw: Any) -> Any:
    return raw if isinstance(raw, dict | Question) else {"question": raw}


class Judged(Written):
    """A reader's answer: yes is met, no is gap, not applicable is not relevant. Answers that differ
    stay to judge until there is a row whose auditor is "agreed". No answer and not assessed are to
    judge, or not relevant where `relevant_if` says that there is nothing to read. Answers are not
    cut by as at. With `of: sample`, a case without a row is left out.
    """

    judged: Annotated[Question, BeforeValidator(_question), Shape(Plain | Question)]

    meanings: ClassVar[Mapping[str, str]] = {
        "judged": "The question, or a mapping with the question and its keys.",
    }
    example: ClassVar[str] = """\
judged:
  question: Is the domestic abuse information received sufficient to assess the risk?
  relevant_if: {has: police_enquiry_returned}
"""

    def check(self, raw: Any, reader: Reader) -> None:
        pass

    def say(self) -> str:
        return f"a reader answers yes to “{self.judged.question}”"

    def terms(self, item: Item, names: Names) -> list[Term]:
        asked = self.judged
        found = [("Deadline", "There is none: a reader may answer at any time, also after as at.")]
        if self._item(item) != item.id.upper():
            found.append(("Counts", f"The answer given to {asked.item}: it is not asked twice."))
        if asked.of == "sample":
            found.append(("Left out", f"{NOT_SAMPLED}: a case for which the table of answers has no row."))
        found += [
            ("Gap", "A reader answers no."),
            ("To judge", "No reader has answered, or “not assessed”; or answers differ and none is agreed."),
        ]
        nothing = "A reader answers “not applicable”."
        if asked.relevant_if is not None:
            nothing += (
                f" And, where nobody answers, unless {say_condition(asked.relevant_if)}: else there is nothing to read."
            )
        return [*found, ("Not relevant", nothing)]

    def _item(self, item: Item) -> str:
        return (self.judged.item or item.id).upper()

    def sql(self, plan: Plan, item: Item) -> Node:
        from auditcheck.plan import Leaf, said

        sampled = self.judged.of == "sample"
        not_sampled = len(item.left_out_if)
        relevant = plan.condition(self.judged.relevant_if, item, blank_is_no=False)
        unread = case(
            (unknown(relevant), said(State.CANNOT_TELL)),
            (not_(relevant), said(State.NOT_RELEVANT)),
            otherwise=said(State.TO_JUDGE),
        )
        if TABLE not in plan.names.tables:
            # no table of answers in this dictionary: nobody has read anything
            if sampled:
                return plan.leaf(Leaf(said(State.LEFT_OUT), reason=str(not_sampled)), item)
            return plan.leaf(Leaf(unread), item)
        own = plan.sequence(
            ("judged", self._item(item)),
            f"SELECT _case, state FROM {self._answers(plan)} WHERE item = {literal(self._item(item))}",
        )
        plan.join_wide(own)
        not_asked = is_null(f"{own}._case") if sampled else FALSE
        state = case((not_asked, said(State.LEFT_OUT)), otherwise=f"coalesce({own}.state, {unread})")
        return plan.leaf(Leaf(state, reason=case((not_asked, str(not_sampled)))), item)

    def _answers(self, plan: Plan) -> str:
        """A CTE with a row for each case and item that somebody read: _case, item, state (NULL where no
        reader answered)."""
        from auditcheck.plan import said

        table = plan.names.tables[TABLE]
        used = {column for column in ("item", "answer", "auditor", "audit") if column in table.columns}
        of_audit, bad = "", plan.bad(TABLE, "answer", "t")
        if plan.names.audit is not None and "audit" in used:  # of which audit it is may not be known
            of_another = plan.bad(TABLE, "audit", "t")
            of_audit = f"\nWHERE {or_(f't.audit = {literal(plan.names.audit)}', of_another)}"
            bad = or_(bad, of_another)
        agreed = f"lower(t.auditor) = {literal(AGREED)}" if "auditor" in used else FALSE
        answer = case(*((f"t.answer = {literal(word)}", said(state)) for word, state in GIVEN.items()))
        return plan.sequence(
            ("answers",),
            f"""
SELECT _case, item, CASE WHEN agreed_low <> agreed_high THEN {said(State.TO_JUDGE)}
  WHEN agreed_bad THEN {said(State.CANNOT_TELL)} WHEN agreed_low IS NOT NULL THEN agreed_low WHEN bad THEN {said(State.CANNOT_TELL)}
  WHEN low <> high THEN {said(State.TO_JUDGE)} ELSE low END AS state
FROM (SELECT _case, item, min(answer) AS low, max(answer) AS high, min(answer) FILTER (WHERE agreed) AS agreed_low,
    max(answer) FILTER (WHERE agreed) AS agreed_high, bool_or(bad) AS bad,
    bool_or(bad AND agreed) AS agreed_bad
  FROM (SELECT b._case, upper(t.item) AS item, CASE WHEN NOT {bad} THEN {answer} END AS answer, {agreed} AS agreed,
      {bad} AS bad
    {plan.linked(TABLE, "b4", used)}{of_audit}) a
  GROUP BY _case, item) g""",
        )

    def explain(self, case_: CaseReading, item: Item) -> Looked:
        rows = [row for row in case_.record.rows.get(TABLE, ()) if self._asked(case_, row, item)]
        if not rows and self.judged.of == "sample":
            return Looked([Part(State.LEFT_OUT, own_reason=NOT_SAMPLED, found=f"{NOT_SAMPLED}.")])
        answers = [(self._answer(case_, row), self._auditor(case_, row)) for row in rows]
        agreed = {answer.value for answer, who in answers if who == AGREED and answer.value in GIVEN}
        every = {answer.value for answer, _ in answers if answer.value in GIVEN}
        chosen = agreed or every
        bad = any(answer.kind is Kind.BAD and (not agreed or who == AGREED) for answer, who in answers)
        if bad and len(agreed) < 2:
            state, found = State.CANNOT_TELL, "An answer could not be read."
        elif len(chosen) > 1:
            state, found = State.TO_JUDGE, "Readers' answers differ, and none is agreed."
        elif chosen:
            (answer,) = map(str, chosen)
            who = "The agreed answer is" if agreed else "A reader answered"
            state, found = GIVEN[answer], f"{who} {answer.replace('_', ' ')}."
        else:
            state, found = self._unread(case_, item)
        return Looked(
            [Part(state, found=found, rows=tuple(rows))],
            lines=[f"judgements of {self._item(item)}: {len(rows) or 'none'}"],
        )

    def _unread(self, case_: CaseReading, item: Item) -> tuple[State, str]:
        relevant = case_.condition(self.judged.relevant_if, item)
        if relevant is None:
            return State.CANNOT_TELL, "No answer recorded, and whether there is anything to read cannot be told."
        return (State.TO_JUDGE, "No answer recorded.") if relevant else (State.NOT_RELEVANT, "Nothing to read yet.")

    def _asked(self, case_: CaseReading, row: Any, item: Item) -> bool:
        if str(case_.cell(row, "item").value or "").upper() != self._item(item):
            return False
        if case_.names.audit is None or "audit" not in row.cells:
            return True
        audit = case_.cell(row, "audit")
        return audit.kind is Kind.BAD or audit.value == case_.names.audit

    @staticmethod
    def _answer(case_: CaseReading, row: Any) -> Reading:
        """A reader's answer; of an audit that cannot be read it may not count."""
        if case_.names.audit is not None and "audit" in row.cells and case_.cell(row, "audit").kind is Kind.BAD:
            return BAD
        return case_.cell(row, "answer")

    @staticmethod
    def _auditor(case_: CaseReading, row: Any) -> str:
        return str(case_.cell(row, "auditor").value or "").lower() if "auditor" in row.cells else ""
