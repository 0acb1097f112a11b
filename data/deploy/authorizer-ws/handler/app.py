"""Says which clients may connect.

What is raised here, the client sees as 500; a token that nobody knows as 403. It has no connection.
"""

KNOWN = {"A-1017"}
"""Where a real one would check a signature or ask a store."""


def handler(event: dict, context: object) -> dict:
    """Let the client connect or not; the answer holds as long as its connection."""
    token = event["headers"]["Authorization"]
    if not token:
        raise ValueError("The token is empty.")
    return {
        "principalId": token,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "execute-api:Invoke",
                    "Effect": "Allow" if token in KNOWN else "Deny",
                    "Resource": "*",
                }
            ],
        },
    }
