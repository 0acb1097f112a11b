"""SAM, made CloudFormation by AWS's own translator, without the code that nobody needs here.

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

from sim.template.cloudformation.sam_limits import check_work
from sim.template.errors import (
    TemplateError,
    ask_for_parameters,
    import_optional,
)
from sim.template.text.lined import LinedDict
from sim.template.text.lines import Lines

PACKAGE = "aws-sam-translator"
PREFIX = "AWS::Serverless::"
CODE = "s3://bucket/code"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/image:latest"
CODE_PROPERTIES = {
    "Function": "CodeUri",
    "Api": "DefinitionUri",
    "HttpApi": "DefinitionUri",
    "StateMachine": "DefinitionUri",
    "LayerVersion": "ContentUri",
    "GraphQLApi": "SchemaUri",
    "Application": "Location",
}
"""Where each kind of SAM resource says in which file its code or definition is."""
EMPTY_BODIES = {"Api": {"swagger": "2.0"}, "HttpApi": {"openapi": "3.0.1"}}
UNUSED = {
    "Function": ("AutoPublishCodeSha256",),
    "StateMachine": (
        *("AutoPublishAlias", "UseAliasAsEventTarget"),
        "DeploymentPreference",
    ),
}
"""What only tells one version from the next: here it would only need parameters."""


def uses_sam(template: Mapping[str, Any]) -> bool:
    """Whether a template has SAM's resources, or connectors, which SAM gives to others, too.

    Its Transform line says nothing reliable.
    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/managing-permissions-connectors.html
    """
    return any(
        _sam_kind(resource)
        or (isinstance(resource, dict) and "Connectors" in resource)
        for resource in _resources(template).values()
    )


def translate_sam(
    template: LinedDict,
    parameters: Mapping[str, Any],
    region: str,
    missing: Collection[str] = (),
) -> dict[str, Any]:
    """The template as CloudFormation; raises `TemplateError` with the translator's own reasons.

    It cannot translate everything without a value for each parameter: where it refuses what refers
    to one of those that are `missing`, the value is asked for.
    """
    check_work(template, parameters)
    document = copy.deepcopy(dict(template))
    _remove_files(document)
    translator = _translator(region)
    errors = import_optional("samtranslator.model.exceptions", PACKAGE)
    known = {
        name: value
        for name, value in parameters.items()
        if isinstance(value, str | int | float)
    }
    try:
        return dict(translator.translate(document, known))
    except errors.InvalidDocumentException as error:
        raise TemplateError(_sentences(error, template, missing)) from None
    except RecursionError:
        raise TemplateError(
            [
                "AWS's SAM translator cannot read this template: it refers to itself."
            ]
        ) from None
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        raise TemplateError(
            [f"AWS's SAM translator cannot read this template ({reason})."]
        ) from None


def _translator(region: str) -> Any:
    # With rfc3987_syntax, jsonschema builds 38 grammars: most of the time of the first import.
    with _not_importable("rfc3987_syntax"):
        translator = import_optional(
            "samtranslator.translator.translator", PACKAGE
        )
    parser = import_optional("samtranslator.parser.parser", PACKAGE)
    return translator.Translator(
        _managed_policies(), parser.Parser(), boto_session=_Session(region)
    )


@contextmanager
def _not_importable(module: str) -> Iterator[None]:
    """Meanwhile an optional module, unless it is there already, cannot be imported."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]


class _Session:
    """All that the translator wants of boto3: the Region."""

    def __init__(self, region: str) -> None:
        self.region_name = region

    def get_partition_for_region(self, region: str) -> str:
        """The translator's question about a Region."""
        if region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if region.startswith("us-gov-") else "aws"


@cache
def _managed_policies() -> Any:
    logging.getLogger("samtranslator").setLevel(logging.CRITICAL)
    policies = import_optional(
        "samtranslator.internal.managed_policies", PACKAGE
    )
    return policies.get_bundled_managed_policy_map("aws")


def _resources(template: Mapping[str, Any]) -> Mapping[str, Any]:
    resources = template.get("Resources")
    return resources if isinstance(resources, dict) else {}


def _sam_kind(resource: Any) -> str | None:
    """`Function` of `AWS::Serverless::Function`; None of what is not SAM's."""
    resource_type = (
        str(resource.get("Type")) if isinstance(resource, dict) else ""
    )
    if not resource_type.startswith(PREFIX):
        return None
    return resource_type.removeprefix(PREFIX)


def _remove_files(document: dict[str, Any]) -> None:
    """Where code and definitions are is all the same here: put one place for all."""
    shared = document.get("Globals")
    functions = shared.get("Function") if isinstance(shared, dict) else None
    globals_ = functions if isinstance(functions, dict) else {}
    _replace_code(globals_, "CodeUri")
    for resource in _resources(document).values():
        kind = _sam_kind(resource)
        if kind is None:
            continue
        properties = resource.setdefault("Properties", {})
        if isinstance(properties, dict):
            _simplify(properties, kind, globals_)


def _simplify(
    properties: dict[str, Any], kind: str, globals_: Mapping[str, Any]
) -> None:
    _replace_code(properties, CODE_PROPERTIES.get(kind, "CodeUri"))
    if kind == "Function":
        _add_missing_code(properties, globals_)
    _replace_included_body(properties, kind)
    for name in UNUSED.get(kind, ()):
        properties.pop(name, None)


def _replace_code(properties: dict[str, Any], name: str) -> None:
    if name in properties:
        properties[name] = CODE


def _add_missing_code(
    properties: dict[str, Any], globals_: Mapping[str, Any]
) -> None:
    both = {**globals_, **properties}
    if both.get("PackageType") == "Image":
        if not both.get("ImageUri"):
            properties["ImageUri"] = IMAGE
    elif "InlineCode" not in both:
        properties.setdefault("CodeUri", CODE)
        properties.setdefault("Handler", both.get("Handler", "index.handler"))


def _replace_included_body(properties: dict[str, Any], kind: str) -> None:
    """A body that is a file to include has paths: which ones, nobody here knows.

    AWS includes the file before SAM adds routes, authorizers, CORS and the like to it.
    """
    body = properties.get("DefinitionBody")
    if not isinstance(body, dict) or "Fn::Transform" not in body:
        return
    if kind in EMPTY_BODIES:
        empty = {**EMPTY_BODIES[kind], "paths": {}}
        properties["DefinitionBody"] = {**empty, **body}
        return
    del properties["DefinitionBody"]
    properties["DefinitionUri"] = CODE


def _sentences(
    error: Any, template: LinedDict, missing: Collection[str]
) -> Iterator[str]:
    """What the translator refuses, or which parameters it would need for it."""
    lines = Lines(template)
    resources = _resources(template)
    asked: dict[str, str] = {}
    for cause in getattr(error, "causes", None) or [error]:
        name = str(getattr(cause, "_logical_id", "") or "")
        line = lines.line(name) if name else None
        place = f"{name} (line {line})" if line else ""
        references = _references(resources.get(lines.origin(name)))
        needed = [parameter for parameter in references if parameter in missing]
        asked |= dict.fromkeys(needed, place)
        if not needed:
            start = f"{place}: " if place else ""
            words = str(getattr(cause, "message", cause)).split()
            message = " ".join(words)[:400].removesuffix(".")
            yield f"{start}AWS's SAM translator refuses it: {message}."
    if asked:
        yield ask_for_parameters(asked)


def _references(value: Any) -> Iterator[str]:
    """What is referred to anywhere in a value."""
    if isinstance(value, dict):
        if isinstance(value.get("Ref"), str):
            yield value["Ref"]
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)
