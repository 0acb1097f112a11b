"""The event whose story is told: where it is among the lanes, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence

from sim.markup import escaped
from sim.results.events import check_event
from sim.results.tables import roots
from sim.scenario.errors import sentence_of
from sim.show.stage.lanes import Lane
from sim.show.stage.story_lines import Heading, StoryLines, story_lines

NOBODY = -1


def row_and_lane(lanes: Sequence[Lane], event: int) -> tuple[int, int]:
    """The row of an event, or of the one from outside that caused it, and its first lane.

    Raises `ScenarioError` if there is no such event.
    """
    run = lanes[0].run
    check_event(run, event)
    row = int(roots(run.workload, run.trace)[event])
    is_in = [row in lane.run.journey_of[lane.deliveries] for lane in lanes]
    return row, is_in.index(True) if any(is_in) else 0


def lines_or_error(lanes: Sequence[Lane], lane: int, row: int) -> StoryLines:
    """As `lines_of`, for a callback, whose exception would vanish unseen: it is told instead."""
    try:
        return lines_of(lanes, lane, row)
    except Exception as error:
        sentence = escaped(f"Not shown: {sentence_of(error)}")
        return [Heading(heading=sentence, level=1)]


def lines_of(lanes: Sequence[Lane], lane: int, row: int) -> StoryLines:
    """The story of the event in this row, as it went in a lane; none if there is no such event."""
    if lane not in range(len(lanes)):
        return []
    run = lanes[lane].run
    if row not in range(len(run.workload.time)):
        return []
    return story_lines(run, row)
