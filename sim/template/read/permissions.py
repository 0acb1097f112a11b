"""Permissions: where nothing else joins a service to a function, who may invoke it does."""

from __future__ import annotations

from sim.scenario.scenario import SOURCES
from sim.template.cloudformation.property_tables import (
    kinds_by_principal,
    reference_page,
)
from sim.template.cloudformation.template import Resource
from sim.template.read.apis import kind_of_api, read_throttles
from sim.template.read.authorizers import HTTP_API, REST_API
from sim.template.read.draft import Draft
from sim.template.read.references import function_named, resource_named

NAMING_A_SOURCE = ("s3_notification", "sns")
"""Kinds of triggers whose permission names a source."""
OF_FUNCTION_URLS = ("FunctionUrlAuthType", "InvokedViaFunctionUrl")
"""What says that a permission is for a function URL, which needs both since October 2025.

https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
"""
ANY_SOURCE = (
    "It names no source, so which of other stacks invokes the function is unknown: "
    "add a trigger for it."
)
ELSEWHERE = "What this principal invokes is not simulated."


def read_permissions(draft: Draft) -> None:
    """Put the triggers into the draft of which only a permission tells."""
    triggers = draft.triggers
    services = {
        (t.fields["function"], _service(t.fields["kind"])) for t in triggers
    } | draft.switched_off
    authorizing = {
        t.fields["function"]
        for t in triggers
        if t.fields["kind"].startswith("authorizer")
    }
    otherwise = set(draft.invoked_otherwise)
    makers = {(t.fields["function"], t.resource.name) for t in triggers}
    for permission in draft.template.of_type("AWS::Lambda::Permission"):
        draft.used.add(permission.name)
        function = function_named(draft, permission.get("FunctionName"))
        if function is None or function not in draft.functions:
            continue
        if function in otherwise:
            continue
        api = _api(draft, permission)
        kind = _kind_of_permission(draft, permission, api)
        if kind is None:
            principal = permission.get("Principal")
            draft.not_simulated(permission, "Principal", principal, ELSEWHERE)
            draft.invoked_otherwise.add(function)
        elif api is not None:
            is_known = (function, api.name) in makers
            if not is_known and function not in authorizing:
                _add_trigger(draft, permission, function, kind, api)
        elif (function, _service(kind)) not in services:
            if kind.startswith("apigw") and function in authorizing:
                continue  # it names no API, so it is that of the authorizer
            _add_trigger(draft, permission, function, kind, permission)


def _service(kind: str) -> str:
    return kind.split("_", maxsplit=1)[0]


def _api(draft: Draft, permission: Resource) -> Resource | None:
    """The API that may invoke the function, if it is one of the template."""
    api = draft.template.find(permission.get("SourceArn"))
    return api if api is not None and api.type in (REST_API, HTTP_API) else None


def _kind_of_permission(
    draft: Draft, permission: Resource, api: Resource | None
) -> str | None:
    if any(map(permission.get, OF_FUNCTION_URLS)):
        return "function_url"
    if api is not None:
        return kind_of_api(api, {})
    principal = str(permission.get("Principal"))
    if principal.startswith("logs."):  # of a Region
        principal = "logs.amazonaws.com"
    kind = kinds_by_principal().get(principal)
    if kind == "eventbridge_rule":
        rule = draft.template.find(permission.get("SourceArn"))
        if rule is not None and rule.get("ScheduleExpression"):
            return "eventbridge_schedule_rule"
    return kind


def _add_trigger(
    draft: Draft,
    permission: Resource,
    function: str,
    kind: str,
    maker: Resource,
) -> None:
    source = None
    if kind in NAMING_A_SOURCE:
        arn = permission.get("SourceArn")
        if not isinstance(arn, str):
            principal = permission.get("Principal")
            draft.not_simulated(permission, "Principal", principal, ANY_SOURCE)
            draft.invoked_otherwise.add(function)
            return
        if not draft.check_known(permission, "SourceArn", arn):
            return
        group, _ = SOURCES[kind]
        source = resource_named(draft, permission, "SourceArn", arn, group)
    throttles = read_throttles(draft, maker)
    draft.add_trigger(kind, maker, function, source=source, fields=throttles)
    draft.report.add(
        "assumed",
        permission.name,
        "Principal",
        permission.get("Principal"),
        line=permission.line("Principal"),
        note=f"Only this permission says that {function} is invoked so.",
        source=reference_page(permission.type),
    )
