"""What a picture says in words: headings, the line under a heading, and a text alternative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from weakref import WeakKeyDictionary

import numpy as np

from sim.arrays import Floats
from sim.phrases import plural, spoken
from sim.results.ends import End
from sim.results.run import Run
from sim.scenario.arguments import checked
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import STARTING
from sim.scenario.subscriber import REQUEST_RESPONSE
from sim.scenario.triggers import Trigger
from sim.trace import MICROSECONDS

_COUNTED: WeakKeyDictionary[Run, EventNumbers] = WeakKeyDictionary()
Runs = Run | Mapping[str, Run]
MODEL_NAMES = {
    "synchronous": "Synchronous",
    "asynchronous": "Asynchronous",
    "polling": "Queue",
    "stream": "Stream",
    "subscriber": "Subscriber",
}
GIVEN_UP = "handled and then given up with their batch"
MEANINGS = {
    "synchronous": "the caller is told",
    "asynchronous": "Lambda keeps trying",
    "polling": "the queue keeps it",
    "stream": "it stays until it is its turn",
    "subscriber": "EventBridge tries again",
}


@dataclass(frozen=True)
class EventNumbers:
    """What became of the events from outside, each with all that it caused: its journey.

    Times in seconds from arrival to the last consequence, NaN if no journey was delivered.
    """

    events: int
    delivered: int
    told: int
    told_done: int  # of the told: their work was done all the same
    parked: int
    parked_done: int  # of the parked: their work was done all the same
    lost: int
    given_up: int  # their work was done, then AWS gave them up
    in_flight: int
    unfinished: int  # in flight, and those with a bad end of which some branch is in flight
    retried: int  # delivered, but not by the first runs alone
    throttles: int
    p50: float
    p99: float
    slowest: float
    drained: (
        float  # seconds that the simulation went on after the scenario's own
    )


def event_numbers(run: Run) -> EventNumbers:
    """Count the journeys of a run, once; runs and throttles are those of all their hops."""
    if run not in _COUNTED:
        _COUNTED[run] = _event_numbers(run)
    return _COUNTED[run]


def _event_numbers(run: Run) -> EventNumbers:
    found = run.journey_numbers
    end = found.end
    count = np.bincount(end, minlength=len(End)).tolist()
    is_delivered = end == End.DELIVERED
    quantiles = _quantiles(found.end_to_end_s[is_delivered])
    ran_again = run.delivery_numbers.columns["runs"] > 1
    was_retried = np.zeros(len(end), bool)
    was_retried[run.journey_of[ran_again]] = True
    return EventNumbers(
        events=len(end),
        delivered=count[End.DELIVERED],
        told=count[End.TOLD],
        told_done=int((found.is_done & (end == End.TOLD)).sum()),
        parked=count[End.PARKED],
        parked_done=int((found.is_done & (end == End.PARKED)).sum()),
        lost=count[End.LOST],
        given_up=count[End.GIVEN_UP],
        in_flight=count[End.IN_FLIGHT],
        unfinished=int((~found.is_over).sum()),
        retried=int((is_delivered & was_retried).sum()),
        throttles=int(run.throttles.sum()),
        **quantiles,
        drained=max(0.0, run.ended_s - run.scenario.seconds),
    )


def _quantiles(seconds: Floats) -> dict[str, float]:
    shares = {"p50": 0.5, "p99": 0.99, "slowest": 1.0}
    if not len(seconds):
        return dict.fromkeys(shares, nan)
    found = np.quantile(seconds, list(shares.values())).tolist()
    return dict(zip(shares, found, strict=True))


def runs_by_name(runs: Runs) -> dict[str, Run]:
    """Runs by name; a single run is named after its invocation model."""
    if isinstance(runs, Mapping):
        return dict(runs)
    return {MODEL_NAMES.get(model(runs), "All triggers"): runs}


def earlier_runs(
    runs: Mapping[str, Run], pinned: Runs | None
) -> list[Run | None]:
    """For each run the pinned one of its name; or of its place, if no name is known."""
    earlier = {} if pinned is None else runs_by_name(pinned)
    if not set(earlier) & set(runs):
        earlier = dict(zip(runs, earlier.values(), strict=False))
    return [earlier.get(name) for name in runs]


def last_arrival(runs: Mapping[str, Run]) -> float:
    """When the last event of any run arrives, in seconds."""
    times = [run.workload.time.max(initial=0) for run in runs.values()]
    return float(max(times, default=0)) / MICROSECONDS


def model(run: Run) -> str:
    """The invocation model of a run's triggers, or "" if they have several.

    Streams are told apart from queues, and a subscriber that waits from other callers.
    """
    models = {model_of(trigger) for trigger in run.scenario.triggers}
    return models.pop() if len(models) == 1 else ""


def model_of(trigger: Trigger) -> str:
    """The invocation model of a trigger; streams are told apart from queues."""
    if trigger.kind == REQUEST_RESPONSE:
        return "subscriber"
    reads_a_stream = (
        isinstance(trigger, EventSourceMapping) and trigger.kind in STARTING
    )
    return "stream" if reads_a_stream else trigger.model


def headings(runs: Mapping[str, Run]) -> list[str]:
    """Each run's name, and its invocation model's meaning where the runs differ in that."""
    models = [model(run) for run in runs.values()]
    if len(set(models)) < len(models) or "" in models:
        return list(runs)
    return [
        name if ":" in name else f"{name}: {_meaning(run)}"
        for name, run in runs.items()
    ]


def _meaning(run: Run) -> str:
    kind = model(run)
    configs = [
        function.event_invoke_config for function in run.scenario.functions
    ]
    retries = any(config.maximum_retry_attempts for config in configs)
    if kind == "asynchronous" and not retries:
        return "Lambda tries once"
    return MEANINGS[kind]


def counts_line(run: Run, first: Run) -> list[str]:
    """The parts of the line under a panel's heading; `first` is the run of the first panel."""
    n = event_numbers(run)
    if not n.events:
        return ["no event arrived"]
    parts = [plural(n.events, "event")]
    if run is not first and same_events(run, first):
        parts = [f"the same {n.events:,}"]
    parts.append(f"{n.delivered:,} delivered")
    parts += _unhappy_in_short(n)
    if n.unfinished:
        parts.append(f"{n.unfinished:,} still under way")
    if n.delivered:
        parts.append(f"slowest {spoken(n.slowest)}")
    return parts


def same_events(run: Run, other: Run) -> bool:
    """Whether events arrive at the same instants in two runs."""
    return np.array_equal(run.workload.time, other.workload.time)


def environments_line(run: Run) -> list[str]:
    """The same for a picture with environments as rows."""
    started, runs = environment_counts(run)
    parts = [
        f"{plural(started, 'execution environment')}, a row each",
        plural(runs, "function run"),
    ]
    throttles = event_numbers(run).throttles
    if throttles:
        parts.append(f"{plural(throttles, 'attempt')} throttled")
    return parts


def environment_counts(run: Run) -> tuple[int, int]:
    """How many execution environments worked, and how often the function ran on them."""
    spans = run.spans
    handled = spans[(spans.stage == "handler").to_numpy()]
    alone = handled.invocation.to_numpy() < 0
    batches = handled[~alone].drop_duplicates(["resource", "invocation"])
    placed = spans[spans.environment.to_numpy() >= 0]
    environments = placed.drop_duplicates(["resource", "environment"])
    runs = int(alone.sum()) + len(batches)
    return len(environments), runs


@checked
def describe(runs: Runs, pinned: Runs | None = None) -> str:
    """One sentence a run with the numbers that its picture shows, for who does not see it."""
    by_name = runs_by_name(runs)
    sentences = [
        _sentence(name, event_numbers(run)) for name, run in by_name.items()
    ]
    if pinned is not None:
        sentences.append(f"Pinned: {describe(pinned)}")
    return " ".join(sentences)


def _sentence(name: str, n: EventNumbers) -> str:
    if not n.events:
        return f"{name}: no event arrived."
    fates = [f"{n.delivered:,} delivered", *_unhappy(n)]
    if n.unfinished:
        fates.append(f"{n.unfinished:,} {still_under_way(n)}")
    text = f"{name}: of {plural(n.events, 'event')}, {join_words(fates)}"
    if not n.delivered:
        return f"{text}."
    text += f"; of the delivered, half within {spoken(n.p50)}"
    text += f", 99 % within {spoken(n.p99)}"
    text += f", the slowest after {spoken(n.slowest)}"
    if n.throttles:
        text += f"; Lambda throttled {plural(n.throttles, 'attempt')}"
    return f"{text}."


def still_under_way(n: EventNumbers) -> str:
    """That events are in flight at the end, and when that was if no new ones came any more."""
    if not n.drained:
        return "still under way"
    return f"still under way when the simulation ends, {spoken(n.drained)} after its traffic"


def join_words(parts: list[str]) -> str:
    """Parts of a sentence joined by commas and "and"."""
    if len(parts) < 2:
        return "".join(parts)
    *first, last = parts
    return f"{', '.join(first)} and {last}"


def _unhappy(n: EventNumbers) -> list[str]:
    """The bad ends, with how many were handled all the same."""
    callers = plural(n.told, "caller")
    parts = (
        (n.told, f"{callers} saw an error{_handled(n.told_done)}"),
        (n.parked, f"{n.parked:,} parked{_handled(n.parked_done)}"),
        (n.lost, f"{n.lost:,} lost"),
        (n.given_up, f"{n.given_up:,} {GIVEN_UP}"),
    )
    return [text for count, text in parts if count]


def _unhappy_in_short(n: EventNumbers) -> list[str]:
    """The same where there is little room: what was handled all the same stands in the title."""
    parts = (
        (n.told, f"{plural(n.told, 'caller')} saw an error"),
        (n.parked, f"{n.parked:,} parked"),
        (n.lost, f"{n.lost:,} lost"),
        (n.given_up, f"{n.given_up:,} handled, then given up"),
    )
    return [text for count, text in parts if count]


def _handled(count: int) -> str:
    """That the work of some was done, whatever became of them."""
    return f" ({count:,} handled)" if count else ""
