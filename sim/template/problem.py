"""What is wrong with a template: one sentence each, with the line where it stands."""

from __future__ import annotations

from collections.abc import Iterable

from sim.setting import ScenarioError


class TemplateError(ScenarioError):
    """A template that cannot be read, or that AWS would refuse; `problems` has one sentence for each cause."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(self.problems))
