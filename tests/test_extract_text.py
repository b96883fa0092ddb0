"""The same caseload however its CSV was written: encodings, delimiters, what stands above the headings."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from auditcheck.extract import read_extract
from auditcheck.extract.loading import SMALL
from auditcheck.extract.sheets import Given
from auditcheck.extract.text_file import known_encoding
from auditcheck.inspecting import inspect
from auditcheck.problems import Stop
from tests.extract_files import DICTIONARY, changed, folder, message, names, workbook

HEADS = "CRN,Event number,Start date,Order,Team name"
ROWS = [
    "X1,1,2025-01-06,CO,Zoë’s team",
    'X2,1,07/01/2025,LIC,"B, and C"',
    'X3,2,2025-01-08,CO,"a\nb"',
]
PLAIN = "\n".join((HEADS, *ROWS, ""))
READ = [
    (2, "X1", "1", "2025-01-06", "community_order", "Zoë’s team"),
    (3, "X2", "1", "2025-01-07", "licence", "B, and C"),
    (4, "X3", "2", "2025-01-08", "community_order", "a\nb"),
]


def other(delimiter: str) -> str:
    return "\n".join(
        line.replace('"B, and C"', "B# and C").replace(",", delimiter).replace("#", ",") for line in PLAIN.split("\n")
    )


def quoted_headings(text: str) -> str:
    return text.replace("Start date", '"Start\ndate"').replace("Event number", '"Event  NUMBER"')


# How it was written, the bytes, and how many rows stand above the headings.
TEXTS = {
    "UTF-8": (PLAIN.encode(), 0),
    "UTF-8 with a byte order mark": (PLAIN.encode("utf-8-sig"), 0),
    "UTF-16, little end first": (PLAIN.encode("utf-16"), 0),
    "UTF-16, big end first": (b"\xfe\xff" + PLAIN.encode("utf-16-be"), 0),
    "lines of Windows": (PLAIN.replace("\n", "\r\n").replace("a\r\nb", "a\nb").encode(), 0),
    "semicolons": (other(";").encode(), 0),
    "tabs": (other("\t").encode(), 0),
    "Excel says what is between cells": (f"sep=;\n{other(';')}".encode(), 0),
    "Excel says so in UTF-16": (f"sep=\t\r\n{other(chr(9))}".encode("utf-16"), 0),
    "a bar, as Excel says": (f"sep=|\n{other('|')}".encode(), 0),
    "headings of two lines": (quoted_headings(PLAIN).encode(), 0),
    "a title": (f"Caseload June 2025\n{PLAIN}".encode(), 1),
    "a title with as many cells": (f"Caseload June 2025,,,,\n,,,,\n{PLAIN}".encode(), 2),
    "a title of two lines, a blank line": (f'"Caseload\nJune"\n\n{quoted_headings(PLAIN)}'.encode(), 2),
    "a title of three cells": (f"Caseload,Team,A,,\n{PLAIN}".encode(), 1),
    "groups of headings": (f"Case,,Sentence,,Whose\nCRN,Event no,Start,Order,Team\n{PLAIN}".encode(), 2),
    "a title with a day": (f"Caseload,30/06/2025,,,\n{PLAIN}".encode(), 1),
    "a title that holds a heading": (f"Order,A,,,\n{PLAIN}".encode(), 1),
    "blank columns at the end": ("\n".join(f"{line},," if line[:1] != "b" else line for line in PLAIN.replace("a\nb", "a b").split("\n")[:-1]).encode(), 0),
    "blank rows at the end": ((PLAIN + ",,,,\n\n,,,,\n").encode(), 0),
}  # fmt: skip


def read(path: Path, **how: str) -> list[tuple[object, ...]]:
    columns = "_row, crn, event_number, start_date::varchar, order_type, team_name"
    with read_extract(path, names(), given=Given(**how)) as extract:  # type: ignore[arg-type]
        assert extract.faults == {}
        found: list[tuple[object, ...]] = extract.con.execute(
            f'select {columns} from "t_cases" order by _row'
        ).fetchall()
        return found


@pytest.mark.parametrize("name", TEXTS)
def test_written_so_it_reads_the_same(name: str, tmp_path: Path) -> None:
    content, above = TEXTS[name]
    text = "a b" if name == "blank columns at the end" else "a\nb"
    expected = [(row[0] + above, *row[1:5], row[5].replace("a\nb", text)) for row in READ]
    assert read(folder(tmp_path, {"cases.csv": content}) / "cases.csv") == expected
    # and as one table of a folder
    assert read(folder(tmp_path / "several", {"cases.csv": content})) == expected


def test_an_encoding_is_that_of_what_is_not_utf8(tmp_path: Path) -> None:
    contacts = "CRN,Event number,Contact date,Type\nX1,1,2025-02-03,Zoë\n"
    at = folder(tmp_path, {"cases.csv": PLAIN.encode("cp1252"), "contacts.csv": contacts})
    with pytest.raises(Stop, match=r"cases\.csv line 2: not UTF-8 text\. Give --encoding cp1252"):
        read_extract(at, names())
    assert read(at, encoding="cp1252") == READ
    with read_extract(at, names(), given=Given(encoding="cp1252")) as extract:  # the one that is UTF-8 stays as it is
        assert extract.con.execute("select type_code from t_contacts").fetchall() == [("Zoë",)]
    with pytest.raises(Stop) as stopped:
        known_encoding("cp-1252-windows")
    assert (stopped.value.exit_code, message(stopped.value)) == (
        2,
        "--encoding takes the name of an encoding, such as cp1252 (Windows) or utf-16.",
    )


def test_what_is_copied_to_be_read_is_gone_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    path = folder(tmp_path, {"cases.csv": f"A title\n{PLAIN}".encode("utf-16")}) / "cases.csv"
    with read_extract(path, names()):
        (private, *_) = temporary.iterdir()
        assert private.stat().st_mode & 0o777 == 0o700
    assert list(temporary.iterdir()) == []


def test_a_large_one_under_a_title_is_read_whole(tmp_path: Path) -> None:
    rows = [f"X{n},1,2025-01-06,CO,Team {n % 7}" for n in range(50_000)]
    text = "\n".join(("Caseload", "", HEADS, *rows, ""))
    assert len(text) > SMALL
    with read_extract(folder(tmp_path, {"cases.csv": text}), names()) as extract:
        assert extract.con.execute("select count(*), min(_row), max(_row) from t_cases").fetchall() == [
            (50_000, 4, 50_003)
        ]


def test_standard_input(tmp_path: Path) -> None:
    dictionary = tmp_path / "dictionary.yaml"
    dictionary.write_text(DICTIONARY, encoding="utf-8")
    command = [sys.executable, "-m", "auditcheck", "inspect", "-", "--dictionary", str(dictionary)]
    done = subprocess.run(command, input=PLAIN.encode("utf-16"), capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert re.search("cases +standard input +3 +3\n", done.stdout.decode())
    done = subprocess.run(command, input=(HEADS + "\nX1,SECRET\n").encode(), capture_output=True, timeout=60)
    assert done.returncode == 3
    assert done.stderr.decode().splitlines()[0].startswith("standard input line 2: 2 fields, expected 5.")
    assert b"SECRET" not in done.stderr


# ── which sheet ──────────────────────────────────────────────────────────────────────────────────

LINES = [HEADS.split(","), ["X1", "1", "2025-01-06", "CO", "A"]]


def test_the_sheet_that_holds_the_cases(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "team.xlsx",
        {
            "June": LINES,
            "Notes": [["nothing"]],
            "Contacts": [["CRN", "Event number", "Contact date", "Type"], ["X1", "1", "2025-02-03", "C1"]],
        },
    )
    for name in ("June", "june"):
        with read_extract(path, names(), given=Given(sheet=name)) as extract:
            assert extract.not_read == ("sheet Notes",)
            assert [(source.table, source.kept) for source in extract.sources] == [("cases", 1), ("contacts", 1)]


def test_inspect_says_what_it_could_not_look_at_beside_what_an_audit_stops_at(tmp_path: Path) -> None:
    """Headings that nobody knows stop an audit first; the columns cannot be told either while a later line is no text."""
    at = folder(tmp_path, {"cases.csv": "CRN,Begun\nX1,2026-01-05\nX2,José\n".encode("cp1252")})
    with pytest.raises(Stop) as stop:
        inspect(at)
    headings, text = stop.value.lines
    assert headings.startswith("cases.csv line 1: no column for ")
    assert text.startswith("cases.csv line 3: not UTF-8 text. Give --encoding cp1252")
    assert [column.heading for column in inspect(at, given=Given(encoding="cp1252")).tables[0].columns] == [
        "CRN",
        "Begun",
    ]


@pytest.mark.parametrize(
    ("file", "sheet", "expected"),
    [
        ("team.xlsx", "July", "team.xlsx: no visible sheet is called “July”. There is “June”, “Notes”."),
        ("team.xlsx", "Old", "team.xlsx: no visible sheet is called “Old”. There is “June”, “Notes”."),
        ("cases.csv", "June", "--sheet names a sheet of a workbook (.xlsx), and cases.csv is none."),
    ],
)
def test_a_sheet_that_is_not_there_or_hidden(file: str, sheet: str, expected: str, tmp_path: Path) -> None:
    folder(tmp_path, {"cases.csv": PLAIN})

    workbook(tmp_path / "team.xlsx", {"June": LINES, "Notes": LINES, "Old": LINES}, hidden=["Old"])
    with pytest.raises(Stop) as stopped:
        read_extract(tmp_path / file, names(), given=Given(sheet=sheet))
    assert (stopped.value.exit_code, message(stopped.value)) == (2, expected)


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "cases.xlsx",
        {"Cases": [*LINES, ["X2", "1", "2025-01-07", "CO", "A"], [None], ["X3", "1", "2025-01-08", "CO", "B"]]},
    )
    seen = {'<row r="3"': '<row hidden="1" r="3"', '<row r="5"': '<row hidden="true" r="5"'}
    changed(path, "xl/worksheets/sheet1.xml", seen)
    (tmp_path / "cases.dictionary.yaml").write_text(DICTIONARY, encoding="utf-8")
    with read_extract(path, names()) as extract:
        (source,) = extract.sources
        assert (source.rows_read, source.kept, source.rows_hidden) == (3, 3, 2)
    done = subprocess.run([sys.executable, "-m", "auditcheck", "inspect", str(path)], capture_output=True, timeout=60)
    said = " ".join(done.stdout.decode().split())
    assert "Sheet Cases: 2 hidden rows (filtered or hidden by hand), read like the others" in said, said


# ── how much ─────────────────────────────────────────────────────────────────────────────────────

# What is read, the option, the exit code, and what is said.
LIMITS = [
    ("cases.csv", "--max-size 1KB", 3, "cases.csv: 3 KB, more than 1. If that is right, give --max-size."),
    ("cases.csv", "--max-size 1MB --max-rows 49", 3, "cases.csv: 50 rows, more than 49. If that is right, give --max-rows."),
    ("cases.parquet", "--max-rows 49", 3, "cases.parquet: 50 rows, more than 49. If that is right, give --max-rows."),
    ("cases.xlsx", "--max-rows 49", 3, "sheet Cases: 50 rows, more than 49. If that is right, give --max-rows."),
    ("cases.csv", "--max-rows 50", 0, ""),
    ("cases.parquet", "--max-rows 50 --max-size 1MB", 0, ""),
    ("cases.xlsx", "--max-rows 50", 0, ""),
    ("cases.csv", "--max-line 1KB", 0, ""),
    ("cases.csv", "--max-line long", 2, "--max-line takes a number of KB, MB, GB or TB, or of KiB, MiB, GiB or TiB, such as 500MB or 1.5GB."),
    ("cases.xlsx", "--max-ratio 0", 2, "--max-ratio takes a whole number, such as 500."),
    ("cases.csv", "--max-rows many", 2, "--max-rows takes a whole number, such as 20,000,000."),
    ("cases.csv", "--max-size 0", 2, "--max-size takes a number of KB, MB, GB or TB, or of KiB, MiB, GiB or TiB, such as 500MB or 1.5GB."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "options", "code", "said"), LIMITS)
def test_how_much_is_read(file: str, options: str, code: int, said: str, tmp_path: Path) -> None:
    rows = [[f"X{n}", "1", "2025-01-06", "CO", "A team with a long name"] for n in range(50)]
    (tmp_path / "dictionary.yaml").write_text(DICTIONARY, encoding="utf-8")
    path = tmp_path / file
    if file.endswith("xlsx"):
        workbook(path, {"Cases": [HEADS.split(","), *rows]})
    else:
        text = "\n".join((HEADS, *(",".join(row) for row in rows), ""))
        folder(tmp_path, {"cases.csv": text})
    if file.endswith("parquet"):
        with duckdb.connect() as con:
            con.execute(f"copy (from read_csv('{tmp_path / 'cases.csv'}', all_varchar = true)) to '{path}'")
    done = subprocess.run(
        [sys.executable, "-m", "auditcheck", "inspect", str(path), "--dictionary", str(tmp_path / "dictionary.yaml"), *options.split()],
        capture_output=True, text=True, encoding="utf-8", timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr.strip()) == (code, said)


def test_no_room_for_a_copy(tmp_path: Path) -> None:
    """UTF-16 is copied to be read: here no file may grow beyond 1,000 bytes."""
    resource = pytest.importorskip("resource")
    path = (
        folder(tmp_path, {"cases.csv": (HEADS + "\n" + "\n".join(ROWS * 20)).encode("utf-16"), "d.yaml": DICTIONARY})
        / "cases.csv"
    )
    done = subprocess.run(
        [sys.executable, "-m", "auditcheck", "inspect", str(path), "--dictionary", str(tmp_path / "d.yaml")],
        capture_output=True, text=True, encoding="utf-8", timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )  # fmt: skip
    said = "cases.csv: no room for a copy of it among the temporary files. Free some space there."
    assert (done.returncode, done.stderr.strip()) == (3, said)


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    """Half of the old and half of the new file would be an extract that never was."""
    path = folder(tmp_path, {"cases.csv": PLAIN}) / "cases.csv"

    def meanwhile(_: str) -> None:
        path.write_text(PLAIN + "X9,1,2025-01-06,CO,A\n", encoding="utf-8")

    with pytest.raises(Stop) as stopped:
        read_extract(path, names(), progress=meanwhile)
    said = "cases.csv: changed while it was read. Run again when nothing writes to it."
    assert (stopped.value.exit_code, message(stopped.value)) == (3, said)


def test_a_required_date_that_is_blank_is_a_fault(tmp_path: Path) -> None:
    """A dictionary's “required” means every row: a blank is not “never happened”, as another date's would be."""
    text = HEADS + ",End date\nX1,1,,CO,A,\nX2,1,2025-01-06,CO,A,\n"
    with read_extract(folder(tmp_path, {"cases.csv": text}), names()) as extract:
        assert [(f.row, f.column, f.rule) for f in extract.fault_rows()] == [
            (2, "Start date", "blank, and every row must have it")
        ]
        assert ("cases", "start_date") in extract.bad_columns
