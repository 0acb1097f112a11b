"""What a value comes to, as far as it can be known before anything is deployed.

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
"""CloudFormation's functions by name; each takes the resolver and its argument as written."""
Truth = bool | str
"""Whether a condition holds; a text of placeholders if a parameter without a value decides it."""
NO_VALUE = object()
"""What `AWS::NoValue` gives: the property is left out."""

DYNAMIC_REFERENCE = re.compile(r"\{\{resolve:[^{}]*\}\}")
TRUE = ("true", "True", True)
EXTENSIONS = "AWS::LanguageExtensions"
AWS_TRANSFORMS = ("AWS::Serverless-2016-10-31", EXTENSIONS)
"""Transforms that are done here; every other one is a macro, which only AWS runs."""
WRONG_ARGUMENT = (
    AttributeError,
    IndexError,
    KeyError,
    OverflowError,
    TypeError,
    ValueError,
)


class Refused(Exception):  # noqa: N818 - it never leaves this package
    """What CloudFormation would refuse, without its place."""


class Resolver:
    """The parameters, conditions and mappings of one template, and the functions that use them."""

    def __init__(
        self,
        template: Mapping[str, Any],
        parameters: Mapping[str, Any],
        *,
        functions: Functions,
        condition_functions: Functions,
    ) -> None:
        self.parameters = parameters
        self.functions = functions
        self.condition_functions = condition_functions
        self.resources = _section(template, "Resources")
        self.mappings = _section(template, "Mappings")
        self.conditions = _section(template, "Conditions")
        self.transforms = transforms(template)
        self.macros = [
            name for name in self.transforms if name not in AWS_TRANSFORMS
        ]
        self.truths: dict[str, Truth | None] = {}
        self.steps = 0
        self.characters = 0

    def value(self, written: Any) -> Any:
        """The value with all its functions applied.

        Raises `Refused` for what CloudFormation would not take.
        """
        self._count_step()
        if isinstance(written, dict):
            function = only_key(written)
            if function in self.functions:
                return self._apply(self.functions, function, written[function])
            pairs = {
                str(key): self.value(item) for key, item in written.items()
            }
            return {
                key: item for key, item in pairs.items() if item is not NO_VALUE
            }
        if isinstance(written, list):
            items = [self.value(item) for item in written]
            return [item for item in items if item is not NO_VALUE]
        return self.text(written) if isinstance(written, str) else written

    def condition(self, name: Any) -> Truth:
        """Whether the condition of this name holds."""
        if not isinstance(name, str) or name not in self.conditions:
            raise Refused(f"there is no condition {str(name)[:60]!r}")
        if name not in self.truths:
            self.truths[name] = None
            self.truths[name] = self.truth(self.conditions[name])
        truth = self.truths[name]
        if truth is None:
            raise Refused(f"condition {name!r} depends on itself")
        return truth

    def truth(self, written: Any) -> Truth:
        """Whether what is written in a condition holds."""
        if isinstance(written, dict):
            function = only_key(written)
            if function in self.condition_functions:
                truth: Truth = self._apply(
                    self.condition_functions, function, written[function]
                )
                return truth
        value = self.value(written)
        if placeholders.is_unknown(value):
            unknown: Truth = value
            return unknown
        return value in TRUE

    def text(self, text: str) -> str:
        """A text of the template, with its dynamic references filled in where they were given."""

        def filled(match: re.Match[str]) -> str:
            given = self.parameters.get(match[0])
            return (
                placeholders.of_parameter(match[0])
                if given is None
                else str(given)
            )

        self.limited(text)
        return DYNAMIC_REFERENCE.sub(
            filled, placeholders.without_placeholders(text)
        )

    def _count_step(self) -> None:
        """Count a value that is made: a template must not multiply its values either."""
        self.steps += 1
        limit = facts.fact("template.steps").value
        if self.steps > limit:
            raise TemplateError(
                [f"The template's functions make more than {limit:,} values."]
            )

    def limited(self, text: str) -> str:
        """A text that a function made, counted.

        Raises `TemplateError` when the functions make too much: a template must not multiply
        itself.
        """
        self.characters += len(text)
        limit = facts.fact("template.characters").value
        if self.characters > limit:
            raise TemplateError(
                [
                    f"The template's functions produce more than {limit:,} characters."
                ]
            )
        return text

    def reference(self, name: str) -> Any:
        """What `Ref` gives: a parameter's value, or a resource's placeholder."""
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.parameters:
            value = self.parameters[name]
            self.limited(
                "".join(value) if isinstance(value, list) else str(value)
            )
            return value
        self._check_resource(name)
        return placeholders.of_resource(name)

    def attribute(self, name: str, attribute: str) -> str:
        """What `Fn::GetAtt` gives: the placeholder of a resource's attribute."""
        self._check_resource(name)
        return placeholders.of_resource(name, attribute)

    def _check_resource(self, name: str) -> None:
        made_by_others = bool(self.macros) or "Fn::Transform" in self.resources
        if name not in self.resources and not made_by_others:
            raise Refused(
                f"it refers to {name[:60]!r}, which this template does not have"
            )

    def _apply(self, functions: Functions, function: str, argument: Any) -> Any:
        try:
            return functions[function](self, argument)
        except TemplateError:
            raise
        except WRONG_ARGUMENT:
            if made_by_macro(argument):
                return NO_VALUE
            shown = str(placeholders.shown(argument))[:80]
            raise Refused(
                f"{function} cannot be carried out on {shown!r}"
            ) from None


def only_key(mapping: Mapping[Any, Any]) -> Any:
    """The key of a mapping that has only one; else an empty text."""
    if len(mapping) != 1:
        return ""
    (key,) = mapping
    return key


def made_by_macro(value: Any) -> bool:
    """Whether a macro or an include makes a part of this value."""
    if isinstance(value, dict):
        return "Fn::Transform" in value or any(
            map(made_by_macro, value.values())
        )
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
