"""The report: who did how much, as Markdown, with what differs in meaning said below."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from . import derived, ours, peers, sweeps
from .floors import FLOOR, FLOORS
from .measure import Timing, interleaved, metered, resident
from .work import Contender, Work

RATES = (10, 100, 1000)
TARGETS = {10: 3, 100: 5, 1000: 20}  # times SimFaaS, by requests per second
SIZES = (10_000, 100_000, 1_000_000)

DIFFERENCES = """\
What differs in meaning:

- Each `sim` run writes its full trace (every span and delivery) and obeys Lambda's rules:
  concurrency and request-rate limits, scaling rate, timeout, maximum life, luck. The SimPy floors
  only count.
- Cold: `sim` adds an exponential init (mean 0.3 s) to the handler's time (mean 0.2 s); the others
  draw one exponential response (mean 0.5 s).
- Idle: `sim` reuses the environment left last, the others the instance made last; all let one go
  after 600 s idle (SimPy callbacks and generators notice it late), `sim` also at the end of its
  longest life.
- End: `sim` goes on for about a minute until everything has settled; the floors stop at the last
  arrival; SimFaaS stops at a time, so its number of requests varies a little (ratios are per
  request).
- Time: `sim` counts integer microseconds; the others use floating-point seconds.
- Chance: `sim` gives each event its own draws, whatever the order of the run; the floors draw one
  after the other from one generator, SimFaaS from NumPy's global one. SimFaaS's mean response is
  by Little's law.
- Asynchronous and SQS are compared with the floor's synchronous requests, as no peer models them.
  SQS records work 0.04 s on average, one after another in their batch, so that the pollers keep
  up; with a window of one second batches are full, without one they hold 1.4 records on average.
- Kinesis records work 0.004 s on average, so that the one batch at a time of their only shard
  keeps up.
- CPU seconds of draws and simulation only: imports, construction and tables are outside."""


def everyone() -> list[Contender]:
    """All contenders that can run here."""
    peer = [peers.SIMFAAS] if peers.installed() else []
    return [ours.SYNCHRONOUS, *FLOORS, *peer, *ours.OTHERS]


def report(
    contenders: Sequence[Contender], events: int, rounds: int, memory: bool
) -> Iterator[str]:
    """The sections of the report, each as soon as it is measured."""
    chosen = [one for one in contenders if one not in ours.OTHERS]
    by_rate = {
        rate: interleaved(chosen, Work(rate, events), rounds) for rate in RATES
    }
    yield _throughput(by_rate, events, rounds)
    yield from _when(
        ours.SYNCHRONOUS in contenders and FLOOR in contenders,
        lambda: _ratios(by_rate),
    )
    yield _floor_against_simfaas(by_rate)
    yield _same_work(by_rate)
    yield from _when(
        any(one in contenders for one in ours.OTHERS),
        lambda: _models(contenders, events, rounds),
    )
    yield _flatness(contenders, events, rounds)
    yield from _when(
        ours.SYNCHRONOUS in contenders, lambda: _trace(contenders, events)
    )
    yield from _when(
        ours.SYNCHRONOUS in contenders, lambda: _sweep(max(rounds, 5))
    )
    measured = [one for one in contenders if one in derived.MEASURED]
    yield from _when(bool(measured), lambda: _derived(measured, 5 * events))
    yield from _when(memory, lambda: _memory(contenders, events))
    yield DIFFERENCES


def _throughput(
    by_rate: dict[int, dict[str, Timing]], events: int, rounds: int
) -> str:
    names = next(iter(by_rate.values()))
    rows = [
        [name, *(timings[name].shown() for timings in by_rate.values())]
        for name in names
    ]
    if not peers.installed():
        rows.append(
            ["SimFaaS 0.2.2", *["skipped: not installed"] * len(by_rate)]
        )
    counted = (
        f"{events:,} requests, best of {rounds} interleaved rounds (median)"
    )
    title = f"Requests per CPU second, {counted}"
    return _table(title, ["", *(f"{rate}/s" for rate in by_rate)], rows)


def _ratios(by_rate: dict[int, dict[str, Timing]]) -> str:
    rows = [
        [
            f"{rate}/s",
            _ratio(timings, FLOOR),
            ">= 0.5",
            _ratio(timings, peers.SIMFAAS),
            f">= {TARGETS[rate]}",
        ]
        for rate, timings in by_rate.items()
    ]
    head = ["", "x SimPy callbacks", "target", "x SimFaaS", "target"]
    return _table("Synchronous `sim`, as a multiple", head, rows)


def _floor_against_simfaas(by_rate: dict[int, dict[str, Timing]]) -> str:
    rows = [
        [
            one.name,
            *(
                _ratio(timings, peers.SIMFAAS, one)
                for timings in by_rate.values()
            ),
        ]
        for one in FLOORS
        if one.name in by_rate[RATES[0]]
    ]
    return _table(
        "The floors, as multiples of SimFaaS",
        ["", *(f"{rate}/s" for rate in by_rate)],
        rows,
    )


def _ratio(
    timings: dict[str, Timing],
    base: Contender,
    one: Contender = ours.SYNCHRONOUS,
) -> str:
    if base.name not in timings:
        return "-"
    return f"{timings[one.name].per_second() / timings[base.name].per_second():.2f}"


def _same_work(by_rate: dict[int, dict[str, Timing]]) -> str:
    rows = [
        [name, f"{rate}/s", *_facts(timing)]
        for rate, timings in by_rate.items()
        for name, timing in timings.items()
    ]
    head = [
        "",
        "rate",
        "requests",
        "cold share",
        "rejected",
        "mean response",
        "mean instances",
    ]
    return _table("The same work", head, rows)


def _facts(timing: Timing) -> list[str]:
    found = timing.outcome
    assert found is not None
    instances = "-" if found.instances is None else f"{found.instances:.1f}"
    share = f"{found.cold / found.requests:.1e}"
    return [
        f"{found.requests:,}",
        share,
        str(found.rejected),
        f"{found.response:.4f} s",
        instances,
    ]


def _models(contenders: Sequence[Contender], events: int, rounds: int) -> str:
    chosen = [FLOOR, *(one for one in contenders if one in ours.OTHERS)]
    timings = interleaved(chosen, Work(100, events), rounds)
    rows = [
        [
            name,
            timing.shown(),
            _share(timing, timings),
            ""
            if "no window" in name
            else ">= 0.1"
            if "ten functions" in name
            else ">= 0.3",
        ]
        for name, timing in timings.items()
    ]
    rows[0][-1] = ""
    return _table(
        "Events of the other models at 100/s",
        ["", "events per CPU second", "x floor", "target"],
        rows,
    )


def _share(timing: Timing, timings: dict[str, Timing]) -> str:
    return f"{timing.per_second() / timings[FLOOR.name].per_second():.2f}"


def _flatness(contenders: Sequence[Contender], events: int, rounds: int) -> str:
    sizes = [size for size in SIZES if size <= 5 * events]
    chosen = [
        one
        for one in contenders
        if one in (ours.SYNCHRONOUS, FLOOR, *ours.OTHERS)
    ]
    timings = [interleaved(chosen, Work(100, size), rounds) for size in sizes]
    rows = [
        [one.name, *_microseconds([timing[one.name] for timing in timings])]
        for one in chosen
    ]
    head = ["", *(f"{size:,}" for size in sizes), "last : first"]
    return _table(
        "Microseconds of CPU an event, by events in the run, at 100/s",
        head,
        rows,
    )


def _microseconds(timings: list[Timing]) -> list[str]:
    costs = [1e6 / timing.per_second() for timing in timings]
    return [*(f"{cost:.2f}" for cost in costs), f"{costs[-1] / costs[0]:.2f}"]


def _trace(contenders: Sequence[Contender], events: int) -> str:
    rows = []
    for one in contenders:
        if one in (ours.SYNCHRONOUS, *ours.OTHERS):
            _, run = metered(one.prepare(Work(100, events)))
            sizes = (
                ours.events_per_run,
                ours.spans_per_event,
                ours.bytes_per_span,
                ours.bytes_with_deliveries,
            )
            rows.append(
                [one.name, *(f"{size(run):.1f}" for size in sizes), "<= 64"]
            )
    head = [
        "",
        "events per function run",
        "spans per event",
        "bytes per span",
        "with the deliveries' columns",
        "target",
    ]
    return _table("The trace", head, rows)


def _derived(contenders: Sequence[Contender], events: int) -> str:
    rows = []
    for one in contenders:
        work = Work(100, events)
        shares = derived.shares(one, work)
        peak, ratio = derived.memory(one, work)
        row = [*(f"{share:.2f}" for share in shares.values()), f"{ratio:.2f}"]
        rows.append([one.name, *row, f"{peak / 1e6:.0f} MB"])
    targets = ["<= 0.25"] * len(derived.ASKED)
    head = ["", *derived.ASKED, "memory of all", "peak RSS"]
    title = (
        f"What is derived from {events:,} events, in times of the simulation's own CPU seconds; "
        "memory in times of the tables of deliveries and spans"
    )
    return _table(title, head, [*rows, ["target", *targets, "<= 2", ""]])


def _sweep(rounds: int) -> str:
    found = sweeps.measured(rounds)
    row = [
        f"{found.one_by_one:.1f} s",
        f"{found.first:.1f} s",
        f"{found.one_by_one / found.first:.2f}",
        f"{found.second:.1f} s",
        f"{found.one_by_one / found.second:.2f}",
        f"{found.start:.2f} s",
    ]
    targets = ["", "", ">= 1.6", "", ">= 1.8", "<= 0.2 s"]
    head = [
        "one after another",
        "first sweep",
        "times as fast",
        "second sweep",
        "times as fast",
        "its workers begin after",
    ]
    title = (
        f"{found.runs:.0f} runs of {sweeps.EVENTS:,} requests on {os.cpu_count()} processors: "
        f"wall-clock seconds, median of {rounds} rounds; targets for two idle ones"
    )
    return _table(title, head, [row, targets])


def _memory(contenders: Sequence[Contender], events: int) -> str:
    rows = [[one.name, *_resident(one, events)] for one in contenders]
    head = ["", "peak RSS", "growth per request"]
    return _table("Memory at 100/s, each in its own process", head, rows)


def _resident(contender: Contender, events: int) -> list[str]:
    peak, growth = resident(contender, Work(100, events))
    return [f"{peak:.0f} MB", f"{growth:.0f} B"]


def _when(wanted: bool, section: Callable[[], str]) -> Iterator[str]:
    if wanted:
        yield section()


def _table(title: str, head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        [
            f"**{title}**",
            "",
            *("| " + " | ".join(line) + " |" for line in lines),
        ]
    )
