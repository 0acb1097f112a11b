"""Watches devices' readings; the rule's SELECT decides what the event looks like."""


def handler(event: dict, context: object) -> None:
    """Look at one reading; the rule gives each an id, by which a repeated one is known."""
    temperature = event["reading"]["temperature"]
    if temperature < -273.15:
        raise ValueError(f"Device {event['device']} reports {temperature} degrees.")
    print(f"{event['device']} has {temperature} degrees, reading {event['id']}")
