"""Checks a file read from YAML against a pydantic model, and turns every mistake into a Problem.

Keys that a model does not know are refused; messages are ours, never pydantic's. A part with a
mistake in its own keys is not judged further, nor is what rests on it: one mistake, one message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError, core_schema

from auditcheck.conditions import read_yes_no
from auditcheck.problems import Problem, did_you_mean, listed, nearest, one_of, quote
from auditcheck.yamlfile import file_of, is_missing, line_of


def _meanings(schema: dict[str, Any], model: type[Any]) -> None:
    """What the keys mean, for editors."""
    for key, meaning in model.every_meaning().items():
        schema["properties"][key]["description"] = meaning


class Written(BaseModel):
    """A mapping in a file, as written: closed keys, nothing converted silently."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        json_schema_extra=_meanings,
        protected_namespaces=(),
        defer_build=True,
    )

    #: What each key means: for editors, and for the reference of the language.
    meanings: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def every_meaning(cls) -> dict[str, str]:
        """The keys and what they mean, as written in a file, in the order of the model."""
        known = {key: text for model in reversed(cls.__mro__) for key, text in vars(model).get("meanings", {}).items()}
        written = [info.alias or name for name, info in cls.model_fields.items()]
        return {key: known[key] for key in written if key in known}


class Shape:
    """Says of which type a value is, where it is read by a function of its own: for the JSON Schema alone."""

    def __init__(self, of: Any) -> None:
        self.of = of

    def __get_pydantic_json_schema__(self, _: Any, handler: Any) -> Any:
        return handler(TypeAdapter(self.of).core_schema)


def part_of_language(name: str) -> WithJsonSchema:
    """For the JSON Schema: a value that is a part of the language, such as a condition or a length of time."""
    return WithJsonSchema({"part": name})


class PartRead:
    """A part of the language that one function reads: pydantic is told nothing of what comes out, so it
    builds no validator of it, which takes a while."""

    def __init__(self, part: str, read: Callable[[Any, ValidationInfo], Any]) -> None:
        self.part = part
        self.read = read

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"part": self.part}


def wrong(text: str) -> PydanticCustomError:
    """The error for a value that does not fit, in our words. “takes X” is told with what stands there."""
    return PydanticCustomError("auditcheck", "{text}", {"text": text})


def told() -> PydanticCustomError:
    """The error for a value whose mistakes are among the problems already."""
    return PydanticCustomError("told", "")


def _yes_no(raw: Any) -> bool:
    answer = read_yes_no(raw)
    if answer is None:
        raise wrong("takes yes or no")
    return answer


def _plain(raw: Any) -> str:
    if isinstance(raw, dict | list):
        raise wrong("takes plain text")
    if not str(raw).strip():
        raise wrong("is blank")
    return str(raw).strip()


def _listed(raw: Any) -> Any:
    return raw if isinstance(raw, list | tuple) else [raw]


YesNo = Annotated[bool, BeforeValidator(_yes_no), part_of_language("yes_no")]
Plain = Annotated[str, BeforeValidator(_plain), part_of_language("text")]
#: One text or a list of them.
Plains = Annotated[tuple[Plain, ...], BeforeValidator(_listed), part_of_language("texts")]

Model = TypeVar("Model", bound=BaseModel)


def parts(model: type[Model]) -> Callable[[Any, ValidationInfo], dict[str, Model | None]]:
    """Reads a mapping of names to parts, each on its own: None for one that stands there and is wrong."""

    def read(raw: Any, info: ValidationInfo) -> dict[str, Model | None]:
        if not isinstance(raw, dict):
            raise told() if is_missing(raw) else wrong("takes a mapping of names")
        context = info.context or {}
        within = f"{context['item']}." if context["item"] else ""
        return {
            name: validate(model, part, context["file"], context["problems"], item=f"{within}{name}", at=name)
            for name, part in raw.items()
        }

    return read


def validate(
    model: type[Model],
    raw: Any,
    file: str,
    problems: list[Problem],
    *,
    item: str = "",
    context: dict[str, Any] | None = None,
    at: object = None,
    keep: bool = False,
) -> Model | None:
    """`raw` as a `model`, or None with what is wrong added to `problems`.

    `at` is where a value without a place of its own stands. With mistakes only in its keys, the model
    as it would be without them; with `keep`, also without the values that do not fit.
    """
    context = {**(context or {}), "file": file, "problems": problems, "item": item}
    try:
        return model.model_validate(raw, context=context)
    except ValidationError as error:
        details = error.errors(include_url=False)
    extra = [detail["loc"] for detail in details if detail["type"] == "extra_forbidden"]
    meant = {loc: nearest(loc[-1], _keys(model, loc)) for loc in extra}
    needed: dict[tuple[Any, ...], list[str]] = {}
    for detail in details:
        # “titel” is one mistake, not also a missing title
        if detail["type"] == "missing" and detail["loc"][-1] not in meant.values():
            needed.setdefault(detail["loc"][:-1], []).append(str(detail["loc"][-1]))
    told_of: list[Any] = [detail for detail in details if detail["type"] != "missing"]
    told_of += [{"type": "needs", "loc": loc, "keys": keys} for loc, keys in needed.items()]
    found = (_problem(model, raw, detail, file, item, at) for detail in told_of)
    problems += [problem for problem in found if problem is not None]
    return _go_on(model, raw, file, details, meant, item, context, keep)


def _go_on(
    model: type[Model],
    raw: Any,
    file: str,
    details: Any,
    meant: dict[tuple[Any, ...], str | None],
    item: str,
    context: dict[str, Any],
    keep: bool,
) -> Model | None:
    """The model as it would be without the mistakes in its keys, so that the rest can be judged:
    misspelt keys put right, unknown ones left out; with `keep`, also those that do not fit."""
    if not isinstance(raw, dict):
        return None
    misspelt = {loc[0]: near for loc, near in meant.items() if len(loc) == 1}
    bad = {detail["loc"][0] for detail in details if keep and detail["loc"]} - set(misspelt)
    if not misspelt and bad.isdisjoint(raw):
        return None
    rest = {key: value for key, value in raw.items() if key not in misspelt and key not in bad}
    for key, near in misspelt.items():
        if near is not None:
            rest.setdefault(near, raw[key])
    return validate(model, rest, file, [], item=item, context=context, keep=keep)


def _problem(model: type[BaseModel], raw: Any, detail: Any, file: str, item: str, at: object) -> Problem | None:
    place: object = raw if line_of(raw) else at
    value, key = raw, ""
    for step in detail["loc"]:
        if isinstance(value, dict) and step in value:
            key = next(known for known in value if known == step)
            place, value = key, value[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
            place = value if line_of(value) else place
        elif isinstance(step, str) and not step.startswith("function"):
            key = step
    kind = detail["type"]
    if kind == "told" or (is_missing(value) and kind not in ("extra_forbidden", "needs")):
        return None
    text = _said(model, detail, key, value)
    return Problem(file_of(place, file), line_of(place, line_of(raw)), text, item)


def _said(model: type[BaseModel], detail: Any, key: str, value: Any) -> str:
    """What is wrong, in our words, whatever pydantic calls it."""
    kind = detail["type"]
    this = f"{quote(key)} " if key else ""
    if kind == "extra_forbidden":
        allowed = sorted(_keys(model, detail["loc"]))
        return f"unknown key {quote(key)}; allowed: {one_of(allowed)}.{did_you_mean(key, allowed)}"
    if kind == "needs":
        return f"{this}needs {listed([quote(word) for word in detail['keys']])}."
    hint = ""
    if kind == "auditcheck":
        text = detail["ctx"]["text"]
    elif kind == "literal_error":
        allowed = re.findall("'([^']*)'", detail["ctx"]["expected"])
        text, hint = f"takes {one_of(allowed)}", did_you_mean(value, allowed)
    elif kind in ("model_type", "model_attributes_type", "dict_type", "is_instance_of"):
        text = "takes a mapping of keys to values"
    elif kind in ("list_type", "tuple_type"):
        text = "takes a list"
    else:
        text = "does not fit here"
    if text.startswith("takes "):
        text += f", not {quote(value)}"
    return f"{this}{text}.{hint}"


def _keys(model: type[BaseModel], loc: tuple[Any, ...]) -> set[str]:
    """The keys allowed where the last step of `loc` was refused."""
    current: Any = model
    for step in loc[:-1]:
        if isinstance(step, str) and isinstance(current, type) and issubclass(current, BaseModel):
            found = _field(current, step)
            if found is not None:
                current = found
        # an index or a mapping's own key stays inside the same model
    return {f.alias or name for name, f in current.model_fields.items()} if hasattr(current, "model_fields") else set()


def _field(model: type[BaseModel], step: str) -> type[BaseModel] | None:
    """The model inside the field that is written as `step`, looking through lists and unions."""
    for name, info in model.model_fields.items():
        if step in (name, info.alias):
            return _model_in(info.annotation)
    return None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    from typing import get_args

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _model_in(part)
        if found is not None:
            return found
    return None
