"""Indicative ratings in words, the same for every report, and as a screen shows them."""

from __future__ import annotations

from typing import NamedTuple

from auditcheck.problems import in_words
from auditcheck.reports.figures import fraction_words, rate_or_range, without_rate
from auditcheck.reports.frame import right_edge
from auditcheck.reports.terminal import BLANK, HEADING, WARNING, Cell, Line, Screen, cells, row
from auditcheck.reports.words import number
from auditcheck.result import Counts, Ratings, Result, StandardRating
from auditcheck.states import State
from auditcheck.statistics import FEWEST_FOR_A_RATE, percent

INDICATIVE = "Indicative ratings"

#: The headings over what `rows` gives.
HEADS = ("standard", "indicative rating", "points", "lowest key question")

#: No room for columns below this width.
NARROW = 72


class Rated(NamedTuple):
    """A line of the ratings: a standard, its rating, its points, what decided; and what to say below it."""

    standard: str
    title: str
    rating: str
    points: str
    because: str
    below: tuple[str, ...] = ()
    beware: str = ""

    @property
    def name(self) -> str:
        return f"{self.standard} {self.title}".strip()


def heading(ratings: Ratings, result: Result) -> str:
    return f"{INDICATIVE}: {ratings.title}" if len(result.ratings) > 1 else INDICATIVE


def rows(ratings: Ratings) -> list[Rated]:
    """A line for each standard that is rated or could be, and one for all of them together."""
    found = [
        Rated(
            one.standard,
            one.title,
            one.rating or "none",
            "" if one.points is None else number(one.points),
            _because(one),
            _could_be(one),
            _rounded(one),
        )
        for one in ratings.standards
        if one.rating or any(counts is not None for _, counts in one.questions)
    ]
    if ratings.score is not None:
        could_be = (f"Could be {in_words(ratings.could_be, 'or')}, with the above.",) if ratings.could_be else ()
        found.append(
            Rated("", "overall", ratings.rating, f"{number(ratings.score)} of {number(ratings.most)}", "", could_be)
        )
    elif ratings.points_of_cases is not None:
        points = f"{number(ratings.points_of_cases)} of {number(ratings.most_of_cases)}"
        found.append(Rated("", "case standards", "", points, ""))
    return found


def notes(ratings: Ratings) -> list[str]:
    """What holds for all of it: what is missing, what it rests on, and what it is not."""
    if ratings.refused:
        return [f"None: {ratings.refused}."]
    said = []
    given = [f"{one.standard} {one.title}" for one in ratings.standards if not one.questions and not one.rating]
    unrated = [f"{one.standard} {one.title}" for one in ratings.standards if one.questions and not one.rating]
    parts = [f"{in_words(unrated)} {'has' if len(unrated) == 1 else 'have'} none"] if unrated else []
    if given:
        parts.append(f"{in_words(given)} {'is' if len(given) == 1 else 'are'} not given (--rated STANDARD=RATING)")
    if parts:
        said.append(f"No overall indicative rating: {'; '.join(parts)}.")
    if ratings.sample:
        said.append("Of a sample of the cases.")
    said.append(
        "By the lowest key question of a standard, not rounded; none under ten cases. Indicative only: no inspection's "
        f"rating. The cut points and their sources: checklist {ratings.checklist} (auditcheck show)."
    )
    return said


def _because(one: StandardRating) -> str:
    """'KA3 23 %, 9 of 40', 'given', or why there is no rating: 'too few: KA1 3 of 4'."""
    counts = {item: each for item, each in one.questions if each is not None}
    if not one.questions:
        return "given"
    if one.rating:
        same = {f"{rate_or_range(counts[item])}, {fraction_words(counts[item])}" for item in one.lowest}
        alike = f"{in_words(one.lowest)} {same.pop()}" if len(same) == 1 else ""
        return alike or ", ".join(
            f"{item} {rate_or_range(counts[item])} ({fraction_words(counts[item])})" for item in one.lowest
        )
    few: dict[str, list[str]] = {}
    for item, each in counts.items():
        if each.base < FEWEST_FOR_A_RATE:
            few.setdefault(fraction_words(each) or without_rate(each), []).append(item)
    not_asked = [item for item, each in one.questions if each is None]
    parts = [f"{in_words(not_asked)} not asked"] if not_asked else []
    if few:
        parts.append(f"too few: {', '.join(f'{in_words(items)} {words}' for words, items in few.items())}")
    return "; ".join(parts)


def _could_be(one: StandardRating) -> tuple[str, ...]:
    """'Could be Requires improvement: KA3 6 of 40 not read.'"""
    if not one.could_be:
        return ()
    unsettled = [
        f"{item} {number(each.unsettled)} of {number(each.base + each.unsettled)} {_unsettled(each)}"
        for item, each in one.questions
        if each is not None and each.unsettled
    ]
    return (f"Could be {in_words(one.could_be, 'or')}: {', '.join(unsettled)}.",)


def _unsettled(counts: Counts) -> str:
    unknown, unread = counts.of(State.CANNOT_TELL), counts.of(State.TO_JUDGE)
    return "not known or not read" if unknown and unread else "not known" if unknown else "not read"


def _rounded(one: StandardRating) -> str:
    if not one.rounded:
        return ""
    counts = dict(one.questions)[one.lowest[0]]
    assert counts is not None
    return (
        f"{one.lowest[0]}: {fraction_words(counts)} is less than {percent(counts.met, counts.base)} %, and only rounds "
        f"to it. By the rounded percentage {one.standard} would be {one.rounded}."
    )


def indicative(result: Result, screen: Screen) -> list[Line]:
    """The ratings on a screen; no line where there are none."""
    edge = right_edge(screen)
    lines: list[Line] = []
    for ratings in result.ratings:
        lines += [BLANK, *row(Cell(1, screen.say(heading(ratings, result)), HEADING, edge - 1))]
        rated = rows(ratings)
        lines += _columns(rated, screen, edge) if screen.width >= NARROW else _stacked(rated, screen, edge)
        for words in notes(ratings):
            lines += screen.paragraph(words)
    return lines


def _columns(rated: list[Rated], screen: Screen, edge: int) -> list[Line]:
    if not rated:
        return []
    title_at = 1 + max(cells(screen.say(one.standard)) for one in rated) + 1
    wide = min(max(cells(screen.say(one.title)) for one in rated), max(edge * 3 // 10 - title_at, 15))
    rating_at = title_at + wide + 2
    rating_wide = min(max(cells(screen.say(text)) for text in (HEADS[1], *(one.rating for one in rated))), edge // 3)
    points_end = rating_at + rating_wide + 2 + max(len(HEADS[2]), *(len(one.points) for one in rated))
    because_at = points_end + 2
    lines = row(Cell(rating_at, HEADS[1]), Cell(points_end, HEADS[2], right=True), Cell(because_at, HEADS[3]))
    for one in rated:
        lines += row(
            Cell(1, screen.say(one.standard)),
            Cell(title_at, screen.say(one.title), width=wide),
            Cell(rating_at, screen.say(one.rating), width=rating_wide),
            Cell(points_end, one.points, right=True),
            Cell(because_at, screen.say(one.because), width=edge - because_at),
        )
        lines += _below(one, screen, edge)
    return lines


def _stacked(rated: list[Rated], screen: Screen, edge: int) -> list[Line]:
    lines: list[Line] = []
    for one in rated:
        lines += row(Cell(1, screen.say(one.name), width=edge - 1))
        points = f"{one.points} point{'' if one.points == '1' else 's'}" if one.points else ""
        for words in ("  ".join(part for part in (one.rating, points) if part), one.because):
            lines += row(Cell(3, screen.say(words), width=edge - 3)) if words else []
        lines += _below(one, screen, edge)
    return lines


def _below(one: Rated, screen: Screen, edge: int) -> list[Line]:
    lines = [line for words in one.below for line in row(Cell(5, screen.say(words), width=edge - 5))]
    if one.beware:
        lines += row(Cell(3, "!", WARNING), Cell(5, screen.say(one.beware), WARNING, edge - 5))
    return lines
