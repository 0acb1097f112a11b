"""The vocabulary of stories about streams: records written down, constant work, no latency."""

from itertools import count

import sim
from sim.workload.draws import identities
from sim.workload.function_draws import FunctionDraws

REPORTS = {"function_response_types": ("ReportBatchItemFailures",)}


def reader(
    work=1.0, timeout=10, name="f", reserved=None, **behaviour
) -> sim.Function:
    """The function that handles the records."""
    times = {
        "handler": sim.Constant(seconds=work),
        "init": sim.Constant(seconds=0),
    }
    return sim.Function(
        name=name,
        timeout=timeout,
        reserved_concurrent_executions=reserved,
        behaviour=sim.Behaviour(**{**times, **behaviour}),
    )


def mapping(kind="kinesis", function="f", name="m", source="s", **settings):
    """A mapping of the source `s`."""
    settings = {"latency": sim.Constant(seconds=0), **settings}
    return sim.trigger(
        kind, function=function, name=name, source=source, **settings
    )


def stream(
    instants=(0,),
    keys=None,
    function=None,
    kind="kinesis",
    also=(),
    triggers=(),
    seed=1,
    until=None,
    caller=None,
    payload_kb=1,
    shards=1,
    choices=None,
    outages=(),
    account=None,
    stream_settings=None,
    system=None,
    **settings,
) -> sim.Run:
    """Run records with these keys through a source and its mapping, to the end or until then."""
    sources = {
        "streams": [
            sim.Stream(name="s", shard_count=shards, **(stream_settings or {}))
        ]
    }
    if not kind.startswith("kinesis"):
        sources = {}
    scenario = sim.Scenario(
        functions=[function or reader(), *also],
        triggers=[mapping(kind, **settings), *triggers],
        queues=[sim.Queue(name="dead")],
        buckets=[sim.Bucket(name="archive")],
        traffic=[
            sim.Traffic(
                into="s",
                arrivals=sim.Recorded(instants=instants, keys=keys),
                caller=caller or sim.Caller(),
                payload_kb=payload_kb,
            )
        ],
        choices=choices or sim.Choices(),
        account=account or sim.Account(),
        outages=outages,
        seconds=until or max(instants) + 0.001,
        **{**sources, **(system or {})},
    )
    return sim.simulate(scenario, seed, drain=until is None)


def seed_for(function: sim.Function, *wanted: list[bool]) -> int:
    """The first seed with which exactly these records fail in the first run, the second run, ..."""
    records = identities("s", len(wanted[0]))
    for seed in count():
        draws = FunctionDraws(function, seed)
        outcomes = [
            [o != 1 for o in draws.outcomes(records, run).tolist()]
            for run in range(1, len(wanted) + 1)
        ]
        if outcomes == [list(fails) for fails in wanted]:
            return seed
    raise AssertionError


def poison(function: sim.Function, *wanted: bool) -> int:
    """The first seed with which exactly these records always fail."""
    return seed_for(function, list(wanted))


def calls(run: sim.Run, kind="handler") -> list[tuple[float, float, list[int]]]:
    """Each call of the function: start_s, end_s and the events of its batch."""
    spans = run.spans[run.spans.stage == kind]
    grouped = spans.groupby(["resource", "invocation"], sort=False)
    return sorted(
        (g.start_s.min(), g.end_s.max(), sorted(g.event)) for _, g in grouped
    )


def fates(run: sim.Run) -> list[str]:
    """The fate of each delivery."""
    return run.deliveries.fate.tolist()
