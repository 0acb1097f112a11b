"""Metering: CPU seconds in interleaved rounds, and memory in a process of its own."""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from .work import Contender, Outcome, Work


@dataclass
class Timing:
    """The rounds of one contender at one piece of work; `outcome` is the last round's."""

    seconds: list[float] = field(default_factory=list)
    outcome: Outcome | None = None

    def per_second(
        self, statistic: Callable[[list[float]], float] = min
    ) -> float:
        """Requests per CPU second, of the best round unless told."""
        assert self.outcome is not None
        return self.outcome.requests / statistic(self.seconds)

    def shown(self) -> str:
        """Thousands of requests per CPU second: best and, in brackets, median round."""
        return f"{self.per_second() / 1000:.1f} k ({self.per_second(median) / 1000:.1f} k)"


def metered(call: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of the call alone, after a collection, and its result."""
    gc.collect()
    before = time.process_time()
    result = call()
    return time.process_time() - before, result


def interleaved(
    contenders: Sequence[Contender], work: Work, rounds: int
) -> dict[str, Timing]:
    """A B C A B C ...: what slows the machine for a while slows all of them."""
    timings = {contender.name: Timing() for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            seconds, result = metered(contender.prepare(work))
            timing = timings[contender.name]
            timing.seconds.append(seconds)
            timing.outcome = timing.outcome or contender.read(result)
    return timings


def peak_bytes() -> int:
    """The most memory this process ever held: macOS counts bytes, Linux kilobytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def resident(contender: Contender, work: Work) -> tuple[float, float]:
    """Peak resident megabytes of a fresh process that runs the work, and its bytes per request."""
    arguments = [
        "-m",
        "tests.benchmarks.memory",
        contender.name,
        str(work.per_second),
        str(work.events),
    ]
    done = subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, text=True
    )
    start, peak = (float(number) for number in done.stdout.split()[-2:])
    return peak / 1e6, (peak - start) / work.events
