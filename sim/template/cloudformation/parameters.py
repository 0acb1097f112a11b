"""The values of a template's parameters: given, default, or missing, never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sim.template.cloudformation import placeholders
from sim.template.cloudformation.parameter_checks import refused_values
from sim.template.errors import TemplateError

PSEUDO_PARAMETERS = {
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "stack",
    "AWS::StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/stack/"
    "51af3dc0-da77-11e4-872e-1234567db123",
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
            problems += refused_values(name, value, declaration)
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


def unknown_parameter(name: str, problems: Iterable[str]) -> bool:
    """Whether a problem is that the template does not have this parameter."""
    begins = f"The template has no parameter {name!r};"
    return any(problem.startswith(begins) for problem in problems)


def _unknown_parameter(name: str, declared: Mapping[str, Any]) -> str:
    return f"The template has no parameter {name!r}; it has {', '.join(declared) or 'none'}."


def _typed(value: Any, parameter_type: str) -> Any:
    if isinstance(value, str):
        if "List" not in parameter_type:
            return placeholders.without_placeholders(value)
        value = [part.strip() for part in value.split(",")]
    if isinstance(value, list):
        return [placeholders.without_placeholders(str(item)) for item in value]
    return value
