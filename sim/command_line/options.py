"""The commands and their options."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import sim
from sim.command_line.calibrate import FITS, PICTURES, calibrate
from sim.command_line.check import FORMATS_OF_CHECK, check
from sim.command_line.printing import print_problem
from sim.command_line.run import run
from sim.command_line.statuses import REFUSED


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
FORMAT = "how to print what was found: text for people, the others for programs"
PARAMETER = "a parameter of the template"
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


def parser() -> argparse.ArgumentParser:
    """What reads the arguments; `command` of its options is the function to call."""
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
    _add_options_of_check(checking)
    running = commands.add_parser(
        "run", help="read a template or a scenario's JSON and simulate it"
    )
    _add_options_of_run(running)
    calibrating = commands.add_parser(
        "calibrate", help="read a function's own logs, say how it works"
    )
    _add_options_of_calibrate(calibrating)
    return parser


def _add_options_of_check(checking: argparse.ArgumentParser) -> None:
    checking.set_defaults(command=check)
    checking.add_argument(
        "template",
        nargs="+",
        type=_path,
        help=f"{WHAT}; a folder in which they are looked for; - for stdin",
    )
    _add_formats(checking, FORMATS_OF_CHECK)
    _add_several(checking, "--parameter", "NAME=VALUE", PARAMETER)
    _add_several(
        checking,
        "--ignore",
        "RULE",
        "say nothing of a rule, or of a resource: RESOURCE:RULE",
    )


def _add_options_of_calibrate(calibrating: argparse.ArgumentParser) -> None:
    calibrating.set_defaults(command=calibrate, template="")
    calibrating.add_argument(
        "logs",
        nargs="+",
        type=_path,
        help="files or folders: CloudWatch Logs, Logs Insights, get-metric-data",
    )
    _add_formats(calibrating, FORMATS)
    calibrating.add_argument(
        "--function", help="which one, or its name if the logs name none"
    )
    calibrating.add_argument(
        "--fit",
        choices=FITS,
        default="log-normal",
        help="what is drawn from: a fitted curve, or the times as observed",
    )
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
        help="draw here what was observed beside what is simulated "
        f"({', '.join(PICTURES)})",
    )


def _add_options_of_run(running: argparse.ArgumentParser) -> None:
    running.set_defaults(command=run)
    running.add_argument(
        "template",
        type=_path,
        help=f"{WHAT}, or a scenario's JSON; - for stdin",
    )
    _add_formats(running, FORMATS_OF_RUN)
    _add_several(running, "--parameter", "NAME=VALUE", PARAMETER)
    for option, (form, help_text) in SEVERAL_OF_RUN.items():
        _add_several(running, option, form, help_text)
    running.add_argument(
        "--seconds",
        type=float,
        help="how long events come; by default 600, what the scenario says, or as long "
        "as recorded events come",
    )
    running.add_argument(
        "--seed", type=int, default=1, help="which luck the events have"
    )
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


def _add_formats(
    command: argparse.ArgumentParser, formats: Sequence[str]
) -> None:
    command.add_argument(
        "--format", choices=formats, default="text", help=FORMAT
    )


def _add_several(
    command: argparse.ArgumentParser,
    option: str,
    form: str,
    help_text: str,
) -> None:
    """An option that may be given several times."""
    command.add_argument(
        option, action="append", default=[], metavar=form, help=help_text
    )
