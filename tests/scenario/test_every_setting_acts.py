"""Each setting that may be given makes a difference, or is refused: nothing is ignored."""

from functools import cache, lru_cache

import pandas as pd
import pytest

import sim
from sim.scenario.pipe import Pipe
from sim.scenario.setting_help import shown_fields
from sim.scenario.subscriber import SUBSCRIBERS
from sim.scenario.trigger_catalogue import catalogue

PATTERN = '{"a": ["x"]}'
STORE = sim.DeadLetterConfig("kept")

# Another value than the default, of each setting of a trigger
OF_TRIGGERS = {
    "active_after": 7,
    "authorizer": "t",
    "authorizer_result_ttl_in_seconds": 1,
    "batch_configuration": sim.BatchConfiguration(
        max_batch_size=2, max_batch_window_in_seconds=2
    ),
    "batch_size": 2,
    "bisect_batch_on_function_error": True,
    "buffer_interval_in_seconds": 1,
    "buffer_size_in_mbs": 0.2,
    "callback_seconds": 5,
    "dead_letter_config": STORE,
    "denied_share": 0.5,
    "duplicate_share": 0.5,
    "enrichment": "t",
    "error_action": "kept",
    "enabled": False,
    "event_pattern": '{"detail": {"a": ["x"]}}',
    "failure_store": "kept",
    "filter_policy_scope": "MessageBody",
    "filters": (sim.Filter('{"detail": {"a": ["x"]}}'),),
    "invocation_timeout_seconds": 1,
    "starting_position_timestamp": 5,
    "filter_criteria": (
        '{"body": {"a": ["x"]}}',
        '{"data": {"a": ["x"]}}',
        '{"dynamodb": {"a": ["x"]}}',
        '{"value": {"a": ["x"]}}',
    ),
    "filter_policy": PATTERN,
    "front_door": "apigw_http",
    "function_response_types": ("ReportBatchItemFailures",),
    "heartbeat_seconds": 1,
    "latency": 9,
    "matching_share": 0.5,
    "maximum_batching_window_in_seconds": 3,
    "maximum_record_age_in_seconds": 60,
    "maximum_retry_attempts": 1,
    "on_failure": "kept",
    "parallelization_factor": 3,
    "pipe": Pipe(invocation_type="FIRE_AND_FORGET"),
    "point_in_time_configuration": sim.PointInTimeConfiguration(),
    "pollers": 1,
    "provisioned_poller_config": sim.ProvisionedPollerConfig(
        minimum_pollers=2, maximum_pollers=2
    ),
    "number_of_retries": 1,
    "resume_position": "LATEST",
    "retry": (sim.Retrier(),),
    "retry_policy": sim.RetryPolicy(maximum_retry_attempts=1),
    "scaling_config": sim.ScalingConfig(maximum_concurrency=2),
    "service_timeout": 1,
    "starting_position": "LATEST",
    "state": "STOPPED",
    "throttle_burst_limit": 1,
    "throttle_rate_limit": 1,
    "timeout_in_millis": 150,
    "tumbling_window_in_seconds": 5,
    "unidentified_share": 0.5,
    "type": "FIFO",
}
SINCE_ALWAYS = {
    "starting_position": "POINT_IN_TIME",
    "point_in_time_configuration": sim.PointInTimeConfiguration(),
}
OF_SUBSCRIBERS = {
    "retry_policy": {
        "retry_policy": sim.SubscriberRetryPolicy(max_retry_attempts=1)
    },
    "starting_position": SINCE_ALWAYS,
    "point_in_time_configuration": SINCE_ALWAYS,
}
"""The same where a subscriber of a Custom Event Bus means something else by the name."""
PAUSE = (
    sim.Change(of="t", at=1, state="STOPPED"),
    sim.Change(of="t", at=20, state="RUNNING"),
)
TOGETHER = {
    "callback_seconds": {"heartbeat_seconds": 100},
    "heartbeat_seconds": {"callback_seconds": 50},
    "on_failure": {"maximum_retry_attempts": 1},
    "point_in_time_configuration": {"active_after": 5},
    "filter_policy_scope": {"filter_policy": PATTERN},
    "starting_position": {"active_after": 5},
    "starting_position_timestamp": {"starting_position": "AT_TIMESTAMP"},
    "throttle_burst_limit": {"throttle_rate_limit": 1},
    "throttle_rate_limit": {"throttle_burst_limit": 1},
}
"""What must stand beside a setting, with and without it, for it to mean anything."""
IDENTITY = ("name", "kind", "function", "qualifier", "source")

BEHIND = {
    "apigw_rest": "authorizer_rest",
    "apigw_http": "authorizer_http",
    "apigw_ws": "authorizer_ws",
}
"""The APIs that ask authorizers: nobody else's events come to those."""
FAILING = sim.Behaviour(
    handler=sim.Uniform(0.2, 0.4),
    init=sim.Constant(0.5),
    error_rate=0.5,
    poison_share=0.1,
)
EVENTS = sim.Burst(events=8, times=3, every=3)
OUTAGES = (sim.Outage(of="lambda", at=2, seconds=30),)
CALM = {
    "function": sim.Function(
        name="f", behaviour=FAILING.replace(error_rate=0, poison_share=0)
    ),
    "arrivals": sim.Burst(events=24, within=10),
}
SLOW = CALM["function"].with_setting("behaviour.handler", sim.Constant(2))
DAYS = 86_400
LONG = {
    "outages": (sim.Outage(of="lambda", seconds=60 * DAYS),),
    "arrivals": sim.Burst(events=1),
}
"""For what happens when a source has tried for days."""


def system(
    trigger,
    function=None,
    outages=(),
    has_content=True,
    changes=(),
    **traffic,
):
    """A trigger in trouble: errors, throttles, and where asked an outage."""
    function = function or sim.Function(
        name="f", behaviour=FAILING, reserved_concurrent_executions=3
    )
    drawn = {"a": sim.OneOf(("x", "y"))} if has_content else None
    content = {"body": drawn, "message_attributes": drawn} if drawn else {}
    sent = {
        "arrivals": EVENTS,
        "keys": sim.Keys(3),
        **content,
        **traffic,
    }
    api = [
        sim.trigger(kind, function="f", name="api", authorizer=trigger.name)
        for kind, asked in BEHIND.items()
        if asked == trigger.kind
    ]
    entry = "api" if api else trigger.entry
    return sim.Scenario(
        functions=[function],
        triggers=[trigger, *api],
        queues=[sim.Queue(name="kept")],
        traffic=[sim.Traffic(into=entry, **sent)],
        outages=outages,
        changes=changes,
        seconds=60,
    )


@lru_cache(maxsize=8)
def run_of(text):
    """The run of a system in JSON; neighbours compare themselves with the same ones."""
    scenario = sim.Scenario.model_validate_json(text)
    outage = max((one.seconds for one in scenario.outages), default=0)
    return sim.simulate(scenario, drain_seconds=300 + outage)


def seen(scenario):
    """All that a run shows."""
    run = run_of(scenario.model_dump_json())
    yield run.deliveries
    yield run.spans
    yield pd.DataFrame(run.trace.pollers)
    yield run.cost()


def differs(one, other):
    """Whether two systems are seen to run otherwise."""
    return any(
        not mine.equals(theirs)
        for mine, theirs in zip(seen(one), seen(other), strict=True)
    )


def made(kind, **settings):
    return sim.trigger(kind, function="f", name="t", **settings)


@cache
def fields_of(kind):
    return [
        name for name in shown_fields(type(made(kind))) if name not in IDENTITY
    ]


CASES = [
    (kind, name) for kind in sorted(catalogue()) for name in fields_of(kind)
]


def test_each_setting_of_a_trigger_has_another_value_here():
    assert {name for _, name in CASES} <= set(OF_TRIGGERS)


@pytest.mark.parametrize("kind", sorted(catalogue()))
def test_each_setting_of_each_trigger_acts_or_is_refused(kind):
    ignored = []
    for name in fields_of(kind):
        beside = TOGETHER.get(name, {})
        new = {name: OF_TRIGGERS[name]}
        if kind in SUBSCRIBERS:
            beside = {} if name == "on_failure" else beside
            new = OF_SUBSCRIBERS.get(name, new)
        try:
            changed = made(kind, **{**beside, **new})
            system(changed)
        except sim.ScenarioError:
            continue
        if not acts(kind, name, changed, beside):
            ignored.append(name)
    assert ignored == []


def acts(kind, name, changed, beside):
    """Whether a changed trigger makes a difference in one of the systems."""
    try:
        plain = made(kind, **beside)
    except sim.ScenarioError:
        plain = made(kind)
    systems = [{}, CALM, {"outages": OUTAGES}, {"has_content": False}]
    if name in ("dead_letter_config", "failure_store", "error_action"):
        systems = [{}, LONG]
    if kind == "firehose":  # a batch that its function can work off
        systems.append({**CALM, "arrivals": sim.Burst(events=1)})
    if name == "buffer_size_in_mbs":
        systems = [{"payload_kb": 100}]
    if name == "resume_position":
        systems = [{"changes": PAUSE}]
    if name == "invocation_timeout_seconds":
        systems = [{"function": SLOW}]
    if name in ("on_failure", "retry_policy") and kind in SUBSCRIBERS:
        systems = [{"outages": (sim.Outage(of="lambda", seconds=400),)}]
    return any(
        differs(system(plain, **settings), system(changed, **settings))
        for settings in systems
    )


# Functions, by the system in which another value must be seen

FAST = sim.Behaviour(handler=sim.Constant(0.01), init=sim.Constant(0.1))
ALIAS = {"auto_publish_alias": "live"}
OF_FUNCTIONS = {
    "runtime": ({"behaviour": sim.Behaviour()}, "java21"),
    "package_type": (
        {"behaviour": sim.Behaviour(), "runtime": "python3.12"},
        "Image",
    ),
    "architectures": ({}, "arm64"),
    "memory_size": ({}, 1024),
    "timeout": ({"behaviour": sim.Behaviour(handler=sim.Constant(2))}, 1),
    "reserved_concurrent_executions": ({}, 1),
    "auto_publish_alias": ({}, "live"),
    "provisioned_concurrency_config": (
        ALIAS,
        sim.ProvisionedConcurrencyConfig(2),
    ),
    "snap_start": (
        {**ALIAS, "runtime": "java21", "behaviour": sim.Behaviour()},
        "PublishedVersions",
    ),
    "ephemeral_storage": ({}, 4096),
    "recursive_loop": (
        {"behaviour": FAST.replace(sends=(sim.Output("t", per_event=0.95),))},
        "Allow",
    ),
    "event_invoke_config": (
        {},
        sim.EventInvokeConfig(maximum_retry_attempts=0),
    ),
    "dead_letter_config": ({}, STORE),
    "behaviour": ({}, FAST),
}
ONLY_NAMES = {
    "auto_publish_alias": "it joins provisioned concurrency, SnapStart and deployments",
}
"""Settings that say how others are read, with the reason."""


@pytest.mark.parametrize("name", OF_FUNCTIONS)
def test_each_setting_of_a_function_acts(name):
    beside, value = OF_FUNCTIONS[name]
    base = {"name": "f", "behaviour": FAILING, **beside}
    trigger = made("invoke_event")
    plain = system(trigger, sim.Function(**base))
    changed = system(trigger, sim.Function(**{**base, name: value}))
    assert differs(plain, changed) == (name not in ONLY_NAMES)


def test_each_setting_of_a_function_queue_or_traffic_has_another_value_here():
    for model, values in (
        (sim.Function, OF_FUNCTIONS),
        (sim.Queue, OF_QUEUES),
        (sim.Traffic, OF_TRAFFIC),
    ):
        assert set(shown_fields(model)) - {"name", "into"} == set(values)


OF_QUEUES = {
    "fifo_queue": True,
    "visibility_timeout": 60,
    "delay_seconds": 5,
    "message_retention_period": 60,
    "redrive_policy": sim.RedrivePolicy(
        dead_letter_target_arn="kept", max_receive_count=2
    ),
    "deduplication_scope": "messageGroup",
    "fifo_throughput_limit": "perMessageGroupId",
}


@pytest.mark.parametrize("name", OF_QUEUES)
def test_each_setting_of_a_queue_acts(name):
    mapping = sim.trigger("sqs_standard", function="f", source="q", name="t")
    plain = system(mapping).replace(
        queues=(sim.Queue(name="q"), sim.Queue(name="kept"))
    )
    try:
        queue = plain.queue("q").replace(**{name: OF_QUEUES[name]})
        changed = plain.replace(queues=(queue, sim.Queue(name="kept")))
    except sim.ScenarioError:
        return
    assert differs(plain, changed)


OF_TRAFFIC = {
    "arrivals": ("invoke", sim.Burst(events=9)),
    "caller": ("invoke", sim.Caller(max_attempts=3)),
    "keys": ("kinesis", sim.Keys(2)),
    "payload_kb": ("sqs_standard", 200),
    "message_group_id": ("sqs_standard", "key"),
    "delay_seconds": ("sqs_standard", 9),
    "body": ("sqs_standard", {"a": "x"}),
    "message_attributes": ("sns", {"a": "x"}),
    "deduplication_type": ("eventbridge_bus_event", "CONTENT_BASED"),
    "deduplication_id": ("eventbridge_bus_event", "key"),
    "entries_per_request": ("sqs_fifo", 10),
}
CROWDED = {"entries_per_request": {"arrivals": sim.Burst(events=400)}}
"""The traffic that it takes to see a setting act."""
FILTERED = {
    "body": {"filter_criteria": ['{"body": {"a": ["x"]}}']},
    "message_attributes": {"filter_policy": PATTERN},
}


@pytest.mark.parametrize("name", OF_TRAFFIC)
def test_each_setting_of_a_traffic_acts(name):
    kind, value = OF_TRAFFIC[name]
    one = made(kind, **FILTERED.get(name, {}))
    sent = CROWDED.get(name, {})
    changed = system(one, **sent, **{name: value})
    assert differs(system(one, **sent), changed)


@pytest.mark.parametrize("kind", sorted(catalogue()))
def test_a_message_timer_acts_or_is_refused_wherever_messages_enter(kind):
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""
    one = made(kind)
    try:
        changed = system(one, delay_seconds=9)
    except sim.ScenarioError:
        assert kind != "sqs_standard"
    else:
        assert differs(system(one), changed)
