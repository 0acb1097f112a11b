"""Books orders from a broker's queue.

One failed message brings all back, so booking twice must not hurt.
"""

import base64
import json

booked: set[str] = set()  # of this environment only: a real shop asks its database


def book(message_id: str, order: dict) -> None:
    """Book one order unless its message was booked before."""
    if message_id in booked:
        return
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    print(f"booked {order['order']}")
    booked.add(message_id)


def handler(event: dict, context: object) -> None:
    """Raise on the first failed message: Lambda hands the batch over again."""
    for message in event["messages"]:
        book(message["messageID"], json.loads(base64.b64decode(message["data"])))
