"""A workbook to fill in: a sheet that says how, then a sheet for every table, and what the screen says of it.

What must be filled in is told by a dark heading with a star, so that it can be seen in grey, and by words.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from auditcheck.problems import in_words
from auditcheck.reports.frame import commands, right_edge
from auditcheck.reports.terminal import BLANK, HEADING, WARNING, Cell, Line, Screen, cells, row
from auditcheck.reports.words import counted, show_command
from auditcheck.result import Template, TemplateColumn, TemplateSheet

#: Always the same, so that the same workbook is the same file.
CREATED = datetime(2026, 1, 1)

LISTS = "Lists for drop-downs"  # hidden: a hidden sheet is never read
LAST_ROW = 1_048_575  # counted from 0
FILTERED = 1000  # rows that the filter begins with; it grows with what is entered

#: What Excel takes: characters of a list written into a check, of a hint's title, and of a hint.
LONGEST_LIST, LONGEST_TITLE, LONGEST_HINT = 255, 32, 255

#: Hues of one blue from dark to none: they differ in grey too.
DARK, LIGHT, RULE, LACKING, QUIET = "#1F3864", "#D9E2F3", "#8EA9DB", "#F4B183", "#595959"

#: The widths of the columns of the sheet that explains, in characters.
WIDTHS = (24, 52, 38, 13, 30)
LINE = 13.0  # points


def template_workbook(found: Template, command: str) -> bytes:
    """The workbook, as a file holds it. `command` is what to type once it is filled in."""
    from xlsxwriter import Workbook

    content = BytesIO()
    as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(content, {"in_memory": True, **as_text})
    book.set_properties({"title": f"To fill in: {found.title}", "created": CREATED})
    book.set_size(1800, 1200)
    formats = _Formats(book)
    _Guide(book.add_worksheet(found.guide), formats, found).write(command)
    made = [(sheet, book.add_worksheet(sheet.name)) for sheet in found.sheets]
    lists = _Lists(book, formats)
    for sheet, worksheet in made:
        _fill(worksheet, sheet, found, formats, lists)
    book.close()
    return content.getvalue()


def template_screen(found: Template, file: str, command: str, screen: Screen) -> list[Line]:
    """What was written, what it holds, and what to type next."""
    edge = right_edge(screen)
    words = f"Written: {file}, a workbook to fill in for {found.title}"
    lines = [*row(Cell(1, screen.say(words), HEADING, edge - 1)), BLANK]
    names = [found.guide, *(sheet.name for sheet in found.sheets)]
    at = 3 + max(cells(screen.say(name)) for name in names) + 3
    lines += row(Cell(3, screen.say(found.guide)), Cell(at, "read this first", width=edge - at))
    for sheet in found.sheets:
        must = sum(column.must for column in sheet.columns)
        of = f"{counted(len(sheet.columns), 'column')}, {must} of them in every row"
        lines += row(Cell(3, screen.say(sheet.name)), Cell(at, of, width=edge - at))
    if found.beware:
        lines.append(BLANK)
    for text in found.beware:
        lines += row(Cell(1, "!", WARNING), Cell(3, screen.say(text), WARNING, edge - 3))
    return lines + commands(screen, [(command, "the audit, once it is filled in")])


class _Formats:
    """How cells look."""

    def __init__(self, book: Any) -> None:
        self.book = book
        plain = {"font_name": "Arial", "font_size": 10, "valign": "vcenter"}
        ruled = {**plain, "text_wrap": True, "bottom": 1, "bottom_color": RULE, "indent": 1}
        heading = {**plain, "bold": True, "text_wrap": True, "border": 1, "border_color": RULE}

        def made(**what: Any) -> Any:
            return book.add_format({**plain, **what})

        self.title = made(font_size=20, bold=True, font_color=DARK)
        self.quiet = made(font_color=QUIET)
        self.section = made(font_size=13, bold=True, font_color=DARK, bottom=2, bottom_color=DARK, valign="bottom")
        self.text = made(text_wrap=True, indent=1)
        self.step = made(bold=True, font_color=DARK)
        self.typed = made(font_name="Consolas", bold=True, text_wrap=True, bg_color="#F2F2F2", indent=1)
        self.beware = made(text_wrap=True, bold=True, left=5, indent=1)
        self.heads = book.add_format({**ruled, "bold": True, "font_color": QUIET, "bottom_color": DARK})
        self.cell = book.add_format(ruled)
        self.strong = book.add_format({**ruled, "bold": True})
        self.link = book.add_format({**ruled, "bold": True, "font_color": DARK, "underline": 1})
        self.band = made(bold=True, font_color=DARK, bg_color=LIGHT)
        self.lacking = book.add_format({"bg_color": LACKING})
        self.lacking_shown = made(bg_color=LACKING, border=1, border_color=RULE)
        # the star is how the heading is shown, and not what the cell holds
        self.must = book.add_format({**heading, "bg_color": DARK, "font_color": "#FFFFFF", "num_format": '@" *"'})
        self.asked = book.add_format({**heading, "bg_color": LIGHT, "num_format": "@"})
        self.may = book.add_format({**heading, "bold": False, "italic": True, "num_format": "@"})
        self.of_kind = {
            "date": made(num_format="dd/mm/yyyy", align="left"),
            "number": made(num_format="0", align="left"),
        }
        self.as_text = made(num_format="@")

    def heading(self, column: TemplateColumn) -> Any:
        return self.must if column.must else self.asked if column.items else self.may

    def cells(self, column: TemplateColumn) -> Any:
        return self.of_kind.get(column.kind, self.as_text)


# ── the sheets to fill in ────────────────────────────────────────────────────────────────────────


def _fill(worksheet: Any, sheet: TemplateSheet, found: Template, formats: _Formats, lists: _Lists) -> None:
    from xlsxwriter.utility import xl_col_to_name

    last = len(sheet.columns) - 1
    everything = f"$A2:${xl_col_to_name(last)}2"
    worksheet.set_row(0, 3 * LINE)
    for at, column in enumerate(sheet.columns):
        worksheet.set_column(at, at, _width(column), formats.cells(column))
        worksheet.write_string(0, at, column.heading, formats.heading(column))
        worksheet.data_validation(1, at, LAST_ROW, at, _check(column, found, lists))
        if column.must:
            letter = xl_col_to_name(at)
            lacks = f"=AND(COUNTA({everything})>0,LEN(TRIM(${letter}2))=0)"
            rule = {"type": "formula", "criteria": lacks, "format": formats.lacking}
            worksheet.conditional_format(1, at, LAST_ROW, at, rule)
    worksheet.ignore_errors({"number_stored_as_text": f"A2:{xl_col_to_name(last)}{LAST_ROW + 1}"})
    worksheet.freeze_panes(1, 1)
    worksheet.autofilter(0, 0, FILTERED, last)
    worksheet.hide_gridlines(0)
    worksheet.repeat_rows(0)
    _paper(worksheet, sheet.name)


def _width(column: TemplateColumn) -> float:
    """Wide enough for a heading of two lines with its filter, and for what is entered."""
    least = {"date": 13, "yes_no": 11, "number": 11}.get(column.kind, 15)
    longest_word = max(map(len, column.heading.split()), default=0)
    entered = max(map(len, column.choices), default=0) + 3
    return float(min(max(least, longest_word + 5, len(column.heading) // 2 + 6, entered), 44))


def _check(column: TemplateColumn, found: Template, lists: _Lists) -> dict[str, Any]:
    """What may be entered in a column, and what is said beside a cell of it."""
    title = _short(column.heading, LONGEST_TITLE)
    blank = "Must be filled in." if column.must else f"Blank: {column.blank}"
    check: dict[str, Any] = {"validate": "any", "input_title": title, "error_title": title}
    says = column.holds
    if column.kind == "date":
        check |= {"validate": "date", "criteria": "between", "minimum": column.least, "maximum": column.most}
        check["error_message"] = "Not a date that can be used. Enter day/month/year, such as 31/03/2026."
        says = f"{column.holds} Enter day/month/year, such as 31/03/2026."
    elif column.kind == "number" and not column.choices:
        check |= {"validate": "integer", **_limits(column)}
        check["error_message"] = "Enter a whole number."
    elif column.choices:
        check |= {"validate": "list", "source": lists.source(column.choices)}
        if column.others:
            check |= {"error_type": "warning"}
            check["error_message"] = "Not one of the list. Another counts as nothing that the items ask for."
        else:
            check["error_message"] = "Choose one of the list."
            says = "Choose one of the list."
    elif column.found_on is not None:
        sheet, heading = column.found_on
        check |= {"validate": "list", "source": _entered(found, sheet, heading), "error_type": "warning"}
        check["error_message"] = f"Not entered on the sheet {sheet}. A row without its match counts for nothing."
    check["input_message"] = _short(f"{says} {blank}", LONGEST_HINT)
    return {name: _short(text, LONGEST_HINT) if name == "error_message" else text for name, text in check.items()}


def _limits(column: TemplateColumn) -> dict[str, Any]:
    if column.least is None and column.most is None:
        return {"criteria": "between", "minimum": -999_999_999, "maximum": 999_999_999}
    if column.least is None or column.most is None:
        return {"criteria": ">=" if column.most is None else "<=", "value": column.most or column.least or 0}
    return {"criteria": "between", "minimum": column.least, "maximum": column.most}


def _entered(found: Template, sheet: str, heading: str) -> str:
    """What is entered under a heading of another sheet, as the source of a list."""
    from xlsxwriter.utility import xl_col_to_name

    columns = next(one.columns for one in found.sheets if one.name == sheet)
    letter = xl_col_to_name([column.heading for column in columns].index(heading))
    at = f"'{sheet}'!${letter}$2"
    return f"=OFFSET({at},0,0,MAX(1,COUNTA({at}:${letter}$10001)),1)"


class _Lists:
    """The lists of drop-downs: in the check itself where that can hold them, else on a hidden sheet."""

    def __init__(self, book: Any, formats: _Formats) -> None:
        self.book = book
        self.formats = formats
        self.sheet: Any = None
        self.places: dict[tuple[str, ...], str] = {}

    def source(self, choices: tuple[str, ...]) -> list[str] | str:
        if len(",".join(choices)) <= LONGEST_LIST and not any("," in choice for choice in choices):
            return list(choices)
        if choices not in self.places:
            from xlsxwriter.utility import xl_range_abs

            if self.sheet is None:
                self.sheet = self.book.add_worksheet(LISTS)
                self.sheet.hide()
            at = len(self.places)
            for place, choice in enumerate(choices):
                self.sheet.write_string(place, at, choice, self.formats.as_text)
            self.places[choices] = f"='{LISTS}'!{xl_range_abs(0, at, len(choices) - 1, at)}"
        return self.places[choices]


# ── the sheet that says how ──────────────────────────────────────────────────────────────────────


class _Guide:
    """The first sheet, written from top to bottom."""

    def __init__(self, worksheet: Any, formats: _Formats, found: Template) -> None:
        self.sheet = worksheet
        self.formats = formats
        self.found = found
        self.ids = [item.id for item in found.items]
        self.at = 0

    def write(self, command: str) -> None:
        sheet, found = self.sheet, self.found
        for at, width in enumerate(WIDTHS):
            sheet.set_column(at, at, width)
        sheet.hide_gridlines(2)
        sheet.set_tab_color(DARK)
        _paper(sheet, found.guide)
        self._line([found.guide], [self.formats.title], height=2 * LINE)
        of = f"For {found.title}. Codes and rules: dictionary {found.dictionary}."
        self._line([of], [self.formats.quiet], height=1.5 * LINE)
        for text in found.beware:
            self._wide("Beware", text, self.formats.beware)
        self._section("In short")
        for number, (label, text) in enumerate(_steps(found), start=1):
            self._wide(f"{number}  {label}", text, self.formats.text)
        self._wide("", command, self.formats.typed)
        self._legend()
        self._section("The sheets")
        self._heads("Sheet", "A row for", "Without a row", "", "Items that need it")
        for one in found.sheets:
            texts = [one.name, f"{one.a_row} {one.whose}".strip(), one.empty, "", self._of(one.items)]
            self._line(texts, [self.formats.link, *[self.formats.cell] * 4])
        self._section("The columns")
        for one in found.sheets:
            self._columns(one)
        self._words()
        self._items()

    # parts

    def _legend(self) -> None:
        formats = self.formats
        self.at += 1
        marks = [
            ("Heading", formats.must, "Must be filled in, in every row that holds anything."),
            ("Heading", formats.asked, "Fill it in where you know it. What a blank means stands under “The columns”."),
            ("Heading", formats.may, "May stay blank: it only says whose a case is and how cases are counted."),
            ("", formats.lacking_shown, "A cell that still has to be filled in, because something stands in its row."),
        ]
        for mark, look, text in marks:
            self._line([mark, text], [look, self.formats.text], merged=(1, 4), height=1.5 * LINE)

    def _columns(self, one: TemplateSheet) -> None:
        self._band(one.name)
        self._heads("Heading", "What it holds", "What a blank means", "Fill it in", "Items that need it")
        for column in one.columns:
            level = "in every row" if column.must else "where known" if column.items else "if you like"
            blank = column.blank or "–"
            cell = self.formats.cell
            self._line(
                [column.heading, column.holds, blank, level, self._of(column.items)],
                [self.formats.heading(column), cell, cell, self.formats.strong if column.must else cell, cell],
            )

    def _words(self) -> None:
        if not self.found.words:
            return
        self._section("What counts as what")
        self._note("What has to stand in a row so that it counts. “As at” is the day that the audit looks from.")
        self._heads("What", "What has to stand where", "", "", "Items that ask for it")
        looks = [self.formats.strong, *[self.formats.cell] * 4]
        for one in self.found.words:
            word = one.word[:1].upper() + one.word[1:]
            self._line([word, one.means, "", "", self._of(one.items)], looks, merged=(1, 3))

    def _items(self) -> None:
        self._section("What is asked")
        self._note(
            f"By when each has to be done, what is left out and what excuses: {show_command(self.found.checklists)}"
        )
        self._heads("Item", "What it asks for", "Question for a reader of the case", "", "")
        looks = [self.formats.strong, *[self.formats.cell] * 4]
        for item in self.found.items:
            self._line([item.id, item.title, item.question, "", ""], looks, merged=(2, 4))

    # lines

    def _section(self, text: str) -> None:
        self.at += 1
        self._line([text, "", "", "", ""], [self.formats.section] * 5, height=2 * LINE)

    def _band(self, text: str) -> None:
        self.at += 1
        self._line([text, "", "", "", ""], [self.formats.band] * 5, height=1.6 * LINE)

    def _heads(self, *texts: str) -> None:
        self._line(list(texts), [self.formats.heads] * 5)

    def _note(self, text: str) -> None:
        self._line([text], [self.formats.quiet], height=1.4 * LINE)

    def _wide(self, mark: str, text: str, look: Any) -> None:
        """A text over all columns but the first, which holds a mark."""
        self._line([mark, text], [self.formats.step, look], merged=(1, 4))

    def _line(
        self, texts: Sequence[str], looks: Sequence[Any], *, merged: tuple[int, int] = (0, 0), height: float = 0
    ) -> None:
        """One row, in which the columns from `merged` first to last are one. Without a height it has the one that
        its longest text needs: nobody works that out for merged cells."""
        first, last = merged
        tallest = 1
        for at, (text, look) in enumerate(zip(texts, looks, strict=True)):
            if first < at <= last:
                continue
            to = last if at == first else at
            if to > at:
                self.sheet.merge_range(self.at, at, self.at, to, "", look)
            if look is self.formats.link:
                self.sheet.write_url(self.at, at, f"internal:'{text}'!A1", look, text)
            else:
                self.sheet.write_string(self.at, at, text, look)
            tallest = max(tallest, _lines(text, sum(WIDTHS[at : to + 1])))
        self.sheet.set_row(self.at, height or tallest * LINE + 6)
        self.at += 1

    def _of(self, items: Sequence[str]) -> str:
        """'all', 'DA1–4, SG1', 'all but AS2'."""
        if len(items) in (0, len(self.ids)):
            return "all" if items else "none"
        others = [an_id for an_id in self.ids if an_id not in items]
        return min(_runs(items), f"all but {_runs(others)}", key=len)


def _runs(ids: Sequence[str]) -> str:
    """'DA1–4, SG1': ids with numbers that follow one another."""
    runs: list[list[str]] = []
    for an_id in ids:
        if runs and _follows(runs[-1][-1], an_id):
            runs[-1].append(an_id)
        else:
            runs.append([an_id])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{re.sub('^[^0-9]*', '', run[-1])}" for run in runs)


def _steps(found: Template) -> Iterable[tuple[str, str]]:
    """What to do, in order: a label and a few sentences each."""
    cases, others = found.sheets[0].name, [sheet.name for sheet in found.sheets[1:]]
    then = f" Then {in_words(others)}, as far as there is anything to enter." if others else ""
    yield "Cases first", f"On {cases} one row for each case: only these are audited.{then}"
    yield (
        "Whose row it is",
        f"A row of another sheet belongs to the case whose {in_words(found.key)} it gives, written as on {cases}. "
        "Leave no row for nobody: it is refused.",
    )
    yield (
        "All that counts",
        "Enter everything that counts, of every case. What is not entered counts as not done: on a sheet with rows, a "
        "case without one has had nothing of the kind. What a sheet without any row means stands under “The sheets”.",
    )
    yield (
        "Dark headings *",
        "Fill these columns in every row that holds anything. What a blank means in others stands under “The columns”.",
    )
    yield (
        "Dates and lists",
        "Enter dates as day/month/year, and choose from the lists. If you paste, paste values only: anything else "
        "takes the checks away. Leave the names of sheets and the headings as they are; their order does not matter.",
    )
    yield (
        "No names",
        "Add no names, dates of birth, addresses or notes about anybody. Codes for staff are fine. A column or a sheet "
        "that you add is not read.",
    )
    yield (
        "Save, and type",
        "This, in a terminal, where the workbook is. The audit looks from today; for another day add --as-at DATE.",
    )


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in cells of this width; rather one too many than one too few."""
    return max(1, len(textwrap.wrap(text, max(1, int(width * 1.27)))))


def _follows(one: str, other: str) -> bool:
    """DA2 follows DA1."""
    parts = [re.fullmatch(r"([^0-9]*)([0-9]{1,9})", an_id) for an_id in (one, other)]
    if parts[0] is None or parts[1] is None:
        return False
    return parts[0][1] == parts[1][1] and int(parts[0][2]) + 1 == int(parts[1][2])


def _paper(worksheet: Any, name: str) -> None:
    worksheet.set_landscape()
    worksheet.set_paper(9)  # A4
    worksheet.fit_to_pages(1, 0)
    worksheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    worksheet.set_footer(f"&L&8{name.replace('&', '&&')}&R&8&P / &N")


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
