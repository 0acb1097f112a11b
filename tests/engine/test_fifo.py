"""Stories of FIFO queues: order within each group, one batch of a group at a time, failures."""

import pytest

import sim
from sim.engine.simulate import Simulation
from tests.support.queues import (
    REPORTS,
    batches,
    concurrency,
    ends,
    jobs,
    poll,
    row,
    seed_for,
    worker,
)


def line(visibility=30, most=None, **settings):
    """A FIFO queue."""
    return jobs(visibility, most, fifo_queue=True, **settings)


def fifo(function=None, keys=(0,), queue=None, instants=None, **settings):
    """Messages with these keys, all sent at once unless said otherwise."""
    return poll(
        function,
        queue or line(),
        instants=instants or [0] * len(keys),
        keys=keys,
        **settings,
    )


def test_one_line_makes_a_fifo_trigger():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    scenario = sim.Scenario(
        functions=[sim.Function(name="f")],
        triggers=[sim.trigger("sqs_fifo", function="f")],
    )
    assert scenario.queue("sqs_fifo").fifo_queue


def test_messages_of_a_group_run_in_the_order_in_which_they_were_sent():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    run = fifo(keys=[7] * 25, batch_size=10)
    assert batches(run) == [
        (0, [*range(10)]),
        (10, [*range(10, 20)]),
        (20, [*range(20, 25)]),
    ]


def test_messages_without_a_key_are_one_group():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagegroupid-property.html"""
    run = poll(queue=line(), instants=[0] * 3, batch_size=1)
    assert batches(run) == [(0, [0]), (1, [1]), (2, [2])]


def test_a_batch_may_mix_groups():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    run = fifo(keys=[0, 1, 2, 0, 1])
    assert batches(run) == [(0, [0, 3, 1, 4, 2])], (
        "one group after another, each in order"
    )


def test_as_many_batches_at_once_as_groups_have_messages():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    run = fifo(keys=[*range(30)] * 3, batch_size=1)
    assert [concurrency(run, at) for at in (0, 1, 2)] == [30, 30, 30]
    assert run.deliveries.settled_s.max() == 3


def test_maximum_concurrency_limits_the_groups_at_once():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    run = fifo(
        keys=[*range(30)],
        batch_size=1,
        scaling_config=sim.ScalingConfig(maximum_concurrency=10),
    )
    assert [concurrency(run, at) for at in (0, 1, 2, 3)] == [10, 10, 10, 0]


def test_a_group_in_flight_is_blocked_even_if_pollers_are_free():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html"""
    run = fifo(worker(work=5), keys=[0, 0, 1], instants=[0, 1, 2])
    assert batches(run) == [(0, [0]), (2, [2]), (5, [1])]


def test_a_failed_message_comes_again_before_more_of_its_group():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    function = worker(error_rate=0.5)
    seed = seed_for(function, [True, False, False], [False])
    run = fifo(function, keys=[0, 0, 1], batch_size=1, seed=seed)
    assert batches(run) == [(0, [0]), (0, [2]), (30, [0]), (31, [1])], (
        "group 1 does not wait"
    )


def test_a_failure_without_a_report_sends_the_whole_batch_back_all_groups_of_it():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    function = worker(error_rate=0.5)
    seed = seed_for(function, [False, True, False], [False, False, False])
    run = fifo(function, keys=[0, 1, 2], seed=seed)
    assert batches(run) == [(0, [0, 1, 2]), (30, [0, 1, 2])]
    assert run.deliveries.runs.tolist() == [2, 2, 1], (
        "the handler stopped at the first failure"
    )


def test_a_report_names_the_failed_message_and_those_that_were_not_reached():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    function = worker(poison_share=0.5)
    seed = seed_for(function, [False, True, False, False])
    run = fifo(
        function, keys=[0, 0, 0, 1], queue=line(most=1), seed=seed, **REPORTS
    )
    assert [fate for fate, *_ in ends(run)] == [
        "succeeded",
        *["dead-lettered"] * 3,
    ]
    assert run.deliveries.runs.tolist() == [1, 1, 0, 0]
    assert run.deliveries.receives.tolist() == [1, 1, 1, 1], (
        "those never reached were received, too"
    )


def test_a_dead_lettered_message_frees_its_group():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    function = worker(poison_share=0.5)
    seed = seed_for(function, [True, False])
    run = fifo(
        function, keys=[0, 0], queue=line(most=2), batch_size=1, seed=seed
    )
    assert ends(run) == [("dead-lettered", 60, 2, 2), ("succeeded", 61, 1, 1)]


def test_a_throttled_batch_holds_its_group_back():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = fifo(worker(work=5, reserved=1), keys=[0, 1, 1], batch_size=1)
    assert batches(run) == [(0, [0]), (7, [1]), (12, [2])]


def test_an_expired_message_frees_its_group():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
    function = worker(poison_share=0.5)
    seed = seed_for(function, [True, False])
    queue = line(visibility=40, message_retention_period=60)
    run = fifo(
        function,
        keys=[0, 0],
        instants=[0, 30],
        queue=queue,
        batch_size=1,
        seed=seed,
    )
    assert ends(run) == [("expired", 60, 2, 2), ("succeeded", 81, 1, 1)]


def test_a_fifo_queue_passes_the_messages_of_a_group_on_in_order():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html"""
    run = fifo(
        keys=[0] * 20,
        instants=[n / 10 for n in range(20)],
        latency=sim.Uniform(low=0, high=1),
        batch_size=1,
    )
    assert [events for _, events in batches(run)] == [[n] for n in range(20)]


def test_an_expired_receipt_deletes_nothing():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html"""
    run = fifo(
        worker(work=6, init=sim.Constant(seconds=5)),
        keys=[0],
        queue=line(visibility=10),
        pollers=1,
    )
    assert ends(run) == [("succeeded", 17, 2, 2)], (
        "visible again at 10, the first run ends at 11, the next at 17"
    )


def test_a_large_group_hides_others_behind_the_first_messages():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/avoid-backlog-with-the-same-message-group-id.html"""
    none = sim.Constant(seconds=0)
    scenario = sim.Scenario(
        functions=[worker()],
        triggers=[
            sim.trigger(
                "sqs_fifo",
                function="worker",
                name="jobs",
                latency=none,
                batch_size=1,
            )
        ],
        traffic=[
            sim.Traffic(
                into="jobs",
                arrivals=sim.Recorded(
                    instants=[0] * 6, keys=[0, 0, 0, 0, 1, 2]
                ),
            )
        ],
        seconds=100,
    )
    simulation = Simulation(scenario)
    simulation.queues[0].scan_limit = 3
    simulation.advance(100_000_000)
    run = simulation.finish()
    assert batches(run) == [
        (0, [0]),
        (1, [1]),
        (2, [2]),
        (2, [4]),
        (3, [3]),
        (3, [5]),
    ]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"batch_size": 11},
            "batch_size is 11, but a FIFO queue has 10 at most",
        ),
        (
            {"maximum_batching_window_in_seconds": 5},
            "a FIFO queue has no batching window",
        ),
    ],
)
def test_what_a_fifo_queue_does_not_have_is_refused(wrong, message):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    with pytest.raises(sim.ScenarioError, match=message):
        sim.trigger("sqs_fifo", function="f", **wrong)


def test_queue_and_dead_letter_queue_are_of_one_type():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    queues = [line(most=1), sim.Queue(name="dead")]
    with pytest.raises(
        sim.ScenarioError,
        match="is a FIFO queue, so its dead-letter queue 'dead' must be one",
    ):
        sim.Scenario(
            functions=[worker()],
            queues=queues,
            triggers=[sim.trigger("invoke", function="worker")],
        )


def test_a_trigger_fits_its_queue():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    with pytest.raises(
        sim.ScenarioError,
        match="is 'sqs_standard', but queue 'jobs' needs 'sqs_fifo'",
    ):
        sim.Scenario(
            functions=[worker()],
            queues=[line()],
            triggers=[sim.trigger("sqs_standard", "worker", source="jobs")],
        )


def test_a_fifo_queue_is_no_destination_and_subscribes_to_no_standard_topic():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    triggers = [sim.trigger("invoke_event", function="worker")]
    sender = worker().replace(
        dead_letter_config=sim.DeadLetterConfig(target_arn="jobs")
    )
    with pytest.raises(sim.ScenarioError, match="FIFO queue 'jobs'"):
        sim.Scenario(functions=[sender], queues=[line()], triggers=triggers)
    topics = [sim.Topic(name="news", queues=("jobs",))]
    with pytest.raises(sim.ScenarioError, match="FIFO queue 'jobs'"):
        sim.Scenario(
            functions=[worker()],
            queues=[line()],
            topics=topics,
            triggers=triggers,
        )


def test_a_fifo_queue_takes_no_message_timers():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html"""
    with pytest.raises(sim.ScenarioError, match="takes no message timers"):
        poll(queue=line(), sent={"delay_seconds": 5})


def test_the_delay_of_a_fifo_queue_holds_all_messages_back():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html"""
    run = poll(queue=line(delay_seconds=9), instants=[1])
    assert row(run).settled_s == 11
