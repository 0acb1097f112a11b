"""Which resources an expression refers to, also through variables and outputs of modules.

A plan says what an expression refers to, not what it does with that.
https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sim import facts
from sim.template.errors import TemplateError
from sim.template.terraform.planned import (
    Key,
    Plan,
    PlannedResource,
    Scope,
    key_of,
    mapping,
)

STEP = re.compile(r'([\w-]+)|\[("(?:[^"\\]|\\.)*"|\d+)\]')
NO_RESOURCES = ("local", "data", "path", "terraform", "count", "self")
"""How references begin of which a plan does not say what they stand for."""
INDEXES = ("each.key", "each.value", "count.index")
"""What an instance of a resource may be chosen by that has the same key: `a.b[each.key].c`."""


class Target(NamedTuple):
    """A resource that an expression refers to, and the attribute; empty if that is not said."""

    resource: PlannedResource
    attribute: str


class _Place(NamedTuple):
    """Where an expression stands: in which module, in which instance, and what makes those."""

    scope: Scope
    key: Key
    for_each: Any


class References:
    """Finds the resources of one plan; each reference is followed once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.resources: dict[tuple[Scope, str, str], list[PlannedResource]] = {}
        self.by_module: dict[Scope, list[Target]] = {}
        self.by_caller: dict[Scope, list[Target]] = {}
        for each in plan.resources:
            named = (each.scope, each.type, each.label)
            self.resources.setdefault(named, []).append(each)
            target = Target(each, "")
            self.by_module.setdefault(each.scope, []).append(target)
            if each.scope:
                self.by_caller.setdefault(each.scope[:-1], []).append(target)
        self.followed: dict[tuple[Scope, Key, str], list[Target]] = {}
        self.steps = 0

    def targets(
        self, resource: PlannedResource, expression: Any
    ) -> list[Target]:
        """The resources that an expression of this resource refers to, each once."""
        place = _Place(resource.scope, resource.key, resource.for_each)
        return self._in_expression(expression, place)

    def of_each(self, resource: PlannedResource) -> list[Target]:
        """What `for_each` of a resource goes through, as far as it is of its key."""
        if resource.for_each is None:
            return []
        return self.targets(resource, {"references": ["each.value"]})

    def given(self, scope: Scope) -> dict[str, list[Target]]:
        """What the caller of a module gives for each variable."""
        if not scope:
            return {}
        expressions = mapping(self.plan.call(scope).get("expressions"))
        place = _Place(scope, None, None)
        return {
            name: self._follow(f"var.{name}", place) for name in expressions
        }

    def literals(
        self, resource: PlannedResource, expression: Any
    ) -> dict[str, Any]:
        """What a module's caller writes, without a reference, for an expression's variables."""
        call = self.plan.call(resource.scope) if resource.scope else {}
        given = mapping(call.get("expressions"))
        literals: dict[str, Any] = {}
        for reference in _whole(mapping(expression).get("references")):
            if reference.startswith("var."):
                written = given.get(reference.removeprefix("var."))
                literals |= mapping(mapping(written).get("constant_value"))
        return literals

    def own(self, scope: Scope) -> list[Target]:
        """The resources of a module."""
        return self.by_module.get(scope, [])

    def inside(self, scope: Scope) -> list[Target]:
        """The resources of the modules that a module calls."""
        return self.by_caller.get(scope, [])

    def _in_expression(self, expression: Any, place: _Place) -> list[Target]:
        found: dict[str, Target] = {}
        references = _whole(mapping(expression).get("references"))
        is_indexed = any(reference in INDEXES for reference in references)
        any_instance = place if is_indexed else place._replace(key=None)
        for reference in references:
            is_of_each = reference.startswith("each.")
            at = place if is_of_each else any_instance
            for target in self._follow(reference, at):
                self.count_step()
                found.setdefault(target.resource.address, target)
        return list(found.values())

    def count_step(self) -> None:
        """Count what is followed: a plan must not multiply its references."""
        self.steps += 1
        limit = facts.fact("plan.steps").value
        if self.steps > limit:
            many = f"The plan's expressions refer to more than {limit:,} resources."
            raise TemplateError([many])

    def _follow(self, reference: str, place: _Place) -> list[Target]:
        asked = (place.scope, place.key, reference)
        if asked not in self.followed:
            self.followed[asked] = []  # what refers to itself refers to nothing
            steps = [
                key_of(match[2]) if match[2] else match[1]
                for match in STEP.finditer(reference)
            ]
            if len(steps) > 1 and steps[0] not in NO_RESOURCES:
                self.followed[asked] = list(self._targets(steps, place))
        return self.followed[asked]

    def _targets(self, steps: list[Key], place: _Place) -> Iterable[Target]:
        begins, *rest = steps
        if begins == "var":
            return self._in_variable(rest, place)
        if begins == "module":
            return self._in_module(rest, place)
        if begins == "each":
            return self._in_each(rest, place)
        return self._instances(str(begins), rest, place)

    def _in_variable(self, rest: list[Key], place: _Place) -> Iterator[Target]:
        """What the caller of the module gives for a variable."""
        if not place.scope:
            return
        call = self.plan.call(place.scope)
        given = mapping(call.get("expressions")).get(str(rest[0]))
        key = place.scope[-1][1]
        outside = _Place(place.scope[:-1], key, call.get("for_each_expression"))
        for target in self._in_expression(given, outside):
            yield _with_attribute(target, rest[1:])

    def _in_module(self, rest: list[Key], place: _Place) -> Iterator[Target]:
        """What an output of a module is; of `module.a[each.key].b` a plan says `module.a`."""
        name, *further = rest
        instances = self.plan.scopes.get((place.scope, str(name)))
        instances = instances or [(*place.scope, (str(name), None))]
        key = place.key
        if further and _is_key(further[0], instances):
            key = further.pop(0)
        output = further[:1]
        for scope in _with_key(instances, key, lambda one: one[-1][1]):
            targets = self._in_outputs(scope, output)
            inner, steps = None if scope[-1][1] == key else key, further[1:]
            if steps and any(one.resource.key == steps[0] for one in targets):
                inner, steps = steps[0], steps[1:]
            for target in _with_key(
                targets, inner, lambda one: one.resource.key
            ):
                yield _with_attribute(target, steps)

    def _in_outputs(self, scope: Scope, output: list[Key]) -> list[Target]:
        """What an output of a module is, or all of them if it is not said which."""
        outputs = mapping(self.plan.module(scope).get("outputs"))
        inside = _Place(scope, None, None)
        return [
            target
            for name in map(str, output or outputs)
            for target in self._in_expression(
                mapping(outputs.get(name)).get("expression"), inside
            )
        ]

    def _in_each(self, rest: list[Key], place: _Place) -> Iterator[Target]:
        """What `for_each` goes through, by the key of this instance."""
        if rest[0] != "value":
            return
        around = place._replace(for_each=None)
        targets = self._in_expression(place.for_each, around)
        for target in _with_key(
            targets, place.key, lambda one: one.resource.key
        ):
            yield _with_attribute(target, rest[1:])

    def _instances(
        self, resource_type: str, rest: list[Key], place: _Place
    ) -> Iterator[Target]:
        named = (place.scope, resource_type, str(rest[0]))
        instances = self.resources.get(named, [])
        further, key = rest[1:], place.key
        if further and any(one.key == further[0] for one in instances):
            key = further.pop(0)
        for one in _with_key(instances, key, lambda each: each.key):
            yield _with_attribute(Target(one, ""), further)


def _whole(references: Any) -> list[str]:
    """References without those that another one goes on: `a.b` after `a.b[0].arn`."""
    if not isinstance(references, list):
        return []
    texts = sorted(set(map(str, references)))
    return [
        text
        for text in dict.fromkeys(map(str, references))
        if not _goes_on(texts, f"{text}.") and not _goes_on(texts, f"{text}[")
    ]


def _goes_on(texts: list[str], beginning: str) -> bool:
    """Whether one of the sorted texts begins so."""
    place = bisect_left(texts, beginning)
    return place < len(texts) and texts[place].startswith(beginning)


def _is_key(step: Key, instances: list[Scope]) -> bool:
    return any(scope[-1][1] == step for scope in instances)


def _with_key(items: list[Any], key: Key, key_of_item: Any) -> list[Any]:
    """Those of this key; all, if there is none of it."""
    if key is None:
        return items
    return [item for item in items if key_of_item(item) == key] or items


def _with_attribute(target: Target, steps: list[Key]) -> Target:
    if target.attribute or not steps:
        return target
    return Target(target.resource, str(steps[-1]))
