"""A scenario as a SAM template."""

from __future__ import annotations

from typing import Any

from sim.scenario.function import Function
from sim.scenario.resources import Queue
from sim.scenario.scenario import Scenario
from sim.scenario.streams import Stream
from sim.template.write import comments as remarks
from sim.template.write import handler_stub, properties
from sim.template.write.names import logical_ids, variable
from sim.template.write.sam_mappings import destination_type
from sim.template.write.sam_names import Part, SamNames
from sim.template.write.sam_passing import ruled, subscribed
from sim.template.write.sam_scaling import scaling
from sim.template.write.sam_triggers import part_of_trigger
from sim.template.write.sam_yaml import GetAtt, Ref, commented, dumped

TABLE = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}
GROUPS = (
    ("queues", "SQSSendMessagePolicy", "QueueName", "QueueName"),
    ("topics", "SNSPublishMessagePolicy", "TopicName", "TopicName"),
    ("streams", "KinesisCrudPolicy", "StreamName", ""),
    ("tables", "DynamoDBWritePolicy", "TableName", ""),
    ("buckets", "S3WritePolicy", "BucketName", ""),
    ("event_buses", "EventBridgePutEventsPolicy", "EventBusName", ""),
)
"""For what a function sends to: SAM's policy template, its parameter, and the attribute it takes (empty: a Ref).

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
"""


def write_sam(scenario: Scenario) -> str:
    """The text of a SAM template that deploys this scenario."""
    names = logical_ids(scenario)
    sam = SamNames(scenario, names)
    parts = {function.name: _parts(sam, function) for function in scenario.functions}
    resources: dict[str, Any] = {}
    for function in scenario.functions:
        resources[names.functions[function.name]] = _function(
            sam, function, parts[function.name]
        )
        resources |= parts[function.name].get("Resources", {}) | scaling(
            function, names.functions[function.name]
        )
    parameters = _merged([part.get("Parameters", {}) for part in parts.values()])
    template = {
        "#0": remarks.HEAD,
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        **({"Metadata": {"Names": names.changed}} if names.changed else {}),
        **({"Parameters": parameters} if parameters else {}),
        "Resources": {**resources, **_sources(sam)},
    }
    return _spaced(dumped(template))


def _parts(sam: SamNames, function: Function) -> Part:
    """What all triggers of a function need, together."""
    triggers = [
        trigger
        for trigger in sam.scenario.triggers
        if trigger.function == function.name
    ]
    return _merged([part_of_trigger(sam, trigger) for trigger in triggers])


def _merged(parts: list[Part]) -> Part:
    """Mappings within mappings put together; lists one after the other."""
    merged: Part = {}
    for part in parts:
        for key, value in part.items():
            there = merged.get(key)
            if isinstance(there, dict):
                merged[key] = _merged([there, value])
            else:
                merged[key] = [*there, *value] if isinstance(there, list) else value
    return merged


# -- functions
# -------------------------------------------------------------------------------------------------------


def _function(sam: SamNames, function: Function, part: Part) -> dict[str, Any]:
    settings = _merged(
        [
            _code(sam, function),
            _concurrency(function),
            _invocations(sam, function),
            _sends(sam, function),
        ]
    )
    settings = _merged([settings, part.get("Properties", {})])
    comments = [*part.get("Comments", []), *remarks.of_function(sam.scenario, function)]
    if part.get("Events"):
        settings["Events"] = _events(sam.names.functions[function.name], part["Events"])
    return {
        **commented(comments),
        "Type": "AWS::Serverless::Function",
        "Properties": settings,
    }


def _events(function: str, events: dict[str, Any]) -> dict[str, Any]:
    """Events by the names that SAM puts behind the function's name: what begins with it needs it no second time."""
    plain = {name: name.removeprefix(function) for name in events}
    taken = [*events, *plain.values()]
    return {
        plain[name] if plain[name] and taken.count(plain[name]) == 1 else name: events[
            name
        ]
        for name in events
    }


def _code(sam: SamNames, function: Function) -> dict[str, Any]:
    written = properties.in_template(
        properties.differing(function, properties.FUNCTION)
    )
    if function.package_type == "Image":
        made = sam.names.functions[function.name].lower()
        image = (
            "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/" + made + ":latest"
        )
        return {"PackageType": "Image", "ImageUri": {"Fn::Sub": image}, **written}
    stub = handler_stub.stub(sam.scenario, function)
    code = (
        {"Handler": "index.handler", "InlineCode": stub}
        if stub
        else {"Handler": "handler", "CodeUri": "handler/"}
    )
    return {"Runtime": handler_stub.runtime(function), **code, **written}


def _concurrency(function: Function) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if function.auto_publish_alias:
        settings["AutoPublishAlias"] = function.auto_publish_alias
    if function.provisioned_concurrency_config:
        settings["ProvisionedConcurrencyConfig"] = {
            "ProvisionedConcurrentExecutions": function.provisioned_concurrency_config.provisioned_concurrent_executions
        }
    return settings


def _invocations(sam: SamNames, function: Function) -> dict[str, Any]:
    """Retries, age, destinations and the dead-letter queue of asynchronous events."""
    config = function.event_invoke_config
    settings = properties.in_template(properties.differing(config, properties.INVOKE))
    targets = {
        "OnSuccess": config.destination_config.on_success,
        "OnFailure": config.destination_config.on_failure,
    }
    destinations = {
        name: {**destination_type(sam, target), "Destination": sam.arn(target)}
        for name, target in targets.items()
        if target is not None
    }
    if destinations:
        settings["DestinationConfig"] = destinations
    written: dict[str, Any] = {"EventInvokeConfig": settings} if settings else {}
    if function.dead_letter_config:
        target = function.dead_letter_config.target_arn
        written["DeadLetterQueue"] = {
            **destination_type(sam, target),
            "TargetArn": sam.arn(target),
        }
    return written


def _sends(sam: SamNames, function: Function) -> dict[str, Any]:
    """What the handler may send to, and where it finds its address."""
    policies, variables = [], {}
    for target in dict.fromkeys(output.to for output in function.behaviour.sends):
        policy = _policy(sam, target)
        if policy:
            policies.append(policy)
            variables[variable(sam.names.sources[target]).upper()] = Ref(
                sam.names.sources[target]
            )
    return (
        {"Environment": {"Variables": variables}, "Policies": policies}
        if policies
        else {}
    )


def _policy(sam: SamNames, target: str) -> dict[str, Any] | None:
    for group, policy, parameter, attribute in GROUPS:
        if target in {one.name for one in getattr(sam.scenario, group)}:
            made = sam.names.sources[target]
            return {
                policy: {
                    parameter: GetAtt(f"{made}.{attribute}") if attribute else Ref(made)
                }
            }
    return None


# -- sources
# ---------------------------------------------------------------------------------------------------------


def _sources(sam: SamNames) -> dict[str, Any]:
    scenario, ids = sam.scenario, sam.names.sources
    resources: dict[str, Any] = {
        ids[queue.name]: _queue(sam, queue) for queue in scenario.queues
    }
    for topic in scenario.topics:
        resources[ids[topic.name]] = {"Type": "AWS::SNS::Topic"}
        for queue in topic.queues:
            resources |= subscribed(ids[topic.name], ids[queue])
    resources |= {
        ids[bucket.name]: {"Type": "AWS::S3::Bucket"} for bucket in scenario.buckets
    }
    for bus in scenario.event_buses:
        resources[ids[bus.name]] = {
            "Type": "AWS::Events::EventBus",
            "Properties": {"Name": bus.name},
        }
        resources |= ruled(sam, bus)
    resources |= {ids[stream.name]: _stream(stream) for stream in scenario.streams}
    streamed = {
        trigger.entry for trigger in scenario.triggers if trigger.kind == "ddb_streams"
    }
    for table in scenario.tables:
        stream = (
            {"StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"}}
            if table.name in streamed
            else {}
        )
        resources[ids[table.name]] = {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {**TABLE, **stream},
        }
    return resources


def _queue(sam: SamNames, queue: Queue) -> dict[str, Any]:
    settings = properties.in_template(properties.differing(queue, properties.QUEUE))
    if queue.redrive_policy:
        policy = queue.redrive_policy
        target = GetAtt(f"{sam.names.sources[policy.dead_letter_target_arn]}.Arn")
        settings["RedrivePolicy"] = properties.dead_letters(
            target, policy.max_receive_count
        )
    remark = commented(list(remarks.of_queue(sam.scenario, queue)))
    return {
        **remark,
        "Type": "AWS::SQS::Queue",
        **({"Properties": settings} if settings else {}),
    }


def _stream(stream: Stream) -> dict[str, Any]:
    settings = properties.in_template(properties.differing(stream, properties.STREAM))
    on_demand = {"StreamModeDetails": {"StreamMode": "ON_DEMAND"}}
    mode = (
        on_demand
        if stream.stream_mode == "ON_DEMAND"
        else {"ShardCount": stream.shard_count}
    )
    return {"Type": "AWS::Kinesis::Stream", "Properties": {**mode, **settings}}


def _spaced(text: str) -> str:
    """An empty line before each section and each resource, as people write them."""
    lines: list[str] = []
    section = ""
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        section = line if indent == 0 else section
        first = bool(lines) and lines[-1].startswith(("Resources:", "#"))
        new = indent == 0 and section.startswith(
            ("Metadata", "Parameters", "Resources")
        )
        if not first and (new or (indent == 2 and section == "Resources:")):
            lines.append("")
        lines.append(line)
    return "\n".join(lines) + "\n"
