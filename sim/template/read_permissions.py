"""Permissions: where nothing else joins a service to a function, who may invoke it says who does."""

from __future__ import annotations

from typing import Any

from sim.template import tables
from sim.template.draft import Draft
from sim.template.template import Resource

SOURCES = {"s3_notification": "buckets", "sns": "topics"}


def read(draft: Draft) -> None:
    """Put the triggers into the draft of which only a permission tells."""
    joined = {(join.fields["function"], _family(join.fields["kind"])) for join in draft.joins}
    for permission in draft.template.of_type("AWS::Lambda::Permission"):
        draft.used.add(permission.name)
        function = draft.function(permission.get("FunctionName"))
        if function not in draft.groups["functions"] or function in draft.noted:
            continue
        kind = _kind(draft, permission, permission.get("Principal"))
        if kind is None:
            why = "What this principal invokes is not simulated."
            draft.note(permission, "Principal", permission.get("Principal"), why)
        elif (function, _family(kind)) not in joined:
            _permitted(draft, permission, str(function), kind)


def _family(kind: str) -> str:
    return kind.split("_", maxsplit=1)[0]


def _permitted(draft: Draft, permission: Resource, function: str, kind: str) -> None:
    principal = permission.get("Principal")
    source = permission.get("SourceArn")
    named = None
    if kind in SOURCES:
        if not isinstance(source, str) or not draft.complete(permission, "SourceArn", source):
            return
        named = draft.target(permission, "SourceArn", source, SOURCES[kind])
    draft.join(kind, permission, function, source=named)
    draft.report.add(
        "assumed",
        permission.name,
        "Principal",
        principal,
        line=permission.line("Principal"),
        note=f"Only this permission says that {function} is invoked so.",
        source=tables.page(permission.type),
    )


def _kind(draft: Draft, permission: Resource, principal: Any) -> str | None:
    known = tables.principals()
    name = str(principal)
    if name.startswith("logs."):
        name = "logs.amazonaws.com"
    if permission.get("FunctionUrlAuthType"):
        return "function_url"
    kind = known.get(name)
    if kind == "apigw_rest":
        api = draft.template.find(permission.get("SourceArn"))
        return "apigw_http" if api is not None and api.type == "AWS::ApiGatewayV2::Api" else kind
    if kind == "eventbridge_rule":
        rule = draft.template.find(permission.get("SourceArn"))
        return "eventbridge_schedule_rule" if rule is not None and rule.get("ScheduleExpression") else kind
    return kind
