"""Random but valid scenarios for Hypothesis: small, quick to run, without endless loops."""

from hypothesis import strategies as st

import sim
from tests.support.useful import useful

KINDS = (
    "invoke",
    "apigw_rest",
    "invoke_event",
    "sns",
    "s3_notification",
    "sqs_standard",
    "sqs_fifo",
)
MOST_EVENTS = 60  # of one traffic


@st.composite
def scenarios(
    draw: st.DrawFn, unlimited: bool = False, published: bool = False
) -> sim.Scenario:
    """Scenarios with one to three functions, triggers and traffic of all kinds, failures, stores.

    With `unlimited` nothing but an error can stop an event: no scarce concurrency, no timeouts, no
    crashes, no age, no second record in a batch. With `published` functions have versions:
    provisioned concurrency, SnapStart, deployments, and extensions and proactive init besides.
    """
    functions = draw(_functions(unlimited, published))
    triggers, queues = draw(_triggers(functions, unlimited))
    reserved = sum(
        function.reserved_concurrent_executions or 0 for function in functions
    )
    reserved += sum(
        function.provisioned_concurrency_config.maximum
        for function in functions
        if function.provisioned_concurrency_config
        and function.reserved_concurrent_executions is None
    )
    spare = 9900 if unlimited else draw(st.integers(1, 30))
    system = sim.Scenario(
        functions=functions,
        triggers=triggers,
        traffic=draw(_traffic(sorted({trigger.entry for trigger in triggers}))),
        queues=queues,
        topics=[sim.Topic(name="alarms")],
        dependencies=[] if unlimited else [draw(_dependency())],
        account=sim.Account(
            concurrent_executions=max(101, reserved + 100, 100 + spare)
        ),
        deployments=[draw(_deployment(functions))]
        if published and draw(st.booleans())
        else (),
        choices=draw(_choices(unlimited, published)),
        seconds=draw(hundredths(1, 120)),
    )
    return useful(system)


def hundredths(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers with two decimals: quicker to draw and easier to read than any float."""
    return st.integers(round(low * 100), round(high * 100)).map(
        lambda number: number / 100
    )


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
        st.lists(time, min_size=4, max_size=4).map(
            lambda times: sim.Quantiles(
                **dict(
                    zip(
                        ("p10", "p50", "p90", "p99"), sorted(times), strict=True
                    )
                )
            )
        ),
        st.builds(
            sim.Empirical, seconds=st.lists(time, min_size=1, max_size=5)
        ),
    )


def steady(longest: float) -> st.SearchStrategy[object]:
    """Times that are never longer than `longest`."""
    return durations(longest).filter(
        lambda time: isinstance(
            time, sim.Constant | sim.Uniform | sim.Empirical
        )
    )


def arrivals() -> st.SearchStrategy[object]:
    """Arrivals of every kind, at most 60 events."""
    rate, count = hundredths(0.05, 40), st.integers(1, MOST_EVENTS)
    return st.one_of(
        st.builds(sim.ConstantRate, per_second=rate, events=count),
        st.builds(sim.Poisson, per_second=rate, events=count),
        st.builds(
            sim.Burst,
            events=count,
            at=hundredths(0, 30),
            within=st.just(0.0) | hundredths(0, 30),
        ),
        st.lists(hundredths(0, 120), max_size=MOST_EVENTS).map(
            lambda times: sim.Recorded(instants=sorted(times))
        ),
    )


@st.composite
def _functions(
    draw: st.DrawFn, unlimited: bool, published: bool
) -> list[sim.Function]:
    names = [f"function-{number}" for number in range(draw(st.integers(1, 3)))]
    return [
        draw(_function(name, names[number + 1 :], unlimited, published))
        for number, name in enumerate(names)
    ]


@st.composite
def _function(
    draw: st.DrawFn,
    name: str,
    later: list[str],
    unlimited: bool,
    published: bool,
) -> sim.Function:
    # Only functions further on get what this one sends: events cannot go round in a circle.
    stores = ["parking", "alarms", *later] if later else ["parking"]
    target = st.none() | st.sampled_from(stores)
    dead_letter = draw(
        st.none()
        | st.sampled_from([store for store in stores if store not in later])
    )
    reserved = None if unlimited else draw(st.none() | st.integers(0, 10))
    return sim.Function(
        name=name,
        memory_size=draw(st.sampled_from([128, 512, 1769, 3008])),
        timeout=20 if unlimited else draw(st.integers(1, 8)),
        reserved_concurrent_executions=reserved,
        auto_publish_alias="live" if published else None,
        **(draw(_published(reserved)) if published else {}),
        event_invoke_config=sim.EventInvokeConfig(
            maximum_retry_attempts=draw(st.integers(0, 2)),
            maximum_event_age_in_seconds=21600
            if unlimited
            else draw(st.sampled_from([60, 90, 300, 21600])),
            destination_config=sim.DestinationConfig(
                on_success=draw(target), on_failure=draw(target)
            ),
        ),
        dead_letter_config=dead_letter
        and sim.DeadLetterConfig(target_arn=dead_letter),
        behaviour=draw(
            _behaviour(
                unlimited,
                ["archive", *stores, *later] if later else ["archive"],
                published,
            )
        ),
    )


@st.composite
def _published(draw: st.DrawFn, reserved: int | None) -> dict[str, object]:
    """Provisioned concurrency, SnapStart or, mostly, neither of them."""
    way, most = draw(st.integers(0, 4)), 5 if reserved is None else reserved
    if way == 0:
        return {"snap_start": "PublishedVersions"}
    if way > 1 or not most:
        return {}
    config = sim.ProvisionedConcurrencyConfig(
        provisioned_concurrent_executions=draw(st.integers(1, most))
    )
    return {"provisioned_concurrency_config": config}


@st.composite
def _deployment(
    draw: st.DrawFn, functions: list[sim.Function]
) -> sim.Deployment:
    at = draw(hundredths(0, 30))
    return sim.Deployment(
        function=draw(st.sampled_from(functions)).name,
        at=at,
        until=draw(
            st.none()
            | hundredths(1, 60).map(lambda length: round(at + length, 2))
        ),
        weight=draw(shares()),
        behaviour=draw(
            st.none()
            | _behaviour(unlimited=False, targets=["archive"], published=True)
        ),
    )


@st.composite
def _behaviour(
    draw: st.DrawFn, unlimited: bool, targets: list[str], published: bool
) -> sim.Behaviour:
    outputs = st.builds(
        sim.Output,
        to=st.sampled_from(targets),
        per_event=st.sampled_from([0.0, 0.3, 1.0, 1.0, 1.5, 2.0]),
    )
    return sim.Behaviour(
        sends=draw(
            st.lists(outputs, max_size=2, unique_by=lambda output: output.to)
        ),
        idempotency=draw(
            st.none()
            | st.builds(
                sim.Idempotency, expires_after_seconds=st.integers(1, 60)
            )
        ),
        depends_on=()
        if unlimited
        else draw(st.sampled_from([(), (), ("database",)])),
        handler=draw(steady(1) if unlimited else durations(4)),
        init=draw(
            steady(2)
            if unlimited
            else st.none() | durations(2) | st.just(sim.Constant(seconds=11))
        ),
        error_rate=draw(shares()),
        poison_share=draw(shares()),
        crash_share=0.0 if unlimited else draw(shares()),
        init_error_rate=0.0
        if unlimited or published
        else draw(st.just(0.0) | shares()),
        cpu_bound_share=draw(st.just(0.0) | shares()),
        extension=draw(st.none() | durations(3)) if published else None,
        batch_response=draw(
            st.sampled_from([None, None, "failed items", "exception"])
        ),
        swallows_errors=draw(st.sampled_from([False, False, False, True])),
        batch_processing=draw(
            st.sampled_from(
                [
                    "one after another",
                    "one after another",
                    {"order": "side by side", "concurrency": 3},
                    {"order": "side by side", "on_failure": "skip group"},
                    "fixed time",
                    "go on",
                ]
            )
        ),
    )


@st.composite
def _triggers(
    draw: st.DrawFn, functions: list[sim.Function], unlimited: bool
) -> tuple[list[object], list[object]]:
    kinds = draw(
        st.lists(
            st.sampled_from(KINDS[:-1] if unlimited else KINDS),
            min_size=1,
            max_size=4,
        )
    )
    chosen = [
        (kind, draw(st.sampled_from(functions)), f"{kind}-{n}")
        for n, kind in enumerate(kinds)
    ]
    triggers = [
        draw(_trigger(kind, function.name, name, unlimited))
        for kind, function, name in chosen
    ]
    polled = [
        (name, kind == "sqs_fifo")
        for kind, _, name in chosen
        if kind.startswith("sqs")
    ]
    queues = [draw(_queue(name, unlimited, fifo)) for name, fifo in polled]
    if draw(st.booleans()):
        triggers.append(
            draw(
                _trigger(
                    "sns",
                    functions[-1].name,
                    "alarm",
                    unlimited,
                    source="alarms",
                )
            )
        )
    if draw(st.booleans()):
        triggers.append(
            draw(
                _trigger(
                    "sqs_standard",
                    functions[-1].name,
                    "sweeper",
                    unlimited,
                    source="parking",
                )
            )
        )
    return triggers, [
        *queues,
        draw(_queue("parking", unlimited)),
        *map(_plain, ("dead", "archive", "dead.fifo")),
    ]


@st.composite
def _trigger(
    draw: st.DrawFn,
    kind: str,
    function: str,
    name: str,
    unlimited: bool,
    source: str | None = None,
) -> object:
    settings = {}
    if kind in {"sns", "s3_notification", "sqs_standard", "sqs_fifo"} and draw(
        st.booleans()
    ):
        settings["latency"] = draw(durations(2))
    if kind == "apigw_rest":
        settings["timeout_in_millis"] = (
            29000 if unlimited else draw(st.sampled_from([50, 1000, 29000]))
        )
    if kind in {"sns", "s3_notification"} and source is None:
        # one topic or bucket may feed several functions
        source = draw(st.sampled_from([name, f"shared {kind}"]))
    if kind.startswith("sqs"):
        settings |= draw(_mapping(unlimited, kind == "sqs_fifo"))
    return sim.trigger(
        kind, function=function, name=name, source=source, **settings
    )


@st.composite
def _mapping(
    draw: st.DrawFn, unlimited: bool, fifo: bool = False
) -> dict[str, object]:
    if unlimited:
        return {"batch_size": 1, "pollers": 500}
    batch_size = draw(st.integers(1, 10 if fifo else 12))
    window = 0 if fifo else draw(st.integers(1 if batch_size > 10 else 0, 5))
    return {
        "batch_size": batch_size,
        "maximum_batching_window_in_seconds": window,
        "function_response_types": draw(
            st.sampled_from([(), ("ReportBatchItemFailures",)])
        ),
        **draw(_pollers()),
    }


def _pollers() -> st.SearchStrategy[dict[str, object]]:
    """Every way to say how many batches of a queue there are at once."""
    return st.one_of(
        st.integers(1, 6).map(lambda number: {"pollers": number}),
        st.just({}),
        st.integers(2, 6).map(
            lambda most: {
                "scaling_config": sim.ScalingConfig(maximum_concurrency=most)
            }
        ),
        st.integers(2, 3).map(
            lambda least: {
                "provisioned_poller_config": sim.ProvisionedPollerConfig(
                    minimum_pollers=least
                )
            }
        ),
    )


@st.composite
def _queue(
    draw: st.DrawFn, name: str, unlimited: bool, fifo: bool = False
) -> sim.Queue:
    dead = "dead.fifo" if fifo else "dead"
    redrive = sim.RedrivePolicy(
        dead_letter_target_arn=dead, max_receive_count=draw(st.integers(1, 5))
    )
    return sim.Queue(
        name=name,
        fifo_queue=fifo,
        visibility_timeout=draw(
            st.integers(20, 60) if unlimited else st.integers(8, 30)
        ),
        delay_seconds=draw(st.just(0) | st.integers(0, 20)),
        # Short, so that a message that always fails comes to an end before many thousand receives.
        message_retention_period=345600
        if unlimited
        else draw(st.integers(60, 400)),
        redrive_policy=redrive if unlimited or draw(st.booleans()) else None,
    )


@st.composite
def _dependency(draw: st.DrawFn) -> sim.Dependency:
    return sim.Dependency(
        name="database",
        maximum_connections=draw(st.none() | st.integers(1, 3)),
        requests_per_second=draw(st.none() | st.sampled_from([0.5, 2.0, 20.0])),
        connection_held_by=draw(
            st.sampled_from(["call", "call", "environment"])
        ),
        latency=draw(durations(2)),
    )


def _plain(name: str) -> sim.Queue:
    return sim.Queue(name=name, fifo_queue=name.endswith(".fifo"))


@st.composite
def _traffic(draw: st.DrawFn, entries: list[str]) -> list[sim.Traffic]:
    return [
        sim.Traffic(
            name=f"traffic-{number}",
            into=draw(st.sampled_from(entries)),
            arrivals=draw(arrivals()),
            caller=sim.Caller(max_attempts=draw(st.sampled_from([1, 1, 3]))),
            keys=draw(
                st.none()
                | st.integers(1, 5).map(lambda count: sim.Keys(count=count))
            ),
            message_group_id=draw(st.sampled_from([None, None, "key"])),
        )
        for number in range(draw(st.integers(1, 3)))
    ]


@st.composite
def _choices(draw: st.DrawFn, unlimited: bool, published: bool) -> sim.Choices:
    changes = {
        "first_dispatch_seconds": draw(st.sampled_from([0.0, 0.03, 1.0]))
    }
    if published and draw(st.booleans()):
        changes["provisioned_concurrency_ready_at_start"] = False
        changes["provisioned_concurrency_allocation_seconds"] = draw(
            hundredths(0, 30)
        )
        changes["proactive_init_share"] = draw(shares())
    if draw(st.booleans()):
        changes["execution_environment_idle_seconds"] = draw(hundredths(0, 20))
    if draw(st.booleans()):
        changes["execution_environment_life_seconds"] = draw(hundredths(1, 30))
    if not unlimited and draw(st.booleans()):
        changes["duplicate_share"] = draw(shares())
    if draw(st.booleans()):
        changes["first_retry_wait"] = draw(durations(10))
    return sim.Choices(**changes)


@st.composite
def streams(draw: st.DrawFn) -> sim.Scenario:
    """One or two mappings of one source that keeps its order: all settings, failures, throttles."""
    kind = draw(
        st.sampled_from(
            [
                "kinesis",
                "kinesis",
                "ddb_streams",
                "kinesis_efo",
                "msk",
                "documentdb",
            ]
        )
    )
    names = ["f", "g"][: draw(st.integers(1, 2))]
    shards, seconds = draw(st.integers(1, 3)), draw(hundredths(5, 60))
    changes = [
        sim.Resharding(
            at=draw(hundredths(0, 30)), shard_count=draw(st.integers(1, 4))
        )
    ]
    settings = [draw(_stream_mapping(kind)) for _ in names]
    windows = any(
        mapping.get("tumbling_window_in_seconds") for mapping in settings
    )
    source = {
        "msk": {
            "kafka_topics": [
                sim.KafkaTopic(name="s", partitions=shards, retention_hours=1)
            ]
        },
        "ddb_streams": {
            "tables": [
                sim.Table(
                    name="s", partitions=shards, unchanged_share=draw(shares())
                )
            ]
        },
    }.get(kind, {})
    if kind.startswith("kinesis"):
        several = draw(st.booleans()) and not windows
        source = {
            "streams": [
                sim.Stream(
                    name="s",
                    shard_count=shards,
                    reshardings=changes if several else [],
                )
            ]
        }
    system = sim.Scenario(
        functions=[draw(_stream_function(name)) for name in names],
        triggers=[
            sim.trigger(
                kind, function=name, name=f"to {name}", source="s", **mapping
            )
            for name, mapping in zip(names, settings, strict=True)
        ],
        traffic=[
            sim.Traffic(
                into="s",
                arrivals=draw(arrivals()),
                keys=draw(
                    st.none() | st.builds(sim.Keys, count=st.integers(1, 6))
                ),
                payload_kb=draw(st.sampled_from([1, 1, 300, 900])),
                caller=sim.Caller(max_attempts=draw(st.integers(1, 3))),
            )
        ],
        queues=[sim.Queue(name="dead")],
        outages=draw(st.lists(_pauses(names), max_size=2)),
        seconds=seconds,
        **source,
    )
    return useful(system)


def _pauses(names: list[str]) -> st.SearchStrategy[sim.Outage]:
    what = st.sampled_from(["lambda", *(f"to {name}" for name in names)])
    return st.builds(
        sim.Outage,
        of=what,
        at=hundredths(0, 20),
        seconds=st.sampled_from([3.0, 70.0, 150.0]),
    )


@st.composite
def _stream_function(draw: st.DrawFn, name: str) -> sim.Function:
    return sim.Function(
        name=name,
        timeout=draw(st.integers(1, 30)),
        reserved_concurrent_executions=draw(st.none() | st.integers(1, 3)),
        behaviour=sim.Behaviour(
            handler=draw(durations(1)),
            init=draw(durations(1)),
            error_rate=draw(st.sampled_from([0.0, 0.1, 0.5])),
            poison_share=draw(st.sampled_from([0.0, 0.1])),
            crash_share=draw(shares()),
            batch_response=draw(
                st.sampled_from([None, "failed items", "empty list"])
            ),
        ),
    )


@st.composite
def _stream_mapping(draw: st.DrawFn, kind: str) -> dict[str, object]:
    batch_size = draw(st.integers(1, 20))
    mapping = {
        "batch_size": batch_size,
        "maximum_batching_window_in_seconds": draw(
            st.integers(1 if batch_size > 10 else 0, 4)
        ),
    }
    if kind == "documentdb":
        return mapping
    mapping["matching_share"] = draw(st.sampled_from([1.0, 1.0, 0.5]))
    if kind == "msk":
        if draw(st.booleans()):
            return mapping
        mapping["provisioned_poller_config"] = sim.ProvisionedPollerConfig(
            minimum_pollers=draw(st.integers(1, 2))
        )
    else:
        mapping["parallelization_factor"] = draw(st.integers(1, 3))
        mapping["tumbling_window_in_seconds"] = draw(st.sampled_from([0, 0, 7]))
    return mapping | {
        "maximum_retry_attempts": draw(st.integers(0, 4)),
        "maximum_record_age_in_seconds": draw(st.sampled_from([60, -1, 90])),
        "bisect_batch_on_function_error": draw(st.booleans()),
        "function_response_types": draw(
            st.sampled_from([(), ("ReportBatchItemFailures",)])
        ),
        "on_failure": draw(st.none() | st.just("dead")),
    }
