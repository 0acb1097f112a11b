"""What handlers send on: chains, fan-outs and loops of functions, and the events of one journey."""

from itertools import pairwise

import pytest

import sim
from sim.engine.simulate import Simulation
from tests.support.stories import AT_ONCE, function, spans_of


def system(
    *functions,
    triggers,
    at=(0.0,),
    keys=None,
    into=None,
    seconds=1000,
    **resources,
):
    """A whole system that events enter at the first trigger, or `into` another entry."""
    arrivals = sim.Recorded(instants=at, keys=keys)
    return sim.Scenario(
        functions=functions,
        triggers=triggers,
        traffic=[
            sim.Traffic(
                name="in", into=into or triggers[0].entry, arrivals=arrivals
            )
        ],
        choices=sim.Choices(
            first_dispatch_seconds=0, **resources.pop("choices", {})
        ),
        seconds=seconds,
        **resources,
    )


def sends(*targets, **settings):
    """Outputs to these targets."""
    return tuple(sim.Output(to=target, **settings) for target in targets)


def queue_of(function, name):
    return sim.trigger(
        "sqs_standard", function=function, name=name, latency=AT_ONCE
    )


def test_a_success_sends_an_event_on_when_its_run_ends():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html"""
    scenario = system(
        function("api", 1.0, sends=sends("orders")),
        function("worker", 2.0),
        triggers=[
            sim.trigger("invoke", function="api"),
            queue_of("worker", "orders"),
        ],
    )
    run = sim.simulate(scenario, drain=False)
    assert spans_of(run, 0) == [("handler", 0, 1, "succeeded")]
    assert spans_of(run, 1) == [
        ("queue", 1, 1, ""),
        ("handler", 1, 3, "succeeded"),
    ]
    child = run.deliveries.iloc[1]
    assert (child.parent, child.edge, child.trigger, child.arrived_s) == (
        0,
        "output to orders",
        "orders",
        1,
    )


def test_a_failure_sends_nothing():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html"""
    scenario = system(
        function("api", error_rate=1.0, sends=sends("orders")),
        function("worker"),
        triggers=[
            sim.trigger("invoke", function="api"),
            queue_of("worker", "orders"),
        ],
    )
    assert sim.simulate(scenario, drain=False).deliveries.fate.tolist() == [
        "failed"
    ]


def test_children_keep_the_key_of_the_event_they_come_from():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"""
    scenario = system(
        function("api", sends=sends("orders")),
        function("worker", sends=sends("mail")),
        function("mailer"),
        triggers=[
            sim.trigger("invoke", function="api"),
            queue_of("worker", "orders"),
            queue_of("mailer", "mail"),
        ],
        at=(0.0, 10.0),
        keys=(7, 4),
    )
    simulation = Simulation(scenario)
    simulation.drain(10**9)
    keys = simulation.delivery_draws.key.tolist()
    run = simulation.finish()
    assert run.deliveries.set_index("event").key.to_dict() == {
        0: 7,
        1: 4,
        2: 7,
        3: 7,
        4: 4,
        5: 4,
    }
    assert keys == [7, 4, 7, 7, 4, 4]


@pytest.mark.parametrize(
    ("per_event", "fewest", "most"),
    [(3, 1200, 1200), (0, 0, 0), (0.25, 70, 130), (1.5, 560, 640)],
)
def test_a_success_sends_as_many_events_as_it_says_and_a_fraction_is_a_share(
    per_event, fewest, most
):
    """400 successes: exact where it is a whole number, else within three standard deviations."""
    scenario = system(
        function("api", 0.0, sends=sends("news", per_event=per_event)),
        function("reader", 0.0),
        triggers=[
            sim.trigger("invoke", function="api"),
            sim.trigger(
                "sns", function="reader", source="news", latency=AT_ONCE
            ),
        ],
        at=[number / 10 for number in range(400)],
    )
    children = sim.simulate(scenario, drain=False).deliveries.query(
        "parent >= 0"
    )
    assert fewest <= len(children) <= most
    assert (
        children.groupby("parent")
        .size()
        .between(int(per_event), int(per_event) + 1)
        .all()
    )


def test_each_run_of_a_handler_that_is_not_idempotent_sends_again():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    assert [child.time for child in hung_up().trace.children] == [
        10_000_000,
        75_000_000,
    ]


def test_an_idempotent_handler_sends_nothing_with_a_kept_result():
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/"""
    assert [
        child.time
        for child in hung_up(idempotency=sim.Idempotency()).trace.children
    ] == [10_000_000]


def hung_up(**settings):
    """A webhook whose sender hangs up after 5 s of 10 s, and comes again 60 s later."""
    scenario = system(
        function(
            "f", handler=10, timeout=30, sends=sends("orders"), **settings
        ),
        triggers=[sim.trigger("stripe_webhook", function="f")],
        queues=[sim.Queue(name="orders")],
        seconds=100,
    )
    run = sim.simulate(
        scenario.with_setting("traffic.in.caller", sim.Caller(read_timeout=5)),
        drain=False,
    )
    assert run.deliveries.successes.tolist() == [2]
    assert len(run.trace.children) == run.deliveries.side_effects.sum()
    return run


def test_an_event_that_nobody_consumes_is_sent_all_the_same_and_billed():
    """https://aws.amazon.com/sqs/pricing/"""
    scenario = system(
        function("f", sends=sends("archive", per_event=2)),
        triggers=[sim.trigger("invoke", function="f")],
        queues=[sim.Queue(name="archive")],
    )
    run = sim.simulate(scenario, drain=False)
    assert len(run.deliveries) == 1
    sent = run.metrics("1min").set_index("metric").loc["NumberOfMessagesSent"]
    assert (sent.dimensions, sent.Sum) == ("QueueName=archive", 2)


def test_records_of_a_batch_send_on_when_its_run_ends_even_if_a_later_record_fails_it():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

    Two messages, the second of which always fails: the first is handled again with it, and sends
    again.
    """
    scenario = system(
        function("worker", sends=sends("done"), poison_share=0.5),
        triggers=[
            sim.trigger(
                "sqs_standard",
                function="worker",
                name="orders",
                latency=AT_ONCE,
                batch_size=2,
                maximum_batching_window_in_seconds=1,
            )
        ],
        at=(0.0,) * 8,
        queues=[
            sim.Queue(
                name="orders",
                visibility_timeout=30,
                redrive_policy=sim.RedrivePolicy(
                    dead_letter_target_arn="dead", max_receive_count=2
                ),
            ),
            sim.Queue(name="dead"),
            sim.Queue(name="done"),
        ],
    )
    run = sim.simulate(scenario, seed=3, drain=False)
    spoilt = run.deliveries.query("successes > 1")
    assert len(spoilt)
    assert len(run.trace.children) == run.deliveries.successes.sum()
    ends = set(run.attempts.groupby("invocation").end_s.max())
    assert {child.time / 1e6 for child in run.trace.children} <= ends


def test_an_output_may_call_another_function_synchronously_or_not():
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""
    triggers = [
        sim.trigger("invoke", function="a", name="in"),
        sim.trigger("invoke", function="b", name="ask b"),
    ]
    scenario = system(
        function("a", sends=sends("ask b", "c")),
        function("b"),
        function("c"),
        triggers=triggers,
    )
    table = sim.simulate(scenario, drain=False).deliveries
    assert table[
        ["function", "kind", "arrived_s", "fate"]
    ].to_numpy().tolist() == [
        ["a", "invoke", 0, "succeeded"],
        ["b", "invoke", 1, "succeeded"],
        ["c", "invoke_event", 2, "succeeded"],
    ]


def test_an_event_bus_hands_an_event_to_the_functions_topics_and_queues_of_its_rules():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html"""
    scenario = system(
        function("publisher", sends=sends("bus")),
        *map(function, ("audit", "mailer", "worker", "packer")),
        triggers=[
            sim.trigger("invoke", function="publisher"),
            sim.trigger(
                "eventbridge_rule",
                function="audit",
                source="bus",
                name="all",
                latency=AT_ONCE,
            ),
            sim.trigger(
                "sns", function="mailer", source="news", latency=AT_ONCE
            ),
            queue_of("worker", "jobs"),
            queue_of("packer", "parcels"),
        ],
        topics=[sim.Topic(name="news", queues=("parcels",))],
        event_buses=[sim.EventBus(name="bus", targets=("news", "jobs"))],
    )
    table = sim.simulate(scenario, drain=False).deliveries
    children = table[table.parent >= 0]
    assert set(children.function) == {"audit", "mailer", "worker", "packer"}
    assert set(children.event) == {1}
    assert (children.arrived_s == 1).all()
    assert (children.fate == "succeeded").all()


def loop(
    *ways, recursive_loop="Terminate", seconds=200, queue=None, **settings
):
    """A function that sends each event on, along `ways` of (trigger, settings), back to itself."""
    hops = [
        function(f"hop {number}", sends=sends(trigger.entry))
        for number, trigger in enumerate(ways[1:])
    ]
    last = function(
        f"hop {len(ways) - 1}",
        sends=sends(ways[0].entry),
        recursive_loop=recursive_loop,
    )
    scenario = system(
        *hops,
        last,
        triggers=list(ways),
        seconds=seconds,
        queues=queue or (),
        **settings,
    )
    return sim.simulate(scenario, drain=False).deliveries


SQS = sim.trigger(
    "sqs_standard", function="hop 0", name="jobs", latency=AT_ONCE
)
POISON = sim.Queue(
    name="jobs",
    redrive_policy=sim.RedrivePolicy(
        dead_letter_target_arn="dead", max_receive_count=5
    ),
)


def test_lambda_stops_a_loop_through_a_queue_and_its_dead_letter_queue_keeps_the_message():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"""
    table = loop(SQS, queue=[POISON, sim.Queue(name="dead")])
    assert table.runs.tolist() == [1] * 16 + [0]
    assert table.iloc[-1][["fate", "stores", "condition"]].tolist() == [
        "dead-lettered",
        "dead",
        "RecursiveInvocation",
    ]


@pytest.mark.parametrize("kind", ["sns", "s3_notification", "invoke_event"])
def test_lambda_notices_loops_through_topics_buckets_and_itself(kind):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"""
    table = loop(sim.trigger(kind, function="hop 0", latency=AT_ONCE))
    assert table.runs.tolist() == [1] * 16 + [0]


def test_a_loop_of_two_functions_is_stopped_by_the_one_that_has_run_16_times():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"""
    table = loop(
        SQS,
        sim.trigger("sns", function="hop 1", source="news", latency=AT_ONCE),
    )
    assert table.runs.tolist() == [1] * 32 + [0]
    assert table.function.tolist() == ["hop 0", "hop 1"] * 16 + ["hop 0"]


def test_a_loop_through_an_event_bus_goes_on_unseen():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"""
    table = loop(
        sim.trigger(
            "eventbridge_rule", function="hop 0", source="bus", latency=AT_ONCE
        ),
        seconds=100,
    )
    assert table.runs.tolist() == [1] * 100
    mixed = loop(
        SQS,
        sim.trigger(
            "eventbridge_rule", function="hop 1", source="bus", latency=AT_ONCE
        ),
        seconds=100,
    )
    assert mixed.runs.tolist() == [1] * 100


def test_a_long_chain_that_is_no_loop_is_not_stopped():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"""
    names = [f"f{number:02}" for number in range(30)]
    chain = [function(a, sends=sends(b)) for a, b in pairwise(names)]
    scenario = system(
        *chain,
        function(names[-1]),
        triggers=[sim.trigger("invoke", function="f00")],
    )
    assert (
        sim.simulate(scenario, drain=False).deliveries.fate == "succeeded"
    ).sum() == 30


def test_stopped_loops_are_counted():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    once = function("f", sends=sends("jobs"))
    scenario = system(once, triggers=[queue_of("f", "jobs")], at=(0.0, 65.0))
    metrics = (
        sim.simulate(scenario, drain=False).metrics("1min").set_index("metric")
    )
    stopped = metrics.loc["RecursiveInvocationsDropped"]
    mine = stopped[stopped.dimensions == "FunctionName=f"]
    assert mine[["timestamp_s", "Sum"]].to_numpy().tolist() == [[0, 1], [60, 1]]


def test_two_outputs_to_one_target_are_refused():
    with pytest.raises(sim.ScenarioError, match="two outputs to 'orders'"):
        system(
            function("f", sends=sends("orders", "orders")),
            triggers=[sim.trigger("invoke", function="f")],
            queues=[sim.Queue(name="orders")],
        )


@pytest.mark.parametrize("reserved", [None, 0])
def test_a_failure_store_that_leads_back_to_its_function_ends(reserved):
    """That the last one is lost is a choice: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"""
    failing = function(
        "f",
        error_rate=1,
        maximum_retry_attempts=0,
        reserved_concurrent_executions=reserved,
    )
    failing = failing.replace(
        dead_letter_config=sim.DeadLetterConfig(target_arn="letters")
    )
    again = sim.trigger(
        "sns", function="f", source="letters", latency=sim.Constant(seconds=0)
    )
    scenario = system(failing, triggers=[again], into="letters")
    deliveries = sim.simulate(scenario).deliveries
    assert len(deliveries) == 18
    assert deliveries.fate.value_counts()["dropped"] == 1
    assert deliveries.runs.sum() == (0 if reserved == 0 else 16)
