"""Whether an argument is what a type says, and what a type says in words."""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Annotated, Any, Literal, TypeVar

from sim import facts
from sim.phrases import exact

MAY_BE_EMPTY = object()
"""In an annotation: a dictionary without entries is fine."""

TEXT_KEYS = object()
"""In an annotation: a dictionary's keys are texts, as the names of settings are."""

_LONGEST = 60


def needs_entries(hint: Any) -> bool:
    """Whether a type is a mapping to something of ours, of which at least one is needed."""
    parts = typing.get_args(hint)
    origin = typing.get_origin(hint)
    if MAY_BE_EMPTY in parts:
        return False
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return parts[1] is not Any
    return any(needs_entries(part) for part in parts)


def shown(value: Any) -> str:
    """A value in a sentence: on one line, not too long."""
    name = type(value).__name__
    if not isinstance(
        value, (str, int, float, list, tuple, dict, set, type(None))
    ):
        return f"{_article(name)} {name}"
    text = " ".join(repr(value)[: 10 * _LONGEST].split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _article(name: str) -> str:
    return "an" if name[0].lower() in "aeiou" else "a"


def fits(value: Any, hint: Any) -> bool:
    """Whether a value is what a type says."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return any(fits(value, part) for part in parts)
    if origin is Annotated:
        return fits(value, parts[0]) and _is_within(value, parts[1:])
    if origin is Literal:
        return any(value is part or _equal(value, part) for part in parts)
    if isinstance(origin, type) and origin is not type:
        return _holds(value, origin, parts)
    return _is_a(value, hint)


def _equal(value: Any, part: Any) -> bool:
    return type(value) is type(part) and bool(value == part)


def _is_within(value: Any, notes: Iterable[Any]) -> bool:
    for note in notes:
        if note is TEXT_KEYS and not all(isinstance(key, str) for key in value):
            return False
        if isinstance(note, str):
            fact = facts.fact(note)
            least = -math.inf if fact.minimum is None else fact.minimum
            most = math.inf if fact.maximum is None else fact.maximum
            if not least <= value <= most:
                return False
    return True


def _is_a(value: Any, kind: Any) -> bool:
    """Whether a value is of a class; Python takes True for a number, this does not."""
    if kind is Any or isinstance(kind, (TypeVar, str)):
        return True
    is_truth = isinstance(value, bool)
    if kind is int:
        return isinstance(value, Integral) and not is_truth
    if kind is float:
        is_number = isinstance(value, Real) and not is_truth
        return is_number and _is_finite(value)
    return isinstance(value, kind)


def _is_finite(number: Any) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number that no float can hold
        return False


def _holds(value: Any, origin: type, parts: tuple[Any, ...]) -> bool:
    """Whether a container is of its kind, and what it holds of theirs; iterators stay untouched.

    Whatever a dictionary may have as a key is a name.
    """
    if issubclass(origin, Mapping):
        is_kind = isinstance(value, Mapping)
        return is_kind and all(fits(item, parts[1]) for item in value.values())
    if origin not in (Sequence, Iterable, list, tuple):
        return isinstance(value, origin)
    if isinstance(value, (str, bytes, Mapping)):
        return False
    if origin is Iterable:
        return isinstance(value, Iterable)
    is_sized = hasattr(value, "__len__") and hasattr(value, "__getitem__")
    return is_sized and all(fits(item, parts[0]) for item in value)


def expected(hint: Any) -> str:
    """A type in words."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        *others, last = dict.fromkeys(map(expected, parts))
        return f"{', '.join(others)} or {last}" if others else last
    if origin is Annotated:
        named = [note for note in parts[1:] if isinstance(note, str)]
        ranges = [_range(facts.fact(note)) for note in named]
        if TEXT_KEYS in parts:
            ranges.append("each name a text,")
        return ", ".join([expected(parts[0]), *ranges])
    if origin is Literal:
        return " or ".join(map(repr, parts))
    if isinstance(origin, type):
        return _expected_container(origin, parts)
    return _WORDS.get(hint) or _expected_class(hint)


def _expected_class(hint: Any) -> str:
    name = str(hint.__name__)
    if name in ("Table", "DataFrame"):
        return "a table of pandas"
    ours = (
        "a sim." if hint.__module__.startswith("sim") else f"{_article(name)} "
    )
    return ours + name


_WORDS: dict[Any, str] = {
    int: "a whole number",
    float: "a finite number",
    str: "a text",
    bool: "True or False",
    type(None): "None",
    Any: "anything",
    Callable: "a function",
}


def _range(fact: facts.Fact) -> str:
    """From where to where, in words."""
    least, most = fact.minimum, fact.maximum
    unit = " s" if fact.unit == "s" else ""
    if most is None:
        return f"{least:g}{unit} or more"
    return f"{least:g}{unit} or more and at most {exact(most)}{unit}"


def _expected_container(origin: type, parts: tuple[Any, ...]) -> str:
    if issubclass(origin, Mapping):
        return f"a dictionary with {expected(parts[1])} by name"
    if origin in (Sequence, Iterable, list, tuple):
        return f"a list, each {expected(parts[0])}"
    return f"a {origin.__name__}"
