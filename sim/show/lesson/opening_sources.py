"""What moves at the top of lessons 03 to 06: a queue, a stream, a clock, a shared account."""

from __future__ import annotations

from sim.scenario.arrivals import Burst, ConstantRate, Poisson, Scheduled
from sim.scenario.behaviour import Behaviour
from sim.scenario.durations import Constant
from sim.scenario.function import Function
from sim.scenario.make_trigger import trigger
from sim.scenario.mapping_settings import ScalingConfig
from sim.scenario.resources import Account
from sim.scenario.scenario import Scenario
from sim.scenario.streams import Stream
from sim.scenario.traffic import Keys, Traffic

SHOPS = 24
AT_MIDNIGHT = "cron(0 0 * * ? *)"


def slower_than_its_queue() -> dict[str, Scenario]:
    """Two batches of one at once: orders that take half a second, and orders that take three."""
    return {
        "Fast enough": _queue(seconds=0.5),
        "Too slow": _queue(seconds=3),
    }


def _queue(seconds: float) -> Scenario:
    return Scenario(
        functions=[_function("worker", seconds)],
        triggers=[
            trigger(
                "sqs_standard",
                function="worker",
                batch_size=1,
                scaling_config=ScalingConfig(maximum_concurrency=2),
            )
        ],
        traffic=[
            Traffic(
                into="sqs_standard",
                arrivals=ConstantRate(per_second=2, events=30),
            )
        ],
    )


def one_bad_record() -> dict[str, Scenario]:
    """Two shards; one record fails in each run, and is given up after five."""
    worker = _function("worker", 0.2, poison_share=0.04)
    system = Scenario(
        functions=[worker],
        streams=[Stream(name="orders", shard_count=2)],
        triggers=[
            trigger(
                "kinesis",
                function="worker",
                source="orders",
                batch_size=1,
                maximum_retry_attempts=4,
            )
        ],
        traffic=[
            Traffic(
                into="orders",
                arrivals=Poisson(per_second=2, events=30),
                keys=Keys(count=30),
            )
        ],
    )
    return {"stream": system}


def midnight() -> dict[str, Scenario]:
    """Two dozen schedules for the same minute, and a function with room for five at a time."""
    return {
        "All at midnight": _schedules("eventbridge_schedule_rule", None),
        "Within 2 minutes": _schedules("eventbridge_scheduler", 2),
    }


def _schedules(kind: str, window: int | None) -> Scenario:
    if window is None:
        daily = Scheduled(expression=AT_MIDNIGHT, service="rule")
    else:
        daily = Scheduled(
            expression=AT_MIDNIGHT, flexible_time_window_minutes=window
        )
    books = _function("books", 5).replace(reserved_concurrent_executions=5)
    return Scenario(
        functions=[books],
        triggers=[trigger(kind, function="books")],
        traffic=[
            Traffic(name=f"shop {number}", into=kind, arrivals=daily)
            for number in range(SHOPS)
        ],
        seconds=300,
    )


def shared_concurrency() -> dict[str, Scenario]:
    """Orders that come evenly, and a report whose jobs take all of the account for a while."""
    orders = _function("Orders", 0.3)
    report = _function("Report", 8)
    system = Scenario(
        functions=[orders, report],
        triggers=[
            trigger("invoke", function=function.name, name=function.name)
            for function in (orders, report)
        ],
        traffic=[
            Traffic(
                into="Orders", arrivals=ConstantRate(per_second=1, events=30)
            ),
            Traffic(into="Report", arrivals=Burst(events=18, at=8.5)),
        ],
        account=Account(concurrent_executions=16),
    )
    return {"account": system}


def _function(name: str, seconds: float, poison_share: float = 0.0) -> Function:
    return Function(
        name=name,
        runtime="python3.13",
        memory_size=512,
        timeout=30,
        behaviour=Behaviour(
            handler=Constant(seconds=seconds), poison_share=poison_share
        ),
    )
