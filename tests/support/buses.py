"""Random systems with a Custom Event Bus: both targets, FIFO, batches, stops, replays, outages."""

from hypothesis import strategies as st

import sim
from tests.support.strategies import arrivals, hundredths, shares
from tests.support.useful import useful

KINDS = ("eventbridge_bus_event", "eventbridge_bus_sync")


@st.composite
def buses(draw: st.DrawFn) -> sim.Scenario:
    """One bus with one to three subscribers of one function."""
    count = draw(st.integers(1, 3))
    names = [f"s{number}" for number in range(count)]
    subscribers = [draw(_subscriber(name)) for name in names]
    changes = []
    for name in draw(st.lists(st.sampled_from(names), max_size=2, unique=True)):
        stop = draw(hundredths(0.01, 60))
        position = st.sampled_from(["LAST_PROCESSED", "LATEST"])
        changes += [
            sim.Change(of=name, at=stop, state="STOPPED"),
            sim.Change(
                of=name,
                at=stop + draw(hundredths(0.01, 400)),
                state="RUNNING",
                resume_position=draw(position),
            ),
        ]
    outage = st.builds(
        sim.Outage,
        of=st.just("lambda"),
        at=hundredths(0, 60),
        seconds=hundredths(0.01, 400),
    )
    system = sim.Scenario(
        functions=[draw(_function())],
        triggers=subscribers,
        queues=[sim.Queue(name="dead")],
        traffic=[
            sim.Traffic(
                into="bus",
                arrivals=draw(arrivals()),
                keys=draw(st.none() | st.builds(sim.Keys, st.integers(1, 4))),
                payload_kb=draw(st.sampled_from([0, 1, 400])),
                deduplication_id=draw(st.sampled_from([None, None, "key"])),
            )
        ],
        changes=changes,
        outages=draw(st.lists(outage, max_size=1)),
        seconds=draw(hundredths(1, 60)),
    )
    return useful(system)


@st.composite
def _function(draw: st.DrawFn) -> sim.Function:
    return sim.Function(
        name="f",
        timeout=draw(st.integers(1, 60)),
        reserved_concurrent_executions=draw(st.none() | st.integers(1, 5)),
        behaviour=sim.Behaviour(
            handler=draw(
                st.builds(sim.Constant, seconds=hundredths(0, 5))
                | st.just(sim.Constant(seconds=40))
            ),
            error_rate=draw(shares()),
        ),
    )


@st.composite
def _subscriber(draw: st.DrawFn, name: str) -> object:
    kind = draw(st.sampled_from(KINDS))
    settings = {
        "type": draw(st.sampled_from(["UNORDERED", "FIFO"])),
        "on_failure": draw(st.sampled_from([None, "dead"])),
        "active_after": draw(st.sampled_from([0, 0, 20])),
        "batch_configuration": sim.BatchConfiguration(
            max_batch_size=draw(st.integers(1, 12)),
            max_batch_window_in_seconds=draw(st.sampled_from([0, 0, 5])),
        ),
        "retry_policy": sim.SubscriberRetryPolicy(
            max_retry_attempts=draw(st.integers(0, 6)),
            max_event_age_in_seconds=draw(st.sampled_from([60, 300])),
        ),
    }
    if draw(st.booleans()):
        settings["starting_position"] = "POINT_IN_TIME"
        settings["point_in_time_configuration"] = sim.PointInTimeConfiguration()
    return sim.trigger(kind, function="f", name=name, source="bus", **settings)
