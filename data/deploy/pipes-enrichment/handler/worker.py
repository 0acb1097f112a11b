"""Books the orders that come enriched."""


def handler(event: list[dict], context: object) -> None:
    """Book each order."""
    for order in event:
        print(f"booked {order['order']} with tax {order['tax']}")
