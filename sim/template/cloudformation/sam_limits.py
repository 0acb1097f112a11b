"""How much work a template may ask of AWS's SAM translator, which counts nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim import facts
from sim.template.errors import TemplateError

TOO_MUCH = "The template asks AWS's SAM translator for more than"


def check_work(
    template: Mapping[str, Any], parameters: Mapping[str, Any]
) -> None:
    """Raise `TemplateError` where parameters, texts or `Globals` would multiply."""
    resources = template.get("Resources")
    shared = sum(1 for _ in _parts(template.get("Globals")))
    steps = facts.fact("template.steps").value
    if isinstance(resources, dict) and shared * len(resources) > steps:
        raise TemplateError([f"{TOO_MUCH} {steps:,} values."])
    characters = sum(_characters(part, parameters) for part in _parts(template))
    limit = facts.fact("template.characters").value
    if characters > limit:
        raise TemplateError([f"{TOO_MUCH} {limit:,} characters."])


def _characters(part: Any, parameters: Mapping[str, Any]) -> int:
    """The characters that a reference puts in, or that searching a text reads."""
    if isinstance(part, dict):
        name = part.get("Ref")
        return (
            len(str(parameters.get(name, ""))) if isinstance(name, str) else 0
        )
    if not isinstance(part, str) or "${" not in part:
        return 0
    filled = sum(
        part.count(f"${{{name}}}") * len(str(value))
        for name, value in parameters.items()
    )
    unclosed = part.rpartition("}")[2]  # searched to its end from each ${
    return filled + unclosed.count("${") * len(unclosed)


def _parts(value: Any) -> Iterator[Any]:
    """The value and everything in it."""
    yield value
    if isinstance(value, dict):
        for item in value.values():
            yield from _parts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _parts(item)
