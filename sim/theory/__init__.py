"""What mathematics says, for the tests and for the lessons' "check it with maths"."""

from sim.theory.environments import cold_share, mean_life
from sim.theory.pollers import (
    backlog_gone,
    events_per_poller,
    poller_concurrency,
    provisioned_pollers,
)
from sim.theory.probability import (
    all_fail,
    binomial,
    mean_runs,
    standard_error,
    student_t,
)
from sim.theory.queueing import (
    erlang_b,
    erlang_c,
    little,
    mean_wait,
    mean_wait_of_constant_work,
)

__all__ = [
    "all_fail",
    "backlog_gone",
    "binomial",
    "cold_share",
    "erlang_b",
    "erlang_c",
    "events_per_poller",
    "little",
    "mean_life",
    "mean_runs",
    "mean_wait",
    "mean_wait_of_constant_work",
    "poller_concurrency",
    "provisioned_pollers",
    "standard_error",
    "student_t",
]
