"""The arguments of a construct, and the words that fill a snippet's further places."""

from __future__ import annotations

Words = dict[str, str]


def joined(*arguments: str) -> str:
    """Those arguments that are not empty."""
    return ", ".join(argument for argument in arguments if argument)
