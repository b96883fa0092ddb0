"""A run as one page for a browser: whole in itself, without a script, and asking nothing of any other place.

Its style sheet is `data/page.css`, which the page's own policy allows by its hash and nothing else; no element
has a style of its own. What is from the data or a checklist is text wherever it stands: see `markup`. Long lists
open and close by themselves (`details`); what is open when the page is printed is printed.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from importlib.resources import files
from itertools import groupby

from auditcheck import __version__
from auditcheck.calendar import long_date
from auditcheck.reports.charts import (
    css_class,
    has_rates,
    named_bar,
    patterns,
    rate_bar,
    rate_plot,
    states_bar,
    team_rates,
)
from auditcheck.reports.figures import (
    by_checklist,
    fraction_words,
    interval_words,
    range_words,
    rate_words,
    without_rate,
)
from auditcheck.reports.frame import (
    adjusted_words,
    change_words,
    changed,
    not_asked_words,
    not_supplied_words,
    selection_words,
    warnings,
)
from auditcheck.reports.gap_list import (
    WAITING,
    answered_no_words,
    apart,
    by_case,
    by_item,
    how_many,
    how_many_found,
    idle_accepted,
    idle_heading,
    what_to_do,
    whose_words,
)
from auditcheck.reports.groups import (
    NOT_RECORDED,
    PRACTITIONERS,
    TEAMS,
    UNALLOCATED,
    by_heading,
    counts_across,
    gap_of,
    group_label,
    in_matrix,
    matrix_heading,
    name_of,
    notes,
    under_teams,
    under_the_matrix,
)
from auditcheck.reports.indicative import HEADS, INDICATIVE, Rated
from auditcheck.reports.indicative import notes as rated_notes
from auditcheck.reports.indicative import rows as rated_rows
from auditcheck.reports.markup import Markup, joined, tag
from auditcheck.reports.summary import (
    BY_REASON,
    Told,
    accepted_words,
    answer,
    as_at_from,
    by_reason,
    days_words,
    dictionary_words,
    first_heading,
    found_words,
    holder,
    how_much,
    not_started,
    of_ended,
    title_of,
    what_was_read,
)
from auditcheck.reports.terminal import SIGNS
from auditcheck.reports.words import counted, long_day, number, short_day
from auditcheck.result import Counts, Finding, GapList, GroupRow, ItemInfo, Result, Sheet, Sheets, Step
from auditcheck.states import IN_ORDER, State

NOTHING = Markup("")

#: What the states mean, and whether they are in the rate.
_MEANS = {
    State.MET: ("done, in time", "top and bottom"),
    State.LATE: ("done, after the deadline", "bottom"),
    State.GAP: ("not recorded, and the deadline has passed", "bottom"),
    State.NOT_YET_DUE: ("not recorded, still in time", "no"),
    State.EXCUSED: ("a gap for which a recorded reason is accepted", "no"),
    State.CANNOT_TELL: ("something it needs is blank or unreadable, or was not supplied", "no; shown as a range"),
    State.TO_JUDGE: ("waits for a reader's answer", "no; shown as a range"),
    State.LEFT_OUT: ("relevant, but taken out for a stated reason", "no"),
    State.NOT_RELEVANT: ("not this item's business", "no"),
}


def as_html(result: Result, again: str = "") -> bytes:
    """The page, in UTF-8. The same result gives the same bytes."""
    sections = [section for section in _sections(result) if section.content]
    title = f"{title_of(result.about)}, as at {long_date(result.about.as_at)}"
    return whole_page(title, _header(result), sections, _footer(result))


def whole_page(title: str, header: Markup, sections: Sequence[Section], footer: Markup) -> bytes:
    """A page with its style sheet and policy: a header, sections with a list of them, a footer."""
    style = (files("auditcheck") / "data" / "page.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Markup(style)),
    ]
    contents = tag("ul", *(tag("li", tag("a", section.name, href=f"#{section.ident}")) for section in sections))
    body = [
        tag("a", "Straight to the answer", href=f"#{sections[0].ident}", class_="skip"),
        patterns(),
        header,
        tag("nav", contents, aria_label="On this page"),
        tag("main", *(section.whole() for section in sections)),
        footer,
    ]
    page = tag("html", tag("head", *head), tag("body", *body), lang="en-GB")
    return f"<!doctype html>\n{page}\n".encode()


class Section:
    """A part of the page under a heading of its own. `name` is what the list of contents calls it."""

    def __init__(self, ident: str, name: str, heading: str, *content: Markup) -> None:
        self.ident, self.name, self.heading = ident, name, heading
        self.content = joined(content)

    def whole(self) -> Markup:
        heading = tag("h2", self.heading, id=f"{self.ident}-heading")
        return tag("section", heading, self.content, id=self.ident, aria_labelledby=f"{self.ident}-heading")


def _sections(result: Result) -> Iterator[Section]:
    yield Section("answer", "The answer", "The answer", *_answer(result))
    if result.cases and result.items:
        if result.first:
            yield Section("first", "First to look at", first_heading(result), _first(result))
        yield Section("items", "Items", "Items, by checklist", *_items(result))
        yield Section("ratings", INDICATIVE, INDICATIVE, *_ratings(result))
        yield Section("teams", "Teams", TEAMS, *_teams(result))
        if result.groups and result.by not in ("team", "practitioner"):
            yield Section("groups", f"By {result.by}", by_heading(result), *_groups(result))
        yield Section("practitioners", "Practitioners", PRACTITIONERS, *_practitioners(result))
    if result.listed:
        yield from _lists(result, result.listed)
    yield Section("faults", "Data faults", "Data faults", *_faults(result))
    if result.sheets:
        yield Section("asked", "What each item asks", "What each item asks", *_asked(result.sheets))
    yield Section("reading", "How to read this", "How to read this page", *_reading(result))


# Above everything: what was checked, and on what


def _header(result: Result) -> Markup:
    about = result.about
    lines = [
        *what_was_read(about, 10_000),
        [dictionary_words(about), as_at_from(about)],
        [adjusted_words(about.adjustments) if about.adjustments else ""],
        [not_started(result) if result.not_started else ""],
        [not_supplied_words(about)],
        [not_asked_words(about)],
    ]
    narrowed = selection_words(about)
    return tag(
        "header",
        tag("p", "as at ", tag("strong", long_date(about.as_at)), class_="as-at"),
        tag("h1", title_of(about)),
        tag("p", _dotted(how_much(result)), class_="how-much"),
        tag("p", narrowed, class_="narrowed") if narrowed else NOTHING,
        *(tag("p", _dotted(line), class_="read") for line in lines if any(line)),
    )


def _dotted(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)


def _footer(result: Result) -> Markup:
    checklists = ", ".join(f"{name} {version}".rstrip() for name, version in result.about.checklists)
    words = [f"Made by auditcheck {__version__}", f"checklists: {checklists}" if checklists else ""]
    return tag("footer", tag("p", _dotted(words)))


# The answer


def _answer(result: Result) -> Iterator[Markup]:
    yield tag("ul", *map(_tile, answer(result)), class_="tiles")
    total = result.overall.total
    if total.total:
        whole = f"Every case has one state for every item: {number(total.total)} in all."
        bar = named_bar(total, "The states of all cases and items", "all-states")
        yield tag("figure", tag("figcaption", whole), bar, _legend(total), class_="all-states")
    if result.ended_gaps:
        yield tag("p", f"{of_ended(result)} They are listed apart." if result.listed else of_ended(result))
    if beware := warnings(result.about):
        signed = (tag("li", tag("span", "!", class_="sign", aria_hidden="true"), " ", words) for words in beware)
        yield tag("ul", *signed, class_="beware", aria_label="Beware")


def _tile(told: Told) -> Markup:
    if told.state is None:
        return tag("li", tag("strong", told.text), class_="tile plain")
    words = " ".join(part for part in (told.word, told.where) if part)
    figure = tag("span", _sign(told.state), " ", told.number, class_="figure")
    return tag("li", figure, " ", tag("span", words, class_="words"), class_=f"tile {css_class(told.state)}")


def _sign(state: State) -> Markup:
    """A state's sign where its word stands beside it."""
    return tag("span", SIGNS.states[state], class_=f"sign s-{css_class(state)}", aria_hidden="true")


def _signed(state: State) -> Markup:
    """A state's sign where it stands alone: its word is there for who listens."""
    return joined((_sign(state), tag("span", state.value, class_="aside")))


def _legend(counts: Counts) -> Markup:
    parts = (
        tag("li", tag("span", class_=f"key k-{css_class(state)}", aria_hidden="true"), _sign(state), " ", words)
        for state in IN_ORDER
        if (count := counts.of(state))
        for words in [f"{number(count)} {state.value}"]
    )
    return tag("ul", *parts, class_="legend")


def _first(result: Result) -> Markup:
    several = len(result.teams) > 1
    rows = [
        [
            joined((_signed(finding.state), " ", days_words(finding))),
            tag("strong", finding.case.ref),
            finding.item.id,
            holder(finding, several),
            found_words(result, finding),
        ]
        for finding in result.first
    ]
    return _table("First to look at", ["overdue", "case", "item", "whose", "found"], rows, "first")


# Items


def _items(result: Result) -> Iterator[Markup]:
    heads = ["item", "states of all cases", "rate", "0 to 100 %", "met of", "95 %", "range"]
    places = {item.id: place for place, item in enumerate(result.items)}
    bodies = []
    for title, items in by_checklist(result.items):
        name = tag("tr", tag("th", title, scope="rowgroup", colspan=len(heads)))
        bodies.append(tag("tbody", name, *(_item(result, item, places[item.id]) for item in items)))
    yield _whole_table("The states and the rate of every item", heads, bodies, "items")
    words = "Rate = met of (met + late + gap). 95 %: chance alone. Range: were every ? and ✎ one way or the other."
    yield tag("p", f"{words} A bar is of all cases; those the item is not relevant to leave it empty.", class_="note")
    if reasons := by_reason(result):
        entries = (
            tag("li", _signed(state), f" {reason}: {', '.join(items)}") for (state, reason), items in reasons.items()
        )
        yield joined((tag("h3", BY_REASON), tag("ul", *entries, class_="reasons")))
    if accepted := accepted_words(result):
        yield tag("p", accepted)
    if (region := result.about.adjustments) and region.changes:
        entries = (tag("li", tag("strong", changed(change)), f" {change_words(change)}") for change in region.changes)
        yield joined((tag("h3", f"Adjustments: {region.name} {region.version}"), tag("ul", *entries)))


def _item(result: Result, item: ItemInfo, place: int) -> Markup:
    counts = result.overall.counts.get(item.id, Counts())
    named = _named(item)
    if result.sheets:
        named = tag("a", named, href=f"#item-{place}")
    rate: str = rate_words(counts)
    if not rate:
        rate = tag("span", without_rate(counts), class_="few")
    return tag(
        "tr",
        tag("th", named, scope="row", class_="item"),
        tag("td", states_bar(counts), _states(counts), class_="states"),
        tag("td", rate, class_="rate"),
        tag("td", rate_plot(counts), class_="plotted"),
        tag("td", fraction_words(counts), class_="fraction"),
        tag("td", _short(interval_words(counts), "95 %: "), class_="chance"),
        tag("td", _short(range_words(counts), "range: "), class_="range"),
    )


def _short(words: str, label: str) -> Markup:
    """A figure; where the page is too narrow for headings, with its label."""
    return joined((tag("span", label, class_="label"), words)) if words else NOTHING


def _named(item: ItemInfo) -> Markup:
    return joined((tag("b", item.id), " ", name_of(item).removeprefix(f"{item.id} ")))


def _states(counts: Counts) -> Markup:
    parts = (tag("li", _signed(state), " ", number(count)) for state in IN_ORDER if (count := counts.of(state)))
    return tag("ul", *parts, class_="counts")


# Indicative ratings


def _ratings(result: Result) -> Iterator[Markup]:
    for ratings in result.ratings:
        if len(result.ratings) > 1:
            yield tag("h3", ratings.title)
        lines = [
            [tag("strong", one.name), one.rating, one.points, joined(_because(one))] for one in rated_rows(ratings)
        ]
        if lines:
            yield _table(INDICATIVE, HEADS, lines, "plain")
        yield from (tag("p", words, class_="note") for words in rated_notes(ratings))


def _because(one: Rated) -> Iterator[Markup]:
    yield tag("span", one.because)
    yield from (tag("p", words) for words in one.below)
    if one.beware:
        yield tag("p", tag("span", "!", class_="sign", aria_hidden="true"), " ", one.beware, class_="beware")


# Teams, practitioners and other groups


def _teams(result: Result) -> Iterator[Markup]:
    if len(result.teams) < 2:
        return
    yield _counts_table(result, "team", "Teams")
    if not result.overall.total.base:
        return
    yield tag("h3", matrix_heading(result))
    yield _across("Rate of every team for every item", result, result.teams, _in_matrix)
    yield tag("p", under_the_matrix(result), class_="note")
    shown = [item for item in result.items if has_rates(item, result.teams)]
    if shown:
        yield tag("h3", "Rates of the teams, and what chance alone leaves")
        words = "A dot is a team's rate for an item, the line through it its 95 % interval; the broken line is the"
        words += " rate of all. Where a team's line crosses it, chance alone may be the difference."
        yield tag("p", words, class_="note")
    places = {item.id: place for place, item in enumerate(result.items)}
    for title, items in by_checklist(shown):
        charts = (
            tag(
                "figure",
                tag("figcaption", _named(item)),
                team_rates(
                    item, result.teams, result.overall.counts.get(item.id, Counts()), f"rates-{places[item.id]}"
                ),
            )
            for item in items
        )
        about, grid = [tag("strong", title), f" {counted(len(items), 'item')}"], tag("div", *charts, class_="charts")
        yield _details(about, grid, is_open=items[0] is shown[0])


def _in_matrix(group: GroupRow, item: ItemInfo) -> Markup:
    words, level = in_matrix(group, item)
    if level < 0:
        return tag("td", words, class_="few")
    return tag("td", words, rate_bar(group.counts[item.id]))


def _across(
    caption: str, result: Result, groups: Sequence[GroupRow], cell: Callable[[GroupRow, ItemInfo], Markup]
) -> Markup:
    """A table with groups across and items down."""
    heads = ["item", *(group_label(group, NOT_RECORDED, nested=False) for group in groups), "all"]
    bodies = []
    for title, items in by_checklist(result.items):
        rows = [tag("tr", tag("th", title, scope="rowgroup", colspan=len(heads)))]
        for item in items:
            cells = (cell(group, item) for group in (*groups, result.overall))
            rows.append(tag("tr", tag("th", _named(item), scope="row"), *cells))
        bodies.append(tag("tbody", *rows))
    return _wide(caption, _whole_table(caption, heads, bodies, "matrix"))


def _counts_table(result: Result, kind: str, caption: str) -> Markup:
    """Groups down, counts across, and all of them at the end."""
    columns = counts_across(result, kind)
    nested = kind == "practitioner"
    groups = {"team": result.teams, "practitioner": tuple(under_teams(result))}.get(kind, result.groups)
    nobody = UNALLOCATED if nested else NOT_RECORDED
    labels = [*(group_label(group, nobody, nested=nested) for group in groups), "all"]
    parents = [group.parent if nested else "" for group in groups]
    rows = [
        tag("tr", tag("th", label, scope="row"), *(tag("td", values[place]) for _, values in columns))
        for place, label in enumerate(labels)
    ]
    bodies = []
    for parent, places in groupby(range(len(groups)), key=lambda place: parents[place]):
        name = tag("tr", tag("th", parent or NOT_RECORDED, scope="rowgroup", colspan=len(columns) + 1))
        bodies.append(tag("tbody", *([name] if any(parents) else []), *(rows[place] for place in places)))
    bodies.append(tag("tfoot", rows[-1]))
    heads = ["practitioner" if nested else kind, *(_heading(head) for head, _ in columns)]
    return _wide(caption, _whole_table(caption, heads, bodies, "numbers"))


def _heading(words: str) -> Markup:
    """A heading with its sign; who listens hears the state."""
    for state, sign in SIGNS.states.items():
        if f" {sign} " in f" {words} ":
            before, _, after = words.partition(sign)
            said = _sign(state) if state.value in after else _signed(state)
            return joined((before, said, after))
    return joined([words])


def _groups(result: Result) -> Iterator[Markup]:
    yield _counts_table(result, result.by, f"By {result.by}")
    over = f"{SIGNS.states[State.GAP]} gap of (met + late + gap), by item"
    yield tag("h3", over)

    def cell(group: GroupRow, item: ItemInfo) -> Markup:
        return tag("td", gap_of(group, item))

    yield _across(over, result, result.groups, cell)


def _practitioners(result: Result) -> Iterator[Markup]:
    if any(group.code and group.cases for group in result.practitioners):
        yield _counts_table(result, "practitioner", "Practitioners")
        yield from (tag("p", words, class_="note") for words in notes(result, SIGNS.states[State.GAP]))


# What to do, case by case


def _lists(result: Result, gaps: GapList) -> Iterator[Section]:
    show = _Findings(gaps)
    how = [tag("p", _dotted(how_many(gaps)))]
    if show.leaves_out:
        how.append(tag("p", f"There are too many to list on a page. {MOST_URGENT}", class_="narrowed"))
    yield Section("gaps", "Gaps", "What to do, by practitioner", *how, *show.by_person())
    if gaps.coming_up:
        heading = f"Coming up, by {long_day(gaps.horizon, gaps.about.as_at)}"
        yield Section("coming-up", "Coming up", heading, show.coming_up())
    if gaps.ended:
        heading = f"Ended cases: {how_many_found(gaps.ended)}; nothing to act on now"
        content = _details([counted(len(by_case(gaps.ended)), "case")], *show.listed(gaps.ended, ended=True))
        yield Section("ended", "Ended cases", heading, content)
    yield Section("to-judge", "For a reader", "For a reader", *_by_item(gaps.to_judge))
    yield Section("cannot-tell", "Cannot tell", "Cannot tell", *_by_item(gaps.cannot_tell))
    if idle := idle_accepted(gaps):
        table = _table("Accepted gaps that excuse nothing", ["case", "item", "why"], idle, "plain")
        yield Section("accepted", "Accepted", idle_heading(len(idle)), table)


#: More gaps than this make a page that is slow to open and send (some 5 MB): then each team has its share of them.
MOST_GAPS = 5_000
MOST_URGENT = (
    "Of each team only the most urgent cases are listed here; all are in a workbook (run -o FILE.xlsx) and in "
    "auditcheck gaps -o FILE.csv."
)

#: And of the faults no more than these, for the same reason.
MOST_FAULTS = 1_000


def most_urgent(findings: Sequence[Finding]) -> frozenset[str]:
    """The cases of which a page lists the gaps: all, or of each team its most urgent while it has a share left."""
    share = MOST_GAPS if len(findings) <= MOST_GAPS else MOST_GAPS // len({f.case.team for f in findings})
    taken, cases = Counter[str](), set[str]()
    for case, own in by_case(findings).items():
        if len(findings) <= MOST_GAPS or taken[case.team] < share:
            taken[case.team] += len(own)
            cases.add(case.ref)
    return frozenset(cases)


class _Findings:
    """Findings as tables, case by case, most urgent first."""

    def __init__(self, gaps: GapList) -> None:
        self.gaps = gaps
        self.as_at = gaps.about.as_at
        self.cases = most_urgent(gaps.gaps) | most_urgent(gaps.ended)
        self.leaves_out = any(finding.case.ref not in self.cases for finding in (*gaps.gaps, *gaps.ended))

    def by_person(self) -> Iterator[Markup]:
        """A list for each practitioner, by code under their team; who has no code comes last."""
        people: dict[tuple[str, str], list[Finding]] = {}
        for finding in self.gaps.gaps:
            people.setdefault((finding.case.team, finding.case.practitioner), []).append(finding)
        team = None
        for of_team, code in sorted(people, key=lambda key: (not key[0], key[0], not key[1], key[1])):
            if of_team != team:
                team = of_team
                yield tag("h3", team or NOT_RECORDED)
            own = people[of_team, code]
            cases = counted(len(by_case(own)), "case")
            summary = [tag("strong", code or UNALLOCATED), f" {how_many_found(own)}, in {cases}"]
            yield _details(summary, *self.listed(own))

    def listed(self, findings: Sequence[Finding], *, ended: bool = False) -> Iterator[Markup]:
        """The findings of cases that are listed, and how many others there are."""
        shown = [finding for finding in findings if finding.case.ref in self.cases]
        if shown:
            yield self._table(shown, ended=ended)
        if len(shown) < len(findings):
            others = [finding for finding in findings if finding.case.ref not in self.cases]
            many = how_many_found(others, f" in {counted(len(by_case(others)), 'case')}")
            yield tag("p", f"Not listed here: {many}. {MOST_URGENT}", class_="note")

    def _table(self, findings: Sequence[Finding], *, ended: bool = False) -> Markup:
        heads = ["days", "was due", "item", "found" if ended else "found, and what to do"]
        bodies = []
        for case, own in by_case(findings).items():
            about = _dotted([case.label, whose_words(case)] if ended else [case.label])
            named = joined((tag("b", case.ref), f" {about}")) if about else tag("b", case.ref)
            singly, together = apart(own)
            rows = [tag("tr", tag("th", named, scope="rowgroup", colspan=4))]
            rows += [self._row(finding, ended=ended) for finding in singly]
            if together:
                words = tag("td", answered_no_words(together), colspan=3)
                rows.append(tag("tr", tag("td", _signed(State.GAP)), words, class_="together"))
            bodies.append(tag("tbody", *rows))
        return _whole_table("Gaps, case by case", heads, bodies, "findings")

    def _row(self, finding: Finding, *, ended: bool) -> Markup:
        days = counted(finding.days, "day") if finding.days is not None else ""
        due = short_day(finding.due, self.as_at) if finding.due else ""
        level = finding.item.severity
        severity = tag("span", level, tag("span", " severity", class_="aside"), class_=f"severity {level}")
        return tag(
            "tr",
            tag("td", _signed(finding.state), f" {days}" if days else "", class_="days"),
            tag("td", _short(due, "was due "), class_="due"),
            tag("td", _named(finding.item), " ", severity, class_="what"),
            tag("td", *(tag("p", words) for words in what_to_do(finding, self.as_at, ended=ended)), class_="found"),
        )

    def coming_up(self) -> Markup:
        rows = []
        for finding in self.gaps.coming_up:
            due = short_day(finding.due, self.as_at) if finding.due else WAITING
            accepted = " (accepted until then)" if finding.state is State.EXCUSED else ""
            rows.append(
                [
                    joined((_signed(finding.state), " ", due)),
                    tag("strong", finding.case.ref),
                    whose_words(finding.case),
                    joined((_named(finding.item), accepted)),
                    finding.found,
                ]
            )
        return _table("Coming up", ["due", "case", "whose", "item", "found"], rows, "first")


def _by_item(findings: Sequence[Finding]) -> Iterator[Markup]:
    if not findings:
        return
    state = findings[0].state
    entries = [
        tag("li", tag("b", first), f" {', '.join(others)}", *([tag("p", why)] if why else []))
        for first, why, others in by_item(findings)
    ]
    summary = [_sign(state), f" {number(len(findings))} {state.value}"]
    yield _details(summary, tag("ul", *entries, class_="by-item"), is_open=len(entries) <= 12)


# What is wrong with the data, what was asked, and how to read it


def _faults(result: Result) -> Iterator[Markup]:
    count = sum(result.about.faults.values())
    if not count:
        yield tag("p", "None in the columns in use.")
        return
    kinds = (tag("li", counted(many, kind)) for kind, many in result.about.faults.items() if many)
    yield tag("p", f"{counted(count, 'fault')} in the columns in use. What rests on them cannot be told.")
    yield tag("ul", *kinds)
    if result.faults:
        listed = result.faults[:MOST_FAULTS]
        rows = [[fault.source, number(fault.row), fault.column, fault.kind, fault.rule] for fault in listed]
        table = _table("Faults", ["file or sheet", "row", "column", "fault", "what it must be"], rows, "plain")
        yield _details(["Row by row"], _wide("Faults", table), is_open=len(rows) <= 12)
        if len(listed) < len(result.faults):
            first = f"Only the first {number(len(listed))} are listed here"
            yield tag("p", f"{first}; all are in auditcheck inspect -o FILE.csv.", class_="note")


def _asked(sheets: Sheets) -> Iterator[Markup]:
    """Every item in English, with its source; and what the words are in the data."""
    place = 0
    for sheet in sheets.sheets:
        content = [tag("p", sheet.note)] if sheet.note else []
        for one in sheet.items:
            item, steps = one.item, [step for step in one.steps if step.lines]
            facts = [f"{item.severity} severity", f"standard {item.standard}" if item.standard else ""]
            content.append(tag("h3", name_of(item), id=f"item-{place}"))
            content.append(tag("p", _dotted(facts), class_="facts"))
            content.append(tag("dl", *_steps(steps)))
            place += 1
        used = [setting for setting in sheet.settings if setting.items]
        if used:
            rows = [[setting.name, setting.value, setting.source, ", ".join(setting.items)] for setting in used]
            heads = ["setting", "value", "source", "used in"]
            content.append(_table(f"Settings of {sheet.title}", heads, rows, "plain", show_caption=True))
        if sheet.ratings:
            content.append(tag("h3", INDICATIVE))
            content.append(tag("dl", *_steps(sheet.ratings)))
        yield _details([tag("strong", sheet.title), f" {_about_sheet(sheet)}"], *content)
    words = [
        joined((tag("h3", heading), tag("dl", *(_term(word, [meaning]) for word, meaning in meanings))))
        for heading, meanings in (("Facts", sheets.facts), ("Events", sheets.events), ("Counting", sheets.rules))
        if meanings
    ]
    if words:
        called = f"{sheets.dictionary} {sheets.dictionary_version}".rstrip()
        yield _details([tag("strong", "What the words mean"), f" in the data that {called} describes"], *words)


def _about_sheet(sheet: Sheet) -> str:
    return f"{sheet.name} {sheet.version}, {counted(len(sheet.items), 'item')}"


def _steps(steps: Iterable[Step]) -> Iterator[Markup]:
    """Steps as terms; one without a label belongs to the one before."""
    label, lines = "", list[str]()
    for step in steps:
        if step.label and lines:
            yield _term(label, lines)
            lines = []
        label = step.label or label
        lines += step.lines
    if lines:
        yield _term(label, lines)


def _term(word: str, lines: Sequence[str]) -> Markup:
    return tag("div", tag("dt", word), *(tag("dd", line) for line in lines))


def _reading(result: Result) -> Iterator[Markup]:
    rows = [[joined((_sign(state), " ", state.value)), *_MEANS[state]] for state in IN_ORDER]
    yield _table("What the states mean", ["state", "means", "in the rate"], rows, "plain")
    lines = [
        "Every number is a count of states. The rate is met of (met + late + gap); under ten cases there is none.",
        "The 95 % interval is what chance alone leaves (Wilson). The range is the rate were all that cannot be told "
        "or waits for a reader one way or the other.",
        "“Not recorded” is not “not done”: the record is all that was seen. Records show that something is absent "
        "or late; whether it was sufficient is a reader's answer.",
        "Nobody is ranked: teams and practitioners stand in the order of their codes. These figures are not an "
        "inspection rating.",
    ]
    if result.listed:
        lines.append("On paper stands what is open: open the lists that you want printed.")
    yield tag("ul", *(tag("li", line) for line in lines))


# Tables, and what opens and closes


def _table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], kind: str, *, show_caption: bool = False
) -> Markup:
    body = tag(
        "tbody",
        *(tag("tr", *(tag("td", cell, class_=f"c{place}") for place, cell in enumerate(cells))) for cells in rows),
    )
    return _whole_table(caption, heads, [body], kind, show_caption=show_caption)


def _whole_table(
    caption: str, heads: Sequence[str], bodies: Iterable[Markup], kind: str, *, show_caption: bool = False
) -> Markup:
    """A table. Its caption is said, and seen only where no heading stands above."""
    top = tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads)))
    said = tag("caption", tag("span", caption, class_=None if show_caption else "aside"))
    return tag("table", said, top, *bodies, class_=kind)


def _wide(name: str, table: Markup) -> Markup:
    """A table that may be wider than the page: it is pushed to and fro, by keyboard too."""
    return tag("div", table, class_="wide", role="region", aria_label=name, tabindex=0)


def _details(summary: Sequence[str], *content: Markup, is_open: bool = False) -> Markup:
    return tag("details", tag("summary", *summary), *content, open="" if is_open else None)
