"""What a panel simulates, where that can be picked beside the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.show.panel.form import Form

Picked = Mapping[str, str]
"""What is picked, by the name of its list."""


class Picks:
    """Nothing to pick: a usual panel simulates its presets.

    The presets of `form_of` have the names of the panel's own, and the same settings.
    """

    def __init__(self, form: Form) -> None:
        self.form = form

    def complete(self, picked: Picked) -> dict[str, str]:
        """What is picked in every list; raises `ScenarioError` for what is not offered."""
        return {}

    def offered(self, picked: Picked) -> list[dict[str, Any]]:
        """The lists, each with its options, as a page gets them."""
        return []

    def form_of(self, picked: Picked) -> Form:
        """The form whose presets are what is picked."""
        return self.form
