"""A checklist in English as a page in Markdown, to print or to keep beside the YAML."""

from __future__ import annotations

import re

from auditcheck.reports.terminal import safe_text
from auditcheck.reports.words import counted, listed
from auditcheck.result import ItemSheet, Sheet, Sheets


def as_markdown(found: Sheets) -> bytes:
    """The page, in UTF-8. Nothing of the checklist's text acts as markup."""
    lines: list[str] = []
    for sheet in found.sheets:
        lines += _sheet(sheet)
    dictionary = _text(f"{found.dictionary} {found.dictionary_version}")
    lines += ["## What the words mean", "", f"In the data that the dictionary {dictionary} describes.", ""]
    for heading, words in (("Facts", found.facts), ("Events", found.events), ("Counting", found.rules)):
        if words:
            lines += [f"### {heading}", "", *(f"- **{_text(word)}**: {_text(meaning)}" for word, meaning in words), ""]
    return "\n".join(lines).encode()


def _sheet(sheet: Sheet) -> list[str]:
    lines = [f"# {_text(sheet.title)}", ""]
    facts = f"Checklist {sheet.name}, version {sheet.version}, {counted(len(sheet.items), 'item')}."
    lines += [_text(f"{facts} {sheet.note}" if sheet.note else facts), ""]
    if sheet.settings:
        lines += ["| setting | value | source | used in |", "|---|---|---|---|"]
        for setting in sheet.settings:
            used = listed(setting.items) if setting.items else ""
            cells = (setting.name, setting.value, setting.source, used)
            lines.append(f"| {' | '.join(_text(cell) for cell in cells)} |")
        lines.append("")
    for item in sheet.items:
        lines += _item(item)
    return lines


def _item(sheet: ItemSheet) -> list[str]:
    lines = [f"## {_text(f'{sheet.item.id} {sheet.item.title}')}", ""]
    standard = f" Standard: {sheet.item.standard}." if sheet.item.standard else ""
    lines += [_text(f"Severity: {sheet.item.severity}.{standard}"), ""]
    for step in sheet.steps:
        first, *more = [_text(line) for line in step.lines]
        lines.append(f"- **{_text(step.label)}**: {first}" if step.label else f"- {first}")
        lines += [f"  - {line}" for line in more]
    return [*lines, ""]


def _text(text: str) -> str:
    """Text as it stands: on one line, without what a page or a terminal would act on."""
    text = safe_text(" ".join(text.split())).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|#~!])", r"\\\1", text)
