"""The files that a run leaves: each is whole, or not there."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import sim
from sim.command_line.subject import Subject


def check_places(options: argparse.Namespace) -> None:
    """Raise `ScenarioError`, before the run, if a file could not be written."""
    if options.csv is not None and options.csv.exists():
        _check(options.csv.is_dir(), f"--csv {options.csv}: it is no folder.")
    if options.html is not None:
        page = options.html
        where = f"--html {page}: "
        _check(page.parent.is_dir(), f"{where}{page.parent} is no folder.")
        _check(not page.is_dir(), f"{where}it is a folder, not a file.")


def write_files(
    run: sim.Run, about: Subject, options: argparse.Namespace
) -> None:
    """Write the tables and the page that the options ask for."""
    if options.csv is not None:
        _write_tables(run, options.csv)
    if options.html is not None:
        # matplotlib is loaded only where a picture is wanted
        from sim.show.report.html_report import html_report  # noqa: PLC0415

        title = Path(options.template).name
        page = html_report(run, title, about.tables, about.assumptions)
        _write(options.html, page)


def _check(is_fine: bool, problem: str) -> None:
    if not is_fine:
        raise sim.ScenarioError(problem)


def _write_tables(run: sim.Run, folder: Path) -> None:
    tables = {
        name: getattr(run, name).to_csv(index=False)
        for name in ("deliveries", "attempts", "spans")
    }
    tables["metrics"] = run.metrics().to_csv(index=False)
    tables["cost"] = run.cost().to_csv()
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        _write(folder / f"{name}.csv", text)


def _write(path: Path, text: str) -> None:
    """Write a file beside its place and put it there when it is whole."""
    with tempfile.TemporaryDirectory(dir=path.parent) as beside:
        whole = Path(beside) / path.name
        whole.write_text(text, encoding="utf-8")
        whole.replace(path)
