"""Laws of Lambda's own queue, over random functions that get their events asynchronously."""

from hypothesis import strategies as st

import sim
from tests.support.laws import law
from tests.support.strategies import arrivals, durations, shares, steady
from tests.support.useful import useful

SEEDS = st.integers(0, 2**32)
KINDS = ("invoke_event", "sns", "s3_notification", "eventbridge_rule")
LOST = {"dropped", "expired", "dead-lettered"}


@st.composite
def asynchronous_systems(draw, scarce=False):
    """One to three functions with failures of every kind, each behind one or two sources.

    With `scarce` concurrency and event age are short, else nothing but a failure stops an event.
    """
    names = ["f", "g", "h"][: draw(st.integers(1, 3))]
    functions = [draw(_function(name, scarce)) for name in names]
    triggers = [
        sim.trigger(
            draw(st.sampled_from(KINDS)), function=name, name=f"{name} {n}"
        )
        for name in names
        for n in range(draw(st.integers(1, 2)))
    ]
    system = sim.Scenario(
        functions=functions,
        triggers=triggers,
        traffic=[
            sim.Traffic(
                name=f"to {one.name}", into=one.entry, arrivals=draw(arrivals())
            )
            for one in triggers
        ],
        queues=[sim.Queue(name="failed")],
        choices=draw(_choices()),
        account=sim.Account(concurrent_executions=103 if scarce else 5000),
        seconds=60,
    )
    return useful(system)


@st.composite
def _function(draw, name, scarce):
    ages = st.sampled_from([60, 100, 600, 21600]) if scarce else st.just(21600)
    stores = sim.DestinationConfig(
        on_failure=draw(st.sampled_from([None, "failed"]))
    )
    return sim.Function(
        name=name,
        timeout=draw(st.integers(1, 20)),
        reserved_concurrent_executions=1 if scarce and name == "f" else None,
        event_invoke_config=sim.EventInvokeConfig(
            maximum_retry_attempts=draw(st.integers(0, 2)),
            maximum_event_age_in_seconds=draw(ages),
            destination_config=stores,
        ),
        behaviour=sim.Behaviour(
            handler=draw(steady(10)),
            init=draw(durations(2)),
            error_rate=draw(shares()),
            poison_share=draw(shares()),
            crash_share=draw(shares()),
        ),
    )


@st.composite
def _choices(draw):
    return sim.Choices(
        throttle_backoff_spread=draw(st.sampled_from([0, 0.25, 1])),
        duplicate_share=draw(st.sampled_from([0, 0, 0.3])),
        first_retry_wait=draw(steady(90)),
    )


def with_one_more_retry(scenario):
    """The same system; functions that may have one more retry have it."""
    functions = []
    for function in scenario.functions:
        config = function.event_invoke_config
        more = min(2, config.maximum_retry_attempts + 1)
        config = config.replace(maximum_retry_attempts=more)
        functions.append(function.replace(event_invoke_config=config))
    return scenario.replace(functions=functions)


def lost(run):
    """The deliveries whose event was given up."""
    table = run.deliveries
    return set(table.delivery[table.fate.isin(LOST)])


@law(asynchronous_systems(), SEEDS)
def test_where_no_limit_is_met_one_more_retry_never_loses_more(scenario, seed):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = sim.simulate(scenario, seed)
    patient = sim.simulate(with_one_more_retry(scenario), seed)
    assert run.deliveries.throttles.sum() == 0
    assert lost(patient) <= lost(run)


@law(asynchronous_systems(scarce=True), SEEDS)
def test_an_event_is_tried_until_its_next_wait_would_end_beyond_its_maximum_age(
    scenario, seed
):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = sim.simulate(scenario, seed)
    ages = {
        one.name: one.event_invoke_config.maximum_event_age_in_seconds
        for one in scenario.functions
    }
    table = run.deliveries.assign(age=run.deliveries.function.map(ages))
    deadline = (table.accepted_s + table.age).set_axis(table.delivery)
    tries = run.attempts
    # the second copy of an event is not judged by its age
    assert (tries.start_s <= tries.delivery.map(deadline) + 1e-6).all()
    expired = table[table.fate == "expired"]
    if (expired.runs == 0).any():
        never_ran = expired[expired.runs == 0]
        k = never_ran.throttles - 1
        longest = (2.0**k).clip(upper=300) * (
            1 + scenario.choices.throttle_backoff_spread
        )
        assert (
            never_ran.settled_s + longest
            > deadline[never_ran.delivery].to_numpy()
        ).all()
