"""The stub of a handler: what Lambda expects of it, and a place for one's own code."""

from __future__ import annotations

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.scenario import Scenario
from sim.scenario.source_kinds import STREAMS
from sim.template.write.snippets import snippet

LANGUAGES = ("python", "nodejs")
"""Languages whose code can stand in a template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
"""
IDENTIFIERS = {
    "kinesis": 'record["kinesis"]["sequenceNumber"]',
    "kinesis_efo": 'record["kinesis"]["sequenceNumber"]',
    "ddb_streams": 'record["dynamodb"]["SequenceNumber"]',
}
"""What identifies a record: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html"""
MESSAGE_ID = 'record["messageId"]'
STOP = {"python": "\n            break", "nodejs": "\n      break;"}
"""After a failure, a handler of ordered records stops."""


def handler_stub(scenario: Scenario, function: Function) -> str | None:
    """The code of a handler that does nothing yet; None where it cannot stand in a template."""
    language = language_in_template(function)
    if language is None:
        return None
    kinds = {
        trigger.kind
        for trigger in scenario.triggers
        if trigger.function == function.name
        and isinstance(trigger, EventSourceMapping)
        and trigger.pipe is None  # it hands over a list, not Records
        and trigger.reports_batch_item_failures
    }
    if len(kinds) != 1:
        return snippet("handler", language)
    (kind,) = kinds
    is_ordered = kind in STREAMS or kind == "sqs_fifo"
    return snippet(
        "batch_handler",
        language,
        identifier=IDENTIFIERS.get(kind, MESSAGE_ID),
        stop=STOP[language] if is_ordered else "",
    )


def language_in_template(function: Function) -> str | None:
    """The language of code that can stand in a template, None for others."""
    if function.package_type != "Zip":
        return None
    for language in LANGUAGES:
        if function.runtime.startswith(language):
            return language
    return None


def aws_runtime(function: Function) -> str:
    """Lambda's name of a runtime.

    Our table of cold starts tells languages on provided.al2023 apart: `go (provided.al2023)`.
    """
    name, *inside = function.runtime.removesuffix(")").split(" (")
    return inside[0] if inside and inside[0].startswith("provided") else name
