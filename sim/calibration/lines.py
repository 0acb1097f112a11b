"""The entries of a text in lines, as AWS's commands and consoles write them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from math import nan
from typing import NamedTuple

from sim.calibration.entry import TIME, Entry, seconds_of
from sim.calibration.peeked_text import PeekedText
from sim.calibration.rows import of_row

LONGEST_LINE = 2**20
"""Characters: CloudWatch Logs takes no longer event."""
STREAM = re.compile(r"\d{4}/\d\d/\d\d/\S*?\[[^]\s]+\][0-9A-Za-z_.-]+")
MILLISECONDS = re.compile(r"\d{13}(?=\s)")
LAMBDAS_OWN = re.compile(
    r"(?:^|[\s\"'])((?:INIT|RESTORE)_(?:START|REPORT) |(?:START|REPORT) RequestId: )"
)
"""How Lambda's own messages begin."""
OWN_TIME = re.compile(r"\t| [0-9A-Za-z-]{36} Task")
"""What follows the time that a runtime writes itself."""
HEAD = 200
"""Characters in which time and stream of a line are."""
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
AROUND = " \t|\u25b6"
"""What consoles put around an event."""
JSON_ROW = re.compile(r'"(?:logStreamName|logStream|eventId|@message)"')
"""What an event has that a command answers, and none of the function's own."""


class Place(NamedTuple):
    """When something was logged, and in which stream."""

    time: float
    stream: str


def entries_of_lines(
    text: PeekedText, stream: str, unread: Counter[str]
) -> Iterator[Entry]:
    """The entries line by line; `stream` is that of lines which name none."""
    return _Lines(stream, unread).read(text)


class _Lines:
    def __init__(self, stream: str, unread: Counter[str]) -> None:
        self.usual = Place(nan, stream)
        self.place = self.usual  # as a line told that has nothing else
        self.unread = unread
        self.begun: list[str] = []  # lines of an object in JSON
        self.length = 0

    def read(self, text: PeekedText) -> Iterator[Entry]:
        """All entries."""
        for line in self._whole(text):
            if self.begun and self._goes_on(line):
                continue
            message = line.strip()
            if message and (entry := self._of_line(message)) is not None:
                yield entry
        self._break_off()

    def _whole(self, text: PeekedText) -> Iterator[str]:
        """The lines that are no longer than any event, and objects in JSON on one line."""
        is_rest = False
        for line in text.lines(LONGEST_LINE):
            is_whole = line.endswith("\n") or len(line) < LONGEST_LINE
            if is_whole and not is_rest:
                yield line
                if self.begun and line.rstrip() == "}":
                    yield self._joined()
                continue
            self.unread["too long"] += not is_rest
            is_rest = not is_whole

    def _goes_on(self, line: str) -> bool:
        """Whether the line belongs to an object in JSON that has begun above."""
        if line[0].isdigit() or self.length > LONGEST_LINE:
            self._break_off()
            return False
        self.begun.append(line)
        self.length += len(line)
        return True

    def _joined(self) -> str:
        whole = "".join(self.begun)
        self.begun = []
        return whole

    def _break_off(self) -> None:
        if self.begun:
            self.unread["broken JSON"] += 1
        self.begun = []

    def _of_line(self, line: str) -> Entry | None:
        """An entry; None for a line that only begins one, or tells its time."""
        if "\x1b" in line:
            line = COLOURS.sub("", line)
        at = _beginning(line)
        if at == 0:
            return self._of_message(line, self.place)
        head = line[: at or HEAD]
        time = TIME.search(head) or MILLISECONDS.match(head)
        named = STREAM.search(head) if "/" in head else None
        if time is None and named is None:
            return self._of_message(line[at or 0 :], self.place)
        place = Place(
            seconds_of(time[0]) if time else nan,
            named[0] if named else self.usual.stream,
        )
        message = line[at or _after_head(time, named, line) :]
        self.place = self.usual if message else place
        return self._of_message(message, place) if message else None

    def _of_message(self, message: str, place: Place) -> Entry | None:
        if message == "{":
            self.begun, self.length = ["{\n"], 0
            self.place = place
            return None
        if message[0] == "{" and JSON_ROW.search(message):
            try:
                row = json.loads(message)
                return of_row(row)
            except (ValueError, RecursionError):
                self.unread["broken JSON"] += 1
                return None
        return Entry(*place, message)


def _beginning(line: str) -> int | None:
    """Where a message begins that is none of the function's own; None if there is none."""
    if line[0] == "{":
        return 0
    if "REPORT" in line or "START " in line:
        found = LAMBDAS_OWN.search(line, 0, HEAD)
        if found is not None:
            return found.start(1)
    at = line.find("{")
    if at > 0 and ('"platform.' in line or JSON_ROW.search(line, at)):
        return at
    return None


def _after_head(
    time: re.Match[str] | None, named: re.Match[str] | None, line: str
) -> int:
    """Where a message begins after a time and a stream; 0 if the time is the message's own."""
    ends = [found.end() for found in (time, named) if found is not None]
    at = max(ends)
    if named is None and OWN_TIME.match(line, at):
        return 0
    rest = line[at:]
    return at + len(rest) - len(rest.lstrip(AROUND))
