"""What a scenario's names are called in a template: logical IDs, construct IDs and variables."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sim.scenario.scenario import Scenario
from sim.scenario.settings import Named
from sim.scenario.triggers import Trigger
from sim.template.write.cdk_app import MODULES

TAKEN = {
    *MODULES,
    "lambda",
    "app",
    "self",
    "scope",
    "props",
    "construct_id",
    "kwargs",
    "super",
    "function",
    "new",
    "this",
    "default",
    "delete",
    "switch",
    "case",
    "export",
    "enum",
    "const",
    "let",
    "var",
    "void",
    "typeof",
    "throw",
    "catch",
    "package",
    "public",
}
"""Variables that the code around needs, or that TypeScript does not allow."""


@dataclass(frozen=True)
class Names:
    """The IDs of functions, sources and triggers, each once in the whole template."""

    functions: Mapping[str, str]
    sources: Mapping[str, str]
    triggers: Mapping[str, str]

    @property
    def changed(self) -> dict[str, str]:
        """The IDs that differ from the scenario's names, with those names: what reading needs to find them again."""
        groups = (self.functions, self.sources, self.triggers)
        return {
            made: name
            for group in groups
            for name, made in group.items()
            if made != name
        }


def logical_ids(scenario: Scenario) -> Names:
    """Names in letters and digits: those that are so already stay as they are.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
    """
    return _names(scenario, letters_and_digits=True)


def construct_ids(scenario: Scenario) -> Names:
    """Names of CDK constructs, which may hold anything but a slash.

    https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html
    """
    return _names(scenario, letters_and_digits=False)


def variable(name: str) -> str:
    """A variable for what has this ID, in snake_case."""
    words = (
        re.sub(r"[^A-Za-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name))
        .strip("_")
        .lower()
    )
    usual = words[:1].isalpha() and words not in TAKEN and not keyword.iskeyword(words)
    return words if usual else f"the_{words}"


def _names(scenario: Scenario, letters_and_digits: bool) -> Names:
    taken: dict[str, str] = {}

    def named(items: Iterable[Named], taken: dict[str, str]) -> dict[str, str]:
        return {item.name: _unused(item, letters_and_digits, taken) for item in items}

    functions, sources = (
        named(scenario.functions, taken),
        named(scenario.sources, taken),
    )
    own = named(
        (trigger for trigger in scenario.triggers if not _joined(trigger)), taken
    )
    # A trigger that only joins a source to a function has no construct of its own: it may have the
    # source's name.
    of_others = {
        made: name
        for made, name in taken.items()
        if name not in {t.name for t in scenario.triggers}
    }
    joined = named(
        (trigger for trigger in scenario.triggers if _joined(trigger)), of_others
    )
    return Names(functions, sources, {**own, **joined})


def _joined(trigger: Trigger) -> bool:
    return trigger.model == "polling" or trigger.kind in ("sns", "s3_notification")


def _unused(item: Named, letters_and_digits: bool, taken: dict[str, str]) -> str:
    first = _camel(item.name) if letters_and_digits else item.name.replace("/", "-")
    kind = type(item).__name__.removeprefix("Synchronous").removeprefix("Asynchronous")
    candidates = (
        first,
        f"{first}{kind}",
        *(f"{first}{kind}{number}" for number in range(2, len(taken) + 3)),
    )
    made = next(name for name in candidates if variable(name) not in taken)
    taken[variable(made)] = item.name
    return made


def _camel(name: str) -> str:
    if name.isascii() and name.isalnum():
        return name
    return (
        "".join(
            word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name)
        )
        or "Resource"
    )
