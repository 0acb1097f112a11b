"""What each kind of trigger needs in a SAM template: an event of the function, or resources of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.scenario.caller import Retrier
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.triggers import AsynchronousTrigger, SynchronousTrigger, Trigger
from sim.template.write import front_doors, properties
from sim.template.write.sam_mappings import mapping
from sim.template.write.sam_names import Part, SamNames
from sim.template.write.sam_yaml import Ref, Sub, snippet


def _event(made: str, kind: str, **settings: Any) -> Part:
    return {
        "Events": {
            made: {
                "Type": kind,
                "Properties": {k: v for k, v in settings.items() if v is not None},
            }
        }
    }


def _source(
    sam: SamNames, made: str, source: str | None, kind: str
) -> tuple[str, Part]:
    """A source's logical ID, and its resource if the scenario has none of this name."""
    if source in sam.names.sources:
        return sam.names.sources[str(source)], {}
    own = f"{made}{kind.rsplit(':', 1)[-1]}"
    return own, {"Resources": {own: {"Type": kind}}}


def _notification(sam: SamNames, made: str, trigger: AsynchronousTrigger) -> Part:
    bucket, resources = _source(sam, made, trigger.source, "AWS::S3::Bucket")
    return {
        **_event(made, "S3", Bucket=Ref(bucket), Events="s3:ObjectCreated:*"),
        **resources,
    }


def _subscription(sam: SamNames, made: str, trigger: AsynchronousTrigger) -> Part:
    topic, resources = _source(sam, made, trigger.source, "AWS::SNS::Topic")
    redrive = trigger.dead_letter_config and {
        "deadLetterTargetArn": sam.arn(trigger.dead_letter_config.target_arn)
    }
    return {**_event(made, "SNS", Topic=Ref(topic), RedrivePolicy=redrive), **resources}


def _retries(sam: SamNames, trigger: AsynchronousTrigger) -> dict[str, Any]:
    """How EventBridge and Scheduler try again, and where they keep what Lambda has not accepted."""
    written = properties.in_template(
        properties.differing(trigger.retry_policy, properties.INVOKE)
    )
    queue = trigger.dead_letter_config and {
        "Arn": sam.arn(trigger.dead_letter_config.target_arn)
    }
    return {"RetryPolicy": written or None, "DeadLetterConfig": queue}


def _rule(sam: SamNames, made: str, trigger: AsynchronousTrigger) -> Part:
    bus = sam.names.sources.get(trigger.source or "")
    pattern = properties.pattern(sam.scenario, trigger.name, trigger.source)
    return _event(
        made,
        "EventBridgeRule",
        EventBusName=bus and Ref(bus),
        Pattern=pattern,
        **_retries(sam, trigger),
    )


def _scheduled_rule(sam: SamNames, made: str, trigger: AsynchronousTrigger) -> Part:
    return _event(
        made,
        "Schedule",
        Schedule=front_doors.schedule(sam.scenario, trigger).expression,
        **_retries(sam, trigger),
    )


def _scheduler(sam: SamNames, made: str, trigger: AsynchronousTrigger) -> Part:
    schedule = front_doors.schedule(sam.scenario, trigger)
    minutes = schedule.flexible_time_window_minutes
    window = minutes and {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes}
    zone = schedule.schedule_expression_timezone
    return _event(
        made,
        "ScheduleV2",
        ScheduleExpression=schedule.expression,
        ScheduleExpressionTimezone=zone if zone != "UTC" else None,
        FlexibleTimeWindow=window,
        **_retries(sam, trigger),
    )


def _custom_resource(sam: SamNames, made: str, trigger: AsynchronousTrigger) -> Part:
    limit = (
        trigger.service_timeout
        if trigger.service_timeout != front_doors.limit(trigger)
        else None
    )
    settings = {"ServiceToken": sam.function(trigger.function), "ServiceTimeout": limit}
    return {
        "Resources": {
            made: {
                "Type": "AWS::CloudFormation::CustomResource",
                "Properties": _set(settings),
            }
        }
    }


def _rest(sam: SamNames, made: str, trigger: SynchronousTrigger) -> Part:
    """A REST API of its own, so that its stage can have its own throttles.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html
    """
    streams = "RESPONSE_STREAM" if trigger.kind == "apigw_rest_stream" else None
    event = _event(
        made, "Api", RestApiId=Ref(made), Path="/{proxy+}", Method="ANY",
        TimeoutInMillis=front_doors.patience(trigger), ResponseTransferMode=streams,
    )  # fmt: skip
    every = {"HttpMethod": "*", "ResourcePath": "/*"}
    limits = _throttles(trigger)
    api = {
        "StageName": front_doors.STAGE,
        "MethodSettings": [{**every, **limits}] if limits else None,
    }
    return {
        **event,
        "Resources": {made: {"Type": "AWS::Serverless::Api", "Properties": _set(api)}},
    }


def _http(sam: SamNames, made: str, trigger: SynchronousTrigger) -> Part:
    event = _event(
        made, "HttpApi", ApiId=Ref(made), TimeoutInMillis=front_doors.patience(trigger)
    )
    api = _set({"DefaultRouteSettings": _throttles(trigger) or None})
    resource = {
        "Type": "AWS::Serverless::HttpApi",
        **({"Properties": api} if api else {}),
    }
    return {**event, "Resources": {made: resource}}


def _web_socket(sam: SamNames, made: str, trigger: SynchronousTrigger) -> Part:
    arn = sam.function(trigger.function)
    route = _set(
        {"FunctionArn": arn, "IntegrationTimeout": front_doors.patience(trigger)}
    )
    routes = {name: dict(route) for name in ("$connect", "$default", "$disconnect")}
    api = {
        "StageName": front_doors.STAGE, "RouteSelectionExpression": "$request.body.action", "Routes": routes,
        "DefaultRouteSettings": _throttles(trigger) or None,
    }  # fmt: skip
    return {
        "Resources": {
            made: {"Type": "AWS::Serverless::WebSocketApi", "Properties": _set(api)}
        }
    }


def _url(sam: SamNames, made: str, trigger: SynchronousTrigger) -> Part:
    """Whoever calls a webhook has no AWS credentials."""
    return {
        "Properties": {
            "FunctionUrlConfig": {
                "AuthType": "NONE" if front_doors.is_webhook(trigger) else "AWS_IAM"
            }
        }
    }


def _state_machine(
    sam: SamNames, made: str, trigger: SynchronousTrigger | AsynchronousTrigger
) -> Part:
    """A state machine with one task.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
    """
    token = trigger.kind == "sfn_wait_token"
    payload: dict[str, Any] = (
        {"token.$": "$$.Task.Token", "input.$": "$"} if token else {}
    )
    arguments = {
        "FunctionName": "${Function}",
        "Payload" if token else "Payload.$": payload if token else "$",
    }
    if trigger.kind == "sfn_event":
        arguments["InvocationType"] = "Event"
    task = {
        "Type": "Task",
        "Resource": f"arn:aws:states:::lambda:invoke{'.waitForTaskToken' if token else ''}",
        "Parameters": arguments,
        "HeartbeatSeconds": getattr(trigger, "heartbeat_seconds", None),
        "TimeoutSeconds": (front_doors.patience(trigger) or 0) // 1000 or None,
        "Retry": [_retrier(retrier) for retrier in getattr(trigger, "retry", ())]
        or None,
        "End": True,
    }
    machine = {
        "Definition": {"StartAt": "Task", "States": {"Task": _set(task)}},
        "DefinitionSubstitutions": {"Function": sam.function(trigger.function)},
        "Policies": [
            {
                "LambdaInvokePolicy": {
                    "FunctionName": Ref(sam.names.functions[trigger.function])
                }
            }
        ],
    }
    part: Part = {
        "Resources": {
            made: {"Type": "AWS::Serverless::StateMachine", "Properties": machine}
        }
    }
    if token:  # the handler, or what it hands the token to, reports by it
        policy = {
            "StepFunctionsCallbackPolicy": {
                "StateMachineName": Sub("${AWS::StackName}-" + made)
            }
        }
        machine["Name"] = Sub("${AWS::StackName}-" + made)
        part["Properties"] = {"Policies": [policy]}
    return part


def _retrier(retrier: Retrier) -> dict[str, Any]:
    usual = {**Retrier().model_dump(), "error_equals": None}
    changed = {
        name: value
        for name, value in retrier.model_dump().items()
        if value != usual[name]
    }
    return {
        "".join(map(str.capitalize, name.split("_"))): _plain(value)
        for name, value in changed.items()
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _throttles(trigger: Trigger) -> dict[str, float]:
    words = {
        "throttle_rate_limit": "ThrottlingRateLimit",
        "throttle_burst_limit": "ThrottlingBurstLimit",
    }
    return {
        words[name]: value for name, value in front_doors.throttles(trigger).items()
    }


def _set(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


KINDS: dict[str, Callable[[SamNames, str, Any], Part]] = {
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


def part_of_trigger(sam: SamNames, trigger: Trigger) -> Part:
    """The parts of a template that a trigger needs; of one that no template can deploy, none."""
    made = sam.names.triggers[trigger.name]
    kind = front_doors.kind(trigger)
    if isinstance(trigger, EventSourceMapping):
        return mapping(sam, made, trigger)
    if kind in KINDS:
        return KINDS[kind](sam, made, trigger)
    arn = sam.function(trigger.function)
    forgets = trigger.model == "asynchronous"
    return snippet(
        kind, id=made, arn=f"{arn.tag} {arn}", function=sam.names.functions[trigger.function],
        invocation_type="FIRE_AND_FORGET" if forgets else "REQUEST_RESPONSE",
    )  # fmt: skip
