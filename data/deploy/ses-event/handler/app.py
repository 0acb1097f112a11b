"""Reads orders from mail.

The event holds the headers, the mail itself another action of the rule may put into S3.
"""


def handler(event: dict, context: object) -> None:
    """Look at one mail; its message id tells a repeated event from a new one."""
    for record in event["Records"]:
        mail, receipt = record["ses"]["mail"], record["ses"]["receipt"]
        if receipt["virusVerdict"]["status"] == "FAIL":
            raise ValueError(f"Mail {mail['messageId']} carries a virus.")
        print(f"{mail['commonHeaders']['subject']}, mail {mail['messageId']}")
