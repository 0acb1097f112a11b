"""What happens to my event? A simulator of AWS Lambda's invocation models."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sim import theory
from sim.caller import Caller, Retrier
from sim.dependency import Dependency
from sim.deployment import Deployment
from sim.distribution import Constant, Empirical, Exponential, LogNormal, Uniform
from sim.engine.simulate import Simulation, simulate
from sim.function import (
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
from sim.game_day import game_day, score
from sim.incidents import Incident, impact, incident, incidents
from sim.mapping import ProvisionedPollerConfig, ScalingConfig
from sim.metrics import compare, confidence
from sim.outage import Outage
from sim.recorded import read_arrivals
from sim.reference import cheat_sheet, glossary
from sim.resources import Account, Bucket, Choices, EventBus, Queue, Redrive, RedrivePolicy, RetryPolicy, Topic
from sim.run import Run
from sim.sample_events import sample_event
from sim.scenario import Scenario
from sim.setting import ScenarioError
from sim.streams import Broker, DocumentDBCluster, KafkaTopic, Resharding, Stream, Table
from sim.sweep import sweep
from sim.systems import reference_system
from sim.tables import cold_starts, latencies, prices, quotas, triggers
from sim.template import Reading, TemplateError, read_template, write_template
from sim.traffic import Burst, ConstantRate, Daily, Keys, Poisson, Ramp, Recorded, Scheduled, Traffic
from sim.trials import trial, trials
from sim.triggers import trigger
from sim.tuning import power_tuning

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
