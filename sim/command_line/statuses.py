"""Exit statuses of the command line."""

FINE = 0
"""Nothing to say."""
ADVISED = 1
"""`check` found warnings or errors; a run came to what `--fail-on` names."""
REFUSED = 2
"""Not readable, or not runnable at all."""
CLOSED = 141
"""Nobody reads the output any more, as shells count it."""
STOPPED = 130
"""Stopped by Ctrl-C, as shells count it."""
