"""A service that may not invoke its function is found: no permission of the template lets it."""

import pytest

from tests.support.template_texts import (
    mapping,
    plain_function,
    read,
    read_sam,
    resource,
    sam_function,
)

ARN = "!GetAtt F.Arn"
LAMBDAS = (
    f"LambdaConfigurations: [{{Event: 's3:ObjectCreated:*', Function: {ARN}}}]"
)
BUCKET = resource(
    "S", "S3::Bucket", f"NotificationConfiguration: {{{LAMBDAS}}}"
)
TOPIC = resource("T", "SNS::Topic")
READER = resource(
    "S",
    "SNS::Subscription",
    f"TopicArn: !Ref T, Protocol: lambda, Endpoint: {ARN}",
)
TARGETS = f"Targets: [{{Id: a, Arn: {ARN}}}]"
PUSHED = {
    "s3": BUCKET,
    "sns": TOPIC + READER,
    "events": resource(
        "S", "Events::Rule", f"EventPattern: {{a: [b]}}, {TARGETS}"
    ),
    "logs": resource(
        "S",
        "Logs::SubscriptionFilter",
        f"LogGroupName: g, FilterPattern: '', DestinationArn: {ARN}",
    ),
    "iot": resource(
        "S",
        "IoT::TopicRule",
        f"TopicRulePayload: {{Sql: s, Actions: [{{Lambda: {{FunctionArn: {ARN}}}}}]}}",
    ),
    "cognito-idp": resource(
        "S", "Cognito::UserPool", f"LambdaConfig: {{PreSignUp: {ARN}}}"
    ),
    "apigateway": resource(
        "S", "ApiGatewayV2::Api", f"ProtocolType: HTTP, Target: {ARN}"
    ),
}


def permission(service, function="F", more=""):
    """A permission for a service."""
    settings = f"Action: lambda:InvokeFunction, Principal: {service}, FunctionName: !Ref {function}"
    return resource(
        "P", "Lambda::Permission", f"{settings}, {more}".rstrip(", ")
    )


def refused_services(resources, head=""):
    """The resources whose service may not invoke."""
    advice = read(plain_function() + resources, head).advise()
    return [
        each.resource for each in advice if each.rule.name == "no permission"
    ]


@pytest.mark.parametrize("service", PUSHED)
def test_a_service_that_pushes_needs_a_permission_of_the_function(service):
    """https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html"""
    pushed, principal = PUSHED[service], f"{service}.amazonaws.com"
    assert refused_services(pushed) == ["S"]
    assert refused_services(pushed + permission(principal)) == []
    assert refused_services(pushed + permission("'*'")) == []
    other = plain_function("Other") + permission(principal, "Other")
    assert refused_services(pushed + other) == ["S"]
    assert refused_services(pushed + permission("ses.amazonaws.com")) == ["S"]


def test_the_permission_of_another_source_is_none():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html"""
    topics = TOPIC + resource("Other", "SNS::Topic") + READER
    sns = "sns.amazonaws.com"
    assert refused_services(
        topics + permission(sns, more="SourceArn: !Ref Other")
    ) == ["S"]
    for source in ("!Ref T", "'arn:aws:sns:us-east-1:1:t'"):
        assert (
            refused_services(
                topics + permission(sns, more=f"SourceArn: {source}")
            )
            == []
        )


def test_a_service_with_a_role_of_its_own_needs_none():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"""
    role = TARGETS.replace("Id: a", "Id: a, RoleArn: 'arn:aws:iam::1:role/r'")
    rule = resource("S", "Events::Rule", f"EventPattern: {{a: [b]}}, {role}")
    assert refused_services(rule) == []


def test_what_polls_needs_none_of_the_function():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    queue = resource("Q", "SQS::Queue") + mapping(
        "EventSourceArn: !GetAtt Q.Arn"
    )
    assert refused_services(queue) == []


def test_a_macro_may_make_the_permission():
    assert refused_services(BUCKET, "Transform: Mine\n") == []


def test_sam_makes_the_permissions_of_its_events():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html"""
    topic = "E: {Type: SNS, Properties: {Topic: !Ref T}}"
    api = "A: {Type: Api, Properties: {Path: /, Method: get}}"
    events = f"Events: {{{topic}, {api}}}"
    advice = read_sam(sam_function(more=events) + TOPIC).advise()
    assert "no permission" not in {each.rule.name for each in advice}
