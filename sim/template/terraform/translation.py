"""A plan as a template of CloudFormation, which the same reader reads.

Nothing is executed or fetched, and nothing outside the plan is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim import facts
from sim.template.cloudformation.property_tables import known_objects
from sim.template.errors import TemplateError
from sim.template.terraform.arguments import (
    SENT_AS_ZERO,
    ResourceType,
    argument_rows,
    arguments_at,
    places_at,
    resource_types,
)
from sim.template.terraform.conversions import LEFT_OUT
from sim.template.terraform.meant import Meant
from sim.template.terraform.names import FUNCTION, resource_names
from sim.template.terraform.planned import Plan, PlannedResource
from sim.template.terraform.references import References, Target
from sim.template.terraform.values import VERSION, Values, the_one
from sim.template.text.lined import LinedDict

IDENTITIES = ("arn", "invoke_arn", "url", "stream_arn")
"""Attributes of which the value is that of one resource only."""
JOINED_BY = (*IDENTITIES, "id", "name", "bucket", "function_name", "stage_name")
"""Attributes by which a resource is named that another one is a part of."""


@dataclass(frozen=True)
class Translation:
    """A plan as CloudFormation: the template, and the resource behind each of its names."""

    template: LinedDict
    resources: Mapping[str, PlannedResource]


class Translator:
    """Translates one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.references = References(plan)
        self.meant = Meant(self.references)
        self.names = resource_names(plan.resources)
        self.values = Values(self.names, self._by_identity(), self.references)
        self.written: dict[str, dict[str, Any]] = {}
        self.owners: dict[str, PlannedResource] = {}
        self.set_values = 0

    def translation(self) -> Translation:
        """The template, with a parameter for everything that the plan does not know."""
        parts = []
        for resource in self.plan.resources:
            row = resource_types().get(resource.type)
            if row is not None and row.joins:
                parts.append((resource, row, self._joined(resource, row)))
        for resource, _, owner in parts:
            if owner:
                self.names[resource.address] = owner
        joined = {part.address for part, _, owner in parts if owner}
        for resource in self.plan.resources:
            if resource.address not in joined:
                self._add(resource)
        for part, row, owner in parts:
            if owner:
                whole = self.written[owner]
                properties = _at(row, self._properties(part))
                _join(whole["Properties"], _fitting(whole["Type"], properties))
        return self._made()

    def _made(self) -> Translation:
        template = LinedDict(1)
        template["Parameters"] = {
            name: {"Type": "String"} for name in self.values.parameters
        }
        template["Resources"] = self.written
        return Translation(template, self.owners)

    def _add(self, resource: PlannedResource) -> None:
        name = self.names[resource.address]
        row = resource_types().get(resource.type)
        if row is None:
            self._write(name, resource, resource.type, {})
            return
        properties = self._properties(resource)
        if row.joins:
            properties = _at(row, properties)
        self._write(name, resource, row.types[0], properties)
        if _publishes(resource):
            version = self.names[f"{resource.address}.version"]
            reference = {"FunctionName": {"Ref": name}}
            self._write(version, resource, "AWS::Lambda::Version", reference)

    def _write(
        self,
        name: str,
        resource: PlannedResource,
        resource_type: str,
        properties: dict[str, Any],
    ) -> None:
        self.written[name] = {"Type": resource_type, "Properties": properties}
        self.owners[name] = resource

    def _properties(self, resource: PlannedResource) -> dict[str, Any]:
        properties: dict[str, Any] = {}
        for row in argument_rows(resource.type):
            at = places_at if row.reads == SENT_AS_ZERO else arguments_at
            for argument in at(resource, row.argument):
                targets = self.meant.targets(resource, row, argument)
                value = self.values.value(resource, row, argument, targets)
                if value is not LEFT_OUT:
                    self._count_value()
                    _put(properties, row.property, argument.places, value)
                elif row.reads == "definition":
                    properties |= self.values.substitutions(targets)
        return properties

    def _count_value(self) -> None:
        """Count a property that is set: blocks may be many."""
        self.set_values += 1
        limit = facts.fact("template.values").value
        if self.set_values > limit:
            many = f"The plan has more than {limit:,} arguments that are read."
            raise TemplateError([many])

    def _joined(self, part: PlannedResource, row: ResourceType) -> str:
        """The name of the resource of which another is a part; empty if the plan has none."""
        for name in row.joining:
            for argument in arguments_at(part, name):
                targets = self.references.targets(part, argument.expression)
                fitting = [one for one in targets if self._fits(one, row)]
                target = the_one(fitting) or self._named(argument.value, row)
                if target is not None:
                    reference = self.values.reference(target)
                    return str(
                        reference.get("Ref") or reference["Fn::GetAtt"][0]
                    )
        return ""

    def _fits(self, target: Target, row: ResourceType) -> bool:
        """Whether a target becomes what a part belongs to."""
        of_target = resource_types().get(target.resource.type)
        if of_target is None or of_target.joins:
            return False
        is_version = target.attribute in VERSION and _publishes(target.resource)
        types = [
            *of_target.types,
            *(["AWS::Lambda::Version"] if is_version else []),
        ]
        return bool(set(types) & set(row.types))

    def _named(self, value: Any, row: ResourceType) -> Target | None:
        """The resource of the right type that a literal value names."""
        named = self._by_name.get(value, {}) if isinstance(value, str) else {}
        targets = [Target(each, "id") for each in named.values()]
        fitting = [target for target in targets if self._fits(target, row)]
        return fitting[0] if len(fitting) == 1 else None

    @cached_property
    def _by_name(self) -> dict[str, dict[str, PlannedResource]]:
        """The resources by each of their names, which several may share."""
        named: dict[str, dict[str, PlannedResource]] = {}
        for each in self.plan.resources:
            for key in JOINED_BY:
                value = each.values.get(key)
                if isinstance(value, str) and value:
                    named.setdefault(value, {})[each.address] = each
        return named

    def _by_identity(self) -> dict[str, PlannedResource]:
        """Each resource by the values that are its own."""
        found = [
            (value, each)
            for each in self.plan.resources
            for key in IDENTITIES
            if isinstance(value := each.values.get(key), str) and value
            if each.type in resource_types()
            if not resource_types()[each.type].joins
        ]
        times = Counter(value for value, _ in found)
        return {value: each for value, each in found if times[value] == 1}


def _publishes(resource: PlannedResource) -> bool:
    row = resource_types().get(resource.type)
    is_function = row is not None and row.types == [FUNCTION] and not row.joins
    return is_function and resource.values.get("publish") is True


def _at(row: ResourceType, properties: dict[str, Any]) -> dict[str, Any]:
    """The properties of a part where they belong in what it is a part of."""
    if not row.at:
        return properties
    return {row.at.removesuffix("[]"): [properties]}


def _fitting(
    resource_type: str, properties: Mapping[str, Any]
) -> dict[str, Any]:
    """Those of a part's properties that the whole may have: a version has no Name."""
    known = known_objects(resource_type).get("", properties)
    return {key: value for key, value in properties.items() if key in known}


def _join(whole: dict[str, Any], part: Mapping[str, Any]) -> None:
    """Put a part into the whole, whose own values stay."""
    for key, value in part.items():
        own = whole.setdefault(key, value)
        if own is value:
            continue
        if isinstance(own, dict) and isinstance(value, dict):
            _join(own, value)
        elif isinstance(own, list) and isinstance(value, list):
            own.extend(value)


def _put(
    properties: dict[str, Any], path: str, places: tuple[int, ...], value: Any
) -> None:
    """Set a property at its path, with the mappings and lists that it needs on the way."""
    numbers = iter(places)
    *groups, last = path.split(".")
    here = properties
    for group in groups:
        if group.endswith("[]"):
            items = here.setdefault(group[:-2], [])
            number = next(numbers, 0)
            items.extend({} for _ in range(number + 1 - len(items)))
            here = items[number]
        else:
            here = here.setdefault(group, {})
    if last.endswith("[]"):
        here.setdefault(last[:-2], []).append(value)
    else:
        here[last] = value
