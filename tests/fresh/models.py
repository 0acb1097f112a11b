"""AWS's own models in the newest packages: its API in botocore, its templates in cfn-lint."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

LIFECYCLE = Path("cfnlint/data/AdditionalSpecs/LmbdRuntimeLifecycle.json")
SCHEMAS = Path("cfnlint/data/schemas")
EVENTS = Path("aws_lambda_powertools/utilities/parser/models")


class Range(NamedTuple):
    """The smallest and largest value of a field, None where it has none."""

    minimum: float | None
    maximum: float | None


class Models:
    """What a folder of installed packages says of AWS.

    A field is `service:Shape` of the API, or `AWS::Service::Type/path` of a template.
    """

    def __init__(self, packages: Path) -> None:
        self.packages = packages

    def services(self) -> set[str]:
        """The names of all services."""
        folders = (self.packages / "botocore/data").iterdir()
        return {folder.name for folder in folders if folder.is_dir()}

    def lambda_services(self) -> set[str]:
        """The services whose API names Lambda anywhere: shapes, members, patterns, values."""
        return {
            name for name in self.services() if names_lambda(self.shapes(name))
        }

    def runtimes(self) -> set[str]:
        """The runtimes that the API takes."""
        return set(self.shapes("lambda")["Runtime"]["enum"])

    def lifecycles(self) -> dict[str, dict[str, str | None]]:
        """The days on which runtimes are retired."""
        return read(self.packages / LIFECYCLE)

    def range(self, field: str) -> Range | None:
        """The range of a field, None if there is no such field any more."""
        found = self._found(field)
        if found is None:
            return None
        return Range(
            found.get("min", found.get("minimum")),
            found.get("max", found.get("maximum")),
        )

    def values(self, field: str) -> set[str] | None:
        """The values of an enumeration, or the types of resources of a service."""
        if field.startswith("AWS::"):
            types = self._types()
            begins = f"{field}::"
            return {
                t.removeprefix(begins) for t in types if t.startswith(begins)
            }
        found = self._found(field)
        return None if found is None else set(found.get("enum", ()))

    def event_models(self) -> set[str]:
        """The modules of Powertools' event models."""
        files = (self.packages / EVENTS).glob("*.py")
        return {file.stem for file in files if file.stem != "__init__"}

    def _found(self, field: str) -> dict[str, Any] | None:
        if field.startswith("AWS::"):
            resource_type, *path = field.split("/")
            return inside(self.schema(resource_type), path)
        service, shape = field.split(":")
        return self.shapes(service).get(shape)

    def shapes(self, service: str) -> dict[str, Any]:
        """The shapes of a service's newest API; empty if it has none."""
        folder = self.packages / "botocore/data" / service
        newest = max(folder.glob("*/service-2.json.gz"), default=None)
        return {} if newest is None else read(newest)["shapes"]

    def _types(self) -> dict[str, str]:
        return read(self.packages / SCHEMAS / "providers/us-east-1.json")

    def schema(self, resource_type: str) -> dict[str, Any]:
        name = self._types().get(resource_type)
        if name is None:
            return {}
        return read(self.packages / SCHEMAS / "resources" / f"{name}.json")


@cache
def read(file: Path) -> dict[str, Any]:
    """What is in a file of JSON, which may be compressed."""
    data = file.read_bytes()
    return json.loads(gzip.decompress(data) if file.suffix == ".gz" else data)


def inside(value: Any, path: list[str]) -> Any:
    """What is at a path of keys, None if there is nothing."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def names_lambda(shapes: dict[str, Any]) -> bool:
    """Whether the shapes of an API name Lambda anywhere but in what they say."""
    for name, shape in shapes.items():
        words = [name, *shape.get("members", ()), *shape.get("enum", ())]
        text = " ".join([*words, shape.get("pattern", "")])
        if "lambda" in text.lower():
            return True
    return False
