"""What a function's answer says of the records of its batch, by the exact forms that AWS accepts.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sim.engine.codes import SUCCEEDED
from sim.engine.function.invocation import Batch
from sim.scenario.behaviour import BatchResponse

NONE: frozenset[int] = frozenset()


def failed_records(batch: Batch, outcome: int, reads: bool) -> frozenset[int]:
    """The records of a batch to try again, after a run that ended like this.

    After an error, a crash or a timeout: all. Else what the function's answer names, if the mapping
    `reads` it; a handler that stops at the first failure, as it should with FIFO messages, names
    those it did not reach, too.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    if outcome != SUCCEEDED:
        return frozenset(batch.records)
    if batch.worst_outcome == SUCCEEDED or not reads:
        return NONE
    failed = [
        str(record)
        for record, outcome in zip(batch.records, batch.outcomes, strict=True)
        if outcome != SUCCEEDED
    ]
    identifiers = [str(record) for record in batch.records]
    reported = failed_items(answer(batch.response, failed), identifiers)
    return frozenset(int(identifier) for identifier in reported)


def count_before_failure(batch: Batch, outcome: int, reads: bool) -> int:
    """How many records come before the first one that is to be tried again."""
    failed = failed_records(batch, outcome, reads)
    count = len(batch.records)
    if failed:
        is_failed = [delivery in failed for delivery in batch.records]
        count = is_failed.index(True)
    return count


def failed_items(
    answer: str | None, identifiers: Sequence[str]
) -> frozenset[str]:
    """The identifiers to try again, out of the function's answer: JSON, or None if it raised.

    An empty, null or missing list, an empty or null answer: the whole batch has succeeded. Invalid
    JSON, an item with a wrong key name, an identifier that is empty, null or not in the batch, an
    exception: the whole batch has failed.
    """
    everything = frozenset(identifiers)
    items = None if answer is None else _items_in(answer)
    if items is None:
        return everything
    reported = set()
    for item in items:
        name = item.get("itemIdentifier") if isinstance(item, dict) else None
        if not isinstance(name, str) or name not in everything:
            return everything
        reported.add(name)
    return frozenset(reported)


def _items_in(answer: str) -> list[Any] | None:
    """What the answer lists, if it has the form that AWS accepts."""
    try:
        response = json.loads(answer)
    except json.JSONDecodeError:
        return None
    if not response:
        return []
    if not isinstance(response, dict):
        return None
    items = response.get("batchItemFailures") or []
    return items if isinstance(items, list) else None


def answer(form: BatchResponse, failed: Sequence[str]) -> str | None:
    """What a handler of this form answers if these records fail: JSON, or None if it raises."""
    if form == "failed items":
        return _items(failed)
    if form == "wrong key":
        return _items(failed, key="itemIdentifer")
    return _FIXED[form]


def _items(names: Sequence[str | None], key: str = "itemIdentifier") -> str:
    return json.dumps({"batchItemFailures": [{key: name} for name in names]})


_FIXED: dict[str, str | None] = {
    "empty list": _items([]),
    "null list": json.dumps({"batchItemFailures": None}),
    "empty response": "{}",
    "null response": "null",
    "invalid json": "{batchItemFailures:",
    "empty identifier": _items([""]),
    "null identifier": _items([None]),
    "unknown identifier": _items(["not in this batch"]),
    "exception": None,
}
