"""Stories and laws of a queue that several mappings poll."""

import pandas as pd
import pytest
from hypothesis import strategies as st

import sim
from tests.support.laws import law
from tests.support.queues import batches, ends, spans

COMPETE = "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"


def worker(name, work=1.0, timeout=10, **behaviour):
    """A function without inits that works for so long on each message."""
    times = {
        "handler": sim.Constant(seconds=work),
        "init": sim.Constant(seconds=0),
    }
    return sim.Function(
        name=name,
        timeout=timeout,
        behaviour=sim.Behaviour(**{**times, **behaviour}),
    )


def mapping(function, fifo=False, **settings):
    """A mapping of the queue `jobs`, named after its function."""
    kind = "sqs_fifo" if fifo else "sqs_standard"
    settings = {
        "latency": sim.Constant(seconds=0),
        "name": f"to {function}",
        **settings,
    }
    return sim.trigger(kind, function=function, source="jobs", **settings)


def system(
    functions=(),
    mappings=(),
    instants=(0,),
    keys=None,
    queue=(),
    seconds=100,
    fifo=False,
    sent=(),
    **more,
):
    """A queue whose messages come at these instants, its mappings and their functions."""
    arrivals = sim.Recorded(instants=instants, keys=keys)
    settings = {"visibility_timeout": 30, "fifo_queue": fifo, **dict(queue)}
    return sim.Scenario(
        functions=functions or [worker("a"), worker("b")],
        queues=[
            sim.Queue(name="jobs", **settings),
            sim.Queue(name="dead", fifo_queue=fifo),
        ],
        triggers=mappings or [mapping("a", fifo), mapping("b", fifo)],
        traffic=[sim.Traffic(into="jobs", arrivals=arrivals, **dict(sent))],
        seconds=seconds,
        **more,
    )


def functions_of(run):
    """By event: the functions that tried it, in order."""
    tried = run.attempts.groupby("event", sort=True).resource
    return [list(names) for _, names in tried]


def batches_of(run, function):
    """Each invocation of a function: when its first record starts, and its events in order."""
    mine = run.attempts[run.attempts.resource == function]
    return [
        (batch.start_s.min(), batch.event.tolist())
        for _, batch in mine.groupby("invocation")
    ]


def test_each_message_goes_to_one_of_the_mappings():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    run = sim.simulate(system(instants=[n / 10 for n in range(400)]))
    assert run.summary().delivered == 400
    assert (run.deliveries.runs == 1).all()
    assert (run.deliveries.receives == 1).all()
    counts = run.deliveries.function.value_counts()
    assert counts["a"] == pytest.approx(200, abs=40)
    assert functions_of(run) == [[name] for name in run.deliveries.function]


def test_a_mapping_without_a_free_poller_leaves_the_message_to_the_other():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    mappings = [
        mapping(
            name, pollers=1, batch_size=1, maximum_batching_window_in_seconds=0
        )
        for name in "ab"
    ]
    run = sim.simulate(
        system([worker("a", 4), worker("b", 1)], mappings, [0, 0, 0.5, 2.5])
    )
    first_of_a, first_of_b = [
        run.deliveries.event[run.deliveries.function == name].min()
        for name in "ab"
    ]
    assert {first_of_a, first_of_b} == {0, 1}
    assert spans(run, first_of_a) == [
        (1, "queue", 0, 0, ""),
        (1, "handler", 0, 4, "succeeded"),
    ]
    assert spans(run, 2) == [
        (1, "queue", 0.5, 1, ""),
        (1, "handler", 1, 2, "succeeded"),
    ]
    assert spans(run, 3)[1] == (1, "handler", 2.5, 3.5, "succeeded")
    assert run.deliveries.function.tolist()[2:] == ["b", "b"]


def test_a_message_that_comes_again_is_drawn_again():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    failing = worker("a", error_rate=1)
    queue = {"redrive_policy": None, "message_retention_period": 3600}
    mappings = [mapping(name, batch_size=1) for name in "ab"]
    run = sim.simulate(
        system([failing, worker("b", 2)], mappings, range(60), queue=queue),
    )
    tried = functions_of(run)
    assert run.deliveries.fate.eq("succeeded").all()
    assert run.deliveries.function.eq("b").all()
    assert all(names[-1] == "b" and set(names[:-1]) <= {"a"} for names in tried)
    lengths = [len(names) for names in tried]
    assert lengths.count(1) == pytest.approx(30, abs=12)
    again = lengths.index(2)
    at = float(again)
    assert spans(run, again) == [
        (1, "queue", at, at, ""),
        (1, "handler", at, at + 1, "failed"),
        (1, "visibility", at + 1, at + 30, ""),
        (2, "queue", at + 30, at + 30, ""),
        (2, "handler", at + 30, at + 32, "succeeded"),
    ]
    assert "run of `a` begins" not in run.story(lengths.index(1))
    assert " of `a`, in a batch of 1 message" in run.story(again)


def test_a_message_must_match_the_filter_of_the_mapping_that_receives_it():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"""
    run = sim.simulate(
        sim.Scenario(
            functions=[sim.Function(name="a"), sim.Function(name="b")],
            queues=[sim.Queue(name="q")],
            triggers=[
                sim.trigger(
                    "sqs_standard",
                    function=name,
                    source="q",
                    name="m" + name,
                    matching_share=0.5,
                )
                for name in "ab"
            ],
            traffic=[
                sim.Traffic(into="q", arrivals=sim.Burst(events=200, within=20))
            ],
            seconds=120,
        ),
        seed=1,
    )
    assert run.summary().delivered == pytest.approx(100, abs=20)
    assert run.summary().delivered + run.summary().filtered == 200
    filtered = run.deliveries[run.deliveries.fate == "filtered"]
    assert (filtered.runs == 0).all()


def test_only_the_filter_of_the_receiver_counts():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"""
    mappings = [mapping("a"), mapping("b", matching_share=0)]
    run = sim.simulate(system(mappings=mappings, instants=range(80)))
    by_function = run.deliveries.groupby("function").fate.unique()
    assert by_function["a"].tolist() == ["succeeded"]
    assert by_function["b"].tolist() == ["filtered"]


@pytest.mark.parametrize("fifo", [False, True])
@pytest.mark.parametrize("settings", [{}, {"pollers": 1}])
def test_a_mapping_that_is_not_enabled_changes_nothing(fifo, settings):
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    window = {} if fifo else {"maximum_batching_window_in_seconds": 2}
    enabled = mapping("b", fifo, **settings, **window)
    disabled = mapping("a", fifo, enabled=False)
    traffic = {
        "instants": [n // 3 / 2 for n in range(90)],
        "keys": [n * n % 7 for n in range(90)],
        "fifo": fifo,
    }
    failing = [worker("a"), worker("b", error_rate=0.2)]
    alone = sim.simulate(system(failing, [enabled], **traffic))
    beside = sim.simulate(system(failing, [disabled, enabled], **traffic))
    columns = ["fate", "settled_s", "receives", "runs", "function", "trigger"]
    pd.testing.assert_frame_equal(
        alone.deliveries[columns], beside.deliveries[columns]
    )
    assert alone.attempts.start_s.tolist() == beside.attempts.start_s.tolist()


def test_while_one_mapping_is_down_the_other_receives_everything():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    outage = sim.Outage(of="to a", at=10, seconds=20)
    run = sim.simulate(
        system(instants=[n / 2 for n in range(100)], outages=[outage])
    )
    down = run.deliveries.arrived_s.between(10, 29.9)
    assert set(run.deliveries.function[down]) == {"b"}
    assert set(run.deliveries.function[~down]) == {"a", "b"}
    assert run.summary().delivered == 100


def test_messages_of_one_instant_fill_the_batches_of_both_mappings():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    run = sim.simulate(system(instants=[1] * 40))
    by_batch = run.attempts.groupby(["resource", "invocation"])
    sizes = by_batch.size()
    assert sizes.max() == 10
    assert sizes.sum() == 40
    assert len(sizes) <= 6
    assert by_batch.start_s.min().eq(1).all()


def test_each_mapping_keeps_its_own_batching_window():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    mappings = [
        mapping("a", maximum_batching_window_in_seconds=5),
        mapping("b"),
    ]
    run = sim.simulate(
        system(mappings=mappings, instants=[n / 2 for n in range(10)])
    )
    began = run.attempts.set_index("event").start_s
    came = run.deliveries.set_index("event").arrived_s
    of_a = run.deliveries.event[run.deliveries.function == "a"]
    of_b = run.deliveries.event[run.deliveries.function == "b"]
    assert (began[of_b] == came[of_b]).all()
    (batch, *_) = batches_of(run, "a")
    assert batch == (5, of_a.tolist())


def test_a_group_in_flight_is_blocked_for_all_mappings():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html"""
    run = sim.simulate(
        system(
            instants=[0, 0.1, 0.2, 1.5, 2.5],
            keys=[7] * 5,
            fifo=True,
        )
    )
    handled = run.attempts.sort_values("start_s")
    assert handled.event.tolist() == [0, 1, 2, 3, 4]
    assert (handled.start_s.to_numpy()[1:] >= handled.end_s[:-1]).all()
    assert run.summary().delivered == 5


def test_messages_of_a_group_go_to_one_mapping_together():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html"""
    run = sim.simulate(
        system(instants=[0] * 40, keys=[n // 5 for n in range(40)], fifo=True)
    )
    by_group = run.deliveries.groupby("key").function.unique()
    assert all(len(functions) == 1 for functions in by_group)
    assert {functions[0] for functions in by_group} == {"a", "b"}
    by_batch = run.attempts.groupby(["resource", "invocation"]).event
    assert all(events.is_monotonic_increasing for _, events in by_batch)


def test_a_dead_letter_queue_may_have_two_mappings_too():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    redrive = sim.RedrivePolicy(
        dead_letter_target_arn="dead", max_receive_count=2
    )
    failing = [worker(name, error_rate=1) for name in "ab"]
    menders = [worker(name) for name in "cd"]
    menders_poll = [
        mapping(name, batch_size=1).replace(source="dead") for name in "cd"
    ]
    run = sim.simulate(
        system(
            [*failing, *menders],
            [mapping("a"), mapping("b"), *menders_poll],
            range(30),
            queue={"redrive_policy": redrive},
        )
    )
    fates = run.deliveries.groupby("function").fate.value_counts()
    assert fates["c"]["succeeded"] + fates["d"]["succeeded"] == 30
    assert fates["a"]["dead-lettered"] + fates["b"]["dead-lettered"] == 30
    assert min(fates["c"]["succeeded"], fates["d"]["succeeded"]) > 5


def test_a_fair_queue_may_have_two_mappings():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html"""
    pollers = [mapping(name, pollers=3, batch_size=1) for name in "ab"]
    instants = [0.0] * 120 + [1.0] * 5
    run = sim.simulate(
        system(
            mappings=pollers,
            instants=instants,
            keys=[1] * 120 + [2] * 5,
            sent={"message_group_id": "key"},
        )
    )
    assert run.summary().delivered == 125
    assert set(run.deliveries.function) == {"a", "b"}


def test_provisioned_pollers_of_one_mapping_take_only_what_they_may():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    pollers = sim.ProvisionedPollerConfig(minimum_pollers=2, maximum_pollers=2)
    mappings = [
        mapping("a", batch_size=1, provisioned_poller_config=pollers),
        mapping("b", enabled=False),
    ]
    instants = [0.0] * 60
    run = sim.simulate(system(mappings=mappings, instants=instants))
    alone = sim.simulate(system(mappings=mappings[:1], instants=instants))
    assert ends(run) == ends(alone)
    assert batches(run) == batches(alone)
    assert run.deliveries.settled_s.max() > 1.5, "20 receives a second"


def test_each_mapping_counts_what_it_polled():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    failing = worker("a", error_rate=1)
    run = sim.simulate(
        system(
            [failing, worker("b")],
            [mapping(name, batch_size=1) for name in "ab"],
            range(50),
        )
    )
    table = run.metrics("1h")
    tried = run.attempts.groupby("resource").size()

    def total(name, of):
        mine = (table.metric == name) & table.dimensions.str.endswith(of)
        return table["Sum"][mine].sum()

    for function in "ab":
        of = f"=to {function}"
        assert total("PolledEventCount", of) == tried[function]
        assert total("InvokedEventCount", of) == tried[function]
    assert total("FailedInvokeEventCount", "=to a") == tried["a"]
    assert total("FailedInvokeEventCount", "=to b") == 0
    assert total("DeletedEventCount", "=to b") == 50
    assert total("NumberOfMessagesReceived", "=jobs") == tried.sum()
    assert total("NumberOfMessagesDeleted", "=jobs") == 50


def test_free_pollers_of_both_mappings_ask_an_empty_queue():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html"""

    def empty_receives(*names):
        mappings = [mapping(name, pollers=2) for name in names]
        run = sim.simulate(
            system(mappings=mappings, instants=[210], seconds=211),
            drain=False,
        )
        table = run.metrics("1h")
        return table["Sum"][table.metric == "NumberOfEmptyReceives"].sum()

    assert empty_receives("a") == 20
    assert empty_receives("a", "b") == 40


MAPPINGS = st.fixed_dictionaries(
    {},
    optional={
        "batch_size": st.integers(1, 10),
        "pollers": st.integers(1, 4),
        "function_response_types": st.sampled_from(
            [(), ("ReportBatchItemFailures",)]
        ),
    },
)
WORK = st.fixed_dictionaries(
    {
        "work": st.sampled_from([0.1, 1.0, 4.0]),
        "error_rate": st.sampled_from([0.0, 0.0, 0.3]),
    }
)


@law(
    st.tuples(MAPPINGS, MAPPINGS),
    st.tuples(WORK, WORK),
    st.lists(st.integers(0, 40), min_size=1, max_size=60),
    st.booleans(),
    st.integers(0, 2**32),
)
def test_a_message_of_a_shared_queue_ends_once(
    mappings, works, instants, fifo, seed
):
    functions = [
        worker(name, **work) for name, work in zip("ab", works, strict=True)
    ]
    polling = [
        mapping(name, fifo, **settings)
        for name, settings in zip("ab", mappings, strict=True)
    ]
    keys = [instant % 5 for instant in range(len(instants))]
    run = sim.simulate(
        system(functions, polling, sorted(instants), keys=keys, fifo=fifo), seed
    )
    assert run.deliveries.event.is_unique
    assert len(run.deliveries) == len(instants)
    assert run.deliveries.fate.eq("succeeded").all(), "no second mapping loses"
    assert (run.deliveries.successes >= 1).all()
    received = run.trace.receivers
    assert len(received) == run.deliveries.receives.sum()
    latest = {delivery: number for (delivery, _), number in received.items()}
    numbers = [latest[delivery] for delivery in run.deliveries.delivery]
    assert numbers == run.trigger_numbers.tolist()
    if fifo and not any(work["error_rate"] for work in works):
        for _, group in run.attempts.merge(
            run.deliveries[["delivery", "key"]], on="delivery"
        ).groupby("key"):
            begun = group.sort_values(["start_s", "event"]).event
            assert begun.is_monotonic_increasing
