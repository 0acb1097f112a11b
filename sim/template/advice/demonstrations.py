"""Two small systems for each rule of advice: one breaks it, one keeps it; the same events show the difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.engine.simulate import simulate
from sim.results.run import Run
from sim.scenario.durations import Constant
from sim.scenario.event_source_mapping import ScalingConfig
from sim.scenario.function import (
    Behaviour,
    DestinationConfig,
    EventInvokeConfig,
    Function,
    Idempotency,
)
from sim.scenario.make_trigger import trigger
from sim.scenario.resources import Queue, RedrivePolicy
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Burst, ConstantRate, Poisson, Traffic


@dataclass(frozen=True, repr=False)
class Demonstration:
    """What breaking a rule does: the run that breaks it, the run that keeps it, and what was counted in each."""

    measures: str
    broken: Run
    kept: Run
    broken_count: int
    kept_count: int

    def __repr__(self) -> str:
        return f"{self.measures}: {self.broken_count:,} where the rule is broken, {self.kept_count:,} where it is kept"


def demonstrations() -> dict[str, Callable[[str, int], Demonstration]]:
    """For each rule, what runs its demonstration, given what it measures and a seed."""
    return {
        "visibility timeout": _pair(_crowded, {"visibility_timeout": 10}, {"visibility_timeout": 60}),
        "concurrency above reserved": _pair(_limited, {"reserved": 2}, {"reserved": 20}),
        "no failure store": _pair(_listener, {}, {"event_invoke_config": _STORED}),
        "endless stream retries": _pair(_reader, {}, _ENDING),
        "records skipped": _pair(_reader, _ENDING | {"on_failure": None}, _ENDING),
        "retries without idempotency": _pair(_careful, {"idempotency": None}, {"idempotency": Idempotency()}),
        "front door gives up first": _pair(_door, {"timeout": 60, "seconds": 31}, {"timeout": 20, "seconds": 15}),
        "whole batch fails": _pair(_batches, {}, {"function_response_types": ["ReportBatchItemFailures"]}),
        "no dead-letter queue": _pair(_parked, {"redrive_policy": None}, {"redrive_policy": _REDRIVE}),
        "few receives": _pair(_flaky, {"max_receive_count": 1}, {"max_receive_count": 5}),
        "switched off": _pair(_reserved, {"reserved_concurrent_executions": 0}, {"reserved_concurrent_executions": 5}),
        "recursive loop": _pair(_chain, {"on_success": "first"}, {"on_success": "dead"}),
    }  # fmt: skip


_STORED = EventInvokeConfig(destination_config=DestinationConfig(on_failure="dead"))
_REDRIVE = RedrivePolicy(dead_letter_target_arn="dead", max_receive_count=5)
_ENDING = {
    "maximum_retry_attempts": 1,
    "on_failure": "dead",
    "bisect_batch_on_function_error": True,
}


def _pair(
    make: Callable[..., Scenario], broken: dict[str, Any], kept: dict[str, Any]
) -> Any:
    def demonstrate(measures: str, seed: int) -> Demonstration:
        count = MEASURES[measures]
        first, second = (
            simulate(make(**settings), seed=seed, drain=False)
            for settings in (broken, kept)
        )
        return Demonstration(measures, first, second, count(first), count(second))

    return demonstrate


def _fated(fate: str) -> Callable[[Run], int]:
    return lambda run: int((run.deliveries.fate == fate).sum())


def _seen_failing(run: Run) -> int:
    deliveries = run.deliveries
    return int(
        (
            (deliveries.successes > 0)
            & ~deliveries.told.astype(str).str.startswith("200")
        ).sum()
    )


MEASURES: dict[str, Callable[[Run], int]] = {
    "messages dead-lettered": _fated("dead-lettered"),
    "events lost": _fated("dropped"),
    "throttles": lambda run: int(run.deliveries.throttles.sum()),
    "records waiting at the end": _fated("in flight"),
    "events done twice": lambda run: int((run.deliveries.side_effects > 1).sum()),
    "successes that the caller saw fail": _seen_failing,
    "runs": lambda run: int(run.deliveries.runs.sum()),
}
"""What the rules' runs are compared by."""


def _listener(**settings: Any) -> Scenario:
    function = Function(
        name="listener", behaviour=Behaviour(error_rate=0.5), **settings
    )
    return _with_topic(function)


def _reserved(**settings: Any) -> Scenario:
    return _with_topic(Function(name="listener", **settings))


def _with_topic(function: Function) -> Scenario:
    traffic = [Traffic(into="topic", arrivals=ConstantRate(per_second=1, events=100))]
    triggers = [trigger("sns", function=function.name, name="topic")]
    return Scenario(
        functions=[function],
        triggers=triggers,
        queues=[Queue(name="dead")],
        traffic=traffic,
        seconds=600,
    )


def _worker(
    function: dict[str, Any] | None = None,
    behaviour: dict[str, Any] | None = None,
    mapping: dict[str, Any] | None = None,
    events: int = 200,
    max_receive_count: int | None = None,
    **queue: Any,
) -> Scenario:
    """A burst of messages, a queue with a dead-letter queue, and a function that works on them."""
    if max_receive_count is not None:
        queue["redrive_policy"] = RedrivePolicy(
            dead_letter_target_arn="dead", max_receive_count=max_receive_count
        )
    worker = Function(
        name="worker", behaviour=Behaviour(**(behaviour or {})), **(function or {})
    )
    return Scenario(
        functions=[worker],
        triggers=[
            trigger(
                "sqs_standard",
                function="worker",
                name="mapping",
                source="queue",
                **(mapping or {}),
            )
        ],
        queues=[Queue(name="queue", **queue), Queue(name="dead")],
        traffic=[Traffic(into="queue", arrivals=Burst(events=events))],
        seconds=900,
    )


def _crowded(visibility_timeout: int) -> Scenario:
    function = {"timeout": 10, "reserved_concurrent_executions": 2}
    return _worker(
        function,
        {"handler": Constant(seconds=8)},
        {"batch_size": 1},
        events=20,
        max_receive_count=3,
        visibility_timeout=visibility_timeout,
    )


def _limited(reserved: int) -> Scenario:
    scaling = ScalingConfig(maximum_concurrency=20)
    settings = {"batch_size": 1, "scaling_config": scaling}
    return _worker(
        {"reserved_concurrent_executions": reserved},
        {"handler": Constant(seconds=1)},
        settings,
    )


def _careful(idempotency: Idempotency | None) -> Scenario:
    return _worker(
        behaviour={"error_rate": 0.2, "idempotency": idempotency}, max_receive_count=5
    )


def _batches(**mapping: Any) -> Scenario:
    return _worker(behaviour={"error_rate": 0.1}, mapping=mapping, max_receive_count=5)


def _parked(redrive_policy: RedrivePolicy | None) -> Scenario:
    poison = {"poison_share": 0.1}
    return _worker(
        behaviour=poison,
        mapping={"batch_size": 1},
        events=50,
        redrive_policy=redrive_policy,
    )


def _flaky(max_receive_count: int) -> Scenario:
    return _worker(
        behaviour={"error_rate": 0.3},
        mapping={"batch_size": 1},
        max_receive_count=max_receive_count,
    )


def _door(timeout: int, seconds: int) -> Scenario:
    function = Function(
        name="report",
        timeout=timeout,
        behaviour=Behaviour(handler=Constant(seconds=seconds)),
    )
    traffic = [Traffic(into="api", arrivals=Poisson(per_second=0.5))]
    return Scenario(
        functions=[function],
        triggers=[trigger("apigw_rest", function="report", name="api")],
        traffic=traffic,
        seconds=60,
    )


def _reader(**mapping: Any) -> Scenario:
    reader = Function(name="reader", behaviour=Behaviour(poison_share=0.02))
    stream = trigger(
        "kinesis",
        function="reader",
        name="mapping",
        source="stream",
        starting_position="TRIM_HORIZON",
        **mapping,
    )
    return Scenario(
        functions=[reader],
        triggers=[stream],
        queues=[Queue(name="dead")],
        traffic=[
            Traffic(into="stream", arrivals=ConstantRate(per_second=5, events=300))
        ],
        seconds=300,
    )


def _chain(on_success: str) -> Scenario:
    back = EventInvokeConfig(
        destination_config=DestinationConfig(on_success=on_success)
    )
    there = EventInvokeConfig(destination_config=DestinationConfig(on_success="second"))
    return Scenario(
        functions=[
            Function(name="first", event_invoke_config=there),
            Function(name="second", event_invoke_config=back),
        ],
        triggers=[trigger("invoke_event", function="first", name="first")],
        queues=[Queue(name="dead")],
        traffic=[Traffic(into="first", arrivals=ConstantRate(per_second=1))],
        seconds=10,
    )
