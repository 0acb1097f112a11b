"""Does one task of a batch job and says of each object how it went.

What it does not name counts as the job wishes.
"""

import json
from urllib.parse import unquote_plus


def work(task: dict, order: dict) -> dict:
    """One object's result.

    PermanentFailure is final, TemporaryFailure the job tries again before it ends.
    """
    key = unquote_plus(task["s3Key"])
    if order["amount"] < 0:
        return {
            "taskId": task["taskId"],
            "resultCode": "PermanentFailure",
            "resultString": f"{key}: amount below zero",
        }
    return {"taskId": task["taskId"], "resultCode": "Succeeded", "resultString": key}


def handler(event: dict, context: object) -> dict:
    """Answer in the form of the event, with the same invocation id."""
    order = json.loads(event["job"]["userArguments"]["body"])
    return {
        "invocationSchemaVersion": event["invocationSchemaVersion"],
        "treatMissingKeysAs": "TemporaryFailure",
        "invocationId": event["invocationId"],
        "results": [work(task, order) for task in event["tasks"]],
    }
