"""The stops of a slider: every value that it can reach, with its text."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.phrases import DAY, HOUR, MINUTE, amount, percent, spoken
from sim.show.panel.controls import FoundSetting

Stop = tuple[float, str]

SYMBOLS = ("ms", "MB", "KB", "h")
EVERY_VALUE = 50
"""The longest range of which a slider reaches every whole number."""
FEWEST = 20
"""How many steps a short range of parts has at least."""
SECONDS = (
    *(0, 1, 2, 3, 5, 10, 15, 20, 30, 45),
    *(MINUTE, 2 * MINUTE, 3 * MINUTE, 5 * MINUTE),
    *(10 * MINUTE, 15 * MINUTE, 30 * MINUTE),
    *(HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR),
    *(DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY),
)
MEGABYTES = tuple(128 * 2**power for power in range(8))
OF_EACH_DECADE = (1, 2, 3, 5, 7)
DECADES = tuple(
    step * 10**decade for decade in range(7) for step in OF_EACH_DECADE
)
PARTS = tuple(step / size for size in (100, 10) for step in OF_EACH_DECADE)


def stops(setting: FoundSetting) -> list[Stop]:
    """Every value that a slider reaches, in order; the presets' own values are among them."""
    low, high = setting.low, setting.high
    own = [value for value in setting.own if value is not None]
    values = {low, high, *own, *_round_values(setting, low, high)}
    return [
        (value, stop_text(value, setting.fact.unit))
        for value in sorted(values)
        if low <= value <= high
    ]


def _round_values(
    setting: FoundSetting, low: float, high: float
) -> Iterator[float]:
    """Round numbers, closer to each other in a short range."""
    unit = setting.fact.unit
    if unit == "share":
        yield from (percent / 100 for percent in range(101))
        return
    if high - low <= EVERY_VALUE:
        step = 1 if setting.is_whole else _step(high - low)
        first = math.ceil(low / step)
        last = math.floor(high / step)
        yield from (round(n * step, 6) for n in range(first, last + 1))
        yield from () if setting.is_whole else PARTS
    elif unit == "s":
        yield from SECONDS
    elif unit == "MB":
        yield from MEGABYTES
    else:
        yield from DECADES
        yield from () if setting.is_whole else PARTS


def _step(length: float) -> float:
    """1, 2 or 5 of a power of ten, so that a range of this length has steps enough; at most 1."""
    if length <= 0:
        return 1
    finest = length / FEWEST
    size = 10.0 ** math.floor(math.log10(finest))
    return min(1, max(n * size for n in (1, 2, 5) if n * size <= finest))


def stop_text(value: float, unit: str) -> str:
    """A value as short as a readout wants it: 2 min, 512 MB, 3/s, 12.5 %.

    It has the symbol of its unit, but does not say what is counted.
    """
    if unit == "share":
        return percent(value)
    if unit == "s":
        return spoken(value)
    if unit in SYMBOLS:
        return f"{amount(value)} {unit}"
    per = unit.split(" ", maxsplit=1)[0].split("/")[1:]
    return "/".join([amount(value), *per])
