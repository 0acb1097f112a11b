"""How a queue's pollers scale: up while messages wait, down once a minute, within limits."""

import math

import pytest

import sim
from sim.engine.queue.poller_scaling import PollRateLimit
from sim.engine.simulate import Simulation
from tests.support.queues import (
    REPORTS,
    batches,
    concurrency,
    ends,
    jobs,
    poll,
    pollers,
    spans,
    worker,
)

SLOW = {
    "function": worker(work=900, timeout=900),
    "queue": jobs(visibility=900),
    "batch_size": 1,
}
RESERVED = "ReservedFunctionConcurrentInvocationLimitExceeded"
LARGE = {"account": sim.Account(concurrent_executions=10_000)}


def backlog(count=2000, until=301, **settings):
    """Many messages at once, each of which keeps a batch busy to the end."""
    return poll(
        **{
            **SLOW,
            "instants": [0] * count,
            "until": until,
            "system": LARGE,
            **settings,
        }
    )


# Up


def test_a_mapping_begins_with_five_batches_and_adds_three_hundred_a_minute_up_to_1250():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    run = backlog()
    assert [concurrency(run, at) for at in (0, 60, 120, 180, 240, 300)] == [
        5,
        305,
        605,
        905,
        1205,
        1250,
    ]
    assert pollers(run)[-1] == (249, 1250), "after 4.15 minutes"


def test_within_a_minute_pollers_come_one_by_one():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html (evenly: a choice)"""
    assert pollers(backlog(until=1))[:4] == [
        (0, 5),
        (0.2, 6),
        (0.4, 7),
        (0.6, 8),
    ]


def test_no_poller_is_added_where_no_message_waits():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    assert pollers(backlog(count=7, until=10)) == [(0, 5), (0.2, 6), (0.4, 7)]


def test_pollers_do_not_know_what_the_account_has_left():
    """https://repost.aws/knowledge-center/lambda-sqs-scaling"""
    account = {"account": sim.Account(concurrent_executions=150)}
    run = backlog(system=account, until=59)
    assert concurrency(run, 58) == 150
    assert pollers(run)[-1] == (58.8, 299), "300 a minute, whatever is left"
    assert run.summary().throttles > 0


def test_pollers_do_not_know_what_their_function_has_reserved():
    """https://repost.aws/knowledge-center/lambda-sqs-scaling"""
    few = worker(work=10, timeout=30, reserved=10)
    run = poll(
        few, jobs(visibility=180, most=1), instants=[0] * 600, batch_size=1
    )
    table = run.deliveries
    assert dict(pollers(run))[59.8] == 304
    assert table.throttles.sum() > 0
    assert (table.receives == 1).all()
    never_ran = table[table.runs == 0]
    assert len(never_ran) > 100
    assert {*never_ran.fate} == {"dead-lettered"}
    first = never_ran.iloc[0]
    assert first.settled_s == 181.2, "received at 1.2 s, hidden for 180 s"
    assert table.fate.eq("succeeded").sum() == len(table) - len(never_ran)


def test_a_throttled_batch_is_tried_until_its_visibility_ends_and_then_received_again():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    few = worker(work=9, timeout=10, reserved=10)
    run = poll(few, jobs(visibility=10), instants=[0] * 13, batch_size=1)
    assert spans(run, 11)[:6] == [
        (1, "queue", 0, 1.4, ""),
        (1, "throttle", 1.4, 1.4, RESERVED),
        (1, "retry", 1.4, 2.4, ""),
        (1, "throttle", 2.4, 2.4, RESERVED),
        (1, "retry", 2.4, 4.4, ""),
        (1, "throttle", 4.4, 4.4, RESERVED),
    ]
    assert run.deliveries.receives[11] == 2


@pytest.mark.parametrize(
    "cap",
    [
        {"scaling_config": sim.ScalingConfig(maximum_concurrency=10)},
        {"pollers": 10},
    ],
)
def test_what_caps_the_pollers_at_the_reservation_throttles_nothing(cap):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    few = worker(work=10, timeout=30, reserved=10)
    run = poll(
        few,
        jobs(visibility=180, most=1),
        instants=[0] * 100,
        batch_size=1,
        **cap,
    )
    assert run.summary().throttles == 0
    assert {*run.deliveries.fate} == {"succeeded"}


def test_a_reservation_below_five_is_over_pulled():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    run = backlog(
        function=worker(work=900, timeout=900, reserved=3), count=5, until=0.5
    )
    assert concurrency(run, 0) == 3
    assert run.deliveries.throttles.tolist() == [0, 0, 0, 1, 1]


def test_maximum_concurrency_limits_the_batches_at_once():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    for most, begin in ((2, 2), (40, 5)):
        run = backlog(
            scaling_config=sim.ScalingConfig(maximum_concurrency=most), until=61
        )
        assert [concurrency(run, at) for at in (0, 60)] == [begin, most]


def test_maximum_concurrency_keeps_messages_out_of_the_dead_letter_queue():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    few = worker(work=9, timeout=10, reserved=2)
    system = {"instants": [0] * 8, "batch_size": 1}
    pulled = poll(few, jobs(visibility=10, most=1), **system)
    limited = poll(
        few,
        jobs(visibility=10, most=1),
        scaling_config=sim.ScalingConfig(maximum_concurrency=2),
        **system,
    )
    assert sorted({*pulled.deliveries.fate}) == ["dead-lettered", "succeeded"]
    assert (
        pulled.deliveries.runs[pulled.deliveries.fate == "dead-lettered"].min()
        == 0
    ), "over-pulled: never run"
    assert {*limited.deliveries.fate} == {"succeeded"}


# Down


def test_after_a_minute_a_mapping_has_as_many_pollers_as_were_busy():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html

    When and how far are a choice.
    """
    run = poll(
        worker(work=2),
        instants=[10] * 20 + [70] * 8 + [130] * 2,
        batch_size=1,
        until=300,
    )
    assert pollers(run)[-3:] == [(12, 15), (120, 8), (180, 2)]


def test_an_idle_mapping_comes_down_to_two_pollers_and_is_back_at_five_when_messages_come():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    run = poll(
        worker(work=30, timeout=60),
        jobs(visibility=60),
        instants=[70] * 5,
        batch_size=1,
        until=300,
    )
    assert pollers(run) == [(0, 5), (60, 2), (70, 5), (180, 2)], (
        "five were busy from 70 to 100"
    )
    assert [start for start, _ in batches(run)] == [70] * 5


def test_with_maximum_concurrency_five_pollers_stay():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    run = poll(
        instants=[],
        until=300,
        scaling_config=sim.ScalingConfig(maximum_concurrency=50),
    )
    assert pollers(run) == [(0, 5)]
    assert (
        len(run.metrics("5min").query("metric == 'NumberOfEmptyReceives'")) == 1
    )
    assert run.metrics("5min").query(
        "metric == 'NumberOfEmptyReceives'"
    ).Sum.tolist() == [75]


# Back-off


def busy(error_rate, until=360, **mapping):
    """The batches at once at the end of each minute, under a load that needs 60 of them."""
    load = sim.Traffic(into="jobs", arrivals=sim.Poisson(per_second=120))
    run = poll(
        worker(work=0.5, error_rate=error_rate),
        batch_size=1,
        until=until,
        system={"traffic": [load]},
        **mapping,
    )
    return [concurrency(run, at - 0.1) for at in range(60, until + 1, 60)]


@pytest.mark.slow
@pytest.mark.parametrize(("error_rate", "left"), [(0.01, 25), (0.1, 13)])
def test_failing_batches_hold_the_concurrency_down_for_as_long_as_they_last(
    error_rate, left
):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

    The law is a choice, calibrated on a measurement: from 60 to about 25 and about 13.
    """
    before, *later = busy(error_rate)
    assert before == pytest.approx(60, abs=12)
    assert later == pytest.approx([left] * 5, abs=0.2 * left)


def test_without_errors_the_concurrency_stays():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    assert busy(0.0) == pytest.approx([60] * 6, abs=20)


def test_with_maximum_concurrency_the_level_is_a_part_of_it():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    limit = sim.ScalingConfig(maximum_concurrency=20)
    assert busy(0.01, until=180, scaling_config=limit)[1:] == pytest.approx(
        [20 * 25 / 60] * 2, abs=2
    )


FAILING = {
    "function": worker(work=10, timeout=20, poison_share=1),
    "queue": jobs(visibility=20),
    "batch_size": 1,
    "instants": [0] * 3000,
    "system": LARGE,
}


def test_the_level_is_held_exactly_and_left_by_steps():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

    All fail for 111 s: 304 batches at once / ln(1 + 1 / 0.001) = 44.
    """
    database = {"outages": [sim.Outage(of="database", seconds=111)]}
    run = poll(
        **{
            **FAILING,
            "function": worker(work=10, timeout=20, depends_on=["database"]),
            "instants": [0] * 20_000,
            "system": {**LARGE, **database},
        },
        until=301,
    )
    assert [last_pollers(run, at) for at in (59, 60, 119, 179)] == [
        300,
        44,
        44,
        44,
    ], "held as long as all fail"
    assert [last_pollers(run, at) for at in (239, 299)] == [88, 176]


def last_pollers(run, at):
    """How many pollers there are at this second."""
    return [count for since, count in pollers(run) if since <= at][-1]


def test_failures_leave_at_least_five_pollers():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

    That nothing leaves fewer than at the beginning is a choice.
    """
    run = poll(
        worker(work=1, poison_share=1),
        jobs(visibility=10),
        instants=[0] * 50,
        until=600,
        scaling_config=sim.ScalingConfig(maximum_concurrency=10),
    )
    assert min(count for at, count in pollers(run)) == 5


def test_the_law_of_the_back_off_can_be_set():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    choices = sim.Choices(poller_backoff_share=0.1, poller_review_seconds=30)
    run = poll(**{**FAILING, "system": {**LARGE, "choices": choices}}, until=31)
    assert (30, round(154 / math.log(11))) in pollers(run)


def test_with_report_batch_item_failures_no_poller_is_taken_away():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = poll(**FAILING, until=61, **REPORTS)
    assert dict(pollers(run))[60] == 305


def test_throttles_slow_a_mapping_down_later_and_less_than_failures():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

    A tenth each minute, down to what one failing batch in a hundred leaves: both are choices.
    """
    few = worker(work=10, timeout=30, reserved=10)
    run = poll(
        few,
        jobs(visibility=900),
        instants=[0] * 3000,
        batch_size=1,
        until=1201,
        system=LARGE,
    )
    every_minute = [count for at, count in pollers(run) if at and at % 60 == 0]
    assert every_minute[:3] == [274, 247, 223]
    assert every_minute[-1] == pytest.approx(304 * 25 / 60, rel=0.2)


def test_a_throttled_mapping_recovers_when_the_throttles_end():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    few = worker(work=2, timeout=30, reserved=20)
    run = poll(
        few,
        jobs(visibility=60),
        instants=[0] * 400 + [600] * 400,
        batch_size=1,
        until=640,
    )
    assert [count for at, count in pollers(run) if 599 < at <= 603][-1] == 20


# Provisioned mode


def provisioned(minimum=None, maximum=None):
    return sim.ProvisionedPollerConfig(
        minimum_pollers=minimum, maximum_pollers=maximum
    )


def test_a_provisioned_poller_works_on_ten_batches_at_once():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    run = backlog(provisioned_poller_config=provisioned(3, 3), until=20)
    assert concurrency(run, 19) == 30


def test_two_to_two_hundred_provisioned_pollers_are_awss_defaults():
    """https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedPollerConfig.html"""
    run = backlog(provisioned_poller_config=provisioned(), until=20)
    assert pollers(run)[0] == (0, 2)
    assert run.scenario.triggers[0].provisioned_pollers == (2, 200)


def test_provisioned_pollers_add_a_thousand_batches_a_minute():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    run = backlog(
        count=4000, provisioned_poller_config=provisioned(5, 1000), until=65
    )
    seen = pollers(run)
    # when all 50 batches of the first five pollers were busy, and 0.6 s had passed
    first = seen[1][0]
    assert {round(at - first, 6): count for at, count in seen[1:]}[
        59.4
    ] == 6 + 99


def test_a_provisioned_poller_receives_ten_times_a_second():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    quick = worker(work=0.001)
    run = poll(
        quick,
        instants=[0] * 600,
        batch_size=10,
        provisioned_poller_config=provisioned(2, 2),
    )
    starts = [start for start, _ in batches(run)]
    assert starts[:4] == [0, 0, 0.05, 0.1], (
        "each may be one call ahead; then twenty calls a second"
    )
    assert starts[-1] == pytest.approx(58 / 20)


@pytest.mark.parametrize(
    ("before", "after", "last"),
    [
        (None, provisioned(2, 2), 10 + 58 / 20),
        (provisioned(2, 2), None, 10.11),
    ],
)
def test_the_rate_limit_comes_and_goes_with_the_provisioned_mode(
    before, after, last
):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    change = sim.Change(of="mapping", at=5, provisioned_poller_config=after)
    run = poll(
        worker(work=0.001),
        instants=[10] * 600,
        batch_size=10,
        provisioned_poller_config=before,
        system={"changes": [change]},
    )
    assert batches(run)[-1][0] == pytest.approx(last)


def test_the_rate_of_many_pollers_is_not_rounded():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    limit = PollRateLimit(message_kb=1)
    for _ in range(30_000):
        limit.count_receive(1, pollers=1500, now=0)
    assert limit.used_until == 2_000_000


def test_a_provisioned_poller_takes_a_megabyte_a_second():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
    sent = {"payload_kb": 512}
    run = poll(
        worker(work=0.001),
        instants=[0] * 40,
        batch_size=1,
        provisioned_poller_config=provisioned(2, 2),
        sent=sent,
    )
    assert [start for start, _ in batches(run)][-1] == pytest.approx(
        (40 * 0.5 - 0.55) / 2, abs=0.5
    )


# The long poll


def test_a_batch_goes_when_its_window_ends_unless_traffic_is_low():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    run = poll(
        instants=[1, 101, 301, 309],
        maximum_batching_window_in_seconds=5,
        until=400,
    )
    assert batches(run) == [(5, [0]), (121, [1]), (309, [2, 3])], (
        "the long poll ends after 20 s, or by a message"
    )


def test_with_maximum_concurrency_the_window_always_counts():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html

    That low traffic means two pollers is a choice.
    """
    limit = sim.ScalingConfig(maximum_concurrency=5)
    run = poll(
        instants=[101],
        maximum_batching_window_in_seconds=5,
        until=400,
        scaling_config=limit,
    )
    assert batches(run) == [(105, [0])]


def test_a_window_longer_than_the_long_poll_is_kept():
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    run = poll(instants=[101], maximum_batching_window_in_seconds=30, until=400)
    assert batches(run) == [(120, [0])]


# Paused, switched off, full


def test_a_paused_mapping_receives_nothing():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    outage = {"outages": [sim.Outage(of="mapping", at=5, seconds=100)]}
    run = poll(worker(work=2), instants=[4.5, 20], until=200, system=outage)
    assert ends(run) == [("succeeded", 6.5, 1, 1), ("succeeded", 107, 1, 1)], (
        "what was in hand goes on"
    )
    assert spans(run, 1)[0] == (1, "queue", 20, 105, "")


def test_a_new_mapping_of_a_queue_polls_once_it_is_active():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    for pause, received in ((None, 30), (20, 60)):
        outage = sim.Outage(of="mapping", at=pause or 0, seconds=40)
        run = poll(
            worker(work=2),
            instants=[4.5, 70],
            until=200,
            active_after=30,
            system={"outages": [outage] if pause else []},
        )
        assert spans(run, 0)[0] == (1, "queue", 4.5, received, "")
        assert spans(run, 1)[0] == (1, "queue", 70, 70, "")


def test_nobody_polls_while_a_mapping_is_paused():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"""
    run = poll(
        instants=[],
        until=60,
        system={"outages": [sim.Outage(of="mapping", at=20, seconds=20)]},
    )
    assert run.metrics().query(
        "metric == 'NumberOfEmptyReceives'"
    ).Sum.tolist() == [10]


def test_a_mapping_of_a_queue_that_is_not_enabled_never_polls():
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    run = poll(
        instants=[1],
        queue=jobs(message_retention_period=60),
        until=100,
        enabled=False,
    )
    assert ends(run) == [("expired", 61, 0, 0)]
    assert run.metrics().query("metric == 'NumberOfEmptyReceives'").empty


def test_a_batch_has_six_megabytes_at_most():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    run = poll(instants=[0] * 10, sent={"payload_kb": 1024})
    assert batches(run) == [(0, [0, 1, 2, 3, 4, 5]), (0, [6, 7, 8, 9])]


def test_at_the_limit_in_flight_nothing_more_is_received():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html"""
    run = in_flight_limit(
        3,
        worker(work=10, timeout=20),
        jobs(visibility=20),
        [0, 0, 0, 0],
        batch_size=1,
    )
    assert batches(run) == [(0, [0]), (0, [1]), (0, [2]), (10, [3])], (
        "five pollers, but only three in flight"
    )


def in_flight_limit(limit, function, queue, instants, **mapping):
    """The queue with a smaller limit in flight: 120,000 messages would take long to simulate."""
    none = sim.Constant(seconds=0)
    scenario = sim.Scenario(
        functions=[function],
        queues=[queue],
        triggers=[
            sim.trigger(
                "sqs_standard",
                function="worker",
                source="jobs",
                latency=none,
                **mapping,
            )
        ],
        traffic=[
            sim.Traffic(into="jobs", arrivals=sim.Recorded(instants=instants))
        ],
        seconds=100,
    )
    simulation = Simulation(scenario)
    simulation.queues[0].in_flight_limit = limit
    simulation.advance(100_000_000)
    return simulation.finish()


def test_a_batch_is_no_larger_than_the_room_that_is_left_in_flight():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html"""
    run = in_flight_limit(3, worker(work=1), jobs(), [0] * 5)
    assert batches(run) == [(0, [0, 1, 2]), (3, [3, 4])]
