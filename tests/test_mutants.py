"""Good files with something done to them, by the thousand (`tests/mutants.py`): the real command reads them or says in
our words what is wrong, ends as documented, shows no cell, and counts every row. Each batch is a process of its own, so
that a crash, a hang or too much memory is seen, and is known by its number: `python -m tests.fuzz csv 123` shows it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.mutants import KINDS, mutant

BATCH, BATCHES = 120, 1  # of each kind; the rest of the thousands are behind the marker
LONG, LONG_BATCHES = 1000, 20

#: How many of all must end in each way at least, in a hundred: where nearly all are refused, little is tried.
AT_LEAST = {"csv": {0: 15, 3: 50}, "xlsx": {0: 15, 3: 50}, "parquet": {0: 5, 3: 50}, "yaml": {0: 4, 4: 50}}


def tried(kind: str, first: int, count: int) -> Counter[int]:
    """How mutants of a kind ended, from a number on; fails with every one of which something is wrong."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", kind, str(first), str(count)],
        capture_output=True,
        encoding="utf-8",
        cwd=Path(__file__).parents[1],
        timeout=count * 2,
    )
    *numbers, last = done.stdout.splitlines() or [""]
    assert done.returncode == 0, (
        f"mutant {kind} {last} ended the process with {done.returncode}:\n{done.stderr[-2000:]}"
    )
    told = json.loads(last)
    assert not told["wrong"], "\n".join(f"{kind} {number} ({what}): {why}" for number, what, why in told["wrong"])
    assert len(numbers) == count
    return Counter({int(code): ended for code, ended in told["ends"].items()})


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX: past Python's own standard error")
@pytest.mark.parametrize("first", range(0, BATCH * BATCHES, BATCH))
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_done_to_a_file(kind: str, first: int) -> None:
    ends = tried(kind, first, BATCH)
    assert sum(ends.values()) == BATCH
    for code, least in AT_LEAST[kind].items():
        assert ends[code] >= BATCH * least // 100, ends


@pytest.mark.long
@pytest.mark.parametrize("first", range(BATCH * BATCHES, BATCH * BATCHES + LONG * LONG_BATCHES, LONG))
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_done_to_a_file_at_length(kind: str, first: int) -> None:
    assert sum(tried(kind, first, LONG).values()) == LONG


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_is_a_mutant(kind: str) -> None:
    """The same bytes in every process, whatever was made before; and not the same for every number."""
    script = f"import hashlib; from tests.mutants import mutant; print(hashlib.sha256(repr(mutant({kind!r}, 7)).encode()).hexdigest())"
    seen = set()
    for seed in ("1", "2"):
        env = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))}
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=env, check=True)
        seen.add(done.stdout)
    assert len(seen) == 1
    assert len({repr(mutant(kind, number)) for number in range(20)}) == 20
