"""`Fn::ForEach`, written out before anything else is read, as AWS::LanguageExtensions does.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sim import facts
from sim.template.cloudformation import placeholders
from sim.template.cloudformation.resolver import Refused, Resolver, transforms
from sim.template.errors import TemplateError, needs
from sim.template.text.load import Mapping as Marked
from sim.template.text.load import Sequence

LOOP = "Fn::ForEach::"
EXTENSIONS = "AWS::LanguageExtensions"


def written_out(template: Marked, resolver: Resolver) -> Marked:
    """The template without loops, if it asks for them; raises `TemplateError` for one that cannot be carried out."""
    if EXTENSIONS not in transforms(template) or not _loops(template):
        return template
    return _Writer(resolver).mapping(template)


def _loops(value: Any) -> bool:
    if isinstance(value, dict):
        return any(
            str(key).startswith(LOOP) or _loops(item) for key, item in value.items()
        )
    return isinstance(value, list) and any(map(_loops, value))


class _Writer:
    """Writes loops out, and counts what they make: a few lines must not become a million."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.made = 0
        self.limit = facts.fact("template.values").value

    def mapping(self, mapping: Marked) -> Marked:
        """The mapping with what its loops make in their place."""
        made = Marked(mapping.line)
        for key, item in mapping.items():
            line = mapping.lines.get(key, mapping.line)
            parts = (
                self._rounds(key, item, line)
                if key.startswith(LOOP)
                else iter([(key, self.value(item), line)])
            )
            for name, value, at in parts:
                if name in made:
                    raise TemplateError(
                        [
                            f"Line {line}: {key[:60]} makes {name[:60]!r}, which is there already."
                        ]
                    )
                made[name], made.lines[name] = value, at
        return made

    def value(self, value: Any) -> Any:
        """The value with all loops in it written out."""
        if isinstance(value, Marked):
            return self.mapping(value)
        if isinstance(value, Sequence):
            made = Sequence(value.line)
            made.extend(map(self.value, value))
            return made
        return value

    def _rounds(
        self, loop: str, given: Any, line: int
    ) -> Iterator[tuple[str, Any, int]]:
        if not (
            isinstance(given, list) and len(given) == 3 and isinstance(given[2], Marked)
        ):
            raise TemplateError(
                [
                    f"Line {line}: {loop[:60]} needs an identifier, a collection and a mapping."
                ]
            )
        for item in self._collection(loop, given[1], line):
            body = self._filled(given[2], str(given[0]), item)
            for key, value in self.mapping(body).items():
                yield key, value, body.lines.get(key, line)

    def _collection(self, loop: str, collection: Any, line: int) -> list[str]:
        try:
            items = self.resolver.value(collection)
        except Refused as refused:
            raise TemplateError([f"Line {line}: {loop[:60]}: {refused}."]) from None
        asked = dict.fromkeys(placeholders.asked(items), f"line {line}")
        if asked:
            raise TemplateError([needs(asked)])
        if not isinstance(items, list):
            raise TemplateError(
                [f"Line {line}: the collection of {loop[:60]} is no list."]
            )
        return [
            str(part)
            for item in items
            for part in (item if isinstance(item, list) else [item])
        ]

    def _filled(self, value: Any, identifier: str, item: str) -> Any:
        self.made += 1
        if self.made > self.limit:
            raise TemplateError(
                [f"The template's loops make more than {self.limit:,} values."]
            )
        if isinstance(value, str):
            plain = re.sub("[^A-Za-z0-9]", "", item)
            return value.replace(f"${{{identifier}}}", item).replace(
                f"&{{{identifier}}}", plain
            )
        if isinstance(value, Marked):
            return self._filled_mapping(value, identifier, item)
        if isinstance(value, Sequence):
            made = Sequence(value.line)
            made.extend(self._filled(part, identifier, item) for part in value)
            return made
        return value

    def _filled_mapping(self, value: Marked, identifier: str, item: str) -> Any:
        if value == {"Ref": identifier}:
            return item
        made = Marked(value.line)
        for key, part in value.items():
            name = self._filled(key, identifier, item)
            made[name], made.lines[name] = (
                self._filled(part, identifier, item),
                value.lines.get(key, value.line),
            )
        text = made.get("Fn::Sub") if len(made) == 1 else None
        return text if isinstance(text, str) and "${" not in text else made
