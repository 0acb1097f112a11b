"""A template with something wrong in it ends in a reading or a sentence."""

from itertools import islice

import pytest

from tests.support.template_mutants import Mutant, mutants, outcome
from tests.support.template_texts import (
    SAM,
    mapping,
    plain_function,
    resource,
    sam_function,
)

SPOILED = (
    f"{SAM}Resources:\n{sam_function(more='Events: [[a]]')}",
    f"{SAM}Resources:\n{sam_function(more='Events: 5')}",
    f"{SAM}Resources:\n{sam_function(more='Handlers: 5')}",
    *(
        f"Resources:\n{plain_function()}{one}"
        for one in (
            mapping(
                "EventSourceArn: 'arn:aws:kafka:a:1:cluster/c/d', Topics: 5"
            ),
            resource("T", "SNS::Topic", "Subscription: 5"),
            resource("R", "Events::Rule", "Targets: 5, EventPattern: 5"),
            resource("T", "DynamoDB::GlobalTable", "Replicas: 5"),
            resource(
                "A",
                "ApiGatewayV2::Integration",
                "ApiId: !Ref F, RequestParameters: 5",
            ),
            resource(
                "M",
                "StepFunctions::StateMachine",
                "Definition: {States: {A: {Type: Task, Retry: 5}}}",
            ),
            resource(
                "N",
                "AppSync::ChannelNamespace",
                "HandlerConfigs: {OnPublish: {Behavior: DIRECT, Integration: x}}",
            ),
            resource(
                "A",
                "ApiGateway::RestApi",
                "Body: {securityDefinitions: {a: {x-amazon-apigateway-authorizer: [5]}}}",
            ),
            resource(
                "S",
                "KinesisFirehose::DeliveryStream",
                "C: {ProcessingConfiguration: {Processors: [{Parameters: [5, {"
                "ParameterName: LambdaArn, ParameterValue: !GetAtt F.Arn}]}]}}",
            ),
            '  "": {Type: AWS::Lambda::Function, Properties: {Runtime: x}}\n',
            "  A: {Type: AWS::Lambda::Alias, UpdatePolicy: 5, Properties: {FunctionName: F}}\n",
            '  "E\\tscape\\e[1m": {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: -1}}\n',
        )
    ),
)

FEW, MANY = 8, 100


@pytest.mark.parametrize("seed", [1])
def test_a_spoiled_template_is_read_or_ends_in_a_sentence(seed):
    assert _broken(seed, FEW) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2])
def test_many_spoiled_templates_are_read_or_end_in_a_sentence(seed):
    """`python -m tests.support.template_mutants 5000 1` reads as many as one likes."""
    assert _broken(seed, MANY) == []


@pytest.mark.parametrize("text", SPOILED)
def test_a_value_of_another_type_ends_in_a_sentence_or_is_left_out(text):
    assert not outcome(Mutant("", text)).startswith("failed")


def _broken(seed, count):
    found = (
        (mutant.done, outcome(mutant))
        for mutant in islice(mutants(seed), count)
    )
    return [each for each in found if each[1].startswith("failed")]
