"""The reference system of the course: a small web shop, from its API to the workers behind it."""

from __future__ import annotations

import json

from sim import facts
from sim.scenario.arguments import (
    PositiveAmount,
    PositiveSeconds,
    checked,
)
from sim.scenario.make_trigger import trigger
from sim.scenario.scenario import Scenario

ORDERS = "traffic.customers.arrivals.per_second"
"""Where a scenario made of the reference system says how many orders a second come in."""

PAYMENTS = "traffic.stripe.arrivals.per_second"


@checked
def reference_system(
    per_second: PositiveAmount = 5.0, seconds: PositiveSeconds = 1800.0
) -> Scenario:
    """A web shop: orders come in through an API, and workers and a notifier handle them.

    API Gateway -> `orders-api` -> DynamoDB `orders-table` -> stream -> `order-publisher` -> event
    bus `order-events` -> queue `fulfilment-queue` (with a dead-letter queue and, as AWS advises, a
    visibility timeout of six times the function's timeout) -> `fulfilment-worker`, which calls the
    database `warehouse-db`; and -> topic `order-notifications` -> `order-notifier`. Further
    entries: the schedule `nightly-report` and the webhook `stripe-webhook`. `per_second`: orders a
    second, and a fifth as many payments. All settings stand in `data/reference_system.json`.
    """
    text = (facts.DATA / "reference_system.json").read_text(encoding="utf-8")
    settings = json.loads(text)
    settings["triggers"] = [trigger(**one) for one in settings["triggers"]]
    settings["seconds"] = seconds
    rates = {ORDERS: per_second, PAYMENTS: per_second / 5}
    return Scenario(**settings).with_settings(rates)
