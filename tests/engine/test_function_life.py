"""Stories of what changes a cold start or a run: SnapStart, packages, early init, extensions."""

from collections import Counter

import numpy as np
import pytest

import sim
from sim import facts
from tests.engine.test_provisioned_concurrency import bill, kept, level
from tests.support.stories import (
    calls,
    delivery_of,
    environments_of,
    function,
    one_function,
    scenario,
    spans_of,
)

SNAP_START = {"snap_start": "PublishedVersions", "auto_publish_alias": "live"}


def test_snap_start_restores_a_new_environment_instead_of_initialising_it():
    """https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"""
    run = one_function(
        at=(0, 5), init=4, restore=sim.Constant(seconds=0.5), **SNAP_START
    )
    assert spans_of(run, 0) == [
        ("restore", 0, 0.5, ""),
        ("handler", 0.5, 1.5, "succeeded"),
    ]
    assert spans_of(run, 1) == [("handler", 5, 6, "succeeded")]
    assert run.environments.initialization_type.tolist() == ["snap-start"]
    assert run.deliveries.cold.tolist() == [True, False]


def test_a_restore_takes_as_long_as_measured_for_java():
    """https://github.com/maxday/lambda-perf"""
    behaviour = sim.Behaviour(handler=sim.Constant(seconds=0.001))
    of = sim.Function(
        name="f", runtime="java21", behaviour=behaviour, **SNAP_START
    )
    run = sim.simulate(
        scenario(calls(of, [n * 1000 for n in range(400)]), seconds=400_000),
        drain=False,
    )
    restores = run.spans[run.spans.stage == "restore"]
    assert (restores.end_s - restores.start_s).median() == pytest.approx(
        0.65, rel=0.05
    )


def restores_of(**settings):
    """How long each of thirty restores of one version takes, in seconds."""
    run = one_function(at=(0,) * 30, **SNAP_START, **settings)
    restores = run.spans[run.spans.stage == "restore"]
    return (restores.end_s - restores.start_s).tolist()


def test_the_first_restores_of_a_version_take_longer():
    """https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"""
    given = {"restore": sim.Constant(seconds=1)}
    warmed = restores_of(**given, snap_start_first_restore_factor=3)
    assert warmed == pytest.approx([1 + 2 * 0.875**n for n in range(30)])
    assert restores_of(**given) == [1] * 30


def test_the_first_restores_are_as_much_longer_as_was_measured():
    """https://dev.to/aws-builders/aws-snapstart-part-17-impact-of-the-snapshot-tiered-cache-on-the-cold-starts-with-java-21-52ef"""
    as_measured = restores_of(runtime="java21")
    in_use = restores_of(runtime="java21", snap_start_first_restore_factor=1)
    shares = [a / b for a, b in zip(as_measured, in_use, strict=True)]
    assert shares == pytest.approx(
        [1 + 0.38 * 0.875**n for n in range(30)], rel=1e-4
    )
    # medians of the first 1, 9, 20 and 49 cold starts, with their runs, in seconds
    for count, median in {1: 2.27, 9: 2.13, 20: 1.79, 49: 1.66}.items():
        fitted = [1.64 * (1 + 0.38 * 0.875**n) for n in range(count)]
        assert np.median(fitted) == pytest.approx(median, rel=0.07)


def test_a_restore_over_ten_seconds_ends_the_invoke():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(
        handler=0, restore=sim.Constant(seconds=11), **SNAP_START
    )
    assert spans_of(run) == [
        ("restore", 0, 10, "timeout"),
        ("handler", 10, 10, "timeout"),
    ]
    assert delivery_of(run, 0, "fate", "settled_s") == ("failed", 10)
    ten = one_function(restore=sim.Constant(seconds=10), **SNAP_START)
    assert delivery_of(ten, 0, "fate", "settled_s") == ("succeeded", 11)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (kept(1), "cannot be combined with provisioned concurrency"),
        ({"ephemeral_storage": 513}, "more than 512 MB of /tmp"),
        ({"runtime": "python3.11"}, "not 'python3.11'"),
        ({"runtime": "java8.al2"}, "not 'java8.al2'"),
        ({"runtime": "java8.al2023"}, "not 'java8.al2023'"),
        ({"runtime": "ruby4.0"}, "not 'ruby4.0'"),
        ({"runtime": "nodejs22.x"}, "not 'nodejs22.x'"),
    ],
)
def test_snap_start_has_conditions(settings, says):
    """https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"""
    with pytest.raises(sim.ScenarioError, match=says):
        one_function(**{**SNAP_START, **settings})


@pytest.mark.filterwarnings("ignore:Function 'f'")  # deprecated, not measured
@pytest.mark.parametrize(
    "runtime",
    [
        "java11",
        "java21",
        "java11.al2023",
        "java29",
        "python3.12",
        "python3.15",
        "dotnet8",
        "dotnet10",
    ],
)
def test_snap_start_takes_newer_runtimes(runtime):
    """https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"""
    run = one_function(runtime=runtime, **SNAP_START)
    assert "restore" in set(run.spans.stage)


@pytest.mark.parametrize("runtime", ["nodejs22.x", "java21", "python3.9"])
def test_snap_start_takes_container_images(runtime):
    """https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"""
    run = one_function(package_type="Image", runtime=runtime, **SNAP_START)
    assert "restore" in set(run.spans.stage)


def test_snap_start_has_no_effect_without_a_published_version():
    """https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"""
    settings = {**SNAP_START, "auto_publish_alias": None}
    run = one_function(runtime="python3.13", init=1.0, **settings)
    assert "init" in set(run.spans.stage)
    assert "restore" not in set(run.spans.stage)
    assert "Lambda SnapStart cache" not in set(run.cost().item)


def test_snapshots_are_billed_by_time_and_by_restore_and_restores_not_as_duration():
    """https://aws.amazon.com/lambda/pricing/

    1 GB for 1,000 s, two restores of 1 GB, two runs of 1 s; for Java only the runs.
    """
    settings = {
        "memory_size": 1024,
        "restore": sim.Constant(seconds=5),
        "seconds": 1000,
        **SNAP_START,
    }
    lines = bill(one_function(at=(0, 0), runtime="python3.13", **settings))
    assert lines["Lambda SnapStart cache"] == pytest.approx(1000)
    assert lines["Lambda SnapStart restores"] == pytest.approx(2)
    assert lines["Lambda duration (x86_64)"] == pytest.approx(2)
    java = bill(one_function(at=(0, 0), runtime="java21", **settings))
    assert list(java) == ["Lambda requests", "Lambda duration (x86_64)"]


def test_a_deployed_versions_snapshot_is_paid_for_three_hours_at_least():
    """https://aws.amazon.com/lambda/pricing/"""
    of = function(
        memory_size=1024, restore=sim.Constant(seconds=1), **SNAP_START
    )
    deployments = [sim.Deployment(function="f", at=400)]
    run = sim.simulate(
        scenario(calls(of, (0,)), seconds=1000).replace(
            deployments=deployments
        ),
        drain=False,
    )
    assert bill(run)["Lambda SnapStart cache"] == pytest.approx(1000 + 3 * 3600)


@pytest.mark.parametrize(
    ("size", "longer"),
    [(0, 0), (14, 1.431), (24.5, 2.521), (35, 3.611), (250, 3.611)],
)
def test_a_package_lengthens_a_cold_start_as_measured(size, longer):
    """A straight line between measured sizes is a choice: https://github.com/mikhailshilkov/mikhailio-hugo"""
    run = one_function(init=1, package_size_mb=size)
    (stage, start, end, _), _ = spans_of(run)
    assert (stage, start) == ("init", 0)
    assert end == pytest.approx(1 + longer, abs=0.0003)


def test_package_sizes_are_those_measured():
    """https://github.com/mikhailshilkov/mikhailio-hugo"""
    assert [(row.size_mb, row.cold_start) for row in facts.package_sizes()] == [
        (0.001, 0.264), (14, 1.695), (35, 3.875),
    ]  # fmt: skip


def test_no_environment_is_initialised_ahead_of_its_request_by_default():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    assert one_function(at=(0,) * 50, init=1).deliveries.cold.all()


def test_a_share_of_new_environments_has_been_initialised_before():
    """The share is a choice: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    cold = one_function(
        at=(0,) * 900, init=1, proactive_init_share=0.6
    ).deliveries.cold
    assert cold.sum() == pytest.approx(360, abs=45)
    assert not one_function(
        at=(0,) * 9, init=1, proactive_init_share=1
    ).deliveries.cold.any()


def test_the_caller_does_not_wait_for_extensions_but_the_environment_does():
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html"""
    run = one_function(at=(0, 1.5, 6), extension=sim.Constant(seconds=1))
    assert spans_of(run, 0) == [
        ("handler", 0, 1, "succeeded"),
        ("extension", 1, 2, ""),
    ]
    assert delivery_of(run, 0, "settled_s", "told_s") == (1, 1)
    assert environments_of(run) == [1, 2, 2]


@pytest.mark.parametrize(
    ("settings", "spans"),
    [
        ({"handler": 1}, [("handler", 0, 1, "succeeded")]),
        ({"handler": 2}, [("handler", 0, 2, "in flight")]),
        ({"handler": 3}, [("handler", 0, 2, "in flight")]),
        ({"init": 3}, [("init", 0, 2, "in flight")]),
        (
            {"handler": 1, "extension": sim.Constant(seconds=3)},
            [("handler", 0, 1, "succeeded"), ("extension", 1, 2, "in flight")],
        ),
    ],
)
def test_what_the_end_finds_under_way_is_written_down_as_far_as_it_came(
    settings, spans
):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(at=(0,), seconds=2, **settings)
    assert spans_of(run) == spans


def test_extensions_count_as_duration():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(
        handler=0.5,
        extension=sim.Constant(seconds=0.25),
        memory_size=1024,
        seconds=60,
    )
    assert level(run, "Duration", "Maximum") == {0: 750}
    assert level(run, "PostRuntimeExtensionsDuration", "Maximum") == {0: 250}
    assert bill(run)["Lambda duration (x86_64)"] == pytest.approx(0.75)


def test_the_timeout_covers_extensions_too():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(
        at=(0, 10), init=1, extension=sim.Constant(seconds=5), timeout=3
    )
    assert spans_of(run, 0) == [
        ("init", 0, 1, ""),
        ("handler", 1, 2, "succeeded"),
        ("extension", 2, 4, "timeout"),
    ]
    assert delivery_of(run, 0, "fate", "settled_s") == ("succeeded", 2)
    assert spans_of(run, 1)[0] == ("suppressed init", 10, 11, "")


def test_an_environment_busy_with_extensions_counts_as_concurrency():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(
        at=(0, 1.5, 2),
        extension=sim.Constant(seconds=1),
        reserved_concurrent_executions=1,
    )
    assert run.deliveries.fate.tolist() == [
        "succeeded",
        "rejected",
        "succeeded",
    ]


def test_a_poller_does_not_wait_for_extensions_either():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    of = function(extension=sim.Constant(seconds=4), timeout=10)
    trigger = sim.trigger(
        "sqs_standard",
        function="f",
        source="jobs",
        pollers=1,
        latency=sim.Constant(seconds=0),
    )
    traffic = sim.Traffic(into="jobs", arrivals=sim.Recorded(instants=(0, 0.5)))
    run = sim.simulate(
        scenario((of, trigger, traffic), seconds=60), drain=False
    )
    assert [span for span in spans_of(run, 1) if span[0] == "handler"] == [
        ("handler", 1, 2, "succeeded")
    ]
    assert environments_of(run) == [1, 2]
    assert run.deliveries.settled_s.tolist() == [1, 2]


def test_slash_tmp_above_512_mb_is_billed():
    """https://aws.amazon.com/lambda/pricing/

    1.5 GB above the free 0.5 GB for 2 s.
    """
    run = one_function(at=(0, 5), ephemeral_storage=2048)
    assert bill(run)["Lambda /tmp above 512 MB"] == pytest.approx(3)
    assert "Lambda /tmp above 512 MB" not in bill(one_function(at=(0, 5)))


def test_a_noisy_neighbour_eats_the_accounts_concurrency():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html

    The neighbour's hundred slow runs leave nothing; a reservation would have kept two.
    """
    neighbour = calls(
        function("neighbour", handler=60, timeout=60), at=(0,) * 102
    )
    alone = sim.simulate(
        scenario(
            neighbour,
            calls(function("orders"), at=(1, 1)),
            concurrent_executions=102,
        ),
        drain=False,
    )
    assert Counter(
        alone.deliveries.fate[alone.deliveries.function == "orders"]
    ) == {"rejected": 2}
    orders = function("orders", reserved_concurrent_executions=2)
    kept_apart = sim.simulate(
        scenario(
            neighbour, calls(orders, at=(1, 1)), concurrent_executions=102
        ),
        drain=False,
    )
    assert Counter(
        kept_apart.deliveries.fate[kept_apart.deliveries.function == "orders"]
    ) == {"succeeded": 2}


def test_a_story_tells_of_a_restore_and_of_extensions():
    """https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"""
    settings = {
        "restore": sim.Constant(seconds=0.5),
        "extension": sim.Constant(seconds=1),
        **SNAP_START,
    }
    told = one_function(**settings).story(0)
    assert "environment 1 is restored from its snapshot in 500 ms" in told
    assert "Extensions keep environment 1 busy 1 s" in told


def test_power_tuning_follows_memory():
    """https://docs.aws.amazon.com/lambda/latest/operatorguide/computing-power.html

    A handler of 1 s that is all processor: twice the memory halves it, up to one virtual CPU; then
    it costs more.
    """
    of = function(cpu_bound_share=1, timeout=60)
    table = sim.power_tuning(
        scenario(calls(of, (0, 100)), seconds=300),
        "f",
        memory_sizes=(1769, 884.5 * 2, 3538),
    )
    assert table.memory_size.tolist() == [1769, 3538]
    assert table.duration_s.tolist() == [1, 1]
    dear, cheap = table.cost_per_million_usd[1], table.cost_per_million_usd[0]
    assert cheap == pytest.approx(1e6 * 1769 / 1024 * 0.0000166667 + 0.20)
    assert dear == pytest.approx(2 * (cheap - 0.20) + 0.20)


def test_power_tuning_counts_runs_that_outlast_the_scenario():
    """https://docs.aws.amazon.com/lambda/latest/operatorguide/computing-power.html"""
    of = function(cpu_bound_share=1, timeout=60)
    late = scenario(calls(of, (0, 299)), seconds=300)
    table = sim.power_tuning(late, "f", memory_sizes=(128, 1769))
    slow, fast = table.duration_s
    assert (slow, fast) == (pytest.approx(1769 / 128, rel=1e-5), 1)


def test_power_tuning_of_a_function_that_is_not_there_is_refused():
    """https://docs.aws.amazon.com/lambda/latest/operatorguide/computing-power.html"""
    with pytest.raises(sim.ScenarioError, match="no function 'g'"):
        sim.power_tuning(scenario(calls(function(), (0,))), "g")


def test_the_power_tuning_picture_says_which_memory_is_cheapest():
    """https://docs.aws.amazon.com/lambda/latest/operatorguide/computing-power.html"""
    of = function(cpu_bound_share=0.5, timeout=60)
    picture = sim.show.power_tuning(
        scenario(calls(of, (0, 100)), seconds=300),
        "f",
        memory_sizes=(256, 1769),
        pinned=scenario(calls(function(timeout=60), (0, 100)), seconds=300),
    )
    assert "256 MB is cheapest; 1,769 MB is" in "".join(
        text.get_text() for text in picture.findobj(match=_is_text)
    )
    now, pinned = picture.text_alternative.split(" Pinned: ")
    assert now.startswith("256 MB is cheapest")
    assert pinned.startswith("256 MB: ")


def _is_text(artist):
    return hasattr(artist, "get_text")
