"""Names for the resources of a plan: the label, with as much of the address as tells them apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import groupby

from sim.template.terraform.arguments import resource_types
from sim.template.terraform.planned import PlannedResource, Scope

NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_]+")
LONGEST = 200
OF_ITS_MODULE = "this"
FUNCTION = "AWS::Lambda::Function"
SOURCES = (
    "AWS::SQS::Queue",
    "AWS::SNS::Topic",
    "AWS::S3::Bucket",
    "AWS::Events::EventBus",
    "AWS::Kinesis::Stream",
    "AWS::DynamoDB::Table",
    "AWS::AmazonMQ::Broker",
    "AWS::DocDB::DBCluster",
)
"""What has a name in a scenario besides functions: a plan calls other things the same, too."""
TRIGGERS = (
    "AWS::Events::Rule",
    "AWS::Scheduler::Schedule",
    "AWS::Pipes::Pipe",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Api",
    "AWS::StepFunctions::StateMachine",
)
"""What triggers are called by."""
RANKED = ((FUNCTION,), SOURCES, TRIGGERS)


def resource_names(resources: Iterable[PlannedResource]) -> dict[str, str]:
    """A name for each address.

    Functions choose first, then what events come from, then what triggers are called by: a
    function is called as in the configuration, whatever else has its label.
    """
    names: dict[str, str] = {}
    resources = _without_only_keys(list(resources))
    resources.sort(key=_rank)
    for _, ranked in groupby(resources, key=_rank):
        _give_names(list(ranked), names)
    _name_versions(resources, names)
    return names


def _without_only_keys(
    resources: list[PlannedResource],
) -> list[PlannedResource]:
    """The resources; the key of an only one, which `count` made conditional, tells nothing."""
    instances = Counter(map(_configured, resources))
    return [
        replace(each, key=None)
        if each.key == 0 and instances[_configured(each)] == 1
        else each
        for each in resources
    ]


def _configured(resource: PlannedResource) -> tuple[Scope, str, str]:
    return resource.scope, resource.type, resource.label


def _name_versions(
    resources: list[PlannedResource], names: dict[str, str]
) -> None:
    """Name the versions of the functions that publish them, as if they had an address."""
    taken = set(names.values())
    for function in resources:
        if _rank(function) == 0 and function.values.get("publish") is True:
            name = f"{names[function.address]}-version"
            while name in taken:
                name += "-version"
            names[f"{function.address}.version"] = name
            taken.add(name)


def _rank(resource: PlannedResource) -> int:
    """The sooner a resource chooses its name, the lower; last what becomes a part of another."""
    row = resource_types().get(resource.type)
    others = len(RANKED)
    if row is None or row.joins:
        return others + 1
    ranks = [rank for rank, types in enumerate(RANKED) if row.types[0] in types]
    return next(iter(ranks), others)


def _give_names(
    resources: list[PlannedResource], names: dict[str, str]
) -> None:
    """Give each its shortest form that nothing else has; the address is the last."""
    waiting = resources
    taken = set(names.values())
    for form in FORMS:
        forms = Counter(map(form, waiting))
        free = [
            each
            for each in waiting
            if forms[form(each)] == 1 and form(each) not in taken
        ]
        for each in free:
            names[each.address] = form(each)
            taken.add(form(each))
        waiting = [each for each in waiting if each.address not in names]
    for number, each in enumerate(waiting):
        names[each.address] = f"{_address(each)}-{number}"


def _label(resource: PlannedResource) -> str:
    """The label; that of the module where it is `this`, as the only one of a module is called.

    https://www.terraform-best-practices.com/naming
    """
    key = "" if resource.key is None else str(resource.key)
    if resource.label == OF_ITS_MODULE and resource.scope:
        return _plain(*_parts(resource.scope[-1:]), key)
    return _plain(resource.label, key)


def _in_module(resource: PlannedResource) -> str:
    within = (
        resource.scope[:-1]
        if resource.label == OF_ITS_MODULE
        else resource.scope
    )
    return _plain(*_parts(within), _label(resource))


def _parts(scope: Scope) -> list[str]:
    """The names and keys of modules."""
    return [
        str(part) for module in scope for part in module if part is not None
    ]


def _with_type(resource: PlannedResource) -> str:
    return _plain(resource.type.removeprefix("aws_"), _label(resource))


def _address(resource: PlannedResource) -> str:
    return _plain(resource.address)


def _plain(*parts: str) -> str:
    words = [NOT_IN_A_NAME.sub("-", part).strip("-") for part in parts]
    return "-".join(word for word in words if word)[:LONGEST] or "resource"


FORMS: tuple[Callable[[PlannedResource], str], ...] = (
    _label,
    _in_module,
    _with_type,
    _address,
)
