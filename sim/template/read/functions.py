"""Functions, with what aliases, versions and asynchronous configurations add to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sim import facts
from sim.scenario.durations import LogNormal
from sim.scenario.function import Behaviour
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft

ADDED = ("AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Alias", "AWS::Lambda::Version")
COMPILED = {"provided": "go"}
"""A runtime of one's own starts a compiled program."""

HELPERS = (
    *(
        "Custom::S3BucketNotifications",
        "Custom::S3AutoDeleteObjects",
        "Custom::LogRetention",
        "Custom::AWS",
    ),
    *(
        "Custom::CDKBucketDeployment",
        "Custom::VpcRestrictDefaultSG",
        "Custom::ECRAutoDeleteImages",
    ),
    *(
        "Custom::CrossRegionExportWriter",
        "Custom::CrossRegionExportReader",
        "Custom::DynamoDBReplica",
    ),
    *(
        "Custom::AWSCDKOpenIdConnectProvider",
        "Custom::AWSCDKCfnJson",
        "Custom::DescribeCognitoUserPoolClient",
    ),
)
"""Custom resources of CDK, whose functions run only while the stack is deployed."""
SHIFTED = "When versions are deployed, no template says: add each with `scenario.replace(deployments=[sim.Deployment(...)])`."
SINGLETON = re.compile(r"[0-9a-f]{32}[0-9A-F]{8}")
"""How the name ends of a function that CDK makes once for all custom resources of a kind, whatever they are called."""


def read(draft: Draft) -> None:
    """Put every function into the draft."""
    helpers = _helpers(draft)
    for resource in draft.template.of_type("AWS::Lambda::Function"):
        if resource.name in helpers:
            draft.note(
                resource,
                "",
                None,
                "CDK's own function: it runs only while the stack is deployed.",
            )
        else:
            draft.add("functions", resource, {})


def read_settings(draft: Draft, behaviour: Mapping[str, Behaviour]) -> None:
    """Read the functions' settings, once every other resource has its name."""
    for resource in draft.template.of_type("AWS::Lambda::Function"):
        if resource.name in draft.groups["functions"]:
            fields = draft.fields(resource)
            draft.groups["functions"][resource.name].update(fields)
    for resource in draft.template.of_type(*ADDED):
        _add(draft, resource)
    for resource in draft.template.of_type("AWS::CodeDeploy::DeploymentGroup"):
        if "Lambda" in str(resource.get("DeploymentConfigName")):
            draft.note(
                resource,
                "DeploymentConfigName",
                resource.get("DeploymentConfigName"),
                SHIFTED,
            )
    for name in draft.groups["functions"]:
        _behave(draft, name, behaviour.get(name))


def _helpers(draft: Draft) -> set[str]:
    custom = [
        resource
        for resource in draft.template.resources.values()
        if resource.type.startswith("Custom::")
    ]
    named = [
        (resource.type, draft.function(resource.get("ServiceToken")))
        for resource in custom
    ]
    return {
        name
        for kind, name in named
        if name and (kind in HELPERS or SINGLETON.fullmatch(name[-40:]))
    }


def _add(draft: Draft, resource: Resource) -> None:
    if not draft.complete(resource, "FunctionName", resource.get("FunctionName")):
        return
    name = draft.function(resource.get("FunctionName"))
    if name is None:
        draft.note(
            resource,
            "FunctionName",
            resource.get("FunctionName"),
            "Its function is not in this template.",
        )
    elif name in draft.groups["functions"]:
        if resource.type == ADDED[0]:
            draft.configured.add(name)
        function = draft.groups["functions"][name]
        for field, value in draft.fields(resource).items():
            if field == "auto_publish_alias":
                function.setdefault(field, value)
            elif isinstance(value, dict):
                function[field] = function.get(field, {}) | value
            else:
                function[field] = value


def _behave(draft: Draft, name: str, given: Behaviour | None) -> None:
    function, owner = draft.groups["functions"][name], draft.owners.get(name)
    line = owner.line() if owner is not None else None
    if given is not None:
        function["behaviour"] = given
    else:
        argument = f'behaviour={{"{name}": sim.Behaviour(handler=..., error_rate=..., sends=...)}}'
        usual = Behaviour()
        for field in ("handler", "error_rate", "poison_share", "idempotency", "sends"):
            draft.report.add(
                "unknown",
                name,
                f"behaviour.{field}",
                str(getattr(usual, field)),
                line=line,
                argument=argument,
                note="What the code does, no template says.",
            )
    if function.get("package_type") == "Image":
        function.setdefault("runtime", "python3.12")
    _init(draft, name, function, line)


def _init(draft: Draft, name: str, function: dict[str, Any], line: int | None) -> None:
    given: Behaviour | None = function.get("behaviour")
    if given is not None and given.init is not None:
        return
    runtime, package = (
        str(function.get("runtime", "python3.13")),
        str(function.get("package_type", "Zip")).lower(),
    )
    image = package == "image"
    nearest = _nearest(runtime, "image" if image else "zip")
    if nearest.runtime == runtime and not image:
        return
    init = LogNormal(median=nearest.median / 1000, p99=nearest.p99 / 1000)
    function["behaviour"] = (given or Behaviour()).replace(init=init)
    draft.report.add(
        "assumed",
        name,
        "behaviour.init",
        f"as measured for {nearest.runtime} ({nearest.package_type})",
        line=line,
        argument=f'behaviour={{"{name}": sim.Behaviour(init=...)}}',
        note="Cold starts of this runtime were not measured."
        if not image
        else "What is in the image, nobody says.",
        source=nearest.source,
    )


def _nearest(runtime: str, package: str) -> facts.ColdStart:
    """The cold start of this runtime, of another version of its language, or of any."""
    rows = [row for row in facts.cold_starts() if row.package_type == package]
    language = re.match(r"[a-z]*", runtime)
    family = COMPILED.get(
        language[0] if language else "", language[0] if language else ""
    )
    version = _version(runtime)
    kin = [row for row in rows if row.runtime == runtime]
    kin = kin or [
        row
        for row in rows
        if re.match(rf"{family}[\d.x]*( \(provided.al2023\))?$", row.runtime) and family
    ]
    return min(kin or rows, key=lambda row: abs(_version(row.runtime) - version))


def _version(runtime: str) -> float:
    number = re.search(r"(\d+)(?:\.(\d+))?", runtime)
    return int(number[1]) + int(number[2] or 0) / 100 if number else 0
