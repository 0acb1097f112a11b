"""How a text is written in bytes: what people's tools leave is not always UTF-8."""

from __future__ import annotations

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""The marks at the beginning of a text, as after `>` in Windows PowerShell."""


def encoding_of(head: bytes) -> str:
    """The name of the encoding of a text that begins so; without a sign of UTF-16 it is UTF-8."""
    if head[:2] in UTF_16:
        return "utf-16"
    if head[1:4:2] == b"\0\0" and head[:1] != b"\0":
        return "utf-16-le"
    return "utf-8-sig"
