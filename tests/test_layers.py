"""The house: imports run one way, models do not know each other, and heavy packages stay where they belong."""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim

PACKAGE = Path(sim.__file__).parent

# A module imports only from its own row or from rows above; within a row imports make no circle.
LAYERS = [
    row.split()
    for row in (
        "facts trace",
        "setting catalogue",
        "distribution draws caller function outage resources streams mapping invocation dependency deployment",
        "rates schedule traffic",
        "recorded entries publishing consistency",
        "scenario",
        "triggers workload",
        "tables journeys metrics moments narration stream_narration records reference story theory",
        "queue_usage usage datapoints stream_usage stream_cost provisioned charges cloudwatch cost sample_events",
        "systems",
        "run incidents",
        "engine game_day template trials tuning",
        "sweep",
        "",  # sim/__init__.py: the public names
        "show",
        "__main__",
    )
]
LAYER = {name: number for number, row in enumerate(LAYERS) for name in row or [""]}
ORDERED = {"ordered", "stream", "stream_polling", "gathering", "lane", "windows", "kafka"}
QUEUED = {"queue", "fifo", "fair", "messages", "polling", "scaling", "pace", "filters"}
MODELS = ({"synchronous"}, {"asynchronous"}, QUEUED, {"source"}, ORDERED)
THREADS = ("_thread", "threading", "multiprocessing", "concurrent", "subprocess")

MODULES = {
    ".".join(("sim", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def layer_name(module: str) -> str:
    """`engine` of `sim.engine.clock`; nothing of `sim` itself."""
    return f"{module}..".split(".")[1]


def statements(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports that are really executed: those that only type checkers see cannot make a circle."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        elif isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            yield from (found for rest in child.orelse for found in statements(ast.Module([rest], [])))
        else:
            yield from statements(child)


def imports(module: str) -> set[str]:
    """The modules that a module imports; `from sim import facts` counts as `sim.facts`."""
    found = set()
    for statement in statements(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(statement, ast.Import):
            found |= {alias.name for alias in statement.names}
        else:
            assert statement.level == 0, f"{module}: imports are absolute, from sim"
            found |= {deepest(f"{statement.module}.{alias.name}", str(statement.module)) for alias in statement.names}
    return found


def deepest(name: str, otherwise: str) -> str:
    """The imported name if it is a module of ours, else the module it comes from."""
    return name if name in MODULES else otherwise


def importers(*packages: str) -> set[str]:
    """The modules that import one of these packages."""
    return {module for module in MODULES if {name.split(".")[0] for name in imports(module)} & set(packages)}


def test_every_module_has_its_layer():
    assert {layer_name(module) for module in MODULES} <= set(LAYER), "place the new module in LAYERS"


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_one_way(module):
    ours = [name for name in imports(module) if name.split(".")[0] == "sim"]
    upwards = [name for name in ours if LAYER[layer_name(name)] > LAYER[layer_name(module)]]
    assert not upwards, f"{module} imports {upwards}, which lie above it"


def test_no_imports_in_a_circle():
    graph = {module: imports(module) & set(MODULES) - {module} for module in MODULES}
    assert list(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError and shows the circle


def test_models_never_import_each_other():
    for model in MODELS:
        others = {f"sim.engine.{name}" for name in set().union(*MODELS) - model}
        for module in {f"sim.engine.{name}" for name in model} & set(MODULES):
            assert not imports(module) & others, module


def test_only_simulate_wires_the_models():
    models = {f"sim.engine.{name}" for name in set().union(*MODELS)}
    assert {module for module in MODULES if module not in models and imports(module) & models} == {
        "sim.engine.simulate"
    }


def test_simpy_stays_in_the_engine():
    assert {layer_name(module) for module in importers("simpy")} == {"engine"}


def test_pandas_comes_with_the_tables():
    names = {layer_name(module) for module in importers("pandas")}
    assert min(LAYER[name] for name in names) == LAYER["tables"]
    assert "engine" not in names


def test_pictures_and_panels_stay_in_show():
    assert {layer_name(module) for module in importers("matplotlib", "ipywidgets", "IPython")} <= {"show"}


def test_no_threads_and_no_processes_outside_sweep():
    assert {layer_name(module) for module in importers(*THREADS)} <= {"sweep"}


def test_importing_sim_loads_no_pictures():
    code = "import sim, sys; print({'matplotlib', 'ipywidgets', 'IPython'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert shown.stdout.strip() == "set()"


@pytest.mark.parametrize("name", sim.__all__)
def test_every_public_name_exists_and_says_what_it_is(name):
    assert (getattr(sim, name).__doc__ or "").strip()


def test_public_names_are_in_order_and_named_once():
    assert sorted(set(sim.__all__)) == sim.__all__
