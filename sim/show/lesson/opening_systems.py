"""What moves at the top of lessons 07 to 11: designs, a template, a shop, any trigger, a log."""

from __future__ import annotations

from sim import facts
from sim.course.reference_architecture import reference_system
from sim.course.trial_systems import TROUBLES, trial
from sim.scenario.arrivals import Burst, ConstantRate
from sim.scenario.behaviour import Behaviour, Output
from sim.scenario.durations import Constant
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Traffic
from sim.template.read.read import read_template

RUSH = Burst(events=30, within=3)
DESIGNS = {"HTTP API": "apigw_http", "SNS": "sns", "SQS": "sqs_standard"}
TRIGGERS = {
    "API Gateway": "apigw_rest",
    "SQS FIFO": "sqs_fifo",
    "Kinesis": "kinesis",
    "EventBridge": "eventbridge_rule",
}


def one_rush() -> dict[str, Scenario]:
    """Thirty orders within three seconds, and a function with room for four at a time."""
    return {name: _rush(kind, room=4) for name, kind in DESIGNS.items()}


def _rush(kind: str, room: int) -> Scenario:
    return trial(kind).with_settings(
        {
            "functions.worker.behaviour.handler": Constant(seconds=0.5),
            "functions.worker.reserved_concurrent_executions": room,
            "traffic.orders.arrivals": RUSH,
        }
    )


def packed_and_mailed() -> dict[str, Scenario]:
    """The template of lesson 08 on a day on which nothing fails."""
    path = facts.DATA / "deploy" / "orders-with-faults" / "template.yaml"
    reading = read_template(
        str(path),
        parameters={"PackingStations": 3},
        behaviour={
            "PackFunction": Behaviour(
                handler=Constant(seconds=1), sends=[Output(to="PackedTopic")]
            ),
            "MailFunction": Behaviour(handler=Constant(seconds=0.3)),
        },
        traffic=[
            Traffic(
                into="OrdersQueue",
                arrivals=ConstantRate(per_second=1, events=20),
            )
        ],
        seconds=60,
    )
    return {"template": reading.scenario}


def calm_shop() -> dict[str, Scenario]:
    """Twenty seconds of the reference system, on which all is well."""
    return {"shop": reference_system(per_second=0.8, seconds=20)}


def any_trigger() -> dict[str, Scenario]:
    """The same twelve orders through four triggers, to a function that takes one at a time."""
    throttled = TROUBLES["throttled"]
    return {
        name: trial(kind).with_settings(throttled)
        for name, kind in TRIGGERS.items()
    }


def logged_or_refused() -> dict[str, Scenario]:
    """The same thirty orders to a function with room for all, and to one that refuses some."""
    return {
        "Room for 30": _rush("invoke", room=30),
        "Room for 4": _rush("invoke", room=4),
    }
