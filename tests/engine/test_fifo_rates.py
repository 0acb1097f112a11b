"""A FIFO queue takes 300 calls a second of each action.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

import pytest

import sim

HIGH = {
    "fifo_throughput_limit": "perMessageGroupId",
    "deduplication_scope": "messageGroup",
}


def sending(count, queue=None, keys=1000, batch_size=10, within=1, **traffic):
    """Messages in many groups, evenly within so many seconds; the function takes no time."""
    function = sim.Function(
        name="f",
        behaviour=sim.Behaviour(
            handler=sim.Constant(0.001), init=sim.Constant(0)
        ),
    )
    rate = count / within
    return sim.simulate(
        sim.Scenario(
            functions=[function],
            triggers=[
                sim.trigger("sqs_fifo", "f", source="q", batch_size=batch_size)
            ],
            queues=[
                sim.Queue(name="q", fifo_queue=True, **(queue or {})),
            ],
            traffic=[
                sim.Traffic(
                    into="q",
                    arrivals=sim.ConstantRate(per_second=rate),
                    keys=sim.Keys(keys),
                    **traffic,
                )
            ],
            seconds=within,
        )
    )


def test_a_fifo_queue_takes_300_sends_a_second_and_throttles_the_others():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
    run = sending(500)
    assert (run.deliveries.fate == "succeeded").sum() == 300
    refused = run.deliveries[run.deliveries.fate == "rejected"]
    assert set(refused.told) == {"RequestThrottled"}
    assert len(refused) == len(run.deliveries) - 300
    assert (sending(300).deliveries.fate == "succeeded").all()


def test_calls_count_for_a_second():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
    assert (sending(900, within=3).deliveries.fate == "succeeded").all()
    run = sending(1200, within=3)
    assert (run.deliveries.fate == "succeeded").sum() == 900


def test_batches_of_ten_bring_3000_messages_a_second():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
    run = sending(3500, entries_per_request=10, keys=5000)
    assert (run.deliveries.fate == "succeeded").sum() == 3000
    run = sending(1000, entries_per_request=3)
    assert (run.deliveries.fate == "succeeded").sum() == 900


def test_a_sender_with_retries_waits_and_sends_again():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    patient = sim.Caller(retry_mode="standard", max_attempts=10)
    run = sending(330, caller=patient)
    assert (run.deliveries.fate == "succeeded").all()
    later = run.spans[run.spans.outcome == "RequestThrottled"]
    assert len(later) >= 29
    story = run.story(int(later.event.iloc[0]))
    assert "takes no more calls in this second" in story
    assert "and sends it again in" in story


def test_high_throughput_counts_300_calls_for_each_message_group():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html"""
    assert (sending(2000, HIGH).deliveries.fate == "succeeded").all()
    run = sending(500, HIGH, keys=1)
    assert (run.deliveries.fate == "succeeded").sum() == 300


def test_pollers_receive_no_more_than_300_times_a_second():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
    sent = {"entries_per_request": 10, "keys": 5000, "batch_size": 1}
    slow = sending(2000, **sent)
    starts = slow.attempts.start_s
    for second in (0, 1, 2):
        assert ((starts >= second) & (starts < second + 1)).sum() <= 300
    assert starts.max() > 5
    fast = sending(2000, HIGH, **sent)
    assert fast.attempts.start_s.max() < starts.max() / 2
    assert (slow.deliveries.fate == "succeeded").all()


def test_what_sqs_moves_by_itself_is_no_call():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    failing = sim.Function(
        name="f",
        timeout=1,
        behaviour=sim.Behaviour(handler=sim.Constant(0.01), error_rate=1),
    )
    kept = sim.Function(name="g", timeout=1)
    policy = sim.RedrivePolicy(
        dead_letter_target_arn="dead", max_receive_count=1
    )
    run = sim.simulate(
        sim.Scenario(
            functions=[failing, kept],
            triggers=[
                sim.trigger("sqs_fifo", "f", source="q"),
                sim.trigger("sqs_fifo", "g", name="d", source="dead"),
            ],
            queues=[
                sim.Queue(
                    name="q",
                    fifo_queue=True,
                    visibility_timeout=5,
                    redrive_policy=policy,
                ),
                sim.Queue(name="dead", fifo_queue=True),
            ],
            traffic=[
                sim.Traffic(
                    into="q",
                    arrivals=sim.Burst(events=600),
                    keys=sim.Keys(600),
                    entries_per_request=10,
                )
            ],
            seconds=10,
        )
    )
    moved = run.deliveries[run.deliveries.trigger == "d"]
    assert len(moved) == 600
    assert (moved.fate != "rejected").all()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (HIGH, "are for FIFO queues"),
        (
            {"fifo_queue": True, "fifo_throughput_limit": "perMessageGroupId"},
            "asks for deduplication_scope messageGroup",
        ),
        (
            {"fifo_queue": True, "fifo_throughput_limit": "perGroup"},
            "perMessageGroupId",
        ),
    ],
)
def test_what_sqs_refuses_of_throughput_is_refused(settings, sentence):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html"""
    with pytest.raises(sim.ScenarioError, match=sentence):
        sim.Queue(name="q", **settings)


@pytest.mark.parametrize("entries", [0, 11])
def test_a_call_has_one_to_ten_messages(entries):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""
    with pytest.raises(sim.ScenarioError, match="entries_per_request"):
        sim.Traffic(
            into="q",
            arrivals=sim.Burst(events=1),
            entries_per_request=entries,
        )


def test_batches_of_senders_are_refused_where_nobody_counts_calls():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
    with pytest.raises(sim.ScenarioError, match="counts for FIFO queues only"):
        sim.Scenario(
            functions=[sim.Function("f")],
            triggers=[sim.trigger("sns", "f")],
            traffic=[
                sim.Traffic(
                    into="sns",
                    arrivals=sim.Burst(events=1),
                    entries_per_request=2,
                )
            ],
        )
