"""`all_of` and `any_of`: patterns together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from auditcheck.conditions import Reader
from auditcheck.patterns.keys import Patterns
from auditcheck.patterns.words import Term
from auditcheck.states import ALL_OF, ANY_OF, State
from auditcheck.written import Written

if TYPE_CHECKING:
    from auditcheck.checklist import Item
    from auditcheck.names import Names
    from auditcheck.plan import Node, Plan


def rolled_up(order: Sequence[State], part: str) -> str:
    """'Gap if any part is; else late; … else met.'"""
    first, *others = [state.value for state in order]
    said = f"{first[:1].upper()}{first[1:]} if any {part} is; else {'; else '.join(others)}."
    return f"{said} What is excused, left out or not relevant does not count."


class AllOf(Written):
    """Every one of the patterns. The state is the first that any part has of: gap, late, cannot
    tell, to judge, not yet due, met."""

    all_of: Patterns

    meanings: ClassVar[Mapping[str, str]] = {
        "all_of": "Patterns, every one of which must be met.",
    }
    example: ClassVar[str] = """\
all_of:
  - {some: police_enquiry_returned, by: 30 working days after start_date}
  - {case: {rosh: {recorded: yes}}}
"""

    def check(self, raw: Any, reader: Reader) -> None:
        pass

    def say(self) -> str:
        return "; and ".join(part.say() for part in self.all_of)

    def terms(self, item: Item, names: Names) -> list[Term]:
        return [("Together", rolled_up(ALL_OF, "part"))]

    def sql(self, plan: Plan, item: Item) -> Node:
        return plan.combine([part.sql(plan, item) for part in self.all_of], ALL_OF)


class AnyOf(Written):
    """At least one of the patterns: the order of `all_of` the other way round."""

    any_of: Patterns

    meanings: ClassVar[Mapping[str, str]] = {
        "any_of": "Patterns, at least one of which must be met.",
    }
    example: ClassVar[str] = """\
any_of:
  - {some: rar_delivered, by: 8 weeks after start_date}
  - {case: {practitioner_grade: pqip}}
"""

    def check(self, raw: Any, reader: Reader) -> None:
        pass

    def say(self) -> str:
        return "; or ".join(part.say() for part in self.any_of)

    def terms(self, item: Item, names: Names) -> list[Term]:
        return [("Together", rolled_up(ANY_OF, "part"))]

    def sql(self, plan: Plan, item: Item) -> Node:
        return plan.combine([part.sql(plan, item) for part in self.any_of], ANY_OF)
