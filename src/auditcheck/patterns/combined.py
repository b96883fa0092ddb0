"""`all_of` and `any_of`: patterns together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditcheck.conditions import Reader
from auditcheck.patterns.keys import Patterns
from auditcheck.states import ALL_OF, ANY_OF
from auditcheck.written import Written

if TYPE_CHECKING:
    from auditcheck.checklist import Item
    from auditcheck.plan import Node, Plan


class AllOf(Written):
    """Every one of the patterns. The state is the first that any part has of: gap, late, cannot
    tell, to judge, not yet due, met."""

    all_of: Patterns

    def check(self, raw: Any, reader: Reader) -> None:
        pass

    def say(self) -> str:
        return "; and ".join(part.say() for part in self.all_of)

    def sql(self, plan: Plan, item: Item) -> Node:
        return plan.combine([part.sql(plan, item) for part in self.all_of], ALL_OF)


class AnyOf(Written):
    """At least one of the patterns: the order of `all_of` the other way round."""

    any_of: Patterns

    def check(self, raw: Any, reader: Reader) -> None:
        pass

    def say(self) -> str:
        return "; or ".join(part.say() for part in self.any_of)

    def sql(self, plan: Plan, item: Item) -> Node:
        return plan.combine([part.sql(plan, item) for part in self.any_of], ANY_OF)
