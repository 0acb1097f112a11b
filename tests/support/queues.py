"""The vocabulary of stories about queues: a worker, its queue `jobs`, and messages written down."""

from itertools import count

import sim
from sim.trace import Outcome
from sim.workload.draws import identities
from sim.workload.function_draws import FunctionDraws

REPORTS = {"function_response_types": ("ReportBatchItemFailures",)}


def worker(work=1.0, timeout=10, reserved=None, **behaviour) -> sim.Function:
    """The function that handles the messages."""
    times = {
        "handler": sim.Constant(seconds=work),
        "init": sim.Constant(seconds=0),
    }
    return sim.Function(
        name="worker",
        timeout=timeout,
        reserved_concurrent_executions=reserved,
        behaviour=sim.Behaviour(**{**times, **behaviour}),
    )


def jobs(visibility=30, most=None, **settings) -> sim.Queue:
    """The queue; with `most`, messages move to the queue `dead` after so many receives."""
    redrive = most and sim.RedrivePolicy(
        dead_letter_target_arn="dead", max_receive_count=most
    )
    return sim.Queue(
        name="jobs",
        visibility_timeout=visibility,
        redrive_policy=redrive,
        **settings,
    )


def poll(
    function=None,
    queue=None,
    also=(),
    consumers=(),
    instants=(0,),
    seed=1,
    until=None,
    keys=None,
    sent=None,
    system=None,
    **mapping,
) -> sim.Run:
    """Run the queue's messages through the function, to the end, or until then.

    `keys` are the messages' keys, `sent` what else their traffic says, `system` what else the
    scenario says.
    """
    queue, mapping = (
        queue or jobs(),
        {"latency": sim.Constant(seconds=0), **mapping},
    )
    kind = "sqs_fifo" if queue.fifo_queue else "sqs_standard"
    arrivals = sim.Recorded(instants=instants, keys=keys)
    system = {
        "traffic": [
            sim.Traffic(into="jobs", arrivals=arrivals, **(sent or {}))
        ],
        **(system or {}),
    }
    scenario = sim.Scenario(
        functions=[function or worker(), *also],
        queues=[queue, sim.Queue(name="dead", fifo_queue=queue.fifo_queue)],
        triggers=[
            sim.trigger(
                kind,
                function="worker",
                name="mapping",
                source="jobs",
                **mapping,
            ),
            *consumers,
        ],
        seconds=until or 100,
        **system,
    )
    return sim.simulate(scenario, seed, drain=until is None)


def seed_for(function: sim.Function, *wanted: list[bool]) -> int:
    """The first seed with which exactly these messages fail in the first run, the second, ..."""
    messages = identities("jobs", len(wanted[0]))
    for seed in count():
        draws = FunctionDraws(function, seed)
        outcomes = (draws.outcomes(messages, run) for run in count(1))
        if all(
            ((got != Outcome.SUCCEEDED) == want).all()
            for want, got in zip(wanted, outcomes, strict=False)
        ):
            return seed
    raise AssertionError


def spans(run: sim.Run, event=0) -> list[tuple]:
    """The event's spans: attempt, stage, start, end, outcome."""
    columns = ["attempt", "stage", "start_s", "end_s", "outcome"]
    mine = run.spans[run.spans.event == event]
    return list(
        mine[columns]
        .astype({"stage": str, "outcome": str})
        .itertuples(index=False, name=None)
    )


def batches(run: sim.Run) -> list[tuple[float, list[int]]]:
    """Each invocation: when its first record starts, and its events in order."""
    handled = run.spans[run.spans.stage == "handler"].sort_values(
        ["start_s", "delivery"]
    )
    return [
        (float(batch.start_s.min()), batch.event.tolist())
        for _, batch in handled.groupby("invocation")
    ]


def row(run: sim.Run, event=0):
    """The event's row in the table of deliveries."""
    return run.deliveries.set_index("event").loc[event]


def ends(run: sim.Run) -> list[tuple]:
    """What became of each message: fate, when, receives, runs."""
    table = run.deliveries
    return list(
        zip(
            table.fate.astype(str),
            table.settled_s,
            table.receives,
            table.runs,
            strict=True,
        )
    )


def pollers(run: sim.Run) -> list[tuple[float, int]]:
    """How many pollers there are from when on."""
    return [(at / 1e6, count) for _, at, count in run.trace.pollers]


def concurrency(run: sim.Run, at: float) -> int:
    """How many batches the function works on right after this instant."""
    handled = (
        run.spans[run.spans.stage == "handler"]
        .groupby("invocation")
        .agg({"start_s": "min", "end_s": "max"})
    )
    return int(((handled.start_s <= at) & (at < handled.end_s)).sum())
