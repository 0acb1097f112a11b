"""Laws that hold for every push source, every kind of caller, and through outages."""

import pandas as pd
import pytest
from hypothesis import strategies as st

import sim
from sim import facts
from tests.support.laws import law
from tests.support.strategies import arrivals, durations, hundredths, shares
from tests.support.useful import useful

CATALOGUE = sim.triggers().set_index("kind").model
PUSH = sorted(CATALOGUE[CATALOGUE != "polling"].index)
MODES = ("at once", "standard", "standard before 2026", "legacy", "adaptive")


@st.composite
def systems(draw):
    """One to three push sources into one or two functions, with outages, filters, any callers."""
    functions = [
        sim.Function(
            name=name,
            timeout=draw(st.integers(1, 40)),
            reserved_concurrent_executions=draw(st.none() | st.integers(0, 5)),
            event_invoke_config=sim.EventInvokeConfig(
                maximum_retry_attempts=draw(st.integers(0, 2))
            ),
            behaviour=sim.Behaviour(
                handler=draw(durations(35)),
                error_rate=draw(shares()),
                depends_on=("database",),
                idempotency=draw(st.none() | st.just(sim.Idempotency())),
            ),
        )
        for name in ("f", "g")
    ]
    kinds = draw(st.lists(st.sampled_from(PUSH), min_size=1, max_size=3))
    triggers = [
        draw(_trigger(kind, f"{kind}-{number}"))
        for number, kind in enumerate(kinds)
    ]
    system = sim.Scenario(
        functions=functions,
        triggers=triggers,
        traffic=[
            sim.Traffic(
                name=f"to {trigger.name}",
                into=trigger.entry,
                arrivals=draw(arrivals()),
                caller=draw(_caller()),
            )
            for trigger in triggers
        ],
        outages=draw(st.lists(_outage(), max_size=2)),
        account=sim.Account(concurrent_executions=draw(st.integers(111, 130))),
        seconds=draw(hundredths(1, 120)),
    )
    return useful(system)


@st.composite
def _trigger(draw, kind, name):
    filters = CATALOGUE[kind] == "asynchronous" and draw(st.booleans())
    return sim.trigger(
        kind,
        function=draw(st.sampled_from(["f", "g"])),
        name=name,
        **({"matching_share": draw(shares())} if filters else {}),
    )


def _caller():
    return st.builds(
        sim.Caller,
        clients=st.integers(1, 3),
        retry_mode=st.sampled_from(MODES),
        read_timeout=st.none() | st.sampled_from([1.0, 5.0]),
    )


def _outage():
    return st.builds(
        sim.Outage,
        of=st.sampled_from(["lambda", "database"]),
        at=hundredths(0, 60),
        seconds=hundredths(1, 60),
        slower_by=st.none() | hundredths(0, 5),
    )


@law(systems(), st.integers(1, 5))
def test_each_delivery_has_one_fate_and_the_same_seed_gives_the_same_tables(
    scenario, seed
):
    before = scenario.model_dump()
    first, second = (
        sim.simulate(scenario, seed, drain=False) for _ in range(2)
    )
    pd.testing.assert_frame_equal(first.deliveries, second.deliveries)
    pd.testing.assert_frame_equal(first.spans, second.spans)
    assert scenario.model_dump() == before
    assert (
        (first.deliveries.fate == "in flight")
        == first.deliveries.settled_s.isna()
    ).all()
    assert len(first.deliveries) == len(first.workload.event)


@law(systems())
def test_every_delivery_comes_to_an_end(scenario):
    run = sim.simulate(scenario, drain_seconds=4 * 86400)
    assert "in flight" not in set(run.deliveries.fate)


@law(systems())
def test_a_source_that_hands_over_is_retried_by_lambda_at_most_as_often_as_set(
    scenario,
):
    run = sim.simulate(scenario)
    retries = {
        f.name: f.event_invoke_config.maximum_retry_attempts
        for f in scenario.functions
    }
    mine = run.deliveries[run.deliveries.kind.map(CATALOGUE) == "asynchronous"]
    assert (mine.runs <= mine.function.map(retries) + 1).all()


@law(systems())
def test_what_a_filter_keeps_out_or_lambda_never_accepts_never_runs(scenario):
    table = sim.simulate(scenario).deliveries
    asynchronous = table.kind.map(CATALOGUE) == "asynchronous"
    assert (
        table.runs[
            (table.fate == "filtered")
            | (asynchronous & table.accepted_s.isna())
        ]
        == 0
    ).all()


@law(systems())
def test_callers_try_no_more_often_than_their_mode_lets_them(scenario):
    run = sim.simulate(scenario)
    attempts = {
        traffic.name: traffic.caller.attempts for traffic in scenario.traffic
    }
    own = {
        "firehose",
        "s3_batch",
        "sfn_sync",
        "sfn_wait_token",
        "stripe_webhook",
        "pipes_target",
        "pipes_enrichment",
        "eventbridge_bus_sync",
        "connect",
        "secrets_rotation",
    }
    mine = run.deliveries[
        (run.deliveries.kind.map(CATALOGUE) == "synchronous")
        & ~run.deliveries.kind.isin(own)
    ]
    assert (mine.runs + mine.throttles <= mine.traffic.map(attempts)).all()


@law(systems())
def test_side_effects_are_done_at_most_once_for_each_success_and_once_if_remembered(
    scenario,
):
    table = sim.simulate(scenario).deliveries
    assert (table.side_effects <= table.successes).all()
    assert ((table.side_effects > 0) == (table.successes > 0)).all()


@law(systems(), st.permutations(range(3)))
def test_the_order_of_declarations_changes_nothing(scenario, order):
    shuffled = scenario.replace(
        functions=scenario.functions[::-1],
        triggers=[
            scenario.triggers[n] for n in order if n < len(scenario.triggers)
        ],
        traffic=scenario.traffic[::-1],
    )
    pd.testing.assert_frame_equal(
        sim.simulate(scenario, drain=False).deliveries,
        sim.simulate(shuffled, drain=False).deliveries,
    )


@law(
    st.lists(hundredths(0, 60), min_size=1, max_size=30),
    hundredths(0, 5),
    hundredths(0, 5),
    st.sampled_from([2, 5]),
)
def test_twice_as_slow_a_world_is_the_same_world(
    instants, handler, init, factor
):
    """All times that no rule of AWS's fixes, stretched alike, stretch every span alike."""

    def spans(k):
        behaviour = sim.Behaviour(
            handler=sim.Constant(seconds=k * handler),
            init=sim.Constant(seconds=k * init / 5),
            error_rate=0.3,
        )
        scenario = sim.Scenario(
            functions=[
                sim.Function(name="f", timeout=900, behaviour=behaviour)
            ],
            triggers=[sim.trigger("invoke", function="f")],
            traffic=[
                sim.Traffic(
                    into="invoke",
                    arrivals=sim.Recorded(
                        instants=[k * t for t in sorted(instants)]
                    ),
                )
            ],
            choices=sim.Choices(
                execution_environment_idle_seconds=k * 10,
                execution_environment_life_seconds=k * 30,
            ),
            seconds=k * 100,
        )
        return sim.simulate(scenario, drain=False).spans

    once, stretched = spans(1), spans(factor)
    assert once.environment.tolist() == stretched.environment.tolist()
    assert once.outcome.tolist() == stretched.outcome.tolist()
    assert ((once.end_s * factor - stretched.end_s).abs() < 1e-5).all()


@pytest.mark.parametrize(
    "kind",
    [
        "sns",
        "eventbridge_rule",
        "s3_notification",
        "sqs_standard",
        "sqs_fifo",
        "kinesis_efo",
    ],
)
def test_from_the_source_to_the_functions_start_it_takes_as_long_as_measured(
    kind,
):
    """https://bitesizedserverless.com/bite/serverless-messaging-latency-compared/"""
    behaviour = sim.Behaviour(handler=0.001, init=0)
    scenario = sim.Scenario(
        functions=[sim.Function(name="f", behaviour=behaviour)],
        triggers=[sim.trigger(kind, function="f", name="t")],
        traffic=[
            sim.Traffic(
                into="t",
                arrivals=sim.Poisson(per_second=10, events=3000),
                keys=sim.Keys(count=3000),
            )
        ],
        seconds=600,
    )
    run = sim.simulate(scenario)
    arrived = run.deliveries.set_index("delivery").arrived_s
    first = run.attempts.groupby("delivery").start_s.min()
    took = (first - arrived).quantile([0.1, 0.5, 0.9, 0.99]) * 1000
    measured = facts.latency(kind)
    assert took.tolist() == pytest.approx(
        [measured.p10, measured.p50, measured.p90, measured.p99], rel=0.1
    )


def test_the_first_dispatch_is_a_part_of_the_measured_latency():
    """https://bitesizedserverless.com/bite/serverless-messaging-latency-compared/"""
    latency = sim.trigger("sns", function="f").latency
    assert (latency.p10, latency.p50) == (0.032, 0.043)
    assert latency.p50 + sim.Choices().first_dispatch_seconds == 0.073
    # a queue's poller dispatches nothing
    assert sim.trigger("sqs_standard", function="f").latency.p50 == 0.0162
