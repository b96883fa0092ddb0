"""What can stop a run, each with the exit code that says whose move it is.

A problem's text is shown to the user as it stands. It never holds a cell of the extract, but for the
codes of teams and practitioners there are, nor a library's own words: either could carry case data.
"""

from __future__ import annotations

import re
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
        return f"{place}: {shortened(self.item) + ': ' if self.item else ''}{self.text}"


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


class HeadingsStop(ExtractStop):
    """The headings of an extract are not those that the dictionary knows."""


class OutputStop(Stop):
    """A file of results was not written; what was found is not wrong."""

    exit_code = 5


class HistoryStop(Stop):
    """The history of audits cannot be read or written; what was found is not wrong."""

    exit_code = 6


class ChecklistStop(Stop):
    """A checklist or a dictionary has mistakes: all of them at once."""

    exit_code = 4
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> ChecklistStop:
        """Every problem once, by file and line."""
        found = tuple(sorted(set(problems)))
        stop = cls(*dict.fromkeys(str(problem) for problem in found))
        stop.problems = found
        return stop


LONGEST_SHOWN = 60  # characters of what a file says, in a message about it
MOST_LISTED = 12


def shortened(text: str) -> str:
    """Text of a checklist or a dictionary as messages show it: on one line, and not all of a page."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def quote(word: object) -> str:
    """“word”, as messages show what a file says. What is no word is called what it is."""
    if isinstance(word, dict | list):
        return "a mapping" if isinstance(word, dict) else "a list"
    return f"“{shortened(str(word))}”"


def nearest(word: object, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that `word` is most like, or None when none is near."""
    import difflib

    originals = {k.casefold(): k for k in known} if isinstance(word, str) else {}
    near = difflib.get_close_matches(str(word)[:100].casefold(), list(originals), n=1, cutoff=cutoff)
    return originals[near[0]] if near else None


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """' Did you mean “x”?' for the nearest known word, or nothing when none is near."""
    near = nearest(word, known)
    return f" Did you mean “{near}”?" if near is not None else ""


def unknown(what: str, word: object, known: Iterable[str]) -> str:
    """'no event is called “x”.' with the nearest event there is or, when none is near, all of them."""
    known = list(known)
    hint = did_you_mean(word, known)
    there = "" if hint or not known else f"; there {'is' if len(known) == 1 else 'are'} {listed(known)}"
    return f"no {what} is called {quote(word)}{there}.{hint}"


def offered(word: object, known: Sequence[str], otherwise: str) -> str:
    """' Did you mean “x”? There are x, y and z.': the nearest there is, and all where they are few;
    `otherwise` says where to find them."""
    few = 0 < len(known) <= MOST_LISTED
    there = f"There {'is' if len(known) == 1 else 'are'} {listed(known)}." if few else otherwise
    return f"{did_you_mean(word, known)} {there}".rstrip()


def listed(words: Sequence[str]) -> str:
    """'a, b and c', and only how many more there are of a great many."""
    words = [shortened(word) for word in words]
    if len(words) > MOST_LISTED:
        words = [*words[:MOST_LISTED], f"{len(words) - MOST_LISTED} more"]
    return in_words(words)


def in_words(words: Sequence[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c': all of them, as they are."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def one_of(words: Sequence[str]) -> str:
    """'a, b or c', for 'what is allowed'."""
    return in_words([str(word) for word in words], "or")


def shown(path: Path | str) -> str:
    """A path as messages and headers give it: short, and never with a control character."""
    return Path(path).name.encode("unicode_escape").decode("ascii") if not str(path).isprintable() else Path(path).name


#: This many rows are named; beyond it, how many more there are.
MOST_ROWS = 24


def named_rows(rows: Sequence[int]) -> str:
    """'row 12', 'rows 12, 45–48 and 1,203 more'; neighbours are run together, and row numbers have no comma."""
    distinct = sorted(set(rows))
    if not distinct:
        return ""
    named = distinct[:MOST_ROWS]
    runs: list[list[int]] = []
    for at in named:
        if runs and at == runs[-1][-1] + 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    texts = [str(run[0]) if len(run) == 1 else f"{run[0]}{'–' if len(run) > 2 else ', '}{run[-1]}" for run in runs]
    more = f" and {len(distinct) - len(named):,} more" if len(distinct) > len(named) else ""
    return f"{'row' if len(distinct) == 1 else 'rows'} {', '.join(texts)}{more}"


#: The options that say what a run looked at and that another command does not take, or does not need.
_NOT_TAKEN = {
    "run": "only",
    "gaps": "only",
    "explain": "only team practitioner due-within replies",
    "inspect": "only checklist adjustments team practitioner item severity due-within replies",
}


def command_for(name: str, again: str, without: str = "") -> str:
    """A command that looks at what `again`, an extract and options as they were typed, looked at; `without` are
    options to leave out besides."""
    command = f"auditcheck {name} {again}".rstrip()
    options = "|".join(f"{_NOT_TAKEN.get(name, '')} {without}".split())
    return re.sub(rf""" --(?:{options}) (?:'[^']*'|"[^"]*"|[^\s'"])+""", "", command) if options else command
