"""Stories of settings that change during a run: when each counts, and for what."""

import pytest

import sim
from tests.support.queues import jobs, poll, worker
from tests.support.stories import (
    calls,
    environments_of,
    function,
    scenario,
    spans_of,
)
from tests.support.streams import calls as batches
from tests.support.streams import fates, poison, reader, stream

FAILS = {"error_rate": 1.0}


def change(at, of="jobs", **settings):
    """What the system of a queue or stream says besides: one change."""
    return {"changes": [sim.Change(of=of, at=at, **settings)]}


def called(instants, *changes, kind="invoke", seconds=1000, **settings):
    """The run of a function that is called at these instants; each change is of it."""
    shares = {"duplicate_share": settings.pop("duplicate_share", 0.0)}
    around = scenario(
        calls(function(**settings), instants, kind), seconds=seconds, **shares
    )
    changed = [sim.Change(of="f", **settings) for settings in changes]
    return sim.simulate(around.replace(changes=changed), drain=False)


def handled(run):
    """When each handler ran: (event, start_s, end_s)."""
    spans = run.spans[run.spans.stage == "handler"]
    columns = ["event", "start_s", "end_s"]
    return list(spans[columns].itertuples(index=False, name=None))


def starts(run):
    return [start for _, start, _ in handled(run)]


def test_another_visibility_timeout_is_for_messages_received_from_then_on():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"""
    run = poll(
        worker(**FAILS),
        jobs(60),
        instants=(590,),
        until=1000,
        system=change(600, visibility_timeout=180),
    )
    assert starts(run) == [590, 650, 830]
    hidden = [
        (start, end)
        for stage, start, end, _ in spans_of(run)
        if stage == "visibility"
    ]
    assert hidden == [(591, 650), (651, 830), (831, 1000)]


def test_a_story_tells_the_visibility_timeout_of_each_receive():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    run = poll(
        worker(**FAILS),
        jobs(60, most=2),
        instants=(590,),
        until=1000,
        system=change(600, visibility_timeout=180),
    )
    story = str(run.story(0))
    assert "From here on `visibility_timeout` of `jobs` is 180." in story
    assert "First receive: hidden for 60 s." in story
    assert "The visibility timeout of 60 s has ended" in story
    assert "Second receive: hidden for 3 min." in story
    assert "The visibility timeout of 3 min has ended" in story


def test_what_a_handler_makes_of_visibility_may_change_from_one_batch_to_the_next():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html"""
    back_off = sim.ChangeMessageVisibility(
        failure_visibility_timeout=5, failure_backoff_rate=1
    )
    run = poll(
        worker(**FAILS),
        jobs(30),
        until=50,
        system=change(20, of="worker", change_message_visibility=back_off),
    )
    assert starts(run) == [0, 30, 36, 42, 48]


def test_a_throttled_batch_is_kept_for_the_visibility_timeout_of_its_receive():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = poll(
        worker(reserved=0),
        jobs(60),
        until=200,
        system=change(5, visibility_timeout=3600),
    )
    waits = [row for row in spans_of(run) if row[0] == "visibility"]
    assert waits[0][2] == 60


def test_another_max_receive_count_is_for_the_next_receive():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    fewer = poll(
        worker(**FAILS),
        jobs(30, most=5),
        system=change(40, max_receive_count=1),
    )
    more = poll(
        worker(**FAILS),
        jobs(30, most=1),
        system=change(20, max_receive_count=3),
    )
    assert starts(fewer) == [0, 30]
    assert starts(more) == [0, 30, 60]
    assert fates(fewer) == fates(more) == ["dead-lettered"]


def test_a_delay_of_a_standard_queue_is_for_messages_sent_from_then_on():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html"""
    run = poll(
        queue=jobs(delay_seconds=20),
        instants=(0, 5),
        system=change(2, delay_seconds=3),
    )
    assert handled(run) == [(1, 8, 9), (0, 20, 21)]


def test_a_delay_of_a_fifo_queue_is_for_delayed_messages_too():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html"""
    fifo = jobs(delay_seconds=20, fifo_queue=True)
    shorter = poll(
        queue=fifo, instants=(0, 5), system=change(2, delay_seconds=3)
    )
    longer = poll(
        queue=fifo, instants=(0, 5), system=change(10, delay_seconds=30)
    )
    assert handled(shorter) == [(0, 3, 4), (1, 8, 9)]
    assert handled(longer) == [(0, 30, 31), (1, 35, 36)]


def test_a_shorter_retention_period_deletes_what_is_too_old_by_then():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"""
    run = poll(
        instants=(0, 500),
        enabled=False,
        until=2000,
        system=change(600, message_retention_period=120),
    )
    assert run.deliveries.settled_s.tolist() == [600, 620]
    assert fates(run) == ["expired", "expired"]
    longer = poll(
        queue=jobs(message_retention_period=60),
        instants=(0, 50),
        enabled=False,
        until=2000,
        system=change(70, message_retention_period=120),
    )
    assert longer.deliveries.settled_s.tolist() == [60, 170]


def test_how_long_a_queue_takes_for_another_retention_period_can_be_set():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"""
    choices = sim.Choices(retention_update_seconds=900)
    run = poll(
        enabled=False,
        until=2000,
        system={
            **change(600, message_retention_period=120, visibility_timeout=40),
            "choices": choices,
        },
    )
    assert run.deliveries.settled_s.tolist() == [1500]
    assert run.scenario.at(600).queue("jobs").visibility_timeout == 40


def test_a_mapping_that_is_switched_off_ends_its_batches_and_receives_no_others():
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html"""
    off_and_on = {
        "changes": [
            sim.Change(of="mapping", at=2, enabled=False),
            sim.Change(of="mapping", at=15, enabled=True),
        ]
    }
    run = poll(worker(work=3), instants=(0, 5), system=off_and_on)
    assert handled(run) == [(0, 0, 3), (1, 15, 18)]


def test_a_mapping_that_is_not_enabled_at_first_can_be_switched_on():
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html"""
    on = change(10, of="mapping", enabled=True)
    assert starts(poll(enabled=False, system=on)) == [10]
    on = change(10, of="m", enabled=True)
    assert starts(stream(enabled=False, system=on, until=50)) == [10]


def test_one_mapping_of_two_on_a_queue_can_be_switched_off():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    other = function(name="other")
    run = poll(
        also=[other],
        consumers=[
            sim.trigger(
                "sqs_standard",
                function="other",
                name="second",
                source="jobs",
                latency=sim.Constant(seconds=0),
            )
        ],
        instants=range(40),
        system=change(20, of="second", enabled=False),
    )
    started = run.spans[run.spans.stage == "handler"]
    by_other = started[started.resource == "other"].start_s
    assert len(by_other)
    assert by_other.max() < 20
    assert len(started) == 40


def test_another_batch_size_is_for_the_next_batch():
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html"""
    run = stream(
        (0, 0, 0, 0, 0),
        function=reader(work=1.0),
        batch_size=1,
        system=change(1.5, of="m", batch_size=3),
    )
    assert batches(run) == [(0, 1, [0]), (1, 2, [1]), (2, 5, [2, 3, 4])]


def test_a_batch_of_messages_goes_out_when_its_window_changes():
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html"""
    run = poll(
        instants=(0, 1, 20),
        maximum_batching_window_in_seconds=10,
        system=change(5, of="mapping", maximum_batching_window_in_seconds=0),
    )
    assert handled(run) == [(0, 5, 6), (1, 6, 7), (2, 20, 21)]


def test_records_need_not_wait_for_a_window_that_is_taken_away():
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html"""
    run = stream(
        (0, 1, 20),
        maximum_batching_window_in_seconds=10,
        system=change(5, of="m", maximum_batching_window_in_seconds=0),
    )
    assert batches(run) == [(5, 7, [0, 1]), (20, 21, [2])]


def test_another_maximum_concurrency_counts_at_once_for_new_batches():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    run = poll(
        instants=(0, 0, 0, 0, 10, 10, 10, 10),
        batch_size=1,
        system=change(5, of="mapping", maximum_concurrency=2),
    )
    assert starts(run) == [0, 0, 0, 0, 10, 10, 11, 11]


def test_a_mapping_that_reads_reports_from_then_on_tries_what_failed_again():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html"""
    function = reader(poison_share=0.5)
    run = stream(
        (0, 0),
        function=function,
        seed=poison(function, False, True),
        until=7,
        system=change(
            2, of="m", function_response_types=["ReportBatchItemFailures"]
        ),
    )
    assert batches(run) == [(0, 2, [0, 1]), (3, 5, [0, 1]), (6, 7, [1])]
    assert fates(run) == ["succeeded", "in flight"]


def test_fewer_retries_end_a_batch_that_blocks_its_shard():
    """https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"""
    run = stream(
        (0,),
        function=reader(**FAILS),
        until=100,
        system=change(4, of="m", maximum_retry_attempts=1, on_failure="dead"),
    )
    assert starts(run) == [0, 2, 5]
    assert run.deliveries.stores.tolist() == ["dead"]


def test_another_maximum_record_age_is_for_records_in_hand_too():
    """https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"""
    run = stream(
        (0,),
        function=reader(**FAILS),
        until=500,
        system=change(100, of="m", maximum_record_age_in_seconds=60),
    )
    settled = run.deliveries.settled_s.tolist()[0]
    assert 100 <= settled <= 160
    assert run.deliveries.condition.tolist() == ["RecordAgeExceeded"]


def test_more_batches_of_a_shard_begin_when_those_in_hand_have_ended():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html"""
    run = stream(
        (0,) * 6,
        batch_size=1,
        system=change(1.5, of="m", parallelization_factor=3),
    )
    assert starts(run)[:2] == [0, 1]
    assert min(starts(run)[2:]) == 2
    assert starts(run).count(2) > 1


def test_fewer_batches_of_a_shard_keep_the_order_of_each_key():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html"""
    run = stream(
        [n / 10 for n in range(30)],
        keys=[n % 5 for n in range(30)],
        batch_size=2,
        parallelization_factor=4,
        system=change(2.05, of="m", parallelization_factor=1),
    )
    ends = run.deliveries.assign(key=run.deliveries.event % 5)
    for _, mine in ends.groupby("key"):
        assert mine.settled_s.is_monotonic_increasing
    assert set(fates(run)) == {"succeeded"}


def test_a_change_of_the_shard_count_is_a_resharding():
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html"""
    instants, keys = [n / 10 for n in range(40)], range(40)
    changed = stream(instants, keys, system=change(2, of="s", shard_count=3))
    resharding = sim.Resharding(at=2, shard_count=3)
    resharded = stream(
        instants, keys, stream_settings={"reshardings": [resharding]}
    )
    assert changed.spans.equals(resharded.spans)
    assert changed.cost().equals(resharded.cost())


def test_a_longer_retention_keeps_the_records_that_are_there():
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html"""
    hour = 3600
    off = [
        sim.Change(of="m", at=1, enabled=False),
        sim.Change(of="m", at=30 * hour, enabled=True),
    ]
    longer = sim.Change(of="s", at=10, retention_period_hours=48)
    lost = stream((2,), until=40 * hour, system={"changes": off})
    kept = stream((2,), until=40 * hour, system={"changes": [*off, longer]})
    assert fates(lost) == ["expired"]
    assert starts(kept) == [30 * hour]


def test_a_change_of_code_is_for_new_environments():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = called((0, 9.5, 10, 20), {"at": 10, "handler": 2.0}, init=0.5)
    assert environments_of(run) == [1, 1, 2, 2]
    assert handled(run) == [
        (0, 0.5, 1.5),
        (1, 9.5, 10.5),
        (2, 10.5, 12.5),
        (3, 20, 22),
    ]


def test_another_timeout_is_for_runs_that_begin_from_then_on():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"""
    run = called((8, 10), {"at": 10, "timeout": 2}, handler=5.0, timeout=10)
    assert spans_of(run, 0) == [("handler", 8, 13, "succeeded")]
    assert spans_of(run, 1) == [("handler", 10, 12, "timeout")]


def test_more_memory_makes_work_quicker_and_dearer_from_then_on():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
    settings = {"memory_size": 1024, "cpu_bound_share": 1.0}
    run = called((0, 10), {"at": 5, "memory_size": 1769}, **settings)
    (_, _, first), (_, start, second) = handled(run)
    assert first == pytest.approx(1769 / 1024, abs=1e-5)
    assert second - start == 1
    cost = run.cost().set_index("item").quantity
    gb_s = cost["Lambda duration (x86_64)"]
    assert gb_s == pytest.approx(2 * 1769 / 1024, abs=0.01)


def test_how_long_a_function_takes_for_its_new_version_can_be_set():
    """https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html"""
    around = scenario(calls(function(), (4, 6, 14)), function_update_seconds=10)
    changes = [sim.Change(of="f", at=3, handler=2.0)]
    run = sim.simulate(around.replace(changes=changes))
    assert handled(run) == [(0, 4, 5), (1, 6, 7), (2, 14, 16)]


def test_less_reserved_concurrency_counts_at_once_for_new_requests():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""
    run = called(
        (0, 0, 0, 1, 5, 5, 5),
        {"at": 1, "reserved_concurrent_executions": 2},
        handler=3.0,
    )
    rejected = run.deliveries[run.deliveries.fate == "rejected"].event
    assert rejected.tolist() == [3, 6]
    reasons = run.spans[run.spans.stage == "throttle"].outcome.unique()
    assert list(reasons) == [
        "ReservedFunctionConcurrentInvocationLimitExceeded"
    ]


def test_runs_under_way_count_in_a_reservation_of_another_size():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""
    run = called(
        (0, 0, 0, 1.5, 1.5, 2.5, 4, 5),
        {"at": 1, "reserved_concurrent_executions": 3},
        {"at": 2, "reserved_concurrent_executions": 1},
        handler=3.0,
        reserved_concurrent_executions=2,
    )
    assert starts(run) == [0, 0, 1.5, 5]
    rejected = run.deliveries[run.deliveries.fate == "rejected"].event
    assert rejected.tolist() == [2, 4, 5, 6]


def test_a_reservation_takes_its_part_of_the_account_with_it():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    f = function(handler=9.0, timeout=60)
    g = function("g", handler=9.0, timeout=60)
    parts = (calls(f, (0, 0)), calls(g, (2,) * 101 + (12,) * 105))
    changes = [
        sim.Change(of="f", at=1, reserved_concurrent_executions=5),
        sim.Change(of="f", at=11, reserved_concurrent_executions=None),
    ]
    around = scenario(*parts, concurrent_executions=105, seconds=100)
    run = sim.simulate(around.replace(changes=changes))
    of_g = run.deliveries[run.deliveries.function == "g"]
    succeeded = of_g[of_g.fate == "succeeded"].arrived_s.tolist()
    assert (succeeded.count(2), succeeded.count(12)) == (100, 105)


def test_events_in_the_queue_are_given_up_when_the_function_is_switched_off():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    off = {"at": 5, "reserved_concurrent_executions": 0}
    run = called((0, 10), off, kind="invoke_event", **FAILS)
    assert starts(run) == [0]
    assert run.deliveries.condition.tolist() == ["ZeroReservedConcurrency"] * 2
    assert run.deliveries.settled_s.tolist() == [61, 10]


def test_fewer_retries_are_for_events_in_the_queue_too():
    """https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html"""
    run = called(
        (0, 100),
        {"at": 5, "maximum_retry_attempts": 0},
        kind="invoke_event",
        **FAILS,
    )
    assert starts(run) == [0, 61, 100]
    assert "No retry is left of 0" in str(run.story(1))


def test_provisioned_concurrency_is_allocated_when_it_is_asked_for():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    config = sim.ProvisionedConcurrencyConfig(2)
    run = called(
        (0, 400),
        {"at": 5, "provisioned_concurrency_config": config},
        {"at": 500, "provisioned_concurrency_config": None},
        auto_publish_alias="live",
        init=0.5,
    )
    assert environments_of(run)[0] == 1
    table = run.provisioned_concurrency
    assert table.requested.tolist()[0] == 2
    assert table.requested.tolist()[-1] == 0
    assert table.at_s.tolist()[0] == 5
    assert environments_of(run)[1] in (2, 3)


def test_a_new_version_takes_over_what_is_provisioned_for_the_alias():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    config = sim.ProvisionedConcurrencyConfig(1)
    run = called(
        (0, 400),
        {"at": 5, "handler": 2.0},
        auto_publish_alias="live",
        provisioned_concurrency_config=config,
        init=0.5,
    )
    last = run.provisioned_concurrency.groupby("version").requested.last()
    assert last.to_dict() == {0: 0, 1: 1}
    assert handled(run) == [(0, 0, 1), (1, 400, 402)]


def test_code_that_sends_more_from_then_on_reaches_other_functions():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html"""
    g = function("g")
    f = calls(function(), (0, 10))
    changes = [sim.Change(of="f", at=5, sends=[sim.Output("g")])]
    around = scenario(f, seconds=50).replace(
        functions=[f[0], g], changes=changes
    )
    run = sim.simulate(around)
    by_g = run.spans[run.spans.resource == "g"]
    assert by_g[by_g.stage == "handler"].start_s.tolist() == [11]


def test_code_that_becomes_idempotent_repeats_nothing_from_then_on():
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/"""
    idempotent = sim.Idempotency(expires_after_seconds=3600)
    run = called(
        (0, 10),
        {"at": 5, "idempotency": idempotent},
        kind="invoke_event",
        duplicate_share=1.0,
    )
    assert run.deliveries.side_effects.tolist() == [2, 1]


def test_an_incident_is_repaired_by_a_change():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    off = sim.Change(of="mapping", at=10, enabled=False)
    fixed = sim.Change(of="worker", at=40, error_rate=0.0)
    on = sim.Change(of="mapping", at=45, enabled=True)
    broken = {"function": worker(**FAILS), "queue": jobs(20, most=3)}
    left = poll(**broken, instants=(0, 15))
    repaired = poll(
        **broken, instants=(0, 15), system={"changes": [off, fixed, on]}
    )
    assert fates(left) == ["dead-lettered"] * 2
    assert fates(repaired) == ["succeeded"] * 2
    assert starts(repaired)[1] == 45


def test_another_retention_of_a_stream_leaves_its_shards_alone():
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html"""
    resharding = sim.Resharding(at=2, shard_count=3)
    resharded = {"stream_settings": {"reshardings": [resharding]}}
    instants, keys = [n / 10 for n in range(40)], range(40)
    plain = stream(instants, keys, **resharded)
    longer = change(3, of="s", retention_period_hours=48)
    assert plain.spans.equals(
        stream(instants, keys, **resharded, system=longer).spans
    )


def test_another_configuration_is_for_a_deployed_version_too():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html"""
    slow = function(handler=5.0).behaviour
    parts = calls(function(timeout=10), (0, 4, 6, 12))
    system = scenario(parts, seconds=50).replace(
        deployments=[
            sim.Deployment(function="f", at=3, until=10, behaviour=slow)
        ],
        changes=[sim.Change(of="f", at=5, timeout=2)],
    )
    run = sim.simulate(system)
    assert handled(run) == [(0, 0, 1), (1, 4, 9), (2, 6, 8), (3, 12, 13)]
    fixed = sim.Change(of="f", at=5, handler=0.5)
    repaired = sim.simulate(system.replace(changes=[fixed]))
    assert handled(repaired) == [
        (0, 0, 1),
        (1, 4, 9),
        (2, 6, 6.5),
        (3, 12, 12.5),
    ]


def test_both_versions_of_a_weighted_alias_take_another_configuration():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html"""
    slow = function(handler=5.0).behaviour
    parts = calls(function(timeout=10), range(0, 200, 10))
    deployment = sim.Deployment(function="f", at=0, weight=0.5, behaviour=slow)
    canary = scenario(parts, seconds=300).replace(deployments=[deployment])
    shorter = canary.replace(changes=[sim.Change(of="f", at=95, timeout=2)])
    before, after = (sim.simulate(one) for one in (canary, shorter))
    lengths = [
        [end - start for _, start, end in handled(run)]
        for run in (before, after)
    ]
    assert set(lengths[0]) == {1, 5}
    assert lengths[1] == [
        min(2, length) if number > 9 else length
        for number, length in enumerate(lengths[0])
    ]
