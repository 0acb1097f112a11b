"""The commands, their options, and how every error becomes a sentence and an exit status.

`lambda-sim check template.yaml` says what is unknown and what should be changed;
`lambda-sim run template.yaml --traffic api=poisson:5` simulates it. `python -m sim` is the same.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import sim
from sim.command_line.calibrate import FITS, calibrate
from sim.command_line.check import FORMATS_OF_CHECK, check
from sim.command_line.printing import give_up, print_json, print_problem
from sim.command_line.run import run
from sim.command_line.statuses import CLOSED, REFUSED, STOPPED
from sim.progress import ProgressLine


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command; returns the exit status, and prints errors as sentences on stderr."""
    options = _parser().parse_args(arguments)
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
            "depends_on:NAME), or CALIBRATION.json, as calibrate --format json "
            "prints it"
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
WHAT = (
    "a SAM or CloudFormation template, YAML or JSON, or a plan of Terraform "
    "or OpenTofu in JSON"
)


def _path(text: str) -> str:
    """The type of an argument that names a file or folder: Python takes "" for this folder."""
    if not text:
        raise argparse.ArgumentTypeError(
            "an empty text names no file or folder"
        )
    return text


def _place(text: str) -> Path:
    return Path(_path(text))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="lambda-sim", description="What happens to my event?")
    version = f"lambda-sim {sim.__version__}"
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(
        required=True, metavar="check | run | calibrate"
    )
    checking = commands.add_parser(
        "check",
        help="read templates, say what is unknown and what should be changed",
    )
    checking.set_defaults(command=check)
    _add_options_of_check(checking)
    running = commands.add_parser(
        "run", help="read a template or a scenario's JSON and simulate it"
    )
    running.set_defaults(command=run)
    running.add_argument(
        "template",
        type=_path,
        help=f"{WHAT}, or a scenario's JSON; - for stdin",
    )
    calibrating = commands.add_parser(
        "calibrate", help="read a function's own logs, say how it works"
    )
    calibrating.set_defaults(command=calibrate, template="")
    _add_options_of_calibrate(calibrating)
    for command, formats in (
        (checking, FORMATS_OF_CHECK),
        (running, FORMATS_OF_RUN),
        (calibrating, FORMATS),
    ):
        command.add_argument("--format", choices=formats, default="text")
    for command in (checking, running):
        _add_several(command, "--parameter", "NAME=VALUE")
    _add_options_of_run(running)
    return parser


def _add_options_of_check(checking: argparse.ArgumentParser) -> None:
    checking.add_argument(
        "template",
        nargs="+",
        type=_path,
        help=f"{WHAT}; a folder in which they are looked for; - for stdin",
    )
    _add_several(
        checking,
        "--ignore",
        "RULE",
        "say nothing of a rule, or of a resource: RESOURCE:RULE",
    )


def _add_options_of_calibrate(calibrating: argparse.ArgumentParser) -> None:
    calibrating.add_argument(
        "logs",
        nargs="+",
        type=_path,
        help="files or folders: CloudWatch Logs, Logs Insights, get-metric-data",
    )
    calibrating.add_argument(
        "--function", help="which one, or its name if the logs name none"
    )
    calibrating.add_argument("--fit", choices=FITS, default="log-normal")
    calibrating.add_argument(
        "--messages-per-run",
        type=float,
        metavar="N",
        help="share a run's time out among so many messages of its batch",
    )
    calibrating.add_argument(
        "--picture",
        type=_place,
        metavar="FILE",
        help="draw here what was observed beside what is simulated (.svg, .png)",
    )


def _add_options_of_run(running: argparse.ArgumentParser) -> None:
    for option, (form, help_text) in SEVERAL_OF_RUN.items():
        _add_several(running, option, form, help_text)
    running.add_argument(
        "--seconds",
        type=float,
        help="how long events come; by default 600, what the scenario says, or as long "
        "as recorded events come",
    )
    running.add_argument("--seed", type=int, default=1)
    running.add_argument(
        "--seeds", type=int, default=1, help="how many seeds, from --seed on"
    )
    running.add_argument(
        "--csv",
        type=_place,
        metavar="DIR",
        help="write deliveries, attempts, spans, metrics and cost here",
    )
    running.add_argument(
        "--html",
        type=_place,
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
