"""The scenario while it is being read: fields by AWS's properties, and what else the template says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from sim.scenario.function import Function
from sim.scenario.resources import Bucket, EventBus, Queue, Topic
from sim.scenario.settings import Named
from sim.scenario.streams import Broker, DocumentDBCluster, KafkaTopic, Stream, Table
from sim.template.cloudformation import placeholders, property_tables
from sim.template.cloudformation.template import Resource, Template, arn, name_of
from sim.template.read.report import Report

GROUPS: dict[str, Callable[..., Named]] = {
    "functions": Function,
    "queues": Queue,
    "topics": Topic,
    "buckets": Bucket,
    "event_buses": EventBus,
    "streams": Stream,
    "tables": Table,
    "kafka_topics": KafkaTopic,
    "brokers": Broker,
    "document_db_clusters": DocumentDBCluster,
}
SERVICES = {
    "sqs": "queues",
    "sns": "topics",
    "s3": "buckets",
    "events": "event_buses",
    "kinesis": "streams",
    "dynamodb": "tables",
    "kafka": "kafka_topics",
    "mq": "brokers",
    "rds": "document_db_clusters",
    "lambda": "functions",
}
"""The group of the scenario to which the service in an ARN belongs."""

KAFKA = "kafka://"
"""How a mapping's destination says that it is a topic of the cluster it reads."""
OUTSIDE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/walkthrough-crossstackref.html"


class Join(NamedTuple):
    """A trigger before it has its name: what makes it, what tells it from its siblings, its fields, its schedule."""

    resource: Resource
    suffix: str
    fields: dict[str, Any]
    schedule: Mapping[str, Any] | None


class Draft:
    """Collects fields by group and name, with a report row for each."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.report = Report()
        self.problems = template.problems
        self.asked: dict[str, list[str]] = {}
        self.groups: dict[str, dict[str, dict[str, Any]]] = {
            group: {} for group in GROUPS
        }
        self.owners: dict[str, Resource] = {}
        self.joins: list[Join] = []
        self.passed: list[
            tuple[Resource, str, str]
        ] = []  # a rule, its bus, and a queue or topic that it sends to
        self.outsiders: set[str] = set()
        self.configured: set[str] = set()  # functions with an EventInvokeConfig
        self.used: set[str] = set()
        self.noted: set[str] = set()  # functions invoked in a way that is not simulated

    # What properties say

    def fields(
        self,
        resource: Resource,
        kind: str | None = None,
        values: Any = None,
        path: str = "",
    ) -> dict[str, Any]:
        """The fields that a resource's properties set, as `data/template/properties.csv` has them."""
        kind, values = (
            kind or resource.type,
            resource.properties if values is None else values,
        )
        self.used.add(resource.name)
        fields: dict[str, Any] = {}
        known = property_tables.properties(kind)
        for row in known:
            for value in (
                property_tables.at(values, row.property) if row.property != "*" else ()
            ):
                self._take(resource, row, f"{path}{row.property}", value, fields)
        self._unknown_properties(resource, known, values, path)
        return fields

    def _take(
        self,
        resource: Resource,
        row: property_tables.Property,
        path: str,
        value: Any,
        fields: dict[str, Any],
    ) -> None:
        if row.note:
            self.note(resource, path, value, row.note)
        elif row.field and (
            row.reads == "reader" or self.complete(resource, path, value)
        ):
            read = self._read(resource, row.reads, path, value)
            if row.reads not in ("reader", "filter") and read is not None:
                _put(fields, row.field, read)
            self.report.add(
                "read",
                resource.name,
                path,
                value,
                line=resource.line(path),
                source=property_tables.page(resource.type),
            )
            if (
                row.reads in ("filter", "patterns") and value
            ):  # an empty filter lets everything through
                self.share(resource, path)

    def _read(self, resource: Resource, how: str, path: str, value: Any) -> Any:
        if how == "first":
            return value[0] if isinstance(value, list) and value else value
        if how == "upper":
            return str(value).upper()
        if how == "target":
            return self.target(resource, path, value)
        if how == "patterns":
            return tuple(map(_pattern, value)) if isinstance(value, list) else value
        return value

    def _unknown_properties(
        self,
        resource: Resource,
        known: Iterable[property_tables.Property],
        values: Any,
        path: str,
    ) -> None:
        heads = {row.property.split(".")[0] for row in known}
        if "*" not in heads:
            for name in values:
                if name not in heads:
                    self.note(
                        resource,
                        f"{path}{name}",
                        values[name],
                        "This reader does not know the property.",
                    )

    def share(self, resource: Resource, path: str, of: str = "") -> None:
        """What a filter lets through, nobody can know before the events are there; `of`: one of several triggers."""
        self.report.add(
            "unknown",
            resource.name,
            f"{path} (share of events that match)",
            1,
            line=resource.line(path),
            argument=f'scenario.with_setting("triggers.NAME.matching_share", ...) for the trigger of {of or resource.name}',
            note="How many events match depends on the events; here all do.",
        )

    # What is missing, or left out

    def complete(self, resource: Resource, path: str, value: Any) -> bool:
        """Whether a value is known; if it depends on parameters without values, they are asked for."""
        names = list(placeholders.asked(value))
        for name in names:
            self.asked.setdefault(name, []).append(
                f"{resource.place(path)} {path}".strip()
            )
        return not names

    def note(self, resource: Resource, path: str, value: Any, why: str) -> None:
        """Something of the template that the simulator does not do."""
        self.used.add(resource.name)
        self.report.add(
            "not supported",
            resource.name,
            path,
            value,
            line=resource.line(path),
            note=why,
            source=property_tables.page(resource.type),
        )

    def problem(self, resource: Resource, path: str, sentence: str) -> None:
        """Something that AWS would refuse."""
        self.problems.append(f"{resource.place(path)}: {sentence}")

    # Who refers to whom

    def target(
        self, resource: Resource, path: str, value: Any, group: str = "queues"
    ) -> str | None:
        """The name of the resource that a value refers to; one outside the template is made under its own name."""
        found = self.function(value) or self.template.find(value)
        if isinstance(found, str):
            return found
        if found is not None and found.name in self.owners:
            return found.name
        if found is not None and found.type.startswith("AWS::CloudFormation::"):
            found = None
        if not isinstance(value, str) or not value:
            return None
        if found is not None:
            self.note(resource, path, value, f"A {found.type} takes no part here.")
            return None
        return self.outside(resource, path, value, group)

    def outside(self, resource: Resource, path: str, value: str, group: str) -> str:
        """Make a resource that the template only names."""
        parts = arn(value)
        group = SERVICES.get(parts[2], group) if parts else group
        group, value = (
            ("kafka_topics", value[len(KAFKA) :])
            if value.startswith(KAFKA)
            else (group, value)
        )
        name = name_of(value)
        there = self.groups[group].setdefault(name, {"name": name})
        if group == "queues" and value.endswith(".fifo"):
            there["fifo_queue"] = True
        self.outsiders.add(name)
        self.report.add(
            "assumed",
            name,
            "",
            value,
            line=resource.line(path),
            source=OUTSIDE,
            note=f"{resource.name} names it; the template does not have it, so it has AWS's defaults.",
        )
        return name

    def function(self, value: Any) -> str | None:
        """The name of the function that a value refers to, also through an alias, a version or an API's address."""
        if not isinstance(value, str):
            return None
        match = re.search(r"arn:[^:/]*:lambda:[^:/]*:[^:/]*:function:[^:/\s]+", value)
        found = self.template.find(value) or (match and self.template.find(match[0]))
        found = found or self.template.find(
            f"arn:aws:lambda:::function:{value.split(':', maxsplit=1)[0]}"
        )
        for _ in range(3):
            if found is not None and found.type in (
                "AWS::Lambda::Alias",
                "AWS::Lambda::Version",
            ):
                self.used.add(found.name)
                named = found.get("FunctionName")
                found = self.template.find(named) or self.template.find(
                    f"arn:aws:lambda:::function:{named}"
                )
        return (
            found.name
            if found is not None and found.type == "AWS::Lambda::Function"
            else None
        )

    # What joins

    def add(self, group: str, resource: Resource, fields: Mapping[str, Any]) -> None:
        """A resource of the scenario."""
        self.groups[group][resource.name] = {"name": resource.name, **fields}
        self.owners[resource.name] = resource

    def join(
        self,
        kind: str,
        resource: Resource,
        function: str,
        suffix: str = "",
        source: str | None = None,
        schedule: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> None:
        """A trigger under the resource's name; if the resource makes several, each has its function or suffix too.

        `schedule`: the traffic that comes by itself.
        """
        self.used.add(resource.name)
        join = Join(
            resource,
            suffix or function,
            {"kind": kind, "function": function, "source": source, **fields},
            schedule,
        )
        if join not in self.joins:
            self.joins.append(join)


def _put(fields: dict[str, Any], path: str, value: Any) -> None:
    *parts, last = path.split(".")
    for part in parts:
        fields = fields.setdefault(part, {})
    fields[last] = value


def _pattern(item: Any) -> str:
    pattern = item.get("Pattern", item) if isinstance(item, dict) else item
    return pattern if isinstance(pattern, str) else json.dumps(pattern)
