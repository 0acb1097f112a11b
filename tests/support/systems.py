"""Random systems of all kinds for the proof, and what must hold for each of them."""

import re
import time
import warnings

import pandas as pd
from hypothesis import reject
from hypothesis import strategies as st

import sim
from tests.support.changes import changed
from tests.support.strategies import (
    arrivals,
    durations,
    hundredths,
    scenarios,
    shares,
    streams,
)

LONGEST_SECONDS = 20  # of one run, on a machine that does nothing else
LOOP = re.compile("goes round in a loop")
POLICIES = st.builds(
    sim.RedrivePolicy,
    dead_letter_target_arn=st.just("d"),
    max_receive_count=st.integers(1, 5),
)


def systems() -> st.SearchStrategy[sim.Scenario]:
    """Chains, stores, deployments, changes, FIFO, streams, filters, schedules, loops, calls."""
    return st.one_of(
        scenarios(),
        scenarios(published=True),
        streams(),
        changed(scenarios()).map(lambda pair: pair[1]),
        changed(streams()).map(lambda pair: pair[1]),
        with_trouble(scenarios()),
        chains(),
    )


@st.composite
def with_trouble(draw: st.DrawFn, base: st.SearchStrategy) -> sim.Scenario:
    """A system with outages of what it has, and with message move tasks."""
    system = draw(base)
    names = ["lambda", *(one.name for one in system.dependencies)]
    outage = st.builds(
        sim.Outage,
        of=st.sampled_from(names),
        at=hundredths(0, 60),
        seconds=hundredths(0.01, 90),
    )
    move = st.builds(sim.Redrive, queue=st.just("dead"), at=hundredths(1, 300))
    try:
        return system.replace(
            outages=draw(st.lists(outage, max_size=2)),
            redrives=draw(st.lists(move, max_size=3)),
        )
    except sim.ScenarioError:
        reject()


@st.composite
def chains(draw: st.DrawFn) -> sim.Scenario:
    """Functions that call and send to each other, in circles too: loops may go on for ever."""
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    targets = [*names, "q", *(f"call {name}" for name in names)]
    functions = [
        sim.Function(
            name=name,
            timeout=draw(st.integers(1, 30)),
            recursive_loop=draw(st.sampled_from(["Terminate", "Allow"])),
            reserved_concurrent_executions=draw(st.none() | st.integers(0, 5)),
            behaviour=sim.Behaviour(
                handler=draw(st.just(sim.Constant(seconds=0)) | durations(2)),
                init=draw(st.just(sim.Constant(seconds=0)) | durations(2)),
                error_rate=draw(shares()),
                sends=draw(_sends(targets)),
            ),
        )
        for name in names
    ]
    chosen = draw(st.sampled_from(names))
    policy = draw(st.none() | POLICIES)
    move = st.builds(sim.Redrive, queue=st.just("d"), at=hundredths(1, 300))
    moves = st.lists(move, max_size=2)
    triggers = [
        *(sim.trigger("invoke", function=n, name=f"call {n}") for n in names),
        sim.trigger(
            "sqs_standard",
            function=chosen,
            source="q",
            name="poll",
            batch_size=draw(st.integers(1, 10)),
        ),
    ]
    return sim.Scenario(
        functions=functions,
        triggers=triggers,
        queues=[
            sim.Queue(
                name="q",
                visibility_timeout=draw(st.integers(0, 60)),
                redrive_policy=policy,
            ),
            sim.Queue(name="d"),
        ],
        traffic=[
            sim.Traffic(
                name=f"to {target}", into=target, arrivals=draw(arrivals())
            )
            for target in draw(
                st.lists(
                    st.sampled_from(["q", *(f"call {n}" for n in names)]),
                    min_size=1,
                    max_size=2,
                    unique=True,
                )
            )
        ],
        redrives=draw(moves) if policy is not None else (),
        seconds=draw(hundredths(1, 120)),
    )


def _sends(targets: list[str]) -> st.SearchStrategy:
    return st.lists(
        st.builds(
            sim.Output,
            to=st.sampled_from(targets),
            per_event=st.sampled_from([0.3, 1.0, 1.0, 2.0]),
        ),
        max_size=2,
        unique_by=lambda output: output.to,
    )


def broken_law(system: sim.Scenario) -> str:
    """The law that a system breaks, in words; nothing if it keeps all.

    No exception but for a loop, no run above 20 s, the same tables twice and from its own JSON.
    """
    begun = time.process_time()
    first = told(system)
    if time.process_time() - begun > LONGEST_SECONDS:
        return f"it took more than {LONGEST_SECONDS} s"
    if first != told(system):
        return "other tables the second time"
    text = system.model_dump_json()
    again = sim.Scenario.model_validate_json(text)
    if first != told(again):
        return "other tables after a round trip through JSON"
    return ""


def told(system: sim.Scenario) -> str | tuple[str, ...]:
    """The tables of a run as text, or the sentence that names its loop."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run = sim.simulate(system, drain_seconds=3600)
    except sim.ScenarioError as error:
        if LOOP.search(str(error)) is None:
            raise
        return str(error)
    tables = (run.deliveries, run.spans, run.summary().to_frame())
    return tuple(str(_digest(table)) for table in tables)


def _digest(table: pd.DataFrame) -> tuple:
    plain = table.astype(str)
    numbers = pd.util.hash_pandas_object(plain, index=False)
    return len(table), tuple(table.columns), int(numbers.sum() & (2**63 - 1))
