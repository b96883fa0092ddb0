"""Faults of the computer while results are handed on: each met by the real command, in a process of its own.

A file that is written is, at every moment, absent, as it was, or whole; what was begun is gone or swept away;
and the exit code says which.
"""

from __future__ import annotations

import contextlib
import os
import resource  # there is none on Windows, where all of this is left out
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from stat import S_IMODE

import pytest

from tests.test_cli import EXAMPLE, TOP

if sys.platform == "win32":
    pytest.skip("limits, signals and pipes of POSIX", allow_module_level=True)

FORMATS = ("html", "md", "json", "csv", "txt", "xlsx")
OLD = b"of last month"
TWO_CASES = (
    "CRN,Event number,Start date,End date,Practitioner code,Team code,Order type\n"
    "X1,1,2023-01-02,,N01,Zoë ✓,CO\n"
    "X2,1,2023-02-01,,N02,T2,CO\n"
)


#: Text folds to COLUMNS, so that it is the same for whoever compares.
ENVIRONMENT = {**os.environ, "COLUMNS": "80"}


def typed(*words: str) -> list[str]:
    return [sys.executable, "-m", "auditcheck", *words]


def exports(folder: Path) -> list[str]:
    """The command that writes every format of the example's RAR checklist to `folder`."""
    files = [word for suffix in FORMATS for word in ("-o", str(folder / f"june.{suffix}"))]
    return typed("run", str(TOP / EXAMPLE), "--checklist", "rar", "--force", *files)


def started(words: Sequence[str], temporary: Path, cwd: Path = TOP) -> subprocess.Popen[bytes]:
    env = {**ENVIRONMENT, "TMPDIR": str(temporary)}
    return subprocess.Popen(words, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What each format is when nothing fails: the same result is always the same bytes."""
    folder = tmp_path_factory.mktemp("whole")
    subprocess.run(exports(folder), env=ENVIRONMENT, check=True, capture_output=True, timeout=120)
    return {f"june.{suffix}": (folder / f"june.{suffix}").read_bytes() for suffix in FORMATS}


def old_files(folder: Path) -> None:
    for suffix in FORMATS:
        (folder / f"june.{suffix}").write_bytes(OLD)


# The disk is full (F42)


@pytest.mark.parametrize("some", [False, True], ids=["for all", "for the largest"])
def test_a_file_that_cannot_grow_costs_no_other(tmp_path: Path, whole: dict[str, bytes], some: bool) -> None:
    """The system lets no file grow beyond a limit: what would be larger stays as it was, the rest is written."""
    sizes = sorted(map(len, whole.values()))
    limit = sizes[len(sizes) // 2] if some else 500
    too_large = [name for name, content in whole.items() if len(content) > limit]
    assert 0 < len(too_large) < len(whole) if some else len(too_large) == len(whole)
    old_files(tmp_path)
    done = subprocess.run(
        exports(tmp_path),
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 5
    assert "28 gaps" in done.stdout
    said = [f"{name}: could not be written. Check the folder, or give another." for name in too_large]
    written = [name for name in whole if name not in too_large]
    assert done.stderr.splitlines() == [*([f"Written: {', '.join(written)}"] if written else []), *said]
    expected = {name: OLD if name in too_large else content for name, content in whole.items()}
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == expected


def small_disk() -> bool:
    """May we put a small disk of our own where only we see it?"""
    words = ["unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=20k", "none", "/mnt"]
    return shutil.which("unshare") is not None and subprocess.run(words, capture_output=True).returncode == 0


@pytest.mark.skipif(not small_disk(), reason="no right to mount a small disk")
def test_a_disk_that_is_full(tmp_path: Path, whole: dict[str, bytes]) -> None:
    """On a disk of 20 KB the page does not fit; what comes after it does, and is written."""
    disk, kept = tmp_path / "disk", tmp_path / "kept"
    disk.mkdir()
    words = [*typed("run", str(TOP / EXAMPLE), "--checklist", "rar", "--force")]
    words += ["-o", f"{disk}/june.html", "-o", f"{disk}/june.csv"]
    script = (
        'mount -t tmpfs -o size=20k none "$1" && printf old >"$1/june.html" || exit 99; kept=$2; disk=$1; shift 2; '
        '"$@"; code=$?; cp -a "$disk" "$kept"; exit $code'
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", str(disk), str(kept), *words],
        cwd=TOP,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 5
    assert done.stderr.splitlines() == [
        "Written: june.csv",
        "june.html: not written, the disk is full. Free some space, or give another folder.",
    ]
    assert {file.name: file.read_bytes() for file in kept.iterdir()} == {
        "june.html": b"old",
        "june.csv": whole["june.csv"],
    }


# A folder that cannot be written to (F43)

#: Root may write anywhere, unless that right is taken away.
NO_ROOT = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


@pytest.mark.skipif(bool(NO_ROOT) and not shutil.which("setpriv"), reason="root, who may write anywhere")
def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "june.json").write_bytes(OLD)
    tmp_path.chmod(0o500)
    words = [*NO_ROOT, *typed("run", EXAMPLE, "-o", f"{tmp_path}/june.json", "--force")]
    done = subprocess.run(words, cwd=TOP, capture_output=True, text=True, timeout=120)
    tmp_path.chmod(0o700)
    said = "june.json: no permission to write in its folder. Give another.\n"
    assert (done.returncode, done.stderr, done.stdout) == (5, said, "")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"june.json": OLD}


# Killed and interrupted (F45, F46)


def written(folder: Path) -> dict[str, int]:
    """When each file of the folder was last written; a file may come and go while this looks."""
    found = {}
    for entry in os.scandir(folder):
        with contextlib.suppress(FileNotFoundError):
            found[entry.name] = entry.stat().st_mtime_ns
    return found


def ended(words: Sequence[str], folder: Path, temporary: Path, how: signal.Signals, after: float) -> tuple[int, bytes]:
    """Starts the command, sends it the signal `after` seconds from when it first writes to the folder (when it
    began, where that is negative), and gives its exit code and what it said."""
    seen = written(folder)
    process = started(words, temporary)
    until = time.monotonic() + 60
    while after >= 0 and process.poll() is None and time.monotonic() < until:
        if written(folder) != seen:
            break
        time.sleep(0.002)
    time.sleep(abs(after))
    process.send_signal(how)
    _, said = process.communicate(timeout=60)
    return process.returncode, said


def killed(tmp_path: Path, whole: dict[str, bytes], moments: Sequence[float]) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    cut_short = 0
    for number, after in enumerate(moments):
        folder = tmp_path / f"killed {number}"
        folder.mkdir()
        if number % 2:
            old_files(folder)
        code, said = ended(exports(folder), folder, temporary, signal.SIGKILL, after)
        assert code in (-signal.SIGKILL, 0) and said in (b"", f"Written: {', '.join(whole)}\n".encode())
        cut_short += code != 0
        for name, content in whole.items():
            file = folder / name
            found = file.read_bytes() if file.exists() else None
            assert found in (content, OLD if number % 2 else None), (name, after)
        begun = [file for file in folder.iterdir() if file.name not in whole]
        for left in begun:
            assert (left.name[:12], left.suffix, S_IMODE(left.stat().st_mode)) == (".auditcheck-", ".part", 0o600)
            os.utime(left, (time.time() - 7200,) * 2)
        if number == len(moments) - 1:
            # what was left behind is swept away by the next run that writes there
            (folder / ".auditcheck-0123456789abcdef.part").write_bytes(b"half")
            os.utime(folder / ".auditcheck-0123456789abcdef.part", (time.time() - 7200,) * 2)
            subprocess.run(exports(folder), env=ENVIRONMENT, check=True, capture_output=True, timeout=120)
            assert {file.name: file.read_bytes() for file in folder.iterdir()} == whole
    assert cut_short > 2


def interrupted(tmp_path: Path, whole: dict[str, bytes], moments: Sequence[float]) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    cut_short = 0
    for number, after in enumerate(moments):
        folder = tmp_path / f"interrupted {number}"
        folder.mkdir()
        if number % 4 > 1:
            old_files(folder)
        how, expected = ((signal.SIGINT, 130), (signal.SIGTERM, 143))[number % 2]
        code, said = ended(exports(folder), folder, temporary, how, after)
        written = f"Written: {', '.join(whole)}\n".encode()
        assert (code, said) in ((expected, b""), (expected, written), (0, written)), (
            after
        )  # it can come at the very end
        cut_short += code != 0
        for file in folder.iterdir():
            assert file.read_bytes() in (whole[file.name], OLD), (file.name, after)  # no other file is there
        assert list(temporary.iterdir()) == [], after
    assert cut_short > 2


def spread(first: float, last: float, count: int) -> list[float]:
    return [first + (last - first) * number / (count - 1) for number in range(count)]


def test_killed_while_exporting(tmp_path: Path, whole: dict[str, bytes]) -> None:
    killed(tmp_path, whole, spread(0, 0.11, 10))


@pytest.mark.long
def test_killed_a_hundred_times(tmp_path: Path, whole: dict[str, bytes]) -> None:
    killed(tmp_path, whole, [*spread(0, 0.2, 80), *spread(-0.1, -2, 20)])


def test_interrupted(tmp_path: Path, whole: dict[str, bytes]) -> None:
    interrupted(tmp_path, whole, [*spread(-0.3, -1.3, 3), *spread(0, 0.1, 5)])


@pytest.mark.long
def test_interrupted_fifty_times(tmp_path: Path, whole: dict[str, bytes]) -> None:
    interrupted(tmp_path, whole, [*spread(-0.2, -1.5, 50), *spread(0, 0.2, 50)])


# Standard output that ends early, or cannot show everything (F47)

TO_STANDARD_OUTPUT = [
    *(("run", name) for name in ("", "json", "csv", "txt", "html", "markdown", "xlsx")),
    *(("gaps", name) for name in ("", "json", "csv", "txt")),
    *(("inspect", name) for name in ("json", "csv", "txt")),
    *(("explain", name) for name in ("json", "txt")),
]
ENDS = [("| head -1 >/dev/null", (141, 0)), ("> /dev/full", (5,)), (">&-", (5,))]

#: Of all formats and ends in the usual run one each, in turn; the others are a long run.
IN_TURN = [
    pytest.param(command, name, *end, marks=() if place % 3 == turn else pytest.mark.long)
    for place, (command, name) in enumerate(TO_STANDARD_OUTPUT)
    for turn, end in enumerate(ENDS)
]


@pytest.fixture(scope="module")
def two_cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("two cases") / "cases.csv"
    file.write_text(TWO_CASES, encoding="utf-8")
    return file


def asked(two_cases: Path, command: str, name: str) -> list[str]:
    case = ["X1"] if command == "explain" else []
    checklist = [] if command == "inspect" else ["--checklist", "rar"]
    form = ["--format", name] if name else []
    return typed(command, str(two_cases), *case, "--as-at", "2023-02-02", *checklist, *form)


@pytest.mark.parametrize(("command", "name", "after", "codes"), IN_TURN)
def test_standard_output_that_ends_early(
    two_cases: Path, command: str, name: str, after: str, codes: tuple[int, ...]
) -> None:
    script = f'"$@" {after}; exit ${{PIPESTATUS[0]}}'
    words = ["bash", "-c", script, "bash", *asked(two_cases, command, name)]
    done = subprocess.run(words, cwd=TOP, capture_output=True, text=True, timeout=120)
    assert done.returncode in codes  # a small result fits into the pipe before its reader has gone
    lines = [line for line in done.stderr.splitlines() if not line.startswith(" ")]  # but for what the screen warns of
    full = "The output could not be written: the disk is full or the output is closed."
    assert lines == ([full] if after == "> /dev/full" else [])


ASCII_CONSOLE = [("run", "json"), ("run", "")]


@pytest.mark.parametrize(("command", "name"), ASCII_CONSOLE)
def test_a_console_that_shows_only_ascii(two_cases: Path, command: str, name: str) -> None:
    """A screen escapes what it cannot show; a format is the same bytes whatever the console."""
    words = asked(two_cases, command, name)
    plain = subprocess.run(
        words, cwd=TOP, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, timeout=120
    )
    assert plain.returncode == 0
    assert b"Traceback" not in plain.stderr
    if name:
        other = subprocess.run(words, cwd=TOP, env={**os.environ, "PYTHONIOENCODING": "utf-8"}, capture_output=True)
        assert plain.stdout == other.stdout
        assert "Zoë ✓".encode() in plain.stdout
    else:
        assert plain.stdout.isascii() and rb"Zo\xeb \u2713" in plain.stdout


# Memory so short that the engine writes to disk what does not fit (F48)


def many_contacts(folder: Path) -> None:
    """2,000 cases with 150 contacts each, of which every third answers the enquiries before it."""
    folder.mkdir()
    cases = [f"X{n:05},1,2023-01-{n % 28 + 1:02},,N{n % 40:02},T{n % 4},CO" for n in range(2_000)]
    (folder / "cases.csv").write_text("\n".join([TWO_CASES.split("\n")[0], *cases, ""]), encoding="utf-8")
    days = [(date(2023, 1, 1) + timedelta(days=n)).isoformat() for n in range(170)]
    kinds = ("C515", "C369", "C369")
    lines = [
        f"X{n:05},1,{days[(n * 7 + m * 3) % 170]},{kinds[m % 3]},K{n:05}{m:03}"
        for n in range(2_000)
        for m in range(150)
    ]
    heads = "CRN,Event number,Contact date,Type code,Contact id"
    (folder / "contacts.csv").write_text("\n".join([heads, *lines, ""]), encoding="utf-8")


def test_short_of_memory(tmp_path: Path) -> None:
    many_contacts(tmp_path / "extract")
    results, spilled = [], []
    for memory in ("2GB", "96MB"):
        work, temporary = tmp_path / f"work {memory}", tmp_path / f"temporary {memory}"
        for made in (work, temporary):
            made.mkdir()
        words = typed("run", "../extract", "--as-at", "2023-06-30", "--item", "DA2", "--memory-limit", memory)
        process = started([*words, "-o", f"{tmp_path}/{memory}.csv"], temporary, work)
        most = 0
        while process.poll() is None:
            for private in temporary.glob("auditcheck-*"):
                if private.exists():
                    assert (private.is_dir(), S_IMODE(private.stat().st_mode)) == (True, 0o700)
                most = max(most, len(list(private.glob("*duckdb*"))))
            time.sleep(0.01)
        _, said = process.communicate(timeout=60)
        assert (process.returncode, said) == (0, f"Written: {memory}.csv\n".encode())
        assert list(work.iterdir()) == list(temporary.iterdir()) == []
        results.append((tmp_path / f"{memory}.csv").read_bytes())
        spilled.append(most > 0)
    assert spilled == [False, True]
    assert results[0] == results[1]
    overall = results[0].decode().splitlines()[1].split(",")
    assert sum(map(int, overall[9:18])) == 2_000  # each case in one state
