"""A story tells everything that happened to an event, in order, with the times of the tables."""

import csv
import re
from datetime import date

import pytest

import sim
from sim import facts
from sim.phrases import ordinal, spoken
from sim.results.story.rules import rules
from sim.results.story.story import NARROW
from tests.support.queues import REPORTS, jobs, poll, worker
from tests.support.useful import useful


def seconds(value):
    return sim.Constant(seconds=value)


def works(handler=0.1, **behaviour):
    return sim.Behaviour(
        handler=seconds(handler), init=seconds(0.2), **behaviour
    )


def lived(
    functions,
    triggers,
    into,
    arrivals=(3.4,),
    drain=True,
    caller=1,
    **resources,
):
    """A drained run, with events at these instants; waits after a throttle are not spread."""
    recorded = sim.Recorded(instants=arrivals)
    traffic = sim.Traffic(
        into=into, arrivals=recorded, caller=sim.Caller(max_attempts=caller)
    )
    scenario = sim.Scenario(
        functions=functions,
        triggers=triggers,
        traffic=[traffic],
        seconds=10,
        **{"choices": sim.Choices(throttle_backoff_spread=0), **resources},
    )
    return sim.simulate(useful(scenario), drain=drain)


def told(story):
    """The story without its alignment and without its list of rules."""
    lines = [
        " ".join(line.split())
        for line in story.partition("\n\n[1]")[0].splitlines()
    ]
    return [re.sub(r" \[\d+\]", "", line) for line in lines if line]


def fan_out(drain=True):
    unlucky = sim.Function(
        name="listener",
        behaviour=works(error_rate=1),
        dead_letter_config=sim.DeadLetterConfig(target_arn="failed"),
        event_invoke_config=sim.EventInvokeConfig(
            destination_config=sim.DestinationConfig(on_failure="repair")
        ),
    )
    busy = sim.Function(
        name="other",
        behaviour=works(error_rate=1),
        reserved_concurrent_executions=1,
        event_invoke_config=sim.EventInvokeConfig(
            maximum_event_age_in_seconds=60
        ),
    )
    return lived(
        [unlucky, busy, sim.Function(name="repair", behaviour=works())],
        [
            sim.trigger("sns", function="listener", latency=seconds(0.42)),
            sim.trigger(
                "sns",
                function="other",
                name="sns again",
                source="sns",
                latency=None,
            ),
            sim.trigger(
                "sqs_standard",
                function="repair",
                name="rescue",
                source="failed",
                latency=None,
            ),
        ],
        into="sns",
        arrivals=(3.4, 3.45),
        drain=drain,
        queues=[sim.Queue(name="failed")],
    )


def behind_api_gateway(caller=1, **function):
    settings = {"name": "f", "timeout": 35, "behaviour": works(32), **function}
    return lived(
        [sim.Function(**settings)],
        [sim.trigger("apigw_rest", function="f", name="api")],
        "api",
        caller=caller,
    )


def from_queue(drain=True, receives=2, arrivals=(3.4,), **behaviour):
    redrive = sim.RedrivePolicy(
        dead_letter_target_arn="dead", max_receive_count=receives
    )
    return lived(
        [sim.Function(name="f", behaviour=works(**behaviour))],
        [
            sim.trigger(
                "sqs_standard",
                function="f",
                name="mapping",
                source="q",
                latency=seconds(0.016),
                pollers=1,
            )
        ],
        into="q",
        arrivals=arrivals,
        drain=drain,
        queues=[
            sim.Queue(name="q", redrive_policy=redrive),
            sim.Queue(name="dead"),
        ],
    )


def test_an_asynchronous_event_is_followed_to_its_failure_stores_and_their_consumers():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    assert told(fan_out().story(1)) == [
        "Event 1, number 1 of traffic `sns`, arrives 3.45 s after the start of the run.",
        "`sns` to `listener`: dead-lettered after 3 min 0.9 s (3 runs).",
        "0 s The event arrives at `sns`, SNS standard topic.",
        "420 ms `sns` hands it to Lambda, which answers 202 and keeps it for `listener`.",
        "450 ms Cold start: environment 2 initialises in 200 ms.",
        "650 ms First run begins, in environment 2.",
        "750 ms The first run fails, after 100 ms. It is back in the queue for 60 s.",
        "60.8 s Second run begins, in environment 1.",
        "60.9 s The second run fails, after 100 ms. It is back in the queue for 2 min.",
        "3 min 0.8 s Third run begins, in environment 2.",
        (
            "3 min 0.9 s The third run fails, after 100 ms. No retry is left of 2: "
            "RetriesExhausted. "
            "It goes to the dead-letter queue `failed` and the on-failure destination `repair`."
        ),
        "`sns` to `other`: expired after 1.13 s (1 run, 1 throttle).",
        (
            "0 s The event arrives at `sns`, SNS standard topic. "
            "`sns` hands it to Lambda, which answers 202 and keeps it for `other`."
        ),
        (
            "30 ms First attempt is throttled: ReservedFunctionConcurrentInvocationLimitExceeded. "
            "It is back in the queue for 1 s."
        ),
        "1.03 s First run begins, in environment 1.",
        (
            "1.13 s The first run fails, after 100 ms. "
            "By the next attempt it would be older than 60 s: EventAgeExceeded. "
            "Nothing keeps it: it is lost."
        ),
        "Event 4, sent on by event 1 (dead-letter queue) 3 min 4.4 s after the start of the run.",
        "`failed` to `repair`: succeeded after 300 ms (1 run, 1 receive).",
        (
            "3 min 0.9 s The message is sent to `failed`, SQS standard queue. "
            "First receive: hidden for 30 s. "
            "Cold start: environment 3 initialises in 200 ms."
        ),
        "3 min 1.2 s First run begins, in environment 3, in a batch of 1 message.",
        "3 min 1.2 s The first run succeeds, after 100 ms. Lambda deletes the message.",
        (
            "Event 5, "
            "sent on by event 1 (on-failure destination) 3 min 4.4 s after the start of the run."
        ),
        "`repair`: succeeded after 330 ms (1 run).",
        (
            "3 min 0.9 s The event arrives at `repair`, Lambda Invoke (SDK or CLI; Event). "
            "Lambda answers 202 and keeps it for `repair`."
        ),
        "3 min 1 s Cold start: environment 4 initialises in 200 ms.",
        "3 min 1.2 s First run begins, in environment 4.",
        "3 min 1.3 s The first run succeeds, after 100 ms.",
    ]


def test_api_gateway_says_504_while_the_function_goes_on():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"""
    assert told(behind_api_gateway(caller=2).story(0))[1:] == [
        "`api` to `f`: failed after 58 s (2 runs, 2 successes).",
        (
            "0 s The HTTP client calls `api`, API Gateway REST API (Lambda proxy). "
            "Cold start: environment 1 initialises in 200 ms."
        ),
        "200 ms First run begins, in environment 1.",
        (
            "29 s `api` has waited 29 s: the HTTP client is told 504 Gateway Timeout, "
            "while the function works on. "
            "The HTTP client calls again. Cold start: environment 2 initialises in 200 ms."
        ),
        "29.2 s Second run begins, in environment 2.",
        "32.2 s The first run succeeds, after 32 s. Nobody waits for this answer any more.",
        (
            "58 s `api` has waited 29 s: the HTTP client is told 504 Gateway Timeout, "
            "while the function works on."
        ),
        (
            "61.2 s The second run succeeds, after 32 s. "
            "Nobody waits for this answer any more. Yet its work was done twice."
        ),
    ]


def test_a_throttled_front_door_answers_500():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html"""
    assert told(behind_api_gateway(reserved_concurrent_executions=0).story(0))[
        1:
    ] == [
        "`api` to `f`: rejected after 0 s (1 throttle).",
        (
            "0 s The HTTP client calls `api`, API Gateway REST API (Lambda proxy). "
            "Call 1 is throttled: ReservedFunctionConcurrentInvocationLimitExceeded. "
            "The HTTP client is told 500 Internal server error."
        ),
    ]


def test_a_caller_who_calls_again_hears_each_answer():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-retries.html"""
    run = lived(
        [sim.Function(name="f", timeout=1, behaviour=works(5))],
        [sim.trigger("invoke", function="f")],
        "invoke",
        caller=2,
    )
    assert told(run.story(0))[2:] == [
        (
            "0 s The caller calls `invoke`, Lambda Invoke (SDK or CLI; RequestResponse). "
            "Cold start: environment 1 initialises in 200 ms."
        ),
        "200 ms First run begins, in environment 1.",
        (
            "1.2 s The first run is stopped after 1 s: it has reached the function's timeout. "
            "The caller is told 200 FunctionError. The caller calls again. "
            "Environment 1 initialises again in 200 ms, inside the run."
        ),
        "1.4 s Second run begins, in environment 1.",
        (
            "2.2 s The second run is stopped after 800 ms: it has reached the function's timeout. "
            "The caller is told 200 FunctionError."
        ),
    ]


@pytest.mark.parametrize(
    ("kind", "settings", "waits_as"),
    [
        ("stripe_webhook", {}, "webhook retry"),
        ("sfn_sync", {"retry": [sim.Retrier()]}, "task retry"),
        ("invoke", {}, "client back-off"),
    ],
)
def test_a_caller_waits_by_the_rule_of_its_own(kind, settings, waits_as):
    """https://docs.stripe.com/webhooks/process-undelivered-events"""
    off = sim.Function(
        name="f", behaviour=works(), reserved_concurrent_executions=0
    )
    traffic = sim.Traffic(
        into="t",
        arrivals=sim.Burst(events=1),
        caller=sim.Caller(retry_mode="standard"),
    )
    triggers = [sim.trigger(kind, function="f", name="t", **settings)]
    story = sim.simulate(
        sim.Scenario(functions=[off], triggers=triggers, traffic=[traffic])
    ).story(0)
    cited = [
        name for name, rule in rules().items() if f"] {rule.sentence} " in story
    ]
    assert [
        name
        for name in cited
        if name in ("webhook retry", "task retry", "client back-off")
    ] == [waits_as]
    # only Invoke answers 200 for a failed run
    assert ("synchronous answer" in cited) == (kind == "invoke")


def test_firehose_calls_again_and_keeps_what_fails_in_its_bucket():
    """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html"""
    function = sim.Function(name="f", behaviour=works(error_rate=1))
    stream = sim.trigger(
        "firehose",
        function="f",
        number_of_retries=1,
        buffer_interval_in_seconds=0,
    )
    run = lived([function], [stream], "firehose")
    story = run.story(0)
    assert told(story)[-2:] == [
        (
            "300 ms The first run fails, after 100 ms. "
            "The delivery stream is told Lambda.FunctionError. "
            "The delivery stream calls again. Second run begins, in environment 1."
        ),
        (
            "400 ms The second run fails, after 100 ms. "
            "The delivery stream is told Lambda.FunctionError. "
            "The delivery stream gives it up: it goes to `processing-failed/`."
        ),
    ]
    assert rules()["skipped batch"].sentence in story


def test_cognito_calls_again_before_anybody_is_told():
    """https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html"""
    function = sim.Function(name="f", timeout=15, behaviour=works(7))
    run = lived(
        [function],
        [sim.trigger("cognito_trigger", function="f", name="c")],
        "c",
        caller=3,
    )
    story = " ".join(told(run.story(0)))
    again = (
        "`c` has waited 5 s, while the function works on. "
        "The sign-in flow calls again."
    )
    assert story.count(again) == 2
    assert story.count("the sign-in flow is told flow fails") == 1
    assert story.count("Nobody waits for this answer any more.") == 3


def test_a_function_that_times_out_has_not_kept_its_caller_waiting():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"""
    function = sim.Function(name="f", timeout=3, behaviour=works(7))
    run = lived(
        [function],
        [sim.trigger("cognito_trigger", function="f", name="c")],
        "c",
    )
    story = run.story(0)
    assert "is told flow fails" in story
    assert "has waited" not in story


def test_a_message_is_received_hidden_and_moved_away():
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    assert told(from_queue(error_rate=1).story(0))[1:] == [
        "`q` to `f`: dead-lettered after 60 s (2 runs, 2 receives).",
        "0 s The message is sent to `q`, SQS standard queue.",
        "16 ms First receive: hidden for 30 s. Cold start: environment 1 initialises in 200 ms.",
        "216 ms First run begins, in environment 1, in a batch of 1 message.",
        (
            "316 ms The first run fails, after 100 ms. Not deleted: "
            "it stays hidden for another 29.7 s."
        ),
        (
            "30 s The visibility timeout of 30 s has ended: the message is visible again. "
            "Second receive: hidden for 30 s. Second run begins, in environment 1, "
            "in a batch of 1 message."
        ),
        (
            "30.1 s The second run fails, after 100 ms. Not deleted: "
            "it stays hidden for another 29.9 s."
        ),
        (
            "60 s The visibility timeout of 30 s has ended: the message is visible again. "
            "After 2 receives it moves to `dead`."
        ),
    ]


def test_a_message_shares_the_fate_of_its_batch():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = from_queue(receives=1, arrivals=(1, 1.1, 1.1, 1.1), error_rate=1)
    stories = [run.story(event) for event in range(4)]
    assert set(run.deliveries.fate) == {"dead-lettered"}
    assert "in a batch of 3 messages" in stories[1]
    assert (
        "The run of its batch of 3 messages ends before this message's turn: not reached."
        in stories[3]
    )


def test_a_message_that_was_handled_returns_with_its_failed_batch():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = from_queue(receives=1, arrivals=(1, *[1.1] * 9), poison_share=0.2)
    handled = run.deliveries[
        (run.deliveries.successes == 1)
        & (run.deliveries.fate == "dead-lettered")
    ]
    assert len(handled)
    for event in handled.event:
        assert (
            "The batch has failed, and this message with it: it stays hidden"
            in run.story(event)
        )


def test_a_run_that_is_cut_off_names_no_failed_messages():
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    run = poll(
        worker(work=1, timeout=2),
        instants=(0,) * 4,
        queue=jobs(most=1),
        **REPORTS,
    )
    for event in range(4):
        assert (
            "If a run fails, all messages of its batch become visible again."
            in run.story(event)
        )
        assert "With ReportBatchItemFailures" not in run.story(event)


def test_an_event_without_any_try_is_told_so():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    off = sim.Function(name="f", reserved_concurrent_executions=0)
    run = lived(
        [off], [sim.trigger("invoke_event", function="f")], "invoke_event"
    )
    assert told(run.story(0))[-1] == (
        "0 s The event arrives at `invoke_event`, Lambda Invoke (SDK or CLI; Event). "
        "Lambda answers 202 and keeps it for `f`. "
        "The function's reserved concurrency is 0: ZeroReservedConcurrency. "
        "Nothing keeps it: it is lost."
    )


def test_a_second_copy_is_told_as_one():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    run = lived(
        [sim.Function(name="f", behaviour=works())],
        [sim.trigger("invoke_event", function="f")],
        "invoke_event",
        choices=sim.Choices(duplicate_share=1),
    )
    assert told(run.story(0))[3:] == [
        (
            "30 ms Cold start: environment 1 initialises in 200 ms. Cold start: "
            "environment 2 initialises in 200 ms. "
            "The queue hands out a second copy."
        ),
        "230 ms First run begins, in environment 1. Second run begins, in environment 2.",
        "330 ms The first run succeeds, after 100 ms. The second run succeeds, after 100 ms.",
    ]


def test_what_is_under_way_at_the_end_is_said_to_be():
    early = told(fan_out(drain=False).story(1))
    assert (
        early[7]
        == "6.55 s The simulation has ended (10 s after its start): still in flight."
    )
    waits = "It is back in the queue until the simulation ends."
    assert early[6] == f"750 ms The first run fails, after 100 ms. {waits}"
    hidden = told(from_queue(drain=False, error_rate=1).story(0))
    assert (
        hidden[-1]
        == "6.6 s The simulation has ended (10 s after its start): still in flight."
    )


@pytest.mark.parametrize(
    "make",
    [
        fan_out,
        behind_api_gateway,
        lambda: from_queue(arrivals=(1,) * 30, error_rate=0.5),
    ],
)
def test_a_story_mentions_every_run_of_its_event_at_its_time(make):
    run = make()
    handled = run.spans[
        (run.spans.stage == "handler") & (run.spans.outcome != "not reached")
    ]
    assert len(handled) == run.deliveries.runs.sum()
    for row in run.deliveries[run.deliveries.parent < 0].itertuples():
        lines = (
            run.story(row.event)
            ._repr_markdown_()
            .replace(NARROW, " ")
            .splitlines()
        )
        for number, begins in enumerate(
            handled.start_s[handled.delivery == row.delivery], 1
        ):
            time = f"| {spoken(round(begins - row.arrived_s, 6))} |"
            words = f"{ordinal(number).capitalize()} run begins"
            assert [
                line
                for line in lines
                if line.startswith(time) and words in line
            ], (row.event, number)


@pytest.mark.parametrize("receives", [8, 10, 11, 12, 21, 1500])
def test_a_long_story_folds_its_middle_and_says_how_many_tries_that_are(
    receives,
):
    run = from_queue(receives=receives, error_rate=1)
    story = run.story(0)
    counted = story.count("run begins") + sum(
        int(count.replace(",", ""))
        for count in re.findall(r"Tried ([\d,]+) times?", story)
    )
    assert counted == run.deliveries.runs[0] == receives
    assert len(story.splitlines()) <= 30
    assert f"After {receives:,} receives it moves to `dead`." in story


@pytest.mark.parametrize(
    "make", [fan_out, behind_api_gateway, lambda: from_queue(error_rate=1)]
)
def test_each_rule_is_named_once_with_its_link(make):
    story = make().story(0)
    cited = {int(number) for number in re.findall(r"\[(\d+)\]", story)}
    assert cited == set(range(1, len(cited) + 1))
    listed = re.findall(
        r"^\d+\. \[(.*)\]\((https://.*)\)$",
        story._repr_markdown_(),
        re.MULTILINE,
    )
    assert len(listed) == len(set(listed)) == len(cited)
    assert set(listed) <= {
        (rule.sentence, rule.source) for rule in rules().values()
    }


def test_a_story_is_its_text_and_is_shown_as_markdown():
    story = fan_out().story(0)
    assert repr(story) == str(story) == story
    assert f"| 450{NARROW}ms |" in story._repr_markdown_()


@pytest.mark.parametrize("event", [6, 7000])
def test_an_unknown_event_is_refused_in_a_sentence(event):
    with pytest.raises(sim.ScenarioError) as refused:
        fan_out().story(event)
    assert (
        str(refused.value)
        == f"There is no event {event!r}: this run has events 0 to 5."
    )


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (0, "0 s"),
        (0.42, "420 ms"),
        (0.000001, "0.001 ms"),
        (0.9997, "1 s"),
        (1.4249, "1.42 s"),
        (60, "60 s"),
        (83.13, "83.1 s"),
        (119.94, "119.9 s"),
        (119.96, "2 min"),
        (192, "3 min 12 s"),
        (181.23, "3 min 1.2 s"),
        (599.96, "10 min"),
        (725.2, "12 min 5 s"),
        (3599.9, "1 h"),
        (12_000, "3 h 20 min"),
        (172_769, "47 h 59 min"),
        (172_771, "2 days"),
        (345_600, "4 days"),
        (352_800, "4 days 2 h"),
        (float("nan"), "–"),
    ],
)
def test_times_are_said_in_the_unit_a_person_would_say(length, words):
    assert spoken(length) == words


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "first"), (10, "tenth"), (11, "11th"), (21, "21st"), (112, "112th")],
)
def test_runs_are_counted_in_words(number, word):
    assert ordinal(number) == word


def test_every_rule_has_a_sentence_evidence_a_source_and_a_date():
    with (facts.DATA / "rules.csv").open(encoding="utf-8", newline="") as lines:
        assert len(list(csv.DictReader(lines))) == len(rules()) > 0
    for rule in rules().values():
        assert re.fullmatch(r"[A-Z].*\.", rule.sentence)
        host = {"AWS": "docs.aws.amazon.com", "Stripe": "docs.stripe.com"}[
            rule.evidence
        ]
        assert rule.source.startswith(f"https://{host}/")
        assert date.fromisoformat(rule.date) <= date(2026, 11, 30)


def test_a_story_tells_of_an_outage_before_and_after_acceptance():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    behaviour = sim.Behaviour(
        handler=sim.Constant(seconds=1),
        init=sim.Constant(seconds=0),
        error_rate=1,
    )
    scenario = sim.Scenario(
        functions=[sim.Function(name="f", behaviour=behaviour)],
        triggers=[
            sim.trigger("sns", function="f", latency=sim.Constant(seconds=0.1))
        ],
        traffic=[
            sim.Traffic(into="sns", arrivals=sim.Recorded(instants=(1.0,)))
        ],
        outages=[
            sim.Outage(of="lambda", at=0, seconds=3),
            sim.Outage(of="lambda", at=60, seconds=10),
        ],
        choices=sim.Choices(throttle_backoff_spread=0),
        seconds=10,
    )
    lines = told(sim.simulate(scenario).story(0))
    assert "1.1 s Lambda cannot accept it; `sns` tries again in 1 s." in lines
    assert any(
        line.endswith(
            "Lambda is down: ServiceException. It is back in the queue for 1 s."
        )
        for line in lines
    )


def test_a_story_tells_that_a_filter_kept_an_event_out():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"""
    scenario = sim.Scenario(
        functions=[sim.Function(name="f")],
        triggers=[sim.trigger("sns", function="f", matching_share=0)],
        traffic=[
            sim.Traffic(into="sns", arrivals=sim.Recorded(instants=(1.0,)))
        ],
    )
    assert "The filter of `sns` keeps it out: it is filtered." in sim.simulate(
        scenario, drain=False
    ).story(0)
