"""A page with one cell that has run in a real JupyterLab: there sliders and stage are timed."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Page

from tests.conftest import installed_browser
from tests.support.lab import WINDOW, Lab, browser, lab, open_notebook, run_all

KERNEL = {
    "name": "python3",
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
}


@contextmanager
def pages(
    watch: str = "() => null",
) -> Iterator[Callable[[str], AbstractContextManager[Page]]]:
    """One server and browser, in which a page can be opened for each code.

    `watch`: what the page calls before its cell runs; `window.first` is its answer.
    """
    path = installed_browser()
    if path is None:
        sys.exit("No Chromium or Chrome on PATH.")
    folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
    with (
        lab(folder, f"--ServerApp.root_dir={folder}") as started,
        browser(path) as opened,
    ):
        yield partial(_page, started, opened, folder, watch)


@contextmanager
def _page(
    started: Lab, opened: Browser, folder: Path, watch: str, code: str
) -> Iterator[Page]:
    notebook = new_notebook(
        cells=[new_code_cell(code)], metadata={"kernelspec": KERNEL}
    )
    nbformat.write(notebook, folder / "cell.ipynb")
    page = opened.new_page(viewport=WINDOW)
    open_notebook(page, started.url, "cell.ipynb")
    page.evaluate(f"() => {{ window.first = ({watch})() }}")
    run_all(page)
    yield page
    page.close()
    started.end_kernels()
