"""Functions that run only while the stack is deployed: no event of the running system meets them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim.template.cloudformation.property_tables import values_at
from sim.template.cloudformation.resolver import Refused
from sim.template.cloudformation.template import Resource
from sim.template.read.draft import Draft
from sim.template.read.references import function_named

FUNCTION = "AWS::Lambda::Function"
ALIAS = "AWS::Lambda::Alias"
MACRO = "AWS::CloudFormation::Macro"
CUSTOM_RESOURCE = "cfn_custom_resource"
CDK_CUSTOM_RESOURCES = (
    "Custom::AWS",
    "Custom::AWSCDKCfnJson",
    "Custom::AWSCDKOpenIdConnectProvider",
    "Custom::CDKBucketDeployment",
    "Custom::CrossRegionExportReader",
    "Custom::CrossRegionExportWriter",
    "Custom::DescribeCognitoUserPoolClient",
    "Custom::DynamoDBReplica",
    "Custom::ECRAutoDeleteImages",
    "Custom::LogRetention",
    "Custom::S3AutoDeleteObjects",
    "Custom::S3BucketNotifications",
    "Custom::VpcRestrictDefaultSG",
)
"""Custom resources of CDK, whose functions run only while the stack is deployed."""
CDK_SINGLETON = re.compile(r"[0-9a-f]{32}[0-9A-F]{8}$")
"""How the name ends of a function that CDK makes once for all custom resources of a kind."""
CDK_FUNCTION = "CDK's own function: it runs only while the stack is deployed."
FRAMEWORK_HANDLERS = (
    "framework.onEvent",
    "framework.isComplete",
    "framework.onTimeout",
)
"""How the functions of CDK's provider framework begin: they call those of the user.

https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources-readme.html
"""
CALLED_BY_THE_FRAMEWORK = (
    "USER_ON_EVENT_FUNCTION_ARN",
    "USER_IS_COMPLETE_FUNCTION_ARN",
)
HOOKS = ("BeforeAllowTrafficHook", "AfterAllowTrafficHook")
"""What CodeDeploy runs while it shifts an alias's traffic.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
"""
HOOK = "CodeDeploy runs it while it shifts the traffic of {0}, and nothing else does."
DEPLOYING = "It runs only while the stack is deployed."


def cdk_functions(draft: Draft) -> set[str]:
    """The functions behind the custom resources that CDK makes for itself."""
    names = set()
    for resource in draft.template.resources.values():
        if resource.type.startswith("Custom::"):
            name = function_named(draft, resource.get("ServiceToken"))
            is_cdk = resource.type in CDK_CUSTOM_RESOURCES
            if name and (is_cdk or CDK_SINGLETON.search(name)):
                names.add(name)
    return names


def report_deployment_functions(draft: Draft) -> None:
    """Note the functions that nothing but a deployment invokes; the triggers are read."""
    notes = dict.fromkeys(_of_deployments(draft), DEPLOYING) | _hooks(draft)
    frameworks = {resource.name for resource in _frameworks(draft)}
    others = {
        trigger.fields["function"]
        for trigger in draft.triggers
        if trigger.fields["kind"] != CUSTOM_RESOURCE
    } - frameworks
    for name, note in notes.items():
        if name in draft.functions and name not in others:
            draft.deploying.add(name)
            line = draft.resources[name].line()
            draft.report.add("assumed", name, "trigger", line=line, note=note)


def _of_deployments(draft: Draft) -> Iterator[str]:
    """The functions behind custom resources and macros, and those that they call."""
    for trigger in draft.triggers:
        if trigger.fields["kind"] == CUSTOM_RESOURCE:
            yield trigger.fields["function"]
    for macro in draft.template.of_type(MACRO):
        name = function_named(draft, macro.get("FunctionName"))
        if name is not None:
            yield name
    for framework in _frameworks(draft):
        yield framework.name
        yield from _called_by_framework(draft, framework)


def _frameworks(draft: Draft) -> list[Resource]:
    return [
        resource
        for resource in draft.template.of_type(FUNCTION)
        if str(resource.get("Handler")).startswith(FRAMEWORK_HANDLERS)
    ]


def _called_by_framework(draft: Draft, framework: Resource) -> Iterator[str]:
    for variable in CALLED_BY_THE_FRAMEWORK:
        value = framework.get(f"Environment.Variables.{variable}")
        name = function_named(draft, value)
        if name is not None:
            yield name


def _hooks(draft: Draft) -> dict[str, str]:
    """The functions that CodeDeploy runs while it shifts traffic, each with its note."""
    hooks = {}
    for alias in draft.template.of_type(ALIAS):
        written = draft.template.written_in(alias.name, "UpdatePolicy")
        try:
            policy = draft.template.resolver.value(written)
        except Refused:
            continue
        for hook in HOOKS:
            for value in values_at(
                policy, f"CodeDeployLambdaAliasUpdate.{hook}"
            ):
                name = function_named(draft, value)
                if name is not None:
                    hooks[name] = HOOK.format(alias.name)
    return hooks
