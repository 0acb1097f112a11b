"""A scenario's function as a SAM resource."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.scenario.function import Function
from sim.template.write.comments import function_comments
from sim.template.write.handler_stub import aws_runtime, handler_stub
from sim.template.write.names import variable
from sim.template.write.sam_mappings import destination_type
from sim.template.write.sam_names import Fragment, SamNames, merge
from sim.template.write.sam_roles import allow
from sim.template.write.sam_yaml import GetAtt, Ref, comment_keys
from sim.template.write.written_settings import as_properties, differing


class SamPolicy(NamedTuple):
    """A policy of SAM, its parameter, and the attribute that it takes in place of a reference."""

    name: str
    parameter: str
    attribute: str = ""


POLICIES = {
    "queues": SamPolicy("SQSSendMessagePolicy", "QueueName", "QueueName"),
    "topics": SamPolicy("SNSPublishMessagePolicy", "TopicName", "TopicName"),
    "streams": SamPolicy("KinesisCrudPolicy", "StreamName"),
    "tables": SamPolicy("DynamoDBWritePolicy", "TableName"),
    "buckets": SamPolicy("S3WritePolicy", "BucketName"),
    "event_buses": SamPolicy("EventBridgePutEventsPolicy", "EventBusName"),
    "state_machines": SamPolicy(
        "StepFunctionsExecutionPolicy", "StateMachineName", "Name"
    ),
}
"""What lets a function send to each kind of resource.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
"""


def sam_function(
    names: SamNames, function: Function, fragment: Fragment
) -> dict[str, Any]:
    """The resource of a function; `fragment` is what its triggers need."""
    properties = merge(
        [
            _code(names, function),
            _concurrency(function),
            _asynchronous_settings(names, function),
            _sends(names, function),
            fragment.get("Properties", {}),
        ]
    )
    events = fragment.get("Events")
    if events:
        logical_id = names.ids.functions[function.name]
        properties["Events"] = _with_short_names(events, logical_id)
    comments = list(fragment.get("Comments", []))
    comments += function_comments(names.scenario, function)
    return {
        **comment_keys(comments),
        "Type": "AWS::Serverless::Function",
        "Properties": properties,
    }


def _with_short_names(events: dict[str, Any], function: str) -> dict[str, Any]:
    """Events by the names that SAM puts behind the function's name.

    What begins with the function's name needs it no second time.
    """
    taken = list(events)
    taken += [name.removeprefix(function) for name in events]
    named = {}
    for name, event in events.items():
        short_name = name.removeprefix(function)
        is_free = short_name and taken.count(short_name) == 1
        named[short_name if is_free else name] = event
    return named


def _code(names: SamNames, function: Function) -> dict[str, Any]:
    settings = as_properties(differing(function, "AWS::Lambda::Function"))
    if function.package_type == "Image":
        image = names.ids.functions[function.name].lower()
        registry = "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com"
        uri = {"Fn::Sub": f"{registry}/{image}:latest"}
        return {"PackageType": "Image", "ImageUri": uri, **settings}
    stub = handler_stub(names.scenario, function)
    if stub:
        code = {"Handler": "index.handler", "InlineCode": stub}
    else:
        code = {"Handler": "handler", "CodeUri": "handler/"}
    return {"Runtime": aws_runtime(function), **code, **settings}


def _concurrency(function: Function) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if function.auto_publish_alias:
        settings["AutoPublishAlias"] = function.auto_publish_alias
    config = function.provisioned_concurrency_config
    if config:
        count = config.provisioned_concurrent_executions
        provisioned = {"ProvisionedConcurrentExecutions": count}
        settings["ProvisionedConcurrencyConfig"] = provisioned
    return settings


def _asynchronous_settings(
    names: SamNames, function: Function
) -> dict[str, Any]:
    """Retries, age, destinations and the dead-letter queue of asynchronous events."""
    settings = as_properties(
        differing(function, "AWS::Lambda::EventInvokeConfig")
    )
    config = function.event_invoke_config.destination_config
    targets = {"OnSuccess": config.on_success, "OnFailure": config.on_failure}
    destinations = {
        name: {
            **destination_type(names, target),
            "Destination": names.arn(target),
        }
        for name, target in targets.items()
        if target is not None
    }
    if destinations:
        settings["DestinationConfig"] = destinations
    written: dict[str, Any] = (
        {"EventInvokeConfig": settings} if settings else {}
    )
    if function.dead_letter_config:
        target = function.dead_letter_config.target_arn
        arn = {"TargetArn": names.arn(target)}
        written["DeadLetterQueue"] = {**destination_type(names, target), **arn}
    return written


def _sends(names: SamNames, function: Function) -> dict[str, Any]:
    """What the handler may send to, and where it finds its address."""
    policies = []
    variables = {}
    for target in dict.fromkeys(
        output.to for output in function.behaviour.sends
    ):
        group = names.ids.groups.get(target, "")
        if group in POLICIES or group == "custom_event_buses":
            logical_id = names.ids.sources[target]
            address: Ref | str = Ref(logical_id)
            if group == "event_buses":
                address = names.bus(target)
            policies.append(_policy(group, logical_id, address))
            variables[variable(logical_id).upper()] = address
    if not policies:
        return {}
    return {"Environment": {"Variables": variables}, "Policies": policies}


def _policy(group: str, logical_id: str, address: Ref | str) -> dict[str, Any]:
    """SAM's policy for a kind of resource; it has none for a Custom Event Bus.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-names.html
    """
    if group not in POLICIES:
        return {"Statement": [allow("events:PutEvents", address)]}
    policy = POLICIES[group]
    value: GetAtt | Ref | str = address
    if policy.attribute:
        value = GetAtt(f"{logical_id}.{policy.attribute}")
    return {policy.name: {policy.parameter: value}}
