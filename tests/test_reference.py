"""checklists/README.md: its made parts are up to date, and every example in it is loaded and run."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from auditcheck.audit import audit
from auditcheck.cli import app
from auditcheck.conditions import All, Compare, Is, Moment
from auditcheck.dictionary import load_dictionary
from auditcheck.patterns import PATTERNS
from auditcheck.states import State
from auditcheck.yamlfile import parse_yaml
from tests.reference import README, written
from tests.test_cli import auditcheck

TEXT = README.read_text(encoding="utf-8")
EXAMPLE = Path(__file__).parents[1] / "examples" / "brighton-east-sussex"

#: Every block of YAML with the mark before it: how it is to be tried, or the file that it is.
BLOCKS = re.findall(r"(?:<!-- (?:try|file) ([\w./-]+) -->\n)?```yaml\n(.*?)```", TEXT, flags=re.DOTALL)
FILES = dict(re.findall(r"<!-- file ([\w./-]+) -->\n```\w+\n(.*?)```", TEXT, flags=re.DOTALL))
COMMANDS = re.search(r"<!-- commands -->\n```sh\n(.*?)```", TEXT, flags=re.DOTALL)
ITEM = {"title": "T", "severity": "low", "source": "none", "to_fix": "Mend it."}


def blocks(kind: str) -> list[str]:
    return [text for mark, text in BLOCKS if mark == kind]


def test_the_made_parts_are_up_to_date() -> None:
    assert written(TEXT) == TEXT, "run: python -m tests.reference"


def test_every_example_is_tried() -> None:
    assert {mark for mark, _ in BLOCKS if mark not in FILES} == {
        "checklist",
        "conditions",
        "table",
        "item",
        "pattern",
        "facts",
        "events",
    }
    assert len(blocks("pattern")) == len(PATTERNS)


def as_yaml(value: Any) -> str:
    """What was read of a block, written out again in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {as_yaml(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_yaml(part) for part in value) + "]"
    return f'"{value}"'


def read(text: str) -> Any:
    return parse_yaml(text.encode(), "README.md")


def both_readings_agree(folder: Path, items: list[dict[str, Any]], facts: str = "", events: str = "") -> set[State]:
    """Runs items on the example: the engine and the plain reading must say the same of every case."""
    whole = {"checklist": "c", "title": "C", "version": "1", "items": items}
    checklist, dictionary = folder / "c.yaml", folder / "d.yaml"
    checklist.write_text("\n".join(f"{key}: {as_yaml(value)}" for key, value in whole.items()), encoding="utf-8")
    more = f"facts: {facts or '{}'}\nevents: {events or '{}'}\n"
    dictionary.write_text(f"dictionary: d\nextends: ndelius\naudit: brighton-2023-11\n{more}", encoding="utf-8")
    with audit(EXAMPLE, as_at=date(2023, 12, 8), dictionary=dictionary, checklists=[str(checklist)]) as finished:
        states: dict[str, dict[str, State]] = {}
        for ref, item, state, _ in finished.states():
            states.setdefault(ref, {})[item] = state
        assert len(states) == 40
        for ref, by_item in states.items():
            assert {why.item.id: why.state for why in finished.explain(ref)} == by_item
    return {state for by_item in states.values() for state in by_item.values()}


def test_patterns_and_items(tmp_path: Path) -> None:
    items = [{"id": f"P{n}", **ITEM, **read(text)} for n, text in enumerate(blocks("pattern"))]
    items += [read(text) for text in blocks("item")]
    assert both_readings_agree(tmp_path, items) >= {State.MET, State.LATE, State.GAP, State.TO_JUDGE}


def test_conditions(tmp_path: Path) -> None:
    (text,) = blocks("conditions")
    listed = read("conditions:\n" + text)["conditions"]
    items = [{"id": f"C{n}", **ITEM, "met_if": {"case": condition}} for n, condition in enumerate(listed)]
    assert both_readings_agree(tmp_path, items) >= {State.MET, State.GAP}


def test_facts_and_events(tmp_path: Path) -> None:
    (facts,), (events,) = blocks("facts"), blocks("events")
    items = [
        {"id": f"F{n}", **ITEM, "met_if": {"case": {name: {"recorded": "yes"}}}} for n, name in enumerate(read(facts))
    ]
    items += [{"id": f"E{n}", **ITEM, "met_if": {"some": name, "by": "as_at"}} for n, name in enumerate(read(events))]
    found = both_readings_agree(tmp_path, items, as_yaml(read(facts)), as_yaml(read(events)))
    assert found >= {State.MET, State.NOT_YET_DUE}


def test_rows_about_the_person(tmp_path: Path) -> None:
    (text,) = blocks("table")
    dictionary = tmp_path / "d.yaml"
    dictionary.write_text(f"dictionary: d\nextends: ndelius\ntables: {as_yaml(read(text))}\n", encoding="utf-8")
    table = load_dictionary(dictionary).tables["contacts"]
    since = Compare("contact_date", "on_or_after", Moment("case.start_date"))
    assert table.as_if_blank == All((Is("type_code", ("C369", "C515")), since)), "not laid over what ships"


def test_the_first_checklist(tmp_path: Path) -> None:
    (text,) = blocks("checklist")
    file = tmp_path / "first-rar-day.yaml"
    file.write_text(text, encoding="utf-8")
    with audit(EXAMPLE, checklists=[str(file)]) as finished:
        assert {state for _, _, state, _ in finished.states()} >= {State.GAP, State.NOT_RELEVANT}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the page's long example."""
    folder = tmp_path_factory.mktemp("reference")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_long_example_has_the_states_that_the_page_says(team: Path) -> None:
    table = TEXT[TEXT.index("<!-- states -->") :]
    told = dict(re.findall(r"^\| (X\d+) \| [^|]* \| ([\w ]+?) \|", table, flags=re.MULTILINE))
    with audit(team / "team", checklists=[str(team / "first-home-visit.yaml")]) as finished:
        assert {ref: state.value for ref, _, state, _ in finished.states()} == told
        assert {ref: finished.explain(ref)[0].state.value for ref in told} == told


@pytest.mark.parametrize("command", COMMANDS[1].splitlines() if COMMANDS else [], ids=lambda line: line.split()[1])
def test_the_commands_of_the_long_example(command: str, team: Path) -> None:
    _, *arguments = shlex.split(command)
    if arguments[0] not in {
        known.name or known.callback.__name__ for known in app.registered_commands if known.callback
    }:
        pytest.skip(f"there is no command {arguments[0]} yet")
    done = auditcheck(*arguments, cwd=team)
    assert (done.returncode, done.stderr) == (0, "")
    assert "FH1" in done.stdout or arguments[0] in ("lint", "test")
