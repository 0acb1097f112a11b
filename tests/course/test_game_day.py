"""The score of a game day: the impact in points; a repair may not remove the trouble."""

import pytest

import sim
from sim import facts
from tests.support.lessons import FOLDER, names_of, read, text

LESSON = "09-the-reference-system.ipynb"

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


@pytest.mark.slow
def test_the_lesson_tells_the_numbers_that_its_incidents_give():
    """Its sentences name them: after a change of an incident the lesson must be read again."""
    names = names_of(LESSON)
    prose = text(read(FOLDER / LESSON), "markdown")
    told = {
        "dependency down": {
            "late": "{} orders were late",
            "parked": "{} of them were parked",
            "recovery_seconds": "71 and {} s. Chance",
        },
        "noisy neighbour": {
            "told": "{} customers saw that",
            "late": "its {} events are late",
        },
        "hot key": {"late": "{} *other* orders are late"},
        "bad deploy": {"told": "{} callers were told"},
    }
    for name, sentences in told.items():
        score = sim.course.score(names["day"][name]).loc["as it is"]
        for column, sentence in sentences.items():
            assert sentence.format(f"{score[column]:g}") in prose, (
                name,
                column,
            )


@pytest.mark.slow
def test_the_lesson_tells_what_becomes_of_its_first_order():
    calm = names_of(LESSON)["calm"]
    prose = text(read(FOLDER / LESSON), "markdown")
    deliveries = calm.deliveries[calm.journey_of == 4]
    began = deliveries.arrived_s.min()
    done = deliveries.set_index("function").settled_s - began
    for function, sentence in {
        "orders-api": "told 200 after {:.0f} ms",
        "fulfilment-worker": "worker is done after {:.0f} ms",
        "order-notifier": "the notifier after {:.0f} ms",
    }.items():
        assert sentence.format(1000 * done[function]) in prose
