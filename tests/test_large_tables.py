"""Tables of many rows are read and asked in another way: their rows are not copied where all are kept, and those that
items need are joined to their cases once. Here every table counts as large, and nothing else may be different."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from auditcheck.audit import audit
from auditcheck.extract import Extract, loading, read_extract
from auditcheck.problems import ExtractStop
from tests import national
from tests.extract_files import CASES, DICTIONARY, faults, folder, names, rows

EXAMPLES = Path(__file__).parents[1] / "examples"


def all_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "LARGE", 0)


def stored(extract: Extract, kind: str = "t_") -> set[str]:
    """The tables whose rows are not copied; of kind `s_` those that are read where they lie."""
    found = extract.con.execute("select view_name from duckdb_views() where not internal").fetchall()
    return {name[2:] for (name,) in found if name.startswith(kind)}


HEADINGS = "CRN,Event number,Contact date,Due date,Type,Requirement\n"

#: What the file of contacts holds; are its rows left where they are read?
CONTACTS: Mapping[str, tuple[Sequence[str], bool]] = {
    "every row is of a case": (["X1,1,2025-04-01,,C1,R1", "X1,,2025-04-02,,C2,"], True),
    "unreadable cells in two columns": (
        ["X1,1,soon,,C1,R1", "X1,1,,never,C1,R1", "X1,1,2025-04-03,2025-05-01,,"],
        True,
    ),
    "a day outside the calendar": (["X1,1,1066-10-14,,C1,R1"], True),
    "a requirement that is not there": (["X1,1,2025-04-01,,C1,R9"], True),
    "a row of another case": (["X1,1,2025-04-01,,C1,R1", "X9,1,soon,,C1,R1"], False),
    "a row of nobody": ([",1,2025-04-01,,C1,R1", "X1,1,2025-04-01,,C1,R1"], False),
    "a reference in other capitals": (["x1,1,2025-04-01,,C1,R1", "X1,1,2025-04-01,,C1,R1"], False),
    "a blank line": (["X1,1,soon,,C1,R1", "", "X1,1,later,,C1,R1"], False),
    "a line of delimiters": (["X1,1,soon,,C1,R1", ",,,,,", "X1,1,later,,C1,R1"], False),
    "nothing": ([], False),
}


@pytest.mark.parametrize("case", CONTACTS)
def test_rows_and_faults_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    lines, in_place = CONTACTS[case]
    files = {
        "cases.csv": CASES + "X1,1,2025-01-06,,A,CO,40,Y\nX2,1,2025-01-06,,A,CO,40,Y\n",
        "contacts.csv": HEADINGS + "".join(f"{line}\n" for line in lines),
        "requirements.csv": "Id,CRN,Kind\nR1,X1,F\n",
    }
    path = folder(tmp_path, files)
    columns = ("_row", "crn", "event_number", "contact_date", "contact_date__bad", "due_date", "due_date__bad")

    def seen() -> tuple[Any, ...]:
        with read_extract(path, names()) as extract:
            found = (rows(extract, "contacts", *columns), faults(extract), extract.fault_rows(), extract.sources)
            assert ("contacts" in stored(extract)) == (in_place and loading.LARGE == 0)
            return (*found, extract.bad_columns, extract.unknown_tables, extract.faults)

    copied = seen()
    all_large(monkeypatch)
    assert seen() == copied


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty cases with 3,000 contacts, some cells unreadable."""
    place = tmp_path_factory.mktemp("made up") / "country"
    national.write(place, cases=60, contacts=3_000, suffix="csv", seed=5, unreadable=500)
    return place


@pytest.fixture(scope="module")
def made_up_parquet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made up") / "country"
    national.write(place, cases=60, contacts=3_000, suffix="parquet", seed=5, unreadable=500)
    return place


@pytest.fixture(scope="module")
def as_parquet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with dates that are dates, and texts that the file keeps once."""
    source, place = EXAMPLES / "brighton-east-sussex", tmp_path_factory.mktemp("parquet") / "example"
    place.mkdir()
    (place / "dictionary.yaml").write_bytes((source / "dictionary.yaml").read_bytes())
    for file in source.glob("*.csv"):
        frame = pl.read_csv(file, infer_schema=False)
        days = [column for column in frame.columns if column.endswith(" date")]
        typed = frame.with_columns(pl.col(days).str.to_date("%Y-%m-%d", strict=False))
        wrong = [day for day in days if typed[day].null_count() != frame[day].null_count()]
        frame.with_columns(typed[day] for day in days if day not in wrong).write_parquet(place / f"{file.stem}.parquet")
    return place


#: An extract, and which of its tables are left where they are read: those that hold a row of nobody's, or of another
#: case, are copied without it.
IN_PLACE = {
    "brighton-east-sussex": {"assessments", "judgements", "referrals"},
    "as_parquet": {"assessments", "judgements", "referrals"},
    "made_up_parquet": {
        "judgements",
        "contacts",
        "allocations",
        "assessments",
        "registrations",
        "referrals",
        "requirements",
    },
    "made_up": {"judgements", "contacts", "allocations", "assessments", "registrations", "referrals", "requirements"},
    "team-workbook/team-june.xlsx": {"judgements"},
}


#: Of those, the files that are read where they lie.
WHERE_IT_LIES = {
    "as_parquet": {"referrals"},
    "made_up_parquet": {"contacts", "allocations", "registrations", "referrals", "requirements"},
}


@pytest.mark.parametrize("which", IN_PLACE)
def test_results_are_the_same(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, which: str) -> None:
    path = EXAMPLES / which if "-" in which else request.getfixturevalue(which)

    def seen() -> tuple[Any, ...]:
        with audit(path) as finished:
            large = loading.LARGE == 0
            assert stored(finished.extract) == (IN_PLACE[which] if large else set())
            assert bool(finished.extract.large) == large
            assert stored(finished.extract, "s_") == (WHERE_IT_LIES.get(which, set()) if large else set())
            return finished.states(), finished.result(), finished.extract.fault_rows(), finished.fingerprint()

    copied = seen()
    all_large(monkeypatch)
    assert seen() == copied


SEEN_EARLY = """
checklist: early
title: Early
version: "1"
items:
  - {id: E1, title: Seen early, severity: high, source: none, to_fix: See them.,
     met_if: {some: seen, by: 5 working days after start_date}}
"""

#: What a Parquet file of contacts holds, as SQL; is it read where it lies, or copied?
PARQUET: Mapping[str, tuple[str, bool]] = {
    "texts and days": ("('X1', '1', DATE '2025-04-01', 'C1'), ('X2', NULL, NULL, 'C2')", True),
    "days outside the calendar": ("('X1', '1', DATE '1066-10-14', 'C1'), ('X2', '1', DATE '2025-04-01', NULL)", True),
    "days and times": ("('X1', '1', TIMESTAMP '2025-04-01 23:59:59', 'C1')", True),
    "days as texts": ("('X1', '1', '2025-04-01', 'C1'), ('X2', '1', '02/04/2025', 'C2')", False),
    "whole numbers for orders": ("('X1', 1, DATE '2025-04-01', 'C1'), ('X2', 1, DATE '2025-04-02', 'C2')", True),
    "a blank after a reference": ("('X1 ', '1', DATE '2025-04-01', 'C1')", False),
    "a blank before a type": ("('X1', '1', DATE '2025-04-01', ' C1')", False),
    "two blanks within a type": ("('X1', '1', DATE '2025-04-01', 'C  1')", True),
    "a text without anything in it": ("('X1', '', DATE '2025-04-01', 'C1')", False),
    "an accent in two characters": ("('X1', '1', DATE '2025-04-01', 'e\u0301')", False),
    "a row of another case": ("('X1', '1', DATE '2025-04-01', 'C1'), ('X9', '1', DATE '2025-04-01', 'C1')", False),
    "a row of nobody": ("('X1', '1', DATE '2025-04-01', 'C1'), (NULL, '1', DATE '2025-04-01', 'C1')", False),
}


def of_two(tmp_path: Path, contacts: str, once: bool = False) -> Path:
    """Two cases, and a Parquet file of their contacts, with each text `once` or with every row."""
    both = "X1,1,2025-01-06,,A,CO,40,Y\nX2,1,2025-01-06,,A,CO,40,Y\n"
    path = folder(tmp_path, {"cases.csv": CASES + both, "early.yaml": SEEN_EARLY, "dictionary.yaml": DICTIONARY})
    query = f'SELECT * FROM (VALUES {contacts}) t("CRN", "Event number", "Contact date", "Type")'
    file = path / "contacts.parquet"
    duckdb.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet, DICTIONARY_SIZE_LIMIT {100 * once})")
    return path


@pytest.mark.parametrize("once", [False, True], ids=["with every row", "once"])
@pytest.mark.parametrize("case", PARQUET)
def test_rows_and_faults_of_parquet_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str, once: bool
) -> None:
    held, lies = PARQUET[case]
    path = of_two(tmp_path, held, once)
    columns = ("_row", "crn", "event_number", "contact_date", "contact_date__bad", "type_code")

    def seen() -> tuple[Any, ...]:
        with read_extract(path, names()) as extract:
            found = (rows(extract, "contacts", *columns), faults(extract), extract.fault_rows(), extract.sources)
            if not once:  # what has to be done to a text that stands there once is hardly anything
                assert ("contacts" in stored(extract, "s_")) == (lies and loading.LARGE == 0)
            return (*found, extract.bad_columns, extract.unknown_tables, extract.faults)

    copied = seen()
    all_large(monkeypatch)
    assert seen() == copied


ONE_SEEN = "('X1', '1', DATE '2025-01-10', 'C1'), ('X2', '1', DATE '2025-02-10', 'C2')"


def test_a_column_may_be_called_as_the_database_calls_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    all_large(monkeypatch)
    path = of_two(tmp_path, ONE_SEEN)
    file = path / "contacts.parquet"
    frame = pl.read_parquet(file).with_columns(pl.lit(9).alias("File_Row_Number"))
    frame.write_parquet(file)
    with audit(path, as_at=date(2025, 6, 30), checklists=[str(path / "early.yaml")]) as finished:
        assert stored(finished.extract, "s_") == set()
        assert [(ref, state.value) for ref, _, state, _ in finished.states()] == [("X1", "met"), ("X2", "gap")]


def audited(path: Path, told: Callable[[str], None] = lambda _: None) -> list[tuple[str, str]]:
    checklist = str(path / "early.yaml")
    with audit(path, as_at=date(2025, 6, 30), checklists=[checklist], progress=told) as finished:
        assert "contacts" in stored(finished.extract, "s_")
        finished.gap_list()
        return [(ref, state.value) for ref, _, state, _ in finished.states()]


@pytest.mark.parametrize("when", ["evaluating: 0 % done", "putting into words: case 1 of 1"])
def test_a_file_that_is_read_where_it_lies_must_not_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    all_large(monkeypatch)
    path = of_two(tmp_path, ONE_SEEN)
    assert audited(path) == [("X1", "met"), ("X2", "gap")]

    file, other = path / "contacts.parquet", of_two(tmp_path / "other", ONE_SEEN.replace("01-10", "03-10"))

    def overwritten(step: str) -> None:
        if step == when:
            file.write_bytes((other / "contacts.parquet").read_bytes())

    def removed(step: str) -> None:
        if step == when:
            file.unlink(missing_ok=True)

    for told in (overwritten, removed):
        with pytest.raises(ExtractStop, match=r"^contacts\.parquet: changed while it was read\."):
            audited(path, told)
        of_two(tmp_path, ONE_SEEN)


def test_nor_before_the_summary_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    all_large(monkeypatch)
    path = of_two(tmp_path, ONE_SEEN)
    with audit(path, as_at=date(2025, 6, 30), checklists=[str(path / "early.yaml")]) as finished:
        (path / "contacts.parquet").unlink()
        with pytest.raises(ExtractStop, match=r"^contacts\.parquet: changed while it was read\."):
            finished.result()


def test_whatever_is_damaged_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte after the other of the file is another one: it is refused, or read to its end."""
    all_large(monkeypatch)
    path = of_two(tmp_path, ONE_SEEN)
    file = path / "contacts.parquet"
    whole, refused = file.read_bytes(), 0
    for at in range(4, len(whole) - 8, 3):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :])
        try:
            with audit(path, as_at=date(2025, 6, 30), checklists=[str(path / "early.yaml")]) as finished:
                finished.gap_list()
        except ExtractStop:
            refused += 1
    assert refused > 20


PERSONS = DICTIONARY.replace(
    "    hours: {type", "    person: {type: text, headings: [Person]}\n    hours: {type"
).replace(
    "link: [crn, event_number]\n    link_if_blank: [crn]\n    columns:",
    "link: [person]\n    columns:\n      person: {type: text}",
)


#: The ids of a table, a row each; the rows that repeat one; and is it seen at once, by their numbers, that none does?
IDS: Mapping[str, tuple[Sequence[str], str, bool]] = {
    "numbers": (["12", "10", "11"], "", True),
    "numbers behind the same letters": (["R-12", "R-10", "R-11"], "", True),
    "one twice": (["R12", "R10", "R12"], "row 4 repeats", False),
    "one three times": (["R12", "R12", "R10", "R12"], "rows 3 and 5 repeat", False),
    "one twice, once with a blank after it": (["R12", "R10", "R12 "], "row 4 repeats", False),
    "one number written in two ways": (["R1", "R01", "R9"], "", False),
    "numbers of two lengths": (["9", "10", "11"], "", False),
    "numbers far apart": (["R10", "R11", "R90"], "", False),
    "a blank among them": (["R10", "", "R11"], "", True),
    "two blanks": (["R10", "", "R11", ""], "", True),
    "blanks alone": (["", ""], "", False),
    "a single one": (["R10"], "", False),
    "letters": (["RA", "RB", "RC"], "", False),
    "a letter among numbers": (["R10", "R1A", "R12"], "", False),
    "a letter at an end": (["R10", "R11", "R1A"], "", False),
    "other letters before the number": (["R10", "S11", "T12"], "", False),
    "a sign": (["R+1", "R-1", "R10"], "", False),
    "digits of another script": (["R1\u0661", "R1\u0662"], "", False),
    "more than a number holds": (["R1" + "0" * 30, "R1" + "0" * 29 + "1"], "", True),
}


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
@pytest.mark.parametrize("case", IDS)
def test_no_id_stands_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str, large: bool) -> None:
    ids, twice, at_once = IDS[case]
    if large:
        all_large(monkeypatch)
    seen = []
    looked = loading._Reading._all_numbered
    monkeypatch.setattr(loading._Reading, "_all_numbered", lambda *of: seen.append(looked(*of)) or seen[-1])
    path = folder(
        tmp_path,
        {
            "cases.csv": CASES + "X1,1,2025-01-06,,A,CO,40,Y\n",
            "requirements.csv": "Id,CRN,Kind\n" + "".join(f"{text},X1,F\n" for text in ids),
        },
    )
    if twice:
        with pytest.raises(ExtractStop, match=re.escape(f"requirements.csv: {twice} the “Id” of an earlier row.")):
            read_extract(path, names())
    else:
        read_extract(path, names()).close()
    assert seen == ([at_once] if large else [])


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
def test_a_table_may_be_linked_by_what_is_not_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    """Two cases of one person, who was seen on their second day, and one of somebody who was not."""
    if large:
        all_large(monkeypatch)
    files = {
        "dictionary.yaml": PERSONS,
        "early.yaml": SEEN_EARLY,
        "cases.csv": "CRN,Event number,Start date,End date,Person\n"
        + "".join(f"{case},1,2025-01-06,,{person}\n" for case, person in (("X1", "P1"), ("X2", "P1"), ("X3", "P2"))),
        "contacts.csv": "person,CRN,Event number,Contact date,Due date,Type,Requirement\nP1,X1,1,2025-01-07,,C1,\n",
    }
    path = folder(tmp_path, files)
    with audit(path, as_at=date(2025, 6, 30), checklists=[str(path / "early.yaml")]) as finished:
        assert [(ref, state.value) for ref, _, state, _ in finished.states()] == [
            ("X1", "met"),
            ("X2", "met"),
            ("X3", "gap"),
        ]


def test_long_records_are_put_into_words_a_few_cases_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example's 40 cases have 2,764 rows: all at once, and then about 120 rows at once, which are of two cases."""
    path, told = EXAMPLES / "brighton-east-sussex", list[str]()
    with audit(path) as finished:
        expected = finished.gap_list()
    monkeypatch.setattr("auditcheck.audit.FIRST_BATCH", 2)
    monkeypatch.setattr("auditcheck.audit.ROWS_OF_BATCH", 120)
    with audit(path, progress=told.append) as finished:
        assert finished.gap_list() == expected
    steps = [step for step in told if step.startswith("putting into words")]
    assert steps[0] == "putting into words: case 1 of 40" and 15 <= len(steps) <= 40
