"""The titles of pictures: each is the answer that its picture gives, found by a few rules."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.results.phrases import capitalised, plural, spoken
from sim.results.run import Run
from sim.show.drawing.span_layout import Integers
from sim.show.pictures.captions import (
    EventNumbers,
    environment_counts,
    event_numbers,
    join_words,
    model,
    still_under_way,
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
ABOUT_AS_FAST = 1.2  # times the other's
ABOUT_AS_SLOW = 1.05


def events_title(runs: Mapping[str, Run]) -> str:
    """What became of the events: first what a run rescues, then how runs differ."""
    numbers = {name: event_numbers(run) for name, run in runs.items()}
    if not any(n.deliveries for n in numbers.values()):
        return "No event arrived"
    if len(numbers) == 1:
        (only,) = numbers.values()
        return _one_run(only)
    answer = _rescued(runs) or _difference(numbers)
    return answer + _left_over(numbers)


def environments_title(runs: Mapping[str, Run]) -> str:
    """How many execution environments the same work takes."""
    numbers = {name: event_numbers(run) for name, run in runs.items()}
    return _environments(runs) + _left_over(numbers)


def latency_title(runs: Mapping[str, Run]) -> str:
    """How long an event takes, and how much longer the slow ones take."""
    numbers = {name: event_numbers(run) for name, run in runs.items()}
    return _latency(numbers) + _left_over(numbers)


def _one_run(n: EventNumbers) -> str:
    """What became of one run's events: the worst fate first."""
    of = f"of {plural(n.deliveries, 'event')}"
    if n.lost:
        answer = f"{n.lost:,} {of} {_are(n.lost)} lost, and nobody is told"
    elif n.parked:
        end = f"{_end(n.parked)} up in a failure store"
        answer = f"{n.parked:,} {of} {end}; {n.delivered:,} are delivered"
    elif n.told:
        answer = f"{n.told:,} {of} {_end(n.told)} with an error for the caller"
        if n.throttles:
            answer += f"; Lambda throttled {plural(n.throttles, 'call')}"
    elif n.in_flight:
        end = still_under_way(n) if n.drained else "still under way at the end"
        return f"{n.in_flight:,} {of} {_are(n.in_flight)} {end}"
    else:
        answer = _all_delivered(n)
    return answer + _left_over({"": n})


def _all_delivered(n: EventNumbers) -> str:
    answer = "The event is delivered"
    if n.deliveries > 1:
        answer = f"All {plural(n.deliveries, 'event')} are delivered"
    if n.throttles:
        throttled = plural(n.throttles, "attempt")
        return f"{answer}, although Lambda throttled {throttled}"
    if n.retried:
        return f"{answer}, {n.retried:,} only after a retry"
    if n.deliveries > 1:
        return f"{answer}, the slowest after {spoken(n.slowest)}"
    return f"{answer} after {spoken(n.slowest)}"


def _left_over(numbers: Mapping[str, EventNumbers]) -> str:
    """What was still under way when the simulation ended although no new events came."""
    counts = []
    longest: EventNumbers | None = None
    for name, n in numbers.items():
        if not n.drained or not (n.in_flight or n.caused_in_flight):
            continue
        count = f"{n.in_flight or n.caused_in_flight:,}"
        if not n.in_flight:
            count += " that they caused"
        counts.append(f"{count} in {name}" if len(numbers) > 1 else count)
        if longest is None or n.drained > longest.drained:
            longest = n
    if longest is None:
        return ""
    return f"; {join_words(counts)} {still_under_way(longest)}"


def _environments(runs: Mapping[str, Run]) -> str:
    counts = {name: environment_counts(run) for name, run in runs.items()}
    if len(counts) == 1:
        ((started, done),) = counts.values()
        if not started:
            return "No execution environment was started"
        serve = "serves" if started == 1 else "serve"
        needed = plural(started, "execution environment")
        return f"{needed} {serve} {plural(done, 'run')}"
    started_by_name = {name: started for name, (started, _) in counts.items()}
    if len(set(started_by_name.values())) == 1:
        started = max(started_by_name.values())
        return f"Each needs {plural(started, 'execution environment')}"
    each = [f"{started} ({name})" for name, started in started_by_name.items()]
    return f"Execution environments needed: {join_words(each)}"


def _latency(numbers: Mapping[str, EventNumbers]) -> str:
    numbers = {name: n for name, n in numbers.items() if n.delivered}
    if not numbers:
        return "No event was delivered"
    fast, slow = _least_and_most({name: n.p99 for name, n in numbers.items()})
    fastest, slowest = spoken(numbers[fast].p99), spoken(numbers[slow].p99)
    if len(numbers) == 1:
        half = spoken(numbers[slow].p50)
        return (
            f"Half of the delivered events take {half} at most, "
            f"one in a hundred more than {slowest}"
        )
    if numbers[slow].p99 < ABOUT_AS_FAST * numbers[fast].p99:
        return f"All are about as fast: 99 % of the delivered events take {slowest} at most"
    return f"The slowest 1 % take over {slowest} in {slow}, {fastest} in {fast}"


def _rescued(runs: Mapping[str, Run]) -> str:
    """What the models that retry make of the events that a waiting caller loses."""
    synchronous = [run for run in runs.values() if model(run) == "synchronous"]
    retrying = [run for run in runs.values() if model(run) in RESCUERS]
    rescuers = {RESCUERS[model(run)]: run for run in retrying}
    # where several runs are of one model, "the queue" would be one of several
    if not synchronous or len(rescuers) < len(retrying):
        return ""
    told = synchronous[0]
    if not all(_same_events(run, told) for run in retrying):
        return ""
    failed = _events(told, Fate.FAILED, Fate.REJECTED)
    counts = {
        who: len(np.intersect1d(failed, _events(run, Fate.SUCCEEDED)))
        for who, run in rescuers.items()
    }
    if not any(counts.values()):
        return ""
    return _rescue_sentence(counts, len(failed)) + _later(retrying, failed)


def _rescue_sentence(counts: Mapping[str, int], failed: int) -> str:
    if set(counts.values()) == {failed}:
        who = join_words(list(counts))
        events = "the event" if failed == 1 else f"all {failed:,} events"
        return capitalised(
            f"{who} {_deliver(who)} {events} that the caller would have lost"
        )
    each = [f"{who} {_deliver(who)} {count:,}" for who, count in counts.items()]
    events = plural(failed, "event")
    return f"Of {events} that the caller would have lost, {join_words(each)}"


def _deliver(who: str) -> str:
    """The verb: one queue delivers, retries deliver."""
    return "delivers" if who.startswith("the ") else "deliver"


def _same_events(run: Run, other: Run) -> bool:
    return np.array_equal(run.workload.time, other.workload.time)


def _events(run: Run, *fates: Fate) -> Integers:
    table = run.deliveries
    chosen = np.isin(table.fate.cat.codes, fates) & (table.parent.to_numpy() < 0)
    return table.event.to_numpy()[chosen]


def _later(runs: list[Run], events: Integers) -> str:
    """How much later the events are delivered, if there is one answer to that."""
    if len(runs) != 1:
        return ""
    table = runs[0].deliveries
    is_delivered = table.fate.cat.codes.to_numpy() == Fate.SUCCEEDED
    mine = table[np.isin(table.event, events) & is_delivered]
    wait = float(np.median(mine.latency_s.to_numpy()))
    word = next(word for most, word in LATER if wait <= most)
    return f", {word} later"


def _difference(numbers: Mapping[str, EventNumbers]) -> str:
    """Which run delivers more, or if none does, which is faster."""
    delivered = {name: n.delivered for name, n in numbers.items()}
    worst, best = _least_and_most(delivered)
    most = _delivered_of(numbers[best])
    if delivered[best] != delivered[worst]:
        return f"{best}: {most} delivered; {worst}: {_delivered_of(numbers[worst])}"
    if not delivered[best]:
        return "No event is delivered"
    slowest = {name: n.slowest for name, n in numbers.items()}
    fast, slow = _least_and_most(slowest)
    if slowest[slow] < ABOUT_AS_SLOW * slowest[fast]:
        return f"Each delivers {most}"
    times = f"{spoken(slowest[fast])} in {fast}, {spoken(slowest[slow])} in {slow}"
    return f"Each delivers {most}; the slowest takes {times}"


def _least_and_most(values: Mapping[str, float]) -> tuple[str, str]:
    """The names of the smallest and of the largest value."""
    least = min(values, key=lambda name: values[name])
    most = max(values, key=lambda name: values[name])
    return least, most


def _delivered_of(n: EventNumbers) -> str:
    return f"{n.delivered:,} of {plural(n.deliveries, 'event')}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _end(count: int) -> str:
    return "ends" if count == 1 else "end"
