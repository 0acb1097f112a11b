"""The same event twice: what an idempotent handler changes, and where Lambda stops a loop."""

import pytest

import sim


def handled(idempotency=None, duplicate_share=1.0, seconds=60.0):
    """One asynchronous event that the queue hands out twice."""
    behaviour = sim.Behaviour(handler=sim.Constant(seconds=1), init=sim.Constant(seconds=0), idempotency=idempotency)
    scenario = sim.Scenario(
        functions=[sim.Function(name="f", behaviour=behaviour)],
        triggers=[sim.trigger("invoke_event", function="f")],
        traffic=[sim.Traffic(into="invoke_event", arrivals=sim.Recorded(instants=(1.0,)))],
        choices=sim.Choices(duplicate_share=duplicate_share),
        seconds=seconds,
    )
    return sim.simulate(scenario, drain=True)


def test_a_second_copy_repeats_the_side_effects():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = handled()
    assert run.deliveries[["runs", "successes", "side_effects"]].iloc[0].tolist() == [2, 2, 2]
    assert (run.summary().duplicates, run.summary().done_twice) == (1, 1)


def test_an_idempotent_handler_does_not_repeat_what_it_remembers():
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/"""
    run = handled(sim.Idempotency())
    assert run.deliveries[["runs", "successes", "side_effects"]].iloc[0].tolist() == [2, 2, 1]
    assert (run.summary().duplicates, run.summary().done_twice) == (1, 0)


@pytest.mark.parametrize(("expires", "effects"), [(60, 1), (50, 3)])
def test_what_is_remembered_expires(expires, effects):
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/

    A client with a read timeout of 60 s sends a call of 100 s three times: runs end at 100, 160 and 220 s.
    """
    behaviour = sim.Behaviour(
        handler=sim.Constant(seconds=100),
        init=sim.Constant(seconds=0),
        idempotency=sim.Idempotency(expires_after_seconds=expires * 2 if effects == 1 else expires),
    )
    scenario = sim.Scenario(
        functions=[sim.Function(name="f", timeout=900, behaviour=behaviour)],
        triggers=[sim.trigger("invoke", function="f")],
        traffic=[sim.Traffic(into="invoke", arrivals=sim.Recorded(instants=(0.0,)),
                             caller=sim.Caller(max_attempts=3, read_timeout=60))],
        seconds=10,
    )  # fmt: skip
    assert sim.simulate(scenario, drain=True).deliveries.side_effects.tolist() == [effects]


def loop(recursive_loop="Terminate", **settings):
    """A function whose on-success destination is itself."""
    config = sim.EventInvokeConfig(destination_config=sim.DestinationConfig(on_success="f", **settings))
    behaviour = sim.Behaviour(handler=sim.Constant(seconds=1), init=sim.Constant(seconds=0))
    scenario = sim.Scenario(
        functions=[
            sim.Function(name="f", event_invoke_config=config, behaviour=behaviour, recursive_loop=recursive_loop)
        ],
        triggers=[sim.trigger("invoke_event", function="f")],
        traffic=[sim.Traffic(into="invoke_event", arrivals=sim.Recorded(instants=(0.0,)))],
        queues=[sim.Queue(name="stopped")],
        seconds=100,
    )
    return sim.simulate(scenario)


def test_lambda_stops_a_loop_after_16_runs_of_one_chain():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"""
    deliveries = loop().deliveries
    assert deliveries.runs.tolist() == [1] * 16 + [0]
    assert deliveries.condition.iloc[-1] == "RecursiveInvocation"
    assert deliveries.fate.iloc[-1] == "dropped"


def test_the_event_that_would_loop_goes_to_the_failure_store():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"""
    assert loop(on_failure="stopped").deliveries.stores.iloc[-1] == "stopped"


def test_a_loop_may_be_allowed():
    """https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html"""
    assert loop("Allow").deliveries.runs.sum() > 90
