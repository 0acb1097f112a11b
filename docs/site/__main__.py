"""Write the course's pages: `python -m docs.site build/site` (with `--sample`: two lessons)."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from nbformat import NotebookNode

from docs.site.executed import executed, is_kept
from docs.site.places import LESSONS, ROOT
from docs.site.write_pages import Pages, copy_scripts

SAMPLE = ("00-start-here", "02-asynchronous")
SAMPLE_OF_REFERENCE = ("theory", "results")
SPHINX = Path(os.environ.get("SITE_PYTHON", ROOT / ".venv/site/bin/python"))
"""A Python that has Sphinx, from `requirements-site.lock`, and sees the project's packages."""


def main() -> int:
    """Execute the lessons, write the pages, and have Sphinx make HTML of them."""
    parser = argparse.ArgumentParser(
        prog="python -m docs.site", description=__doc__
    )
    parser.add_argument("site", type=Path, help="the folder to write into")
    parser.add_argument(
        "--sample",
        action="store_true",
        help="two lessons and a part of the reference",
    )
    options = parser.parse_args()
    site = options.site.resolve()
    work = site.parent / "pages"
    lessons = [
        path for path in LESSONS if not options.sample or path.stem in SAMPLE
    ]
    with ThreadPoolExecutor(2) as pool:
        notebooks = dict(
            pool.map(lambda path: _executed(path, work / "executed"), lessons)
        )
    _say("Writing the pages.")
    only = SAMPLE_OF_REFERENCE if options.sample else ()
    Pages(work / "source", site).write(notebooks, only)
    copy_scripts(work / "static")
    return _sphinx(work, site, options.sample)


def _executed(lesson: Path, kept: Path) -> tuple[str, NotebookNode]:
    started = time.monotonic()
    is_new = not is_kept(lesson, kept)
    notebook = executed(lesson, kept)
    if is_new:
        _say(f"Executed {lesson.stem} in {time.monotonic() - started:.0f} s.")
    return lesson.stem, notebook


def _sphinx(work: Path, site: Path, is_sample: bool) -> int:
    _say("Sphinx makes HTML of the pages.")
    command: list[object] = [
        SPHINX,
        "-m",
        "sphinx",
        "-b",
        "html",
        "-q",
        "-W",
        "--keep-going",
        "-j",
        "2",
    ]
    if is_sample:  # links to pages that it leaves out are no links
        command += ["-D", "suppress_warnings=myst.xref_missing"]
    source = work / "source"
    static = f"html_static_path=_static,{work / 'static'}"
    command += ["-D", static, "-D", f"html_extra_path={source / 'extra'}"]
    command += ["-c", ROOT / "docs", "-d", work / "doctrees", source, site]
    return subprocess.run(
        [*map(str, command)], cwd=ROOT, check=False
    ).returncode


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
