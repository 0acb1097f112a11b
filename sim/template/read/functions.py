"""Functions, with what aliases, versions and asynchronous configurations add to them."""

from __future__ import annotations

from collections.abc import Mapping

from sim import facts
from sim.scenario import runtimes
from sim.scenario.behaviour import Behaviour
from sim.scenario.function import Function
from sim.scenario.settings import LATEST
from sim.template.cloudformation.template import Resource
from sim.template.read.deployment_functions import CDK_FUNCTION, cdk_functions
from sim.template.read.draft import Draft, Fields
from sim.template.read.fields import read_fields
from sim.template.read.references import function_named

FUNCTION = "AWS::Lambda::Function"
INVOKE_CONFIG = "AWS::Lambda::EventInvokeConfig"
ADDING = (INVOKE_CONFIG, "AWS::Lambda::Alias", "AWS::Lambda::Version")
"""Types of resources that add settings to a function."""
DEPLOYMENTS = (
    "When versions are deployed, no template says: "
    "add each with `scenario.replace(deployments=[sim.Deployment(...)])`."
)
ON_SUCCESS = "DestinationConfig.OnSuccess.Destination"
SUCCESS_IN_BUCKET = (
    "AWS documents buckets as on-failure destinations only: whether it puts anything there "
    "is not known."
)
OTHER_CONFIGURATION = (
    "Here a function has one configuration: that of its alias."
)
LARGER_ON_MANAGED_INSTANCES = {
    "timeout": "Timeout",
    "memory_size": "MemorySize",
    "ephemeral_storage": "EphemeralStorage.Size",
}
"""Settings of which Managed Instances take more than other functions, and their properties."""
BEHAVIOUR = ("handler", "error_rate", "poison_share", "idempotency", "sends")
"""What of a function's behaviour the report asks for."""


def read_functions(draft: Draft) -> None:
    """Put every function into the draft."""
    own = cdk_functions(draft)
    for resource in draft.template.of_type(FUNCTION):
        if resource.name in own:
            draft.not_simulated(resource, "", None, CDK_FUNCTION)
        else:
            draft.add_resource("functions", resource)


def read_function_settings(
    draft: Draft, behaviour: Mapping[str, Behaviour]
) -> None:
    """Read the functions' settings, once every other resource has its name."""
    for resource in draft.template.of_type(FUNCTION):
        if resource.name in draft.functions:
            fields = read_fields(draft, resource)
            if resource.get("CapacityProviderConfig"):
                _keep_to_ordinary_limits(draft, resource, fields)
            draft.functions[resource.name].update(fields)
    for resource in draft.template.of_type(*ADDING):
        _add_settings(draft, resource)
    for version in draft.template.of_type("AWS::Lambda::Version"):
        _invoke_version(draft, version)
    for resource in draft.template.of_type("AWS::CodeDeploy::DeploymentGroup"):
        config = resource.get("DeploymentConfigName")
        if "Lambda" in str(config):
            draft.not_simulated(
                resource, "DeploymentConfigName", config, DEPLOYMENTS
            )
    for name, function in draft.functions.items():
        _add_behaviour(draft, name, function, behaviour.get(name))


def _keep_to_ordinary_limits(
    draft: Draft, resource: Resource, fields: Fields
) -> None:
    """Managed Instances take more, but here they are ordinary functions.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html
    """
    for field, path in LARGER_ON_MANAGED_INSTANCES.items():
        most = facts.fact(f"Function.{field}").maximum
        value = fields.get(field)
        if most is None or not isinstance(value, int) or value <= most:
            continue
        fields[field] = most
        draft.report.add(
            "assumed",
            resource.name,
            path,
            most,
            line=resource.line(path),
            note=f"{value} is for Managed Instances, which are not simulated.",
        )


def _add_settings(draft: Draft, resource: Resource) -> None:
    """Add to a function what an alias, a version or a configuration says of it."""
    named = resource.get("FunctionName")
    if not draft.check_known(resource, "FunctionName", named):
        return
    name = function_named(draft, named)
    if name is None:
        draft.not_in_template(resource, "FunctionName", named)
        return
    if name not in draft.functions:
        return
    if resource.type == INVOKE_CONFIG:
        if _is_of_another_version(draft, resource, name):
            why = OTHER_CONFIGURATION
            path = "Qualifier"
            draft.not_simulated(resource, path, resource.get(path), why)
            return
        draft.configured.add(name)
    draft.parts.setdefault(name, []).append(resource)
    function = draft.functions[name]
    fields = read_fields(draft, resource)
    if resource.type == INVOKE_CONFIG:
        _leave_out_bucket(draft, resource, fields)
    for field, value in fields.items():
        if field == "auto_publish_alias":
            function.setdefault(field, value)
        elif isinstance(value, dict):
            function[field] = function.get(field, {}) | value
        else:
            function[field] = value


def _leave_out_bucket(
    draft: Draft, configuration: Resource, fields: Fields
) -> None:
    """Leave out a bucket for results: CDK deploys one, and no page says what becomes of it.

    https://github.com/aws/aws-cdk/blob/main/packages/@aws-cdk-testing/framework-integ/test/aws-lambda-destinations/test/integ.destinations.ts
    """
    config = fields.get("event_invoke_config", {})
    targets = config.get("destination_config", {})
    if targets.get("on_success") in draft.groups["buckets"]:
        path, bucket = ON_SUCCESS, targets.pop("on_success")
        draft.not_simulated(configuration, path, bucket, SUCCESS_IN_BUCKET)


def _is_of_another_version(
    draft: Draft, configuration: Resource, function: str
) -> bool:
    """Whether it is for `$LATEST`, while the function's alias or version has one of its own."""
    if configuration.get("Qualifier") != LATEST:
        return False
    return any(
        other.get("Qualifier") != LATEST
        for other in draft.template.of_type(INVOKE_CONFIG)
        if function_named(draft, other.get("FunctionName")) == function
    )


def _invoke_version(draft: Draft, version: Resource) -> None:
    """Give a function an alias whose published version has what only versions have."""
    name = function_named(draft, version.get("FunctionName"))
    function = draft.functions.get(str(name), {})
    needs_alias = (
        "provisioned_concurrency_config" in function
        or function.get("snap_start") == "PublishedVersions"
    )
    if not needs_alias or "auto_publish_alias" in function:
        return
    function["auto_publish_alias"] = version.name
    draft.report.add(
        "assumed",
        version.name,
        "",
        version.name,
        line=version.line(),
        note="Here an alias of this name stands for the published version.",
    )


def _add_behaviour(
    draft: Draft, name: str, function: Fields, given: Behaviour | None
) -> None:
    """What the code does, as it was given."""
    if given is not None:
        function["behaviour"] = given
    if function.get("package_type") == "Image":
        function.setdefault("runtime", "python3.12")
    if given is None or given.init is None:
        owner = draft.resources.get(name)
        line = owner.line() if owner is not None else None
        _assume_init(draft, name, function, line)


def ask_for_behaviour(draft: Draft, behaviour: Mapping[str, Behaviour]) -> None:
    """Ask what the code does, but of functions that run only while the stack is deployed."""
    for name in draft.functions:
        if name not in behaviour and name not in draft.deploying:
            owner = draft.resources.get(name)
            line = owner.line() if owner is not None else None
            _ask_for_behaviour(draft, name, line)


def _ask_for_behaviour(draft: Draft, name: str, line: int | None) -> None:
    default = Behaviour()
    for field in BEHAVIOUR:
        draft.report.add(
            "unknown",
            name,
            f"behaviour.{field}",
            str(getattr(default, field)),
            line=line,
            argument=f'behaviour={{"{name}": '
            "sim.Behaviour(handler=..., error_rate=..., sends=...)}",
            note="What the code does, no template says.",
        )


def _assume_init(
    draft: Draft, name: str, function: Fields, line: int | None
) -> None:
    """Say whose cold starts are taken, where nobody has measured those of this function."""
    usual = Function.model_fields["runtime"].default
    runtime = str(function.get("runtime", usual))
    package_type = str(function.get("package_type", "Zip"))
    taken = runtimes.cold_start(runtime, package_type)
    is_image = package_type == "Image"
    if taken.runtime == runtime and not is_image:
        return
    draft.report.add(
        "assumed",
        name,
        "behaviour.init",
        f"as {taken.evidence} for {taken.runtime} ({taken.package_type})",
        line=line,
        argument=f'behaviour={{"{name}": sim.Behaviour(init=...)}}',
        note="What is in the image, nobody says."
        if is_image
        else "Cold starts of this runtime were not measured.",
        source=taken.source,
    )
