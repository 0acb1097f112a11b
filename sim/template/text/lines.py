"""Where something stands: the line of a resource or property in the text that was read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from sim.template.text.lined import LinedDict

SHARED_BY = {"ServerlessRestApi": "Api", "ServerlessHttpApi": "HttpApi"}
"""The APIs that SAM makes by itself, and the part of `Globals` that holds their settings."""


class Lines:
    """The lines of a template as it was written, also for the resources that SAM makes of it."""

    def __init__(self, written: LinedDict) -> None:
        self.written = written
        resources = written.get("Resources")
        self.resources = (
            resources if isinstance(resources, LinedDict) else LinedDict(1)
        )

    @property
    def names(self) -> set[str]:
        """What the resources are called in what was read."""
        return set(self.resources)

    def origin(self, name: str) -> str:
        """The resource as it was written: itself, or the one that SAM made it of; else empty."""
        if name in self.resources:
            return name
        origins = [
            written for written in self.resources if name.startswith(written)
        ]
        return max(origins, key=len, default="")

    is_plan = False
    """Whether Terraform has checked what was read, in words of its own."""

    def place(self, name: str, path: str = "") -> str:
        """Name and line of a resource or of its property, for sentences."""
        line = self.line(name, path)
        return f"{name} (line {line})" if line else name

    def address(self, name: str) -> str:
        """What a resource is called in what was read."""
        return name

    def property(self, name: str, path: str) -> str:
        """What a property is called in what was read."""
        return path

    def said(self, sentence: str) -> str:
        """A sentence in the words of what was read."""
        return sentence

    def line(self, name: str, path: str = "") -> int | None:
        """The line of a resource's property, else of what is around it.

        None for what SAM makes without anything in the template.
        """
        origin = self.origin(name)
        if not origin:
            return self._line_of_made_api(name)
        place: Any = self.resources[origin]
        line = self.resources.lines.get(origin)
        event = self._event(place, name.removeprefix(origin))
        if event is not None:
            place, line = event
        *around, key = path.replace("[]", "").split(".")
        if not key:
            return line
        return (
            _nearest_line(_within(place, around), key)
            or _nearest_line(place, key)
            or self._line_in_globals(place, key)
            or line
        )

    def written_around(self, name: str, path: str) -> LinedDict | None:
        """The mapping in which a property of a resource was written, also in `Globals`.

        It stands below the key before the property's own.
        """
        around, key = ["", *path.split(".")][-2:]
        resource = self.resources.get(self.origin(name))
        event = self._event(resource, name.removeprefix(self.origin(name)))
        shared = self._shared(resource)
        for place in (event[0] if event is not None else resource, shared):
            for found in _below(place, around):
                if isinstance(found, LinedDict) and key in found:
                    return found
        return None

    def _shared(self, resource: Any) -> Any:
        """What all resources of the kind share."""
        kind = str(_inner(resource, "Type")).removeprefix("AWS::Serverless::")
        return _inner(self.written.get("Globals"), kind)

    def _event(self, resource: Any, rest: str) -> tuple[Any, int] | None:
        """The event of a SAM function of which a resource was made, with the event's line.

        SAM calls such a resource by the function, the event, and something behind them: `rest` is
        what follows the function.
        """
        events = _inner(_inner(resource, "Properties"), "Events")
        if not isinstance(events, LinedDict) or not rest:
            return None
        names = [name for name in events if rest.startswith(name)]
        if not names:
            return None
        name = max(names, key=len)
        return events[name], events.line_of(name)

    def _line_in_globals(self, resource: Any, key: str) -> int | None:
        """The line of a property that all resources of the kind share."""
        return _nearest_line(self._shared(resource), key)

    def _line_of_made_api(self, name: str) -> int | None:
        shared = self.written.get("Globals")
        for made, kind in SHARED_BY.items():
            if name.startswith(made) and isinstance(shared, LinedDict):
                return shared.lines.get(kind)
        return None


def _inner(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, LinedDict) else None


def _nearest_line(value: Any, key: str) -> int | None:
    """The line of this key at or below a value, the nearest to it if there are several."""
    lines = (mapping.lines.get(key) for mapping in _mappings(value))
    return next((line for line in lines if line is not None), None)


def _within(value: Any, keys: Iterable[str]) -> Any:
    """What stands below these keys, one below the other; a key that is not there is left out."""
    for key in keys:
        value = next(_below(value, key), value)
    return value


def _below(value: Any, key: str) -> Iterator[Any]:
    """What stands under this key at or below a value, the nearest to it first."""
    return (mapping[key] for mapping in _mappings(value) if key in mapping)


def _mappings(value: Any) -> Iterator[LinedDict]:
    """A value and everything in it, as far as they are mappings, the nearest first."""
    waiting = deque([value])
    while waiting:
        item = waiting.popleft()
        if isinstance(item, LinedDict):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
