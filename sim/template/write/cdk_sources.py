"""A scenario's queues, topics, buckets, event buses, streams and tables as CDK constructs."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.resources import DEFAULT_BUS, Bucket, EventBus, Queue, Topic
from sim.scenario.streams import Stream
from sim.template.write.cdk_names import CdkNames
from sim.template.write.cdk_subscribers import (
    BUS,
    custom_event_bus_arguments,
)
from sim.template.write.comments import queue_comments
from sim.template.write.filter_policies import (
    filter_policy_argument,
    policy_of,
)
from sim.template.write.names import bus_name
from sim.template.write.trigger_settings import rule_pattern
from sim.template.write.written_settings import as_cdk_arguments, differing

TABLE = (
    ", partition_key=dynamodb.Attribute(name='id', type=dynamodb.AttributeType.STRING)"
    ", billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST"
)
OTHER_REGIONS = (
    "Add the table's other Regions by hand: CDK takes them only in a stack "
    "whose own Region is given."
)
TABLE_STREAM = ", stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES"


def source_statements(names: CdkNames) -> Iterator[str]:
    """The statements that make every source, each after what it refers to."""
    scenario = names.scenario
    for queue in _dead_letter_queues_first(scenario.queues):
        for comment in queue_comments(scenario, queue):
            yield f"# {comment}"
        yield _assignment(
            names, queue.name, "sqs.Queue", _queue_arguments(names, queue)
        )
    for topic in scenario.topics:
        yield from _topic(names, topic)
    yield from _event_buses(names)
    for bucket in scenario.buckets:
        yield from _bucket(names, bucket)
    for stream in scenario.streams:
        arguments = _stream_arguments(stream)
        yield from _stream_comments(stream)
        yield _assignment(names, stream.name, "kinesis.Stream", arguments)
    read_as_streams = [
        trigger.entry
        for trigger in scenario.triggers
        if trigger.kind == "ddb_streams"
    ]
    for table in scenario.tables:
        if table.global_table:
            yield f"# {OTHER_REGIONS}"
        stream_argument = TABLE_STREAM if table.name in read_as_streams else ""
        arguments = f"{TABLE}{stream_argument}"
        yield _assignment(names, table.name, "dynamodb.Table", arguments)


def _topic(names: CdkNames, topic: Topic) -> Iterator[str]:
    """A topic, and the queues that subscribe to it."""
    arguments = as_cdk_arguments(differing(topic, "AWS::SNS::Topic"))
    yield _assignment(names, topic.name, "sns.Topic", arguments)
    for name in topic.queues:
        policy = filter_policy_argument(policy_of(topic, name))
        arguments = f"{names.source(name)}{policy}"
        subscription = f"subscriptions.SqsSubscription({arguments})"
        yield f"{names.source(topic.name)}.add_subscription({subscription})"


def _bucket(names: CdkNames, bucket: Bucket) -> Iterator[str]:
    """A bucket, and what gets its notifications."""
    groups = [names.ids.groups[target] for target in bucket.targets]
    to_bus = ", event_bridge_enabled=True" if "event_buses" in groups else ""
    yield _assignment(names, bucket.name, "s3.Bucket", to_bus)
    for target, group in zip(bucket.targets, groups, strict=True):
        if group != "event_buses":
            kind = "Sns" if group == "topics" else "Sqs"
            destination = (
                f"s3_notifications.{kind}Destination({names.source(target)})"
            )
            variable = names.source(bucket.name)
            created = "s3.EventType.OBJECT_CREATED"
            yield f"{variable}.add_event_notification({created}, {destination})"


def _event_buses(names: CdkNames) -> Iterator[str]:
    for bus in names.scenario.event_buses:
        yield _event_bus(names, bus.name)
        for target in bus.targets:
            if names.ids.groups[target] != "state_machines":
                yield _rule_to(names, bus, target)
    for custom_bus in names.scenario.custom_event_buses:
        arguments = custom_event_bus_arguments(custom_bus)
        yield _assignment(names, custom_bus.name, BUS, arguments)


def _event_bus(names: CdkNames, bus: str) -> str:
    """A bus with rules; the default one is there in every account."""
    if bus == DEFAULT_BUS:
        found = "events.EventBus.from_event_bus_name"
        return _assignment(names, bus, found, f", {DEFAULT_BUS!r}")
    named = f", event_bus_name={bus_name(bus)!r}"
    return _assignment(names, bus, "events.EventBus", named)


def _assignment(
    names: CdkNames, source: str, construct: str, arguments: str = ""
) -> str:
    construct_id = names.ids.sources[source]
    return f"{names.source(source)} = {construct}(self, {construct_id!r}{arguments})"


def _dead_letter_queues_first(queues: tuple[Queue, ...]) -> list[Queue]:
    """Each queue after its dead-letter queue; in a circle, the first one as it comes."""
    ordered: list[Queue] = []
    waiting = list(queues)
    while waiting:
        done = [None, *(queue.name for queue in ordered)]
        ready = [
            queue for queue in waiting if _dead_letter_target(queue) in done
        ]
        ordered += ready or waiting[:1]
        waiting = [queue for queue in waiting if queue not in ordered]
    return ordered


def _dead_letter_target(queue: Queue) -> str | None:
    policy = queue.redrive_policy
    return policy.dead_letter_target_arn if policy is not None else None


def _queue_arguments(names: CdkNames, queue: Queue) -> str:
    arguments = as_cdk_arguments(differing(queue, "AWS::SQS::Queue"))
    policy = queue.redrive_policy
    if policy is None:
        return arguments
    target = names.source(policy.dead_letter_target_arn)
    redrive = f"queue={target}, max_receive_count={policy.max_receive_count}"
    return f"{arguments}, dead_letter_queue=sqs.DeadLetterQueue({redrive})"


def _stream_comments(stream: Stream) -> Iterator[str]:
    """What CDK's construct cannot say."""
    for setting in differing(stream, "AWS::Kinesis::Stream"):
        if not setting.cdk_argument:
            what = f"Set {setting.property} by hand, to {setting.value}"
            yield f"# {what}: CDK's Stream has no argument for it."


def _stream_arguments(stream: Stream) -> str:
    mode = f", stream_mode=kinesis.StreamMode.{stream.stream_mode}"
    if stream.stream_mode == "PROVISIONED":
        mode += f", shard_count={stream.shard_count}"
    return mode + as_cdk_arguments(differing(stream, "AWS::Kinesis::Stream"))


def _rule_to(names: CdkNames, bus: EventBus, target: str) -> str:
    """The rule by which a bus sends to a queue or topic."""
    is_topic = names.ids.groups[target] == "topics"
    construct = "SnsTopic" if is_topic else "SqsQueue"
    made = f"events_targets.{construct}({names.source(target)})"
    return rule(names, bus, target, made)


def rule(names: CdkNames, bus: EventBus, target: str, made: str) -> str:
    """A rule of a bus; `made` is the target as CDK has it."""
    ids = names.ids
    construct_id = f"{ids.sources[bus.name]}To{ids.sources[target]}"
    sources = rule_pattern(names.scenario, bus.name, bus.name)["source"]
    arguments = [
        f"event_bus={names.source(bus.name)}",
        f"event_pattern=events.EventPattern(source={sources})",
        f"targets=[{made}]",
    ]
    return f"events.Rule(self, {construct_id!r}, {', '.join(arguments)})"
