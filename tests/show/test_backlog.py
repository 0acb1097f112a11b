"""The picture of a queue's backlog: its lines are exact, and its title answers."""

import numpy as np
import pytest

import sim
from sim import show
from sim.show.drawing.theme import LIGHT
from tests.support.queues import jobs, poll, worker


def lines(picture):
    """The lines of a picture, as (x, y)."""
    return [line.get_data() for axes in picture.axes for line in axes.lines]


def test_the_title_says_how_large_the_backlog_was_and_when_it_was_gone():
    run = poll(
        worker(work=1), instants=[10] * 60, pollers=1, batch_size=1, until=100
    )
    picture = show.backlog(run)
    assert picture.text_alternative.endswith(
        "up to 60 messages at once, gone after 70 s; the oldest was 60 s old."
    )


def test_the_lines_are_the_messages_waiting_in_flight_and_the_age_of_the_oldest():
    run = poll(
        worker(work=1), instants=[10] * 60, pollers=1, batch_size=1, until=100
    )
    (at, waiting), (_, flight), (_, age) = lines(show.backlog(run))
    at = np.asarray(at)
    for second, wanted in (
        (5, (0, 0, 0)),
        (10.5, (59, 1, 0.5)),
        (40.5, (29, 1, 30.5)),
        (90, (0, 0, 0)),
    ):
        place = int(np.argmin(abs(at - second)))
        assert (waiting[place], flight[place]) == wanted[:2]
        assert age[place] == pytest.approx(wanted[2], abs=0.06)


def test_a_run_without_messages_has_a_picture_too():
    assert (
        "no message ever had to wait"
        in show.backlog(poll(instants=[], until=60)).text_alternative
    )


def test_a_queue_nobody_polls_is_refused():
    run = poll(queue=jobs(), until=10)
    with pytest.raises(ValueError, match="No mapping polls a queue 'dead'"):
        show.backlog(run, "dead")
    with pytest.raises(
        ValueError, match="no function of this run polls a queue"
    ):
        show.backlog(sim.simulate(sim.Scenario(
            functions=[worker()], triggers=[sim.trigger("invoke", function="worker")], seconds=1,
        ), drain=False))  # fmt: skip


def test_a_queue_that_two_mappings_poll_is_one_queue():
    pollers = {"source": "jobs", "pollers": 1, "batch_size": 1}
    pollers["latency"] = sim.Constant(seconds=0)
    mappings = [
        sim.trigger("sqs_standard", function=name, name=name, **pollers)
        for name in ("worker", "mate")
    ]
    arrivals = sim.Recorded(instants=[10] * 60)
    run = sim.simulate(
        sim.Scenario(
            functions=[worker(), worker().replace(name="mate")],
            triggers=mappings,
            traffic=[sim.Traffic(into="jobs", arrivals=arrivals)],
            seconds=100,
        )
    )
    words = show.backlog(run).text_alternative
    assert "up to 60 messages at once, gone after 40 s" in words


def test_what_is_still_there_at_the_end_is_said_to_be():
    run = poll(
        worker(work=1, error_rate=1),
        instants=[10] * 3,
        pollers=1,
        batch_size=1,
        until=100,
    )
    words = show.backlog(run).text_alternative
    assert "3 still there after 100 s" in words
    assert "gone" not in words


def test_a_pinned_run_is_grey_lines_of_waiting_messages_and_their_age():
    few, many = (
        poll(
            worker(work=1),
            instants=[10] * count,
            pollers=1,
            batch_size=1,
            until=100,
        )
        for count in (5, 60)
    )
    figure = show.backlog(few, pinned=many)
    for axes in figure.axes:
        grey, *own = axes.lines
        assert grey.get_color() == LIGHT.pinned
        assert grey.get_ydata().max() > max(
            line.get_ydata().max() for line in own
        )
        assert axes.get_ylim()[1] >= grey.get_ydata().max()
