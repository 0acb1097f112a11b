"""Write the course's pages: `python -m docs.site build/site` (`--sample`: two lessons run)."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from docs.site.executed import executed, is_kept
from docs.site.places import LESSONS, ROOT
from docs.site.write_pages import Pages, copy_scripts

SAMPLE = ("00-start-here", "02-asynchronous")
SPHINX = Path(os.environ.get("SITE_PYTHON", ROOT / ".venv/site/bin/python"))
"""A Python that has Sphinx, from `requirements-site.lock`, and sees the project's packages."""
QUIETLY = ("-b", "html", "-q", "-W", "--keep-going", "-j", "2")
"""Only warnings are said, each of them an error."""


def main() -> int:
    """Execute the lessons, write the pages, and have Sphinx make HTML of them."""
    options = _options()
    site = options.site.resolve()
    work = site.with_name(f"{site.name}-work")
    notebooks = {
        path.stem: nbformat.read(path, as_version=4) for path in LESSONS
    }
    lessons = SAMPLE if options.sample else tuple(notebooks)
    with ThreadPoolExecutor(2) as pool:
        run = partial(_executed, kept=work / "executed")
        notebooks.update(zip(lessons, pool.map(run, lessons), strict=True))
    pages = Pages(work / "source", site)
    pages.write(notebooks)
    copy_scripts(work / "static")
    _say(f"Sphinx makes HTML of {len(pages.made)} files.")
    settings = ["-E", "-a"] if pages.are_others else []
    return _sphinx(work, site, settings)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m docs.site", description=__doc__
    )
    parser.add_argument("site", type=Path, help="the folder to write into")
    parser.add_argument(
        "--sample",
        action="store_true",
        help="only two lessons with what their cells show",
    )
    return parser.parse_args()


def _executed(stem: str, kept: Path) -> NotebookNode:
    started = time.monotonic()
    lesson = ROOT / f"notebooks/{stem}.ipynb"
    is_new = not is_kept(lesson, kept)
    notebook = executed(lesson, kept)
    if is_new:
        _say(f"Executed {stem} in {time.monotonic() - started:.0f} s.")
    return notebook


def _sphinx(work: Path, site: Path, settings: Sequence[str]) -> int:
    source = work / "source"
    folders = {
        "html_static_path": f"_static,{work / 'static'}",
        "html_extra_path": str(source / "extra"),
    }
    command = [str(SPHINX), "-m", "sphinx", *QUIETLY, *settings]
    for name, value in folders.items():
        command += ["-D", f"{name}={value}"]
    command += ["-c", str(ROOT / "docs"), "-d", str(work / "doctrees")]
    done = subprocess.run([*command, source, site], cwd=ROOT, check=False)
    return done.returncode


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
