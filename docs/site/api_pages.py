"""The reference: pages that Sphinx's autodoc fills from the docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from operator import attrgetter

import sim
from docs.site.api_names import TITLES, public_names
from docs.site.front_matter import meta

ABOUT = "The public names of the course's simulator"


def api_pages(lessons_of: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The pages in reStructuredText, by name; `lessons_of` says which lessons use a name."""
    pages = {page: _page(page, lessons_of) for page in TITLES}
    toctree = "\n".join(f"   {page}" for page in pages)
    head = meta("Reference", ABOUT, "index")
    index = (
        f"{head}{_heading('Reference')}\nEvery public name, from its docstring. "
        ":doc:`Lessons <../index>` show how they are used.\n\n"
        f".. toctree::\n   :maxdepth: 1\n\n{toctree}\n"
    )
    return {"index": index, **pages}


def _page(page: str, lessons_of: Mapping[str, Sequence[str]]) -> str:
    names = [name for name, home in public_names().items() if home == page]
    rows = "\n".join(f"   ~{name}" for name in names)
    entries = [_entry(name, lessons_of.get(name, ())) for name in names]
    table = f".. autosummary::\n   :nosignatures:\n\n{rows}\n"
    head = meta(TITLES[page], f"{ABOUT}: {', '.join(names)}", "index")
    return "\n".join([head, _heading(TITLES[page]), table, *entries])


def _entry(name: str, lessons: Sequence[str]) -> str:
    value = attrgetter(name.removeprefix("sim."))(sim)
    kind = "autoclass" if inspect.isclass(value) else "autofunction"
    if isinstance(value, type) and issubclass(value, Exception):
        kind = "autoexception"
    members = "   :members:\n" if kind == "autoclass" else ""
    used = ", ".join(f":doc:`../lessons/{lesson}`" for lesson in lessons)
    shown = f"   Lessons: {used}.\n" if used else ""
    return f".. {kind}:: {name}\n{members}\n{shown}"


def _heading(title: str) -> str:
    line = "=" * len(title)
    return f"{line}\n{title}\n{line}\n"
