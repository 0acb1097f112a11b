"""The runs of functions, found span by span: slow and plain, to compare the tables with."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from math import inf, isnan
from typing import Any, NamedTuple

import sim
from sim.results.usage.calls import TOLD_ON
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.trigger_catalogue import trigger_kind
from sim.scenario.triggers import SynchronousTrigger

OUTCOMES = ("succeeded", "failed", "timeout", "crashed")  # from good to bad
ERRORS = OUTCOMES[1:]


class PlainRun:
    """A run of a function, from its spans: times in seconds."""

    def __init__(self, run: sim.Run, spans: list[Any], version: int, kind: str):
        self.spans = spans
        first = min(spans, key=lambda span: span.start_s)
        self.function = first.resource
        self.environment = first.environment
        self.start = first.start_s
        self.end = max(span.end_s for span in spans)
        self.deliveries = sorted({span.delivery for span in spans})
        self.version = version
        self.kind = kind
        self.init = self.longest("init", all_outcomes=False)
        before = max(self.longest("init"), self.longest("restore"))
        self.duration = round(self.end - self.start - before, 6)
        self.extension = self.longest("extension")
        self.answer = self._answer()
        self.answered = None
        if self.answer:
            self.answered = max(
                span.end_s for span in spans if span.stage != "extension"
            )
        is_over = all(span.outcome != "in flight" for span in spans)
        self.outcome = self.answer if is_over else ""
        self.is_done = self.outcome != ""
        self.is_error = self.outcome in ERRORS and not (
            self.outcome == "failed" and self._returns(run)
        )

    def longest(self, stage: str, all_outcomes: bool = True) -> float:
        """How long the longest of its spans of a stage took, or of those that ended well."""
        return max(
            (
                span.end_s - span.start_s
                for span in self.spans
                if span.stage == stage
                and (all_outcomes or span.outcome not in ERRORS)
            ),
            default=0.0,
        )

    def _answer(self) -> str:
        """The worst of what became of its records, once all are handled."""
        working = [span for span in self.spans if span.stage != "extension"]
        if any(span.outcome == "in flight" for span in working):
            return ""
        handled = [
            OUTCOMES.index(span.outcome)
            for span in working
            if span.stage == "handler" and span.outcome in OUTCOMES
        ]
        return OUTCOMES[max(handled)] if handled else ""

    def _returns(self, run: sim.Run) -> bool:
        """Whether the handler returns normally though its work has failed."""
        trigger = run.trigger_of(self.deliveries[0])
        function = run.scenario.version(self.function, self.version)
        if isinstance(trigger, EventSourceMapping):
            reports = trigger.reports_batch_item_failures
            answer = function.behaviour.response_to_failure(reports)
            return answer != "exception"
        return function.behaviour.returns_to(trigger.kind)


def plain_runs(run: sim.Run) -> list[PlainRun]:
    """All runs of functions; a batch is one."""
    started = {
        (row.function, row.environment): row
        for row in run.environments.itertuples()
    }
    found = []
    for spans in _by_run(run):
        row = started[spans[0].resource, spans[0].environment]
        kind = row.initialization_type
        found.append(PlainRun(run, spans, row.version, kind))
    return sorted(found, key=lambda one: (one.start, one.deliveries[0]))


def _by_run(run: sim.Run) -> list[list[Any]]:
    """The spans of each run; an event that is there twice may run twice in one environment."""
    groups: dict[tuple[Any, ...], list[list[Any]]] = defaultdict(list)
    for span in run.spans.itertuples():
        if span.environment < 0:
            continue
        of_batch = span.invocation >= 0
        own = (span.invocation,) if of_batch else (span.delivery, span.attempt)
        runs = groups[span.resource, span.environment, of_batch, *own]
        is_over = runs and any(one.stage == "handler" for one in runs[-1])
        begins_anew = is_over and not of_batch and span.stage != "extension"
        if not runs or begins_anew:
            runs.append([])
        runs[-1].append(span)
    return [spans for runs in groups.values() for spans in runs]


def plain_throttles(run: sim.Run) -> list[Any]:
    """The first span of each refused request; a batch is one."""
    found: dict[tuple[Any, ...], Any] = {}
    for span in run.spans.itertuples():
        if span.stage == "throttle":
            of_batch = span.invocation >= 0
            own = span.invocation, -1
            if not of_batch:
                own = span.delivery, span.attempt
            key = (span.resource, span.environment, span.start_s, of_batch)
            first = found.setdefault((*key, *own), span)
            if span.delivery < first.delivery:
                found[*key, *own] = span
    return list(found.values())


class Call(NamedTuple):
    """A try of a caller who waits; `told_s` is None, and `told` empty, while it does."""

    delivery: int
    trigger: SynchronousTrigger
    at: float
    told_s: float | None
    told: str


def plain_calls(
    run: sim.Run,
    kinds: Collection[str],
    runs: list[PlainRun],
    throttles: list[Any],
) -> Iterator[Call]:
    """Each try of a caller through triggers of these kinds, and what it was told."""
    tries = [
        (one.deliveries[0], one.start, one.answered, one.answer) for one in runs
    ]
    tries += [
        (span.delivery, span.start_s, span.start_s, "throttled")
        for span in throttles
    ]
    for delivery, at, answered, outcome in tries:
        trigger = run.trigger_of(delivery)
        is_asked = isinstance(trigger, SynchronousTrigger)
        if not is_asked or trigger.kind not in kinds:
            continue
        kind = trigger_kind(trigger.kind)
        told = str(getattr(kind, TOLD_ON[outcome])) if outcome else ""
        call = Call(delivery, trigger, at, answered, told)
        limit = inf
        if trigger.timeout_in_millis is not None:
            limit = round(at + trigger.timeout_in_millis / 1000, 6)
        is_late = answered is not None and limit < answered
        is_open = answered is None and limit <= run.ended_s
        if is_late or is_open:
            call = call._replace(told_s=limit, told=kind.told_on_limit)
        yield call


def plain_own_answers(
    run: sim.Run, kinds: Collection[str]
) -> Iterator[tuple[SynchronousTrigger, float, str]]:
    """What triggers of these kinds answered themselves, and when: no function saw that try."""
    tried = {
        (span.delivery, span.attempt)
        for span in run.spans.itertuples()
        if span.environment >= 0 or span.stage == "throttle"
    }
    for row in run.deliveries.itertuples():
        trigger = run.trigger_of(row.Index)
        if trigger.kind not in kinds:
            continue
        heard = [
            (one.attempt, one.time / 1_000_000, run.trace.answers[one.told])
            for one in run.earlier_answers.get(row.Index, ())
        ]
        if row.fate != "in flight" and not isnan(row.told_s):
            heard.append((len(heard) + 1, row.told_s, str(row.told)))
        for attempt, at, told in heard:
            if (row.Index, attempt) not in tried:
                yield trigger, at, told
