"""What recordings say of the handler's tries: how long each event takes, and how its tries end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import inf

import numpy as np
from numpy.typing import NDArray

from sim.scenario.arrivals import Recorded
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Traffic
from sim.trace import MICROSECONDS
from sim.workload import draws

FAILING_TRIES = {
    "succeeds": 0,
    "fails on its first try": 1,
    "always fails": inf,
}


@dataclass(frozen=True, slots=True)
class RecordedRuns:
    """By the identity of an event: its `work` in microseconds, and how many tries are `failing`.

    What is not recorded is not there: it is drawn.
    """

    work: dict[int, int] = field(default_factory=dict)
    failing: dict[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, traffics: Iterable[Traffic]) -> RecordedRuns:
        """What the recordings among these traffics say."""
        runs = cls()
        for traffic in traffics:
            if isinstance(traffic.arrivals, Recorded):
                runs.add(traffic.name, traffic.arrivals)
        return runs

    def add(self, name: str, recorded: Recorded) -> None:
        """Add what one recording says of its events."""
        for n, seconds in enumerate(recorded.work_seconds or ()):
            if seconds is not None:
                work = round(seconds * MICROSECONDS)
                self.work[draws.identity(name, n)] = work
        for n, outcome in enumerate(recorded.outcomes or ()):
            if outcome is not None:
                tries = FAILING_TRIES.get(str(outcome), outcome)
                self.failing[draws.identity(name, n)] = float(tries)

    def replace_work(
        self, work: NDArray[np.int64], identities: NDArray[np.uint64]
    ) -> None:
        """Put recorded work in the place of drawn work."""
        for place, identity in self._places(identities, self.work):
            work[place] = self.work[identity]

    def replace_failures(
        self,
        failed: NDArray[np.bool_],
        identities: NDArray[np.uint64],
        run: int,
    ) -> None:
        """Put recorded failures in the place of drawn ones: of the `run`-th try of each event."""
        for place, identity in self._places(identities, self.failing):
            failed[place] = run <= self.failing[identity]

    def _places(
        self,
        identities: NDArray[np.uint64],
        known: dict[int, int] | dict[int, float],
    ) -> list[tuple[int, int]]:
        """The places of the events of which something is known, with their identities."""
        if not known:
            return []
        numbered = enumerate(identities.tolist())
        return [(place, one) for place, one in numbered if one in known]


def late_recordings(scenario: Scenario) -> Iterator[str]:
    """Sentences on recorded events that come after the scenario's end and so are left out."""
    for traffic in scenario.traffic:
        if not isinstance(traffic.arrivals, Recorded):
            continue
        instants = traffic.arrivals.instants
        late = sum(instant >= scenario.seconds for instant in instants)
        if late:
            yield (
                f"Traffic {traffic.name!r}: {late} of its {len(instants)} recorded events come "
                f"after the scenario's {scenario.seconds:g} s and are left out; "
                f"the last one comes at {instants[-1]:g} s: make seconds longer than that."
            )
