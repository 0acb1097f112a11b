"""What `help` and editors tell of settings: each with its type, default, range, unit and help."""

from __future__ import annotations

import types
from collections.abc import Sequence
from inspect import Parameter, Signature, cleandoc
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from sim import facts
from sim.phrases import exact


def fact_of(model: type[BaseModel], name: str) -> facts.Fact | None:
    """The fact behind a field, if it is a quantity."""
    return _fact_in(model.model_fields[name])


def fact_of_items(model: type[BaseModel], name: str) -> facts.Fact | None:
    """The fact behind each item of a field, if it holds quantities."""
    for item in get_args(model.model_fields[name].annotation):
        for info in getattr(item, "__metadata__", ()):
            if isinstance(info, FieldInfo):
                return _fact_in(info)
    return None


def _fact_in(info: FieldInfo) -> facts.Fact | None:
    extra = info.json_schema_extra
    if isinstance(extra, dict) and "fact" in extra:
        return facts.fact(str(extra["fact"]))
    return None


def groups_in(annotation: Any) -> list[type[BaseModel]]:
    """The groups of settings that a field may hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [group for part in get_args(annotation) for group in groups_in(part)]


def allowed_range(fact: facts.Fact) -> str:
    """What is allowed, in words."""
    if fact.minimum is None:
        return f"a number of {fact.unit}"
    least = exact(fact.minimum)
    if fact.maximum is None:
        return f"at least {least} {fact.unit}"
    most = exact(fact.maximum)
    return f"{least} to {most} {fact.unit}"


def shown_fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields that people set: not those which only tell classes apart."""
    return {
        name: field for name, field in model.model_fields.items() if field.repr
    }


def documented(model: type[BaseModel]) -> str:
    """The docstring of a group of settings, with what can be set."""
    lines = [cleandoc(vars(model)["__doc__"]), "", "Settings:"]
    for name, field in shown_fields(model).items():
        lines.append(_told(model, name, field))
    return "\n".join(lines)


def _told(model: type[BaseModel], name: str, field: FieldInfo) -> str:
    first = f"    {name}: {_spelled(field.annotation, field.metadata)}"
    if not field.is_required():
        first += f" = {_default(field)!r}"
    fact = fact_of(model, name) or fact_of_items(model, name)
    if fact is not None:
        first += f" ({allowed_range(fact)})"
    return f"{first}\n        {field.description}"


def signature(model: type[BaseModel], unnamed: Sequence[str]) -> Signature:
    """How to call a group of settings: `unnamed` ones first, which need no name."""
    fields = shown_fields(model)
    parameters = [_parameter(name, fields.pop(name)) for name in unnamed]
    for name, field in fields.items():
        parameter = _parameter(name, field)
        parameters.append(parameter.replace(kind=Parameter.KEYWORD_ONLY))
    return Signature(parameters)


def _parameter(name: str, field: FieldInfo) -> Parameter:
    parameter = Parameter(name, Parameter.POSITIONAL_OR_KEYWORD)
    if not field.is_required():
        parameter = parameter.replace(default=_default(field))
    # others are too long to be read in a signature
    if isinstance(field.annotation, type):
        parameter = parameter.replace(annotation=field.annotation)
    return parameter


class _Made:
    """Stands for a default that is a group of settings, which would be long to write out."""

    def __init__(self, group: BaseModel) -> None:
        self.kind = type(group).__name__
        values = [value for _, value in group.__repr_args__()]
        self.values = repr(values[0]) if len(values) == 1 else ""

    def __repr__(self) -> str:
        return f"{self.kind}({self.values})"


def _default(field: FieldInfo) -> Any:
    default = field.get_default(call_default_factory=True, validated_data={})
    return _Made(default) if isinstance(default, BaseModel) else default


def _spelled(annotation: Any, metadata: Sequence[Any] = ()) -> str:
    """A type as one would write it."""
    if get_origin(annotation) is Annotated:
        kind, *metadata = get_args(annotation)
        return _spelled(kind, metadata)
    parts = get_args(annotation)
    match get_origin(annotation):
        case None:
            return (
                "None" if annotation is types.NoneType else annotation.__name__
            )
        case origin if origin is Literal:
            return " | ".join(map(repr, parts))
        case origin if origin is tuple:
            return f"tuple[{_spelled(parts[0])}, ...]"
        case _:  # a union; a number may stand for a duration
            names = [_spelled(part) for part in parts]
            if any(isinstance(info, BeforeValidator) for info in metadata):
                names.insert(0, "float")
            return " | ".join(names)
