"""One event's story as lines for the stage, each with the second at which it is true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict, final

from sim.markup import Html, link, with_code
from sim.results.events import arrival
from sim.results.run import Run
from sim.results.story.rules import rules
from sim.results.story.story import Entry, sections
from sim.trace import MICROSECONDS


@final
class Heading(TypedDict):
    """What the lines after it are about: an event (level 1), or one delivery of it (level 2)."""

    heading: str
    level: int


@final
class Line(TypedDict):
    """What happens at one instant, in seconds after the event's arrival; the text is HTML."""

    at: float
    text: str


StoryLines = list[Heading | Line]


def story_lines(run: Run, event: int) -> StoryLines:
    """What happened to an event and to all that it caused; each rule is a link.

    Raises `ScenarioError` if the run has no such event.
    """
    return list(_lines(run, event))


def story_start(run: Run, event: int) -> float:
    """The second of the run from which the lines of a story count: the event's arrival."""
    return arrival(run, event) / MICROSECONDS


def _lines(run: Run, event: int) -> Iterator[Heading | Line]:
    for section in sections(run, event):
        yield Heading(heading=with_code(f"{section.heading}."), level=1)
        for delivery in section.deliveries:
            yield Heading(heading=with_code(f"{delivery.heading}."), level=2)
            for entry in delivery.entries:
                at = round(entry.after, 6)  # as whole microseconds
                yield Line(at=at, text=_text(entry))


def _text(entry: Entry) -> Html:
    """The sentences, and the rules behind them."""
    known = [rules()[name] for name in entry.rules]
    links = [link(rule.source, rule.name, rule.sentence) for rule in known]
    behind = f" ({', '.join(links)})" if links else ""
    return Html(with_code(entry.sentences) + behind)
