"""The catalogue: a table of all kinds of trigger to search, and a page for each example."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from docs.site.front_matter import front_matter, orphan
from docs.site.lesson_pages import raw
from docs.site.links import LinkedFiles, Links
from docs.site.places import DEPLOY, ROOT
from docs.site.readme_lessons import readme_lessons
from sim.course.glossary_tables import lessons
from sim.markup import escaped
from sim.results.sample_events import FOLDER as SAMPLES
from sim.scenario.trigger_catalogue import TriggerKind, catalogue
from sim.show.lesson.trigger_card import card
from sim.show.lesson.trigger_filters import FILTERS, filter_options

LANGUAGES = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".py": "python",
    ".ts": "typescript",
    ".json": "json",
    ".csv": "text",
    ".md": "markdown",
}
SHOWN = (
    "template.yaml",
    "*.py",
    "*.ts",
    "bin/*.ts",
    "lib/*.ts",
    "handler/*.py",
)
INTRODUCTION = (
    "Every way in which an event comes to a function: who waits, who tries again, and where it "
    "stays when nobody succeeds. Each has a page with AWS's rules and their links, a sample event, "
    "and an example that deploys, as SAM, CDK Python and CDK TypeScript."
)


def folder_of(kind: str) -> str:
    """The folder of a kind's example in `data/deploy/`."""
    return kind.replace("_", "-")


def catalogue_index(linked: LinkedFiles) -> str:
    """The table of all kinds with its filters, which `catalogue.js` puts to work."""
    linked.files.add(f"{DEPLOY}/README.md")
    rows = "".join(map(_row, catalogue().values()))
    heads = (
        "trigger",
        "model",
        "who waits",
        "after a failure",
        "what is given up",
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    selects = "".join(map(_select, FILTERS))
    count = len(catalogue())
    table = (
        '<form class="catalogue-filters" role="search"><label>search '
        f'<input type="search" name="words"></label>{selects}'
        f'<output role="status">{count} kinds</output></form>'
        '<div class="table-place" tabindex="0"><table class="catalogue">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    others = ", ".join(
        f"[{folder}]({folder}.md)"
        for folder in example_folders()
        if folder not in _kinds()
    )
    title = front_matter("Catalogue of triggers", INTRODUCTION, "catalogue")
    more = (
        f"Whole systems: {others}. [What every folder holds](../files/data/deploy/README.md.md). "
        "In one table: [cheat sheet](../cheat-sheet.md), [decision guide](../decision-guide.md)."
    )
    return f"{title}\n\n# Catalogue of triggers\n\n{INTRODUCTION}\n\n{raw(table)}\n\n{more}\n"


def _kinds() -> dict[str, TriggerKind]:
    """The kinds of trigger by their folders."""
    return {folder_of(kind): row for kind, row in catalogue().items()}


def example_folders() -> list[str]:
    """The folders of `data/deploy/` that are examples."""
    return sorted(
        path.parent.name for path in (ROOT / DEPLOY).glob("*/template.yaml")
    )


def _select(name: str) -> str:
    options = "".join(
        f'<option value="{escaped(value)}">{escaped(text)}</option>'
        for value, text in filter_options(name, {}).items()
    )
    label = escaped(FILTERS[name].label)
    return f'<label>{label} <select name="{name}">{options}</select></label>'


def _row(row: TriggerKind) -> str:
    folder = folder_of(row.kind)
    values = {name: one.of(row) for name, one in FILTERS.items()}
    cells = (row.model, row.who_waits, row.after_failure, row.failure_store)
    shown = "".join(f"<td>{escaped(cell)}</td>" for cell in cells)
    return (
        f'<tr data-filters="{escaped(json.dumps(values))}"><th scope="row">'
        f'<a href="{folder}.html">{escaped(row.service)}</a></th>{shown}</tr>'
    )


def example_page(folder: str, linked: LinkedFiles) -> str:
    """A kind's card, its sample event, and its example; or a whole system."""
    row = _kinds().get(folder)
    source = f"{DEPLOY}/{folder}/README.md"
    links = Links(f"catalogue/{folder}", source, linked)
    title, about = _readme(ROOT / source, folder)
    service = row.service if row else title
    head = front_matter(
        service, f"{service}: what happens to an event.", "catalogue"
    )
    back = raw('<p class="ways"><a href="index.html">All triggers</a></p>')
    parts = [orphan(head), f"# {service}", back]
    if row:
        parts += _of_kind(row, links)
    parts += ["## Deploy it", links.rewritten(about), *_files(folder)]
    return "\n\n".join(parts)


def _readme(path: Path, folder: str) -> tuple[str, str]:
    """The title of an example's README, and the rest with its headings a level lower."""
    if not path.exists():
        return folder, ""
    title, _, rest = path.read_text(encoding="utf-8").partition("\n")
    return title.removeprefix("# "), rest.replace("\n## ", "\n### ")


def _of_kind(row: TriggerKind, links: Links) -> Iterator[str]:
    walked = lessons()
    files: Sequence[str] = walked.lesson[walked.index == row.kind].to_list()
    sections: Sequence[str] = walked.section[walked.index == row.kind].to_list()
    yield raw(
        card(row.kind).replace('data-lab-path="', 'data-repository-path="')
    )
    for file, section in zip(files, sections, strict=True):
        lesson = readme_lessons()[file.removesuffix(".ipynb")]
        way = links.to(f"lessons/{lesson.stem}")
        yield f"Lesson [{lesson.number} {lesson.title}]({way}.md#{section}): {lesson.question}"
    yield "```python\n" + f'sim.trigger("{row.kind}", function="worker")\n```'
    sample = SAMPLES / f"{row.kind}.json"
    if sample.exists():
        text = sample.read_text(encoding="utf-8").strip()
        yield f"## Sample event\n\n```json\n{text}\n```"


def _files(folder: str) -> Iterator[str]:
    place = ROOT / DEPLOY / folder
    for pattern in SHOWN:
        for path in sorted(place.glob(pattern)):
            language = LANGUAGES[path.suffix]
            text = path.read_text(encoding="utf-8").rstrip()
            name = path.relative_to(place).as_posix()
            yield f"### {name}\n\n````{language}\n{text}\n````"
