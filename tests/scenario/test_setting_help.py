"""Settings explain themselves: in `help`, in editors, and where they are called wrongly."""

import inspect
from typing import get_args

import pytest

import sim
from sim import facts
from sim.scenario.settings import Settings
from tests.support.rows import holds_for_each


def final(base: type[Settings]) -> list[type[Settings]]:
    """The groups of settings that one makes."""
    kinds = base.__subclasses__()
    return (
        [kind for derived in kinds for kind in final(derived)]
        if kinds
        else [base]
    )


GROUPS = {kind.__name__: kind for kind in final(Settings)}
PUBLIC = {name: kind for name, kind in GROUPS.items() if name in sim.__all__}


def shown(kind: type[Settings]) -> dict:
    """The fields that one sets."""
    return {
        name: field for name, field in kind.model_fields.items() if field.repr
    }


@holds_for_each(GROUPS)
def test_help_tells_every_setting_with_its_unit(kind):
    begins, told = inspect.getdoc(kind).split("\nSettings:\n")
    assert begins.strip()
    lines = told.splitlines()
    for name, field in shown(kind).items():
        place = next(
            place
            for place, line in enumerate(lines)
            if line.startswith(f"    {name}: ")
        )
        assert lines[place + 1].strip() == field.description
        extra = field.json_schema_extra
        if extra is not None and facts.fact(extra["fact"]).minimum is not None:
            assert f" {extra['unit']})" in lines[place]


@holds_for_each(GROUPS)
def test_editors_see_every_setting_and_its_default(kind):
    parameters = inspect.signature(kind).parameters
    assert parameters.keys() == shown(kind).keys()
    for name, field in shown(kind).items():
        missing = parameters[name].default is inspect.Parameter.empty
        assert missing == field.is_required()


def test_help_reads_as_one_would_write_it():
    text = inspect.getdoc(sim.Function)
    assert "\n    memory_size: int = 128 (128 to 10,240 MB)\n" in text
    assert "\n    dead_letter_config: DeadLetterConfig | None = None\n" in text
    durations = "float | Constant | Uniform | Exponential | LogNormal | Quantiles | Empirical"
    text = inspect.getdoc(sim.Behaviour)
    assert f"\n    handler: {durations} = Constant(0.1)\n" in text
    assert f"\n    init: {durations} | None = None\n" in text
    text = str(inspect.signature(sim.Behaviour))
    assert text.startswith(
        "(*, handler=Constant(0.1), init=None, restore=None, "
    )


UNNAMED = {
    "a constant": (sim.Constant(1), sim.Constant(seconds=1)),
    "a uniform": (sim.Uniform(1, 2), sim.Uniform(low=1, high=2)),
    "an exponential": (sim.Exponential(0.5), sim.Exponential(mean=0.5)),
    "measured times": (sim.Empirical([1, 2]), sim.Empirical(seconds=(1, 2))),
    "instants": (sim.Recorded([0, 1]), sim.Recorded(instants=(0, 1))),
    "a burst": (sim.Burst(12), sim.Burst(events=12)),
    "a rate": (sim.Poisson(5), sim.Poisson(per_second=5)),
    "a constant rate": (sim.ConstantRate(5), sim.ConstantRate(per_second=5)),
    "a schedule": (
        sim.Scheduled("rate(1 minute)"),
        sim.Scheduled(expression="rate(1 minute)"),
    ),
    "keys": (sim.Keys(3), sim.Keys(count=3)),
    "a name": (
        sim.Function("worker", timeout=5),
        sim.Function(name="worker", timeout=5),
    ),
    "traffic": (
        sim.Traffic("jobs", sim.Burst(1)),
        sim.Traffic(into="jobs", arrivals=sim.Burst(events=1)),
    ),
    "some of several": (
        sim.Recorded([0, 1], keys=[0, 0]),
        sim.Recorded(instants=(0, 1), keys=(0, 0)),
    ),
}


@pytest.mark.parametrize("case", UNNAMED)
def test_what_a_value_means_is_clear_without_its_name(case):
    short, long = UNNAMED[case]
    assert short == long
    assert short.model_dump_json() == long.model_dump_json()


BY_NAME_ONLY = {
    "which is which": (
        lambda: sim.LogNormal(0.1, 0.9),
        "LogNormal takes its settings by name: LogNormal(median=..., p99=...).",
    ),
    "a second value": (
        lambda: sim.Constant(1, 2),
        "Constant takes only seconds without a name, but 2 values are given.",
    ),
    "a third value": (
        lambda: sim.Uniform(1, 2, 3),
        "Uniform takes only low and high without a name, but 3 values are given.",
    ),
    "twice": (
        lambda: sim.Constant(1, seconds=2),
        "Constant: seconds is given twice, without its name and with it.",
    ),
    "not at all": (sim.Constant, "Constant needs seconds."),
}


@pytest.mark.parametrize("case", BY_NAME_ONLY)
def test_what_would_be_unclear_needs_its_name(case):
    attempt, sentence = BY_NAME_ONLY[case]
    with pytest.raises(sim.ScenarioError) as refusal:
        attempt()
    assert str(refusal.value) == sentence


DURATIONS = {
    f"{name}.{field}": (kind, field)
    for name, kind in GROUPS.items()
    for field, told in kind.model_fields.items()
    if "LogNormal" in str(told.annotation)
}


def test_there_are_durations():
    assert {"Behaviour.handler", "Dependency.latency"} < DURATIONS.keys()
    assert len(DURATIONS) >= 9


@holds_for_each(DURATIONS)
def test_a_number_is_a_constant_duration(row):
    kind, field = row
    needed = {
        name for name, told in kind.model_fields.items() if told.is_required()
    }
    values = {
        name: "sqs_standard" if name == "kind" else "x" for name in needed
    }
    for name in needed:
        allowed = get_args(kind.model_fields[name].annotation)
        values[name] = allowed[0] if allowed else values[name]
    made = kind(**values, **{field: 0.25})
    assert getattr(made, field) == sim.Constant(seconds=0.25)
    with pytest.raises(
        sim.ScenarioError, match=f"{field}: seconds is -1, but at least"
    ):
        kind(**values, **{field: -1})
    for wrong in (True, "0.25"):
        with pytest.raises(
            sim.ScenarioError, match=rf"{field} is {wrong!r}, but sim\."
        ):
            kind(**values, **{field: wrong})
