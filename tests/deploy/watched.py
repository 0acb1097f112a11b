"""Which alarms a system must have, worked out from its plain CloudFormation."""

import json
from collections.abc import Iterator
from typing import Any

from sim.facts import DATA

DEPLOY = DATA / "deploy"
RULES = json.loads((DEPLOY / "alarms.json").read_text("utf-8"))
RESOURCES = dict[str, dict[str, Any]]
FAILURES = (
    "deadLetterTargetArn",
    "DeadLetterConfig",
    "OnFailure",
    "OnFailureConfiguration",
    "ErrorAction",
)
"""Properties that name where something goes that was given up."""


def expected_alarms(template: dict[str, Any]) -> list[dict[str, Any]]:
    """The properties of each alarm that belongs to what the template has."""
    resources = template["Resources"]
    return [
        _properties(rule, dimensions, _unit(rule, dimensions, resources))
        for of, dimensions in _watched(resources)
        for rule in RULES
        if rule["of"] == of
    ]


def alarms(template: dict[str, Any]) -> list[dict[str, Any]]:
    """The properties of each alarm that the template has."""
    return [
        resource["Properties"]
        for resource in _of_type(template["Resources"], "CloudWatch::Alarm")
    ]


def _unit(
    rule: dict[str, Any], dimensions: dict[str, Any], resources: RESOURCES
) -> int:
    """What a threshold is a multiple of: one, or the milliseconds of a function's timeout."""
    if rule["unit"] != "of the timeout":
        return 1
    function = resources[dimensions["FunctionName"]["Ref"]]
    seconds: int = function["Properties"]["Timeout"]
    return 1000 * seconds


def _properties(
    rule: dict[str, Any], dimensions: dict[str, Any], unit: int
) -> dict[str, Any]:
    return {
        "AlarmDescription": rule["reason"],
        "Namespace": rule["namespace"],
        "MetricName": rule["metric_name"],
        "Dimensions": [
            {"Name": name, "Value": value} for name, value in dimensions.items()
        ],
        "Statistic": rule["statistic"],
        "Period": 60,
        "EvaluationPeriods": rule["evaluation_periods"],
        "Threshold": round(rule["threshold"] * unit),
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    }


def _watched(resources: RESOURCES) -> Iterator[tuple[str, dict[str, Any]]]:
    """What there is to watch, in the words of the rules, and its dimensions."""
    shops = _names(resources, "CloudFront::Distribution")
    for name in shops:
        dimensions = {"DistributionId": {"Ref": name}, "Region": "Global"}
        yield "distribution with an edge function", dimensions
    if shops:
        return
    for name in _names(resources, "Lambda::Function"):
        if name.startswith("BucketNotificationsHandler"):
            continue
        for of in _kinds_of_function(resources, name):
            yield of, {"FunctionName": {"Ref": name}}
    yield from _front_doors(resources)
    given_up = "".join(_given_up(resources))
    for name in _names(resources, "SQS::Queue"):
        keeps = f'"{name}"' in given_up
        of = "queue of failures" if keeps else "queue"
        yield of, {"QueueName": {"Fn::GetAtt": [name, "QueueName"]}}
    for name in _names(resources, "EventsV2::Subscriber"):
        [bus] = _names(resources, "EventsV2::EventBus")
        yield (
            "subscriber",
            {
                "EventBus": {"Fn::GetAtt": [bus, "EventBusArn"]},
                "Subscriber": {"Fn::GetAtt": [name, "SubscriberArn"]},
            },
        )


def _front_doors(resources: RESOURCES) -> Iterator[tuple[str, dict[str, Any]]]:
    """APIs and load balancers: what they are, and their dimensions."""
    for api in _of_type(resources, "ApiGateway::RestApi"):
        yield "REST API", {"ApiName": _api_name(api["Properties"])}
    for name in _names(resources, "ApiGatewayV2::Api"):
        talks = "RouteSelectionExpression" in resources[name]["Properties"]
        of = "WebSocket API" if talks else "HTTP API"
        yield of, {"ApiId": {"Ref": name}}
    for name in _names(resources, "ElasticLoadBalancingV2::LoadBalancer"):
        full_name = {"Fn::GetAtt": [name, "LoadBalancerFullName"]}
        yield "load balancer", {"LoadBalancer": full_name}


def _api_name(properties: dict[str, Any]) -> Any:
    """A REST API without a name has the title of its body."""
    return properties.get("Name") or properties["Body"]["info"]["title"]


def _kinds_of_function(resources: RESOURCES, name: str) -> Iterator[str]:
    """What a function is, in the words of the rules."""
    configurations = _naming(resources, "Lambda::EventInvokeConfig", name)
    mappings = _naming(resources, "Lambda::EventSourceMapping", name)
    settings = [*configurations, *mappings]
    same = ({"Ref": name}, {"Fn::GetAtt": [name, "Arn"]})
    yield "function"
    if configurations:
        yield "asynchronous function"
    if any("DestinationConfig" in one for one in settings):
        yield "function with a destination"
    if "DeadLetterConfig" in resources[name]["Properties"]:
        yield "function with a dead-letter queue"
    if any(
        one["Properties"]["TargetFunctionArn"] in same
        for one in _of_type(resources, "Lambda::Url")
    ):
        yield "function with a URL"
    for mapping in mappings:
        if "Topics" in mapping:
            yield "function that reads a Kafka topic"
        elif "StartingPosition" in mapping:
            yield "function that reads a stream"


def _naming(
    resources: RESOURCES, kind: str, function: str
) -> list[dict[str, Any]]:
    """The settings of those resources of a kind that belong to a function."""
    return [
        one["Properties"]
        for one in _of_type(resources, kind)
        if one["Properties"]["FunctionName"] == {"Ref": function}
    ]


def _given_up(node: Any) -> Iterator[str]:
    """The text of each property that names where something goes that was given up."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in FAILURES:
                yield json.dumps(value)
            yield from _given_up(value)
    if isinstance(node, list):
        for value in node:
            yield from _given_up(value)


def _of_type(resources: RESOURCES, kind: str) -> list[dict[str, Any]]:
    return [resources[name] for name in _names(resources, kind)]


def _names(resources: RESOURCES, kind: str) -> list[str]:
    return [
        name
        for name, resource in resources.items()
        if resource["Type"] == f"AWS::{kind}"
    ]
