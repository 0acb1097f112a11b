"""The scenario that a draft makes, with a report row for every default that the template leaves to AWS."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any

from sim import facts
from sim.scenario.errors import ScenarioError
from sim.scenario.event_source_mapping import QUEUES, EventSourceMapping
from sim.scenario.function import Function
from sim.scenario.make_trigger import trigger
from sim.scenario.scenario import Scenario
from sim.scenario.settings import Named, Settings, fact_of
from sim.scenario.traffic import Scheduled, Traffic
from sim.scenario.trigger_catalogue import trigger_kind
from sim.template.cloudformation import property_tables
from sim.template.cloudformation.template import Resource, name_of
from sim.template.read.draft import GROUPS, Draft

CONFIG = "AWS::Lambda::EventInvokeConfig"
STACK = "AWS::CloudFormation::Stack"


class Assembly:
    """Names the triggers, fills in what nobody says, and makes everything; each default is a row of the report."""

    def __init__(self, draft: Draft) -> None:
        self.draft, self.report, self.problems = draft, draft.report, draft.problems
        self.groups, self.owners = draft.groups, draft.owners
        self.triggers: dict[str, tuple[dict[str, Any], Resource]] = {}
        self.traffic: dict[str, Traffic] = {}

    def scenario(
        self, traffic: Iterable[Traffic], seconds: Mapping[str, Any]
    ) -> Scenario | None:
        """The scenario, or None where problems say why there is none; traffic given takes the place of schedules'."""
        if not self.groups["functions"]:
            self.problems.append(_without_functions(self.draft))
            return None
        self._name_triggers()
        self._invoke_the_rest()
        given = [*traffic]
        self.traffic = {
            name: flow
            for name, flow in self.traffic.items()
            if name not in {t.into for t in given}
        }
        self._visible_long_enough()
        groups = {group: list(self._made(group)) for group in GROUPS}
        triggers = [made for name in self.triggers for made in self._trigger(name)]
        if self.problems:
            return None
        try:
            return Scenario(
                **groups,
                triggers=triggers,
                traffic=[*self.traffic.values(), *given],
                **seconds,
            )
        except ScenarioError as error:
            self.problems += [
                self._placed(sentence) for sentence in str(error).split("\n")
            ]
            return None

    def _name_triggers(self) -> None:
        several = Counter(join.resource.name for join in self.draft.joins)
        for join in self.draft.joins:
            own = join.resource.name
            name = _unused(
                name_of(f"{own}/{join.suffix}") if several[own] > 1 else own,
                self.triggers,
            )
            self.triggers[name] = (join.fields, join.resource)
            if join.schedule is not None:
                self._schedule(join.resource, name, join.schedule)

    def _schedule(
        self, resource: Resource, name: str, fields: Mapping[str, Any]
    ) -> None:
        try:
            self.traffic[name] = Traffic(into=name, arrivals=Scheduled(**fields))
        except ScenarioError as error:
            self.draft.problem(resource, "ScheduleExpression", str(error))

    def _invoke_the_rest(self) -> None:
        """Functions that nothing in the template invokes are called directly."""
        invoked = {fields["function"] for fields, _ in self.triggers.values()}
        configs = [
            function.get("event_invoke_config", {})
            for function in self.groups["functions"].values()
        ]
        targets = {
            target
            for config in configs
            for target in config.get("destination_config", {}).values()
        }
        rest = [
            name
            for name in self.groups["functions"]
            if name not in invoked and name in self.owners
        ]
        for name in [name for name in rest if name not in targets] or (
            rest if not invoked else ()
        ):
            self._invoke(name, self.owners[name])

    def _invoke(self, name: str, owner: Resource) -> None:
        """Settings that only asynchronous invocation has say that whoever calls the function does not wait."""
        alone = (
            name in self.draft.configured
            or "dead_letter_config" in self.groups["functions"][name]
        )
        kind = "invoke_event" if alone else "invoke"
        self.triggers[_unused(name, self.triggers)] = (
            {"kind": kind, "function": name},
            owner,
        )
        why = (
            "What invokes it is not simulated"
            if name in self.draft.noted
            else "Nothing in the template invokes it"
        )
        how = "with type Event, for which it has settings" if alone else "and waits"
        self.report.add(
            "assumed",
            name,
            "trigger",
            kind,
            line=owner.line(),
            source=trigger_kind(kind).source,
            note=f"{why}, so somebody calls it directly {how}.",
        )

    def _visible_long_enough(self) -> None:
        """AWS polls a queue only if messages stay hidden while the function runs; it advises six times that."""
        advised = facts.fact("advice.visibility_factor")
        limit = facts.fact("Queue.visibility_timeout")
        for fields, resource in self.triggers.values():
            queue, function = (
                fields.get("source"),
                self.groups["functions"].get(fields["function"], {}),
            )
            if queue in self.draft.outsiders and fields["kind"] in QUEUES:
                timeout = function.get("timeout", facts.fact("Function.timeout").value)
                if (
                    str(timeout).isdigit()
                    and int(timeout) * advised.value > limit.value
                ):
                    seconds = min(int(timeout) * advised.value, limit.maximum or 0)
                    self.groups["queues"][queue]["visibility_timeout"] = seconds
                    self.report.add(
                        "assumed",
                        queue,
                        "VisibilityTimeout",
                        seconds,
                        line=resource.line("EventSourceArn"),
                        note="Six times the function's timeout, as AWS advises.",
                        argument=f'scenario.with_setting("queues.{queue}.visibility_timeout", ...)',
                        source=advised.source,
                    )

    def _made(self, group: str) -> Iterator[Named]:
        for name, fields in self.groups[group].items():
            try:
                made = GROUPS[group](**fields)
            except ScenarioError as error:
                self._refused(name, self.owners.get(name), error)
                continue
            if name in self.owners:
                self._defaults(self.owners[name], made)
            yield made

    def _trigger(self, name: str) -> Iterator[Any]:
        fields, resource = self.triggers[name]
        fields = {key: value for key, value in fields.items() if value is not None}
        try:
            made = trigger(name=name, **fields)
        except ScenarioError as error:
            self._refused(name, resource, error)
            return
        self._defaults(resource, made)
        yield made

    def _refused(
        self, name: str, resource: Resource | None, error: ScenarioError
    ) -> None:
        place = resource.place() if resource is not None else name
        self.problems += [f"{place}: {sentence}" for sentence in str(error).split("\n")]

    def _placed(self, sentence: str) -> str:
        for name in re.findall(r"'([^']+)'", sentence):
            if name in self.owners or name in self.triggers:
                owner = self.owners.get(name) or self.triggers[name][1]
                return f"{owner.place()}: {sentence}"
        return sentence

    def _defaults(self, resource: Resource, made: Settings) -> None:
        """Report the default of every property that the resource leaves out."""
        kinds = [resource.type, *((CONFIG,) if isinstance(made, Function) else ())]
        for row in (row for kind in kinds for row in property_tables.properties(kind)):
            if row.type == CONFIG and resource.name in self.draft.configured:
                continue
            if (
                row.field
                and row.reads in ("value", "first")
                and not list(property_tables.at(resource.properties, row.property))
            ):
                self._default(resource, row, made)

    def _default(
        self, resource: Resource, row: property_tables.Property, made: Settings
    ) -> None:
        *path, last = row.field.split(".")
        if isinstance(made, EventSourceMapping) and not made.takes(
            row.field.split(".")[0]
        ):
            return
        owner: Any = made
        for part in path:
            owner = getattr(owner, part, None)
        value = getattr(owner, last, None)
        if (
            isinstance(owner, Settings)
            and last in type(owner).model_fields
            and value is not None
        ):
            fact = fact_of(type(owner), last)
            source = (
                fact.source if fact is not None else property_tables.page(resource.type)
            )
            line = resource.line()
            self.report.add(
                "assumed",
                resource.name,
                row.property,
                value,
                line=line,
                source=source,
                note="default",
            )


def _without_functions(draft: Draft) -> str:
    nested = [
        draft.template.place(stack.name) for stack in draft.template.of_type(STACK)
    ]
    elsewhere = (
        f"; its nested stacks are templates of their own: {', '.join(nested)}"
        if nested
        else ""
    )
    return f"The template has no Lambda function that events invoke{elsewhere}."


def _unused(name: str, taken: Mapping[str, Any]) -> str:
    numbered = (name if n == 1 else f"{name}-{n}" for n in count(1))
    return next(free for free in numbered if free not in taken)
