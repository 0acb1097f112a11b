"""Roles as CloudFormation resources, and the statements of their policies."""

from __future__ import annotations

from typing import Any


def allow(action: str | list[str], resource: Any) -> dict[str, Any]:
    """The statement of a policy that allows one action, or several."""
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def role(
    principal: str, policy: str, allowed: list[dict[str, Any]]
) -> dict[str, Any]:
    """A role that a service takes, with one policy of these statements."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": "sts:AssumeRole",
    }
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": _document([trust]),
            "Policies": [
                {"PolicyName": policy, "PolicyDocument": _document(allowed)}
            ],
        },
    }


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}
