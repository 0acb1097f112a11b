"""The same event twice: what an idempotent handler changes, and where Lambda stops a loop."""

import pytest

import sim


def handled(idempotency=None, duplicate_share=1.0, seconds=60.0):
    """One asynchronous event that the queue hands out twice."""
    behaviour = sim.Behaviour(
        handler=sim.Constant(seconds=1),
        init=sim.Constant(seconds=0),
        idempotency=idempotency,
    )
    scenario = sim.Scenario(
        functions=[sim.Function(name="f", behaviour=behaviour)],
        triggers=[sim.trigger("invoke_event", function="f")],
        traffic=[
            sim.Traffic(
                into="invoke_event", arrivals=sim.Recorded(instants=(1.0,))
            )
        ],
        choices=sim.Choices(duplicate_share=duplicate_share),
        seconds=seconds,
    )
    return sim.simulate(scenario)


def test_a_second_copy_repeats_the_side_effects():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = handled()
    assert run.deliveries[["runs", "successes", "side_effects"]].iloc[
        0
    ].tolist() == [
        2,
        2,
        2,
    ]
    assert (run.summary().duplicates, run.summary().done_twice) == (1, 1)


def test_a_copy_that_comes_while_the_event_is_in_progress_fails_at_once():
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/"""
    run = handled(sim.Idempotency())
    assert handlers(run) == [(1, 1, "failed"), (1, 2, "succeeded")]
    assert run.deliveries[["runs", "successes", "side_effects"]].iloc[
        0
    ].tolist() == [
        2,
        1,
        1,
    ]
    assert (run.summary().duplicates, run.summary().done_twice) == (0, 0)
    assert "run finds the event in progress, and fails at once." in str(
        run.story(0)
    )


def handlers(run):
    """The handler spans in order of their ends: outcome, start and end without the dispatch."""
    spans = run.spans[run.spans.stage == "handler"].round(1)
    return list(
        spans[["start_s", "end_s", "outcome"]].itertuples(
            index=False, name=None
        )
    )


DATABASE = {
    "dependencies": [
        sim.Dependency(
            name="db", maximum_connections=10, latency=sim.Constant(seconds=2)
        )
    ]
}
around = pytest.mark.parametrize(
    "parts", [{}, DATABASE], ids=["alone", "calls a database"]
)


def behaviour(parts, seconds, **settings):
    """Work of so many seconds, of which two are a call of the database, if there is one."""
    names = tuple(
        dependency.name for dependency in parts.get("dependencies", ())
    )
    own = sim.Constant(seconds=seconds - 2 * len(names))
    return sim.Behaviour(
        handler=own, init=sim.Constant(seconds=0), depends_on=names, **settings
    )


@around
@pytest.mark.parametrize(
    ("expires", "repeat"),
    [
        (60, (65, 65, "succeeded")),
        (55, (65, 65, "succeeded")),
        (54, (65, 75, "succeeded")),
    ],
)
def test_a_repeat_of_what_is_done_gets_the_kept_result_until_it_expires(
    parts, expires, repeat
):
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/

    A webhook works for 10 s; its sender hangs up after 5 s and comes again 60 s later.
    """
    work = behaviour(
        parts, 10, idempotency=sim.Idempotency(expires_after_seconds=expires)
    )
    scenario = sim.Scenario(
        functions=[sim.Function(name="f", timeout=30, behaviour=work)],
        triggers=[sim.trigger("stripe_webhook", function="f")],
        traffic=[sim.Traffic(into="stripe_webhook", arrivals=sim.Recorded(instants=(0.0,)),
                             caller=sim.Caller(read_timeout=5))],
        seconds=100, **parts,
    )  # fmt: skip
    run = sim.simulate(scenario, drain=False)
    assert handlers(run) == [(0, 10, "succeeded"), repeat]
    assert run.deliveries.side_effects.tolist() == [
        1 if repeat[0] == repeat[1] else 2
    ]
    assert ("The second run finds the event done" in str(run.story(0))) == (
        repeat[0] == repeat[1]
    )


@around
@pytest.mark.parametrize(
    ("crash_share", "second"),
    [(0, (63, 66, "failed")), (1, (63, 63, "failed"))],
)
def test_an_error_is_forgotten_but_a_run_cut_short_stays_in_progress(
    parts, crash_share, second
):
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/

    The record of a run that crashed holds until the function's timeout would have come.
    """
    work = behaviour(
        parts,
        3,
        error_rate=1,
        crash_share=crash_share,
        idempotency=sim.Idempotency(),
    )
    scenario = sim.Scenario(
        functions=[sim.Function(name="f", timeout=100, behaviour=work)],
        triggers=[sim.trigger("invoke_event", function="f")],
        traffic=[sim.Traffic(into="invoke_event", arrivals=sim.Recorded(instants=(0.0,)))],
        choices=sim.Choices(first_dispatch_seconds=0), seconds=100, **parts,
    )  # fmt: skip
    first, again = handlers(sim.simulate(scenario, drain=False))
    assert first == (0, 3, "crashed" if crash_share else "failed")
    assert again == second


@around
def test_an_item_of_a_batch_that_is_done_costs_its_next_batch_no_time(parts):
    """https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/"""
    work = behaviour(parts, 3, error_rate=0.3, idempotency=sim.Idempotency())
    scenario = sim.Scenario(
        functions=[sim.Function(name="f", timeout=60, behaviour=work)],
        triggers=[sim.trigger("sqs_standard", function="f", source="orders")],
        queues=[sim.Queue(name="orders", visibility_timeout=60)],
        traffic=[sim.Traffic(into="orders", arrivals=sim.Burst(events=50))],
        seconds=3600, **parts,
    )  # fmt: skip
    run = sim.simulate(scenario)
    done = run.spans[
        (run.spans.stage == "handler") & (run.spans.outcome == "succeeded")
    ]
    lengths = (done.end_s - done.start_s).groupby(done.delivery)
    assert (lengths.count() > 1).sum() > 10
    assert set(lengths.first().round(6)) == {3}
    assert (lengths.max() == lengths.sum()).all()
    assert run.deliveries.side_effects.tolist() == [1] * 50


def loop(recursive_loop="Terminate", **settings):
    """A function whose on-success destination is itself."""
    config = sim.EventInvokeConfig(
        destination_config=sim.DestinationConfig(on_success="f", **settings)
    )
    behaviour = sim.Behaviour(
        handler=sim.Constant(seconds=1), init=sim.Constant(seconds=0)
    )
    scenario = sim.Scenario(
        functions=[
            sim.Function(
                name="f",
                event_invoke_config=config,
                behaviour=behaviour,
                recursive_loop=recursive_loop,
            )
        ],
        triggers=[sim.trigger("invoke_event", function="f")],
        traffic=[
            sim.Traffic(
                into="invoke_event", arrivals=sim.Recorded(instants=(0.0,))
            )
        ],
        queues=[sim.Queue(name="stopped")],
        seconds=100,
    )
    return sim.simulate(scenario, drain=False)


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
