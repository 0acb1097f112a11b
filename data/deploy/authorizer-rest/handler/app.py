"""Says which requests may come in.

What is raised here, the client sees as 500; a token that nobody knows as 403.
"""

KNOWN = {"A-1017"}
"""Where a real one would check a signature or ask a store."""


def handler(event: dict, context: object) -> dict:
    """Let the request in or not; the answer holds for every path, as it is kept for the token."""
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
