"""What each kind of trigger needs in a CDK stack, as Python statements."""

from __future__ import annotations

from collections.abc import Callable

from sim.scenario.caller import Retrier
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.triggers import AsynchronousTrigger, SynchronousTrigger, Trigger
from sim.template.write import front_doors, properties
from sim.template.write.cdk_mappings import mapping
from sim.template.write.cdk_names import CdkNames
from sim.template.write.names import variable
from sim.template.write.snippets import text

Statements = list[str]


def _own(
    cdk: CdkNames, made: str, source: str | None, construct: str
) -> tuple[str, Statements]:
    """A source's variable, and the statement that makes it if the scenario has none of this name."""
    if source in cdk.names.sources:
        return cdk.source(str(source)), []
    own = f"{made}{construct.rsplit('.', 1)[-1]}"
    return variable(own), [f"{variable(own)} = {construct}(self, {own!r})"]


def _notification(cdk: CdkNames, made: str, trigger: AsynchronousTrigger) -> Statements:
    bucket, own = _own(cdk, made, trigger.source, "s3.Bucket")
    source = (
        f"event_sources.S3EventSource({bucket}, events=[s3.EventType.OBJECT_CREATED])"
    )
    return [*own, f"{cdk.function(trigger.function)}.add_event_source({source})"]


def _subscription(cdk: CdkNames, made: str, trigger: AsynchronousTrigger) -> Statements:
    topic, own = _own(cdk, made, trigger.source, "sns.Topic")
    source = f"event_sources.SnsEventSource({topic}{_dead_letters(cdk, trigger)})"
    return [*own, f"{cdk.function(trigger.function)}.add_event_source({source})"]


def _dead_letters(cdk: CdkNames, trigger: AsynchronousTrigger) -> str:
    config = trigger.dead_letter_config
    return f", dead_letter_queue={cdk.source(config.target_arn)}" if config else ""


def _target(cdk: CdkNames, trigger: AsynchronousTrigger, target: str) -> str:
    """The function as a target of EventBridge or Scheduler, with how they try again."""
    retries = properties.in_code(
        properties.differing(trigger.retry_policy, properties.INVOKE)
    )
    return f"{target}({cdk.function(trigger.function)}{_dead_letters(cdk, trigger)}{retries})"


def _rule(cdk: CdkNames, made: str, trigger: AsynchronousTrigger) -> Statements:
    bus = (
        f"event_bus={cdk.source(str(trigger.source))}, "
        if trigger.source in cdk.names.sources
        else ""
    )
    source = properties.pattern(cdk.scenario, trigger.name, trigger.source)["source"]
    pattern = f"event_pattern=events.EventPattern(source={source})"
    target = _target(cdk, trigger, "events_targets.LambdaFunction")
    return [f"events.Rule(self, {made!r}, {bus}{pattern}, targets=[{target}])"]


def _scheduled_rule(
    cdk: CdkNames, made: str, trigger: AsynchronousTrigger
) -> Statements:
    when = f"schedule=events.Schedule.expression({front_doors.schedule(cdk.scenario, trigger).expression!r})"
    target = _target(cdk, trigger, "events_targets.LambdaFunction")
    return [f"events.Rule(self, {made!r}, {when}, targets=[{target}])"]


def _scheduler(cdk: CdkNames, made: str, trigger: AsynchronousTrigger) -> Statements:
    schedule = front_doors.schedule(cdk.scenario, trigger)
    zone = schedule.schedule_expression_timezone
    place = f", TimeZone.of({zone!r})" if zone != "UTC" else ""
    when = f"schedule=scheduler.ScheduleExpression.expression({schedule.expression!r}{place})"
    target = f"target={_target(cdk, trigger, 'scheduler_targets.LambdaInvoke')}"
    minutes = schedule.flexible_time_window_minutes
    window = (
        f", time_window=scheduler.TimeWindow.flexible(Duration.minutes({minutes}))"
        if minutes
        else ""
    )
    return [f"scheduler.Schedule(self, {made!r}, {when}, {target}{window})"]


def _custom_resource(
    cdk: CdkNames, made: str, trigger: AsynchronousTrigger
) -> Statements:
    limit = (
        trigger.service_timeout
        if trigger.service_timeout != front_doors.limit(trigger)
        else None
    )
    timeout = f", service_timeout=Duration.seconds({limit})" if limit else ""
    return [
        f"CustomResource(self, {made!r}, service_token={cdk.function(trigger.function)}.function_arn{timeout})"
    ]


def _rest(cdk: CdkNames, made: str, trigger: SynchronousTrigger) -> Statements:
    options = _arguments(
        timeout=_milliseconds(trigger),
        response_transfer_mode="apigateway.ResponseTransferMode.STREAM"
        if trigger.kind.endswith("stream")
        else None,
    )
    integration = (
        f", integration_options=apigateway.LambdaIntegrationOptions({options})"
        if options
        else ""
    )
    throttles = _throttles(trigger, "throttling_")
    stage = (
        f", deploy_options=apigateway.StageOptions({throttles})" if throttles else ""
    )
    return [
        f"apigateway.LambdaRestApi(self, {made!r}, handler={cdk.function(trigger.function)}{integration}{stage})"
    ]


def _http(cdk: CdkNames, made: str, trigger: SynchronousTrigger) -> Statements:
    throttles, api = _throttles(trigger), variable(made)
    integration = _integration(
        cdk, trigger, "integrations.HttpLambdaIntegration", "Integration"
    )
    own = ", create_default_stage=False" if throttles else ""
    stage = (
        f"apigatewayv2.HttpStage(self, {made + 'Stage'!r}, http_api={api}, auto_deploy=True, "
        f"throttle=apigatewayv2.ThrottleSettings({throttles}))"
    )
    first = f"{api} = apigatewayv2.HttpApi(self, {made!r}, default_integration={integration}{own})"
    return [first, *([stage] if throttles else [])]


def _web_socket(cdk: CdkNames, made: str, trigger: SynchronousTrigger) -> Statements:
    routes = ", ".join(
        f"{route}_route_options=apigatewayv2.WebSocketRouteOptions(integration="
        f"{_integration(cdk, trigger, 'integrations.WebSocketLambdaIntegration', f'{route.capitalize()}Handler')})"
        for route in ("connect", "default", "disconnect")
    )
    throttles = _throttles(trigger)
    limit = (
        f", throttle=apigatewayv2.ThrottleSettings({throttles})" if throttles else ""
    )
    stage = f"web_socket_api={variable(made)}, stage_name={front_doors.STAGE!r}, auto_deploy=True{limit}"
    return [
        f"{variable(made)} = apigatewayv2.WebSocketApi(self, {made!r}, {routes})",
        f"apigatewayv2.WebSocketStage(self, {made + 'Stage'!r}, {stage})",
    ]


def _integration(
    cdk: CdkNames, trigger: SynchronousTrigger, construct: str, name: str
) -> str:
    timeout = _milliseconds(trigger)
    return f"{construct}({name!r}, {cdk.function(trigger.function)}{f', timeout={timeout}' if timeout else ''})"


def _url(cdk: CdkNames, _made: str, trigger: SynchronousTrigger) -> Statements:
    kind = (
        "auth_type=lambda_.FunctionUrlAuthType.NONE"
        if front_doors.is_webhook(trigger)
        else ""
    )
    return [f"{cdk.function(trigger.function)}.add_function_url({kind})"]


def _state_machine(
    cdk: CdkNames, made: str, trigger: SynchronousTrigger | AsynchronousTrigger
) -> Statements:
    """A state machine with one task.

    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_stepfunctions_tasks.LambdaInvoke.html
    """
    token, task = trigger.kind == "sfn_wait_token", f"{variable(made)}_task"
    retry, recommended = getattr(trigger, "retry", ()), Retrier.recommended()
    heartbeat, patience = (
        getattr(trigger, "heartbeat_seconds", None),
        front_doors.patience(trigger),
    )
    arguments = _arguments(
        lambda_function=cdk.function(trigger.function),
        retry_on_service_exceptions=None if recommended in retry[:1] else "False",
        invocation_type="tasks.LambdaInvocationType.EVENT"
        if trigger.kind == "sfn_event"
        else None,
        integration_pattern="sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN"
        if token
        else None,
        payload="sfn.TaskInput.from_object({'token': sfn.JsonPath.task_token})"
        if token
        else None,
        heartbeat_timeout=heartbeat
        and f"sfn.Timeout.duration(Duration.seconds({heartbeat}))",
        task_timeout=patience
        and f"sfn.Timeout.duration(Duration.seconds({patience // 1000}))",
    )
    retries = [
        f"{task}.add_retry({_retrier(one)})"
        for one in retry[1 if recommended in retry[:1] else 0 :]
    ]
    name = f", state_machine_name={made!r}" if token else ""
    machine = f"sfn.StateMachine(self, {made!r}, definition_body=sfn.DefinitionBody.from_chainable({task}){name})"
    return [
        f"{task} = tasks.LambdaInvoke(self, {made + 'Task'!r}, {arguments})", *retries, machine,
        *(_reports(cdk, made, trigger) if token else []),
    ]  # fmt: skip


def _reports(cdk: CdkNames, made: str, trigger: Trigger) -> Statements:
    """The right to report by token; by name, as a grant would make the function and the machine wait for each other."""
    arn = f"self.format_arn(service='states', resource='stateMachine', resource_name={made!r}, {COLON})"
    actions = "['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat']"
    statement = f"iam.PolicyStatement(actions={actions}, resources=[{arn}])"
    return [f"{cdk.plain(trigger.function)}.add_to_role_policy({statement})"]


COLON = "arn_format=ArnFormat.COLON_RESOURCE_NAME"


def _retrier(retrier: Retrier) -> str:
    usual = Retrier()
    return _arguments(
        errors=str(list(retrier.error_equals)),
        interval=f"Duration.seconds({retrier.interval_seconds})",
        max_attempts=str(retrier.max_attempts),
        backoff_rate=str(retrier.backoff_rate),
        max_delay=retrier.max_delay_seconds
        and f"Duration.seconds({retrier.max_delay_seconds})",
        jitter_strategy="sfn.JitterType.FULL"
        if retrier.jitter_strategy != usual.jitter_strategy
        else None,
    )


def _arguments(**arguments: str | int | None) -> str:
    return ", ".join(f"{name}={value}" for name, value in arguments.items() if value)


def _milliseconds(trigger: SynchronousTrigger) -> str | None:
    limit = front_doors.patience(trigger)
    return f"Duration.millis({limit})" if limit else None


def _throttles(trigger: SynchronousTrigger, before: str = "") -> str:
    limits = front_doors.throttles(trigger)
    return ", ".join(
        f"{before}{name.removeprefix('throttle_')}={value}"
        for name, value in limits.items()
    )


KINDS: dict[str, Callable[..., Statements]] = {
    "s3_notification": _notification,
    "sns": _subscription,
    "eventbridge_rule": _rule,
    "eventbridge_schedule_rule": _scheduled_rule,
    "eventbridge_scheduler": _scheduler,
    "cfn_custom_resource": _custom_resource,
    "apigw_rest": _rest,
    "apigw_rest_stream": _rest,
    "apigw_http": _http,
    "apigw_ws": _web_socket,
    "function_url": _url,
    "sfn_sync": _state_machine,
    "sfn_wait_token": _state_machine,
    "sfn_event": _state_machine,
}


def statements(cdk: CdkNames, trigger: Trigger) -> Statements:
    """The statements that a trigger needs; of one that no template can deploy, none."""
    made = cdk.names.triggers[trigger.name]
    if isinstance(trigger, EventSourceMapping):
        return mapping(cdk, made, trigger)
    kind = front_doors.kind(trigger)
    if kind in KINDS:
        return KINDS[kind](cdk, made, trigger)
    forgets = trigger.model == "asynchronous"
    return text(
        kind, made, function=cdk.function(trigger.function), plain_function=cdk.plain(trigger.function),
        variable=variable(made), invocation_type="FIRE_AND_FORGET" if forgets else "REQUEST_RESPONSE",
    )  # fmt: skip
