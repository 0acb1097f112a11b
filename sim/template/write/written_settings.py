"""The settings that a template must say: those that differ from AWS's defaults.

Their names and forms are those of `data/template/properties.csv`, by which templates are read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from sim.scenario.schedule_expressions import epoch
from sim.scenario.settings import Settings
from sim.template.cloudformation.property_tables import (
    WORDS,
    Property,
    properties_of,
    put_at,
)


class WrittenSetting(NamedTuple):
    """A setting as a template says it, by property and value, and as CDK code does."""

    property: str
    value: Any
    cdk_argument: str
    cdk_value: str


def differing(settings: Settings, resource_type: str) -> list[WrittenSetting]:
    """What differs from the defaults of such settings, or has none, and so must be written."""
    defaults = _defaults(settings)
    written = []
    for row in properties_of(resource_type):
        value = _value_at(settings, row.field) if row.writes else None
        differs = row.writes == "always" or value != _value_at(
            defaults, row.field
        )
        if value is not None and differs:
            written.append(
                WrittenSetting(
                    row.property,
                    _in_template(row, value),
                    row.cdk_argument,
                    _in_cdk(row, value),
                )
            )
    return written


def as_properties(written: Iterable[WrittenSetting]) -> dict[str, Any]:
    """The settings as CloudFormation's properties."""
    properties: dict[str, Any] = {}
    for setting in written:
        put_at(properties, setting.property, setting.value)
    return properties


def as_cdk_arguments(written: Iterable[WrittenSetting]) -> str:
    """The settings as further arguments in CDK code, each with a comma before it."""
    arguments = [(each.cdk_argument, each.cdk_value) for each in written]
    return "".join(f", {name}={value}" for name, value in arguments if name)


def cdk_constant(word: str) -> str:
    """CDK's constant for a word of AWS: `PYTHON_3_13` of `python3.13`."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word)
    return re.sub(r"(?<=[A-Z])(?=\d)", "_", words.upper().replace(".", "_"))


def _value_at(settings: Settings, path: str) -> Any:
    value: Any = settings
    for name in path.split("."):
        value = getattr(value, name, None)
    return value


def _in_template(row: Property, value: Any) -> Any:
    if row.reads == "first":
        return [value]
    if row.reads == "patterns":
        return [{"Pattern": pattern} for pattern in value]
    if row.reads == "scoped patterns":
        return [{"Scope": one.scope, "Pattern": one.pattern} for one in value]
    if row.reads == "group":
        return {}
    if row.reads in WORDS:
        return WORDS[row.reads][value]
    return _plain(row, value)


def _in_cdk(row: Property, value: Any) -> str:
    if row.reads == "patterns":
        # CDK takes a dictionary for each pattern, and makes the JSON itself.
        patterns = ", ".join(f"dict(pattern={pattern!r})" for pattern in value)
        return f"[{patterns}]"
    code = row.cdk_value or "{value}"
    code = code.replace("{constant}", cdk_constant(str(value)))
    return code.replace("{value}", repr(_plain(row, value)))


def _plain(row: Property, value: Any) -> Any:
    if row.reads == "whole":
        return round(value)
    if row.reads == "digits":
        return str(value)
    if row.reads == "moment":
        return round(epoch().timestamp() + value)
    return list(value) if isinstance(value, tuple) else value


def _defaults(settings: Settings) -> Settings:
    """Such settings with everything left to AWS that can be."""
    fields = type(settings).model_fields.items()
    required = [name for name, field in fields if field.is_required()]
    values = {name: getattr(settings, name) for name in required}
    if getattr(settings, "starting_position", None):
        # Where there is one, AWS has no default for it, and a mapping must have one.
        values["starting_position"] = "LATEST"
    return type(settings)(**values)
