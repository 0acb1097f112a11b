"""Alarms in templates: read where a run has their metric, and written as they were."""

import json

import pytest

import sim

RESOURCES = {
    "Worker": {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": "worker",
            "Runtime": "python3.13",
            "Handler": "a.b",
            "Role": "r",
            "Code": {"ZipFile": "x"},
        },
    },
    "Orders": {"Type": "AWS::SQS::Queue"},
    "Clicks": {
        "Type": "AWS::Kinesis::Stream",
        "Properties": {"ShardCount": 1},
    },
    "Topic": {"Type": "AWS::SNS::Topic"},
}
ERRORS = {
    "Namespace": "AWS/Lambda",
    "MetricName": "Errors",
    "Dimensions": [{"Name": "FunctionName", "Value": {"Ref": "Worker"}}],
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 3,
    "DatapointsToAlarm": 2,
    "Threshold": "1",
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "TreatMissingData": "notBreaching",
    "AlarmActions": [{"Ref": "Topic"}],
}


def read(more=None, **changes):
    properties = {**ERRORS, **changes}
    properties = {
        name: value for name, value in properties.items() if value is not None
    }
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}
    resources = {**RESOURCES, **(more or {}), "Bad": alarm}
    return sim.read_template(json.dumps({"Resources": resources}))


def test_an_alarm_is_read_with_the_function_that_it_is_on():
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html"""
    reading = read()
    assert reading.scenario.alarms == (
        sim.Alarm(
            "Bad",
            "Errors",
            "FunctionName=Worker",
            evaluation_periods=3,
            datapoints_to_alarm=2,
            threshold=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            treat_missing_data="notBreaching",
        ),
    )
    mine = reading.report[reading.report.resource == "Bad"]
    assert set(mine.status) == {"read"}


@pytest.mark.parametrize(
    ("changes", "dimensions"),
    [
        (
            {"Dimensions": [{"Name": "FunctionName", "Value": "worker"}]},
            "FunctionName=Worker",
        ),
        ({"Dimensions": None}, ""),
        (
            {
                "Namespace": "AWS/SQS",
                "Dimensions": [
                    {
                        "Name": "QueueName",
                        "Value": {"Fn::GetAtt": ["Orders", "QueueName"]},
                    }
                ],
            },
            "QueueName=Orders",
        ),
        (
            {
                "Namespace": "AWS/Kinesis",
                "Dimensions": [
                    {"Name": "StreamName", "Value": {"Ref": "Clicks"}}
                ],
            },
            "StreamName=Clicks",
        ),
    ],
)
def test_an_alarm_is_on_a_function_a_queue_a_stream_or_the_region(
    changes, dimensions
):
    [alarm] = read(**changes).scenario.alarms
    assert alarm.dimensions == dimensions


@pytest.mark.parametrize(
    ("kind", "dimension"),
    [
        ("apigw_rest", "ApiName"),
        ("apigw_http", "ApiId"),
        ("apigw_ws", "ApiId"),
        ("alb", "LoadBalancer"),
    ],
)
def test_an_alarm_is_on_the_api_or_load_balancer_that_is_one_trigger(
    kind, dimension
):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html"""
    alarm = sim.Alarm("bad", "5XXError", f"{dimension}=door")
    system = sim.Scenario(
        functions=[sim.Function(name="worker")],
        triggers=[sim.trigger(kind, "worker", name="door")],
        alarms=[alarm],
    )
    text = sim.write_template(system)
    given = {"doorSubnets": ["a", "b"]} if kind == "alb" else {}
    assert sim.read_template(text, parameters=given).scenario.alarms == (alarm,)


def test_an_alarm_on_a_stage_is_one_on_its_api():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html"""
    api = {
        "Type": "AWS::ApiGatewayV2::Api",
        "Properties": {
            "Name": "shop",
            "ProtocolType": "HTTP",
            "Target": {"Fn::GetAtt": ["Worker", "Arn"]},
        },
    }
    watched = {
        "Namespace": "AWS/ApiGateway",
        "MetricName": "5xx",
        "Dimensions": [
            {"Name": "ApiId", "Value": {"Ref": "Shop"}},
            {"Name": "Stage", "Value": "$default"},
        ],
    }
    [alarm] = read({"Shop": api}, **watched).scenario.alarms
    assert alarm.dimensions == "ApiId=Shop"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"Namespace": "Shop"}, "Dimensions"),
        ({"Namespace": "AWS/SQS"}, "Dimensions"),
        (
            {"Dimensions": [{"Name": "FunctionName", "Value": "another"}]},
            "Dimensions",
        ),
        ({"Dimensions": 2 * ERRORS["Dimensions"]}, "Dimensions"),
        ({"Statistic": None, "ExtendedStatistic": "p90"}, "ExtendedStatistic"),
        ({"Period": 10}, "Period"),
        (
            {
                "Namespace": None,
                "MetricName": None,
                "Metrics": [{"Id": "m", "Expression": "1"}],
            },
            "Dimensions",
        ),
    ],
)
def test_another_alarm_is_reported_and_the_rest_is_read(changes, path):
    reading = read(**changes)
    assert reading.scenario.alarms == ()
    row = reading.report[
        (reading.report.resource == "Bad")
        & (reading.report.status == "not supported")
    ]
    assert list(row.property) == [path]


def test_a_percentile_is_read_as_the_statistic():
    [alarm] = read(Statistic=None, ExtendedStatistic="p99").scenario.alarms
    assert alarm.statistic == "p99"


def test_an_alarm_of_a_template_rings_in_its_run():
    system = read(EvaluationPeriods=1, DatapointsToAlarm=1).scenario
    [call] = system.triggers
    failing = system.with_setting("functions.Worker.behaviour.error_rate", 1)
    traffic = sim.Traffic(into=call.name, arrivals=sim.Burst(events=3, at=5))
    run = sim.simulate(failing.replace(traffic=[traffic], seconds=130), seed=1)
    assert run.alarm_history().state.iloc[0] == "ALARM"
