"""A fresh process runs one contender, and prints peak bytes before and after; not on Windows."""

import resource
import sys

from .table import everyone
from .work import Work


def peak_bytes() -> int:
    """The most memory this process ever held: macOS counts bytes, Linux kilobytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    name, per_second, events = sys.argv[1:]
    contender = next(one for one in everyone() if one.name == name)
    call = contender.prepare(Work(float(per_second), int(events)))
    start = peak_bytes()
    call()
    print(start, peak_bytes())
