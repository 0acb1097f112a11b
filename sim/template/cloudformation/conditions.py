"""CloudFormation's condition functions.

What depends on a parameter without a value is neither true nor false, but a text of placeholders.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from typing import Any

from sim.template.cloudformation import placeholders
from sim.template.cloudformation.intrinsic_functions import as_text
from sim.template.cloudformation.resolver import (
    Functions,
    Refused,
    Resolver,
    Truth,
)


def _equals(resolver: Resolver, argument: Any) -> Truth:
    first, second = (resolver.value(part) for part in argument)
    unknown = [
        part for part in (first, second) if placeholders.is_unknown(part)
    ]
    if unknown:
        return "".join(map(as_text, unknown))
    return as_text(first) == as_text(second)


def _and(resolver: Resolver, argument: Any) -> Truth:
    truths = _truths(resolver, argument)
    return False if False in truths else _unknown(truths) or True


def _or(resolver: Resolver, argument: Any) -> Truth:
    truths = _truths(resolver, argument)
    return True if True in truths else _unknown(truths) or False


def _truths(resolver: Resolver, argument: Any) -> list[Truth]:
    return [resolver.truth(part) for part in _list(argument)]


def _unknown(truths: list[Truth]) -> str:
    return "".join(truth for truth in truths if isinstance(truth, str))


def _not(resolver: Resolver, argument: Any) -> Truth:
    truth = resolver.truth(_list(argument)[0])
    return truth if isinstance(truth, str) else not truth


def _contains(resolver: Resolver, argument: Any) -> Truth:
    items, wanted = (resolver.value(part) for part in argument)
    unknown = [
        *placeholders.parameters_in(items),
        *placeholders.parameters_in(wanted),
    ]
    if unknown:
        return "".join(map(placeholders.of_parameter, unknown))
    return as_text(wanted) in map(as_text, items)


def _condition(resolver: Resolver, argument: Any) -> Truth:
    return resolver.condition(argument)


def _list(argument: Any) -> list[Any]:
    if not isinstance(argument, list) or not argument:
        raise Refused("a condition's function needs a list")
    return argument


CONDITION_FUNCTIONS: Functions = {
    "Fn::Equals": _equals,
    "Fn::And": _and,
    "Fn::Or": _or,
    "Fn::Not": _not,
    "Fn::Contains": _contains,
    "Condition": _condition,
}
