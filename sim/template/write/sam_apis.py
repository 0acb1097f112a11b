"""APIs and function URLs in a SAM template."""

from __future__ import annotations

from typing import Any

from sim.scenario.triggers import SynchronousTrigger, Trigger
from sim.template.text.lines import SHARED_BY
from sim.template.write import trigger_settings
from sim.template.write.sam_names import Fragment, SamNames, event, without_none
from sim.template.write.sam_yaml import Ref


def rest_api(
    names: SamNames, logical_id: str, trigger: SynchronousTrigger
) -> Fragment:
    """A REST API of its own, so that its stage can have its own throttles.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html
    """
    streams = trigger.kind == "apigw_rest_stream"
    throttles = _throttles(trigger)
    every_method = {"HttpMethod": "*", "ResourcePath": "/*"}
    watched = [alarm.dimensions for alarm in names.scenario.alarms]
    is_watched = f"ApiName={trigger.name}" in watched
    is_named = is_watched and logical_id not in SHARED_BY
    properties = {
        "Name": logical_id if is_named else None,
        "StageName": trigger_settings.STAGE,
        "MethodSettings": [{**every_method, **throttles}]
        if throttles
        else None,
        "Auth": _rest_auth(names, trigger),
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
    names: SamNames, logical_id: str, trigger: SynchronousTrigger
) -> Fragment:
    """An HTTP API of its own."""
    fragment = event(
        logical_id,
        "HttpApi",
        ApiId=Ref(logical_id),
        TimeoutInMillis=trigger_settings.wait_in_millis(trigger),
    )
    api: dict[str, Any] = {"Type": "AWS::Serverless::HttpApi"}
    properties = without_none(
        {
            "DefaultRouteSettings": _throttles(trigger) or None,
            "Auth": _http_auth(names, trigger),
        }
    )
    if properties:
        api["Properties"] = properties
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
        "Auth": _connect_auth(names, trigger),
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


def _rest_auth(
    names: SamNames, trigger: SynchronousTrigger
) -> dict[str, Any] | None:
    """The authorizer of a REST API, whose cache key is the header Authorization."""
    first = trigger_settings.authorizer_of(names.scenario, trigger)
    if first is None:
        return None
    seconds = first.authorizer_result_ttl_in_seconds
    authorizer = {
        "FunctionPayloadType": "REQUEST",
        "FunctionArn": names.invoked(first.function),
        "Identity": _identity(seconds),
    }
    name = names.ids.triggers[first.name]
    return {"DefaultAuthorizer": name, "Authorizers": {name: authorizer}}


def _http_auth(
    names: SamNames, trigger: SynchronousTrigger
) -> dict[str, Any] | None:
    """The authorizer of an HTTP API."""
    first = trigger_settings.authorizer_of(names.scenario, trigger)
    if first is None:
        return None
    authorizer = {
        "FunctionArn": names.invoked(first.function),
        "AuthorizerPayloadFormatVersion": "2.0",
        "EnableSimpleResponses": True,
        "EnableFunctionDefaultPermissions": True,
        "Identity": _identity(first.authorizer_result_ttl_in_seconds),
    }
    name = names.ids.triggers[first.name]
    return {"DefaultAuthorizer": name, "Authorizers": {name: authorizer}}


def _connect_auth(
    names: SamNames, trigger: SynchronousTrigger
) -> dict[str, Any] | None:
    """The authorizer of a WebSocket API's connections."""
    first = trigger_settings.authorizer_of(names.scenario, trigger)
    if first is None:
        return None
    return {
        "AuthType": "CUSTOM",
        "AuthArn": names.invoked(first.function),
        "IdentitySource": ["route.request.header.Authorization"],
    }


def _identity(seconds: int | None) -> dict[str, Any]:
    """The source of the identity, and how long an answer for it is kept."""
    identity = {"Headers": ["Authorization"], "ReauthorizeEvery": seconds}
    return without_none(identity)


def _throttles(trigger: Trigger) -> dict[str, float]:
    return {
        row.property: limit
        for row, limit in trigger_settings.stage_throttles(trigger)
    }
