"""The frame of a CDK app around the statements of its stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.template.write.cdk_printer import PythonPrinter, TypeScriptPrinter
from sim.template.write.cdk_statements import names_read
from sim.template.write.comments import HEAD
from sim.template.write.snippets import snippet

STACK = "System"
MODULES = {
    "apigateway": "aws_apigateway",
    "apigatewayv2": "aws_apigatewayv2",
    "appscaling": "aws_applicationautoscaling",
    "appsync": "aws_appsync",
    "authorizers": "aws_apigatewayv2_authorizers",
    "cloudfront": "aws_cloudfront",
    "cloudwatch": "aws_cloudwatch",
    "codecommit": "aws_codecommit",
    "codepipeline": "aws_codepipeline",
    "cognito": "aws_cognito",
    "config": "aws_config",
    "connect": "aws_connect",
    "destinations": "aws_lambda_destinations",
    "dynamodb": "aws_dynamodb",
    "ec2": "aws_ec2",
    "ecr": "aws_ecr",
    "elbv2": "aws_elasticloadbalancingv2",
    "elbv2_targets": "aws_elasticloadbalancingv2_targets",
    "event_sources": "aws_lambda_event_sources",
    "events": "aws_events",
    "events_targets": "aws_events_targets",
    "eventsv2": "aws_eventsv2",
    "firehose": "aws_kinesisfirehose",
    "iam": "aws_iam",
    "integrations": "aws_apigatewayv2_integrations",
    "iot": "aws_iot",
    "kinesis": "aws_kinesis",
    "kms": "aws_kms",
    "lambda_": "aws_lambda",
    "lex": "aws_lex",
    "logs": "aws_logs",
    "logs_destinations": "aws_logs_destinations",
    "origins": "aws_cloudfront_origins",
    "pipes": "aws_pipes",
    "s3": "aws_s3",
    "s3_notifications": "aws_s3_notifications",
    "s3objectlambda": "aws_s3objectlambda",
    "scheduler": "aws_scheduler",
    "scheduler_targets": "aws_scheduler_targets",
    "secretsmanager": "aws_secretsmanager",
    "ses": "aws_ses",
    "ses_actions": "aws_ses_actions",
    "sfn": "aws_stepfunctions",
    "sns": "aws_sns",
    "sqs": "aws_sqs",
    "subscriptions": "aws_sns_subscriptions",
    "tasks": "aws_stepfunctions_tasks",
    "vpclattice": "aws_vpclattice",
}
"""CDK's modules by the names that the statements give them."""
CORE = (
    "ArnFormat",
    "CfnParameter",
    "CustomResource",
    "Duration",
    "Fn",
    "Size",
    "TimeZone",
)
"""What the statements may take from CDK's core."""


def cdk_app(
    printer: PythonPrinter,
    statements: Sequence[str],
    handlers: Mapping[str, str],
    changed_names: Mapping[str, str],
) -> str:
    """The whole text of an app with one stack; `handlers` are constants with code."""
    read = names_read(statements)
    core = ["App", "Stack", *(name for name in CORE if name in read)]
    modules = {
        alias: module for alias, module in MODULES.items() if alias in read
    }
    if changed_names:
        metadata = f"{{'Names': {dict(changed_names)}}}"
        statements = [
            f"self.template_options.metadata = {metadata}",
            *statements,
        ]
    body = [
        line
        for statement in _with_empty_lines(statements)
        for line in printer.statement(statement, 2)
    ]
    is_typescript = isinstance(printer, TypeScriptPrinter)
    frame = _typescript_frame if is_typescript else _python_frame
    return snippet(
        "app",
        "typescript" if is_typescript else "python",
        head=HEAD,
        stack=STACK,
        body="\n".join(body),
        **frame(core, modules, handlers),
    )


def _with_empty_lines(statements: Sequence[str]) -> list[str]:
    """An empty line before each comment and each function, to read by."""
    spaced: list[str] = []
    for statement in statements:
        begins = statement.startswith("#") or ".Function(" in statement
        if spaced and begins and not spaced[-1].startswith("#"):
            spaced.append("")
        spaced.append(statement)
    return spaced


def _python_frame(
    core: list[str], modules: Mapping[str, str], handlers: Mapping[str, str]
) -> dict[str, str]:
    """What fills the frame of an app in Python: imports and handlers."""
    imports = [
        f"from aws_cdk import {modules[alias]} as {alias}" for alias in modules
    ]
    constants = [
        f"{name} = '''\\\n{code}'''\n" for name, code in handlers.items()
    ]
    return {
        "core": ", ".join(sorted(core)),
        "imports": "\n".join(sorted(imports)),
        "handlers": "".join(constants),
    }


def _typescript_frame(
    core: list[str], modules: Mapping[str, str], handlers: Mapping[str, str]
) -> dict[str, str]:
    """What fills the frame of an app in TypeScript: imports and handlers."""
    in_camel_case = TypeScriptPrinter().name
    packages = {alias: modules[alias].replace("_", "-") for alias in modules}
    imports = [
        f"import * as {in_camel_case(alias)} from 'aws-cdk-lib/{packages[alias]}';"
        for alias in sorted(packages, key=lambda alias: packages[alias])
    ]
    constants = [
        f"const {name} = `{_in_backticks(code)}`;\n"
        for name, code in handlers.items()
    ]
    return {
        "core": ", ".join(sorted([*core, "StackProps"])),
        "imports": "\n".join(imports),
        "handlers": "".join(constants),
    }


def _in_backticks(text: str) -> str:
    return text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
