"""A checklist in English as a page in Markdown, to print or to keep beside the YAML."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditcheck.problems import in_words
from auditcheck.reports.checklist_sheet import RATINGS
from auditcheck.reports.terminal import safe_text
from auditcheck.reports.words import counted
from auditcheck.result import ItemSheet, Sheet, Sheets, Step


def as_markdown(found: Sheets) -> bytes:
    """The page, in UTF-8. Nothing of the checklist's text acts as markup."""
    lines: list[str] = []
    for sheet in found.sheets:
        lines += _sheet(sheet)
    dictionary = in_markdown(f"{found.dictionary} {found.dictionary_version}")
    lines += ["## What the words mean", "", f"In the data that the dictionary {dictionary} describes.", ""]
    for heading, words in (("Facts", found.facts), ("Events", found.events), ("Counting", found.rules)):
        if words:
            lines += [
                f"### {heading}",
                "",
                *(f"- **{in_markdown(word)}**: {in_markdown(meaning)}" for word, meaning in words),
                "",
            ]
    return "\n".join(lines).encode()


def _sheet(sheet: Sheet) -> list[str]:
    lines = [f"# {in_markdown(sheet.title)}", ""]
    facts = f"Checklist {sheet.name}, version {sheet.version}, {counted(len(sheet.items), 'item')}."
    lines += [in_markdown(f"{facts} {sheet.note}" if sheet.note else facts), ""]
    if sheet.settings:
        lines += ["| setting | value | source | used in |", "|---|---|---|---|"]
        for setting in sheet.settings:
            used = in_words(setting.items) if setting.items else ""
            cells = (setting.name, setting.value, setting.source, used)
            lines.append(f"| {' | '.join(in_markdown(cell) for cell in cells)} |")
        lines.append("")
    if sheet.ratings:
        lines += [f"## {RATINGS}", "", *_steps(sheet.ratings), ""]
    for item in sheet.items:
        lines += _item(item)
    return lines


def _item(sheet: ItemSheet) -> list[str]:
    lines = [f"## {in_markdown(f'{sheet.item.id} {sheet.item.title}')}", ""]
    standard = f" Standard: {sheet.item.standard}." if sheet.item.standard else ""
    lines += [in_markdown(f"Severity: {sheet.item.severity}.{standard}"), ""]
    return [*lines, *_steps(sheet.steps), ""]


def _steps(steps: Sequence[Step]) -> list[str]:
    lines = []
    for step in steps:
        first, *more = [in_markdown(line) for line in step.lines]
        lines.append(f"- **{in_markdown(step.label)}**: {first}" if step.label else f"- {first}")
        lines += [f"  - {line}" for line in more]
    return lines


#: What renderers make a link, a mention or a picture of though nothing marks it: addresses, @names, #1, :codes:.
_ACTS_BARE = re.compile(r"://|www\.|mailto:|@|:[\w+-]+:|#\d", re.IGNORECASE)


def in_markdown(text: str) -> str:
    """Text as it stands: on one line, without what a page or a terminal would act on.

    No escape keeps renderers from making a link of a bare address: a word with one stands as code.
    """
    words = " ".join(_as_code(word) if _ACTS_BARE.search(word) else _escaped(word) for word in text.split())
    return re.sub(r"^(\d*)([-+.)])", r"\1\\\2", words)  # no list begins in a list


def _escaped(word: str) -> str:
    word = safe_text(word).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|#~!])", r"\\\1", word)


def _as_code(word: str) -> str:
    word = safe_text(word).replace("|", "\\|")
    if "`" not in word:
        return f"`{word}`"
    fence = "`" * (max(map(len, re.findall("`+", word))) + 1)
    return f"{fence} {word} {fence}"
