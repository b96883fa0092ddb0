"""What can stop a run, each with the exit code that says whose move it is.

A problem's text is shown to the user as it stands. It never holds a cell of the extract, nor a
library's own words: either could carry case data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a file: where it stands, what is wrong and what would be right."""

    file: str
    line: int
    text: str
    item: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.item + ': ' if self.item else ''}{self.text}"


class Stop(Exception):
    """The run cannot go on. `lines` are for the user; `exit_code` is the process's."""

    exit_code: ClassVar[int] = 70

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines: tuple[str, ...] = lines


class UsageStop(Stop):
    exit_code = 2


class ExtractStop(Stop):
    exit_code = 3


class ChecklistStop(Stop):
    """A checklist or a dictionary has mistakes: all of them at once."""

    exit_code = 4

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> ChecklistStop:
        return cls(*(str(problem) for problem in sorted(set(problems))))


class OutputStop(Stop):
    exit_code = 5


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """' Did you mean “x”?' for the nearest known word, or nothing when none is near."""
    import difflib

    near = difflib.get_close_matches(word.casefold(), [k.casefold() for k in known], n=1, cutoff=0.6)
    originals = {k.casefold(): k for k in known}
    return f" Did you mean “{originals[near[0]]}”?" if near else ""


def one_of(words: Sequence[str]) -> str:
    """'a, b or c', for 'what is allowed'."""
    words = [str(word) for word in words]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def shown(path: Path | str) -> str:
    """A path as messages and headers give it: short, and never with a control character."""
    return Path(path).name.encode("unicode_escape").decode("ascii") if not str(path).isprintable() else Path(path).name
