"""Numbers as people write them: "32", "1,425 orders", "360 s", "6 min", "1 h 30 min", "5 %"."""

from __future__ import annotations

import re

PART = re.compile(
    r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([^\W\d_]+|%)?", re.IGNORECASE
)
THOUSANDS = re.compile(r"(?<=\d)[, _\u2009\u202f](?=\d{3}(?!\d))")
BEFORE = re.compile(r"^(about|around|nearly|~|≈|=)\s*", re.IGNORECASE)
LENGTHS = {
    "ms": 0.001,
    "s": 1,
    "sec": 1,
    "secs": 1,
    "second": 1,
    "seconds": 1,
    "m": 60,
    "min": 60,
    "mins": 60,
    "minute": 60,
    "minutes": 60,
    "h": 3600,
    "hour": 3600,
    "hours": 3600,
    "d": 86400,
    "day": 86400,
    "days": 86400,
    "%": 0.01,
}
"""What a number before a unit is multiplied by; a time is in seconds."""


def number_in(text: str) -> float | None:
    """The number that a text says, times in seconds; None if it says no number, or several."""
    plain = THOUSANDS.sub("", BEFORE.sub("", text.strip()))
    parts = PART.findall(plain)
    if not parts or re.sub(r"[\s,.]|and", "", PART.sub("", plain)):
        return None
    if len(parts) > 1 and any(unit.lower() not in LENGTHS for _, unit in parts):
        return None
    return sum(
        float(number) * LENGTHS.get(unit.lower(), 1) for number, unit in parts
    )
