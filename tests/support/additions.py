"""One thing more for a random system, of every kind that a person can write.

Each addition draws the fields of a scenario that it changes. What AWS would refuse beside the rest
is left out: that it is refused in a sentence is part of the proof.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

import sim
from sim.scenario.scenario import SOURCES
from sim.scenario.trigger_catalogue import catalogue
from tests.support.changes import random_change
from tests.support.contents import contents
from tests.support.services import SERVICES
from tests.support.settings import set_anew
from tests.support.strategies import (
    MOST_EVENTS,
    arrivals,
    durations,
    hundredths,
    shares,
)
from tests.support.useful import useful

Fields = dict[str, Any]
Addition = Callable[[sim.Scenario], st.SearchStrategy[Fields]]

EXPRESSIONS = (
    "rate(1 minute)",
    "rate(2 minutes)",
    "rate(1 hour)",
    "cron(* * * * ? *)",
    "cron(0/3 0 1 JAN ? 2026)",
    "cron(1 0 ? * THU *)",
    "at(2026-01-01T00:00:20)",
)
RETRY_MODES = ("at once", "standard", "standard before 2026", "adaptive")


@st.composite
def with_more(
    draw: st.DrawFn, base: st.SearchStrategy[sim.Scenario]
) -> sim.Scenario:
    """A system with up to five additions."""
    system = draw(base)
    for addition in draw(st.lists(st.sampled_from(ADDITIONS), max_size=5)):
        try:
            system = system.replace(**draw(addition(system)))
        except sim.ScenarioError:
            continue
    return useful(system)


@st.composite
def schedules(draw: st.DrawFn, system: sim.Scenario) -> Fields:
    """Events by the clock, to a function through EventBridge or straight into what is there."""
    service = draw(st.sampled_from(["scheduler", "rule"]))
    window = st.none() | st.integers(1, 3)
    is_flexible = service == "scheduler"
    scheduled = sim.Scheduled(
        expression=draw(
            st.sampled_from(EXPRESSIONS[: None if is_flexible else -1])
        ),
        service=service,
        schedule_expression_timezone=draw(
            st.sampled_from(["UTC", "Asia/Kolkata"] if is_flexible else ["UTC"])
        ),
        flexible_time_window_minutes=draw(window) if is_flexible else None,
        duplicate_share=draw(shares()),
    )
    if draw(st.booleans()):
        into = draw(st.sampled_from(_entries(system)))
        return _sent(system, into, scheduled)
    kinds = {
        "scheduler": "eventbridge_scheduler",
        "rule": "eventbridge_schedule_rule",
    }
    trigger = draw(_trigger(system, kinds[service]))
    return _joined(system, trigger, scheduled)


@st.composite
def any_trigger(draw: st.DrawFn, system: sim.Scenario) -> Fields:
    """A trigger of any kind, with its traffic."""
    kind = draw(st.sampled_from(sorted(catalogue())))
    trigger = draw(_trigger(system, kind))
    return _joined(system, trigger, draw(arrivals()))


@st.composite
def _trigger(draw: st.DrawFn, system: sim.Scenario, kind: str) -> Any:
    """A trigger of this kind for one of the functions."""
    function = draw(st.sampled_from(system.functions))
    name = f"{kind} {len(system.triggers)}"
    settings: Fields = {}
    if kind in ("sfn_sync", "sfn_wait_token") and draw(st.booleans()):
        settings["retry"] = (sim.Retrier(max_attempts=2),)
    if kind.startswith("eventbridge") and draw(st.booleans()):
        settings["retry_policy"] = sim.RetryPolicy(
            maximum_retry_attempts=draw(st.integers(0, 3)),
            maximum_event_age_in_seconds=60,
        )
    if function.auto_publish_alias is not None:
        settings["qualifier"] = draw(st.sampled_from([None, "$LATEST"]))
    if kind in SOURCES:
        source = draw(st.sampled_from([name, *_names(_group(system, kind))]))
        settings["source"] = source
    return sim.trigger(kind, function=function.name, name=name, **settings)


def _group(system: sim.Scenario, kind: str) -> tuple[Any, ...]:
    """The sources of this kind that the system has."""
    field, _ = SOURCES[kind]
    group: tuple[Any, ...] = getattr(system, field)
    return group


@st.composite
def fan_outs(draw: st.DrawFn, system: sim.Scenario) -> Fields:
    """A topic or a bus that sends to standard queues, and its traffic."""
    standard = [queue.name for queue in system.queues if not queue.fifo_queue]
    if not standard:
        return {}
    queues = st.lists(st.sampled_from(standard), min_size=1, unique=True)
    name = f"fan-out {len(system.topics) + len(system.event_buses)}"
    if draw(st.booleans()):
        topic = sim.Topic(name=name, queues=draw(queues))
        group = {"topics": [*system.topics, topic]}
    else:
        targets = [*draw(queues), *_names(system.topics)]
        bus = sim.EventBus(name=name, targets=targets)
        group = {"event_buses": [*system.event_buses, bus]}
    return group | _sent(system, name, draw(arrivals()))


@st.composite
def recordings(draw: st.DrawFn, system: sim.Scenario) -> Fields:
    """One traffic as it was recorded: keys, work and outcomes of each event, or of some."""
    if not system.traffic:
        return {}
    instants = draw(st.lists(hundredths(0, 120), max_size=MOST_EVENTS))
    count = len(instants)

    def column(values: st.SearchStrategy[Any]) -> Any:
        each = st.lists(values, min_size=count, max_size=count)
        return draw(st.none() | each)

    endings = ["succeeds", "fails on its first try", "always fails", None]
    recorded = sim.Recorded(
        instants=sorted(instants),
        keys=column(st.integers(0, 4)),
        work_seconds=column(st.none() | hundredths(0, 3)),
        outcomes=column(st.sampled_from(endings) | st.integers(0, 3)),
    )
    first, *others = system.traffic
    return {"traffic": [first.replace(arrivals=recorded, keys=None), *others]}


@st.composite
def outages(draw: st.DrawFn, system: sim.Scenario) -> Fields:
    """Lambda, a mapping or a dependency is down, slow, or fails at times."""
    names = ["lambda", *_names(system.dependencies), *_names(system.mappings)]
    outage = sim.Outage(
        of=draw(st.sampled_from(names)),
        at=draw(hundredths(0, 60)),
        seconds=draw(hundredths(0.01, 90)),
        slower_by=draw(st.none() | st.none() | hundredths(0, 5)),
        error_share=draw(st.sampled_from([1.0, 1.0, 0.5])),
    )
    return {"outages": [*system.outages, outage]}


@st.composite
def message_moves(draw: st.DrawFn, system: sim.Scenario) -> Fields:
    """A message move task."""
    if not system.queues:
        return {}
    move = sim.Redrive(
        queue=draw(st.sampled_from(_names(system.queues))),
        at=draw(hundredths(1, 300)),
        max_number_of_messages_per_second=draw(st.none() | st.integers(1, 3)),
    )
    return {"redrives": [*system.redrives, move]}


@st.composite
def changes(draw: st.DrawFn, system: sim.Scenario) -> Fields:
    """A setting that changes while the system runs."""
    at = draw(hundredths(0, system.seconds))
    return {"changes": [*system.changes, draw(random_change(system, at))]}


@st.composite
def aliases(draw: st.DrawFn, system: sim.Scenario) -> Fields:
    """An alias of a function, with provisioned concurrency, which may scale, or SnapStart."""
    function = draw(st.sampled_from(system.functions))
    count = draw(st.integers(1, 3))
    target = sim.ScalableTarget(
        min_capacity=draw(st.integers(0, 2)),
        max_capacity=draw(st.integers(2, 4)),
        target_value=draw(st.none() | st.sampled_from([0.2, 0.7])),
        scheduled_actions=draw(st.lists(_actions(), max_size=1)),
    )
    config = sim.ProvisionedConcurrencyConfig(
        provisioned_concurrent_executions=count,
        scalable_target=draw(st.none() | st.just(target)),
    )
    ways = (
        {},
        {"provisioned_concurrency_config": config},
        {"snap_start": "PublishedVersions"},
    )
    published = function.replace(
        auto_publish_alias="live", **draw(st.sampled_from(ways))
    )
    account = system.account.replace(
        concurrent_executions=system.account.concurrent_executions + 10
    )
    return {**_functions(system, published), "account": account}


def _actions() -> st.SearchStrategy[sim.ScheduledAction]:
    return st.builds(
        sim.ScheduledAction,
        schedule=st.sampled_from(EXPRESSIONS),
        min_capacity=st.integers(0, 1),
        max_capacity=st.integers(1, 4),
    )


@st.composite
def deployments(draw: st.DrawFn, system: sim.Scenario) -> Fields:
    """A new version of a function, for all or for some of its events."""
    function = draw(st.sampled_from(system.functions))
    behaviour = function.behaviour.replace(error_rate=draw(shares()))
    deployment = sim.Deployment(
        function=function.name,
        at=draw(hundredths(0, 30)),
        until=draw(st.none() | hundredths(31, 90)),
        weight=draw(shares()),
        behaviour=draw(st.none() | st.just(behaviour)),
    )
    return {"deployments": [*system.deployments, deployment]}


@st.composite
def destinations(draw: st.DrawFn, system: sim.Scenario) -> Fields:
    """A function's destinations or dead-letter queue: whatever has a name, in circles too."""
    function = draw(st.sampled_from(system.functions))
    there = [*_names(system.functions), *_names(system.sources)]
    target = st.none() | st.sampled_from(there)
    config = sim.DestinationConfig(
        on_success=draw(target), on_failure=draw(target)
    )
    retries = function.event_invoke_config.replace(destination_config=config)
    letters = draw(target)
    given = letters and sim.DeadLetterConfig(letters)
    changed = function.replace(
        event_invoke_config=retries, dead_letter_config=given
    )
    return _functions(system, changed)


@st.composite
def outputs(draw: st.DrawFn, system: sim.Scenario) -> Fields:
    """A function that calls another through a trigger and waits, or sends to whatever is there."""
    function = draw(st.sampled_from(system.functions))
    called = sorted(system.called)
    output = sim.Output(
        to=draw(st.sampled_from([*called, *_entries(system)])),
        per_event=draw(st.sampled_from([0.3, 1.0, 2.0])),
    )
    if output.to in called:
        output = output.replace(
            on_error=draw(st.sampled_from(["raise", "ignore"])),
            caller=draw(st.none() | callers().map(_alone)),
        )
    behaviour = function.behaviour
    changed = behaviour.replace(sends=[*behaviour.sends, output])
    return _functions(system, function.replace(behaviour=changed))


def callers() -> st.SearchStrategy[sim.Caller]:
    """SDKs and clients of one's own."""
    return st.builds(
        sim.Caller,
        clients=st.integers(1, 3),
        retry_mode=st.sampled_from(RETRY_MODES),
        max_attempts=st.none() | st.integers(1, 4),
        read_timeout=st.none() | hundredths(0.1, 5),
    )


def _alone(caller: sim.Caller) -> sim.Caller:
    return caller.replace(clients=1)


@st.composite
def clients(draw: st.DrawFn, system: sim.Scenario) -> Fields:
    """Other clients, keys and sizes for each traffic."""
    traffic = [
        one.replace(
            caller=draw(callers()),
            payload_kb=draw(st.sampled_from([0, 1, 70, 300, 900])),
        )
        for one in system.traffic
    ]
    return {"traffic": traffic}


@st.composite
def behaviours(draw: st.DrawFn, system: sim.Scenario) -> Fields:
    """A handler that is idempotent, changes visibility timeouts, goes another way with batches."""
    function = draw(st.sampled_from(system.functions))
    visibility = sim.ChangeMessageVisibility(
        heartbeat_seconds=draw(st.none() | hundredths(0.5, 5)),
        heartbeat_visibility_timeout=draw(st.integers(1, 40)),
        failure_visibility_timeout=draw(st.none() | st.integers(0, 20)),
        failure_backoff_rate=draw(st.sampled_from([1, 2])),
    )
    changed = function.behaviour.replace(
        handler=draw(durations(4)),
        error_rate=draw(shares()),
        idempotency=draw(
            st.none()
            | st.builds(
                sim.Idempotency, expires_after_seconds=st.integers(1, 60)
            )
        ),
        change_message_visibility=draw(st.none() | st.just(visibility)),
        batch_processing=sim.BatchProcessing(
            order=draw(
                st.sampled_from(
                    ["one after another", "side by side", "fixed time"]
                )
            ),
            on_failure=draw(
                st.sampled_from([None, "stop", "go on", "skip group"])
            ),
        ),
    )
    return _functions(system, function.replace(behaviour=changed))


def _functions(system: sim.Scenario, changed: sim.Function) -> Fields:
    """The functions, one of them changed."""
    functions = [
        changed if one.name == changed.name else one for one in system.functions
    ]
    return {"functions": functions}


def _joined(system: sim.Scenario, trigger: Any, when: Any) -> Fields:
    """A trigger more, with traffic of its own."""
    sent = _sent(system, trigger.entry, when)
    return {"triggers": [*system.triggers, trigger], **sent}


def _sent(system: sim.Scenario, into: str, when: Any) -> Fields:
    """A traffic more."""
    name = f"more {len(system.traffic)}"
    traffic = sim.Traffic(name=name, into=into, arrivals=when)
    return {"traffic": [*system.traffic, traffic]}


def _entries(system: sim.Scenario) -> list[str]:
    return sorted({trigger.entry for trigger in system.triggers})


def _names(resources: Any) -> list[str]:
    return [resource.name for resource in resources]


ADDITIONS: tuple[Addition, ...] = (
    schedules,
    any_trigger,
    any_trigger,
    fan_outs,
    contents,
    contents,
    recordings,
    outages,
    message_moves,
    changes,
    changes,
    aliases,
    deployments,
    destinations,
    outputs,
    clients,
    behaviours,
    set_anew,
    set_anew,
    *SERVICES,
)
