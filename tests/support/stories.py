"""The vocabulary of story tests: arrivals written down, constant times, the log that must follow.

What is not the subject of a story takes no time: init, a source's latency and the first dispatch
are 0 s by default. Waits after a throttle are not spread.
"""

from collections.abc import Sequence

import sim
from sim.scenario.triggers import SynchronousTrigger

DAY = 86_400.0
AT_ONCE = sim.Constant(seconds=0)
PLAIN = {"first_dispatch_seconds": 0, "throttle_backoff_spread": 0}


def function(
    name: str = "f", handler: float = 1.0, init: float = 0.0, **settings
) -> sim.Function:
    """A function with constant times; a further setting goes to the part of it that has it."""
    work = {
        "handler": sim.Constant(seconds=handler),
        "init": sim.Constant(seconds=init),
    }
    behaviour = sim.Behaviour(**work, **_taken(sim.Behaviour, settings))
    destinations = sim.DestinationConfig(
        **_taken(sim.DestinationConfig, settings)
    )
    retries = sim.EventInvokeConfig(
        destination_config=destinations,
        **_taken(sim.EventInvokeConfig, settings),
    )
    return sim.Function(
        name=name, behaviour=behaviour, event_invoke_config=retries, **settings
    )


def calls(
    function: sim.Function,
    at: Sequence[float],
    kind: str = "invoke",
    max_attempts: int = 1,
    **settings,
):
    """A function, a trigger named after it, and the traffic that calls it at these instants."""
    if kind in ("sns", "s3_notification"):
        settings = {"latency": sim.Constant(seconds=0), **settings}
    trigger = sim.trigger(
        kind, function=function.name, name=f"to {function.name}", **settings
    )
    traffic = sim.Traffic(
        into=trigger.entry, arrivals=sim.Recorded(instants=at)
    )
    if isinstance(trigger, SynchronousTrigger):
        caller = sim.Caller(max_attempts=max_attempts)
        traffic = traffic.replace(caller=caller)
    return function, trigger, traffic


def scenario(
    *parts,
    concurrent_executions: int = 1000,
    seconds: float = DAY,
    queues=(),
    **choices,
) -> sim.Scenario:
    """Several functions, each with its calls, in one account; further settings are choices."""
    return sim.Scenario(
        functions=[function for function, _, _ in parts],
        triggers=[trigger for _, trigger, _ in parts],
        traffic=[traffic for _, _, traffic in parts],
        queues=[sim.Queue(name=name) for name in queues],
        account=sim.Account(concurrent_executions=concurrent_executions),
        choices=sim.Choices(**{**PLAIN, **choices}),
        seconds=seconds,
    )


def one_function(
    at: Sequence[float] = (0,), kind: str = "invoke", **settings
) -> sim.Run:
    """The finished run of one function that is called at these instants."""
    outside = {
        "concurrent_executions",
        "seconds",
        "queues",
        *sim.Choices.model_fields,
    }
    around = {name: settings.pop(name) for name in outside & settings.keys()}
    calling = {name: settings.pop(name) for name in CALLING & settings.keys()}
    return sim.simulate(
        scenario(calls(function(**settings), at, kind, **calling), **around),
        drain=False,
    )


CALLING = {
    "max_attempts",
    "timeout_in_millis",
    "latency",
    "number_of_retries",
    "buffer_interval_in_seconds",
    "batch_configuration",
}


def spans_of(
    run: sim.Run, event: int = 0
) -> list[tuple[str, float, float, str]]:
    """The log of one event: (stage, start_s, end_s, outcome) of each span."""
    columns = ["stage", "start_s", "end_s", "outcome"]
    return list(
        run.spans.loc[run.spans.event == event, columns].itertuples(
            index=False, name=None
        )
    )


def starts_of(run: sim.Run, event: int = 0) -> list[float]:
    """When each attempt at one event was made, in seconds."""
    return run.attempts.start_s[run.attempts.event == event].tolist()


def outcomes_of(run: sim.Run) -> list[str]:
    """How each attempt ended, in the order in which they began."""
    return run.attempts.outcome.tolist()


def environments_of(run: sim.Run) -> list[int]:
    """The number of the execution environment of each run, in the order in which they began."""
    return run.attempts.environment.tolist()


def delivery_of(run: sim.Run, event: int, *columns: str) -> tuple:
    """What stands in these columns of `run.deliveries` for an event with one delivery."""
    row = run.deliveries.set_index("event").loc[event, list(columns)]
    return tuple(row.tolist())


def _taken(part: type, settings: dict) -> dict:
    return {
        name: settings.pop(name)
        for name in part.model_fields.keys() & settings.keys()
    }
