"""What breaks a rule of advice on a function's runtime and on its published versions."""

from __future__ import annotations

from sim.scenario import runtimes
from sim.scenario.function import Function
from sim.scenario.scenario import Scenario
from sim.template.advice.finding import Finding, Findings


def deprecated_runtimes(scenario: Scenario) -> Findings:
    """Functions whose runtime AWS retires, with what it still allows.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
    """
    for function in scenario.functions:
        retired = retirement(function)
        if retired is not None:
            yield Finding(function.name, f"{function.runtime} is {retired}")


def retirement(function: Function) -> str | None:
    """Since when its runtime is deprecated; an image brings its own."""
    if function.package_type == "Image":
        return None
    return runtimes.deprecation(function.runtime)


def snapshots_of_no_version(scenario: Scenario) -> Findings:
    """Functions with SnapStart that publish no version.

    https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html
    """
    for function in scenario.functions:
        if function.snap_start != "None" and not function.is_restored:
            yield Finding(function.name, "it has no published version")
