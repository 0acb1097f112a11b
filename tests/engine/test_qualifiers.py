"""Stories of `$LATEST` that is invoked beside an alias of the same function."""

import pytest

import sim
from sim.scenario.errors import ScenarioError

CODE = sim.Constant(seconds=1)


def aliased(**settings):
    """A function with an alias, whose inits take 0.5 s."""
    behaviour = sim.Behaviour(handler=CODE, init=sim.Constant(seconds=0.5))
    return sim.Function(
        name="f",
        **{
            "auto_publish_alias": "live",
            "behaviour": behaviour,
            "timeout": 10,
            **settings,
        },
    )


def calls(to_alias=(), to_latest=(), function=None, choices=(), **more):
    """Calls of the alias and of `$LATEST` at these instants."""
    function = function or aliased()
    triggers = [
        sim.trigger("invoke", function="f", name="alias"),
        sim.trigger("invoke", function="f", name="latest", qualifier="$LATEST"),
    ]
    traffic = [
        sim.Traffic(into=name, arrivals=sim.Recorded(instants=at))
        for name, at in (("alias", to_alias), ("latest", to_latest))
        if at
    ]
    return sim.simulate(
        sim.Scenario(
            functions=[function],
            triggers=triggers,
            traffic=traffic,
            choices=sim.Choices(**dict(choices)),
            seconds=100,
            **more,
        )
    )


def inits(run):
    """When each environment was started, and of which version."""
    table = run.environments
    return list(zip(table.started_s, table.version, strict=True))


def test_latest_has_environments_of_its_own_beside_an_alias():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html"""
    run = calls(to_alias=[0, 10, 30], to_latest=[20, 40])
    assert inits(run) == [(0, 0), (20, -1)]
    tried = run.attempts.sort_values("start_s")
    assert tried.environment.tolist() == [1, 1, 2, 1, 2]
    assert tried.init_s.tolist() == [0.5, 0, 0.5, 0, 0]
    assert set(run.deliveries.function) == {"f"}


def test_without_an_alias_latest_is_the_function():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html"""
    run = calls([0], [10], aliased(auto_publish_alias=None))
    assert inits(run) == [(0, 0)]


def test_an_alias_and_latest_share_the_functions_concurrency():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    function = aliased(reserved_concurrent_executions=1)
    run = calls([0], [0.2, 2], function)
    by_trigger = run.deliveries.groupby("trigger").fate.apply(list)
    assert by_trigger["alias"] == ["succeeded"]
    assert by_trigger["latest"] == ["rejected", "succeeded"]


def test_provisioned_concurrency_serves_the_alias_only():
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    function = aliased(
        provisioned_concurrency_config=sim.ProvisionedConcurrencyConfig(1)
    )
    run = calls([5], [20, 40], function)
    tried = run.attempts.set_index("start_s")
    assert tried.init_s.tolist() == [0, 0.5, 0]
    kinds = run.environments.initialization_type.astype(str).tolist()
    assert kinds == ["provisioned-concurrency", "on-demand"]
    table = run.metrics("1h").groupby("metric")["Sum"].sum()
    assert table["ProvisionedConcurrencyInvocations"] == 1
    assert "ProvisionedConcurrencySpilloverInvocations" not in table


def test_latest_is_throttled_where_all_the_reservation_is_provisioned():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    function = aliased(
        reserved_concurrent_executions=2,
        provisioned_concurrency_config=sim.ProvisionedConcurrencyConfig(2),
    )
    run = calls([5, 6], [20, 40], function)
    by_trigger = run.deliveries.groupby("trigger").fate.unique()
    assert by_trigger["alias"].tolist() == ["succeeded"]
    assert by_trigger["latest"].tolist() == ["rejected"]


def test_latest_has_no_snapshot():
    """https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html"""
    behaviour = sim.Behaviour(
        handler=CODE,
        init=sim.Constant(seconds=3),
        restore=sim.Constant(seconds=0.2),
    )
    function = aliased(
        runtime="java21", snap_start="PublishedVersions", behaviour=behaviour
    )
    run = calls([0], [10], function)
    assert run.attempts.init_s.tolist() == [0.2, 3]
    stages = run.spans.stage[run.spans.stage.isin(["init", "restore"])]
    assert stages.tolist() == ["restore", "init"]


def test_a_deployment_reaches_latest_as_a_whole():
    """A choice: https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html"""
    new = aliased().behaviour.replace(handler=sim.Constant(seconds=2))
    deployment = sim.Deployment(
        function="f", at=10, until=50, weight=0, behaviour=new
    )
    run = calls(
        [5, 20, 60], [5.2, 20.2, 60.2], aliased(), deployments=[deployment]
    )
    tried = run.attempts.merge(
        run.deliveries[["delivery", "trigger"]], on="delivery"
    )
    works = tried.groupby("trigger").handler_s.apply(
        lambda seconds: seconds.round(6).tolist()
    )
    assert works["alias"] == [1, 1, 1]
    assert works["latest"] == [1, 2, 1]


def test_mappings_of_an_alias_and_of_latest_may_poll_one_queue():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html"""
    triggers = [
        sim.trigger(
            "sqs_standard",
            function=function,
            name=name,
            source="q",
            latency=sim.Constant(seconds=0),
        )
        for name, function in (("a", "f:live"), ("b", "f:$LATEST"))
    ]
    run = sim.simulate(
        sim.Scenario(
            functions=[aliased()],
            triggers=triggers,
            traffic=[sim.Traffic(into="q", arrivals=sim.Burst(200, within=50))],
            seconds=100,
        )
    )
    assert run.summary().delivered == 200
    counts = run.deliveries.trigger.value_counts()
    assert counts["a"] == pytest.approx(100, abs=30)
    batch = ["resource", "invocation"]
    assert (run.attempts.groupby(batch).environment.nunique() == 1).all()
    used = run.attempts.merge(
        run.deliveries[["delivery", "trigger"]], on="delivery"
    ).merge(run.environments[["environment", "version"]], on="environment")
    assert (used.version == used.trigger.map({"a": 0, "b": -1})).all()
    table = run.metrics("1h")
    runs = run.attempts.drop_duplicates(batch)
    invocations = table[
        (table.metric == "Invocations") & (table.dimensions == "FunctionName=f")
    ]
    assert invocations["Sum"].sum() == len(runs)


def test_a_qualifier_names_what_there_is():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html"""
    trigger = sim.trigger("sns", function="f:old")
    assert (trigger.function, trigger.qualifier) == ("f", "old")
    with pytest.raises(
        ScenarioError,
        match=r"Trigger 'sns' has qualifier 'old', but function 'f' has \$LATEST and 'live'",
    ):
        sim.Scenario(functions=[aliased()], triggers=[trigger])


def test_a_qualifier_survives_json():
    scenario = sim.Scenario(
        functions=[aliased()],
        triggers=[sim.trigger("sns", function="f:$LATEST")],
    )
    again = sim.Scenario.model_validate_json(scenario.model_dump_json())
    assert again == scenario
    assert again.triggers[0].qualifier == "$LATEST"


def test_latest_is_billed_and_judged_by_the_code_that_it_has_then():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html"""
    failing = sim.Behaviour(
        handler=CODE, init=sim.Constant(seconds=0), error_rate=1
    )
    ignoring = failing.replace(swallows_errors=True)
    changes = [sim.Change(of="f", at=30, behaviour=ignoring, memory_size=1024)]
    run = calls(
        to_latest=[10, 40],
        function=aliased(behaviour=failing, memory_size=512),
        changes=changes,
    )
    assert [version for _, version in inits(run)] == [-1, -2]
    table = run.metrics("1min")
    errors = table[(table.metric == "Errors") & (table.dimensions == "")]
    assert errors["Sum"].sum() == 1
    bill = run.cost().set_index("item")
    gb_s = bill.quantity["Lambda duration (x86_64)"]
    assert gb_s == pytest.approx(0.5 * 1 + 1.0 * 1)
