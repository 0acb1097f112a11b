"""Plans of Terraform and templates of SAM that say the same are read as the same scenario."""

import json

import pytest

from tests.support.plans import Reference, plan
from tests.support.twins import assert_twins

HEAD = "Transform: AWS::Serverless-2016-10-31\nResources:\n"
CODE = "Runtime: python3.13, Handler: a.b, CodeUri: src"
FUNCTION = {
    "function_name": "worker",
    "runtime": "python3.13",
    "handler": "a.b",
    "role": Reference("aws_iam_role.worker.arn"),
    "provider": {
        "memory_size": 128,
        "timeout": 3,
        "reserved_concurrent_executions": -1,
        "publish": False,
    },
}
"""A function as its provider plans it: with defaults that nobody has written."""
ARN = Reference("aws_lambda_function.F.arn")
ROLE = {"name": "worker"}


def function(**arguments):
    return {
        "aws_iam_role.worker": ROLE,
        "aws_lambda_function.F": FUNCTION | arguments,
    }


def sam(resources, more=""):
    function = f"  F: {{Type: 'AWS::Serverless::Function', Properties: {{{CODE}{more}}}}}\n"
    return HEAD + function + resources


def event(name, kind, properties):
    return (
        f", Events: {{{name}: {{Type: {kind}, Properties: {{{properties}}}}}}}"
    )


def resource(name, kind, properties):
    return f"  {name}: {{Type: 'AWS::{kind}', Properties: {{{properties}}}}}\n"


INTEGRATION = (
    "apigateway:us-east-1:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
)
TWINS = {
    "a queue with a dead-letter queue": (
        function(timeout=10)
        | {
            "aws_sqs_queue.Dead": {
                "name": "dead",
                "message_retention_seconds": 1209600,
            },
            "aws_sqs_queue.Orders": {
                "name": "orders",
                "visibility_timeout_seconds": 60,
                "redrive_policy": json.dumps(
                    {
                        "deadLetterTargetArn": "arn:aws:sqs:us-east-1:1:dead",
                        "maxReceiveCount": 5,
                    }
                ),
            },
            "aws_lambda_event_source_mapping.FOrders": {
                "event_source_arn": Reference("aws_sqs_queue.Orders.arn"),
                "function_name": ARN,
                "batch_size": 10,
                "maximum_batching_window_in_seconds": 2,
                "function_response_types": ["ReportBatchItemFailures"],
                "scaling_config": [{"maximum_concurrency": 5}],
                "filter_criteria": [
                    {"filter": [{"pattern": '{"body":{"a":[1]}}'}]}
                ],
                "provider": {
                    "parallelization_factor": 0,
                    "maximum_retry_attempts": 0,
                },
            },
        },
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
        function(
            dead_letter_config=[
                {"target_arn": Reference("aws_sqs_queue.Dead.arn")}
            ]
        )
        | {
            "aws_sqs_queue.Dead": {"name": "dead"},
            "aws_sqs_queue.Lost": {"name": "lost"},
            "aws_sns_topic.Orders": {"name": "orders"},
            "aws_sns_topic_subscription.FOrders": {
                "topic_arn": Reference("aws_sns_topic.Orders.arn"),
                "protocol": "lambda",
                "endpoint": ARN,
                "filter_policy": '{"kind":["new"]}',
            },
            "aws_lambda_permission.sns": {
                "action": "lambda:InvokeFunction",
                "function_name": Reference(
                    "aws_lambda_function.F.function_name", value="worker"
                ),
                "principal": "sns.amazonaws.com",
                "source_arn": Reference("aws_sns_topic.Orders.arn"),
            },
            "aws_lambda_function_event_invoke_config.F": {
                "function_name": Reference(
                    "aws_lambda_function.F.function_name", value="worker"
                ),
                "maximum_retry_attempts": 1,
                "maximum_event_age_in_seconds": 3600,
                "destination_config": [
                    {
                        "on_failure": [
                            {"destination": Reference("aws_sqs_queue.Lost.arn")}
                        ]
                    }
                ],
            },
        },
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
        function()
        | {
            "aws_sqs_queue.Dead": {"name": "dead"},
            "aws_kinesis_stream.Clicks": {
                "name": "clicks",
                "shard_count": 3,
                "retention_period": 48,
            },
            "aws_kinesis_stream_consumer.Reader": {
                "name": "reader",
                "stream_arn": Reference("aws_kinesis_stream.Clicks.arn"),
            },
            "aws_lambda_event_source_mapping.FClicks": {
                "event_source_arn": Reference(
                    "aws_kinesis_stream_consumer.Reader.arn"
                ),
                "function_name": Reference(
                    "aws_lambda_function.F.function_name", value="worker"
                ),
                "starting_position": "LATEST",
                "parallelization_factor": 2,
                "maximum_retry_attempts": 3,
                "bisect_batch_on_function_error": True,
                "destination_config": [
                    {
                        "on_failure": [
                            {
                                "destination_arn": Reference(
                                    "aws_sqs_queue.Dead.arn"
                                )
                            }
                        ]
                    }
                ],
            },
        },
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
        function()
        | {
            "aws_dynamodb_table.Orders": {
                "name": "orders",
                "hash_key": "id",
                "stream_enabled": True,
                "stream_view_type": "NEW_IMAGE",
            },
            "aws_lambda_event_source_mapping.FOrders": {
                "event_source_arn": Reference(
                    "aws_dynamodb_table.Orders.stream_arn"
                ),
                "function_name": ARN,
                "starting_position": "TRIM_HORIZON",
                "maximum_record_age_in_seconds": 600,
            },
        },
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
        function()
        | {
            "aws_cloudwatch_event_bus.Bus": {"name": "shop"},
            "aws_sqs_queue.Dead": {"name": "dead"},
            "aws_cloudwatch_event_rule.FOrders": {
                "name": "orders",
                "event_bus_name": Reference(
                    "aws_cloudwatch_event_bus.Bus.name", value="shop"
                ),
                "event_pattern": '{"detail-type":["order"]}',
            },
            "aws_cloudwatch_event_target.worker": {
                "rule": Reference(
                    "aws_cloudwatch_event_rule.FOrders.name", value="orders"
                ),
                "event_bus_name": Reference(
                    "aws_cloudwatch_event_bus.Bus.name", value="shop"
                ),
                "arn": ARN,
                "retry_policy": [
                    {
                        "maximum_retry_attempts": 2,
                        "maximum_event_age_in_seconds": 3600,
                    }
                ],
                "dead_letter_config": [
                    {"arn": Reference("aws_sqs_queue.Dead.arn")}
                ],
            },
        },
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
        function()
        | {
            "aws_cloudwatch_event_rule.FNightly": {
                "name": "nightly",
                "schedule_expression": "rate(5 minutes)",
                "provider": {"event_bus_name": "default", "state": "ENABLED"},
            },
            "aws_cloudwatch_event_target.worker": {
                "rule": Reference(
                    "aws_cloudwatch_event_rule.FNightly.name", value="nightly"
                ),
                "arn": ARN,
            },
        },
        sam("", event("Nightly", "Schedule", "Schedule: rate(5 minutes)")),
    ),
    "a schedule": (
        function()
        | {
            "aws_scheduler_schedule.FNightly": {
                "schedule_expression": "cron(0 3 * * ? *)",
                "schedule_expression_timezone": "Europe/Berlin",
                "flexible_time_window": [
                    {"mode": "FLEXIBLE", "maximum_window_in_minutes": 15}
                ],
                "target": [
                    {
                        "arn": ARN,
                        "role_arn": Reference("aws_iam_role.worker.arn"),
                        "retry_policy": [
                            {
                                "maximum_retry_attempts": 5,
                                "maximum_event_age_in_seconds": 600,
                            }
                        ],
                    }
                ],
            },
        },
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
        function()
        | {
            "aws_sqs_queue.Orders": {"name": "orders"},
            "aws_pipes_pipe.Pipe": {
                "name": "pipe",
                "role_arn": Reference("aws_iam_role.worker.arn"),
                "source": Reference("aws_sqs_queue.Orders.arn"),
                "target": ARN,
                "source_parameters": [
                    {
                        "sqs_queue_parameters": [
                            {
                                "batch_size": 5,
                                "maximum_batching_window_in_seconds": 3,
                            }
                        ],
                        "filter_criteria": [
                            {"filter": [{"pattern": '{"body":{"a":[1]}}'}]}
                        ],
                    }
                ],
            },
        },
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
        function()
        | {
            "aws_sqs_queue.Copies": {"name": "copies"},
            "aws_s3_bucket.Uploads": {"bucket": "uploads"},
            "aws_s3_bucket_notification.any": {
                "bucket": Reference("aws_s3_bucket.Uploads.id"),
                "lambda_function": [
                    {
                        "lambda_function_arn": ARN,
                        "events": ["s3:ObjectCreated:*"],
                    }
                ],
                "queue": [
                    {
                        "queue_arn": Reference("aws_sqs_queue.Copies.arn"),
                        "events": ["s3:ObjectRemoved:*"],
                    }
                ],
            },
        },
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
        function()
        | {
            "aws_apigatewayv2_api.Api": {
                "name": "api",
                "protocol_type": "HTTP",
            },
            "aws_apigatewayv2_authorizer.Guard": {
                "api_id": Reference("aws_apigatewayv2_api.Api.id"),
                "name": "guard",
                "authorizer_type": "REQUEST",
                "authorizer_uri": Reference("aws_lambda_function.F.invoke_arn"),
                "authorizer_result_ttl_in_seconds": 60,
            },
            "aws_apigatewayv2_integration.call": {
                "api_id": Reference("aws_apigatewayv2_api.Api.id"),
                "integration_type": "AWS_PROXY",
                "integration_uri": Reference(
                    "aws_lambda_function.F.invoke_arn"
                ),
                "timeout_milliseconds": 5000,
            },
            "aws_apigatewayv2_route.orders": {
                "api_id": Reference("aws_apigatewayv2_api.Api.id"),
                "route_key": "POST /orders",
                "target": Reference("aws_apigatewayv2_integration.call.id"),
                "authorizer_id": Reference(
                    "aws_apigatewayv2_authorizer.Guard.id"
                ),
            },
            "aws_apigatewayv2_stage.live": {
                "api_id": Reference("aws_apigatewayv2_api.Api.id"),
                "name": "$default",
                "default_route_settings": [
                    {"throttling_rate_limit": 50, "throttling_burst_limit": 100}
                ],
            },
        },
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
        ),
    ),
    "a REST API that streams, with limits": (
        function(timeout=60)
        | {
            "aws_api_gateway_rest_api.Api": {"name": "api"},
            "aws_api_gateway_resource.orders": {
                "rest_api_id": Reference("aws_api_gateway_rest_api.Api.id"),
                "path_part": "orders",
            },
            "aws_api_gateway_authorizer.Guard": {
                "rest_api_id": Reference("aws_api_gateway_rest_api.Api.id"),
                "name": "guard",
                "type": "TOKEN",
                "authorizer_uri": Reference("aws_lambda_function.F.invoke_arn"),
            },
            "aws_api_gateway_method.post": {
                "rest_api_id": Reference("aws_api_gateway_rest_api.Api.id"),
                "http_method": "POST",
                "authorization": "CUSTOM",
                "authorizer_id": Reference(
                    "aws_api_gateway_authorizer.Guard.id"
                ),
            },
            "aws_api_gateway_integration.call": {
                "rest_api_id": Reference("aws_api_gateway_rest_api.Api.id"),
                "http_method": Reference(
                    "aws_api_gateway_method.post.http_method", value="POST"
                ),
                "type": "AWS_PROXY",
                "uri": Reference(
                    "aws_lambda_function.F.response_streaming_invoke_arn"
                ),
                "response_transfer_mode": "STREAM",
                "timeout_milliseconds": 60000,
            },
            "aws_api_gateway_stage.live": {
                "rest_api_id": Reference("aws_api_gateway_rest_api.Api.id"),
                "stage_name": "live",
            },
            "aws_api_gateway_method_settings.all": {
                "rest_api_id": Reference("aws_api_gateway_rest_api.Api.id"),
                "stage_name": Reference(
                    "aws_api_gateway_stage.live.stage_name", value="live"
                ),
                "method_path": "*/*",
                "settings": [
                    {"throttling_rate_limit": 50, "throttling_burst_limit": 100}
                ],
            },
        },
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
                f"ResponseTransferMode: STREAM, Uri: !Sub 'arn:aws:{INTEGRATION}', "
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
        function(publish=True, snap_start=[{"apply_on": "None"}], provider={})
        | {
            "aws_lambda_alias.FAliaslive": {
                "name": "live",
                "function_name": Reference(
                    "aws_lambda_function.F.function_name", value="worker"
                ),
                "function_version": Reference("aws_lambda_function.F.version"),
            },
            "aws_lambda_provisioned_concurrency_config.F": {
                "function_name": Reference(
                    "aws_lambda_function.F.function_name", value="worker"
                ),
                "qualifier": Reference(
                    "aws_lambda_alias.FAliaslive.name", value="live"
                ),
                "provisioned_concurrent_executions": 4,
            },
            "aws_lambda_function_url.FUrl": {
                "function_name": Reference(
                    "aws_lambda_function.F.function_name", value="worker"
                ),
                "qualifier": Reference(
                    "aws_lambda_alias.FAliaslive.name", value="live"
                ),
                "authorization_type": "NONE",
            },
        },
        sam(
            "",
            ", AutoPublishAlias: live, FunctionUrlConfig: {AuthType: NONE}, "
            "ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 4}",
        ),
    ),
    "a state machine and an alarm": (
        function()
        | {
            "aws_sfn_state_machine.Flow": {
                "name": "flow",
                "definition": Reference("aws_lambda_function.F.arn"),
            },
            "aws_cloudwatch_metric_alarm.Errors": {
                "alarm_name": "errors",
                "namespace": "AWS/Lambda",
                "metric_name": "Errors",
                "dimensions": {
                    "FunctionName": Reference(
                        "aws_lambda_function.F.function_name", value="worker"
                    )
                },
                "statistic": "Sum",
                "period": 60,
                "evaluation_periods": 3,
                "threshold": 0,
                "comparison_operator": "GreaterThanThreshold",
                "treat_missing_data": "notBreaching",
            },
        },
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
        function()
        | {
            "aws_iot_topic_rule.Rule": {
                "enabled": True,
                "sql": "SELECT * FROM 'a'",
                "lambda": [{"function_arn": ARN}],
            },
            "aws_cloudwatch_log_subscription_filter.Logs": {
                "destination_arn": ARN,
                "filter_pattern": "ERROR",
                "log_group_name": "/aws/other",
            },
            "aws_cognito_user_pool.Pool": {
                "lambda_config": [{"pre_sign_up": ARN}]
            },
            "aws_lb_target_group.Group": {"target_type": "lambda"},
            "aws_lb_target_group_attachment.any": {
                "target_group_arn": Reference("aws_lb_target_group.Group.arn"),
                "target_id": ARN,
            },
        },
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
}


SOME = (
    "a queue with a dead-letter queue",
    "an HTTP API with an authorizer and limits",
    "an alias with provisioned concurrency behind a URL",
)
"""Those that `make test` compares; `make slow` compares all."""


@pytest.mark.parametrize("name", SOME)
def test_a_plan_reads_as_its_twin_in_sam(name):
    """https://developer.hashicorp.com/terraform/internals/json-format"""
    resources, template = TWINS[name]
    assert_twins(plan(resources), template)


@pytest.mark.slow
@pytest.mark.parametrize("name", TWINS)
def test_every_plan_reads_as_its_twin_in_sam(name):
    resources, template = TWINS[name]
    assert_twins(plan(resources), template)
