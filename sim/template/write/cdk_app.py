"""The frame of a CDK app around the statements of its stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.template.write import comments
from sim.template.write.cdk_printer import Python, TypeScript, used

STACK = "System"
MODULES = {
    "apigateway": "aws_apigateway", "apigatewayv2": "aws_apigatewayv2",
    "appscaling": "aws_applicationautoscaling", "appsync": "aws_appsync",
    "cloudfront": "aws_cloudfront", "codecommit": "aws_codecommit", "cognito": "aws_cognito",
    "config": "aws_config", "destinations": "aws_lambda_destinations", "dynamodb": "aws_dynamodb", "ec2": "aws_ec2",
    "ecr": "aws_ecr", "elbv2": "aws_elasticloadbalancingv2", "elbv2_targets": "aws_elasticloadbalancingv2_targets",
    "event_sources": "aws_lambda_event_sources", "events": "aws_events", "events_targets": "aws_events_targets",
    "firehose": "aws_kinesisfirehose", "iam": "aws_iam", "integrations": "aws_apigatewayv2_integrations",
    "iot": "aws_iot", "kinesis": "aws_kinesis", "kms": "aws_kms", "lambda_": "aws_lambda", "lex": "aws_lex",
    "logs": "aws_logs", "logs_destinations": "aws_logs_destinations", "origins": "aws_cloudfront_origins",
    "pipes": "aws_pipes", "s3": "aws_s3", "s3objectlambda": "aws_s3objectlambda", "scheduler": "aws_scheduler",
    "scheduler_targets": "aws_scheduler_targets", "secretsmanager": "aws_secretsmanager", "ses": "aws_ses",
    "ses_actions": "aws_ses_actions", "sfn": "aws_stepfunctions", "sns": "aws_sns", "sqs": "aws_sqs",
    "subscriptions": "aws_sns_subscriptions", "tasks": "aws_stepfunctions_tasks",
}  # fmt: skip
CORE = ("ArnFormat", "CfnParameter", "CustomResource", "Duration", "Size", "TimeZone")


def app(
    language: Python,
    body: Sequence[str],
    handlers: Mapping[str, str],
    names: Mapping[str, str],
) -> str:
    """The whole text of an app with one stack."""
    read = used(body)
    core = [name for name in CORE if name in read]
    modules = {alias: module for alias, module in MODULES.items() if alias in read}
    if names:
        body = [f"self.template_options.metadata = {{'Names': {dict(names)}}}", *body]
    statements = [
        line for text in _spaced(body) for line in language.statement(text, 2)
    ]
    write = _typescript if isinstance(language, TypeScript) else _python
    return "\n".join(write(core, modules, handlers, statements)) + "\n"


def _spaced(body: Sequence[str]) -> list[str]:
    """An empty line before a comment and between kinds of statements, to read by."""
    spaced: list[str] = []
    for text in body:
        if (
            spaced
            and (text.startswith("#") or ".Function(" in text)
            and not spaced[-1].startswith("#")
        ):
            spaced.append("")
        spaced.append(text)
    return spaced


def _python(
    core: list[str],
    modules: dict[str, str],
    handlers: Mapping[str, str],
    body: list[str],
) -> list[str]:
    imports = [
        f"from aws_cdk import {module} as {alias}" for alias, module in modules.items()
    ]
    constants = [f"{name} = '''\\\n{text}'''" for name, text in handlers.items()]
    return [
        f"# {comments.HEAD}",
        f"from aws_cdk import {', '.join(sorted(['App', 'Stack', *core]))}",
        *sorted(imports),
        "from constructs import Construct",
        "",
        *constants,
        "",
        "",
        f"class {STACK}Stack(Stack):",
        "    def __init__(self, scope: Construct, construct_id: str, **kwargs) -> None:",
        "        super().__init__(scope, construct_id, **kwargs)",
        "",
        *body,
        "",
        "",
        "app = App()",
        f'{STACK}Stack(app, "{STACK}")',
        "app.synth()",
    ]


def _typescript(
    core: list[str],
    modules: dict[str, str],
    handlers: Mapping[str, str],
    body: list[str],
) -> list[str]:
    names = TypeScript()
    imports = [
        f"import * as {names.name(alias)} from 'aws-cdk-lib/{module.replace('_', '-')}';"
        for alias, module in modules.items()
    ]
    constants = [
        f"const {name} = `{_in_backticks(text)}`;" for name, text in handlers.items()
    ]
    return [
        f"// {comments.HEAD}",
        f"import {{ {', '.join(sorted(['App', 'Stack', 'StackProps', *core]))} }} from 'aws-cdk-lib';",
        *sorted(imports, key=lambda line: line.split(" from ")[1]),
        "import { Construct } from 'constructs';",
        "",
        *constants,
        "",
        f"export class {STACK}Stack extends Stack {{",
        "  constructor(scope: Construct, id: string, props?: StackProps) {",
        "    super(scope, id, props);",
        "",
        *body,
        "  }",
        "}",
        "",
        "const app = new App();",
        f"new {STACK}Stack(app, '{STACK}');",
    ]


def _in_backticks(text: str) -> str:
    return text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
