"""What an argument's value becomes in CloudFormation: itself, a reference, or a parameter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sim.template.terraform import supposed
from sim.template.terraform.arguments import (
    NOT_SAID,
    REFERS,
    SENT_AS_ZERO,
    Argument,
    ArgumentRow,
    is_only_reference,
)
from sim.template.terraform.conversions import (
    CONVERSIONS,
    LEFT_OUT,
    unchanged,
)
from sim.template.terraform.planned import PlannedResource, mapping
from sim.template.terraform.references import References, Target

SHORTEST = 3
"""Characters of a value that is looked for in another one: a shorter one is there by chance."""
VERSION = ("version", "qualified_arn", "qualified_invoke_arn")
"""Attributes of a function that stand for the version that is published."""
FUNCTIONS, BUCKET = ("aws_lambda_function", "aws_lambda_alias"), "aws_s3_bucket"
BY_ID = ("aws_api_gateway_", "aws_apigatewayv2_")
"""How the types begin that others name by the id, also where a plan does not say by what."""
STREAM = re.compile(r":(kinesis|dynamodb):")
NAMING = re.compile(
    r"(Name|Ids?|Arn|ARN|Qualifier|Version|Actions|Configs|Topics|Queues)$"
)
"""How properties end that name something: other values are no references."""


class Values:
    """Makes CloudFormation's values; `parameters` collects what the plan does not know."""

    def __init__(
        self,
        names: Mapping[str, str],
        by_identity: Mapping[str, PlannedResource],
        references: References,
    ) -> None:
        self.names = names
        self.references = references
        self.by_identity = by_identity
        self.parameters: dict[str, None] = {}

    def value(
        self,
        resource: PlannedResource,
        row: ArgumentRow,
        argument: Argument,
        targets: list[Target],
    ) -> Any:
        """What the property gets, or `LEFT_OUT`."""
        path = f"{resource.address}.{row.argument}"
        word, *others = row.reads.split(" ")
        if not all(resource.values.get(other) for other in others):
            return LEFT_OUT
        if word == "retries" and _is_filled_in(resource, argument.value):
            return LEFT_OUT
        if not argument.is_unknown:
            return self._known(word, argument, targets)
        if _is_left_out(row, argument, targets):
            return LEFT_OUT
        if word == "redrive":
            literals = self.references.literals(resource, argument.expression)
            return self._redrive(the_one(targets), path, literals)
        return self._unknown(row, targets, path)

    def _known(
        self, word: str, argument: Argument, targets: list[Target]
    ) -> Any:
        if word == "pairs":
            return self._pairs(argument, targets)
        if word == SENT_AS_ZERO and argument.expression is not NOT_SAID:
            return argument.value or 0
        made = CONVERSIONS.get(word, unchanged)(argument.value)
        return self._with_references(made, targets, word)

    def parameter(self, path: str) -> dict[str, str]:
        """A reference to the parameter for what is unknown there."""
        name = path.replace("[]", "")
        self.parameters[name] = None
        return {"Ref": name}

    def reference(self, target: Target) -> dict[str, Any]:
        """CloudFormation's words for an attribute of a resource."""
        resource, attribute = target
        name = self.names[resource.address]
        if attribute in VERSION and f"{resource.address}.version" in self.names:
            return {"Ref": self.names[f"{resource.address}.version"]}
        if attribute and not attribute.endswith("arn"):
            return {"Ref": name}
        words = (attribute or "arn").split("_")
        return {"Fn::GetAtt": [name, "".join(map(str.capitalize, words))]}

    def substitutions(self, targets: list[Target]) -> dict[str, Any]:
        """What stands for the definition of a state machine that is unknown."""
        functions = {
            self.names[target.resource.address]: self.reference(target)
            for target in _functions(targets)
        }
        return supposed.state_machine(functions)

    def _unknown(
        self, row: ArgumentRow, targets: list[Target], path: str
    ) -> Any:
        """What stands for a value that is unknown: what it refers to, or a parameter."""
        target, functions = the_one(targets), _functions(targets)
        if row.reads == "pairs":
            return self._supposed_pairs(targets) or self.parameter(path)
        if row.reads == "openapi" and functions:
            return supposed.open_api(map(self.reference, functions))
        if target is None or row.reads in ("json", "openapi"):
            return self.parameter(path)
        if row.reads == "pattern" and target.resource.type == BUCKET:
            bucket = target._replace(attribute="id")
            return supposed.events_of_bucket(self.reference(bucket))
        if row.reads in ("pattern", "value") and not NAMING.search(
            row.property
        ):
            return self.parameter(path)
        if not target.attribute and target.resource.type.startswith(BY_ID):
            target = target._replace(attribute="id")
        return self.reference(target)

    def _redrive(
        self, target: Target | None, path: str, literals: Mapping[str, Any]
    ) -> dict[str, Any]:
        """A redrive policy: how often it receives a module may be given as a literal."""
        arn = f"{path}.{supposed.DEAD_LETTERS}"
        queue = self.reference(target) if target else self.parameter(arn)
        receives = literals.get(supposed.RECEIVES)
        asked = f"{path}.{supposed.RECEIVES}"
        return supposed.redrive_policy(queue, receives or self.parameter(asked))

    def _pairs(self, argument: Argument, targets: list[Target]) -> Any:
        """Names with their values, also those values that are unknown."""
        known, target = mapping(argument.value), the_one(targets)
        pairs = [
            {"Name": name, "Value": self._with_references(value, targets, "")}
            for name, value in known.items()
        ]
        pairs += [
            {"Name": name, "Value": self.reference(target)}
            for name in mapping(argument.unknown)
            if name not in known and target is not None
        ]
        return pairs or LEFT_OUT

    def _supposed_pairs(self, targets: list[Target]) -> list[dict[str, Any]]:
        """The dimensions of a metric of which a plan says no more than what they name."""
        return [
            {"Name": name, "Value": self.reference(target)}
            for target in targets
            if (name := supposed.DIMENSIONS.get(target.resource.type))
        ]

    def _with_references(
        self, value: Any, targets: list[Target], word: str
    ) -> Any:
        """The value, in which what other resources are called is a reference to them."""
        known = {
            text: self.reference(target)
            for target in targets
            if isinstance(text := _attribute(target), str)
            and (len(text) >= SHORTEST or text == value)
        }
        made = _replaced(value, known) if known else value
        if word == "reference" and isinstance(made, str):
            found = self.by_identity.get(made)
            return made if found is None else self.reference(Target(found, ""))
        return made


def _is_left_out(
    row: ArgumentRow, argument: Argument, targets: list[Target]
) -> bool:
    """Whether nobody may have given what is unknown: it is not asked for."""
    refers = row.reads in REFERS
    if row.reads == "definition":
        return True
    if refers and targets:
        return False
    is_asked = refers and is_only_reference(row)
    return bool(row.computed) or (argument.may_be_missing and not is_asked)


def _is_filled_in(mapping: PlannedResource, retries: Any) -> bool:
    """Whether the provider has set 0, as what an applied mapping reads knows no retries."""
    source = str(mapping.values.get("event_source_arn"))
    is_applied = bool(mapping.values.get("uuid"))
    return retries == 0 and is_applied and not STREAM.search(source)


def _functions(targets: list[Target]) -> list[Target]:
    return [one for one in targets if one.resource.type in FUNCTIONS]


def _attribute(target: Target) -> Any:
    return target.resource.values.get(target.attribute)


def the_one(targets: list[Target]) -> Target | None:
    """The resource that is meant; None where several may be.

    An alias or version is meant before its function, and what is named first before what only
    completes a text.
    """
    precise = [
        one
        for one in targets
        if one.resource.type == "aws_lambda_alias" or one.attribute in VERSION
    ]
    candidates = precise or targets
    same = [
        one
        for one in candidates
        if one.resource.type == candidates[0].resource.type
    ]
    return same[0] if len(same) == 1 else None


def _replaced(value: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, known) for item in value]
    if not isinstance(value, str):
        return value
    longest_first = sorted(known, key=len, reverse=True)
    pattern = "|".join(map(re.escape, longest_first))
    parts = re.split(f"({pattern})", value)
    if len(parts) == 1:
        return value
    joined = [known.get(part, part) for part in parts if part]
    return joined[0] if len(joined) == 1 else {"Fn::Join": ["", joined]}
