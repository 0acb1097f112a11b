"""What a run would have cost on AWS in us-east-1, by line of the bill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from math import ceil, inf, nan
from typing import Literal

import pandas as pd

from sim import facts
from sim.results.cost import lambda_charges, streams
from sim.results.cost.lambda_charges import Use
from sim.results.result import Result
from sim.results.usage import functions
from sim.results.usage import queues as queue_usage
from sim.scenario.errors import ScenarioError
from sim.trace import MICROSECONDS

Per = Literal["run", "month", "million events"]
MONTH = 30 * 86_400.0  # seconds
COLUMNS = ["item", "quantity", "unit", "unit_price_usd", "cost_usd", "source", "date"]

# What a source asks for each call, or for each event; other sources are free or named in
# `NOT_PRICED`.
PER_CALL = {
    "apigw_rest": ("API Gateway REST requests", "apigateway.rest_requests"),
    "apigw_rest_stream": ("API Gateway REST requests", "apigateway.rest_requests"),
    "apigw_http": ("API Gateway HTTP requests", "apigateway.http_requests"),
    "sfn_sync": (
        "Step Functions transitions of this task",
        "stepfunctions.state_transitions",
    ),
    "sfn_wait_token": (
        "Step Functions transitions of this task",
        "stepfunctions.state_transitions",
    ),
}
PER_EVENT = {
    "eventbridge_scheduler": (
        "EventBridge Scheduler invocations",
        "scheduler.invocations",
    ),
    "sfn_event": (
        "Step Functions transitions of this task",
        "stepfunctions.state_transitions",
    ),
}
FREE = {
    "invoke",
    "invoke_event",
    "s3_notification",
    "function_url",
    "sns",
    "sqs_standard",
    "sqs_fifo",
    "eventbridge_schedule_rule",
    "kinesis",
    "kinesis_efo",
}
NOT_PRICED = {
    "alb": "capacity units depend on bytes and connections; the hours are priced",
    "firehose": "charged by the GB, and no dated price for us-east-1 was found",
    "eventbridge_rule": "AWS's own events are free, others cost as custom events; which these are is not known",
    "ddb_streams": "a table's writes are not priced here, and no dated price of its stream was found",
    "msk": "the cluster's own price is not known here; provisioned pollers are priced",
    "self_managed_kafka": "the cluster is your own; provisioned pollers are priced",
}
UNKNOWN = "no dated price of this source was found"


@dataclass
class Month:
    """What of a month's price tiers and free tiers has been used up, by name."""

    free_tier: bool
    used: dict[str, float] = field(default_factory=dict)
    free: dict[str, float] = field(default_factory=dict)

    def lines(self, use: Use, quantity: float) -> Iterator[list[object]]:
        """The lines of the bill for one use: first what is free, then a line for each price tier it reaches."""
        gift = self.gift(use.free, quantity)
        if gift:
            yield _line(f"{use.item} (free tier)", gift, facts.fact(use.free), 0.0)
        start = self.used.get(use.price, 0.0)
        end = self.used[use.price] = start + quantity - gift
        for number, (low, high, price) in enumerate(tiers(use.price), 1):
            part = min(end, high) - max(start, low)
            if part > 0:
                yield _line(
                    use.item if number == 1 else f"{use.item}, tier {number}",
                    part,
                    price,
                    _amount(price)[0],
                )

    def gift(self, name: str, quantity: float) -> float:
        """How much of a quantity is free, which is then no longer there for the next one."""
        if not self.free_tier or not name:
            return 0.0
        left = self.free.get(name, float(facts.fact(name).value))
        self.free[name] = left - min(left, quantity)
        return min(left, quantity)


def cost(
    run: Result,
    per: Per = "run",
    free_tier: bool = False,
    payload_kb: float | None = None,
) -> pd.DataFrame:
    """What the run would have cost: one row a line of the bill, in US dollars.

    `per`: the run as it was; a month of 30 days at its average rate; or a million events from
    outside. Price tiers, and with `free_tier` the free ones, are those of a month that has nothing
    else in it. `payload_kb`: the size of each event, by default the mean of the traffic's. What
    still runs at the end is not billed yet. Columns: item, quantity, unit, unit_price_usd,
    cost_usd, source, date; what has no known price has NaN and a reason as its source. Raises
    `ScenarioError` for another `per`, a size that is not positive, or a million events if there was
    none. https://aws.amazon.com/lambda/pricing/
    """
    payload_kb = mean_payload_kb(run) if payload_kb is None else payload_kb
    if not payload_kb > 0:
        raise ScenarioError(f"payload_kb is {payload_kb}, but it must be above 0 KB.")
    month = Month(free_tier)
    rows = [
        line
        for use in _uses(run, payload_kb)
        for line in month.lines(use, use.quantity * _factor(run, per, use.over))
    ]
    return pd.DataFrame([*rows, *_not_priced(run)], columns=COLUMNS)


def mean_payload_kb(run: Result) -> float:
    """The mean size of the events that came in, in KB."""
    sizes = {traffic.name: traffic.payload_kb for traffic in run.scenario.traffic}
    known = [
        sizes[run.workload.names[number]] for number in run.workload.traffic.tolist()
    ]
    return (
        sum(known) / len(known)
        if known
        else float(facts.fact("Traffic.payload_kb").value)
    )


@cache
def tiers(name: str) -> tuple[tuple[float, float, facts.Fact], ...]:
    """The price of this name as tiers of a month's quantity: from, to, price."""
    known = {fact.name: fact for fact in facts.prices()}
    if name in known:
        return ((0.0, inf, known[name]),)
    found, low, number = [], 0.0, 1
    while f"{name}_tier_{number}" in known:
        size = known.get(f"{name}_tier_{number}_size")
        found.append(
            (low, low + size.value if size else inf, known[f"{name}_tier_{number}"])
        )
        low, number = found[-1][1], number + 1
    return tuple(found)


def _uses(run: Result, payload_kb: float) -> Iterator[Use]:
    traffic = min(run.scenario.seconds, run.trace.ended / MICROSECONDS)
    yield from lambda_charges.of_lambda(run, traffic, payload_kb)
    yield from _of_queues(run, traffic, payload_kb)
    yield from _of_sources(run, traffic, payload_kb)
    yield from (
        Use(*quantity) for quantity in streams.quantities(run, traffic, payload_kb)
    )


def _of_queues(run: Result, traffic: float, payload_kb: float) -> Iterator[Use]:
    """Each call is a request: sends, receives of up to ten messages, deletes of up to ten, receives of nothing.

    Each started 64 KB of a call counts. The move to a queue's own dead-letter queue is no call.
    With a batching window the pollers call more often than this. Calls to a fair queue, one with
    message group IDs, cost more: that all of its calls do is a choice.
    https://aws.amazon.com/sqs/pricing/
    """
    queues = {queue.name: queue for queue in run.scenario.queues}
    fifo = {name for name, queue in queues.items() if queue.fifo_queue}
    calls = list(_calls(run, traffic, payload_kb))
    for of, kind, price in (
        (queues.keys() - fifo, "SQS", "standard"),
        (fifo, "SQS FIFO", "fifo"),
    ):
        for what, counts, over in calls:
            quantity = sum(counts.get(name, 0) for name in of)
            yield Use(
                f"{kind} {what}",
                f"sqs.{price}_requests",
                quantity,
                over,
                "sqs.free_requests",
            )
    fair = _fair_queues(run) - fifo
    for what, counts, over in calls:
        surcharge = sum(counts.get(name, 0) for name in fair)
        yield Use(
            f"SQS fair queues: {what}", "sqs.fair_queue_requests", surcharge, over
        )
    yield _poller_hours(run)


def _calls(
    run: Result, traffic: float, payload_kb: float
) -> Iterator[tuple[str, dict[str, int], float]]:
    """What is called, how often by queue, and over how many seconds."""
    sent, done = functions.sends(run), queue_usage.batches(run)
    sent = sent[sent.edge != functions.REDRIVE]
    received = {
        str(name): _received_chunks(of.messages, payload_kb)
        for name, of in done.groupby("queue")
    }
    deletes = queue_usage.requests(done.deleted).groupby(done.queue).sum()
    empty = {
        name: len(polls) for name, polls in queue_usage.empty_receives(run).items()
    }
    sends = sent.target.value_counts()
    yield (
        "sends",
        {str(name): int(count) * _chunks(payload_kb) for name, count in sends.items()},
        traffic,
    )
    yield "receives", received, traffic
    yield "deletes", {str(name): int(count) for name, count in deletes.items()}, traffic
    yield "empty receives", empty, run.trace.ended / MICROSECONDS


def _fair_queues(run: Result) -> set[str]:
    """The queues that messages with a group ID come to."""
    grouped = {
        traffic.name for traffic in run.scenario.traffic if traffic.message_group_id
    }
    names = set(run.deliveries.trigger[run.deliveries.traffic.isin(grouped)])
    return {trigger.entry for trigger in run.triggers if trigger.name in names}


def _poller_hours(run: Result) -> Use:
    """Provisioned pollers of queues are billed for as long as they are there."""
    numbers, ended, hours = (
        queue_usage.pollers(run),
        run.trace.ended / MICROSECONDS,
        0.0,
    )
    for trigger in run.triggers:
        if (
            queue_usage.polls_queue(trigger)
            and trigger.provisioned_poller_config is not None
        ):
            mine = numbers[numbers.trigger == trigger.name]
            length = mine.at_s.shift(-1, fill_value=ended) - mine.at_s
            hours += float((length * mine.pollers).sum()) / 3600
    return Use(
        "Lambda provisioned pollers of queues", "lambda.sqs_poller_hours", hours, ended
    )


def _received_chunks(messages: pd.Series[int], payload_kb: float) -> int:
    most = facts.fact("sqs.messages_per_request").value
    full, rest = messages // most, messages % most
    return int(
        (full * _chunks(most * payload_kb)).sum()
        + rest.map(lambda n: _chunks(n * payload_kb)).sum()
    )


def _chunks(kb: float) -> int:
    size: float = facts.fact("sqs.chunk").value
    return ceil(kb / size)


def _of_sources(run: Result, traffic: float, payload_kb: float) -> Iterator[Use]:
    sent = functions.sends(run)
    published = int(
        sent.target.isin({topic.name for topic in run.scenario.topics}).sum()
    )
    yield Use(
        "SNS publishes", "sns.publishes", published, traffic, "sns.free_publishes"
    )
    ended = run.trace.ended / MICROSECONDS
    came = run.deliveries[run.deliveries.arrived_s <= ended]
    calls, events = (
        functions.calls(run).kind.value_counts(),
        came.groupby("kind").event.nunique(),
    )
    for counts, prices in ((calls, PER_CALL), (events, PER_EVENT)):
        for kind, (item, price) in prices.items():
            size = (
                ceil(payload_kb / facts.fact("apigateway.http_chunk").value)
                if kind == "apigw_http"
                else 1
            )
            yield Use(
                item,
                price,
                int(counts.get(kind, 0)) * size,
                traffic,
                _FREE_TIERS.get(price, ""),
            )
    balancers = sum(trigger.kind == "alb" for trigger in run.triggers)
    yield Use(
        "Application Load Balancer hours", "alb.hours", balancers * ended / 3600, ended
    )


_FREE_TIERS = {
    "stepfunctions.state_transitions": "stepfunctions.free_state_transitions",
    "scheduler.invocations": "scheduler.free_invocations",
}


def _not_priced(run: Result) -> Iterator[list[object]]:
    """A line for each source that may cost something, with the reason why this bill does not say how much."""
    priced = {*FREE, *PER_CALL, *PER_EVENT}
    for kind in dict.fromkeys(
        trigger.kind for trigger in run.triggers if trigger.kind not in priced
    ):
        yield [
            f"source {kind}",
            nan,
            "",
            nan,
            nan,
            f"not priced: {NOT_PRICED.get(kind, UNKNOWN)}",
            "",
        ]
    buses = {bus.name for bus in run.scenario.event_buses}
    if functions.sends(run).target.isin(buses).any():
        reason = (
            "AWS does not say whether records that Lambda sends count as custom events"
        )
        yield ["EventBridge events", nan, "", nan, nan, f"not priced: {reason}", ""]


def _factor(run: Result, per: str, over: float) -> float:
    if per == "run":
        return 1.0
    if per == "month":
        return MONTH / over if over else 0.0
    if per != "million events":
        raise ScenarioError(
            f"There is no cost per {per!r}; choose 'run', 'month' or 'million events'."
        )
    events = int((run.workload.time <= run.trace.ended).sum())
    if not events:
        raise ScenarioError("No event came, so there is no cost per million events.")
    return 1e6 / events


def _line(
    item: str, quantity: float, price: facts.Fact, unit_price: float
) -> list[object]:
    return [
        item,
        quantity,
        _amount(price)[1],
        unit_price,
        quantity * unit_price,
        price.source,
        price.date,
    ]


def _amount(price: facts.Fact) -> tuple[float, str]:
    """What one unit costs and what the unit is, from `USD per million requests` or `requests per month`."""
    unit = price.unit.removeprefix("USD per ").removesuffix(" per month")
    million = unit.startswith("million ")
    return price.value / (1e6 if million else 1), unit.removeprefix("million ")
