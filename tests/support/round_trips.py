"""Random scenarios of all kinds of triggers with all settings that a template can say."""

import json

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import sim
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.subscriber import SUBSCRIBERS
from sim.scenario.trigger_catalogue import catalogue
from sim.template.write.comments import NOT_DEPLOYED
from tests.support.deployable import (
    FRONT_DOORS,
    PUSHING,
    STARTING,
    UNLIKE,
    deployable,
    kept,
)

POLLED = (*STARTING, "sqs_standard", "sqs_fifo", "mq")
OTHERS = sorted(
    catalogue().keys()
    - {*UNLIKE, *NOT_DEPLOYED, *FRONT_DOORS, *PUSHING, *POLLED, *SUBSCRIBERS}
)
"""Kinds without settings that a template says, but those drawn here."""
POLICIES = (
    None,
    {"kind": ["order", {"prefix": "re"}]},
    {"n": [{"numeric": [">", 1, "<=", 5]}], "$or": [{"a": ["x"]}, {"b": [1]}]},
)
NESTED = {"order": {"kind": ["new"], "paid": [True]}, "x": [{"exists": False}]}
FILTERS = (
    '{"data": {"ip": [{"cidr": "10.0.0.0/24"}]}}',
    '{"basicProperties": {"appId": ["shop"]}}',
)


@st.composite
def round_trips(draw: st.DrawFn) -> sim.Scenario:
    """A scenario whose functions, triggers and resources differ from AWS's defaults."""
    scenario = draw(deployable())
    triggers = [draw(_with_policy(one)) for one in scenario.triggers]
    triggers += draw(_more_triggers(scenario))
    triggers = _without_needless_calls(triggers)
    return scenario.replace(
        triggers=[draw(_started(one)) for one in triggers],
        queues=[*scenario.queues, draw(_fifo_queue())],
        topics=[*draw(_topics(scenario)), draw(_fifo_topic())],
        buckets=[
            sim.Bucket(name="archive"),
            sim.Bucket(name="photos", targets=draw(_targets())),
        ],
        tables=[
            one.replace(global_table=draw(st.booleans()))
            for one in scenario.tables
        ],
        streams=[
            one.replace(max_record_size_in_kib=draw(st.integers(1024, 10240)))
            for one in scenario.streams
        ],
        alarms=draw(_alarms(scenario)),
    )


def some_for_cdk(count: int) -> list[sim.Scenario]:
    """So many scenarios, always the same, without what CDK's constructs have no words for."""
    found: list[sim.Scenario] = []

    @given(round_trips())
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def collect(scenario: sim.Scenario) -> None:
        streams = [
            one.replace(max_record_size_in_kib=1024) for one in scenario.streams
        ]
        tables = [one.replace(global_table=False) for one in scenario.tables]
        found.append(scenario.replace(streams=streams, tables=tables))

    collect()
    return found


def _without_needless_calls(triggers: list[object]) -> list[object]:
    """No template says who calls a function that something invokes anyway."""
    invoked = {one.function for one in triggers if one.kind not in NOT_DEPLOYED}
    return [
        one
        for one in triggers
        if one.kind not in NOT_DEPLOYED or one.function not in invoked
    ]


def read_back(scenario: sim.Scenario) -> dict[str, object]:
    """What `kept` keeps: filter policies as JSON, for a template has spaces of its own.

    A bucket's notifications have no order among queues and topics.
    """
    found = kept(scenario)
    for bucket in found["buckets"].values():
        bucket["targets"] = set(bucket["targets"])
    for trigger in found["triggers"]:
        if trigger.get("filter_policy") is not None:
            trigger["filter_policy"] = json.loads(trigger["filter_policy"])
    return found


@st.composite
def _with_policy(draw: st.DrawFn, trigger: object) -> object:
    """A subscription with a filter policy, sometimes."""
    if trigger.kind != "sns":
        return trigger
    policy = draw(st.sampled_from(POLICIES))
    if policy is None:
        return trigger
    if draw(st.booleans()):
        return trigger.replace(
            filter_policy=json.dumps(NESTED), filter_policy_scope="MessageBody"
        )
    return trigger.replace(filter_policy=json.dumps(policy))


@st.composite
def _more_triggers(draw: st.DrawFn, scenario: sim.Scenario) -> list[object]:
    names = st.sampled_from([one.name for one in scenario.functions])
    kinds = draw(st.lists(st.sampled_from(OTHERS), max_size=3, unique=True))
    found = [
        sim.trigger(kind, function=draw(names), name=f"more{number}")
        for number, kind in enumerate(kinds)
    ]
    for kind in draw(
        st.lists(st.sampled_from(SUBSCRIBERS), max_size=2, unique=True)
    ):
        settings = draw(_subscriber(kind))
        found.append(
            sim.trigger(
                kind,
                function=draw(names),
                name=kind.replace("_", ""),
                source="orders",
                **settings,
            )
        )
    for kind in draw(
        st.lists(st.sampled_from(["mq", "documentdb"]), max_size=2, unique=True)
    ):
        settings = draw(_broker(kind))
        found.append(
            sim.trigger(
                kind,
                function=draw(names),
                name=f"from{kind}",
                source=f"{kind}Source",
                **settings,
            )
        )
    return found


@st.composite
def _subscriber(draw: st.DrawFn, kind: str) -> dict[str, object]:
    replays = draw(st.booleans())
    waits = kind == "eventbridge_bus_sync"
    return {
        "type": draw(st.sampled_from(["FIFO", "UNORDERED"])),
        "filters": draw(
            st.sampled_from(
                [(), (sim.Filter('{"a": ["b"]}'), sim.Filter("{}", "METADATA"))]
            )
        ),
        "batch_configuration": sim.BatchConfiguration(
            max_batch_size=draw(st.integers(1, 10)),
            max_batch_window_in_seconds=draw(st.sampled_from([0, 5])),
        ),
        "retry_policy": sim.SubscriberRetryPolicy(
            max_retry_attempts=draw(st.integers(0, 185)),
            max_event_age_in_seconds=draw(st.sampled_from([60, 3600])),
        ),
        "on_failure": draw(st.sampled_from([None, "parking"])),
        "state": draw(st.sampled_from(["RUNNING", "STOPPED"])),
        **(
            {"invocation_timeout_seconds": draw(st.integers(1, 30))}
            if waits
            else {}
        ),
        "starting_position": "POINT_IN_TIME" if replays else "LATEST",
        "point_in_time_configuration": sim.PointInTimeConfiguration()
        if replays
        else None,
    }


@st.composite
def _broker(draw: st.DrawFn, kind: str) -> dict[str, object]:
    settings = {
        "batch_size": draw(st.integers(1, 100)),
        "maximum_batching_window_in_seconds": draw(st.integers(1, 300)),
        "enabled": draw(st.booleans()),
    }
    if kind == "documentdb":
        return {
            **settings,
            "starting_position": draw(
                st.sampled_from(["LATEST", "TRIM_HORIZON"])
            ),
        }
    patterns = st.lists(st.sampled_from(FILTERS), max_size=2, unique=True)
    return {**settings, "filter_criteria": tuple(draw(patterns))}


@st.composite
def _started(draw: st.DrawFn, trigger: object) -> object:
    """A mapping that starts at a moment, sometimes."""
    dated = (
        "kinesis",
        "kinesis_efo",
        "msk",
        "self_managed_kafka",
        "documentdb",
    )
    if not isinstance(trigger, EventSourceMapping) or trigger.kind not in dated:
        return trigger
    if draw(st.booleans()):
        return trigger
    return trigger.replace(
        starting_position="AT_TIMESTAMP",
        starting_position_timestamp=draw(st.integers(0, 1000)),
    )


@st.composite
def _fifo_queue(draw: st.DrawFn) -> sim.Queue:
    scope = draw(st.sampled_from(["queue", "messageGroup"]))
    limits = ["perQueue"] + ["perMessageGroupId"] * (scope == "messageGroup")
    return sim.Queue(
        name="ordered",
        fifo_queue=True,
        deduplication_scope=scope,
        fifo_throughput_limit=draw(st.sampled_from(limits)),
    )


@st.composite
def _topics(draw: st.DrawFn, scenario: sim.Scenario) -> list[sim.Topic]:
    """The topics, with filter policies of those that subscribe."""
    found = []
    for topic in scenario.topics:
        policies = [
            sim.FilterPolicy(queue, json.dumps(policy))
            for queue in topic.queues
            if (policy := draw(st.sampled_from(POLICIES))) is not None
        ]
        found.append(topic.replace(filter_policies=policies))
    return found


@st.composite
def _fifo_topic(draw: st.DrawFn) -> sim.Topic:
    queues = draw(st.sampled_from([(), ("ordered",)]))
    return sim.Topic(name="ordering", fifo_topic=True, queues=queues)


@st.composite
def _targets(draw: st.DrawFn) -> tuple[str, ...]:
    return tuple(
        draw(
            st.lists(
                st.sampled_from(["parking", "alarms"]), max_size=2, unique=True
            )
        )
    )


@st.composite
def _alarms(draw: st.DrawFn, scenario: sim.Scenario) -> list[sim.Alarm]:
    if draw(st.booleans()):
        return []
    name = draw(st.sampled_from([one.name for one in scenario.functions]))
    periods = draw(st.integers(1, 5))
    return [
        sim.Alarm(
            "late",
            "Duration",
            f"FunctionName={name}",
            statistic=draw(st.sampled_from(["p99", "Maximum", "Average"])),
            period=draw(st.sampled_from([60, 300])),
            evaluation_periods=periods,
            datapoints_to_alarm=draw(st.none() | st.integers(1, periods)),
            threshold=draw(st.integers(0, 5000)),
            treat_missing_data=draw(
                st.sampled_from(
                    ["missing", "ignore", "breaching", "notBreaching"]
                )
            ),
        )
    ]
