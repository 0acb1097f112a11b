"""Books orders that a pipe brings.

The event is a list, and failed records may be reported as to a mapping.
"""

import json


def book(record: dict) -> None:
    """Book one order; the message id tells a repeated record from a new one."""
    order = json.loads(record["body"])
    if order["amount"] < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    print(f"booked {order['order']}, message {record['messageId']}")


def handler(event: list[dict], context: object) -> dict:
    """Answer which records failed; the pipe deletes all others."""
    failures = []
    for record in event:
        try:
            book(record)
        except ValueError as error:
            print(error)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
