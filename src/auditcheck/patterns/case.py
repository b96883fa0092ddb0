"""`case`: a fact of the case decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from auditcheck.conditions import Reader, columns_in, plain, say_condition
from auditcheck.names import CountRows, SomeRow
from auditcheck.patterns.keys import Test
from auditcheck.patterns.words import NO_DEADLINE, Term
from auditcheck.reading import CaseReading, Looked, Part
from auditcheck.sql import FALSE, TRUE, case, not_
from auditcheck.states import State
from auditcheck.written import Written

if TYPE_CHECKING:
    from auditcheck.checklist import Item
    from auditcheck.names import Names
    from auditcheck.plan import Node, Plan


class CaseIs(Written):
    """A condition on the case: met where it holds, gap where it does not."""

    case: Test

    meanings: ClassVar[Mapping[str, str]] = {
        "case": "The condition that must hold.",
    }
    example: ClassVar[str] = """\
case: {rar_days_delivered: {at_least: 1}}
"""

    def check(self, raw: Any, reader: Reader) -> None:
        pass

    def say(self) -> str:
        return say_condition(self.case)

    def terms(self, item: Item, names: Names) -> list[Term]:
        return [("Deadline", NO_DEADLINE), ("Gap", "It is not so.")]

    def sql(self, plan: Plan, item: Item) -> Node:
        from auditcheck.plan import Leaf, said

        test = plan.condition(self.case, item, blank_is_no=False)
        unknown = FALSE if test in (TRUE, FALSE) else f"(({test}) IS NULL)"
        state = case((unknown, said(State.CANNOT_TELL)), (not_(test), said(State.GAP)), otherwise=said(State.MET))
        return plan.leaf(Leaf(state), item)

    def explain(self, case_: CaseReading, item: Item) -> Looked:
        answer = case_.condition(self.case, item)
        state = State.CANNOT_TELL if answer is None else State.MET if answer else State.GAP
        facts = sorted(columns_in(self.case))
        found = "; ".join(case_.say_facts(self.case))
        part = Part(
            state,
            found=f"{found[:1].upper()}{found[1:]}." if found else f"{say_condition(self.case)}.",
            rows=tuple(row for name in facts for row in case_.rows_of_fact(name)),
        )
        return Looked([part], lines=[line for name in facts for line in _looked_for(case_, name)])


def _looked_for(case_: CaseReading, fact: str) -> Iterator[str]:
    """'contacts (failures since start): 2', of a fact that counts rows."""
    definition = case_.names.facts[fact].definition
    if isinstance(definition, SomeRow | CountRows):
        yield f"{definition.rows.table} ({plain(fact)}): {len(case_.rows_of_fact(fact)) or 'none'}"
