"""The items of the benchmark: twelve of the shipped ones, and as many more as wanted with other limits.

They count from the start of a case. Shipped, DA1, SG1, HV2 and MO2 count from the day on which there came to be a reason,
and SP1 is met too by who was seen under another code.

Each hand-written program is told the same as auditcheck: what is asked, and the limit. `checklist` says it in our
language, `written` as JSON for the programs, which know nothing of auditcheck.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.national import AS_AT

TOP = Path(__file__).parents[2]
HOLIDAYS = TOP / "src" / "auditcheck" / "data" / "bank_holidays_england_and_wales.csv"

_DUE = """\
    left_out_if:
      - {reason: Ended before it was due, when: {end_date: {before: deadline}}}
      - {reason: Contact suspended before it was due, when: {contact_suspended_from: {before: deadline}}}
"""


@dataclass(frozen=True)
class Kind:
    """One of the twelve: the shipped item it is, its limit there, by how much it varies, and its rule."""

    item: str
    limit: int
    step: int
    unit: str
    rule: str

    def text(self, limit: int) -> str:
        return self.rule.replace("LIMIT", f"{limit} {self.unit}".strip())


KINDS = (
    Kind("DA1", 5, 1, "working days", f"""\
    from: 12 weeks before start_date
    relevant_if: {{any_of: [{{domestic_abuse_indicated: yes}}, {{rosh: [medium, high, very_high]}}]}}
{_DUE}    met_if: {{some: police_enquiry_sent, by: LIMIT after start_date}}
"""),
    Kind("DA2", 20, 1, "working days", f"""\
    from: 12 weeks before start_date
{_DUE}    met_if: {{each: police_enquiry_sent, followed_by: police_enquiry_returned, within: LIMIT}}
    excused_if:
      - {{reason: Chased with the police, when: {{has: police_liaison}}, lasts: 4 weeks}}
"""),
    Kind("SG1", 5, 1, "working days", f"""\
    from: 12 weeks before start_date
    relevant_if: {{any_of: [{{child_safeguarding_indicated: yes}}, {{domestic_abuse_indicated: yes}}]}}
{_DUE}    met_if: {{some: safeguarding_enquiry_sent, by: LIMIT after start_date}}
"""),
    Kind("AS1", 20, 1, "working days", f"""\
    from: 12 weeks before start_date
{_DUE}    met_if: {{some: assessment_completed, by: LIMIT after start_date}}
"""),
    Kind("HV2", 6, 1, "weeks", f"""\
    relevant_if: {{rosh: medium}}
{_DUE}    met_if: {{some: home_visit, by: LIMIT after start_date}}
"""),
    Kind("SP1", 5, 1, "working days", f"""\
    relevant_if: {{order_type: [community_order, suspended_sentence_order]}}
{_DUE}    met_if: {{some: initial_arranged, by: LIMIT after start_date}}
"""),
    Kind("RA1", 8, 1, "weeks", f"""\
    relevant_if: {{rar_ordered: yes}}
{_DUE}    met_if: {{some: rar_delivered, by: LIMIT after start_date}}
"""),
    Kind("MO2", 13, 1, "weeks", f"""\
    relevant_if: {{rosh: [high, very_high]}}
{_DUE}    met_if: {{gaps_between: management_oversight, at_most: LIMIT, until: [end_date, contact_suspended_from]}}
"""),
    Kind("AO1", 5, 1, "working days", f"""\
{_DUE}    met_if: {{none: outcome_missing, older_than: LIMIT}}
"""),
    Kind("EN2", 6, 1, "working days", f"""\
    relevant_if: {{has: absence}}
{_DUE}    met_if: {{none: provisional_absence, older_than: LIMIT}}
"""),
    Kind("OU4", 1, 1, "", """\
    left_out_if:
      - {reason: Too early to ask, when: {start_date: {on_or_after: 12 weeks before as_at}}}
    met_if: {case: {failures_since_start: {at_most: LIMIT}}}
"""),
    Kind("CT1", 1, 1, "", """\
    relevant_if: {first_allocated_on: {recorded: yes}}
    met_if: {case: {practitioners_since_start: {at_most: LIMIT}}}
"""),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    id: str
    kind: Kind
    limit: int


def chosen(count: int) -> list[Asked]:
    """The first `count` items: the twelve, then the twelve with the next limits, and so on."""
    found = []
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        found.append(Asked(f"B{number + 1:03}", kind, kind.limit + number // len(KINDS) * kind.step))
    return found


def checklist(items: list[Asked]) -> str:
    head = 'checklist: benchmark\ntitle: Benchmark\nversion: "1"\nitems:\n'
    return head + "".join(
        f"  - id: {asked.id}\n    title: {asked.kind.item} with {asked.limit}\n    severity: medium\n"
        f"    source: shipped {asked.kind.item}\n    to_fix: Record it.\n{asked.kind.text(asked.limit)}"
        for asked in items
    )


def written(items: list[Asked]) -> dict[str, object]:
    """What a hand-written program is told: the day, the days on which nobody works, the items."""
    with HOLIDAYS.open(encoding="utf-8", newline="") as lines:
        closed = [cell for row in csv.reader(lines) for cell in row if _is_day(cell)]
    return {"as_at": AS_AT, "closed": closed, "items": [[asked.id, asked.kind.item, asked.limit] for asked in items]}


def _is_day(cell: str) -> bool:
    try:
        date.fromisoformat(cell)
    except ValueError:
        return False
    return True
