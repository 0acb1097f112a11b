"""`python -m sim`: the command line, in `sim.command_line`."""

from __future__ import annotations

import sys

from sim.command_line.main import main

if __name__ == "__main__":
    sys.exit(main())
