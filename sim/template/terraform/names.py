"""Names for the resources of a plan: the label, with as much of the address as tells them apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from sim.template.terraform.arguments import resource_types
from sim.template.terraform.planned import PlannedResource

NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_]+")
LONGEST = 200
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


def resource_names(resources: Iterable[PlannedResource]) -> dict[str, str]:
    """A name for each address.

    Functions choose first, then what events come from, then the rest: a function is called as in
    the configuration, whatever else has its label.
    """
    names: dict[str, str] = {}
    ranks: dict[int, list[PlannedResource]] = {0: [], 1: [], 2: []}
    for each in resources:
        ranks[_rank(each)].append(each)
    for ranked in ranks.values():
        _give_names(ranked, names)
    _name_versions(ranks[0], names)
    return names


def _name_versions(
    functions: list[PlannedResource], names: dict[str, str]
) -> None:
    """Name the versions of the functions that publish them, as if they had an address."""
    taken = set(names.values())
    for function in functions:
        if function.values.get("publish") is True:
            name = f"{names[function.address]}-version"
            while name in taken:
                name += "-version"
            names[f"{function.address}.version"] = name
            taken.add(name)


def _rank(resource: PlannedResource) -> int:
    row = resource_types().get(resource.type)
    if row is None or row.joins:
        return 2
    if row.cloudformation == FUNCTION:
        return 0
    return 1 if row.cloudformation in SOURCES else 2


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
    key = "" if resource.key is None else str(resource.key)
    return _plain(resource.label, key)


def _in_module(resource: PlannedResource) -> str:
    modules = [
        str(part)
        for module in resource.scope
        for part in module
        if part is not None
    ]
    return _plain(*modules, _label(resource))


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
