"""What a run says of itself."""

import sim
from sim.phrases import spoken


def test_a_run_says_in_one_line_what_it_is():
    run = sim.simulate(
        sim.Scenario(
            functions=[sim.Function("f")],
            triggers=[sim.trigger("sns", "f", source="news")],
            traffic=[sim.Traffic("news", sim.Burst(events=1200))],
            seconds=60,
        ),
        seed=7,
    )
    said = f"<Run: 1,200 deliveries, seed 7, ended after {spoken(run.ended_s)}>"
    assert repr(run) == said


def test_no_scenarios_give_no_runs():
    assert sim.simulate({}) == {}
