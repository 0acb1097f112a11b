"""Many runs: the same table on every executor, errors as rows, and how sure the seeds make us."""

import os
import subprocess
import sys
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

import sim
from tests.support.paths import ROOT

TIMEOUT, RETRIES = (
    "functions.*.timeout",
    "functions.*.event_invoke_config.maximum_retry_attempts",
)
GRID = {TIMEOUT: [1, 10], RETRIES: [0, 2]}
HERE = ThreadPoolExecutor(1)


def small(error_rate: float = 0.3) -> sim.Scenario:
    behaviour = sim.Behaviour(
        handler=sim.LogNormal(median=0.5, p99=4), error_rate=error_rate
    )
    return sim.Scenario(
        functions=[sim.Function(name="worker", timeout=3, behaviour=behaviour)],
        triggers=[sim.trigger("sns", function="worker")],
        traffic=[sim.Traffic(into="sns", arrivals=sim.Poisson(per_second=1))],
        seconds=20,
    )


class LastFirst(Executor):
    """Finishes what was submitted last first, when the second half has come."""

    def __init__(self, runs: int) -> None:
        self.runs, self.waiting = runs, []

    def submit(self, call, /, *arguments):
        future = Future()
        self.waiting.append((future, call, arguments))
        if len(self.waiting) == self.runs:
            threading.Thread(target=self.finish).start()
        return future

    def finish(self) -> None:
        for future, call, arguments in reversed(self.waiting):
            future.set_result(call(*arguments))


class Deadly:
    """A setting that ends the process which is to read it."""

    def __reduce__(self):
        return os._exit, (3,)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return sim.sweep(small(), GRID, seeds=range(3), executor=HERE)


def test_a_row_is_the_summary_of_its_run_and_rows_stand_in_the_grids_order(table):
    assert list(
        table[[TIMEOUT, RETRIES, "seed"]].itertuples(index=False, name=None)
    ) == [
        (timeout, retries, seed)
        for timeout in (1, 10)
        for retries in (0, 2)
        for seed in range(3)
    ]
    scenario = small().with_settings({TIMEOUT: 10, RETRIES: 0})
    summary = sim.simulate(scenario, seed=2).summary()
    assert table.loc[8, summary.index].to_dict() == pytest.approx(
        summary.to_dict(), rel=0, abs=0, nan_ok=True
    )
    assert table.columns.tolist() == [TIMEOUT, RETRIES, "seed", *summary.index, "error"]
    assert table.error.isna().all()
    assert table.attrs["units"] == {TIMEOUT: "s", RETRIES: "attempts"}


@pytest.mark.parametrize(
    "executor",
    [ThreadPoolExecutor(3), LastFirst(12)],
    ids=["three threads", "last one first"],
)
def test_every_executor_gives_the_same_table(table, executor):
    pd.testing.assert_frame_equal(
        sim.sweep(small(), GRID, range(3), executor), table, check_exact=True
    )


def test_processes_give_the_same_table_whatever_their_number(table, monkeypatch):
    """https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods"""
    for processors in (1, 2):
        monkeypatch.setattr(os, "cpu_count", lambda processors=processors: processors)
        here = sim.sweep(small(), GRID, range(3))
        pd.testing.assert_frame_equal(here, table, check_exact=True)


@pytest.mark.slow
def test_a_run_that_kills_its_process_is_a_row_and_the_others_are_kept(monkeypatch):
    """https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.process.BrokenProcessPool"""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    table = sim.sweep(small(), {TIMEOUT: [Deadly(), 3, 4, 5]}, seeds=[1], drain=False)
    assert table.error[0].startswith("BrokenProcessPool: ")
    assert table.error[1:].isna().all()
    assert table.deliveries[1:].gt(0).all()


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_table(table):
    """https://distributed.dask.org/en/stable/api.html#distributed.Client.get_executor"""
    from distributed import Client, LocalCluster  # noqa: PLC0415 (a second to import)

    for workers in (1, 2):
        with (
            LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None
            ) as cluster,
            Client(cluster) as client,
        ):
            there = sim.sweep(small(), GRID, range(3), client.get_executor())
            pd.testing.assert_frame_equal(there, table, check_exact=True)


def test_wrong_values_are_rows_with_their_sentence():
    table = sim.sweep(
        small(), {RETRIES: [2, 5]}, seeds=[1, 2], executor=HERE, drain=False
    )
    assert table.error[:2].isna().all()
    assert table.lost[:2].notna().all()
    assert (
        table.error[2:]
        .str.contains("maximum_retry_attempts is 5, but 0 to 2 attempts is allowed")
        .all()
    )
    assert table.lost[2:].isna().all()


def test_an_unforeseen_failure_is_a_row_with_its_kind(monkeypatch):
    monkeypatch.setattr(sim.Run, "cost", lambda run: {}["price"])
    table = sim.sweep(small(), seeds=[1], executor=HERE, cost=True, drain=False)
    assert table.error.tolist() == ["KeyError: 'price'"]


def test_values_that_only_fit_together_run_together():
    trigger = sim.trigger("sqs_standard", function="worker")
    scenario = sim.Scenario(functions=[sim.Function(name="worker")], triggers=[trigger])
    table = sim.sweep(
        scenario,
        {TIMEOUT: [60], "queues.*.visibility_timeout": [30, 360]},
        [1],
        HERE,
        drain=False,
    )
    assert table.error.isna().tolist() == [False, True]


def test_scenarios_by_name_and_costs_have_columns():
    table = sim.sweep(
        {"calm": small(0), "rough": small(1)},
        seeds=[7],
        executor=HERE,
        cost=True,
        drain=False,
    )
    assert table.scenario.tolist() == ["calm", "rough"]
    costs = [
        sim.simulate(small(rate), seed=7, drain=False).cost().cost_usd.sum()
        for rate in (0, 1)
    ]
    assert table.cost_usd.tolist() == costs


def test_after_leaves_out_what_arrived_earlier():
    table = sim.sweep(small(), seeds=[1], executor=HERE, after=10, drain=False)
    assert (
        table.deliveries[0]
        == sim.simulate(small(), seed=1, drain=False).summary(after=10).deliveries
    )


def test_numpy_values_are_pythons_numbers():
    table = sim.sweep(
        small(),
        {TIMEOUT: np.array([3, 4])},
        seeds=np.arange(2),
        executor=HERE,
        drain=False,
    )
    assert table.error.isna().all()
    assert (table[TIMEOUT].dtype, table.seed.dtype) == (np.int64, np.int64)


def test_progress_counts_to_the_end_in_the_callers_thread(capsys):
    heard = []
    sim.sweep(
        small(),
        seeds=range(3),
        executor=HERE,
        progress=lambda *told: heard.append((*told, threading.current_thread())),
        drain=False,
    )
    assert heard == [(done, 3, threading.main_thread()) for done in (1, 2, 3)]
    sim.sweep(small(), seeds=range(3), executor=HERE, progress=True, drain=False)
    assert capsys.readouterr().out == "\r1 of 3 runs\r2 of 3 runs\r3 of 3 runs\n"


def test_a_stopped_sweep_starts_no_further_run():
    executor = ThreadPoolExecutor(1)
    begun = []
    submit = executor.submit
    executor.submit = lambda call, task: submit(
        lambda: begun.append(task) or call(task)
    )

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sim.sweep(
            small(), seeds=range(50), executor=executor, progress=stop, drain=False
        )
    executor.shutdown()
    assert len(begun) < 50


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"seeds": []}, "There is nothing to run: seeds has no value."),
        ({"seeds": 5}, "seeds is 5, but it must be whole numbers, such as range(5)."),
        (
            {"seeds": [0.5]},
            "seeds is [0.5], but it must be whole numbers, such as range(5).",
        ),
        (
            {"seeds": [1, 1]},
            "1 is there twice in seeds; the same run again tells nothing new.",
        ),
        (
            {"grid": {"functions.wroker.timeout": [1]}},
            "The grid varies 'functions.wroker.timeout', but the scenario",
        ),
        (
            {"grid": {TIMEOUT: []}},
            f"There is nothing to run: the grid's {TIMEOUT!r} has no value.",
        ),
        (
            {"grid": {TIMEOUT: 3}},
            f"The grid's {TIMEOUT!r} is 3, but it must be a list of values.",
        ),
        ({"grid": {TIMEOUT: [3, 3]}}, f"3 is there twice in the grid's {TIMEOUT!r}"),
        (
            {"scenarios": {}},
            "There is no scenario to run: give one, or several by name.",
        ),
        ({"scenarios": {"a": 1}}, "'a' is int, but it must be a Scenario."),
    ],
)
def test_what_cannot_be_run_is_refused_in_one_sentence(wrong, sentence):
    with pytest.raises(sim.ScenarioError) as refused:
        sim.sweep(**{"scenarios": small(), "executor": HERE, **wrong})
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize("platform", ["emscripten", "linux"])
def test_where_no_process_can_be_made_the_runs_follow_one_another(
    platform, table, monkeypatch
):
    """https://docs.python.org/3/library/multiprocessing.html: not available on WebAssembly platforms."""

    def refuse(*_):
        raise NotImplementedError("no semaphores here")

    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(
        "concurrent.futures.process.ProcessPoolExecutor.__init__", refuse
    )
    with pytest.warns(UserWarning, match="so the runs follow one another") as told:
        there = sim.sweep(small(), GRID, range(3))
    assert told[0].filename == __file__
    pd.testing.assert_frame_equal(there, table)


SCRIPT = """
import os, sim
from tests.experiments.test_sweep import small

os.cpu_count = lambda: 2
print(sim.sweep(small()))
"""


@pytest.mark.slow
def test_a_script_without_the_main_guard_is_told_so(tmp_path):
    """https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods"""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode
    assert "RuntimeError: The worker processes died as they started." in ran.stderr


def test_confidence_is_students_interval_of_the_mean(table):
    """https://www.itl.nist.gov/div898/handbook/prc/section2/prc221.htm"""
    found = sim.confidence(table, level=0.9)["delivered"]
    assert found.index.names == [TIMEOUT, RETRIES]
    values = table.delivered[table[TIMEOUT].eq(10) & table[RETRIES].eq(0)]
    margin = 2.919986 * values.std() / 3**0.5  # t(0.95, 2)
    expected = [values.mean(), values.mean() - margin, values.mean() + margin, 3]
    assert found.loc[(10, 0)].tolist() == pytest.approx(expected)


def test_confidence_counts_only_runs_with_a_number():
    table = sim.sweep(
        small(), {RETRIES: [2, 5]}, seeds=[1, 2], executor=HERE, drain=False
    )
    found = sim.confidence(table)["lost"]
    assert found["count"].tolist() == [2, 0]
    assert found.loc[5, ["mean", "low", "high"]].isna().all()
    one = sim.confidence(table[table.seed == 1])["lost"]
    assert one.loc[2, ["low", "high"]].isna().all()


def test_confidence_without_parameters_is_one_row():
    table = sim.sweep(small(), seeds=range(3), executor=HERE, drain=False)
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
    with pytest.raises(sim.ScenarioError, match="but it must be between 0 and 1"):
        sim.confidence(table, level)


def test_confidence_needs_a_sweeps_table():
    with pytest.raises(sim.ScenarioError, match="no column 'seed'"):
        sim.confidence(pd.DataFrame({"x": [1]}))
