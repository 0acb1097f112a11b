"""Bills calculated by hand, a story for each rule of billing, and laws over random scenarios.

Each docstring holds the page and the arithmetic. A million requests of Lambda cost 0.20 USD,
a GB-second on x86 0.0000166667 USD.
"""

import pytest
from hypothesis import strategies as st

import sim
from sim import facts
from sim.results.cost.charge import Charge
from sim.results.cost.prices import Month, tiers
from sim.results.usage import queues
from sim.scenario.triggers import SynchronousTrigger
from tests.support.laws import law
from tests.support.stories import calls, function, one_function, scenario
from tests.support.strategies import scenarios

GB_SECOND, REQUEST, MESSAGE = 0.0000166667, 0.20 / 1e6, 0.40 / 1e6


def bill(run, *args, **options):
    """The lines of the bill by item: quantity and cost."""
    lines = run.cost(*args, **options)[["item", "quantity", "cost_usd"]]
    return {
        item: (quantity, cost)
        for item, quantity, cost in lines.itertuples(index=False)
    }


def quantity(run, item, *args, **options):
    return bill(run, *args, **options).get(item, (0, 0))[0]


def milliseconds(run, memory_size=1024):
    """What a run of functions with 1,024 MB is billed."""
    return quantity(run, "Lambda duration (x86_64)") * 1000 * 1024 / memory_size


def queue(at, handler=0.5, seconds=19, reports=(), most=None, **mapping):
    times = {
        "handler": sim.Constant(seconds=handler),
        "init": sim.Constant(seconds=0),
    }
    policy = most and sim.RedrivePolicy(
        dead_letter_target_arn="dead", max_receive_count=most
    )
    faults = {
        name: mapping.pop(name)
        for name in ("poison_share", "error_rate")
        if name in mapping
    }
    return sim.simulate(
        sim.Scenario(
            functions=[
                sim.Function(
                    name="f",
                    timeout=10,
                    behaviour=sim.Behaviour(**times, **faults),
                )
            ],
            queues=[
                sim.Queue(name="jobs", redrive_policy=policy),
                sim.Queue(name="dead"),
            ],
            triggers=[
                sim.trigger(
                    "sqs_standard",
                    function="f",
                    source="jobs",
                    latency=sim.Constant(seconds=0),
                    function_response_types=reports,
                    **mapping,
                )
            ],
            traffic=[
                sim.Traffic(into="jobs", arrivals=sim.Recorded(instants=at))
            ],
            seconds=seconds,
        ),
        drain=False,
    )


# Lambda


def test_three_runs_of_100_2_ms_at_512_mb():
    """https://aws.amazon.com/lambda/pricing/

    3 x 101 ms x 0.5 GB = 0.1515 GB-s; x 0.0000166667 = 0.00000252500505 USD. 3 x 0.20 / 1,000,000 =
    0.0000006 USD.
    """
    run = one_function(at=(0, 1, 2), handler=0.1002, memory_size=512)
    lines = bill(run)
    assert list(lines) == ["Lambda requests", "Lambda duration (x86_64)"]
    assert lines["Lambda requests"] == pytest.approx((3, 0.0000006))
    assert lines["Lambda duration (x86_64)"] == pytest.approx(
        (0.1515, 0.00000252500505)
    )


def test_init_and_duration_are_rounded_up_together():
    """https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/

    250.4 ms + 20.3 ms = 270.7 ms, billed as 271 ms; apart they would be 251 + 21 = 272 ms.
    """
    assert milliseconds(
        one_function(init=0.2504, handler=0.0203, memory_size=1024)
    ) == pytest.approx(271)


def test_a_warm_run_is_billed_without_init():
    """https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/

    Cold 200 + 100 ms, warm 100 ms: 400 ms.
    """
    assert milliseconds(
        one_function(at=(0, 1), init=0.2, handler=0.1, memory_size=1024)
    ) == pytest.approx(400)


def test_a_whole_number_of_milliseconds_is_not_rounded_up():
    """https://aws.amazon.com/lambda/pricing/

    From 1.0 s to 1.1 s is 100 ms, whatever binary fractions make of it; three times.
    """
    assert milliseconds(
        one_function(at=(1, 2.3, 7.7), handler=0.1, memory_size=1024)
    ) == pytest.approx(300)


def test_a_timeout_bills_the_timeout_and_init():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html

    Init 500 ms + timeout 3,000 ms = 3,500 ms.
    """
    assert milliseconds(
        one_function(init=0.5, handler=5, timeout=3, memory_size=1024)
    ) == pytest.approx(3500)


def test_an_init_cut_after_ten_seconds_is_not_billed_but_its_second_try_is():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html

    Init is cut at 10 s and runs again inside the invoke: 11,000 + 1,000 ms, not 22,000.
    """
    assert milliseconds(
        one_function(init=11, handler=1, timeout=20, memory_size=1024)
    ) == pytest.approx(12_000)


def test_every_retry_is_billed():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html

    One event that always fails runs three times: 3 requests, 3 x 1,000 ms.
    """
    run = one_function(
        kind="invoke_event", handler=1, error_rate=1, memory_size=1024
    )
    assert quantity(run, "Lambda requests") == 3
    assert milliseconds(run) == pytest.approx(3000)


def test_throttled_calls_cost_nothing():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    run = one_function(
        at=(0, 0, 0), handler=1, reserved_concurrent_executions=1
    )
    assert quantity(run, "Lambda requests") == 1


def test_what_still_runs_is_not_billed_yet():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html"""
    assert bill(one_function(handler=5, timeout=9, seconds=3)) == {}


def test_a_batch_is_one_request():
    """https://aws.amazon.com/lambda/pricing/

    Ten messages of 100.02 ms each in one batch: 1,000.2 ms, billed as 1,001 ms, not as 10 x 101 ms.
    """
    run = queue([0] * 10, handler=0.10002)
    assert quantity(run, "Lambda requests") == 1
    assert milliseconds(run, memory_size=128) == pytest.approx(1001)


def test_arm_costs_a_fifth_less():
    """https://aws.amazon.com/lambda/pricing/

    1 GB-s: 0.0000166667 USD on x86, 0.0000133334 USD on Arm.
    """
    run = one_function(handler=1, memory_size=1024, architectures="arm64")
    assert bill(run)["Lambda duration (arm64)"] == pytest.approx(
        (1, 0.0000133334)
    )
    assert "Lambda duration (x86_64)" not in bill(run)


@pytest.mark.parametrize(
    ("kilobytes", "further"),
    [(1, 0), (256, 0), (257, 1), (320, 1), (321, 2), (1024, 12)],
)
def test_a_large_asynchronous_event_costs_a_request_for_each_further_64_kb(
    kilobytes, further
):
    """https://aws.amazon.com/lambda/pricing/

    1,024 KB: (1,024 - 256) / 64 = 12 further requests.
    """
    run = one_function(kind="invoke_event")
    assert (
        quantity(run, "Lambda requests for large events", payload_kb=kilobytes)
        == further
    )
    assert (
        quantity(
            one_function(),
            "Lambda requests for large events",
            payload_kb=kilobytes,
        )
        == 0
    )


# Scales and tiers


def test_a_month_is_the_run_at_its_average_rate_for_30_days():
    """https://aws.amazon.com/lambda/pricing/

    One run of 1 s at 1 GB in 100 s: 2,592,000 / 100 = 25,920 a month, 25,920 x (0.0000002 +
    0.0000166667) USD.
    """
    run = one_function(handler=1, memory_size=1024, seconds=100)
    assert run.cost("month").cost_usd.sum() == pytest.approx(
        25_920 * (REQUEST + GB_SECOND)
    )


def test_a_million_events_cost_a_million_times_one():
    """https://aws.amazon.com/lambda/pricing/"""
    run = one_function(at=(0, 5, 9), handler=1, memory_size=1024)
    assert run.cost("million events").cost_usd.sum() == pytest.approx(
        0.20 + 16.6667
    )


def test_the_free_tier_covers_what_it_covers():
    """https://aws.amazon.com/lambda/pricing/

    A month of 1,728,000 runs of 1 s at 1 GB: 728,000 requests and 1,328,000 GB-s are left to pay.
    """
    run = one_function(at=(0,), handler=1, memory_size=1024, seconds=1.5)
    table = run.cost("month", free_tier=True).set_index("item")
    month = 2_592_000 / 1.5
    assert table.quantity["Lambda requests (free tier)"] == 1_000_000
    assert table.cost_usd["Lambda requests (free tier)"] == 0
    assert table.quantity["Lambda requests"] == pytest.approx(month - 1_000_000)
    assert table.quantity["Lambda duration (x86_64)"] == pytest.approx(
        month - 400_000
    )


def test_the_free_tier_is_given_once_to_all_lines_that_share_it():
    """https://aws.amazon.com/sqs/pricing/"""
    run = queue([0] * 20, seconds=19)
    table = run.cost("month", free_tier=True)
    mine = table[table["item"].str.startswith("SQS")]
    assert mine[mine.cost_usd == 0].quantity.sum() == pytest.approx(1_000_000)
    full = run.cost("month")
    requests = full[full["item"].str.startswith("SQS")].quantity.sum()
    assert mine.cost_usd.sum() == pytest.approx(
        (requests - 1_000_000) * MESSAGE
    )


def test_a_large_month_reaches_the_second_tier():
    """https://aws.amazon.com/lambda/pricing/

    7 billion GB-s: 6 billion x 0.0000166667 + 1 billion x 0.000015 = 100,000.2 + 15,000 USD.
    """
    (low, high, first), (start, _, second), _ = tiers("lambda.x86_64_duration")
    assert (low, high, start) == (0, 6e9, 6e9)
    assert 6e9 * first.value + 1e9 * second.value == pytest.approx(115_000.2)
    # 30,000 GB-s in 11 s
    run = one_function(
        at=[0] * 300, handler=10, timeout=11, memory_size=10_240, seconds=11
    )
    month = 30_000 * 2_592_000 / 11
    lines = bill(run, "month")
    assert lines["Lambda duration (x86_64)"] == pytest.approx((6e9, 100_000.2))
    assert lines["Lambda duration (x86_64), tier 2"] == pytest.approx(
        (month - 6e9, (month - 6e9) * 0.000015)
    )


def test_lines_with_the_same_price_fill_its_tiers_together():
    """https://aws.amazon.com/sqs/pricing/

    90 billion sends and 20 billion receives: the last 10 billion receives are in the second tier of
    100 billion.
    """
    month = Month(free_tier=False)
    price = "sqs.standard_requests"
    sends = month.lines(Charge("SQS sends", price, 90e9), 90e9)
    receives = month.lines(Charge("SQS receives", price, 20e9), 20e9)
    lines = [*sends, *receives]
    assert [(line.item, line.quantity) for line in lines] == [
        ("SQS sends", 90e9),
        ("SQS receives", 10e9),
        ("SQS receives, tier 2", 10e9),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "sqs.standard_requests",
        "apigateway.rest_requests",
        "apigateway.http_requests",
    ],
)
def test_tiers_follow_one_another_and_the_last_has_no_end(name):
    found = tiers(name)
    assert [low for low, _, _ in found] == [
        0,
        *(high for _, high, _ in found[:-1]),
    ]
    assert found[-1][1] == float("inf")
    assert [price.value for _, _, price in found] == sorted(
        (price.value for _, _, price in found), reverse=True
    )


# Queues, topics, gateways


def test_a_message_costs_a_send_a_receive_and_a_delete():
    """https://aws.amazon.com/sqs/pricing/

    3 calls of 0.40 USD a million; the four free pollers' polls and the fifth's are still open after
    19 s.
    """
    lines = bill(queue([0]))
    assert (
        lines["SQS sends"]
        == lines["SQS receives"]
        == lines["SQS deletes"]
        == pytest.approx((1, MESSAGE))
    )
    assert "SQS empty receives" not in lines


@pytest.mark.parametrize(
    ("messages", "batch", "received"),
    [(10, 10, 1), (11, 100, 2), (100, 100, 10), (10, 5, 2)],
)
def test_a_call_receives_and_deletes_at_most_ten_messages(
    messages, batch, received
):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html"""
    window = 1 if batch > 10 else 0
    lines = bill(
        queue(
            [0] * messages,
            0.01,
            batch_size=batch,
            maximum_batching_window_in_seconds=window,
        )
    )
    assert [
        lines[f"SQS {what}"][0] for what in ("sends", "receives", "deletes")
    ] == [
        messages,
        received,
        received,
    ]


def test_each_64_kb_of_a_call_count():
    """https://aws.amazon.com/sqs/pricing/

    Ten messages of 65 KB: each send counts 2, the receive of 650 KB counts 11 x 64 KB.
    """
    lines = bill(queue([0] * 10, 0.01), payload_kb=65)
    assert (
        lines["SQS sends"][0],
        lines["SQS receives"][0],
        lines["SQS deletes"][0],
    ) == (20, 11, 1)


def test_each_event_is_billed_by_its_own_size_whoever_else_is_there():
    """https://aws.amazon.com/sqs/pricing/

    Ten messages of 65 KB: each send counts 2, the receive 11. Ten of nothing: each call counts 1.
    """
    mappings = [
        sim.trigger(
            "sqs_standard",
            function="f",
            name=name,
            source=name,
            maximum_batching_window_in_seconds=2,
        )
        for name in ("a", "b")
    ]
    doors = [
        sim.trigger("invoke_event", function="f", name=name)
        for name in ("c", "d")
    ]
    sizes = {"a": 65, "b": 0, "c": 1024, "d": 0}
    traffic = [
        sim.Traffic(
            into=name, arrivals=sim.Burst(events=10), payload_kb=payload_kb
        )
        for name, payload_kb in sizes.items()
    ]
    run = sim.simulate(
        sim.Scenario(
            functions=[sim.Function(name="f")],
            triggers=[*mappings, *doors],
            traffic=traffic,
            seconds=60,
        )
    )
    large, nothing = 10 * 2, 10 * 1
    assert quantity(run, "SQS sends") == large + nothing
    receives = sum(
        11 if queue == "a" else 1 for queue in batches_of_ten(run).queue
    )
    assert quantity(run, "SQS receives") == receives
    assert quantity(run, "Lambda requests for large events") == 10 * 12
    assert quantity(run, "SQS sends", payload_kb=0) == 20


def sending(entries, payload_kb, count=20, topic=False):
    """Messages of one traffic to a queue, several in each call; or by a topic."""
    topics = [sim.Topic(name="t", queues=("q",))] if topic else []
    return sim.simulate(
        sim.Scenario(
            functions=[sim.Function(name="f")],
            triggers=[sim.trigger("sqs_standard", "f", source="q")],
            topics=topics,
            traffic=[
                sim.Traffic(
                    into="t" if topic else "q",
                    arrivals=sim.Burst(events=count),
                    payload_kb=payload_kb,
                    entries_per_request=entries,
                )
            ],
            seconds=60,
        )
    )


@pytest.mark.parametrize(
    ("entries", "payload_kb", "requests"),
    [
        (1, 1, 20),
        (10, 1, 2),
        (10, 6.4, 2),
        (10, 6.5, 4),
        (7, 1, 3),
        (3, 64, 20),
    ],
)
def test_a_call_that_sends_ten_messages_is_one_request(
    entries, payload_kb, requests
):
    """https://aws.amazon.com/sqs/pricing/"""
    run = sending(entries, payload_kb)
    assert quantity(run, "SQS sends") == requests


def test_a_message_that_a_topic_passes_on_to_queues_is_a_publish():
    """https://aws.amazon.com/sns/pricing/"""
    run = sending(1, 1, topic=True)
    assert quantity(run, "SNS publishes") == 20
    assert quantity(run, "SQS sends") == 20


def batches_of_ten(run):
    """The batches of a run, all of them full."""
    found = queues.batches(run, queues.messages_in_batches(run))
    assert (found.messages == 10).all()
    return found


def test_an_idle_queue_costs_empty_receives():
    """https://aws.amazon.com/sqs/pricing/

    Five pollers, a poll of 20 s each: 15 in the first minute; then two: 6 a minute. 69 in these ten
    minutes, 298,080 in a month of 30 days at that rate, x 0.40 / 1,000,000 = 0.119232 USD.
    """
    run = queue([], seconds=600)
    assert bill(run, "month") == {
        "SQS empty receives": pytest.approx((298_080, 0.119232))
    }


def test_a_failed_batch_is_received_again_and_not_deleted():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    lines = bill(queue([0], poison_share=1, seconds=95))
    assert lines["SQS receives"][0] == 4
    assert "SQS deletes" not in lines


def test_a_message_is_deleted_once_however_often_it_was_received():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = queue(range(20), error_rate=0.5, batch_size=1, seconds=600)
    receives = int(run.deliveries.receives.sum())
    lines = bill(run)
    assert receives > 20
    assert (
        lines["SQS sends"][0],
        lines["SQS receives"][0],
        lines["SQS deletes"][0],
    ) == (20, receives, 20)


def test_only_the_records_that_succeeded_are_deleted():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    reports = ("ReportBatchItemFailures",)
    lines = bill(
        queue([0] * 10, 0.1, poison_share=1, reports=reports, seconds=10)
    )
    assert "SQS deletes" not in lines


def test_the_move_to_a_dead_letter_queue_costs_nothing():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    assert (
        quantity(queue([0], poison_share=1, most=1, seconds=95), "SQS sends")
        == 1
    )


def test_an_event_published_to_a_topic_is_billed_once_for_all_its_subscribers():
    """https://aws.amazon.com/sns/pricing/"""
    parts = sim.Scenario(
        functions=[function("f"), function("g")],
        triggers=[
            sim.trigger("sns", function=name, name=f"to {name}", source="news")
            for name in "fg"
        ],
        traffic=[
            sim.Traffic(into="news", arrivals=sim.Recorded(instants=(0, 1)))
        ],
        seconds=60,
    )
    lines = bill(sim.simulate(parts, drain=False))
    assert lines["SNS publishes"] == pytest.approx((2, 2 * 0.5 / 1e6))
    assert lines["Lambda requests"][0] == 4


def test_what_lambda_sends_to_a_dead_letter_queue_is_a_send():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    run = one_function(
        kind="invoke_event",
        handler=0,
        error_rate=1,
        on_failure="q",
        queues=["q"],
    )
    assert quantity(run, "SQS sends") == 1


def test_every_call_of_a_rest_api_is_billed_throttled_or_not():
    """https://aws.amazon.com/api-gateway/pricing/

    Two calls, one of them throttled by Lambda: 2 x 3.50 / 1,000,000 USD, and one Lambda request.
    """
    lines = bill(
        one_function(
            at=(0, 0), kind="apigw_rest", reserved_concurrent_executions=1
        )
    )
    assert lines["API Gateway REST requests"] == pytest.approx((2, 7e-6))
    assert lines["Lambda requests"][0] == 1


def test_a_source_without_a_known_price_says_so():
    trigger = SynchronousTrigger(name="door", kind="alb", function="f")
    traffic = sim.Traffic(into="door", arrivals=sim.Recorded(instants=(0,)))
    run = sim.simulate(
        sim.Scenario(
            functions=[function("f")],
            triggers=[trigger],
            traffic=[traffic],
            seconds=3600,
        ),
        drain=False,
    )
    assert quantity(run, "Application Load Balancer hours") == 1
    row = run.cost().set_index("item").loc["source alb"]
    assert row.source.startswith("not priced: capacity units depend on bytes")
    assert row.isna()[["quantity", "cost_usd", "unit_price_usd"]].all()
    assert run.cost().cost_usd.sum() > 0


# The table


def test_every_line_is_its_quantity_times_its_price_and_names_its_source():
    table = queue([0, 1, 2]).cost("month")
    assert (table.quantity * table.unit_price_usd).tolist() == pytest.approx(
        table.cost_usd.tolist()
    )
    assert set(table.source) <= {price.source for price in facts.prices()}
    assert set(table.unit) == {"requests", "GB-s"}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"per": "year"},
            "There is no cost per 'year'; choose 'run', 'month' or 'million events'.",
        ),
        (
            {"payload_kb": -1},
            "payload_kb is -1, but it must be 0 KB or more, and finite.",
        ),
    ],
)
def test_what_cannot_be_billed_is_refused(options, sentence):
    with pytest.raises(sim.ScenarioError) as told:
        one_function().cost(**options)
    assert str(told.value) == sentence


def test_without_events_there_is_no_cost_per_million():
    with pytest.raises(sim.ScenarioError, match="No event came"):
        queue([], seconds=60).cost("million events")


# Laws


law_of_cost = law(scenarios(), st.integers(0, 2**32), fast=4, thorough=60)


@law_of_cost
def test_billed_requests_are_invocations(drawn, seed):
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    run = sim.simulate(drawn, seed, drain=False)
    table = run.metrics()
    invoked = table[
        (table.metric == "Invocations") & (table.dimensions == "")
    ].Sum.sum()
    assert quantity(run, "Lambda requests") == invoked


@law_of_cost
def test_empty_receives_and_messages_are_those_of_the_metrics(drawn, seed):
    run = sim.simulate(drawn, seed, drain=False)
    table = run.metrics().groupby("metric").Sum.sum()
    for what, metric in (
        ("empty receives", "NumberOfEmptyReceives"),
        ("sends", "NumberOfMessagesSent"),
    ):
        counted = sum(
            quantity(run, f"{kind} {what}") for kind in ("SQS", "SQS FIFO")
        )
        assert counted == table.get(metric, 0)


@law_of_cost
def test_the_free_tier_never_makes_it_dearer_and_no_line_is_negative(
    drawn, seed
):
    run = sim.simulate(drawn, seed, drain=False)
    full, free = (run.cost("month", free_tier=free) for free in (False, True))
    assert 0 <= free.cost_usd.sum() <= full.cost_usd.sum() + 1e-9
    assert (full.cost_usd.dropna() >= 0).all()
    assert free.quantity.sum() == pytest.approx(full.quantity.sum())


def test_costs_of_functions_that_share_nothing_add_up():
    """https://aws.amazon.com/lambda/pricing/"""
    f = calls(
        function("f", handler=0.3, error_rate=0.5),
        at=range(20),
        kind="invoke_event",
    )
    g = calls(
        function("g", handler=0.2, init=0.4, memory_size=512),
        at=range(30),
        kind="apigw_rest",
    )
    together, *apart = (
        sim.simulate(scenario(*parts, seconds=600), drain=False)
        for parts in ((f, g), (f,), (g,))
    )
    for per in ("run", "month"):
        assert together.cost(per).cost_usd.sum() == pytest.approx(
            sum(run.cost(per).cost_usd.sum() for run in apart)
        )


def test_the_size_of_the_traffics_events_is_billed():
    """https://aws.amazon.com/lambda/pricing/

    An asynchronous event of 300 KB is one request up to 256 KB and one more for the next 64 KB.
    """
    scenario = sim.Scenario(
        functions=[sim.Function(name="f")],
        triggers=[sim.trigger("invoke_event", function="f")],
        traffic=[
            sim.Traffic(
                into="invoke_event",
                arrivals=sim.Burst(events=10),
                payload_kb=300,
            )
        ],
    )
    lines = sim.simulate(scenario).cost().set_index("item").quantity
    assert lines["Lambda requests"] == 10
    assert lines["Lambda requests for large events"] == 10
