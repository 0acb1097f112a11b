"""What a plan in JSON says that there will be: each resource, by its address.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sim import facts
from sim.template.errors import TemplateError

Key = str | int | None
"""The key of an instance: a number with `count`, a text with `for_each`, None with neither."""
Scope = tuple[tuple[str, Key], ...]
"""The modules around something, from the outermost on: the name of each, and its key."""

MODULE = re.compile(r'module\.([\w-]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?')


@dataclass(frozen=True, eq=False)
class PlannedResource:
    """One instance of a resource.

    `values` are the arguments that are known; `unknown` has `true` where a value is known only
    after the plan was applied; `expressions` are the arguments as they are written, as far as
    the plan tells, and None where it does not.
    """

    address: str
    type: str
    label: str
    key: Key
    scope: Scope
    values: Mapping[str, Any] = field(repr=False)
    unknown: Mapping[str, Any] = field(repr=False)
    expressions: Mapping[str, Any] | None = field(repr=False)
    for_each: Any = field(repr=False)


class Plan:
    """The resources of a plan, and how its modules are called."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.configured: dict[tuple[str, ...], dict[Any, Any]] = {}

    @cached_property
    def resources(self) -> list[PlannedResource]:
        """Every resource that the plan will have made, in its order; data is only read."""
        unknown = self._unknown_by_address()
        found: list[PlannedResource] = []
        for scope, module in self._modules():
            for written in _items(module, "resources"):
                if _is_managed(written):
                    configured = self._configured_resources(scope)
                    found.append(_resource(written, scope, configured, unknown))
                    _check_number(found)
        return found

    @property
    def deleted(self) -> int:
        """How many resources the plan deletes."""
        changes = _items(self.document, "resource_changes")
        actions = [
            mapping(change.get("change")).get("actions") for change in changes
        ]
        return actions.count(["delete"])

    @cached_property
    def scopes(self) -> dict[tuple[Scope, str], list[Scope]]:
        """The instances of each module, by what is around them and by its name."""
        instances: dict[tuple[Scope, str], list[Scope]] = {}
        for scope, _ in self._modules():
            if scope:
                around = (scope[:-1], scope[-1][0])
                instances.setdefault(around, []).append(scope)
        return instances

    def module(self, scope: Scope) -> Mapping[str, Any]:
        """The configuration of a module; empty where the plan has none."""
        module = mapping(mapping(self.document.get("configuration")))
        module = mapping(module.get("root_module"))
        for name, _ in scope:
            module = mapping(self.call_in(module, name).get("module"))
        return module

    def call(self, scope: Scope) -> Mapping[str, Any]:
        """How the module of this scope is called."""
        return self.call_in(self.module(scope[:-1]), scope[-1][0])

    @staticmethod
    def call_in(module: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """How a module calls another one."""
        return mapping(mapping(module.get("module_calls")).get(name))

    def _modules(self) -> Iterator[tuple[Scope, Mapping[str, Any]]]:
        planned = mapping(self.document.get("planned_values"))
        waiting = [mapping(planned.get("root_module"))]
        while waiting:
            module = waiting.pop()
            yield scope_of(str(module.get("address", ""))), module
            children = list(_items(module, "child_modules"))
            waiting.extend(reversed(children))

    def _unknown_by_address(self) -> dict[str, Mapping[str, Any]]:
        """What is unknown of each; what is left of a replaced one (deposed) has its address."""
        changes = _items(self.document, "resource_changes")
        return {
            str(change.get("address")): mapping(
                mapping(change.get("change")).get("after_unknown")
            )
            for change in changes
            if not change.get("deposed")
        }

    def _configured_resources(self, scope: Scope) -> dict[Any, Any]:
        modules = tuple(name for name, _ in scope)
        if modules not in self.configured:
            written = _items(self.module(scope), "resources")
            self.configured[modules] = {
                (str(each.get("type")), str(each.get("name"))): each
                for each in written
                if _is_managed(each)
            }
        return self.configured[modules]


def _check_number(resources: Sized) -> None:
    limit = facts.fact("plan.resources").value
    if len(resources) > limit:
        too_many = f"The plan has more than {limit:,} resources"
        raise TemplateError(
            [f"{too_many}: `terraform plan -target` makes a smaller one."]
        )


def _resource(
    written: Mapping[str, Any],
    scope: Scope,
    configuration: Mapping[Any, Any],
    unknown: Mapping[str, Mapping[str, Any]],
) -> PlannedResource:
    named = (_text(written, "type"), _text(written, "name"))
    key = _key(written)
    said = written.get("address")
    address = said if isinstance(said, str) else _address(scope, named, key)
    configured = configuration.get(named)
    return PlannedResource(
        address=address,
        type=named[0],
        label=named[1],
        key=key,
        scope=scope,
        values=mapping(written.get("values")),
        unknown=unknown.get(address, {}),
        expressions=None
        if configured is None
        else mapping(configured.get("expressions")),
        for_each=mapping(configured).get("for_each_expression"),
    )


def _key(written: Mapping[str, Any]) -> Key:
    """The key of an instance."""
    key = written.get("index")
    if key is not None and not isinstance(key, str | int):
        where = written.get("address") or "A resource of the plan"
        said = f"{where} has an index that is neither a text nor a number."
        raise TemplateError([said])
    return key


def _text(written: Mapping[str, Any], part: str) -> str:
    """A part that each resource of a plan has."""
    value = written.get(part)
    if not isinstance(value, str) or not value:
        where = written.get("address") or "A resource of the plan"
        raise TemplateError([f"{where} has no {part}, which is a text there."])
    return value


def _address(scope: Scope, named: tuple[str, str], key: Key) -> str:
    """Where a resource stands, put together as Terraform does."""
    around = [f"module.{name}{_index(of)}" for name, of in scope]
    return ".".join([*around, *named]) + _index(key)


def _index(key: Key) -> str:
    return "" if key is None else f"[{json.dumps(key)}]"


def _is_managed(written: Mapping[str, Any]) -> bool:
    return bool(written.get("mode", "managed") == "managed")


def scope_of(address: str) -> Scope:
    """The modules that an address names: `module.a["b"]` is module `a` with the key `b`."""
    return tuple((name, key_of(key)) for name, key in MODULE.findall(address))


def key_of(written: str) -> Key:
    """The key that stands between brackets; None for an empty text."""
    if written.isdigit():
        return int(written)
    if len(written) < 2:
        return None
    return written[1:-1].replace('\\"', '"').replace("\\\\", "\\")


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def _items(value: Any, key: str) -> Iterator[Mapping[str, Any]]:
    """The mappings in a list."""
    items = mapping(value).get(key)
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield item
