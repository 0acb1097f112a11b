"""The properties of a pipe that polls a source: the same for SAM and for CDK's L1 construct.

SAM's translator has no event for it, and CDK no construct above CloudFormation's own.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-pipes-pipe.html
"""

from __future__ import annotations

from typing import Any

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.scenario import Scenario
from sim.template.cloudformation.pipe_parameters import (
    PARAMETERS_OF_ENGINE,
    PARAMETERS_OF_KIND,
    SOURCE,
)
from sim.template.cloudformation.property_tables import put_at
from sim.template.write.written_settings import as_properties, differing

PRINCIPAL = "pipes.amazonaws.com"
"""Who takes the role with which a pipe polls and calls."""
ACTIONS = {
    "sqs_standard": "sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes",
    "kinesis": "kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords "
    "kinesis:GetShardIterator kinesis:ListShards",
    "ddb_streams": "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator "
    "dynamodb:ListStreams",
    "msk": "kafka:DescribeCluster kafka:DescribeClusterV2 kafka:GetBootstrapBrokers "
    "kafka-cluster:Connect kafka-cluster:DescribeGroup kafka-cluster:AlterGroup "
    "kafka-cluster:DescribeTopic kafka-cluster:ReadData",
    "mq": "mq:DescribeBroker",
}
"""What the role may do with a source."""
ACTIONS["sqs_fifo"] = ACTIONS["sqs_standard"]
ACTIONS["kinesis_efo"] = f"{ACTIONS['kinesis']} kinesis:SubscribeToShard"
READ_SECRET = "secretsmanager:GetSecretValue"
SECRETS = {"self_managed_kafka": "SaslScram512Auth", "mq": "BasicAuth"}
"""What signs in with a secret, by kind of source."""


def pipe_properties(
    scenario: Scenario, mapping: EventSourceMapping, **references: Any
) -> dict[str, Any]:
    """Its properties; references are role, source, target and, where it has them, the others.

    These are enrichment, on_failure and secret.
    """
    pipe = mapping.pipe
    waits = pipe is None or pipe.waits
    written = {
        "RoleArn": references["role"],
        "Source": references["source"],
        **as_properties(differing(mapping, "AWS::Pipes::Pipe")),
    }
    group = _group(scenario, mapping)
    own = {**_named(mapping, references), **_settings(mapping, references)}
    if own:
        put_at(written, f"SourceParameters.{group}", own)
    if "enrichment" in references:
        written["Enrichment"] = references["enrichment"]
    written["Target"] = references["target"]
    kind = "REQUEST_RESPONSE" if waits else "FIRE_AND_FORGET"
    place = "TargetParameters.LambdaFunctionParameters.InvocationType"
    put_at(written, place, kind)
    return written


def _group(scenario: Scenario, mapping: EventSourceMapping) -> str:
    """The group of parameters that says how the source is polled."""
    if mapping.kind in PARAMETERS_OF_KIND:
        return PARAMETERS_OF_KIND[mapping.kind]
    engines = {one.name: one.engine_type for one in scenario.brokers}
    return PARAMETERS_OF_ENGINE[engines[mapping.source]]


def _named(
    mapping: EventSourceMapping, references: dict[str, Any]
) -> dict[str, Any]:
    """The topic or the queue within a cluster or broker, and what signs in there."""
    within = {
        "msk": "TopicName",
        "self_managed_kafka": "TopicName",
        "mq": "QueueName",
    }
    named: dict[str, Any] = {}
    if mapping.kind in within:
        named[within[mapping.kind]] = mapping.source
    if mapping.kind in SECRETS:
        named["Credentials"] = {SECRETS[mapping.kind]: references["secret"]}
    return named


def _settings(
    mapping: EventSourceMapping, references: dict[str, Any]
) -> dict[str, Any]:
    settings = as_properties(differing(mapping, SOURCE))
    if "on_failure" in references:
        settings["DeadLetterConfig"] = {"Arn": references["on_failure"]}
    return settings
