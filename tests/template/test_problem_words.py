"""What AWS would refuse is said in CloudFormation's words, with the line of the property."""

import re

import pytest

from tests.support.template_texts import SAM, refused

CODE = "Runtime: python3.13\n      Handler: a.b\n      Role: r\n      Code: {ZipFile: x}"
FUNCTION = f"""Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      {CODE}
"""


def after(kind, *properties, name="X"):
    """A function and a resource whose properties stand from line 12 on, one a line."""
    lines = "\n".join(f"      {each}" for each in properties)
    return f"{FUNCTION}  {name}:\n    Type: AWS::{kind}\n    Properties:\n{lines}\n"


ESM = "Lambda::EventSourceMapping"
STREAM = "EventSourceArn: 'arn:aws:kinesis:us-east-1:1:stream/s'"
QUEUE = "EventSourceArn: 'arn:aws:sqs:us-east-1:1:q'"
OF_F = "FunctionName: !Ref F"
WRONG = {
    "MaximumRetryAttempts": after(
        ESM,
        OF_F,
        STREAM,
        "StartingPosition: LATEST",
        "MaximumRetryAttempts: 99999",
    ),
    "MaximumConcurrency": after(
        ESM,
        OF_F,
        QUEUE,
        "BatchSize: 5",
        "ScalingConfig: {MaximumConcurrency: 1}",
    ),
    "ParallelizationFactor": after(
        ESM, OF_F, QUEUE, "BatchSize: 5", "ParallelizationFactor: 2"
    ),
    "BatchSize": after(ESM, OF_F, QUEUE, "Enabled: true", "BatchSize: 11"),
    "StartingPosition": after(
        ESM, OF_F, STREAM, "BatchSize: 5", "StartingPosition: SOMEWHERE"
    ),
    "filter pattern": after(
        ESM,
        OF_F,
        QUEUE,
        "BatchSize: 5",
        "FilterCriteria: {Filters: [{Pattern: '{a'}]}",
    ),
    "VisibilityTimeout": after(
        "SQS::Queue",
        "DelaySeconds: 1",
        "KmsMasterKeyId: a",
        "Tags: []",
        "VisibilityTimeout: 99999",
    ),
    "maxReceiveCount": after(
        "SQS::Queue",
        "DelaySeconds: 1",
        "Tags: []",
        "RedrivePolicy:",
        "  maxReceiveCount: 0",
        "  deadLetterTargetArn: 'arn:aws:sqs:us-east-1:1:d'",
    ),
    "ShardCount": after(
        "Kinesis::Stream",
        "Name: a",
        "Tags: []",
        "RetentionPeriodHours: 24",
        "ShardCount: 0",
    ),
    "MaximumEventAgeInSeconds": after(
        "Lambda::EventInvokeConfig",
        OF_F,
        "Qualifier: $LATEST",
        "MaximumRetryAttempts: 1",
        "MaximumEventAgeInSeconds: 5",
    ),
    "ProvisionedConcurrentExecutions": after(
        "Lambda::Alias",
        OF_F,
        "FunctionVersion: '1'",
        "Name: live",
        "ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 0}",
    ),
}


@pytest.mark.parametrize("word", WRONG)
def test_a_wrong_value_is_said_of_its_property_with_its_own_line(word):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/introduction.html"""
    (sentence,) = refused(WRONG[word]).split("\n")
    assert re.match(r"(X|F) \(line 15\): ", sentence), sentence
    assert word in sentence
    assert not re.search(
        r"\b[a-z]+_[a-z]+", re.sub(r"https\S+|\(sqs_standard\).*", "", sentence)
    )


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("python3.13", "cobol1", 5),
        ("Handler: a.b", "Timeout: 5400\n      Handler: a.b", 6),
        ("Handler: a.b", "Handler: a.b\n      MemorySize: 64", 7),
        (
            "Handler: a.b",
            "SnapStart: {ApplyOn: Sometimes}\n      Handler: a.b",
            6,
        ),
    ],
)
def test_a_functions_wrong_value_has_the_line_of_its_property(old, new, line):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html"""
    assert refused(FUNCTION.replace(old, new)).startswith(f"F (line {line}): ")


def test_a_value_of_globals_is_said_with_the_line_there():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html"""
    shared = "Globals:\n  Function:\n    Timeout: 5400\n"
    code = "{Runtime: python3.13, Handler: a.b, CodeUri: s}"
    function = (
        f"  F:\n    Type: AWS::Serverless::Function\n    Properties: {code}\n"
    )
    text = f"{SAM}{shared}Resources:\n{function}"
    assert refused(text).startswith("F (line 4): Function 'F': Timeout is 5400")


def test_a_sentence_on_two_resources_has_the_place_of_the_first():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    queue = "  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      VisibilityTimeout: 2\n"
    text = after(ESM, OF_F, "EventSourceArn: !GetAtt Q.Arn") + queue
    assert refused(text).startswith(
        "Q (line 17): Queue 'Q': VisibilityTimeout is 2 s"
    )
