"""Random scenarios that a template can hold whole, and what of a scenario a template can hold."""

import re
from collections.abc import Iterable

from hypothesis import strategies as st

import sim
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.trigger_catalogue import catalogue

KEPT = sim.Scenario.model_fields.keys() - {
    "traffic",
    "outages",
    "account",
    "choices",
    "seconds",
    "deployments",
    "redrives",
}
NOT_KEPT = {
    "name",
    "latency",
    "matching_share",
    "callback_seconds",
    "pollers",
    "active_after",
}
STREAMS, KAFKA = (
    ("kinesis", "kinesis_efo", "ddb_streams"),
    ("msk", "self_managed_kafka"),
)
PUSHING = (
    "sns",
    "s3_notification",
    "eventbridge_rule",
    "eventbridge_schedule_rule",
    "eventbridge_scheduler",
)
FRONT_DOORS = (
    "apigw_rest",
    "apigw_http",
    "apigw_ws",
    "function_url",
    "alb",
    "sfn_sync",
    "sfn_wait_token",
)


STARTING = (
    "kinesis",
    "kinesis_efo",
    "ddb_streams",
    "msk",
    "self_managed_kafka",
    "documentdb",
)
"""Kinds of sources for which AWS wants a starting position."""

UNLIKE = {
    "invoke_event": "a template cannot tell it from invoke where its function has no settings "
    "for asynchronous events",
    "s3_batch": "a template cannot tell it from invoke",
    "stripe_webhook": "a template cannot tell it from its front door",
    "pipes_target": "the pipe's source is a queue of its own",
    "pipes_enrichment": "the pipe's source and target are queues of its own",
    "codepipeline": "the pipeline has a bucket of its own",
    "authorizer_rest": "an API that no scenario names asks it",
    "authorizer_http": "an API that no scenario names asks it",
    "authorizer_ws": "an API that no scenario names asks it",
    "s3_object_lambda": "the access point has a bucket of its own",
    "firehose": "the delivery stream has a bucket of its own",
}
"""Kinds whose template is not read back as the same scenario, and why."""


def on_default_bus() -> sim.Scenario:
    """Rules of the default bus, with a function and a queue, and a function that sends there."""
    worker = sim.Function(
        name="worker",
        behaviour=sim.Behaviour(sends=[sim.Output("default")]),
        event_invoke_config=sim.EventInvokeConfig(
            destination_config=sim.DestinationConfig(on_failure="default")
        ),
    )
    return sim.Scenario(
        functions=[worker, sim.Function(name="listener")],
        triggers=[
            sim.trigger("invoke_event", function="worker"),
            sim.trigger(
                "eventbridge_rule",
                function="listener",
                name="rule",
                source="default",
            ),
        ],
        queues=[sim.Queue(name="kept")],
        event_buses=[sim.EventBus(name="default", targets=("kept",))],
    )


def subscribed(kind: str, qualifier: str | None) -> sim.Scenario:
    """A subscriber of a Custom Event Bus with settings that are not AWS's defaults."""
    subscriber = sim.trigger(
        kind,
        function="F",
        name="large",
        source="orders",
        qualifier=qualifier,
        type="FIFO",
        filters=[sim.Filter('{"a": ["b"]}'), sim.Filter("{}", "METADATA")],
        batch_configuration=sim.BatchConfiguration(7),
        retry_policy=sim.SubscriberRetryPolicy(max_retry_attempts=9),
        on_failure="failed",
        state="STOPPED",
        starting_position="POINT_IN_TIME",
        point_in_time_configuration=sim.PointInTimeConfiguration(),
    )
    return sim.Scenario(
        functions=[sim.Function(name="F", auto_publish_alias="live")],
        queues=[sim.Queue(name="failed")],
        custom_event_buses=[
            sim.CustomEventBus("orders", retention_period_in_days=7)
        ],
        triggers=[subscriber],
    )


def state_machine() -> sim.Scenario:
    """A state machine with branches, a wait, a catcher and a bus that starts it."""
    errors = ("States.ALL",)
    tasks = {"Check": "F", "Charge": "F", "Pack": "G", "Refund": "G"}
    kinds = {"Charge": "sfn_wait_token", "Refund": "sfn_event"}
    ways = [
        sim.Transition(next=("Flow/Check",)),
        sim.Transition(
            after="Flow/Check",
            next=("Flow/Charge", "Flow/Pack"),
            parallel="Flow/Both",
            wait_seconds=30,
        ),
        sim.Transition(
            after="Flow/Both", next=("Flow/Refund",), error_equals=errors
        ),
    ]
    return sim.Scenario(
        functions=[
            sim.Function("F", auto_publish_alias="live"),
            sim.Function("G"),
        ],
        triggers=[
            sim.trigger(
                kinds.get(task, "sfn_sync"), function, name=f"Flow/{task}"
            )
            for task, function in tasks.items()
        ],
        state_machines=[sim.StateMachine(name="Flow", transitions=ways)],
        event_buses=[sim.EventBus(name="bus", targets=["Flow"])],
    )


PIPES_OF_STREAMS = {
    "parallelization_factor": 3,
    "maximum_retry_attempts": 2,
    "maximum_record_age_in_seconds": 100,
    "bisect_batch_on_function_error": True,
    "on_failure": "failed",
}


def piped(kind: str, **more: object) -> sim.Scenario:
    """A pipe with settings that are not AWS's defaults, and its enrichment."""
    settings = {"batch_size": 7, "enabled": False}
    if kind in STREAMS:
        settings |= PIPES_OF_STREAMS
    if kind != "sqs_fifo":
        settings["maximum_batching_window_in_seconds"] = 5
    if kind.startswith("sqs"):
        settings["filter_criteria"] = ['{"body":{"a":[1]}}']
    pipe = sim.trigger(
        "pipes_target",
        "F",
        name="P",
        source="src",
        source_kind=kind,
        enrichment="PEnrichment",
        invocation_type="FIRE_AND_FORGET",
        **settings,
        **more,
    )
    return sim.Scenario(
        functions=[
            sim.Function("F", auto_publish_alias="live"),
            sim.Function("G"),
        ],
        queues=[sim.Queue(name="failed")],
        triggers=[
            sim.trigger("pipes_enrichment", "G", name="PEnrichment"),
            pipe,
        ],
    )


def everything() -> sim.Scenario:
    """Several functions, every kind of store, settings that are not AWS's defaults."""
    redrive = sim.RedrivePolicy(
        dead_letter_target_arn="dead", max_receive_count=3
    )
    config = sim.EventInvokeConfig(
        maximum_retry_attempts=0,
        maximum_event_age_in_seconds=60,
        destination_config=sim.DestinationConfig(
            on_success="done", on_failure="archive"
        ),
    )
    slow = sim.Retrier(
        error_equals=("States.Timeout",),
        max_attempts=5,
        max_delay_seconds=9,
        jitter_strategy="FULL",
    )
    up = sim.ScheduledAction(
        schedule="cron(0 8 * * ? *)", min_capacity=5, max_capacity=20
    )
    scaled = sim.ScalableTarget(
        min_capacity=2,
        max_capacity=10,
        target_value=0.7,
        scheduled_actions=(up,),
    )
    provisioned = sim.ProvisionedConcurrencyConfig(
        provisioned_concurrent_executions=2, scalable_target=scaled
    )
    sends = sim.Behaviour(
        sends=[
            sim.Output(to=name)
            for name in ("done", "alarms", "archive", "bus", "clicks")
        ]
    )
    orders = sim.Function(
        name="ordersApi",
        runtime="nodejs22.x",
        timeout=20,
        memory_size=512,
        architectures="arm64",
        auto_publish_alias="live",
        provisioned_concurrency_config=provisioned,
        behaviour=sends,
    )
    listener = sim.Function(
        name="listener",
        event_invoke_config=config,
        recursive_loop="Allow",
        reserved_concurrent_executions=0,
        dead_letter_config=sim.DeadLetterConfig(target_arn="alarms"),
        ephemeral_storage=1024,
    )
    java = sim.Function(
        name="report",
        runtime="java21",
        auto_publish_alias="v",
        snap_start="PublishedVersions",
        timeout=30,
        event_invoke_config=sim.EventInvokeConfig(
            destination_config=sim.DestinationConfig(
                on_success="listener", on_failure="bus"
            )
        ),
    )
    batches = sim.ScalingConfig(maximum_concurrency=5)
    failures = ("ReportBatchItemFailures",)
    dead = sim.DeadLetterConfig(target_arn="dead")
    retries = sim.RetryPolicy(
        maximum_retry_attempts=3, maximum_event_age_in_seconds=120
    )
    window = sim.Scheduled(
        expression="cron(0 10 * * ? *)",
        schedule_expression_timezone="Europe/Paris",
        flexible_time_window_minutes=15,
    )
    reads = sim.trigger(
        "kinesis",
        "listener",
        source="clicks",
        starting_position="TRIM_HORIZON",
        parallelization_factor=4,
        batch_size=50,
        maximum_batching_window_in_seconds=2,
        bisect_batch_on_function_error=True,
        on_failure="dead",
        maximum_retry_attempts=3,
        maximum_record_age_in_seconds=60,
        tumbling_window_in_seconds=30,
        filter_criteria=('{"data": {"kind": ["order"]}}',),
        function_response_types=failures,
        enabled=False,
    )
    return sim.Scenario(
        functions=[orders, listener, java],
        triggers=[
            sim.trigger(
                "apigw_rest",
                "ordersApi",
                timeout_in_millis=5000,
                throttle_rate_limit=50,
            ),
            sim.trigger(
                "apigw_http",
                "ordersApi",
                timeout_in_millis=5000,
                throttle_burst_limit=5,
            ),
            sim.trigger("apigw_ws", "ordersApi", throttle_rate_limit=5),
            sim.trigger(
                "sns",
                "listener",
                source="news",
                dead_letter_config=dead,
                filter_policy='{"order": {"paid": [true]}}',
                filter_policy_scope="MessageBody",
            ),
            sim.trigger(
                "sqs_standard",
                "report",
                source="letters",
                scaling_config=batches,
                function_response_types=failures,
            ),
            sim.trigger(
                "eventbridge_rule",
                "report",
                source="bus",
                retry_policy=retries,
                dead_letter_config=dead,
            ),
            sim.trigger(
                "eventbridge_scheduler",
                "report",
                retry_policy=retries,
                dead_letter_config=dead,
            ),
            sim.trigger(
                "sfn_sync", "report", retry=[sim.Retrier.recommended(), slow]
            ),
            sim.trigger("sfn_wait_token", "listener", heartbeat_seconds=30),
            sim.trigger("cfn_custom_resource", "report", service_timeout=60),
            sim.trigger("function_url", "ordersApi"),
            reads,
        ],
        traffic=[sim.Traffic(into="eventbridge_scheduler", arrivals=window)],
        queues=[
            sim.Queue(
                name="letters",
                visibility_timeout=60,
                delay_seconds=5,
                redrive_policy=redrive,
            ),
            sim.Queue(name="dead", message_retention_period=1209600),
            sim.Queue(name="done"),
        ],
        topics=[
            sim.Topic(
                name="alarms",
                queues=("dead",),
                filter_policies=[sim.FilterPolicy("dead", '{"kind": ["new"]}')],
            )
        ],
        streams=[
            sim.Stream(name="clicks", shard_count=2, retention_period_hours=48)
        ],
        buckets=[sim.Bucket(name="archive")],
        event_buses=[sim.EventBus(name="bus", targets=("done", "alarms"))],
        alarms=[
            sim.Alarm("failedRuns", "Errors", "FunctionName=ordersApi"),
            sim.Alarm(
                "late",
                "Duration",
                "FunctionName=listener",
                statistic="p99",
                period=300,
                evaluation_periods=5,
                datapoints_to_alarm=3,
                threshold=2500,
                treat_missing_data="ignore",
            ),
            sim.Alarm(
                "old",
                "ApproximateAgeOfOldestMessage",
                "QueueName=letters",
                statistic="Maximum",
                comparison_operator="GreaterThanOrEqualToThreshold",
            ),
            sim.Alarm("few", "IncomingRecords", "StreamName=clicks"),
            sim.Alarm("all", "ConcurrentExecutions", statistic="Maximum"),
        ],
    )


def kept(scenario: sim.Scenario) -> dict[str, object]:
    """What a template can hold: resources without behaviour, and triggers without their names."""
    groups = {
        name: getattr(scenario, name)
        for name in KEPT - {"triggers", "dependencies"}
    }
    found = {
        name: {one.name: one.model_dump(exclude={"behaviour"}) for one in group}
        for name, group in groups.items()
    }
    triggers = [
        trigger.model_dump(exclude=NOT_KEPT) for trigger in scenario.triggers
    ]
    return {**found, "triggers": sorted(triggers, key=str)}


def arguments(parameters: Iterable[str]) -> dict[str, str]:
    """Values for a template's parameters; an ARN ends with the name of what it is of."""
    return {
        name: f"arn:aws:{_service(name)}:us-east-1:123456789012:{_resource(name)}"
        for name in parameters
    }


def _service(parameter: str) -> str:
    return (
        "mq"
        if "Broker" in parameter
        else "kafka"
        if "Msk" in parameter
        else "rds"
    )


def _resource(parameter: str) -> str:
    of = re.sub(r"(Broker|Cluster)(Secret)?Arn$", "", parameter)
    return f"broker:{of}:b-1" if "Broker" in parameter else f"cluster:{of}"


@st.composite
def deployable(draw: st.DrawFn) -> sim.Scenario:
    """One to three functions with all settings that templates have, and usual triggers."""
    names = [f"function{number}" for number in range(draw(st.integers(1, 3)))]
    functions = [draw(_function(name)) for name in names]
    triggers = [
        draw(_trigger(number, functions))
        for number in range(draw(st.integers(1, 5)))
    ]
    # one for each function
    urls = {
        trigger.function: trigger
        for trigger in triggers
        if trigger.kind == "function_url"
    }
    triggers = [
        trigger
        for trigger in triggers
        if trigger.kind != "function_url" or urls[trigger.function] is trigger
    ]
    idle = set(names) - {trigger.function for trigger in triggers}
    triggers += [
        sim.trigger(_call(f), function=f.name, name=f"call{f.name}")
        for f in functions
        if f.name in idle
    ]
    polled = {
        t.source: t for t in triggers if t.kind in ("sqs_standard", "sqs_fifo")
    }
    queues = [
        draw(_queue(name, trigger, functions))
        for name, trigger in sorted(polled.items())
    ]
    topics = [
        sim.Topic(
            name="alarms", queues=draw(st.sampled_from([(), ("parking",)]))
        )
    ]
    streams = [
        draw(_stream(name))
        for name in sorted(
            {t.source for t in triggers if t.kind.startswith("kinesis")}
        )
    ]
    return sim.Scenario(
        functions=functions,
        triggers=triggers,
        queues=[*queues, sim.Queue(name="parking")],
        topics=topics,
        streams=streams,
        buckets=[sim.Bucket(name="archive")],
        event_buses=[
            sim.EventBus(
                name="bus",
                targets=draw(st.sampled_from([(), ("alarms", "parking")])),
            )
        ],
    )


LARGE = {"ephemeral_storage": 1024}
SNAP = {"snap_start": "PublishedVersions"}  # never with provisioned concurrency


def _call(function: sim.Function) -> str:
    """How somebody calls a function that nothing invokes: type Event if it has settings for it."""
    alone = (
        function.event_invoke_config != sim.EventInvokeConfig()
        or function.dead_letter_config is not None
    )
    return "invoke_event" if alone else "invoke"


@st.composite
def _function(draw: st.DrawFn, name: str) -> sim.Function:
    alias = draw(st.sampled_from([None, "live"]))
    scaled = sim.ScalableTarget(
        min_capacity=1,
        max_capacity=9,
        target_value=draw(st.sampled_from([None, 0.5])),
    )
    provisioned = sim.ProvisionedConcurrencyConfig(
        provisioned_concurrent_executions=draw(st.integers(1, 9)),
        scalable_target=draw(st.sampled_from([None, scaled])),
    )
    target = st.sampled_from([None, "parking", "alarms", "bus"])
    destinations = sim.DestinationConfig(
        on_success=draw(target), on_failure=draw(target | st.just("archive"))
    )
    dead_letters = draw(st.sampled_from([None, "parking", "alarms"]))
    return sim.Function(
        name=name,
        runtime=draw(st.sampled_from(["python3.13", "java21", "dotnet10"])),
        architectures=draw(st.sampled_from(["x86_64", "arm64"])),
        memory_size=draw(st.sampled_from([128, 512, 1769])),
        timeout=draw(st.integers(1, 60)),
        reserved_concurrent_executions=draw(st.sampled_from([None, 10, 50])),
        auto_publish_alias=alias,
        **(
            draw(
                st.sampled_from(
                    [{}, {"provisioned_concurrency_config": provisioned}, SNAP]
                )
            )
            if alias
            else LARGE
        ),
        recursive_loop=draw(st.sampled_from(["Terminate", "Allow"])),
        event_invoke_config=sim.EventInvokeConfig(
            maximum_retry_attempts=draw(st.integers(0, 2)),
            maximum_event_age_in_seconds=draw(
                st.sampled_from([60, 3600, 21600])
            ),
            destination_config=destinations,
        ),
        dead_letter_config=dead_letters
        and sim.DeadLetterConfig(target_arn=dead_letters),
    )


@st.composite
def _trigger(
    draw: st.DrawFn, number: int, functions: list[sim.Function]
) -> object:
    function = draw(st.sampled_from(functions)).name
    kinds = (
        *FRONT_DOORS,
        *PUSHING,
        "sqs_standard",
        "sqs_fifo",
        *STREAMS,
        *KAFKA,
    )
    kind = draw(st.sampled_from(kinds))
    name, source = f"trigger{number}", f"source{number}"
    if kind in FRONT_DOORS:
        return sim.trigger(
            kind, function=function, name=name, **draw(_front_door(kind))
        )
    if kind in PUSHING:
        own = {"source": source} if kind in ("sns", "s3_notification") else {}
        return sim.trigger(
            kind, function=function, name=name, **own, **draw(_pushing(kind))
        )
    return EventSourceMapping(
        name=name,
        kind=kind,
        function=function,
        source=source,
        **draw(_mapping(kind)),
    )


@st.composite
def _front_door(draw: st.DrawFn, kind: str) -> dict[str, object]:
    if kind.startswith("sfn"):
        retriers = st.sampled_from(
            [
                (),
                (sim.Retrier.recommended(),),
                (sim.Retrier(max_attempts=0),),
                (RETRIER,),
            ]
        )
        heartbeat = (
            {"heartbeat_seconds": draw(st.sampled_from([None, 30]))}
            if kind == "sfn_wait_token"
            else {}
        )
        return {"retry": draw(retriers), **heartbeat}
    if not kind.startswith("apigw"):
        return {}
    usual = catalogue()[kind].wait_limit_seconds * 1000
    return {
        "timeout_in_millis": draw(st.sampled_from([usual, 5000])),
        "throttle_rate_limit": draw(st.sampled_from([10000, 50])),
        "throttle_burst_limit": draw(st.sampled_from([5000, 10])),
    }


RETRIER = sim.Retrier(
    error_equals=("Lambda.TooManyRequestsException", "States.Timeout"),
    interval_seconds=3,
    max_attempts=5,
    backoff_rate=1.5,
    max_delay_seconds=60,
    jitter_strategy="FULL",
)


@st.composite
def _pushing(draw: st.DrawFn, kind: str) -> dict[str, object]:
    if kind == "s3_notification":
        return {}
    dead_letters = draw(
        st.sampled_from([None, sim.DeadLetterConfig(target_arn="parking")])
    )
    settings: dict[str, object] = {"dead_letter_config": dead_letters}
    if kind.startswith("eventbridge"):
        settings["retry_policy"] = sim.RetryPolicy(
            maximum_retry_attempts=draw(st.sampled_from([0, 3, 185])),
            maximum_event_age_in_seconds=draw(st.sampled_from([60, 86400])),
        )
    if kind == "eventbridge_rule":
        settings["source"] = draw(st.sampled_from([None, "bus"]))
    return settings


PATTERN = '{"body": {"kind": ["order"]}}'


@st.composite
def _mapping(draw: st.DrawFn, kind: str) -> dict[str, object]:
    settings: dict[str, object] = {
        "enabled": draw(st.booleans()),
        "batch_size": draw(st.integers(1, 10)),
        "filter_criteria": draw(
            st.sampled_from([(), (PATTERN,), (PATTERN, '{"body": {"n": [1]}}')])
        ),
        "function_response_types": draw(
            st.sampled_from([(), ("ReportBatchItemFailures",)])
        ),
    }
    if kind.startswith("sqs"):
        limit = st.none() | st.integers(2, 100).map(
            lambda n: sim.ScalingConfig(maximum_concurrency=n)
        )
        return {**settings, "scaling_config": draw(limit)}
    settings["maximum_batching_window_in_seconds"] = draw(
        st.sampled_from([1, 5, 300])
    )
    settings["starting_position"] = draw(
        st.sampled_from(["LATEST", "TRIM_HORIZON"])
    )
    settings["on_failure"] = draw(
        st.sampled_from([None, "parking", "alarms", "archive"])
    )
    settings["maximum_retry_attempts"] = draw(st.sampled_from([-1, 0, 7]))
    settings["maximum_record_age_in_seconds"] = draw(
        st.sampled_from([-1, 60, 3600])
    )
    settings["bisect_batch_on_function_error"] = draw(st.booleans())
    if kind in KAFKA:  # which takes retries in provisioned mode only
        settings["provisioned_poller_config"] = sim.ProvisionedPollerConfig(
            minimum_pollers=draw(st.integers(1, 9))
        )
    if kind in STREAMS:
        settings["parallelization_factor"] = draw(st.integers(1, 10))
        settings["tumbling_window_in_seconds"] = draw(
            st.sampled_from([None, 60])
        )
    return settings


@st.composite
def _queue(
    draw: st.DrawFn,
    name: str,
    trigger: EventSourceMapping,
    functions: list[sim.Function],
) -> sim.Queue:
    (timeout,) = [
        function.timeout
        for function in functions
        if function.name == trigger.function
    ]
    redrive = sim.RedrivePolicy(
        dead_letter_target_arn="parking",
        max_receive_count=draw(st.integers(1, 9)),
    )
    return sim.Queue(
        name=name,
        fifo_queue=trigger.kind == "sqs_fifo",
        visibility_timeout=timeout * draw(st.integers(1, 6)),
        delay_seconds=draw(st.sampled_from([0, 900])),
        message_retention_period=draw(st.sampled_from([60, 345600, 1209600])),
        redrive_policy=draw(st.none() | st.just(redrive))
        if trigger.kind == "sqs_standard"
        else None,
    )


@st.composite
def _stream(draw: st.DrawFn, name: str) -> sim.Stream:
    mode = draw(st.sampled_from(["PROVISIONED", "ON_DEMAND"]))
    shards = draw(st.integers(1, 9)) if mode == "PROVISIONED" else 1
    hours = draw(st.sampled_from([24, 168]))
    return sim.Stream(
        name=name,
        stream_mode=mode,
        shard_count=shards,
        retention_period_hours=hours,
    )
