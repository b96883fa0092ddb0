"""Parquet files as extracts: the same audit as of CSV, whatever types the columns were given."""

from __future__ import annotations

import datetime
import random
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from auditcheck.audit import audit
from auditcheck.extract import read_extract
from auditcheck.inspecting import inspect
from auditcheck.problems import ExtractStop
from auditcheck.reports.summary import summary
from auditcheck.result import FaultRow
from tests.extract_files import DICTIONARY, ONE_CASE, faults, folder, message, names, rows
from tests.screen_examples import RESULT, screen, text

EXAMPLE = Path(__file__).parents[1] / "examples" / "brighton-east-sussex"
UTC = datetime.UTC


def as_text(file: Path) -> pl.DataFrame:
    return pl.read_csv(file, infer_schema=False)


def as_typed(file: Path) -> pl.DataFrame:
    """Every column in the narrowest type that holds all of its cells: what a warehouse would give."""
    frame = as_text(file)
    typed = []
    for column in frame.get_columns():
        filled = column.drop_nulls()
        for pattern, convert in (
            (r"^\d{4}-\d{2}-\d{2}$", lambda c: c.str.to_date("%Y-%m-%d")),
            (r"^\d{2}/\d{2}/\d{4}$", lambda c: c.str.to_datetime("%d/%m/%Y")),
            (r"^(0|[1-9]\d{0,8})$", lambda c: c.cast(pl.Int32)),
            (r"^[YN]$", lambda c: c == "Y"),
            (r"^[A-Z0-9]{1,6}$", lambda c: c.cast(pl.Categorical)),
        ):
            if len(filled) and filled.str.contains(pattern).all():
                typed.append(convert(column).alias(column.name))
                break
        else:
            typed.append(column if len(filled) else column.cast(pl.Float64))
    return pl.DataFrame(typed)


WRITERS = {"all text": as_text, "typed": as_typed}


@pytest.fixture(scope="module")
def csv_states() -> list[Any]:
    with audit(EXAMPLE) as finished:
        return finished.states()


@pytest.fixture(scope="module")
def csv_inspected() -> tuple[Any, list[FaultRow]]:
    found = inspect(EXAMPLE)
    return found.about, list(found.faults)


@pytest.fixture(scope="module", params=WRITERS)
def converted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("converted") / EXAMPLE.name
    place.mkdir()
    shutil.copy(EXAMPLE / "dictionary.yaml", place)
    for file in EXAMPLE.glob("*.csv"):
        WRITERS[request.param](file).write_parquet(place / f"{file.stem}.parquet")
    return place


def test_the_example_has_the_same_states(converted: Path, csv_states: list[Any]) -> None:
    with audit(converted) as finished:
        assert finished.states() == csv_states


def test_the_example_has_the_same_rows_and_faults(converted: Path, csv_inspected: tuple[Any, list[FaultRow]]) -> None:
    before, before_faults = csv_inspected
    found = inspect(converted)
    about = found.about
    counts = [(s.table, s.rows_read, s.kept, s.other_cases, s.refused, s.columns_unread) for s in about.sources]
    assert counts == [
        (s.table, s.rows_read, s.kept, s.other_cases, s.refused, s.columns_unread) for s in before.sources
    ]
    assert about.faults == before.faults
    assert about.newest_entry == before.newest_entry
    # a Parquet file has no row of headings, so its records begin at 1
    assert list(found.faults) == [
        fault._replace(source=fault.source.replace(".csv", ".parquet"), row=fault.row - 1) for fault in before_faults
    ]
    assert len(before_faults) == 8


def test_the_typed_example_really_is_typed() -> None:
    kinds = {kind for file in EXAMPLE.glob("*.csv") for kind in as_typed(file).dtypes}
    assert {pl.Date, pl.Int32, pl.Boolean, pl.Categorical, pl.String, pl.Float64} <= {
        kind.base_type() for kind in kinds
    }


# One column at a time

ROWS = {"CRN": ["X1", "X2"], "Event number": ["1", "1"], "Start date": ["2025-01-06", "2025-01-07"]}


def cases(at: Path, columns: Mapping[str, Any]) -> Path:
    """An extract of two cases, with some columns replaced or added."""
    at.mkdir(exist_ok=True)
    pl.DataFrame(ROWS | dict(columns)).write_parquet(at / "cases.parquet")
    return at


def days(*texts: str) -> list[datetime.date]:
    return [datetime.date.fromisoformat(text) for text in texts]


D = datetime.date(2025, 1, 6)
T = datetime.datetime(2025, 1, 6, 23, 59)

# column, what the file holds, what is read of it
READ = [
    ("CRN", pl.Series(["00123", "1E5"]), ["00123", "1E5"]),
    ("CRN", pl.Series([123, 12345678901234567890], dtype=pl.UInt64), ["123", "12345678901234567890"]),
    ("CRN", pl.Series(["X1", "X2"]).cast(pl.Categorical), ["X1", "X2"]),
    ("CRN", pl.Series(["X1", "X2"]).cast(pl.Enum(["X2", "X1"])), ["X1", "X2"]),
    ("CRN", pl.Series([" X1\u00a0", "X2 "]), ["X1", "X2"]),
    ("Event number", pl.Series([1, 2], dtype=pl.Int8), ["1", "2"]),
    ("Event number", pl.Series(["1", "2"]).cast(pl.Decimal(4, 0)), ["1", "2"]),
    ("Start date", pl.Series([D, D]), [D, D]),
    ("Start date", pl.Series([T, T]), [D, D]),
    ("Start date", pl.Series([T, T]).cast(pl.Datetime("ns")), [D, D]),
    ("Start date", pl.Series([T, T]).cast(pl.Datetime("ms")), [D, D]),
    ("Start date", pl.Series(["06/01/2025", "2025-01-06"]), [D, D]),
    ("End date", pl.Series([None, D]), [None, D]),
    ("End date", pl.Series([None, None]), [None, None]),
    ("End date", pl.Series([None, None], dtype=pl.Float64), [None, None]),
    ("End date", pl.Series([float("nan"), None], dtype=pl.Float64), [None, None]),
    ("End date", pl.Series([None, None], dtype=pl.List(pl.Int8)), [None, None]),
    ("Team", pl.Series([12, 13]), ["12", "13"]),
    ("Order", pl.Series([1, None]), ["community_order", None]),
    ("Hours", pl.Series([40, None]), [40, None]),
    ("Hours", pl.Series([40.0, None]), [40, None]),
    ("Hours", pl.Series(["40.00", "-3"]).cast(pl.Decimal(10, 2)), [40, -3]),
    ("Hours", pl.Series(["40", ""]), [40, None]),
    ("Indicated", pl.Series([True, None]), [True, None]),
    ("Indicated", pl.Series([1, 0]), [True, False]),
    ("Indicated", pl.Series([1.0, None]), [True, None]),
    ("Indicated", pl.Series(["Y", "no"]), [True, False]),
]  # fmt: skip
COLUMN = {
    "CRN": "crn", "Event number": "event_number", "Start date": "start_date", "End date": "end_date",
    "Team": "team_code", "Order": "order_type", "Hours": "hours", "Indicated": "indicated",
}  # fmt: skip


@pytest.mark.parametrize(("heading", "held", "read"), READ, ids=[f"{h} {s.dtype}" for h, s, _ in READ])
def test_what_is_read(tmp_path: Path, heading: str, held: pl.Series, read: list[Any]) -> None:
    with read_extract(cases(tmp_path, {heading: held}), names()) as extract:
        assert rows(extract, "cases", COLUMN[heading]) == [(value,) for value in read]
        assert faults(extract) == []


def test_references_that_are_uuids(tmp_path: Path) -> None:
    given = ["550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440001"]
    listed = ", ".join(f"('{one}'::uuid, '1', date '2025-01-06')" for one in given)
    with duckdb.connect() as con:
        names_of = '"CRN", "Event number", "Start date"'
        con.execute(f"copy (from (values {listed}) t({names_of})) to '{tmp_path / 'cases.parquet'}'")
    with read_extract(tmp_path, names()) as extract:
        assert rows(extract, "cases", "crn") == [(one,) for one in given]


def test_one_text_many_times_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    for length in (300, 20_000):  # 3 MB and 200 MB, of which a file takes a few hundred bytes
        held = f"repeat('x', {length}) as \"CRN\", '1' as \"Event number\", date '2025-01-06' as \"Start date\""
        with duckdb.connect() as con:
            con.execute(
                f"copy (select {held} from range(10000)) to '{tmp_path / f'{length}.parquet'}' (compression zstd)"
            )
    with pytest.raises(ExtractStop, match="repeat the “CRN”"):
        read_extract(tmp_path / "300.parquet", names())
    with pytest.raises(ExtractStop, match=r"20000\.parquet: unpacks to 200 MB, far more than its size promises"):
        read_extract(tmp_path / "20000.parquet", names())


SAYS = "and the dictionary says"
# column, what the file holds, the one line
REFUSED = [
    ("CRN", [1.0, 2.0], f"“CRN” holds decimal numbers, {SAYS} text. Write it as text."),
    ("CRN", [True, False], f"“CRN” holds true and false, {SAYS} text. Write it as text."),
    ("CRN", days("2025-01-06", "2025-01-07"), f"“CRN” holds dates, {SAYS} text. Write it as text."),
    ("CRN", [["X1"], ["X2"]], f"“CRN” holds lists or groups of values, {SAYS} text. Write it as text."),
    ("CRN", [{"a": "X1"}, {"a": "X2"}], f"“CRN” holds lists or groups of values, {SAYS} text. Write it as text."),
    ("CRN", [b"X1", b"X2"], f"“CRN” holds bytes, {SAYS} text. Write it as text."),
    ("Team", [1.5, None], f"“Team” holds decimal numbers, {SAYS} code. Write it as text."),
    ("Start date", [20250106, 20250107], f"“Start date” holds whole numbers, {SAYS} date. Write it as dates, or as text (YYYY-MM-DD)."),
    ("Start date", [datetime.time(1), datetime.time(2)], f"“Start date” holds times of day, {SAYS} date. Write it as dates, or as text (YYYY-MM-DD)."),
    ("Hours", [True, None], f"“Hours” holds true and false, {SAYS} number. Write it as whole numbers."),
    ("Hours", days("2025-01-06", "2025-01-07"), f"“Hours” holds dates, {SAYS} number. Write it as whole numbers."),
    ("Indicated", [T, None], f"“Indicated” holds timestamps, {SAYS} yes or no. Write it as true and false, or as text."),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "held", "said"), REFUSED)
def test_a_type_that_cannot_be(tmp_path: Path, heading: str, held: list[Any], said: str) -> None:
    with pytest.raises(ExtractStop) as stop:
        read_extract(cases(tmp_path, {heading: held}), names())
    assert message(stop.value) == f"cases.parquet: column {said}"


def test_every_type_that_cannot_be_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ExtractStop) as stop:
        read_extract(cases(tmp_path, {"CRN": [1.5, 2.5], "Hours": [True, False]}), names())
    assert len(stop.value.lines) == 2


def test_a_column_that_nothing_uses_may_hold_anything(tmp_path: Path) -> None:
    at = cases(tmp_path, {"Hours": [["a"], ["b"]], "Notes": [{"a": 1}, {"a": 2}]})
    with read_extract(at, names(), wanted={"cases": {"crn", "event_number", "start_date"}}) as extract:
        assert [(s.rows_read, s.columns_unread) for s in extract.sources] == [(2, 2)]


# column, what the file holds, the faults: row and rule
UNREADABLE = [
    ("Start date", ["2025-13-01", "2025-01-06T24:00"], [(1, "not a date (YYYY-MM-DD or DD/MM/YYYY)"), (2, "not a date (YYYY-MM-DD or DD/MM/YYYY)")]),
    ("Start date", ["infinity", "06/01/2025"], [(1, "not a date (YYYY-MM-DD or DD/MM/YYYY)")]),
    ("Start date", days("2025-01-06", "2099-12-31"), [(2, "a date outside 1980 to 2050")]),
    ("Start date", days("1900-01-01", "2050-12-31"), [(1, "a date outside 1980 to 2050")]),
    ("Start date", pl.Series([3_663_000, -735_000]).cast(pl.Date), [(1, "a date outside 1980 to 2050"), (2, "a date outside 1980 to 2050")]),  # of the years 11998 and 44 BC
    ("Hours", [40.5, 1.0], [(1, "not a whole number")]),
    ("Hours", [1e300, float("nan")], [(1, "not a whole number"), (2, "not a whole number")]),
    ("Hours", ["forty", "40"], [(1, "not a whole number")]),
    ("Indicated", [2, 1], [(1, "not yes or no (Y or N)")]),
    ("Indicated", [0.5, 0.0], [(1, "not yes or no (Y or N)")]),
    ("Order", [9, 1], [(1, "not a code the dictionary knows")]),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "held", "expected"), UNREADABLE)
def test_a_cell_that_cannot_be_read_is_a_fault(
    tmp_path: Path, heading: str, held: list[Any], expected: list[tuple[int, str]]
) -> None:
    with read_extract(cases(tmp_path, {heading: held}), names()) as extract:
        found = [(fault.row, fault.rule) for fault in extract.fault_rows()]
        assert found == expected
        assert {fault.source for fault in extract.fault_rows()} == {"cases.parquet"}
        unread = {row for row, _ in expected}
        assert [n for n, (value,) in enumerate(rows(extract, "cases", COLUMN[heading]), 1) if value is None] == sorted(
            unread
        )


# Timestamps: an instant counts as its local date; one without a zone is taken to be local.
INSTANTS = [
    # instant in UTC, date in London, and on Kiritimati (14 hours ahead)
    ("2025-01-31T23:59", "2025-01-31", "2025-02-01"),  # winter: London is at UTC
    ("2025-06-30T22:59", "2025-06-30", "2025-07-01"),  # summer: an hour ahead
    ("2025-06-30T23:00", "2025-07-01", "2025-07-01"),
    ("2025-03-29T23:59", "2025-03-29", "2025-03-30"),  # clocks go forward on the 30th at 01:00
    ("2025-03-30T00:59", "2025-03-30", "2025-03-30"),
    ("2025-03-30T22:59", "2025-03-30", "2025-03-31"),
    ("2025-03-30T23:00", "2025-03-31", "2025-03-31"),
    ("2025-10-25T23:00", "2025-10-26", "2025-10-26"),  # clocks go back on the 26th at 02:00
    ("2025-10-26T23:00", "2025-10-26", "2025-10-27"),
    ("2025-10-27T00:00", "2025-10-27", "2025-10-27"),
    ("2024-02-29T23:59", "2024-02-29", "2024-03-01"),
]


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("stored", ["UTC", "America/New_York"])
def test_instants_count_as_local_dates(tmp_path: Path, unit: Any, stored: str) -> None:
    instants = [datetime.datetime.fromisoformat(at).replace(tzinfo=UTC) for at, _, _ in INSTANTS]
    held = pl.Series(instants).cast(pl.Datetime(unit, "UTC")).dt.convert_time_zone(stored)
    frame = {"CRN": [f"X{n}" for n in range(len(INSTANTS))], "Event number": "1", "Start date": held}
    pl.DataFrame(frame).write_parquet(tmp_path / "cases.parquet")
    for zone, at in (("Europe/London", 1), ("Pacific/Kiritimati", 2)):
        with read_extract(tmp_path / "cases.parquet", names(f"{DICTIONARY}\nzone: {zone}\n")) as extract:
            found = rows(extract, "cases", "start_date")
        assert [day.isoformat() for (day,) in found] == [row[at] for row in INSTANTS]


def test_a_timestamp_without_a_zone_is_local(tmp_path: Path) -> None:
    held = [datetime.datetime(2025, 6, 30, 23, 59, 59, 999999), datetime.datetime(2025, 7, 1)]
    with read_extract(cases(tmp_path, {"Start date": held}), names(f"{DICTIONARY}\nzone: Pacific/Kiritimati\n")) as e:
        assert rows(e, "cases", "start_date") == [(day,) for day in days("2025-06-30", "2025-07-01")]


# Files


def parquet(at: Path, columns: Mapping[str, Any]) -> Path:
    at.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(columns).write_parquet(at)
    return at


def broken(at: Path, change: Any) -> Path:
    """A folder whose cases.parquet had something done to its bytes."""
    at.mkdir(exist_ok=True)
    parquet(at / "cases.parquet", ROWS | {"CRX": ["X1", "X2"]})
    (at / "cases.parquet").write_bytes(change((at / "cases.parquet").read_bytes()))
    return at


DAMAGED = "cases.parquet: cut off or damaged. Export it again, or as CSV."
STOPS = [
    ("empty", lambda b: b"", "cases.parquet: empty. Give a file with headings and rows."),
    ("cut in two", lambda b: b[: len(b) // 2], DAMAGED),
    ("without its last byte", lambda b: b[:-1], DAMAGED),
    ("its two marks alone", lambda b: b"PAR1PAR1", DAMAGED),
    ("a mark", lambda b: b"PAR1", DAMAGED),
    ("a footer of nonsense", lambda b: b[:-200] + b"\xff" * 192 + b[-8:], DAMAGED),
    ("data of nonsense", lambda b: b[:4] + b"\xff" * 200 + b[204:], DAMAGED),
    ("encrypted", lambda b: b"PARE" + b[4:-4] + b"PARE", "cases.parquet: encrypted. Export it without encryption."),
    ("a CSV", lambda b: b"CRN,Start date\nX1,2025-01-06\n", "cases.parquet: not Parquet, whatever its name says. Export it again, or as CSV."),
    ("two columns of one name", lambda b: b.replace(b"CRX", b"CRN"), "cases.parquet schema: columns 1 and 4 have the same heading, “CRN”. Rename one of them, or take it out."),
    ("two names but for capitals", lambda b: b.replace(b"CRX", b"crn"), "cases.parquet schema: columns 1 and 4 have the same heading, “crn”. Rename one of them, or take it out."),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), [s[1:] for s in STOPS], ids=[s[0] for s in STOPS])
def test_what_stops_a_run(tmp_path: Path, change: Any, said: str) -> None:
    with pytest.raises(ExtractStop) as stop:
        read_extract(broken(tmp_path, change), names())
    assert message(stop.value) == said


def test_no_rows(tmp_path: Path) -> None:
    none = {name: pl.Series([], dtype=pl.String) for name in ROWS}
    parquet(tmp_path / "cases.parquet", none)
    with pytest.raises(ExtractStop, match="No cases to audit"):
        read_extract(tmp_path, names())
    parquet(tmp_path / "cases.parquet", ROWS)
    parquet(tmp_path / "contacts.parquet", none | {"Contact date": pl.Series([], dtype=pl.Date), "Type": none["CRN"]})
    with read_extract(tmp_path, names()) as extract:
        assert [(s.table, s.rows_read) for s in extract.sources] == [("cases", 2), ("contacts", 0)]
        assert "contacts" in extract.unknown_tables


def test_a_missing_column(tmp_path: Path) -> None:
    parquet(tmp_path / "cases.parquet", {"CRN": ["X1"], "Event number": ["1"], "Begun": ["2025-01-06"]})
    with pytest.raises(ExtractStop) as stop:
        read_extract(tmp_path, names())
    assert message(stop.value) == (
        "cases.parquet schema: no column for start_date (headed “Start date” or “start_date”).\n"
        "Headings not recognised: “Begun”."
    )


def test_records_with_nothing_in_them_are_rows(tmp_path: Path) -> None:
    parquet(tmp_path / "cases.parquet", ROWS)
    contacts = {
        "CRN": ["X1", None, "X9", "X2"], "Event number": ["1", None, "1", "1"], "Type": ["C1", None, "C1", "C1"],
        "Contact date": [D, None, D, None],
    }  # fmt: skip
    parquet(tmp_path / "contacts.parquet", contacts)
    with read_extract(tmp_path, names()) as extract:
        source = extract.sources[1]
        assert (source.rows_read, source.kept, source.other_cases, source.refused) == (4, 2, 1, 1)
        assert [(fault.row, fault.kind) for fault in extract.fault_rows()] == [(2, "no case reference")]


def test_nested_columns_do_not_shift_the_others(tmp_path: Path) -> None:
    nested = {"a": [{"x": {"y": [1]}, "z": "1"}] * 2, "b": [[["p"]], []]}
    with read_extract(cases(tmp_path, {}), names()) as extract:
        plain = rows(extract, "cases", "crn", "start_date")
    pl.DataFrame(nested | ROWS).write_parquet(tmp_path / "cases.parquet")
    with read_extract(tmp_path, names()) as extract:
        assert rows(extract, "cases", "crn", "start_date") == plain


def test_row_numbers_through_row_groups(tmp_path: Path) -> None:
    count = 5000
    held = {
        "CRN": [f"X{n}" for n in range(count)],
        "Event number": ["1"] * count,
        "Start date": ["never" if n % 777 == 0 else "2025-01-06" for n in range(count)],
    }
    pl.DataFrame(held).write_parquet(tmp_path / "cases.parquet", row_group_size=100)
    with read_extract(tmp_path / "cases.parquet", names()) as extract:
        assert [fault.row for fault in extract.fault_rows()] == [n + 1 for n in range(count) if n % 777 == 0]
        assert rows(extract, "cases", "crn")[4321] == ("X4321",)


# Which files


def test_a_folder_may_mix_csv_and_parquet(tmp_path: Path) -> None:
    folder(tmp_path, {"cases.csv": ONE_CASE})
    contacts = {"CRN": ["X1"], "Event number": ["1"], "Contact date": [D], "Type": ["C1"]}
    parquet(tmp_path / "contacts.parquet", contacts)
    with read_extract(tmp_path, names()) as extract:
        assert [source.shown for source in extract.sources] == ["cases.csv", "contacts.parquet"]
        assert rows(extract, "contacts", "contact_date") == [(D,)]
        mixed = replace(RESULT, about=replace(RESULT.about, sources=extract.sources))
    assert "team-june.xlsx: 2 tables (1 .csv, 1 .parquet), 2 rows read, all used" in text(summary(mixed, screen(120)))


def test_the_same_table_in_both_kinds(tmp_path: Path) -> None:
    folder(tmp_path, {"cases.csv": ONE_CASE})
    parquet(tmp_path / "Cases.parquet", ROWS)
    with pytest.raises(ExtractStop) as stop:
        read_extract(tmp_path, names())
    assert message(stop.value) == (
        f"{tmp_path.name}: Cases.parquet and cases.csv are both the table “cases”. Keep one of them."
    )


@pytest.mark.parametrize("name", ["cases*.parquet", "cases?.parquet", "[1].parquet", "it's.parquet", "a b.parquet"])
def test_only_the_named_file_is_read(tmp_path: Path, name: str) -> None:
    for other in ("casesA.parquet", "1.parquet"):
        parquet(tmp_path / other, ROWS | {"CRN": ["OTHER", "OTHERS"]})
    parquet(tmp_path / name, ROWS)
    with read_extract(tmp_path / name, names()) as extract:
        assert rows(extract, "cases", "crn") == [("X1",), ("X2",)]


def test_nothing_is_made_of_the_names_of_folders(tmp_path: Path) -> None:
    at = parquet(tmp_path / "crn=SECRET" / "Team=A" / "cases.parquet", ROWS)
    with read_extract(at, names()) as extract:
        assert rows(extract, "cases", "crn", "team_code") == [("X1", None), ("X2", None)]
        assert extract.sources[0].columns_unread == 0


def test_an_unused_column_costs_no_memory(tmp_path: Path) -> None:
    """The limit is far below what the column takes unpacked."""
    count = 60_000
    wide = pl.Series([random.Random(n).randbytes(16).hex() * 60 for n in range(200)])
    held = {"CRN": [f"X{n}" for n in range(count)], "Event number": "1", "Start date": "2025-01-06"}
    frame = pl.DataFrame(held).with_columns(Notes=wide.sample(count, with_replacement=True, seed=1))
    frame.write_parquet(tmp_path / "cases.parquet")
    with read_extract(tmp_path / "cases.parquet", names(), memory_limit="100MB", threads=1) as extract:
        assert extract.sources[0].kept == count


def test_damage_never_passes_for_a_bug(tmp_path: Path) -> None:
    """Whatever happens to the bytes, the file is read or refused in our words."""
    change = random.Random(20260630)
    held = {
        "CRN": [f"X{n}" for n in range(300)],
        "Event number": ["1"] * 300,
        "Start date": [D + datetime.timedelta(days=n) for n in range(300)],
        "Team": [f"T{n % 7}" for n in range(300)],
        "Hours": [n * 1.0 for n in range(300)],
    }
    good = parquet(tmp_path / "good.parquet", held).read_bytes()
    refused = 0
    for _ in range(120):
        bytes_ = bytearray(good)
        footer = range(len(good) - 1200, len(good) - 8)
        for _ in range(change.choice([1, 2, 8, 50])):
            bytes_[change.choice(footer if change.random() < 0.5 else range(4, len(good)))] = change.randrange(256)
        (tmp_path / "cases.parquet").write_bytes(bytes_)
        try:
            with read_extract(tmp_path / "cases.parquet", names()) as extract:
                assert extract.sources[0].rows_read == 300
        except ExtractStop as stop:
            refused += 1
            assert all("cases.parquet" in line or line.startswith("Headings") for line in stop.lines)
    assert refused > 20
