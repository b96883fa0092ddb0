"""Made-up results for the tests of the screens. Codes, people and figures are invented.

The sums can be checked: the nine states of an item add up to 64 cases, and the gaps of the
practitioners add up to those of the items.
"""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

from auditcheck.reports.terminal import Line, Screen
from auditcheck.result import (
    About,
    CaseInfo,
    Counts,
    Explanation,
    Finding,
    GapList,
    GroupRow,
    ItemInfo,
    Result,
    Source,
    Step,
)
from auditcheck.states import State

AS_AT = date(2026, 6, 30)
GOLDEN = Path(__file__).parent / "golden"

# met, late, gap, not yet due, excused, cannot tell, to judge, left out, not relevant
STATES = {
    "DA1": (49, 4, 3, 2, 0, 0, 0, 0, 6),
    "DA2": (24, 7, 14, 3, 2, 2, 0, 1, 11),
    "SG1": (33, 3, 4, 1, 0, 0, 0, 0, 23),
    "SG2": (19, 5, 9, 1, 0, 2, 0, 0, 28),
    "SG3": (6, 0, 4, 0, 0, 0, 26, 0, 28),
    "RA1": (17, 6, 11, 4, 0, 0, 0, 1, 25),
    "EN1": (9, 3, 7, 2, 0, 1, 0, 0, 42),
    "EN2": (8, 4, 3, 2, 0, 0, 0, 0, 47),
    "MO1": (31, 8, 24, 0, 0, 1, 0, 0, 0),
    "MO2": (6, 4, 9, 2, 0, 0, 0, 0, 43),
}


def _item(ident: str, title: str, checklist: str, severity: str = "high", *, judged: bool = False) -> ItemInfo:
    return ItemInfo(ident, title, checklist.split()[0].lower(), checklist, severity, judged=judged)


ITEMS = (
    _item("DA1", "Enquiry sent to the police", "Domestic abuse enquiries"),
    _item("DA2", "Enquiry returned", "Domestic abuse enquiries"),
    _item("SG1", "Safeguarding enquiry sent", "Safeguarding checks"),
    _item("SG2", "Safeguarding enquiry returned", "Safeguarding checks"),
    _item("SG3", "Information used in the assessment", "Safeguarding checks", judged=True),
    _item("RA1", "First RAR activity within 8 weeks", "RAR started", "medium"),
    _item("EN1", "Two absences in a row acted on", "Enforcement taken"),
    _item("EN2", "Failed to attend: outcome settled", "Enforcement taken", "medium"),
    _item("MO1", "Oversight at allocation", "Management oversight", "medium"),
    _item("MO2", "Oversight every 13 weeks, high risk", "Management oversight"),
)
ITEM = {item.id: item for item in ITEMS}

# code, team, cases, with a gap, oldest, due soon, cannot tell, to judge, gap of base by item ("" is nobody)
PEOPLE = """
N54B003 DOWN02 10 9 66 4 1 4  0/9  2/8  1/6 3/5 1/2 2/5 2/4 1/6 4/10 1/2
N54B009 DOWN02  9 7 74 1 0 4  0/8  4/7  0/6 1/6  -  2/6 2/2 0/1 4/9  2/2
N54B018 DOWN02  9 5 58 3 2 5  0/7  1/5  0/5 0/4 0/1 0/4 0/2 0/2 2/9  4/6
N54A011 HARB01  9 9 61 1 1 2  1/8  2/7  1/5 2/5 3/4 2/5 1/4 1/2 4/8  1/4
N54A014 HARB01  8 5 97 1 0 3  0/8  1/6  0/6 1/6  -  1/4 1/2  -  4/8   -
N54A022 HARB01 10 7 90 2 0 6  2/10 3/7  1/6 1/3 0/1 2/4 0/2 1/2 4/10 0/2
N54A027 HARB01  7 7 45 2 2 2  0/5  1/4  1/6 1/3 0/1 2/4 1/3 0/2 2/7  1/3
-       HARB01  2 0  0 2 0 0  0/1  0/1   -  0/1 0/1 0/2  -   -  0/2   -
"""


def _people() -> tuple[GroupRow, ...]:
    """The rows above as groups. Who was late, and for which item somebody cannot be told, is dealt
    out in turn until the figures of the items are reached."""
    rows = [line.split() for line in PEOPLE.strip().splitlines()]
    numbers = [{item.id: [0] * 9 for item in ITEMS} for _ in rows]
    for row, own in zip(rows, numbers, strict=True):
        for item, figure in zip(ITEMS, row[8:], strict=True):
            if figure != "-":
                gap, base = map(int, figure.split("/"))
                own[item.id][0], own[item.id][2] = base - gap, gap
        own["SG3"][6] = int(row[7])
    unknown = [place for place, row in enumerate(rows) for _ in range(int(row[6]))]
    for ident, states in STATES.items():
        late = states[1]
        while late:
            for own in numbers:
                if late and own[ident][0]:
                    own[ident][0] -= 1
                    own[ident][1] += 1
                    late -= 1
        for _ in range(states[5]):
            numbers[unknown.pop(0)][ident][5] += 1
    return tuple(
        GroupRow(
            "" if row[0] == "-" else row[0],
            "",
            row[1],
            int(row[2]),
            int(row[3]),
            {ident: Counts(tuple(states)) for ident, states in own.items()},
            int(row[4]) or None,
            int(row[5]),
            answered_no=own["SG3"][2],
            cases_only_answered_no=1 if row[0] == "N54A011" else 0,
        )
        for row, own in zip(rows, numbers, strict=True)
    )


PRACTITIONERS = _people()


def _team(code: str) -> GroupRow:
    members = [person for person in PRACTITIONERS if person.parent == code]
    counts = {item.id: sum((person.counts[item.id] for person in members), Counts()) for item in ITEMS}
    return GroupRow(
        code,
        code,
        "",
        sum(person.cases for person in members),
        sum(person.cases_with_gap for person in members),
        counts,
        max(person.oldest_gap or 0 for person in members),
        sum(person.due_soon for person in members),
        sum(person.answered_no for person in members),
        sum(person.cases_only_answered_no for person in members),
    )


TEAMS = (_team("DOWN02"), _team("HARB01"))
OVERALL = GroupRow("", "all", "", 64, 49, {ident: Counts(states) for ident, states in STATES.items()}, 97, 16, 4, 1)

ABOUT = About(
    title="Harbour and Downs PDU",
    as_at=AS_AT,
    extract="team-june.xlsx",
    sources=(
        Source("cases", "sheet Cases", 64, 64, 0, 0),
        Source("contacts", "sheet Contacts", 1500, 1484, 16, 0),
        Source("registrations", "sheet Registrations", 120, 120, 0, 0),
        Source("requirements", "sheet Requirements", 130, 128, 2, 0),
        Source("allocations", "sheet Allocations", 98, 98, 0, 0),
    ),
    not_supplied=(),
    newest_entry=date(2026, 6, 29),
    faults={"unreadable cell": 6, "unknown code": 1},
    dictionary="ndelius",
    dictionary_version="2026.1",
    checklists=(("domestic-abuse", "2026.1"),),
    as_at_from="the dictionary",
)


def case(ref: str, label: str = "community order from 19 January 2026", whose: str = "N54A014") -> CaseInfo:
    return CaseInfo(ref, label, whose, "HARB01" if "A" in whose else "DOWN02")


def gap(info: CaseInfo, ident: str, due: date, found: str, to_fix: str = "") -> Finding:
    item = replace(ITEM[ident], to_fix=to_fix)
    return Finding(info, item, State.GAP, due, (AS_AT - due).days, found)


FIRST = (
    gap(case("X100491"), "DA2", date(2026, 3, 25), "Sent Wed 25 February; no reply recorded. 1 of 2 back."),
    gap(case("X100533", whose="N54A022"), "SG2", date(2026, 4, 1), "Sent Wed 4 March; no reply recorded."),
    gap(case("X100750", whose="N54B009"), "EN1", date(2026, 4, 17), "Absent 2 and 9 April; no action recorded."),
)

RESULT = Result(
    about=ABOUT,
    items=ITEMS,
    cases=64,
    not_started=2,
    teams=TEAMS,
    practitioners=PRACTITIONERS,
    overall=OVERALL,
    first=FIRST,
    reasons={
        "DA2": {"excused: Escalated to the police partner": 2, "left out: Contact suspended before it was due": 1},
        "RA1": {"left out: Ended before it was due": 1},
    },
    horizon=date(2026, 7, 14),
)

ONE_TEAM = replace(RESULT, teams=TEAMS[1:], practitioners=PRACTITIONERS[3:])

# Twelve teams, each figure "met/base". Under ten cases there is no rate.
TWELVE = """
       ALDW01 BRKN02 CASL03 DOWN02 EASB05 FERN06 HARB01 KNOL08 LEWS09 MARS10 OAKF11 PIER12
DA1    49/50  23/30  20/26  42/45  31/33  24/30  41/42  24/29  23/29  15/17  29/33  28/32
DA2    25/36  9/24   9/19   19/37  12/28  10/24  19/34  9/24   11/23  10/21  18/27  16/30
SG3    3/6    3/7    4/9    2/5    4/8    3/7    3/4    4/10   4/6    1/3    4/7    4/8
MO2    8/18   3/11   3/10   5/14   3/11   5/19   5/13   3/11   4/11   2/10   6/14   3/10
"""


def twelve_teams() -> Result:
    """An extract of twelve teams and four items, without practitioners."""
    head, *lines = TWELVE.strip().splitlines()
    codes = head.split()
    by_team: dict[str, dict[str, Counts]] = {code: {} for code in codes}
    for line in lines:
        ident, *figures = line.split()
        for code, figure in zip(codes, figures, strict=True):
            met, base = map(int, figure.split("/"))
            by_team[code][ident] = Counts((met, 0, base - met, 0, 0, 0, 0, 0, 0))
    items = tuple(item for item in ITEMS if item.id in next(iter(by_team.values())))
    teams = tuple(GroupRow(code, code, "", 50, 40, counts) for code, counts in by_team.items())
    whole = {item.id: sum((team.counts[item.id] for team in teams), Counts()) for item in items}
    overall = GroupRow("", "all", "", 600, 480, whole)
    return replace(RESULT, cases=600, items=items, teams=teams, practitioners=(), overall=overall, first=(), reasons={})


X463 = case("X100463", "licence from 5 January 2026")
X470 = case("X100470", "community order from 9 February 2026")
X477 = case("X100477", "licence from 6 April 2026")
X484 = case("X100484", "community order from 23 March 2026")
X491 = case("X100491")
X498 = case("X100498", "community order from 1 June 2026")
X512 = case("X100512", "licence from 2 March 2026")
X355 = replace(case("X100355", "licence from 3 March 2025"), ended=date(2026, 5, 29))

TALK = "Discuss with the SPO; the SPO records it."
NO_ENTRY = "Allocated Mon 18 May; no entry by a manager since."
NO_ENTRY_14 = "Allocated Thu 14 May; no entry by a manager since."

GAPS = GapList(
    about=replace(ABOUT, faults={}),
    whose="N54A014, HARB01",
    cases=8,
    gaps=(
        gap(
            X491,
            "DA2",
            date(2026, 3, 25),
            "Sent Wed 25 February; no reply recorded. 1 of 2 back.",
            "Chase the police disclosure unit, then escalate to the SPO.",
        ),
        gap(
            X491,
            "SG2",
            date(2026, 5, 26),
            "Sent Fri 24 April; no reply recorded.",
            "Telephone the front door and record the answer.",
        ),
        gap(X491, "MO1", date(2026, 6, 2), NO_ENTRY, TALK),
        gap(
            X484,
            "RA1",
            date(2026, 5, 18),
            "RAR ordered; no attended activity recorded.",
            "Book the first session, or record why not.",
        ),
        gap(X484, "MO1", date(2026, 6, 2), NO_ENTRY, TALK),
        gap(
            X512,
            "EN1",
            date(2026, 5, 20),
            "Absent Tue 5 and Tue 12 May; no action recorded.",
            "Decide, act, and record the decision.",
        ),
        gap(X463, "MO1", date(2026, 5, 29), NO_ENTRY_14, TALK),
        gap(X470, "MO1", date(2026, 5, 29), NO_ENTRY_14, TALK),
    ),
    ended=(gap(X355, "DA2", date(2026, 4, 30), "Sent Thu 2 April; no reply recorded."),),
    coming_up=(
        Finding(X477, ITEM["EN2"], State.NOT_YET_DUE, date(2026, 7, 3), None, "Failed to attend Thu 25 June."),
        Finding(X498, ITEM["RA1"], State.NOT_YET_DUE, None, None, "The RAR has not started."),
    ),
    to_judge=tuple(Finding(info, ITEM["SG3"], State.TO_JUDGE, None, None) for info in (X463, X477, X498)),
    cannot_tell=(Finding(X498, ITEM["DA1"], State.CANNOT_TELL, None, None, "The date of sentence is blank."),),
    horizon=date(2026, 7, 14),
)

WHY = Explanation(
    case=case("X100491", "community order from Mon 19 January 2026"),
    item=ITEM["DA2"],
    as_at=AS_AT,
    state=State.GAP,
    headline="97 days after its deadline; 1 of 2 enquiries back",
    short="Sent Wed 25 February, due Wed 25 March; no reply recorded. 1 of 2 back. 97 days.",
    steps=(
        Step("Asked", ("Each police enquiry sent is answered within 20 working days.",)),
        Step("Relevant", ("yes: police enquiries were sent",)),
        Step(
            "Each",
            heads=("sent", "due", "back"),
            rows=(
                (State.MET, ("Thu 22 January", "Thu 19 February", "Mon 9 February")),
                (State.GAP, ("Wed 25 February", "Wed 25 March", "not recorded")),
            ),
        ),
        Step(
            "Deadline",
            (
                "Wed 25 February + 20 working days = Wed 25 March 2026",
                "(Thu 26 February is day 1; weekends not counted; no bank holiday between)",
            ),
        ),
        Step("Looked", ("contacts C515 on or after Wed 25 February: none",)),
        Step("Left out", ("no: contact not suspended before the deadline",)),
        Step("Excused", ("no: no escalation to the police partner recorded",)),
        Step("To fix", ("Chase the police disclosure unit, then escalate to the SPO.",)),
        Step("Source", ("HMIP Brighton and East Sussex PDU, February 2024, 2.1", "20 working days: local default")),
        Step("Records", ("contacts rows 412 and 655 of team-june.xlsx",)),
    ),
)


def _why(ident: str, state: State, short: str) -> Explanation:
    return Explanation(WHY.case, ITEM[ident], AS_AT, state, "", short, ())


WHYS = (
    _why("DA1", State.MET, "Sent Thu 22 January; due Mon 26 January."),
    WHY,
    _why("SG1", State.MET, "Sent Fri 24 April; due Mon 27 April."),
    _why("SG2", State.GAP, "Sent Fri 24 April, due Tue 26 May; no reply recorded. 35 days."),
    _why("SG3", State.NOT_RELEVANT, "Nothing has come back that could be used."),
    _why("RA1", State.NOT_RELEVANT, "No RAR requirement."),
    _why(
        "MO1",
        State.GAP,
        "Allocated Mon 18 May, due Tue 2 June (25 May a bank holiday); no entry by a manager since. 28 days.",
    ),
)


class Stream(io.TextIOWrapper):
    """An output of a given encoding, on a terminal or not, that keeps what was written."""

    def __init__(self, encoding: str = "utf-8", *, terminal: bool = False) -> None:
        self.bytes = io.BytesIO()
        self.terminal = terminal
        super().__init__(self.bytes, encoding=encoding, newline="\n", write_through=True)

    def isatty(self) -> bool:
        return self.terminal

    def written(self) -> str:
        self.flush()
        return self.bytes.getvalue().decode(self.encoding)


def screen(width: int = 80, *, plain: bool = False) -> Screen:
    """A screen without colour, of a given width."""
    return Screen(Stream(), width=width, colour=False, plain=plain, environment={})


def text(lines: list[Line]) -> str:
    return "".join(f"{line.text}\n" for line in lines)


def golden(name: str, lines: list[Line]) -> None:
    """Compare with a file kept in tests/golden; AUDITCHECK_GOLDEN=write writes it, to be read by eye."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("AUDITCHECK_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text(lines), encoding="utf-8", newline="\n")
    assert text(lines) == path.read_text(encoding="utf-8")
