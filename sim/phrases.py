"""Numbers as people say them: lengths of time, counts, shares, money, sizes, rates, ordinals.

The one place that writes them, for stories, pictures, tables and readouts; `times.js` of the stage
says lengths of time in the same words. What is unknown (NaN) is `–`; nothing is in powers of ten,
and nothing is longer than 27 characters.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
YEAR = 365.25 * DAY

UNKNOWN = "–"
ENDLESS = "∞"
MINUS = "−"
MOST = 10**15  # that or more is not told apart
DECIMALS = 6  # what is nearer to 0 is not told apart
SIZES = ("bytes", "KB", "MB", "GB", "TB")
KILO = 1024  # bytes, as AWS counts them


def spoken(seconds: float) -> str:
    """A length of time in the one or two units that people use for it, `–` if it is unknown (NaN).

    420 ms, 1.42 s, 83.1 s, 3 min 12.5 s, 12 min 5 s, 25 h, 3 h 20 min, 4 days, 300 days, 12 years.
    """
    return _signed(seconds, _length)


def counted(count: float) -> str:
    """How many, as a whole number: 12, 1,234."""
    return _signed(count, _whole)


def amount(value: float) -> str:
    """A number of any kind, whole or with three digits that count: 0.0123, 1.25, 12.3, 1,234."""
    return _signed(value, _three_digits)


def exact(number: float) -> str:
    """A setting or a limit with all its digits: 0.05, 1,769, 86,400."""
    if not math.isfinite(number):
        return amount(number)
    return f"{Decimal(str(number)):,f}".removesuffix(".0")


def percent(share: float) -> str:
    """A share: 25 %, 0.4 %; 0 % and 100 % only where that is exactly true."""
    return _signed(share, _share)


def usd(dollars: float) -> str:
    """Money: 1,234 USD, 12.30 USD, 0.0042 USD."""
    return _signed(dollars, lambda value: f"{_dollars(value)} USD")


def size(length: float) -> str:
    """A length in bytes, in the unit that people use for it: 512 bytes, 1.5 MB."""
    return _signed(length, _size)


def rate(per_second: float) -> str:
    """How often a second: 0.2/s, 1,200/s."""
    return _signed(per_second, lambda value: f"{_three_digits(value)}/s")


def _signed(value: float, words: Callable[[float], str]) -> str:
    """Any number, by the words for a finite one that is 0 or more."""
    if math.isnan(value):
        return UNKNOWN
    text = ENDLESS if math.isinf(value) else words(abs(float(value)))
    is_zero = not any(digit in text for digit in f"123456789{ENDLESS}")
    return text if value >= 0 or is_zero else f"{MINUS}{text}"


def _length(seconds: float) -> str:
    seconds = round(seconds, DECIMALS)  # sums of floats differ in the last bit
    tenths = round(seconds, 1)
    if tenths < 2 * MINUTE:
        return _below_two_minutes(seconds)
    if tenths < 10 * MINUTE:
        return _two_units(tenths, MINUTE, "min", "s")
    if (whole := round(seconds)) < HOUR:
        return _two_units(whole, MINUTE, "min", "s")
    minutes = round(seconds / MINUTE)
    if minutes < 2 * DAY / MINUTE:
        return _two_units(minutes, 60, "h", "min")
    return _days(seconds)


def _below_two_minutes(seconds: float) -> str:
    if seconds < 0.9995:
        return f"{_three_digits(seconds * 1000)} ms" if seconds else "0 s"
    hundredths = round(seconds, 2)
    if hundredths < 10:
        return f"{_short(hundredths, 2)} s"
    return f"{_short(round(seconds, 1), 1)} s"


def _days(seconds: float) -> str:
    hours = round(seconds / HOUR)
    if hours < 100 * 24:
        return _two_units(hours, 24, "days", "h")
    days = round(seconds / DAY)
    if days < 1000:
        return f"{days:.0f} days"
    years = seconds / YEAR
    if years < 1e6:
        return f"{_three_digits(years)} years"
    return "1,000,000 years or more"


def _two_units(length: float, size: int, large: str, small: str) -> str:
    """A length in small units, of which `size` make a large one."""
    whole, rest = divmod(length, size)
    if not rest:
        return f"{whole:.0f} {large}"
    return f"{whole:.0f} {large} {_short(rest, 1)} {small}"


def _whole(count: float) -> str:
    if count >= MOST:
        return "1,000 trillion or more"
    return f"{round(count):,.0f}"


def _three_digits(value: float) -> str:
    if value >= MOST:
        return _whole(value)
    for decimals in range(DECIMALS):
        rounded = round(value, decimals)
        if rounded >= 10 ** (2 - decimals):
            return _short(rounded, decimals)
    return _smallest(value)


def _smallest(value: float) -> str:
    rounded = round(value, DECIMALS)
    if value and not rounded:
        return "almost 0"
    return _short(rounded, DECIMALS)


def _share(share: float) -> str:
    hundredths = 100 * share
    if share < 1 and round(hundredths, 2) == 100:
        return "almost 100 %"
    if share and not round(hundredths, 2):
        return "almost 0 %"
    decimals = 1 if 1 <= hundredths <= 99 else 2
    if hundredths >= 1000:
        return f"{_whole(hundredths)} %"
    return f"{_short(round(hundredths, decimals), decimals)} %"


def _dollars(dollars: float) -> str:
    if dollars >= 999.995:
        return _whole(dollars)
    if (cents := round(dollars, 2)) >= 0.1:
        return f"{cents:.2f}"
    for decimals in range(3, DECIMALS):
        rounded = round(dollars, decimals)
        if rounded >= 10 ** (1 - decimals):
            return _short(rounded, decimals)
    return _smallest(dollars)


def _size(length: float) -> str:
    unit = 0
    while unit < len(SIZES) - 1 and round(length) >= KILO:
        length /= KILO
        unit += 1
    text = _three_digits(length) if unit else _whole(length)
    return f"{text} {'byte' if text == '1' and not unit else SIZES[unit]}"


def _short(value: float, decimals: int) -> str:
    """A number with at most so many decimals, without zeros that say nothing."""
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def plural(count: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 run, 2 runs, 1,200 runs."""
    noun = one if count == 1 else many or f"{one}s"
    return f"{counted(count)} {noun}"


def ordinal(number: int) -> str:
    """First, second, third, ..., 11th, 12th, ..."""
    if number <= len(ORDINALS):
        return ORDINALS[number - 1]
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ENDINGS.get(number % 10, 'th')}"


ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def capitalised(sentence: str) -> str:
    """The sentence with a capital letter at its beginning, the rest as it is."""
    return sentence[:1].upper() + sentence[1:]
