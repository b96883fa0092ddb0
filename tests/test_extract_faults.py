"""Structural faults: each stops the run with one or two lines, and none of them shows a cell."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from auditcheck.extract import read_extract
from auditcheck.problems import Stop
from tests.extract_files import CASES, ONE_CASE, changed, folder, message, names, texts_announced, workbook

MARK = "MARKER"  # stands in cells; no message may hold it
ROW = f"{MARK}1,1,2025-01-06,,A,CO,40,Y\n"
HEADS = CASES.strip().split(",")
LINE = [f"{MARK}1", "1", date(2025, 1, 6), None, "A", "CO", 40, "Y"]

Maker = Callable[[Path], Path]


def files(**contents: str | bytes) -> Maker:
    """A folder with these files; `cases` is cases.csv."""
    return lambda at: folder(at / "extract", {f"{name}.csv": content for name, content in contents.items()})


def one_file(name: str, content: str | bytes) -> Maker:
    return lambda at: folder(at, {name: content}) / name


def typed(path: str) -> Maker:
    return lambda _: Path(path)


def book(change: Callable[[Path], object] | None = None, **sheets: list[list[object]]) -> Maker:
    def make(at: Path) -> Path:
        path = workbook(at / "extract.xlsx", sheets)
        if change:
            change(path)
        return path

    return make


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def doctype(path: Path) -> None:
    declared = '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><worksheet '
    changed(path, "xl/worksheets/sheet1.xml", {"<worksheet ": declared})


def far_row(path: Path) -> None:
    changed(
        path,
        "xl/worksheets/sheet1.xml",
        {"</sheetData>": '<row r="1048576"><c r="B1048576"><v>1</v></c></row></sheetData>'},
    )


def named_alike(path: Path) -> None:
    """The first sheet is hidden, and has the name of the second."""
    changed(
        path, "xl/workbook.xml", {'name="Old" sheetId="1" state="visible"': 'name="Cases" sheetId="1" state="hidden"'}
    )


def twice(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as out:
        out.writestr("xl/Worksheets/SHEET1.xml", "<worksheet/>")


def far_column(path: Path) -> None:
    changed(path, "xl/worksheets/sheet1.xml", {"</sheetData>": '<row r="3"><c r="XFD3"><v>1</v></c></row></sheetData>'})


STOPS: list[tuple[str, Maker, int, str]] = [
    # what is wrong, the extract, exit code, the message
    ("no such path", typed("june/nowhere"), 3, "june/nowhere: not found. Check the path."),
    (
        "an address",
        lambda at: Path("https://example.org/cases.csv"),
        2,
        "An extract is a folder or a file on this computer: local files only, no addresses.",
    ),
    (
        "a folder of another computer",
        lambda at: Path("\\\\host\\share\\cases.csv"),
        2,
        "An extract is a folder or a file on this computer: local files only, no addresses.",
    ),
    (
        "an s3 address",
        lambda at: Path("s3://bucket/cases.csv"),
        2,
        "An extract is a folder or a file on this computer: local files only, no addresses.",
    ),
    (
        "another kind of file",
        one_file("cases.pdf", MARK),
        3,
        "cases.pdf: not an extract. An extract is a folder of .csv or .parquet files, or a .csv, a .parquet or a .xlsx file.",
    ),
    (
        "an old workbook by its name",
        one_file("cases.xls", MARK),
        3,
        "cases.xls: not an extract. Save it as .xlsx. An extract is a folder of .csv or .parquet files, or a .csv, a .parquet or a .xlsx file.",
    ),
    (
        "an empty folder",
        files(),
        3,
        "extract: a folder without a .csv or .parquet file. An extract is a folder of .csv or .parquet files, or a .csv, a .parquet or a .xlsx file.",
    ),
    (
        "a folder with a workbook",
        lambda at: folder(at / "extract", {"march.xlsx": MARK}),
        3,
        "extract: a folder without a .csv or .parquet file. It holds march.xlsx: give that file.",
    ),
    (
        "no cases",
        files(contacts=f"CRN\n{MARK}\n", other=f"x\n{MARK}\n"),
        3,
        "extract: no file for the cases. It must be called “cases” or “Caseload”. There is other.csv.",
    ),
    (
        "cases twice",
        files(cases=ONE_CASE, Caseload=CASES + ROW),
        3,
        "extract: Caseload.csv and cases.csv are both the table “cases”. Keep one of them.",
    ),
    ("an empty file", files(cases=""), 3, "cases.csv: empty. Give a file with headings and rows."),
    ("only a byte order mark", files(cases="\ufeff"), 3, "cases.csv: empty. Give a file with headings and rows."),
    ("only headings", files(cases=CASES), 3, "cases.csv: No cases to audit: it holds headings and no rows."),
    (
        "only blank rows",
        files(cases=CASES + "\n,,,,,,,\n\n"),
        3,
        "cases.csv: No cases to audit: it holds headings and no rows.",
    ),
    (
        "thirty blank lines",
        files(cases="\n" * 30 + CASES + ROW),
        3,
        "cases.csv: nothing on its first 30 lines. The headings must stand above the rows.",
    ),
    (
        "no headings",
        files(cases=ROW + ROW.replace("1", "2")),
        3,
        "cases.csv line 1: no heading that the dictionary knows. The headings must stand above the rows.",
    ),
    (
        "a required column is missing",
        files(cases=f"Case reference,Event number,Begun,Surname\n{MARK},1,{MARK},{MARK}\n"),
        3,
        "cases.csv line 1: no column for start_date (headed “Start date” or “start_date”).\n"
        "Headings not recognised: “Begun”, “Surname”.",
    ),
    (
        "two required columns are missing",
        files(cases=f"Start date\n{MARK}\n"),
        3,
        "cases.csv line 1: no column for crn (headed “CRN”, “Case reference” or “crn”);"
        " event_number (headed “Event number” or “event_number”).",
    ),
    (
        "a column that says whose row it is",
        files(cases=ONE_CASE, contacts=f"CRN,Contact date,Occurrence\n{MARK},{MARK},{MARK}\n"),
        3,
        "contacts.csv line 1: no column for event_number (headed “Event number” or “event_number”).\n"
        "Headings not recognised: “Occurrence”.",
    ),
    (
        "headings sorted in among the rows",
        files(cases=ROW + ROW.replace("1,1", "2,1") + CASES + ROW.replace("1,1", "3,1")),
        3,
        "cases.csv line 3: the headings stand here, and line 1 above them is more than a title."
        " Put the headings above all rows, or take out what stands above them.",
    ),
    (
        "headings of which the first ones are mistyped",
        files(cases=CASES.replace("Hours", "Howrs") + ROW + CASES + ROW.replace("1,1", "3,1")),
        3,
        "cases.csv line 3: the headings stand here, and line 2 above them is more than a title."
        " Put the headings above all rows, or take out what stands above them.",
    ),
    (
        "headings sorted in among the rows of a sheet",
        book(Cases=[["Caseload", "June"], ["X1", "1", date(2025, 1, 6)], HEADS, LINE]),
        3,
        "sheet Cases row 3: the headings stand here, and row 2 above them is more than a title."
        " Put the headings above all rows, or take out what stands above them.",
    ),
    (
        "a row joined to the headings",
        files(cases=f"CRN,Event number,St{MARK}1,{MARK},X123456,1,A\n{MARK},1\n"),
        3,
        "cases.csv line 1: no column for start_date (headed “Start date” or “start_date”).",
    ),
    (
        "the same heading twice",
        files(cases="CRN,Event number,Note,Start date, NOTE \n" + ROW),
        3,
        "cases.csv line 1: columns 3 and 5 have the same heading. Rename one of them, or take it out.",
    ),
    (
        "two headings of one column",
        files(cases="CRN,Event number,Start date,Case reference\n" + ROW),
        3,
        "cases.csv line 1: columns 1 and 4 are both “crn” (“CRN”, “Case reference”). Keep one of them.",
    ),
    (
        "a row too long",
        files(cases=CASES + ROW + f"{MARK},1,2025-01-06,,A,CO,40,Y,{MARK}\n" + ROW),
        3,
        "cases.csv line 3: 9 fields, expected 8. A field that holds the delimiter needs quotes round it.",
    ),
    (
        "a row too short",
        files(cases=CASES + ROW + ROW + f"{MARK}\n"),
        3,
        "cases.csv line 4: 1 field, expected 8. A field that holds the delimiter needs quotes round it.",
    ),
    (
        "a row too long after a field of two lines",
        files(cases=CASES + ROW.replace("A,", '"A\nB",') + ROW.replace(",A", ",A,A")),
        3,
        "cases.csv line 4: 9 fields, expected 8. A field that holds the delimiter needs quotes round it.",
    ),
    (
        "a quote left open",
        files(cases=CASES + ROW + f'X2,1,2025-01-06,,"{MARK},CO,40,Y\n' + ROW * 3),
        3,
        "cases.csv line 3: a quote opens here and does not close properly."
        " Close it, or double a quote that is part of the text.",
    ),
    (
        "a quote left open before another",
        files(cases=CASES + f'X2,1,2025-01-06,,"{MARK},CO,40,Y\n' + ROW + f'X3,1,,,"{MARK}",CO,40,Y\n'),
        3,
        "cases.csv line 2: a quote opens here and does not close properly."
        " Close it, or double a quote that is part of the text.",
    ),
    (
        "a quote left open after a space",
        files(cases=CASES + ROW + f'X2,1,2025-01-06,, "{MARK},CO,40,Y\n'),
        3,
        "cases.csv line 3: a quote opens here and does not close properly."
        " Close it, or double a quote that is part of the text.",
    ),
    (
        "a quote closed too early",
        files(cases=CASES + f'X2,1,2025-01-06,,"{MARK}"A,CO,40,Y\n'),
        3,
        "cases.csv line 2: a quote opens here and does not close properly."
        " Close it, or double a quote that is part of the text.",
    ),
    (
        "a quote open in the headings",
        files(cases=f'"CRN,Event number,Start date\n{MARK}\n'),
        3,
        "cases.csv line 1: a quote opens here and does not close. Close it, or take it out.",
    ),
    (
        "lines that end in different ways",
        files(cases=CASES.replace("\n", "\r\n") + ROW + ROW.replace("1,1", "2,1")),
        3,
        "cases.csv: its lines do not all end in the same way. Save it again as “CSV UTF-8”, or as a workbook (.xlsx).",
    ),
    (
        "a record far too long",
        files(cases=CASES + ROW + f"X2,1,2025-01-06,,{MARK * 400_000},CO,40,Y\n"),
        3,
        "cases.csv line 3: longer than 2,000,000 bytes. A quote may be missing; if none is, give --max-line.",
    ),
    (
        "not UTF-8",
        files(cases=(CASES + ROW + f"X2,1,2025-01-06,,Zoë {MARK},CO,40,Y\n").encode("cp1252")),
        3,
        "cases.csv line 3: not UTF-8 text. Give --encoding cp1252 if it comes from Windows, or save it again as “CSV UTF-8”.",
    ),
    (
        "headings not UTF-8",
        files(cases=(CASES.replace("Team", "Équipe") + ROW).encode("cp1252")),
        3,
        "cases.csv line 1: not UTF-8 text. Give --encoding cp1252 if it comes from Windows, or save it again as “CSV UTF-8”.",
    ),
    (
        "UTF-32",
        files(cases=(CASES + ROW).encode("utf-32")),
        3,
        "cases.csv: UTF-32, which no spreadsheet writes. Save it again as “CSV UTF-8”, or as a workbook (.xlsx).",
    ),
    (
        "UTF-16, cut off in the middle of a character",
        files(cases=(CASES + ROW).encode("utf-16")[:-1]),
        3,
        "cases.csv: not utf-16 text. Give another --encoding. Save it again as “CSV UTF-8”, or as a workbook (.xlsx).",
    ),
    (
        "a character that is no text",
        files(cases=CASES + ROW + f"X2,1,2025-01-06,,{MARK}\x00,CO,40,Y\n"),
        3,
        "cases.csv line 3: a control character (\\x00), which is no text. Take it out.",
    ),
    (
        "an escape sequence in a title",
        files(cases=f"\x1b[31m{MARK}\n" + CASES + ROW),
        3,
        "cases.csv line 1: a control character (\\x1b), which is no text. Take it out.",
    ),
    (
        "a row too short under a title",
        files(cases=f"Caseload {MARK}\n\n" + CASES + ROW + f"X2,{MARK}\n"),
        3,
        "cases.csv line 5: 2 fields, expected 8. A field that holds the delimiter needs quotes round it.",
    ),
    (
        "a quote that opens in a heading of two lines",
        files(cases='CRN,Event number,"Start\ndate",Order\nX1,1,2025-01-06,"' + MARK),
        3,
        "cases.csv line 3: a quote opens here and does not close properly."
        " Close it, or double a quote that is part of the text.",
    ),
    (
        "twenty thousand columns",
        files(cases=CASES.strip() + "," * 20_000 + "\n" + ROW),
        3,
        "cases.csv line 1: 20,008 columns, more than 500. Take out those that are not needed.",
    ),
    (
        "a workbook called CSV",
        one_file("cases.csv", b"PK\x03\x04" + MARK.encode()),
        3,
        "cases.csv: a workbook with the name of a CSV file. Rename it to .xlsx, or save it as CSV.",
    ),
    (
        "a case twice",
        files(cases=CASES + ROW + ROW.replace(",1,", ",2,") + ROW),
        3,
        "cases.csv: row 4 repeats the “CRN”, “Event number” of an earlier row. It must be different on every row.",
    ),
    (
        "cases many times",
        files(cases=CASES + ROW * 6 + ROW.replace(",1,", ",2,") * 2),
        3,
        "cases.csv: 6 rows (3, 4, 5, …) repeat the “CRN”, “Event number” of an earlier row."
        " It must be different on every row.",
    ),
    (
        "a requirement twice",
        files(cases=CASES + ROW, requirements=f"Id,CRN,Kind\nR1,{MARK}1,a\nR1,{MARK}1,b\n,{MARK}1,c\n,{MARK}1,c\n"),
        3,
        "requirements.csv: row 3 repeats the “Id” of an earlier row. It must be different on every row.",
    ),
    (
        "a case without a reference",
        files(cases=CASES + ROW + ROW.replace(",1,", ",,")),
        3,
        "cases.csv: row 3 has no case reference (“CRN”, “Event number”). Fill it in, or take the row out.",
    ),
    ("an empty workbook file", one_file("x.xlsx", b""), 3, "x.xlsx: empty. Give a file with headings and rows."),
    (
        "an old or protected workbook",
        one_file("x.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + MARK.encode()),
        3,
        "x.xlsx: password-protected, or an old .xls. Save it as .xlsx without a password.",
    ),
    (
        "CSV called a workbook",
        one_file("x.xlsx", CASES + ROW),
        3,
        "x.xlsx: not a workbook, whatever its name says. Open it in Excel and save it as .xlsx.",
    ),
    (
        "a workbook cut off",
        book(cut, Cases=[HEADS, LINE]),
        3,
        "extract.xlsx: cut off or damaged. Open it in Excel and save it as .xlsx.",
    ),
    (
        "a workbook with a byte changed",
        book(
            lambda path: path.write_bytes(path.read_bytes().replace(b"PK\x01\x02", b"PK\x01\x07", 1)),
            Cases=[HEADS, LINE],
        ),
        3,
        "extract.xlsx: cut off or damaged. Open it in Excel and save it as .xlsx.",
    ),
    (
        "a workbook in an encoding that there is not",
        book(
            lambda path: changed(
                path, "xl/worksheets/sheet1.xml", {"<worksheet ": '<?xml version="1.0" encoding="zz"?><worksheet '}
            ),
            Cases=[HEADS, LINE],
        ),
        3,
        "extract.xlsx: cut off or damaged. Open it in Excel and save it as .xlsx.",
    ),
    (
        "more shared texts announced than there is room for",
        book(texts_announced, Cases=[HEADS, LINE]),
        3,
        "extract.xlsx: cut off or damaged. Open it in Excel and save it as .xlsx.",
    ),
    (
        "a hidden sheet of the same name",
        book(named_alike, Old=[HEADS, LINE], Cases=[HEADS, LINE]),
        3,
        "extract.xlsx: cut off or damaged. Open it in Excel and save it as .xlsx.",
    ),
    (
        "another workbook inside",
        book(lambda path: changed(path, "_rels/.rels", {"xl/workbook.xml": "other/workbook.xml"}), Cases=[HEADS, LINE]),
        3,
        "extract.xlsx: cut off or damaged. Open it in Excel and save it as .xlsx.",
    ),
    (
        "a part twice but for capitals",
        book(twice, Cases=[HEADS, LINE]),
        3,
        "extract.xlsx: cut off or damaged. Open it in Excel and save it as .xlsx.",
    ),
    (
        "some other archive",
        one_file("x.xlsx", b"PK\x05\x06" + b"\0" * 18),
        3,
        "x.xlsx: cut off or damaged. Open it in Excel and save it as .xlsx.",
    ),
    (
        "a document type",
        book(doctype, Cases=[HEADS, LINE]),
        3,
        "extract.xlsx: holds a document type, which no workbook needs. Open it in Excel and save it as .xlsx.",
    ),
    (
        "a cell far below",
        book(far_row, Cases=[HEADS, LINE]),
        3,
        "sheet Cases: a value far outside the table, at B1048576. Delete it, or its row and column.",
    ),
    (
        "a cell far to the right",
        book(far_column, Cases=[HEADS, LINE]),
        3,
        "sheet Cases: a value far outside the table, at XFD3. Delete it, or its row and column.",
    ),
    ("an empty sheet", book(Cases=[]), 3, "sheet Cases: empty. Give a sheet with headings and rows."),
    (
        "a sheet of headings",
        book(Cases=[HEADS]),
        3,
        "sheet Cases: No cases to audit: it holds headings and no rows.",
    ),
    (
        "sheets, and none of cases",
        book(March=[HEADS, LINE], Contacts=[HEADS, LINE], Notes=[[MARK]]),
        2,
        "extract.xlsx: which sheet holds the cases? Give --sheet NAME, or call it “cases” or “Caseload”."
        " There is sheet March, sheet Notes.",
    ),
    (
        "a heading twice in a sheet",
        book(Cases=[["Team report"], [], [*HEADS, "note", "Note"], [*LINE, MARK, MARK]]),
        3,
        "sheet Cases row 3: columns 9 and 10 have the same heading. Rename one of them, or take it out.",
    ),
]


@pytest.mark.parametrize(("make", "code", "expected"), [s[1:] for s in STOPS], ids=[s[0] for s in STOPS])
def test_what_stops_a_run(tmp_path: Path, make: Maker, code: int, expected: str) -> None:
    with pytest.raises(Stop) as stopped:
        read_extract(make(tmp_path), names())
    assert (stopped.value.exit_code, message(stopped.value)) == (code, expected)
    assert MARK not in expected
    assert stopped.value.__cause__ is None
    assert stopped.value.__suppress_context__ or stopped.value.__context__ is None


def test_nothing_stays_behind_after_a_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with pytest.raises(Stop):
        read_extract(folder(tmp_path / "extract", {"cases.csv": CASES + ROW + "x\n"}), names())
    read_extract(folder(tmp_path / "extract", {"cases.csv": ONE_CASE}), names()).close()
    assert list(temporary.iterdir()) == []


def test_faults_are_told_without_their_text(tmp_path: Path) -> None:
    """A mark in every cell: everything that can be shown of the extract is free of it."""
    told: list[str] = []
    cells = ",".join([MARK] * 8)
    path = folder(
        tmp_path / "extract",
        {
            "cases.csv": f"{CASES}{cells}\n",
            "contacts.csv": "CRN,Event number,Contact date,Due date,Type,Requirement\n" + ",".join([MARK] * 6) + "\n",
            "requirements.csv": f"Id,CRN,Kind\nR1,{MARK},{MARK}\n",
        },
    )
    with read_extract(path, names(), progress=told.append) as extract:
        assert extract.faults == {"reference not found": 1, "unknown code": 1, "unreadable cell": 6}
        shown = [told, extract.fault_rows(), extract.sources, extract.not_read, extract.missing_columns, repr(extract)]
        assert MARK not in repr(shown)
        assert len(extract.fault_rows(3)) == 3
        assert all(MARK in row[5] for row in extract.con.execute("from faults").fetchall())


def test_a_far_cell_and_a_bomb_end_in_a_message_not_in_the_process(tmp_path: Path) -> None:
    """In a process of its own with little memory: a crash would be seen, and would not end the tests."""
    far = book(far_row, Cases=[HEADS, LINE])(tmp_path)
    far.rename(tmp_path / "far.xlsx")
    bomb = tmp_path / "bomb.xlsx"
    script = f"""
        import resource, sys, zipfile
        from pathlib import Path
        from auditcheck.extract import read_extract
        from auditcheck.problems import Stop
        from tests.extract_files import names
        with zipfile.ZipFile({str(bomb)!r}, "w", zipfile.ZIP_DEFLATED) as out:
            with out.open("xl/sharedStrings.xml", "w") as part:
                for _ in range(100):
                    part.write(b" " * 1024 * 1024)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for name in ("far", "bomb"):
            try:
                read_extract(Path({str(tmp_path)!r}) / (name + ".xlsx"), names())
            except Stop as stop:
                print(*stop.lines)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "sheet Cases: a value far outside the table, at B1048576. Delete it, or its row and column.",
        "bomb.xlsx: unpacks to 104 MB, far more than its size promises. Export it again as CSV, or, if that is right, give --max-ratio.",
        "True",
    ]
