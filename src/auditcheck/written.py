"""Checks a file read from YAML against a pydantic model, and turns every mistake into a Problem.

Keys that a model does not know are refused; messages are ours, never pydantic's.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from auditcheck.conditions import read_yes_no
from auditcheck.problems import Problem, did_you_mean, one_of
from auditcheck.yamlfile import line_of


class Written(BaseModel):
    """A mapping in a file, as written: closed keys, nothing converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True)


def wrong(text: str) -> PydanticCustomError:
    """The error for a value that does not fit, in our words."""
    return PydanticCustomError("auditcheck", "{text}", {"text": text})


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


YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Plain = Annotated[str, BeforeValidator(_plain)]
#: One text or a list of them.
Plains = Annotated[tuple[Plain, ...], BeforeValidator(_listed)]

Model = TypeVar("Model", bound=BaseModel)


def validate(
    model: type[Model],
    raw: Any,
    file: str,
    problems: list[Problem],
    *,
    item: str = "",
    context: dict[str, Any] | None = None,
) -> Model | None:
    """`raw` as a `model`, or None with what is wrong added to `problems`."""
    try:
        return model.model_validate(raw, context=context)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            problems.append(_problem(model, raw, detail, file, item))
        return None


def _problem(model: type[BaseModel], raw: Any, detail: Any, file: str, item: str) -> Problem:
    line, parent, key = line_of(raw), raw, ""
    for step in detail["loc"]:
        if isinstance(parent, dict) and step in parent:
            key = next(known for known in parent if known == step)
            line, parent = line_of(key, line), parent[step]
        elif isinstance(parent, list) and isinstance(step, int) and step < len(parent):
            parent = parent[step]
            line = line_of(parent, line)
        elif isinstance(step, str) and not step.startswith("function"):
            key = step
    kind = detail["type"]
    if kind == "extra_forbidden":
        allowed = _keys(model, detail["loc"])
        text = f"unknown key “{key}”.{did_you_mean(str(key), allowed)}"
        text += f" Allowed: {one_of(sorted(allowed))}." if allowed else ""
    elif kind == "missing":
        text = f"needs “{detail['loc'][-1]}”."
    elif kind == "auditcheck":
        text = f"“{key}” {detail['ctx']['text']}." if key else f"{detail['ctx']['text']}."
    elif kind in ("literal_error", "enum"):
        text = f"“{key}” takes {detail['ctx']['expected'].replace(chr(39), '')}."
    elif kind in ("model_type", "model_attributes_type", "dict_type", "is_instance_of"):
        text = f"“{key}” takes a mapping of keys to values." if key else "a mapping of keys to values is needed."
    elif kind in ("list_type", "tuple_type"):
        text = f"“{key}” takes a list."
    elif kind in ("int_parsing", "int_type", "int_from_float"):
        text = f"“{key}” takes a whole number."
    elif kind.startswith(("greater", "less")):
        text = f"“{key}” is out of bounds."
    elif kind in ("date_parsing", "date_from_datetime_parsing", "date_type"):
        text = f"“{key}” takes a date written YYYY-MM-DD."
    else:
        text = f"“{key}” does not fit here."
    return Problem(file, line, text, item)


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
