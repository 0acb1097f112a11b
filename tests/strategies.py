"""Random but valid scenarios for Hypothesis: small, quick to run, and without endless loops of events."""

from hypothesis import strategies as st

import sim

KINDS = ("invoke", "apigw_rest", "invoke_event", "sns", "s3_notification", "sqs_standard")
MOST_EVENTS = 60  # of one traffic


@st.composite
def scenarios(draw: st.DrawFn, unlimited: bool = False) -> sim.Scenario:
    """Scenarios with one to three functions, triggers of all kinds, traffic of all kinds, failures and stores.

    With `unlimited` nothing but an error can stop an event: no scarce concurrency, no timeouts, no crashes, no age,
    no second record in a batch.
    """
    functions = draw(_functions(unlimited))
    triggers, queues = draw(_triggers(functions, unlimited))
    reserved = sum(function.reserved_concurrent_executions or 0 for function in functions)
    spare = 9900 if unlimited else draw(st.integers(1, 30))
    return sim.Scenario(
        functions=functions,
        triggers=triggers,
        traffic=draw(_traffic(sorted({trigger.entry for trigger in triggers}))),
        queues=queues,
        topics=[sim.Topic(name="alarms")],
        account=sim.Account(concurrent_executions=max(101, reserved + 100, 100 + spare)),
        choices=draw(_choices(unlimited)),
        seconds=draw(hundredths(1, 120)),
    )


def hundredths(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers with two decimals: quicker to draw and easier to read than any float."""
    return st.integers(round(low * 100), round(high * 100)).map(lambda number: number / 100)


def shares() -> st.SearchStrategy[float]:
    """Nothing, everything or something in between."""
    return st.sampled_from([0.0, 0.0, 0.1, 0.5, 1.0]) | hundredths(0, 1)


def durations(longest: float) -> st.SearchStrategy[object]:
    """Times of every kind of distribution; `longest` bounds those that have a bound."""
    time = hundredths(0.01, longest)
    pair = st.tuples(time, time).map(sorted)
    return st.one_of(
        st.builds(sim.Constant, seconds=time | st.just(0.0)),
        pair.map(lambda bounds: sim.Uniform(low=bounds[0], high=bounds[1])),
        st.builds(sim.Exponential, mean=time),
        pair.map(lambda bounds: sim.LogNormal(median=bounds[0], p99=bounds[1])),
        st.builds(sim.Empirical, seconds=st.lists(time, min_size=1, max_size=5)),
    )


def steady(longest: float) -> st.SearchStrategy[object]:
    """Times that are never longer than `longest`."""
    return durations(longest).filter(lambda time: isinstance(time, sim.Constant | sim.Uniform | sim.Empirical))


def arrivals() -> st.SearchStrategy[object]:
    """Arrivals of every kind, at most 60 events."""
    rate, count = hundredths(0.05, 40), st.integers(1, MOST_EVENTS)
    return st.one_of(
        st.builds(sim.ConstantRate, per_second=rate, events=count),
        st.builds(sim.Poisson, per_second=rate, events=count),
        st.builds(sim.Burst, events=count, at=hundredths(0, 30), within=st.just(0.0) | hundredths(0, 30)),
        st.lists(hundredths(0, 120), max_size=MOST_EVENTS).map(lambda times: sim.Recorded(instants=sorted(times))),
    )


@st.composite
def _functions(draw: st.DrawFn, unlimited: bool) -> list[sim.Function]:
    names = [f"function-{number}" for number in range(draw(st.integers(1, 3)))]
    return [draw(_function(name, names[number + 1 :], unlimited)) for number, name in enumerate(names)]


@st.composite
def _function(draw: st.DrawFn, name: str, later: list[str], unlimited: bool) -> sim.Function:
    # Only functions further on get what this one sends: events cannot go round in a circle.
    stores = ["parking", "alarms", *later] if later else ["parking"]
    target = st.none() | st.sampled_from(stores)
    dead_letter = draw(st.none() | st.sampled_from([store for store in stores if store not in later]))
    return sim.Function(
        name=name,
        memory_size=draw(st.sampled_from([128, 512, 1769, 3008])),
        timeout=20 if unlimited else draw(st.integers(1, 8)),
        reserved_concurrent_executions=None if unlimited else draw(st.none() | st.integers(0, 10)),
        event_invoke_config=sim.EventInvokeConfig(
            maximum_retry_attempts=draw(st.integers(0, 2)),
            maximum_event_age_in_seconds=21600 if unlimited else draw(st.sampled_from([60, 90, 300, 21600])),
            destination_config=sim.DestinationConfig(on_success=draw(target), on_failure=draw(target)),
        ),
        dead_letter_config=dead_letter and sim.DeadLetterConfig(target_arn=dead_letter),
        behaviour=draw(_behaviour(unlimited, ["archive", *stores, *later] if later else ["archive"])),
    )


@st.composite
def _behaviour(draw: st.DrawFn, unlimited: bool, targets: list[str]) -> sim.Behaviour:
    outputs = st.builds(
        sim.Output, to=st.sampled_from(targets), per_event=st.sampled_from([0.0, 0.3, 1.0, 1.0, 1.5, 2.0])
    )
    return sim.Behaviour(
        sends=draw(st.lists(outputs, max_size=2, unique_by=lambda output: output.to)),
        idempotency=draw(st.none() | st.builds(sim.Idempotency, expires_after_seconds=st.integers(1, 60))),
        handler=draw(steady(1) if unlimited else durations(4)),
        init=draw(steady(2) if unlimited else st.none() | durations(2) | st.just(sim.Constant(seconds=11))),
        error_rate=draw(shares()),
        poison_share=draw(shares()),
        crash_share=0.0 if unlimited else draw(shares()),
        cpu_bound_share=draw(st.just(0.0) | shares()),
        batch_response=draw(st.sampled_from(["failed items", "failed items", "empty list", "exception"])),
    )


@st.composite
def _triggers(draw: st.DrawFn, functions: list[sim.Function], unlimited: bool) -> tuple[list[object], list[object]]:
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=4))
    chosen = [(kind, draw(st.sampled_from(functions)), f"{kind}-{n}") for n, kind in enumerate(kinds)]
    triggers = [draw(_trigger(kind, function.name, name, unlimited)) for kind, function, name in chosen]
    queues = [draw(_queue(name, unlimited)) for kind, _, name in chosen if kind == "sqs_standard"]
    if draw(st.booleans()):
        triggers.append(draw(_trigger("sns", functions[-1].name, "alarm", unlimited, source="alarms")))
    if draw(st.booleans()):
        triggers.append(draw(_trigger("sqs_standard", functions[-1].name, "sweeper", unlimited, source="parking")))
    return triggers, [*queues, draw(_queue("parking", unlimited)), *map(_plain, ("dead", "archive"))]


@st.composite
def _trigger(
    draw: st.DrawFn, kind: str, function: str, name: str, unlimited: bool, source: str | None = None
) -> object:
    settings = {}
    if kind in {"sns", "s3_notification", "sqs_standard"} and draw(st.booleans()):
        settings["latency"] = draw(durations(2))
    if kind == "apigw_rest":
        settings["timeout_in_millis"] = 29000 if unlimited else draw(st.sampled_from([50, 1000, 29000]))
    if kind in {"sns", "s3_notification"} and source is None:
        source = draw(st.sampled_from([name, f"shared {kind}"]))  # one topic or bucket may feed several functions
    if kind == "sqs_standard":
        settings |= draw(_mapping(unlimited))
    return sim.trigger(kind, function=function, name=name, source=source, **settings)


@st.composite
def _mapping(draw: st.DrawFn, unlimited: bool) -> dict[str, object]:
    if unlimited:
        return {"batch_size": 1, "pollers": 500}
    batch_size = draw(st.integers(1, 12))
    return {
        "batch_size": batch_size,
        "maximum_batching_window_in_seconds": draw(st.integers(1 if batch_size > 10 else 0, 5)),
        "function_response_types": draw(st.sampled_from([(), ("ReportBatchItemFailures",)])),
        "pollers": draw(st.integers(1, 6)),
    }


@st.composite
def _queue(draw: st.DrawFn, name: str, unlimited: bool) -> sim.Queue:
    redrive = sim.RedrivePolicy(dead_letter_target_arn="dead", max_receive_count=draw(st.integers(1, 4)))
    return sim.Queue(
        name=name,
        visibility_timeout=draw(st.integers(20, 60) if unlimited else st.integers(8, 30)),
        delay_seconds=draw(st.just(0) | st.integers(0, 20)),
        # Short, so that a message that always fails comes to an end before many thousand receives.
        message_retention_period=345600 if unlimited else draw(st.integers(60, 400)),
        redrive_policy=redrive if unlimited or draw(st.booleans()) else None,
    )


def _plain(name: str) -> sim.Queue:
    return sim.Queue(name=name)


@st.composite
def _traffic(draw: st.DrawFn, entries: list[str]) -> list[sim.Traffic]:
    return [
        sim.Traffic(
            name=f"traffic-{number}",
            into=draw(st.sampled_from(entries)),
            arrivals=draw(arrivals()),
            caller=sim.Caller(max_attempts=draw(st.sampled_from([1, 1, 3]))),
        )
        for number in range(draw(st.integers(1, 3)))
    ]


@st.composite
def _choices(draw: st.DrawFn, unlimited: bool) -> sim.Choices:
    changes = {"first_dispatch_seconds": draw(st.sampled_from([0.0, 0.03, 1.0]))}
    if draw(st.booleans()):
        changes["execution_environment_idle_seconds"] = draw(hundredths(0, 20))
    if draw(st.booleans()):
        changes["execution_environment_life_seconds"] = draw(hundredths(1, 30))
    if not unlimited and draw(st.booleans()):
        changes["duplicate_share"] = draw(shares())
    if draw(st.booleans()):
        changes["first_retry_wait"] = draw(durations(10))
    return sim.Choices(**changes)
