"""`make proof`: thousands of random systems of all kinds, each run twice and from its own JSON.

`python -m tests.proof 10000` runs so many, `python -m tests.proof 1000 7` others. Prints each
failure with the example's number and the count at the end; the exit status is 1 if one failed.
"""

import random
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator

from hypothesis import HealthCheck, Phase, given, seed, settings

import sim
from tests.support.systems import broken_law, systems

COUNT = 300
SHOWN = 20  # failures that are shown in full


def examples(count: int, number: int) -> Iterator[sim.Scenario]:
    """Random systems; another number gives others."""
    drawn: list[sim.Scenario] = []
    share = 200
    for first in range(0, count, share):
        drawn.clear()
        collect = _collector(drawn, min(share, count - first))
        seed(random.Random(f"{number} {first}").getrandbits(32))(collect)()
        yield from drawn


def _collector(drawn: list[sim.Scenario], count: int) -> Callable[[], None]:
    @settings(
        max_examples=count,
        derandomize=False,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(systems())
    def collect(system: sim.Scenario) -> None:
        drawn.append(system)

    return collect


def main(count: int = COUNT, number: int = 1) -> int:
    """Run them all; returns how many failed."""
    warnings.simplefilter("ignore")
    failures, done, slowest = 0, 0, 0.0
    began = time.perf_counter()
    for done, system in enumerate(examples(count, number), 1):
        begun = time.perf_counter()
        try:
            broken = broken_law(system)
        except Exception:
            broken = traceback.format_exc(limit=-4)
        slowest = max(slowest, time.perf_counter() - begun)
        if broken:
            failures += 1
            print(f"System {done}: {broken}", flush=True)
            if failures <= SHOWN:
                print(system.model_dump_json(exclude_defaults=True), flush=True)
        if done % 100 == 0:
            print(f"{done:,} systems, {failures} failures", flush=True)
    elapsed = time.perf_counter() - began
    print(
        f"{done:,} systems in {elapsed:,.0f} s, the slowest {slowest:.1f} s: "
        f"{failures} failures."
    )
    return failures


if __name__ == "__main__":
    sys.exit(1 if main(*map(int, sys.argv[1:])) else 0)
