"""Whether a broken scenario was repaired: what was changed, and what the changed one reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from typing import Any

from sim.engine.simulate import simulate
from sim.results.run import Run
from sim.scenario.arguments import Number, PositiveNumber, Seed, checked
from sim.scenario.scenario import Scenario
from sim.show.lesson.answer import UnclearAnswerError, single, type_of
from sim.show.lesson.check import OPEN, failed, not_checked
from sim.show.lesson.differences import changed_paths
from sim.show.lesson.failed_cells import FailedCell, watch_cells
from sim.show.lesson.sentence import Sentence, joined
from sim.show.lesson.tried import TRIED, counted

Sentences = Mapping[str, str]
"""Sentences by patterns of paths, in which `*` stands for anything."""
Goal = Callable[[Run], Any]
NOT_YOURS = {
    "outages": "The outage is the world, not your setting: your system has to live with it.",
    "traffic": "The traffic is the world, not your setting: all of it still comes.",
    "dependencies": "What the function depends on is the world, not your setting.",
    "changes": "What happens during the run stays as it is; repair the system before it.",
    "deployments": "The deployment happens in any case; repair what it meets.",
    "redrives": "Moving messages back by hand is no repair: the next ones are parked again.",
    "account": "The account's limit is given; repair what shares it.",
    "choices": "`choices` fills in what AWS does not publish; it is no setting of AWS.",
    "alarms": "An alarm tells of trouble; it repairs nothing.",
    "seconds": "How long you look changes nothing for the orders.",
    "functions.*.behaviour": "How the handler works, and how often it fails, is its code. "
    "Asked for is a setting of AWS.",
}
"""What a repair may not change, unless an exercise says so, and why."""
ENDS = {
    "delivered": "delivered",
    "told": "told of an error",
    "parked": "parked",
    "lost": "lost",
    "given_up": "given up",
    "in_flight": "still under way",
}


@checked
def check_repair(
    answer: Any,
    broken: Scenario,
    may_change: Sequence[str],
    goal: Goal,
    hint: str = "",
    why: str = "",
    not_so: Sentences | None = None,
    most: PositiveNumber = 1,
    seed: Seed = 1,
    exercise: Number = 0,
) -> Sentence:
    """Whether `answer` repairs `broken`: only what it may change has changed, and the goal is met.

    `may_change` are patterns of paths, such as `"triggers.*.batch_size"`, of which `most` may
    change; `not_so` has the exercise's own sentences on what may not. `goal` gets the run of the
    answer with `seed` and says whether it is reached. `exercise` is the number under which the try
    is kept.
    """
    watch_cells()
    if answer is None:
        TRIED.ask(exercise)
        return OPEN
    rules = _Rules(broken, may_change, not_so or {}, most)
    try:
        verdict, is_right = _judged(answer, rules, goal, seed)
    except UnclearAnswerError as unclear:
        verdict, is_right = joined("Not yet:", str(unclear)), False
    except Exception as error:
        verdict, is_right = not_checked(error), False
    TRIED.answered(exercise, is_right)
    is_run = verdict.startswith("Not yet. ")
    return joined(verdict, why if is_right else hint if is_run else "")


class _Rules:
    """What of a broken scenario may be changed, and what may not, and why."""

    def __init__(
        self,
        broken: Scenario,
        may_change: Sequence[str],
        not_so: Sentences,
        most: int,
    ) -> None:
        self.broken, self.may_change = broken, may_change
        self.not_so, self.most = not_so, most

    def problem(self, repaired: Scenario) -> str:
        """Why these changes are no repair; empty if they may be one."""
        paths = changed_paths(self.broken, repaired)
        if not paths:
            return "Nothing is changed yet: this is `broken` as it was."
        for sentence in self._refusals(paths):
            return sentence
        if len(paths) > self.most:
            return (
                f"This changes {counted(len(paths), 'setting')}, {_listed(paths)}; "
                f"{self.most} {'is' if self.most == 1 else 'are'} enough."
            )
        return ""

    def _refusals(self, paths: Sequence[str]) -> Iterator[str]:
        """A sentence for each change that is not allowed; the exercise's own come first."""
        for path in paths:
            if (reason := sentence_on(path, self.not_so)) is not None:
                yield reason
        for path in paths:
            if any(_is_at(path, pattern) for pattern in self.may_change):
                continue
            reason = sentence_on(path, NOT_YOURS)
            if reason is None:
                reason = "This one can stay as it is; the cause is elsewhere."
            yield f"You changed `{path}`. {reason}"


def _judged(
    answer: Any, rules: _Rules, goal: Goal, seed: int
) -> tuple[Sentence, bool]:
    if isinstance(answer, FailedCell):
        return failed(answer), False
    repaired = scenario_of(answer)
    problem = rules.problem(repaired)
    if problem:
        return joined("Not yet:", problem), False
    run = simulate(repaired, seed=seed)
    is_right = bool(goal(run))
    return joined("Right." if is_right else "Not yet.", reached(run)), is_right


def scenario_of(answer: Any) -> Scenario:
    """The scenario that was meant: also that of a run, or the only one of several.

    Raises `UnclearAnswerError`.
    """
    try:
        value = single(answer)
    except UnclearAnswerError as unclear:
        raise UnclearAnswerError(
            f"{unclear} It is a scenario, such as `broken.with_setting(...)`."
        ) from None
    if isinstance(value, Run):
        value = value.scenario
    if not isinstance(value, Scenario):
        raise UnclearAnswerError(
            "A scenario is asked for, such as `broken.with_setting(...)`, "
            f"and this is {type_of(value)}."
        )
    return value


def reached(run: Run) -> str:
    """What became of the events of a run, in one sentence."""
    counts = run.summary()
    parts = [
        f"{counts[end]:,} {words}"
        for end, words in ENDS.items()
        if counts[end] or end == "delivered"
    ]
    return f"Of {counts.journeys:,} events: {', '.join(parts)}."


def sentence_on(path: str, sentences: Sentences) -> str | None:
    """The sentence of the first pattern that a path fits."""
    for pattern, sentence in sentences.items():
        if _is_at(path, pattern):
            return sentence
    return None


def _is_at(path: str, pattern: str) -> bool:
    """Whether a path leads to what a pattern names, or into it."""
    return fnmatch(path, pattern) or fnmatch(path, f"{pattern}.*")


def _listed(paths: Sequence[str]) -> str:
    return " and ".join(f"`{path}`" for path in paths)
