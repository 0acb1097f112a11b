"""The command line: `python -m sim check template.yaml`, `python -m sim run template.yaml --traffic api=poisson:5`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

import sim
from sim.template.read.leftovers import NO_PART
from sim.template.read.read import Reading

ARRIVALS: dict[str, Callable[[float], Any]] = {
    "poisson": lambda number: sim.Poisson(per_second=number),
    "constant": lambda number: sim.ConstantRate(per_second=number),
    "burst": lambda number: sim.Burst(events=int(number)),
}
BEHAVIOUR: dict[str, Callable[[str], dict[str, Any]]] = {
    "duration": lambda text: {"handler": sim.Constant(seconds=float(text))},
    "error_rate": lambda text: {"error_rate": float(text)},
    "poison_share": lambda text: {"poison_share": float(text)},
    "crash_share": lambda text: {"crash_share": float(text)},
    "sends": lambda text: {"sends": [sim.Output(to=text)]},
}
"""What the command line can say of a function; everything else `sim.Behaviour` takes."""
FINE, ADVISED, REFUSED = 0, 1, 2
"""Exit statuses: nothing to say, warnings or errors found, and not readable or not runnable at all.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command; returns the exit status, and prints errors as sentences on stderr."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except sim.TemplateError as error:
        return _refuse(options, error.problems)
    except (sim.ScenarioError, OSError) as error:
        return _refuse(options, str(error).split("\n"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sim", description="What happens to my event?"
    )
    commands = parser.add_subparsers(required=True, metavar="check | run")
    check = commands.add_parser(
        "check", help="read a template, say what is unknown and what should be changed"
    )
    check.add_argument("--format", choices=("text", "json"), default="text")
    check.set_defaults(command=_check)
    run = commands.add_parser("run", help="read a template and simulate it")
    help_text = "events into a source or trigger: api=poisson:20 or jobs=constant:5 (a second), jobs=burst:100"
    run.add_argument(
        "--traffic",
        action="append",
        default=[],
        metavar="NAME=KIND:NUMBER",
        help=help_text,
    )
    help_text = "how a function works: Orders=duration:0.2,error_rate:0.05 (also poison_share, crash_share, sends:QUEUE)"
    run.add_argument(
        "--behaviour",
        action="append",
        default=[],
        metavar="NAME=WORD:VALUE,...",
        help=help_text,
    )
    run.add_argument("--seconds", type=float, default=600)
    run.add_argument("--seed", type=int, default=1)
    run.add_argument(
        "--csv",
        type=Path,
        metavar="DIR",
        help="write deliveries, attempts, spans, metrics and cost here",
    )
    run.add_argument(
        "--html", type=Path, metavar="FILE", help="write a page with pictures here"
    )
    run.set_defaults(command=_run, format="text")
    for command in (check, run):
        command.add_argument(
            "template", help="a SAM or CloudFormation template, YAML or JSON"
        )
        command.add_argument(
            "--parameter", action="append", default=[], metavar="NAME=VALUE"
        )
    return parser


def _check(options: argparse.Namespace) -> int:
    reading = sim.read_template(Path(options.template), parameters=_parameters(options))
    advice = reading.advise()
    if options.format == "json":
        _print_json(advice=reading.advice, report=reading.report)
    else:
        _print_report(reading)
        for one in advice:
            print(one)
    return ADVISED if any(one.rule.severity != "info" for one in advice) else FINE


def _run(options: argparse.Namespace) -> int:
    reading = sim.read_template(
        Path(options.template),
        parameters=_parameters(options),
        behaviour=dict(_behaviour(text) for text in options.behaviour),
        traffic=[_traffic(text) for text in options.traffic],
        seconds=options.seconds,
    )
    if not reading.scenario.traffic:
        entries = dict.fromkeys(
            reading.report.resource[reading.report.property == "traffic"]
        )
        raise sim.ScenarioError(
            f"No events come: give --traffic NAME=poisson:5, into {', '.join(entries)}."
        )
    run = sim.simulate(reading.scenario, seed=options.seed, drain=False)
    print(run.summary().to_string())
    if options.csv is not None:
        _write_tables(run, options.csv)
    if options.html is not None:
        from sim.show.html_report import page  # noqa: PLC0415 - matplotlib only where a picture is wanted

        tables = {"Advice": reading.advice, "What was read": reading.report}
        options.html.write_text(
            page(run, Path(options.template).name, tables), encoding="utf-8"
        )
    return FINE


def _parameters(options: argparse.Namespace) -> dict[str, str]:
    return dict(_pair(text, "--parameter") for text in options.parameter)


def _traffic(text: str) -> sim.Traffic:
    name, arrivals = _pair(text, "--traffic")
    kind, _, number = arrivals.partition(":")
    try:
        return sim.Traffic(into=name, arrivals=ARRIVALS[kind](float(number)))
    except (KeyError, ValueError, OverflowError) as error:
        if isinstance(error, sim.ScenarioError):
            raise
        raise sim.ScenarioError(
            f"--traffic {text!r} is not NAME=KIND:NUMBER, with {', '.join(ARRIVALS)} as KIND, such as api=poisson:20."
        ) from None


def _behaviour(text: str) -> tuple[str, sim.Behaviour]:
    name, words = _pair(text, "--behaviour")
    fields: dict[str, Any] = {}
    for word in words.split(","):
        key, _, value = word.strip().partition(":")
        try:
            fields |= BEHAVIOUR[key](value)
        except (KeyError, ValueError) as error:
            if isinstance(error, sim.ScenarioError):
                raise
            raise sim.ScenarioError(
                f"--behaviour {text!r} is not NAME=WORD:VALUE,..., with {', '.join(BEHAVIOUR)} as WORD, "
                "such as Orders=duration:0.2,error_rate:0.05."
            ) from None
    return name, sim.Behaviour(**fields)


def _pair(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise sim.ScenarioError(f"{option} {text!r} has no =; write NAME=VALUE.")
    return name, value


def _write_tables(run: sim.Run, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("deliveries", "attempts", "spans"):
        getattr(run, name).to_csv(folder / f"{name}.csv", index=False)
    run.metrics().to_csv(folder / "metrics.csv", index=False)
    run.cost().to_csv(folder / "cost.csv")


def _print_report(reading: Reading) -> None:
    counts = reading.report.status.value_counts()
    print(", ".join(f"{count} {status}" for status, count in counts.items()) + ".")
    idle = reading.report.note == NO_PART
    if idle.any():
        print(
            f"no part in what happens to events: {', '.join(reading.report.resource[idle])}"
        )
    told = reading.report[
        reading.report.status.isin(("unknown", "not supported")) & ~idle
    ]
    columns = ["line", "status", "resource", "argument", "note"]
    groups: Any = told.groupby(columns, sort=False, dropna=False).property
    for (line, status, resource, argument, note), properties in groups:
        where = f"{resource} {', '.join(properties)}".strip()
        says = f"give {argument}" if argument else note
        print(f"{'' if pd.isna(line) else f'line {line}: '}{status}: {where}: {says}")


def _print_json(**tables: Any) -> None:
    print(
        json.dumps(
            {
                name: json.loads(made.to_json(orient="records"))
                for name, made in tables.items()
            },
            indent=1,
        )
    )


def _refuse(options: argparse.Namespace, problems: Sequence[str]) -> int:
    if options.format == "json":
        print(json.dumps({"problems": list(problems)}, indent=1))
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
