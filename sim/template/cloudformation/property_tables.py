"""What is known about CloudFormation's properties: tables in `data/template/`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from sim.template.csv_tables import rows_of

REFERENCE = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference"
)

WORDS = {
    "desired state": {True: "RUNNING", False: "STOPPED"},
    "bisect": {True: "AUTOMATIC_BISECT"},
}
"""What pipes write for yes and no, by the word in the table's column `reads`."""


class Property(NamedTuple):
    """A property, the field of ours that it sets, and how it is read and written.

    With a `note` it is not read, and the note says why; with neither field nor note it plays no
    part in what happens to events. A `*` stands for all other properties of the type.

    `reads` is what stands in a template: the `value` itself, the `first` of a list, a `whole`
    number, the `moment` in seconds since 1970, the `digits` of a number, a `pattern`, the
    `patterns` of a filter, `scoped patterns`, a `percentile`, a `group` of settings, the `target`
    of a reference, an `upper` case word, a `filter` that nobody can know, what a `reader` of its
    own takes, or a word for yes or no, as `WORDS` have it.
    `writes` says when it is written: where it is `differing` from the default of AWS, or `always`.
    `cdk_argument` is CDK's word for it, and `cdk_value` the code of its value, with `{value}` and
    `{constant}` in it; empty for the plain value.
    """

    type: str
    property: str
    field: str
    reads: str
    writes: str
    cdk_argument: str
    cdk_value: str
    note: str


class FunctionPlace(NamedTuple):
    """Where a type of resource names a function, and the kind of trigger that makes it.

    Without a kind, `note` says why it is none.
    """

    type: str
    path: str
    kind: str
    note: str


@cache
def properties_of(resource_type: str) -> tuple[Property, ...]:
    """The properties of a type of resource."""
    return tuple(row for row in all_properties() if row.type == resource_type)


def note_on(resource_type: str) -> str:
    """Why nothing of a type of resource is read; empty where something is."""
    rows = properties_of(resource_type)
    whole = [row.note for row in rows if row.property == "*"]
    return whole[0] if len(rows) == 1 and whole else ""


@cache
def known_objects(resource_type: str) -> Mapping[str, Mapping[str, str]]:
    """The objects that take no other properties than they have, each with these by name.

    The object "" is the resource's own properties; a property gives the name of the object that it
    holds, one or a list of them, else an empty text. Empty for a type that is not known.
    """
    return _known_objects().get(resource_type, {})


@cache
def _known_objects() -> dict[str, dict[str, dict[str, str]]]:
    known: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows_of("known_properties"):
        words = [word.partition(":") for word in row["properties"].split()]
        properties = {name: inner for name, _, inner in words}
        known.setdefault(row["type"], {})[row["object"]] = properties
    return known


@cache
def all_properties() -> list[Property]:
    """The properties of every type."""
    return [Property(**row) for row in rows_of("properties")]


@cache
def function_places(resource_type: str) -> tuple[FunctionPlace, ...]:
    """The places in which a type of resource names functions."""
    rows = [FunctionPlace(**row) for row in rows_of("functions")]
    return tuple(row for row in rows if row.type == resource_type)


@cache
def kinds_by_principal() -> dict[str, str]:
    """The kind of trigger that the principal of a permission stands for."""
    return {row["principal"]: row["kind"] for row in rows_of("permissions")}


@cache
def principals_of(kind: str) -> tuple[str, ...]:
    """The principals of which a function's permission must name one for a kind of trigger."""
    rows = rows_of("permissions")
    return tuple(
        row["principal"] for row in rows if kind in row["needed_by"].split()
    )


def reference_page(resource_type: str) -> str:
    """CloudFormation's page about a type of resource."""
    parts = resource_type.split(" ", maxsplit=1)[0].lower().split("::")
    if len(parts) != 3 or parts[0] != "aws":
        return f"{REFERENCE}/aws-template-resource-type-ref.html"
    return f"{REFERENCE}/aws-resource-{parts[1]}-{parts[2]}.html"


def put_at(mapping: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a dotted path, with the mappings that it needs on the way."""
    *groups, last = path.split(".")
    for group in groups:
        mapping = mapping.setdefault(group, {})
    mapping[last] = value


def values_at(value: Any, path: str) -> list[Any]:
    """Everything at a path: `a.b`, `a[]` for each item of a list, `*` for every key."""
    return [found for found, _ in places_at(value, path)]


def places_at(value: Any, path: str) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Everything at a path, each with the mapping in which it stands."""
    key, *rest = path.split(".")
    for inner in _inner_values(value, key):
        if rest:
            yield from places_at(inner, ".".join(rest))
        else:
            yield inner, value


def _inner_values(value: Any, key: str) -> Iterator[Any]:
    if not isinstance(value, Mapping):
        return
    if key == "*":
        yield from value.values()
    elif key.endswith("[]"):
        items = value.get(key.removesuffix("[]"))
        yield from items if isinstance(items, list) else ()
    elif key in value:
        yield value[key]


def texts_in(value: Any) -> Iterator[str]:
    """Every text anywhere in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)


def mapping_of(value: Any) -> Mapping[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []
