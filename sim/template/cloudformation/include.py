"""`AWS::Include`: what a file beside the template holds, in the place of the transform.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
"""

from __future__ import annotations

from typing import Any

from sim.template.text.beside import FilesBeside
from sim.template.text.lined import LinedDict, LinedList

INCLUDE = "AWS::Include"
TRANSFORM = "Fn::Transform"


class Inclusion:
    """Puts files into a template; `included` has the location of each, with its line."""

    def __init__(self, files: FilesBeside) -> None:
        self.files = files
        self.included: list[tuple[str, int]] = []

    def of(self, written: Any) -> Any:
        """What is written, with files in the places that ask for them."""
        if isinstance(written, LinedDict):
            return self._mapping(written)
        if isinstance(written, LinedList):
            filled = LinedList(written.line)
            filled.extend(map(self.of, written))
            return filled
        return written

    def _mapping(self, written: LinedDict) -> Any:
        filled = LinedDict(written.line)
        filled.repeated = written.repeated
        content = self._content(written)
        if content is not None and not isinstance(content, LinedDict):
            return content if len(written) == 1 else written
        for key, item in written.items():
            if key != TRANSFORM or content is None:
                filled.put(key, self.of(item), written.line_of(key))
        for key, item in (content or {}).items():
            if key not in filled:
                filled.put(key, item, written.line_of(TRANSFORM))
        return filled

    def _content(self, written: LinedDict) -> Any:
        """What the file holds that a mapping includes, all on the line of its transform."""
        transform = written.get(TRANSFORM)
        if not isinstance(transform, dict) or transform.get("Name") != INCLUDE:
            return None
        parameters = transform.get("Parameters")
        if not isinstance(parameters, dict):
            return None
        location = parameters.get("Location")
        content = self.files.document(location)
        line = written.line_of(TRANSFORM)
        if content is not None:
            self.included.append((str(location), line))
        return _at_line(content, line)


def _at_line(value: Any, line: int) -> Any:
    """The same value, all of it on one line."""
    if isinstance(value, dict):
        mapping = LinedDict(line)
        for key, item in value.items():
            mapping.put(key, _at_line(item, line), line)
        return mapping
    if isinstance(value, list):
        items = LinedList(line)
        items.extend(_at_line(item, line) for item in value)
        return items
    return value
