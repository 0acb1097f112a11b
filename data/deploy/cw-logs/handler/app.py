"""Watches the amounts in a log; lines come compressed, several in one event, and at times twice."""

import json

from aws_lambda_powertools.utilities.data_classes import CloudWatchLogsEvent


def handler(event: dict, context: object) -> int:
    """Look at each line; its id tells a repeated line from a new one."""
    lines = CloudWatchLogsEvent(event).parse_logs_data().log_events
    for line in lines:
        order = json.loads(line.message)
        if order["amount"] < 0:
            raise ValueError(f"Order {order['order']} has the amount {order['amount']}.")
        print(f"saw {order['order']}, line {line.get_id}")
    return len(lines)
