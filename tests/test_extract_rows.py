"""Which rows are kept, how they are counted and numbered, and which columns are read."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from auditcheck.extract import csv_file, find_dictionary, loading, read_extract
from auditcheck.result import Source
from tests.extract_files import CASES, DICTIONARY, ONE_CASE, folder, names, rows

THREE_CASES = CASES + "X1,1,2025-01-06,,A,CO,40,Y\nX1,2,2025-02-06,,A,LIC,,N\nX2,1,2025-03-06,,B,CO,,\n"
CONTACTS = "CRN,Event number,Contact date,Type\n"

WHOSE = [
    # a contact's CRN and event number, and what becomes of the row
    ("X1,1", "kept"),
    ("X1,2", "kept"),
    ("X2,1", "kept"),
    ("X1,", "kept"),  # of the person: event_number may be blank
    (" X1 ,1", "kept"),
    ("X2,2", "other"),
    ("X9,1", "other"),
    ("X9,", "other"),
    ("x1,1", "nearly"),  # text is compared as it is; what it might have been is a fault, never a guess
    ("X 1,1", "nearly"),
    ("X1,01", "nearly"),
    ("X1,1.0", "nearly"),  # what a program makes of whole numbers in a column with blanks
    ("X1,1.5", "other"),
    ("X1,10", "other"),
    (",1", "refused"),
    (",", "refused"),
]


@pytest.mark.parametrize(("whose", "expected"), WHOSE, ids=[whose for whose, _ in WHOSE])
def test_whose_a_row_is(tmp_path: Path, whose: str, expected: str) -> None:
    text = CONTACTS + f"{whose},2025-04-01,C1\n"
    with read_extract(folder(tmp_path, {"cases.csv": THREE_CASES, "contacts.csv": text}), names()) as extract:
        source = extract.sources[1]
        assert {"kept": source.kept, "other": source.other_cases, "refused": source.refused} == {
            "kept": 0,
            "other": 0,
            "refused": 0,
            "other" if expected == "nearly" else expected: 1,
        }
        assert [(fault.kind, fault.row, fault.column) for fault in extract.fault_rows()] == {
            "refused": [("no case reference", 2, "CRN")],
            "nearly": [("case reference in another spelling", 2, "CRN")],
        }.get(expected, [])


def test_every_row_is_counted_once(tmp_path: Path) -> None:
    text = CONTACTS + "".join(f"{whose},2025-04-01,C1\n" for whose, _ in WHOSE)
    path = folder(tmp_path, {"cases.csv": THREE_CASES, "contacts.csv": text, "staff.csv": "code,grade\na,PO\n"})
    with read_extract(path, names()) as extract:
        assert extract.sources == (
            Source("cases", "cases.csv", rows_read=3, kept=3, other_cases=0, refused=0, columns_unread=0),
            Source("contacts", "contacts.csv", rows_read=16, kept=5, other_cases=9, refused=2, columns_unread=0),
            Source("staff", "staff.csv", rows_read=1, kept=1, other_cases=0, refused=0, columns_unread=0),
        )
        assert rows(extract, "contacts", "_row") == [(2,), (3,), (4,), (5,), (6,)]
        assert rows(extract, "cases", "_case", "_row", "crn", "event_number") == [
            (0, 2, "X1", "1"),
            (1, 3, "X1", "2"),
            (2, 4, "X2", "1"),
        ]


def test_rows_that_do_not_add_up_are_a_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder(tmp_path, {"cases.csv": ONE_CASE, "contacts.csv": CONTACTS + "X1,1,2025-04-01,C1\n"})
    keep = loading._Reading._keep
    monkeypatch.setattr(
        loading._Reading,
        "_keep",
        lambda self, plan, *given: (keep(self, plan, *given)[0] - (plan.table.name != "cases"), 0, 0),
    )
    with pytest.raises(RuntimeError, match="rows read are not rows kept"):
        read_extract(path, names())


def test_random_extracts_link_as_a_plain_loop_does(tmp_path: Path) -> None:
    chance = random.Random(7)
    for trial in range(15):
        cases = {(f"X{chance.randrange(4)}", str(chance.randrange(3))) for _ in range(5)}
        contacts = [
            (chance.choice(["X0", "X1", "X2", "X3", "X7", ""]), chance.choice(["0", "1", "2", ""])) for _ in range(40)
        ]
        kept = [
            row
            for row, (crn, event) in enumerate(contacts, start=2)
            if crn and any(crn == c and event in ("", e) for c, e in cases)
        ]
        refused = sum(not crn for crn, _ in contacts)
        path = folder(
            tmp_path / str(trial),
            {
                "cases.csv": CASES + "".join(f"{c},{e},2025-01-06,,A,CO,1,Y\n" for c, e in cases),
                "contacts.csv": CONTACTS + "".join(f"{c},{e},2025-04-01,C1\n" for c, e in contacts),
            },
        )
        with read_extract(path, names()) as extract:
            assert [row for (row,) in rows(extract, "contacts", "_row")] == kept
            source = extract.sources[1]
            assert (source.rows_read, source.refused) == (40, refused)
            assert source.other_cases == 40 - refused - len(kept)


LAYOUTS = {
    # the same two cases, in files made by different programs: text, and the row of each case
    "plain": ("CRN,Event number,Start date\nX1,1,2025-01-06\nX2,1,2025-01-07\n", (2, 3)),
    "no last line end": ("CRN,Event number,Start date\nX1,1,2025-01-06\nX2,1,2025-01-07", (2, 3)),
    "CRLF": ("CRN,Event number,Start date\r\nX1,1,2025-01-06\r\nX2,1,2025-01-07\r\n", (2, 3)),
    "lone CR": ("CRN,Event number,Start date\rX1,1,2025-01-06\rX2,1,2025-01-07\r", (2, 3)),
    "byte order mark": ("\ufeffCRN,Event number,Start date\nX1,1,2025-01-06\nX2,1,2025-01-07\n", (2, 3)),
    "semicolons": ("CRN;Event number;Start date\nX1;1;06/01/2025\nX2;1;07/01/2025\n", (2, 3)),
    "tabs": ("CRN\tEvent number\tStart date\nX1\t1\t06/01/2025\nX2\t1\t07/01/2025\n", (2, 3)),
    "quotes": ('"CRN","Event number","Start date"\n"X1","1","2025-01-06"\n"X2","1","2025-01-07"\n', (2, 3)),
    "comma in quotes": ('CRN;Event number;Start date;"a,b,c,d"\nX1;1;2025-01-06;\nX2;1;2025-01-07;"1,2,3"\n', (2, 3)),
    "line end in quotes": ('CRN,Event number,Start date,x\nX1,1,2025-01-06,"a\n\nb"\nX2,1,2025-01-07,\n', (2, 3)),
    "CRLF in quotes": ('CRN,Event number,Start date,x\r\nX1,1,2025-01-06,"a\r\nb"\r\nX2,1,2025-01-07,\r\n', (2, 3)),
    "line end in a heading": ('"CRN\n",Event number,Start date\nX1,1,2025-01-06\nX2,1,2025-01-07\n', (2, 3)),
    "doubled quotes": ('CRN,Event number,Start date,x\nX1,1,2025-01-06,"a ""b"" c"\nX2,1,2025-01-07,\n', (2, 3)),
    "spaces round quotes": ('CRN,Event number,Start date,x\nX1,1, "2025-01-06" ,\nX2,1,2025-01-07, "a,b"\n', (2, 3)),
    "a quote inside": ('CRN,Event number,Start date,x\nX1,1,2025-01-06,5" pipe\nX2,1,2025-01-07,\n', (2, 3)),
    "blank line between": ("CRN,Event number,Start date\nX1,1,2025-01-06\n\nX2,1,2025-01-07\n", (2, 4)),
    "blank lines, CRLF": ("CRN,Event number,Start date\r\n\r\nX1,1,2025-01-06\r\n\r\n\r\nX2,1,2025-01-07\r\n", (3, 6)),
    "blank lines at the end": ("CRN,Event number,Start date\nX1,1,2025-01-06\nX2,1,2025-01-07\n\n\n\n", (2, 3)),
    "nothing but commas": ("CRN,Event number,Start date\nX1,1,2025-01-06\n,,\nX2,1,2025-01-07\n,,\n", (2, 4)),
    "blank line and a quoted one": (
        'CRN,Event number,Start date,x\n\nX1,1,2025-01-06,"a\n\nb"\n\nX2,1,2025-01-07,\n',
        (3, 5),
    ),
    "unnamed column": ("CRN,Event number,Start date,,\nX1,1,2025-01-06,,\nX2,1,2025-01-07,,z\n", (2, 3)),
    "headings in other clothes": ("c.r.n.,EVENT_NUMBER,Start-Date\nX1,1,2025-01-06\nX2,1,2025-01-07\n", (2, 3)),
}


@pytest.mark.parametrize(("text", "numbers"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_layouts_of_csv(tmp_path: Path, text: str, numbers: tuple[int, int]) -> None:
    with read_extract(folder(tmp_path, {"cases.csv": text}), names()) as extract:
        assert rows(extract, "cases", "_case", "_row", "crn", "start_date") == [
            (0, numbers[0], "X1", date(2025, 1, 6)),
            (1, numbers[1], "X2", date(2025, 1, 7)),
        ]
        assert extract.faults == {}
        assert extract.sources[0].rows_read == 2


def test_row_numbers_in_a_file_that_is_read_in_pieces(tmp_path: Path) -> None:
    """Large enough for the database to share it out among its threads."""
    note = '"two\nlines, and ""quotes"""'
    lines = [f"X1,1,2025-04-01,C{n},{note if n % 7 == 0 else ''}\n" for n in range(400_000)]
    lines.insert(300_000, "\n")
    path = folder(
        tmp_path, {"cases.csv": ONE_CASE, "contacts.csv": "CRN,Event number,Contact date,Type,Note\n" + "".join(lines)}
    )
    assert (path / "contacts.csv").stat().st_size > 10_000_000
    with read_extract(path, names(), threads=4) as extract:
        assert extract.sources[1].kept == 400_000
        assert extract.con.execute(
            "select count(*) from t_contacts where type_code = 'C' || (_row - 2 - (_row > 300001)::integer)"
        ).fetchall() == [(400_000,)]


def test_only_columns_in_use_are_read(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        {
            "cases.csv": CASES.replace("Team", "Team,Surname") + "X1,1,2025-01-06,,A,Smith,CO,many,Y\n",
            "contacts.csv": CONTACTS + "X1,1,2025-04-01,C1\n",
            "requirements.csv": "Id,CRN,Kind\nR1,X1,RAR\n",
        },
    )
    wanted = {"cases": ["order_type"], "contacts": {"contact_date"}}
    with read_extract(path, names(), wanted=wanted) as extract:
        described = extract.con.execute("select column_name from (describe t_cases)").fetchall()
        assert {name for (name,) in described if not name.endswith("__bad")} == {
            "_row",
            "_case",
            "crn",
            "event_number",
            "start_date",
            "end_date",
            "team_code",
            "team_name",
            "order_type",
        }
        assert [(s.table, s.columns_unread) for s in extract.sources] == [("cases", 3), ("contacts", 1)]
        assert extract.faults == {}  # “many” hours were not looked at
        assert extract.unknown_tables == {"accepted", "requirements", "staff"}  # not read: tells nothing
        assert extract.not_supplied == ("staff",)
        assert extract.missing_columns == {
            ("cases", "team_name"),
            ("contacts", "due_date"),
            ("contacts", "requirement"),
        }
        assert rows(extract, "cases", "team_name", "team_name__bad") == [(None, True)]


def test_what_was_not_supplied_is_unknown(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        {
            "Caseload.csv": ONE_CASE,
            "contact_log.csv": CONTACTS,
            "Requirements.CSV": "Id,CRN,Kind\n",
            "dictionary.yaml": "",
            "notes.txt": "",
            "old cases.csv": "a\n1\n",
        },
    )
    with read_extract(path, names()) as extract:
        assert extract.unknown_tables == {"accepted", "contacts", "staff"}  # requirements may be empty
        assert extract.not_supplied == ("staff",)
        assert extract.not_read == ("old cases.csv",)
        assert [source.shown for source in extract.sources] == ["Caseload.csv", "contact_log.csv", "Requirements.CSV"]
        for table, columns in (("contacts", 13), ("requirements", 7), ("staff", 5)):
            assert rows(extract, table, "_row") == []
            assert len(extract.con.execute(f"describe t_{table}").fetchall()) == columns


def test_a_single_csv_file_is_the_cases(tmp_path: Path) -> None:
    folder(tmp_path, {"march.csv": ONE_CASE, "contacts.csv": CONTACTS})
    with read_extract(tmp_path / "march.csv", names()) as extract:
        assert [source.shown for source in extract.sources] == ["march.csv"]
        assert extract.not_supplied == ("contacts", "requirements", "staff")


@pytest.mark.parametrize(
    ("as_at", "expected"),
    [
        (date(2025, 4, 1), date(2025, 3, 2)),
        (date(2025, 5, 9), date(2025, 5, 9)),
        (date(2026, 5, 9), date(2025, 5, 9)),
        (date(2025, 1, 1), None),
    ],
)
def test_the_newest_entry(tmp_path: Path, as_at: date, expected: date | None) -> None:
    text = "CRN,Event number,Contact date,Due date\nX1,1,2025-03-02,2025-03-20\nX1,1,2025-05-09,\nX9,1,2025-04-01,\n"
    path = folder(tmp_path, {"cases.csv": ONE_CASE, "contacts.csv": text})
    with read_extract(path, names()) as extract:
        assert extract.newest_entry(as_at) == expected


def test_names_of_files_are_never_patterns(tmp_path: Path) -> None:
    odd = tmp_path / "it's [a] *"
    path = folder(odd, {"cases.csv": ONE_CASE})
    folder(tmp_path / "it's a b", {"cases.csv": ONE_CASE})
    with read_extract(path, names()) as extract:
        assert extract.sources[0].rows_read == 1


def test_names_with_quotes_stay_names(tmp_path: Path) -> None:
    text = CASES.replace("Hours", '"x""; drop table t_cases; --"') + "X1,1,2025-01-06,,A,CO,40,Y\n"
    with read_extract(folder(tmp_path, {"cases.csv": text}), names()) as extract:
        assert rows(extract, "cases", "crn") == [("X1",)]


def test_progress_says_what_is_read(tmp_path: Path) -> None:
    told: list[str] = []
    path = folder(tmp_path, {"cases.csv": ONE_CASE, "contacts.csv": CONTACTS})
    read_extract(path, names(), progress=told.append).close()
    assert told == ["Reading cases.csv", "Reading contacts.csv"]


def test_which_dictionary(tmp_path: Path) -> None:
    folder(tmp_path / "with", {"dictionary.yaml": "", "cases.csv": ""})
    folder(
        tmp_path / "without", {"march.csv": "", "march.dictionary.yaml": "", "april.xlsx": "", "dictionary.yaml": ""}
    )
    folder(tmp_path / "bare", {"cases.csv": ""})
    assert find_dictionary(tmp_path / "with") == tmp_path / "with" / "dictionary.yaml"
    assert find_dictionary(tmp_path / "bare") is None
    assert find_dictionary(tmp_path / "without" / "march.csv") == tmp_path / "without" / "march.dictionary.yaml"
    assert find_dictionary(tmp_path / "without" / "april.xlsx") is None
    assert find_dictionary(tmp_path / "nowhere") is None


def test_a_column_that_may_be_missing_is_read_as_blank(tmp_path: Path) -> None:
    heads, rest = ONE_CASE.split("\n", 1)
    without = heads.replace("End date", "Something else") + "\n" + rest
    path = folder(tmp_path, {"cases.csv": without})
    may = DICTIONARY.replace("end_date: {type: date,", "end_date: {type: date, may_be_missing: yes,")
    for text, bad, missing in ((DICTIONARY, True, {("cases", "end_date")}), (may, False, set())):
        with read_extract(path, names(text)) as extract:
            assert rows(extract, "cases", "end_date", "end_date__bad") == [(None, bad)]
            assert {pair for pair in extract.missing_columns if pair[1] == "end_date"} == missing
            assert ("cases", "end_date") in (extract.missing_columns if bad else extract.read_as_blank)
            assert (("cases", "end_date") in extract.bad_columns) is bad


@pytest.mark.parametrize("at_once", [1, 2, 3, 100])
@pytest.mark.parametrize(
    ("text", "blank"),
    [
        (b"", False),
        (b"a", False),
        (b"a\nb\n", False),
        (b"a\r\nb\r\n", False),
        (b"a\rb\r", False),
        (b"a\n\nb\n", True),
        (b"a\r\n\r\nb\r\n", True),
        (b"a\r\rb\r", True),
        (b"\n\na\n", True),
        (b"a\nb\nc\n\n", True),
    ],
)
def test_a_blank_line_is_seen_however_little_is_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bytes, blank: bool, at_once: int
) -> None:
    monkeypatch.setattr(csv_file, "AT_ONCE", at_once)
    path = tmp_path / "cases.csv"
    path.write_bytes(text)
    assert csv_file._has_blank_line(path) is blank
