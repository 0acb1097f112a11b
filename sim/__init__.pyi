# The public names, and where each is: `__init__.py` reads them here, as type checkers do.

from sim import course as course
from sim import show as show
from sim import theory as theory
from sim.calibration.calibrate import calibrate as calibrate
from sim.calibration.write_log import write_log as write_log
from sim.course import Incident as Incident
from sim.course import cheat_sheet as cheat_sheet
from sim.course import cold_starts as cold_starts
from sim.course import game_day as game_day
from sim.course import glossary as glossary
from sim.course import impact as impact
from sim.course import incident as incident
from sim.course import incidents as incidents
from sim.course import latencies as latencies
from sim.course import prices as prices
from sim.course import quotas as quotas
from sim.course import reference_system as reference_system
from sim.course import runtimes as runtimes
from sim.course import score as score
from sim.course import trial as trial
from sim.course import trials as trials
from sim.engine.simulate import Simulation as Simulation
from sim.engine.simulate import simulate as simulate
from sim.experiments.comparison import compare as compare
from sim.experiments.comparison import confidence as confidence
from sim.experiments.power_tuning import power_tuning as power_tuning
from sim.experiments.sweep import sweep as sweep
from sim.results.fact_tables import triggers as triggers
from sim.results.run import Run as Run
from sim.results.sample_events import sample_event as sample_event
from sim.scenario.alarms import Alarm as Alarm
from sim.scenario.arrivals import Burst as Burst
from sim.scenario.arrivals import ConstantRate as ConstantRate
from sim.scenario.arrivals import Daily as Daily
from sim.scenario.arrivals import Poisson as Poisson
from sim.scenario.arrivals import Ramp as Ramp
from sim.scenario.arrivals import Recorded as Recorded
from sim.scenario.arrivals import Scheduled as Scheduled
from sim.scenario.batch_processing import BatchProcessing as BatchProcessing
from sim.scenario.behaviour import Behaviour as Behaviour
from sim.scenario.behaviour import (
    ChangeMessageVisibility as ChangeMessageVisibility,
)
from sim.scenario.behaviour import Idempotency as Idempotency
from sim.scenario.behaviour import Output as Output
from sim.scenario.bodies import Between as Between
from sim.scenario.bodies import Counter as Counter
from sim.scenario.bodies import OneOf as OneOf
from sim.scenario.caller import Caller as Caller
from sim.scenario.caller import Retrier as Retrier
from sim.scenario.changes import Change as Change
from sim.scenario.changes import Deployment as Deployment
from sim.scenario.changes import Outage as Outage
from sim.scenario.choices import Choices as Choices
from sim.scenario.durations import Constant as Constant
from sim.scenario.durations import Empirical as Empirical
from sim.scenario.durations import Exponential as Exponential
from sim.scenario.durations import LogNormal as LogNormal
from sim.scenario.durations import Quantiles as Quantiles
from sim.scenario.durations import Uniform as Uniform
from sim.scenario.errors import ScenarioError as ScenarioError
from sim.scenario.function import DeadLetterConfig as DeadLetterConfig
from sim.scenario.function import DestinationConfig as DestinationConfig
from sim.scenario.function import EventInvokeConfig as EventInvokeConfig
from sim.scenario.function import Function as Function
from sim.scenario.make_trigger import trigger as trigger
from sim.scenario.mapping_settings import (
    ProvisionedPollerConfig as ProvisionedPollerConfig,
)
from sim.scenario.mapping_settings import ScalingConfig as ScalingConfig
from sim.scenario.provisioned_concurrency import (
    ProvisionedConcurrencyConfig as ProvisionedConcurrencyConfig,
)
from sim.scenario.provisioned_concurrency import (
    ScalableTarget as ScalableTarget,
)
from sim.scenario.provisioned_concurrency import (
    ScheduledAction as ScheduledAction,
)
from sim.scenario.resources import Account as Account
from sim.scenario.resources import Bucket as Bucket
from sim.scenario.resources import Dependency as Dependency
from sim.scenario.resources import EventBus as EventBus
from sim.scenario.resources import EventPattern as EventPattern
from sim.scenario.resources import FilterPolicy as FilterPolicy
from sim.scenario.resources import Queue as Queue
from sim.scenario.resources import Redrive as Redrive
from sim.scenario.resources import RedrivePolicy as RedrivePolicy
from sim.scenario.resources import RetryPolicy as RetryPolicy
from sim.scenario.resources import Topic as Topic
from sim.scenario.scenario import Scenario as Scenario
from sim.scenario.state_machine import StateMachine as StateMachine
from sim.scenario.state_machine import Transition as Transition
from sim.scenario.streams import Broker as Broker
from sim.scenario.streams import DocumentDBCluster as DocumentDBCluster
from sim.scenario.streams import KafkaTopic as KafkaTopic
from sim.scenario.streams import Resharding as Resharding
from sim.scenario.streams import Stream as Stream
from sim.scenario.streams import Table as Table
from sim.scenario.subscriber import BatchConfiguration as BatchConfiguration
from sim.scenario.subscriber import CustomEventBus as CustomEventBus
from sim.scenario.subscriber import Filter as Filter
from sim.scenario.subscriber import (
    PointInTimeConfiguration as PointInTimeConfiguration,
)
from sim.scenario.subscriber import (
    SubscriberRetryPolicy as SubscriberRetryPolicy,
)
from sim.scenario.traffic import Keys as Keys
from sim.scenario.traffic import Traffic as Traffic
from sim.template.advice.advice import advise as advise
from sim.template.errors import TemplateError as TemplateError
from sim.template.read.read import read_template as read_template
from sim.template.write.write import write_template as write_template
from sim.workload.recorded_arrivals import read_arrivals as read_arrivals

__version__: str
