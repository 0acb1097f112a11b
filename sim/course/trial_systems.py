"""One small system for each kind of trigger, and what it does in trouble."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from sim.engine.simulate import simulate
from sim.results.run import Run
from sim.scenario.arguments import Seed, checked
from sim.scenario.arrivals import Burst, Poisson
from sim.scenario.behaviour import Behaviour
from sim.scenario.changes import Outage
from sim.scenario.durations import Constant, Exponential
from sim.scenario.errors import ScenarioError
from sim.scenario.function import (
    DestinationConfig,
    EventInvokeConfig,
    Function,
)
from sim.scenario.make_trigger import trigger
from sim.scenario.mapping_settings import ProvisionedPollerConfig
from sim.scenario.resources import Queue, RedrivePolicy
from sim.scenario.scenario import Scenario
from sim.scenario.source_kinds import KAFKA, ONLY, QUEUES
from sim.scenario.subscriber import (
    EVENT,
    REQUEST_RESPONSE,
    SubscriberRetryPolicy,
)
from sim.scenario.traffic import Keys, Traffic
from sim.scenario.trigger_catalogue import catalogue

STORE = "failed-orders"

TRIES = 3
"""How often the function is tried: AWS's own number for asynchronous events, here for all kinds."""

ERRORS = "functions.worker.behaviour.error_rate"
WORK = "functions.worker.behaviour.handler"
TIMEOUT = "functions.worker.timeout"
RESERVED = "functions.worker.reserved_concurrent_executions"

TROUBLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "always fails": {ERRORS: 1.0},
        "throttled": {RESERVED: 1, WORK: Constant(seconds=2)},
        "takes 40 s": {TIMEOUT: 60, WORK: Constant(seconds=40)},
        "Lambda is down": {
            "outages": (Outage(of="lambda", at=0, seconds=600),)
        },
    }
)
"""By name, what a trouble sets in a trial: values by path."""

OUTCOMES = [
    "told",
    "runs",
    "successes",
    "throttles",
    "fate",
    "end",
    "stores",
    "latency_s",
]


@checked
def trial(kind: str, failure_store: bool = True) -> Scenario:
    """Twelve orders of six customers through one kind of trigger, to the same function.

    With `failure_store` an order is given up after `TRIES` and kept, where this kind of trigger can
    do so; without, retries are AWS's defaults and nothing is kept. Raises `ScenarioError` for an
    unknown kind.
    """
    limits = _limits(kind) if failure_store else {}
    joined = trigger(kind, function="worker", **limits)
    orders = Traffic(
        name="orders",
        into=joined.entry,
        arrivals=Poisson(per_second=0.5, events=12),
        keys=Keys(count=6),
    )
    keeps_events = failure_store and joined.model == "asynchronous"
    return Scenario(
        functions=[_worker(STORE if keeps_events else None)],
        triggers=[joined],
        queues=_queues(kind, failure_store),
        traffic=[orders],
        seconds=60,
    )


@checked
def trials(trouble: str, seed: Seed = 1) -> pd.DataFrame:
    """What becomes of the last of three orders that come at once: one row a kind of trigger.

    `trouble`: "always fails", "throttled" (one order at a time), "takes 40 s", or "Lambda is down"
    (for ten minutes). Columns: kind (index), service, model, and of `Run.deliveries` told, runs,
    successes, throttles, fate, end, stores and latency_s (NaN while under way after a day). Raises
    `ScenarioError` for an unknown trouble.
    """
    if trouble not in TROUBLES:
        raise ScenarioError(
            f"There is no trouble {trouble!r}; choose {', '.join(TROUBLES)}."
        )
    rows = {}
    for kind, row in catalogue().items():
        described = {"service": row.service, "model": row.model}
        rows[kind] = {
            **described,
            **_last_order(_in_trouble(kind, trouble, seed)),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("kind")


def _in_trouble(kind: str, trouble: str, seed: int) -> Run:
    at_once = trial(kind).with_setting(
        "traffic.orders.arrivals", Burst(events=3)
    )
    return simulate(at_once.with_settings(TROUBLES[trouble]), seed)


def _last_order(run: Run) -> dict[str, Any]:
    last = run.deliveries[run.deliveries.event == 2].iloc[0]
    return {column: last[column] for column in OUTCOMES}


def _worker(on_failure: str | None) -> Function:
    return Function(
        name="worker",
        memory_size=512,
        timeout=10,
        event_invoke_config=EventInvokeConfig(
            maximum_retry_attempts=TRIES - 1,
            destination_config=DestinationConfig(on_failure=on_failure),
        ),
        behaviour=Behaviour(handler=Exponential(mean=0.5)),
    )


def _limits(kind: str) -> dict[str, Any]:
    """What a stream's mapping or a subscriber needs to give up after as many tries, and to keep it.

    A subscriber of type EVENT tries as often as AWS's default says: Lambda's queue counts runs.
    """
    if kind == EVENT:
        return {"on_failure": STORE}
    if kind == REQUEST_RESPONSE:
        policy = SubscriberRetryPolicy(max_retry_attempts=TRIES - 1)
        return {"on_failure": STORE, "retry_policy": policy}
    if kind not in ONLY["on_failure"]:
        return {}
    limits: dict[str, Any] = {
        "maximum_retry_attempts": TRIES - 1,
        "on_failure": STORE,
    }
    if kind in KAFKA:
        limits["provisioned_poller_config"] = ProvisionedPollerConfig()
    return limits


def _queues(kind: str, failure_store: bool) -> list[Queue]:
    """The queue that is the trigger's source, if it is one, and the failure store, if wanted."""
    fifo = kind == "sqs_fifo"
    queues = []
    policy = None
    if failure_store:
        policy = RedrivePolicy(
            dead_letter_target_arn=STORE, max_receive_count=TRIES
        )
        queues.append(Queue(name=STORE, fifo_queue=fifo))
    if kind in QUEUES:
        source = Queue(
            name=kind,
            fifo_queue=fifo,
            visibility_timeout=60,
            redrive_policy=policy,
        )
        queues.insert(0, source)
    return queues
