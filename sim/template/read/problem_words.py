"""What is wrong with a scenario, said of its template: CloudFormation's names and their lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from sim.template.cloudformation.property_tables import (
    Property,
    all_properties,
    values_at,
)
from sim.template.cloudformation.template import Resource

QUOTED = r"https?://\S+|\"[^\"]*\"|'[^']*'"
FIELD = r"[a-z0-9]+(?:_[a-z0-9]+)+|(?<=: )[a-z]+(?= is )|(?<=: needs )[a-z]+"
WORD = re.compile(rf"({QUOTED})|\b({FIELD})\b")
"""What stays as it is, such as names and addresses, and what may be a field."""


PHRASES = {
    "filter pattern": "FilterCriteria",
    "filter policy": "FilterPolicy",
    "event pattern": "EventPattern",
    "has no runtime": "Runtime",
}
"""What sentences call properties in plain words."""


def in_words_of_templates(resources: Iterable[Resource], sentence: str) -> str:
    """A sentence on fields as one on properties, with its place if that is known.

    `resources`: those of whose settings it speaks, the most important first.
    """
    own = list(resources)
    place = own[0].place() if own else ""
    is_exact = False

    def renamed(match: re.Match[str]) -> str:
        nonlocal place, is_exact
        if match[1]:
            return match[1]
        found = next(_places(own, match[2]), None)
        if found is None:
            return _anywhere().get(match[2], match[2])
        resource, path = found
        if not is_exact and _is_written(resource, path):
            place, is_exact = resource.place(path), True
        return _last(path)

    said = WORD.sub(renamed, sentence)
    if not is_exact:
        place = next(_places_of_phrases(own, sentence), place)
    return f"{place}: {said}" if place else said


def _places_of_phrases(
    resources: Iterable[Resource], sentence: str
) -> Iterator[str]:
    """Where the properties stand that a sentence names in plain words."""
    for resource in resources:
        for phrase, path in PHRASES.items():
            if phrase in sentence and _is_written(resource, path):
                yield resource.place(path)


def _places(
    resources: Iterable[Resource], field: str
) -> Iterator[tuple[Resource, str]]:
    """The properties that set a field, those first that are written."""
    found = [
        (resource, row.property)
        for resource in resources
        for row in all_properties()
        if row.type.split(" ")[0] == resource.type and _sets(row, field)
    ]
    yield from sorted(found, key=lambda place: not _is_written(*place))


def _sets(row: Property, field: str) -> bool:
    return row.field.rpartition(".")[2] == field and row.property != "*"


def _is_written(resource: Resource, path: str) -> bool:
    is_whole = bool(values_at(resource.properties, path))
    return is_whole or resource.line(path) != resource.line()


def _last(path: str) -> str:
    return path.rpartition(".")[2].removesuffix("[]")


@cache
def _anywhere() -> dict[str, str]:
    """The properties of fields that are set by the same property everywhere."""
    names: dict[str, set[str]] = {}
    for row in all_properties():
        if row.field and row.property != "*":
            field = row.field.rpartition(".")[2]
            names.setdefault(field, set()).add(_last(row.property))
    return {
        field: next(iter(each))
        for field, each in names.items()
        if len(each) == 1 and "_" in field
    }
