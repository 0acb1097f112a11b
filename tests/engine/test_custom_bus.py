"""EventBridge's Custom Event Bus: what it takes; how its subscribers deliver, retry and give up."""

import json

import pytest

import sim
from tests.support.stories import function

GUIDE = "https://docs.aws.amazon.com/eventbridge/latest/userguide"
EVENT, WAITING = "eventbridge_bus_event", "eventbridge_bus_sync"
NOW = sim.Constant(seconds=0)
DEAD = sim.Queue(name="dead")
ONE = sim.BatchConfiguration(max_batch_size=1)


def down(seconds, at=0.0, of="lambda"):
    return sim.Outage(of=of, at=at, seconds=seconds)


def delivered(
    at,
    kind=WAITING,
    keys=None,
    bodies=None,
    worker=None,
    subscribers=None,
    traffic=None,
    bus=None,
    drain=True,
    choices=None,
    seconds=3600,
    **settings,
):
    """The run of events that are published to one bus at these instants."""
    around = {
        name: settings.pop(name)
        for name in ("outages", "changes", "queues")
        if name in settings
    }
    handler = settings.pop("handler", 0)
    of_function = {
        name: settings.pop(name)
        for name in ("error_rate", "timeout", "reserved_concurrent_executions")
        if name in settings
    }
    worker = worker or function(handler=handler, **of_function)
    one = {"latency": NOW, "source": "bus", **settings}
    triggers = subscribers or [sim.trigger(kind, function="f", name="s", **one)]
    recorded = sim.Recorded(instants=at, keys=keys, bodies=bodies)
    return sim.simulate(
        sim.Scenario(
            functions=[worker],
            triggers=triggers,
            custom_event_buses=[] if bus is None else [bus],
            traffic=[
                sim.Traffic(into="bus", arrivals=recorded, **(traffic or {}))
            ],
            choices=choices or sim.Choices(),
            seconds=seconds,
            **around,
        ),
        drain=drain,
    )


def column(run, name):
    return run.deliveries[name].tolist()


def starts(run, delivery=0, stage="handler"):
    """When the tries of a delivery begin."""
    spans = run.spans[run.spans.delivery == delivery]
    return spans[spans.stage == stage].start_s.tolist()


def metric(run, name):
    table = run.metrics()
    mine = table[(table.metric == name) & (table.namespace == "AWS/EventsV2")]
    return mine.Sum.sum()


# the targets


def test_event_is_delivered_once_lambda_accepts_and_its_own_queue_does_the_rest():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html"""
    run = delivered([0], EVENT, error_rate=1, on_failure="dead", queues=[DEAD])
    assert starts(run) == [0.03, 60.03, 180.03]
    assert column(run, "condition") == ["RetriesExhausted"]
    assert column(run, "stores") == [""]
    assert metric(run, "EventsDelivered") == 1
    assert metric(run, "TargetInvocations") == 1


def test_a_throttled_function_is_no_failed_delivery_of_event():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html"""
    run = delivered(
        [0, 0],
        EVENT,
        handler=2,
        reserved_concurrent_executions=1,
        batch_configuration=ONE,
    )
    assert column(run, "accepted_s") == [0, 0]
    assert column(run, "fate") == ["succeeded"] * 2
    assert metric(run, "EventDeliveryAttempts") == 2


def test_request_response_waits_and_a_function_error_is_a_failed_delivery():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html"""
    run = delivered([0], error_rate=1, handler=1)
    assert starts(run) == [0, 16, 47, 108, 229]
    assert column(run, "told") == ["COMPUTE_EXECUTION_ERROR"]
    assert column(run, "settled_s") == [300]


def test_a_throttle_is_a_failed_delivery_of_request_response():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html"""
    run = delivered(
        [0, 0.5],
        handler=2,
        reserved_concurrent_executions=1,
        retry_policy=sim.SubscriberRetryPolicy(max_retry_attempts=0),
    )
    assert column(run, "fate") == ["succeeded", "dropped"]
    assert column(run, "told")[1] == "THROTTLING"
    assert column(run, "condition")[1] == "MaximumRetryAttempts"


@pytest.mark.parametrize("timeout", [1, 30])
def test_request_response_waits_so_long_and_the_function_works_on_unheard(
    timeout,
):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html"""
    run = delivered(
        [0],
        handler=timeout + 5,
        timeout=900,
        invocation_timeout_seconds=timeout,
        retry_policy=sim.SubscriberRetryPolicy(max_retry_attempts=1),
    )
    assert starts(run) == [0, timeout + 15]
    assert column(run, "told") == ["EXECUTION_TIMEOUT"]
    assert column(run, "settled_s") == [2 * timeout + 15]
    assert column(run, "successes") == [2]
    assert column(run, "fate") == ["dropped"]


def test_the_subscriber_waits_for_thirty_seconds_unless_set():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"""
    late = delivered([0], handler=31, timeout=900)
    assert column(late, "told") == ["EXECUTION_TIMEOUT"]
    in_time = delivered([0], handler=29, timeout=900)
    assert column(in_time, "told_s") == [29]


# retries


@pytest.mark.parametrize("kind", [EVENT, WAITING])
def test_a_delivery_is_tried_for_five_minutes_by_default(kind):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html"""
    run = delivered([0, 100], kind, outages=[down(600)])
    assert starts(run, stage="system error") == [0, 15, 45, 105, 225]
    assert column(run, "settled_s") == [300, 400]
    assert column(run, "fate") == ["dropped"] * 2
    assert set(column(run, "condition")) == {"MaximumEventAgeInSeconds"}


@pytest.mark.parametrize(
    ("attempts", "age", "settled", "condition"),
    [
        (0, 300, 0, "MaximumRetryAttempts"),
        (2, 300, 45, "MaximumRetryAttempts"),
        (4, 300, 225, "MaximumRetryAttempts"),
        (5, 300, 300, "MaximumEventAgeInSeconds"),
        (5, 60, 60, "MaximumEventAgeInSeconds"),
        (5, 86_400, 465, "MaximumRetryAttempts"),
        (185, 3600, 3600, "MaximumEventAgeInSeconds"),
    ],
)
def test_the_limit_that_is_reached_first_ends_it(
    attempts, age, settled, condition
):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html"""
    policy = sim.SubscriberRetryPolicy(
        max_retry_attempts=attempts, max_event_age_in_seconds=age
    )
    run = delivered([0], EVENT, retry_policy=policy, outages=[down(86_400)])
    assert column(run, "settled_s") == [settled]
    assert column(run, "condition") == [condition]


def test_with_a_day_and_185_attempts_it_delivers_late_as_classic_does():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-migrate.html"""
    policy = sim.SubscriberRetryPolicy(
        max_retry_attempts=185, max_event_age_in_seconds=86_400
    )
    run = delivered([0], EVENT, retry_policy=policy, outages=[down(600)])
    assert column(run, "fate") == ["succeeded"]
    assert column(run, "accepted_s") == [945]


def test_the_waits_between_tries_are_a_setting():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html"""
    choices = sim.Choices(
        subscriber_retry_start_seconds=2, subscriber_retry_cap_seconds=5
    )
    run = delivered([0], EVENT, choices=choices, outages=[down(600)])
    assert starts(run, stage="system error") == [0, 2, 6, 11, 16, 21]


def test_a_record_of_what_is_given_up_goes_to_the_queue():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html"""
    run = delivered(
        [0, 0], EVENT, on_failure="dead", queues=[DEAD], outages=[down(600)]
    )
    assert column(run, "fate") == ["dead-lettered"] * 2
    assert metric(run, "OnFailureDestinationDelivered") == 1
    assert metric(run, "EventsDropped") == 0
    record = run.batch_record(1)
    assert record["errorCode"] == "INVOCATION_DEPENDENCY_INTERNAL"
    assert record["exhaustedRetryCondition"] == "MaximumEventAgeInSeconds"
    assert record["retryAttempts"] == 4
    times = [one["timestamp"] for one in record["failedMessages"]]
    assert times == ["2026-01-01T00:00:00.000Z"] * 2
    assert json.dumps(record)


def test_without_a_queue_only_a_metric_counts_what_is_dropped():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-observability.html"""
    run = delivered([0, 0, 1], EVENT, outages=[down(600)])
    assert column(run, "fate") == ["dropped"] * 3
    assert metric(run, "EventsDropped") == 3
    assert metric(run, "OnFailureDestinationDelivered") == 0


# batches


def test_a_batch_goes_off_when_it_is_full_or_its_window_ends():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-batching.html"""
    batches = sim.BatchConfiguration(
        max_batch_size=3, max_batch_window_in_seconds=10
    )
    run = delivered([0, 1, 2, 3, 9, 20], batch_configuration=batches)
    assert [starts(run, n)[0] for n in range(6)] == [2, 2, 2, 13, 13, 30]
    assert metric(run, "TargetInvocations") == 3
    assert metric(run, "EventDeliveryAttempts") == 6


def test_without_settings_events_of_one_instant_come_ten_at_a_time():
    """https://docs.aws.amazon.com/eventbridgev2/latest/APIReference/API_BatchConfiguration.html"""
    run = delivered([0] * 12)
    assert metric(run, "TargetInvocations") == 2
    assert run.attempts.invocation.value_counts().tolist() == [10, 2]


@pytest.mark.parametrize(("kind", "calls"), [(EVENT, 3), (WAITING, 1)])
def test_a_batch_is_no_larger_than_what_lambda_takes(kind, calls):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-batching.html"""
    run = delivered([0] * 3, kind, traffic={"payload_kb": 600})
    assert metric(run, "TargetInvocations") == calls


def test_a_batch_fails_and_is_tried_again_as_a_whole():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-batching.html"""
    run = delivered([0, 0], handler=1, timeout=1)
    assert column(run, "fate") == ["dropped"] * 2
    assert column(run, "successes") == [5, 0]
    assert metric(run, "RetryInvocationAttempts") == 1 + 2 + 3 + 4


def test_a_batch_that_lambda_has_accepted_is_one_event_of_its_queue():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html"""
    store = sim.DestinationConfig(on_failure="dead", on_success="done")
    worker = function(error_rate=1, handler=0).replace(
        event_invoke_config=sim.EventInvokeConfig(destination_config=store)
    )
    queues = [DEAD, sim.Queue(name="done")]
    run = delivered([0, 0, 0], EVENT, worker=worker, queues=queues)
    assert column(run, "fate") == ["dead-lettered"] * 3
    assert set(column(run, "condition")) == {"RetriesExhausted"}
    table = run.metrics()
    sums = table[table.dimensions == "FunctionName=f"].groupby("metric").Sum
    assert sums.sum()["AsyncEventsReceived"] == 1
    assert sums.sum()["AsyncEventsDropped"] == 1
    assert sums.sum()["Invocations"] == 3
    sent = run.metrics().query("metric == 'NumberOfMessagesSent'").Sum.sum()
    assert sent == 1


# order


def test_a_failing_event_of_a_fifo_subscriber_blocks_its_group_and_no_other():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-ordering.html"""
    settings = {
        "keys": [1, 1, 2, 1],
        "error_rate": 1,
        "retry_policy": sim.SubscriberRetryPolicy(max_retry_attempts=1),
    }
    run = delivered([0, 1, 2, 16], type="FIFO", **settings)
    assert starts(run, 0) == [0, 15]
    assert starts(run, 1) == [15, 30]
    assert starts(run, 2) == [2, 17]
    assert starts(run, 3) == [30, 45]


def test_an_unordered_subscriber_waits_for_no_other_event():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-ordering.html"""
    run = delivered([0, 1, 2], keys=[1, 1, 1], error_rate=1)
    assert [starts(run, n)[0] for n in range(3)] == [0, 1, 2]


def test_events_of_a_group_keep_their_order_however_long_each_is_on_its_way():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-ordering.html"""
    at = [n / 20 for n in range(60)]
    settings = {"keys": [n % 2 for n in range(60)], "handler": 0.01}
    slow = sim.Uniform(low=0, high=2)
    run = delivered(at, type="FIFO", latency=slow, **settings)
    for key in (0, 1):
        mine = run.deliveries[run.deliveries.key == key]
        assert mine.settled_s.is_monotonic_increasing
    loose = delivered(at, latency=slow, **settings)
    assert not loose.deliveries.settled_s.is_monotonic_increasing


def test_a_batch_of_a_fifo_subscriber_may_hold_several_groups_in_their_order():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-batching.html"""
    run = delivered(
        [0, 0, 0, 0], keys=[1, 2, 1, 2], type="FIFO", handler=1, timeout=9
    )
    assert run.attempts.invocation.nunique() == 1
    assert [starts(run, n)[0] for n in range(4)] == [0, 1, 2, 3]


def test_a_group_whose_events_do_not_fit_into_one_call_keeps_its_order():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-ordering.html"""
    run = delivered(
        [0, 0, 0, 0],
        keys=[1, 1, 1, 2],
        type="FIFO",
        traffic={"payload_kb": 400},
        error_rate=1,
        kind=EVENT,
        outages=[down(100)],
    )
    calls = [one for one in run.trace.target_calls if 0 in one.deliveries]
    later = [one for one in run.trace.target_calls if 2 in one.deliveries]
    assert len(calls) > 1
    assert max(one.end for one in calls) <= min(one.start for one in later)


def test_events_without_a_group_block_nobody():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-ordering.html"""
    run = delivered([0, 1], type="FIFO", handler=5)
    assert [starts(run, n)[0] for n in range(2)] == [0, 1]


# deduplication


def test_an_event_with_the_content_of_one_before_is_suppressed_for_300_seconds():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-ordering.html"""
    bodies = [
        '{"a": 1, "b": 2}',
        '{"b": 2, "a": 1}',
        '{"a": 2}',
        '{"a": 1, "b": 2}',
    ]
    known = {"deduplication_type": "CONTENT_BASED"}
    run = delivered([0, 300, 300, 301], bodies=bodies, traffic=known)
    assert column(run, "fate") == [
        "succeeded",
        "filtered",
        "succeeded",
        "succeeded",
    ]
    assert column(run, "told")[1] == "DEDUPLICATED"
    assert metric(run, "PublishEventsApproximateSuccessCallCount") == 4


def test_an_event_is_known_by_an_id_within_its_group():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-ordering.html"""
    bodies = ['{"order": {"id": 7}}'] * 3 + ['{"order": {"id": 8}}', "{}", "{}"]
    known = {"deduplication_id": "order.id"}
    keys = [1, 1, 2, 1, 1, 1]
    run = delivered(range(6), keys=keys, bodies=bodies, traffic=known)
    fates = column(run, "fate")
    assert [n for n, fate in enumerate(fates) if fate == "filtered"] == [1]


def test_every_subscriber_of_a_bus_misses_what_is_suppressed():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-ordering.html"""
    both = [
        sim.trigger(kind, function="f", name=kind, source="bus", latency=NOW)
        for kind in (EVENT, WAITING)
    ]
    known = {"deduplication_id": "key"}
    run = delivered([0, 1], keys=[5, 5], subscribers=both, traffic=known)
    assert run.deliveries.groupby("event").fate.agg(list).tolist() == [
        ["succeeded"] * 2,
        ["filtered"] * 2,
    ]


def test_without_deduplication_every_event_is_a_new_one():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-ordering.html"""
    run = delivered([0, 1], keys=[5, 5], bodies=["{}", "{}"])
    assert column(run, "fate") == ["succeeded"] * 2


# stop, resume, replay


PAUSE = [
    sim.Change(of="s", at=10, state="STOPPED"),
    sim.Change(of="s", at=1000, state="RUNNING"),
]


def test_a_stopped_subscriber_resumes_where_it_has_stopped():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-update.html"""
    run = delivered([0, 20, 30, 1001], changes=PAUSE)
    assert [starts(run, n)[0] for n in range(4)] == [0, 1000, 1000, 1001]
    assert column(run, "fate") == ["succeeded"] * 4


def test_a_subscriber_that_resumes_at_latest_skips_what_waits():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-update.html"""
    stop, _ = PAUSE
    latest = sim.Change(
        of="s", at=1000, state="RUNNING", resume_position="LATEST"
    )
    run = delivered([0, 20, 30, 1001], changes=[stop, latest])
    assert column(run, "fate") == [
        "succeeded",
        "dropped",
        "dropped",
        "succeeded",
    ]
    assert column(run, "settled_s")[1:3] == [1000, 1000]
    assert metric(run, "EventsDropped") == 0


def test_what_waited_in_a_stop_is_tried_at_least_once_however_old_it_is():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html"""
    run = delivered([20], changes=PAUSE, error_rate=1)
    assert starts(run) == [1000]
    assert column(run, "condition") == ["MaximumEventAgeInSeconds"]
    assert run.deliveries.runs.tolist() == [1]


def test_a_stop_keeps_the_order_of_a_group():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-update.html"""
    run = delivered(
        [0, 1, 20, 30],
        keys=[1] * 4,
        type="FIFO",
        handler=15,
        timeout=60,
        batch_configuration=ONE,
        changes=PAUSE,
    )
    assert [starts(run, n)[0] for n in range(4)] == [0, 1000, 1015, 1030]


def test_a_stopped_subscriber_loses_what_its_bus_keeps_no_longer():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-create.html"""
    run = delivered([0, 20], state="STOPPED")
    assert column(run, "fate") == ["expired"] * 2
    assert column(run, "settled_s") == [86_400, 86_420]
    kept = sim.CustomEventBus(name="bus", retention_period_in_days=2)
    run = delivered([0, 20], state="STOPPED", bus=kept)
    assert column(run, "fate") == ["in flight"] * 2


@pytest.mark.parametrize(
    ("position", "fates"),
    [
        (None, "....++"),
        ({"point_type": "HORIZON"}, "++++++"),
        ({"point_type": "TIMESTAMP", "starting_point": 2}, "..++++"),
        (
            {
                "point_type": "TIMESTAMP",
                "starting_point": 1,
                "end_point": 3,
            },
            ".+++..",
        ),
    ],
)
def test_a_new_subscriber_delivers_from_its_starting_position_on(
    position, fates
):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-replay.html"""
    settings = {"active_after": 100}
    if position is not None:
        settings["starting_position"] = "POINT_IN_TIME"
        settings["point_in_time_configuration"] = sim.PointInTimeConfiguration(
            **position
        )
    run = delivered([0, 1, 2, 3, 100, 200], **settings)
    marks = {"filtered": ".", "succeeded": "+"}
    assert "".join(marks[fate] for fate in column(run, "fate")) == fates


def test_a_replay_takes_a_while_to_begin_and_then_catches_up():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-replay.html"""
    run = delivered(
        [0, 110, 200],
        active_after=100,
        starting_position="POINT_IN_TIME",
        point_in_time_configuration=sim.PointInTimeConfiguration(),
    )
    assert [starts(run, n)[0] for n in range(3)] == [160, 160, 200]


# what a bus takes


def test_an_event_group_takes_two_thousand_a_second_counted_with_its_kilobytes():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"""
    at = [0.0] * 300 + [0.999, 1.0]
    keys = [1] * 250 + [2] * 50 + [1, 1]
    run = delivered(at, EVENT, keys=keys, traffic={"payload_kb": 9})
    table = run.deliveries.groupby("key").fate.agg(list)
    assert table[2] == ["succeeded"] * 50
    assert table[1] == (["succeeded"] * 200 + ["rejected"] * 51 + ["succeeded"])
    refused = run.deliveries[run.deliveries.fate == "rejected"]
    assert set(refused.told) == {"ThrottlingException"}
    assert metric(run, "PublishEventsApproximateThrottledCallCount") == 51


def test_a_publisher_may_publish_a_throttled_event_again():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"""
    patient = {
        "payload_kb": 999,
        "caller": sim.Caller(retry_mode="legacy", max_attempts=9),
    }
    run = delivered([0.0] * 3, EVENT, keys=[1] * 3, traffic=patient)
    assert column(run, "fate") == ["succeeded"] * 3
    assert metric(run, "PublishEventsApproximateThrottledCallCount") >= 1


def test_each_subscriber_of_a_bus_gets_the_event():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-subscribers.html"""
    both = [
        sim.trigger(WAITING, function="f", name=name, source="bus")
        for name in ("a", "b")
    ]
    run = delivered([0], subscribers=both)
    assert run.deliveries.trigger.tolist() == ["a", "b"]
    assert column(run, "event") == [0, 0]


# what is told of it, and what it costs


def test_the_payload_is_an_array_unless_the_batch_size_is_one():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-target-lambda.html"""
    run = delivered([0, 0], EVENT, error_rate=1)
    payloads = run.invocation_record(1)["requestPayload"]
    assert [one["event"] for one in payloads] == [0, 1]
    assert isinstance(sim.sample_event(EVENT, run, 1), list)
    single = delivered([0, 0], EVENT, error_rate=1, batch_configuration=ONE)
    assert single.invocation_record(1)["requestPayload"]["event"] == 1
    assert isinstance(sim.sample_event(EVENT, single, 1), dict)


def test_the_bill_says_that_no_price_is_known():
    """https://aws.amazon.com/eventbridge/pricing/"""
    bill = delivered([0]).cost().set_index("item")
    line = bill.loc[f"source {WAITING}"]
    assert line.source.startswith("not priced: charged by the KB in and out")


TOLD = {
    "published and delivered": ({}, 0, ["is published to `bus`", "is delivered"]),
    "given up by age": (
        {"error_rate": 1},
        0,
        [
            "The delivery has failed (COMPUTE_EXECUTION_ERROR): the next try comes in 15 s.",
            "the next try would come after its maximum age",
            "reached the maximum age of 5 min: MaximumEventAgeInSeconds.",
            "Nothing keeps it: it is lost.",
            "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html",
        ],
    ),
    "given up by attempts": (
        {
            "error_rate": 1,
            "retry_policy": sim.SubscriberRetryPolicy(max_retry_attempts=0),
            "on_failure": "dead",
            "queues": [DEAD],
        },
        0,
        ["no retry is left of 0: MaximumRetryAttempts", "A record of it goes to `dead`"],
    ),
    "unheard": (
        {"handler": 8, "timeout": 60, "invocation_timeout_seconds": 2},
        0,
        ["No answer within 2 s: EXECUTION_TIMEOUT; the function works on"],
    ),
    "throttled": (
        {"reserved_concurrent_executions": 0},
        0,
        ["is throttled: ReservedFunction", "(THROTTLING)"],
    ),
    "accepted": (
        {"kind": EVENT},
        0,
        ["hands it to Lambda, which answers 202"],
    ),
    "behind its group": (
        {"type": "FIFO", "keys": [1, 1, 1], "handler": 2},
        1,
        ["behind an earlier event of its group"],
    ),
    "in a batch": (
        {"batch_configuration": sim.BatchConfiguration(2, max_batch_window_in_seconds=9)},
        0,
        ["has waited 1 s on the bus while its batch filled", "in a batch of 2 events"],
    ),
    "stopped": ({"changes": PAUSE}, 2, ["on the bus: the subscriber was stopped"]),
    "skipped": (
        {"changes": [PAUSE[0], PAUSE[1].replace(resume_position="LATEST")]},
        2,
        ["goes on at LATEST: it skips the event"],
    ),
    "too early": ({"active_after": 9}, 0, ["does not deliver what was published"]),
    "suppressed": (
        {"keys": [1, 1, 1], "traffic": {"deduplication_id": "key"}},
        1,
        ["it answers DEDUPLICATED, and nobody gets it"],
    ),
    "too fast": (
        {"keys": [1, 1, 1], "traffic": {"payload_kb": 1000}, "at": [0, 0, 20]},
        1,
        ["its publisher is told ThrottlingException"],
    ),
    "forgotten": ({"state": "STOPPED"}, 0, ["The bus keeps it no longer"]),
    "filtered": ({"matching_share": 0}, 0, ["The filter of `s` keeps it out"]),
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD)
def test_a_story_tells_what_has_happened_to_an_event_of_a_bus(case):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-subscribers.html"""
    settings, event, sentences = TOLD[case]
    story = delivered(**{"at": [0, 1, 20], **settings}).story(event)
    assert [one for one in sentences if one not in story] == []


# filters


@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        ([sim.Filter('{"detail": {"n": [{"numeric": [">", 5]}]}}')], {1}),
        ([sim.Filter('{"source": ["shop"]}')], {1}),
        ([sim.Filter('{"aws:Source": ["shop"]}', "SYSTEM_METADATA")], {1}),
        ([sim.Filter('{"EventGroupId": ["3"]}', "SYSTEM_METADATA")], {0}),
        ([sim.Filter('{"region": ["EU"]}', "METADATA")], set()),
        (
            [
                sim.Filter('{"detail": {"n": [{"exists": true}]}}'),
                sim.Filter('{"EventGroupId": ["4"]}', "SYSTEM_METADATA"),
            ],
            {1},
        ),
        ([], {0, 1}),
    ],
)
def test_an_event_must_match_every_filter(filters, passes):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-filtering.html"""
    bodies = [
        '{"n": 3}',
        '{"detail": {"n": 9}, "source": "shop", "detail-type": "x"}',
    ]
    run = delivered([0, 1], keys=[3, 4], bodies=bodies, filters=filters)
    fates = column(run, "fate")
    assert {n for n in (0, 1) if fates[n] == "succeeded"} == passes
    assert metric(run, "FilterEvaluated") == 2
    assert metric(run, "FilterMatched") == len(passes)


# what AWS refuses


def made(kind=WAITING, **settings):
    return sim.trigger(kind, function="f", name="s", source="bus", **settings)


REFUSED = {
    "max_batch_size is 501, but 1 to 500 events": (
        lambda: sim.BatchConfiguration(max_batch_size=501)
    ),
    "max_batch_window_in_seconds is 301, but 0 to 300 s": lambda: (
        sim.BatchConfiguration(max_batch_window_in_seconds=301)
    ),
    "max_retry_attempts is 186, but 0 to 185 attempts": lambda: (
        sim.SubscriberRetryPolicy(max_retry_attempts=186)
    ),
    "max_event_age_in_seconds is 59, but 60 to 86,400 s": lambda: (
        sim.SubscriberRetryPolicy(max_event_age_in_seconds=59)
    ),
    "invocation_timeout_seconds is 31, but 1 to 30 s": lambda: made(
        invocation_timeout_seconds=31
    ),
    "invocation_timeout_seconds ends no call of type EVENT": lambda: made(
        EVENT, invocation_timeout_seconds=5
    ),
    "retention_period_in_days is 366, but 1 to 365 days": lambda: (
        sim.CustomEventBus(name="b", retention_period_in_days=366)
    ),
    "two filters have the scope DATA, but one each is allowed": lambda: made(
        filters=[sim.Filter('{"source": ["a"]}')] * 2
    ),
    "'wildcard' is no operator of a subscriber of a Custom Event Bus": (
        lambda: made(filters=[sim.Filter('{"source": [{"wildcard": "a*"}]}')])
    ),
    "its filters have 5016 bytes together, but 4096 are allowed": lambda: made(
        filters=[sim.Filter(json.dumps({"source": ["a" * 5000]}))]
    ),
    "POINT_IN_TIME and point_in_time_configuration go together": lambda: made(
        starting_position="POINT_IN_TIME"
    ),
    "TIMESTAMP and starting_point go together": lambda: made(
        starting_position="POINT_IN_TIME",
        point_in_time_configuration={"point_type": "TIMESTAMP"},
    ),
    "starting_point is 9 s, but it lies before when it is created": lambda: (
        made(
            starting_position="POINT_IN_TIME",
            point_in_time_configuration={
                "point_type": "TIMESTAMP",
                "starting_point": 9,
            },
        )
    ),
    "end_point is 3 s, before its starting_point": lambda: made(
        active_after=9,
        starting_position="POINT_IN_TIME",
        point_in_time_configuration={
            "point_type": "TIMESTAMP",
            "starting_point": 5,
            "end_point": 3,
        },
    ),
    "a replay with an end_point never reaches live events": lambda: made(
        resume_position="LATEST",
        starting_position="POINT_IN_TIME",
        point_in_time_configuration={"end_point": 3},
    ),
    "known by their content or by a deduplication_id; leave one out": lambda: (
        sim.Traffic(
            into="bus",
            arrivals=sim.Burst(events=1),
            deduplication_type="CONTENT_BASED",
            deduplication_id="key",
        )
    ),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_aws_refuses_is_refused_with_its_range_and_page(sentence):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"""
    with pytest.raises(sim.ScenarioError) as refusal:
        REFUSED[sentence]()
    assert sentence in str(refusal.value)
    assert "https://docs.aws.amazon.com/eventbridge" in str(refusal.value)


def test_a_record_goes_to_a_queue_of_the_scenario():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html"""
    with pytest.raises(sim.ScenarioError, match="sends to queue 'nowhere'"):
        delivered([0], on_failure="nowhere")


def test_deduplication_where_no_bus_heeds_it_is_refused():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-ordering.html"""
    with pytest.raises(
        sim.ScenarioError, match="its events come to no Custom Event Bus"
    ):
        sim.Scenario(
            functions=[sim.Function(name="f")],
            triggers=[sim.trigger("sns", function="f", name="t")],
            traffic=[
                sim.Traffic(
                    into="t",
                    arrivals=sim.Burst(events=1),
                    deduplication_type="CONTENT_BASED",
                )
            ],
        )


@pytest.mark.parametrize(
    "name", ["type", "source", "starting_position", "active_after"]
)
def test_what_aws_fixes_at_creation_never_changes(name):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-update.html"""
    change = sim.Change(of="s", at=1, **{name: "FIFO"})
    with pytest.raises(sim.ScenarioError, match="stays as it was created"):
        delivered([0], changes=[change])


def test_a_change_of_the_retry_policy_counts_for_what_fails_from_then_on():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-update.html"""
    change = sim.Change(of="s", at=20, max_retry_attempts=1)
    run = delivered([0, 30], error_rate=1, changes=[change])
    assert starts(run, 0) == [0, 15, 45]
    assert starts(run, 1) == [30, 45]
