"""What can be set, with AWS's names, defaults and ranges, and how everything else is refused."""

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import given, settings

import sim
from sim import facts
from sim.scenario.settings import Settings
from tests.support.rows import holds_for_each
from tests.support.strategies import scenarios

LIMITS = (
    "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
)


def function(**changes) -> sim.Function:
    """A function named `worker`."""
    return sim.Function(name="worker", **changes)


def mapping(**changes):
    """A trigger that polls the queue `jobs`."""
    return sim.trigger(
        "sqs_standard", function="worker", source="jobs", **changes
    )


def scenario(**changes) -> sim.Scenario:
    """A small scenario of one function and one queue."""
    parts = {
        "functions": [function()],
        "triggers": [mapping()],
        "traffic": [sim.Traffic(into="jobs", arrivals=sim.Burst())],
    }
    return sim.Scenario(**{**parts, **changes})


# Refused, in a sentence that names what, where, the allowed range and the source

REFUSED = {
    "misspelt": (
        lambda: function(timout=3),
        ["Function 'worker' has no setting 'timout'", "did you mean 'timeout'"],
    ),
    "unknown": (
        lambda: function(colour=3),
        ["has no setting 'colour'", "it has name, runtime"],
    ),
    "another trigger's": (
        lambda: sim.trigger("sns", function="f", batch_size=3),
        ["'sns'", "'batch_size'"],
    ),
    "a stream's": (
        lambda: sim.trigger("kinesis", "f", shards=2),
        ["'kinesis' has no setting 'shards'", "sim.Stream(shard_count=...)"],
    ),
    "a queue's": (
        lambda: mapping(visibility_timeout=60),
        [
            "no setting 'visibility_timeout'",
            "sim.Queue(visibility_timeout=...)?",
        ],
    ),
    "a behaviour's": (
        lambda: function(error_rate=0.1),
        ["did you mean sim.Behaviour(error_rate=...)?"],
    ),
    "a mapping's": (
        lambda: sim.Queue("jobs", parallelization_factor=2),
        ["did you mean sim.trigger('kinesis', parallelization_factor=...)?"],
    ),
    "misspelt, of another": (
        lambda: mapping(max_concurrency=5),
        ["did you mean sim.ScalingConfig(maximum_concurrency=...)?"],
    ),
    "part of a name": (
        lambda: sim.trigger("apigw_rest", "f", timeout=3),
        ["did you mean 'timeout_in_millis' or sim.Function(timeout=...)?"],
    ),
    "no group": (
        lambda: function(behaviour=3),
        ["behaviour is 3, but sim.Behaviour is allowed"],
    ),
    "another group": (
        lambda: sim.Traffic("jobs", sim.Constant(1)),
        [
            "arrivals is Constant(seconds=1.0), but sim.ConstantRate, sim.Poisson, "
        ],
    ),
    "a trigger that is none": (
        lambda: scenario(triggers=["sqs"]),
        ["triggers.0 is 'sqs', but sim.trigger is allowed"],
    ),
    "too large": (
        lambda: function(timeout=901),
        ["Function 'worker'", "timeout is 901", "1 to 900 s", LIMITS],
    ),
    "too small": (
        lambda: function(memory_size=127),
        ["memory_size is 127", "128 to 10,240 MB", LIMITS],
    ),
    "no whole number": (
        lambda: function(timeout=1.5),
        ["timeout is 1.5", "a whole number", LIMITS],
    ),
    "no number": (
        lambda: function(timeout="soon"),
        ["timeout is 'soon'", "1 to 900 s"],
    ),
    "too many retries": (
        lambda: sim.EventInvokeConfig(maximum_retry_attempts=3),
        [
            "EventInvokeConfig",
            "maximum_retry_attempts is 3",
            "0 to 2",
            "invocation-async-error-handling.html",
        ],
    ),
    "too young": (
        lambda: sim.EventInvokeConfig(maximum_event_age_in_seconds=59),
        [
            "maximum_event_age_in_seconds is 59",
            "60 to 21,600 s",
            "invocation-async-error-handling.html",
        ],
    ),
    "a share above one": (
        lambda: sim.Behaviour(error_rate=1.5),
        ["Behaviour", "error_rate is 1.5", "0 to 1"],
    ),
    "a large batch without a window": (
        lambda: mapping(batch_size=11),
        [
            "'sqs_standard'",
            "batch_size is 11",
            "above 10",
            "at least 1 s",
            "API_CreateEventSourceMapping.html",
        ],
    ),
    "a batch too large": (
        lambda: mapping(
            batch_size=10_001, maximum_batching_window_in_seconds=1
        ),
        ["batch_size is 10001", "1 to 10,000 messages"],
    ),
    "a trigger of an unknown function": (
        lambda: scenario(
            triggers=[sim.trigger("sns", function="wroker")], traffic=[]
        ),
        ["Trigger 'sns'", "function 'wroker'", "it has worker"],
    ),
    "traffic into nowhere": (
        lambda: scenario(
            traffic=[sim.Traffic(into="nowhere", arrivals=sim.Burst())]
        ),
        ["Traffic 'nowhere'", "source or trigger 'nowhere'", "it has jobs"],
    ),
    "a destination that is not there": (
        lambda: scenario(
            functions=[
                function(
                    dead_letter_config=sim.DeadLetterConfig(target_arn="dead")
                )
            ]
        ),
        ["Function 'worker'", "queue or topic 'dead'", "it has jobs"],
    ),
    "a redrive to nowhere": (
        lambda: scenario(
            queues=[
                sim.Queue(
                    name="jobs",
                    redrive_policy=sim.RedrivePolicy(
                        dead_letter_target_arn="dead"
                    ),
                )
            ]
        ),
        ["Queue 'jobs' redrives to queue 'dead'", "it has jobs"],
    ),
    "two of a name": (
        lambda: scenario(functions=[function(), function()]),
        ["two functions are named 'worker'"],
    ),
    "two that join one queue to one function": (
        lambda: scenario(triggers=[mapping(), mapping(name="another")]),
        [
            "two mappings join queue 'jobs' to function 'worker'",
            "already exists",
        ],
    ),
    "reserved above the account's limit": (
        lambda: scenario(
            functions=[function(reserved_concurrent_executions=901)]
        ),
        [
            "reserve 901 of 1000",
            "100 must stay unreserved",
            "900 at most",
            "lambda-concurrency.html",
        ],
    ),
    "a negative time": (
        lambda: sim.Constant(seconds=-1),
        ["Constant", "seconds is -1", "at least 0 s"],
    ),
    "a negative instant": (
        lambda: sim.Recorded(instants=[-1, 2]),
        ["Recorded", "instants.0 is -1", "at least 0 s is allowed"],
    ),
    "a negative burst": (
        lambda: sim.Burst(at=-0.5),
        ["Burst", "at is -0.5", "at least 0 s"],
    ),
    "unsorted instants": (
        lambda: sim.Recorded(instants=[2, 1]),
        ["in order", "1.0 s follows 2.0 s"],
    ),
    "no instant": (
        lambda: sim.Recorded(instants=["noon"]),
        ["instants.0 is 'noon'", "at least 0 s is allowed"],
    ),
    "a percentile below the median": (
        lambda: sim.LogNormal(median=1, p99=0.5),
        ["LogNormal", "p99 is 0.5 s", "at least the median, 1.0 s"],
    ),
    "quantiles in disorder": (
        lambda: sim.Quantiles(p10=1, p50=2, p90=1.5, p99=3),
        ["Quantiles", "p90 is 1.5 s", "at least p50, 2.0 s"],
    ),
    "bounds in disorder": (
        lambda: sim.Uniform(low=2, high=1),
        ["Uniform", "high is 1.0 s", "at least low, 2.0 s"],
    ),
    "no times at all": (
        lambda: sim.Empirical(seconds=[]),
        ["Empirical", "seconds is []", "at least 1"],
    ),
    "zero seconds": (
        lambda: scenario(seconds=0),
        ["Scenario", "seconds is 0", "at least", "https://docs.aws"],
    ),
    "endless": (lambda: scenario(seconds=float("inf")), ["seconds is inf"]),
    "not a number": (
        lambda: scenario(seconds=float("nan")),
        ["seconds is nan"],
    ),
    "no rate": (
        lambda: sim.Poisson(per_second=0),
        ["Poisson", "per_second is 0", "events/s"],
    ),
    "no functions": (
        lambda: scenario(functions=[]),
        ["functions is []", "at least 1"],
    ),
    "left out": (lambda: sim.Traffic(into="jobs"), ["Traffic needs arrivals."]),
    "left out first": (
        lambda: sim.Traffic(arrivals=sim.Burst()),
        ["Traffic needs into."],
    ),
    "an unknown kind of trigger": (
        lambda: sim.trigger("sqs", function="f"),
        ["no trigger kind 'sqs'", "did you mean 'sqs_standard'"],
    ),
    "an unknown runtime": (
        lambda: function(runtime="pyton3.13"),
        ["'worker'", "did you mean 'python3.13'"],
    ),
    "a name with a line break": (
        lambda: sim.Queue(name="a\nb"),
        ["name is 'a\\nb'"],
    ),
    "a negative drain": (
        lambda: sim.simulate(scenario(), drain_seconds=-1),
        ["drain_seconds is -1", "0 s or more"],
    ),
    "no JSON": (
        lambda: sim.Scenario.model_validate_json("{"),
        ["Scenario: Invalid JSON"],
    ),
    "deep inside JSON": (
        lambda: sim.Scenario.model_validate_json(
            '{"functions": [{"name": "f", "timeout": 0}], "triggers": [{}]}'
        ),
        ["Function 'f': timeout is 0", "1 to 900 s"],
    ),
    "changed": (
        lambda: function().replace(timeout=0),
        ["Function 'worker'", "timeout is 0", "1 to 900 s"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_aws_would_refuse_is_refused_in_a_sentence(case):
    attempt, words = REFUSED[case]
    with pytest.raises(sim.ScenarioError) as refusal:
        attempt()
    sentence = str(refusal.value)
    assert [word for word in words if word not in sentence] == [], sentence
    assert "\n" not in sentence or case == "deep inside JSON"
    assert sentence.endswith((".", "?"))
    assert "pydantic" not in sentence
    assert "validation error" not in sentence


def test_every_wrong_value_has_a_sentence_of_its_own():
    with pytest.raises(sim.ScenarioError) as refusal:
        function(timeout=0, memory=128)
    first, second = str(refusal.value).splitlines()
    assert "timeout is 0" in first
    assert "no setting 'memory'" in second


def test_a_wrong_item_is_not_reported_as_a_missing_one():
    with pytest.raises(sim.ScenarioError) as refusal:
        sim.Scenario.model_validate(
            {
                "functions": [{"name": "f", "timeout": 0}],
                "triggers": [{"model": "poling"}],
            }
        )
    assert [line.split(":")[0] for line in str(refusal.value).splitlines()] == [
        "Function 'f'",
        "Scenario",
    ]


def test_a_refusal_is_a_value_error():
    assert issubclass(sim.ScenarioError, ValueError)
    with pytest.raises(ValueError, match="timeout is 0"):
        function(timeout=0)


@pytest.mark.parametrize(
    "accepted",
    [
        lambda: function(timeout=900, memory_size=10_240),
        lambda: mapping(batch_size=10),
        lambda: mapping(batch_size=11, maximum_batching_window_in_seconds=1),
        lambda: scenario(functions=[function(timeout=30)]),
        lambda: scenario(
            functions=[function(reserved_concurrent_executions=900)]
        ),
        lambda: sim.LogNormal(median=1, p99=1),
        lambda: sim.Recorded(instants=[]),
        lambda: sim.Recorded(instants=[0, 0, 1]),
        lambda: scenario(seconds=0.000001),
        lambda: scenario(account=sim.Account(concurrent_executions=1)),
    ],
)
def test_the_edges_of_what_is_allowed_are_allowed(accepted):
    assert accepted() is not None


# Frozen, changed, saved


def test_settings_are_frozen():
    worker = function()
    with pytest.raises(ValueError, match="frozen"):
        worker.timeout = 5
    with pytest.raises(AttributeError):
        scenario().functions.append(worker)


def test_replace_gives_a_copy_that_is_checked():
    before = function(timeout=7)
    after = before.replace(memory_size=512)
    assert (
        before.memory_size,
        after.memory_size,
        after.timeout,
        after.name,
    ) == (
        128,
        512,
        7,
        "worker",
    )
    assert scenario().replace(seconds=5) == scenario(seconds=5)


def test_replace_keeps_defaults_what_they_are():
    assert function().replace(timeout=4).model_fields_set == {"name", "timeout"}


@settings(max_examples=25)
@given(scenarios())
def test_a_scenario_survives_json(original):
    text = original.model_dump_json()
    assert sim.Scenario.model_validate_json(text) == original
    assert sim.Scenario.model_validate(json.loads(text)) == original


@settings(max_examples=15)
@given(scenarios())
def test_a_scenario_is_unchanged_by_its_simulation(original):
    text = original.model_dump_json()
    sim.simulate(original, drain=False)
    assert original.model_dump_json() == text


def test_a_missing_source_is_created_under_the_triggers_name():
    triggers = [
        sim.trigger(kind, function="worker")
        for kind in ("sns", "s3_notification", "sqs_standard")
    ]
    made = sim.Scenario(functions=[function()], triggers=triggers)
    assert [
        [item.name for item in group]
        for group in (made.topics, made.buckets, made.queues)
    ] == [
        ["sns"],
        ["s3_notification"],
        ["sqs_standard"],
    ]
    kept = sim.Queue(name="jobs", visibility_timeout=99)
    assert scenario(queues=[kept]).queues == (kept,)


def test_a_front_door_has_its_limit_and_a_direct_call_has_none():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"""
    assert sim.trigger("apigw_rest", function="f").timeout_in_millis == 29_000
    assert (
        sim.trigger(
            "apigw_rest", function="f", timeout_in_millis=50
        ).timeout_in_millis
        == 50
    )
    assert sim.trigger("invoke", function="f").timeout_in_millis is None


# Numbers come from data/


def every_kind_of(base: type[Settings]) -> Iterator[type[Settings]]:
    """All groups of settings."""
    for kind in base.__subclasses__():
        yield kind
        yield from every_kind_of(kind)


def numbers(annotation: Any) -> bool:
    """Whether a value of this annotation may be a number."""
    return annotation in (int, float) or any(
        argument in (int, float) for argument in get_args(annotation)
    )


FIELDS = {
    f"{kind.__name__}.{name}": field
    for kind in every_kind_of(Settings)
    for name, field in kind.model_fields.items()
    if kind.__module__.startswith("sim.")
}
QUANTITIES = {
    name: field for name, field in FIELDS.items() if numbers(field.annotation)
}
ITEMS = {
    name: argument.__metadata__[0]
    for name, field in FIELDS.items()
    for argument in get_args(field.annotation)
    if numbers(getattr(argument, "__origin__", None))
}


def bounds(metadata: list[Any]) -> dict[str, float]:
    """The bounds that pydantic checks, by their usual names."""
    kinds = ("ge", "gt", "le", "lt", "multiple_of")
    return {
        kind: getattr(rule, kind)
        for rule in metadata
        for kind in kinds
        if hasattr(rule, kind)
    }


def test_the_walk_finds_the_quantities():
    assert {
        "Function.timeout",
        "Queue.delay_seconds",
        "Scenario.seconds",
        "LogNormal.p99",
    } < set(QUANTITIES)
    assert len(QUANTITIES) >= 35
    assert set(ITEMS) == {"Recorded.instants", "Empirical.seconds"}


@holds_for_each({**QUANTITIES, **ITEMS})
def test_no_default_and_no_bound_is_a_literal(field):
    fact = facts.fact(field.json_schema_extra["fact"])
    expected = {"ge": fact.minimum, "le": facts.most(fact)}
    assert bounds(field.metadata) == {
        kind: bound for kind, bound in expected.items() if bound is not None
    }
    if not field.is_required():
        assert field.default == fact.value or field.default is None, (
            "None: not set, as on a direct call"
        )
    assert (
        field.json_schema_extra["unit"],
        field.json_schema_extra["source"],
    ) == (
        fact.unit,
        fact.source,
    )
    assert field.description == fact.help


@holds_for_each(
    {name: field for name, field in FIELDS.items() if name not in QUANTITIES}
)
def test_what_is_no_quantity_has_a_help_and_no_bounds(field):
    assert field.description
    assert bounds(field.metadata) == {}


def test_a_quantity_in_a_group_is_a_default_of_its_fact():
    choices, behaviour = sim.Choices(), sim.Behaviour()
    assert choices.first_retry_wait == sim.Constant(
        seconds=facts.fact("Choices.first_retry_wait_seconds").value
    )
    assert choices.second_retry_wait == sim.Constant(
        seconds=facts.fact("Choices.second_retry_wait_seconds").value
    )
    assert behaviour.handler == sim.Constant(
        seconds=facts.fact("Behaviour.handler_seconds").value
    )
    assert sim.Choices.measured().first_retry_wait == sim.Uniform(
        low=60, high=66
    )


def test_defaults_are_those_of_aws():
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    worker, queue, polling = function(), sim.Queue(name="jobs"), mapping()
    assert (
        worker.memory_size,
        worker.timeout,
        worker.reserved_concurrent_executions,
    ) == (128, 3, None)
    invoke = worker.event_invoke_config
    assert (
        invoke.maximum_retry_attempts,
        invoke.maximum_event_age_in_seconds,
    ) == (
        2,
        21_600,
    )
    assert (
        queue.visibility_timeout,
        queue.delay_seconds,
        queue.message_retention_period,
    ) == (30, 0, 345_600)
    assert (
        sim.RedrivePolicy(dead_letter_target_arn="dead").max_receive_count == 10
    )
    assert (
        polling.batch_size,
        polling.maximum_batching_window_in_seconds,
        polling.pollers,
    ) == (10, 0, None)
    assert polling.function_response_types == ()
    assert sim.Account().concurrent_executions == 1000
    assert sim.Caller().attempts == 1


def test_a_bucket_cannot_be_the_on_success_destination():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    config = sim.EventInvokeConfig(
        destination_config=sim.DestinationConfig(on_success="archive")
    )
    with pytest.raises(
        sim.ScenarioError,
        match="'archive' can be an on-failure destination only",
    ):
        sim.Scenario(
            functions=[sim.Function(name="f", event_invoke_config=config)],
            triggers=[sim.trigger("invoke_event", function="f")],
            buckets=[sim.Bucket(name="archive")],
        )


def test_settings_changed_together_are_checked_together():
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    function, trigger = (
        sim.Function(name="worker"),
        sim.trigger("sqs_standard", function="worker"),
    )
    scenario = sim.Scenario(functions=[function], triggers=[trigger])
    window = "triggers.*.maximum_batching_window_in_seconds"
    larger = {"triggers.*.batch_size": 20, window: 5}
    with pytest.raises(sim.ScenarioError, match="at least 1 s"):
        scenario.with_setting("triggers.*.batch_size", 20)
    changed = scenario.with_settings(larger).mappings[0]
    assert (
        changed.batch_size,
        changed.maximum_batching_window_in_seconds,
    ) == (20, 5)


def test_a_star_reaches_what_has_no_name():
    outages = [sim.Outage(of="lambda", at=at, seconds=5) for at in (0, 10)]
    function, trigger = (
        sim.Function(name="worker"),
        sim.trigger("sns", function="worker"),
    )
    scenario = sim.Scenario(
        functions=[function], triggers=[trigger], outages=outages
    )
    assert [
        outage.seconds
        for outage in scenario.with_setting("outages.*.seconds", 7).outages
    ] == [7, 7]
