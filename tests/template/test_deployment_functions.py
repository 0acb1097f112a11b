"""Functions that only deployments run get no advice, and nothing is asked of them."""

import pytest

from tests.support.template_texts import (
    plain_function,
    read,
    read_sam,
    resource,
    sam_function,
)

TOKEN = "ServiceToken: !GetAtt {0}.Arn"


def framework(name, handler, variable="USER_ON_EVENT_FUNCTION_ARN"):
    """A function of CDK's provider framework, which calls F."""
    variables = f"Environment: {{Variables: {{{variable}: !GetAtt F.Arn}}}}"
    return plain_function(name, variables).replace(
        "Handler: a.b", f"Handler: {handler}"
    )


def asked(reading):
    """The names of the functions of which something is asked."""
    report = reading.report
    unknown = report[report.status == "unknown"]
    return set(unknown.resource)


@pytest.mark.parametrize(
    "resources",
    [
        framework("P", "framework.onEvent")
        + resource("C", "Custom::Thing", TOKEN.format("P")),
        framework("P", "framework.isComplete", "USER_IS_COMPLETE_FUNCTION_ARN"),
        resource("C", "Custom::Thing", TOKEN.format("F")),
        resource("C", "CloudFormation::CustomResource", TOKEN.format("F")),
        resource(
            "C", "CloudFormation::Macro", "Name: m, FunctionName: !GetAtt F.Arn"
        ),
    ],
)
def test_a_function_that_only_serves_deployments_gets_no_advice(resources):
    """https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources-readme.html"""
    other = plain_function("Other")
    reading = read(plain_function() + resources + other)
    assert {advice.resource for advice in reading.advise()} <= {"Other"}
    assert asked(reading) == {"Other"}
    assert reading.report.note.str.contains("while the stack is deployed").any()


def test_a_function_that_events_invoke_too_keeps_its_advice():
    custom = resource("C", "Custom::Thing", TOKEN.format("F"))
    rule = resource(
        "R",
        "Events::Rule",
        "EventPattern: {a: [b]}, Targets: [{Id: a, Arn: !GetAtt F.Arn}]",
    )
    reading = read(plain_function() + custom + rule)
    assert "F" in {advice.resource for advice in reading.advise()}


def test_codedeploy_runs_the_hooks_of_an_alias():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html"""
    policy = "CodeDeployLambdaAliasUpdate: {ApplicationName: a, BeforeAllowTrafficHook: !Ref Hook}"
    alias = resource(
        "A",
        "Lambda::Alias",
        "FunctionName: !Ref F, FunctionVersion: '1', Name: live",
    )
    alias = alias.replace("Type:", f"UpdatePolicy: {{{policy}}}, Type:")
    reading = read(plain_function() + plain_function("Hook") + alias)
    assert [trigger.function for trigger in reading.scenario.triggers] == ["F"]
    assert asked(reading) == {"F"}


def test_sams_hooks_are_those_of_its_alias():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-deploymentpreference.html"""
    preference = "{Type: AllAtOnce, Hooks: {PreTraffic: !Ref Hook}}"
    settings = f"AutoPublishAlias: live, DeploymentPreference: {preference}"
    reading = read_sam(sam_function(more=settings) + sam_function("Hook"))
    assert asked(reading) == {"F"}


def test_a_template_of_nothing_but_such_functions_is_read():
    custom = resource("C", "Custom::Thing", TOKEN.format("F"))
    reading = read(plain_function() + custom)
    assert reading.advise() == []
