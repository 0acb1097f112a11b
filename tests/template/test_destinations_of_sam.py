"""What SAM says of a destination beside its name, and functions that cannot be followed."""

import pytest

from tests.support.template_texts import (
    plain_function,
    read,
    read_sam,
    resource,
    sam_function,
)


@pytest.mark.parametrize(
    ("word", "group"),
    [
        ("SQS", "queues"),
        ("SNS", "topics"),
        ("EventBridge", "event_buses"),
        ("Lambda", "functions"),
    ],
)
@pytest.mark.parametrize("is_global", [False, True])
def test_the_type_beside_a_destination_says_what_it_is(word, group, is_global):
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-onfailure.html"""
    on_failure = f"OnFailure: {{Type: {word}, Destination: !Ref Results}}"
    config = f"EventInvokeConfig: {{DestinationConfig: {{{on_failure}}}}}"
    head = "Parameters: {Results: {Type: String, Default: results}}\n"
    if is_global:
        head += f"Globals: {{Function: {{{config}}}}}\n"
    reading = read_sam(sam_function(more="" if is_global else config), head)
    assert "results" in [each.name for each in getattr(reading.scenario, group)]


def test_the_type_beside_a_streams_destination_says_what_it_is():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-kinesis.html"""
    failure = (
        "DestinationConfig: {OnFailure: {Type: SNS, Destination: !Ref Results}}"
    )
    stream = f"Stream: 'arn:aws:kinesis:us-east-1:1:stream/s', StartingPosition: LATEST, {failure}"
    events = f"Events: {{E: {{Type: Kinesis, Properties: {{{stream}}}}}}}"
    head = "Parameters: {Results: {Type: String, Default: results}}\n"
    reading = read_sam(sam_function(more=events), head)
    assert [topic.name for topic in reading.scenario.topics] == ["results"]


EDGE = "{EventType: viewer-request, LambdaFunctionARN: !GetAtt C.Arn}"
BEHAVIOUR = f"{{TargetOriginId: o, LambdaFunctionAssociations: [{EDGE}]}}"


@pytest.mark.parametrize("maker", ["Custom::Publish", "CloudFormation::Stack"])
def test_a_function_that_only_the_deployment_makes_known_is_noted(maker):
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-add-triggers-cf-console.html"""
    custom = resource("C", maker, "Parameters: {A: !Ref F}")
    settings = f"DistributionConfig: {{Enabled: true, DefaultCacheBehavior: {BEHAVIOUR}}}"
    report = read(
        plain_function()
        + custom
        + resource("Site", "CloudFront::Distribution", settings)
    ).report
    (note,) = report.note[report.resource == "Site"]
    assert "a function at viewer-request that C makes known only when" in note
    assert report.note.str.contains("What invokes it is not simulated").any()
