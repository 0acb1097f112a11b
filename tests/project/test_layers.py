"""The house: imports run one way, models know nothing of each other, packages keep their place."""

import ast
import graphlib
from functools import cache
from pathlib import Path

import sim
from tests.support.rows import holds_for_each

PACKAGE = Path(sim.__file__).parent

# A folder, or a module beside the folders, imports only from its own row or from rows above.
LAYERS = [
    row.split()
    for row in (
        "arrays encodings facts markup phrases progress trace",
        "scenario",
        "workload theory",
        "results",
        "engine",
        "experiments template calibration",
        "course",
        "",  # sim/__init__.py: the public names
        "show",
        "command_line",
        "__main__",
    )
]
LAYER = {
    name: number for number, row in enumerate(LAYERS) for name in row or [""]
}
MODELS = ("synchronous", "asynchronous", "queue", "source", "stream", "bus")
THREADS = (
    "_thread",
    "threading",
    "multiprocessing",
    "concurrent",
    "loky",
    "subprocess",
)

MODULES = {
    ".".join(
        ("sim", *path.relative_to(PACKAGE).with_suffix("").parts)
    ).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def layer_name(module: str) -> str:
    """`engine` of `sim.engine.clock`; nothing of `sim` itself."""
    return f"{module}..".split(".")[1]


def model_name(module: str) -> str:
    """`queue` of `sim.engine.queue.fifo`; nothing outside the engine.

    Lambda's queue with batches is Lambda's queue.
    """
    if layer_name(module) != "engine":
        return ""
    return f"{module}..".split(".")[2].removesuffix("_batches")


@cache
def imports(module: str) -> frozenset[str]:
    """The modules that a module imports, if only for type checkers.

    `from sim import facts` counts as `sim.facts`.
    """
    found = set()
    for statement in ast.walk(
        ast.parse(MODULES[module].read_text(encoding="utf-8"))
    ):
        if isinstance(statement, ast.Import):
            found |= {alias.name for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom):
            assert statement.level == 0, (
                f"{module}: imports are absolute, from sim"
            )
            found |= {
                deepest(
                    f"{statement.module}.{alias.name}", str(statement.module)
                )
                for alias in statement.names
            }
    return frozenset(found)


def deepest(name: str, otherwise: str) -> str:
    """The imported name if it is a module of ours, else the module it comes from."""
    return name if name in MODULES else otherwise


def importers(*packages: str) -> set[str]:
    """The modules that import one of these packages."""
    return {
        module
        for module in MODULES
        if {name.split(".")[0] for name in imports(module)} & set(packages)
    }


def test_every_module_has_its_layer():
    assert {layer_name(module) for module in MODULES} <= set(LAYER), (
        "place the new module in LAYERS"
    )


def test_imports_run_one_way():
    upwards = [
        f"{module} -> {name}"
        for module in MODULES
        for name in imports(module) & set(MODULES)
        if LAYER[layer_name(name)] > LAYER[layer_name(module)]
    ]
    assert upwards == []


@holds_for_each(
    {
        name: name
        for name in sorted({name.rpartition(".")[0] for name in MODULES} - {""})
    }
)
def test_no_imports_in_a_circle_in_any_folder(package):
    """Neither its modules nor its folders, each of them taken as one."""
    inside = {name for name in MODULES if name.startswith(f"{package}.")}
    graph = {child_of(package, name): set() for name in inside}
    for name in inside:
        graph[child_of(package, name)] |= {
            child_of(package, other) for other in imports(name) & inside
        }
    for child, others in graph.items():
        others.discard(child)
    # raises CycleError and shows the circle
    assert list(graphlib.TopologicalSorter(graph).static_order())


def child_of(package: str, module: str) -> str:
    """What of a package a module is in, or is: `queue`, of `sim.engine.queue.fifo`."""
    return module.removeprefix(f"{package}.").split(".")[0]


def test_models_never_import_each_other():
    for module in MODULES:
        models = {model_name(name) for name in imports(module)} & set(MODELS)
        assert model_name(module) not in MODELS or models <= {
            model_name(module)
        }, module


def test_only_one_module_wires_the_models():
    others = [module for module in MODULES if model_name(module) not in MODELS]
    wiring = {
        module
        for module in others
        if {model_name(name) for name in imports(module)} & set(MODELS)
    }
    assert wiring == {"sim.engine.wiring"}


def test_simpy_stays_in_the_engine():
    assert {layer_name(module) for module in importers("simpy")} == {"engine"}


def test_pandas_comes_with_the_tables():
    names = {layer_name(module) for module in importers("pandas")}
    assert min(LAYER[name] for name in names) == LAYER["results"]
    assert "engine" not in names


def test_pictures_and_panels_stay_in_show():
    assert {
        layer_name(module)
        for module in importers("matplotlib", "ipywidgets", "IPython")
    } <= {"show"}


def test_no_threads_and_no_processes_outside_sweep():
    assert {layer_name(module) for module in importers(*THREADS)} <= {
        "experiments"
    }
