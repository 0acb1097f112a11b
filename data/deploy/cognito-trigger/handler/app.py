"""Lets customers sign up; what is raised here is shown to them as the reason why not."""

BLOCKED = {"example.net"}


def handler(event: dict, context: object) -> dict:
    """Answer with the event itself, its response filled in; it may be asked twice for one user."""
    domain = event["request"]["userAttributes"]["email"].rpartition("@")[2]
    if domain in BLOCKED:
        raise ValueError(f"Addresses of {domain} cannot sign up.")
    event["response"]["autoConfirmUser"] = False
    return event
