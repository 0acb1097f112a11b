"""What is raised for a scenario that cannot be simulated, and how it is shown."""

from __future__ import annotations


class ScenarioError(ValueError):
    """Settings that cannot be simulated: what, where, the allowed range, and the source."""
