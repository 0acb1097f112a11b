"""SimFaaS 0.2.2, the nearest published simulator."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from .work import Contender, Outcome, Work


def simfaas(work: Work) -> Callable[[], dict[str, Any]]:
    """The same requests in SimFaaS, which draws from NumPy's generator and ends at a time."""
    from simfaas.ServerlessSimulator import ServerlessSimulator  # noqa: PLC0415 - may be missing

    simulator = ServerlessSimulator(
        arrival_rate=work.per_second,
        warm_service_rate=1 / work.warm,
        cold_service_rate=1 / work.cold,
        expiration_threshold=work.expiry,
        max_time=work.events / work.per_second,
        maximum_concurrency=work.cap,
    )
    np.random.seed(work.seed)  # noqa: NPY002 - the only one it knows

    def run() -> dict[str, Any]:
        # the mean lifespan of no expired instance is a nan
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            simulator.generate_trace()
            return simulator.get_result_dict() | {
                "seconds": simulator.get_trace_end()
            }

    return run


def read(result: dict[str, Any]) -> Outcome:
    """SimFaaS reports no response time; Little's law gives its mean from the busy instances."""
    served = result["reqs_total"] - result["reqs_reject"]
    response = result["inst_running_count_avg"] * result["seconds"] / served
    return Outcome(
        result["reqs_total"],
        result["reqs_cold"],
        result["reqs_reject"],
        response,
        result["inst_count_avg"],
    )


def installed() -> bool:
    """SimFaaS comes with the test group only."""
    return find_spec("simfaas") is not None


SIMFAAS = Contender("SimFaaS 0.2.2", simfaas, read)
