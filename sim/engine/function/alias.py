"""An alias: it sends each event to one of a function's versions.

https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from sim.engine.context import SimulationContext
from sim.engine.function.fleet import Fleet
from sim.engine.function.invocation import (
    Batch,
    BatchSource,
    Invocable,
    Invoker,
)
from sim.engine.function.provisioned_fleet import ProvisionedFleet
from sim.scenario.versions import Version
from sim.trace import MICROSECONDS
from sim.workload import draws


@dataclass(frozen=True, slots=True)
class DeployedVersion:
    """A new version's fleet, its share of the events, and from when to when, in microseconds."""

    fleet: Fleet
    weight: float
    begin: int
    end: float

    @classmethod
    def of(cls, version: Version, fleet: Fleet) -> DeployedVersion:
        """A later version of a function; one without an end stays."""
        begin = round(version.at * MICROSECONDS)
        until = version.until
        end = inf if until is None else round(until * MICROSECONDS)
        return cls(fleet, version.weight, begin, end)

    @property
    def replaces_others(self) -> bool:
        """Whether all events are for it, for good."""
        return self.weight >= 1 and self.end == inf


class Alias:
    """The fleets of a function's versions: a new one takes its share of the events while it lasts.

    The draw that decides belongs to the event, so that a retry meets the same version, if it is
    still there; a batch goes where its first record goes (a choice). Of several deployments the one
    that began last decides first.
    """

    def __init__(
        self,
        function: str,
        stable: Fleet,
        deployed: list[DeployedVersion],
        context: SimulationContext,
    ) -> None:
        self.clock = context.clock
        self.delivery_draws = context.delivery_draws
        self.key = draws.key(context.seed, function, "version")
        self.stable = stable
        self.fleets = [stable, *(version.fleet for version in deployed)]
        self.resource = stable.resource
        self.invocations = 0
        self.deployed = sorted(deployed, key=lambda version: -version.begin)
        for version in deployed:
            self._share_provisioned_concurrency(version)

    def attempt(self, delivery: int, attempt: int, invoker: Invoker) -> int:
        """Run one event now, by its version; returns 0, or the `Reason` why Lambda refuses it."""
        return self.version(delivery).attempt(delivery, attempt, invoker)

    def attempt_batch(
        self, batch: Batch, invoker: Invoker, source: BatchSource
    ) -> int:
        """Run one batch now, by the version of its first record; returns 0, or the `Reason`."""
        fleet = self.version(batch.records[0])
        return fleet.attempt_batch(batch, invoker, source)

    def version(self, delivery: int) -> Fleet:
        """The fleet that this event goes to now."""
        now = self.clock._now
        for version in self.deployed:
            if version.begin <= now < version.end and (
                version.weight >= 1 or self._draw(delivery) < version.weight
            ):
                return version.fleet
        return self.stable

    def newest(self) -> Fleet:
        """The fleet of the version that has replaced all others by now."""
        now = self.clock._now
        for version in self.deployed:
            if version.begin <= now and version.replaces_others:
                return version.fleet
        return self.stable

    def is_busy(self) -> bool:
        """Whether any version works."""
        return any(fleet.is_busy() for fleet in self.fleets)

    def note_unfinished(self) -> None:
        """Write down the runs that the end of the simulation finds under way."""
        for fleet in self.fleets:
            fleet.note_unfinished()

    def _draw(self, delivery: int) -> float:
        return draws.uniform(
            self.key, self.delivery_draws.identity_of(delivery)
        )

    def _share_provisioned_concurrency(self, version: DeployedVersion) -> None:
        """It is shared out by weight; the new version's has to be allocated (a choice)."""
        old, new = self.stable, version.fleet
        if not (
            isinstance(old, ProvisionedFleet)
            and isinstance(new, ProvisionedFleet)
        ):
            return
        if version.replaces_others:
            self.clock.after(version.begin, self._take_over, new)
            return
        everything = old.requested

        def share(count: int) -> None:
            old.request(everything - count)
            new.request(count)

        self.clock.after(
            version.begin, share, round(everything * version.weight)
        )
        if version.end < inf:
            self.clock.after(round(version.end), share, 0)

    def _take_over(self, new: ProvisionedFleet) -> None:
        """What is provisioned belongs to the alias: the new version has it from now on."""
        others = [
            fleet
            for fleet in self.fleets
            if isinstance(fleet, ProvisionedFleet) and fleet is not new
        ]
        requested = sum(fleet.requested for fleet in others)
        if requested:
            for fleet in others:
                fleet.request(0)
            new.request(requested)


class LatestVersion(Alias):
    """`$LATEST` beside an alias: it has what was deployed last, as a whole and at once (a choice).

    It counts its invocations together with the alias.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
    """

    def __init__(
        self,
        alias: Invocable,
        function: str,
        stable: Fleet,
        deployed: list[DeployedVersion],
        context: SimulationContext,
    ) -> None:
        self.alias = alias
        super().__init__(function, stable, deployed, context)

    @property
    def invocations(self) -> int:
        """How often the function was invoked with a batch."""
        return self.alias.invocations

    @invocations.setter
    def invocations(self, count: int) -> None:
        self.alias.invocations = count
