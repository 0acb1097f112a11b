"""What mappings of queues use: metrics of their own, calls, provisioned pollers; and theory."""

import pytest

import sim
from sim import theory
from tests.support.queues import concurrency, jobs, poll, worker


def sums(run: sim.Run) -> dict[str, float]:
    """The metrics of the mapping over the whole run."""
    table = run.metrics("1h").query(
        "dimensions == 'EventSourceMappingUUID=mapping'"
    )
    return table.set_index("metric").Sum.to_dict()


def lines(run: sim.Run) -> dict[str, float]:
    """The quantities of the bill."""
    bill = run.cost()
    return {
        item: quantity
        for item, quantity in zip(bill["item"], bill.quantity, strict=True)
        if "SQS" in item
    }


def test_a_mapping_counts_events_polled_filtered_invoked_failed_and_deleted():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    run = poll(
        worker(poison_share=1),
        jobs(most=2),
        instants=[0] * 10,
        matching_share=0.5,
    )
    kept = int((run.deliveries.fate == "dead-lettered").sum())
    assert 0 < kept < 10
    assert sums(run) == {
        "PolledEventCount": 10 + kept,
        "FilteredOutEventCount": 10 - kept,
        "InvokedEventCount": run.deliveries.runs.sum()
        + (run.spans.outcome == "not reached").sum(),
        "FailedInvokeEventCount": 2 * kept,
    }


def test_events_of_batches_that_succeed_are_deleted():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    assert sums(poll(instants=[0] * 7)) == {
        "PolledEventCount": 7,
        "InvokedEventCount": 7,
        "DeletedEventCount": 7,
    }


def test_provisioned_pollers_are_a_metric_and_a_line_of_the_bill():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    config = sim.ProvisionedPollerConfig(minimum_pollers=3)
    run = poll(instants=[], until=7200, provisioned_poller_config=config)
    assert run.metrics("1h").query(
        "metric == 'ProvisionedPollers'"
    ).Maximum.tolist() == [3, 3]
    bill = (
        run.cost().set_index("item").loc["Lambda provisioned pollers of queues"]
    )
    assert (bill.quantity, bill.cost_usd) == (
        pytest.approx(6),
        pytest.approx(6 * 0.00925),
    )


def test_calls_of_a_fifo_queue_have_a_price_of_their_own():
    """https://aws.amazon.com/sqs/pricing/"""
    run = poll(queue=jobs(fifo_queue=True), instants=[0] * 5, until=10)
    assert lines(run) == {
        "SQS FIFO sends": 5,
        "SQS FIFO receives": 1,
        "SQS FIFO deletes": 1,
    }
    assert (
        run.cost().set_index("item").unit_price_usd["SQS FIFO sends"] == 0.5e-6
    )


def test_calls_of_a_fair_queue_have_a_surcharge():
    """https://aws.amazon.com/sqs/pricing/"""
    run = poll(
        instants=[0] * 5,
        until=10,
        keys=[1] * 5,
        sent={"message_group_id": "key"},
    )
    bill = lines(run)
    assert bill["SQS fair queues: sends"] == bill["SQS sends"] == 5
    assert run.cost().set_index("item").unit_price_usd[
        "SQS fair queues: sends"
    ] == pytest.approx(0.1e-6)


# Theory


@pytest.mark.parametrize(
    ("kb", "seconds", "expected"), [(3, 0.1, 100), (3, 1, 100), (1024, 0.1, 1)]
)
def test_the_formula_for_provisioned_pollers(kb, seconds, expected):
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    (its text says 10 for 1 s, its formula 100)
    """
    assert theory.events_per_poller(kb, seconds, 10) == expected
    assert theory.provisioned_pollers(1000, kb, seconds, 10) == 1000 / expected


@pytest.mark.parametrize("at", [0, 30, 60, 150, 249, 300])
def test_pollers_grow_as_the_formula_says(at):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    run = poll(
        worker(work=900, timeout=900),
        jobs(visibility=900),
        instants=[0] * 1400,
        batch_size=1,
        until=at + 0.1,
        system={"account": sim.Account(concurrent_executions=10_000)},
    )
    assert concurrency(run, at) == theory.poller_concurrency(at)


def test_a_backlog_drains_as_a_fluid():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    large = {"account": sim.Account(concurrent_executions=10_000)}
    run = poll(
        worker(work=1),
        instants=[0] * 8000,
        batch_size=1,
        until=200,
        system=large,
    )
    assert run.deliveries.settled_s.max() == pytest.approx(
        theory.backlog_gone(8000, 0, 1, 1), abs=1.5
    )


def test_a_backlog_that_grows_for_ever_is_never_gone():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    assert theory.backlog_gone(1_000_000, 1000, 1, 1) == pytest.approx(
        249 + 4102.2, abs=300
    )
    with pytest.raises(ValueError, match="1250"):
        theory.backlog_gone(1_000_000, 2000, 1, 1)


def test_a_message_that_fails_every_time_with_chance_p_is_dead_lettered_with_chance_p_to_the_n():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    run = poll(
        worker(work=0, error_rate=0.5),
        jobs(visibility=10, most=3),
        instants=[0] * 3000,
        batch_size=1,
    )
    share = (run.deliveries.fate == "dead-lettered").mean()
    assert abs(share - theory.all_fail(0.5, 3)) < 4 * theory.standard_error(
        0.125, 3000
    )


def test_a_handlers_calls_of_a_dependency_are_no_receives():
    """https://aws.amazon.com/sqs/pricing/"""
    latency = sim.Constant(seconds=0.1)
    database = sim.Dependency(name="database", latency=latency)
    plain = poll(instants=[0] * 5, until=10)
    run = poll(
        worker(depends_on=("database",)),
        instants=[0] * 5,
        until=10,
        system={"dependencies": [database]},
    )
    assert (run.spans.stage == "call").any()
    assert lines(run)["SQS receives"] == lines(plain)["SQS receives"] == 1
