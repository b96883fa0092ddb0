"""A run as a short note in Markdown, for a supervision record or an e-mail: the answer, the items, what to look
at first, and the teams. Nothing of the data acts as markup: see `markdown.in_markdown`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditcheck.calendar import long_date
from auditcheck.reports.figures import (
    by_checklist,
    fraction_words,
    interval_words,
    range_words,
    rate_words,
    without_rate,
)
from auditcheck.reports.frame import adjusted_words, not_asked_words, not_supplied_words, selection_words, warnings
from auditcheck.reports.groups import NOT_RECORDED, TEAMS, counts_across, group_label, name_of
from auditcheck.reports.indicative import HEADS, heading, notes, rows
from auditcheck.reports.markdown import in_markdown
from auditcheck.reports.summary import (
    accepted_words,
    answer,
    days_words,
    dictionary_words,
    first_heading,
    found_words,
    holder,
    how_much,
    not_started,
    of_ended,
    rows_read,
    title_of,
    what_was_read,
)
from auditcheck.reports.terminal import SIGNS
from auditcheck.reports.words import number
from auditcheck.result import About, Counts, Result
from auditcheck.states import State

#: The states that have a column of their own; the JSON and the page have all nine.
_SHOWN = (State.LATE, State.GAP, State.NOT_YET_DUE, State.CANNOT_TELL, State.TO_JUDGE)


def as_note(result: Result, again: str = "") -> bytes:
    """The note, in UTF-8. The same result gives the same bytes."""
    about = result.about
    lines = [f"# {in_markdown(title_of(about))}", "", f"As at {long_date(about.as_at)}", ""]
    above = [
        " · ".join(part for part in how_much(result) if part),
        selection_words(about),
        *_read(about),
        adjusted_words(about.adjustments) if about.adjustments else "",
        not_started(result) if result.not_started else "",
        not_supplied_words(about),
        not_asked_words(about),
    ]
    lines += [f"- {in_markdown(words)}" for words in above if words]
    lines += [f"- **Beware:** {in_markdown(words)}" for words in warnings(about)]
    lines += ["", "## The answer", ""]
    for told in answer(result):
        sign = f"{SIGNS.states[told.state]} " if told.state else ""
        lines.append(f"- {sign}{in_markdown(told.text)}")
    lines += [f"- {in_markdown(of_ended(result))}"] if result.ended_gaps else []
    lines += [f"- {in_markdown(accepted_words(result))}"] if accepted_words(result) else []
    if result.cases and result.items:
        lines += _first(result)
        lines += _items(result)
        lines += _ratings(result)
        lines += _teams(result)
    return ("\n".join(lines) + "\n").encode()


def _read(about: About) -> list[str]:
    """The rows read and the dictionary; of several extracts, each in a line of its own, and how fresh it is."""
    if not about.parts:
        return [" · ".join(part for part in (*rows_read(about, 10_000), dictionary_words(about)) if part)]
    each = [" · ".join(part for part in parts if part) for parts in what_was_read(about, 10_000)]
    return [*each, dictionary_words(about)]


def _first(result: Result) -> list[str]:
    if not result.first:
        return []
    several = len(result.teams) > 1
    rows = [
        [days_words(one), one.case.ref, one.item.id, holder(one, several), found_words(result, one)]
        for one in result.first
    ]
    return ["", f"## {first_heading(result)}", "", *_table(["overdue", "case", "item", "whose", "found"], rows, 5)]


def _items(result: Result) -> list[str]:
    lines = ["", "## Items"]
    heads = ["item", "rate", "met of", "95 %", "range", *(f"{SIGNS.states[state]} {state.value}" for state in _SHOWN)]
    for title, items in by_checklist(result.items):
        rows = []
        for item in items:
            counts = result.overall.counts.get(item.id, Counts())
            rate = rate_words(counts) or without_rate(counts)
            figures = [rate, fraction_words(counts), interval_words(counts), range_words(counts)]
            states = [number(counts.of(state)) if counts.of(state) else "" for state in _SHOWN]
            rows.append([name_of(item), *figures, *states])
        lines += ["", f"### {in_markdown(title)}", "", *_table(heads, rows, 1)]
    words = "Rate = met of (met + late + gap). 95 %: chance alone. Range: were every ? and ✎ one way or the other."
    return [*lines, "", f"{words} Blank is none."]


def _ratings(result: Result) -> list[str]:
    lines: list[str] = []
    for ratings in result.ratings:
        lines += ["", f"## {in_markdown(heading(ratings, result))}", ""]
        rated = [
            [
                one.name,
                one.rating,
                one.points,
                ". ".join(part for part in (one.because, *one.below, one.beware) if part),
            ]
            for one in rows(ratings)
        ]
        lines += [*_table(HEADS, rated, len(HEADS)), ""] if rated else []
        lines += [f"- {in_markdown(words)}" for words in notes(ratings)]
    return lines


def _teams(result: Result) -> list[str]:
    if len(result.teams) < 2:
        return []
    columns = counts_across(result, "team")
    labels = [*(group_label(team, NOT_RECORDED, nested=False) for team in result.teams), "all"]
    rows = [[label, *(values[place] for _, values in columns)] for place, label in enumerate(labels)]
    return ["", f"## {TEAMS}", "", *_table(["team", *(head for head, _ in columns)], rows, 1)]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], texts: int) -> list[str]:
    """A table; what follows its first so many columns of text is figures, at the right."""
    lines = [_row(heads), "|" + "|".join("---" if place < texts else "--:" for place in range(len(heads))) + "|"]
    return lines + [_row(cells) for cells in rows]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(in_markdown, cells))} |"
