"""Runs in worker processes: as good as here, begun where they pay, kept for later."""

import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import warnings

import loky
import pandas as pd
import pytest

import sim
from sim.experiments import parallel
from sim.experiments.sweep_tasks import SweepTasks
from sim.experiments.task import Task
from sim.experiments.worker_pool import WorkerPool
from tests.support.paths import ROOT
from tests.support.sweeps import GRID, HERE, TIMEOUT, small

PATIENCE = 100  # seconds for what takes one or two, on a busy machine


class Deadly:
    """A value that ends the process which receives it."""

    def __reduce__(self):
        return os._exit, (3,)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return sim.sweep(small(), GRID, seeds=range(3), executor=HERE)


@pytest.fixture
def eager(monkeypatch) -> None:
    """Two workers, at once, though there is not work enough."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(parallel, "most_workers", lambda: 2)
    monkeypatch.setattr(parallel, "START_SECONDS", 0)
    monkeypatch.setattr(parallel, "MEET_SECONDS", 0)
    monkeypatch.setattr(parallel, "IDLE_PROCESSORS", 0)


@pytest.fixture
def brought(monkeypatch, eager) -> list[int]:
    """The places of runs that workers have made; runs here wait while it is empty."""
    numbers = []
    finish, outcome = SweepTasks.finish, Task.outcome

    def noted(tasks, number, row):
        finish(tasks, number, row)
        if threading.current_thread() is not threading.main_thread():
            numbers.append(number)

    def late(task):
        until(lambda: numbers)
        return outcome(task)

    monkeypatch.setattr(SweepTasks, "finish", noted)
    monkeypatch.setattr(Task, "outcome", late)
    return numbers


def until(holds) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def workers() -> set[int]:
    return {child.pid for child in multiprocessing.active_children()}


@pytest.mark.slow
def test_workers_give_the_same_table_and_stay_for_the_next_sweep(
    table, brought
):
    pd.testing.assert_frame_equal(
        sim.sweep(small(), GRID, range(3)), table, check_exact=True
    )
    assert brought
    before = workers()
    brought.clear()
    pd.testing.assert_frame_equal(
        sim.sweep(small(), GRID, range(3)), table, check_exact=True
    )
    assert brought
    assert workers() == before != set()


@pytest.mark.parametrize(
    ("least_work", "idle_processors", "starts"),
    [(0, 1, True), (60, 1, False), (0, 0, False)],
    ids=["it pays", "there is little to do", "all processors are busy"],
)
def test_workers_start_only_where_that_pays(
    least_work, idle_processors, starts, table, eager, monkeypatch
):
    started = []
    idle = itertools.count(step=idle_processors)
    outcome = Task.outcome

    def executor(pool, workers):
        started.append(workers)
        raise OSError("this is only a test")

    def late(task):
        time.sleep(0.02)
        return outcome(task)

    monkeypatch.setattr(parallel, "START_SECONDS", least_work)
    monkeypatch.setattr(parallel, "IDLE_PROCESSORS", 0.5)
    monkeypatch.setattr(parallel, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr(parallel, "idle_seconds", lambda: next(idle))
    monkeypatch.setattr(WorkerPool, "are_there", lambda _: False)
    monkeypatch.setattr(WorkerPool, "executor", executor)
    monkeypatch.setattr(Task, "outcome", late)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        there = sim.sweep(small(), GRID, range(3))
    pd.testing.assert_frame_equal(there, table)
    assert bool(started) == starts


@pytest.mark.slow
def test_a_run_that_kills_its_worker_is_a_row_and_the_others_are_kept(brought):
    """https://loky.readthedocs.io/en/stable/API.html"""
    values = [3, Deadly(), 4, 5, 6, 7]
    table = sim.sweep(small(), {TIMEOUT: values}, seeds=[1])
    assert table.error[1].startswith("The worker process died in this run")
    assert table.error.drop(1).isna().all()
    assert table.deliveries.drop(1).gt(0).all()


@pytest.mark.parametrize("error", [ImportError, NotImplementedError, OSError])
def test_where_no_worker_can_be_started_the_runs_follow_one_another(
    error, table, eager, monkeypatch
):
    """https://docs.python.org/3/library/multiprocessing.html#synchronization-primitives"""
    has_tried = threading.Event()
    outcome = Task.outcome

    def refuse(*_, **settings):
        has_tried.set()
        raise error("no semaphores here")

    def late(task):
        assert has_tried.wait(PATIENCE)
        time.sleep(0.01)
        return outcome(task)

    monkeypatch.setattr(loky, "get_reusable_executor", refuse)
    monkeypatch.setattr(Task, "outcome", late)
    sentence = r"\(no semaphores here\), so the runs followed one another"
    with pytest.warns(UserWarning, match=sentence) as told:
        there = sim.sweep(small(), GRID, range(3))
    assert told[0].filename == __file__
    pd.testing.assert_frame_equal(there, table)


@pytest.mark.parametrize(
    ("platform", "processors"), [("emscripten", 2), ("linux", 1)]
)
def test_where_there_is_one_process_no_thread_is_started(
    platform, processors, table, monkeypatch
):
    """https://docs.python.org/3/library/multiprocessing.html: not on WebAssembly."""
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    monkeypatch.setattr(parallel, "LEADER", None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        there = sim.sweep(small(), GRID, range(3))
    pd.testing.assert_frame_equal(there, table)


def test_ctrl_c_ends_workers_at_once_and_keeps_what_is_done(brought):
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    scenarios = {"short": small(), "long": small().replace(seconds=1e6)}
    with pytest.warns(UserWarning, match="stopped: the table has") as told:
        table = sim.sweep(scenarios, seeds=range(4), progress=stop)
    assert set(table.scenario) == {"short"}
    assert f"has {len(table)} of 8 runs" in str(told[0].message)
    assert table.columns[-1] == "error"
    until(lambda: not workers())


LONG_SWEEP = """
import sim
from sim.experiments import parallel
from tests.support.sweeps import small

parallel.most_workers = lambda: 2
parallel.IDLE_PROCESSORS = 0
scenarios = {"short": small(), "long": small().replace(seconds=1e6)}
table = sim.sweep(scenarios, seeds=range(4), progress=True)
print(f"and then {len(table)} rows")
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="has no process groups")
@pytest.mark.parametrize("delay", [2.5, 10], ids=["starting", "working"])
def test_ctrl_c_in_a_terminal_ends_a_script_that_guards_nothing(
    tmp_path, delay
):
    """Every process of the terminal gets it, and none shows a traceback.

    https://docs.python.org/3/library/signal.html#note-on-signal-handlers-and-exceptions
    """
    script = tmp_path / "script.py"
    script.write_text(LONG_SWEEP)
    running = subprocess.Popen(
        [sys.executable, script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    seen = ""
    while not seen.endswith("4 of 8"):
        seen += running.stdout.read(1)
    time.sleep(delay)
    os.killpg(running.pid, signal.SIGINT)
    printed, errors = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0
    assert printed.endswith("and then 4 rows\n")
    assert "Traceback" not in errors
    assert "the table has 4 of 8 runs" in errors
