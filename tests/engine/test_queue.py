"""Stories of SQS messages with exact times: recorded arrivals, constant work, no latency."""

import pytest

import sim
from tests.support.queues import (
    REPORTS,
    batches,
    ends,
    jobs,
    poll,
    row,
    seed_for,
    spans,
    worker,
)

# What a poller takes


def test_a_message_that_finds_a_free_poller_runs_at_once():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    run = poll(instants=[2])
    assert spans(run) == [
        (1, "queue", 2, 2, ""),
        (1, "handler", 2, 3, "succeeded"),
    ]
    assert ends(run) == [("succeeded", 3, 1, 1)]
    assert row(run).stores == ""


def test_a_message_can_be_received_once_the_queue_has_passed_it_on():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    run = poll(instants=[2], latency=sim.Constant(seconds=0.25))
    assert spans(run) == [
        (1, "queue", 2, 2.25, ""),
        (1, "handler", 2.25, 3.25, "succeeded"),
    ]


def test_delay_seconds_hold_a_new_message_back():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html"""
    run = poll(
        instants=[2],
        queue=jobs(delay_seconds=7),
        latency=sim.Constant(seconds=0.25),
    )
    assert spans(run) == [
        (1, "queue", 2, 9, ""),
        (1, "handler", 9, 10, "succeeded"),
    ]


def test_without_a_window_a_batch_is_what_is_there():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    run = poll(instants=[0, 0.25, 0.5, 0.75], pollers=1)
    assert batches(run) == [(0, [0]), (1, [1, 2, 3])]
    assert spans(run, 2) == [
        (1, "queue", 0.5, 1, ""),
        (1, "handler", 2, 3, "succeeded"),
    ]
    assert run.deliveries.settled_s.tolist() == [1, 4, 4, 4], (
        "records are deleted when their batch has ended"
    )


def test_messages_of_one_instant_go_together():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    run = poll(instants=[1] * 12, batch_size=10)
    assert batches(run) == [(1, [*range(10)]), (1, [10, 11])]


def test_a_batch_has_at_most_batch_size_records():
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    run = poll(instants=[0, 0.1, 0.2, 0.3, 0.4, 0.5], pollers=1, batch_size=2)
    assert batches(run) == [(0, [0]), (1, [1, 2]), (3, [3, 4]), (5, [5])]


def test_as_many_batches_run_at_once_as_there_are_pollers():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    run = poll(instants=[0, 0, 0, 0, 0], pollers=2, batch_size=1)
    assert batches(run) == [(0, [0]), (0, [1]), (1, [2]), (1, [3]), (2, [4])]


# The batching window


def test_a_batch_goes_when_its_window_ends():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    run = poll(instants=[1, 3], maximum_batching_window_in_seconds=5)
    assert batches(run) == [(5, [0, 1])]
    assert spans(run, 0) == [
        (1, "queue", 1, 5, ""),
        (1, "handler", 5, 6, "succeeded"),
    ]
    assert row(run, 1).receives == 1


def test_a_batch_goes_when_it_is_full():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    run = poll(
        instants=[1, 2], maximum_batching_window_in_seconds=5, batch_size=2
    )
    assert batches(run) == [(2, [0, 1])]


def test_windows_follow_one_another_from_the_end_of_the_last_invocation():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    run = poll(
        instants=[0.5, 12], maximum_batching_window_in_seconds=4, pollers=1
    )
    assert batches(run) == [(4, [0]), (13, [1])], (
        "the run ends at 5; the next windows end at 9 and 13"
    )


def test_a_full_batch_starts_the_windows_anew():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    run = poll(
        instants=[1, 2, 3.5],
        maximum_batching_window_in_seconds=5,
        batch_size=2,
        pollers=1,
    )
    assert batches(run) == [(2, [0, 1]), (9, [2])], "the first run ends at 4"


# Failures


def test_a_failed_message_is_visible_again_after_the_visibility_timeout():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = poll(worker(poison_share=1), jobs(visibility=20, most=2))
    assert spans(run) == [
        (1, "queue", 0, 0, ""),
        (1, "handler", 0, 1, "failed"),
        (1, "visibility", 1, 20, ""),
        (2, "queue", 20, 20, ""),
        (2, "handler", 20, 21, "failed"),
        (2, "visibility", 21, 40, ""),
        (2, "queue", 40, 40, ""),
    ]


@pytest.mark.parametrize("most", [1, 3, 5])
def test_the_receive_after_max_receive_count_moves_a_message_to_the_dead_letter_queue(
    most,
):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    run = poll(
        worker(poison_share=1), jobs(visibility=10, most=most), instants=[1]
    )
    assert ends(run) == [("dead-lettered", 1 + 10 * most, most, most)]
    assert row(run).stores == "dead"


def test_one_failing_record_sends_its_whole_batch_back():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    function = worker(poison_share=0.5)
    seed = seed_for(function, [False, False, True, False])
    run = poll(
        function,
        jobs(most=2),
        instants=[0, 0.1, 0.2, 0.3],
        pollers=1,
        seed=seed,
    )
    assert batches(run) == [(0, [0]), (1, [1, 2, 3]), (31, [1, 2, 3])]
    assert spans(run, 1)[1:4] == [
        (1, "handler", 1, 2, "succeeded"),
        (1, "visibility", 3, 31, ""),
        (2, "queue", 31, 31, ""),
    ], "it had succeeded, and runs again"
    assert spans(run, 3)[1:3] == [
        (1, "handler", 3, 3, "not reached"),
        (1, "visibility", 3, 31, ""),
    ]
    assert run.deliveries.fate.tolist() == ["succeeded", *["dead-lettered"] * 3]
    assert run.deliveries.successes.tolist() == [1, 2, 0, 0], (
        "a duplicate, and one that never had its turn"
    )
    assert run.deliveries.runs.tolist() == [1, 2, 2, 0]


def test_with_report_batch_item_failures_only_the_failed_records_return():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    function = worker(poison_share=0.5)
    seed = seed_for(function, [False, False, True, False])
    run = poll(
        function,
        jobs(most=2),
        instants=[0, 0.1, 0.2, 0.3],
        pollers=1,
        seed=seed,
        **REPORTS,
    )
    assert batches(run) == [(0, [0]), (1, [1, 2, 3]), (31, [2])]
    assert ends(run) == [
        ("succeeded", 1, 1, 1),
        ("succeeded", 4, 1, 1),
        ("dead-lettered", 61, 2, 2),
        ("succeeded", 4, 1, 1),
    ], "the function works on past the failure"


@pytest.mark.parametrize(
    "form", ["empty list", "null list", "empty response", "null response"]
)
def test_an_answer_that_names_no_failure_deletes_failed_messages(form):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = poll(
        worker(poison_share=1, batch_response=form), jobs(most=2), **REPORTS
    )
    assert ends(run) == [("succeeded", 1, 1, 1)], "as AWS sees it"
    assert row(run).stores == ""
    assert not row(run).work_done


@pytest.mark.parametrize(
    "form",
    [
        "invalid json",
        "empty identifier",
        "null identifier",
        "unknown identifier",
        "wrong key",
        "exception",
    ],
)
def test_an_answer_that_aws_cannot_read_fails_the_whole_batch(form):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    function = worker(poison_share=0.5, batch_response=form)
    seed = seed_for(function, [False, False, True])
    run = poll(
        function,
        jobs(most=1),
        instants=[0, 0.1, 0.2],
        pollers=1,
        seed=seed,
        **REPORTS,
    )
    assert ends(run) == [
        ("succeeded", 1, 1, 1),
        ("dead-lettered", 31, 1, 1),
        ("dead-lettered", 31, 1, 1),
    ]


@pytest.mark.parametrize("form", ["failed items", "empty list", "wrong key"])
def test_a_run_that_returns_is_a_success_whatever_it_reports_unasked(form):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

    The handler works on past the failure, and the whole batch is deleted.
    """
    function = worker(poison_share=0.5, batch_response=form)
    seed = seed_for(function, [False, True, False])
    run = poll(
        function,
        jobs(most=1),
        instants=[0, 0.1, 0.2],
        pollers=1,
        seed=seed,
    )
    assert ends(run) == [
        ("succeeded", 1, 1, 1),
        ("succeeded", 3, 1, 1),
        ("succeeded", 3, 1, 1),
    ]
    assert run.deliveries.work_done.tolist() == [True, False, True]
    assert run.summary()[["delivered", "lost", "parked"]].tolist() == [2, 1, 0]
    assert run.journeys.lost.tolist() == [0, 1, 0]


def test_a_fifo_run_that_returns_loses_the_messages_it_has_not_reached():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    function = worker(poison_share=0.5, batch_response="failed items")
    seed = seed_for(function, [False, True, False])
    run = poll(
        function,
        jobs(fifo_queue=True),
        instants=[0, 0.1, 0.1],
        keys=[0, 0, 0],
        pollers=1,
        seed=seed,
    )
    assert ends(run) == [
        ("succeeded", 1, 1, 1),
        ("succeeded", 2, 1, 1),
        ("succeeded", 2, 1, 0),
    ]
    assert run.summary()[["delivered", "lost"]].tolist() == [1, 2]


@pytest.mark.parametrize("setting", [{}, REPORTS])
def test_a_handler_that_swallows_its_errors_loses_messages(setting):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    function = worker(poison_share=1, swallows_errors=True)
    run = poll(function, jobs(most=1), instants=[0, 0.1], **setting)
    assert run.deliveries.fate.tolist() == ["succeeded"] * 2
    assert run.deliveries.runs.tolist() == [1, 1]
    assert run.summary()[["delivered", "lost"]].tolist() == [0, 2]


def test_a_handler_cannot_swallow_a_timeout_or_a_crash():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    slow = worker(work=5, timeout=3, swallows_errors=True)
    crashing = worker(poison_share=1, crash_share=1, swallows_errors=True)
    for function in (slow, crashing):
        run = poll(function, jobs(most=1))
        assert run.deliveries.fate.tolist() == ["dead-lettered"]


def test_a_new_version_answers_in_its_own_way():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html

    The repair is deployed at 10 s: it raises, and what it does not do comes back.
    """
    swallowing = worker(poison_share=1, swallows_errors=True)
    published = swallowing.replace(auto_publish_alias="live")
    honest = swallowing.behaviour.replace(swallows_errors=False)
    repair = sim.Deployment(function="worker", at=10, behaviour=honest)
    run = poll(
        published,
        jobs(most=1),
        instants=[0, 20],
        system={"deployments": [repair]},
    )
    assert run.deliveries.fate.tolist() == ["succeeded", "dead-lettered"]
    errors = run.metrics().query("metric == 'Errors'")
    assert errors.Sum.max() == 1


@pytest.mark.parametrize("setting", [{}, REPORTS])
def test_a_crash_fails_the_whole_batch(setting):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    function = worker(poison_share=0.5, crash_share=1)
    seed = seed_for(function, [False, False, True, False])
    run = poll(
        function,
        jobs(most=1),
        instants=[0, 0.1, 0.2, 0.3],
        pollers=1,
        seed=seed,
        **setting,
    )
    assert [spans(run, event)[1][4] for event in range(4)] == [
        "succeeded",
        "succeeded",
        "crashed",
        "not reached",
    ]
    assert run.deliveries.fate.tolist() == ["succeeded", *["dead-lettered"] * 3]


@pytest.mark.parametrize("setting", [{}, REPORTS])
def test_a_timeout_fails_the_whole_batch(setting):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = poll(
        worker(timeout=2),
        jobs(most=1),
        instants=[0, 0.1, 0.2, 0.3, 0.4],
        pollers=1,
        **setting,
    )
    assert spans(run, 1) == [
        (1, "queue", 0.1, 1, ""),
        (1, "handler", 1, 2, "succeeded"),
        (1, "visibility", 3, 31, ""),
        (1, "queue", 31, 31, ""),
    ]
    assert [spans(run, event)[1] for event in (2, 3, 4)] == [
        (1, "handler", 2, 3, "succeeded"),
        (1, "handler", 3, 3, "timeout"),
        (1, "handler", 3, 3, "not reached"),
    ], "the timeout is that of the whole run: two records of one second each"
    assert run.deliveries.fate.tolist() == ["succeeded", *["dead-lettered"] * 4]


def test_luck_changes_from_one_receive_to_the_next():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    function = worker(error_rate=0.5)
    seed = seed_for(function, [True], [True], [False])
    assert ends(poll(function, jobs(most=5), seed=seed)) == [
        ("succeeded", 61, 3, 3)
    ]


# Visibility against everything else that takes time


def test_a_run_that_outlasts_the_visibility_timeout_makes_a_duplicate():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    run = poll(
        worker(work=7),
        jobs(visibility=10),
        maximum_batching_window_in_seconds=6,
        pollers=2,
    )
    assert batches(run) == [(6, [0]), (12, [0])], (
        "received at 0, in hand until 6, visible again at 10"
    )
    assert row(run).successes == 2


def test_an_old_receipt_deletes_nothing():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html"""
    run = poll(
        worker(work=7),
        jobs(visibility=10),
        maximum_batching_window_in_seconds=6,
        pollers=2,
    )
    assert ends(run) == [("succeeded", 19, 2, 2)], (
        "the first run ends at 13, after the second receive at 10"
    )


def test_an_old_receipt_that_fails_does_not_hide_the_message_again():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    run = poll(
        worker(work=8, poison_share=1),
        jobs(visibility=10, most=2),
        maximum_batching_window_in_seconds=5,
        pollers=2,
    )
    assert batches(run) == [(5, [0]), (15, [0])]
    assert ends(run) == [("dead-lettered", 20, 2, 2)], (
        "visible again 10 s after the second receive, at 10"
    )


def test_two_runs_of_one_message_at_once_follow_the_newer_receipt():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    function = worker(work=10, poison_share=1)
    run = poll(
        function,
        jobs(visibility=10, most=2),
        maximum_batching_window_in_seconds=3,
        pollers=2,
    )
    assert spans(run) == [
        (1, "queue", 0, 3, ""),
        (1, "handler", 3, 13, "failed"),
        (2, "queue", 10, 12, ""),
        (2, "handler", 12, 22, "failed"),
        (2, "queue", 20, 20, ""),
    ], "the failure at 13 says nothing any more"


def test_a_message_deleted_late_had_been_visible_again():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    run = poll(
        worker(work=8),
        jobs(visibility=10),
        maximum_batching_window_in_seconds=5,
        pollers=1,
    )
    assert spans(run) == [
        (1, "queue", 0, 5, ""),
        (1, "handler", 5, 13, "succeeded"),
        (1, "queue", 10, 13, ""),
    ]
    assert ends(run) == [("succeeded", 13, 1, 1)]


def test_a_message_is_gone_when_its_retention_period_is_over():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
    run = poll(
        worker(poison_share=1),
        jobs(visibility=25, message_retention_period=60),
        instants=[1],
    )
    assert ends(run) == [("expired", 61, 3, 3)], "received at 1, 26 and 51"
    assert spans(run)[-1] == (3, "visibility", 52, 61, "")


def test_a_message_may_expire_while_it_waits_for_a_poller():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
    run = poll(
        worker(work=90, timeout=100),
        jobs(visibility=100, message_retention_period=60),
        instants=[0, 1, 89],
        pollers=1,
        batch_size=1,
    )
    assert ends(run) == [
        ("succeeded", 90, 1, 1),
        ("expired", 61, 0, 0),
        ("succeeded", 180, 1, 1),
    ]
    assert spans(run, 1) == [(0, "queue", 1, 61, "")]


def test_a_message_is_too_old_at_the_very_end_of_its_retention_period():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
    hidden = poll(
        worker(poison_share=1), jobs(visibility=20, message_retention_period=60)
    )
    assert ends(hidden) == [("expired", 60, 3, 3)]
    waiting = poll(
        worker(work=60, timeout=100),
        jobs(visibility=100, message_retention_period=60),
        instants=[0, 0],
        pollers=1,
        batch_size=1,
    )
    assert ends(waiting)[1] == ("expired", 60, 0, 0)


# Throttles


def test_a_throttled_batch_backs_off_until_its_visibility_timeout_would_be_over():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = poll(worker(reserved=0), jobs(visibility=10, most=1))
    refused = "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert spans(run) == [
        (1, "queue", 0, 0, ""),
        (1, "throttle", 0, 0, refused),
        (1, "retry", 0, 1, ""),
        (1, "throttle", 1, 1, refused),
        (1, "retry", 1, 3, ""),
        (1, "throttle", 3, 3, refused),
        (1, "retry", 3, 7, ""),
        (1, "throttle", 7, 7, refused),
        (1, "visibility", 7, 10, ""),
        (1, "queue", 10, 10, ""),
    ]


def test_a_throttled_batch_is_not_kept_to_the_very_end_of_its_visibility_timeout():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = poll(worker(reserved=0), jobs(visibility=15, most=1))
    waits = [span for span in spans(run) if span[1] in ("retry", "visibility")]
    assert waits == [
        (1, "retry", 0, 1, ""),
        (1, "retry", 1, 3, ""),
        (1, "retry", 3, 7, ""),
        (1, "visibility", 7, 15, ""),
    ]


def test_the_visibility_of_a_throttled_batch_counts_from_the_receive():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = poll(
        worker(reserved=0),
        jobs(visibility=10, most=1),
        instants=[1],
        maximum_batching_window_in_seconds=5,
    )
    waits = [span for span in spans(run) if span[1] in ("retry", "visibility")]
    assert waits == [
        (1, "retry", 5, 6, ""),
        (1, "retry", 6, 8, ""),
        (1, "visibility", 8, 11, ""),
    ], "received at 1, invoked at 5"


def test_a_throttled_batch_runs_when_there_is_room():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = poll(
        worker(work=5, reserved=1), instants=[0, 0], pollers=2, batch_size=1
    )
    assert ends(run) == [("succeeded", 5, 1, 1), ("succeeded", 12, 1, 1)], (
        "refused at 0, 1 and 3, runs at 7"
    )
    assert run.deliveries.throttles.tolist() == [0, 3]


def test_too_many_pollers_send_messages_to_the_dead_letter_queue_that_never_ran():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    run = poll(
        worker(work=19, timeout=20, reserved=1),
        jobs(visibility=20, most=1),
        instants=[0, 0],
        pollers=2,
        batch_size=1,
    )
    assert ends(run) == [("succeeded", 19, 1, 1), ("dead-lettered", 20, 1, 0)]


def test_the_receive_count_rises_on_throttles():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = poll(worker(reserved=0), jobs(visibility=10, most=3))
    assert ends(run) == [("dead-lettered", 30, 3, 0)]
    assert row(run).throttles == 3 * 4


# What comes after


def test_a_dead_letter_queue_with_a_consumer_makes_a_new_event():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    sweeper = sim.Function(name="sweeper", behaviour=worker(work=2).behaviour)
    none = sim.Constant(seconds=0)
    consumer = sim.trigger(
        "sqs_standard",
        function="sweeper",
        name="sweep",
        source="dead",
        latency=none,
    )
    run = poll(
        worker(poison_share=1),
        jobs(most=1),
        also=[sweeper],
        consumers=[consumer],
    )
    assert ends(run) == [("dead-lettered", 30, 1, 1), ("succeeded", 32, 1, 1)]
    child = row(run, 1)
    assert (child.parent, child.edge, child.trigger, child.function, child.arrived_s) == (
        0, "redrive", "sweep", "sweeper", 30,
    )  # fmt: skip


def test_what_is_unsettled_at_the_end_is_in_flight():
    """A message may wait in the queue, hidden, or in a run when the simulation ends."""
    run = poll(
        worker(work=10, poison_share=1), instants=[0, 1], pollers=1, until=25
    )
    assert run.deliveries.fate.tolist() == ["in flight", "in flight"]
    assert spans(run, 0)[-1] == (1, "visibility", 10, 25, "in flight")
    assert spans(run, 1)[-1] == (1, "visibility", 20, 25, "in flight")
    run = poll(worker(work=10), instants=[0, 1], pollers=1, until=5)
    assert spans(run, 0)[-1] == (1, "handler", 0, 5, "in flight")
    assert spans(run, 1) == [(0, "queue", 1, 5, "in flight")]


def test_a_message_in_the_hands_of_a_poller_at_the_end_waits():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    run = poll(instants=[1], maximum_batching_window_in_seconds=50, until=20)
    assert spans(run) == [(1, "queue", 1, 20, "in flight")]


def test_messages_too_old_at_the_end_have_expired():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
    hidden = poll(
        worker(poison_share=1),
        jobs(visibility=80, message_retention_period=60),
        until=70,
    )
    assert ends(hidden) == [("expired", 60, 1, 1)]
    waiting = poll(
        worker(work=90, timeout=100),
        jobs(visibility=100, message_retention_period=60),
        instants=[0, 1],
        pollers=1,
        until=70,
    )
    assert waiting.deliveries.fate.tolist() == ["in flight", "expired"]


def test_a_record_whose_turn_has_not_come_is_no_run_yet():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    behaviour = sim.Behaviour(
        handler=sim.Constant(seconds=2), init=sim.Constant(seconds=0)
    )
    scenario = sim.Scenario(
        functions=[sim.Function(name="f", timeout=30, behaviour=behaviour)],
        triggers=[
            sim.trigger(
                "sqs_standard", function="f", latency=sim.Constant(seconds=0)
            )
        ],
        traffic=[
            sim.Traffic(into="sqs_standard", arrivals=sim.Burst(events=4))
        ],
        seconds=5,
    )
    assert sim.simulate(scenario, drain=False).deliveries.runs.tolist() == [
        1,
        1,
        1,
        0,
    ]


def test_a_message_in_a_standard_dead_letter_queue_is_as_old_as_in_the_queue_before():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    assert row(moved(fifo=False), 1)[
        ["arrived_s", "settled_s", "fate"]
    ].tolist() == [
        40,
        100,
        "expired",
    ]


def test_a_move_to_a_fifo_dead_letter_queue_begins_a_new_age():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    assert row(moved(fifo=True), 1)[
        ["arrived_s", "settled_s", "fate"]
    ].tolist() == [
        40,
        140,
        "expired",
    ]


def moved(fifo: bool) -> sim.Run:
    """A message of 0 moves at 40 to a dead-letter queue that keeps it for 100 s, unpolled."""
    dead = sim.Queue(name="dead", fifo_queue=fifo, message_retention_period=100)
    kind, none = "sqs_fifo" if fifo else "sqs_standard", sim.Constant(seconds=0)
    sweep = sim.trigger(
        kind,
        function="worker",
        name="sweep",
        source="dead",
        latency=none,
        enabled=False,
    )
    mapping = sim.trigger(
        kind, function="worker", name="mapping", source="jobs", latency=none
    )
    scenario = sim.Scenario(
        functions=[worker(poison_share=1)],
        queues=[jobs(visibility=40, most=1, fifo_queue=fifo), dead],
        triggers=[mapping, sweep],
        traffic=[sim.Traffic(into="jobs", arrivals=sim.Recorded(instants=[0]))],
        seconds=200,
    )
    return sim.simulate(scenario, drain=False)


def test_a_dead_letter_queue_nobody_polls_forgets_a_message_by_its_first_age():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    run = poll(
        worker(poison_share=1),
        jobs(visibility=3600, most=1),
        until=345_600 + 7200,
    )
    there = run.metrics().query(
        "dimensions == 'QueueName=dead' and metric == 'ApproximateAgeOfOldestMessage'"
    )
    assert there.Maximum.max() == 345_600 - 3600, (
        "four days after it was sent; its age counts from the move"
    )


@pytest.mark.parametrize(
    ("most", "back", "settled"), [(4, True, 62.5), (3, False, 32.5)]
)
def test_a_message_received_three_times_goes_to_the_back(most, back, settled):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    function = worker(work=1, poison_share=0.02)
    seed = seed_for(function, [True, *[False] * 45])
    settings = {"pollers": 1, "batch_size": 1, "seed": seed}
    run = poll(
        function,
        jobs(visibility=10, most=most),
        instants=[0] + [5.5] * 45,
        **settings,
    )
    starts = [start for start, events in batches(run) if events == [0]]
    assert starts[:3] == [0, 10.5, 21.5], (
        "twice it takes its old place, ahead of the others"
    )
    assert (starts[3:] == [52.5]) == back, "after all others, or moved away"
    assert row(run).settled_s == settled


def test_a_message_timer_takes_the_place_of_the_queues_delay():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html"""
    for delay, start in ((12, 13), (0, 1), (None, 8)):
        run = poll(
            instants=[1],
            queue=jobs(delay_seconds=7),
            sent={"delay_seconds": delay},
        )
        assert batches(run) == [(start, [0])]


# Filters


BODY = '{"body": {"kind": ["order"]}}'
WORDS = '{"body": ["order"]}'


@pytest.mark.parametrize(
    ("patterns", "body", "fate"),
    [
        ((), "plain text", "succeeded"),
        ((BODY,), "JSON", "succeeded"),
        ((BODY,), "plain text", "filtered"),
        ((WORDS,), "plain text", "succeeded"),
        ((WORDS,), "JSON", "filtered"),
        ((BODY, WORDS), "plain text", "succeeded"),
        (('{"messageAttributes": {"a": [1]}}',), "plain text", "succeeded"),
    ],
)
def test_a_body_that_is_not_of_the_patterns_form_is_dropped(
    patterns, body, fate
):
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html"""
    assert row(poll(filter_criteria=patterns, sent={"body": body})).fate == fate


def test_the_filter_decides_which_messages_join_a_batch():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"""
    run = poll(
        instants=[0] * 40,
        matching_share=0.5,
        maximum_batching_window_in_seconds=5,
        batch_size=10,
        pollers=1,
    )
    filtered = run.deliveries[run.deliveries.fate == "filtered"]
    assert 10 < len(filtered) < 30
    assert (filtered.receives == 1).all(), (
        "a poller has received it, and deletes it"
    )
    sizes = [len(events) for _, events in batches(run)]
    assert sizes[:-1] == [10] * (len(sizes) - 1), "those kept out take no place"


# What AWS refuses


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"parallelization_factor": 2}, "takes no parallelization_factor"),
        ({"starting_position": "LATEST"}, "takes no starting_position"),
        ({"maximum_retry_attempts": 3}, "takes no maximum_retry_attempts"),
        (
            {"maximum_record_age_in_seconds": 90},
            "takes no maximum_record_age_in_seconds",
        ),
        (
            {"bisect_batch_on_function_error": True},
            "takes no bisect_batch_on_function_error",
        ),
        (
            {"tumbling_window_in_seconds": 30},
            "takes no tumbling_window_in_seconds",
        ),
        ({"on_failure": "dead"}, "takes no on_failure"),
        (
            {"filter_criteria": ["{}"] * 6},
            "6 filter patterns, but 5 are allowed",
        ),
        ({"filter_criteria": ["order"]}, "'order' is no JSON object"),
        ({"filter_criteria": ["[1]"]}, "is no JSON object"),
        (
            {
                "scaling_config": sim.ScalingConfig(maximum_concurrency=5),
                "provisioned_poller_config": sim.ProvisionedPollerConfig(),
            },
            "scaling_config and provisioned_poller_config exclude each other",
        ),
        (
            {
                "provisioned_poller_config": {
                    "minimum_pollers": 5,
                    "maximum_pollers": 4,
                }
            },
            "5, more than maximum_pollers, 4",
        ),
        (
            {"provisioned_poller_config": {"minimum_pollers": 1}},
            "a queue has 2 at least",
        ),
        ({"scaling_config": {"maximum_concurrency": 1}}, "maximum_concurrency"),
        (
            {"scaling_config": {"maximum_concurrency": 1001}},
            "maximum_concurrency",
        ),
    ],
)
def test_what_the_mapping_of_a_queue_does_not_take_is_refused(wrong, message):
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    with pytest.raises(sim.ScenarioError, match=message):
        sim.trigger("sqs_standard", function="worker", **wrong)


def test_a_message_has_one_mebibyte_at_most():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
    with pytest.raises(
        sim.ScenarioError, match="SQS standard queue takes 1024 KB at most"
    ):
        poll(sent={"payload_kb": 1025})
