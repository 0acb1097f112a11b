"""The stub of a handler: what Lambda expects of it, and a place for one's own code."""

from __future__ import annotations

from sim.scenario.event_source_mapping import STREAMS, EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.scenario import Scenario

PLAIN = {
    "python": '''\
def handler(event, context):
    """What it raises, the caller or Lambda treats as a failed run."""
    print(event)
''',
    "nodejs": """\
// What it throws, the caller or Lambda treats as a failed run.
exports.handler = async (event) => {
  console.log(JSON.stringify(event));
};
""",
}
ITEMS = {
    "python": '''\
def handler(event, context):
    """Say which records failed: only they come again."""
    failed = []
    for record in event["Records"]:
        try:
            print(record)
        except Exception:
            failed.append({"itemIdentifier": NUMBER})STOP
    return {"batchItemFailures": failed}
''',
    "nodejs": """\
// Say which records failed: only they come again.
exports.handler = async (event) => {
  const failed = [];
  for (const record of event.Records) {
    try {
      console.log(JSON.stringify(record));
    } catch (error) {
      failed.push({ itemIdentifier: NUMBER });STOP
    }
  }
  return { batchItemFailures: failed };
};
""",
}
NUMBERS = {
    "kinesis": 'record["kinesis"]["sequenceNumber"]',
    "kinesis_efo": 'record["kinesis"]["sequenceNumber"]',
    "ddb_streams": 'record["dynamodb"]["SequenceNumber"]',
}
"""What identifies a record: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html"""


def language(function: Function) -> str | None:
    """The language of an inline stub; None where code cannot stand in a template.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
    """
    found = next((name for name in PLAIN if function.runtime.startswith(name)), None)
    return found if function.package_type == "Zip" else None


def stub(scenario: Scenario, function: Function) -> str | None:
    """The code of a handler that does nothing yet, None where it cannot stand in a template."""
    written_in = language(function)
    if written_in is None:
        return None
    partial = [
        t
        for t in scenario.triggers
        if t.function == function.name and isinstance(t, EventSourceMapping)
    ]
    kinds = {trigger.kind for trigger in partial if trigger.reports_batch_item_failures}
    if len(kinds) != 1:
        return PLAIN[written_in]
    (kind,) = kinds
    number = NUMBERS.get(kind, 'record["messageId"]')
    stop = {"python": "\n            break", "nodejs": "\n      break;"}[written_in]
    ordered = kind in STREAMS or kind == "sqs_fifo"
    return (
        ITEMS[written_in]
        .replace("NUMBER", number)
        .replace("STOP", stop if ordered else "")
    )


def runtime(function: Function) -> str:
    """Lambda's name of a runtime: our table of cold starts tells languages on provided.al2023 apart."""
    name, _, inside = function.runtime.partition(" (")
    inside = inside.removesuffix(")")
    return inside if inside.startswith("provided") else name
