"""Makes, changes and removes what the stack asks for.

Every way out tells the stack, else it waits for its timeout.
"""

import json
from urllib.request import Request, urlopen


def make(request: dict) -> str:
    """Do what is asked and give the physical id.

    A repeated request finds its work done and gives the same id.
    """
    order = request["ResourceProperties"]["Order"]
    if request["RequestType"] != "Delete" and float(order["amount"]) < 0:
        raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
    return request.get("PhysicalResourceId", f"table-for-{order['order']}")


def answer(request: dict, status: str, physical_id: str, reason: str = "") -> None:
    """PUT the outcome to the stack's address."""
    body = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": physical_id,
        **{name: request[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    with urlopen(
        Request(request["ResponseURL"], json.dumps(body).encode(), method="PUT"), timeout=10
    ):
        pass


def handler(event: dict, context: object) -> None:
    """Tell SUCCESS or FAILED; a deletion must not fail for what was never made."""
    try:
        physical_id = make(event)
    except Exception as error:
        answer(event, "FAILED", event.get("PhysicalResourceId", "never-made"), reason=str(error))
    else:
        answer(event, "SUCCESS", physical_id)
