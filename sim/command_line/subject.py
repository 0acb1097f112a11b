"""What a run is of: a template or a scenario's file, with what the options add."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import sim
from sim import facts
from sim.calibration.calibration import AFTER
from sim.command_line import words
from sim.command_line.hints import with_options
from sim.command_line.sources import Source, source
from sim.scenario.errors import said_of
from sim.scenario.event_source_mapping import EventSourceMapping
from sim.template.text.load import text_in


@dataclass(frozen=True)
class Subject:
    """A scenario that is ready to run, and tables on where it comes from."""

    name: str
    scenario: sim.Scenario
    tables: dict[str, pd.DataFrame]
    traffic_asked: tuple[str, ...] = ()

    @property
    def assumptions(self) -> list[str]:
        """What decides the numbers and was not given, or may be meant otherwise."""
        return [
            *_on_batches(self.scenario),
            *_on_choices(self.scenario),
            *_assumed(self.tables.get("What was read")),
        ]


def subject(options: argparse.Namespace) -> Subject:
    """The scenario that the options ask for; raises `ScenarioError`."""
    given = source(options.template)
    written = _scenario_text(given.template)
    if written is None:
        found = _from_template(given, options)
    else:
        found = _from_scenario(given.name, written, options)
    if not found.scenario.traffic:
        entries = ", ".join(found.traffic_asked) or "one of its sources"
        raise sim.ScenarioError(
            f"No events come: give --traffic NAME=poisson:5, into {entries}."
        )
    return found


def parameters(options: argparse.Namespace) -> dict[str, str]:
    """The template's parameters that are given."""
    return dict(words.pair(text, "--parameter") for text in options.parameter)


def _scenario_text(given: Path | str) -> str | None:
    """The text of a scenario in JSON; None for a template."""
    try:
        text = _json_text(given)
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    is_scenario = isinstance(document, dict) and "functions" in document
    return text if is_scenario else None


def _json_text(given: Path | str) -> str:
    """What is given as a text, or in a file that is named as JSON; else nothing."""
    if isinstance(given, str):
        return given
    is_json = given.suffix == ".json" and given.is_file()
    return text_in(given) if is_json else ""


def _from_template(given: Source, options: argparse.Namespace) -> Subject:
    told = words.behaviours(options.behaviour)
    behaviour = {name: sim.Behaviour(**each) for name, each in told.items()}
    events = words.traffics(options.traffic)
    values = parameters(options)
    seconds = _seconds(options.seconds, events)
    with said_of(given.name):
        reading = sim.read_template(
            given.template,
            parameters=values,
            behaviour=behaviour,
            traffic=events,
            **seconds,
        )
    report = reading.report
    asked = report.resource[report.property == "traffic"]
    tables = {"Advice": reading.advice, "What was read": with_options(report)}
    scenario = _with_events(reading.scenario, options)
    return Subject(given.name, scenario, tables, tuple(dict.fromkeys(asked)))


def _seconds(
    given: float | None, events: list[sim.Traffic]
) -> dict[str, float]:
    """How long events come: at least as long as recorded ones do, if nothing else is given."""
    if given is not None:
        return {"seconds": given}
    usual = float(facts.fact("Scenario.seconds").value)
    lengths = [
        max(one.arrivals.instants, default=0.0) + AFTER
        if isinstance(one.arrivals, sim.Recorded)
        else usual
        for one in events
    ]
    return {"seconds": max(lengths)} if lengths else {}


def _from_scenario(
    name: str, text: str, options: argparse.Namespace
) -> Subject:
    if options.parameter:
        raise sim.ScenarioError(
            f"{name} is a scenario, which has no parameters: leave out --parameter."
        )
    with said_of(name):
        scenario = sim.Scenario.model_validate_json(text)
    for function, fields in words.behaviours(options.behaviour).items():
        changed = scenario.function(function).behaviour.replace(**fields)
        at = f"functions.{function}.behaviour"
        scenario = scenario.with_setting(at, changed)
    if options.traffic:
        events = words.traffics(options.traffic)
        scenario = scenario.replace(traffic=events)
    if options.seconds is not None:
        scenario = scenario.replace(seconds=options.seconds)
    return Subject(name, _with_events(scenario, options), {})


def _with_events(
    scenario: sim.Scenario, options: argparse.Namespace
) -> sim.Scenario:
    """The scenario with the settings, outages and changes that the options add."""
    settings = dict(words.setting(text) for text in options.set)
    if settings:
        scenario = scenario.with_settings(settings)
    outages = [words.outage(text) for text in options.outage]
    changes = [words.change(text) for text in options.change]
    added: dict[str, Any] = {}
    if outages:
        added["outages"] = [*scenario.outages, *outages]
    if changes:
        added["changes"] = [*scenario.changes, *changes]
    return scenario.replace(**added) if added else scenario


def _on_batches(scenario: sim.Scenario) -> Iterator[str]:
    """How long a batch takes, of each function that gets batches."""
    batched = {
        trigger.function
        for trigger in scenario.triggers
        if isinstance(trigger, EventSourceMapping)
    }
    for function in scenario.functions:
        if function.name not in batched:
            continue
        order = function.behaviour.batch_processing.order
        per = "batch" if order == "fixed time" else "message"
        yield (
            f"{function.name}: the duration is that of a {per}, {order} "
            "(--behaviour NAME=duration:SECONDS is of a message, "
            "batch_duration:SECONDS of a batch)."
        )


def _on_choices(scenario: sim.Scenario) -> Iterator[str]:
    """How many executions take each way of a Choice state, and where that is set."""
    for machine in scenario.state_machines:
        path = f"state_machines.{machine.name}.transitions"
        chosen: dict[str | None, list[str]] = {}
        for number, way in enumerate(machine.transitions):
            if way.share < 1:
                taken = f"{way.share:.0%} go on with {' and '.join(way.next)}"
                said = f'{taken} (--set "{path}.{number}.share=VALUE")'
                chosen.setdefault(way.after, []).append(said)
        for place, shares in chosen.items():
            if machine.may_end(place):
                shares.append("the others end there")
            after = place or "the start"
            yield f"{machine.name}: after {after} {', '.join(shares)}."


def _assumed(report: pd.DataFrame | None) -> Iterator[str]:
    """What no template says and nobody gave."""
    if report is None:
        return
    is_open = (report.status == "unknown") & (report.property != "traffic")
    for note, rows in report[is_open].groupby("note", sort=False):
        names = ", ".join(dict.fromkeys(rows.resource))
        yield f"{names}: {note}"
    is_assumed = report.status == "assumed"
    in_definition = report.property.str.match("definition", case=False)
    is_choice = report.property.str.endswith("Choices")
    supposed = report[is_assumed & in_definition & ~is_choice]
    for note, rows in supposed.groupby("note", sort=False):
        names = ", ".join(rows.resource + " " + rows.property)
        yield f"{names}: {note}"
