"""The alarms of alarms.json, for what a CDK stack has: what the lessons say to watch."""

import json
from collections.abc import Iterator
from pathlib import Path

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_eventsv2 as eventsv2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

RULES = json.loads((Path(__file__).parent / "alarms.json").read_text(encoding="utf-8"))


def add_alarms(stack: Stack) -> None:
    """Add to a finished stack the alarms of its functions, queues and subscribers."""
    constructs = stack.node.find_all()
    distributions = [one for one in constructs if isinstance(one, cloudfront.Distribution)]
    for distribution in distributions:
        dimensions = {"DistributionId": distribution.distribution_id, "Region": "Global"}
        _add(stack, "distribution with an edge function", distribution.node.id, dimensions)
    # An edge function runs, and is counted, in the Regions near its viewers.
    if distributions:
        return
    mappings = [one for one in constructs if isinstance(one, lambda_.CfnEventSourceMapping)]
    for construct in constructs:
        if isinstance(construct, lambda_.Function):
            dimensions = {"FunctionName": construct.function_name}
            for of in _kinds_of_function(construct, mappings):
                _add(stack, of, construct.node.id, dimensions)
        if isinstance(construct, sqs.Queue):
            # A queue that is worked off has a dead-letter queue; one that keeps failures has none.
            of = "queue" if construct.dead_letter_queue else "queue of failures"
            _add(stack, of, construct.node.id, {"QueueName": construct.queue_name})
        if isinstance(construct, eventsv2.CfnSubscriber):
            bus = stack.node.find_child("OrdersBus")
            dimensions = {"EventBus": bus.name, "Subscriber": construct.name}
            _add(stack, "subscriber", construct.node.id, dimensions)


def _kinds_of_function(
    function: lambda_.Function, mappings: list[lambda_.CfnEventSourceMapping]
) -> Iterator[str]:
    """What a function is, in the words of alarms.json."""
    mine = [one for one in mappings if one.function_name == function.function_name]
    streams = [one for one in mine if one.starting_position]
    is_asynchronous = function.node.try_find_child("EventInvokeConfig") is not None
    yield "function"
    if is_asynchronous:
        yield "asynchronous function"
    if is_asynchronous or any(one.destination_config for one in mine):
        yield "function with a destination"
    if function.dead_letter_queue:
        yield "function with a dead-letter queue"
    for mapping in streams:
        is_kafka = mapping.topics is not None
        yield "function that reads a " + ("Kafka topic" if is_kafka else "stream")


def _add(stack: Stack, of: str, name: str, dimensions: dict[str, str]) -> None:
    for rule in RULES:
        if rule["of"] != of:
            continue
        metric = cloudwatch.Metric(
            namespace=rule["namespace"],
            metric_name=rule["metric_name"],
            dimensions_map=dimensions,
            statistic=rule["statistic"],
            period=Duration.minutes(1),
        )
        cloudwatch.Alarm(
            stack,
            name + rule["metric_name"],
            alarm_description=rule["reason"],
            metric=metric,
            threshold=rule["threshold"],
            evaluation_periods=rule["evaluation_periods"],
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
