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
    EXTENSIONS,
    NO_VALUE,
    Functions,
    Refused,
    Resolver,
)

VARIABLE = re.compile(r"\$\{([^{}]*)\}")


def as_text(value: Any) -> str:
    """A value as text, as `Fn::Sub` and `Fn::Join` put it in."""
    if value is NO_VALUE or value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _text(argument: Any) -> str:
    """The argument, which must be a text."""
    if not isinstance(argument, str):
        raise TypeError
    return argument


def _ref(resolver: Resolver, argument: Any) -> Any:
    return resolver.reference(_name(resolver, argument))


def _name(resolver: Resolver, argument: Any) -> str:
    """A name, which AWS::LanguageExtensions lets other functions make."""
    if isinstance(argument, dict) and EXTENSIONS in resolver.transforms:
        argument = resolver.value(argument)
        names = list(placeholders.resources_in(str(argument)))
        return names[0] if names else _text(argument)
    return _text(argument)


def _get_att(resolver: Resolver, argument: Any) -> str:
    if isinstance(argument, str):
        name, attribute = argument.split(".", 1)
    else:
        name, attribute = argument[0], argument[1]
    return resolver.attribute(
        _name(resolver, name), as_text(resolver.value(attribute))
    )


def _sub(resolver: Resolver, argument: Any) -> str:
    if isinstance(argument, str):
        text, given = argument, {}
    else:
        text, given = argument[0], argument[1]
    variables = {
        key: as_text(resolver.value(value)) for key, value in given.items()
    }

    def filled(match: re.Match[str]) -> str:
        name = match[1].strip()
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        if name in variables:
            return resolver.limited(variables[name])
        if "." in name and name not in resolver.parameters:
            resource, attribute = name.split(".", 1)
            return resolver.attribute(resource, attribute)
        return as_text(resolver.reference(name))

    plain = resolver.text(_text(text))
    if "${" in plain.rpartition("}")[2]:
        raise Refused("Fn::Sub has a ${ that no } closes")
    return resolver.limited(VARIABLE.sub(filled, plain))


def _join(resolver: Resolver, argument: Any) -> str:
    delimiter, written = argument
    items = resolver.value(written)
    if isinstance(items, str):
        return items
    between = _text(resolver.value(delimiter))
    return resolver.limited(between.join(map(as_text, items)))


def _split(resolver: Resolver, argument: Any) -> list[str]:
    delimiter, written = argument
    text = resolver.limited(_text(resolver.value(written)))
    return text.split(_text(resolver.value(delimiter)))


def _select(resolver: Resolver, argument: Any) -> Any:
    index, items = resolver.value(argument[0]), resolver.value(argument[1])
    if _is_unknown_text(items) or _is_one_placeholder(items):
        return items  # a list that only AWS, or whoever deploys, knows
    number = int(index)
    if number < 0 or not isinstance(items, list):
        raise ValueError
    if number >= len(items) and len(items) == 1 and _has_placeholder(items[0]):
        # A part of an ARN that only AWS knows whole: still a reference to its resource.
        return items[0]
    return items[number]


def _has_placeholder(value: Any) -> bool:
    return placeholders.PLACEHOLDER.search(str(value)) is not None


def _is_one_placeholder(value: Any) -> bool:
    return (
        isinstance(value, str)
        and placeholders.PLACEHOLDER.fullmatch(value) is not None
    )


def _is_unknown_text(value: Any) -> bool:
    return isinstance(value, str) and placeholders.is_unknown(value)


def _if(resolver: Resolver, argument: Any) -> Any:
    name, *values = argument
    then, otherwise = values
    truth = resolver.condition(name)
    if isinstance(truth, str):
        return truth
    return resolver.value(then if truth else otherwise)


def _find_in_map(resolver: Resolver, argument: Any) -> Any:
    keys = [resolver.value(part) for part in argument[:3]]
    if len(keys) < 3:
        raise ValueError
    unknown = [key for key in keys if placeholders.is_unknown(key)]
    if unknown:
        return "".join(unknown)
    path = [str(key) for key in keys]
    found: Any = resolver.mappings
    try:
        for key in path:
            found = found[key]
        return resolver.value(found)
    except KeyError:
        default = argument[3].get("DefaultValue") if len(argument) > 3 else None
        if default is None:
            shown = ".".join(path)[:80]
            raise Refused(f"the mappings have no {shown}") from None
        return resolver.value(default)


def _import_value(resolver: Resolver, argument: Any) -> str:
    name = _text(resolver.value(argument))
    return (
        name if placeholders.is_unknown(name) else placeholders.of_import(name)
    )


def _base64(resolver: Resolver, argument: Any) -> str:
    text = _text(resolver.value(argument))
    return resolver.limited(base64.b64encode(text.encode()).decode())


def _get_availability_zones(resolver: Resolver, argument: Any) -> list[str]:
    region = resolver.value(argument) or resolver.parameters["AWS::Region"]
    return [f"{region}{letter}" for letter in "abc"]


def _to_json(resolver: Resolver, argument: Any) -> str:
    return resolver.limited(
        json.dumps(resolver.value(argument), ensure_ascii=False)
    )


def _length(resolver: Resolver, argument: Any) -> Any:
    items = resolver.value(argument)
    return items if _is_unknown_text(items) else len(items)


def _cidr(resolver: Resolver, argument: Any) -> list[str]:
    block = as_text(resolver.value(argument[0]))
    count = int(resolver.value(argument[1]))
    blocks = min(256, count)
    resolver.limited(block * blocks)
    return [block] * blocks


def _transform(resolver: Resolver, argument: Any) -> Any:
    """What a macro or an included file makes is AWS's to know: nothing here."""
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
    "Fn::GetAZs": _get_availability_zones,
    "Fn::Cidr": _cidr,
    "Fn::ToJsonString": _to_json,
    "Fn::Length": _length,
    "Fn::Transform": _transform,
}
