"""Your minutes: what logs observed and what is simulated are both drawn, and told in words."""

import numpy as np
import pytest

import sim
from sim.calibration.calibration import Calibration
from sim.calibration.sample_log import sample_path


@pytest.fixture(scope="module")
def calibration() -> Calibration:
    """The function of the sample log."""
    return sim.calibrate(sample_path())


@pytest.fixture(scope="module")
def picture(calibration):
    return sim.show.your_minutes(calibration)


def test_observed_stands_beside_simulated_for_each_number(picture, calibration):
    minutes = calibration.minutes()
    concurrency, cold, times = picture.axes
    for axes, measures in (
        (concurrency, ["concurrency"]),
        (cold, ["cold_share"]),
        (times, ["p50_s", "p99_s"]),
    ):
        drawn = [
            patch.get_data().values
            for patch in axes.patches
            if hasattr(patch, "get_data")
        ]
        expected = [
            minutes[f"{name}_{measure}"].to_numpy()
            for measure in measures
            for name in ("observed", "simulated")
        ]
        assert len(drawn) == len(expected)
        for one, other in zip(drawn, expected, strict=True):
            assert np.array_equal(one, other, equal_nan=True)


def test_its_words_are_those_of_the_part_held_out(picture, calibration):
    numbers = calibration.comparison()
    told = picture.text_alternative
    assert f"Of {numbers.observed.invocations:,.0f} runs held out" in told
    assert f"peak {numbers.observed.concurrency:.0f}, simulated" in told


def test_logs_without_times_are_refused_in_a_sentence(tmp_path):
    path = tmp_path / "a.log"
    path.write_text("REPORT RequestId: a\tDuration: 1.00 ms\n")
    with pytest.raises(sim.ScenarioError, match="two runs or more"):
        sim.show.your_minutes(sim.calibrate(path))
