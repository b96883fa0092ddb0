"""The sheets of a workbook that is handed on, and how its cells look.

Every cell is text, a number or a date: no formula, and no link out of the workbook. Colour never says anything alone:
the sign of a state stands beside it, and bars and shades differ in grey.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from auditcheck.calendar import long_date
from auditcheck.problems import OutputStop
from auditcheck.reports.terminal import SIGNS, safe_text
from auditcheck.result import Counts, Finding
from auditcheck.states import IN_ORDER, State
from auditcheck.statistics import percent

#: Always the same, so that the same result is the same file.
CREATED = datetime(2026, 1, 1)

#: What a sheet and a cell can hold.
MOST_ROWS, LONGEST_CELL, LONGEST_NAME = 1_048_576, 32_767, 31

#: Hues of one blue from dark to none, which differ in grey too; and what is to be filled in.
DARK, LIGHT, RULE, BAR, QUIET, TO_FILL_IN = "#1F3864", "#D9E2F3", "#8EA9DB", "#A9BCDD", "#595959", "#FFF6D6"

#: The colour of a state's sign. The sign itself says which it is.
COLOURS = {
    State.MET: "#2E6B34",
    State.LATE: "#8A5A00",
    State.GAP: "#B42318",
    State.NOT_YET_DUE: "#1F5FA8",
    State.EXCUSED: "#0F6E66",
    State.CANNOT_TELL: "#7A2E8E",
    State.TO_JUDGE: "#7A2E8E",
    State.LEFT_OUT: QUIET,
    State.NOT_RELEVANT: QUIET,
}

DAY = "ddd d mmm yy"
LINE, HIGHEST = 13.0, 409.0  # points: a line of text, and the highest that a row may be

Value = str | int | float | date | None


@dataclass(frozen=True)
class Column:
    """A column of a list of findings."""

    head: str
    width: float
    value: Callable[[Finding], Value]
    look: Any


@dataclass
class Book:
    """The workbook: its sheets' names, and how cells look."""

    title: str
    taken: set[str] = field(default_factory=set)
    looks: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)
    sizes: dict[int, float] = field(default_factory=dict)
    more: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from xlsxwriter import Workbook

        self.content = io.BytesIO()
        as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = Workbook(self.content, {"in_memory": True, **as_text})
        self.book.set_properties({"title": _held(self.title)[:255], "created": CREATED})
        self.book.set_size(1800, 1200)
        ruled = {"bottom": 1, "bottom_color": "#D0D7E5", "text_wrap": True, "valign": "top"}
        self.text = self.look(**ruled)
        self.small = self.look(**ruled, font_size=8, font_color=QUIET)
        self.strong = self.look(**ruled, bold=True)
        self.number = self.look(**ruled, num_format="#,##0", align="right", indent=1)
        self.strong_number = self.look(**ruled, bold=True, num_format="#,##0", align="right", indent=1)
        self.centred = self.look(**ruled, num_format="#,##0", align="center")
        self.right = self.look(**ruled, align="right", indent=1)
        self.dim = self.look(**ruled, font_color=QUIET, italic=True)
        self.day = self.look(**ruled, num_format=DAY, align="left")
        self.gap = self.look(**ruled, font_color=COLOURS[State.GAP])
        boxed = {"border": 1, "border_color": RULE, "bg_color": TO_FILL_IN, "text_wrap": True, "valign": "top"}
        self.fill_in = self.look(**boxed)
        self.fill_in_day = self.look(**boxed, num_format="dd/mm/yyyy", align="left")
        headed = {"bold": True, "font_color": "#FFFFFF", "bg_color": DARK, "border": 1, "border_color": RULE}
        headed |= {"text_wrap": True, "valign": "top"}  # the button of a filter stands at the bottom
        self.head = self.look(**headed)
        self.head_right = self.look(**headed, align="right", indent=1)
        self.band = self.look(bold=True, font_color=DARK, bg_color=LIGHT)
        self.link = self.look(**ruled, font_color=DARK, underline=1)
        self.heading = self.look(font_size=18, bold=True, font_color=DARK)
        self.section = self.look(font_size=12, bold=True, font_color=DARK, bottom=2, bottom_color=DARK, valign="bottom")
        self.note = self.look(text_wrap=True, valign="vcenter", font_color="#333333")
        self.strong_note = self.look(text_wrap=True, valign="vcenter", bold=True, font_color=DARK)
        self.beware = self.look(text_wrap=True, valign="vcenter", bold=True, left=5, left_color="#B45309", indent=1)

    def look(self, **what: Any) -> Any:
        """How a cell looks; the same each time for the same wishes."""
        key = tuple(sorted({"font_name": "Arial", "font_size": 10, **what}.items()))
        if key not in self.looks:
            self.looks[key] = self.book.add_format(dict(key))
            self.sizes[id(self.looks[key])] = dict(key)["font_size"]
        return self.looks[key]

    def size(self, look: Any) -> float:
        """The size of its letters, in points."""
        return float(self.sizes[id(look)])

    def also(self, look: Any, **what: Any) -> Any:
        """The same look with something more."""
        wanted = (id(look), *what.items())
        if wanted not in self.more:
            known = next(dict(key) for key, made in self.looks.items() if made is look)
            self.more[wanted] = self.look(**{**known, **what})
        return self.more[wanted]

    def sign_look(self, state: State) -> Any:
        return self.also(self.strong, font_color=COLOURS[state])

    def count_of(self, state: State) -> Any:
        if state is State.GAP:
            return self.also(self.number, bold=True, font_color=COLOURS[state], align="center")
        faint = state in (State.LEFT_OUT, State.NOT_RELEVANT)
        return self.also(self.number, align="center", **({"font_color": QUIET} if faint else {}))

    def percent(self, counts: Counts) -> Any:
        """A rate, in whole percent; '<1 %' and '>99 %' where 0 and 100 would claim none or all."""
        said = percent(counts.met, counts.base) if counts.base else ""
        return self.also(self.right, num_format=f'"{said} %"' if said in ("<1", ">99") else "0 %")

    def keep(self, *names: str) -> None:
        """Names that no sheet of a practitioner may have."""
        self.taken.update(name.casefold() for name in names)

    def name(self, wanted: str) -> str:
        """A name that a sheet can have and no other has."""
        plain = _possible(safe_text(wanted)).translate(str.maketrans("[]:*?/\\'", "-------’")).strip() or "-"
        name, more = _short(plain, LONGEST_NAME), 1
        while name.casefold() in self.taken:
            more += 1
            name = f"{_short(plain, LONGEST_NAME - len(str(more)) - 3)} ({more})"
        self.taken.add(name.casefold())
        return name

    def close(self) -> bytes:
        self.book.close()
        return self.content.getvalue()


def _short(text: str, most: int) -> str:
    """`text` in at most so many characters as a spreadsheet counts them."""
    text = text[:most]
    while len(text.encode("utf-16-le")) // 2 > most:
        text = text[:-1]
    return text


def _possible(text: str) -> str:
    """`text` without the few characters that no file of this kind can hold."""
    return "".join("?" if c in "\ufffe\uffff" or "\ud800" <= c <= "\udfff" else c for c in text)


def _held(text: str) -> str:
    """A text as a cell can hold it: safe, and where it is longer than any cell, with the words that it is cut."""
    said = _possible("\n".join(map(safe_text, text.split("\n"))))
    if len(said.encode("utf-16-le")) // 2 <= LONGEST_CELL:
        return said
    return f"{_short(said, LONGEST_CELL - 40)} (cut: too long for a cell)"


class Sheet:
    """One sheet, written from top to bottom."""

    def __init__(
        self, book: Book, name: str, widths: Sequence[float], *, size: float = 10, repeat_columns: int = 0
    ) -> None:
        self.book, self.name, self.widths, self.size = book, name, widths, size
        self.at = self.head_at = 0
        self.columns = len(widths)
        self.sheet = book.book.add_worksheet(name)
        book.keep(name)
        for at, width in enumerate(widths):
            self.sheet.set_column(at, at, width)
        self.sheet.hide_gridlines(2)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        wide = sum(widths) > 260
        self.sheet.fit_to_pages(0 if wide else 1, 0)
        if wide:
            self.sheet.set_print_scale(60)
        if repeat_columns:
            self.sheet.repeat_columns(0, repeat_columns - 1)
        self.repeat_columns = repeat_columns
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)

    # above a table

    def title(self, text: str, as_at: date) -> None:
        self.sheet.set_row(self.at, 27)
        self._put(self.at, 0, text, self.book.heading)
        self.at += 1
        words = f"as at {long_date(as_at)}"
        self._put(self.at, 0, words, self.book.also(self.book.strong_note, text_wrap=False))
        footer = f"{self.name} · {words}".replace("&", "&&")
        self.sheet.set_footer(f"&L&8 {footer}&R&8&P / &N")  # the blank parts the size from a name of figures
        self.at += 1

    def note(self, text: str, look: Any = None) -> None:
        """A text over all columns, as high as it needs to be: nobody works that out for merged cells."""
        if not text:
            return
        wide = sum(self.widths)
        if self.columns > 1:
            self.sheet.merge_range(self.at, 0, self.at, self.columns - 1, "", look or self.book.note)
        self._put(self.at, 0, text, look or self.book.note)
        self.sheet.set_row(self.at, min(_lines(text, wide) * LINE + 3, HIGHEST))
        self.at += 1

    def gap(self) -> None:
        self.at += 1

    def section(self, text: str) -> None:
        self.at += 1
        self.sheet.set_row(self.at, 22)
        for column in range(self.columns):
            self._put(self.at, column, text if not column else "", self.book.section)
        self.at += 1

    def pair(self, label: str, text: str, look: Any = None) -> None:
        """A label and what it is about; nothing where there is nothing to say."""
        if text:
            self._put(self.at, 0, label, look or self.book.strong)
            self._put(self.at, 1, text, self.book.text)
            self._height([label, text], [self.book.strong, self.book.text])
            self.at += 1

    def tiles(self, tiles: Sequence[tuple[int, int, State, int, str]]) -> None:
        book = self.book
        self.sheet.set_row(self.at, 6)
        self.sheet.set_row(self.at + 1, 30)
        self.sheet.set_row(self.at + 2, 16)
        self.sheet.set_row(self.at + 3, 8)
        for first, last, state, count, words in tiles:
            colour = COLOURS[state]
            edge = {"left": 5, "left_color": colour, "indent": 1, "valign": "vcenter", "align": "left"}
            large = book.look(**edge, font_size=22, bold=True, font_color=colour, num_format="#,##0")
            under = book.look(**edge, font_size=9, font_color="#333333")
            self.sheet.merge_range(self.at + 1, first, self.at + 1, last, "", large)
            self._put(self.at + 1, first, count, large)
            self.sheet.merge_range(self.at + 2, first, self.at + 2, last, "", under)
            self._put(self.at + 2, first, f"{SIGNS.states[state]} {words}", under)
        self.at += 4

    # a table

    def over(self, spans: Sequence[tuple[int, int, str]]) -> None:
        """Headings over several columns."""
        look = self.book.also(self.book.head, align="center", valign="vcenter")
        self.sheet.set_row(self.at, 2 * LINE + 4)
        for column in range(spans[0][0]):
            self._put(self.at, column, "", look)
        for first, last, text in spans:
            self.sheet.merge_range(self.at, first, self.at, last, "", look)
            self._put(self.at, first, text, look)
        self.head_at = self.at
        self.at += 1

    def heads(
        self,
        texts: Sequence[str],
        *,
        lines: int = 2,
        panes: int = 1,
        hidden: int = 0,
        right_from: int = 1_000,
    ) -> None:
        """The headings, which stay in sight, have filters and begin every page. The last so many are `hidden`."""
        if not self.head_at:
            self.head_at = self.at
        self.filter_at = self.at
        self.sheet.set_row(self.at, lines * LINE + 6)
        for column, text in enumerate(texts):
            self._put(self.at, column, text, self.book.head_right if column >= right_from else self.book.head)
        if hidden:
            self.sheet.set_column(self.columns, self.columns + hidden - 1, 10, None, {"hidden": True})
        self.last = len(texts) - 1
        self.at += 1
        self.sheet.freeze_panes(self.at, panes)
        self.sheet.repeat_rows(self.head_at, self.at - 1)

    def state_heads(self, column: int) -> None:
        """The states' columns, from this on: a large sign, and below it the word."""
        for at, state in enumerate(IN_ORDER, column):
            colour = {"font_color": COLOURS[state], "bold": True}
            boxed = {"border": 1, "border_color": RULE, "align": "center", "valign": "top", "text_wrap": True}
            look = self.book.look(**colour, **boxed, font_size=8)
            parts = [
                self.book.look(**colour, font_size=13),
                SIGNS.states[state],
                self.book.look(**colour, font_size=8),
            ]
            self.sheet.write_rich_string(self.at - 1, at, *parts, f"\n{state.value}", look)

    def band(self, text: str) -> None:
        for column in range(self.columns):
            self._put(self.at, column, text if not column else None, self.book.band)
        self.at += 1

    def row(self, values: Sequence[Value], looks: Sequence[Any], *, begins: bool = False) -> None:
        """One row; where a case `begins`, with a darker line above it."""
        if self.at >= MOST_ROWS:
            raise OutputStop(
                f"sheet {self.name}: more rows than a sheet can hold. Narrow it with --team or --checklist."
            )
        for column, (value, look) in enumerate(zip(values, looks, strict=True)):
            if begins:
                look = self.book.also(look, top=1, top_color=DARK)
            self._put(self.at, column, value, look)
        self._height(values, looks)
        self.at += 1

    def _height(self, values: Sequence[Value], looks: Sequence[Any]) -> None:
        """As high as the longest text needs: not every program works that out for itself."""
        texts = zip(values, looks, self.widths, strict=False)
        points = [
            _lines(v, w * 10 / self.book.size(look)) * self.book.size(look) * 1.25
            for v, look, w in texts
            if isinstance(v, str)
        ]
        if max(points, default=0) > LINE:
            self.sheet.set_row(self.at, min(max(points) + 3, HIGHEST))

    def findings(self, columns: Sequence[Column], findings: Sequence[Finding]) -> None:
        if not findings:
            return
        self.heads([column.head for column in columns])
        for finding in findings:
            self.row([column.value(finding) for column in columns], [column.look for column in columns])
        self.close_table()

    def link(self, column: int, sheet: str, text: str) -> None:
        """Makes a cell of the last row lead to a sheet."""
        quoted = sheet.replace("'", "''")
        self.sheet.write_url(self.at - 1, column, f"internal:'{quoted}'!A1", self.book.link, _held(text))

    def bars(self, column: int, first: int, *, alone: bool = False) -> None:
        """Bars as long as the rates of a column, from row `first` on: behind the numbers, or `alone`."""
        if self.at == first:
            return
        bar = {"type": "data_bar", "bar_color": BAR, "bar_solid": True, "bar_border_color": RULE}
        bar |= {
            "min_type": "num",
            "max_type": "num",
            "min_value": 0,
            "max_value": 1,
            "data_bar_2010": True,
            "bar_only": alone,
        }
        self.sheet.conditional_format(first, column, self.at - 1, column, bar)

    def choices(self, column: int, first: int, choices: Sequence[str]) -> None:
        check = {"validate": "list", "source": list(choices), "error_title": "Reply"}
        check |= {"error_message": "Choose one of the list; anything else belongs in the note."}
        self.sheet.data_validation(first, column, self.at - 1, column, check)

    def days(self, column: int, first: int, as_at: date) -> None:
        check = {"validate": "date", "criteria": "between", "minimum": date(2000, 1, 1), "error_title": "Done on"}
        check |= {"maximum": date(as_at.year + 1, 12, 31)}
        check |= {"error_message": f"Not a date. Enter day/month/year, such as {as_at:%d/%m/%Y}."}
        self.sheet.data_validation(first, column, self.at - 1, column, check)

    def close_table(self) -> None:
        self.sheet.autofilter(self.filter_at, 0, self.at - 1, self.last)
        from xlsxwriter.utility import xl_range

        self.sheet.ignore_errors({"number_stored_as_text": xl_range(0, 0, self.at - 1, self.last)})

    def _put(self, row: int, column: int, value: Value, look: Any) -> None:
        if value is None or value == "":
            self.sheet.write_blank(row, column, None, look)
        elif isinstance(value, str):
            # what is hidden is read back, and so stands as it is
            self.sheet.write_string(row, column, _possible(value) if column >= self.columns else _held(value), look)
        elif isinstance(value, date):
            self.sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), look)
        else:
            self.sheet.write_number(row, column, value, look)


@lru_cache(maxsize=10_000)  # the same words stand beside many gaps
def _lines(text: str, width: float) -> int:
    """How many lines a text takes in cells of this width; rather one too many than one too few."""
    wide = max(1, int(width * 1.3))
    if len(text) <= wide and "\n" not in text:
        return 1
    return sum(max(1, len(textwrap.wrap(line, wide))) for line in text[:4_000].split("\n"))
