"""Every public function, tried with what nobody should give it: a sentence, or a result.

It grows with the public face: what is new is tried, too, and asks for a good example here.
"""

import inspect
import math
import typing
import warnings
from functools import cache

import ipywidgets
import pytest
from pydantic import BaseModel

import sim
from sim.calibration.sample_log import sample_path
from sim.scenario import setting_help
from sim.scenario.argument_types import fits
from sim.scenario.arguments import _read
from tests.support.rows import holds_for_each

NOTHING = object()
WRONG = {
    "None": None,
    "another type": NOTHING,
    "a truth": True,
    "empty text": "",
    "an unknown text": "no such thing",
    "an empty list": [],
    "an empty dictionary": {},
    "a dictionary of numbers": {1: 2},
    "NaN": math.nan,
    "infinite": math.inf,
    "negative": -1,
    "a fraction": 1.5,
    "nothing at all": 0,
    "huge": 10**30,
    "a huge float": 1e300,
}
SYSTEM = sim.Scenario(
    functions=[sim.Function("worker")],
    triggers=[sim.trigger("sqs_standard", "worker", source="jobs")],
    traffic=[sim.Traffic(into="jobs", arrivals=sim.Burst(3))],
    seconds=60,
)
ASYNCHRONOUS = sim.Scenario(
    functions=[sim.Function("worker")],
    triggers=[sim.trigger("sns", "worker")],
    traffic=[sim.Traffic(into="sns", arrivals=sim.Burst(3))],
    seconds=60,
)


@cache
def run():
    """A small run of a queue."""
    return sim.simulate(SYSTEM)


@cache
def table():
    """A small sweep."""
    grid = {"functions.worker.timeout": [3, 4]}
    return sim.sweep(ASYNCHRONOUS, grid, range(2))


@cache
def incident():
    """A short incident."""
    return sim.course.incident("bad deploy", 0.1, 60.0)


SEVERAL = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
GOOD = {
    "scenario": lambda: SYSTEM,
    "scenarios": lambda: SYSTEM,
    "run": run,
    "runs": run,
    "healthy": run,
    "table": table,
    "incident": incident,
    "incidents": lambda: {"a": incident()},
    "function": lambda: "worker",
    "kind": lambda: "sns",
    "template": lambda: sim.write_template(SYSTEM),
    "paths": sample_path,
    "calibration": lambda: sim.calibrate(sample_path()),
    "path": lambda: table().rename(columns={"seed": "instants"})[["instants"]],
    "x": lambda: "functions.worker.timeout",
    "y": lambda: "seed",
    "value": lambda: "p50_s",
    "question": lambda: "How many?",
    "answer": lambda: 1,
    "correct": lambda: 1,
    "presets": lambda: SYSTEM,
    "controls": lambda: ["functions.worker.timeout"],
    "trouble": lambda: "always fails",
    "name": lambda: "bad deploy",
    "event": lambda: 0,
    "seconds": lambda: 1.0,
    "until": lambda: 1.0,
    "servers": lambda: 2,
    "control": ipywidgets.IntSlider,
    "picture": lambda: sim.show.timeline(run()),
    "otherwise": lambda: [0.0, 1.0],
    "at": lambda: 1.0,
    "sentence": lambda: "It is down.",
    "changes": lambda: {"functions.worker.timeout": 4},
}
"""A good value for what must be given, by its name; a number is good for any other."""

MODULES = {
    "sim": (sim, sim.__all__),
    "show": (sim.show, sim.show.__all__),
    "course": (sim.course, sim.course.__all__),
    "theory": (
        sim.theory,
        [name for name in vars(sim.theory) if name.islower()],
    ),
}
"""The public modules, and their public names."""


def functions():
    """All public functions, and the methods of a run, by name."""
    for module, (namespace, names) in MODULES.items():
        for name in names:
            value = getattr(namespace, name)
            home = getattr(value, "__module__", "")
            is_ours = home == "sim.theory" or module != "theory"
            is_ours = is_ours and home.startswith("sim.")
            if inspect.isfunction(value) and is_ours and name[0] != "_":
                yield f"{module}.{name}", value
    for module, (namespace, names) in MODULES.items():
        for name in names:
            value = getattr(namespace, name)
            if inspect.isclass(value) and value not in ERRORS:
                yield from of_class(module, name, value)


def of_class(module, name, made):
    """How to make one of a class, and those of its public methods that take something.

    Each field of a group of settings has a test of its own.
    """
    is_group = issubclass(made, BaseModel)
    if inspect.isfunction(made.__init__) and not is_group:
        yield f"{module}.{name}", made
    methods = [
        (method, value)
        for one in made.__mro__
        if one.__module__.startswith("sim.")
        for method, value in vars(one).items()
        if inspect.isfunction(value) and method[0] != "_"
    ]
    for method, value in dict(reversed(methods)).items():
        takes_something = len(inspect.signature(value).parameters) > 1
        if takes_something and method not in ASKED_OFTEN and made in ONE:
            yield f"{module}.{name}.{method}", getattr(ONE[made](), method)


@cache
def panel():
    """A small panel."""
    return sim.show.panel(ASYNCHRONOUS, ["functions.worker.timeout"])


ASKED_OFTEN = ("consumers", "recipients", "invoked", "pollers_of", "trigger_of")
"""What is asked once for each event perhaps, by our own code: it does not check."""
ERRORS = (sim.ScenarioError, sim.TemplateError)
ONE = {
    sim.Run: run,
    sim.Scenario: lambda: SYSTEM,
    sim.Function: lambda: sim.Function("worker"),
    sim.Simulation: lambda: sim.Simulation(SYSTEM),
    sim.show.Panel: panel,
    sim.show.Catalogue: panel,  # whose methods a panel has
    sim.show.Prediction: lambda: sim.show.predict("How many?"),
    sim.show.Presses: sim.show.presses,
}
"""How to make one of each class whose methods people call with something."""


def tried_arguments(function):
    """The names of the arguments that are given one by one, with their types."""
    plain = inspect.unwrap(
        function.__init__ if inspect.isclass(function) else function
    )
    _, hints = _read(getattr(plain, "__func__", plain))
    signature = inspect.signature(function)
    return {name: hints[name] for name in signature.parameters if name in hints}


def good_arguments(function):
    """Something good for each argument that must be given."""
    return {
        name: GOOD.get(name, lambda: 0.5)()
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is inspect.Parameter.empty
        and parameter.kind not in SEVERAL
    }


class Case(typing.NamedTuple):
    """A public function, one of its arguments, and the type of that one."""

    function: typing.Any
    argument: str
    hint: typing.Any


def cases():
    """Each public function with each of its arguments, by name."""
    for name, function in functions():
        for argument, hint in tried_arguments(function).items():
            yield f"{name}({argument})", Case(function, argument, hint)


CASES = dict(cases())
SLOW = (
    "show.",
    "course.game_day",
    "course.trials",
    "sim.calibrate",
    "sim.power_tuning",
    "sim.sweep",
)
"""What runs or draws so much that a right value is tried by the slow test."""


def try_all(case, values):
    """Give a function each of some values for one argument, and good ones for the others."""
    for name, wrong in values.items():
        given = {**good_arguments(case.function), case.argument: wrong}
        sentence = None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                case.function(**given)
        except sim.ScenarioError as error:
            sentence = str(error)
        except Exception as error:
            pytest.fail(f"{name}: {type(error).__name__}: {error}")
        if sentence is None:
            assert fits(wrong, case.hint), f"{name} is accepted"
        else:
            assert "\n" not in sentence, f"{name} is refused in several lines"
            assert sentence[-1] in ".?)", f"{name} is refused without an end"


@pytest.mark.slow
@holds_for_each(CASES)
def test_a_public_function_refuses_what_its_signature_does_not_allow(case):
    wrong = {
        n: value for n, value in WRONG.items() if not fits(value, case.hint)
    }
    try_all(case, wrong)


@holds_for_each({n: c for n, c in CASES.items() if not n.startswith(SLOW)})
def test_a_public_function_refuses_or_understands_what_its_signature_allows(
    case,
):
    try_all(case, {n: v for n, v in WRONG.items() if fits(v, case.hint)})


@pytest.mark.slow
@holds_for_each({n: c for n, c in CASES.items() if n.startswith(SLOW)})
def test_so_does_a_public_function_that_takes_long(case):
    try_all(case, {n: v for n, v in WRONG.items() if fits(v, case.hint)})


def is_checked(function):
    """Whether its arguments are checked before it begins."""
    made_by = function.__init__ if inspect.isclass(function) else function
    return hasattr(made_by, "__wrapped__")


@holds_for_each({n: f for n, f in functions() if is_checked(f)})
def test_what_is_called_with_too_much_says_how_it_is_called(function):
    with pytest.raises(sim.ScenarioError, match=r"; write \w+\(.*\)\.$"):
        function(*[NOTHING] * 30)


def test_settings_are_replaced_by_name_only():
    for one in (SYSTEM, sim.Function("worker"), sim.Poisson(1)):
        with pytest.raises(sim.ScenarioError, match=r"write replace\(\.\.\.\)"):
            one.replace(3)


SETTINGS = {
    f"{name}.{field}": (value, field)
    for name in sim.__all__
    if inspect.isclass(value := getattr(sim, name))
    and issubclass(value, BaseModel)
    for field in value.model_fields
}
"""Each field of each public group of settings."""


@holds_for_each(SETTINGS)
def test_a_setting_is_refused_in_sentences_or_taken(setting):
    group, field = setting
    for name, wrong in WRONG.items():
        try:
            group(**{field: wrong})
        except sim.ScenarioError as error:
            sentences = str(error).splitlines()
            assert all(one[-1] in ".?)" for one in sentences), (name, sentences)
        except Exception as error:
            pytest.fail(f"{name}: {type(error).__name__}: {error}")


QUANTITIES = {
    name: (group, field)
    for name, (group, field) in SETTINGS.items()
    if setting_help.fact_of(group, field)
}


@holds_for_each(QUANTITIES)
def test_a_quantity_is_a_finite_number_within_its_bounds(setting):
    group, field = setting
    for name in ("another type", "a truth", "NaN", "infinite", "huge"):
        with pytest.raises(sim.ScenarioError, match=rf"\b{field}\b"):
            group(**{field: WRONG[name]})
