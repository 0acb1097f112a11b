"""`make proof`: thousands of random systems of all kinds, and what must hold for each of them.

`python -m tests.proof 10000` looks at so many, `python -m tests.proof 1000 7` at others, and
`python -m tests.proof 10 7 400` at those from number 400 on. Prints each failure with the system in
JSON, and the count at the end; the exit status is 1 if one failed. Hypothesis draws some numbers
from the source code itself: after a change of the code a number stands for another system.
"""

import random
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from hypothesis.control import BuildContext
from hypothesis.errors import StopTest, UnsatisfiedAssumption
from hypothesis.internal.conjecture.data import ConjectureData

import sim
from tests.support.strangers import strangers
from tests.support.system_laws import broken_law
from tests.support.systems import systems

COUNT = 300


def examples(
    number: int, first: int = 0
) -> Iterator[tuple[int, sim.Scenario, Any]]:
    """Random systems with their strangers, without end; another number gives others.

    Each is drawn by itself: Hypothesis's own search would vary those before, and stay near them.
    """
    for name in sim.__all__:
        getattr(
            sim, name
        )  # loads the code, in which Hypothesis looks for numbers
    both = st.tuples(systems(), strangers())
    while True:
        data = ConjectureData(random=random.Random(f"{number} {first}"))
        try:
            with BuildContext(data, wrapped_test=examples):
                system, stranger = data.draw(both)
            yield first, system, stranger
        except (StopTest, UnsatisfiedAssumption):
            pass
        first += 1


def failure(system: sim.Scenario, stranger: Any) -> str:
    """The law that a system breaks, or the exception that it ends in."""
    try:
        return broken_law(system, stranger)
    except Exception:
        return traceback.format_exc(limit=-4)


def main(count: int = COUNT, number: int = 1, first: int = 0) -> int:
    """Look at so many; returns how many failed."""
    warnings.simplefilter("ignore")
    failures, done, slowest = 0, 0, 0.0
    began = time.perf_counter()
    for place, system, stranger in examples(number, first):
        if done == count:
            break
        done += 1
        begun = time.perf_counter()
        broken = failure(system, stranger)
        slowest = max(slowest, time.perf_counter() - begun)
        if broken:
            failures += 1
            text = system.model_dump_json()
            print(f"System {place}: {broken}\n{text}", flush=True)
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
