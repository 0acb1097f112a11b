"""What to write on the command line where a sentence tells what to write in Python."""

from __future__ import annotations

import re

import pandas as pd

from sim.markup import visible

IN_PYTHON = {
    r"parameters=\{name: value\}": "--parameter NAME=VALUE",
    r'traffic=\[sim\.Traffic\(into="([^"]+)", arrivals=\.\.\.\)\]': (
        r'--traffic "\1=poisson:5"'
    ),
    r'behaviour=\{"([^"]+)": sim\.Behaviour\(init=\.\.\.\)\}': (
        r'--set "functions.\1.behaviour.init=SECONDS"'
    ),
    r'behaviour=\{"([^"]+)": sim\.Behaviour\([^)]*\)\}': (
        r'--behaviour "\1=duration:0.2,error_rate:0.05"'
    ),
    r'scenario\.with_setting\("([^"]+)", \.\.\.\)': r'--set "\1=VALUE"',
    r"\bgive messages_per_run\b": "give --messages-per-run",
    r"\bbehaviour names 'function', but the template's functions are (\w+)": (
        r"the log of a calibration names no function: give --behaviour \1=CALIBRATION.json; "
        r"the template's functions are \1"
    ),
    r"\bbehaviour names\b": "--behaviour names",
    r"\bfunction='([^']+)'\. There": r"--function \1. There",
    r"\bsimulate: seed\b": "--seed",
    r"\bcalibrate: messages_per_run is (.+) or None is expected": (
        r"--messages-per-run is \1 is expected"
    ),
    r"(dependency or mapping '([^']+)', which this scenario does not have)": (
        r"\1 (--behaviour NAME=depends_on:\2 says who needs it)"
    ),
    r"\binvalid int value\b": "no whole number",
    r"\binvalid float value\b": "no number",
    r"\bbut sim\.(\w+) is allowed": r"but the settings of a \1 are allowed",
}
"""Patterns of Python's words, each with what the command line takes instead."""


def on_command_line(text: str) -> str:
    """The text with the command line's own words, safe for a terminal."""
    for pattern, option in IN_PYTHON.items():
        text = re.sub(pattern, option, text)
    return visible(text)


def with_options(report: pd.DataFrame) -> pd.DataFrame:
    """A template's report in which `argument` is what the command line takes."""
    return report.assign(argument=report.argument.map(on_command_line))
