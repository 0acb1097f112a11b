"""Looks at the events of a channel before they are broadcast.

An error that is answered is logged by AppSync, and the publisher does not hear of it.
"""


def handler(event: dict, context: object) -> dict:
    """Answer which events go on to the subscribers, each by its id."""
    going_on = []
    for published in event["events"]:
        order = published["payload"]
        if order["amount"] < 0:
            raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
        going_on.append({"id": published["id"], "payload": order})
    return {"events": going_on}
