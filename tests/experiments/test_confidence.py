"""How sure a sweep's seeds make us: Student's interval of the mean, for each number."""

import numpy as np
import pandas as pd
import pytest

import sim
from tests.support.sweeps import GRID, HERE, RETRIES, TIMEOUT, small


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return sim.sweep(small(), GRID, seeds=range(3), executor=HERE)


def test_confidence_is_students_interval_of_the_mean(table):
    """https://www.itl.nist.gov/div898/handbook/prc/section2/prc221.htm"""
    found = sim.confidence(table, level=0.9)["delivered"]
    assert found.index.names == [TIMEOUT, RETRIES]
    values = table.delivered[table[TIMEOUT].eq(10) & table[RETRIES].eq(0)]
    margin = 2.919986 * values.std() / 3**0.5  # t(0.95, 2)
    expected = [
        values.mean(),
        values.mean() - margin,
        values.mean() + margin,
        3,
    ]
    assert found.loc[(10, 0)].tolist() == pytest.approx(expected)


def test_confidence_counts_only_runs_with_a_number():
    table = sim.sweep(small(), {RETRIES: [2, 5]}, seeds=[1, 2], executor=HERE)
    found = sim.confidence(table)["lost"]
    assert found["count"].tolist() == [2, 0]
    assert found.loc[5, ["mean", "low", "high"]].isna().all()
    one = sim.confidence(table[table.seed == 1])["lost"]
    assert one.loc[2, ["low", "high"]].isna().all()


def test_confidence_without_parameters_is_one_row():
    table = sim.sweep(small(), seeds=range(3), executor=HERE)
    assert sim.confidence(table)["deliveries"]["count"].tolist() == [3]


def test_an_interval_of_95_percent_holds_the_mean_in_95_percent():
    """https://en.wikipedia.org/wiki/Confidence_interval"""
    numbers = np.random.default_rng(1).normal(10, 3, size=(2000, 5))
    table = pd.DataFrame(
        {
            "study": np.repeat(range(2000), 5),
            "seed": np.tile(range(5), 2000),
            "x": numbers.ravel(),
        }
    )
    found = sim.confidence(table)["x"]
    assert found.low.le(10).mul(found.high.ge(10)).mean() == pytest.approx(
        0.95, abs=0.015
    )


@pytest.mark.parametrize("level", [0, 1, 95, float("nan")])
def test_confidence_has_a_level_between_0_and_1(level, table):
    with pytest.raises(
        sim.ScenarioError, match="but it must be between 0 and 1"
    ):
        sim.confidence(table, level)


def test_confidence_needs_a_sweeps_table():
    with pytest.raises(sim.ScenarioError, match="no column 'seed'"):
        sim.confidence(pd.DataFrame({"x": [1]}))
