"""A template ready to be read: its resources with their values, and who refers to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sim.template.cloudformation import placeholders, sam_translation
from sim.template.cloudformation.conditions import CONDITION_FUNCTIONS
from sim.template.cloudformation.for_each import written_out
from sim.template.cloudformation.intrinsic_functions import INTRINSIC_FUNCTIONS
from sim.template.cloudformation.parameters import values
from sim.template.cloudformation.resolver import Refused, Resolver
from sim.template.errors import TemplateError
from sim.template.text.lines import Lines
from sim.template.text.load import Mapping as Marked

PHYSICAL = {
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
NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.\-/$]+")


@dataclass(frozen=True, eq=False)
class Resource:
    """One resource that the stack would have; properties are resolved when they are first read."""

    name: str
    type: str
    raw: Mapping[str, Any]
    template: Template = field(repr=False)

    @cached_property
    def properties(self) -> dict[str, Any]:
        """The resolved properties; what CloudFormation would refuse is noted as a problem and left out."""
        return {
            key: value
            for key, item in self.raw.items()
            for value in self._resolved(key, item)
        }

    def get(self, path: str) -> Any:
        """The value at a dotted path of mappings, None if there is none."""
        value: Any = self.properties
        for part in path.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def line(self, path: str = "") -> int | None:
        """The line of the resource, or of a property."""
        return self.template.lines.line(self.name, path)

    def place(self, path: str = "") -> str:
        """Name and line, for sentences."""
        return self.template.place(self.name, path)

    def _resolved(self, key: str, item: Any) -> Iterator[Any]:
        try:
            value = self.template.resolver.value(item)
        except Refused as refused:
            self.template.problems.append(f"{self.place(key)}: {key}: {refused}.")
            return
        if not isinstance(value, str | int | float | dict | list | None):
            return
        yield value


class Template:
    """The resources of a template; raises `TemplateError` for one that is no template."""

    def __init__(self, written: Marked, parameters: Mapping[str, Any]) -> None:
        _check(written)
        known = values(written.get("Parameters") or {}, parameters)
        self.repeated = written.repeated
        self.written = written = written_out(written, _resolver(written, known))
        self.lines = Lines(written)
        self.problems: list[str] = []
        self.resolver = _resolver(_translated(written, known), known)
        self.dropped: dict[str, str] = {}
        self.resources = {resource.name: resource for resource in self._resources()}

    def place(self, name: str, path: str = "") -> str:
        """Name and line of a resource or of its property, for sentences."""
        line = self.lines.line(name, path)
        return f"{name} (line {line})" if line else name

    def of_type(self, *types: str) -> list[Resource]:
        """The resources of these types, as they stand in the template."""
        return [
            resource for resource in self.resources.values() if resource.type in types
        ]

    def find(self, value: Any) -> Resource | None:
        """The resource that a value refers to: by mark, or by the name at the end of an ARN."""
        if not isinstance(value, str):
            return None
        for name, _ in placeholders.resources(value):
            if name in self.resources:
                return self.resources[name]
        return self._physical.get((_service(value), _last(value)))

    @cached_property
    def _physical(self) -> dict[tuple[str, str], Resource]:
        named = {}
        for resource in self.resources.values():
            name = resource.properties.get(PHYSICAL.get(resource.type, ""))
            if isinstance(name, str) and name:
                named[_service_of(resource.type), name] = resource
        return named

    def _resources(self) -> Iterator[Resource]:
        for name, resource in self.resolver.resources.items():
            if not isinstance(resource, dict) or not isinstance(
                resource.get("Type"), str
            ):
                if not name.startswith("Fn::"):
                    self.problems.append(
                        f"{self.place(name)}: a resource needs a Type."
                    )
                continue
            properties = resource.get("Properties") or {}
            if not isinstance(properties, dict):
                self.problems.append(
                    f"{self.place(name)}: Properties is not a mapping."
                )
            elif self._exists(name, resource.get("Condition")):
                yield Resource(name, resource["Type"], properties, self)

    def _exists(self, name: str, condition: Any) -> bool:
        if condition is None:
            return True
        try:
            truth = self.resolver.holds(condition)
        except Refused as refused:
            self.problems.append(f"{self.place(name, 'Condition')}: {refused}.")
            return False
        if truth is not True:
            self.dropped[name] = truth if isinstance(truth, str) else ""
        return truth is True


def _resolver(template: Mapping[str, Any], parameters: Mapping[str, Any]) -> Resolver:
    return Resolver(
        template,
        parameters,
        functions=INTRINSIC_FUNCTIONS,
        conditions=CONDITION_FUNCTIONS,
    )


def _translated(written: Marked, known: Mapping[str, Any]) -> Mapping[str, Any]:
    if not sam_translation.is_sam(written):
        return written
    given = {
        name: value
        for name, value in known.items()
        if not list(placeholders.asked(value))
    }
    return sam_translation.translated(
        written, given, str(known["AWS::Region"]), known.keys() - given.keys()
    )


def _check(written: Marked) -> None:
    resources = written.get("Resources")
    if not isinstance(resources, dict) or not resources:
        raise TemplateError(
            [
                "A template has Resources, a mapping with at least one; this text has none."
            ]
        )
    for section in ("Parameters", "Conditions", "Mappings", "Globals"):
        if not isinstance(written.get(section) or {}, dict):
            raise TemplateError(
                [f"Line {written.lines[section]}: {section} is not a mapping."]
            )


def arn(value: str) -> list[str]:
    """The six parts of an ARN; empty if it is none."""
    parts = value.split(":", 5)
    return parts if len(parts) == 6 and parts[0] == "arn" else []


def _service(value: str) -> str:
    parts = arn(value)
    return parts[2] if parts else ""


def _last(value: str) -> str:
    """The name at the end of an ARN, without a function's qualifier or a stream's label."""
    parts = arn(value)
    if not parts:
        return value
    kind, _, rest = parts[5].replace(":", "/").partition("/")
    return (
        rest.split("/")[0]
        if kind in ("function", "table", "stream", "event-bus", "cluster", "broker")
        else parts[5]
    )


def _service_of(kind: str) -> str:
    return {"docdb": "rds", "amazonmq": "mq"}.get(
        service := kind.split("::")[1].lower(), service
    )


def name_of(value: str) -> str:
    """A name for what has only an ARN, an export's name or the like."""
    parts = arn(value)
    text = placeholders.MARK.sub(r"\2", value)
    if parts:
        kind, _, rest = parts[5].replace(":", "/").partition("/")
        text = (
            rest.split("/")[0]
            if rest and kind not in ("", parts[5]) and parts[2] != "s3"
            else parts[5]
        )
        text = placeholders.MARK.sub(r"\2", text)
    return NOT_IN_A_NAME.sub("-", text).strip("-")[:140] or "outside"
