"""CloudFormation's functions: what a value comes to, as far as it can be known before anything is deployed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from sim import facts
from sim.template import marks
from sim.template.problem import TemplateError

NO_VALUE = object()
VARIABLE = re.compile(r"\$\{([^}]*)\}")
DYNAMIC = re.compile(r"\{\{resolve:[^{}]*\}\}")
TRUE = ("true", "True", True)


Functions = dict[str, Callable[["Resolver", Any], Any]]


class Refused(Exception):  # noqa: N818 - it never leaves this package
    """What CloudFormation would refuse, without its place."""


class Resolver:
    """The parameters, conditions and mappings of one template, and the functions that use them."""

    def __init__(self, template: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
        self.parameters = parameters
        self.resources = _section(template, "Resources")
        self.mappings = _section(template, "Mappings")
        self.conditions = _section(template, "Conditions")
        self.truths: dict[str, Any] = {}
        self.produced = 0

    def value(self, raw: Any) -> Any:
        """The value with all its functions carried out; `Refused` for what CloudFormation would not take."""
        if isinstance(raw, dict):
            function = next(iter(raw)) if len(raw) == 1 else ""
            if function in FUNCTIONS:
                return _carried_out(FUNCTIONS, self, function, raw[function])
            pairs = ((str(key), self.value(item)) for key, item in raw.items())
            return {key: item for key, item in pairs if item is not NO_VALUE}
        if isinstance(raw, list):
            items = [self.value(item) for item in raw]
            return [item for item in items if item is not NO_VALUE]
        return self._text(raw) if isinstance(raw, str) else raw

    def holds(self, name: Any) -> Any:
        """Whether a condition holds; a text with marks if that depends on a parameter without a value."""
        if not isinstance(name, str) or name not in self.conditions:
            raise Refused(f"there is no condition {str(name)[:60]!r}")
        if name not in self.truths:
            self.truths[name] = None
            self.truths[name] = self.truth(self.conditions[name])
        if self.truths[name] is None:
            raise Refused(f"condition {name!r} depends on itself")
        return self.truths[name]

    def truth(self, raw: Any) -> Any:
        """Whether this holds: True, False, or a text with the marks of what is missing."""
        if isinstance(raw, dict) and len(raw) == 1:
            function, argument = next(iter(raw.items()))
            if function in LOGIC:
                return _carried_out(LOGIC, self, function, argument)
        value = self.value(raw)
        return value if list(marks.asked(value)) else value in TRUE

    def _text(self, text: str) -> str:
        def known(match: re.Match[str]) -> str:
            given = self.parameters.get(match[0])
            return marks.missing(match[0]) if given is None else str(given)

        return DYNAMIC.sub(known, marks.plain(text))

    def produce(self, text: str) -> str:
        """The text, counted: a template must not multiply itself."""
        self.produced += len(text)
        limit = facts.fact("template.characters").value
        if self.produced > limit:
            raise TemplateError([f"The template's functions produce more than {limit:,} characters."])
        return text

    def reference(self, name: str) -> Any:
        """What `Ref` gives: a parameter's value, or a resource's mark."""
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.parameters:
            value = self.parameters[name]
            self.produce("".join(value) if isinstance(value, list) else str(value))
            return value
        return marks.resource(self._resource(name))

    def attribute(self, name: str, attribute: str) -> str:
        """What `Fn::GetAtt` gives: the mark of a resource's attribute."""
        return marks.resource(self._resource(name), attribute)

    def _resource(self, name: str) -> str:
        if name not in self.resources:
            raise Refused(f"it refers to {name[:60]!r}, which this template does not have")
        return name


def _section(template: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = template.get(name)
    if section is not None and not isinstance(section, dict):
        raise TemplateError([f"{name} is not a mapping."])
    return section or {}


def _carried_out(functions: Functions, resolver: Resolver, function: str, argument: Any) -> Any:
    try:
        return functions[function](resolver, argument)
    except TemplateError:
        raise
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError):
        raise Refused(f"{function} cannot be carried out on {str(marks.shown(argument))[:80]!r}") from None


def _ref(resolver: Resolver, argument: Any) -> Any:
    return resolver.reference(_name(argument))


def _get_att(resolver: Resolver, argument: Any) -> Any:
    name, attribute = argument.split(".", 1) if isinstance(argument, str) else (argument[0], argument[1])
    return resolver.attribute(_name(name), _join_text(resolver.value(attribute)))


def _name(argument: Any) -> str:
    if not isinstance(argument, str):
        raise TypeError
    return argument


def _sub(resolver: Resolver, argument: Any) -> Any:
    text, given = (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])
    local = {key: _join_text(resolver.value(value)) for key, value in given.items()}

    def filled(match: re.Match[str]) -> str:
        name = match[1].strip()
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        if name in local:
            return resolver.produce(local[name])
        if "." in name and name not in resolver.parameters:
            return resolver.attribute(*name.split(".", 1))
        return _join_text(resolver.reference(name))

    return resolver.produce(VARIABLE.sub(filled, resolver._text(_name(text))))


def _join_text(value: Any) -> str:
    if value is NO_VALUE or value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(map(_join_text, value))
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _join(resolver: Resolver, argument: Any) -> Any:
    delimiter, items = argument
    items = resolver.value(items)
    if isinstance(items, str):
        return items
    return resolver.produce(_name(resolver.value(delimiter)).join(map(_join_text, items)))


def _split(resolver: Resolver, argument: Any) -> Any:
    delimiter, text = argument
    return _name(resolver.value(text)).split(_name(resolver.value(delimiter)))


def _select(resolver: Resolver, argument: Any) -> Any:
    index, items = resolver.value(argument[0]), resolver.value(argument[1])
    if isinstance(items, str) and list(marks.asked(items)):
        return items
    number = int(index)
    if number < 0 or not isinstance(items, list):
        raise ValueError
    if number >= len(items) and len(items) == 1 and marks.MARK.search(str(items[0])):
        return items[0]  # a part of an ARN that only AWS knows whole: still a reference to its resource
    return items[number]


def _if(resolver: Resolver, argument: Any) -> Any:
    name, then, otherwise = argument
    truth = resolver.holds(name)
    if isinstance(truth, str):
        return truth
    return resolver.value(then if truth else otherwise)


def _find_in_map(resolver: Resolver, argument: Any) -> Any:
    name, first, second = (resolver.value(part) for part in argument[:3])
    unknown = "".join(part for part in (name, first, second) if list(marks.asked(part)))
    if unknown:
        return unknown
    try:
        return resolver.value(resolver.mappings[str(name)][str(first)][str(second)])
    except KeyError:
        default = argument[3].get("DefaultValue") if len(argument) > 3 else None
        if default is None:
            raise Refused(f"the mappings have no {'.'.join(map(str, (name, first, second)))[:80]}") from None
        return resolver.value(default)


def _import_value(resolver: Resolver, argument: Any) -> Any:
    name = _name(resolver.value(argument))
    return name if list(marks.asked(name)) else marks.imported(name)


def _base64(resolver: Resolver, argument: Any) -> Any:
    return resolver.produce(base64.b64encode(_name(resolver.value(argument)).encode()).decode())


def _zones(resolver: Resolver, argument: Any) -> Any:
    region = resolver.value(argument) or resolver.parameters["AWS::Region"]
    return [f"{region}{letter}" for letter in "abc"]


def _to_json(resolver: Resolver, argument: Any) -> Any:
    return resolver.produce(json.dumps(resolver.value(argument), ensure_ascii=False))


def _length(resolver: Resolver, argument: Any) -> Any:
    items = resolver.value(argument)
    return items if isinstance(items, str) and list(marks.asked(items)) else len(items)


def _cidr(resolver: Resolver, argument: Any) -> Any:
    return [_join_text(resolver.value(argument[0]))] * min(256, int(resolver.value(argument[1])))


def _equals(resolver: Resolver, argument: Any) -> Any:
    first, second = (resolver.value(part) for part in argument)
    unknown = "".join(_join_text(part) for part in (first, second) if list(marks.asked(part)))
    return unknown or _join_text(first) == _join_text(second)


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
    unknown = [name for part in (items, wanted) for name in marks.asked(part)]
    return "".join(map(marks.missing, unknown)) or _join_text(wanted) in map(_join_text, items)


def _condition(resolver: Resolver, argument: Any) -> Any:
    return resolver.holds(argument)


def _list(argument: Any) -> list[Any]:
    if not isinstance(argument, list) or not argument:
        raise Refused("a condition's function needs a list")
    return argument


def _included(resolver: Resolver, argument: Any) -> Any:
    del resolver, argument
    return NO_VALUE  # a macro's or an included file's text is AWS's to make; the report says so


FUNCTIONS: Functions = {
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
LOGIC: Functions = {
    "Fn::Equals": _equals,
    "Fn::And": _all,
    "Fn::Or": _any,
    "Fn::Not": _not,
    "Fn::Contains": _contains,
    "Condition": _condition,
}
