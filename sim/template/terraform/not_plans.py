"""What Terraform writes besides plans, and how to get a plan in place of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sim.template.errors import TemplateError
from sim.template.text.other_formats import PLAN

VERSION, PLANNED = "format_version", "planned_values"
HEAD = 1000
"""Characters at the beginning of a file that tell what it is."""
WITHIN = re.compile(r'^\{\s*"format_version"', re.MULTILINE)
MESSAGES = '{"@level"'
ERRORED = (
    "The plan ended in an error (`errored` is true), so resources are missing in it: "
    "mend what `terraform plan` says, and make it again."
)
OF_A_STATE = ('"terraform_version"', '"lineage"')


def check_text(text: str, name: str) -> None:
    """Raise `TemplateError` for a plan with other lines around it, messages, and a state file."""
    head = text[:HEAD].lstrip()
    if head.startswith(MESSAGES):
        said = f"{name} has the messages of `terraform plan -json`, not the plan: {PLAN}"
        raise TemplateError([said])
    if head.startswith("{") and all(key in head for key in OF_A_STATE):
        raise TemplateError([f"{name} is a state of Terraform: {PLAN}"])
    found = None if head.startswith("{") else WITHIN.search(text)
    if found and PLANNED in text:
        line = text.count("\n", 0, found.start()) + 1
        begins = (
            f"The plan begins in line {line}: leave out the lines around it"
        )
        how = "setup-terraform writes none with `terraform_wrapper: false`"
        raise TemplateError([f"{begins} ({how})."])


def check_keys(document: Mapping[str, Any]) -> None:
    """Raise `TemplateError` for JSON that is of no plan, or of one that is not complete."""
    if PLANNED not in document:
        what = "a state" if "values" in document else "no plan"
        said = (
            f"This JSON of Terraform is of {what}, it has no {PLANNED}: {PLAN}"
        )
        raise TemplateError([said])
    if document.get("errored") is True:
        raise TemplateError([ERRORED])
