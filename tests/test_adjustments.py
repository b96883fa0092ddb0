"""A region's adjustments: what they change, from which day to which, what they may not say, and that
every screen names them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from auditcheck.adjustments import Adjusted, adjust, read_adjustments
from auditcheck.audit import Audit, Selection, audit
from auditcheck.checklist import Checklist, load_checklists
from auditcheck.dictionary import load_dictionary
from auditcheck.extract import find_adjustments
from auditcheck.names import Names
from auditcheck.problems import ChecklistStop, Problem, UsageStop
from auditcheck.reports.explanation import in_full
from auditcheck.reports.gap_list import gap_list
from auditcheck.reports.summary import summary
from auditcheck.shipped import shipped_checklists
from auditcheck.yamlfile import parse_yaml, read_yaml
from tests.screen_examples import screen, text
from tests.tables import states
from tests.test_cli import EXAMPLE, TOP, auditcheck

HEAD = 'adjustments: kent-surrey-sussex\nversion: "2026.1"\n'

KENT = f"""{HEAD}\
settings:
  domestic-abuse.return_within:
    value: 15 working days
    reason: Agreed with the police unit
    agreed_by: Head of PDU
    from: 2023-01-01
    review: 2023-10-01
  enforcement.failures_limit: {{value: 3, reason: Agreed with the courts, review: 2024-10-01}}
  rar.first_day_within: {{value: 10 weeks, reason: Few places, review: 2024-10-01, from: 2024-01-01}}
severity:
  DA1: {{value: medium, reason: Agreed at the board, review: 2024-10-01}}
switched_off:
  MO2: {{reason: Managers redeployed, until: 2023-12-31, review: 2023-12-01}}
"""


@lru_cache
def names() -> Names:
    return load_dictionary(TOP / EXAMPLE / "dictionary.yaml")


def checklists(*wanted: str) -> tuple[Checklist, ...]:
    known = shipped_checklists()
    return load_checklists([known[name] for name in wanted or known], names())


def adjusted(written: str, *wanted: str, as_at: str = "2023-12-08") -> Adjusted:
    """The checklists named, or all that ship, with these adjustments. Raises ChecklistStop."""
    problems: list[Problem] = []
    try:
        raw = parse_yaml(written.encode(), "region.yaml", problems)
    except ChecklistStop as stop:
        raise ChecklistStop.of([*problems, *stop.problems]) from None
    unused = [read_yaml(path) for name, path in shipped_checklists().items() if wanted and name not in wanted]
    day = date.fromisoformat(as_at)
    found = read_adjustments(raw, "region.yaml", checklists(*wanted), unused, names(), day, problems)
    if found is None or problems:
        raise ChecklistStop.of(problems)
    return found


def copy_of_example(tmp_path: Path, written: str = KENT) -> Path:
    folder = tmp_path / "team"
    shutil.copytree(TOP / EXAMPLE, folder)
    (folder / "adjustments.yaml").write_text(written, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audit]:
    """The example, audited with KENT in its folder."""
    with audit(copy_of_example(tmp_path_factory.mktemp("kent"))) as found:
        yield found


# ── both readings see the adjusted limit ─────────────────────────────────────────────────────────

ASKED = "{each: sent, followed_by: reply, within: reply_within}"
REPLY = "settings: {reply_within: {value: 5 working days, source: local default}}"


def region(value: str, rest: str = "") -> str:
    change = f"{{value: {value}, reason: R, review: 2030-01-01{rest}}}"
    return f"{HEAD}settings: {{tables.reply_within: {change}}}"


SENT = """
    # A Friday in September without bank holidays; the checklist's last day would be Friday the 8th.
    sent       | reply      | as at      | state       | due
"""


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        pytest.param(
            "3 working days",
            """
    2023-09-01 | 2023-09-06 | 2023-10-02 | met         |
    2023-09-01 | 2023-09-07 | 2023-10-02 | late        | 2023-09-06   # in time by the checklist
    2023-09-01 |            | 2023-09-06 | not yet due | 2023-09-06
    2023-09-01 |            | 2023-09-07 | gap         | 2023-09-06   # not yet due by the checklist
    2023-08-25 |            | 2023-08-31 | not yet due | 2023-08-31   # Monday 28 August is a bank holiday
    2023-08-25 |            | 2023-09-01 | gap         | 2023-08-31
    2023-09-01 | ?          | 2023-09-07 | cannot tell |
            """,
            id="shorter",
        ),
        pytest.param(
            "2 weeks",
            """
    2023-09-01 | 2023-09-15 | 2023-10-02 | met         |              # late by the checklist
    2023-09-01 | 2023-09-16 | 2023-10-02 | late        | 2023-09-15
    2023-09-01 |            | 2023-09-15 | not yet due | 2023-09-15   # a gap by the checklist
    2023-09-01 |            | 2023-09-16 | gap         | 2023-09-15
            """,
            id="longer, in another unit",
        ),
    ],
)
def test_the_deadline_is_the_regions(value: str, rows: str) -> None:
    states(ASKED, SENT + rows, start="2023-08-01", checklist=REPLY, adjustments=region(value))


def test_a_count_is_the_regions() -> None:
    states(
        "{some: reply, at_least: replies, by: 2 weeks after start_date}",
        """
        reply                              | state
        2023-04-04, 2023-04-05             | gap      # enough for the checklist
        2023-04-04, 2023-04-05, 2023-04-06 | met
        """,
        "2023-06-01",
        checklist="settings: {replies: {value: 2, source: local default}}",
        adjustments=f"{HEAD}settings: {{tables.replies: {{value: 3, reason: R, review: 2030-01-01}}}}",
    )


@pytest.mark.parametrize(
    ("limits", "rows"),
    [
        pytest.param(
            ", from: 2023-09-05, until: 2023-09-07",
            """
    2023-09-01 |            | 2023-09-04 | not yet due | 2023-09-08   # the day before
    2023-09-01 |            | 2023-09-05 | not yet due | 2023-09-06   # the first day
    2023-09-01 |            | 2023-09-07 | gap         | 2023-09-06   # the last day
    2023-09-01 |            | 2023-09-08 | not yet due | 2023-09-08   # the day after
            """,
            id="from and until",
        ),
        pytest.param(
            ", from: 2023-09-05, until: 2023-09-05",
            """
    2023-09-01 |            | 2023-09-04 | not yet due | 2023-09-08
    2023-09-01 |            | 2023-09-05 | not yet due | 2023-09-06
    2023-09-01 |            | 2023-09-06 | not yet due | 2023-09-08
            """,
            id="one day",
        ),
        pytest.param(
            ", from: 2023-09-07",
            """
    2023-09-01 |            | 2023-09-06 | not yet due | 2023-09-08
    2023-09-01 |            | 2023-09-07 | gap         | 2023-09-06
    2023-09-01 |            | 2030-09-07 | gap         | 2023-09-06
            """,
            id="from alone",
        ),
        pytest.param(
            ", until: 2023-09-07",
            """
    2023-09-01 |            | 2023-09-07 | gap         | 2023-09-06
    2023-09-01 |            | 2023-09-08 | not yet due | 2023-09-08
            """,
            id="until alone",
        ),
    ],
)
def test_an_adjustment_is_in_force_from_its_first_day_to_its_last(limits: str, rows: str) -> None:
    table = SENT + rows
    states(ASKED, table, start="2023-08-01", checklist=REPLY, adjustments=region("3 working days", limits))


# ── what becomes of the checklists ───────────────────────────────────────────────────────────────


def test_what_a_region_has_of_the_checklists() -> None:
    before = {item.id: item for checklist in checklists() for item in checklist.items}
    found = adjusted(KENT)
    after = {item.id: item for checklist in found.checklists for item in checklist.items}
    assert [item.id for item in found.switched_off] == ["MO2"]
    assert list(after) == [an_id for an_id in before if an_id != "MO2"]
    assert (before["DA1"].severity, after["DA1"].severity) == ("high", "medium")
    assert {an_id for an_id in after if after[an_id].severity != before[an_id].severity} == {"DA1"}
    # the setting, wherever it is used; the one that begins in 2024 is not in force
    assert {an_id for an_id in after if after[an_id].met_if != before[an_id].met_if} == {"DA2", "EN1", "EN4"}
    assert {an_id for an_id in after if after[an_id].relevant_if != before[an_id].relevant_if} == {"EN3", "EN4"}


def test_the_same_as_an_edited_copy(tmp_path: Path, finished: Audit) -> None:
    """Every state of the example is as with copies of the checklists in which the values were changed."""
    edits = {"domestic-abuse": ("20 working days", "15 working days"), "enforcement": ("value: 2\n", "value: 3\n")}
    paths = []
    for name, path in shipped_checklists().items():
        written = path.read_text(encoding="utf-8")
        old, new = edits.get(name, ("", ""))
        assert written.count(old) == 1 or not old
        paths.append(tmp_path / path.name)
        paths[-1].write_text(written.replace(old, new) if old else written, encoding="utf-8")
    with audit(TOP / EXAMPLE, checklists=[str(path) for path in paths]) as edited:
        mine = {row for row in edited.states() if row[1] != "MO2"}
        assert set(finished.states()) == mine
    with audit(TOP / EXAMPLE) as plain:
        changed = {item for _, item, *_ in set(plain.states()) - mine if item != "MO2"}
    assert changed == {"DA2", "EN1", "EN3", "EN4"}


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ("settings: {rar.first_day_within: {value: 9 weeks, reason: R, review: 2030-01-01}}", True),
        ("severity: {RA1: {value: low, reason: R, review: 2030-01-01}}", True),
        ("switched_off: {RA1: {reason: R, review: 2030-01-01}}", True),
        ("switched_off: {RA1: {reason: R, review: 2030-01-01, from: 2023-12-09}}", False),
        ("switched_off: {MO2: {reason: R, review: 2030-01-01}}", False),
    ],
)
def test_the_fingerprint_tells_an_adjusted_checklist(change: str, differs: bool) -> None:
    def of_rar(found: Iterable[Checklist]) -> str:
        return next(checklist.fingerprint for checklist in found if checklist.name == "rar")

    assert (of_rar(adjusted(HEAD + change).checklists) != of_rar(checklists())) is differs
    if differs:
        other = change.replace("reason: R", "reason: Another").replace("9 weeks", "11 weeks").replace("RA1", "RA2")
        same_but_why = change.replace("reason: R", "reason: Another")
        assert of_rar(adjusted(HEAD + other).checklists) != of_rar(adjusted(HEAD + change).checklists)
        assert of_rar(adjusted(HEAD + same_but_why).checklists) == of_rar(adjusted(HEAD + change).checklists)


def test_the_fingerprint_does_not_depend_on_the_order() -> None:
    one, other = f"RA1: {{{GOOD}}}", f"RA2: {{{GOOD}}}"
    found = [adjusted(f"{HEAD}switched_off: {{{a}, {b}}}", "rar") for a, b in ((one, other), (other, one))]
    assert found[0].checklists[0].fingerprint == found[1].checklists[0].fingerprint


def test_an_item_knows_the_settings_it_uses() -> None:
    used = {item.id: {s.name for s in item.settings} for c in checklists("domestic-abuse") for item in c.items}
    assert used == {
        "DA1": {"counts_from", "request_within"},
        "DA2": {"counts_from", "return_within", "chased_holds"},
        "DA3": {"counts_from"},
        "DA4": {"counts_from", "received_within"},
    }


# ── what the file may not say ────────────────────────────────────────────────────────────────────

GOOD = "reason: R, review: 2030-01-01"

# Each is a line of its part of the file, and what is said of that line.
MISTAKES = {
    "settings": [
        (f"domestic-abuse.return_within: {{value: 3, {GOOD}}}", "domestic-abuse.return_within: “value” takes a length of time, such as 20 working days, not “3”."),
        (f"domestic-abuse.recieved_within: {{value: 3 weeks, {GOOD}}}", "no setting of domestic-abuse is called “recieved_within”. Did you mean “received_within”?"),
        (f"domestc-abuse.return_within: {{value: 3 weeks, {GOOD}}}", "no checklist is called “domestc-abuse”. Did you mean “domestic-abuse”?"),
        (f"after_allocation: {{value: 3 weeks, {GOOD}}}", "“after_allocation” names no checklist: a setting is written CHECKLIST.SETTING. Did you mean “oversight.after_allocation”?"),
        (f"rar.first_day_within: {{value: 8 weeks, {GOOD}}}", "rar.first_day_within: changes nothing: the checklist says 8 weeks too. Delete it."),
        (f"enforcement.failures_limit: {{value: 2 weeks, {GOOD}}}", "enforcement.failures_limit: “value” takes a whole number, such as 2, not “2 weeks”."),
        (f"oversight.interval: {{{GOOD}}}", "oversight.interval: needs “value”."),
        (f"oversight.after_allocation: {{value: , {GOOD}}}", "“value” has no value. Write one, or delete the key."),
        (f"enforcement.act_within: {{value: [1 day], {GOOD}}}", "enforcement.act_within: “value” takes plain text, not a list."),
        (f"safeguarding.return_within: {{valeu: 6 months, {GOOD}}}", "safeguarding.return_within: unknown key “valeu”; allowed: agreed_by, from, reason, review, until or value. Did you mean “value”?"),
    ],
    "severity": [
        (f"DA1: {{value: hgih, {GOOD}}}", "DA1: “value” takes high, medium or low, not “hgih”. Did you mean “high”?"),
        (f"DA2: {{value: high, {GOOD}}}", "DA2: changes nothing: the checklist says high too. Delete it."),
        (f"DA33: {{value: low, {GOOD}}}", "no item is called “DA33”. Did you mean “DA3”?"),
        ("DA3: {value: low, review: 2030-01-01}", "DA3: needs “reason”."),
        ("DA4: {value: low, reason: R}", "DA4: needs “review”."),
    ],
    "switched_off": [
        ("MO1: paused", "MO1: takes a mapping of keys to values, not “paused”."),
        (f"MO2: {{{GOOD}, from: 2026-03-02, until: 2026-03-01}}", "MO2: “until” is before “from”."),
        ("MO3: {reason: R, review: soon}", "MO3: “review” takes a date written YYYY-MM-DD, not “soon”."),
        (f"MO4: {{{GOOD}, until: 31/03/2026}}", "MO4: “until” takes a date written YYYY-MM-DD, not “31/03/2026”."),
        (f"RA1: {{{GOOD}, from: 2026-02-29}}", "RA1: “from” takes a date written YYYY-MM-DD, not “2026-02-29”."),
        ("RA2: {reason: '', review: 2030-01-01}", "RA2: “reason” is blank."),
        (f"rA2: {{{GOOD}}}", "no item is called “rA2”. Did you mean “RA2”?"),
    ],
}  # fmt: skip


def test_every_mistake_at_once() -> None:
    lines, expected = HEAD.splitlines(), []
    for part, mistakes in MISTAKES.items():
        lines.append(f"{part}:")
        for line, said in mistakes:
            lines.append(f"  {line}")
            expected.append(f"region.yaml:{len(lines)}: {said}")
    with pytest.raises(ChecklistStop) as stop:
        adjusted("\n".join(lines))
    assert list(stop.value.lines) == expected
    assert stop.value.exit_code == 4


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (HEAD, "1: adjusts nothing: it needs “settings”, “severity” or “switched_off” with something in it."),
        (f"{HEAD}settings: {{}}", "1: adjusts nothing: it needs “settings”, “severity” or “switched_off” with something in it."),
        (f"{HEAD}setings: {{}}", "3: unknown key “setings”; allowed: adjustments, note, settings, severity, switched_off or version. Did you mean “settings”?"),
        (f"{HEAD}switched_off: [MO2]", "3: “switched_off” takes a mapping of names to changes, not a list."),
        (f"{HEAD}severity:", "3: “severity” has no value. Write one, or delete the key."),
        (f"adjustments: kent\nswitched_off: {{MO2: {{{GOOD}}}}}", "1: needs “version”."),
        ("dictionary: d", "1: this is a dictionary; a file of adjustments begins with “adjustments: NAME”."),
        ("checklist: c", "1: this is a checklist; a file of adjustments begins with “adjustments: NAME”."),
        (f"{HEAD}settings: {{enforcement.failures_limit: {{value: 0, {GOOD}}}}}", None),
    ],
)  # fmt: skip
def test_what_a_file_may_not_be(written: str, said: str | None) -> None:
    with pytest.raises(ChecklistStop) as stop:
        adjusted(written)
    if said:
        assert list(stop.value.lines) == [f"region.yaml:{said}"]
    else:  # what the checklist's own checks say of the value, with the place where it is used
        [line] = stop.value.lines
        assert line.startswith("region.yaml:3: enforcement.failures_limit: “value” cannot be “0”: enforcement.yaml:")
        assert line.endswith("EN1: “reaching” must be at least 1.")


def test_a_file_of_adjustments_is_no_checklist(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(KENT, encoding="utf-8")
    with pytest.raises(ChecklistStop, match="this is a file of adjustments; a checklist begins with"):
        load_checklists([file], names())


def test_what_is_not_in_use_is_no_mistake_and_changes_nothing() -> None:
    found = adjusted(KENT, "oversight")
    assert [change.target for change in found.adjustments.changes] == ["MO2"]
    found = adjusted(KENT, "safeguarding")
    assert found.checklists == checklists("safeguarding")
    assert found.adjustments.changes == ()
    with pytest.raises(ChecklistStop, match="no setting of rar is called “first_week_within”"):
        adjusted(KENT.replace("first_day_within", "first_week_within"), "safeguarding")


# Adjustments of items, of which the team's own sheet can be asked DA1, and what a run says of them.
NOT_ASKED = [
    ("severity:\n  DA1: {value: medium, reason: x, review: 2027-01-01}", (), None),
    ("severity:\n  MO1: {value: medium, reason: x, review: 2027-01-01}", ("MO1",), None),
    ("switched_off:\n  MO2: {reason: x, review: 2027-01-01}\n  MO1: {reason: x, review: 2027-01-01}", ("MO2", "MO1"), None),
    ("severity:\n  MO11: {value: low, reason: x, review: 2027-01-01}", (), "no item is called “MO11”. Did you mean “MO1”?"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "idle", "wrong"), NOT_ASKED)
def test_an_item_that_is_not_asked_of_the_extract_is_no_mistake(
    tmp_path: Path, written: str, idle: tuple[str, ...], wrong: str | None
) -> None:
    team = Path(__file__).parents[1] / "examples" / "first-sight"
    path = tmp_path / "region.yaml"
    path.write_text(f'adjustments: region\nversion: "1"\n{written}\n', encoding="utf-8")

    def run(selection: Selection | None = None) -> Audit:
        dictionary = team / "answered" / "caseload.dictionary.yaml"
        return audit(team / "caseload.xlsx", dictionary=dictionary, adjustments=path, selection=selection)

    if wrong:
        with pytest.raises(ChecklistStop) as stop:
            run()
        assert stop.value.lines == (f"region.yaml:4: {wrong}",)
        return
    says = "adjusted, and not asked of this extract, so that it changes nothing here"
    with run() as whole, run(Selection(items=("DA2",))) as narrow:
        told = [line for line in whole.about().warnings if says in line]
        assert told == ([f"{' and '.join(idle)}: {says}"] if idle else [])
        assert not [line for line in narrow.about().warnings if says in line]


def test_the_one_in_the_readme() -> None:
    [written] = re.findall(
        "```yaml\n(# yaml-language-server[^\n]*\nadjustments:.*?)```",
        (TOP / "README.md").read_text(encoding="utf-8"),
        re.DOTALL,
    )
    found = adjusted(written, as_at="2026-02-01").adjustments
    assert [change.target for change in found.changes if change.in_force] == [
        "domestic-abuse.return_within",
        "DA1",
        "MO2",
    ]


# ── where the file is found ──────────────────────────────────────────────────────────────────────


def test_where_adjustments_are_found(tmp_path: Path) -> None:
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    for place in ("with/adjustments.yaml", "without/march.adjustments.yaml"):
        (tmp_path / place).write_text(KENT, encoding="utf-8")
    assert find_adjustments(tmp_path / "with") == tmp_path / "with" / "adjustments.yaml"
    assert find_adjustments(tmp_path / "without") is None
    assert find_adjustments(tmp_path / "without" / "march.xlsx") == tmp_path / "without" / "march.adjustments.yaml"
    assert find_adjustments(tmp_path / "without" / "april.xlsx") is None
    (tmp_path / "without" / "adjustments.yml").write_text(KENT, encoding="utf-8")
    with pytest.raises(ChecklistStop, match=r"adjustments\.yml: must be a file called adjustments\.yaml, to be used"):
        find_adjustments(tmp_path / "without")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ChecklistStop, match=r"none\.yaml: cannot be read"):
        adjust(tmp_path / "none.yaml", checklists("rar"), names(), date(2023, 12, 8), [])


# ── every screen names them ──────────────────────────────────────────────────────────────────────


def test_the_summary(finished: Audit) -> None:
    result = finished.result()
    shown = text(summary(result, screen(120)))
    assert " adjusted by kent-surrey-sussex 2026.1: 2 settings, 1 severity, 1 item switched off\n" in shown
    assert " ! review was due Sun 1 October 2023: domestic-abuse.return_within\n" in shown
    assert " ! review was due Fri 1 December 2023: MO2\n" in shown
    block = shown.split(" Adjustments: kent-surrey-sussex 2026.1\n")[1].split("\n\n")[0]
    assert " ".join(block.split()) == " ".join([
        "domestic-abuse.return_within 15 working days instead of 20 working days, from 1 January 2023: Agreed with the police unit",
        "enforcement.failures_limit 3 instead of 2: Agreed with the courts",
        "rar.first_day_within not in force: 10 weeks instead of 8 weeks, from 1 January 2024",
        "DA1 Enquiry sent to the police severity medium instead of high: Agreed at the board",
        "MO2 Oversight at the interval, high risk switched off, until 31 December 2023: Managers redeployed",
    ])  # fmt: skip
    assert result.about.warnings[:1] == ("review was due Sun 1 October 2023: domestic-abuse.return_within",)
    assert result.about.adjustments is not None
    assert result.about.adjustments.changes[4].name == "MO2"


def test_the_gap_list_names_what_is_switched_off(finished: Audit) -> None:
    shown = text(gap_list(finished.gap_list(), screen(80)))
    # at 80 columns the line that names them is folded
    said = " ".join(shown.split())
    assert "adjusted by kent-surrey-sussex 2026.1: 2 settings, 1 severity, 1 item switched off !" in said
    assert "! review was due Fri 1 December 2023: MO2" in said
    block = " ".join(shown.split(" Switched off by kent-surrey-sussex 2026.1\n")[1].split("\n\n")[0].split())
    assert block == "MO2 Oversight at the interval, high until 31 December 2023: Managers risk redeployed"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_nothing_is_wider_than_the_screen(finished: Audit, width: int) -> None:
    on = screen(width)
    lines = [*summary(finished.result(), on), *in_full(finished.explain("X480941")[:2], on, finished.adjustments)]
    lines += gap_list(finished.gap_list(), on)
    assert [line.text for line in lines if line.width > width and "auditcheck" not in line.text] == []


SOURCES = [
    ("DA2", "return within 15 working days: kent-surrey-sussex, from 1 January 2023 (20 working days in the checklist; Agreed with the police unit; agreed by Head of PDU)"),
    ("DA1", "medium severity: kent-surrey-sussex (high in the checklist; Agreed at the board)"),
    ("EN1", "failures limit 3: kent-surrey-sussex (2 in the checklist; Agreed with the courts)"),
    ("RA1", "not in force: first day within 10 weeks (kent-surrey-sussex, from 1 January 2024)"),
    ("RA1", "first day within 8 weeks: local default"),
]  # fmt: skip


def test_explain_says_whose_limit_it_is(finished: Audit) -> None:
    steps = {why.item.id: why.steps for why in finished.explain("X480941")}
    sources = {item: next(step.lines for step in found if step.label == "Source") for item, found in steps.items()}
    for item, line in SOURCES:
        assert line in sources[item]
    assert "return within 20 working days: local default" in sources["SG2"]
    named = {item for item, lines in sources.items() if any("kent-surrey-sussex" in line for line in lines)}
    assert named == {"DA1", "DA2", "EN1", "EN3", "EN4", "RA1", "RA2"}


def test_an_item_asked_for_that_is_switched_off(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    said = (
        "MO2 Oversight at the interval, high risk: switched off until 31 December 2023 "
        "by kent-surrey-sussex 2026.1: Managers redeployed."
    )
    with pytest.raises(UsageStop) as stop:
        audit(folder, selection=Selection(items=("mo2",)))
    assert stop.value.lines == (said,)
    # beside another it is named on the screen
    with audit(folder, selection=Selection(items=("MO1", "MO2"))) as narrow:
        shown = text(in_full(narrow.explain("X480941"), screen(120), narrow.adjustments))
    assert " adjusted by kent-surrey-sussex 2026.1: 1 item switched off\n" in shown
    assert " Switched off by kent-surrey-sussex 2026.1\n   MO2 Oversight" in shown


@pytest.mark.parametrize(
    ("selection", "as_at", "said"),
    [
        (Selection(items=("DA2",)), "2023-12-08", "adjusted by kent-surrey-sussex 2026.1: 1 setting"),
        (Selection(severities=("medium",)), "2023-12-08", "adjusted by kent-surrey-sussex 2026.1: 1 setting, 1 severity"),
        (Selection(items=("SG1",)), "2023-12-08", "adjustments kent-surrey-sussex 2026.1: none concerns these items"),
        (Selection(items=("RA1",)), "2023-12-08", "adjustments kent-surrey-sussex 2026.1: none for these items is in force"),
        (Selection(items=("DA2",)), "2022-12-31", "adjustments kent-surrey-sussex 2026.1: none for these items is in force"),
    ],
)  # fmt: skip
def test_only_what_concerns_the_items_shown(tmp_path: Path, selection: Selection, as_at: str, said: str) -> None:
    with audit(copy_of_example(tmp_path), selection=selection, as_at=date.fromisoformat(as_at)) as narrow:
        assert f" {said}\n" in text(summary(narrow.result(), screen(120)))


@pytest.mark.parametrize(
    ("as_at", "overdue"),
    [
        ("2023-09-30", ()),
        ("2023-10-01", ()),  # the day itself
        ("2023-10-02", ("domestic-abuse.return_within",)),
        ("2023-12-02", ("domestic-abuse.return_within", "MO2")),
        ("2024-01-01", ("domestic-abuse.return_within",)),  # MO2 is no longer switched off
    ],
)
def test_a_review_is_overdue_the_day_after(as_at: str, overdue: tuple[str, ...]) -> None:
    said = adjusted(KENT, as_at=as_at).adjustments.overdue
    assert tuple(line.split(": ")[1] for line in said) == overdue


# ── through a process of its own ─────────────────────────────────────────────────────────────────


def test_the_real_command(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    done = auditcheck("run", str(folder), "--checklist", "oversight", columns=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert " adjusted by kent-surrey-sussex 2026.1: 1 item switched off\n" in done.stdout
    assert "MO2 Oversight at the interval, high risk" in done.stdout

    # a file given on the command line is used instead, and stays in what to type next
    other = tmp_path / "other.yaml"
    other.write_text(f"adjustments: wales\nversion: '1'\nseverity: {{RA2: {{value: low, {GOOD}}}}}", encoding="utf-8")
    for command in (["run"], ["gaps"], ["explain", "X480941"]):
        typed = [command[0], str(folder), *command[1:], "--checklist", "rar", "--adjustments", str(other)]
        done = auditcheck(*typed, columns=120)
        assert (done.returncode, done.stderr) == (0, "")
        assert " adjusted by wales 1: 1 severity\n" in done.stdout
        assert f"--adjustments {other}" in done.stdout

    other.write_text(f"{HEAD}severity: {{RA9: {{value: low, {GOOD}}}}}", encoding="utf-8")
    done = auditcheck("gaps", str(folder), "--adjustments", str(other))
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == "other.yaml:3: no item is called “RA9”. Did you mean “RA2”?\n"

    done = auditcheck("explain", str(folder), "X480941", "--item", "MO2")
    assert done.returncode == 2
    assert done.stderr.startswith("MO2 Oversight at the interval, high risk: switched off until 31 December 2023 by")
