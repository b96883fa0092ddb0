"""The agreement at length: `python -m tests.long_agreement PAIRS SEED`.

Draws large random audits until both readings have been asked for so many pairs of case and item, and
prints pairs tried, states seen and disagreements. A disagreement is cut down to the one item and the
rows that it needs, and printed as an `Audit`, ready to be kept as a counterexample. Ends with 1 if there
was any.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.agreement import Databases, both, open_databases
from tests.random_audits import Audit, audits

ITEMS, CASES, AT_A_TIME = 6, 300, 100


def main(pairs: int, number: int) -> int:
    databases, states, wrong = open_databases(), Counter[str](), 0
    began = time.monotonic()

    @settings(
        max_examples=AT_A_TIME,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        nonlocal wrong
        audit = data.draw(audits(ITEMS, CASES, accepting=accepting, quickly=True))
        found = both(audit, databases)
        states.update(answer.state.value for answer in found.engine.values())
        for line in found.disagreements()[:1]:
            wrong += 1
            say(line, repr(smallest(audit, line.split()[2].strip(":"), databases)))

    def say(*lines: str) -> None:
        print(f"seed {number} part {part}:", *lines, flush=True)  # noqa: T201

    for part in itertools.count():
        accepting = part % 8 == 7
        seed(number * 10_000 + part)(ask)()
        rate = states.total() / (time.monotonic() - began)
        say(f"{states.total()} pairs, {rate:.0f} a second, {wrong} audits disagree")
        if states.total() >= pairs:
            break
    say(str(dict(states.most_common())))
    return min(wrong, 1)


def smallest(audit: Audit, item: str, databases: Databases) -> Audit:
    """An audit that the readings still differ on, of one item and as few rows as can be."""

    def differs(less: Audit) -> bool:
        return bool(both(less, databases).disagreements())

    alone = [each for each in audit.checklist["items"] if each["id"] == item]
    less = replace(audit, checklist=audit.checklist | {"items": alone})
    if not audit.adjustments and "settings" not in audit.checklist and differs(less):
        audit = less
    size = max(map(len, audit.tables.values()))
    while size:
        for less in _without(audit, size):
            if differs(less):
                audit = less
                break
        else:
            size //= 2
    return audit


def _without(audit: Audit, size: int) -> Iterator[Audit]:
    """The audit without some rows of one table, `size` of them at a time."""
    for name, rows in audit.tables.items():
        for place in range(0, len(rows), size):
            yield replace(audit, tables=audit.tables | {name: rows[:place] + rows[place + size :]})


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
