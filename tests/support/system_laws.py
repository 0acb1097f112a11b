"""What must hold for every system that a person can write."""

import re
import time
import warnings
from collections.abc import Iterator
from itertools import islice
from typing import Any

import sim
from tests.support.recomputed import differences
from tests.support.strangers import joined_by, rows_of

LONGEST_SECONDS = 20  # of one run, on a machine that does nothing else
LOOP = re.compile("goes round in a loop")
DRAIN_SECONDS = 400  # both retries of an asynchronous event lie within it
MOST_SPANS = 20_000  # that are counted one by one: slowly
STORIES = 4


def broken_law(system: sim.Scenario, stranger: Any = None) -> str:
    """The first law that a system breaks, in words; nothing if it keeps all."""
    return next(broken_laws(system, stranger), "")


def broken_laws(system: sim.Scenario, stranger: Any = None) -> Iterator[str]:
    """The laws that a system breaks.

    No exception but for a loop, no run above 20 s, the same tables twice and from its own JSON;
    metrics, bill, summary and counts as the spans say; stories; and no stranger changes anything.
    """
    begun = time.process_time()
    first = ended(system)
    if time.process_time() - begun > LONGEST_SECONDS:
        yield f"it took more than {LONGEST_SECONDS} s"
    if not _is_same(first, ended(system)):
        yield "other tables the second time"
    again = sim.Scenario.model_validate_json(system.model_dump_json())
    if not _is_same(first, ended(again)):
        yield "other tables after a round trip through JSON"
    if isinstance(first, str):
        return
    if len(first.trace.spans) <= MOST_SPANS:
        yield from differences(first)
    yield from _stories(first)
    if stranger is not None:
        yield from _strangers(system, first, stranger)


def ended(system: sim.Scenario) -> sim.Run | str:
    """The run of a system, or the sentence that names its loop."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return sim.simulate(system, drain_seconds=DRAIN_SECONDS)
    except sim.ScenarioError as error:
        if LOOP.search(str(error)) is None:
            raise
        return str(error)


def _is_same(one: sim.Run | str, other: sim.Run | str) -> bool:
    """Whether two runs, or the sentences instead of them, are the same."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return (
        one.deliveries.equals(other.deliveries)
        and one.spans.equals(other.spans)
        and one.environments.equals(other.environments)
        and one.summary().equals(other.summary())
    )


def _stories(run: sim.Run) -> Iterator[str]:
    """Some stories, first and last ones among them: each can be told, in a few lines each time."""
    events = run.deliveries.event.unique().tolist()
    distance = max(1, (len(events) - 1) // (STORIES - 1))
    for event in islice(events, 0, None, distance):
        if not run.story(event).strip():
            yield f"the story of event {event} is empty"


def _strangers(
    system: sim.Scenario, alone: sim.Run, stranger: Any
) -> Iterator[str]:
    """What a stranger changes: nothing; an account without 100 to spare takes none."""
    try:
        both = joined_by(system, stranger)
    except sim.ScenarioError:
        return
    together = ended(both)
    if isinstance(together, str):
        return  # the stranger itself goes round in a loop
    mine = rows_of(system, alone)
    for one, other in zip(mine, rows_of(system, together), strict=True):
        if not one.equals(other.astype(one.dtypes)):
            yield f"a stranger changes {list(one.columns)[0:3]}"
