"""What EventBridge makes of a call of a subscriber's function: delivered, or an error code.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-custom-bus-retry.html
"""

from __future__ import annotations

from functools import cache

from sim.scenario.subscriber import REQUEST_RESPONSE
from sim.scenario.trigger_catalogue import trigger_kind
from sim.trace import Outcome

UNAVAILABLE = "INVOCATION_DEPENDENCY_INTERNAL"
"""The code of an answer of Lambda's with a status of 5xx."""


def delivery_code(outcome: int) -> str:
    """What becomes of a call that ended like this, in the words of a dead-letter record."""
    return _codes()[Outcome(outcome)]


@cache
def _codes() -> dict[Outcome, str]:
    row = trigger_kind(REQUEST_RESPONSE)
    throttles = dict.fromkeys(Outcome, row.told_on_throttle)
    return throttles | {
        Outcome.SUCCEEDED: row.told_on_success,
        Outcome.FAILED: row.told_on_error,
        Outcome.CRASHED: row.told_on_error,
        Outcome.TIMEOUT: row.told_on_function_timeout,
        Outcome.EXECUTION_TIMEOUT: row.told_on_limit,
        Outcome.ServiceException: UNAVAILABLE,
    }
