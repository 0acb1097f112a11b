"""A property that its resource does not have is refused, with those that may be meant."""

import pytest

import sim
from sim.template.cloudformation.property_tables import known_objects
from sim.template.csv_tables import rows_of
from tests.support.template_texts import (
    SAM,
    mapping,
    plain_function,
    read,
    refused,
    resource,
    sam_function,
)

TYPES = sorted({row["type"] for row in rows_of("known_properties")})
QUEUE = resource("Q", "SQS::Queue")
FROM_QUEUE = "EventSourceArn: !GetAtt Q.Arn"


def plain(resources):
    return f"Resources:\n{plain_function()}{resources}"


@pytest.mark.parametrize(
    ("settings", "wrong", "meant"),
    [
        (
            "MaxConcurrency: 4",
            "MaxConcurrency",
            "ScalingConfig.MaximumConcurrency",
        ),
        (
            "MaximumConcurrency: 4",
            "MaximumConcurrency",
            "ScalingConfig.MaximumConcurrency",
        ),
        ("batchSize: 4", "batchSize", "BatchSize"),
        (
            "ScalingConfig: {MaxConcurrency: 4}",
            "MaxConcurrency",
            "MaximumConcurrency",
        ),
        (
            "FilterCriteria: {Filters: [{Patern: '{}'}]}",
            "Patern",
            "Filters.Pattern",
        ),
    ],
)
def test_a_misspelt_property_is_refused_with_the_one_that_may_be_meant(
    settings, wrong, meant
):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html"""
    sentence = refused(plain(QUEUE + mapping(f"{FROM_QUEUE}, {settings}")))
    assert sentence.startswith(
        "M (line 4): AWS::Lambda::EventSourceMapping has no property"
    )
    assert f"{wrong!r}" in sentence
    assert meant in sentence.partition("near it: ")[2]


@pytest.mark.parametrize("resource_type", TYPES)
def test_every_type_that_is_read_knows_its_properties(resource_type):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html"""
    kind = resource_type.removeprefix("AWS::")
    assert "has no property 'Colourful'" in refused(
        plain(resource("X", kind, "Colourful: 1"))
    )


def test_every_type_of_which_properties_are_read_is_known():
    read_types = {
        row["type"] for row in (*rows_of("properties"), *rows_of("functions"))
    }
    whole = {
        row["type"]
        for row in rows_of("properties")
        if row["property"] == "*" and row["note"]
    }
    unknown = {each for each in read_types - whole if " " not in each} - set(
        TYPES
    )
    assert unknown == {"AWS::CloudFormation::CustomResource"}


def test_every_property_that_is_read_is_known():
    wrong = []
    for row in rows_of("properties"):
        if row["type"] in TYPES and row["property"] != "*":
            objects, name = known_objects(row["type"]), ""
            for key in row["property"].split("."):
                if name in objects and key not in objects[name]:
                    wrong.append((row["type"], row["property"]))
                name = objects.get(name, {}).get(key) or "free"
    assert wrong == []


def test_a_misspelt_property_of_sams_is_refused_where_cloudformation_gets_it():
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sqs.html"""
    queue = (
        "Queue: 'arn:aws:sqs:us-east-1:1:q', ScalingConfig: {MaxConcurrency: 3}"
    )
    text = sam_function(
        more=f"Events: {{E: {{Type: SQS, Properties: {{{queue}}}}}}}"
    )
    assert "FE (line 3)" in refused(f"{SAM}Resources:\n{text}")


@pytest.mark.parametrize(
    "resources",
    [
        resource("A", "Custom::Thing", "Anything: 1"),
        resource("A", "Glue::Job", "Anything: 1"),
        resource(
            "A",
            "SQS::Queue",
            "RedriveAllowPolicy: {redrivePermission: allowAll, any: 1}",
        ),
        resource("A", "SQS::Queue", "'Fn::Transform': {Name: Mine}"),
        resource(
            "A",
            "ApiGatewayV2::Route",
            "ApiId: a, RouteKey: $connect, RequestParameters: "
            "{route.request.querystring.token: {Required: true}}",
        ),
    ],
)
def test_what_takes_any_property_is_not_looked_at(resources):
    assert read(plain_function() + resources).scenario.functions


def test_what_a_macro_makes_of_a_property_is_not_known():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html"""
    text = plain(resource("A", "SQS::Queue", "Colour: red"))
    assert "Colour" in refused(text)
    assert sim.read_template(f"Transform: Mine\n{text}").scenario.functions


def test_of_many_wrong_properties_the_first_are_named():
    many = ", ".join(f"Wrong{number}: 1" for number in range(5_000))
    sentences = refused(plain(resource("A", "Lex::Bot", many))).split("\n")
    assert 0 < len(sentences) <= 20
