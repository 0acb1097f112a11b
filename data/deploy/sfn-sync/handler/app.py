"""Does one step of a workflow; what is raised here Retry and Catch know by its class."""


class NotAnOrderError(ValueError):
    """An order that no retry makes good."""


def handler(event: dict, context: object) -> dict:
    """Place one order; the task may be tried again, so placing it twice gives the same."""
    order = event["order"]
    if order["amount"] < 0:
        raise NotAnOrderError(f"Order {order['order']} has the amount {order['amount']}.")
    return {"order": order["order"], "placed": True}
