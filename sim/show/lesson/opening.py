"""The pictures that move at the top of a lesson before it is run: `make docs` writes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sim.engine.simulate import simulate
from sim.results.run import Run
from sim.scenario.scenario import Scenario
from sim.show.lesson import (
    opening_models,
    opening_sources,
    opening_systems,
)
from sim.show.stage.animated_svg import animated_svg

SEED = 8
"""Not the lessons' own, whose numbers their readers are asked to guess."""


class Opening(NamedTuple):
    """Systems by lane, and what their picture says to a screen reader.

    A system alone has a lane for each shard of its stream, else for each of its functions.
    """

    systems: Callable[[], dict[str, Scenario]]
    words: str
    seed: int = SEED


OPENINGS = {
    "first-orders.svg": Opening(
        opening_models.three_models,
        "Forty orders move through three lanes. After a failed run a synchronous order ends with "
        "an error; Lambda or the queue keeps an order, and it comes again.",
    ),
    "three-clients.svg": Opening(
        opening_models.three_clients,
        "Calls of three clients come to a busy function: one client never tries again, one tries "
        "again at once, one waits before it tries again.",
    ),
    "failed-or-throttled.svg": Opening(
        opening_models.failed_or_throttled,
        "Orders wait in Lambda's event queue: in one lane after failed runs, in the other because "
        "the function is busy.",
    ),
    "slower-than-its-queue.svg": Opening(
        opening_sources.slower_than_its_queue,
        "Orders come to two queues. One function is fast enough. The other is too slow: orders "
        "gather in its queue, and are handled later.",
    ),
    "one-bad-record.svg": Opening(
        opening_sources.one_bad_record,
        "Records of a stream move through two shards. One record fails each time it runs.",
        seed=6,
    ),
    "midnight.svg": Opening(
        opening_sources.midnight,
        "The schedules of 24 shops fire: in one lane all at midnight, in the other spread over "
        "two minutes.",
    ),
    "shared-concurrency.svg": Opening(
        opening_sources.shared_concurrency,
        "Two functions share the concurrency of one account. Orders come evenly; then a report "
        "starts many runs at once.",
    ),
    "one-rush.svg": Opening(
        opening_systems.one_rush,
        "Thirty orders come within three seconds, through an HTTP API, a topic and a queue. The "
        "function has room for four at a time.",
    ),
    "packed-and-mailed.svg": Opening(
        opening_systems.packed_and_mailed,
        "Orders go through a system of two functions: the first packs an order, the second sends "
        "a mail for it.",
    ),
    "calm-shop.svg": Opening(
        opening_systems.calm_shop,
        "Orders go through the functions of a shop: the API takes an order, and the others work "
        "on what follows from it.",
    ),
    "any-trigger.svg": Opening(
        opening_systems.any_trigger,
        "The same twelve orders go through four triggers: API Gateway, a FIFO queue, a Kinesis "
        "stream and a rule of EventBridge. The function takes one order at a time.",
    ),
    "logged-or-refused.svg": Opening(
        opening_systems.logged_or_refused,
        "Thirty orders come within three seconds to two functions. One has room for all of them. "
        "The other has room for four at a time, and refuses the rest.",
    ),
}
"""The pictures of `docs/`, by file name."""


def pictures() -> dict[str, str]:
    """The pictures of `docs/`, by file name."""
    return {
        name: animated_svg(runs(name), opening.words)
        for name, opening in OPENINGS.items()
    }


def runs(name: str) -> dict[str, Run]:
    """The runs of which a picture is made, by lane."""
    opening = OPENINGS[name]
    return simulate(opening.systems(), seed=opening.seed)


def write(folder: Path = Path("docs")) -> None:
    """Write the pictures into a folder."""
    for name, text in pictures().items():
        (folder / name).write_text(text, encoding="utf-8")
