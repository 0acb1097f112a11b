"""The chance of one function: what is drawn for its events, and for its environments."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim import facts
from sim.arrays import Integers
from sim.scenario import runtimes
from sim.scenario.durations import Constant, Duration, LogNormal
from sim.scenario.function import Function
from sim.trace import MICROSECONDS, Outcome
from sim.workload import draws
from sim.workload.draws import Identities
from sim.workload.recorded_runs import RecordedRuns

NOTHING_RECORDED = RecordedRuns()


class FunctionDraws:
    """The chance of one function: for many events in columns, and for one on demand.

    What is `recorded` of an event is not drawn.
    """

    def __init__(
        self,
        function: Function,
        seed: int,
        recorded: RecordedRuns = NOTHING_RECORDED,
    ) -> None:
        behaviour = function.behaviour
        self.recorded = recorded
        self.function = function
        self.seed = seed
        self._keys: dict[tuple[object, ...], int] = {}
        never = behaviour.error_rate == behaviour.poison_share == 0
        self.never_fails = never and not recorded.failing
        self._init, self._loading = _init_and_loading(function)
        slower = _slowdown(function.memory_size) - 1
        self._stretch = 1 + behaviour.cpu_bound_share * slower
        is_restored = function.is_restored
        self._init_stretch = 1 if is_restored else self._stretch
        self._init_error_rate = 0 if is_restored else behaviour.init_error_rate
        self.work_of = self._drawing_of_work()

    def _drawing_of_work(self) -> Callable[[int], int]:
        """The same as `work`, for the identity of one event."""
        handler, stretch = self.function.behaviour.handler, self._stretch
        draw = draws.drawing(handler, self._key("work"))
        known = self.recorded.work
        if stretch == 1 and not known:
            return draw

        def work_of(identity: int) -> int:
            recorded = known.get(identity)
            work = draw(identity) if recorded is None else recorded
            return round(work * stretch)

        return work_of

    def _key(self, *purpose: object) -> int:
        """The key of a purpose; kept, as a draw is quicker than its making."""
        if purpose not in self._keys:
            self._keys[purpose] = draws.key(
                self.seed, self.function.name, *purpose
            )
        return self._keys[purpose]

    def work(self, identities: Identities) -> Integers:
        """How long the handler works on each event, in microseconds: a retry repeats it."""
        chances = draws.uniforms(self._key("work"), identities)
        time = draws.microseconds(self.function.behaviour.handler, chances)
        self.recorded.replace_work(time, identities)
        if self._stretch != 1:
            time = np.rint(time * self._stretch).astype(np.int64)
        return time

    def outcomes(self, identities: Identities, run: int) -> NDArray[np.int8]:
        """How the `run`-th run of each event ends, if nothing cuts it short."""

        def below(share: float, *purpose: object) -> NDArray[np.bool_]:
            return draws.uniforms(self._key(*purpose), identities) < share

        behaviour = self.function.behaviour
        poisoned = below(behaviour.poison_share, "poison")
        failed = poisoned | below(behaviour.error_rate, "luck", run)
        self.recorded.replace_failures(failed, identities, run)
        crashed = failed & below(behaviour.crash_share, "crash", run)
        endings = [Outcome.CRASHED, Outcome.FAILED]
        chosen = np.select([crashed, failed], endings, Outcome.SUCCEEDED)
        return chosen.astype(np.int8)

    def outcome(self, identity: int, run: int) -> int:
        """The same as `outcomes`, for one event."""
        if self.never_fails or not self.fails(identity, run):
            return Outcome.SUCCEEDED
        crash = draws.uniform(self._key("crash", run), identity)
        crashes = crash < self.function.behaviour.crash_share
        return Outcome.CRASHED if crashes else Outcome.FAILED

    def fails(self, identity: int, run: int) -> bool:
        """Whether the event's `run`-th run fails: as it is recorded, or by luck and poison."""
        recorded = self.recorded.failing.get(identity)
        if recorded is not None:
            return run <= recorded
        behaviour = self.function.behaviour
        return (
            draws.uniform(self._key("luck", run), identity)
            < behaviour.error_rate
            or draws.uniform(self._key("poison"), identity)
            < behaviour.poison_share
        )

    def inits(self, number: int) -> tuple[int, int]:
        """How long init, or restore, takes in the environment of this number, in microseconds.

        First with the CPU that Lambda lends to the init of a cold start, then with the CPU that
        comes with the function's memory: inside an invoke, and with provisioned concurrency.
        https://aaronstuyvenberg.com/posts/lambda-timeout-doom-loop
        """
        init = self.draw(self._init, draws.mix(number), "init")
        slower = round(init * self._init_stretch)
        return init + self._loading, slower + self._loading

    def median_init(self) -> float:
        """The median of init, or restore, inside an invoke, in seconds."""
        init = draws.microseconds_of(self._init, 0.5) * self._init_stretch
        return (init + self._loading) / MICROSECONDS

    def median_work(self) -> float:
        """The median of the handler's own work on one event, in seconds."""
        work = draws.microseconds_of(self.function.behaviour.handler, 0.5)
        return work * self._stretch / MICROSECONDS

    def init_outcome(self, number: int, attempt: int) -> int:
        """How the `attempt`-th init of the environment of this number ends, if nothing cuts it."""
        if not self._init_error_rate:
            return Outcome.SUCCEEDED
        identity = draws.mix(number)
        luck = draws.nth_uniform(self._key("init luck"), attempt, identity)
        if luck >= self._init_error_rate:
            return Outcome.SUCCEEDED
        exits = draws.nth_uniform(self._key("init crash"), attempt, identity)
        if exits < self.function.behaviour.crash_share:
            return Outcome.CRASHED
        return Outcome.FAILED

    def init_attempts(self, number: int, most: int) -> int:
        """How many inits the environment of this number needs until one succeeds, or `most`."""
        for attempt in range(1, most):
            if self.init_outcome(number, attempt) == Outcome.SUCCEEDED:
                return attempt
        return most

    def chance(self, purpose: str, identity: int) -> float:
        """A number in (0, 1) for this purpose of the function."""
        return draws.uniform(self._key(purpose), identity)

    def draw(self, duration: Duration, identity: int, *purpose: object) -> int:
        """Draw a duration for this purpose, in microseconds; a constant needs no chance."""
        if isinstance(duration, Constant):
            return round(duration.seconds * MICROSECONDS)
        chance = draws.uniform(self._key(*purpose), identity)
        return draws.microseconds_of(duration, chance)


def _init_and_loading(function: Function) -> tuple[Duration, int]:
    """How long init takes, and how many microseconds loading the package adds to it."""
    behaviour = function.behaviour
    if function.is_restored:  # the package is in the snapshot
        return behaviour.restore or usual_restore(function), 0
    loading = loading_seconds(behaviour.package_size_mb)
    return behaviour.init or usual_init(function), round(loading * MICROSECONDS)


def usual_init(function: Function) -> LogNormal:
    """The init measured for the function's runtime, or for the nearest one."""
    measured = runtimes.cold_start(function.runtime, function.package_type)
    return _between_median_and_p99(measured)


def usual_restore(function: Function) -> LogNormal:
    """The restore measured for the nearest Java; for other languages that of Java 21 (a choice)."""
    return _between_median_and_p99(runtimes.restore(function.runtime))


def _between_median_and_p99(measured: facts.ColdStart) -> LogNormal:
    return LogNormal(median=measured.median / 1000, p99=measured.p99 / 1000)


def loading_seconds(package_size_mb: float) -> float:
    """How much longer a cold start takes with a package of this size than with the smallest one.

    Between measured sizes in a straight line; above the largest, as long as that (a choice).
    """
    known = facts.package_sizes()
    sizes = [row.size_mb for row in known]
    times = [row.cold_start for row in known]
    seconds = np.interp(package_size_mb, sizes, times)
    return float(seconds) - known[0].cold_start


def _slowdown(memory_size: int) -> float:
    one_vcpu = float(facts.fact("function.one_vcpu_memory").value)
    return max(1.0, one_vcpu / memory_size)
