"""What AWS refuses in an event source mapping, each with one sentence."""

import pytest

import sim
from sim.scenario.event_source_mapping import EventSourceMapping

PROVISIONED = sim.ProvisionedPollerConfig()


def made(kind, **settings) -> EventSourceMapping:
    position = (
        {"starting_position": "LATEST"}
        if kind not in ("sqs_standard", "mq")
        else {}
    )
    return EventSourceMapping(
        name="m",
        kind=kind,
        function="f",
        source="s",
        **{**position, **settings},
    )


@pytest.mark.parametrize(
    ("kind", "settings", "said"),
    [
        (
            "kinesis",
            {"scaling_config": sim.ScalingConfig(maximum_concurrency=5)},
            "takes no scaling_config; sqs",
        ),
        (
            "kinesis",
            {"provisioned_poller_config": PROVISIONED},
            "takes no provisioned_poller_config",
        ),
        ("kinesis", {"pollers": 3}, "takes no pollers"),
        (
            "sqs_standard",
            {"parallelization_factor": 2},
            "takes no parallelization_factor; kinesis, kinesis_efo",
        ),
        ("sqs_standard", {"on_failure": "dead"}, "takes no on_failure"),
        (
            "sqs_standard",
            {"bisect_batch_on_function_error": True},
            "takes no bisect_batch_on_function_error",
        ),
        (
            "sqs_standard",
            {"starting_position": "LATEST"},
            "takes no starting_position",
        ),
        (
            "msk",
            {"tumbling_window_in_seconds": 60},
            "takes no tumbling_window_in_seconds",
        ),
        (
            "msk",
            {"bisect_batch_on_function_error": True},
            "bisect_batch_on_function_error only with provisioned",
        ),
        (
            "msk",
            {"maximum_retry_attempts": 3},
            "takes maximum_retry_attempts only with provisioned_poller_config",
        ),
        (
            "mq",
            {"function_response_types": ("ReportBatchItemFailures",)},
            "takes no function_response_types",
        ),
        ("mq", {"on_failure": "dead"}, "takes no on_failure"),
        ("documentdb", {"matching_share": 0.5}, "takes no matching_share"),
        (
            "documentdb",
            {"filter_criteria": ("{}",)},
            "takes no filter_criteria",
        ),
        ("kinesis", {"starting_position": None}, "needs a starting_position"),
        (
            "ddb_streams",
            {"starting_position": "AT_TIMESTAMP"},
            "not AT_TIMESTAMP",
        ),
        (
            "kinesis",
            {"starting_position": "AT_TIMESTAMP"},
            "AT_TIMESTAMP and starting_position_timestamp go together",
        ),
        (
            "kinesis",
            {"starting_position_timestamp": 4},
            "AT_TIMESTAMP and starting_position_timestamp go together",
        ),
        (
            "kinesis",
            {"maximum_record_age_in_seconds": 30},
            "is 30, but -1 or 60 to 604800 s is allowed",
        ),
        ("kinesis", {"maximum_record_age_in_seconds": 0}, "is 0, but -1 or 60"),
        (
            "kinesis",
            {"maximum_batching_window_in_seconds": 1.5},
            "is 1.5, but only whole seconds can be set",
        ),
        (
            "kinesis",
            {"maximum_batching_window_in_seconds": 0.5},
            "is 0.5, but only whole seconds can be set",
        ),
        (
            "msk",
            {"maximum_batching_window_in_seconds": 0.25},
            "is 0.25, but only whole seconds can be set",
        ),
        (
            "kinesis",
            {"parallelization_factor": 11},
            "parallelization_factor is 11, but 1 to 10 batches is allowed",
        ),
        (
            "sqs_standard",
            {"batch_size": 500},
            "batch_size is 500, and above 10",
        ),
        (
            "msk",
            {
                "provisioned_poller_config": sim.ProvisionedPollerConfig(
                    maximum_pollers=2001
                )
            },
            "Kafka takes 2000",
        ),
    ],
)
def test_a_setting_that_its_kind_does_not_take_is_refused(kind, settings, said):
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    with pytest.raises(sim.ScenarioError) as told:
        made(kind, **settings)
    assert said in str(told.value)
    assert str(told.value).count("\n") == 0
    assert "https://docs.aws.amazon.com/" in str(told.value)


@pytest.mark.parametrize(
    "kind", ["kinesis", "ddb_streams", "msk", "mq", "documentdb"]
)
def test_each_kind_has_awss_defaults(kind):
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    mapping = made(kind)
    assert mapping.batch_size == 100
    assert mapping.maximum_batching_window_in_seconds == (
        0 if kind in ("kinesis", "ddb_streams") else 0.5
    )
    assert (
        mapping.maximum_retry_attempts,
        mapping.maximum_record_age_in_seconds,
    ) == (
        -1,
        -1,
    )


def scenario(*triggers, **settings) -> sim.Scenario:
    timeout = settings.pop("timeout", 3)
    return sim.Scenario(
        functions=[sim.Function(name="f", timeout=timeout)],
        triggers=triggers,
        **settings,
    )


def reader(kind, name, source="s", **settings):
    return sim.trigger(kind, function="f", name=name, source=source, **settings)


def test_a_stream_has_twenty_consumers():
    """https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html"""
    with pytest.raises(
        sim.ScenarioError,
        match="21 mappings use enhanced fan-out, but it has 20 consumers",
    ):
        scenario(*(reader("kinesis_efo", f"m{n}") for n in range(21)))


def test_tumbling_windows_and_resharding_do_not_go_together():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html"""
    streams = [
        sim.Stream(name="s", reshardings=[sim.Resharding(at=1, shard_count=2)])
    ]
    with pytest.raises(
        sim.ScenarioError, match="tumbling windows do not support resharding"
    ):
        scenario(
            reader("kinesis", "m", tumbling_window_in_seconds=60),
            streams=streams,
        )


def test_an_on_demand_stream_decides_itself_on_its_shards():
    """https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html"""
    changes = [sim.Resharding(at=1, shard_count=2)]
    with pytest.raises(sim.ScenarioError, match="leave out reshardings"):
        scenario(
            reader("kinesis", "m"),
            streams=[
                sim.Stream(
                    name="s", stream_mode="ON_DEMAND", reshardings=changes
                )
            ],
        )


@pytest.mark.parametrize(
    "kind", ["msk", "self_managed_kafka", "mq", "documentdb"]
)
def test_a_function_that_polls_kafka_a_broker_or_documentdb_has_fourteen_minutes(
    kind,
):
    """https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html"""
    with pytest.raises(
        sim.ScenarioError, match="timeout is 841 s, but 840 s at most"
    ):
        scenario(reader(kind, "m"), timeout=841)
    scenario(reader(kind, "m"), timeout=840)


def test_a_destination_is_a_queue_topic_bucket_or_kafka_topic_of_the_scenario():
    """https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"""
    mapping = reader("kinesis", "m", on_failure="dead")
    with pytest.raises(
        sim.ScenarioError, match="sends to queue, topic or bucket 'dead'"
    ):
        scenario(mapping)
    scenario(mapping, kafka_topics=[sim.KafkaTopic(name="dead")])
