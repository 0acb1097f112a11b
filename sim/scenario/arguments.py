"""What a public function is given: checked against its own signature, refused in one sentence."""

from __future__ import annotations

import functools
import inspect
import math
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Annotated, Any, Literal, TypeVar

from sim import facts
from sim.scenario.errors import ScenarioError

# The name in the annotation is that of a fact, whose range counts.
Seed = Annotated[int, "argument.seed"]
"""The whole number that all luck of a run comes from."""
Seconds = Annotated[float, "argument.seconds"]
"""A time in seconds, or a length of time."""
Amount = Annotated[float, "argument.amount"]
"""How much of something there is."""
PositiveAmount = Annotated[float, "argument.positive_amount"]
"""How much of something there is, if it cannot be nothing."""
Number = Annotated[int, "argument.number"]
"""How many there are, or the number of one, from 0 on."""
PositiveNumber = Annotated[int, "argument.positive_number"]
"""How many there are, if it cannot be none."""
PositiveSeconds = Annotated[float, "argument.positive_seconds"]
"""A length of time that is not nothing, in seconds."""
Servers = Annotated[int, "argument.servers"]
"""How many serve at once; what theory says of them is a sum over all."""
Share = Annotated[float, "argument.share"]
"""A part of all, from 0 to 1."""

CHECKED_INSIDE = object()
"""In an annotation: the function itself has a better sentence for what does not fit."""

MAY_BE_EMPTY = object()
"""In an annotation: a dictionary without entries is fine."""

_Function = TypeVar("_Function", bound=Callable[..., Any])
_LONGEST = 60


def checked(function: _Function) -> _Function:
    """Refuse, with `ScenarioError`, what does not fit the types in a function's signature.

    Numbers are finite, whole where the signature says `int`, and within the range of the fact that
    an annotation names; a mapping that must be given is not empty.
    """

    @functools.wraps(function)
    def with_checked_arguments(*values: Any, **named: Any) -> Any:
        signature, hints = _read(function)
        try:
            given = signature.bind(*values, **named).arguments
        except TypeError as error:
            raise ScenarioError(f"{_name(function)}: {error}.") from None
        for name, value in given.items():
            if name in hints:
                must_be_given = _must_be_given(signature, name)
                _check(function, name, value, hints[name], must_be_given)
        return function(*values, **named)

    return typing.cast("_Function", with_checked_arguments)


@functools.cache
def _read(
    function: Callable[..., Any],
) -> tuple[inspect.Signature, dict[str, Any]]:
    """A function's signature, and the types of those arguments that are given one by one."""
    signature = inspect.signature(function)
    # what comes back may be a type that exists for type checkers only
    taken = {**function.__annotations__}
    taken.pop("return", None)
    hints = typing.get_type_hints(
        types.SimpleNamespace(__annotations__=taken),
        globalns=function.__globals__,
        include_extras=True,
    )
    several = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    single = [
        name
        for name, parameter in signature.parameters.items()
        if name in hints
        and parameter.kind not in several
        and CHECKED_INSIDE not in typing.get_args(hints[name])
    ]
    return signature, {name: hints[name] for name in single}


def _needs_entries(hint: Any) -> bool:
    """Whether a type is a mapping to something of ours, of which at least one is needed."""
    parts = typing.get_args(hint)
    origin = typing.get_origin(hint)
    if MAY_BE_EMPTY in parts:
        return False
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return parts[1] is not Any
    return any(_needs_entries(part) for part in parts)


def _name(function: Callable[..., Any]) -> str:
    """What people call it by: a class, where it makes one."""
    owner = function.__qualname__.removesuffix(".__init__")
    return owner.rpartition(".")[2]


def _must_be_given(signature: inspect.Signature, name: str) -> bool:
    return signature.parameters[name].default is inspect.Parameter.empty


def _check(
    function: Callable[..., Any],
    name: str,
    value: Any,
    hint: Any,
    must_be_given: bool,
) -> None:
    where = f"{_name(function)}: {name}"
    if not _fits(value, hint):
        raise ScenarioError(
            f"{where} is {shown(value)}, but {_expected(hint)} is expected."
        )
    is_empty = isinstance(value, Mapping) and not value
    if must_be_given and is_empty and _needs_entries(hint):
        raise ScenarioError(
            f"{where} is empty, but {_expected(hint)} is expected, with at least one entry."
        )


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


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value is what a type says."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, part) for part in parts)
    if origin is Annotated:
        return _fits(value, parts[0]) and _is_within(value, parts[1:])
    if origin is Literal:
        return any(value is part or _equal(value, part) for part in parts)
    if isinstance(origin, type) and origin is not type:
        return _holds(value, origin, parts)
    return _is_a(value, hint)


def _equal(value: Any, part: Any) -> bool:
    return type(value) is type(part) and bool(value == part)


def _is_within(value: Any, notes: Iterable[Any]) -> bool:
    for note in notes:
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
        return is_kind and all(_fits(item, parts[1]) for item in value.values())
    if origin not in (Sequence, Iterable, list, tuple):
        return isinstance(value, origin)
    if isinstance(value, (str, bytes, Mapping)):
        return False
    if origin is Iterable:
        return isinstance(value, Iterable)
    is_sized = hasattr(value, "__len__") and hasattr(value, "__getitem__")
    return is_sized and all(_fits(item, parts[0]) for item in value)


def _expected(hint: Any) -> str:
    """A type in words."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        *others, last = dict.fromkeys(map(_expected, parts))
        return f"{', '.join(others)} or {last}" if others else last
    if origin is Annotated:
        named = [note for note in parts[1:] if isinstance(note, str)]
        ranges = [_range(facts.fact(note)) for note in named]
        return ", ".join([_expected(parts[0]), *ranges])
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
    return f"{least:g}{unit} or more and at most {_grouped(most)}{unit}"


def _grouped(number: float) -> str:
    return f"{number:,}".replace(",", " ")


def _expected_container(origin: type, parts: tuple[Any, ...]) -> str:
    if issubclass(origin, Mapping):
        return f"a dictionary with {_expected(parts[1])} by name"
    if origin in (Sequence, Iterable, list, tuple):
        return f"a list, each {_expected(parts[0])}"
    return f"a {origin.__name__}"
