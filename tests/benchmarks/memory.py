"""A fresh process runs one contender, and prints peak bytes before and after; not on Windows."""

import sys

from .measure import peak_bytes
from .table import everyone
from .work import Work

if __name__ == "__main__":
    name, per_second, events = sys.argv[1:]
    contender = next(one for one in everyone() if one.name == name)
    call = contender.prepare(Work(float(per_second), int(events)))
    start = peak_bytes()
    call()
    print(start, peak_bytes())
