"""What invocation records and dead-letter messages have in common: times, ids and responses.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from sim.results.events import uuid
from sim.results.result import Result
from sim.scenario.function import Function
from sim.scenario.schedule_expressions import epoch
from sim.scenario.settings import LATEST
from sim.trace import latest_version

# The account of AWS's own examples.
FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:{}:$LATEST"
RAN = 200  # the status of an Invoke whose function ran, even if it failed
REFUSED = 429  # the status of a throttled Invoke


class FunctionError(NamedTuple):
    """What Lambda says of a run that ended badly; `message` may have a place for the timeout."""

    type: str
    message: str


FUNCTION_ERRORS = {
    "failed": FunctionError("Exception", "The handler failed."),
    "crashed": FunctionError("Runtime.ExitError", "Runtime exited"),
    "timeout": FunctionError(
        "Sandbox.Timedout", "Task timed out after {:.2f} seconds"
    ),
}

INIT_ERROR = FunctionError("Exception", "The init failed.")
"""The same of an init that raises."""


def timestamp(microseconds: int) -> str:
    """An instant of the run as records write it: 2026-01-01T00:00:01.234Z."""
    instant = epoch() + timedelta(microseconds=microseconds)
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def request_id(run: Result, row: Any) -> str:
    """The id of an acceptance by Lambda: it depends on the event and on the trigger."""
    return str(uuid(run, row.event, "request", row.trigger))


def function_arn(run: Result, row: Any) -> str:
    """What was invoked: the function's alias, or $LATEST."""
    arn = FUNCTION_ARN.format(row.function)
    return arn.replace(LATEST, _qualifier(run, row))


def _qualifier(run: Result, row: Any) -> str:
    trigger = run.trigger_of(row.delivery)
    alias = run.scenario.function(row.function).auto_publish_alias
    return trigger.qualifier or alias or LATEST


def executed_version(run: Result, row: Any) -> str:
    """The number of the version that has run last: 1 is there first, each deployment makes one."""
    if _qualifier(run, row) == LATEST:
        return LATEST
    earlier = run.scenario.versions[: _version_number(run, row)]
    names = [version.function.name for version in earlier]
    return str(1 + names.count(row.function))


def response(run: Result, row: Any, outcome: str) -> dict[str, Any]:
    """The fields about the last try: what the function answered, a status alone, or nothing.

    `outcome`: how that try ended, empty if there was none.
    """
    if not outcome:
        return {}
    if outcome not in ("succeeded", *FUNCTION_ERRORS):
        return {"responseContext": {"statusCode": REFUSED}}
    context: dict[str, Any] = {
        "statusCode": RAN,
        "executedVersion": executed_version(run, row),
    }
    if outcome == "succeeded":
        return {"responseContext": context, "responsePayload": None}
    return {
        "responseContext": {**context, "functionError": "Unhandled"},
        "responsePayload": error_payload(run, row, outcome),
    }


def error_payload(run: Result, row: Any, outcome: str) -> dict[str, Any]:
    """What a run that ended like this leaves as its answer."""
    error = FUNCTION_ERRORS[outcome]
    if outcome == "crashed" and _init_raised(run, row):
        error = INIT_ERROR
    timeout = _version(run, row).timeout
    answer: dict[str, Any] = {
        "errorType": error.type,
        "errorMessage": error.message.format(timeout),
    }
    if outcome == "failed" or error is INIT_ERROR:
        answer["stackTrace"] = []
    return answer


def _init_raised(run: Result, row: Any) -> bool:
    """Whether the last run of a delivery ended with an init that raised."""
    spans = run.spans[run.spans.delivery == row.delivery]
    handlers = spans[spans.stage == "handler"]
    last = handlers.sort_values("start_s").iloc[-1]
    inits = spans[
        (spans.stage == "suppressed init") & (spans.outcome == "failed")
    ]
    is_last = (inits.end_s == last.start_s) & (inits.attempt == last.attempt)
    return bool(is_last.any())


def _version(run: Result, row: Any) -> Function:
    """The version of the function that has run last for a delivery."""
    return run.scenario.version(row.function, _version_number(run, row))


def _version_number(run: Result, row: Any) -> int:
    """The same by its code, as a run numbers versions: 0 is there first."""
    if not run.scenario.versions:
        return 0
    spans = run.spans[run.spans.delivery == row.delivery]
    environment = spans.environment[spans.environment >= 0].iloc[-1]
    started = run.environments
    is_mine = started.function == row.function
    mine = started[is_mine & (started.environment == environment)]
    version = int(mine.version.iloc[0])
    return latest_version(version) if version < 0 else version
