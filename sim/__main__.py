"""The command line.

`python -m sim check template.yaml` says what is unknown and what should be changed;
`python -m sim run template.yaml --traffic api=poisson:5` simulates it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

import sim
from sim.markup import visible
from sim.results.spoken_table import spoken_table
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
FINE = 0
"""Exit status: nothing to say."""
ADVISED = 1
"""Exit status: warnings or errors were found."""
REFUSED = 2
"""Exit status: not readable, or not runnable at all."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command; returns the exit status, and prints errors as sentences on stderr."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except sim.TemplateError as error:
        return _refuse(options, error.problems)
    except (sim.ScenarioError, OSError) as error:
        return _refuse(options, str(error).split("\n"))


TRAFFIC_HELP = (
    "events into a source or trigger: "
    "api=poisson:20 or jobs=constant:5 (a second), jobs=burst:100"
)
BEHAVIOUR_HELP = (
    "how a function works: Orders=duration:0.2,error_rate:0.05 "
    "(also poison_share, crash_share, sends:QUEUE)"
)
CSV_HELP = "write deliveries, attempts, spans, metrics and cost here"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sim", description="What happens to my event?"
    )
    commands = parser.add_subparsers(required=True, metavar="check | run")
    check = commands.add_parser(
        "check",
        help="read a template, say what is unknown and what should be changed",
    )
    check.set_defaults(command=_check)
    run = commands.add_parser("run", help="read a template and simulate it")
    _add_options_of_run(run)
    run.set_defaults(command=_run)
    for command in (check, run):
        command.add_argument(
            "template", help="a SAM or CloudFormation template, YAML or JSON"
        )
        _add_several(command, "--parameter", "NAME=VALUE")
        command.add_argument(
            "--format", choices=("text", "json"), default="text"
        )
    return parser


def _add_options_of_run(run: argparse.ArgumentParser) -> None:
    _add_several(run, "--traffic", "NAME=KIND:NUMBER", TRAFFIC_HELP)
    _add_several(run, "--behaviour", "NAME=WORD:VALUE,...", BEHAVIOUR_HELP)
    run.add_argument("--seconds", type=float, default=600)
    run.add_argument("--seed", type=int, default=1)
    run.add_argument("--csv", type=Path, metavar="DIR", help=CSV_HELP)
    run.add_argument(
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


def _check(options: argparse.Namespace) -> int:
    reading = sim.read_template(
        Path(options.template), parameters=_parameters(options)
    )
    advice = reading.advise()
    if options.format == "json":
        _print_json(advice=reading.advice, report=reading.report)
    else:
        _print_report(reading)
        for each in advice:
            print(visible(str(each)))
    is_serious = any(each.rule.severity != "info" for each in advice)
    return ADVISED if is_serious else FINE


def _run(options: argparse.Namespace) -> int:
    reading = sim.read_template(
        Path(options.template),
        parameters=_parameters(options),
        behaviour=dict(_behaviour(text) for text in options.behaviour),
        traffic=[_traffic(text) for text in options.traffic],
        seconds=options.seconds,
    )
    if not reading.scenario.traffic:
        asked = reading.report.resource[reading.report.property == "traffic"]
        entries = ", ".join(dict.fromkeys(asked))
        raise sim.ScenarioError(
            f"No events come: give --traffic NAME=poisson:5, into {entries}."
        )
    run = sim.simulate(reading.scenario, seed=options.seed)
    summary = run.summary()
    if options.format == "json":
        _print_json(summary=summary.to_frame().T)
    else:
        print(visible(spoken_table(summary).to_string(header=False)))
    if options.csv is not None:
        _write_tables(run, options.csv)
    if options.html is not None:
        _write_page(run, reading, options)
    return FINE


def _parameters(options: argparse.Namespace) -> dict[str, str]:
    return dict(_pair(text, "--parameter") for text in options.parameter)


def _traffic(text: str) -> sim.Traffic:
    name, arrivals = _pair(text, "--traffic")
    kind, *number = arrivals.split(":", 1)
    try:
        made = ARRIVALS[kind](float("".join(number)))
        return sim.Traffic(into=name, arrivals=made)
    except sim.ScenarioError:
        raise
    except (KeyError, ValueError, OverflowError):
        raise sim.ScenarioError(
            f"--traffic {text!r} is not NAME=KIND:NUMBER, "
            f"with {', '.join(ARRIVALS)} as KIND, such as api=poisson:20."
        ) from None


def _behaviour(text: str) -> tuple[str, sim.Behaviour]:
    name, words = _pair(text, "--behaviour")
    fields: dict[str, Any] = {}
    for part in words.split(","):
        word, *value = part.strip().split(":", 1)
        try:
            fields |= BEHAVIOUR[word]("".join(value))
        except sim.ScenarioError:
            raise
        except (KeyError, ValueError):
            raise sim.ScenarioError(
                f"--behaviour {text!r} is not NAME=WORD:VALUE,..., "
                f"with {', '.join(BEHAVIOUR)} as WORD, "
                "such as Orders=duration:0.2,error_rate:0.05."
            ) from None
    return name, sim.Behaviour(**fields)


def _pair(text: str, option: str) -> tuple[str, str]:
    name, *value = text.split("=", 1)
    if not value or not name:
        raise sim.ScenarioError(
            f"{option} {text!r} has no =; write NAME=VALUE."
        )
    return name, value[0]


def _write_tables(run: sim.Run, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("deliveries", "attempts", "spans"):
        getattr(run, name).to_csv(folder / f"{name}.csv", index=False)
    run.metrics().to_csv(folder / "metrics.csv", index=False)
    run.cost().to_csv(folder / "cost.csv")


def _write_page(
    run: sim.Run, reading: Reading, options: argparse.Namespace
) -> None:
    # matplotlib is loaded only where a picture is wanted
    from sim.show.html_report import html_report  # noqa: PLC0415

    tables = {"Advice": reading.advice, "What was read": reading.report}
    text = html_report(run, Path(options.template).name, tables)
    options.html.write_text(text, encoding="utf-8")


def _print_report(reading: Reading) -> None:
    report = reading.report
    counts = report.status.value_counts()
    print(
        ", ".join(f"{count} {status}" for status, count in counts.items()) + "."
    )
    is_idle = report.note == NO_PART
    if is_idle.any():
        idle = ", ".join(report.resource[is_idle])
        print(visible(f"no part in what happens to events: {idle}"))
    is_open = report.status.isin(("unknown", "not supported"))
    columns = ["line", "status", "resource", "argument", "note"]
    groups: Any = report[is_open & ~is_idle].groupby(
        columns, sort=False, dropna=False
    )
    for key, rows in groups:
        _print_group(dict(zip(columns, key, strict=True)), list(rows.property))


def _print_group(row: dict[str, Any], properties: list[str]) -> None:
    """One line for all properties of a resource of which the same is to be said."""
    line = "" if pd.isna(row["line"]) else f"line {row['line']}: "
    where = f"{row['resource']} {', '.join(properties)}".strip()
    says = f"give {row['argument']}" if row["argument"] else row["note"]
    print(visible(f"{line}{row['status']}: {where}: {says}"))


def _print_json(**tables: pd.DataFrame) -> None:
    rows = {
        name: json.loads(table.to_json(orient="records"))
        for name, table in tables.items()
    }
    print(json.dumps(rows, indent=1))


def _refuse(options: argparse.Namespace, problems: Sequence[str]) -> int:
    if options.format == "json":
        print(json.dumps({"problems": list(problems)}, indent=1))
    for problem in problems:
        print(visible(f"error: {problem}"), file=sys.stderr)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
