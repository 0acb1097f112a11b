"""What AWS would show at one instant, and nothing that comes later."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from sim.course.game import logs
from sim.course.game.alarms import PERIOD, failure_stores, ringing
from sim.engine.simulate import Simulation
from sim.results.run import Run
from sim.scenario.scenario import Scenario
from sim.trace import MICROSECONDS

DEPTHS = {
    "visible": "ApproximateNumberOfMessagesVisible",
    "in_flight": "ApproximateNumberOfMessagesNotVisible",
    "oldest_s": "ApproximateAgeOfOldestMessage",
}
"""By column, the metric of a queue."""


class Console:
    """Metrics, alarms, logs and queues of a system at second `now`.

    The simulation has gone as far as that, so nothing here can know more.
    """

    def __init__(self, scenario: Scenario, seed: int, now: float) -> None:
        self.scenario = scenario
        self.now = now
        simulation = Simulation(scenario, seed)
        simulation.advance(round(now * MICROSECONDS))
        self.run: Run = simulation.finish()

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """CloudWatch's datapoints of whole minutes up to now.

        Columns: those of `Run.metrics`, and resource, which is what the dimensions name.
        """
        found = self.run.metrics()
        found = found[found.timestamp_s + PERIOD <= self.now]
        names = found.dimensions.astype(str).str.rpartition("=")[2]
        return found.assign(resource=names)[names != ""].reset_index(drop=True)

    @cached_property
    def alarms(self) -> pd.DataFrame:
        """The alarms in state ALARM; columns: `sim.course.game.alarms.COLUMNS`."""
        return self.alarms_at(self.now)

    def alarms_at(self, at: float) -> pd.DataFrame:
        """The alarms that rang at an earlier whole minute, as is known now."""
        return ringing(self._history, self.scenario, at)

    @cached_property
    def _history(self) -> pd.DataFrame:
        return self.run.alarm_history()

    @cached_property
    def queues(self) -> pd.DataFrame:
        """One row a queue, at the last datapoint.

        Columns: queue (index), visible, in_flight, oldest_s (the age of its oldest message), and
        keeps_failures (nobody reads it).
        """
        last = self.metrics[self.metrics.timestamp_s == self.now - PERIOD]
        values = last.set_index(["resource", "metric"]).Maximum
        stores = failure_stores(self.scenario)
        rows = {
            queue.name: {
                column: values.get((queue.name, metric), default=0.0)
                for column, metric in DEPTHS.items()
            }
            | {"keeps_failures": queue.name in stores}
            for queue in self.scenario.queues
        }
        return pd.DataFrame.from_dict(rows, orient="index")

    def log(self, function: str, lines: int = logs.LINES) -> list[str]:
        """The newest lines of a function's log."""
        return logs.last_lines(self.run, function, lines)
