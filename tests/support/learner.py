"""Somebody who works through a lesson in a kernel: as shipped, wrongly, and with the solutions."""

import contextlib
import re
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from tests.support.lessons import FOLDER, read, tagged

CODE = re.compile(r"```python\n(.*?)\n```", re.DOTALL)


def solution_in(cell: NotebookNode) -> str:
    """The code of a solution, which is text in the notebook."""
    (code,) = CODE.findall(cell.source)
    return str(code)


def text_of(cell: NotebookNode) -> str:
    """What a cell put out, as plain text; a line of progress that is over says nothing."""
    parts = [
        output.get("text", "")
        or output.get("data", {}).get("text/plain", "")
        or output.get("evalue", "")
        for output in cell.outputs
    ]
    return "\n".join(part for part in parts if part)


class Learner:
    """A lesson and its kernel, after *Run All Cells*; `solve` puts the solutions in before."""

    def __init__(self, lesson: Path, solve: bool = False) -> None:
        self.name = lesson.stem
        self.notebook = read(lesson)
        self.exercises = tagged(self.notebook, "exercise")
        self.checks = tagged(self.notebook, "check")
        self.solutions = {
            answer: solution_in(cell)
            for answer, cell in tagged(self.notebook, "solution").items()
        }
        if solve:
            for answer, code in self.solutions.items():
                self.exercises[answer].source = code
        self.client = NotebookClient(
            self.notebook,
            timeout=600,
            resources={"metadata": {"path": FOLDER}},
        )
        self.client.execute(cleanup_kc=False)

    def run(self, cell: NotebookNode) -> str:
        """Run a cell once more; what it puts out, or the error that it ends with."""
        place = self.notebook.cells.index(cell)
        with contextlib.suppress(CellExecutionError):
            self.client.execute_cell(cell, place)
        return text_of(cell)

    def tries(self, answer: str, code: str) -> str:
        """Write code into an exercise's cell, run it, and run the check: what it says."""
        cell = self.exercises[answer]
        cell.source = code
        self.run(cell)
        return self.run(self.checks[answer])

    def said(self) -> dict[str, str]:
        """What the checks say now."""
        return {answer: text_of(cell) for answer, cell in self.checks.items()}

    def progress(self) -> str:
        """Run the cell that sums up, and read it."""
        (cell,) = [
            cell
            for cell in self.notebook.cells
            if cell.source == "sim.show.progress()"
        ]
        return self.run(cell)

    def close(self) -> None:
        """End the kernel."""
        self.client._cleanup_kernel()
