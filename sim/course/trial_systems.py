"""One small system for each kind of trigger, the same behind all of them, and what it does in trouble."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from sim.engine.simulate import simulate
from sim.results.run import Run
from sim.scenario.changes import Outage
from sim.scenario.durations import Constant, Exponential
from sim.scenario.errors import ScenarioError
from sim.scenario.event_source_mapping import (
    KAFKA,
    ONLY,
    QUEUES,
    ProvisionedPollerConfig,
)
from sim.scenario.function import (
    Behaviour,
    DestinationConfig,
    EventInvokeConfig,
    Function,
)
from sim.scenario.make_trigger import trigger
from sim.scenario.resources import Queue, RedrivePolicy
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Burst, Keys, Poisson, Traffic
from sim.scenario.trigger_catalogue import catalogue
from sim.scenario.triggers import AsynchronousTrigger

STORE = "failed-orders"
TRIES = 3
"""How often the function is tried where that can be set: AWS's own number for asynchronous events, here for all."""

ERRORS, WORK, TIMEOUT, RESERVED = (
    f"functions.worker.{setting}"
    for setting in (
        "behaviour.error_rate",
        "behaviour.handler",
        "timeout",
        "reserved_concurrent_executions",
    )
)
"""Where in a trial its function's settings are."""

TROUBLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "always fails": {ERRORS: 1.0},
        "throttled": {RESERVED: 1, WORK: Constant(seconds=2)},
        "takes 40 s": {TIMEOUT: 60, WORK: Constant(seconds=40)},
        "Lambda is down": {"outages": (Outage(of="lambda", at=0, seconds=600),)},
    }
)
"""By name, what a trouble changes in a trial: paths and their values."""

KEPT = ["told", "runs", "successes", "throttles", "fate", "stores", "latency_s"]


def trial(kind: str, failure_store: bool = True) -> Scenario:
    """Twelve orders of six customers through one kind of trigger, to the same function whatever the kind.

    With `failure_store` an order is given up after `TRIES` and kept, where this kind of trigger can
    do so; without, retries are AWS's defaults and nothing is kept. Raises `ScenarioError` for an
    unknown kind.
    """
    made = trigger(kind, function="worker", **(_limits(kind) if failure_store else {}))
    pushed = failure_store and isinstance(made, AsynchronousTrigger)
    config = EventInvokeConfig(
        maximum_retry_attempts=TRIES - 1,
        destination_config=DestinationConfig(on_failure=STORE if pushed else None),
    )
    work = Behaviour(handler=Exponential(mean=0.5))
    arrivals, customers = Poisson(per_second=0.5, events=12), Keys(count=6)
    orders = Traffic(name="orders", into=made.entry, arrivals=arrivals, keys=customers)
    return Scenario(
        functions=[
            Function(
                name="worker",
                memory_size=512,
                timeout=10,
                event_invoke_config=config,
                behaviour=work,
            )
        ],
        triggers=[made],
        queues=_queues(kind, failure_store),
        traffic=[orders],
        seconds=60,
    )


def trials(trouble: str, seed: int = 1) -> pd.DataFrame:
    """What becomes of the last of three orders that come at once, through every kind of trigger: one row a kind.

    `trouble`: "always fails", "throttled" (one order at a time), "takes 40 s", or "Lambda is down"
    (for ten minutes). Columns: kind (index), service, model, and of `Run.deliveries` told, runs,
    successes, throttles, fate, stores and latency_s (NaN while under way after a day). Raises
    `ScenarioError` for an unknown trouble.
    """
    if trouble not in TROUBLES:
        raise ScenarioError(
            f"There is no trouble {trouble!r}; choose {', '.join(TROUBLES)}."
        )
    rows = [
        {"kind": kind, **_outcome(_troubled(kind, trouble, seed))}
        for kind in catalogue()
    ]
    table = pd.DataFrame(rows).set_index("kind")
    described = pd.DataFrame(list(catalogue().values())).set_index("kind")[
        ["service", "model"]
    ]
    return described.join(table)


def _troubled(kind: str, trouble: str, seed: int) -> Run:
    scenario = (
        trial(kind)
        .with_setting("traffic.orders.arrivals", Burst(events=3))
        .with_settings(TROUBLES[trouble])
    )
    return simulate(scenario, seed)


def _outcome(run: Run) -> dict[str, Any]:
    last = run.deliveries[run.deliveries.event == 2].iloc[0]
    return {column: last[column] for column in KEPT}


def _limits(kind: str) -> dict[str, Any]:
    """What a mapping that reads a log needs, so that it gives up after as many tries and keeps what it gave up."""
    if kind not in ONLY["on_failure"]:
        return {}
    pollers = (
        {"provisioned_poller_config": ProvisionedPollerConfig()}
        if kind in KAFKA
        else {}
    )
    return {"maximum_retry_attempts": TRIES - 1, "on_failure": STORE, **pollers}


def _queues(kind: str, failure_store: bool) -> list[Queue]:
    fifo = kind == "sqs_fifo"
    redrive = (
        RedrivePolicy(dead_letter_target_arn=STORE, max_receive_count=TRIES)
        if failure_store
        else None
    )
    source = Queue(
        name=kind, fifo_queue=fifo, visibility_timeout=60, redrive_policy=redrive
    )
    store = Queue(name=STORE, fifo_queue=fifo)
    return ([source] if kind in QUEUES else []) + ([store] if failure_store else [])
