"""What each kind of trigger needs in a SAM template: an event, or resources of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.subscriber import Subscriber
from sim.scenario.triggers import (
    AsynchronousTrigger,
    SynchronousTrigger,
    Trigger,
)
from sim.template.write import trigger_settings
from sim.template.write.filter_policies import filter_policy_properties
from sim.template.write.sam_apis import (
    function_url,
    http_api,
    rest_api,
    web_socket_api,
)
from sim.template.write.sam_mappings import mapping_fragment
from sim.template.write.sam_names import Fragment, SamNames, event, without_none
from sim.template.write.sam_pipes import pipe_fragment
from sim.template.write.sam_state_machine import reports, state_machine
from sim.template.write.sam_subscribers import subscriber_fragment
from sim.template.write.sam_yaml import Ref, sam_snippet
from sim.template.write.written_settings import as_properties, differing


def trigger_fragment(names: SamNames, trigger: Trigger) -> Fragment:
    """The parts of a template that a trigger needs; of one that no template can deploy, none."""
    if trigger.name in names.scenario.machine_of_task:
        return reports(names, trigger)  # its state machine brings the rest
    logical_id = names.ids.triggers[trigger.name]
    if isinstance(trigger, EventSourceMapping):
        is_piped = trigger.pipe is not None
        fragment = pipe_fragment if is_piped else mapping_fragment
        return fragment(names, logical_id, trigger)
    if isinstance(trigger, Subscriber):
        return subscriber_fragment(names, logical_id, trigger)
    if trigger.name in names.scenario.called_first:
        return {}  # it comes with what is called after it
    kind = trigger_settings.deployed_kind(trigger)
    if kind in FRAGMENTS:
        return FRAGMENTS[kind](names, logical_id, trigger)
    return _snippet(names, logical_id, trigger, kind)


def _snippet(
    names: SamNames, logical_id: str, trigger: Trigger, kind: str
) -> Fragment:
    """The parts of a trigger whose kind has a text in `data/snippets`."""
    arn = names.invoked(trigger.function)
    does_not_wait = trigger.model == "asynchronous"
    enrichment = getattr(trigger, "enrichment", None)
    words = {}
    if enrichment is not None:
        kind = "pipes_enriched"
        first = names.invoked(names.scenario.called[enrichment].function)
        words["enrichment"] = f"{first.tag} {first}"
    return sam_snippet(
        kind,
        **words,
        id=logical_id,
        arn=f"{arn.tag} {arn}",
        function=names.ids.functions[trigger.function],
        invocation_type="FIRE_AND_FORGET"
        if does_not_wait
        else "REQUEST_RESPONSE",
    )


def _source(
    names: SamNames, logical_id: str, source: str | None, resource_type: str
) -> tuple[str, Fragment]:
    """A source's logical ID, and its resource if the scenario has none of this name."""
    if source in names.ids.sources:
        return names.ids.sources[str(source)], {}
    own_id = logical_id + resource_type.rsplit(":", 1)[-1]
    return own_id, {"Resources": {own_id: {"Type": resource_type}}}


def _notification(
    names: SamNames, logical_id: str, trigger: AsynchronousTrigger
) -> Fragment:
    bucket, resources = _source(
        names, logical_id, trigger.source, "AWS::S3::Bucket"
    )
    created = event(
        logical_id, "S3", Bucket=Ref(bucket), Events="s3:ObjectCreated:*"
    )
    return {**created, **resources}


def _subscription(
    names: SamNames, logical_id: str, trigger: AsynchronousTrigger
) -> Fragment:
    topic, resources = _source(
        names, logical_id, trigger.source, "AWS::SNS::Topic"
    )
    redrive = _dead_letters(names, trigger, "deadLetterTargetArn")
    message = event(
        logical_id,
        "SNS",
        Topic=Ref(topic),
        **filter_policy_properties(trigger),
        RedrivePolicy=redrive,
    )
    return {**message, **resources}


def _dead_letters(
    names: SamNames, trigger: AsynchronousTrigger, key: str
) -> dict[str, Any] | None:
    config = trigger.dead_letter_config
    return {key: names.arn(config.target_arn)} if config else None


def _retries(names: SamNames, trigger: AsynchronousTrigger) -> dict[str, Any]:
    """How EventBridge and Scheduler try again, and where they keep what Lambda did not accept."""
    retries = as_properties(differing(trigger, "AWS::Events::Rule Target"))
    return {**retries, "DeadLetterConfig": _dead_letters(names, trigger, "Arn")}


def _rule(
    names: SamNames, logical_id: str, trigger: AsynchronousTrigger
) -> Fragment:
    scenario, bus = names.scenario, trigger.source or ""
    return event(
        logical_id,
        "EventBridgeRule",
        EventBusName=names.bus(bus) if bus in names.ids.sources else None,
        Pattern=trigger_settings.rule_pattern(
            scenario, trigger.name, trigger.source
        ),
        **_retries(names, trigger),
    )


def _scheduled_rule(
    names: SamNames, logical_id: str, trigger: AsynchronousTrigger
) -> Fragment:
    schedule = trigger_settings.schedule(names.scenario, trigger)
    settings = {"Schedule": schedule.expression, **_retries(names, trigger)}
    return event(logical_id, "Schedule", **settings)


def _scheduler(
    names: SamNames, logical_id: str, trigger: AsynchronousTrigger
) -> Fragment:
    schedule = trigger_settings.schedule(names.scenario, trigger)
    minutes = schedule.flexible_time_window_minutes
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes}
    timezone = schedule.schedule_expression_timezone
    return event(
        logical_id,
        "ScheduleV2",
        ScheduleExpression=schedule.expression,
        ScheduleExpressionTimezone=timezone if timezone != "UTC" else None,
        FlexibleTimeWindow=window if minutes else None,
        **_retries(names, trigger),
    )


def _delivery_stream(
    names: SamNames, logical_id: str, trigger: SynchronousTrigger
) -> Fragment:
    arn = names.invoked(trigger.function)
    megabytes, seconds = trigger_settings.buffering_hints(trigger)
    return sam_snippet(
        "firehose",
        id=logical_id,
        arn=f"{arn.tag} {arn}",
        retries=str(trigger.number_of_retries or 0),
        megabytes=f"{megabytes:g}",
        seconds=str(seconds),
    )


def _custom_resource(
    names: SamNames, logical_id: str, trigger: AsynchronousTrigger
) -> Fragment:
    properties = {
        "ServiceToken": names.invoked(trigger.function),
        "ServiceTimeout": trigger_settings.service_timeout(trigger),
    }
    resource_type = "AWS::CloudFormation::CustomResource"
    resource = {"Type": resource_type, "Properties": without_none(properties)}
    return {"Resources": {logical_id: resource}}


FRAGMENTS: dict[str, Callable[[SamNames, str, Any], Fragment]] = {
    "s3_notification": _notification,
    "sns": _subscription,
    "eventbridge_rule": _rule,
    "eventbridge_schedule_rule": _scheduled_rule,
    "eventbridge_scheduler": _scheduler,
    "cfn_custom_resource": _custom_resource,
    "firehose": _delivery_stream,
    "apigw_rest": rest_api,
    "apigw_rest_stream": rest_api,
    "apigw_http": http_api,
    "apigw_ws": web_socket_api,
    "function_url": function_url,
    "sfn_sync": state_machine,
    "sfn_wait_token": state_machine,
    "sfn_event": state_machine,
}
"""What makes the parts that a kind of trigger needs; other kinds have a snippet."""
