"""Which resources an argument may mean: those that its expression names and AWS takes there.

What a plan does not know comes of a resource that is not there yet. Where it does not say of
which, as for locals and `dynamic` blocks, only one may fit.
https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from sim.template.terraform.arguments import (
    NOT_SAID,
    REFERS,
    Argument,
    ArgumentRow,
    argument_rows,
    arguments_at,
    is_only_reference,
    resource_types,
)
from sim.template.terraform.planned import PlannedResource, Scope, mapping
from sim.template.terraform.references import References, Target

WORD = re.compile(r"[a-z]+")
SHARED = "each.value"
HIDDEN = ("local.", SHARED)
"""How references begin behind which there may be what the plan does not say."""
BY_SETTING = {
    "queues": ("AWS::AmazonMQ::Broker",),
    "topics": ("AWS::MSK::Cluster", "AWS::MSK::ServerlessCluster"),
    "document_db_event_source_config": ("AWS::DocDB::DBCluster",),
    "starting_position": (
        "AWS::Kinesis::Stream",
        "AWS::Kinesis::StreamConsumer",
        "AWS::DynamoDB::Table",
    ),
    "": ("AWS::SQS::Queue",),
}
"""What a mapping reads, by the first of these settings that it has; a queue needs none.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
"""


_ByType = dict[str, list[Target]]


class Meant:
    """Finds what the arguments of one plan mean."""

    def __init__(self, references: References) -> None:
        self.references = references
        self.around: dict[Scope, tuple[_ByType, _ByType]] = {}

    def targets(
        self, resource: PlannedResource, row: ArgumentRow, argument: Argument
    ) -> list[Target]:
        """The resources that an argument means; none where of several any may be meant."""
        found = self.references.targets(resource, argument.expression)
        if not argument.is_unknown or row.reads not in REFERS:
            return found
        fitting = _fitting(resource, row, found)
        if not found:
            return _only(self._not_said(resource, row, argument))
        if not _mentions(argument.expression, SHARED):
            return fitting or found
        others = self._of_narrower(resource, row)
        return _only(_without(others, fitting))

    def _not_said(
        self, resource: PlannedResource, row: ArgumentRow, argument: Argument
    ) -> list[Target]:
        """What may be meant by a local or in a `dynamic` block: the nearest that fits."""
        is_dynamic = argument.expression is NOT_SAID
        if not row.names or resource.expressions is None:
            return []
        if argument.may_be_missing and row.computed:
            return []
        if not is_dynamic and not _mentions(argument.expression, *HIDDEN):
            return []
        named = self._named(resource) | self._of_narrower(resource, row)
        enough = len(named) + 2  # two that nothing else means are too many
        for near in self._nearest(resource, row, argument, enough):
            fitting = _fitting(resource, row, near)
            unused = _without(named, fitting)
            if unused:
                return unused
        return []

    def _nearest(
        self,
        resource: PlannedResource,
        row: ArgumentRow,
        argument: Argument,
        enough: int,
    ) -> Iterator[list[Target]]:
        """What `for_each` gives, then variables with the argument's words, then all around."""
        yield self.references.of_each(resource)
        if argument.expression is NOT_SAID:
            given = self.references.given(resource.scope)
            yield list(chain(*self._called_so(row.argument, given)))
        if argument.may_be_missing and not is_only_reference(row):
            return
        for around in self._around(resource.scope):
            fitting = (
                one
                for each, of_type in around.items()
                if _takes(resource, row, each)
                for one in of_type
            )
            yield list(islice(fitting, enough))

    def _called_so(
        self, argument: str, given: Mapping[str, list[Target]]
    ) -> Iterator[list[Target]]:
        """What variables have of which each word is one of an argument."""
        path = _words(argument)
        for name, targets in given.items():
            self.references.count_step()
            if _words(name) <= path:
                yield targets

    def _around(self, scope: Scope) -> tuple[_ByType, _ByType]:
        """What a module has; then what it is given, and what the modules have that it calls."""
        if scope not in self.around:
            given = self.references.given(scope).values()
            inside = self.references.inside(scope)
            self.around[scope] = (
                _by_type(self.references.own(scope)),
                _by_type([*chain(*given), *inside]),
            )
        return self.around[scope]

    def _named(self, resource: PlannedResource) -> set[str]:
        """The addresses that arguments of a resource name for themselves."""
        return {
            target.resource.address
            for expression in mapping(resource.expressions).values()
            if not _mentions(expression, SHARED)
            for target in self.references.targets(resource, expression)
        }

    def _of_narrower(
        self, resource: PlannedResource, row: ArgumentRow
    ) -> set[str]:
        """The addresses that arguments mean for which AWS takes less, as a dead-letter queue."""
        types = set(_accepted(resource, row))
        narrower = [
            other
            for other in argument_rows(resource.type)
            if set() < set(_accepted(resource, other)) < types
        ]
        return {
            target.resource.address
            for other in narrower
            for argument in arguments_at(resource, other.argument)
            if argument.is_unknown
            for target in self.targets(resource, other, argument)
        }


def _without(addresses: set[str], targets: list[Target]) -> list[Target]:
    return [one for one in targets if one.resource.address not in addresses]


@lru_cache(maxsize=4096)
def _words(name: str) -> frozenset[str]:
    return frozenset(WORD.findall(name))


def _by_type(targets: Iterable[Target]) -> _ByType:
    """Targets by what they become, each once."""
    found: dict[str, dict[str, Target]] = {}
    for target in targets:
        for each in _types(target):
            found.setdefault(each, {})[target.resource.address] = target
    return {each: list(of_type.values()) for each, of_type in found.items()}


def _only(targets: list[Target]) -> list[Target]:
    """The one resource; none if there are several."""
    by_address = {one.resource.address: one for one in targets}
    return list(by_address.values()) if len(by_address) == 1 else []


def _fitting(
    resource: PlannedResource, row: ArgumentRow, targets: Iterable[Target]
) -> list[Target]:
    """Those that AWS takes there; all, where the table does not say."""
    return [
        one
        for one in targets
        if not row.names
        or any(_takes(resource, row, each) for each in _types(one))
    ]


def _takes(resource: PlannedResource, row: ArgumentRow, becomes: str) -> bool:
    """Whether AWS takes a type there; a principal or a protocol names a service."""
    service = resource.values.get(row.names)
    if isinstance(service, str):
        name = service.partition(".")[0].partition("-")[0]
        of_type = becomes.split("::")[1].lower()
        return of_type.startswith(name) or of_type.endswith(name)
    types = _accepted(resource, row)
    return not types or becomes in types


def _accepted(resource: PlannedResource, row: ArgumentRow) -> list[str]:
    """The types that AWS takes there; none where the table does not say."""
    if row.argument == "event_source_arn":
        return next(
            [*types]
            for setting, types in BY_SETTING.items()
            if not setting or resource.values.get(setting)
        )
    return row.names.split("|") if "::" in row.names else []


def _types(target: Target) -> list[str]:
    row = resource_types().get(target.resource.type)
    return [] if row is None else row.types


def _mentions(expression: Any, *beginnings: str) -> bool:
    """Whether any reference of an expression begins so."""
    references = mapping(expression).get("references")
    return any(
        str(reference).startswith(beginnings)
        for reference in (references if isinstance(references, list) else ())
    )
