"""One execution environment: its state, and what works in it."""

from __future__ import annotations

from typing import Any

from sim.engine.function.invocation import Invoker

NEW = 0  # before its init
READY = 1
RESET = 2  # after a timeout or a crash: init is necessary again
EXTENDED = -1  # what works in an environment in which only extensions do


class ExecutionEnvironment:
    """It works on one request at a time, and is idle or terminated in between."""

    __slots__ = (
        "at_end_of_life",
        "attempt",
        "begun",
        "due",
        "idle_limit",
        "idle_since",
        "init",
        "init_attempts",
        "init_failed",
        "invoker",
        "is_idle_watched",
        "number",
        "outcome",
        "slower_init",
        "state",
        "terminated",
        "work",
    )
    attempt: int
    begun: int
    due: int
    idle_limit: int  # where idle times are drawn
    idle_since: int
    invoker: Invoker
    outcome: int
    work: Any  # a delivery, a `Batch`, `EXTENDED`, or None while nobody uses the environment

    def __init__(
        self, number: int, init: int, slower_init: int, state: int = NEW
    ) -> None:
        self.number = number
        self.init = init
        self.slower_init = slower_init  # with the CPU of the function's memory
        self.init_attempts = 0
        self.init_failed = False
        self.is_idle_watched = False
        self.state = state
        self.at_end_of_life = False
        self.terminated = False
        self.work = None
