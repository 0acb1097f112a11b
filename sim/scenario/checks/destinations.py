"""Where functions send what they have done, and what cannot be sent there."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.names import names_of, twice
from sim.scenario.system import System

ON_FAILURE = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"


NOTIFICATIONS = (
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
    "notification-how-to-event-types-and-destinations.html"
)


def _of_buckets(system: System) -> Iterator[str]:
    """S3 sends its notifications to standard queues only."""
    fifo = {queue.name for queue in system.queues if queue.fifo_queue}
    for bucket in system.buckets:
        for target in bucket.targets:
            if target in fifo:
                yield (
                    f"Bucket {bucket.name!r} notifies queue {target!r}, but S3 takes no FIFO "
                    f"queues ({NOTIFICATIONS})."
                )


def problems(system: System) -> Iterator[str]:
    """Sentences on destinations that AWS would refuse, or that are not clear."""
    yield from _of_buckets(system)
    yield from _refused_destinations(system)
    yield from _ambiguous_destinations(system)
    yield from _repeated_outputs(system)


def _refused_destinations(system: System) -> Iterator[str]:
    buckets = names_of(system.buckets)
    for function in system.functions:
        target = function.event_invoke_config.destination_config.on_success
        if target in buckets:
            who = f"Function {function.name!r}: a bucket such as {target!r}"
            yield f"{who} can be an on-failure destination only ({ON_FAILURE})."


def _ambiguous_destinations(system: System) -> Iterator[str]:
    """A trigger with the name of a function that is a destination: which of both is meant?"""
    targets = {
        target for function in system.functions for target in function.targets
    }
    functions = targets & names_of(system.functions)
    for trigger in system.triggers:
        its_own = (
            trigger.function == trigger.name and trigger.model == "asynchronous"
        )
        if trigger.name in functions and not its_own:
            yield (
                f"Trigger {trigger.name!r} has the name of a function that is a destination, "
                "but does not invoke it asynchronously; give the trigger another name."
            )


def _repeated_outputs(system: System) -> Iterator[str]:
    for function in system.functions:
        for name in twice(output.to for output in function.behaviour.sends):
            who = f"Function {function.name!r} has two outputs to {name!r}"
            yield f"{who}; let one of them send more per_event."
