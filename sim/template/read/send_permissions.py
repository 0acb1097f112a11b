"""Services that would send to a queue or topic and may not: no policy of the template lets them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html,
https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from sim.template.cloudformation.property_tables import values_at
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft
from sim.template.read.missing_permissions import RULE
from sim.template.read.policy_statements import as_list, names_action


class _Access(NamedTuple):
    """Of a type of target: what sending is called, and which policies say who may."""

    action: str
    policies: tuple[tuple[str, str], ...]
    """Types of policies, each with the place where it names its targets."""


ACCESS = {
    "AWS::SQS::Queue": _Access(
        "sqs:sendmessage",
        (
            ("AWS::SQS::QueuePolicy", "Queues[]"),
            ("AWS::SQS::QueueInlinePolicy", "Queue"),
        ),
    ),
    "AWS::SNS::Topic": _Access(
        "sns:publish",
        (
            ("AWS::SNS::TopicPolicy", "Topics[]"),
            ("AWS::SNS::TopicInlinePolicy", "TopicArn"),
        ),
    ),
}


def find_missing_send_permissions(draft: Draft) -> None:
    """Note each queue and topic of the template that does not let a service of it send.

    What macros make of a template is not known, and a plan's queues may carry their policies.
    """
    if draft.template.resolver.macros or draft.template.lines.is_plan:
        return
    for sender in draft.senders:
        target = draft.template.resources.get(sender.target)
        if target is None or target.type not in ACCESS:
            continue
        access = ACCESS[target.type]
        if not any(
            _lets_in(statement, sender.service, access.action)
            for statement in _statements(draft, target, access)
        ):
            policy, _ = access.policies[0]
            detail = f"no {policy} lets {sender.service} send to {target.name}"
            draft.add_finding(RULE, sender.resource, detail)


def _statements(
    draft: Draft, target: Resource, access: _Access
) -> Iterator[Any]:
    """The statements about a target; None for a policy whose statements are not known."""
    for resource_type, place in access.policies:
        for policy in draft.template.of_type(resource_type):
            named = values_at(policy.properties, place)
            if target in [draft.template.find(name) for name in named]:
                document = policy.get("PolicyDocument")
                yield from as_list(document, "Statement") or [None]


def _lets_in(statement: Any, service: str, action: str) -> bool:
    """Whether a statement lets a service in; what cannot be known may."""
    if not isinstance(statement, dict):
        return True
    if statement.get("Effect") == "Deny":
        return False
    if not names_action(statement, action):
        return False
    principal = statement.get("Principal")
    if not isinstance(principal, dict):
        return principal in (None, "*")
    services = [str(each) for each in as_list(principal, "Service")]
    return "*" in as_list(principal, "AWS") or any(
        fnmatchcase(service, each) for each in services
    )
