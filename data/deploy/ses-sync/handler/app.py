"""Decides whether a mail goes on.

What is raised here, or takes more than 30 seconds, counts as "go on".
"""


def handler(event: dict, context: object) -> dict:
    """Stop the rules for spam and viruses; a mail with neither verdict is not for this rule."""
    [record] = event["Records"]
    receipt = record["ses"]["receipt"]
    verdicts = {receipt[name]["status"] for name in ("spamVerdict", "virusVerdict")}
    if verdicts == {"PROCESSING_FAILED"}:
        raise ValueError(f"Mail {record['ses']['mail']['messageId']} was not scanned.")
    return {"disposition": "STOP_RULE_SET" if "FAIL" in verdicts else "CONTINUE"}
