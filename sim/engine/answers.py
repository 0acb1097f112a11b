"""What the callers of a synchronous trigger are told, and what that means for them."""

from __future__ import annotations

from typing import NamedTuple

from sim.engine import retry
from sim.engine.codes import CRASHED, FAILED, SUCCEEDED, TIMEOUT
from sim.engine.router import Router
from sim.scenario.trigger_catalogue import SILENT, TriggerKind, trigger_kind
from sim.scenario.triggers import AUTHORIZER, SynchronousTrigger
from sim.trace import AUTHORIZER_FAILURE, Fate

REFUSED = "429 Too Many Requests"
LOOP_REFUSED = "400 RecursiveInvocationException"
READ_TIMEOUT = "ReadTimeoutError"
PROCESSING_FAILED = "Lambda.ProcessingFailedStatus"
RECORD_DROPPED = "Dropped"
TEMPORARY_FAILURE = "TemporaryFailure"
SERVICE_ERRORS = {
    "invoke": "500 ServiceException",
    "sfn_sync": "Lambda.ServiceException",
    "sfn_wait_token": "Lambda.ServiceException",
    "firehose": "Lambda.ServiceException",
}
"""The answer while Lambda is down; other kinds answer as to a function's error."""


class Answer(NamedTuple):
    """What a caller is told, by number; the fate if it is the last answer; what problem it is."""

    told: int
    fate: int
    problem: int


class Answers:
    """The answers of one trigger, or of the front door before it."""

    def __init__(self, trigger: SynchronousTrigger, router: Router) -> None:
        self.router = router
        kind = trigger_kind(trigger.front_door or trigger.kind)
        self.by_outcome = self._by_outcome(kind)
        self.throttled = self.answer(
            kind.told_on_throttle, Fate.REJECTED, retry.THROTTLED
        )
        self.timed_out = self.answer(
            kind.told_on_limit, Fate.FAILED, retry.GATEWAY_TIMEOUT
        )
        self.heartbeat_late = self.answer(
            kind.told_on_limit, Fate.FAILED, retry.HEARTBEAT_TIMEOUT
        )
        self.unread = self.answer(READ_TIMEOUT, Fate.FAILED, retry.TRANSIENT)
        down = SERVICE_ERRORS.get(kind.kind, kind.told_on_error)
        self.unavailable = self.answer(down, Fate.FAILED, retry.TRANSIENT)
        self.processing_failed = self.answer(
            PROCESSING_FAILED, Fate.FAILED, retry.SUCCESS
        )
        self.dropped = self.answer(
            RECORD_DROPPED, Fate.SUCCEEDED, retry.SUCCESS
        )
        self.refused = self.answer(REFUSED, Fate.REJECTED, retry.THROTTLED)

    def _by_outcome(self, kind: TriggerKind) -> dict[int, Answer]:
        failed = self.answer(
            kind.told_on_error, Fate.FAILED, retry.FUNCTION_ERROR
        )
        return {
            SUCCEEDED: self.answer(
                kind.told_on_success, Fate.SUCCEEDED, retry.SUCCESS
            ),
            FAILED: failed,
            CRASHED: failed,
            TIMEOUT: self.answer(
                kind.told_on_function_timeout,
                Fate.FAILED,
                retry.FUNCTION_TIMEOUT,
            ),
        }

    def by_first(self, edge: str) -> Answer:
        """The answer where the function failed that is called before: 500 of an authorizer.

        https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
        """
        told = AUTHORIZER_FAILURE if edge == AUTHORIZER else SILENT
        return self.answer(told, Fate.FAILED, retry.TRANSIENT)

    def report_failures(self, kind: str) -> None:
        """The handler does not raise: it answers ProcessingFailed, or TemporaryFailure to a job.

        Of these, only a job's tasks come again.
        https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html
        """
        if kind == "firehose":
            self.by_outcome[FAILED] = self.processing_failed
        if kind == "s3_batch":
            self.by_outcome[FAILED] = self.answer(
                TEMPORARY_FAILURE, Fate.FAILED, retry.TRANSIENT
            )

    def answer(self, told: str, fate: Fate, problem: int) -> Answer:
        """Who calls over HTTP sees a status only: 429 is a throttle, and 5xx a transient error.

        Where nobody is told, as behind a pipe, what the caller gives up is lost.
        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html
        """
        if told == SILENT and fate != Fate.SUCCEEDED:
            fate = Fate.DROPPED
        if told.startswith("5"):
            problem = retry.TRANSIENT
        elif told.startswith("429"):
            problem = retry.THROTTLED
        return Answer(self.router.answer_number(told), int(fate), problem)
