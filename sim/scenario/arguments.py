"""What a public function is given: checked against its own signature, refused in one sentence."""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from sim.scenario.argument_types import expected, fits, needs_entries, shown
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

_Function = TypeVar("_Function", bound=Callable[..., Any])
_Class = TypeVar("_Class", bound=type)


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
            raise ScenarioError(
                f"{_name(function)}: {error}; write {_call(function)}."
            ) from None
        for name, value in given.items():
            if name in hints:
                must_be_given = _must_be_given(signature, name)
                _check(function, name, value, hints[name], must_be_given)
        return function(*values, **named)

    return typing.cast("_Function", with_checked_arguments)


def checked_class(made: _Class) -> _Class:
    """Refuse what does not fit the types of the fields of a dataclass, as `checked` does."""
    made.__init__ = checked(made.__init__)  # type: ignore[misc] # of this class alone
    return made


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


def _name(function: Callable[..., Any]) -> str:
    """What people call it by: a class, where it makes one."""
    owner = function.__qualname__.removesuffix(".__init__")
    return owner.rpartition(".")[2]


def _call(function: Callable[..., Any]) -> str:
    """How it is called, in short: `trigger(kind, function, ...)`."""
    parameters = inspect.signature(function).parameters.values()
    names = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    own = [name for name in names if name != "self"]
    by_name = [f"{p.name}=..." for p in parameters if p.kind is p.KEYWORD_ONLY]
    rest = ["..."] if any(p.kind is p.VAR_KEYWORD for p in parameters) else []
    return f"{_name(function)}({', '.join([*own, *by_name, *rest])})"


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
    if not fits(value, hint):
        raise ScenarioError(
            f"{where} is {shown(value)}, but {expected(hint)} is expected."
        )
    must_hold = must_be_given and needs_entries(hint)
    if must_hold and isinstance(value, Mapping) and not value:
        raise ScenarioError(
            f"{where} is empty, but {expected(hint)} is expected, with at least one entry."
        )
