"""The calls of a function's handlers: of dependencies with limits, and of other functions.

https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
"""

from __future__ import annotations

from sim.engine.clock import END
from sim.engine.function.batch_handling import BatchHandling
from sim.engine.function.batch_run import BatchRun, WholeBatchRun
from sim.engine.function.dependency import DependencyServer
from sim.engine.function.execution_environment import ExecutionEnvironment
from sim.engine.function.handler_run import CallingFleet, HandlerRun
from sim.engine.function.invocation import Batch
from sim.engine.function.waiting_calls import WaitingCalls


class DependencyCalls:
    """The calls of one version of a function, in order: of each dependency in `depends_on` first.

    Then the handler does its own work, and calls the functions for whose answers it waits.
    """

    def __init__(
        self,
        fleet: CallingFleet,
        servers: list[tuple[DependencyServer, int]],
        waiting_calls: WaitingCalls | None,
    ) -> None:
        self.fleet = fleet
        self.clock = fleet.clock
        self.handler = fleet.handler
        self.servers = servers  # each with the key of this function's latencies
        self.waiting_calls = waiting_calls

    def begin(self, environment: ExecutionEnvironment, is_late: bool) -> None:
        """Run one event, when init is done; too late if init has taken all the time there was."""
        delivery = environment.work
        run = HandlerRun(self, environment, delivery, environment.attempt)
        wait = environment.begun - self.clock._now
        self.clock.after(wait, run.begin, is_late, END + delivery)

    def begin_batch(
        self,
        environment: ExecutionEnvironment,
        is_late: bool,
        handling: BatchHandling,
    ) -> None:
        """Run the records of a batch, when init is done."""
        batch: Batch = environment.work
        run: BatchRun | WholeBatchRun
        if handling.order == "fixed time" and not is_late:
            run = WholeBatchRun(self, environment, batch)
        else:
            run = BatchRun(self, environment, batch, handling)
        wait = environment.begun - self.clock._now
        self.clock.after(wait, run.begin, is_late, END + batch.records[0])

    def close_connections(self, environment: ExecutionEnvironment) -> None:
        """The environment is gone or reset: the connections it has held are free."""
        for server, _ in self.servers:
            if server.is_held:
                server.close_connection(environment)
