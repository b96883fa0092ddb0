"""Reads what a checklist says of ratings: the bands, what each is worth, and the standards that are rated.

A standard is rated by those items of the checklist that belong to it; one to which none belongs is judged by
other means, and its rating is given by who runs the audit. Every cut point and every number of points is a
setting, so that it has a source and a region can change it.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, ClassVar

from pydantic import ValidationInfo

from auditcheck.conditions import Reader
from auditcheck.problems import did_you_mean, quote, unknown
from auditcheck.written import PartRead, Plain, Written, validate
from auditcheck.yamlfile import Mapping, Text, is_missing, line_of


def _setting(raw: Any, info: ValidationInfo) -> int:
    """The value of the setting that `raw` names; a number by itself would have no source."""
    assert info.context is not None
    reader: Reader = info.context["reader"]
    name = "" if isinstance(raw, dict | list) else str(raw).strip()
    if name not in reader.broken:
        value = reader.setting(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        numbers = [known for known, value in reader.settings.items() if isinstance(value, int)]
        hint = did_you_mean(name, numbers)
        reader.problem(raw, f"{quote(raw)} is no setting that is a whole number: give it a name under settings.{hint}")
    return 0


NumberSetting = Annotated[int, PartRead("setting", _setting)]


class WrittenBand(Written):
    """A band of ratings: its name, what it is worth, and where it begins."""

    band: Plain
    points: NumberSetting
    percent: NumberSetting | None = None
    score: NumberSetting | None = None

    meanings: ClassVar[AnyMapping[str, str]] = {
        "band": "Its name, as reports show it.",
        "points": "How many points a standard in this band is worth.",
        "percent": "The least percentage of a standard's lowest item. The lowest band has none.",
        "score": "The least sum of points with which the overall rating is this. The lowest band has none.",
    }


class WrittenRatings(Written):
    """How standards are rated from the items that belong to them, and all of them together."""

    bands: tuple[WrittenBand, ...]
    standards: dict[str, Plain]

    meanings: ClassVar[AnyMapping[str, str]] = {
        "bands": "The bands, the lowest first.",
        "standards": "Every standard that counts, with its title. One without items is given with --rated.",
    }


@dataclass(frozen=True)
class Band:
    """`percent` and `score` are the least with which a standard, and all together, are in it: 0 for the lowest."""

    name: str
    points: int
    percent: int
    score: int


@dataclass(frozen=True)
class Standard:
    """A standard and the ids of the items that rate it; none, where its rating is given."""

    name: str
    title: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Scale:
    """The bands, lowest first, the standards in order, and the names of the settings in use."""

    bands: tuple[Band, ...]
    standards: tuple[Standard, ...]
    settings: tuple[str, ...]

    @property
    def most(self) -> int:
        """The most points that all standards can have together."""
        return len(self.standards) * self.bands[-1].points


def read_scale(raw: Any, items: Iterable[Any], reader: Reader) -> Scale | None:
    """The `ratings` of a checklist with these items, as its file has them; None with what is wrong added to
    the reader's problems."""
    before = len(reader.problems)
    written = validate(WrittenRatings, raw, reader.file, reader.problems, context={"reader": reader})
    if written is None or len(reader.problems) > before:
        return None
    standards: dict[str, list[str]] = {name: [] for name in written.standards}
    for item in items:
        standard, an_id = (item.get("standard"), item.get("id")) if isinstance(item, dict) else (None, None)
        if not isinstance(an_id, Text) or is_missing(an_id):
            continue  # told with the item
        reader.item = an_id.strip()
        if not isinstance(standard, Text):
            reader.problem(an_id, "needs “standard”: the checklist has ratings, and each item counts towards one.")
        elif standard.strip() not in standards:
            reader.problem(standard, unknown("standard of the ratings", standard.strip(), standards))
        else:
            standards[standard.strip()].append(reader.item)
    reader.item = ""
    bands = tuple(
        Band(band.band, band.points, band.percent or 0 if place else 0, band.score or 0 if place else 0)
        for place, band in enumerate(written.bands)
    )
    _check(raw, written, bands, reader)
    if len(reader.problems) > before:
        return None
    found = (Standard(name, title, tuple(standards[name])) for name, title in written.standards.items())
    return Scale(bands, tuple(found), tuple(sorted(reader.used_settings)))


def _check(raw: Mapping, written: WrittenRatings, bands: tuple[Band, ...], reader: Reader) -> None:
    """Bands must follow on one another, and all be within reach."""
    keys = {str(key): key for key in raw}
    if not written.standards:
        reader.problem(keys["standards"], "“standards” needs at least one standard.")
    if len(bands) < 2:
        reader.problem(keys["bands"], "“bands” needs at least two bands, the lowest first.")
        return
    most = len(written.standards) * bands[-1].points
    for place, (band, raw_band) in enumerate(zip(written.bands, raw["bands"], strict=True)):
        at = {str(key): value for key, value in raw_band.items()}
        line = line_of(raw_band)
        if any(band.band.casefold() == other.name.casefold() for other in bands[:place]):
            reader.problem(at["band"], f"the band {quote(band.band)} stands here a second time.")
        for word in ("percent", "score"):
            if not place and word in at:
                reader.problem(at[word], f"“{word}” of the lowest band, which begins at 0. Delete it.")
            elif place and word not in at:
                reader.problem(raw_band, f"the band {quote(band.band)} needs “{word}”.", line)
        if band.percent is not None and not 1 <= band.percent <= 100:
            reader.problem(at["percent"], f"“percent” is from 1 to 100, not {band.percent}.")
        if band.score is not None and band.score > most:
            reader.problem(at["score"], f"“score” is {band.score}, and all standards together have {most} at most.")
    for (lower, upper), raw_band in zip(pairwise(bands), raw["bands"][1:], strict=True):
        for word in ("points", "percent", "score"):
            least, value = getattr(lower, word), getattr(upper, word)
            if word in raw_band and value <= least:
                text = f"“{word}” must rise: {quote(upper.name)} has {value}, {quote(lower.name)} before it {least}."
                reader.problem(raw_band[word], text)
