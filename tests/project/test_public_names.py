"""What `sim.` offers: few names, each loaded when it is used, and known to editors."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import sim
from tests.support.rows import holds_for_each

PACKAGE = Path(sim.__file__).parent
NAMES = {name: name for name in sim.__all__}
SIMULATE = """
import sim
scenario = sim.Scenario(
    functions=[sim.Function(name="f")],
    triggers=[sim.trigger("sns", function="f")],
    traffic=[sim.Traffic(into="sns", arrivals=sim.Burst(events=2))],
)
run = sim.simulate(scenario)
run.summary(), run.cost(), run.metrics(), run.story(0)
"""


def loaded_after(code: str) -> set[str]:
    """The modules that a new Python has after this code."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    )
    return set(shown.stdout.split())


@holds_for_each(NAMES)
def test_every_public_name_exists_and_says_what_it_is(name):
    assert (getattr(sim, name).__doc__ or "").strip()


def test_public_names_are_few_and_in_order():
    assert sorted(set(sim.__all__)) == sim.__all__
    assert len(sim.__all__) <= 85


def test_dir_shows_the_public_names_and_nothing_else():
    assert dir(sim) == sim.__all__


def test_type_checkers_see_the_same_names():
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    imports = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    *others, version = stub.body
    assert imports == others
    assert ast.unparse(version) == "__version__: str"
    exported = {
        alias.name: node.module for node in imports for alias in node.names
    }
    assert all(
        alias.asname == alias.name for node in imports for alias in node.names
    )
    kept = {name for name, module in exported.items() if module == "sim.course"}
    assert sorted(exported.keys() - kept) == sim.__all__


def test_the_courses_names_can_still_be_used_where_they_stood():
    assert {name: getattr(sim, name) for name in sim.course.__all__} == {
        name: getattr(sim.course, name) for name in sim.course.__all__
    }


@holds_for_each(NAMES)
def test_no_public_name_hides_a_module(name):
    hidden = (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()
    assert isinstance(getattr(sim, name), ModuleType) is hidden


@holds_for_each({name: name for name in ("course", "show", "theory")})
def test_no_name_of_a_public_module_hides_a_module(module):
    namespace = importlib.import_module(f"sim.{module}")
    folder = Path(namespace.__file__).parent
    names = getattr(namespace, "__all__", [])
    assert [name for name in names if (folder / f"{name}.py").is_file()] == []


def test_an_unknown_name_is_refused():
    with pytest.raises(AttributeError, match="no attribute 'Fucntion'"):
        _ = sim.Fucntion


def test_importing_sim_loads_what_is_used_and_no_more():
    pictures = {"matplotlib", "ipywidgets", "IPython", "sim.show"}
    templates = {"yaml", "sim.template"}
    assert not loaded_after("import sim") & (
        pictures | templates | {"pandas", "numpy"}
    )
    assert not loaded_after(SIMULATE) & (pictures | templates | {"sim.course"})


def test_a_scenario_made_in_python_gets_the_advice_that_a_template_gets():
    scenario = sim.Scenario(
        functions=[sim.Function("worker", timeout=30)],
        triggers=[sim.trigger("sqs_standard", "worker", source="jobs")],
    )
    advice = [str(one) for one in sim.advise(scenario)]
    assert advice[0].startswith("warning: jobs (visibility timeout: 30 s; ")
