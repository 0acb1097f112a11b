"""Files that are no templates, and how to get from them what is read here."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePath

from sim.template.errors import TemplateError

PLAN = (
    "give its plan in JSON: `terraform plan -out tfplan` "
    "and `terraform show -json tfplan > plan.json` (or `tofu`)."
)
PACKAGE = (
    "give what `serverless package` leaves: "
    ".serverless/cloudformation-template-update-stack.json."
)
OF_TERRAFORM = (
    *(".tf", ".tf.json", ".tofu", ".tofu.json", ".tfvars", ".tfstate"),
    *(".tfplan", ".hcl"),
)
SERVERLESS = tuple(
    f"serverless.{kind}" for kind in ("yml", "yaml", "json", "ts", "js")
)
ARCHIVE = b"PK\x03\x04"
"""How a plan begins that Terraform has written for itself: it is a ZIP archive."""


def check_format(name: str, encoded: bytes = b"") -> None:
    """Raise `TemplateError` with a hint, where a file's name or beginning tells what it is."""
    name = PurePath(name).name
    if name.endswith(OF_TERRAFORM):
        raise TemplateError([f"{name} is a file of Terraform: {PLAN}"])
    if encoded.startswith(ARCHIVE):
        raise TemplateError([f"{name} is an archive; if it is a plan, {PLAN}"])
    if name in SERVERLESS:
        raise TemplateError([_of_serverless(name)])


def check_keys(name: str, keys: Collection[str]) -> None:
    """Raise `TemplateError` with a hint, where the keys of a mapping tell what it is."""
    if "Resources" not in keys and {"service", "provider"} <= set(keys):
        raise TemplateError([_of_serverless(name)])


def _of_serverless(name: str) -> str:
    return f"{name} is of the Serverless Framework: {PACKAGE}"
