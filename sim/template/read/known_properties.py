"""Properties that a resource does not have: CloudFormation refuses them, wherever they stand.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import islice
from typing import Any

from sim.template.cloudformation.property_tables import (
    known_objects,
    reference_page,
)
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft

MOST = 20
"""After so many of them, the template is not looked through any further."""
LONGEST_NAME = 60
"""Characters of a name that are compared and shown."""
LIKENESS = 0.75
"""How much of two names must be the same, so that one may be meant by the other."""

Objects = Mapping[str, Mapping[str, str]]


def check_properties(draft: Draft) -> None:
    """Note each property that its resource does not have, with those that may be meant.

    What macros make of a template is not known, so nothing is said of one that asks for them; nor
    of a plan, as Terraform knows its arguments.
    """
    if draft.template.resolver.macros or draft.template.lines.is_plan:
        return
    for resource, path in islice(_unknown_properties(draft), MOST):
        *above, name = path.split(".")
        within = f" in {'.'.join(above)}" if above else ""
        near = near_names(resource.type, name)
        meant = f"; near it: {', '.join(near)}" if near else ""
        resource.add_problem(
            f"{resource.type} has no property {name[:LONGEST_NAME]!r}{within}{meant}"
            f" ({reference_page(resource.type)}).",
            path,
        )


def near_names(resource_type: str, name: str) -> list[str]:
    """The paths of the properties that may be meant by a name, the nearest first."""
    paths: dict[str, list[str]] = {}
    for path in _paths(known_objects(resource_type), "", "", ()):
        known = path.rpartition(".")[2].lower()
        paths.setdefault(known, []).append(path)
    written = name[:LONGEST_NAME].lower()
    near = get_close_matches(written, paths, n=2, cutoff=LIKENESS)
    return [min(paths[each], key=len) for each in near]


def _unknown_properties(draft: Draft) -> Iterator[tuple[Resource, str]]:
    for resource in draft.template.resources.values():
        objects = known_objects(resource.type)
        if objects:
            for path in _unknown(objects, "", resource.properties, ""):
                yield resource, path


def _unknown(
    objects: Objects, name: str, value: Any, path: str
) -> Iterator[str]:
    """The paths of the properties that an object does not have, and those within it."""
    if isinstance(value, list):
        for item in value:
            yield from _unknown(objects, name, item, path)
    if not isinstance(value, dict) or name not in objects:
        return
    known = objects[name]
    for key, inner in value.items():
        place = f"{path}.{key}" if path else key
        if key not in known:
            if not key.startswith("Fn::"):  # what a macro puts in its place
                yield place
        elif known[key]:
            yield from _unknown(objects, known[key], inner, place)


def _paths(
    objects: Objects, name: str, path: str, above: tuple[str, ...]
) -> Iterator[str]:
    """The path of each property, also within others, but of none within itself."""
    if name in above:
        return
    for key, inner in objects.get(name, {}).items():
        place = f"{path}.{key}" if path else key
        yield place
        if inner:
            yield from _paths(objects, inner, place, (*above, name))
