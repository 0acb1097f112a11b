"""APIs and function URLs in a SAM template."""

from __future__ import annotations

from typing import Any

from sim.scenario.triggers import SynchronousTrigger, Trigger
from sim.template.write import trigger_settings
from sim.template.write.sam_names import Fragment, SamNames, event, without_none
from sim.template.write.sam_yaml import Ref


def rest_api(
    _names: SamNames, logical_id: str, trigger: SynchronousTrigger
) -> Fragment:
    """A REST API of its own, so that its stage can have its own throttles.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html
    """
    streams = trigger.kind == "apigw_rest_stream"
    throttles = _throttles(trigger)
    every_method = {"HttpMethod": "*", "ResourcePath": "/*"}
    properties = {
        "StageName": trigger_settings.STAGE,
        "MethodSettings": [{**every_method, **throttles}]
        if throttles
        else None,
    }
    fragment = event(
        logical_id,
        "Api",
        RestApiId=Ref(logical_id),
        Path="/{proxy+}",
        Method="ANY",
        TimeoutInMillis=trigger_settings.wait_in_millis(trigger),
        ResponseTransferMode="RESPONSE_STREAM" if streams else None,
    )
    api = {
        "Type": "AWS::Serverless::Api",
        "Properties": without_none(properties),
    }
    return {**fragment, "Resources": {logical_id: api}}


def http_api(
    _names: SamNames, logical_id: str, trigger: SynchronousTrigger
) -> Fragment:
    """An HTTP API of its own."""
    fragment = event(
        logical_id,
        "HttpApi",
        ApiId=Ref(logical_id),
        TimeoutInMillis=trigger_settings.wait_in_millis(trigger),
    )
    api: dict[str, Any] = {"Type": "AWS::Serverless::HttpApi"}
    throttles = _throttles(trigger)
    if throttles:
        api["Properties"] = {"DefaultRouteSettings": throttles}
    return {**fragment, "Resources": {logical_id: api}}


def web_socket_api(
    names: SamNames, logical_id: str, trigger: SynchronousTrigger
) -> Fragment:
    """A WebSocket API, all of whose routes go to the function."""
    route = without_none(
        {
            "FunctionArn": names.invoked(trigger.function),
            "IntegrationTimeout": trigger_settings.wait_in_millis(trigger),
        }
    )
    properties = {
        "StageName": trigger_settings.STAGE,
        "RouteSelectionExpression": "$request.body.action",
        "Routes": {
            name: dict(route)
            for name in ("$connect", "$default", "$disconnect")
        },
        "DefaultRouteSettings": _throttles(trigger) or None,
    }
    resource_type = "AWS::Serverless::WebSocketApi"
    api = {"Type": resource_type, "Properties": without_none(properties)}
    return {"Resources": {logical_id: api}}


def function_url(
    _names: SamNames, _logical_id: str, trigger: SynchronousTrigger
) -> Fragment:
    """A function URL; whoever calls a webhook has no AWS credentials."""
    auth_type = "NONE" if trigger_settings.is_webhook(trigger) else "AWS_IAM"
    return {"Properties": {"FunctionUrlConfig": {"AuthType": auth_type}}}


def _throttles(trigger: Trigger) -> dict[str, float]:
    return {
        row.property: limit
        for row, limit in trigger_settings.stage_throttles(trigger)
    }
