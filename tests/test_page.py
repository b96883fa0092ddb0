"""What is handed on: the page and the note say the numbers of every other format, and nothing in the data acts in them."""

from __future__ import annotations

import csv
import io
import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from auditcheck.audit import audit
from auditcheck.reports import html_result
from auditcheck.reports.csv_result import as_csv
from auditcheck.reports.html_result import as_html
from auditcheck.reports.json_result import as_json
from auditcheck.reports.markdown_result import as_note
from auditcheck.reports.summary import summary
from auditcheck.reports.text_result import as_text
from auditcheck.result import (
    AcceptedRow,
    Counts,
    FaultRow,
    ItemSheet,
    Result,
    SettingInfo,
    Sheet,
    Sheets,
    Standing,
    Step,
)
from auditcheck.states import IN_ORDER, State
from tests.screen_examples import GAPS, RESULT, screen, text

EXAMPLES = Path(__file__).parents[1] / "examples"
TOLD = {"brighton": EXAMPLES / "brighton-east-sussex", "workbook": EXAMPLES / "team-workbook" / "team-june.xlsx"}
EVERY: dict[str, Callable[[Result], bytes]] = {
    "html": as_html, "markdown": as_note, "json": as_json, "csv": as_csv, "txt": as_text,
}  # fmt: skip


# Reading a page


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    content: list[Element | str] = field(default_factory=list)

    def every(self, tag: str = "", **wanted: str) -> Iterator[Element]:
        """The elements within, in order, with such a tag and attributes; a class is one of several."""
        for part in self.content:
            if isinstance(part, Element):
                has = {name.rstrip("_"): value for name, value in wanted.items()}
                if (not tag or part.tag == tag) and all(
                    value in part.attributes.get(name, "").split() for name, value in has.items()
                ):
                    yield part
                yield from part.every(tag, **wanted)

    def one(self, tag: str = "", **wanted: str) -> Element:
        (found,) = self.every(tag, **wanted)
        return found

    def one_or_none(self, tag: str = "", **wanted: str) -> Element | None:
        return next(self.every(tag, **wanted), None)

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.content)


class _Reader(HTMLParser):
    """Reads strictly: every element that is opened is closed, in order, and no attribute stands twice."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), tag
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].content.append(element)
        if tag != "meta":
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].content.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")


def read(page: bytes) -> Element:
    reader = _Reader()
    reader.feed(page.decode("utf-8"))
    reader.close()
    assert len(reader.open) == 1
    return reader.root


# Results to tell of


SHEETS = Sheets(
    "ndelius",
    "2026.1",
    (
        Sheet(
            "domestic", "Domestic abuse enquiries", "1", "A note.",
            (SettingInfo("return_within", "20 working days", "local default", ("DA2",)),),
            tuple(
                ItemSheet(item, (Step("Who", ("Every case.", "Others not.")), Step("", ("Of these a sample.",)), Step("Source", ("HMIP.",))))
                for item in RESULT.items
            ),
        ),
    ),
    (("rosh", "cases.RoSH"),), (("police enquiry sent", "contacts C369"),), (("cases", "start_date"),),
)  # fmt: skip
WHOLE = replace(
    RESULT,
    by="rosh",
    groups=RESULT.teams,
    listed=replace(
        GAPS,
        whose="",
        gaps=tuple(replace(gap, answered_no=place > 3) for place, gap in enumerate(GAPS.gaps)),
        accepted=(AcceptedRow("X1", "DA2", Standing.EXPIRED, "expired", RESULT.horizon, None, "On paper", "N54S001"),),
    ),
    faults=(FaultRow("unknown code", "sheet Cases", 7, "RoSH", "one of low or high"),),
    sheets=SHEETS,
    accepted={Standing.EXPIRED: 1},
    late_before=2,
    ended_gaps=1,
    ended_in_record=1,
)


@dataclass(frozen=True)
class Told:
    """One result in every format."""

    result: Result
    page: Element
    document: Any
    note: str
    table: list[dict[str, str]]
    terminal: list[str]


def told(result: Result) -> Told:
    return Told(
        result,
        read(as_html(result)),
        json.loads(as_json(result)),
        as_note(result).decode(),
        list(csv.DictReader(io.StringIO(as_csv(result).decode(), newline=""))),
        text(summary(result, screen(150), "x")).splitlines(),
    )


@pytest.fixture(scope="module", params=TOLD)
def example(request: pytest.FixtureRequest) -> Told:
    with audit(TOLD[request.param]) as finished:
        return told(finished.result(whole=True))


# The same numbers everywhere


def states_of(row: Element) -> dict[str, int]:
    """The counts below a bar: '✔ met 28' as who listens hears it."""
    words = [" ".join(one.text.split()) for one in row.one("ul", class_="counts").every("li")]
    found = [re.fullmatch(r"\S ?(\D+) ([\d,]+)", one) for one in words]
    return {match[1].replace(" ", "_"): int(match[2].replace(",", "")) for match in found if match}


def figures(item: dict[str, Any], *, range_too: bool = True) -> tuple[str, ...]:
    """What is said of a rate, from the whole numbers of JSON: '76 %', '28 of 37', '60–87', '74–76'."""
    rate, states = item["rate"], item["states"]
    if not rate["of"]:
        return ("", "", "", "")
    fraction = f"{rate['met']} of {rate['of']}"
    if rate["percent"] is None:
        return ("under ten", fraction, "", "")
    unsettled = states["cannot_tell"] + states["to_judge"]
    low, high = rate["interval_95"]
    said = f"{rate['low']}–{rate['high']}" if unsettled else ""
    return (f"{rate['percent']} %", fraction, f"{low}–{high}", said)


def some(states: dict[str, int]) -> dict[str, int]:
    return {state: count for state, count in states.items() if count}


def test_every_item_has_the_same_numbers_in_every_format(example: Told) -> None:
    items = example.document["items"]
    assert len(items) > 40
    rows = [row for row in example.page.one("table", class_="items").every("tr") if list(row.every("td"))]
    in_note = {row[0].split(" ")[0]: row for row in note_rows(example.note, "item")}
    in_csv = {row["item"]: row for row in example.table if row["grouping"] == "overall"}
    assert len(rows) == len(in_note) == len(in_csv) == len(items)
    for item, row in zip(items, rows, strict=True):
        ident, states, said = item["item"], some(item["states"]), figures(item)
        assert row.one("th").text.startswith(f"{ident} ")
        assert states_of(row) == states, ident
        cells = [row.one("td", class_=name).text for name in ("rate", "fraction", "chance", "range")]
        if item["rate"]["of"]:
            assert [cell.removeprefix("95 %: ").removeprefix("range: ") for cell in cells] == list(said), ident
        assert in_note[ident][1:5] == [cells[0], *said[1:]], ident
        shown = ("late", "gap", "not_yet_due", "cannot_tell", "to_judge")
        assert in_note[ident][5:] == [str(states.get(state, "")) for state in shown], ident
        assert {state: int(in_csv[ident][state]) for state in item["states"]} == item["states"], ident
        assert int(in_csv[ident]["of"]) == item["rate"]["of"]
        assert in_csv[ident]["percent"] == ("" if item["rate"]["percent"] is None else str(item["rate"]["percent"]))


def note_rows(note: str, head: str) -> list[list[str]]:
    """The rows of the note's tables whose first heading is so, as a reader of Markdown makes them."""
    found: list[list[str]] = []
    row: list[str] = []
    wanted = False
    for token in MarkdownIt("commonmark").enable("table").parse(note):
        if token.type == "table_open":
            wanted = False
        elif token.type == "tr_open":
            row = []
        elif token.type in ("th_open", "td_open"):
            row.append("")
        elif token.type == "inline" and row:
            row[-1] = "".join(part.content for part in token.children or [])
        elif token.type == "thead_close":
            wanted = row[0] == head
        elif token.type == "tr_close" and wanted:
            found.append(row)
        elif token.type == "table_close":
            row = []
    return found


def test_every_item_on_the_terminal_is_as_on_the_page(example: Told) -> None:
    """Each number under its heading, by the column in which both end; waiting for a reader, on a line of its own."""
    by_id = {item["item"]: item for item in example.document["items"]}
    (heads,) = (line for line in example.terminal if "met of" in line and "✔" in line)
    ends = {match[0]: match.end() for match in re.finditer(r"rate|met of|95 %|range|[✔◐✘…○?✎–·](?=\s|$)", heads)}
    signs = {sign: state.value.replace(" ", "_") for sign, state in zip("✔◐✘…○?✎–·", IN_ORDER, strict=True)}
    seen = set()
    for line in example.terminal[: next(n for n, one in enumerate(example.terminal) if "✔ met" in one)]:
        ident = line[1:].split(" ")[0]
        if waiting := re.findall(r"(\w+) (\d+)", line.partition("none read yet: ")[2]):
            for of, count in waiting:
                assert by_id[of]["states"]["to_judge"] == int(count)
                seen.add(of)
        if ident not in by_id:
            continue
        ending = {match.end(): match[0] for match in re.finditer(r"\S+( of \d+| %)?", line)}
        states = {state: int(ending[ends[sign]]) for sign, state in signs.items() if ends[sign] in ending}
        assert states == some(by_id[ident]["states"]), ident
        said = [ending.get(ends[name], "") for name in ("rate", "met of", "95 %", "range")]
        assert said[1:] == list(figures(by_id[ident])[1:]), ident
        assert said[0] == figures(by_id[ident])[0].removeprefix("under ten"), ident
        seen.add(ident)
    assert seen == by_id.keys()


def test_the_answer_is_the_same_everywhere(example: Told) -> None:
    overall = example.document["overall"]
    counts = [overall["states"]["gap"] - overall["gaps_answered_no"], overall["gaps_answered_no"]]
    counts += [overall["states"][state] for state in ("not_yet_due", "cannot_tell", "to_judge")]
    cases = overall["cases_with_gap"] - overall["cases_only_answered_no"]
    tiles = [" ".join(tile.text.split()) for tile in example.page.every("li", class_="tile")]
    assert [int(re.sub(r"\D", "", tile.split(" ")[1])) for tile in tiles] == counts
    assert tiles[0].endswith(f"gaps in the record in {cases} of {overall['cases']} cases")
    screen_text = " ".join(" ".join(example.terminal).split())
    for tile in tiles:
        assert tile in screen_text
        assert f"- {tile}\n" in example.note
    legend = example.page.one("ul", class_="legend").every("li")
    shown = {
        m[2].replace(" ", "_"): int(m[1].replace(",", ""))
        for one in legend
        if (m := re.search(r"([\d,]+) (.+)", one.text))
    }
    assert shown == some(overall["states"])
    totals = Counter[str]()
    for row in example.table:
        if row["grouping"] == "overall":
            totals.update({state: int(row[state]) for state in overall["states"]})
    assert dict(totals) == overall["states"]


def test_teams_are_the_same_everywhere(example: Told) -> None:
    teams = [*example.document["teams"], {"code": "all", **example.document["overall"]}]
    on_page = example.page.one("section", id="teams").one("table", class_="numbers")
    rows = [[cell.text for cell in row.content] for row in on_page.every("tr")][1:]  # type: ignore[union-attr]
    assert rows == note_rows(example.note, "team")
    for team, row in zip(teams, rows, strict=True):
        assert row[0].split(" ")[0] == team["code"]
        states, read_no = team["states"], team["gaps_answered_no"]
        numbers = [team["cases"], team["cases_with_gap"], states["gap"] - read_no, read_no]
        numbers += [team["oldest_gap_days"] or 0, team["due_soon"], states["cannot_tell"], states["to_judge"]]
        assert row[1:] == [f"{number:,}" if number else "" for number in numbers]
    matrix = [row for row in example.page.one("table", class_="matrix").every("tr") if list(row.every("td"))]
    for place, row in enumerate(matrix):
        for team, cell in zip(example.document["teams"], row.every("td"), strict=False):
            rate = team["items"][place]["rate"]
            few = f"{rate['met']}/{rate['of']}" if rate["of"] else ""
            shown = cell.text if rate["percent"] is None else cell.content[0]
            assert shown == (few if rate["percent"] is None else str(rate["percent"]))


def test_practitioners_are_the_same_and_have_no_percentage(example: Told) -> None:
    section = example.page.one("section", id="practitioners")
    rows = dict(zip(*under_headings(section), strict=True))
    for person in example.document["practitioners"]:
        cells = [cell.text for cell in rows[person["team"], person["code"] or "unallocated"].every("td")]
        numbers = (person["cases"], person["cases_with_gap"], person["states"]["gap"])
        assert cells[:3] == [str(number or "") for number in numbers]
    assert "%" not in section.text
    assert "%" not in example.page.one("section", id="gaps").text
    *shown, _ = rows
    assert shown == sorted(shown, key=lambda key: (key[0], key[1] == "unallocated", key[1]))


def under_headings(section: Element) -> tuple[list[tuple[str, str]], list[Element]]:
    """The rows of a table, each by the heading of its part and its own; the last is of all."""
    keys, rows, above = [], [], ""
    for row in section.every("tr"):
        if list(row.every("td")):
            keys.append((above, row.one("th").text))
            rows.append(row)
        elif row.one_or_none("th", scope="rowgroup"):
            above = row.text
    return keys, rows


def test_the_gap_list_is_whole(example: Told) -> None:
    listed = example.document["gap_list"]
    section = example.page.one("section", id="gaps")
    rows = [row for row in section.every("tr") if list(row.every("td")) and row.attributes.get("class") != "together"]
    together = [re.match(r"[\d,]+", row.text.removeprefix("✘gap")) for row in section.every("tr", class_="together")]
    assert len(rows) + sum(int(match[0]) for match in together if match) == len(listed["gaps"])
    cases = [row.one("b").text for row in section.every("tr") if not list(row.every("td")) and list(row.every("b"))]
    assert Counter(cases) == Counter(dict.fromkeys((gap["case"] for gap in listed["gaps"]), 1))
    whose = [(gap["team"], gap["practitioner"] or "unallocated", gap["answered_no"]) for gap in listed["gaps"]]
    counted, team = Counter[tuple[str, str, bool]](), ""
    for part in section.content:
        assert isinstance(part, Element)
        team = part.text if part.tag == "h3" else team
        if part.tag == "details":
            code, words = part.one("strong").text, part.one("summary").text
            in_record, answered_no = re.search(r"(\d+) gaps?\b", words), re.search(r"(\d+) answered no", words)
            counted[team, code, False] += int(in_record[1]) if in_record else 0
            counted[team, code, True] += int(answered_no[1]) if answered_no else 0
    assert +counted == Counter(whose)
    assert len(rows_of(example, "coming-up")) == len(listed["coming_up"])
    for name, key in (("to-judge", "to_judge"), ("cannot-tell", "cannot_tell")):
        items = example.page.one("section", id=name).every("li")
        names = [[re.findall(r"[^\s,]+", words) for words in (one.one("b").text, str(one.content[1]))] for one in items]
        assert sum(len(first) * len(others) for first, others in names) == len(listed[key])
    assert len(rows_of(example, "faults")) == len(example.document["faults"])
    assert len(example.document["faults"]) == sum(kind["count"] for kind in example.document["about"]["faults"])


def rows_of(example: Told, section: str) -> list[Element]:
    return [row for row in example.page.one("section", id=section).every("tr") if list(row.every("td"))]


def test_every_item_is_defined_with_its_source(example: Told) -> None:
    headings = [heading.text for heading in example.page.one("section", id="asked").every("h3") if heading.attributes]
    assert [heading.split(" ")[0] for heading in headings] == [item["item"] for item in example.document["items"]]
    said = example.page.one("section", id="asked").text
    for item in example.document["items"]:
        assert item["source"].rstrip(".") in said
        assert item["to_fix"].rstrip(".") in said


# A page by itself


@pytest.fixture(scope="module")
def pages(example: Told) -> list[bytes]:
    return [as_html(example.result), as_html(example.result.without_people()), as_html(WHOLE), as_html(RESULT)]


ELEMENTS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "a",
        "header",
        "main",
        "nav",
        "footer",
        "section",
        "h1",
        "h2",
        "h3",
        "p",
        "strong",
        "b",
        "span",
        "ul",
        "li",
        "dl",
        "div",
        "dt",
        "dd",
        "figure",
        "figcaption",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "details",
        "summary",
        "svg",
        "defs",
        "pattern",
        "rect",
        "circle",
        "path",
        "text",
        "title",
        "desc",
    ]
)
ATTRIBUTES = frozenset(
    [
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "id",
        "href",
        "role",
        "scope",
        "colspan",
        "tabindex",
        "open",
        "aria-label",
        "aria-labelledby",
        "aria-hidden",
        "focusable",
        "viewbox",
        "width",
        "height",
        "x",
        "y",
        "d",
        "cx",
        "cy",
        "r",
        "patternunits",
        "text-anchor",
        "textlength",
        "lengthadjust",
    ]
)


def test_a_page_has_no_script_and_asks_nothing_of_others(pages: Sequence[bytes]) -> None:
    for page in pages:
        whole = read(page)
        for element in whole.every():
            assert element.tag in ELEMENTS, element.tag
            assert element.attributes.keys() <= ATTRIBUTES, element.attributes
        places = {f"#{element.attributes['id']}" for element in whole.every() if "id" in element.attributes}
        assert {link.attributes["href"] for link in whole.every("a")} <= places
        assert not re.search(rb"//[a-z]|@import|javascript:|url\((?!#)", page)
        (style,) = whole.every("style")
        digest = b64encode(sha256(style.text.encode()).digest()).decode()
        said = {
            meta.attributes.get("http-equiv") or meta.attributes.get("name"): meta.attributes.get("content")
            for meta in whole.every("meta")
        }
        assert said["Content-Security-Policy"] == (
            f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        )
        assert said["referrer"] == "no-referrer"


def test_a_page_can_be_listened_to(pages: Sequence[bytes]) -> None:
    for page in pages:
        whole = read(page)
        assert whole.one("html").attributes["lang"] == "en-GB"
        ids = [(element.attributes["id"], element.text) for element in whole.every() if "id" in element.attributes]
        named = dict(ids)
        assert len(ids) == len(named)
        for element in whole.every():
            for ident in element.attributes.get("aria-labelledby", "").split():
                assert named[ident]
        levels = [int(element.tag[1]) for element in whole.every() if re.fullmatch("h[1-6]", element.tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(below - above <= 1 for above, below in pairwise(levels))
        for table in whole.every("table"):
            assert table.one("caption").text
            assert all(head.attributes["scope"] in ("col", "row", "rowgroup") for head in table.every("th"))
        for chart in whole.every("svg"):
            if chart.attributes.get("role") == "img":
                assert [part.tag for part in chart.content[:2]] == ["title", "desc"]  # type: ignore[union-attr]
            else:
                assert chart.attributes["aria-hidden"] == "true"
        for sign in whole.every(class_="sign"):
            assert sign.attributes["aria-hidden"] == "true"  # its word stands beside it


def test_a_chart_says_in_words_what_it_shows() -> None:
    team = replace(RESULT.teams[0], code="A1", counts={"DA1": Counts((9, 0, 1, 0, 0, 0, 0, 0, 0))})
    other = replace(RESULT.teams[1], code="B2", counts={"DA1": Counts((3, 0, 6, 0, 0, 0, 0, 0, 0))})
    counts = {"DA1": Counts((12, 0, 7, 0, 0, 0, 0, 0, 0))}
    one = replace(RESULT, items=RESULT.items[:1], teams=(team, other), overall=replace(RESULT.overall, counts=counts))
    (chart,) = read(as_html(one)).every("svg", class_="rates")
    # 12 of 19 is 63.2 %; Wilson for 9 of 10 is 59.6 to 98.2; nine cases have no rate
    assert chart.one("desc").text == "All 63 %, 12 of 19. A1 90 %, 9 of 10, interval 60–98. B2 3 of 9, no rate."
    (bar,) = (svg for svg in read(as_html(one)).every("svg", role="img") if "rates" not in svg.attributes["class"])
    assert bar.one("desc").text == "12 met, 7 gap."
    widths = {part.attributes["class"]: part.attributes["width"] for part in bar.every("rect")}
    assert widths == {"track": "100%", "met": "63.16%", "gap": "36.84%"}


def luminance(colour: str) -> float:
    """Of #rrggbb, as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_text_can_be_read_in_light_in_dark_and_on_paper() -> None:
    """At least 4.5 to 1 for texts, 3 to 1 for what lines, dots and edges show (WCAG 2, AA)."""
    style = read(as_html(RESULT)).one("style").text
    blocks = [
        dict(re.findall(r"--([\w-]+): (#\w{6});", block)) for block in re.findall(r":root \{(.*?)\}", style, re.S)
    ]
    assert len(blocks) == 3
    for colours in blocks:
        assert colours.keys() == blocks[0].keys()

        def contrast(one: str, other: str, colours: dict[str, str] = colours) -> float:
            dark, light = sorted((luminance(colours[one]), luminance(colours[other])))
            return (light + 0.05) / (dark + 0.05)

        texts = ["ink", "soft", "link", *(name for name in colours if name.startswith("t-"))]
        for name in texts:
            assert contrast(name, "paper") >= 4.5, name
        for name in ("ink", "soft", "t-gap"):
            assert contrast(name, "gap-ground") >= 4.5, name
        assert contrast("warn", "warn-ground") >= 4.5
        for name in ("met", "gap", "late-dark", "not-yet-due", "cannot-tell-dark", "to-judge"):
            assert contrast(name, "paper") >= 3, name


def test_nobody_is_compared_and_nobody_named() -> None:
    person = replace(RESULT.practitioners[0], label="Ann Example", counts={"DA1": Counts((50, 0, 0, 0, 0, 0, 0, 0, 0))})
    asked = replace(WHOLE, practitioners=(person,), by="practitioner", groups=(person,))
    for written in (as_html(asked), as_note(asked)):
        assert b"Ann Example" not in written
    assert "100 %" not in read(as_html(asked)).one("section", id="practitioners").text


# For a board


def test_a_board_is_shown_no_person_and_no_case(example: Told) -> None:
    board = example.result.without_people()
    listed = example.result.listed
    assert listed is not None
    every = (*listed.gaps, *listed.ended, *listed.coming_up, *listed.to_judge, *listed.cannot_tell)
    words = {one.case.ref for one in every} | {one.code for one in example.result.practitioners if one.code}
    assert len(words) > 40
    for name, written in EVERY.items():
        said = set(re.findall(r"\w+", written(board).decode()))
        assert not words & said, name
        assert {team.code for team in board.teams} <= said, name
    page = read(as_html(board))
    assert [section.attributes["id"] for section in page.every("section")] == [
        "answer",
        "items",
        *(["ratings"] if board.ratings else []),
        "teams",
        "faults",
        "asked",
        "reading",
    ]
    document = json.loads(as_json(board))
    assert (document["gap_list"], document["faults"], document["practitioners"], document["first"]) == (
        None,
        None,
        [],
        [],
    )
    for key in ("items", "overall", "teams", "reasons"):
        assert document[key] == example.document[key]


def test_a_grouping_by_person_is_not_for_a_board() -> None:
    assert b"ZZ9" in as_json(replace(WHOLE, by="seen by", groups=(replace(RESULT.teams[0], code="ZZ9"),)))
    board = replace(WHOLE, by="seen by", groups=(replace(RESULT.teams[0], code="ZZ9"),)).without_people()
    assert all(b"ZZ9" not in written(board) for written in EVERY.values())


# What the data would do


HOSTILE = [
    "<script>alert(1)</script>",
    "</style><script src=//e.example/x.js></script>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)",
    "</title></svg><img src=x onerror=alert(1)>",
    "{{7*7}} ${7*7} <%= 7 %>",
    "<!-- <![CDATA[ ]]>",
    "&lt;b&gt;&#60;b&#62;",
    "javascript:alert(1)",
    "[x](http://e.example) ![x](http://e.example/i.png)",
    "http://e.example www.e.example a@e.example",
    "a|b||c",
    "`a` ``b|c`` https://e.example",
    "# *a* _b_ ~~c~~ > d",
    "- [ ] a",
    "a\n\n# b",
    ":smile: @team #12",
    "[/b] [link=http://e]x[/link]",
    "\x1b]8;;http://e.example\x07x",
    "\x9b31m\u202ex\u2066\u200b",
    "\ud800",
]


def spoiled(part: Any, words: str) -> Any:
    """The same with these words for every text in it, as an extract or a checklist could hold."""
    if isinstance(part, str) and not isinstance(part, State | Standing):
        return words
    if isinstance(part, tuple):
        made = [spoiled(one, words) for one in part]
        return type(part)(*made) if hasattr(part, "_fields") else tuple(made)
    if is_dataclass(part) and not isinstance(part, type | Counts):
        return replace(part, **{one.name: spoiled(getattr(part, one.name), words) for one in fields(part)})
    return part


def hostile(words: str) -> Result:
    """Every text of a result replaced; ids are kept apart by a number, for counts are found by them."""
    ids = {item.id: f"{words}{place}" for place, item in enumerate(WHOLE.items)}

    def kept(group: Any) -> Any:
        return replace(group, counts={ids[ident]: counts for ident, counts in group.counts.items()})

    spoilt = spoiled(WHOLE, words)
    items = tuple(
        replace(item, id=ids[old.id], severity="high") for item, old in zip(spoilt.items, WHOLE.items, strict=True)
    )
    reasons = {ids[ident]: {f"excused: {words}": sum(of.values())} for ident, of in WHOLE.reasons.items()}
    groups = {name: tuple(map(kept, getattr(spoilt, name))) for name in ("teams", "practitioners", "groups")}
    about = replace(spoilt.about, faults={words: 7})
    return replace(spoilt, about=about, items=items, overall=kept(spoilt.overall), reasons=reasons, **groups)


def shape(page: Element) -> list[tuple[str, tuple[str, ...]]]:
    """Every element with the names of its attributes, in order."""
    fitted = {"textlength", "lengthadjust"}  # of a code too long for its place in a chart
    return [(element.tag, tuple(sorted(element.attributes.keys() - fitted))) for element in page.every()]


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_in_the_data_becomes_an_element_or_an_attribute(words: str) -> None:
    page = read(as_html(hostile(words)))
    assert shape(page) == shape(read(as_html(hostile("zebra"))))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ud800-\udfff]", page.text)
    if words.isprintable():
        assert page.text.count(words) == read(as_html(hostile("zebra"))).text.count("zebra") > 100
        assert page.one("h1").text == words


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_in_the_data_acts_in_a_note(words: str) -> None:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    note, plain = as_note(hostile(words)).decode(), as_note(hostile("zebra")).decode()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069]", note)
    blocks = [(token.type, token.tag) for token in reader.parse(note)]
    assert blocks == [(token.type, token.tag) for token in reader.parse(plain)]
    inline = [part for token in reader.parse(note) for part in token.children or []]
    bold = {"text", "strong_open", "strong_close"}
    assert {part.type for part in inline} <= bold | {"code_inline", "text_special"}
    # what a reader would link without being asked to stands only where none does: in code
    for part in inline:
        if part.type != "code_inline":
            assert not re.search(r"://|www\.|@\w|:smile:|#\d", part.content)


@pytest.mark.parametrize("name", EVERY)
def test_no_control_character_is_in_any_format(name: str) -> None:
    for words in HOSTILE[-3:]:
        written = EVERY[name](hostile(words)).decode("utf-8").replace("\r\n", "\n")
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", written)


@pytest.mark.parametrize("name", EVERY)
def test_the_same_result_gives_the_same_bytes(name: str) -> None:
    assert EVERY[name](WHOLE) == EVERY[name](WHOLE)
    assert EVERY[name](WHOLE).endswith(b"\n")


def test_nobody_to_tell_of() -> None:
    empty = replace(
        WHOLE, cases=0, items=(), teams=(), practitioners=(), groups=(), first=(), reasons={}, faults=(),
        overall=replace(RESULT.overall, cases=0, cases_with_gap=0, counts={}, answered_no=0),
        listed=replace(GAPS, cases=0, gaps=(), ended=(), coming_up=(), to_judge=(), cannot_tell=()),
    )  # fmt: skip
    page = read(as_html(empty))
    assert page.one("ul", class_="tiles").text == "No case was audited."
    assert "100" not in page.one("section", id="answer").text
    assert "- No case was audited.\n" in as_note(empty).decode()


# More than a page can hold


def test_of_too_many_gaps_the_most_urgent_of_each_team_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list has 8 gaps of one team: 3 of X100491, 2 of X100484, and 1 of each of three more cases."""
    listed = replace(RESULT, listed=GAPS)
    whole = as_html(listed).decode()
    assert "Not listed here" not in whole
    monkeypatch.setattr(html_result, "MOST_GAPS", 4)
    page = as_html(listed).decode()
    gaps = page[page.index('id="gaps"') : page.index('id="coming-up"')]
    assert re.findall("<b>(X[0-9]{6})</b>", gaps) == ["X100491", "X100484"]
    assert "Not listed here: 3 gaps in 3 cases. Of each team only the most urgent cases are listed here;" in gaps
    assert "There are too many to list on a page." in gaps
    assert "<strong>N54A014</strong> 8 gaps, in 5 cases" in gaps  # of all, not of those listed


def test_of_too_many_faults_the_first_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = tuple(FaultRow("unknown code", "cases.csv", row, "RoSH", "a code") for row in range(2, 7))
    about = replace(RESULT.about, faults={"unknown code": 5})
    monkeypatch.setattr(html_result, "MOST_FAULTS", 3)
    page = as_html(replace(RESULT, about=about, faults=faults)).decode()
    assert page.count('<td class="c2">RoSH</td>') == 3
    assert "Only the first 3 are listed here; all are in auditcheck inspect -o FILE.csv." in page
