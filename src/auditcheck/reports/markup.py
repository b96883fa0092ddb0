"""HTML and SVG from small pieces. Every text is escaped in one place; only what `tag` made is markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from auditcheck.reports.terminal import safe_text

#: Elements that have no content and no end.
_EMPTY = frozenset({"br", "meta"})


class Markup(str):
    """Text that is markup already. Made by `text`, `tag` and `joined` alone."""

    __slots__ = ()


def text(words: str) -> Markup:
    """Words as they stand: nothing in them acts as markup, on a terminal, or on the direction of the text."""
    return words if isinstance(words, Markup) else Markup(escape(safe_text(words), quote=True))


def tag(name: str, /, *content: str, **attributes: str | int | float | None) -> Markup:
    """An element: its content, and attributes without those that are None. `class_` is class, `aria_label`
    aria-label."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _EMPTY:
        return Markup(f"<{name}{said}>")
    return Markup(f"<{name}{said}>{''.join(map(text, content))}</{name}>")


def joined(parts: Iterable[str], between: str = "") -> Markup:
    """Pieces one after another."""
    return Markup(text(between).join(map(text, parts)))
