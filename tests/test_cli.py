"""The command line as a user meets it: through a process of its own."""

from __future__ import annotations

import csv
import io
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from auditcheck import cli
from auditcheck.extract.loading import within_memory
from auditcheck.extract.sheets import is_of_the_file
from auditcheck.problems import ExtractStop, UsageStop
from auditcheck.reports.terminal import Line, Screen

TOP = Path(__file__).parents[1]
EXAMPLE = "examples/brighton-east-sussex"
GOLDEN = Path(__file__).parent / "golden"


def auditcheck(
    *arguments: str, cwd: Path = TOP, columns: int = 80, **environment: str
) -> subprocess.CompletedProcess[str]:
    keep = ("PATH", "HOME", "SYSTEMROOT", "PYTHONPATH", "VIRTUAL_ENV")
    env = {name: os.environ[name] for name in keep if name in os.environ}
    env |= {"COLUMNS": str(columns), "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run(
        [sys.executable, "-m", "auditcheck", *arguments],
        cwd=cwd,
        env=env,
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        timeout=120,
    )


# What is typed, the exit code, and the whole of standard error.
REFUSED = [
    ("run", 2, "auditcheck run needs EXTRACT: a folder of CSV or Parquet files, one such file, a workbook (.xlsx), - (CSV from a pipe), or an address; several files are counted together.\n"),
    ("explain x", 2, "auditcheck explain needs CASE: the case's reference, as the lists show it.\n"),
    ("schema", 2, "auditcheck schema needs NAME: one of checklist, dictionary, tests, adjustments or result.\n"),
    ("rnu x", 2, "no command is called “rnu”. Did you mean “run”?\n"),
    ("history", 2, "auditcheck history needs a command after it: list, show, export, import, verify, purge or forget\n"),
    ("history lst", 2, "no history command is called “lst”. Did you mean “list”?\n"),
    ("june.xlsx", 2, "no command is called “june.xlsx”; there are run, gaps, compare, explain, inspect, template, test, lint, show, schema, trend and history.\n"),
    ("run x --tem A", 2, "auditcheck run has no option --tem. Did you mean --team?\n"),
    ("run x --colours", 2, "auditcheck run has no option --colours. Did you mean --no-colour?\n"),
    ("--foo", 2, "auditcheck has no option --foo. See: auditcheck --help\n"),
    ("gaps x -x", 2, "auditcheck gaps has no option -x. See: auditcheck gaps --help\n"),
    ("run my team.xlsx", 3, "my: not found. Check the path; a name with a blank in it needs quotes.\n"),
    ("explain x y z", 2, "auditcheck explain takes one EXTRACT and one CASE. A name with a blank in it needs quotes.\n"),
    (f"explain {EXAMPLE} examples/team-workbook X441960", 2, "auditcheck explain takes one EXTRACT and one CASE: of several extracts, give the one that holds the case.\n"),
    (f"explain {EXAMPLE} X441960 X480941", 2, "auditcheck explain takes one EXTRACT and one CASE. A name with a blank in it needs quotes.\n"),
    (f"inspect {EXAMPLE} examples/team-workbook", 2, "auditcheck inspect takes one EXTRACT: of several extracts, give them one by one.\n"),
    ("inspect my team.xlsx", 2, "auditcheck inspect takes one EXTRACT. A name with a blank in it needs quotes.\n"),
    ("template x", 2, "auditcheck template takes options only. A name with a blank in it needs quotes.\n"),
    (f"run {EXAMPLE} {'y' * 300}", 3, f"{'y' * 300}: not found. Check the path; a name with a blank in it needs quotes.\n"),
    ("run x --team", 2, "--team needs a value after it.\n"),
    ("run x --force=yes", 2, "--force takes no value.\n"),
    ("run x --due-within tomorrow", 2, "--due-within takes a number of working days from 0 to 250.\n"),
    (f"run {EXAMPLE} --plain --format json", 2, "--plain is instead of the screen: it does not go with --format.\n"),
    ("run x --due-within 251", 2, "--due-within takes a number of working days from 0 to 250.\n"),
    ("gaps x --due-within -1", 2, "--due-within takes a number of working days from 0 to 250.\n"),
    ("gaps x --due-within 250", 3, "x: not found. Check the path.\n"),
    ("run nowhere", 3, "nowhere: not found. Check the path.\n"),
    ("run example/brighton", 3, "example/brighton: not found. Check the path.\n"),
    ("run exa\x1bmple/b\u202e", 3, "exa\\x1bmple/b\\u202e: not found. Check the path.\n"),
    ("run https://example.org/cases.csv", 2, "An extract is a folder or a file on this computer, or an address that begins with postgresql:// or spark://.\n"),
    ("run mysql://me:heather@db/audit", 2, "An extract is a folder or a file on this computer, or an address that begins with postgresql:// or spark://.\n"),
    ("gaps x mysql://db/audit", 2, "An extract is a folder or a file on this computer, or an address that begins with postgresql:// or spark://.\n"),
    ("lint rar --extract mysql://db/audit", 2, "An extract is a folder or a file on this computer, or an address that begins with postgresql:// or spark://.\n"),
    ("inspect postgresql://me:heather@db/audit", 2, "inspect looks at files on this computer: an address is for run, gaps, explain, compare and lint --extract.\n"),
    ("inspect mysql://db/audit --write-dictionary x.yaml", 2, "inspect looks at files on this computer: an address is for run, gaps, explain, compare and lint --extract.\n"),
    ("lint postgresql://me:heather@db/audit", 2, "A checklist is one that ships, or a file on this computer: an address is none.\n"),
    (f"run {EXAMPLE} --as-at 8/12/2023", 2, "--as-at takes a date, YYYY-MM-DD or DD/MM/YYYY, from 1980 to 2050.\n"),
    (f"run {EXAMPLE} --as-at 31/11/2023", 2, "--as-at: there is no 31 November 2023.\n"),
    (f"run {EXAMPLE} --as-at 2023-02-29", 2, "--as-at: there is no 29 February 2023.\n"),
    (f"run {EXAMPLE} --as-at 00/12/2023", 2, "--as-at: there is no 0 December 2023.\n"),
    (f"run {EXAMPLE} --as-at 11/31/2023", 2, "--as-at takes a date, YYYY-MM-DD or DD/MM/YYYY, from 1980 to 2050.\n"),
    (f"run {EXAMPLE} --as-at 31/12/1979", 2, "--as-at takes a date, YYYY-MM-DD or DD/MM/YYYY, from 1980 to 2050.\n"),
    (f"run {EXAMPLE} --as-at 31/11/2051", 2, "--as-at takes a date, YYYY-MM-DD or DD/MM/YYYY, from 1980 to 2050.\n"),
    (f"run {EXAMPLE} --as-at 2023-12-09", 2, "--as-at is later than Fri 8 December 2023, when the extract was taken: later work cannot be in it. Give an earlier date.\n"),
    (f"run {EXAMPLE} --checklist rars", 2, "no checklist is called “rars”, and no such file exists. Did you mean “rar”? Shipped: domestic-abuse, safeguarding, assessment, planning, rar, enforcement, oversight, sentence-plan, prompt-start, continuity, accredited-programmes, commissioned-services, multi-agency, home-visits, reviewing, appointments, outcomes, diversity, key-questions.\n"),
    (f"run {EXAMPLE} --checklist rar --item RA9", 2, "no item is called “RA9”. Did you mean “RA2”? There are RA1 and RA2.\n"),
    (f"run {EXAMPLE} --item DA9", 2, "no item is called “DA9”. Did you mean “DA4”? To see what there are: auditcheck show domestic-abuse\n"),
    (f"run {EXAMPLE} --severity hihg", 2, "--severity takes high, medium or low. Did you mean “high”?\n"),
    (f"run {EXAMPLE} --checklist rar --team NOBODY", 2, "no case has the team “NOBODY”. There are ZKSBT1, ZKSEB1 and ZKSHS1.\n"),
    (f"run {EXAMPLE} --checklist rar --team ZKSEB2", 2, "no case has the team “ZKSEB2”. Did you mean “ZKSEB1”? There are ZKSBT1, ZKSEB1 and ZKSHS1.\n"),
    (f"run {EXAMPLE} --by rsh", 2, "--by takes a grouping (practitioner, team, pdu, region) or a fact. Did you mean “rosh”?\n"),
    (f"run {EXAMPLE} --fail-on gaps", 2, "--fail-on takes gap, late or fault. Did you mean “gap”?\n"),
    (f"run {EXAMPLE} --memory-limit lots", 2, "--memory-limit takes a number of KB, MB, GB or TB, or of KiB, MiB, GiB or TiB, such as 500MB or 1.5GB.\n"),
    (f"run {EXAMPLE} --dictionary none.yaml", 4, "none.yaml: cannot be read. Check the path and that you may open it.\n"),
    (f"explain {EXAMPLE} Z999999 --checklist rar", 2, "no case is called “Z999999”. Give its reference as the lists show it.\n"),
    (f"explain {EXAMPLE} X44196 --checklist rar", 2, "no case is called “X44196”. Give its reference as the lists show it.\n"),
    (f"explain {EXAMPLE} X466390 --checklist rar", 2, "2 cases are called “X466390”: X466390/1 and X466390/2. Give the whole reference.\n"),
]  # fmt: skip


def test_a_team_is_known_by_the_name_that_the_screen_shows() -> None:
    by_code, by_name = (
        auditcheck(*f"gaps {EXAMPLE} --checklist rar --team {team}".split()) for team in ("ZKSEB1", "eastbourne")
    )
    assert by_name.returncode == 0
    assert by_name.stdout.count("\n") == by_code.stdout.count("\n")
    assert "ZKSBT1" not in by_name.stdout


#: What a variable that was never set leaves behind would mean “all”, or “today”, were it taken for nothing.
EMPTY = ("run x --as-at", "run x --due-in", "run x --unit", "run x --by", "gaps x --team", "run x --dictionary",
         "compare x --only", "explain x --item", "trend --team", "trend --history", "history show", "run", "gaps x --due-within")  # fmt: skip


@pytest.mark.parametrize("typed", EMPTY)
def test_an_empty_value_is_none(typed: str) -> None:
    name = {"history show": "RUN", "run": "EXTRACT"}.get(typed, typed.split()[-1])
    done = auditcheck(*typed.split(), "")
    assert (done.returncode, done.stderr) == (2, f"{name} needs a value, and was given an empty one.\n")


# A size as it may be typed, and how many bytes it is; None where it is refused.
SIZES = [
    ("500MB", 500_000_000), ("2 gb", 2_000_000_000), ("1.5GB", 1_500_000_000), ("0.5kb", 500), (" 2GB ", 2_000_000_000),
    ("500m", 500_000_000), ("2G", 2_000_000_000), ("1TB", 1_000_000_000_000), ("2gib", 2_147_483_648), ("1KiB", 1_024),
    ("1.5MiB", 1_572_864), ("2Gi", 2_147_483_648), ("0GB", None), ("0.0001KB", None), ("2000", None), ("2PB", None), ("-2GB", None),
    ("1,5GB", None), ("2,000MB", None), ("2GBs", None), ("GB", None), ("1.GB", None), ("1e3GB", None), ("٢GB", None),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "size"), SIZES)
def test_sizes(typed: str, size: int | None) -> None:
    if size is not None:
        assert cli._bytes("--memory-limit", typed) == size
        return
    with pytest.raises(UsageStop) as stop:
        cli._bytes("--memory-limit", typed)
    assert stop.value.lines == (
        "--memory-limit takes a number of KB, MB, GB or TB, or of KiB, MiB, GiB or TiB, such as 500MB or 1.5GB.",
    )


def test_a_name_in_parts_needs_quotes_even_where_its_parts_are_there(tmp_path: Path) -> None:
    for name in ("my", "june", "my june"):
        (tmp_path / name).mkdir()
    done = auditcheck("inspect", "my", "june", cwd=tmp_path)
    assert done.stderr == "auditcheck inspect takes one EXTRACT. A name with a blank in it needs quotes.\n"


@pytest.mark.parametrize(("typed", "code", "said"), REFUSED, ids=[typed for typed, _, _ in REFUSED])
def test_refusals(typed: str, code: int, said: str) -> None:
    done = auditcheck(*typed.split())
    assert (done.returncode, done.stderr, done.stdout) == (code, said, "")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", 0),
        ("--version", 0),
        ("--help", 0),
        ("run --help", 0),
        (f"run {EXAMPLE} --checklist rar", 0),
        (f"run {EXAMPLE} --checklist rar --fail-on gap", 1),
        (f"run {EXAMPLE} --checklist rar --fail-on late", 1),
        (f"run {EXAMPLE} --checklist rar --fail-on fault", 1),
        (f"run {EXAMPLE} --checklist enforcement --item EN2 --team ZKSHS1 --fail-on late", 0),
        (f"gaps {EXAMPLE} --checklist rar --practitioner unallocated", 0),
        (f"gaps {EXAMPLE} --checklist rar --fail-on gap", 1),
        (f"inspect {EXAMPLE}", 0),
        (f"inspect {EXAMPLE} --fail-on fault", 1),
    ],
)
def test_exit_codes(typed: str, code: int) -> None:
    done = auditcheck(*typed.split())
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout


# The screens of the shipped example, as they come out of a pipe. Written with AUDITCHECK_GOLDEN=write
# and read by eye against the mock-ups; the figures in them are held by the hand list of the example.
SCREENS = {
    "run": f"run {EXAMPLE}",
    "gaps": f"gaps {EXAMPLE} --practitioner ZKSB201",
    "explain": f"explain {EXAMPLE} X441960",
    "explain-item": f"explain {EXAMPLE} X480941 --item DA2",
    "inspect": f"inspect {EXAMPLE}",
    "by": f"run {EXAMPLE} --by rosh --checklist rar",
}


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("name", SCREENS)
def test_screens_of_the_example(name: str, columns: int) -> None:
    done = auditcheck(*SCREENS[name].split(), columns=columns)
    assert (done.returncode, done.stderr) == (0, "")
    golden = GOLDEN / f"example-{name}-{columns}.txt"
    if os.environ.get("AUDITCHECK_GOLDEN") == "write":
        golden.write_text(done.stdout, encoding="utf-8", newline="\n")
    assert done.stdout == golden.read_text(encoding="utf-8")
    for line in done.stdout.splitlines():
        assert len(line) <= columns or line.lstrip().startswith("auditcheck "), line
        assert not line.rstrip().endswith(("…", "...")), line


# Lines for a log: what is typed, and what a search for a word finds. The figures are those of the screens.
FOR_A_LOG = [
    ("run --checklist domestic-abuse", "| DA2 ", 1, "item | DA2 Enquiry returned | high severity | 59 % 17 of 29 | met 17, late 7, gap 5,"),
    ("run --checklist domestic-abuse", "audit |", 1, "| brighton-east-sussex | as at 2023-12-08 | 40 cases"),
    ("run --checklist rar --board", "practitioner |", 0, ""),
    ("run --checklist rar", "warning |", 1, "in the columns in use: "),
    ("gaps --practitioner ZKSB201", "| X531402 |", 8, "gap | X531402 | ZKSB201 | ZKSEB1 | HV2 First home visit, medium risk | medium severity | due 2023-06-26 | 165 days | Not recorded: home visit. | fix by 2023-12-22 | Visit the person at home,"),
    ("gaps --practitioner ZKSB201", "total |", 1, "total | 3 of 4 cases with a gap | 26 gaps in the record | 66 answered no by a reader"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "word", "times", "said"), FOR_A_LOG)
def test_lines_for_a_log(typed: str, word: str, times: int, said: str) -> None:
    command, *options = typed.split()
    done = auditcheck(command, EXAMPLE, *options, "--plain", columns=60, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    kinds = "audit|note|warning|item|team|practitioner|look first|ended cases|gap|gap of ended case|coming up|to judge"
    assert all(re.match(rf"(?:{kinds}|cannot tell|total) \| ", line) for line in lines)  # nothing is folded
    found = [line for line in lines if word in line]
    assert len(found) == times
    assert not said or any(said in line for line in found)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp850"])
def test_old_consoles_get_the_plain_signs(encoding: str) -> None:
    done = auditcheck("run", EXAMPLE, "--checklist", "rar", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert "X 28 gaps" in done.stdout
    assert not set("✔◐✘█▒░") & set(done.stdout)


def test_no_colour_in_a_pipe_and_none_when_asked() -> None:
    for environment in ({}, {"NO_COLOR": "1"}):
        assert "\x1b" not in auditcheck("run", EXAMPLE, "--checklist", "rar", **environment).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no shell pipes as on POSIX")
@pytest.mark.parametrize(("after", "code"), [("| true", 141), ("> /dev/full", 5), (">&-", 5)])
def test_output_that_ends_early(after: str, code: int) -> None:
    line = f'"{sys.executable}" -m auditcheck run {EXAMPLE} {after}; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", line], cwd=TOP, capture_output=True, text=True, timeout=120)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_a_bug_shows_a_place_and_nothing_else(tmp_path: Path) -> None:
    line = (
        "import auditcheck.audit, auditcheck.cli, sys\n"
        "def broken(*_, **__): raise ValueError('JOHN SECRET')\n"
        "auditcheck.audit.audit = broken\n"
        f"sys.argv = ['auditcheck', 'run', {EXAMPLE!r}]\n"
        "auditcheck.cli.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", line], cwd=TOP, capture_output=True, text=True, timeout=60)
    assert done.returncode == 70
    assert done.stderr.startswith("Internal error (ValueError at cli.py:")
    assert "SECRET" not in done.stderr + done.stdout


def test_nothing_is_written_beside_the_extract(tmp_path: Path) -> None:
    shutil.copytree(TOP / EXAMPLE, tmp_path / "an extract")
    before = sorted(tmp_path.rglob("*"))
    done = auditcheck("run", "an extract", "--checklist", "rar", cwd=tmp_path, PYTHONPATH=str(TOP / "src"))
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(tmp_path.rglob("*")) == before


# What the help of a command begins with, and of its arguments; signs of a programmer are in none.
HELP = [
    ("", "Usage: auditcheck [OPTIONS] COMMAND ...\n"),
    ("run", "Usage: auditcheck run EXTRACT ... [OPTIONS]\n"),
    ("gaps", "Usage: auditcheck gaps EXTRACT ... [OPTIONS]\n"),
    ("explain", "Usage: auditcheck explain EXTRACT CASE [OPTIONS]\n"),
    ("compare", "Usage: auditcheck compare EXTRACT ... [OPTIONS]\n"),
    ("inspect", "Usage: auditcheck inspect EXTRACT [OPTIONS]\n"),
    ("template", "Usage: auditcheck template [OPTIONS]\n"),
    ("test", "Usage: auditcheck test [CHECKLIST ...] [OPTIONS]\n"),
    ("lint", "Usage: auditcheck lint [CHECKLIST ...] [OPTIONS]\n"),
    ("show", "Usage: auditcheck show [CHECKLIST ...] [OPTIONS]\n"),
    ("schema", "Usage: auditcheck schema NAME [OPTIONS]\n"),
]


@pytest.mark.parametrize(("command", "usage"), HELP)
def test_help_is_whole_and_plain(command: str, usage: str) -> None:
    told = auditcheck(*command.split(), "--help").stdout
    assert told.startswith(usage)
    assert "Options:\n" in told and "--help" in told
    assert ("Commands:" in told) == (not command)
    for argument in ("EXTRACT", "CASE", "CHECKLIST", "NAME"):
        assert (argument in usage) == (f"\n  {argument}  " in told)
    after = told.removeprefix(usage)
    assert not re.search(r"\.\.\.|[<>{}]", after)
    assert all(len(line) < 80 for line in told.splitlines())


def test_help_imports_nothing_heavy() -> None:
    line = (
        "import sys\n"
        "import auditcheck.cli\n"
        "try: auditcheck.cli.app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'duckdb', 'polars', 'pandera', 'ruamel', 'yaml', 'python_calamine', 'pandas', 'numpy', 'xlsxwriter'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("after", [0.05, 0.3, 0.7, 1.1])
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_asked_to_stop(name: str, code: int, after: float) -> None:
    asked = signal.Signals[name]
    started = subprocess.Popen(
        [sys.executable, "-m", "auditcheck", "run", EXAMPLE], cwd=TOP, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    time.sleep(after)
    started.send_signal(asked)
    _, said = started.communicate(timeout=60)
    # the signal can come before Python has looked at our code (1 is its own), or after all is done
    assert started.returncode in ({code, -asked, 1} if after < 0.1 else {code, 0})
    if started.returncode == code:
        assert said == b""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_what_came_by_a_pipe_is_gone_when_it_ends(tmp_path: Path, name: str, code: int) -> None:
    """It had to be written to a file: records of cases, which nobody would look for there."""
    started = subprocess.Popen(
        [sys.executable, "-m", "auditcheck", "run", "-"], cwd=TOP, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert started.stdin is not None and started.stderr is not None
    cases = (TOP / EXAMPLE / "cases.csv").read_bytes()
    for _ in range(60):
        started.stdin.write(cases)
    started.stdin.flush()
    until = time.monotonic() + 60
    while not any(file.stat().st_size for file in tmp_path.rglob("*.csv")):
        assert time.monotonic() < until
        time.sleep(0.02)
    for _ in range(12):  # on a busy machine the first has been seen to come to nothing
        started.send_signal(signal.Signals[name])
        try:
            started.wait(timeout=5)
            break
        except subprocess.TimeoutExpired:
            continue
    assert started.poll() == code
    assert started.stderr.read() == b""
    assert not list(tmp_path.iterdir())
    started.stderr.close()
    started.stdin.close()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_started_by_nohup_it_goes_on(tmp_path: Path) -> None:
    started = subprocess.Popen(
        ["bash", "-c", f'trap "" HUP; exec "{sys.executable}" -m auditcheck run - --item RA1'], cwd=TOP,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert started.stdin is not None
    started.stdin.write((TOP / EXAMPLE / "cases.csv").read_bytes())
    started.stdin.flush()
    until = time.monotonic() + 60
    while not any(tmp_path.rglob("*.csv")):  # it reads, and waits for more
        assert time.monotonic() < until
        time.sleep(0.02)
    started.send_signal(signal.SIGHUP)
    _, said = started.communicate(timeout=60)
    assert (started.returncode, said) == (0, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX shell")
@pytest.mark.parametrize(("typed", "code"), [(f"run {EXAMPLE} --item RA1", 0), ("run nowhere", 3), ("rnu", 2)])
@pytest.mark.parametrize("closed", ["2>&-", "2>/dev/full"])
def test_nobody_to_complain_to(typed: str, code: int, closed: str) -> None:
    line = f'"{sys.executable}" -m auditcheck {typed} {closed}'
    assert subprocess.run(["bash", "-c", line], cwd=TOP, capture_output=True, timeout=60).returncode == code


# What is done to a copy of the example, what is run on it, the exit code, and what must be said.
ALTERED = [
    # references that differ in capitals are not merged, and never pass for nothing recorded
    ("contacts.csv", ("X", "x"), "--item DA2", 0, "1,292 case references in another spelling"),
    ("contacts.csv", ("X", "x"), "--item DA2", 0, "contacts has no rows of these cases: what depends on it cannot be told"),
    ("cases.csv", ("ZKSBT1", "zksbt1"), "--item RA1 --team ZKSBT1", 0, "14 cases"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "change", "options", "code", "said"), ALTERED)
def test_spellings(tmp_path: Path, file: str, change: tuple[str, str], options: str, code: int, said: str) -> None:
    shutil.copytree(TOP / EXAMPLE, tmp_path / "copy")
    text = (tmp_path / "copy" / file).read_text(encoding="utf-8")
    (tmp_path / "copy" / file).write_text(text.replace(*change), encoding="utf-8")
    done = auditcheck("run", str(tmp_path / "copy"), *options.split(), columns=120)
    assert (done.returncode, done.stderr) == (code, "")
    assert said in " ".join(done.stdout.split())


# How the extract spells a practitioner and a case, the type of their columns, and what is offered to be typed.
TYPED = [
    ("n54 a014", "x100 a", "text", "--practitioner 'n54 a014'", "'x100 a'"),
    ("n54a014", "x100", "code", "--practitioner N54A014", "X100"),
    ("O'Neil j", "o'x", "text", "--practitioner 'O'\"'\"'Neil j'", "'o'\"'\"'x'"),
    ("o'neil J", "o'x", "code", "--practitioner 'O'\"'\"'NEIL J'", "'O'\"'\"'X'"),
    ('$(a) "b"', "*", "text", "--practitioner '$(a) \"b\"'", "'*'"),
    ("-n5", "x1", "text", "", "x1"),
    ("--team", "-x1", "text", "", ""),
]


@pytest.mark.skipif(os.name == "nt", reason="quoting for a POSIX shell")
@pytest.mark.parametrize(("whose", "ref", "type_", "told", "case"), TYPED)
def test_what_is_offered_can_be_typed(tmp_path: Path, whose: str, ref: str, type_: str, told: str, case: str) -> None:
    dictionary = (TOP / "examples/team-workbook/team-june.dictionary.yaml").read_text(encoding="utf-8")
    of_type = dictionary.replace("_code: {type: text", f"_code: {{type: {type_}").replace(
        "crn: {type: text", f"crn: {{type: {type_}"
    )
    (tmp_path / "my june.dictionary.yaml").write_text(of_type, encoding="utf-8")
    with (tmp_path / "my june.csv").open("w", encoding="utf-8", newline="") as file:
        heads = [
            "Case ref",
            "OM",
            "Team",
            "Type",
            "Date of order / release",
            "DA flag",
            "DA check sent",
            "DA check back",
            "Reset from",
        ]
        csv.writer(file).writerows([heads, [ref, whose, "a 1", "CO", "2026-01-05", "Y", "", "", ""]])
    shown = auditcheck("run", "my june.csv", columns=60, cwd=tmp_path, PYTHONPATH=str(TOP / "src"))
    offered = [
        shlex.split(line) for line in shown.stdout.replace("\\\n", "").splitlines() if line.startswith("   auditcheck ")
    ]
    assert ["auditcheck", "gaps", "my june.csv", *shlex.split(told)] in offered
    assert (["auditcheck", "explain", "my june.csv", *shlex.split(case)] in offered) == bool(case)
    for command in offered:
        done = auditcheck(*command[1:], cwd=tmp_path, PYTHONPATH=str(TOP / "src"))
        assert (done.returncode, done.stderr) == (0, "")
        assert "DA1" in done.stdout


def test_nobody_named_is_not_unallocated(tmp_path: Path) -> None:
    shutil.copytree(TOP / EXAMPLE, tmp_path / "copy")
    cases = tmp_path / "copy" / "cases.csv"
    heads, rest = cases.read_text(encoding="utf-8").split("\n", 1)
    assert "Practitioner code" in heads
    cases.write_text(heads.replace("Practitioner code", "Held by somebody") + "\n" + rest, encoding="utf-8")
    done = auditcheck("run", str(tmp_path / "copy"), "--item", "RA1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "unallocated" not in done.stdout
    assert "not supplied" in done.stdout


def test_the_first_screen_names_what_there_is(tmp_path: Path) -> None:
    for line in auditcheck().stdout.splitlines():
        if "run examples/" in line:
            assert (TOP / line.split()[-1]).exists()
    assert auditcheck().stdout.count("run examples/") == 2
    elsewhere = subprocess.run(
        [sys.executable, "-m", "auditcheck"], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    assert "examples" not in elsewhere.stdout


def test_inspect_names_what_is_missing(tmp_path: Path) -> None:
    shutil.copytree(TOP / EXAMPLE, tmp_path / "copy")
    contacts = tmp_path / "copy" / "contacts.csv"
    heads, rest = contacts.read_text(encoding="utf-8").split("\n", 1)
    contacts.write_text(heads.replace("Outcome code", "Result") + "\n" + rest, encoding="utf-8")
    done = auditcheck("inspect", str(tmp_path / "copy"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "     Not there: outcome_code.\n" in done.stdout and "   ? Result " in done.stdout


def test_the_exact_code_wins(tmp_path: Path) -> None:
    shutil.copytree(TOP / EXAMPLE, tmp_path / "copy")
    cases = tmp_path / "copy" / "cases.csv"
    lines = cases.read_text(encoding="utf-8").splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if "ZKSBT1" in line)
    lines[first] = lines[first].replace("ZKSBT1", "zksbt1")
    cases.write_text("".join(lines), encoding="utf-8")
    for team, listed in (("ZKSBT1", "13 cases"), ("zksbt1", "1 case ")):
        done = auditcheck("run", str(tmp_path / "copy"), "--item", "RA1", "--team", team)
        assert f" {listed}" in done.stdout
    done = auditcheck("run", str(tmp_path / "copy"), "--item", "RA1", "--team", "Zksbt1")
    assert (done.returncode, done.stderr) == (
        2, "2 teams are called “Zksbt1” but for capitals: type it exactly.\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"), [("dictionary.yml", "file"), ("dictionary.yaml", "folder"), ("dictionary.yaml", "broken link")]
)
def test_a_dictionary_is_never_passed_by(tmp_path: Path, name: str, kind: str) -> None:
    shutil.copytree(TOP / EXAMPLE, tmp_path / "copy")
    (tmp_path / "copy" / "dictionary.yaml").unlink()
    place = tmp_path / "copy" / name
    if kind == "file":
        place.write_text("dictionary: d\n", encoding="utf-8")
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to(tmp_path / "nowhere.yaml")
    done = auditcheck("run", str(tmp_path / "copy"))
    assert (done.returncode, done.stderr) == (
        4, f"{name}: must be a file called dictionary.yaml, to be used.\n",
    )  # fmt: skip


def test_what_is_offered_can_be_typed_where_a_name_begins_as_an_option_does(tmp_path: Path) -> None:
    shutil.copytree(TOP / EXAMPLE, tmp_path / "-june")
    done = auditcheck("run", "./-june", cwd=tmp_path)
    assert "auditcheck explain ./-june X513057" in done.stdout
    assert auditcheck("explain", "./-june", "X513057", cwd=tmp_path).returncode == 0


def test_too_little_memory_is_said() -> None:
    done = auditcheck("run", EXAMPLE, "--memory-limit", "10MB")
    assert done.returncode == 3
    assert done.stderr == (
        "brighton-east-sussex: the memory that it may use is too little for it. Raise --memory-limit, or audit a part"
        " of it.\n"
    )


@pytest.mark.parametrize("command", [("gaps",), ("run", "-o", "june.json")])
def test_a_list_that_memory_cannot_hold_is_said(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing was delivered in 14 of the example's cases, as the report has it: 14 lines of RA1."""
    name, *more = command
    asked = [name, str(TOP / EXAMPLE), "--item", "RA1", *more]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "BYTES_OF_A_FINDING", 2_000_000_000 // 14)
    assert not cli.app(asked, standalone_mode=False)
    monkeypatch.setattr(cli, "BYTES_OF_A_FINDING", 2_000_000_000 // 14 + 1)
    for file in tmp_path.iterdir():
        file.unlink()
    with pytest.raises(ExtractStop) as stop:
        cli.app(asked, standalone_mode=False)
    assert stop.value.lines == (
        "brighton-east-sussex: a list of 14 findings is too long for the memory that it may use. Ask for less,"
        " with --team, --item or --checklist, or raise --memory-limit, or leave lists out, with run --board.",
    )
    assert list(tmp_path.iterdir()) == []


def test_too_little_disk_for_what_memory_does_not_hold_is_said(tmp_path: Path) -> None:
    small = {"memory_limit": "60MB", "temp_directory": str(tmp_path), "max_temp_directory_size": "1MB"}
    words = "june.csv: there is no room for its temporary files. Free some space there, raise --memory-limit, or audit a part of it."  # fmt: skip
    with duckdb.connect(config=small) as database, pytest.raises(ExtractStop) as stop, within_memory(Path("june.csv")):
        database.execute("CREATE TEMP TABLE many AS SELECT hash(range)::VARCHAR AS text FROM range(10_000_000)")
    assert stop.value.lines == (words,)


#: The memory that there is, in which what does not fit goes to the disk while the extract is read, or later.
FULL = [("12MB", 40), ("30MB", 40), ("60MB", 20_000)]


@pytest.mark.skipif(sys.platform == "win32", reason="files have no longest length there")
@pytest.mark.parametrize(("memory", "cases"), FULL)
def test_a_disk_that_is_full_meanwhile_is_said(tmp_path: Path, memory: str, cases: int) -> None:
    """As a longest length of files, which one need be no administrator to have: the database meets either alike."""
    import resource

    extract = Path(EXAMPLE)
    if cases > 40:  # so many that they do not fit while they are read
        extract = tmp_path / "many"
        extract.mkdir()
        rows = "".join(f"X{n:06},1,2025-01-06,{n * 7919},CO\n" for n in range(10 * cases))
        (extract / "cases.csv").write_text(f"CRN,Event number,Start date,Practitioner code,Order type\n{rows}")
    done = subprocess.run(
        [sys.executable, "-m", "auditcheck", "run", str(extract), "--memory-limit", memory],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    assert (done.returncode, done.stderr) == (
        3,
        f"{extract.name}: there is no room for its temporary files. Free some space there, raise --memory-limit, or"
        " audit a part of it.\n",
    )


def test_a_full_disk_is_not_put_down_to_the_file_that_is_read() -> None:
    words = 'IO Error: Could not write file "/tmp/a/duckdb_temp_storage-0.tmp": No space left on device'
    assert not is_of_the_file(duckdb.IOException(words))
    assert is_of_the_file(duckdb.IOException('IO Error: Could not read from file "contacts.parquet"'))


def test_what_is_being_done_gives_way_to_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    both = _Terminal()  # the two streams of a terminal are one
    monkeypatch.setattr(sys, "stdout", both)
    monkeypatch.setattr(sys, "stderr", both)
    clock = iter([0.0, 1.0, 2.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    with cli._progress() as tell:
        tell("reading")
        tell("counting")
        cli._show(Screen(stream=both, colour=False), [Line((("the answer", ""),))])
    steps = both.getvalue().split("\r")
    assert [step.strip() for step in steps] == ["", "reading …", "counting …", "", "the answer"]
    assert len(steps[3]) >= len(steps[2].rstrip())


# The length of a message, where it goes, and where its lines end: at words, and on a terminal only.
FOLDED = [
    ("one and thirty for ken kent-surrey-sussex", True, ["one and thirty for ken", "kent-surrey-sussex"]),
    ("one and thirty for kt kent-surrey-sussex", True, ["one and thirty for kt kent-surrey-sussex"]),
    ("one and thirty for ken kent-surrey-sussex", False, ["one and thirty for ken kent-surrey-sussex"]),
]


@pytest.mark.parametrize(("said", "terminal", "lines"), FOLDED)
def test_messages_fold_at_words(monkeypatch: pytest.MonkeyPatch, said: str, terminal: bool, lines: list[str]) -> None:
    stream = _Terminal() if terminal else _Pipe()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("COLUMNS", "40")
    cli._say([said])
    assert stream.getvalue().splitlines() == lines


class _Pipe(io.StringIO):
    encoding = "utf-8"


class _Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True
