"""The numbers that lessons 03 to 06 tell in sentences are those of the runs that they are about."""

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import sim
from tests.support.documents import markdown
from tests.support.lessons import FOLDER, names_of
from tests.support.told import told, told_by

pytestmark = pytest.mark.slow  # each lesson is simulated once

WORDS = {6: "six", 7: "seven", 8: "Eight", 11: "eleven", 12: "Twelve", 30: "Thirty"}  # fmt: skip
PACKED_OFTEN = 5  # receives, and so the runs of an order that is given up
Names = dict[str, Any]


def queues(names: Names) -> Iterator[str]:
    deliveries = names["run"].deliveries
    often = (deliveries.side_effects == PACKED_OFTEN).sum()
    yield f"{WORDS[names['run'].summary().parked]} of the 40 orders"
    again = names["run"].summary().done_twice
    yield f"{often} orders were packed five times each: {again} times too often"
    ways = sim.simulate(names["ways"], seed=1)
    yield f"{ways['10 receives'].summary().done_twice} times too often"
    assert ways["redriven"].summary().delivered == len(deliveries)
    assert ways["redriven"].summary().parked == 0
    law = 2000 * sim.theory.all_fail(0.5, tries=5)
    reported, whole = names["parked"].values()
    yield f"The law says {law:g}, and the run gives {reported}"
    yield f"{whole:,} of the 2,000 orders are given up"
    free, capped = (
        names[name].deliveries.settled_s.max() for name in ("free", "capped")
    )
    yield f"The law says {names['law']:.0f} s and the run takes {free:.0f} s"
    yield f"With five batches at once it takes {capped:.0f} s"
    waits = [wait.median() for wait in names["waits"].values()]
    plain, fair = waits
    yield f"wait {plain['others'] - fair['others']:.0f} s less"
    yield f"waits {fair['big shop'] - plain['big shop']:.0f} s more"
    after = sim.compare(names["after"]).loc["in_flight"]
    yield f"its own batch: {after['ActiveMQ, bad ones']} orders"
    yield f"behind it: {after['RabbitMQ, bad ones']} orders"
    idle = names["usual"].with_setting(
        "traffic.sale.arrivals", sim.Burst(events=1)
    )
    day = sim.simulate(idle.replace(seconds=86400), drain=False)
    bill = day.cost("month").set_index("item").quantity
    asked = bill["SQS receives"] + bill["SQS empty receives"]
    yield f"ask {asked:,.0f} times in 30 days"


def streams(names: Names) -> Iterator[str]:
    day = names["day"].summary()
    expired = names["day"].deliveries.query("fate == 'expired'")
    yield f"{WORDS[len(expired)]} orders expire, eleven of them good ones"
    assert day.given_up == 5
    yield f"these {WORDS[day.lost]} are lost"
    yield f"The poison order ran {expired.runs.max():,} times"
    yield f"{named(names['record'])} is 4"
    busy = sim.compare(names["busy"]).loc["p99_s"]
    one, two, five, ten = (f"{seconds:.1f} s" for seconds in busy)
    yield f"bring p99 down from {one} to {two}"
    yield f"Ten, with {ten}, are hardly better than five, with {five}"
    keys = names["busy"]["factor 1"].deliveries.key
    yield f"customer 0 alone sends {(keys == 0).mean():.0%}".replace("%", " %")
    table = sim.compare(names["table"])
    yield f"take {table['kinesis-efo'].p50_s:.2f} s at most"
    assert table["ddb-streams"].p50_s == pytest.approx(120, rel=0.05)
    waiting = WORDS[table["msk on demand"].in_flight]
    yield f"{waiting} orders still wait"
    documents = table["documentdb"]
    yield (
        f"{documents.lost + documents.given_up} orders are given up, "
        f"and {documents.lost} of them were never handled"
    )
    single, ten_each = (
        run.summary().parked
        for run in sim.simulate(names["by_size"], seed=1).values()
    )
    yield f"With batches of one, {single} are parked"
    yield f"With batches of ten it is only {ten_each}"


def named(record: dict[str, Any]) -> str:
    assert record["requestContext"]["approximateInvokeCount"] == 4
    return "approximateInvokeCount"


def schedules(names: Names) -> Iterator[str]:
    parked = names["run"].summary().parked
    yield f"Lambda gave up {parked} of the 120 shops"
    first = names["run"].deliveries.query("fate == 'dead-lettered'")
    assert set(first.throttles) == {7}
    runs = sim.compare(names["runs"])
    throttles = runs.loc["throttles"]
    yield f"{throttles['Scheduler']} attempts are throttled instead of {throttles['rule']}"
    cold = runs["window of 10 min"].cold_share
    yield f"{cold:.0%} of the runs start cold".replace("%", " %")
    hours = sim.compare(names["two_hours"])
    yield f"{hours['lock added'].delivered} of the 29 events are delivered"
    assert hours["defaults"].delivered == hours["lock added"].delivered
    yield f"parks {hours['as deployed'].parked} of the 29 events"
    books = names["books"].deliveries
    (open_one,) = books[books.fate == "in flight"].itertuples()
    yield f"number {open_one.event} is still in flight after a day"
    assert (open_one.throttles, open_one.runs) == (3, 8)
    assert books.latency_s.max() == pytest.approx(7 * 60, rel=0.05)
    queue = names["both"]["through a queue"].summary()
    assert 18 < queue.end_to_end_p99_s < 20
    memory = {
        "traffic.*.caller.read_timeout": 5,
        "functions.WebhookFunction.behaviour.idempotency": sim.Idempotency(
            expires_after_seconds=30
        ),
    }
    hasty = sim.simulate(names["direct"].with_settings(memory), seed=1)
    yield f"it books {hasty.summary().done_twice} times twice"
    needed = {
        minutes: run.spans.environment.max() + 1
        for minutes, run in sim.simulate(names["windows"], seed=1).items()
    }
    yield f"{needed[1]} environments for a mean of 10, and {needed[10]} for a mean of 1"


def concurrency(names: Names) -> Iterator[str]:
    run = names["run"].summary()
    cold = int(names["run"].deliveries.cold.sum())
    yield f"{WORDS[cold]} calls are cold"
    yield f"a median of {run.p50_s:.2f} s and a p99 of {run.p99_s:.1f} s"
    first, *others = names["run"].deliveries.query("cold").event
    assert first == 0
    for event in others:
        assert str(event) in told("06-concurrency-and-cold-starts.ipynb")
    bursts = sim.compare(names["bursts"]).loc["p50_s"]
    yield f"from 4 s to {bursts['the same, SnapStart'] - 0.1:.1f} s here"
    assert bursts["Java 21, SnapStart"] > bursts["Java 21"]
    waited = names["too_long"].deliveries.latency_s
    assert waited.tolist() == [13, 3]
    table = names["table"].fillna(0).astype(int)
    orders, jobs = (
        table[table.index.get_level_values("told") != "200"].loc[name].iloc[0]
        for name in ("OrdersFunction", "ReportFunction")
    )
    yield f"ordinary orders: {orders['before']} of 400"
    assert orders[["guarded", "capped"]].tolist() == [0, 0]
    yield (
        f"{jobs['guarded']} of the 130 are refused in guarded and "
        f"{jobs['capped']} in capped, instead of {jobs['before']}"
    )
    yield f"cold for {100 * names['cold']:.0f} calls in a hundred"
    yield f"refuses {100 * names['refused']['2 reserved']:.0f} in a hundred"
    bill = names["ready"]["8 kept"].cost("month").set_index("item").cost_usd
    yield f"cost about {bill['Lambda provisioned concurrency (arm64)']:.0f} USD"
    computing, waiting = (
        sim.power_tuning(names[name], "OrdersFunction").set_index("memory_size")
        for name in ("computing", "at_ten")
    )
    dearer = (
        computing.cost_per_million_usd[1769]
        / (computing.cost_per_million_usd[128])
    )
    yield f"({dearer - 1:.0%} more)".replace("%", " %")
    assert 8.5 < (
        waiting.cost_per_million_usd[1769] / waiting.cost_per_million_usd[128]
    ) < 9  # fmt: skip
    assert int(computing.p50_s[128] / computing.p50_s[1769]) == 11


LESSONS: dict[str, Callable[[Names], Iterator[str]]] = {
    "03-queues.ipynb": queues,
    "04-streams.ipynb": streams,
    "05-schedules-and-third-parties.ipynb": schedules,
    "06-concurrency-and-cold-starts.ipynb": concurrency,
}


@pytest.mark.parametrize("lesson", LESSONS)
def test_numbers_in_sentences_are_read_out_of_their_runs(lesson):
    told_by(lesson, *LESSONS[lesson](names_of(lesson)))


def test_a_longer_visibility_timeout_rescues_the_orders_but_not_the_wait():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    names = names_of("03-queues.ipynb")
    found = [
        sim.simulate(names["slow"].with_setting(names["visible"], seconds))
        for seconds in (60, 120, 600)
    ]
    short, longer, longest = (run.summary() for run in found)
    assert short.parked == 30
    assert longer.parked == longest.parked == 0
    assert short.end_to_end_p99_s < longer.p99_s < longest.p99_s


def test_shares_of_poison_that_change_nothing_are_told():
    """A share decides who of the orders is poison: none at 1 %, the same two at 5 and 6 %."""
    names = names_of("04-streams.ipynb")
    failed = {}
    for share in (0.01, 0.03, 0.05, 0.06):
        run = sim.simulate(
            names["deployed"].with_setting(names["poison"], share), seed=134
        )
        failed[share] = run.deliveries.query("fate != 'succeeded'").event
    numbers = {share: events.tolist() for share, events in failed.items()}
    assert numbers == {0.01: [], 0.03: [15], 0.05: [15, 42], 0.06: [15, 42]}


@pytest.mark.parametrize("size", [2, 3, 5, 8])
def test_bisecting_needs_at_most_one_call_and_two_for_each_halving(size):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html"""
    names = names_of("04-streams.ipynb")
    split = names["steps"]["+ split"].with_settings(
        {
            "traffic.orders.arrivals": sim.Burst(events=size),
            "traffic.orders.keys": sim.Keys(count=1),
            names["path"] + "maximum_retry_attempts": 0,
            names["poison"]: 0.3,
        }
    )
    bound = 1 + 2 * math.ceil(math.log2(size))
    calls = {1: [], size: []}
    for seed in range(40):
        run = sim.simulate(split, seed=seed)
        bad = (run.deliveries.fate != "succeeded").sum()
        if bad in calls and run.attempts.event.nunique() == size:
            calls[bad].append(run.attempts.invocation.nunique())
    assert calls[1]
    assert max(calls[1]) <= bound
    assert all(number == 2 * size - 1 for number in calls[size])


def answers_told() -> dict[str, str]:
    """What lesson 04's table says of each value of `batch_response`."""
    rows = re.findall(
        r"^\| .* \| (\".*\") \| (\w+)[^|]* \|$",
        markdown(FOLDER / "04-streams.ipynb"),
        re.MULTILINE,
    )
    return {
        word: said
        for words, said in rows
        for word in re.findall(r"\"([^\"]+)\"", words)
    }


def test_the_table_of_answers_has_every_one_and_says_what_lambda_takes_it_for():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html"""
    names = names_of("04-streams.ipynb")
    said = answers_told()
    path = "functions.WorkerFunction.behaviour.batch_response"
    broken = {word: names["deployed"].with_setting(path, word) for word in said}
    runs = sim.simulate(broken, seed=134)
    assert said.pop("failed items") == "done"
    assert len(said) == 10
    for word, verdict in said.items():
        is_done = runs[word].summary().parked == 0
        assert verdict == ("done" if is_done else "failed"), word


def test_what_moves_at_reserved_concurrency_zero():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    off = sim.Scenario(
        functions=[sim.Function(name="f", reserved_concurrent_executions=0)],
        triggers=[sim.trigger("sns", function="f", name="topic")],
        traffic=[sim.Traffic(into="topic", arrivals=sim.Burst(events=3))],
    )
    metrics = sim.simulate(off).metrics("1min").query("Sum > 0")
    lambdas = metrics[metrics.namespace == "AWS/Lambda"]
    assert set(lambdas.metric) == {"AsyncEventsReceived", "AsyncEventsDropped"}
    text = told("06-concurrency-and-cold-starts.ipynb")
    assert "Only AsyncEventsReceived and AsyncEventsDropped move" in text
