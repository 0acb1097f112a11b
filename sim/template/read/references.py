"""Who refers to whom: the functions and resources that the values of properties name."""

from __future__ import annotations

import re
from typing import Any

from sim.scenario.settings import LATEST
from sim.template.cloudformation import placeholders
from sim.template.cloudformation.arn import arn_parts, name_from
from sim.template.cloudformation.template import Resource, Template
from sim.template.read.draft import Draft, Fields

GROUP_OF_SERVICE = {
    "sqs": "queues",
    "sns": "topics",
    "s3": "buckets",
    "events": "event_buses",
    "kinesis": "streams",
    "dynamodb": "tables",
    "kafka": "kafka_topics",
    "mq": "brokers",
    "rds": "document_db_clusters",
    "lambda": "functions",
}
"""The group of the scenario to which the service in an ARN belongs."""
GROUP_OF_SAM_TYPE = {
    "SQS": "queues",
    "SNS": "topics",
    "EventBridge": "event_buses",
    "Lambda": "functions",
    "S3": "buckets",
    "Kafka": "kafka_topics",
}
"""The group to which a destination belongs, by the Type that SAM has beside it.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-onfailure.html
"""
CUSTOM_BUS = "event-busv2/"
"""How the ARN of a Custom Event Bus tells it from a bus with rules."""
KAFKA_PREFIX = "kafka://"
"""How a mapping's destination says that it is a topic of the cluster it reads."""
OUTSIDE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/walkthrough-crossstackref.html"
FUNCTION_ARN = re.compile(r"arn:[^:/]*:lambda:[^:/]*:[^:/]*:function:[^:/\s]+")
REFERENCE = f"{placeholders.RESOURCE}[^{placeholders.END}]*{placeholders.END}"
QUALIFIED = re.compile(
    rf"(?:^(?!arn:)[^:]*|:function:[^:/\s]+|{REFERENCE}):([^:/\s]+)"
)
"""A function by its name, its ARN or a reference to it, with a qualifier behind it."""
PARTIAL_ARN = re.compile(r"^(?:\d{12}:function:|\d{12}:|function:)")
"""What may stand before a function's name without the rest of its ARN."""
QUALIFIERS = ("AWS::Lambda::Alias", "AWS::Lambda::Version")


def function_named(draft: Draft, value: Any) -> str | None:
    """The name of the function to which a value refers.

    The value may name an alias or a version of it, or be the address that an API calls.
    """
    if not isinstance(value, str):
        return None
    value = PARTIAL_ARN.sub("", value)
    template = draft.template
    match = FUNCTION_ARN.search(value)
    found = template.find(value) or (template.find(match[0]) if match else None)
    found = found or _by_name(template, value.split(":", maxsplit=1)[0])
    # a SAM alias refers to a version, which refers to its function
    for _ in range(3):
        if found is not None and found.type in QUALIFIERS:
            draft.used.add(found.name)
            named = found.get("FunctionName")
            found = template.find(named) or _by_name(template, named)
    if found is None or found.type != "AWS::Lambda::Function":
        return None
    return found.name


def qualifier_of(draft: Draft, function: str, value: Any) -> Fields:
    """The field that says so where a value names a function itself, which has an alias, too.

    It invokes `$LATEST` then. https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
    """
    fields = draft.functions.get(function, {})
    if "auto_publish_alias" not in fields or not isinstance(value, str):
        return {}
    found = draft.template.find(value)
    if found is not None and found.type in QUALIFIERS:
        return {}
    qualified = QUALIFIED.search(PARTIAL_ARN.sub("", value))
    is_latest = qualified is None or qualified[1].startswith(LATEST)
    return {"qualifier": LATEST} if is_latest else {}


def _by_name(template: Template, function: Any) -> Resource | None:
    return template.find(f"arn:aws:lambda:::function:{function}")


def resource_named(
    draft: Draft,
    resource: Resource,
    path: str,
    value: Any,
    group: str = "queues",
) -> str | None:
    """The name of the resource to which a value refers.

    One outside the template is added under its own name. None, with a row of the report, for what
    takes no part here.
    """
    function = function_named(draft, value)
    if function is not None:
        return function
    found = draft.template.find(value)
    if found is not None and found.name in draft.resources:
        return found.name
    if not isinstance(value, str) or not value:
        return None
    if found is not None and not found.type.startswith("AWS::CloudFormation::"):
        why = f"A {found.type} takes no part here."
        draft.not_simulated(resource, path, value, why)
        return None
    return add_outside(draft, resource, path, value, group)


def group_by_type(draft: Draft, resource: Resource, path: str) -> str:
    """The group of a target by the Type that is written beside it; a queue where there is none."""
    around = draft.template.lines.written_around(resource.name, path)
    written = around.get("Type") if around is not None else None
    return GROUP_OF_SAM_TYPE.get(str(written), "queues")


def add_outside(
    draft: Draft, resource: Resource, path: str, value: str, group: str
) -> str:
    """Add a resource that the template only names; returns its name."""
    parts = arn_parts(value)
    if parts and not parts[5].startswith(CUSTOM_BUS):
        group = GROUP_OF_SERVICE.get(parts[2], group)
    if value.startswith(KAFKA_PREFIX):
        group = "kafka_topics"
        value = value.removeprefix(KAFKA_PREFIX)
    name = name_from(value)
    fields = draft.groups[group].setdefault(name, {"name": name})
    if group == "queues" and value.endswith(".fifo"):
        fields["fifo_queue"] = True
    draft.outside.add(name)
    draft.report.add(
        "assumed",
        name,
        "",
        value,
        line=resource.line(path),
        source=OUTSIDE,
        note=f"{resource.name} names it; the template does not have it, "
        "so it has AWS's defaults.",
    )
    return name
