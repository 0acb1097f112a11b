"""The sentences that refuse a wrong setting: what, where, the allowed range, and the source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from sim import facts
from sim.scenario.argument_types import shown
from sim.scenario.errors import ScenarioError
from sim.scenario.setting_help import (
    allowed_range,
    fact_of,
    fact_of_items,
    groups_in,
    shown_fields,
)

PAGE = re.compile(r"https://docs\.aws\S+")
Kinds = Sequence[type[Any]]
"""All groups of settings; `example` of each tells how to write one."""


MOST_SHOWN = 20
"""Wrong values that get a line of their own."""


def sentences(
    model: type[BaseModel],
    values: Mapping[str, Any],
    error: ValidationError,
    kinds: Kinds,
) -> str:
    """One line for each wrong value; after many, how many more there are."""
    where = model.__name__
    if isinstance(values.get("name"), str):
        where += f" {values['name']!r}"
    causes = _causes(error.errors())
    shown, more = causes[:MOST_SHOWN], len(causes) - MOST_SHOWN
    lines = [_sentence(model, where, cause, kinds) for cause in shown]
    if more > 0:
        lines.append(f"{where}: {more:,} more values are refused.")
    return "\n".join(dict.fromkeys(lines))


def _causes(errors: list[Any]) -> list[Any]:
    """Without the lists that are too short only because something in them was refused."""
    places = [error["loc"] for error in errors]
    return [
        error
        for error in errors
        if error["type"] != "too_short" or not _holds(error["loc"], places)
    ]


def _holds(place: tuple[Any, ...], others: list[tuple[Any, ...]]) -> bool:
    return any(other != place == other[: len(place)] for other in others)


NO_GROUP = (
    "model_attributes_type",
    "model_type",
    "union_tag_invalid",
    "union_tag_not_found",
)
"""What pydantic calls it where something else stands in the place of a group of settings."""


NAMES = "1 to 255 letters, digits and _ . - / $, with spaces between them only, are allowed"


def _sentence(
    model: type[BaseModel], where: str, error: Any, kinds: Kinds
) -> str:
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, ScenarioError):
        return str(cause)
    path = ".".join(str(part) for part in _place(error))
    if isinstance(cause, ValueError):
        return ": ".join(part for part in (where, path, str(cause)) if part)
    match error["type"]:
        case "extra_forbidden":
            word = str(error["loc"][-1])
            return f"{where} has no setting {path!r}; {_did_you_mean(word, model, kinds)}"
        case "json_invalid":
            return f"{where}: {error['msg']}."
        case "missing":
            return f"{where} needs {path}."
        case _:
            what = f"{where}: {path}" if path else where
            value = _shown(error["input"])
            return f"{what} is {value}, but {_allowed(model, error)}."


def _place(error: Any) -> tuple[Any, ...]:
    """The names and numbers that lead to a value; without the kind that pydantic took it for."""
    place: tuple[Any, ...] = error["loc"]
    of_a_kind = error["type"] in NO_GROUP and len(place) == 2
    return place[:1] if of_a_kind and isinstance(place[1], str) else place


def _shown(value: Any) -> str:
    if not isinstance(value, BaseModel):
        return shown(value)
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _did_you_mean(word: str, model: type[BaseModel], kinds: Kinds) -> str:
    """Which setting of this group, or of another one, may be meant."""
    own = shown_fields(model)
    everywhere = {name for kind in kinds for name in shown_fields(kind)}
    elsewhere = _examples(word, kinds)
    meant = [repr(name) for name in own if _like(word, name)]
    # more have it only where the word says little, such as `at`
    if len(elsewhere) <= 4:
        meant += elsewhere
    if not meant:
        meant = [repr(name) for name in get_close_matches(word, own, n=1)]
    if not meant:
        alike = [name for name in everywhere if _like(word, name)]
        if len(alike) != 1:
            alike = get_close_matches(word, everywhere, n=1, cutoff=0.85)
        for name in alike:
            meant = _examples(name, kinds)
    if not meant:
        return f"it has {', '.join(own)}."
    return f"did you mean {_either(meant)}?"


def _examples(name: str, kinds: Kinds) -> list[str]:
    """How to write a setting of this name, wherever there is one."""
    owners = [kind for kind in kinds if name in shown_fields(kind)]
    return list(dict.fromkeys(kind.example(name) for kind in owners))


def _like(word: str, name: str) -> bool:
    """Whether a word is one of those that a name consists of, in the singular or plural."""
    return word.removesuffix("s") in (
        part.removesuffix("s") for part in name.split("_")
    )


def _either(choices: Iterable[str]) -> str:
    *others, last = choices
    return f"{', '.join(others)} or {last}" if others else last


def _allowed(model: type[BaseModel], error: Any) -> str:
    name = str(error["loc"][0]) if error["loc"] else ""
    if name not in model.model_fields:
        return _expected(error)
    look_up = fact_of if len(error["loc"]) == 1 else fact_of_items
    fact = look_up(model, name)
    if fact is not None:
        if error["type"] == "less_than_equal" and fact.maximum is None:
            largest = facts.most(fact)
            return f"{allowed_range(replace(fact, maximum=largest))} is allowed (a choice)"
        whole = ", a whole number," if error["type"].startswith("int_") else ""
        return f"{allowed_range(fact)}{whole} is allowed ({fact.source})"
    if error["type"] in NO_GROUP:
        groups: Kinds = groups_in(model.model_fields[name].annotation)
        makers = [group.example("").partition("(")[0] for group in groups]
        return f"{_either(dict.fromkeys(makers))} is allowed"
    if error["type"] == "literal_error":
        return f"{_expected(error)}{_page(model, name)}"
    return _expected(error)


def _page(model: type[BaseModel], name: str) -> str:
    """AWS's page on a setting or its group, in brackets; empty if they name none."""
    described = model.model_fields[name].description
    found = PAGE.findall(f"{model.__doc__} {described}")
    return f" ({found[-1]})" if found else ""


EXPECTED = {
    "bool_parsing": "True or False is expected",
    "bool_type": "True or False is expected",
    "float_parsing": "a number is expected",
    "float_type": "a number is expected",
    "int_parsing": "a whole number is expected",
    "int_type": "a whole number is expected",
    "json_type": "a text in JSON is expected",
    "model_attributes_type": "a dictionary of settings is expected",
    "model_type": "a dictionary of settings is expected",
    "string_type": "a text is expected",
    "too_short": "at least 1 is needed",
    "tuple_type": "a list is expected",
}
"""What was expected, by what pydantic calls the mistake."""


def _expected(error: Any) -> str:
    kind = error["type"]
    if kind == "literal_error":
        return f"{error['ctx']['expected']} is allowed"
    is_name = error["loc"][-1:] == ("name",)
    if is_name and kind == "string_pattern_mismatch":
        return NAMES
    message: str = error["msg"]
    return EXPECTED.get(kind, message[0].lower() + message[1:])


def of_unnamed(
    model: type[BaseModel],
    unnamed: Sequence[str],
    count: int,
    named: Mapping[str, Any],
) -> str | None:
    """What is wrong with `count` values that are given without names, if anything is."""
    group = model.__name__
    if not unnamed and count:
        some = [f"{name}=..." for name in list(shown_fields(model))[:2]]
        return (
            f"{group} takes its settings by name: {group}({', '.join(some)})."
        )
    if count > len(unnamed):
        names = " and ".join(unnamed)
        return f"{group} takes only {names} without a name, but {count} values are given."
    for name in unnamed[:count]:
        if name in named:
            return (
                f"{group}: {name} is given twice, without its name and with it."
            )
    return None
