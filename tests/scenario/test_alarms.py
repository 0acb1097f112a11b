"""Alarms of a scenario: what they take, and what AWS would refuse."""

import pytest

import sim

PUT = "API_PutMetricAlarm"


def scenario(*alarms):
    return sim.Scenario(
        functions=[sim.Function(name="worker")],
        triggers=[sim.trigger("sqs_standard", "worker", source="orders")],
        alarms=alarms,
    )


def test_an_alarm_says_who_sends_its_metric_and_of_what_it_is():
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
    age = sim.Alarm("old", "ApproximateAgeOfOldestMessage", "QueueName=orders")
    assert (age.namespace, age.resource) == ("AWS/SQS", "orders")
    whole = sim.Alarm("all", "ConcurrentExecutions")
    assert (whole.namespace, whole.resource) == ("AWS/Lambda", "")


def test_an_alarm_is_on_something_that_the_scenario_has():
    scenario(sim.Alarm("a", "Errors", "FunctionName=worker"))
    with pytest.raises(
        sim.ScenarioError,
        match=r"Alarm 'a' watches function 'wroker', which this scenario does not have; "
        r"it has worker\.",
    ):
        scenario(sim.Alarm("a", "Errors", "FunctionName=wroker"))


@pytest.mark.parametrize(
    ("kind", "metric", "dimension", "what"),
    [
        ("apigw_rest", "5XXError", "ApiName", "REST API"),
        ("apigw_http", "5xx", "ApiId", "HTTP API or WebSocket API"),
        ("alb", "HTTPCode_ELB_5XX_Count", "LoadBalancer", "load balancer"),
    ],
)
def test_an_alarm_is_on_an_api_or_load_balancer_of_the_kind_that_has_the_metric(
    kind, metric, dimension, what
):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html"""
    system = sim.Scenario(
        functions=[sim.Function(name="worker")],
        triggers=[
            sim.trigger(kind, "worker", name="door"),
            sim.trigger("sns", "worker", name="topic"),
        ],
    )
    system.replace(alarms=[sim.Alarm("a", metric, f"{dimension}=door")])
    with pytest.raises(sim.ScenarioError, match=f"watches {what} 'topic'"):
        system.replace(alarms=[sim.Alarm("a", metric, f"{dimension}=topic")])


def test_two_alarms_have_two_names():
    alarm = sim.Alarm("a", "Errors", "FunctionName=worker")
    with pytest.raises(sim.ScenarioError, match="two alarms are named 'a'"):
        scenario(alarm, alarm)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"period": 90}, "takes whole minutes"),
        ({"period": 30}, "60"),
        (
            {"evaluation_periods": 2, "datapoints_to_alarm": 3},
            "datapoints_to_alarm 3, but looks at evaluation_periods 2 only",
        ),
        ({"statistic": "Median"}, "statistic"),
        ({"dimensions": "Function=worker"}, "dimensions"),
        ({"threshold": -1}, "threshold"),
    ],
)
def test_what_aws_would_refuse_is_refused_in_a_sentence(settings, sentence):
    with pytest.raises(sim.ScenarioError, match=sentence):
        sim.Alarm(name="a", metric_name="Errors", **settings)


def test_an_alarm_changes_nothing_in_a_run():
    plain = scenario().replace(
        traffic=[sim.Traffic(into="orders", arrivals=sim.Burst(events=9))]
    )
    watched = plain.replace(
        alarms=[sim.Alarm("a", "Errors", "FunctionName=worker")]
    )
    one, other = (sim.simulate(each, seed=1) for each in (plain, watched))
    assert one.deliveries.equals(other.deliveries)


def test_alarms_go_through_json_and_paths():
    system = scenario(sim.Alarm("a", "Errors", "FunctionName=worker"))
    assert sim.Scenario.model_validate_json(system.model_dump_json()) == system
    louder = system.with_setting("alarms.a.threshold", 5)
    assert louder.alarms[0].threshold == 5
