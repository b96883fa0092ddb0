"""The history when something goes wrong: killed, two at once, a full disk, a file that is none of ours."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from auditcheck import history as history_module
from auditcheck.history import History
from auditcheck.problems import HistoryStop
from tests.small_histories import (
    CORRECTED,
    UNIT,
    environment,
    extract,
    process,
    record,
    typed,
    whole,
    words_of_run,
)

TOP = Path(__file__).parents[1]

pytestmark = pytest.mark.usefixtures("own_folders")

NOT_RECORDED = "The audit itself is whole; it was not recorded."

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="as Linux does it")


def place(own: Path) -> Path:
    return own / "data" / "auditcheck" / "history.db"


def bytes_of(folder: Path) -> dict[str, str]:
    """Every file of a folder, and what stands for its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history with one run."""
    tmp_path = tmp_path_factory.mktemp("one")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATA", "CONFIG"):
            patch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
        record(extract(tmp_path / "june"))
    return place(tmp_path)


# F53: killed while it writes


def kills(times: int, tmp_path: Path, seed: int) -> int:
    """Ends `run --record` once it has shown what it found and is about to keep it, again and again: how many runs
    had been acknowledged by then."""
    chance, own, folder = random.Random(seed), tmp_path / "own", extract(tmp_path / "june")
    told: list[str] = []
    longest = 0.0
    for number in range(times + 1):
        running = process(
            words_of_run(folder, as_at=date(2023, 6, 1) + timedelta(days=number)), own, stdout=subprocess.PIPE
        )
        assert running.stdout is not None
        assert running.stdout.read(1)
        began = time.monotonic()
        if number:
            time.sleep(chance.uniform(0, 1.2 * longest))
            running.send_signal(signal.SIGKILL)
        _, said = running.communicate()
        longest = max(longest, time.monotonic() - began) if not number else longest
        if found := re.search(" as ([0-9a-f]{8})[.]", said):
            told.append(found[1])
        assert set(told) <= {run[:8] for run in whole(place(own))}
    return len(told)


@linux
def test_a_run_that_is_killed_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    assert kills(12, tmp_path, seed=53) >= 1


@linux
@pytest.mark.long
def test_two_hundred_runs_that_are_killed(tmp_path: Path) -> None:
    assert 20 < kills(200, tmp_path, seed=5353) < 180


#: Records one run after another, and says each as soon as it is kept.
_ONE_AFTER_ANOTHER = """
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from auditcheck.history import History
path, start = Path(sys.argv[1]), int(sys.argv[2])
with History.to_read(path) as history:
    model = history.run(history.lines()[0].run)
for number in range(start, start + 1000):
    with History.to_write(path) as history:
        kept = history.record(replace(model, fingerprint=str(number), as_at=model.as_at + timedelta(days=number)))
    print(kept.run, flush=True)
"""


@linux
def test_whoever_is_killed_in_the_middle_of_writing_leaves_no_half_of_a_run(one: Path, tmp_path: Path) -> None:
    path, chance = Path(shutil.copy(one, tmp_path / "history.db")), random.Random(54)
    told: list[str] = []
    half = 0
    for number in range(8):
        running = subprocess.Popen(
            [sys.executable, "-c", _ONE_AFTER_ANOTHER, str(path), str(1 + 1000 * number)],
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=environment(tmp_path),
        )
        assert running.stdout is not None
        told.append(running.stdout.readline().strip())
        time.sleep(chance.uniform(0, 0.05))
        running.send_signal(signal.SIGKILL)
        told += running.communicate()[0].split()
        half += path.with_name("history.db-journal").exists()
        assert set(told) <= set(whole(path))  # reading alone puts right what was left half written
    assert len(told) >= 8


def half_written(path: Path) -> bytes:
    """Leaves a history as whoever is killed in the middle of writing does; its bytes before that."""
    before = path.read_bytes()
    code = f"""
import os, sqlite3
con = sqlite3.connect({str(path)!r}, isolation_level=None)
con.execute("PRAGMA cache_size = 1")
con.execute("BEGIN IMMEDIATE")
con.execute("INSERT INTO permit VALUES ('now')")
con.execute("UPDATE result SET practitioner = practitioner || hex(zeroblob(2000))")
con.execute("UPDATE open SET gap = hex(zeroblob(2000))")
os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    assert path.with_name(f"{path.name}-journal").exists()
    assert path.read_bytes() != before
    return before


@linux
@pytest.mark.parametrize("words", ["trend", "history list", "history verify"])
def test_what_was_left_half_written_is_put_back_before_it_is_read(words: str, one: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(one, tmp_path / "history.db"))
    before = half_written(path)
    assert typed(*words.split(), "--history", str(path)) == (0, "")
    assert path.read_bytes() == before
    assert [left.name for left in tmp_path.iterdir()] == ["history.db"]


# F54: two at once


@linux
def test_two_at_once_are_both_kept(tmp_path: Path) -> None:
    folder, own = extract(tmp_path / "june"), tmp_path / "own"
    for pair in range(6):  # the first two begin the history and the key, too
        days = [date(2023, 6, 1) + timedelta(days=2 * pair + other) for other in range(2)]
        both = [process(words_of_run(folder, as_at=day), own) for day in days]
        said = [running.communicate(timeout=60)[1] for running in both]
        assert [running.returncode for running in both] == [0, 0], said
        assert len(whole(place(own))) == 2 * (pair + 1)
    keys = {run.key for run in _runs(place(own))}
    assert len(keys) == 1
    left = [path.name for path in own.rglob("*") if path.is_file()]
    assert sorted(left) == ["history.db", "history.key"]


@linux
def test_two_at_once_with_the_same_are_kept_once(tmp_path: Path) -> None:
    folder, own = extract(tmp_path / "june"), tmp_path / "own"
    both = [process(words_of_run(folder), own) for _ in range(2)]
    said = sorted(running.communicate(timeout=60)[1].split()[0] for running in both)
    assert said == ["Already", "Recorded"]
    assert len(whole(place(own))) == 1


def _runs(path: Path) -> list[history_module.RecordedRun]:
    with History.to_read(path) as kept:
        return kept.runs(UNIT)


def test_whoever_waits_too_long_says_so(one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(shutil.copy(one, tmp_path / "history.db"))
    monkeypatch.setattr(history_module, "WAIT", 0.2)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    _not_recorded(
        path, tmp_path, "history.db: another auditcheck was still writing in it after 0.2 seconds. Run again."
    )
    other.execute("ROLLBACK")
    other.close()
    assert len(whole(path)) == 1


# F55: the disk, and what becomes of the file


def _not_recorded(path: Path, tmp_path: Path, said: str, *more: str) -> None:
    """The audit is given to its readers, the history stays as it is, and both are said."""
    out = tmp_path / "out.json"
    words = words_of_run(
        extract(tmp_path / "extract"), "-o", str(out), "--history", str(path), *more, as_at=date(2023, 8, 31)
    )
    before = path.read_bytes() if path.is_file() else None
    code, stopped = typed(*words)
    assert code == 6
    assert out.read_text(encoding="utf-8").endswith("}\n")
    assert stopped.startswith(said), stopped
    assert stopped.endswith(NOT_RECORDED)
    if before is not None:
        assert path.read_bytes() == before


@linux
@pytest.mark.parametrize("share", [0.25, 0.4, 0.6], ids=lambda share: f"room for {share:.0%}")
def test_a_disk_that_is_full(share: float, one: Path, tmp_path: Path) -> None:
    import resource

    own = tmp_path / "own"
    place(own).parent.mkdir(parents=True)
    path = Path(shutil.copy(one, place(own)))
    before = path.read_bytes()
    limit = int(len(before) * share)  # no file may be longer; SQLite meets it at another page each time
    out = tmp_path / "out.csv"
    words = words_of_run(extract(tmp_path / "june"), "-o", str(out), as_at=date(2023, 8, 31))
    running = process(words, own, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    _, said = running.communicate(timeout=60)
    assert running.returncode == 6, said
    assert "history.db: cannot be read or written: the disk is full or fails. Check it, and run again." in said
    assert said.rstrip().endswith(NOT_RECORDED)
    assert out.stat().st_size > 100
    assert whole(path) == whole(one)
    assert path.read_bytes() == before


@linux
def test_a_disk_too_full_to_begin_a_history(tmp_path: Path) -> None:
    import resource

    own = tmp_path / "own"
    running = process(
        words_of_run(extract(tmp_path / "june")),
        own,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    _, said = running.communicate(timeout=60)
    assert (running.returncode, said.rstrip().endswith(NOT_RECORDED)) == (6, True), said
    assert [path.name for path in own.rglob("*") if path.is_file()] == ["history.key"]


def test_four_kilobytes_of_nought_in_the_middle_are_found_wherever_they_are(one: Path, tmp_path: Path) -> None:
    content, path = one.read_bytes(), tmp_path / "history.db"
    run = _runs(one)[0]
    for begin in range(0, len(content), 4096):
        if not content[begin : begin + 4096].strip(b"\0"):
            continue
        damaged = content[:begin] + bytes(4096) + content[begin + 4096 :]
        path.write_bytes(damaged)
        assert typed("history", "verify", "--history", str(path))[0] == 6, begin
        assert typed("trend", "--history", str(path))[0] in (0, 6), begin  # what the page was of may not be asked for
        with pytest.raises(HistoryStop), History.to_write(path) as kept:
            kept.record(replace(run, fingerprint="x", as_at=date(2023, 8, 31)))
        assert path.read_bytes() == damaged, begin


def test_a_damaged_history_stays_as_it_is_and_what_to_do_is_said(one: Path, tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    content = one.read_bytes()
    middle = len(content) // 2 // 4096 * 4096
    path.write_bytes(content[:middle] + bytes(4096) + content[middle + 4096 :])
    _not_recorded(
        path,
        tmp_path,
        "history.db: the history is damaged. Nothing was changed in it; keep it, and put a copy back in its place,\n"
        "or an exported one: auditcheck history import FILE --history NEW.db\n",
    )


@linux
@pytest.mark.parametrize("moment", ["_insert", "_log", "record"])
@pytest.mark.parametrize("another", [False, True], ids=["taken away", "another in its place"])
def test_a_history_that_is_taken_away_meanwhile_is_not_said_to_have_it(
    moment: str, another: bool, one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_folders: Path
) -> None:
    path = Path(shutil.copy(one, tmp_path / "history.db"))
    real = getattr(History, moment)

    def first_gone(self: History, *arguments: object, **more: object) -> object:
        path.rename(tmp_path / "moved.db")
        if another:
            shutil.copy(one, path)
        return real(self, *arguments, **more)

    monkeypatch.setattr(History, moment, first_gone)
    out = tmp_path / "out.json"
    words = words_of_run(extract(tmp_path / "june"), "-o", str(out), "--history", str(path), as_at=date(2023, 8, 31))
    code, said = typed(*words)
    assert (code, out.exists()) == (6, True)
    assert said.startswith(
        "history.db: was moved or taken away while it was being written. Put it back, and run again."
    )
    assert said.endswith(NOT_RECORDED)


# F56: files that are none of ours


def _newer(path: Path) -> None:
    con = sqlite3.connect(path)
    con.execute("PRAGMA user_version = 2")
    con.close()


def _other_application(path: Path) -> None:
    con = sqlite3.connect(path)
    con.execute("PRAGMA application_id = 7")
    con.close()


def _another_database(path: Path) -> None:
    path.unlink()
    con = sqlite3.connect(path)
    con.execute("CREATE TABLE theirs(a)")
    con.commit()
    con.close()


def _another_database_in_use(path: Path) -> None:
    """Of a program that keeps a write-ahead log, and was ended: whoever opens such a file changes it."""
    path.unlink()
    code = f"""
import os, sqlite3
con = sqlite3.connect({str(path)!r}, isolation_level=None)
con.execute("PRAGMA journal_mode = WAL")
con.execute("CREATE TABLE theirs(a)")
con.execute("INSERT INTO theirs VALUES (1)")
os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    assert path.with_name(f"{path.name}-wal").stat().st_size


def _text(path: Path) -> None:
    path.write_text("as at,cases\n", encoding="utf-8")


def _nothing(path: Path) -> None:
    path.write_bytes(b"")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))
    path.symlink_to("elsewhere.db")


def _link_to_nothing(path: Path) -> None:
    path.unlink()
    path.symlink_to("elsewhere.db")


NOT_OURS = "history.db: is not a history of auditcheck. Nothing was changed in it."
NO_FILE = "history.db: is not a file."
FILES: list[tuple[Callable[[Path], None], str]] = [
    (_newer, "history.db: was written by a newer auditcheck. Use that one; nothing was changed in it."),
    (_other_application, NOT_OURS),
    (_another_database, NOT_OURS),
    (_another_database_in_use, NOT_OURS),
    (_text, NOT_OURS),
    (_nothing, NOT_OURS),
    (_folder, NO_FILE),
    (_link, NO_FILE),
    (_link_to_nothing, NO_FILE),
]
COMMANDS = [
    "trend",
    "history list",
    "history show a",
    "history verify",
    "history export -o {0}/out.json",
    "history purge --apply",
    "history purge",
    "history forget --practitioner N54A001",
]


@linux
@pytest.mark.parametrize(("make", "said"), FILES, ids=[make.__name__[1:] for make, _ in FILES])
def test_what_is_none_of_ours_is_refused_and_stays_as_it_is(
    make: Callable[[Path], None], said: str, one: Path, tmp_path: Path, own_folders: Path
) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    path = Path(shutil.copy(one, folder / "history.db"))
    make(path)
    before = bytes_of(folder)
    for command in COMMANDS:
        assert typed(*command.format(tmp_path).split(), "--history", str(path)) == (6, said)
    _not_recorded(path, tmp_path, said)
    assert bytes_of(folder) == before
    assert not (tmp_path / "out.json.part").exists()


# What may not be written

#: Root may write everything: this takes that from a process.
_LIKE_OTHERS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search")
_before = _LIKE_OTHERS if sys.platform.startswith("linux") and os.geteuid() == 0 else ()
cannot_be_kept_out = pytest.mark.skipif(
    not sys.platform.startswith("linux") or bool(_before and not shutil.which("setpriv")),
    reason="nothing here keeps this user from writing",
)


@pytest.fixture
def read_only(one: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "own" / "data" / "auditcheck"
    folder.mkdir(parents=True)
    path = Path(shutil.copy(one, folder / "history.db"))
    shutil.copytree(one.parents[2] / "config", tmp_path / "own" / "config")
    return path


def _said(tmp_path: Path, words: list[str]) -> tuple[int, str]:
    running = process(words, tmp_path / "own", *_before)
    _, said = running.communicate(timeout=60)
    return running.returncode, said


#: Types one command after another in one process: prints the exit code of each, and what stopped it.
_ALL = """
import json, sys
from tests.small_histories import typed
print("\\n" + json.dumps([typed(*words) for words in json.loads(sys.argv[1])]))
"""


def _all_said(tmp_path: Path, commands: list[list[str]]) -> list[tuple[int, str]]:
    words = [*_before, sys.executable, "-c", _ALL, json.dumps(commands)]
    done = subprocess.run(
        words, env=environment(tmp_path / "own"), cwd=TOP, capture_output=True, encoding="utf-8", check=True
    )
    return [(code, said) for code, said in json.loads(done.stdout.splitlines()[-1])]


@cannot_be_kept_out
@pytest.mark.parametrize("what", ["the file", "the folder", "both"])
def test_a_history_that_may_only_be_read(what: str, read_only: Path, tmp_path: Path) -> None:
    before = bytes_of(read_only.parent)
    out, export = tmp_path / "out.json", tmp_path / "export.json"
    reading = ["trend", "history list", "history verify", "history purge", f"history export -o {export}"]
    writing = ["history purge --before 2024-01 --apply", "history forget --practitioner N54A001"]
    if what != "the folder":
        read_only.chmod(0o400)
    if what != "the file":
        read_only.parent.chmod(0o500)
    try:
        found = _all_said(
            tmp_path,
            [
                *(words.split() for words in (*reading, *writing)),
                words_of_run(extract(tmp_path / "june"), "-o", str(out), as_at=date(2023, 8, 31)),
            ],
        )
        assert found[:5] == [(0, "")] * 5
        for code, said in found[5:]:
            assert code == 6
            assert re.match(r"history.db: (may not be written|cannot be opened). Check the .*ermissions", said), said
        assert found[-1][1].endswith(NOT_RECORDED)
        assert out.exists()
        assert export.exists()
        assert bytes_of(read_only.parent) == before
    finally:
        read_only.parent.chmod(0o700)


@cannot_be_kept_out
def test_a_history_left_half_written_where_nothing_may_be_written(read_only: Path, tmp_path: Path) -> None:
    half_written(read_only)
    before = bytes_of(read_only.parent)
    read_only.parent.chmod(0o500)
    try:
        code, said = _said(tmp_path, ["history", "list"])
    finally:
        read_only.parent.chmod(0o700)
    assert (code, said.startswith("history.db: was left half written, and may not be put right here. Copy it,")) == (
        6,
        True,
    ), said
    assert bytes_of(read_only.parent) == before


@cannot_be_kept_out
@pytest.mark.parametrize("where", ["data", "config"])
def test_where_no_history_can_be_begun(where: str, tmp_path: Path) -> None:
    closed = tmp_path / "own" / where
    closed.mkdir(parents=True)
    closed.chmod(0o500)
    out = tmp_path / "out.json"
    code, said = _said(tmp_path, words_of_run(extract(tmp_path / "june"), "-o", str(out)))
    assert (code, said.rstrip().endswith(NOT_RECORDED), out.exists()) == (6, True, True), said
    assert "Traceback" not in said
    assert "Check the folder" in said


# The audit is whole whatever becomes of its reports


def test_a_report_that_cannot_be_written_does_not_keep_a_run_from_being_recorded(
    tmp_path: Path, own_folders: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from auditcheck import output
    from auditcheck.problems import OutputStop

    def full(*_: object, **__: object) -> None:
        raise OutputStop("out.json: the disk is full.")

    monkeypatch.setattr(output, "write", full)
    words = words_of_run(extract(tmp_path / "june"), "-o", str(tmp_path / "out.json"))
    assert typed(*words) == (5, "out.json: the disk is full.")
    assert "Recorded in history.db" in capsys.readouterr().err
    assert len(whole(place(own_folders))) == 1


@linux
def test_a_screen_that_is_closed_does_not_keep_a_run_from_being_recorded(tmp_path: Path) -> None:
    own = tmp_path / "own"
    words = words_of_run(extract(tmp_path / "june"))
    ends, begins = os.pipe()
    running = subprocess.Popen([sys.executable, "-m", "auditcheck", *words], env=environment(own), stdout=begins, stderr=subprocess.PIPE, encoding="utf-8")  # fmt: skip
    os.close(begins)
    os.close(ends)
    _, said = running.communicate(timeout=60)
    assert (running.returncode, said.split()[0]) == (141, "Recorded"), said
    assert len(whole(place(own))) == 1


def test_a_history_that_fails_counts_more_than_gaps(one: Path, tmp_path: Path, own_folders: Path) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(b"")
    _not_recorded(path, tmp_path, NOT_OURS, "--fail-on", "gap")


def test_no_room_for_what_the_items_were_before_is_said(
    tmp_path: Path, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from auditcheck import recording

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    record(extract(tmp_path / "june"))
    changed = extract(tmp_path / "july", CORRECTED, checklist=(tmp_path / "small.yaml").read_text().replace("20 working days", "15 working days"))  # fmt: skip
    monkeypatch.setattr(recording, "TemporaryDirectory", full)
    code, said = typed(*words_of_run(changed, as_at=date(2023, 7, 31)))
    assert code == 6
    assert said.splitlines() == ["The history needs some space for temporary files, and there is none.", NOT_RECORDED]
    assert len(whole(place(own_folders))) == 1
