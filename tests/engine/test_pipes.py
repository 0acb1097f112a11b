"""A pipe that polls its source: its batches, enrichment, target, limit, and what it hands over."""

import pytest

import sim
from sim.scenario.pipe import SOURCES_OF_PIPES

STREAM = "kinesis"
ENRICH = (sim.trigger("pipes_enrichment", "enrich", name="Enrich"),)


def function(name, handler=1, **settings):
    """A function that works for so many seconds, without init."""
    behaviour = {
        key: settings.pop(key)
        for key in (
            "error_rate",
            "poison_share",
            "filtered_share",
            "batch_response",
        )
        if key in settings
    }
    return sim.Function(
        name=name,
        timeout=settings.pop("timeout", 60),
        behaviour=sim.Behaviour(
            handler=sim.Constant(handler), init=sim.Constant(0), **behaviour
        ),
        **settings,
    )


def queue(**settings):
    """The queue `src`, which gives a message up after two receives."""
    redrive = sim.RedrivePolicy(
        dead_letter_target_arn="dead", max_receive_count=2
    )
    return [
        sim.Queue(
            **{
                "name": "src",
                "visibility_timeout": 30,
                "redrive_policy": redrive,
                **settings,
            }
        ),
        sim.Queue(name="dead"),
    ]


def poll(kind="sqs_standard", at=(0, 0), work=None, enrich=None, **pipe):
    """A pipe with a window of 1 s, into which two events come at once."""
    more = {"enrichment": "Enrich"} if enrich is not None else {}
    seconds = pipe.pop("seconds", 3600)
    settings = pipe.pop("queue", {})
    outages = pipe.pop("outages", ())
    if kind == "sqs_standard":
        more["maximum_batching_window_in_seconds"] = 1
    trigger = sim.trigger(
        "pipes_target",
        "work",
        name="Pipe",
        source="src",
        source_kind=kind,
        latency=None,
        **{**more, **pipe},
    )
    scenario = sim.Scenario(
        functions=[
            function("work", **(work or {})),
            function("enrich", **{"handler": 2, **(enrich or {})}),
        ],
        triggers=[trigger, *ENRICH],
        queues=queue(**settings) if kind == "sqs_standard" else queue()[1:],
        traffic=[sim.Traffic(into="src", arrivals=sim.Recorded(instants=at))],
        outages=outages,
        seconds=seconds,
    )
    return sim.simulate(scenario, seed=1)


def of_pipe(run):
    return run.deliveries[run.deliveries.trigger == "Pipe"]


def starts(run, name):
    """When each run of a function began."""
    tries = run.attempts[run.attempts.resource == name]
    tries = tries[tries.outcome.isin(["succeeded", "failed", "timeout"])]
    return tries.groupby("invocation").start_s.min().tolist()


@pytest.mark.parametrize("kind", SOURCES_OF_PIPES)
def test_a_pipe_polls_each_source_as_its_event_source_mapping_does(kind):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-source.html"""
    polled = {
        how: sim.simulate(
            sim.Scenario(
                functions=[function("work", 0.1, timeout=10)],
                triggers=[trigger],
                traffic=[
                    sim.Traffic(
                        into="src",
                        arrivals=sim.Poisson(per_second=5),
                        keys=sim.Keys(10),
                    )
                ],
                seconds=10,
            ),
            seed=3,
        )
        for how, trigger in {
            "mapping": sim.trigger(kind, "work", name="x", source="src"),
            "pipe": sim.trigger(
                "pipes_target",
                "work",
                name="x",
                source="src",
                source_kind=kind,
            ),
        }.items()
    }
    times = ["arrived_s", "settled_s", "fate", "runs", "receives"]
    pipe, mapping = (polled[how].deliveries for how in ("pipe", "mapping"))
    assert len(pipe) > 30
    assert pipe[times].equals(mapping[times])


def test_the_enrichment_gets_the_whole_batch_before_the_target_does():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html"""
    run = poll(enrich={})
    assert starts(run, "enrich") == [1]
    assert starts(run, "work") == [5]
    assert of_pipe(run).settled_s.tolist() == [7, 7]
    enriched = run.deliveries[run.deliveries.trigger == "Enrich"]
    assert enriched.fate.tolist() == ["succeeded"] * 2


def test_a_failed_enrichment_fails_the_whole_batch_and_the_target_is_not_called():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html"""
    run = poll(enrich={"error_rate": 1})
    assert starts(run, "enrich") == [1, 31]
    assert starts(run, "work") == []
    assert of_pipe(run).fate.tolist() == ["dead-lettered"] * 2
    assert of_pipe(run).receives.tolist() == [2, 2]


@pytest.mark.parametrize("kind", ["sqs_standard", STREAM])
def test_an_empty_answer_of_the_enrichment_skips_the_target_and_is_no_failure(
    kind,
):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html"""
    run = poll(kind, enrich={"filtered_share": 1})
    assert starts(run, "work") == []
    said = of_pipe(run)[["fate", "end", "runs"]].to_numpy().tolist()
    assert said == [["succeeded", "filtered", 0]] * 2
    enriched = run.deliveries[run.deliveries.trigger == "Enrich"]
    assert enriched.end.tolist() == ["delivered"] * 2
    assert run.journeys.end.tolist() == ["delivered"] * 2
    metrics = run.metrics().groupby("metric").Sum.sum()
    calls = {len(call.deliveries) for call in run.trace.pipe_calls}
    assert metrics.TargetStageSkipped == 2 / calls.pop()
    assert "the target is not called" in str(run.story(0))


def test_an_enrichment_may_pass_on_fewer_events_than_it_gets():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html"""
    run = poll(at=(0,) * 8, enrich={"filtered_share": 0.5})
    ends = of_pipe(run).end.value_counts()
    assert ends.filtered + ends.delivered == 8
    worked = run.attempts[run.attempts.resource == "work"]
    assert sorted(set(worked.delivery)) == sorted(
        of_pipe(run).delivery[of_pipe(run).end == "delivered"]
    )
    assert run.metrics().metric.ne("TargetStageSkipped").all()
    left_out = of_pipe(run)[of_pipe(run).end == "filtered"]
    story = str(run.story(int(left_out.event.iloc[0])))
    assert "leaves it out of its answer" in story


@pytest.mark.parametrize("how", ["REQUEST_RESPONSE", "FIRE_AND_FORGET"])
def test_what_an_enrichment_leaves_out_is_not_tried_again_with_the_rest(how):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html"""
    work = {"poison_share": 1, "batch_response": "failed items"}
    run = poll(
        at=(0,) * 8,
        enrich={"filtered_share": 0.5},
        work=work,
        invocation_type=how,
    )
    pipe = of_pipe(run).set_index("end")
    assert set(pipe.receives["filtered"]) == {1}
    assert set(run.journeys.end) <= {"delivered", "parked", "lost"}
    assert len(pipe) == 8


def test_a_failed_target_has_the_enrichment_called_again_with_the_next_receive():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html"""
    run = poll(enrich={}, work={"error_rate": 1})
    assert starts(run, "enrich") == [1, 31]
    assert starts(run, "work") == [5, 35]


def test_a_pipe_reads_which_records_failed_without_being_told_to():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html"""
    work = {"poison_share": 0.5}
    run = poll(at=(0,) * 8, work=work)
    fates = set(of_pipe(run).fate)
    assert fates == {"succeeded", "dead-lettered"}
    succeeded = of_pipe(run)[of_pipe(run).fate == "succeeded"]
    assert succeeded.receives.unique().tolist() == [1]


def test_failing_targets_slow_a_pipe_down_although_they_name_what_failed():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html"""

    def pollers(trigger):
        scenario = sim.Scenario(
            functions=[function("work", 4, timeout=10, error_rate=0.5)],
            triggers=[trigger],
            traffic=[
                sim.Traffic(into="src", arrivals=sim.Poisson(per_second=10))
            ],
            seconds=90,
        )
        trace = sim.simulate(scenario, seed=1, drain=False).trace
        return trace.pollers[-1][2]

    polled = {"source": "src", "batch_size": 1}
    reports = {"function_response_types": ["ReportBatchItemFailures"]}
    mapping = sim.trigger("sqs_standard", "work", **polled, **reports)
    pipe = sim.trigger(
        "pipes_target", "work", source_kind="sqs_standard", **polled
    )
    assert pollers(pipe) < pollers(mapping)


@pytest.mark.parametrize("kind", ["sqs_standard", STREAM])
def test_a_target_that_is_throttled_after_the_enrichment_uses_up_no_retry(kind):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html"""
    work = {"reserved_concurrent_executions": 0}
    run = poll(kind, enrich={}, work=work, seconds=60)
    tries = starts(run, "enrich")
    first = 1 if kind == "sqs_standard" else 0
    assert tries[:3] == [first, first + 5, first + 11]
    retried = of_pipe(run)[["fate", "receives"]]
    assert retried.fate.unique().tolist() != ["dropped"]
    throttles = run.attempts[run.attempts.resource == "work"]
    assert set(throttles.outcome) == {
        "ReservedFunctionConcurrentInvocationLimitExceeded"
    }


def test_a_throttled_enrichment_is_tried_again_like_a_throttled_target():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html"""
    enrich = {"reserved_concurrent_executions": 0}
    run = poll(STREAM, enrich=enrich, maximum_retry_attempts=0, seconds=30)
    throttles = run.attempts[run.attempts.resource == "enrich"]
    assert throttles.start_s.unique().tolist()[:4] == [0, 1, 3, 7]


def test_a_pipe_waits_five_minutes_for_both_and_the_function_works_on():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html"""
    enrich, work = {"handler": 100}, {"handler": 120, "timeout": 900}
    enrich["timeout"] = 900
    late = poll(
        STREAM,
        enrich=enrich,
        work=work,
        maximum_retry_attempts=0,
        on_failure="dead",
    )
    assert of_pipe(late).settled_s.tolist() == [300, 300]
    assert of_pipe(late).fate.tolist() == ["dead-lettered"] * 2
    assert of_pipe(late).successes.tolist() == [1, 1]
    assert "waited 5 min" in str(late.story(0))


def test_retries_age_bisect_and_dead_letter_queue_are_settings_of_the_pipe():
    """https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeSourceKinesisStreamParameters.html"""
    fails = {"error_rate": 1}
    retried = poll(STREAM, work=fails, maximum_retry_attempts=2)
    assert of_pipe(retried).runs.tolist()[0] == 3
    assert of_pipe(retried).condition[0] == "RetryAttemptsExhausted"
    aged = poll(STREAM, work=fails, maximum_record_age_in_seconds=60)
    assert of_pipe(aged).settled_s.max() == 60
    split = poll(
        STREAM,
        at=(0,) * 8,
        work={"poison_share": 0.3, "batch_response": "exception"},
        maximum_retry_attempts=0,
        bisect_batch_on_function_error=True,
        on_failure="dead",
    )
    assert set(of_pipe(split).fate) == {"succeeded", "dead-lettered"}
    assert set(of_pipe(split).stores) == {"", "dead"}


def test_fire_and_forget_deletes_the_batch_once_lambda_has_it_as_one_event():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html"""
    run = poll(invocation_type="FIRE_AND_FORGET", work={"error_rate": 1})
    assert of_pipe(run).settled_s.tolist() == [1, 1]
    assert of_pipe(run).end.tolist() == ["delivered"] * 2
    events = run.deliveries[run.deliveries.edge == "pipe"]
    assert events.kind.tolist() == ["invoke_event"] * 2
    assert events.condition.tolist() == ["RetriesExhausted"] * 2
    assert len(starts(run, "work")) == 3
    assert run.journeys.end.tolist() == ["lost"] * 2


def test_a_story_counts_the_records_that_a_pipe_hands_over_without_a_run():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html"""
    run = poll(STREAM, at=(0, 0), invocation_type="FIRE_AND_FORGET")
    (size,) = {len(call.deliveries) for call in run.trace.pipe_calls}
    record = "record" if size == 1 else "records"
    assert f"handed over in a batch of {size} {record}" in str(run.story(0))


def test_fire_and_forget_waits_until_lambda_can_accept():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html"""
    outages = [sim.Outage(of="lambda", at=0, seconds=10)]
    run = poll(invocation_type="FIRE_AND_FORGET", outages=outages)
    assert of_pipe(run).fate.tolist() == ["succeeded"] * 2
    assert of_pipe(run).settled_s.min() >= 10


def test_fire_and_forget_has_no_partial_batch_failures():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html"""
    pipe = {"source": "src", "source_kind": STREAM}
    waits, leaves = (
        sim.trigger("pipes_target", "f", invocation_type=kind, **pipe)
        for kind in ("REQUEST_RESPONSE", "FIRE_AND_FORGET")
    )
    assert waits.reports_batch_item_failures
    assert not leaves.reports_batch_item_failures


def test_a_pipes_filter_takes_the_operators_of_pipes():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html"""
    body = sim.Traffic(
        into="src",
        arrivals=sim.Recorded(instants=(0,)),
        body={"city": "PARIS"},
    )
    pattern = '{"body": {"city": [{"prefix": {"equals-ignore-case": "par"}}]}}'
    settings = {"source": "src", "filter_criteria": [pattern]}
    with pytest.raises(sim.ScenarioError, match="prefix"):
        sim.trigger("sqs_standard", "work", **settings)
    pipe = sim.trigger(
        "pipes_target", "work", source_kind="sqs_standard", **settings
    )
    scenario = sim.Scenario(
        functions=[function("work")], triggers=[pipe], traffic=[body]
    )
    fates = sim.simulate(scenario, seed=1).deliveries.fate
    assert fates.tolist() == ["succeeded"]


REFUSED = {
    "no kind of source": ({}, "needs its source_kind, one of sqs_standard"),
    "a change stream": ({"source_kind": "documentdb"}, "is 'documentdb'"),
    "a tumbling window": (
        {"source_kind": STREAM, "tumbling_window_in_seconds": 5},
        "a pipe's source has no tumbling_window_in_seconds",
    ),
    "a limit of concurrency": (
        {
            "source_kind": "sqs_standard",
            "scaling_config": sim.ScalingConfig(5),
        },
        "a pipe's source has no scaling_config",
    ),
    "provisioned pollers": (
        {
            "source_kind": "msk",
            "provisioned_poller_config": sim.ProvisionedPollerConfig(),
        },
        "a pipe's source has no provisioned_poller_config",
    ),
    "a switch for partial failures": (
        {
            "source_kind": "sqs_standard",
            "function_response_types": ["ReportBatchItemFailures"],
        },
        "a pipe's source has no function_response_types",
    ),
    "a batch that is too large": (
        {"source_kind": STREAM, "batch_size": 10_001},
        "1 to 10,000",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_a_pipe_does_not_take_is_refused(what):
    """https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeSourceParameters.html"""
    settings, why = REFUSED[what]
    with pytest.raises(sim.ScenarioError, match=why) as refusal:
        sim.trigger("pipes_target", "f", source="src", **settings)
    assert "https://docs.aws.amazon.com/" in str(refusal.value)


def test_an_enrichment_that_is_not_there_is_named():
    pipe = sim.trigger(
        "pipes_target",
        "f",
        source="src",
        source_kind=STREAM,
        enrichment="Nobody",
    )
    with pytest.raises(sim.ScenarioError, match="its enrichment is 'Nobody'"):
        sim.Scenario(functions=[sim.Function("f")], triggers=[pipe])


def test_a_pipe_stays_itself_in_json():
    pipe = sim.trigger(
        "pipes_target", "f", source="src", source_kind=STREAM, batch_size=7
    )
    scenario = sim.Scenario(functions=[sim.Function("f")], triggers=[pipe])
    text = scenario.model_dump_json()
    assert sim.Scenario.model_validate_json(text) == scenario


def test_cloudwatch_counts_a_pipes_executions_and_events():
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-monitoring.html"""
    run = poll(at=(0,) * 8, work={"poison_share": 0.5})
    metrics = run.metrics()
    mine = metrics[metrics.namespace == "AWS/EventBridge/Pipes"]
    assert set(mine.dimensions) == {"PipeName=Pipe"}
    total = mine.groupby("metric").Sum.sum()
    assert total.Invocations == 2
    assert total.EventCount > 8
    assert total.ExecutionPartiallyFailed >= 1
    late = poll(STREAM, work={"handler": 400, "timeout": 900}, seconds=700)
    assert "ExecutionTimeout" in set(late.metrics().metric)
    failed = poll(enrich={"error_rate": 1}).metrics()
    assert failed[failed.metric == "ExecutionFailed"].Sum.sum() == 2
    throttled = poll(work={"reserved_concurrent_executions": 0}).metrics()
    assert throttled[throttled.metric == "ExecutionThrottled"].Sum.sum() > 2


def test_a_pipe_costs_a_request_for_each_record_that_its_filter_lets_through():
    """https://aws.amazon.com/eventbridge/pricing/"""

    def requests(**pipe):
        cost = poll(at=(0,) * 8, **pipe).cost()
        rows = cost[cost["item"] == "EventBridge Pipes requests"]
        return rows.quantity.sum()

    assert requests() == 8
    assert requests(work={"error_rate": 1}) == 8
    assert requests(matching_share=0) == 0
