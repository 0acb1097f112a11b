"""Subscribers of a Custom Event Bus in templates: read, written, and read again as the same."""

import json
import re

import pytest
import yaml

import sim
from tests.support.deployable import kept, subscribed
from tests.support.rows import holds_for_each

PATTERN = '{"detail": {"total": [{"numeric": [">", 500]}]}}'
FUNCTION = {
    "Type": "AWS::Serverless::Function",
    "Properties": {
        "Runtime": "python3.13",
        "Handler": "a.b",
        "InlineCode": "x",
        "AutoPublishAlias": "live",
    },
}
PARAMETERS = {"InvocationType": "REQUEST_RESPONSE"}
INVOKE = {
    "TargetArn": {"Ref": "F.Alias"},
    "RoleArn": "arn:aws:iam::123456789012:role/r",
}


def template(invoke=(), **properties):
    """A bus, a queue, a function with an alias, and a subscriber with these properties."""
    subscriber = {
        "Name": "large",
        "EventBusArn": {"Ref": "OrdersBus"},
        "InvokeConfiguration": {
            **INVOKE,
            "LambdaParameters": PARAMETERS,
            **dict(invoke),
        },
        **properties,
    }
    resources = {
        "OrdersBus": {
            "Type": "AWS::EventsV2::EventBus",
            "Properties": {"Name": "orders"},
        },
        "Failed": {"Type": "AWS::SQS::Queue"},
        "F": FUNCTION,
        "Large": {
            "Type": "AWS::EventsV2::Subscriber",
            "Properties": subscriber,
        },
    }
    text = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": resources,
    }
    return yaml.dump(text)


def read(**properties):
    reading = sim.read_template(template(**properties))
    (subscriber,) = reading.scenario.triggers
    return subscriber


def notes(**properties):
    report = sim.read_template(template(**properties)).report
    rows = report[report.status == "not supported"]
    return dict(zip(rows.property, rows.note, strict=True))


def lambda_parameters(**parameters):
    return {"LambdaParameters": {**PARAMETERS, **parameters}}


SETTINGS = {
    "Type": ("FIFO", "type", "FIFO"),
    "State": ("STOPPED", "state", "STOPPED"),
    "StartingPosition": (
        "POINT_IN_TIME",
        "starting_position",
        "POINT_IN_TIME",
    ),
    "ResumePosition": ("LATEST", "resume_position", "LATEST"),
    "BatchConfiguration": (
        {"MaxBatchSize": 5, "MaxBatchWindowInSeconds": 9},
        "batch_configuration",
        sim.BatchConfiguration(5, max_batch_window_in_seconds=9),
    ),
    "RetryPolicy": (
        {"MaxRetryAttempts": 1, "MaxEventAgeInSeconds": 60},
        "retry_policy",
        sim.SubscriberRetryPolicy(
            max_retry_attempts=1, max_event_age_in_seconds=60
        ),
    ),
    "OnFailureConfiguration": (
        {"Arn": {"Fn::GetAtt": ["Failed", "Arn"]}},
        "on_failure",
        "Failed",
    ),
    "FilterConfiguration": (
        {"Filters": [{"Scope": "DATA", "Pattern": PATTERN}]},
        "filters",
        (sim.Filter(PATTERN),),
    ),
}


@holds_for_each({name: name for name in SETTINGS})
def test_a_subscribers_property_is_a_setting(name):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-cloudformation.html"""
    written, field, value = SETTINGS[name]
    more = {}
    if name == "StartingPosition":
        more = {"PointInTimeConfiguration": {"PointType": "HORIZON"}}
    subscriber = read(**{name: written}, **more)
    assert getattr(subscriber, field) == value


@pytest.mark.parametrize(
    ("invocation_type", "kind"),
    [
        ("EVENT", "eventbridge_bus_event"),
        ("REQUEST_RESPONSE", "eventbridge_bus_sync"),
    ],
)
def test_the_invocation_type_says_which_kind_it_is(invocation_type, kind):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html"""
    invoke = lambda_parameters(InvocationType=invocation_type)
    assert read(invoke=invoke).kind == kind


def test_without_an_invocation_type_it_is_assumed_to_wait_for_nobody():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html"""
    reading = sim.read_template(template(invoke={"LambdaParameters": {}}))
    assert reading.scenario.triggers[0].kind == "eventbridge_bus_event"
    rows = reading.report[reading.report.note.str.contains("no default")]
    assert rows.value.tolist() == ["EVENT"]


def test_a_property_that_a_subscriber_does_not_have_is_refused():
    with pytest.raises(sim.ScenarioError, match="has no property 'Colour'"):
        sim.read_template(template(Colour="red", Tags=[]))


def test_an_unknown_invocation_type_is_refused():
    invoke = lambda_parameters(InvocationType="SOMETIMES")
    with pytest.raises(sim.ScenarioError, match="EVENT or REQUEST_RESPONSE"):
        read(invoke=invoke)


@pytest.mark.parametrize(
    ("invoke", "qualifier"),
    [
        ({}, None),
        ({"TargetArn": {"Fn::GetAtt": ["F", "Arn"]}}, "$LATEST"),
        (lambda_parameters(Qualifier="$LATEST"), "$LATEST"),
        (
            {
                "TargetArn": {"Fn::GetAtt": ["F", "Arn"]},
                **lambda_parameters(Qualifier="live"),
            },
            None,
        ),
    ],
)
def test_the_alias_is_invoked_that_its_arn_or_qualifier_names(
    invoke, qualifier
):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html"""
    assert read(invoke=invoke).qualifier == qualifier


def test_how_long_it_waits_is_written_as_text():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html"""
    waits = lambda_parameters(InvocationTimeoutSeconds="20")
    assert read(invoke=waits).invocation_timeout_seconds == 20
    expression = lambda_parameters(InvocationTimeoutSeconds="{% $n %}")
    assert read(invoke=expression).invocation_timeout_seconds == 30
    event = lambda_parameters(
        InvocationType="EVENT", InvocationTimeoutSeconds="20"
    )
    assert "ends no call of type EVENT" in str(notes(invoke=event))


def test_what_is_not_simulated_of_a_subscriber_is_named():
    said = notes(
        invoke=lambda_parameters(TenantId="blue", DurableExecutionName="x"),
        Transformer={"Type": "WITH_METADATA"},
        StartingPosition="POINT_IN_TIME",
        PointInTimeConfiguration={"PointType": "TIMESTAMP", "StartingPoint": 1},
    )
    parameters = "InvokeConfiguration.LambdaParameters"
    assert "Tenant isolation" in said[f"{parameters}.TenantId"]
    assert "Durable functions" in said[f"{parameters}.DurableExecutionName"]
    assert "transformer" in said["Transformer"]
    assert "no place" in said["PointInTimeConfiguration.StartingPoint"]


def test_a_subscriber_of_another_target_is_not_simulated():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-subscribers.html"""
    queue = {"TargetArn": {"Fn::GetAtt": ["Failed", "Arn"]}}
    said = notes(invoke=queue)
    assert "Only a function" in said["InvokeConfiguration.TargetArn"]


def test_a_bus_of_another_stack_has_awss_defaults():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-names.html"""
    arn = "arn:aws:events:us-east-1:123456789012:event-busv2/shop/abcdefghijklmnopqrstuvwxy"
    reading = sim.read_template(template(EventBusArn=arn))
    assert reading.scenario.triggers[0].source == "shop"
    buses = {bus.name for bus in reading.scenario.custom_event_buses}
    assert buses == {"OrdersBus", "shop"}


def test_a_subscriber_without_an_on_failure_queue_has_advice():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html"""

    def advised(**more):
        return set(sim.read_template(template(**more)).advice.rule)

    name = "subscriber without a dead-letter queue"
    queue = {"Arn": {"Fn::GetAtt": ["Failed", "Arn"]}}
    assert name in advised()
    assert name not in advised(OnFailureConfiguration=queue)


@pytest.mark.parametrize(("size", "is_advised"), [(100, False), (101, True)])
def test_batches_above_what_cloudformation_allows_for_functions_have_advice(
    size, is_advised
):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-eventsv2-subscriber-batchconfiguration.html"""
    reading = sim.read_template(
        template(BatchConfiguration={"MaxBatchSize": size})
    )
    names = set(reading.advice.rule)
    assert ("subscriber with too large batches" in names) is is_advised
    (subscriber,) = reading.scenario.triggers
    assert subscriber.batch_configuration.max_batch_size == size


@pytest.mark.parametrize("qualifier", [None, "$LATEST"])
@pytest.mark.parametrize(
    "kind", ["eventbridge_bus_event", "eventbridge_bus_sync"]
)
def test_a_subscriber_that_was_written_is_read_as_the_same(kind, qualifier):
    scenario = subscribed(kind, qualifier)
    again = sim.read_template(sim.write_template(scenario)).scenario
    assert kept(again) == kept(scenario)


def test_a_handler_that_sends_to_a_custom_bus_may_put_events_there():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-names.html"""
    sends = sim.Behaviour(sends=[sim.Output("orders")])
    scenario = sim.Scenario(
        functions=[sim.Function(name="F", behaviour=sends), sim.Function("G")],
        triggers=[
            sim.trigger("invoke", function="F"),
            sim.trigger("eventbridge_bus_event", function="G", source="orders"),
        ],
    )
    allowed = {
        "sam": "Action: events:PutEvents",
        "cdk-python": 'actions=["events:PutEvents"]',
        "cdk-typescript": "actions: ['events:PutEvents']",
    }
    for form, text in allowed.items():
        assert text in sim.write_template(scenario, to=form), form


def test_every_form_of_a_written_subscriber_names_bus_role_and_target():
    scenario = sim.Scenario(
        functions=[sim.Function("F")],
        triggers=[sim.trigger("eventbridge_bus_sync", function="F", name="b")],
    )
    python = sim.write_template(scenario, to="cdk-python")
    assert "eventsv2.CfnSubscriber(" in python
    assert json.dumps("REQUEST_RESPONSE") in python
    typescript = sim.write_template(scenario, to="cdk-typescript")
    assert "eventBusArn: b.attrEventBusArn" in typescript


BUS_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@pytest.mark.parametrize("form", ["sam", "cdk-python", "cdk-typescript"])
def test_a_name_that_aws_takes_for_no_bus_is_written_as_one_that_it_takes(form):
    """https://docs.aws.amazon.com/eventbridgev2/latest/APIReference/API_CreateEventBus.html"""
    scenario = sim.Scenario(
        functions=[sim.Function("F")],
        triggers=[
            sim.trigger("eventbridge_rule", "F", name="r", source="old $1"),
            sim.trigger(
                "eventbridge_bus_event", "F", name="new one", source="shop/2"
            ),
        ],
    )
    text = sim.write_template(scenario, form)
    named = re.findall(r"(?:[Nn]ame: |name=)[\"']?([^\"'\n,)]+)", text)
    names = {name.removeprefix("!Ref ") for name in named}
    assert {"Old1", "Shop2", "NewOne"} <= names
    assert [name for name in names if not BUS_NAME.fullmatch(name)] == []


def test_a_replay_from_a_moment_on_is_written_without_a_date():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-replay.html"""
    scenario = subscribed("eventbridge_bus_event", None)
    (subscriber,) = scenario.triggers
    config = sim.PointInTimeConfiguration(
        point_type="TIMESTAMP", starting_point=10, end_point=60
    )
    replay = subscriber.replace(
        active_after=100,
        starting_position="POINT_IN_TIME",
        resume_position="LAST_PROCESSED",
        point_in_time_configuration=config,
    )
    text = sim.write_template(scenario.replace(triggers=[replay]))
    assert "PointType: HORIZON" in text
    assert "put TIMESTAMP and StartingPoint, a date, here by hand" in text
    assert "put EndPoint, a date, here by hand" in text
    assert "TIMESTAMP" not in sim.write_template(scenario)


def test_an_event_source_is_named_as_not_simulated():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-event-sources.html"""
    text = yaml.safe_load(template())
    properties = {"Name": "s", "EventBusArn": {"Ref": "OrdersBus"}}
    source = {"Type": "AWS::EventsV2::EventSource", "Properties": properties}
    text["Resources"]["FromEc2"] = source
    report = sim.read_template(json.dumps(text)).report
    (note,) = report[report.resource == "FromEc2"].note
    assert "put traffic into the bus" in note
