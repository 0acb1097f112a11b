"""A template with something wrong in it ends in a reading or a sentence."""

from itertools import islice

import pytest

from tests.support.template_mutants import broken, mutants

FEW, MANY = 8, 100


@pytest.mark.parametrize("seed", [1])
def test_a_spoiled_template_is_read_or_ends_in_a_sentence(seed):
    assert _broken(seed, FEW) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2])
def test_many_spoiled_templates_are_read_or_end_in_a_sentence(seed):
    """`python -m tests.support.template_mutants 5000 1` reads as many as one likes."""
    assert _broken(seed, MANY) == []


def _broken(seed, count):
    found = ((done, broken(text)) for done, text in mutants(seed))
    return [each for each in islice(found, count) if each[1]]
