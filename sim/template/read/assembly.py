"""The scenario that a draft makes, with a report row for every default that is left to AWS."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sim.scenario.arrivals import Scheduled
from sim.scenario.checks import queues
from sim.scenario.errors import ScenarioError
from sim.scenario.make_trigger import trigger
from sim.scenario.scenario import Scenario
from sim.scenario.settings import Named
from sim.scenario.traffic import Traffic
from sim.scenario.trigger_catalogue import trigger_kind
from sim.scenario.users_line import without_warnings
from sim.template.cloudformation.arn import name_from
from sim.template.cloudformation.property_tables import note_on
from sim.template.cloudformation.template import Resource
from sim.template.read.defaults import report_defaults
from sim.template.read.draft import GROUPS, Draft, Fields, unused
from sim.template.read.draft_entries import TriggerDraft
from sim.template.read.functions import FUNCTION
from sim.template.read.outside_queues import hide_messages_long_enough
from sim.template.read.problem_words import in_words_of_templates

STACK = "AWS::CloudFormation::Stack"


class NamedTrigger(NamedTuple):
    """A trigger that has its name: its fields, and the resource that makes it."""

    fields: Fields
    resource: Resource


class Assembly:
    """Names the triggers, fills in what nobody says, and makes everything."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.report = draft.report
        self.problems = draft.template.problems
        self.triggers_of = Counter(
            each.resource.name for each in draft.triggers if not each.name
        )
        self.triggers: dict[str, NamedTrigger] = {}
        self.schedules: list[Traffic] = []

    def scenario(
        self, traffic: Iterable[Traffic], settings: Mapping[str, Any]
    ) -> Scenario | None:
        """The scenario, or None where problems say why there is none.

        Traffic that is given takes the place of a schedule's.
        """
        if not self.draft.functions:
            self.problems.append(_without_functions(self.draft))
            return None
        self._name_triggers()
        self._invoke_the_rest()
        hide_messages_long_enough(self.draft, self.triggers.values())
        with without_warnings():  # the report and the advice say it
            groups = {group: list(self._resources(group)) for group in GROUPS}
        triggers = list(self._finished_triggers())
        if self.problems:
            return None
        given = list(traffic)
        busy = {flow.into for flow in given}
        schedules = [one for one in self.schedules if one.into not in busy]
        try:
            scenario = Scenario(
                **groups,
                triggers=triggers,
                traffic=[*schedules, *given],
                **settings,
            )
        except ScenarioError as error:
            self.problems += map(self._with_place, str(error).split("\n"))
            return None
        # A template creates its mappings, and then Lambda refuses these, too.
        self.problems += map(self._with_place, queues.warnings(scenario))
        return None if self.problems else scenario

    def owner(self, name: str) -> Resource | None:
        """The template's resource behind a name."""
        if name in self.draft.resources:
            return self.draft.resources[name]
        return self.triggers[name].resource if name in self.triggers else None

    def _name_triggers(self) -> None:
        """All triggers of the draft, and the traffic of schedules that send to others."""
        for draft in self.draft.triggers:
            self._name_trigger(draft)
        for scheduled in self.draft.scheduled:
            owner, into = scheduled.resource, scheduled.target
            self._schedule(owner.name, into, owner, scheduled.fields)

    def _name_trigger(self, draft: TriggerDraft) -> None:
        """A trigger has its resource's name; with a suffix if the resource makes several."""
        name = draft.name or draft.resource.name
        if not draft.name and self.triggers_of[name] > 1:
            name = name_from(f"{name}/{draft.suffix}")
        name = unused(name, self.triggers)
        self.triggers[name] = NamedTrigger(draft.fields, draft.resource)
        if draft.schedule is not None:
            self._schedule(name, name, draft.resource, draft.schedule)

    def _schedule(
        self, name: str, into: str, owner: Resource, fields: Mapping[str, Any]
    ) -> None:
        """Add the traffic of a schedule."""
        try:
            arrivals = Scheduled(**fields)
            traffic = Traffic(name=name, into=into, arrivals=arrivals)
            self.schedules.append(traffic)
        except ScenarioError as error:
            owner.add_problem(str(error), "ScheduleExpression")

    def _invoke_the_rest(self) -> None:
        """Functions that nothing in the template invokes are called directly."""
        functions = self.draft.functions
        invoked = {named.fields["function"] for named in self.triggers.values()}
        targets: set[str] = set()
        for fields in functions.values():
            config = fields.get("event_invoke_config", {})
            destinations = config.get("destination_config", {})
            targets.update(destinations.values())
        own = [name for name in functions if name in self.draft.resources]
        rest = [name for name in own if name not in invoked]
        idle = targets | self.draft.deploying
        called = [name for name in rest if name not in idle]
        if not called and not invoked:  # functions that only invoke each other
            called = rest
        for name in called:
            self._invoke(name, self.draft.resources[name])

    def _invoke(self, name: str, owner: Resource) -> None:
        """Add the trigger of a function that is called directly.

        Settings that only asynchronous invocation has say that whoever calls it does not wait.
        """
        has_dead_letters = "dead_letter_config" in self.draft.functions[name]
        waits = not (name in self.draft.configured or has_dead_letters)
        kind = "invoke" if waits else "invoke_event"
        fields = {"kind": kind, "function": name}
        self.triggers[unused(name, self.triggers)] = NamedTrigger(fields, owner)
        why = (
            "What invokes it is not simulated"
            if name in self.draft.invoked_otherwise
            else "Nothing in the template invokes it"
        )
        how = (
            "and waits"
            if waits
            else "with type Event, for which it has settings"
        )
        self.report.add(
            "assumed",
            name,
            "trigger",
            kind,
            line=owner.line(),
            source=trigger_kind(kind).source,
            note=f"{why}, so somebody calls it directly {how}.",
        )

    def _resources(self, group: str) -> Iterator[Named]:
        """The finished resources of a group."""
        for name, fields in self.draft.groups[group].items():
            owner = self.draft.resources.get(name)
            try:
                resource = GROUPS[group](**fields)
            except ScenarioError as error:
                self._add_problems(name, owner, error)
                continue
            if owner is not None:
                report_defaults(self.draft, owner, resource)
            yield resource

    def _finished_triggers(self) -> Iterator[Any]:
        for name, (fields, resource) in self.triggers.items():
            settings = {
                key: item for key, item in fields.items() if item is not None
            }
            try:
                finished = trigger(name=name, **settings)
            except ScenarioError as error:
                self._add_problems(name, resource, error)
                continue
            report_defaults(self.draft, resource, finished)
            yield finished

    def _add_problems(
        self, name: str, owner: Resource | None, error: ScenarioError
    ) -> None:
        """Note what is wrong with one resource or trigger of the scenario."""
        owners = [] if owner is None else self._parts(owner)
        start = "" if owners else f"{name}: "
        self.problems += [
            start + in_words_of_templates(owners, sentence)
            for sentence in str(error).split("\n")
        ]

    def _parts(self, owner: Resource) -> list[Resource]:
        """A resource, and those that add settings to it."""
        return [owner, *self.draft.parts.get(owner.name, ())]

    def _with_place(self, sentence: str) -> str:
        """The sentence with the place of the first resource that it names."""
        for name in re.findall(r"'([^']+)'", sentence):
            owner = self.owner(name)
            if owner is not None:
                return in_words_of_templates(self._parts(owner), sentence)
        return in_words_of_templates([], sentence)


def _without_functions(draft: Draft) -> str:
    for name in draft.template.left_out:
        if draft.template.written_in(name, "Type") == FUNCTION:
            place = draft.template.place(name, "Condition")
            condition = draft.template.written_in(name, "Condition")
            return (
                f"{place}: condition {condition} leaves out the only function."
            )
    stacks = draft.template.of_type(STACK)
    nested = ", ".join(stack.place() for stack in stacks)
    elsewhere = f"; its nested stacks are templates of their own: {nested}"
    left_out = {
        f" {resource.place()}: {note_on(resource.type)}"
        for resource in draft.template.resources.values()
        if note_on(resource.type)
    }
    return (
        "The template has no Lambda function that events invoke"
        f"{elsewhere if nested else ''}.{''.join(sorted(left_out))}"
    )
