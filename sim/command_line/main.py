"""The command line: how a command is carried out, and every error becomes a sentence and a status.

`lambda-sim check template.yaml` says what is unknown and what should be changed;
`lambda-sim run template.yaml --traffic api=poisson:5` simulates it. `python -m sim` is the same.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import Any

import sim
from sim.command_line.options import parser
from sim.command_line.printing import give_up, print_json, print_problem
from sim.command_line.statuses import CLOSED, REFUSED, STOPPED
from sim.progress import ProgressLine


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command; returns the exit status, and prints errors as sentences on stderr."""
    options = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # some cannot print all letters
            stream.reconfigure(errors="backslashreplace")
    is_watched = sys.stderr is not None and sys.stderr.isatty()
    ProgressLine.terminal = sys.stderr if is_watched else None
    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = _print_each_once()
        return _carried_out(options)


def _carried_out(options: argparse.Namespace) -> int:
    try:
        status = _status(options)
        print(end="", flush=True)  # sys.stdout is None where `>&-` closed it
        return status
    except BrokenPipeError:  # who reads wants no more, as in `| head -1`
        give_up(sys.stdout)
        return CLOSED
    except OSError as error:
        give_up(sys.stdout)
        print_problem(f"Nothing can be printed: {error.strerror or error}.")
        return REFUSED
    except KeyboardInterrupt as stop:
        print_problem(str(stop) or "The command was stopped.")
        return STOPPED


def _status(options: argparse.Namespace) -> int:
    try:
        return int(options.command(options))
    except sim.TemplateError as error:
        return _refuse(options, error.problems)
    except sim.ScenarioError as error:
        return _refuse(options, str(error).split("\n"))
    except OSError as error:
        if error.filename is None:  # it is of what is printed
            raise
        reason = error.strerror or error
        return _refuse(options, [f"{error.filename}: {reason}."])


def _print_each_once() -> Callable[..., None]:
    """What prints a warning, though several seeds or files give the same one."""
    said = set()

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        if str(message) not in said:
            said.add(str(message))
            print_problem(str(message), "warning")

    return show


def _refuse(options: argparse.Namespace, problems: Sequence[str]) -> int:
    for problem in problems:
        print_problem(problem)
    if options.format == "json":
        print_json(problems=problems)
    return REFUSED
