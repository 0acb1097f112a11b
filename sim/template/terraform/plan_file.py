"""Which JSON is a plan, and which only looks like one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sim import facts
from sim.template.errors import TemplateError, WithoutFunctionsError
from sim.template.terraform.addresses import Addresses
from sim.template.terraform.not_plans import (
    PLANNED,
    VERSION,
    check_keys,
    check_text,
)
from sim.template.terraform.planned import Plan
from sim.template.terraform.translation import Translator
from sim.template.text.lined import LinedDict
from sim.template.text.load import Text

KEYS = (VERSION, PLANNED)
"""What tells the JSON of Terraform."""


def plan_in(source: Text) -> Mapping[str, Any] | None:
    """The plan that a text holds in JSON; None for any other text.

    Raises `TemplateError` for the JSON of a state, and for a version that is not known.
    """
    text, name = source
    check_text(text, name)
    is_json = text.lstrip().startswith("{")
    if not is_json or not any(f'"{key}"' in text for key in KEYS):
        return None
    _check_length(text, name)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if "Resources" in document or not any(key in document for key in KEYS):
        return None
    check_keys(document)
    _check_version(document.get(VERSION))
    return dict(document)


def read_plan(document: Mapping[str, Any]) -> tuple[LinedDict, Addresses]:
    """A plan as a template of CloudFormation, and the addresses of its resources.

    Raises `WithoutFunctionsError` for a plan that leaves nothing standing.
    """
    plan = Plan(document)
    if not plan.resources:
        none = "The plan has no resources"
        if plan.deleted:
            none += f", it only deletes {plan.deleted}"
        raise WithoutFunctionsError([f"{none}: nothing can be simulated."])
    translation = Translator(plan).translation()
    addresses = Addresses(translation.template, translation.resources)
    return translation.template, addresses


def _check_version(version: Any) -> None:
    """Refuse a major version that is not known; 0 is that of Terraform 0.12 to 1.0."""
    known = facts.fact("plan.major")
    majors = [str(major) for major in range(int(known.value) + 1)]
    if str(version).partition(".")[0] not in majors:
        given = f"The plan's {VERSION} is {str(version)[:20]!r}"
        only = f"only 0.x and {known.value}.x are known here ({known.source})"
        raise TemplateError([f"{given}, and {only}."])


def _check_length(text: str, name: str) -> None:
    longest = facts.fact("plan.bytes").value
    if len(text) > longest:
        too_long = f"{name} is longer than {longest:,} bytes"
        raise TemplateError([f"{too_long}, the limit here for plans."])
    most = facts.fact("plan.values").value
    if text.count("{") + text.count("[") > most:
        raise TemplateError(
            [f"{name} has more than {most:,} mappings and lists."]
        )
