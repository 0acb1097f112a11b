"""The three forms of a folder in `data/deploy/` as plain CloudFormation that can be compared.

What a form adds by itself is left out: roles and policies (each form grants in its own way),
permissions' conditions, code locations, tags, metadata, the names of resources that only one form
names. References are written as `${Name}`.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import boto3
from samtranslator.internal.managed_policies import (
    get_bundled_managed_policy_map,
)
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

REGION = "us-east-1"
LEFT_OUT = (
    "AWS::IAM::",
    "AWS::CDK::Metadata",
    "AWS::Lambda::Version",
    "AWS::Lambda::Alias",  # SAM publishes a version only together with an alias
    "AWS::ApiGateway::",  # SAM writes one OpenAPI body, CDK one resource for each path and method
    "AWS::ApiGatewayV2::",
    "AWS::CertificateManager::",
    "AWS::Logs::LogStream",
    "AWS::Logs::LogGroup",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::EC2::SecurityGroup",
    "Custom::S3BucketNotifications",
)
PROPERTIES_LEFT_OUT = {
    "AWS::Lambda::Function": {"Code", "Role", "Tags", "Layers"},
    "AWS::Lambda::Permission": {
        "SourceArn",
        "SourceAccount",
        "EventSourceToken",
    },
    "AWS::Lambda::EventInvokeConfig": {"Qualifier"},
    "AWS::Scheduler::Schedule": {"Name"},
    "AWS::ElasticLoadBalancingV2::LoadBalancer": {"LoadBalancerAttributes"},
    "AWS::AppSync::GraphQLSchema": {"Definition", "DefinitionS3Location"},
    "AWS::AppSync::Resolver": {"CodeS3Location"},
    "AWS::Lambda::Url": {"Qualifier"},
    "AWS::S3::Bucket": {
        "NotificationConfiguration",
        "PublicAccessBlockConfiguration",
        "OwnershipControls",
    },
}
PROPERTIES_COMPARED = {
    "AWS::Cognito::UserPool": {"LambdaConfig"},
    "AWS::KMS::Key": set(),
}
ANYWHERE_LEFT_OUT = {
    "RoleArn",
    "RoleARN",
    "ServiceRoleArn",
    "Role",
    "Tags",
    "Id",
    "Sid",
    "InvocationRole",
}


def translate(template: str) -> dict[str, Any]:
    """A SAM template's CloudFormation; local code is placed in a bucket that nobody has to have."""
    parsed = yaml_parse(template)
    of_resources = (
        resource.get("Properties", {})
        for resource in parsed["Resources"].values()
    )
    for properties in (*of_resources, *parsed.get("Globals", {}).values()):
        for name in ("CodeUri", "DefinitionS3Location", "CodeS3Location"):
            if isinstance(properties.get(name), str):
                properties[name] = f"s3://code/{name}"
    translator = Translator(
        get_bundled_managed_policy_map("aws"),
        Parser(),
        boto_session=boto3.Session(region_name=REGION),
    )
    return translator.translate(parsed, parameter_values={})


def named(template: dict[str, Any]) -> dict[str, Any]:
    """The template with its constructs' ids: CDK puts eight hexadecimal digits behind each."""
    short = {
        name: _short(name, resource["Type"])
        for name, resource in template["Resources"].items()
    }
    text = json.dumps(template)
    for name, shorter in short.items():
        if name != shorter and list(short.values()).count(shorter) == 1:
            text = re.sub(rf"\b{name}\b", shorter, text)
    return json.loads(text)


def _short(name: str, kind: str) -> str:
    # both forms put a checksum of the function into the name
    if kind == "AWS::Lambda::Version":
        return re.sub(r"(Current)?Version[0-9A-Fa-f]+$", "Version", name)
    return re.sub(r"[0-9A-F]{8}$", "", name)


def comparable(template: dict[str, Any]) -> list[tuple[str, str]]:
    """Type and settings of each resource that says how the system behaves, sorted."""
    resources = named(template)["Resources"]
    return sorted(set(_plain_resources(resources)))


def _plain_resources(resources: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, resource in resources.items():
        kind = resource["Type"]
        if kind.startswith(LEFT_OUT) or name.startswith(
            "BucketNotificationsHandler"
        ):
            continue
        settings = resource.get("Properties", {})
        compared = PROPERTIES_COMPARED.get(
            kind, settings.keys() - PROPERTIES_LEFT_OUT.get(kind, set())
        )
        settings = {
            key: value for key, value in settings.items() if key in compared
        }
        # by name or by ARN is all the same
        for key in settings.keys() & {"FunctionName", "TargetFunctionArn"}:
            settings[key] = plain(settings[key]).replace(".Arn}", "}")
        definition = plain(settings.pop("DefinitionString", None))
        if definition:
            substitutions = plain(settings.pop("DefinitionSubstitutions", {}))
            settings["Definition"] = _substituted(definition, substitutions)
        yield kind, json.dumps(plain(settings), indent=1, sort_keys=True)


def plain(node: Any) -> Any:
    """References as `${Name}` or `${Name.Attribute}`, joins as one text, JSON texts opened."""
    if isinstance(node, dict):
        [(key, value), *more] = node.items() or [("", None)]
        if not more and key in FUNCTIONS:
            return FUNCTIONS[key](value)
        return {
            key: plain(value)
            for key, value in node.items()
            if key not in ANYWHERE_LEFT_OUT
        }
    if isinstance(node, list):
        return [plain(value) for value in node if not _is_role(value)]
    return _opened(node) if isinstance(node, str) else node


def _joined(value: list[Any]) -> Any:
    parts = plain(value[1])
    return (
        _opened(value[0].join(parts))
        if isinstance(parts, list)
        else f"${{Join {parts}}}"
    )


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "Ref": lambda value: f"${{{value}}}",
    "Fn::GetAtt": lambda value: (
        f"${{{'.'.join(value) if isinstance(value, list) else value}}}"
    ),
    "Fn::Join": _joined,
    "Fn::Sub": lambda value: _opened(
        value if isinstance(value, str) else value[0]
    ),
}


def _is_role(node: Any) -> bool:
    # Firehose's way of saying it
    return isinstance(node, dict) and node.get("ParameterName") == "RoleArn"


def _substituted(node: Any, values: dict[str, str]) -> Any:
    text = json.dumps(node)
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    return json.loads(text)


def _opened(text: str) -> Any:
    if text[:1] in "{[":
        try:
            return plain(json.loads(text))
        except ValueError:
            return text
    return text
