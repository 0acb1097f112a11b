"""A pin: runs that are kept to compare the next ones with, and whether they compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.phrases import plural
from sim.results.run import Run
from sim.show.panel.readouts import compared
from sim.show.pictures.captions import join_words
from sim.show.stage.scene import scene


@dataclass(frozen=True)
class Pin:
    """Runs that are kept, and the settings that they were made with, as a text."""

    runs: Mapping[str, Run]
    settings: str
    _scenes: dict[tuple[str, ...], bytes] = field(default_factory=dict)

    def beside(self, runs: Mapping[str, Run]) -> dict[str, Run]:
        """The kept runs by the names of these, each beside its own; empty if they do not compare.

        A run that is alone is beside one that was alone, as those of two presets.
        """
        return {} if self.problem(runs) else compared(runs, self.runs)

    def scene(self, runs: Mapping[str, Run]) -> bytes:
        """What a stage draws of the kept runs behind these; nothing if they do not compare."""
        beside = self.beside(runs)
        names = tuple(beside)
        if names not in self._scenes:
            self._scenes[names] = scene(beside) if beside else b""
        return self._scenes[names]

    def problem(self, runs: Mapping[str, Run]) -> str:
        """Why the kept runs do not compare with these; "" if they do."""
        if len(self.runs) != len(runs):
            before = plural(len(self.runs), "run")
            return f"it has {before}, and here are {len(runs)}"
        beside = compared(runs, self.runs)
        if len(beside) < len(runs):
            return f"it has the runs {join_words(list(self.runs))}"
        pairs = [(beside[name], run) for name, run in runs.items()]
        return next(filter(None, (_reason(*pair) for pair in pairs)), "")

    def sentence(self, runs: Mapping[str, Run]) -> str:
        """What is pinned, and why it does not compare if it does not."""
        problem = self.problem(runs)
        if problem:
            return f"This pin no longer compares, because {problem}: {self.settings}"
        return f"Pinned: {self.settings}"


def _reason(before: Run, now: Run) -> str:
    """Why two runs do not compare: other events, or other ways that events go."""
    if before.seed != now.seed:
        return f"its events are those of seed {before.seed}"
    counts = len(before.workload.time), len(now.workload.time)
    if counts[0] != counts[1]:
        return (
            f"it has {plural(counts[0], 'event')}, and here are {counts[1]:,}"
        )
    if _is_cut(before) or _is_cut(now):
        return "one of the runs was stopped before all its events had come"
    ways = _functions(before), _functions(now)
    if ways[0] != ways[1]:
        return f"its events go to {join_words(ways[0])}"
    return ""


def _functions(run: Run) -> list[str]:
    """The functions that are lanes, where there are several."""
    functions = dict.fromkeys(one.function for one in run.triggers)
    return list(functions) if len(functions) > 1 else []


def _is_cut(run: Run) -> bool:
    """Whether a run was stopped while its traffic still came."""
    return run.ended_s < run.scenario.seconds
