"""What a text is taken to say that the plan does not know, but of which it tells the references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

DEAD_LETTERS, RECEIVES = "deadLetterTargetArn", "maxReceiveCount"
DIMENSIONS = {
    "aws_lambda_function": "FunctionName",
    "aws_sqs_queue": "QueueName",
    "aws_kinesis_stream": "StreamName",
    "aws_apigatewayv2_api": "ApiId",
}
"""What an alarm's metric is of, by the type of what its dimensions name: they are a mapping, which
is unknown as a whole if one value is.
"""
IN_A_FILE = {"Bucket": "known after the plan is applied"}


def state_machine(functions: Mapping[str, Any]) -> dict[str, Any]:
    """What CloudFormation says of one whose definition is not in the template."""
    return {
        "DefinitionS3Location": IN_A_FILE,
        "DefinitionSubstitutions": functions,
    }


def redrive_policy(queue: Any, receives: Any) -> dict[str, Any]:
    """A policy that is unknown as a whole, as its queue has no ARN yet."""
    return {DEAD_LETTERS: queue, RECEIVES: receives}


def open_api(functions: Iterable[Any]) -> dict[str, Any]:
    """An API that sends to each function on a path of its own."""
    paths = {
        f"/{number}": {
            "x-amazon-apigateway-any-method": {
                "x-amazon-apigateway-integration": {
                    "type": "aws_proxy",
                    "uri": function,
                }
            }
        }
        for number, function in enumerate(functions)
    }
    return {"openapi": "3.0.1", "paths": paths}


def events_of_bucket(bucket: Any) -> dict[str, Any]:
    """The pattern of a rule that names a bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
    """
    return {"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}
