"""What a scenario's names are called in a template: logical IDs, construct IDs and variables."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sim.scenario.event_source_mapping import EventSourceMapping
from sim.scenario.scenario import Scenario
from sim.scenario.settings import Named
from sim.scenario.triggers import Trigger
from sim.template.write.cdk_app import MODULES

RESERVED = {
    *MODULES,
    "lambda", "app", "self", "scope", "props", "construct_id", "kwargs", "super", "function",
    "new", "this", "default", "delete", "switch", "case", "export", "enum", "const", "let", "var",
    "void", "typeof", "throw", "catch", "package", "public",
}  # fmt: skip
"""Variables that the code around needs, or that TypeScript does not allow."""
BUS_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
RECEIVING_GROUPS = (
    "functions",
    "queues",
    "topics",
    "streams",
    "tables",
    "buckets",
    "event_buses",
    "custom_event_buses",
    "state_machines",
)
"""The groups of a scenario's resources that a function or a bus can send to."""


@dataclass(frozen=True)
class TemplateIds:
    """The IDs of functions, sources, triggers and alarms, each once in the whole template.

    `groups` holds the group of each resource that something can send to.
    """

    functions: Mapping[str, str]
    sources: Mapping[str, str]
    triggers: Mapping[str, str]
    alarms: Mapping[str, str]
    groups: Mapping[str, str]

    @property
    def changed(self) -> dict[str, str]:
        """The IDs that differ from the scenario's names, with those names."""
        changed = {}
        for ids in (self.functions, self.sources, self.triggers, self.alarms):
            changed.update(
                {made: name for name, made in ids.items() if made != name}
            )
        return changed


def logical_ids(scenario: Scenario) -> TemplateIds:
    """IDs in letters and digits: names that are so already stay as they are.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
    """
    return _template_ids(scenario, _in_camel_case)


def construct_ids(scenario: Scenario) -> TemplateIds:
    """IDs of CDK constructs, which may hold anything but a slash.

    https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html
    """
    return _template_ids(scenario, lambda name: name.replace("/", "-"))


def bus_name(name: str) -> str:
    """The name that AWS gives an event bus or a subscriber: the scenario's, where AWS takes it.

    https://docs.aws.amazon.com/eventbridgev2/latest/APIReference/API_CreateEventBus.html
    """
    return name if BUS_NAME.fullmatch(name) else _in_camel_case(name)


def variable(name: str) -> str:
    """A variable for what has this ID, in snake_case."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    words = re.sub(r"[^A-Za-z0-9]+", "_", words).strip("_").lower()
    is_reserved = words in RESERVED or keyword.iskeyword(words)
    return words if words[:1].isalpha() and not is_reserved else f"the_{words}"


def _template_ids(
    scenario: Scenario, first_choice: Callable[[str], str]
) -> TemplateIds:
    taken: dict[str, str] = {}
    functions = _unique_ids(scenario.functions, first_choice, taken)
    sources = _unique_ids(scenario.sources, first_choice, taken)
    tasks = scenario.machine_of_task
    triggers = [one for one in scenario.triggers if one.name not in tasks]
    own = [trigger for trigger in triggers if not _only_joins(trigger)]
    joining = [trigger for trigger in triggers if _only_joins(trigger)]
    ids = _unique_ids(own, first_choice, taken)
    # A trigger that only joins a source to a function has no construct of its own: it may have the
    # source's name.
    names = {trigger.name for trigger in triggers}
    of_others = {
        made: name for made, name in taken.items() if name not in names
    }
    ids |= _unique_ids(joining, first_choice, of_others)
    alarms = _unique_ids(scenario.alarms, first_choice, taken)
    groups = {
        resource.name: group
        for group in RECEIVING_GROUPS
        for resource in getattr(scenario, group)
    }
    return TemplateIds(functions, sources, ids, alarms, groups)


def _only_joins(trigger: Trigger) -> bool:
    if isinstance(trigger, EventSourceMapping):
        return trigger.pipe is None
    return trigger.kind in (
        "sns",
        "s3_notification",
    )


def _unique_ids(
    resources: Iterable[Named],
    first_choice: Callable[[str], str],
    taken: dict[str, str],
) -> dict[str, str]:
    """An ID for each resource, of which the variable is not taken yet; adds it to those taken."""
    ids = {}
    for resource in resources:
        for made in _choices(resource, first_choice(resource.name)):
            if variable(made) not in taken:
                break
        taken[variable(made)] = resource.name
        ids[resource.name] = made
    return ids


def _choices(resource: Named, first: str) -> Iterator[str]:
    yield first
    kind = type(resource).__name__
    kind = kind.removeprefix("Synchronous").removeprefix("Asynchronous")
    yield f"{first}{kind}"
    number = 2
    while True:
        yield f"{first}{kind}{number}"
        number += 1


def _in_camel_case(name: str) -> str:
    if name.isascii() and name.isalnum():
        return name
    words = re.split(r"[^A-Za-z0-9]+", name)
    return "".join(word[:1].upper() + word[1:] for word in words) or "Resource"
