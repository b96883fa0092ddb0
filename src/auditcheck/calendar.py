"""Dates and deadlines: working days, weeks, months, and how they are counted.

N working days after D is the Nth open day strictly after D. Open days are Monday to Friday that are
not closed days; by default the bank holidays of England and Wales (Banking and Financial Dealings
Act 1971, with the days proclaimed since), shipped as data for FIRST_YEAR to LAST_YEAR. A week is
seven days. A month later is the same day number, or the month's last day.
"""

from __future__ import annotations

import csv
import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

FIRST_YEAR = 1980
LAST_YEAR = 2050
FIRST_DAY = date(FIRST_YEAR, 1, 1)
LAST_DAY = date(LAST_YEAR, 12, 31)


class Unit(StrEnum):
    WORKING_DAYS = "working days"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True)
class Duration:
    """A length of time; a negative count reaches back."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        count = abs(self.count)
        unit = self.unit.value
        return f"{count} {unit[:-1] if count == 1 else unit}"

    def back(self) -> Duration:
        return Duration(-self.count, self.unit)


_DURATION = re.compile(r"([0-9]{1,4}) +(working|calendar)? ?(day|week|month)s?")


def read_duration(text: str) -> Duration | None:
    """`10 working days`, `6 weeks`, `1 month`, `15 days` (calendar days); None for anything else."""
    match = _DURATION.fullmatch(text.strip())
    if not match:
        return None
    count, kind, unit = int(match[1]), match[2], match[3]
    if unit == "day":
        return Duration(count, Unit.WORKING_DAYS if kind == "working" else Unit.DAYS)
    if kind:
        return None
    return Duration(count, Unit.WEEKS if unit == "week" else Unit.MONTHS)


def read_date(text: str) -> date | None:
    """A date written YYYY-MM-DD within the calendar's years; None for anything else."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


@lru_cache(maxsize=1)
def bank_holidays() -> dict[date, str]:
    """The bank holidays of England and Wales, with their names."""
    source = files("auditcheck") / "data" / "bank_holidays_england_and_wales.csv"
    with source.open(encoding="utf-8") as lines:
        return {date.fromisoformat(row["date"]): row["name"] for row in csv.DictReader(lines)}


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both in it."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    @classmethod
    def month(cls, text: str) -> Period | None:
        """The month written YYYY-MM; None where it is none of the calendar's."""
        first = read_date(f"{text}-01")
        if first is None or len(text) != 7:
            return None
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        return cls(first, following - timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.first:%B} {self.first.year}"


@dataclass(frozen=True)
class Calendar:
    """Which days are closed besides Saturdays and Sundays."""

    closed: frozenset[date]

    @classmethod
    def of(cls, closed: Iterable[date]) -> Calendar:
        return cls(frozenset(closed))

    def is_open(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.closed

    def add(self, day: date, duration: Duration) -> date | None:
        """The day `duration` after `day` (before it, when negative); None outside the calendar."""
        if duration.unit is Unit.WORKING_DAYS:
            return self._working_days(day, duration.count)
        try:
            if duration.unit is Unit.MONTHS:
                months = day.year * 12 + day.month - 1 + duration.count
                year, month = divmod(months, 12)
                last = monthrange(year, month + 1)[1]
                result = date(year, month + 1, min(day.day, last))
            else:
                days = duration.count * (7 if duration.unit is Unit.WEEKS else 1)
                result = day + timedelta(days=days)
        except (ValueError, OverflowError):
            return None
        return result if FIRST_DAY <= result <= LAST_DAY else None

    def _working_days(self, day: date, count: int) -> date | None:
        step = timedelta(days=1 if count > 0 else -1)
        left = abs(count)
        while left:
            day += step
            if not FIRST_DAY <= day <= LAST_DAY:
                return None
            left -= self.is_open(day)
        return day


def today(zone: str = "Europe/London") -> date:
    """The day it is there now: the one place where this computer's clock is asked for a day."""
    return datetime.now(ZoneInfo(zone)).date()


def weekday_date(day: date, year_of: date | None = None) -> str:
    """'Wed 25 March', with the year unless it is that of `year_of`."""
    text = f"{day:%a} {day.day} {day:%B}"
    return text if year_of is not None and year_of.year == day.year else f"{text} {day.year}"


def long_date(day: date) -> str:
    """'Tuesday 30 June 2026'."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"
