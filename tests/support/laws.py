"""Laws, which hold for whatever scenario Hypothesis draws: a few at once, many in a slow twin.

What is the same for all of Hypothesis stands in `tests/conftest.py`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis.strategies import SearchStrategy

# Random systems are many, and some do not fit.
SUPPRESSED = (HealthCheck.filter_too_much, HealthCheck.too_slow)


def law(
    *strategies: SearchStrategy,
    fast: int = 6,
    thorough: int = 150,
    also: Sequence[tuple] = (),
) -> Callable[[Callable], Callable]:
    """A law over these strategies: one quick test and one thorough.

    `also` names examples that are always tried: rare ones that have broken the law before.
    """

    def test_of(check: Callable) -> Callable:
        @pytest.mark.parametrize(
            "examples",
            [
                pytest.param(fast, id="fast"),
                pytest.param(thorough, id="thorough", marks=pytest.mark.slow),
            ],
        )
        def test(examples: int) -> Any:
            proof = given(*strategies)(check)
            for values in also:
                proof = example(*values)(proof)
            chosen = settings(
                max_examples=examples, suppress_health_check=SUPPRESSED
            )
            return chosen(proof)()

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return test_of
