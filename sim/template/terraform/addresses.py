"""Where something stands in a plan: Terraform's address, and the argument, in place of a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain

from sim.template.terraform.arguments import argument_rows, resource_types
from sim.template.terraform.planned import PlannedResource
from sim.template.text.lined import LinedDict
from sim.template.text.lines import Lines

WORD = re.compile(r"[A-Za-z][\w]*[A-Za-z]")
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Addresses(Lines):
    """The addresses of a plan's resources, by their names in the scenario."""

    is_plan = True

    def __init__(
        self, written: LinedDict, planned: Mapping[str, PlannedResource]
    ) -> None:
        super().__init__(written)
        self.planned = planned
        self.resources = written["Resources"]

    @property
    def names(self) -> set[str]:
        """Labels and addresses."""
        return {*self.resources, *map(self.address, self.planned)}

    def line(self, name: str, path: str = "") -> int | None:
        """A plan is for programs: its lines say nothing."""
        return None

    def place(self, name: str, path: str = "") -> str:
        """The address; sentences name the argument."""
        return self.address(name)

    def address(self, name: str) -> str:
        """The address of a resource."""
        return self.planned[name].address if name in self.planned else name

    def property(self, name: str, path: str) -> str:
        """The argument that a property of a resource is; else the property."""
        if name not in self.planned or not path:
            return path
        key = path.replace("[]", "")
        for row in argument_rows(self.planned[name].type):
            written = row.property.replace("[]", "")
            argument = row.argument.replace("[]", "")
            if key in (written, written.rpartition(".")[2]):
                return argument
            if key.startswith(f"{written}."):
                return argument + key.removeprefix(written)
        return path

    def said(self, sentence: str) -> str:
        """The sentence with Terraform's words for properties and fields."""
        words: dict[str, str] = {}
        for name, resource in self.planned.items():
            if resource.address in sentence or f"{name!r}" in sentence:
                words = _words(resource.type)
                break
        said = WORD.sub(lambda word: words.get(word[0], word[0]), sentence)
        return said.replace("The template", "The plan")


def _words(resource_type: str) -> dict[str, str]:
    """Terraform's arguments, by CloudFormation's properties and the scenario's fields."""
    words: dict[str, str] = {}
    for row in chain(*map(argument_rows, _with_parts(resource_type))):
        last = row.property.rpartition(".")[2].removesuffix("[]")
        field = HUMP.sub("_", last).lower()
        argument = row.argument.rpartition(".")[2].removesuffix("[]")
        if "_" in field:  # other words are also words of sentences
            words |= {last: argument, field: argument}
    return words


def _with_parts(resource_type: str) -> list[str]:
    """A type after those that become parts of it, as targets of a rule."""
    own = resource_types().get(resource_type)
    types = set() if own is None else set(own.types)
    parts = [
        row.type
        for row in resource_types().values()
        if row.joins and types & set(row.types)
    ]
    return [*parts, resource_type]
