"""Files beside a template: within its folder only, never through a link.

`aws cloudformation package` and `sam package` put such files into a bucket; here they are read
where they are. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-package.html
"""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath
from typing import Any

from sim import facts
from sim.template.errors import TemplateError
from sim.template.text.load import load_text

SUFFIXES = (".asl", ".json", ".template", ".yaml", ".yml")
LONGEST_NAME = 1024
NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class FilesBeside:
    """The files in a template's folder; none where the template is a text.

    All that are read may together be as long as a template.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.left = facts.fact("template.bytes").value

    def text(self, location: Any) -> str | None:
        """The text of a file within the folder; None if it is none, or cannot be read."""
        path = self._path(location)
        if path is None:
            return None
        try:
            encoded = self._bytes(path)
            text = encoded.decode("utf-8-sig")
        except (OSError, ValueError):
            return None
        self.left -= len(encoded)
        return text

    def document(self, location: Any) -> Any:
        """What the file holds as YAML or JSON; None if it is neither."""
        text = self.text(location)
        return None if text is None else document_in(text)

    def _path(self, location: Any) -> Path | None:
        """The path of a location, if that is a plain one below the folder."""
        if self.folder is None or not isinstance(location, str):
            return None
        if len(location) > LONGEST_NAME or not location.isprintable():
            return None
        place = PurePosixPath(location)
        is_below = not place.is_absolute() and ".." not in place.parts
        if not is_below or place.suffix.lower() not in SUFFIXES:
            return None
        if (
            "\\" in location or ":" in location
        ):  # another system's path, an address
            return None
        path = self.folder
        for part in place.parts:
            path /= part
            if path.is_symlink():
                return None
        return path

    def _bytes(self, path: Path) -> bytes:
        """The file's bytes; raises `OSError` for what is no plain file, or too long."""
        descriptor = os.open(path, os.O_RDONLY | NO_LINK)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError("no plain file")
            encoded = file.read(self.left + 1)
        if len(encoded) > self.left:
            raise OSError("too long")
        return encoded


def document_in(text: str) -> Any:
    """What a text holds as YAML or JSON; None if it is neither."""
    try:
        return load_text(text)
    except (TemplateError, RecursionError):
        return None
