"""Every public function, tried with what nobody should give it: a sentence, or a result.

It grows with the public face: what is new is tried, too, and asks for a good example here.
"""

import inspect
import math
import typing
import warnings
from functools import cache

import pytest
from pydantic import BaseModel

import sim
from sim.scenario import setting_help
from sim.scenario.arguments import _fits, _read
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
    for name, value in vars(sim.Run).items():
        if inspect.isfunction(value) and name[0] != "_":
            yield f"Run.{name}", getattr(run(), name)
    yield "Simulation", sim.Simulation
    yield "show.Timeline", sim.show.Timeline


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
        and parameter.kind is not inspect.Parameter.VAR_KEYWORD
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
SLOW = ("show.", "course.trials", "sim.power_tuning", "sim.sweep")
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
            assert _fits(wrong, case.hint), f"{name} is accepted"
        else:
            assert "\n" not in sentence, f"{name} is refused in several lines"
            assert sentence[-1] in ".?)", f"{name} is refused without an end"


@holds_for_each(CASES)
def test_a_public_function_refuses_what_its_signature_does_not_allow(case):
    wrong = {
        n: value for n, value in WRONG.items() if not _fits(value, case.hint)
    }
    try_all(case, wrong)


@holds_for_each({n: c for n, c in CASES.items() if not n.startswith(SLOW)})
def test_a_public_function_refuses_or_understands_what_its_signature_allows(
    case,
):
    try_all(case, {n: v for n, v in WRONG.items() if _fits(v, case.hint)})


@pytest.mark.slow
@holds_for_each({n: c for n, c in CASES.items() if n.startswith(SLOW)})
def test_so_does_a_public_function_that_takes_long(case):
    try_all(case, {n: v for n, v in WRONG.items() if _fits(v, case.hint)})


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
