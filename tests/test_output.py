"""Files of results: whole or not at all, private, and never over anything by surprise."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from stat import S_IMODE
from typing import Any

import pytest

from auditcheck import output
from auditcheck.problems import OutputStop
from tests.test_cli import EXAMPLE, TOP, auditcheck

RAR = f"{TOP / EXAMPLE} --checklist rar"


def nothing(_: Path) -> bool:
    return False


# What is typed in a folder with the file old.json, the exit code, and the whole of standard error.
REFUSED = [
    (f"run {RAR} -o june.xml", 2, "-o “june.xml” ends in “.xml”: run writes .json, .csv, .txt, .html, .md or .xlsx.\n"),
    (f"run {RAR} -o june", 2, "-o “june” has no suffix: run writes .json, .csv, .txt, .html, .md or .xlsx.\n"),
    (f"explain {TOP / EXAMPLE} X441960 -o june.csv", 2, "-o “june.csv” ends in “.csv”: explain writes .json or .txt.\n"),
    (f"explain {TOP / EXAMPLE} X441960 --format csv", 2, "explain --format takes json or txt, not “csv”.\n"),
    (f"run {RAR} --format jsn", 2, "run --format takes json, csv, txt, html, markdown or xlsx, not “jsn”. Did you mean “json”?\n"),
    (f"run {RAR} --format md", 2, "run --format takes json, csv, txt, html, markdown or xlsx, not “md”.\n"),
    (f"gaps {RAR} -o june.html", 2, "-o “june.html” ends in “.html”: gaps writes .json, .csv or .txt.\n"),
    (f"run {RAR} --board --practitioner ZKSB201", 2, "--board leaves out practitioners: it does not go with --practitioner.\n"),
    (f"run {RAR} --board --by rosh", 2, "--board takes --by team only: any other grouping may be by person.\n"),
    (f"run {RAR} -o link.html --force", 5, "link.html: is a link. Give the file itself, or another name.\n"),
    (f"run {RAR} -o june.csv -o ./june.csv", 2, "-o names the same file twice.\n"),
    (f"run {RAR} -o old.json", 5, "old.json: exists. Give another name, or --force to overwrite it.\n"),
    (f"run {RAR} -o new.json -o old.json", 5, "old.json: exists. Give another name, or --force to overwrite it.\n"),
    (f"run {RAR} -o link.json --force", 5, "link.json: is a link. Give the file itself, or another name.\n"),
    (f"run {RAR} -o nowhere.json --force", 5, "nowhere.json: is a link. Give the file itself, or another name.\n"),
    (f"run {RAR} -o folder.json --force", 5, "folder.json: exists and is not a file. Give another name.\n"),
    (f"run {RAR} -o none/june.json", 5, "june.json: its folder does not exist. Make it first, or give another.\n"),
    ("run copy -o copy/cases.csv --force", 5, "cases.csv: is, or would be, part of the extract. Write it elsewhere.\n"),
    ("run copy -o copy/june.csv", 5, "june.csv: is, or would be, part of the extract. Write it elsewhere.\n"),
    ("run linked -o copy/cases.csv --force", 5, "cases.csv: is, or would be, part of the extract. Write it elsewhere.\n"),
    ("inspect copy/cases.csv -o copy/cases.csv --force", 5, "cases.csv: is, or would be, part of the extract. Write it elsewhere.\n"),
    ("run copy --dictionary d.txt -o d.txt --force", 5, "d.txt: is, or would be, part of the extract. Write it elsewhere.\n"),
    ("run nowhere -o june.json", 3, "nowhere: not found. Check the path.\n"),
]  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("place")
    (folder / "old.json").write_text("old", encoding="utf-8")
    (folder / "link.json").symlink_to("old.json")
    (folder / "link.html").symlink_to("old.json")
    (folder / "nowhere.json").symlink_to("missing.json")
    (folder / "folder.json").mkdir()
    shutil.copytree(TOP / EXAMPLE, folder / "copy")
    shutil.copy(folder / "copy" / "dictionary.yaml", folder / "d.txt")
    (folder / "linked").mkdir()
    for file in (folder / "copy").iterdir():
        (folder / "linked" / file.name).symlink_to(file)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
@pytest.mark.parametrize(("typed", "code", "said"), REFUSED, ids=[typed.replace(str(TOP), "") for typed, _, _ in REFUSED])  # fmt: skip
def test_refusals_before_any_work(place: Path, typed: str, code: int, said: str) -> None:
    before = content(place)
    done = auditcheck(*typed.split(), cwd=place, PYTHONPATH=str(TOP / "src"))
    assert (done.returncode, done.stderr, done.stdout) == (code, said, "")
    assert content(place) == before


def test_files_beside_the_screen(tmp_path: Path) -> None:
    names = ["a.html", "a.md", "a.json", "a.csv", "a.txt"]
    options = [word for name in names for word in ("-o", str(tmp_path / name))]
    done = auditcheck("run", EXAMPLE, "--checklist", "rar", *options)
    assert (done.returncode, done.stderr) == (0, "Written: a.html, a.md, a.json, a.csv, a.txt\n")
    assert "28 gaps" in done.stdout
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(names)
    for file in tmp_path.iterdir():
        assert S_IMODE(file.stat().st_mode) == 0o600
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == done.stdout
    document = json.loads((tmp_path / "a.json").read_bytes())
    assert sum(item["states"]["gap"] for item in document["items"]) == 28
    again = auditcheck("run", EXAMPLE, "--item", "RA1", "-o", str(tmp_path / "a.json"), "--force")
    assert again.returncode == 0
    assert [item["item"] for item in json.loads((tmp_path / "a.json").read_bytes())["items"]] == ["RA1"]


@pytest.mark.parametrize("command", ["run", "gaps", "inspect"])
def test_standard_output_holds_only_what_was_asked_for(command: str) -> None:
    as_json = auditcheck(command, EXAMPLE, "--format", "json")
    as_csv = auditcheck(command, EXAMPLE, "--format", "csv")
    assert json.loads(as_json.stdout)["auditcheck"]["layout"] == command
    assert len(list(csv.reader(io.StringIO(as_csv.stdout, newline=""), strict=True))) > 5
    for done in (as_json, as_csv):
        assert done.returncode == 0
        assert done.stderr.startswith(" ! ")  # what the screen warns of: the example has faults
        assert "faults in the columns in use" in done.stderr


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("run --checklist rar --format json --fail-on gap", 1),
        ("run --item EN2 --team ZKSHS1 --format csv --fail-on late", 0),
        ("gaps --checklist rar --format csv --fail-on gap", 1),
        ("inspect --format json --fail-on fault", 1),
    ],
)
def test_fail_on_still_decides(typed: str, code: int) -> None:
    command, *options = typed.split()
    assert auditcheck(command, EXAMPLE, *options).returncode == code


@pytest.mark.parametrize("format_name", ["json", "csv", "html", "markdown"])
def test_the_same_bytes_whatever_is_round_it(format_name: str) -> None:
    typed = ["run", EXAMPLE, "--format", format_name]
    first = auditcheck(*typed, PYTHONHASHSEED="1", TZ="Pacific/Kiritimati", COLUMNS="60").stdout
    assert first == auditcheck(*typed, PYTHONHASHSEED="2", TZ="UTC", LANG="C", PYTHONIOENCODING="cp1252").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no shell pipes as on POSIX")
@pytest.mark.parametrize(("after", "code"), [("| true", 141), ("> /dev/full", 5), (">&-", 5)])
@pytest.mark.parametrize("asked", ["gaps --format json", "run --format html"])
def test_machine_output_that_ends_early(asked: str, after: str, code: int) -> None:
    command, options = asked.split(" ", 1)
    line = f'"{sys.executable}" -m auditcheck {command} {EXAMPLE} {options} {after}; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", line], cwd=TOP, capture_output=True, text=True, timeout=120)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_a_closed_screen_does_not_cost_the_file(tmp_path: Path) -> None:
    line = f'"{sys.executable}" -m auditcheck run {EXAMPLE} -o {tmp_path}/june.json | true; exit ${{PIPESTATUS[0]}}'
    assert subprocess.run(["bash", "-c", line], cwd=TOP, capture_output=True, timeout=120).returncode == 141
    assert json.loads((tmp_path / "june.json").read_bytes())["cases"] == 40


# Writing one file


def test_a_file_is_written_whole_and_private(tmp_path: Path) -> None:
    os.umask(0o022)
    output.write(tmp_path / "june.json", b"new", force=False)
    assert (tmp_path / "june.json").read_bytes() == b"new"
    assert S_IMODE((tmp_path / "june.json").stat().st_mode) == 0o600
    with pytest.raises(OutputStop, match="exists"):
        output.write(tmp_path / "june.json", b"newer", force=False)
    output.write(tmp_path / "june.json", b"newer", force=True)
    assert content(tmp_path) == {"june.json": b"newer"}


CALLS = ["open", "write", "fsync", "replace"]
ERRORS = [
    (errno.ENOSPC, "june.json: not written, the disk is full. Free some space, or give another folder."),
    (errno.EDQUOT, "june.json: not written, the disk is full. Free some space, or give another folder."),
    (errno.EACCES, "june.json: not written, no permission. If it is open in another program, close it there."),
    (errno.EROFS, "june.json: not written, no permission. If it is open in another program, close it there."),
    (errno.EIO, "june.json: could not be written. Check the folder, or give another."),
]


class _Full(io.BytesIO):
    """A file that fills the disk half-way."""

    error = errno.ENOSPC

    def __init__(self, handle: int, *_: object) -> None:
        super().__init__()
        self.handle = handle

    def write(self, data: Any) -> int:
        os.write(self.handle, bytes(data)[: len(data) // 2])
        os.close(self.handle)
        raise OSError(self.error, "JOHN SECRET")


@pytest.mark.parametrize("existing", [True, False])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("number", "said"), ERRORS)
def test_whatever_fails_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, said: str, existing: bool
) -> None:
    if existing:
        (tmp_path / "june.json").write_bytes(b"old")

    def fails(*_: object, **__: object) -> None:
        raise OSError(number, "JOHN SECRET")

    if call == "write":
        monkeypatch.setattr(_Full, "error", number)
        monkeypatch.setattr(output.os, "fdopen", _Full)
    elif call == "replace":
        monkeypatch.setattr(Path, "replace", fails)
    else:
        monkeypatch.setattr(output.os, call, fails)
    with pytest.raises(OutputStop) as stop:
        output.write(tmp_path / "june.json", b"new" * 1000, force=True)
    assert stop.value.lines == (said,)
    assert content(tmp_path) == ({"june.json": b"old"} if existing else {})


def test_what_came_into_being_meanwhile_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def synced(_: int) -> None:
        (tmp_path / "june.json").write_bytes(b"somebody else's")

    monkeypatch.setattr(output.os, "fsync", synced)
    with pytest.raises(OutputStop, match="exists"):
        output.write(tmp_path / "june.json", b"new", force=False)
    assert content(tmp_path) == {"june.json": b"somebody else's"}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputStop, match="no permission"):
        output.check(tmp_path / "june.json", force=False, reserved=nothing)
    tmp_path.chmod(0o700)


def test_what_a_killed_process_left_is_swept_away(tmp_path: Path) -> None:
    for name, age in ((".auditcheck-old.part", 7200), (".auditcheck-now.part", 10), ("other.part", 7200)):
        (tmp_path / name).write_bytes(b"half")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    output.write(tmp_path / "june.json", b"new", force=False)
    assert sorted(content(tmp_path)) == [".auditcheck-now.part", "june.json", "other.part"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("asked", [signal.SIGKILL, signal.SIGTERM])
def test_killed_while_writing(tmp_path: Path, asked: signal.Signals) -> None:
    """The file is as before or whole, whenever the end comes; asked politely, nothing else is left."""
    target = tmp_path / "june.json"
    line = (
        "import signal, sys\n"
        "from pathlib import Path\n"
        "from auditcheck import output\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        "    for byte in (b'a', b'b'):\n"
        f"        output.write(Path({str(target)!r}), byte * 2_000_000, force=True)\n"
    )
    for number in range(8):
        started = subprocess.Popen([sys.executable, "-c", line], cwd=TOP, stdout=subprocess.PIPE)
        assert started.stdout is not None
        started.stdout.readline()
        time.sleep(0.02 + 0.013 * number)
        started.send_signal(asked)
        started.communicate(timeout=30)
        if target.exists():
            found = target.read_bytes()
            assert len(found) == 2_000_000
            assert len(set(found)) == 1
        if asked is signal.SIGTERM:
            assert [file.name for file in tmp_path.iterdir()] in ([], ["june.json"])
