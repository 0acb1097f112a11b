"""What an ARN says: the service, and the name at its end.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re

from sim.template.cloudformation import placeholders

NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.\-/$]+")
LABELLED = ("function", "table", "stream", "event-bus", "cluster", "broker")
"""Kinds of resources with more behind the name: a function's qualifier, a stream's label."""
SERVICES = {"docdb": "rds", "amazonmq": "mq"}
"""How ARNs call the services that CloudFormation's types call otherwise."""


def arn_parts(value: str) -> list[str]:
    """The six parts of an ARN; empty if it is none."""
    parts = value.split(":", 5)
    return parts if len(parts) == 6 and parts[0] == "arn" else []


def arn_service(value: str) -> str:
    """The service that an ARN names; empty if it is none."""
    parts = arn_parts(value)
    return parts[2] if parts else ""


def service_of_type(resource_type: str) -> str:
    """The service of a type of resource, as ARNs call it: `sqs` of `AWS::SQS::Queue`."""
    service = resource_type.split("::")[1].lower()
    return SERVICES.get(service, service)


def name_in_arn(value: str) -> str:
    """The name at the end of an ARN, without what may stand behind it; any other text itself."""
    parts = arn_parts(value)
    if not parts:
        return value
    kind, name = _kind_and_name(parts[5])
    return name if kind in LABELLED else parts[5]


def name_from(value: str) -> str:
    """A name for what has only an ARN, an export's name or the like."""
    parts = arn_parts(value)
    text = value
    if parts:
        kind, name = _kind_and_name(parts[5])
        has_kind = kind and name and parts[2] != "s3"
        text = name if has_kind else parts[5]
    text = placeholders.names_only(text)
    return NOT_IN_A_NAME.sub("-", text).strip("-")[:255] or "outside"


def _kind_and_name(resource: str) -> tuple[str, str]:
    """`function` and `worker` of `function:worker:live`; without a kind the name is empty."""
    kind, *names = resource.replace(":", "/").split("/")
    return kind, names[0] if names else ""
