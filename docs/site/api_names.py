"""The public names, the page of the reference on which each stands, and who uses them."""

from __future__ import annotations

import ast
import inspect
from functools import cache

import sim

MODULES = {"show": sim.show, "course": sim.course, "theory": sim.theory}
GROUPS = {
    "scenario": "What can be set",
    "workload": "Recorded arrivals",
    "engine": "Simulate",
    "results": "What a run gives",
    "experiments": "Many runs",
    "template": "Templates",
}
TITLES = {
    **{name: f"sim: {title}" for name, title in GROUPS.items()},
    "show": "sim.show: pictures, panels, lessons",
    "course": "sim.course: what the course is made of",
    "theory": "sim.theory: what queueing theory says",
}


@cache
def public_names() -> dict[str, str]:
    """Each public name, such as `sim.show.ages`, and the page that describes it."""
    names = {}
    for name in sim.__all__:
        if name not in MODULES:
            home = getattr(sim, name).__module__.removeprefix("sim")
            names[f"sim.{name}"] = home.split(".")[1] if home else "scenario"
    for page, module in MODULES.items():
        for name in _names_of(module):
            names[f"sim.{page}.{name}"] = page
    return names


def _names_of(module: object) -> list[str]:
    if hasattr(module, "__all__"):
        return list(module.__all__)
    return [
        name
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and value.__module__ == "sim.theory"
        and not name.startswith("_")
    ]


def names_in(code: str) -> list[str]:
    """The public names that some code uses, in the order of the reference."""
    used = {
        ast.unparse(node)
        for node in ast.walk(ast.parse(_plain(code)))
        if isinstance(node, ast.Attribute)
    }
    return [name for name in public_names() if name in used]


def reference_of(name: str) -> str:
    """A link to a name's entry, in MyST."""
    return f"{{py:obj}}`{name}`"


def _plain(code: str) -> str:
    """Code without what only a notebook understands."""
    lines = [line for line in code.splitlines() if line[:1] not in "!%"]
    return "\n".join(lines)
