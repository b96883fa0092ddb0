"""Indicative ratings: what the counts of key questions come to on a checklist's scale.

A standard is in the band of its lowest key question, as the report of HM Inspectorate of Probation on Brighton
and East Sussex (February 2024, 2.1 to 2.4) words it: "driven by the lowest score". The points of all standards
make the score, and the score the overall rating. Bands are of the share itself, never of its rounded
percentage: whether an inspection rounds first was not to be read anywhere, so what would differ is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from auditcheck.checklist import Checklist
from auditcheck.problems import UsageStop, did_you_mean, listed, one_of, unknown
from auditcheck.result import Counts, Ratings, Result, StandardRating
from auditcheck.scale import Band, Scale, Standard
from auditcheck.statistics import FEWEST_FOR_A_RATE, half_up

#: Why a run has no ratings although its key questions were read.
OF_ONE_PERSON = "these are the cases of single practitioners, and no practitioner is rated"


def ratings(result: Result, checklists: Iterable[Checklist], given: Mapping[str, str]) -> tuple[Ratings, ...]:
    """The ratings by each checklist with a scale, where the run asks any of its key questions and one was
    answered or a rating was given. `given` are the ratings of standards without items, by name."""
    asked = {item.id: item for item in result.items}
    found = []
    for checklist in checklists:
        scale = checklist.scale
        items = [item for standard in scale.standards for item in standard.items if item in asked] if scale else []
        counts = {item: result.overall.counts.get(item, Counts()) for item in items}
        if scale is None or not items or not (given or any(each.base for each in counts.values())):
            continue
        rated = rated_on(scale, counts, given) if _of_several(result) else Ratings(refused=OF_ONE_PERSON)
        sample = any(asked[item].sample for item in items)
        found.append(rated._replace(checklist=checklist.name, title=checklist.title, sample=sample))
    return tuple(found)


def _of_several(result: Result) -> bool:
    """Are the cases those of more than one person, as far as the extract says whose they are?"""
    people = {group.code for group in result.practitioners if group.cases and group.code}
    return len(people) != 1 and not any(word.startswith("practitioner ") for word in result.about.selection)


def rated_on(scale: Scale, counts: Mapping[str, Counts], given: Mapping[str, str]) -> Ratings:
    """The ratings on a scale. `counts` are those of the key questions that were asked, by item; `given` are
    ratings of standards without items, by the standard's name."""
    standards = tuple(
        _of_items(scale, standard, counts) if standard.items else _as_given(scale, standard, given.get(standard.name))
        for standard in scale.standards
    )
    of_cases = [one for one in standards if one.questions]
    score = _sum(one.points for one in standards)
    could_be: tuple[str, ...] = ()
    overall = ""
    if score is not None:
        place, low, high = (
            _by_score(scale, points)
            for points in (score, sum(one.least or 0 for one in standards), sum(one.most or 0 for one in standards))
        )
        overall, could_be = scale.bands[place].name, _others(scale, place, low, high)
    return Ratings(
        standards=standards,
        points_of_cases=_sum(one.points for one in of_cases),
        most_of_cases=len(of_cases) * scale.bands[-1].points,
        score=score,
        most=scale.most,
        rating=overall,
        could_be=could_be,
    )


def _as_given(scale: Scale, standard: Standard, rating: str | None) -> StandardRating:
    points = next((band.points for band in scale.bands if band.name == rating), None)
    return StandardRating(standard.name, standard.title, rating or "", points, least=points, most=points)


def _of_items(scale: Scale, standard: Standard, counts: Mapping[str, Counts]) -> StandardRating:
    """A standard by its lowest key question; no rating where one was not asked, or was answered of too few."""
    questions = tuple((item, counts.get(item)) for item in standard.items)
    none = StandardRating(standard.name, standard.title, "", None, questions)
    every = [each for _, each in questions if each is not None and each.base >= FEWEST_FOR_A_RATE]
    if len(every) < len(questions):
        return none
    lowest = min(Fraction(each.met, each.base) for each in every)
    worst = min(Fraction(each.met, each.base + each.unsettled) for each in every)
    best = min(Fraction(each.met + each.unsettled, each.base + each.unsettled) for each in every)
    rounded = min(Fraction(half_up(each.met, each.base), 100) for each in every)
    place, low, high, by_rounded = (_by_share(scale, share) for share in (lowest, worst, best, rounded))
    return none._replace(
        rating=scale.bands[place].name,
        points=scale.bands[place].points,
        lowest=tuple(item for item, each in questions if each and Fraction(each.met, each.base) == lowest),
        rounded=scale.bands[by_rounded].name if by_rounded != place else "",
        could_be=_others(scale, place, low, high),
        least=scale.bands[low].points,
        most=scale.bands[high].points,
    )


def _by_share(scale: Scale, share: Fraction) -> int:
    """The place of the band that a share of cases is in."""
    return _highest(scale.bands, lambda band: share * 100 >= band.percent)


def _by_score(scale: Scale, score: int) -> int:
    """The place of the band that a sum of points is in."""
    return _highest(scale.bands, lambda band: score >= band.score)


def _highest(bands: Sequence[Band], reached: Callable[[Band], bool]) -> int:
    return max(place for place, band in enumerate(bands) if not place or reached(band))


def _others(scale: Scale, place: int, low: int, high: int) -> tuple[str, ...]:
    """The other bands between two places, lowest first."""
    return tuple(band.name for at, band in enumerate(scale.bands) if low <= at <= high and at != place)


def _sum(points: Iterable[int | None]) -> int | None:
    """The sum; None where there is nothing to add, or any is not known."""
    known = list(points)
    return sum(one for one in known if one is not None) if known and None not in known else None


def given_ratings(typed: Iterable[str], checklists: Iterable[Checklist]) -> dict[str, str]:
    """The ratings typed as STANDARD=RATING, by standard, as the scales of these checklists spell them.

    Raises UsageStop for what is none, for a standard that is not there or that items rate, and for one given twice.
    """
    scales = [checklist.scale for checklist in checklists if checklist.scale is not None]
    if not scales:
        raise UsageStop("--rated: no checklist of this run rates standards. One that ships does: key-questions.")
    standards = {standard.name: standard for scale in scales for standard in scale.standards}
    free = [name for name, standard in standards.items() if not standard.items]
    found: dict[str, str] = {}
    for text in typed:
        name, sign, rating = (part.strip() for part in text.partition("="))
        if not sign or not name or not rating:
            raise UsageStop('--rated takes a standard and its rating, such as --rated 1.1="requires improvement".')
        if name not in standards:
            raise UsageStop(f"--rated: {unknown('standard', name, free)}")
        if standards[name].items:
            raise UsageStop(
                f"--rated: {name} {standards[name].title} is rated by {listed(standards[name].items)}. "
                f"Without items are {listed(free) if free else 'none'}."
            )
        if name in found:
            raise UsageStop(f"--rated gives {name} twice.")
        bands = [band.name for scale in scales if any(s.name == name for s in scale.standards) for band in scale.bands]
        known = {" ".join(band.casefold().split()): band for band in bands}
        wanted = " ".join(rating.casefold().replace("_", " ").replace("-", " ").split())
        if wanted not in known:
            raise UsageStop(f"--rated {name} takes {one_of(list(known.values()))}.{did_you_mean(rating, bands)}")
        found[name] = known[wanted]
    return found
