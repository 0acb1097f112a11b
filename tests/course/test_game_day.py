"""The score of a game day: the impact in points; a repair may not remove the trouble."""

import pytest

import sim
from sim import facts
from tests.support.lessons import names_of

LASTS = {"per_second": 0.2, "seconds": 950.0}
RECEIVES = "queues.fulfilment-queue.redrive_policy.max_receive_count"


@pytest.fixture(scope="module")
def down():
    return sim.course.incident("dependency down", **LASTS)


def test_damage_counts_each_lost_parked_told_and_late_journey_and_each_minute(
    down,
):
    """https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_testing_resiliency_game_days_resiliency.html"""
    repaired = down.scenario.with_setting(RECEIVES, 10)
    table = sim.course.score(down, {"ten receives": repaired})
    assert list(table.index) == ["as it is", "ten receives"]
    for row in table.itertuples():
        journeys = {
            name: getattr(row, name)
            for name in ("lost", "unfinished", "parked", "told", "late")
        }
        points = sum(
            facts.fact(f"score.{name}").value * count
            for name, count in journeys.items()
        )
        assert row.damage == round(points + row.recovery_seconds / 60)
    assert table.parked.to_list()[0] > 0 == table.parked.to_list()[1]
    assert table.damage["ten receives"] < table.damage["as it is"]


def test_a_score_says_what_the_impact_says(down):
    run, healthy = (
        sim.simulate(scenario, seed=2)
        for scenario in (down.scenario, down.healthy)
    )
    impact = sim.course.impact(run, healthy, down.until).to_dict()
    row = sim.course.score(down, seed=2).loc["as it is"]
    assert {name: row[name] for name in impact} == pytest.approx(
        impact, abs=0.05
    )


@pytest.mark.parametrize("what", ["traffic", "outages"])
def test_a_repair_keeps_the_trouble(down, what):
    with pytest.raises(
        sim.ScenarioError, match=f"Repair 'nothing happens' changes {what}"
    ):
        sim.course.score(
            down, {"nothing happens": down.scenario.replace(**{what: ()})}
        )


def test_a_game_day_has_one_row_an_incident(down):
    deploy = sim.course.incident("bad deploy", **LASTS)
    table = sim.course.game_day({"down": down, "deploy": deploy})
    assert list(table.index) == ["down", "deploy"]
    assert (
        table.loc["deploy"].to_dict()
        == sim.course.score(deploy).loc["as it is"].to_dict()
    )
    assert table.told.to_dict() == {
        "down": 0,
        "deploy": table.damage["deploy"] / facts.fact("score.told").value,
    }


@pytest.mark.slow
def test_the_lesson_tells_the_numbers_that_its_game_day_gives():
    """Its sentences name them: after a change of an incident the lesson must be read again."""
    scores = names_of("09-the-reference-system.ipynb")["scores"]
    told = {
        "dependency down": {
            "late": 351,
            "parked": 71,
            "recovery_seconds": 119.7,
        },
        "poison record": {"late": 132, "lost": 2},
        "noisy neighbour": {"told": 32, "late": 4},
        "hot key": {"late": 47},
        "bad deploy": {"told": 49},
        "ten times the traffic": {"damage": 0},
        "paused consumer": {"lost": 0},
    }
    for name, numbers in told.items():
        assert scores.loc[name][list(numbers)].to_dict() == numbers, name
