"""Stories of versions behind an alias: new environments, weights, roll-back, own behaviour."""

import pytest

import sim
from tests.engine.test_provisioned_concurrency import asked_for, kept
from tests.support.stories import (
    calls,
    environments_of,
    function,
    scenario,
    spans_of,
)


def deployed(
    instants,
    kind="invoke",
    settings=None,
    behaviour=None,
    seconds=86_400,
    **deployment,
):
    """The run of a function of which a new version is deployed; `behaviour` is what changes."""
    old = function(**(settings or {}))
    new = old.behaviour.replace(**behaviour) if behaviour else None
    return sim.simulate(
        scenario(calls(old, instants, kind), seconds=seconds).replace(
            deployments=[
                sim.Deployment(function="f", behaviour=new, **deployment)
            ]
        ),
        drain=False,
    )


def versions_of(run):
    version = run.environments.set_index("environment").version
    return [version[number] for number in environments_of(run)]


def test_a_new_version_begins_with_environments_of_its_own():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html"""
    run = deployed((0, 5, 10, 15), settings={"init": 1}, at=8)
    assert environments_of(run) == [1, 1, 2, 2]
    assert spans_of(run, 2) == [
        ("init", 10, 11, ""),
        ("handler", 11, 12, "succeeded"),
    ]


def test_a_roll_back_finds_the_old_environments_if_they_have_not_idled_out():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html"""
    assert environments_of(deployed((0, 10, 20), at=5, until=15)) == [1, 2, 1]
    assert environments_of(deployed((0, 10, 700), at=5, until=15)) == [1, 2, 3]


def test_a_version_behaves_in_its_own_way():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html"""
    run = deployed(
        (0, 10),
        behaviour={"error_rate": 1, "handler": sim.Constant(seconds=2)},
        at=5,
    )
    assert spans_of(run, 0) == [("handler", 0, 1, "succeeded")]
    assert spans_of(run, 1) == [("handler", 10, 12, "failed")]


def test_a_weighted_alias_sends_each_event_by_its_own_draw():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html"""
    at = [n / 10 for n in range(3000)]
    tenth = versions_of(deployed(at, at=0, weight=0.1))
    half = versions_of(deployed(at, at=0, weight=0.5))
    assert sum(tenth) == pytest.approx(300, abs=60)
    assert sum(half) == pytest.approx(1500, abs=110)
    assert all(new >= old for new, old in zip(half, tenth, strict=True))


def test_a_retry_meets_the_same_version_while_it_is_there():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html (a choice)"""
    at = [n * 300 for n in range(20)]
    run = deployed(
        at, kind="invoke_event", settings={"error_rate": 1}, at=0, weight=0.5
    )
    version = run.environments.set_index("environment").version
    by_event = (
        run.attempts.assign(version=run.attempts.environment.map(version))
        .groupby("event")
        .version
    )
    assert set(by_event.nunique()) == {1}
    assert by_event.count().eq(3).all()
    assert set(by_event.first()) == {0, 1}


def test_a_roll_back_saves_the_events_that_wait_for_a_retry():
    """https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html"""
    run = deployed(
        (0,), kind="invoke_event", behaviour={"error_rate": 1}, at=0, until=30
    )
    assert [outcome for *_, outcome in spans_of(run) if outcome] == [
        "failed",
        "succeeded",
    ]


def test_versions_share_the_functions_concurrency():
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""
    settings = {"handler": 2, "reserved_concurrent_executions": 2}
    run = deployed((0, 0, 1, 2), settings=settings, at=0.5)
    assert run.deliveries.fate.tolist() == [
        "succeeded",
        "succeeded",
        "rejected",
        "succeeded",
    ]


def test_a_new_version_gets_its_provisioned_concurrency_later_by_its_weight():
    """How it is shared is a choice: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    run = deployed(
        (), settings=kept(4), seconds=600, at=100, weight=0.25, until=400
    )
    table = run.provisioned_concurrency
    old, new = (
        table.loc[table.version == version, ["at_s", "requested", "allocated"]]
        for version in (0, 1)
    )
    assert old.values.tolist() == [
        [0, 4, 4],
        [100, 3, 3],
        [400, 4, 3],
        [490, 4, 4],
    ]
    assert new.values.tolist() == [[100, 1, 0], [190, 1, 1], [400, 0, 0]]
    assert len(asked_for(run)) == 7


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"function": "g"}, "A deployment is of function 'g'"),
        ({"until": 5}, "ends at 5.0 s, before it begins"),
    ],
)
def test_a_deployment_that_cannot_be_is_refused(changes, says):
    """https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html"""
    with pytest.raises(sim.ScenarioError, match=says):
        scenario(calls(function(), (0,))).replace(
            deployments=[
                sim.Deployment(**{"function": "f", "at": 5, **changes})
            ]
        )
