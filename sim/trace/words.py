"""The words for what happens to a delivery, and to an execution environment."""

from __future__ import annotations

from enum import IntEnum


class Stage(IntEnum):
    """What a delivery is doing during a span."""

    SOURCE = 0  # on its way from the source to Lambda
    QUEUE = 1  # waits in Lambda's event queue, or visible in an SQS queue
    INIT = 2  # its execution environment initialises
    HANDLER = 3  # the handler works on it
    RETRY = 4  # waits for the next attempt
    VISIBILITY = 5  # hidden in an SQS queue until the visibility timeout ends
    THROTTLE = 6  # an attempt was refused: an instant
    # init again, inside the invoke and under the function's timeout
    SUPPRESSED_INIT = 7
    SYSTEM_ERROR = 8  # Lambda could not try: an instant
    EXTENSION = 9  # external extensions work on, after the answer
    RESTORE = 10  # its execution environment is restored from a snapshot
    CONNECTION = 11  # within its handler: waits for its turn at a dependency
    CALL = 12  # within its handler: a dependency works on its call

    @property
    def label(self) -> str:
        """The word that tables show."""
        return _spelled(self.name)


class Outcome(IntEnum):
    """How a span ended. Four of them are the `Reason` of a throttled Invoke.

    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """

    NONE = 0
    SUCCEEDED = 1
    FAILED = 2
    TIMEOUT = 3
    CRASHED = 4
    NOT_REACHED = 5  # the batch ended before this record's turn
    IN_FLIGHT = 6  # the simulation ended first
    ConcurrentInvocationLimitExceeded = 7
    ReservedFunctionConcurrentInvocationLimitExceeded = 8
    FunctionInvocationRateLimitExceeded = 9
    ReservedFunctionInvocationRateLimitExceeded = 10
    ServiceException = 11  # Lambda itself is down: no throttle
    ProvisionedThroughputExceeded = (
        12  # a shard takes no more writes in this second
    )
    ThrottlingException = 13  # an event group takes no more in this second
    EXECUTION_TIMEOUT = 14  # who called waits no longer; the run goes on
    RequestThrottled = 15  # a FIFO queue takes no more calls in this second
    DELAYED = 16  # rules invoke no more targets in this second
    WAITED = 17  # a Wait state before a task of a state machine

    @property
    def label(self) -> str:
        """The word that tables show."""
        return "" if self is Outcome.NONE else _spelled(self.name)


class Fate(IntEnum):
    """What became of a delivery in the end: exactly one of these."""

    IN_FLIGHT = 0
    SUCCEEDED = 1
    FAILED = 2  # the caller was told of a failure
    REJECTED = 3  # throttled, and the caller was told
    DEAD_LETTERED = 4  # kept in one or more failure stores
    DROPPED = 5  # lost: nobody was told, nothing was kept
    EXPIRED = 6  # lost: it became too old
    FILTERED = 7

    @property
    def label(self) -> str:
        """The word that tables show."""
        return (
            "dead-lettered"
            if self is Fate.DEAD_LETTERED
            else _spelled(self.name)
        )


class Condition(IntEnum):
    """Why Lambda was done with an asynchronous event or a stream's record, or a bus with an event.

    In the words of the record that is kept:
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html
    """

    NONE = 0
    Success = 1
    RetriesExhausted = 2
    EventAgeExceeded = 3
    ZeroReservedConcurrency = 4
    RecursiveInvocation = (
        5  # AWS documents the stop, not its name in the record
    )
    RetryAttemptsExhausted = 6  # of a stream's batch
    RecordAgeExceeded = 7  # of a stream's record
    MaximumRetryAttempts = 8  # of a subscriber of a Custom Event Bus
    MaximumEventAgeInSeconds = 9

    @property
    def label(self) -> str:
        """The word that tables show."""
        return "" if self is Condition.NONE else self.name


class Initialization(IntEnum):
    """How an execution environment came to be, in the words of `AWS_LAMBDA_INITIALIZATION_TYPE`.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """

    ON_DEMAND = 0
    PROVISIONED_CONCURRENCY = 1
    SNAP_START = 2

    @property
    def label(self) -> str:
        """The word that tables show."""
        return self.name.replace("_", "-").lower()


def _spelled(name: str) -> str:
    return name.replace("_", " ").lower() if name.isupper() else name
