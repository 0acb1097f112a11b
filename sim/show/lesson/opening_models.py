"""What moves at the top of lessons 00 to 02: one function, and those who wait for it or do not."""

from __future__ import annotations

from sim.scenario.arrivals import Burst, Poisson
from sim.scenario.behaviour import Behaviour
from sim.scenario.caller import Caller
from sim.scenario.durations import Constant, LogNormal
from sim.scenario.function import Function
from sim.scenario.make_trigger import trigger
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Traffic

KINDS = {
    "Synchronous": "invoke",
    "Asynchronous": "sns",
    "Queue": "sqs_standard",
}
CALLERS = {
    "Never again": Caller(),
    "Again at once": Caller(max_attempts=4),
    "Again, with waits": Caller(retry_mode="legacy"),
}


def three_models() -> dict[str, Scenario]:
    """The systems of lesson 00."""
    worker = _worker(LogNormal(median=0.4, p99=2.5), error_rate=0.25)
    orders = Poisson(per_second=0.5, events=40)
    return {name: _system(kind, worker, orders) for name, kind in KINDS.items()}


def three_clients() -> dict[str, Scenario]:
    """One environment, and more calls than it has time for."""
    busy = _worker(Constant(seconds=0.5)).replace(
        reserved_concurrent_executions=1
    )
    calls = Poisson(per_second=1.5, events=30)
    return {
        name: _system("invoke", busy, calls, caller)
        for name, caller in CALLERS.items()
    }


def failed_or_throttled() -> dict[str, Scenario]:
    """Half of the runs fail; or all is well, but one order at a time has room."""
    steady = _worker(Constant(seconds=5))
    return {
        "Half of the runs fail": _system(
            "sns",
            _worker(Constant(seconds=5), error_rate=0.5),
            Burst(events=12),
        ),
        "One at a time": _system(
            "sns",
            steady.replace(reserved_concurrent_executions=1),
            Burst(events=12),
        ),
    }


def _worker(handler: Constant | LogNormal, error_rate: float = 0.0) -> Function:
    return Function(
        name="worker",
        runtime="python3.13",
        memory_size=512,
        timeout=10,
        behaviour=Behaviour(handler=handler, error_rate=error_rate),
    )


def _system(
    kind: str,
    worker: Function,
    arrivals: Burst | Poisson,
    caller: Caller | None = None,
) -> Scenario:
    return Scenario(
        functions=[worker],
        triggers=[trigger(kind, function="worker")],
        traffic=[
            Traffic(
                name="orders",
                into=kind,
                arrivals=arrivals,
                caller=caller or Caller(),
            )
        ],
        seconds=300,
    )
