"""The terminal: how wide it is, what it can show, and lines of text made safe for it.

Every piece of text goes through `Screen.say`, whoever wrote it: a name in an extract can hold an
escape sequence, a bidirectional override or a character that the terminal's encoding lacks. Lines
are built as plain pieces with a style each, so that the text is the same with and without colour,
and nothing in it is ever read as markup.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from auditcheck.states import State

if TYPE_CHECKING:
    from rich.console import Console

#: Of the sixteen colours of the terminal's own theme; never a fixed colour, never a background.
STATE_STYLES: Mapping[State, str] = {
    State.MET: "green",
    State.LATE: "yellow",
    State.GAP: "bold red",
    State.NOT_YET_DUE: "blue",
    State.EXCUSED: "cyan",
    State.CANNOT_TELL: "bold magenta",
    State.TO_JUDGE: "magenta",
    State.LEFT_OUT: "dim",
    State.NOT_RELEVANT: "dim",
}
HEADING = "bold"
WARNING = "bold yellow"
DIM = "dim"

PIPED_WIDTH = 120
NARROWEST = 40


@dataclass(frozen=True)
class Signs:
    """One whole set of signs; a screen uses one or the other, never some of each."""

    states: Mapping[State, str]
    bar: tuple[str, str, str]  # met, late, gap
    levels: str  # eight heights, low to high; "" leaves the number to speak for itself


SIGNS = Signs(dict(zip(State, "✔◐✘…○?✎–·", strict=True)), ("█", "▒", "░"), "▁▂▃▄▅▆▇█")
PLAIN_SIGNS = Signs(dict(zip(State, "+~X>o?J-.", strict=True)), ("#", "=", "_"), "")

#: What our own words use beyond ASCII, and what stands for it in the plain set.
_IN_PLAIN = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "·": "|", "×": "x", "…": "...", "\u00a0": " "}

_EVERY_SIGN = "".join([*SIGNS.states.values(), *SIGNS.bar, SIGNS.levels, *_IN_PLAIN])

#: Control, format (with the bidirectional ones), surrogate, line and paragraph separators.
UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def safe_text(text: str) -> str:
    """`text` with every character that could act on a terminal written as a visible escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode("ascii") if unicodedata.category(character) in UNSAFE else character
        for character in text
    )


def cells(text: str) -> int:
    """How many columns `text` takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


@dataclass(frozen=True)
class Line:
    """One line of a screen: pieces of text, each with a style. Made by `Screen` and `row`."""

    pieces: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)

    @property
    def width(self) -> int:
        return sum(cells(text) for text, _ in self.pieces)


@dataclass(frozen=True)
class Cell:
    """A piece of a row: text that begins at column `at`, or ends before it when `right`.

    With a `width` it folds at spaces into that many columns; without one it never folds. `down` is
    how many lines lower than the row's first it stands.
    """

    at: int
    text: str
    style: str = ""
    width: int = 0
    right: bool = False
    down: int = 0


def fold(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` columns, broken at spaces; nothing is ever cut off.

    Only a word longer than a whole line is broken within.
    """
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if cells(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while cells(line) > width > 0:
            cut = 1
            while cells(line[: cut + 1]) <= width:
                cut += 1
            lines.append(line[:cut])
            line = line[cut:]
    if line or not lines:
        lines.append(line)
    return lines


def row(*parts: Cell) -> list[Line]:
    """The lines of a row whose cells, given from left to right, may each fold."""
    folded = [(part, [""] * part.down + (fold(part.text, part.width) if part.width else [part.text])) for part in parts]
    lines = []
    for depth in range(max((len(texts) for _, texts in folded), default=0)):
        pieces: list[tuple[str, str]] = []
        column = 0
        for part, texts in folded:
            if depth >= len(texts) or not texts[depth]:
                continue
            text = texts[depth]
            start = part.at - cells(text) if part.right else part.at
            if start > column:
                pieces.append((" " * (start - column), ""))
                column = start
            pieces.append((text, part.style))
            column += cells(text)
        lines.append(Line(tuple(pieces)))
    return lines


BLANK = Line()


def flow(parts: Iterable[Sequence[tuple[str, str]]], between: str, width: int, indent: int = 1) -> list[Line]:
    """Parts one after another with `between` them, a new line where one does not fit.

    Each part is a few styled texts that stay together; only one wider than a line is folded.
    """
    lines: list[Line] = []
    pieces: list[tuple[str, str]] = []
    used = indent
    for part in parts:
        wide = sum(cells(text) for text, _ in part)
        if pieces and used + cells(between) + wide > width:
            lines.append(Line(tuple(pieces)))
            pieces = []
        if pieces:
            pieces.append((between, ""))
            used += cells(between)
        else:
            pieces.append((" " * indent, ""))
            used = indent
        if used + wide > width and len(pieces) == 1:
            style = part[-1][1]
            for text in fold("".join(text for text, _ in part), width - indent):
                lines.append(Line(((" " * indent, ""), (text, style))))
            pieces = []
            continue
        pieces.extend(part)
        used += wide
    if pieces:
        lines.append(Line(tuple(pieces)))
    return lines


def _can_hold_every_sign(encoding: str) -> bool:
    try:
        _EVERY_SIGN.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


@dataclass
class Screen:
    """Where lines go. `width`, `colour` and `plain` (the ASCII set) are found out unless given."""

    stream: TextIO = field(default_factory=lambda: sys.stdout)
    width: int = 0
    colour: bool | None = None
    plain: bool | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def __post_init__(self) -> None:
        self._encoding = getattr(self.stream, "encoding", None) or "utf-8"
        terminal = self.stream.isatty()
        if self.width <= 0:
            self.width = self._width_found(terminal)
        self.width = max(self.width, NARROWEST)
        if self.colour is None:
            bare = self.environment.get("NO_COLOR") or self.environment.get("TERM") in ("dumb", "unknown")
            self.colour = terminal and not bare
        self._console = self._rich_console() if self.colour else None
        if self.plain is None:
            # A Windows console too old for escape sequences has no font for the signs either.
            old = self._console is not None and self._console.legacy_windows
            self.plain = old or not _can_hold_every_sign(self._encoding)
        self.signs = PLAIN_SIGNS if self.plain else SIGNS

    def _width_found(self, terminal: bool) -> int:
        stated = self.environment.get("COLUMNS", "")
        if stated.isascii() and stated.isdigit() and int(stated):
            return int(stated)
        if not terminal:
            return PIPED_WIDTH
        try:
            return os.get_terminal_size(self.stream.fileno()).columns or 80
        except (OSError, ValueError):
            return 80

    def _rich_console(self) -> Console:
        from rich.console import Console

        return Console(
            file=self.stream,
            force_terminal=True,
            color_system="standard" if os.name != "nt" else "auto",
            no_color=False,
            markup=False,
            emoji=False,
            highlight=False,
            width=self.width,
        )

    def say(self, text: str) -> str:
        """`text` as this screen can show it: safe, and within its encoding."""
        text = safe_text(text)
        if text.isascii():
            return text
        if self.plain:
            text = "".join(_IN_PLAIN.get(character, character) for character in text)
        return text.encode(self._encoding, "backslashreplace").decode(self._encoding)

    def sign(self, state: State) -> str:
        return self.signs.states[state]

    def paragraph(self, text: str, style: str = "", indent: int = 1, width: int = 0) -> list[Line]:
        """Running text, folded to the screen."""
        wide = min(self.width, width or PIPED_WIDTH)
        return row(Cell(indent, self.say(text), style, wide - indent))

    def show(self, lines: Iterable[Line]) -> None:
        """Print lines."""
        if self._console is None:
            for line in lines:
                self.stream.write(f"{line.text}\n")
            return
        from rich.text import Text

        with self._console as console:
            for line in lines:
                console.print(Text.assemble(*line.pieces), soft_wrap=True)
