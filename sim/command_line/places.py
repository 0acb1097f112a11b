"""Where a command's files will be: they can be written there, and what is read stays as it is."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path

import sim
from sim.command_line.words import files_named

TABLES = ("deliveries", "attempts", "spans", "metrics", "cost")


def check_places(options: argparse.Namespace) -> None:
    """Raise `ScenarioError`, before the run, if a file could not be written."""
    read = list(files_named(options))
    if options.csv is not None:
        _check_folder("--csv", options.csv)
        _check_tables(options, read)
    if options.html is not None:
        check_place("--html", options.html)
        check_unread("--html", options.html, read)


def check_place(option: str, place: Path) -> None:
    """Raise `ScenarioError` if a file could not be written there."""
    where = f"{option} {place}: "
    _check(place.parent.is_dir(), f"{where}{place.parent} is no folder.")
    _check(not place.is_dir(), f"{where}it is a folder, not a file.")
    _check(not place.exists() or place.is_file(), f"{where}it is no file.")
    _check_writable(place.parent, where)


def check_unread(option: str, place: Path, read: Iterable[str]) -> None:
    """Raise `ScenarioError` for a file that the command reads."""
    is_read = place.resolve() in {Path(each).resolve() for each in read}
    _check(not is_read, f"{option} {place}: it is read: write to another file.")


def table_path(folder: Path, name: str) -> Path:
    """The file of one table."""
    return folder / f"{name}.csv"


def _check_tables(options: argparse.Namespace, read: Iterable[str]) -> None:
    """Refuse to write tables over what is read, or over the page."""
    folder = options.csv
    tables = [table_path(folder, name) for name in TABLES]
    for table in tables:
        check_unread("--csv", table, read)
    if options.html is not None:
        taken = {place.resolve() for place in (folder, *tables)}
        is_taken = options.html.resolve() in taken
        same = f"--csv and --html name the same place: {options.html}."
        _check(not is_taken, same)


def _check_folder(option: str, folder: Path) -> None:
    """Raise `ScenarioError` if the folder is none, or could not be made."""
    where = f"{option} {folder}: "
    around = _nearest(folder)
    what = "it" if around == folder else str(around)
    _check(around.is_dir(), f"{where}{what} is no folder.")
    _check_writable(around, where)


def _nearest(folder: Path) -> Path:
    """The folder, or what there is of those around it."""
    return next(each for each in (folder, *folder.parents) if each.exists())


def _check_writable(folder: Path, where: str) -> None:
    is_writable = os.access(folder, os.W_OK | os.X_OK)
    _check(is_writable, f"{where}nothing may be written into {folder}.")


def _check(is_fine: bool, problem: str) -> None:
    if not is_fine:
        raise sim.ScenarioError(problem)
