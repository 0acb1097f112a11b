"""The scenario while it is being read: fields by AWS's properties, and what else the template says."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple

from sim import facts
from sim.function import Function
from sim.mapping import QUEUES, EventSourceMapping
from sim.resources import Bucket, EventBus, Queue, Topic
from sim.scenario import Scenario
from sim.setting import Named, ScenarioError, Settings, fact_of
from sim.streams import Broker, DocumentDBCluster, KafkaTopic, Stream, Table
from sim.template import marks, tables
from sim.template.report import Report
from sim.template.template import Resource, Template, arn
from sim.traffic import Scheduled, Traffic
from sim.triggers import trigger, trigger_kind

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

CONFIG = "AWS::Lambda::EventInvokeConfig"
OUTSIDE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/walkthrough-crossstackref.html"
NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.\-/$]+")


class Join(NamedTuple):
    """A trigger before it has its name: what makes it, what tells it from its siblings, its fields, its schedule."""

    resource: Resource
    suffix: str
    fields: dict[str, Any]
    schedule: Mapping[str, Any] | None


class Draft:
    """Collects fields by group and name, with a report row for each, and makes the scenario of them."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.report = Report()
        self.problems = template.problems
        self.asked: dict[str, list[str]] = {}
        self.groups: dict[str, dict[str, dict[str, Any]]] = {group: {} for group in GROUPS}
        self.owners: dict[str, Resource] = {}
        self.joins: list[Join] = []
        self.triggers: dict[str, tuple[dict[str, Any], Resource]] = {}
        self.traffic: dict[str, Traffic] = {}
        self.outsiders: set[str] = set()
        self.configured: set[str] = set()  # functions with an EventInvokeConfig
        self.used: set[str] = set()
        self.noted: set[str] = set()  # functions invoked in a way that is not simulated

    # What properties say

    def fields(self, resource: Resource, kind: str | None = None, values: Any = None, path: str = "") -> dict[str, Any]:
        """The fields that a resource's properties set, as `data/template/properties.csv` has them."""
        kind, values = kind or resource.type, resource.properties if values is None else values
        self.used.add(resource.name)
        fields: dict[str, Any] = {}
        known = tables.properties(kind)
        for row in known:
            for value in tables.at(values, row.property) if row.property != "*" else ():
                self._take(resource, row, f"{path}{row.property}", value, fields)
        self._unknown_properties(resource, known, values, path)
        return fields

    def _take(self, resource: Resource, row: tables.Property, path: str, value: Any, fields: dict[str, Any]) -> None:
        if row.note:
            self.note(resource, path, value, row.note)
        elif row.field and self.complete(resource, path, value):
            read = self._read(resource, row.reads, path, value)
            if row.reads not in ("reader", "filter") and read is not None:
                _put(fields, row.field, read)
            self.report.add(
                "read", resource.name, path, value, line=resource.line(path), source=tables.page(resource.type)
            )
            if row.reads in ("filter", "patterns"):
                self._share(resource, path)

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

    def _unknown_properties(self, resource: Resource, known: Iterable[tables.Property], values: Any, path: str) -> None:
        heads = {row.property.split(".")[0] for row in known}
        if "*" not in heads:
            for name in values:
                if name not in heads:
                    self.note(resource, f"{path}{name}", values[name], "This reader does not know the property.")

    def _share(self, resource: Resource, path: str) -> None:
        self.report.add(
            "unknown",
            resource.name,
            f"{path} (share of events that match)",
            1,
            line=resource.line(path),
            argument=f'scenario.changed("triggers.NAME.matching_share", ...) for the trigger of {resource.name}',
            note="How many events match depends on the events; here all do.",
        )

    # What is missing, or left out

    def complete(self, resource: Resource, path: str, value: Any) -> bool:
        """Whether a value is known; if it depends on parameters without values, they are asked for."""
        names = list(marks.asked(value))
        for name in names:
            self.asked.setdefault(name, []).append(f"{resource.place(path)} {path}".strip())
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
            source=tables.page(resource.type),
        )

    def problem(self, resource: Resource, path: str, sentence: str) -> None:
        """Something that AWS would refuse."""
        self.problems.append(f"{resource.place(path)}: {sentence}")

    # Who refers to whom

    def target(self, resource: Resource, path: str, value: Any, group: str = "queues") -> str | None:
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
        name = _name(value)
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
        found = found or self.template.find(f"arn:aws:lambda:::function:{value.split(':', maxsplit=1)[0]}")
        for _ in range(3):
            if found is not None and found.type in ("AWS::Lambda::Alias", "AWS::Lambda::Version"):
                self.used.add(found.name)
                named = found.get("FunctionName")
                found = self.template.find(named) or self.template.find(f"arn:aws:lambda:::function:{named}")
        return found.name if found is not None and found.type == "AWS::Lambda::Function" else None

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
            resource, suffix or function, {"kind": kind, "function": function, "source": source, **fields}, schedule
        )
        if join not in self.joins:
            self.joins.append(join)

    def _name_triggers(self) -> None:
        several = Counter(join.resource.name for join in self.joins)
        for join in self.joins:
            own = join.resource.name
            name = _unused(_name(f"{own}/{join.suffix}") if several[own] > 1 else own, self.triggers)
            self.triggers[name] = (join.fields, join.resource)
            if join.schedule is not None:
                self._schedule(join.resource, name, join.schedule)

    def _schedule(self, resource: Resource, name: str, fields: Mapping[str, Any]) -> None:
        try:
            self.traffic[name] = Traffic(into=name, arrivals=Scheduled(**fields))
        except ScenarioError as error:
            self.problem(resource, "ScheduleExpression", str(error))

    # What becomes of it

    def scenario(self, traffic: Iterable[Traffic], seconds: Mapping[str, Any]) -> Scenario | None:
        """The scenario, or None where problems say why there is none; traffic given takes the place of schedules'."""
        self._name_triggers()
        self._invoke_the_rest()
        given = [*traffic]
        self.traffic = {name: flow for name, flow in self.traffic.items() if name not in {t.into for t in given}}
        self._visible_long_enough()
        groups = {group: list(self._made(group)) for group in GROUPS}
        triggers = [made for name in self.triggers for made in self._trigger(name)]
        if self.problems:
            return None
        try:
            return Scenario(**groups, triggers=triggers, traffic=[*self.traffic.values(), *given], **seconds)
        except ScenarioError as error:
            self.problems += [self._placed(sentence) for sentence in str(error).split("\n")]
            return None

    def _invoke_the_rest(self) -> None:
        """Functions that nothing in the template invokes are called directly."""
        invoked = {fields["function"] for fields, _ in self.triggers.values()}
        configs = [function.get("event_invoke_config", {}) for function in self.groups["functions"].values()]
        invoked |= {target for config in configs for target in config.get("destination_config", {}).values()}
        for name in self.groups["functions"]:
            if name not in invoked and name in self.owners:
                owner = self.owners[name]
                self.triggers[_unused(name, self.triggers)] = ({"kind": "invoke", "function": name}, owner)
                self.report.add(
                    "assumed",
                    name,
                    "trigger",
                    "invoke",
                    line=owner.line(),
                    source=trigger_kind("invoke").source,
                    note="Nothing in the template invokes it, so somebody calls it directly and waits.",
                )

    def _visible_long_enough(self) -> None:
        """AWS polls a queue only if messages stay hidden while the function runs; it advises six times that."""
        advised = facts.fact("advice.visibility_factor")
        limit = facts.fact("Queue.visibility_timeout")
        for fields, resource in self.triggers.values():
            queue, function = fields.get("source"), self.groups["functions"].get(fields["function"], {})
            if queue in self.outsiders and fields["kind"] in QUEUES:
                timeout = function.get("timeout", facts.fact("Function.timeout").value)
                if str(timeout).isdigit() and int(timeout) * advised.value > limit.value:
                    seconds = min(int(timeout) * advised.value, limit.maximum or 0)
                    self.groups["queues"][queue]["visibility_timeout"] = seconds
                    self.report.add(
                        "assumed",
                        queue,
                        "VisibilityTimeout",
                        seconds,
                        line=resource.line("EventSourceArn"),
                        note="Six times the function's timeout, as AWS advises.",
                        argument=f'scenario.changed("queues.{queue}.visibility_timeout", ...)',
                        source=advised.source,
                    )

    def _made(self, group: str) -> Iterator[Named]:
        for name, fields in self.groups[group].items():
            try:
                made = GROUPS[group](**fields)
            except ScenarioError as error:
                self._refused(name, self.owners.get(name), error)
                continue
            if name in self.owners:
                self._defaults(self.owners[name], made)
            yield made

    def _trigger(self, name: str) -> Iterator[Any]:
        fields, resource = self.triggers[name]
        fields = {key: value for key, value in fields.items() if value is not None}
        try:
            simulated = trigger_kind(fields["kind"]).simulates == "yes"
            made = trigger(name=name, **fields) if simulated else EventSourceMapping(name=name, **fields)
        except ScenarioError as error:
            self._refused(name, resource, error)
            return
        self._defaults(resource, made)
        yield made

    def _refused(self, name: str, resource: Resource | None, error: ScenarioError) -> None:
        place = resource.place() if resource is not None else name
        self.problems += [f"{place}: {sentence}" for sentence in str(error).split("\n")]

    def _placed(self, sentence: str) -> str:
        for name in re.findall(r"'([^']+)'", sentence):
            if name in self.owners or name in self.triggers:
                owner = self.owners.get(name) or self.triggers[name][1]
                return f"{owner.place()}: {sentence}"
        return sentence

    def _defaults(self, resource: Resource, made: Settings) -> None:
        """Report the default of every property that the resource leaves out."""
        kinds = [resource.type, *((CONFIG,) if isinstance(made, Function) else ())]
        for row in (row for kind in kinds for row in tables.properties(kind)):
            if row.type == CONFIG and resource.name in self.configured:
                continue
            if row.field and row.reads in ("value", "first") and not list(tables.at(resource.properties, row.property)):
                self._default(resource, row, made)

    def _default(self, resource: Resource, row: tables.Property, made: Settings) -> None:
        *path, last = row.field.split(".")
        if isinstance(made, EventSourceMapping) and not made.takes(row.field.split(".")[0]):
            return
        owner: Any = made
        for part in path:
            owner = getattr(owner, part, None)
        value = getattr(owner, last, None)
        if isinstance(owner, Settings) and last in type(owner).model_fields and value is not None:
            fact = fact_of(type(owner), last)
            source = fact.source if fact is not None else tables.page(resource.type)
            line = resource.line()
            self.report.add("assumed", resource.name, row.property, value, line=line, source=source, note="default")


def _unused(name: str, taken: Mapping[str, Any]) -> str:
    numbered = (name if n == 1 else f"{name}-{n}" for n in count(1))
    return next(free for free in numbered if free not in taken)


def _put(fields: dict[str, Any], path: str, value: Any) -> None:
    *parts, last = path.split(".")
    for part in parts:
        fields = fields.setdefault(part, {})
    fields[last] = value


def _pattern(item: Any) -> str:
    pattern = item.get("Pattern", item) if isinstance(item, dict) else item
    return pattern if isinstance(pattern, str) else json.dumps(pattern)


def _name(value: str) -> str:
    """A name for what has only an ARN, an export's name or the like."""
    parts = arn(value)
    text = marks.MARK.sub(r"\2", value)
    if parts:
        kind, _, rest = parts[5].replace(":", "/").partition("/")
        text = rest.split("/")[0] if rest and kind not in ("", parts[5]) and parts[2] != "s3" else parts[5]
        text = marks.MARK.sub(r"\2", text)
    return NOT_IN_A_NAME.sub("-", text).strip("-")[:140] or "outside"
