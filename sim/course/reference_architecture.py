"""The reference system of the course: a small web shop, from its API to the workers behind it."""

from __future__ import annotations

from sim.scenario.durations import LogNormal
from sim.scenario.function import (
    Behaviour,
    DestinationConfig,
    EventInvokeConfig,
    Function,
    Output,
)
from sim.scenario.make_trigger import trigger
from sim.scenario.resources import (
    Account,
    Dependency,
    EventBus,
    Queue,
    RedrivePolicy,
    Topic,
)
from sim.scenario.scenario import Scenario
from sim.scenario.streams import Table
from sim.scenario.traffic import Keys, Poisson, Scheduled, Traffic


def reference_system(per_second: float = 5.0, seconds: float = 1800.0) -> Scenario:
    """Orders come through API Gateway, are written to a table, and go on from its stream to a bus and its workers.

    API Gateway -> `orders-api` -> DynamoDB `orders-table` -> stream -> `order-publisher` -> event bus `order-events`
    -> queue `fulfilment-queue` (with a dead-letter queue) -> `fulfilment-worker`, which calls the database
    `warehouse-db`; and -> topic `order-notifications` -> `order-notifier`. Further entries: the schedule
    `nightly-report` and the webhook `stripe-webhook`. `per_second`: orders a second; all else stands below.
    """
    return Scenario(
        functions=[
            Function(
                name="orders-api",
                memory_size=512,
                timeout=10,
                behaviour=Behaviour(
                    handler=LogNormal(median=0.05, p99=0.3),
                    sends=(Output(to="orders-table"),),
                ),
            ),
            Function(
                name="order-publisher",
                memory_size=256,
                timeout=30,
                behaviour=Behaviour(
                    handler=LogNormal(median=0.02, p99=0.1),
                    sends=(Output(to="order-events"),),
                ),
            ),
            Function(
                name="fulfilment-worker",
                memory_size=1024,
                timeout=20,
                behaviour=Behaviour(
                    handler=LogNormal(median=0.1, p99=0.5), depends_on=("warehouse-db",)
                ),
            ),
            Function(
                name="order-notifier",
                memory_size=256,
                timeout=10,
                event_invoke_config=EventInvokeConfig(
                    destination_config=DestinationConfig(on_failure="notifier-failures")
                ),
                behaviour=Behaviour(handler=LogNormal(median=0.08, p99=0.6)),
            ),
            Function(
                name="payments-webhook",
                memory_size=256,
                timeout=10,
                behaviour=Behaviour(
                    handler=LogNormal(median=0.06, p99=0.4),
                    sends=(Output(to="orders-table"),),
                ),
            ),
            Function(
                name="report-builder",
                memory_size=2048,
                timeout=300,
                behaviour=Behaviour(
                    handler=LogNormal(median=20.0, p99=60.0),
                    depends_on=("warehouse-db",),
                ),
            ),
        ],
        triggers=[
            trigger("apigw_rest", function="orders-api", name="orders-http"),
            trigger(
                "stripe_webhook", function="payments-webhook", name="stripe-webhook"
            ),
            trigger(
                "eventbridge_scheduler",
                function="report-builder",
                name="nightly-report",
            ),
            trigger(
                "ddb_streams",
                function="order-publisher",
                name="orders-stream",
                source="orders-table",
            ),
            trigger(
                "sqs_standard",
                function="fulfilment-worker",
                name="fulfilment",
                source="fulfilment-queue",
            ),
            trigger(
                "sns",
                function="order-notifier",
                name="notifications",
                source="order-notifications",
            ),
        ],
        queues=[
            Queue(
                name="fulfilment-queue",
                visibility_timeout=120,  # six times the function's timeout, as AWS advises
                redrive_policy=RedrivePolicy(
                    dead_letter_target_arn="fulfilment-dlq", max_receive_count=5
                ),
            ),
            Queue(name="fulfilment-dlq"),
            Queue(name="notifier-failures"),
        ],
        tables=[Table(name="orders-table", partitions=4)],
        topics=[Topic(name="order-notifications")],
        event_buses=[
            EventBus(
                name="order-events", targets=("fulfilment-queue", "order-notifications")
            )
        ],
        dependencies=[
            Dependency(
                name="warehouse-db",
                maximum_connections=20,
                latency=LogNormal(median=0.03, p99=0.2),
            )
        ],
        traffic=[
            Traffic(
                name="customers",
                into="orders-http",
                arrivals=Poisson(per_second=per_second),
                keys=Keys(count=500, distribution="zipf"),
            ),
            Traffic(
                name="stripe",
                into="stripe-webhook",
                arrivals=Poisson(per_second=per_second / 5),
            ),
            Traffic(
                name="clock",
                into="nightly-report",
                arrivals=Scheduled(expression="rate(15 minutes)"),
            ),
        ],
        account=Account(concurrent_executions=1000),
        seconds=seconds,
    )
