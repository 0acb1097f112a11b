"""The panel as it was before it was drawn in the browser, from the project's own history."""

from __future__ import annotations

import compileall
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.paths import ROOT

COMMIT = "b5c15386ba85b925f2e5df5aadefa5f4a63d471f"
"""The last one with ipywidgets' sliders and a picture of matplotlib."""


@contextmanager
def earlier_project() -> Iterator[Path | None]:
    """A folder with the earlier project; None where the history is not there."""
    folder = Path(tempfile.mkdtemp(prefix="earlier-")) / "project"
    made = subprocess.run(
        ["git", "worktree", "add", "--detach", str(folder), COMMIT],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if made.returncode:
        yield None
        return
    # compiled, as `make` leaves this one
    compileall.compile_dir(folder / "sim", quiet=1)
    try:
        yield folder
    finally:
        remove = ["git", "worktree", "remove", "--force", str(folder)]
        subprocess.run(remove, cwd=ROOT, capture_output=True, check=False)
