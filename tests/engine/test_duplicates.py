"""Stories and a law of events that come twice, though each was handled in time."""

import pytest
from hypothesis import strategies as st

import sim
from tests.support.laws import law

QUEUES = ("sqs_standard", "sqs_fifo")
STREAMS = ("kinesis", "ddb_streams", "msk", "mq", "documentdb")
ASYNCHRONOUS = ("sns", "s3_notification", "eventbridge_rule", "invoke_event")
CALLERS = ("pipes_target", "firehose", "s3_batch", "stripe_webhook")
AT_LEAST_ONCE = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"


def twice(
    kind,
    share=1.0,
    instants=(0.0,),
    keys=None,
    delay=1.0,
    work=0.5,
    timeout=10,
    most=None,
    seed=1,
    mapping=(),
    **behaviour,
):
    """Events of this kind of trigger, of which a share is handed over twice."""
    behaviour = {
        "handler": sim.Constant(seconds=work),
        "init": sim.Constant(seconds=0),
        **behaviour,
    }
    function = sim.Function(
        name="f", timeout=timeout, behaviour=sim.Behaviour(**behaviour)
    )
    settings = dict(mapping)
    queues = [sim.Queue(name="dead", fifo_queue=kind == "sqs_fifo")]
    if kind in QUEUES:
        settings = {
            "source": "jobs",
            "latency": sim.Constant(seconds=0),
            **settings,
        }
        redrive = most and sim.RedrivePolicy(
            dead_letter_target_arn="dead", max_receive_count=most
        )
        queues.append(
            sim.Queue(
                name="jobs",
                fifo_queue=kind == "sqs_fifo",
                redrive_policy=redrive,
            )
        )
    trigger = sim.trigger(
        kind, function="f", name="t", duplicate_share=share, **settings
    )
    arrivals = sim.Recorded(instants=instants, keys=keys)
    scenario = sim.Scenario(
        functions=[function],
        triggers=[trigger],
        queues=queues,
        traffic=[sim.Traffic(into=trigger.entry, arrivals=arrivals)],
        choices=sim.Choices(
            first_dispatch_seconds=0, duplicate_delay_seconds=delay
        ),
        seconds=100,
    )
    return sim.simulate(scenario, seed)


def handlers(run, event=0):
    """The handler spans of an event: start, end, outcome."""
    mine = (run.spans.event == event) & (run.spans.stage == "handler")
    table = run.spans[mine]
    return list(
        zip(table.start_s, table.end_s, table.outcome.astype(str), strict=True)
    )


@pytest.mark.parametrize("kind", [*QUEUES, *STREAMS, *ASYNCHRONOUS, *CALLERS])
def test_a_share_of_the_events_has_two_runs_that_succeed(kind):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    instants = [n / 50 for n in range(1000)]
    keys = [n % 50 for n in range(1000)]
    run = twice(kind, 0.1, instants, keys=keys, work=0.001)
    table = run.deliveries
    assert len(table) == 1000
    assert table.fate.eq("succeeded").all()
    assert (table.runs == table.successes).all()
    assert (table.successes == 2).sum() == pytest.approx(100, abs=30)
    assert (table.successes == 1).sum() == 1000 - (table.successes == 2).sum()
    assert run.summary().done_twice == (table.successes == 2).sum()
    once = twice(kind, 0.0, instants, keys=keys, work=0.001).deliveries
    assert once.runs.eq(1).all()
    assert once.settled_s.head(5).tolist() == table.settled_s.head(5).tolist()


@pytest.mark.parametrize("kind", [*QUEUES, *STREAMS, *ASYNCHRONOUS, *CALLERS])
def test_a_simulation_that_drains_waits_for_the_second_copy_and_no_longer(kind):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    run = twice(kind, delay=200.0)
    _, (started, ended, _) = handlers(run)
    assert started >= 200 > run.deliveries.settled_s.item()
    assert run.ended_s == ended


@pytest.mark.parametrize("kind", [*QUEUES, "kinesis", "sns", "s3_batch"])
def test_an_idempotent_handler_makes_the_second_run_a_no_op(kind):
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/"""
    run = twice(kind, idempotency=sim.Idempotency())
    first, second = handlers(run)
    assert first[2] == second[2] == "succeeded"
    assert second[0] == second[1]
    assert run.deliveries.side_effects.tolist() == [1]
    assert run.summary().done_twice == 0
    assert "finds the event done" in run.story(0)


def test_a_source_may_hand_an_event_over_twice():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html"""
    run = twice("sns", delay=3, mapping={"latency": sim.Constant(seconds=0.25)})
    assert handlers(run) == [
        (0.25, 0.75, "succeeded"),
        (3.25, 3.75, "succeeded"),
    ]
    assert run.deliveries.settled_s.tolist() == [0.75]
    assert run.attempts.attempt.tolist() == [1, 0]
    assert "3.25 s  `t` hands it over a second time." in run.story(0)


def test_a_message_may_be_handed_over_twice_though_handled_in_time():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html"""
    run = twice("sqs_standard", delay=3)
    columns = ["stage", "attempt", "start_s", "end_s"]
    assert run.spans[columns].to_numpy().tolist() == [
        ["queue", 1, 0, 0],
        ["handler", 1, 0, 0.5],
        ["queue", 2, 3.5, 3.5],
        ["handler", 2, 3.5, 4],
    ]
    row = run.deliveries.iloc[0]
    assert (row.fate, row.settled_s, row.receives) == ("succeeded", 0.5, 2)
    assert "3.5 s  SQS hands the deleted message out once more." in run.story(0)


def test_the_copy_of_a_fifo_message_blocks_its_group():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    run = twice(
        "sqs_fifo",
        0.5,
        [0, 1.4, 1.45, 1.6],
        keys=[1, 1, 2, 1],
        delay=1,
        seed=seed_with("sqs_fifo", [True, False, False, False]),
    )
    assert handlers(run, 0) == [(0, 0.5, "succeeded"), (1.9, 2.4, "succeeded")]
    assert handlers(run, 1) == [(1.4, 1.9, "succeeded")]
    assert handlers(run, 2) == [(1.45, 1.95, "succeeded")]
    assert handlers(run, 3) == [(2.4, 2.9, "succeeded")]


def seed_with(kind, wanted):
    """A seed with which exactly these events come twice."""
    instants = [float(n) for n in range(len(wanted))]
    for seed in range(200):
        run = twice(kind, 0.5, instants, work=0.001, seed=seed)
        if (run.deliveries.runs == 2).tolist() == wanted:
            return seed
    raise AssertionError


def test_a_streams_mapping_may_hand_a_record_over_twice():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"""
    run = twice("kinesis", 0.5, [0.0] * 20)
    again = run.attempts[run.attempts.attempt == 0]
    assert sorted(again.event) == sorted(
        run.deliveries.event[run.deliveries.runs == 2]
    )
    assert 0 < len(again) < 20
    assert again.invocation.nunique() == 1
    first = run.attempts[run.attempts.attempt == 1]
    assert again.start_s.min() == first.end_s.max() + 1
    assert run.deliveries.settled_s.nunique() == 1


def test_a_service_that_calls_at_least_once_may_call_twice():
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html"""
    run = twice("s3_batch", delay=2)
    assert handlers(run) == [(0, 0.5, "succeeded"), (2, 2.5, "succeeded")]
    assert run.deliveries[["settled_s", "runs"]].to_numpy().tolist() == [
        [0.5, 2]
    ]
    assert "hands it over a second time" in run.story(0)


@pytest.mark.parametrize("kind", ["sqs_standard", "sqs_fifo", "kinesis"])
def test_what_becomes_of_a_copy_changes_nothing(kind):
    """A choice: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html"""
    instants = [float(n) for n in range(60)]
    mapping = {"maximum_retry_attempts": 1} if kind == "kinesis" else {}
    settings = {"error_rate": 0.3, "work": 0.001, "most": 2, "keys": range(60)}
    with_copies = twice(kind, 0.8, instants, mapping=mapping, **settings)
    without = twice(kind, 0.0, instants, mapping=mapping, **settings)
    columns = ["event", "fate", "settled_s", "stores"]
    assert with_copies.deliveries[columns].equals(without.deliveries[columns])
    more = with_copies.deliveries.runs - without.deliveries.runs
    assert set(more) == {0, 1}
    failed = with_copies.deliveries.runs - with_copies.deliveries.successes
    assert (
        failed >= without.deliveries.runs - without.deliveries.successes
    ).all()


def test_copies_of_one_instant_come_in_the_order_of_their_messages():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html"""
    run = twice("sqs_standard", instants=(0, 0), mapping={"pollers": 1})
    assert handlers(run)[1] == (2, 2.5, "succeeded")
    assert handlers(run, event=1)[1] == (2.5, 3, "succeeded")


def test_a_second_call_counts_among_the_ten_a_second_of_a_unit_of_concurrency():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    work = sim.Behaviour(
        handler=sim.Constant(seconds=0.001), init=sim.Constant(seconds=0)
    )
    run = sim.simulate(
        sim.Scenario(
            functions=[
                sim.Function(
                    name="f", reserved_concurrent_executions=1, behaviour=work
                )
            ],
            triggers=[
                sim.trigger(
                    "s3_batch", function="f", name="t", duplicate_share=1
                )
            ],
            traffic=[
                sim.Traffic(
                    into="t",
                    arrivals=sim.Recorded(instants=[n / 10 for n in range(8)]),
                )
            ],
            choices=sim.Choices(duplicate_delay_seconds=0.05),
            seconds=100,
        )
    )
    assert run.deliveries.runs.tolist() == [2] * 5 + [0] * 3


def test_a_copy_counts_as_received_and_deleted_once():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html"""
    run = twice("sqs_standard", instants=[0.0, 5.0])
    table = run.metrics("1h").groupby("metric")["Sum"].sum()
    assert table["NumberOfMessagesSent"] == 2
    assert table["NumberOfMessagesReceived"] == 4


def test_a_copy_goes_to_either_mapping_of_a_shared_queue():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    functions = [
        sim.Function(
            name=name,
            behaviour=sim.Behaviour(
                handler=sim.Constant(seconds=work), init=sim.Constant(seconds=0)
            ),
        )
        for name, work in (("a", 0.1), ("b", 0.2))
    ]
    triggers = [
        sim.trigger(
            "sqs_standard",
            function=name,
            name=name,
            source="jobs",
            duplicate_share=1,
        )
        for name in "ab"
    ]
    arrivals = sim.Recorded(instants=range(60))
    run = sim.simulate(
        sim.Scenario(
            functions=functions,
            triggers=triggers,
            traffic=[sim.Traffic(into="jobs", arrivals=arrivals)],
            seconds=100,
        )
    )
    assert (run.deliveries.successes == 2).all()
    first = run.attempts[run.attempts.attempt == 1].set_index("event")
    again = run.attempts[run.attempts.attempt == 2].set_index("event")
    assert (first.resource == run.deliveries.set_index("event").function).all()
    moved = again.resource != first.resource.reindex(again.index)
    assert moved.sum() == pytest.approx(30, abs=12)
    works = again.handler_s.round(6).groupby(again.resource).unique()
    assert works["a"].tolist() == [0.1]
    assert works["b"].tolist() == [0.2]


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("apigw_rest", "it delivers once per request"),
        ("function_url", "it delivers once per request"),
        ("invoke", "it delivers once per call"),
        ("cognito_trigger", "is not documented"),
    ],
)
def test_who_calls_once_takes_no_duplicate_share(kind, how):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    with pytest.raises(
        sim.ScenarioError, match=f"takes no duplicate_share; .*{how}"
    ):
        sim.trigger(kind, function="f", duplicate_share=0.1)
    assert (
        sim.trigger(kind, function="f", duplicate_share=0).duplicate_share == 0
    )


@law(
    st.sampled_from([*QUEUES, "kinesis", "sns", "pipes_target"]),
    st.sampled_from([0.2, 1.0]),
    st.lists(st.integers(0, 30), min_size=1, max_size=40),
    st.sampled_from([0.0, 0.5, 5.0]),
    st.integers(0, 2**32),
)
def test_what_is_drawn_twice_is_drawn_from_the_event(
    kind, share, instants, delay, seed
):
    """A larger share takes the same events and more; each comes twice at most."""
    instants = [float(instant) for instant in sorted(instants)]
    keys = [int(instant) % 3 for instant in instants]
    settings = {
        "instants": instants,
        "keys": keys,
        "delay": delay,
        "seed": seed,
    }
    some = twice(kind, share, **settings).deliveries
    half = twice(kind, share / 2, **settings).deliveries
    assert set(half.event[half.runs == 2]) <= set(some.event[some.runs == 2])
    assert set(some.runs) <= {1, 2}
    assert (some.successes == some.runs).all()
    if share == 1:
        assert (some.runs == 2).all()


def test_a_stranger_does_not_change_which_events_come_twice():
    """A draw belongs to the event: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""

    def numbers(*strangers):
        triggers = [
            sim.trigger(
                "sqs_standard", function="f", name="t", duplicate_share=0.3
            )
        ]
        triggers += [
            sim.trigger("invoke", function="g", name=name) for name in strangers
        ]
        run = sim.simulate(
            sim.Scenario(
                functions=[sim.Function(name="f"), sim.Function(name="g")],
                triggers=triggers,
                traffic=[
                    sim.Traffic(
                        into=one.entry, arrivals=sim.Burst(50, within=9)
                    )
                    for one in triggers
                ],
                seconds=10,
            )
        )
        twice = run.deliveries[run.deliveries.runs == 2]
        return twice.n[twice.trigger == "t"].tolist()

    assert numbers("a", "z") == numbers()
    assert len(numbers()) > 5
