"""The self-check in each lesson's first cell."""

from importlib.metadata import version

import pytest
from packaging.requirements import Requirement

import sim
from sim.show.lesson import self_check


def test_a_complete_installation_is_ready():
    line = str(sim.show.ready())
    assert line.startswith("Ready: Python 3.")
    assert f"ipywidgets {version('ipywidgets')}" in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("needed", "said"),
    [
        ("no-such-package>=1", "no-such-package is missing"),
        ("simpy>=99", f"simpy is {version('simpy')}, but must be >=99"),
    ],
)
def test_what_is_missing_or_too_old_is_named_with_its_cure(
    monkeypatch, needed, said
):
    monkeypatch.setattr(self_check, "_needed", lambda: [Requirement(needed)])
    line = str(self_check.ready())
    assert line.startswith(f"Not ready: {said}.")
    assert "make lab" in line
