"""When the alarms of a run ring."""

import pytest

import sim


def history(errors, ended=None, **settings):
    """The states of an alarm on errors, where these minutes have one failed run each."""
    last = ended or max(errors) + 1
    system = sim.Scenario(
        functions=[
            sim.Function(
                name="worker",
                behaviour=sim.Behaviour(
                    handler=sim.Constant(0.1), error_rate=1
                ),
            )
        ],
        triggers=[sim.trigger("invoke", "worker", name="call")],
        traffic=[
            sim.Traffic(
                into="call",
                arrivals=sim.Recorded(
                    instants=[60 * minute + 5 for minute in errors]
                ),
            )
        ],
        alarms=[sim.Alarm("bad", "Errors", "FunctionName=worker", **settings)],
        seconds=60 * last + 1,
    )
    run = sim.simulate(system, seed=1, drain=False)
    table = run.alarm_history()
    assert set(table.alarm) <= {"bad"}
    return [
        (minute / 60, state)
        for minute, state in zip(table.timestamp_s, table.state, strict=True)
    ]


def test_an_alarm_rings_at_the_end_of_the_period_that_is_too_bad():
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html"""
    assert history([2], 4, treat_missing_data="notBreaching") == [
        (1, "OK"),
        (3, "ALARM"),
        (4, "OK"),
    ]


def test_all_evaluation_periods_must_be_bad_unless_fewer_datapoints_are_asked_for():
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html"""
    quiet = {"treat_missing_data": "notBreaching", "evaluation_periods": 3}
    assert history([1, 3], 5, **quiet) == [(1, "OK")]
    assert history([1, 3], 6, datapoints_to_alarm=2, **quiet) == [
        (1, "OK"),
        (4, "ALARM"),
        (5, "OK"),
    ]
    assert history([1, 2, 3], 5, **quiet) == [
        (1, "OK"),
        (4, "ALARM"),
        (5, "OK"),
    ]


@pytest.mark.parametrize(
    ("missing", "states"),
    [
        ("missing", [(2, "ALARM"), (3, "INSUFFICIENT_DATA")]),
        ("ignore", [(2, "ALARM")]),
        ("breaching", [(1, "ALARM")]),
        ("notBreaching", [(1, "OK"), (2, "ALARM"), (3, "OK")]),
    ],
)
def test_a_period_without_a_value_counts_as_the_alarm_says(missing, states):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html"""
    assert history([1], 3, treat_missing_data=missing) == states


@pytest.mark.parametrize(
    ("comparison", "rings"),
    [
        ("GreaterThanThreshold", False),
        ("GreaterThanOrEqualToThreshold", True),
        ("LessThanThreshold", False),
        ("LessThanOrEqualToThreshold", True),
    ],
)
def test_a_value_at_the_threshold_rings_where_the_operator_has_equal(
    comparison, rings
):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
    states = history([1], 2, threshold=1, comparison_operator=comparison)
    assert ((2, "ALARM") in states) == rings


def test_a_scenario_without_alarms_has_an_empty_history():
    system = sim.Scenario(
        functions=[sim.Function(name="f")],
        triggers=[sim.trigger("invoke", "f")],
    )
    table = sim.simulate(system).alarm_history()
    assert list(table.columns) == ["timestamp_s", "alarm", "state", "value"]
    assert table.empty


def test_an_alarm_on_an_api_rings_for_what_its_callers_are_told():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html"""
    system = sim.Scenario(
        functions=[sim.Function(name="f", reserved_concurrent_executions=0)],
        triggers=[sim.trigger("apigw_rest", "f", name="door")],
        traffic=[sim.Traffic(into="door", arrivals=sim.Burst(events=3, at=70))],
        alarms=[sim.Alarm("bad", "5XXError", "ApiName=door")],
        seconds=121,
    )
    table = sim.simulate(system, seed=1, drain=False).alarm_history()
    assert table[["timestamp_s", "state", "value"]].to_numpy().tolist() == [
        [120, "ALARM", 3]
    ]
