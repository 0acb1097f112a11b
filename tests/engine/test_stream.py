"""Stories of records in Kinesis and DynamoDB streams with exact times."""

from hashlib import md5

import pytest

import sim
from tests.support.stories import DAY, spans_of
from tests.support.streams import (
    REPORTS,
    calls,
    fates,
    mapping,
    poison,
    reader,
    seed_for,
    stream,
)

HOUR = 3600.0


def starts(run):
    return [start for start, _, _ in calls(run)]


def test_a_shard_is_polled_once_a_second():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"""
    run = stream(instants=[0.2, 0.9, 1.5], function=reader(work=0.1))
    assert calls(run) == [
        (1.0, pytest.approx(1.2), [0, 1]),
        (2.0, pytest.approx(2.1), [2]),
    ]
    assert spans_of(run, 0) == [
        ("queue", 0.2, 1.0, ""),
        ("handler", 1.0, 1.1, "succeeded"),
    ]


def test_a_tables_stream_is_polled_four_times_a_second():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html"""
    run = stream(
        instants=[0.1, 0.3], kind="ddb_streams", function=reader(work=0.1)
    )
    assert starts(run) == [0.25, 0.5]


def test_enhanced_fan_out_pushes():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"""
    run = stream(
        instants=[0.2, 0.9], kind="kinesis_efo", function=reader(work=0.1)
    )
    assert starts(run) == [0.2, 0.9]


def test_the_polls_of_several_shards_are_spread_evenly():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html

    How they are spread is a choice.
    """
    run = stream(
        instants=[0.01] * 40,
        keys=range(40),
        shards=4,
        function=reader(work=0.001),
    )
    assert sorted({round(start, 2) for start in starts(run)}) == [
        0.25,
        0.5,
        0.75,
        1.0,
    ]


def test_what_has_been_read_goes_on_at_once_when_the_run_has_ended():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"""
    run = stream(instants=[0.5, 0.6, 0.7], batch_size=1)
    assert starts(run) == [1.0, 2.0, 3.0]
    run = stream(
        instants=[0.5, 0.6, 0.7, 2.1], batch_size=2, function=reader(work=0.3)
    )
    assert starts(run) == [1.0, pytest.approx(1.6), 3.0]


def test_a_poll_finds_a_record_a_little_after_the_put():
    run = stream(
        instants=[0.9, 1.95],
        latency=sim.Constant(seconds=0.12),
        function=reader(work=0.1),
    )
    assert starts(run) == [2.0, 3.0]


def test_a_shard_has_one_batch_at_a_time():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"""
    run = stream(instants=[0.5] * 6, keys=range(6), batch_size=2)
    assert calls(run) == [
        (1.0, 3.0, [0, 1]),
        (3.0, 5.0, [2, 3]),
        (5.0, 7.0, [4, 5]),
    ]


def test_the_parallelization_factor_is_the_number_of_batches_of_a_shard_at_once():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"""
    run = stream(instants=[0.5] * 60, keys=range(60), parallelization_factor=10)
    assert starts(run) == [1.0] * 10
    assert fates(run) == ["succeeded"] * 60


def test_a_key_keeps_its_order_whatever_the_factor():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"""
    keys, work = [0, 1, 2, 3, 4] * 8, sim.Uniform(low=0.05, high=1)
    run = stream(
        instants=[0.5] * 40,
        keys=keys,
        parallelization_factor=4,
        batch_size=3,
        function=reader(handler=work),
    )
    handled = run.spans[run.spans.stage == "handler"].merge(
        run.deliveries[["delivery", "key"]], on="delivery"
    )
    for _, mine in handled.groupby("key"):
        assert mine.sort_values("start_s").event.is_monotonic_increasing
    assert (
        handled.sort_values("start_s").end_s.shift()
        > handled.sort_values("start_s").start_s
    ).any(), "side by side"


def test_a_hot_key_makes_a_hot_shard():
    """https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html"""
    run = stream(
        instants=[0.5] * 40,
        keys=[7] * 40,
        shards=4,
        batch_size=10,
        function=reader(work=0.1),
    )
    assert len(set(run.trace.shards.values())) == 1
    run = stream(
        instants=[0.5] * 40, shards=4, batch_size=10, function=reader(work=0.1)
    )
    assert set(run.trace.shards.values()) == {0, 1, 2, 3}


def test_the_shard_of_a_key_is_that_of_its_md5_sum():
    """https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html"""
    run = stream(instants=[0.5] * 20, keys=range(20), shards=4)
    quarter = [
        int(md5(str(key).encode()).hexdigest(), 16) * 4 // 2**128
        for key in range(20)
    ]
    assert [run.trace.shards[delivery] for delivery in range(20)] == quarter


def test_the_batching_window_begins_with_the_end_of_the_last_run():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    run = stream(
        instants=[0.5, 3.2, 6],
        maximum_batching_window_in_seconds=5,
        function=reader(work=0.5),
    )
    assert calls(run) == [(5.0, 6.0, [0, 1]), (11.0, 11.5, [2])]


def test_a_full_batch_does_not_wait_for_its_window():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    run = stream(
        instants=[0.5, 0.6, 0.7],
        maximum_batching_window_in_seconds=5,
        batch_size=2,
    )
    assert calls(run) == [(1.0, 3.0, [0, 1]), (8.0, 9.0, [2])]


def test_a_batch_goes_off_before_its_payload_is_above_six_megabytes():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    run = stream(
        instants=[0.5, 3, 6, 9, 12, 15, 18, 21],
        payload_kb=1024,
        maximum_batching_window_in_seconds=60,
    )
    assert [len(events) for _, _, events in calls(run)] == [6, 2]


def test_a_failed_batch_blocks_its_shard_and_waits_longer_each_time():
    """https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html

    The waits are a choice.
    """
    function = reader(work=0.5, poison_share=0.5)
    seed = poison(function, True, False)
    run = stream(
        instants=[0.5, 1.5],
        function=function,
        batch_size=1,
        maximum_retry_attempts=3,
        seed=seed,
    )
    assert starts(run) == [1.0, 2.5, 5.0, 9.5, 10.0]
    assert spans_of(run, 1)[0] == ("queue", 1.5, 10.0, "")


def test_the_waits_are_settings():
    choices = sim.Choices(
        stream_retry_start_seconds=2,
        stream_retry_factor=3,
        stream_retry_cap_seconds=10,
    )
    run = stream(
        function=reader(poison_share=1),
        maximum_retry_attempts=3,
        choices=choices,
    )
    assert starts(run) == [0.0, 3.0, 10.0, 21.0]


@pytest.mark.parametrize("retries", [0, 2])
def test_so_many_retries_are_one_call_more(retries):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html"""
    run = stream(
        function=reader(poison_share=1),
        maximum_retry_attempts=retries,
        on_failure="dead",
    )
    assert len(calls(run)) == retries + 1
    row = run.deliveries.iloc[0]
    assert (row.fate, row.condition, row.stores) == (
        "dead-lettered",
        "RetryAttemptsExhausted",
        "dead",
    )
    record = run.batch_record(0)
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == retries + 1
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["KinesisBatchInfo"]["batchSize"] == 1


def test_without_a_destination_a_batch_that_is_given_up_is_lost():
    """https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"""
    run = stream(
        instants=[0, 0],
        function=reader(poison_share=1),
        maximum_retry_attempts=0,
    )
    assert fates(run) == ["dropped", "dropped"]


def test_the_destination_gets_one_record_of_the_whole_batch():
    """https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"""
    sweeper = sim.trigger(
        "sqs_standard",
        function="g",
        source="dead",
        name="sweeper",
        latency=sim.Constant(seconds=0),
    )
    function = reader(poison_share=1)
    run = stream(
        [0, 0.5, 0.6],
        function=function,
        also=[reader(name="g")],
        triggers=[sweeper],
        maximum_retry_attempts=0,
        maximum_batching_window_in_seconds=2,
        on_failure="dead",
    )
    info = run.batch_record(2)["KinesisBatchInfo"]
    assert (info["batchSize"], info["shardId"]) == (3, "shardId-000000000000")
    assert info["startSequenceNumber"] < info["endSequenceNumber"]
    assert info["approximateArrivalOfFirstRecord"] == "2026-01-01T00:00:00.000Z"
    assert info["approximateArrivalOfLastRecord"] == "2026-01-01T00:00:00.600Z"
    swept = run.deliveries[run.deliveries.function == "g"]
    assert swept[["parent", "edge", "fate"]].to_numpy().tolist() == [
        [0, "failure", "succeeded"]
    ]


def test_throttles_use_up_no_retry():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    busy = sim.trigger("invoke", function="f", name="busy")
    scenario = sim.Scenario(
        functions=[reader(work=10, timeout=20, reserved=1)],
        triggers=[mapping(maximum_retry_attempts=0), busy],
        traffic=[
            sim.Traffic(into="busy", arrivals=sim.Recorded(instants=[0])),
            sim.Traffic(into="s", arrivals=sim.Recorded(instants=[0.5])),
        ],
        seconds=1,
    )
    run = sim.simulate(scenario)
    throttles = run.spans[
        (run.spans.stage == "throttle") & (run.spans.event == 1)
    ]
    assert throttles.start_s.tolist() == [1.0, 2.0, 4.0, 8.0]
    assert run.deliveries.fate.tolist() == ["succeeded", "succeeded"]
    assert spans_of(run, 1)[-1] == ("handler", 16.0, 26.0, "succeeded")


def test_an_outage_of_lambda_uses_up_no_retry():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    run = stream(
        maximum_retry_attempts=0,
        outages=[sim.Outage(of="lambda", at=0, seconds=2)],
    )
    assert starts(run) == [3.0]
    assert fates(run) == ["succeeded"]


def test_a_record_that_is_too_old_goes_to_the_destination_and_the_others_are_delivered():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html"""
    run = stream(
        instants=[0, 50],
        maximum_record_age_in_seconds=60,
        on_failure="dead",
        function=reader(work=1),
        outages=[sim.Outage(of="m", at=0, seconds=70)],
    )
    assert calls(run) == [(70.0, 71.0, [1])]
    row = run.deliveries.iloc[0]
    assert (row.fate, row.condition, row.settled_s) == (
        "dead-lettered",
        "RecordAgeExceeded",
        70.0,
    )
    record = run.batch_record(0)
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert "responseContext" not in record
    assert record["KinesisBatchInfo"]["batchSize"] == 1


def test_a_batch_that_fails_until_it_is_too_old_is_given_up_at_that_age():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html"""
    run = stream(
        function=reader(poison_share=1), maximum_record_age_in_seconds=60
    )
    assert starts(run) == [0.0, 2.0, 5.0, 10.0, 19.0, 36.0]
    assert run.deliveries.settled_s.tolist() == [60.0]
    assert fates(run) == ["expired"]


def test_a_blocked_shard_loses_what_becomes_older_than_its_retention():
    """https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"""
    function = reader(work=0.5, poison_share=0.5)
    seed = poison(function, True, False, False)
    run = stream(
        instants=[0, 10, 2 * HOUR],
        function=function,
        batch_size=1,
        until=1.2 * DAY,
        seed=seed,
    )
    assert fates(run) == ["expired", "succeeded", "succeeded"]
    assert run.deliveries.settled_s.tolist() == [DAY, DAY + 0.5, DAY + 1.0]


def test_a_mapping_that_is_off_for_longer_than_the_retention_loses_records():
    """https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html"""
    run = stream(
        instants=[0, 2 * HOUR],
        outages=[sim.Outage(of="m", at=0, seconds=25 * HOUR)],
        until=30 * HOUR,
    )
    assert fates(run) == ["expired", "succeeded"]
    assert run.deliveries.settled_s.tolist() == [DAY, 25 * HOUR + 1]


@pytest.mark.parametrize(
    ("until", "fate"), [(DAY - 1, "in flight"), (DAY, "expired")]
)
def test_a_record_that_nobody_reads_is_lost_at_the_very_end_of_its_retention(
    until, fate
):
    """https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html"""
    assert fates(stream([0], enabled=False, until=until)) == [fate]


def test_a_failed_batch_is_split_in_two():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html"""
    function = reader(work=0.1, poison_share=0.2)
    seed = poison(
        function, False, False, False, False, False, True, False, False
    )
    run = stream(
        [0] * 8,
        function=function,
        bisect_batch_on_function_error=True,
        maximum_retry_attempts=1,
        on_failure="dead",
        seed=seed,
    )
    batches = [events for _, _, events in calls(run)]
    assert batches == [
        [*range(8)],
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [4, 5],
        [4],
        [5],
        [5],
        [6, 7],
    ]
    assert (
        fates(run) == ["succeeded"] * 5 + ["dead-lettered"] + ["succeeded"] * 2
    )
    assert run.batch_record(5)["requestContext"]["approximateInvokeCount"] == 2


def test_everything_from_the_lowest_returned_number_on_is_tried_again():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html"""
    function = reader(work=0.1, error_rate=0.3)
    seed = seed_for(
        function, [False, True, False, False], [False, False, False, False]
    )
    run = stream([0] * 4, function=function, seed=seed, **REPORTS)
    assert [events for _, _, events in calls(run)] == [[0, 1, 2, 3], [1, 2, 3]]
    assert run.deliveries.runs.tolist() == [1, 2, 2, 2]
    assert (
        run.deliveries.settled_s.tolist()
        == [pytest.approx(0.4)] + [pytest.approx(1.7)] * 3
    )


def test_the_batch_that_begins_at_the_failed_record_has_retries_of_its_own():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html"""
    function = reader(work=0.1, poison_share=0.3)
    seed = poison(function, False, False, True, False)
    run = stream(
        [0] * 4,
        function=function,
        maximum_retry_attempts=1,
        on_failure="dead",
        seed=seed,
        **REPORTS,
    )
    assert [events for _, _, events in calls(run)] == [
        [0, 1, 2, 3],
        [2, 3],
        [2, 3],
    ]
    assert run.batch_record(2)["requestContext"]["approximateInvokeCount"] == 2
    assert run.deliveries.fate.tolist() == [
        "succeeded",
        "succeeded",
        "dead-lettered",
        "dead-lettered",
    ]


def test_with_a_partial_response_the_batch_is_split_at_the_returned_number():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html"""
    function = reader(work=0.1, poison_share=0.3)
    seed = poison(function, False, True, False, False, False)
    run = stream([0] * 5, function=function, maximum_retry_attempts=0, on_failure="dead", seed=seed,
                 bisect_batch_on_function_error=True, **REPORTS)  # fmt: skip
    assert [events for _, _, events in calls(run)] == [
        [0, 1, 2, 3, 4],
        [1, 2, 3, 4],
        [1, 2],
        [1],
        [2],
        [3, 4],
    ]
    assert fates(run) == [
        "succeeded",
        "dead-lettered",
        "succeeded",
        "succeeded",
        "succeeded",
    ]


@pytest.mark.parametrize(
    ("form", "again"),
    [
        ("failed items", [1, 2]),
        ("empty list", []),
        ("null list", []),
        ("empty response", []),
        ("null response", []),
        ("empty identifier", [0, 1, 2]),
        ("null identifier", [0, 1, 2]),
        ("wrong key", [0, 1, 2]),
        ("exception", [0, 1, 2]),
    ],
)
def test_the_forms_of_an_answer(form, again):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html"""
    function = reader(work=0.1, error_rate=0.3, batch_response=form)
    seed = seed_for(function, [False, True, False], [False] * 3)
    run = stream([0] * 3, function=function, seed=seed, **REPORTS)
    assert [events for _, _, events in calls(run)][1:] == (
        [again] if again else []
    )
    assert fates(run) == ["succeeded"] * 3
    assert run.deliveries.work_done.tolist() == [True, bool(again), True]


def test_a_timeout_fails_the_whole_batch():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html"""
    run = stream(
        [0] * 3,
        function=reader(work=2, timeout=3),
        maximum_retry_attempts=0,
        **REPORTS,
    )
    assert fates(run) == ["dropped"] * 3


def test_a_shard_takes_a_thousand_records_a_second():
    """https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html"""
    run = stream(instants=[0] * 1003, function=reader(work=0.0001))
    assert run.deliveries.fate.value_counts().loc[
        ["succeeded", "rejected"]
    ].tolist() == [1000, 3]
    refused = run.deliveries[run.deliveries.fate == "rejected"]
    assert refused.told.unique().tolist() == [
        "ProvisionedThroughputExceededException"
    ]
    assert spans_of(run, 1002) == [
        ("source", 0.0, 0.0, "ProvisionedThroughputExceeded")
    ]


def test_a_shard_takes_a_megabyte_a_second():
    """https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html"""
    run = stream(
        instants=[0, 0, 0, 0.5], payload_kb=512, function=reader(work=0.1)
    )
    assert fates(run) == ["succeeded", "succeeded", "rejected", "succeeded"]


def test_a_refused_producer_tries_again_as_its_client_does():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    caller = sim.Caller(retry_mode="standard", max_attempts=10)
    run = stream(
        instants=[0] * 1003, caller=caller, function=reader(work=0.0001)
    )
    assert (run.deliveries.fate == "succeeded").all()
    assert {span[0] for span in spans_of(run, 1002)} == {
        "source",
        "queue",
        "handler",
    }


def test_a_refused_producer_makes_as_many_attempts_as_its_client_may():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    run = stream([0] * 3, payload_kb=512, caller=sim.Caller(max_attempts=3))
    tries = [outcome for *_, outcome in spans_of(run, 2)]
    assert tries == ["ProvisionedThroughputExceeded"] * 3
    assert fates(run) == ["succeeded", "succeeded", "rejected"]


def test_each_mapping_of_a_stream_gets_each_record():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"""
    other = mapping(name="n", function="g")
    run = stream([0.5, 0.6], also=[reader(name="g")], triggers=[other])
    assert (
        run.deliveries[["function", "fate"]].to_numpy().tolist()
        == [["f", "succeeded"], ["g", "succeeded"]] * 2
    )


def test_a_refused_record_reaches_no_mapping():
    other = mapping(name="n", function="g")
    work = reader(work=0.0001)
    run = stream(
        [0] * 1001,
        function=work,
        also=[reader(work=0.0001, name="g")],
        triggers=[other],
    )
    assert run.deliveries[run.deliveries.fate == "rejected"].event.tolist() == [
        1000,
        1000,
    ]


def test_the_mappings_of_a_stream_share_two_megabytes_a_second():
    """https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html"""
    other = mapping(name="n", function="g")
    quick = reader(work=0.01)
    run = stream(
        [n + 0.1 for n in range(4)],
        payload_kb=1024,
        function=quick,
        also=[reader(work=0.01, name="g")],
        triggers=[other],
        outages=[sim.Outage(of=name, at=0, seconds=10) for name in "mn"],
    )
    assert [start for start, _, _ in calls(run)] == [10.0, 12.0]
    alone = stream(
        [n + 0.1 for n in range(4)],
        payload_kb=1024,
        function=quick,
        kind="kinesis_efo",
        also=[reader(work=0.01, name="g")],
        triggers=[mapping("kinesis_efo", name="n", function="g")],
        outages=[sim.Outage(of=name, at=0, seconds=10) for name in "mn"],
    )
    assert [start for start, _, _ in calls(alone)] == [10.0, 10.0]


def test_children_of_a_shard_are_read_after_their_parent():
    """https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-after-resharding.html"""
    changes = {"reshardings": [sim.Resharding(at=0.8, shard_count=2)]}
    run = stream(
        [0.5, 0.6, 0.9, 0.95], keys=[0, 1, 0, 1], stream_settings=changes
    )
    # the MD5 sums of both keys are in the upper half
    assert run.trace.shards == {2: 2, 3: 2}
    assert calls(run)[0] == (1.0, 3.0, [0, 1])
    assert min(start for start, _, events in calls(run) if 2 in events) >= 3.0


def test_a_key_keeps_its_order_across_a_resharding():
    """https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-after-resharding.html"""
    changes = {
        "reshardings": [
            sim.Resharding(at=2, shard_count=4),
            sim.Resharding(at=4, shard_count=1),
        ]
    }
    instants = [n / 10 for n in range(60)]
    run = stream(instants, keys=[n % 7 for n in range(60)], batch_size=3, stream_settings=changes,
                 function=reader(work=0.15))  # fmt: skip
    handled = run.spans[run.spans.stage == "handler"].merge(
        run.deliveries[["delivery", "key"]], on="delivery"
    )
    for _, mine in handled.groupby("key"):
        assert mine.sort_values("start_s").event.is_monotonic_increasing
    assert fates(run) == ["succeeded"] * 60


def test_a_busy_shard_of_an_on_demand_stream_is_split_fifteen_minutes_later():
    """https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html"""
    instants = [n / 4 for n in range(4 * 1000)]
    run = stream(
        instants,
        keys=[1] * 4000,
        payload_kb=200,
        stream_settings={"stream_mode": "ON_DEMAND"},
        function=reader(work=0.001),
        until=1100,
    )
    shards = run.deliveries.assign(
        shard=run.deliveries.delivery.map(run.trace.shards)
    )
    change = shards[shards.shard != shards.shard.iloc[0]].arrived_s.min()
    assert change == pytest.approx(0.25 * (500 * 60 // 200) + 900, abs=0.5)


def test_a_new_on_demand_stream_takes_four_megabytes_a_second():
    """https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html"""
    run = stream(
        [0] * 400,
        payload_kb=256,
        stream_settings={"stream_mode": "ON_DEMAND"},
        function=reader(work=0.001),
    )
    assert (run.deliveries.fate == "succeeded").sum() == 16


def test_writes_that_change_nothing_make_no_record():
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html"""
    tables = {"tables": [sim.Table(name="s", unchanged_share=0.5)]}
    run = stream(
        [n / 10 for n in range(200)],
        kind="ddb_streams",
        function=reader(work=0.001),
        system=tables,
    )
    assert 70 < (run.deliveries.fate == "filtered").sum() < 130
    assert set(fates(run)) == {"filtered", "succeeded"}


def test_latest_misses_what_comes_before_the_mapping_is_active():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html"""
    settings = {"function": reader(work=0.1), "active_after": 60}
    assert fates(
        stream([0, 30, 90], starting_position="LATEST", **settings)
    ) == [
        "filtered",
        "filtered",
        "succeeded",
    ]
    run = stream([0, 30, 90], starting_position="TRIM_HORIZON", **settings)
    assert calls(run) == [(60.0, 60.2, [0, 1]), (90.0, 90.1, [2])]
    run = stream(
        [0, 30, 90],
        starting_position="AT_TIMESTAMP",
        starting_position_timestamp=20,
        **settings,
    )
    assert fates(run) == ["filtered", "succeeded", "succeeded"]


def test_a_mapping_that_is_not_enabled_never_polls():
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    assert fates(stream([0, 1], enabled=False, until=100)) == [
        "in flight",
        "in flight",
    ]
    assert fates(stream([0, 1], enabled=False, until=2 * DAY)) == [
        "expired",
        "expired",
    ]


def test_a_paused_mapping_goes_on_where_it_stopped():
    run = stream(
        [0.5, 5, 6],
        batch_size=1,
        outages=[sim.Outage(of="m", at=1.5, seconds=10)],
    )
    assert starts(run) == [1.0, 11.5, 12.5]


def test_the_filter_of_a_stream_moves_on():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"""
    run = stream(
        [n / 10 for n in range(100)],
        matching_share=0.5,
        function=reader(work=0.001),
    )
    kept_out = run.deliveries[run.deliveries.fate == "filtered"]
    assert 30 < len(kept_out) < 70
    assert (kept_out.settled_s % 1 == 0).all()
    assert set(fates(run)) == {"filtered", "succeeded"}


def test_half_a_batch_that_waits_for_its_turn_at_the_end_is_in_flight():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html"""
    run = stream(
        [0, 0],
        function=reader(work=10, timeout=20, poison_share=1),
        bisect_batch_on_function_error=True,
        until=15,
    )
    cut = run.spans[run.spans.end_s == 15]
    columns = ["event", "stage", "start_s", "outcome"]
    assert sorted(cut[columns].to_numpy().tolist()) == [
        [0, "handler", 11, "in flight"],
        [1, "retry", 10, "in flight"],
    ]
    assert fates(run) == ["in flight"] * 2


def test_a_full_batch_of_a_stream_starts_the_windows_anew():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    run = stream([1, 3, 6], maximum_batching_window_in_seconds=10, batch_size=2)
    assert calls(run) == [(3, 5, [0, 1]), (15, 16, [2])], (
        "the first window would have ended at 10"
    )


def test_a_tumbling_window_ends_with_its_state_in_a_final_run():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html"""
    run = stream(
        [1, 2, 12, 25, 31],
        tumbling_window_in_seconds=10,
        function=reader(work=0.1),
    )
    windows = [
        (w.start / 1e6, w.end / 1e6, w.records) for w in run.trace.windows
    ]
    assert windows == [(0, 10, 2), (10, 20, 1), (20, 30, 1), (30, 40, 1)]
    final = run.deliveries[run.deliveries.edge == "tumbling window"]
    assert final[["parent", "arrived_s", "fate"]].to_numpy().tolist() == [
        [1, 10.0, "succeeded"],
        [2, 20.0, "succeeded"],
        [3, 30.0, "succeeded"],
        [4, 40.0, "succeeded"],
    ]


def test_a_failed_batch_of_a_window_is_tried_again_with_the_same_state():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html"""
    function = reader(work=0.1, error_rate=0.3)
    seed = seed_for(function, [False, True, False], [False, False, False])
    run = stream(
        [1, 2, 12], tumbling_window_in_seconds=60, function=function, seed=seed
    )
    assert run.deliveries.runs.tolist()[:3] == [1, 2, 1]
    assert [w.records for w in run.trace.windows] == [3]


def test_a_batch_never_mixes_windows():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html"""
    run = stream(
        [9.2, 9.9, 10.1, 10.2],
        tumbling_window_in_seconds=10,
        function=reader(work=1.2),
    )
    batches = [events for _, _, events in calls(run)]
    assert batches[:3] == [[0, 1], [4], [2, 3]]


def test_a_window_does_not_wait_for_a_record_of_the_instant_at_which_it_ends():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html"""
    run = stream(
        [1, 10],
        tumbling_window_in_seconds=10,
        latency=sim.Constant(seconds=2),
        function=reader(work=8),
    )
    windows = run.deliveries[run.deliveries.edge == "tumbling window"]
    assert windows[["parent", "arrived_s"]].to_numpy().tolist() == [
        [0, 11],
        [1, 27],
    ], "the run of the first ends at 11, and the second is found at 12"


def test_a_record_of_the_instant_at_which_a_window_ends_belongs_to_the_next():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html"""
    run = stream(
        [9.2, 9.9, 10],
        tumbling_window_in_seconds=10,
        function=reader(work=1.2),
    )
    batches = [events for _, _, events in calls(run)]
    assert batches[:3] == [[0, 1], [3], [2]]


def test_the_sdk_of_a_function_that_writes_gets_its_record_into_the_stream_with_its_key():
    failing = reader(name="g", poison_share=1)
    failing = failing.replace(
        event_invoke_config=sim.EventInvokeConfig(
            maximum_retry_attempts=0,
            destination_config=sim.DestinationConfig(on_failure="s"),
        )
    )
    scenario = sim.Scenario(
        functions=[reader(), failing],
        triggers=[mapping(), sim.trigger("invoke_event", function="g")],
        traffic=[
            sim.Traffic(
                into="invoke_event",
                arrivals=sim.Recorded(instants=[0, 1], keys=[5, 6]),
            )
        ],
        seconds=5,
    )
    run = sim.simulate(scenario)
    assert (
        run.deliveries[run.deliveries.function == "f"].fate.tolist()
        == ["succeeded"] * 2
    )


@pytest.mark.parametrize(
    ("behaviour", "returned"),
    [({"batch_response": "failed items"}, True), ({}, False)],
)
def test_a_stream_moves_on_after_a_run_that_returned_unless_it_listens(
    behaviour, returned
):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html"""
    function = reader(poison_share=1, **behaviour)
    run = stream([0] * 3, function=function, maximum_retry_attempts=0)
    assert fates(run) == (["succeeded"] if returned else ["dropped"]) * 3
    assert run.summary()[["delivered", "lost"]].tolist() == [0, 3]
    assert run.deliveries.runs.tolist() == ([1] * 3 if returned else [1, 0, 0])


REPORTED = {"statusCode": 200, "executedVersion": "$LATEST"}


@pytest.mark.parametrize("kind", ["kinesis", "ddb_streams"])
@pytest.mark.parametrize(
    ("function", "answer", "error"),
    [
        (reader(poison_share=1), REPORTS, None),
        (reader(poison_share=1, batch_response="wrong key"), REPORTS, None),
        (
            reader(poison_share=1, batch_response="exception"),
            REPORTS,
            "Unhandled",
        ),
        (reader(poison_share=1), {}, "Unhandled"),
        (reader(poison_share=1, crash_share=1), REPORTS, "Unhandled"),
        (reader(work=5, timeout=3), REPORTS, "Unhandled"),
    ],
)
def test_a_record_of_reported_failures_has_no_function_error(
    kind, function, answer, error
):
    """https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html

    As recorded on AWS: null where the last run returned, "Unhandled" where it did not.
    """
    run = stream(
        [0],
        kind=kind,
        function=function,
        maximum_retry_attempts=1,
        on_failure="dead",
        **answer,
    )
    record = run.batch_record(0)
    assert record["responseContext"] == {**REPORTED, "functionError": error}
    request = record["requestContext"]
    assert request["condition"] == "RetryAttemptsExhausted"
    assert request["approximateInvokeCount"] == 2
