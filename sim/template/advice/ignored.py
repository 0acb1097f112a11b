"""Advice that a template does not want: its Metadata, or a resource's, names the rules.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/metadata-section-structure.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.template.advice.advice import advice_rules, rule_id
from sim.template.cloudformation.template import Template

KEY, IGNORE = "lambda-sim", "ignore"


def ignored_rules(template: Template, resource: str) -> set[str]:
    """The ids of the rules that say nothing of a resource of this template."""
    origin = template.lines.origin(resource)
    return {
        *_named(template.written),
        *_named(_resources(template).get(origin)),
    }


def check_ignored(template: Template) -> None:
    """Note every id in Metadata that is no rule's."""
    ids = [rule_id(rule) for rule in advice_rules()]
    resources = _resources(template)
    for name, written in [("Metadata", template.written), *resources.items()]:
        for rule in _named(written):
            if rule not in ids:
                place = template.place(name) if name in resources else name
                template.problems.append(
                    f"{place}: {KEY}.{IGNORE} names no rule {rule[:60]!r}; "
                    f"there are {', '.join(ids)}."
                )


def _resources(template: Template) -> Mapping[str, Any]:
    return _mapping(template.written.get("Resources"))


def _named(written: Any) -> Iterator[str]:
    """The rules that the Metadata of a template or resource names."""
    metadata = _mapping(_mapping(written).get("Metadata"))
    named = _mapping(metadata.get(KEY)).get(IGNORE)
    for rule in named if isinstance(named, list) else [named]:
        if isinstance(rule, str):
            yield rule.replace(" ", "-")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
