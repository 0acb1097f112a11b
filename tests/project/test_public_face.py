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
            own = getattr(value, "__module__", "").startswith("sim.")
            if inspect.isfunction(value) and own and name[0] != "_":
                if module != "theory" or value.__module__ == "sim.theory":
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


def cases():
    """Each public function with each of its arguments, by name."""
    for name, function in functions():
        for argument, hint in tried_arguments(function).items():
            yield f"{name}({argument})", (function, argument, hint)


CASES = dict(cases())


@holds_for_each(CASES)
def test_whatever_a_public_function_is_given_it_answers_with_a_sentence_or_a_result(
    case,
):
    function, argument, hint = case
    for name, wrong in WRONG.items():
        given = {**good_arguments(function), argument: wrong}
        sentence = None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                function(**given)
        except sim.ScenarioError as error:
            sentence = str(error)
        except Exception as error:
            pytest.fail(f"{name}: {type(error).__name__}: {error}")
        if sentence is None and not _fits(wrong, hint):
            pytest.fail(f"{name} is accepted")
        if sentence is not None and "\n" in sentence:
            pytest.fail(f"{name} is refused in several lines: {sentence}")
        if sentence is not None and sentence[-1] not in ".?)":
            pytest.fail(f"{name} is refused without an end: {sentence}")
