import sys
from pathlib import Path

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_iot import CfnTopicRule
from aws_cdk.aws_lambda_destinations import SqsDestination

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "IotRule")

# What the rule could not hand over to Lambda.
undelivered = sqs.Queue(stack, "Undelivered", retention_period=Duration.days(14))
error_role = iam.Role(stack, "ErrorRole", assumed_by=iam.ServicePrincipal("iot.amazonaws.com"))
undelivered.grant_send_messages(error_role)

# What Lambda accepted and the function failed at three times.
failed = sqs.Queue(stack, "FailedOrders", retention_period=Duration.days(14))

listener = lambda_.Function(
    stack,
    "ListenerFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(10),
    # What happens once Lambda has answered 202: without a destination the third failure loses the
    # event in silence.
    retry_attempts=2,
    max_event_age=Duration.hours(1),
    on_failure=SqsDestination(failed),
)

# The L2 construct for rules is not in the stable library.
readings = CfnTopicRule(
    stack,
    "Readings",
    topic_rule_payload=CfnTopicRule.TopicRulePayloadProperty(
        aws_iot_sql_version="2016-03-23",
        sql=(
            "SELECT newuuid() AS id, timestamp() AS timestamp, topic(2) AS device, "
            "* AS reading FROM 'devices/+/readings'"
        ),
        actions=[
            CfnTopicRule.ActionProperty(
                lambda_=CfnTopicRule.LambdaActionProperty(function_arn=listener.function_arn)
            )
        ],
        error_action=CfnTopicRule.ActionProperty(
            sqs=CfnTopicRule.SqsActionProperty(
                queue_url=undelivered.queue_url, role_arn=error_role.role_arn, use_base64=False
            )
        ),
    ),
)
listener.add_permission(
    "IotPermission",
    principal=iam.ServicePrincipal("iot.amazonaws.com"),
    source_arn=readings.attr_arn,
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
