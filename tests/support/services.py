"""Services with settings of their own for a random system: pipes, Firehose, jobs, WebSockets."""

from typing import Any

from hypothesis import strategies as st

import sim
from sim.scenario.pipe import SOURCES_OF_PIPES
from tests.support.strategies import MOST_EVENTS, arrivals, hundredths, shares


@st.composite
def pipes(draw: st.DrawFn, system: sim.Scenario) -> dict[str, Any]:
    """A pipe with its own source of any kind, with or without enrichment and waiting."""
    name = f"pipe {len(system.triggers)}"
    kind = draw(st.sampled_from(SOURCES_OF_PIPES))
    suffix = ".fifo" if kind == "sqs_fifo" else ""
    source = f"source of {name}{suffix}"
    enrichments = []
    if draw(st.booleans()):
        first = draw(st.sampled_from(system.functions)).name
        enrichments.append(
            sim.trigger("pipes_enrichment", first, name=f"first of {name}")
        )
    pipe = sim.trigger(
        "pipes_target",
        draw(st.sampled_from(system.functions)).name,
        name=name,
        source=source,
        source_kind=kind,
        batch_size=draw(st.integers(1, 10)),
        invocation_type=draw(
            st.sampled_from(["REQUEST_RESPONSE", "FIRE_AND_FORGET"])
        ),
        enrichment=enrichments[0].name if enrichments else None,
        **draw(_retries(kind)),
    )
    return joined(system, [pipe, *enrichments], source, draw(arrivals()))


def _retries(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """What a stream's records may have besides: tries and an age."""
    if kind not in ("kinesis", "ddb_streams"):
        return st.just({})
    return st.fixed_dictionaries(
        {
            "maximum_retry_attempts": st.integers(0, 4),
            "maximum_record_age_in_seconds": st.sampled_from([60, 90]),
            "bisect_batch_on_function_error": st.booleans(),
        }
    )


@st.composite
def delivery_streams(draw: st.DrawFn, system: sim.Scenario) -> dict[str, Any]:
    """A delivery stream whose buffer is small or large, quick or slow."""
    trigger = sim.trigger(
        "firehose",
        draw(st.sampled_from(system.functions)).name,
        name=f"firehose {len(system.triggers)}",
        buffer_size_in_mbs=draw(st.sampled_from([0.2, 1, 3])),
        buffer_interval_in_seconds=draw(st.sampled_from([0, 1, 20, 60])),
        number_of_retries=draw(st.integers(0, 3)),
    )
    return joined(system, [trigger], trigger.entry, draw(arrivals()))


@st.composite
def batch_jobs(draw: st.DrawFn, system: sim.Scenario) -> dict[str, Any]:
    """A job of S3 Batch Operations, which may be long enough to fail."""
    trigger = sim.trigger(
        "s3_batch",
        draw(st.sampled_from(system.functions)).name,
        name=f"job {len(system.triggers)}",
    )
    tasks = draw(st.integers(1, MOST_EVENTS) | st.just(1_100))
    burst = sim.Burst(events=tasks, within=draw(hundredths(1, 60)))
    return joined(system, [trigger], trigger.entry, burst)


@st.composite
def web_sockets(draw: st.DrawFn, system: sim.Scenario) -> dict[str, Any]:
    """A WebSocket API that asks an authorizer for each connection."""
    number = len(system.triggers)
    function = st.sampled_from(system.functions)
    door = sim.trigger(
        "authorizer_ws", draw(function).name, name=f"door {number}"
    )
    api = sim.trigger(
        "apigw_ws",
        draw(function).name,
        name=f"sockets {number}",
        authorizer=door.name,
    )
    return joined(system, [api, door], api.entry, draw(arrivals()))


@st.composite
def state_machines(draw: st.DrawFn, system: sim.Scenario) -> dict[str, Any]:
    """A state machine of up to five tasks in a row, with a choice, branches, waits and catchers."""
    number = len(system.triggers)
    function = st.sampled_from(system.functions)
    kinds = st.sampled_from(
        ["sfn_sync", "sfn_sync", "sfn_event", "sfn_wait_token"]
    )
    tasks = [
        sim.trigger(draw(kinds), draw(function).name, name=f"task {number + n}")
        for n in range(draw(st.integers(2, 5)))
    ]
    names = [task.name for task in tasks]
    ways = _ways(draw, names)
    fails = sim.Transition(
        after=names[-1], next=("failure",), share=draw(shares())
    )
    machine = sim.StateMachine(
        name=f"machine {number}",
        transitions=[*ways, fails],
        fail_states=["failure"],
    )
    added = joined(system, tasks, machine.name, draw(arrivals()))
    return added | {"state_machines": [*system.state_machines, machine]}


def _ways(draw: st.DrawFn, names: list[str]) -> list[sim.Transition]:
    """A way from each task to the next one; the first ones may be branches."""
    waits = st.sampled_from([0, 0, 3])
    first, second = names[:2]
    ways = [sim.Transition(next=(first,), wait_seconds=draw(waits))]
    ways.append(
        sim.Transition(after=first, next=(second,), share=draw(shares()))
    )
    last = second
    if draw(st.booleans()):
        ways = [sim.Transition(next=(first, second), parallel="both")]
        last = "both"
    for name in names[2:]:
        settings = {"share": draw(shares()), "wait_seconds": draw(waits)}
        ways.append(sim.Transition(after=last, next=(name,), **settings))
        if draw(st.booleans()):
            errors = ("States.ALL",)
            caught = {"next": (name,), "error_equals": errors}
            ways.append(sim.Transition(after=last, **caught))
        last = name
    return ways


@st.composite
def answer_filters(draw: st.DrawFn, system: sim.Scenario) -> dict[str, Any]:
    """A handler that leaves some of its events out of its answer, or names what has failed."""
    function = draw(st.sampled_from(system.functions))
    path = f"functions.{function.name}.behaviour"
    changed = system.with_setting(f"{path}.filtered_share", draw(shares()))
    response = draw(st.sampled_from([None, "failed items"]))
    changed = changed.with_setting(f"{path}.batch_response", response)
    return {"functions": changed.functions}


def joined(
    system: sim.Scenario, triggers: list[Any], into: str, when: Any
) -> dict[str, Any]:
    """Triggers more, with traffic of their own."""
    name = f"more {len(system.traffic)}"
    traffic = sim.Traffic(
        name=name, into=into, arrivals=when, keys=sim.Keys(count=5)
    )
    return {
        "triggers": [*system.triggers, *triggers],
        "traffic": [*system.traffic, traffic],
    }


SERVICES = (
    pipes,
    pipes,
    delivery_streams,
    batch_jobs,
    web_sockets,
    state_machines,
    state_machines,
    answer_filters,
    answer_filters,
)
