"""Stories of provisioned concurrency: allocation, spill-over, scaling, metrics and price."""

from datetime import timedelta

import pytest

import sim
from sim.scenario.schedule_expressions import epoch
from tests.engine.test_laws import peak, pools
from tests.support.laws import law
from tests.support.stories import (
    calls,
    environments_of,
    function,
    one_function,
    outcomes_of,
    scenario,
    spans_of,
)
from tests.support.strategies import scenarios

LIVE = {"auto_publish_alias": "live"}


def kept(count, **settings):
    """Provisioned concurrency of an alias."""
    config = sim.ProvisionedConcurrencyConfig(
        provisioned_concurrent_executions=count, **settings
    )
    return {"provisioned_concurrency_config": config, **LIVE}


def scaled(count, actions=(), **settings):
    target = sim.ScalableTarget(
        scheduled_actions=[sim.ScheduledAction(**action) for action in actions],
        **settings,
    )
    return kept(count, scalable_target=target)


def at_minute(minute):
    """The schedule expression for a minute of the scenario."""
    return f"at({epoch() + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%S})"


def asked_for(run):
    table = run.provisioned_concurrency
    return list(
        table[["at_s", "requested", "allocated"]].itertuples(
            index=False, name=None
        )
    )


def statuses(run):
    table = run.provisioned_concurrency
    return table[["status", "status_reason"]].to_numpy().tolist()


def level(run, metric, statistic="Sum"):
    rows = run.metrics()
    rows = rows[rows.metric == metric]
    return dict(zip(rows.timestamp_s, rows[statistic], strict=True))


def test_a_request_to_provisioned_concurrency_never_waits_for_init():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    run = one_function(at=(0, 5), init=2, handler=1, **kept(1))
    assert spans_of(run, 0) == [("handler", 0, 1, "succeeded")]
    assert spans_of(run, 1) == [("handler", 5, 6, "succeeded")]


def test_requests_beyond_provisioned_concurrency_spill_over_to_cold_environments():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    run = one_function(at=(0, 0, 0), init=2, handler=1, **kept(2))
    assert spans_of(run, 2) == [
        ("init", 0, 2, ""),
        ("handler", 2, 3, "succeeded"),
    ]
    assert run.deliveries.cold.tolist() == [False, False, True]


def test_nothing_is_usable_before_all_of_it_is_allocated():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html (90 s: a choice)"""
    run = one_function(
        at=(0, 89.999999, 90, 90),
        init=1,
        **kept(2),
        provisioned_concurrency_ready_at_start=False,
    )
    kinds = run.environments.set_index("environment").initialization_type
    assert [kinds[number] for number in environments_of(run)] == [
        "on-demand"
    ] * 2 + ["provisioned-concurrency"] * 2
    assert asked_for(run) == [(0, 2, 0), (90, 2, 2)]


def test_a_function_gets_six_thousand_environments_in_a_minute():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    settings = {
        **kept(12_000),
        "provisioned_concurrency_ready_at_start": False,
        "seconds": 200,
    }
    run = one_function(at=(), concurrent_executions=13_000, **settings)
    assert asked_for(run) == [(0, 12_000, 0), (120, 12_000, 12_000)]


@pytest.mark.parametrize(
    ("init", "allocated"), [(100, (100, 1, 1)), (130, (130, 1, 1)), (131, None)]
)
def test_init_may_take_130_seconds_with_provisioned_concurrency(
    init, allocated
):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(
        at=(),
        init=init,
        **kept(1),
        provisioned_concurrency_ready_at_start=False,
        seconds=300,
    )
    assert asked_for(run)[1:] == [allocated or (130, 1, 0)]
    failed = ["FAILED", "FUNCTION_ERROR_INIT_TIMEOUT"]
    ready = ["READY", ""]
    assert statuses(run)[1:] == [ready if allocated else failed]


def test_init_of_provisioned_concurrency_has_the_cpu_of_the_functions_memory():
    """https://github.com/DataDog/datadog-lambda-extension/pull/700"""
    run = one_function(
        at=(),
        init=10,
        memory_size=128,
        cpu_bound_share=1,
        **kept(1),
        provisioned_concurrency_ready_at_start=False,
        seconds=300,
    )
    slower = 10 * 1769 / 128
    assert run.environments.init_s.tolist() == [pytest.approx(slower, abs=1e-6)]
    assert asked_for(run) == [(0, 1, 0), (130, 1, 0)]


INIT_FAILED = ["FAILED", "FUNCTION_ERROR_INIT_FAILURE"]


@pytest.mark.parametrize(
    ("init", "attempts", "failed_at"), [(1, 3, 90), (40, 3, 120), (40, 4, 160)]
)
def test_provisioned_concurrency_whose_init_fails_ends_failed_after_its_tries(
    init, attempts, failed_at
):
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetProvisionedConcurrencyConfig.html"""
    run = one_function(
        at=(200,),
        init=init,
        init_error_rate=1,
        timeout=60,
        **kept(2),
        provisioned_concurrency_ready_at_start=False,
        provisioned_concurrency_init_attempts=attempts,
    )
    assert asked_for(run) == [(0, 2, 0), (failed_at, 2, 0)]
    assert statuses(run) == [["IN_PROGRESS", ""], INIT_FAILED]
    kinds = run.environments.initialization_type.tolist()
    assert kinds == ["provisioned-concurrency"] * 2 + ["on-demand"]
    assert run.environments.init_s.tolist() == [attempts * init] * 2 + [init]
    assert outcomes_of(run) == ["crashed"]


def test_provisioned_concurrency_that_cannot_be_initialised_is_not_there_at_the_start():
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetProvisionedConcurrencyConfig.html"""
    run = one_function(at=(0,), init=1, init_error_rate=1, **kept(1))
    assert asked_for(run) == [(0, 1, 0)]
    assert statuses(run) == [INIT_FAILED]


def test_an_init_that_fails_once_in_a_while_only_delays_provisioned_concurrency():
    """How often Lambda tries is a choice: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    run = one_function(
        at=(),
        init=60,
        init_error_rate=0.3,
        **kept(5),
        provisioned_concurrency_ready_at_start=False,
        provisioned_concurrency_init_attempts=50,
        seconds=3500,
    )
    tries = run.environments.init_s / 60
    assert tries.max() > 1
    assert asked_for(run)[1] == (max(90, 60 * tries.max()), 5, 5)
    assert statuses(run)[1] == ["READY", ""]


def test_a_timeout_frees_the_connection_that_a_provisioned_environment_has_kept():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    database = sim.Dependency(
        name="db", maximum_connections=1, connection_held_by="environment"
    )
    kept_function = function("f", 0.5, timeout=3, depends_on=("db",), **kept(1))
    other = function("g", 0.5, timeout=3, depends_on=("db",))
    built = scenario(calls(kept_function, (0,)), calls(other, (2, 10)))
    slow = sim.Outage(of="db", at=0, seconds=1, slower_by=60)
    run = sim.simulate(
        built.replace(dependencies=[database], outages=[slow]), drain=False
    )
    assert outcomes_of(run) == ["timeout", "failed", "succeeded"]


def test_init_may_take_as_long_as_a_longer_timeout_with_provisioned_concurrency():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    late = {"provisioned_concurrency_ready_at_start": False, "seconds": 300}
    assert asked_for(
        one_function(at=(), init=150, timeout=150, **kept(1), **late)
    )[1:] == [(150, 1, 1)]


def test_ten_requests_a_second_go_to_each_provisioned_environment_and_the_rest_spills_over():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    at = [n * 50_000 / 1e6 for n in range(10)] + [0.6, 1.0]
    run = one_function(at=at, init=1, handler=0.01, **kept(1))
    assert environments_of(run) == [1] * 10 + [2, 1]


def test_asynchronous_requests_spill_over_by_concurrency_alone():
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    run = one_function(
        at=[n * 50_000 / 1e6 for n in range(12)],
        kind="invoke_event",
        handler=0.01,
        **kept(1),
    )
    assert environments_of(run) == [1] * 12


def test_spill_over_uses_what_is_left_of_the_reserved_concurrency():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    run = one_function(
        at=(0,) * 4, handler=1, reserved_concurrent_executions=3, **kept(2)
    )
    assert outcomes_of(run) == ["succeeded"] * 3 + [
        "ReservedFunctionConcurrentInvocationLimitExceeded"
    ]


def test_with_all_of_the_reserved_concurrency_provisioned_nothing_spills_over():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    run = one_function(
        at=(0,) * 3, handler=1, reserved_concurrent_executions=2, **kept(2)
    )
    assert outcomes_of(run) == ["succeeded"] * 2 + [
        "ReservedFunctionConcurrentInvocationLimitExceeded"
    ]


def test_provisioned_concurrency_is_taken_from_the_others():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    others = calls(function("others"), at=(0,) * 101)
    run = sim.simulate(
        scenario(
            calls(function("kept", **kept(5)), at=()),
            others,
            concurrent_executions=105,
        ),
        drain=False,
    )
    assert outcomes_of(run) == ["succeeded"] * 100 + [
        "ConcurrentInvocationLimitExceeded"
    ]


def test_provisioned_environments_never_idle_out_and_are_replaced_unseen():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    run = one_function(at=(0, 5000, 8000), init=2, handler=1, **kept(1))
    assert environments_of(run) == [1, 1, 2]
    assert not run.deliveries.cold.any()


def test_a_provisioned_environment_is_reset_by_a_timeout_as_others_are():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    run = one_function(at=(0, 10), init=1, handler=5, timeout=3, **kept(1))
    assert spans_of(run, 1) == [
        ("suppressed init", 10, 11, ""),
        ("handler", 11, 13, "timeout"),
    ]


def test_a_scheduled_action_sets_other_bounds():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    more = {"schedule": at_minute(5), "min_capacity": 4, "max_capacity": 8}
    run = one_function(at=(), **scaled(1, [more]), seconds=650)
    assert asked_for(run) == [(0, 1, 1), (300, 4, 1), (390, 4, 4)]


def busy_from(start, end, every=1.0):
    return [start + n * every for n in range(int((end - start) / every))]


def test_target_tracking_scales_out_after_three_minutes_above_the_target():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html

    Two of two environments work all the time: 2 x 1.0 / 0.5 = 4, asked for after three datapoints,
    there 90 s later.
    """
    at = sorted(busy_from(0, 300) * 2)
    run = one_function(
        at=at,
        handler=1,
        **scaled(2, min_capacity=2, max_capacity=8, target_value=0.5),
        seconds=300,
    )
    assert asked_for(run) == [(0, 2, 2), (180, 4, 2), (270, 4, 4)]


def test_target_tracking_waits_for_the_allocation_that_is_under_way():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    at = sorted([*busy_from(0, 180) * 2, *busy_from(180, 400, every=5)])
    run = one_function(
        at=at,
        handler=1,
        **scaled(2, max_capacity=8, target_value=0.5),
        seconds=400,
        provisioned_concurrency_allocation_seconds=200,
    )
    assert asked_for(run) == [(0, 2, 2), (180, 4, 2), (380, 4, 4)], (
        "at 360 all is too much"
    )


def test_target_tracking_goes_by_the_newest_of_its_three_datapoints():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html

    That it is the newest is a choice: 2 x 0.6 / 0.5 would be three.
    """
    at = sorted([*busy_from(0, 60, every=1 / 1.2), *busy_from(60, 200) * 2])
    run = one_function(
        at=at,
        handler=1,
        **scaled(2, max_capacity=8, target_value=0.5),
        seconds=200,
    )
    assert asked_for(run) == [(0, 2, 2), (180, 4, 2)]


def test_target_tracking_never_asks_for_more_than_its_largest_capacity():
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ScalableTarget.html"""
    at = sorted(busy_from(0, 300) * 2)
    run = one_function(
        at=at,
        handler=1,
        **scaled(2, max_capacity=3, target_value=0.1),
        seconds=300,
    )
    assert asked_for(run)[1:] == [(180, 3, 2), (270, 3, 3)]


def test_target_tracking_scales_in_below_nine_tenths_of_the_target():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html

    One of four environments works: 0.25 is below 0.9 x 0.5; 4 x 0.25 / 0.5 = 2. Then 1 of 2 is the
    target itself.
    """
    run = one_function(
        at=busy_from(0, 600),
        handler=1,
        **scaled(4, max_capacity=8, target_value=0.5),
        seconds=600,
    )
    assert asked_for(run) == [(0, 4, 4), (180, 2, 2)]


@pytest.mark.parametrize(
    ("busy", "changes"), [(0.45, 0), (0.44, 1), (0.5, 0), (0.51, 1)]
)
def test_between_the_two_alarms_target_tracking_does_nothing(busy, changes):
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html

    Ten environments, of which `busy` works on average: below 0.45 or above 0.5 is an alarm.
    """
    run = one_function(
        at=sorted(busy_from(0, 239) * 10),
        handler=busy,
        **scaled(10, max_capacity=20, target_value=0.5),
        seconds=239,
    )
    assert len(asked_for(run)) == 1 + changes


def test_an_idle_alias_sends_no_metric_and_so_is_never_scaled_in():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    run = one_function(
        at=(0,), handler=1, **scaled(4, target_value=0.5), seconds=3600
    )
    assert asked_for(run) == [(0, 4, 4)]
    assert list(level(run, "ProvisionedConcurrencyUtilization", "Average")) == [
        0
    ]


def test_from_zero_target_tracking_never_scales_out():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    off = [{"schedule": "rate(1 day)", "min_capacity": 0, "max_capacity": 0}]
    run = one_function(
        at=busy_from(0, 900),
        handler=1,
        **scaled(2, off, target_value=0.5),
        seconds=900,
    )
    assert asked_for(run) == [(0, 0, 0)]
    assert set(run.attempts.environment) != {1, 2}


def test_an_alias_counts_its_invocations_and_those_that_spilled_over():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    run = one_function(
        at=(0, 0, 0, 61), handler=30, timeout=60, **kept(2), seconds=120
    )
    assert level(run, "ProvisionedConcurrencyInvocations") == {0: 2, 60: 1}
    assert level(run, "ProvisionedConcurrencySpilloverInvocations") == {0: 1}
    assert level(run, "ProvisionedConcurrentExecutions", "Maximum") == {
        0: 2,
        60: 1,
    }
    assert level(run, "ProvisionedConcurrencyUtilization", "Maximum") == {
        0: 1,
        60: 0.5,
    }
    assert level(
        run, "ProvisionedConcurrencyUtilization", "Average"
    ) == pytest.approx({0: 0.5, 60: 0.25})


def test_claimed_concurrency_holds_what_is_provisioned():
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html

    5 provisioned, of which none counts twice, 3 reserved, and 1 that works unreserved.
    """
    parts = [
        calls(function("kept", handler=10, timeout=60, **kept(5)), at=(0, 0)),
        calls(function("reserved", reserved_concurrent_executions=3), at=(0,)),
        calls(function("other"), at=(0,)),
    ]
    run = sim.simulate(scenario(*parts, seconds=60), drain=False)
    assert level(run, "ClaimedAccountConcurrency", "Maximum") == {0: 9}
    assert level(run, "ClaimedAccountConcurrency", "Minimum") == {0: 8}


def bill(run):
    lines = run.cost()
    return dict(zip(lines["item"], lines.quantity, strict=True))


def test_provisioned_concurrency_is_billed_as_configured_and_as_used():
    """https://aws.amazon.com/lambda/pricing/

    2 environments of 1 GB for 600 s = 1,200 GB-s; runs of 10 s on them; the third run spills over.
    """
    run = one_function(
        at=(0, 0, 0),
        handler=10,
        timeout=60,
        memory_size=1024,
        **kept(2),
        seconds=600,
    )
    lines = bill(run)
    assert lines["Lambda provisioned concurrency (x86_64)"] == pytest.approx(
        1200
    )
    assert lines[
        "Lambda duration on provisioned concurrency (x86_64)"
    ] == pytest.approx(20)
    assert lines["Lambda duration (x86_64, no free tier)"] == pytest.approx(10)
    total = run.cost().cost_usd.sum()
    expected = (
        1200 * 0.0000041667
        + 20 * 0.0000097222
        + 10 * 0.0000166667
        + 3 * 0.20 / 1e6
    )
    assert total == pytest.approx(expected, rel=1e-6)


def test_a_period_of_provisioned_concurrency_is_rounded_up_to_five_minutes():
    """https://aws.amazon.com/lambda/pricing/

    Two environments for 7 minutes are paid for 10.
    """
    off = [{"schedule": at_minute(7), "min_capacity": 0, "max_capacity": 0}]
    run = one_function(at=(), memory_size=1024, **scaled(2, off), seconds=3600)
    assert bill(run)[
        "Lambda provisioned concurrency (x86_64)"
    ] == pytest.approx(2 * 600)


def test_init_of_provisioned_environments_is_billed():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    late = {
        "provisioned_concurrency_ready_at_start": False,
        "seconds": 300,
        "memory_size": 1024,
    }
    lines = bill(one_function(at=(), init=20, **kept(2), **late))
    assert lines[
        "Lambda duration on provisioned concurrency (x86_64)"
    ] == pytest.approx(40)


def test_provisioned_concurrency_has_no_free_tier():
    """https://aws.amazon.com/lambda/pricing/"""
    run = one_function(at=(0, 0), **kept(1), seconds=60)
    assert run.cost(free_tier=True).cost_usd.sum() == pytest.approx(
        run.cost().cost_usd.sum()
    )


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (
            {**kept(1), "auto_publish_alias": None},
            "never to \\$LATEST; set auto_publish_alias",
        ),
        (
            {**kept(3), "reserved_concurrent_executions": 2},
            "more than its reserved concurrency of 2",
        ),
        (kept(901), "takes up to 901 of 1000 .* 900 at most"),
        (scaled(1, max_capacity=901), "takes up to 901 of 1000"),
    ],
)
def test_what_aws_refuses_is_refused_in_a_sentence(settings, says):
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    with pytest.raises(sim.ScenarioError, match=says):
        one_function(**settings)


@law(scenarios(published=True), fast=3, thorough=60)
def test_provisioned_and_spilled_over_invocations_are_those_of_the_alias(
    scenario,
):
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    run = sim.simulate(scenario, drain=False)
    table = run.metrics().groupby(["metric", "dimensions"]).Sum.sum()
    for f in scenario.functions:
        if f.provisioned_concurrency_config is not None:
            alias = f"FunctionName={f.name},Resource={f.name}:{f.auto_publish_alias}"
            names = (
                "ProvisionedConcurrencyInvocations",
                "ProvisionedConcurrencySpilloverInvocations",
            )
            parts = sum(table.get((name, alias), 0) for name in names)
            assert parts == table.get(
                ("Invocations", f"FunctionName={f.name}"), 0
            )


@law(scenarios(published=True), fast=15)
def test_provisioned_reserved_and_unreserved_concurrency_together_never_exceed_their_limits(
    scenario,
):
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    run = sim.simulate(scenario, drain=False)
    busy = run.spans[run.spans.environment >= 0].rename(
        columns={"resource": "function"}
    )
    busy = busy[busy.end_s > busy.start_s]
    for rows, limit in pools(
        run, busy.assign(start=busy.start_s, end=busy.end_s)
    ):
        assert peak(stretches(rows)) <= limit


def stretches(rows):
    """The spans of an environment that overlap, as one: records may be handled side by side."""
    rows = rows.sort_values(["function", "environment", "start"])
    environment = [rows.function, rows.environment]
    latest = rows.groupby(environment, observed=True).end.cummax()
    before = latest.groupby(environment, observed=True).shift()
    number = (~(rows.start < before)).cumsum()
    return rows.groupby(number).agg(start=("start", "min"), end=("end", "max"))


@law(scenarios(published=True), fast=15)
def test_published_functions_keep_the_laws_of_all(scenario):
    """https://docs.aws.amazon.com/lambda/latest/dg/configuring-versions.html

    Each delivery has one fate, everything drains, and the same seed gives the same tables.
    """
    run, again = (sim.simulate(scenario, seed=3) for _ in range(2))
    assert (run.deliveries.fate != "in flight").all()
    assert run.deliveries.equals(again.deliveries)
    assert run.spans.equals(again.spans)
    assert run.environments.equals(again.environments)
