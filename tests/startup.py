"""How long auditcheck takes to start and to audit the example, against `import typer, rich`.

    python -m tests.startup

Whole processes, taken in turn on one machine, medians of several; figures are ratios, because the
seconds of one machine say little about another's.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

TOP = Path(__file__).parents[1]
FIVE = [
    w for name in ("rar", "domestic-abuse", "safeguarding", "enforcement", "oversight") for w in ("--checklist", name)
]
#: What typer itself takes for any command with an argument: it is read by pydantic.
NOTHING = """
from pathlib import Path
import rich, typer
app = typer.Typer()
@app.command()
def nothing(path: Path) -> None: ...
app()
"""
COMMANDS = {
    "import typer, rich": ["-c", "import typer, rich"],
    "auditcheck --help": ["-m", "auditcheck", "--help"],
    "a command that does nothing": ["-c", NOTHING, "path"],
    "auditcheck lint": ["-m", "auditcheck", "lint"],
    "auditcheck run, 40 cases": ["-m", "auditcheck", "run", "examples/brighton-east-sussex"],
    "the same, five checklists": ["-m", "auditcheck", "run", "examples/brighton-east-sussex", *FIVE],
}


def seconds(arguments: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=TOP, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main(rounds: int = 31) -> None:
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 1):
        for name, arguments in COMMANDS.items():
            figure = seconds(arguments)
            if number:  # the first round warms the disk
                taken[name].append(figure)
    base = statistics.median(taken["import typer, rich"])
    for name, figures in taken.items():
        middle = statistics.median(figures)
        print(f"{name:27} {middle:6.3f} s  {middle / base:5.1f} x")  # noqa: T201


if __name__ == "__main__":
    main()
