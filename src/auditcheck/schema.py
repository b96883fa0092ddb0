"""JSON Schemas (draft 2020-12) of the files that people write, so that an editor completes and explains
their keys; and of the results that are written for machines.

They are made from the models that read the files. What a schema cannot know is left to `lint`: the
names of facts, events and settings are those of a dictionary and a checklist, and are free here.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from auditcheck.adjustments import PARTS, WrittenAdjustments
from auditcheck.checklist import WrittenChecklist
from auditcheck.checklist_tests import WrittenTests
from auditcheck.conditions import DATE_OPS, NUMBER_OPS, SAME_OPS
from auditcheck.dictionary import FACT_KEYS, WrittenDictionary
from auditcheck.patterns import PATTERNS
from auditcheck.problems import UsageStop, did_you_mean, one_of, quote
from auditcheck.written import Written

DRAFT = "https://json-schema.org/draft/2020-12/schema"

# ── the small parts of the language ──────────────────────────────────────────────────────────────

_NAME = "[a-z_][a-z0-9_]*"
_COLUMN = rf"(case\.)?{_NAME}"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_LENGTH = "[0-9]{1,4} +((working|calendar) ?)?days?|[0-9]{1,4} +(week|month)s?"
_ANCHOR = f"{_DATE}|{_COLUMN}"


def _text(pattern: str, description: str, **more: Any) -> dict[str, Any]:
    return {"description": description, "type": "string", "pattern": f"^ *({pattern}) *$", **more}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


def _one_or_more(name: str) -> dict[str, Any]:
    return {"anyOf": [_ref(name), {"type": "array", "items": _ref(name)}]}


_DATE_TEST = {"description": "A date, a date fact, as_at, or a length of time after or before one.", **_ref("moment")}
_NUMBER_TEST = {
    "description": "A whole number, or a setting that is one.",
    "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": f"^({_NAME}|[0-9]+)$"}],
}
_SAME_TEST = {"description": "Another fact, a value, or a date as before and after take it.", **_ref("text")}
_PARTS: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "number", "boolean"], "pattern": r"\S"},
    "texts": _one_or_more("text"),
    "yes_no": {
        "anyOf": [
            {"enum": ["yes", "no"]},
            {"type": "boolean"},
            _text("[Yy]([Ee][Ss])?|[Nn][Oo]?|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]", "yes or no"),
        ]
    },
    "date": _text(_DATE, "A date written YYYY-MM-DD."),
    "cell": {"description": "The text of a cell, as an extract has it.", "type": ["string", "number", "boolean"]},
    "row": {"description": "Columns and their cells.", "type": "object", "additionalProperties": _ref("cell")},
    "rows": {"description": "A table of the dictionary: one row, or a list of rows.", **_one_or_more("row")},
    "pairs": {
        "anyOf": [
            {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
            {"type": "array", "items": {"type": "array", "items": _ref("text"), "minItems": 2, "maxItems": 2}},
        ]
    },
    "event": {"description": "The name of an event of the dictionary.", "type": "string", "pattern": f"^{_NAME}$"},
    "duration": _text(
        f"{_LENGTH}|{_NAME}",
        "A length of time (10 working days, 15 days, 6 weeks, 1 month) or the name of a setting that is one.",
        examples=["10 working days", "15 days", "6 weeks", "1 month"],
    ),
    "moment": _text(
        f"(({_LENGTH}|{_NAME}) +(after|before) +)?({_ANCHOR})",
        "A date written YYYY-MM-DD, a date fact, as_at, or a length of time after or before one of them; "
        "in reasons also the deadline.",
        examples=["10 working days after start_date", "6 weeks before as_at", "end_date"],
    ),
    "moments": {
        "anyOf": [_ref("moment"), {"type": "array", "items": _ref("moment"), "minItems": 1}],
    },
    "number": {
        "description": "A whole number, or the name of a setting that is one.",
        "anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": f"^({_NAME}|[1-9][0-9]*)$"}],
    },
    "setting": {
        "description": "The name of a setting that is a whole number.",
        "type": "string",
        "pattern": f"^ *{_NAME} *$",
    },
    "condition": {
        "description": "Facts and what they must be; several keys mean all of them.",
        "type": "object",
        "minProperties": 1,
        "properties": {
            "has": {"description": "This event is recorded.", **_ref("event")},
            "any_of": {"description": "At least one of these conditions.", **_ref("conditions")},
            "all_of": {"description": "Every one of these conditions.", **_ref("conditions")},
            "not": {"description": "This condition does not hold.", **_ref("condition")},
        },
        # a fact may have any name but those of the language, which have shapes of their own
        "patternProperties": {rf"^(?!(has|any_of|all_of|not)$){_COLUMN}$": _ref("test")},
        "additionalProperties": False,
    },
    "conditions": {"type": "array", "items": _ref("condition"), "minItems": 1},
    "test": {
        "description": "A value, a list of values of which it must be one, or a comparison.",
        "anyOf": [
            _ref("text"),
            {"type": "array", "items": _ref("text"), "minItems": 1},
            {
                "type": "object",
                "minProperties": 1,
                "properties": {
                    **dict.fromkeys(DATE_OPS, _DATE_TEST),
                    **dict.fromkeys(NUMBER_OPS, _NUMBER_TEST),
                    **dict.fromkeys(SAME_OPS, _SAME_TEST),
                    "recorded": {"description": "Is there a value?", **_ref("yes_no")},
                },
                "additionalProperties": False,
            },
        ],
    },
}


class _Schema(GenerateJsonSchema):
    """Keys may be left out, never left empty: so nothing is null, and no default stands in for a value."""

    def nullable_schema(self, schema: Any) -> Any:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> Any:
        return self.generate_inner(schema["schema"])


def model_schema(model: type[Written], title: str) -> dict[str, Any]:
    """The schema of a file that `model` reads."""
    found = model.model_json_schema(schema_generator=_Schema)
    defs = found.pop("$defs", {})
    for name, pattern in PATTERNS.items():
        own = pattern.model_json_schema(schema_generator=_Schema)
        defs |= own.pop("$defs", {})
        defs[name] = own
    defs["pattern"] = {
        "description": "A pattern: exactly one of " + ", ".join(PATTERNS) + ", with the keys that go with it.",
        "type": "object",
        "oneOf": [_ref(name) for name in PATTERNS],
    }
    defs["patterns"] = {"type": "array", "items": _ref("pattern"), "minItems": 1}
    defs |= copy.deepcopy(_PARTS)
    _also(defs)
    whole = {"$schema": DRAFT, **found, "title": title}
    whole = _tidy(whole)
    whole["$defs"] = {name: _tidy(part) for name, part in defs.items()}
    return _used(whole)


def _also(defs: dict[str, Any]) -> None:
    """What goes together, where the models check it after reading."""
    defs["each"]["oneOf"] = [{"required": ["within"]}, {"required": ["by"]}]
    if "WrittenFact" in defs:
        fact = defs["WrittenFact"]
        fact["oneOf"] = [
            {"required": [form], "propertyNames": {"enum": [form, *sorted(keys)]}} for form, keys in FACT_KEYS.items()
        ]
        defs["WrittenEvent"]["oneOf"] = [
            {"required": ["from", "date"], "not": {"required": ["any"]}},
            {"required": ["any"], "propertyNames": {"enum": ["any", "once_a_day"]}},
        ]


def _tidy(node: Any) -> Any:
    """Parts of the language by reference; no titles made up from the names of fields; one-line descriptions."""
    if isinstance(node, list):
        return [_tidy(part) for part in node]
    if not isinstance(node, dict):
        return node
    if "part" in node and isinstance(node["part"], str):
        rest = {key: _tidy(value) for key, value in node.items() if key not in ("part", "title")}
        return rest | _ref(node["part"])
    tidy: dict[str, Any] = {}
    for key, value in node.items():
        if key == "title" and isinstance(value, str) and "$schema" not in node:
            continue
        if key == "properties":
            tidy[key] = {name: _tidy(part) for name, part in value.items()}
        elif key == "description" and isinstance(value, str):
            tidy[key] = " ".join(value.split())
        else:
            tidy[key] = _tidy(value)
    return tidy


def _used(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with those definitions only that something in it leads to."""
    defs = schema.pop("$defs")
    reached: dict[str, None] = {}
    waiting = _refs(schema)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached[name] = None
            waiting += _refs(defs[name])
    return {**schema, "$defs": {name: defs[name] for name in sorted(reached)}}


def _refs(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"].removeprefix("#/$defs/")] if isinstance(node.get("$ref"), str) else []
        return own + [ref for value in node.values() for ref in _refs(value)]
    return [ref for part in node for ref in _refs(part)] if isinstance(node, list) else []


# ── the files ────────────────────────────────────────────────────────────────────────────────────


def checklist_schema() -> dict[str, Any]:
    return model_schema(WrittenChecklist, "A checklist of auditcheck")


def dictionary_schema() -> dict[str, Any]:
    """A dictionary that extends another gives only what differs: there, nothing is needed but its name."""
    schema = model_schema(WrittenDictionary, "A dictionary of auditcheck")
    whole = {key: schema.pop(key) for key in ("properties", "required", "additionalProperties")}
    part = _partly(whole["properties"], schema["$defs"])
    schema["if"] = {"required": ["extends"]}
    schema["then"] = {**whole, "properties": part, "required": ["dictionary", "extends"]}
    schema["else"] = whole
    return schema


def tests_schema() -> dict[str, Any]:
    schema = model_schema(WrittenTests, "The tests of a checklist of auditcheck")
    schema["$defs"]["WrittenTest"]["properties"]["expect"]["minProperties"] = 1
    return schema


def adjustments_schema() -> dict[str, Any]:
    """Something is changed, and a setting is named with its checklist."""
    schema = model_schema(WrittenAdjustments, "A region's adjustments of auditcheck")
    parts = {part: schema["properties"][part] for part in PARTS}
    parts["settings"]["propertyNames"] = {"pattern": r"^[^.]+\.[^.]+$"}
    schema["anyOf"] = [
        {"required": [part], "properties": {part: {"description": shape["description"], "minProperties": 1}}}
        for part, shape in parts.items()
    ]
    return schema


def result_schema() -> dict[str, Any]:
    found = json.loads((files("auditcheck") / "data" / "results.schema.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def _partly(properties: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    """The properties of a dictionary, with tables, cases and groups of which nothing is needed."""
    text = json.dumps(properties)
    for name in ("WrittenTable", "WrittenGroup"):
        defs[f"{name}_partly"] = {key: value for key, value in defs[name].items() if key != "required"}
        text = text.replace(f'"#/$defs/{name}"', f'"#/$defs/{name}_partly"')
    found = json.loads(text)
    del found["cases"]["required"]
    assert isinstance(found, dict)
    return found


#: What `auditcheck schema` takes. A new kind of file is a line here.
SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "checklist": checklist_schema,
    "dictionary": dictionary_schema,
    "tests": tests_schema,
    "adjustments": adjustments_schema,
    "result": result_schema,
}


def schema_text(name: str) -> str:
    """The schema of that name, as a file holds it. Raises UsageStop."""
    if name not in SCHEMAS:
        raise UsageStop(f"schema takes {one_of(list(SCHEMAS))}, not {quote(name)}.{did_you_mean(name, SCHEMAS)}")
    return json.dumps(SCHEMAS[name](), indent=2, ensure_ascii=False) + "\n"
