"""A job of S3 Batch Operations: a task for each object, until too many have failed.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-status.html
"""

from __future__ import annotations

from sim import facts
from sim.engine.answers import Answer
from sim.engine.callers import Callers
from sim.engine.codes import DELIVERED
from sim.engine.context import SimulationContext
from sim.engine.function.invocation import Invocable
from sim.engine.retry import SUCCESS
from sim.engine.router import Router
from sim.engine.synchronous.calls import Attempt, Synchronous
from sim.scenario.triggers import SynchronousTrigger
from sim.trace import Fate

JOB_FAILED = "job failed"


class BatchJob(Synchronous):
    """Tasks that come after the job has failed are not run."""

    def __init__(
        self,
        trigger: SynchronousTrigger,
        fleet: Invocable,
        router: Router,
        callers: Callers,
        context: SimulationContext,
    ) -> None:
        super().__init__(trigger, fleet, router, callers, context)
        self.fewest = facts.fact("s3_batch.tasks_before_failure").value
        self.share = facts.fact("s3_batch.failure_share").value
        self.attempted = 0
        self.failed = 0
        self.not_run = self.answers.answer(JOB_FAILED, Fate.REJECTED, SUCCESS)

    def arrive(self, delivery: int) -> None:
        """A task is due; a job that has failed runs it no more."""
        if self.has_failed():
            answer = self.not_run
            self.router.settle_with_answer(delivery, answer.told, answer.fate)
        else:
            super().arrive(delivery)

    def has_failed(self) -> bool:
        """Whether more than half of more than a thousand tasks have failed."""
        if self.attempted <= self.fewest:
            return False
        return bool(self.failed > self.share * self.attempted)

    def answer(self, call: Attempt, answer: Answer) -> None:
        """A task has ended, unless it is redriven."""
        super().answer(call, answer)
        fate = self.router.fate[call[0]]
        if fate:
            self.attempted += 1
            self.failed += fate != DELIVERED
