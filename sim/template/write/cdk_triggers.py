"""What each kind of trigger needs in a CDK stack: snippets, and the words that fill them."""

from __future__ import annotations

from collections.abc import Callable

from sim.scenario.caller import Retrier
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.subscriber import Subscriber
from sim.scenario.triggers import (
    AsynchronousTrigger,
    SynchronousTrigger,
    Trigger,
)
from sim.template.write import trigger_settings
from sim.template.write.cdk_mappings import mapping_statements
from sim.template.write.cdk_names import CdkNames
from sim.template.write.cdk_pipes import pipe_statements
from sim.template.write.cdk_subscribers import subscriber_statements
from sim.template.write.names import variable
from sim.template.write.snippets import cdk_snippet
from sim.template.write.written_settings import as_cdk_arguments, differing

Words = dict[str, str]


def trigger_statements(names: CdkNames, trigger: Trigger) -> list[str]:
    """The statements that a trigger needs; of one that no template can deploy, none."""
    construct_id = names.ids.triggers[trigger.name]
    if isinstance(trigger, EventSourceMapping) and trigger.pipe is not None:
        return pipe_statements(names, construct_id, trigger)
    if isinstance(trigger, EventSourceMapping):
        return mapping_statements(names, construct_id, trigger)
    if isinstance(trigger, Subscriber):
        return subscriber_statements(names, construct_id, trigger)
    if trigger.name in names.scenario.called_first:
        return []  # it comes with what is called after it
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


def _rest_api(names: CdkNames, trigger: SynchronousTrigger) -> Words:
    timeout = _timeout(trigger)
    mode = ""
    if trigger.kind.endswith("stream"):
        mode = "response_transfer_mode=apigateway.ResponseTransferMode.STREAM"
    options = _arguments(timeout, mode)
    throttles = _throttles(trigger, "throttling_")
    integration = f"apigateway.LambdaIntegrationOptions({options})"
    stage = f"apigateway.StageOptions({throttles})"
    authorizer = _authorizer(names, trigger, "apigateway.RequestAuthorizer")
    return {
        "integration": f"integration_options={integration}," if options else "",
        "stage": f"deploy_options={stage}," if throttles else "",
        "authorizer": authorizer,
        "method_options": _asks(
            authorizer, "default_method_options=apigateway.MethodOptions({}),"
        ),
    }


def _authorizer(
    names: CdkNames, trigger: SynchronousTrigger, construct: str
) -> str:
    """The statement that makes the authorizer of an API; empty if it has none."""
    first = trigger_settings.authorizer_of(names.scenario, trigger)
    if first is None:
        return ""
    construct_id = names.ids.triggers[first.name]
    function = names.invoked(first.function)
    if "WebSocket" in construct:
        source = "identity_source=['route.request.header.Authorization']"
        made = f"{construct}({construct_id!r}, {function}, {source})"
        return f"{variable(construct_id)} = {made}"
    seconds = first.authorizer_result_ttl_in_seconds or 0
    kept = f"results_cache_ttl=Duration.seconds({seconds})"
    if construct.startswith("apigateway."):
        source = "[apigateway.IdentitySource.header('Authorization')]"
        arguments = f"self, {construct_id!r}, handler={function}, identity_sources={source}"
    else:
        simple = "[authorizers.HttpLambdaResponseType.SIMPLE]"
        arguments = f"{construct_id!r}, {function}, response_types={simple}"
    return f"{variable(construct_id)} = {construct}({arguments}, {kept})"


def _asks(authorizer: str, argument: str) -> str:
    """The argument by which an API asks its authorizer, if there is one."""
    made = authorizer.partition(" = ")[0]
    return argument.format(f"authorizer={made}") if made else ""


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


def _http_api(names: CdkNames, trigger: SynchronousTrigger) -> Words:
    """An HTTP API; a stage of its own if that has throttles."""
    construct_id = names.ids.triggers[trigger.name]
    throttle = _throttle_settings(trigger)
    stage = _arguments(
        "self",
        repr(f"{construct_id}Stage"),
        f"http_api={variable(construct_id)}",
        "auto_deploy=True",
        throttle,
    )
    construct = "authorizers.HttpLambdaAuthorizer"
    authorizer = _authorizer(names, trigger, construct)
    return {
        "timeout": _timeout(trigger),
        "default_stage": "create_default_stage=False," if throttle else "",
        "authorizer": authorizer,
        "default_authorizer": _asks(authorizer, "default_{},"),
        "stage": f"apigatewayv2.HttpStage({stage})" if throttle else "",
    }


def _web_socket_api(names: CdkNames, trigger: SynchronousTrigger) -> Words:
    construct = "authorizers.WebSocketLambdaAuthorizer"
    authorizer = _authorizer(names, trigger, construct)
    return {
        "authorizer": authorizer,
        "connect_authorizer": _asks(authorizer, "{}"),
        "timeout": _timeout(trigger),
        "stage_name": repr(trigger_settings.STAGE),
        "throttle": _throttle_settings(trigger),
    }


def _function_url(_names: CdkNames, trigger: SynchronousTrigger) -> Words:
    """Whoever calls a webhook has no AWS credentials."""
    public = "auth_type=lambda_.FunctionUrlAuthType.NONE"
    return {"auth_type": public if trigger_settings.is_webhook(trigger) else ""}


def _state_machine(
    names: CdkNames, trigger: SynchronousTrigger | AsynchronousTrigger
) -> Words:
    """A state machine with one task.

    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_stepfunctions_tasks.LambdaInvoke.html
    """
    construct_id = names.ids.triggers[trigger.name]
    task = f"{variable(construct_id)}_task"
    retriers: tuple[Retrier, ...] = getattr(trigger, "retry", ())
    has_recommended = Retrier.recommended() in retriers[:1]
    own_retriers = retriers[1:] if has_recommended else retriers
    retries = [
        f"{task}.add_retry({_retrier(retrier)})" for retrier in own_retriers
    ]
    waits_for_token = trigger.kind == "sfn_wait_token"
    arguments = _arguments(
        f"lambda_function={names.invoked(trigger.function)}",
        "" if has_recommended else "retry_on_service_exceptions=False",
        EVENT if trigger.kind == "sfn_event" else "",
        WAIT_FOR_TOKEN if waits_for_token else "",
        _limit(
            "heartbeat_timeout", getattr(trigger, "heartbeat_seconds", None)
        ),
        _limit(
            "task_timeout",
            (trigger_settings.wait_in_millis(trigger) or 0) // 1000,
        ),
    )
    reports = cdk_snippet(
        "task_token",
        construct_id,
        plain_function=names.function(trigger.function),
    )
    # By name, as a grant would make the function and the state machine wait for each other.
    name = f"state_machine_name={construct_id!r}"
    return {
        "task": task,
        "arguments": arguments,
        "retries": "\n".join(retries),
        "name": name if waits_for_token else "",
        "reports": "\n".join(reports) if waits_for_token else "",
    }


EVENT = "invocation_type=tasks.LambdaInvocationType.EVENT"
WAIT_FOR_TOKEN = (
    "integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN, "
    "payload=sfn.TaskInput.from_object({'token': sfn.JsonPath.task_token})"
)


def _limit(argument: str, seconds: int | None) -> str:
    timeout = f"sfn.Timeout.duration(Duration.seconds({seconds}))"
    return f"{argument}={timeout}" if seconds else ""


def _retrier(retrier: Retrier) -> str:
    max_delay = retrier.max_delay_seconds
    has_jitter = retrier.jitter_strategy != Retrier().jitter_strategy
    return _arguments(
        f"errors={list(retrier.error_equals)}",
        f"interval=Duration.seconds({retrier.interval_seconds})",
        f"max_attempts={retrier.max_attempts}",
        f"backoff_rate={retrier.backoff_rate}",
        f"max_delay=Duration.seconds({max_delay})" if max_delay else "",
        "jitter_strategy=sfn.JitterType.FULL" if has_jitter else "",
    )


def _arguments(*arguments: str) -> str:
    """Those arguments that are not empty."""
    return ", ".join(argument for argument in arguments if argument)


def _timeout(trigger: SynchronousTrigger) -> str:
    milliseconds = trigger_settings.wait_in_millis(trigger)
    return f"timeout=Duration.millis({milliseconds})" if milliseconds else ""


def _throttles(trigger: SynchronousTrigger, prefix: str = "") -> str:
    limits = trigger_settings.stage_throttles(trigger)
    return _arguments(
        *(f"{prefix}{row.cdk_argument}={limit}" for row, limit in limits)
    )


def _throttle_settings(trigger: SynchronousTrigger) -> str:
    throttles = _throttles(trigger)
    return (
        f"throttle=apigatewayv2.ThrottleSettings({throttles})"
        if throttles
        else ""
    )


WORDS: dict[str, Callable[..., Words]] = {
    "s3_notification": _notification,
    "sns": _subscription,
    "eventbridge_rule": _rule,
    "eventbridge_schedule_rule": _scheduled_rule,
    "eventbridge_scheduler": _scheduler,
    "cfn_custom_resource": _custom_resource,
    "firehose": _delivery_stream,
    "pipes_target": _pipe,
    "apigw_rest": _rest_api,
    "apigw_rest_stream": _rest_api,
    "apigw_http": _http_api,
    "apigw_ws": _web_socket_api,
    "function_url": _function_url,
    "sfn_sync": _state_machine,
    "sfn_wait_token": _state_machine,
    "sfn_event": _state_machine,
}
"""What fills the further places of a kind's snippet."""
SNIPPETS = {
    "apigw_rest_stream": "apigw_rest",
    "sfn_sync": "state_machine",
    "sfn_wait_token": "state_machine",
    "sfn_event": "state_machine",
}
"""The snippets of kinds that share one."""
