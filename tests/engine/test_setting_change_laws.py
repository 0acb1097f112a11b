"""Laws of changes of settings, over random systems."""

from hypothesis import strategies as st

import sim
from tests.support.changes import (
    changed,
    settled_before,
    spans_before,
    started_before,
)
from tests.support.laws import law
from tests.support.strategies import scenarios, streams

SEEDS = st.integers(0, 2**32)
SYSTEMS = scenarios() | scenarios(published=True) | streams()


@law(changed(SYSTEMS), SEEDS, fast=12)
def test_a_change_leaves_all_before_it_equal(systems, seed):
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html"""
    unchanged, later, at = systems
    runs = [
        sim.simulate(system, seed, drain_seconds=600)
        for system in (unchanged, later)
    ]
    for before in (spans_before, settled_before, started_before):
        first, second = (before(run, at) for run in runs)
        assert first == second


@law(changed(SYSTEMS), fast=12)
def test_changes_survive_json(systems):
    """Values come back as the groups of settings that they were."""
    _, later, _ = systems
    again = sim.Scenario.model_validate_json(later.model_dump_json())
    assert again == later
    assert [
        type(one)
        for change in again.changes
        for one in change.settings.values()
    ] == [
        type(one)
        for change in later.changes
        for one in change.settings.values()
    ]


@law(SYSTEMS, SEEDS, st.floats(0, 100))
def test_a_change_to_what_is_set_already_changes_nothing(system, seed, at):
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html"""
    same = [
        sim.Change(of=function.name, at=at, timeout=function.timeout)
        for function in system.functions
    ]
    runs = [
        sim.simulate(one, seed, drain_seconds=600)
        for one in (system, system.replace(changes=same))
    ]
    first, second = (run.spans for run in runs)
    assert first.equals(second)
