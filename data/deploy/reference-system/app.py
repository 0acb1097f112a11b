import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, Stack, TimeZone
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_destinations import SqsDestination
from aws_cdk.aws_lambda_event_sources import (
    DynamoEventSource,
    SnsEventSource,
    SqsDlq,
    SqsEventSource,
)
from aws_cdk.aws_scheduler_targets import LambdaInvoke
from aws_cdk.aws_secretsmanager import Secret

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent
LOG_RETENTION = {
    "local": logs.RetentionDays.ONE_DAY,
    "development": logs.RetentionDays.ONE_WEEK,
    "production": logs.RetentionDays.THREE_MONTHS,
}

app = App()
stage = app.node.try_get_context("stage") or "development"
in_production = stage == "production"
stack = Stack(app, "ReferenceSystem")

# All functions write into one log group.
log_group = logs.LogGroup(
    stack, "Logs", retention=LOG_RETENTION[stage], removal_policy=RemovalPolicy.DESTROY
)
powertools = lambda_.LayerVersion.from_layer_version_arn(
    stack, "Powertools", "{{resolve:ssm:/aws/service/powertools/python/arm64/python3.13/latest}}"
)
# Where AWS's SDKs find a stand-in for AWS's services, seen from the container of `sam local`.
endpoint = {"AWS_ENDPOINT_URL": "http://host.docker.internal:5000"} if stage == "local" else {}


def function(
    name: str, module: str, memory_size: int, timeout: int, environment: dict, **settings
) -> lambda_.Function:
    return lambda_.Function(
        stack,
        name,
        runtime=lambda_.Runtime.PYTHON_3_13,
        architecture=lambda_.Architecture.ARM_64,
        tracing=lambda_.Tracing.ACTIVE,
        code=lambda_.Code.from_asset(str(HERE / "handler")),
        handler=f"{module}.handler",
        memory_size=memory_size,
        timeout=Duration.seconds(timeout),
        layers=[powertools],
        log_group=log_group,
        logging_format=lambda_.LoggingFormat.JSON,
        environment={**endpoint, **environment},
        **settings,
    )


def table(name: str, **settings) -> dynamodb.Table:
    return dynamodb.Table(
        stack,
        name,
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        **settings,
    )


def kept_table(name: str, **settings) -> dynamodb.Table:
    return table(
        name,
        deletion_protection=in_production,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=in_production
        ),
        removal_policy=RemovalPolicy.RETAIN if in_production else RemovalPolicy.DESTROY,
        **settings,
    )


def queue_of_failures(name: str) -> sqs.Queue:
    return sqs.Queue(stack, name, retention_period=Duration.days(14))


# What EventBridge, SNS or the scheduler could not hand over.
undelivered = queue_of_failures("Undelivered")

# Synchronous: the customer waits.
orders_table = kept_table("OrdersTable", stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES)
orders_api = function(
    "OrdersApi",
    "orders_api",
    512,
    10,
    {"ORDERS_TABLE": orders_table.table_name},
    # Kept for customers, whatever the rest of the account does.
    reserved_concurrent_executions=200 if in_production else None,
)
orders_table.grant(
    orders_api, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"
)
orders_http = apigateway.RestApi(
    stack,
    "OrdersHttp",
    rest_api_name="orders-http",
    endpoint_types=[apigateway.EndpointType.REGIONAL],
    cloud_watch_role=False,
    deploy_options=apigateway.StageOptions(stage_name="live"),
)
orders_http.root.add_proxy(default_integration=apigateway.LambdaIntegration(orders_api))

# Synchronous: Stripe waits, and sends again what was not answered with 2xx.
# Put the endpoint's signing secret (whsec_...) here once Stripe has shown it.
secret = Secret(
    stack, "SigningSecret", description="The signing secret of the Stripe webhook endpoint"
)
payments_webhook = function(
    "PaymentsWebhook",
    "payments_webhook",
    256,
    10,
    {"ORDERS_TABLE": orders_table.table_name, "STRIPE_SECRET": secret.secret_arn},
)
secret.grant_read(payments_webhook)
orders_table.grant(payments_webhook, "dynamodb:UpdateItem")
# Anybody may call it: the handler checks the signature.
webhook_url = payments_webhook.add_function_url(auth_type=lambda_.FunctionUrlAuthType.NONE)

# Polling: what was written to the table becomes an event for everybody.
order_events = events.EventBus(stack, "OrderEvents", event_bus_name=f"order-events-{stage}")
order_publisher = function(
    "OrderPublisher", "order_publisher", 256, 30, {"ORDER_EVENTS": order_events.event_bus_name}
)
order_events.grant_put_events_to(order_publisher)
order_publisher.add_event_source(
    DynamoEventSource(
        orders_table,
        starting_position=lambda_.StartingPosition.TRIM_HORIZON,
        report_batch_item_failures=True,
        bisect_batch_on_error=True,
        # A record that cannot be published holds its shard for an hour at most, not for a day.
        max_record_age=Duration.hours(1),
        on_failure=SqsDlq(queue_of_failures("PublisherFailures")),
    )
)

fulfilment_queue = sqs.Queue(
    stack,
    "FulfilmentQueue",
    # Six times the function's timeout, as AWS advises.
    visibility_timeout=Duration.seconds(120),
    dead_letter_queue=sqs.DeadLetterQueue(
        queue=queue_of_failures("FulfilmentDlq"), max_receive_count=5
    ),
)
order_notifications = sns.Topic(stack, "OrderNotifications")
all_orders = events.EventPattern(source=["shop.orders"])
events.Rule(
    stack,
    "ToFulfilment",
    event_bus=order_events,
    event_pattern=all_orders,
    targets=[targets.SqsQueue(fulfilment_queue, dead_letter_queue=undelivered)],
)
events.Rule(
    stack,
    "ToNotifications",
    event_bus=order_events,
    event_pattern=all_orders,
    targets=[targets.SnsTopic(order_notifications, dead_letter_queue=undelivered)],
)

# Polling: the warehouse works off its queue.
warehouse_table = kept_table("WarehouseTable")
fulfilment_worker = function(
    "FulfilmentWorker",
    "fulfilment_worker",
    1024,
    20,
    {"WAREHOUSE_TABLE": warehouse_table.table_name},
)
warehouse_table.grant(fulfilment_worker, "dynamodb:UpdateItem")
fulfilment_worker.add_event_source(
    SqsEventSource(
        fulfilment_queue,
        batch_size=10,
        report_batch_item_failures=True,
        # What the warehouse can stand; the other messages wait in the queue, unthrottled.
        max_concurrency=20 if in_production else None,
    )
)

# Asynchronous: Lambda keeps the event, tries three times, and sends what it gives up to a queue.
# Which customers were told of what: the same message may come twice.
notified_table = table(
    "NotifiedTable", time_to_live_attribute="expiration", removal_policy=RemovalPolicy.DESTROY
)
order_notifier = function(
    "OrderNotifier",
    "order_notifier",
    256,
    10,
    {"NOTIFIED_TABLE": notified_table.table_name},
    on_failure=SqsDestination(queue_of_failures("NotifierFailures")),
)
notified_table.grant(
    order_notifier,
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
)
order_notifier.add_event_source(SnsEventSource(order_notifications, dead_letter_queue=undelivered))

# Asynchronous: the clock waits for nobody.
reports = s3.Bucket(stack, "Reports")
report_builder = function(
    "ReportBuilder",
    "report_builder",
    2048,
    300,
    {"WAREHOUSE_TABLE": warehouse_table.table_name, "REPORTS": reports.bucket_name},
    on_failure=SqsDestination(queue_of_failures("ReportFailures")),
)
warehouse_table.grant(report_builder, "dynamodb:Scan")
report_builder.add_to_role_policy(
    iam.PolicyStatement(actions=["s3:PutObject"], resources=[reports.arn_for_objects("reports/*")])
)
scheduler.Schedule(
    stack,
    "NightlyReport",
    schedule=(
        scheduler.ScheduleExpression.cron(minute="0", hour="3", time_zone=TimeZone.ETC_UTC)
        if in_production
        else scheduler.ScheduleExpression.rate(Duration.minutes(15))
    ),
    target=LambdaInvoke(report_builder, dead_letter_queue=undelivered),
)

CfnOutput(
    stack, "OrdersUrl", description="POST orders here.", value=orders_http.url_for_path("/orders")
)
CfnOutput(
    stack, "WebhookUrl", description="Tell Stripe to send events here.", value=webhook_url.url
)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
