"""Answers a workflow that waits for a token.

This one answers at once, another may keep the token for a person.
"""

import json

import boto3

workflows = boto3.client("stepfunctions")


def handler(event: dict, context: object) -> None:
    """Tell success or failure.

    What is raised here fails the task, what is never told lets it wait for its timeout.
    """
    token, order = event["TaskToken"], event["input"]["order"]
    try:
        if order["amount"] < 0:
            workflows.send_task_failure(
                taskToken=token, error="NotAnOrder", cause=f"amount {order['amount']}"
            )
        else:
            workflows.send_task_success(
                taskToken=token, output=json.dumps({"order": order["order"]})
            )
    except workflows.exceptions.TaskTimedOut:
        print(f"nobody waits for {order['order']} any more")  # told twice, or too late
