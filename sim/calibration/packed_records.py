"""What a subscription of a log group sends: documents in gzip, in base64, within JSON.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections import Counter
from collections.abc import Iterator

from sim.calibration.json_elements import Text

MARK = '"H4sI'
"""How gzip begins in base64, in quotation marks."""
PACKED = re.compile(r'"(H4sI[A-Za-z0-9+/=\\]*)(")?')
CHUNK = 2**18
LONGEST = 2**24
"""Characters of one record: Kinesis takes 10 MB."""
MOST = 2**26
"""Bytes that a record may unpack to (a choice)."""
WITH_ITS_HEAD = zlib.MAX_WBITS | 16
"""What zlib calls the format of gzip."""


def packed_documents(text: Text, unread: Counter[str]) -> Iterator[str]:
    """The documents of all records in a text; broken ones are counted."""
    ahead = ""
    while chunk := text.read(CHUNK):
        ahead += chunk
        place = 0
        while found := PACKED.search(ahead, place):
            is_cut = found[2] is None and found.end() == len(ahead)
            if is_cut and len(found[1]) < LONGEST:
                break
            place = found.end()
            yield from _unpacked(found[1], unread)
        rest = ahead.find(MARK, place)
        ahead = ahead[rest if rest >= 0 else -len(MARK) :]
    if ahead.startswith(MARK):
        unread["packed record broken off"] += 1


def _unpacked(record: str, unread: Counter[str]) -> Iterator[str]:
    unpacker = zlib.decompressobj(WITH_ITS_HEAD)
    try:
        packed = base64.b64decode(record.replace("\\", ""), validate=True)
        document = unpacker.decompress(packed, MOST)
    except (binascii.Error, ValueError, zlib.error):
        unread["packed record broken off"] += 1
        return
    if len(document) == MOST:
        unread["packed record that unpacks to too much"] += 1
        return
    if not unpacker.eof:
        unread["packed record broken off"] += 1
    yield document.decode(errors="replace")
