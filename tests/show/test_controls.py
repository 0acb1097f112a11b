"""A control's stops, bounds, unit and help come from the setting's own field and its presets."""

import re

import pytest

import sim
from sim.scenario.setting_help import fact_of
from sim.scenario.settings import Settings
from sim.show.panel.controls import Control, find
from sim.show.panel.panel import Panel, panel
from sim.show.panel.stops import stop_text, stops
from tests.show.test_panel import (
    ERRORS,
    MEMORY,
    RESERVED,
    TIMEOUT,
    system,
    systems,
)

WIDE = {
    "seconds": 600,
    "traffic.orders.arrivals.per_second": 20,
    "traffic.orders.arrivals.events": 50,
}
TIMES = {
    1: "1 s",
    59: "59 s",
    60: "60 s",
    90: "90 s",
    21600: "6 h",
    86400: "24 h",
}
UNITS = {
    "environments": "20",
    "MB": "20 MB",
    "events/s": "20/s",
    "events": "20",
}


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


def form_of(path: str | Control, *presets: sim.Scenario) -> dict:
    """What the page gets of one control."""
    shown = {str(number): one for number, one in enumerate(presets)}
    (control,) = panel(shown, [path]).form["controls"]
    return control


def reached(control: dict) -> list[float]:
    return [value for value, _ in control["stops"]]


@pytest.mark.slow  # some hundred runs
@pytest.mark.parametrize("kind", ["invoke", "sns", "sqs_standard"])
def test_every_control_works_at_its_lowest_and_at_its_highest(kind):
    """Each value gives an answer, or a sentence that AWS would refuse it; never a fault of ours."""
    scenario = system(kind)
    paths = quantities(scenario)
    assert TIMEOUT in paths
    made = panel(
        scenario, [Control(path, high=WIDE.get(path)) for path in paths], seed=6
    )
    for control in made.form["controls"]:
        for value in extremes(control):
            try_out(made, control["path"], value)
        made.choose_preset("as written")


def extremes(control: dict) -> list[float | None]:
    ends = [control["low"], reached(control)[0], control["high"]]
    return [*dict.fromkeys(ends), *([None] if control["unset"] else [])]


def try_out(made: Panel, path: str, value: float | None) -> None:
    drawn = made.redraws
    made.set(path, value)
    refused = made.answer["complaint"]
    assert (made.redraws == drawn + 1) != bool(refused), (path, value)
    assert not re.match(r"\w+(Error|Exception|Exit|Interrupt):", refused), (
        path,
        refused,
    )


@pytest.mark.parametrize(
    "path", [TIMEOUT, ERRORS, RESERVED, MEMORY, "triggers.sqs_standard.pollers"]
)
def test_a_controls_bounds_unit_and_help_come_from_the_facts(path):
    scenario = system("sqs_standard")
    fact = next(scenario.found(path))[0]
    control = form_of(path, scenario)
    assert control["label"] == path.rpartition(".")[2].replace("_", " ")
    for part in (fact.help, fact.unit, fact.evidence):
        assert part in control["help"]
    assert control["source"] == fact.source
    values = reached(control)
    assert values == sorted(set(values))
    assert control["low"] == fact.minimum
    assert fact.maximum in (None, values[-1], control["high"])
    units = {"s": {"s", "min", "h", "days"}, "MB": {"MB"}, "share": {"%"}}
    for _, text in control["stops"]:
        assert text.partition(" ")[2] in units.get(fact.unit, {""}), text


def test_every_whole_number_of_a_short_range_is_a_stop():
    for low, high in ((1, 10), (0, 50), (7, 57)):
        control = form_of(
            Control(TIMEOUT, low=max(low, 1), high=high), system("sns")
        )
        assert reached(control) == list(range(max(low, 1), high + 1))
    longer = form_of(Control(TIMEOUT, low=1, high=52), system("sns"))
    assert len(longer["stops"]) < 20
    rate = form_of(
        Control("traffic.*.arrivals.per_second", low=0.1, high=20),
        system("sns"),
    )
    assert {0.1, 0.5, *range(1, 21)} <= set(reached(rate))


def test_a_share_has_a_stop_for_every_percent():
    control = form_of(ERRORS, system("sns"))
    assert reached(control) == [percent / 100 for percent in range(101)]
    assert [text for _, text in control["stops"]][:2] == ["0 %", "1 %"]
    assert not control["whole"]


def test_each_presets_own_value_is_a_stop():
    one, two = (system("sns").with_setting(TIMEOUT, n) for n in (37, 414))
    assert {37, 414} <= set(reached(form_of(TIMEOUT, one, two)))
    odd = system("sns").with_setting(ERRORS, 0.125)
    assert [0.125, "12.5 %"] in form_of(ERRORS, odd)["stops"]


def test_not_set_is_a_button_where_something_may_be_unset():
    work = "functions.worker.behaviour.handler.median"
    assert form_of(RESERVED, system("sns"))["unset"] == "not set"
    assert form_of(Control(work, low=0.1, high=2), system("sns"))["unset"] == ""
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
    shown = panel(presets, [Control(path, high=10)])
    assert shown.form["controls"][0]["unset"] == "not set"
    assert shown.answer["values"] == [4]
    shown.choose_preset("plain")
    assert shown.answer["values"] == [None]
    assert shown.answer["complaint"] == ""


def test_no_concurrency_at_all_is_off_and_a_button_of_its_own():
    """A function with a reservation of 0 takes no event.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    """
    control = form_of(Control(RESERVED, high=20), system("sns"))
    assert control["off"] == "off: 0"
    assert reached(control) == list(range(1, 21))
    assert control["low"] == 0
    from_one = form_of(Control(RESERVED, low=1, high=20), system("sns"))
    assert from_one["off"] == ""
    assert form_of(ERRORS, system("sns"))["off"] == ""


def test_what_is_not_set_is_none_whatever_its_unit():
    scenario = system("invoke")
    unset = [
        Control(path, high=WIDE.get(path))
        for path in quantities(scenario)
        for _, value in [next(scenario.found(path))]
        if value is None
    ]
    made = panel(scenario, unset)
    assert "triggers.invoke.denied_share" in [one.path for one in unset]
    assert made.answer["values"] == [None] * len(unset)
    assert {one["unset"] for one in made.form["controls"]} == {"not set"}


def test_a_setting_that_takes_whole_numbers_alone_says_so():
    whole = {TIMEOUT: True, MEMORY: True, RESERVED: True, ERRORS: False}
    for path, is_whole in whole.items():
        assert form_of(path, system("sns"))["whole"] == is_whole, path
    rate = Control("traffic.*.arrivals.per_second", low=1, high=20)
    fast = system("sns").with_setting("traffic.orders.arrivals.per_second", 5)
    assert not form_of(rate, fast)["whole"]


def test_a_control_may_have_narrower_bounds_a_label_and_a_group():
    narrow = Control(
        TIMEOUT, low=5, high=20, label="time limit", group="Function"
    )
    control = form_of(narrow, system("sns"))
    assert (control["low"], control["high"]) == (5, 20)
    assert (control["label"], control["group"]) == ("time limit", "Function")


def test_bounds_that_leave_out_a_presets_own_value_are_refused():
    with pytest.raises(
        sim.ScenarioError, match="from 1 to 5, but its value is 10"
    ):
        panel(system("sns"), [Control(TIMEOUT, low=1, high=5)])
    wide = {"a": system("sns"), "b": system("sns").with_setting(TIMEOUT, 60)}
    with pytest.raises(sim.ScenarioError) as caught:
        panel(wide, [Control(TIMEOUT, low=1, high=10)])
    assert str(caught.value) == (
        "Preset 'b': The control for 'functions.worker.timeout' goes from 1 to 10, "
        "but its value is 60."
    )


def test_a_path_to_nowhere_is_refused():
    for path in (
        "functions.worker.memory",
        "functions.nobody.timeout",
        "functions.worker.runtime",
        "nonsense",
    ):
        with pytest.raises(sim.ScenarioError, match=re.escape(repr(path))):
            panel(system("sns"), [path])


def test_a_time_is_said_as_a_person_would_say_it():
    said = {seconds: stop_text(seconds, "s") for seconds in TIMES}
    assert said == TIMES


def test_a_stop_has_the_symbol_of_a_unit_but_not_what_is_counted():
    assert {unit: stop_text(20, unit) for unit in UNITS} == UNITS


def test_every_stop_of_every_setting_lies_within_its_range():
    scenario = system("sqs_standard")
    for path in quantities(scenario):
        setting = find(Control(path), {"one": systems()})
        fact = setting.fact
        values = [value for value, _ in stops(setting)]
        assert fact.minimum is None or values[0] >= fact.minimum, path
        assert fact.maximum is None or values[-1] <= fact.maximum, path
        if setting.is_whole:
            assert all(value == int(value) for value in values), path
