"""CloudWatch's metrics.

A story for each rule of counting, with exact numbers, and laws over random scenarios.
"""

import numpy as np
import pytest
from hypothesis import strategies as st

import sim
import sim.show.pictures.cloudwatch
from sim.results.cloudwatch.datapoints import Metric, Samples
from sim.results.usage.runs import runs
from sim.show.pictures.cloudwatch_periods import chosen_period
from sim.show.pictures.pictures import CHOICES, PICTURES
from tests.support.laws import law
from tests.support.stories import calls, function, one_function, scenario
from tests.support.strategies import scenarios

ALL, F = "", "FunctionName=f"
REPORTS = ("ReportBatchItemFailures",)


def sent(run, metric, statistic="Sum", dimensions=F, period="1min"):
    """The datapoints of one metric: the statistic by the second at which its period begins."""
    table = run.metrics(period)
    mine = table[(table.metric == metric) & (table.dimensions == dimensions)]
    return dict(zip(mine.timestamp_s, mine[statistic], strict=True))


def worker(work=1.0, reserved=None, **behaviour):
    times = {
        "handler": sim.Constant(seconds=work),
        "init": sim.Constant(seconds=0),
        **behaviour,
    }
    return sim.Function(
        name="f",
        timeout=10,
        reserved_concurrent_executions=reserved,
        behaviour=sim.Behaviour(**times),
    )


def poll(at=(0,), function=None, queue=None, seconds=120, **mapping):
    """Messages of the queue `jobs`, whose dead-letter queue is `dead`."""
    mapping = {"latency": sim.Constant(seconds=0), **mapping}
    return sim.simulate(
        sim.Scenario(
            functions=[function or worker()],
            queues=[queue or sim.Queue(name="jobs"), sim.Queue(name="dead")],
            triggers=[
                sim.trigger(
                    "sqs_standard", function="f", source="jobs", **mapping
                )
            ],
            traffic=[
                sim.Traffic(into="jobs", arrivals=sim.Recorded(instants=at))
            ],
            seconds=seconds,
        ),
        drain=False,
    )


def redriving(most=1, visibility=30):
    policy = sim.RedrivePolicy(
        dead_letter_target_arn="dead", max_receive_count=most
    )
    return sim.Queue(
        name="jobs", visibility_timeout=visibility, redrive_policy=policy
    )


# Lambda


def test_a_run_counts_in_the_minute_in_which_it_was_invoked():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    run = one_function(at=(59.5,), handler=2, error_rate=1)
    assert sent(run, "Invocations") == {0: 1}
    assert sent(run, "Errors") == {0: 1}
    assert sent(run, "Duration") == {0: 2000}


def test_a_run_is_not_sent_before_it_has_ended():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html"""
    run = one_function(handler=2.5, timeout=10, seconds=2)
    assert sent(run, "Invocations") == {}
    assert sent(run, "ConcurrentExecutions", "Maximum") == {0: 1}


def test_a_minute_in_which_nothing_is_invoked_has_no_datapoint():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    run = one_function(at=(0, 130), seconds=300)
    for metric in ("Invocations", "Errors", "Duration", "Throttles"):
        assert list(sent(run, metric)) == [0, 120]
    assert list(sent(run, "ConcurrentExecutions", "Maximum")) == [0, 120]


def test_errors_are_zero_on_success_so_that_their_average_is_the_error_rate():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    run = one_function(at=range(20), handler=0.5, error_rate=0.5)
    failed = int((run.attempts.outcome == "failed").sum())
    assert 0 < failed < 20
    assert sent(run, "Errors") == {0: failed}
    assert sent(run, "Errors", "Average") == {0: failed / 20}


def test_a_timeout_is_an_error():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    assert sent(one_function(handler=5, timeout=3), "Errors") == {0: 1}


def test_a_throttled_call_is_neither_an_invocation_nor_an_error():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    run = one_function(at=(0, 0), handler=2, reserved_concurrent_executions=1)
    assert sent(run, "Invocations") == {0: 1}
    assert sent(run, "Throttles") == {0: 1}
    assert sent(run, "Errors") == {0: 0}
    assert sent(run, "Errors", "SampleCount") == {0: 2}


def test_reserved_concurrency_0_drops_events_without_a_throttle():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    run = one_function(kind="invoke_event", reserved_concurrent_executions=0)
    assert sent(run, "AsyncEventsReceived") == {0: 1}
    assert sent(run, "AsyncEventsDropped") == {0: 1}
    for metric in ("Invocations", "Errors", "Throttles", "AsyncEventAge"):
        assert sent(run, metric) == {}


def test_an_event_is_received_once_however_often_it_is_retried():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#async-invocation-metrics"""
    run = one_function(kind="invoke_event", handler=0, error_rate=1)
    assert sent(run, "AsyncEventsReceived") == {0: 1}
    assert sent(run, "Invocations") == {0: 1, 60: 1, 180: 1}
    assert sent(run, "AsyncEventsDropped") == {180: 1}


def test_a_success_sends_a_zero_for_dropped_events():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#async-invocation-metrics"""
    run = one_function(kind="invoke_event", at=(59.5,), handler=1)
    assert sent(run, "AsyncEventsDropped") == {60: 0}


def test_every_attempt_sends_the_age_of_its_event_throttled_ones_too():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#async-invocation-metrics

    The first event runs at 0 s for 2 s; the second is throttled at 0 s and at 1 s, and runs at 3 s.
    """
    run = one_function(
        at=(0, 0),
        kind="invoke_event",
        handler=2,
        reserved_concurrent_executions=1,
    )
    assert sent(run, "AsyncEventAge") == {0: 0 + 0 + 1000 + 3000}
    assert sent(run, "AsyncEventAge", "SampleCount") == {0: 4}
    assert sent(run, "AsyncEventAge", "Maximum") == {0: 3000}
    assert sent(run, "Throttles") == {0: 2}


def test_duration_leaves_the_cold_start_out():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    assert sent(one_function(init=2, handler=1), "Duration") == {0: 1000}


def test_duration_has_the_init_that_runs_again_after_a_timeout():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(
        at=(0, 60), init=1, handler=1.5, timeout=2, error_rate=1, crash_share=1
    )
    assert sent(run, "Duration") == {0: 1500, 60: 2000}


def test_an_init_cut_after_ten_seconds_is_not_in_duration_but_its_second_try_is():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    assert sent(one_function(init=11, handler=1, timeout=20), "Duration") == {
        0: 12_000
    }


def test_a_batch_is_one_invocation():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = poll(at=[0] * 10, function=worker(0.5))
    assert sent(run, "Invocations") == {0: 1}
    assert sent(run, "Duration") == {0: 5000}


def test_reported_batch_item_failures_are_no_function_error():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

    The message comes back after 30 s, so that there are two runs in the first minute.
    """
    failing = worker(poison_share=1)
    assert (
        sent(poll(function=failing, function_response_types=REPORTS), "Errors")[
            0
        ]
        == 0
    )
    assert sent(poll(function=failing), "Errors")[0] == 2
    raising = worker(poison_share=1, batch_response="exception")
    assert (
        sent(poll(function=raising, function_response_types=REPORTS), "Errors")[
            0
        ]
        == 2
    )


def test_concurrency_is_the_most_environments_busy_at_once():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html

    Three calls of 30 s, the last one as the first ends: never three at once; 90 busy seconds in the
    first minute and a half of it are an average of 70/60 and 20/60.
    """
    run = one_function(at=(0, 20, 50), handler=30, timeout=60, seconds=120)
    assert sent(run, "ConcurrentExecutions", "Maximum") == {0: 2, 60: 1}
    assert sent(run, "ConcurrentExecutions", "Average") == {
        0: 70 / 60,
        60: 20 / 60,
    }


def test_a_call_that_takes_the_place_of_one_that_ends_adds_nothing():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html"""
    run = one_function(at=(0, 1, 2), handler=1)
    assert sent(run, "ConcurrentExecutions", "Maximum") == {0: 1}


def test_calls_that_take_no_time_follow_one_another_in_one_environment():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    run = one_function(at=(0, 0, 0), handler=0)
    assert sent(run, "Invocations") == {0: 3}
    assert sent(run, "ConcurrentExecutions", "Maximum") == {0: 1}


def test_reserved_concurrency_counts_as_claimed_even_if_idle():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html"""
    run = sim.simulate(
        scenario(
            calls(
                function(
                    "f", handler=5, timeout=9, reserved_concurrent_executions=10
                ),
                at=(0,),
            ),
            calls(function("g", handler=5, timeout=9), at=(1, 2)),
            seconds=60,
        ),
        drain=False,
    )
    region = {
        name: sent(run, name, "Maximum", ALL)
        for name in ("ConcurrentExecutions", "ClaimedAccountConcurrency")
    }
    assert region == {
        "ConcurrentExecutions": {0: 3},
        "ClaimedAccountConcurrency": {0: 10 + 2},
    }
    assert sent(run, "UnreservedConcurrentExecutions", "Maximum", ALL) == {0: 2}


def test_what_is_provisioned_is_claimed_once_after_its_function_is_reserved():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html"""
    provisioned = function(
        "f",
        auto_publish_alias="live",
        provisioned_concurrency_config=sim.ProvisionedConcurrencyConfig(3),
    )
    later = sim.Change(of="f", at=60, reserved_concurrent_executions=5)
    system = scenario(calls(provisioned, at=(0,)), seconds=120)
    run = sim.simulate(system.replace(changes=[later]), drain=False)
    claimed = sent(run, "ClaimedAccountConcurrency", "Maximum", ALL)
    assert claimed == {0: 3, 60: 5}


def test_the_region_counts_all_functions():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html"""
    run = sim.simulate(
        scenario(
            calls(function("f"), at=(0, 1)),
            calls(function("g"), at=(0,)),
            seconds=60,
        ),
        drain=False,
    )
    assert sent(run, "Invocations", dimensions=ALL) == {0: 3}
    assert sent(run, "Invocations", dimensions="FunctionName=g") == {0: 1}


# Periods and statistics


def test_a_longer_period_adds_minutes_up():
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html"""
    run = one_function(at=(0, 70, 310), seconds=600)
    assert sent(run, "Invocations") == {0: 1, 60: 1, 300: 1}
    assert sent(run, "Invocations", period="5min") == {0: 2, 300: 1}


def test_percentiles_interpolate_between_samples():
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
    (a choice)
    """
    samples = Samples(
        Metric("AWS/Lambda", "Duration", "", "Milliseconds"),
        np.zeros(2),
        np.array([0.0, 100.0]),
    )
    found = samples.by_period(60).statistics
    names = ["Minimum", "p50", "p95", "p99", "Maximum"]
    told = [found[name].item() for name in names]
    assert told == pytest.approx([0, 50, 95, 99, 100])


@pytest.mark.parametrize("period", ["1s", "30s", "90s"])
def test_nothing_is_sent_more_often_than_once_a_minute(period):
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html"""
    with pytest.raises(
        sim.ScenarioError,
        match=f"The period is '{period}', but Lambda, SQS and API Gateway",
    ):
        one_function().metrics(period)


def test_a_period_that_is_no_time_is_refused():
    with pytest.raises(
        sim.ScenarioError, match="The period 'often' is no time; write '1min'"
    ):
        one_function().metrics("often")


def test_the_table_has_the_same_columns_when_nothing_happened():
    run = one_function(at=())
    assert len(run.metrics()) == 0
    assert list(run.metrics().columns) == list(one_function().metrics().columns)


# SQS


def test_five_idle_pollers_receive_nothing_fifteen_times_a_minute_and_two_six_times():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html"""
    run = poll(at=(), seconds=180)
    assert sent(run, "NumberOfEmptyReceives", dimensions="QueueName=jobs") == {
        0: 15,
        60: 6,
        120: 6,
    }


def test_a_long_poll_that_a_message_ends_is_not_empty():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html

    One poller: nothing at 0 s and 20 s, a message at 45 s, 2 s of work, nothing at 47 s, 67 s and
    87 s; at 107 s the next poll is still open when the simulation ends.
    """
    run = poll(at=(45,), function=worker(2), pollers=1, seconds=110)
    assert sent(run, "NumberOfEmptyReceives", dimensions="QueueName=jobs") == {
        0: 3,
        60: 2,
    }
    assert sent(
        run, "NumberOfEmptyReceives", "SampleCount", "QueueName=jobs"
    ) == {
        0: 4,
        60: 2,
    }


def test_messages_are_sent_received_and_deleted():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html"""
    run = poll(at=(0, 0, 55), function=worker(10 / 4), pollers=1)
    for what in ("Sent", "Received", "Deleted"):
        assert sent(
            run, f"NumberOfMessages{what}", dimensions="QueueName=jobs"
        ) == {0: 3}


def test_a_message_that_comes_back_is_received_again():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    run = poll(function=worker(poison_share=1))
    assert sent(
        run, "NumberOfMessagesReceived", dimensions="QueueName=jobs"
    ) == {
        0: 2,
        60: 2,
    }
    assert (
        sent(run, "NumberOfMessagesDeleted", dimensions="QueueName=jobs") == {}
    )


def test_the_move_to_a_dead_letter_queue_is_not_counted_as_sent():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    run = poll(function=worker(poison_share=1), queue=redriving())
    assert sent(run, "NumberOfMessagesSent", dimensions="QueueName=dead") == {}
    assert sent(
        run, "ApproximateNumberOfMessagesVisible", "Maximum", "QueueName=dead"
    ) == {0: 1, 60: 1}
    assert (
        sent(run, "NumberOfMessagesDeleted", dimensions="QueueName=jobs") == {}
    )


def test_the_age_begins_anew_in_the_dead_letter_queue():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html"""
    run = poll(function=worker(poison_share=1), queue=redriving())
    assert sent(
        run, "ApproximateAgeOfOldestMessage", "Maximum", "QueueName=jobs"
    ) == {0: 30}
    assert sent(
        run, "ApproximateAgeOfOldestMessage", "Maximum", "QueueName=dead"
    ) == {
        0: 30,
        60: 90,
    }


def test_what_lambda_sends_to_its_dead_letter_queue_is_counted_as_sent():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    run = one_function(
        kind="invoke_event",
        handler=0,
        error_rate=1,
        on_failure="q",
        queues=["q"],
        seconds=300,
    )
    assert sent(run, "NumberOfMessagesSent", dimensions="QueueName=q") == {
        180: 1
    }
    run = one_function(
        kind="invoke_event",
        at=(0, 1),
        on_success="q",
        queues=["q"],
        seconds=300,
    )
    assert sent(run, "NumberOfMessagesSent", dimensions="QueueName=q") == {0: 2}


def test_a_received_message_is_not_visible_until_its_timeout():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html

    One poller and 15 s of work: the first message is in flight from 0 to 15 s, the second visible
    until then.
    """
    slow = worker(15).replace(timeout=20)
    run = poll(at=(0, 0), function=slow, pollers=1, batch_size=1, seconds=60)
    assert sent(
        run,
        "ApproximateNumberOfMessagesNotVisible",
        "Average",
        "QueueName=jobs",
    ) == {0: 30 / 60}
    assert sent(
        run,
        "ApproximateNumberOfMessagesNotVisible",
        "Maximum",
        "QueueName=jobs",
    ) == {0: 1}
    assert sent(
        run, "ApproximateNumberOfMessagesVisible", "Average", "QueueName=jobs"
    ) == {0: 15 / 60}
    assert sent(
        run, "ApproximateAgeOfOldestMessage", "Maximum", "QueueName=jobs"
    ) == {0: 30}


def test_a_delayed_message_is_not_visible_yet():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html"""
    queue = sim.Queue(name="jobs", delay_seconds=20)
    run = poll(queue=queue, function=worker(0.5), seconds=60)
    assert sent(
        run, "ApproximateNumberOfMessagesVisible", "Maximum", "QueueName=jobs"
    ) == {0: 0}
    assert sent(
        run, "ApproximateAgeOfOldestMessage", "Maximum", "QueueName=jobs"
    ) == {0: 20.5}


def test_a_polled_queue_sends_zero_visible_messages_but_no_other_zeros():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html"""
    table = poll(at=(), seconds=60).metrics()
    assert set(table[table.namespace == "AWS/SQS"].metric) == {
        "ApproximateNumberOfMessagesVisible",
        "NumberOfEmptyReceives",
    }


# API Gateway


def test_a_function_error_is_a_5xx_of_api_gateway():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html"""
    run = one_function(at=(0, 1), kind="apigw_rest", handler=0.5, error_rate=1)
    gateway = {
        m: sent(run, m, dimensions="ApiName=to f")
        for m in ("Count", "4XXError", "5XXError", "Latency")
    }
    assert gateway == {
        "Count": {0: 2},
        "4XXError": {0: 0},
        "5XXError": {0: 2},
        "Latency": {0: 1000},
    }
    assert sent(run, "5XXError", "Average", "ApiName=to f") == {0: 1}


def test_a_call_past_the_gateways_own_limit_is_a_5xx_while_the_function_succeeds():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"""
    run = one_function(kind="apigw_rest", handler=40, timeout=60, seconds=100)
    assert sent(run, "5XXError", dimensions="ApiName=to f") == {0: 1}
    assert sent(run, "Latency", dimensions="ApiName=to f") == {0: 29_000}
    assert sent(run, "IntegrationLatency", dimensions="ApiName=to f") == {
        0: 29_000
    }
    assert sent(run, "Errors") == {0: 0}


DOORS = {
    "apigw_rest": ("ApiName", "Count", "4XXError", "5XXError"),
    "apigw_http": ("ApiId", "Count", "4xx", "5xx"),
    "apigw_ws": ("ApiId", "MessageCount", "ClientError", "ExecutionError"),
}


@pytest.mark.parametrize("kind", DOORS)
def test_what_an_api_answers_itself_is_an_error_of_the_client(kind):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html"""
    system = sim.Scenario(
        functions=[
            sim.Function(
                name="f",
                behaviour=sim.Behaviour(
                    handler=sim.Constant(0.1), error_rate=1
                ),
            )
        ],
        triggers=[
            sim.trigger(
                kind,
                "f",
                name="door",
                throttle_rate_limit=1,
                throttle_burst_limit=2,
            )
        ],
        traffic=[sim.Traffic(into="door", arrivals=sim.Burst(events=5, at=1))],
        seconds=60,
    )
    run = sim.simulate(system, seed=1, drain=False)
    dimension, *metrics = DOORS[kind]
    counted = [
        sent(run, one, dimensions=f"{dimension}=door") for one in metrics
    ]
    assert counted == [{0: 5}, {0: 3}, {0: 2}]
    assert sent(run, metrics[1], "Average", f"{dimension}=door") == {0: 0.6}


def test_a_load_balancer_counts_its_errors_only_when_there_are_some():
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html"""
    door = "LoadBalancer=to f"
    bad = one_function(at=(0, 1), kind="alb", handler=0.1, error_rate=1)
    assert sent(bad, "RequestCount", dimensions=door) == {0: 2}
    assert sent(bad, "HTTPCode_ELB_5XX_Count", dimensions=door) == {0: 2}
    good = one_function(at=(0, 1), kind="alb", handler=0.1)
    assert sent(good, "HTTPCode_ELB_5XX_Count", dimensions=door) == {}


# The picture


def graphs(picture) -> list[str]:
    """The metrics of a picture, by name and unit."""
    titles = [axes.get_title(loc="left") for axes in picture.axes]
    return ["".join(title.split()).replace("(", " (") for title in titles]


def test_the_console_says_its_counts_and_draws_only_what_was_sent():
    picture = sim.show.cloudwatch(
        one_function(at=(0, 70), handler=1, error_rate=1, seconds=120),
        period="1min",
    )
    assert graphs(picture) == [
        "Invocations (Count)",
        "Duration (Milliseconds)",
        "Errors (Count)",
        "Throttles (Count)",
        "ConcurrentExecutions (Count)",
    ]
    assert picture.text_alternative.startswith(
        "CloudWatch metrics of f, a point each 60 s: 2 invocations, 2 errors (100.0%), "
        "0 throttles. "
        "Invocations (Sum) from 1 to 1; Duration (Maximum) from 1,000 to 1,000;"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_console_shows_the_queue_and_the_api_in_front_of_a_function(theme):
    queue = graphs(sim.show.cloudwatch(poll(), theme=theme))
    assert {
        "ApproximateNumberOfMessagesVisible (Count)",
        "ApproximateNumberOfMessagesNotVisible (Count)",
        "ApproximateAgeOfOldestMessage (Seconds)",
        "NumberOfEmptyReceives (Count)",
    } <= set(queue)
    picture = sim.show.cloudwatch(one_function(kind="apigw_rest"), theme=theme)
    assert {"Latency (Milliseconds)", "5XXError (Count)"} <= set(
        graphs(picture)
    )


def test_a_period_without_a_datapoint_breaks_the_line_but_for_a_thin_one():
    picture = sim.show.cloudwatch(
        one_function(at=(0, 130), seconds=240), period="1min"
    )
    thin, line = picture.axes[0].lines
    assert np.isnan(line.get_ydata()).tolist()[:4] == [False, True, False, True]
    assert thin.get_xdata().tolist() == [0, 120]


def test_the_console_asks_which_function_is_meant():
    run = sim.simulate(
        scenario(
            calls(function("f"), at=(0,)),
            calls(function("g"), at=(0, 1)),
            seconds=60,
        ),
        drain=False,
    )
    with pytest.raises(
        ValueError, match="several functions; name one with resource=: 'f', 'g'"
    ):
        sim.show.cloudwatch(run)
    with pytest.raises(
        ValueError, match="has no metrics of 'h' in this run, but of 'f', 'g'"
    ):
        sim.show.cloudwatch(run, "h")
    words = sim.show.cloudwatch(run, "g").text_alternative
    assert "metrics of g" in words
    assert "2 invocations" in words


def test_a_queue_has_its_own_metrics_and_its_mappings():
    run = poll()
    name = run.triggers[0].source
    found = graphs(sim.show.cloudwatch(run, name))
    assert "NumberOfMessagesSent (Count)" in found
    assert "PolledEventCount (Count)" in found
    assert "Invocations (Count)" not in found


def test_a_stream_has_the_age_of_its_readers_records():
    run = sim.simulate(sim.course.trial("kinesis"))
    found = graphs(sim.show.cloudwatch(run, "kinesis"))
    assert found[0] == "IteratorAge (Milliseconds)"
    assert "IncomingRecords (Count)" in found


@pytest.mark.slow
def test_every_resource_of_every_run_can_be_chosen():
    runs = {"a": poll(), "b": one_function()}
    choices = {choice["name"]: choice for choice in CHOICES["CloudWatch"](runs)}
    values = [value for value, _ in choices["resource"]["options"]]
    assert "a/queue/" + runs["a"].triggers[0].source in values
    assert choices["resource"]["value"] == values[0]
    for value in values:
        for period in ("", "5s"):
            picture = PICTURES["CloudWatch"](
                runs, resource=value, period=period, pinned=runs
            )
            assert picture.text_alternative
    other = PICTURES["CloudWatch"](runs, resource="of another preset")
    assert "metrics of f" in other.text_alternative


@pytest.mark.parametrize(
    ("seconds", "period"),
    [
        (10, 1),
        (60, 5),
        (120, 10),
        (599, 30),
        (600, 30),
        (720, 60),
        (7200, 60),
        (86_400, 900),
    ],
)
def test_a_period_is_short_enough_for_a_line(seconds, period):
    assert chosen_period(seconds) == period


def test_a_chart_that_looks_closer_than_cloudwatch_says_so():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html"""
    run = one_function(at=(0, 10, 20, 30), seconds=60)
    words = "a point each 5 s, finer than CloudWatch's own period of 60 s"
    close = sim.show.cloudwatch(run, period="5s")
    assert words in close.text_alternative
    assert (
        "finer" not in sim.show.cloudwatch(run, period="1min").text_alternative
    )
    with pytest.raises(
        ValueError, match="whole minutes, such as '1min', or one of"
    ):
        sim.show.cloudwatch(run, period="7s")


def test_an_alarm_is_a_line_at_its_threshold():
    run = one_function(at=(0, 10), error_rate=1, seconds=60)
    picture = sim.show.cloudwatch(run, alarms={"Errors": 3})
    errors = next(
        axes
        for axes in picture.axes
        if axes.get_title(loc="left").startswith("Errors")
    )
    assert errors.lines[-1].get_ydata() == [3, 3]
    assert "dashed: alarms" in picture.texts[1].get_text()
    assert errors.get_ylim()[1] > 3
    assert "alarm: 3" in [text.get_text() for text in errors.texts]
    with pytest.raises(ValueError, match="An alarm is on 'Error', but"):
        sim.show.cloudwatch(run, alarms={"Error": 3})


def test_a_scenarios_alarm_is_a_line_that_is_thick_while_it_rings():
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html"""
    alarm = sim.Alarm(
        name="failing",
        metric_name="Errors",
        dimensions="FunctionName=f",
        period=60,
        evaluation_periods=1,
        threshold=1,
    )
    given = scenario(
        calls(function("f", error_rate=1), at=(0, 65, 66)), seconds=300
    )
    run = sim.simulate(given.replace(alarms=[alarm]), drain=False)
    picture = sim.show.cloudwatch(run)
    errors = next(
        axes
        for axes in picture.axes
        if axes.get_title(loc="left").startswith("Errors")
    )
    assert [text.get_text() for text in errors.texts] == ["alarm: Sum > 1"]
    thick = [line for line in errors.lines if line.get_linewidth() == 5]
    rings = run.alarm_history().query("state == 'ALARM'").timestamp_s
    assert [line.get_xdata()[0] for line in thick] == rings.tolist() == [120]


# Laws


law_of_metrics = law(
    scenarios(), st.integers(0, 2**32), st.booleans(), fast=4, thorough=60
)


def total(table, metric, statistic="Sum"):
    return table[(table.metric == metric) & (table.dimensions == ALL)][
        statistic
    ].sum()


def raises_errors(behaviour):
    """Whether a run that fails raises: it may report or swallow its errors, and return."""
    returned = behaviour.batch_response
    return returned in (None, "exception") and not behaviour.swallows_errors


@law_of_metrics
def test_invocations_are_the_runs_that_ended(drawn, seed, drain):
    run = sim.simulate(drawn, seed, drain=drain)
    table, spans = run.metrics(), run.spans
    done = spans[(spans.stage == "handler") & (spans.outcome != "in flight")]
    alone, batched = done[done.invocation < 0], done[done.invocation >= 0]
    runs = len(alone) + len(
        batched[["resource", "invocation"]].drop_duplicates()
    )
    assert (
        total(table, "Invocations")
        == total(table, "Duration", "SampleCount")
        == runs
    )
    assert total(table, "Errors", "SampleCount") == runs + total(
        table, "Throttles"
    )
    raising = [f.name for f in drawn.functions if raises_errors(f.behaviour)]
    failed = alone.outcome.isin(["failed", "timeout", "crashed"])
    errors = (failed & alone.resource.isin(raising)).sum()
    assert errors <= total(table, "Errors") <= runs


@law_of_metrics
def test_functions_add_up_to_the_region(drawn, seed, drain):
    table = sim.simulate(drawn, seed, drain=drain).metrics("5min")
    mine = table[(table.namespace == "AWS/Lambda") & table.SampleCount.notna()]
    mine = mine[~mine.dimensions.str.startswith("EventSourceMapping")]
    parts = (
        mine.assign(region=mine.dimensions == ALL)
        .groupby(["region", "metric"])[["Sum", "SampleCount"]]
        .sum()
    )
    if len(mine):
        np.testing.assert_allclose(parts.loc[True], parts.loc[False])


@law_of_metrics
def test_every_attempt_at_an_event_sends_its_age_and_every_event_is_received_once(
    drawn, seed, drain
):
    run = sim.simulate(drawn, seed, drain=drain)
    table, accepted = (
        run.metrics(),
        run.deliveries[run.deliveries.accepted_s.notna()],
    )
    assert total(table, "AsyncEventsReceived") == len(accepted)
    still_in_init = (runs(run).outcome == "").sum()
    tried = accepted.runs.sum() + accepted.throttles.sum() + still_in_init
    assert total(table, "AsyncEventAge", "SampleCount") <= tried
    given_up = accepted.condition.isin(
        ["RetriesExhausted", "EventAgeExceeded", "ZeroReservedConcurrency"]
    )
    assert total(table, "AsyncEventsDropped") == given_up.sum()


@law_of_metrics
def test_a_queue_counts_every_receive(drawn, seed, drain):
    run = sim.simulate(drawn, seed, drain=drain)
    table = run.metrics()
    assert (
        table[table.metric == "NumberOfMessagesReceived"].Sum.sum()
        == run.deliveries.receives.sum()
    )
    polled = run.deliveries[
        run.deliveries.kind.isin(["sqs_standard", "sqs_fifo"])
    ]
    deleted = polled.fate.isin(["succeeded", "dropped", "filtered"]).sum()
    assert table[table.metric == "NumberOfMessagesDeleted"].Sum.sum() == deleted


@law_of_metrics
def test_concurrency_never_exceeds_what_is_allowed_and_averages_to_busy_time(
    drawn, seed, drain
):
    """https://en.wikipedia.org/wiki/Little%27s_law"""
    run = sim.simulate(drawn, seed, drain=drain)
    table = run.metrics()
    level = table[
        (table.metric == "ConcurrentExecutions") & (table.dimensions == ALL)
    ]
    assert (
        level.Maximum.max() <= drawn.account.concurrent_executions
        or level.empty
    )
    for each in drawn.functions:
        mine = table[
            (table.metric == "ConcurrentExecutions")
            & (table.dimensions == f"FunctionName={each.name}")
        ]
        if each.reserved_concurrent_executions is not None and len(mine):
            assert mine.Maximum.max() <= each.reserved_concurrent_executions
    ended = run.trace.ended / 1e6
    lasted = np.minimum(level.timestamp_s + 60, ended) - level.timestamp_s
    is_within = run.spans.stage.isin(["connection", "call"])  # its handler
    work = run.spans[(run.spans.environment >= 0) & ~is_within]
    one = work.drop_duplicates(["resource", "environment", "start_s", "end_s"])
    busy = (one.end_s - one.start_s).sum()
    assert (level.Average * lasted).sum() == pytest.approx(busy, abs=1e-3)


def test_a_table_of_metrics_is_the_askers_own():
    """Pictures of one run share what is counted: somebody's changes do not reach it."""
    run = one_function(timeout=3)
    table = run.metrics()
    table["Sum"] = -1
    assert (run.metrics().Sum.dropna() >= 0).all()
