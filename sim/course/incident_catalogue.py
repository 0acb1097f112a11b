"""Ten incidents on the course's reference system.

Each is a scenario with a trouble and the same one without it; both have the same events, so every
event can be compared with itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from sim.course.reference_architecture import ORDERS, reference_system
from sim.scenario.arguments import (
    PositiveAmount,
    PositiveSeconds,
    Seconds,
    checked,
    checked_class,
)
from sim.scenario.arrivals import Burst
from sim.scenario.behaviour import Behaviour
from sim.scenario.changes import Deployment, Outage
from sim.scenario.durations import Constant
from sim.scenario.errors import ScenarioError
from sim.scenario.function import Function
from sim.scenario.make_trigger import trigger
from sim.scenario.resources import Redrive, RedrivePolicy
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Keys, Traffic

DAY = 86_400.0
AT = 300.0  # the second at which most troubles begin
LASTS = 600.0  # how many seconds most of them last


@checked_class
@dataclass(frozen=True)
class Incident:
    """A trouble from second `at` to `until`, in one sentence: the scenario with and without it."""

    name: str
    sentence: str
    at: Seconds
    until: Seconds
    scenario: Scenario
    healthy: Scenario


@dataclass(frozen=True)
class Trouble:
    """What an incident does to a healthy system, and when; `without`: that system if it differs."""

    at: float
    until: float
    scenario: Scenario
    without: Scenario | None = None


@checked
def incident(
    name: str,
    per_second: PositiveAmount = 2.0,
    seconds: PositiveSeconds = 2400.0,
) -> Incident:
    """The incident of this name, with so many orders a second, in a run of so many seconds.

    `sim.course.incidents()` lists the names. Raises `ScenarioError` for an unknown one.
    """
    if name not in INCIDENTS:
        raise ScenarioError(
            f"There is no incident {name!r}; there are {', '.join(map(repr, INCIDENTS))}."
        )
    sentence, make = INCIDENTS[name]
    healthy = reference_system(per_second, seconds)
    trouble = make(healthy)
    return Incident(
        name,
        sentence,
        trouble.at,
        trouble.until,
        trouble.scenario,
        trouble.without or healthy,
    )


def incidents() -> pd.DataFrame:
    """The ten incidents: name, sentence."""
    rows = [(name, sentence) for name, (sentence, _) in INCIDENTS.items()]
    return pd.DataFrame(rows, columns=["name", "sentence"])


Make = Callable[[Scenario], Trouble]

INCIDENTS: dict[str, tuple[str, Make]] = {}
"""By name, the sentence that tells an incident and the function that makes its trouble."""


def _listed(name: str, sentence: str) -> Callable[[Make], Make]:
    def put(make: Make) -> Make:
        INCIDENTS[name] = (sentence, make)
        return make

    return put


@_listed("dependency down", "The workers' database is down for ten minutes.")
def _dependency_down(healthy: Scenario) -> Trouble:
    outage = Outage(of="warehouse-db", at=AT, seconds=LASTS)
    return Trouble(AT, AT + LASTS, healthy.replace(outages=[outage]))


@_listed(
    "bad deploy",
    "A new version of the API fails one call in five, until it is rolled back.",
)
def _bad_deploy(healthy: Scenario) -> Trouble:
    behaviour = healthy.function("orders-api").behaviour.replace(error_rate=0.2)
    rolled_back = AT + LASTS
    deployed = _deployed(healthy, "orders-api", behaviour, until=rolled_back)
    return Trouble(AT, rolled_back, deployed)


@_listed(
    "hot key",
    "One customer sends 100 orders a second for a minute, all to one shard.",
)
def _hot_key(healthy: Scenario) -> Trouble:
    surge = Traffic(
        name="one customer",
        into="orders-http",
        arrivals=Burst(events=6000, at=AT, within=60),
        keys=Keys(count=1),
    )
    return Trouble(AT, AT + 60, _with_traffic(healthy, surge))


@_listed(
    "poison record",
    "Five of a thousand records always fail, and each blocks its shard.",
)
def _poison_record(healthy: Scenario) -> Trouble:
    path = "functions.order-publisher.behaviour.poison_share"
    return Trouble(0.0, healthy.seconds, healthy.with_setting(path, 0.005))


@_listed(
    "ten times the traffic", "For a minute ten times as many orders come in."
)
def _ten_times_the_traffic(healthy: Scenario) -> Trouble:
    ((_, per_second),) = healthy.found(ORDERS)
    more = round(9 * per_second * 60)
    campaign = Traffic(
        name="campaign",
        into="orders-http",
        arrivals=Burst(events=more, at=AT, within=60),
    )
    return Trouble(AT, AT + 60, _with_traffic(healthy, campaign))


@_listed(
    "noisy neighbour",
    "Another function takes the account's whole concurrency for a minute.",
)
def _noisy_neighbour(healthy: Scenario) -> Trouble:
    neighbour = Function(
        name="batch-import",
        timeout=120,
        behaviour=Behaviour(handler=Constant(seconds=60)),
    )
    imports = trigger("invoke_event", function="batch-import", name="import")
    there = healthy.replace(
        functions=[*healthy.functions, neighbour],
        triggers=[*healthy.triggers, imports],
    )
    burst = Traffic(
        name="import",
        into="import",
        arrivals=Burst(events=1000, at=AT, within=1),
    )
    return Trouble(AT, AT + 60, _with_traffic(there, burst))


@_listed(
    "full dead-letter queue",
    "What failed yesterday goes back to its queue all at once.",
)
def _full_dead_letter_queue(healthy: Scenario) -> Trouble:
    once = RedrivePolicy(
        dead_letter_target_arn="fulfilment-dlq", max_receive_count=1
    )
    outage = Outage(of="warehouse-db", at=0, seconds=LASTS)
    impatient = healthy.with_setting(
        "queues.fulfilment-queue.redrive_policy", once
    )
    filled = impatient.replace(outages=[outage])
    at = LASTS + AT
    back = Redrive(queue="fulfilment-dlq", at=at)
    return Trouble(at, at, filled.replace(redrives=[back]), without=filled)


@_listed(
    "aligned schedules",
    "A thousand schedules start reports at the same second.",
)
def _aligned_schedules(healthy: Scenario) -> Trouble:
    reports = Traffic(
        name="every five minutes",
        into="nightly-report",
        arrivals=Burst(events=1000, at=AT, every=300, times=3),
    )
    return Trouble(AT, AT + 600, _with_traffic(healthy, reports))


@_listed(
    "slow cold starts",
    "After a deploy every environment of the API takes eight seconds to start.",
)
def _slow_cold_starts(healthy: Scenario) -> Trouble:
    slow = Constant(seconds=8)
    behaviour = healthy.function("orders-api").behaviour.replace(init=slow)
    deployed = _deployed(healthy, "orders-api", behaviour, until=None)
    return Trouble(AT, AT, deployed)


@_listed("paused consumer", "Nobody reads the table's stream for a day.")
def _paused_consumer(healthy: Scenario) -> Trouble:
    longer = healthy.replace(seconds=DAY + AT + healthy.seconds)
    pause = Outage(of="orders-stream", at=AT, seconds=DAY)
    return Trouble(
        AT, AT + DAY, longer.replace(outages=[pause]), without=longer
    )


def _deployed(
    scenario: Scenario, function: str, behaviour: Behaviour, until: float | None
) -> Scenario:
    aliased = scenario.with_setting(
        f"functions.{function}.auto_publish_alias", "live"
    )
    deployment = Deployment(
        function=function, at=AT, until=until, behaviour=behaviour
    )
    return aliased.replace(deployments=[deployment])


def _with_traffic(scenario: Scenario, traffic: Traffic) -> Scenario:
    return scenario.replace(traffic=[*scenario.traffic, traffic])
