"""The files that a run leaves: all of them, each whole, or none."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import sim
from sim.command_line.places import TABLES, table_path
from sim.command_line.subject import Subject


def files_of(
    run: sim.Run, about: Subject, options: argparse.Namespace
) -> dict[Path, str]:
    """By their places: the tables and the page that the options ask for."""
    texts: dict[Path, str] = {}
    if options.csv is not None:
        for name, text in _tables(run).items():
            texts[table_path(options.csv, name)] = text
    if options.html is not None:
        texts[options.html] = _page(run, about)
    return texts


def write_files(texts: Mapping[Path, str], options: argparse.Namespace) -> None:
    """Write all files, or none."""
    with ExitStack() as undone:
        if options.csv is not None:
            _make_folder(options.csv, undone)
        _write(texts)
        undone.pop_all()  # what was made stays


def _tables(run: sim.Run) -> dict[str, str]:
    tables = {name: getattr(run, name) for name in TABLES[:3]}
    texts = {name: rows.to_csv(index=False) for name, rows in tables.items()}
    texts["metrics"] = run.metrics().to_csv(index=False)
    texts["cost"] = run.cost().to_csv()
    return texts


def _page(run: sim.Run, about: Subject) -> str:
    # matplotlib is loaded only where a picture is wanted
    from sim.show.report.html_report import html_report  # noqa: PLC0415

    title = Path(about.name).name
    return html_report(run, title, about.tables, about.assumptions)


def _make_folder(folder: Path, undone: ExitStack) -> None:
    """Make a folder and those around it; `undone` takes the new ones away."""
    with _writing(folder):
        for each in reversed([folder, *folder.parents]):
            if not each.exists():
                each.mkdir()
                undone.callback(_remove_empty, each)


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _write(texts: Mapping[Path, str]) -> None:
    """Write files beside their places, and put them there when all are whole."""
    with ExitStack() as finished:
        whole = {}
        for path, text in texts.items():
            with _writing(path):
                whole[path] = _beside(path.resolve(), text, finished)
        for path, written in whole.items():
            with _writing(path):
                written.replace(path.resolve())


def _beside(path: Path, text: str, finished: ExitStack) -> Path:
    folder = tempfile.TemporaryDirectory(
        dir=path.parent, prefix=".lambda-sim-", ignore_cleanup_errors=True
    )
    whole = Path(finished.enter_context(folder), path.name)
    whole.write_text(text, encoding="utf-8")
    return whole


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Say in a sentence why a file or folder cannot be written."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        sentence = f"{path} cannot be written: {reason}."
        raise sim.ScenarioError(sentence) from None
