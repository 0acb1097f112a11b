"""The values of a template's parameters: given, default, or missing, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.template.cloudformation import placeholders
from sim.template.errors import TemplateError

PSEUDO_PARAMETERS = {
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "stack",
    "AWS::StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/stack/1",
    "AWS::NotificationARNs": [],
}
"""What AWS fills in; `parameters` may say otherwise."""


def parameter_values(
    declared: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Each parameter's value; one without a value gets a placeholder.

    Raises `TemplateError` for what AWS would refuse.
    """
    problems = [
        _unknown_parameter(name, declared)
        for name in given
        if not _may_be_given(name, declared)
    ]
    values: dict[str, Any] = dict(PSEUDO_PARAMETERS)
    values |= {
        name: value for name, value in given.items() if name not in declared
    }
    for name, written in declared.items():
        declaration = written if isinstance(written, dict) else {}
        value = given.get(name, _default(declaration))
        if value is None:
            values[name] = placeholders.of_parameter(name)
        else:
            problems += _not_allowed(name, value, declaration)
            values[name] = _typed(value, str(declaration.get("Type")))
    if problems:
        raise TemplateError(problems)
    return values


def _default(declaration: Mapping[str, Any]) -> Any:
    # The default of an SSM parameter is the name of the value, not the value.
    if str(declaration.get("Type")).startswith("AWS::SSM::Parameter::Value"):
        return None
    return declaration.get("Default")


def _may_be_given(name: str, declared: Mapping[str, Any]) -> bool:
    is_known = name in declared or name in PSEUDO_PARAMETERS
    return is_known or name.startswith("{{resolve:")


def _unknown_parameter(name: str, declared: Mapping[str, Any]) -> str:
    return f"The template has no parameter {name!r}; it has {', '.join(declared) or 'none'}."


def _not_allowed(
    name: str, value: Any, declaration: Mapping[str, Any]
) -> list[str]:
    allowed = declaration.get("AllowedValues")
    if not isinstance(allowed, list):
        return []
    texts = [str(each) for each in allowed]
    text = str(value)
    if text in texts:
        return []
    shown = ", ".join(texts)[:200]
    return [f"Parameter {name!r} is {text[:60]!r}, but allowed are {shown}."]


def _typed(value: Any, parameter_type: str) -> Any:
    if isinstance(value, str):
        if "List" not in parameter_type:
            return placeholders.without_placeholders(value)
        value = [part.strip() for part in value.split(",")]
    if isinstance(value, list):
        return [placeholders.without_placeholders(str(item)) for item in value]
    return value
