"""Many runs: one row each in the grid's order, the same on every executor, errors as rows."""

import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

import sim
from tests.support.sweeps import GRID, HERE, RETRIES, TIMEOUT, small


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


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return sim.sweep(small(), GRID, seeds=range(3), executor=HERE)


def test_a_row_is_the_summary_of_its_run_and_rows_stand_in_the_grids_order(
    table,
):
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
    assert table.columns.tolist() == [
        TIMEOUT,
        RETRIES,
        "seed",
        *summary.index,
        "error",
    ]
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
    table = sim.sweep(small(), {RETRIES: [2, 5]}, seeds=[1, 2], executor=HERE)
    assert table.error[:2].isna().all()
    assert table.lost[:2].notna().all()
    assert (
        table.error[2:]
        .str.contains(
            "maximum_retry_attempts is 5, but 0 to 2 attempts is allowed"
        )
        .all()
    )
    assert table.lost[2:].isna().all()


def test_an_unforeseen_failure_is_a_row_with_its_kind(monkeypatch):
    monkeypatch.setattr(sim.Run, "cost", lambda run: {}["price"])
    table = sim.sweep(small(), seeds=[1], executor=HERE, cost=True)
    assert table.error.tolist() == ["KeyError: 'price'"]


def test_values_that_only_fit_together_run_together():
    trigger = sim.trigger("sqs_standard", function="worker")
    scenario = sim.Scenario(
        functions=[sim.Function(name="worker")], triggers=[trigger]
    )
    table = sim.sweep(
        scenario,
        {
            "triggers.*.batch_size": [20],
            "triggers.*.maximum_batching_window_in_seconds": [0, 1],
        },
        [1],
        HERE,
    )
    assert table.error.isna().tolist() == [False, True]


def test_scenarios_by_name_and_costs_have_columns():
    table = sim.sweep(
        {"calm": small(0), "rough": small(1)},
        seeds=[7],
        executor=HERE,
        cost=True,
    )
    assert table.scenario.tolist() == ["calm", "rough"]
    costs = [
        sim.simulate(small(rate), seed=7).cost().cost_usd.sum()
        for rate in (0, 1)
    ]
    assert table.cost_usd.tolist() == costs


def test_after_leaves_out_what_arrived_earlier():
    table = sim.sweep(small(), seeds=[1], executor=HERE, after=10)
    assert (
        table.deliveries[0]
        == sim.simulate(small(), seed=1).summary(after=10).deliveries
    )


def test_numpy_values_are_pythons_numbers():
    table = sim.sweep(
        small(), {TIMEOUT: np.array([3, 4])}, seeds=np.arange(2), executor=HERE
    )
    assert table.error.isna().all()
    assert (table[TIMEOUT].dtype, table.seed.dtype) == (np.int64, np.int64)


def test_progress_counts_to_the_end_in_the_callers_thread(capsys):
    heard = []
    sim.sweep(
        small(),
        seeds=range(3),
        executor=HERE,
        progress=lambda *told: heard.append(
            (*told, threading.current_thread())
        ),
    )
    assert heard == [(done, 3, threading.main_thread()) for done in (1, 2, 3)]
    sim.sweep(small(), seeds=range(3), executor=HERE, progress=True)
    assert (
        capsys.readouterr().out == "\r1 of 3 runs\r2 of 3 runs\r3 of 3 runs\n"
    )


def test_ctrl_c_starts_no_further_run_and_keeps_what_is_done():
    executor = ThreadPoolExecutor(1)
    begun = []
    submit = executor.submit
    executor.submit = lambda call, task: submit(
        lambda: begun.append(task) or call(task)
    )

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.warns(
        UserWarning, match=r"stopped: the table has 1 of 50 runs\."
    ) as told:
        table = sim.sweep(
            small(), seeds=range(50), executor=executor, progress=stop
        )
    executor.shutdown()
    assert told[0].filename == __file__
    assert table.seed.tolist() == [0]
    assert len(begun) < 50


def test_ctrl_c_before_any_run_is_done_is_ctrl_c():
    class Stopped(Executor):
        def submit(self, call, /, *arguments):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sim.sweep(small(), executor=Stopped())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"seeds": []}, "There is nothing to run: seeds has no value."),
        (
            {"seeds": 5},
            "seeds is 5, but it must be whole numbers, such as range(5).",
        ),
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
            "Scenario has nothing at 'functions.wroker.timeout'; did you mean",
        ),
        (
            {"grid": {TIMEOUT: []}},
            f"There is nothing to run: the grid's {TIMEOUT!r} has no value.",
        ),
        (
            {"grid": {TIMEOUT: 3}},
            f"The grid's {TIMEOUT!r} is 3, but it must be a list of values.",
        ),
        (
            {"grid": {TIMEOUT: [3, 3]}},
            f"3 is there twice in the grid's {TIMEOUT!r}",
        ),
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
