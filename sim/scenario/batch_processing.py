"""How a handler goes through the records of a batch, and what it does after one that failed."""

from __future__ import annotations

from math import ceil
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator

from sim.scenario.settings import Settings, described, setting

BatchOrder = Literal["one after another", "side by side", "fixed time"]
OnFailure = Literal["stop", "go on", "skip group"]


class BatchProcessing(Settings):
    """How a handler goes through the records of a batch, for every mapping that batches.

    Side by side the handler's times overlap in full, as waiting does, and records share the
    connection that their environment may keep to a dependency. With a fixed time a batch is handled
    as a whole, as by one bulk write: its records begin and end together, after the time and the
    calls of the first one, and nothing is left to stop or to skip.
    https://docs.aws.amazon.com/powertools/python/latest/utilities/batch/
    """

    unnamed = ("order",)

    order: BatchOrder = described(
        "Whether records are handled one after another, side by side, or as a whole in a "
        "fixed time.",
        "one after another",
    )
    concurrency: int | None = setting("BatchProcessing.concurrency")
    on_failure: OnFailure | None = described(
        "After a record that failed: stop and leave the others; go on with them; or skip group, "
        "which leaves only those with its key (its message group). Not set: stop in a FIFO queue, "
        "or if the handler raises; else go on.",
        None,
    )

    def turns(self, records: int) -> int:
        """How many times as long as one record a batch of so many takes."""
        match self.order:
            case "one after another":
                return records
            case "side by side":
                return ceil(records / (self.concurrency or records))
            case "fixed time":
                return 1


def _by_one_word(value: Any) -> Any:
    """An order, or what comes after a failure, stands for the settings with it alone."""
    if not isinstance(value, str):
        return value
    if value in get_args(BatchOrder):
        return BatchProcessing(order=value)
    if value in get_args(OnFailure):
        return BatchProcessing(on_failure=value)
    return value


BatchProcessingOrWord = Annotated[
    BatchProcessing, BeforeValidator(_by_one_word)
]
