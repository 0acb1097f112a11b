"""A small scenario to sweep, and its grid."""

from concurrent.futures import ThreadPoolExecutor

import sim

TIMEOUT = "functions.*.timeout"
RETRIES = "functions.*.event_invoke_config.maximum_retry_attempts"
GRID = {TIMEOUT: [1, 10], RETRIES: [0, 2]}
HERE = ThreadPoolExecutor(1)


def small(error_rate: float = 0.3) -> sim.Scenario:
    behaviour = sim.Behaviour(
        handler=sim.LogNormal(median=0.5, p99=4), error_rate=error_rate
    )
    return sim.Scenario(
        functions=[sim.Function(name="worker", timeout=3, behaviour=behaviour)],
        triggers=[sim.trigger("sns", function="worker")],
        traffic=[sim.Traffic(into="sns", arrivals=sim.Poisson(per_second=1))],
        seconds=20,
    )
