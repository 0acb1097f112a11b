"""Lambda authorizers: by resources, or in an API's OpenAPI body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sim.template.cloudformation.property_tables import (
    mapping_of,
    properties_of,
)
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft, Fields
from sim.template.read.fields import read_fields
from sim.template.read.references import function_named, qualifier_of

REST_AUTHORIZER = "AWS::ApiGateway::Authorizer"
HTTP_AUTHORIZER = "AWS::ApiGatewayV2::Authorizer"
REST_API, HTTP_API = "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"
OPENAPI_AUTHORIZER = "x-amazon-apigateway-authorizer"
SCHEMES = ("securityDefinitions", "components.securitySchemes")
"""Where OpenAPI 2 and 3 have them."""
UNASKED = "No method or route of this template asks this authorizer."


class _Authorizer(NamedTuple):
    """An authorizer: who says so, its API, its key there, its settings, and where they are."""

    resource: Resource
    api: Resource
    key: str
    settings: Mapping[str, Any]
    path: str


def name_authorizers(draft: Draft) -> None:
    """Give each authorizer that is a function of the template the name of its trigger."""
    for authorizer in _authorizers(draft):
        draft.used.add(authorizer.resource.name)
        if _function(draft, authorizer) is not None:
            name = _unused_name(draft, authorizer)
            draft.authorizers[authorizer.api.name, authorizer.key] = name


def read_authorizers(draft: Draft) -> None:
    """Put a trigger into the draft for each authorizer that an API asks; the APIs are read."""
    asked = {trigger.fields.get("authorizer") for trigger in draft.triggers}
    asked |= draft.asked_authorizers
    for authorizer in _authorizers(draft):
        function = _function(draft, authorizer)
        if function is None:
            continue
        name = draft.authorizers[authorizer.api.name, authorizer.key]
        if name in asked:
            _add_trigger(draft, authorizer, function, name)
        else:
            path, uri = authorizer.path, _uri(authorizer)
            draft.not_simulated(authorizer.resource, path, uri, UNASKED)
            draft.invoked_otherwise.add(function)


def keys_of_operation(operation: Mapping[str, Any], body: Any) -> Iterator[str]:
    """The schemes by which an operation of an OpenAPI document is secured."""
    document = body if isinstance(body, dict) else {}
    security = operation.get("security", document.get("security"))
    for requirement in security if isinstance(security, list) else ():
        if isinstance(requirement, dict):
            yield from requirement


def _authorizers(draft: Draft) -> Iterator[_Authorizer]:
    for resource in draft.template.of_type(REST_AUTHORIZER, HTTP_AUTHORIZER):
        of_api = resource.get("RestApiId") or resource.get("ApiId")
        api = draft.template.find(of_api) or resource
        settings, path = resource.properties, "AuthorizerUri"
        yield _Authorizer(resource, api, resource.name, settings, path)
    for api in draft.template.of_type(REST_API, HTTP_API):
        for place in SCHEMES:
            for key, scheme in _mapping_at(body_of(draft, api), place).items():
                if isinstance(scheme, dict) and OPENAPI_AUTHORIZER in scheme:
                    path = f"Body.{place}.{key}"
                    said = mapping_of(scheme[OPENAPI_AUTHORIZER])
                    yield _Authorizer(api, api, key, said, path)


def body_of(draft: Draft, api: Resource) -> Any:
    """The OpenAPI document of an API, also from a file beside the template; None without one."""
    if api.get("Body") is not None:
        return api.get("Body")
    if api.name not in draft.bodies:
        path = "BodyS3Location"
        location = draft.template.file_of(api, "DefinitionUri", path)
        draft.bodies[api.name] = draft.template.files.document(location)
        if draft.bodies[api.name] is not None:
            draft.report_read(api, path, location)
    return draft.bodies[api.name]


def _mapping_at(value: Any, path: str) -> Mapping[str, Any]:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _uri(authorizer: _Authorizer) -> Any:
    settings = authorizer.settings
    return settings.get("AuthorizerUri") or settings.get("authorizerUri")


def _function(draft: Draft, authorizer: _Authorizer) -> str | None:
    """The function of the template that an authorizer calls."""
    uri = _uri(authorizer)
    if not draft.check_known(authorizer.resource, authorizer.path, uri):
        return None
    function = function_named(draft, uri)
    return function if function in draft.functions else None


def _add_trigger(
    draft: Draft, authorizer: _Authorizer, function: str, name: str
) -> None:
    resource, uri = authorizer.resource, _uri(authorizer)
    draft.report_read(resource, authorizer.path, uri)
    fields = _settings(draft, authorizer) | qualifier_of(draft, function, uri)
    kind = _kind(authorizer)
    draft.add_trigger(kind, resource, function, name=name, fields=fields)


def _kind(authorizer: _Authorizer) -> str:
    if authorizer.api.get("ProtocolType") == "WEBSOCKET":
        return "authorizer_ws"
    types = {authorizer.resource.type, authorizer.api.type}
    is_http = types & {HTTP_API, HTTP_AUTHORIZER}
    return "authorizer_http" if is_http else "authorizer_rest"


def _settings(draft: Draft, authorizer: _Authorizer) -> Fields:
    """How long its answers are kept."""
    table = f"{REST_AUTHORIZER} Settings"
    known = {row.property for row in properties_of(table)}
    settings = {
        name: value
        for name, value in authorizer.settings.items()
        if name in known
    }
    is_resource = authorizer.resource.type in (REST_AUTHORIZER, HTTP_AUTHORIZER)
    path = "" if is_resource else f"{authorizer.path}."
    return read_fields(draft, authorizer.resource, table, settings, path)


def _unused_name(draft: Draft, authorizer: _Authorizer) -> str:
    """The authorizer's own name, unless something else has it."""
    taken = {*draft.template.resources, *draft.authorizers.values()}
    taken.discard(authorizer.resource.name)
    if authorizer.key not in taken:
        return authorizer.key
    return f"{authorizer.api.name}{authorizer.key}"
