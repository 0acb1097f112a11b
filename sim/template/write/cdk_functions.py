"""A scenario's functions as CDK constructs, with what belongs to each of them."""

from __future__ import annotations

from collections.abc import Iterator

from sim import facts
from sim.scenario.function import Function
from sim.scenario.provisioned_concurrency import ScalableTarget
from sim.template.write.cdk_names import CdkNames
from sim.template.write.comments import function_comments
from sim.template.write.handler_stub import (
    aws_runtime,
    handler_stub,
    language_in_template,
)
from sim.template.write.names import variable
from sim.template.write.written_settings import (
    as_cdk_arguments,
    differing,
)

CONSTANTS = {row.runtime: row.cdk_constant for row in facts.runtimes()}
DESTINATIONS = {
    "queues": "SqsDestination",
    "topics": "SnsDestination",
    "buckets": "S3Destination",
    "event_buses": "EventBridgeDestination",
}
"""The construct of a destination; that of a function is a LambdaDestination.

https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda_destinations-readme.html
"""
GRANTS = {
    "queues": "grant_send_messages",
    "topics": "grant_publish",
    "streams": "grant_write",
    "tables": "grant_write_data",
    "buckets": "grant_put",
    "event_buses": "grant_put_events_to",
    "state_machines": "grant_start_execution",
}
"""By what each kind of resource lets a function send to it."""
ADDRESSES = {
    "queues": "queue_url",
    "topics": "topic_arn",
    "streams": "stream_name",
    "tables": "table_name",
    "buckets": "bucket_name",
    "event_buses": "event_bus_name",
    "state_machines": "state_machine_arn",
}
"""By what a function finds it."""


def function_statements(names: CdkNames, function: Function) -> Iterator[str]:
    """The statements that make a function, its alias, and what scales it."""
    for comment in function_comments(names.scenario, function):
        yield f"# {comment}"
    made = names.function(function.name)
    construct_id = names.ids.functions[function.name]
    settings = as_cdk_arguments(differing(function, "AWS::Lambda::Function"))
    settings += _dead_letters(names, function)
    if function.package_type == "Image":
        repository = f"{construct_id + 'Images'!r}, {construct_id.lower()!r}"
        yield f"{made}_images = ecr.Repository.from_repository_name(self, {repository})"
        image = f"{made}_images, tag_or_digest='latest'"
        code = f"code=lambda_.DockerImageCode.from_ecr({image})"
        construct = "lambda_.DockerImageFunction"
    else:
        code = _code(names, function)
        construct = "lambda_.Function"
    yield f"{made} = {construct}(self, {construct_id!r}, {code}{settings})"
    if function.auto_publish_alias:
        yield from _alias(names, function)


def _code(names: CdkNames, function: Function) -> str:
    handler, code = "handler", "lambda_.Code.from_asset('handler')"
    if handler_stub(names.scenario, function):
        handler = "index.handler"
        code = f"lambda_.Code.from_inline({handler_constant(names, function.name)})"
    return f"runtime={_runtime(function)}, handler={handler!r}, code={code}"


def _runtime(function: Function) -> str:
    """CDK's constant for a runtime, or a runtime that is made of AWS's name for it.

    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda.Runtime.html
    """
    runtime = aws_runtime(function)
    if CONSTANTS.get(runtime):
        return f"lambda_.Runtime.{CONSTANTS[runtime]}"
    family = "OTHER"
    inline = ""
    language = language_in_template(function)
    if language is not None:
        family = language.upper()
        inline = ", supports_inline_code=True"
    return (
        f"lambda_.Runtime({runtime!r}, lambda_.RuntimeFamily.{family}{inline})"
    )


def handler_constant(names: CdkNames, function: str) -> str:
    """The constant that holds the code of a function's handler."""
    return f"{names.function(function)}_handler".upper()


def _dead_letters(names: CdkNames, function: Function) -> str:
    if function.dead_letter_config is None:
        return ""
    target = function.dead_letter_config.target_arn
    kind = "topic" if names.ids.groups[target] == "topics" else "queue"
    return f", dead_letter_{kind}={names.source(target)}"


def _alias(names: CdkNames, function: Function) -> Iterator[str]:
    made, alias = names.function(function.name), names.invoked(function.name)
    arguments = repr(function.auto_publish_alias)
    config = function.provisioned_concurrency_config
    if config is not None:
        count = config.provisioned_concurrent_executions
        arguments += f", provisioned_concurrent_executions={count}"
    yield f"{alias} = {made}.add_alias({arguments})"
    if config is not None and config.scalable_target is not None:
        yield from _auto_scaling(
            alias, f"{made}_scaling", config.scalable_target
        )


def _auto_scaling(
    alias: str, scaling: str, target: ScalableTarget
) -> Iterator[str]:
    """Application Auto Scaling of the alias's provisioned concurrency.

    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda-readme.html
    """
    bounds = f"min_capacity={target.min_capacity}, max_capacity={target.max_capacity}"
    yield f"{scaling} = {alias}.add_auto_scaling({bounds})"
    if target.target_value is not None:
        utilization = f"utilization_target={target.target_value}"
        yield f"{scaling}.scale_on_utilization({utilization})"
    for number, action in enumerate(target.scheduled_actions, start=1):
        arguments = [
            f"schedule=appscaling.Schedule.expression({action.schedule!r})",
            f"min_capacity={action.min_capacity}",
            f"max_capacity={action.max_capacity}",
        ]
        yield f"{scaling}.scale_on_schedule('Action{number}', {', '.join(arguments)})"


def asynchronous_settings(names: CdkNames, function: Function) -> Iterator[str]:
    """Retries, age and destinations of asynchronous events, once all functions are there."""
    settings = as_cdk_arguments(
        differing(function, "AWS::Lambda::EventInvokeConfig")
    )
    destinations = function.event_invoke_config.destination_config
    for name in ("on_success", "on_failure"):
        target = getattr(destinations, name)
        if target:
            settings += f", {name}={_destination(names, target)}"
    if settings:
        arguments = settings.removeprefix(", ")
        yield f"{names.invoked(function.name)}.configure_async_invoke({arguments})"


def _destination(names: CdkNames, target: str) -> str:
    construct = DESTINATIONS.get(names.ids.groups[target])
    if construct is None:
        return f"destinations.LambdaDestination({names.invoked(target)})"
    return f"destinations.{construct}({names.source(target)})"


def grants(names: CdkNames, function: Function) -> Iterator[str]:
    """What the handler may send to, and where it finds its address."""
    made = names.function(function.name)
    for target in dict.fromkeys(
        output.to for output in function.behaviour.sends
    ):
        group = names.ids.groups.get(target, "")
        source = names.source(target) if group != "functions" else ""
        if group == "custom_event_buses":
            arn = f"{source}.attr_event_bus_arn"
            policy = f"actions=['events:PutEvents'], resources=[{arn}]"
            yield f"{made}.add_to_role_policy(iam.PolicyStatement({policy}))"
            yield f"{made}.add_environment({variable(source).upper()!r}, {arn})"
        if group in GRANTS:
            environment_variable = variable(source).upper()
            address = f"{source}.{ADDRESSES[group]}"
            yield f"{source}.{GRANTS[group]}({made})"
            yield f"{made}.add_environment({environment_variable!r}, {address})"
