"""CloudFormation's condition functions; what depends on a parameter without a value is a text with its mark.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from typing import Any

from sim.template.cloudformation import placeholders
from sim.template.cloudformation.intrinsic_functions import joined
from sim.template.cloudformation.resolver import Functions, Refused, Resolver


def _equals(resolver: Resolver, argument: Any) -> Any:
    first, second = (resolver.value(part) for part in argument)
    unknown = "".join(
        joined(part) for part in (first, second) if list(placeholders.asked(part))
    )
    return unknown or joined(first) == joined(second)


def _all(resolver: Resolver, argument: Any) -> Any:
    truths = [resolver.truth(part) for part in _list(argument)]
    unknown = "".join(truth for truth in truths if isinstance(truth, str))
    return False if False in truths else unknown or True


def _any(resolver: Resolver, argument: Any) -> Any:
    truths = [resolver.truth(part) for part in _list(argument)]
    unknown = "".join(truth for truth in truths if isinstance(truth, str))
    return True if True in truths else unknown or False


def _not(resolver: Resolver, argument: Any) -> Any:
    truth = resolver.truth(_list(argument)[0])
    return truth if isinstance(truth, str) else not truth


def _contains(resolver: Resolver, argument: Any) -> Any:
    items, wanted = (resolver.value(part) for part in argument)
    unknown = [name for part in (items, wanted) for name in placeholders.asked(part)]
    return "".join(map(placeholders.missing, unknown)) or joined(wanted) in map(
        joined, items
    )


def _condition(resolver: Resolver, argument: Any) -> Any:
    return resolver.holds(argument)


def _list(argument: Any) -> list[Any]:
    if not isinstance(argument, list) or not argument:
        raise Refused("a condition's function needs a list")
    return argument


CONDITION_FUNCTIONS: Functions = {
    "Fn::Equals": _equals,
    "Fn::And": _all,
    "Fn::Or": _any,
    "Fn::Not": _not,
    "Fn::Contains": _contains,
    "Condition": _condition,
}
