"""The picture of how far a stream's readers are behind."""

import numpy as np
import pytest
from matplotlib.lines import Line2D

import sim
import sim.show
from sim.show.drawing.theme import LIGHT
from tests.support.streams import mapping, poison, reader, stream


@pytest.fixture(scope="module")
def blocked() -> sim.Run:
    function = reader(work=0.1, poison_share=0.2)
    seed = poison(function, False, True, False, False, False)
    return stream(
        [0, 1, 2, 3, 4],
        function=function,
        batch_size=1,
        maximum_retry_attempts=3,
        on_failure="dead",
        seed=seed,
    )


def test_a_timeline_of_a_stream_does_not_speak_of_a_queue(blocked):
    words = [
        art.get_text()
        for art in sim.show.timeline(blocked).findobj(
            lambda art: hasattr(art, "get_text")
        )
    ]
    assert any(
        "Stream: it stays until it is its turn" in text for text in words
    )
    assert not any("Queue:" in text for text in words)


def lines(figure, number) -> list[Line2D]:
    return [
        line
        for line in figure.axes[number].lines
        if line.get_linestyle() != "None"
    ]


def title(figure) -> str:
    return figure.texts[0].get_text()


def test_its_title_says_which_shard_is_how_far_behind(blocked):
    figure = sim.show.iterator_age(blocked)
    assert figure.axes[0].get_figure() is figure
    assert " ".join(title(figure).split()) == (
        "m: the oldest record of its shard is 7.4 s old after 8.4 s; then the shard catches up"
    )
    assert "at most 7.4 s" in figure.text_alternative


def test_its_lines_are_the_oldest_record_and_the_backlog(blocked):
    """The oldest record arrives at 1 s and is given up at 8.4 s; then the others go one by one."""
    figure = sim.show.iterator_age(blocked)
    age, backlog = (
        lines(figure, 0)[0].get_xydata(),
        lines(figure, 1)[0].get_xydata(),
    )
    assert age[:, 1].max() == pytest.approx(7.4)
    assert [8.4, pytest.approx(6.4)] in age.round(6).tolist()
    assert backlog[:, 1].max() == 4
    assert np.interp(5.0, *backlog.T) == 4


def test_records_that_are_given_up_are_marked_at_their_age(blocked):
    marks = [
        line
        for line in sim.show.iterator_age(blocked).axes[0].lines
        if line.get_linestyle() == "None"
    ]
    assert [mark.get_xydata().round(6).tolist() for mark in marks] == [
        [[8.4, 7.4]]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_has_a_line_for_each_of_the_six_shards_that_are_furthest_behind(
    theme,
):
    run = stream(
        [n / 10 for n in range(200)], shards=8, function=reader(work=0.01)
    )
    figure = sim.show.iterator_age(run, theme=theme, title="Six shards")
    assert len(lines(figure, 0)) == len(lines(figure, 1)) == 6
    assert "the 6 furthest behind of 8 shards" in figure.texts[2].get_text()
    assert title(figure) == "Six shards"
    assert figure.png()[:4] == b"\x89PNG"


def test_one_of_several_mappings_must_be_named():
    run = stream(
        [0], also=[reader(name="g")], triggers=[mapping(name="n", function="g")]
    )
    with pytest.raises(ValueError, match="name one with mapping="):
        sim.show.iterator_age(run)
    assert "n: " in title(sim.show.iterator_age(run, "n"))
    with pytest.raises(ValueError, match="no mapping 'x'"):
        sim.show.iterator_age(run, "x")


def test_a_run_without_such_a_mapping_has_no_picture():
    scenario = sim.Scenario(
        functions=[reader()],
        triggers=[sim.trigger("invoke", function="f")],
        seconds=1,
    )
    with pytest.raises(ValueError, match="no mapping of a stream"):
        sim.show.iterator_age(sim.simulate(scenario, drain=False))


def test_a_pinned_run_is_grey_lines_of_its_shards(blocked):
    calm = stream([0, 1, 2, 3, 4], function=reader(work=0.1), batch_size=1)
    figure = sim.show.iterator_age(calm, pinned=blocked)
    for number in (0, 1):
        grey, own = lines(figure, number)
        assert grey.get_color() == LIGHT.pinned
        assert grey.get_ydata().max() > own.get_ydata().max()
