"""APIs in front of functions: REST, HTTP and WebSocket, by resources of their own or in an OpenAPI body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sim.template.cloudformation import placeholders, property_tables
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft

REST, HTTP = "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"
INTEGRATION = "x-amazon-apigateway-integration"
ASYNCHRONOUS = "X-Amz-Invocation-Type"
ELSEWHERE = (
    "What an API sends to others than functions of this template is not simulated."
)
PARTS = (
    *(
        "AWS::ApiGateway::Resource",
        "AWS::ApiGateway::Deployment",
        "AWS::ApiGateway::Stage",
    ),
    *(
        "AWS::ApiGatewayV2::Deployment",
        "AWS::ApiGatewayV2::Stage",
        "AWS::ApiGatewayV2::Route",
    ),
)


def read(draft: Draft) -> None:
    """Put every API that invokes functions into the draft."""
    for resource in draft.template.of_type("AWS::ApiGateway::Method"):
        _integrated(
            draft,
            resource,
            resource.get("RestApiId"),
            resource.get("Integration"),
            "Integration",
        )
    for resource in draft.template.of_type("AWS::ApiGatewayV2::Integration"):
        _integrated(
            draft,
            resource,
            resource.get("ApiId"),
            resource.properties,
            "IntegrationUri",
        )
    for api in draft.template.of_type(REST, HTTP):
        draft.used.add(api.name)
        for path, integration in _integrations(api.get("Body")):
            _integrated(
                draft, api, placeholders.resource(api.name), integration, f"Body.{path}"
            )
        if api.get("Target"):  # an HTTP API made in one go
            _integrated(
                draft,
                api,
                placeholders.resource(api.name),
                {"Uri": api.get("Target")},
                "Target",
            )
        if api.get("BodyS3Location"):
            draft.note(
                api,
                "BodyS3Location",
                api.get("BodyS3Location"),
                "The file with its routes is not fetched.",
            )
    for resource in draft.template.of_type(*PARTS):
        draft.used.add(resource.name)


def _integrations(body: Any) -> Iterator[tuple[str, Any]]:
    """Each operation's integration in an OpenAPI document, with its path."""
    paths = body.get("paths") if isinstance(body, dict) else None
    for path, operations in (paths or {}).items() if isinstance(paths, dict) else ():
        for method, operation in (
            operations.items() if isinstance(operations, dict) else ()
        ):
            if isinstance(operation, dict) and INTEGRATION in operation:
                yield f"{path}.{method}", operation[INTEGRATION]


def _integrated(
    draft: Draft, resource: Resource, of: Any, integration: Any, path: str
) -> None:
    draft.used.add(resource.name)
    if not isinstance(integration, dict):
        return
    uri = next(
        (
            integration[key]
            for key in ("Uri", "uri", "IntegrationUri")
            if integration.get(key)
        ),
        None,
    )
    kind = (
        integration.get("Type")
        or integration.get("type")
        or integration.get("IntegrationType")
    )
    if str(kind).upper() in ("MOCK", "HTTP", "HTTP_PROXY"):
        draft.report.add(
            "not supported",
            resource.name,
            path,
            uri,
            line=resource.line(path),
            note=ELSEWHERE,
        )
        return
    if not draft.complete(resource, path, uri) or not draft.complete(
        resource, path, of
    ):
        return
    function, api = draft.function(uri), draft.template.find(of)
    if function is None:
        draft.note(resource, path, uri, ELSEWHERE)
        return
    draft.report.add(
        "read",
        resource.name,
        path,
        uri,
        line=resource.line(path),
        source=property_tables.page(resource.type),
    )
    _join(draft, resource, api or resource, function, integration, path)


def _join(
    draft: Draft,
    resource: Resource,
    api: Resource,
    function: str,
    integration: Any,
    path: str,
) -> None:
    if _sent_and_forgotten(integration):
        draft.join("invoke_event", api, function)
        return
    fields = draft.fields(
        resource, "AWS::ApiGateway Integration", integration, f"{path}."
    )
    fields |= throttles(draft, api)
    draft.join(kind(api, integration), api, function, **fields)


def _sent_and_forgotten(integration: Any) -> bool:
    parameters = (
        integration.get("RequestParameters")
        or integration.get("requestParameters")
        or {}
    )
    return any(
        ASYNCHRONOUS in str(name) and "Event" in str(value)
        for name, value in parameters.items()
    )


def kind(api: Resource, integration: Any) -> str:
    """The kind of trigger that an API is."""
    if api.type == HTTP:
        return "apigw_ws" if api.get("ProtocolType") == "WEBSOCKET" else "apigw_http"
    mode = integration.get("ResponseTransferMode") or integration.get(
        "responseTransferMode"
    )
    return "apigw_rest_stream" if mode == "STREAM" else "apigw_rest"


def throttles(draft: Draft, api: Resource) -> dict[str, Any]:
    """The limits of the API's stage for all of its methods."""
    limits: dict[str, Any] = {}
    for stage in draft.template.of_type(
        "AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage"
    ):
        if draft.template.find(stage.get("RestApiId") or stage.get("ApiId")) is not api:
            continue
        for place in ("MethodSettings[]", "DefaultRouteSettings"):
            for settings in property_tables.at(stage.properties, place):
                _limit(draft, stage, place.removesuffix("[]"), settings, limits)
    return limits


def _limit(
    draft: Draft, stage: Resource, place: str, settings: Any, limits: dict[str, Any]
) -> None:
    if not isinstance(settings, dict):
        return
    for name in ("ThrottlingRateLimit", "ThrottlingBurstLimit"):
        value, path = settings.get(name), f"{place}.{name}"
        if value is None or not draft.complete(stage, path, value):
            continue
        if (
            settings.get("ResourcePath", "/*") not in ("/*", "*")
            or settings.get("HttpMethod", "*") != "*"
        ):
            draft.note(
                stage, path, value, "Limits of single methods are not simulated."
            )
            continue
        field = re.sub(r"Throttling(\w+)Limit", r"throttle_\1_limit", name).lower()
        limits[field] = value
        draft.report.add(
            "read",
            stage.name,
            path,
            value,
            line=stage.line(path),
            source=property_tables.page(stage.type),
        )
