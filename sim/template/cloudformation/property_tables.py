"""What the reader knows about CloudFormation's properties: tables in `data/template/`."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from sim import facts


class Property(NamedTuple):
    """A property, the field of ours that it sets, and how it is read.

    Without a field, `note` says why; with neither it plays no part in what happens to events. A `*`
    stands for all other properties of the type.
    """

    type: str
    property: str
    field: str
    reads: str
    note: str


class FunctionPlace(NamedTuple):
    """Where a type of resource names a function, and the kind of trigger that makes it; without one, why not."""

    type: str
    path: str
    kind: str
    note: str


@cache
def properties(kind: str) -> tuple[Property, ...]:
    """The properties of a type of resource."""
    return tuple(
        row for row in map(Property._make, _rows("properties")) if row.type == kind
    )


@cache
def function_places(kind: str) -> tuple[FunctionPlace, ...]:
    """The places in which a type of resource names functions."""
    return tuple(
        row for row in map(FunctionPlace._make, _rows("functions")) if row.type == kind
    )


@cache
def principals() -> dict[str, str]:
    """The kind of trigger that a permission's principal stands for."""
    return {row[0]: row[1] for row in _rows("permissions")}


def page(kind: str) -> str:
    """CloudFormation's page about a type of resource."""
    parts = kind.split(" ", maxsplit=1)[0].lower().split("::")
    if len(parts) != 3 or parts[0] != "aws":
        return "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html"
    return f"https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-{parts[1]}-{parts[2]}.html"


def at(value: Any, path: str) -> Iterator[Any]:
    """Everything at a path: `a.b`, `a[]` for each item of a list, `*` for every key."""
    return (found for found, _ in beside(value, path))


def beside(value: Any, path: str) -> Iterator[tuple[Any, Any]]:
    """Everything at a path, with the mapping in which it stands."""
    first, _, rest = path.partition(".")
    for inner in _step(value, first):
        if not rest:
            yield inner, value
        else:
            yield from beside(inner, rest)


def _step(value: Any, part: str) -> Iterator[Any]:
    if not isinstance(value, Mapping):
        return
    if part == "*":
        yield from value.values()
    elif part.endswith("[]"):
        items = value.get(part[:-2])
        yield from items if isinstance(items, list) else ()
    elif part in value:
        yield value[part]


def _rows(name: str) -> list[list[str]]:
    with (facts.DATA / "template" / f"{name}.csv").open(
        newline="", encoding="utf-8"
    ) as file:
        return list(csv.reader(file, strict=True))[1:]
