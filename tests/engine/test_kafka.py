"""Stories of Kafka topics, brokers and change streams with exact times."""

import pytest

import sim
from tests.support.stories import DAY
from tests.support.streams import (
    REPORTS,
    calls,
    fates,
    poison,
    reader,
    seed_for,
    stream,
)

AT_ONCE = {"maximum_batching_window_in_seconds": 0}
PROVISIONED = {
    "provisioned_poller_config": sim.ProvisionedPollerConfig(),
    **AT_ONCE,
}


def topic(instants=(0,), partitions=1, hours=168, **settings):
    topics = {
        "kafka_topics": [
            sim.KafkaTopic(
                name="s", partitions=partitions, retention_hours=hours
            )
        ]
    }
    return stream(
        instants,
        kind=settings.pop("kind", "msk"),
        system=topics,
        **{**AT_ONCE, **settings},
    )


def test_half_a_second_is_the_window_unless_it_is_set():
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    topics = {"kafka_topics": [sim.KafkaTopic(name="s", partitions=1)]}
    run = stream(
        [0.1, 0.3, 0.6], kind="msk", system=topics, function=reader(work=0.01)
    )
    assert [(start, events) for start, _, events in calls(run)] == [
        (0.5, [0, 1]),
        (pytest.approx(1.02), [2]),
    ]


def test_a_key_is_always_in_the_same_partition_and_records_without_key_take_turns():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html"""
    run = topic([0] * 6, partitions=3)
    assert [run.trace.shards[n] for n in range(6)] == [0, 1, 2, 0, 1, 2]
    run = topic([0] * 6, partitions=3, keys=[4, 5, 4, 5, 4, 5])
    assert len({run.trace.shards[n] for n in (0, 2, 4)}) == 1


def test_one_poller_begins_with_all_partitions():
    """https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html"""
    run = topic([0] * 3, partitions=3)
    assert [start for start, _, _ in calls(run)] == [0, 1, 2]


def test_pollers_follow_the_lag_that_is_looked_at_every_minute():
    """https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html

    How many pollers is a choice.
    """
    run = topic([0] * 900, partitions=3, batch_size=1)
    assert run.trace.pollers[:2] == [("m", 0, 1), ("m", 240_000_000, 3)]
    starts = [start for start, _, _ in calls(run)]
    assert (starts.count(239.0), starts.count(240.0)) == (1, 3)


def test_a_throttled_function_gets_fewer_pollers():
    """https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html"""
    run = topic(
        [0] * 3000,
        partitions=8,
        batch_size=1,
        function=reader(reserved=2),
        until=900,
    )
    counts = [(at / 1e6, count) for _, at, count in run.trace.pollers]
    assert counts == [(0, 1), (240, 8), (420, 4), (600, 2), (780, 1), (840, 8)]


def test_another_range_of_provisioned_pollers_counts_at_once():
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html"""

    def pollers(minimum, maximum):
        return sim.ProvisionedPollerConfig(
            minimum_pollers=minimum, maximum_pollers=maximum
        )

    before = topic(
        [0] * 60, partitions=4, provisioned_poller_config=pollers(1, 4)
    )
    changes = [
        sim.Change(of="m", at=at, provisioned_poller_config=pollers(*limits))
        for at, limits in ((5, (3, 4)), (7, (1, 2)))
    ]
    scenario = before.scenario.replace(seconds=30, changes=changes)
    run = sim.simulate(scenario, drain=False)
    counts = [(at / 1e6, count) for _, at, count in run.trace.pollers]
    assert counts == [(0, 1), (5, 3), (7, 2)]


def test_a_failed_batch_blocks_its_partition_until_it_succeeds_or_expires():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html"""
    function = reader(work=0.5, poison_share=0.5)
    seed = poison(function, True, False, False, False)
    run = topic(
        [0, 0, 1, 1],
        partitions=2,
        hours=1,
        batch_size=1,
        function=function,
        seed=seed,
    )
    assert fates(run) == ["expired", "succeeded", "succeeded", "succeeded"]
    assert run.deliveries.settled_s.tolist() == [3600.0, 1.0, 3600.5, 1.5]


def test_a_provisioned_poller_makes_five_calls_at_once():
    """https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html"""
    run = topic([0] * 7, partitions=7, **PROVISIONED)
    assert [start for start, _, _ in calls(run)] == [0] * 5 + [1] * 2
    two = {
        "provisioned_poller_config": sim.ProvisionedPollerConfig(
            minimum_pollers=2
        ),
        **AT_ONCE,
    }
    assert [
        start for start, _, _ in calls(topic([0] * 7, partitions=7, **two))
    ] == [0] * 7


def test_there_are_never_more_pollers_than_partitions():
    """https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html"""
    many = {
        "provisioned_poller_config": sim.ProvisionedPollerConfig(
            minimum_pollers=9
        ),
        **AT_ONCE,
    }
    assert topic([0], partitions=3, **many).trace.pollers == [("m", 0, 3)]


def test_a_provisioned_mapping_has_retries_and_bisects():
    """https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html"""
    function = reader(work=0.1, poison_share=0.3)
    seed = poison(function, False, True, False, False)
    run = topic([0] * 4, function=function, seed=seed, maximum_retry_attempts=1, on_failure="dead",
                bisect_batch_on_function_error=True, maximum_batching_window_in_seconds=1,
                provisioned_poller_config=sim.ProvisionedPollerConfig())  # fmt: skip
    assert [events for _, _, events in calls(run)] == [
        [0, 1, 2, 3],
        [0, 1],
        [0],
        [1],
        [1],
        [2, 3],
    ]
    assert run.batch_record(1)["KafkaBatchInfo"]["batchSize"] == 1


def test_without_a_limit_of_retries_a_destination_gets_the_batch_after_ten():
    """https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html"""
    run = topic(
        function=reader(poison_share=1), on_failure="dead", **PROVISIONED
    )
    assert len(calls(run)) == 11
    assert fates(run) == ["dead-lettered"]


def test_a_provisioned_mapping_reads_partial_responses():
    """https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html"""
    function = reader(work=0.1, error_rate=0.3)
    seed = seed_for(function, [False, True, False], [False] * 3)
    window = {"maximum_batching_window_in_seconds": 1}
    run = topic(
        [0] * 3,
        function=function,
        seed=seed,
        **{**PROVISIONED, **window},
        **REPORTS,
    )
    assert [events for _, _, events in calls(run)] == [[0, 1, 2], [1, 2]]


def test_what_a_filter_keeps_out_is_committed_with_the_next_batch():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"""
    run = topic(
        [n / 10 for n in range(40)],
        matching_share=0.5,
        batch_size=1,
        function=reader(work=0.01),
    )
    kept_out = run.deliveries[run.deliveries.fate == "filtered"]
    ends = {round(end, 6) for _, end, _ in calls(run)}
    assert len(kept_out) > 5
    assert set(kept_out.settled_s.round(6)) <= ends


@pytest.mark.parametrize(
    ("software", "most"), [("ACTIVEMQ", 5), ("RABBITMQ", 1)]
)
def test_a_broker_has_so_many_batches_at_once(software, most):
    """https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html"""
    brokers = {"brokers": [sim.Broker(name="s", engine_type=software)]}
    run = stream([0] * 12, kind="mq", batch_size=1, system=brokers, **AT_ONCE)
    starts = [start for start, _, _ in calls(run)]
    assert starts == [n // most for n in range(12)]


def test_a_brokers_window_begins_with_its_first_message():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    run = stream([0.7, 0.9, 1.6], kind="mq", function=reader(work=0.01))
    assert [(round(start, 2), events) for start, _, events in calls(run)] == [
        (1.2, [0, 1]),
        (2.1, [2]),
    ]


def test_the_consumers_of_a_broker_each_have_windows_of_their_own():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html

    A message that comes while others are handled waits for its window only, not for their end.
    """
    run = stream(
        [0, 1, 2],
        kind="mq",
        function=reader(work=10, timeout=60),
        system={"brokers": [sim.Broker(name="s", engine_type="ACTIVEMQ")]},
    )
    assert calls(run) == [
        (0.5, 10.5, [0]),
        (1.5, 11.5, [1]),
        (2.5, 12.5, [2]),
    ]


def test_a_change_stream_is_handled_strictly_in_order():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-documentdb.html"""
    run = stream([0] * 4, kind="documentdb", batch_size=1, **AT_ONCE)
    assert [(start, events) for start, _, events in calls(run)] == [
        (0, [0]),
        (1, [1]),
        (2, [2]),
        (3, [3]),
    ]


def test_a_change_stream_keeps_its_events_for_three_hours():
    """https://docs.aws.amazon.com/documentdb/latest/developerguide/change_streams.html"""
    run = stream([0], kind="documentdb", enabled=False, until=DAY / 2)
    assert run.deliveries[["fate", "settled_s"]].to_numpy().tolist() == [
        ["expired", 10800.0]
    ]


@pytest.mark.parametrize("kind", ["msk", "mq", "documentdb"])
def test_a_record_above_six_megabytes_is_dropped(kind):
    """https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html"""
    run = stream([0], kind=kind, payload_kb=6145)
    assert fates(run) == ["dropped"]
    assert not calls(run)


def test_the_offset_lag_is_that_of_the_partition_that_is_furthest_behind():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    run = topic([0] * 200, batch_size=1, until=181)
    table = run.metrics()
    assert table[table.metric == "OffsetLag"].Maximum.tolist() == [140, 80, 20]


def test_provisioned_pollers_are_counted_every_minute():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    run = topic(
        [0] * 9000, partitions=8, batch_size=1, until=300, **PROVISIONED
    )
    table = run.metrics()
    assert table[table.metric == "ProvisionedPollers"].Maximum.tolist() == [
        1,
        1,
        1,
        1,
        8,
    ]


def test_too_large_events_of_a_change_stream_are_counted():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    table = stream([0, 1], kind="documentdb", payload_kb=6145).metrics()
    assert table[table.metric == "OversizedRecordCount"].Sum.tolist() == [2]


def test_provisioned_pollers_are_billed_by_the_unit_of_ten():
    """https://aws.amazon.com/lambda/pricing/"""
    bill = topic([0], until=3600, **PROVISIONED).cost().set_index("item")
    assert bill.quantity["Lambda event poller units"] == 1
