"""Who chooses a record's shard, and how large a record may be."""

import pytest

import sim

AUTO = {
    "stream_mode": "ON_DEMAND",
    "record_distribution_strategy": "AUTO",
}


def streamed(stream, keys=1, **mapping):
    """A hundred records of one key in four shards, of which a function takes one at a time."""
    function = sim.Function(
        name="f",
        behaviour=sim.Behaviour(
            handler=sim.Constant(0.5), init=sim.Constant(0)
        ),
    )
    return sim.simulate(
        sim.Scenario(
            functions=[function],
            triggers=[
                sim.trigger("kinesis", "f", source="s", batch_size=1, **mapping)
            ],
            streams=[sim.Stream(name="s", **stream)],
            traffic=[
                sim.Traffic(
                    into="s",
                    arrivals=sim.ConstantRate(per_second=5),
                    keys=sim.Keys(keys),
                )
            ],
            seconds=20,
        )
    )


def at_once(run):
    """The most records that are worked on at one time."""
    starts = [(at, 1) for at in run.attempts.start_s]
    ends = [(at, -1) for at in run.attempts.end_s]
    busy = most = 0
    for _, step in sorted(starts + ends):
        busy += step
        most = max(most, busy)
    return most


def test_records_of_one_key_stay_in_one_shard_unless_kinesis_distributes_them():
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamRecordDistributionStrategy.html"""
    assert at_once(streamed({"stream_mode": "ON_DEMAND"})) == 1
    assert at_once(streamed(AUTO)) == 4


def test_without_keys_nothing_keeps_the_order_of_a_key():
    """https://docs.aws.amazon.com/streams/latest/dev/service-managed-record-distribution.html"""
    by_key = streamed({"stream_mode": "ON_DEMAND"}).deliveries
    assert by_key.settled_s.is_monotonic_increasing
    run = streamed(AUTO, parallelization_factor=3)
    assert at_once(run) > 4


def test_the_strategy_can_change_at_any_time():
    """https://docs.aws.amazon.com/streams/latest/dev/service-managed-pk-transition.html"""
    change = sim.Change(of="s", at=10, record_distribution_strategy="AUTO")
    scenario = streamed({"stream_mode": "ON_DEMAND"}).scenario
    run = sim.simulate(scenario.replace(changes=(change,)))
    early = run.attempts[run.attempts.end_s < 10]
    late = run.attempts[run.attempts.start_s > 12]
    assert len(early) / 10 < len(late) / 10
    assert at_once(run) > 1


def test_provisioned_streams_have_keys():
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamRecordDistributionStrategy.html"""
    with pytest.raises(sim.ScenarioError, match="asks for stream_mode ON_DEM"):
        sim.Stream(name="s", record_distribution_strategy="AUTO")


def large(payload_kb, **stream):
    return sim.Scenario(
        functions=[sim.Function("f")],
        triggers=[sim.trigger("kinesis", "f", source="s")],
        streams=[sim.Stream(name="s", **stream)],
        traffic=[
            sim.Traffic(
                into="s",
                arrivals=sim.ConstantRate(per_second=0.1),
                payload_kb=payload_kb,
            )
        ],
        seconds=60,
    )


def test_a_stream_takes_records_of_1_mib_or_up_to_10_where_it_says_so():
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateMaxRecordSize.html"""
    assert large(1024)
    with pytest.raises(sim.ScenarioError, match="takes records of 1024 KiB"):
        large(1025)
    assert large(5000, max_record_size_in_kib=5000)
    with pytest.raises(sim.ScenarioError, match="max_record_size_in_kib"):
        large(5000, max_record_size_in_kib=10241)


def test_a_large_record_uses_burst_capacity():
    """https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html"""
    run = sim.simulate(large(5000, max_record_size_in_kib=10240))
    assert (run.deliveries.fate != "rejected").all()


@pytest.mark.parametrize("form", ["sam", "cdk-python", "cdk-typescript"])
def test_what_a_stream_takes_is_written(form):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesis-stream.html"""
    scenario = large(2000, max_record_size_in_kib=2000, **AUTO)
    text = sim.write_template(scenario, form)
    assert "MaxRecordSizeInKiB" in text
    assert "RecordDistributionStrategy" in text
    if form == "sam":
        (stream,) = sim.read_template(text).scenario.streams
        assert stream == scenario.streams[0]
