"""The fields of a scenario."""

from __future__ import annotations

from sim.scenario.alarms import Alarm
from sim.scenario.changes import Change, Deployment, Outage
from sim.scenario.choices import Choices
from sim.scenario.function import Function
from sim.scenario.resources import (
    Account,
    Bucket,
    Dependency,
    EventBus,
    Queue,
    Redrive,
    Topic,
)
from sim.scenario.settings import Settings, described, setting
from sim.scenario.state_machine import StateMachine
from sim.scenario.streams import (
    Broker,
    DocumentDBCluster,
    KafkaTopic,
    Stream,
    Table,
)
from sim.scenario.subscriber import CustomEventBus
from sim.scenario.traffic import Traffic
from sim.scenario.triggers import AnyTrigger


class SystemFields(Settings):
    """A serverless system and what happens to it."""

    functions: tuple[Function, ...] = described(
        "The Lambda functions.", min_length=1
    )
    triggers: tuple[AnyTrigger, ...] = described(
        "What invokes them.", min_length=1
    )
    traffic: tuple[Traffic, ...] = described("The events that come in.", ())
    queues: tuple[Queue, ...] = described(
        "SQS queues; a trigger's missing queue is added.", ()
    )
    topics: tuple[Topic, ...] = described(
        "SNS topics; a trigger's missing topic is added.", ()
    )
    buckets: tuple[Bucket, ...] = described(
        "S3 buckets; a trigger's missing bucket is added.", ()
    )
    event_buses: tuple[EventBus, ...] = described(
        "EventBridge event buses with rules (default and Classic); "
        "a rule's missing bus is added.",
        (),
    )
    custom_event_buses: tuple[CustomEventBus, ...] = described(
        "EventBridge Custom Event Buses; a subscriber's missing bus is added.",
        (),
    )
    state_machines: tuple[StateMachine, ...] = described(
        "Step Functions state machines of several tasks.", ()
    )
    streams: tuple[Stream, ...] = described(
        "Kinesis streams; a trigger's missing stream is added.", ()
    )
    tables: tuple[Table, ...] = described(
        "DynamoDB tables; a trigger's missing table is added.", ()
    )
    kafka_topics: tuple[KafkaTopic, ...] = described(
        "Kafka topics; a trigger's missing topic is added.", ()
    )
    brokers: tuple[Broker, ...] = described(
        "Amazon MQ brokers; a trigger's missing broker is added.", ()
    )
    document_db_clusters: tuple[DocumentDBCluster, ...] = described(
        "DocumentDB clusters; a trigger's missing cluster is added.", ()
    )
    dependencies: tuple[Dependency, ...] = described(
        "What functions call; one without limits need not be here.", ()
    )
    deployments: tuple[Deployment, ...] = described(
        "New versions of functions while the scenario runs.", ()
    )
    redrives: tuple[Redrive, ...] = described(
        "Messages that go back from dead-letter queues to their sources.", ()
    )
    outages: tuple[Outage, ...] = described(
        "Times in which Lambda or a dependency is down or slow.", ()
    )
    changes: tuple[Change, ...] = described(
        "Settings that change while the scenario runs.", ()
    )
    alarms: tuple[Alarm, ...] = described(
        "CloudWatch alarms on metrics of functions, queues and streams.", ()
    )
    account: Account = described(
        "What all functions share.", default_factory=Account
    )
    choices: Choices = described(
        "What AWS leaves open.", default_factory=Choices
    )
    seconds: float = setting("Scenario.seconds")
