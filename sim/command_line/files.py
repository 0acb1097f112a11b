"""The files that a run leaves: all of them, each whole, or none."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

import sim
from sim.command_line.subject import Subject
from sim.command_line.words import files_named

TABLES = ("deliveries", "attempts", "spans", "metrics", "cost")


def check_places(options: argparse.Namespace) -> None:
    """Raise `ScenarioError`, before the run, if a file could not be written."""
    if options.csv is not None:
        where = f"--csv {options.csv}: "
        around = _nearest(options.csv)
        what = "it" if around == options.csv else str(around)
        _check(around.is_dir(), f"{where}{what} is no folder.")
        _check_writable(around, where)
    if options.html is not None:
        check_place("--html", options.html)
    _check_own(options)


def check_place(option: str, place: Path) -> None:
    """Raise `ScenarioError` if a file could not be written there."""
    where = f"{option} {place}: "
    _check(place.parent.is_dir(), f"{where}{place.parent} is no folder.")
    _check(not place.is_dir(), f"{where}it is a folder, not a file.")
    _check(not place.exists() or place.is_file(), f"{where}it is no file.")
    _check_writable(place.parent, where)


def _check_own(options: argparse.Namespace) -> None:
    """Refuse to write over what is read, or one file over the other."""
    read = {Path(each).resolve() for each in files_named(options)}
    places = [each.resolve() for each in _places(options)]
    for each in places:
        _check(each not in read, f"{each} is read: write to another file.")
        is_one = places.count(each) == 1 and options.csv != options.html
        _check(is_one, f"--csv and --html name the same: {options.html}.")


def _places(options: argparse.Namespace) -> Iterator[Path]:
    """Where files will be."""
    if options.csv is not None:
        for name in TABLES:
            yield _table_path(options.csv, name)
    if options.html is not None:
        yield options.html


def _table_path(folder: Path, name: str) -> Path:
    return Path(folder, f"{name}.csv")


def _nearest(folder: Path) -> Path:
    """The folder, or what there is of those around it."""
    return next(each for each in (folder, *folder.parents) if each.exists())


def _check_writable(folder: Path, where: str) -> None:
    is_writable = os.access(folder, os.W_OK | os.X_OK)
    _check(is_writable, f"{where}nothing may be written into {folder}.")


def _check(is_fine: bool, problem: str) -> None:
    if not is_fine:
        raise sim.ScenarioError(problem)


def files_of(
    run: sim.Run, about: Subject, options: argparse.Namespace
) -> dict[Path, str]:
    """By their places: the tables and the page that the options ask for."""
    texts: dict[Path, str] = {}
    if options.csv is not None:
        for name, text in _tables(run).items():
            texts[_table_path(options.csv, name)] = text
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
    try:
        for each in reversed([folder, *folder.parents]):
            if not each.exists():
                each.mkdir()
                undone.callback(_remove_empty, each)
    except OSError as error:
        raise _unwritten(folder, error) from None


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _write(texts: Mapping[Path, str]) -> None:
    """Write files beside their places, and put them there when all are whole."""
    with ExitStack() as finished:
        whole = {}
        for path, text in texts.items():
            try:
                whole[path] = _beside(path.resolve(), text, finished)
            except OSError as error:
                raise _unwritten(path, error) from None
        _put(whole.items())


def _beside(path: Path, text: str, finished: ExitStack) -> Path:
    folder = tempfile.TemporaryDirectory(
        dir=path.parent, prefix=".lambda-sim-", ignore_cleanup_errors=True
    )
    whole = Path(finished.enter_context(folder), path.name)
    whole.write_text(text, encoding="utf-8")
    return whole


def _put(whole: Iterable[tuple[Path, Path]]) -> None:
    for path, written in whole:
        try:
            written.replace(path.resolve())
        except OSError as error:
            raise _unwritten(path, error) from None


def _unwritten(path: Path, error: OSError) -> sim.ScenarioError:
    return sim.ScenarioError(
        f"{path} cannot be written: {error.strerror or error}."
    )
