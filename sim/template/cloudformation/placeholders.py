"""References inside text: a resolved value may hold, anywhere in it, a mark for what only AWS can fill in.

`arn:aws:lambda:...:<mark of Worker.Arn>` is a text like any other, so Join, Sub and Split work on
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

RESOURCE, MISSING, IMPORT, END = "\ue000", "\ue001", "\ue002", "\ue003"
MARK = re.compile(f"([{RESOURCE}-{IMPORT}])([^{RESOURCE}-{END}]*){END}")
ANY = re.compile(f"[{RESOURCE}-{END}]")


def resource(name: str, attribute: str = "") -> str:
    """The mark of a resource (`Ref`), or of one of its attributes (`Fn::GetAtt`)."""
    return (
        f"{RESOURCE}{name}.{attribute}{END}" if attribute else f"{RESOURCE}{name}{END}"
    )


def missing(name: str) -> str:
    """The mark of a parameter without a value."""
    return f"{MISSING}{name}{END}"


def imported(name: str) -> str:
    """The mark of another stack's export."""
    return f"{IMPORT}{shown(name)}{END}"


def plain(text: str) -> str:
    """Text from a template, which cannot hold marks of its own."""
    return ANY.sub("", text) if ANY.search(text) else text


def shown(value: Any) -> Any:
    """The value for people: marks as `${Worker.Arn}`."""
    if isinstance(value, str):
        return MARK.sub(r"${\2}", value)
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else value


def resources(text: str) -> list[tuple[str, str]]:
    """The resources in a text, each with its attribute."""
    found = [
        match[2].partition(".") for match in MARK.finditer(text) if match[1] == RESOURCE
    ]
    return [(name, attribute) for name, _, attribute in found]


def imports(text: str) -> list[str]:
    """The exports of other stacks in a text."""
    return [match[2] for match in MARK.finditer(text) if match[1] == IMPORT]


def asked(value: Any) -> Iterator[str]:
    """The parameters without a value on which this value depends."""
    if isinstance(value, str):
        yield from (match[2] for match in MARK.finditer(value) if match[1] == MISSING)
    elif isinstance(value, dict):
        for item in value.values():
            yield from asked(item)
    elif isinstance(value, list):
        for item in value:
            yield from asked(item)
