"""The sample log in `data/logs/`: an hour and a half of a function whose true values are known.

`python -m sim.calibration.sample_log` writes it anew.
"""

from __future__ import annotations

from pathlib import Path

from sim import facts
from sim.calibration.write_log import write_log
from sim.engine.simulate import simulate
from sim.results.run import Run
from sim.scenario.arrivals import Burst, Ramp
from sim.scenario.behaviour import Behaviour
from sim.scenario.choices import Choices
from sim.scenario.durations import LogNormal
from sim.scenario.function import Function
from sim.scenario.make_trigger import trigger
from sim.scenario.scenario import Scenario
from sim.scenario.traffic import Traffic

SEED = 17


def sample_scenario() -> Scenario:
    """The function whose log it is, with the values that a calibration should find.

    Customers send more and more orders; each quarter of an hour a partner sends 40 at once.
    """
    behaviour = Behaviour(
        handler=LogNormal(median=0.35, p99=2.4),
        init=LogNormal(median=0.45, p99=0.9),
        error_rate=0.03,
        batch_processing="fixed time",
    )
    customers = Ramp(per_second=0.1, to_per_second=0.7, over=5400)
    partner = Burst(events=40, at=300, within=2, times=6, every=900)
    return Scenario(
        functions=[
            Function(
                name="orders", memory_size=512, timeout=3, behaviour=behaviour
            )
        ],
        triggers=[trigger("invoke", "orders")],
        traffic=[
            Traffic(name="customers", into="invoke", arrivals=customers),
            Traffic(name="partner", into="invoke", arrivals=partner),
        ],
        choices=Choices(execution_environment_idle_seconds=240),
        seconds=5400,
    )


def sample_run(seed: int = SEED) -> Run:
    """A run of it."""
    return simulate(sample_scenario(), seed)


def sample_path() -> Path:
    """Where the log is."""
    return facts.DATA / "logs" / "orders.log.gz"


if __name__ == "__main__":
    write_log(sample_run(), sample_path())
