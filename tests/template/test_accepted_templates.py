"""What AWS accepts in a template is read, with what it says."""

import json

import pytest
import yaml

import sim
from tests.support.template_texts import (
    mapping,
    plain_function,
    read,
    read_sam,
    refused,
    resource,
    row,
    sam_function,
)

EXTENSIONS = "Transform: AWS::LanguageExtensions\n"
STACK_ID = "!Select [INDEX, !Split ['-', !Select [2, !Split ['/', !Ref 'AWS::StackId']]]]"
QUEUE = resource("Q", "SQS::Queue")


@pytest.mark.parametrize("index", range(5))
def test_the_id_of_a_stack_ends_in_five_parts(index):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html"""
    suffix = STACK_ID.replace("INDEX", str(index))
    reading = read(
        plain_function(more=f"FunctionName: !Join ['-', [f, {suffix}]]")
    )
    assert reading.scenario.functions[0].name == "F"


@pytest.mark.parametrize("index", [0, 3, 40])
@pytest.mark.parametrize(
    ("made_by", "attribute"),
    [
        ("EC2::VPCEndpoint", "DnsEntries"),
        ("EC2::VPCEndpoint", "NetworkInterfaceIds"),
    ],
)
def test_any_part_of_a_list_that_only_aws_knows_is_unknown(
    index, made_by, attribute
):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-select.html"""
    part = f"!Select [{index}, !GetAtt E.{attribute}]"
    text = (
        plain_function()
        + resource("E", made_by)
        + resource("R", "EC2::Route", f"A: {part}")
    )
    assert read(text).scenario.functions[0].name == "F"


@pytest.mark.parametrize(
    "name",
    [
        "{Ref: {'Fn::FindInMap': [Names, live, one]}}",
        "{'Fn::GetAtt': [{'Fn::Sub': 'F'}, Arn]}",
    ],
)
def test_with_language_extensions_functions_make_the_names_that_are_referred_to(
    name,
):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-languageextensions.html"""
    head = "Mappings: {Names: {live: {one: F}}}\n"
    text = plain_function() + QUEUE
    text += resource(
        "M",
        "Lambda::EventSourceMapping",
        f"FunctionName: {name}, EventSourceArn: !GetAtt Q.Arn",
    )
    (trigger,) = read(text, EXTENSIONS + head).scenario.triggers
    assert (trigger.function, trigger.source) == ("F", "Q")
    assert "M (line" in refused(f"{head}Resources:\n{text}")


@pytest.mark.parametrize(
    "source",
    [
        (
            "EventSourceArn: 'arn:aws:rds:us-east-1:1:cluster:c', "
            "DocumentDBEventSourceConfig: {DatabaseName: d}"
        ),
        (
            "SelfManagedEventSource: {Endpoints: {KafkaBootstrapServers: ['a.b:1']}}, Topics: [t], "
            "SelfManagedKafkaEventSourceConfig: {ConsumptionMode: Queue}"
        ),
        "SelfManagedEventSource: {Endpoints: {KafkaBootstrapServers: ['a.b:1']}}, Topics: [t]",
    ],
)
def test_where_aws_asks_for_no_starting_position_none_is_needed(source):
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    reading = read(plain_function() + mapping(source))
    assert len(reading.scenario.mappings) == 1
    assert reading.scenario.mappings[0].starting_position == "LATEST"


@pytest.mark.parametrize(
    "source",
    [
        "EventSourceArn: 'arn:aws:kinesis:us-east-1:1:stream/s'",
        "EventSourceArn: 'arn:aws:kafka:us-east-1:1:cluster/c/d', Topics: [t]",
    ],
)
def test_a_stream_needs_a_starting_position(source):
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    text = f"Resources:\n{plain_function()}{mapping(source)}"
    assert "needs a StartingPosition" in refused(text)


def test_a_moment_to_start_at_is_read_as_it_was_written():
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    stream = resource("S", "Kinesis::Stream", "ShardCount: 1")
    at = "EventSourceArn: !GetAtt S.Arn, StartingPosition: AT_TIMESTAMP"
    old = read(
        plain_function()
        + stream
        + mapping(f"{at}, StartingPositionTimestamp: 1500000000")
    )
    assert old.scenario.mappings[0].starting_position_timestamp == 0
    later = old.scenario.with_setting(
        "triggers.M.starting_position_timestamp", 30
    )
    again = sim.read_template(sim.write_template(later, "sam"))
    assert again.scenario.mappings[0].starting_position_timestamp == 30


@pytest.mark.parametrize("uri", ["", "!Ref AWS::NoValue"])
def test_an_image_that_is_filled_in_later_needs_no_uri(uri):
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html"""
    text = resource(
        "F", "Serverless::Function", f"PackageType: Image, ImageUri: {uri!r}"
    )
    assert read_sam(text).scenario.function("F").package_type == "Image"


@pytest.mark.parametrize("kind", ["Api", "HttpApi"])
def test_an_included_body_may_have_authorizers(kind):
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-apiauth.html"""
    token = "FunctionArn: !GetAtt Door.Arn"
    if kind == "HttpApi":
        token += ", AuthorizerPayloadFormatVersion: '2.0'"
    api = (
        "DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: a.yaml}}}, "
        f"StageName: s, Auth: {{DefaultAuthorizer: D, Authorizers: {{D: {{{token}}}}}}}"
    )
    reading = read_sam(
        resource("A", f"Serverless::{kind}", api) + sam_function("Door")
    )
    assert "is run or fetched" in row(reading, "A", "Fn::Transform").note


@pytest.mark.parametrize(
    ("kind", "shared", "own"),
    [
        ("Api", "Cors: \"'*'\"", ""),
        ("Api", "", "GatewayResponses: {DEFAULT_4XX: {StatusCode: 400}}"),
        ("Api", "", "Models: {User: {type: object}}"),
        ("HttpApi", "CorsConfiguration: true", ""),
        ("HttpApi", "Tags: {a: b}", "Description: d"),
    ],
)
def test_an_included_body_may_have_what_sam_writes_into_it(kind, shared, own):
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-corsconfiguration.html"""
    body = (
        "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: a.yaml}}}"
    )
    settings = f"DefinitionBody: {body}, StageName: s, {own}".rstrip(", ")
    api = "RestApiId" if kind == "Api" else "ApiId"
    get = (
        f"{{Type: {kind}, Properties: {{{api}: !Ref A, Path: /, Method: get}}}}"
    )
    (trigger,) = read_sam(
        resource("A", f"Serverless::{kind}", settings)
        + sam_function("F", f"Events: {{Get: {get}}}"),
        head=f"Globals: {{{kind}: {{{shared}}}}}\n",
    ).scenario.triggers
    assert trigger.name == "A"


@pytest.mark.parametrize("is_written", [False, True])
def test_a_fifo_topic_publishes_to_fifo_queues(is_written):
    """https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-delivery.html"""
    text = plain_function() + resource(
        "T", "SNS::Topic", "TopicName: t.fifo, FifoTopic: true"
    )
    text += resource("Q", "SQS::Queue", "QueueName: q.fifo, FifoQueue: true")
    text += resource(
        "S",
        "SNS::Subscription",
        "TopicArn: !Ref T, Protocol: sqs, Endpoint: !GetAtt Q.Arn",
    )
    text += mapping("EventSourceArn: !GetAtt Q.Arn")
    reading = read(text)
    if is_written:
        reading = sim.read_template(sim.write_template(reading.scenario, "sam"))
    (topic,) = reading.scenario.topics
    assert (topic.fifo_topic, topic.queues) == (True, ("Q",))
    standard = text.replace(", FifoTopic: true", "")
    assert "only a standard queue" in refused(f"Resources:\n{standard}")


@pytest.mark.parametrize("length", [200, 255])
def test_a_logical_id_has_up_to_255_characters(length):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html"""
    name = "L" * length
    reading = read(plain_function(name))
    assert reading.scenario.functions[0].name == name


@pytest.mark.parametrize("service", ["s3", "ec2"])
def test_a_pattern_needs_no_value(service):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html"""
    rule = (
        f"EventPattern: {{source: [aws.{service}], detail: {{id: [!Ref P]}}}}, "
        "Targets: [{Id: a, Arn: !GetAtt F.Arn}]"
    )
    reading = read(
        plain_function() + resource("R", "Events::Rule", rule),
        "Parameters: {P: {Type: String}}\n",
    )
    (trigger,) = reading.scenario.triggers
    assert trigger.function == "F"


@pytest.mark.parametrize("count", [1, 7])
def test_a_version_may_have_provisioned_concurrency(count):
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    config = f"ProvisionedConcurrencyConfig: {{ProvisionedConcurrentExecutions: {count}}}"
    version = resource(
        "V", "Lambda::Version", f"FunctionName: !Ref F, {config}"
    )
    function = read(plain_function() + version).scenario.function("F")
    config = function.provisioned_concurrency_config
    assert config.provisioned_concurrent_executions == count


@pytest.mark.parametrize(
    ("declared", "word"),
    [
        ("Type: Number, MaxValue: 10, Default: 700", "MaxValue is 10"),
        ("Type: Number, MinValue: 5, Default: 4", "MinValue is 5"),
        ("Type: List<Number>, MaxValue: 10, Default: '3,11'", "MaxValue is 10"),
        ("Type: Number, Default: many", "Type is Number"),
        ("Type: String, MinLength: 3, Default: ab", "MinLength is 3"),
        ("Type: String, MaxLength: 3, Default: abcd", "MaxLength is 3"),
        (
            "Type: String, AllowedPattern: '[a-z]+', Default: ab1",
            "AllowedPattern is [a-z]+",
        ),
        (
            "Type: CommaDelimitedList, AllowedValues: [a, b], Default: 'a,c'",
            "allowed are a, b",
        ),
    ],
)
def test_a_parameters_value_must_be_what_its_declaration_allows(declared, word):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"""
    text = f"Parameters: {{P: {{{declared}}}}}\nResources:\n{plain_function()}"
    assert word in refused(text)


@pytest.mark.parametrize(
    "declared",
    [
        "Type: Number, MinValue: 1, MaxValue: 10, Default: 10",
        "Type: CommaDelimitedList, AllowedValues: [a, b], Default: 'a,b'",
        r"Type: String, AllowedPattern: '^(\d{1,3})\.(\d{1,3})$', Default: '10.255'",
        r"Type: String, AllowedPattern: '\p{Lower}+', Default: ab",
    ],
)
def test_what_a_declaration_allows_is_taken(declared):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"""
    text = f"Parameters: {{P: {{{declared}}}}}\nResources:\n{plain_function()}"
    assert sim.read_template(text).scenario.function("F")


def test_connectors_are_carried_out_where_no_resource_is_of_sam():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/managing-permissions-connectors.html"""
    topic = """  T:
    Type: AWS::SNS::Topic
    Connectors: {Tell: {Properties: {Destination: {Id: F}, Permissions: [Write]}}}
"""
    (trigger,) = read_sam(topic + plain_function()).scenario.triggers
    assert (trigger.kind, trigger.source) == ("sns", "T")


def test_a_state_machine_may_be_deployed_gradually():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html"""
    states = "{StartAt: A, States: {A: {Type: Pass, End: true}}}"
    machine = (
        f"Definition: {states}, Role: r, AutoPublishAlias: live, "
        "DeploymentPreference: {Type: LINEAR, Interval: 2, Percentage: 20}"
    )
    text = resource("M", "Serverless::StateMachine", machine)
    assert read_sam(text + sam_function()).scenario.functions


@pytest.mark.parametrize(
    ("filters", "kept", "share"),
    [
        (["{numericEquals: [1]}"], 0, 0),
        (["{Value: [x]}", "{value: [x]}"], 1, 1),
        (["{value: [x]}"], 1, 1),
    ],
)
def test_a_filter_of_a_field_that_no_record_has_lets_nothing_through(
    filters, kept, share
):
    """https://docs.aws.amazon.com/lambda/latest/dg/kafka-filtering.html"""
    patterns = [json.dumps(yaml.safe_load(each)) for each in filters]
    written = ", ".join(f"{{Pattern: '{each}'}}" for each in patterns)
    brokers = (
        "SelfManagedEventSource: {Endpoints: {KafkaBootstrapServers: [b]}}"
    )
    reading = read(
        plain_function()
        + mapping(
            f"{brokers}, Topics: [t], FilterCriteria: {{Filters: [{written}]}}"
        )
    )
    (trigger,) = reading.scenario.mappings
    assert len(trigger.filter_criteria) == kept
    assert trigger.matching_share == share
    is_said = reading.report.note.str.contains("nothing matches it").any()
    assert is_said == (kept < len(filters))


def test_a_bucket_for_results_is_left_out_with_a_note():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    config = "{OnSuccess: {Destination: !GetAtt B.Arn}, OnFailure: {Destination: !GetAtt B.Arn}}"
    reading = read(
        plain_function()
        + resource("B", "S3::Bucket")
        + resource(
            "C",
            "Lambda::EventInvokeConfig",
            f"FunctionName: !Ref F, Qualifier: $LATEST, DestinationConfig: {config}",
        )
    )
    targets = reading.scenario.function(
        "F"
    ).event_invoke_config.destination_config
    assert (targets.on_success, targets.on_failure) == (None, "B")
    noted = reading.report[reading.report.status == "not supported"]
    assert "on-failure destinations only" in noted.note.str.cat()


BROKER = (
    "Broker: 'arn:aws:mq:us-east-1:123456789012:broker:b:b-1', Queues: [orders], "
    "SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: 'arn:aws:secretsmanager:a:1:secret:s'}]"
)
FILTERED = {
    "SQS": (
        "Queue: !GetAtt Q.Arn",
        '{"body": {"sourceIPAddress": [{"cidr": "10.0.0.0/24"}]}}',
    ),
    "MQ": (BROKER, '{"basicProperties": {"appId": [{"prefix": "my"}]}}'),
}


@pytest.mark.parametrize("kind", FILTERED)
def test_filters_are_read_as_awss_own_templates_have_them(kind):
    """https://github.com/aws-samples/serverless-patterns/tree/main/lambda-esm-rabbitmq-filters-sam,
    https://github.com/aws-samples/serverless-patterns/tree/main/lambda-esm-sqs-filters-sam
    """
    source, pattern = FILTERED[kind]
    filters = f"FilterCriteria: {{Filters: [{{Pattern: '{pattern}'}}]}}"
    event = f"{{Type: {kind}, Properties: {{{source}, {filters}}}}}"
    function = sam_function(more=f"Events: {{E: {event}}}")
    (trigger,) = read_sam(QUEUE + function).scenario.triggers
    assert trigger.filter_criteria == (pattern,)
