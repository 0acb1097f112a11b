"""Random changes of settings for random systems, and what of two runs lies before an instant."""

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st

import sim
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.source_kinds import KAFKA, QUEUES, STREAMS
from tests.support.strategies import durations, hundredths, shares


@st.composite
def changed(draw: st.DrawFn, systems: st.SearchStrategy) -> tuple:
    """A system without and with a change or two, and when the first of them comes."""
    system = draw(systems)
    instant = hundredths(0, system.seconds)
    changes = draw(
        st.lists(
            instant.flatmap(lambda at: random_change(system, at)),
            min_size=1,
            max_size=2,
        )
    )
    try:
        later = system.replace(changes=changes)
    except sim.ScenarioError:
        reject()
    return system, later, min(change.at for change in changes)


def random_change(system: sim.Scenario, at: float) -> st.SearchStrategy:
    """A change of one setting of a function, queue, stream or mapping."""
    of_each = [
        *(_of_function(function, at) for function in system.functions),
        *(_of_queue(queue, at) for queue in system.queues),
        *(_of_mapping(mapping, at) for mapping in system.mappings),
        *(_of_stream(stream, at) for stream in system.streams),
    ]
    return st.one_of(of_each)


def _one_of(
    of: str, at: float, **values: st.SearchStrategy
) -> st.SearchStrategy:
    """A change of one of these settings."""
    return st.one_of(
        value.map(
            lambda new, name=name: sim.Change(of=of, at=at, **{name: new})
        )
        for name, value in values.items()
    )


def _of_function(function: sim.Function, at: float) -> st.SearchStrategy:
    values = {
        "timeout": st.integers(1, 20),
        "memory_size": st.sampled_from([128, 512, 1769, 3008]),
        "reserved_concurrent_executions": st.none() | st.integers(0, 3),
        "maximum_retry_attempts": st.integers(0, 2),
        "maximum_event_age_in_seconds": st.integers(60, 300),
        "handler": durations(4),
        "error_rate": shares(),
        "batch_response": st.sampled_from(["failed items", "empty list"]),
    }
    if function.auto_publish_alias is not None:
        count = st.none() | st.integers(1, 3).map(
            sim.ProvisionedConcurrencyConfig
        )
        values["provisioned_concurrency_config"] = count
    return _one_of(function.name, at, **values)


def _of_queue(queue: sim.Queue, at: float) -> st.SearchStrategy:
    return _one_of(
        queue.name,
        at,
        visibility_timeout=st.integers(30, 90),
        delay_seconds=st.integers(0, 20),
        message_retention_period=st.integers(60, 400),
        redrive_policy=st.none(),
    )


def _of_stream(stream: sim.Stream, at: float) -> st.SearchStrategy:
    return _one_of(
        stream.name,
        at,
        shard_count=st.integers(1, 4),
        retention_period_hours=st.integers(24, 48),
    )


def _of_mapping(mapping: EventSourceMapping, at: float) -> st.SearchStrategy:
    values = {
        "enabled": st.booleans(),
        "batch_size": st.integers(1, 10),
        "maximum_batching_window_in_seconds": st.integers(1, 4),
        "function_response_types": st.sampled_from(
            [(), ("ReportBatchItemFailures",)]
        ),
    }
    if mapping.kind in QUEUES:
        values["maximum_concurrency"] = st.integers(2, 4)
    if mapping.kind in (*STREAMS, *KAFKA):
        values["matching_share"] = st.sampled_from([1.0, 0.5])
        values["maximum_retry_attempts"] = st.integers(-1, 3)
        values["maximum_record_age_in_seconds"] = st.sampled_from([60, -1])
        values["bisect_batch_on_function_error"] = st.booleans()
    if mapping.kind in STREAMS:
        values["parallelization_factor"] = st.integers(1, 4)
    return _one_of(mapping.name, at, **values)


def spans_before(run: sim.Run, at: float) -> list[tuple]:
    """What began before an instant; of what has not ended by then, only when it began."""
    before = _whole(at)
    spans = run.spans
    starts, ends = _whole(spans.start_s), _whole(spans.end_s)
    seen = []
    for row, start, end in zip(spans.itertuples(), starts, ends, strict=True):
        if end < before:
            seen.append(
                (
                    row.delivery,
                    row.stage,
                    start,
                    end,
                    row.outcome,
                    row.environment,
                    row.attempt,
                )
            )
        elif start < before:
            seen.append((row.delivery, row.stage, start))
    return sorted(seen)


def settled_before(run: sim.Run, at: float) -> list[tuple]:
    """The deliveries that had their fates before an instant."""
    rows = run.deliveries
    rows = rows[_whole(rows.settled_s.fillna(np.inf)) < _whole(at)]
    columns = ["delivery", "trigger", "fate", "settled_s", "condition"]
    return list(rows[columns].itertuples(index=False, name=None))


def started_before(run: sim.Run, at: float) -> list[tuple]:
    """The environments that had been started before an instant."""
    rows = run.environments[_whole(run.environments.started_s) < _whole(at)]
    return list(rows.itertuples(index=False, name=None))


def _whole(seconds) -> np.ndarray:
    """Seconds in microseconds; what never comes is later than all."""
    return np.minimum(np.rint(np.asarray(seconds, float) * 1e6), 2**53)
