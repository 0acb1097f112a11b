"""Writes the day's report; the event tells for which day, however late the run."""

from datetime import datetime


def handler(event: dict, context: object) -> str:
    """Work on the scheduled day: running twice for one day gives the same report."""
    if event["source"] != "aws.scheduler":
        raise ValueError(f"This job is started by its schedule, not by {event['source']}.")
    day = datetime.fromisoformat(event["time"]).date().isoformat()
    print(f"wrote the report of {day}")
    return f"reports/{day}.csv"
