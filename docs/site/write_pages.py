"""All pages of the site, as text for Sphinx; a file that says the same is left as it is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from nbformat import NotebookNode

from docs.site.api_names import names_in
from docs.site.api_pages import api_pages
from docs.site.catalogue_pages import (
    LANGUAGES,
    catalogue_index,
    example_folders,
    example_page,
)
from docs.site.front_matter import SITE, front_matter, orphan
from docs.site.lesson_pages import lesson_page
from docs.site.links import LinkedFiles, Links
from docs.site.places import PAGES, ROOT, page_of
from docs.site.preview import preview
from docs.site.readme_lessons import readme_lessons
from docs.site.table_pages import (
    cheat_sheet_page,
    decision_guide_page,
    glossary_page,
)
from docs.site.words import terms_in
from sim.scenario.trigger_catalogue import catalogue

WRITTEN = Path(__file__).with_name("written")
DESCRIPTION = (
    "An interactive course and a simulator of AWS Lambda's invocation models: what waits, what is "
    "tried again, what is lost."
)
PREVIEWS = {
    "index": (
        "A course",
        "Synchronous, asynchronous, polling: what happens to my event?",
    ),
    "catalogue": (
        "Catalogue",
        "Every trigger: who waits, who tries again, where is it kept?",
    ),
    "cheat-sheet": (
        "Cheat sheet",
        "Who waits, who tries again, what is given up?",
    ),
    "decision-guide": ("Decision guide", "Which trigger should I choose?"),
    "glossary": ("Glossary", "What do AWS's words mean?"),
}
REPOSITORY = os.environ.get("SITE_REPOSITORY", "")
"""`OWNER/NAME` on GitHub, for Binder's link; empty: the page says how to make it."""
BINDER = "https://mybinder.org/v2/gh/{}/HEAD?urlpath=lab/tree/notebooks/00-start-here.ipynb"


class Pages:
    """The pages of the site in the folder `source`; what is no longer made is removed."""

    def __init__(self, source: Path, site: Path) -> None:
        self.source, self.site = source, site
        self.linked = LinkedFiles()
        self.made: set[Path] = set()
        self.before = {path for path in source.rglob("*") if path.is_file()}

    @property
    def are_others(self) -> bool:
        """Whether other pages are made than before: each page lists them, and may link to them."""
        return self.made != self.before

    def write(self, lessons: Mapping[str, NotebookNode]) -> None:
        """Write all pages; `lessons` are the notebooks, with the outputs that are shown."""
        for stem, notebook in lessons.items():
            lesson = ROOT / f"notebooks/{stem}.ipynb"
            text = lesson_page(lesson, notebook, self.linked, self.site)
            self._write(f"lessons/{stem}.md", text)
        self._tables(lessons)
        self._api(lessons)
        self._documents()
        self._files()
        self._hand_written()
        self._pictures()
        self._remove_others()

    def _tables(self, lessons: Mapping[str, NotebookNode]) -> None:
        words = {
            stem: terms_in(_source(notebook, "markdown"))
            for stem, notebook in lessons.items()
        }
        self._write("glossary.md", glossary_page(_turned(words)))
        self._write("cheat-sheet.md", cheat_sheet_page())
        self._write("decision-guide.md", decision_guide_page(self.linked))
        self._write("catalogue/index.md", catalogue_index(self.linked))
        for folder in example_folders():
            self._write(
                f"catalogue/{folder}.md", example_page(folder, self.linked)
            )

    def _api(self, lessons: Mapping[str, NotebookNode]) -> None:
        names = {
            stem: names_in(_source(notebook, "code"))
            for stem, notebook in lessons.items()
        }
        for name, text in api_pages(_turned(names)).items():
            self._write(f"api/{name}.rst", text)

    def _documents(self) -> None:
        """The pages of `docs/`, and the papers beside the README."""
        papers = [ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
        documents = [*sorted((ROOT / "docs").glob("*.md")), *papers]
        own = [path for path in documents if _name(path) not in PAGES]
        for path in own:
            page = page_of(_name(path))
            links = Links(page, _name(path), self.linked)
            text = path.read_text(encoding="utf-8")
            title = text.partition("\n")[0].removeprefix("# ")
            head = front_matter(title, f"{title}: {SITE}", "index")
            self._write(f"{page}.md", f"{head}\n\n{links.rewritten(text)}")
        listed = "\n".join(
            PurePosixPath(page_of(_name(path))).name for path in own
        )
        head = front_matter("More", DESCRIPTION, "index")
        self._write(
            "more/index.md",
            f"{head}\n\n# More\n\n```{{toctree}}\n{listed}\n```\n",
        )

    def _files(self) -> None:
        """A page for each file of the repository that a page links to."""
        written: set[str] = set()
        while waiting := sorted(self.linked.files - written):
            for path in waiting:
                self._write(f"files/{path}.md", self._file(path))
            written.update(waiting)

    def _file(self, path: str) -> str:
        place = ROOT / path
        head = orphan(
            front_matter(path, f"A file of the course: {path}", "index")
        )
        if place.is_dir():
            inside = "\n".join(
                f"- `{one.name}`" for one in sorted(place.iterdir())
            )
            return f"{head}\n\n# `{path}/`\n\n{inside}\n"
        text = place.read_text(encoding="utf-8").rstrip()
        if place.suffix == ".md":
            return f"{head}\n\n{Links(f'files/{path}', path, self.linked).rewritten(text)}"
        language = LANGUAGES.get(place.suffix, "text")
        return f"{head}\n\n# `{path}`\n\n````{language}\n{text}\n````\n"

    def _hand_written(self) -> None:
        rows = list(readme_lessons().values())
        table = ["| lesson | question | minutes |", "|---|---|---|"]
        table += [
            f"| [{row.number} {row.title}](lessons/{row.stem}.md) "
            f"| {row.question} | {row.minutes} |"
            for row in rows
        ]
        index = (WRITTEN / "index.md").read_text(encoding="utf-8")
        index = index.format(
            lessons="\n".join(table),
            toctree="\n".join(
                f"{row.number} {row.title} <lessons/{row.stem}>" for row in rows
            ),
            kinds=len(catalogue()),
        )
        self.linked.pictures.add("docs/first-orders.svg")
        self._write(
            "index.md", f"{front_matter(SITE, DESCRIPTION, 'index')}\n\n{index}"
        )
        start = (WRITTEN / "start.md").read_text(encoding="utf-8")
        head = front_matter("Open it in JupyterLab", DESCRIPTION, "index")
        self._write(
            "start.md", f"{head}\n\n{start.replace('{binder}', _binder())}"
        )

    def _pictures(self) -> None:
        for path in sorted(self.linked.pictures):
            self._write(
                f"pictures/{Path(path).name}", (ROOT / path).read_bytes()
            )
        previews = dict(PREVIEWS)
        for stem, row in readme_lessons().items():
            previews[stem] = (f"Lesson {row.number}: {row.title}", row.question)
        for name, words in previews.items():
            self._write(f"extra/preview/{name}.png", preview(*words))
        for stem in readme_lessons():
            notebook = ROOT / f"notebooks/{stem}.ipynb"
            self._write(f"extra/lessons/{stem}.ipynb", notebook.read_bytes())

    def _write(self, name: str, content: str | bytes) -> None:
        data = content.encode() if isinstance(content, str) else content
        path = self.source / name
        self.made.add(path)
        if path.exists() and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def _remove_others(self) -> None:
        for path in self.before - self.made:
            path.unlink()


def copy_scripts(static: Path) -> None:
    """The stage and its style, from which lessons draw their moving pictures."""
    static.mkdir(parents=True, exist_ok=True)
    for name in ("stage_page.js", "stage.css"):
        shutil.copyfile(ROOT / "sim/show/stage" / name, static / name)


def _binder() -> str:
    if REPOSITORY:
        address = BINDER.format(REPOSITORY)
        return f"[Open the course on Binder]({address}): it takes some minutes to start."
    address = BINDER.format("OWNER/NAME")
    return (
        "Binder runs the course from a public copy of the repository. "
        f"With its address the link is `{address}`."
    )


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _source(notebook: NotebookNode, kind: str) -> str:
    cells = [cell.source for cell in notebook.cells if cell.cell_type == kind]
    return "\n".join(cells)


def _turned(found: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """By what was found: where."""
    turned: dict[str, list[str]] = {}
    for where, things in found.items():
        for thing in things:
            turned.setdefault(thing, []).append(where)
    return turned
