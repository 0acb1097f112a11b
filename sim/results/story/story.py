"""What happened to one event, in sentences, with a link for each rule that it met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sim.markup import visible
from sim.phrases import plural, spoken
from sim.results.events import arrival, cause, check_event, traffic_number
from sim.results.result import Result
from sim.results.story.deliveries import delivery_moments
from sim.results.story.moments import History, Moment
from sim.results.story.rules import rules
from sim.trace import MICROSECONDS

APOSTROPHE = "'"
NARROW = "\N{NO-BREAK SPACE}"  # a time stays on one line
# A function that is its own destination makes chains of thousands of events.
DEEPEST_INDENT = 8


class Story(str):
    """A story as text, which JupyterLab shows as tables with links."""

    __slots__ = ("_markdown",)
    _markdown: str

    def __new__(cls, text: str, markdown: str) -> Story:
        """The same story, written in two ways."""
        story = super().__new__(cls, text)
        story._markdown = markdown
        return story

    def __repr__(self) -> str:
        return str(self)

    def _repr_markdown_(self) -> str:
        return self._markdown


class Entry(NamedTuple):
    """What happened so many seconds after the event's arrival, and the rules behind it, by name."""

    after: float
    sentences: str
    rules: list[str]

    @property
    def time(self) -> str:
        """The seconds in words."""
        return spoken(self.after)


@dataclass(frozen=True)
class DeliverySection:
    """One delivery of an event, by a heading and its entries."""

    heading: str
    entries: list[Entry]


@dataclass(frozen=True)
class EventSection:
    """One event on its way; `depth`: how many hops it is away from the one that is asked for."""

    depth: int
    heading: str
    deliveries: list[DeliverySection]


def story(run: Result, event: int) -> Story:
    """Tell what happened to an event, and to the events it caused; times count from its arrival.

    Raises `ScenarioError` if the run has no such event.
    """
    told = list(sections(run, event))
    return Story(_text(told), _markdown(told))


def sections(run: Result, event: int) -> Iterator[EventSection]:
    """The event, then what it caused, each followed by what that caused.

    Raises `ScenarioError` if the run has no such event.
    """
    check_event(run, event)
    start = _arrival(run, event)
    following = [(event, 0)]
    while following:
        current, depth = following.pop()
        mine = run.delivery_rows.at(run.deliveries_of_event.rows(current))
        deliveries = [_delivery_section(run, row, start) for row in mine]
        yield EventSection(depth, _heading(run, current), deliveries)
        caused = reversed(run.children.get(current, []))
        following += [(child_event, depth + 1) for child_event in caused]


def _arrival(run: Result, event: int) -> float:
    return arrival(run, event) / MICROSECONDS


def _heading(run: Result, event: int) -> str:
    when = f"{spoken(_arrival(run, event))} after the start of the run"
    child = cause(run, event)
    if child is not None:
        return f"Event {event}, sent on by event {child.parent} ({child.edge}) {when}"
    traffic, number = traffic_number(run, event)
    return f"Event {event}, number {number} of traffic {_quoted(traffic)}, arrives {when}"


def _quoted(name: str) -> str:
    """A name between backticks, in which nothing is Markdown; no line or code ends it."""
    words = " ".join(visible(name).split())
    return f"`{words.replace('`', APOSTROPHE)}`"


def _delivery_section(run: Result, row: Any, start: float) -> DeliverySection:
    trigger = run.trigger_of(row.delivery)
    way = f"`{trigger.entry}` to `{row.function}`"
    if trigger.entry == row.function:
        way = f"`{row.function}`"
    after = ""
    if row.fate != "in flight":
        after = f" after {spoken(row.settled_s - row.arrived_s)}"
    heading = f"{way}: {row.fate}{after} ({_counts(row)})"
    history = History(run, row, trigger)
    moments = delivery_moments(history)
    return DeliverySection(heading, list(_entries(moments, start)))


def _counts(row: Any) -> str:
    """How often the function ran and so on, without what never happened."""
    counts = (
        (row.runs, "run"),
        (row.receives, "receive"),
        (row.throttles, "throttle"),
    )
    parts = [plural(count, what) for count, what in counts if count]
    if row.successes > 1:
        parts.append(f"{row.successes} successes")
    return ", ".join(parts) or "no run"


def _entries(moments: list[Moment], start: float) -> Iterator[Entry]:
    """One entry for all that happened at one time."""
    for at, group in groupby(moments, attrgetter("at")):
        together = list(group)
        sentences = " ".join(moment.sentence for moment in together)
        cited = dict.fromkeys(
            rule for moment in together for rule in moment.rules
        )
        yield Entry(at - start, sentences, list(cited))


def _rule_numbers(sections: list[EventSection]) -> dict[str, int]:
    """The rules that are cited, numbered in order of their first appearance."""
    cited = [
        rule
        for section in sections
        for delivery in section.deliveries
        for entry in delivery.entries
        for rule in entry.rules
    ]
    return {
        rule: number
        for number, rule in enumerate(dict.fromkeys(cited), start=1)
    }


def _text(sections: list[EventSection]) -> str:
    numbers = _rule_numbers(sections)
    lines = []
    for section in sections:
        indent = "  " * min(section.depth, DEEPEST_INDENT)
        lines += ["", f"{indent}{section.heading}."]
        for delivery in section.deliveries:
            lines.append(f"{indent}{delivery.heading}.")
            for entry in delivery.entries:
                marks = "".join(f" [{numbers[rule]}]" for rule in entry.rules)
                lines.append(
                    f"{indent}  {entry.time:>12}  {entry.sentences}{marks}"
                )
    lines.append("")
    for name, number in numbers.items():
        rule = rules()[name]
        lines.append(f"[{number}] {rule.sentence} {rule.source}")
    return "\n".join(lines).strip()


def _markdown(sections: list[EventSection]) -> str:
    numbers = _rule_numbers(sections)
    lines = []
    for section in sections:
        lines += ["", f"**{section.heading}.**"]
        for delivery in section.deliveries:
            lines += ["", f"{delivery.heading}.", ""]
            lines += ["| after | what happened |", "|--:|:--|"]
            for entry in delivery.entries:
                marks = "".join(
                    f" [[{numbers[rule]}]]({rules()[rule].source})"
                    for rule in entry.rules
                )
                time = entry.time.replace(" ", NARROW)
                lines.append(f"| {time} | {entry.sentences}{marks} |")
    lines.append("")
    for name, number in numbers.items():
        rule = rules()[name]
        lines.append(f"{number}. [{rule.sentence}]({rule.source})")
    return "\n".join(lines).strip()
