"""A scenario as a CDK app, in Python or TypeScript."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.function import Function, ScalableTarget
from sim.scenario.resources import EventBus, Queue
from sim.scenario.scenario import Scenario
from sim.template.write import comments, handler_stub, properties
from sim.template.write.cdk_app import app
from sim.template.write.cdk_names import CdkNames
from sim.template.write.cdk_printer import Python, TypeScript, without_idle_variables
from sim.template.write.cdk_triggers import statements
from sim.template.write.names import construct_ids, variable

GRANTS = {
    "queues": "grant_send_messages",
    "topics": "grant_publish",
    "streams": "grant_write",
    "tables": "grant_write_data",
    "buckets": "grant_put",
    "event_buses": "grant_put_events_to",
}
"""By what each kind of resource lets a function send to it."""


def write_cdk_python(scenario: Scenario) -> str:
    """The text of a CDK app in Python that deploys this scenario."""
    return _written(scenario, Python())


def write_cdk_typescript(scenario: Scenario) -> str:
    """The text of a CDK app in TypeScript that deploys this scenario."""
    return _written(scenario, TypeScript())


def _written(scenario: Scenario, language: Python) -> str:
    names = construct_ids(scenario)
    cdk = CdkNames(scenario, names)
    handlers = {
        function.name: handler_stub.stub(scenario, function)
        for function in scenario.functions
    }
    code = {
        f"{cdk.plain(name)}_handler".upper(): stub
        for name, stub in handlers.items()
        if stub
    }
    body = without_idle_variables(list(dict.fromkeys(_paragraphs(cdk))))
    return app(language, body, code, names.changed)


def _paragraphs(cdk: CdkNames) -> Iterator[str]:
    yield from _sources(cdk)
    for function in cdk.scenario.functions:
        yield from _function(cdk, function)
    for function in cdk.scenario.functions:
        yield from _invocations(cdk, function)
    for trigger in cdk.scenario.triggers:
        yield from statements(cdk, trigger)
    for function in cdk.scenario.functions:
        yield from _grants(cdk, function)


# -- sources
# ---------------------------------------------------------------------------------------------------------


def _sources(cdk: CdkNames) -> Iterator[str]:
    scenario = cdk.scenario
    for queue in _targets_first(scenario.queues):
        yield from (f"# {remark}" for remark in comments.of_queue(scenario, queue))
        yield _made(cdk, queue.name, "sqs.Queue", _queue(cdk, queue))
    for topic in scenario.topics:
        yield _made(cdk, topic.name, "sns.Topic")
        for target in topic.queues:
            yield f"{cdk.source(topic.name)}.add_subscription(subscriptions.SqsSubscription({cdk.source(target)}))"
    for bucket in scenario.buckets:
        yield _made(cdk, bucket.name, "s3.Bucket")
    for bus in scenario.event_buses:
        yield _made(cdk, bus.name, "events.EventBus", f", event_bus_name={bus.name!r}")
        yield from (_ruled(cdk, bus, target) for target in bus.targets)
    for stream in scenario.streams:
        shards = (
            f", shard_count={stream.shard_count}"
            if stream.stream_mode == "PROVISIONED"
            else ""
        )
        settings = properties.in_code(properties.differing(stream, properties.STREAM))
        yield _made(
            cdk, stream.name, "kinesis.Stream",
            f", stream_mode=kinesis.StreamMode.{stream.stream_mode}{shards}{settings}",
        )  # fmt: skip
    streamed = {
        trigger.entry for trigger in scenario.triggers if trigger.kind == "ddb_streams"
    }
    for table in scenario.tables:
        stream_view = (
            ", stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES"
            if table.name in streamed
            else ""
        )
        key = "partition_key=dynamodb.Attribute(name='id', type=dynamodb.AttributeType.STRING)"
        billing = "billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST"
        yield _made(
            cdk, table.name, "dynamodb.Table", f", {key}, {billing}{stream_view}"
        )


def _made(cdk: CdkNames, name: str, construct: str, settings: str = "") -> str:
    return (
        f"{cdk.source(name)} = {construct}(self, {cdk.names.sources[name]!r}{settings})"
    )


def _ruled(cdk: CdkNames, bus: EventBus, target: str) -> str:
    """The rule by which a bus sends to a queue or topic."""
    made = f"{cdk.names.sources[bus.name]}To{cdk.names.sources[target]}"
    source = properties.pattern(cdk.scenario, bus.name, bus.name)["source"]
    pattern = f"event_pattern=events.EventPattern(source={source})"
    construct = (
        "SnsTopic"
        if target in {topic.name for topic in cdk.scenario.topics}
        else "SqsQueue"
    )
    to = f"targets=[events_targets.{construct}({cdk.source(target)})]"
    return f"events.Rule(self, {made!r}, event_bus={cdk.source(bus.name)}, {pattern}, {to})"


def _targets_first(queues: tuple[Queue, ...]) -> list[Queue]:
    """A queue after its dead-letter queue; of queues that wait for each other, the first as it comes."""
    ordered: list[Queue] = []
    waiting = list(queues)
    while waiting:
        done = {queue.name for queue in ordered}
        ready = [
            q
            for q in waiting
            if q.redrive_policy is None
            or q.redrive_policy.dead_letter_target_arn in done
        ]
        ordered += ready or waiting[:1]
        waiting = [queue for queue in waiting if queue not in ordered]
    return ordered


def _queue(cdk: CdkNames, queue: Queue) -> str:
    settings = properties.in_code(properties.differing(queue, properties.QUEUE))
    policy = queue.redrive_policy
    if policy is None:
        return settings
    target = f"queue={cdk.source(policy.dead_letter_target_arn)}, max_receive_count={policy.max_receive_count}"
    return f"{settings}, dead_letter_queue=sqs.DeadLetterQueue({target})"


# -- functions
# -------------------------------------------------------------------------------------------------------


def _function(cdk: CdkNames, function: Function) -> Iterator[str]:
    yield from (
        f"# {remark}" for remark in comments.of_function(cdk.scenario, function)
    )
    plain, made = cdk.plain(function.name), cdk.names.functions[function.name]
    settings = properties.in_code(
        properties.differing(function, properties.FUNCTION)
    ) + _dead_letters(cdk, function)
    if function.package_type == "Image":
        yield f"{plain}_images = ecr.Repository.from_repository_name(self, {made + 'Images'!r}, {made.lower()!r})"
        code = f"code=lambda_.DockerImageCode.from_ecr({plain}_images, tag_or_digest='latest')"
        yield f"{plain} = lambda_.DockerImageFunction(self, {made!r}, {code}{settings})"
    else:
        yield f"{plain} = lambda_.Function(self, {made!r}, {_code(cdk, function)}{settings})"
    alias = function.auto_publish_alias
    if alias:
        config = function.provisioned_concurrency_config
        count = (
            f", provisioned_concurrent_executions={config.provisioned_concurrent_executions}"
            if config
            else ""
        )
        yield f"{cdk.function(function.name)} = {plain}.add_alias({alias!r}{count})"
        if config is not None and config.scalable_target is not None:
            yield from _scaling(cdk, function, config.scalable_target)


def _scaling(
    cdk: CdkNames, function: Function, target: ScalableTarget
) -> Iterator[str]:
    """Application Auto Scaling of the alias's provisioned concurrency.

    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda-readme.html
    """
    made = f"{cdk.plain(function.name)}_scaling"
    bounds = f"min_capacity={target.min_capacity}, max_capacity={target.max_capacity}"
    yield f"{made} = {cdk.function(function.name)}.add_auto_scaling({bounds})"
    if target.target_value is not None:
        yield f"{made}.scale_on_utilization(utilization_target={target.target_value})"
    for number, action in enumerate(target.scheduled_actions, start=1):
        schedule = f"schedule=appscaling.Schedule.expression({action.schedule!r})"
        bounds = (
            f"min_capacity={action.min_capacity}, max_capacity={action.max_capacity}"
        )
        yield f"{made}.scale_on_schedule('Action{number}', {schedule}, {bounds})"


def _code(cdk: CdkNames, function: Function) -> str:
    name = handler_stub.runtime(function)
    constant = name.upper().replace(".X", "_X").replace(".AL", "_AL")
    constant = "".join(
        f"{a}_" if a.isalpha() and b.isdigit() else a
        for a, b in zip(constant, constant[1:] + " ")
    )
    runtime = f"lambda_.Runtime.{RUNTIMES.get(name, constant.replace('.', '_'))}"
    if handler_stub.stub(cdk.scenario, function):
        inline = f"{cdk.plain(function.name)}_handler".upper()
        return f"runtime={runtime}, handler='index.handler', code=lambda_.Code.from_inline({inline})"
    return (
        f"runtime={runtime}, handler='handler', code=lambda_.Code.from_asset('handler')"
    )


RUNTIMES = {
    "java8.al2": "JAVA_8_CORRETTO",
    "provided.al2023": "PROVIDED_AL2023",
    "provided.al2": "PROVIDED_AL2",
}
"""Runtimes that CDK calls by another name."""


def _dead_letters(cdk: CdkNames, function: Function) -> str:
    if function.dead_letter_config is None:
        return ""
    target = function.dead_letter_config.target_arn
    keyword = (
        "dead_letter_topic"
        if target in {topic.name for topic in cdk.scenario.topics}
        else "dead_letter_queue"
    )
    return f", {keyword}={cdk.source(target)}"


def _invocations(cdk: CdkNames, function: Function) -> Iterator[str]:
    """Retries, age and destinations of asynchronous events, when all functions are there."""
    config = function.event_invoke_config
    settings = properties.in_code(properties.differing(config, properties.INVOKE))
    for name in ("on_success", "on_failure"):
        target = getattr(config.destination_config, name)
        settings += f", {name}={_destination(cdk, target)}" if target else ""
    if settings:
        yield f"{cdk.function(function.name)}.configure_async_invoke({settings.removeprefix(', ')})"


def _destination(cdk: CdkNames, target: str) -> str:
    """The construct of a destination.

    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda_destinations-readme.html
    """
    groups = {
        "SqsDestination": cdk.scenario.queues, "SnsDestination": cdk.scenario.topics,
        "S3Destination": cdk.scenario.buckets, "EventBridgeDestination": cdk.scenario.event_buses,
    }  # fmt: skip
    for construct, group in groups.items():
        if target in {one.name for one in group}:
            return f"destinations.{construct}({cdk.source(target)})"
    return f"destinations.LambdaDestination({cdk.function(target)})"


def _grants(cdk: CdkNames, function: Function) -> Iterator[str]:
    """What the handler may send to, and where it finds its address."""
    plain = cdk.plain(function.name)
    for target in dict.fromkeys(output.to for output in function.behaviour.sends):
        for group, grant in GRANTS.items():
            if target in {one.name for one in getattr(cdk.scenario, group)}:
                source = cdk.source(target)
                yield f"{source}.{grant}({plain})"
                yield f"{plain}.add_environment({variable(source).upper()!r}, {source}.{ADDRESSES[group]})"


ADDRESSES = {
    "queues": "queue_url",
    "topics": "topic_arn",
    "streams": "stream_name",
    "tables": "table_name",
    "buckets": "bucket_name",
    "event_buses": "event_bus_name",
}
