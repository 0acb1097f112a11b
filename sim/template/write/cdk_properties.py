"""CloudFormation's properties as the arguments of a CDK L1 construct.

https://docs.aws.amazon.com/cdk/v2/guide/constructs.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


class Code(str):
    """A piece of code that stands for a value, such as a reference."""

    __slots__ = ()


def l1_arguments(construct: str, properties: Mapping[str, Any]) -> str:
    """The properties as further arguments, each with a comma before it."""
    return "".join(
        f", {_snake_case(name)}={_value(construct, name, value)}"
        for name, value in properties.items()
    )


def _value(construct: str, name: str, value: Any) -> str:
    if isinstance(value, Code):
        return value
    if isinstance(value, dict):
        arguments = l1_arguments(construct, value).removeprefix(", ")
        return f"{construct}.{name}Property({arguments})"
    if isinstance(value, list):
        one = name.removesuffix("s")
        items = [_value(construct, one, item) for item in value]
        return f"[{', '.join(items)}]"
    return repr(value)


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
