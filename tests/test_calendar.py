"""Days, working days, weeks and months, against a calendar on paper and the `holidays` package."""

from __future__ import annotations

import random
from datetime import date, timedelta

import duckdb
import holidays
import pytest

from auditcheck.calendar import (
    FIRST_DAY,
    LAST_DAY,
    Calendar,
    Duration,
    Unit,
    bank_holidays,
    long_date,
    read_date,
    read_duration,
    weekday_date,
)
from auditcheck.engine import build_calendar, open_database
from auditcheck.names import Names
from auditcheck.plan import Plan
from tests.both_readings import dictionary
from tests.tables import DICTIONARY, read_table

ENGLAND = Calendar.of(bank_holidays())


def test_bank_holidays_by_an_independent_word() -> None:
    assert set(bank_holidays()) == set(holidays.UnitedKingdom(subdiv="ENG", years=range(1980, 2051)))


def test_the_bank_holidays_of_2023() -> None:
    # the day off for New Year's Day, a Sunday, is listed beside it
    assert [day for day in bank_holidays() if day.year == 2023] == [
        date(2023, 1, 1),
        date(2023, 1, 2),
        date(2023, 4, 7),
        date(2023, 4, 10),
        date(2023, 5, 1),
        date(2023, 5, 8),  # the coronation
        date(2023, 5, 29),
        date(2023, 8, 28),
        date(2023, 12, 25),
        date(2023, 12, 26),
    ]


def test_deadlines_counted_on_paper() -> None:
    table = """
        from       | length           | gives
        2023-04-03 | 0 working days   | 2023-04-03
        2023-04-08 | 0 working days   | 2023-04-08  # nought is the day itself, open or not
        2023-04-03 | 1 working day    | 2023-04-04
        2023-04-06 | 1 working day    | 2023-04-11  # over Easter
        2023-04-07 | 1 working day    | 2023-04-11  # from Good Friday itself
        2023-04-09 | 1 working day    | 2023-04-11
        2023-04-03 | 10 working days  | 2023-04-19
        2023-04-03 | 15 working days  | 2023-04-26
        2023-04-03 | 20 working days  | 2023-05-04  # without 1 May
        2023-04-28 | 5 working days   | 2023-05-09  # without 1 and 8 May
        2023-05-26 | 1 working day    | 2023-05-30
        2023-12-22 | 1 working day    | 2023-12-27  # Friday, over Christmas and Boxing Day
        2022-12-30 | 1 working day    | 2023-01-03  # New Year's Day was a Sunday
        2022-06-01 | 1 working day    | 2022-06-06  # the Platinum Jubilee: Thursday and Friday
        2022-09-16 | 1 working day    | 2022-09-20  # the Queen's funeral
        2020-05-07 | 1 working day    | 2020-05-11  # VE Day, a Friday
        2023-04-03 | 5 days           | 2023-04-08
        2023-04-03 | 5 calendar days  | 2023-04-08
        2023-04-03 | 6 weeks          | 2023-05-15
        2023-01-31 | 1 month          | 2023-02-28
        2024-01-31 | 1 month          | 2024-02-29
        2024-01-30 | 1 month          | 2024-02-29
        2024-02-29 | 1 month          | 2024-03-29
        2024-02-29 | 12 months        | 2025-02-28
        2023-08-31 | 6 months         | 2024-02-29
        2023-10-31 | 13 months        | 2024-11-30
        2023-12-31 | 2 months         | 2024-02-29
        """
    for row in read_table(table):
        duration = read_duration(row["length"])
        assert duration is not None
        assert ENGLAND.add(date.fromisoformat(row["from"]), duration) == date.fromisoformat(row["gives"]), row


def test_lengths_that_reach_back_on_paper() -> None:
    table = """
        from       | length           | gives
        2023-04-12 | 1 working day    | 2023-04-11
        2023-04-11 | 1 working day    | 2023-04-06
        2023-04-10 | 1 working day    | 2023-04-06  # from Easter Monday itself
        2023-05-10 | 5 working days   | 2023-05-02
        2023-04-08 | 0 working days   | 2023-04-08
        2023-04-03 | 12 weeks         | 2023-01-09
        2023-03-31 | 1 month          | 2023-02-28
        2024-03-31 | 1 month          | 2024-02-29
        2024-02-29 | 12 months        | 2023-02-28
        2023-01-15 | 1 month          | 2022-12-15
        2023-01-31 | 2 months         | 2022-11-30
        """
    for row in read_table(table):
        duration = read_duration(row["length"])
        assert duration is not None
        assert ENGLAND.add(date.fromisoformat(row["from"]), duration.back()) == date.fromisoformat(row["gives"]), row


def test_beyond_the_calendar_is_no_day() -> None:
    def add(day: date, text: str, back: bool = False) -> date | None:
        duration = read_duration(text)
        assert duration is not None
        return ENGLAND.add(day, duration.back() if back else duration)

    assert add(date(2050, 12, 30), "1 day") == LAST_DAY
    assert add(LAST_DAY, "1 day") is None
    assert add(date(2050, 12, 30), "1 working day") is None
    assert add(date(2050, 12, 29), "1 working day") == date(2050, 12, 30)
    assert add(date(2050, 11, 30), "1 month") == date(2050, 12, 30)
    assert add(date(2050, 12, 1), "1 month") is None
    assert add(LAST_DAY, "0 working days") == LAST_DAY
    assert add(LAST_DAY, "9999 months") is None
    assert add(FIRST_DAY, "1 day", back=True) is None
    assert add(FIRST_DAY, "1 month", back=True) is None
    assert add(date(1980, 1, 2), "1 working day", back=True) is None  # New Year's Day is closed
    assert add(FIRST_DAY, "9999 weeks", back=True) is None


def test_working_days_for_random_days_by_an_independent_word() -> None:
    closed = holidays.UnitedKingdom(subdiv="ENG", years=range(1980, 2051))
    chance = random.Random(2023)
    for _ in range(300):
        day = FIRST_DAY + timedelta(days=chance.randrange(25_000))
        count = chance.randrange(1, 40)
        open_days = [
            later
            for later in (day + timedelta(days=n) for n in range(1, 90))
            if later.weekday() < 5 and later not in closed
        ]
        assert ENGLAND.add(day, Duration(count, Unit.WORKING_DAYS)) == open_days[count - 1], (day, count)
        assert ENGLAND.is_open(day) == (day.weekday() < 5 and day not in closed)


LENGTHS = [
    *(Duration(count, Unit.WORKING_DAYS) for count in (-25, -10, -2, -1, 0, 1, 2, 3, 5, 10, 20, 60)),
    *(Duration(count, Unit.DAYS) for count in (-29, -1, 0, 1, 15)),
    *(Duration(count, Unit.WEEKS) for count in (-12, -1, 0, 1, 6)),
    *(Duration(count, Unit.MONTHS) for count in (-13, -12, -1, 0, 1, 2, 6, 12, 25)),
]


@pytest.mark.parametrize("closed", [frozenset(), frozenset(bank_holidays())], ids=["none", "england-and-wales"])
def test_the_engines_deadlines_agree_for_all_lengths(closed: frozenset[date]) -> None:
    found = _due_table(dictionary(DICTIONARY), closed, LENGTHS)
    calendar = Calendar.of(closed)
    chance = random.Random(7)
    all_days = list(found)
    assert all_days[0] == FIRST_DAY and all_days[-1] == LAST_DAY
    around = [date(2022, 12, 1), date(2023, 3, 25), date(2024, 1, 25), date(2020, 5, 1)]
    days = {start + timedelta(days=n) for start in around for n in range(45)}
    days |= {*all_days[:90], *all_days[-90:], *chance.sample(all_days, 300)}
    for day in sorted(days):
        for length, engine in zip(LENGTHS, found[day], strict=True):
            assert engine == calendar.add(day, length), (day, length)


@pytest.mark.parametrize(("days", "months"), [(30, 1), (60, 2), (-30, -1), (360, 12)])
def test_thirty_days_are_not_a_month(days: int, months: int) -> None:
    both = [Duration(days, Unit.DAYS), Duration(months, Unit.MONTHS)]
    for lengths in (both, both[::-1]):
        found = _due_table(dictionary(DICTIONARY), frozenset(), lengths)
        for day in (date(2023, 1, 31), date(2023, 5, 1), date(2024, 2, 29)):
            assert found[day] == tuple(ENGLAND.add(day, length) for length in lengths), day


def _due_table(names: Names, closed: frozenset[date], lengths: list[Duration]) -> dict[date, tuple[date | None, ...]]:
    con: duckdb.DuckDBPyConnection = open_database(threads=1)
    build_calendar(con, closed)
    plan = Plan(names, date(2023, 5, 20), set(), set())
    columns = [plan.due_column(length) for length in lengths]
    assert len(set(columns)) == len(lengths)
    con.execute(plan.due_table())
    rows = con.execute(f"SELECT day, {', '.join(columns)} FROM due ORDER BY day").fetchall()
    con.close()
    return {row[0]: row[1:] for row in rows}


def test_a_longer_time_never_ends_earlier_and_a_later_start_never_either() -> None:
    chance = random.Random(11)
    for unit in Unit:
        for _ in range(100):
            day = date(2023, 1, 1) + timedelta(days=chance.randrange(800))
            count = chance.randrange(30)
            here = ENGLAND.add(day, Duration(count, unit))
            longer = ENGLAND.add(day, Duration(count + 1, unit))
            later = ENGLAND.add(day + timedelta(days=1), Duration(count, unit))
            assert here is not None and longer is not None and later is not None
            assert here < longer and here <= later


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [
        ("10 working days", 10, Unit.WORKING_DAYS),
        ("1 working day", 1, Unit.WORKING_DAYS),
        ("15 days", 15, Unit.DAYS),
        ("15 calendar days", 15, Unit.DAYS),
        ("6 weeks", 6, Unit.WEEKS),
        ("1 month", 1, Unit.MONTHS),
        ("0 working days", 0, Unit.WORKING_DAYS),
        (" 3 weeks ", 3, Unit.WEEKS),
    ],
)
def test_lengths_that_can_be_read(text: str, count: int, unit: Unit) -> None:
    assert read_duration(text) == Duration(count, unit)


@pytest.mark.parametrize(
    "text",
    ["", "days", "ten days", "1.5 weeks", "-1 day", "10 working weeks", "2 years", "10days", "99999 days", "٣ days"],
)
def test_lengths_that_cannot_be_read(text: str) -> None:
    assert read_duration(text) is None


def test_dates_that_can_be_read() -> None:
    assert read_date("2023-04-07") == date(2023, 4, 7)
    assert read_date("2024-02-29") == date(2024, 2, 29)
    assert read_date("1980-01-01") == FIRST_DAY
    assert read_date("2050-12-31") == LAST_DAY
    for text in ("2023-02-29", "2023-13-01", "07/04/2023", "20230407", "2023-4-7", "1979-12-31", "2051-01-01", "", "x"):
        assert read_date(text) is None, text


def test_days_in_words() -> None:
    day = date(2023, 4, 7)
    assert weekday_date(day) == "Fri 7 April 2023"
    assert weekday_date(day, date(2023, 5, 20)) == "Fri 7 April"
    assert weekday_date(day, date(2024, 5, 20)) == "Fri 7 April 2023"
    assert long_date(day) == "Friday 7 April 2023"
    assert str(Duration(10, Unit.WORKING_DAYS)) == "10 working days"
    assert str(Duration(-1, Unit.MONTHS)) == "1 month"
