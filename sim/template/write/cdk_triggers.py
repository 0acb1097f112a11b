"""What each kind of trigger needs in a CDK stack: snippets, and the words that fill them."""

from __future__ import annotations

from collections.abc import Callable

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.subscriber import Subscriber
from sim.scenario.triggers import (
    AsynchronousTrigger,
    SynchronousTrigger,
    Trigger,
)
from sim.template.write import trigger_settings
from sim.template.write.cdk_apis import (
    function_url,
    http_api,
    rest_api,
    web_socket_api,
)
from sim.template.write.cdk_arguments import Words
from sim.template.write.cdk_mappings import mapping_statements
from sim.template.write.cdk_names import CdkNames
from sim.template.write.cdk_pipes import pipe_statements
from sim.template.write.cdk_state_machines import state_machine
from sim.template.write.cdk_subscribers import subscriber_statements
from sim.template.write.filter_policies import filter_policy_argument
from sim.template.write.names import variable
from sim.template.write.snippets import cdk_snippet
from sim.template.write.written_settings import as_cdk_arguments, differing


def trigger_statements(names: CdkNames, trigger: Trigger) -> list[str]:
    """The statements that a trigger needs; of one that no template can deploy, none."""
    scenario = names.scenario
    if trigger.name in scenario.called_first | scenario.machine_of_task.keys():
        return []  # it comes with what is called after it, or with its state machine
    construct_id = names.ids.triggers[trigger.name]
    if isinstance(trigger, EventSourceMapping) and trigger.pipe is not None:
        return pipe_statements(names, construct_id, trigger)
    if isinstance(trigger, EventSourceMapping):
        return mapping_statements(names, construct_id, trigger)
    if isinstance(trigger, Subscriber):
        return subscriber_statements(names, construct_id, trigger)
    kind = trigger_settings.deployed_kind(trigger)
    does_not_wait = trigger.model == "asynchronous"
    words = {
        "function": names.invoked(trigger.function),
        "plain_function": names.function(trigger.function),
        "variable": variable(construct_id),
        "invocation_type": "FIRE_AND_FORGET"
        if does_not_wait
        else "REQUEST_RESPONSE",
    }
    if kind in WORDS:
        words |= WORDS[kind](names, trigger)
    return cdk_snippet(SNIPPETS.get(kind, kind), construct_id, **words)


def _notification(names: CdkNames, trigger: AsynchronousTrigger) -> Words:
    return _source(names, trigger, "s3.Bucket")


def _subscription(names: CdkNames, trigger: AsynchronousTrigger) -> Words:
    dead_letters = _dead_letters(names, trigger)
    return {
        **_source(names, trigger, "sns.Topic"),
        "filter_policy": filter_policy_argument(trigger),
        "dead_letters": dead_letters,
    }


def _source(
    names: CdkNames, trigger: AsynchronousTrigger, construct: str
) -> Words:
    """A source's variable, and what makes it if the scenario has none of this name."""
    if trigger.source in names.ids.sources:
        return {"source": names.source(str(trigger.source)), "own_source": ""}
    own_id = names.ids.triggers[trigger.name] + construct.rsplit(".", 1)[-1]
    made = f"{variable(own_id)} = {construct}(self, {own_id!r})"
    return {"source": variable(own_id), "own_source": made}


def _dead_letters(names: CdkNames, trigger: AsynchronousTrigger) -> str:
    config = trigger.dead_letter_config
    return (
        f", dead_letter_queue={names.source(config.target_arn)}"
        if config
        else ""
    )


def _retries(names: CdkNames, trigger: AsynchronousTrigger) -> Words:
    """How EventBridge and Scheduler try again, and where they keep what Lambda did not accept."""
    retries = as_cdk_arguments(differing(trigger, "AWS::Events::Rule Target"))
    return {"dead_letters": _dead_letters(names, trigger), "retries": retries}


def _rule(names: CdkNames, trigger: AsynchronousTrigger) -> Words:
    scenario = names.scenario
    bus = trigger.source if trigger.source in names.ids.sources else None
    pattern = trigger_settings.rule_pattern(
        scenario, trigger.name, trigger.source
    )
    return {
        "bus": f"event_bus={names.source(bus)}," if bus else "",
        "sources": str(pattern["source"]),
        **_retries(names, trigger),
    }


def _scheduled_rule(names: CdkNames, trigger: AsynchronousTrigger) -> Words:
    schedule = trigger_settings.schedule(names.scenario, trigger)
    return {"expression": repr(schedule.expression), **_retries(names, trigger)}


def _scheduler(names: CdkNames, trigger: AsynchronousTrigger) -> Words:
    schedule = trigger_settings.schedule(names.scenario, trigger)
    timezone = schedule.schedule_expression_timezone
    minutes = schedule.flexible_time_window_minutes
    window = f"scheduler.TimeWindow.flexible(Duration.minutes({minutes}))"
    return {
        "expression": repr(schedule.expression),
        "timezone": f", TimeZone.of({timezone!r})" if timezone != "UTC" else "",
        "window": f"time_window={window}," if minutes else "",
        **_retries(names, trigger),
    }


def _custom_resource(_names: CdkNames, trigger: AsynchronousTrigger) -> Words:
    seconds = trigger_settings.service_timeout(trigger)
    timeout = f"service_timeout=Duration.seconds({seconds})"
    return {"timeout": timeout if seconds else ""}


def _delivery_stream(_names: CdkNames, trigger: SynchronousTrigger) -> Words:
    megabytes, seconds = trigger_settings.buffering_hints(trigger)
    return {
        "retries": str(trigger.number_of_retries or 0),
        "megabytes": f"{megabytes:g}",
        "seconds": str(seconds),
    }


def _pipe(names: CdkNames, trigger: SynchronousTrigger) -> Words:
    """A pipe with or without an enrichment."""
    enrichment: str | None = getattr(trigger, "enrichment", None)
    if enrichment is None:
        return {"grant": "", "enrichment": ""}
    function = names.invoked(names.scenario.called[enrichment].function)
    role = f"{variable(names.ids.triggers[trigger.name])}_role"
    return {
        "grant": f"{function}.grant_invoke({role})",
        "enrichment": f"enrichment={function}.function_arn,",
    }


WORDS: dict[str, Callable[..., Words]] = {
    "s3_notification": _notification,
    "sns": _subscription,
    "eventbridge_rule": _rule,
    "eventbridge_schedule_rule": _scheduled_rule,
    "eventbridge_scheduler": _scheduler,
    "cfn_custom_resource": _custom_resource,
    "firehose": _delivery_stream,
    "pipes_target": _pipe,
    "apigw_rest": rest_api,
    "apigw_rest_stream": rest_api,
    "apigw_http": http_api,
    "apigw_ws": web_socket_api,
    "function_url": function_url,
    "sfn_sync": state_machine,
    "sfn_wait_token": state_machine,
    "sfn_event": state_machine,
}
"""What fills the further places of a kind's snippet."""
SNIPPETS = {
    "apigw_rest_stream": "apigw_rest",
    "sfn_sync": "state_machine",
    "sfn_wait_token": "state_machine",
    "sfn_event": "state_machine",
}
"""The snippets of kinds that share one."""
