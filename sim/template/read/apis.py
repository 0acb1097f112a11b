"""APIs in front of functions: REST, HTTP and WebSocket, by resources or in an OpenAPI body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sim.scenario.triggers import AUTHORIZERS
from sim.template.cloudformation import placeholders
from sim.template.cloudformation.property_tables import (
    mapping_of,
    properties_of,
    values_at,
)
from sim.template.cloudformation.template import Resource
from sim.template.read.authorizers import (
    HTTP_API,
    REST_API,
    body_of,
    keys_of_operation,
)
from sim.template.read.draft import Draft, Fields
from sim.template.read.fields import read_fields
from sim.template.read.references import function_named, qualifier_of

STAGES = ("AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage")
PARTS = (
    *STAGES,
    "AWS::ApiGateway::Resource",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGatewayV2::Deployment",
    "AWS::ApiGatewayV2::Route",
)
"""What belongs to an API and needs no row of its own."""
OPENAPI_INTEGRATION = "x-amazon-apigateway-integration"
INVOCATION_TYPE = "X-Amz-Invocation-Type"
"""The header that asks Lambda not to let the API wait.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-integration-async.html
"""
ELSEWHERE = "What an API sends to others than functions of this template is not simulated."
NOT_FETCHED = "The file with its routes is not fetched."
ONE_METHOD = "Limits of single methods are not simulated."
EVERY_METHOD = {"ResourcePath": ("/*", "*"), "HttpMethod": ("*",)}


class _Integration(NamedTuple):
    """What an API calls: who says so, a reference to the API, the settings, and where they are."""

    resource: Resource
    api: Any
    settings: Any
    path: str
    authorizer: str = ""


def read_apis(draft: Draft) -> None:
    """Put every API that invokes functions into the draft."""
    for integration in _integrations(draft):
        draft.used.add(integration.resource.name)
        if isinstance(integration.settings, dict):
            _read_integration(draft, integration)
    for api in draft.template.of_type(REST_API, HTTP_API):
        draft.used.add(api.name)
        location = api.get("BodyS3Location")
        if location and draft.bodies.get(api.name) is None:
            draft.not_simulated(api, "BodyS3Location", location, NOT_FETCHED)
    for part in draft.template.of_type(*PARTS):
        draft.used.add(part.name)


def _integrations(draft: Draft) -> Iterator[_Integration]:
    for method in draft.template.of_type("AWS::ApiGateway::Method"):
        settings = method.get("Integration")
        authorizer = draft.template.find(method.get("AuthorizerId"))
        yield _Integration(
            method,
            method.get("RestApiId"),
            settings,
            "Integration",
            authorizer.name if authorizer is not None else "",
        )
    for resource in draft.template.of_type("AWS::ApiGatewayV2::Integration"):
        settings = resource.properties
        yield _Integration(
            resource,
            resource.get("ApiId"),
            settings,
            "IntegrationUri",
            _authorizer_of_routes(draft, resource),
        )
    for api in draft.template.of_type(REST_API, HTTP_API):
        itself = placeholders.of_resource(api.name)
        body = body_of(draft, api)
        for path, operation in _in_openapi(body):
            settings = operation[OPENAPI_INTEGRATION]
            keys = keys_of_operation(operation, body)
            known = (k for k in keys if (api.name, k) in draft.authorizers)
            key = next(known, "")
            yield _Integration(api, itself, settings, f"Body.{path}", key)
        if api.get("Target"):  # an HTTP API made in one go
            yield _Integration(
                api, itself, {"Uri": api.get("Target")}, "Target"
            )


def _in_openapi(body: Any) -> Iterator[tuple[str, Any]]:
    """Each operation with an integration in an OpenAPI document, with its path."""
    paths = mapping_of(mapping_of(body).get("paths"))
    for path, operations in paths.items():
        for method, written in mapping_of(operations).items():
            operation = mapping_of(written)
            if OPENAPI_INTEGRATION in operation:
                yield f"{path}.{method}", operation


def _authorizer_of_routes(draft: Draft, integration: Resource) -> str:
    """The authorizer of the routes to an integration; of a WebSocket API that of its connections.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
    """
    target = placeholders.of_resource(integration.name)
    api = draft.template.find(integration.get("ApiId"))
    connects = api is not None and api.get("ProtocolType") == "WEBSOCKET"
    for route in draft.template.of_type("AWS::ApiGatewayV2::Route"):
        asks = target in str(route.get("Target"))
        if connects:
            is_of_api = draft.template.find(route.get("ApiId")) is api
            asks = is_of_api and route.get("RouteKey") == "$connect"
        if asks:
            authorizer = draft.template.find(route.get("AuthorizerId"))
            if authorizer is not None:
                return authorizer.name
    return ""


def _first(settings: Mapping[str, Any], *names: str) -> Any:
    """The first of these settings that is there: OpenAPI writes them in another way."""
    for name in names:
        if settings.get(name):
            return settings[name]
    return None


def _read_integration(draft: Draft, integration: _Integration) -> None:
    resource, path = integration.resource, integration.path
    uri = _first(integration.settings, "Uri", "uri", "IntegrationUri")
    kind = _first(integration.settings, "Type", "type", "IntegrationType")
    if str(kind).upper() in ("MOCK", "HTTP", "HTTP_PROXY"):
        _leave_out(draft, integration, uri)
        return
    if not draft.check_known(resource, path, uri):
        return
    if not draft.check_known(resource, path, integration.api):
        return
    function = function_named(draft, uri)
    if function is None:
        _leave_out(draft, integration, uri)
        return
    draft.report_read(resource, path, uri)
    qualifier = qualifier_of(draft, function, uri)
    _add_trigger(draft, integration, function, qualifier)


def _leave_out(draft: Draft, integration: _Integration, uri: Any) -> None:
    """Report what calls no function here; the API asks its authorizer all the same."""
    draft.not_simulated(integration.resource, integration.path, uri, ELSEWHERE)
    api = draft.template.find(integration.api) or integration.resource
    asked = draft.authorizers.get((api.name, integration.authorizer))
    if asked is not None:
        draft.asked_authorizers.add(asked)


def _add_trigger(
    draft: Draft, integration: _Integration, function: str, qualifier: Fields
) -> None:
    resource, settings = integration.resource, integration.settings
    api = draft.template.find(integration.api) or resource
    if _does_not_wait(settings):
        draft.add_trigger("invoke_event", api, function, fields=qualifier)
        return
    path = f"{integration.path}."
    fields = read_fields(
        draft, resource, "AWS::ApiGateway Integration", settings, path
    )
    fields |= read_throttles(draft, api) | qualifier
    kind = kind_of_api(api, settings)
    if kind in AUTHORIZERS:
        fields["authorizer"] = draft.authorizers.get(
            (api.name, integration.authorizer)
        )
    draft.add_trigger(kind, api, function, fields=fields)


def _does_not_wait(settings: Mapping[str, Any]) -> bool:
    parameters = mapping_of(
        _first(settings, "RequestParameters", "requestParameters")
    )
    return any(
        INVOCATION_TYPE in str(name) and "Event" in str(value)
        for name, value in parameters.items()
    )


def kind_of_api(api: Resource, settings: Mapping[str, Any]) -> str:
    """The kind of trigger that an API is; `settings` are those of its integration."""
    if api.type == HTTP_API:
        return (
            "apigw_ws"
            if api.get("ProtocolType") == "WEBSOCKET"
            else "apigw_http"
        )
    mode = _first(settings, "ResponseTransferMode", "responseTransferMode")
    return "apigw_rest_stream" if mode == "STREAM" else "apigw_rest"


def read_throttles(draft: Draft, api: Resource) -> Fields:
    """The limits of the API's stage for all of its methods."""
    fields: Fields = {}
    for stage in draft.template.of_type(*STAGES):
        stage_of = stage.get("RestApiId") or stage.get("ApiId")
        if draft.template.find(stage_of) is api:
            for place in ("MethodSettings[]", "DefaultRouteSettings"):
                for settings in values_at(stage.properties, place):
                    path = place.removesuffix("[]")
                    fields |= _limits(draft, stage, path, mapping_of(settings))
    return fields


def _limits(
    draft: Draft, stage: Resource, path: str, settings: Mapping[str, Any]
) -> Fields:
    limits: Fields = {}
    for row in properties_of("AWS::ApiGateway Throttles"):
        value = settings.get(row.property)
        place = f"{path}.{row.property}"
        if value is None or not draft.check_known(stage, place, value):
            continue
        if _is_for_every_method(settings):
            limits[row.field] = value
            draft.report_read(stage, place, value)
        else:
            draft.not_simulated(stage, place, value, ONE_METHOD)
    return limits


def _is_for_every_method(settings: Mapping[str, Any]) -> bool:
    return all(
        settings.get(name, every[0]) in every
        for name, every in EVERY_METHOD.items()
    )
