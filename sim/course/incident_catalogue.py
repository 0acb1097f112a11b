"""Ten incidents on the course's reference system, and what each costs: lost, late, and how long until it is over.

Each is a scenario with a trouble and the same one without it; both have the same events, so every
event can be compared with itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim import facts
from sim.course.reference_architecture import reference_system
from sim.scenario.changes import Deployment, Outage
from sim.scenario.durations import Constant
from sim.scenario.errors import ScenarioError
from sim.scenario.function import Behaviour, Function
from sim.scenario.make_trigger import trigger
from sim.scenario.resources import Redrive, RedrivePolicy
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Burst, Keys, Traffic

if TYPE_CHECKING:
    from sim.results.run import Run

DAY = 86_400.0
AT, LASTS = 300.0, 600.0  # seconds


@dataclass(frozen=True)
class Incident:
    """A trouble from second `at` to `until`, in one sentence: the scenario with it, and without it."""

    name: str
    sentence: str
    at: float
    until: float
    scenario: Scenario
    healthy: Scenario


def incident(name: str, per_second: float = 2.0, seconds: float = 2400.0) -> Incident:
    """The incident of this name, with so many orders a second; `sim.course.incidents()` lists the names.

    Raises `ScenarioError` for an unknown name.
    """
    if name not in INCIDENTS:
        raise ScenarioError(
            f"There is no incident {name!r}; there are {', '.join(map(repr, INCIDENTS))}."
        )
    sentence, make = INCIDENTS[name]
    healthy = reference_system(per_second, seconds)
    return make(healthy, partial(Incident, name, sentence))


def incidents() -> pd.DataFrame:
    """The ten incidents: name, sentence."""
    rows = [(name, sentence) for name, (sentence, _) in INCIDENTS.items()]
    return pd.DataFrame(rows, columns=["name", "sentence"])


def impact(run: Run, healthy: Run, until: float) -> pd.Series[Any]:
    """What an incident that ended at second `until` has cost, by comparing each event with itself in a healthy run.

    journeys: events of both runs; lost: those of which something was lost; parked: those of which
    something waits in a failure store; told: those whose caller was told of a failure; unfinished:
    those in flight at the end; late: those that took more than a second longer than in the healthy
    run, where they went well; worst_delay_s: the longest such delay; recovery_seconds: from `until`
    to the end of the last journey that was late, 0 if none was, NaN if one is still in flight. What
    also happened in the healthy run does not count.
    """
    names = ["traffic", "n"]
    both = run.journeys.merge(
        healthy.journeys, on=names, suffixes=("", "_healthy"), validate="one_to_one"
    )
    told = both.fate.isin(["failed", "rejected"]) & ~both.fate_healthy.isin(
        ["failed", "rejected"]
    )
    delay = both.end_to_end_s - both.end_to_end_s_healthy
    good = both.fate_healthy.isin(["succeeded", "filtered"])
    late = good & (delay > facts.fact("impact.late_after").value)
    unfinished = both.ended_s.isna() & both.ended_s_healthy.notna()
    recovery = (
        np.nan
        if unfinished.any()
        else max(0.0, both.ended_s[late].max() - until)
        if late.any()
        else 0.0
    )
    return pd.Series(
        {
            "journeys": len(both),
            "lost": int(((both.lost > 0) & (both.lost_healthy == 0)).sum()),
            "parked": int(((both.parked > 0) & (both.parked_healthy == 0)).sum()),
            "told": int(told.sum()),
            "unfinished": int(unfinished.sum()),
            "late": int(late.sum()),
            "worst_delay_s": float(delay[late].max()) if late.any() else 0.0,
            "recovery_seconds": float(recovery),
        },
        dtype=object,
    )


Make = Callable[..., Incident]


def _dependency_down(healthy: Scenario, made: Make) -> Incident:
    outage = Outage(of="warehouse-db", at=AT, seconds=LASTS)
    return made(AT, AT + LASTS, healthy.replace(outages=(outage,)), healthy)


def _bad_deploy(healthy: Scenario, made: Make) -> Incident:
    behaviour = healthy.function("orders-api").behaviour.replace(error_rate=0.2)
    return made(
        AT, AT + LASTS, _deployed(healthy, "orders-api", behaviour, AT + LASTS), healthy
    )


def _hot_key(healthy: Scenario, made: Make) -> Incident:
    surge = Burst(events=6000, at=AT, within=60)
    return made(
        AT,
        AT + 60,
        _with_traffic(healthy, "one customer", surge, keys=Keys(count=1)),
        healthy,
    )


def _poison_record(healthy: Scenario, made: Make) -> Incident:
    behaviour = healthy.function("order-publisher").behaviour.replace(
        poison_share=0.005
    )
    poisoned = healthy.with_setting("functions.order-publisher.behaviour", behaviour)
    return made(0.0, healthy.seconds, poisoned, healthy)


def _ten_times_the_traffic(healthy: Scenario, made: Make) -> Incident:
    more = round(9 * _orders(healthy) * 60)
    return made(
        AT,
        AT + 60,
        _with_traffic(healthy, "campaign", Burst(events=more, at=AT, within=60)),
        healthy,
    )


def _noisy_neighbour(healthy: Scenario, made: Make) -> Incident:
    neighbour = Function(
        name="batch-import",
        timeout=120,
        behaviour=Behaviour(handler=Constant(seconds=60)),
    )
    there = healthy.replace(
        functions=(*healthy.functions, neighbour),
        triggers=(
            *healthy.triggers,
            trigger("invoke_event", function="batch-import", name="import"),
        ),
    )
    burst = Traffic(
        name="import", into="import", arrivals=Burst(events=1000, at=AT, within=1)
    )
    return made(AT, AT + 60, there.replace(traffic=(*there.traffic, burst)), healthy)


def _full_dead_letter_queue(healthy: Scenario, made: Make) -> Incident:
    policy = RedrivePolicy(dead_letter_target_arn="fulfilment-dlq", max_receive_count=1)
    queues = tuple(
        queue.replace(redrive_policy=policy) if queue.redrive_policy else queue
        for queue in healthy.queues
    )
    full = healthy.replace(
        queues=queues, outages=(Outage(of="warehouse-db", at=0, seconds=LASTS),)
    )
    back = Redrive(queue="fulfilment-dlq", at=LASTS + AT)
    return made(LASTS + AT, LASTS + AT, full.replace(redrives=(back,)), full)


def _aligned_schedules(healthy: Scenario, made: Make) -> Incident:
    arrivals = Burst(events=1000, at=AT, every=300, times=3)
    return made(
        AT,
        AT + 600,
        _with_traffic(healthy, "every five minutes", arrivals, into="nightly-report"),
        healthy,
    )


def _slow_cold_starts(healthy: Scenario, made: Make) -> Incident:
    behaviour = healthy.function("orders-api").behaviour.replace(
        init=Constant(seconds=8)
    )
    return made(AT, AT, _deployed(healthy, "orders-api", behaviour, None), healthy)


def _paused_consumer(healthy: Scenario, made: Make) -> Incident:
    long = healthy.replace(seconds=DAY + AT + healthy.seconds)
    return made(
        AT,
        AT + DAY,
        long.replace(outages=(Outage(of="orders-stream", at=AT, seconds=DAY),)),
        long,
    )


def _orders(scenario: Scenario) -> float:
    rate: float = next(scenario.found("traffic.customers.arrivals.per_second"))[1]
    return rate


def _deployed(
    scenario: Scenario, function: str, behaviour: Behaviour, until: float | None
) -> Scenario:
    aliased = scenario.with_setting(f"functions.{function}.auto_publish_alias", "live")
    return aliased.replace(
        deployments=(
            Deployment(function=function, at=AT, until=until, behaviour=behaviour),
        )
    )


def _with_traffic(
    scenario: Scenario,
    name: str,
    arrivals: Burst,
    into: str = "orders-http",
    keys: Keys | None = None,
) -> Scenario:
    return scenario.replace(
        traffic=(
            *scenario.traffic,
            Traffic(name=name, into=into, arrivals=arrivals, keys=keys),
        )
    )


INCIDENTS: dict[str, tuple[str, Callable[[Scenario, Make], Incident]]] = {
    "dependency down": (
        "The workers' database is down for ten minutes.",
        _dependency_down,
    ),
    "bad deploy": (
        "A new version of the API fails one call in five, until it is rolled back.",
        _bad_deploy,
    ),
    "hot key": (
        "One customer sends 100 orders a second for a minute, all to one shard.",
        _hot_key,
    ),
    "poison record": (
        "Five of a thousand records always fail, and each blocks its shard.",
        _poison_record,
    ),
    "ten times the traffic": (
        "For a minute ten times as many orders come in.",
        _ten_times_the_traffic,
    ),
    "noisy neighbour": (
        "Another function takes the account's whole concurrency for a minute.",
        _noisy_neighbour,
    ),
    "full dead-letter queue": (
        "What failed yesterday goes back to its queue all at once.",
        _full_dead_letter_queue,
    ),
    "aligned schedules": (
        "A thousand schedules start reports at the same second.",
        _aligned_schedules,
    ),
    "slow cold starts": (
        "After a deploy every environment of the API takes eight seconds to start.",
        _slow_cold_starts,
    ),
    "paused consumer": ("Nobody reads the table's stream for a day.", _paused_consumer),
}
