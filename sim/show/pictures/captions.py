"""What a picture says in words: its title, the line under a panel's heading, and a text alternative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.results.phrases import plural, spoken
from sim.results.run import Run
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import STARTING
from sim.scenario.triggers import Trigger
from sim.trace import Fate

Runs = Run | Mapping[str, Run]
MODEL_NAMES = {
    "synchronous": "Synchronous",
    "asynchronous": "Asynchronous",
    "polling": "Queue",
    "stream": "Stream",
}
MEANINGS = {
    "synchronous": "the caller is told",
    "asynchronous": "Lambda keeps trying",
    "polling": "the queue keeps it",
    "stream": "it stays until it is its turn",
}


@dataclass(frozen=True)
class Numbers:
    """What became of the events that entered a run; times in seconds, NaN where nothing was delivered."""

    events: int
    deliveries: int
    delivered: int
    told: int
    parked: int
    lost: int
    in_flight: int
    retried: int  # delivered, but not by the first run
    throttles: int
    half: float
    p99: float
    slowest: float


def numbers(run: Run) -> Numbers:
    """Count the deliveries of a run's own events; those of events that they caused are left out."""
    mine = run.deliveries.parent.to_numpy() < 0
    fate = run.deliveries.fate.cat.codes.to_numpy()[mine]
    count = np.bincount(fate, minlength=len(Fate))
    arrived = fate == Fate.SUCCEEDED
    latency = run.deliveries.latency_s.to_numpy()[mine][arrived]
    half, p99, slowest = (
        np.quantile(latency, (0.5, 0.99, 1)) if len(latency) else (np.nan,) * 3
    )
    return Numbers(
        events=len(run.workload.time),
        deliveries=len(fate),
        delivered=int(count[Fate.SUCCEEDED]),
        told=int(count[Fate.FAILED] + count[Fate.REJECTED]),
        parked=int(count[Fate.DEAD_LETTERED]),
        lost=int(count[Fate.DROPPED] + count[Fate.EXPIRED]),
        in_flight=int(count[Fate.IN_FLIGHT]),
        retried=int((arrived & (run.deliveries.runs.to_numpy()[mine] > 1)).sum()),
        throttles=int(run.deliveries.throttles.to_numpy()[mine].sum()),
        half=float(half),
        p99=float(p99),
        slowest=float(slowest),
    )


def named(runs: Runs) -> dict[str, Run]:
    """Runs by name; a single run is named after its invocation model."""
    if isinstance(runs, Mapping):
        return dict(runs)
    return {MODEL_NAMES.get(model(runs), "All triggers"): runs}


def model(run: Run) -> str:
    """The invocation model of a run's triggers, with streams apart from queues, or "" if they have several."""
    models = {
        "stream" if _reads_a_stream(trigger) else trigger.model
        for trigger in run.scenario.triggers
    }
    return models.pop() if len(models) == 1 else ""


def _reads_a_stream(trigger: Trigger) -> bool:
    return isinstance(trigger, EventSourceMapping) and trigger.kind in STARTING


def headings(runs: Mapping[str, Run]) -> list[str]:
    """Each run's name, and what its invocation model means where that is what the runs differ in."""
    models = [model(run) for run in runs.values()]
    if len(set(models)) < len(models) or "" in models:
        return list(runs)
    return [
        name if ":" in name else f"{name}: {_meaning(run)}"
        for name, run in runs.items()
    ]


def line(run: Run, first: Run) -> list[str]:
    """The parts of the line under a panel's heading."""
    n = numbers(run)
    if not n.deliveries:
        return ["no event arrived"]
    same = run is not first and np.array_equal(run.workload.time, first.workload.time)
    return [
        f"the same {n.events}" if same else plural(n.events, "event"),
        *(
            [plural(n.deliveries, "delivery", "deliveries")]
            if n.deliveries != n.events
            else []
        ),
        f"{n.delivered} delivered",
        *_unhappy(n),
        *([f"slowest {spoken(n.slowest)}"] if n.delivered else []),
    ]


def environments_line(run: Run) -> list[str]:
    """The same for a picture with environments as rows."""
    started, runs = environments(run)
    throttled = numbers(run).throttles
    return [
        f"{plural(started, 'execution environment')}, a row each",
        plural(runs, "function run"),
        *([f"{plural(throttled, 'attempt')} throttled"] if throttled else []),
    ]


def environments(run: Run) -> tuple[int, int]:
    """How many execution environments worked, and how often the function ran on them."""
    spans = run.spans
    handled = spans[(spans.stage == "handler").to_numpy()]
    alone = handled.invocation.to_numpy() < 0
    batches = handled[~alone].drop_duplicates(["resource", "invocation"])
    there = spans[spans.environment.to_numpy() >= 0].drop_duplicates(
        ["resource", "environment"]
    )
    return len(there), int(alone.sum()) + len(batches)


def describe(runs: Runs, pinned: Runs | None = None) -> str:
    """One sentence a run with the numbers that its picture shows, for readers who do not see the picture."""
    now = [_sentence(name, numbers(run)) for name, run in named(runs).items()]
    before = [] if pinned is None else [f"Pinned: {describe(pinned)}"]
    return " ".join(now + before)


def together(parts: list[str]) -> str:
    """Parts of a sentence joined by commas and "and"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _meaning(run: Run) -> str:
    kind = model(run)
    retries = [
        function.event_invoke_config.maximum_retry_attempts
        for function in run.scenario.functions
    ]
    return (
        "Lambda tries once"
        if kind == "asynchronous" and not any(retries)
        else MEANINGS[kind]
    )


def _unhappy(n: Numbers) -> list[str]:
    told = f"{plural(n.told, 'caller')} saw an error"
    parts = (
        (n.told, told),
        (n.parked, f"{n.parked} dead-lettered"),
        (n.lost, f"{n.lost} lost"),
        (n.in_flight, f"{n.in_flight} still under way"),
    )
    return [text for count, text in parts if count]


def _sentence(name: str, n: Numbers) -> str:
    if not n.deliveries:
        return f"{name}: no event arrived."
    what = (
        plural(n.deliveries, "event")
        if n.deliveries == n.events
        else f"{n.deliveries:,} deliveries"
    )
    fates = together([f"{n.delivered:,} delivered", *_unhappy(n)])
    if not n.delivered:
        return f"{name}: of {what}, {fates}."
    extra = (
        f"; Lambda throttled {plural(n.throttles, 'attempt')}" if n.throttles else ""
    )
    times = f"half within {spoken(n.half)}, 99 % within {spoken(n.p99)}, the slowest after {spoken(n.slowest)}"
    return f"{name}: of {what}, {fates}; of the delivered, {times}{extra}."
