"""Whose behaviour is given: by a function's logical ID, or by its name in the account."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sim import facts
from sim.scenario.behaviour import Behaviour
from sim.template.cloudformation.template import Resource, Template
from sim.template.read.functions import FUNCTION

MADE = re.compile(r".+-([A-Za-z0-9]+)-[A-Za-z0-9]{12,13}")
"""A name of stack, logical ID, which may be cut off, and letters and digits drawn at random."""


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
    """Whether a name is the function's own, or one that CloudFormation may have made."""
    letters = int(facts.fact("generated_name.logical_id_letters").value)
    whole, cut_off = function.name, function.name[:letters]
    made = MADE.fullmatch(name)
    is_made = made is not None and made[1] in (whole, cut_off)
    return is_made or function.get("FunctionName") == name
