"""The titles of pictures: each is the answer that its picture gives, found by a few rules."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.results.phrases import capitalised, plural, spoken
from sim.results.run import Run
from sim.show.drawing.span_layout import Integers
from sim.show.pictures.captions import (
    Numbers,
    environments,
    model,
    numbers,
    together,
)
from sim.trace import Fate

RESCUERS = {
    "asynchronous": "Lambda's retries",
    "polling": "the queue",
    "stream": "the stream",
}
LATER = (
    (5, "a moment"),
    (45, "some seconds"),
    (90, "about a minute"),
    (5400, "some minutes"),
    (np.inf, "hours"),
)


def answer(runs: Mapping[str, Run]) -> str:
    """What became of the events, in one sentence: first what a run rescues, then how runs differ."""
    counts = {name: numbers(run) for name, run in runs.items()}
    if not any(n.deliveries for n in counts.values()):
        return "No event arrived"
    if len(runs) == 1:
        return of_one(next(iter(counts.values())))
    return _rescue(runs) or _difference(counts)


def of_one(n: Numbers) -> str:
    """What became of one run's events: the worst fate first."""
    of = f"of {plural(n.deliveries, 'event')}"
    for count, means in (
        (n.lost, f"{_are(n.lost)} lost, and nobody is told"),
        (
            n.parked,
            f"{_end(n.parked)} up in a failure store; {n.delivered:,} are delivered",
        ),
        (n.told, f"{_end(n.told)} with an error for the caller{_because(n)}"),
        (n.in_flight, f"{_are(n.in_flight)} still under way at the end"),
    ):
        if count:
            return f"{count:,} {of} {means}"
    everything = (
        f"All {plural(n.deliveries, 'event')} are delivered"
        if n.deliveries > 1
        else "The event is delivered"
    )
    if n.throttles:
        return (
            f"{everything}, although Lambda throttled {plural(n.throttles, 'attempt')}"
        )
    return (
        f"{everything}, {n.retried:,} only after a retry"
        if n.retried
        else f"{everything}{_slowest(n)}"
    )


def of_environments(runs: Mapping[str, Run]) -> str:
    """How many execution environments the same work takes."""
    counts = {name: environments(run) for name, run in runs.items()}
    if len(counts) > 1 and len({started for started, _ in counts.values()}) == 1:
        return f"Each needs {plural(next(iter(counts.values()))[0], 'execution environment')}"
    if len(counts) > 1:
        return f"Execution environments needed: {together([f'{n} ({name})' for name, (n, _) in counts.items()])}"
    ((started, done),) = counts.values()
    if not started:
        return "No execution environment was started"
    serve = "serves" if started == 1 else "serve"
    return f"{plural(started, 'execution environment')} {serve} {plural(done, 'run')}"


def of_latency(runs: Mapping[str, Run]) -> str:
    """How long an event takes, and how much longer the slow ones take."""
    counts = {
        name: numbers(run) for name, run in runs.items() if numbers(run).delivered
    }
    if not counts:
        return "No event was delivered"
    if len(counts) == 1:
        n = next(iter(counts.values()))
        return f"Half of the delivered events take {spoken(n.half)} at most, one in a hundred more than {spoken(n.p99)}"
    fast, slow = _ends({name: n.p99 for name, n in counts.items()})
    if counts[slow].p99 < 1.2 * counts[fast].p99:
        return f"All are about as fast: 99 % of the delivered events take {spoken(counts[slow].p99)} at most"
    return f"The slowest 1 % take over {spoken(counts[slow].p99)} in {slow}, {spoken(counts[fast].p99)} in {fast}"


def _rescue(runs: Mapping[str, Run]) -> str:
    """What the models that retry make of the events that a waiting caller loses."""
    told = next((run for run in runs.values() if model(run) == "synchronous"), None)
    rescuers = [run for run in runs.values() if model(run) in RESCUERS]
    others = {RESCUERS[model(run)]: run for run in rescuers}
    if told is None or len(others) < len(
        rescuers
    ):  # "the queue" would be one of several
        return ""
    if not all(
        np.array_equal(run.workload.time, told.workload.time) for run in others.values()
    ):
        return ""
    failed = _events(told, Fate.FAILED, Fate.REJECTED)
    counts = {
        who: len(np.intersect1d(failed, _events(run, Fate.SUCCEEDED)))
        for who, run in others.items()
    }
    if not any(counts.values()):
        return ""
    lost = "the event" if len(failed) == 1 else f"all {len(failed):,} events"
    if set(counts.values()) == {len(failed)}:
        who = together(list(counts))
        deliver = "delivers" if who.startswith("the ") else "deliver"
        return f"{capitalised(who)} {deliver} {lost} that the caller would have lost{_later(others, failed)}"
    each = together(
        [
            f"{who} {'delivers' if who.startswith('the ') else 'deliver'} {n:,}"
            for who, n in counts.items()
        ]
    )
    return f"Of {plural(len(failed), 'event')} that the caller would have lost, {each}{_later(others, failed)}"


def _events(run: Run, *fates: Fate) -> Integers:
    table = run.deliveries
    return table.event.to_numpy()[
        np.isin(table.fate.cat.codes, fates) & (table.parent.to_numpy() < 0)
    ]


def _later(runs: Mapping[str, Run], events: Integers) -> str:
    """How much later, if there is one answer to that."""
    if len(runs) != 1:
        return ""
    table = next(iter(runs.values())).deliveries
    mine = np.isin(table.event, events) & (
        table.fate.cat.codes.to_numpy() == Fate.SUCCEEDED
    )
    wait = float(np.median(table.latency_s.to_numpy()[mine]))
    return f", {next(word for most, word in LATER if wait <= most)} later"


def _difference(counts: Mapping[str, Numbers]) -> str:
    worst, best = _ends({name: n.delivered for name, n in counts.items()})
    if counts[best].delivered != counts[worst].delivered:
        return f"{best}: {_of(counts[best])} delivered; {worst}: {_of(counts[worst])}"
    fast, slow = _ends({name: n.slowest for name, n in counts.items()})
    same = (
        f"Each delivers {_of(counts[best])}"
        if counts[best].delivered
        else "No event is delivered"
    )
    if not counts[best].delivered or counts[slow].slowest < 1.05 * counts[fast].slowest:
        return same
    times = [f"{spoken(counts[name].slowest)} in {name}" for name in (fast, slow)]
    return f"{same}; the slowest takes {', '.join(times)}"


def _ends(values: Mapping[str, float]) -> tuple[str, str]:
    """The names of the smallest and of the largest value."""
    return min(values, key=lambda name: values[name]), max(
        values, key=lambda name: values[name]
    )


def _of(n: Numbers) -> str:
    return f"{n.delivered:,} of {plural(n.deliveries, 'event')}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _end(count: int) -> str:
    return "ends" if count == 1 else "end"


def _because(n: Numbers) -> str:
    return f"; Lambda throttled {plural(n.throttles, 'call')}" if n.throttles else ""


def _slowest(n: Numbers) -> str:
    return (
        f", the slowest after {spoken(n.slowest)}"
        if n.deliveries > 1
        else f" after {spoken(n.slowest)}"
    )
