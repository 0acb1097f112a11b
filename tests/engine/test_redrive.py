"""Dead-letter queues with a consumer of their own, and messages that go back to their source."""

import pytest

import sim
from tests.support.stories import AT_ONCE, function


def orders(
    *triggers,
    redrives=(),
    functions=(),
    at=(0.0,),
    seconds=3600,
    retention=345600,
    healed_at=100.0,
):
    """Until `healed_at` a database is down: each message is received twice, then moved."""
    worker = function("worker", depends_on=("database",))
    mapping = sim.trigger(
        "sqs_standard",
        function="worker",
        name="orders",
        latency=AT_ONCE,
        batch_size=1,
    )
    policy = sim.RedrivePolicy(
        dead_letter_target_arn="orders-dlq", max_receive_count=2
    )
    return sim.Scenario(
        functions=[worker, *functions],
        triggers=[mapping, *triggers],
        queues=[
            sim.Queue(
                name="orders", visibility_timeout=10, redrive_policy=policy
            ),
            sim.Queue(name="orders-dlq", message_retention_period=retention),
        ],
        traffic=[
            sim.Traffic(into="orders", arrivals=sim.Recorded(instants=at))
        ],
        outages=[sim.Outage(of="database", at=0, seconds=healed_at)],
        redrives=redrives,
        seconds=seconds,
    )


def test_a_dead_letter_queue_may_have_a_consumer_of_its_own():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    trigger = sim.trigger(
        "sqs_standard",
        function="clerk",
        name="letters",
        source="orders-dlq",
        latency=AT_ONCE,
    )
    run = sim.simulate(
        orders(trigger, functions=[function("clerk")]), drain=False
    )
    table = run.deliveries
    assert table[
        ["function", "arrived_s", "settled_s", "fate"]
    ].to_numpy().tolist() == [
        ["worker", 0, 20, "dead-lettered"],
        ["clerk", 20, 21, "succeeded"],
    ]
    journey = run.journeys.iloc[0]
    assert journey[
        ["fate", "end_to_end_s", "hops", "lost", "parked"]
    ].tolist() == [
        "succeeded",
        21,
        2,
        0,
        0,
    ]


def test_a_move_task_brings_messages_back_at_its_rate():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html"""
    redrive = sim.Redrive(
        queue="orders-dlq", at=200, max_number_of_messages_per_second=2
    )
    run = sim.simulate(orders(redrives=[redrive], at=(0.0,) * 4), drain=False)
    back = run.deliveries[run.deliveries.parent >= 0]
    assert set(back.edge) == {"message move task"}
    assert back.arrived_s.tolist() == [200, 200.5, 201, 201.5]
    assert back.fate.tolist() == ["succeeded"] * 4
    assert run.journeys.fate.tolist() == ["succeeded"] * 4
    visible = run.metrics("1min").query(
        "metric == 'ApproximateNumberOfMessagesVisible'"
    )
    letters = (
        visible[visible.dimensions == "QueueName=orders-dlq"]
        .set_index("timestamp_s")
        .Maximum
    )
    assert letters.loc[[60.0, 180.0, 240.0]].tolist() == [4, 4, 0]


def test_without_a_rate_of_its_own_a_task_moves_500_a_second():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html"""
    run = sim.simulate(
        orders(
            redrives=[sim.Redrive(queue="orders-dlq", at=200)], at=(0.0,) * 3
        ),
        drain=False,
    )
    assert run.deliveries.arrived_s.tolist()[3:] == [200, 200.002, 200.004]


def test_a_message_moved_back_is_new_and_may_fail_again():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html

    The database is still down: two further receives, and the message is in the dead-letter queue
    once more.
    """
    run = sim.simulate(
        orders(
            redrives=[sim.Redrive(queue="orders-dlq", at=50)], healed_at=1000.0
        ),
        drain=False,
    )
    table = run.deliveries
    assert table.fate.tolist() == ["dead-lettered"] * 2
    assert table.receives.tolist() == [2, 2]
    assert run.journeys[["fate", "parked"]].to_numpy().tolist() == [
        ["dead-lettered", 1]
    ]


def test_the_age_in_a_dead_letter_queue_counts_from_the_first_arrival():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    early, late = (
        sim.simulate(
            orders(
                redrives=[sim.Redrive(queue="orders-dlq", at=at)], retention=120
            ),
            drain=False,
        ).deliveries
        for at in (119, 120)
    )
    assert (len(early), len(late)) == (2, 1)


def test_draining_waits_for_the_task():
    """The task still has messages to move when everything else has its fate."""
    redrive = sim.Redrive(
        queue="orders-dlq", at=200, max_number_of_messages_per_second=1
    )
    run = sim.simulate(orders(redrives=[redrive], at=(0.0,) * 60, seconds=201))
    assert (run.deliveries.fate == "succeeded").sum() == 60


def test_only_a_dead_letter_queue_of_a_queue_can_be_redriven():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html"""
    with pytest.raises(
        sim.ScenarioError,
        match="no dead-letter queue of another queue here; these are: orders-dlq",
    ):
        orders(redrives=[sim.Redrive(queue="orders")])
    trigger = sim.trigger(
        "sqs_standard", function="clerk", name="letters", source="orders-dlq"
    )
    with pytest.raises(sim.ScenarioError, match="a trigger polls, too"):
        orders(
            trigger,
            functions=[function("clerk")],
            redrives=[sim.Redrive(queue="orders-dlq")],
        )
