"""A lesson as a page: its prose, its code, and its outputs without Python."""

from __future__ import annotations

import re
from pathlib import Path

from nbformat import NotebookNode

from docs.site.api_names import names_in, reference_of
from docs.site.flowcharts import with_flowcharts_as_lists
from docs.site.front_matter import front_matter
from docs.site.kernel import NEEDS_PYTHON, html_of
from docs.site.links import LinkedFiles, Links
from docs.site.readme_lessons import readme_lessons
from docs.site.words import terms_in
from sim.markup import escaped

FENCE = "`" * 12
LEFT_OUT = ("sim.show.progress()", "sim.show.ready()")
EXERCISE = (
    "Your answer goes into a cell of the lesson, which checks it and says why. "
    '<a href="../start.html">Open it in JupyterLab.</a>'
)


def lesson_page(
    lesson: Path, notebook: NotebookNode, linked: LinkedFiles, site: Path
) -> str:
    """The page's text in MyST; `site` is where its playground may be."""
    page = f"lessons/{lesson.stem}"
    links = Links(page, f"notebooks/{lesson.name}", linked)
    row = readme_lessons()[lesson.stem]
    first, *others = [
        text for cell in notebook.cells if (text := _cell(cell, links))
    ]
    has_playground = (site / f"play/{lesson.stem}.html").exists()
    parts = [
        front_matter(row.title, row.question, lesson.stem),
        first,
        _ways(lesson, has_playground),
        *others,
        _used_here(notebook),
    ]
    text = "\n\n".join(parts)
    return text if has_playground else _without_playground(text)


def _cell(cell: NotebookNode, links: Links) -> str:
    if cell.cell_type == "markdown":
        return with_flowcharts_as_lists(links.rewritten(cell.source), FENCE)
    tags = cell.metadata.get("tags", [])
    if "check" in tags:
        return ""
    if "exercise" in tags:
        return raw(f'<p class="needs-python">{EXERCISE}</p>')
    if cell.source.strip() in LEFT_OUT:
        return ""
    source = "\n".join(
        line for line in cell.source.splitlines() if line not in LEFT_OUT
    )
    outputs = [] if "sim.show.ready()" in cell.source else cell.outputs
    shown = "".join(map(_output, outputs))
    code = f"```python\n{source.strip()}\n```"
    if not shown:
        return code
    return f"{code}\n\n" + raw(f'<div class="output">{shown}</div>')


def _output(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return f"<pre>{escaped(output.text)}</pre>"
    if output.output_type not in ("display_data", "execute_result"):
        return ""
    return html_of(output.data)


def raw(html: str) -> str:
    """HTML in MyST."""
    return f"{FENCE}{{raw}} html\n{html}\n{FENCE}"


def _ways(lesson: Path, has_playground: bool) -> str:
    """Links to what else there is of a lesson."""
    ways = [
        '<a href="../start.html">Open it in JupyterLab</a>',
        f'<a href="{lesson.name}" download>Download the notebook</a>',
    ]
    if has_playground:
        play = f'<a href="../play/{lesson.stem}.html">Play with its panel</a>'
        ways.insert(0, play)
    return raw(f'<p class="ways">{" · ".join(ways)}</p>')


def _without_playground(text: str) -> str:
    """Nothing leads to a playground that was not made."""
    needs = NEEDS_PYTHON.format("This panel needs Python.")
    return re.sub(r'<iframe class="playground".*?</iframe>', needs, text)


def _used_here(notebook: NotebookNode) -> str:
    """The words and the names of a lesson, which lead to glossary and reference."""
    prose = "\n".join(
        cell.source for cell in notebook.cells if cell.cell_type == "markdown"
    )
    code = "\n".join(
        cell.source for cell in notebook.cells if cell.cell_type == "code"
    )
    words = ", ".join(f"{{term}}`{term}`" for term in terms_in(prose))
    names = ", ".join(reference_of(name) for name in names_in(code))
    return f"## Used here\n\nWords: {words}.\n\nNames: {names}."
