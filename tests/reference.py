"""Writes the parts of checklists/README.md that are made from the code.

    python -m tests.reference

A part stands between `<!-- keys MODEL -->` or `<!-- patterns -->` and `<!-- end -->`.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

from auditcheck.checklist import WrittenChecklist, WrittenItem, WrittenReason, WrittenSetting
from auditcheck.checklist_tests import WrittenTest, WrittenTests
from auditcheck.dictionary import (
    WrittenCases,
    WrittenColumn,
    WrittenDictionary,
    WrittenEvent,
    WrittenFact,
    WrittenGroup,
    WrittenTable,
)
from auditcheck.patterns import PATTERNS
from auditcheck.patterns.each import RunOf
from auditcheck.patterns.judged import Question
from auditcheck.patterns.keys import Bounded
from auditcheck.scale import WrittenBand, WrittenRatings
from auditcheck.schema import model_schema
from auditcheck.written import Written

README = Path(__file__).parents[1] / "checklists" / "README.md"

MODELS: dict[str, type[Written]] = {
    model.__name__: model
    for model in (
        WrittenChecklist,
        WrittenItem,
        WrittenReason,
        WrittenSetting,
        WrittenRatings,
        WrittenBand,
        RunOf,
        Question,
        WrittenTests,
        WrittenTest,
        WrittenDictionary,
        WrittenCases,
        WrittenGroup,
        WrittenTable,
        WrittenColumn,
        WrittenFact,
        WrittenEvent,
    )
}

#: What a part of the language, or a mapping with keys of its own, is called.
CALLED = {
    "WrittenHeld": "`{from, code, by}`",
    "cell": "a cell",
    "text": "text",
    "texts": "text, or a list",
    "yes_no": "yes or no",
    "date": "a day",
    "pairs": "a pair, or a list of pairs",
    "event": "an event",
    "duration": "a length of time",
    "moment": "a date",
    "moments": "a date, or a list",
    "number": "a whole number",
    "setting": "a setting's name",
    "WrittenRatings": "a mapping",
    "WrittenBand": "a band",
    "condition": "a condition",
    "pattern": "a pattern",
    "patterns": "a list of patterns",
    "WrittenReason": "a reason",
    "WrittenSetting": "a setting",
    "WrittenItem": "an item",
    "WrittenTest": "a test",
    "WrittenColumn": "a column",
    "WrittenTable": "a table",
    "WrittenGroup": "a group",
    "WrittenFact": "a fact",
    "WrittenEvent": "an event",
    "RunOf": "a run of events",
    "Question": "a mapping",
}


def takes(shape: dict[str, Any]) -> str:
    """What a key takes, in a few words, from its JSON Schema."""
    if "$ref" in shape:
        return CALLED[shape["$ref"].rsplit("/", 1)[1]]
    if "enum" in shape:
        words = [f"`{word}`" for word in shape["enum"]]
        return f"{', '.join(words[:-1])} or {words[-1]}"
    if "anyOf" in shape:
        return ", or ".join(dict.fromkeys(takes(part) for part in shape["anyOf"]))
    if shape.get("type") == "array":
        items = shape.get("items")
        return "two days" if items is None else f"a list of {takes(items).removeprefix('an ').removeprefix('a ')}s"
    if shape.get("type") == "object" and isinstance(shape.get("additionalProperties"), dict):
        each = takes(shape["additionalProperties"])
        return f"names, each with {'a mapping' if each.startswith('names') else each}"
    return "a mapping" if shape.get("type") == "object" else "text"


def key_table(model: type[Written], leave_out: tuple[str, ...] = ()) -> str:
    shape = model_schema(model, "")
    if "properties" not in shape:
        shape = shape["else"]
    needed = set(shape.get("required", ()))
    lines = ["| key | takes | |", "|---|---|---|"]
    for key, meaning in model.every_meaning().items():
        if key not in leave_out:
            name = f"**`{key}`**" if key in needed else f"`{key}`"
            lines.append(f"| {name} | {takes(shape['properties'][key])} | {meaning} |")
    return "\n".join(lines)


def pattern_section(name: str, pattern: type[Any]) -> str:
    text = inspect.cleandoc(pattern.__doc__ or "")
    shared = ("from", "until") if issubclass(pattern, Bounded) else ()
    example = "".join(f"  {line}\n" for line in pattern.example.splitlines())
    parts = [
        f"### `{name}`",
        text,
        f"<!-- try pattern -->\n```yaml\nmet_if:\n{example}```",
        key_table(pattern, leave_out=shared),
    ]
    return "\n\n".join(parts)


def written(text: str) -> str:
    """`text` with its generated parts as they are to be."""

    def keys(found: re.Match[str]) -> str:
        return f"<!-- keys {found[1]} -->\n{key_table(MODELS[found[1]])}\n<!-- end -->"

    text = re.sub(r"<!-- keys (\w+) -->\n.*?<!-- end -->", keys, text, flags=re.DOTALL)
    patterns = "\n\n".join(pattern_section(name, pattern) for name, pattern in PATTERNS.items())
    whole = f"<!-- patterns -->\n{patterns}\n\n<!-- end -->"
    return re.sub(r"<!-- patterns -->\n.*?<!-- end -->", lambda _: whole, text, flags=re.DOTALL)


def main() -> None:
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
