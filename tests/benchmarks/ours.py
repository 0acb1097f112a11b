"""The same work in `sim`, through each invocation model, with its full trace."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import sim

from .work import Contender, Outcome, Work

# SQS runs its records one after another in a batch of up to ten. With this mean the pollers keep up
# at
# 100 records a second while batches still fill; at 0.2 s a record the queue would only grow.
SQS_RECORD = 0.04
# One shard has one batch at a time: with this mean it keeps up at 100 records a second.
KINESIS_RECORD = 0.004


def synchronous(work: Work) -> Callable[[], Any]:
    """A caller waits for each request."""
    return partial(sim.simulate, system(work), seed=work.seed, drain=False)


def asynchronous(work: Work) -> Callable[[], Any]:
    """Each request is an event in Lambda's queue."""
    return _prepared(
        work,
        _function(work, timeout=900),
        sim.trigger("invoke_event", function="f"),
    )


def sqs(work: Work) -> Callable[[], Any]:
    """Each request is a message; a batching window lets ten come together."""
    return _sqs(work, window=1)


def sqs_at_once(work: Work) -> Callable[[], Any]:
    """Each request is a message; a free poller takes what is there, mostly one."""
    return _sqs(work, window=0)


def _sqs(work: Work, window: int) -> Callable[[], Any]:
    settings = {
        "batch_size": 10,
        "maximum_batching_window_in_seconds": window,
        "pollers": 5,
    }
    mapping = sim.trigger("sqs_standard", function="f", **settings)
    return _prepared(
        work, _function(work, timeout=30, handler=SQS_RECORD), mapping
    )


def kinesis(work: Work) -> Callable[[], Any]:
    """Each request is a record of one shard, at most ten in a batch."""
    return _kinesis(work, batch_size=10)


def kinesis_hundred(work: Work) -> Callable[[], Any]:
    """Each request is a record of one shard, at most a hundred in a batch: what a poll brings."""
    return _kinesis(work, batch_size=100)


def _kinesis(work: Work, batch_size: int) -> Callable[[], Any]:
    mapping = sim.trigger("kinesis", function="f", batch_size=batch_size)
    return _prepared(
        work, _function(work, timeout=30, handler=KINESIS_RECORD), mapping
    )


def ten_functions(work: Work) -> Callable[[], Any]:
    """A chain of ten functions: one request in ten comes from outside, the others are sent on."""
    names = [f"f{number}" for number in range(10)]
    functions = [
        _function(work, timeout=900).replace(name=name) for name in names
    ]
    for number, after in enumerate(names[1:]):
        behaviour = functions[number].behaviour.replace(
            sends=(sim.Output(to=after),)
        )
        functions[number] = functions[number].replace(behaviour=behaviour)
    arrivals = sim.Poisson(
        per_second=work.per_second, events=work.events // len(names)
    )
    scenario = sim.Scenario(
        functions=functions,
        triggers=[sim.trigger("invoke_event", function=names[0])],
        traffic=[sim.Traffic(into="invoke_event", arrivals=arrivals)],
        account=sim.Account(concurrent_executions=10_000),
        seconds=_long_enough(work),
    )
    return partial(sim.simulate, scenario, seed=work.seed, drain=False)


def system(work: Work) -> Any:
    """The scenario behind `synchronous`."""
    return _scenario(
        work, _function(work, timeout=900), sim.trigger("invoke", function="f")
    )


def read(run: Any) -> Outcome:
    """Attempts are what a contender calls requests; a response is init and handler together."""
    attempts = run.attempts
    response = attempts.init_s.fillna(0) + attempts.handler_s
    rejected = int((run.deliveries.fate == "rejected").sum())
    return Outcome(
        len(run.deliveries),
        int(attempts.cold.sum()),
        rejected,
        float(response.mean()),
    )


def events_per_run(run: Any) -> float:
    """How full batches are; 1 where there are none."""
    return len(run.attempts) / run.attempts.invocation.nunique()


def spans_per_event(run: Any) -> float:
    """How much of a story an event leaves behind."""
    return len(run.trace.spans) / len(run.trace.deliveries)


def bytes_per_span(run: Any) -> float:
    """The span rows themselves, as packed in the trace."""
    return run.trace.bytes_per_span


def bytes_with_deliveries(run: Any) -> float:
    """The span rows and the columns of their deliveries, per span."""
    deliveries = run.trace.deliveries
    columns = [getattr(deliveries, name) for name in deliveries.__slots__]
    in_columns = sum(len(column) * column.itemsize for column in columns)
    return (len(run.trace.rows) + in_columns) / len(run.trace.spans)


def _function(work: Work, timeout: int, handler: float | None = None) -> Any:
    behaviour = sim.Behaviour(
        handler=sim.Exponential(mean=handler or work.warm),
        init=sim.Exponential(mean=work.cold - work.warm),
    )
    return sim.Function(
        name="f", memory_size=1769, timeout=timeout, behaviour=behaviour
    )


def _prepared(work: Work, function: Any, trigger: Any) -> Callable[[], Any]:
    return partial(
        sim.simulate,
        _scenario(work, function, trigger),
        seed=work.seed,
        drain=False,
    )


def _scenario(work: Work, function: Any, trigger: Any) -> Any:
    arrivals = sim.Poisson(per_second=work.per_second, events=work.events)
    return sim.Scenario(
        functions=[function],
        triggers=[trigger],
        traffic=[sim.Traffic(into=trigger.entry, arrivals=arrivals)],
        seconds=_long_enough(work),
    )


def _long_enough(work: Work) -> float:
    """Six standard deviations after the expected last arrival, and a minute to settle."""
    return (work.events + 6 * work.events**0.5) / work.per_second + 60


SYNCHRONOUS = Contender("sim, synchronous", synchronous, read)
OTHERS = [
    Contender("sim, asynchronous", asynchronous, read),
    Contender("sim, SQS (batch 10)", sqs, read),
    Contender("sim, SQS (no window)", sqs_at_once, read),
    Contender("sim, Kinesis (batch 10)", kinesis, read),
    Contender("sim, Kinesis (batch 100)", kinesis_hundred, read),
    Contender("sim, ten functions", ten_functions, read),
]
