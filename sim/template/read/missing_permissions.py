"""Services that would invoke a function and may not: no permission of the template lets them.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from sim.template.cloudformation.property_tables import (
    principals_of,
    values_at,
)
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft
from sim.template.read.draft_entries import TriggerDraft
from sim.template.read.policy_statements import INVOKE
from sim.template.read.references import function_named

RULE = "no permission"
PERMISSION = "AWS::Lambda::Permission"
ROLES = {
    "AWS::Events::": ("Targets[].RoleArn",),
    "AWS::ApiGateway": (
        "Integration.Credentials",
        "AuthorizerCredentials",
        "CredentialsArn",
        "AuthorizerCredentialsArn",
        "Body.paths.*.*.x-amazon-apigateway-integration.credentials",
        "Body.securityDefinitions.*.x-amazon-apigateway-authorizer.authorizerCredentials",
        "Body.components.securitySchemes.*.x-amazon-apigateway-authorizer.authorizerCredentials",
    ),
}
"""Where services are given a role, with which they need no permission of the function's."""


def find_missing_permissions(draft: Draft) -> None:
    """Note each trigger whose service no permission of the template lets in.

    What macros make of a template is not known, so nothing is said of one that asks for them.
    """
    if draft.template.resolver.macros:
        return
    with_role = tuple(filter(lambda service: _has_role(draft, service), ROLES))
    permissions = _permissions_by_function(draft)
    for trigger in draft.triggers:
        function, resource = trigger.fields["function"], trigger.resource
        principals = principals_of(trigger.fields["kind"])
        if not principals or function not in draft.resources:
            continue
        if resource.type.startswith((PERMISSION, *with_role)):
            continue
        if not any(
            _lets_in(draft, permission, trigger, principals)
            for permission in permissions.get(function, ())
        ):
            detail = f"no {PERMISSION} lets {principals[0]} invoke {function}"
            draft.add_finding(RULE, resource.name, detail)


def _permissions_by_function(draft: Draft) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for permission in draft.template.of_type(PERMISSION):
        name = function_named(draft, permission.get("FunctionName"))
        if name is not None:
            found.setdefault(name, []).append(permission)
    return found


def _has_role(draft: Draft, service: str) -> bool:
    """Whether any resource of a service is given a role to invoke with."""
    return any(
        values_at(resource.properties, place)
        for resource in draft.template.resources.values()
        if resource.type.startswith(service)
        for place in ROLES[service]
    )


def _lets_in(
    draft: Draft,
    permission: Resource,
    trigger: TriggerDraft,
    principals: tuple[str, ...],
) -> bool:
    """Whether a permission of a trigger's function is about its service and its source."""
    action = str(permission.get("Action")).lower()
    principal = str(permission.get("Principal"))
    return (
        fnmatchcase(INVOKE, action)
        and any(_is_service(principal, service) for service in principals)
        and _is_about(draft, permission, trigger)
    )


def _is_service(principal: str, service: str) -> bool:
    """Whether a principal is the service, also in one Region, or everybody."""
    name, *_ = service.split(".")
    return principal in ("*", service) or principal.startswith(f"{name}.")


def _is_about(
    draft: Draft, permission: Resource, trigger: TriggerDraft
) -> bool:
    """Whether the source that a permission names may be the trigger's.

    Only another resource of the same type as one of the trigger's own cannot be it.
    """
    found = draft.template.find(permission.get("SourceArn"))
    source = draft.resources.get(str(trigger.fields["source"]))
    own = [each for each in (trigger.resource, source) if each is not None]
    if found is None or found in own:
        return True
    return found.type not in [each.type for each in own]
