"""A log that the simulation wrote is calibrated: the values that made it come back."""

import gzip

import pytest

import sim
from sim.calibration.sample_log import (
    SEED,
    sample_path,
    sample_run,
    sample_scenario,
)
from sim.calibration.write_log import log_text

TRUE = {
    ("handler", "at 512 MB: median"): 0.35,
    ("handler", "at 512 MB: p99"): 2.4,
    ("init", "median"): 0.45,
    ("init", "p99"): 0.9,
    ("errors", "error share"): 0.03,
    ("environments", "idle time until the end"): 240,
}
"""What `sample_scenario` sets."""
FORMATS = ("tail", "json", "filter-log-events", "insights")


def calibrated(run, folder, format="tail"):  # noqa: A002
    return sim.calibrate(sim.write_log(run, folder / "a.log", format=format))


def outside(calibration, known=TRUE):
    """The known values that are not within their intervals."""
    rows = calibration.report.set_index(["part", "what"])
    return {
        name: tuple(rows.loc[name, ["low", "high"]])
        for name, value in known.items()
        if not rows.loc[name, "low"] <= value <= rows.loc[name, "high"]
    }


def small_run(**settings):
    """A function that always works 0.2 s, with 40 events in as many seconds."""
    behaviour = sim.Behaviour(**{"handler": 0.2, "init": 0.3, **settings})
    return sim.simulate(
        sim.Scenario(
            functions=[sim.Function("f", memory_size=512, behaviour=behaviour)],
            triggers=[sim.trigger("invoke", "f")],
            traffic=[sim.Traffic("invoke", sim.ConstantRate(1, events=40))],
            seconds=60,
        )
    )


def test_the_committed_sample_is_what_its_script_writes():
    written = gzip.decompress(sample_path().read_bytes()).decode()
    assert written == log_text(sample_run(SEED), None, "tail")


def test_the_values_of_the_sample_are_within_their_intervals():
    assert outside(sim.calibrate(sample_path())) == {}


@pytest.mark.slow
def test_so_are_they_with_other_seeds(tmp_path):
    missed = [
        outside(calibrated(sample_run(seed), tmp_path)) for seed in range(12)
    ]
    count = sum(len(each) for each in missed)
    assert count <= 3, "of 72 intervals of 99 % one may be missed by chance"


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_says_the_same(format, tmp_path):  # noqa: A002
    run = small_run()
    found = calibrated(run, tmp_path, format)
    assert found.behaviour.handler.median == pytest.approx(0.2)
    assert found.behaviour.init.median == pytest.approx(0.3)
    assert found.arrivals.instants == tuple(range(40))
    assert found.runs.environment.tolist() == (
        [-1] * 40 if format == "json" else [0] * 40
    )


def test_a_calibrated_scenario_runs_as_the_one_that_was_logged(tmp_path):
    run = small_run()
    again = sim.simulate(calibrated(run, tmp_path).scenario())
    assert again.deliveries.latency_s.tolist() == pytest.approx(
        run.deliveries.latency_s.tolist(), abs=1e-4
    )


def test_times_as_observed_are_those_of_the_log(tmp_path):
    path = sim.write_log(
        small_run(handler=sim.Uniform(0.1, 0.5)), tmp_path / "a"
    )
    found = sim.calibrate(path, fit="as observed")
    runs = found.runs.duration_s.round(6)
    assert sorted(found.behaviour.handler.seconds) == sorted(runs)


def test_a_poor_fit_has_a_large_distance(tmp_path):
    two = sim.Empirical([0.1] * 20 + [2.0])
    found = calibrated(small_run(handler=two), tmp_path)
    assert found.report.distance.max() > 0.2


def test_a_run_is_shared_out_among_its_messages_on_request(tmp_path):
    path = sim.write_log(small_run(), tmp_path / "a.log")
    whole = sim.calibrate(path).behaviour
    assert whole.batch_processing.order == "fixed time"
    each = sim.calibrate(path, messages_per_run=4).behaviour
    assert each.batch_processing.order == "one after another"
    assert each.handler.median == pytest.approx(0.05)


def test_several_memory_sizes_tell_what_computes(tmp_path):
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
    run = small_run(cpu_bound_share=0.5)
    paths = [
        sim.write_log(
            sim.simulate(
                run.scenario.with_setting("functions.f.memory_size", size), size
            ),
            tmp_path / f"{size}.log",
        )
        for size in (256, 512, 1769)
    ]
    texts = [path.read_text() for path in paths]
    for number, path in enumerate(paths):  # else their requests are the same
        path.write_text(texts[number].replace("Id: ", f"Id: {number}"))
    behaviour = sim.calibrate(paths).behaviour
    assert behaviour.cpu_bound_share == pytest.approx(0.5, abs=0.01)
    assert behaviour.handler.median == pytest.approx(0.2, rel=0.01)


def test_timeouts_do_not_shorten_the_fitted_tail(tmp_path):
    """A fifth of the runs is cut at 3 s; the median and p99 behind it are those of the function."""
    handler = sim.LogNormal(median=1.5, p99=10)
    scenario = sample_scenario().with_setting(
        "functions.orders.behaviour.handler", handler
    )
    scenario = scenario.replace(
        traffic=[sim.Traffic("invoke", sim.Poisson(0.5))]
    )
    found = calibrated(sim.simulate(scenario, 3), tmp_path)
    rows = found.report.set_index(["part", "what"])
    p99 = rows.loc["handler", "at 512 MB: p99"]
    assert rows.loc["errors", "timeout share"].estimate > 0.15
    assert p99.low <= 10 <= p99.high


def test_the_part_held_out_is_simulated_by_what_the_rest_says():
    table = sim.calibrate(sample_path()).comparison()
    assert list(table.columns) == ["observed", "simulated"]
    assert table.observed.invocations == table.simulated.invocations
    assert table.simulated.p50_s == pytest.approx(table.observed.p50_s, rel=0.1)
    assert table.simulated.cold_share == pytest.approx(
        table.observed.cold_share, abs=0.01
    )


def test_a_log_is_written_of_a_function_that_is_there(tmp_path):
    with pytest.raises(
        sim.ScenarioError, match="no function 'g': this run has f"
    ):
        sim.write_log(small_run(), tmp_path / "a.log", function="g")


def test_lesson_11_tells_the_numbers_of_the_sample():
    """p99 within a tenth, 2 % cold starts, 82 in all, and idle times of 232 and 264 s."""
    found = sim.calibrate(sample_path(), function="orders")
    held_out = found.comparison()
    assert held_out.simulated.p99_s == pytest.approx(
        held_out.observed.p99_s, rel=0.1
    )
    assert held_out.round(2).loc["cold_share"].tolist() == [0.02, 0.02]
    rows = found.report.set_index(["part", "what"])
    assert rows.loc["init", "median"].number == 82
    idle = rows.loc["environments", "idle time until the end"]
    assert (int(idle.low), int(idle.high)) == (232, 264)


@pytest.mark.parametrize("format", ["tail", "json", "filter-log-events"])
def test_inits_that_fail_or_are_cut_come_back(format, tmp_path):  # noqa: A002
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    failing = small_run(init_error_rate=1.0)
    found = calibrated(failing, tmp_path, format)
    assert found.behaviour.init_error_rate == 1
    assert found.behaviour.error_rate == 0, "no handler ran"
    slow = failing.scenario.with_settings(
        {
            "functions.f.timeout": 30,
            "functions.f.behaviour": sim.Behaviour(handler=0.2, init=12),
        }
    )
    found = calibrated(sim.simulate(slow), tmp_path, format)
    assert found.behaviour.init.seconds == pytest.approx(10)
    assert found.behaviour.handler.median == pytest.approx(0.2)


HANDLER = {
    ("handler", "at 512 MB: median"): 0.35,
    ("handler", "at 512 MB: p99"): 2.4,
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "known"),
    [
        ({"traffic.*.arrivals": sim.Poisson(1 / 30)}, HANDLER),
        ({"functions.f.timeout": 1}, HANDLER),
        (
            {"functions.f.behaviour.error_rate": 1.0},
            {**HANDLER, ("errors", "error share"): 1.0},
        ),
        (
            {
                "functions.f.snap_start": "PublishedVersions",
                "functions.f.auto_publish_alias": "live",
                "functions.f.behaviour.restore": sim.LogNormal(
                    median=0.3, p99=0.6
                ),
                "choices.snap_start_first_restore_factor": 1.0,
            },
            {**HANDLER, ("restore", "median"): 0.3},
        ),
    ],
    ids=["20 runs", "many timeouts", "errors alone", "restores"],
)
def test_known_values_come_back_from_hard_logs(settings, known, tmp_path):
    """Of 24 or 36 intervals of 99 % one may be missed by chance."""
    usual = {
        "functions.f.behaviour.handler": sim.LogNormal(median=0.35, p99=2.4),
        "functions.f.timeout": 30,
        "traffic.*.arrivals": sim.Poisson(0.5),
        "seconds": 600,
    }
    scenario = small_run().scenario.with_settings({**usual, **settings})
    missed = []
    for seed in range(12):
        found = calibrated(sim.simulate(scenario, seed), tmp_path)
        missed += outside(found, known)
    assert len(missed) <= 2, missed


@pytest.mark.slow
def test_a_memory_that_changed_in_between_is_no_error(tmp_path):
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
    missed = []
    for seed in range(12):
        texts = []
        for size in (256, 1024):
            scenario = small_run().scenario.with_settings(
                {
                    "functions.f.memory_size": size,
                    "functions.f.behaviour": sim.Behaviour(
                        handler=sim.LogNormal(median=0.2, p99=0.5),
                        cpu_bound_share=0.5,
                    ),
                    "traffic.*.arrivals": sim.Poisson(1),
                    "seconds": 300,
                }
            )
            run = sim.simulate(scenario, seed)
            path = sim.write_log(run, tmp_path / "a.log")
            texts.append(path.read_text().replace("Id: ", f"Id: {size}"))
        late = texts[1].replace("2026-01-01T00", "2026-01-01T01")
        path.write_text(texts[0] + late)
        found = sim.calibrate(path)
        assert found.memory_size == 1024, "that of the latest run"
        slower = {256: 1769 / 256 - 1, 1024: 1769 / 1024 - 1}
        known = {
            ("handler", f"at {size} MB: median"): 0.2 * (1 + 0.5 * by)
            for size, by in slower.items()
        }
        missed += outside(found, known)
    assert len(missed) <= 2, missed
