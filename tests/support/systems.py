"""Random systems of all kinds for the proof."""

from hypothesis import strategies as st

import sim
from tests.support.additions import with_more
from tests.support.buses import buses
from tests.support.strategies import (
    arrivals,
    durations,
    hundredths,
    scenarios,
    shares,
    streams,
)

POLICIES = st.builds(
    sim.RedrivePolicy,
    dead_letter_target_arn=st.just("d"),
    max_receive_count=st.integers(1, 5),
)


def systems() -> st.SearchStrategy[sim.Scenario]:
    """Systems of all kinds that a person can write, small ones."""
    usual = st.one_of(
        scenarios(), scenarios(published=True), streams(), buses()
    )
    bases = usual | usual | chains()
    return with_more(bases)


@st.composite
def chains(draw: st.DrawFn) -> sim.Scenario:
    """Functions that call and send to each other, in circles too: loops may go on for ever."""
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    targets = [*names, "q", *(f"call {name}" for name in names)]
    functions = [
        sim.Function(
            name=name,
            timeout=draw(st.integers(1, 30)),
            recursive_loop=draw(st.sampled_from(["Terminate"] * 5 + ["Allow"])),
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
    """One output, or two that share it: 16 hops stay small."""
    to = st.sampled_from(targets)
    one = st.builds(
        sim.Output, to=to, per_event=st.sampled_from([0.3, 1.0, 1.0, 1.2])
    )
    half = st.builds(sim.Output, to=to, per_event=st.just(0.5))
    return st.lists(one, max_size=1) | st.lists(
        half, max_size=2, unique_by=lambda output: output.to
    )
