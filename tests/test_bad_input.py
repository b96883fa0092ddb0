"""Files as teams really have them, through the real command: it reads them exactly, or says in a line or two
what is wrong, where, and what to do. No traceback, no text of a cell, no signal, little memory and time.

The numbers (F01 …) are those of the project's table of faults. `tests/test_extract_faults.py` has many more
of what stops a run; here it is the process that counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.extract_files import CASES, DICTIONARY, changed, folder, workbook

CANARY = "CANARY"  # stands in cells; no message may hold it
ROW = f"{CANARY}1,1,2025-01-06,,A,CO,40,Y\n"
HEADS = CASES.strip().split(",")
LINE = [f"{CANARY}1", "1", date(2025, 1, 6), None, "A", "CO", 40, "Y"]

MOST_SECONDS, MOST_MEGABYTES = 30, 600  # ten times what they take on a quiet computer; and what the table allows

Maker = Callable[[Path], Path]


def csv(content: str | bytes, name: str = "cases.csv") -> Maker:
    return lambda at: folder(at, {name: content}) / name


def book(change: Callable[[Path], object] | None = None, **sheets: list[list[object]]) -> Maker:
    def make(at: Path) -> Path:
        path = workbook(at / "cases.xlsx", sheets or {"Cases": [HEADS, LINE]})
        if change:
            change(path)
        return path

    return make


def sheet(**change: str) -> Callable[[Path], object]:
    """A change of the first sheet's XML: what stands before its end."""
    return lambda path: changed(path, "xl/worksheets/sheet1.xml", {"</sheetData>": f"{change['more']}</sheetData>"})


def bomb(path: Path) -> None:
    parts = {info.filename: zipfile.ZipFile(path).read(info) for info in zipfile.ZipFile(path).infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in parts.items():
            out.writestr(name, data)
        with out.open("xl/worksheets/sheet2.xml", "w") as part:
            for _ in range(300):
                part.write(b" " * 1_000_000)


def doctype(path: Path) -> None:
    declared = '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><worksheet '
    changed(path, "xl/worksheets/sheet1.xml", {"<worksheet ": declared})


def two_spellings() -> str:
    names = ("Zoë", unicodedata.normalize("NFD", "Zoë"), " Zoë ")
    return CASES + "".join(f"X{n},1,2025-01-06,,{name},CO,40,Y\n" for n, name in enumerate(names))


def pipe(at: Path) -> Path:
    os.mkfifo(at / "cases.csv")
    return at / "cases.csv"


def link_to_zero(at: Path) -> Path:
    (at / "cases.csv").symlink_to("/dev/zero")
    return at / "cases.csv"


# Which fault, what it is, what is made, the exit code, what is said on standard error or shown.
FAULTS: list[tuple[str, str, Maker, int, str]] = [
    ("F01", "a field too many", csv(CASES + ROW * 55 + ROW.strip() + f",{CANARY}\n"), 3, "cases.csv line 57: 9 fields, expected 8."),
    ("F02", "a field too few", csv(CASES + ROW + f"X2,{CANARY}\n"), 3, "cases.csv line 3: 2 fields, expected 8."),
    ("F03", "a quote that never closes", csv(CASES + ROW * 7 + f'"{CANARY},1,2025-01-06,,A,CO,40,Y\n' + ROW), 3, "cases.csv line 9: a quote opens here"),
    ("F05", "cp1252 without a word", csv((CASES + ROW.replace("A,", "Zoë,")).encode("cp1252")), 3, "cases.csv line 2: not UTF-8 text. Give --encoding cp1252"),
    ("F06", "a heading twice", csv(CASES.replace("Hours", "team ") + ROW), 3, "columns 5 and 7 have the same heading"),
    ("F07", "a NUL", csv(CASES + ROW + f"{CANARY}\0,1,2025-01-06,,A,CO,40,Y\n"), 3, "cases.csv line 3: a control character (\\x00)"),
    ("F07", "an escape", csv(CASES + f"{CANARY}\x1b,1,2025-01-06,,A,CO,40,Y\n"), 3, "cases.csv line 2: a control character (\\x1b)"),
    ("F08", "a cell of 3 MB", csv(CASES + f"{CANARY},1,2025-01-06,,{'A' * 3_000_000},CO,40,Y\n"), 3, "cases.csv line 2: longer than 2,000,000 bytes."),
    ("F08", "20,000 columns", csv(CASES.strip() + "," * 20_000 + "\n"), 3, "cases.csv line 1: 20,008 columns, more than 500."),
    ("F11", "headings alone", csv(CASES), 3, "cases.csv: No cases to audit"),
    ("F11", "nothing at all", csv(""), 3, "cases.csv: empty."),
    ("F12", "a case twice", csv(CASES + ROW + ROW), 3, "cases.csv: row 3 repeats the “CRN”, “Event number” of an earlier row."),
    ("F13", "a cell far away", book(sheet(more='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')), 3, "a value far outside the table, at XFD1048576."),
    ("F14", "a small file that is large", book(bomb), 3, "far more than its size promises"),
    ("F15", "a formula without a result", book(sheet(more='<row r="3"><c r="A3" t="inlineStr"><is><t>X2</t></is></c><c r="B3"><v>1</v></c><c r="C3"><f>A1</f></c></row>')), 0, "a formula without a stored result"),
    ("F16", "an error value", book(Cases=[HEADS, LINE, ["X2", "1", "#N/A", None, "A", "CO", 40, "Y"]]), 0, "an error value, such as #N/A"),
    ("F17", "an old workbook", csv(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "cases.xlsx"), 3, "cases.xlsx: password-protected, or an old .xls."),
    ("F17", "an old workbook's name", csv(b"\xd0\xcf\x11\xe0", "cases.xls"), 3, "cases.xls: not an extract. Save it as .xlsx."),
    ("F17", "cut off", book(lambda path: path.write_bytes(path.read_bytes()[:-300])), 3, "cases.xlsx: cut off or damaged."),
    ("F17", "a CSV called a workbook", csv(CASES + ROW, "cases.xlsx"), 3, "cases.xlsx: not a workbook, whatever its name says."),
    ("F18", "a document type", book(doctype), 3, "cases.xlsx: holds a document type, which no workbook needs."),
    ("F19", "two sheets, none of cases", book(A=[HEADS, LINE], B=[[1]]), 2, "which sheet holds the cases? Give --sheet NAME"),
    ("F23", "an address", lambda at: Path("https:/x/y.csv"), 2, "local files only, no addresses."),
    ("F23", "a bucket", lambda at: Path("s3:/bucket/y.csv"), 2, "local files only, no addresses."),
    ("F25", "a folder of nothing", lambda at: at, 3, "a folder without a .csv or .parquet file."),
    ("F25", "a pipe", pipe, 3, "cases.csv: not an extract."),
    ("F25", "a file without end", link_to_zero, 3, "cases.csv: not an extract."),
    ("F25", "nowhere", lambda at: at / "nowhere.csv", 3, "not found. Check the path."),
    ("F33", "a year of two digits", csv(CASES + "X1,1,01/02/24,,A,CO,40,Y\n"), 0, "! 1 fault"),
    ("F33", "a day of one digit", csv(CASES + "X1,1,1/2/2024,,A,CO,40,Y\n"), 0, "! 1 fault"),
    ("F33", "digits of another script", csv(CASES + "X1,1,٠١/٠٢/2024,,A,CO,40,Y\n"), 0, "! 1 fault"),
    ("F33", "no such day", csv(CASES + "X1,1,29/02/2023,,A,CO,40,Y\n"), 0, "! 1 fault"),
    ("F33", "infinity", csv(CASES + "X1,1,infinity,,A,CO,40,Y\n"), 0, "! 1 fault"),
    ("F34", "the end of time", csv(CASES + "X1,1,31/12/9999,,A,CO,40,Y\n"), 0, "! 1 fault"),
    ("F34", "day nought", csv(CASES + "X1,1,1900-01-00,,A,CO,40,Y\n"), 0, "! 1 fault"),
]  # fmt: skip


def inspect(path: Path, at: Path, *more: str) -> tuple[int, str, str]:
    """Exit code, standard output and error of `auditcheck inspect`, within bounds of time and memory."""
    (at / "words.yaml").write_text(DICTIONARY, encoding="utf-8")
    command = [sys.executable, "-m", "auditcheck", "inspect", str(path), "--dictionary", str(at / "words.yaml"), *more]
    began = time.monotonic()
    with (at / "out").open("wb") as out, (at / "err").open("wb") as err:
        started = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL)
        _, status, used = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
    assert time.monotonic() - began < MOST_SECONDS
    assert used.ru_maxrss / 1024 < MOST_MEGABYTES
    return started.returncode, *((at / name).read_text(encoding="utf-8") for name in ("out", "err"))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX: memory of a process")
@pytest.mark.parametrize(
    ("make", "code", "said"), [fault[2:] for fault in FAULTS], ids=[f"{fault[0]} {fault[1]}" for fault in FAULTS]
)
def test_a_bad_file_is_a_message(make: Maker, code: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    found, out, err = inspect(make(tmp_path / "data"), tmp_path)
    assert found == code, err
    assert said in (err if code else out)
    assert CANARY not in err
    assert "Traceback" not in err and len(err.strip().splitlines()) <= (2 if code else 0)


# F09, F10, F12: what must be read exactly. The team as written, and the teams that come of it.
@pytest.mark.parametrize(
    ("what", "text", "expected"),
    [
        ("F09 teams that look like nothing", CASES + "".join(f"X{n},1,2025-01-06,,{t},CO,40,Y\n" for n, t in enumerate(["NA", "None", "null", "nan", "N/A"])), ["N/A", "NA", "NAN", "NONE", "NULL"]),
        ("F12 one name in two spellings of Unicode, and with spaces", two_spellings(), ["ZOË"]),
        ("F32 names that are SQL", CASES + 'X1,1,2025-01-06,,"x""; DROP TABLE run; --",CO,40,Y\nX2,1,2025-01-06,,\' OR 1=1 --,CO,40,Y\n', ["' OR 1=1 --", 'X"; DROP TABLE RUN; --']),
    ],
)  # fmt: skip
def test_what_is_read_exactly(what: str, text: str, expected: list[str], tmp_path: Path) -> None:
    from auditcheck.extract import read_extract
    from tests.extract_files import names

    with read_extract(csv(text)(tmp_path), names()) as extract:
        found = extract.con.execute('select distinct team_code from "t_cases" order by 1').fetchall()
    assert [code for (code,) in found] == expected


def test_f10_references_stay_as_they_are(tmp_path: Path) -> None:
    from auditcheck.extract import read_extract
    from tests.extract_files import names

    given = ["00123", "123", "12345678901234567890", "1E5"]
    text = CASES + "".join(f"{reference},1,2025-01-06,,A,CO,0,Y\n" for reference in given)
    with read_extract(csv(text)(tmp_path), names()) as extract:
        assert [crn for (crn,) in extract.con.execute('select crn from "t_cases" order by 1').fetchall()] == given


@pytest.mark.parametrize("serial", [60, 0, -5, 2958466])
def test_f20_days_that_excel_alone_knows(serial: int, tmp_path: Path) -> None:
    path = workbook(tmp_path / "cases.xlsx", {"Cases": [HEADS, ["X1", "1", 100, None, "A", "CO", 40, "Y"]]})
    opened = openpyxl.load_workbook(path)
    opened["Cases"]["C2"].number_format = "dd/mm/yyyy"
    opened.save(path)
    changed(path, "xl/worksheets/sheet1.xml", {"<v>100</v>": f"<v>{serial}</v>"})
    code, out, err = inspect(path, tmp_path)
    assert (code, err) == (0, "")
    assert "! 1 fault" in out


def test_f24_a_name_with_stars_is_that_file(tmp_path: Path) -> None:
    folder(tmp_path, {"cases*.csv": CASES + ROW, "casesA.csv": "not,a\ncaseload", "[1].csv": CASES + ROW * 1})
    for name in ("cases*.csv", "[1].csv"):
        code, out, err = inspect(tmp_path / name, tmp_path)
        assert (code, err) == (0, "")
        assert f"cases   {name}" in out


# ── files that were damaged ──────────────────────────────────────────────────────────────────────


def damaged(data: bytes, seed: int) -> bytes:
    """A cut, a few bytes changed, or a piece doubled or taken out."""
    import random

    chance = random.Random(seed)
    at, other = sorted(chance.randrange(len(data)) for _ in range(2))
    match chance.randrange(4):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + data[other:]
        case 2:
            return data[:other] + data[at:]
    changed_bytes = bytearray(data)
    for _ in range(chance.randrange(1, 9)):
        changed_bytes[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(changed_bytes)


@pytest.mark.parametrize("kind", ["cases.csv", "cases.xlsx"])
def test_damage_is_told_and_shows_nothing(kind: str, tmp_path: Path) -> None:
    """In one process, as many as a few seconds allow; Parquet has its own test, where the database reads."""
    from auditcheck.extract import read_extract
    from auditcheck.problems import Stop
    from tests.extract_files import names

    rows = [[f"{CANARY}{n}", "1", date(2025, 1, 6), None, f"{CANARY} team", "CO", n, "Y"] for n in range(40)]
    if kind == "cases.csv":
        lines = (",".join("" if cell is None else str(cell) for cell in row) for row in rows)
        good = (CASES + "\n".join(lines)).encode()
    else:
        good = workbook(tmp_path / kind, {"Cases": [HEADS, *rows]}).read_bytes()
    stopped = 0
    for seed in range(300):
        path = tmp_path / str(seed) / kind
        path.parent.mkdir()
        path.write_bytes(damaged(good, seed))
        try:
            with read_extract(path, names()) as extract:
                assert all(CANARY not in row.rule for row in extract.fault_rows())
        except Stop as stop:
            stopped += 1
            assert stop.exit_code in (2, 3)
            assert 1 <= len(stop.lines) <= 2 and not any(CANARY in line for line in stop.lines)
    assert stopped > 50
