"""What `run.story`, CloudWatch and the bill say of streams."""

import pytest

import sim
from tests.support.streams import (
    REPORTS,
    mapping,
    poison,
    reader,
    seed_for,
    stream,
)


def told(run: sim.Run, event: int, *sentences: str) -> None:
    story = str(run.story(event))
    places = [story.find(sentence) for sentence in sentences]
    assert all(place >= 0 for place in places), story
    assert places == sorted(places), story


def metric(run, name, statistic="Sum"):
    table = run.metrics()
    return (
        table[table.metric == name]
        .set_index("timestamp_s")[statistic]
        .to_dict()
    )


def test_a_story_tells_of_a_blocked_shard_a_split_and_the_end():
    """https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"""
    function = reader(work=0.1, poison_share=0.2)
    seed = poison(function, False, True, False, False, False)
    run = stream(
        [0] * 4 + [2.5],
        function=function,
        maximum_retry_attempts=1,
        bisect_batch_on_function_error=True,
        on_failure="dead",
        seed=seed,
    )
    told(
        run,
        1,
        "The event is sent to `s`, Kinesis Data Streams.",
        "It is handed over in a batch of 4 records.",
        "now in a batch of 2 instead of 4.",
        "now in a batch of 1 instead of 2.",
        "No retry is left after 2 calls of its batch of 1 record: RetryAttemptsExhausted. "
        "One record of it goes to `dead`.",
    )
    told(
        run,
        4,
        "Its shard is blocked: event 1 comes first",
        "It is handed over in a batch of 1 record.",
    )


def test_a_story_tells_why_a_record_was_never_handed_over():
    """https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"""
    function = reader(poison_share=0.5)
    settings = {
        "function": function,
        "batch_size": 1,
        "seed": poison(function, True, True, False),
    }
    for run in (
        stream([0, 0.5, 0.9], until=20, **settings),
        stream([0, 0.5, 0.9], **settings),
    ):
        told(
            run, 2, "Its shard is blocked: event 0 comes first, and waits after"
        )
        assert "handed over" not in str(run.story(2))


def test_a_story_tells_of_a_checkpoint():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html"""
    function = reader(work=0.1, error_rate=0.3)
    run = stream(
        [0] * 3,
        function=function,
        seed=seed_for(function, [False, True, False], [False] * 3),
        **REPORTS,
    )
    told(
        run,
        2,
        "It is tried again in 1 s, now in a batch of 2 instead of 3.",
        "Lambda moves on",
    )


def test_a_story_tells_of_age_and_retention():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html"""
    old = stream(
        maximum_record_age_in_seconds=60,
        outages=[sim.Outage(of="m", at=0, seconds=70)],
    )
    told(
        old,
        0,
        "It has become too old: RecordAgeExceeded. Nothing keeps it: it is lost.",
    )
    gone = stream(enabled=False, until=90_000)
    told(gone, 0, "`s` keeps it no longer: it is lost.")


def test_a_story_tells_of_refused_puts_and_of_what_is_never_read():
    """https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html"""
    told(
        stream([0] * 1001, function=reader(work=0.0001)),
        1000,
        "The shard takes no more now: ProvisionedThroughputExceeded.",
        "Its sender is told ProvisionedThroughputExceededException",
    )
    late = stream([0], starting_position="LATEST", active_after=60)
    told(late, 0, "`m` begins later: it does not read it.")
    tables = {"tables": [sim.Table(name="s", unchanged_share=1)]}
    told(
        stream([0], kind="ddb_streams", system=tables),
        0,
        "The write changes nothing: there is no record of it.",
    )


def test_a_story_tells_the_state_a_window_ends_with():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html"""
    run = stream(
        [1, 2, 12], tumbling_window_in_seconds=10, function=reader(work=0.1)
    )
    told(
        run,
        1,
        "The window from 0 s to 10 s ends: its final invocation gets a state of 2 records.",
    )


def test_the_iterator_age_is_that_of_the_last_record_of_each_batch():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    run = stream([0.25, 0.75, 61.5], function=reader(work=0.1))
    assert metric(run, "IteratorAge", "Maximum") == {0.0: 250.0, 60.0: 500.0}


def test_the_event_counts_of_a_mapping():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    function = reader(work=0.1, poison_share=0.3)
    seed = poison(function, False, True, False)
    run = stream(
        [0] * 3,
        function=function,
        maximum_retry_attempts=1,
        on_failure="dead",
        seed=seed,
    )
    names = (
        "Polled",
        "FilteredOut",
        "Invoked",
        "FailedInvoke",
        "Dropped",
        "OnFailureDestinationDelivered",
    )
    counts = {
        name: sum(metric(run, f"{name}EventCount").values()) for name in names
    }
    assert counts == {"Polled": 3, "FilteredOut": 0, "Invoked": 6, "FailedInvoke": 6, "Dropped": 3,
                      "OnFailureDestinationDelivered": 3}  # fmt: skip


def test_a_streams_own_metrics_count_each_record_once():
    """https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html"""
    also = {
        "also": [reader(work=0.0001, name="g")],
        "triggers": [mapping(name="n", function="g")],
    }
    run = stream([0] * 1002, function=reader(work=0.0001), **also)
    assert metric(run, "IncomingRecords") == {0.0: 1000}
    assert metric(run, "WriteProvisionedThroughputExceeded") == {0.0: 2}


def cost_of(run, **options):
    table = run.cost(**options).set_index("item")
    return table[table.index.str.startswith("Kinesis")].quantity.to_dict()


def test_a_stream_is_billed_by_shard_hour_and_by_25_kilobytes():
    """https://aws.amazon.com/kinesis/data-streams/pricing/"""
    changes = {"reshardings": [sim.Resharding(at=1800, shard_count=4)]}
    run = stream(list(range(100)), payload_kb=26, shards=2, stream_settings=changes, until=3600,
                 function=reader(work=0.01))  # fmt: skip
    assert cost_of(run) == {
        "Kinesis shard hours": pytest.approx(3.0),
        "Kinesis PUT payload units": 200,
    }


def test_an_on_demand_stream_is_billed_by_the_hour_and_by_what_goes_in_and_out():
    """https://aws.amazon.com/kinesis/data-streams/pricing/"""
    run = stream(
        list(range(512)),
        payload_kb=1024,
        stream_settings={"stream_mode": "ON_DEMAND"},
        until=3600,
        function=reader(work=0.01),
    )
    assert cost_of(run) == {"Kinesis on-demand stream hours": 1.0, "Kinesis on-demand data in": 0.5,
                            "Kinesis on-demand data out": 0.5}  # fmt: skip


def test_enhanced_fan_out_is_billed_by_consumer_and_by_what_it_reads():
    """https://aws.amazon.com/kinesis/data-streams/pricing/"""
    run = stream(list(range(512)), payload_kb=1024, kind="kinesis_efo", shards=2, until=3600,
                 function=reader(work=0.01))  # fmt: skip
    bill = cost_of(run)
    assert bill["Kinesis enhanced fan-out hours"] == 2.0
    assert bill["Kinesis enhanced fan-out data"] == 0.5


def test_a_tables_stream_has_no_known_price():
    run = stream(kind="ddb_streams")
    assert run.cost().source.str.contains("no dated price of its stream").any()


def test_the_lags_of_a_functions_mappings_are_one_metric():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    scenario = sim.Scenario(
        functions=[sim.Function(name="f")],
        triggers=[
            sim.trigger("msk", function="f", name=name) for name in ("a", "b")
        ],
        traffic=[
            sim.Traffic(into=name, arrivals=sim.Burst(events=count))
            for name, count in (("a", 3), ("b", 7))
        ],
        kafka_topics=[
            sim.KafkaTopic(name=name, partitions=1) for name in ("a", "b")
        ],
        outages=[sim.Outage(of=name, at=0, seconds=90) for name in ("a", "b")],
        seconds=70,
    )
    table = sim.simulate(scenario, drain=False).metrics()
    lag = table[table.metric == "OffsetLag"]
    assert lag[["Minimum", "Maximum"]].to_numpy().tolist() == [[3, 7]]
