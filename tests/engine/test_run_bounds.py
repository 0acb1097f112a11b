"""Every run ends: what goes round in a loop ends with a sentence that names it."""

import re
from types import SimpleNamespace

import pytest

import sim
from sim import facts
from sim.engine.clock import STEPS_A_LOOK, Clock
from sim.engine.run_bounds import RunBounds

AT_ONCE = sim.Constant(seconds=0)


def sends_to(target: str, seconds: float = 0, per_event: float = 1):
    """A function that Lambda lets go on in a loop."""
    return sim.Function(
        name="f",
        recursive_loop="Allow",
        behaviour=sim.Behaviour(
            handler=sim.Constant(seconds=seconds),
            init=AT_ONCE,
            sends=(sim.Output(to=target, per_event=per_event),),
        ),
    )


def invoked(function: sim.Function, **more) -> sim.Scenario:
    """One event, in a world without waits."""
    return sim.Scenario(
        functions=[function],
        triggers=[sim.trigger("invoke_event", function="f", name="i")],
        traffic=[sim.Traffic(into="i", arrivals=sim.Burst(events=1))],
        choices=sim.Choices(first_dispatch_seconds=0),
        seconds=60,
        **more,
    )


def polled(function: sim.Function, events: int = 1, **queue) -> sim.Scenario:
    """Messages of a queue that may have no dead-letter queue."""
    return sim.Scenario(
        functions=[function],
        queues=[sim.Queue(name="q", **queue)],
        triggers=[
            sim.trigger("sqs_standard", function="f", source="q", name="m")
        ],
        traffic=[sim.Traffic(into="q", arrivals=sim.Burst(events=events))],
        seconds=60,
    )


def most(bound: str, events: int, seconds: int) -> int:
    """What a run of so many events may have of something after so many seconds."""

    def value(name: str) -> int:
        return facts.fact(f"run.{name}").value

    each = events * value(f"{bound}_per_event")
    each_second = seconds * events * value("spans_per_event_second")
    return {
        "steps": value("steps")
        + each
        + each_second
        + seconds * value("steps_per_second"),
        "steps_at_once": value("steps_at_once") + each,
        "spans": max(value("spans"), each) + each_second,
        "caused": max(value("caused"), each),
    }[bound]


@pytest.mark.parametrize("seconds", [0, 1000])
@pytest.mark.parametrize("events", [1, 10_000])
@pytest.mark.parametrize("bound", ["steps", "steps_at_once", "spans", "caused"])
def test_each_bound_has_room_for_every_event_and_second_and_ends_what_exceeds_it(
    bound, events, seconds, monkeypatch
):
    monkeypatch.setattr(RunBounds, "_loop", lambda _: "f")
    simulation = sim.Simulation(polled(sim.Function(name="f"), events))
    bounds = simulation.clock.look.__self__
    simulation.clock._now = seconds * 1_000_000
    counted = {"steps": 0, "steps_at_once": 0, "spans": 0, "caused": 0}

    def look(count: int) -> None:
        """At this instant there is so much of one thing, and nothing of the others."""
        now = {**counted, bound: count}
        bounds.instant = simulation.clock._now
        bounds.steps = now["steps"] - STEPS_A_LOOK
        bounds.steps_at_once = now["steps_at_once"] - STEPS_A_LOOK
        bounds.trace = SimpleNamespace(
            rows=range(now["spans"]),
            bytes_per_span=1,
            children=range(now["caused"]),
        )
        bounds.look()

    room = most(bound, events, seconds)
    look(room)
    with pytest.raises(sim.ScenarioError, match=f"it has {room + 1:,} "):
        look(room + 1)


@pytest.mark.slow
@pytest.mark.parametrize("visibility", [10, 30])
def test_messages_that_are_throttled_for_a_day_are_no_loop(visibility):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    off = sim.Function(name="f", reserved_concurrent_executions=0)
    run = sim.simulate(polled(off, 35, visibility_timeout=visibility))
    assert set(run.deliveries.fate) == {"in flight"}
    assert run.ended_s == 60 + 86400


def test_a_loop_that_takes_no_time_ends_with_its_functions_name():
    with pytest.raises(sim.ScenarioError, match=r"'f' -> 'f'\. At 0 s"):
        sim.simulate(invoked(sends_to("f")))


def test_a_loop_through_a_queue_names_function_and_queue():
    with pytest.raises(sim.ScenarioError, match="'q' -> 'f' -> 'q'"):
        sim.simulate(polled(sends_to("q")))


@pytest.mark.slow
def test_a_loop_that_grows_ends_by_the_events_it_has_caused():
    with pytest.raises(sim.ScenarioError, match="events that events caused"):
        sim.simulate(invoked(sends_to("f", seconds=0.1, per_event=2)))


def test_a_loop_of_three_functions_is_named_in_its_order():
    functions = [
        sends_to(target).replace(name=name)
        for name, target in ("fg", "gh", "hf")
    ]
    system = sim.Scenario(
        functions=functions,
        triggers=[sim.trigger("invoke_event", function="f", name="i")],
        traffic=[sim.Traffic(into="i", arrivals=sim.Burst(events=1))],
        choices=sim.Choices(first_dispatch_seconds=0),
        seconds=60,
    )
    with pytest.raises(
        sim.ScenarioError,
        match=r"'f' -> 'g' -> 'h'|'g' -> 'h' -> 'f'|'h' -> 'f' -> 'g'",
    ):
        sim.simulate(system)


@pytest.mark.slow
def test_a_message_tried_without_a_wait_ends_with_queue_and_function():
    failing = sim.Function(
        name="f",
        behaviour=sim.Behaviour(
            handler=sim.Constant(seconds=0.01), error_rate=1.0
        ),
    )
    with (
        pytest.warns(UserWarning, match="visibility_timeout is 0"),
        pytest.raises(sim.ScenarioError, match=r"of 'q' .* function 'f'"),
    ):
        sim.simulate(polled(failing, visibility_timeout=0))


def test_a_message_tried_for_longer_than_any_retention_is_a_loop():
    failing = sim.Function(
        name="f", behaviour=sim.Behaviour(handler=AT_ONCE, error_rate=1.0)
    )
    simulation = sim.Simulation(polled(failing, visibility_timeout=3))
    bounds = simulation.clock.look.__self__
    bounds.most_spans = 5_000
    bounds.spans_per_second = 0
    with pytest.raises(
        sim.ScenarioError, match=r"of 'q' .* function 'f' .* its trace"
    ):
        simulation.advance(86_400 * 1_000_000)


def test_a_message_that_fails_for_a_day_is_no_loop():
    failing = sim.Function(
        name="f", behaviour=sim.Behaviour(handler=AT_ONCE, error_rate=1.0)
    )
    run = sim.simulate(polled(failing, visibility_timeout=30))
    assert run.deliveries.receives.tolist() == [2882]


def test_two_functions_that_wait_for_each_other_end():
    functions = [
        sim.Function(
            name=name,
            timeout=60,
            recursive_loop="Allow",
            behaviour=sim.Behaviour(
                handler=AT_ONCE,
                init=AT_ONCE,
                sends=(sim.Output(to=f"call {other}"),),
            ),
        )
        for name, other in ("ab", "ba")
    ]
    run = sim.simulate(
        sim.Scenario(
            functions=functions,
            triggers=[
                sim.trigger("invoke", function=name, name=f"call {name}")
                for name in "ab"
            ],
            traffic=[sim.Traffic(into="call a", arrivals=sim.Burst(events=1))],
            seconds=60,
        )
    )
    # each that waits holds an environment: the account's concurrency ends it
    assert len(run.deliveries) == 1001


def test_a_tumbling_window_of_a_function_that_may_not_run_ends():
    run = sim.simulate(
        sim.Scenario(
            functions=[
                sim.Function(name="f", reserved_concurrent_executions=0)
            ],
            streams=[sim.Stream(name="s")],
            triggers=[
                sim.trigger(
                    "kinesis",
                    function="f",
                    source="s",
                    tumbling_window_in_seconds=7,
                )
            ],
            traffic=[
                sim.Traffic(into="s", arrivals=sim.Burst(events=20, within=20))
            ],
            seconds=60,
        )
    )
    assert (run.deliveries.runs == 0).all()


def test_the_clock_looks_once_in_many_steps():
    clock, looks = Clock(), []
    clock.look = lambda: looks.append(clock.now)
    for instant in range(3 * STEPS_A_LOOK):
        clock.after(instant, int, 0)
    clock.advance(10 * STEPS_A_LOOK)
    assert looks == [n * STEPS_A_LOOK - 1 for n in (1, 2, 3)]
    assert clock.now == 10 * STEPS_A_LOOK


def test_a_burst_at_one_instant_is_no_loop():
    scenario = sim.Scenario(
        functions=[sim.Function(name="f")],
        triggers=[sim.trigger("invoke", function="f", name="i")],
        traffic=[sim.Traffic(into="i", arrivals=sim.Burst(events=150_000))],
        seconds=1,
    )
    assert len(sim.simulate(scenario).deliveries) == 150_000


def test_a_run_that_is_stopped_says_how_far_it_came(monkeypatch):
    scenario = sim.Scenario(
        functions=[sim.Function(name="f")],
        triggers=[sim.trigger("invoke", function="f", name="i")],
        traffic=[
            sim.Traffic(into="i", arrivals=sim.ConstantRate(per_second=100))
        ],
        seconds=1000,
    )

    def stop(bounds: RunBounds) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(RunBounds, "look", stop)
    with pytest.raises(KeyboardInterrupt) as caught:
        sim.simulate(scenario)
    told = re.fullmatch(
        r"The run was stopped at ([\d.]+) s of 1,000 s: ([\d,]+) of 99,999 deliveries had "
        r"their fate\. Nothing of it is kept\.",
        str(caught.value),
    )
    second, settled = float(told[1]), int(told[2].replace(",", ""))
    assert 0 < settled <= second * 100 + 1


def test_the_sentence_says_how_far_the_run_came():
    with pytest.raises(sim.ScenarioError) as caught:
        sim.simulate(invoked(sends_to("f")))
    assert re.search(r"110,000 steps at one instant", str(caught.value))
