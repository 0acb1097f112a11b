"""Each shape in which people have logs says the same of the same two runs."""

import pytest

import sim
from tests.support.log_shapes import SHAPES


def said(calibration):
    """What every shape says."""
    runs = calibration.runs
    return {
        "duration": runs.duration_s.round(5).tolist(),
        "init": runs.init_s.fillna(0).round(5).tolist(),
        "memory": runs.memory_size.tolist(),
        "used": runs.max_memory_used.tolist(),
        "status": runs.status.tolist(),
    }


def wrong(name, folder):
    """In what a shape says otherwise, as a sentence; empty if in nothing."""
    content, has = SHAPES[name]
    path = folder / "log"
    path.write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )
    try:
        found = sim.calibrate(path)
    except sim.ScenarioError as error:
        return str(error)
    expected = {
        "duration": [0.81244, 3.0],
        "init": [0.47621, 0.0],
        "memory": [512, 512],
        "used": [91, 93],
        "status": ["succeeded", "timeout"],
    }
    if "no status" in has:
        expected["status"] = ["succeeded", "succeeded"]
    if said(found) != expected:
        return f"{said(found)}"
    starts = found.runs.start_s.round(2).tolist()
    if "no time" not in has:
        apart = starts[1] - starts[0]
        if (
            not 6 <= apart <= 7.1
            if "seconds" in has
            else round(apart, 2) != 6.5
        ):
            return f"starts {starts}"
    environments = found.runs.environment.tolist()
    if environments != ([0, 0] if "stream" in has else [-1, -1]):
        return f"environments {environments}"
    if found.function != ("orders" if "orders" in has else "function"):
        return f"function {found.function}"
    return ""


def offenders(names, folder):
    return {name: told for name in names if (told := wrong(name, folder))}


def test_each_shape_of_a_log_says_the_same(tmp_path):
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html"""
    assert offenders(list(SHAPES)[5::9], tmp_path) == {}


@pytest.mark.slow
def test_so_do_all_of_them(tmp_path):
    assert len(SHAPES) >= 60
    assert offenders(SHAPES, tmp_path) == {}
