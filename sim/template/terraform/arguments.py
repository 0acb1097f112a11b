"""The arguments of Terraform's resources, and the properties of CloudFormation's: two tables."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from sim.template.csv_tables import rows_of
from sim.template.terraform.planned import PlannedResource, mapping

NOT_SAID: Any = object()
"""The expression of what a plan does not tell, such as of a `dynamic` block."""
REFERS = ("reference", "redrive")
"""What is read of an argument that names another resource."""
SENT_AS_ZERO = "zero"
"""What is read of an argument that the provider sends as 0 where its block is without it."""
EXPRESSION = (
    {"references"},
    {"constant_value"},
    {"constant_value", "references"},
)


class ResourceType(NamedTuple):
    """A row of `data/template/terraform_resources.csv`.

    `cloudformation` is the type that a resource becomes, or several if what it joins decides;
    `joins` names the arguments, of which one refers to the resource that it becomes a part of,
    and `at` where in that.
    """

    type: str
    cloudformation: str
    joins: str
    at: str

    @property
    def types(self) -> list[str]:
        """The types of CloudFormation, the usual one first."""
        return self.cloudformation.split("|")

    @property
    def joining(self) -> list[str]:
        """The arguments that may name the resource that it joins."""
        return self.joins.split("|") if self.joins else []


class ArgumentRow(NamedTuple):
    """A row of `data/template/terraform_arguments.csv`: an argument, and its property.

    `x[]` stands for each block or item. `reads` is what becomes of the value: the `value` itself,
    a `reference` to a resource, `json` in a text, the `text` of a mapping, a `redrive` policy, a
    `definition` of a state machine, the `openapi` of an API, the `pattern` of a rule, `pairs` of
    names and values, the `retries` of a mapping; one that is `positive` or `filled`, or else left
    out; `zero` for one that the provider sends as 0 where its block is without it; the `state` or
    the opposite (`not`) of a yes or no; the `method` or the `path` of both in one text; or the
    value `if` another argument is true. `computed` is `yes` for what the provider fills in if it
    is not given, so that a plan does not know it. `names` has the types of resources that it may
    name, or the argument that says of which service they are; it is empty for any.
    """

    type: str
    argument: str
    property: str
    reads: str
    computed: str
    names: str


class Argument(NamedTuple):
    """An argument of a resource: its value, what of that is unknown, and what is written.

    `places` has the numbers of the blocks around it that may be several; `may_be_missing` tells
    that the plan does not know whether there is a block: whether a `dynamic` one makes any, or
    the provider.
    """

    value: Any
    unknown: Any
    expression: Any
    places: tuple[int, ...] = ()
    may_be_missing: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether the plan knows nothing of the value."""
        return self.unknown is True

    @property
    def says_something(self) -> bool:
        """Whether there is more in it than zeros, which the provider fills in."""
        return _is_filled(self.value) or _is_filled(self.unknown)


@cache
def resource_types() -> dict[str, ResourceType]:
    """What Terraform's types become, by name."""
    rows = [ResourceType(**row) for row in rows_of("terraform_resources")]
    return {row.type: row for row in rows}


@cache
def argument_rows(resource_type: str) -> tuple[ArgumentRow, ...]:
    """The arguments of a type that are read."""
    return tuple(row for row in _all_rows() if row.type == resource_type)


@cache
def is_only_reference(row: ArgumentRow) -> bool:
    """Whether no other argument in its block names a resource."""
    block = row.argument.partition(".")[0]
    others = [
        other
        for other in argument_rows(row.type)
        if other.reads in REFERS
        if other.argument.partition(".")[0] == block
    ]
    return others == [row]


@cache
def _all_rows() -> list[ArgumentRow]:
    return [ArgumentRow(**row) for row in rows_of("terraform_arguments")]


def arguments_at(resource: PlannedResource, path: str) -> Iterator[Argument]:
    """What a resource has at a path: nothing for an argument that only the provider fills in."""
    for argument in places_at(resource, path):
        if argument.expression is not None:
            yield argument


def places_at(resource: PlannedResource, path: str) -> Iterator[Argument]:
    """What a resource has at a path, also where its block is written without it."""
    written = resource.expressions
    expression = NOT_SAID if written is None else written
    here = Argument(resource.values, resource.unknown, expression)
    yield from _inside(here, path.split("."))


def _inside(here: Argument, steps: list[str]) -> Iterator[Argument]:
    """Go down step by step, through each block of a step that may have several."""
    if not steps:
        yield here
        return
    step, *rest = steps
    name = step.removesuffix("[]")
    inner = here._replace(
        value=mapping(here.value).get(name),
        unknown=here.is_unknown or mapping(here.unknown).get(name),
        expression=_inner_expression(here.expression, name, is_last=not rest),
    )
    if not rest and step == name:
        yield from _inside(inner, rest)
        return
    for number, block in enumerate(_blocks(inner)):
        if step != name:
            numbered = block._replace(places=(*here.places, number))
            yield from _inside(numbered, rest)
        elif number == 0:
            yield from _inside(block, rest)


def _inner_expression(expression: Any, name: str, *, is_last: bool) -> Any:
    """The expression of an argument; None: it is not written."""
    if expression is NOT_SAID or not isinstance(expression, dict):
        return expression
    if set(expression) in EXPRESSION:  # of the whole, so of each part
        return expression
    return expression.get(name, None if is_last else NOT_SAID)


def _blocks(here: Argument) -> Iterator[Argument]:
    """The blocks of one name, each by itself; one block may stand without a list."""
    value, written = here.value, here.expression
    if isinstance(value, dict):
        yield here._replace(expression=_item(written, 0))
        return
    if here.is_unknown and written is NOT_SAID:
        yield here._replace(may_be_missing=True)
        return
    number = len(value) if isinstance(value, list) else 0
    if isinstance(written, list) and here.is_unknown:
        number = max(number, len(written))
    for index in range(number):
        expression = _item(written, index)
        block = here._replace(
            value=_item(value, index),
            unknown=_item(here.unknown, index),
            expression=NOT_SAID if expression is None else expression,
        )
        if block.expression is not NOT_SAID or block.says_something:
            yield block


def _item(value: Any, number: int) -> Any:
    """An item of a list, None if there is none; anything else is for each item."""
    if isinstance(value, list):
        return value[number] if number < len(value) else None
    return value


def _is_filled(value: Any) -> bool:
    """Whether there is a value in it, at any depth."""
    if isinstance(value, dict):
        return any(map(_is_filled, value.values()))
    if isinstance(value, list):
        return any(map(_is_filled, value))
    return bool(value)
