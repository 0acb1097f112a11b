"""What a template says is read as AWS takes it, or a row of the report says why not."""

import pytest

import sim
from tests.support.template_texts import (
    mapping,
    plain_function,
    read,
    refused,
    resource,
)

QUEUE = resource("Q", "SQS::Queue")
TARGETS = "Targets: [{Id: a, Arn: !GetAtt F.Arn}]"
ACTIONS = "Actions: [{Lambda: {FunctionArn: !GetAtt F.Arn}}]"
PARAMETER = "{ParameterName: LambdaArn, ParameterValue: !GetAtt F.Arn}"
PROCESSORS = f"Processors: [{{Type: Lambda, Parameters: [{PARAMETER}]}}]"
RULE = f"State: DISABLED, EventPattern: {{source: [a]}}, {TARGETS}"
PAYLOAD = f"RuleDisabled: true, Sql: s, {ACTIONS}"
HOSE = "KinesisFirehose::DeliveryStream"


def delivery(destination, enabled):
    """A delivery stream to such a destination, whose processing is not enabled."""
    processing = f"{{Enabled: {enabled}, {PROCESSORS}}}"
    configuration = f"{{ProcessingConfiguration: {processing}}}"
    return resource("R", HOSE, f"{destination}: {configuration}")


SWITCHED_OFF = {
    "rule": resource("R", "Events::Rule", RULE),
    "IoT rule": resource(
        "R", "IoT::TopicRule", f"TopicRulePayload: {{{PAYLOAD}}}"
    ),
    "delivery to S3": delivery("ExtendedS3DestinationConfiguration", "false"),
    "delivery by HTTP": delivery(
        "HttpEndpointDestinationConfiguration", "'false'"
    ),
}


def notes(reading):
    """Everything that is not supported, and why."""
    rows = reading.report[reading.report.status == "not supported"]
    return " ".join(rows.note)


@pytest.mark.parametrize("what", SWITCHED_OFF)
def test_what_is_switched_off_invokes_nothing(what):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html"""
    permission = resource(
        "P",
        "Lambda::Permission",
        "FunctionName: !Ref F, Principal: events.amazonaws.com",
    )
    text = plain_function() + SWITCHED_OFF[what]
    if what == "rule":
        text += permission
    off = read(text)
    assert [trigger.kind for trigger in off.scenario.triggers] == ["invoke"]
    assert "switched off" in notes(off)
    on = (
        text.replace("DISABLED", "ENABLED")
        .replace("Disabled: true", "Disabled: false")
        .replace("Enabled: false", "Enabled: true")
        .replace("Enabled: 'false'", "Enabled: 'true'")
    )
    assert read(on).scenario.triggers[0].name == "R"


def test_a_pipe_that_is_stopped_polls_nothing():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-start-stop.html"""
    pipe = "DesiredState: STOPPED, RoleArn: r, Source: !GetAtt Q.Arn, Target: !GetAtt F.Arn"
    (trigger,) = read(
        plain_function() + QUEUE + resource("P", "Pipes::Pipe", pipe)
    ).scenario.triggers
    assert not trigger.enabled


@pytest.mark.parametrize("is_text", [False, True])
def test_a_subscriptions_redrive_policy_may_be_text(is_text):
    """https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html"""
    policy = "{deadLetterTargetArn: !GetAtt Q.Arn}"
    if is_text:
        policy = """!Sub '{"deadLetterTargetArn": "${Q.Arn}"}'"""
    endpoint = "Protocol: lambda, Endpoint: !GetAtt F.Arn"
    subscription = f"TopicArn: !Ref T, {endpoint}, RedrivePolicy: {policy}"
    text = plain_function() + QUEUE + resource("T", "SNS::Topic")
    (trigger,) = read(
        text + resource("S", "SNS::Subscription", subscription)
    ).scenario.triggers
    assert trigger.dead_letter_config.target_arn == "Q"


@pytest.mark.parametrize(
    ("named", "qualifier"),
    [
        ("worker", "$LATEST"),
        ("123456789012:function:worker", "$LATEST"),
        ("function:worker", "$LATEST"),
        ("123456789012:function:worker:live", None),
        ("arn:aws:lambda:us-east-1:123456789012:function:worker:live", None),
    ],
)
def test_a_function_is_named_by_any_part_of_its_arn(named, qualifier):
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    text = plain_function(more="FunctionName: worker") + QUEUE
    alias = "FunctionName: !Ref F, FunctionVersion: '1', Name: live"
    text += resource("A", "Lambda::Alias", alias)
    poll = f"FunctionName: '{named}', EventSourceArn: !GetAtt Q.Arn"
    (trigger,) = read(
        text + resource("M", "Lambda::EventSourceMapping", poll)
    ).scenario.triggers
    assert (trigger.function, trigger.qualifier) == ("F", qualifier)


@pytest.mark.parametrize(
    "order", [("live", "$LATEST"), ("$LATEST", "live"), ("$LATEST", "1")]
)
def test_the_configuration_of_an_alias_is_not_that_of_latest(order):
    """https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html"""
    alias = "FunctionName: !Ref F, FunctionVersion: '1', Name: live"
    text = plain_function() + resource("A", "Lambda::Alias", alias)
    for number, qualifier in enumerate(order):
        age = ", MaximumEventAgeInSeconds: 100"
        settings = f"MaximumRetryAttempts: {1 if qualifier == '$LATEST' else 0}"
        settings += age if qualifier == "$LATEST" else ""
        text += resource(
            f"C{number}",
            "Lambda::EventInvokeConfig",
            f"FunctionName: !Ref F, Qualifier: '{qualifier}', {settings}",
        )
    reading = read(text)
    config = reading.scenario.function("F").event_invoke_config
    assert config.maximum_retry_attempts == 0
    assert config.maximum_event_age_in_seconds == 21600
    assert "one configuration" in notes(reading)


@pytest.mark.parametrize("principal", ["s3", "sns"])
def test_a_permission_without_a_source_is_noted(principal):
    """https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html"""
    permission = (
        f"FunctionName: !Ref F, Action: a, Principal: {principal}.amazonaws.com"
    )
    reading = read(
        plain_function()
        + resource("One", "Lambda::Permission", permission)
        + resource("Two", "Lambda::Permission", permission)
    )
    noted = reading.report[reading.report.note.str.contains("names no source")]
    assert list(noted.resource) == ["One", "Two"]


@pytest.mark.parametrize(
    "arn",
    [
        "!GetAtt T.Arn",
        "!Sub '${T.Arn}'",
        "'arn:aws:dynamodb:us-east-1:1:table/t'",
    ],
)
def test_a_tables_own_arn_is_no_stream(arn):
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    table = "TableName: t, StreamSpecification: {StreamViewType: NEW_IMAGE}"
    text = plain_function() + resource("T", "DynamoDB::Table", table)
    follow = mapping(f"EventSourceArn: {arn}, StartingPosition: LATEST")
    assert "StreamArn" in refused(f"Resources:\n{text}{follow}")
    stream = follow.replace(arn, "!GetAtt T.StreamArn")
    assert read(text + stream).scenario.triggers[0].source == "T"


@pytest.mark.parametrize("condition", ["IsLive", "HasWorker"])
def test_a_condition_that_leaves_out_the_only_function_is_named(condition):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html"""
    text = plain_function().replace(
        "Properties", f"Condition: {condition}, Properties"
    )
    head = f"Conditions: {{{condition}: !Equals [a, b]}}\n"
    sentence = refused(f"{head}Resources:\n{text}")
    assert f"condition {condition} leaves out" in sentence
    assert sentence.startswith("F (line 3)")


@pytest.mark.parametrize(
    ("kind", "name"), [("IoT::Thing", "ThingName"), ("EC2::KeyPair", "KeyName")]
)
def test_the_same_name_by_chance_joins_nothing(kind, name):
    """Only an ARN or a reference says that one resource names another."""
    text = plain_function(more="FunctionName: kitchen")
    reading = read(text + resource("X", kind, f"{name}: kitchen"))
    assert "plays no part" in notes(reading)
    arn = "arn:aws:lambda:us-east-1:1:function:kitchen"
    reading = read(text + resource("X", kind, f"{name}: '{arn}'"))
    assert "does not know how" in notes(reading)


def test_a_pipe_that_forgets_invokes_without_waiting():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes.html"""
    how = "TargetParameters: {LambdaFunctionParameters: {InvocationType: FIRE_AND_FORGET}}"
    pipe = f"RoleArn: r, Source: !GetAtt Q.Arn, Target: !GetAtt F.Arn, {how}"
    scenario = read(
        plain_function() + QUEUE + resource("P", "Pipes::Pipe", pipe)
    ).scenario
    assert "asynchronous" in [route.model for route in scenario.routes]
    again = sim.read_template(sim.write_template(scenario, "sam")).scenario
    assert "asynchronous" in [route.model for route in again.routes]


def test_both_permissions_of_a_function_url_are_its_own():
    """https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"""
    url = resource(
        "U", "Lambda::Url", "AuthType: NONE, TargetFunctionArn: !Ref F"
    )
    everybody = (
        "FunctionName: !Ref F, Principal: '*', Action: lambda:InvokeFunction"
    )
    permission = resource(
        "P", "Lambda::Permission", f"{everybody}, InvokedViaFunctionUrl: true"
    )
    reading = read(plain_function() + url + permission)
    assert [each.kind for each in reading.scenario.triggers] == ["function_url"]
    assert notes(reading) == ""


def test_the_permission_of_an_authorizer_is_no_api_of_its_own():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html"""
    uri = "'arn:aws:apigateway:us-east-1:lambda:path/functions/${F.Arn}/invocations'"
    api = resource("Api", "ApiGatewayV2::Api", "ProtocolType: WEBSOCKET")
    settings = "ApiId: !Ref Api, AuthorizerType: REQUEST, AuthorizerUri: !Sub "
    door = resource(
        "Door", "ApiGatewayV2::Authorizer", settings + uri.replace("F.", "G.")
    )
    door += resource(
        "I",
        "ApiGatewayV2::Integration",
        f"ApiId: !Ref Api, IntegrationUri: !Sub {uri}",
    )
    target = "Target: !Sub 'integrations/${I}', AuthorizerId: !Ref Door"
    door += resource(
        "R",
        "ApiGatewayV2::Route",
        f"ApiId: !Ref Api, RouteKey: $connect, {target}",
    )
    permission = "FunctionName: !Ref G, Principal: apigateway.amazonaws.com"
    text = plain_function() + plain_function("G") + api + door
    reading = read(text + resource("P", "Lambda::Permission", permission))
    kinds = [each.kind for each in reading.scenario.triggers]
    assert kinds == ["apigw_ws", "authorizer_ws"]


def test_a_table_whose_changes_go_to_kinesis_says_so():
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds.html"""
    stream = resource("S", "Kinesis::Stream", "ShardCount: 1")
    table = "KinesisStreamSpecification: {StreamArn: !GetAtt S.Arn}"
    text = plain_function() + stream + resource("T", "DynamoDB::Table", table)
    assert "changes go to a Kinesis stream" in notes(read(text))


@pytest.mark.parametrize(
    ("enriches", "target", "word"),
    [("Q", "F", "enrich events"), ("F", "Q", "nothing is polled")],
)
def test_a_pipes_enrichment_or_target_that_is_no_function_is_noted(
    enriches, target, word
):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html"""
    ends = f"Enrichment: !GetAtt {enriches}.Arn, Target: !GetAtt {target}.Arn"
    source = "RoleArn: r, Source: 'arn:aws:sqs:us-east-1:1:q'"
    pipe = resource("P", "Pipes::Pipe", f"{source}, {ends}")
    assert word in notes(read(plain_function() + QUEUE + pipe))


@pytest.mark.parametrize("integration", ["MOCK", "HTTP_PROXY", "AWS"])
def test_an_api_asks_its_authorizer_before_whatever_it_calls(integration):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html"""
    uri = "arn:aws:apigateway:us-east-1:sqs:path/1/q"
    function = "arn:aws:apigateway:r:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
    reading = read(
        plain_function()
        + resource("A", "ApiGateway::RestApi", "Name: a")
        + resource(
            "D",
            "ApiGateway::Authorizer",
            f"RestApiId: !Ref A, Type: TOKEN, Name: d, AuthorizerUri: !Sub '{function}'",
        )
        + resource(
            "M",
            "ApiGateway::Method",
            "RestApiId: !Ref A, ResourceId: r, HttpMethod: ANY, AuthorizerId: !Ref D, "
            f"Integration: {{Type: {integration}, Uri: '{uri}'}}",
        )
    )
    (trigger,) = reading.scenario.triggers
    assert (trigger.name, trigger.kind) == ("D", "authorizer_rest")
    assert "others than functions" in notes(reading)


def test_a_schedule_that_is_switched_off_asks_for_no_traffic():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-delete-rule.html"""
    rule = f"State: DISABLED, ScheduleExpression: rate(1 hour), {TARGETS}"
    report = read(plain_function() + resource("R", "Events::Rule", rule)).report
    assert "traffic" not in set(report.property)


@pytest.mark.parametrize(
    "unknown",
    [
        resource("X", "AppConfig::Extension", "Actions: {A: [!GetAtt F.Arn]}"),
        resource(
            "X",
            "Lambda::Permission",
            "FunctionName: !Ref F, Principal: bedrock.amazonaws.com",
        ),
    ],
)
def test_what_is_invoked_in_an_unknown_way_is_not_said_to_be_left_alone(
    unknown,
):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html"""
    report = read(plain_function() + unknown).report
    (note,) = report.note[report.property == "trigger"]
    assert note.startswith("What invokes it is not simulated")


@pytest.mark.parametrize(
    "named",
    [
        resource("X", "CloudFormation::Macro", "Name: M, FunctionName: !Ref F"),
        resource(
            "X", "Custom::LogRetention", "LogGroupName: !Sub '/aws/lambda/${F}'"
        ),
        resource("X", "CloudTrail::Trail", "Values: [!GetAtt F.Arn]"),
    ],
)
def test_what_only_names_a_function_is_not_said_to_invoke_it(named):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html"""
    assert "does not know how" not in notes(read(plain_function() + named))


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("AppSync::GraphQLApi", "LambdaAuthorizerConfig: AUTHORIZER"),
        (
            "AppSync::GraphQLApi",
            "AdditionalAuthenticationProviders: [{LambdaAuthorizerConfig: AUTHORIZER}]",
        ),
        (
            "AppSync::Api",
            "EventConfig: {AuthProviders: [{LambdaAuthorizerConfig: AUTHORIZER}]}",
        ),
    ],
)
def test_an_authorizer_of_appsync_is_no_resolver(kind, settings):
    """https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html"""
    authorizer = "{AuthorizerUri: !GetAtt F.Arn}"
    reading = read(
        plain_function()
        + resource("A", kind, settings.replace("AUTHORIZER", authorizer))
        + resource(
            "P",
            "Lambda::Permission",
            "FunctionName: !Ref F, Principal: appsync.amazonaws.com",
        )
    )
    assert [trigger.kind for trigger in reading.scenario.triggers] == ["invoke"]
    assert "authorizers of AppSync are not simulated" in notes(reading)
