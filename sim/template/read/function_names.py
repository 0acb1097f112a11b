"""Whose behaviour is given: by a function's logical ID, or by its name in the account."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sim.scenario.behaviour import Behaviour
from sim.template.cloudformation.template import Resource, Template
from sim.template.read.functions import FUNCTION

LONGEST = 24
"""Letters of a logical ID that CloudFormation keeps in a name."""


def by_logical_id(
    template: Template, behaviour: Mapping[str, Behaviour]
) -> dict[str, Behaviour]:
    """The same with logical IDs as keys, where a name is one function's in the account.

    That is its FunctionName, or what CloudFormation makes of stack and logical ID.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
    """
    functions = template.of_type(FUNCTION)
    known = {resource.name for resource in functions}
    told: dict[str, Behaviour] = {}
    for name in sorted(behaviour, key=lambda name: name in known):
        meant = [one.name for one in functions if _is_called(one, name)]
        is_one = name not in known and len(meant) == 1
        told[meant[0] if is_one else name] = behaviour[name]
    return told


def _is_called(function: Resource, name: str) -> bool:
    kept = re.escape(function.name[:LONGEST])
    made = rf".+-{kept}-[A-Za-z0-9]{{12,13}}"
    is_made = re.fullmatch(made, name) is not None
    return is_made or function.get("FunctionName") == name
