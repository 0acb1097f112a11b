"""A template ready to be read: its resources with their values, and who refers to whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sim import facts
from sim.template.cloudformation import placeholders
from sim.template.cloudformation.arn import (
    arn_service,
    name_in_arn,
    service_of_type,
)
from sim.template.cloudformation.conditions import CONDITION_FUNCTIONS
from sim.template.cloudformation.for_each import expand_loops
from sim.template.cloudformation.include import Inclusion
from sim.template.cloudformation.intrinsic_functions import INTRINSIC_FUNCTIONS
from sim.template.cloudformation.parameters import parameter_values
from sim.template.cloudformation.resolver import Refused, Resolver
from sim.template.cloudformation.sam_translation import translate_sam, uses_sam
from sim.template.errors import TemplateError
from sim.template.text.beside import FilesBeside
from sim.template.text.lined import LinedDict
from sim.template.text.lines import Lines

NAME_PROPERTIES = {
    "AWS::Lambda::Function": "FunctionName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::Kinesis::Stream": "Name",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::Events::EventBus": "Name",
    "AWS::AmazonMQ::Broker": "BrokerName",
    "AWS::DocDB::DBCluster": "DBClusterIdentifier",
}
"""By which property a resource gets the name that its ARN ends with."""


@dataclass(frozen=True, eq=False)
class Resource:
    """One resource that the stack would have."""

    name: str
    type: str
    written: Mapping[str, Any]
    template: Template = field(repr=False)

    @cached_property
    def properties(self) -> dict[str, Any]:
        """The properties with their values, resolved when they are first asked for.

        What CloudFormation would refuse is noted as a problem and left out.
        """
        properties = {}
        for key, written in self.written.items():
            try:
                value = self.template.resolver.value(written)
            except Refused as refused:
                self.add_problem(f"{key}: {refused}.", key)
                continue
            if isinstance(value, str | int | float | dict | list | None):
                properties[key] = value
        return properties

    def get(self, path: str) -> Any:
        """The value at a dotted path of mappings, None if there is none."""
        value: Any = self.properties
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def line(self, path: str = "") -> int | None:
        """The line of the resource, or of a property."""
        return self.template.lines.line(self.name, path)

    def place(self, path: str = "") -> str:
        """Name and line, for sentences."""
        return self.template.place(self.name, path)

    def add_problem(self, sentence: str, path: str = "") -> None:
        """Note something that AWS would refuse, with its place."""
        self.template.problems.append(f"{self.place(path)}: {sentence}")


class Template:
    """The resources of a template; raises `TemplateError` for one that is no template.

    `left_out` holds the resources whose condition does not hold, each with the placeholders of the
    parameters on which that depends; `files` are those beside it, and `included` the locations and
    lines of those that became a part of it.
    """

    def __init__(
        self,
        written: LinedDict,
        given_parameters: Mapping[str, Any],
        lines: Lines | None = None,
        folder: Path | None = None,
    ) -> None:
        self.files = FilesBeside(folder)
        inclusion = Inclusion(self.files)
        filled = written if folder is None else inclusion.of(written)
        if isinstance(filled, LinedDict):
            written = filled
        self.included = inclusion.included
        _check_sections(written)
        parameters = parameter_values(
            written.get("Parameters") or {}, given_parameters
        )
        self.repeated = written.repeated
        self.written = expand_loops(written, _resolver(written, parameters))
        self.lines = lines or Lines(self.written)
        self.problems: list[str] = []
        self.resolver = _resolver(
            _without_sam(self.written, parameters), parameters
        )
        if lines is None:
            _check_number(self.resolver.resources)
        self.left_out: dict[str, str] = {}
        self.resources = {
            resource.name: resource for resource in self._resources()
        }

    def place(self, name: str, path: str = "") -> str:
        """Name and line of a resource or of its property, for sentences."""
        return self.lines.place(name, path)

    def file_of(self, resource: Resource, *keys: str) -> str | None:
        """Where a resource says that its definition lies, as text, also as SAM has it."""
        origin = self.lines.resources.get(self.lines.origin(resource.name))
        written = origin.get("Properties") if isinstance(origin, dict) else None
        for key in keys:
            value = written.get(key) if isinstance(written, dict) else None
            if isinstance(value, str):
                return value
        return None

    def of_type(self, *types: str) -> list[Resource]:
        """The resources of these types, as they stand in the template."""
        resources = self.resources.values()
        return [resource for resource in resources if resource.type in types]

    def written_in(self, name: str, key: str) -> Any:
        """The type or condition of a resource, also of one that is left out."""
        return self.resolver.resources[name].get(key)

    def find(self, value: Any) -> Resource | None:
        """The resource that a value refers to, by placeholder or by the name in an ARN."""
        if not isinstance(value, str):
            return None
        for name in placeholders.resources_in(value):
            if name in self.resources:
                return self.resources[name]
        return self._by_service_and_name.get(
            (arn_service(value), name_in_arn(value))
        )

    @cached_property
    def _by_service_and_name(self) -> dict[tuple[str, str], Resource]:
        named = {}
        for resource in self.resources.values():
            name = resource.properties.get(
                NAME_PROPERTIES.get(resource.type, "")
            )
            if isinstance(name, str) and name:
                named[service_of_type(resource.type), name] = resource
        return named

    def _resources(self) -> Iterator[Resource]:
        for name, written in self.resolver.resources.items():
            resource_type = (
                written.get("Type") if isinstance(written, dict) else None
            )
            if not isinstance(resource_type, str):
                if not name.startswith("Fn::"):
                    self._add_problem(name, "a resource needs a Type.")
                continue
            properties = written.get("Properties") or {}
            if not isinstance(properties, dict):
                self._add_problem(name, "Properties is not a mapping.")
            elif self._exists(name, written.get("Condition")):
                yield Resource(name, resource_type, properties, self)

    def _exists(self, name: str, condition: Any) -> bool:
        if condition is None:
            return True
        try:
            truth = self.resolver.condition(condition)
        except Refused as refused:
            self._add_problem(name, f"{refused}.", "Condition")
            return False
        if truth is not True:
            self.left_out[name] = truth if isinstance(truth, str) else ""
        return truth is True

    def _add_problem(self, name: str, sentence: str, path: str = "") -> None:
        self.problems.append(f"{self.place(name, path)}: {sentence}")


def _resolver(
    template: Mapping[str, Any], parameters: Mapping[str, Any]
) -> Resolver:
    return Resolver(
        template,
        parameters,
        functions=INTRINSIC_FUNCTIONS,
        condition_functions=CONDITION_FUNCTIONS,
    )


def _without_sam(
    written: LinedDict, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The template as CloudFormation."""
    if not uses_sam(written):
        return written
    known = {
        name: value
        for name, value in parameters.items()
        if not placeholders.is_unknown(value)
    }
    missing = parameters.keys() - known.keys()
    region = str(parameters["AWS::Region"])
    return translate_sam(written, known, region, missing)


def _check_number(resources: Mapping[str, Any]) -> None:
    limit = facts.fact("template.resources")
    if len(resources) > limit.value:
        too_many = f"The template has {len(resources):,} resources"
        most = f"AWS takes {limit.value} at most ({limit.source})"
        raise TemplateError([f"{too_many}, and {most}."])


def _check_sections(written: LinedDict) -> None:
    resources = written.get("Resources")
    if not isinstance(resources, dict) or not resources:
        raise TemplateError(
            [
                "A template has Resources, a mapping with at least one; this text has none."
            ]
        )
    for section in ("Parameters", "Conditions", "Mappings", "Globals"):
        if not isinstance(written.get(section) or {}, dict):
            line = written.lines[section]
            raise TemplateError([f"Line {line}: {section} is not a mapping."])
