"""The alarms of alarms.json, for what a CDK stack has: what the lessons say to watch."""

import json
from collections.abc import Iterator
from pathlib import Path

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_eventsv2 as eventsv2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import IConstruct

RULES = json.loads((Path(__file__).parent / "alarms.json").read_text(encoding="utf-8"))


def add_alarms(stack: Stack) -> None:
    """Add to a finished stack the alarms of what it has."""
    constructs = stack.node.find_all()
    distributions = [one for one in constructs if isinstance(one, cloudfront.Distribution)]
    for distribution in distributions:
        dimensions = {"DistributionId": distribution.distribution_id, "Region": "Global"}
        _add(stack, "distribution with an edge function", distribution.node.id, dimensions)
    # An edge function runs, and is counted, in the Regions near its viewers.
    if distributions:
        return
    mappings = [one for one in constructs if isinstance(one, lambda_.CfnEventSourceMapping)]
    for function in [one for one in constructs if isinstance(one, lambda_.Function)]:
        dimensions = {"FunctionName": function.function_name}
        timeout = function.timeout or Duration.seconds(3)
        for of in _kinds_of_function(function, mappings):
            _add(stack, of, function.node.id, dimensions, timeout)
    for construct in constructs:
        for of, dimensions in _around_functions(construct):
            _add(stack, of, construct.node.id, dimensions)


def _around_functions(construct: IConstruct) -> Iterator[tuple[str, dict[str, str]]]:
    """What a construct is, in the words of alarms.json, and its metrics' dimensions."""
    if isinstance(construct, apigateway.RestApi):
        yield "REST API", {"ApiName": construct.rest_api_name}
    if isinstance(construct, apigatewayv2.HttpApi):
        yield "HTTP API", {"ApiId": construct.api_id}
    if isinstance(construct, apigatewayv2.WebSocketApi):
        yield "WebSocket API", {"ApiId": construct.api_id}
    if isinstance(construct, elbv2.ApplicationLoadBalancer):
        yield "load balancer", {"LoadBalancer": construct.load_balancer_full_name}
    if isinstance(construct, sqs.Queue):
        # A queue that is worked off has a dead-letter queue; one that keeps failures has none.
        of = "queue" if construct.dead_letter_queue else "queue of failures"
        yield of, {"QueueName": construct.queue_name}
    if isinstance(construct, eventsv2.CfnSubscriber):
        bus = construct.stack.node.find_child("OrdersBus")
        arns = {"EventBus": bus.attr_event_bus_arn, "Subscriber": construct.attr_subscriber_arn}
        yield "subscriber", arns


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
    if function.node.try_find_child("FunctionUrl"):
        yield "function with a URL"
    for mapping in streams:
        is_kafka = mapping.topics is not None
        yield "function that reads a " + ("Kafka topic" if is_kafka else "stream")


def _add(
    stack: Stack,
    of: str,
    name: str,
    dimensions: dict[str, str],
    timeout: Duration | None = None,
) -> None:
    for rule in RULES:
        if rule["of"] != of:
            continue
        is_share = timeout is not None and rule["unit"] == "of the timeout"
        unit = timeout.to_milliseconds() if is_share else 1
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
            threshold=rule["threshold"] * unit,
            evaluation_periods=rule["evaluation_periods"],
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
