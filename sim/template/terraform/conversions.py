"""What CloudFormation gets of a value that a plan knows, by the table's column `reads`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

LEFT_OUT: Any = object()
"""What becomes of a value that says nothing."""


def unchanged(value: Any) -> Any:
    """The value; an empty text is what the provider has for one that is not given."""
    return LEFT_OUT if value is None or value == "" else value


def _from_json(value: Any) -> Any:
    if not isinstance(value, str):
        return LEFT_OUT if value is None or value == {} else value
    try:
        return json.loads(value) if value.strip() else LEFT_OUT
    except (ValueError, RecursionError):
        return value


def _positive(value: Any) -> Any:
    return value if isinstance(value, int | float) and value >= 0 else LEFT_OUT


def _filled(value: Any) -> Any:
    return value or LEFT_OUT


def _state(value: Any) -> Any:
    if value is None:
        return LEFT_OUT
    return "ENABLED" if value is True else "DISABLED"


def _method(value: Any) -> Any:
    return str(value).rpartition("/")[2]


def _path(value: Any) -> Any:
    return f"/{str(value).rpartition('/')[0]}"


CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "json": _from_json,
    "openapi": _from_json,
    "pattern": _from_json,
    "redrive": _from_json,
    "text": lambda value: json.dumps(value) if value else LEFT_OUT,
    "positive": _positive,
    "filled": _filled,
    "state": _state,
    "not": lambda value: value is not True,
    "method": _method,
    "path": _path,
}
"""What makes a property of an argument's value, by the word in the table's column `reads`."""
