"""Where something stands: the line of a resource or property in the text that was read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from sim.template.text.load import Mapping


class Lines:
    """The lines of a template as it was written, also for the resources that SAM makes of it."""

    def __init__(self, written: Mapping) -> None:
        self.written = written
        resources = written.get("Resources")
        self.resources = resources if isinstance(resources, Mapping) else Mapping(1)

    def origin(self, name: str) -> str:
        """The resource as it was written: itself, or the one that SAM made it of."""
        if name in self.resources:
            return name
        return max(
            (known for known in self.resources if name.startswith(known)),
            key=len,
            default="",
        )

    def line(self, name: str, path: str = "") -> int | None:
        """The line of a resource's property, else of what surrounds it; None for what SAM makes of nothing."""
        origin = self.origin(name)
        if not origin:
            return self._globals(name)
        anchor, line = self.resources[origin], self.resources.lines.get(origin)
        event = self._event(anchor, name.removeprefix(origin))
        if event is not None:
            anchor, line = event
        key = path.rsplit(".", maxsplit=1)[-1].removesuffix("[]")
        if not key:
            return line
        return (
            next((found for found in _lines(anchor, key)), None)
            or self._shared(anchor, key)
            or line
        )

    def _event(self, resource: Any, rest: str) -> tuple[Any, int] | None:
        """The event of a SAM function of which a resource called function + event + something was made."""
        events = _inner(_inner(resource, "Properties"), "Events")
        names = [name for name in events or () if rest.startswith(name)] if rest else []
        if not names:
            return None
        name = max(names, key=len)
        return events[name], events.lines.get(name, events.line)

    def _shared(self, resource: Any, key: str) -> int | None:
        kind = str(_inner(resource, "Type")).removeprefix("AWS::Serverless::")
        shared = _inner(self.written.get("Globals"), kind)
        return next(_lines(shared, key), None) if isinstance(shared, Mapping) else None

    def _globals(self, name: str) -> int | None:
        kinds = {"ServerlessRestApi": "Api", "ServerlessHttpApi": "HttpApi"}
        kind = next(
            (kinds[prefix] for prefix in kinds if name.startswith(prefix)), None
        )
        shared = self.written.get("Globals")
        return shared.lines.get(kind) if isinstance(shared, Mapping) and kind else None


def _inner(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, Mapping) else None


def _lines(value: Any, key: str) -> Iterator[int]:
    """The lines of this key at or below a value, the nearest first."""
    waiting = deque([value])
    while waiting:
        item = waiting.popleft()
        if isinstance(item, Mapping):
            if key in item.lines:
                yield item.lines[key]
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
