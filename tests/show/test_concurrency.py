"""The picture of concurrency: exact levels, limits where they bind, throttles at any number.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

import numpy as np
import pytest

import sim
from sim.show.pictures.concurrency_levels import concurrency_of, level_at


def function(name: str, work: float, **settings) -> sim.Function:
    behaviour = sim.Behaviour(
        handler=sim.Constant(seconds=work), init=sim.Constant(seconds=0)
    )
    return sim.Function(name=name, timeout=60, behaviour=behaviour, **settings)


def shared(orders=20, jobs=30, late=0, limit=110, **settings) -> sim.Run:
    """Orders of 1 s, one each second and `late` more, beside jobs of 20 s that all come at 5 s."""
    functions = [function("orders", 1, **settings), function("jobs", 20)]
    triggers = [
        sim.trigger("invoke", function=each.name, name=f"call {each.name}")
        for each in functions
    ]
    instants = sorted([n + 0.5 for n in range(orders)] + [10.1] * late)
    traffic = [
        sim.Traffic(
            name="o",
            into="call orders",
            arrivals=sim.Recorded(instants=instants),
        ),
        sim.Traffic(
            name="j",
            into="call jobs",
            arrivals=sim.Recorded(instants=[5.0] * jobs),
        ),
    ]
    account = sim.Account(concurrent_executions=limit)
    return sim.simulate(
        sim.Scenario(
            functions=functions,
            triggers=triggers,
            traffic=traffic,
            account=account,
            seconds=30,
        )
    )


@pytest.fixture(scope="module")
def crowded() -> sim.Run:
    return shared(jobs=115, late=3)


def words(figure) -> str:
    texts = [*figure.texts]
    for axes in figure.axes:
        texts += axes.texts
    return " ".join(text.get_text().replace("\n", " ") for text in texts)


def test_each_functions_level_is_how_many_of_its_runs_are_open():
    found = concurrency_of(shared())
    at = np.array([0.2, 0.9, 4.9, 5.1, 24.9, 25.1])
    assert level_at(found.levels["jobs"], at).tolist() == [0, 0, 0, 30, 30, 0]
    assert level_at(found.levels["orders"], at).tolist() == [0, 1, 1, 1, 0, 0]
    assert found.most == 31
    assert found.peak("jobs") == 30


def test_a_column_shows_the_most_within_its_time_however_short_that_was():
    found = concurrency_of(shared(jobs=0))
    edges, at = found.peaks(20_000, 100)
    level = level_at(found.total, at)
    assert edges[:2].tolist() == [0, 200]
    assert level[:2].tolist() == [1, 0]


def test_every_throttled_attempt_is_in_a_bar_above_the_limit(crowded):
    throttles = int(crowded.summary().throttles)
    assert throttles > 0
    figure = sim.show.concurrency(crowded)
    panel, *strips = figure.axes
    for strip in strips:
        assert strip.get_position().y0 > panel.get_position().y1
        for bar in strip.patches:
            pixels = bar.get_width() / strip.get_xlim()[1] * strip.bbox.width
            assert pixels >= 2.9
            assert bar.get_height() >= strip.get_ylim()[1] / 4
    counted = concurrency_of(crowded)
    assert counted.count_throttles() == throttles
    for name, instants in counted.throttles.items():
        assert f"× {name}: {len(instants)} throttled" in words(figure)


def test_the_title_says_who_is_refused_and_who_holds_the_environments(crowded):
    counted = concurrency_of(crowded)
    jobs, orders = counted.throttles["jobs"], counted.throttles["orders"]
    assert (
        f"Lambda throttles {len(jobs) + len(orders)} attempts, {len(orders)} of orders and "
        f"{len(jobs)} of jobs; of 110 environments at once"
        in words(sim.show.concurrency(crowded))
    )
    calm = sim.show.concurrency(shared())
    assert "At most 31 environments at once, and nothing is throttled" in words(
        calm
    )
    both = sim.show.concurrency({"crowded": crowded, "calm": shared()})
    assert f"{len(jobs) + len(orders)} (crowded) and 0 (calm)" in words(both)


def test_a_limit_that_is_near_is_a_line_and_one_that_is_far_is_none(crowded):
    near = sim.show.concurrency(crowded)
    (line,) = near.axes[0].lines
    assert set(line.get_ydata()) == {110}
    assert "the account's limit: 110" in words(near)
    assert not sim.show.concurrency(shared(limit=1000)).axes[0].lines
    reserved = sim.show.concurrency(
        shared(limit=1000, reserved_concurrent_executions=2)
    )
    assert "reserved for orders: 2" in words(reserved)


def test_areas_are_stacked_up_to_all_that_work(crowded):
    (axes, *_) = sim.show.concurrency(crowded).axes
    tops = [
        area.get_paths()[0].vertices[:, 1].max() for area in axes.collections
    ]
    assert max(tops) == concurrency_of(crowded).most == 110


def test_of_many_functions_the_six_largest_have_a_colour():
    functions = [function(f"f{n}", 1) for n in range(8)]
    triggers = [
        sim.trigger("invoke", function=each.name, name=each.name)
        for each in functions
    ]
    traffic = [
        sim.Traffic(
            name=f"t{n}",
            into=f"f{n}",
            arrivals=sim.Recorded(instants=[0.0] * (n + 1)),
        )
        for n in range(8)
    ]
    run = sim.simulate(
        sim.Scenario(
            functions=functions, triggers=triggers, traffic=traffic, seconds=9
        )
    )
    figure = sim.show.concurrency(run)
    (legend,) = figure.legends
    labels = [text.get_text() for text in legend.get_texts()]
    assert labels[:7] == [f"f{n}" for n in range(2, 8)] + ["other functions"]
    colours = {
        tuple(area.get_facecolor()[0]) for area in figure.axes[0].collections
    }
    assert len(colours) == 7


def test_a_pinned_run_is_a_grey_line_of_all_its_functions(crowded):
    figure = sim.show.concurrency(shared(), pinned=crowded)
    grey, *_ = figure.axes[0].lines
    assert grey.get_color() == sim.show.drawing.theme.LIGHT.pinned
    assert max(grey.get_ydata()) == 110


def test_a_run_without_events_has_a_picture_too():
    figure = sim.show.concurrency(shared(orders=0, jobs=0))
    assert "At most 0 environments at once" in words(figure)
