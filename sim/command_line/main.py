"""The commands, their options, and how every error becomes a sentence and an exit status.

`lambda-sim check template.yaml` says what is unknown and what should be changed;
`lambda-sim run template.yaml --traffic api=poisson:5` simulates it. `python -m sim` is the same.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import sim
from sim.command_line.check import check
from sim.command_line.hints import on_command_line
from sim.command_line.printing import print_problem
from sim.command_line.run import run
from sim.command_line.statuses import REFUSED, STOPPED
from sim.progress import ProgressLine


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command; returns the exit status, and prints errors as sentences on stderr."""
    options = _parser().parse_args(arguments)
    ProgressLine.terminal = sys.stderr if sys.stderr.isatty() else None
    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = _print_warning
        return _carried_out(options)


def _carried_out(options: argparse.Namespace) -> int:
    try:
        return int(options.command(options))
    except sim.TemplateError as error:
        return _refuse(options, error.problems)
    except sim.ScenarioError as error:
        return _refuse(options, str(error).split("\n"))
    except OSError as error:
        where = error.filename or options.template
        return _refuse(options, [f"{where}: {error.strerror or error}."])
    except KeyboardInterrupt as stop:
        print_problem(str(stop) or "The command was stopped.")
        return STOPPED


def _print_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    print_problem(str(message), "warning")


def _refuse(options: argparse.Namespace, problems: Sequence[str]) -> int:
    if options.format == "json":
        said = [on_command_line(problem) for problem in problems]
        print(json.dumps({"problems": said}, indent=1))
    for problem in problems:
        print_problem(problem)
    return REFUSED


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the options in one sentence."""

    def error(self, message: str) -> NoReturn:
        print_problem(f"{message}; `{self.prog} --help` tells the options.")
        self.exit(REFUSED)


SEVERAL_OF_RUN = {
    "--traffic": (
        "NAME=KIND:VALUE",
        (
            "events into a source or trigger: api=poisson:20 or "
            "jobs=constant:5 (a second), jobs=burst:100, jobs=recorded:FILE.csv"
        ),
    ),
    "--behaviour": (
        "NAME=WORD:VALUE,...",
        (
            "how a function works: Orders=duration:0.2,error_rate:0.05 (also "
            "batch_duration, poison_share, crash_share, sends:QUEUE, "
            "depends_on:NAME)"
        ),
    ),
    "--set": (
        "PATH=VALUE",
        "a setting from the start: queues.orders.visibility_timeout=180",
    ),
    "--change": (
        "NAME.SETTING=VALUE@SECONDS",
        "a setting that changes: orders.visibility_timeout=180@600",
    ),
    "--outage": (
        "NAME@AT+SECONDS",
        "Lambda or a dependency is down: lambda@60+30",
    ),
    "--fail-on": (
        "CONDITION",
        'exit status 1 if it holds for any seed: "lost > 0" or "p99_s > 2"',
    ),
}


FORMATS = ("text", "json")
FORMATS_OF_RUN = (*FORMATS, "junit")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="lambda-sim", description="What happens to my event?")
    version = f"lambda-sim {sim.__version__}"
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(required=True, metavar="check | run")
    checking = commands.add_parser(
        "check",
        help="read a template, say what is unknown and what should be changed",
    )
    checking.set_defaults(command=check)
    running = commands.add_parser(
        "run", help="read a template or a scenario's JSON and simulate it"
    )
    running.set_defaults(command=run)
    for command, formats in ((checking, FORMATS), (running, FORMATS_OF_RUN)):
        command.add_argument("--format", choices=formats, default="text")
    _add_options_of_run(running)
    for command in (checking, running):
        command.add_argument(
            "template", help="a SAM or CloudFormation template, YAML or JSON"
        )
        _add_several(command, "--parameter", "NAME=VALUE")
    return parser


def _add_options_of_run(running: argparse.ArgumentParser) -> None:
    for option, (form, help_text) in SEVERAL_OF_RUN.items():
        _add_several(running, option, form, help_text)
    running.add_argument(
        "--seconds",
        type=float,
        help="how long events come; by default 600, or what the scenario says",
    )
    running.add_argument("--seed", type=int, default=1)
    running.add_argument(
        "--seeds", type=int, default=1, help="how many seeds, from --seed on"
    )
    running.add_argument(
        "--csv",
        type=Path,
        metavar="DIR",
        help="write deliveries, attempts, spans, metrics and cost here",
    )
    running.add_argument(
        "--html",
        type=Path,
        metavar="FILE",
        help="write a page with pictures here",
    )


def _add_several(
    command: argparse.ArgumentParser,
    option: str,
    form: str,
    help_text: str | None = None,
) -> None:
    """An option that may be given several times."""
    command.add_argument(
        option, action="append", default=[], metavar=form, help=help_text
    )
