"""CloudFormation's functions: what a value comes to, as far as it can be known before anything is deployed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sim import facts
from sim.template.cloudformation import placeholders
from sim.template.errors import TemplateError

Functions = Mapping[str, Callable[["Resolver", Any], Any]]
"""What carries a function out, by its name: it takes the resolver and the argument as it was written."""
NO_VALUE = object()
"""What `AWS::NoValue` stands for: the property is left out."""

DYNAMIC = re.compile(r"\{\{resolve:[^{}]*\}\}")
TRUE = ("true", "True", True)
AWS_OWN = ("AWS::Serverless-2016-10-31", "AWS::LanguageExtensions")
"""Transforms that are carried out here; every other one is a macro, which only AWS runs."""


class Refused(Exception):
    """What CloudFormation would refuse, without its place."""


class Resolver:
    """The parameters, conditions and mappings of one template, and the functions that use them."""

    def __init__(
        self,
        template: Mapping[str, Any],
        parameters: Mapping[str, Any],
        *,
        functions: Functions,
        conditions: Functions,
    ) -> None:
        self.parameters = parameters
        self.functions = functions
        self.condition_functions = conditions
        self.resources = _section(template, "Resources")
        self.mappings = _section(template, "Mappings")
        self.conditions = _section(template, "Conditions")
        self.macros = [macro for macro in transforms(template) if macro not in AWS_OWN]
        self.unknown = bool(self.macros) or "Fn::Transform" in self.resources
        self.truths: dict[str, Any] = {}
        self.produced = 0

    def value(self, raw: Any) -> Any:
        """The value with all its functions carried out; `Refused` for what CloudFormation would not take."""
        if isinstance(raw, dict):
            function = next(iter(raw)) if len(raw) == 1 else ""
            if function in self.functions:
                return _carried_out(self.functions, self, function, raw[function])
            pairs = ((str(key), self.value(item)) for key, item in raw.items())
            return {key: item for key, item in pairs if item is not NO_VALUE}
        if isinstance(raw, list):
            items = [self.value(item) for item in raw]
            return [item for item in items if item is not NO_VALUE]
        return self.text(raw) if isinstance(raw, str) else raw

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
            if function in self.condition_functions:
                return _carried_out(self.condition_functions, self, function, argument)
        value = self.value(raw)
        return value if list(placeholders.asked(value)) else value in TRUE

    def text(self, text: str) -> str:
        """A text of the template, with its dynamic references filled in where they were given."""

        def known(match: re.Match[str]) -> str:
            given = self.parameters.get(match[0])
            return placeholders.missing(match[0]) if given is None else str(given)

        return DYNAMIC.sub(known, placeholders.plain(text))

    def produce(self, text: str) -> str:
        """The text, counted: a template must not multiply itself."""
        self.produced += len(text)
        limit = facts.fact("template.characters").value
        if self.produced > limit:
            raise TemplateError(
                [f"The template's functions produce more than {limit:,} characters."]
            )
        return text

    def reference(self, name: str) -> Any:
        """What `Ref` gives: a parameter's value, or a resource's mark."""
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.parameters:
            value = self.parameters[name]
            self.produce("".join(value) if isinstance(value, list) else str(value))
            return value
        return placeholders.resource(self._resource(name))

    def attribute(self, name: str, attribute: str) -> str:
        """What `Fn::GetAtt` gives: the mark of a resource's attribute."""
        return placeholders.resource(self._resource(name), attribute)

    def _resource(self, name: str) -> str:
        if name not in self.resources and not self.unknown:  # a macro may make it
            raise Refused(
                f"it refers to {name[:60]!r}, which this template does not have"
            )
        return name


def made_by_macro(value: Any) -> bool:
    """Whether a macro or an include makes a part of this value."""
    if isinstance(value, dict):
        return "Fn::Transform" in value or any(map(made_by_macro, value.values()))
    return isinstance(value, list) and any(map(made_by_macro, value))


def transforms(template: Mapping[str, Any]) -> list[Any]:
    """What the template asks AWS to run over it."""
    named = template.get("Transform") or []
    return named if isinstance(named, list) else [named]


def _section(template: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = template.get(name)
    if section is not None and not isinstance(section, dict):
        raise TemplateError([f"{name} is not a mapping."])
    return section or {}


def _carried_out(
    functions: Functions, resolver: Resolver, function: str, argument: Any
) -> Any:
    try:
        return functions[function](resolver, argument)
    except TemplateError:
        raise
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError):
        if made_by_macro(argument):
            return NO_VALUE
        raise Refused(
            f"{function} cannot be carried out on {str(placeholders.shown(argument))[:80]!r}"
        ) from None
