"""How numbers are said: for people, the same everywhere, and for any number that there is."""

import json
import math
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim import phrases
from sim.phrases import (
    amount,
    counted,
    exact,
    percent,
    plural,
    rate,
    size,
    spoken,
    usd,
)
from tests.support.paths import ROOT

FORMATS = (amount, counted, percent, rate, size, spoken, usd)
LONGEST = 27
SECONDS = {
    "ms": 1e-3,
    "s": 1,
    "min": 60,
    "h": 3600,
    "days": 86400,
    "years": 31557600,
}
EXAMPLES = json.loads(
    (ROOT / "tests/support/lengths_of_time.json").read_text(encoding="utf-8")
)


def number_of(words: str) -> float:
    """What is said, as a number again; a length of time in seconds."""
    if words.startswith("almost"):
        return {"almost 0": 1e-9, "almost 100": 99.9999}[
            words.split(" %", maxsplit=1)[0].removesuffix(" USD")
        ]
    value = 0.0
    for digits, unit in re.findall(r"([\d,.]+) ?([a-zA-Z]*)", words):
        value += float(digits.replace(",", "")) * SECONDS.get(unit, 1)
    return value


@pytest.mark.parametrize("say", FORMATS)
@given(st.floats())
@example(1e300)
@example(-1e-300)
@example(5e-324)
def test_no_number_is_said_in_powers_of_ten_or_at_length(say, value):
    words = say(value)
    assert not re.search(r"\de[+-]?\d|nan|inf|NA", words)
    assert 0 < len(words) <= LONGEST
    assert not re.search(r"\.\d*0 (?!USD)|(?<![.\d])\d{4}", words), (
        "grouped, no idle zeros"
    )
    assert (words == phrases.UNKNOWN) == math.isnan(value)


@pytest.mark.parametrize("say", [amount, counted, percent, spoken, usd])
@given(st.floats(0, 1e17), st.floats(0, 1e-3))
@example(59.94, 0.001)
@example(119.94, 0.0001)
@example(599.9, 0.0001)
@example(3599.4, 0.0001)
@example(172_700, 0.0005)
@example(0.9994, 0.0002)
def test_more_is_never_said_as_less(say, value, step):
    """At the border of two units, too: nothing is "60 s" that is more than "1 min"."""
    more = value * (1 + step)
    assert number_of(say(value)) <= number_of(say(more)) * (1 + 1e-12)


@given(st.floats(1e-3, 1e13))
def test_what_is_said_is_near_the_truth(seconds):
    assert number_of(spoken(seconds)) == pytest.approx(seconds, rel=0.011)


@given(st.floats(-1e300, -1e-9))
def test_what_is_below_nothing_is_said_with_a_minus(value):
    for say in FORMATS:
        words = say(value)
        assert words in {say(-value), f"−{say(-value)}"}
        assert words.startswith("−") or not re.search("[1-9]", words)


def test_lengths_of_time_are_said_as_the_stage_says_them():
    """`times.test.js` reads the same examples."""
    for seconds, words in EXAMPLES:
        assert spoken(math.nan if seconds is None else seconds) == words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (counted(89991.0), "89,991"),
        (amount(89991.0), "89,991"),
        (amount(1.25), "1.25"),
        (amount(0.0123), "0.0123"),
        (percent(0.25), "25 %"),
        (percent(1), "100 %"),
        (percent(0.99999), "almost 100 %"),
        (percent(0.00001), "almost 0 %"),
        (usd(12.3), "12.30 USD"),
        (usd(0), "0 USD"),
        (usd(0.0042), "0.0042 USD"),
        (usd(1234.56), "1,235 USD"),
        (size(262_144), "256 KB"),
        (size(1), "1 byte"),
        (size(1023.9 * 1024), "1 MB"),
        (exact(86_400.0), "86,400"),
        (exact(1769), "1,769"),
        (exact(0.05), "0.05"),
        (exact(1e-7), "0.0000001"),
        (exact(1e20), "100,000,000,000,000,000,000"),
        (rate(0.2), "0.2/s"),
        (spoken(math.nan), "–"),
        (spoken(-2.1), "−2.1 s"),
        (plural(1200, "run"), "1,200 runs"),
        (plural(1, "day"), "1 day"),
    ],
)
def test_numbers_are_said_as_people_say_them(said, words):
    assert said == words
