import sys
from pathlib import Path

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_eventsv2 as eventsv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_destinations import SqsDestination

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "EventbridgeBusEvent")

# A record of each event that Lambda did not accept in time; the event itself stays on the bus for
# a week.
undelivered = sqs.Queue(stack, "Undelivered", retention_period=Duration.days(14))

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
    # Once Lambda has accepted an event, the subscriber has delivered it: what fails then is
    # Lambda's, and goes here.
    retry_attempts=2,
    max_event_age=Duration.hours(1),
    on_failure=SqsDestination(failed),
)

# CDK has no construct of its own for a Custom Event Bus: these are CloudFormation's.
bus = eventsv2.CfnEventBus(
    stack,
    "OrdersBus",
    name="orders",
    storage_configuration=eventsv2.CfnEventBus.StorageConfigurationProperty(
        retention_period_in_days=7
    ),
)
role = iam.Role(stack, "DeliveryRole", assumed_by=iam.ServicePrincipal("events.amazonaws.com"))
listener.grant_invoke(role)
undelivered.grant_send_messages(role)

subscriber = eventsv2.CfnSubscriber
subscriber(
    stack,
    "OrderPlaced",
    name="order-placed",
    event_bus_arn=bus.attr_event_bus_arn,
    filter_configuration=subscriber.FilterConfigurationProperty(
        filters=[
            subscriber.FilterProperty(scope="DATA", pattern='{"detail-type": ["OrderPlaced"]}')
        ]
    ),
    invoke_configuration=subscriber.InvokeConfigurationProperty(
        target_arn=listener.function_arn,
        role_arn=role.role_arn,
        lambda_parameters=subscriber.LambdaParametersProperty(invocation_type="EVENT"),
    ),
    # One event a call, as a rule hands it over; without this the function gets an array of up to
    # ten.
    batch_configuration=subscriber.BatchConfigurationProperty(max_batch_size=1),
    # Five minutes are the default: too short for an outage of Lambda. A rule tries for a day.
    retry_policy=subscriber.RetryPolicyProperty(
        max_event_age_in_seconds=3600, max_retry_attempts=20
    ),
    on_failure_configuration=subscriber.OnFailureConfigurationProperty(arn=undelivered.queue_arn),
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
