import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_secretsmanager import Secret

sys.path.append(str(Path(__file__).parents[1]))
from alarms import add_alarms

HERE = Path(__file__).parent

app = App()
stack = Stack(app, "StripeWebhook")

# Put the endpoint's signing secret (whsec_...) here once Stripe has shown it.
secret = Secret(
    stack, "SigningSecret", description="The signing secret of the Stripe webhook endpoint"
)
seen = dynamodb.Table(
    stack,
    "SeenTable",
    partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
    removal_policy=RemovalPolicy.DESTROY,
)

webhook = lambda_.Function(
    stack,
    "WebhookFunction",
    runtime=lambda_.Runtime.PYTHON_3_13,
    architecture=lambda_.Architecture.ARM_64,
    tracing=lambda_.Tracing.ACTIVE,
    code=lambda_.Code.from_asset(str(HERE / "handler")),
    handler="app.handler",
    memory_size=512,
    timeout=Duration.seconds(10),
    layers=[
        lambda_.LayerVersion.from_layer_version_arn(
            stack,
            "Powertools",
            "{{resolve:ssm:/aws/service/powertools/python/arm64/python3.13/latest}}",
        )
    ],
    # A throttle is a 429, after which Stripe tries again for three days.
    reserved_concurrent_executions=10,
    environment={"STRIPE_SECRET": secret.secret_arn, "SEEN_TABLE": seen.table_name},
)
secret.grant_read(webhook)
seen.grant(webhook, "dynamodb:PutItem")
url = webhook.add_function_url(auth_type=lambda_.FunctionUrlAuthType.NONE)

CfnOutput(stack, "WebhookUrl", description="Tell Stripe to send events here.", value=url.url)

# What the lessons say to watch.
add_alarms(stack)

app.synth()
