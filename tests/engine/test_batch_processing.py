"""A handler's way through a batch: in which order, how many at once, what after a failure."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim import ScenarioError
from tests.support import queues, streams
from tests.support.queues import REPORTS, ends, jobs, poll, spans, worker

BATCH = {"pollers": 1}
SIDE_BY_SIDE = {"batch_processing": {"order": "side by side"}}
SKIP_GROUP = {"batch_processing": {"on_failure": "skip group"}}
TEN_AT_ONCE = {"instants": [0] * 10, "batch_size": 10, **BATCH}


def handled(run):
    """Of each record its run in the first batch: event, start, end, outcome."""
    first = run.spans[(run.spans.stage == "handler") & (run.spans.attempt == 1)]
    columns = ["event", "start_s", "end_s", "outcome"]
    in_order = first.sort_values("event", kind="stable")
    return list(in_order[columns].itertuples(index=False, name=None))


def test_records_side_by_side_take_as_long_as_the_longest_one():
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/"""
    run = poll(worker(**SIDE_BY_SIDE), **TEN_AT_ONCE)
    assert ends(run) == [("succeeded", 1, 1, 1)] * 10
    one_by_one = poll(worker(timeout=30), **TEN_AT_ONCE)
    assert ends(one_by_one) == [("succeeded", 10, 1, 1)] * 10


def test_a_limit_says_how_many_records_are_handled_at_once():
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/"""
    limited = {"order": "side by side", "concurrency": 4}
    run = poll(worker(batch_processing=limited), **TEN_AT_ONCE)
    starts = [start for _, start, _, _ in handled(run)]
    assert starts == [0] * 4 + [1] * 4 + [2] * 2
    assert ends(run) == [("succeeded", 3, 1, 1)] * 10


@pytest.mark.parametrize(
    "kind",
    ["kinesis", "ddb_streams", "msk", "self_managed_kafka", "mq", "documentdb"],
)
def test_every_kind_of_batch_may_be_handled_side_by_side(kind):
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/"""
    settings = {"maximum_batching_window_in_seconds": 2, "batch_size": 5}
    for behaviour, length in (({}, 5), (SIDE_BY_SIDE, 1)):
        function = streams.reader(**behaviour)
        run = streams.stream(
            [0] * 5, [1] * 5, function=function, kind=kind, **settings
        )
        lengths = {end - start for start, end, _ in streams.calls(run)}
        assert lengths == {length}
        assert streams.fates(run) == ["succeeded"] * 5


def test_a_batch_of_a_fixed_time_is_handled_as_a_whole():
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/"""
    function = worker(batch_processing="fixed time", poison_share=0.5)
    seed = queues.seed_for(function, [False, True, False])
    run = poll(
        function, jobs(most=1), instants=[0] * 3, seed=seed, **BATCH, **REPORTS
    )
    assert handled(run) == [
        (0, 0, 1, "succeeded"),
        (1, 0, 1, "failed"),
        (2, 0, 1, "succeeded"),
    ]
    assert run.deliveries.fate.tolist() == [
        "succeeded",
        "dead-lettered",
        "succeeded",
    ]


def test_a_dependency_is_called_once_for_a_batch_that_is_handled_as_a_whole():
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/"""
    slow = sim.Dependency(
        name="db", latency=sim.Constant(seconds=2), maximum_connections=1
    )
    behaviour = {"depends_on": ("db",), "batch_processing": "fixed time"}
    run = poll(
        worker(**behaviour),
        **TEN_AT_ONCE,
        system={"dependencies": [slow]},
    )
    assert (run.spans.stage == "call").sum() == 1
    assert ends(run) == [("succeeded", 3, 1, 1)] * 10


FAILS_ONCE = {"error_rate": 0.3}
GROUPS = {"keys": [9, 0, 1, 0, 1, 0], "instants": [0, 0.1, 0.2, 0.3, 0.4, 0.5]}


def fifo(on_failure, **mapping):
    """Five messages wait for the end of the first: event 1, of group 0, fails at its first try."""
    function = worker(**FAILS_ONCE, batch_processing={"on_failure": on_failure})
    first_try = [False, True, False, False, False, False]
    return poll(
        function,
        jobs(fifo_queue=True),
        seed=queues.seed_for(function, first_try, [False] * 6),
        **GROUPS,
        **BATCH,
        **REPORTS,
        **mapping,
    )


def test_a_failed_group_of_a_fifo_queue_is_skipped_and_the_others_go_on():
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/

    A batch has group after group: 1, 3 and 5, then 2 and 4.
    """
    run = fifo("skip group")
    assert handled(run)[1:] == [
        (1, 1, 2, "failed"),
        (2, 2, 3, "succeeded"),
        (3, 2, 2, "not reached"),
        (4, 3, 4, "succeeded"),
        (5, 2, 2, "not reached"),
    ]
    assert ends(run)[1:] == [
        ("succeeded", 34, 2, 2),
        ("succeeded", 4, 1, 1),
        ("succeeded", 34, 2, 1),
        ("succeeded", 4, 1, 1),
        ("succeeded", 34, 2, 1),
    ]
    assert len(run.overtaken) == 0


def test_a_group_whose_dependency_is_back_is_handled_beside_a_failed_one():
    """https://docs.powertools.aws.dev/lambda/python/latest/utilities/batch/

    The handler takes the batch as SQS gives it, group 0 (events 1 and 3) before group 1 (2 and 4).
    Event 3 calls the database in its outage, and its run takes its 0.5 s; the next one finds the
    database back.
    """
    behaviour = sim.Behaviour(
        handler=sim.Constant(seconds=0.5),
        init=sim.Constant(seconds=0.1),
        depends_on=("db",),
        batch_processing="skip group",
    )
    mapping = sim.trigger(
        "sqs_fifo",
        function="f",
        source="q",
        latency=sim.Constant(seconds=0),
        batch_size=10,
        pollers=1,
        function_response_types=("ReportBatchItemFailures",),
    )
    arrivals = sim.Recorded(
        instants=(0, 0.3, 0.31, 0.32, 0.33), keys=(9, 0, 1, 0, 1)
    )
    scenario = sim.Scenario(
        functions=[sim.Function(name="f", timeout=30, behaviour=behaviour)],
        dependencies=[sim.Dependency(name="db")],
        queues=[sim.Queue(name="q", fifo_queue=True)],
        outages=[sim.Outage(of="db", at=0.9, seconds=0.4)],
        triggers=[mapping],
        traffic=[sim.Traffic(into="q", arrivals=arrivals)],
        seconds=120,
    )
    skipping = sim.simulate(scenario).deliveries
    assert skipping.runs.tolist() == [1, 1, 1, 2, 1]
    assert skipping.settled_s.round(3).tolist() == [0.6, 2.6, 2.6, 31.1, 2.6]
    stopping = sim.simulate(
        scenario.with_setting("functions.f.behaviour.batch_processing", "stop")
    ).deliveries
    # the next ones were not begun: they wait for the visibility timeout, too
    assert stopping.settled_s.round(3).tolist() == [0.6, 1.6, 32.1, 32.1, 32.1]


def test_a_group_is_skipped_side_by_side_once_one_of_its_records_has_failed():
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/"""
    two = {"order": "side by side", "concurrency": 2}
    function = worker(
        error_rate=0.3, batch_processing={**two, "on_failure": "skip group"}
    )
    seed = queues.seed_for(function, [False, True, *[False] * 4], [False] * 6)
    run = poll(
        function,
        instants=[0] * 6,
        keys=[0, 1, 0, 1, 0, 1],
        seed=seed,
        **BATCH,
        **REPORTS,
    )
    assert handled(run) == [
        (0, 0, 1, "succeeded"),
        (1, 0, 1, "failed"),
        (2, 1, 2, "succeeded"),
        (3, 2, 2, "not reached"),
        (4, 1, 2, "succeeded"),
        (5, 2, 2, "not reached"),
    ]


def test_by_default_a_fifo_handler_leaves_all_after_the_first_failure():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = fifo(None)
    assert [outcome for *_, outcome in handled(run)[1:]] == [
        "failed",
        *["not reached"] * 4,
    ]
    assert run.deliveries.settled_s.tolist() == [1, *[36] * 5]


@pytest.mark.parametrize(
    ("slower_by", "end", "outcome"), [(None, 1, "failed"), (2, 3, "succeeded")]
)
def test_an_outage_is_for_all_records_of_a_batch_that_is_handled_as_a_whole(
    slower_by, end, outcome
):
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/"""
    outage = sim.Outage(of="database", seconds=1, slower_by=slower_by)
    run = poll(
        worker(batch_processing="fixed time", depends_on=["database"]),
        instants=[0] * 3,
        system={"outages": [outage]},
        **BATCH,
    )
    assert handled(run) == [(n, 0, end, outcome) for n in range(3)]


@pytest.mark.parametrize(
    ("behaviour", "cut"),
    [
        ({"work": 5, "timeout": 3}, (3, "timeout")),
        ({"error_rate": 0.5, "crash_share": 1}, (1, "crashed")),
    ],
)
def test_a_timeout_or_a_crash_is_for_all_records_of_a_batch_handled_as_a_whole(
    behaviour, cut
):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    function = worker(**behaviour, batch_processing="fixed time")
    seed = 1
    if "crash_share" in behaviour:
        seed = queues.seed_for(function, [True, False, False])
    run = poll(function, jobs(most=1), instants=[0] * 3, seed=seed, **BATCH)
    assert handled(run) == [(n, 0, *cut) for n in range(3)]
    assert set(run.deliveries.fate) == {"dead-lettered"}


def test_a_call_that_fails_fails_a_batch_that_is_handled_as_a_whole():
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/"""
    latency = sim.Constant(seconds=0.5)
    run = poll(
        worker(batch_processing="fixed time", depends_on=["database"]),
        instants=[0] * 3,
        system={
            "dependencies": [sim.Dependency(name="database", latency=latency)],
            "outages": [sim.Outage(of="database", seconds=1)],
        },
        **BATCH,
    )
    assert handled(run) == [(n, 0, 1.5, "failed") for n in range(3)]


def test_who_goes_on_after_a_failure_breaks_the_order_of_a_fifo_queue():
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/"""
    run = fifo("go on")
    assert [outcome for *_, outcome in handled(run)[1:]] == [
        "failed",
        *["succeeded"] * 4,
    ]
    assert run.overtaken.event.tolist() == [1]


def test_who_stops_at_a_failure_lets_end_what_is_in_progress():
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/"""
    two = {"order": "side by side", "concurrency": 2, "on_failure": "stop"}
    function = worker(error_rate=0.3, batch_processing=two)
    seed = queues.seed_for(function, [True, False, False, False], [False] * 4)
    run = poll(function, instants=[0] * 4, seed=seed, **BATCH, **REPORTS)
    assert handled(run) == [
        (0, 0, 1, "failed"),
        (1, 0, 1, "succeeded"),
        (2, 1, 1, "not reached"),
        (3, 1, 1, "not reached"),
    ]
    assert run.deliveries.receives.tolist() == [2, 1, 2, 2]


def test_a_timeout_cuts_all_records_in_progress():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

    What is done stays done, but the whole batch comes back.
    """
    three = {"order": "side by side", "concurrency": 3}
    function = worker(work=2, timeout=3, batch_processing=three)
    run = poll(function, jobs(most=1), instants=[0] * 7, batch_size=10, **BATCH)
    assert [(end, outcome) for _, _, end, outcome in handled(run)] == [
        *[(2, "succeeded")] * 3,
        *[(3, "timeout")] * 3,
        (3, "not reached"),
    ]
    assert run.deliveries.fate.tolist() == ["dead-lettered"] * 7
    assert run.deliveries.work_done.tolist() == [True] * 3 + [False] * 4


def test_a_crash_takes_all_records_in_progress_with_it():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    times = sim.Empirical(seconds=(1, 2))
    function = worker(
        handler=times, poison_share=0.5, crash_share=1, **SIDE_BY_SIDE
    )
    for seed in range(20):
        run = poll(function, jobs(most=1), instants=[0] * 6, seed=seed, **BATCH)
        crashes = [
            end for *_, end, outcome in handled(run) if outcome == "crashed"
        ]
        for _, start, end, _ in handled(run):
            assert start == 0
            assert not crashes or end <= min(crashes)
        fate = "dead-lettered" if crashes else "succeeded"
        assert set(run.deliveries.fate) == {fate}


def test_a_crash_ends_the_calls_that_other_records_wait_for():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    database = sim.Dependency(
        name="database",
        maximum_connections=1,
        latency=sim.Constant(seconds=3),
    )
    function = worker(
        error_rate=0.5, crash_share=1, depends_on=("database",), **SIDE_BY_SIDE
    )
    run = poll(
        function,
        jobs(most=1),
        instants=[0, 0],
        seed=queues.seed_for(function, [True, False]),
        system={"dependencies": [database]},
        **BATCH,
    )
    calls = [spans(run, event)[1:4] for event in (0, 1)]
    assert calls[0][:2] == [
        (1, "call", 0, 3, "succeeded"),
        (1, "handler", 0, 4, "crashed"),
    ]
    assert calls[1] == [
        (1, "connection", 0, 3, ""),
        (1, "handler", 0, 4, "crashed"),
        (1, "call", 3, 4, "timeout"),
    ]
    assert run.spans.stage.eq("call").sum() == 2


def test_a_stream_goes_back_to_the_lowest_number_that_is_reported():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html

    What came after the failure has been done, and is done again.
    """
    function = streams.reader(error_rate=0.3, **SIDE_BY_SIDE)
    seed = streams.seed_for(function, [False, True, False, False], [False] * 4)
    run = streams.stream([0] * 4, function=function, seed=seed, **REPORTS)
    assert [events for _, _, events in streams.calls(run)] == [
        [0, 1, 2, 3],
        [1, 2, 3],
    ]
    assert run.deliveries.side_effects.tolist() == [1, 1, 2, 2]


def test_an_idempotent_handler_does_nothing_twice_side_by_side():
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/"""
    for processing in ("side by side", "fixed time"):
        function = streams.reader(
            error_rate=0.3,
            batch_processing=processing,
            idempotency=sim.Idempotency(),
        )
        seed = streams.seed_for(
            function, [False, True, False, False], [False] * 4
        )
        run = streams.stream([0] * 4, function=function, seed=seed, **REPORTS)
        assert run.deliveries.side_effects.tolist() == [1] * 4
        assert run.deliveries.runs.tolist() == [1, 2, 2, 2]


PROCESSING = st.builds(
    sim.BatchProcessing,
    order=st.sampled_from(["one after another", "side by side", "fixed time"]),
    concurrency=st.none() | st.integers(1, 4),
    on_failure=st.sampled_from([None, "stop", "go on", "skip group"]),
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    processing=PROCESSING,
    keys=st.lists(st.integers(0, 2), min_size=1, max_size=10),
    error_rate=st.sampled_from([0, 0.3]),
    crash_share=st.sampled_from([0, 0.5]),
    timeout=st.sampled_from([2, 30]),
    fifo_queue=st.booleans(),
    reports=st.booleans(),
    remembers=st.booleans(),
    seed=st.integers(0, 9),
)
def test_a_dependency_that_is_always_there_at_once_changes_nothing(
    processing,
    keys,
    error_rate,
    crash_share,
    timeout,
    fifo_queue,
    reports,
    remembers,
    seed,
):
    """What is laid out at once, and what is done step by step, comes to the same."""
    work = sim.Empirical(seconds=(0.3, 0.5, 0.9))
    behaviour = {
        "handler": work,
        "error_rate": error_rate,
        "crash_share": crash_share,
        "batch_processing": processing,
        "idempotency": sim.Idempotency() if remembers else None,
    }
    tables = []
    for depends_on in ((), ("db",)):
        run = poll(
            worker(timeout=timeout, depends_on=depends_on, **behaviour),
            jobs(most=3, fifo_queue=fifo_queue),
            instants=[0] * len(keys),
            keys=keys,
            seed=seed,
            system={"dependencies": [sim.Dependency(name="db")]},
            **BATCH,
            **(REPORTS if reports else {}),
        )
        kept = run.spans[run.spans.stage != "call"]
        kept = kept[kept.outcome != "not reached"]
        parts = ["event", "attempt", "stage", "start_s", "end_s", "outcome"]
        rows = kept[parts].sort_values(parts).to_numpy().tolist()
        tables.append((rows, run.deliveries.drop(columns="told").to_csv()))
    assert tables[0] == tables[1]


def test_a_word_stands_for_the_settings_with_it_alone():
    behaviour = sim.Behaviour(batch_processing="side by side")
    assert behaviour.batch_processing == sim.BatchProcessing("side by side")
    behaviour = sim.Behaviour(batch_processing="skip group")
    assert behaviour.batch_processing.on_failure == "skip group"
    assert sim.Behaviour().batch_processing == sim.BatchProcessing()


def test_the_way_through_a_batch_is_a_setting_like_others():
    scenario = sim.Scenario(
        functions=[worker(**SKIP_GROUP)],
        triggers=[sim.trigger("invoke", function="worker", name="i")],
        seconds=1,
    )
    path = "functions.worker.behaviour.batch_processing"
    changed = scenario.with_settings(
        {f"{path}.order": "side by side", f"{path}.concurrency": 3}
    )
    processing = changed.function("worker").behaviour.batch_processing
    assert processing == sim.BatchProcessing(
        "side by side", concurrency=3, on_failure="skip group"
    )
    text = changed.model_dump_json()
    assert sim.Scenario.model_validate_json(text) == changed


@pytest.mark.parametrize(
    ("processing", "sentence"),
    [
        ("backwards", "BatchProcessing"),
        ({"order": "backwards"}, "'side by side'"),
        ({"concurrency": 0}, "at least 1"),
        ({"on_failure": "panic"}, "'skip group'"),
    ],
)
def test_another_way_through_a_batch_is_refused(processing, sentence):
    with pytest.raises(ScenarioError, match=sentence) as refusal:
        sim.Behaviour(batch_processing=processing)
    assert len(str(refusal.value).splitlines()) == 1


def test_a_record_in_progress_at_the_end_is_in_flight():
    run = poll(worker(work=5, **SIDE_BY_SIDE), instants=[0] * 3, until=2)
    assert [spans(run, n)[-1] for n in range(3)] == [
        (1, "handler", 0, 2, "in flight")
    ] * 3
