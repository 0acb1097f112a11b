"""The titles of pictures: each is the answer that its picture gives, found by a few rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.arrays import Integers
from sim.phrases import capitalised, plural, spoken
from sim.results.ends import End
from sim.results.run import Run
from sim.show.pictures.captions import (
    GIVEN_UP,
    EventNumbers,
    environment_counts,
    event_numbers,
    join_words,
    model,
    same_events,
    still_under_way,
)

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
    numbers = _numbers(runs)
    if not any(n.events for n in numbers.values()):
        return "No event arrived"
    if len(numbers) == 1:
        (only,) = numbers.values()
        return _one_run(only)
    answer = _rescued(runs) or _difference(numbers)
    return answer + _left_over(numbers)


def environments_title(runs: Mapping[str, Run]) -> str:
    """How many execution environments the same work takes."""
    return _environments(runs) + _left_over(_numbers(runs))


def latency_title(runs: Mapping[str, Run]) -> str:
    """How long an event takes, and how much longer the slow ones take."""
    numbers = _numbers(runs)
    return _latency(numbers) + _left_over(numbers)


def _numbers(runs: Mapping[str, Run]) -> dict[str, EventNumbers]:
    return {name: event_numbers(run) for name, run in runs.items()}


def _one_run(n: EventNumbers) -> str:
    """What became of one run's events: the worst fate first."""
    if n.lost or n.given_up:
        answer = _lost(n)
    elif n.parked:
        answer = (
            f"{_count_of(n.parked, n)} {_end(n.parked)} up in a failure store"
        )
        answer += _although_done(n.parked, n.parked_done)
        answer += f"; {n.delivered:,} {_are(n.delivered)} delivered"
    elif n.told:
        answer = f"{_count_of(n.told, n)} {_end(n.told)} with an error for the caller"
        answer += _although_done(n.told, n.told_done)
        if n.throttles:
            answer += f"; Lambda throttled {plural(n.throttles, 'call')}"
    elif n.in_flight:
        return f"{_count_of(n.in_flight, n)} {_are(n.in_flight)} {_until_the_end(n)}"
    else:
        answer = _all_delivered(n)
    return answer + _left_over({"": n})


def _lost(n: EventNumbers) -> str:
    """Lost is what was not done; what was done before AWS gave it up is told apart."""
    given_up = f"{_are(n.given_up)} {GIVEN_UP}"
    if not n.lost:
        return f"{_count_of(n.given_up, n)} {given_up}; none is lost"
    answer = f"{_count_of(n.lost, n)} {_are(n.lost)} lost, and nobody is told"
    if n.given_up:
        answer += f"; {n.given_up:,} {given_up}"
    return answer


def _although_done(count: int, done: int) -> str:
    """How many of them were handled all the same."""
    if not done:
        return ""
    of_them = "its work" if count == 1 else f"the work of {done:,}"
    return f", although {of_them} was done"


def _count_of(count: int, n: EventNumbers) -> str:
    return f"{count:,} of {plural(n.events, 'event')}"


def _all_delivered(n: EventNumbers) -> str:
    answer = "The event is delivered"
    if n.events > 1:
        answer = f"All {plural(n.events, 'event')} are delivered"
    if n.throttles:
        throttled = plural(n.throttles, "attempt")
        return f"{answer}, although Lambda throttled {throttled}"
    if n.retried:
        return f"{answer}, {n.retried:,} only after a retry"
    if n.events > 1:
        return f"{answer}, the slowest after {spoken(n.slowest)}"
    return f"{answer} after {spoken(n.slowest)}"


def _left_over(numbers: Mapping[str, EventNumbers]) -> str:
    """What was still under way when the simulation ended."""
    left = {name: n for name, n in numbers.items() if n.unfinished}
    if not left:
        return ""
    parts = []
    for name, n in left.items():
        part = f"{n.unfinished:,} of {n.events:,}"
        parts.append(f"{part} in {name}" if len(numbers) > 1 else part)
    longest = max(left.values(), key=lambda n: n.drained)
    return f"; {join_words(parts)} {_until_the_end(longest)}"


def _until_the_end(n: EventNumbers) -> str:
    return still_under_way(n) if n.drained else "still under way at the end"


def _environments(runs: Mapping[str, Run]) -> str:
    counts = {name: environment_counts(run) for name, run in runs.items()}
    if len(counts) == 1:
        (only,) = counts.values()
        return _environments_of_one(*only)
    started = {name: count for name, (count, _) in counts.items()}
    most = max(started.values())
    if most == min(started.values()):
        return f"Each needs {plural(most, 'execution environment')}"
    each = [f"{count} ({name})" for name, count in started.items()]
    return f"Execution environments needed: {join_words(each)}"


def _environments_of_one(started: int, runs: int) -> str:
    if not started:
        return "No execution environment was started"
    serve = "serves" if started == 1 else "serve"
    return f"{plural(started, 'execution environment')} {serve} {plural(runs, 'run')}"


def _latency(numbers: Mapping[str, EventNumbers]) -> str:
    p99 = {name: n.p99 for name, n in numbers.items() if n.delivered}
    if not p99:
        return "No event was delivered"
    fast, slow = least_and_most(p99)
    slowest = spoken(p99[slow])
    if len(p99) == 1:
        half = spoken(numbers[slow].p50)
        return (
            f"Half of the delivered events take {half} at most, "
            f"one in a hundred more than {slowest}"
        )
    if p99[slow] < ABOUT_AS_FAST * p99[fast]:
        return f"All are about as fast: 99 % of the delivered events take {slowest} at most"
    return f"The slowest 1 % take over {slowest} in {slow}, {spoken(p99[fast])} in {fast}"


def _rescued(runs: Mapping[str, Run]) -> str:
    """What the models that retry make of the events that a waiting caller loses."""
    models = [(model(run), run) for run in runs.values()]
    synchronous = [run for kind, run in models if kind == "synchronous"]
    retrying = [run for kind, run in models if kind in RESCUERS]
    rescuers = {RESCUERS[kind]: run for kind, run in models if kind in RESCUERS}
    # where several runs are of one model, "the queue" would be one of several
    if not synchronous or len(rescuers) < len(retrying):
        return ""
    told = synchronous[0]
    if not all(same_events(run, told) for run in retrying):
        return ""
    failed = _events(told, End.TOLD)
    counts = {}
    for who, run in rescuers.items():
        rescued = np.intersect1d(failed, _events(run, End.DELIVERED))
        counts[who] = len(rescued)
    if not any(counts.values()):
        return ""
    return _rescue_sentence(counts, len(failed)) + _later(retrying, failed)


def _rescue_sentence(counts: Mapping[str, int], failed: int) -> str:
    if set(counts.values()) == {failed}:
        who = join_words(list(counts))
        events = (
            "the event that fails"
            if failed == 1
            else f"all {failed:,} events that fail"
        )
        return capitalised(
            f"{who} {_deliver(who)} {events} if the caller waits"
        )
    each = [f"{who} {_deliver(who)} {count:,}" for who, count in counts.items()]
    events = f"{plural(failed, 'event')} {'fails' if failed == 1 else 'fail'}"
    return f"{events} if the caller waits; {join_words(each)} of them"


def _deliver(who: str) -> str:
    """The verb: one queue delivers, retries deliver."""
    return "delivers" if who.startswith("the ") else "deliver"


def _events(run: Run, end: End) -> Integers:
    """The events whose journeys have this end."""
    return np.flatnonzero(run.journey_numbers.end == end)


def _later(runs: list[Run], events: Integers) -> str:
    """How much later the events are delivered, if there is one answer to that."""
    if len(runs) != 1:
        return ""
    (run,) = runs
    rescued = np.intersect1d(events, _events(run, End.DELIVERED))
    wait = float(np.median(run.journey_numbers.end_to_end_s[rescued]))
    word = next(word for most, word in LATER if wait <= most)
    return f", {word} later"


def _difference(numbers: Mapping[str, EventNumbers]) -> str:
    """Which run delivers more, or if none does, which is faster."""
    delivered = {name: n.delivered for name, n in numbers.items()}
    worst, best = least_and_most(delivered)
    most = _count_of(delivered[best], numbers[best])
    if delivered[best] != delivered[worst]:
        least = _count_of(delivered[worst], numbers[worst])
        return f"{best}: {most} delivered; {worst}: {least}"
    if not delivered[best]:
        return "No event is delivered"
    slowest = {name: n.slowest for name, n in numbers.items()}
    fast, slow = least_and_most(slowest)
    if slowest[slow] < ABOUT_AS_SLOW * slowest[fast]:
        return f"Each delivers {most}"
    times = [f"{spoken(slowest[name])} in {name}" for name in (fast, slow)]
    return f"Each delivers {most}; the slowest takes {', '.join(times)}"


def least_and_most(values: Mapping[Any, float]) -> tuple[Any, Any]:
    """The names of the smallest and of the largest value."""
    least = min(values, key=lambda name: values[name])
    most = max(values, key=lambda name: values[name])
    return least, most


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _end(count: int) -> str:
    return "ends" if count == 1 else "end"
