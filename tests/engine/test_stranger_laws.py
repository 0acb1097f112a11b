"""A stranger, which shares no limit with the others, changes no row of theirs."""

import pandas as pd
import pytest
from hypothesis import strategies as st

import sim
from sim.engine.queue.fair import FairQueue
from sim.engine.queue.poller_settings import batch_size
from sim.engine.queue.standard import StandardQueue
from sim.engine.simulate import Simulation
from tests.support.laws import law
from tests.support.strangers import joined_by, rows_of, strangers
from tests.support.strategies import scenarios, streams
from tests.support.useful import useful

SEEDS = st.integers(0, 2**32)


def called_by_sdks(scenario):
    """The scenario with SDKs for callers, three for each traffic."""
    sdk = sim.Caller(retry_mode="adaptive", clients=3)
    traffic = [one.replace(caller=sdk) for one in scenario.traffic]
    return useful(scenario.replace(traffic=traffic))


def assert_unchanged(scenario, stranger, seed, drain=True):
    """Whoever else is there, the scenario's own rows are the same."""
    both = (scenario, joined_by(scenario, stranger))
    alone, together = (
        rows_of(scenario, sim.simulate(one, seed, drain=drain)) for one in both
    )
    for one, other in zip(alone, together, strict=True):
        pd.testing.assert_frame_equal(one, other, check_dtype=False)


def systems():
    """Scenarios of all kinds, called by clients of one's own or by SDKs."""
    anyhow = scenarios() | scenarios(published=True) | streams()
    return anyhow | anyhow.map(called_by_sdks)


@law(
    systems(),
    strangers(),
    SEEDS,
    st.booleans(),
    fast=10,
    thorough=400,
)
def test_a_stranger_changes_no_row_of_the_others(
    scenario, stranger, seed, drain
):
    """Chance belongs to events, never to who else is there."""
    assert_unchanged(scenario, stranger, seed, drain)


# What once was shared


def worker(name="f", **behaviour):
    """A function that works for 0.1 s."""
    times = {"handler": sim.Constant(seconds=0.1)}
    return sim.Function(
        name=name, behaviour=sim.Behaviour(**times, **behaviour)
    )


def system(functions, triggers, traffic, **more):
    return sim.Scenario(
        functions=functions,
        triggers=triggers,
        traffic=traffic,
        seconds=60,
        **more,
    )


def calls(name, **caller):
    """Twenty calls by SDKs."""
    return sim.Traffic(
        name=name,
        into="door",
        arrivals=sim.ConstantRate(per_second=1, events=20),
        caller=sim.Caller(retry_mode="standard", **caller),
    )


def passer_by(name, payload_kb=1):
    """A call of another function."""
    other = sim.trigger("invoke", function="g", name=name)
    traffic = sim.Traffic(
        into=name, arrivals=sim.Burst(events=1, at=3), payload_kb=payload_kb
    )
    return worker("g"), other, traffic


@pytest.mark.parametrize("name", ["a", "z"])
@pytest.mark.parametrize("clients", [1, 3])
def test_a_callers_back_off_and_clients_are_its_own_wherever_a_strangers_name_sorts(
    name, clients
):
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    door = sim.trigger("apigw_rest", function="f", name="door")
    limits = {"throttle_rate_limit": 0.5, "throttle_burst_limit": 1}
    alone = system(
        [worker(error_rate=0.5)],
        [door.replace(**limits)],
        [calls("m", clients=clients)],
    )
    retried = sim.simulate(alone).spans.stage == "retry"
    assert retried.sum() > 10
    assert_unchanged(alone, passer_by(name), seed=1)


def test_clients_take_turns_with_the_events_of_their_traffic():
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    door = sim.trigger("invoke", function="f", name="door")
    function, other, stranger = passer_by("a")
    scenario = system(
        [worker(), function],
        [door, other],
        [calls("m", clients=3), stranger],
    )
    simulation = Simulation(scenario, seed=1)
    number = scenario.routes.index(door)
    callers = simulation.router.consumers[number].callers
    deliveries = (simulation.workload.trigger == number).nonzero()[0]
    clients = [callers.client(delivery) for delivery in deliveries.tolist()]
    assert clients == [n % 3 for n in range(20)]


@pytest.mark.parametrize("way", ["straight", "topic", "bus", "output"])
def test_a_batch_is_as_large_as_the_messages_of_the_queues_own_senders_allow(
    way,
):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    queue = sim.trigger(
        "sqs_standard",
        function="f",
        source="q",
        maximum_batching_window_in_seconds=2,
    )
    into = {"straight": "q", "output": "invoke"}.get(way, way)
    door = sim.trigger("invoke", function="h", name="invoke")
    sender = worker("h", sends=[sim.Output(to="q")])
    for payload_kb, largest in ((1, 10), (1000, 6)):
        sent = sim.Traffic(
            name="own",
            into=into,
            arrivals=sim.Burst(events=50),
            payload_kb=payload_kb,
        )
        scenario = system(
            [worker(), sender],
            [queue, door],
            [sent],
            topics=[sim.Topic(name="topic", queues=["q"])],
            event_buses=[sim.EventBus(name="bus", targets=["q"])],
        )
        run = sim.simulate(scenario)
        batches = run.spans[run.spans.stage == "handler"]
        batches = batches[batches.resource == "f"].groupby("invocation")
        assert batches.delivery.nunique().max() == largest
        assert_unchanged(scenario, passer_by("a", payload_kb=3000), seed=1)


def test_a_message_that_is_larger_than_a_batch_may_be_goes_alone():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    mapping = sim.trigger("sqs_standard", function="f")
    sizes = [batch_size(mapping, kb) for kb in (0, 1, 614.4, 615, 6144, 7000)]
    assert sizes == [10, 10, 10, 9, 1, 1]


def test_a_queue_is_fair_if_its_own_messages_have_groups():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html"""
    mappings = [
        sim.trigger("sqs_standard", function="f", name=name, source=name)
        for name in ("fair", "plain")
    ]
    scenario = system(
        [worker()],
        mappings,
        [
            sim.Traffic(
                into="fair",
                arrivals=sim.Burst(events=5),
                keys=sim.Keys(2),
                message_group_id="key",
            ),
            sim.Traffic(into="plain", arrivals=sim.Burst(events=5)),
        ],
    )
    consumers = Simulation(scenario).router.consumers
    fair, plain = (type(mapping.queue) for mapping in consumers)
    assert (fair, plain) == (FairQueue, StandardQueue)


@pytest.mark.parametrize("entry", ["topic", "bus", "q"])
def test_what_no_entry_takes_is_refused_whoever_consumes_it(entry):
    """https://docs.aws.amazon.com/sns/latest/dg/sns-publishing.html"""
    large = sim.Traffic(
        into=entry, arrivals=sim.Burst(events=1), payload_kb=7000
    )
    with pytest.raises(sim.ScenarioError, match="takes 1024 KB at most"):
        system(
            [worker()],
            [sim.trigger("sqs_standard", function="f", source="q")],
            [large],
            topics=[sim.Topic(name="topic", queues=["q"])],
            event_buses=[sim.EventBus(name="bus", targets=["q"])],
        )
