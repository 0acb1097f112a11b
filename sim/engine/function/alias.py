"""An alias: it sends each event to one of a function's versions.

https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
"""

from __future__ import annotations

from math import inf

from sim.engine.function.fleet import Fleet
from sim.engine.function.invocation import Batch, Invoker
from sim.engine.function.provisioned_fleet import ProvisionedFleet
from sim.scenario.changes import Deployment
from sim.trace import MICROSECONDS
from sim.workload import draws


class Alias:
    """The fleets of a function's versions: a deployment takes its share of the events while it lasts.

    The draw that decides belongs to the event, so that a retry meets the same version, if it is
    still there; a batch goes where its first record goes (a choice). Of several deployments the one
    that began last decides first.
    """

    def __init__(
        self, stable: Fleet, deployed: list[tuple[Deployment, Fleet]], seed: int
    ) -> None:
        self.stable, self.resource, self.clock = stable, stable.resource, stable.clock
        self.delivery_draws, self.function_draws, self.invocations = (
            stable.delivery_draws,
            stable.function_draws,
            0,
        )
        self.fleets = [stable, *(fleet for _, fleet in deployed)]
        self.key = draws.key(seed, deployed[0][0].function, "version")
        self.windows = sorted(
            ((*_window(d), d.weight, fleet) for d, fleet in deployed),
            key=lambda w: -w[0],
        )
        for deployment, fleet in deployed:
            self._shift(deployment, fleet)

    def attempt(self, delivery: int, attempt: int, invoker: Invoker) -> int:
        """Run one event now, by its version; returns 0, or the `Reason` why Lambda refuses it."""
        return self.version(delivery).attempt(delivery, attempt, invoker)

    def attempt_batch(
        self, batch: Batch, invoker: Invoker, stops_at_failure: bool
    ) -> int:
        """Run one batch now, by the version of its first record; returns 0, or the `Reason` of a refusal."""
        return self.version(batch.records[0]).attempt_batch(
            batch, invoker, stops_at_failure
        )

    def version(self, delivery: int) -> Fleet:
        """The fleet that this event goes to now."""
        now = self.clock._now
        for begin, end, weight, fleet in self.windows:
            if begin <= now < end and self._draw(delivery) < weight:
                return fleet
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
            self.key, self.delivery_draws.identity[self.delivery_draws.event[delivery]]
        )

    def _shift(self, deployment: Deployment, fleet: Fleet) -> None:
        """Provisioned concurrency is shared out by weight; the new version's has to be allocated (a choice)."""
        if not isinstance(self.stable, ProvisionedFleet) or not isinstance(
            fleet, ProvisionedFleet
        ):
            return
        old, new, everything = self.stable, fleet, self.stable.requested
        part = round(everything * deployment.weight)

        def share(new_count: int) -> None:
            old.request(everything - new_count)
            new.request(new_count)

        begin, end = _window(deployment)
        self.clock.after(round(begin), share, part)
        if end < inf:
            self.clock.after(round(end), share, 0)


def _window(deployment: Deployment) -> tuple[float, float]:
    """From when to when, in microseconds."""
    until = inf if deployment.until is None else round(deployment.until * MICROSECONDS)
    return round(deployment.at * MICROSECONDS), until
