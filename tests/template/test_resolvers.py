"""AppSync's resolvers wait for their function, or ask for an event."""

import pytest

from tests.support.template_texts import plain_function, read, resource

SOURCE = resource(
    "S",
    "AppSync::DataSource",
    "ApiId: a, Name: s, Type: AWS_LAMBDA, "
    "LambdaConfig: {LambdaFunctionArn: !GetAtt F.Arn}",
)
IN_JAVASCRIPT = (
    "Code: \"export function request() {{ return {{ operation: 'Invoke', "
    "invocationType: '{type}' }} }}\""
)
IN_VTL = 'RequestMappingTemplate: \'{{"invocationType" : "{type}"}}\''


def resolver(request, name="R", source="!GetAtt S.Name", kind="Resolver"):
    settings = f"ApiId: a, DataSourceName: {source}"
    return resource(name, f"AppSync::{kind}", f"{settings}, {request}")


def kinds(*resolvers):
    """The kinds of triggers that resolvers make, by name."""
    scenario = read(plain_function() + SOURCE + "".join(resolvers)).scenario
    return {trigger.name: trigger.kind for trigger in scenario.triggers}


@pytest.mark.parametrize("request_", [IN_JAVASCRIPT, IN_VTL])
@pytest.mark.parametrize(
    ("type_", "kind"),
    [("Event", "appsync_event"), ("RequestResponse", "appsync_sync")],
)
def test_a_resolver_waits_unless_it_asks_for_an_event(request_, type_, kind):
    """https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-lambda-js.html"""
    request = request_.format(type=type_)
    assert kinds(resolver(request)) == {"S": kind}
    by_name = resolver(request, source="s", kind="FunctionConfiguration")
    assert kinds(by_name) == {"S": kind}


def test_a_data_source_without_such_a_resolver_is_waited_for():
    """https://docs.aws.amazon.com/appsync/latest/devguide/resolver-mapping-template-reference-lambda.html"""
    event = IN_VTL.format(type="Event")
    assert kinds() == {"S": "appsync_sync"}
    assert kinds(resolver(event, source="other")) == {"S": "appsync_sync"}
    assert kinds(resolver("CodeS3Location: s3://b/k")) == {"S": "appsync_sync"}


def test_resolvers_of_both_types_make_two_triggers():
    """https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-lambda-js.html"""
    event = resolver(IN_JAVASCRIPT.format(type="Event"))
    waits = resolver("Code: ''", "Q")
    assert sorted(kinds(event, waits).values()) == [
        "appsync_event",
        "appsync_sync",
    ]
