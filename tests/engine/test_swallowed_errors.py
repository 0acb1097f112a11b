"""A handler that catches its own errors and returns: AWS takes for done what never was."""

import pytest

import sim
from tests.support.stories import one_function, spans_of

NEVER_DONE = {"poison_share": 1, "swallows_errors": True}


def test_a_caller_is_told_of_a_success_that_was_none():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    run = one_function(handler=1, **NEVER_DONE)
    (delivery,) = run.deliveries.itertuples()
    assert (delivery.fate, delivery.told) == ("succeeded", "200")
    assert (delivery.successes, delivery.work_done) == (0, False)
    assert spans_of(run) == [("handler", 0, 1, "failed")]
    assert run.summary()[["delivered", "told", "lost"]].tolist() == [0, 0, 1]
    assert "catches its error and returns normally" in run.story(0)


def test_lambda_does_not_repeat_an_event_whose_error_was_caught():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = one_function(kind="invoke_event", **NEVER_DONE)
    (delivery,) = run.deliveries.itertuples()
    assert (delivery.fate, delivery.condition) == ("succeeded", "Success")
    assert (delivery.runs, delivery.work_done) == (1, False)
    record = run.invocation_record(0)
    assert record["requestContext"]["condition"] == "Success"
    assert "functionError" not in record["responseContext"]
    assert run.summary().lost == 1


def test_a_caught_error_is_no_error_of_the_function():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    run = one_function(**NEVER_DONE)
    errors = run.metrics().query("metric == 'Errors'")
    assert errors.Sum.tolist() == [0] * len(errors)


def test_work_that_was_not_done_sends_nothing_on():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html"""
    function = sim.Function(
        name="f",
        behaviour=sim.Behaviour(**NEVER_DONE, sends=(sim.Output(to="q"),)),
    )
    traffic = sim.Traffic(into="i", arrivals=sim.Burst(events=3))
    run = sim.simulate(
        sim.Scenario(
            functions=[function],
            queues=[sim.Queue(name="q")],
            triggers=[sim.trigger("invoke", function="f", name="i")],
            traffic=[traffic],
            seconds=10,
        )
    )
    assert len(run.deliveries) == 3


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_every_delivery_that_aws_calls_done_is_delivered_or_lost(share):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html"""
    run = one_function(
        at=range(50), seconds=60, error_rate=share, swallows_errors=True
    )
    found = run.summary()
    assert (run.deliveries.fate == "succeeded").all()
    assert found.delivered == run.deliveries.work_done.sum()
    assert found.delivered + found.lost == 50
    assert (found.lost > 0) == (share > 0)
    assert run.journeys.lost.sum() == found.lost


def test_a_record_names_the_alias_that_was_invoked_and_the_version_that_ran():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    failing = sim.Behaviour(poison_share=1)
    run = sim.simulate(
        sim.Scenario(
            functions=[
                sim.Function(
                    name="f", auto_publish_alias="live", behaviour=failing
                )
            ],
            triggers=[
                sim.trigger(
                    "kinesis",
                    function="f",
                    source="s",
                    maximum_retry_attempts=0,
                    on_failure="dead",
                )
            ],
            queues=[sim.Queue(name="dead")],
            deployments=[sim.Deployment(function="f", at=20)],
            traffic=[
                sim.Traffic(into="s", arrivals=sim.Recorded(instants=(0, 30)))
            ],
            seconds=60,
        )
    )
    records = [run.batch_record(event) for event in (0, 1)]
    for record in records:
        arn = record["requestContext"]["functionArn"]
        assert arn.endswith(":function:f:live")
    assert [
        record["responseContext"]["executedVersion"] for record in records
    ] == ["1", "2"]
