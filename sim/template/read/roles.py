"""What a role of the template lets a service do: whether it may invoke functions at all.

https://docs.aws.amazon.com/step-functions/latest/dg/lambda-iam.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.template.cloudformation.property_tables import values_at
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft
from sim.template.read.policy_statements import (
    INVOKE,
    as_list,
    names_action,
)

ROLE = "AWS::IAM::Role"
POLICIES = (
    "AWS::IAM::Policy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::RolePolicy",
)


def may_invoke(draft: Draft, resource: Resource) -> bool:
    """Whether a resource's role may invoke functions; what cannot be known may be."""
    role = draft.template.find(resource.get("RoleArn"))
    if role is None or role.type != ROLE or role.get("ManagedPolicyArns"):
        return True
    statements = list(_statements(draft, role))
    return any(map(_allows_invoking, statements)) or not statements


def _statements(draft: Draft, role: Resource) -> Iterator[Any]:
    """The statements of a role's policies, in it and of their own."""
    for document in values_at(role.properties, "Policies[].PolicyDocument"):
        yield from as_list(document, "Statement")
    for policy in draft.template.of_type(*POLICIES):
        named = [policy.get("RoleName"), *as_list(policy.properties, "Roles")]
        if role in [draft.template.find(name) for name in named]:
            yield from as_list(policy.get("PolicyDocument"), "Statement")


def _allows_invoking(statement: Any) -> bool:
    if not isinstance(statement, dict):
        return True
    allows = statement.get("Effect") == "Allow"
    return allows and names_action(statement, INVOKE)
