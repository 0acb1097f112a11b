"""CloudFormation's properties as the arguments of a CDK L1 construct.

https://docs.aws.amazon.com/cdk/v2/guide/constructs.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


class Code(str):
    """A piece of code that stands for a value, such as a reference."""

    __slots__ = ()


def l1_arguments(
    construct: str,
    properties: Mapping[str, Any],
    classes: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The properties as further arguments, each with a comma before it.

    `classes`: what the class of a group of properties is called, if not as the property.
    """
    return "".join(
        f", {_snake_case(name)}={_value(construct, name, value, classes)}"
        for name, value in properties.items()
    )


def _value(
    construct: str, name: str, value: Any, classes: Mapping[str, str]
) -> str:
    if isinstance(value, Code):
        return value
    if isinstance(value, dict):
        arguments = l1_arguments(construct, value, classes).removeprefix(", ")
        return f"{construct}.{classes.get(name, name)}Property({arguments})"
    if isinstance(value, list):
        one = name.removesuffix("s")
        items = [_value(construct, one, item, classes) for item in value]
        return f"[{', '.join(items)}]"
    return repr(value)


def _snake_case(name: str) -> str:
    words = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
    return re.sub(words, "_", name).lower()
