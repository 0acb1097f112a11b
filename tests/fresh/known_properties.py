"""The properties of AWS's models of resources, as `data/template/known_properties.csv` has them.

`python -m tests.fresh.known_properties FOLDER` writes the table anew, by the packages of another
environment.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim import facts
from tests.fresh.models import Models

TABLE = facts.DATA / "template" / "known_properties.csv"
REFERENCE = "#/definitions/"
KEYS_OF_THE_USER = {("AWS::ApiGatewayV2::Route", "RequestParameters")}
"""Maps that a model takes for the object which is the value of each of their keys.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes-routeid.html
"""


def objects_of(schema: dict[str, Any]) -> dict[str, str]:
    """Each object of a type of resource that takes no other properties, with the ones it takes.

    A property that holds such an object, or a list of them, names it: `Filters:Filter`.
    """
    known: dict[str, str] = {}
    waiting = [("", schema)]
    while waiting:
        name, written = waiting.pop()
        if name in known or not is_closed(written):
            continue
        words = []
        for each, inner in sorted(written["properties"].items()):
            is_map = (schema.get("typeName"), each) in KEYS_OF_THE_USER
            target = "" if is_map else referred(inner)
            definition = schema.get("definitions", {}).get(target, {})
            if is_closed(definition):
                waiting.append((target, definition))
                words.append(f"{each}:{target}")
            else:
                words.append(each)
        known[name] = " ".join(words)
    return known


def is_closed(schema: dict[str, Any]) -> bool:
    """Whether an object takes only the properties that are named."""
    is_free = "patternProperties" in schema or "properties" not in schema
    return schema.get("additionalProperties") is False and not is_free


def referred(schema: dict[str, Any]) -> str:
    """The definition of a property or of its items; empty if it has none of its own."""
    items = schema.get("items", {})
    reference = schema.get("$ref") or items.get("$ref") or ""
    return str(reference).removeprefix(REFERENCE)


def rows(types: list[str], models: Models) -> Iterator[list[str]]:
    """The table's rows for these types."""
    for resource_type in types:
        known = objects_of(models.schema(resource_type))
        for name in sorted(known):
            yield [resource_type, name, known[name]]


def types_in(table: Path) -> list[str]:
    """The types of resources that a table has."""
    with table.open(encoding="utf-8", newline="") as lines:
        return sorted({row["type"] for row in csv.DictReader(lines)})


def differences(models: Models) -> Iterator[str]:
    """Objects of the table that have other properties by now."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        here = {
            (r["type"], r["object"]): r["properties"]
            for r in csv.DictReader(lines)
        }
    there = {
        (t, name): words for t, name, words in rows(types_in(TABLE), models)
    }
    for key in sorted(here.keys() | there.keys()):
        before, after = here.get(key, ""), there.get(key, "")
        if before != after:
            changed = set(before.split()) ^ set(after.split())
            where = ".".join(filter(None, key))
            yield f"template/known_properties.csv: {where}: {', '.join(sorted(changed))}"


if __name__ == "__main__":
    found = list(rows(types_in(TABLE), Models(Path(sys.argv[1]))))
    with TABLE.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerows([["type", "object", "properties"], *found])
