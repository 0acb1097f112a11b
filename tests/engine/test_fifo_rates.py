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
    with pytest.raises(sim.ScenarioError, match="counts for queues only"):
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


def test_a_call_is_no_larger_than_a_message_may_be():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""
    with pytest.raises(sim.ScenarioError, match="1100 KB in one call, but SQS"):
        sending(1, entries_per_request=10, payload_kb=110)


def slow_then_quick(**queue):
    """Two seconds' batches, of 300 each, end within one second."""
    function = sim.Function(
        name="f",
        timeout=20,
        behaviour=sim.Behaviour(
            handler=sim.Constant(2),
            init=sim.Constant(0),
            depends_on=("db",),
        ),
    )
    return sim.simulate(
        sim.Scenario(
            functions=[function],
            triggers=[
                sim.trigger(
                    "sqs_fifo",
                    "f",
                    source="q",
                    latency=0,
                    batch_size=1,
                    provisioned_poller_config=sim.ProvisionedPollerConfig(
                        minimum_pollers=100
                    ),
                )
            ],
            queues=[sim.Queue(name="q", fifo_queue=True, **queue)],
            dependencies=[sim.Dependency(name="db", latency=sim.Constant(0.5))],
            outages=[sim.Outage(of="db", at=0, seconds=0.9, slower_by=1)],
            traffic=[
                sim.Traffic(
                    into="q",
                    arrivals=sim.Burst(events=600),
                    keys=sim.Keys(100_000),
                    entries_per_request=10,
                )
            ],
            seconds=60,
        )
    )


def test_deletes_are_no_more_than_300_a_second_and_the_poller_waits():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"""
    run = slow_then_quick()
    ended = run.attempts.start_s + run.attempts.handler_s
    deleted = run.deliveries.settled_s.sort_values().to_numpy()
    assert ((ended >= 3.4) & (ended < 4.4)).sum() > 550
    assert (deleted[300:] - deleted[:-300] >= 1 - 1e-6).all()
    assert (run.deliveries.runs == 1).all()
    waits = run.spans[run.spans.outcome == "RequestThrottled"]
    story = run.story(int(waits.event.iloc[0]))
    assert "takes no more deletes in this second" in story
    bill = run.cost().set_index("item").quantity
    assert bill["SQS FIFO deletes"] == 600
    metric = run.metrics("1min").set_index("metric").Sum
    assert metric["NumberOfMessagesDeleted"] == 600


def test_high_throughput_takes_more_deletes():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html"""
    run = slow_then_quick(**HIGH)
    ended = run.attempts.start_s + run.attempts.handler_s
    last = run.deliveries.settled_s.max()
    assert last == pytest.approx(ended.max())


def test_a_delete_that_comes_after_the_visibility_timeout_deletes_nothing():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html"""
    run = slow_then_quick(visibility_timeout=4)
    twice = run.deliveries[run.deliveries.successes == 2]
    assert len(twice) > 10
    assert (twice.receives == 2).all()
    assert (run.deliveries.fate == "succeeded").all()


def test_a_bus_tries_again_where_the_queue_takes_no_more_calls():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html"""
    run = sending(1)
    bus = sim.EventBus(name="bus", targets=("q",))
    crowd = sim.Traffic(
        into="bus", arrivals=sim.Burst(events=400), keys=sim.Keys(400)
    )
    changed = run.scenario.replace(event_buses=[bus], traffic=[crowd])
    came = sim.simulate(changed).deliveries
    assert (came.fate == "succeeded").all()
    assert came.latency_s.max() > 1
