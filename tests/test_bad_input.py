"""Files as teams really have them, and worse: the real command reads them exactly, or says in a line or two what is
wrong, where, and what to do. No traceback, no text of a cell, no signal, little memory and time, nothing left behind.

FAULTS is the project's table of bad input: every number once, with what is expected and what is tried for it.
`tests/test_extract_faults.py` has many more of what stops a run; here it is the process that counts. Files damaged
by the thousand are in `tests/test_mutants.py`.
"""

from __future__ import annotations

import csv as csv_module
import ctypes
import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.extract_files import CASES, DICTIONARY, changed, folder, texts_announced, workbook

pty = pytest.importorskip("pty", reason="POSIX: memory of a process, pipes, terminals")

CANARY = "CANARY"  # stands in cells; no message may hold it
ROW = f"{CANARY}1,1,2025-01-06,,A,CO,40,Y\n"
HEADS = CASES.strip().split(",")
LINE = [f"{CANARY}1", "1", date(2025, 1, 6), None, "A", "CO", 40, "Y"]

WORDS = DICTIONARY.replace("group_by: {team:", "group_by: {practitioner: {code: officer}, team:").replace(
    "    team_name: {type: text}\n", "    team_name: {type: text}\n    officer: {type: code, headings: [Officer]}\n"
)
ASKED = """
checklist: asked
title: Asked
version: "1"
items:
  - {id: H1, title: Hours known, severity: high, source: none, to_fix: Ask., met_if: {case: {hours: {recorded: yes}}}}
"""

INSPECT = "inspect {path} --dictionary {at}/words.yaml"
RUN = "run {path} --dictionary {at}/words.yaml --checklist {at}/asked.yaml --as-at 2025-06-30"
GAPS = RUN.replace("run ", "gaps ")
LINT = "lint {path} --dictionary {at}/words.yaml"

# ── the process ──────────────────────────────────────────────────────────────────────────────────


@dataclass
class Done:
    code: int
    out: str
    err: str
    seconds: float  # of the processor
    megabytes: float  # at most at a time

    @property
    def words(self) -> str:
        """What was shown, without line ends."""
        return " ".join(self.out.split())

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def auditcheck(
    typed: str | Sequence[str],
    at: Path,
    *,
    script: str = "",
    terminal: bool = False,
    before: Callable[[], object] | None = None,
    **environment: str,
) -> Done:
    """Runs the command in a process whose home, working folder and folder for temporary files are empty, and stay so.
    `script` is run instead of the plain command, with the same arguments; with `terminal` a terminal is in front."""
    away = {name: at / "away" / name for name in ("HOME", "TMPDIR", "here")}
    for place in away.values():
        place.mkdir(parents=True, exist_ok=True)
    env = {k: v for k, v in os.environ.items() if k in ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG")}
    env |= (
        {name: str(place) for name, place in away.items()}
        | {"COLUMNS": "200", "PYTHONIOENCODING": "utf-8"}
        | environment
    )
    begin = ["-c", script] if script else ["-m", "auditcheck"]
    command = [sys.executable, *begin, *(typed.split() if isinstance(typed, str) else typed)]
    began = time.monotonic()
    heard: list[bytes] = []
    with (at / "out").open("wb") as out, (at / "err").open("wb") as err:
        ours, theirs = pty.openpty() if terminal else (0, out.fileno())
        started = subprocess.Popen(
            command, stdout=theirs, stderr=theirs if terminal else err, stdin=subprocess.DEVNULL, cwd=away["here"], env=env,
            preexec_fn=before,
        )  # fmt: skip
        if terminal:
            os.close(theirs)
            listener = threading.Thread(target=_listen, args=(ours, heard))
            listener.start()
        most = [0.0]
        watcher = threading.Thread(target=_watch, args=(started.pid, most))
        watcher.start()
        _, status, used = os.wait4(started.pid, 0)
        watcher.join()
        started.returncode = os.waitstatus_to_exitcode(status)
        if terminal:
            listener.join()
    assert time.monotonic() - began < 60, "it hangs"
    left = [str(file.relative_to(at)) for place in away.values() for file in place.rglob("*")]
    assert not left, f"left behind: {left}"
    said = b"".join(heard) if terminal else (at / "out").read_bytes()
    return Done(
        started.returncode,
        said.decode("utf-8"),
        (at / "err").read_text(encoding="utf-8"),
        used.ru_utime + used.ru_stime,
        most[0],
    )


def _watch(process: int, most: list[float]) -> None:
    """Notes the most memory that a process has had, in megabytes, until it ends. What the system tells afterwards
    is no less than what this process, which began it, has ever had."""
    while True:
        try:
            status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            return
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        if found is None:  # it has ended
            return
        most[0] = int(found[1]) / 1024
        time.sleep(0.01)


def _listen(ours: int, heard: list[bytes]) -> None:
    try:
        while piece := os.read(ours, 65536):
            heard.append(piece)
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(ours)


# ── what is made ─────────────────────────────────────────────────────────────────────────────────

Maker = Callable[[Path], Path]
Check = Callable[[Done, Path, Path], None]  # what was done, the folder of the test, the extract


def csv(content: str | bytes, name: str = "cases.csv") -> Maker:
    return lambda at: folder(at, {name: content}) / name


def cases(*cells: dict[str, str]) -> str:
    """A CSV of cases X1, X2 …, each like the first but for these cells."""
    text = io.StringIO()
    heads = list(dict.fromkeys([*HEADS, *(head for row in cells for head in row)]))
    writer = csv_module.DictWriter(text, heads, lineterminator="\n")
    writer.writeheader()
    usual = {
        "Event number": "1",
        "Start date": "2025-01-06",
        "Team": "A",
        "Order": "CO",
        "Hours": "40",
        "Indicated": "Y",
    }
    writer.writerows({"CRN": f"X{n}"} | usual | row for n, row in enumerate(cells, start=1))
    return text.getvalue()


def several(head: str, values: Sequence[str]) -> str:
    return cases(*({head: value} for value in values))


def book(
    change: Callable[[Path], object] | None = None, hidden: Sequence[str] = (), **sheets: list[list[object]]
) -> Maker:
    def make(at: Path) -> Path:
        path = workbook(at / "cases.xlsx", sheets or {"Cases": [HEADS, LINE]}, hidden)
        if change:
            change(path)
        return path

    return make


def sheet_xml(old: str, new: str) -> Callable[[Path], object]:
    """A change of the first sheet's XML."""
    return lambda path: changed(path, "xl/worksheets/sheet1.xml", {old: new})


def one_row_more(xml: str) -> Callable[[Path], object]:
    return sheet_xml("</sheetData>", f"{xml}</sheetData>")


def bomb(path: Path) -> None:
    parts = {info.filename: zipfile.ZipFile(path).read(info) for info in zipfile.ZipFile(path).infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name, data in parts.items():
            out.writestr(name, data)
        with out.open("xl/worksheets/sheet2.xml", "w") as part:
            for _ in range(75):
                part.write(b" " * 4_000_000)


def doctype(declared: str) -> Callable[[Path], object]:
    return lambda path: changed(
        path, "xl/worksheets/sheet1.xml", {"<worksheet ": f"<!DOCTYPE x [{declared}]><worksheet "}
    )


def locked(path: Path) -> None:
    """Every part marked as encrypted, as zip programs do it."""
    data = bytearray(path.read_bytes())
    for sign, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        for found in re.finditer(sign, bytes(data)):
            data[found.start() + at] |= 1
    path.write_bytes(data)


def serials(*numbers: int) -> Maker:
    def make(at: Path) -> Path:
        rows = [[f"{CANARY}{n}", "1", 100 + n, None, "A", "CO", 40, "Y"] for n in range(len(numbers))]
        path = workbook(at / "cases.xlsx", {"Cases": [HEADS, *rows]})
        opened = openpyxl.load_workbook(path)
        for row in range(len(numbers)):
            opened["Cases"].cell(row + 2, 3).number_format = "dd/mm/yyyy"
        opened.save(path)
        return changed(
            path, "xl/worksheets/sheet1.xml", {f"<v>{100 + n}</v>": f"<v>{day}</v>" for n, day in enumerate(numbers)}
        )

    return make


def of_1904(at: Path) -> Path:
    """Two workbooks of the same days, counted from 1904 and from 1900; the second is beside the first."""
    for place in (at, at / "twin"):
        path = workbook(folder(place, {}) / "cases.xlsx", {"Cases": [HEADS, LINE]})
        opened = openpyxl.load_workbook(path)
        if place == at:
            opened.epoch = CALENDAR_MAC_1904
            opened["Cases"]["C2"].value = date(2025, 1, 6)
        opened.save(path)
    return at / "cases.xlsx"


def parquet(select: str) -> Maker:
    def make(at: Path) -> Path:
        with duckdb.connect() as con:
            con.execute(f"copy ({select}) to '{at / 'cases.parquet'}' (format parquet, compression zstd)").fetchall()
        return at / "cases.parquet"

    return make


ONE_RECORD = '\'X\' || range as "CRN", \'1\' as "Event number", date \'2025-01-06\' as "Start date", \'A\' as "Team", 40 as "Hours"'


def cut_parquet(way: Callable[[bytes], bytes]) -> Maker:
    def make(at: Path) -> Path:
        path = parquet(f"select {ONE_RECORD} from range(50)")(at)
        path.write_bytes(way(path.read_bytes()))
        return path

    return make


def pipe(at: Path) -> Path:
    os.mkfifo(at / "cases.csv")
    return at / "cases.csv"


def link_to_zero(at: Path) -> Path:
    (at / "cases.csv").symlink_to("/dev/zero")
    return at / "cases.csv"


def closed_to_us(at: Path) -> Path:
    path = csv(CASES + ROW)(at)
    path.chmod(0)
    return path


def without_override() -> None:
    """Even as root, a file that may not be opened cannot be."""
    if os.geteuid() == 0 and sys.platform == "linux":
        for capability in (1, 2):  # to read what is another's, to search it
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


def yaml(text: str | bytes, name: str = "words.yaml") -> Maker:
    """A dictionary beside a good extract; with another name, that file is what is given."""

    def make(at: Path) -> Path:
        data = text.encode() if isinstance(text, str) else text
        if name != "words.yaml":
            return folder(at, {name: data}) / name
        (at.parent / name).write_bytes(data)
        return csv(CASES + ROW)(at)

    return make


def with_pattern(pattern: str, cell: str = "A") -> Maker:
    def make(at: Path) -> Path:
        words = WORDS.replace(
            "crn: {type: text, required: yes,", f"crn: {{type: text, required: yes, pattern: '{pattern}',", 1
        )
        (at.parent / "words.yaml").write_text(words, encoding="utf-8")
        return csv(cases({"CRN": cell}))(at)

    return make


# ── what is looked at besides ────────────────────────────────────────────────────────────────────


def teams(*expected: str) -> Check:
    """Each of these teams has one case."""

    def check(done: Done, at: Path, path: Path) -> None:
        assert [(team["code"], team["cases"]) for team in done.json["teams"]] == [(team, 1) for team in expected]

    return check


def states(**expected: int) -> Check:
    """So many cases have each state."""

    def check(done: Done, at: Path, path: Path) -> None:
        assert {state: count for state, count in done.json["overall"]["states"].items() if count} == expected

    return check


def faults(*rows: int, column: str = "Start date", kind: str = "unreadable cell") -> Check:
    """These rows, and no others, have a fault in that column."""

    def check(done: Done, at: Path, path: Path) -> None:
        found = [(fault["row"], fault["column"], fault["kind"]) for fault in done.json["faults"]]
        assert found == [(row, column, kind) for row in rows]

    return check


def rows_read(count: int) -> Check:
    def check(done: Done, at: Path, path: Path) -> None:
        assert [table["rows_read"] for table in done.json["about"]["tables"]] == [count]

    return check


def nothing_said_of(*words: str) -> Check:
    def check(done: Done, at: Path, path: Path) -> None:
        assert not [word for word in words if word in done.out + done.err]

    return check


def three_writings(done: Done, at: Path, path: Path) -> None:
    """The same bytes come out, however the file is written."""
    for encoding in ("utf-8-sig", "utf-16"):
        path.write_bytes(CSV_OF_F04.encode(encoding))
        assert auditcheck(typed(RUN_JSON, path, at), at).out == done.out, encoding


def as_in(*others: Path | str) -> Check:
    """Another extract gives the same."""

    def check(done: Done, at: Path, path: Path) -> None:
        for other in others:
            assert auditcheck(typed(RUN_JSON, path.parent / other, at), at).out == done.out

    return check


def in_every_output(*references: str) -> Check:
    """References stand in every kind of output as they were given."""

    def check(done: Done, at: Path, path: Path) -> None:
        files = [at / f"gaps.{suffix}" for suffix in ("json", "csv", "txt")]
        more = [word for file in files for word in ("-o", str(file))]
        again = auditcheck([*typed(GAPS, path, at).split(), *more], at)
        assert again.code == 0, again.err
        explained = auditcheck(
            typed(GAPS.replace("gaps {path}", f"explain {{path}} {references[0]}"), path, at), at
        ).out
        assert re.search(rf"(?<![\w.]){references[0]}(?![\w.])", explained)
        for text in (done.out, again.out, *(file.read_text(encoding="utf-8") for file in files)):
            missing = [reference for reference in references if not re.search(rf"(?<![\w.]){reference}(?![\w.])", text)]
            assert not missing, (missing, text)

    return check


def never_calls(what: str, forbidden: str, seen: str = "") -> Check:
    """Under strace: of these calls there is none that says so, though one says what was `seen`."""

    def check(done: Done, at: Path, path: Path) -> None:
        if not shutil.which("strace"):
            pytest.skip("no strace")
        log = at / "log"
        command = ["strace", "-f", "-qq", "-e", f"trace={what}", "-o", str(log), sys.executable, "-m", "auditcheck"]
        traced = subprocess.run(
            [*command, *typed(INSPECT, path, at).split()], capture_output=True, cwd=at / "away" / "here"
        )
        if traced.returncode != done.code and not log.exists():
            pytest.skip("strace may not trace here")
        assert traced.returncode == done.code
        calls = log.read_text(encoding="utf-8", errors="replace")
        assert seen in calls and forbidden not in calls

    return check


def never_ran(done: Done, at: Path, path: Path) -> None:
    assert not (at / "made-by-yaml").exists()


def whatever_is_round_it(done: Done, at: Path, path: Path) -> None:
    """Rows in another order, another zone, language and hash seed: the same bytes."""
    head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(head + "".join(reversed(rows)), encoding="utf-8")
    around = {"TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "7", "COLUMNS": "60"}
    assert auditcheck(typed(RUN_JSON, path, at), at, **around).out == done.out


#: The clock of this process stands at half past eleven in the evening in universal time: in London it is July.
LATE_IN_JUNE = """
import datetime, sys
import auditcheck.calendar, auditcheck.cli
class Clock(datetime.datetime):
    @classmethod
    def now(cls, zone=None):
        return datetime.datetime(2024, 6, 30, 23, 30, tzinfo=datetime.timezone.utc).astimezone(zone)
auditcheck.calendar.datetime = Clock
auditcheck.cli.main()
"""

#: Something writes to the extract after the first look at it.
WRITES_MEANWHILE = """
import pathlib, sys
import auditcheck.cli
from auditcheck.extract import loading
read = loading._Reading.read
def meanwhile(self, sheets):
    with pathlib.Path(sys.argv[2]).open("a") as file:
        file.write("CANARY9,1,2025-01-06,,A,CO,40,Y\\n")
    return read(self, sheets)
loading._Reading.read = meanwhile
auditcheck.cli.main()
"""


def month_ends(done: Done, at: Path, path: Path) -> None:
    """One month after 31 January and 29 February of a leap year, and after 31 January of another."""
    due = {case["case"]: case["due"] for case in done.json["gaps"]}
    assert due == {"X1": "2024-02-29", "X2": "2024-03-29", "X3": "2023-02-28"}


CONTACT = "CRN,Event number,Contact date,Type\nX1,1,2025-01-06,C9\n"  # of another type than the one that counts
MONTHS = ASKED.replace("{case: {hours: {recorded: yes}}}", "{some: seen, by: 1 month after start_date}")
#: In other words: what follows an escape, and marks that turn the direction of text.
_RAW = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def harmless_on_a_terminal(*shown: str) -> Check:
    """No byte that acts on a terminal comes from the data: of escapes there are only our colours; and these are shown."""

    def check(done: Done, at: Path, path: Path) -> None:
        ours = re.sub(r"\x1b\[[0-9;]*m", "", done.out)
        assert not _RAW.search(ours), repr(_RAW.search(ours))
        text = " ".join(ours.split())
        assert not [word for word in shown if word not in text], text

    return check


HOSTILE = [
    "\x1b[31mred", "\x1b]8;;http://e\x1b\\link", "\x1b]52;c;Y2F0\x07", "\x9b2J", "\u202eevil",
]  # fmt: skip
IN_DATA = 'select \'X\' || n as "CRN", \'1\' as "Event number", date \'2025-01-06\' as "Start date", team as "Team", 40 as "Hours" from (values {}) t(n, team)'.format(
    ", ".join(f"({n}, '{text}')" for n, text in enumerate(HOSTILE))
)


def other_names_same_counts(done: Done, at: Path, path: Path) -> None:
    """Names that are SQL change no count."""
    plain = path.read_text(encoding="utf-8").replace('"x""; DROP TABLE run; --"', "B").replace("' OR 1=1 --", "C")
    path.write_text(plain.replace('"H""; DROP TABLE t_cases; --"', "Hours"), encoding="utf-8")
    asked = (at / "asked.yaml").read_text(encoding="utf-8")
    (at / "asked.yaml").write_text(asked.replace("H1'; DROP TABLE states; --", "Hours known"), encoding="utf-8")
    other = auditcheck(typed(RUN_JSON, path, at), at).json
    assert [team["code"] for team in other["teams"]] == ["B", "C"]
    for one, two in (
        (done.json["overall"], other["overall"]),
        *zip(done.json["teams"][::-1], other["teams"], strict=True),
    ):
        assert one["cases"] == two["cases"] and one["states"] == two["states"]


def named_as_sql(at: Path) -> Path:
    head = 'H"; DROP TABLE t_cases; --'
    words = WORDS.replace("headings: [Hours]", f"headings: ['{head}']")
    (at.parent / "words.yaml").write_text(words, encoding="utf-8")
    (at.parent / "asked.yaml").write_text(
        ASKED.replace("title: Hours known", 'title: "H1\'; DROP TABLE states; --"'), encoding="utf-8"
    )
    text = cases({"Team": 'x"; DROP TABLE run; --'}, {"Team": "' OR 1=1 --", "Hours": ""})
    return csv(text.replace("Hours", '"H""; DROP TABLE t_cases; --"', 1))(at)


# ── no cell anywhere it does not belong ──────────────────────────────────────────────────────────

#: A word in every cell of a column, and which commands may show it: a case by its reference, whose it is.
IN_COLUMNS = {
    "CRN": ("CANARYcrn", {"run", "gaps", "explain"}), "Team": ("CANARYTEAM", {"run", "gaps", "explain"}),
    "Team name": ("CANARYname", {"run"}), "Officer": ("CANARYOFFICER", {"run", "gaps", "explain"}),
    "Order": ("CANARYORDER", {"inspect"}), "Hours": ("CANARYhours", set()), "Indicated": ("CANARYflag", set()),
    "End date": ("CANARYend", set()), "Surname": ("CANARYsurname", set()), "Date of birth": ("CANARYdob", set()),
    "Notes": ("CANARYnotes", set()),
}  # fmt: skip
OF_CONTACTS = {"Contact date": "CANARYday", "Type": "CANARYtype", "Contact id": "CANARYid", "Requirement": "CANARYreq"}


def full_of_canaries(at: Path) -> Path:
    row = {head: word for head, (word, _) in IN_COLUMNS.items()}
    written = cases({**row, "CRN": "CANARYcrn1"}, {**row, "CRN": "CANARYcrn2", "Hours": ""})
    heads = ["CRN", "Event number", *OF_CONTACTS]
    contact = ["CANARYcrn1", "1", *OF_CONTACTS.values()]
    return folder(at / "june", {"cases.csv": written, "contacts.csv": f"{','.join(heads)}\n{','.join(contact)}\n"})


def only_where_they_belong(command: str) -> Check:
    """Also in what is written as files and for machines."""

    def check(done: Done, at: Path, path: Path) -> None:
        files = [
            at / f"{command}.{suffix}"
            for suffix in (["json", "txt"] if command == "explain" else ["json", "csv", "txt"])
        ]
        words = [
            command,
            str(path),
            *(["CANARYcrn1"] if command == "explain" else []),
            "--dictionary",
            f"{at}/words.yaml",
        ]
        words += [] if command == "inspect" else ["--checklist", f"{at}/asked.yaml"]
        again = auditcheck([*words, *(w for file in files for w in ("-o", str(file))), "--format", "json"], at)
        assert again.code == 0, again.err
        shown = done.out + again.out + "".join(file.read_text(encoding="utf-8") for file in files)
        may = {word for word, commands in IN_COLUMNS.values() if command in commands}
        assert set(re.findall("CANARY[A-Za-z]+", shown)) <= may
        assert CANARY not in done.err + again.err

    return check


def breaks(where: str, error: str) -> str:
    """A bug of ours after everything was read: a function that raises what holds a cell."""
    module, _, name = where.rpartition(".")
    owner, _, name = name.rpartition(":")
    target = f"{module}.{owner}" if owner else module
    return (
        f"import sys, duckdb\nimport {module}, auditcheck.cli\n"
        f"def broken(*_, **__):\n    cell = 'CANARY'\n    raise {error}\n"
        f"{target}.{name} = broken\nauditcheck.cli.main()\n"
    )


# ── the table ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Try:
    """One thing that is tried: what, the extract, the exit code, what is said (on standard error, or shown)."""

    what: str
    make: Maker
    code: int
    said: str | tuple[str, ...] = ""
    check: Check | None = None
    typed: str = INSPECT
    script: str = ""
    seconds: float = 10  # of the processor
    megabytes: int = 600
    terminal: bool = False
    before: Callable[[], object] | None = None


@dataclass(frozen=True)
class Fault:
    number: str
    what: str
    expected: str
    tries: tuple[Try, ...]


RUN_JSON = f"{RUN} --format json"
INSPECT_JSON = f"{INSPECT} --format json"
CSV_OF_F04 = cases({"Team": "Zoë’s"}, {"Team": "B", "Hours": ""})
FIVE = ["NA", "None", "null", "nan", "N/A"]
LONG_IDS = ["00123", "1E5", "12345678901234567890"]
NFD = unicodedata.normalize("NFD", "Zoë")

FAULTS = [
    Fault("F01", "CSV row 57 has a field too many", "that line, 9 fields, expected 8; no result, nothing written", (
        Try("run", csv(CASES + ROW * 55 + ROW.strip() + f",{CANARY}\n"), 3, "cases.csv line 57: 9 fields, expected 8.", typed=f"{RUN} -o {{at}}/away/june.json"),
    )),
    Fault("F02", "CSV row has too few fields", "as F01; not taken for blanks", (
        Try("run", csv(CASES + ROW + f"X2,{CANARY}\n"), 3, "cases.csv line 3: 2 fields, expected 8.", typed=RUN),
    )),
    Fault("F03", "a quote that never closes", "the line where it opens", (
        Try("run", csv(CASES + ROW * 7 + f'"{CANARY},1,2025-01-06,,A,CO,40,Y\n' + ROW), 3, "cases.csv line 9: a quote opens here", typed=RUN),
    )),
    Fault("F04", "the same as UTF-8, with a byte order mark, as UTF-16", "the same bytes come out", (
        Try("run", csv(CSV_OF_F04), 0, "ZOË’S", three_writings, RUN_JSON),
    )),
    Fault("F05", "cp1252 without a word, and with --encoding", "suggests the option; then is right", (
        Try("without", csv(several("Team", ["Zoë"]).encode("cp1252")), 3, "cases.csv line 2: not UTF-8 text. Give --encoding cp1252"),
        Try("with", csv(several("Team", ["Zoë"]).encode("cp1252")), 0, "", teams("ZOË"), f"{RUN_JSON} --encoding cp1252"),
    )),
    Fault("F06", "headings that are the same but for case and blanks", "both places", (
        Try("team", csv(CASES.replace("Hours", "team ") + ROW), 3, "columns 5 and 7 have the same heading"),
    )),
    Fault("F07", "a NUL or an escape in a cell", "the line, and \\x00 in signs", (
        Try("a NUL", csv(CASES + ROW + f"{CANARY}\0,1,2025-01-06,,A,CO,40,Y\n"), 3, "cases.csv line 3: a control character (\\x00)"),
        Try("an escape", csv(CASES + f"{CANARY}\x1b,1,2025-01-06,,A,CO,40,Y\n"), 3, "cases.csv line 2: a control character (\\x1b)"),
    )),
    Fault("F08", "a cell of 3 MB; a line of 20,000 columns", "under 2 s and 300 MB", (
        Try("a cell", csv(CASES + f"{CANARY},1,2025-01-06,,{'A' * 3_000_000},CO,40,Y\n"), 3, "cases.csv line 2: longer than 2,000,000 bytes.", seconds=2, megabytes=300),
        Try("columns", csv(CASES.strip() + "," * 20_000 + "\n"), 3, "cases.csv line 1: 20,008 columns, more than 500.", seconds=2, megabytes=300),
    )),
    Fault("F09", "teams called NA, None, null, nan, N/A", "five teams, none of them missing", (
        Try("run", csv(several("Team", FIVE)), 0, "", teams("N/A", "NA", "NAN", "NONE", "NULL"), RUN_JSON),
    )),
    Fault("F10", "references 00123, 1E5 and of 20 digits", "exact in every output", (
        Try("gaps", csv(cases(*({"CRN": crn, "Hours": ""} for crn in LONG_IDS))), 0, "", in_every_output(*LONG_IDS), GAPS),
    )),
    Fault("F11", "headings alone; nothing at all", "no cases to audit; nothing is shown", (
        Try("headings", csv(CASES), 3, "cases.csv: No cases to audit", typed=RUN),
        Try("nothing", csv(""), 3, "cases.csv: empty.", typed=RUN),
    )),
    Fault("F12", "a case twice; one name in two spellings", "stops with the rows; Unicode, blanks and (of codes) capitals are one spelling", (
        Try("a case twice", csv(CASES + ROW + ROW), 3, "cases.csv: row 3 repeats the “CRN”, “Event number” of an earlier row.", typed=RUN),
        Try("a case five times", csv(CASES + ROW * 5), 3, "cases.csv: 4 rows (3, 4, 5, …) repeat the", typed=RUN),
        Try("Unicode, blanks and capitals", csv(cases({"Team": "Zoë"}, {"Team": f" {NFD} "}, {"Team": "SMITH, J"}, {"Team": "Smith,  J "})), 0,
            ("ZOË", "SMITH, J", "4 cases · 2 teams"), typed=RUN),
        Try("a reference in capitals is no other's", lambda at: folder(at, {"cases.csv": cases({}), "contacts.csv": "CRN,Event number,Contact date,Type\nx1,1,2025-02-03,C1\n"}), 0,
            ("1 case reference in another spelling", "a case's, but for capitals, spaces, leading zeros or “.0” at its end; counted as another case's")),
    )),
    Fault("F13", "a small workbook with a cell at XFD1048576, or that announces 4 billion texts", "says where; never a signal; under 300 MB", (
        Try("run", book(one_row_more('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')), 3, "a value far outside the table, at XFD1048576.", typed=RUN, megabytes=300),
        Try("texts", book(texts_announced), 3, "cases.xlsx: cut off or damaged.", typed=RUN, megabytes=300),
    )),
    Fault("F14", "a small workbook that unpacks to 300 MB", "refused before it is unpacked", (
        Try("run", book(bomb), 3, "cases.xlsx: unpacks to 300 MB, far more than its size promises", typed=RUN, seconds=2, megabytes=300),
    )),
    Fault("F15", "a formula without a result in a column in use", "its cell is told; cannot tell, and no gap", (
        Try("inspect", book(one_row_more('<row r="3"><c r="A3" t="inlineStr"><is><t>X2</t></is></c><c r="B3"><v>1</v></c><c r="C3" t="inlineStr"><is><t>2025-01-06</t></is></c><c r="G3"><f>A1</f></c></row>')), 0,
            ("Hours: 1 unreadable cell", "a formula without a stored result", "row 3")),
        Try("run", book(one_row_more('<row r="3"><c r="A3" t="inlineStr"><is><t>X2</t></is></c><c r="B3"><v>1</v></c><c r="C3" t="inlineStr"><is><t>2025-01-06</t></is></c><c r="G3"><f>A1</f></c></row>')), 0,
            "", states(met=1, cannot_tell=1), RUN_JSON),
    )),
    Fault("F16", "#N/A or #REF! in a column in use", "as F15", (
        Try("inspect", book(Cases=[HEADS, LINE, ["X2", "1", "2025-01-06", None, "A", "CO", "#N/A", "Y"], ["X3", "1", "2025-01-06", None, "A", "CO", "#REF!", "Y"]]), 0,
            ("Hours: 2 unreadable cells", "an error value, such as #N/A", "rows 3, 4")),
        Try("run", book(Cases=[HEADS, LINE, ["X2", "1", "2025-01-06", None, "A", "CO", "#N/A", "Y"], ["X3", "1", "2025-01-06", None, "A", "CO", "#REF!", "Y"]]), 0,
            "", states(met=1, cannot_tell=2), RUN_JSON),
    )),
    Fault("F17", "protected, old, cut off, or no workbook at all", "each its own message", (
        Try("protected or old", csv(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "cases.xlsx"), 3, "cases.xlsx: password-protected, or an old .xls."),
        Try("protected by a zip program", book(locked), 3, "cases.xlsx: password-protected. Save it without a password."),
        Try("an old name", csv(b"\xd0\xcf\x11\xe0", "cases.xls"), 3, "cases.xls: not an extract. Save it as .xlsx."),
        Try("cut off", book(lambda path: path.write_bytes(path.read_bytes()[:-300])), 3, "cases.xlsx: cut off or damaged."),
        Try("a CSV", csv(CASES + ROW, "cases.xlsx"), 3, "cases.xlsx: not a workbook, whatever its name says."),
        Try("a workbook called a CSV", lambda at: book()(at).rename(at / "cases.csv"), 3, "cases.csv: a workbook with the name of a CSV file."),
    )),
    Fault("F18", "a document type with entities, or a file", "refused, and no other file opened", (
        Try("a file", book(doctype('<!ENTITY y SYSTEM "file:///etc/passwd">')), 3, "cases.xlsx: holds a document type, which no workbook needs.", never_calls("openat", "/etc/passwd", "cases.xlsx")),
        Try("entities in entities", book(doctype('<!ENTITY a "xxxxxxxxxx">' + "".join(f'<!ENTITY {b} "&{a};&{a};&{a};&{a};&{a};&{a};&{a};&{a};">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)))), 3, "cases.xlsx: holds a document type"),
    )),
    Fault("F19", "two sheets; a hidden sheet; hidden rows; a dimension that is too small", "asks which, naming them; never the hidden one; hidden rows are read and counted; all rows are read", (
        Try("two sheets", book(A=[HEADS, LINE], B=[[1]]), 2, ("which sheet holds the cases? Give --sheet NAME", "There is sheet A, sheet B."), typed=RUN),
        Try("a hidden sheet", book(hidden=["Old"], A=[HEADS, LINE], Old=[HEADS, LINE], B=[[1]]), 2, "no visible sheet is called “Old”. There is “A”, “B”.", typed=f"{RUN} --sheet Old"),
        Try("a hidden sheet of cases", book(hidden=["Cases"], A=[HEADS, LINE], Cases=[HEADS, LINE], B=[[1]]), 2, "There is sheet A, sheet B.", typed=RUN),
        Try("hidden rows", book(sheet_xml('<row r="3"', '<row hidden="1" r="3"'), Cases=[HEADS, LINE, ["X2", *LINE[1:]], ["X3", *LINE[1:]]]), 0, ("3 cases", "sheet Cases: 1 hidden row (filtered or hidden by hand), read like the others"), typed=RUN),
        Try("a stale dimension", book(sheet_xml('<dimension ref="A1:H6"', '<dimension ref="A1:B2"'), Cases=[HEADS, *([f"X{n}", *LINE[1:]] for n in range(5))]), 0, "", rows_read(5), RUN_JSON),
    )),
    Fault("F20", "Excel's days 60, 0, -5 and 2958466; days counted from 1904", "four faults, by cell; the same as its twin", (
        Try("serials", serials(60, 0, -5, 2958466), 0, "", faults(2, 3, 4, 5), INSPECT_JSON),
        Try("from 1904", of_1904, 0, '"cases_not_started": 0', as_in("twin/cases.xlsx"), RUN_JSON),
    )),
    Fault("F21", "Parquet that was damaged or cut", "read or refused; never a signal (1,200 more in tests/test_mutants.py)", (
        Try("cut", cut_parquet(lambda data: data[:-20]), 3, "cases.parquet: cut off or damaged."),
        Try("its end", cut_parquet(lambda data: data[:-40] + b"\xff" * 32 + data[-8:]), 3, "cases.parquet: cut off or damaged."),
        Try("its length", cut_parquet(lambda data: data[:-8] + b"\xff\xff\xff\x7fPAR1"), 3, "cases.parquet: cut off or damaged."),
    )),
    Fault("F22", "small Parquet of 2 million records of 1,000 bytes; of 10 million records", "under 500 MB; refused, naming the option", (
        Try("in a column in use", parquet("select repeat('x', 1000) as \"CRN\", '1' as \"Event number\", date '2025-01-06' as \"Start date\" from range(2000000)"), 3, "cases.parquet: unpacks to 2,002 MB, far more than its size promises.", megabytes=500),
        Try("in a column that is not", parquet(f"select {ONE_RECORD}, repeat('x', 10000) as \"Notes\" from range(200000)"), 0, "200,000", typed=RUN, megabytes=500),
        Try("10 million", parquet("select 'x' as \"CRN\", '1' as \"Event number\", date '2025-01-06' as \"Start date\" from range(10000000)"), 3, "cases.parquet: 10,000,000 rows, more than 5,000,000. If that is right, give --max-rows.", megabytes=500),
    )),
    Fault("F23", "an address", "local files only; no connection, nothing at home", (
        Try("https", lambda at: Path("https:/x/y.csv"), 2, "or an address that begins with postgresql:// or spark://.", never_calls("network", "connect("), RUN),
        Try("s3", lambda at: Path("s3:/bucket/y.csv"), 2, "or an address that begins with postgresql:// or spark://.", typed=RUN),
        Try("another computer's", lambda at: Path("\\\\host\\share"), 2, "local files only, no addresses.", typed=RUN),
    )),
    Fault("F24", "files called cases*.csv and [1].csv beside others", "only the one that is named is read", (
        Try("a star", lambda at: folder(at, {"cases*.csv": CASES + ROW, "casesA.csv": "not,a\ncaseload"}) / "cases*.csv", 0, "cases cases*.csv 1 1"),
        Try("brackets", lambda at: folder(at, {"[1].csv": CASES + ROW, "1.csv": "not,a\ncaseload"}) / "[1].csv", 0, "cases [1].csv 1 1"),
    )),
    Fault("F25", "what is no file, or not for us, or changes meanwhile", "says so; never hangs", (
        Try("a folder of nothing", lambda at: at, 3, "a folder without a .csv or .parquet file."),
        Try("a pipe", pipe, 3, "cases.csv: not an extract."),
        Try("a file without end", link_to_zero, 3, "cases.csv: not an extract."),
        Try("nowhere", lambda at: at / "nowhere.csv", 3, "not found. Check the path."),
        Try("no permission", closed_to_us, 3, "cases.csv: cannot be read. Check that you may open it.", before=without_override),
        Try("no permission to a folder", lambda at: closed_to_us(at).parent.chmod(0) or at, 3, "data: cannot be read. Check the path and that you may open it.", before=without_override),
        Try("changed while it is read", csv(CASES + ROW), 3, "cases.csv: changed while it was read.", script=WRITES_MEANWHILE),
    )),
    Fault("F26", "YAML of aliases of aliases", "not allowed, from line 1; at once", (
        Try("nine times", yaml("a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))), 4, "words.yaml:1: anchors and aliases (& and *) are not allowed.", seconds=2),
    )),
    Fault("F27", "YAML 3,000 deep; of 1 MB", "says so; no traceback", (
        Try("deep", yaml("a: " + "[" * 3000), 4, "words.yaml:1: nested more than 20 deep", seconds=2),
        Try("large", yaml("a: x\n" * 200_000, "large.yaml"), 4, "large.yaml: larger than 256 KB", typed=LINT, seconds=2),
    )),
    Fault("F28", "a key twice; an item's id twice", "both lines", (
        Try("a key", yaml(WORDS + "dictionary: again\n"), 4, "“dictionary” stands here a second time; first on line 2."),
        Try("an id", yaml(ASKED + ASKED[ASKED.index("  - {id: H1") :], "asked.yaml"), 4, "asked.yaml:7: H1: the id stands here a second time; first on line 6.", typed=LINT),
    )),
    Fault("F29", "YAML tags", "refused; nothing is run", (
        Try("python", yaml("checklist: !!python/object/apply:os.system [touch made-by-yaml]\n", "asked.yaml"), 4, "asked.yaml:1: tags (!) are not allowed.", never_ran, LINT),
        Try("any other", yaml("dictionary: !x y\n"), 4, "words.yaml:1: tags (!) are not allowed."),
    )),
    Fault("F30", "allowed: [no, on, 12:30, 0123]; a key that is mistyped", "values stay as typed; did you mean", (
        Try("values", lambda at: yaml(WORDS.replace("team_code: {type: code,", "team_code: {type: text, allowed: [no, on, 12:30, 0123],"))(at) and csv(several("Team", ["no", "on", "12:30", "0123", "false", "83"]))(at), 0, "", faults(6, 7, column="Team", kind="value outside the rules"), INSPECT_JSON),
        Try("a key", yaml(ASKED.replace("severity:", "severty:"), "asked.yaml"), 4, ("asked.yaml:6: H1: unknown key “severty”", "Did you mean “severity”?"), typed=LINT),
    )),
    Fault("F31", "patterns that take for ever, look back or ahead, or are none", "at once; refused, naming the column", (
        Try("backtracking", with_pattern("(a+)+", "a" * 5000 + "!"), 0, "", faults(2, column="CRN", kind="value outside the rules"), INSPECT_JSON, seconds=4),
        Try("back", with_pattern("(a)\\1"), 4, "words.yaml:10: cases.crn: “pattern” refers back to a group"),
        Try("ahead", with_pattern("(?=a)a"), 4, "words.yaml:10: cases.crn: “pattern” looks ahead or behind"),
        Try("far too many", with_pattern("(a{1000}){1000}"), 4, "words.yaml:10: cases.crn: “pattern” repeats too much"),
        Try("none", with_pattern("(a"), 4, "words.yaml:10: cases.crn: “pattern” is not a regular expression."),
    )),
    Fault("F32", "teams, headings and items called as SQL is", "the same counts as with plain names", (
        Try("run", named_as_sql, 0, "", other_names_same_counts, RUN_JSON),
    )),
    Fault("F33", "days in other writings", "faults by line and column; none is guessed", (
        Try("inspect", csv(several("Start date", ["01/02/24", "1/2/2024", "٠١/٠٢/2024", "29/02/2023", "infinity", "29/02/2024"])), 0, "", faults(2, 4, 5, 6), INSPECT_JSON),
    )),
    Fault("F34", "days that stand for none; days to come", "faults; a day to come is read", (
        Try("the end of time, day nought", csv(several("Start date", ["31/12/9999", "1900-01-00", "01/01/1900"])), 0, "", faults(2, 3, 4), INSPECT_JSON),
        Try("a case that is to begin", csv(several("Start date", ["2025-01-06", "2026-01-06"])), 0, "1 case starts after", typed=RUN),
    )),
    Fault("F35", "other rows, zones, languages, seeds; late on 30 June; the ends of months", "the same bytes; 1 July; as counted by hand", (
        Try("whatever is round it", csv(cases({}, {"Hours": "", "Team": "Iı"}, {"Team": "b"}, {"Hours": "7"})), 0, "", whatever_is_round_it, RUN_JSON),
        Try("the clock", csv(cases({"Start date": "2024-01-08"})), 0, '"as_at": "2024-07-01"', typed=RUN_JSON.replace(" --as-at 2025-06-30", ""), script=LATE_IN_JUNE),
        Try("the ends of months", lambda at: folder(at, {"cases.csv": several("Start date", ["2024-01-31", "2024-02-29", "2023-01-31"]), "contacts.csv": CONTACT, "months.yaml": MONTHS}), 0,
            "", month_ends, f"{GAPS} --format json".replace("{at}/asked.yaml", "{path}/months.yaml")),
    )),
    Fault("F36", "people called as rich's marks are", "printed as they are; no link", (
        Try("run", csv(several("Officer", ["Smith [/b]", "[link=http://e]x[/link]", ":smile:"])), 0, "", harmless_on_a_terminal("SMITH [/B]", "[LINK=HTTP://E]X[/LINK]", ":SMILE:"), RUN, terminal=True),
    )),
    Fault("F37", "escapes and marks of direction in data, in a file's name, in a checklist", "none reaches the terminal; shown in signs", (
        Try("in data", parquet(IN_DATA), 0, "", harmless_on_a_terminal("\\x1b[31MRED", "\\x1b]8;;HTTP://E\\x1b\\LINK", "\\x1b]52;C;Y2F0\\x07", "\\x9b2J", "\\u202eEVIL"), RUN, terminal=True),
        Try("in a file's name", csv(CASES + ROW, "a\x1b[31m\u202e.csv"), 0, "", harmless_on_a_terminal("a\\x1b[31m\\u202e.csv"), terminal=True),
        Try("in the name of none", lambda at: at / "b\x1b[31m\u202e.csv", 3, "", harmless_on_a_terminal("b\\x1b[31m\\u202e.csv: not found"), terminal=True),
        Try("in a checklist", yaml(ASKED.replace("title: Asked", 'title: "\\e[31m"'), "asked.yaml"), 4, "asked.yaml:3: stands for a character that cannot be seen (U+001B).", typed=LINT),
    )),
    Fault("F49", "a word in every cell, and every command", "never in a message or beside the results; in results only references and whose they are", (
        Try("run", full_of_canaries, 0, "", only_where_they_belong("run"), RUN),
        Try("gaps", full_of_canaries, 0, "", only_where_they_belong("gaps"), GAPS),
        Try("explain", full_of_canaries, 0, "", only_where_they_belong("explain"), RUN.replace("run {path}", "explain {path} CANARYcrn2")),
        Try("inspect", full_of_canaries, 0, "", only_where_they_belong("inspect"), INSPECT),
        Try("lint", full_of_canaries, 0, "", nothing_said_of(CANARY), "lint {at}/asked.yaml --dictionary {at}/words.yaml --extract {path}"),
        Try("a case that is not there", full_of_canaries, 2, "", typed=RUN.replace("run {path}", "explain {path} X9")),
    )),
    Fault("F52", "a bug of ours after everything was read", "its class, file and line; no value", tuple(
        Try(where, csv(CASES + ROW), 70, f"Internal error ({error.split('(')[0].rpartition('.')[2]} at ", nothing_said_of(CANARY, "cell =", "Traceback"), command, breaks(where, error))
        for where, error, command in [
            ("auditcheck.audit.Audit:result", "ValueError(cell)", RUN),
            ("auditcheck.audit.Audit:gap_list", "KeyError(cell)", GAPS),
            ("auditcheck.audit.Audit:explain", "RuntimeError(cell)", GAPS.replace("gaps {path}", "explain {path} X")),
            ("auditcheck.extract.loading.Extract:fault_rows", "duckdb.ConversionException(cell)", INSPECT),
        ]
    )),
]  # fmt: skip


def typed(words: str, path: Path, at: Path) -> str:
    return words.format(path=path, at=at)


def test_every_number_stands_here_once() -> None:
    expected = [f"F{n:02}" for n in range(1, 38)] + ["F49", "F52"]
    assert [fault.number for fault in FAULTS] == expected
    assert all(fault.tries and fault.expected for fault in FAULTS)


@pytest.mark.parametrize(
    "one",
    [one for fault in FAULTS for one in fault.tries],
    ids=[f"{f.number} {one.what}" for f in FAULTS for one in f.tries],
)
def test_a_fault(one: Try, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "words.yaml").write_text(WORDS, encoding="utf-8")
    (tmp_path / "asked.yaml").write_text(ASKED, encoding="utf-8")
    path = one.make(tmp_path / "data")
    words = [word.format(path=path, at=tmp_path) for word in one.typed.split()]
    done = auditcheck(words, tmp_path, script=one.script, terminal=one.terminal, before=one.before)
    assert done.code == one.code, done.err or done.out
    for said in one.said if isinstance(one.said, tuple) else (one.said,):
        assert said in (done.err if one.code else done.words), done.err or done.out
    assert CANARY not in done.err and "Traceback" not in done.err
    if one.typed.startswith("inspect"):  # of cells it shows the codes of a coded column that nobody knows
        assert set(re.findall("CANARY[A-Za-z]+", done.out)) <= {"CANARYORDER"}
    if not one.terminal:
        lines = done.err.splitlines()
        assert len(lines) <= 2 or one.code in (0, 4), done.err
        assert bool(lines) == bool(one.code) or "--format" in one.typed
        # inspect tells what it could see before it says why an audit stops
        assert not (one.code and done.out) or done.out.startswith(" What is in "), done.out
    assert done.seconds < one.seconds
    assert done.megabytes < one.megabytes
    if one.check:
        one.check(done, tmp_path, path)
