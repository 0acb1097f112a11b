"""Pipes that poll their source in templates: read, written, and read again as the same."""

import json

import pytest

import sim
from sim.scenario.pipe import SOURCES_OF_PIPES
from tests.support.deployable import kept, piped
from tests.support.rows import holds_for_each

ARN = "arn:aws:{}:us-east-1:123456789012:{}"
PARAMETERS = {
    "MskClusterArn": ARN.format("kafka", "cluster/c/1"),
    "KafkaBootstrapServers": "broker:9092",
    "KafkaSecretArn": ARN.format("secretsmanager", "secret:s"),
    "srcBrokerArn": ARN.format("mq", "broker:src:b-1"),
    "srcBrokerSecretArn": ARN.format("secretsmanager", "secret:s"),
}
FORMS = ("sam", "cdk-python", "cdk-typescript")


@pytest.mark.parametrize("qualifier", [None, "$LATEST"])
@pytest.mark.parametrize("kind", SOURCES_OF_PIPES)
def test_a_pipe_that_was_written_is_read_as_the_same(kind, qualifier):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-pipes-pipe.html"""
    written = piped(kind, qualifier=qualifier)
    template = sim.write_template(written)
    needed = {
        name: value for name, value in PARAMETERS.items() if name in template
    }
    again = sim.read_template(template, parameters=needed).scenario
    assert kept(again) == kept(written)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", SOURCES_OF_PIPES)
def test_every_form_of_a_written_pipe_says_how_its_source_is_polled(kind, form):
    """https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_pipes/CfnPipe.html"""
    text = sim.write_template(piped(kind), form)
    words = {
        "sam": ("AWS::Pipes::Pipe", "BatchSize: 7", "DesiredState: STOPPED"),
        "cdk-python": ("pipes.CfnPipe(", "batch_size=7", 'desired_state="STOPPED"'),
        "cdk-typescript": ("pipes.CfnPipe(", "batchSize: 7", "desiredState: 'STOPPED'"),
    }  # fmt: skip
    for word in words[form]:
        assert word in text, word


def read(source, parameters="{}", more="", parts=""):
    """The pipe P of a template, whose target is the function F."""
    function = (
        "{Runtime: python3.13, Handler: a.b, Code: {ZipFile: x}, Role: r}"
    )
    text = f"""
Resources:
  F: {{Type: AWS::Lambda::Function, Properties: {function}}}
  P:
    Type: AWS::Pipes::Pipe
    Properties:
      RoleArn: r
      Source: {source}
      SourceParameters: {parameters}
      Target: !GetAtt F.Arn
{more}
{parts}
"""
    return sim.read_template(text)


KINDS = {
    "sqs_standard": (ARN.format("sqs", "q"), "{}"),
    "sqs_fifo": (ARN.format("sqs", "q.fifo"), "{}"),
    "kinesis": (
        ARN.format("kinesis", "stream/s"),
        "{KinesisStreamParameters: {StartingPosition: LATEST}}",
    ),
    "ddb_streams": (
        ARN.format("dynamodb", "table/t/stream/2026"),
        "{DynamoDBStreamParameters: {StartingPosition: LATEST}}",
    ),
    "msk": (
        ARN.format("kafka", "cluster/c/1"),
        "{ManagedStreamingKafkaParameters: {TopicName: t, StartingPosition: LATEST}}",
    ),
    "self_managed_kafka": (
        "smk://broker:9092",
        "{SelfManagedKafkaParameters: {TopicName: t, StartingPosition: LATEST}}",
    ),
    "mq": (
        ARN.format("mq", "broker:b:b-1"),
        "{RabbitMQBrokerParameters: {QueueName: q}}",
    ),
}


@holds_for_each({kind: kind for kind in KINDS})
def test_the_source_says_what_kind_of_pipe_it_is(kind):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-source.html"""
    source, parameters = KINDS[kind]
    reading = read(json.dumps(source), parameters)
    (pipe,) = reading.scenario.triggers
    assert (pipe.kind, pipe.name) == (kind, "P")
    assert pipe.pipe.waits
    if kind == "mq":
        assert reading.scenario.brokers[0].engine_type == "RABBITMQ"


def test_a_pipe_from_a_stream_needs_a_starting_position():
    """https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeSourceKinesisStreamParameters.html"""
    source = ARN.format("kinesis", "stream/s")
    with pytest.raises(sim.TemplateError, match="needs a StartingPosition"):
        read(source)


@holds_for_each(
    {
        "msk": ("msk", "ManagedStreamingKafkaParameters"),
        "own": ("self_managed_kafka", "SelfManagedKafkaParameters"),
    }
)
def test_a_pipe_from_kafka_needs_no_starting_position(row):
    """https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeSourceManagedStreamingKafkaParameters.html"""
    kind, group = row
    source, _ = KINDS[kind]
    reading = read(json.dumps(source), f"{{{group}: {{TopicName: t}}}}")
    (pipe,) = reading.scenario.triggers
    assert (pipe.kind, pipe.starting_position) == (kind, "LATEST")
    assert "asks for none" in reading.report.note.str.cat()


def test_a_pipe_whose_source_is_not_known_gets_its_traffic_itself():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-source.html"""
    reading = read(ARN.format("s3", "somewhere"))
    (pipe,) = reading.scenario.triggers
    assert (pipe.kind, pipe.model) == ("pipes_target", "synchronous")
    notes = reading.report[reading.report.property == "Source"].note
    assert notes.str.contains("goes into the pipe itself").all()


def test_what_a_pipe_may_not_be_set_to_is_refused_with_its_line():
    """https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeSourceSqsQueueParameters.html"""
    source = ARN.format("sqs", "q")
    parameters = "{SqsQueueParameters: {BatchSize: 10001}}"
    with pytest.raises(sim.TemplateError, match=r"P \(line 9\).*10001"):
        read(source, parameters)
