"""Statements of policies: which actions they are about, as far as a template says it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

INVOKE = "lambda:invokefunction"


def names_action(statement: Mapping[str, Any], action: str) -> bool:
    """Whether a statement is about an action, in small letters; what cannot be known may be."""
    named = [str(each).lower() for each in as_list(statement, "Action")]
    return not named or any(fnmatchcase(action, each) for each in named)


def as_list(value: Any, key: str) -> list[Any]:
    """What stands under a key, which may be one or a list of them."""
    found = value.get(key) if isinstance(value, dict) else None
    if found is None:
        return []
    return found if isinstance(found, list) else [found]
