"""Placeholders: marks inside a text for what only AWS, or whoever deploys, can fill in.

`arn:aws:lambda:...:<placeholder of Worker.Arn>` is a text like any other, so Join, Sub and Split
work on it. A placeholder stands for a resource, for a parameter without a value, or for what
another stack exports; it is written in characters that no template can hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

RESOURCE = "\ue000"
PARAMETER = "\ue001"
IMPORT = "\ue002"
END = "\ue003"
PLACEHOLDER = re.compile(f"([{RESOURCE}-{IMPORT}])([^{RESOURCE}-{END}]*){END}")
CHARACTERS = re.compile(f"[{RESOURCE}-{END}]")


def of_resource(name: str, attribute: str = "") -> str:
    """The placeholder of a resource (`Ref`), or of one of its attributes (`Fn::GetAtt`)."""
    reference = f"{name}.{attribute}" if attribute else name
    return f"{RESOURCE}{reference}{END}"


def of_parameter(name: str) -> str:
    """The placeholder of a parameter without a value."""
    return f"{PARAMETER}{name}{END}"


def of_import(name: str) -> str:
    """The placeholder of another stack's export."""
    return f"{IMPORT}{shown(name)}{END}"


def without_placeholders(text: str) -> str:
    """Text from a template, which cannot hold placeholders of its own."""
    return CHARACTERS.sub("", text)


def names_only(text: str) -> str:
    """The text with the name of each placeholder in its place: `Worker.Arn`."""
    return PLACEHOLDER.sub(r"\2", text)


def shown(value: Any) -> Any:
    """The value for people: placeholders as `${Worker.Arn}`."""
    if isinstance(value, str):
        return PLACEHOLDER.sub(r"${\2}", value)
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    return value


def resources_in(text: str) -> list[str]:
    """The names of the resources that a text refers to."""
    return [name.partition(".")[0] for name in _names(text, RESOURCE)]


def parameters_in(value: Any) -> Iterator[str]:
    """The parameters without a value on which this value depends."""
    if isinstance(value, str):
        yield from _names(value, PARAMETER)
    elif isinstance(value, dict):
        for item in value.values():
            yield from parameters_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from parameters_in(item)


def is_unknown(value: Any) -> bool:
    """Whether this value depends on a parameter without a value."""
    return any(True for _ in parameters_in(value))


def _names(text: str, kind: str) -> Iterator[str]:
    for match in PLACEHOLDER.finditer(text):
        if match[1] == kind:
            yield match[2]
