"""Parts of pages, each kept once under the checksum of what it holds."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from typing import Any

Parts = dict[str, bytes]
"""Compressed contents by their checksum."""

DIGITS = 16


def checksum(content: bytes) -> str:
    """A short name for this content and no other."""
    return hashlib.sha256(content).hexdigest()[:DIGITS]


def put(parts: Parts, content: bytes) -> str:
    """Keep a content, unless it is there, and return its name."""
    name = checksum(content)
    if name not in parts:
        parts[name] = gzip.compress(content, mtime=0)
    return name


def put_json(parts: Parts, value: Any) -> str:
    """The same for what a page reads as JSON."""
    return put(parts, compact(value).encode())


def compact(value: Any) -> str:
    """JSON without blanks; never a number that is none."""
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


def script(parts: Parts) -> str:
    """A classic script that hands these parts to the page."""
    packed = {
        name: base64.b64encode(content).decode()
        for name, content in parts.items()
    }
    return f"lambdaPlay.put({compact(packed)});\n"
