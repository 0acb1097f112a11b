"""Laws that hold in every scenario: Hypothesis looks for one that breaks them."""

from math import ceil, floor

import numpy as np
import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st

import sim
from sim.engine.simulate import Simulation
from sim.trace import Child
from tests.support.laws import law
from tests.support.strategies import durations, hundredths, scenarios

SEEDS = st.integers(0, 2**32)
DRAINED = st.booleans()
LOST = ["dropped", "expired", "dead-lettered"]
FATES = {
    "synchronous": {"succeeded", "failed", "rejected", "in flight"},
    "asynchronous": {"succeeded", *LOST, "in flight"},
    "polling": {"succeeded", *LOST, "in flight"},
}


def whole(seconds):
    """Seconds as whole microseconds."""
    return np.rint(np.asarray(seconds, float) * 1e6).astype(np.int64)


def without_duplicates(scenario):
    return scenario.replace(
        choices=scenario.choices.replace(duplicate_share=0.0)
    )


def with_error_rate(scenario, error_rate):
    functions = [
        f.replace(behaviour=f.behaviour.replace(error_rate=error_rate))
        for f in scenario.functions
    ]
    return scenario.replace(functions=functions)


def model_of(run):
    """The invocation model of each trigger, by the trigger's name."""
    return {trigger.name: trigger.model for trigger in run.scenario.routes}


def spans_by_trigger(run):
    """The spans, times in microseconds, with their delivery's trigger and function."""
    spans = run.spans.merge(
        run.deliveries[["delivery", "trigger", "function"]], on="delivery"
    )
    return spans.assign(start=whole(spans.start_s), end=whole(spans.end_s))


def invocations(run):
    """A row an invocation with its init: function, environment, trigger, start, end (integers)."""
    spans = spans_by_trigger(run)
    spans = spans[spans.stage.isin(["init", "suppressed init", "handler"])]
    # the records of a batch share one invocation; other runs have one event each
    batched = spans.invocation >= 0
    spans = spans.assign(
        delivery=spans.delivery.where(~batched, -1),
        attempt=spans.attempt.where(~batched, -1),
    )
    keys = [
        "function",
        "environment",
        "trigger",
        "invocation",
        "delivery",
        "attempt",
    ]
    found = spans.groupby(keys, as_index=False).agg(
        start=("start", "min"), end=("end", "max")
    )
    return found.sort_values(["start", "end"])


def peak(intervals):
    """How many intervals are open at once at most; at one instant ends come before starts."""
    times = np.concatenate([intervals.end, intervals.start])
    steps = np.repeat([-1, 1], len(intervals))
    return max(0, np.cumsum(steps[np.lexsort((steps, times))]).max(initial=0))


def pools(run, rows):
    """The rows of each pool of concurrency, by their column `function`, with the pool's limit."""
    reserved = {
        f.name: f.reserved_concurrent_executions for f in run.scenario.functions
    }
    own = [
        (rows[rows.function == name], limit)
        for name, limit in reserved.items()
        if limit is not None
    ]
    shared = [name for name, limit in reserved.items() if limit is None]
    return [
        *own,
        (rows[rows.function.isin(shared)], run.scenario.unreserved_concurrency),
    ]


def tables(run):
    return run.deliveries, run.spans, run.attempts


def assert_same(one, other):
    for left, right in zip(tables(one), tables(other), strict=True):
        pd.testing.assert_frame_equal(left, right, check_exact=True)


def fan_out():
    """Events that reach two consumers, which both send what became of them to one function."""
    done = sim.EventInvokeConfig(
        destination_config=sim.DestinationConfig(on_success="last")
    )
    failing = sim.Behaviour(error_rate=1)
    redrive = sim.RedrivePolicy(
        dead_letter_target_arn="dead", max_receive_count=1
    )
    return sim.Scenario(
        functions=[
            sim.Function(name="polled", behaviour=failing),
            *(
                sim.Function(name=name, event_invoke_config=done)
                for name in ("one", "two")
            ),
            sim.Function(name="last"),
        ],
        queues=[
            sim.Queue(name=name, redrive_policy=redrive)
            for name in ("left", "right")
        ]
        + [sim.Queue(name="dead")],
        triggers=[
            sim.trigger("sns", function="one", name="first", source="topic"),
            sim.trigger("sns", function="two", name="second", source="topic"),
            sim.trigger(
                "sqs_standard",
                function="polled",
                source="left",
                name="polls left",
            ),
            sim.trigger(
                "sqs_standard",
                function="polled",
                source="right",
                name="polls right",
            ),
            sim.trigger(
                "sqs_standard",
                function="last",
                source="dead",
                name="polls dead",
            ),
        ],
        traffic=[
            sim.Traffic(into=into, arrivals=sim.Burst(events=3))
            for into in ("topic", "left", "right")
        ],
        seconds=60,
    )


def at_once(count, seconds, kind, **settings):
    """A few events at the same instant, for handlers that all work for so many seconds."""
    return sim.Scenario(
        functions=[
            sim.Function(
                name="steady",
                timeout=20,
                behaviour=sim.Behaviour(
                    handler=sim.Constant(seconds=seconds),
                    init=sim.Constant(seconds=0),
                ),
            )
        ],
        triggers=[sim.trigger(kind, function="steady", **settings)],
        traffic=[sim.Traffic(into=kind, arrivals=sim.Burst(events=count))],
        seconds=3,
    )


def far_apart():
    """Requests with a little more between them than an environment may be idle."""
    apart = at_once(1, 0, "invoke").replace(seconds=20)
    traffic = [
        sim.Traffic(into="invoke", arrivals=sim.ConstantRate(per_second=0.4))
    ]
    return apart.replace(
        traffic=traffic,
        choices=sim.Choices(execution_environment_idle_seconds=2),
    )


# Fates


@law(scenarios(), SEEDS, DRAINED)
def test_each_delivery_has_exactly_one_fate(scenario, seed, drain):
    run = sim.simulate(scenario, seed, drain=drain)
    table = run.deliveries
    in_flight = table.fate == "in flight"
    assert (table.settled_s.isna() == in_flight).all()
    assert ((table.stores != "") == (table.fate == "dead-lettered")).all()
    for trigger, fate in zip(table.trigger, table.fate, strict=True):
        assert fate in FATES[model_of(run)[trigger]]
    assert np.allclose(
        table.latency_s,
        table.settled_s - table.arrived_s,
        atol=1e-9,
        equal_nan=True,
    )


@law(scenarios(), SEEDS)
def test_the_engine_counts_what_is_unsettled_as_the_table_does(scenario, seed):
    simulation = Simulation(scenario, seed)
    simulation.advance(int(whole(scenario.seconds)))
    run = simulation.finish()
    assert (
        simulation.router.unsettled
        == (run.deliveries.fate == "in flight").sum()
    )


@law(scenarios(), SEEDS)
def test_draining_leaves_nothing_in_flight(scenario, seed):
    assert "in flight" not in set(sim.simulate(scenario, seed).deliveries.fate)


@law(scenarios(), SEEDS)
def test_what_happens_at_the_very_end_comes_later(scenario, seed):
    table = sim.simulate(scenario, seed, drain=False).deliveries
    table = table[table.fate != "expired"]  # retention may end at the very end
    assert not (table.settled_s >= scenario.seconds).any()


@law(scenarios(), SEEDS, DRAINED)
def test_a_success_is_a_run_that_succeeded_before(scenario, seed, drain):
    run = sim.simulate(without_duplicates(scenario), seed, drain=drain)
    table, attempts = run.deliveries, run.attempts
    swallowing = [
        one.name for one in scenario.functions if one.behaviour.swallows_errors
    ]
    # Who calls hears of no error there, and another run may do the work later.
    has_returned = (attempts.outcome == "succeeded") | (
        (attempts.outcome == "failed") & attempts.resource.isin(swallowing)
    )
    first = attempts[has_returned].groupby("delivery").end_s.min()
    is_done = (table.fate == "succeeded") & table.work_done
    delivered = table[is_done].set_index("delivery")
    assert (first.reindex(delivered.index) <= delivered.settled_s).all()
    # Only a front door that gives up and a message that is received twice can hide a success.
    told = table[
        ~table.kind.isin(["apigw_rest", "sqs_standard", "sqs_fifo"])
        & ~table.fate.isin(["succeeded", "in flight"])
    ]
    assert (told.successes == 0).all()


@law(scenarios(), SEEDS, DRAINED)
def test_only_who_returns_after_a_failure_succeeds_without_having_done_the_work(
    scenario, seed, drain
):
    run = sim.simulate(scenario, seed, drain=drain)
    table = run.deliveries
    undone = table[(table.fate == "succeeded") & ~table.work_done]
    for row in undone.itertuples():
        behaviours = [scenario.function(row.function).behaviour] + [
            scenario.deployed(one).behaviour
            for one in scenario.deployments
            if one.function == row.function
        ]
        assert any(
            one.swallows_errors or one.batch_response is not None
            for one in behaviours
        )
    # a stack operation may be told after an hour
    assert undone.end.isin(["lost", "told"]).all()


@law(scenarios(), SEEDS, DRAINED)
def test_events_in_are_fates_out(scenario, seed, drain):
    run = sim.simulate(scenario, seed, drain=drain)
    table = run.deliveries
    own = table[table.parent < 0]
    # every event has a delivery
    assert list(own.event.unique()) == list(range(len(run.workload.time)))
    for traffic, rows in own.groupby("traffic"):
        consumers = len(
            scenario.consumers(
                next(t.into for t in scenario.traffic if t.name == traffic)
            )
        )
        assert (rows.groupby("n").size() == consumers).all()
    assert table.fate.value_counts().sum() == len(table)


@law(scenarios(), SEEDS, DRAINED)
def test_every_child_comes_from_a_parent_that_was_settled_just_then(
    scenario, seed, drain
):
    run = sim.simulate(scenario, seed, drain=drain)
    table = run.deliveries
    children = table[
        (table.parent >= 0) & ~table.edge.str.startswith("output to ")
    ].drop_duplicates("event")
    assert (children.parent < children.event).all()
    settled = set(zip(table.event, table.settled_s, strict=True))
    assert set(zip(children.parent, children.arrived_s, strict=True)) <= settled
    entries = {trigger.entry for trigger in scenario.routes}
    sent = [
        store
        for stores in table.stores
        for store in stores.split(";")
        if store in entries
    ]
    on_success = {
        f.name: f.event_invoke_config.destination_config.on_success
        for f in scenario.functions
    }
    models = table.trigger.map(model_of(run))
    succeeded = table[(models == "asynchronous") & (table.fate == "succeeded")]
    assert (
        len(children)
        == len(sent) + succeeded.function.map(on_success).isin(entries).sum()
    )


@law(scenarios(), SEEDS, DRAINED)
def test_each_success_sends_on_as_many_events_as_it_says(scenario, seed, drain):
    run = sim.simulate(scenario, seed, drain=drain)
    table, outputs = (
        run.deliveries,
        pd.DataFrame(run.trace.children, columns=Child._fields),
    )
    sent = (
        outputs.groupby(["delivery", "target"]).size() if len(outputs) else {}
    )
    for function in scenario.functions:
        successes = (
            table[table.function == function.name]
            .set_index("delivery")
            .successes
        )
        for output in function.behaviour.sends:
            if output.to in run_stores(function):
                continue  # a failure store gets other events, too
            for delivery, count in successes.items():
                children = sent.get((delivery, output.to), 0)
                fewest = (
                    min(count, 1) if function.behaviour.idempotency else count
                )
                assert (
                    fewest * floor(output.per_event)
                    <= children
                    <= count * ceil(output.per_event)
                )


def run_stores(function):
    """Where a function's events go that it does not send itself."""
    config, letters = (
        function.event_invoke_config.destination_config,
        function.dead_letter_config,
    )
    return {
        "dead",
        config.on_success,
        config.on_failure,
        letters.target_arn if letters else None,
    }


@law(scenarios(), SEEDS, DRAINED)
def test_no_event_is_caused_without_a_success_just_then(scenario, seed, drain):
    run = sim.simulate(scenario, seed, drain=drain)
    table, roots = run.deliveries, len(run.workload.time)
    handled = run.spans[
        (run.spans.stage == "handler") & (run.spans.outcome == "succeeded")
    ]
    runs = run.spans[run.spans.stage == "handler"]
    ends = runs.groupby(["resource", "invocation"]).end_s.max()
    times = {(row.delivery, row.end_s if row.invocation < 0 else ends[row.resource, row.invocation])
             for row in handled.itertuples()}  # fmt: skip
    for event, child in enumerate(run.trace.children, roots):
        assert child.parent == table.event[child.delivery] < event
        if child.edge.startswith("output to "):
            assert (child.delivery, child.time / 1e6) in times


@law(scenarios(), SEEDS, DRAINED)
def test_nothing_is_lost_between_two_hops(scenario, seed, drain):
    run = sim.simulate(scenario, seed, drain=drain)
    table, roots = run.deliveries, len(run.workload.time)
    of_event = table.groupby("event").trigger.apply(list)
    for event, child in enumerate(run.trace.children, roots):
        assert of_event.get(event, []) == [
            trigger.name for trigger in scenario.consumers(child.target)
        ]
    journeys = run.journeys
    assert journeys.event.tolist() == list(range(roots))
    assert journeys.deliveries.sum() == len(table)
    undone = (table.fate == "succeeded") & ~table.work_done
    lost = table.fate.isin(["dropped", "expired"]) | undone
    assert journeys.lost.sum() == (lost & (table.end == "lost")).sum()
    assert journeys.ended_s.isna().sum() <= (table.fate == "in flight").sum()
    assert (
        journeys.ended_s.isna() == (journeys.event.isin(unsettled_roots(run)))
    ).all()
    assert journeys.parked.sum() <= (table.fate == "dead-lettered").sum()


def unsettled_roots(run):
    """The events from outside of which something is in flight."""
    parents, found = (
        run.deliveries.drop_duplicates("event").set_index("event").parent,
        set(),
    )
    following = run.deliveries.event[
        run.deliveries.fate == "in flight"
    ].tolist()
    while following:
        event = following.pop()
        if parents[event] < 0:
            found.add(event)
        else:
            following.append(parents[event])
    return found


@law(scenarios(), SEEDS, also=[(fan_out(), 1)])
def test_no_two_events_share_their_chance(scenario, seed):
    simulation = Simulation(scenario, seed)
    simulation.drain(int(whole(86400)))
    identities = simulation.delivery_draws.identity
    assert len(set(identities)) == len(identities)


# Concurrency, rates and execution environments


@law(scenarios(), SEEDS, DRAINED)
def test_concurrency_never_exceeds_its_limit(scenario, seed, drain):
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html."""
    run = sim.simulate(scenario, seed, drain=drain)
    busy = invocations(run)
    for rows, limit in pools(run, busy):
        assert peak(rows) <= limit
    assert peak(busy) <= scenario.account.concurrent_executions


@law(scenarios(), SEEDS, DRAINED)
def test_reserved_concurrency_is_guaranteed(scenario, seed, drain):
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html."""
    run = sim.simulate(scenario, seed, drain=drain)
    spans = spans_by_trigger(run)
    concurrency = spans[
        spans.outcome.astype(str).str.contains("ConcurrentInvocationLimit")
    ]
    for (busy, limit), (refused, _) in zip(
        pools(run, invocations(run)), pools(run, concurrency), strict=True
    ):
        for now in refused.start.unique():
            assert ((busy.start <= now) & (now <= busy.end)).sum() >= limit


@law(scenarios(), SEEDS, DRAINED)
def test_an_environment_works_on_one_request_at_a_time(scenario, seed, drain):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html."""
    busy = invocations(sim.simulate(scenario, seed, drain=drain))
    for _, rows in busy.groupby(["function", "environment"]):
        assert (rows.start.to_numpy()[1:] >= rows.end.to_numpy()[:-1]).all()


@law(scenarios(), SEEDS, DRAINED, also=[(far_apart(), 1, False)])
def test_environments_are_numbered_in_order_and_do_not_outlive_their_time(
    scenario, seed, drain
):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html."""
    busy = invocations(sim.simulate(scenario, seed, drain=drain))
    choices = scenario.choices
    for _, rows in busy.groupby("function"):
        born = rows.groupby("environment").start.min()
        assert list(born.index) == list(range(1, len(born) + 1))
        assert born.is_monotonic_increasing
        assert (rows.start - rows.environment.map(born)).max() <= whole(
            choices.execution_environment_life_seconds
        )
    for _, rows in busy.groupby(["function", "environment"]):
        idle = rows.start.to_numpy()[1:] - rows.end.to_numpy()[:-1]
        assert idle.max(initial=0) <= whole(
            choices.execution_environment_idle_seconds.seconds
        )


@st.composite
def crowds(draw):
    """Very many short requests for a function with little reserved concurrency."""
    reserved, count = draw(st.integers(1, 4)), draw(st.integers(20, 200))
    handler = sim.Behaviour(
        handler=draw(durations(0.05)), init=sim.Constant(seconds=0)
    )
    function = sim.Function(
        name="busy", reserved_concurrent_executions=reserved, behaviour=handler
    )
    arrivals = sim.Burst(events=count, within=draw(hundredths(0, 5)))
    return sim.Scenario(
        functions=[function],
        triggers=[
            sim.trigger(kind, function="busy")
            for kind in ("invoke", "sqs_standard", "invoke_event")
        ],
        traffic=[
            sim.Traffic(into=into, arrivals=arrivals)
            for into in ("invoke", "sqs_standard")
        ],
        seconds=10,
    )


@law(scenarios() | crowds(), SEEDS)
def test_no_second_sees_more_than_ten_requests_for_each_unit_of_concurrency(
    scenario, seed
):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html."""
    run = sim.simulate(scenario, seed, drain=False)
    busy, spans = invocations(run), spans_by_trigger(run)
    models = model_of(run)
    limited = busy[busy.trigger.map(models) != "asynchronous"]
    refused = spans[
        spans.outcome.astype(str).str.contains("InvocationRateLimit")
    ]
    assert "asynchronous" not in set(refused.trigger.map(models))
    for (rows, limit), (throttles, _) in zip(
        pools(run, limited), pools(run, refused), strict=True
    ):
        starts = np.sort(rows.start.to_numpy())
        assert (
            starts[10 * limit :] - starts[: -10 * limit or None] >= 1_000_000
        ).all() or limit == 0
        for now in throttles.start.unique():
            assert (
                (now - 1_000_000 < starts) & (starts <= now)
            ).sum() == 10 * limit


@st.composite
def rushes(draw):
    """More than a thousand requests at once: the scaling rate is what holds them back."""
    handler = sim.Constant(seconds=draw(st.sampled_from([0.5, 5, 30])))
    function = sim.Function(
        name="wide", timeout=60, behaviour=sim.Behaviour(handler=handler)
    )
    burst = st.tuples(
        hundredths(0, 12), st.integers(200, 1500), hundredths(0, 6)
    )
    bursts = draw(st.lists(burst, min_size=1, max_size=3))
    traffic = [
        sim.Traffic(
            name=f"burst {number}",
            into=draw(st.sampled_from(["invoke", "invoke_event"])),
            arrivals=sim.Burst(at=at, events=events, within=within),
        )
        for number, (at, events, within) in enumerate(bursts)
    ]
    triggers = [
        sim.trigger(kind, function="wide")
        for kind in ("invoke", "invoke_event")
    ]
    account = sim.Account(concurrent_executions=10000)
    return sim.Scenario(
        functions=[function],
        triggers=triggers,
        traffic=traffic,
        account=account,
        seconds=30,
    )


@law(rushes(), SEEDS, fast=10, thorough=60)
def test_no_more_than_a_thousand_environments_and_a_hundred_a_second(
    scenario, seed
):
    """https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html."""
    run = sim.simulate(scenario, seed, drain=False)
    born = (
        invocations(run)
        .groupby("environment")
        .start.min()
        .sort_values()
        .to_numpy()
    )
    # 100 a second are allowed
    ahead = np.arange(1, len(born) + 1) - born / 10_000
    # in any stretch of time
    assert (ahead - np.minimum.accumulate(ahead)).max() + 1 <= 1000 + 1e-6
    throttled = run.spans[run.spans.stage == "throttle"].start_s.to_numpy()
    for now in throttled[:1]:
        assert ((born / 1e6) <= now).sum() >= 1000


# Time and attempts


@law(scenarios(), SEEDS, DRAINED)
def test_time_never_runs_back(scenario, seed, drain):
    run = sim.simulate(scenario, seed, drain=drain)
    table, spans = run.deliveries, spans_by_trigger(run)
    assert (spans.end >= spans.start).all()
    assert (spans.start_s >= spans.delivery.map(table.arrived_s)).all()
    assert not (table.settled_s < table.arrived_s).any()
    assert not (table.accepted_s < table.arrived_s).any()
    assert not (table.settled_s < table.accepted_s).any()
    assert not (table.told_s < table.arrived_s).any()
    working = spans[
        spans.stage.isin(
            ["retry", "init", "suppressed init", "handler", "visibility"]
        )
    ]
    assert_one_after_another(working, ["delivery", "attempt"], run)


@law(scenarios(), SEEDS, DRAINED)
def test_a_delivery_does_one_thing_after_another(scenario, seed, drain):
    """Except where a caller stops waiting, or a message is visible again during its run."""
    run = sim.simulate(without_duplicates(scenario), seed, drain=drain)
    spans = spans_by_trigger(run)
    kind = spans.delivery.map(run.deliveries.kind)
    assert_one_after_another(
        spans[~kind.isin(["apigw_rest", "sqs_standard", "sqs_fifo"])],
        ["delivery"],
        run,
    )


@law(
    scenarios(),
    SEEDS,
    DRAINED,
    also=[
        (
            at_once(3, 2, "sqs_standard", latency=sim.Constant(seconds=0)),
            1,
            False,
        )
    ],
)
def test_no_more_records_of_a_batch_are_handled_at_once_than_its_handler_takes(
    scenario, seed, drain
):
    spans = spans_by_trigger(sim.simulate(scenario, seed, drain=drain))
    batched = spans[
        (spans.invocation >= 0) & (spans.stage == "handler")
    ].sort_values(["start", "end"])
    for function, mine in batched.groupby("function"):
        most = records_at_once(scenario.function(function))
        before = mine.groupby("invocation").end.shift()
        assert most > 1 or not (mine.start < before).any()
        for _, batch in mine.groupby("invocation"):
            for start in batch.start:
                is_on = (batch.start <= start) & (batch.end > start)
                assert is_on.sum() <= most
    assert (
        not batched.drop_duplicates(["function", "invocation", "environment"])
        .duplicated(["function", "invocation"])
        .any()
    )


def records_at_once(function):
    """How many records of a batch a function works on at once."""
    processing = function.behaviour.batch_processing
    if processing.order == "one after another":
        return 1
    is_limited = processing.order == "side by side" and processing.concurrency
    return processing.concurrency if is_limited else 10_000


def assert_one_after_another(spans, keys, run):
    """No two spans of a group overlap, but calls in a handler; a second copy is its own group."""
    spans = spans[~spans.stage.isin(["connection", "call"])]
    if run.scenario.choices.duplicate_share:
        keys = [*keys, "environment"]
    ordered = spans.sort_values([*keys, "start", "end"])
    before = ordered.groupby(keys).end.shift()
    assert not (ordered.start < before).any()


@law(scenarios(), SEEDS)
def test_an_asynchronous_event_runs_once_and_for_each_retry(scenario, seed):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html."""
    run = sim.simulate(without_duplicates(scenario), seed)
    table = run.deliveries[
        run.deliveries.trigger.map(model_of(run)) == "asynchronous"
    ]
    retries = {
        f.name: f.event_invoke_config.maximum_retry_attempts
        for f in scenario.functions
    }
    most = table.function.map(retries).astype(int) + 1
    assert (table.runs <= most).all()
    used_up = table.condition == "RetriesExhausted"
    assert (table.runs[used_up] == most[used_up]).all()


@law(scenarios(), SEEDS)
def test_an_asynchronous_event_never_starts_when_it_is_too_old(scenario, seed):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html."""
    run = sim.simulate(scenario, seed)
    ages = {
        f.name: f.event_invoke_config.maximum_event_age_in_seconds
        for f in scenario.functions
    }
    busy = run.attempts.merge(
        run.deliveries[["delivery", "accepted_s", "function"]], on="delivery"
    )
    age = whole(busy.start_s) - whole(busy.accepted_s.fillna(busy.start_s))
    assert (age <= whole(busy.function.map(ages))).all()


@law(scenarios(), SEEDS)
def test_a_caller_tries_no_oftener_than_told(scenario, seed):
    run = sim.simulate(scenario, seed)
    table = run.deliveries[
        run.deliveries.trigger.map(model_of(run)) == "synchronous"
    ]
    most = table.traffic.map(
        {t.name: t.caller.max_attempts for t in scenario.traffic}
    ).astype(int)
    tries = table.runs + table.throttles
    assert (tries <= most).all()
    gave_up = table.fate != "succeeded"
    assert (tries[gave_up] == most[gave_up]).all()


# Queues


def receipts(run):
    """One row a receive: trigger, delivery, attempt, and from when to when the message waited."""
    spans = spans_by_trigger(run)
    polled = spans.trigger.map(model_of(run)) == "polling"
    waits = spans[
        polled
        & (spans.stage == "queue")
        & (spans.attempt > 0)
        & (spans.outcome == "")
    ]
    return waits.sort_values("start").drop_duplicates(["delivery", "attempt"])


@law(scenarios(), SEEDS, DRAINED)
def test_a_message_is_not_received_again_before_its_visibility_timeout_ends(
    scenario, seed, drain
):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html."""
    rows = receipts(sim.simulate(scenario, seed, drain=drain)).sort_values(
        ["delivery", "attempt"]
    )
    mapping = {trigger.name: trigger for trigger in scenario.routes}
    for trigger, mine in rows.groupby("trigger"):
        visibility = scenario.queue(mapping[trigger].source).visibility_timeout
        # A message is received within the batching window, or the long poll, before it is handed to
        # the function.
        window = mapping[trigger].maximum_batching_window_in_seconds
        window = max(window, 20) if window else 0
        received = (mine.end - whole(window)).clip(lower=mine.start)
        again = mine.start - received.groupby(mine.delivery).shift()
        assert not (again < whole(visibility)).any()


@law(scenarios(), SEEDS, DRAINED, also=[(fan_out(), 1, True)])
def test_a_message_is_received_at_most_max_receive_count_times(
    scenario, seed, drain
):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html."""
    run = sim.simulate(scenario, seed, drain=drain)
    mapping = {trigger.name: trigger for trigger in scenario.routes}
    for trigger, mine in run.deliveries.groupby("trigger"):
        redrive = (
            mapping[trigger].model == "polling"
            and scenario.queue(mapping[trigger].source).redrive_policy
        )
        if redrive:
            assert (mine.receives <= redrive.max_receive_count).all()
            assert (
                mine.receives[mine.fate == "dead-lettered"]
                == redrive.max_receive_count
            ).all()
        elif mapping[trigger].model == "polling":
            assert "dead-lettered" not in set(mine.fate)
    assert (run.deliveries.runs <= run.deliveries.receives)[
        run.deliveries.kind == "sqs_standard"
    ].all()


QUEUED = at_once(
    6,
    1,
    "sqs_standard",
    latency=sim.Constant(seconds=0),
    batch_size=2,
    pollers=2,
)


@law(scenarios(), SEEDS, DRAINED, also=[(QUEUED, 1, True)])
def test_a_poller_has_one_batch_at_a_time(scenario, seed, drain):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html."""
    run = sim.simulate(scenario, seed, drain=drain)
    busy, spans = invocations(run), spans_by_trigger(run)
    for mapping in scenario.triggers:
        if mapping.model == "polling":
            batches = spans[
                (spans.trigger == mapping.name) & (spans.stage == "handler")
            ].groupby("invocation")
            assert batches.size().max() <= mapping.batch_size or not len(
                batches
            )
            assert peak(busy[busy.trigger == mapping.name]) <= most_batches(
                mapping
            )


def most_batches(mapping):
    """The limit to the batches of a queue at once."""
    if mapping.provisioned_poller_config is not None:
        return 10 * mapping.provisioned_pollers[1]
    return (
        mapping.pollers
        or (
            mapping.scaling_config
            and mapping.scaling_config.maximum_concurrency
        )
        or 1250
    )


def received(run):
    """One row a receive that was handed to the function: trigger, key, place, from when to when."""
    spans = spans_by_trigger(run).merge(
        run.deliveries[["delivery", "key"]], on="delivery"
    )
    spans = spans[
        spans.stage.isin(["init", "handler", "visibility", "throttle", "retry"])
        & (spans.attempt > 0)
    ]
    # a record that is not reached begins late
    begun = spans.groupby(["trigger", "invocation"]).start.transform("min")
    spans = spans.assign(start=spans.start.where(spans.invocation < 0, begun))
    keys = ["trigger", "key", "delivery", "attempt"]
    table = spans.groupby(keys, as_index=False).agg(
        start=("start", "min"), end=("end", "max")
    )
    return table.sort_values(["start", "delivery"])


@law(scenarios(), SEEDS, DRAINED)
def test_a_message_group_has_one_batch_in_flight(scenario, seed, drain):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html"""
    run = sim.simulate(scenario, seed, drain=drain)
    fifo = [
        trigger.name
        for trigger in scenario.triggers
        if trigger.kind == "sqs_fifo"
    ]
    table = received(run)
    for _, group in table[table.trigger.isin(fifo)].groupby(["trigger", "key"]):
        # what is received at one instant is one batch, or of none other
        batches = group.groupby("start").end.max()
        source = next(
            t.source
            for t in scenario.triggers
            if t.name == group.trigger.iloc[0]
        )
        visible = scenario.queue(source).visibility_timeout * 1_000_000
        assert (
            np.minimum(batches.to_numpy()[:-1], batches.index[:-1] + visible)
            <= batches.index[1:]
        ).all()


@law(scenarios(), SEEDS, DRAINED)
def test_a_message_group_begins_in_the_order_of_its_messages(
    scenario, seed, drain
):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    run = sim.simulate(scenario, seed, drain=drain)
    fifo = [
        trigger.name
        for trigger in scenario.triggers
        if trigger.kind == "sqs_fifo"
    ]
    first = received(run)
    first = first[first.trigger.isin(fifo) & (first.attempt == 1)].merge(
        run.deliveries[["delivery", "arrived_s"]]
    )
    for _, group in first.groupby(["trigger", "key"]):
        assert group.sort_values(
            ["start", "delivery"]
        ).arrived_s.is_monotonic_increasing


# Tables


@law(
    scenarios(),
    SEEDS,
    DRAINED,
    also=[(at_once(1, 1, "sns", latency=sim.Constant(seconds=5)), 1, False)],
)
def test_the_tables_agree_with_each_other(scenario, seed, drain):
    run = sim.simulate(scenario, seed, drain=drain)
    table, spans, attempts = tables(run)
    refused = attempts.outcome.astype(str).str.contains("Exceeded")
    counted = attempts.assign(
        refused=refused, done=attempts.outcome == "succeeded", ran=~refused
    )
    counted = (
        counted.groupby("delivery")[["refused", "done", "ran"]]
        .sum()
        .reindex(table.delivery, fill_value=0)
    )
    assert (counted.refused.to_numpy() == table.throttles).all()
    assert (counted.done.to_numpy() == table.successes).all()
    assert (counted.ran.to_numpy() <= table.runs).all()
    if not (spans.outcome == "in flight").any():
        assert (counted.ran.to_numpy() == table.runs).all()
    reached = spans.stage.isin(["handler", "throttle"]) & (
        spans.outcome != "not reached"
    )
    assert len(attempts) == reached.sum()
    assert spans.delivery.isin(table.delivery).all()
    assert (spans.delivery.map(table.event) == spans.event).all()
    waited = attempts[attempts.cold & ~refused].delivery
    assert (table.cold == table.delivery.isin(waited)).all()


@law(scenarios(), SEEDS, DRAINED)
def test_the_same_seed_gives_the_same_tables_and_leaves_the_scenario_alone(
    scenario, seed, drain
):
    before = scenario.model_dump()
    one = sim.simulate(scenario, seed, drain=drain)
    assert scenario.model_dump() == before
    assert_same(one, sim.simulate(sim.Scenario(**before), seed, drain=drain))


@law(scenarios(), SEEDS, SEEDS)
def test_another_seed_draws_anew(scenario, seed, other):
    assume(seed != other)
    into = scenario.traffic[0].into
    traffic = [
        sim.Traffic(into=into, arrivals=sim.Poisson(per_second=20, events=20))
    ]
    one, two = (
        sim.simulate(
            scenario.replace(traffic=traffic, seconds=60.0), number, drain=False
        )
        for number in (seed, other)
    )
    assert not np.array_equal(one.workload.time, two.workload.time)


@law(
    scenarios(),
    SEEDS,
    st.lists(hundredths(0, 120), max_size=8),
    also=[(at_once(2, 3, "invoke"), 1, [1])],
)
def test_slices_give_the_same_tables_as_one_go(scenario, seed, cuts):
    simulation = Simulation(scenario, seed)
    for cut in sorted(
        cut for cut in [*cuts, scenario.seconds] if cut <= scenario.seconds
    ):
        simulation.advance(int(whole(cut)))
    assert_same(simulation.finish(), sim.simulate(scenario, seed, drain=False))


@law(scenarios(), SEEDS, DRAINED)
def test_what_nobody_uses_and_the_order_of_declarations_change_nothing(
    scenario, seed, drain
):
    """Chance belongs to events, never to the order of the run."""
    names = ("aardvark", "zebra")
    unused = [sim.Function(name=name) for name in names]
    kinds = ("invoke", "sns", "invoke_event", "sqs_standard")
    doors = [
        sim.trigger(kind, function=name, name=f"{name} {kind}")
        for name in names
        for kind in kinds
    ]
    larger = scenario.replace(
        functions=[unused[1], *reversed(scenario.functions), unused[0]],
        triggers=[*doors[3:], *reversed(scenario.triggers), *doors[:3]],
        traffic=list(reversed(scenario.traffic)),
        queues=[sim.Queue(name="abandoned"), *reversed(scenario.queues)],
        topics=[*reversed(scenario.topics), sim.Topic(name="another")],
    )
    assert_same(
        sim.simulate(scenario, seed, drain=drain),
        sim.simulate(larger, seed, drain=drain),
    )


@law(scenarios(unlimited=True), SEEDS, st.floats(0.1, 20))
def test_what_runs_beside_it_changes_nothing(scenario, seed, per_second):
    """A new function with traffic of its own shifts no other draw, where nothing is limited."""
    behaviour = sim.Behaviour(handler=sim.Exponential(mean=1), error_rate=0.5)
    doors = [
        sim.trigger(kind, function="aardvark", name=f"aardvark {kind}")
        for kind in ("invoke", "invoke_event")
    ]
    arrivals = sim.Poisson(per_second=per_second, events=40)
    beside = [sim.Traffic(into=door.name, arrivals=arrivals) for door in doors]
    larger = scenario.replace(
        functions=[
            sim.Function(name="aardvark", behaviour=behaviour),
            *scenario.functions,
        ],
        triggers=[*doors, *scenario.triggers],
        traffic=[*beside, *scenario.traffic],
    )
    alone, together = (
        sim.simulate(both, seed).deliveries for both in (scenario, larger)
    )
    assume(not alone.throttles.any() and not together.throttles.any())
    pd.testing.assert_frame_equal(
        own_of(scenario, alone), own_of(scenario, together), check_dtype=False
    )


def own_of(scenario, table):
    """The deliveries of the scenario's own traffic, without the numbers that count everything."""
    mine = table[
        table.traffic.isin([traffic.name for traffic in scenario.traffic])
    ]
    return mine.drop(columns=["delivery", "event"]).reset_index(drop=True)


# Errors


@law(scenarios(unlimited=True), SEEDS, hundredths(0, 1), hundredths(0, 1))
def test_more_errors_never_deliver_what_fewer_did_not(
    scenario, seed, one, other
):
    """Chance belongs to events: the same luck meets a higher error rate."""
    few, many = (
        sim.simulate(with_error_rate(scenario, rate), seed)
        for rate in sorted([one, other])
    )
    assume(
        not few.deliveries.throttles.any()
        and not many.deliveries.throttles.any()
    )
    assert delivered(many) <= delivered(few)
    if few.scenario == many.scenario:
        assert delivered(many) == delivered(few)


def delivered(run):
    """The deliveries of the traffic's own events that succeeded, by names."""
    rows = run.deliveries[
        (run.deliveries.fate == "succeeded") & (run.deliveries.parent < 0)
    ]
    return set(zip(rows.traffic, rows.n, rows.trigger, strict=True))


@law(scenarios(), SEEDS, DRAINED)
def test_a_dependency_keeps_to_its_connections_and_to_its_rate(
    scenario, seed, drain
):
    run = sim.simulate(scenario, seed, drain=drain)
    calls, database = (
        run.spans[run.spans.stage == "call"],
        scenario.dependencies[0],
    )
    starts, ends = whole(calls.start_s), whole(calls.end_s)
    # Records side by side share the connection of their environment.
    shares = database.connection_held_by == "environment" and any(
        function.behaviour.batch_processing.order == "side by side"
        for function in scenario.functions
    )
    if database.maximum_connections is not None and not shares:
        for start in starts:
            at_once = (starts <= start) & (ends > start)
            assert at_once.sum() <= database.maximum_connections
    if database.requests_per_second is not None:
        rate, asked = database.requests_per_second, np.sort(starts)
        # nobody waits: asked and served are one
        if database.maximum_connections is None:
            for first in range(len(asked)):
                window = (asked[first:] - asked[first]) / 1e6
                assert (
                    np.arange(1, len(window) + 1)
                    <= max(rate, 1) + window * rate + 1e-6
                ).all()


@law(scenarios(), SEEDS, DRAINED)
def test_calls_lie_within_their_runs(scenario, seed, drain):
    run = sim.simulate(scenario, seed, drain=drain)
    spans = run.spans.assign(
        start=whole(run.spans.start_s), end=whole(run.spans.end_s)
    )
    handled = (
        spans[spans.stage == "handler"]
        .groupby(["delivery", "attempt"])
        .agg({"start": "min", "end": "max"})
    )
    calls = spans[spans.stage.isin(["call", "connection"])]
    of = handled.reindex(
        pd.MultiIndex.from_frame(calls[["delivery", "attempt"]])
    )
    assert (of.start.to_numpy() <= calls.start.to_numpy()).all()
    assert (calls.end.to_numpy() <= of.end.to_numpy()).all()
