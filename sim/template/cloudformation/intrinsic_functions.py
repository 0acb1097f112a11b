"""CloudFormation's intrinsic functions: each takes the resolver and its argument as it was written.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from sim.template.cloudformation import placeholders
from sim.template.cloudformation.resolver import (
    NO_VALUE,
    Functions,
    Refused,
    Resolver,
)

VARIABLE = re.compile(r"\$\{([^}]*)\}")


def _ref(resolver: Resolver, argument: Any) -> Any:
    return resolver.reference(_name(argument))


def _get_att(resolver: Resolver, argument: Any) -> Any:
    name, attribute = (
        argument.split(".", 1)
        if isinstance(argument, str)
        else (argument[0], argument[1])
    )
    return resolver.attribute(_name(name), joined(resolver.value(attribute)))


def _name(argument: Any) -> str:
    if not isinstance(argument, str):
        raise TypeError
    return argument


def _sub(resolver: Resolver, argument: Any) -> Any:
    text, given = (
        (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])
    )
    local = {key: joined(resolver.value(value)) for key, value in given.items()}

    def filled(match: re.Match[str]) -> str:
        name = match[1].strip()
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        if name in local:
            return resolver.produce(local[name])
        if "." in name and name not in resolver.parameters:
            return resolver.attribute(*name.split(".", 1))
        return joined(resolver.reference(name))

    return resolver.produce(VARIABLE.sub(filled, resolver.text(_name(text))))


def joined(value: Any) -> str:
    """A value as text, as `Fn::Sub` and `Fn::Join` put it in."""
    if value is NO_VALUE or value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(map(joined, value))
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _join(resolver: Resolver, argument: Any) -> Any:
    delimiter, items = argument
    items = resolver.value(items)
    if isinstance(items, str):
        return items
    return resolver.produce(_name(resolver.value(delimiter)).join(map(joined, items)))


def _split(resolver: Resolver, argument: Any) -> Any:
    delimiter, text = argument
    return _name(resolver.value(text)).split(_name(resolver.value(delimiter)))


def _select(resolver: Resolver, argument: Any) -> Any:
    index, items = resolver.value(argument[0]), resolver.value(argument[1])
    if isinstance(items, str) and list(placeholders.asked(items)):
        return items
    number = int(index)
    if number < 0 or not isinstance(items, list):
        raise ValueError
    if (
        number >= len(items)
        and len(items) == 1
        and placeholders.MARK.search(str(items[0]))
    ):
        return items[
            0
        ]  # a part of an ARN that only AWS knows whole: still a reference to its resource
    return items[number]


def _if(resolver: Resolver, argument: Any) -> Any:
    name, then, otherwise = argument
    truth = resolver.holds(name)
    if isinstance(truth, str):
        return truth
    return resolver.value(then if truth else otherwise)


def _find_in_map(resolver: Resolver, argument: Any) -> Any:
    name, first, second = (resolver.value(part) for part in argument[:3])
    unknown = "".join(
        part for part in (name, first, second) if list(placeholders.asked(part))
    )
    if unknown:
        return unknown
    try:
        return resolver.value(resolver.mappings[str(name)][str(first)][str(second)])
    except KeyError:
        default = argument[3].get("DefaultValue") if len(argument) > 3 else None
        if default is None:
            raise Refused(
                f"the mappings have no {'.'.join(map(str, (name, first, second)))[:80]}"
            ) from None
        return resolver.value(default)


def _import_value(resolver: Resolver, argument: Any) -> Any:
    name = _name(resolver.value(argument))
    return name if list(placeholders.asked(name)) else placeholders.imported(name)


def _base64(resolver: Resolver, argument: Any) -> Any:
    return resolver.produce(
        base64.b64encode(_name(resolver.value(argument)).encode()).decode()
    )


def _zones(resolver: Resolver, argument: Any) -> Any:
    region = resolver.value(argument) or resolver.parameters["AWS::Region"]
    return [f"{region}{letter}" for letter in "abc"]


def _to_json(resolver: Resolver, argument: Any) -> Any:
    return resolver.produce(json.dumps(resolver.value(argument), ensure_ascii=False))


def _length(resolver: Resolver, argument: Any) -> Any:
    items = resolver.value(argument)
    return (
        items
        if isinstance(items, str) and list(placeholders.asked(items))
        else len(items)
    )


def _cidr(resolver: Resolver, argument: Any) -> Any:
    return [joined(resolver.value(argument[0]))] * min(
        256, int(resolver.value(argument[1]))
    )


def _included(resolver: Resolver, argument: Any) -> Any:
    """A macro's or an included file's text is AWS's to make: nothing here, and a row of the report."""
    del resolver, argument
    return NO_VALUE


INTRINSIC_FUNCTIONS: Functions = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::ImportValue": _import_value,
    "Fn::Base64": _base64,
    "Fn::GetAZs": _zones,
    "Fn::Cidr": _cidr,
    "Fn::ToJsonString": _to_json,
    "Fn::Length": _length,
    "Fn::Transform": _included,
}
