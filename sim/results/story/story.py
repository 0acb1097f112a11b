"""What happened to one event, in sentences: a story, with a link for each rule of AWS's that it met."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from sim import facts
from sim.results.phrases import plural, spoken
from sim.results.result import Result
from sim.results.story.deliveries import moments
from sim.results.story.moments import Life, Moment
from sim.scenario.errors import ScenarioError
from sim.trace import MICROSECONDS

NARROW = "\N{NO-BREAK SPACE}"  # a time stays on one line
MOST_MOMENTS = (
    60  # of one delivery; a message that nobody gives up may run a thousand times
)
DEEPEST_INDENT = (
    8  # a function that is its own destination makes chains of thousands of events
)


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


@dataclass(frozen=True)
class Rule:
    """One row of `data/rules.csv`: a rule in our words, and where AWS (or a measurement) says it."""

    name: str
    sentence: str
    evidence: str
    source: str
    date: str


@dataclass(frozen=True)
class Section:
    """One event on its way: what it is, then for each delivery a heading and its moments."""

    depth: int
    heading: str
    deliveries: list[tuple[str, list[Moment]]]


@cache
def rules() -> dict[str, Rule]:
    """The rules that stories cite, by name."""
    with (facts.DATA / "rules.csv").open(encoding="utf-8", newline="") as lines:
        return {row["name"]: Rule(**row) for row in csv.DictReader(lines, strict=True)}


def story(run: Result, event: int) -> Story:
    """Tell what happened to an event, and to the events it caused; times count from its arrival.

    Raises `ScenarioError` if the run has no such event.
    """
    known_event(run, event)
    sections = list(_sections(run, event))
    cited = [
        rule
        for section in sections
        for _, told in section.deliveries
        for moment in told
        for rule in moment.rules
    ]
    numbers = {rule: number for number, rule in enumerate(dict.fromkeys(cited), 1)}
    start = _arrival(run, event)
    return Story(_text(sections, numbers, start), _markdown(sections, numbers, start))


def known_event(run: Result, event: int) -> None:
    """Raise `ScenarioError` unless the run has this event."""
    count = len(run.workload.time) + len(run.trace.children)
    if event not in range(count):
        has = f"events 0 to {count - 1}" if count else "no events"
        raise ScenarioError(f"There is no event {event!r}: this run has {has}.")


def _sections(run: Result, event: int) -> Iterator[Section]:
    children: dict[int, list[int]] = {}
    for number, child in enumerate(run.trace.children, len(run.workload.time)):
        children.setdefault(child.parent, []).append(number)
    following = [(event, 0)]
    while following:
        event, depth = following.pop()
        yield Section(
            depth,
            _heading(run, event),
            [_delivery(run, row) for row in _rows(run, event)],
        )
        following += [(child, depth + 1) for child in reversed(children.get(event, []))]


def _rows(run: Result, event: int) -> Iterator[Any]:
    mine: Iterator[Any] = run.deliveries[run.deliveries.event == event].itertuples(
        index=False
    )
    return mine


def _heading(run: Result, event: int) -> str:
    arrival, roots = spoken(_arrival(run, event)), len(run.workload.time)
    if event >= roots:
        child = run.trace.children[event - roots]
        return f"Event {event}, sent on by event {child.parent} ({child.edge}) {arrival} after the start of the run"
    traffic, n = run.workload.names[run.workload.traffic[event]], run.workload.n[event]
    return f"Event {event}, number {n} of traffic `{traffic}`, arrives {arrival} after the start of the run"


def _arrival(run: Result, event: int) -> float:
    roots = len(run.workload.time)
    time = (
        run.workload.time[event]
        if event < roots
        else run.trace.children[event - roots].time
    )
    return float(time / MICROSECONDS)


def _delivery(run: Result, row: Any) -> tuple[str, list[Moment]]:
    trigger = run.triggers[run.trace.deliveries.trigger[row.delivery]]
    counts = [
        (row.runs, "run", "runs"),
        (row.receives, "receive", "receives"),
        (row.throttles, "throttle", "throttles"),
    ]
    numbers = [plural(number, one, many) for number, one, many in counts if number]
    numbers += [f"{row.successes} successes"] if row.successes > 1 else []
    after = (
        ""
        if row.fate == "in flight"
        else f" after {spoken(row.settled_s - row.arrived_s)}"
    )
    way = (
        f"`{row.function}`"
        if trigger.entry == row.function
        else f"`{trigger.entry}` to `{row.function}`"
    )
    heading = f"{way}: {row.fate}{after} ({', '.join(numbers) or 'no run'})"
    life = Life(run, row, trigger)
    return heading, _folded(life, moments(life))


def _folded(life: Life, told: list[Moment]) -> list[Moment]:
    """The beginning and the end of a long life, and between them how many attempts are left out."""
    if len(told) <= MOST_MOMENTS:
        return told
    start, end = told[MOST_MOMENTS // 2].at, told[-MOST_MOMENTS // 2].at
    middle = [moment.at for moment in told if start < moment.at < end]
    if not middle:
        return told
    attempts = sum(
        start < span.start_s < end and span.stage in ("handler", "throttle")
        for span in life.spans
    )
    fold = Moment(
        middle[0], f"Left out here: {plural(attempts, 'attempt')} like these."
    )
    return [
        *(m for m in told if m.at <= start),
        fold,
        *(m for m in told if m.at >= end),
    ]


def _lines(told: list[Moment], start: float) -> Iterator[tuple[str, str, list[str]]]:
    for at, group in groupby(told, attrgetter("at")):
        together = list(group)
        rules_here = dict.fromkeys(rule for moment in together for rule in moment.rules)
        yield (
            spoken(round(at - start, 6)),
            " ".join(moment.sentence for moment in together),
            list(rules_here),
        )


def _text(sections: list[Section], numbers: dict[str, int], start: float) -> str:
    lines = []
    for section in sections:
        indent = "  " * min(section.depth, DEEPEST_INDENT)
        lines += ["", f"{indent}{section.heading}."]
        for heading, told in section.deliveries:
            lines.append(f"{indent}{heading}.")
            for time, sentence, cited in _lines(told, start):
                marks = "".join(f" [{numbers[rule]}]" for rule in cited)
                lines.append(f"{indent}  {time:>12}  {sentence}{marks}")
    lines += [
        "",
        *(
            f"[{number}] {rules()[rule].sentence} {rules()[rule].source}"
            for rule, number in numbers.items()
        ),
    ]
    return "\n".join(lines).strip()


def _markdown(sections: list[Section], numbers: dict[str, int], start: float) -> str:
    lines = []
    for section in sections:
        lines += ["", f"**{section.heading}.**"]
        for heading, told in section.deliveries:
            lines += ["", f"{heading}.", "", "| after | what happened |", "|--:|:--|"]
            for time, sentence, cited in _lines(told, start):
                marks = "".join(
                    f" [[{numbers[rule]}]]({rules()[rule].source})" for rule in cited
                )
                lines.append(f"| {time.replace(' ', NARROW)} | {sentence}{marks} |")
    lines += [
        "",
        *(
            f"{number}. [{rules()[rule].sentence}]({rules()[rule].source})"
            for rule, number in numbers.items()
        ),
    ]
    return "\n".join(lines).strip()
