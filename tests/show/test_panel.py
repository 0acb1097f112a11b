"""The panel, without a browser: what its page asks for, and what it is answered."""

import asyncio
import html
import re
import threading
from itertools import count, pairwise

import ipywidgets as widgets
import numpy as np
import pytest

import sim
from sim.show.panel import bills, deploy_tab, simulation_slices
from sim.show.panel.controls import Control
from sim.show.panel.panel import Panel, panel
from sim.show.panel.simulation_slices import SlicedRuns
from sim.show.pictures import pictures
from sim.show.stage.message import decode
from sim.show.stage.scene import scene
from sim.show.stage.story_lines import story_lines

ERRORS = "functions.worker.behaviour.error_rate"
TIMEOUT = "functions.worker.timeout"
RESERVED = "functions.worker.reserved_concurrent_executions"
MEMORY = "functions.*.memory_size"
CONTROLS = [
    Control(ERRORS, group="Faults"),
    Control(TIMEOUT, high=120),
    Control(RESERVED, high=20),
    MEMORY,
]
STAGE = ("ages", "race")
PICTURES = ("latency", "fates", "CloudWatch")
PICTURE_NAMES = set(pictures.PICTURES)


def system(kind: str, **settings) -> sim.Scenario:
    """A worker behind one trigger: 12 events, the same whatever the kind."""
    redrive = sim.RedrivePolicy(
        dead_letter_target_arn="dead", max_receive_count=3
    )
    behaviour = sim.Behaviour(
        handler=sim.LogNormal(median=0.4, p99=2.5), error_rate=0.25
    )
    return sim.Scenario(
        functions=[
            sim.Function(
                name="worker",
                timeout=10,
                memory_size=512,
                behaviour=behaviour,
                **settings,
            )
        ],
        triggers=[sim.trigger(kind, function="worker")],
        traffic=[
            sim.Traffic(
                name="orders",
                into=kind,
                arrivals=sim.Poisson(per_second=0.5, events=12),
            )
        ],
        queues=[
            sim.Queue(name="sqs_standard", redrive_policy=redrive),
            sim.Queue(name="dead"),
        ],
        seconds=60,
    )


def systems(**settings) -> dict[str, sim.Scenario]:
    kinds = {
        "Synchronous": "invoke",
        "Asynchronous": "sns",
        "Queue": "sqs_standard",
    }
    return {name: system(kind, **settings) for name, kind in kinds.items()}


def lesson(**options) -> Panel:
    presets = {
        "shared": systems(),
        "one at a time": systems(reserved_concurrent_executions=1),
    }
    return panel(presets, CONTROLS, seed=6, **options)


def small_account(**options) -> Panel:
    """A lesson in which more than ten environments cannot be reserved."""
    account = sim.Account(concurrent_executions=110)
    reserved = systems(reserved_concurrent_executions=1)
    presets = {
        "small": {
            name: one.replace(account=account) for name, one in reserved.items()
        }
    }
    return panel(presets, CONTROLS, seed=6, **options)


def scenarios(made: Panel) -> dict[str, sim.Scenario]:
    return {name: run.scenario for name, run in made.runs.items()}


def readouts(made: Panel) -> dict[str, list[str]]:
    """The readouts as a learner reads them: by run, the text of each cell."""
    return {
        row["run"]: [cell["text"] for cell in row["cells"]]
        for row in made.answer["readouts"]["rows"]
    }


def differences(made: Panel) -> list[str]:
    return [
        cell["difference"]
        for row in made.answer["readouts"]["rows"]
        for cell in row["cells"]
    ]


def expected(scenario: sim.Scenario, seed: int = 6) -> list[str]:
    """The first four readouts, from the simulation itself."""
    summary = sim.simulate(scenario, seed=seed).summary()
    return [
        str(summary[name]) for name in ("delivered", "told", "parked", "lost")
    ]


def said(widget: widgets.HTML) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", widget.value))


def ask(made: Panel, **changes) -> None:
    """What the page sends; values by path."""
    asked = made.asked
    paths = [control["path"] for control in made.form["controls"]]
    values = list(asked["values"])
    for path, value in changes.pop("moved", {}).items():
        values[paths.index(path)] = value
    made.asked = {
        **asked,
        "values": values,
        "move": asked["move"] + 1,
        **changes,
    }


# -- one move, one answer


def test_a_new_panel_answers_with_the_preset_as_it_is_written():
    made = lesson()
    assert made.redraws == 1
    assert scenarios(made) == systems()
    assert {name: cells[:4] for name, cells in readouts(made).items()} == {
        name: expected(scenario) for name, scenario in systems().items()
    }
    assert made.answer["tab"] == "ages"
    assert made.answer["scene"] == scene(made.runs)


def test_a_move_is_one_answer_that_carries_its_number_readouts_scene_and_words():
    made = lesson()
    before = made.answer
    answers = []
    made.observe(lambda change: answers.append(change.new), "answer")
    ask(made, moved={ERRORS: 1.0})
    assert made.redraws == 2
    (answer,) = answers
    assert answer["move"] == made.asked["move"]
    assert answer["values"][0] == 1.0
    for part in ("scene", "readouts", "words", "settings", "caption"):
        assert answer[part] != before[part], part
    failing = {
        name: scenario.with_setting(ERRORS, 1.0)
        for name, scenario in systems().items()
    }
    assert {name: cells[:4] for name, cells in readouts(made).items()} == {
        name: expected(scenario) for name, scenario in failing.items()
    }
    assert (
        "Synchronous: of 12 events, 0 delivered and 12 callers saw an error."
        in answer["words"]
    )


def test_a_move_in_python_is_a_move_of_the_page():
    made, other = lesson(), lesson()
    made.set(ERRORS, 1.0)
    ask(other, moved={ERRORS: 1.0})
    assert made.answer == other.answer
    assert made.asked == other.asked


def test_a_panel_shows_what_simulate_gives():
    """The panel runs in slices, also long after the last arrival; slices change nothing."""
    burst = system("sns", reserved_concurrent_executions=1).with_setting(
        "traffic.orders.arrivals", sim.Burst(events=12)
    )
    slow = burst.with_setting(
        "functions.worker.behaviour.handler", sim.Constant(seconds=5)
    )
    unheard = system("apigw_rest").with_settings(
        {
            "functions.worker.timeout": 60,
            "functions.worker.behaviour.handler": sim.Constant(seconds=50),
            "traffic.orders.arrivals": sim.Recorded(instants=(20,)),
        }
    )
    written = {**systems(), "throttled": slow, "unheard": unheard}
    made = panel({"all": written}, [ERRORS], seed=6)
    for name, scenario in written.items():
        run = sim.simulate(scenario, seed=6)
        assert made.runs[name].deliveries.equals(run.deliveries)
        assert made.runs[name].spans.equals(run.spans)
        assert made.runs[name].ended_s == run.ended_s
    assert made.runs["throttled"].deliveries.settled_s.max() > 500
    given_up = made.runs["unheard"].deliveries.settled_s.max()
    assert made.runs["unheard"].spans.end_s.max() > given_up + 20, (
        "the handler works on"
    )


def test_a_wildcard_reaches_every_scenario_and_every_function():
    made = lesson()
    made.set(MEMORY, 1000)
    assert [next(s.found(MEMORY))[1] for s in scenarios(made).values()] == [
        1000
    ] * 3


def test_a_control_leaves_scenarios_alone_that_have_no_such_setting():
    path = "triggers.sqs_standard.batch_size"
    made = panel({"both": systems()}, [path])
    made.set(path, 1)
    assert made.runs["Queue"].scenario.triggers[0].batch_size == 1
    others = [name for name in systems() if name != "Queue"]
    assert all(scenarios(made)[name] == systems()[name] for name in others)


def test_what_is_not_moved_stays_as_each_scenario_has_it():
    mixed = {
        "small": system("sns"),
        "large": system("sns").with_setting(MEMORY, 2048),
    }
    made = panel({"both": mixed}, [MEMORY, TIMEOUT])
    made.set(TIMEOUT, 20)
    sizes = [one.functions[0].memory_size for one in scenarios(made).values()]
    assert sizes == [512, 2048]


def test_the_same_settings_give_the_same_answer_to_the_byte():
    first, second = lesson(), lesson()
    for made in (first, second):
        made.set(ERRORS, 0.5)
    assert first.answer == second.answer


def test_another_seed_is_another_course_of_events():
    made = lesson()
    before = made.answer["scene"]
    ask(made, seed=7)
    assert made.redraws == 2
    assert made.answer["scene"] != before
    assert readouts(made)["Synchronous"][:4] == expected(
        systems()["Synchronous"], seed=7
    )


# -- tabs


def test_a_tab_is_made_only_where_it_is_seen_and_runs_nothing_again():
    made = panel(system("sqs_standard"), [TIMEOUT])
    runs = dict(made.runs)
    for tab in made.form["tabs"]:
        made.open_tab(tab["name"])
        filled = {
            part for part in ("scene", "svg", "html") if made.answer[part]
        }
        name = made.answer["tab"]
        part = "scene" if name in STAGE else "html"
        assert filled == {"svg" if name in PICTURES else part}, name
        assert all(made.runs[name] is run for name, run in runs.items())
        assert made.answer["complaint"] == ""


def test_a_picture_of_its_own_is_a_tab_of_a_panel_that_opens_with_it():
    usual = [tab["name"] for tab in lesson().form["tabs"]]
    for name in PICTURE_NAMES - set(usual):
        made = panel(system("sns"), [TIMEOUT], picture=name)
        assert [tab["name"] for tab in made.form["tabs"]] == [name, *usual]
        assert made.answer["svg"].startswith("<svg")
    assert set(PICTURES) <= set(usual)


def test_a_picture_is_an_svg_that_follows_the_pages_theme():
    made = panel(system("sns"), [TIMEOUT], picture="latency")
    light = made.answer["svg"]
    assert light.startswith("<svg")
    made.theme = "dark"
    assert made.answer["svg"] != light
    made.theme = "light"
    assert made.answer["svg"] == light


def test_a_map_is_a_tab_where_one_system_of_several_functions_is_shown():
    shop = sim.course.reference_system(seconds=10)
    alone = panel(shop, ["functions.orders-api.timeout"])
    assert "system" in [tab["name"] for tab in alone.form["tabs"]]
    alone.open_tab("system")
    assert decode(alone.answer["scene"])[0]["system"]["nodes"]
    assert "system" not in [tab["name"] for tab in lesson().form["tabs"]]
    two = panel(
        {"one": shop, "two": {"a": shop, "b": shop}},
        ["functions.orders-api.timeout"],
        picture="system",
    )
    assert two.answer["views"] == ["ages", "race", "system"]
    two.choose_preset("two")
    assert two.answer["views"] == ["ages", "race"]
    assert two.answer["tab"] == "ages"
    assert two.answer["complaint"] == ""


def test_the_cost_tab_is_the_bill_of_each_run_and_of_the_pinned_ones():
    made = panel(system("sqs_standard"), [TIMEOUT], picture="cost")
    before = dict(made.runs)
    made.pin()
    made.set(TIMEOUT, 20)
    assert made.answer["html"] == bills.bills(made.runs, before)


def code(made: Panel) -> list[str]:
    """The code that the deploy tab shows, one text a scenario."""
    found = re.findall(r"<pre>(.*?)</pre>", made.answer["html"], re.DOTALL)
    return [html.unescape(text) for text in found]


def test_the_deploy_tab_shows_the_code_of_the_present_settings_in_each_form():
    made = lesson(picture="deploy")
    made.set(TIMEOUT, 30)
    written = {
        name: scenario.with_setting(TIMEOUT, 30)
        for name, scenario in systems().items()
    }
    for form in ("sam", "cdk-python", "cdk-typescript"):
        made.choose_option("format", form)
        shown = [
            sim.write_template(scenario, to=form)
            for scenario in written.values()
        ]
        assert code(made) == shown
        assert "30" in shown[0]
    assert made.answer["html"].count('<button class="panel-copy">') == 3


def test_the_deploy_tab_links_to_the_folders_that_there_are(
    tmp_path, monkeypatch
):
    (tmp_path / "data" / "deploy" / "sqs-standard").mkdir(parents=True)
    monkeypatch.setattr("sim.facts.DATA", tmp_path / "data")
    linked = [deploy_tab.example_link(kind) for kind in ("sqs_standard", "sns")]
    assert 'data-lab-path="data/deploy/sqs-standard"' in linked[0]
    assert linked[1] == ""


def test_a_link_into_jupyterlab_is_only_its_name_in_an_app(monkeypatch):
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")
    assert deploy_tab.lab_link("data/deploy/<sns>", "<sns>") == "&lt;sns&gt;"


# -- presets


def test_a_preset_sets_every_control_and_draws_once():
    made = lesson()
    made.set(ERRORS, 1.0)
    made.set(TIMEOUT, 5)
    ask(made, seed=9)
    drawn = made.redraws
    made.choose_preset("one at a time")
    assert made.redraws == drawn + 1
    assert made.answer["values"] == [0.25, 10, 1, 512]
    assert made.answer["seed"] == 6
    assert scenarios(made) == systems(reserved_concurrent_executions=1)


def test_not_set_and_a_number_are_both_values():
    """Concurrency that is not reserved is not zero.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    """
    made = lesson()
    assert made.answer["values"][2] is None
    made.set(RESERVED, 0)
    assert readouts(made)["Synchronous"][0] == "0"
    made.set(RESERVED, None)
    assert scenarios(made) == systems()


def test_a_control_rests_where_a_preset_has_no_such_setting():
    batch = "triggers.sqs_standard.batch_size"
    made = panel(
        {"queue": system("sqs_standard"), "topic": system("sns")}, [batch]
    )
    assert [one["has"] for one in made.form["presets"]] == [[True], [False]]
    made.choose_preset("topic")
    assert made.answer["values"] == [None]
    assert made.answer["complaint"] == ""
    assert scenarios(made)["topic"] == system("sns")


# -- pins


def test_a_pinned_run_stays_to_compare_with_until_it_is_unpinned():
    made = lesson()
    kept = made.runs
    made.pin()
    assert made.answer["pin"] == {
        "text": "Pinned: preset=shared; seed=6",
        "compares": True,
    }
    assert made.pinned == scene(kept)
    assert set(differences(made)) == {""}
    made.set(ERRORS, 1.0)
    before = int(expected(systems()["Synchronous"])[0])
    (cell, *_) = made.answer["readouts"]["rows"][0]["cells"]
    assert cell == {"text": "0", "difference": f"−{before}", "better": False}
    assert "Pinned: " in made.answer["words"]
    assert made.pinned == scene(kept)
    made.unpin()
    assert made.pinned == b""
    assert made.answer["pin"] == {"text": "", "compares": False}
    assert set(differences(made)) == {""}


def test_a_pin_is_carried_out_once_for_its_move():
    made = lesson()
    ask(made, moved={ERRORS: 1.0}, pin="keep")
    assert "error_rate=1.0" in made.answer["pin"]["text"]
    ask(made, moved={ERRORS: 0.0}, pin="")
    assert "error_rate=1.0" in made.answer["pin"]["text"]
    assert made.asked["pin"] == ""


def test_a_pin_compares_across_presets_whatever_their_runs_are_called():
    hasty = system("sns").with_setting(TIMEOUT, 1)
    made = panel({"usual": system("sns"), "hasty": hasty}, [ERRORS])
    made.pin()
    kept = made.runs["usual"]
    made.choose_preset("hasty")
    assert made.answer["pin"]["compares"]
    assert any(differences(made))
    assert made.pinned == scene({"hasty": kept})


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (lambda made: ask(made, seed=7), "its events are those of seed 6"),
        (
            lambda made: made.choose_preset("alone"),
            "it has 3 runs, and here are 1",
        ),
        (
            lambda made: made.choose_preset("more"),
            "it has 12 events, and here are 13",
        ),
    ],
)
def test_a_pin_that_no_longer_compares_says_why_and_is_behind_nothing(
    change, because
):
    more = {
        name: one.with_setting("traffic.orders.arrivals.events", 13)
        for name, one in systems().items()
    }
    presets = {"shared": systems(), "alone": system("sns"), "more": more}
    made = panel(presets, [ERRORS], seed=6)
    made.pin()
    change(made)
    pin = made.answer["pin"]
    assert pin["text"].startswith(
        f"This pin no longer compares, because {because}: "
    )
    assert not pin["compares"]
    assert made.pinned == b""
    assert set(differences(made)) == {""}
    made.choose_preset("shared")
    assert made.answer["pin"]["compares"]


# -- what cannot be simulated


def test_what_aws_refuses_is_one_sentence_at_its_control_beside_the_last_answer():
    """A reservation that leaves too little.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    """
    made = small_account()
    made.set(ERRORS, 0.5)
    before = made.answer
    made.set(RESERVED, 20)
    answer = made.answer
    assert made.redraws == 2
    for part in ("scene", "readouts", "words", "settings", "tab"):
        assert answer[part] == before[part]
    assert "must stay unreserved" in answer["complaint"]
    assert "Error:" not in answer["complaint"]
    assert "\n" not in answer["complaint"]
    assert answer["control"] == 2
    made.set(ERRORS, 0.75)
    assert made.answer["control"] == 2, "the other control is not to blame"
    made.set(RESERVED, 5)
    assert made.answer["complaint"] == ""
    assert made.redraws == 3


def test_a_tab_opens_on_the_last_runs_while_a_complaint_stands():
    made = small_account()
    made.set(RESERVED, 20)
    made.open_tab("race")
    assert made.answer["tab"] == "race"
    assert "must stay unreserved" in made.answer["complaint"]


BAD_INPUT = {
    "beyond": (
        {"moved": {TIMEOUT: 121}},
        1,
        "timeout is 121, but this control",
    ),
    "no number": ({"moved": {TIMEOUT: "ten"}}, 1, "takes a whole number"),
    "no whole one": ({"moved": {TIMEOUT: 1.5}}, 1, "from 1 to 120"),
    "nothing": ({"moved": {TIMEOUT: None}}, 1, "timeout must be set"),
    "over all": ({"moved": {ERRORS: 1.01}}, 0, "a number from 0 to 1"),
    "nan": ({"moved": {ERRORS: float("nan")}}, 0, "a number from 0 to 1"),
    "truth": ({"moved": {ERRORS: True}}, 0, "a number from 0 to 1"),
    "seed below": ({"seed": -1}, -2, "a whole number from 0 to 1,000,000"),
    "part of a seed": ({"seed": 1.5}, -2, "a whole number"),
    "seed beyond": ({"seed": 10**6 + 1}, -2, "The seed is 1000001, but"),
    "preset": ({"preset": "nonsense"}, -1, "There is no preset 'nonsense'"),
    "tab": ({"tab": "nonsense"}, -1, "There is no tab 'nonsense'"),
    "too few": ({"values": [1]}, -1, "4 values are expected, and there are 1"),
    "no values": ({"values": None}, -1, "TypeError"),
}


def test_bad_input_is_one_sentence_where_it_was_typed():
    made = lesson()
    before = made.answer
    for name, (changes, control, sentence) in BAD_INPUT.items():
        ask(made, **changes)
        answer = made.answer
        assert sentence in answer["complaint"], name
        assert "\n" not in answer["complaint"], name
        assert answer["control"] == control, name
        assert answer["scene"] == before["scene"], name
        made.asked = {
            name: before[name]
            for name in ("preset", "values", "seed", "tab", "move")
        }
        assert made.answer["complaint"] == "", name


@pytest.mark.slow  # a run that goes round in a loop ends late
def test_a_preset_that_cannot_run_is_a_sentence_and_the_panel_works_on():
    """A function that invokes itself without a pause, and that Lambda lets go on."""
    sends = (sim.Output(to="worker"),)
    endless = system("invoke_event").with_settings(
        {
            "functions.worker.recursive_loop": "Allow",
            "functions.worker.behaviour": sim.Behaviour(
                handler=sim.Constant(0), init=sim.Constant(0), sends=sends
            ),
            "choices.first_dispatch_seconds": 0,
        }
    )
    made = panel({"endless": endless, "fine": system("sns")}, [TIMEOUT])
    assert "goes round in a loop" in made.answer["complaint"]
    assert made.answer["scene"] == b""
    made.choose_preset("fine")
    assert made.answer["complaint"] == ""
    assert made.answer["scene"] == scene(made.runs)


def test_a_fault_of_ours_is_not_silent(monkeypatch):
    """JupyterLab swallows a callback's exception.

    https://github.com/jupyter-widgets/ipywidgets/issues/1971
    """
    made = lesson()
    monkeypatch.setattr(SlicedRuns, "slices", lambda *_: 1 / 0)
    ask(made, moved={ERRORS: 1.0})
    assert "ZeroDivisionError" in made.answer["complaint"]


def test_what_is_no_tab_readout_or_control_is_refused_when_the_panel_is_made():
    for options, sentence in (
        ({"picture": "timelines"}, "There is no tab 'timelines'"),
        ({"readouts": ["speed"]}, "There is no readout 'speed'"),
        ({"event": 12}, "There is no event 12"),
    ):
        with pytest.raises(sim.ScenarioError, match=sentence):
            lesson(**options)
    with pytest.raises(sim.ScenarioError, match="Two controls are for"):
        panel(system("sns"), [TIMEOUT, TIMEOUT])
    made = lesson()
    for wrong in (
        lambda: made.set("functions.worker.nonsense", 1),
        lambda: made.choose_preset("nonsense"),
        lambda: made.open_tab("nonsense"),
    ):
        with pytest.raises(sim.ScenarioError, match="There is no"):
            wrong()


# -- the chosen event


def test_nobody_is_chosen_at_first_and_a_chosen_event_tells_its_story():
    made = lesson()
    assert (made.chosen, made.story) == (-1, [])
    made.chosen = 3
    assert made.story == story_lines(made.runs["Synchronous"], 3)
    made.lane = 2
    assert made.story == story_lines(made.runs["Queue"], 3)
    made.set(ERRORS, 1.0)
    assert made.story == story_lines(made.runs["Queue"], 3)
    for nobody in (-1, 12):
        made.chosen = nobody
        assert made.story == []


def test_a_given_event_is_chosen_when_the_panel_opens():
    made = lesson(event=3)
    assert (made.chosen, made.lane) == (3, 0)
    assert made.story == story_lines(made.runs["Synchronous"], 3)


# -- runs that would take too long


def patient(monkeypatch, steps: int) -> None:
    """A clock on the wall that goes on by one second at each look; `steps` are allowed."""
    ticks = count()
    monkeypatch.setattr(simulation_slices, "LONGEST", steps)
    monkeypatch.setattr(
        simulation_slices, "perf_counter", lambda: float(next(ticks))
    )


def test_a_run_that_takes_too_long_stops_at_a_whole_second_and_says_so(
    monkeypatch,
):
    made = lesson()
    patient(monkeypatch, 20)
    made.set(ERRORS, 0.5)
    ends = {run.ended_s for run in made.runs.values()}
    (end,) = ends
    assert 0 < end < 60
    assert end == int(end)
    assert made.answer["stopped"].startswith(f"Stopped at {end:g} s")
    assert "had not come by then" in made.answer["stopped"]
    assert made.answer["complaint"] == ""
    for name, run in made.runs.items():
        whole = sim.simulate(systems()[name].with_setting(ERRORS, 0.5), seed=6)
        before = whole.spans.end_s < end
        ours = run.spans.end_s < end
        columns = ["event", "stage", "start_s", "end_s", "outcome"]
        assert np.array_equal(
            run.spans[ours][columns], whole.spans[before][columns]
        )
    monkeypatch.undo()
    made.pin()
    made.set(ERRORS, 0.25)
    assert made.answer["stopped"] == ""
    assert "was stopped before" in made.answer["pin"]["text"]


def impatient_after_traffic(runs: SlicedRuns) -> None:
    """Time is over after the first step without new events."""
    now = max(one.now for one in runs.simulations.values())
    if runs.stopped is None and now > 60 * 10**6:
        raise TimeoutError


def test_a_run_that_is_over_is_not_stopped_while_another_takes_too_long(
    monkeypatch,
):
    slow = system("sns", reserved_concurrent_executions=1).with_settings(
        {TIMEOUT: 120, "functions.worker.behaviour.handler": sim.Constant(100)}
    )
    both = {"quick": system("invoke"), "slow": slow}
    made = panel({"both": both}, [ERRORS], seed=6)
    monkeypatch.setattr(SlicedRuns, "_check_time", impatient_after_traffic)
    ask(made, seed=5)
    monkeypatch.undo()
    assert made.answer["stopped"]
    again = sim.simulate(both["quick"], seed=5)
    assert made.runs["quick"].spans.equals(again.spans)
    assert made.runs["quick"].ended_s == again.ended_s
    assert made.runs["slow"].ended_s == 660


def test_time_that_is_over_when_all_runs_are_stops_nothing(monkeypatch):
    made = panel(system("sns"), [ERRORS])
    monkeypatch.setattr(SlicedRuns, "_check_time", impatient_after_traffic)
    ask(made, seed=5)
    assert made.answer["stopped"] == ""
    assert made.answer["complaint"] == ""
    assert made.redraws == 2


# -- on an event loop, as in a notebook


async def settled(made: Panel) -> None:
    await asyncio.sleep(0)  # what was asked for is done on the loop's next turn
    while made._turns.task is not None and not made._turns.task.done():
        await asyncio.sleep(0)


def watched(made: Panel) -> list[int]:
    """The moves that are answered from now on, in order."""
    moves: list[int] = []
    made.observe(lambda change: moves.append(change.new["move"]), "answer")
    return moves


def in_many_slices(monkeypatch) -> None:
    monkeypatch.setattr(simulation_slices, "BREATH", 0.0)
    monkeypatch.setattr(simulation_slices, "QUICK", 0.0)


def test_the_latest_of_several_moves_wins():
    async def moves() -> None:
        made = lesson()
        answered = watched(made)
        for share in (0.4, 0.6, 0.8, 1.0):
            ask(made, moved={ERRORS: share})
        await settled(made)
        assert made.redraws == 2
        assert answered == [4]
        assert readouts(made)["Synchronous"][0] == "0"

    asyncio.run(moves())


def test_a_move_in_the_middle_of_a_run_takes_over_and_leaves_no_half_answer(
    monkeypatch,
):
    in_many_slices(monkeypatch)

    async def moves() -> None:
        made = lesson()
        answered = watched(made)
        before = made.answer
        ask(made, moved={ERRORS: 0.0})
        for _ in range(5):
            await asyncio.sleep(0)
        first = made._turns.task
        assert not first.done()
        ask(made, moved={ERRORS: 1.0})
        await asyncio.sleep(0)
        assert made.answer == before
        await settled(made)
        assert first.cancelled()
        assert answered == [2]
        assert readouts(made)["Synchronous"][0] == "0"

    asyncio.run(moves())


def test_a_pin_in_the_middle_of_a_run_is_of_its_own_move(monkeypatch):
    in_many_slices(monkeypatch)

    async def moves() -> None:
        made = lesson()
        ask(made, moved={ERRORS: 0.0})
        for _ in range(5):
            await asyncio.sleep(0)
        ask(made, moved={ERRORS: 0.5}, pin="keep")
        ask(made, moved={ERRORS: 1.0}, pin="")
        await settled(made)
        await settled(made)
        assert "error_rate=0.5" in made.answer["pin"]["text"]
        assert made.answer["values"][0] == 1.0

    asyncio.run(moves())


def test_a_move_in_python_ends_what_the_page_asked_for_before(monkeypatch):
    in_many_slices(monkeypatch)

    async def moves() -> None:
        made = lesson()
        answered = watched(made)
        ask(made, moved={ERRORS: 0.0})
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        made.set(ERRORS, 1.0)
        await settled(made)
        assert answered == [2]
        assert made.asked["values"][0] == 1.0

    asyncio.run(moves())


def test_a_run_gives_way_between_two_slices_of_its_simulation(monkeypatch):
    in_many_slices(monkeypatch)

    async def moves() -> None:
        made = lesson()
        ask(made, moved={ERRORS: 0.0})
        turns = 0
        await asyncio.sleep(0)
        while not made._turns.task.done():
            turns += 1
            await asyncio.sleep(0)
        assert turns >= 30 * len(made.runs)

    asyncio.run(moves())


def test_a_callback_in_another_thread_answers_on_the_panels_own_loop():
    """JupyterLab may call back in a subshell's thread.

    https://github.com/jupyterlab/jupyterlab/pull/17363
    """

    async def moves() -> None:
        made = lesson()
        threads: list[threading.Thread] = []
        made.observe(
            lambda _: threads.append(threading.current_thread()),
            ["answer", "story"],
        )
        for changes in ({"asked": {ERRORS: 1.0}}, {"chosen": 3}):

            def move(changes=changes) -> None:
                if "asked" in changes:
                    ask(made, moved=changes["asked"])
                else:
                    made.chosen = changes["chosen"]

            mover = threading.Thread(target=move)
            mover.start()
            mover.join()
            await settled(made)
        assert threads == [threading.main_thread()] * 2
        assert readouts(made)["Synchronous"][0] == "0"

    asyncio.run(moves())


def test_a_refusal_on_the_loop_reaches_the_page():
    async def moves() -> None:
        made = small_account()
        ask(made, moved={RESERVED: 20})
        await settled(made)
        assert "must stay unreserved" in made.answer["complaint"]
        assert made._turns.task.exception() is None

    asyncio.run(moves())


# -- what else a lesson asks
# ---------------------------------------------------------------------------------------


def test_presses_are_arrivals_and_before_the_first_one_there_are_written_ones():
    mine = sim.show.presses(otherwise=(0.0, 1.0))
    assert mine.arrivals.instants == (0.0, 1.0)
    for _ in range(3):
        mine.press()
    instants = mine.arrivals.instants
    assert instants[0] == 0
    assert len(instants) == 3
    assert all(earlier <= later for earlier, later in pairwise(instants))
    assert said(mine.count).startswith("3 events")
    mine.forget()
    assert mine.arrivals.instants == (0.0, 1.0)


def test_a_picture_is_as_wide_as_its_place_on_the_page():
    made = lesson(picture="latency")
    for width in (594, 900):
        made.width = width
        found = re.search(r'<svg[^>]* width="([\d.]+)', made.answer["svg"])
        assert float(found[1]) == pytest.approx(width * 0.75, abs=1)  # points
