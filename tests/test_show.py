"""What `show` says of a checklist: every pattern in sentences, and nothing of a file left unsaid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditcheck.calendar import read_date, read_duration, weekday_date
from auditcheck.checklist import load_checklists
from auditcheck.conditions import plain, say_condition
from auditcheck.describe import describe
from auditcheck.dictionary import load_dictionary, resolve
from auditcheck.reports.checklist_sheet import sheets_screen
from auditcheck.reports.markdown import as_markdown
from auditcheck.result import Sheets
from auditcheck.shipped import CHECKLISTS, shipped
from auditcheck.yamlfile import parse_yaml, read_yaml
from tests.both_readings import as_written
from tests.screen_examples import golden, screen
from tests.tables import DICTIONARY, checklist_of
from tests.test_cli import auditcheck
from tests.test_reference import FILES

MORE = """
facts:
  seen_on: {first: contact_date, from: contacts, by: contact_date}
  seen_so_far: {count: contacts, date: contact_date, since: start_date}
events:
  asked: {from: contacts, date: contact_date, where: {type: ASKED}}
  reply: {from: contacts, date: contact_date, where: {type: REPLY}}
  day_seen: {from: contacts, date: contact_date, where: {attended: yes}, once_a_day: yes}
"""


def described(item: str, checklist: str = "") -> Sheets:
    """One item, of which `item` is what it says besides its title and its kind."""
    names = resolve(as_written(parse_yaml(f"{DICTIONARY}\n{MORE}".encode(), "d")), "d.yaml")
    around = {"checklist": "c", "title": "C", "version": "1"}
    around |= parse_yaml(checklist.encode(), "c") if checklist else {}
    besides = {"id": "Q1", "title": "T", "severity": "high", "source": "none", "to_fix": "Mend it"}
    return describe([checklist_of(around | {"items": [besides | parse_yaml(item.encode(), "i")]}, names)], names)


def sentences(item: str, checklist: str = "") -> dict[str, str]:
    (sheet,) = described(item, checklist).sheets
    found: dict[str, str] = {}
    for step in sheet.items[0].steps:
        found[step.label] = f"{found.get(step.label, '')} {' '.join(step.lines)}".strip()
    return found


#: An item, and what the sentences with these labels must be.
SAID: list[tuple[str, dict[str, str]]] = [
    (
        "met_if: {some: asked, by: 10 working days after start_date}",
        {
            "Who": "Every case.",
            "Met": "Asked is recorded no later than 10 working days after start date.",
            "Deadline": "10 working days after start date. That day itself is in time.",
            "Late": "It is recorded, but after the deadline.",
            "Gap": "It is not recorded, and the deadline has passed.",
            "Not yet due": "It is not recorded, and the deadline has not passed.",
            "Window": "Records count from start date to end date, both days included.",
            "Left out": "Nobody.",
            "Excused": "Nothing excuses a gap.",
            "To fix": "Mend it.",
        },
    ),
    (
        "{met_if: {some: day_seen, by: 2 weeks after release_date, at_least: 3}, fix_within: 1 working day, mendable: no}",
        {
            "Met": "Day seen is recorded at least 3 times no later than 2 weeks after release date.",
            "Counts": "Several on one day are one.",
            "Late": "It is recorded 3 times, but the 3rd of them after the deadline.",
            "Not yet due": "It is not recorded 3 times, and the deadline has not passed. "
            "Also where release date has not happened: it waits to start, and has no deadline yet.",
            "To fix": "Mend it. At the latest 1 working day after as at.",
            "": "Cannot be put right once missed: it is listed so that it is known.",
        },
    ),
    (
        "met_if: {some: asked, by: 8 weeks before as_at, from: 2 weeks after release_date}",
        {
            "Deadline": "8 weeks before as at. That day itself is in time.",
            "Late": "It is recorded, but after the deadline.",
            "Gap": "It is not recorded, and the deadline has passed.",
            "Not yet due": "Where release date has not happened: it waits to start, and has no deadline yet.",
        },
    ),
    (
        "{relevant_if: {risk: yes, tier: [high, low]}, met_if: {none: asked, from: as_at}}",
        {
            "Who": "Cases where risk is yes, and tier is high or low. Other cases are not relevant.",
            "Met": "No asked is recorded.",
            "Deadline": "There is none: the record counts as it stands.",
            "Gap": "There is one: asked is recorded.",
            "Window": "Here records count from as at to end date, both days included.",
        },
    ),
    (
        "met_if: {none: asked, older_than: 6 working days}",
        {
            "Met": "No asked that is older than 6 working days is recorded.",
            "Deadline": "6 working days after each asked. That day itself is in time.",
            "Gap": "There is one, and its deadline has passed.",
            "Not yet due": "There is one, and its deadline has not passed.",
        },
    ),
    (
        "{met_if: {none: asked}, until: [end_date, 4 weeks after start_date]}",
        {
            "Not yet due": "There is none, and end date or 4 weeks after start date has not passed.",
            "Window": "Records count from start date to the earliest of end date and 4 weeks after start date, "
            "both days included.",
        },
    ),
    (
        "met_if: {each: asked, followed_by: reply, within: 20 working days}",
        {
            "Who": "Every case with asked to look at.",
            "Met": "Each asked is followed by reply within 20 working days (one reply may answer several).",
            "Looked at": "Each asked, by itself.",
            "Deadline": "20 working days after each asked. That day itself is in time.",
            "Answered by": "The first reply on the day of the asked or later. An earlier one does not count. "
            "One reply may answer every earlier asked.",
            "Late": "It is answered, but after its deadline.",
            "The case": "Gap if any one is; else late; else cannot tell; else not yet due; else met. What is excused, "
            "left out or not relevant does not count. Shown as “3 of 4” beside the state.",
            "Not relevant": "There is no asked.",
        },
    ),
    (
        "met_if: {each: asked, followed_by: reply, by: due, same: about, one_to_one: yes}",
        {
            "Met": "Each asked is followed by reply with the same about by its due, each by one of its own.",
            "Deadline": "The due of each asked. That day itself is in time.",
            "Answered by": "The first reply on the day of the asked or later. An earlier one does not count. "
            "Both must have the same about. One reply answers one asked: the earliest that still waits.",
        },
    ),
    (
        "met_if: {each: {run_of: asked, reaching: 2, within: 12 months, ended_by: reply}, followed_by: day_seen, within: 1 week}",
        {
            "Who": "Every case with a 2nd asked to look at.",
            "Looked at": "The day of the 2nd asked within 12 months; several on one day count once. "
            "Then none more until reply; after it, counting begins again. On one day asked comes before reply.",
            "Deadline": "1 week after each 2nd asked. That day itself is in time.",
        },
    ),
    (
        "met_if: {each: {run_of: asked, reaching: 3}, followed_by: reply, within: 1 week}",
        {"Looked at": "The day of the 3rd asked; several on one day count once. Only once: more of them add nothing."},
    ),
    (
        "met_if: {gaps_between: reply, at_most: 13 weeks, until: [end_date, suspended_from]}",
        {
            "Met": "Reply is recorded at least every 13 weeks.",
            "Deadline": "The first is 13 weeks after start date; then 13 weeks after each reply. That day itself is in time.",
            "Counts": "The time from each to the next, and from the last up to the earliest of end date and "
            "suspended from, or as at where that is earlier.",
            "Late": "One came more than 13 weeks after the one before, and the time since the last is not too long.",
            "Gap": "The time since the last is longer than 13 weeks, or since the beginning where there is none.",
        },
    ),
    (
        "met_if: {case: {seen_so_far: {at_least: 1}}}",
        {"Met": "Seen so far is at least 1.", "Gap": "It is not so."},
    ),
    (
        "met_if: {judged: {question: Is it enough?, relevant_if: {has: reply}, of: sample}}",
        {
            "Who": "Every case. Of these a sample is read.",
            "Met": "A reader answers yes to “Is it enough?”.",
            "Left out": "Nobody. Not in the sample: a case for which the table of answers has no row.",
            "Not relevant": "A reader answers “not applicable”. And, where nobody answers, unless reply is recorded: "
            "else there is nothing to read.",
        },
    ),
    (
        "met_if: {any_of: [{case: {risk: no}}, {all_of: [{some: asked, by: end_date}, {some: reply, by: end_date}]}]}",
        {
            "Met": "Any of parts 1 and 2:",
            "Part 1": "Risk is no.",
            "Part 2.": "All of parts 2.1 and 2.2:",
            "Part 2.1": "Asked is recorded no later than end date.",
            "Part 2.2": "Reply is recorded no later than end date.",
            "Together": "Gap if any part is; else late; else cannot tell; else to judge; else not yet due; else met. "
            "What is excused, left out or not relevant does not count. "
            "Met if any part is; else not yet due; else to judge; else cannot tell; else late; else gap. "
            "What is excused, left out or not relevant does not count.",
        },
    ),
    (
        "{met_if: {case: {risk: no}}, left_out_if: [{reason: Ended, when: {end_date: {before: deadline}}}]}",
        {"Left out": "Ended: end date is before the deadline. There is none here, so it never holds."},
    ),
    (
        """{met_if: {each: asked, followed_by: reply, within: 1 week},
         left_out_if: [{reason: Seen, when: {has: day_seen}}],
         excused_if: [{reason: Chased., when: {has: day_seen}, lasts: 4 weeks}]}""",
        {
            "Left out": "Seen: day seen is recorded. (Tried for each one looked at: recorded on that day or later, "
            "up to its deadline.)",
            "Excused": "Chased: day seen is recorded. It holds for 4 weeks from that day; then the gap is back. "
            "(Tried for each one looked at: recorded on that day or later, up to as at.)",
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("item", "said"), SAID, ids=[row[0][:60] for row in SAID])
def test_an_item_in_sentences(item: str, said: dict[str, str]) -> None:
    found = sentences(item)
    assert {label: found.get(label) for label in said} == said


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("{risk: yes}", "risk is yes"),
        ("{tier: [high, low], risk: yes}", "tier is high or low, and risk is yes"),
        ("{any_of: [{risk: yes}, {tier: high}], has: asked}", "(risk is yes or tier is high) and asked is recorded"),
        ("{not: {has: asked}}", "no asked is recorded"),
        ("{not: {tier: high}}", "tier is not high"),
        ("{not: {any_of: [{tier: high}, {has: asked}]}}", "it is not so that (tier is high or asked is recorded)"),
        ("{score: {at_least: 2, at_most: 4}}", "score is at least 2 and score is at most 4"),
        ("{end_date: {before: deadline}}", "end date is before the deadline"),
        ("{officer: {differs_from: old_officer}}", "officer differs from old officer"),
        ("{review_due: {recorded: no}}", "review due is not recorded"),
        ("{start_date: {after: 10 working days before as_at}}", "start date is after 10 working days before as at"),
    ],
)
def test_a_condition_in_words(condition: str, said: str) -> None:
    names = resolve(as_written(parse_yaml(f"{DICTIONARY}\n{MORE}".encode(), "d")), "d.yaml")
    item = {"id": "Q1", "title": "T", "severity": "high", "source": "none", "to_fix": "Mend it"}
    item |= parse_yaml(
        f"met_if: {{case: {{risk: yes}}}}\nleft_out_if: [{{reason: R, when: {condition}}}]".encode(), "i"
    )
    checklist = checklist_of({"checklist": "c", "title": "C", "version": "1", "items": [item]}, names)
    assert say_condition(checklist.items[0].left_out_if[0].when) == said


def test_what_words_are_in_the_data() -> None:
    found = described(
        "{relevant_if: {seen_so_far: {at_least: 1}, tier: high}, met_if: {some: day_seen, by: seen_on, from: start_date}}"
    )
    assert dict(found.events) == {
        "day seen": "contacts where attended is yes, dated by contact date. Several on one day are one."
    }
    assert dict(found.facts) == {
        "end date": "the column end_date of cases. A blank: not happened.",
        "seen on": "contact date of the first row of contacts, by contact date.",
        "seen so far": "how many rows there are of contacts, and contact date is on or after start date.",
        "start date": "the column start_date of cases. A blank: cannot tell.",
        "tier": "the column tier of cases. A blank: cannot tell.",
    }
    assert dict(found.rules)["contacts"] == (
        "a row belongs to the case with the same CRN and event number; where event number is blank, "
        "to every case with the same CRN."
    )


def words_of(raw: Any, key: str = "") -> list[str]:
    """Everything that a checklist says, as `show` is to say it: names in plain words, settings as they are."""
    if isinstance(raw, dict):
        own = [plain(name) for name in raw] if key in ("relevant_if", "when", "case", "not") else []
        return own + [word for name, part in raw.items() for word in words_of(part, name)]
    if isinstance(raw, list):
        return [word for part in raw for word in words_of(part, key)]
    text = str(raw).strip()
    if (day := read_date(text)) is not None:
        return [weekday_date(day)]
    if read_duration(text) or key in ("reason", "source", "title", "to_fix", "question", "note", "value", "reaching"):
        return [text.rstrip(".")]
    return [plain(word) if "_" in word else word for word in text.split()]


@pytest.mark.parametrize("name", CHECKLISTS)
def test_nothing_of_a_checklist_is_left_unsaid(name: str) -> None:
    names = load_dictionary()
    raw = read_yaml(shipped(f"{name}.yaml"))
    (checklist,) = load_checklists([shipped(f"{name}.yaml")], names)
    page = as_markdown(describe([checklist], names)).decode().replace("\\", "")
    limits = {plain(setting.name): str(setting.value) for setting in checklist.settings}
    own = {"any of", "all of", "has", "not", *CHECKLISTS}
    missing = [
        word
        for word in dict.fromkeys(words_of(raw))
        if word not in own and limits.get(word, word).casefold() not in page.casefold() and word not in page
    ]
    assert not missing


def scalars(raw: Any) -> set[str]:
    parts = raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ()
    return {str(raw)}.union(*(scalars(part) for part in parts))


@pytest.mark.parametrize("name", CHECKLISTS)
def test_every_event_that_a_checklist_names_is_explained(name: str) -> None:
    names = load_dictionary()
    path = shipped(f"{name}.yaml")
    found = describe(load_checklists([path], names), names)
    assert {word for word, _ in found.events} == {plain(word) for word in scalars(read_yaml(path)) & set(names.events)}
    assert all(meaning.endswith(".") for _, meaning in (*found.events, *found.facts, *found.rules))


# ── on the screen, and as a page ─────────────────────────────────────────────────────────────────


@pytest.fixture
def home_visits(tmp_path: Path) -> Path:
    (tmp_path / "team").mkdir()
    for name in ("team/dictionary.yaml", "first-home-visit.yaml"):
        (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("width", [60, 80, 120])
def test_screen(width: int, home_visits: Path) -> None:
    names = load_dictionary(home_visits / "team" / "dictionary.yaml")
    sheets = describe(load_checklists([home_visits / "first-home-visit.yaml"], names), names)
    lines = sheets_screen(sheets, screen(width))
    assert all(line.width < width for line in lines)
    golden(f"show-{width}", lines)


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("name", CHECKLISTS)
def test_no_line_of_a_shipped_checklist_is_too_long(name: str, width: int) -> None:
    names = load_dictionary()
    lines = sheets_screen(describe(load_checklists([shipped(f"{name}.yaml")], names), names), screen(width))
    assert [line.text for line in lines if line.width > width] == []


def test_text_of_a_checklist_acts_on_nothing() -> None:
    page = as_markdown(described('met_if: {judged: "Is *this* <b>enough</b> | [so](http://e) `x` # & _y_?"}')).decode()
    assert "Is \\*this\\* &lt;b&gt;enough&lt;/b&gt; \\| `[so](http://e)` \\`x\\` \\# &amp; \\_y\\_?" in page


def test_the_command(home_visits: Path) -> None:
    listed = auditcheck("show")
    assert listed.returncode == 0
    assert all(f"   {name} " in listed.stdout for name in CHECKLISTS)
    arguments = ("show", "first-home-visit.yaml", "--dictionary", "team/dictionary.yaml")
    shown = auditcheck(*arguments, cwd=home_visits)
    page = auditcheck(*arguments, "--format", "markdown", cwd=home_visits)
    assert (shown.returncode, page.returncode) == (0, 0)
    assert page.stdout.startswith("# First home visit\n")
    both = auditcheck(*arguments, "-o", "page.md", cwd=home_visits)
    assert (both.returncode, both.stdout, both.stderr) == (0, shown.stdout, "Written: page.md\n")
    assert (home_visits / "page.md").read_text(encoding="utf-8") == page.stdout


def test_what_a_dictionary_has_no_words_for_is_left_out_and_named() -> None:
    team = Path(__file__).parents[1] / "examples" / "team-workbook" / "team-june.dictionary.yaml"
    done = auditcheck("show", "rar", "--dictionary", str(team))
    assert done.returncode == 0
    assert "RA1 " in done.stdout
    assert "RA2 " not in done.stdout
    assert done.stderr == "RA2 is left out: the dictionary “team-june” does not define rar_days_delivered.\n"
    assert (
        "rar                     RAR started                 2 items"
        in auditcheck("show", "--dictionary", str(team)).stdout
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ("show raar", 2, "no checklist is called “raar”, and no such file exists. Did you mean “rar”?"),
        ("show rar --format markdwn", 2, "show --format takes markdown. Did you mean “markdown”?"),
        ("show rar -o page.html", 2, "-o “page.html”: show writes .md."),
        ("show rar -o none/page.md", 5, "page.md: its folder does not exist."),
        ("show rar -o there.md", 5, "there.md: exists."),
        ("show --format markdown", 2, "show needs the checklists to write"),
        ("show first-home-visit.yaml", 4, "visited_at_home"),
    ],
)
def test_what_cannot_be_shown(arguments: str, code: int, said: str, home_visits: Path) -> None:
    (home_visits / "there.md").write_text("mine", encoding="utf-8")
    done = auditcheck(*arguments.split(), cwd=home_visits)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert (home_visits / "there.md").read_text(encoding="utf-8") == "mine"
