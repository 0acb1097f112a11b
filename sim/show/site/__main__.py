"""Write the playgrounds: `python -m sim.show.site OUT`, or with `--sample` a fixed few states."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import perf_counter

from sim.progress import ProgressLine
from sim.show.site.write import write_playgrounds


def main() -> None:
    """Read the arguments, and write."""
    parser = argparse.ArgumentParser(prog="sim.show.site", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder of the site")
    parser.add_argument(
        "--sample", action="store_true", help="few states, for a quick test"
    )
    parser.add_argument(
        "--only", nargs="*", default=None, help="names of playgrounds"
    )
    given = parser.parse_args()
    begun = perf_counter()
    ProgressLine.terminal = sys.stderr
    made, states = write_playgrounds(given.out, given.sample, given.only)
    seconds = perf_counter() - begun
    sys.stdout.write(
        f"{states:,} states in {given.out / 'play'}, {made:,} pieces made anew, "
        f"in {seconds:.0f} s.\n"
    )


if __name__ == "__main__":
    main()
