"""The files of logs: which ones are meant, and their entries one after the other."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sim.calibration.entries import entries_of
from sim.calibration.entry import Entry
from sim.scenario.errors import ScenarioError


def files_in(paths: object) -> list[Path]:
    """The files that are meant; of a folder all in it, but none that a link leads to."""
    given = [paths] if isinstance(paths, (str, Path)) else paths
    if not isinstance(given, (list, tuple)) or not given:
        raise ScenarioError(
            "calibrate: paths is no path of a log, and no list of paths."
        )
    files: list[Path] = []
    for each in given:
        if not isinstance(each, (str, Path)) or not str(each):
            raise ScenarioError(f"calibrate: {each!r} is no path of a log.")
        path = Path(each)
        try:
            files += sorted(_within(path)) if path.is_dir() else [path]
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            where = getattr(error, "filename", None) or shown(each)
            raise ScenarioError(f"{where} cannot be read: {reason}.") from None
    return files


def _within(folder: Path) -> list[Path]:
    paths = [
        Path(place, name)
        for place, _, names in os.walk(folder, onerror=_unlisted)
        for name in names
    ]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def _unlisted(error: OSError) -> None:
    """A folder that cannot be looked into is no empty one."""
    raise error


def entries_in(files: list[Path], unread: Counter[str]) -> Iterator[Entry]:
    """The entries of all files; raises `ScenarioError` for one that cannot be read."""
    for path in files:
        try:
            if path.exists() and not path.is_file():
                raise ScenarioError(
                    f"{path} cannot be read as a log: it is no file."
                )
            yield from entries_of(path, unread)
        except ScenarioError:
            raise
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ScenarioError(
                f"{shown(path)} cannot be read as a log: {reason}."
            ) from None


def shown(paths: object) -> str:
    """Paths in a sentence, the end left out where there are many."""
    given = paths if isinstance(paths, (list, tuple)) else [paths]
    text = ", ".join(map(str, given))
    return text if len(text) <= 200 else f"{text[:197]}..."
