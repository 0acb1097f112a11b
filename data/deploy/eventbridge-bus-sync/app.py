import sys
from pathlib import Path

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_eventsv2 as eventsv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "EventbridgeBusSync")

# A record of each event that was given up; the event itself stays on the bus for a week.
undelivered = sqs.Queue(stack, "Undelivered", retention_period=Duration.days(14))

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
    # In order within each event group (EventGroupId): a failing order blocks its group, others go
    # on.
    type="FIFO",
    filter_configuration=subscriber.FilterConfigurationProperty(
        filters=[
            subscriber.FilterProperty(scope="DATA", pattern='{"detail-type": ["OrderPlaced"]}')
        ]
    ),
    invoke_configuration=subscriber.InvokeConfigurationProperty(
        target_arn=listener.function_arn,
        role_arn=role.role_arn,
        # The subscriber waits for the function: an error, a throttle or no answer is a failed
        # delivery.
        lambda_parameters=subscriber.LambdaParametersProperty(
            invocation_type="REQUEST_RESPONSE", invocation_timeout_seconds="20"
        ),
    ),
    # An array of up to five events, gathered for two seconds; if the function fails, all of them
    # come again.
    batch_configuration=subscriber.BatchConfigurationProperty(
        max_batch_size=5, max_batch_window_in_seconds=2
    ),
    # Five minutes are the default: too short for a dependency that is down for ten.
    retry_policy=subscriber.RetryPolicyProperty(
        max_event_age_in_seconds=3600, max_retry_attempts=20
    ),
    on_failure_configuration=subscriber.OnFailureConfigurationProperty(arn=undelivered.queue_arn),
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
