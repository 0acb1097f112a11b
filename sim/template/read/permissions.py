"""Permissions: where nothing else joins a service to a function, who may invoke it says who does."""

from __future__ import annotations

from typing import Any

from sim.template.cloudformation import property_tables
from sim.template.cloudformation.template import Resource
from sim.template.read import apis
from sim.template.read.draft import Draft

SOURCES = {"s3_notification": "buckets", "sns": "topics"}


def read(draft: Draft) -> None:
    """Put the triggers into the draft of which only a permission tells."""
    joined = {
        (join.fields["function"], _family(join.fields["kind"])) for join in draft.joins
    }
    doors = {(join.fields["function"], join.resource.name) for join in draft.joins}
    for permission in draft.template.of_type("AWS::Lambda::Permission"):
        draft.used.add(permission.name)
        function, api = (
            draft.function(permission.get("FunctionName")),
            _api(draft, permission),
        )
        if function not in draft.groups["functions"] or function in draft.noted:
            continue
        kind = _kind(draft, permission, permission.get("Principal"), api)
        if kind is None:
            why = "What this principal invokes is not simulated."
            draft.note(permission, "Principal", permission.get("Principal"), why)
        elif api is not None and (function, api.name) not in doors:
            _permitted(draft, permission, str(function), kind, api)
        elif api is None and (function, _family(kind)) not in joined:
            _permitted(draft, permission, str(function), kind, permission)


def _family(kind: str) -> str:
    return kind.split("_", maxsplit=1)[0]


def _api(draft: Draft, permission: Resource) -> Resource | None:
    """The API that may invoke the function, if it is one of the template."""
    api = draft.template.find(permission.get("SourceArn"))
    return api if api is not None and api.type in (apis.REST, apis.HTTP) else None


def _permitted(
    draft: Draft, permission: Resource, function: str, kind: str, owner: Resource
) -> None:
    source = permission.get("SourceArn")
    named = None
    if kind in SOURCES:
        if not isinstance(source, str) or not draft.complete(
            permission, "SourceArn", source
        ):
            return
        named = draft.target(permission, "SourceArn", source, SOURCES[kind])
    draft.join(kind, owner, function, source=named, **apis.throttles(draft, owner))
    draft.report.add(
        "assumed",
        permission.name,
        "Principal",
        permission.get("Principal"),
        line=permission.line("Principal"),
        note=f"Only this permission says that {function} is invoked so.",
        source=property_tables.page(permission.type),
    )


def _kind(
    draft: Draft, permission: Resource, principal: Any, api: Resource | None
) -> str | None:
    name = (
        "logs.amazonaws.com" if str(principal).startswith("logs.") else str(principal)
    )
    if permission.get("FunctionUrlAuthType"):
        return "function_url"
    if api is not None:
        return apis.kind(api, {})
    kind = property_tables.principals().get(name)
    if kind == "eventbridge_rule":
        rule = draft.template.find(permission.get("SourceArn"))
        return (
            "eventbridge_schedule_rule"
            if rule is not None and rule.get("ScheduleExpression")
            else kind
        )
    return kind
