"""`python -m tests.benchmarks`: print the report; nothing here passes or fails by time."""

from __future__ import annotations

import argparse

from .table import everyone, report


def arguments() -> argparse.Namespace:
    """What to run: all contenders with 200,000 events in three rounds, unless told."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description=__doc__
    )
    parser.add_argument(
        "--events", type=int, default=200_000, help="events in a run"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="20,000 events: a look, not a result",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=3,
        help="interleaved rounds; the best one counts",
    )
    parser.add_argument(
        "--memory",
        action="store_true",
        help="also peak memory, each in its own process",
    )
    parser.add_argument(
        "--only",
        metavar="NAME",
        default="",
        help="contenders with this in their name",
    )
    parser.add_argument(
        "--without",
        metavar="NAME",
        help="leave out those with this in their name: sim, SimFaaS",
    )
    return parser.parse_args()


def main() -> None:
    """Print each section as soon as it is measured."""
    asked = arguments()
    wanted = [one for one in everyone() if asked.only in one.name]
    wanted = [
        one
        for one in wanted
        if asked.without is None or asked.without not in one.name
    ]
    for section in report(
        wanted,
        20_000 if asked.quick else asked.events,
        asked.rounds,
        asked.memory,
    ):
        print(section, end="\n\n", flush=True)


if __name__ == "__main__":
    main()
