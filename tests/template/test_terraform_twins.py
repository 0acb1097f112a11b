"""Plans that Terraform made and templates of SAM that say the same are the same scenario."""

import pytest

from tests.support.real_plans import real_plan
from tests.support.twins import assert_twins

HEAD = "Transform: AWS::Serverless-2016-10-31\nResources:\n"
CODE = "Runtime: python3.13, Handler: a.b, CodeUri: src"


def sam(resources, more=""):
    function = f"  F: {{Type: 'AWS::Serverless::Function', Properties: {{{CODE}{more}}}}}\n"
    return HEAD + function + resources


def event(name, kind, properties):
    return (
        f", Events: {{{name}: {{Type: {kind}, Properties: {{{properties}}}}}}}"
    )


def resource(name, kind, properties):
    return f"  {name}: {{Type: 'AWS::{kind}', Properties: {{{properties}}}}}\n"


def mapping(name, properties):
    more = f"FunctionName: !GetAtt F.Arn, {properties}"
    return resource(name, "Lambda::EventSourceMapping", more)


INTEGRATION = (
    "apigateway:us-east-1:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
)
TWINS = {
    "a queue with a dead-letter queue": (
        "queue",
        sam(
            resource(
                "Dead",
                "SQS::Queue",
                "QueueName: dead, MessageRetentionPeriod: 1209600",
            )
            + resource(
                "Orders",
                "SQS::Queue",
                "VisibilityTimeout: 60, RedrivePolicy: "
                "{deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}",
            )
            + resource(
                "Old",
                "CloudWatch::Alarm",
                "Namespace: AWS/SQS, MetricName: ApproximateAgeOfOldestMessage, "
                "Dimensions: [{Name: QueueName, Value: !GetAtt Orders.QueueName}], "
                "Statistic: Maximum, Period: 60, EvaluationPeriods: 1, Threshold: 100, "
                "ComparisonOperator: GreaterThanThreshold",
            ),
            ", Timeout: 10"
            + event(
                "Orders",
                "SQS",
                "Queue: !GetAtt Orders.Arn, BatchSize: 10, MaximumBatchingWindowInSeconds: 2, "
                "FunctionResponseTypes: [ReportBatchItemFailures], "
                "ScalingConfig: {MaximumConcurrency: 5}, "
                """FilterCriteria: {Filters: [{Pattern: '{"body":{"a":[1]}}'}]}""",
            ),
        ),
    ),
    "a topic, with settings of asynchronous invocation": (
        "topic",
        sam(
            resource("Dead", "SQS::Queue", "QueueName: dead")
            + resource("Lost", "SQS::Queue", "QueueName: lost")
            + resource("Orders", "SNS::Topic", "TopicName: orders"),
            ", DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dead.Arn}"
            ", EventInvokeConfig: {MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 3600, "
            "DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Lost.Arn}}}"
            + event(
                "Orders",
                "SNS",
                "Topic: !Ref Orders, FilterPolicy: {kind: [new]}",
            ),
        ),
    ),
    "a Kinesis stream with its own consumer": (
        "stream",
        sam(
            resource("Dead", "SQS::Queue", "QueueName: dead")
            + resource(
                "Clicks",
                "Kinesis::Stream",
                "ShardCount: 3, RetentionPeriodHours: 48",
            )
            + resource(
                "Reader",
                "Kinesis::StreamConsumer",
                "ConsumerName: reader, StreamARN: !GetAtt Clicks.Arn",
            ),
            event(
                "Clicks",
                "Kinesis",
                "Stream: !GetAtt Reader.ConsumerARN, StartingPosition: LATEST, "
                "ParallelizationFactor: 2, MaximumRetryAttempts: 3, "
                "BisectBatchOnFunctionError: true, "
                "DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Dead.Arn}}",
            ),
        ),
    ),
    "the stream of a table": (
        "table",
        sam(
            resource(
                "Orders",
                "DynamoDB::Table",
                "StreamSpecification: {StreamViewType: NEW_IMAGE}",
            ),
            event(
                "Orders",
                "DynamoDB",
                "Stream: !GetAtt Orders.StreamArn, StartingPosition: TRIM_HORIZON, "
                "MaximumRecordAgeInSeconds: 600",
            ),
        ),
    ),
    "a rule of a bus of its own": (
        "bus",
        sam(
            resource("Bus", "Events::EventBus", "Name: shop")
            + resource("Dead", "SQS::Queue", "QueueName: dead"),
            event(
                "Orders",
                "EventBridgeRule",
                "EventBusName: !Ref Bus, Pattern: {detail-type: [order]}, "
                "RetryPolicy: {MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600}, "
                "DeadLetterConfig: {Arn: !GetAtt Dead.Arn}",
            ),
        ),
    ),
    "a rule by the clock that is switched on": (
        "clock",
        sam("", event("Nightly", "Schedule", "Schedule: rate(5 minutes)")),
    ),
    "a schedule": (
        "schedule",
        sam(
            "",
            event(
                "Nightly",
                "ScheduleV2",
                "ScheduleExpression: cron(0 3 * * ? *), ScheduleExpressionTimezone: Europe/Berlin, "
                "FlexibleTimeWindow: {Mode: FLEXIBLE, MaximumWindowInMinutes: 15}, "
                "RetryPolicy: {MaximumRetryAttempts: 5, MaximumEventAgeInSeconds: 600}",
            ),
        ),
    ),
    "a pipe from a queue": (
        "pipe",
        sam(
            resource("Orders", "SQS::Queue", "QueueName: orders")
            + resource(
                "Pipe",
                "Pipes::Pipe",
                "RoleArn: r, Source: !GetAtt Orders.Arn, Target: !GetAtt F.Arn, SourceParameters: "
                """{FilterCriteria: {Filters: [{Pattern: '{"body":{"a":[1]}}'}]}, """
                "SqsQueueParameters: {BatchSize: 5, MaximumBatchingWindowInSeconds: 3}}",
            )
        ),
    ),
    "notifications of a bucket": (
        "bucket",
        sam(
            resource("Copies", "SQS::Queue", "QueueName: copies")
            + resource(
                "Uploads",
                "S3::Bucket",
                "NotificationConfiguration: {LambdaConfigurations: "
                "[{Event: 's3:ObjectCreated:*', Function: !GetAtt F.Arn}], QueueConfigurations: "
                "[{Event: 's3:ObjectRemoved:*', Queue: !GetAtt Copies.Arn}]}",
            )
        ),
    ),
    "an HTTP API with an authorizer and limits": (
        "http_api",
        sam(
            resource(
                "Api", "ApiGatewayV2::Api", "Name: api, ProtocolType: HTTP"
            )
            + resource(
                "Guard",
                "ApiGatewayV2::Authorizer",
                "ApiId: !Ref Api, Name: guard, AuthorizerType: REQUEST, "
                f"AuthorizerUri: !Sub 'arn:aws:{INTEGRATION}', AuthorizerResultTtlInSeconds: 60",
            )
            + resource(
                "Call",
                "ApiGatewayV2::Integration",
                "ApiId: !Ref Api, IntegrationType: AWS_PROXY, "
                "IntegrationUri: !GetAtt F.Arn, TimeoutInMillis: 5000",
            )
            + resource(
                "Route",
                "ApiGatewayV2::Route",
                "ApiId: !Ref Api, RouteKey: POST /orders, Target: !Sub 'integrations/${Call}', "
                "AuthorizerId: !Ref Guard",
            )
            + resource(
                "Live",
                "ApiGatewayV2::Stage",
                "ApiId: !Ref Api, StageName: $default, DefaultRouteSettings: "
                "{ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100}",
            )
            + resource(
                "Failing",
                "CloudWatch::Alarm",
                "Namespace: AWS/ApiGateway, MetricName: 5xx, "
                "Dimensions: [{Name: ApiId, Value: !Ref Api}], Statistic: Sum, Period: 60, "
                "EvaluationPeriods: 1, Threshold: 1, "
                "ComparisonOperator: GreaterThanThreshold",
            )
        ),
    ),
    "a REST API with an authorizer and limits": (
        "rest_api",
        sam(
            resource("Api", "ApiGateway::RestApi", "Name: api")
            + resource(
                "Guard",
                "ApiGateway::Authorizer",
                "RestApiId: !Ref Api, Name: guard, Type: TOKEN, "
                f"AuthorizerUri: !Sub 'arn:aws:{INTEGRATION}'",
            )
            + resource(
                "Post",
                "ApiGateway::Method",
                "RestApiId: !Ref Api, HttpMethod: POST, AuthorizationType: CUSTOM, "
                "AuthorizerId: !Ref Guard, ResourceId: r, Integration: {Type: AWS_PROXY, "
                f"Uri: !Sub 'arn:aws:{INTEGRATION}', "
                "TimeoutInMillis: 60000}",
            )
            + resource(
                "Live",
                "ApiGateway::Stage",
                "RestApiId: !Ref Api, StageName: live, MethodSettings: [{ResourcePath: '/*', "
                "HttpMethod: '*', ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100}]",
            ),
            ", Timeout: 60",
        ),
    ),
    "an alias with provisioned concurrency behind a URL": (
        "alias",
        sam(
            "",
            ", AutoPublishAlias: live, FunctionUrlConfig: {AuthType: NONE}, "
            "ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 4}",
        ),
    ),
    "a state machine and an alarm": (
        "alarm",
        sam(
            resource(
                "Flow",
                "StepFunctions::StateMachine",
                "RoleArn: r, DefinitionS3Location: {Bucket: b, Key: k}, "
                "DefinitionSubstitutions: {F: !GetAtt F.Arn}",
            )
            + resource(
                "Errors",
                "CloudWatch::Alarm",
                "Namespace: AWS/Lambda, MetricName: Errors, Dimensions: "
                "[{Name: FunctionName, Value: !Ref F}], Statistic: Sum, Period: 60, "
                "EvaluationPeriods: 3, Threshold: 0, ComparisonOperator: GreaterThanThreshold, "
                "TreatMissingData: notBreaching",
            )
        ),
    ),
    "an IoT rule, logs, a user pool and a load balancer": (
        "services",
        sam(
            resource(
                "Rule",
                "IoT::TopicRule",
                "TopicRulePayload: {Sql: SELECT 1, RuleDisabled: false, "
                "Actions: [{Lambda: {FunctionArn: !GetAtt F.Arn}}]}",
            )
            + resource(
                "Logs",
                "Logs::SubscriptionFilter",
                "DestinationArn: !GetAtt F.Arn, FilterPattern: ERROR, LogGroupName: g",
            )
            + resource(
                "Pool",
                "Cognito::UserPool",
                "LambdaConfig: {PreSignUp: !GetAtt F.Arn}",
            )
            + resource(
                "Group",
                "ElasticLoadBalancingV2::TargetGroup",
                "TargetType: lambda, Targets: [{Id: !GetAtt F.Arn}]",
            )
        ),
    ),
    "brokers and clusters": (
        "brokers",
        sam(
            resource("Busy", "MSK::Cluster", "ClusterName: busy")
            + resource("Calm", "MSK::ServerlessCluster", "ClusterName: calm")
            + resource("Rabbit", "AmazonMQ::Broker", "EngineType: RABBITMQ")
            + resource("Docs", "DocDB::DBCluster", "DBClusterIdentifier: docs")
            + mapping(
                "FBusy",
                "EventSourceArn: !Ref Busy, Topics: [clicks], StartingPosition: LATEST, "
                "BatchSize: 50, MaximumBatchingWindowInSeconds: 1, "
                "ProvisionedPollerConfig: {MinimumPollers: 2, MaximumPollers: 10}, "
                "AmazonManagedKafkaEventSourceConfig: {ConsumerGroupId: readers}",
            )
            + mapping(
                "FCalm",
                "EventSourceArn: !Ref Calm, Topics: [orders], StartingPosition: TRIM_HORIZON",
            )
            + mapping(
                "FOwn",
                "SelfManagedEventSource: {Endpoints: "
                "{KafkaBootstrapServers: ['b1.example:9092', 'b2.example:9092']}}, "
                "Topics: [payments], StartingPosition: TRIM_HORIZON",
            )
            + mapping(
                "FRabbit", "EventSourceArn: !GetAtt Rabbit.Arn, Queues: [work]"
            )
            + mapping(
                "FDocs",
                "EventSourceArn: !Sub 'arn:aws:rds:us-east-1:1:cluster:${Docs}', "
                "StartingPosition: LATEST, DocumentDBEventSourceConfig: "
                "{DatabaseName: shop, CollectionName: orders}",
            )
        ),
    ),
    "provisioned concurrency that is scaled": (
        "scaling",
        sam(
            resource("Work", "SQS::Queue", "DelaySeconds: 0")
            + resource("FVersion", "Lambda::Version", "FunctionName: !Ref F")
            + resource(
                "FAliaslive",
                "Lambda::Alias",
                "FunctionName: !Ref F, Name: live, FunctionVersion: !GetAtt FVersion.Version, "
                "ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 3}",
            )
            + resource(
                "Target",
                "ApplicationAutoScaling::ScalableTarget",
                "ServiceNamespace: lambda, MinCapacity: 3, MaxCapacity: 50, "
                "ScalableDimension: 'lambda:function:ProvisionedConcurrency', "
                "ResourceId: !Sub 'function:${F}:live', ScheduledActions: "
                "[{ScheduledActionName: up, Schedule: cron(0 8 * * ? *), "
                "ScalableTargetAction: {MinCapacity: 20}}]",
            )
            + resource(
                "Policy",
                "ApplicationAutoScaling::ScalingPolicy",
                "ScalingTargetId: !Ref Target, PolicyType: TargetTrackingScaling, "
                "TargetTrackingScalingPolicyConfiguration: {TargetValue: 0.5}",
            )
            + resource(
                "work",
                "Lambda::EventSourceMapping",
                "FunctionName: !Ref FAliaslive, EventSourceArn: !GetAtt Work.Arn",
            ),
            ", MemorySize: 1769, ReservedConcurrentExecutions: 100, Architectures: [arm64], "
            "EphemeralStorage: {Size: 1024}, RecursiveLoop: Allow",
        ),
    ),
    "a fan-out with policies, and the changes of a table in a stream": (
        "fan_out",
        sam(
            resource("Orders", "SNS::Topic", "TopicName: orders")
            + resource("Lost", "SQS::Queue", "QueueName: lost")
            + resource(
                "Copies",
                "SQS::Queue",
                "FifoQueue: true, ContentBasedDeduplication: true",
            )
            + resource(
                "Plain",
                "SQS::Queue",
                "RedrivePolicy: {deadLetterTargetArn: !GetAtt Lost.Arn, maxReceiveCount: 3}",
            )
            + resource(
                "plain",
                "SNS::Subscription",
                "TopicArn: !Ref Orders, Protocol: sqs, Endpoint: !GetAtt Plain.Arn, "
                "RawMessageDelivery: true, FilterPolicyScope: MessageBody, "
                "FilterPolicy: {kind: [new]}, "
                "RedrivePolicy: {deadLetterTargetArn: !GetAtt Lost.Arn}",
            )
            + resource(
                "Uploads",
                "S3::Bucket",
                "NotificationConfiguration: {TopicConfigurations: [{Topic: !Ref Orders, "
                "Event: 's3:ObjectCreated:*', Filter: {S3Key: {Rules: "
                "[{Name: prefix, Value: in/}, {Name: suffix, Value: .csv}]}}}]}",
            )
            + resource(
                "Changes",
                "Kinesis::Stream",
                "StreamModeDetails: {StreamMode: ON_DEMAND}",
            )
            + resource(
                "Things",
                "DynamoDB::Table",
                "KinesisStreamSpecification: {StreamArn: !GetAtt Changes.Arn}",
            )
            + mapping("FPlain", "EventSourceArn: !GetAtt Plain.Arn")
            + mapping(
                "FCopies", "EventSourceArn: !GetAtt Copies.Arn, Enabled: false"
            )
            + mapping(
                "FChanges",
                "EventSourceArn: !GetAtt Changes.Arn, StartingPosition: LATEST, "
                "TumblingWindowInSeconds: 30",
            )
        ),
    ),
    "services that call a function": (
        "callers",
        sam(
            resource("FVersion", "Lambda::Version", "FunctionName: !Ref F")
            + resource(
                "Delivery",
                "KinesisFirehose::DeliveryStream",
                "ExtendedS3DestinationConfiguration: {ProcessingConfiguration: {Enabled: true, "
                "Processors: [{Type: Lambda, Parameters: [{ParameterName: LambdaArn, "
                "ParameterValue: !GetAtt F.Arn}, "
                "{ParameterName: NumberOfRetries, ParameterValue: '5'}]}]}}",
            )
            + resource(
                "Source",
                "AppSync::DataSource",
                "Type: AWS_LAMBDA, LambdaConfig: {LambdaFunctionArn: !GetAtt F.Arn}",
            )
            + resource(
                "Site",
                "CloudFront::Distribution",
                "DistributionConfig: {Enabled: true, DefaultCacheBehavior: "
                "{LambdaFunctionAssociations: "
                "[{EventType: origin-request, LambdaFunctionARN: !Ref FVersion}]}}",
            )
            + resource(
                "Mail",
                "SES::ReceiptRule",
                "RuleSetName: all, Rule: {Actions: [{LambdaAction: "
                "{FunctionArn: !GetAtt F.Arn, InvocationType: RequestResponse}}]}",
            )
            + resource(
                "Rule",
                "Config::ConfigRule",
                "Source: {Owner: CUSTOM_LAMBDA, SourceIdentifier: !GetAtt F.Arn}",
            )
            + resource(
                "Organization",
                "Config::OrganizationConfigRule",
                "OrganizationCustomRuleMetadata: {LambdaFunctionArn: !GetAtt F.Arn}",
            )
            + resource(
                "Repo",
                "CodeCommit::Repository",
                "Triggers: [{Name: all, Events: [all], DestinationArn: !GetAtt F.Arn}]",
            )
            + resource(
                "Desk",
                "Connect::IntegrationAssociation",
                "IntegrationType: LAMBDA_FUNCTION, IntegrationArn: !GetAtt F.Arn",
            )
            + resource(
                "Rotate",
                "SecretsManager::RotationSchedule",
                "SecretId: some, RotationLambdaARN: !GetAtt F.Arn",
            )
            + resource(
                "Lens",
                "S3ObjectLambda::AccessPoint",
                "ObjectLambdaConfiguration: {TransformationConfigurations: "
                "[{Actions: [GetObject], ContentTransformation: "
                "{AwsLambda: {FunctionArn: !GetAtt F.Arn}}}]}",
            )
            + resource(
                "Line",
                "CodePipeline::Pipeline",
                "Stages: [{Name: Call, Actions: [{Name: Call, ActionTypeId: {Category: Invoke, "
                "Owner: AWS, Provider: Lambda, Version: '1'}, "
                "Configuration: {FunctionName: !Ref F}}]}]",
            )
            + resource(
                "Old",
                "ElasticLoadBalancingV2::TargetGroup",
                "TargetType: lambda, Targets: [{Id: !GetAtt F.Arn}]",
            )
            + resource(
                "Lattice",
                "VpcLattice::TargetGroup",
                "Type: LAMBDA, Targets: [{Id: !GetAtt F.Arn}]",
            )
            + resource(
                "Quick",
                "ApiGatewayV2::Api",
                "Name: quick, ProtocolType: HTTP, Target: !GetAtt F.Arn",
            )
        ),
    ),
}


RECEIVES = "aws_sqs_queue_redrive_policy.orders.redrive_policy.maxReceiveCount"
ASKED = {
    "queue": {RECEIVES: "5"},
    "fan_out": {"aws_sqs_queue.Plain.redrive_policy.maxReceiveCount": "3"},
}
"""What Terraform does not say of what `jsonencode` makes."""
SOME = (
    "a queue with a dead-letter queue",
    "an HTTP API with an authorizer and limits",
    "an alias with provisioned concurrency behind a URL",
)
"""Those that `make test` compares; `make slow` compares all."""


@pytest.mark.parametrize("name", SOME)
def test_a_plan_reads_as_its_twin_in_sam(name):
    """https://developer.hashicorp.com/terraform/internals/json-format"""
    _assert_twins(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", TWINS)
def test_every_plan_reads_as_its_twin_in_sam(name):
    _assert_twins(name)


def _assert_twins(name):
    planned, template = TWINS[name]
    parameters = ASKED.get(planned, {})
    assert_twins(real_plan(planned), template, parameters=parameters)
