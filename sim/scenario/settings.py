"""The base of everything one can set: frozen, checked against the facts, and refused in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any, Self

import pydantic
from pydantic import BaseModel, ConfigDict, ValidationError

from sim import facts
from sim.scenario.errors import ScenarioError


def setting(name: str, **options: Any) -> Any:
    """A field whose default, range, unit, help and source are the row `name` of `data/quotas.csv`.

    Options go to `pydantic.Field`, such as `default_factory` where the row's value is not the
    default itself.
    """
    fact = facts.fact(name)
    if "default_factory" not in options:
        options.setdefault("default", fact.value)
    extra: dict[str, Any] = {
        "unit": fact.unit,
        "source": fact.source,
        "evidence": fact.evidence,
        "fact": name,
    }
    return pydantic.Field(
        ge=fact.minimum,
        le=fact.maximum,
        description=fact.help,
        json_schema_extra=extra,
        **options,
    )


def described(help_text: str, default: Any = ..., **options: Any) -> Any:
    """A field that is no quantity: a name, a reference or a group of settings."""
    return pydantic.Field(default=default, description=help_text, **options)


class Settings(BaseModel):
    """A frozen group of settings; wrong or unknown values raise `ScenarioError` with one sentence each."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, ser_json_inf_nan="constants"
    )

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ScenarioError(_sentences(type(self), values, error)) from None

    @classmethod
    def model_validate_json(
        cls, json_data: str | bytes | bytearray, **options: Any
    ) -> Self:
        """Read settings back from the JSON that `model_dump_json` wrote."""
        try:
            return super().model_validate_json(json_data, **options)
        except ValidationError as error:
            raise ScenarioError(_sentences(cls, {}, error)) from None

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Read settings from a dictionary."""
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            raise ScenarioError(
                _sentences(cls, obj if isinstance(obj, dict) else {}, error)
            ) from None

    def replace(self, **changes: Any) -> Self:
        """The same settings with some of them changed, checked anew."""
        return type(self)(
            **{
                **{name: getattr(self, name) for name in self.model_fields_set},
                **changes,
            }
        )

    def with_setting(self, path: str, value: Any) -> Self:
        """The same settings with the value at a dotted path changed: `functions.worker.timeout`, `*` for all names.

        Raises `ScenarioError` if there is nothing at this path.
        """
        return self.with_settings({path: value})

    def with_settings(self, changes: Mapping[str, Any]) -> Self:
        """The same settings with the values at several dotted paths changed, and only then checked together."""
        for path in changes:
            if not list(self.found(path)):
                raise ScenarioError(f"{type(self).__name__} has nothing at {path!r}.")
        changed: Self = _changed(
            self, [(path.split("."), value) for path, value in changes.items()]
        )
        return changed

    def found(self, path: str) -> Iterator[tuple[facts.Fact | None, Any]]:
        """The facts and values at a dotted path; empty if there is nothing."""
        return _found(self, path.split("."))


class Named(Settings):
    """Settings of a resource with a name."""

    name: str = described(
        "The resource's name in this scenario.", pattern=r"^[A-Za-z0-9_.\- /$]{1,140}$"
    )


def _sentences(
    model: type[Settings], values: dict[str, Any], error: ValidationError
) -> str:
    where = (
        f"{model.__name__} {values['name']!r}"
        if isinstance(values.get("name"), str)
        else model.__name__
    )
    return "\n".join(
        dict.fromkeys(map(partial(_sentence, model, where), _causes(error.errors())))
    )


def _causes(errors: list[Any]) -> list[Any]:
    """Without the lists that are too short only because something in them was refused."""
    places = [error["loc"] for error in errors]
    return [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(
            place[: len(error["loc"])] == error["loc"] != place for place in places
        )
    ]


def _sentence(model: type[Settings], where: str, error: Any) -> str:
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, ScenarioError):
        return str(cause)
    path = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{where} has no setting {path!r}{_did_you_mean(str(error['loc'][-1]), model)}."
    if error["type"] == "json_invalid":
        return f"{where}: {error['msg']}."
    if error["type"] == "missing":
        return f"{where} needs {path}."
    if isinstance(cause, ValueError):
        return f"{where}: {cause}"
    return f"{where}: {path} is {_shown(error['input'])}, but {_allowed(model, error)}."


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _did_you_mean(word: str, model: type[Settings]) -> str:
    close = get_close_matches(word, model.model_fields, n=1)
    return (
        f"; did you mean {close[0]!r}"
        if close
        else f"; it has {', '.join(model.model_fields)}"
    )


def _allowed(model: type[Settings], error: Any) -> str:
    field = model.model_fields.get(str(error["loc"][0])) if error["loc"] else None
    extra = field.json_schema_extra if field is not None else None
    if not isinstance(extra, dict):
        return f"{error['msg'][0].lower()}{error['msg'][1:]}"
    whole = ", a whole number," if error["type"].startswith("int_") else ""
    return f"{_range(facts.fact(str(extra['fact'])))}{whole} is allowed ({extra['source']})"


def _range(fact: facts.Fact) -> str:
    if fact.minimum is not None and fact.maximum is not None:
        return f"{fact.minimum:,} to {fact.maximum:,} {fact.unit}".replace(",", " ")
    if fact.minimum is not None:
        return f"at least {fact.minimum:,} {fact.unit}".replace(",", " ")
    return f"a number of {fact.unit}"


Changes = list[tuple[list[str], Any]]  # the rest of each path, and the new value


def _changed(value: Any, changes: Changes) -> Any:
    value = next((new for path, new in changes if not path), value)
    deeper = [(path, new) for path, new in changes if path]
    if isinstance(value, tuple):
        return tuple(
            _changed(
                item, [(path[1:], new) for path, new in deeper if _is(item, path[0])]
            )
            for item in value
        )
    fields: dict[str, Changes] = {}
    for (name, *rest), new in deeper:
        if isinstance(value, Settings) and name in type(value).model_fields:
            fields.setdefault(name, []).append((rest, new))
    return (
        value.replace(
            **{
                name: _changed(getattr(value, name), inner)
                for name, inner in fields.items()
            }
        )
        if fields
        else value
    )


def _found(value: Any, path: list[str]) -> Iterator[tuple[facts.Fact | None, Any]]:
    name, *rest = path
    if isinstance(value, tuple):
        for item in value:
            if _is(item, name):
                yield from _found(item, rest) if rest else iter([(None, item)])
    elif isinstance(value, Settings) and name in type(value).model_fields:
        inner = getattr(value, name)
        if rest:
            yield from _found(inner, rest)
        else:
            yield fact_of(type(value), name), inner


def _is(item: Any, name: str) -> bool:
    return name in ("*", getattr(item, "name", None))


def fact_of(model: type[Settings], name: str) -> facts.Fact | None:
    """The fact behind a field, if it is a quantity."""
    extra = model.model_fields[name].json_schema_extra
    return (
        facts.fact(str(extra["fact"]))
        if isinstance(extra, dict) and "fact" in extra
        else None
    )
