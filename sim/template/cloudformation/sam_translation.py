"""SAM, as AWS's own translator makes CloudFormation of it, with code that nobody needs here left out.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
"""

from __future__ import annotations

import copy
import logging
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from sim.template.errors import TemplateError, needed, needs
from sim.template.text.lines import Lines
from sim.template.text.load import Mapping as Marked

CODE = "s3://bucket/code"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/image:latest"
PLACES = {
    "Function": "CodeUri",
    "Api": "DefinitionUri",
    "HttpApi": "DefinitionUri",
    "StateMachine": "DefinitionUri",
    "LayerVersion": "ContentUri",
    "GraphQLApi": "SchemaUri",
    "Application": "Location",
}
"""Where each kind of SAM resource says in which file its code or definition lies."""
UNUSED = {
    "Function": ("AutoPublishCodeSha256",),
    "StateMachine": ("AutoPublishAlias", "UseAliasAsEventTarget"),
}
"""What only tells one version from the next: here it would only need parameters."""


def is_sam(template: Mapping[str, Any]) -> bool:
    """Whether a template has SAM's resources; its Transform line says nothing reliable."""
    return any(
        _kind(resource) is not None for resource in _resources(template).values()
    )


def translated(
    template: Marked,
    parameters: Mapping[str, Any],
    region: str,
    missing: Collection[str] = (),
) -> dict[str, Any]:
    """The template as CloudFormation; raises `TemplateError` with the translator's own reasons.

    It cannot translate everything without a value for each parameter: where it refuses what refers
    to one of those that are `missing`, the value is asked for.
    """
    document = _without_files(copy.deepcopy(dict(template)))
    with _left_out(
        "rfc3987_syntax"
    ):  # jsonschema makes 38 grammars with it, most of the first import's time
        translator = needed("samtranslator.translator.translator", "aws-sam-translator")
    errors = needed("samtranslator.model.exceptions", "aws-sam-translator")
    known = {
        name: value
        for name, value in parameters.items()
        if isinstance(value, str | int | float)
    }
    try:
        done = translator.Translator(
            _policies(), _parser(), boto_session=_Session(region)
        ).translate(document, known)
    except errors.InvalidDocumentException as error:
        raise TemplateError(_sentences(error, template, missing)) from None
    except RecursionError:
        raise TemplateError(
            ["AWS's SAM translator cannot read this template: it refers to itself."]
        ) from None
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        raise TemplateError(
            [f"AWS's SAM translator cannot read this template ({reason})."]
        ) from None
    return dict(done)


@contextmanager
def _left_out(optional: str) -> Iterator[None]:
    """Meanwhile an optional module, unless it is there already, cannot be imported."""
    if optional in sys.modules:
        yield
        return
    sys.modules[optional] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[optional]


class _Session:
    """All that the translator wants of boto3: the Region."""

    def __init__(self, region: str) -> None:
        self.region_name = region

    def get_partition_for_region(self, region: str) -> str:
        """The translator's question about a Region."""
        return (
            "aws-cn"
            if region.startswith("cn-")
            else "aws-us-gov"
            if region.startswith("us-gov-")
            else "aws"
        )


@cache
def _policies() -> Any:
    logging.getLogger("samtranslator").setLevel(logging.CRITICAL)
    return needed(
        "samtranslator.internal.managed_policies", "aws-sam-translator"
    ).get_bundled_managed_policy_map("aws")


def _parser() -> Any:
    return needed("samtranslator.parser.parser", "aws-sam-translator").Parser()


def _resources(template: Mapping[str, Any]) -> Mapping[str, Any]:
    resources = template.get("Resources")
    return resources if isinstance(resources, dict) else {}


def _kind(resource: Any) -> str | None:
    kind = str(resource.get("Type")) if isinstance(resource, dict) else ""
    return (
        kind.removeprefix("AWS::Serverless::")
        if kind.startswith("AWS::Serverless::")
        else None
    )


def _without_files(document: dict[str, Any]) -> dict[str, Any]:
    shared = document.get("Globals")
    functions = shared.get("Function") if isinstance(shared, dict) else None
    usual = functions if isinstance(functions, dict) else {}
    _anywhere(usual, "CodeUri")
    for resource in _resources(document).values():
        kind = _kind(resource)
        if kind is None:
            continue
        properties = resource.setdefault("Properties", {})
        if isinstance(properties, dict):
            _anywhere(properties, PLACES.get(kind, "CodeUri"))
            if kind == "Function":
                _with_code(properties, usual)
            _without_includes(properties)
            for name in UNUSED.get(kind, ()):
                properties.pop(name, None)
    return document


def _anywhere(properties: dict[str, Any], place: str) -> None:
    """Where the code lies is the same to us: in a folder, or in a bucket that only parameters name."""
    if place in properties:
        properties[place] = CODE


def _with_code(properties: dict[str, Any], usual: Mapping[str, Any]) -> None:
    both = {**usual, **properties}
    if both.get("PackageType") == "Image":
        if "ImageUri" not in both:
            properties["ImageUri"] = IMAGE
    elif "InlineCode" not in both:
        properties.setdefault("CodeUri", CODE)
        properties.setdefault("Handler", both.get("Handler", "index.handler"))


def _without_includes(properties: dict[str, Any]) -> None:
    """A body that is a file to include stays a file: what is in it, nobody here knows."""
    body = properties.get("DefinitionBody")
    if isinstance(body, dict) and "Fn::Transform" in body:
        del properties["DefinitionBody"]
        properties["DefinitionUri"] = CODE


def _sentences(error: Any, template: Marked, missing: Collection[str]) -> Iterator[str]:
    lines, resources = Lines(template), _resources(template)
    asked: dict[str, str] = {}
    for cause in getattr(error, "causes", None) or [error]:
        name = str(getattr(cause, "_logical_id", "") or "")
        line = lines.line(name) if name else None
        place = f"{name} (line {line})" if line else ""
        needed = {
            needed: place
            for needed in _referred(resources.get(lines.origin(name)))
            if needed in missing
        }
        asked |= needed
        if not needed:
            yield f"{place}{': ' * bool(place)}AWS's SAM translator refuses it: {getattr(cause, 'message', cause)}"[
                :400
            ]
    if asked:
        yield needs(asked)


def _referred(value: Any) -> Iterator[str]:
    """What is referred to anywhere in a value."""
    if isinstance(value, dict):
        if isinstance(value.get("Ref"), str):
            yield value["Ref"]
        for item in value.values():
            yield from _referred(item)
    elif isinstance(value, list):
        for item in value:
            yield from _referred(item)
