"""The panel, without a browser: what a learner moves, and what a learner then sees."""

import asyncio
import html
import re
import threading
from itertools import pairwise

import ipywidgets as widgets
import pytest

import sim
from sim.scenario.setting_help import fact_of
from sim.scenario.settings import Settings
from sim.show.panel import controls, deploy_tab
from sim.show.panel.controls import NOT_SET, Control
from sim.show.panel.panel import Panel, panel
from sim.show.pictures.pictures import PICTURES

PNG = b"\x89PNG\r\n\x1a\n"
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


def small_account() -> Panel:
    """A lesson in which more than ten environments cannot be reserved."""
    account = sim.Account(concurrent_executions=110)
    reserved = systems(reserved_concurrent_executions=1)
    presets = {
        "small": {
            name: one.replace(account=account) for name, one in reserved.items()
        }
    }
    return panel(presets, CONTROLS, seed=6)


def control(made: Panel, path: str) -> widgets.ValueWidget:
    return next(
        slider for one, slider in made.sliders.items() if one.path == path
    )


def seen(made: Panel) -> tuple[bytes, str, str]:
    return bytes(made.image.value), made.readout.value, made.words.value


def rows(made: Panel) -> dict[str, list[str]]:
    """The readout table as a learner reads it: by run, the text of each cell."""
    found = re.findall(
        r"<tr><th scope=\"row\"[^>]*>(.*?)</th>(.*?)</tr>", made.readout.value
    )
    return {
        name: re.findall(r"<td[^>]*>(.*?)</td>", cells) for name, cells in found
    }


def said(widget: widgets.HTML) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", widget.value))


def extremes(slider: widgets.ValueWidget) -> list[object]:
    if isinstance(slider, widgets.SelectionSlider):
        return [
            slider.options[0][1],
            slider.options[1][1],
            slider.options[-1][1],
        ]
    return [slider.min, slider.max]


def expected(scenario: sim.Scenario, seed: int = 6) -> list[str]:
    """The first four readouts, from the simulation itself."""
    summary = sim.simulate(scenario, seed=seed).summary()
    return [
        str(summary[name]) for name in ("delivered", "told", "parked", "lost")
    ]


# -- one move, one new picture
# -------------------------------------------------------------------------------------


def test_a_new_panel_shows_the_preset_as_it_is_written():
    made = lesson()
    assert made.redraws == 1
    assert made.scenarios() == systems()
    assert {name: cells[:4] for name, cells in rows(made).items()} == {
        name: expected(scenario) for name, scenario in systems().items()
    }


def test_a_move_changes_picture_readout_and_words_with_one_redraw():
    made = lesson()
    before = seen(made)
    control(made, ERRORS).value = 1.0
    assert made.redraws == 2
    assert all(old != new for old, new in zip(before, seen(made), strict=True))
    assert seen(made)[0].startswith(PNG)
    failing = {
        name: scenario.with_setting(ERRORS, 1.0)
        for name, scenario in systems().items()
    }
    assert {name: cells[:4] for name, cells in rows(made).items()} == {
        name: expected(scenario) for name, scenario in failing.items()
    }
    assert (
        "Synchronous: of 12 events, 0 delivered and 12 callers saw an error."
        in said(made.words)
    )


def test_a_move_of_the_front_end_is_a_move():
    made = lesson()
    control(made, ERRORS).set_state({"value": 1.0})
    assert made.redraws == 2
    assert rows(made)["Synchronous"][0] == "0"


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
    assert made.runs["throttled"].deliveries.settled_s.max() > 500
    given_up = made.runs["unheard"].deliveries.settled_s.max()
    assert made.runs["unheard"].spans.end_s.max() > given_up + 20, (
        "the handler works on"
    )


def test_a_wildcard_reaches_every_scenario_and_every_function():
    made = lesson()
    control(made, MEMORY).value = 1000
    assert [next(s.found(MEMORY))[1] for s in made.scenarios().values()] == [
        1000
    ] * 3
    assert {
        run.scenario.functions[0].memory_size for run in made.runs.values()
    } == {1000}


def test_a_control_leaves_scenarios_alone_that_have_no_such_setting():
    made = panel({"both": systems()}, ["triggers.sqs_standard.batch_size"])
    control(made, "triggers.sqs_standard.batch_size").value = 1
    assert [
        list(s.found("triggers.*.batch_size")) != []
        for s in made.scenarios().values()
    ] == [False, False, True]
    assert made.runs["Queue"].scenario.triggers[0].batch_size == 1


def test_the_same_settings_give_the_same_picture_to_the_byte():
    first, second = lesson(), lesson()
    for made in (first, second):
        control(made, ERRORS).value = 0.5
    assert seen(first) == seen(second)


def test_another_seed_is_another_course_of_events():
    made = lesson()
    before = seen(made)
    made.seed.value = 7
    assert made.redraws == 2
    assert seen(made)[0] != before[0]
    assert rows(made)["Synchronous"][:4] == expected(
        systems()["Synchronous"], seed=7
    )


@pytest.mark.parametrize("view", list(PICTURES))
def test_each_view_is_a_picture_of_its_own(view):
    other = next(name for name in PICTURES if name != view)
    made = lesson(picture=other)
    before = seen(made)
    made.view.value = view
    assert made.redraws == 2
    assert seen(made)[0].startswith(PNG)
    assert seen(made)[0] != before[0]
    assert seen(made)[1:] == before[1:]


def test_the_story_view_tells_what_happened_to_the_chosen_event_in_each_run():
    made = lesson(event=3)
    made.view.value = "story"
    assert made.image.layout.display == "none"
    told = made.text.value
    for name, run in made.runs.items():
        assert f"<h4>{name}</h4>" in told
        assert str(run.story(3)).replace("`", "") in said(made.text)
    assert '<a href="https://docs.aws.amazon.com/' in told
    made.event.value = 4
    assert made.text.value != told
    made.view.value = "timeline"
    assert (made.image.layout.display, made.text.layout.display) == ("", "none")


def test_a_story_of_no_event_is_a_sentence():
    made = lesson(event=12)
    made.view.value = "story"
    assert "no event 12" in said(made.text).lower()


# -- presets, reset, pin
# -------------------------------------------------------------------------------------------


def test_a_preset_sets_every_control_and_draws_once():
    made = lesson()
    (
        control(made, ERRORS).value,
        control(made, TIMEOUT).value,
        made.seed.value,
    ) = (
        1.0,
        5,
        9,
    )
    drawn = made.redraws
    made.preset.value = "one at a time"
    assert made.redraws == drawn + 1
    assert control(made, ERRORS).value == 0.25
    assert control(made, RESERVED).value == 1
    assert made.seed.value == 6
    assert made.scenarios() == systems(reserved_concurrent_executions=1)


def test_not_set_and_a_number_are_both_values():
    """Concurrency that is not reserved is not zero.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    """
    made = lesson()
    assert control(made, RESERVED).value == NOT_SET
    control(made, RESERVED).value = 0
    assert rows(made)["Synchronous"][0] == "0"
    control(made, RESERVED).value = NOT_SET
    assert made.scenarios() == systems()


def test_only_what_may_be_unset_is_offered_as_not_set():
    work = "functions.worker.behaviour.handler.median"
    made = panel(systems(), [RESERVED, Control(work, low=0.1, high=2)])
    assert NOT_SET in control(made, RESERVED)._options_values
    assert NOT_SET not in control(made, work)._options_values


def test_reset_goes_back_to_the_preset_and_draws_once():
    made = lesson()
    before = seen(made)
    made.preset.value = "one at a time"
    control(made, RESERVED).value, control(made, ERRORS).value = 5, 0.0
    made.preset.value = "shared"
    control(made, RESERVED).value = 5
    drawn = made.redraws
    made.reset.click()
    assert made.redraws == drawn + 1
    assert made.scenarios() == systems()
    assert seen(made)[1:] == before[1:]


def test_a_control_rests_where_a_preset_has_no_such_setting():
    batch = "triggers.sqs_standard.batch_size"
    made = panel(
        {"queue": system("sqs_standard"), "topic": system("sns")}, [batch]
    )
    assert not control(made, batch).disabled
    made.preset.value = "topic"
    assert control(made, batch).disabled
    assert made.redraws == 2
    made.preset.value = "queue"
    assert not control(made, batch).disabled


def test_a_pinned_run_stays_to_compare_with_until_it_is_unpinned():
    made = lesson()
    alone = seen(made)
    made.pin.value = True
    assert made.pinned.keys() == systems().keys()
    control(made, ERRORS).value = 1.0
    before = int(expected(systems()["Synchronous"])[0])
    assert (
        re.sub(r"<[^>]+>", "", rows(made)["Synchronous"][0]) == f"0 (−{before})"
    )
    compared = seen(made)[0]
    made.pin.value = False
    assert made.pinned == {}
    assert "(−" not in made.readout.value
    assert seen(made)[0] != compared
    made.reset.click()
    assert seen(made)[1:] == alone[1:]


# -- what cannot be simulated
# --------------------------------------------------------------------------------------


def test_what_aws_refuses_is_one_sentence_and_leaves_the_last_picture_marked_as_old():
    """A reservation that leaves too little.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    """
    made = small_account()
    before = seen(made)
    control(made, RESERVED).value = 20
    assert seen(made) == before
    assert made.redraws == 1
    assert 'role="alert"' in made.error.value
    sentence = said(made.error)
    assert "must stay unreserved" in sentence
    assert "20" in sentence
    assert "Error:" not in sentence
    assert "\n" not in sentence
    assert float(made.image.layout.opacity) < 1
    control(made, RESERVED).value = 5
    assert made.error.value == ""
    assert made.redraws == 2
    assert made.image.layout.opacity == "1"


def test_a_fault_of_ours_is_not_silent(monkeypatch):
    """JupyterLab swallows a callback's exception.

    https://github.com/jupyter-widgets/ipywidgets/issues/1971
    """
    made = lesson()
    monkeypatch.setattr(made, "_draw_picture", lambda *_: 1 / 0)
    control(made, ERRORS).value = 1.0
    assert "ZeroDivisionError" in said(made.error)


def test_a_path_to_nowhere_is_refused():
    for path in (
        "functions.worker.memory",
        "functions.nobody.timeout",
        "functions.worker.runtime",
        "nonsense",
    ):
        with pytest.raises(sim.ScenarioError, match=re.escape(repr(path))):
            panel(system("sns"), [path])


def test_bounds_that_leave_out_the_presets_own_value_are_refused():
    with pytest.raises(
        sim.ScenarioError, match="from 1 to 5, but its value is 10"
    ):
        panel(system("sns"), [Control(TIMEOUT, low=1, high=5)])


# -- controls come from the settings' own fields
# -------------------------------------------------------------------


def quantities(settings: Settings, prefix: str = "") -> list[str]:
    """The paths of all quantities below these settings."""
    found = []
    for name in type(settings).model_fields:
        value, path = getattr(settings, name), f"{prefix}{name}"
        if fact_of(type(settings), name) is not None:
            found.append(path)
        elif isinstance(value, Settings):
            found += quantities(value, f"{path}.")
        elif isinstance(value, tuple):
            found += [
                inner
                for item in value
                for inner in quantities(
                    item, f"{path}.{getattr(item, 'name', 0)}."
                )
            ]
    return found


WIDE = {
    "seconds": 600,
    "traffic.orders.arrivals.per_second": 20,
    "traffic.orders.arrivals.events": 50,
}


@pytest.mark.parametrize(
    "kind",
    [
        "invoke",
        pytest.param("sns", marks=pytest.mark.slow),
        pytest.param("sqs_standard", marks=pytest.mark.slow),
    ],
)
def test_every_control_works_at_its_lowest_and_at_its_highest(kind):
    """Each value gives a picture, or a sentence that AWS would refuse it; never a fault of ours."""
    scenario = system(kind)
    paths = quantities(scenario)
    assert TIMEOUT in paths
    made = panel(
        scenario, [Control(path, high=WIDE.get(path)) for path in paths], seed=6
    )
    for one, slider in made.sliders.items():
        for value in [
            value for value in extremes(slider) if value != slider.value
        ]:
            drawn = made.redraws
            slider.value = value
            refused = said(made.error)
            assert (made.redraws == drawn + 1) != bool(refused), (
                one.path,
                value,
            )
            assert not re.match(
                r"Not simulated: \w+(Error|Exception|Exit|Interrupt):", refused
            ), (one.path, refused)
        made.silent = True
        controls.update_widget(one, slider, [scenario])
        made.silent = False


@pytest.mark.parametrize(
    "path", [TIMEOUT, ERRORS, RESERVED, MEMORY, "triggers.sqs_standard.pollers"]
)
def test_a_controls_bounds_unit_and_help_come_from_the_facts(path):
    scenario = system("sqs_standard")
    fact = next(scenario.found(path))[0]
    (slider,) = panel(scenario, [path]).sliders.values()
    assert not slider.continuous_update
    assert slider.description == path.rsplit(".", maxsplit=1)[-1].replace(
        "_", " "
    )
    for part in (fact.help, fact.unit, fact.source, fact.evidence):
        assert part in slider.tooltip
    if isinstance(slider, widgets.SelectionSlider):
        numbers = [number for _, number in slider.options if number != NOT_SET]
        assert numbers == sorted(numbers)
        assert numbers[0] == fact.minimum
        assert fact.maximum in (None, numbers[-1])
        units = {"s": {"s", "min", "h", "d"}, "MB": {"MB"}}.get(fact.unit, {""})
        assert all(
            label.partition(" ")[2] in units
            for label, number in slider.options
            if number != NOT_SET
        )
    else:
        assert (slider.min, slider.max) == (fact.minimum, fact.maximum)


def test_what_is_not_set_is_shown_as_not_set_whatever_its_unit():
    scenario = system("invoke")
    unset = [
        Control(path, high=WIDE.get(path))
        for path in quantities(scenario)
        for _, value in [next(scenario.found(path))]
        if value is None
    ]
    made = controls.make_widget
    shown = {one.path: made(one, [scenario]).value for one in unset}
    assert "triggers.invoke.denied_share" in shown
    assert shown == dict.fromkeys(shown, NOT_SET)


def test_a_control_may_have_narrower_bounds_a_label_and_a_group():
    narrow = Control(
        TIMEOUT, low=5, high=20, label="time limit", group="Function"
    )
    made = panel(system("sns"), [narrow])
    slider = made.sliders[narrow]
    assert (slider.min, slider.max, slider.description) == (
        5,
        20,
        "time limit (s)",
    )
    headings = [
        child.value
        for child in made.box.children[0].children
        if isinstance(child, widgets.HTML)
    ]
    assert headings == ["<b>Function</b>"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 s"),
        (59, "59 s"),
        (60, "1 min"),
        (90, "90 s"),
        (21600, "6 h"),
        (86400, "1 d"),
    ],
)
def test_a_time_is_said_as_a_person_would_say_it(seconds, words):
    assert controls.readout_text(seconds, "s") == words


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("environments", "20"),
        ("MB", "20 MB"),
        ("events/s", "20/s"),
        ("share", "20"),
    ],
)
def test_a_readout_has_room_for_the_symbol_of_a_unit_but_not_for_what_is_counted(
    unit, words
):
    assert controls.readout_text(20, unit) == words


def test_every_stop_of_a_slider_is_allowed_by_its_fact():
    for path in quantities(system("sqs_standard")):
        slider = controls.make_widget(Control(path), [system("sqs_standard")])
        fact = next(system("sqs_standard").found(path))[0]
        for value in extremes(slider):
            if value != NOT_SET:
                assert fact.minimum is None or value >= fact.minimum, path
                assert fact.maximum is None or value <= fact.maximum, path


# -- on an event loop, as in a notebook
# ----------------------------------------------------------------------------


async def settled(made: Panel) -> None:
    await asyncio.sleep(0)  # what was asked for is done on the loop's next turn
    while made.task is not None and not made.task.done():
        await asyncio.sleep(0)


def watched(made: Panel) -> list[str]:
    """What changes on the screen from now on, in order; and on which thread."""
    changes: list[str] = []
    for name in ("image", "readout", "words"):
        getattr(made, name).observe(
            lambda _, name=name: changes.append(name), "value"
        )
    return changes


def test_the_latest_of_several_moves_wins():
    async def moves() -> None:
        made = lesson()
        changes = watched(made)
        for share in (0.4, 0.6, 0.8, 1.0):
            control(made, ERRORS).value = share
        await settled(made)
        assert made.redraws == 2
        assert sorted(changes) == ["image", "readout", "words"]
        assert rows(made)["Synchronous"][0] == "0"

    asyncio.run(moves())


def test_a_move_in_the_middle_of_a_run_takes_over_and_leaves_no_half_picture():
    async def moves() -> None:
        made = lesson()
        changes, before = watched(made), seen(made)
        control(made, ERRORS).value = 0.0
        for _ in range(5):
            await asyncio.sleep(0)
        first = made.task
        assert not first.done()
        control(made, ERRORS).value = 1.0
        await asyncio.sleep(0)
        assert seen(made) == before
        await settled(made)
        assert first.cancelled()
        assert sorted(changes) == ["image", "readout", "words"]
        assert rows(made)["Synchronous"][0] == "0"

    asyncio.run(moves())


def test_a_run_gives_way_between_two_slices_of_its_simulation():
    async def moves() -> None:
        made = lesson()
        control(made, ERRORS).value = 0.0
        turns = 0
        await asyncio.sleep(0)
        while not made.task.done():
            turns += 1
            await asyncio.sleep(0)
        assert turns >= 3 * len(made.runs)

    asyncio.run(moves())


def test_a_callback_in_another_thread_draws_on_the_panels_own_loop():
    """JupyterLab may call back in a subshell's thread.

    https://github.com/jupyterlab/jupyterlab/pull/17363
    """

    async def moves() -> None:
        made = lesson()
        threads: list[threading.Thread] = []
        made.image.observe(
            lambda _: threads.append(threading.current_thread()), "value"
        )
        mover = threading.Thread(
            target=lambda: setattr(control(made, ERRORS), "value", 1.0)
        )
        mover.start()
        mover.join()
        await settled(made)
        assert threads == [threading.main_thread()]
        assert rows(made)["Synchronous"][0] == "0"

    asyncio.run(moves())


def test_a_refusal_on_the_loop_reaches_the_error_line():
    async def moves() -> None:
        made = small_account()
        control(made, RESERVED).value = 20
        await settled(made)
        assert "must stay unreserved" in said(made.error)
        assert made.task.exception() is None

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


def test_the_cost_view_is_the_bill_of_each_run_with_the_source_of_each_price():
    made = lesson()
    made.view.value = "cost"
    for name, run in made.runs.items():
        assert f"<h4>{name}, for a million events</h4>" in made.text.value
        total = run.cost(per="million events").cost_usd.iloc[0]
        assert f"{total:,.2f} USD" in made.text.value
    assert made.text.value.count(
        "https://aws.amazon.com/lambda/pricing/"
    ) == 2 * len(made.runs)


def test_the_cloudwatch_view_is_a_picture_too():
    made = lesson()
    before = made.image.value
    made.view.value = "CloudWatch"
    assert bytes(made.image.value).startswith(b"\x89PNG")
    assert made.image.value != before
    assert made.error.value == ""


def test_pictures_follow_the_pages_theme():
    panel = lesson()
    light = panel.image.value
    panel.page_theme.theme = "dark"
    assert panel.image.value != light
    panel.page_theme.theme = "light"
    assert panel.image.value == light


# -- the deploy tab
# ------------------------------------------------------------------------------------------------


def code(made: Panel) -> list[str]:
    """The code that the deploy tab shows, one text a scenario."""
    return [
        html.unescape(text)
        for text in re.findall(
            r"<pre[^>]*>(.*?)</pre>", made.deploy.code.value, re.DOTALL
        )
    ]


def test_the_deploy_tab_shows_the_code_of_the_present_settings_in_each_form():
    made = lesson(picture="deploy")
    control(made, TIMEOUT).value = 30
    written = {
        name: scenario.with_setting(TIMEOUT, 30)
        for name, scenario in systems().items()
    }
    for form in ("sam", "cdk-python", "cdk-typescript"):
        made.deploy.format.value = form
        shown = [
            sim.write_template(scenario, to=form)
            for scenario in written.values()
        ]
        assert code(made) == shown
        assert "30" in shown[0]


def test_a_change_of_form_runs_nothing_again():
    made = lesson(picture="deploy")
    made.deploy.format.value = "cdk-python"
    assert made.redraws == 1


def test_code_is_made_only_where_it_is_seen():
    made = lesson()
    control(made, TIMEOUT).value = 30
    assert made.deploy.code.value == ""
    assert made.deploy.layout.display == "none"
    made.view.value = "deploy"
    assert len(code(made)) == len(systems())
    assert (made.deploy.layout.display, made.image.layout.display) == (
        "",
        "none",
    )


def test_the_deploy_tab_links_to_the_folders_that_there_are(
    tmp_path, monkeypatch
):
    (tmp_path / "data" / "deploy" / "sqs-standard").mkdir(parents=True)
    monkeypatch.setattr("sim.facts.DATA", tmp_path / "data")
    linked = [deploy_tab.example_link(kind) for kind in ("sqs_standard", "sns")]
    assert 'data-path="data/deploy/sqs-standard"' in linked[0]
    assert linked[1] == ""


def test_a_control_has_a_place_for_what_is_not_set_in_one_of_its_presets():
    path = "functions.f.provisioned_concurrency_config.provisioned_concurrent_executions"
    config = sim.ProvisionedConcurrencyConfig(
        provisioned_concurrent_executions=4
    )
    plain = sim.Function(name="f")
    kept = plain.replace(
        auto_publish_alias="live", provisioned_concurrency_config=config
    )
    presets = {
        name: sim.Scenario(
            functions=[function],
            triggers=[sim.trigger("invoke", function="f")],
            traffic=[sim.Traffic(into="invoke", arrivals=sim.Burst(events=1))],
        )
        for name, function in {"kept": kept, "plain": plain}.items()
    }
    shown = sim.show.panel(presets, [sim.show.Control(path, high=10)])
    (slider,) = shown.sliders.values()
    assert slider.value == 4
    shown.preset.value = "plain"
    assert slider.value == NOT_SET
    assert shown.error.value == ""
