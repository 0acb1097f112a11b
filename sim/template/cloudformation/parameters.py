"""The values of a template's parameters: given, default, or missing, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.template.cloudformation import placeholders
from sim.template.errors import TemplateError

PSEUDO = {
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "stack",
    "AWS::StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/stack/1",
    "AWS::NotificationARNs": [],
}
"""What AWS fills in; `parameters` may say otherwise."""


def values(declared: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Each parameter's value; one without gets a mark.

    Raises `TemplateError` for what AWS would refuse.
    """
    problems = [
        _unknown(name, declared) for name in given if not _known(name, declared)
    ]
    found: dict[str, Any] = {
        **PSEUDO,
        **{name: value for name, value in given.items() if name not in declared},
    }
    for name, declared_as in declared.items():
        declaration = declared_as if isinstance(declared_as, dict) else {}
        value = given.get(name, _default(declaration))
        if value is None:
            found[name] = placeholders.missing(name)
        else:
            problems += _refused(name, value, declaration)
            found[name] = _typed(value, str(declaration.get("Type")))
    if problems:
        raise TemplateError(problems)
    return found


def _default(declaration: Mapping[str, Any]) -> Any:
    # The default of an SSM parameter is the name of the value, not the value.
    from_store = str(declaration.get("Type")).startswith("AWS::SSM::Parameter::Value")
    return None if from_store else declaration.get("Default")


def _known(name: str, declared: Mapping[str, Any]) -> bool:
    return name in declared or name in PSEUDO or name.startswith("{{resolve:")


def _unknown(name: str, declared: Mapping[str, Any]) -> str:
    return f"The template has no parameter {name!r}; it has {', '.join(declared) or 'none'}."


def _refused(name: str, value: Any, declaration: Mapping[str, Any]) -> list[str]:
    allowed = declaration.get("AllowedValues")
    if isinstance(allowed, list) and str(value) not in map(str, allowed):
        return [
            f"Parameter {name!r} is {str(value)[:60]!r}, but allowed are {', '.join(map(str, allowed))[:200]}."
        ]
    return []


def _typed(value: Any, kind: str) -> Any:
    if isinstance(value, str) and ("List" in kind):
        return [placeholders.plain(part.strip()) for part in value.split(",")]
    if isinstance(value, list):
        return [placeholders.plain(str(item)) for item in value]
    return placeholders.plain(value) if isinstance(value, str) else value
