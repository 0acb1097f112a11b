"""What happens to my event? A simulator of AWS Lambda's invocation models."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sim import theory
from sim.course.game_day_scores import game_day, score
from sim.course.glossary_tables import cheat_sheet, glossary
from sim.course.incident_catalogue import Incident, impact, incident, incidents
from sim.course.reference_architecture import reference_system
from sim.course.trial_systems import trial, trials
from sim.engine.simulate import Simulation, simulate
from sim.experiments.comparison import compare, confidence
from sim.experiments.power_tuning import power_tuning
from sim.experiments.sweep import sweep
from sim.results.run import Run
from sim.results.sample_events import sample_event
from sim.results.tables import cold_starts, latencies, prices, quotas, triggers
from sim.scenario.caller import Caller, Retrier
from sim.scenario.changes import Deployment, Outage
from sim.scenario.durations import Constant, Empirical, Exponential, LogNormal, Uniform
from sim.scenario.errors import ScenarioError
from sim.scenario.event_source_mapping import ProvisionedPollerConfig, ScalingConfig
from sim.scenario.function import (
    Behaviour,
    DeadLetterConfig,
    DestinationConfig,
    EventInvokeConfig,
    Function,
    Idempotency,
    Output,
    ProvisionedConcurrencyConfig,
    ScalableTarget,
    ScheduledAction,
)
from sim.scenario.make_trigger import trigger
from sim.scenario.resources import (
    Account,
    Bucket,
    Choices,
    Dependency,
    EventBus,
    Queue,
    Redrive,
    RedrivePolicy,
    RetryPolicy,
    Topic,
)
from sim.scenario.scenario import Scenario
from sim.scenario.streams import (
    Broker,
    DocumentDBCluster,
    KafkaTopic,
    Resharding,
    Stream,
    Table,
)
from sim.scenario.traffic import (
    Burst,
    ConstantRate,
    Daily,
    Keys,
    Poisson,
    Ramp,
    Recorded,
    Scheduled,
    Traffic,
)
from sim.template import Reading, TemplateError, read_template, write_template
from sim.workload.recorded_arrivals import read_arrivals

__all__ = [
    "Account", "Behaviour", "Broker", "Bucket", "Burst", "Caller", "Choices", "Constant", "ConstantRate",
    "Daily", "DeadLetterConfig", "Dependency", "Deployment", "DestinationConfig", "DocumentDBCluster",
    "Empirical", "EventBus", "EventInvokeConfig", "Exponential", "Function", "Idempotency", "Incident",
    "KafkaTopic", "Keys", "LogNormal", "Outage", "Output", "Poisson", "ProvisionedConcurrencyConfig",
    "ProvisionedPollerConfig", "Queue", "Ramp", "Reading", "Recorded", "Redrive", "RedrivePolicy", "Resharding",
    "Retrier", "RetryPolicy", "Run", "ScalableTarget", "ScalingConfig", "Scenario", "ScenarioError",
    "Scheduled", "ScheduledAction", "Simulation", "Stream", "Table", "TemplateError", "Topic", "Traffic",
    "Uniform", "cheat_sheet", "cold_starts", "compare", "confidence", "game_day", "glossary", "impact", "incident",
    "incidents", "latencies", "power_tuning", "prices", "quotas", "read_arrivals", "read_template",
    "reference_system", "sample_event", "score", "show", "simulate", "sweep", "theory", "trial", "trials", "trigger",
    "triggers", "write_template",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "show":  # matplotlib and ipywidgets are loaded when they are first used
        return import_module("sim.show")
    raise AttributeError(f"module 'sim' has no attribute {name!r}")
