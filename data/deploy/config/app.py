import sys
from pathlib import Path

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_config as config
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_destinations import SqsDestination

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "Config")

failed = sqs.Queue(stack, "FailedOrders", retention_period=Duration.days(14))

rule = lambda_.Function(
    stack,
    "RuleFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(30),
    # What happens once Lambda has answered 202: without a destination the third failure loses the
    # event in silence.
    retry_attempts=2,
    max_event_age=Duration.hours(1),
    on_failure=SqsDestination(failed),
)
# Grants the function config:PutEvaluations through AWS's managed policy for rules.
config.CustomRule(
    stack,
    "Tagged",
    lambda_function=rule,
    configuration_changes=True,
    rule_scope=config.RuleScope.from_resource(config.ResourceType.EC2_INSTANCE),
    input_parameters={"team": "shop"},
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
